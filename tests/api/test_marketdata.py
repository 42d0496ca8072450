"""Quotes."""

import asyncio

import pytest
from reducing import AMD

from ibnb.contract import Contract, Stock
from ibnb.errors import MarketDataNotSubscribed
from ibnb.ib import IB
from ibnb.wire import catalogue as m

CFD = Contract(secType="CFD", conId=1, symbol="AMD", exchange="SMART", currency="USD")


def test_quotes_are_asked_for_and_fill_the_ticker(wire):
    ticker = wire.ib.reqMktData(AMD, "233", False, False)
    (asked,) = wire.sent
    assert (asked.contract.conId, asked.genericTickList, asked.snapshot) == (4391, "233", False)
    wire.tell(m.TickPrice(asked.reqId, 1, 10.0, 5.0))
    assert (ticker.contract, ticker.bid) == (AMD, 10.0)
    assert wire.ib.tickers() == [ticker] == wire.ib.pendingTickers()
    assert wire.ib.ticker(Contract(conId=4391)) is ticker
    assert wire.ib.ticker(Stock("XXX")) is None


def test_a_contract_without_con_id_has_quotes_too(wire):
    ticker = wire.ib.reqMktData(Stock("AMD", "SMART", "USD"))
    wire.tell(m.TickPrice(wire.sent[0].reqId, 1, 10.0, 5.0))
    assert ticker.bid == 10.0


def test_changed_tickers_are_told_together(wire):
    seen = []
    wire.ib.pendingTickersEvent += lambda tickers: seen.append({t.contract.conId: len(t.ticks) for t in tickers})
    wire.ib.reqMktData(AMD)
    wire.ib.reqMktData(Stock("INTC", conId=270639))
    first, second = (request.reqId for request in wire.sent)
    wire.tell(m.TickPrice(first, 1, 10.0, 5.0), m.TickPrice(second, 1, 10.0, 5.0), m.TickPrice(first, 2, 11.0, 5.0))
    wire.fire()
    assert seen == [{4391: 2, 270639: 1}]


def test_cancelled_quotes_stop_and_the_ticker_stays(wire):
    ticker = wire.ib.reqMktData(AMD)
    reqId = wire.sent[0].reqId
    assert wire.ib.cancelMktData(AMD) is True
    wire.tell(m.TickPrice(reqId, 1, 10.0, 5.0))
    assert (wire.sent[-1], ticker.bid != ticker.bid, wire.ib.ticker(AMD)) == (m.CancelMktData(reqId), True, ticker)
    assert wire.ib.cancelMktData(AMD) is False


def test_the_kind_of_quotes_is_chosen(wire):
    wire.ib.reqMarketDataType(3)
    assert wire.sent == [m.ReqMarketDataType(3)]


def test_snapshots_are_waited_for(wire, awaited):
    wire.answer(m.ReqMktData, m.TickPrice(0, 4, 10.0, 5.0), m.TickSnapshotEnd())
    (ticker,) = wire.ib.reqTickers(AMD)
    assert (ticker.last, wire.sent[0].snapshot) == (10.0, True)
    assert awaited(lambda: wire.ib.reqTickersAsync(AMD, regulatorySnapshot=True)) == [ticker]
    assert wire.sent[1].regulatorySnapshot is True


def test_a_refused_snapshot_ends_all_the_same(wire):
    wire.answer(m.ReqMktData, m.Error(0, 354, "not subscribed"))
    (ticker,) = wire.ib.reqTickers(AMD)
    assert ticker.isUnset(ticker.last)


def test_rerouted_quotes_fill_the_ticker_of_the_cfd(wire):
    ticker = wire.ib.reqMktData(CFD, "233")
    wire.tell(m.RerouteMktDataReq(wire.sent[0].reqId, 4391, "NASDAQ"))
    again = wire.sent[1]
    assert (again.contract.conId, again.contract.exchange, again.genericTickList) == (4391, "NASDAQ", "233")
    wire.tell(m.TickPrice(again.reqId, 1, 10.0, 5.0))
    assert ticker.bid == 10.0
    assert wire.ib.cancelMktData(CFD) is True
    assert wire.sent[-1] == m.CancelMktData(again.reqId)


def test_a_rerouted_snapshot_is_waited_for_where_it_is(wire):
    def answer(asked):
        if asked.contract.conId == 1:
            return [m.RerouteMktDataReq(asked.reqId, 4391, "NASDAQ")]
        return [m.TickPrice(asked.reqId, 4, 10.0, 5.0), m.TickSnapshotEnd(asked.reqId)]

    wire.answers[m.ReqMktData] = answer
    (ticker,) = wire.ib.reqTickers(CFD)
    assert (ticker.contract, ticker.last) == (CFD, 10.0)


def test_a_rerouted_snapshot_fails_as_its_second_request_does(wire):
    wire.ib.RaiseRequestErrors = True

    def answer(asked):
        if asked.contract.conId == 1:
            return [m.RerouteMktDataReq(asked.reqId, 4391, "NASDAQ")]
        return [m.Error(asked.reqId, 354, "not subscribed")]

    wire.answers[m.ReqMktData] = answer
    with pytest.raises(MarketDataNotSubscribed):
        wire.ib.reqTickers(CFD)


