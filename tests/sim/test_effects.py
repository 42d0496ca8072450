"""What steps do to a gateway."""

import pytest

from ibnb.contract import Contract, Forex, Option, Stock
from ibnb.order import LimitOrder
from ibnb.sim.effects import EFFECTS, find, instrument_of, is_called
from ibnb.sim.scenario import ACTIONS
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, make_gateway, one, only

AMD, EURUSD = Stock("AMD", "SMART", "USD"), Forex("EURUSD")


def play(**step):
    return Peer(make_gateway(scenario={"step": [{"at": 3, **step}]}))


def codes(messages):
    return [(e.reqId, e.errorCode) for e in only(messages, m.Error)]


def test_every_action_has_its_effect():
    assert set(EFFECTS) == set(ACTIONS)


@pytest.mark.parametrize(("name", "con_id"), [("AMD", 4391), ("EURUSD", 12087792), ("265598", 265598), ("SPX", 416904)])
def test_an_instrument_is_found_as_users_write_it(name, con_id):
    gateway = make_gateway()
    found = find(gateway, name)
    assert found.con_id == con_id
    assert is_called(found, name)


def test_a_future_is_the_front_month_or_the_one_named():
    gateway = make_gateway()
    assert find(gateway, "ES").expiry == "20261218"
    assert find(gateway, "ESH7").expiry == "20270319"
    assert find(gateway, "NOPE") is None


def test_the_instrument_of_a_request():
    gateway = make_gateway()
    assert instrument_of(gateway, m.ReqMktData(1, AMD)).con_id == 4391
    assert instrument_of(gateway, m.ReqMktData(1, Contract(conId=4391))).con_id == 4391
    assert instrument_of(gateway, m.ReqPnLSingle(1, "", "", 4391)).con_id == 4391
    assert instrument_of(gateway, m.ReqIds(1)) is None


def test_farms_go_down_together_and_come_back():
    peer = play(do="farm", farm="market", state="down", seconds=2)
    assert [c for _, c in codes(peer.step(1, 3))] == [2103] * 5
    assert [c for _, c in codes(peer.step(1, 3))] == [2104] * 5


@pytest.mark.parametrize(("keeps", "code"), [(True, 1102), (False, 1101)])
def test_the_link_is_lost_and_comes_back(keeps, code):
    peer = play(do="link", state="lost", keeps=keeps, seconds=2)
    assert codes(peer.step(1, 8)) == [(-1, 1100), (-1, code)]


def test_a_gateway_that_hangs_goes_on_where_it_was():
    peer = play(do="freeze", seconds=5)
    peer.ask(m.ReqMktData(1, AMD))
    peer.step(1, 3)
    assert peer.ask(m.ReqCurrentTime()) + peer.step(1, 4) == []
    assert not peer.closed
    heard = peer.step(1, 2)
    assert len(only(heard, m.CurrentTime)) == 1
    assert only(heard, m.TickPrice)


def test_a_restart_refuses_clients_for_a_while():
    peer = play(do="restart", seconds=5)
    peer.step(1, 3)
    assert peer.closed
    assert Peer(peer.gateway, client_id=9).closed
    for _ in range(6):
        peer.clock.advance(1)
        peer.gateway.step()
    fresh = Peer(peer.gateway, client_id=1)
    assert (fresh.closed, fresh.client.client_id) == (False, 1)


def test_a_restart_keeps_orders():
    peer = play(do="restart", seconds=1)
    peer.ask(m.PlaceOrder(1, AMD, LimitOrder("BUY", 10, 5.0)))
    peer.step(1, 3)
    peer.clock.advance(2)
    peer.gateway.step()
    again = Peer(peer.gateway, client_id=1)
    assert one(again.ask(m.ReqOpenOrders()), m.OpenOrder).order.lmtPrice == 5.0


def test_one_client_is_dropped():
    peer = play(do="drop", client=2)
    other = Peer(peer.gateway, client_id=2)
    peer.step(1, 3)
    assert (peer.closed, other.closed) == (False, True)


