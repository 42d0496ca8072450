"""The words of ``%ib``: its verbs, how a line is read, what help says, what Tab offers.

Owns the grammar only. It knows no IPython and no connection, so that it can be tested as text; `ibnb.magic` does what
the words say, and the command line (`ibnb.cli`) shares the spellings of durations, bar sizes and addresses.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "BAR_SIZES",
    "DEFAULT_BAR_SIZE",
    "DEFAULT_DURATION",
    "VERBS",
    "WHAT_TO_SHOW",
    "Argument",
    "Command",
    "Option",
    "UsageProblem",
    "Verb",
    "address",
    "bar_size",
    "choices",
    "complete",
    "duration",
    "help_text",
    "parse",
    "what_to_show",
]

BAR_SIZES = (
    "1 secs", "5 secs", "10 secs", "15 secs", "30 secs",
    "1 min", "2 mins", "3 mins", "5 mins", "10 mins", "15 mins", "20 mins", "30 mins",
    "1 hour", "2 hours", "3 hours", "4 hours", "8 hours", "1 day", "1 week", "1 month",
)  # fmt: skip
DURATIONS = ("3600 S", "1 D", "5 D", "10 D", "30 D", "1 W", "2 W", "1 M", "3 M", "6 M", "1 Y", "2 Y", "5 Y")
WHAT_TO_SHOW = (
    "TRADES", "MIDPOINT", "BID", "ASK", "BID_ASK", "ADJUSTED_LAST", "HISTORICAL_VOLATILITY",
    "OPTION_IMPLIED_VOLATILITY", "FEE_RATE", "YIELD_BID", "YIELD_ASK", "YIELD_BID_ASK", "YIELD_LAST", "AGGTRADES",
)  # fmt: skip
DEFAULT_DURATION, DEFAULT_BAR_SIZE = "30 D", "1 hour"

_DURATION_UNITS = {
    "s": "S", "sec": "S", "second": "S", "d": "D", "day": "D", "w": "W", "week": "W",
    "m": "M", "mo": "M", "month": "M", "y": "Y", "year": "Y",
}  # fmt: skip
_BAR_UNITS = {
    "s": "sec", "sec": "sec", "second": "sec", "m": "min", "min": "min", "minute": "min", "h": "hour", "hr": "hour",
    "hour": "hour",
    "d": "day", "day": "day", "w": "week", "week": "week", "mo": "month", "month": "month",
}  # fmt: skip


class UsageProblem(ValueError):
    """A line that cannot be read; the text says what is wrong and what the choices are."""


def choices(word: str, noun: str, offered: Iterable[str]) -> str:
    """The end of an error text: ``"; did you mean 'bars'? verbs: demo, connect, bars"``."""
    by_lower = {choice.lower(): choice for choice in offered}
    low = word.lower()
    found = [choice for choice in by_lower if len(low) > 1 and choice.startswith(low)]
    found = found or difflib.get_close_matches(low, by_lower, n=1, cutoff=0.5)
    hint = f"; did you mean '{by_lower[found[0]]}'?" if found else ";"
    return f"{hint} {noun}: {', '.join(by_lower.values())}"


def _amount(text: str) -> tuple[int, str]:
    """("30 days") -> (30, "day"); (0, "") when it is no number with a unit."""
    match = re.fullmatch(r"(\d+)\s*([A-Za-z]+)", text.strip())
    if match is None:
        return 0, ""
    unit = match[2].lower()
    return int(match[1]), unit.removesuffix("s") or unit


def duration(text: str) -> str:
    """A length of time as TWS spells it: "30 D", from "30 D", "30d" or "30 days"."""
    number, unit = _amount(text)
    if not number or unit not in _DURATION_UNITS:
        raise UsageProblem(
            f"{text!r} is not a duration; write a number and S, D, W, M or Y (seconds to years): {', '.join(DURATIONS)}"
        )
    return f"{number} {_DURATION_UNITS[unit]}"


def bar_size(text: str) -> str:
    """A bar size as TWS spells it: "5 mins", from "5 mins", "5m" or "5 minutes"."""
    number, unit = _amount(text)
    for size in BAR_SIZES:
        if _amount(size) == (number, _BAR_UNITS.get(unit)):
            return size
    raise UsageProblem(f"{text!r} is not a bar size{choices(text, 'choices', BAR_SIZES)}")


def what_to_show(text: str) -> str:
    """A kind of bar data, in capitals: TRADES, MIDPOINT, BID ..."""
    if text.upper() not in WHAT_TO_SHOW:
        raise UsageProblem(f"{text!r} is no kind of bar data{choices(text, 'choices', WHAT_TO_SHOW)}")
    return text.upper()


def address(text: str) -> tuple[str, int]:
    """("127.0.0.1", 4002) from "127.0.0.1:4002", ":4002" or "4002"."""
    host, _, port = text.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageProblem(f"{text!r} is not an address; write HOST:PORT or PORT, as 127.0.0.1:7497")
    return host.strip("[]") or "127.0.0.1", int(port)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a number") from None


def _count(text: str) -> int:
    if not text.isdigit():
        raise UsageProblem(f"{text!r} is not a whole number")
    return int(text)


@dataclass(frozen=True)
class Option:
    """``--name VALUE``, or a flag where ``value`` is empty; ``offers`` is what Tab shows for the value."""

    name: str
    help: str
    value: str = ""
    convert: Callable[[str], Any] = str
    offers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name under which the value reaches the verb: ``--client-id`` is ``client_id``."""
        return self.name.lstrip("-").replace("-", "_")


