"""The binary format IBT1: what a table's snapshot and deltas look like on their way to the browser.

One message to a page carries one buffer; the buffer is a row of frames, one for each stream that moved; a frame is a
header and blocks. All little-endian; header and payloads are multiples of 8 bytes, so that typed arrays lie straight on
a copy of the buffer.

    header, 32 bytes   magic "IBT1" | u16 flags | u16 stream | u32 seq | u32 blocks | u64 base revision | u64 revision
    block, 16 bytes    u8 kind | u8 type | u8 encoding | u8 0 | u16 column | u16 0 | u32 count | u32 payload bytes
                       then the payload, padded to 8

A delta frame turns any state between `base` and `revision` into `revision`: it carries final values only, so applying
it twice, or over a newer state than its base, is harmless. Snapshot frames (flag SNAPSHOT) carry the rows in chunks;
`base` is then the number of the chunk.

| block kind | type, encoding | count | payload |
|---|---|---|---|
| SCHEMA | - | - | JSON: the schema, `meta`, and `total` rows of the snapshot under way |
| DICT | - | strings | u32 first code, u32 0, u32 lengths in bytes[count], UTF-8 text |
| DELETE | u32, raw or range | slots | slots that are gone |
| ADD | u32, raw or range | slots | new rows; the following PATCH blocks speak of them |
| ORDER | f64, raw or range | slots | row-order numbers of the rows added |
| ROWS | u32, raw or range | slots | the following PATCH blocks speak of these |
| PATCH | the column's, raw or constant | slots | values of one column |

Encodings: raw; constant (one value for all); range (first value and step). Values travel in the smallest of the types
that holds them exactly; missing numbers and times are NaN, times are milliseconds since 1970 UTC, text is its code (0 =
missing). Knows numpy only: no widgets, no clocks.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PROTOCOL = 1
MAGIC = b"IBT1"
HEADER = struct.Struct("<4sHHIIQQ")
BLOCK = struct.Struct("<BBBxHxxII")

SNAPSHOT, FIRST, LAST = 1, 2, 4  # flags
SCHEMA, DICT, DELETE, ADD, ORDER, ROWS, PATCH = range(1, 8)  # block kinds
U8, U16, U32, I32, F32, F64 = range(1, 7)  # types
RAW, CONSTANT, RANGE = 0, 1, 2  # encodings

MISSING_INT = -(2**63)
_DTYPES: dict[int, np.dtype[Any]] = {
    U8: np.dtype("u1"),
    U16: np.dtype("<u2"),
    U32: np.dtype("<u4"),
    I32: np.dtype("<i4"),
    F32: np.dtype("<f4"),
    F64: np.dtype("<f8"),
}
_PADDING = bytes(8)
_NARROW_FROM = 8  # below so many values the check costs more than it saves


class FrameWriter:
    """Builds one frame. Call the block methods in the order of the table above, then `frame()`."""

    def __init__(self, stream: int, base: int, revision: int, flags: int = 0) -> None:
        self.stream = stream
        self.base = base
        self.revision = revision
        self.flags = flags
        self._blocks: list[bytes] = []
        self._count = 0

    def schema(self, schema: Mapping[str, Any]) -> None:
        """Write the schema; the page forgets the stream's rows and dictionaries."""
        self._json(SCHEMA, schema)

    def dictionary(self, column: int, first: int, strings: Sequence[str]) -> None:
        """Write strings that a text column's dictionary gained, from code `first` on."""
        texts = [text.encode("utf-8", "replace") for text in strings]
        lengths = np.fromiter(map(len, texts), "<u4", len(texts))
        self._block(
            DICT, struct.pack("<II", first, 0) + lengths.tobytes() + b"".join(texts), count=len(texts), column=column
        )

    def delete(self, slots: NDArray[Any]) -> None:
        """Write the slots of rows that are gone."""
        self._slots(DELETE, slots)

    def add(self, slots: NDArray[Any], order: NDArray[Any]) -> None:
        """Write the slots of new rows and their row-order numbers; follow with a patch of every column."""
        self._slots(ADD, slots)
        numbers = np.asarray(order, "<f8")
        packed, encoding = _range(numbers)
        self._block(ORDER, packed, type_=F64, encoding=encoding, count=len(numbers))

    def rows(self, slots: NDArray[Any]) -> None:
        """Write the slots that the following patches speak of."""
        self._slots(ROWS, slots)

    def patch(self, column: int, kind: str, values: NDArray[Any]) -> None:
        """Write one column's values, aligned with the last `add` or `rows`; `kind` as in ibnb.tables.table."""
        type_, packed = wire_values(kind, values)
        encoding = RAW
        if len(packed) > 1 and _all_equal(packed):
            packed, encoding = packed[:1], CONSTANT
        self._block(PATCH, packed.tobytes(), type_=type_, encoding=encoding, count=len(values), column=column)

    def frame(self, seq: int) -> bytes:
        """Return the frame as part of the page's message number `seq`."""
        header = HEADER.pack(MAGIC, self.flags, self.stream, seq & 0xFFFFFFFF, self._count, self.base, self.revision)
        return b"".join([header, *self._blocks])

    def _json(self, kind: int, value: Mapping[str, Any]) -> None:
        self._block(kind, json.dumps(value, separators=(",", ":"), allow_nan=False, default=str).encode())

    def _slots(self, kind: int, slots: NDArray[Any]) -> None:
        packed, encoding = _range(np.asarray(slots, "<u4"))
        self._block(kind, packed, type_=U32, encoding=encoding, count=len(slots))

    def _block(
        self, kind: int, payload: bytes, *, type_: int = 0, encoding: int = RAW, count: int = 0, column: int = 0
    ) -> None:
        self._blocks += (
            BLOCK.pack(kind, type_, encoding, column, count, len(payload)),
            payload,
            _PADDING[: -len(payload) % 8],
        )
        self._count += 1