def test_a_price_moves_and_stays_moved():
    still, moved = make_gateway(), play(do="price", symbol="AMD", by=10)
    before = moved.gateway.price(find(moved.gateway, "AMD"))
    moved.step(1, 3)
    assert moved.gateway.price(find(moved.gateway, "AMD")) == pytest.approx(before, rel=0.01)
    moved.step(1, 60)
    still.clock.advance(63)
    still.step()
    price = moved.gateway.price(find(moved.gateway, "AMD"))
    assert price == pytest.approx(still.price(find(still, "AMD")) + 0.1 * before, abs=0.5)


def test_a_price_goes_to_a_value_and_its_options_follow():
    peer = play(do="price", symbol="AMD", to=300.0, seconds=10)
    under = find(peer.gateway, "AMD")
    expiry = peer.gateway.db.chains(under)[0].expirations[3]
    call = peer.gateway.db.resolve(Option("AMD", expiry, 205.0, "C", "SMART")).instrument
    before = peer.gateway.price(call)
    peer.step(1, 20)
    assert peer.gateway.price(under) == pytest.approx(300, rel=0.01)
    assert peer.gateway.price(call) > before + 30


def test_a_wrong_value_is_sent_once():
    peer = play(do="tick", symbol="AMD", field="bid", value=99999.0)
    peer.ask(m.ReqMktData(1, AMD))
    peer.ask(m.ReqMktData(2, EURUSD))
    wrong = [t for t in only(peer.step(1, 6), m.TickPrice) if t.price == 99999.0]
    assert [(t.reqId, t.tickType) for t in wrong] == [(1, 1)]


def test_orders_end_from_outside():
    peer = play(do="end-orders", symbol="AMD", status="Inactive", code=201, text="no")
    peer.ask(m.PlaceOrder(1, AMD, LimitOrder("BUY", 10, 5.0)))
    peer.ask(m.PlaceOrder(2, EURUSD, LimitOrder("BUY", 20_000, 0.05)))
    heard = peer.step(1, 4)
    assert codes(heard) == [(1, 201)]
    assert [(s.orderId, s.status) for s in only(heard, m.OrderStatus)][-1] == (1, "Inactive")
    assert [w.order_id for w in peer.gateway.exchange.open_orders()] == [2]


def test_a_book_is_reset_and_told_anew():
    peer = play(do="depth-reset", symbol="AMD")
    peer.ask(m.ReqMktDepth(1, AMD, 5))
    peer.ask(m.ReqMktDepth(2, EURUSD, 5))
    peer.step(1, 2)
    heard = peer.step(1)
    at = next(n for n, x in enumerate(heard) if type(x) is m.Error)
    assert (heard[at].reqId, heard[at].errorCode) == (1, 317)
    rows = [x for x in heard[at:] if type(x) is m.UpdateMktDepthL2 and x.side == 0]
    assert [(x.operation, x.position) for x in rows[:5]] == [(0, n) for n in range(5)]


def test_a_bust_ends_bars():
    peer = play(do="bars-bust")
    peer.ask(m.ReqRealTimeBars(3, AMD, 5, "TRADES", False))
    assert (3, 10225) in codes(peer.step(1, 4))
    assert only(peer.step(1, 12), m.RealtimeBar) == []


def test_bulletins_and_settings():
    peer = Peer(make_gateway(scenario={"step": [
        {"at": 1, "do": "bulletin", "text": "hello"}, {"at": 1, "do": "set", "read_only": True, "pacing": True},
    ]}))  # fmt: skip
    peer.ask(m.ReqNewsBulletins(False))
    assert one(peer.step(1, 2), m.UpdateNewsBulletin).newsMessage == "hello"
    assert (peer.gateway.read_only, peer.gateway.pacer.enabled) == (True, True)


def test_a_frame_of_any_bytes_is_sent():
    peer = play(do="frame", hex="00 00 03 e7 01 02")
    before = peer.session.stats.messages_in
    assert peer.step(1, 3) == []
    assert peer.session.stats.messages_in == before + 1
    assert len(peer.ask(m.ReqCurrentTime())) == 1
