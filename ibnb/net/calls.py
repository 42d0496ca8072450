"""Blocking and scheduling helpers that work in any thread, cell, coroutine or handler: `run`, `sleep`, `schedule` and
their kin.

They keep ib_async's names and signatures (`ibnb.util` re-exports them) but patch nothing: see `ibnb.net.home` for how
they wait.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import datetime as dt
import inspect
import logging
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeAlias

from ibnb.net.home import Home, idle_loop, refuse_on_io_thread, thread_loop, wait_for
from ibnb.net.iothread import IOThread

Time: TypeAlias = dt.time | dt.datetime

_logger = logging.getLogger("ibnb.net")


class RequestFuture(asyncio.Future[Any]):
    """An awaitable answer, bound to the loop it was asked from.

    Awaiting it elsewhere works too. Cancelling it cancels the request.
    """

    source: concurrent.futures.Future[Any]

    def __await__(self) -> Any:
        if not self.done() and asyncio.get_running_loop() is not self.get_loop():
            return (yield from asyncio.wrap_future(self.source).__await__())
        return (yield from super().__await__())

    __iter__ = __await__


def awaitable(source: concurrent.futures.Future[Any]) -> RequestFuture:
    """Return `source` as a future of the caller's loop (running, or the thread's own)."""
    loop = thread_loop()
    Home.here()  # events follow the caller into its loop
    future = RequestFuture(loop=loop)
    future.source = source

    def copy_result() -> None:
        if future.done():
            return
        if source.cancelled():
            future.cancel()
        elif (error := source.exception()) is not None:
            future.set_exception(error)
        else:
            future.set_result(source.result())

    def on_source_done(_: concurrent.futures.Future[Any]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(copy_result)

    def on_future_done(_: asyncio.Future[Any]) -> None:
        if future.cancelled():
            source.cancel()

    future.add_done_callback(on_future_done)
    source.add_done_callback(on_source_done)
    return future


def run(*awaitables: Awaitable[Any], timeout: float | None = None) -> Any:
    """Run awaitables to their end and return the result (a list for several); without any, run this thread's loop until
    interrupted.

    Where a loop runs already (a notebook cell), coroutines run on a loop of their own in a helper thread while this
    call waits and delivers events. Raises TimeoutError after `timeout` seconds.
    """
    refuse_on_io_thread("run")
    if not awaitables:
        _run_forever()
        return None
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return thread_loop().run_until_complete(_together(awaitables, timeout, Home.here()))
    if len(awaitables) == 1 and isinstance(awaitables[0], RequestFuture):
        return wait_for(awaitables[0].source, timeout, "run")
    if all(inspect.iscoroutine(a) or isinstance(a, RequestFuture) for a in awaitables):
        return wait_for(_in_helper_thread(awaitables, timeout), None, "run")
    raise RuntimeError(
        "run() inside a running event loop takes coroutines and ibnb requests only: a task or future "
        "of the running loop cannot go on while this call blocks it; await it instead"
    )


async def _together(awaitables: tuple[Awaitable[Any], ...], timeout: float | None, home: Home | None) -> Any:
    if home is not None:
        Home.here()
        home.post(lambda: None)  # what was queued before the loop ran is delivered in it
    if len(awaitables) == 1:
        return await asyncio.wait_for(awaitables[0], timeout)
    return list(await asyncio.wait_for(asyncio.gather(*awaitables), timeout))


def _in_helper_thread(awaitables: tuple[Awaitable[Any], ...], timeout: float | None) -> concurrent.futures.Future[Any]:
    result: concurrent.futures.Future[Any] = concurrent.futures.Future()
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def main() -> Any:
        task = asyncio.current_task()
        assert task is not None
        started.append((asyncio.get_running_loop(), task))
        return await _together(awaitables, timeout, None)

    def target() -> None:
        try:
            value = asyncio.run(main())
        except BaseException as error:  # noqa: BLE001  handed to whoever waits
            if not result.done():
                result.set_exception(error)
        else:
            if not result.done():
                result.set_result(value)

    def on_done(_: concurrent.futures.Future[Any]) -> None:
        if result.cancelled() and started:
            loop, task = started[0]
            if not loop.is_closed():
                loop.call_soon_threadsafe(task.cancel)

    result.add_done_callback(on_done)
    threading.Thread(target=contextvars.copy_context().run, args=(target,), name="ibnb-run", daemon=True).start()
    return result


def _run_forever() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        loop = thread_loop()
        home = Home.here()
        home._live_in(loop)
        home.post(lambda: None)
        loop.run_forever()


def sleep(secs: float = 0.02) -> bool:
    """Block for `secs` seconds while events are delivered; return True."""
    refuse_on_io_thread("sleep")
    Home.here().wait(lambda: False, max(0.0, secs))
    return True


class ScheduledCall:
    """A pending `schedule`.

    `cancel()`, `cancelled()`, `when()` (seconds of `time.time`), like asyncio's TimerHandle.
    """

    def __init__(self, when: float) -> None:
        self._when = when
        self._cancelled = False

    def cancel(self) -> None:
        """Forget the call."""
        self._cancelled = True

    def cancelled(self) -> bool:
        """Tell whether the call has been cancelled."""
        return self._cancelled

    def when(self) -> float:
        """Return the due time in epoch seconds."""
        return self._when


def schedule(time: Time, callback: Callable[..., object], *args: Any) -> ScheduledCall:
    """Call `callback(*args)` at home at the given time (a `datetime.time` means today).

    Return a handle that can be cancelled.
    """
    when = _fill_date(time)
    handle = ScheduledCall(when.timestamp())
    delay = max(0.0, (when - dt.datetime.now(when.tzinfo)).total_seconds())
    home = Home.here()

    def fire() -> None:
        if not handle.cancelled():
            callback(*args)

    io = IOThread.get()
    io.call_soon(lambda: io.call_later(delay, home.post, fire))
    return handle


def timeRange(start: Time, end: Time, step: float) -> Iterator[dt.datetime]:
    """Yield each step seconds from `start` to `end`, waiting for it; points that have passed are skipped."""
    for t in _steps(start, end, step):
        waitUntil(t)
        yield t


async def timeRangeAsync(start: Time, end: Time, step: float) -> AsyncIterator[dt.datetime]:
    """Async form of `timeRange`."""
    for t in _steps(start, end, step):
        await waitUntilAsync(t)
        yield t


def waitUntil(t: Time) -> bool:
    """Block until time `t` (at once if it has passed) while events are delivered; return True."""
    return sleep(_seconds_until(t))


async def waitUntilAsync(t: Time) -> bool:
    """Async form of `waitUntil`."""
    await asyncio.sleep(max(0.0, _seconds_until(t)))
    return True


def getLoop() -> asyncio.AbstractEventLoop:
    """Return the running loop, else this thread's current one (made when there is none)."""
    return thread_loop()


