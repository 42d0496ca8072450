"""Live joins: the rows of a table, each with the columns of the row of another table that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ibnb.tables.columns import Index
from ibnb.tables.delta import Net
from ibnb.tables.following import FollowingTable, check_known, taken
from ibnb.tables.slots import NONE
from ibnb.tables.table import Table


class JoinTable(FollowingTable):
    """Rows of `left` with columns of `right`.

    Args:
        left: Gives the rows, their keys and order.
        right: Has at most one row for each value of `on`; of several the newest counts.
        on: Columns of both.
        names: Column of the right -> its name here.
        inner: Whether rows without a partner are left out.
    """

    def __init__(self, left: Table, right: Table, on: tuple[str, ...], names: dict[str, str], *, inner: bool) -> None:
        columns = list(left.columns.values())
        columns += [_renamed(right, theirs, ours, names) for theirs, ours in names.items()]
        super().__init__((left, right), columns, left.key, left.sorting)
        self.right = right
        self.on = on
        self._names = names
        self._inner = inner
        self._place: dict[tuple[Any, ...], int] = {}  # of the right rows by value of `on`
        self._match = np.full(0, -1, np.intp)  # the right slot of each left slot

    def _why(self) -> str:
        return "no row has a partner" if self._inner and len(self.parent) else self.parent.reason

    def _follow(self) -> None:
        left, right = self.parent, self.right
        with left._reading(), right._reading():
            net = self._news(left)
            other = net if right is left else self._news(right)
            rows = left._slots.ordered()
            if len(self._match) < left.capacity:
                more = np.full(2 * left.capacity - len(self._match), -1, np.intp)
                self._match = np.concatenate([self._match, more])
            if net is None:
                self._log.rows_removed(*self._slots.clear())
            else:
                self._log.rows_removed(*self._keyed().remove(net.removed_keys.tolist()))
            touched = rows if net is None else np.concatenate([net.added, *net.changed.values()])
            if other is None or len(other.added) or len(other.removed) or set(self.on) & other.changed.keys():
                self._index()
                again = rows
            else:
                again = touched if net is None or len(net.added) or set(self.on) & net.changed.keys() else NONE
            touched = np.concatenate([touched, self._follow_right(rows, other)])
            touched = np.concatenate([touched, self._rematch(again)])
            if len(touched):
                self._bring(left._in_order(np.unique(touched))[0])

    def _follow_right(self, rows: Index, net: Net | None) -> Index:
        """Return the left slots whose partners have changed."""
        if net is None:
            return rows
        changed = [slots for name, slots in net.changed.items() if name in self._names]
        parts = [net.added, net.removed, *changed]
        return rows[np.isin(self._match[rows], np.concatenate(parts))]

    def _index(self) -> None:
        """Learn where the rows of the right are."""
        slots = self.right._slots.ordered()
        self._place = {
            value: slot for value, slot in zip(self._values(self.right, slots), slots.tolist()) if None not in value
        }

    def _values(self, table: Table, slots: Index) -> list[tuple[Any, ...]]:
        cells = [table._cells[name] for name in self.on]
        return list(zip(*([column.decode(raw) for raw in column.take(slots)] for column in cells)))

    def _rematch(self, slots: Index) -> Index:
        """Look up the partners of left slots; return those that have another than before."""
        new = np.array([self._place.get(value, -1) for value in self._values(self.parent, slots)], np.intp)
        moved: Index = slots[new != self._match[slots]]
        self._match[slots] = new
        return moved

    def _bring(self, theirs: Index) -> None:
        """Write the rows of left slots, in row order: make them, change them, or let them go."""
        left = self.parent
        keys = left._slots.keys(theirs)
        known = self._keyed().slot_of
        here = np.array([key in known for key in keys], np.bool_)
        wanted = self._match[theirs] >= 0 if self._inner else np.ones(len(theirs), np.bool_)
        self._log.rows_removed(*self._keyed().remove(keys[here & ~wanted].tolist()))
        fresh, stay = theirs[wanted & ~here], theirs[wanted & here]
        slots = self._keyed().add(keys[wanted & ~here].tolist(), left._slots.orders(fresh))
        mine = np.array([known[key] for key in keys[wanted & here]], np.intp)
        for name in self._cells:
            cells = self._cells[name]
            cells.grow(self._slots.capacity)
            cells.put(slots, self._encoded(name, fresh))
            self._write(name, cells, mine, self._encoded(name, stay))
        self._log.rows_added(slots)

    def _encoded(self, name: str, theirs: Index) -> NDArray[Any]:
        cells = self._cells[name]
        if name in self.parent._cells:
            return taken(self.parent._cells[name], theirs, cells)
        source = self.right._cells[self._source_of(name)]
        match = self._match[theirs]
        out = np.full(len(theirs), cells.empty, cells.data.dtype)
        out[match >= 0] = taken(source, match[match >= 0], cells)
        return out

    def _source_of(self, name: str) -> str:
        return next(theirs for theirs, ours in self._names.items() if ours == name)


def _renamed(right: Table, theirs: str, ours: str, names: dict[str, str]) -> Any:
    column = right.columns[theirs]
    return replace(column, name=ours, tick=names.get(column.tick, column.tick))


def join(
    left: Table,
    right: Table,
    on: str | Iterable[str] | None,
    columns: Iterable[str] | None,
    how: Literal["left", "inner"],
    suffix: str,
) -> Table:
    """Return the live join; see `Table.join`."""
    by = right.key if on is None else (on,) if isinstance(on, str) else tuple(on)
    check_known(left, by)
    check_known(right, by)
    if how not in ("left", "inner"):
        raise ValueError(f"how is 'left' or 'inner', not {how!r}")
    if not by or set(by) != set(right.key):
        key = ", ".join(right.key) or "nothing"
        raise ValueError(f"rows of table {right.name!r} are told apart by {key}; join on that")
    for name in by:
        if left.columns[name].kind != right.columns[name].kind:
            raise ValueError(f"column {name!r} holds {left.columns[name].kind} here, {right.columns[name].kind} there")
    wanted = [name for name in right.columns if name not in by] if columns is None else list(columns)
    check_known(right, wanted)
    names = {}
    for name in wanted:
        if name not in left.columns:
            names[name] = name
        elif suffix and name not in by and name + suffix not in left.columns:
            names[name] = name + suffix
    return JoinTable(left, right, by, names, inner=how == "inner")
