"""Everything that ibnb raises, and what the codes of TWS mean.

Each class keeps what it is about as attributes and says in its text what happened, to which object, with which values,
and what to do next. `CODES` maps the codes of TWS to a `CodeInfo`; `is_warning`, `ends_request` and `ends_order` say
how a code is to be taken, and `error_for` makes the error that fits it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibnb.contract import Contract
    from ibnb.errorcodes import CODES, CodeInfo

__all__ = [
    "CODES",
    "ClientIdInUse",
    "CodeInfo",
    "ConnectionLost",
    "DecodeError",
    "FieldError",
    "FlexError",
    "FrameTooLarge",
    "HandshakeFailed",
    "IbnbError",
    "LocalProtocolError",
    "MarketDataNotSubscribed",
    "NoSecurityDefinition",
    "NotConnected",
    "OrderRejected",
    "PacingViolation",
    "ProtocolError",
    "RemoteProtocolError",
    "RequestError",
    "RequestTimeout",
    "ServerTooOld",
    "SimulatorError",
    "UnknownRequestError",
    "WidgetError",
    "ends_order",
    "ends_request",
    "error_for",
    "is_warning",
]


def __getattr__(name: str) -> Any:
    if name in ("CODES", "CodeInfo"):  # the table is read when somebody looks
        from ibnb import errorcodes

        return getattr(errorcodes, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class IbnbError(Exception):
    """Base of all errors of this package."""


# ---- protocol


class ProtocolError(IbnbError):
    """One of the two ends broke the rules of the TWS protocol."""


class LocalProtocolError(ProtocolError):
    """What this end was asked to send cannot be sent."""


class FieldError(LocalProtocolError):
    """A value of an outgoing message does not fit its field.

    Attributes:
        message: Name of the message.
        field: Path of the field in it, such as `order.lmtPrice`.
        value: The value.
        expected: What the field takes.
    """

    def __init__(self, message: str, field: str, value: Any, expected: str) -> None:
        super().__init__(message, field, value, expected)
        self.message = message
        self.field = field
        self.value = value
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.message}: field {self.field!r} is {self.value!r}, but must be {self.expected}"


class ServerTooOld(LocalProtocolError):
    """The TWS or gateway at the other end does not know a request or a field.

    Attributes:
        feature: What was asked for.
        need: Least server version that knows it.
        have: Server version of the connection.
    """

    def __init__(self, feature: str, need: int, have: int) -> None:
        super().__init__(feature, need, have)
        self.feature = feature
        self.need = need
        self.have = have

    def __str__(self) -> str:
        return (
            f"{self.feature} needs server version {self.need}, this connection has {self.have}; "
            "update TWS or the gateway, or do without it"
        )


class RemoteProtocolError(ProtocolError):
    """The other end sent something that is not the TWS protocol."""


class DecodeError(RemoteProtocolError):
    """A field of an incoming message cannot be read; only the request it answers fails.

    Attributes:
        message: Name of the message.
        server_version: Server version of the connection.
        field: Path of the field that could not be read, empty if the message as a whole is at fault.
        raw: What was found there, or the payload.
        reqId: Request or order the message answers, None if that is not known.
        reason: What was expected.
    """

    def __init__(
        self,
        message: str,
        server_version: int,
        field: str,
        raw: Any,
        reqId: int | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message, server_version, field, raw, reqId, reason)
        self.message = message
        self.server_version = server_version
        self.field = field
        self.raw = raw
        self.reqId = reqId
        self.reason = reason

    def __str__(self) -> str:
        raw = repr(self.raw)
        if len(raw) > 80:
            raw = f"{raw[:77]}..."
        where = f"field {self.field!r} is {raw}" if self.field else f"cannot read {raw}"
        why = f", {self.reason}" if self.reason else ""
        request = "" if self.reqId is None else f" [reqId {self.reqId}]"
        return f"{self.message} at server version {self.server_version}: {where}{why}{request}"


class FrameTooLarge(RemoteProtocolError):
    """A frame announces more bytes than any message has, so the stream is out of step or not TWS's.

    Attributes:
        size: Bytes announced.
        limit: Bytes allowed.
    """

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(size, limit)
        self.size = size
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"a frame of {self.size} bytes was announced, the limit is {self.limit}; "
            "check that host and port belong to TWS or a gateway"
        )


# ---- connection


class ConnectionLost(IbnbError, ConnectionError):
    """The connection ended while something was waiting for an answer."""


class NotConnected(ConnectionLost):
    """Something needs a connection and there is none.

    Attributes:
        operation: What was asked for, empty if that is not known.
    """

    def __init__(self, operation: str = "") -> None:
        super().__init__(operation)
        self.operation = operation

    def __str__(self) -> str:
        return f"{self.operation + ': ' if self.operation else ''}not connected; call ib.connect() first"


class HandshakeFailed(ConnectionLost):
    """The other end took the connection but did not get as far as answering requests.

    Attributes:
        reason: What happened.
        host: Host of the attempt.
        port: Port of the attempt.
    """

    def __init__(self, reason: str, host: str = "", port: int = 0) -> None:
        super().__init__(reason, host, port)
        self.reason = reason
        self.host = host
        self.port = port

    def __str__(self) -> str:
        place = f" with {self.host}:{self.port}" if self.host else ""
        return (
            f"no session{place}: {self.reason}; check that it is TWS or a gateway, that the API is enabled there, "
            "and that this computer is among the trusted IPs"
        )


class ClientIdInUse(ConnectionLost):
    """Another client is connected under the same clientId.

    Attributes:
        clientId: The id.
        host: Host of the attempt.
        port: Port of the attempt.
    """

    def __init__(self, clientId: int, host: str = "", port: int = 0) -> None:
        super().__init__(clientId, host, port)
        self.clientId = clientId
        self.host = host
        self.port = port

    def __str__(self) -> str:
        place = f" to {self.host}:{self.port}" if self.host else ""
        return f"clientId {self.clientId} is already connected{place}; pass another clientId or disconnect it"


# ---- requests


class RequestError(IbnbError):
    """TWS answered a request with an error.

    Attributes:
        reqId: Id of the request or order.
        code: Code of TWS.
        message: Text of TWS.
        contract: Contract of the request, None if it has none.
        advice: What to do about it, empty if that is not known.
    """

    def __init__(self, reqId: int, code: int, message: str, contract: Contract | None = None, advice: str = "") -> None:
        super().__init__(reqId, code, message, contract, advice)
        self.reqId = reqId
        self.code = code
        self.message = message
        self.contract = contract
        self.advice = advice

    def __str__(self) -> str:
        about = "" if self.contract is None else f" ({self.contract!r})"
        advice = f"; {self.advice}" if self.advice else ""
        return f"[reqId {self.reqId}] API error: {self.code}: {self.message}{about}{advice}"


class NoSecurityDefinition(RequestError):
    """TWS knows no such contract, or more than one."""


class MarketDataNotSubscribed(RequestError):
    """The account has no subscription for the data."""


class PacingViolation(RequestError):
    """Too many requests in too little time."""


class OrderRejected(RequestError):
    """TWS or the exchange refused an order or a change of it."""


class UnknownRequestError(RequestError):
    """TWS answered a request with a code that is not in `CODES`."""


class RequestTimeout(IbnbError, TimeoutError):
    """A request got no answer in time.

    Attributes:
        request: What was asked for.
        timeout_s: How long it was waited for, in seconds.
    """

    def __init__(self, request: str, timeout_s: float) -> None:
        super().__init__(request, timeout_s)
        self.request = request
        self.timeout_s = timeout_s

    def __str__(self) -> str:
        return f"no answer to {self.request} within {self.timeout_s:g} s; ask again or give it more time"


# ---- others


class SimulatorError(IbnbError):
    """The simulated gateway was asked for something that it cannot do."""


class FlexError(IbnbError):
    """A flex report could not be had or read."""


class WidgetError(IbnbError):
    """A table or chart was asked for something that it cannot show."""


# ---- what a code does

# Codes outside 2100..2199 that ib_async takes as warnings.
_WARNINGS = frozenset({105, 110, 165, 321, 329, 399, 404, 434, 492, 10167})

# Warnings and notices that answer a request all the same: validation failed, the scanner found nothing, a preview is
# cancelled.
_ENDING_WARNINGS = frozenset({110, 165, 202, 321, 434})

# Errors after which a request goes on: the rest of the data follows, or the client has to act (reset book, ask again).
_INFORMING_ERRORS = frozenset({317, 10182, 10225})

# Warnings that reject an order which TWS has not taken yet.
_REJECTING_WARNINGS = frozenset({110, 321, 434})

# Errors about a change or a cancel that came too late; the order itself goes on or has told its end already.
_TOO_LATE = frozenset({104, 134, 136, 161, 10148})

_NOT_SUBSCRIBED = frozenset({354, 10089, 10090, 10091, 10167, 10168, 10186})


def is_warning(code: int) -> bool:
    """Tell whether a code is a warning: 2100 to 2199, and those that ib_async takes as such."""
    return 2100 <= code < 2200 or code in _WARNINGS


def _is_notice(code: int) -> bool:
    """Tell whether a code only tells something."""
    from ibnb.errorcodes import CODES

    info = CODES.get(code)
    return is_warning(code) or (info is not None and info.kind not in ("error", "client"))


def ends_request(code: int) -> bool:
    """Tell whether an error with the id of a request means that no (further) answer to that request will come.

    True for errors, among them codes that are not known, and for 110, 165, 202, 321 and 434. False for notices
    such as 10167 (delayed data follows), 317 (clear the book and go on) and 10225 (ask for the bars again).
    """
    if code in _ENDING_WARNINGS:
        return True
    return code not in _INFORMING_ERRORS and not _is_notice(code)


def ends_order(code: int, status: str = "") -> bool:
    """Tell whether an error with the id of an order means that the order is dead.

    Notices and warnings never end an order that TWS has taken (among them 399, 404, 492 and 10349, time in force
    changed), nor do errors about a change or cancel that came too late.

    Args:
        code: Code of TWS.
        status: Status of the order; in PendingSubmit also the warnings 110, 321 and 434 reject it.
    """
    if code == 202:
        return True
    if code in _REJECTING_WARNINGS:
        return status == "PendingSubmit"
    return code not in _TOO_LATE and not _is_notice(code)


def error_for(reqId: int, code: int, text: str, contract: Contract | None = None) -> RequestError:
    """Return the error that fits a code and text of TWS, with advice.

    Args:
        reqId: Id of the request or order.
        code: Code of TWS.
        text: Text of TWS; codes 162, 322 and 420 stand for several things, which it tells apart.
        contract: Contract of the request.
    """
    from ibnb.errorcodes import CODES

    info = CODES.get(code)
    words = text.lower()
    cls: type[RequestError] = RequestError
    if info is None:
        cls = UnknownRequestError
    elif code == 200:
        cls = NoSecurityDefinition
    elif code == 100 or (code in (162, 322, 420) and "pacing" in words):
        cls = PacingViolation
    elif code in _NOT_SUBSCRIBED or (
        code in (162, 420, 10187, 10189) and ("permission" in words or "subscri" in words)
    ):
        cls = MarketDataNotSubscribed
    elif info.subject == "order":
        cls = OrderRejected
    return cls(reqId, code, text, contract, info.advice if info else "read the text")
