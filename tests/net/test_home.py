"""Delivery at home and blocking there, without sockets."""

import asyncio
import concurrent.futures
import signal
import threading
import time

import pytest

from ibnb.errors import LocalProtocolError
from ibnb.net import home as module
from ibnb.net.home import Home, thread_loop, wait_for
from ibnb.net.iothread import IOThread


@pytest.fixture
def io():
    return IOThread.get()


def resolve_later(io, future, seconds=0.02, value="answer"):
    io.call_soon(lambda: io.call_later(seconds, future.set_result, value))


def in_thread(fn):
    """Run `fn` in a new thread and return its result: each thread has a home of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(fn).result(10)


def test_blocked_call_delivers_what_was_posted_before_its_answer(io):
    def call():
        home, seen, future = Home.here(), [], concurrent.futures.Future()

        def on_io():
            home.post(lambda: seen.append("event"))
            future.set_result(5)

        io.call_soon(on_io)
        return wait_for(future), seen

    assert in_thread(call) == (5, ["event"])


def test_timeout_cancels_the_future(io):
    def call():
        future = concurrent.futures.Future()
        with pytest.raises(TimeoutError, match=r"a blocking call: no answer within 0\.01 s"):
            wait_for(future, 0.01)
        return future.cancelled()

    assert in_thread(call)


def test_handlers_may_block_three_deep(io):
    def call():
        home, order = Home.here(), []

        def handler(depth):
            future = concurrent.futures.Future()
            if depth < 3:
                io.call_soon(home.post, lambda: handler(depth + 1))
            resolve_later(io, future)
            wait_for(future)
            order.append(depth)

        home.post(lambda: handler(1))
        future = concurrent.futures.Future()
        resolve_later(io, future, 0.2)
        return wait_for(future), sorted(order)

    assert in_thread(call) == ("answer", [1, 2, 3])


def test_a_handler_that_blocks_on_every_event_does_not_recurse_without_end(io, caplog):
    def call():
        home, done = Home.here(), []
        deepest = 0

        def handler(n):
            nonlocal deepest
            deepest = max(deepest, home.depth)
            future = concurrent.futures.Future()
            resolve_later(io, future, 0.001)
            wait_for(future)
            done.append(n)

        for n in range(200):
            home.post(lambda n=n: handler(n))
        future = concurrent.futures.Future()
        resolve_later(io, future, 0.001)
        wait_for(future)
        home.wait(lambda: len(done) == 200, 5)
        return len(done), deepest

    count, deepest = in_thread(call)
    assert count == 200
    assert deepest <= module.MAX_DEPTH + 1


def test_failing_handler_stops_neither_others_nor_the_call(io, caplog):
    def call():
        home, seen = Home.here(), []
        home.post(lambda: 1 / 0)
        home.post(lambda: seen.append(1))
        home.wait(lambda: bool(seen), 1)
        return seen

    assert in_thread(call) == [1]
    assert "an event handler failed" in caplog.text


def test_running_loop_delivers_when_idle(io):
    async def main():
        home, seen = Home.here(), []
        arrived = asyncio.Event()
        io.call_soon(home.post, lambda: (seen.append(threading.get_ident()), arrived.set()))
        await asyncio.wait_for(arrived.wait(), 2)
        return seen == [threading.get_ident()]

    assert in_thread(lambda: asyncio.run(main()))


def test_blocking_call_inside_a_coroutine(io):
    async def main():
        home, seen, future = Home.here(), [], concurrent.futures.Future()
        io.call_soon(home.post, lambda: seen.append("event"))
        resolve_later(io, future)
        return wait_for(future, 2), seen

    assert in_thread(lambda: asyncio.run(main())) == ("answer", ["event"])


def test_script_tasks_go_on_while_a_call_blocks(io):
    def call():
        loop, ticks = thread_loop(), []

        async def tick():
            while True:
                ticks.append(1)
                await asyncio.sleep(0.005)

        task = loop.create_task(tick())
        future = concurrent.futures.Future()
        resolve_later(io, future, 0.1)
        wait_for(future, 2)
        task.cancel()
        Home.here().wait(task.done, 1)
        loop.close()
        return len(ticks)

    assert in_thread(call) > 3


def test_blocking_on_the_io_thread_raises_at_once(io):
    future = concurrent.futures.Future()

    async def block():
        wait_for(future)

    with pytest.raises(LocalProtocolError, match="IO thread"):
        io.run(block()).result(2)


def test_interrupt_raises_in_time_and_loses_no_event(io):
    home, seen = Home.here(), []
    home.loop = None
    stop = threading.Event()
    count = 0

    def feed():
        nonlocal count
        while not stop.is_set():
            home.post(lambda n=count: seen.append(n))
            count += 1
            time.sleep(0.0005)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        for _ in range(10):
            future = concurrent.futures.Future()
            timer = threading.Timer(0.03, signal.raise_signal, [signal.SIGINT])
            began = time.monotonic()
            timer.start()
            with pytest.raises(KeyboardInterrupt):
                wait_for(future, 5)
            assert time.monotonic() - began < 0.53
            assert future.cancelled()
            timer.join()
    finally:
        stop.set()
        feeder.join()
    home.wait(lambda: len(seen) == count, 1)
    assert seen == list(range(count))


def test_interrupt_reaches_a_handler_that_does_not_end(io):
    home = Home.here()

    def endless():
        until = time.monotonic() + 5
        while time.monotonic() < until:
            pass

    home.post(endless)
    threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        home.wait(lambda: False, 5)
    assert time.monotonic() - began < 1


def test_events_follow_the_thread_into_a_second_loop(io):
    """A script that connects, and then runs a coroutine in a loop of its own."""

    def call():
        home, seen = Home.here(), []
        thread_loop()
        home.loop = thread_loop()
        home.post(lambda: seen.append("while idle"))

        async def main():
            Home.here()
            home.post(lambda: seen.append("while running"))
            await asyncio.sleep(0.05)

        asyncio.run(main())
        return seen

    assert in_thread(call) == ["while idle", "while running"]


def test_a_blocked_script_notices_what_its_handlers_do(io):
    def call():
        thread_loop()
        home, seen = Home.here(), []
        io.call_soon(lambda: io.call_later(0.02, home.post, lambda: seen.append(1)))
        began = time.monotonic()
        return home.wait(lambda: bool(seen), 5), time.monotonic() - began < 1

    assert in_thread(call) == (True, True)
