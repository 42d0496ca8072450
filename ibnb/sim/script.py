"""What a recorded connection says about cause and effect: which request each frame of the server answers.

TWS says it for replies with a request id; for the others it follows from their type (`ANSWERS`), for messages about
orders from the order's id. Frames that nothing asked for (notices, changes of orders made elsewhere) have no request;
those whose request came before the recording began are `strays`. Changes nothing and knows no clock; `playback` does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ibnb.errors import DecodeError
from ibnb.wire import catalogue as m
from ibnb.wire.codec import ID_NAMES, Codec, Side
from ibnb.wire.ids import IdPlaces
from ibnb.wire.recording import Frame, Kind, version_of

__all__ = ["Ask", "Script", "content", "id_of", "is_quiet"]

BURST_S: Final = 0.1
"""Frames within this time after the first one belong to the answer of a request that has no end message."""

ANSWERS: Final[dict[type, tuple[type, ...]]] = {
    m.ManagedAccounts: (m.StartApi, m.ReqManagedAccts),
    m.NextValidId: (m.StartApi, m.ReqIds),
    m.Position: (m.ReqPositions,),
    m.PositionEnd: (m.ReqPositions,),
    m.UpdateAccountValue: (m.ReqAccountUpdates,),
    m.UpdatePortfolio: (m.ReqAccountUpdates,),
    m.UpdateAccountTime: (m.ReqAccountUpdates,),
    m.AccountDownloadEnd: (m.ReqAccountUpdates,),
    m.OpenOrderEnd: (m.ReqOpenOrders, m.ReqAllOpenOrders, m.ReqAutoOpenOrders),
    m.CompletedOrder: (m.ReqCompletedOrders,),
    m.CompletedOrdersEnd: (m.ReqCompletedOrders,),
    m.CurrentTime: (m.ReqCurrentTime,),
    m.CurrentTimeInMillis: (m.ReqCurrentTimeInMillis,),
    m.FamilyCodes: (m.ReqFamilyCodes,),
    m.MktDepthExchanges: (m.ReqMktDepthExchanges,),
    m.NewsProviders: (m.ReqNewsProviders,),
    m.UpdateNewsBulletin: (m.ReqNewsBulletins,),
    m.ScannerParameters: (m.ReqScannerParameters,),
    m.ReceiveFA: (m.RequestFA,),
    m.VerifyMessageAPI: (m.VerifyRequest, m.VerifyMessage),
    m.VerifyCompleted: (m.VerifyRequest, m.VerifyMessage),
    m.VerifyAndAuthMessageAPI: (m.VerifyAndAuthRequest, m.VerifyAndAuthMessage),
    m.VerifyAndAuthCompleted: (m.VerifyAndAuthRequest, m.VerifyAndAuthMessage),
}
"""Requests without an id, by the replies that answer them."""

LISTS: Final = (m.ReqOpenOrders, m.ReqAllOpenOrders)
ORDERS: Final = (m.PlaceOrder, m.CancelOrder, m.ExerciseOptions)
"""Requests whose id is an order's."""
OF_ORDERS: Final = (m.OpenOrder, m.OrderStatus, m.OrderBound)
_QUIET: Final = (m.SetServerLogLevel, m.ReqMarketDataType, m.UpdateDisplayGroup, m.UnsubscribeFromGroupEvents)
_MOMENTS: Final = frozenset({"endDateTime", "startDateTime", "execFilter.time"})


@dataclass(eq=False, slots=True)
class Ask:
    """A request of the recorded client.

    Attributes:
        index: Of its frame in the script.
        message: What it asked.
        id: Its request or order id, None if it has none.
        answers: Indexes of the frames that answer it, in order.
        first: How many of these are the answer proper, as opposed to the stream behind it.
    """

    index: int
    message: Any
    id: int | None
    answers: list[int] = field(default_factory=list)
    first: int = 0


