"""What the tables of a connection show: the columns of each, as getters over the objects of the model.

The getters know how TWS says "nothing" (-1 prices without a size, -2 Greeks); what they let through is a value. Columns
are made of the words of `ibnb.tables.words`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from ibnb.tables.columns import Column
from ibnb.tables.words import (
    CURRENCY,
    NAN,
    Get,
    View,
    account,
    contract_columns,
    min_tick,
    money,
    number,
    price,
    size,
    text,
    ticked,
    time,
    whole,
)
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER

# -- quotes --------------------------------------------------------------------------------------------------------


def _quoted(side: str) -> Get:
    """Return the getter of a price that has a size: TWS says "no quote" by -1 (or the user's `emptyPrice`) with size 0.

    With a size, -1 is a price: combinations and some indexes have those.
    """
    pick, size_field = attrgetter(side), f"{side}Size"

    def get(ticker: Any) -> Any:
        value = pick(ticker)
        if value is None or 0 < value < UNSET_DOUBLE:
            return value
        if value == UNSET_DOUBLE:
            return NAN
        have = getattr(ticker, size_field)
        if have == 0 or have is None or have != have:
            defaults = getattr(ticker, "defaults", None)
            if value == -1 or value == getattr(defaults, "emptyPrice", -1):
                return NAN
        return value

    return get


def _day(field: str) -> Get:
    """Return the getter of a price of the day, which TWS gives as -1 when there is none; 0 never is one."""
    pick = attrgetter(field)

    def get(ticker: Any) -> Any:
        value = pick(ticker)
        if value is None or 0 < value < UNSET_DOUBLE:
            return value
        if value == UNSET_DOUBLE:
            return NAN
        if value == 0 or (value == -1 and getattr(ticker.contract, "secType", "") not in ("BAG", "IND")):
            return NAN
        return value

    return get


def _amount(field: str, doc: str, **more: Any) -> Column:
    """Return the column of a quantity, which cannot be negative."""
    return size(field, field, doc, least=0.0, **more)


_BID, _ASK, _LAST, _CLOSE = _quoted("bid"), _quoted("ask"), _quoted("last"), _day("close")


def _reference(ticker: Any) -> float:
    """Return the last price, the middle of bid and ask where nothing is traded (currencies), NaN without either."""
    last = _LAST(ticker)
    if last is not None and last == last:
        return float(last)
    bid, ask = _BID(ticker), _ASK(ticker)
    return NAN if bid is None or ask is None else (bid + ask) / 2


def _change(ticker: Any) -> float:
    close = _CLOSE(ticker)
    return NAN if close is None else float(_reference(ticker) - close)


def _change_percent(ticker: Any) -> float:
    close = _CLOSE(ticker)
    return NAN if not close else 100.0 * (_reference(ticker) - close) / abs(close)


def _greek(field: str, valid: Callable[[float], bool]) -> Get:
    """Return the getter of a value of the model's computation; TWS marks what it cannot compute by -1 or -2."""

    def get(ticker: Any) -> Any:
        greeks = ticker.modelGreeks
        if greeks is None:
            return None
        value = getattr(greeks, field)
        return value if value is None or valid(value) else NAN

    return get


def _halted(ticker: Any) -> Any:
    value = ticker.halted
    if value is None or value != value:
        value = getattr(ticker, "delayedHalted", None)
    return int(value) if value is not None and 0 <= value <= 2 else None


QUOTES = View(
    "quotes",
    ticked(
        *contract_columns("symbol", "localSymbol"),
        price("bid", _BID, "Highest bid"),
        _amount("bidSize", "Size at the bid"),
        price("ask", _ASK, "Lowest ask"),
        _amount("askSize", "Size at the ask"),
        price("last", _LAST, "Last trade"),
        _amount("lastSize", "Size of the last trade"),
        price("change", _change, "Last (middle of bid and ask if nothing is traded) less the previous close"),
        number("changePct", _change_percent, "%", "Change in percent of the previous close", "percent"),
        _amount("volume", "Volume of the day"),
        price("open", _day("open"), "Open of the day"),
        price("high", _day("high"), "High of the day"),
        price("low", _day("low"), "Low of the day"),
        price("close", _CLOSE, "Previous close"),
        price("vwap", _day("vwap"), "Volume-weighted average price of the day", hidden=True),
        price("markPrice", _day("markPrice"), "Mark price", hidden=True),
        price("low52week", _day("low52week"), "Lowest price of 52 weeks; generic tick 165", hidden=True),
        price("high52week", _day("high52week"), "Highest price of 52 weeks; generic tick 165", hidden=True),
        _amount("avVolume", "Average volume of a day; generic tick 165", hidden=True),
        _amount("shortableShares", "Shares to borrow; generic tick 236", hidden=True),
        time("time", "time", "When the newest tick arrived"),
        whole("marketDataType", "marketDataType", "1 live, 2 frozen, 3 delayed, 4 delayed and frozen", hidden=True),
        whole("halted", _halted, "0 trading, 1 halted, 2 halted for volatility", hidden=True),
        number(
            "impliedVol",
            _greek("impliedVol", lambda v: v >= 0),
            "",
            "Implied volatility (model), 0.2 = 20 % a year",
            hidden=True,
        ),
        number("delta", _greek("delta", lambda v: -1 <= v <= 1), "", "Delta (model)", hidden=True),
        number("gamma", _greek("gamma", lambda v: v >= 0), "", "Gamma (model)", hidden=True),
        number("vega", _greek("vega", lambda v: v >= 0), "", "Vega (model), for one point of volatility", hidden=True),
        number("theta", _greek("theta", lambda v: v != -2), "", "Theta (model), for a day", hidden=True),
        price("undPrice", _greek("undPrice", lambda v: v > 0), "Price of the underlying in the model", hidden=True),
        min_tick("minTick"),
    ),
    ("conId",),
    "no market data has been requested: ib.reqMktData(contract) adds a row",
)

# -- accounts ------------------------------------------------------------------------------------------------------

POSITIONS = View(
    "positions",
    ticked(
        account("account"),
        *contract_columns("symbol", "localSymbol", "secType", "currency"),
        size("position", "position", "Shares or contracts held, negative if short"),
        price("avgCost", "avgCost", "Average price times multiplier, with commissions"),
        min_tick(),
    ),
    ("account", "conId"),
    "there are no positions, or they have not been received",
)

PORTFOLIO = View(
    "portfolio",
    ticked(
        account("account"),
        *contract_columns("symbol", "localSymbol", "secType", "currency"),
        size("position", "position", "Shares or contracts held, negative if short"),
        price("marketPrice", "marketPrice", "Price at which the position is valued"),
        money("unrealizedPNL", "unrealizedPNL", "Profit of the position so far"),
        money("marketValue", "marketValue", "Value of the position"),
        price("averageCost", "averageCost", "Average price times multiplier, with commissions"),
        money("realizedPNL", "realizedPNL", "Profit realized today"),
        min_tick(),
    ),
    ("account", "conId"),
    "the account holds nothing, or its updates have not been received",
)


def _account_number(value: Any) -> float:
    try:
        return float(value.value)
    except ValueError:
        return NAN


_UNSET_TEXTS = ("1.7976931348623157E308", "1.7976931348623157e+308", str(UNSET_INTEGER))


def _account_columns(*, with_model: bool) -> tuple[Column, ...]:
    model = (text("modelCode", "modelCode", "Model portfolio", hidden=True),) if with_model else ()
    return (
        account("account"),
        text("tag", "tag", "Name of the value"),
        text("value", "value", "The value as TWS sends it", missing=_UNSET_TEXTS),
        number("number", _account_number, CURRENCY, "The value as a number, where it is one", "money"),
        text("currency", "currency", "Currency; BASE is the account's base currency"),
        *model,
    )


ACCOUNT = View(
    "account",
    _account_columns(with_model=True),
    ("account", "tag", "currency", "modelCode"),
    "no account values have been received",
)

SUMMARY = View(
    "summary",
    _account_columns(with_model=False),
    ("account", "tag", "currency"),
    "no account summary has been requested: ib.accountSummary() asks for it",
)

PNL = View(
    "pnl",
    (
        account("account"),
        text("modelCode", "modelCode", "Model portfolio", hidden=True),
        whole(
            "conId", lambda pnl: getattr(pnl, "conId", None), "Contract id; missing for the whole account", missing=(0,)
        ),
        money("dailyPnL", "dailyPnL", "Profit since the start of the day"),
        money("unrealizedPnL", "unrealizedPnL", "Profit of open positions"),
        money("realizedPnL", "realizedPnL", "Profit realized today"),
        size("position", lambda pnl: getattr(pnl, "position", None), "Position, of one contract"),
        money("value", lambda pnl: getattr(pnl, "value", None), "Market value, of one contract"),
    ),
    ("account", "modelCode", "conId"),
    "no profit and loss has been requested: ib.reqPnL(account) adds a row",
)

# -- orders --------------------------------------------------------------------------------------------------------


def _limit(trade: Any) -> Any:
    """Return the limit price; TWS gives 0 to orders without one, while a combination may have a limit of 0."""
    order = trade.order
    return NAN if order.lmtPrice == 0 and "LMT" not in order.orderType else order.lmtPrice


def _filled(trade: Any) -> Any:
    """Return how much is filled: of a completed order, the order says it."""
    filled = trade.orderStatus.filled
    completed = trade.order.filledQuantity
    return completed if not filled and completed != UNSET_DOUBLE and completed else filled


def _average(trade: Any) -> Any:
    return trade.orderStatus.avgFillPrice if trade.orderStatus.filled else NAN


def _last_fill(trade: Any) -> Any:
    return trade.orderStatus.lastFillPrice if trade.orderStatus.filled else NAN


def _commission(trade: Any) -> float:
    """Return the sum of the commissions that have been reported, NaN before the first."""
    known = [
        r.commission
        for fill in trade.fills
        if (r := fill.commissionReport) and r.execId and r.commission != UNSET_DOUBLE
    ]
    return math.fsum(known) if known else NAN


def _last_message(trade: Any) -> str:
    for entry in reversed(trade.log):
        if entry.message:
            return str(entry.message)
    return ""


def orders_view(client_id: Callable[[], int], only_account: Callable[[], str] = str) -> View:
    """Return the view of orders.

    Args:
        client_id: Gives the id of this connection, which tells its own orders from others.
        only_account: Gives the account of orders that name none: the only one there is, else an empty text.
    """

    def source(trade: Any) -> str:
        order = trade.order
        if order.orderId <= 0:
            return "completed" if trade.isDone() else "manual"
        return "own" if order.clientId == client_id() else "other"

    columns = ticked(
        whole("orderId", "order.orderId", "Order id; missing for orders made in TWS", missing=(0,)),
        whole("permId", "order.permId", "Permanent id", missing=(0,), hidden=True),
        whole("clientId", "order.clientId", "Client that placed it", hidden=True),
        account(lambda trade: trade.order.account or only_account()),
        *contract_columns("symbol", "localSymbol"),
        text("action", "order.action", "BUY or SELL"),
        size("quantity", "order.totalQuantity", "Shares or contracts ordered"),
        text("orderType", "order.orderType", "Order type"),
        price("lmtPrice", _limit, "Limit price"),
        text("status", "orderStatus.status", "Status"),
        size("filled", _filled, "Filled so far"),
        price("avgFillPrice", _average, "Average price of the fills"),
        size("remaining", "orderStatus.remaining", "Still to be filled"),
        text("message", _last_message, "Last message or error about it"),
        price("auxPrice", "order.auxPrice", "Stop price, or amount of a trailing or relative order", missing=(0.0,)),
        text("tif", "order.tif", "Time in force"),
        money("commission", _commission, "Commissions reported so far, in the currency of the reports"),
        time("time", lambda trade: trade.log[-1].time if trade.log else None, "Last news of it"),
        text(
            "source",
            source,
            "own, other (another client's), manual (made in TWS) or completed (done before we connected)",
        ),
        text("whyHeld", "orderStatus.whyHeld", "Why it is held", hidden=True),
        price("lastFillPrice", _last_fill, "Price of the newest fill", hidden=True),
        price("trailStopPrice", "order.trailStopPrice", "Stop price of a trailing order", hidden=True),
        number("trailingPercent", "order.trailingPercent", "%", "Trailing amount in percent", "percent", hidden=True),
        text("goodTillDate", "order.goodTillDate", "Until when it is good, of tif GTD", hidden=True),
        Column("outsideRth", "bool", attrgetter("order.outsideRth"), doc="Works outside of regular hours", hidden=True),
        whole("parentId", "order.parentId", "Order id of the parent", missing=(0,), hidden=True),
        text("ocaGroup", "order.ocaGroup", "One-cancels-all group", hidden=True),
        text("orderRef", "order.orderRef", "The user's own mark", hidden=True),
        min_tick(),
    )
    return View("orders", columns, ("permId",), "there are no orders, or they have not been received")


def _reported(field: str) -> Get:
    """Return the getter of a field of the commission report, which comes after the execution."""

    def get(fill: Any) -> Any:
        report = fill.commissionReport
        return getattr(report, field) if report is not None and report.execId else None

    return get


EXECUTIONS = View(
    "executions",
    ticked(
        text("execId", "execution.execId", "Execution id", hidden=True),
        time("time", "execution.time", "Time of the execution"),
        account("execution.acctNumber"),
        *contract_columns("symbol", "localSymbol"),
        text("side", "execution.side", "BOT or SLD"),
        size("shares", "execution.shares", "Shares or contracts"),
        price("price", "execution.price", "Price"),
        text("executedAt", "execution.exchange", "Exchange of the execution"),
        money("commission", _reported("commission"), "Commission and fees; missing until reported"),
        text("commissionCurrency", _reported("currency"), "Currency of the commission", hidden=True),
        money("realizedPNL", _reported("realizedPNL"), "Realized profit; missing until reported"),
        size("cumQty", "execution.cumQty", "Filled of the order so far", hidden=True),
        price("avgPrice", "execution.avgPrice", "Average price of the order so far", hidden=True),
        whole("orderId", "execution.orderId", "Order id", missing=(0,)),
        whole("permId", "execution.permId", "Permanent id of the order", missing=(0,), hidden=True),
        whole("clientId", "execution.clientId", "Client that placed the order", hidden=True),
        text("orderRef", "execution.orderRef", "The user's own mark", hidden=True),
        whole("liquidation", "execution.liquidation", "1: IB closed the position", hidden=True),
        whole(
            "lastLiquidity",
            "execution.lastLiquidity",
            "1 added, 2 removed, 3 routed out, 4 auction",
            missing=(0,),
            hidden=True,
        ),
        min_tick(),
    ),
    ("execId",),
    "nothing has been executed since midnight, or it has not been received",
)

# -- log and bars --------------------------------------------------------------------------------------------------


def _log_symbol(record: Any) -> str:
    contract = record.contract
    return "" if contract is None else str(contract.localSymbol or contract.symbol)


LOG = View(
    "log",
    (
        time("time", "time", "When it came"),
        text("level", "level", "Severity"),
        text("source", "source", "Who says it"),
        whole("code", "code", "Message code of TWS", missing=(0,)),
        text("text", "text", "What it says"),
        text("symbol", _log_symbol, "Contract concerned"),
        whole("reqId", "reqId", "Request or order concerned", missing=(-1,), hidden=True),
    ),
    (),
    "nothing has been said yet",
    cap=10_000,
)


def bar_columns(zone: str | None, *, daily: bool) -> list[Column]:
    """Return the columns of a bars table, times to be shown in a zone (UTC if None); days have none.

    Bars without trades (midpoints, bid and ask) have -1 for volume, average and count: no value.
    """

    def column(get: Any) -> Any:
        return get

    form = "date" if daily else "time"
    return [
        Column("date", "time", column, doc="Start of the bar", format=form, zone=None if daily else zone or "UTC"),
        price("open", column, "First price"),
        price("high", column, "Highest price"),
        price("low", column, "Lowest price"),
        price("close", column, "Last price"),
        size("volume", column, "Volume", missing=(-1.0,)),
        price("average", column, "Volume-weighted average price", missing=(-1.0,)),
        whole("barCount", column, "Number of trades", missing=(-1,)),
    ]


VIEWS: tuple[View, ...] = (QUOTES, POSITIONS, PORTFOLIO, ACCOUNT, SUMMARY, PNL, EXECUTIONS, LOG)
