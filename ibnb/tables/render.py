"""Show a table as text and as a static HTML twin: what stays of it where nothing live can be.

Everything that came from outside is escaped. Account ids are masked unless `privacy` is "full". Both forms say that
they are a snapshot, and of when. Colours come from the page (inherit, currentColor), so light and dark both do. Knows
the encodings, no widgets.
"""

from __future__ import annotations

import datetime as dt
import html
import logging
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from ibnb.host import in_kernel
from ibnb.tables.columns import FORMATS, Column, Index

if TYPE_CHECKING:
    from ibnb.tables.columns import Cells

MAX_ROWS = 60
MAX_COLUMNS = 16
MAX_TEXT = 60
MAX_LINE = 200
MAX_HTML_BYTES = 20_000
NOTHING = "–"
_RIGHT = frozenset({"f8", "i8"})
_ACCOUNT = re.compile(r"\b(D?[UFI])\d{2,}(\d{3})\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_TABLE_STYLE = (
    "border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums;color:inherit;background:transparent"
)
_NOTE_STYLE = "opacity:.7;font-size:12px"
_logger = logging.getLogger("ibnb.tables")


def mask_account(text: str) -> str:
    """Return an account id with all but its prefix and last three digits starred: `U***123`."""
    if text in ("All", "N/A") or len(text) < 4:
        return text
    prefix = re.match(r"[A-Za-z]{0,2}(?=\d)", text)
    start = prefix[0] if prefix else text[:1]
    return f"{start}***{text[-3:]}"


def mask_text(text: str) -> str:
    """Return text with what looks like an account id masked."""
    return _ACCOUNT.sub(r"\1***\2", text)


def price_decimals(value: float, tick: float | None) -> int:
    """Return how many decimals a price is shown with: those of its least increment, at least 2.

    Where the increment is not known: those of the price itself, as far as seven digits go (TWS sends some prices in
    single precision).
    """
    if tick is not None and 0 < tick < math.inf:
        shown, most = tick, 8
    else:
        shown = abs(value)
        if not 0 < shown < 1e12:
            return 2
        most = min(8, max(2, 6 - math.floor(math.log10(shown))))
    return max(2, len(f"{shown:.{most}f}".rstrip("0").partition(".")[2]))


def format_cell(value: Any, column: Column, *, masked: bool = True, tick: float | None = None) -> str:
    """Return a decoded cell as text, the way the column wants it; an en dash for no value.

    Args:
        value: The cell.
        column: Its column.
        masked: Whether account ids are starred.
        tick: The row's least price increment, for a column whose `tick` names one.
    """
    if value is None:
        return NOTHING
    form = column.format or FORMATS[column.kind]
    if isinstance(value, str):
        text = _CONTROL.sub(" ", value)
        if masked:
            text = mask_account(text) if form == "account" else mask_text(text)
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    if isinstance(value, dt.datetime):
        if column.zone not in (None, "UTC"):
            value = value.astimezone(ZoneInfo(str(column.zone)))
        return str(value.strftime("%Y-%m-%d" if form == "date" else "%Y-%m-%d %H:%M:%S"))
    if column.tick and isinstance(value, float):
        return f"{value:,.{price_decimals(value, tick)}f}"
    return _format_number(value, form)


def _format_number(value: Any, form: str) -> str:
    if isinstance(value, bool | int):
        return str(value)
    if form == "money":
        return f"{value:,.2f}"
    if form == "percent":
        return f"{value:.2f}%"
    if form == "price" and abs(value) < 1e12:
        text = f"{value:,.8f}".rstrip("0")
        whole, _, decimals = text.partition(".")
        return f"{whole}.{decimals:0<2}"
    if form in ("size", "int") and abs(value) < 1e12:
        return f"{value:,.8f}".rstrip("0").rstrip(".")
    return f"{value:.10g}"


