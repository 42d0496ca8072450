"""Playing a scenario: when steps are due, which messages rules touch, what is undone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ibnb.contract import Forex, Stock
from ibnb.order import LimitOrder, MarketOrder, OrderCancel
from ibnb.sim.errors import ScenarioError
from ibnb.sim.scenario import ACTIONS, names
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


FLAG, SECONDS, WHO = st.booleans(), st.sampled_from([0, 1, 3]), st.sampled_from([1, 2, 99])
SYMBOL, COUNT = st.sampled_from(["AMD", "EURUSD", "ES", "SPX"]), st.sampled_from([1, 3])
NAMES = ["reqMktData", "placeOrder", "cancelOrder", "reqHistoricalData", "reqContractDetails"]
ONE_OF = {
    "farm": st.sampled_from(["usfarm", "ushmds", "secdefnj", "market", "all"]),
    "requests": st.one_of(st.just("all"), st.lists(st.sampled_from(NAMES), min_size=1, max_size=2)),
    "seconds": SECONDS, "delay": SECONDS, "client": WHO, "symbol": SYMBOL, "count": COUNT, "keeps": FLAG,
    "code": st.sampled_from([162, 201, 202, 1100, 2103, 10197]), "id": st.sampled_from([-1, 1, 5]),
    "text": st.just("text"), "json": st.just("{}"), "by": st.sampled_from([-50, 3, 200]),
    "reason": st.sampled_from(["general", "volatility"]), "status": st.sampled_from(["Cancelled", "Inactive"]),
    "field": st.sampled_from(["bid", "last", "volume"]),
    "value": st.sampled_from([0.0, -1.0, 1e308, float("nan"), float("inf")]),
    "hex": st.sampled_from(["00", "000003e7", "ff" * 40]), "pacing": FLAG, "read_only": FLAG,
}  # fmt: skip
STATES = {"farm": ["ok", "down", "idle", "connecting"], "link": ["lost", "back"]}


@st.composite
def steps(draw):
    """A step that is allowed, of any kind but those for Python only."""
    do = draw(st.sampled_from(sorted(set(ACTIONS) - {"call"})))
    row = {"do": do}
    for name in ACTIONS[do].values:
        if name == "to":
            continue
        if name in ACTIONS[do].needs or (do, name) == ("price", "by") or do == "set" or draw(FLAG):
            row[name] = draw(st.sampled_from(STATES[do])) if name == "state" else draw(ONE_OF[name])
    on = st.sampled_from([*NAMES, "connect", "order", "fill", "disconnect"])
    row |= draw(st.one_of(st.builds(dict, at=SECONDS), st.builds(dict, on=on, after=SECONDS)))
    return row


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps(), min_size=1, max_size=8))
def test_no_scenario_breaks_the_gateway(caplog, rows):
    caplog.clear()
    gateway = make_gateway(scenario={"step": rows})
    peers, order_id = [Peer(gateway, client_id=n) for n in (1, 2)], 0
    for second in range(12):
        for number, peer in enumerate(peers):
            if peer.closed:
                peer = peers[number] = Peer(gateway, client_id=number + 1)
            if peer.closed:
                continue
            order_id += 1
            peer.ask(m.ReqMktData(100 + second, AMD if second % 2 else EURUSD))
            peer.ask(m.ReqMktDepth(200 + second, AMD, 3))
            peer.ask(m.ReqContractDetails(300 + second, TSLA))
            peer.ask(m.PlaceOrder(order_id, AMD, MarketOrder("BUY", 10) if second % 3 else LimitOrder("BUY", 10, 5.0)))
            peer.ask(m.CancelOrder(order_id - 2, OrderCancel()))
            peer.step(0.5)
    gateway.clock.advance(30)
    gateway.step()
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []
    gateway.thaw()  # what began in the last step has not ended yet
    gateway.connectivity.restore_link()
    gateway.connectivity.set_farm("secdefnj", "ok")
    gateway.director.rules.clear()
    gateway.pacer.enabled = False
    if not gateway.is_shut:
        last = Peer(gateway, client_id=50)
        assert len(only(last.ask(m.ReqContractDetails(1, AMD)), m.ContractDetails)) == 1
