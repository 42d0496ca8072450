"""A gateway on loopback that breaks the protocol: the request concerned fails and says why, all else goes on."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ibnb
from ibnb.contract import Contract, ContractDescription, ContractDetails
from ibnb.errors import DecodeError, IbnbError, RemoteProtocolError
from ibnb.ib import IB
from ibnb.net.iothread import IOThread
from ibnb.objects import (
    BarData,
    DepthMktDataDescription,
    Execution,
    FamilyCode,
    HistogramData,
    HistoricalTick,
    NewsProvider,
    PriceIncrement,
)
from ibnb.order import Order
from ibnb.session import Session, Side
from ibnb.wire import Codec, frames
from ibnb.wire import catalogue as m

AMD = Contract("STK", 4391, "AMD", exchange="SMART", currency="USD")
BAR = BarData("20240119", 1.5, 2.0, 1.25, 1.75, 100.0, 1.6, 7)
SOON = 5.0


class Peer:
    """Takes one client; `answers` says for each kind of request which frames it gets."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.codec = Codec(Side.SERVER, version)
        self.answers: dict[type, Callable[[Any], bytes]] = {
            m.StartApi: lambda _: self.frame(m.ManagedAccounts("DU1"), m.NextValidId(1)),
            m.ReqCurrentTimeInMillis: lambda _: self.frame(m.CurrentTimeInMillis(1705680000000)),
            m.ReqUserInfo: lambda asked: self.frame(m.UserInfo(asked.reqId, "white")),
        }
        self.asked: list[Any] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def frame(self, *messages: Any) -> bytes:
        """Return correct frames."""
        return b"".join(frames.pack(self.codec.encode(message)) for message in messages)

    def _serve(self) -> None:
        session = Session(Side.SERVER, server_version=self.version, connection_time="20240119 10:00:00 EST")
        with contextlib.suppress(OSError):
            self._socket, _ = self._listener.accept()
            while data := self._socket.recv(65536):
                session.receive_data(data)
                self._socket.sendall(session.data_to_send())
                while session.events:
                    request = session.events.popleft()
                    self.asked.append(request)
                    answer = self.answers.get(type(request))
                    if answer is not None:
                        self._socket.sendall(answer(request))

    def send(self, raw: bytes) -> None:
        """Send bytes of any kind."""
        assert self._socket is not None
        self._socket.sendall(raw)

    def close(self) -> None:
        """Hang up."""
        for one in (self._socket, self._listener):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
        self._thread.join(SOON)


@pytest.fixture(params=[178, 225])
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    made = Peer(request.param)
    yield made
    made.close()


@pytest.fixture
def client(peer: Peer, caplog: pytest.LogCaptureFixture) -> Iterator[IB]:
    made = IB()
    made.RequestTimeout = SOON
    made.connect("127.0.0.1", peer.port, clientId=1, timeout=SOON, fetchFields=ibnb.StartupFetchNONE)
    yield made
    made.disconnect()


def damaged(peer: Peer, message: Any) -> bytes:
    """Return the frame of a message with one field that cannot be read, behind its request id."""
    payload = peer.codec.encode(message)
    reader = Codec(Side.CLIENT, peer.version)
    if payload[:4] != payload[:4].strip(b"\0"):  # four bytes of id
        found = [payload[:-1]]
    else:
        parts = payload.split(b"\0")
        found = [b"\0".join([*parts[:k], b"7x", *parts[k + 1 :]]) for k in range(len(parts) - 2, 0, -1)]
    for candidate in found:
        try:
            reader.decode(candidate)
        except DecodeError:
            return frames.pack(candidate)
    raise AssertionError(f"{message} cannot be damaged")


def still_works(client: IB) -> None:
    """Check that the connection lives: a request is answered."""
    assert client.isConnected()
    assert client.reqUserInfo() == "white"


# ---- requests with an id ---------------------------------------------------------------------------------------------

