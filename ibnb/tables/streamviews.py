"""What the tables of one contract's streams, of scans, news and look-ups show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from ibnb.objects import HistoricalTick, HistoricalTickBidAsk, HistoricalTickLast
from ibnb.tables.columns import Column
from ibnb.tables.table import Table
from ibnb.tables.words import View, contract_columns, min_tick, number, price, size, text, ticked, time, whole

MAX_TICKS = 10_000
_TRADES = {1: "Last", 2: "AllLast", 48: "RTVolume", 77: "RTTradeVolume"}


def _optional(*names: str) -> Callable[[Any], Any]:
    """Return the getter of the first of these fields that the tick has."""

    def get(tick: Any) -> Any:
        for name in names:
            value = getattr(tick, name, None)
            if value is not None:
                return value
        return None

    return get


_PRICE = _optional("price", "midPoint")
_BID_SIZE, _ASK_SIZE = _optional("bidSize", "sizeBid"), _optional("askSize", "sizeAsk")


def _quoted(price: Callable[[Any], Any], size: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the getter of a side's price, which is 0 or -1 where there is no quote: then it has no size."""

    def get(tick: Any) -> Any:
        value = price(tick)
        return None if value is None or (value <= 0 and not size(tick)) else value

    return get


def _traded(tick: Any) -> Any:
    """Return the price of a trade, or a midpoint; -1 without a size is none."""
    value = _PRICE(tick)
    return None if value == -1 and not getattr(tick, "size", None) else value


def _kind(tick: Any) -> str:
    if hasattr(tick, "midPoint"):
        return "MidPoint"
    if hasattr(tick, "bidPrice") or hasattr(tick, "priceBid"):
        return "BidAsk"
    number = getattr(tick, "tickType", None)
    if number is None:  # of the past: a trade, or a midpoint
        return "Last" if hasattr(tick, "tickAttribLast") else "MidPoint"
    return _TRADES.get(number, str(number))


def _mark(name: str) -> Column:
    def get(tick: Any) -> Any:
        return getattr(getattr(tick, "tickAttribLast", None), name, None)

    return Column(name, "bool", get, doc=f"Mark of a trade: {name}", hidden=True)


def ticks_view(name: str, least: Callable[[], float | None], cap: int) -> View:
    """Return the view of a contract's single ticks."""
    return View(
        name,
        ticked(
            time("time", "time", "When it arrived"),
            text("type", _kind, "Last, AllLast, BidAsk, MidPoint; RTVolume for trades of market data"),
            price("price", _traded, "Price of the trade, or the midpoint"),
            size("size", _optional("size"), "Size of the trade"),
            price("bid", _quoted(_optional("bidPrice", "priceBid"), _BID_SIZE), "Bid"),
            size("bidSize", _BID_SIZE, "Size at the bid"),
            price("ask", _quoted(_optional("askPrice", "priceAsk"), _ASK_SIZE), "Ask"),
            size("askSize", _ASK_SIZE, "Size at the ask"),
            text("exchange", _optional("exchange"), "Exchange of the trade"),
            text("conditions", _optional("specialConditions"), "Conditions of the trade"),
            _mark("pastLimit"),
            _mark("unreported"),
            min_tick(lambda _: least()),
        ),
        (),
        "no tick has come: ib.reqTickByTickData(contract, 'Last') asks for them",
        cap,
    )


def _level(side: int, field: int) -> Callable[[Any], Any]:
    def get(row: Any) -> Any:
        level = row[side]
        return None if level is None else level[field]

    return get


def depth_view(name: str, least: Callable[[], float | None]) -> View:
    """Return the view of an order book, whose rows are (number, bid level or None, ask level or None)."""
    return View(
        name,
        ticked(
            whole("level", lambda row: row[0], "1 is the best"),
            text("bidMaker", _level(1, 2), "Market maker or exchange of the bid"),
            size("bidSize", _level(1, 1), "Size of the bid"),
            price("bid", _level(1, 0), "Bid"),
            price("ask", _level(2, 0), "Ask"),
            size("askSize", _level(2, 1), "Size of the ask"),
            text("askMaker", _level(2, 2), "Market maker or exchange of the ask"),
            min_tick(lambda _: least()),
        ),
        ("level",),
        "the book is empty: ib.reqMktDepth(contract) asks for it",
    )


def book_rows(ticker: Any) -> list[tuple[int, tuple[int, Any, Any]]]:
    """Return a ticker's order book as (level, row) pairs, best first."""
    bids, asks = ticker.domBids, ticker.domAsks
    return [
        (i + 1, (i + 1, bids[i] if i < len(bids) else None, asks[i] if i < len(asks) else None))
        for i in range(max(len(bids), len(asks)))
    ]


NEWS = View(
    "news",
    (
        time("time", lambda tick: dt.datetime.fromtimestamp(tick.timeStamp / 1000, dt.UTC), "When it was published"),
        text("providerCode", "providerCode", "Provider"),
        text("headline", "headline", "Headline"),
        text("articleId", "articleId", "For ib.reqNewsArticle(providerCode, articleId)", hidden=True),
        text("extraData", "extraData", "What else the provider says", hidden=True),
    ),
    (),
    "no headline has come: ib.reqMktData(contract, 'mdoff,292') asks for those of a contract",
    cap=10_000,
)


