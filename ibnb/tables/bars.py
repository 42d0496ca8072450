"""A table of bars: rows by time, fed from the numpy columns of a bar list; as a rule only the last row changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import MISSING_INT, Cells, Column, Index, make_cells
from ibnb.tables.frame import frame
from ibnb.tables.slots import RingSlots
from ibnb.tables.table import Table

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
        encoded = {name: _encoded(cells, columns) for name, cells in self._cells.items()}
        self._version = version
        n, have = len(encoded[self.key[0]]), len(self._slots)
        if n < have or not self._is_same_series(encoded, have):
            self._log.rows_removed(*self._slots.clear())
            have = 0
        else:
            for name, cells in self._cells.items():
                slots = _changed(cells.data[:have], encoded[name][:have])
                if len(slots):
                    self._write(name, cells, slots, encoded[name][slots])
        if n > have:
            assert isinstance(self._slots, RingSlots)
            _, _, added = self._slots.append(n - have)
            for name, cells in self._cells.items():
                cells.grow(n)
                cells.put(slice(have, n), encoded[name][have:])
            self._log.rows_added(added)

    def _is_same_series(self, encoded: dict[str, NDArray[Any]], have: int) -> bool:
        """Tell whether the rows there are the first rows of the new ones, by their times."""
        time = self.key[0]
        return not len(_changed(self._cells[time].data[:have], encoded[time][:have]))

    def _frame_of(self, slots: Index, version: int = -1) -> pd.DataFrame:
        name = self.key[0]
        return frame(self._cells, slots, version, (name, pd.DatetimeIndex))


def _encoded(cells: Cells, columns: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    column = cells.column
    name = "time" if column.kind == "time" else column.name
    values = np.asarray(columns[name])
    if column.kind == "f8":
        out = values.astype(np.float64)
        out[np.isin(out, column.missing)] = np.nan
        return out
    if column.kind == "i8" and values.dtype.kind == "f":
        out = np.where(np.isfinite(values), values, 0).astype(np.int64)
        out[~np.isfinite(values)] = MISSING_INT
    else:
        out = values.astype(np.int64)
    out[np.isin(out, column.missing)] = MISSING_INT
    return out


def _changed(old: NDArray[Any], new: NDArray[Any]) -> Index:
    """Return which rows differ (of long columns: found among the newest and a sample of the others)."""
    tail = len(old) - FULL_COMPARE
    if tail <= 0 or _differ(old[: tail : max(1, tail // SAMPLES)], new[: tail : max(1, tail // SAMPLES)]).any():
        return np.flatnonzero(_differ(old, new))
    return np.flatnonzero(_differ(old[tail:], new[tail:])) + tail


def _differ(old: NDArray[Any], new: NDArray[Any]) -> NDArray[np.bool_]:
    differ: NDArray[np.bool_] = old != new
    if old.dtype.kind == "f" and differ.any():
        differ &= (old == old) | (new == new)
    return differ


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
