"""What is not subscribed: the error of each kind of request, and delayed data."""

import pytest

from ibnb.contract import ComboLeg, Contract, Forex, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one, only

AMD, EURUSD = Stock("AMD", "SMART", "USD"), Forex("EURUSD")
PAIR = Contract(
    secType="BAG", symbol="AMD", currency="USD", exchange="SMART",
    comboLegs=[ComboLeg(4391, 1, "BUY", "SMART"), ComboLeg(270639, 1, "SELL", "SMART")],
)  # fmt: skip
BARS = m.ReqHistoricalData(1, AMD, "", "1 hour", "1 D", 1, "TRADES", 1, False)


@pytest.mark.parametrize(
    ("request_", "code"),
    [(m.ReqMktData(1, AMD), 354), (m.ReqMktData(1, PAIR), 354), (m.ReqMktDepth(1, AMD, 5), 354),
     (m.ReqTickByTickData(1, AMD, "Last"), 10189), (m.ReqRealTimeBars(1, AMD, 5, "TRADES", False), 420), (BARS, 162),
     (m.ReqHistoricalTicks(1, AMD, "", "20261120 11:00:00 US/Eastern", 10, "TRADES", 1), 162)],
    ids=lambda value: type(value).__name__ if not isinstance(value, int) else str(value),
)  # fmt: skip
def test_each_request_is_refused_by_its_own_code(request_, code):
    assert error_of(Peer(unsubscribed=["AMD"]).ask(request_)) == (1, code)


@pytest.mark.parametrize("name", ["AMD", "amd", "STK", "NASDAQ", "all"])
def test_what_is_missing_goes_by_symbol_type_exchange_or_all(name):
    peer = Peer(unsubscribed=[name])
    assert error_of(peer.ask(m.ReqMktData(1, AMD))) == (1, 354)
    assert [e.errorCode for e in only(peer.ask(m.ReqMktData(2, EURUSD)), m.Error)] == [354] * (name == "all")


@pytest.mark.parametrize(("kind", "shown"), [(3, 3), (4, 3)])
def test_delayed_data_come_instead_when_wanted(kind, shown):
    peer = Peer(unsubscribed=["AMD"])
    peer.ask(m.ReqMarketDataType(kind))
    heard = peer.ask(m.ReqMktData(1, AMD))
    assert [e.errorCode for e in only(heard, m.Error)] == [10167]
    assert one(heard, m.MarketDataType).marketDataType == shown
    assert {t.tickType for t in only(heard, m.TickPrice)} >= {66, 67, 68}


def test_frozen_data_are_live_ones():
    peer = Peer(unsubscribed=["AMD"])
    peer.ask(m.ReqMarketDataType(2))
    assert error_of(peer.ask(m.ReqMktData(1, AMD))) == (1, 354)
