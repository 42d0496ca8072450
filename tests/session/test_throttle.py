"""Pacing: never more than so many messages in any window, and orders first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.session.throttle import SendQueue, Throttle


def test_a_burst_then_one_by_one():
    throttle = Throttle(3, 1.0)
    assert [throttle.take(10.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert throttle.take(10.0) == pytest.approx(1.0)
    assert throttle.take(10.75) == pytest.approx(0.25)
    assert throttle.take(11.0) == 0.0


def test_no_limit():
    throttle = Throttle(0)
    assert not any(throttle.take(0.0) for _ in range(1000))


def test_the_limit_can_change():
    throttle = Throttle(1, 1.0)
    assert throttle.take(0.0) == 0.0
    assert throttle.take(0.0) > 0
    throttle.limit(2, 1.0)
    assert throttle.take(0.0) == 0.0
    throttle.limit(1, 1.0)
    assert throttle.wait(0.5) == pytest.approx(0.5)


@given(st.lists(st.floats(0, 0.2), max_size=300), st.integers(1, 10))
def test_no_window_holds_more_than_the_limit(pauses, limit):
    throttle, now, sent = Throttle(limit, 1.0), 0.0, []
    for pause in pauses:
        now += pause
        if not throttle.take(now):
            sent.append(now)
    for k in range(len(sent) - limit):
        assert sent[k + limit] - sent[k] >= 1.0 - 1e-9


def test_urgent_frames_overtake_but_keep_their_order():
    queue = SendQueue(Throttle(2, 1.0))
    for name in (b"a", b"b", b"c"):
        queue.put(name)
    assert queue.ready(0.0) == [b"a", b"b"]
    queue.put(b"x", urgent=True)
    queue.put(b"y", urgent=True)
    assert queue.frames_pending() == 3
    assert queue.ready(0.5) == []
    assert queue.next_in(0.5) == pytest.approx(0.5)
    assert queue.ready(1.0) == [b"x", b"y"]
    assert queue.ready(2.0) == [b"c"]
    assert queue.next_in(2.0) is None


def test_first_come_first_served_without_priority():
    queue = SendQueue(urgent_first=False)
    queue.put(b"a")
    queue.put(b"x", urgent=True)
    assert queue.next_in(0.0) == 0.0
    assert queue.ready(0.0) == [b"a", b"x"]


def test_clearing_tells_how_many_are_lost():
    queue = SendQueue(Throttle())
    queue.put(b"a")
    queue.put(b"b", urgent=True)
    assert queue.clear() == 2
    assert len(queue) == 0
