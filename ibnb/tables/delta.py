"""What a table hands to those who follow it: `Snapshot`, `Delta` (slots, for machines) and `Change` (keys, for
people), and the bounded record they come from.

The record is a ring of packets; a follower asks for the union of all packets since the revision it has. When the ring
no longer reaches
back so far, the answer is a reset: forget everything and take a snapshot. Knows numpy only, no table and no lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibnb.tables.columns import Index, Mask
from ibnb.tables.slots import Keys

if TYPE_CHECKING:
    from ibnb.tables.table import Table

Slots = NDArray[np.uint32]
Values = NDArray[Any]


def _no_slots() -> Slots:
    return np.empty(0, np.uint32)


MAX_RECORDS = 1024
MIN_ENTRIES = 1 << 16
MAX_ENTRIES = 1 << 20
"""Bounds of the record: past ten times the cells of the table (but within these two) a snapshot is cheaper than the
union.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All rows of a table at one revision. Arrays are copies: keep them, send them from any thread."""

    revision: int
    slots: Slots
    """Slots in use, in row order."""
    order: NDArray[np.int64]
    """Row-order number of each slot in `slots`, ascending."""
    columns: dict[str, Values]
    """Column name -> values aligned with `slots`, encoded by kind (see ibnb.tables.table)."""
    dictionary: dict[str, list[str]]
    """Text column name -> its strings by code; index 0 stands for "missing" and is the empty string."""

    def __len__(self) -> int:
        return len(self.slots)


@dataclass(frozen=True, slots=True, eq=False)
class Delta:
    """What changed in a table after revision `since`, up to `revision`, with the new values. Arrays are copies.

    Apply in this order: `dictionary`, `removed_slots`, `added_slots`, `changed`. With `reset` all else is empty: take
        a snapshot.
    """

    revision: int
    since: int
    reset: bool = False
    removed_slots: Slots = field(default_factory=_no_slots)
    """Slots of rows that existed at `since` and exist no more; the slot may hold a new row, which is then in
    `added_slots`.
    """
    added_slots: Slots = field(default_factory=_no_slots)
    """Slots of rows that did not exist at `since`, in row order; every column of them is new."""
    added_order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Row-order numbers aligned with `added_slots`."""
    added: dict[str, Values] = field(default_factory=dict)
    """Column name -> values aligned with `added_slots`; empty when nothing was added."""
    changed: dict[str, Slots] = field(default_factory=dict)
    """Column name -> ascending slots of rows that existed at `since` and whose cell changed; only columns with a
    change.
    """
    values: dict[str, Values] = field(default_factory=dict)
    """Column name -> new values aligned with `changed[name]`."""
    dictionary: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    """Text column name -> (code of the first, strings) which the dictionary gained since `since`; only columns that
    gained.
    """

    def __bool__(self) -> bool:
        """Tell whether there is anything to apply."""
        return bool(self.reset or len(self.removed_slots) or len(self.added_slots) or self.changed)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a listener of `table.changed` gets: keys of rows and names of columns, between two revisions.

    Keys are those of the table: the value of the key column, a tuple of the values if there are several, the row's
        running
    number in a table that only grows. Rows come in row order, removed ones in the order of their going. A row that
    went and came back counts as changed. With `reset` the record did not reach back: `added` then has all keys, the
    rest is empty. `table.rows(change.changed)` gives them as a frame.
    """

    table: Table
    revision: int
    since: int
    added: tuple[Hashable, ...] = ()
    changed: tuple[Hashable, ...] = ()
    removed: tuple[Hashable, ...] = ()
    columns: tuple[str, ...] = ()
    """Columns in which a row of `changed` has another value than before; all of them when rows were added."""
    reset: bool = False

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.reset or self.added or self.changed or self.removed)

    def __repr__(self) -> str:
        counts = f"{len(self.added)} added, {len(self.changed)} changed, {len(self.removed)} removed"
        return f"<Change of {self.table.name!r}, revision {self.revision} since {self.since}: {counts}>"


@dataclass(slots=True, eq=False)
class Net:
    """What several packets come to, for the slots of one table."""

    removed: Index
    removed_keys: Keys
    added: Index
    changed: dict[str, Index]


@dataclass(slots=True, eq=False)
class _Event:
    """Rows that came (`is_add`) or went; keys only of those that went."""

    is_add: bool
    slots: Index
    keys: Keys


@dataclass(slots=True, eq=False)
class _Record:
    revision: int
    net: Net
    dictionary: dict[str, int]
    entries: int


class ChangeLog:
    """The record of a table's last packets, and the packet that is being written."""

    def __init__(self) -> None:
        self.oldest = 0
        """The revision from which the record can tell."""
        self._records: deque[_Record] = deque()
        self._entries = 0
        self._events: list[_Event] = []
        self._cells: dict[str, list[Index]] = {}

    @property
    def is_open(self) -> bool:
        """Tell whether a packet is being written."""
        return bool(self._events or self._cells)

    def rows_added(self, slots: Index) -> None:
        """Note rows that came."""
        if len(slots):
            self._events.append(_Event(True, slots, _NO_KEYS))

    def rows_removed(self, slots: Index, keys: Keys) -> None:
        """Note rows that went."""
        if len(slots):
            self._events.append(_Event(False, slots, keys))

    def cells_changed(self, column: str, slots: Index) -> None:
        """Note cells of rows that were there before."""
        if len(slots):
            self._cells.setdefault(column, []).append(slots)

    def close(self, revision: int, alive: Callable[[Index], Mask], dictionary: dict[str, int], cells: int) -> bool:
        """End the packet under a revision; False, and nothing is kept, when rows only came and went again in it.

        Args:
            revision: The revision that the packet makes.
            alive: Tells which slots hold a row now.
            dictionary: Text column -> length of its dictionary before the packet, for those that grew.
            cells: Number of cells of the table, which bounds the record.
        """
        net = _net(self._events, {name: _joined(parts) for name, parts in self._cells.items()}, alive)
        self._events, self._cells = [], {}
        if not (len(net.removed) or len(net.added) or net.changed):
            return False
        entries = len(net.removed) + len(net.added) + sum(map(len, net.changed.values()))
        self._records.append(_Record(revision, net, dictionary, entries))
        self._entries += entries
        limit = min(max(MIN_ENTRIES, 10 * cells), MAX_ENTRIES)
        while len(self._records) > MAX_RECORDS or (self._entries > limit and len(self._records) > 1):
            old = self._records.popleft()
            self._entries -= old.entries
            self.oldest = old.revision
        return True

    def forget(self, revision: int) -> None:
        """Drop everything: whoever has an older revision than this one needs a snapshot."""
        self._records.clear()
        self._entries = 0
        self._events, self._cells = [], {}
        self.oldest = revision

    def reaches(self, since: int, revision: int) -> bool:
        """Tell whether the record covers all packets after `since`, up to the present `revision`."""
        return self.oldest <= since <= revision

    def union(self, since: int, alive: Callable[[Index], Mask]) -> tuple[Net, dict[str, int]]:
        """Return what the packets after `since` come to, and the lengths of dictionaries before them (of those that
        grew).
        """
        records = []
        for record in reversed(self._records):
            if record.revision <= since:
                break
            records.append(record)
        records.reverse()
        if len(records) == 1:
            return records[0].net, records[0].dictionary
        events: list[_Event] = []
        cells: dict[str, list[Index]] = {}
        dictionary: dict[str, int] = {}
        for record in records:
            net = record.net
            if len(net.removed):
                events.append(_Event(False, net.removed, net.removed_keys))
            if len(net.added):
                events.append(_Event(True, net.added, _NO_KEYS))
            for name, slots in net.changed.items():
                cells.setdefault(name, []).append(slots)
            for name, length in record.dictionary.items():
                dictionary.setdefault(name, length)
        return _net(events, {name: _joined(parts) for name, parts in cells.items()}, alive), dictionary


