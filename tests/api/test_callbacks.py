"""The callbacks of ib_async's Wrapper, called as its decoder calls them."""

import datetime as dt
import inspect

import pytest
from reducing import AMD

from ibnb.contract import Contract, ContractDetails
from ibnb.ib import IB
from ibnb.objects import (
    BarData,
    HistoricalTick,
    Position,
    ScanDataList,
    TickAttribBidAsk,
    TickAttribLast,
)
from ibnb.order import Order, OrderState


@pytest.fixture
def ib():
    return IB()


@pytest.fixture
def wrapper(ib):
    return ib.wrapper


def test_arguments_go_by_position_or_name_with_their_defaults(ib, wrapper):
    wrapper.openOrder(7, Contract(secType="STK", conId=1), Order(orderId=7, clientId=1), OrderState(status="Submitted"))
    wrapper.orderStatus(7, "Filled", 1.0, 0.0, 1.0, 0, 0, 1.0, clientId=1, whyHeld="")
    assert ib.trades()[0].orderStatus.status == "Filled"


def test_signatures_are_those_of_ib_async(wrapper):
    assert str(inspect.signature(wrapper.updateMktDepth)) == "(reqId, position, operation, side, price, size)"


@pytest.mark.parametrize("args", [(), (1, 2, 3)])
def test_wrong_arguments_are_refused(wrapper, args):
    with pytest.raises(TypeError):
        wrapper.tickSnapshotEnd(*args)
    with pytest.raises(TypeError):
        wrapper.updateAccountTime(*args)


def test_events_fire_before_the_callback_returns(ib, wrapper):
    seen = []
    ib.positionEvent += seen.append
    wrapper.position("DU1", AMD, 5.0, 9.0)
    assert seen == ib.positions() == [Position("DU1", AMD, 5.0, 9.0)]


def test_a_handler_may_use_the_object_from_another_thread(ib, wrapper):
    """The lock is free while handlers run."""
    import concurrent.futures

    seen = []

    def handler(position):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(ib.positions).result(5))

    ib.positionEvent += handler
    wrapper.position("DU1", AMD, 5.0, 9.0)
    assert seen == [[Position("DU1", AMD, 5.0, 9.0)]]


def test_ticks_show_as_they_come(wrapper):
    ticker = wrapper.startTicker(1, AMD, "mktData")
    wrapper.priceSizeTick(1, 1, 10.0, 5.0)
    assert len(ticker.ticks) == 1
    wrapper.tickByTickAllLast(1, 1, 0, 5.0, 2.0, TickAttribLast(True, False), "Q", "I")
    wrapper.tickByTickBidAsk(1, 0, 4.0, 6.0, 1.0, 3.0, TickAttribBidAsk(False, True))
    wrapper.tickByTickMidPoint(1, 0, 5.0)
    last, bid_ask, middle = ticker.tickByTicks
    assert (last.tickAttribLast, last.exchange, last.specialConditions) == (TickAttribLast(True, False), "Q", "I")
    assert (bid_ask.bidPrice, bid_ask.askSize, bid_ask.tickAttribBidAsk) == (4.0, 3.0, TickAttribBidAsk(False, True))
    assert middle.midPoint == 5.0


def test_past_ticks_have_their_times_already(wrapper):
    tick = HistoricalTick(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), 5.0, 1.0)
    with wrapper.lock:
        answer = wrapper.requests.start(3, "ticks", results=[])[0]
    wrapper.historicalTicksLast(3, [tick], False)
    wrapper.historicalTicksBidAsk(3, [tick], True)
    assert answer.result() == [tick, tick]


def test_bars_of_history_come_one_by_one(wrapper):
    with wrapper.lock:
        answer = wrapper.requests.start(3, "bars", results=[])[0]
    wrapper.historicalData(3, BarData("20240105", close=1.0))
    wrapper.historicalData(4, BarData("20240105", close=1.0))
    wrapper.historicalDataEnd(3, "", "")
    assert answer.result() == [BarData(dt.date(2024, 1, 5), close=1.0)]


def test_rows_of_a_scan_come_one_by_one(ib, wrapper):
    seen, found = [], ScanDataList()
    found.reqId = 3
    wrapper.startSubscription(3, found)
    ib.scannerDataEvent += lambda found: seen.append([row.rank for row in found])
    for _ in range(2):
        wrapper.scannerData(3, 0, ContractDetails(), "", "", "", "")
        wrapper.scannerData(3, 1, ContractDetails(), "", "", "", "")
        wrapper.scannerDataEnd(3)
    assert seen == [[0, 1], [0, 1]]


def test_callbacks_that_say_nothing_change_nothing(ib, wrapper):
    before = wrapper.revision
    wrapper.connectAck()
    wrapper.nextValidId(5)
    wrapper.updateAccountTime("10:00")
    assert wrapper.revision == before
