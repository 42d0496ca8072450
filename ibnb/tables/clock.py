"""When tables move: the frame timer on the IO thread, and the way home for listeners of tables that no connection
feeds.

The only module of the tables that knows asyncio, and only to find the loop that runs where a listener was attached.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

CallLater: TypeAlias = Callable[[float, Callable[[], None]], object]
OnHome: TypeAlias = Callable[[Callable[[], None]], object]

FRAME_S = 0.05
FIRST_S = 0.004


class FrameClock:
    """Call `flush` after marks, at most once per frame; the first mark after a pause is served almost at once.

    Args:
        call_later: Runs a function on the IO thread after some seconds; is called from whatever thread marks.
        flush: What to run.
        now: Monotonic seconds.
        frame_s: Time between two flushes; at least half of it where one was late.
        first_s: Delay of a flush when none ran for a frame; the packets of one read come together in it.
    """

    def __init__(
        self,
        call_later: CallLater,
        flush: Callable[[], None],
        *,
        now: Callable[[], float] = time.monotonic,
        frame_s: float = FRAME_S,
        first_s: float = FIRST_S,
    ) -> None:
        self.frame_s = frame_s
        self.first_s = first_s
        self._call_later = call_later
        self._flush = flush
        self._now = now
        self._pending = False
        self._flushed_at = -frame_s
        self._due = -frame_s
        self._guard = threading.Lock()

    def mark(self) -> None:
        """Ask for a flush; from any thread, as often as one likes."""
        if self._pending:  # the usual case costs no lock
            return
        with self._guard:
            wanted, self._pending = not self._pending, True
            now = self._now()
            wait = max(self.first_s, self._flushed_at + self.frame_s - now)
            if wanted:
                self._due = now + wait
        if wanted:
            self._call_later(wait, self._fire)

    def _fire(self) -> None:
        with self._guard:
            self._pending = False  # before the flush: what comes during it asks anew
            # A flush that came late, as beside a cell that keeps the CPU, does not put off the next one as well.
            self._flushed_at = max(self._due, self._now() - self.frame_s / 2)
        self._flush()


def caller_home() -> tuple[CallLater, OnHome] | None:
    """Return (call_later, on_home) for the event loop that runs in the calling thread, None if none does."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return None

    def on_home(fn: Callable[[], None]) -> None:
        if loop.is_closed():
            fn()
        else:
            loop.call_soon_threadsafe(fn)

    def call_later(seconds: float, fn: Callable[[], None]) -> None:
        def start() -> None:
            if loop.is_closed():
                fn()
            else:
                loop.call_later(seconds, fn)

        on_home(start)

    return call_later, on_home
