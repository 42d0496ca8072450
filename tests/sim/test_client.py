"""A connection: whatever a client sends, the gateway stays up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.contract import Stock
from ibnb.sim import registry
from ibnb.sim.client import request_id
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, make_gateway, one

GATEWAY = make_gateway()


def frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload


def started(version=225):
    return Peer(GATEWAY if version == 225 else None, client_id=free_id(), version=version)


def free_id():
    return 1 + max([c.client_id or 0 for c in GATEWAY.clients], default=0)


@given(junk=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_first_bytes_end_at_worst_this_connection(junk):
    other = started()
    closed = []
    client = GATEWAY.connect(lambda data: None, lambda: closed.append(True))
    client.data_received(junk)
    one(other.ask(m.ReqCurrentTime()), m.CurrentTime)
    client.close()
    other.client.close()


@given(msg_id=st.integers(0, 330), body=st.binary(max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_frame_leaves_the_gateway_alive(msg_id, body):
    peer = started()
    peer.client.data_received(frame(msg_id.to_bytes(4, "big") + body))
    if not peer.closed:
        peer.pump()
    after = started()
    one(after.ask(m.ReqCurrentTime()), m.CurrentTime)
    GATEWAY.step()
    peer.client.close()
    after.client.close()


def test_a_bad_field_gets_320_with_its_id_and_the_connection_stays():
    peer = Peer(version=178)
    peer.client.data_received(frame(b"1\x0011\x007\x00nonsense\x00AMD\x00"))
    assert error_of(peer.pump()) == (7, 320)
    one(peer.ask(m.ReqCurrentTime()), m.CurrentTime)


def test_a_huge_length_drops_the_connection():
    peer = started()
    peer.client.data_received(b"\x7f\xff\xff\xff1234")
    assert peer.closed
    assert peer.client not in GATEWAY.clients


def test_a_failing_handler_gets_321_and_nothing_else_happens(monkeypatch):
    peer = started()

    def broken(client, message):
        raise RuntimeError("no such luck")

    monkeypatch.setitem(registry._HANDLERS, m.ReqContractDetails, broken)
    assert error_of(peer.ask(m.ReqContractDetails(5, Stock("AMD", "SMART", "USD")))) == (5, 321)
    one(peer.ask(m.ReqCurrentTime()), m.CurrentTime)
    peer.client.close()


def test_a_message_without_handler_gets_320(monkeypatch):
    peer = started()
    monkeypatch.delitem(registry._HANDLERS, m.ReqHistogramData)
    assert error_of(peer.ask(m.ReqHistogramData(6, Stock("AMD", "SMART", "USD"), True, "1 day"))) == (6, 320)
    peer.client.close()


def test_a_failing_subscription_is_dropped(peer):
    class Broken:
        def step(self, now):
            raise RuntimeError("no")

    peer.client.subscribe("broken", 1, Broken())
    peer.step()
    assert ("broken", 1) not in peer.client.subscriptions
    one(peer.ask(m.ReqCurrentTime()), m.CurrentTime)


def test_a_client_that_does_not_read_is_dropped():
    gateway = make_gateway(max_backlog_bytes=1000)
    held, closed = [], []
    client = gateway.connect(held.append, lambda: closed.append(True), lambda: sum(map(len, held)))
    client.data_received(b"API\0" + frame(b"v157..225"))
    client.data_received(frame((71 + 200).to_bytes(4, "big") + b"\x08\x01"))
    for _ in range(200):
        client.data_received(frame((49 + 200).to_bytes(4, "big")))
    assert closed == [True]
    assert gateway.clients == []


def test_one_write_for_each_step(peer):
    for n, symbol in enumerate(("AMD", "INTC", "TSLA")):
        peer.ask(m.ReqMktData(n, Stock(symbol, "SMART", "USD")))
    peer.clock.advance(3)
    peer.gateway.step()
    assert len(peer.raw) == 1


def test_nothing_before_start_api():
    gateway = make_gateway()
    out = []
    client = gateway.connect(out.append)
    client.data_received(b"API\0" + frame(b"v157..225"))
    before = len(out)
    client.data_received(frame((49).to_bytes(4, "big") + b"1\0"))
    assert len(out) == before


def test_unsubscribe_tells_whether_there_was_one(peer):
    assert not peer.client.unsubscribe("bars", 1)


@pytest.mark.parametrize(
    ("message", "req_id"),
    [(m.ReqMktData(reqId=4), 4), (m.PlaceOrder(orderId=9), 9), (m.ReqIds(), -1), (m.ReqNewsArticle(reqId=2), 2)],
)
def test_request_id(message, req_id):
    assert request_id(message) == req_id
