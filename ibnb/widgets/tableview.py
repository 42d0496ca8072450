"""The live table view: `table.view(...)`, or just the table at the end of a cell."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from ibnb.tables.clock import caller_home

from . import conditions, marks, viewstate
from .base import LiveView
from .pages import Source
from .static_twin import Look, Picture, is_signed, table_html, table_text

logger = logging.getLogger("ibnb.widgets")

Sort = str | Iterable[str | tuple[str, bool]] | None
FUNCTIONS = ("sum", "mean", "min", "max", "count")
FORMATS = ("price", "money", "size", "percent", "int", "number", "text", "time", "date", "account", "bool")


class TableView(LiveView):
    """A table that lives in the notebook: it scrolls, sorts and filters in the browser, also while a cell runs.

    What the user does there comes back: `selected`, `on_select`, `visible_df`, `state`.

    Args:
        source: The table.
        columns: Names of the columns to show, in order; None = those not marked hidden.
        sort: Column names in order of weight, "-name" for descending. The user may sort otherwise by clicking.
        filter: Rows to show, e.g. `"secType == 'OPT' and 10 < strike <= 20"`; `'AA' in symbol` looks for a part.
            Columns, plain values, comparisons, `in`, and, or, not. Times as ISO text, UTC unless they say otherwise.
        group: Columns to group by, outermost first; groups open and close, and show what is added up.
        totals: True for a row of totals; a dict column -> "sum", "mean", "min", "max" or "count" says of what (groups
            follow it too). By itself amounts and sizes are added up, never prices; amounts in several currencies are
            not added but shown as "mixed".
        freeze_cols: How many columns stay at the left edge while the others scroll; None = leading key columns.
        fmt: Column -> format (price money size percent int number time date ...) or number of decimals.
        decimals: Column -> number of decimals; the others find theirs, prices from their contract's increment.
        zone: IANA zone in which times are shown, "local" for the browser's; None = that of each column.
        rules: Column (or "*" for the whole row) -> function of a DataFrame of rows that gives booleans, numbers (above
            0 good, below 0 bad) or the classes good bad warn info muted strong mark. It is called with the rows that
            changed, so it must look at each row by itself.
        height: Most pixels for the rows.
        flash: Whether cells that change light up.
        hold: "auto" holds the order of rows while the pointer is over them; True always, False never.
        title: Words over the table; None = its name.
        search: Whether there is a search box.

    Raises:
        ValueError: An unknown column, a filter that cannot be read, a rule that fails.
        TypeError: An unknown option.
    """

    kind = "table"

    columns = traitlets.List(traitlets.Unicode(), default_value=None, allow_none=True).tag(sync=True)
    sort = traitlets.Any(()).tag(sync=True)
    filter = traitlets.Any(None).tag(sync=True)
    group = traitlets.Any(()).tag(sync=True)
    totals = traitlets.Any(False).tag(sync=True)
    freeze_cols = traitlets.Int(None, allow_none=True).tag(sync=True)
    fmt = traitlets.Dict().tag(sync=True)
    decimals = traitlets.Dict().tag(sync=True)
    zone = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    height = traitlets.Int(400).tag(sync=True)
    flash = traitlets.Bool(True).tag(sync=True)
    hold = traitlets.Enum(("auto", True, False), "auto").tag(sync=True)
    title = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    search = traitlets.Bool(True).tag(sync=True)
    _marks = traitlets.Dict().tag(sync=True)
    _aggregates = traitlets.Dict().tag(sync=True)
    _state = traitlets.Dict().tag(sync=True)

    def __init__(self, source: Source, *, rules: Mapping[str, marks.Rule] | None = None, **options: Any) -> None:
        self.rules = dict(rules or {})
        self.table: Any = source
        if self.rules:
            source = marks.marked(source, self.rules)
        self._schema = {column["name"]: column for column in source.schema()}
        self._kinds = {name: column["kind"] for name, column in self._schema.items() if name[0] != marks.PREFIX}
        self._chosen: tuple[Any, Any] | None = (np.empty(0, np.int64), np.empty(0, np.int64))
        self._followers: list[tuple[Callable[[pd.DataFrame], object], Any]] = []
        super().__init__(source, **options)

    @traitlets.default("_marks")
    def _first_marks(self) -> dict[str, str]:
        return {name: marks.PREFIX + name for name in self.rules}

    @traitlets.default("_aggregates")
    def _first_aggregates(self) -> dict[str, str]:
        return _added_up(self._schema)

    @classmethod
    def class_own_options(cls) -> list[str]:
        """Return the names of the options."""
        return [*super().class_own_options(), "rules"]

    # -- options -----------------------------------------------------------------------------------------------------

    @traitlets.validate("columns")
    def _check_columns(self, proposal: dict[str, Any]) -> Any:
        names = proposal["value"]
        return names if names is None else [self._known(name) for name in names]

    @traitlets.validate("group")
    def _check_group(self, proposal: dict[str, Any]) -> list[str]:
        names = proposal["value"]
        return [self._known(name) for name in ([names] if isinstance(names, str) else names or ())]

    @traitlets.validate("totals")
    def _check_totals(self, proposal: dict[str, Any]) -> bool:
        self._aggregates = self._functions(proposal["value"])
        return bool(proposal["value"])

    def _functions(self, totals: Any) -> dict[str, str]:
        """Return column -> how its values are added up."""
        if not isinstance(totals, Mapping):
            return _added_up(self._schema)
        for name, word in totals.items():
            if word not in FUNCTIONS:
                raise ValueError(f"totals of {name!r}: {word!r} is none of {', '.join(FUNCTIONS)}")
            if word != "count" and self._kinds[self._known(name)] not in ("f8", "i8"):
                raise ValueError(f"totals of {name!r}: it holds no numbers; only count goes there")
        return {self._known(name): str(word) for name, word in totals.items()}

    @traitlets.validate("decimals")
    def _check_decimals(self, proposal: dict[str, Any]) -> Any:
        return {self._known(name): int(places) for name, places in proposal["value"].items()}

    @traitlets.validate("fmt")
    def _check_fmt(self, proposal: dict[str, Any]) -> Any:
        for name, shape in proposal["value"].items():
            if not isinstance(shape, int) and shape not in FORMATS:
                raise ValueError(f"format of {self._known(name)!r}: {shape!r} is none of {', '.join(FORMATS)}")
        return {self._known(name): shape for name, shape in proposal["value"].items()}

    @traitlets.validate("zone")
    def _check_zone(self, proposal: dict[str, Any]) -> Any:
        from zoneinfo import ZoneInfo

        name = proposal["value"]
        if name not in (None, "local"):
            try:
                ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"{name!r} is no time zone; write e.g. 'America/New_York', 'UTC' or 'local'") from None
        return name

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

    @traitlets.observe("columns", "sort", "group", "totals", "freeze_cols")
    def _option_set(self, change: Any) -> None:
        """Forget what the user had done about an option that was set now; the browser does the same."""
        gone = {"columns": ("columns", "pins"), "freeze_cols": ("pins",), "group": ("group", "closed")}
        data = self._state.get("data") or {}
        names = gone.get(change["name"], (change["name"],))
        if any(name in data for name in names):
            self._state = {"by": "option", "data": {key: value for key, value in data.items() if key not in names}}

    # -- what the user does ------------------------------------------------------------------------------------------

    @property
    def selected(self) -> pd.DataFrame:
        """The rows that are selected in the browser, with their values of now, in the order of their selection; rows
        that are gone since are left out. All columns of the table.
        """
        if self._chosen is None:
            return self._visible()
        return self._frame(*self._chosen)

    @property
    def selected_keys(self) -> list[Any]:
        """Keys of the rows that are selected: the key column's value, a tuple of them for several, a number without."""
        source: Any = self.source
        rows = self.selected
        if not source.key:
            return [int(number) for number in self._numbers()]
        names = [rows.get(name, rows.index) for name in source.key]
        return list(names[0]) if len(names) == 1 else list(zip(*names, strict=True))

    def _numbers(self) -> Any:
        if self._chosen is not None:
            return self._chosen[1]
        picture = self._look()
        return picture.snapshot.order[picture.rows]

    def on_select(self, handler: Callable[[pd.DataFrame], object], remove: bool = False) -> None:
        """Call `handler(view.selected)` whenever the selection has changed and settled.

        It is called on the event loop that runs where it was given, or on ibnb's own thread if none does. What it
        raises is logged under "ibnb.widgets".

        Args:
            handler: Takes the frame of selected rows.
            remove: Call it no more.
        """
        self._followers = [item for item in self._followers if item[0] != handler]
        if not remove:
            home = caller_home()
            self._followers.append((handler, home[1] if home else None))

    @property
    def visible_df(self) -> pd.DataFrame:
        """The rows that the view shows, filtered and sorted as the user has it, with the columns shown, in their order.

        Groups and totals are not rows. It is worked out here of the newest data: it needs no browser.
        """
        frame = self._visible()
        return frame[[name for name in self._shown() if name in frame]]

    @property
    def state(self) -> dict[str, Any]:
        """What the user has done to the view, as plain JSON for `restore`; see `ibnb.widgets.viewstate`."""
        data = self._state.get("data") or {}
        return {key: value for key, value in data.items() if value is not None}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Show the view as it was when `state` was read, in all pages; `{}` is as at first.

        Raises:
            ValueError: `state` is not that of a view.
        """
        self._state = {"by": "", "data": viewstate.check(state, self._kinds)}

    def on_event(self, name: str, data: Any) -> None:
        """Take the selection, and what else the user has done."""
        if name == "select":
            self._take_selection(data)
        elif name == "state":
            self._keep(data)

    def _take_selection(self, data: Any) -> None:
        if data.get("all"):
            self._chosen = None
        else:
            self._chosen = np.array(data["slots"], np.int64), np.array(data["numbers"], np.int64)
        for handler, home in list(self._followers):
            if home is None:
                self._tell(handler)
            else:
                home(lambda handler=handler: self._tell(handler))

    def _tell(self, handler: Callable[[pd.DataFrame], object]) -> None:
        try:
            handler(self.selected)
        except Exception:
            logger.exception("a handler of the selection of %r failed", self)

    def _keep(self, data: Any) -> None:
        """Keep the state, and send it to the other pages: from the context in which all messages leave."""
        self._link.in_context(self.set_trait, "_state", {"by": str(data["by"]), "data": dict(data["data"])})
        with contextlib.suppress(AttributeError):
            self.comm.__dict__.pop("_reply_subshell_id", None)  # see Hub._post_message

    def _shown(self) -> list[str]:
        names = self.state.get("columns") or self.columns
        if not names:
            return [name for name in self._kinds if not self._schema[name].get("hidden")]
        return [name for name in names if name in self._kinds]

    def _visible(self) -> pd.DataFrame:
        picture = self._look()
        slots = picture.snapshot.slots[picture.rows]
        return self._frame(slots, picture.snapshot.order[picture.rows])

    def _look(self) -> Picture:
        """Return the rows as the user has them."""
        source: Any = self.source
        state = self.state
        sort = state.get("sort") or self.sort or [list(key) for key in getattr(source, "sorting", ())]
        if "sort" in state:
            sort = state["sort"]
        where = viewstate.condition(self.filter, state, self._shown(), self._kinds)
        look = Look(self._shown(), [(name, up) for name, up in sort], where, {}, "full")
        return Picture(list(self._schema.values()), source.snapshot(), look)

    def _frame(self, slots: Any, numbers: Any) -> pd.DataFrame:
        """Return rows by slot, those left out whose slot has another row by now."""
        source: Any = self.source
        with source._reading():
            inside = slots < source.capacity
            slots, numbers = slots[inside].astype(np.intp), numbers[inside]
            kept = source._slots.alive(slots) & (source._slots.orders(slots) == numbers)
            frame: pd.DataFrame = source._frame_of(slots[kept])
        return frame.drop(columns=[name for name in frame if str(name).startswith(marks.PREFIX)])

    # -- the still picture -------------------------------------------------------------------------------------------

    def _picture(self) -> Picture:
        source: Any = self.source
        sort = self.sort or [list(key) for key in getattr(source, "sorting", ())]
        look = Look(
            self.columns, [(name, up) for name, up in sort], self.filter,
            {**self.decimals, **{name: places for name, places in self.fmt.items() if isinstance(places, int)}},
            _privacy(self.table), group=self.group, totals=self._aggregates if self.totals else {},
        )  # fmt: skip
        return Picture([self._styled(column) for column in source.schema()], source.snapshot(), look)

    def _styled(self, column: dict[str, Any]) -> dict[str, Any]:
        """Return a column as the options have it; the same as `styled` in js/src/tablecolumns.js."""
        shape = self.fmt.get(column["name"])
        if isinstance(shape, str):
            column = {**column, "format": shape, "tick": column.get("tick", "") if shape == "price" else ""}
        if self.zone not in (None, "local") and column["kind"] == "time" and column.get("zone"):
            column = {**column, "zone": self.zone}
        return column

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
        options = (self.columns, self.sort, self.filter, self.title, self.group, self.totals, self.fmt, self.zone)
        return getattr(self.source, "revision", None), repr(options)


def _added_up(schema: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return which columns are added up unless told otherwise: amounts and sizes; in a table without any, all numbers
    that are no keys, prices or percentages.
    """
    numbers = {name: column for name, column in schema.items() if column["kind"] in ("f8", "i8") and not column["key"]}
    amounts = [name for name, column in numbers.items() if column.get("format") in ("money", "size") or _is_pnl(column)]
    plain = [name for name, column in numbers.items() if column.get("format") in ("number", "int")]
    return dict.fromkeys(amounts or plain, "sum")


def _is_pnl(column: Mapping[str, Any]) -> bool:
    return is_signed(column) and "pnl" in str(column["name"]).lower()


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
