"""run, sleep, schedule and their kin, in scripts, cells and threads."""

import asyncio
import concurrent.futures
import datetime as dt
import threading
import time

import pytest

from ibnb.net import calls
from ibnb.net.home import Home
from ibnb.net.iothread import IOThread


def in_thread(fn):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(fn).result(10)


def answer_later(value="answer", seconds=0.01):
    future = concurrent.futures.Future()
    io = IOThread.get()

    def resolve():
        if not future.cancelled():
            future.set_result(value)

    io.call_soon(lambda: io.call_later(seconds, resolve))
    return future


def closing_loop(fn):
    """Run `fn` in a thread and close the loop it made."""

    def call():
        try:
            return fn()
        finally:
            calls.getLoop().close()

    return in_thread(call)


def test_run_gives_results():
    assert closing_loop(lambda: calls.run(asyncio.sleep(0, 5))) == 5
    assert closing_loop(lambda: calls.run(asyncio.sleep(0, 5), asyncio.sleep(0, 6))) == [5, 6]


def test_run_times_out():
    with pytest.raises(TimeoutError):
        closing_loop(lambda: calls.run(asyncio.sleep(5), timeout=0.01))


def test_run_of_a_request_in_a_script():
    assert closing_loop(lambda: calls.run(calls.awaitable(answer_later()))) == "answer"


def test_run_inside_a_running_loop_as_in_a_cell():
    async def cell():
        async def work():
            await asyncio.sleep(0.01)
            return await calls.awaitable(answer_later())

        return calls.run(work()), calls.run(calls.awaitable(answer_later(2))), calls.run(work(), work())

    assert in_thread(lambda: asyncio.run(cell())) == ("answer", 2, ["answer", "answer"])


def test_run_inside_a_running_loop_refuses_what_could_not_end():
    async def cell():
        task = asyncio.ensure_future(asyncio.sleep(0.01))
        try:
            with pytest.raises(RuntimeError, match="await it instead"):
                calls.run(task)
        finally:
            await task

    in_thread(lambda: asyncio.run(cell()))


def test_cancelling_the_awaitable_cancels_the_request():
    async def main():
        source = concurrent.futures.Future()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await calls.awaitable(source)
        return source.cancelled()

    assert in_thread(lambda: asyncio.run(main()))


def test_an_awaitable_can_be_awaited_in_another_loop():
    def call():
        future = calls.awaitable(answer_later(seconds=0.05))

        async def other():
            return await future

        other_loop = asyncio.new_event_loop()
        try:
            return other_loop.run_until_complete(other())
        finally:
            other_loop.close()
            calls.getLoop().close()

    assert in_thread(call) == "answer"


def test_sleep_delivers():
    def call():
        home, seen = Home.here(), []
        threading.Timer(0.01, home.post, [lambda: seen.append(1)]).start()
        began = time.monotonic()
        assert calls.sleep(0.1) is True
        return seen, time.monotonic() - began >= 0.09

    assert in_thread(call) == ([1], True)


def test_schedule_calls_at_home_and_can_be_cancelled():
    def call():
        out = []
        calls.schedule(dt.datetime.now() + dt.timedelta(milliseconds=5), out.append, threading.get_ident())
        cancelled = calls.schedule(dt.datetime.now() + dt.timedelta(milliseconds=5), out.append, "never")
        cancelled.cancel()
        calls.sleep(0.1)
        return out == [threading.get_ident()] and cancelled.cancelled()

    assert in_thread(call)


def test_time_range_skips_what_has_passed():
    def call():
        now = dt.datetime.now()
        return len(list(calls.timeRange(now - dt.timedelta(seconds=1), now + dt.timedelta(seconds=0.05), 0.02)))

    assert in_thread(call) in (2, 3)


def test_time_range_needs_a_step():
    with pytest.raises(ValueError, match="step above 0"):
        list(calls.timeRange(dt.time(1), dt.time(2), 0))
