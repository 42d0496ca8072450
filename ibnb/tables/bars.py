"""A table of bars: rows by time, fed from the numpy columns of a bar list; as a rule only the last row changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import MISSING_INT, Cells, Column, Index, make_cells
from ibnb.tables.frame import frame
from ibnb.tables.slots import RingSlots
from ibnb.tables.table import Table

Reader: TypeAlias = Callable[[slice | Index], NDArray[Any]]
FULL_COMPARE = 1 << 16
SAMPLES = 4096


class BarSource(Protocol):
    """What a bars table reads: the columns, and a version that rises with each update."""

    @property
    def version(self) -> Any:
        """Return what differs after each update."""

    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Return time (int64 ns UTC), open, high, low, close, volume, average (float64), barCount (int64)."""


class BarsTable(Table):
    """Bars as a table; `df` is indexed by `date`, the start of the bar.

    The index has the zone of the bars (UTC if they have none); that of daily and longer bars has no zone, as they are
    dates. Slots are row numbers. Bars that change before the end are found by comparison: all of them up to
    `FULL_COMPARE` rows, in longer lists the newest ones and a sample of the others.

    Args:
        name: Title.
        bars: The bar list.
        columns: The columns; the first is the time.
        refresh: Called before each read with the lock held.
        **parts: As for `Table`.
    """

    def __init__(
        self,
        name: str,
        bars: BarSource,
        columns: list[Column],
        *,
        refresh: Callable[[], None] | None = None,
        **parts: Any,
    ) -> None:
        super().__init__(name, columns, key=(columns[0].name,), kind="bars", **parts)
        self.bars = bars
        self._refresh = refresh
        self._version: Any = None
        self._source = lambda _: self._follow()

    def upsert(self, rows: Any) -> None:
        """Refuse: bars come from the bar list."""
        raise TypeError(f"table {self.name!r} follows its bar list; bars cannot be written here")

    append = upsert

    def delete(self, keys: Any) -> None:
        """Refuse: bars come from the bar list."""
        self.upsert(keys)

    def clear(self) -> None:
        """Refuse: bars come from the bar list."""
        self.upsert(())

    def _follow(self) -> None:
        if self._refresh is not None:
            self._refresh()
        version = self.bars.version
        if version == self._version:
            return
        columns = self.bars.columns()
        reads = {name: _reader(cells, columns) for name, cells in self._cells.items()}
        self._version = version
        n, have = len(columns["time"]), len(self._slots)
        if n < have or len(
            self._changed(reads, self.key[0], have)
        ):  # another series: the times are not those that were
            self._log.rows_removed(*self._slots.clear())
            have = 0
        for name, cells in self._cells.items() if have else ():
            slots = self._changed(reads, name, have)
            if len(slots):
                self._write(name, cells, slots, reads[name](slots))
        if n > have:
            assert isinstance(self._slots, RingSlots)
            _, _, added = self._slots.append(n - have)
            for name, cells in self._cells.items():
                cells.grow(n)
                cells.put(slice(have, n), reads[name](slice(have, n)))
            self._log.rows_added(added)

    def _changed(self, reads: dict[str, Reader], name: str, have: int) -> Index:
        """Return which of the first `have` rows differ (of many: found among the newest and a sample of the others)."""
        cells, read = self._cells[name], reads[name]
        tail = max(0, have - FULL_COMPARE)
        if tail:
            sample = slice(0, tail, max(1, tail // SAMPLES))
            if cells.differs(sample, read(sample)).any():
                tail = 0
        rest = slice(tail, have)
        return np.flatnonzero(cells.differs(rest, read(rest))) + tail

    def _frame_of(self, slots: Index, version: int = -1) -> pd.DataFrame:
        name = self.key[0]
        return frame(self._cells, slots, version, (name, pd.DatetimeIndex))


def _reader(cells: Cells, columns: Mapping[str, NDArray[Any]]) -> Reader:
    """Return what gives rows of a source's column in the encoding of the cells."""
    column = cells.column
    source = np.asarray(columns["time" if column.kind == "time" else column.name])

    def read(rows: slice | Index) -> NDArray[Any]:
        values = source[rows]
        if column.kind == "f8":
            out = values.astype(np.float64)
            out[np.isin(out, column.missing)] = np.nan
            return out
        known = np.isfinite(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)
        out = np.where(known, values, 0).astype(np.int64)
        out[~known | np.isin(out, column.missing)] = MISSING_INT
        return out

    return read


class ListedBars:
    """Columns of a plain list of bar objects (5-second bars, bars made of ticks), read anew each time."""

    zone: str | None = None

    def __init__(self, bars: Sequence[Any]) -> None:
        self.bars = bars

    @property
    def version(self) -> Any:
        """What tells one state of the list from another."""
        last = self.bars[-1] if self.bars else None
        return (
            len(self.bars),
            id(last),
            [getattr(last, name, None) for name in ("close", "volume", "high", "low", "count")],
        )

    @property
    def daily(self) -> bool:
        """Tell whether bars are of days: their times are dates."""
        return bool(self.bars) and not isinstance(_first(self.bars[0], "date", "time"), dt.datetime)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns that a bars table takes."""
        bars = list(self.bars)
        times = make_cells(Column("time", "time", _itself)).encode([_first(bar, "date", "time") for bar in bars])
        out: dict[str, NDArray[Any]] = {"time": times}
        for name, *others in (
            ("open", "open_"),
            ("high",),
            ("low",),
            ("close",),
            ("volume",),
            ("average", "wap"),
            ("barCount", "count"),
        ):
            cells = make_cells(Column(name, "i8" if name == "barCount" else "f8", _itself))
            out[name] = cells.lenient([_first(bar, *others, name) for bar in bars])
        return out


def _first(bar: Any, *names: str) -> Any:
    """Return the first of the attributes that the bar has, None if it has none."""
    for name in names:
        if hasattr(bar, name):
            return getattr(bar, name)
    return None


def _itself(value: Any) -> Any:
    return value


def source_of(bars: Any) -> BarSource:
    """Return what gives the columns of a bar list: the list itself if it can, else a reader of its objects."""
    source: BarSource = bars if hasattr(bars, "columns") and hasattr(bars, "version") else ListedBars(bars)
    return source
