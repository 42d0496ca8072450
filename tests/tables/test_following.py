"""What tables made of others share: several locks as one, in one order."""

from __future__ import annotations

import threading

import pandas as pd

from ibnb.tables import table
from ibnb.tables.following import FollowingTable, Locks


def test_locks_are_taken_in_one_order_and_each_once() -> None:
    a, b, c = threading.RLock(), threading.RLock(), threading.RLock()
    both = Locks([b, a, b])
    assert len(both.parts) == 2
    assert Locks([c, both]).parts == Locks([both, a, c]).parts
    with both:
        held = [lock._is_owned() for lock in (a, b, c)]  # type: ignore[attr-defined]
    assert held == [True, True, False]
    assert not a._is_owned()  # type: ignore[attr-defined]


def test_tables_of_one_lock_share_it() -> None:
    lock = threading.RLock()
    one, other = (table(pd.DataFrame({"id": [1], "x": [1.0]}), key="id", lock=lock) for _ in range(2))
    apart = table(pd.DataFrame({"id": [1], "y": [1.0]}), key="id")
    assert one.join(other).lock is lock
    assert isinstance(one.join(apart).lock, Locks)
    assert isinstance(one.join(apart), FollowingTable)
