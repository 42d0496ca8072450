"""What the widget tests share: timers wound by hand, a comm that keeps what is sent, a small table, a decoder."""

from __future__ import annotations

import heapq
import itertools
import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.user import table
from ibnb.widgets import protocol
from ibnb.widgets.pages import Board


class Timers:
    """An IO thread without thread or time: `run(s)` lets time pass."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def call_soon(self, fn: Callable[..., object], *args: object) -> None:
        self.call_later(0.0, fn, *args)

    def call_later(self, seconds: float, fn: Callable[..., object], *args: object) -> None:
        heapq.heappush(self._heap, (self.now + seconds, next(self._numbers), lambda: fn(*args)))

    def clock(self) -> float:
        return self.now

    def run(self, seconds: float = 0.0) -> None:
        end = self.now + seconds
        while self._heap and self._heap[0][0] <= end:
            at, _, fn = heapq.heappop(self._heap)
            self.now = max(self.now, at)
            fn()
        self.now = end


class Line:
    """A board with one page; `sent` is what left for the page."""

    def __init__(self, **options: Any) -> None:
        self.timers = Timers()
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self.busy = False
        self.hellos: list[Any] = []
        self.board = Board(
            send=lambda _link, content, buffers: self.sent.append((content, buffers)),
            post=self.timers.call_soon,
            call_later=self.timers.call_later,
            clock=self.timers.clock,
            busy=lambda: self.busy,
            on_hello=self.hellos.append,
            welcome=lambda: {"parts": {"engine": "abc"}},
            **options,
        )

    def say(self, kind: str, page: str = "p", **content: Any) -> None:
        self.board.receive("link", {"t": kind, "p": page, **content})

    def want(self, number: int, streams: dict[int, int], page: str = "p") -> None:
        self.say("want", page, n=number, s={str(key): value for key, value in streams.items()})

    def take(self, page: str = "p") -> list[tuple[dict[str, Any], list[bytes]]]:
        """What was sent to the page since the last time; the rest stays."""
        mine = [item for item in self.sent if item[0].get("p") == page]
        self.sent = [item for item in self.sent if item[0].get("p") != page]
        return mine

    def run(
        self, seconds: float = 0.0, *, ack: bool = True, page: str = "p"
    ) -> list[tuple[dict[str, Any], list[bytes]]]:
        """Let time pass in small steps, acknowledging what asks for it; what was sent to the page meanwhile."""
        got = []
        steps = max(1, round(seconds / 0.01))
        for _ in range(steps):
            self.timers.run(seconds / steps)
            for content, buffers in self.take(page):
                got.append((content, buffers))
                if ack and content.get("a"):
                    self.say("ack", page, q=content["q"])
        return got


def quotes(rows: int = 3) -> Any:
    """A table by symbol with every kind of column."""
    return table(
        pd.DataFrame(
            {
                "symbol": [f"S{i}" for i in range(rows)],
                "last": np.arange(rows) + 0.25,
                "size": np.arange(rows, dtype="int64"),
                "halted": [i % 2 == 0 for i in range(rows)],
                "time": pd.Timestamp("2026-03-01 14:30", tz="UTC"),
            }
        ),
        key="symbol",
        name="quotes",
    )


def frames(buffer: bytes) -> list[SimpleNamespace]:
    """Take a message's buffer apart, by the table in ibnb.widgets.protocol and not by its code."""
    out, at = [], 0
    while at < len(buffer):
        magic, flags, stream, seq, count, base, revision = struct.unpack_from("<4sHHIIQQ", buffer, at)
        assert magic == b"IBT1"
        at += 32
        blocks = []
        for _ in range(count):
            kind, type_, encoding, column, n, size = struct.unpack_from("<BBBxHxxII", buffer, at)
            blocks.append((kind, type_, encoding, column, n, buffer[at + 16 : at + 16 + size]))
            at += 16 + -(-size // 8) * 8
        out.append(SimpleNamespace(flags=flags, stream=stream, seq=seq, base=base, revision=revision, blocks=blocks))
    assert at == len(buffer)
    return out


def kinds(frame: SimpleNamespace) -> list[int]:
    return [block[0] for block in frame.blocks]


__all__ = ["Line", "Timers", "frames", "kinds", "protocol", "quotes"]
