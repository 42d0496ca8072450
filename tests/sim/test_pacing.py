"""Limits, told by the real codes."""

from ibnb.contract import Forex, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, only

EURUSD = Forex("EURUSD")


def bars(req_id, what="MIDPOINT", size="10 secs", duration="600 S", contract=EURUSD):
    return m.ReqHistoricalData(req_id, contract, "", size, duration, 1, what, 1, False)


def codes(messages):
    return [e.errorCode for e in only(messages, m.Error)]


def test_off_unless_asked_for(peer):
    for n in range(80):
        assert codes(peer.ask(bars(n))) == []


def test_messages_per_second():
    peer = Peer(pacing=True)
    peer.clock.advance(1)
    answers = [m_ for _ in range(52) for m_ in peer.ask(m.ReqCurrentTime())]
    assert len(only(answers, m.CurrentTime)) == 50
    assert codes(answers) == [100, 100]
    assert "max=50 rec=51 (1)" in only(answers, m.Error)[0].errorString
    assert codes(peer.ask(m.ReqCurrentTime())) == [100]
    assert peer.closed, "the third breach ends the connection"


def test_rate_recovers():
    peer = Peer(pacing=True)
    peer.clock.advance(1)
    for _ in range(50):
        peer.ask(m.ReqCurrentTime())
    peer.clock.advance(1)
    assert codes(peer.ask(m.ReqCurrentTime())) == []


def test_identical_request_within_15_s():
    peer = Peer(pacing=True)
    assert codes(peer.ask(bars(1))) == []
    assert error_of(peer.ask(bars(2))) == (2, 162)
    peer.clock.advance(15)
    assert codes(peer.ask(bars(3))) == []


def test_large_bars_are_not_limited():
    peer = Peer(pacing=True)
    for n in range(10):
        assert codes(peer.ask(bars(n, size="1 min", duration="1 D"))) == []


def test_six_for_one_contract_in_two_seconds():
    peer = Peer(pacing=True)
    for n in range(5):
        assert codes(peer.ask(bars(n, duration=f"{600 + n} S"))) == []
    assert error_of(peer.ask(bars(9, duration="700 S"))) == (9, 162)


def test_sixty_in_ten_minutes_and_bid_ask_counts_twice():
    peer = Peer(pacing=True)
    for n in range(30):
        assert codes(peer.ask(bars(n, what="BID_ASK", duration=f"{600 + n} S"))) == []
        peer.clock.advance(3)
    assert error_of(peer.ask(bars(99))) == (99, 162)


def test_market_data_lines():
    peer = Peer(pacing=True)
    peer.gateway.pacer.max_lines = 2
    for n in range(2):
        assert codes(peer.ask(m.ReqMktData(n, Stock("AMD", "SMART", "USD")))) == []
    assert error_of(peer.ask(m.ReqMktData(2, Stock("AMD", "SMART", "USD")))) == (2, 101)
    peer.ask(m.CancelMktData(0))
    assert codes(peer.ask(m.ReqMktData(3, Stock("AMD", "SMART", "USD")))) == []


def test_a_client_may_be_queued_instead():
    peer = Peer(pacing=True, connect_options="+PACEAPI")
    peer.clock.advance(1)
    answers = [m_ for n in range(120) for m_ in peer.ask(m.ReqUserInfo(n))]
    assert codes(answers) == []
    assert [a.reqId for a in answers] == list(range(50))
    assert only(peer.step(0.5), m.UserInfo) == []
    assert [a.reqId for a in only(peer.step(0.5), m.UserInfo)] == list(range(50, 100))
    assert [a.reqId for a in only(peer.step(1), m.UserInfo)] == list(range(100, 120))
    assert not peer.closed
