"""Limits and missing subscriptions as IB's own client hears them, and what ibnb makes of them."""

import pytest

import ibnb
from ibnb.errors import MarketDataNotSubscribed, RequestError
from ibnb.sim import Gateway
from tests.sim.hearing import Hearing, contract
from tests.sim.peer import FRIDAY

AMD = contract("AMD")
EURUSD = contract("EUR", "CASH", "IDEALPRO")


class Paced(Hearing):
    """A client that lets the gateway queue what comes too fast."""

    def connect(self, host, port, client_id):
        """Connect with the option."""
        self.setConnectOptions("+PACEAPI")
        super().connect(host, port, client_id)


def code_of(official, req_id):
    """The code of the error of a request."""
    return official.wait("error", lambda i, *_: i == req_id)[2]


def test_what_is_not_subscribed():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, unsubscribed=["AMD"]) as running:
        with Hearing(running.host, running.port) as official:
            official.reqMktData(1, AMD, "", False, False, [])
            official.reqMktDepth(2, AMD, 5, True, [])
            official.reqTickByTickData(3, AMD, "Last", 0, False)
            official.reqRealTimeBars(4, AMD, 5, "TRADES", False, [])
            official.reqHistoricalData(5, AMD, "", "1 D", "1 hour", "TRADES", 1, 1, False, [])
            assert [code_of(official, n) for n in range(1, 6)] == [354, 354, 10189, 420, 162]
            official.reqMarketDataType(3)
            official.reqMktData(6, AMD, "", False, False, [])
            assert code_of(official, 6) == 10167
            assert official.wait("marketDataType", lambda i, _: i == 6) == (6, 3)
            assert official.wait("tickPrice", lambda i, kind, *_: (i, kind) == (6, 66))
        ib = ibnb.IB().connect(running.host, running.port, clientId=1, timeout=10)
        ib.RequestTimeout, ib.RaiseRequestErrors = 10, True
        stock = ibnb.Stock("AMD", "SMART", "USD")
        with pytest.raises(MarketDataNotSubscribed):
            ib.reqTickers(stock)
        with pytest.raises(RequestError, match="No market data permissions"):
            ib.reqHistoricalData(stock, "", "1 D", "1 hour", "TRADES", True)
        ib.reqMarketDataType(3)
        (ticker,) = ib.reqTickers(stock)
        assert (ticker.marketDataType, ticker.bid > 0) == (3, True)
        ib.disconnect()


def test_lines_books_and_ticks_are_limited():
    options = {"start": FRIDAY, "step_s": 0.02, "pacing": True}
    with Gateway.start_thread(**options) as running, Paced(running.host, running.port) as official:
        for number in range(3):
            official.reqMktDepth(500 + number, EURUSD, 3, False, [])
        official.reqMktDepth(503, EURUSD, 3, False, [])
        for number in range(6):
            official.reqTickByTickData(600 + number, EURUSD, "BidAsk", 0, False)
        for number in range(101):
            official.reqMktData(number + 1, EURUSD, "", False, False, [])
        official.reqMktData(1, EURUSD, "", False, False, [])
        assert code_of(official, 503) == 309
        assert code_of(official, 605) == 10190
        assert code_of(official, 101) == 101
        assert code_of(official, 1) in (101, 322)
        assert 100 not in [code for _, code in official.codes()], "queued instead"


def test_messages_are_limited():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, pacing=True) as running:
        with Hearing(running.host, running.port) as official:
            for number in range(60):
                official.reqUserInfo(number)
            official.wait("connectionClosed")
            assert [code for _, code in official.codes() if code == 100] == [100] * 3
        ib = ibnb.IB().connect(running.host, running.port, clientId=1, timeout=10)
        for _ in range(120):
            ib.client.reqCurrentTime()
        assert ib.reqCurrentTime() is not None, "ibnb keeps below the limit by itself"
        assert [line.code for line in ib.wrapper.log.values() if line.code == 100] == []
        ib.disconnect()


def test_bad_requests():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02) as running, Hearing(running.host, running.port) as official:
        official.reqMktData(1, contract("NOSUCH"), "", False, False, [])
        official.reqMktData(2, AMD, "9999", False, False, [])
        official.reqMktData(3, contract("AMD", "BAG"), "", False, False, [])
        official.cancelMktData(4)
        official.reqMktData(5, AMD, "", False, False, [])
        official.reqMktData(5, AMD, "", False, False, [])
        assert [code_of(official, n) for n in range(1, 6)] == [200, 321, 314, 300, 322]
        with Hearing(running.host, running.port, 77) as second:
            second.wait("connectionClosed")
            assert [code for _, code in second.codes()] == [326]


def test_yields_of_a_bond():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02) as running, Hearing(running.host, running.port) as official:
        bond = contract("", "BOND", conId=748913265)
        official.reqMktData(1, bond, "", False, False, [])
        bid = official.wait("tickPrice", lambda _, kind, *rest: kind == 50)[2]
        ask = official.wait("tickPrice", lambda _, kind, *rest: kind == 51)[2]
        assert 3 < ask < bid < 6
        ib = ibnb.IB().connect(running.host, running.port, clientId=1, timeout=10)
        ticker = ib.reqMktData(ibnb.Contract(secType="BOND", conId=748913265, exchange="SMART"))
        assert list(ib.loopUntil(lambda: ticker.bidYield == ticker.bidYield, 10))[-1]
        assert ticker.bidYield == pytest.approx(bid, abs=0.2)
        ib.disconnect()
