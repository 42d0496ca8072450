"""Requests as text: the engine's `send` and `sendMsg`, for programs that write ib_async's messages themselves."""

from __future__ import annotations

import math
from typing import Any

from ibnb.api.wirecalls import WireCalls
from ibnb.contract import Contract
from ibnb.errors import LocalProtocolError, NotConnected
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import catalogue as m
from ibnb.wire.codec import Codec, Side

CONTRACT_FIELDS = (
    "conId",
    "symbol",
    "secType",
    "lastTradeDateOrContractMonth",
    "strike",
    "right",
    "multiplier",
    "exchange",
    "primaryExchange",
    "currency",
    "localSymbol",
    "tradingClass",
)


class TextCalls(WireCalls):
    """Methods that take a request's fields."""

    clientId: int
    optCapab: str

    def serverVersion(self) -> int:
        """Return the negotiated server version, 0 without a connection."""
        raise LookupError("TextCalls is mixed into Client")

    def send(self, *fields: Any, makeEmpty: bool = True) -> None:
        """Send a message given as its fields, the id first; see `sendMsg`.

        Args:
            makeEmpty: Write unset numbers as empty fields.
        """
        self.sendMsg("".join(f"{_text(field, make_empty=makeEmpty)}\0" for field in fields))

    def sendMsg(self, msg: str) -> None:
        """Send a message given as text: fields ended by NUL, the id first, in the layout of `serverVersion()`.

        It goes out in the encoding that this server wants. Raises NotConnected, DecodeError, LocalProtocolError.
        """
        version = self.serverVersion()
        if not version:
            raise NotConnected("sendMsg")
        codec = Codec(Side.SERVER, version)
        number, _, fields = msg.encode().partition(b"\0")
        key = codec.key(int(number)) if number.isdigit() else b""
        message = codec.decode(key + (b"\0" if codec.classic else b"") + fields) if key else None
        if message is None:
            raise LocalProtocolError(f"{number.decode()!r} is not the id of a request")
        self.sendMessage(message)

    def startApi(self) -> None:
        """Tell the gateway who we are. Connecting does it; repeating it changes nothing."""
        self.sendMessage(m.StartApi(self.clientId, self.optCapab))


def _text(value: Any, *, make_empty: bool) -> str:
    """Write one field as text, as ib_async does."""
    if value is None or (make_empty and value in (UNSET_INTEGER, UNSET_DOUBLE)):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Contract):
        return "\0".join(str(getattr(value, name)) for name in CONTRACT_FIELDS)
    if isinstance(value, list):
        return "".join(f"{pair.tag}={pair.value};" for pair in value)
    return "Infinity" if value == math.inf else str(value)
