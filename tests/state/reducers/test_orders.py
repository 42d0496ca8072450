"""Orders, statuses, executions and their commissions, in whatever order they come."""

import copy
import datetime as dt

import pytest
from reducing import AMD, Reducing

from ibnb.contract import Contract, Stock
from ibnb.objects import CommissionReport, Execution
from ibnb.order import LimitOrder, Order, OrderState, OrderStatus, Trade
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import catalogue as m

PLAIN = Contract(secType="STK", conId=4391, symbol="AMD")


@pytest.fixture
def told():
    return Reducing()


@pytest.fixture
def trade(told):
    """A trade that has just been placed as order 7 of client 1."""
    order = LimitOrder("BUY", 10, 1.0, orderId=7, clientId=1)
    made = told.store.trades[1, 7] = Trade(AMD, order, OrderStatus(7, "PendingSubmit"), [], [])
    return made


def opened(order_id=7, client_id=1, perm_id=99, status="Submitted", **fields):
    order = Order(orderId=order_id, clientId=client_id, permId=perm_id, action="BUY", totalQuantity=10.0, **fields)
    return m.OpenOrder(order, PLAIN, OrderState(status=status))


def status(text, filled=0.0, order_id=7, client_id=1, perm_id=99):
    return m.OrderStatus(order_id, text, filled, 10.0 - filled, 0.0, perm_id, 0, 0.0, client_id, "", 0.0)


def executed(exec_id="e1", reqId=-1, **fields):
    fields = {"permId": 99, "clientId": 1, "orderId": 7, "shares": 10.0, "price": 1.0} | fields
    return m.ExecDetails(reqId, Execution(exec_id, **fields), PLAIN)


def commission(exec_id="e1", amount=1.5):
    return m.CommissionAndFeesReport(CommissionReport(exec_id, amount, "USD", UNSET_DOUBLE, UNSET_DOUBLE))


def test_an_open_order_takes_over_what_can_change(told, trade):
    told.take(opened(lmtPrice=2.0, orderType="LMT", orderRef="r"))
    order = trade.order
    assert (order.permId, order.totalQuantity, order.lmtPrice, order.orderType, order.orderRef) == (
        99,
        10.0,
        2.0,
        "LMT",
        "r",
    )
    assert told.store.permId2Trade == {99: trade}
    assert told.events == [("openOrderEvent", trade)]


def test_an_order_of_tws_becomes_a_trade_under_its_perm_id(told):
    told.take(opened(order_id=0, client_id=0, perm_id=44, status="PreSubmitted"))
    trade = told.store.trades[44]
    assert (type(trade.contract), trade.orderStatus.status, trade.order.permId) == (Stock, "PreSubmitted", 44)


def test_open_orders_answer_their_request_each_once_and_are_not_told(told):
    answer = told.start("openOrders", {})
    told.take(opened(7, perm_id=99), opened(8, perm_id=100), opened(7, perm_id=99), m.OpenOrderEnd())
    assert [trade.order.orderId for trade in answer.result()] == [7, 8]
    assert told.events == []


def test_ids_of_all_orders_are_noted(told):
    seen = []
    told.store.on_order_id = seen.append
    told.take(opened(70, client_id=5))
    assert seen == [70]


def test_a_preview_answers_its_request_once_it_has_margins(told):
    answer = told.start(7)
    order = Order(orderId=7, whatIf=True)
    told.take(m.OpenOrder(order, PLAIN, OrderState(initMarginChange=str(UNSET_DOUBLE))))
    assert not answer.done()
    told.take(m.OpenOrder(order, PLAIN, OrderState(initMarginChange="100.5")))
    assert answer.result().initMarginChange == "100.5"
    assert told.store.trades == {}


def test_a_completed_order_becomes_a_trade_and_part_of_the_answer(told):
    answer = told.start("completedOrders", [])
    order = Order(permId=44, action="BUY")
    told.take(m.CompletedOrder(PLAIN, order, OrderState(status="Filled")), m.CompletedOrdersEnd())
    (trade,) = answer.result()
    assert told.store.trades == {44: trade}
    assert (trade.orderStatus.status, type(trade.contract)) == ("Filled", Stock)


def test_a_completed_order_that_is_known_stays_the_same_trade(told, trade):
    answer = told.start("completedOrders", [])
    told.take(opened(), m.CompletedOrder(PLAIN, Order(permId=99), OrderState()), m.CompletedOrdersEnd())
    assert answer.result() == [trade]


def test_a_status_is_logged_and_told(told, trade):
    told.take(status("Submitted"))
    assert (trade.orderStatus.status, trade.orderStatus.remaining, trade.orderStatus.permId) == ("Submitted", 10.0, 99)
    assert [(entry.time, entry.status, entry.message) for entry in trade.log] == [(told.store.now, "Submitted", "")]
    assert told.events == [("orderStatusEvent", trade), ("statusEvent", trade)]


def test_the_same_status_again_is_silent(told, trade):
    told.take(status("Submitted"), status("Submitted"))
    assert (len(trade.log), len(told.events)) == (1, 2)


