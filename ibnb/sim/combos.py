"""Combinations: several contracts traded as one, quoted and filled from the quotes of their legs.

A combination is an instrument of its own (secType BAG) for as long as the gateway lives. To buy it is to trade each leg
by its side and ratio; its bid is what selling all that brings, so prices may be zero or negative.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

from ibnb.contract import ComboLeg, Contract
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.paths import Process
from ibnb.sim.quotes import Minute, Quote, Tape

if TYPE_CHECKING:
    from collections.abc import Callable

    from ibnb.sim.matching import Market

__all__ = ["COMBO_ID", "ComboTape", "combo", "describe", "match_combo", "parts"]

COMBO_ID: Final = 28812380
"""The conId that TWS gives all combinations in US dollars."""
MAX_LEGS: Final = 6
_SIDES = {"BUY": 1, "SELL": -1, "SSHORT": -1}


def combo(asked: Contract, find: Callable[[int], Instrument | None], number: int) -> Instrument:
    """Make the instrument of a combination; `number` tells it from others.

    Raises RequestRefused: 314 without legs, 312 for too many or several currencies, 313 for a bad leg.
    """
    if not asked.comboLegs:
        raise RequestRefused(314, "Security type 'BAG' requires combo leg details.")
    legs = []
    for position, leg in enumerate(asked.comboLegs, 1):
        instrument, side = find(leg.conId), _SIDES.get(leg.action.upper(), 0)
        if instrument is None or not side or leg.ratio <= 0 or instrument.sec_type in ("IND", "CFD"):
            raise RequestRefused(313, f"The combo details for leg '{position}' are invalid.")
        legs.append((instrument, side * leg.ratio))
    currencies = {instrument.currency for instrument, _ in legs}
    if len(legs) > MAX_LEGS or len(currencies) > 1:
        raise RequestRefused(312, "The combo details are invalid.")
    lead = min((i for i, _ in legs), key=lambda i: i.sec_type != "OPT")  # the one with the shortest hours
    symbols = sorted({instrument.symbol for instrument, _ in legs})
    return Instrument(
        -number, asked.symbol or ",".join(symbols), "BAG", "SMART", currencies.pop(), "Combination", lead.calendar,
        Process(1.0, min(i.tick for i, _ in legs), 0.0), ("SMART", *{i.exchange for i, _ in legs}),
        local_symbol=",".join(symbols), trading_class="COMB", lot=1.0, legs=tuple(legs), market_rule=0,
    )  # fmt: skip


def describe(instrument: Instrument, contract: Contract) -> None:
    """Fill in what the contract of a combination has besides: its legs, and the id of all combinations."""
    contract.conId = COMBO_ID
    contract.comboLegs = [
        ComboLeg(
            leg.con_id, abs(ratio), "BUY" if ratio > 0 else "SELL", "SMART" if leg.sec_type != "FUT" else leg.exchange
        )
        for leg, ratio in instrument.legs
    ]
    contract.comboLegsDescrip = ",".join(f"{leg.con_id}|{ratio}" for leg, ratio in instrument.legs)


def parts(instrument: Instrument, quantity: float) -> list[tuple[Instrument, float]]:
    """Return what a signed quantity consists of: the legs of a combination, else the instrument itself."""
    if not instrument.legs:
        return [(instrument, quantity)]
    return [(leg, quantity * ratio) for leg, ratio in instrument.legs]


def match_combo(sign: int, limit: float | None, market: Market) -> tuple[float, float] | None:
    """Return (price, size available) at which an order for a combination trades now, or None; any price is one."""
    quote = market.quote
    touch, size = (quote.ask, quote.ask_size) if sign > 0 else (quote.bid, quote.bid_size)
    if size <= 0 or not quote.is_open or (limit is not None and sign * (touch - limit) > 1e-9):
        return None
    return touch, size


class ComboTape(Tape):
    """The running quote of a combination, made of the tapes of its legs."""

    def __init__(self, instrument: Instrument, tapes: list[Tape], seed: int) -> None:
        super().__init__(instrument, tapes[0].path, seed)
        self._legs = [(tape, ratio) for tape, (_, ratio) in zip(tapes, instrument.legs, strict=True)]
        self._digits = 8

    def prefetch(self, now: float) -> bool:
        """Nothing to do: the legs have it."""
        return False

    def extremes(self, since: float, now: float) -> tuple[float, float]:
        """Return the price of now twice: where a combination has been between two looks does not count."""
        last = self.at(now).last
        return last, last

    def _sum(self, longs: list[list[float]], shorts: list[list[float]]) -> list[float]:
        """Add up the legs slot by slot: bought ones from `longs`, sold ones from `shorts`."""
        columns = [
            [value * ratio for value in (longs if ratio > 0 else shorts)[n]] for n, (_, ratio) in enumerate(self._legs)
        ]
        return [round(sum(values), self._digits) for values in zip(*columns, strict=True)]

    def _make(self, begin: int) -> Minute | None:
        found = [tape.minute(begin // 60) for tape, _ in self._legs]
        minutes = [minute for minute in found if minute is not None]
        if len(minutes) < len(found):
            return None
        first = max(minute.first for minute in minutes)
        last = min(minute.first + len(minute.bid) for minute in minutes)
        if first >= last:
            return None

        def column(name: str) -> list[list[float]]:
            return [getattr(minute, name)[first - minute.first : last - minute.first] for minute in minutes]

        bids, asks, bid_sizes, ask_sizes = (column(name) for name in ("bid", "ask", "bid_size", "ask_size"))
        bid, ask = self._sum(bids, asks), self._sum(asks, bids)
        middle = [round((b + a) / 2, self._digits) for b, a in zip(bid, ask, strict=True)]
        nothing, ratios = [0.0] * len(bid), [ratio for _, ratio in self._legs]
        opened, closed = (
            round(
                sum(getattr(minute, name) * ratio for minute, ratio in zip(minutes, ratios, strict=True)), self._digits
            )
            for name in ("open", "close")
        )
        return Minute(
            first, bid, ask, middle, self._least(bid_sizes, ask_sizes), self._least(ask_sizes, bid_sizes), nothing,
            nothing, list(accumulate(middle, max)), list(accumulate(middle, min)),
            opened, closed,
        )  # fmt: skip

    def _least(self, longs: list[list[float]], shorts: list[list[float]]) -> list[float]:
        """How many combinations the sizes of the legs allow, one at least."""
        columns = [
            [value // abs(ratio) for value in (longs if ratio > 0 else shorts)[n]]
            for n, (_, ratio) in enumerate(self._legs)
        ]
        return [max(min(values), 1.0) for values in zip(*columns, strict=True)]

    def _idle_quote(self, now: float) -> Quote:
        quotes = [(tape.at(now), ratio) for tape, ratio in self._legs]
        bid = round(sum(ratio * (q.bid if ratio > 0 else q.ask) for q, ratio in quotes), self._digits)
        ask = round(sum(ratio * (q.ask if ratio > 0 else q.bid) for q, ratio in quotes), self._digits)
        last, close = (bid + ask) / 2, round(sum(ratio * q.close for q, ratio in quotes), self._digits)
        return Quote(
            0, bid, ask, last, 1.0, 1.0, 0.0, 0.0, last, last, last, close, min(q.time for q, _ in quotes), False
        )  # fmt: skip
