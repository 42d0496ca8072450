"""One column of a table: what it is (`Column`), and its cells in slots (`Cells`), a numpy array that grows by doubling.

A whole batch is written at once: encode a list of values, compare with what is there, store. No "missing" marker of
TWS gets past `encode`: None, NaN, NaT, pandas' NA and the column's own `missing` values all become the one marker of
the kind (see ibnb.tables.table). Knows numpy; pandas frames are made in `ibnb.tables.frame`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Kind: TypeAlias = Literal["f8", "i8", "str", "time", "bool"]
Index: TypeAlias = NDArray[np.intp]
Mask: TypeAlias = NDArray[np.bool_]

MISSING_INT: Final = -(2**63)
MISSING_BOOL: Final = 255
DTYPES: Final[dict[str, type[np.generic]]] = {
    "f8": np.float64, "i8": np.int64, "str": np.uint32, "time": np.int64, "bool": np.uint8,
}  # fmt: skip
FORMATS: Final = {"f8": "number", "i8": "int", "str": "text", "time": "time", "bool": "bool"}
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NAIVE_EPOCH: Final = dt.datetime(1970, 1, 1)
_DAY: Final = 86_400_000_000_000
COMPACT_FROM: Final = 4096


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is called, holds and means.

    Args:
        name: Name in frames and views; camelCase as the field of the model.
        kind: `f8` number, `i8` whole number, `str` text, `time` instant, `bool`.
        get: Takes the cell's value out of a row object; None, NaN or one of `missing` for no value.
        unit: What the number counts: `USD`, `shares`, `%`, `currency` (that of the row) ...; empty for none.
        doc: One line for tooltips.
        format: How to write it: price money size percent int text time date account bool number; by kind if empty.
        missing: Further values of `get` that stand for no value (TWS's sentinels).
        hidden: Not among the columns that a view shows at first.
        zone: Of a time: the IANA zone to show it in; None for a time without zone, which is stored as if it were UTC.
        least: Numbers below it are no value.
        tick: Of a price: the column that holds the row's least price increment, which tells how many decimals to show;
            empty if all rows are of one market and share their decimals.
    """

    name: str
    kind: Kind
    get: Callable[[Any], Any]
    unit: str = ""
    doc: str = ""
    format: str = ""
    missing: tuple[Any, ...] = ()
    hidden: bool = False
    zone: str | None = "UTC"
    tick: str = ""
    least: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in DTYPES:
            raise ValueError(f"column {self.name!r}: kind {self.kind!r} is none of {', '.join(DTYPES)}")

    def describe(self, *, key: bool) -> dict[str, Any]:
        """Return the column as one entry of `Table.schema()`; JSON-ready."""
        return {
            "name": self.name,
            "kind": self.kind,
            "unit": self.unit,
            "doc": self.doc,
            "format": self.format or FORMATS[self.kind],
            "zone": self.zone if self.kind == "time" else None,
            "key": key,
            "hidden": self.hidden,
            "tick": self.tick,
        }