_NO_KEYS: Keys = np.empty(0, object)
_NO_INDEX: Index = np.empty(0, np.intp)


def _joined(parts: list[Index]) -> Index:
    """Return the union of slots, ascending."""
    if len(parts) == 1:
        return np.sort(parts[0])
    seen = np.zeros(max(int(part.max()) for part in parts) + 1, np.bool_)
    for part in parts:
        seen[part] = True
    return np.flatnonzero(seen)


def _net(events: list[_Event], changed: dict[str, Index], alive: Callable[[Index], Mask]) -> Net:
    """Return what rows that came and went in this order, and changed cells, come to.

    A slot's first event tells whether its row was there before: it was if it went first.
    """
    if not events:
        return Net(_NO_INDEX, _NO_KEYS, _NO_INDEX, changed)
    if len(events) == 1:
        event = events[0]
        touched = event.slots
        removed, keys = (_NO_INDEX, _NO_KEYS) if event.is_add else (event.slots, event.keys)
        added = event.slots if event.is_add else _NO_INDEX
    else:
        slots = np.concatenate([event.slots for event in events])
        is_add = np.concatenate([np.full(len(event.slots), event.is_add) for event in events])
        keys = np.concatenate(
            [event.keys if not event.is_add else np.empty(len(event.slots), object) for event in events]
        )
        touched, first = np.unique(slots, return_index=True)
        went = np.sort(first[~is_add[first]])
        removed, keys = slots[went], keys[went]
        added = touched[alive(touched)]
    if changed:
        new = np.zeros(int(max(touched.max(), *(slots.max() for slots in changed.values()))) + 1, np.bool_)
        new[touched] = True
        changed = {name: kept for name, slots in changed.items() if len(kept := slots[~new[slots]])}
    return Net(removed, keys, added, changed)
