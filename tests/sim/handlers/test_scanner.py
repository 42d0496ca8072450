"""The scanner over the wire."""

import xml.etree.ElementTree as ET

import pytest

from ibnb.contract import TagValue
from ibnb.objects import ScannerSubscription
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one, only


def scan(code="TOP_PERC_GAIN", location="STK.US.MAJOR", filters=(), req_id=1, **options):
    subscription = ScannerSubscription(instrument="STK", locationCode=location, scanCode=code, **options)
    return m.ReqScannerSubscription(req_id, subscription, [TagValue(t, v) for t, v in filters])


def symbols(messages):
    return [row.contractDetails.contract.symbol for row in one(messages, m.ScannerData).elements]


def change(peer, symbol):
    quote = peer.gateway.quote(next(i for i in peer.gateway.db.by_symbol(symbol) if not i.secondary))
    return quote.last / quote.close - 1


@pytest.mark.parametrize("version", [157, 178, 225])
def test_ranks_by_change(version):
    peer = Peer(version=version)
    elements = one(peer.ask(scan()), m.ScannerData).elements
    assert [row.rank for row in elements] == list(range(len(elements)))
    changes = [change(peer, row.contractDetails.contract.symbol) for row in elements]
    assert changes == sorted(changes, reverse=True) and len(changes) > 20
    assert elements[0].contractDetails.contract.conId > 0
    assert elements[0].contractDetails.contract.primaryExchange == ""


def test_filters_and_number_of_rows(peer):
    gainers = symbols(peer.ask(scan(filters=[("changePercAbove", "0"), ("priceAbove", "100")])))
    assert gainers
    assert all(change(peer, s) >= 0 for s in gainers)
    assert len(symbols(peer.ask(scan(numberOfRows=3, req_id=2)))) == 3
    cheap = symbols(peer.ask(scan(belowPrice=60.0, req_id=3)))
    assert cheap and "COST" not in cheap
    assert error_of(peer.ask(scan(filters=[("priceAbove", "much")], req_id=4))) == (4, 321)


def test_locations(peer):
    funds = symbols(peer.ask(scan(location="ETF.EQ.US.MAJOR")))
    assert {"SPY", "QQQ"} <= set(funds) and "AMD" not in funds
    assert "IBM" in symbols(peer.ask(scan(location="STK.NYSE", req_id=2)))
    assert "AMD" in symbols(peer.ask(scan(location="STK.EU.IBIS", req_id=3)))


def test_refresh_and_cancel(peer):
    peer.ask(scan())
    assert peer.step(20) == []
    assert len(only(peer.step(11), m.ScannerData)) == 1
    assert error_of(peer.ask(m.CancelScannerSubscription(1))) == (1, 162)
    assert peer.step(31) == []
    assert peer.ask(m.CancelScannerSubscription(1)) == []


def test_nothing_fits(peer):
    heard = peer.ask(scan(filters=[("priceAbove", "1e9")]))
    assert [e.errorCode for e in only(heard, m.Error)] == [165]
    assert one(heard, m.ScannerData).elements == []


@pytest.mark.parametrize("options", [{"code": "BEST_GUESS"}, {"location": "STK.MARS"}])
def test_unknown_codes(peer, options):
    assert error_of(peer.ask(scan(**options))) == (1, 162)


@pytest.mark.parametrize("version", [157, 225])
def test_parameters_name_what_scans_take(version):
    peer = Peer(version=version)
    tree = ET.fromstring(one(peer.ask(m.ReqScannerParameters()), m.ScannerParameters).xml)
    codes = [e.text for e in tree.findall(".//scanCode")]
    assert {"TOP_PERC_GAIN", "MOST_ACTIVE"} <= set(codes)
    assert "priceAbove" in {e.text for e in tree.findall(".//AbstractField/code")}
    assert {"STK"} <= {e.text for e in tree.findall(".//Instrument/type")}
    places = [e.text for e in tree.findall(".//locationCode")]
    for n, code in enumerate(codes):
        one(peer.ask(scan(code, places[0], req_id=100 + n)), m.ScannerData)
