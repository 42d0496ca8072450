"""Single ticks: tick-by-tick streams, ticks of the past, exchange-for-physical quotes.

Tick-by-tick is as hot as quotes: a tick costs one lookup, a few dict writes and one tuple.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from ibnb.objects import (
    EfpData,
    HistoricalTick,
    HistoricalTickBidAsk,
    HistoricalTickLast,
    TickAttribBidAsk,
    TickAttribLast,
    TickByTickAllLast,
    TickByTickBidAsk,
    TickByTickMidPoint,
)
from ibnb.records import collector_paused
from ibnb.state import ticks as types
from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m
from ibnb.wire.fields import Memo
from ibnb.wire.rows import Rows

BID_ASK, MID_POINT = 3, 4
LAST_MARKS = [TickAttribLast(bool(mask & 1), bool(mask & 2)) for mask in range(4)]  # by the mask's bits, shared
BID_ASK_MARKS = [TickAttribBidAsk(bool(mask & 1), bool(mask & 2)) for mask in range(4)]
_new = tuple.__new__


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the messages with single ticks."""
    return {m.TickByTick: _tick_by_tick(store), m.TickEFP: _efp(store), **_history_routes(store)}


def _tick_by_tick(store: Store) -> Callable[..., None]:
    """Return the handler of tick-by-tick messages. Long, since all four kinds come in one message."""
    find = store.records.get
    mark = store.dirty_quotes.append
    empty_price, empty_size = store.defaults.emptyPrice, store.defaults.emptySize

    def tick_by_tick(
        reqId: int,
        tickType: int,
        time: int,
        price: float,
        size: float,
        mask: int,
        exchange: str,
        specialConditions: str,
        bidPrice: float,
        askPrice: float,
        bidSize: float,
        askSize: float,
        midPoint: float,
    ) -> None:
        record = find(reqId)
        if record is None or not 0 <= tickType <= MID_POINT:
            store.unknown_ids += 1
            return
        fields = record.fields
        if tickType < BID_ASK:
            if size == UNSET_DOUBLE:
                size = empty_size
            elif price == -1 and size == 0:
                price, size = empty_price, empty_size
            fields["prevLast"] = fields["last"]
            fields["prevLastSize"] = fields["lastSize"]
            fields["last"] = price
            fields["lastSize"] = size
            marks = LAST_MARKS[mask & 3]
            values: tuple[Any, ...] = (tickType, store.now, price, size, marks, exchange, specialConditions)
            record.tbt.append(_new(TickByTickAllLast, values))
        elif tickType == BID_ASK:
            bidSize = empty_size if bidSize == UNSET_DOUBLE else bidSize
            askSize = empty_size if askSize == UNSET_DOUBLE else askSize
            if bidPrice != fields["bid"]:
                fields["prevBid"] = fields["bid"]
                # no quote is a price of 0 or -1 without a size; with a size a price below zero is real (spreads)
                fields["bid"] = bidPrice if bidPrice > 0 or bidSize else empty_price
            if bidSize != fields["bidSize"]:
                fields["prevBidSize"] = fields["bidSize"]
                fields["bidSize"] = bidSize or empty_size
            if askPrice != fields["ask"]:
                fields["prevAsk"] = fields["ask"]
                fields["ask"] = askPrice if askPrice > 0 or askSize else empty_price
            if askSize != fields["askSize"]:
                fields["prevAskSize"] = fields["askSize"]
                fields["askSize"] = askSize or empty_size
            values = (store.now, bidPrice, askPrice, bidSize, askSize, BID_ASK_MARKS[mask & 3])
            record.tbt.append(_new(TickByTickBidAsk, values))
        else:
            record.tbt.append(_new(TickByTickMidPoint, (store.now, midPoint)))
        if not record.dirty:
            record.dirty = True
            mark(record)

    return tick_by_tick


def _efp(store: Store) -> Callable[..., None]:
    def tick_efp(
        reqId: int,
        tickType: int,
        basisPoints: float,
        formattedBasisPoints: str,
        totalDividends: float,  # the price of the future, in spite of its name
        holdDays: int,
        futureLastTradeDate: str,
        dividendImpact: float,
        dividendsToLastTradeDate: float,
    ) -> None:
        record = store.records.get(reqId)
        name = types.EFPS.get(tickType)
        if record is None or name is None:
            store.unknown_ids += 1
            return
        record.fields[name] = EfpData(
            basisPoints,
            formattedBasisPoints,
            totalDividends,
            holdDays,
            futureLastTradeDate,
            dividendImpact,
            dividendsToLastTradeDate,
        )
        if not record.dirty:
            record.dirty = True
            store.dirty_quotes.append(record)

    return tick_efp


def _history_routes(store: Store) -> dict[type, Callable[..., Any]]:
    requests = store.requests
    zone = store.defaults.timezone
    at = dt.datetime.fromtimestamp

    def gather(cls: type) -> Callable[[int, Any, bool], None]:
        def historical_ticks(reqId: int, ticks: Any, done: bool) -> None:
            pending = requests.get(reqId)
            if pending is None:
                store.unknown_ids += 1
                return
            if ticks:
                seconds, *columns = ticks.columns() if isinstance(ticks, Rows) else zip(*ticks)
                times = map(Memo(lambda second: at(second, zone)).__getitem__, seconds)
                with collector_paused():
                    pending.results.extend(map(partial(_new, cls), zip(times, *columns)))
            if done:
                requests.finish(reqId)

        return historical_ticks

    return {
        m.HistoricalTicks: gather(HistoricalTick),
        m.HistoricalTicksBidAsk: gather(HistoricalTickBidAsk),
        m.HistoricalTicksLast: gather(HistoricalTickLast),
    }
