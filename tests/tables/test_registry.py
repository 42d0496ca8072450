"""The tables of a connection, over the real Store, with hand-wound time and home."""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ibnb.bars import BarDataList
from ibnb.contract import ContractDetails, Stock
from ibnb.objects import BarData, CommissionReport, Execution, Fill, IBDefaults, PnLSingle, Position
from ibnb.order import LimitOrder, OrderStatus, Trade
from ibnb.state.store import Store
from ibnb.tables import Change, Table, Tables
from ibnb.values import UNSET_DOUBLE
from tests.tables.support import T0, Home, Mirror, Timer


class Rig:
    """A Store with tables, whose packets the test makes."""

    def __init__(self) -> None:
        self.timer, self.home = Timer(), Home()
        self.store = Store(SimpleNamespace(), IBDefaults())
        self.store.client_id = 7
        self.tables = Tables(self.store, self.timer.call_later, self.home, now=self.timer, monotonic=self.timer)
        self.told: list[tuple[str, int]] = []

    def follow(self, table: Table) -> Table:
        table.subscribe(lambda which: self.told.append((which.name, len(which))))
        return table

    def packet(self, *positions: Position) -> None:
        with self.store.lock:
            self.store.begin_packet()
            for item in positions:
                self.set(item)
            self.store.end_packet()

    def set(self, item: Position) -> None:
        by_contract = self.store.positions[item.account]
        if item.position:
            by_contract[item.contract.conId] = item
        else:
            by_contract.pop(item.contract.conId, None)
        self.store.touch("positions", (item.account, item.contract.conId))

    def tick(self, conId: int, price: float) -> None:
        with self.store.lock:
            record = self.store.quotes[conId]
            record.fields["last"] = price
            record.dirty = True
            self.store.dirty_quotes.append(record)
            self.store.begin_packet()
            self.store.end_packet()


def held(conId: int, size: float, account: str = "DU1") -> Position:
    return Position(account, Stock(f"S{conId}", "SMART", "USD", conId=conId), size, 10.0)


def test_a_read_sees_the_newest_packet_without_any_timer() -> None:
    rig = Rig()
    rig.packet(held(1, 5.0))
    positions = rig.tables.positions
    assert positions is rig.tables.positions
    assert positions.df["position"].tolist() == [5.0]
    rig.packet(held(1, 6.0), held(2, 1.0))
    assert positions.df["position"].tolist() == [6.0, 1.0]
    assert positions.keys() == [("DU1", 1), ("DU1", 2)]
    rig.packet(held(1, 0.0))
    assert positions.df["conId"].tolist() == [2]


def test_rows_of_one_packet_come_in_the_order_of_the_store() -> None:
    rig = Rig()
    positions = rig.tables.positions
    assert len(positions) == 0
    ids = [9, 3, 7, 1, 8, 2]
    rig.packet(*(held(conId, 1.0) for conId in ids))
    assert positions.df["conId"].tolist() == ids
    more = [55, 33, 44]
    rig.packet(*(held(conId, 1.0) for conId in more), held(3, 2.0))
    assert positions.df["conId"].tolist() == ids + more


def test_followers_are_told_by_the_clock_once_a_frame() -> None:
    rig = Rig()
    positions = rig.follow(rig.tables.positions)
    mirror = Mirror(positions)
    for n in range(1, 1001):
        rig.packet(held(1, float(n)))
        rig.timer.advance(0.001)
    assert 19 <= len(rig.told) <= 22
    rig.timer.advance(0.1)
    mirror.sync()
    assert [row["position"] for row in mirror.rows()] == [1000.0]
    assert positions.revision <= 22
    count = len(rig.told)
    rig.timer.advance(10)
    assert len(rig.told) == count
    assert rig.timer.due == []


def test_the_first_change_after_a_pause_is_told_within_5_ms() -> None:
    rig = Rig()
    rig.follow(rig.tables.positions)
    rig.timer.advance(1)
    rig.packet(held(1, 1.0))
    assert rig.told == []
    rig.timer.advance(0.005)
    assert rig.told == [("positions", 1)]


