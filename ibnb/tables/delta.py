"""What a table hands to those who follow it: `Snapshot`, `Delta` (slots, for machines) and `Change` (keys, for people), and the bounded record they come from.

The record is a ring of packets; a follower asks for the union of all packets since the revision it has. When the ring no longer reaches
back so far, the answer is a reset: forget everything and take a snapshot. Knows numpy only, no table and no lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.uint32]
Values = NDArray[Any]

NO_SLOTS: Slots = np.empty(0, np.uint32)
NO_SLOTS.flags.writeable = False

MAX_RECORDS = 1024
MIN_ENTRIES = 1 << 16
MAX_ENTRIES = 1 << 20


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

    Apply in this order: `dictionary`, `removed_slots`, `added_slots`, `changed`. With `reset` all else is empty: take a snapshot.
    """

    revision: int
    since: int
    reset: bool = False
    removed_slots: Slots = NO_SLOTS
    """Slots of rows that existed at `since` and exist no more; the slot may hold a new row, which is then in `added_slots`."""
    added_slots: Slots = NO_SLOTS
    """Slots of rows that did not exist at `since`, in row order; every column of them is new."""
    added_order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Row-order numbers aligned with `added_slots`."""
    added: dict[str, Values] = field(default_factory=dict)
    """Column name -> values aligned with `added_slots`; empty when nothing was added."""
    changed: dict[str, Slots] = field(default_factory=dict)
    """Column name -> ascending slots of rows that existed at `since` and whose cell changed; only columns with a change."""
    values: dict[str, Values] = field(default_factory=dict)
    """Column name -> new values aligned with `changed[name]`."""
    dictionary: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    """Text column name -> (code of the first, strings) which the dictionary gained since `since`; only columns that gained."""

    def __bool__(self) -> bool:
        """Tell whether there is anything to apply."""
        return bool(self.reset or len(self.removed_slots) or len(self.added_slots) or self.changed)
