"""Price paths: what an instrument traded at, at any moment of any year, out of (seed, instrument, position) alone.

A path is a tree. Its root is one row of open, high, low, close, volume per session segment and day; each row is cut
into half hours, those into 5 minutes, 1 minute, 5 s, 1 s and 1/8 s, so that the first child opens at the parent's
open, the last closes at its close, the extremes are met exactly and the volumes add up. A bar is therefore the same
whatever request asks for it, and a daily bar agrees with its minutes. Prices are whole ticks (int64) inside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ibnb.sim.calendars import Calendar
from ibnb.sim.noise import Floats, Ints, key, normal, tailed

__all__ = ["LEVELS", "Blocks", "DerivedPath", "Path", "Process", "RootPath", "Wander"]

LEVELS = (0, 1800, 300, 60, 5, 1)  # seconds of a block at each level; level 0 is the session segment
_ANCHOR_DAY = dt.date(2026, 1, 1).toordinal() - dt.date(1970, 1, 1).toordinal()


class Blocks(NamedTuple):
    """Rows of a path as columns: begin and end (UTC seconds), prices in ticks, shares, trades, index of the day."""

    start: Ints
    end: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints
    trades: Ints
    day: Ints

    def pick(self, which: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Blocks:
        """Return the rows that `which` (mask, indices, or slice) selects."""
        return Blocks(*(column[which] for column in self))

    @staticmethod
    def join(parts: list[Blocks]) -> Blocks:
        """Return the rows of all parts, one after another."""
        if len(parts) == 1:
            return parts[0]
        return Blocks(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    @staticmethod
    def empty() -> Blocks:
        """Return no rows."""
        return Blocks(*(np.empty(0, dtype=np.int64) for _ in range(9)))


@dataclass(frozen=True, slots=True)
class Process:
    """What makes one instrument's path: price at 2026-01-01, yearly deviation and growth, typical day's volume.

    `beta` couples daily returns to the market's; `pull` is how fast deviations from the trend die out, per day.
    """

    price: float
    tick: float
    sigma: float
    growth: float = 0.0
    beta: float = 0.0
    pull: float = 0.004
    volume: float = 0.0
    trade_size: float = 100.0


class Path(Protocol):
    """What bars and quotes need of a path."""

    calendar: Calendar
    tick: float

    def cover(self, begin: float, end: float, level: int, *, regular: bool = False) -> Blocks:
        """Rows that cover [begin, end): whole ones of `level`, then finer ones down to 1 s for the rest."""
        ...

    def blocks(self, level: int, begin: float, end: float, *, regular: bool = False) -> Blocks:
        """Rows of `level` that meet [begin, end)."""
        ...

    def slots(self, seconds: Blocks) -> tuple[Ints, Ints]:
        """Close in ticks and volume of each 1/8 s of the given 1 s rows: two arrays of shape (seconds, 8)."""
        ...


class Wander:
    """Deviation from the trend for each trading day: fat-tailed steps that are pulled back; 0 at 2026-01-01."""

    def __init__(self, base: int, days: Ints, sigma: float, pull: float) -> None:
        self.daily = sigma / 252**0.5
        steps = (tailed(base, days) * self.daily).tolist()
        keep, level, levels = 1.0 - pull, 0.0, []
        for step in steps:
            level = keep * level + step
            levels.append(level)
        anchor = min(int(np.searchsorted(days, _ANCHOR_DAY)), len(levels) - 1)
        self.levels: Floats = np.array(levels) - levels[anchor]


def _extend(base: int, at: Ints, first: Ints, last: Ints, scale: float, streams: int) -> tuple[Ints, Ints]:
    """High and low in ticks around open and close, each `scale` (relative) times a half-normal beyond."""
    upper, lower = np.maximum(first, last), np.minimum(first, last)
    above = np.abs(normal(base, at, streams)) * scale * upper
    below = np.abs(normal(base, at, streams + 1)) * scale * lower
    return upper + np.rint(above).astype(np.int64), np.maximum(lower - np.rint(below).astype(np.int64), 1)


class RootPath:
    """The path of an instrument with a process of its own."""

    def __init__(self, seed: int, con_id: int, calendar: Calendar, process: Process, market: Wander | None) -> None:
        self.calendar = calendar
        self.process = process
        self.tick = process.tick
        self._key = key(seed, con_id)
        self._market = market if process.beta else None
        self._recent: tuple[tuple[int, int, bool], Blocks] = ((-1, -1, False), Blocks.empty())
        self._edges = np.empty(0, dtype=np.int64)  # when the price was moved from outside, seconds since 1970
        self._shifts = np.zeros(1, dtype=np.int64)  # by how many ticks in all: before the first edge, after it ...

    def move(self, begin: int, ticks: int, seconds: int = 0) -> None:
        """Shift everything from second `begin` on by `ticks`, at once or evenly over some seconds.

        Moves add up; each must begin at or after the end of the one before (ValueError).
        """
        if len(self._edges) and begin < self._edges[-1]:
            raise ValueError("the price is being moved already")
        steps = max(seconds, 1)
        marks = np.rint(ticks * np.arange(1, steps + 1) / steps).astype(np.int64)
        self._edges = np.concatenate((self._edges, begin + np.arange(steps, dtype=np.int64)))
        self._shifts = np.concatenate((self._shifts, self._shifts[-1] + marks))

    @property
    def moved_until(self) -> int:
        """The last second of the moves from outside, 0 without any."""
        return int(self._edges[-1]) if len(self._edges) else 0

    def _moved(self, rows: Blocks) -> Blocks:
        """Return rows with the moves from outside; those within which one happens are made of their seconds."""
        if not len(self._edges) or not len(rows.end) or rows.end[-1] <= self._edges[0]:
            return rows
        first = self._shifts[np.searchsorted(self._edges, rows.start, side="right")]
        last = self._shifts[np.searchsorted(self._edges, rows.end - 1, side="right")]
        o, h, lo, c = rows.open + first, rows.high + first, rows.low + first, rows.close + last
        for k in np.flatnonzero((first != last) & (rows.end - rows.start > 1)).tolist():
            fine = self._plain_blocks(len(LEVELS) - 1, float(rows.start[k]), float(rows.end[k]))
            shift = self._shifts[np.searchsorted(self._edges, fine.start, side="right")]
            h[k], lo[k] = (fine.high + shift).max(), (fine.low + shift).min()
        return rows._replace(
            open=np.maximum(o, 1), high=np.maximum(h, 1), low=np.maximum(lo, 1), close=np.maximum(c, 1)
        )  # fmt: skip

    @cached_property
    def closes(self) -> Floats:
        """Logarithm of the close of the regular segment, for each day of the calendar."""
        p, days = self.process, self.calendar.days
        own = Wander(key(self._key, "days"), days, p.sigma, p.pull)
        levels: Floats = np.log(p.price) + p.growth * (days - _ANCHOR_DAY) / 365.25 + own.levels
        if self._market is not None:
            levels = levels + p.beta * self._market.levels
        return levels

    def sessions(self, first: int, last: int, *, regular: bool = False) -> Blocks:
        """Level 0 of the days with indices [first, last): one row per segment and day, in time order."""
        if self._recent[0] == (first, last, regular):
            return self._recent[1]
        calendar, p = self.calendar, self.process
        lo, count = max(first - 1, 0), len(calendar.segments)
        days, log_close = calendar.days[lo:last], self.closes[lo:last]
        before = np.concatenate((self.closes[max(lo - 1, 0) : max(lo, 1)], log_close[:-1]))
        main = next(k for k, s in enumerate(calendar.segments) if s.regular)
        daily = float(np.hypot(p.sigma / 252**0.5, self._market.daily * p.beta if self._market is not None else 0.0))
        base = key(self._key, "segments")
        pull, jump = (0.3, 0.2) if main else (0.02, 0.03)
        opened = self._ticks(before + pull * (log_close - before) + jump * daily * normal(base, days))
        close = self._ticks(log_close)
        after = self._ticks(log_close + 0.12 * daily * normal(base, days, 1)) if main + 1 < count else close
        previous = np.concatenate((after[:1], after[:-1]))
        # Segments in order: [before hours: from the last price to the open], regular, [after hours].
        starts = [previous] * main + [opened] + [close] * (count - main - 1)
        stops = [opened] * main + [close] + [after] * (count - main - 1)
        surge = np.exp(0.3 * normal(base, days, 2) + 0.25 * np.abs(log_close - before) / daily - 0.2)
        begin, end = (edge[lo:last] for edge in calendar.bounds)
        index = np.arange(lo, last, dtype=np.int64)
        rows = []
        for k, segment in enumerate(calendar.segments):
            if regular and k != main:
                continue
            share = (0.92 if count > 1 else 1.0) if segment.regular else 0.04
            high, low = _extend(base, days, starts[k], stops[k], daily * (0.45 if segment.regular else 0.2), 3 + 2 * k)
            volume = np.rint(p.volume * share * surge).astype(np.int64)
            trades = np.rint(volume / p.trade_size).astype(np.int64)
            rows.append(Blocks(begin[:, k], end[:, k], starts[k], high, low, stops[k], volume, trades, index))
        flat = Blocks(*(np.stack(columns, axis=1)[first - lo :].ravel() for columns in zip(*rows, strict=True)))
        flat = flat.pick(flat.end > flat.start)
        self._recent = ((first, last, regular), flat)
        return flat

    def _ticks(self, log_price: Floats) -> Ints:
        return np.asarray(np.maximum(np.rint(np.exp(log_price) / self.tick), 1), dtype=np.int64)

    def blocks(self, level: int, begin: float, end: float, *, regular: bool = False) -> Blocks:
        """Rows of `level` that meet [begin, end)."""
        return self._moved(self._plain_blocks(level, begin, end, regular=regular))

    def _plain_blocks(self, level: int, begin: float, end: float, *, regular: bool = False) -> Blocks:
        begins, ends = self.calendar.bounds
        first = int(np.searchsorted(ends[:, -1], begin, side="right"))
        last = int(np.searchsorted(begins[:, 0], end, side="left"))
        if first >= last:
            return Blocks.empty()
        rows = self.sessions(first, last, regular=regular)
        rows = rows.pick((rows.end > begin) & (rows.start < end))
        for depth in range(1, level + 1):
            if not len(rows.start):
                return rows
            rows = self._refine(rows, depth)
            rows = rows.pick((rows.end > begin) & (rows.start < end))
        return rows

    def cover(self, begin: float, end: float, level: int, *, regular: bool = False) -> Blocks:
        """Rows that cover [begin, end): whole ones of `level`, then finer ones down to 1 s for the rest."""
        rows = self._plain_blocks(level, begin, end, regular=regular)
        parts = []
        for depth in range(level + 1, len(LEVELS) + 1):
            whole = rows.end <= end
            parts.append(rows.pick(whole))
            if depth == len(LEVELS) or bool(whole.all()):
                break
            rows = self._refine(rows.pick(~whole), depth)
            rows = rows.pick((rows.start < end) & (rows.end > begin))
        return self._moved(Blocks.join(parts))

    def slots(self, seconds: Blocks) -> tuple[Ints, Ints]:
        """Close in ticks and volume of each 1/8 s of the given 1 s rows: two arrays of shape (seconds, 8)."""
        shape = (len(seconds.start), 8)
        rows = self._split(seconds, seconds.start[:, None] * 8 + np.arange(8), key(self._key, "slots"), 0)
        return rows.close.reshape(shape), rows.volume.reshape(shape)

    def _refine(self, rows: Blocks, depth: int) -> Blocks:
        """Cut each row into blocks of `LEVELS[depth]` seconds on that grid (the first of a session may be short)."""
        step = LEVELS[depth]
        first = rows.start // step
        counts = (rows.end + step - 1) // step - first
        base = key(self._key, "refine", depth)
        parts = []
        for count in np.unique(counts).tolist():
            some = rows.pick(counts == count)
            grid = (first[counts == count][:, None] + np.arange(count)) * step
            parts.append(self._split(some, grid, base, step, hump=depth == 1))
        joined = Blocks.join(parts)
        return joined if len(parts) == 1 else joined.pick(np.argsort(joined.start, kind="stable"))

    @staticmethod
    def _split(rows: Blocks, at: Ints, base: int, step: int, *, hump: bool = False) -> Blocks:
        """Cut every row at the positions `at` (rows x children), each of `step` s; 0 = parts of a second."""
        count = at.shape[1]
        first, last = rows.open[:, None], rows.close[:, None]
        high, low = rows.high[:, None].astype(float), rows.low[:, None].astype(float)
        span = high - low
        walk = np.cumsum(normal(base, at), axis=1)
        along = np.arange(1, count + 1) / count
        walk -= walk[:, -1:] * along
        ends = first + (last - first) * along + walk * span * (0.55 / count**0.5)
        begins = np.concatenate((first, ends[:, :-1]), axis=1)
        reach = span * (0.35 / count**0.5)
        tops = np.maximum(begins, ends) + np.abs(normal(base, at, 1)) * reach
        bottoms = np.minimum(begins, ends) - np.abs(normal(base, at, 2)) * reach
        fit = _fit(np.minimum(first, last), np.maximum(first, last), low, high, bottoms, tops)
        closes = fit(ends)
        closes[:, -1] = rows.close
        opens = np.concatenate((first, closes[:, :-1]), axis=1)
        highs = np.maximum(fit(tops), np.maximum(opens, closes))
        lows = np.minimum(fit(bottoms), np.minimum(opens, closes))
        weights = np.exp((0.3 if hump else 0.6) * normal(base, at, 3))
        if hump:
            weights *= 1.0 + 1.6 * (2.0 * (along - 0.5 / count) - 1.0) ** 2
        shares = np.cumsum(weights, axis=1)
        shares /= shares[:, -1:]
        volume, trades = _portion(rows.volume, shares), _portion(rows.trades, shares)
        starts, stops = np.maximum(at, rows.start[:, None]), np.minimum(at + step, rows.end[:, None])
        days = np.repeat(rows.day, count)
        shaped = [starts, stops, opens, highs, lows, closes, volume, trades]
        return Blocks(*(column.reshape(-1) for column in (*shaped, days)))


def _portion(totals: Ints, shares: Floats) -> Ints:
    """Hand out whole `totals` by cumulative `shares`; each row adds up exactly."""
    marks = np.rint(totals[:, None] * shares).astype(np.int64)
    return np.asarray(np.diff(marks, axis=1, prepend=0))


def _fit(lo: Ints, hi: Ints, low: Floats, high: Floats, bottoms: Floats, tops: Floats) -> Callable[[Floats], Ints]:
    """Return the rising map to whole ticks that keeps [lo, hi] and takes the children's extremes to low and high."""
    most, least = tops.max(axis=1, keepdims=True), bottoms.min(axis=1, keepdims=True)
    up = (high - hi) / np.maximum(most - hi, 1e-9)
    down = (lo - low) / np.maximum(lo - least, 1e-9)

    def fit(values: Floats) -> Ints:
        above, below = np.maximum(values - hi, 0.0) * up, np.maximum(lo - values, 0.0) * down
        return np.asarray(np.rint(np.clip(values, lo, hi) + above - below), dtype=np.int64)

    return fit