@pytest.mark.parametrize(("text", "event"), [("Filled", "filledEvent"), ("Cancelled", "cancelledEvent")])
def test_the_end_of_an_order_is_told_once(told, trade, text, event):
    told.take(status(text, 10.0), status(text, 9.0))
    assert told.names().count(event) == 1


def test_a_modification_is_acknowledged_by_the_same_status(told, trade):
    told.take(status("Submitted"))
    trade.log[-1] = copy.copy(trade.log[-1])
    trade.log[-1].message = "Modify"
    told.take(status("Submitted"))
    assert trade.log[-1].message == "Modified"


def test_a_status_of_an_unknown_order_is_counted(told):
    told.take(status("Submitted"))
    assert told.store.unknown_ids == 1


def test_a_live_execution_is_a_fill_of_its_trade_once(told, trade):
    told.take(opened(), executed(), executed())
    (fill,) = trade.fills
    assert told.store.fills == {"e1": fill}
    assert (fill.contract, fill.time) == (AMD, told.store.now)
    assert trade.log[-1].message == "Fill 10.0@1.0"
    assert told.names() == ["openOrderEvent", "execDetailsEvent", "fillEvent"]


def test_an_execution_finds_its_trade_by_order_id_before_the_perm_id_is_known(told, trade):
    told.take(executed(permId=1234))
    assert len(trade.fills) == 1


def test_past_executions_answer_their_request_and_are_not_told(told, trade):
    answer = told.start(3, [])
    told.take(executed(reqId=3), m.ExecDetailsEnd(3))
    assert answer.result() == trade.fills
    assert told.events == []


def test_the_unset_order_id_of_a_manual_order_is_zero(told):
    told.take(executed(orderId=UNSET_INTEGER, permId=5))
    assert told.store.fills["e1"].execution.orderId == 0


def test_a_commission_fills_in_the_report_of_its_fill(told, trade):
    told.take(opened(), executed())
    report = trade.fills[0].commissionReport
    told.events.clear()
    told.take(commission())
    assert report == CommissionReport("e1", 1.5, "USD", 0.0, 0.0)
    expected = (trade, trade.fills[0], report)
    assert told.events == [("commissionReportEvent", *expected), ("commissionReportEvent", *expected)]


def test_a_commission_that_overtakes_its_execution_waits_for_it(told, trade):
    told.take(opened(), commission(amount=2.5), executed())
    assert trade.fills[0].commissionReport.commission == 2.5


def test_changes_are_marked_for_the_tables(told, trade):
    orders, executions = told.store.watch("orders"), told.store.watch("executions")
    told.take(opened(), executed(), commission())
    assert (orders, executions) == ({(1, 7)}, {"e1"})


@pytest.mark.parametrize(
    ("text", "zone", "time"),
    [
        ("20240105 14:30:00 US/Eastern", "", dt.datetime(2024, 1, 5, 19, 30, tzinfo=dt.UTC)),
        ("20240105 14:30:00", "US/Eastern", dt.datetime(2024, 1, 5, 19, 30, tzinfo=dt.UTC)),
        ("20240105 14:30:00 UTC", "US/Eastern", dt.datetime(2024, 1, 5, 14, 30, tzinfo=dt.UTC)),
        ("", "", EPOCH),
    ],
)
def test_the_time_of_an_execution_is_utc_and_in_tws_zone_without_its_own(told, text, zone, time):
    told.store.owner.TimezoneTWS = zone
    told.take(executed(time=text))
    assert told.store.fills["e1"].execution.time == time


def test_a_bound_order_is_known_by_its_new_id(told):
    told.take(m.OpenOrder(Order(permId=99, action="BUY"), PLAIN, OrderState(status="Submitted")))
    trade = told.store.trades[99]
    told.take(m.OrderBound(permId=99, clientId=1, orderId=12))
    assert told.store.trades == {(1, 12): trade}
    assert (trade.order.clientId, trade.order.orderId, trade.orderStatus.orderId) == (1, 12, 12)
    assert told.events[-1] == ("orderBoundEvent", trade)


def test_a_bound_order_moves_its_row_and_raises_the_ids(told):
    ids = []
    told.store.on_order_id = ids.append
    told.take(m.OpenOrder(Order(permId=99), PLAIN, OrderState(status="Submitted")))
    watched = told.store.watch("orders")
    told.take(m.OrderBound(permId=99, clientId=1, orderId=12))
    assert (watched, ids) == ({99, (1, 12)}, [0, 12])


def test_a_bound_order_that_nobody_knows_is_counted(told):
    told.take(m.OrderBound(permId=99, clientId=1, orderId=12))
    assert told.store.unknown_ids == 1


@pytest.mark.parametrize("order_id", [12, 0])
def test_an_order_that_is_bound_before_it_is_told_is_bound_all_the_same(told, order_id):
    told.take(m.OrderBound(permId=99, clientId=0, orderId=12), opened(order_id, 0), opened(order_id, 0))
    trade = told.store.permId2Trade[99]
    assert told.names() == ["openOrderEvent", "orderBoundEvent", "openOrderEvent"]
    assert list(told.store.trades.values()) == [trade]


