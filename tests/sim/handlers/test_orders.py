"""Orders over the wire."""

import datetime as dt

import pytest

from ibnb.contract import Contract, Forex, Index, Option, Stock
from ibnb.objects import ExecutionFilter
from ibnb.order import LimitOrder, MarketOrder, Order, OrderCancel, StopOrder
from ibnb.sim.handlers.orders import place_manual
from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, error_of, make_gateway, one, only

AMD, EURUSD = Stock("AMD", "SMART", "USD"), Forex("EURUSD")
VERSIONS = [157, 178, 200, 203, 213, 225]


def place(peer, order, order_id=1, contract=AMD):
    return peer.ask(m.PlaceOrder(order_id, contract, order))


def statuses(messages):
    return [(s.orderId, s.status) for s in only(messages, m.OrderStatus)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_market_order_fills_with_a_commission(version):
    peer = Peer(version=version)
    heard = place(peer, MarketOrder("BUY", 20_000), contract=EURUSD) + peer.step()
    assert statuses(heard) == [(1, "PreSubmitted"), (1, "Submitted"), (1, "Filled")]
    opened = only(heard, m.OpenOrder)
    assert [o.orderState.status for o in opened] == ["PreSubmitted", "Submitted", "Filled"]
    assert (opened[0].order.orderId, opened[0].order.totalQuantity, opened[0].contract.conId) == (1, 20_000, 12087792)
    fill = one(heard, m.ExecDetails)
    assert (fill.reqId, fill.execution.shares, fill.execution.side) == (-1, 20_000, "BOT")
    assert fill.execution.time == "20261120 11:37:22 US/Eastern"
    report = one(heard, m.CommissionAndFeesReport).report
    assert (report.execId, report.commission, report.currency) == (fill.execution.execId, 2.0, "USD")
    last = only(heard, m.OrderStatus)[-1]
    assert (last.filled, last.remaining, last.avgFillPrice) == (20_000, 0, fill.execution.price)
    assert last.permId == opened[0].order.permId > 0


@pytest.mark.parametrize("version", VERSIONS)
def test_a_far_limit_rests_is_modified_and_cancelled(version):
    peer = Peer(version=version)
    heard = place(peer, LimitOrder("BUY", 20_000, 0.05), contract=EURUSD) + peer.step(0.1, 3)
    assert statuses(heard)[-1] == (1, "Submitted")
    changed = place(peer, LimitOrder("BUY", 20_000, 0.10), contract=EURUSD)
    assert one(changed, m.OpenOrder).order.lmtPrice == 0.10
    gone = peer.ask(m.CancelOrder(1, OrderCancel()))
    assert statuses(gone) == [(1, "Cancelled")]
    assert [(e.reqId, e.errorCode) for e in only(gone, m.Error)] == [(1, 202)]


def test_the_order_comes_back_as_it_was_sent(peer):
    order = LimitOrder("SELL", 7, 400.0, tif="GTC", orderRef="mine", outsideRth=True, ocaGroup="g", ocaType=1)
    back = one(place(peer, order, 5), m.OpenOrder).order
    assert (back.action, back.totalQuantity, back.lmtPrice, back.tif) == ("SELL", 7, 400.0, "GTC")
    assert (back.orderRef, back.outsideRth, back.ocaGroup, back.account) == ("mine", True, "g", "DU1234567")


@pytest.mark.parametrize("version", VERSIONS)
def test_what_if(version):
    peer = Peer(version=version)
    state = one(place(peer, MarketOrder("BUY", 100, whatIf=True)), m.OpenOrder).orderState
    assert state.commission == 1.0
    before, change, after = (float(v) for v in (state.initMarginBefore, state.initMarginChange, state.initMarginAfter))
    assert before == 0 and change > 0 and after == pytest.approx(before + change)
    assert state.equityWithLoanChange == "-1.0"  # the same text in both encodings
    if version >= 195:
        assert state.marginCurrency == "USD"
        assert state.initMarginChangeOutsideRTH == pytest.approx(change)
    assert peer.step() == [] and peer.gateway.exchange.orders == []


@pytest.mark.parametrize(
    ("contract", "order", "code"),
    [
        (Stock("XXX"), MarketOrder("BUY", 1), 321), (Stock("XXX", "SMART", "USD"), MarketOrder("BUY", 1), 200),
        (AMD, MarketOrder("HOLD", 1), 321), (AMD, MarketOrder("BUY", 0), 434),
        (AMD, Order(action="BUY", totalQuantity=1), 387),
        (AMD, LimitOrder("BUY", 1, 100.001), 110), (EURUSD, LimitOrder("BUY", 1, 1.100021), 110),
        (AMD, Order(action="BUY", totalQuantity=1, orderType="LMT"), 321), (AMD, StopOrder("BUY", 1, 0.0), 321),
        (AMD, Order(action="SELL", totalQuantity=1, orderType="TRAIL"), 321),
        (AMD, MarketOrder("BUY", 1, tif="EVER"), 111),
        (AMD, LimitOrder("BUY", 1, 9.0, tif="GTD", goodTillDate="20200101 10:00:00 UTC"), 321),
        (Index("SPX", "CBOE"), MarketOrder("BUY", 1), 203), (AMD, MarketOrder("BUY", 1, account="U1"), 321),
        (AMD, MarketOrder("BUY", 10_000_000), 201),
        (Contract(secType="BAG", symbol="A", exchange="SMART"), MarketOrder("BUY", 1), 314),
    ],
)  # fmt: skip
def test_refusals_bear_the_order_id(peer, contract, order, code):
    heard = [x for x in place(peer, order, 3, contract) if type(x) is m.Error]
    assert error_of(heard) == (3, code)
    assert peer.gateway.exchange.get(1, 3) is None


def test_amount_in_cash(peer):
    order = MarketOrder("BUY", 0, cashQty=1000.0)
    heard = place(peer, order, contract=EURUSD) + peer.step()
    assert one(heard, m.ExecDetails).execution.shares == pytest.approx(1000 / 1.17, rel=0.02)


def test_read_only():
    peer = Peer(read_only=True)
    assert error_of(place(peer, MarketOrder("BUY", 1))) == (1, 321)
    one(place(peer, MarketOrder("BUY", 1, whatIf=True), 2), m.OpenOrder)


def test_cancel_errors(peer):
    assert error_of(peer.ask(m.CancelOrder(9))) == (9, 10147)
    place(peer, MarketOrder("BUY", 1))
    peer.step()
    assert error_of(peer.ask(m.CancelOrder(1))) == (1, 10148)
    assert error_of(place(peer, MarketOrder("BUY", 1))) == (1, 104)


def test_lists_of_open_orders_by_client():
    gateway = make_gateway()
    first, second = Peer(gateway, client_id=1), Peer(gateway, client_id=2)
    place(first, LimitOrder("BUY", 1, 50.0))
    place(second, LimitOrder("BUY", 2, 50.0))
    own = first.ask(m.ReqOpenOrders())
    assert type(own[-1]) is m.OpenOrderEnd
    assert [o.order.totalQuantity for o in only(own, m.OpenOrder)] == [1]
    every = first.ask(m.ReqAllOpenOrders())
    assert [(o.order.clientId, o.order.totalQuantity) for o in only(every, m.OpenOrder)] == [(1, 1), (2, 2)]
    assert statuses(second.pump()) == []


def pass_second(gateway, *peers):
    """Move the exchange by a second and return what each peer hears."""
    gateway.exchange.step(gateway.exchange.now + 1)
    for peer in peers:
        peer.client.flush()
    return [peer.pump() for peer in peers]


def test_the_master_client_sees_everybody():
    gateway = make_gateway(master_client_id=9)
    master, zero, other = (Peer(gateway, client_id=n) for n in (9, 0, 2))
    one(zero.ask(m.ReqAutoOpenOrders(True)), m.OpenOrderEnd)
    place(other, MarketOrder("BUY", 1))
    place_manual(gateway, AMD, LimitOrder("BUY", 2, 50.0))
    heard = dict(zip("mzo", pass_second(gateway, master, zero, other)))
    assert [s.clientId for s in only(heard["m"], m.OrderStatus)] == [2, 0, 2, 2, 0]
    assert {s.clientId for s in only(heard["o"], m.OrderStatus)} == {2}
    assert {s.clientId for s in only(heard["z"], m.OrderStatus)} == {0}
    assert one(heard["m"], m.ExecDetails) == one(heard["o"], m.ExecDetails)
    assert only(heard["z"], m.ExecDetails) == []
    assert error_of(other.ask(m.ReqAutoOpenOrders(True)))[1] == 321


@pytest.mark.parametrize("version", [157, 178, 208, 225])
def test_orders_entered_by_hand_are_bound_to_client_zero(version):
    gateway = make_gateway(version)
    zero, other = Peer(gateway, client_id=0), Peer(gateway, client_id=2)
    first = place_manual(gateway, AMD, LimitOrder("BUY", 2, 50.0))
    assert pass_second(gateway, zero, other) == [[], []]
    listed = one(other.ask(m.ReqAllOpenOrders()), m.OpenOrder).order
    assert (listed.orderId, listed.clientId, listed.permId) == (0, 0, first.perm_id)
    assert only(other.ask(m.ReqOpenOrders()), m.OpenOrder) == []
    bound, opened, status, _ = zero.ask(m.ReqOpenOrders())
    assert bound == m.OrderBound(first.perm_id, 0, first.order_id)
    assert (opened.order.orderId, status.orderId, status.permId) == (first.order_id, first.order_id, first.perm_id)
    assert only(zero.ask(m.ReqOpenOrders()), m.OrderBound) == []
    zero.ask(m.ReqAutoOpenOrders(True))
    second = place_manual(gateway, AMD, MarketOrder("BUY", 3))
    (heard,) = pass_second(gateway, zero)
    assert heard[0] == m.OrderBound(second.perm_id, 0, second.order_id)
    assert statuses(heard)[-1] == (second.order_id, "Filled")
    assert one(heard, m.ExecDetails).execution.orderId == second.order_id
    gone = zero.ask(m.CancelOrder(first.order_id))
    assert statuses(gone) == [(first.order_id, "Cancelled")]
    done = {api: only(zero.ask(m.ReqCompletedOrders(api)), m.CompletedOrder) for api in (True, False)}
    assert [len(done[True]), len(done[False])] == [0, 2]


def test_a_bound_order_may_be_changed_and_ids_do_not_meet():
    gateway = make_gateway()
    zero = Peer(gateway, client_id=0)
    zero.ask(m.ReqAutoOpenOrders(True))
    working = place_manual(gateway, AMD, LimitOrder("BUY", 2, 50.0))
    gateway.exchange.withdraw(place_manual(gateway, AMD, LimitOrder("BUY", 2, 51.0)))
    zero.client.flush()
    zero.pump()
    changed = place(zero, LimitOrder("BUY", 3, 49.0), working.order_id)
    assert one(changed, m.OpenOrder).order.lmtPrice == working.order.lmtPrice == 49.0
    assert error_of(place(zero, LimitOrder("BUY", 3, 49.0), working.order_id + 1)) == (working.order_id + 1, 103)


def test_an_order_of_no_client_that_ends_takes_no_other_along():
    gateway = make_gateway()
    zero = Peer(gateway, client_id=0)
    place(zero, LimitOrder("BUY", 1, 50.0))
    by_hand = place_manual(gateway, AMD, LimitOrder("BUY", 2, 50.0))
    gateway.exchange.withdraw(by_hand)
    place_manual(gateway, AMD, MarketOrder("BUY", 2))
    gateway.exchange.step(FRIDAY + 1)
    assert [w.status for w in gateway.exchange.orders] == ["Submitted", "Cancelled", "Filled"]


def test_a_modification_needs_margin_too(peer):
    place(peer, LimitOrder("BUY", 1, 50.0))
    assert error_of(place(peer, LimitOrder("BUY", 10_000_000, 50.0))) == (1, 201)
    assert peer.gateway.exchange.get(1, 1).order.totalQuantity == 1


def test_global_cancel(peer):
    for n in (1, 2):
        place(peer, LimitOrder("BUY", 1, 50.0), n)
    heard = peer.ask(m.ReqGlobalCancel())
    assert statuses(heard) == [(1, "Cancelled"), (2, "Cancelled")]
    assert peer.ask(m.ReqOpenOrders()) == [m.OpenOrderEnd()]


@pytest.mark.parametrize("version", [157, 204, 225])
def test_completed_orders(version):
    peer = Peer(version=version)
    place(peer, MarketOrder("BUY", 3))
    place(peer, LimitOrder("BUY", 1, 50.0), 2)
    peer.step()
    peer.ask(m.CancelOrder(2))
    heard = peer.ask(m.ReqCompletedOrders(True))
    assert type(heard[-1]) is m.CompletedOrdersEnd
    rows = [(c.orderState.status, c.orderState.completedStatus, c.order.filledQuantity) for c in heard[:-1]]
    assert rows == [("Filled", "Filled Size: 3", 3), ("Cancelled", "Cancelled by Trader", 0)]
    assert heard[0].orderState.completedTime == "20261120 11:37:22 US/Eastern"


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({}, 2), ({"symbol": "AMD"}, 1), ({"secType": "CASH"}, 1), ({"side": "BUY"}, 2), ({"side": "SELL"}, 0),
        ({"clientId": 1}, 2), ({"clientId": 5}, 0), ({"acctCode": "DU1234567"}, 2), ({"exchange": "IDEALPRO"}, 1),
        ({"time": "20261120-16:00:00"}, 2), ({"time": "20261120-17:00:00"}, 0), ({"specificDates": [20261120]}, 2),
        ({"specificDates": [20261119]}, 0), ({"lastNDays": 3}, 2),
    ],
)  # fmt: skip
def test_executions(peer, wanted, number):
    place(peer, MarketOrder("BUY", 3))
    place(peer, MarketOrder("BUY", 1000), 2, EURUSD)
    peer.step()
    heard = peer.ask(m.ReqExecutions(9, ExecutionFilter(**wanted)))
    assert one(heard, m.ExecDetailsEnd).reqId == 9
    assert [e.reqId for e in only(heard, m.ExecDetails)] == [9] * number
    assert len(only(heard, m.CommissionAndFeesReport)) == number