def scan_view(name: str) -> View:
    """Return the view of a market scan."""
    inner = contract_columns("symbol", "localSymbol", "secType", "exchange", "currency")
    return View(
        name,
        (
            whole("rank", "rank", "Rank, from 0"),
            *(_of_details(column) for column in inner),
            text("longName", "contractDetails.longName", "Name", hidden=True),
            text("distance", "distance", "Distance, of scans that have one"),
            text("benchmark", "benchmark", "Benchmark"),
            text("projection", "projection", "Projection"),
            text("legs", "legsStr", "Legs of a combination", hidden=True),
        ),
        ("rank",),
        "the scan has found nothing",
    )


def _of_details(column: Column) -> Column:
    """Return a column of a contract as one of the contract in an object's `contractDetails`."""
    get = column.get
    return replace(column, get=lambda row: get(row.contractDetails))


DETAILS = View(
    "details",
    (
        *contract_columns(
            "symbol", "localSymbol", "secType", "expiry", "strike", "right", "exchange", "currency", "conId"
        ),
        text("longName", "longName", "Name"),
        number("minTick", "minTick", "currency", "Least price increment", missing=(0.0,)),
        number("minSize", "minSize", "", "Least size", missing=(0.0,), hidden=True),
        number("sizeIncrement", "sizeIncrement", "", "Step of sizes", missing=(0.0,), hidden=True),
        text("tradingClass", "contract.tradingClass", "Trading class"),
        text("primaryExchange", "contract.primaryExchange", "Primary exchange"),
        text("stockType", "stockType", "Type of a stock"),
        text("industry", "industry", "Industry"),
        text("category", "category", "Category", hidden=True),
        text("subcategory", "subcategory", "Subcategory", hidden=True),
        text("marketName", "marketName", "Market", hidden=True),
        text("contractMonth", "contractMonth", "Contract month", hidden=True),
        text("realExpirationDate", "realExpirationDate", "Day of expiration", hidden=True),
        text("underSymbol", "underSymbol", "Symbol of the underlying", hidden=True),
        whole("underConId", "underConId", "Contract id of the underlying", missing=(0,), hidden=True),
        text("timeZoneId", "timeZoneId", "Zone of the hours"),
        text("tradingHours", "tradingHours", "Trading hours", hidden=True),
        text("liquidHours", "liquidHours", "Liquid hours", hidden=True),
        text("validExchanges", "validExchanges", "Exchanges", hidden=True),
        text("orderTypes", "orderTypes", "Order types", hidden=True),
    ),
    ("conId",),
    "no contract details have been received: ib.reqContractDetails(contract) asks for them",
)


def details_table(details: Iterable[Any], **parts: Any) -> Table:
    """Return the table of contract details, by conId: what identifies a contract, its steps, hours and class."""
    table = Table("contract details", DETAILS.columns, key=DETAILS.key, reason="no contract fits", **parts)
    table.upsert((one.contract.conId, one) for one in details if one.contract is not None)
    return table


def chain_table(chains: Iterable[Any], **parts: Any) -> Table:
    """Return the table of option chains: one row for each expiration and strike of a trading class at an exchange."""
    columns = [
        text("exchange", lambda row: row[0].exchange, "Exchange"),
        text("tradingClass", lambda row: row[0].tradingClass, "Trading class"),
        text("expiry", lambda row: row[1], "Last trading day yyyymmdd"),
        number("strike", lambda row: row[2], "", "Strike", "size"),
        number("multiplier", lambda row: row[0].multiplier, "", "What one contract stands for", missing=("",)),
        whole(
            "underConId", lambda row: row[0].underlyingConId, "Contract id of the underlying", missing=(0,), hidden=True
        ),
    ]
    key = ("exchange", "tradingClass", "expiry", "strike")
    table = Table("option chain", columns, key=key, reason="there are no options", **parts)
    table.upsert(
        ((chain.exchange, chain.tradingClass, expiry, strike), (chain, expiry, strike))
        for chain in chains
        for expiry in sorted(chain.expirations)
        for strike in sorted(chain.strikes)
    )
    return table


def past_table(ticks: Sequence[Any], **parts: Any) -> Table:
    """Return the table of ticks of the past, as `ib.reqHistoricalTicks` gives them; times are those of the market."""
    view = ticks_view("ticks", lambda: None, max(1, len(ticks)))
    table = Table(view.name, view.columns, kind="append", reason="there are no ticks", **parts)
    table.append(ticks)
    return table


def list_table(objects: Sequence[Any], **parts: Any) -> Table:
    """Return the table of a list of contract details, of option chains or of ticks of the past.

    Raises:
        TypeError: The list holds something else.
    """
    first = objects[0] if len(objects) else None
    if first is None or hasattr(first, "underSecType"):
        return details_table(objects, **parts)
    if hasattr(first, "expirations"):
        return chain_table(objects, **parts)
    if isinstance(first, HistoricalTick | HistoricalTickBidAsk | HistoricalTickLast):
        return past_table(objects, **parts)
    lists = "contract details, option chains or ticks of the past"
    raise TypeError(f"a list of {lists} makes a table, not one of {type(first).__name__}")
