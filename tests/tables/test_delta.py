"""The record of packets by itself: what several of them come to, and where it ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tables import delta as delta_module
from ibnb.tables.delta import Change, ChangeLog, Delta
from ibnb.tables.slots import object_array


def index(*slots: int) -> Any:
    return np.array(slots, np.intp)


def everything(slots: Any) -> Any:
    return np.ones(len(slots), np.bool_)


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("toggle"), st.sets(st.integers(0, 5), min_size=1, max_size=3)),
        st.tuples(st.just("cells"), st.sets(st.integers(0, 5), min_size=1, max_size=3)),
        st.tuples(st.just("commit"), st.just(set())),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(events=EVENTS)
def test_union_is_the_difference_between_two_states(events: list[tuple[str, set[int]]]) -> None:
    log = ChangeLog()
    rows: dict[int, int] = {}  # slot -> number of the row in it
    written: dict[int, int] = {}  # row -> revision of its last write
    born = 0
    states: dict[int, dict[int, int]] = {0: {}}

    def alive(slots: Any) -> Any:
        return np.array([slot in rows for slot in slots.tolist()], np.bool_)

    revision = 0
    for what, slots in [*events, ("commit", set())]:
        if what == "toggle":
            gone = sorted(slot for slot in slots if slot in rows)
            new = sorted(slot for slot in slots if slot not in rows)
            log.rows_removed(index(*gone), object_array([rows.pop(slot) for slot in gone]))
            for slot in new:
                born += 1
                rows[slot] = born
            log.rows_added(index(*new))
        elif what == "cells":
            there = sorted(slot for slot in slots if slot in rows)
            log.cells_changed("x", index(*there))
            written.update({rows[slot]: revision + 1 for slot in there})
        elif log.is_open and log.close(revision + 1, alive, {}, 100):
            revision += 1
            states[revision] = dict(rows)
    for since, before in states.items():
        if since < revision:
            net, _ = log.union(since, alive)
            now = states[revision]
            assert sorted(net.removed.tolist()) == sorted(s for s, row in before.items() if now.get(s) != row)
            assert sorted(net.removed_keys.tolist()) == sorted(set(before.values()) - set(now.values()))
            assert sorted(net.added.tolist()) == sorted(s for s, row in now.items() if before.get(s) != row)
            stayed = [s for s, row in now.items() if before.get(s) == row and written.get(row, 0) > since]
            assert net.changed.get("x", index()).tolist() == sorted(stayed)


def test_dictionary_lengths_are_those_before_the_first_growth() -> None:
    log = ChangeLog()
    for revision, lengths in enumerate([{"s": 1}, {}, {"s": 4, "t": 1}], start=1):
        log.rows_added(index(revision))
        assert log.close(revision, everything, lengths, 10)
    assert log.union(0, everything)[1] == {"s": 1, "t": 1}
    assert log.union(1, everything)[1] == {"s": 4, "t": 1}
    assert log.union(2, everything)[1] == {"s": 4, "t": 1}


def test_the_oldest_packets_go_first() -> None:
    with mock.patch.object(delta_module, "MAX_RECORDS", 3):
        log = ChangeLog()
        for revision in range(1, 6):
            log.cells_changed("x", index(0))
            log.close(revision, everything, {}, 1)
        assert log.oldest == 2
        assert [log.reaches(since, 5) for since in range(7)] == [False, False, True, True, True, True, False]
        log.forget(5)
        assert log.reaches(5, 5)
        assert not log.reaches(4, 5)


def test_a_packet_larger_than_the_bound_is_kept_until_the_next() -> None:
    with mock.patch.multiple(delta_module, MIN_ENTRIES=4, MAX_ENTRIES=4):
        log = ChangeLog()
        log.rows_added(index(*range(10)))
        log.close(1, everything, {}, 1)
        assert log.reaches(0, 1)
        log.cells_changed("x", index(0))
        log.close(2, everything, {}, 1)
        assert not log.reaches(0, 2)
        assert log.reaches(1, 2)


def test_nothing_is_false() -> None:
    assert not Delta(1, 1)
    assert Delta(1, 0, reset=True)
    table: Any = SimpleNamespace(name="t")
    assert not Change(table, 1, 1)
    assert Change(table, 1, 0, removed=("a",))
    assert (
        repr(Change(table, 3, 1, removed=("a",)))
        == "<Change of 't', revision 3 since 1: 0 added, 0 changed, 1 removed>"
    )
