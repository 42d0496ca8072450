"""Plays a scenario at a gateway: waits for the time or the event of each step, does it, and undoes it when it is over.

Times are real seconds since the gateway was made, whatever the speed of its clock; `daily` is the gateway's own time
of day. Rules (slow, failing, unanswered requests) are looked at for each message before it is answered.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ibnb.sim import effects
from ibnb.sim.errors import RequestRefused, ScenarioError
from ibnb.sim.instruments import Instrument
from ibnb.sim.scenario import Scenario, Step, is_request, request_named
from ibnb.sim.times import zone_of
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.client import Client
    from ibnb.sim.gateway import Gateway

__all__ = ["Director", "Rule"]

log = logging.getLogger("ibnb.sim")
REFUSED = "YOUR ORDER IS NOT ACCEPTED"


@dataclass
class Rule:
    """What happens to some requests from now on: `do` is fail, slow, ignore or reject."""

    do: str
    values: dict[str, Any]
    classes: frozenset[type] | None  # None = all
    until: float
    left: float  # how many more messages it touches


@dataclass
class _Cue:
    """A step that waits: `due` in real seconds for one of time, else the event and how often it has to happen yet."""

    step: Step
    due: float | None
    left: int
    turns: float  # how many more times


class Director:
    """The scenario of one gateway. Raises ScenarioError for a symbol that the gateway does not have."""

    def __init__(self, gateway: Gateway, scenario: Scenario) -> None:
        self.gateway, self.scenario = gateway, scenario
        self.rules: list[Rule] = []
        self.done: list[Step] = []
        self._origin = gateway.real_now()
        self._cues: list[_Cue] = []
        self._endings: list[tuple[float, Callable[[], None]]] = []
        self._held: list[tuple[float, Client, Any]] = []
        self._seen: set[int] = set()  # orders that have been told of
        for step in scenario.steps:
            for symbol in (step.values.get("symbol"), step.trigger.get("of")):
                if symbol is not None and effects.find(gateway, symbol) is None:
                    raise ScenarioError(
                        f"{scenario.name}, {step}: {symbol!r} is no symbol of this gateway; there are AAPL, AMD, "
                        "EURUSD, SPX, ES and more (docs/gateway.md)"
                    )
            self._cues.append(self._cue(step))

    @property
    def elapsed(self) -> float:
        """Real seconds since the scenario began."""
        return self.gateway.real_now() - self._origin

    def _cue(self, step: Step) -> _Cue:
        t = step.trigger
        turns = t.get("times", float("inf")) if "every" in t else 1
        if "daily" in t:
            return _Cue(step, self._until_clock(t["daily"]), 0, float("inf"))
        if t.get("on") == "start":
            return _Cue(step, t.get("after", 0.0), 0, turns)
        return _Cue(step, t.get("at"), t.get("nth", 1), turns)

    def _until_clock(self, text: str) -> float:
        """Return when, in seconds of `elapsed`, the gateway's clock next shows a time of day."""
        now, zone = self.gateway.clock.now(), zone_of(self.gateway.zone)
        local = dt.datetime.fromtimestamp(now, zone)
        moment = dt.datetime.combine(
            local.date(), dt.time.fromisoformat(text.zfill(5 if text.count(":") == 1 else 8)), zone
        )
        while moment.timestamp() <= now:
            moment += dt.timedelta(days=1)
        return self.elapsed + (moment.timestamp() - now) / self.gateway.clock.speed

    # -- time ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Do what is due, end what is over, let held messages go."""
        now = self.elapsed
        over = [row for row in self._endings if row[0] <= now]
        self._endings = [row for row in self._endings if row[0] > now]
        for _, end in sorted(over, key=lambda row: row[0]):
            end()
        self.rules = [rule for rule in self.rules if rule.until > now and rule.left > 0]
        self._watch_prices()
        for cue in [c for c in self._cues if c.due is not None and c.due <= now]:
            self._play(cue, now)
        ready = [row for row in self._held if row[0] <= now]
        self._held = [row for row in self._held if row[0] > now]
        for _, client, message in sorted(ready, key=lambda row: row[0]):
            if not client.is_closed:
                client.answer(message, held=True)
                client.flush()

    def _play(self, cue: _Cue, now: float) -> None:
        step, trigger = cue.step, cue.step.trigger
        cue.turns -= 1
        if "daily" in trigger:
            cue.due = self._until_clock(trigger["daily"])
        elif cue.turns > 0 and "every" in trigger:
            cue.due = max((now if cue.due is None else cue.due) + trigger["every"], now)
        else:
            self._cues.remove(cue)
        log.info("scenario %s: %s", self.scenario.name, step)
        try:
            effects.EFFECTS[step.do](self, step)
        except Exception:
            log.exception("scenario %s: %s failed", self.scenario.name, step)
        self.done.append(step)

    def later(self, seconds: float | None, end: Callable[[], None]) -> None:
        """Call `end` in some real seconds; never for None."""
        if seconds is not None:
            self._endings.append((self.elapsed + seconds, end))

    def add_rule(self, step: Step) -> None:
        """Begin a rule about requests."""
        values = step.values
        named = ["placeOrder"] if step.do == "reject" else values["requests"]
        classes = None if named == "all" else frozenset(cls for name in named if (cls := request_named(name)))
        self.rules.append(
            Rule(
                step.do, values, classes, self.elapsed + values.get("seconds", float("inf")),
                values.get("count", float("inf")),
            )
        )  # fmt: skip

    # -- events --------------------------------------------------------------------------------------------------

    def note(self, event: str, instrument: Instrument | None = None, request: type | None = None) -> None:
        """Take notice of an event: those of `scenario.EVENTS`, or "" with the class of a request."""
        for cue in list(self._cues):
            on, of = cue.step.trigger.get("on"), cue.step.trigger.get("of")
            if cue.due is not None or on is None or (request_named(on) is not request if request else on != event):
                continue
            if of is not None and (instrument is None or not effects.is_called(instrument, of)):
                continue
            cue.left -= 1
            if cue.left <= 0:
                cue.due = self.elapsed + cue.step.trigger.get("after", 0.0)

    def note_order(self, perm_id: int, instrument: Instrument) -> None:
        """Take notice of an order, the first time that it is told of."""
        if perm_id not in self._seen:
            self._seen.add(perm_id)
            self.note("order", instrument)

    def _watch_prices(self) -> None:
        for cue in self._cues:
            trigger = cue.step.trigger
            if cue.due is None and trigger.get("on") == "price":
                instrument = effects.find(self.gateway, trigger["of"])
                assert instrument is not None
                price = self.gateway.price(instrument)
                if price >= trigger.get("above", float("inf")) or 0 < price <= trigger.get("below", 0.0):
                    cue.due = self.elapsed + trigger.get("after", 0.0)

    # -- messages ------------------------------------------------------------------------------------------------

    def intercepts(self, client: Client, message: Any) -> bool:
        """Note a request and apply the rules to it; True when it is not to be answered now. Raises RequestRefused."""
        kind, instrument = type(message), effects.instrument_of(self.gateway, message)
        self.note("", instrument, kind)
        if kind is m.StartApi:
            return False
        if self._follows_held(client, message):
            return True
        for rule in self.rules:
            if not self._applies(rule, client, message, instrument):
                continue
            rule.left -= 1
            if rule.do == "ignore":
                return True
            if rule.do == "slow":
                self._held.append((self.elapsed + rule.values["delay"], client, message))
                return True
            if rule.do == "reject":
                self._reject(client, message, rule.values)
                return True
            raise RequestRefused(rule.values["code"], rule.values["text"])
        return False

    def _applies(self, rule: Rule, client: Client, message: Any, instrument: Instrument | None) -> bool:
        kind, values = type(message), rule.values
        if rule.left <= 0 or rule.until <= self.elapsed:
            return False
        if kind not in rule.classes if rule.classes is not None else not is_request(kind):
            return False
        if rule.do == "reject" and message.order.whatIf:
            return False
        if "client" in values and values["client"] != client.client_id:
            return False
        symbol = values.get("symbol")
        return symbol is None or (instrument is not None and effects.is_called(instrument, symbol))

    def _follows_held(self, client: Client, message: Any) -> bool:
        """Keep cancels in their place: one of a held request ends it unanswered, one of a held order comes after it."""
        if is_request(type(message)):
            return False
        name = next((n for n in ("orderId", "reqId", "tickerId") if hasattr(message, n)), None)
        wanted = None if name is None else getattr(message, name)
        for row in self._held:
            due, owner, held = row
            if owner is not client or name is None or getattr(held, name, None) != wanted:
                continue
            if isinstance(message, m.CancelOrder) and isinstance(held, m.PlaceOrder):
                self._held.append((due, client, message))
            else:
                self._held.remove(row)
            return True
        return False

    @staticmethod
    def _reject(client: Client, message: Any, values: dict[str, Any]) -> None:
        text = values.get("text", f"Order rejected - reason:{REFUSED}")
        client.error(message.orderId, values.get("code", 201), text, values.get("json", ""))


def with_values(step: Step, **values: Any) -> Step:
    """Return a step with other values: what undoes it."""
    return replace(step, values={**step.values, **values})
