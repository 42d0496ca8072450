"""The live table view: `table.view(...)`, or just the table at the end of a cell."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from typing import Any

import traitlets

from . import conditions
from .base import LiveView
from .pages import Source
from .static_twin import Look, Picture, table_html, table_text

Sort = str | Iterable[str | tuple[str, bool]] | None


class TableView(LiveView):
    """A table that lives in the notebook: it scrolls, sorts and filters in the browser, also while a cell runs.

    Args:
        source: The table.
        columns: Names of the columns to show, in order; None = those not marked hidden.
        sort: Column names in order of weight, "-name" for descending. The user may sort otherwise by clicking.
        filter: Rows to show, e.g. `"secType == 'OPT' and 10 < strike <= 20"`; `'AA' in symbol` looks for a part.
            Columns, plain values, comparisons, `in`, and, or, not. Times as ISO text, UTC unless they say otherwise.
        height: Most pixels for the rows.
        flash: Whether cells that change light up.
        decimals: Column name -> number of decimals; the others find theirs.
        title: Words over the table; None = its name.
        search: Whether there is a search box.

    Raises:
        ValueError: An unknown column, or a filter that cannot be read.
        TypeError: An unknown option.
    """

    kind = "table"

    columns = traitlets.List(traitlets.Unicode(), default_value=None, allow_none=True).tag(sync=True)
    sort = traitlets.Any(()).tag(sync=True)
    filter = traitlets.Any(None).tag(sync=True)
    height = traitlets.Int(400).tag(sync=True)
    flash = traitlets.Bool(True).tag(sync=True)
    decimals = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    search = traitlets.Bool(True).tag(sync=True)

    def __init__(self, source: Source, **options: Any) -> None:
        self._kinds = {column["name"]: column["kind"] for column in source.schema()}
        self._selected: list[tuple[Any, ...]] = []
        super().__init__(source, **options)

    @traitlets.validate("columns")
    def _check_columns(self, proposal: dict[str, Any]) -> Any:
        names = proposal["value"]
        return names if names is None else [self._known(name) for name in names]

    @traitlets.validate("decimals")
    def _check_decimals(self, proposal: dict[str, Any]) -> Any:
        return {self._known(name): int(places) for name, places in proposal["value"].items()}

    def _known(self, name: str) -> str:
        if name not in self._kinds:
            raise ValueError(f"{self.source.name} has no column {name!r}; there are {', '.join(self._kinds)}")
        return name

    @traitlets.validate("filter")
    def _check_filter(self, proposal: dict[str, Any]) -> conditions.Tree | None:
        value = proposal["value"]
        return conditions.parse(value, self._kinds) if isinstance(value, str) else value

    @traitlets.validate("sort")
    def _check_sort(self, proposal: dict[str, Any]) -> list[list[Any]]:
        return self._sort_keys(proposal["value"])

    def _sort_keys(self, sort: Sort) -> list[list[Any]]:
        keys: list[list[Any]] = []
        for item in [sort] if isinstance(sort, str) else sort or ():
            name, ascending = (item.lstrip("-+"), not item.startswith("-")) if isinstance(item, str) else item
            keys.append([self._known(name), bool(ascending)])
        return keys

    @property
    def selected(self) -> list[tuple[Any, ...]]:
        """Keys of the rows that are selected in the browser, in the order of their selection."""
        return list(self._selected)

    def on_event(self, name: str, data: Any) -> None:
        """Take the selection."""
        if name == "select":
            self._selected = [tuple(key) for key in data["keys"]]

    # -- the still picture -------------------------------------------------------------------------------------------

    def _picture(self) -> Picture:
        source: Any = self.source
        sort = self.sort or [list(key) for key in getattr(source, "sorting", ())]
        look = Look(self.columns, [(name, up) for name, up in sort], self.filter, self.decimals, _privacy(source))
        return Picture(source.schema(), source.snapshot(), look)

    def still_html(self, css_class: str) -> str:
        """Return the rows as they are now, as HTML: at most 60 of them and 20 kB."""
        return table_html(
            self.title or self.source.name, self._picture(), css_class=css_class, at=dt.datetime.now(dt.UTC)
        )

    def still_text(self) -> str:
        """Return the first rows as text."""
        return table_text(self.title or self.source.name, self._picture())

    def still_key(self) -> Any:
        """Return what the picture depends on."""
        return getattr(self.source, "revision", None), repr((self.columns, self.sort, self.filter, self.title))


def _privacy(source: Any) -> str:
    return str(getattr(source, "privacy", "masked"))


_lock = threading.Lock()


def table_view(table: Any, **options: Any) -> TableView:
    """Return a live view of a table. Without options it is the table's one standard view, made once."""
    if options:
        return TableView(table, **options)
    with _lock:
        # Kept on the table, so that both go together.
        view: TableView | None = table.__dict__.get("_standard_view")
        if view is None:
            view = table.__dict__["_standard_view"] = TableView(table)
        return view
