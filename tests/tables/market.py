"""A market of chance: messages of every kind that fills a table, told as a gateway tells them.

The messages are encoded by a server's session and decoded by a client's, which calls the reducers, packet by packet.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from reducing import Owner

from ibnb.bars import BarDataList
from ibnb.contract import Contract, ContractDetails, Forex, Future, Option, ScanData, Stock
from ibnb.objects import (
    BarData,
    CommissionReport,
    Execution,
    IBDefaults,
    OptionChain,
    PnL,
    PnLSingle,
    RealTimeBarList,
    ScanDataList,
)
from ibnb.order import Order, OrderState
from ibnb.session import Session, Side
from ibnb.state.reducers import routes
from ibnb.state.store import Store
from ibnb.tables import Table, Tables
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m
from tests.tables.support import Home, Timer

CONTRACTS = [
    Stock("AMD", "SMART", "USD", conId=4391),
    Forex("EURUSD", conId=12087792),
    Option("AAPL", "20260116", 100.0, "C", "SMART", conId=71, tradingClass="AAPL"),
    Option("AAPL", "20260116", 110.0, "P", "SMART"),
    Future("ES", "202603", "CME", conId=55, multiplier="50", currency="USD"),
]
CHAIN = [OptionChain("SMART", 265598, "AAPL", "100", ["20260116", "20260220"], [100.0, 110.0])]
REQUESTS = range(1, len(CONTRACTS) + 1)  # the market data of each contract
BARS, FIVE, SCAN, DETAILS, PROFIT, SINGLE = 21, 22, 23, 24, 25, 26
ACCOUNTS = ["DU1", "U7654321"]
TICKS_CAP = 5
TRADE = "1.5;2;1767624000000;9;1.4;true"
KINDS = (
    "quotes", "positions", "portfolio", "account", "summary", "pnl", "orders", "executions", "completed", "details",
    "log", "news", "bars", "five", "ticks", "depth", "scan", "chain",
)  # fmt: skip


class Market:
    """A Store with its tables, and the two ends of a connection."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.timer, self.home = Timer(), Home()
        self.store = Store(Owner(), IBDefaults())
        self.store.client_id = 1
        self.store.raise_errors = lambda: False
        self.tables = Tables(self.store, self.timer.call_later, self.home, now=self.timer, monotonic=self.timer)
        self.faults: list[Exception] = []
        self.bars, self.five, self.scan = BarDataList(), RealTimeBarList(), ScanDataList()
        self.connect()

    def connect(self) -> None:
        """Begin a connection, and ask for all that is told in it."""
        store = self.store
        self.server = Session(Side.SERVER, server_version=self.version, connection_time="20260105 14:30:00 UTC")
        self.client = Session(Side.CLIENT, client_id=1)
        self.client.on_local_error = self.faults.append
        for message, handler in routes(store).items():
            self.client.route(message, handler)
        self.flow()
        store.server_version = self.version
        for reqId, contract in zip(REQUESTS, CONTRACTS, strict=True):
            store.start_ticker(reqId, contract, "mktData")
        for reqId, listed in ((BARS, self.bars), (FIVE, self.five), (SCAN, self.scan)):
            listed.reqId = reqId
            store.subscribers[reqId] = listed
        store.requests.start(DETAILS, "details", results=[])
        store.requests.start(BARS, "bars", results=self.bars)
        total, single = PnL("DU1", ""), PnLSingle("DU1", "", 4391)
        store.reqId2PnL[PROFIT], store.reqId2PnlSingle[SINGLE] = total, single
        store.profits |= {("DU1", "", 0): total, ("DU1", "", 4391): single}
        for key in store.profits:
            store.touch("pnl", key)

    def reconnect(self) -> None:
        """Lose the connection and make another."""
        with self.store.lock:
            self.store.reset()
            self.bars.clear()
            self.five.clear()
            self.store.begin_connection()
            self.connect()

    def flow(self) -> None:
        """Carry bytes both ways until there are none."""
        while up := self.client.data_to_send():
            self.server.receive_data(up)
            self.client.receive_data(self.server.data_to_send())

    def tell(self, messages: list[Any]) -> None:
        """Tell messages as one packet."""
        for message in messages:
            self.server.send(message)
        with self.store.lock:
            self.store.begin_packet()
            self.client.receive_data(self.server.data_to_send())
            self.store.end_packet()
        assert not self.faults, self.faults
        assert not self.client.events, list(self.client.events)

    def table(self, kind: str) -> Table:
        """Return the table of a kind, as a user gets it."""
        tables, ticker = self.tables, CONTRACTS[0]
        if kind == "bars":
            return tables.bars(self.bars)
        if kind == "five":
            return tables.bars(self.five)
        if kind == "ticks":
            return tables.ticks(ticker, TICKS_CAP)
        if kind == "depth":
            return tables.depth(ticker)
        if kind == "scan":
            return tables.scanner(self.scan)
        if kind == "chain":
            return tables.chain(CHAIN)
        table: Table = getattr(tables, kind)
        return table