@dataclass(frozen=True)
class Argument:
    """A word after the verb, told by its place; ``many`` takes all that follow."""

    name: str
    help: str
    convert: Callable[[str], Any] = str
    required: bool = False
    many: bool = False
    offers: tuple[str, ...] = ()  # ("symbol",) stands for the symbols known at the moment

    @property
    def key(self) -> str:
        """The name under which the value reaches the verb."""
        return self.name.lower().replace(":", "_").replace(" ", "_")

    @property
    def shown(self) -> str:
        """As the usage line has it."""
        text = self.name + (" ..." if self.many else "")
        return text if self.required else f"[{text}]"


@dataclass(frozen=True)
class Verb:
    """One thing ``%ib`` can do."""

    name: str
    summary: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    details: str = ""
    examples: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """The whole form in one line."""
        options = [f"[{option.name}{' ' + option.value if option.value else ''}]" for option in self.options]
        return " ".join(["%ib", self.name, *(argument.shown for argument in self.arguments), *options])


@dataclass(frozen=True)
class Command:
    """A line that was understood: the verb and the values by name (absent = not given)."""

    verb: Verb
    values: dict[str, Any]


_SYMBOL = Argument("SYMBOL", "AAPL, EURUSD, SPX, ES, ESZ6, VOD@LSE/GBP, STK:ES", required=True, offers=("symbol",))

