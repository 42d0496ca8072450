"""The codec of one connection: which message a payload is, and the compiled functions that read and write it.

One `Codec` belongs to a side and a negotiated server version. It picks the framing of the id (decimal text below 201,
four bytes from there on), and text or protobuf: when writing by the message's threshold, when reading only by the id.
Functions are compiled when first needed and shared between codecs of the same version.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum
from struct import error as StructError
from typing import Any, Final

from ibnb.errors import DecodeError, FieldError, LocalProtocolError, ServerTooOld
from ibnb.wire import versions as V
from ibnb.wire.compiler import Code, locate
from ibnb.wire.protogen import proto_decoder, proto_encoder, record_decoder
from ibnb.wire.rows import Rows
from ibnb.wire.schema import REPLIES, REQUESTS, SPECS, Direction, Message, MessageSpec
from ibnb.wire.textgen import SPLIT_LIMIT, text_column_reader, text_decoder, text_encoder, text_row_reader

PROTO_OFFSET: Final = 200
"""A protobuf message travels under its id plus this."""
MAX_UNKNOWN_IDS: Final = 1000
"""So many unknown ids are told apart: a peer that sends noise must not fill the memory."""


class Side(Enum):
    """Which end of the connection this is."""

    CLIENT = "client"
    SERVER = "server"


_CODES: Final[dict[tuple[type, str, bool, int], Code]] = {}


def decoder_code(cls: type, proto: bool, version: int) -> Code:
    """Return the compiled decoder factory of a message, made on first use."""
    key = (cls, "decode", proto, version)
    if key not in _CODES:
        _CODES[key] = (proto_decoder if proto else text_decoder)(SPECS[cls], version)
    return _CODES[key]


def encoder_code(cls: type, proto: bool, version: int) -> Code:
    """Return the compiled encoder factory of a message, made on first use."""
    key = (cls, "encode", proto, version)
    if key not in _CODES:
        _CODES[key] = (proto_encoder if proto else text_encoder)(SPECS[cls], version)
    return _CODES[key]


def row_reader(rows: Rows) -> Callable[[int], Any]:
    """Return the function from a row's number to its object; it raises DecodeError, as decoding the message does."""
    if rows.encoding == "text":
        read, fields, width = _text_row(id(rows.spec.record), rows), rows.fields(), rows.width

        def read_text(k: int) -> Any:
            try:
                return read(fields, k * width)
            except Exception as error:
                raise _row_error(rows, k, error) from error

        return read_text
    parse, payload, places = record_decoder(rows.spec.record, Direction.REPLY), rows.payload, rows.places()
    new = (lambda: None) if rows.spec.record.by_keyword else rows.spec.record.new

    def read_proto(k: int) -> Any:
        start, stop = places[k]
        try:
            return parse(new(), payload, start, stop, _skip_quietly)
        except Exception as error:
            raise _row_error(rows, k, error) from error

    return read_proto


def column_reader(rows: Rows) -> tuple[Sequence[Any], ...]:
    """Return the columns of all rows; it raises DecodeError, as decoding the message does."""
    if rows.encoding == "text":
        key = id(rows.spec.record)
        if key not in _columns_read:
            _columns_read[key] = text_column_reader(rows.spec).factory
        try:
            columns: tuple[Sequence[Any], ...] = _columns_read[key](rows.fields())
        except Exception:  # noqa: BLE001  row by row it is told which one it was
            pass
        else:
            return columns
    objects = list(rows)
    return tuple([getattr(found, name) for found in objects] for name in rows.spec.record.cls.__annotations__)


def _row_error(rows: Rows, k: int, error: Exception) -> DecodeError:
    """Return the error of a row that cannot be read."""
    failure = locate(error)
    if failure is None:
        raise error
    message, path, version = rows.spec.origin
    reason = f"not {failure.expected}" if failure.expected else str(error)
    return DecodeError(message, version, f"{path}[{k}].{failure.path}", failure.raw, None, reason)


_rows_read: dict[int, Callable[[list[bytes], int], Any]] = {}
_columns_read: dict[int, Callable[[list[bytes]], Any]] = {}


def _text_row(key: int, rows: Rows) -> Callable[[list[bytes], int], Any]:
    if key not in _rows_read:
        _rows_read[key] = text_row_reader(rows.spec).factory
    return _rows_read[key]


def _skip_quietly(p: bytes, i: int, n: int) -> int:
    from ibnb.wire.proto import skip

    return skip(p, i, n)


class DecoderTable(dict[bytes, Callable[..., Any]]):
    """Id bytes -> decoder; entries are compiled when first looked up, unknown ids give a function that does nothing."""

    def __init__(self, codec: "Codec") -> None:
        super().__init__()
        self._codec = codec

    def __missing__(self, key: bytes) -> Callable[..., Any]:
        decode = self._codec.decoder(key)
        if decode is None:
            self._codec.count_unknown(key)
            return _ignore
        self[key] = decode
        return decode


