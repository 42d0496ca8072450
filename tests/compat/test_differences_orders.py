"""What ibnb does otherwise than ib_async 2.1.0 with accounts and orders: rows of docs/compat.md, by name."""

import math

import pytest
from reducing import AMD

from ibnb.api.trading import Trading, TradingDisabled
from ibnb.objects import CommissionReport, Execution
from ibnb.order import LimitOrder, Order, OrderState, OrderStateNumeric
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m


def test_profits_without_value_are_nan(wire):
    entry = wire.ib.reqPnL("DU1")
    wire.tell(m.Pnl(wire.sent[0].reqId, 1.0, UNSET_DOUBLE, UNSET_DOUBLE))
    assert math.isnan(entry.realizedPnL)


def test_placing_an_order_leaves_it_as_it_is(wire):
    order = LimitOrder("BUY", 10, 1.0)
    wire.ib.placeOrder(AMD, order)
    assert order.volatility == UNSET_DOUBLE


def test_an_error_that_comes_too_late_cancels_nothing(wire):
    trade = wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))
    wire.tell(m.OrderStatus(1, "Submitted", clientId=1), m.Error(1, 161, "too late to cancel"))
    assert trade.orderStatus.status == "Submitted"


def working(wire, **fields):
    """A trade that TWS has taken."""
    trade = wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0, **fields))
    number = trade.order.orderId
    order = Order(orderId=number, clientId=1, permId=90 + number, totalQuantity=10.0, orderType="LMT", lmtPrice=1.0)
    wire.tell(m.OpenOrder(order, AMD, OrderState(status="Submitted")), told(number, "Submitted"))
    return trade


def told(number, status, client_id=1):
    return m.OrderStatus(number, status, 0.0, 10.0, 0.0, 90 + number, 0, 0.0, client_id, "", 0.0)


def test_notices_end_no_order(wire):
    trade = working(wire)
    wire.tell(m.Error(trade.order.orderId, 10349, "Order TIF was set to DAY based on order preset."))
    assert (trade.orderStatus.status, trade.log[-1].errorCode) == ("Submitted", 10349)


def test_a_warning_revives_no_order(wire):
    trade = working(wire)
    wire.tell(told(trade.order.orderId, "Filled"), m.Error(trade.order.orderId, 399, "a message"))
    assert (trade.orderStatus.status, trade.log[-1].errorCode) == ("Filled", 399)


def test_an_order_that_left_with_its_bracket_waits_for_its_cancel(wire):
    bracket = wire.ib.bracketOrder("BUY", 10, 1.0, 2.0, 0.5)
    trades = [wire.ib.placeOrder(AMD, order) for order in bracket]
    wire.ib.cancelOrder(bracket.parent)
    assert trades[0].orderStatus.status == "PendingCancel"


def test_a_completed_order_told_of_again_is_one_trade(wire):
    wire.tell(m.CompletedOrder(AMD, Order(permId=95), OrderState(status="Filled")))
    order = Order(orderId=5, clientId=1, permId=95)
    wire.tell(m.OpenOrder(order, AMD, OrderState(status="Filled")), told(5, "Filled"))
    assert [(trade.order.orderId, trade.orderStatus.status) for trade in wire.ib.trades()] == [(5, "Filled")]


def test_a_completed_order_that_was_not_followed_ends(wire):
    order = Order(orderId=5, clientId=2, permId=95)
    wire.tell(m.OpenOrder(order, AMD, OrderState(status="Submitted")))
    (trade,) = wire.ib.trades()
    wire.tell(m.CompletedOrder(AMD, Order(permId=95), OrderState(status="Cancelled")))
    assert (trade.orderStatus.status, wire.ib.trades()) == ("Cancelled", [trade])


def test_news_are_no_part_of_a_list(wire):
    seen = []
    wire.ib.openOrderEvent += lambda trade: seen.append(trade.order.clientId)
    opened = [
        m.OpenOrder(Order(orderId=5, clientId=n, permId=90 + n), AMD, OrderState(status="Submitted")) for n in (1, 2)
    ]
    wire.answer(m.ReqOpenOrders, *opened, m.OpenOrderEnd())
    assert [trade.order.clientId for trade in wire.ib.reqOpenOrders()] == [1]
    wire.fire()
    assert seen == [2]


def test_open_orders_are_listed_once(wire):
    opened = m.OpenOrder(Order(orderId=5, clientId=1, permId=9), AMD, OrderState(status="Submitted"))
    wire.answer(m.ReqOpenOrders, opened, opened, m.OpenOrderEnd())
    assert len(wire.ib.reqOpenOrders()) == 1


def test_a_completed_order_that_is_known_is_the_same_trade(wire):
    trade = wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))
    wire.tell(m.OpenOrder(Order(orderId=1, clientId=1, permId=9), AMD, OrderState(status="Submitted")))
    wire.answer(m.ReqCompletedOrders, m.CompletedOrder(AMD, Order(permId=9), OrderState()), m.CompletedOrdersEnd())
    assert wire.ib.reqCompletedOrders(False) == [trade]


def test_a_commission_may_come_before_its_execution(wire):
    wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))
    wire.tell(m.CommissionAndFeesReport(CommissionReport("e1", 1.5, "USD", 0.0, 0.0)))
    wire.tell(
        m.ExecDetails(-1, Execution("e1", "20240105 14:30:00 UTC", orderId=1, clientId=1, shares=10.0, price=1.0), AMD)
    )
    assert wire.ib.fills()[0].commissionReport.commission == 1.5


def test_numbers_of_a_preview_are_of_their_own_class():
    numbers = OrderState(initMarginChange="100.5").numeric()
    assert isinstance(numbers, OrderStateNumeric)
    assert numbers.initMarginChange == 100.5


def test_bound_orders_can_be_cancelled_from_here(wire):
    wire.tell(m.OpenOrder(Order(permId=99), AMD, OrderState(status="Submitted")), m.OrderBound(99, 1, 12))
    (trade,) = wire.ib.trades()
    wire.ib.cancelOrder(trade.order)
    assert (wire.sent[-1].orderId, trade.orderStatus.status) == (12, "PendingCancel")


def test_after_load_ext_orders_need_leave(monkeypatch, wire):
    monkeypatch.setattr(Trading, "read_only_default", True)
    wire.ib.trading = Trading()
    with pytest.raises(TradingDisabled):
        wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))


def test_known_executions_are_given_as_they_are_known(wire):
    wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))
    execution = Execution("e1", "20240105 14:30:00 UTC", orderId=1, clientId=1, permId=9, shares=10.0, price=1.0)
    wire.tell(m.ExecDetails(-1, execution, AMD), m.CommissionAndFeesReport(CommissionReport("e1", 1.5, "USD")))
    wire.answer(m.ReqExecutions, m.ExecDetails(0, execution, AMD), m.ExecDetailsEnd())
    (fill,) = wire.ib.reqExecutions()
    assert fill is wire.ib.fills()[0]
    assert fill.commissionReport.commission == 1.5