SCENARIOS = tuple(sorted(path.stem for path in (Path(__file__).parent / "sim" / "scenarios").glob("*.toml")))

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            "demo",
            "connect to a simulated gateway; no account needed",
            options=(
                Option("--seed", "another market (default 1)", "N", _count),
                Option("--speed", "how fast its clock runs (default 1)", "X", _number),
                Option("--ticks-per-s", "ticks a second in all (default as a quiet market)", "N", _number),
                Option("--server-version", "protocol version to speak, 157 to 225", "N", _count),
                Option("--scenario", "what goes wrong, and when: a name or a file", "NAME", str, SCENARIOS),
            ),
            details="The gateway runs in this process, on loopback, in the real protocol. `ib` is the connection.",
            examples=("%ib demo", "%ib demo --seed 7", "%ib demo --scenario farms-down"),
        ),
        Verb(
            "connect",
            "connect to TWS or IB Gateway; `ib` is the connection",
            arguments=(
                Argument(
                    "HOST:PORT",
                    "TWS 7497 (paper) 7496 (live), Gateway 4002 (paper) 4001 (live)",
                    address,
                    offers=("127.0.0.1:7497", "127.0.0.1:4002", "127.0.0.1:7496", "127.0.0.1:4001"),
                ),
            ),
            options=(
                Option("--client-id", "id of this client (default 1); each connection needs its own", "N", _count),
                Option("--account", "main account, where there are several", "ACCOUNT"),
                Option("--timeout", "seconds to wait (default 10)", "S", _number),
            ),
            details=(
                "Without an address, the paper ports 7497 and 4002 of this computer are tried. In TWS: Global\n"
                "Configuration, API, Settings: tick 'Enable ActiveX and Socket Clients'. The connection is read-only."
            ),
            examples=("%ib connect", "%ib connect 127.0.0.1:4002 --client-id 7"),
        ),
        Verb("status", "what is connected, since when, and what is subscribed"),
        Verb("disconnect", "end the connection"),
        Verb(
            "bars",
            "historical bars: shows the chart, returns the bars",
            arguments=(
                _SYMBOL,
                Argument("DURATION", f"how far back (default {DEFAULT_DURATION!r})", duration, offers=DURATIONS),
                Argument("BARSIZE", f"default {DEFAULT_BAR_SIZE!r}", bar_size, offers=BAR_SIZES),
            ),
            options=(
                Option(
                    "--what",
                    "TRADES, MIDPOINT, BID, ASK ... (default by the instrument)",
                    "KIND",
                    what_to_show,
                    WHAT_TO_SHOW,
                ),
                Option("--live", "keep the bars growing with the market"),
                Option("--rth", "regular trading hours only (this is the default)"),
                Option("--all-hours", "all hours with trading"),
                Option("--end", "last moment, as 20261231 or '20261231 16:00:00 US/Eastern' (default now)", "TIME"),
            ),
            details="`ibnb.util.df(bars)` is a DataFrame, `bars` another chart, `bars.chart().figure` a Plotly figure.",
            examples=(
                '%ib bars EURUSD "30 D" "1 hour"',
                "%ib bars AAPL 5D 5m --live",
                'bars = %ib bars SPX "1 Y" "1 day"',
            ),
        ),
        Verb(
            "quotes",
            "stream quotes: shows and returns the live table",
            arguments=(Argument("SYMBOL", "any number; none shows the table as it is", many=True, offers=("symbol",)),),
            options=(
                Option("--delayed", "delayed prices where there is no subscription"),
                Option("--generic", "further tick types, as 100,233", "LIST"),
                Option("--stop", "end these quotes (all without a symbol)"),
            ),
            examples=("%ib quotes AAPL MSFT EURUSD", "%ib quotes --stop"),
        ),
        Verb("positions", "the live table of positions"),
        Verb("portfolio", "the live table of positions with market values and profit"),
        Verb("account", "the live table of account values"),
        Verb("orders", "the live table of orders"),
        Verb("executions", "the live table of executions and commissions"),
        Verb("log", "the live table of what the gateway said: errors, warnings, notes"),
        Verb("help", "this list, or all about one verb", (Argument("VERB", "one of the verbs", offers=("verb",)),)),
    )
}


def parse(line: str) -> Command:
    """Read what stands after ``%ib``.

    A number and its unit may stand apart or together, with or without quotes: ``30 D``, ``30D``, ``"30 D"``.

    Raises:
        UsageProblem: unknown verb or option (with the choices), a missing, extra or wrong value.
    """
    words = _words(line)
    if not words:
        return Command(VERBS["help"], {})
    name, *rest = words
    if name not in VERBS:
        raise UsageProblem(f"%ib has no verb {name!r}{choices(name, 'verbs', VERBS)}")
    verb = VERBS[name]
    values, places = _options(verb, rest)
    _places(verb, places, values)
    return Command(verb, values)


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line, posix=True)
    except ValueError as error:
        raise UsageProblem(f"cannot read {line!r}: {str(error).lower()}") from None
    joined: list[str] = []
    for word in words:
        unit = word.lower().removesuffix("s") or word.lower()
        if joined and joined[-1].isdigit() and unit in {**_DURATION_UNITS, **_BAR_UNITS}:
            joined[-1] += " " + word
        else:
            joined.append(word)
    return joined


