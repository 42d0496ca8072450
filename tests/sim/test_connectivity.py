"""Farms, the link to IB, halts: what is silent, what waits, what is told."""

import pytest

from ibnb.contract import Forex, Future, Option, Stock
from ibnb.order import LimitOrder, MarketOrder
from ibnb.sim.connectivity import farm_of
from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, make_gateway, one, only

AMD, EURUSD = Stock("AMD", "SMART", "USD"), Forex("EURUSD")


def codes(messages):
    return [(e.reqId, e.errorCode) for e in only(messages, m.Error)]


def data(messages):
    return {msg.reqId for msg in messages if type(msg) in (m.TickPrice, m.TickSize, m.TickString)}


def bars(req_id, contract=AMD, **more):
    fields = {"durationStr": "1 D", "barSizeSetting": "1 hour", "whatToShow": "TRADES", "formatDate": 1, "useRTH": 1}
    return m.ReqHistoricalData(reqId=req_id, contract=contract, **{**fields, **more})


def test_each_kind_of_instrument_has_its_farm(db):
    def farm(contract):
        return farm_of(db.find(contract)[0].instrument)

    assert farm(AMD) == "usfarm"
    assert farm(EURUSD) == "cashfarm"
    assert {farm_of(i) for i in db.all() if i.exchange == "IBIS"} == {"eufarm"}
    assert farm(Future("ES", exchange="CME")) == "usfuture"
    assert farm(Option("SPX", "", 0, "C", "SMART", currency="USD")) == "usopt"


def test_what_a_farm_serves_is_silent_while_it_is_down(peer):
    peer.ask(m.ReqMktData(1, AMD))
    peer.ask(m.ReqMktData(2, EURUSD))
    assert data(peer.step(1, 3)) == {1, 2}
    peer.gateway.connectivity.set_farm("usfarm", "down")
    heard = peer.step(1, 5)
    assert codes(heard) == [(-1, 2103)]
    assert only(heard, m.Error)[0].errorString == "Market data farm connection is broken:usfarm"
    assert data(heard) == {2}
    peer.gateway.connectivity.set_farm("usfarm", "ok")
    heard = peer.step(1, 3)
    assert codes(heard) == [(-1, 2104)]
    assert data(heard) == {1, 2}


@pytest.mark.parametrize("state", ["down", "connecting"])
def test_a_line_asked_for_meanwhile_begins_when_the_farm_is_back(peer, state):
    peer.gateway.connectivity.set_farm("usfarm", state)
    assert data(peer.ask(m.ReqMktData(1, AMD)) + peer.step(1, 3)) == set()
    peer.gateway.connectivity.set_farm("usfarm", "ok")
    heard = peer.step(0.1)
    assert one(heard, m.TickReqParams).tickerId == 1
    assert {1, 2, 4} <= {t.tickType for t in only(heard, m.TickPrice)}


def test_a_snapshot_ends_only_after_its_data(peer):
    peer.gateway.connectivity.set_farm("usfarm", "down")
    heard = peer.ask(m.ReqMktData(1, AMD, snapshot=True)) + peer.step(1, 3)
    assert only(heard, m.TickSnapshotEnd) == []
    peer.gateway.connectivity.set_farm("usfarm", "ok")
    heard = peer.step(1, 2)
    assert data(heard) == {1}
    assert one(heard, m.TickSnapshotEnd).reqId == 1


def test_an_idle_farm_serves(peer):
    peer.ask(m.ReqMktData(1, AMD))
    peer.gateway.connectivity.set_farm("usfarm", "idle")
    heard = peer.step(1, 3)
    assert codes(heard) == [(-1, 2108)]
    assert data(heard) == {1}


def test_depth_ticks_and_bars_are_silent_too(peer):
    peer.ask(m.ReqMktDepth(1, AMD, 5))
    peer.ask(m.ReqTickByTickData(2, AMD, "BidAsk"))
    peer.ask(m.ReqRealTimeBars(3, AMD, 5, "TRADES", False))
    kinds = {m.UpdateMktDepthL2, m.TickByTick, m.RealtimeBar}
    assert {type(x) for x in peer.step(1, 8)} >= kinds
    peer.gateway.connectivity.set_farm("usfarm", "down")
    assert {type(x) for x in peer.step(1, 8)} & kinds == set()
    peer.gateway.connectivity.set_farm("usfarm", "ok")
    heard = peer.step(1, 8)
    assert {type(x) for x in heard} >= kinds
    assert min(t.time for t in only(heard, m.TickByTick)) >= FRIDAY + 16, "what happened meanwhile is not told"


