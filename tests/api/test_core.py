"""Starting a request, waiting for it, and giving it up."""

import asyncio

import pytest
from reducing import AMD

from ibnb.api import core
from ibnb.contract import Contract
from ibnb.errors import ConnectionLost, FieldError, LocalProtocolError, NotConnected, RequestTimeout
from ibnb.ib import IB
from ibnb.net.iothread import IOThread
from ibnb.objects import ScannerSubscription
from ibnb.wire import catalogue as m


def test_without_a_connection_a_request_says_so():
    with pytest.raises(NotConnected, match="not connected"):
        IB().reqPositions()
    with pytest.raises(ConnectionError):
        IB().reqContractDetails(AMD)


def test_a_request_by_name_under_way_is_shared(wire):
    first, second = wire.ib.reqPositionsAsync, wire.ib.reqPositionsAsync

    async def both():
        return await asyncio.gather(first(), second(), asyncio.to_thread(answer))

    def answer():
        assert len(wire.asked(m.ReqPositions)) == 1
        wire.tell(m.Position("DU1", AMD, 5.0, 9.0), m.PositionEnd())

    positions, same, _ = asyncio.run(both())
    assert positions == same
    assert len(positions) == 1


def test_a_message_that_cannot_be_sent_leaves_no_request_behind(wire):
    bad = ScannerSubscription(numberOfRows="many")
    with pytest.raises(FieldError):
        wire.ib.reqScannerData(bad)
    with pytest.raises(FieldError):
        wire.ib.reqContractDetails(Contract(conId="x"))
    assert len(wire.ib.wrapper.requests) == 0


def test_a_stream_that_cannot_be_asked_for_leaves_no_subscription_behind(wire):
    with pytest.raises(FieldError):
        wire.ib.reqMktDepth(AMD, numRows="five")
    assert (wire.ib.wrapper.records, wire.ib.cancelMktDepth(AMD)) == ({}, None)


def test_an_answer_out_of_time_cancels_the_request(wire):
    wire.ib.RequestTimeout = 0.01
    with pytest.raises(RequestTimeout, match=r"no answer to reqContractDetails within 0\.01 s") as caught:
        wire.ib.reqContractDetails(AMD)
    assert isinstance(caught.value, TimeoutError)
    assert wire.sent[-1] == m.CancelContractData(wire.sent[0].reqId)


def test_no_timeout_bounds_the_async_form(wire):
    wire.ib.RequestTimeout = 0.01

    async def ask():
        answer = wire.ib.reqContractDetailsAsync(AMD)
        await asyncio.sleep(0.05)
        assert not answer.done()
        wire.tell(m.ContractDetailsEnd(wire.sent[0].reqId))
        return await answer

    assert asyncio.run(ask()) == []


def test_a_cancelled_awaitable_cancels_the_request(wire):
    async def ask():
        answer = wire.ib.reqContractDetailsAsync(AMD)
        answer.cancel()
        await asyncio.sleep(0)

    asyncio.run(ask())
    assert wire.sent[-1] == m.CancelContractData(wire.sent[0].reqId)


def test_a_lost_connection_fails_what_waits(wire):
    async def ask():
        answer = wire.ib.reqContractDetailsAsync(AMD)
        wire.lose()
        return await answer

    with pytest.raises(ConnectionLost, match="connect again and repeat the request"):
        asyncio.run(ask())


def test_blocking_on_the_io_thread_is_refused(wire):
    async def block():
        return wire.ib.reqPositions()

    with pytest.raises(LocalProtocolError, match="would block ibnb's IO thread"):
        IOThread.get().run(block()).result(5)


def test_a_bounded_answer_is_none_when_it_does_not_come(wire):
    async def ask():
        future = wire.ib._start(99, "nothing", lambda: None)
        return await wire.ib._bounded(future, 0.01, "nothing")

    assert asyncio.run(ask()) is None
    assert 99 not in wire.ib.wrapper.requests


def test_core_ties_no_bars_to_displays():
    assert core.Core()._adopt(None) is None


def test_a_blocking_coroutine_on_the_io_thread_is_refused_and_sends_nothing(wire):
    async def block():
        return wire.ib.reqMatchingSymbols("am")

    with pytest.raises(LocalProtocolError, match="reqMatchingSymbols would block"):
        IOThread.get().run(block()).result(5)
    assert wire.sent == []