def _options(verb: Verb, words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """Values of the options, and the words that are none."""
    by_name = {option.name: option for option in verb.options}
    values: dict[str, Any] = {}
    places: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            places.append(word)
            continue
        name, equals, given = word.partition("=")
        option = by_name.get(name)
        if option is None:
            known = choices(name, "options", by_name) if by_name else "; it takes none"
            raise UsageProblem(f"%ib {verb.name} has no option {name!r}{known}")
        if not option.value:
            if equals:
                raise UsageProblem(f"{name} takes no value; leave out '={given}'")
            values[option.key] = True
            continue
        value = given if equals else next(rest, None)
        if value is None:
            raise UsageProblem(f"{name} needs a value: {name} {option.value} ({option.help})")
        values[option.key] = _converted(option.convert, value, name)
    return values, places


def _places(verb: Verb, words: list[str], values: dict[str, Any]) -> None:
    for argument in verb.arguments:
        if argument.many:
            values[argument.key] = [_converted(argument.convert, word, argument.name) for word in words]
            return
        if not words:
            if argument.required:
                raise UsageProblem(f"%ib {verb.name} needs {argument.name} ({argument.help}); usage: {verb.usage}")
            return
        values[argument.key] = _converted(argument.convert, words.pop(0), argument.name)
    if words:
        raise UsageProblem(f"%ib {verb.name}: {' '.join(words)!r} is too much; usage: {verb.usage}")


def _converted(convert: Callable[[str], Any], word: str, where: str) -> Any:
    try:
        return convert(word)
    except UsageProblem as problem:
        raise UsageProblem(f"{where}: {problem}") from None


def help_text(name: str = "") -> str:
    """All about one verb, or the list of them.

    Raises:
        UsageProblem: no such verb.
    """
    if not name:
        width = max(map(len, VERBS))
        lines = [f"    {verb.name:{width}}  {verb.summary}" for verb in VERBS.values()]
        return "\n".join(
            ["%ib VERB ...: Interactive Brokers from a cell.", "", *lines, "",
             "`%ib help VERB` or `%ib VERB?` tells all about one; Tab completes verbs, options and symbols.",
             "`%ib demo` needs no account."]
        )  # fmt: skip
    if name not in VERBS:
        raise UsageProblem(f"%ib has no verb {name!r}{choices(name, 'verbs', VERBS)}")
    verb = VERBS[name]
    rows = [(argument.name, argument.help) for argument in verb.arguments]
    rows += [(f"{option.name} {option.value}".strip(), option.help) for option in verb.options]
    width = max((len(left) for left, _ in rows), default=0)
    parts = [f"{verb.usage}\n\n{verb.summary[0].upper()}{verb.summary[1:]}."]
    if rows:
        parts.append("\n".join(f"    {left:{width}}  {right}" for left, right in rows))
    if verb.details:
        parts.append(verb.details)
    if verb.examples:
        parts.append("\n".join(["Examples:", *(f"    {example}" for example in verb.examples)]))
    return "\n\n".join(parts)


def complete(before: str, symbols: Iterable[str]) -> tuple[str, list[str]]:
    """What Tab offers after ``%ib`` and ``before`` (the text up to the cursor): the word begun, and its completions.

    ``symbols`` are the spellings to offer where a symbol may stand. Values with a blank come quoted.
    """
    done = re.match(r"""(?:\s+|"[^"]*"|'[^']*'|[^\s"']\S*\s)*""", before)[0]  # type: ignore[index]
    word = before[len(done) :]
    quote = word[0] if word[:1] in ("'", '"') else ""
    bare = word[len(quote) :]
    try:
        words = _words(done)
    except UsageProblem:
        return word, []
    offers = _offers(words, bare, symbols)
    found = [offer for offer in offers if offer.lower().startswith(bare.lower())]
    mark = quote or '"'
    return word, [f"{mark}{offer}{mark}" if " " in offer or quote else offer for offer in found]


def _offers(words: list[str], word: str, symbols: Iterable[str]) -> list[str]:
    if not words:
        return list(VERBS)
    verb = VERBS.get(words[0])
    if verb is None:
        return []
    by_name = {option.name: option for option in verb.options}
    asking = by_name.get(words[-1])
    if asking is not None and asking.value:
        return list(asking.offers)
    free = [option.name for option in verb.options if option.name not in words]
    if word.startswith("-"):
        return free
    taken, skip = 0, False
    for done in words[1:]:
        if skip or done.startswith("--"):
            option = by_name.get(done)
            skip = not skip and option is not None and bool(option.value)
        else:
            taken += 1
    arguments = verb.arguments
    place = arguments[taken] if taken < len(arguments) else arguments[-1] if arguments and arguments[-1].many else None
    if place is None:
        return free
    return {"symbol": sorted(symbols), "verb": list(VERBS)}.get("".join(place.offers[:1]), list(place.offers)) + free
