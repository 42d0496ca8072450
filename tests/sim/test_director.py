"""Playing a scenario: when steps are due, which messages rules touch, what is undone."""

import pytest

from ibnb.contract import Forex, Stock
from ibnb.order import LimitOrder, MarketOrder, OrderCancel
from ibnb.sim.errors import ScenarioError
from ibnb.sim.scenario import names
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, make_gateway, one, only

AMD, EURUSD, TSLA = Stock("AMD", "SMART", "USD"), Forex("EURUSD"), Stock("TSLA", "SMART", "USD")
TELL = {"do": "notice", "code": 9999, "text": "now"}


def play(*steps, **options):
    return Peer(make_gateway(scenario={"step": list(steps)}, **options))


def codes(messages):
    return [(e.reqId, e.errorCode) for e in only(messages, m.Error) if not 2100 <= e.errorCode < 2200]


def times(peer, seconds):
    """The whole seconds (from the first) in which the notice of a step came."""
    return [n for n in range(1, seconds + 1) if codes(peer.step(1))]


def test_a_time_counts_from_the_start():
    assert times(play({"at": 3, **TELL}), 8) == [3]


def test_a_step_may_repeat():
    assert times(play({"at": 2, "every": 3, **TELL}), 12) == [2, 5, 8, 11]
    assert times(play({"at": 2, "every": 3, "times": 2, **TELL}), 12) == [2, 5]


def test_a_time_of_day_is_the_gateways_own():
    peer = play({"daily": "11:37:26", **TELL})  # it begins at 11:37:22 in New York
    assert times(peer, 8) == [4]
    peer.step(86_392)
    assert times(peer, 8) == [4]


def test_events_start_steps():
    peer = play({"on": "connect", "after": 2, **TELL})
    assert times(peer, 5) == [2]


def test_a_request_starts_a_step_at_its_nth_time():
    peer = play({"on": "reqMktData", "of": "AMD", "nth": 2, **TELL})
    peer.ask(m.ReqMktData(1, AMD))
    peer.ask(m.ReqMktData(2, TSLA))
    assert codes(peer.step(1)) == []
    peer.ask(m.ReqMktData(3, AMD))
    assert codes(peer.step(1)) == [(-1, 9999)]
    peer.ask(m.ReqMktData(4, AMD))
    assert codes(peer.step(1)) == [], "once"


def test_orders_and_fills_start_steps():
    peer = play({"on": "order", "of": "EURUSD", **TELL}, {"on": "fill", "of": "EURUSD", **TELL, "code": 8888})
    heard = peer.ask(m.PlaceOrder(1, EURUSD, MarketOrder("BUY", 20_000)))
    heard += peer.step(0.1, 4)
    assert codes(heard) == [(-1, 9999), (-1, 8888)]


@pytest.mark.parametrize(("word", "factor"), [("above", 1.02), ("below", 0.98)])
def test_a_price_starts_a_step(word, factor):
    price = make_gateway().price(make_gateway().db.by_id(4391))
    peer = play({"on": "price", "of": "AMD", word: price * factor, **TELL})
    assert codes(peer.step(1, 3)) == []
    peer.gateway.move_price(peer.gateway.db.by_id(4391), 1.5 * (factor - 1))
    assert codes(peer.step(1, 4)) == [(-1, 9999)]


def test_disconnecting_starts_a_step():
    peer = play({"on": "disconnect", **TELL})
    other = Peer(peer.gateway, client_id=2)
    peer.pump()
    other.client.close()
    assert codes(peer.step(1)) == [(-1, 9999)]


def test_an_unknown_symbol_is_told_with_its_step():
    with pytest.raises(ScenarioError, match=r"scenario, step 2 \(halt\): 'NOPE' is no symbol of this gateway"):
        play({"at": 1, **TELL}, {"at": 1, "do": "halt", "symbol": "NOPE"})


def test_answers_come_late():
    peer = play({"at": 0, "do": "slow", "requests": ["reqContractDetails"], "delay": 2})
    peer.step(0.1)
    assert peer.ask(m.ReqContractDetails(1, AMD)) == []
    assert len(peer.ask(m.ReqCurrentTime())) == 1
    assert only(peer.step(1), m.ContractDetails) == []
    assert one(peer.step(1), m.ContractDetails).reqId == 1


