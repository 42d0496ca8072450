"""The official client and ib_async get from the built-in gateway what ibnb gets: contracts, bars, quotes, positions.

The gateway's market stands still (`speed` next to nothing), so that each client meets the same one.
"""

import asyncio
import math
import queue
import threading
import time

import ib_async
import pytest
from ibapi.client import EClient
from ibapi.contract import Contract as OfficialContract
from ibapi.wrapper import EWrapper

import ibnb
from ibnb.sim import Gateway

OFFICIAL_VERSIONS = [157, 178, 200, 201, 208, 213, 225]
IB_ASYNC_VERSIONS = [157, 178]
PRICES = {1: "bid", 2: "ask", 4: "last", 6: "high", 7: "low", 9: "close", 14: "open"}
QUOTED = ("bid", "ask", "last", "high", "low", "close")


def facts_of(details):
    """What is compared of contract details."""
    return (
        details.contract.conId, details.minTick, details.longName, details.timeZoneId, details.validExchanges
    )  # fmt: skip


@pytest.fixture(scope="module", params=OFFICIAL_VERSIONS)
def gateway(request):
    with Gateway.start_thread(server_version=request.param, speed=1e-6, step_s=0.02) as running:
        yield running


@pytest.fixture(scope="module")
def ours(gateway):
    """What ibnb gets."""
    ib = ibnb.IB()
    ib.connect(gateway.host, gateway.port, clientId=1, timeout=10)
    stock = ibnb.Stock("AMD", "SMART", "USD")
    details = ib.reqContractDetails(stock)[0]
    bars = ib.reqHistoricalData(ibnb.Forex("EURUSD"), "", "5 D", "1 hour", "MIDPOINT", True, 2)
    ticker = ib.reqTickers(stock)[0]
    found = {
        "details": facts_of(details),
        "bars": [(int(b.date.timestamp()), b.open, b.high, b.low, b.close) for b in bars],
        "quotes": {name: getattr(ticker, name) for name in QUOTED},
        "positions": sorted((p.account, p.contract.conId, p.position, p.avgCost) for p in ib.positions()),
    }
    ib.disconnect()
    return found


class Official(EWrapper, EClient):
    """The official client; what it hears goes into a queue."""

    def __init__(self):
        EClient.__init__(self, self)
        self.heard = queue.Queue()

    def nextValidId(self, orderId):
        self.heard.put(("ready", orderId))

    def contractDetails(self, reqId, details):
        self.heard.put(("details", details))

    def historicalData(self, reqId, bar):
        self.heard.put(("bar", (int(bar.date), bar.open, bar.high, bar.low, bar.close)))

    def historicalDataEnd(self, reqId, start, end):
        self.heard.put(("bars end", reqId))

    def tickPrice(self, reqId, tickType, price, attrib):
        self.heard.put(("price", (PRICES.get(tickType), price)))

    def tickSnapshotEnd(self, reqId):
        self.heard.put(("quotes end", reqId))

    def position(self, account, contract, position, avgCost):
        self.heard.put(("position", (account, contract.conId, float(position), avgCost)))

    def positionEnd(self):
        self.heard.put(("positions end", 0))

    def until(self, end):
        """All that was heard until the given word, by kind."""
        found, deadline = {}, time.monotonic() + 10
        while True:
            kind, value = self.heard.get(timeout=max(0.01, deadline - time.monotonic()))
            found.setdefault(kind, []).append(value)
            if kind == end:
                return found


def official_contract(symbol, kind, exchange, currency):
    contract = OfficialContract()
    contract.symbol, contract.secType, contract.exchange, contract.currency = symbol, kind, exchange, currency
    return contract


def test_official_client_gets_the_same(gateway, ours):
    app = Official()
    app.connect(gateway.host, gateway.port, 2)
    thread = threading.Thread(target=app.run, daemon=True)
    thread.start()
    try:
        app.until("ready")
        amd = official_contract("AMD", "STK", "SMART", "USD")
        app.reqContractDetails(1, amd)
        (details,) = app.until("details")["details"]
        assert facts_of(details) == ours["details"]
        euro = official_contract("EUR", "CASH", "IDEALPRO", "USD")
        app.reqHistoricalData(2, euro, "", "5 D", "1 hour", "MIDPOINT", 1, 2, False, [])
        bars = app.until("bars end")["bar"]
        assert len(bars) > 100
        assert bars == ours["bars"]
        app.reqMktData(3, amd, "", True, False, [])
        quotes = dict(app.until("quotes end")["price"])
        assert {name: quotes[name] for name in QUOTED} == ours["quotes"]
        app.reqPositions()
        assert sorted(app.until("positions end")["position"]) == ours["positions"]
        assert len(ours["positions"]) > 3
    finally:
        app.disconnect()
        thread.join(10)


@pytest.mark.parametrize("gateway", IB_ASYNC_VERSIONS, indirect=True)
def test_ib_async_gets_the_same(gateway, ours):
    async def ask():
        ib = ib_async.IB()
        await ib.connectAsync(gateway.host, gateway.port, clientId=3, timeout=10)
        try:
            stock = ib_async.Stock("AMD", "SMART", "USD")
            details = (await ib.reqContractDetailsAsync(stock))[0]
            bars = await ib.reqHistoricalDataAsync(ib_async.Forex("EURUSD"), "", "5 D", "1 hour", "MIDPOINT", True, 2)
            await ib.qualifyContractsAsync(stock)
            ticker = (await ib.reqTickersAsync(stock))[0]
            return {
                "details": facts_of(details),
                "bars": [(int(b.date.timestamp()), b.open, b.high, b.low, b.close) for b in bars],
                "quotes": {name: getattr(ticker, name) for name in QUOTED},
                "positions": sorted((p.account, p.contract.conId, p.position, p.avgCost) for p in ib.positions()),
            }  # fmt: skip
        finally:
            ib.disconnect()

    theirs = asyncio.run(asyncio.wait_for(ask(), 20))
    assert not any(math.isnan(price) for price in theirs["quotes"].values())
    assert theirs == ours
