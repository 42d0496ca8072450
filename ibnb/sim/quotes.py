"""Quotes and trades as they run: what an instrument shows at a moment, in steps of 1/8 s of its path.

A `Tape` keeps the minute at hand as plain lists, so that a quote costs a microsecond; the same slots are what
historical ticks are made of, hence live ticks and history agree.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from ibnb.sim.instruments import Instrument
from ibnb.sim.noise import Ints, choice, key, uniform
from ibnb.sim.paths import Path

__all__ = ["SLOTS_PER_S", "Minute", "Quote", "Tape"]

SLOTS_PER_S = 8
_KEEP_MINUTES = 6


class Quote(NamedTuple):
    """What an instrument shows. Prices in its currency; sizes and volume in shares, contracts or currency units.

    `time` is that of the last trade (whole seconds); `slot` counts eighths of a second since 1970.
    """

    slot: int
    bid: float
    ask: float
    last: float
    bid_size: float
    ask_size: float
    last_size: float
    volume: float
    open: float
    high: float
    low: float
    close: float
    time: int
    is_open: bool


class Minute(NamedTuple):
    """One minute of slots as lists; `first` is the slot number of the first."""

    first: int
    bid: list[float]
    ask: list[float]
    last: list[float]
    bid_size: list[float]
    ask_size: list[float]
    traded: list[float]
    volume: list[float]
    high: list[float]
    low: list[float]
    open: float
    close: float


class Tape:
    """The running quote of one instrument."""

    def __init__(self, instrument: Instrument, path: Path, seed: int) -> None:
        self.instrument = instrument
        self.path = path
        self._key = key(seed, instrument.con_id, "tape")
        self._digits = 8 if instrument.tick < 0.001 else 6
        self._prefetch_at = 20 + choice(self._key, 0, 35)
        self._read = 0
        self._minutes: OrderedDict[int, Minute | None] = OrderedDict()
        self._idle: dict[int, Quote] = {}
        self._frozen_at: float | None = None

    def freeze(self, now: float | None) -> None:
        """Let the quote stand still as it is at `now` (a trading halt); None lets it run again."""
        self._frozen_at = now

    def forget(self) -> None:
        """Make anew what has been made of the path, which has been moved."""
        self._minutes.clear()
        self._idle.clear()

    def at(self, now: float) -> Quote:
        """Return the quote at `now` (seconds since 1970 UTC); outside of trading hours the one at the last close."""
        if self._frozen_at is not None and now > self._frozen_at:
            now = self._frozen_at
        slot = int(now * SLOTS_PER_S)
        number = self._read = slot // (60 * SLOTS_PER_S)
        if number in self._minutes:
            minute = self._minutes[number]
        else:
            minute = self.minute(number)
        if minute is None:
            return self._closed(number, slot)
        i = min(max(slot - minute.first, 0), len(minute.bid) - 1)
        return Quote(
            slot, minute.bid[i], minute.ask[i], minute.last[i], minute.bid_size[i], minute.ask_size[i],
            minute.traded[i], minute.volume[i], minute.open, minute.high[i], minute.low[i], minute.close,
            slot // SLOTS_PER_S, True,
        )  # fmt: skip

    def prefetch(self, now: float) -> bool:
        """Make the next minute ahead of time if this one is read; tell whether work was done."""
        second = int(now) % 60
        number = int(now) // 60
        if second < self._prefetch_at or self._read < number or number + 1 in self._minutes:
            return False
        self.minute(number + 1)
        return True

    def extremes(self, since: float, now: float) -> tuple[float, float]:
        """Return the lowest and highest price of the path in (since, now]; the price of now if nothing traded."""
        quote = self.at(now)
        low = high = quote.last
        if now - since > 150:
            rows = self.path.cover(since, now, 3)
            if len(rows.start):
                low, high = min(low, self._price(int(rows.low.min()))), max(high, self._price(int(rows.high.max())))
            return low, high
        first, last = int(since * SLOTS_PER_S) + 1, quote.slot
        for number in range(first // (60 * SLOTS_PER_S), last // (60 * SLOTS_PER_S) + 1):
            minute = self.minute(number)
            if minute is not None:
                some = minute.last[max(first - minute.first, 0) : max(last - minute.first + 1, 0)]
                low, high = min(some, default=low), max(some, default=high)
                low, high = min(low, quote.last), max(high, quote.last)
        return low, high

    def minute(self, number: int) -> Minute | None:
        """Return the slots of a minute (counted from 1970), or None when the market is closed then."""
        if number in self._minutes:
            return self._minutes[number]
        made = self._make(number * 60)
        self._minutes[number] = made
        while len(self._minutes) > _KEEP_MINUTES:
            self._minutes.popitem(last=False)
        return made

    def _make(self, begin: int) -> Minute | None:
        path, instrument = self.path, self.instrument
        seconds = path.blocks(5, begin, begin + 60)
        if not len(seconds.start):
            return None
        closes, volumes = (a.reshape(-1) for a in path.slots(seconds))
        first = int(seconds.start[0]) * SLOTS_PER_S
        opened, high, low, so_far, before = self._day(int(seconds.day[0]), float(seconds.start[0]), int(closes[0]))
        below, above = instrument.spread
        if closes.min() <= below:
            below = max(int(closes.min()) - 1, 0)
        at = np.arange(first, first + len(closes), dtype=np.int64)
        bids, asks = (self._sizes(at, stream) for stream in (0, 2))
        if below + above > 1:  # room to breathe: each side steps back a tick now and then
            lower, upper = closes - below - self._steps_back(at, 4), closes + above + self._steps_back(at, 6)
        else:
            lower, upper = closes - below, closes + above
        return Minute(
            first, self._prices(np.maximum(lower, 1)), self._prices(upper), self._prices(closes), bids, asks,
            volumes.astype(float).tolist(), (so_far + np.cumsum(volumes)).astype(float).tolist(),
            self._prices(np.maximum(np.maximum.accumulate(closes), high)),
            self._prices(np.minimum(np.minimum.accumulate(closes), low)),
            self._price(opened), self._price(before),
        )  # fmt: skip

    def _sizes(self, at: Ints, stream: int) -> list[float]:
        """Sizes that hold for a second or so and then jump."""
        fresh = uniform(self._key, at, stream + 1) < 0.4
        fresh[0] = True
        held = np.maximum.accumulate(np.where(fresh, np.arange(len(at)), 0))
        draws = uniform(self._key, at, stream)[held]
        sizes = np.ceil(draws * draws * 12) * self.instrument.lot
        result: list[float] = np.round(sizes, 8).tolist()
        return result

    def _steps_back(self, at: Ints, stream: int) -> Ints:
        """1 where a side of the quote is a tick further out than usual, for a good second each time."""
        held = at // 5
        return (uniform(self._key, held, stream) < 0.3).astype(np.int64)

    def _day(self, day: int, until: float, price: int) -> tuple[int, int, int, int, int]:
        """Open, high, low, volume of the day before `until`, and the close of the day before, in ticks."""
        path = self.path
        begin, end = path.calendar.bounds
        rows = path.cover(float(begin[day, 0]), until, 1)
        back = max(day - 1, 0)
        previous = path.blocks(0, float(begin[back, 0]), float(end[back, -1]), regular=True)
        before = int(previous.close[-1]) if len(previous.close) else price
        if not len(rows.start):
            return price, price, price, 0, before
        return int(rows.open[0]), int(rows.high.max()), int(rows.low.min()), int(rows.volume.sum()), before

    def _closed(self, number: int, slot: int) -> Quote:
        known = self._idle.get(number)
        if known is None:
            known = self._idle_quote(number * 60)
            self._idle = {number: known}
        return known._replace(slot=slot)

    def _idle_quote(self, now: float) -> Quote:
        path, instrument = self.path, self.instrument
        begin, end = path.calendar.bounds
        day = max(path.calendar.day_index(now), 1)
        rows = path.blocks(0, float(begin[max(day - 3, 0), 0]), now)
        rows = rows.pick(rows.end <= now)
        if not len(rows.start):
            return Quote(0, -1.0, -1.0, -1.0, 0.0, 0.0, 0.0, 0.0, -1.0, -1.0, -1.0, -1.0, int(now), False)
        last_day = rows.pick(rows.day == rows.day[-1])
        close = int(rows.close[-1])
        back = int(last_day.day[0]) - 1
        previous = path.blocks(0, float(begin[back, 0]), float(end[back, -1]), regular=True)
        before = int(previous.close[-1]) if len(previous.close) else close
        below, above = instrument.spread
        return Quote(
            0, self._price(max(close - below, 1)), self._price(close + above), self._price(close), instrument.lot,
            instrument.lot, instrument.lot, float(last_day.volume.sum()), self._price(int(last_day.open[0])),
            self._price(int(last_day.high.max())), self._price(int(last_day.low.min())), self._price(before),
            int(rows.end[-1]) - 1, False,
        )  # fmt: skip

    def _price(self, ticks: int) -> float:
        return round(ticks * self.path.tick, self._digits)

    def _prices(self, ticks: Ints) -> list[float]:
        result: list[float] = np.round(ticks * self.path.tick, self._digits).tolist()
        return result