def test_what_a_reader_pulled_in_first_is_still_told_to_followers_on_the_clock() -> None:
    rig = Rig()
    positions = rig.follow(rig.tables.positions)
    seen: list[Change] = []

    def listener(change: Change) -> None:
        seen.append(change)

    positions.changed += listener
    rig.timer.advance(1)
    rig.packet(held(1, 1.0))
    assert len(positions.df) == 1
    assert rig.told == []
    rig.timer.advance(0.01)
    assert rig.told == [("positions", 1)]
    rig.home.deliver()
    assert [change.added for change in seen] == [(("DU1", 1),)]


def test_a_pull_by_a_reader_alone_wakes_the_clock() -> None:
    rig = Rig()
    positions = rig.follow(rig.tables.positions)
    rig.timer.advance(1)
    with rig.store.lock:
        rig.set(held(1, 1.0))  # an API call at home, outside of any packet
    assert rig.timer.due == []
    assert len(positions.df) == 1
    rig.timer.advance(0.01)
    assert rig.told == [("positions", 1)]


def test_tables_that_nobody_follows_cost_no_commits_and_no_memory() -> None:
    rig = Rig()
    positions = rig.tables.positions
    assert len(positions) == 0
    for n in range(1, 3001):
        rig.packet(held(n, 1.0))
        rig.timer.advance(0.001)
    assert len(rig.store.watch("positions")) <= 1100
    assert positions.revision <= 4
    assert len(positions) == 3000


def test_quotes_follow_ticks() -> None:
    rig = Rig()
    with rig.store.lock:
        rig.store.start_ticker(1, Stock("A", "SMART", "USD", conId=11), "mktData")
        rig.store.start_ticker(2, Stock("B", "SMART", "USD", conId=12), "mktData")
    quotes = rig.follow(rig.tables.quotes)
    assert quotes.df["symbol"].tolist() == ["A", "B"]
    revision = quotes.revision
    rig.tick(12, 5.5)
    rig.timer.advance(1)
    delta = quotes.delta(revision)
    assert set(delta.changed) == {"last", "time"}
    assert quotes.df["last"].tolist()[1] == 5.5
    assert quotes.keys() == [11, 12]


def test_orders_know_their_own() -> None:
    rig = Rig()
    contract = Stock("A", "SMART", "USD", conId=11)
    orders = rig.tables.orders
    assert orders.df.attrs["reason"]
    for client in (7, 8):
        trade = Trade(contract, LimitOrder("BUY", 1, 2.0, orderId=1, clientId=client), OrderStatus(status="Submitted"))
        with rig.store.lock:
            rig.store.trades[client, 1] = trade
            rig.store.touch("orders", (client, 1))
    assert orders.df["source"].tolist() == ["own", "other"]
    assert orders.df["account"].isna().all()
    rig.store.accounts = ["DU1"]
    rig.store.touch("orders", (7, 1))
    assert orders.df["account"].tolist()[0] == "DU1"
    trade.orderStatus.status = "Filled"
    rig.store.touch("orders", (8, 1))
    assert orders.df["status"].tolist() == ["Submitted", "Filled"]


def test_executions_take_their_commission_later() -> None:
    rig = Rig()
    fill = Fill(Stock("A", conId=1), Execution("e1", T0, shares=5.0, price=2.0), CommissionReport(), T0)
    rig.store.fills["e1"] = fill
    executions = rig.tables.executions
    assert executions.df["commission"].isna().all()
    fill.commissionReport.execId, fill.commissionReport.commission = "e1", 1.5
    rig.store.touch("executions", "e1")
    assert executions.df["commission"].tolist() == [1.5]


def test_log_grows_and_keeps_its_order() -> None:
    rig = Rig()
    for n in range(5):
        rig.store.add_log("info", "tws", f"line {n}")
    log = rig.tables.log
    assert log.df["text"].tolist() == [f"line {n}" for n in range(5)]
    for n in range(5, 40):
        rig.store.add_log("info", "tws", f"line {n}", code=n)
    assert log.df["text"].tolist() == [f"line {n}" for n in range(40)]
    assert log.df["code"].tolist()[-1] == 39
    revision = log.revision
    rig.store.touch("log", 1)
    assert log.df is not None
    assert log.revision == revision


