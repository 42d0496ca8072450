"""The still picture of a table: HTML that a notebook keeps.

With it GitHub, nbconvert and a notebook that is opened again show the last values. At most 60 rows and 20 kB,
escaped, account numbers masked, marked with its time. Formats are those of js/src/format.js.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ibnb.tables.render import mask_account, mask_text, price_decimals

from . import conditions

MAX_ROWS = 60
MAX_BYTES = 20_000
MAX_TEXT = 80
DASH = "–"
MIXED = "mixed"
MISSING_INT = -(2**63)
UP, DOWN = "▲", "▼"
_MARKS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"  # in the order of the Unicode collation
_DIGITS = re.compile(r"\d{1,300}|\D+")
# Control characters, line separators, marks that turn the direction of writing: text from the network may hold them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Look:
    """How a table is to be shown: the part of a view's options that a still picture has too."""

    columns: Sequence[str] | None = None
    sort: Sequence[tuple[str, bool]] = ()
    condition: conditions.Tree | None = None
    decimals: Mapping[str, int] = field(default_factory=dict)
    privacy: str = "masked"
    group: Sequence[str] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    """Column -> sum, mean, min, max or count, for the row of totals; empty for none."""


class Picture:
    """A snapshot of a table, looked at through `Look`: rows in order, cells as text."""

    def __init__(self, schema: Sequence[Mapping[str, Any]], snapshot: Any, look: Look) -> None:
        self.schema = {column["name"]: column for column in schema}
        self.snapshot = snapshot
        self.look = look
        self.columns = [name for name in (look.columns or self.shown_at_first()) if name in self.schema]
        self.rows = self._rows()

    def shown_at_first(self) -> list[str]:
        """Return the columns that are shown unless told otherwise."""
        return [name for name, column in self.schema.items() if not column.get("hidden")]

    def values(self, name: str) -> NDArray[Any]:
        """Return a column as float64 with NaN (times in ms since 1970), or as objects with None (text, bool)."""
        raw, kind = self.snapshot.columns[name], self.schema[name]["kind"]
        if kind == "str":
            return np.asarray(np.array([None, *self.snapshot.dictionary[name][1:]], object)[raw])
        if kind == "bool":
            return np.array([None if value == 255 else bool(value) for value in raw], object)
        floats: NDArray[Any] = np.asarray(raw, np.float64)
        if kind != "f8":
            floats = np.where(raw == MISSING_INT, np.nan, floats / (1e6 if kind == "time" else 1.0))
        return floats

    def _rows(self) -> NDArray[np.intp]:
        size = 0 if self.look.privacy == "off" else len(self.snapshot.slots)
        if not size:
            return np.empty(0, np.intp)
        rows = np.flatnonzero(conditions.mask(self.look.condition, size, self.values, list(self.schema)))
        for name, ascending in reversed([*((name, True) for name in self.look.group), *self.look.sort]):
            if name not in self.schema:
                continue
            rows = rows[_order(self.values(name)[rows], ascending)]
        return rows

    def texts(self, name: str, rows: NDArray[np.intp]) -> list[str]:
        """Return the cells of a column as they are shown."""
        column, raw = self.schema[name], self.snapshot.columns[name][rows]
        if column["kind"] == "str":
            strings = self.snapshot.dictionary[name]
            hide = mask_account if column.get("format") == "account" else mask_text
            return [
                (hide(text) if self.look.privacy != "full" else text) or DASH for text in map(strings.__getitem__, raw)
            ]
        decimals, tick = self.look.decimals.get(name), column.get("tick")
        write = writer(column, raw, decimals)
        if not tick or decimals is not None or column["kind"] != "f8":
            return [write(value) for value in raw.tolist()]
        ticks = self.snapshot.columns[tick][rows].tolist() if tick in self.schema else [None] * len(raw)
        # as many writers as there are numbers of decimals
        writers = {places: writer(column, raw, places) for places in range(2, 9)}
        return [writers[price_decimals(value, least)](value) for value, least in zip(raw.tolist(), ticks, strict=True)]

    def total(self, name: str) -> str:
        """Return the cell of a column in the row of totals; "" where nothing is added up."""
        word = self.look.totals.get(name)
        if word is None or not len(self.rows):
            return ""
        values = self.values(name)[self.rows]
        present = values == values if values.dtype.kind == "f" else np.array([value is not None for value in values])
        if word == "count":
            return f"{int(present.sum()):,}"
        if not present.any():
            return DASH
        if word in ("sum", "mean") and self._mixes(name, present):
            return MIXED
        number = float(getattr(np, word)(values[present]))
        column = {**self.schema[name], "kind": "f8"}
        shown = self.snapshot.columns[name][self.rows[present]]
        decimals = self.look.decimals.get(name)
        if column["kind"] != self.schema[name]["kind"]:
            decimals = 0 if number.is_integer() else 2
        return writer(column, np.append(np.asarray(shown, np.float64), number), decimals)(number)

    def _mixes(self, name: str, present: NDArray[np.bool_]) -> bool:
        """Tell whether the amounts of a column are in several currencies."""
        if self.schema[name].get("unit") != "currency" or self.schema.get("currency", {}).get("kind") != "str":
            return False
        return len(np.unique(self.snapshot.columns["currency"][self.rows[present]])) > 1


