"""Orders."""

import pytest
from reducing import AMD

from ibnb.api.trading import TradingDisabled
from ibnb.contract import Forex
from ibnb.errors import FieldError
from ibnb.objects import CommissionReport, Execution, ExecutionFilter
from ibnb.order import LimitOrder, MarketOrder, Order, OrderState
from ibnb.wire import catalogue as m


def status(text, order_id, filled=0.0):
    return m.OrderStatus(order_id, text, filled, 10.0 - filled, 0.0, 99, 0, 0.0, 1, "", 0.0)


def place(wire, **fields):
    return wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0, **fields))


def kinds(wire):
    return [type(request) for request in wire.sent]


def test_a_placed_order_is_a_trade_at_once(wire):
    seen = []
    wire.ib.newOrderEvent += seen.append
    order = LimitOrder("BUY", 10, 1.0)
    trade = wire.ib.placeOrder(AMD, order)
    wire.fire()
    assert (trade.contract, trade.order, seen) == (AMD, order, [trade])
    assert (order.orderId, order.clientId, trade.orderStatus.status) == (1, 1, "PendingSubmit")
    assert [(entry.status, entry.message) for entry in trade.log] == [("PendingSubmit", "")]
    assert wire.ib.openTrades() == wire.ib.trades() == [trade]
    assert wire.ib.openOrders() == wire.ib.orders() == [order]
    assert wire.sent[0].order.lmtPrice == 1.0


def test_the_same_order_again_is_a_modification_of_its_trade(wire):
    seen = []
    wire.ib.orderModifyEvent += seen.append
    trade = place(wire)
    wire.tell(status("Submitted", 1))
    trade.order.lmtPrice = 2.0
    assert wire.ib.placeOrder(AMD, trade.order) is trade
    wire.tell(status("Submitted", 1))
    wire.fire()
    assert [entry.message for entry in trade.log] == ["", "", "Modify", "Modified"]
    assert ([request.order.lmtPrice for request in wire.sent], seen) == ([1.0, 2.0], [trade])


def test_a_done_trade_cannot_be_modified(wire):
    trade = place(wire)
    wire.tell(status("Filled", 1, 10.0))
    with pytest.raises(AssertionError, match="order 1 is Filled; place a new one"):
        wire.ib.placeOrder(AMD, trade.order)


def test_an_order_that_cannot_be_sent_is_no_trade(wire):
    with pytest.raises(FieldError):
        wire.ib.placeOrder(AMD, LimitOrder("BUY", "ten", 1.0))
    assert wire.ib.trades() == []


def test_a_read_only_connection_sends_no_order(wire):
    wire.ib.trading.disable()
    with pytest.raises(TradingDisabled):
        place(wire)
    assert wire.sent == []


def test_order_ids_exceed_every_id_seen(wire):
    wire.tell(m.OpenOrder(Order(orderId=70, clientId=5, permId=9), AMD, OrderState(status="Submitted")))
    assert place(wire).order.orderId == 71


def test_cancelling_is_pending_until_it_is_done(wire):
    seen = []
    wire.ib.cancelOrderEvent += lambda trade: seen.append(trade.orderStatus.status)
    trade = place(wire)
    wire.tell(status("Submitted", 1))
    assert wire.ib.cancelOrder(trade.order) is trade
    wire.fire()
    assert (trade.orderStatus.status, seen) == ("PendingCancel", ["PendingCancel"])
    wire.tell(status("Cancelled", 1))
    assert (trade.isDone(), wire.ib.openTrades()) == (True, [])
    assert kinds(wire) == [m.PlaceOrder, m.CancelOrder]


def test_an_order_that_was_never_transmitted_is_cancelled_at_once(wire):
    trade = place(wire, transmit=False)
    wire.ib.cancelOrder(trade.order)
    assert trade.orderStatus.status == "Cancelled"


def test_an_order_that_went_out_with_its_bracket_waits_for_its_cancel(wire):
    bracket = wire.ib.bracketOrder("BUY", 10, 1.0, 2.0, 0.5)
    trades = [wire.ib.placeOrder(AMD, order) for order in bracket[:2]]
    wire.ib.cancelOrder(bracket[1])
    assert trades[1].orderStatus.status == "Cancelled", "the last one has not been placed yet"
    wire.ib.placeOrder(AMD, bracket[2])
    wire.ib.cancelOrder(bracket[0])
    assert trades[0].orderStatus.status == "PendingCancel"


