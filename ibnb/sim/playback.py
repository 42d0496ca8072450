"""Playing a recorded connection to one client: when each frame is due, and under which ids. No socket and no clock of
its own: times are passed in.

The rules. The clock runs at `speed` over the times of the recording, and stands still at the next request of the
recorded client that had an answer, until this client makes it or a later one. Once it has stood for `patience_s` since
this client asked anything, it goes on, and stands no more until there is another request. Frames that answer a request
are sent only to who asked it; who asks late gets what has been missed at once. While the clock stands for more than
`grace_s`, requests that have been made get their answers ahead of time, as a client may wait for one before it goes on.
Requests match when type and content, all but the ids, are equal; where none does, the moments they name may differ. A
request that was recorded once may be made again. One that is not in the recording gets the end of an empty answer where
the protocol has that, else error 321.
"""

from __future__ import annotations

import copy
import logging
import math
from collections import defaultdict
from typing import Any, Final

from ibnb.sim.script import OF_ORDERS, ORDERS, Ask, Script, content, id_of, is_quiet
from ibnb.wire import catalogue as m
from ibnb.wire.codec import Codec, Side

__all__ = ["Playback"]

BUDGET_BYTES: Final = 256 << 10
REFUSED: Final = 321
TICK_S: Final = 1e-9
"""Moments this close are the same: timers round."""
log = logging.getLogger("ibnb.sim")

_ENDS: Final[dict[type, type]] = {
    m.ReqPositions: m.PositionEnd,
    m.ReqOpenOrders: m.OpenOrderEnd,
    m.ReqAllOpenOrders: m.OpenOrderEnd,
    m.ReqCompletedOrders: m.CompletedOrdersEnd,
    m.ReqExecutions: m.ExecDetailsEnd,
    m.ReqAccountUpdatesMulti: m.AccountUpdateMultiEnd,
    m.ReqPositionsMulti: m.PositionMultiEnd,
    m.ReqAccountSummary: m.AccountSummaryEnd,
}
_STOPPED_BY: Final[dict[type, type]] = {
    m.CancelPositions: m.ReqPositions,
    m.CancelNewsBulletins: m.ReqNewsBulletins,
    m.ReqAccountUpdates: m.ReqAccountUpdates,
}


