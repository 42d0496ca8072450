"""Where the request id stands in a payload of the server, so that it can be read and replaced without decoding.

In text it is the first field behind the message id and the VERSION field, in protobuf field 1. Messages about orders
that carry the order's id inside an object (openOrder, orderBound) have no such place.
"""

from typing import Final

from ibnb.wire import proto
from ibnb.wire.codec import ID_NAMES, Codec, Side
from ibnb.wire.layout import Const
from ibnb.wire.schema import MessageSpec

_TAG: Final = 1 << 3 | proto.VARINT


class IdPlaces:
    """Reads and replaces the ids of what a server of one version sends."""

    def __init__(self, server_version: int) -> None:
        self._codec = Codec(Side.CLIENT, server_version)
        self._classic = self._codec.classic
        self._known: dict[bytes, tuple[MessageSpec | None, bool, int | None]] = {}

    def spec(self, payload: bytes) -> MessageSpec | None:
        """Return the message of a payload, None for an unknown one."""
        return self._place(payload)[0]

    def read(self, payload: bytes) -> int | None:
        """Return the id; None if the message has none, leaves it out, or it cannot be read."""
        _, is_proto, index = self._place(payload)
        if index is None:
            return None
        try:
            if is_proto:
                return proto.varint(payload, 5)[0] if payload[4] == _TAG else None
            return int(self._text(payload).split(b"\0", index + 1)[index])
        except (IndexError, ValueError):
            return None

    def write(self, payload: bytes, new: int) -> bytes:
        """Return the payload with another id; unchanged if `read` finds none in it."""
        if self.read(payload) is None:
            return payload
        _, is_proto, index = self._place(payload)
        if is_proto:
            stop = proto.varint(payload, 5)[1]
            return payload[:5] + proto.pack_varint(new) + payload[stop:]
        assert index is not None
        parts = self._text(payload).split(b"\0", index + 1)
        parts[index] = b"%d" % new
        return payload[: 0 if self._classic else 4] + b"\0".join(parts)

    def _text(self, payload: bytes) -> bytes:
        return payload if self._classic else payload[4:]

    def _place(self, payload: bytes) -> tuple[MessageSpec | None, bool, int | None]:
        """Return message, encoding, and the index of the id among the text fields (0 in protobuf; None = no id)."""
        key = payload.split(b"\0", 1)[0] if self._classic else payload[:4]
        place = self._known.get(key)
        if place is None:
            spec, is_proto = self._codec.spec_of(key)
            index = None if spec is None else self._index(spec, is_proto)
            place = self._known[key] = spec, is_proto, index
        return place

    def _index(self, spec: MessageSpec, is_proto: bool) -> int | None:
        if not spec.names or spec.names[0] not in ID_NAMES:
            return None
        if is_proto:
            return 0
        version = self._codec.server_version
        assert spec.text is not None
        constants = [word for word in spec.text[:1] if isinstance(word, Const) and word.at(version)]
        return len(constants) + self._classic
