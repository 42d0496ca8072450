"""Deliver events to the thread or loop where the user's code lives ("home"), and block there without stopping them.

Each thread has one `Home`. The IO thread posts deliveries to it in server order. They run

* by `loop.call_soon_threadsafe`, when that thread has a running event loop and nothing of ibnb blocks it;
* inside the blocking call, while one waits on that thread (at any depth up to `MAX_DEPTH`);
* at the next blocking call otherwise (a plain script or worker thread without a loop).

A blocking call never steps a running event loop: it waits on a condition in short slices. A thread whose loop is not
running gets that loop run meanwhile, so that tasks of a script go on. On the main thread the call takes SIGINT itself
while it waits, so that KeyboardInterrupt is raised between deliveries and none is lost; a handler that runs on is
interrupted itself after `GRACE_S`.
"""

from __future__ import annotations

import _thread
import asyncio
import collections
import concurrent.futures
import contextlib
import logging
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ibnb.errors import LocalProtocolError
from ibnb.net.iothread import IOThread

T = TypeVar("T")
Delivery = Callable[[], object]

SLICE_S = 0.1
GRACE_S = 0.25
MAX_DEPTH = 8
DRAIN_S = 0.02
_logger = logging.getLogger("ibnb.net")
_loops = threading.local()


class Home:
    """Where one thread's event handlers run. Get the caller's with `Home.here()`."""

    _local = threading.local()

    def __init__(self) -> None:
        self.ident = threading.get_ident()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.depth = 0
        self.delivering = 0
        self._queue: collections.deque[Delivery] = collections.deque()
        self._condition = threading.Condition()
        self._waiting = 0
        self._scheduled = False
        self._checks: list[Callable[[], None]] = []
        self._interrupts = _Interrupts(self)

    @classmethod
    def here(cls) -> Home:
        """Return the calling thread's home, with the loop that runs there now (if one does)."""
        home: Home | None = getattr(cls._local, "home", None)
        if home is None:
            home = cls._local.home = Home()
        with contextlib.suppress(RuntimeError):
            home._live_in(asyncio.get_running_loop())
        return home

    def _live_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver in this loop from now on; what was handed to a loop that has stopped is handed over anew."""
        if loop is not self.loop:
            with self._condition:
                self.loop = loop
                self._scheduled = False
                if self._queue:
                    self._wake()

    def is_here(self) -> bool:
        """Tell whether the caller runs on this home's thread."""
        return threading.get_ident() == self.ident

    def post(self, delivery: Delivery) -> None:
        """Queue one delivery; from any thread, in order."""
        with self._condition:
            self._queue.append(delivery)
            self._wake()

    def repost(self, delivery: Delivery) -> None:
        """Put a delivery that was interrupted back to the front."""
        with self._condition:
            self._queue.appendleft(delivery)
            self._wake()

    def notify(self) -> None:
        """Wake the blocked calls of this thread so that they look at their futures again; from any thread."""
        with self._condition:
            self._condition.notify_all()
            for check in self._checks:
                check()

    def _wake(self) -> None:
        if self._waiting:
            self._condition.notify_all()
        elif self.loop is not None and not self._scheduled:
            try:
                self.loop.call_soon_threadsafe(self._drain_in_loop)
                self._scheduled = True
            except RuntimeError:  # that loop has been closed: the next blocking call delivers
                self.loop = None

    def _drain_in_loop(self) -> None:
        """Deliver what is queued from the home loop, in slices that leave the loop responsive."""
        with self._condition:
            self._scheduled = False
        until = time.monotonic() + DRAIN_S
        while self._queue and time.monotonic() < until:
            self._deliver_one()
        with self._condition:
            for check in self._checks:  # a handler may have done what a blocked call waits for
                check()
            if self._queue:
                self._wake()

    def _deliver_one(self) -> None:
        try:
            delivery = self._queue.popleft()
        except IndexError:
            return
        self.delivering += 1
        try:
            delivery()
        except Exception:  # a handler's error must not stop the others; Event reports its own
            _logger.exception("an event handler failed")
        finally:
            self.delivering -= 1

    def drain(self) -> None:
        """Deliver all that is queued now; only on this home's thread."""
        for _ in range(len(self._queue)):
            self._deliver_one()

    def wait(self, done: Callable[[], bool], timeout: float | None = None) -> bool:
        """Block until `done()` or `timeout` seconds have passed, delivering events meanwhile; return the last `done()`.

        Raises KeyboardInterrupt on the main thread when the user interrupts.
        """
        self.depth += 1
        if self.depth == MAX_DEPTH + 1:
            _logger.warning(
                "blocking calls inside event handlers are nested %d deep; the innermost only wait", MAX_DEPTH
            )
        loop = idle_loop()
        try:
            with self._interrupts.taken():
                if loop is not None:
                    return self._run_loop(loop, done, timeout)
                return self._wait_on_condition(done, timeout)
        finally:
            self.depth -= 1
            with self._condition:
                if self._queue and not self._waiting:
                    self._wake()

    def _wait_on_condition(self, done: Callable[[], bool], timeout: float | None) -> bool:
        deadline = None if timeout is None else time.monotonic() + timeout
        deliver = self.depth <= MAX_DEPTH
        while True:
            finished = done()  # first: what was posted before the answer is then in the queue
            if deliver:
                self.drain()
            if finished:
                return True
            left = SLICE_S if deadline is None else min(SLICE_S, deadline - time.monotonic())
            if left <= 0:
                return done()
            with self._condition:
                if not (deliver and self._queue) and not done():
                    self._waiting += 1
                    try:
                        self._condition.wait(left)
                    finally:
                        self._waiting -= 1
            self._interrupts.raise_pending()

    def _run_loop(self, loop: asyncio.AbstractEventLoop, done: Callable[[], bool], timeout: float | None) -> bool:
        """Run this thread's own, idle loop until `done()`; deliveries and the user's tasks run in it."""
        self._live_in(loop)
        over = loop.create_future()

        def check() -> None:
            if not over.done() and (done() or self._interrupts.pending):
                over.set_result(None)

        def time_is_up() -> None:
            if not over.done():
                over.set_result(None)

        def wake() -> None:
            loop.call_soon_threadsafe(check)

        with self._condition:
            self._checks.append(wake)
            if self._queue:
                self._wake()
        timer = None if timeout is None else loop.call_later(timeout, time_is_up)
        try:
            check()
            loop.run_until_complete(over)
        finally:
            if timer is not None:
                timer.cancel()
            over.cancel()
            with self._condition:
                self._checks.remove(wake)
        self._interrupts.raise_pending()
        finished = done()
        self.drain()
        return finished