class Playback:
    """One client's replay of a script.

    Args:
        script: What to play.
        speed: Seconds of the recording in a second; `math.inf` waits for requests only.
        grace_s, patience_s: See the module; None for `patience_s` waits for ever.

    Attributes:
        cursor: How many frames of the script are behind us.
        skipped: How many frames were not sent, as nobody asked for them.
    """

    def __init__(
        self, script: Script, speed: float = 1.0, *, grace_s: float = 0.2, patience_s: float | None = 10.0
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self.script = script
        self.speed = speed
        self.cursor = 0
        self.skipped = 0
        self._grace, self._patience = grace_s, math.inf if patience_s is None else patience_s
        self._client_id = script.client_id
        self._started = False
        self._anchor = (0.0, 0.0)  # a moment of ours, and that of the recording
        self._held: Ask | None = None
        self._held_since = 0.0
        self._stood = 0.0  # since the client's last request, before what holds us now
        self._ids: dict[Ask, list[int | None]] = {}  # who gets the answers of a request; known = has been asked
        self._passed: set[Ask] = set()
        self._latest = -1  # index of the latest request that has been made
        self._ahead: set[int] = set()  # frames sent before their turn
        self._orders: dict[int, int] = {}  # ids of recorded orders -> of this client's
        self._out: list[bytes] = []
        self._writer = Codec(Side.SERVER, script.server_version)
        self._by_content: dict[str, list[Ask]] = defaultdict(list)
        for ask in script.requests:
            self._by_content[content(ask.message)].append(ask)
            self._by_content["~" + content(ask.message, loose=True)].append(ask)

    # -- time

    @property
    def is_finished(self) -> bool:
        """Whether all frames are behind us."""
        return self.cursor >= len(self.script.frames)

    @property
    def is_held(self) -> bool:
        """Whether the clock stands, for a request to be made."""
        return self._held is not None

    def position(self, now: float) -> float:
        """Return the moment of the recording, in seconds since its start."""
        if self._held is not None:
            return self._time(self._held.index)
        if not self._started:
            return 0.0
        at, moment = self._anchor
        return moment + (now - at) * self.speed if now > at else moment

    @property
    def end(self) -> float:
        """The moment of the last frame."""
        return self._time(len(self.script.frames) - 1) if self.script.frames else 0.0

    def _time(self, index: int) -> float:
        return self.script.frames[index].time_ns / 1e9

    def start(self, client_id: int, now: float) -> None:
        """Let the clock run: the client has sent startApi."""
        if self._started:
            return
        self._started = True
        self._client_id = client_id
        first = next((ask for ask in self.script.requests if type(ask.message) is m.StartApi), None)
        self._anchor = (now, self._time(first.index) if first is not None else 0.0)
        if first is not None:
            self._bind(first, None, now)

    def next_in(self, now: float) -> float | None:
        """Return the seconds until `due` has to be called again; None until the client asks something."""
        if not self._started or self.is_finished:
            return 0.0 if self._out else None
        if self._held is not None:
            waited = now - self._held_since
            wait = min(
                self._grace - waited if waited < self._grace - TICK_S else math.inf,
                self._patience - self._stood - waited,
            )
            return None if wait == math.inf else max(wait, 0.0)
        at, moment = self._anchor
        return max(at + (self._time(self.cursor) - moment) / self.speed - now, 0.0)

    def due(self, now: float) -> list[bytes]:
        """Return the payloads to be sent now; at most some BUDGET_BYTES, more at the next call."""
        size = sum(map(len, self._out))
        while self._started and not self.is_finished and size < BUDGET_BYTES:
            index = self.cursor
            ask, frame = self.script.asks[index], self.script.frames[index]
            if self.speed != math.inf and frame.time_ns / 1e9 > self.position(now) + TICK_S:
                break
            if ask is not None and self._waits_for(ask, now):
                break
            if frame.kind.name == "SERVER" and index not in self._ahead:
                size += self._play(index)
            self.cursor += 1
        out, self._out = self._out, []
        return out

    def _waits_for(self, ask: Ask, now: float) -> bool:
        """Tell whether the clock has to stand at a request; see to what happens meanwhile."""
        if not ask.answers or ask in self._ids or ask in self._passed:
            self._resume(now)
            return False
        if self._held is None:
            self._held, self._held_since = ask, now
        waited = now - self._held_since
        if self._stood + waited >= self._patience - TICK_S:
            self._stood += waited
            log.info("replay: %s was not asked and is left out", type(ask.message).__name__)
            self._resume(now)
            self._passed.add(ask)
            return False
        if waited >= self._grace - TICK_S:
            self._answer_ahead()
        return True

    def _resume(self, now: float) -> None:
        if self._held is not None:
            self._anchor = (now, self._time(self._held.index))
            self._held = None

    def _answer_ahead(self) -> None:
        """Send the answers proper of requests that have been made, whenever they were given."""
        for ask, ids in self._ids.items():
            for index in ask.answers[: ask.first] if ids else ():
                if index >= self.cursor and index not in self._ahead:
                    self._play(index)
                    self._ahead.add(index)

    # -- requests

    def take(self, message: Any, now: float) -> None:
        """Take a request of the client, of a type other than startApi."""
        new_id = id_of(message)
        self._stood = 0.0
        if self._held is not None:
            self._held_since = now
        if is_quiet(message):
            self._stop(message, new_id)
            return
        ask = self._find(message, new_id)
        if ask is None:
            self._refuse(message, new_id)
        else:
            self._bind(ask, new_id, now)

    def _find(self, message: Any, new_id: int | None) -> Ask | None:
        """Return the recorded request that a client's request repeats."""
        is_order = type(message) in ORDERS
        for key in (content(message), "~" + content(message, loose=True)):
            found = [ask for ask in self._by_content.get(key, ()) if not is_order or self._same_order(ask, new_id)]
            unused = [ask for ask in found if ask not in self._ids]
            if unused:
                return unused[0]
            if found and not is_order:
                return found[-1]
        return None

    def _same_order(self, ask: Ask, new_id: int | None) -> bool:
        """Tell whether an id may be that of a recorded order: it is, or neither is taken and one begins to be."""
        known = next((old for old, new in self._orders.items() if new == new_id), None)
        if known is not None or type(ask.message) is m.CancelOrder:
            return ask.id == known
        return ask.id not in self._orders

    def _bind(self, ask: Ask, new_id: int | None, now: float) -> None:
        ids = self._ids.setdefault(ask, [])
        ids.append(new_id)
        if type(ask.message) in ORDERS and ask.id is not None and new_id is not None:
            self._orders[ask.id] = new_id
        for index in ask.answers:
            if index < self.cursor or index in self._ahead:
                self._out.append(self._under(index, new_id))
        if ask.index > self._latest:
            early = [a for a in self.script.requests if self._latest < a.index < ask.index and a not in self._ids]
            self._passed.update(early)
            self._latest = ask.index
        if self._held is not None and (self._held is ask or self._held in self._passed):
            self._resume(now)

    def _stop(self, message: Any, new_id: int | None) -> None:
        """Send no more answers of what a cancel ends."""
        kind = type(message)
        if new_id is not None:
            name = kind.__name__.removeprefix("Cancel")
            for ask, ids in self._ids.items():
                if new_id in ids and type(ask.message).__name__.removeprefix("Req").endswith(name):
                    ids.remove(new_id)
        elif kind in _STOPPED_BY:
            for ask, ids in self._ids.items():
                if type(ask.message) is _STOPPED_BY[kind]:
                    ids.clear()

    def _refuse(self, message: Any, new_id: int | None) -> None:
        """Answer a request that is not in the recording, so that nobody waits."""
        kind = type(message)
        answer: Any
        if kind is m.ReqAccountUpdates:
            answer = m.AccountDownloadEnd(message.acctCode)
        elif kind in _ENDS:
            answer = _ENDS[kind](*(() if new_id is None else (new_id,)))
        else:
            text = f"Error validating request.-the recording has no {kind.__name__} like this one"
            answer = m.Error(-1 if new_id is None else new_id, REFUSED, text)
        self._out.append(self._writer.encode(answer))
        log.info("replay: the recording has no %s", content(message))

    # -- frames

    def _play(self, index: int) -> int:
        """Queue a frame for all who asked for it; return its bytes."""
        owner = self.script.owners[index]
        if owner is None and index not in self.script.strays:
            payloads = [self._under(index, None)]
        else:
            payloads = [] if owner is None else [self._under(index, new) for new in self._ids.get(owner, ())]
        self.skipped += not payloads
        self._out += payloads
        return sum(map(len, payloads))

    def _under(self, index: int, new_id: int | None) -> bytes:
        """Return a frame as it stands, or with ids of this client in place of those of the recorded one."""
        script = self.script
        payload, owner = script.frames[index].payload, script.owners[index]
        spec = script.places.spec(payload)
        kind = None if spec is None else spec.cls
        if kind in OF_ORDERS or kind is m.ExecDetails:
            payload = self._as_own_order(payload)
        if owner is None or kind in OF_ORDERS:
            return payload
        known = script.places.read(payload)
        if type(owner.message) in (*ORDERS, m.ReqGlobalCancel):
            new_id = self._orders.get(known or 0) if kind is m.Error else None
        return payload if new_id is None or new_id == known else script.places.write(payload, new_id)

    def _as_own_order(self, payload: bytes) -> bytes:
        """Return a message about an order of the recorded client with this client's ids in it."""
        same = all(old == new for old, new in self._orders.items())
        if same and self._client_id == self.script.client_id:
            return payload
        message = self.script.read(payload)
        if message is None:
            return payload
        part = getattr(message, "order", None) or getattr(message, "execution", None) or message
        if part.clientId != self.script.client_id:
            return payload
        part = copy.copy(part)
        part.clientId = self._client_id
        for name in ("orderId", "parentId"):
            if hasattr(part, name):
                setattr(part, name, self._orders.get(getattr(part, name), getattr(part, name)))
        for name in ("order", "execution"):
            if hasattr(message, name):
                setattr(message, name, part)
        return self._writer.encode(part if isinstance(part, m.OrderStatus | m.OrderBound) else message)
