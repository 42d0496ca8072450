"""The session: one connection's protocol state, for a client or a server, without I/O and without a clock.

Owns the handshake, the cutting of frames, dispatch to handlers, encoding, and counters. A bad field fails its message
only; a bad length or greeting ends the session with a named error. Time linear in the bytes, however they are cut.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ibnb.errors import DecodeError, FrameTooLarge, LocalProtocolError
from ibnb.session import handshake
from ibnb.session.handshake import BadHandshake, UnexpectedEnd
from ibnb.wire import catalogue as m
from ibnb.wire import frames
from ibnb.wire import versions as V
from ibnb.wire.codec import Codec, Side
from ibnb.wire.textgen import SPLIT_LIMIT

__all__ = ["Phase", "Session", "Side", "Stats"]


class Phase(Enum):
    """Where a session is in its life."""

    HANDSHAKE = "handshake"
    STARTED = "started"
    CLOSED = "closed"


@dataclass(slots=True)
class Stats:
    """Counters of a session.

    Attributes:
        messages_in: Messages received after the handshake, also bad and unknown ones.
        bytes_in: Bytes received.
        messages_out: Messages sent, without the greeting.
        bytes_out: Bytes handed out by `data_to_send`.
        decode_errors: Messages with a field that could not be read.
    """

    messages_in: int = 0
    bytes_in: int = 0
    messages_out: int = 0
    bytes_out: int = 0
    decode_errors: int = 0


class Session:
    """One connection, seen from one side.

    Args:
        side: CLIENT or SERVER.
        min_version: Client: the least version to offer.
        max_version: Client: the greatest version to offer. Server: the greatest it picks.
        client_id: Client: its id, sent in startApi.
        connect_options: Client: options of the greeting such as `+PACEAPI`. Server: those that the client sent.
        optional_capabilities: Client: sent in startApi.
        server_version: Server: the version that it pretends to have (`max_version` if None).
        connection_time: Server: the time of its answer, `yyyymmdd hh:mm:ss zone`.

    Attributes:
        phase: STARTED once both greetings are through and startApi has been sent (client) or received (server).
        server_version: The negotiated version, None before.
        connection_time: The server's time as it came.
        codec: The codec of the connection, None before the version is known.
        events: Messages without a handler, and decode errors if nobody takes those.
        on_started: Called when the phase becomes STARTED.
        on_decode_error: Called with each DecodeError.
        on_local_error: Called with each exception that a handler raised; without it the first one of a call of
            `receive_data` is raised at the end of that call.
        stats: Counters.
    """

    def __init__(
        self,
        side: Side,
        *,
        min_version: int = V.MIN_VERSION,
        max_version: int = V.MAX_VERSION,
        client_id: int = 0,
        connect_options: str = "",
        optional_capabilities: str = "",
        server_version: int | None = None,
        connection_time: str = "",
    ) -> None:
        if not V.MIN_VERSION <= min_version <= max_version <= V.MAX_VERSION:
            raise LocalProtocolError(
                f"versions {min_version} to {max_version} are not within {V.MIN_VERSION} to {V.MAX_VERSION}"
            )
        self.side = side
        self.phase = Phase.HANDSHAKE
        self.client_id = client_id
        self.connect_options = connect_options
        self.optional_capabilities = optional_capabilities
        self.connection_time = connection_time
        self.server_version: int | None = None
        self.codec: Codec | None = None
        self.events: deque[Any] = deque()
        self.on_started: Callable[[], None] | None = None
        self.on_decode_error: Callable[[DecodeError], None] | None = None
        self.on_local_error: Callable[[Exception], None] | None = None
        self.stats = Stats()
        self._min, self._max = min_version, max_version
        self._pretended = max_version if server_version is None else server_version
        self._routes: dict[type, Callable[..., Any]] = {}
        self._chunks: list[bytes] = []
        self._pending = 0
        self._needed = 0
        self._stray = 0
        self._errors: list[Exception] = []
        self._out: list[bytes] = []
        self._greeted = side is Side.CLIENT
        if side is Side.CLIENT:
            self._out.append(handshake.greeting(min_version, max_version, connect_options))

    # ---- sending ----

    def send(self, message: m.Message) -> None:
        """Encode a message and queue its frame.

        Raises:
            FieldError: A value does not fit its field.
            ServerTooOld: The server does not know the message.
            LocalProtocolError: The version is not known yet, the session is closed, or this side does not send it.
        """
        codec = self.codec
        if codec is None or self.phase is Phase.CLOSED:
            state = "closed" if self.phase is Phase.CLOSED else "still in its handshake"
            raise LocalProtocolError(f"{type(message).__name__} cannot be sent: the session is {state}")
        payload = codec.encode(message)
        if len(payload) > frames.MAX_FRAME_BYTES:
            raise LocalProtocolError(
                f"{type(message).__name__} takes {len(payload)} bytes, the limit is {frames.MAX_FRAME_BYTES}"
            )
        self._out.append(frames.pack_length(len(payload)) + payload)
        self.stats.messages_out += 1

    def data_to_send(self) -> bytes:
        """Return the bytes to be written to the peer, and forget them."""
        data = b"".join(self._out)
        self._out.clear()
        self.stats.bytes_out += len(data)
        return data

    # ---- dispatch ----

    def route(self, cls: type, handler: Callable[..., Any]) -> None:
        """Have `handler(*fields in class order)` called for each message of a class instead of building the object.

        Raises:
            LocalProtocolError: This side does not receive that message.
        """
        spec = m.SPECS.get(cls)
        direction = m.Direction.REPLY if self.side is Side.CLIENT else m.Direction.REQUEST
        if spec is None or spec.direction is not direction:
            raise LocalProtocolError(f"a {self.side.value} does not receive {cls.__name__}")
        self._routes[cls] = handler
        if self.codec is not None:
            self.codec.bind(cls, self._started_by(handler) if cls is m.StartApi else handler)

    def _started_by(self, handler: Callable[..., Any] | None) -> Callable[..., Any]:
        """Return the server's handler of startApi: first the phase, then what the user wants."""

        def start(clientId: int, optionalCapabilities: str) -> None:
            self.client_id, self.optional_capabilities = clientId, optionalCapabilities
            if self.phase is Phase.HANDSHAKE:
                self._start()
            if handler is None:
                self.events.append(m.StartApi(clientId, optionalCapabilities))
            else:
                handler(clientId, optionalCapabilities)

        return start

    # ---- receiving ----

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the peer; handlers are called before this returns.

        Raises:
            BadHandshake, VersionRefused, FrameTooLarge: The peer does not speak the protocol; the session is closed.
            Exception: What a handler raised, if there is no `on_local_error`.
        """
        self.stats.bytes_in += len(data)
        if self._chunks:
            self._chunks.append(data)
            self._pending += len(data)
            if self._pending < self._needed:
                return
            data = b"".join(self._chunks)
            self._chunks.clear()
        if type(data) is not bytes:
            data = bytes(data)
        if self.phase is Phase.CLOSED:
            return
        position = 0
        if self.codec is None:
            try:
                position = self._shake_hands(data)
            except (BadHandshake, handshake.VersionRefused, FrameTooLarge):
                self.close()
                raise
        if self.codec is not None:
            if len(data) > frames.MAX_FRAME_BYTES:
                self._check_lengths(data, position)
            position = (self._read_classic if self.codec.classic else self._read_binary)(data, position, self.codec)
        self._keep(data, position)
        if self._errors:
            errors, self._errors = self._errors, []
            raise errors[0]

    @property
    def unread(self) -> bytes:
        """The beginning of a frame whose end has not come yet."""
        return b"".join(self._chunks)

    def eof(self) -> None:
        """Note that the peer has closed the connection.

        Raises:
            UnexpectedEnd: It did so within the handshake or within a frame.
        """
        before, pending = self.phase, self._pending if self._chunks else 0
        self.close()
        if before is Phase.HANDSHAKE and self.codec is None:
            raise UnexpectedEnd(0)
        if pending and before is not Phase.CLOSED:
            raise UnexpectedEnd(self._needed - pending)

    def close(self) -> None:
        """End the session: nothing more is sent or delivered."""
        self.phase = Phase.CLOSED
        self._chunks.clear()
        self._out.clear()
        if self.codec is not None:
            self.codec.close()

    def _keep(self, data: bytes, position: int) -> None:
        """Keep what follows `position`, an incomplete frame, and note how many bytes it needs."""
        left = len(data) - position
        if not left or self.phase is Phase.CLOSED:
            return
        if self.codec is None and not self._greeted:
            self._needed = len(frames.PREFIX)
        elif left < 4:
            self._needed = 4
        else:
            (size,) = frames.read_length(data, position)
            limit = handshake.MAX_GREETING_BYTES if self.codec is None else frames.MAX_FRAME_BYTES
            if size > limit:
                self.close()
                raise FrameTooLarge(size, limit)
            self._needed = 4 + size
        self._chunks.append(data[position:] if position else data)
        self._pending = left

    def _check_lengths(self, data: bytes, position: int) -> None:
        """Refuse frames above the limit that came whole, which only so large a chunk can hold."""
        while len(data) - position > 3:
            (size,) = frames.read_length(data, position)
            if size > frames.MAX_FRAME_BYTES:
                self.close()
                raise FrameTooLarge(size, frames.MAX_FRAME_BYTES)
            position += 4 + size

    def _read_classic(self, data: bytes, position: int, codec: Codec) -> int:
        """Deliver all complete frames whose id is text; return the index behind them."""
        # One frame costs some 0.3 us here, so this loop has no calls but the needed ones.
        table, read_length, end = codec.table, frames.read_length, len(data)
        count = 0
        payload = b""
        while True:
            try:
                while end - position > 3:
                    (size,) = read_length(data, position)
                    stop = position + 4 + size
                    if stop > end:
                        break
                    payload = data[position + 4 : stop]
                    position = stop
                    count += 1
                    fields = payload.split(b"\0", SPLIT_LIMIT)
                    table[fields[0]](fields, payload)
                break
            except Exception as error:  # noqa: BLE001  a decoder's or a handler's
                self._failed(error, payload, codec)
        self.stats.messages_in += count
        return position

    def _read_binary(self, data: bytes, position: int, codec: Codec) -> int:
        """Deliver all complete frames whose id is four bytes; return the index behind them."""
        table, read_length, end = codec.table, frames.read_length, len(data)
        count = 0
        payload = b""
        while True:
            try:
                while end - position > 3:
                    (size,) = read_length(data, position)
                    stop = position + 4 + size
                    if stop > end:
                        break
                    payload = data[position + 4 : stop]
                    position = stop
                    count += 1
                    table[payload[:4]](payload)
                break
            except Exception as error:  # noqa: BLE001  a decoder's or a handler's
                self._failed(error, payload, codec)
        self.stats.messages_in += count
        return position

    def _failed(self, error: Exception, payload: bytes, codec: Codec) -> None:
        """Report an exception of a decoder or of a handler."""
        try:
            problem = codec.explain(error, payload)
        except DecodeError as decode_error:
            problem = decode_error
        except Exception as handler_error:  # noqa: BLE001
            if self.on_local_error is not None:
                self.on_local_error(handler_error)
            else:
                self._errors.append(handler_error)
            return
        if isinstance(problem, DecodeError):
            self.stats.decode_errors += 1
            if self.on_decode_error is not None:
                self.on_decode_error(problem)
            else:
                self.events.append(problem)

    # ---- handshake ----

    def _shake_hands(self, data: bytes) -> int:
        """Take frames of the handshake until the version is known; return the index behind them."""
        position = 0
        if not self._greeted:
            head = data[: len(frames.PREFIX)]
            if not frames.PREFIX.startswith(head):
                raise BadHandshake(data, r"the prefix 'API\0' of a client")
            if len(head) < len(frames.PREFIX):
                return 0
            self._greeted = True
            position = len(frames.PREFIX)
        while self.codec is None and len(data) - position >= 4:
            (size,) = frames.read_length(data, position)
            if size > handshake.MAX_GREETING_BYTES:
                raise FrameTooLarge(size, handshake.MAX_GREETING_BYTES)
            stop = position + 4 + size
            if stop > len(data):
                break
            payload = data[position + 4 : stop]
            position = stop
            if self.side is Side.CLIENT:
                self._take_answer(payload)
            else:
                self._take_greeting(payload)
        return position

    def _take_answer(self, payload: bytes) -> None:
        """Client: take the server's version, or skip a frame that came before it."""
        found = handshake.read_answer(payload, self._min, self._max)
        if found is None:
            self._stray += 1
            if self._stray > handshake.MAX_STRAY_FRAMES:
                raise BadHandshake(payload, "a server version and the time")
            return
        version, self.connection_time = found
        self._agree(version)
        self.send(m.StartApi(self.client_id, self.optional_capabilities))
        self.stats.messages_out -= 1
        self._start()

    def _take_greeting(self, payload: bytes) -> None:
        """Server: take the client's version range and answer it."""
        least, greatest, self.connect_options = handshake.read_greeting(payload)
        version = handshake.agree(least, greatest, self._pretended)
        self._agree(version)
        self._out.append(handshake.answer(version, self.connection_time))

    def _agree(self, version: int) -> None:
        """Make the codec of the negotiated version and hand it the handlers."""
        self.server_version = version
        self.codec = codec = Codec(self.side, version, self.events.append)
        if self.side is Side.SERVER:
            codec.bind(m.StartApi, self._started_by(None))
        for cls, handler in self._routes.items():
            codec.bind(cls, self._started_by(handler) if cls is m.StartApi else handler)

    def _start(self) -> None:
        self.phase = Phase.STARTED
        if self.on_started is not None:
            self.on_started()
