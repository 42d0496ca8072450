"""Historical ticks over the wire."""

import pytest

from ibnb.contract import Forex, Index, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, error_of, one

EURUSD, AMD = Forex("EURUSD"), Stock("AMD", "SMART", "USD")
NOW = "20261120-16:37:22"


def request(contract=EURUSD, start="", end=NOW, number=1000, what="BID_ASK"):
    return m.ReqHistoricalTicks(3, contract, start, end, number, what, 0)


@pytest.mark.parametrize("version", [157, 200, 225])
def test_a_thousand_before_a_moment(version):
    answer = one(Peer(version=version).ask(request()), m.HistoricalTicksBidAsk)
    assert answer.done
    assert 1000 <= len(answer.ticks) < 1016, "the first second comes whole"
    times = [t.time for t in answer.ticks]
    assert times == sorted(times)
    assert times[-1] == int(FRIDAY)
    assert all(t.priceBid < t.priceAsk and t.sizeBid > 0 for t in answer.ticks)


def test_after_a_start(peer):
    answer = one(peer.ask(request(start="20261120-16:00:00", end="", number=100)), m.HistoricalTicksBidAsk)
    begin = int(FRIDAY) - 37 * 60 - 22
    assert begin <= answer.ticks[0].time < begin + 5
    assert 100 <= len(answer.ticks) < 116


def test_trades_and_midpoints(peer):
    trades = one(peer.ask(request(AMD, number=50, what="TRADES")), m.HistoricalTicksLast).ticks
    assert all(t.size > 0 and t.exchange for t in trades)
    mids = one(peer.ask(request(number=50, what="MIDPOINT")), m.HistoricalTicks).ticks
    assert len(mids) >= 50


def test_a_start_in_the_future_is_empty(peer):
    assert len(one(peer.ask(request(start="20270101-00:00:00", end="")), m.HistoricalTicksBidAsk).ticks) == 0


def test_over_a_weekend(peer):
    answer = one(peer.ask(request(AMD, end="20261115-12:00:00", number=10, what="TRADES")), m.HistoricalTicksLast)
    assert len(answer.ticks) >= 10


@pytest.mark.parametrize(
    ("options", "code"),
    [({"start": NOW}, 321), ({"end": ""}, 321), ({"number": 1001}, 321), ({"number": 0}, 321), ({"what": "BARS"}, 321),
     ({"what": "TRADES"}, 162), ({"contract": Index("SPX", "CBOE")}, 162),
     ({"contract": Stock("XXX", "SMART", "USD")}, 200)],
)  # fmt: skip
def test_refusals(peer, options, code):
    assert error_of(peer.ask(request(**options))) == (3, code)
