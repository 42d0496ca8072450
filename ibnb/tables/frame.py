"""Make pandas frames of columns in slots.

A frame never shows a marker: numbers are float64 with NaN, whole numbers Int64 with NA, booleans boolean with NA, text
str (pandas 3; object before) with NaN, times datetime64[ns, zone] with NaT. The arrays of a frame are its own: to
change it, or to keep it, is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import MISSING_BOOL, MISSING_INT, Cells, Column, Index, TextCells

FEW_TEXTS = 256
"""A dictionary becomes an array of its own, from which rows are taken fast, if it has at most so many more entries."""
PANDAS_3 = int(pd.__version__.split(".")[0]) >= 3
try:
    _FROM_BLOCKS: Any = import_module("pandas.api.internals").create_dataframe_from_blocks
except (ImportError, AttributeError):  # before pandas 3
    _FROM_BLOCKS = None
_TEXT: Any = pd.Series([], dtype="str").dtype if PANDAS_3 else np.dtype(object)


def to_pandas(cells: Cells, slots: Index, version: int) -> Any:
    """Return the cells at `slots` as the array that a frame holds; `version` tells one set of slots from another.

    Text, the dearest to make, is kept as long as neither cells nor slots change.
    """
    kind = cells.column.kind
    if kind == "f8":
        return cells.take(slots)
    if kind == "str":
        stamp = (cells.version, version)
        known, array = cells.cache
        if version < 0 or known != stamp:
            array = _text(cells, slots)
            if version >= 0:
                cells.cache = (stamp, array)
        return array.copy()
    return decoded(cells.column, cells.take(slots))


def decoded(column: Column, raw: NDArray[Any]) -> Any:
    """Return encoded cells (of any kind but text and f8) as pandas array."""
    if column.kind == "i8":
        return pd.arrays.IntegerArray(raw, raw == MISSING_INT)
    if column.kind == "bool":
        return pd.arrays.BooleanArray(raw == 1, raw == MISSING_BOOL)
    moments = raw.view("M8[ns]")
    if column.zone is None:
        return moments
    index = pd.DatetimeIndex(moments, tz="UTC")
    return (index if column.zone == "UTC" else index.tz_convert(column.zone)).array


def _text(cells: Cells, slots: Index) -> Any:
    assert isinstance(cells, TextCells)
    codes = cells.take(slots)
    if not PANDAS_3:
        return cells.texts().take(codes)
    known = cells.array
    if known is None or len(known) != len(cells.strings):
        if len(cells.strings) > len(slots) + FEW_TEXTS:
            return pd.array(cells.texts().take(codes), dtype=_TEXT)
        known = cells.array = pd.array(cells.texts(), dtype=_TEXT)
    return known.take(codes)


def frame(
    cells: Mapping[str, Cells], slots: Index, version: int = -1, index: tuple[str, Callable[[Any], Any]] | None = None
) -> pd.DataFrame:
    """Return the rows at `slots` as a frame, with a RangeIndex or one made of a column.

    Args:
        cells: The columns by name, in order.
        slots: Which rows, in which order.
        version: As for `to_pandas`; -1 for rows that are not those of the whole table.
        index: Name of the column that becomes the index, and what makes an Index of its array.
    """
    if index is None:
        return _assembled(cells, slots, version, pd.RangeIndex(len(slots)))
    name, make = index
    made = make(to_pandas(cells[name], slots, version)).rename(name)
    return _assembled({other: column for other, column in cells.items() if other != name}, slots, version, made)


def _assembled(cells: Mapping[str, Cells], slots: Index, version: int, index: pd.Index[Any]) -> pd.DataFrame:
    """Return the frame of these columns.

    Out of whole blocks, where pandas has a way for that: its constructor looks at each column alone, which costs ten
    times as much.
    """
    if _FROM_BLOCKS is None:
        arrays = {name: to_pandas(column, slots, version) for name, column in cells.items()}
        return pd.DataFrame(arrays, index=index, copy=False)
    floats = [column for column in cells.values() if column.column.kind == "f8"]
    numbers = np.empty((len(floats), len(slots)))
    for row, column in zip(numbers, floats):
        np.take(column.data, slots, out=row, mode="clip")
    places: list[int] = []
    blocks: list[tuple[Any, NDArray[np.intp]]] = []
    for place, column in enumerate(cells.values()):
        if column.column.kind == "f8":
            places.append(place)
            continue
        array = to_pandas(column, slots, version)
        flat = isinstance(array, np.ndarray | pd.arrays.DatetimeArray)
        blocks.append((array.reshape(1, -1) if flat else array, np.array([place], np.intp)))
    if places:
        blocks.append((numbers, np.array(places, np.intp)))
    return cast("pd.DataFrame", _FROM_BLOCKS(blocks, index=index, columns=_names(tuple(cells)).view()))


@lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> pd.Index[Any]:
    return pd.Index(list(names))


def shallow(df: pd.DataFrame) -> pd.DataFrame:
    """Return a copy that shares nothing which could be changed through it (with copy-on-write, it is made when
    needed).
    """
    if PANDAS_3:
        return df.copy(deep=False)
    return df.copy()


def column_of(name: str, series: pd.Series[Any], get: Callable[[Any], Any]) -> Column:
    """Return the Column that fits a pandas column.

    Raises:
        TypeError: The dtype has no place in a table (timedelta, complex, ...).
    """
    dtype: Any = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    kind = getattr(dtype, "kind", "O")
    if kind == "M":
        tz = getattr(dtype, "tz", None)
        return Column(name, "time", get, zone=None if tz is None else _zone_name(tz))
    if kind in "fiub":
        return Column(name, "f8" if kind == "f" else "bool" if kind == "b" else "i8", get)
    if kind not in "OUT":
        raise TypeError(f"column {name!r} has dtype {dtype}; a table holds numbers, text, booleans and times")
    inferred = pd.api.types.infer_dtype(series, skipna=True) if kind == "O" else "string"
    if inferred in ("datetime", "datetime64", "date"):
        aware = any(getattr(value, "tzinfo", None) is not None for value in series)
        return Column(name, "time", get, zone="UTC" if aware else None)
    guess = {"decimal": "f8", "floating": "f8", "mixed-integer-float": "f8", "integer": "i8", "boolean": "bool"}
    return Column(name, guess.get(inferred, "str"), get)  # type: ignore[arg-type]


def _zone_name(tz: Any) -> str:
    name = str(tz)
    try:
        pd.Timestamp(0, tz=name)
    except (ValueError, KeyError, TypeError):
        return "UTC"
    return name


def encode_series(cells: Cells, series: pd.Series[Any]) -> NDArray[Any]:
    """Encode a pandas column, without touching single cells where its dtype allows.

    Raises:
        ValueError: A value does not fit the column.
    """
    dtype: Any = series.dtype
    kind = cells.column.kind
    have = getattr(dtype, "kind", "O")
    if kind == "f8" and have in "fiu":
        return cells.encode(series.to_numpy(np.float64, na_value=np.nan))
    if kind == "i8" and have in "iu" and not series.hasnans and not (have == "u" and dtype.itemsize == 8):
        return cells.encode(series.to_numpy(np.int64))
    if kind == "bool" and have == "b" and not series.hasnans:
        return cells.encode(series.to_numpy(np.bool_))
    if kind == "time" and have == "M":
        if getattr(dtype, "tz", None) is not None:
            series = series.dt.tz_convert("UTC").dt.tz_localize(None)
        return series.to_numpy("M8[ns]").astype(np.int64)
    return cells.encode(series.tolist())


def records(rows: Any) -> pd.DataFrame | list[Mapping[str, Any]]:
    """Return what a user gave as rows: a frame as it is, a dict as one row, a sequence of dicts as list.

    Raises:
        TypeError: It is none of these.
    """
    if isinstance(rows, pd.DataFrame):
        return rows
    if isinstance(rows, pd.Series):
        return [{str(name): value for name, value in rows.items()}]
    if isinstance(rows, Mapping):
        return [rows]
    if isinstance(rows, str) or (not isinstance(rows, Sequence) and not hasattr(rows, "__iter__")):
        raise TypeError(f"rows are a DataFrame, a dict or a sequence of dicts, not {type(rows).__name__}")
    out = list(rows)
    for row in out:
        if not isinstance(row, Mapping):
            raise TypeError(f"a row is a dict of column names and values, not {type(row).__name__}")
    return out
