"""Level-1 data over the wire."""

import pytest

from ibnb.contract import Contract, Forex, Index, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import SUNDAY, Peer, error_of, one, only

AMD, EURUSD, SPX = Stock("AMD", "SMART", "USD"), Forex("EURUSD"), Index("SPX", "CBOE")


def prices(messages):
    return {t.tickType: t.price for t in only(messages, m.TickPrice)}


def sizes(messages):
    return {t.tickType: t.size for t in only(messages, m.TickSize)}


@pytest.mark.parametrize("version", [157, 178, 206, 225])
def test_parameters_type_then_ticks(version):
    heard = Peer(version=version).ask(m.ReqMktData(1, AMD))
    assert [type(x) for x in heard[:2]] == [m.TickReqParams, m.MarketDataType]
    assert heard[1].marketDataType == 1
    assert prices(heard).keys() == {1, 2, 4, 6, 7, 9, 14}
    assert sizes(heard).keys() >= {0, 3, 8}
    assert {t.tickType for t in only(heard, m.TickString)} == {45}


def test_first_ticks_agree_with_the_market(peer):
    heard = peer.ask(m.ReqMktData(1, AMD))
    quote = peer.gateway.quote(peer.gateway.db.by_id(4391))
    expected = {1: quote.bid, 2: quote.ask, 4: quote.last, 6: quote.high, 7: quote.low, 9: quote.close, 14: quote.open}
    assert prices(heard) == expected
    assert sizes(heard)[8] == quote.volume


def test_only_changes_afterwards(peer):
    peer.ask(m.ReqMktData(1, AMD))
    last = {}
    for _ in range(80):
        for tick in only(peer.step(0.125), m.TickPrice):
            if tick.tickType in (1, 2):
                assert last.get(tick.tickType) != tick.price
                last[tick.tickType] = tick.price
    assert last.keys() == {1, 2}


def test_the_clients_picture_is_the_quote(peer):
    picture = prices(peer.ask(m.ReqMktData(1, AMD)))
    heard = peer.step(0.3, 50)
    picture.update(prices(heard))
    quote = peer.gateway.quote(peer.gateway.db.by_id(4391))
    assert (picture[1], picture[2], picture[9]) == (quote.bid, quote.ask, quote.close)


def test_forex_has_no_trades_and_an_index_no_quotes(peer):
    assert prices(peer.ask(m.ReqMktData(1, EURUSD))).keys() == {1, 2, 6, 7, 9}
    assert prices(peer.ask(m.ReqMktData(2, SPX))).keys() == {4, 6, 7, 9, 14}


def test_snapshot_ends_and_needs_no_cancel(peer):
    heard = peer.ask(m.ReqMktData(1, AMD, "", True)) + peer.step(0.1, 5)
    assert type(heard[-1]) is m.TickSnapshotEnd
    assert prices(heard).keys() == {1, 2, 4, 6, 7, 9, 14}
    assert peer.step(1, 5) == []


@pytest.mark.parametrize(
    ("wanted", "start", "told"),
    [(1, None, 1), (2, None, 1), (2, SUNDAY, 2), (3, None, 3), (4, None, 3), (4, SUNDAY, 4)],
)
def test_market_data_types(wanted, start, told):
    peer = Peer(start=start) if start else Peer()
    peer.ask(m.ReqMarketDataType(wanted))
    assert one(peer.ask(m.ReqMktData(1, SPX)), m.MarketDataType).marketDataType == told


def test_delayed_ticks_are_fifteen_minutes_old(peer):
    peer.ask(m.ReqMarketDataType(3))
    heard = peer.ask(m.ReqMktData(1, AMD))
    assert prices(heard).keys() == {66, 67, 68, 72, 73, 75, 76}
    quote = peer.gateway.quote(peer.gateway.db.by_id(4391), peer.clock.now() - 900)
    assert prices(heard)[66] == quote.bid
    assert one([t for t in heard if type(t) is m.Error], m.Error).errorCode == 10167


def test_closed_market_gives_the_last_quote_once():
    peer = Peer(start=SUNDAY)
    assert prices(peer.ask(m.ReqMktData(1, AMD))).keys() == {1, 2, 4, 6, 7, 9, 14}
    assert peer.step(1, 5) == []


def test_cancel(peer):
    peer.ask(m.ReqMktData(1, AMD))
    assert peer.ask(m.CancelMktData(1)) == []
    assert peer.step(1, 5) == []
    assert error_of(peer.ask(m.CancelMktData(1))) == (1, 300)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (m.ReqMktData(1, Stock("XXX", "SMART", "USD")), 200), (m.ReqMktData(1, AMD, "100", True), 321),
        (m.ReqMktData(1, AMD, "abc"), 321), (m.ReqMktData(1, AMD, "999"), 321),
    ],
)  # fmt: skip
def test_refusals(peer, message, code):
    assert error_of(peer.ask(message)) == (1, code)


def test_an_id_in_use(peer):
    peer.ask(m.ReqMktData(1, AMD))
    assert error_of(peer.ask(m.ReqMktData(1, EURUSD))) == (1, 322)


def test_bad_data_type(peer):
    assert error_of(peer.ask(m.ReqMarketDataType(7)))[1] == 321


def test_fixed_rate_goes_round_the_lines_and_fields():
    peer = Peer(ticks_per_s=60)
    for n, contract in enumerate((AMD, EURUSD, SPX)):
        peer.ask(m.ReqMktData(n, contract))
    heard = peer.step(0.1, 10)
    assert {(t.reqId, t.tickType) for t in heard} == {
        *((0, kind) for kind in (0, 1, 2, 3, 4, 5)),
        *((1, kind) for kind in (0, 1, 2, 3)),
        *((2, kind) for kind in (4, 5)),
    }


@pytest.mark.parametrize("version", [157, 211, 225])
def test_a_cfd_is_rerouted_to_its_stock(version):
    peer = Peer(version=version)
    (reroute,) = peer.ask(m.ReqMktData(1, Contract(secType="CFD", symbol="AMD", exchange="SMART")))
    assert reroute == m.RerouteMktDataReq(1, 4391, "SMART")
    again = Contract(conId=reroute.conId, exchange=reroute.exchange)
    assert prices(peer.ask(m.ReqMktData(2, again))).keys() >= {1, 2, 4}