def write_snapshot(
    stream: int, schema: Mapping[str, Any], snapshot: Any, start: int, stop: int, chunk: int
) -> FrameWriter:
    """Return rows `start` to `stop` of a `tables.delta.Snapshot` as chunk number `chunk`.

    The first chunk carries the schema and the dictionaries; the last has the flag LAST.
    """
    total = len(snapshot.slots)
    flags = SNAPSHOT | (FIRST if chunk == 0 else 0) | (LAST if stop >= total else 0)
    writer = FrameWriter(stream, chunk, snapshot.revision, flags)
    columns = schema["columns"]
    if chunk == 0:
        writer.schema({**schema, "total": total})
        for index, column in enumerate(columns):
            if column["kind"] == "str":
                writer.dictionary(index, 0, snapshot.dictionary[column["name"]])
    if stop > start:
        writer.add(snapshot.slots[start:stop], snapshot.order[start:stop])
        for index, column in enumerate(columns):
            writer.patch(index, column["kind"], snapshot.columns[column["name"]][start:stop])
    return writer


def write_delta(stream: int, schema: Mapping[str, Any], delta: Any) -> FrameWriter:
    """Return a `tables.delta.Delta` (not a reset) as a frame."""
    writer = FrameWriter(stream, delta.since, delta.revision)
    columns = schema["columns"]
    for index, column in enumerate(columns):
        if column["name"] in delta.dictionary:
            writer.dictionary(index, *delta.dictionary[column["name"]])
    if len(delta.removed_slots):
        writer.delete(delta.removed_slots)
    if len(delta.added_slots):
        writer.add(delta.added_slots, delta.added_order)
        for index, column in enumerate(columns):
            writer.patch(index, column["kind"], delta.added[column["name"]])
    current = b""
    for index, column in enumerate(columns):
        slots = delta.changed.get(column["name"])
        if slots is None or not len(slots):
            continue
        if (packed := slots.tobytes()) != current:  # columns that changed together share one list of rows
            writer.rows(slots)
            current = packed
        writer.patch(index, column["kind"], delta.values[column["name"]])
    return writer


def wire_values(kind: str, values: NDArray[Any]) -> tuple[int, NDArray[Any]]:
    """Return (type, array) of a column's values as they travel: the smallest type that holds them exactly."""
    if kind == "bool":
        return U8, np.asarray(values, "u1")
    if kind == "str":
        top = int(values.max()) if len(values) else 0
        type_ = U8 if top < 0x100 else U16 if top < 0x10000 else U32
        return type_, values.astype(_DTYPES[type_])
    if kind in ("i8", "time"):
        return _wire_ints(kind, values)
    floats = np.asarray(values, "<f8")
    return _narrow(floats) if len(floats) >= _NARROW_FROM else (F64, floats)


def _wire_ints(kind: str, values: NDArray[Any]) -> tuple[int, NDArray[Any]]:
    missing = values == MISSING_INT
    if kind == "i8" and not missing.any() and len(values) and values.min() >= -(2**31) and values.max() < 2**31:
        return I32, values.astype("<i4")
    floats = values.astype("<f8")
    if kind == "time":
        # Whole milliseconds exactly; below that a double keeps a quarter of a microsecond.
        floats = values // 1_000_000 + (values % 1_000_000) / 1e6
    floats[missing] = np.nan
    return F64, floats.astype("<f8", copy=False)


def _narrow(floats: NDArray[Any]) -> tuple[int, NDArray[Any]]:
    with np.errstate(over="ignore", invalid="ignore"):
        single = floats.astype("<f4")
    # A first look at few of them: most price columns fail at once.
    for part in (slice(0, 8), slice(None)):
        if not np.array_equal(single[part].astype("<f8"), floats[part], equal_nan=True):
            return F64, floats
    return F32, single


def _all_equal(values: NDArray[Any]) -> bool:
    first = values[0]
    if first != first:
        return bool(np.isnan(values).all())
    return bool(values[-1] == first) and bool((values == first).all())


def _range(values: NDArray[Any]) -> tuple[bytes, int]:
    """Return (payload, encoding): first and step instead of the values where they are evenly spaced and ascending."""
    if len(values) > 2:
        first, second, last = values[0].item(), values[1].item(), values[-1].item()
        step = second - first
        if step > 0 and last - first == step * (len(values) - 1) and bool((np.diff(values) == step).all()):
            return np.array([first, step], values.dtype).tobytes(), RANGE
    return values.tobytes(), RAW