def _ignore(*_: Any) -> None:
    """Take a message of an unknown id, which the table has counted."""


class Codec:
    """Reads and writes the messages of one connection.

    Args:
        side: Which end this is; a client writes requests and reads replies.
        server_version: The negotiated version.
        sink: Given every message that is not bound; without it decoders return the message.

    Attributes:
        table: Id as it stands in the payload -> decoder. Below 201 the key is the first text field and the decoder is
            called with (fields split at most SPLIT_LIMIT times, payload), from 201 on the key is the first four bytes
            and it is called with (payload).
        classic: Whether ids are text (server version below 201).
        unknown_ids: How often each unknown id came.
        surplus_fields: How many text fields or protobuf fields came that the layouts do not know.
    """

    def __init__(self, side: Side, server_version: int, sink: Callable[[Message], Any] | None = None) -> None:
        self.side = side
        self.server_version = server_version
        self.classic = server_version < V.PROTOBUF
        self.unknown_ids: Counter[int | bytes] = Counter()
        self.surplus_fields = 0
        self.table = DecoderTable(self)
        self._incoming = REPLIES if side is Side.CLIENT else REQUESTS
        self._outgoing = Direction.REQUEST if side is Side.CLIENT else Direction.REPLY
        self._sink = sink
        self._closed = False
        self._bound: dict[type, Callable[..., Any]] = {}
        self._writers: dict[type, Callable[[Any], bytes]] = {}

    # ---- decoding ----

    def bind(self, cls: type, make: Callable[..., Any]) -> None:
        """Have the decoder of a message call `make(*fields in class order)` instead of building the class.

        Raises:
            LocalProtocolError: This side does not receive that message.
        """
        spec = SPECS.get(cls)
        if spec is None or self._incoming.get(spec.msg_id) is not spec:
            raise LocalProtocolError(f"a {self.side.value} does not receive {cls.__name__}")
        self._bound[cls] = make
        for key in (self.key(spec.msg_id), self.key(spec.msg_id + PROTO_OFFSET)):
            self.table.pop(key, None)

    def key(self, wire_id: int) -> bytes:
        """Return an id as it stands at the front of a payload."""
        return b"%d" % wire_id if self.classic else wire_id.to_bytes(4, "big")

    def decoder(self, key: bytes) -> Callable[..., Any] | None:
        """Return the decoder for the id at the front of a payload, None for an unknown id."""
        spec, proto = self.spec_of(key)
        if self._closed:
            return _ignore
        if spec is None:
            return None
        factory = decoder_code(spec.cls, proto, self.server_version).factory
        decode: Callable[..., Any] = factory(self._make(spec.cls), self._skip if proto else self._count)
        return decode

    def spec_of(self, key: bytes) -> tuple[MessageSpec | None, bool]:
        """Return the message of an id at the front of a payload, and whether it is protobuf."""
        wire_id = self._wire_id(key)
        if wire_id is None:
            return None, False
        proto = wire_id > PROTO_OFFSET
        spec = self._incoming.get(wire_id - PROTO_OFFSET if proto else wire_id)
        if spec is None or (spec.proto if proto else spec.text) is None or (proto and self.classic):
            return None, proto
        return spec, proto

    def decode(self, payload: bytes) -> Any:
        """Return the message of a payload (or what the bound function returns); None for an unknown id.

        Raises:
            DecodeError: A field cannot be read.
        """
        try:
            return self._run(payload)
        except Exception as error:
            result = self.explain(error, payload)
            if isinstance(result, DecodeError):
                raise result from error
            return result

    def explain(self, error: Exception, payload: bytes) -> Any:
        """Make sense of an exception that a decoder raised.

        Returns:
            The DecodeError that names the field; or, after text with bytes that are no UTF-8, whatever decoding with
            those bytes escaped gives.

        Raises:
            Exception: The error itself, if it came from a bound function and not from decoding.
        """
        failure = locate(error)
        if failure is None:
            raise error
        spec, proto = self.spec_of(self._key_of(payload))
        if isinstance(error, UnicodeDecodeError) and not proto:
            head = b"" if self.classic else payload[:4]
            body = payload[len(head) :].decode("utf-8", "backslashreplace").encode()
            return self.decode(head + body)
        req_id = _known_id(spec, failure.path, failure.locals) if spec else None
        if isinstance(error, IndexError) and not proto:
            reason = "the message ends before it"
        else:
            reason = f"not {failure.expected}" if failure.expected else str(error)
        name = spec.name if spec else "message"
        return DecodeError(name, self.server_version, failure.path, failure.raw, req_id, reason)

    def close(self) -> None:
        """Deliver nothing more, even to a loop that is running."""
        self._closed = True
        self.table.clear()

    def count_unknown(self, key: bytes) -> None:
        """Count a message whose id is unknown; past MAX_UNKNOWN_IDS different ones, further ids count as b"others"."""
        wire_id = self._wire_id(key)
        name = key[:16] if wire_id is None else wire_id
        if name not in self.unknown_ids and len(self.unknown_ids) >= MAX_UNKNOWN_IDS:
            name = b"others"
        self.unknown_ids[name] += 1

    def _run(self, payload: bytes) -> Any:
        if self.classic:
            fields = payload.split(b"\0", SPLIT_LIMIT)
            return self.table[fields[0]](fields, payload)
        return self.table[payload[:4]](payload)

    def _key_of(self, payload: bytes) -> bytes:
        return payload.split(b"\0", 1)[0] if self.classic else payload[:4]

    def _wire_id(self, key: bytes) -> int | None:
        if not self.classic:
            return int.from_bytes(key, "big") if len(key) == 4 else None
        return int(key) if key.isdigit() and len(key) < 10 else None

    def _make(self, cls: type) -> Callable[..., Any]:
        bound = self._bound.get(cls)
        if bound is not None:
            return bound
        sink = self._sink
        if sink is None:
            return cls
        return lambda *values: sink(cls(*values))

    def _count(self, surplus: int) -> None:
        if surplus < 0:
            raise IndexError("fields are missing")
        self.surplus_fields += surplus

    def _skip(self, p: bytes, i: int, n: int) -> int:
        self.surplus_fields += 1
        return _skip_quietly(p, i, n)

    # ---- encoding ----

    def encode(self, message: Message) -> bytes:
        """Return the payload of a message, without the length in front.

        Raises:
            FieldError: A value does not fit its field.
            ServerTooOld: The server does not know the message.
            LocalProtocolError: This side does not send it.
        """
        cls = message.__class__
        writer = self._writers.get(cls)
        if writer is None:
            writer = self._writers[cls] = self._writer(cls)
        try:
            return writer(message)
        except (ArithmeticError, AttributeError, LookupError, StructError, TypeError, ValueError) as error:
            failure = locate(error)
            if failure is None:
                raise
            value = _value_at(message, failure.path)
            raise FieldError(cls.__name__, failure.path, value, failure.expected or str(error)) from error

    def _writer(self, cls: type) -> Callable[[Any], bytes]:
        spec = SPECS.get(cls)
        if spec is None or spec.direction is not self._outgoing:
            raise LocalProtocolError(f"a {self.side.value} does not send {cls.__name__}")
        if self.server_version < spec.min_version:
            raise ServerTooOld(cls.__name__, spec.min_version, self.server_version)
        proto = spec.uses_proto(self.server_version)
        encode = encoder_code(cls, proto, self.server_version).factory()
        head = self.key(spec.msg_id + PROTO_OFFSET * proto)
        if proto:
            return lambda message: bytes(head + encode(message))
        if self.classic:
            head += b"\0"
        plain = self.side is Side.CLIENT

        def write(message: Any) -> bytes:
            fields = encode(message)
            try:
                text = "\0".join(fields)
            except TypeError:
                fields = ["" if field is None else str(field) for field in fields]
                text = "\0".join(fields)
            if text.count("\0") != max(len(fields) - 1, 0) or (plain and _FORBIDDEN.search(text)):
                raise _forbidden(message, fields, plain)
            return head + text.encode() + b"\0" if fields else head

        return write


