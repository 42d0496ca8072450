"""Scenarios: what goes wrong at the gateway, and when. Read from TOML, JSON or Python, checked in full before use.

TOML because Python reads it by itself and it has comments, times and numbers that need no quotes; YAML would be one
more dependency. This module knows the words and what they allow; `director` does them.
"""

from __future__ import annotations

import json
import math
import re
import runpy
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from ibnb.sim import registry
from ibnb.sim.connectivity import FARMS, STATES
from ibnb.sim.errors import ScenarioError
from ibnb.wire import catalogue as m

__all__ = ["ACTIONS", "EVENTS", "FOLDER", "TRIGGERS", "Scenario", "Step", "names", "request_named"]

FOLDER: Final = Path(__file__).parent / "scenarios"
EVENTS: Final = ("start", "connect", "disconnect", "order", "fill", "price")
FIELDS: Final = ("bid", "ask", "last", "bidSize", "askSize", "lastSize", "volume", "high", "low", "close", "open")


class Kind(NamedTuple):
    """What a value must be: `is_right` tells, `says` is for the user."""

    is_right: Callable[[Any], bool]
    says: str


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _choice(*words: str) -> Kind:
    return Kind(lambda value: value in words, "one of " + ", ".join(words))


TEXT: Final = Kind(lambda value: isinstance(value, str) and value != "", "a text")
SECONDS: Final = Kind(lambda value: _is_number(value) and 0 <= value < 1e9, "a number of seconds, 0 or more")
COUNT: Final = Kind(lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0, "1 or more")
WHOLE: Final = Kind(lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number")
NUMBER: Final = Kind(_is_number, "a number")
PRICE: Final = Kind(lambda value: _is_number(value) and math.isfinite(value) and value > 0, "a price above 0")
FLAG: Final = Kind(lambda value: isinstance(value, bool), "true or false")
CLOCK: Final = Kind(
    lambda value: isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", value) is not None,
    'a time of day such as "23:45"',
)
PERCENT: Final = Kind(
    lambda value: _is_number(value) and -100 < value < 1000, "a change in percent, above -100 and below 1000"
)
HEX: Final = Kind(
    lambda value: isinstance(value, str) and re.fullmatch(r"(\s*[0-9a-fA-F]{2})+\s*", value) is not None,
    "bytes in hexadecimal digits, two each",
)
CALLABLE: Final = Kind(callable, "a function of one argument, the gateway (in Python only)")


def request_named(name: str) -> type | None:
    """Return the request class of a name such as "reqMktData" (any case), or None when there is none."""
    registry.load()
    wanted = name.lower()
    return next((cls for cls in registry.served() if cls.__name__.lower() == wanted), None)


REQUESTS: Final = Kind(
    lambda value: (
        value == "all"
        or (isinstance(value, list) and bool(value) and all(isinstance(n, str) and request_named(n) for n in value))
    ),
    '"all", or a list of requests by their names in the API, such as ["reqHistoricalData", "placeOrder"]',
)
WHEN: Final = Kind(
    lambda value: isinstance(value, str) and (value in EVENTS or request_named(value) is not None),
    f"{', '.join(EVENTS)}, or a request by its name in the API, such as placeOrder",
)

TRIGGERS: Final[dict[str, Kind]] = {
    "at": SECONDS, "daily": CLOCK, "on": WHEN, "after": SECONDS, "nth": COUNT, "of": TEXT, "above": PRICE,
    "below": PRICE, "every": Kind(lambda v: _is_number(v) and 0.05 <= v < 1e9, "a number of seconds, 0.05 or more"),
    "times": COUNT,
}  # fmt: skip
"""When a step is due. `at`, `daily` or `on`; the others refine it."""


class Action(NamedTuple):
    """What a step may do: the values it takes, and which of them it needs."""

    values: dict[str, Kind]
    needs: tuple[str, ...] = ()


_WHOSE = {"symbol": TEXT, "client": WHOLE}
_SOME = {**_WHOSE, "count": COUNT, "seconds": SECONDS}
_RULE = {"requests": REQUESTS, **_SOME}
ACTIONS: Final[dict[str, Action]] = {
    "farm": Action(
        {"farm": _choice(*FARMS, "market", "all"), "state": _choice(*STATES), "seconds": SECONDS}, ("farm", "state")
    ),
    "link": Action({"state": _choice("lost", "back"), "keeps": FLAG, "seconds": SECONDS}, ("state",)),
    "freeze": Action({"seconds": SECONDS}, ("seconds",)),
    "restart": Action({"seconds": SECONDS}, ("seconds",)),
    "drop": Action({"client": WHOLE}),
    "notice": Action({"code": WHOLE, "text": TEXT, "id": WHOLE, "client": WHOLE}, ("code", "text")),
    "fail": Action({**_RULE, "code": WHOLE, "text": TEXT}, ("requests", "code", "text")),
    "slow": Action({**_RULE, "delay": SECONDS}, ("requests", "delay")),
    "ignore": Action(dict(_RULE), ("requests",)),
    "reject": Action({"code": WHOLE, "text": TEXT, "json": TEXT, **_SOME}),
    "end-orders": Action({"status": _choice("Cancelled", "Inactive"), "code": WHOLE, "text": TEXT, **_WHOSE}),
    "halt": Action({"symbol": TEXT, "reason": _choice("general", "volatility"), "seconds": SECONDS}, ("symbol",)),
    "resume": Action({"symbol": TEXT}, ("symbol",)),
    "price": Action({"symbol": TEXT, "by": PERCENT, "to": PRICE, "seconds": SECONDS}, ("symbol",)),
    "tick": Action({"symbol": TEXT, "field": _choice(*FIELDS), "value": NUMBER}, ("symbol", "field", "value")),
    "frame": Action({"hex": HEX, "client": WHOLE}, ("hex",)),
    "depth-reset": Action({"symbol": TEXT}),
    "bars-bust": Action({"symbol": TEXT}),
    "bulletin": Action({"text": TEXT}, ("text",)),
    "set": Action({"pacing": FLAG, "read_only": FLAG}),
    "call": Action({"function": CALLABLE}, ("function",)),
}  # fmt: skip
"""What a step does: `do = "NAME"` and the values of its row."""


@dataclass(frozen=True)
class Step:
    """One step: when (`trigger`), what (`do`) and with which `values`, all checked."""

    number: int
    do: str
    trigger: dict[str, Any]
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"step {self.number} ({self.do})"


@dataclass(frozen=True)
class Scenario:
    """A checked scenario: its name, what it shows, its steps in the order of the file."""

    name: str
    title: str
    steps: tuple[Step, ...]

    @staticmethod
    def of(source: Scenario | Mapping[str, Any] | str | Path) -> Scenario:
        """Return the scenario meant by a shipped name, a file (.toml, .json, .py), or a mapping as in such a file.

        Raises:
            ScenarioError: The file cannot be read, is no scenario, or says what is not allowed; the text names the
                file, step and value.
        """
        if isinstance(source, Scenario):
            return source
        if isinstance(source, Mapping):
            return _parse("scenario", source)
        text = str(source)
        path = Path(text)
        if path.suffix not in (".toml", ".json", ".py"):
            shipped = FOLDER / f"{text}.toml"
            if text not in names():
                raise ScenarioError(
                    f"{text!r} is no scenario: give a file that ends in .toml, .json or .py, or one of "
                    + ", ".join(names())
                )
            return _parse(text, _load(shipped, text))
        return _parse(path.name, _load(path, path.name))


def names() -> list[str]:
    """Return the names of the scenarios that come with ibnb."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def _load(path: Path, name: str) -> Mapping[str, Any]:
    try:
        if path.suffix == ".py":
            found = runpy.run_path(str(path)).get("SCENARIO")
            if not isinstance(found, Mapping):
                raise ScenarioError(f"{name}: a Python file must assign a dict to SCENARIO, as a TOML file would read")
            return found
        text = path.read_text("utf-8")
        loaded = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError, SyntaxError) as error:
        raise ScenarioError(f"{name}: cannot be read: {error}") from None
    if not isinstance(loaded, Mapping):
        raise ScenarioError(f'{name}: must hold a mapping with "step", a list, not a {type(loaded).__name__}')
    return loaded


def _parse(name: str, data: Mapping[str, Any]) -> Scenario:
    unknown = sorted(set(data) - {"title", "step"})
    if unknown:
        raise ScenarioError(f"{name}: {unknown[0]!r} is not known; a scenario has title and step")
    title, rows = data.get("title", ""), data.get("step", [])
    if not isinstance(title, str):
        raise ScenarioError(f"{name}: title = {title!r} must be a text")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise ScenarioError(f"{name}: has no steps; write them as [[step]] in TOML, as a list under step elsewhere")
    return Scenario(name, title, tuple(_step(name, number, row) for number, row in enumerate(rows, 1)))


def _step(name: str, number: int, row: Any) -> Step:
    where = f"{name}, step {number}"
    if not isinstance(row, Mapping):
        raise ScenarioError(f"{where}: must be a mapping, not {row!r}")
    do = row.get("do")
    if do not in ACTIONS:
        wrong = 'has no "do"' if do is None else f"do = {do!r} is not known"
        raise ScenarioError(f"{where}: {wrong}; choose one of {', '.join(ACTIONS)}")
    where, action = f"{where} (do = {do!r})", ACTIONS[do]
    trigger: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for key, value in row.items():
        kind = TRIGGERS.get(key) or action.values.get(key)
        if key == "do":
            continue
        if kind is None:
            own = ", ".join(action.values) or "no values"
            raise ScenarioError(
                f"{where}: {key!r} is not known; {do} takes {own}; a step is due by {', '.join(TRIGGERS)}"
            )
        if not kind.is_right(value):
            raise ScenarioError(f"{where}: {key} = {value!r} is not allowed; it must be {kind.says}")
        (trigger if key in TRIGGERS else values)[key] = value
    for key in action.needs:
        if key not in values:
            raise ScenarioError(f"{where}: {key} is missing; it must be {action.values[key].says}")
    _agree(where, do, trigger, values)
    return Step(number, do, trigger, values)


def _agree(where: str, do: str, trigger: dict[str, Any], values: dict[str, Any]) -> None:
    """Check what depends on more than one value."""
    begins = [key for key in ("at", "daily", "on") if key in trigger]
    if len(begins) != 1:
        found = "none" if not begins else " and ".join(begins)
        raise ScenarioError(f"{where}: needs exactly one of at, daily and on to say when; it has {found}")
    on = trigger.get("on")
    if on == "price" and ("of" not in trigger or ("above" in trigger) == ("below" in trigger)):
        raise ScenarioError(f"{where}: on = 'price' needs of, a symbol, and either above or below")
    for key, fits, says in (
        ("above", on == "price", "on = 'price'"), ("below", on == "price", "on = 'price'"),
        ("of", on not in (None, "start", "connect", "disconnect"), "on, a request, order, fill or price"),
        ("nth", on not in (None, "start", "price"), "on, a request or event that can happen more than once"),
        ("after", on is not None, "on"), ("every", "daily" not in trigger, "at or on"),
        ("times", "every" in trigger, "every"),
    ):  # fmt: skip
        if key in trigger and not fits:
            raise ScenarioError(f"{where}: {key} goes with {says} only")
    if do == "price" and ("by" in values) == ("to" in values):
        raise ScenarioError(f"{where}: needs either by, a change in percent, or to, a price")
    if do == "set" and not values:
        raise ScenarioError(f"{where}: needs pacing or read_only, true or false")


def is_request(cls: type) -> bool:
    """Tell whether a class is a request for something, in contrast to the cancelling of one."""
    return not cls.__name__.startswith(("Cancel", "Unsubscribe")) and cls is not m.StartApi
