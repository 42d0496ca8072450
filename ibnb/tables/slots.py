"""Where rows live: a key's slot in a table with keys, a number's place in a ring. Slots are small ints that index the
columns.

Each row has an *order number*, which rises from row to row over the table's life; row order is by that number. Knows
numpy only.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibnb.tables.columns import Index, Mask

Orders = NDArray[np.int64]
Keys = NDArray[Any]
NONE: Index = np.empty(0, np.intp)
NONE.flags.writeable = False


def object_array(items: Sequence[Any]) -> Keys:
    """Return the items as a one-dimensional object array, tuples whole."""
    out = np.empty(len(items), object)
    for i, item in enumerate(items):
        out[i] = item
    return out


class KeyedSlots:
    """Rows by key; a freed slot goes to a later row."""

    def __init__(self) -> None:
        self.slot_of: dict[Hashable, int] = {}
        self.version = 0
        self.capacity = 0
        self._keys: list[Hashable] = []
        self._order: Orders = np.empty(0, np.int64)
        self._alive: Mask = np.empty(0, np.bool_)
        self._free: list[int] = []
        self._next = 0
        self._sorted = True  # slots ascend with the order numbers
        self._ordered: Index | None = NONE

    def __len__(self) -> int:
        return len(self.slot_of)

    def add(self, keys: Sequence[Hashable], order: Orders | None = None) -> Index:
        """Give slots to new keys (none of them present, none twice), in that order or with given order numbers."""
        n = len(keys)
        reused = [self._free.pop() for _ in range(min(n, len(self._free)))]
        top = self.capacity
        slots = np.array([*reused, *range(top, top + n - len(reused))], np.intp)
        self._reserve(top + n - len(reused))
        self._keys.extend([None] * (n - len(reused)))
        for slot, key in zip(slots.tolist(), keys):
            self.slot_of[key] = slot
            self._keys[slot] = key
        if order is None:
            order = np.arange(self._next, self._next + n, dtype=np.int64)
        elif n and ((len(order) > 1 and (np.diff(order) < 0).any()) or int(order[0]) < self._next):
            self._sorted = False
        if n:
            self._next = max(self._next, int(order.max()) + 1)
        self._sorted = self._sorted and not reused
        self._order[slots] = order
        self._alive[slots] = True
        self._touch()
        return slots

    def remove(self, keys: Sequence[Hashable]) -> tuple[Index, Keys]:
        """Free the slots of the keys that are present; return those slots and their keys."""
        gone = [(self.slot_of.pop(key), key) for key in keys if key in self.slot_of]
        slots = np.array([slot for slot, _ in gone], np.intp)
        self._alive[slots] = False
        self._free.extend(slots.tolist())
        for slot in slots.tolist():
            self._keys[slot] = None
        self._touch()
        return slots, object_array([key for _, key in gone])

    def all_keys(self) -> list[Hashable]:
        """Return the keys in row order."""
        return [self._keys[slot] for slot in self.ordered().tolist()]

    def ordered(self) -> Index:
        """Return the slots in use, in row order."""
        if self._ordered is None:
            slots = np.flatnonzero(self._alive[: self.capacity])
            if not self._sorted:
                slots = slots[np.argsort(self._order[slots], kind="stable")]
            self._ordered = slots
            self._ordered.flags.writeable = False
        return self._ordered

    def alive(self, slots: Index) -> Mask:
        """Tell which slots hold a row."""
        return self._alive[slots]

    def orders(self, slots: Index) -> Orders:
        """Return the order numbers of slots in use."""
        return self._order[slots]

    def keys(self, slots: Index) -> Keys:
        """Return the keys of slots in use."""
        return object_array([self._keys[slot] for slot in slots.tolist()])

    def find(self, keys: Sequence[Hashable]) -> Index:
        """Return the slots of the keys that are present."""
        return np.array([self.slot_of[key] for key in keys if key in self.slot_of], np.intp)

    def clear(self) -> tuple[Index, Keys]:
        """Free all slots."""
        slots, keys = self.remove(self.all_keys())
        self._free = list(range(self.capacity - 1, -1, -1))
        return slots, keys

    def _touch(self) -> None:
        self._ordered = None
        self.version += 1

    def _reserve(self, capacity: int) -> None:
        self.capacity = capacity
        if capacity > len(self._order):
            more = max(16, capacity, 2 * len(self._order)) - len(self._order)
            self._order = np.concatenate([self._order, np.zeros(more, np.int64)])
            self._alive = np.concatenate([self._alive, np.zeros(more, np.bool_)])


class RingSlots:
    """Rows by running number, the newest `cap` of them (all if None); the number is key and order at once."""

    def __init__(self, cap: int | None = None) -> None:
        self.cap = cap
        self.version = 0
        self.capacity = 0
        self._base = 0  # number of the row that got slot 0 first
        self._first = 0
        self._next = 0

    def __len__(self) -> int:
        return self._next - self._first

    def append(self, n: int) -> tuple[Index, Keys, Index]:
        """Make `n` rows, `n` not above the cap; return the slots and keys that went, and the new slots."""
        over = max(0, len(self) + n - self.cap) if self.cap else 0
        removed, keys = self._drop(over)
        numbers = np.arange(self._next, self._next + n)
        self._next += n
        added = self._slots(numbers)
        self.capacity = max(self.capacity, int(added.max()) + 1 if n else 0)
        self.version += 1
        return removed, keys, added

    def clear(self) -> tuple[Index, Keys]:
        """Remove all rows; slots start at 0 again."""
        removed, keys = self._drop(len(self))
        self._base = self._next
        self.version += 1
        return removed, keys

    def all_keys(self) -> list[Hashable]:
        """Return the keys in row order."""
        return list(range(self._first, self._next))

    def ordered(self) -> Index:
        """Return the slots in use, in row order."""
        return self._slots(np.arange(self._first, self._next))

    def alive(self, slots: Index) -> Mask:
        """Tell which slots hold a row."""
        orders = self.orders(slots)
        return (orders >= self._first) & (orders < self._next)

    def orders(self, slots: Index) -> Orders:
        """Return the numbers of the rows in slots in use."""
        if not self.cap:
            return slots.astype(np.int64) + self._base
        last = self._next - 1
        return (last - (last - self._base - slots.astype(np.int64)) % self.cap).astype(np.int64)

    def keys(self, slots: Index) -> Keys:
        """Return the keys of slots in use."""
        return self.orders(slots).astype(object)

    def find(self, keys: Sequence[Hashable]) -> Index:
        """Return the slots of the keys that are present."""
        here = [key for key in keys if isinstance(key, int) and self._first <= key < self._next]
        return self._slots(np.array(here, np.int64))

    def _drop(self, n: int) -> tuple[Index, Keys]:
        numbers = np.arange(self._first, self._first + n)
        self._first += n
        return self._slots(numbers), numbers.astype(object)

    def _slots(self, numbers: NDArray[Any]) -> Index:
        places = numbers - self._base
        return (places % self.cap if self.cap else places).astype(np.intp)