class _Interrupts:
    """SIGINT while a blocking call waits on the main thread: remembered, and raised where nothing can be lost."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._pending = False
        self._timer: threading.Timer | None = None

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread() or self._home.depth > 1:
            yield
            self.raise_pending()
            return
        self._pending = False
        before = signal.getsignal(signal.SIGINT)
        if before is None or before is signal.SIG_IGN:
            yield
            return
        signal.signal(signal.SIGINT, self._on_sigint)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        self.raise_pending()

    @property
    def pending(self) -> bool:
        return self._pending

    def raise_pending(self) -> None:
        if self._pending:
            self._pending = False
            raise KeyboardInterrupt

    def _on_sigint(self, signum: int, frame: Any) -> None:
        if self._pending and self._home.delivering:  # second time: the handler in progress takes too long
            self._pending = False
            raise KeyboardInterrupt
        self._pending = True
        for check in tuple(self._home._checks):
            check()
        if self._home.delivering and self._timer is None:
            self._timer = threading.Timer(GRACE_S, self._again)
            self._timer.daemon = True
            self._timer.start()

    def _again(self) -> None:
        self._timer = None
        if self._pending:
            _thread.interrupt_main()


def idle_loop() -> asyncio.AbstractEventLoop | None:
    """Return the calling thread's event loop when it has one that is neither running nor closed."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        loop: asyncio.AbstractEventLoop | None = getattr(_loops, "loop", None)
        return None if loop is None or loop.is_closed() else loop
    return None


def thread_loop() -> asyncio.AbstractEventLoop:
    """Return the loop that runs here, else the thread's current one, else one that is made and kept for the thread."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        pass
    own: _OwnLoop | None = getattr(_loops, "own", None)
    loop: asyncio.AbstractEventLoop | None = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if own is not None and not own.loop.is_closed():
            loop = own.loop
        elif _has_current_loop():
            loop = asyncio.get_event_loop()
        if loop is None or loop.is_closed():
            _loops.own = own = _OwnLoop()
            loop = own.loop
        asyncio.set_event_loop(loop)
    _loops.loop = loop
    return loop


class _OwnLoop:
    """A loop made for a thread, closed with it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def __del__(self) -> None:
        if not self.loop.is_closed() and not self.loop.is_running():
            self.loop.close()


def _has_current_loop() -> bool:
    """Tell whether somebody has set an event loop for this thread; asking asyncio itself might make one."""
    policy: Any = asyncio.get_event_loop_policy()
    local = getattr(policy, "_local", None)
    return getattr(local, "_loop", None) is not None


def refuse_on_io_thread(what: str) -> None:
    """Raise at once when a blocking call is made on the IO thread, where it could never return."""
    io = IOThread._current
    if io is not None and io.on_thread():
        raise LocalProtocolError(
            f"{what} would block ibnb's IO thread, which has to answer it; await the *Async method, "
            "or call it from your own code"
        )


def wait_for(future: concurrent.futures.Future[T], timeout: float | None = None, what: str = "a blocking call") -> T:
    """Block until the future is done, delivering events when the caller is at home; return its result or raise its
    error.

    An interrupt, and a timeout, cancel the future (and with it the request at the gateway). Raises builtin
    TimeoutError.
    """
    refuse_on_io_thread(what)
    home = Home.here()
    if not future.done():
        future.add_done_callback(lambda _: home.notify())
    try:
        finished = home.wait(future.done, timeout)
    except BaseException:
        future.cancel()
        raise
    if not finished:
        future.cancel()
        raise TimeoutError(f"{what}: no answer within {timeout:g} s")
    return future.result()
