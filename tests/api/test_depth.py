"""Market depth."""

from reducing import AMD

from ibnb.objects import DepthMktDataDescription, DOMLevel
from ibnb.wire import catalogue as m


def rows(reqId):
    return [
        m.UpdateMktDepthL2(reqId, 0, "NYSE", 0, 1, 10.0, 5.0),
        m.UpdateMktDepthL2(reqId, 0, "ARCA", 0, 0, 11.0, 6.0),
    ]


def test_a_book_is_asked_for_and_fills_the_ticker(wire):
    ticker = wire.ib.reqMktDepth(AMD, 3)
    (asked,) = wire.sent
    assert (asked.contract.conId, asked.numRows, asked.isSmartDepth) == (4391, 3, False)
    wire.tell(*rows(asked.reqId))
    assert (ticker.domBids, ticker.domAsks) == ([DOMLevel(10.0, 5.0, "NYSE")], [DOMLevel(11.0, 6.0, "ARCA")])


def test_a_new_request_begins_with_an_empty_book(wire):
    ticker = wire.ib.reqMktDepth(AMD)
    wire.tell(*rows(wire.sent[0].reqId))
    assert wire.ib.reqMktDepth(AMD) is ticker
    assert (ticker.domBids, ticker.domAsks, ticker.domBidsDict, ticker.domAsksDict) == ([], [], {}, {})


def test_cancelling_empties_the_book(wire):
    ticker = wire.ib.reqMktDepth(AMD)
    wire.tell(*rows(wire.sent[0].reqId))
    wire.ib.cancelMktDepth(AMD)
    assert (ticker.domBids, ticker.domAsks) == ([], [])
    assert wire.sent[-1] == m.CancelMktDepth(wire.sent[0].reqId, False)


def test_cancelling_tells_smart_depth_as_it_was_asked_for(wire):
    wire.ib.reqMktDepth(AMD, isSmartDepth=True)
    wire.ib.cancelMktDepth(AMD)
    assert wire.sent[-1] == m.CancelMktDepth(wire.sent[0].reqId, True)


def test_cancelling_what_is_not_there_sends_nothing(wire, caplog):
    wire.ib.cancelMktDepth(AMD)
    assert wire.sent == []
    assert "no depth of" in caplog.text


def test_depth_and_quotes_share_the_ticker_and_are_cancelled_apart(wire):
    ticker = wire.ib.reqMktDepth(AMD)
    assert wire.ib.reqMktData(AMD) is ticker
    wire.ib.cancelMktDepth(AMD)
    wire.tell(m.TickPrice(wire.sent[1].reqId, 1, 10.0, 5.0))
    assert ticker.bid == 10.0


def test_rerouted_depth_is_asked_for_elsewhere_and_cancelled_there(wire):
    ticker = wire.ib.reqMktDepth(AMD, 3)
    wire.tell(m.RerouteMktDepthReq(wire.sent[0].reqId, 8314, "NYSE"))
    again = wire.sent[1]
    assert (again.contract.conId, again.contract.exchange, again.numRows) == (8314, "NYSE", 3)
    assert again.reqId != wire.sent[0].reqId
    wire.tell(*rows(again.reqId))
    assert ticker.domBids == [DOMLevel(10.0, 5.0, "NYSE")]
    wire.ib.cancelMktDepth(AMD)
    assert wire.sent[-1] == m.CancelMktDepth(again.reqId, False)


def test_exchanges_with_depth(wire, awaited):
    wire.answer(m.ReqMktDepthExchanges, m.MktDepthExchanges([DepthMktDataDescription("NYSE", "STK")]))
    assert wire.ib.reqMktDepthExchanges() == [DepthMktDataDescription("NYSE", "STK")]
    assert awaited(wire.ib.reqMktDepthExchangesAsync) == [DepthMktDataDescription("NYSE", "STK")]


def test_the_gateway_gives_a_book_in_order(ib):
    (contract,) = ib.qualifyContracts(AMD)
    ticker = ib.reqMktDepth(contract, 5)
    assert list(ib.loopUntil(lambda: len(ticker.domTicks) and len(ticker.domBids) == len(ticker.domAsks) == 5, 5))[-1]
    bids, asks = ([row.price for row in side] for side in (ticker.domBids, ticker.domAsks))
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