class Rendered:
    """What a table shows when it is evaluated; mixed into Table."""

    privacy: ClassVar[Literal["masked", "full", "off"]] = "masked"
    """Account ids in snapshots: masked, in full, or no rows at all. Set it on the class or on one table."""

    view_factory: ClassVar[Callable[..., Any] | None] = None
    """Makes the live view: `view_factory(table, **options)`. Set by the api layer, since tables know no widgets."""

    if TYPE_CHECKING:
        name: str
        kind: str
        revision: int
        columns: dict[str, Column]
        lock: Any
        _cells: dict[str, Cells]
        _now: Callable[[], float]

        def __len__(self) -> int: ...
        def _display_slots(self) -> Index: ...
        @property
        def reason(self) -> str: ...

    def _shown(self) -> tuple[list[Column], list[list[str]], int, str]:
        """Return the shown columns, the texts of the shown rows, how many rows there are, and the title."""
        with self.lock:
            rows = len(self)  # brings in what is pending
            slots = self._display_slots()
            shown = slots[:MAX_ROWS] if self.kind == "keyed" else slots[-MAX_ROWS:]
            if self.privacy == "off":
                shown = shown[:0]
            columns = [column for column in self.columns.values() if not column.hidden][:MAX_COLUMNS]
            masked = self.privacy != "full"
            texts = []
            for column in columns:
                cells = self._cells[column.name]
                ticks = self._cells[column.tick].take(shown) if column.tick in self._cells else [None] * len(shown)
                texts.append(
                    [
                        format_cell(cells.decode(raw), column, masked=masked, tick=tick)
                        for raw, tick in zip(cells.take(shown), ticks)
                    ]
                )
            at = dt.datetime.fromtimestamp(self._now(), dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            title = f"{self.name}: {_count(rows, 'row')} × {_count(len(self.columns), 'column')}"
            title += f", static snapshot, not live, {at}"
            return columns, [list(row) for row in zip(*texts)], rows, title

    def _note(self, shown: int, rows: int) -> str:
        if self.privacy == "off":
            return "rows are not shown (privacy is off)"
        if not rows:
            return f"no rows: {self.reason}"
        if shown == rows:
            return ""
        return f"{'first' if self.kind == 'keyed' else 'last'} {shown} of {rows:,} rows; .df has all"

    def __repr__(self) -> str:
        columns, rows, total, title = self._shown()
        lines = [title]
        if rows:
            heads = [_head(column) for column in columns]
            widths = [max(map(len, cells)) for cells in zip(heads, *rows)]
            right = [column.kind in _RIGHT for column in columns]
            for row in [heads, *rows]:
                cells = [text.rjust(width) if r else text.ljust(width) for text, width, r in zip(row, widths, right)]
                line = "  ".join(cells).rstrip()
                lines.append(line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…")
        note = self._note(len(rows), total)
        return "\n".join([*lines, note] if note else lines)

    def _repr_html_(self) -> str:
        columns, rows, total, title = self._shown()
        head = "".join(f"<th align={_align(column)}{_title(column)}>{html.escape(_head(column))}" for column in columns)
        budget = MAX_HTML_BYTES - 1000 - len(head.encode()) - len(title.encode())
        body: list[str] = []
        for row in rows if self.kind == "keyed" else reversed(rows):
            cells = zip(columns, row)
            line = "<tr>" + "".join(f"<td align={_align(column)}>{html.escape(text)}" for column, text in cells)
            budget -= len(line.encode())
            if budget < 0:
                break
            body.append(line)
        if self.kind != "keyed":
            body.reverse()
        note = self._note(len(body), total)
        table = (
            f'<table style="{_TABLE_STYLE}"><thead><tr>{head}</thead><tbody>{"".join(body)}</tbody></table>'
            if body
            else ""
        )
        return (
            f'<div class="ibnb-static"><div style="{_NOTE_STYLE}">{html.escape(title)}</div>{table}'
            f'<div style="{_NOTE_STYLE}">{html.escape(note)}</div></div>'
        )

    def view(self, **options: Any) -> Any:
        """Return the live view of this table for a notebook cell.

        Raises:
            RuntimeError: No widgets are installed or set up; `df` and the static snapshot work all the same.
        """
        factory = self._factory()
        if factory is None:
            raise RuntimeError("no live views here: the widgets of ibnb are not loaded; use .df")
        return factory(self, **options)

    def _ipython_display_(self) -> None:
        """Show the live view, which keeps a still picture of itself in the notebook."""
        show = None
        if in_kernel():
            try:
                show = getattr(self.view(), "_ipython_display_", None)
            except RuntimeError:  # no widgets
                pass
        if show is None:
            raise NotImplementedError("IPython then takes the MIME bundle")
        show()

    def _display_(self) -> Any:
        """Return what marimo shows for a table: the live view, the still picture where there are no widgets."""
        if self._factory() is None:
            return _Still(self._repr_html_())
        return self.view()

    def _factory(self) -> Callable[..., Any] | None:
        factory: Callable[..., Any] | None = self.__dict__.get("view_factory") or type(self).view_factory
        return factory

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return the live view's bundle when there are widgets, with the static forms beside it."""
        static = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self._factory() is None:
            return static
        try:
            bundle = self.view()._repr_mimebundle_(include=include, exclude=exclude)
        except Exception:
            _logger.exception("table %r has no live view; its snapshot is shown", self.name)
            return static
        if isinstance(bundle, tuple):
            return {**static, **bundle[0]}, bundle[1]
        return {**static, **(bundle or {})}


class _Still:
    """HTML as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def _repr_html_(self) -> str:
        return self._text


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _head(column: Column) -> str:
    """Return a column's heading: its name, with the zone of times that are not UTC."""
    zone = f" ({column.zone})" if column.kind == "time" and column.zone is not None else ""
    return _CONTROL.sub(" ", column.name + zone)


def _align(column: Column) -> str:
    return "right" if column.kind in _RIGHT else "left"


def _title(column: Column) -> str:
    text = ", ".join(part for part in (column.doc, column.unit) if part)
    return f' title="{html.escape(text)}"' if text else ""
