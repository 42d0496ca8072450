"""Trading days and sessions: when each kind of instrument trades, in its own zone, with holidays and half days.

A calendar cuts each trading day into segments (before hours, regular, after hours). Times inside are seconds since
1970 UTC; local times appear only in the tables below and in the texts TWS sends (`tradingHours`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ibnb.sim.noise import Ints

__all__ = [
    "CME", "CRYPTO", "EUROPE", "FIRST_YEAR", "FOREX", "INDEX", "LAST_YEAR", "OPTION", "STOCK", "Calendar", "Segment",
]  # fmt: skip

FIRST_YEAR, LAST_YEAR = 1980, 2040
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of each trading day: seconds from local midnight of that day (negative = the evening before)."""

    name: str
    begin: int
    end: int
    regular: bool


def _hm(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * _HOUR + int(minutes) * 60


@dataclass(frozen=True)
class Calendar:
    """Trading days of one kind of market. `early_close` cuts half days there (local seconds; 0 = no half days)."""

    name: str
    zone: str
    segments: tuple[Segment, ...]
    holidays: str = "us"
    early_close: int = 0
    weekends: bool = False

    @cached_property
    def days(self) -> Ints:
        """All trading days, as days since 1970, ascending."""
        first, last = dt.date(FIRST_YEAR, 1, 1).toordinal(), dt.date(LAST_YEAR, 12, 31).toordinal()
        days = np.arange(first, last + 1, dtype=np.int64) - _EPOCH_DAY
        if not self.weekends:
            days = days[(days + 3) % 7 < 5]  # 1970-01-01 was a Thursday
        closed = np.array(sorted(_closed_days(self.holidays)), dtype=np.int64)
        return days[~np.isin(days, closed)]

    @cached_property
    def midnights(self) -> Ints:
        """UTC seconds of local midnight of each day in `days`, with the offset that holds at local noon."""
        return self.days * 86400 - _offsets(self.zone, self.days)

    @cached_property
    def bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Begin and end of every segment of every day: two arrays of shape (days, segments); equal = left out."""
        begin = self.midnights[:, None] + np.array([s.begin for s in self.segments], dtype=np.int64)
        end = self.midnights[:, None] + np.array([s.end for s in self.segments], dtype=np.int64)
        if self.early_close:
            half = np.isin(self.days, np.array(sorted(_half_days()), dtype=np.int64))
            limit = (self.midnights + self.early_close)[:, None]
            end = np.where(half[:, None], np.minimum(end, limit), end)
            end = np.maximum(end, begin)
        return begin, end

    def day_index(self, moment: float) -> int:
        """Index in `days` of the trading day that `moment` belongs to: the first whose end is after it."""
        return int(np.searchsorted(self.bounds[1][:, -1], moment, side="right"))

    def is_open(self, moment: float, *, regular: bool = False) -> bool:
        """Tell whether a segment (a regular one, if asked) is on at `moment`."""
        i = self.day_index(moment)
        begin, end = self.bounds
        return any(
            begin[j, k] <= moment < end[j, k] and (s.regular or not regular)
            for j in (i - 1, i)
            for k, s in enumerate(self.segments)
        )

    def regular_hours(self, day: dt.date) -> tuple[int, int] | None:
        """Begin and end of the regular segment of `day` (local date) in UTC seconds; None on a closed day."""
        number = day.toordinal() - _EPOCH_DAY
        i = int(np.searchsorted(self.days, number))
        if i >= len(self.days) or self.days[i] != number:
            return None
        k = next(k for k, s in enumerate(self.segments) if s.regular)
        begin, end = self.bounds
        return int(begin[i, k]), int(end[i, k])

    def hours_text(self, moment: float, *, regular: bool, days: int = 6) -> str:
        """The `tradingHours` / `liquidHours` text of TWS for `days` days from the one of `moment`."""
        zone = ZoneInfo(self.zone)
        first = dt.datetime.fromtimestamp(moment, zone).date()
        parts = []
        for n in range(days):
            day = first + dt.timedelta(days=n)
            span = self._span(day.toordinal() - _EPOCH_DAY, regular)
            if span is None:
                parts.append(f"{day:%Y%m%d}:CLOSED")
            else:
                a, b = (dt.datetime.fromtimestamp(t, zone) for t in span)
                parts.append(f"{a:%Y%m%d:%H%M}-{b:%Y%m%d:%H%M}")
        return ";".join(parts)

    def _span(self, number: int, regular: bool) -> tuple[int, int] | None:
        i = int(np.searchsorted(self.days, number))
        if i >= len(self.days) or self.days[i] != number:
            return None
        picked = [k for k, s in enumerate(self.segments) if s.regular or not regular]
        begin, end = self.bounds
        return int(begin[i, picked[0]]), int(max(end[i, k] for k in picked))


_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()


@cache
def _month_offsets(zone_name: str) -> tuple[Ints, Ints]:
    """Days since 1970 and the offset in force from them on, at a resolution of one day, at local noon."""
    zone = ZoneInfo(zone_name)

    def offset(number: int) -> int:
        noon = dt.datetime.combine(dt.date.fromordinal(number + _EPOCH_DAY), dt.time(12), zone)
        delta = noon.utcoffset()
        return 0 if delta is None else int(delta.total_seconds())

    starts = [
        dt.date(y, mth, 1).toordinal() - _EPOCH_DAY
        for y in range(FIRST_YEAR - 1, LAST_YEAR + 2)
        for mth in range(1, 13)
    ]
    days, offsets = [starts[0]], [offset(starts[0])]
    for previous, number in pairwise(starts):
        if offset(number) == offsets[-1] and offset((previous + number) // 2) == offsets[-1]:
            continue
        for day in range(previous, number + 1):
            if offset(day) != offsets[-1]:
                days.append(day)
                offsets.append(offset(day))
    return np.array(days, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offsets(zone_name: str, days: Ints) -> Ints:
    since, offsets = _month_offsets(zone_name)
    return offsets[np.searchsorted(since, days, side="right") - 1]


def _nth(year: int, month: int, weekday: int, n: int) -> dt.date:
    """The n-th `weekday` (Monday 0) of a month; n = -1 the last."""
    if n < 0:
        last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _easter(year: int) -> dt.date:
    """Easter Sunday (Gregorian), by the computus of Gauss."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def _observed(day: dt.date) -> dt.date:
    return day + dt.timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


@cache
def _closed_days(kind: str) -> frozenset[int]:
    days: set[dt.date] = set()
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        fixed = [dt.date(year, 1, 1), dt.date(year, 12, 25)]
        if kind == "none":
            continue
        if kind != "us":
            days.update(fixed)
            continue
        days.update(_observed(d) for d in fixed if d.weekday() != 5 or d.month != 1)
        days.add(_observed(dt.date(year, 7, 4)))
        if year >= 2022:
            days.add(_observed(dt.date(year, 6, 19)))
        if year >= 1998:
            days.add(_nth(year, 1, 0, 3))
        days.update((_nth(year, 2, 0, 3), _nth(year, 5, 0, -1), _nth(year, 9, 0, 1), _nth(year, 11, 3, 4)))
        days.add(_easter(year) - dt.timedelta(days=2))
    return frozenset(d.toordinal() - _EPOCH_DAY for d in days)


@cache
def _half_days() -> frozenset[int]:
    days = set()
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        days.add(_nth(year, 11, 3, 4) + dt.timedelta(days=1))
        days.add(dt.date(year, 12, 24))
        days.add(dt.date(year, 7, 3))
    return frozenset(d.toordinal() - _EPOCH_DAY for d in days if d.weekday() < 5)


def _calendar(name: str, zone: str, parts: str, **options: object) -> Calendar:
    """Build a calendar from text such as "pre 04:00-09:30; *rth 09:30-16:00" (* = regular, -hh:mm = day before)."""
    segments = []
    for part in parts.split(";"):
        label, span = part.split()
        begin, end = span.split("~")
        at = [_hm(t[1:]) - 24 * _HOUR if t.startswith("-") else _hm(t) for t in (begin, end)]
        segments.append(Segment(label.lstrip("*"), at[0], at[1], label.startswith("*")))
    return Calendar(name, zone, tuple(segments), **options)  # type: ignore[arg-type]


STOCK = _calendar("STOCK", "US/Eastern", "pre 04:00~09:30;*rth 09:30~16:00;post 16:00~20:00", early_close=_hm("13:00"))
OPTION = _calendar("OPTION", "US/Eastern", "*rth 09:30~16:00", early_close=_hm("13:00"))
INDEX = _calendar("INDEX", "US/Central", "*rth 08:30~15:15", early_close=_hm("12:00"))
CME = _calendar("CME", "US/Central", "eth -17:00~08:30;*rth 08:30~15:15;post 15:15~16:00", early_close=_hm("12:15"))
FOREX = _calendar("FOREX", "US/Eastern", "*fx -17:15~17:00", holidays="christmas")
EUROPE = _calendar("EUROPE", "MET", "*rth 09:00~17:30", holidays="christmas")
CRYPTO = _calendar("CRYPTO", "UTC", "*all 00:00~24:00", holidays="none", weekends=True)
