"""What the user has done to a table view, as Python reads it: `view.state`, and what it means for the rows shown.

The state is plain JSON made by js/src/tablestate.js:

| key | what |
| --- | --- |
| `sort` | [column, ascending] pairs |
| `filters`, `filtering` | column -> what is typed under its head; whether those boxes are shown |
| `search` | words looked for in any text |
| `columns`, `pins`, `widths` | columns shown, in order; pinned ones; column -> pixels |
| `group`, `closed`, `totals` | columns grouped by; closed groups; whether there is a row of totals |
| `hold` | the order is held |
| `chosen` | keys of the rows that are selected (as text), or "all" |
| `scroll` | pixels from the top and from the left |

Keys are missing where the user has touched nothing: then the view's options hold.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from .conditions import Tree

KEYS = (
    "sort", "filters", "filtering", "search", "columns", "pins", "widths", "group", "closed", "totals", "hold",
    "chosen", "scroll",
)  # fmt: skip
_SPAN = re.compile(r"^(.+?)\s*\.\.\s*(.+)$")
_OPERATOR = re.compile(r"^(<=|>=|!=|<>|==?|<|>)\s*(.*)$", re.DOTALL)
_YES = re.compile(r"^[yt1]", re.IGNORECASE)


def check(state: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """Return a state that can be shown: of known keys, columns that are gone left out. `columns`: name -> kind.

    Raises:
        ValueError: A key that no state has.
    """
    unknown = [key for key in state if key not in KEYS]
    if unknown:
        raise ValueError(f"a view's state has no {unknown[0]!r}; there are {', '.join(KEYS)}")
    out = dict(state)
    for key in ("columns", "pins", "group"):
        if out.get(key) is not None:
            out[key] = [name for name in out[key] if name in columns]
    if out.get("sort") is not None:
        out["sort"] = [[name, bool(up)] for name, up in out["sort"] if name in columns]
    return out


def parse_typed(typed: str, name: str, kind: str) -> Tree | None:
    """Read what is typed under a column's head: ">10", "=SPY", "!=0", "10..20", or a part of the text.

    None for no filter, or one that makes no sense. The same rules as `parseTyped` in js/src/tablefilter.js.
    """
    text = typed.strip()
    if not text:
        return None
    numeric = kind in ("f8", "i8", "time")
    span = _SPAN.match(text) if numeric else None
    if span:
        low, high = _number(span[1], kind), _number(span[2], kind)
        return None if low is None or high is None else ["and", [">=", name, low], ["<=", name, high]]
    found = _OPERATOR.match(text)
    word = {"=": "==", "<>": "!="}.get(found[1], found[1]) if found else "==" if numeric else "has"
    rest = found[2].strip() if found else text
    if kind == "str":
        return [word, name, rest]
    if kind == "bool":
        return ["==" if word == "has" else word, name, bool(_YES.match(rest))]
    value = _number(rest, kind)
    return None if value is None else [word, name, value]


def _number(text: str, kind: str) -> float | None:
    if kind == "time":
        try:
            moment = dt.datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp() * 1000
    try:
        return float(re.sub(r"[,%\s]", "", text).replace("−", "-"))
    except ValueError:
        return None


def condition(option: Tree | None, state: Mapping[str, Any], shown: list[str], kinds: Mapping[str, str]) -> Tree | None:
    """Return all filters as one: the option's, those typed for columns that are shown, the search."""
    parts = [option] if option else []
    filters = state.get("filters") or {}
    parts += [tree for name in shown if (tree := parse_typed(filters.get(name, ""), name, kinds[name]))]
    if words := str(state.get("search") or "").strip():
        parts.append(["text", words])
    return ["and", *parts] if len(parts) > 1 else parts[0] if parts else None