DETAILS = ContractDetails(contract=AMD, minTick=0.01, marketName="NMS")
WITH_ID: dict[str, tuple[type, Callable[[IB], Any], Callable[[int], Any]]] = {
    "contract details": (
        m.ReqContractDetails,
        lambda ib: ib.reqContractDetails(AMD),
        lambda n: m.ContractDetails(n, DETAILS),
    ),
    "head timestamp": (
        m.ReqHeadTimeStamp,
        lambda ib: ib.reqHeadTimeStamp(AMD, "TRADES", True),
        lambda n: m.HeadTimestamp(n, "20200102-14:30:00"),
    ),
    "histogram": (
        m.ReqHistogramData,
        lambda ib: ib.reqHistogramData(AMD, True, "1 day"),
        lambda n: m.HistogramData(n, [HistogramData(1.5, 100.0)]),
    ),
    "matching symbols": (
        m.ReqMatchingSymbols,
        lambda ib: ib.reqMatchingSymbols("AMD"),
        lambda n: m.SymbolSamples(n, [ContractDescription(AMD, [])]),
    ),
    "option chain": (
        m.ReqSecDefOptParams,
        lambda ib: ib.reqSecDefOptParams("AMD", "", "STK", 4391),
        lambda n: m.SecurityDefinitionOptionParameter(n, "SMART", 4391, "AMD", "100", ["20240119"], [1.0]),
    ),
    "executions": (
        m.ReqExecutions,
        lambda ib: ib.reqExecutions(),
        lambda n: m.ExecDetails(n, Execution("e1", "20240119-15:00:00", shares=1.0, price=1.0), AMD),
    ),
    "historical ticks": (
        m.ReqHistoricalTicks,
        lambda ib: ib.reqHistoricalTicks(AMD, "", dt.datetime(2024, 1, 19), 10, "MIDPOINT", True),
        lambda n: m.HistoricalTicks(n, [HistoricalTick(1705680000, 1.5, 1.0)], True),
    ),
    "news article": (
        m.ReqNewsArticle,
        lambda ib: ib.reqNewsArticle("BRFG", "a1", []),
        lambda n: m.NewsArticle(n, 0, "text"),
    ),
}


@pytest.mark.parametrize("what", [name for name in WITH_ID if name != "head timestamp"])
def test_a_bad_field_fails_its_request_and_no_other(peer, client, what):
    request, call, reply = WITH_ID[what]
    waiting = IOThread.get().run(forever(client))
    peer.answers[request] = lambda asked: damaged(peer, reply(asked.reqId))
    with pytest.raises(IbnbError) as caught:
        call(client)
    (asked,) = (one for one in peer.asked if type(one) is request)
    text = str(caught.value)
    name = type(reply(1)).__name__
    assert name in text
    assert str(peer.version) in text
    if isinstance(caught.value, DecodeError):
        error = caught.value
        assert (error.message, error.server_version, error.reqId) == (name, peer.version, asked.reqId)
        assert error.field
        assert error.raw or peer.version == 225
    else:  # rows that a handler has read
        assert "ticks[0]" in text
    assert any(name in record.text for record in client.wrapper.log.values())
    peer.answers[request] = lambda asked: peer.frame(*complete(reply(asked.reqId)))
    call(client)
    still_works(client)
    assert not waiting.done()


async def forever(client: IB) -> Any:
    """Ask for something that is never answered."""
    return await client.reqFundamentalDataAsync(AMD, "ReportSnapshot")


def complete(message: Any) -> list[Any]:
    """Return a reply and the message that ends it."""
    end = {
        m.ContractDetails: m.ContractDetailsEnd,
        m.SecurityDefinitionOptionParameter: m.SecurityDefinitionOptionParameterEnd,
        m.ExecDetails: m.ExecDetailsEnd,
    }.get(type(message))
    return [message] if end is None else [message, end(message.reqId)]


def test_a_time_that_is_none_fails_its_request(peer, client):
    request, call, _ = WITH_ID["head timestamp"]
    peer.answers[request] = lambda asked: peer.frame(m.HeadTimestamp(asked.reqId, "yesterday"))
    with pytest.raises(RemoteProtocolError, match="yesterday"):
        call(client)
    still_works(client)


# ---- requests without an id ------------------------------------------------------------------------------------------

WITHOUT_ID: dict[str, tuple[type, Callable[[IB], Any], Any]] = {
    "positions": (m.ReqPositions, lambda ib: ib.reqPositions(), m.Position("DU1", AMD, 1.0, 2.0)),
    "open orders": (m.ReqOpenOrders, lambda ib: ib.reqOpenOrders(), m.OpenOrder(Order(orderId=5), AMD)),
    "completed orders": (
        m.ReqCompletedOrders,
        lambda ib: ib.reqCompletedOrders(False),
        m.CompletedOrder(AMD, Order(permId=5)),
    ),
    "market rule": (m.ReqMarketRule, lambda ib: ib.reqMarketRule(26), m.MarketRule(26, [PriceIncrement(0.0, 0.01)])),
    "time": (m.ReqCurrentTime, lambda ib: ib.reqCurrentTime(), m.CurrentTime(1705680000)),
    "depth exchanges": (
        m.ReqMktDepthExchanges,
        lambda ib: ib.reqMktDepthExchanges(),
        m.MktDepthExchanges([DepthMktDataDescription("ISLAND", "STK", "NASDAQ", "Deep2", 1)]),
    ),
    "news providers": (m.ReqNewsProviders, lambda ib: ib.reqNewsProviders(), m.NewsProviders([NewsProvider("a", "b")])),
    "family codes": (m.ReqFamilyCodes, lambda ib: ib.reqFamilyCodes(), m.FamilyCodes([FamilyCode("DU1", "f")])),
}
ENDS = {m.Position: m.PositionEnd, m.OpenOrder: m.OpenOrderEnd, m.CompletedOrder: m.CompletedOrdersEnd}