def test_cancelling_an_unknown_order_is_sent_and_gives_nothing(wire):
    assert wire.ib.cancelOrder(Order(orderId=55, clientId=1)) is None
    assert kinds(wire) == [m.CancelOrder]


def test_a_global_cancel_changes_nothing_here(wire):
    trade = place(wire)
    wire.ib.reqGlobalCancel()
    assert (trade.orderStatus.status, kinds(wire)[-1]) == ("PendingSubmit", m.ReqGlobalCancel)


def test_a_preview_sends_a_copy_and_gives_its_state(wire, awaited):
    def answer(asked):
        order = Order(orderId=asked.orderId, clientId=1, whatIf=True)
        return [m.OpenOrder(order, AMD, OrderState(status="PreSubmitted", initMarginChange="100.5"))]

    wire.answers[m.PlaceOrder] = answer
    order = LimitOrder("BUY", 10, 1.0)
    assert wire.ib.whatIfOrder(AMD, order).initMarginChange == "100.5"
    assert awaited(lambda: wire.ib.whatIfOrderAsync(AMD, order)).initMarginChange == "100.5"
    assert (wire.sent[0].order.whatIf, order.whatIf, order.orderId, wire.ib.trades()) == (True, False, 0, [])


def test_a_refused_preview_is_empty(wire):
    wire.answers[m.PlaceOrder] = lambda asked: [m.Error(asked.orderId, 201, "rejected")]
    assert wire.ib.whatIfOrder(AMD, LimitOrder("BUY", 10, 1.0)) == []


def test_a_bracket_transmits_with_its_last_order(wire):
    bracket = wire.ib.bracketOrder("BUY", 10, 1.0, 2.0, 0.5, tif="GTC")
    assert [order.orderId for order in bracket] == [1, 2, 3]
    assert [order.parentId for order in bracket] == [0, 1, 1]
    assert [order.transmit for order in bracket] == [False, False, True]
    assert [(order.action, order.orderType, order.tif) for order in bracket] == [
        ("BUY", "LMT", "GTC"),
        ("SELL", "LMT", "GTC"),
        ("SELL", "STP", "GTC"),
    ]
    assert (bracket.takeProfit.lmtPrice, bracket.stopLoss.auxPrice) == (2.0, 0.5)
    with pytest.raises(AssertionError):
        wire.ib.bracketOrder("HOLD", 10, 1.0, 2.0, 0.5)


def test_orders_of_one_group_cancel_each_other(wire):
    orders = [Order(), Order()]
    assert wire.ib.oneCancelsAll(orders, "G", 2) is orders
    assert {(order.ocaGroup, order.ocaType) for order in orders} == {("G", 2)}


@pytest.mark.parametrize(
    ("name", "args", "request_type"),
    [("reqOpenOrders", (), m.ReqOpenOrders), ("reqAllOpenOrders", (), m.ReqAllOpenOrders)],
)
def test_open_orders_are_the_trades_known(wire, awaited, name, args, request_type):
    trade = place(wire)
    opened = m.OpenOrder(Order(orderId=1, clientId=1, permId=99), AMD, OrderState(status="Submitted"))
    wire.answer(request_type, opened, m.OpenOrderEnd())
    assert getattr(wire.ib, name)(*args) == [trade]
    assert awaited(lambda: getattr(wire.ib, f"{name}Async")(*args)) == [trade]


def opened_as(*ids):
    return [m.OpenOrder(Order(orderId=n, clientId=1, permId=n), AMD, OrderState(status="Submitted")) for n in ids]


def test_lists_of_open_orders_are_asked_for_one_after_another(wire):
    own, every, again, more = (
        wire.ib._open_orders(), wire.ib._all_open_orders(), wire.ib._open_orders(), wire.ib._all_open_orders()
    )  # fmt: skip
    assert kinds(wire) == [m.ReqOpenOrders]
    wire.tell(*opened_as(1), m.OpenOrderEnd())
    assert kinds(wire) == [m.ReqOpenOrders, m.ReqAllOpenOrders]
    assert ([t.order.orderId for t in own.result()], again.result(), every.done()) == ([1], own.result(), False)
    wire.tell(*opened_as(1, 2), m.OpenOrderEnd())
    assert [t.order.orderId for t in every.result()] == [1, 2]
    assert more.result() == every.result()
    assert len(wire.sent) == 2


def test_a_list_given_up_while_it_waits_is_not_asked_for(wire):
    own, every = wire.ib._open_orders(), wire.ib._all_open_orders()
    every.cancel()
    wire.tell(m.OpenOrderEnd())
    assert (own.result(), kinds(wire)) == ([], [m.ReqOpenOrders])