def _order(values: NDArray[Any], ascending: bool) -> NDArray[np.intp]:
    """Return the stable order of values, missing ones last either way."""
    if values.dtype.kind == "f":
        keys = values if ascending else -values
        return np.argsort(keys, kind="stable")
    missing = np.array([value is None for value in values], bool)
    if all(isinstance(value, str) for value in values[~missing]):
        order = {text: collation(text) for text in set(values[~missing].tolist())}
        places = {key: place for place, key in enumerate(sorted(set(order.values())))}
        codes = np.array([0 if value is None else places[order[value]] for value in values], np.int64)
    else:
        _, codes = np.unique(np.where(missing, "", values).astype(str), return_inverse=True)
    ranks = np.where(missing, np.iinfo(np.int64).max, codes if ascending else -codes)
    return np.argsort(ranks, kind="stable")


def collation(text: str) -> str:
    """Return what texts are sorted by, as the browser does: whatever their case and accents, numbers in them by value,
    punctuation before digits, and those before letters. A few bytes a letter, since texts may be long.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    parts: list[str] = []
    for part in _DIGITS.findall(plain):
        if part[0].isdecimal():
            digits = str(int(part))
            parts += ("\2", chr(len(digits)), digits)
        else:
            parts += [f"\3{c}" if c.isalpha() else f"\1{chr(_MARKS.find(c) + 2)}{c}" for c in part]
    return "".join(parts)


def table_html(name: str, picture: Picture, *, css_class: str = "", at: dt.datetime | None = None) -> str:
    """Return the table as HTML of its own: no script, no style sheet, nothing from elsewhere."""
    total = len(picture.rows)
    left = {c: " align=left" for c in picture.columns if picture.schema[c]["kind"] not in ("f8", "i8")}
    head = "".join(
        f'<th{left.get(c, "")} title="{_attribute(picture.schema[c])}">{html.escape(c)}</th>' for c in picture.columns
    )
    rows = picture.rows[:MAX_ROWS]
    cells = [[f"<td{left.get(c, '')}>{_short(text)}</td>" for text in picture.texts(c, rows)] for c in picture.columns]
    foot = _total_line(picture)
    lines: list[str] = []
    size = len(head) + len(foot.encode()) + 400
    for line in map("".join, zip(*cells, strict=True)):
        size += len(line.encode()) + 21
        if size > MAX_BYTES:
            break
        lines.append(f"<tr align=right>{line}</tr>")
    body = "".join(lines) or f"<tr><td colspan={max(1, len(picture.columns))}>no rows</td></tr>"
    words = html.escape(_CONTROL.sub(" ", caption(name, total, len(lines), at)))
    rest = f"<tbody>{body}</tbody>{foot}"
    table = f'<table style="white-space:nowrap"><thead><tr align=right>{head}</tr></thead>{rest}</table>'
    return f'<div class="{css_class or "ibnb-twin"}">{table}<p><small>{words}</small></p></div>'


def _total_line(picture: Picture) -> str:
    if not picture.look.totals or not len(picture.rows):
        return ""
    texts = [f"Total of {len(picture.rows):,}", *(picture.total(name) for name in picture.columns[1:])]
    first, *others = [html.escape(text) for text in texts]
    cells = "".join(f"<th>{text}</th>" for text in others)
    return f"<tfoot><tr align=right><th align=left>{first}</th>{cells}</tr></tfoot>"


def table_text(name: str, picture: Picture, *, rows: int = 20) -> str:
    """Return the table as plain text, for consoles."""
    some = picture.rows[:rows]
    columns = []
    for number, column in enumerate(picture.columns):
        cells = [column, *(_CONTROL.sub(" ", text)[:MAX_TEXT] for text in picture.texts(column, some))]
        if picture.look.totals and len(picture.rows):
            cells.append(picture.total(column) if number else f"Total of {len(picture.rows):,}")
        width = max(map(len, cells))
        right = picture.schema[column]["kind"] in ("f8", "i8")
        columns.append([text.rjust(width) if right else text.ljust(width) for text in cells])
    lines = ["  ".join(line).rstrip() for line in zip(*columns, strict=True)]
    return "\n".join([*lines, caption(name, len(picture.rows), len(some), None)])


def caption(name: str, total: int, shown: int, at: dt.datetime | None) -> str:
    """Return the line under a still picture: what it is, how much of it, and of when."""
    some = f"{total:,} row{'' if total == 1 else 's'}"
    if shown < total:
        some = f"first {shown:,} of {some}"
    when = f" · as of {at:%Y-%m-%d %H:%M:%S} UTC, not live" if at else ""
    return f"{name} · {some}{when}"


def writer(column: Mapping[str, Any], raw: NDArray[Any], decimals: int | None = None) -> Callable[[Any], str]:
    """Return what turns a raw cell of the column into its text; `raw` tells how many decimals its numbers need."""
    kind, shape = column["kind"], column.get("format", "")
    if kind == "bool":
        return lambda value: DASH if value == 255 else "yes" if value else "no"
    if kind == "time":
        return _time_writer(column.get("zone"), shape)
    if kind == "i8":
        return lambda value: DASH if value == MISSING_INT else str(value) if shape == "int" else f"{value:,}"
    if decimals is None:
        decimals = decimals_of(shape, np.asarray(raw, np.float64))
    trim = shape == "size"
    signed = is_signed(column)
    percent = "%" if shape == "percent" or column.get("unit") == "%" else ""

    def write(value: float) -> str:
        if value != value:
            return DASH
        text = f"{value:,.{decimals}f}"
        if trim and "." in text:
            text = text.rstrip("0").rstrip(".")
        glyph = (f"{UP} " if value > 0 else f"{DOWN} " if value < 0 else "") if signed else ""
        return glyph + text.replace("-", "−") + percent

    return write


def decimals_of(shape: str, values: NDArray[np.float64]) -> int:
    """Return how many decimals a column's numbers are shown with."""
    if shape in ("money", "percent"):
        return 2
    if shape == "size":
        return 8
    finite = np.abs(values[np.isfinite(values)])
    least, most = (2, 8) if shape == "price" else (0, 6)
    for places in range(least, most):
        scaled = finite * 10.0**places
        if bool((np.abs(scaled - np.round(scaled)) <= 1e-6 * np.maximum(1.0, scaled * 1e-6)).all()):
            return places
    return most


def is_signed(column: Mapping[str, Any]) -> bool:
    """Tell whether a number's sign is the point of it: profit and loss, changes."""
    name = str(column["name"]).lower()
    return column["kind"] == "f8" and any(word in name for word in ("pnl", "change", "profit"))


def _time_writer(zone: str | None, shape: str) -> Callable[[int], str]:
    # A time without zone is stored as if it were UTC, and shown so.
    info = ZoneInfo(zone) if zone else dt.UTC

    def write(value: int) -> str:
        if value == MISSING_INT:
            return DASH
        moment = dt.datetime.fromtimestamp(value // 1_000_000_000, info)
        if shape == "date":
            return f"{moment:%Y-%m-%d}"
        millis = value // 1_000_000 % 1000
        return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{millis:03d}" if millis else "")

    return write


def _attribute(column: Mapping[str, Any]) -> str:
    unit = f" ({column['unit']})" if column.get("unit") else ""
    return html.escape(f"{column.get('doc') or column['name']}{unit}", quote=True)


def _short(text: str) -> str:
    text = _CONTROL.sub(" ", text)
    return html.escape(text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…")