def test_executions_are_those_of_the_day(peer):
    place(peer, MarketOrder("BUY", 3))
    peer.step()
    peer.clock.set(dt.datetime(2026, 11, 21, 6, tzinfo=dt.UTC).timestamp())
    peer.gateway.step()
    assert only(peer.ask(m.ReqExecutions(9)), m.ExecDetails) == []
    assert len(only(peer.ask(m.ReqExecutions(9, ExecutionFilter(lastNDays=1))), m.ExecDetails)) == 1


def test_bracket(peer):
    price = peer.gateway.quote(peer.gateway.db.by_id(4391)).last
    assert place(peer, LimitOrder("BUY", 10, round(price + 1, 2), transmit=False)) == []
    assert place(peer, LimitOrder("SELL", 10, round(price + 50, 2), transmit=False, parentId=1), 2) == []
    heard = place(peer, StopOrder("SELL", 10, round(price - 50, 2), parentId=1), 3) + peer.step(0.1, 3)
    assert dict(statuses(heard)) == {1: "Filled", 2: "Submitted", 3: "PreSubmitted"}
    held = {s.orderId: s.whyHeld for s in only(heard, m.OrderStatus)}
    assert held[3] == "child"
    cancelled = peer.ask(m.CancelOrder(2))
    assert statuses(cancelled) == [(2, "Cancelled")]


