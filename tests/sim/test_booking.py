"""Booking fills: quotas, accounts of a group, legs of a combination."""

import pytest

from ibnb.contract import ComboLeg, Contract, Stock
from ibnb.order import LimitOrder, MarketOrder, Order
from ibnb.sim.booking import quotas
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, one, only

AMD = Stock("AMD", "SMART", "USD")
PAIR = Contract(
    secType="BAG", symbol="AMD", currency="USD", exchange="SMART",
    comboLegs=[ComboLeg(4391, 1, "BUY", "SMART"), ComboLeg(270639, 3, "SELL", "SMART")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("total", "weights", "made"),
    [(100, [1, 1], [50, 50]), (100, [1, 1, 1], [34, 33, 33]), (7, [5, 1, 1], [5, 1, 1]), (10, [0.0, 2.0], [0, 10]),
     (1, [1, 1], [1, 0]), (0.5, [1, 1], [0.25, 0.25]), (10, [0, 0], [0, 0]), (3, [1, 2], [1, 2])],
)  # fmt: skip
def test_quotas_add_up(total, weights, made):
    assert quotas(total, weights) == made
    assert sum(made) in (total, 0)


def fills(messages):
    return [
        (d.contract.symbol, d.contract.secType, d.execution.side, d.execution.shares, d.execution.acctNumber)
        for d in only(messages, m.ExecDetails)
    ]  # fmt: skip


def test_a_combination_fills_leg_by_leg():
    peer = Peer()
    heard = peer.ask(m.PlaceOrder(1, PAIR, MarketOrder("BUY", 2))) + peer.step(0.5, 3)
    assert fills(heard) == [
        ("AMD", "BAG", "BOT", 2, "DU1234567"), ("AMD", "STK", "BOT", 2, "DU1234567"),
        ("INTC", "STK", "SLD", 6, "DU1234567"),
    ]  # fmt: skip
    whole, amd, intc = (d.execution for d in only(heard, m.ExecDetails))
    assert whole.price == pytest.approx(amd.price - 3 * intc.price)
    assert [r.report.execId for r in only(heard, m.CommissionAndFeesReport)] == [amd.execId, intc.execId]
    assert whole.execId.rsplit(".", 2)[0] == amd.execId.rsplit(".", 2)[0]
    held = peer.gateway.accounts["DU1234567"].holdings
    assert {h.instrument.symbol: h.quantity for h in held.values()} == {"AMD": 2, "INTC": -6}
    status = only(heard, m.OrderStatus)[-1]
    assert (status.status, status.filled, status.avgFillPrice) == ("Filled", 2, pytest.approx(whole.price))
    again = peer.ask(m.ReqExecutions(9))
    assert fills(again) == fills(heard)


def test_a_combination_may_be_sold_for_less_than_nothing():
    peer = Peer()
    opened = peer.ask(m.PlaceOrder(1, PAIR, LimitOrder("SELL", 1, 1000.0)))
    assert one(opened, m.OpenOrder).contract.comboLegs[1].ratio == 3
    assert fills(peer.step(0.5, 4)) == []
    reverse = Contract(
        secType="BAG", symbol="AMD", currency="USD", exchange="SMART",
        comboLegs=[ComboLeg(270639, 1, "BUY", "SMART"), ComboLeg(4391, 1, "SELL", "SMART")],
    )  # fmt: skip
    price = peer.gateway.quote(peer.gateway.db.resolve(reverse).instrument).ask
    assert price < 0
    heard = peer.ask(m.PlaceOrder(2, reverse, LimitOrder("BUY", 1, 0.0))) + peer.step(0.5, 2)
    assert only(heard, m.OrderStatus)[-1].avgFillPrice == pytest.approx(price, rel=0.05)


def test_a_preview_of_a_combination_adds_up_its_legs():
    peer = Peer()
    state = one(peer.ask(m.PlaceOrder(1, PAIR, MarketOrder("BUY", 10, whatIf=True))), m.OpenOrder).orderState
    alone = [
        one(peer.ask(m.PlaceOrder(1, Stock(s, "SMART", "USD"), Order(
            action=side, orderType="MKT", totalQuantity=number, whatIf=True))), m.OpenOrder).orderState
        for s, side, number in (("AMD", "BUY", 10), ("INTC", "SELL", 30))
    ]  # fmt: skip
    assert float(state.initMarginChange) == pytest.approx(sum(float(a.initMarginChange) for a in alone), abs=0.02)
    assert state.commission == pytest.approx(sum(a.commission for a in alone))


@pytest.mark.parametrize("kind", ["STP", "TRAIL", "MOC"])
def test_other_orders_for_combinations_are_refused(kind):
    order = Order(action="BUY", orderType=kind, totalQuantity=1, auxPrice=1.0)
    assert one(Peer().ask(m.PlaceOrder(1, PAIR, order)), m.Error).errorCode == 387


def test_a_group_order_is_divided_among_accounts():
    peer = Peer(accounts=("DU1", "DU2", "DU3"))
    order = MarketOrder("BUY", 10, faGroup="All", faMethod="Equal")
    state = one(
        peer.ask(m.PlaceOrder(1, AMD, MarketOrder("BUY", 10, faGroup="All", faMethod="Equal", whatIf=True))),
        m.OpenOrder,
    )
    assert [(a.account, a.positionAfter) for a in state.orderState.orderAllocations] == [
        ("DU1", 4),
        ("DU2", 3),
        ("DU3", 3),
    ]
    heard = peer.ask(m.PlaceOrder(1, AMD, order)) + peer.step(0.5, 4)
    assert {(account, shares) for *_, shares, account in fills(heard)} == {("DU1", 4), ("DU2", 3), ("DU3", 3)}
    assert only(heard, m.OpenOrder)[0].order.account == ""
    assert [a.holdings[4391].quantity for a in peer.gateway.accounts.values()] == [4, 3, 3]
    assert fills(peer.ask(m.ReqExecutions(1, m.ReqExecutions().execFilter.__class__(acctCode="DU2")))) == [
        ("AMD", "STK", "BOT", 3, "DU2")
    ]


def test_a_model_has_positions_of_its_own():
    peer = Peer()
    peer.ask(m.PlaceOrder(1, AMD, MarketOrder("BUY", 10, modelCode="Growth")))
    peer.ask(m.PlaceOrder(2, AMD, MarketOrder("BUY", 5)))
    peer.step(0.5, 3)
    for code, quantity in (("Growth", 10), ("", 15), ("Other", None)):
        rows = only(peer.ask(m.ReqPositionsMulti(7, "DU1234567", code)), m.PositionMulti)
        assert [(r.pos, r.modelCode) for r in rows] == ([] if quantity is None else [(quantity, code)])
    single = one(peer.ask(m.ReqPnLSingle(8, "DU1234567", "Growth", 4391)), m.PnlSingle)
    assert single.pos == 10