def test_summary_and_account_and_portfolio_exist() -> None:
    rig = Rig()
    for name in ("summary", "account", "portfolio"):
        table = getattr(rig.tables, name)
        assert len(table) == 0
        assert table.df.attrs["reason"]
    assert {table.name for table in rig.tables} == {"summary", "account", "portfolio"}
    assert "positions" in dir(rig.tables)
    assert "positions" in repr(rig.tables)


def bar(minute: int, close: float) -> BarData:
    return BarData(T0 + dt.timedelta(minutes=minute), 1.0, 2.0, 0.5, close, 10.0, 1.0, 3)


def make_bars(rig: Rig, reqId: int = 5) -> BarDataList:
    bars = BarDataList([bar(0, 1.0), bar(1, 2.0)])
    bars.reqId = reqId
    bars.contract = Stock("AAPL", "SMART", "USD", localSymbol="AAPL")
    bars.barSizeSetting = "1 min"
    return bars


def live_bar(rig: Rig, bars: BarDataList, new: BarData) -> None:
    with rig.store.lock:
        rig.store.begin_packet()
        bars.update(new)
        rig.store.touch(("bars", bars.reqId), bars.reqId)
        rig.store.end_packet()


def test_bars_are_followed_live() -> None:
    rig = Rig()
    bars = make_bars(rig)
    table = rig.tables.bars(bars)
    assert rig.tables.bars(bars) is table
    assert table.name == "bars AAPL 1 min"
    rig.follow(table)
    rig.timer.advance(1)
    rig.told.clear()
    live_bar(rig, bars, bar(2, 3.0))
    rig.timer.advance(0.01)
    assert rig.told == [("bars AAPL 1 min", 3)]
    assert not rig.store.watch(("bars", 5))
    assert table.df["close"].tolist() == [1.0, 2.0, 3.0]
    bars.reqId = 6  # a reconnection asked again
    assert len(table) == 3
    live_bar(rig, bars, bar(2, 4.0))
    rig.timer.advance(1)
    assert table.df["close"].tolist() == [1.0, 2.0, 4.0]
    assert len(rig.told) == 2


def test_bars_tables_last_as_long_as_somebody_uses_them() -> None:
    rig = Rig()
    bars = make_bars(rig)
    rig.tables.bars(bars)
    gc.collect()
    assert len(rig.tables._bars) == 0
    live_bar(rig, bars, bar(2, 3.0))
    rig.timer.advance(1)
    live_bar(rig, bars, bar(3, 3.0))
    rig.timer.advance(1)
    assert not rig.store.watch(("bars", 5))


@pytest.mark.parametrize(("zone", "shown"), [("US/Eastern", "US/Eastern"), (None, "UTC"), ("Mars/Base", "UTC")])
def test_zone_of_bars(zone: str | None, shown: str) -> None:
    rig = Rig()
    names = ("time", "open", "high", "low", "close", "volume", "average", "barCount")
    source = SimpleNamespace(
        zone=zone, daily=False, version=1, columns=lambda: dict.fromkeys(names, ())
    )  # fmt: skip
    assert str(rig.tables.bars(source).df.index.dtype) == f"datetime64[ns, {shown}]"


def test_a_table_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    account, positions = rig.follow(rig.tables.account), rig.follow(rig.tables.positions)
    rig.timer.advance(1)

    def broken(_: Any) -> None:
        raise KeyError("broken")

    account._source = broken
    rig.packet(held(1, 1.0))
    rig.timer.advance(0.01)
    assert "'account' cannot be brought up to date" in caplog.text
    assert rig.told == [("positions", 1)]
    assert positions.df["position"].tolist() == [1.0]


def test_derived_tables_of_a_connection_follow_the_clock() -> None:
    rig = Rig()
    short = rig.follow(rig.tables.positions.where("position < 0"))
    seen: list[Change] = []

    def listener(change: Change) -> None:
        seen.append(change)

    short.changed += listener
    rig.timer.advance(1)
    rig.packet(held(1, 5.0), held(2, -5.0))
    rig.timer.advance(0.01)
    assert rig.told == [("positions", 1)]
    rig.packet(held(1, -1.0))
    assert len(short.df) == 2
    rig.timer.advance(1)
    rig.home.deliver()
    assert rig.told == [("positions", 1), ("positions", 2)]
    assert [change.added for change in seen] == [(("DU1", 1), ("DU1", 2))]


