"""The frame clock, by hand-wound time."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable

from ibnb.tables.clock import FrameClock, caller_home
from tests.tables.support import Timer


def make() -> tuple[Timer, list[float], FrameClock]:
    timer = Timer()
    flushes: list[float] = []
    clock = FrameClock(timer.call_later, lambda: flushes.append(round(timer.now - 100, 6)), now=timer)
    return timer, flushes, clock


def test_first_mark_after_a_pause_is_served_within_5_ms() -> None:
    timer, flushes, clock = make()
    clock.mark()
    timer.advance(0.005)
    assert flushes == [0.004]
    timer.advance(10)
    assert flushes == [0.004]
    clock.mark()
    timer.advance(0.005)
    assert len(flushes) == 2
    assert flushes[1] <= 10.015


def test_marks_in_a_stream_make_one_flush_a_frame() -> None:
    timer, flushes, clock = make()
    for _ in range(1000):
        clock.mark()
        timer.advance(0.001)
    assert 19 <= len(flushes) <= 21
    gaps = [b - a for a, b in itertools.pairwise(flushes)]
    assert min(gaps) >= 0.0499


def test_a_late_flush_does_not_put_off_the_next_one() -> None:
    waits: list[float] = []
    fire: list[Callable[[], None]] = []
    now = [100.0]
    clock = FrameClock(lambda s, fn: (waits.append(s), fire.append(fn)), lambda: None, now=lambda: now[0])
    clock.mark()
    now[0] += waits[-1] + 0.02  # the timer came 20 ms late
    fire[-1]()
    clock.mark()
    assert round(waits[-1], 6) == 0.03
    now[0] += 1  # very late
    fire[-1]()
    clock.mark()
    assert round(waits[-1], 6) == 0.025


def test_a_mark_during_the_flush_is_not_lost() -> None:
    timer = Timer()
    flushes: list[float] = []

    def flush() -> None:
        flushes.append(timer.now)
        if len(flushes) == 1:
            clock.mark()

    clock = FrameClock(timer.call_later, flush, now=timer)
    clock.mark()
    timer.advance(1)
    assert len(flushes) == 2


def test_marks_from_several_threads_start_one_timer() -> None:
    timer, _, clock = make()
    threads = [threading.Thread(target=lambda: [clock.mark() for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(timer.due) == 1


def test_home_of_a_running_loop() -> None:
    assert caller_home() is None
    seen: list[str] = []

    async def main() -> None:
        home = caller_home()
        assert home is not None
        call_later, on_home = home
        thread = threading.Thread(target=lambda: on_home(lambda: seen.append(threading.current_thread().name)))
        thread.start()
        thread.join()
        done = asyncio.Event()
        call_later(0.0, done.set)
        await asyncio.wait_for(done.wait(), 5)
        seen.append("later")
        homes.append(home)

    homes: list[object] = []
    asyncio.run(main())
    assert seen == [threading.current_thread().name, "later"]
    call_later, on_home = homes[0]  # type: ignore[misc]
    on_home(lambda: seen.append("closed"))  # type: ignore[has-type]
    call_later(1.0, lambda: seen.append("closed too"))  # type: ignore[has-type]
    assert seen[2:] == ["closed", "closed too"]