class Cells:
    """The cells of one column. The base class serves no kind by itself: see `make_cells`."""

    __slots__ = ("cache", "column", "data", "version")

    empty: Any = None
    """The marker for no value."""

    def __init__(self, column: Column, capacity: int = 0) -> None:
        self.column = column
        self.data: NDArray[Any] = np.full(capacity, self.empty, DTYPES[column.kind])
        self.version = 0
        self.cache: tuple[Any, Any] = (None, None)

    def encode(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        """Turn values into the column's encoding.

        Raises:
            ValueError, TypeError: A value is not of the column's kind.
        """
        raise TypeError(f"no encoding for kind {self.column.kind}")

    def decode(self, raw: Any) -> Any:
        """Turn one encoded cell into a plain Python value, None for missing."""
        return None if raw == self.empty else raw.item()

    def differs(self, slots: Index | slice, encoded: NDArray[Any]) -> Mask:
        """Tell which of the slots hold something else than `encoded`."""
        differs: Mask = self.data[slots] != encoded
        return differs

    def write(self, slots: Index, encoded: NDArray[Any]) -> Mask:
        """Store values and tell which of the cells changed by it. No slot may come twice."""
        differs = self.differs(slots, encoded)
        if differs.any():
            self.put(slots, encoded)
        return differs

    def put(self, slots: Index | slice, encoded: NDArray[Any]) -> None:
        """Store values without comparing."""
        self.data[slots] = encoded
        self.version += 1

    def erase(self, slots: Index) -> None:
        """Store "missing"."""
        self.data[slots] = self.empty
        self.version += 1

    def grow(self, capacity: int) -> None:
        """Make room for at least that many slots, doubling."""
        if capacity > len(self.data):
            larger = np.full(max(16, capacity, 2 * len(self.data)), self.empty, self.data.dtype)
            larger[: len(self.data)] = self.data
            self.data = larger

    def take(self, slots: Index) -> NDArray[Any]:
        """Return a copy of the encoded cells at `slots`."""
        return self.data[slots]

    def lenient(self, values: Sequence[Any]) -> NDArray[Any]:
        """Encode one by one; what cannot be encoded is missing."""
        out = np.full(len(values), self.empty, self.data.dtype)
        for i, value in enumerate(values):
            try:
                out[i] = self.encode([value])[0]
            except (TypeError, ValueError, OverflowError, AttributeError):
                continue
        return out

    def error(self, value: Any, need: str) -> ValueError:
        """Return the exception for a value of the wrong kind."""
        return ValueError(f"column {self.column.name!r} holds {need}, not {value!r}")


class FloatCells(Cells):
    """Numbers; NaN is missing."""

    __slots__ = ()
    empty = np.nan

    def encode(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        """Turn numbers into float64; None and NA into NaN."""
        try:
            out = np.array(values, np.float64)
        except (TypeError, ValueError):
            out = np.array([self._one(value) for value in values], np.float64)
        for marker in self.column.missing:
            if marker != "":  # no number equals it; numpy 1 warns
                out[out == marker] = np.nan
        if self.column.least is not None:
            out[out < self.column.least] = np.nan
        return out

    def _one(self, value: Any) -> float:
        if is_missing(value) or value in self.column.missing:
            return np.nan
        try:
            return float(value)
        except (TypeError, ValueError):
            raise self.error(value, "numbers") from None

    def decode(self, raw: Any) -> Any:
        """Return a float, None for NaN."""
        return None if raw != raw else float(raw)

    def differs(self, slots: Index | slice, encoded: NDArray[Any]) -> Mask:
        """Compare by value; NaN equals NaN."""
        old = self.data[slots]
        differs: Mask = old != encoded
        if differs.any():
            differs &= (old == old) | (encoded == encoded)
        return differs


class IntCells(Cells):
    """Whole numbers; -2**63 is missing."""

    __slots__ = ()
    empty = MISSING_INT

    def encode(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        """Turn whole numbers into int64; None, NaN and NA into the marker."""
        out: NDArray[Any] = np.asarray(values) if len(values) else np.empty(0, np.int64)
        if out.dtype.kind in "ib":
            out = out.astype(np.int64)
        else:
            out = np.array([self._one(value) for value in values], np.int64)
        for marker in self.column.missing:
            out[out == marker] = MISSING_INT
        return out

    def _one(self, value: Any) -> int:
        if is_missing(value) or value in self.column.missing:
            return MISSING_INT
        try:
            whole = int(value)
        except (TypeError, ValueError, OverflowError):
            raise self.error(value, "whole numbers") from None
        if (not isinstance(value, str) and whole != value) or not MISSING_INT <= whole < 2**63:
            raise self.error(value, "whole numbers of 64 bits")
        return whole


class BoolCells(Cells):
    """True or false; 255 is missing."""

    __slots__ = ()
    empty = MISSING_BOOL

    def encode(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        """Turn booleans into 0 and 1; None and NA into the marker."""
        out: NDArray[Any] = np.asarray(values) if len(values) else np.empty(0, np.bool_)
        if out.dtype.kind != "b":
            return np.array([self._one(value) for value in values], np.uint8)
        return out.astype(np.uint8)

    def _one(self, value: Any) -> int:
        if is_missing(value) or value in self.column.missing:
            return MISSING_BOOL
        if value in (0, 1):
            return int(value)
        raise self.error(value, "True and False")

    def decode(self, raw: Any) -> Any:
        """Return a bool, None for missing."""
        return None if raw == MISSING_BOOL else bool(raw)


class TimeCells(Cells):
    """Instants in ns since 1970 UTC; NaT (-2**63) is missing."""

    __slots__ = ()
    empty = MISSING_INT

    def encode(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        """Turn datetimes (aware, or naive = UTC), dates, numpy and pandas times into ns. None and NaT are missing.

        All ticks of a packet bear one time object, so a run of the same object is converted once.
        """
        out = []
        last: Any = None
        ns = MISSING_INT
        for value in values:
            if value is not last:
                last, ns = value, self._one(value)
            out.append(ns)
        return np.array(out, np.int64)

    def _one(self, value: Any) -> int:
        if isinstance(value, dt.datetime):
            if value != value:  # NaT
                return MISSING_INT
            since = value - (_NAIVE_EPOCH if value.tzinfo is None else EPOCH)
            fine = getattr(value, "nanosecond", 0)  # pandas' Timestamp has them
            ns = since.days * _DAY + since.seconds * 1_000_000_000 + since.microseconds * 1000 + fine
            return MISSING_INT if value in self.column.missing else ns
        if isinstance(value, dt.date):
            return (value.toordinal() - _NAIVE_EPOCH.toordinal()) * _DAY
        if isinstance(value, np.datetime64):
            return int(value.astype("M8[ns]").astype(np.int64))
        if is_missing(value) or value in self.column.missing:
            return MISSING_INT
        raise self.error(value, "datetimes")

    def decode(self, raw: Any) -> Any:
        """Return an aware UTC datetime (naive if the column has no zone), None for NaT."""
        if raw == MISSING_INT:
            return None
        epoch = _NAIVE_EPOCH if self.column.zone is None else EPOCH
        return epoch + dt.timedelta(microseconds=int(raw) // 1000)


class TextCells(Cells):
    """Text by code into an append-only dictionary; code 0 is missing."""

    __slots__ = ("_check_at", "array", "index", "objects", "strings")
    empty = 0

    def __init__(self, column: Column, capacity: int = 0) -> None:
        super().__init__(column, capacity)
        self._check_at = COMPACT_FROM
        self._start(())

    def _start(self, strings: Iterable[str]) -> None:
        self.strings: list[str] = ["", *strings]
        self.index: dict[Any, int] = {text: code for code, text in enumerate(self.strings) if code}
        self.index[None] = 0
        for marker in self.column.missing:
            self.index[marker] = 0
        self.objects: NDArray[Any] = np.empty(0, object)
        self.array: Any = None  # the dictionary as pandas' array, kept by ibnb.tables.frame

    def encode(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        """Turn texts into codes, adding new ones to the dictionary; other objects count by their `str`."""
        try:
            return np.fromiter(map(self.index.__getitem__, values), np.uint32, len(values))
        except (KeyError, TypeError):
            return np.array([self._one(value) for value in values], np.uint32)

    def _one(self, value: Any) -> int:
        if not isinstance(value, str):
            if is_missing(value):
                return 0
            value = str(value)
        elif type(value) is not str:
            value = str.__str__(value)  # an enum member or other subclass: keep the text only
        code = self.index.get(value)
        if code is None:
            code = self.index[value] = len(self.strings)
            self.strings.append(value)
        return code

    def decode(self, raw: Any) -> Any:
        """Return the text, None for missing."""
        return self.strings[raw] if raw else None

    def texts(self) -> NDArray[Any]:
        """Return the dictionary as an object array whose entry 0 is NaN."""
        known = len(self.objects)
        if known < len(self.strings):
            more = np.empty(len(self.strings) - known, object)
            more[:] = self.strings[known:]
            self.objects = np.concatenate([self.objects, more])
            self.objects[0] = np.nan
        return self.objects

    @property
    def is_bloated(self) -> bool:
        """Tell whether it is time to look for texts that no row has any more."""
        return len(self.strings) >= self._check_at

    def compact(self, slots: Index) -> bool:
        """Rebuild a dictionary that holds mostly texts no row has any more; tell whether it was. Codes change then."""
        used = np.unique(self.data[slots])
        used = used[used > 0]
        self._check_at = 2 * len(used) + COMPACT_FROM
        if len(self.strings) < self._check_at:
            return False
        self._start([self.strings[code] for code in used])
        codes = np.searchsorted(used, self.data[slots]).astype(np.uint32) + 1
        codes[self.data[slots] == 0] = 0
        self.data[slots] = codes
        self.version += 1
        return True


_CELLS: Final[dict[str, type[Cells]]] = {
    "f8": FloatCells, "i8": IntCells, "bool": BoolCells, "time": TimeCells, "str": TextCells,
}  # fmt: skip


def make_cells(column: Column) -> Cells:
    """Return empty cells for a column."""
    return _CELLS[column.kind](column)


def is_missing(value: Any) -> bool:
    """Tell whether a value is None, NaN, NaT or pandas' NA."""
    if value is None:
        return True
    same = value == value
    # NA compares to NA, NaN and NaT to False
    return not same if isinstance(same, bool | np.bool_) else True
