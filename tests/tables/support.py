"""What the table tests share: a mirror that knows only the contract, hand-wound clocks, row objects."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from ibnb.tables import Column, Delta, Table

MISSING = -(2**63)
TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
UTC = dt.UTC
T0 = dt.datetime(2024, 3, 8, 14, 30, tzinfo=UTC)


class Mirror:
    """A follower's copy of a table, made of `schema`, `snapshot` and `delta` alone."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.kinds = {entry["name"]: entry["kind"] for entry in table.schema()}
        self.resets = 0
        self.take()

    def take(self) -> None:
        snapshot = self.table.snapshot()
        self.revision = snapshot.revision
        self.dictionary = {name: list(texts) for name, texts in snapshot.dictionary.items()}
        self.order = dict(zip(snapshot.slots.tolist(), snapshot.order.tolist()))
        self.cells: dict[tuple[int, str], Any] = {}
        for name, values in snapshot.columns.items():
            for slot, value in zip(snapshot.slots.tolist(), values.tolist(), strict=True):
                self.cells[slot, name] = value

    def sync(self) -> Delta:
        delta = self.table.delta(self.revision)
        if delta.reset:
            self.resets += 1
            self.take()
            return delta
        assert delta.since == self.revision
        for name, (start, texts) in delta.dictionary.items():
            assert start == len(self.dictionary[name])
            self.dictionary[name] += texts
        for slot in delta.removed_slots.tolist():
            del self.order[slot]  # must have been there
        for slot, order in zip(delta.added_slots.tolist(), delta.added_order.tolist(), strict=True):
            assert slot not in self.order
            assert slot < self.table.capacity
            self.order[slot] = order
        for name, values in delta.added.items():
            for slot, value in zip(delta.added_slots.tolist(), values.tolist(), strict=True):
                self.cells[slot, name] = value
        added = set(delta.added_slots.tolist())
        for name, slots in delta.changed.items():
            assert len(slots)
            assert (slots[1:] > slots[:-1]).all()
            for slot, value in zip(slots.tolist(), delta.values[name].tolist(), strict=True):
                assert slot in self.order
                assert slot not in added
                self.cells[slot, name] = value
        self.revision = delta.revision
        return delta

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows in row order, as plain values."""
        slots = sorted(self.order, key=self.order.__getitem__)
        return [{name: self._plain(name, self.cells[slot, name]) for name in self.kinds} for slot in slots]

    def _plain(self, name: str, value: Any) -> Any:
        kind = self.kinds[name]
        if kind == "f8":
            return None if math.isnan(value) else value
        if kind == "str":
            return self.dictionary[name][value] if value else None
        if kind == "bool":
            return None if value == 255 else bool(value)
        return None if value == MISSING else value


def frame_rows(df: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as plain values; times as ns since 1970."""
    if isinstance(df.index, pd.DatetimeIndex):
        df = df.reset_index()
    out = []
    for row in df.to_dict("records"):
        plain = {}
        for name, value in row.items():
            if pd.isna(value):
                plain[name] = None
            else:
                plain[name] = value.value if isinstance(value, pd.Timestamp) else value
        out.append(plain)
    return out


class Timer:
    """Time that stands still until `advance`, with what is to happen at its points."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def call_later(self, seconds: float, fn: Callable[[], None]) -> None:
        self.due.append((self.now + seconds, fn))

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while ready := [entry for entry in self.due if entry[0] <= end + 1e-9]:
            entry = min(ready, key=lambda one: one[0])
            self.due.remove(entry)
            self.now = max(self.now, entry[0])
            entry[1]()
        self.now = end


class Home:
    """A home that delivers when told."""

    def __init__(self) -> None:
        self.queue: list[Callable[[], None]] = []

    def __call__(self, fn: Callable[[], None]) -> None:
        self.queue.append(fn)

    def deliver(self) -> None:
        while self.queue:
            self.queue.pop(0)()


def dict_columns() -> list[Column]:
    """Return one column of each kind over dict rows."""
    return [
        Column("k", "str", lambda row: row["k"]),
        Column("f", "f8", lambda row: row["f"], unit="USD"),
        Column("i", "i8", lambda row: row["i"]),
        Column("s", "str", lambda row: row["s"]),
        Column("b", "bool", lambda row: row["b"]),
        Column("t", "time", lambda row: row["t"]),
    ]


def ns(moment: dt.datetime | None) -> int | None:
    """Return a time as ns since 1970."""
    return None if moment is None else pd.Timestamp(moment).value
