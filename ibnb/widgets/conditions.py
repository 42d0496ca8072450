"""Row filters: `"secType == 'OPT' and 10 < strike <= 20"` as a small JSON tree, which browser and Python read alike.

    ["and", tree ...]  ["or", tree ...]  ["not", tree]  [op, column, value]  ["text", words]

with op one of == != < <= > >= in has. `has` is "contains, whatever the case"; `text` looks for words in any column.
Times are ms since 1970 UTC. A missing value fulfils no comparison but `!=`. Nothing is evaluated as code.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tree = list[Any]
Values = Callable[[str], NDArray[Any]]
"""Column name -> array of its values: float64 with NaN, or object with None."""

_OPS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def parse(text: str, kinds: Mapping[str, str]) -> Tree | None:
    """Turn a filter's text into its tree; None for an empty one. `kinds`: column name -> kind.

    Raises:
        ValueError: The text is no filter, or names an unknown column.
    """
    if not text.strip():
        return None
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"filter {text!r} cannot be read: {error.msg}") from None
    return _tree(node, text, kinds)


def _tree(node: ast.expr, text: str, kinds: Mapping[str, str]) -> Tree:
    if isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        return [word, *(_tree(value, text, kinds) for value in node.values)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ["not", _tree(node.operand, text, kinds)]
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        parts = [_comparison(op, a, b, text, kinds) for op, a, b in zip(node.ops, sides, sides[1:])]
        return parts[0] if len(parts) == 1 else ["and", *parts]
    if isinstance(node, ast.Name):
        return ["==", _column(node, text, kinds), True]
    raise ValueError(
        f"filter {text!r}: {ast.unparse(node)} is no comparison; write e.g. \"last > 10 and symbol == 'SPY'\""
    )


def _comparison(op: ast.cmpop, left: ast.expr, right: ast.expr, text: str, kinds: Mapping[str, str]) -> Tree:
    if isinstance(op, ast.NotIn):
        return ["not", _comparison(ast.In(), left, right, text, kinds)]
    word = _OPS.get(type(op))
    if word is None:
        raise ValueError(f"filter {text!r}: use ==, !=, <, <=, >, >= or in")
    if isinstance(left, ast.Name):
        value = _constant(right, text, kinds.get(left.id))
        if (word == "in") != isinstance(value, list):
            raise ValueError(
                f"filter {text!r}: {left.id} is compared with {value!r}; `in` wants a list, the others a value"
            )
        return [word, _column(left, text, kinds), value]
    if not isinstance(right, ast.Name):
        raise ValueError(f"filter {text!r}: {ast.unparse(left)} is compared with no column")
    if word == "in":
        return ["has", _column(right, text, kinds), str(_constant(left, text))]
    return [_MIRROR[word], _column(right, text, kinds), _constant(left, text, kinds.get(right.id))]


def _column(node: ast.Name, text: str, kinds: Mapping[str, str]) -> str:
    if node.id not in kinds:
        raise ValueError(f"filter {text!r}: there is no column {node.id!r}; there are {', '.join(kinds)}")
    return node.id


def _constant(node: ast.expr, text: str, kind: str | None = None) -> Any:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise ValueError(f"filter {text!r}: {ast.unparse(node)} is no plain value") from None
    if isinstance(value, list | tuple | set):
        return [_instant(item, text) if kind == "time" else item for item in value]
    return _instant(value, text) if kind == "time" else value


def _instant(value: Any, text: str) -> float:
    """Return a time given as ISO text in ms since 1970."""
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"filter {text!r}: {value!r} is no time; write e.g. '2026-03-01 14:30'") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp() * 1000


def mask(tree: Tree | None, size: int, values: Values, columns: Iterable[str]) -> NDArray[np.bool_]:
    """Tell which of `size` rows fulfil the tree."""
    if not tree:
        return np.ones(size, bool)
    word, *rest = tree
    if word in ("and", "or"):
        parts = [mask(part, size, values, columns) for part in rest]
        return np.asarray(np.logical_and.reduce(parts) if word == "and" else np.logical_or.reduce(parts), bool)
    if word == "not":
        return ~mask(rest[0], size, values, columns)
    if word == "text":
        hits = [_has(values(name), str(rest[0])) for name in columns]
        return np.asarray(np.logical_or.reduce(hits), bool) if hits else np.ones(size, bool)
    column, value = rest
    cells = values(column)
    if word == "has":
        return _has(cells, str(value))
    if word == "in":
        return np.array([cell in value for cell in cells.tolist()], bool)
    if word == "!=":
        return ~_compare("==", cells, value)
    return _compare(word, cells, value)


def _compare(word: str, cells: NDArray[Any], value: Any) -> NDArray[np.bool_]:
    if cells.dtype.kind == "f" and isinstance(value, int | float):
        with np.errstate(invalid="ignore"):
            return np.asarray(_COMPARE[word](cells, float(value)), bool)
    kind = str if isinstance(value, str) else int | float
    return np.array([isinstance(cell, kind) and bool(_COMPARE[word](cell, value)) for cell in cells.tolist()], bool)


def _has(cells: NDArray[Any], words: str) -> NDArray[np.bool_]:
    low = words.lower()
    return np.array([isinstance(cell, str) and low in cell.lower() for cell in cells.tolist()], bool)


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
