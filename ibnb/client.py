"""`ib.client`: the engine. It owns the connection of one IB object: opening, ids, rate limit, sending, closing, losing.

Request methods come from `ibnb.api.wirecalls`, those that take text from `ibnb.api.textcalls`. Names follow ib_async's
Client where programs use them.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import Callable
from typing import Any

from ibnb import util
from ibnb.api.textcalls import TextCalls
from ibnb.errors import ClientIdInUse, ConnectionLost, DecodeError, FieldError, HandshakeFailed, IbnbError, NotConnected
from ibnb.events import EventSlot, listeners
from ibnb.net.calls import run as run_here
from ibnb.net.connection import Connection
from ibnb.net.iothread import IOThread
from ibnb.objects import ConnectionStats
from ibnb.session.requests import RequestIds
from ibnb.session.session import Session, Side
from ibnb.session.throttle import Throttle
from ibnb.state.health import Health
from ibnb.state.reducers import NAMED, routes
from ibnb.state.store import check_contract
from ibnb.wire import catalogue as m
from ibnb.wrapper import Wrapper

HOT = frozenset({m.TickPrice, m.TickSize, m.TickString, m.TickGeneric, m.TickOptionComputation})
HOT |= {m.TickByTick, m.UpdateMktDepth, m.UpdateMktDepthL2}
_logger = logging.getLogger("ibnb.client")


class Client(TextCalls):
    """One API connection to TWS or IB Gateway, run on ibnb's IO thread."""

    events = ("apiStart", "apiEnd", "apiError", "throttleStart", "throttleEnd")

    MaxRequests = 45
    RequestsInterval = 1
    MinClientVersion = 157
    MaxClientVersion = 225
    DISCONNECTED, CONNECTING, CONNECTED = range(3)

    apiStart = EventSlot()
    apiEnd = EventSlot()
    apiError = EventSlot()
    throttleStart = EventSlot()
    throttleEnd = EventSlot()

    def __init__(self, wrapper: Wrapper) -> None:
        self.wrapper = wrapper
        self.decoder: Any = None
        self.conn: Connection | None = None
        self._health = Health()
        self.connectOptions = b""
        self.optCapab = ""
        self.new_tap: Callable[[], Callable[[bool, bytes], None]] | None = None  # gives each new connection its tap
        self._ids = RequestIds()
        self._idle_watch = 0
        self._ready: asyncio.Future[None] | None = None
        self._got: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Forget the connection; ids go on rising."""
        self.conn = None
        self.host, self.port, self.clientId = "", -1, -1
        self.connState = self.DISCONNECTED
        self._server_version = 0
        self._api_ready = False
        self._got = set()

    # -- facts

    def serverVersion(self) -> int:
        """Return the negotiated server version."""
        return self._server_version

    def isConnected(self) -> bool:
        """Tell whether the socket is up and the handshake done."""
        return self.connState == self.CONNECTED

    def isReady(self) -> bool:
        """Tell whether order ids and accounts have come: requests can be made."""
        return self._api_ready

    def dataStatus(self) -> tuple[str, str]:
        """Return ("live", ""), or "stale" and why: not connected, a farm of market data down, no link to IB."""
        return self._health.status if self.isReady() else ("stale", "not connected")

    def connectionStats(self) -> ConnectionStats:
        """Return traffic figures. Raises NotConnected."""
        conn = self.conn
        if conn is None or not self.isReady():
            raise NotConnected("connectionStats")
        stats = conn.session.stats
        return ConnectionStats(
            conn.started_at,
            time.time() - conn.started_at,
            conn.bytes_received,
            conn.bytes_sent,
            stats.messages_in,
            conn.messages_sent,
        )

    def getReqId(self) -> int:
        """Return a new request or order id, above every id seen. Raises NotConnected."""
        if not self.isReady():
            raise NotConnected
        with self.wrapper.lock:
            return self._ids.next()

    def updateReqId(self, minReqId: int) -> None:
        """Let the next ids be at least this."""
        with self.wrapper.lock:
            self._ids.at_least(minReqId)

    def getAccounts(self) -> list[str]:
        """Return the managed accounts. Raises NotConnected."""
        if not self.isReady():
            raise NotConnected("getAccounts")
        return list(self.wrapper.accounts)

    def setConnectOptions(self, connectOptions: str) -> None:
        """Set options for the next handshake, such as `+PACEAPI`."""
        self.connectOptions = connectOptions.encode()

    def run(self) -> None:
        """Run until interrupted, delivering events."""
        run_here()

    # -- opening

    def connect(self, host: str, port: int, clientId: int, timeout: float | None = 2.0) -> None:
        """Connect and wait until requests can be made."""
        run_here(self.connectAsync(host, port, clientId, timeout))

    async def connectAsync(self, host: str, port: int, clientId: int, timeout: float | None = 2.0) -> None:
        """Connect and wait until requests can be made.

        Raises ConnectionRefusedError and other OSErrors of the socket, TimeoutError, HandshakeFailed, ClientIdInUse.
        """
        io = IOThread.get()
        if io.on_thread():
            await self._open(host, port, int(clientId), timeout or None)
        else:
            await asyncio.wrap_future(io.run(self._open(host, port, int(clientId), timeout or None)))

    async def _open(self, host: str, port: int, client_id: int, timeout: float | None) -> None:
        loop = asyncio.get_running_loop()
        wrapper = self.wrapper
        session = Session(
            Side.CLIENT,
            min_version=self.MinClientVersion,
            max_version=self.MaxClientVersion,
            client_id=client_id,
            connect_options=self.connectOptions.decode(),
            optional_capabilities=self.optCapab,
        )
        self._route(session)
        throttle = Throttle(self.MaxRequests, self.RequestsInterval)
        self.connState, self.host, self.port, self.clientId = self.CONNECTING, host, port, client_id
        wrapper.client_id = client_id
        self._ready = loop.create_future()
        conn: Connection | None = None

        def lost(error: BaseException | None) -> None:
            if conn is not None and self.conn is conn:
                self._on_lost(error)

        def make() -> _Line:
            nonlocal conn
            conn = Connection(session, wrapper.lock, wrapper.begin_packet, wrapper.end_packet, lost, throttle)
            conn.on_throttle = self._on_throttle
            conn.tap = None if self.new_tap is None else self.new_tap()
            return _Line(conn)

        try:
            async with asyncio.timeout(timeout):
                await loop.create_connection(make, host, port)
                self.conn = conn
            async with asyncio.timeout(timeout):
                await self._ready
        except BaseException as error:  # noqa: BLE001  a cancelled attempt is cleaned up too
            if conn is not None:
                conn.close()
            self.reset()
            raised = error
            if isinstance(error, TimeoutError):
                raised = TimeoutError(_no_answer(host, port, timeout, reached=conn is not None))
            elif isinstance(error, ConnectionRefusedError):
                raised = ConnectionRefusedError(error.errno, _refused(host, port))
            self._emit("apiError", f"API connection failed: {raised}")
            raise raised from (None if raised is not error else error.__cause__)
        finally:
            self._ready = None

    def _route(self, session: Session) -> None:
        wrapper = self.wrapper
        for message, handler in routes(wrapper).items():
            session.route(message, handler if message in HOT else self._guarded(message, handler))
        wrapper.on_accounts = lambda: self._have("accounts")
        session.route(m.NextValidId, self._on_next_valid_id)
        session.on_started = lambda: self._on_started(session)
        session.on_decode_error = self._on_decode_error
        wrapper.on_order_id = lambda orderId: self.updateReqId(orderId + 1)
        wrapper.on_error = self._on_error

    def _guarded(self, message: type, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Let a fault of a reducer fail the request concerned, so that it does not wait for ever.

        The request is told by the first field; messages that have no number there go to the handler straight.
        """
        spec = m.SPECS[message]
        if not (spec.names and isinstance(spec.default(spec.names[0]), int)):
            return handler

        def guarded(*fields: Any) -> None:
            try:
                handler(*fields)
            except Exception as error:
                text = f"ibnb could not take in {message.__name__} for request {fields[0]}: {error!r}; please report it"
                self.wrapper.requests.fail(fields[0], IbnbError(text))
                raise

        return guarded

    def _on_started(self, session: Session) -> None:
        assert session.server_version is not None
        self.wrapper.begin_connection()
        self._health.clear()
        self._server_version = self.wrapper.server_version = session.server_version
        self.connState = self.CONNECTED

    def _on_next_valid_id(self, orderId: int) -> None:
        self.updateReqId(orderId)
        self._have("orderId")

    def _have(self, what: str) -> None:
        if what == "accounts" and not self.wrapper.accounts:
            return
        self._got.add(what)
        if len(self._got) == 2 and not self._api_ready:
            self._api_ready = True
            if self._ready is not None and not self._ready.done():
                self._ready.set_result(None)
            self.wrapper.on_status(*self._health.status)
            self._emit("apiStart")

    def _on_error(self, reqId: int, code: int, text: str) -> None:
        """Notice what an error tells of the connection: IB's link, data farms, or a refusal while it opens."""
        if reqId == -1 and self._health.note(code, text) and self._api_ready:
            self.wrapper.on_status(*self._health.status)
        if self._ready is None or self._ready.done():
            return
        if code == 326:
            self._ready.set_exception(ClientIdInUse(self.clientId, self.host, self.port))
        elif code in (502, 503, 507):
            self._ready.set_exception(HandshakeFailed(text, self.host, self.port))

    def _on_decode_error(self, error: DecodeError) -> None:
        _logger.error("%s", error)
        self.wrapper.add_log("error", "ibnb", str(error), reqId=-1 if error.reqId is None else error.reqId)
        requests = self.wrapper.requests
        if not requests.fail(error.reqId or 0, error) and error.message in NAMED:
            requests.fail_named(NAMED[error.message], error)

    # -- sending

    def sendMessage(self, message: Any, *, urgent: bool = False) -> None:
        """Send one catalogue message; urgent ones overtake those held back by the rate limit.

        Raises NotConnected, FieldError, ServerTooOld, and TypeError where a contract is no Contract.
        """
        with self.wrapper.lock:
            if self.conn is None or self.connState != self.CONNECTED:
                raise NotConnected(type(message).__name__)
            self.conn.throttle.limit(self.MaxRequests, self.RequestsInterval)
            try:
                self.conn.send(message, urgent=urgent)
            except FieldError:
                if "contract" in type(message).__dataclass_fields__:
                    check_contract(message.contract)
                raise

    def _on_throttle(self, throttled: bool) -> None:
        self._emit("throttleStart" if throttled else "throttleEnd")

    def watch_idle(self, seconds: float) -> None:
        """Emit the IB object's `timeoutEvent(idle)` once when no byte has come for `seconds`; 0 ends the watch."""
        io = IOThread.get()
        self._idle_watch += 1
        watch, begin = self._idle_watch, time.monotonic()

        def look() -> None:
            if watch != self._idle_watch or not seconds:
                return
            conn = self.conn
            idle = time.monotonic() - (begin if conn is None else max(begin, conn.last_received))
            if idle < seconds:
                io.call_later(seconds - idle, look)
                return
            with self.wrapper.lock:
                self.wrapper.emit_ib("timeoutEvent", idle)
                self.wrapper.outbox.end_packet([])

        io.call_soon(look)

    # -- closing

    def disconnect(self) -> None:
        """Close the connection; what is queued is still sent."""
        with self.wrapper.lock:
            conn = self.conn
            if conn is None:
                self.reset()
                return
            self.reset()
            self._end(None)
            IOThread.get().call_soon(conn.close)

    def _on_lost(self, error: BaseException | None) -> None:
        """The peer has closed, or the socket has failed."""
        reason = "the gateway closed the connection" if error is None else str(error)
        with self.wrapper.lock:
            ready = self._ready
            if ready is not None and not ready.done():
                ready.set_exception(HandshakeFailed(reason, self.host, self.port))
                return
            self.reset()
            self.wrapper.add_log("error", "connection", reason)
            self._end(ConnectionLost(f"{reason} before the answer came; connect again and repeat the request"))

    def _end(self, error: ConnectionLost | None) -> None:
        """Fail what waits, tell the listeners and forget the state."""
        wrapper = self.wrapper
        wrapper.begin_packet()
        wrapper.on_status("stale", "disconnected" if error is None else "connection lost")
        wrapper.requests.fail_all(
            lambda pending: error or ConnectionLost(f"{pending.what}: disconnected before the answer came")
        )
        if error is not None:
            wrapper.emit(util, "globalErrorEvent", error)
        self._emit("apiEnd")
        wrapper.emit_ib("disconnectedEvent")
        events = wrapper.live_events()
        wrapper.reset()
        wrapper.end_packet()
        if events and wrapper.outbox.post is not None:
            wrapper.outbox.post(lambda: [event.set_done() for event in events])

    def _emit(self, name: str, *args: Any) -> None:
        wrapper = self.wrapper
        with wrapper.lock:
            if listeners(self, name) is not None:
                wrapper.emit(self, name, *args)
                if self._ready is not None or name.startswith("throttle"):
                    wrapper.outbox.end_packet([])


