"""The getters of the views: a value is shown, and none of TWS's ways to say "nothing" ever is."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ibnb.contract import Bag, Contract, Future, Option, Stock
from ibnb.objects import (
    AccountValue,
    CommissionReport,
    Execution,
    Fill,
    IBDefaults,
    OptionComputation,
    PnL,
    PnLSingle,
    PortfolioItem,
    Position,
    TradeLogEntry,
)
from ibnb.order import LimitOrder, MarketOrder, Order, OrderStatus, StopOrder, Trade
from ibnb.state.store import LogRecord
from ibnb.tables import Table
from ibnb.tables.views import (
    ACCOUNT,
    EXECUTIONS,
    LOG,
    PNL,
    PORTFOLIO,
    POSITIONS,
    QUOTES,
    SUMMARY,
    VIEWS,
    orders_view,
)
from ibnb.tables.words import View, contract_columns
from ibnb.ticker import Ticker
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER
from tests.tables.support import T0

ORDERS = orders_view(lambda: 7)
STOCK = Stock("AAPL", "SMART", "USD", conId=265598, localSymbol="AAPL")


def row(view: View, obj: Any) -> dict[str, Any]:
    """Return the one row that a view makes of an object; None for missing."""
    table = Table(view.name, view.columns, kind="keyed" if view.key else "append", key=view.key)
    if view.key:
        table.upsert([("key", obj)])
    else:
        table.append([obj])
    assert not table._complained
    (made,) = table.df.to_dict("records")
    return {name: None if pd.isna(value) else value for name, value in made.items()}


def quote(contract: Contract = STOCK, **fields: Any) -> dict[str, Any]:
    ticker = Ticker(contract=contract)
    for name, value in fields.items():
        setattr(ticker, name, value)
    return row(QUOTES, ticker)


def test_a_quote() -> None:
    got = quote(
        bid=189.2, bidSize=300.0, ask=189.21, askSize=100.0, last=189.2, lastSize=5.0, volume=1e6, open=188.0,
        high=190.0, low=187.5, close=180.0, vwap=189.0, time=T0, marketDataType=3, halted=1.0, minTick=0.01,
    )  # fmt: skip
    assert got["symbol"] == got["localSymbol"] == "AAPL"
    assert got["conId"] == 265598
    assert (got["bid"], got["bidSize"], got["ask"], got["askSize"]) == (189.2, 300.0, 189.21, 100.0)
    assert got["change"] == pytest.approx(9.2)
    assert got["changePct"] == pytest.approx(5.1111, abs=1e-4)
    assert got["time"] == pd.Timestamp(T0)
    assert (got["marketDataType"], got["halted"], got["minTick"]) == (3, 1, 0.01)
    assert (got["expiry"], got["strike"], got["right"], got["multiplier"]) == (None,) * 4


def test_a_new_quote_has_its_contract_only() -> None:
    got = quote()
    known = {"symbol", "localSymbol", "secType", "exchange", "currency", "conId", "marketDataType"}
    assert {name for name, value in got.items() if value is not None} == known


def test_no_quote_is_missing_but_a_negative_price_is_a_price() -> None:
    got = quote(bid=-1.0, bidSize=0.0, ask=-1.0, askSize=0.0, last=-1.0, lastSize=0.0, volume=-1.0)
    assert [got[name] for name in ("bid", "ask", "last", "volume", "change")] == [None] * 5
    spread = quote(
        Bag(symbol="CL"), bid=-1.0, bidSize=5.0, ask=-0.5, askSize=2.0, last=-1.0, lastSize=1.0, close=-1.0, low=-1.0
    )
    assert [spread[name] for name in ("bid", "ask", "last", "close", "low")] == [-1.0, -0.5, -1.0, -1.0, -1.0]
    assert spread["change"] == 0.0
    zero = quote(bid=0.0, bidSize=0.0)
    assert zero["bid"] == 0.0


def test_prices_of_the_day_that_tws_does_not_have() -> None:
    for nothing in (-1.0, 0.0, UNSET_DOUBLE):
        got = quote(open=nothing, high=nothing, low=nothing, close=nothing, markPrice=nothing)
        assert [got[name] for name in ("open", "high", "low", "close", "markPrice")] == [None] * 5
    assert quote(close=-37.63)["close"] == -37.63


def test_the_users_own_empty_price_is_missing_too() -> None:
    ticker = Ticker(contract=STOCK, defaults=IBDefaults(emptyPrice=-99, emptySize=0))
    ticker.bid, ticker.bidSize = -99, 0
    assert row(QUOTES, ticker)["bid"] is None


def test_change_of_a_currency_is_of_the_middle() -> None:
    assert quote(bid=1.1, bidSize=1e6, ask=1.2, askSize=1e6, close=1.0)["change"] == pytest.approx(0.15)
    assert quote(bid=1.1, bidSize=1e6, close=1.0)["change"] is None
    assert quote(last=5.0, lastSize=1.0)["changePct"] is None


def test_greeks_that_cannot_be_computed_are_missing() -> None:
    option = Option("SPX", "20240621", 4500.0, "C", "SMART", conId=1, multiplier="100")
    bad = OptionComputation(0, -1.0, -2.0, -1.0, -1.0, -2.0, -2.0, -2.0, -1.0)
    got = quote(option, modelGreeks=bad)
    greeks = ("impliedVol", "delta", "gamma", "vega", "theta", "undPrice")
    assert [got[name] for name in greeks] == [None] * 6
    put = quote(option, modelGreeks=OptionComputation(0, 0.2, -1.0, 5.0, 0.0, 0.01, 2.5, -1.0, 4400.0))
    assert [put[name] for name in greeks] == [0.2, -1.0, 0.01, 2.5, -1.0, 4400.0]
    assert (put["strike"], put["right"], put["multiplier"], put["expiry"]) == (4500.0, "C", 100.0, "20240621")


def test_halted_of_delayed_data_and_unknown() -> None:
    assert quote(halted=-1.0)["halted"] is None
    assert quote(delayedHalted=2.0)["halted"] == 2
    assert quote(halted=0.0)["halted"] == 0


def test_a_position_and_a_portfolio_item() -> None:
    got = row(POSITIONS, Position("DU1", STOCK, -100.0, 189.123))
    assert (got["account"], got["conId"], got["position"], got["avgCost"]) == ("DU1", 265598, -100.0, 189.123)
    item = PortfolioItem(STOCK, 5.0, 190.0, 950.0, 180.0, UNSET_DOUBLE, 0.0, "DU1")
    got = row(PORTFOLIO, item)
    assert (got["marketValue"], got["unrealizedPNL"], got["realizedPNL"]) == (950.0, None, 0.0)
    assert got["currency"] == "USD"


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        ("1000.5", "1000.5", 1000.5), ("true", "true", None), ("", None, None), ("2147483647", None, None),
        ("1.7976931348623157E308", None, None), ("0", "0", 0.0),
    ],
)  # fmt: skip
def test_account_values(value: str, text: str | None, number: float | None) -> None:
    for view in (ACCOUNT, SUMMARY):
        got = row(view, AccountValue("DU1", "NetLiquidation", value, "", ""))
        assert (got["value"], got["number"], got["currency"]) == (text, number, None)


def test_pnl_of_an_account_and_of_one_position() -> None:
    got = row(PNL, PnL("DU1", "", 5.0, UNSET_DOUBLE))
    assert (got["conId"], got["dailyPnL"], got["unrealizedPnL"], got["realizedPnL"], got["value"]) == (
        None,
        5.0,
        None,
        None,
        None,
    )
    got = row(PNL, PnLSingle("DU1", "", 265598, 5.0, 4.0, 3.0, 10, UNSET_DOUBLE))
    assert (got["conId"], got["position"], got["value"]) == (265598, 10.0, None)


def trade(order: Order, *, status: OrderStatus | None = None, **parts: Any) -> Trade:
    return Trade(contract=STOCK, order=order, orderStatus=status or OrderStatus(status="Submitted"), **parts)


def test_an_order() -> None:
    report = CommissionReport("e1", 1.25, "USD", UNSET_DOUBLE)
    fills = [Fill(STOCK, Execution(), report, T0), Fill(STOCK, Execution(), CommissionReport(), T0)]
    got = row(
        ORDERS,
        trade(
            LimitOrder("BUY", 10, 1.5, orderId=3, clientId=7, permId=99, account="DU1", tif="DAY", orderRef="mine"),
            status=OrderStatus(3, "Submitted", 4.0, 6.0, 1.49, 99, whyHeld="locate"),
            fills=fills,
            log=[TradeLogEntry(EPOCH, "PendingSubmit", "odd lot"), TradeLogEntry(T0, "Submitted")],
        ),
    )
    assert (got["orderId"], got["permId"], got["clientId"], got["account"]) == (3, 99, 7, "DU1")
    assert (got["action"], got["orderType"], got["quantity"], got["lmtPrice"], got["auxPrice"]) == (
        "BUY",
        "LMT",
        10.0,
        1.5,
        None,
    )
    assert (got["filled"], got["remaining"], got["avgFillPrice"], got["commission"]) == (4.0, 6.0, 1.49, 1.25)
    assert (got["status"], got["tif"], got["source"], got["whyHeld"]) == ("Submitted", "DAY", "own", "locate")
    assert (got["message"], got["time"], got["orderRef"]) == ("odd lot", pd.Timestamp(T0), "mine")


def test_prices_that_an_order_does_not_have() -> None:
    got = row(ORDERS, trade(MarketOrder("BUY", 1, lmtPrice=0.0, auxPrice=0.0)))
    assert (got["lmtPrice"], got["auxPrice"], got["avgFillPrice"], got["commission"], got["time"]) == (None,) * 5
    assert row(ORDERS, trade(MarketOrder("BUY", 1)))["lmtPrice"] is None
    assert row(ORDERS, trade(LimitOrder("BUY", 1, 0.0)))["lmtPrice"] == 0.0
    assert row(ORDERS, trade(StopOrder("SELL", 1, 5.0)))["auxPrice"] == 5.0


def test_whose_order_it_is() -> None:
    def source(status: str = "Submitted", **fields: Any) -> str:
        return str(row(ORDERS, trade(LimitOrder("BUY", 1, 1.0, **fields), status=OrderStatus(status=status)))["source"])

    assert source(orderId=1, clientId=7) == "own"
    assert source(orderId=1, clientId=0) == "other"
    assert source(orderId=0, permId=5) == "manual"
    assert source(orderId=-3, permId=5) == "manual"
    assert source("Filled", orderId=0, permId=5) == "completed"


def test_filled_of_a_completed_order_comes_from_the_order() -> None:
    done = trade(LimitOrder("BUY", 10, 1.0, permId=5, filledQuantity=10.0), status=OrderStatus(status="Filled"))
    assert row(ORDERS, done)["filled"] == 10.0


def test_an_execution_before_and_after_its_commission() -> None:
    execution = Execution("e1", T0, "DU1", "NASDAQ", "BOT", 5.0, 189.2, 99, 7, 3, cumQty=5.0, avgPrice=189.2)
    got = row(EXECUTIONS, Fill(STOCK, execution, CommissionReport(), T0))
    assert (got["commission"], got["commissionCurrency"], got["realizedPNL"]) == (None,) * 3
    assert (got["execId"], got["time"], got["account"], got["side"]) == ("e1", pd.Timestamp(T0), "DU1", "BOT")
    assert (got["shares"], got["price"], got["executedAt"], got["exchange"]) == (5.0, 189.2, "NASDAQ", "SMART")
    got = row(EXECUTIONS, Fill(STOCK, execution, CommissionReport("e1", 1.0, "USD", 0.0), T0))
    assert (got["commission"], got["commissionCurrency"], got["realizedPNL"]) == (1.0, "USD", 0.0)
    assert row(EXECUTIONS, Fill(STOCK, Execution(), CommissionReport(), T0))["time"] is None


def test_a_log_line() -> None:
    got = row(LOG, LogRecord(T0, "warning", "tws", 2104, "farm is OK", STOCK, 4))
    assert (got["time"], got["level"], got["code"], got["text"], got["symbol"], got["reqId"]) == (
        pd.Timestamp(T0), "warning", 2104, "farm is OK", "AAPL", 4,
    )  # fmt: skip
    got = row(LOG, LogRecord(T0, "info", "ibnb", 0, "connected"))
    assert (got["code"], got["symbol"], got["reqId"]) == (None, None, None)


@pytest.mark.parametrize("view", [*VIEWS, ORDERS], ids=lambda view: view.name)
def test_every_view_is_documented_and_keyed_by_its_columns(view: View) -> None:
    names = [column.name for column in view.columns]
    assert len(names) == len(set(names))
    assert set(view.key) <= set(names)
    assert all(column.doc for column in view.columns)
    assert view.reason
    assert sum(not column.hidden for column in view.columns) <= 20


@pytest.mark.parametrize("sentinel", [UNSET_DOUBLE, UNSET_INTEGER, None, float("nan")])
def test_no_sentinel_in_any_field_gets_through(sentinel: Any) -> None:
    order = Order()
    status = OrderStatus()
    execution, report = Execution(), CommissionReport("e1")
    ticker = Ticker(contract=STOCK)
    for obj in (order, status, execution, report, ticker):
        for field in dataclasses.fields(obj):
            if isinstance(getattr(obj, field.name), float) or (
                field.type in ("int", int) and sentinel == UNSET_INTEGER
            ):
                setattr(obj, field.name, sentinel)
    objects = [
        (QUOTES, ticker),
        (ORDERS, trade(order, status=status)),
        (EXECUTIONS, Fill(STOCK, execution, report, T0)),
        (POSITIONS, Position("U1", STOCK, sentinel, sentinel)),
        (PORTFOLIO, PortfolioItem(STOCK, *[sentinel] * 6, "U1")),
        (PNL, PnLSingle("U1", "", 1, sentinel, sentinel, sentinel, sentinel, sentinel)),
    ]
    for view, obj in objects:
        for name, value in row(view, obj).items():
            assert value not in (UNSET_DOUBLE, UNSET_INTEGER), (view.name, name)


@pytest.mark.parametrize(
    ("contract", "shown"),
    [
        (Option("AAPL", "20261218", 250.0, "CALL", "SMART"), "AAPL 20261218 250 C"),
        (Option("AAPL", "20261218", 2.5, "P", "SMART", localSymbol="AAPL  261218P"), "AAPL  261218P"),
        (Future("ES", "202612", "CME"), "ES 202612"),
        (Stock("AAPL", "SMART", "USD"), ""),
    ],
)
def test_derivatives_without_local_symbol_can_be_told_apart(contract: Contract, shown: str) -> None:
    (column,) = contract_columns()[1:2]
    assert column.get(SimpleNamespace(contract=contract)) == shown