# -- what is told --------------------------------------------------------------------------------------------------

_price = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 1.25, 100.5, -3.5, 1e-07])
_size = st.sampled_from([0.0, 1.0, 2.5, 100.0])
_money = st.sampled_from([0.0, -12.5, 1e9, 0.1, UNSET_DOUBLE])
_amount = st.sampled_from([0.0, -12.5, 1e9, 0.1])
_text = st.sampled_from(["", "A", "B", "<b>bold</b>", "é‮x", "DU1234567"])
_req = st.sampled_from([*REQUESTS, 1, 1, 99])
_first = st.sampled_from([1, 1, 1, 2])
_account = st.sampled_from(ACCOUNTS)
_held = st.sampled_from([Contract("STK", 4391, "AMD"), Contract("OPT", 71, "AAPL"), Contract("CASH", 12, "EUR")])
_tag = st.sampled_from(["NetLiquidation", "AccountType", "Cushion"])
_value = st.sampled_from(["1000.5", "INDIVIDUAL", "", "-3", "1.7976931348623157E308"])
_currency = st.sampled_from(["USD", "BASE", ""])
_exec = st.sampled_from(["e1", "e2", "e3", "e4"])
_status = st.sampled_from(["PreSubmitted", "Submitted", "Filled", "Cancelled", "Inactive"])


def _order(order_id: int, client: int, perm: int, quantity: float, limit: float, text: str) -> Order:
    kind = "LMT" if limit else "MKT"
    return Order(
        orderId=order_id, clientId=client, permId=perm, action="BUY", totalQuantity=quantity, orderType=kind,
        lmtPrice=limit, orderRef=text, tif="DAY", account="DU1",
    )  # fmt: skip


_orders = st.builds(
    _order, st.sampled_from([0, 1, 2]), st.sampled_from([1, 7]), st.sampled_from([0, 901, 902]), _size, _price, _text
)
_state = st.builds(OrderState, status=_status)
_contract = st.integers(0, len(CONTRACTS) - 1).map(CONTRACTS.__getitem__)
_scan_row = st.builds(
    ScanData, st.integers(0, 3), _held.map(ContractDetails), _text, _text, st.just(""), st.just("")
)  # fmt: skip
_minute = st.integers(0, 6).map(lambda n: f"20260105 14:3{n}:00 UTC")
_bar = st.builds(BarData, _minute, _price, _price, _price, _price, _size, _price, st.integers(-1, 9))