class DerivedPath:
    """A path made from another by a rising price map per day: an index of a future's, a future of an index's.

    `factor(day_indices)` gives the ratio of prices; `regular_only` leaves just the other's regular segments.
    """

    def __init__(
        self, root: RootPath, calendar: Calendar, tick: float, factor: Callable[[Ints], Floats],
        *, volume_share: float = 1.0, regular_only: bool = False,
    ) -> None:  # fmt: skip
        self.calendar, self.tick = calendar, tick
        self._root, self._factor = root, factor
        self._share, self._regular_only = volume_share, regular_only

    def _map(self, rows: Blocks) -> Blocks:
        ratio = self._factor(rows.day) * (self._root.tick / self.tick)
        o, h, lo, c = (np.rint(column * ratio).astype(np.int64) for column in rows[2:6])
        volume, count = (np.rint(column * self._share).astype(np.int64) for column in rows[6:8])
        return Blocks(rows.start, rows.end, o, h, lo, c, volume, count, rows.day)

    def blocks(self, level: int, begin: float, end: float, *, regular: bool = False) -> Blocks:
        """Rows of `level` that meet [begin, end)."""
        return self._map(self._root.blocks(level, begin, end, regular=regular or self._regular_only))

    def cover(self, begin: float, end: float, level: int, *, regular: bool = False) -> Blocks:
        """Rows that cover [begin, end): whole ones of `level`, then finer ones down to 1 s for the rest."""
        return self._map(self._root.cover(begin, end, level, regular=regular or self._regular_only))

    def slots(self, seconds: Blocks) -> tuple[Ints, Ints]:
        """Close in ticks and volume of each 1/8 s of the given 1 s rows: two arrays of shape (seconds, 8)."""
        root = self._root.blocks(len(LEVELS) - 1, float(seconds.start[0]), float(seconds.end[-1]))
        root = root.pick(np.isin(root.start, seconds.start))
        closes, volumes = self._root.slots(root)
        ratio = self._factor(root.day)[:, None] * (self._root.tick / self.tick)
        return np.rint(closes * ratio).astype(np.int64), np.rint(volumes * self._share).astype(np.int64)
