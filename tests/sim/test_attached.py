"""Attached orders: a stop-loss and a profit-taker in the parent's message."""

import pytest

from ibnb.contract import Stock
from ibnb.order import LimitOrder, MarketOrder, Order
from ibnb.sim.attached import attached
from ibnb.sim.errors import RequestRefused
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, one, only

AMD = Stock("AMD", "SMART", "USD")


def parent(**more):
    return LimitOrder("BUY", 10, 100.0, orderId=5, **more)


def test_children_lie_on_both_sides_of_the_limit():
    take, stop = attached(parent(ptOrderId=6, ptOrderType="PRESET", slOrderId=7, slOrderType="PRESET"), 250.0, 0.01)
    assert (take.orderId, take.parentId, take.action, take.orderType, take.lmtPrice) == (6, 5, "SELL", "LMT", 102.0)
    assert (stop.orderId, stop.parentId, stop.action, stop.orderType, stop.auxPrice) == (7, 5, "SELL", "STP", 98.0)
    assert take.totalQuantity == stop.totalQuantity == 10


def test_a_sale_is_mirrored_and_a_market_order_goes_by_the_price():
    (stop,) = attached(Order(action="SELL", orderType="MKT", totalQuantity=1, orderId=1, slOrderId=2), 200.0, 0.01)
    assert (stop.action, stop.auxPrice) == ("BUY", 204.0)
    (trail,) = attached(parent(slOrderId=9, slOrderType="trail"), 1.0, 0.01)
    assert (trail.orderType, trail.trailingPercent) == ("TRAIL", 2.0)


def test_nothing_is_attached_unless_asked():
    assert attached(parent(), 100.0, 0.01) == []


@pytest.mark.parametrize(
    "more",
    [{"slOrderId": 5}, {"slOrderId": 4}, {"slOrderId": 6, "ptOrderId": 6}, {"slOrderId": 6, "slOrderType": "LMT"}],
)
def test_what_cannot_be_attached_is_refused(more):
    with pytest.raises(RequestRefused, match=r"321 .* attached order"):
        attached(parent(**more), 100.0, 0.01)


def test_the_parents_fill_lets_them_go_and_one_ends_the_other():
    peer = Peer()
    price = peer.gateway.price(peer.gateway.db.by_id(4391))
    heard = peer.ask(m.PlaceOrder(1, AMD, MarketOrder("BUY", 10, ptOrderId=2, slOrderId=3)))
    assert [(o.order.orderId, o.order.parentId) for o in only(heard, m.OpenOrder)] == [(1, 0), (2, 1), (3, 1)]
    heard = peer.step(0.5, 4)
    assert {s.orderId: s.status for s in only(heard, m.OrderStatus)} == {1: "Filled", 2: "Submitted"}
    peer.gateway.move_price(peer.gateway.db.by_id(4391), 0.05)
    heard = peer.step(0.5, 6)
    last = {s.orderId: s.status for s in only(heard, m.OrderStatus)}
    assert last == {2: "Filled", 3: "Cancelled"}
    assert one(heard, m.ExecDetails).execution.price >= price * 1.019


def test_a_refused_attachment_refuses_the_order():
    peer = Peer()
    assert one(peer.ask(m.PlaceOrder(1, AMD, MarketOrder("BUY", 10, slOrderId=1))), m.Error).errorCode == 321
    assert peer.gateway.exchange.orders == []
