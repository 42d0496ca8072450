"""Bars out of paths: sizes, durations, what to show, in the manner of the historical data service.

Answers are columns (`BarColumns`); the texts on the wire are made by the handlers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ibnb.sim.calendars import Calendar
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.noise import Floats, Ints
from ibnb.sim.paths import Blocks, Path

__all__ = [
    "SIZES",
    "BarColumns",
    "BarSize",
    "Duration",
    "bars_since",
    "check_what",
    "history",
    "indices",
    "parse_size",
    "show",
]

MAX_BARS = 300_000
_TEN_YEARS = 3660 * 86400


@dataclass(frozen=True, slots=True)
class BarSize:
    """A bar size: seconds (0 for day and longer), level of the path it is built from, and unit."""

    name: str
    seconds: int
    level: int
    unit: str = ""


def _sizes() -> dict[str, BarSize]:
    made = {}
    for name, seconds in (
        ("1 secs", 1), ("5 secs", 5), ("10 secs", 10), ("15 secs", 15), ("30 secs", 30), ("1 min", 60), ("2 mins", 120),
        ("3 mins", 180), ("4 mins", 240), ("5 mins", 300), ("10 mins", 600), ("15 mins", 900), ("20 mins", 1200),
        ("30 mins", 1800), ("1 hour", 3600), ("2 hours", 7200), ("3 hours", 10800), ("4 hours", 14400),
        ("8 hours", 28800),
    ):  # fmt: skip
        level = 5 if seconds < 5 else 4 if seconds < 60 else 3 if seconds < 300 else 2 if seconds < 1800 else 1
        made[name] = BarSize(name, seconds, level)
    for name, unit in (("1 day", "D"), ("1 week", "W"), ("1 month", "M")):
        made[name] = BarSize(name, 0, 0, unit)
    return made


SIZES = _sizes()
_SIZE_WORDS = {"s": "secs", "m": "mins", "h": "hours", "d": "day", "w": "week"}


def parse_size(text: str) -> BarSize:
    """Read a bar size such as "1 hour" or "5 mins" (singular and plural both do). Raises RequestRefused (321)."""
    words = text.strip().lower().split()
    if len(words) == 1:
        match = re.fullmatch(r"(\d+)([a-z]+)", words[0])
        words = [match[1], match[2]] if match else ["1", words[0]]
    if len(words) == 2:
        number, unit = words
        unit = _SIZE_WORDS.get(unit, unit)
        stem = unit.rstrip("s")
        for name in (f"{number} {unit}", f"{number} {stem}", f"{number} {stem}s"):
            if name in SIZES:
                return SIZES[name]
    legal = ", ".join(SIZES)
    raise RequestRefused(
        321,
        f"Error validating request.-'bJ' : cause - Historical data bar size setting is invalid. Legal: {legal}",
    )


class Duration(NamedTuple):
    """How far back a request reaches: a number of S, D, W, M or Y."""

    number: int
    unit: str

    @staticmethod
    def parse(text: str) -> Duration:
        """Read a duration such as "60 D". Raises RequestRefused (321)."""
        match = re.fullmatch(r"\s*(\d+)\s*([SDWMYsdwmy]?)\s*", text)
        if match is None or int(match[1]) <= 0:
            raise RequestRefused(
                321, "Error validating request.-'bK' : cause - Historical data request duration format is invalid: "
                "a whole number, a space, and S, D, W, M or Y",
            )  # fmt: skip
        return Duration(int(match[1]), (match[2] or "S").upper())

    @property
    def seconds(self) -> int:
        """Length in seconds of calendar time."""
        return self.number * {"S": 1, "D": 86400, "W": 604800, "M": 2629800, "Y": 31557600}[self.unit]


class BarColumns(NamedTuple):
    """Bars as columns: start (UTC seconds), prices, volume, average price, trades, and the day (since 1970)."""

    start: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    average: Floats
    trades: Ints
    day: Ints

    def tail(self, number: int) -> BarColumns:
        """Return the last `number` bars."""
        return BarColumns(*(column[-number:] for column in self))  # type: ignore[arg-type]


def history(
    instrument: Instrument, path: Path, what: str, size: BarSize, duration: Duration, end: float, *, regular: bool
) -> BarColumns:
    """Return the bars of a request that ends at `end` (not later than now), the last one unfinished if it is.

    Raises RequestRefused: 162 for no data or too much, 321 for a choice that does not exist.
    """
    check_what(instrument, what)
    calendar = path.calendar
    begin, limit = _begin(calendar, size, duration, end, regular=regular)
    since = dt.datetime(instrument.since_year, 1, 1, tzinfo=dt.UTC).timestamp()
    if size.seconds and (end - max(begin, since)) / size.seconds / (1 if len(calendar.segments) == 1 else 3) > MAX_BARS:
        raise RequestRefused(162, "Historical Market Data Service error message:Time length exceed max.")
    rows = path.cover(max(begin, since), end, size.level, regular=regular)
    bars = show(instrument, what, path.tick, _group(rows, calendar, size), rows)
    if limit:
        bars = bars.tail(limit)
    if not len(bars.start):
        named = f"{instrument.symbol}@{instrument.exchange} {_label(what)}"
        raise RequestRefused(162, f"Historical Market Data Service error message:HMDS query returned no data: {named}")
    return bars


def bars_since(
    instrument: Instrument, path: Path, what: str, size: BarSize, start: int, now: float, *, regular: bool
) -> BarColumns:
    """Return the bar that starts at `start` as it stands at `now`, and those after it; no rows if nothing traded."""
    rows = path.cover(float(start), now, size.level, regular=regular)
    return show(instrument, what, path.tick, _group(rows, path.calendar, size), rows)


def _begin(calendar: Calendar, size: BarSize, duration: Duration, end: float, *, regular: bool) -> tuple[float, int]:
    """Return where to start and how many bars to keep at most (0 = all)."""
    columns = [k for k, s in enumerate(calendar.segments) if s.regular or not regular]
    first = calendar.bounds[0][:, columns[0]]
    index = max(int(np.searchsorted(first, end, side="left")) - 1, 0)  # the last day that has begun before the end
    if duration.unit == "S":
        if not size.seconds:
            keep = max(-(-duration.number // 86400), 1)
            return float(first[max(index - keep, 0)]), keep
        keep = max(-(-duration.number // size.seconds), 1)
        return _trading_time_before(calendar, columns, index, end, (keep + 1) * size.seconds), keep
    if duration.unit == "D":
        keep = duration.number if size.unit == "D" else 0
        return float(first[max(index - duration.number + 1, 0)]), keep
    day = dt.date(1970, 1, 1) + dt.timedelta(days=int(calendar.days[index]))
    back = _back(day, duration)
    number = (back - dt.date(1970, 1, 1)).days
    if size.unit == "W":
        number -= (number + 3) % 7
    elif size.unit == "M":
        number = (back.replace(day=1) - dt.date(1970, 1, 1)).days
    else:
        number += 1
    return float(first[min(int(np.searchsorted(calendar.days, number)), len(first) - 1)]), 0


def _trading_time_before(calendar: Calendar, columns: list[int], index: int, end: float, seconds: int) -> float:
    """Return the moment from which the segments hold `seconds` of trading until `end`."""
    begins, ends = calendar.bounds
    left = float(seconds)
    for day in range(index, -1, -1):
        for k in reversed(columns):
            span = min(float(ends[day, k]), end) - float(begins[day, k])
            if span >= left:
                return min(float(ends[day, k]), end) - left
            left -= max(span, 0.0)
    return float(begins[0, columns[0]])


def _back(day: dt.date, duration: Duration) -> dt.date:
    if duration.unit == "W":
        return day - dt.timedelta(weeks=min(duration.number, 5000))
    months = duration.number * (12 if duration.unit == "Y" else 1)
    serial = max(day.year * 12 + day.month - 1 - months, 1971 * 12)
    year, month0 = divmod(serial, 12)
    last = (dt.date(year + (month0 == 11), (month0 + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month0 + 1, min(day.day, last))


def _group(rows: Blocks, calendar: Calendar, size: BarSize) -> Ints:
    """Return the indices of rows at which a new bar starts."""
    if not len(rows.start):
        return np.empty(0, dtype=np.int64)
    if size.seconds:
        names = rows.day * 200_000 + 90_000 + (rows.start - calendar.midnights[rows.day]) // size.seconds
    elif size.unit == "D":
        names = rows.day
    elif size.unit == "W":
        names = (calendar.days[rows.day] + 3) // 7
    else:
        names = calendar.days[rows.day].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.flatnonzero(np.concatenate(([True], names[1:] != names[:-1])))


def show(instrument: Instrument, what: str, tick: float, at: Ints, rows: Blocks) -> BarColumns:
    """Put rows together to bars that start at the indices `at`, and turn them into what was asked to be shown."""
    if not len(at):
        none = np.empty(0)
        ints = np.empty(0, dtype=np.int64)
        return BarColumns(ints, none, none, none, none, none, none, ints, ints)
    last = np.concatenate((at[1:], [len(rows.start)])) - 1
    opens, closes = rows.open[at], rows.close[last]
    highs, lows = np.maximum.reduceat(rows.high, at), np.minimum.reduceat(rows.low, at)
    typical = (rows.open + rows.high + rows.low + rows.close) / 4
    volume, trades = np.add.reduceat(rows.volume, at), np.add.reduceat(rows.trades, at)
    weight = rows.volume + 1e-9
    average = np.add.reduceat(typical * weight, at) / np.add.reduceat(weight, at)
    start, day = rows.start[at], rows.day[last]
    below, above = instrument.spread
    trades = np.maximum(trades, (volume > 0).astype(np.int64))
    unknown = np.full(len(at), -1.0)
    absent = np.full(len(at), -1, dtype=np.int64)
    if what in _TRADES:
        sizes = (volume.astype(float), np.round(np.clip(average, lows, highs) * tick, 6), trades)
        o, h, lo, c = (_price(column, tick) for column in (opens, highs, lows, closes))
        return BarColumns(start, o, h, lo, c, *sizes, day)
    if what == "BID_ASK":
        columns = [np.rint(average) - below, highs + above, lows - below, np.rint(average) + above]
    else:
        shift = {"BID": -below, "ASK": above, "MIDPOINT": (above - below) / 2}.get(what, 0.0)
        columns = [np.asarray(c + shift, dtype=np.float64) for c in (opens, highs, lows, closes)]
    o, h, lo, c = (_price(column, tick) for column in columns)
    return BarColumns(start, o, h, lo, c, unknown, unknown, absent, day)


_TRADES = ("TRADES", "ADJUSTED_LAST", "AGGTRADES")
_QUOTES = ("MIDPOINT", "BID", "ASK", "BID_ASK")
_DERIVED = ("HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY", "FEE_RATE")
_OTHER = ("SCHEDULE", "YIELD_BID", "YIELD_ASK", "YIELD_BID_ASK", "YIELD_LAST")


def _label(what: str) -> str:
    return {"TRADES": "Trades", "MIDPOINT": "Midpoint", "BID": "Bid", "ASK": "Ask", "BID_ASK": "BidAsk"}.get(what, what)


def indices(rows: Sequence[int]) -> Ints:
    """Return row numbers as `show` takes them."""
    return np.array(rows, dtype=np.int64)


def check_what(instrument: Instrument, what: str) -> None:
    """Check that an instrument has such data. Raises RequestRefused: 321 no such choice, 162 not for it."""
    if what not in (*_TRADES, *_QUOTES, *_DERIVED, *_OTHER):
        legal = ", ".join((*_TRADES, *_QUOTES, *_DERIVED, "SCHEDULE"))
        raise RequestRefused(
            321,
            f"Error validating request.-'bN' : cause - Historical data what to show is invalid. Legal: {legal}",
        )
    offered = (
        what == "SCHEDULE"
        or (what in _TRADES and instrument.has_trades)
        or (what in _QUOTES and instrument.has_quotes)
        or (what in _DERIVED[:2] and instrument.sec_type in ("STK", "IND"))
        or (what == "FEE_RATE" and instrument.sec_type == "STK")
    )
    if not offered:
        named = f"{instrument.symbol}/{instrument.sec_type}@{instrument.exchange} {_label(what)}"
        raise RequestRefused(162, f"Historical Market Data Service error message:No historical market data for {named}")


def _price(ticks: Ints | Floats, tick: float) -> Floats:
    digits = 8 if tick < 0.001 else 6
    return np.asarray(np.round(ticks * tick, digits))