def test_a_cancel_ends_a_held_request_and_follows_a_held_order():
    peer = play({"at": 0, "do": "slow", "requests": "all", "delay": 1})
    peer.step(0.1)
    request = m.ReqHistoricalData(
        reqId=5, contract=AMD, durationStr="1 D", barSizeSetting="1 hour", whatToShow="TRADES", formatDate=1, useRTH=1
    )
    assert peer.ask(request) + peer.ask(m.CancelHistoricalData(5)) == []
    assert peer.ask(m.PlaceOrder(1, AMD, LimitOrder("BUY", 10, 5.0))) + peer.ask(m.CancelOrder(1, OrderCancel())) == []
    heard = peer.step(1, 3)
    assert only(heard, m.HistoricalData) == []
    assert [s.status for s in only(heard, m.OrderStatus)][-1] == "Cancelled"
    assert codes(heard) == [(1, 202)]


def test_a_request_may_never_be_answered():
    peer = play({"at": 0, "do": "ignore", "requests": ["reqContractDetails"], "symbol": "AMD", "count": 1})
    peer.step(0.1)
    assert peer.ask(m.ReqContractDetails(1, AMD)) + peer.step(1, 30) == []
    assert only(peer.ask(m.ReqContractDetails(2, TSLA)), m.ContractDetails)
    assert only(peer.ask(m.ReqContractDetails(3, AMD)), m.ContractDetails), "one only"


def test_requests_fail_for_a_while():
    rule = {"do": "fail", "requests": ["reqMktData"], "code": 10190, "text": "limit", "seconds": 5, "client": 1}
    peer = play({"at": 0, **rule})
    peer.step(0.1)
    other = Peer(peer.gateway, client_id=2)
    assert codes(peer.ask(m.ReqMktData(1, AMD))) == [(1, 10190)]
    assert codes(other.ask(m.ReqMktData(1, AMD))) == []
    peer.step(1, 6)
    assert codes(peer.ask(m.ReqMktData(2, AMD))) == []


def test_orders_are_rejected():
    peer = play({"at": 0, "do": "reject", "symbol": "TSLA", "json": '{"x":1}', "count": 1})
    peer.step(0.1)
    error = one(peer.ask(m.PlaceOrder(1, TSLA, LimitOrder("BUY", 10, 5.0))), m.Error)
    assert (error.reqId, error.errorCode, error.advancedOrderRejectJson) == (1, 201, '{"x":1}')
    assert codes(peer.ask(m.PlaceOrder(2, AMD, LimitOrder("BUY", 10, 5.0)))) == []
    assert codes(peer.ask(m.PlaceOrder(3, TSLA, LimitOrder("BUY", 10, 5.0)))) == []


def test_what_an_order_would_cost_is_not_rejected():
    peer = play({"at": 0, "do": "reject"})
    peer.step(0.1)
    assert len(only(peer.ask(m.PlaceOrder(1, AMD, LimitOrder("BUY", 10, 5.0, whatIf=True))), m.OpenOrder)) == 1


def test_a_step_that_fails_is_logged_and_the_others_go_on(caplog):
    def fail(gateway):
        raise RuntimeError("boom")

    peer = play({"at": 1, "do": "call", "function": fail}, {"at": 2, **TELL})
    assert codes(peer.step(1, 3)) == [(-1, 9999)]
    assert "step 1 (call) failed" in caplog.text


def test_without_scenario_nothing_directs(peer):
    assert peer.gateway.director is None


@pytest.mark.parametrize("name", names())
def test_what_ships_plays_to_its_end(name, caplog):
    gateway = make_gateway(scenario=name)
    peer, order_id = Peer(gateway), 0
    for second in range(80):
        if peer.closed:
            peer = Peer(gateway)
        if peer.client.client_id is not None and second % 20 == 2:
            for number, symbol in enumerate(("AMD", "TSLA", "AAPL", "MSFT"), second):
                stock, order_id = Stock(symbol, "SMART", "USD"), order_id + 1
                peer.ask(m.ReqMktData(1000 + number, stock))
                peer.ask(m.ReqContractDetails(2000 + number, stock))
                peer.ask(m.PlaceOrder(order_id, stock, LimitOrder("BUY", 1, 5.0)))
                peer.ask(m.ReqHistoricalData(
                    reqId=3000 + number, contract=stock, durationStr="1 D", barSizeSetting="1 hour",
                    whatToShow="TRADES", formatDate=1, useRTH=1,
                ))  # fmt: skip
        peer.step(0.5, 2)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    due = {step.number for step in gateway.director.scenario.steps if "daily" not in step.trigger}
    assert {step.number for step in gateway.director.done} >= due