def test_history_without_its_farm_is_refused(peer):
    peer.gateway.connectivity.set_farm("ushmds", "down")
    assert codes(peer.ask(bars(7))) == [(-1, 2105), (7, 162)]
    assert codes(peer.ask(m.ReqMktData(1, AMD))) == []
    peer.gateway.connectivity.set_farm("ushmds", "ok")
    assert one(peer.ask(bars(8)), m.HistoricalDataEnd).reqId == 8


def test_descriptions_without_their_farm_are_not_found(peer):
    peer.gateway.connectivity.set_farm("secdefnj", "down")
    assert codes(peer.ask(m.ReqContractDetails(7, AMD))) == [(-1, 2157), (7, 200)]


def test_a_new_client_is_told_how_things_stand():
    gateway = make_gateway()
    gateway.connectivity.set_farm("usfarm", "down")
    gateway.connectivity.lose_link()
    told = [e.errorCode for e in only(Peer(gateway).hello, m.Error)]
    assert 2103 in told
    assert told[-1] == 1100


def test_an_unknown_farm_or_state_is_refused(peer):
    with pytest.raises(ValueError, match=r"farm 'usfarm' cannot be 'up'; farms: usfarm.*states: ok"):
        peer.gateway.connectivity.set_farm("usfarm", "up")


def test_without_the_link_requests_wait_and_data_stop(peer):
    peer.ask(m.ReqMktData(1, AMD))
    peer.gateway.connectivity.lose_link()
    heard = peer.ask(bars(7)) + peer.ask(m.ReqCurrentTime()) + peer.step(1, 3)
    assert codes(heard) == [(-1, 1100)]
    assert data(heard) == set()
    assert len(only(heard, m.CurrentTime)) == 1
    peer.gateway.connectivity.restore_link()
    heard = peer.step(1, 2)
    assert codes(heard) == [(-1, 1102)]
    assert one(heard, m.HistoricalDataEnd).reqId == 7
    assert data(heard) == {1}


def test_a_link_that_loses_data_ends_the_lines(peer):
    peer.ask(m.ReqMktData(1, AMD))
    peer.ask(bars(2, keepUpToDate=True))
    peer.ask(m.ReqPositions())
    peer.gateway.connectivity.lose_link()
    peer.gateway.connectivity.restore_link(keeps=False)
    assert codes(peer.pump()) == [(-1, 1100), (2, 10182), (-1, 1101)]
    assert data(peer.step(1, 3)) == set()
    assert set(peer.client.subscriptions) == {("positions", 0)}
    assert data(peer.ask(m.ReqMktData(1, AMD))) == {1}, "the id is free again"


def test_fills_are_told_when_the_link_is_back(peer):
    peer.ask(m.PlaceOrder(1, EURUSD, MarketOrder("BUY", 20_000)))
    peer.gateway.connectivity.lose_link()
    assert [type(x) for x in peer.step(1, 3)] == [m.Error]
    assert peer.gateway.exchange.get(1, 1).status == "Filled"
    peer.gateway.connectivity.restore_link()
    heard = peer.pump()
    assert [s.status for s in only(heard, m.OrderStatus)] == ["Filled"]
    assert one(heard, m.ExecDetails).execution.shares == 20_000


def test_a_halt_freezes_quote_and_orders(peer):
    gateway = peer.gateway
    amd = gateway.db.by_id(4391)
    peer.ask(m.ReqMktData(1, AMD))
    peer.step(1, 2)
    gateway.connectivity.halt(amd, 2)
    before = gateway.quote(amd)
    heard = peer.ask(m.PlaceOrder(1, AMD, LimitOrder("BUY", 10, 400.0))) + peer.step(1, 5)
    assert [(t.tickType, t.value) for t in only(heard, m.TickGeneric)] == [(49, 2.0)]
    assert data(heard) == set()
    assert only(heard, m.ExecDetails) == []
    assert gateway.quote(amd)[1:] == before[1:]
    gateway.connectivity.resume(amd)
    heard = peer.step(1, 3)
    assert [(t.tickType, t.value) for t in only(heard, m.TickGeneric)] == [(49, 0.0)]
    assert one(heard, m.ExecDetails).execution.shares == 10
    assert data(heard) == {1}


def test_a_line_on_something_halted_says_so(peer):
    peer.gateway.connectivity.halt(peer.gateway.db.by_id(4391))
    heard = peer.ask(m.ReqMktData(1, AMD))
    assert [(t.tickType, t.value) for t in only(heard, m.TickGeneric)] == [(49, 1.0)]
    assert data(heard) == {1}