class Script:
    """One recorded connection, analysed.

    Args:
        frames: Those of the connection, its greeting first.

    Attributes:
        frames: Those of client and server behind the handshake.
        asks: The request of each frame of the client, None for other frames.
        owners: The request that each frame of the server answers, None if nothing asked for it.
        strays: Indexes of frames that answer requests which are not in the recording.
        requests: All requests in order.
        server_version, connection_time, client_id: Those of the connection.
    """

    def __init__(self, frames: Sequence[Frame]) -> None:
        version = version_of(list(frames))
        if not version:
            raise ValueError(
                "the recorded connection ended before its handshake was complete: there is nothing to serve"
            )
        self.server_version = version
        answer = next(frame.payload for frame in frames if frame.kind is Kind.WELCOME)
        self.connection_time = answer.split(b"\0")[1].decode("utf-8", "replace")
        self.client_id = 0
        self.frames = [frame for frame in frames if frame.kind in (Kind.CLIENT, Kind.SERVER)]
        self.asks: list[Ask | None] = []
        self.owners: list[Ask | None] = []
        self.strays: set[int] = set()
        self.requests: list[Ask] = []
        self.places = IdPlaces(version)
        self._reader = Codec(Side.CLIENT, version)
        self._by_type: dict[type, Ask] = {}
        self._by_id: dict[int, Ask] = {}
        self._by_order: dict[int, Ask] = {}
        self._by_rule: dict[int, Ask] = {}
        self._by_execution: dict[str, Ask | None] = {}
        self._listing: Ask | None = None
        listener = Codec(Side.SERVER, version)
        for index, frame in enumerate(self.frames):
            is_client = frame.kind is Kind.CLIENT
            ask = self._ask(index, frame, listener) if is_client else None
            owner = None if is_client else self._owner(index, frame.payload)
            self.asks.append(ask)
            self.owners.append(owner)
            if owner is not None:
                owner.answers.append(index)
        for ask in self.requests:
            ask.first = self._first(ask)

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame to the last."""
        return (self.frames[-1].time_ns - self.frames[0].time_ns) / 1e9 if self.frames else 0.0

    # -- requests

    def _ask(self, index: int, frame: Frame, listener: Codec) -> Ask | None:
        """Take a frame of the client; None for what cannot be read or asks for nothing."""
        try:
            message = listener.decode(frame.payload)
        except DecodeError:
            return None
        if message is None or is_quiet(message):
            return None
        ask = Ask(index, message, id_of(message))
        self.requests.append(ask)
        kind = type(message)
        if kind is m.StartApi:
            self.client_id = message.clientId
        if kind in LISTS:
            self._listing = ask
        if kind is m.ReqGlobalCancel:
            self._by_order = dict.fromkeys(self._by_order, ask)
        elif kind in ORDERS:
            self._by_order[ask.id or 0] = ask
        elif ask.id is not None:
            self._by_id[ask.id] = ask
        if kind is m.ReqMarketRule:
            self._by_rule[message.marketRuleId] = ask
        self._by_type[kind] = ask
        return ask

    # -- answers

    def _owner(self, index: int, payload: bytes) -> Ask | None:
        """Return the request that a frame answers; a stray is noted."""
        spec = self.places.spec(payload)
        kind = None if spec is None else spec.cls
        if kind is m.MarketRule:
            message = self.read(payload)
            return None if message is None else self._by_rule.get(message.marketRuleId)
        if kind in ANSWERS:
            return self._latest(ANSWERS[kind])
        if kind in OF_ORDERS or kind in (m.ExecDetails, m.CommissionAndFeesReport):
            return self._owner_of_order(payload)
        req_id = self.places.read(payload)
        if req_id is None or req_id == -1:
            return None
        owner = self._by_id.get(req_id)
        if kind is m.Error:  # requests and orders may use the same numbers: the newer one is meant
            both = [ask for ask in (owner, self._by_order.get(req_id)) if ask is not None]
            owner = max(both, key=lambda ask: ask.index) if both else None
        if owner is None:
            self.strays.add(index)
        return owner

    def _latest(self, kinds: tuple[type, ...]) -> Ask | None:
        found = [ask for kind in kinds if (ask := self._by_type.get(kind)) is not None]
        ask = max(found, key=lambda ask: ask.index) if found else None
        if ask is self._listing:
            self._listing = None
        return ask

    def _owner_of_order(self, payload: bytes) -> Ask | None:
        message = self.read(payload)
        if message is None:
            return None
        kind = type(message)
        if kind is m.CommissionAndFeesReport:
            return self._by_execution.get(message.report.execId)
        owner: Ask | None
        if kind is m.ExecDetails:
            owner = self._by_id.get(message.reqId) if message.reqId >= 0 else None
            if owner is None:
                owner = self._own(message.execution.clientId, message.execution.orderId)
            self._by_execution[message.execution.execId] = owner
            return owner
        if self._listing is not None:
            return self._listing
        order = message.order if kind is m.OpenOrder else message
        return self._own(order.clientId, order.orderId)

    def _own(self, client_id: int, order_id: int) -> Ask | None:
        return self._by_order.get(order_id) if client_id == self.client_id else None

    def _first(self, ask: Ask) -> int:
        """Return how many frames are the answer proper: up to the end message, else the first burst."""
        kinds = [self.places.spec(self.frames[i].payload) for i in ask.answers]
        for number, spec in enumerate(kinds, 1):
            if spec is not None and spec.name.endswith("End"):
                return number
        if not ask.answers:
            return 0
        until = self.frames[ask.answers[0]].time_ns + BURST_S * 1e9
        return sum(self.frames[i].time_ns <= until for i in ask.answers)

    def read(self, payload: bytes) -> Any:
        """Return the message of a frame of the server, None if it cannot be read."""
        try:
            return self._reader.decode(payload)
        except DecodeError:
            return None


def id_of(message: Any) -> int | None:
    """Return the request or order id of a request, None if it has none."""
    name = next((name for name in m.spec(type(message)).names if name in ID_NAMES), None)
    return None if name is None else int(getattr(message, name))


def is_quiet(message: Any) -> bool:
    """Tell whether a request gets no answer of its own: cancels of data, settings."""
    kind = type(message)
    if kind is m.ReqAccountUpdates:
        return not message.subscribe
    return kind in _QUIET or (kind.__name__.startswith("Cancel") and kind is not m.CancelOrder)


def content(message: Any, *, loose: bool = False) -> str:
    """Return what a request asks, without its ids, as a text that equal requests share.

    Args:
        message: A request.
        loose: Leave out the moments it names, as programs often say "now".
    """
    spec = m.spec(type(message))
    parts = [spec.name]
    for name in spec.names:
        if name not in ID_NAMES and not (loose and name in _MOMENTS):
            parts.append(f"{name}={_plain(getattr(message, name), name, loose)}")
    return " ".join(parts)


_OWN_FIELDS: Final = frozenset({"orderId", "clientId", "permId", "parentId"})
"""Of an order: what the client's ids decide."""


def _plain(value: Any, path: str, loose: bool) -> str:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in dataclasses.fields(value)]
        left_out = _OWN_FIELDS if path == "order" else frozenset[str]()
        shown = [
            f"{name}={_plain(getattr(value, name), f'{path}.{name}', loose)}"
            for name in names
            if name not in left_out and not (loose and f"{path}.{name}" in _MOMENTS)
        ]
        return f"({', '.join(shown)})"
    if isinstance(value, list):
        return f"[{', '.join(_plain(item, path, loose) for item in value)}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)  # 100 and 100.0 are the same quantity
    return repr(value)
