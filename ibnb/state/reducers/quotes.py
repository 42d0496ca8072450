"""Level-1 quotes.

Ticks into tickers. The hottest code of the client: a tick costs one lookup, a few dict writes and one TickData.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

from ibnb.objects import Dividends, FundamentalRatios, OptionComputation, TickData
from ibnb.state import ticks as types
from ibnb.state.outbox import QuoteRecord
from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE, parseIBDatetime
from ibnb.wire import catalogue as m

_new = tuple.__new__
_blank = object.__new__


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the quote messages."""
    return {**_price_routes(store), **_value_routes(store), **_stream_routes(store)}


def _price_routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of prices and sizes. Long, since it only holds handlers, closures over the store."""
    find = store.records.get
    quotes, sizes, prices, attributes, marks = (
        types.QUOTES,
        types.QUOTE_SIZES,
        types.PRICES,
        types.ATTRIBUTES,
        types.MARKS,
    )
    other_sizes, last_ticks, last_sizes = types.SIZES, types.LAST_TICKS, types.LAST_SIZE_TICKS
    empty_price, empty_size = store.defaults.emptyPrice, store.defaults.emptySize
    mark = store.dirty_quotes.append

    def tick_price(reqId: int, tickType: int, price: float, size: float, attrMask: int) -> None:
        record = find(reqId)
        if record is None:
            store.unknown_ids += 1
            return
        fields = record.fields
        quote = quotes.get(tickType)
        if quote is not None:
            name, previous, size_name, previous_size = quote
            if size == UNSET_DOUBLE:
                size = empty_size
            elif size == 0 and (tickType not in last_ticks or (price == -1 and fields["close"] > 0)):
                price, size = empty_price, empty_size
            fields[previous] = fields[name]
            fields[previous_size] = fields[size_name]
            fields[name] = price
            fields[size_name] = size
            if attrMask or fields[attributes[tickType]] is not None:
                fields[attributes[tickType]] = marks[attrMask & 7]
        else:
            fields[prices.get(tickType) or _unknown(record, tickType)] = price
            if size == UNSET_DOUBLE:
                size = empty_size
        if price or size:
            record.ticks.append(_new(TickData, (store.now, tickType, price, size)))
        if not record.dirty:
            record.dirty = True
            mark(record)

    def tick_size(reqId: int, tickType: int, size: float) -> None:
        record = find(reqId)
        if record is None:
            store.unknown_ids += 1
            return
        fields = record.fields
        if size == UNSET_DOUBLE:  # withdrawn
            size = 0
        quote = sizes.get(tickType)
        price = empty_price
        if quote is not None:
            name, _, size_name, previous_size = quote
            known = fields[size_name]
            if tickType in last_sizes:
                price = fields[name]
                if price != price:  # no last price yet: a size alone says nothing
                    return
                if size != known:
                    fields[previous_size] = known
                    fields[size_name] = size
            elif size == known:
                return
            else:
                fields[previous_size] = known
                if size == 0:
                    fields[name] = empty_price
                    fields[size_name] = empty_size
                else:
                    price = fields[name]
                    fields[size_name] = size
        else:
            fields[other_sizes.get(tickType) or _unknown(record, tickType)] = size
        if price or size:
            record.ticks.append(_new(TickData, (store.now, tickType, price, size)))
        if not record.dirty:
            record.dirty = True
            mark(record)

    return {m.TickPrice: tick_price, m.TickSize: tick_size}


def _value_routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of texts, numbers and Greeks. Long, since it only holds handlers, closures over the store."""
    find = store.records.get
    mark = store.dirty_quotes.append
    strings, timestamps, rt_volumes, generics, greeks = (
        types.STRINGS,
        types.TIMESTAMPS,
        types.RT_VOLUMES,
        types.GENERICS,
        types.GREEKS,
    )
    empty_size = store.defaults.emptySize
    zone = store.defaults.timezone
    at = dt.datetime.fromtimestamp

    def tick_string(reqId: int, tickType: int, value: str) -> None:
        record = find(reqId)
        if record is None:
            store.unknown_ids += 1
            return
        if tickType in timestamps:
            seconds = int(value or 0)
            if seconds:
                record.fields[timestamps[tickType]] = at(seconds, zone)
        elif tickType in strings:
            record.fields[strings[tickType]] = value
        elif tickType in rt_volumes:
            _rt_volume(store, record, tickType, value)
        elif tickType == types.DIVIDENDS:
            record.ticker.dividends = _dividends(value)
        elif tickType == types.FUNDAMENTAL_RATIOS:
            record.ticker.fundamentalRatios = _ratios(value)
        else:
            record.fields[_unknown(record, tickType)] = value
        if not record.dirty:
            record.dirty = True
            mark(record)

    def tick_generic(reqId: int, tickType: int, value: float) -> None:
        record = find(reqId)
        if record is None:
            store.unknown_ids += 1
            return
        value = value if value > 0 else empty_size
        record.fields[generics.get(tickType) or _unknown(record, tickType)] = value
        record.ticks.append(_new(TickData, (store.now, tickType, value, 0)))
        if not record.dirty:
            record.dirty = True
            mark(record)

    def tick_option(
        reqId: int,
        tickType: int,
        tickAttrib: int,
        impliedVol: float,
        delta: float,
        optPrice: float,
        pvDividend: float,
        gamma: float,
        vega: float,
        theta: float,
        undPrice: float,
    ) -> None:
        computation = _blank(OptionComputation)
        computation.__dict__.update(  # what its frozen __init__ does, in a quarter of the time
            tickAttrib=tickAttrib,
            impliedVol=impliedVol if impliedVol >= 0 else None,
            delta=delta if delta != -2 else None,
            optPrice=optPrice if optPrice != -1 else None,
            pvDividend=pvDividend if pvDividend != -1 else None,
            gamma=gamma if gamma != -2 else None,
            vega=vega if vega != -2 else None,
            theta=theta if theta != -2 else None,
            undPrice=undPrice if undPrice != -1 else None,
        )
        record = find(reqId)
        if record is None:
            if not store.requests.finish(reqId, computation):
                store.unknown_ids += 1
            return
        record.fields[greeks.get(tickType) or _unknown(record, tickType)] = computation
        if not record.dirty:
            record.dirty = True
            mark(record)

    return {m.TickString: tick_string, m.TickGeneric: tick_generic, m.TickOptionComputation: tick_option}