def test_an_order_bound_silently_stays_one_trade(told):
    told.take(opened(0, 0), status("Submitted", order_id=0, client_id=0))
    trade = told.store.trades[99]
    told.take(opened(12, 0), status("Cancelled", order_id=12, client_id=0), m.OrderBound(99, 0, 12))
    assert told.store.trades == {(0, 12): trade}
    assert (trade.order.orderId, trade.orderStatus.orderId, trade.orderStatus.status) == (12, 12, "Cancelled")


def test_a_status_finds_its_trade_by_perm_id(told):
    told.take(opened(12, 5), status("Filled", 10.0, order_id=0, client_id=0))
    assert told.store.trades[5, 12].orderStatus.status == "Filled"


CORRECTED = ("0000e1a7.656447c6.01.01", "0000e1a7.656447c6.01.02")


def test_a_correction_takes_the_place_of_its_fill(told, trade):
    first, second = CORRECTED
    told.take(opened(), executed("0000e1a7.00000001.01.01"), executed(first), executed("0000e1a7.00000003.01.01"))
    told.take(commission(first), executed(second, shares=9.0), commission(second, 1.25))
    assert [fill.execution.shares for fill in trade.fills] == [10.0, 9.0, 10.0]
    assert list(told.store.fills) == ["0000e1a7.00000001.01.01", "0000e1a7.00000003.01.01", second]
    assert (trade.fills[1].commissionReport.commission, trade.log[-1].message) == (1.25, "Corrected: Fill 9.0@1.0")
    assert told.names().count("execDetailsEvent") == 4


def test_what_has_been_corrected_does_not_come_back(told, trade):
    answer = told.start(3, [])
    first, second = CORRECTED
    told.take(opened(), executed(second, shares=9.0), executed(first, 3), executed(second, 3), m.ExecDetailsEnd(3))
    assert answer.result() == trade.fills == list(told.store.fills.values())
    assert trade.fills[0].execution.shares == 9.0


def test_a_correction_moves_its_row(told, trade):
    rows = told.store.watch("executions")
    told.take(*(executed(exec_id) for exec_id in CORRECTED))
    assert dict(told.store.rows("executions", rows)) == {CORRECTED[0]: None, CORRECTED[1]: trade.fills[0]}


def test_a_completed_order_that_is_told_of_late_stays_one_trade(told):
    told.take(m.CompletedOrder(PLAIN, Order(permId=99, action="BUY"), OrderState(status="Filled")))
    trade = told.store.trades[99]
    told.take(opened(7, status="Filled"), status("Filled", 10.0))
    assert told.store.trades == {(1, 7): trade}
    assert (trade.order.orderId, trade.orderStatus.filled) == (7, 10.0)


@pytest.mark.parametrize(
    ("what", "listed", "told_of"), [("reqOpenOrders", [7], [8, 9]), ("reqAllOpenOrders", [7, 8], [9])]
)
def test_news_that_come_within_a_list_are_no_part_of_it(told, what, listed, told_of):
    answer = told.store.requests.start("openOrders", what, results={})[0]
    told.take(opened(7), opened(8, client_id=2, perm_id=100), opened(9, perm_id=101, status="Filled"), m.OpenOrderEnd())
    assert [trade.order.orderId for trade in answer.result()] == listed
    assert [(name, trade.order.orderId) for name, trade in told.events] == [("openOrderEvent", n) for n in told_of]


def test_a_completed_order_that_was_not_followed_ends(told):
    told.take(opened(12, 5, status="PreSubmitted"))
    trade = told.store.trades[5, 12]
    told.events.clear()
    completed = m.CompletedOrder(PLAIN, Order(permId=99), OrderState(status="Cancelled"))
    told.take(completed, completed)
    assert (trade.orderStatus.status, trade.log[-1].status) == ("Cancelled", "Cancelled")
    assert told.names() == ["orderStatusEvent", "statusEvent", "cancelledEvent"]


def test_fills_that_are_told_again_after_they_were_emptied_are_there_again_and_once(told, trade):
    """Sessions that run for days empty `ib.wrapper.fills` now and then."""
    answer = told.start(3, [])
    first, second = CORRECTED
    told.take(opened(), executed(first))
    told.store.fills.clear()
    told.take(executed(first, 3), m.ExecDetailsEnd(3))
    assert answer.result() == list(told.store.fills.values()) == trade.fills
    assert [fill.execution.execId for fill in trade.fills] == [first]
    told.store.fills.clear()
    told.take(executed(second, shares=9.0))
    assert [fill.execution.shares for fill in trade.fills] == [9.0]


def test_a_fill_is_not_looked_for_among_the_others_of_its_trade(told, trade):
    class Unsearched(list):
        def __iter__(self):
            raise AssertionError("a trade of 10,000 fills would take a minute")

    trade.fills = Unsearched()
    told.take(opened(), *(executed(f"0000e1a7.{k:08x}.01.01") for k in range(3)))
    assert len(trade.fills) == 3