@pytest.mark.parametrize("what", WITHOUT_ID)
def test_a_bad_field_fails_a_request_without_an_id(peer, client, what):
    request, call, reply = WITHOUT_ID[what]
    end = ENDS.get(type(reply))
    peer.answers[request] = lambda _: damaged(peer, reply) + (peer.frame(end()) if end else b"")
    with pytest.raises(DecodeError) as caught:
        call(client)
    assert (caught.value.message, caught.value.server_version) == (type(reply).__name__, peer.version)
    still_works(client)


# ---- bars, which are read later --------------------------------------------------------------------------------------


def test_a_bad_bar_is_named_when_it_is_read(peer, client):
    def answer(asked: Any) -> bytes:
        good = peer.codec.encode(m.HistoricalData(asked.reqId, bars=[BAR]))
        bad = good.replace(b"1.75", b"1.7x") if peer.version < 208 else good.replace(b"20240119", b"\xff" * 8)
        end = peer.frame(m.HistoricalDataEnd(asked.reqId, "", "")) if peer.version >= 196 else b""
        return frames.pack(bad) + end

    peer.answers[m.ReqHistoricalData] = answer
    bars = client.reqHistoricalData(AMD, "", "1 D", "1 day", "TRADES", True, timeout=SOON)
    field = "close" if peer.version < 208 else "date"
    with pytest.raises(
        DecodeError, match=rf"HistoricalData at server version {peer.version}: field 'bars\[0\].{field}'"
    ):
        bars.to_frame()
    still_works(client)


def test_fewer_bars_than_announced_fail_the_request(peer, client):
    def answer(asked: Any) -> bytes:
        good = peer.codec.encode(m.HistoricalData(asked.reqId, bars=[BAR, BAR]))
        return frames.pack(good[:-20])

    peer.answers[m.ReqHistoricalData] = answer
    with pytest.raises(DecodeError, match="bars"):
        client.reqHistoricalData(AMD, "", "1 D", "1 day", "TRADES", True, timeout=SOON)
    still_works(client)


# ---- what is merely new ----------------------------------------------------------------------------------------------


def test_unknown_messages_and_fields_are_counted_and_passed_over(peer, client):
    codec = client.client.conn.session.codec
    text = peer.version < 201
    unknown = b"999\0a\0b\0" if text else (9999).to_bytes(4, "big") + b"\x08\x01"
    surplus = b"new\0newer\0" if text else b"\x9a\x3e\x03new\xa0\x3e\x05"
    peer.send(frames.pack(unknown) * 3)
    peer.answers[m.ReqUserInfo] = lambda asked: frames.pack(
        peer.codec.encode(m.UserInfo(asked.reqId, "white")) + surplus
    )
    assert client.reqUserInfo() == "white"
    assert codec.unknown_ids.total() == 3
    assert codec.surplus_fields == 2
    assert not client.client.conn.session.stats.decode_errors


def test_a_bad_tick_leaves_the_ticker_alone(peer, client):
    peer.answers[m.ReqMktData] = lambda asked: (
        peer.frame(m.TickPrice(asked.reqId, 1, 10.0, 5.0))
        + damaged(peer, m.TickPrice(asked.reqId, 2, 11.0, 5.0))
        + peer.frame(m.TickPrice(asked.reqId, 4, 10.5, 5.0))
    )
    ticker = client.reqMktData(AMD)
    until = time.monotonic() + SOON
    while ticker.last != 10.5 and time.monotonic() < until:
        client.sleep(0.01)
    assert (ticker.bid, ticker.last) == (10.0, 10.5)
    assert client.client.conn.session.stats.decode_errors == 1
    still_works(client)


# ---- what ends the connection ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [b"\xff\xff\xff\xff", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_broken_frame_ends_the_connection_and_wakes_all(peer, client, raw):
    peer.answers[m.ReqContractDetails] = lambda _: raw
    with pytest.raises(ConnectionError, match="bytes"):
        client.reqContractDetails(AMD)
    assert not client.isConnected()


def test_hanging_up_within_a_message_wakes_all(peer, client):
    def answer(asked: Any) -> bytes:
        threading.Timer(0.05, peer.close).start()
        return peer.frame(m.ContractDetailsEnd(asked.reqId))[:-2]

    peer.answers[m.ReqContractDetails] = answer
    with pytest.raises(ConnectionError):
        client.reqContractDetails(AMD)
    assert not client.isConnected()
