"""The official client as a witness, in this process: what it writes for a request, what it reads in a reply."""

from __future__ import annotations

import dataclasses
import inspect
from decimal import Decimal
from typing import Any

import ibapi.contract
import ibapi.decoder
import ibapi.execution
import ibapi.order
import ibapi.order_cancel
import ibapi.order_condition
import ibapi.scanner
import ibapi.softdollartier
import ibapi.tag_value
from ibapi.client import EClient
from ibapi.common import WshEventData
from ibapi.wrapper import EWrapper

from ibnb.contract import ComboLeg, Contract, DeltaNeutralContract, TagValue
from ibnb.objects import ExecutionFilter, ScannerSubscription, SoftDollarTier
from ibnb.objects import WshEventData as WshFilter
from ibnb.order import Order, OrderCancel, OrderComboLeg, OrderCondition
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m
from ibnb.wire.fields import decimal_text

CLASSES: dict[type, Any] = {
    Contract: ibapi.contract.Contract,
    ComboLeg: ibapi.contract.ComboLeg,
    DeltaNeutralContract: ibapi.contract.DeltaNeutralContract,
    Order: ibapi.order.Order,
    OrderComboLeg: ibapi.order.OrderComboLeg,
    OrderCancel: ibapi.order_cancel.OrderCancel,
    SoftDollarTier: lambda: ibapi.softdollartier.SoftDollarTier("", "", ""),
    ExecutionFilter: ibapi.execution.ExecutionFilter,
    ScannerSubscription: ibapi.scanner.ScannerSubscription,
    WshFilter: WshEventData,
}
RENAMED = {"faData": "faData", "tickerId": "reqId", "conid": "conId", "clientId": "clientId"}


class Socket:
    """Takes the place of the connection and keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def isConnected(self) -> bool:
        """Always."""
        return True

    def sendMsg(self, message: bytes) -> None:
        """Keep the payload of a frame."""
        assert int.from_bytes(message[:4], "big") == len(message) - 4
        self.sent.append(message[4:])


class Errors(EWrapper):
    """Keeps the errors that the client raises itself."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[tuple[int, str]] = []

    def error(self, reqId: int, errorTime: int, errorCode: int, errorString: str, *_: Any) -> None:
        """Keep code and text."""
        self.codes.append((errorCode, errorString))


def client(version: int) -> tuple[EClient, Socket, Errors]:
    """Return a client that believes to be connected to a server of that version."""
    errors, socket = Errors(), Socket()
    it = EClient(errors)
    it.conn, it.serverVersion_, it.extraAuth = socket, version, True
    it.setConnState(EClient.CONNECTED)
    it.clientId, it.optCapab = 0, ""
    return it, socket, errors


def official(value: Any) -> Any:
    """Return the official counterpart of a value of our model."""
    if isinstance(value, OrderCondition):
        return condition(value)
    if isinstance(value, TagValue):
        return ibapi.tag_value.TagValue(value.tag, value.value)
    if isinstance(value, list):
        return [official(item) for item in value]
    make = CLASSES.get(type(value))
    if make is None:
        return value
    result = make()
    for name, held in vars(value).items() if hasattr(value, "__dict__") else dataclasses.asdict(value).items():
        if hasattr(result, name):
            setattr(result, name, official(held))
    if isinstance(value, Contract):
        result.strike = value.strike or UNSET_DOUBLE  # 0.0 is "not given" in our model
    if isinstance(value, ExecutionFilter):
        result.specificDates = value.specificDates or None
    if isinstance(value, Order):
        result.totalQuantity = Decimal(decimal_text(value.totalQuantity))
        result.routeMarketableToBbo = value.routeMarketableToBbo or None  # False is "not given" in our model
    return result


def condition(ours: Any) -> Any:
    """Return the official counterpart of a condition."""
    theirs = ibapi.order_condition.Create(ours.condType)
    theirs.isConjunctionConnection = ours.conjunction == "a"
    for name, held in vars(ours).items():
        target = {"exch": "exchange"}.get(name, name)
        if name not in ("condType", "conjunction"):
            setattr(theirs, target, held)
    return theirs


def send(message: m.Message, version: int) -> tuple[bytes | None, list[tuple[int, str]]]:
    """Return the payload that the official client sends for a request (None if it refuses), and its own errors."""
    it, socket, errors = client(version)
    spec = m.spec(type(message))
    method = getattr(it, spec.source.split(".")[1])
    if isinstance(message, m.StartApi):
        it.clientId, it.optCapab = message.clientId, message.optionalCapabilities
        method()
    else:
        given = {name: getattr(message, name) for name in spec.names}
        names = list(inspect.signature(method).parameters)
        args = []
        for name in names:
            own = name if name in given else RENAMED[name]
            args.append(official(given[own]))
        method(*args)
    return (socket.sent[0] if socket.sent else None), errors.codes


class Calls(EWrapper):
    """Keeps all callbacks with their arguments."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name in ("calls",) or not callable(getattr(EWrapper, name, None)):
            return object.__getattribute__(self, name)
        calls = object.__getattribute__(self, "calls")
        signature = inspect.signature(getattr(EWrapper, name))

        def record(*args: Any, **kwargs: Any) -> None:
            bound = signature.bind(self, *args, **kwargs)
            bound.apply_defaults()
            calls.append((name, {k: v for k, v in bound.arguments.items() if k != "self"}))

        return record


def receive(payload: bytes, version: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the plain callbacks (those without protobuf objects) that the official decoder makes of a payload."""
    calls = Calls()
    decoder = ibapi.decoder.Decoder(calls, version)
    if version >= 201:
        wire_id = int.from_bytes(payload[:4], "big")
        if wire_id > 200:
            decoder.processProtoBuf(payload[4:], wire_id - 200)
        else:
            decoder.interpret(tuple(payload[4:].split(b"\0")[:-1]), wire_id)
    else:
        fields = payload.split(b"\0")[:-1]
        decoder.interpret(tuple(fields[1:]), int(fields[0]))
    return [(name, args) for name, args in calls.calls if not name.endswith("ProtoBuf")]
