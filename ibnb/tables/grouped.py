"""Live totals: the rows of a table in groups, one row for each, as `DataFrame.groupby` makes them.

What changes in the parent tells which groups to work out anew; those are worked out of all their rows by pandas, so
that no error adds up.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import Column, Index, Kind
from ibnb.tables.following import FollowingTable, check_known, frame_at, taken
from ibnb.tables.frame import encode_series
from ibnb.tables.slots import NONE
from ibnb.tables.table import Table

_NUMBERS: Final = ("f8", "i8", "bool")
_ORDERED: Final = ("f8", "i8", "bool", "str", "time")
FUNCTIONS: Final[dict[str, tuple[str, ...]]] = {
    "sum": _NUMBERS, "mean": _NUMBERS, "median": _NUMBERS, "std": _NUMBERS, "min": _ORDERED, "max": _ORDERED,
    "first": _ORDERED, "last": _ORDERED, "count": _ORDERED, "nunique": _ORDERED, "size": _ORDERED,
}  # fmt: skip
"""How the values of a group become one, and for which kinds of columns. Missing values do not count."""
Spec = tuple[str, str]


class Grouped:
    """A table in groups; `agg` makes a table of totals. Made by `Table.group`."""

    def __init__(self, table: Table, by: tuple[str, ...]) -> None:
        check_known(table, by)
        if not by:
            raise ValueError("name the columns to group by")
        self.table = table
        self.by = tuple(dict.fromkeys(by))

    def agg(self, **columns: str | tuple[str, str]) -> Table:
        """Return the live table of the groups, one row each, in the order in which the groups came up.

        Its columns are those grouped by, which are its key, and those named here. A missing value is a group of its
        own. A group whose values are all missing has a missing sum.

        Args:
            **columns: `column="sum"`, or `total=("column", "sum")` under another name. Functions: sum, mean, median,
                std, min, max, first, last, count (of values), nunique, size (of rows; needs no column).

        Raises:
            KeyError: The table has no such column.
            ValueError: An unknown function, or one that the kind of the column does not allow.
        """
        specs = {}
        for name, spec in columns.items():
            source, function = (name, spec) if isinstance(spec, str) else spec
            if function not in FUNCTIONS:
                raise ValueError(f"{function!r} is none of {', '.join(FUNCTIONS)}")
            if name in self.by:
                raise ValueError(f"{name!r} is a column grouped by; write {name}2=({source!r}, {function!r})")
            if function != "size":
                check_known(self.table, [source])
                kind = self.table.columns[source].kind
                if kind not in FUNCTIONS[function]:
                    raise ValueError(f"column {source!r} holds {kind}, of which there is no {function}")
            specs[name] = (source, function)
        return GroupTable(self.table, self.by, specs)

    def __repr__(self) -> str:
        return f"{self.table.name} by {', '.join(self.by)}: .agg(column='sum') makes a table of it"


class GroupTable(FollowingTable):
    """One row for each group of a parent's rows.

    Args:
        parent: The table that it follows.
        by: Columns to group by.
        specs: Column -> (column of the parent, function).
    """

    def __init__(self, parent: Table, by: tuple[str, ...], specs: Mapping[str, Spec]) -> None:
        columns = [replace(parent.columns[name], hidden=False) for name in by]
        columns += [_column(parent, name, *spec) for name, spec in specs.items()]
        super().__init__((parent,), columns, by)
        self.by = by
        self.specs = specs
        self._sources = {source for source, function in specs.values() if function != "size"}
        self._group_of = np.full(0, -1, np.intp)  # of the parent's slots
        self._ids: dict[tuple[Any, ...], int] = {}
        self._keys: list[tuple[Any, ...] | None] = []
        self._free: list[int] = []

    def _follow(self) -> None:
        parent = self.parent
        with parent._reading():
            net = self._news(parent)
            if parent.capacity > len(self._group_of):
                more = np.full(2 * parent.capacity - len(self._group_of), -1, np.intp)
                self._group_of = np.concatenate([self._group_of, more])
            if net is None:
                touched = [self._put(np.arange(len(self._group_of)), None), self._put(NONE, parent._slots.ordered())]
            else:
                touched = [self._put(net.removed, None), self._put(NONE, net.added)]
                moved = [slots for name, slots in net.changed.items() if name in self.by]
                for slots in [np.unique(np.concatenate(moved))] if moved else []:
                    touched.append(self._put(slots, slots))
                touched += [self._group_of[slots] for name, slots in net.changed.items() if name in self._sources]
            groups = np.unique(np.concatenate(touched))
            if len(groups := groups[groups >= 0]):
                self._work_out(groups)

    def _put(self, out: Index, into: Index | None) -> Index:
        """Take the parent's slots out of their groups, and put slots into theirs; return the groups concerned."""
        before = self._group_of[out]
        self._group_of[out] = -1
        if into is None or not len(into):
            return before
        decoded = []
        for name in self.by:
            cells = self.parent._cells[name]
            decoded.append([cells.decode(raw) for raw in cells.take(into)])
        self._group_of[into] = [self._id(key) for key in zip(*decoded)]
        return np.concatenate([before, self._group_of[into]])

    def _id(self, key: tuple[Any, ...]) -> int:
        known = self._ids.get(key)
        if known is None:
            if self._free:
                known = self._free.pop()
            else:
                known = len(self._keys)
                self._keys.append(None)
            self._ids[key] = known
            self._keys[known] = key
        return known

    def _work_out(self, groups: Index) -> None:
        """Write the rows of these groups anew; those without rows go."""
        parent = self.parent
        wanted = np.zeros(len(self._keys), np.bool_)
        wanted[groups] = True
        alive = parent._slots.ordered()
        slots = alive[wanted[self._group_of[alive]]]
        member = self._group_of[slots]
        here, first = np.unique(member, return_index=True)
        self._leave(np.setdiff1d(groups, here, assume_unique=True))
        if not len(here):
            return
        grouped = frame_at(parent, slots, self._sources).groupby(member, sort=True)
        encoded: dict[str, NDArray[Any]] = {}
        for name, cells in self._cells.items():
            if name in self.by:
                encoded[name] = taken(parent._cells[name], slots[first], cells)
            else:
                encoded[name] = encode_series(cells, _aggregate(grouped, *self.specs[name]))
        self._store([self._key(gid) for gid in here.tolist()], first, encoded)

    def _store(self, keys: list[Hashable], first: Index, encoded: Mapping[str, NDArray[Any]]) -> None:
        """Write the rows of these groups; new ones in the order of their first rows."""
        known = self._keyed().slot_of
        is_new = np.array([key not in known for key in keys], np.bool_)
        fresh = np.flatnonzero(is_new)
        fresh = fresh[np.argsort(first[fresh], kind="stable")]
        slots = self._keyed().add([keys[i] for i in fresh.tolist()])
        old = np.flatnonzero(~is_new)
        here = np.array([known[keys[i]] for i in old.tolist()], np.intp)
        for name, cells in self._cells.items():
            cells.grow(self._slots.capacity)
            cells.put(slots, encoded[name][fresh])
            self._write(name, cells, here, encoded[name][old])
        self._log.rows_added(slots)

    def _leave(self, groups: Index) -> None:
        """Forget groups that have no rows any more."""
        self._log.rows_removed(*self._keyed().remove([self._key(gid) for gid in groups.tolist()]))
        for gid in groups.tolist():
            key = self._keys[gid]
            assert key is not None
            del self._ids[key]
            self._keys[gid] = None
            self._free.append(gid)

    def _key(self, gid: int) -> Hashable:
        key = self._keys[gid]
        assert key is not None
        return key[0] if len(key) == 1 else key


def _aggregate(grouped: Any, source: str, function: str) -> pd.Series[Any]:
    if function == "size":
        out: pd.Series[Any] = grouped.size()
    elif function == "sum":
        out = grouped[source].sum(min_count=1)
    else:
        out = getattr(grouped[source], function)()
    return out


def _column(parent: Table, name: str, source: str, function: str) -> Column:
    """Return the column of an aggregate: of the source's kind and unit where the function keeps them."""
    if function in ("count", "nunique", "size"):
        return Column(name, "i8", _nothing, doc=f"{function} of {source}" if function != "size" else "rows")
    column = parent.columns[source]
    kind: Kind = column.kind
    if function in ("mean", "median", "std"):
        kind = "f8"
    elif function == "sum" and kind == "bool":
        kind = "i8"
    form = column.format if kind == column.kind else ""
    doc = f"{function} of {column.doc or source}"
    return replace(column, name=name, kind=kind, get=_nothing, doc=doc, format=form, tick="", hidden=False, missing=())


def _nothing(_: Any) -> None:
    """Stand for the getter of a column that is not taken out of an object."""


def group(table: Table, by: Iterable[str]) -> Grouped:
    """Return a table in groups; see `Table.group`."""
    return Grouped(table, tuple(by))
