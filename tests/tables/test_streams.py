"""Tables of ticks, order books, scans, headlines and finished orders, fed by the real reducers."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reducing import AMD, Reducing

from ibnb.contract import Contract, ContractDetails, ScanData
from ibnb.objects import ScanDataList, ScannerSubscription
from ibnb.order import LimitOrder, OrderStatus, Trade
from ibnb.tables import Table, Tables
from ibnb.wire import catalogue as m
from tests.tables.support import Home, Mirror, Timer, frame_rows


class Rig(Reducing):
    """Reducers with tables."""

    def __init__(self) -> None:
        super().__init__()
        self.timer = Timer()
        self.tables = Tables(self.store, self.timer.call_later, Home(), now=self.timer, monotonic=self.timer)


def trade(price: float, size: float = 1.0) -> m.TickByTick:
    return m.TickByTick(1, 1, 0, price, size, 1, "ARCA", "T")


def quote(bid: float, ask: float) -> m.TickByTick:
    return m.TickByTick(1, 3, bidPrice=bid, askPrice=ask, bidSize=2.0, askSize=3.0)


def test_ticks_of_all_kinds_come_in_order_and_the_oldest_go() -> None:
    rig = Rig()
    ticker = rig.ticker(1, "Last")
    ticks = rig.tables.ticks(AMD, cap=4)
    assert rig.tables.ticks(ticker) is ticks
    assert ticks.df.attrs["reason"].startswith("no tick has come")
    mirror = Mirror(ticks)
    rig.take(m.TickReqParams(1, 0.01, "", 0), trade(10.0), quote(9.5, 10.5))
    rig.take(m.TickByTick(1, 4, midPoint=10.0))
    rig.take(m.TickString(1, 48, "55.5;2;1600000000500;900;55.25;true"))
    df = ticks.df
    assert df["type"].tolist() == ["Last", "BidAsk", "MidPoint", "RTVolume"]
    assert df["price"].iloc[0] == 10.0
    assert np.isnan(df["price"].iloc[1])
    assert df[["bid", "askSize"]].iloc[1].tolist() == [9.5, 3.0]
    assert (df["exchange"].iloc[0], df["conditions"].iloc[0]) == ("ARCA", "T")
    assert df["pastLimit"].tolist()[0] is True
    assert df["minTick"].tolist() == [0.01] * 4
    rig.take(*(trade(float(price)) for price in range(1, 10)))
    assert ticks.df["price"].tolist() == [6.0, 7.0, 8.0, 9.0]
    mirror.sync()
    assert mirror.rows() == frame_rows(ticks.df)


def test_ticks_reach_followers_by_the_clock_and_nothing_piles_up() -> None:
    rig = Rig()
    rig.ticker(1, "Last")
    ticks = rig.tables.ticks(AMD)
    told: list[int] = []
    ticks.subscribe(lambda which: told.append(len(which)))
    rig.take(trade(1.0))
    rig.take(trade(2.0))
    rig.timer.advance(0.1)
    assert told == [2]
    assert not any(rig.store._watched.values())
    assert rig.timer.due == []


def test_a_table_nobody_holds_gathers_nothing() -> None:
    rig = Rig()
    rig.ticker(1, "Last")
    ticks: Table | None = rig.tables.ticks(AMD)
    assert ticks is not None
    assert rig.store.taps
    del ticks
    gc.collect()
    rig.take(trade(1.0))
    rig.timer.advance(0.1)
    assert (rig.store.taps, rig.store._watched) == ({}, {})


OPERATIONS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([0, 1, 2]), st.sampled_from([0, 1]), st.sampled_from([1.0, 1.5, 2.0])),
    max_size=20,
)


@settings(max_examples=50, deadline=None)
@given(operations=OPERATIONS)
def test_the_book_is_that_of_the_ticker_at_every_revision(operations: list[tuple[int, int, int, float]]) -> None:
    rig = Rig()
    ticker = rig.ticker(1, "mktDepth")
    depth = rig.tables.depth(AMD)
    mirror = Mirror(depth)
    for position, operation, side, price in operations:
        rig.take(m.UpdateMktDepthL2(1, position, "ARCA", operation, side, price, 7.0))
        rows = depth.df
        for name, levels in (("bid", ticker.domBids), ("ask", ticker.domAsks)):
            assert rows[name].dropna().tolist() == [level.price for level in levels]
        assert rows["level"].tolist() == list(range(1, max(len(ticker.domBids), len(ticker.domAsks)) + 1))
        mirror.sync()
        assert mirror.rows() == frame_rows(depth.df)


def test_an_emptied_book_is_empty() -> None:
    rig = Rig()
    rig.ticker(1, "mktDepth")
    depth = rig.tables.depth(AMD)
    rig.take(m.UpdateMktDepth(1, 0, 0, 1, 10.0, 5.0))
    assert depth.df[["bid", "bidSize"]].to_numpy().tolist() == [[10.0, 5.0]]
    rig.take(m.Error(1, 317, "reset"))
    assert len(depth) == 0
    assert "reqMktDepth" in depth.df.attrs["reason"]


def found(*con_ids: int) -> list[ScanData]:
    return [
        ScanData(rank, ContractDetails(Contract(conId=c, symbol=f"S{c}")), "", "", "1 %", "")
        for rank, c in enumerate(con_ids)
    ]


def test_a_scan_is_replaced_as_a_whole() -> None:
    rig = Rig()
    scan = ScanDataList()
    scan.reqId, scan.subscription = 5, ScannerSubscription(scanCode="TOP_PERC_GAIN")
    rig.store.subscribers[5] = scan
    table = rig.tables.scanner(scan)
    assert (table.name, len(table)) == ("scan TOP_PERC_GAIN", 0)
    rig.take(m.ScannerData(5, found(1, 2, 3)))
    assert table.df["symbol"].tolist() == ["S1", "S2", "S3"]
    revision = table.revision
    rig.take(m.ScannerData(5, found(2, 9)))
    assert table.df["conId"].tolist() == [2, 9]
    assert table.revision == revision + 1
    assert table.df["projection"].tolist() == ["1 %", "1 %"]


def test_headlines_come_once_each() -> None:
    rig = Rig()
    rig.take(m.TickNews(1, 1_700_000_000_500, "BZ", "BZ$1", "<b>first</b>", ""))
    news = rig.tables.news
    assert news.df["headline"].tolist() == ["<b>first</b>"]
    assert news.df["time"].iloc[0].isoformat() == "2023-11-14T22:13:20.500000+00:00"
    rig.take(*(m.TickNews(1, 0, "BZ", f"BZ${i}", f"line {i}", "") for i in (2, 3)))
    assert news.df["headline"].tolist() == ["<b>first</b>", "line 2", "line 3"]
    rig.store.reset()
    rig.take(m.TickNews(1, 0, "BZ", "BZ$4", "line 4", ""))
    assert news.df["articleId"].tolist()[-2:] == ["BZ$3", "BZ$4"]


def test_orders_that_are_done() -> None:
    rig = Rig()
    done = rig.tables.completed
    assert rig.tables.completed is done
    for order_id, status in ((1, OrderStatus.Submitted), (2, OrderStatus.Filled), (3, OrderStatus.Cancelled)):
        order = LimitOrder("BUY", 1, 2.0, orderId=order_id, clientId=1)
        rig.store.trades[1, order_id] = Trade(AMD, order, OrderStatus(order_id, status))
        rig.store.touch("orders", (1, order_id))
    assert done.df["orderId"].tolist() == [2, 3]
    rig.store.trades[1, 1].orderStatus.status = OrderStatus.Filled
    rig.store.touch("orders", (1, 1))
    assert done.df["orderId"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["ticks", "depth", "scanner", "of", "completed", "news"])
def test_they_are_listed(name: str) -> None:
    tables: Any = Rig().tables
    assert name in dir(tables)
    assert name in repr(tables)


def test_a_scan_needs_the_list_that_the_request_gave() -> None:
    tables = Tables(Reducing().store, Timer(), Home())
    with pytest.raises(TypeError, match=r"ib.reqScannerSubscription gives is needed, not \[\]"):
        tables.scanner([])