class _Line(asyncio.Protocol):
    """What the IO loop holds of a connection: no more than it needs, so that an IB object that nobody holds any more is
    collected, and disconnects.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = weakref.ref(conn)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if (conn := self._conn()) is not None:
            conn.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if (conn := self._conn()) is not None:
            conn.data_received(data)

    def eof_received(self) -> bool:
        conn = self._conn()
        return conn is not None and conn.eof_received()

    def connection_lost(self, error: BaseException | None) -> None:
        if (conn := self._conn()) is not None:
            conn.connection_lost(error)


def _refused(host: str, port: int) -> str:
    usual = {7496: "TWS live", 7497: "TWS paper", 4001: "IB Gateway live", 4002: "IB Gateway paper"}
    name = f" ({usual[port]})" if port in usual else ""
    return (
        f"nothing listens on {host}:{port}{name}: start TWS or IB Gateway, enable its API "
        "(ActiveX and Socket Clients) and check the port; or use ibnb.demo() for the built-in gateway"
    )


def _no_answer(host: str, port: int, timeout: float | None, *, reached: bool) -> str:
    if not reached:
        return f"no connection to {host}:{port} within {timeout:g} s: check the address and firewalls"
    return (
        f"{host}:{port} took the connection but gave no account and order id within {timeout:g} s: "
        "look for a dialog in TWS, check the trusted IPs in its API settings, or raise timeout="
    )