def test_several_accounts_must_be_named():
    peer = Peer(accounts=("DU1", "DU2"))
    assert error_of(place(peer, MarketOrder("BUY", 1))) == (1, 435)
    heard = place(peer, MarketOrder("BUY", 1, account="DU2"), 2) + peer.step()
    assert one(heard, m.ExecDetails).execution.acctNumber == "DU2"
    assert peer.gateway.accounts["DU1"].held() == []


def test_ids_go_on_over_connections(peer):
    place(peer, LimitOrder("BUY", 1, 50.0), 40)
    assert one(Peer(peer.gateway, client_id=2).hello, m.NextValidId).orderId == 41


def test_ids_go_on_over_refusals(peer):
    error_of(place(peer, MarketOrder("BUY", 0), 50))
    assert one(peer.ask(m.ReqIds(1)), m.NextValidId).orderId == 51


def test_exercise():
    peer = Peer()
    price = peer.gateway.quote(peer.gateway.db.by_id(4391)).last
    strike = price // 2.5 * 2.5 - 5
    call = Option("AMD", "20261218", strike, "C", "SMART")
    heard = place(peer, MarketOrder("BUY", 2), contract=call) + peer.step()
    assert only(heard, m.OrderStatus)[-1].status == "Filled"
    assert error_of(peer.ask(m.ExerciseOptions(5, call, 1, 3, "DU1234567", 0))) == (5, 201)
    peer.ask(m.ReqPositions())
    after = only(peer.ask(m.ExerciseOptions(6, call, 1, 2, "DU1234567", 0)), m.Position)
    assert {(p.contract.secType, p.position) for p in after} == {("STK", 200), ("OPT", 0)}
    assert peer.gateway.accounts["DU1234567"].holdings[4391].average == strike


def test_out_of_the_money_needs_override(peer):
    price = peer.gateway.quote(peer.gateway.db.by_id(4391)).last
    call = Option("AMD", "20261218", price // 2.5 * 2.5 + 10, "C", "SMART")
    place(peer, MarketOrder("BUY", 1), contract=call)
    peer.step()
    assert error_of(peer.ask(m.ExerciseOptions(5, call, 1, 1, "", 0))) == (5, 201)
    assert peer.ask(m.ExerciseOptions(6, call, 2, 1, "", 0)) == []
    assert peer.gateway.accounts["DU1234567"].held() == []