def _stream_routes(store: Store) -> dict[type, Callable[..., Any]]:
    def req_params(
        tickerId: int,
        minTick: float,
        bboExchange: str,
        snapshotPermissions: int,
        lastPricePrecision: Any,
        lastSizePrecision: Any,
    ) -> None:
        record = store.records.get(tickerId)
        if record is not None:
            ticker = record.ticker
            for name, value in (("lastPricePrecision", lastPricePrecision), ("lastSizePrecision", lastSizePrecision)):
                if value != UNSET_DOUBLE:
                    setattr(ticker, name, float(value))
            ticker.minTick, ticker.bboExchange, ticker.snapshotPermissions = minTick, bboExchange, snapshotPermissions
            store.touch("quotes", record.key)
            if ticker.contract is not None:
                store.learn_tick(ticker.contract.conId, minTick)

    def market_data_type(reqId: int, marketDataType: int) -> None:
        record = store.records.get(reqId)
        if record is not None:
            record.ticker.marketDataType = marketDataType
            store.touch("quotes", record.key)

    def snapshot_end(reqId: int) -> None:
        store.requests.finish(reqId)

    return {m.TickReqParams: req_params, m.MarketDataType: market_data_type, m.TickSnapshotEnd: snapshot_end}


def _unknown(record: QuoteRecord, tick_type: int) -> str:
    """Return a field for a tick type newer than ibnb: the value is kept, nothing is raised."""
    return f"tick{tick_type}"


def _rt_volume(store: Store, record: QuoteRecord, tick_type: int, value: str) -> None:
    """Read `price;size;time ms;total volume;vwap;single trade flag`; price and size may be empty."""
    price, size, time_ms, volume, vwap, *_ = [*value.split(";"), "", "", "", "", ""]
    fields = record.fields
    if volume:
        fields[types.RT_VOLUMES[tick_type]] = float(volume)
    if vwap:
        fields["vwap"] = float(vwap)
    if time_ms:
        fields["rtTime"] = dt.datetime.fromtimestamp(int(time_ms) / 1000, store.defaults.timezone)
    if price:
        name, previous, size_name, previous_size = types.QUOTES[4]
        fields[previous], fields[previous_size] = fields[name], fields[size_name]
        fields[name], fields[size_name] = float(price), float(size or 0)
        record.ticks.append(TickData(store.now, tick_type, fields[name], fields[size_name]))


def _dividends(value: str) -> Dividends:
    """Read `past 12 months,next 12 months,next date,next amount`, any of them empty."""
    past, following, date, amount = [*value.split(","), "", "", "", ""][:4]
    when = parseIBDatetime(date) if date else None
    return Dividends(
        float(past) if past else None,
        float(following) if following else None,
        when if not isinstance(when, dt.datetime) else when.date(),
        float(amount) if amount else None,
    )


def _ratios(value: str) -> FundamentalRatios:
    ratios: dict[str, Any] = {}
    for pair in value.split(";"):
        name, _, text = pair.partition("=")
        if not name:
            continue
        try:
            number = float(text)
        except ValueError:
            ratios[name] = text
        else:
            ratios[name] = (
                math.nan if number == -99999.99 else int(number) if number.is_integer() and "." not in text else number
            )
    return FundamentalRatios(**ratios)