def test_reading_while_packets_come_is_whole_and_never_deadlocks() -> None:
    rig = Rig()
    positions = rig.follow(rig.tables.positions)
    rig.packet(held(1, 0.5), held(2, 0.5))
    torn: list[Any] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            values = set(positions.df["position"])
            if len(values) != 1:
                torn.append(values)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(1, 300):
        rig.packet(held(1, float(n)), held(2, float(n)))
        rig.timer.advance(0.05)
    done.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert torn == []
    assert set(positions.df["position"]) == {299.0}


def test_prices_of_a_row_get_the_increment_of_its_contract() -> None:
    rig = Rig()
    rig.packet(held(1, 5.0), held(2, 5.0))
    positions = rig.tables.positions
    assert positions.columns["avgCost"].tick == "minTick"
    assert positions.df["minTick"].isna().all()
    revision = positions.revision
    with rig.store.lock:
        rig.store.learn_tick(2, 0.00005)
        rig.store.learn_tick(1, 0.0)
        rig.store.learn_tick(1, UNSET_DOUBLE)
    assert positions.df["minTick"].tolist()[1] == 0.00005
    assert positions.revision == revision + 1
    assert rig.store.min_ticks == {2: 0.00005}
    assert "10.00000" in repr(positions)
    with rig.store.lock:
        rig.store.learn_tick(2, 0.00005)
    assert not rig.store.watch("positions")


def test_contract_details_of_the_session() -> None:
    rig = Rig()
    details = rig.tables.details
    assert details.df.attrs["reason"].startswith("no contract details have been received")
    found = [ContractDetails(Stock(f"S{conId}", "SMART", "USD", conId=conId), minTick=0.25) for conId in (5, 6)]
    with rig.store.lock:
        rig.store.begin_packet()
        for one in found:
            rig.store.learn_details(one)
        rig.store.end_packet()
    assert details.df[["symbol", "conId", "minTick"]].values.tolist() == [["S5", 5, 0.25], ["S6", 6, 0.25]]
    profits = rig.tables.pnl.join(details, columns=["symbol"])
    rig.store.profits["DU1", "", 6] = PnLSingle("DU1", "", 6, 1.5)
    rig.store.touch("pnl", ("DU1", "", 6))
    assert profits.df[["symbol", "dailyPnL"]].values.tolist() == [["S6", 1.5]]


def test_readers_in_many_threads_see_whole_packets() -> None:
    rig = Rig()
    ids = range(1, 8)
    tables = rig.tables
    rig.packet(*(held(conId, 1.0) for conId in ids))
    positions = tables.positions
    totals = positions.group("account").agg(least=("position", "min"), most=("position", "max"))
    beside = positions.join(totals, on="account", columns=["least", "most"])
    doubled = positions.where("position > 0").assign(twice=lambda df: df["position"] * 2).sort("-conId")
    end = threading.Event()
    faults: list[BaseException] = []
    reads = [0]

    def reader(look: Callable[[], None]) -> None:
        try:
            while not end.is_set():
                look()
                reads[0] += 1
        except BaseException as error:  # noqa: BLE001  told by the test
            faults.append(error)

    def frame() -> None:
        df = positions.df
        assert (len(df), df["position"].nunique()) == (7, 1)

    def derived() -> None:
        df = doubled.df
        assert (len(df), df["twice"].nunique()) == (7, 1)
        row = totals.df.iloc[0]
        assert row["least"] == row["most"]
        df = beside.df
        assert (df["least"] == df["position"]).all()

    mirror, other = Mirror(positions), Mirror(beside)

    def follower() -> None:
        for one, name in ((mirror, "position"), (other, "most")):
            one.sync()
            assert len({row[name] for row in one.rows()}) == 1

    threads = [threading.Thread(target=reader, args=(look,)) for look in (frame, derived, follower, frame)]
    for thread in threads:
        thread.start()
    number = 1.0
    while reads[0] < 400 and not faults:
        number += 1
        rig.packet(*(held(conId, number) for conId in ids))
    end.set()
    for thread in threads:
        thread.join(30)
    assert not faults, faults
    assert positions.df["position"].tolist() == [number] * 7
    assert doubled.df["twice"].tolist() == [2 * number] * 7