def test_a_list_that_waited_can_be_given_up_later(wire):
    own, every = wire.ib._open_orders(), wire.ib._all_open_orders()
    wire.tell(m.OpenOrderEnd())
    assert own.done() and kinds(wire) == [m.ReqOpenOrders, m.ReqAllOpenOrders]
    every.cancel()
    assert len(wire.ib.wrapper.requests) == 0


def test_what_waits_for_its_turn_fails_with_the_connection(wire):
    own, every = wire.ib._open_orders(), wire.ib._all_open_orders()
    wire.lose()
    assert isinstance(own.exception(), ConnectionError)
    assert isinstance(every.exception(), ConnectionError)


def test_completed_orders_with_and_without_those_by_hand_are_two_lists(wire):
    api, every = wire.ib._completed_orders(True), wire.ib._completed_orders(False)
    completed = [m.CompletedOrder(AMD, Order(permId=n), OrderState(status="Filled")) for n in (44, 45)]
    wire.tell(completed[0], m.CompletedOrdersEnd())
    wire.tell(*completed, m.CompletedOrdersEnd())
    assert [[t.order.permId for t in answer.result()] for answer in (api, every)] == [[44], [44, 45]]
    assert wire.sent == [m.ReqCompletedOrders(True), m.ReqCompletedOrders(False)]


def test_a_refused_modification_leaves_the_order_alive(wire):
    trade = place(wire)
    wire.tell(*opened_as(1), status("Submitted", 1))
    wire.ib.placeOrder(AMD, trade.order)
    wire.tell(m.Error(1, 387, "unsupported order type"))
    assert (trade.orderStatus.status, wire.ib.openTrades()) == ("ValidationError", [trade])
    wire.tell(status("Submitted", 1))
    assert trade.orderStatus.status == "Submitted"


def test_completed_orders_are_trades(wire, awaited):
    completed = m.CompletedOrder(AMD, Order(permId=44), OrderState(status="Filled"))
    wire.answer(m.ReqCompletedOrders, completed, m.CompletedOrdersEnd())
    (trade,) = wire.ib.reqCompletedOrders(True)
    assert trade.orderStatus.status == "Filled"
    assert awaited(lambda: wire.ib.reqCompletedOrdersAsync(True)) == [trade]
    assert wire.sent[0] == m.ReqCompletedOrders(True)


def test_executions_are_fills(wire, awaited):
    execution = Execution("e1", "20240105 14:30:00 UTC", permId=44, shares=10.0, price=1.0)
    wire.answer(
        m.ReqExecutions,
        m.ExecDetails(0, execution, AMD),
        m.CommissionAndFeesReport(CommissionReport("e1", 1.5, "USD")),
        m.ExecDetailsEnd(),
    )
    (fill,) = wire.ib.reqExecutions(ExecutionFilter(symbol="AMD"))
    assert (fill.execution.shares, fill.commissionReport.commission) == (10.0, 1.5)
    assert (wire.ib.fills(), wire.ib.executions()) == ([fill], [fill.execution])
    assert awaited(wire.ib.reqExecutionsAsync) == [fill]
    assert wire.sent[0].execFilter.symbol == "AMD"


def test_manual_orders_are_bound(wire):
    wire.ib.reqAutoOpenOrders()
    wire.ib.reqAutoOpenOrders(False)
    assert wire.sent == [m.ReqAutoOpenOrders(True), m.ReqAutoOpenOrders(False)]


def test_the_gateway_fills_a_market_order(ib):
    (contract,) = ib.qualifyContracts(Forex("EURUSD"))
    trade, seen = ib.placeOrder(contract, MarketOrder("BUY", 20000)), []
    trade.filledEvent += lambda trade: seen.append(trade.filled())
    assert list(ib.loopUntil(lambda: seen and trade.fills[0].commissionReport.commission, 5))[-1]
    assert (seen, trade.isDone()) == ([20000.0], True)


def test_the_gateway_lets_a_limit_rest_and_cancels_it(ib):
    (contract,) = ib.qualifyContracts(Forex("EURUSD"))
    trade = ib.placeOrder(contract, LimitOrder("BUY", 20000, 0.05))
    assert list(ib.loopUntil(lambda: trade.orderStatus.status == "Submitted", 5))[-1]
    assert trade in ib.reqOpenOrders()
    ib.cancelOrder(trade.order)
    assert list(ib.loopUntil(trade.isDone, 5))[-1]
    assert float(ib.whatIfOrder(contract, MarketOrder("BUY", 20000)).initMarginChange) > 0
