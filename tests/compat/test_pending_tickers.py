"""Which tickers are pending, and which ticks they show, after each packet: as in ib_async, given the same packets."""

import ib_async
import pytest
from reducing import AMD

import ibnb
from ibnb.wire import catalogue as m

INTC = 270639
PACKETS = [
    [("AMD", 1.0), ("INTC", 2.0), ("AMD", 3.0)],
    [("INTC", 4.0)],
    [],
    [("AMD", 5.0)],
]


def shown(ib):
    """What a user sees: the pending tickers, and the ticks of all."""
    pending = sorted(ticker.contract.symbol for ticker in ib.pendingTickers())
    return pending, {ticker.contract.symbol: [tick.price for tick in ticker.ticks] for ticker in ib.tickers()}


def listen(ib, seen):
    """Look also from within a handler, as the package delivers it."""
    ib.pendingTickersEvent += lambda tickers: seen.append((sorted(t.contract.symbol for t in tickers), shown(ib)))


def with_ib_async(listens):
    """What its own bookkeeping shows for the packets."""
    ib, seen = ib_async.IB(), []
    if listens:
        listen(ib, seen)
    wrapper = ib.wrapper
    ids = {"AMD": 1, "INTC": 2}
    wrapper.startTicker(1, ib_async.Stock("AMD", conId=4391), "mktData")
    wrapper.startTicker(2, ib_async.Stock("INTC", conId=INTC), "mktData")
    for packet in PACKETS:
        wrapper.tcpDataArrived()
        for symbol, price in packet:
            wrapper.priceSizeTick(ids[symbol], 1, price, 5.0)
        wrapper.tcpDataProcessed()
        seen.append(shown(ib))
    return seen


def with_ibnb(wire, listens):
    """What ibnb shows, from the bytes on."""
    ib, seen = wire.ib, []
    if listens:
        listen(ib, seen)
    ib.reqMktData(AMD)
    ib.reqMktData(ibnb.Stock("INTC", conId=INTC))
    ids = {request.contract.symbol: request.reqId for request in wire.sent}
    for packet in PACKETS:
        ticks = [m.TickPrice(ids[symbol], 1, price, 5.0) for symbol, price in packet]
        wire.tell(*(ticks or [m.CurrentTime(1)]))
        wire.fire()
        seen.append(shown(ib))
    return seen


@pytest.mark.parametrize("listens", [False, True])
def test_pending_tickers_and_their_ticks(wire, listens):
    theirs = with_ib_async(listens)
    assert theirs[-1] == (["AMD"], {"AMD": [5.0], "INTC": []})
    assert with_ibnb(wire, listens) == theirs