def test_no_tick_is_lost_by_a_slow_reader(wire):
    ticker, seen = wire.ib.reqMktData(AMD), []
    ticker.updateEvent += lambda ticker: seen.extend(tick.price for tick in ticker.ticks)
    reqId = wire.sent[0].reqId
    for price in range(1, 6):
        wire.tell(m.TickPrice(reqId, 1, float(price), 5.0))
    wire.fire()
    assert seen == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_gateway_quotes(ib):
    (contract,) = ib.qualifyContracts(AMD)
    (ticker,) = ib.reqTickers(contract)
    assert ticker.hasBidAsk()
    assert ib.reqMktData(contract) is ticker
    assert ib.waitOnUpdate(5)


def test_streams_of_quotes_can_be_followed_in_a_coroutine(gateway, in_thread):
    async def main():
        ib = await IB().connectAsync(gateway.host, gateway.port, clientId=61)
        (contract,) = await ib.qualifyContractsAsync(Stock("AMD", "SMART", "USD"))
        ticker = ib.reqMktData(contract)
        (updated,) = await asyncio.wait_for(ib.pendingTickersEvent, 5)
        ib.disconnect()
        return updated is ticker

    assert in_thread(lambda: asyncio.run(main()))


def prices(tickers):
    return {ticker.contract.symbol: [tick.price for tick in ticker.ticks] for ticker in tickers}


@pytest.fixture
def two(wire):
    """Tickers of AMD and INTC, and how to tell a packet of ticks (which of them, price)."""
    intc = Stock("INTC", conId=270639)
    wire.ib.reqMktData(AMD)
    wire.ib.reqMktData(intc)
    ids = [request.reqId for request in wire.sent]
    return lambda *ticks: wire.tell(*(m.TickPrice(ids[which], 1, price, 5.0) for which, price in ticks))


def test_without_listeners_only_the_newest_packet_shows_its_ticks(wire, two):
    two((0, 1.0), (1, 2.0), (0, 3.0))
    assert prices(wire.ib.pendingTickers()) == {"AMD": [1.0, 3.0], "INTC": [2.0]}
    two((1, 4.0))
    assert prices(wire.ib.pendingTickers()) == {"INTC": [4.0]}
    assert prices(wire.ib.tickers()) == {"AMD": [], "INTC": [4.0]}
    wire.tell(m.CurrentTime(1))  # any packet ends the one before
    assert wire.ib.pendingTickers() == []
    assert prices(wire.ib.tickers()) == {"AMD": [], "INTC": []}


def test_in_a_handler_the_pending_tickers_are_those_it_is_told_of(wire, two):
    seen = []
    wire.ib.pendingTickersEvent += lambda tickers: seen.append((prices(tickers), prices(wire.ib.pendingTickers())))
    two((0, 1.0))
    wire.fire()
    two((1, 2.0))
    wire.fire()
    assert seen == [({"AMD": [1.0]},) * 2, ({"INTC": [2.0]},) * 2]
    assert prices(wire.ib.tickers()) == {"AMD": [], "INTC": [2.0]}


def test_a_ticker_with_a_listener_waits_for_home_and_others_do_not(wire, two):
    seen = []
    amd = wire.ib.ticker(AMD)
    amd.updateEvent += lambda ticker: seen.append(prices(wire.ib.pendingTickers()))
    two((0, 1.0), (1, 2.0))
    assert prices(wire.ib.tickers()) == {"AMD": [], "INTC": [2.0]}
    wire.fire()
    assert seen == [{"AMD": [1.0], "INTC": [2.0]}]


def test_the_last_ticks_told_go_when_the_listener_has_gone(wire, two):
    seen = []

    def once(tickers):
        wire.ib.pendingTickersEvent -= once
        wire.tell(m.CurrentTime(1))  # while it looks at them
        seen.append(prices(tickers))

    wire.ib.pendingTickersEvent += once
    two((0, 1.0))
    wire.fire()
    assert seen == [{"AMD": [1.0]}]
    two((1, 2.0))
    assert prices(wire.ib.pendingTickers()) == {"INTC": [2.0]}
    assert prices(wire.ib.tickers()) == {"AMD": [], "INTC": [2.0]}


def test_a_snapshot_that_was_repeated_after_a_lost_link_is_asked_for_no_more(wire):
    """Regulatory snapshots are paid for one by one."""

    def answer(asked):
        if len(wire.sent) == 1:
            return [m.Error(-1, 1101, "restored - data lost")]
        return [m.TickPrice(asked.reqId, 4, 10.0, 5.0), m.TickSnapshotEnd(asked.reqId)]

    wire.answers[m.ReqMktData] = answer
    (ticker,) = wire.ib.reqTickers(AMD, regulatorySnapshot=True)
    assert (ticker.last, len(wire.sent)) == (10.0, 2)
    wire.tell(m.Error(-1, 1101, "once more"))
    assert len(wire.sent) == 2
    assert wire.ib.wrapper.again == {}
    assert wire.ib.wrapper.records == {}


def test_a_snapshot_is_repeated_as_often_as_the_link_is_lost(wire):
    def answer(asked):
        if len(wire.sent) < 3:
            return [m.Error(-1, 1101, "restored - data lost")]
        return [m.TickPrice(asked.reqId, 4, 10.0, 5.0), m.TickSnapshotEnd(asked.reqId)]

    wire.answers[m.ReqMktData] = answer
    (ticker,) = wire.ib.reqTickers(AMD)
    assert (ticker.last, len(wire.sent)) == (10.0, 3)
    assert wire.ib.wrapper.again == {} == wire.ib.wrapper.records
