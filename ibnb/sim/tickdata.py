"""Single ticks of an instrument in a span of time: trades, quotes and midpoints, live and historical alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ibnb.sim.noise import choice, key
from ibnb.sim.quotes import SLOTS_PER_S, Minute, Tape

__all__ = ["MidTick", "QuoteTick", "TradeTick", "mids", "quotes", "trades"]

_VENUES = ("NASDAQ", "ARCA", "BATS", "DRCTEDGE", "NYSE", "IEX", "MEMX", "BYX")
_SPAN = 60 * SLOTS_PER_S


class TradeTick(NamedTuple):
    """A trade; `slot` counts eighths of a second since 1970."""

    slot: int
    price: float
    size: float
    exchange: str
    conditions: str


class QuoteTick(NamedTuple):
    """A change of bid, ask or their sizes."""

    slot: int
    bid: float
    ask: float
    bid_size: float
    ask_size: float


class MidTick(NamedTuple):
    """A change of the midpoint."""

    slot: int
    price: float


def _minutes(tape: Tape, first: int, last: int) -> Iterator[tuple[Minute, int, int]]:
    """Yield the minutes of slots [first, last] with the range of indices in each."""
    for number in range(first // _SPAN, last // _SPAN + 1):
        minute = tape.minute(number)
        if minute is not None:
            begin, end = max(first - minute.first, 0), min(last - minute.first + 1, len(minute.bid))
            if begin < end:
                yield minute, begin, end


def trades(tape: Tape, first: int, last: int) -> list[TradeTick]:
    """Return the trades in the slots [first, last]."""
    found = []
    single = tape.instrument.sec_type != "STK"
    base = key(tape.instrument.con_id, "venues")
    for minute, begin, end in _minutes(tape, first, last):
        for i in range(begin, end):
            size = minute.traded[i]
            if size > 0:
                slot = minute.first + i
                venue = tape.instrument.exchange if single else _VENUES[choice(base, slot, len(_VENUES))]
                found.append(TradeTick(slot, minute.last[i], size, venue, " I" if size < 100 and not single else ""))
    return found


def quotes(tape: Tape, first: int, last: int) -> list[QuoteTick]:
    """Return the changes of the quote in the slots [first, last]."""
    found = []
    for minute, begin, end in _minutes(tape, first, last):
        before: tuple[float, ...] = ()
        if begin > 0:
            j = begin - 1
            before = (minute.bid[j], minute.ask[j], minute.bid_size[j], minute.ask_size[j])
        for i in range(begin, end):
            now = (minute.bid[i], minute.ask[i], minute.bid_size[i], minute.ask_size[i])
            if now != before:
                found.append(QuoteTick(minute.first + i, *now))
                before = now
    return found


def mids(tape: Tape, first: int, last: int) -> list[MidTick]:
    """Return the changes of the midpoint in the slots [first, last]."""
    found = []
    for minute, begin, end in _minutes(tape, first, last):
        before = (minute.bid[begin - 1] + minute.ask[begin - 1]) / 2 if begin > 0 else -1.0
        for i in range(begin, end):
            now = round((minute.bid[i] + minute.ask[i]) / 2, 8)
            if now != before:
                found.append(MidTick(minute.first + i, now))
                before = now
    return found
