"""Own the one private IO thread of the process and its asyncio loop.

Sockets, decoding, bookkeeping, timers and comm sends live on this thread, so that a busy cell, `time.sleep`, the stop
button or a patched event loop elsewhere cannot stop them. The loop class takes its methods from asyncio itself, so that
a library which patches the loop classes of the process (nest_asyncio does) does not reach it. The thread starts at
first use, never at import, and never prints.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextvars
import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")
_Base = asyncio.base_events.BaseEventLoop


class PrivateLoop(asyncio.SelectorEventLoop):
    """A selector loop that keeps asyncio's own stepping methods, whatever is patched on its base classes."""

    run_forever = _Base.run_forever
    run_until_complete = _Base.run_until_complete
    _run_once = _Base._run_once  # type: ignore[attr-defined]
    _check_running = _Base._check_running  # type: ignore[attr-defined]


class IOThread:
    """The private loop and its thread; `IOThread.get()` gives the running one."""

    _current: ClassVar[IOThread | None] = None
    _is_over: ClassVar[bool] = False  # the interpreter ends: no thread can start any more
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self.loop = PrivateLoop()
        self.pid = os.getpid()
        self.ident = 0
        self.open: weakref.WeakSet[Any] = weakref.WeakSet()
        """What has to be closed on this thread when the interpreter ends: objects with `close()`."""
        started = threading.Event()
        # A copied context carries the kernel's parent header: without it ipykernel 7.0 cannot send comm messages from
        # here.
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._main, started), name="ibnb-io", daemon=True)
        self._thread.start()
        started.wait()

    @classmethod
    def get(cls) -> IOThread:
        """Return the process's IO thread; start it at first use, and anew after a fork or when it has died."""
        current = cls._current
        if current is not None and (current.is_alive() or (cls._is_over and current.pid == os.getpid())):
            return current
        with cls._guard:
            current = cls._current
            if current is None or not current.is_alive():
                current = cls._current = IOThread()
            return current

    def is_alive(self) -> bool:
        """Tell whether the thread runs in this process."""
        return self._thread.is_alive() and self.pid == os.getpid()

    def on_thread(self) -> bool:
        """Tell whether the caller runs on the IO thread."""
        return threading.get_ident() == self.ident

    def call_soon(self, fn: Callable[..., object], *args: object) -> None:
        """Run `fn(*args)` on the IO thread soon; from any thread. Nothing happens once the interpreter shuts down."""
        try:
            self.loop.call_soon_threadsafe(fn, *args)
        except RuntimeError:
            if not self.loop.is_closed():
                raise

    def call_later(self, seconds: float, fn: Callable[..., object], *args: object) -> asyncio.TimerHandle:
        """Run `fn(*args)` after `seconds`; only from the IO thread itself."""
        return self.loop.call_later(seconds, fn, *args)

    def run(self, coro: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the IO thread; cancelling the future cancels the coroutine."""
        return asyncio.run_coroutine_threadsafe(coro, self.loop)

    def _main(self, started: threading.Event) -> None:
        self.ident = threading.get_ident()
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(started.set)
        try:
            self.loop.run_forever()
        finally:
            for _ in range(3):  # let closed transports take their leave, or Python warns of them
                self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.close()

    def _close_all(self) -> None:
        for item in list(self.open):
            item.close()
        self.loop.stop()

    def _stop(self) -> None:
        if self.is_alive() and not self.loop.is_closed():
            self.call_soon(self._close_all)
            self._thread.join(2.0)


@atexit.register
def _stop_at_exit() -> None:
    IOThread._is_over = True
    current = IOThread._current
    if current is not None and current.pid == os.getpid():
        current._stop()
