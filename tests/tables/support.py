"""What the table tests share: a mirror that knows only the contract, hand-wound clocks, row objects."""

from __future__ import annotations

import datetime as dt
import math
import struct
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from widgets.hub_support import frames

from ibnb.tables import Column, Delta, Table
from ibnb.widgets import protocol

MISSING = -(2**63)
TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
UTC = dt.UTC
T0 = dt.datetime(2024, 3, 8, 14, 30, tzinfo=UTC)


class Mirror:
    """A follower's copy of a table, made of `schema`, `snapshot` and `delta` alone."""

    revision: int
    dictionary: dict[str, list[str]]
    order: dict[int, int]
    cells: dict[tuple[int, str], Any]

    def __init__(self, table: Table, *, empty: bool = False) -> None:
        self.table = table
        self.kinds = {entry["name"]: entry["kind"] for entry in table.schema()}
        self.resets = 0
        if empty:  # it knows nothing, and asks for all since the beginning
            self.revision = 0
            self.dictionary = {name: [""] for name, kind in self.kinds.items() if kind == "str"}
            self.order, self.cells = {}, {}
        else:
            self.take()

    def take(self) -> None:
        snapshot = self.table.snapshot()
        self.revision = snapshot.revision
        self.dictionary = {name: list(texts) for name, texts in snapshot.dictionary.items()}
        self.order = dict(zip(snapshot.slots.tolist(), snapshot.order.tolist()))
        self.cells = {}
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


class PageMirror:
    """A page's copy of a table, made of the frames that the hub sends, and by the table in ibnb.widgets.protocol."""

    TYPES: ClassVar = {1: "u1", 2: "<u2", 3: "<u4", 4: "<i4", 5: "<f4", 6: "<f8"}

    def __init__(self, table: Table) -> None:
        self.table = table
        self.schema = {"columns": table.schema()}
        self.revision: int | None = None

    def sync(self) -> None:
        """Take what the hub would send now."""
        delta = None if self.revision is None else self.table.delta(self.revision)
        if delta is not None and not delta.reset:
            if delta:
                self._apply(protocol.write_delta(1, self.schema, delta))
            self.revision = delta.revision
            return
        snapshot = self.table.snapshot()
        stops = [*range(2, len(snapshot), 2), len(snapshot)]  # chunks of two rows
        for chunk, (start, stop) in enumerate(zip([0, *stops], stops)):
            self._apply(protocol.write_snapshot(1, self.schema, snapshot, start, stop, chunk))
        self.revision = snapshot.revision

    def _apply(self, writer: Any) -> None:
        [frame] = frames(writer.frame(1))
        target: list[int] = []
        for kind, type_, encoding, column, count, payload in frame.blocks:
            if kind == protocol.SCHEMA:
                self.texts: dict[int, dict[int, str]] = {}
                self.order: dict[int, float] = {}
                self.cells: dict[tuple[int, int], Any] = {}
            elif kind == protocol.DICT:
                self._learn(column, count, payload)
            elif kind == protocol.PATCH:
                values = self._values(type_, encoding, count, payload)
                self.cells.update({(slot, column): value for slot, value in zip(target, values, strict=True)})
            else:
                values = self._values(type_ or 3, encoding, count, payload)
                if kind == protocol.ORDER:
                    self.order.update(zip(target, values, strict=True))
                elif kind == protocol.DELETE:
                    for slot in values:
                        del self.order[slot]
                else:
                    target = values

    def _values(self, type_: int, encoding: int, count: int, payload: bytes) -> list[Any]:
        values = np.frombuffer(payload, self.TYPES[type_])
        if encoding == protocol.CONSTANT:
            values = np.repeat(values, count)
        elif encoding == protocol.RANGE:
            values = values[0] + values[1] * np.arange(count)
        assert len(values) == count
        return list(values.tolist())

    def _learn(self, column: int, count: int, payload: bytes) -> None:
        first, _ = struct.unpack_from("<II", payload)
        at = 8 + 4 * count
        for i in range(count):
            [length] = struct.unpack_from("<I", payload, 8 + 4 * i)
            self.texts.setdefault(column, {})[first + i] = payload[at : at + length].decode()
            at += length

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows in row order, as `as_on_page` gives them."""
        out = []
        for slot in sorted(self.order, key=self.order.__getitem__):
            row: dict[str, Any] = {}
            for column, entry in enumerate(self.schema["columns"]):
                value = self.cells[slot, column]
                if entry["kind"] == "str":
                    value = self.texts[column][value] if value else None
                elif value != value or (entry["kind"] == "bool" and value == 255):
                    value = None
                row[entry["name"]] = value
            out.append(row)
        return out


def as_on_page(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of `frame_rows` as a page holds them: times in milliseconds."""
    times = [name for name, column in table.columns.items() if column.kind == "time"]
    out = []
    for row in rows:
        moments = {name: row[name] // 10**6 + row[name] % 10**6 / 1e6 for name in times if row[name] is not None}
        out.append({**row, **moments})
    return out


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
