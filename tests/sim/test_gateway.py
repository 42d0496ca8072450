"""The gateway as a whole: determinism, rates, stepping, options."""

import asyncio
import datetime as dt

import pytest

from ibnb.contract import Forex, Stock
from ibnb.order import MarketOrder
from ibnb.sim.gateway import Gateway
from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, make_gateway, one, only

AMD = Stock("AMD", "SMART", "USD")


def session(seed):
    peer = Peer(seed=seed, positions=True)
    heard = list(peer.hello)
    heard += peer.ask(m.ReqMktData(1, AMD))
    heard += peer.ask(m.ReqAccountUpdates(True, ""))
    heard += peer.ask(m.PlaceOrder(1, AMD, MarketOrder("BUY", 10)))
    heard += peer.step(0.3, 20)
    return [str(message) for message in heard]


def test_same_seed_and_clock_same_messages():
    assert session(3) == session(3)


def test_other_seed_other_market():
    assert session(3) != session(4)


@pytest.mark.parametrize("rate", [1, 40, 1000, 2000])
def test_ticks_per_second_are_kept(rate):
    peer = Peer(ticks_per_s=rate)
    for n, symbol in enumerate(("AMD", "INTC", "TSLA")):
        peer.ask(m.ReqMktData(n, Stock(symbol, "SMART", "USD")))
    ticks = [t for t in peer.step(0.05, 40) if type(t) in (m.TickPrice, m.TickSize)]
    assert abs(len(ticks) - 2 * rate) <= 1
    assert {t.reqId for t in ticks} == ({0, 1, 2} if rate > 1 else {t.reqId for t in ticks})


def test_rate_is_a_total_over_lines_and_bounded_after_a_pause():
    peer = Peer(ticks_per_s=100)
    peer.ask(m.ReqMktData(1, AMD))
    assert len(peer.step(60)) <= 100


def test_speed_does_not_change_the_rate(monkeypatch):
    gateway = make_gateway(ticks_per_s=100)
    monkeypatch.setattr(type(gateway.clock), "speed", 10.0)
    peer = Peer(gateway)
    peer.ask(m.ReqMktData(1, AMD))
    assert len(peer.step(1.0, 10)) == 100


def test_rates_of_currencies():
    gateway = make_gateway()
    euro = gateway.quote(gateway.db.by_id(12087792)).last
    yen = gateway.quote(gateway.db.by_id(15016059)).last
    assert (gateway.rate("USD"), gateway.rate("EUR"), gateway.rate("JPY")) == (1.0, euro, 1 / yen)
    assert gateway.rate("MXN") == 0.055


def test_a_new_day_starts_the_profit_anew():
    late = dt.datetime(2026, 11, 20, 4, 59, 30, tzinfo=dt.UTC).timestamp()
    peer = Peer(start=late, positions=True)
    account = peer.gateway.accounts["DU1234567"]
    before = account.start_equity
    peer.step(60)
    assert account.start_equity != before
    assert account.profit(peer.gateway.price, peer.gateway.rate)[0] == 0


def test_several_clients_and_an_id_in_use():
    gateway = make_gateway()
    first, second = Peer(gateway, client_id=1), Peer(gateway, client_id=2)
    twin = Peer(gateway, client_id=1)
    assert [e.errorCode for e in twin.hello] == [326]
    assert twin.closed and not first.closed
    assert gateway.client(2) is second.client
    first.client.close()
    again = Peer(gateway, client_id=1)
    one(again.hello, m.NextValidId)


def test_alert_and_drop():
    gateway = make_gateway()
    first, second = Peer(gateway, client_id=1), Peer(gateway, client_id=2)
    gateway.alert(1100, "Connectivity between IB and Trader Workstation has been lost.")
    gateway.step()
    assert [e.errorCode for e in only(first.pump(), m.Error)] == [1100]
    assert gateway.drop(1) == 1
    assert first.closed and not second.closed
    assert gateway.drop() == 1
    assert gateway.clients == []


@pytest.mark.parametrize("version", [156, 226])
def test_versions(version):
    with pytest.raises(ValueError, match="157 to 225"):
        Gateway(version)


def test_needs_an_account():
    with pytest.raises(ValueError, match="at least one account"):
        Gateway(accounts=())


def test_listens_at_loopback_only_unless_allowed():
    gateway = make_gateway()
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org"):
        with pytest.raises(ValueError, match="other machines"):
            asyncio.run(gateway.start(host))


def test_positions_at_the_start():
    gateway = make_gateway(positions=True, accounts=("DU1", "DU2"))
    first, second = gateway.accounts.values()
    assert {h.instrument.symbol for h in first.held()} >= {"AAPL", "AMD", "ES"}
    assert second.held() == []
    figures = first.figures(gateway.price, gateway.rate)
    assert figures["net"] == pytest.approx(figures["cash"] + figures["stock"] + figures["futures"])


def test_market_is_the_quote_and_the_range():
    gateway = make_gateway()
    i = gateway.db.by_id(4391)
    market = gateway.market(i, FRIDAY - 30, FRIDAY)
    assert market.low <= market.quote.last <= market.high
    assert gateway.tape(i) is gateway.tape(i)


def test_a_step_tells_nothing_new_when_time_stands_still(peer):
    peer.ask(m.ReqMktData(1, Forex("EURUSD")))
    peer.gateway.step()
    peer.pump()
    peer.gateway.step()
    assert peer.pump() == []
