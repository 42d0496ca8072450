"""What all live tables made of others share: they pull the deltas of their parents, and nobody else writes them.

A following table pulls when it is read or when a parent announces a commit, and works on the rows that changed. It
shares its parents' lock (several locks are taken in one order) and holds the parents; they hold it weakly.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import Cells, Column, Index, TextCells
from ibnb.tables.delta import Net
from ibnb.tables.frame import frame
from ibnb.tables.table import Table


class Locks:
    """Several re-entrant locks as one; always taken in the same order, so that two of these never wait for each
    other.
    """

    def __init__(self, locks: Iterable[Any]) -> None:
        flat = {id(one): one for lock in locks for one in (lock.parts if isinstance(lock, Locks) else [lock])}
        self.parts: list[Any] = [flat[key] for key in sorted(flat)]

    def acquire(self) -> bool:
        """Take all of them."""
        for part in self.parts:
            part.acquire()
        return True

    def release(self) -> None:
        """Let go of all of them."""
        for part in reversed(self.parts):
            part.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def _lock_of(parents: tuple[Table, ...]) -> Any:
    locks = Locks(parent.lock for parent in parents)
    return locks.parts[0] if len(locks.parts) == 1 else locks


class FollowingTable(Table):
    """A table made of others. The first parent gives it name, clocks and the way home.

    Args:
        parents: The tables that it follows.
        columns: Its columns.
        key: Its key columns.
        sorting: (column, ascending) pairs by which `df` and views are sorted.
    """

    def __init__(
        self,
        parents: tuple[Table, ...],
        columns: Iterable[Column],
        key: tuple[str, ...],
        sorting: tuple[tuple[str, bool], ...] = (),
    ) -> None:
        first = self.parent = parents[0]
        feed = first._feed
        super().__init__(
            first.name, columns, key=key, lock=_lock_of(parents), reason=lambda: self._why(),
            call_later=feed._call_later, on_home=feed._on_home, now=first._now, monotonic=feed._now,
        )  # fmt: skip
        self.origins = tuple(dict.fromkeys(origin for parent in parents for origin in parent.origins))
        self.sorting = sorting
        self._seen: dict[int, int] = {}
        self._source = lambda _: self._follow()
        for parent in parents:
            _attach(weakref.ref(self), parent)

    def _why(self) -> str:
        return self.parent.reason

    def _follow(self) -> None:
        """Take over what changed in the parents."""
        raise TypeError(f"{type(self).__name__} does not say how it follows")

    def _news(self, parent: Table) -> Net | None:
        """Return what changed in a parent since the last call; None if all of it is to be read anew."""
        with parent._reading():
            since = self._seen.get(id(parent))
            self._seen[id(parent)] = parent.revision
            if since is None or not parent._log.reaches(since, parent.revision):
                return None
            return parent._log.union(since, parent._slots.alive)[0]

    def _display_slots(self) -> Index:
        slots = super()._display_slots()
        if not self.sorting or not len(slots):
            return slots
        keys = frame({name: self._cells[name] for name, _ in self.sorting}, slots)
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


def _attach(me: weakref.ref[FollowingTable], parent: Table) -> Callable[[], None]:
    """Have a following table pull when its parent announces a commit, as long as it lives."""

    def on_parent(_: Table) -> None:
        child = me()
        if child is None:
            unsubscribe()
        elif child.is_followed:
            with child._reading():
                pass
            child.notify()

    unsubscribe = parent.subscribe(on_parent)
    return unsubscribe


def frame_at(table: Table, slots: Index, names: Iterable[str] | None = None) -> pd.DataFrame:
    """Return a table's rows at these slots as a frame with a RangeIndex; of all columns, or of some."""
    cells = table._cells if names is None else {name: table._cells[name] for name in dict.fromkeys(names)}
    return frame(cells, slots)


def taken(source: Cells, slots: Index, target: Cells) -> NDArray[Any]:
    """Return a parent's cells in the encoding of the child, whose dictionary is its own."""
    raw = source.take(slots)
    if not isinstance(source, TextCells):
        return raw
    used, where = np.unique(raw, return_inverse=True)
    return target.encode([source.strings[code] if code else None for code in used.tolist()])[where]


def check_known(table: Table, columns: Iterable[str]) -> None:
    """Raise KeyError for a column that the table has not."""
    for name in columns:
        if name not in table.columns:
            raise KeyError(f"table {table.name!r} has no column {name!r}; its columns are {', '.join(table.columns)}")
