"""Live tables made of another: some of its rows (`where`), some of its columns (`select`), in another order (`sort`).

A derived table pulls its parent's delta when it is read or when the parent announces a commit, and works on the rows
of the delta only. It shares the parent's lock and keys, and holds the parent; the parent holds it weakly.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import Cells, Index, TextCells
from ibnb.tables.frame import to_pandas
from ibnb.tables.slots import NONE
from ibnb.tables.table import Table

Predicate: TypeAlias = str | Callable[[pd.DataFrame], Any] | None


class DerivedTable(Table):
    """Rows of a parent that pass a test, with some of its columns.

    Args:
        parent: The table that it follows.
        columns: Names of the parent's columns to keep.
        test: Takes a frame of parent's rows and says which pass; None for all.
        sorting: (column, ascending) pairs by which `df` and views are sorted.
    """

    def __init__(
        self,
        parent: Table,
        columns: list[str],
        test: Callable[[pd.DataFrame], NDArray[np.bool_]] | None,
        sorting: tuple[tuple[str, bool], ...] = (),
    ) -> None:
        kept = [parent.columns[name] for name in columns]
        key = parent.key if set(parent.key) <= set(columns) else ()
        feed = parent._feed
        super().__init__(
            parent.name, kept, key=key, lock=parent.lock, reason=lambda: self._why(), call_later=feed._call_later,
            on_home=feed._on_home, now=parent._now, monotonic=feed._now,
        )  # fmt: skip
        self.parent = parent
        self.sorting = sorting
        self._test = test
        self._seen: int | None = None
        self._source = lambda _: self._follow()
        me = weakref.ref(self)

        def on_parent(_: Table) -> None:
            child = me()
            if child is None:
                unsubscribe()
            elif child.is_followed:
                with child._reading():
                    pass
                child.notify()

        unsubscribe = parent.subscribe(on_parent)

    def _why(self) -> str:
        return "no row fulfils the condition" if self._test is not None and len(self.parent) else self.parent.reason

    def _follow(self) -> None:
        """Take over what changed in the parent."""
        parent = self.parent
        with parent._reading():
            net = None
            if self._seen is not None and parent._log.reaches(self._seen, parent.revision):
                net, _ = parent._log.union(self._seen, parent._slots.alive)
            self._seen = parent.revision
            if net is None:
                self._log.rows_removed(*self._slots.clear())
                self._add(parent._slots.ordered())
                return
            self._drop(net.removed_keys.tolist())
            self._add(parent._in_order(net.added)[0])
            if net.changed:
                self._update(net.changed)

    def _update(self, changed: dict[str, Index]) -> None:
        """Write changed cells of the parent's rows, which may make rows pass or fail the test."""
        parent = self.parent
        slots = np.unique(np.concatenate(list(changed.values())))
        keys = parent._slots.keys(slots)
        passed = self._passed(slots)
        here = self._keyed().slot_of
        known = np.array([key in here for key in keys], np.bool_)
        self._drop(keys[known & ~passed].tolist())
        self._add(parent._in_order(slots[passed & ~known])[0])
        stay = slots[passed & known]
        mine = np.zeros(int(slots.max()) + 1, np.intp)
        mine[stay] = [here[key] for key in keys[passed & known]]
        staying = np.zeros(len(mine), np.bool_)
        staying[stay] = True
        for name, cells in self._cells.items():
            if name in changed:
                theirs = changed[name][staying[changed[name]]]
                self._write(name, cells, mine[theirs], _taken(parent._cells[name], theirs, cells))

    def _passed(self, slots: Index) -> NDArray[np.bool_]:
        if self._test is None:
            return np.ones(len(slots), np.bool_)
        parent = self.parent
        arrays = {name: to_pandas(cells, slots, -1) for name, cells in parent._cells.items()}
        return self._test(pd.DataFrame(arrays, index=pd.RangeIndex(len(slots)), copy=False))

    def _add(self, theirs: Index) -> None:
        """Make rows of the parent's rows that pass."""
        theirs = theirs[self._passed(theirs)]
        if not len(theirs):
            return
        parent = self.parent
        slots = self._keyed().add(parent._slots.keys(theirs).tolist(), parent._slots.orders(theirs))
        for name, cells in self._cells.items():
            cells.grow(self._slots.capacity)
            cells.put(slots, _taken(parent._cells[name], theirs, cells))
        self._log.rows_added(slots)

    def _drop(self, keys: list[Any]) -> None:
        self._log.rows_removed(*self._keyed().remove(keys))

    def _display_slots(self) -> Index:
        slots = super()._display_slots()
        if not self.sorting or not len(slots):
            return slots
        keys = pd.DataFrame({name: to_pandas(self._cells[name], slots, -1) for name, _ in self.sorting}, copy=False)
        order = keys.sort_values(
            [name for name, _ in self.sorting],
            ascending=[up for _, up in self.sorting],
            kind="stable",
            na_position="last",
        )
        by: Index = order.index.to_numpy(np.intp)
        return slots[by]

    def upsert(self, rows: Any) -> None:
        """Refuse: rows are written in the parent."""
        raise TypeError(f"this table follows {self.parent.name!r}; write there")

    append = upsert

    def delete(self, keys: Any) -> None:
        """Refuse: rows are written in the parent."""
        self.upsert(keys)

    def clear(self) -> None:
        """Refuse: rows are written in the parent."""
        self.upsert(())


def _taken(source: Cells, slots: Index, target: Cells) -> NDArray[Any]:
    """Return a parent's cells in the encoding of the child, whose dictionary is its own."""
    raw = source.take(slots)
    if not isinstance(source, TextCells):
        return raw
    used, where = np.unique(raw, return_inverse=True)
    return target.encode([source.strings[code] if code else None for code in used.tolist()])[where]


def _known(table: Table, columns: Mapping[str, Any] | tuple[str, ...]) -> None:
    for name in columns:
        if name not in table.columns:
            raise KeyError(f"table {table.name!r} has no column {name!r}; its columns are {', '.join(table.columns)}")


def where(table: Table, predicate: Predicate, equal: Mapping[str, Any]) -> Table:
    """Return the live table of the rows that fulfil a condition; see `Table.where`."""
    _known(table, equal)

    def test(df: pd.DataFrame) -> NDArray[np.bool_]:
        passed = np.ones(len(df), np.bool_)
        for name, wanted in equal.items():
            values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
            passed &= df[name].isin(values).to_numpy(np.bool_)
        if predicate is not None:
            result = df.eval(predicate) if isinstance(predicate, str) else predicate(df)
            result = pd.Series(result, index=df.index) if not isinstance(result, pd.Series) else result
            passed &= result.astype("boolean").fillna(False).to_numpy(np.bool_)
        return passed

    out = DerivedTable(table, list(table.columns), test, table.sorting)
    with out._reading():  # a condition that cannot be evaluated is told at once
        out._passed(NONE)
    return out


def select(table: Table, columns: tuple[str, ...]) -> Table:
    """Return the live table of some columns; see `Table.select`."""
    _known(table, columns)
    if not columns:
        raise ValueError("name the columns to select")
    sorting = table.sorting if all(name in columns for name, _ in table.sorting) else ()
    return DerivedTable(table, list(dict.fromkeys(columns)), None, sorting)


def sort(table: Table, columns: tuple[str, ...]) -> Table:
    """Return the live table with sorted `df` and views; see `Table.sort`."""
    sorting = tuple((name.removeprefix("-"), not name.startswith("-")) for name in columns)
    _known(table, tuple(name for name, _ in sorting))
    return DerivedTable(table, list(table.columns), None, sorting)