def _known_id(spec: MessageSpec, failed: str, variables: dict[str, Any]) -> int | None:
    """Return the request or order that a message belongs to, if that was read before another field failed."""
    first = spec.names[0] if spec.names else ""
    found = None
    if first in ID_NAMES and failed != first:
        found = variables.get(first)
    elif "order" in spec.names and failed != "order.orderId":
        found = getattr(variables.get("order"), "orderId", None) or None
    return found if isinstance(found, int) else None


_FORBIDDEN: Final = re.compile(r"[^\0\t\n\r\x20-\x7e]")
ID_NAMES: Final = frozenset({"reqId", "tickerId", "requestId", "orderId"})


def _forbidden(message: Message, fields: Sequence[str], plain: bool) -> FieldError:
    """Return the error of a text that would break the message (TWS answers 579 to such)."""
    bad = next((f for f in fields if "\0" in f or (plain and _FORBIDDEN.search(f))), "")
    path = next((name for name in _paths(message) if _value_at(message, name) == bad), "")
    return FieldError(
        type(message).__name__, path, bad, "printable ASCII, tab or line break, since TWS takes no other text"
    )


def _paths(message: Message) -> list[str]:
    """Return the paths of all fields of a message, one level deep."""
    result = []
    for name in SPECS[type(message)].names:
        result.append(name)
        result += [f"{name}.{inner}" for inner in getattr(getattr(message, name), "__dataclass_fields__", ())]
    return result


def _value_at(message: Any, path: str) -> Any:
    """Return the value at a path of a message, or the message itself where the path ends early."""
    value = message
    for step in path.split("."):
        try:
            value = getattr(value, step)
        except AttributeError:
            return value if value is not message else None
    return value