def startLoop() -> None:
    """Do nothing: blocking calls work in a cell without it. Kept for code written for ib_async."""
    idle_loop()


def patchAsyncio() -> None:
    """Let code of your own run nested event loops, by nest_asyncio2 where it is installed, else nest_asyncio. ibnb
    needs neither.

    Warns where nest_asyncio is known to lose cells or starve tasks: ipykernel >= 7.1, Python >= 3.14.
    """
    try:
        import nest_asyncio2 as nest
    except ImportError:
        import nest_asyncio as nest

        kernel = sys.modules.get("ipykernel")
        version = tuple(getattr(kernel, "version_info", (0, 0))[:2])
        if version >= (7, 1) or sys.version_info >= (3, 14):
            warnings.warn(
                "nest_asyncio loses queued cells under ipykernel >= 7.1 and starves tasks on Python >= 3.14; "
                "pip install nest_asyncio2, or leave patchAsyncio() out: ibnb does not need it",
                RuntimeWarning,
                stacklevel=2,
            )
    nest.apply()


def _fill_date(time: Time) -> dt.datetime:
    if isinstance(time, dt.datetime):
        return time
    return dt.datetime.combine(dt.date.today(), time)


def _seconds_until(t: Time) -> float:
    when = _fill_date(t)
    return (when - dt.datetime.now(when.tzinfo)).total_seconds()


def _steps(start: Time, end: Time, step: float) -> Iterator[dt.datetime]:
    if step <= 0:
        raise ValueError(f"timeRange needs a step above 0 s, got {step!r}")
    begin, stop, delta = _fill_date(start), _fill_date(end), dt.timedelta(seconds=step)
    now = dt.datetime.now(begin.tzinfo)
    if begin < now:
        begin += delta * -((begin - now) // delta)
    while begin <= stop:
        yield begin
        begin += delta