_quote = st.one_of(
    st.builds(
        m.TickPrice, _req, st.sampled_from([1, 2, 4, 6, 7, 9, 14, 15, 37, 66, 999]), _price, _size, st.integers(0, 7)
    ),
    st.builds(m.TickSize, _req, st.sampled_from([0, 3, 5, 8, 21, 27, 28, 89]), _size),
    st.builds(m.TickString, _req, st.sampled_from([45, 84, 32]), st.sampled_from(["1767624000", "0"])),
    st.builds(m.TickGeneric, _req, st.sampled_from([24, 49, 90]), _price),
    st.builds(
        m.TickOptionComputation, st.sampled_from([3, 3, 4, 1]), st.sampled_from([10, 11, 13]), st.just(0),
        st.sampled_from([-1.0, 0.0, 0.25]), st.sampled_from([-2.0, 0.5, -0.5]), st.just(-1.0), st.just(-1.0),
        st.sampled_from([-2.0, 0.01]), st.sampled_from([-2.0, 0.1]), st.sampled_from([-2.0, -0.02]), _price,
    ),
    st.builds(m.TickReqParams, _req, st.sampled_from([0.0, 0.01, 0.25]), st.just("9c"), st.just(3)),
    st.builds(m.MarketDataType, _req, st.integers(1, 4)),
)  # fmt: skip
_tick = st.one_of(
    st.builds(
        m.TickByTick, _first, st.sampled_from([1, 2]), st.just(0), _price, _size, st.integers(0, 3), _text, _text
    ),
    st.builds(
        m.TickByTick, _first, st.just(3), st.just(0), bidPrice=_price, askPrice=_price, bidSize=_size, askSize=_size
    ),
    st.builds(m.TickByTick, _first, st.just(4), st.just(0), midPoint=_price),
    st.builds(m.TickString, _first, st.sampled_from([48, 77]), st.sampled_from([TRADE, ";;;;;"])),
)  # fmt: skip
_book = st.one_of(
    st.builds(
        m.UpdateMktDepthL2, _first, st.integers(-1, 3), _text, st.integers(0, 2), st.integers(0, 1), _price, _size
    ),
    st.builds(m.UpdateMktDepth, _first, st.integers(0, 3), st.integers(0, 2), st.integers(0, 1), _price, _size),
    st.builds(m.Error, _first, st.just(317), st.just("Market depth data has been RESET")),
)
_trade = st.one_of(
    st.builds(m.OpenOrder, _orders, _contract, _state),
    st.builds(m.CompletedOrder, _contract, _orders, _state),
    st.builds(
        m.OrderStatus, st.sampled_from([0, 1, 2]), _status, _size, _size, _price, st.sampled_from([0, 901, 902]),
        st.just(0), _price, st.sampled_from([1, 7]), _text,
    ),
    st.builds(m.Error, st.sampled_from([1, 2]), st.sampled_from([201, 202, 399, 10147]), _text),
    st.builds(m.ExecDetails, st.just(-1), st.builds(
        Execution, _exec, st.just("20260105 14:30:05 UTC"), _account, st.just("ARCA"), st.just("BOT"), _size, _price,
        st.sampled_from([0, 901]), st.sampled_from([1, 7]), st.sampled_from([0, 1, 2]),
    ), _contract),
    st.builds(m.CommissionAndFeesReport, st.builds(CommissionReport, _exec, _price, st.just("USD"), _money)),
)  # fmt: skip
_detail = st.builds(
    m.ContractDetails,
    st.just(DETAILS),
    st.builds(ContractDetails, _held, minTick=st.sampled_from([0.01, 0.25]), longName=_text, industry=_text),
)
_profit = st.one_of(
    st.builds(m.Pnl, st.just(PROFIT), _money, _money, _money),
    st.builds(m.PnlSingle, st.just(SINGLE), _size, _money, _money, _money, _money),
)

STREAMS: dict[str, st.SearchStrategy[Any]] = {
    "quotes": _quote,
    "chain": _quote,
    "positions": st.one_of(st.builds(m.Position, _account, _held, _size, _price), _detail),
    "portfolio": st.one_of(
        st.builds(m.UpdatePortfolio, _held, _size, _price, _amount, _price, _amount, _amount, _account), _detail
    ),
    "account": st.builds(m.UpdateAccountValue, _tag, _value, _currency, _account),
    "summary": st.builds(m.AccountSummary, st.just(9), _account, _tag, _value, _currency),
    "pnl": _profit,
    "orders": st.one_of(_trade, _detail),
    "executions": st.one_of(_trade, _detail),
    "completed": _trade,
    "details": _detail,
    "log": st.builds(m.Error, _req, st.sampled_from([2104, 200, 317, 10167]), _text),
    "news": st.builds(m.TickNews, _req, st.sampled_from([0, 1_767_624_000_123]), _text, _text, _text, _text),
    "bars": st.builds(m.HistoricalDataUpdate, st.just(BARS), _bar),
    "five": st.builds(
        m.RealtimeBar, st.just(FIVE), st.integers(1_767_624_000, 1_767_624_009), _price, _price, _price, _price, _size,
        _price, st.integers(0, 9),
    ),
    "ticks": _tick,
    "depth": _book,
    "scan": st.builds(m.ScannerData, st.just(SCAN), st.lists(_scan_row, max_size=4)),
}  # fmt: skip
ANY = st.one_of(*STREAMS.values())
