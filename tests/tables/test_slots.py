"""Where rows live."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ibnb.tables.slots import KeyedSlots, RingSlots, object_array


@given(steps=st.lists(st.tuples(st.sampled_from(["add", "remove", "clear"]), st.sets(st.integers(0, 20), max_size=8))))
def test_keyed_slots_agree_with_a_dict(steps: list[tuple[str, set[int]]]) -> None:
    slots, naive = KeyedSlots(), dict[int, int]()
    most = 0
    for what, keys in steps:
        if what == "add":
            new = [key for key in keys if key not in naive]
            naive.update(zip(new, slots.add(new).tolist(), strict=True))
        elif what == "remove":
            gone, gone_keys = slots.remove(list(keys))
            assert {key: naive.pop(key) for key in keys & naive.keys()} == dict(
                zip(gone_keys, gone.tolist(), strict=True)
            )
        else:
            gone, gone_keys = slots.clear()
            assert dict(zip(gone_keys, gone.tolist(), strict=True)) == naive
            naive.clear()
        most = max(most, len(naive))
        assert len(slots) == len(naive)
        assert slots.all_keys() == list(naive)
        assert slots.ordered().tolist() == list(naive.values())
        assert slots.keys(slots.ordered()).tolist() == list(naive)
        assert slots.find([*naive, "unknown"]).tolist() == list(naive.values())
        assert (np.diff(slots.orders(slots.ordered())) > 0).all()
        assert slots.capacity == most  # a freed slot is used before a new one is made
        assert slots.alive(np.arange(slots.capacity)).sum() == len(naive)


def test_given_order_numbers_put_a_row_between_others() -> None:
    slots = KeyedSlots()
    slots.add(["a", "c"], np.array([10, 30]))
    slots.add(["b"], np.array([20]))
    assert slots.all_keys() == ["a", "b", "c"]
    slots.add(["d"])
    assert slots.all_keys() == ["a", "b", "c", "d"]


@given(
    cap=st.sampled_from([None, 1, 4, 5]),
    steps=st.lists(st.one_of(st.integers(0, 4), st.just("clear"))),
)
def test_ring_slots_agree_with_a_list(cap: int | None, steps: list[Any]) -> None:
    ring = RingSlots(cap)
    naive: list[tuple[int, int]] = []  # (number, slot)
    number = 0
    for step in steps:
        if step == "clear":
            gone, keys = ring.clear()
            assert list(zip(keys, gone.tolist(), strict=True)) == naive
            naive = []
        else:
            n = min(step, cap or step)
            gone, keys, added = ring.append(n)
            naive += zip(range(number, number + n), added.tolist(), strict=True)
            number += n
            over = max(0, len(naive) - cap) if cap else 0
            assert list(zip(keys, gone.tolist(), strict=True)) == naive[:over]
            naive = naive[over:]
        numbers, slots = [row for row, _ in naive], [slot for _, slot in naive]
        assert len(set(slots)) == len(slots)
        assert ring.all_keys() == numbers
        assert ring.ordered().tolist() == slots
        assert ring.orders(ring.ordered()).tolist() == numbers
        assert ring.find([*numbers, number, -1, "x"]).tolist() == slots
        every = np.arange(ring.capacity)
        assert set(every[ring.alive(every)].tolist()) == set(slots)
        assert cap is None or ring.capacity <= cap


def test_object_array_keeps_tuples_whole() -> None:
    array = object_array([("a", 1), ("b", 2)])
    assert array.shape == (2,)
    assert array[1] == ("b", 2)
