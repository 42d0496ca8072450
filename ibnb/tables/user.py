"""Tables of the user's own frames: `ibnb.table(df, key=...)`.

Rows come as dicts or frames and may give some of the columns only. Unlike the tables of a connection, which take what
they get, these say what is wrong with a row, and then have written nothing of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import Cells, is_missing
from ibnb.tables.frame import column_of, encode_series, records
from ibnb.tables.slots import RingSlots
from ibnb.tables.table import Table

Encoded = dict[str, tuple[NDArray[Any], NDArray[np.intp] | None]]


class FrameTable(Table):
    """A table whose rows are dicts or rows of frames. Made by `table`."""

    def upsert(self, rows: Any) -> None:
        """Write rows: of new keys they become rows, of known keys they change the columns that they give.

        Args:
            rows: A DataFrame, a dict, or dicts; each with all key columns. The last row of a key counts.

        Raises:
            KeyError: A key column or a column unknown to the table.
            ValueError: A value does not fit its column. Nothing has been written then.
        """
        self._keyed()
        with self.packet():
            given = records(rows)
            keys = self._keys_of(given)
            encoded = self._encode_rows(given)
            last = {key: i for i, key in enumerate(keys)}
            if len(last) == len(keys):
                self._store(keys, encoded, None)
            else:  # row by row, since an earlier row of the same key may give columns that the last does not
                for i, key in enumerate(keys):
                    self._store([key], encoded, i)

    def append(self, rows: Any) -> None:
        """Add rows (a DataFrame, a dict, or dicts) at the end of a table without key; columns not given are missing.

        Raises:
            KeyError: A column unknown to the table.
            ValueError: A value does not fit its column. Nothing has been written then.
            TypeError: The table has a key.
        """
        if not isinstance(self._slots, RingSlots):
            raise TypeError(f"table {self.name!r} has the key {self.key}; use upsert")
        with self.packet():
            given = records(rows)
            n = len(given)
            encoded = self._encode_rows(given)

            def column(cells: Cells, start: int) -> NDArray[Any]:
                out = np.full(n, cells.empty, cells.data.dtype)
                if cells.column.name in encoded:
                    values, places = encoded[cells.column.name]
                    out[slice(None) if places is None else places] = values
                return out[start:]

            self._append_columns(n, column)

    def delete(self, keys: Any) -> None:
        """Remove rows by key: one key, several in a list, or rows that have the key columns. Unknown keys are passed
        over.
        """
        if isinstance(keys, pd.DataFrame | Mapping):
            wanted = self._keys_of(records(keys))
        elif isinstance(keys, list | set | frozenset | pd.Series | pd.Index | np.ndarray):
            wanted = [self._key(tuple(key) if len(self.key) > 1 else (key,)) for key in keys]
        else:
            wanted = [self._key(keys if len(self.key) > 1 else (keys,))]
        super().delete(wanted)

    def _key(self, parts: tuple[Any, ...]) -> Hashable:
        if len(parts) != len(self.key):
            raise KeyError(f"a key of table {self.name!r} is ({', '.join(self.key)}), not {parts!r}")
        if any(is_missing(part) for part in parts):
            raise ValueError(f"a key of table {self.name!r} ({', '.join(self.key)}) may not be missing: {parts!r}")
        plain = tuple(
            part.item() if isinstance(part, np.generic) and not isinstance(part, np.datetime64) else part
            for part in parts
        )
        return plain[0] if len(plain) == 1 else plain

    def _keys_of(self, rows: pd.DataFrame | list[Mapping[str, Any]]) -> list[Hashable]:
        """Return the key of each row."""
        if isinstance(rows, pd.DataFrame):
            rows = _flat(rows, self.key)
            absent = [name for name in self.key if name not in rows]
            parts: Iterable[tuple[Any, ...]] = [] if absent else zip(*(rows[name].tolist() for name in self.key))
        else:
            absent = [name for name in self.key for row in rows if name not in row]
            parts = [] if absent else [tuple(row[name] for name in self.key) for row in rows]
        if absent:
            raise KeyError(f"rows of table {self.name!r} need the key column {absent[0]!r}")
        return [self._key(part) for part in parts]

    def _encode_rows(self, rows: pd.DataFrame | list[Mapping[str, Any]]) -> Encoded:
        """Encode the columns that the rows give: column -> (values, numbers of the rows that give it or None for
        all).
        """
        if isinstance(rows, pd.DataFrame):
            rows = _flat(rows, self.key)
            self._check(rows.columns)
            return {str(name): (encode_series(self._cells[str(name)], rows[name]), None) for name in rows.columns}
        self._check(name for row in rows for name in row)
        out: Encoded = {}
        for name, cells in self._cells.items():
            places = [i for i, row in enumerate(rows) if name in row]
            if places:
                values = cells.encode([rows[i][name] for i in places])
                out[name] = values, None if len(places) == len(rows) else np.array(places, np.intp)
        return out

    def _check(self, names: Iterable[Any]) -> None:
        for name in names:
            if name not in self.columns:
                known = ", ".join(self.columns)
                raise KeyError(
                    f"table {self.name!r} has no column {name!r} and cannot gain one; its columns are {known}"
                )

    def _store(self, keys: list[Hashable], encoded: Encoded, only: int | None) -> None:
        """Write encoded rows of distinct keys; of row number `only`, if given."""
        slots_of = self._keyed().slot_of
        new = [key for key in keys if key not in slots_of]
        fresh = np.zeros(0, np.intp)
        if new:
            fresh = self._keyed().add(new)
            for cells in self._cells.values():
                cells.grow(self.capacity)
                cells.erase(fresh)
        slots = np.array([slots_of[key] for key in keys], np.intp)
        is_new = np.zeros(self.capacity, np.bool_)
        is_new[fresh] = True
        for name, (values, places) in encoded.items():
            if only is not None:
                at = np.flatnonzero((np.arange(len(values)) if places is None else places) == only)
                target, values = slots[: len(at)], values[at]
            else:
                target = slots if places is None else slots[places]
            changed = target[self._cells[name].write(target, values)]
            self._log.cells_changed(name, changed[~is_new[changed]])
        self._log.rows_added(fresh)


def _flat(df: pd.DataFrame, key: tuple[str, ...]) -> pd.DataFrame:
    """Return a frame whose named index levels are columns (a nameless index is a mere count), with column names as
    text.
    """
    if not all(isinstance(label, str) for label in df.columns):
        df = df.set_axis([str(label) for label in df.columns], axis=1)
    named = [name for name in df.index.names if name is not None and name not in df.columns]
    if len(named) == df.index.nlevels:
        return df.reset_index()
    if not named and len(key) == 1 and key[0] not in df.columns and not isinstance(df.index, pd.RangeIndex):
        return df.rename_axis(key[0]).reset_index()
    return df


def table(
    df: pd.DataFrame,
    key: str | Iterable[str] | None = None,
    *,
    name: str = "table",
    cap: int | None = None,
    units: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    docs: Mapping[str, str] | None = None,
    **parts: Any,
) -> FrameTable:
    """Make a live table of a DataFrame: it shows live in a notebook, tells listeners what changes, and gives frames
    back.

    Columns and their kinds are those of `df` for good (an empty frame with dtypes will do): numbers, whole numbers,
    booleans, text or categories, times with or without zone. Named index levels become columns.

    Args:
        df: The first rows.
        key: Column, or columns, that tell rows apart, for `upsert` and `delete`. None: a table that grows by `append`.
        name: Title.
        cap: Without key: how many rows to keep, the newest.
        units: Unit by column, as "USD", "shares" or "%".
        formats: How views write a column: price money size percent int text time date account bool number.
        docs: Tooltip by column.
        **parts: As for `Table`: lock, reason, call_later, on_home, now, monotonic.

    Returns:
        The table; `.upsert(rows)`, `.append(rows)`, `.delete(keys)`, `.clear()`, `.packet()`, `.df`, `.changed`,
        `.view()`.

    Raises:
        KeyError: `df` lacks a key column.
        TypeError: A dtype has no place in a table.
    """
    keys = () if key is None else (key,) if isinstance(key, str) else tuple(key)
    if keys and cap is not None:
        raise ValueError("a cap is for tables without key, whose oldest rows may go")
    df = _flat(df, keys)
    absent = [column for column in keys if column not in df.columns]
    if absent:
        raise KeyError(
            f"the frame has no column {absent[0]!r} to be the key; its columns are {', '.join(map(str, df.columns))}"
        )
    units, formats, docs = units or {}, formats or {}, docs or {}
    columns = []
    for label in map(str, df.columns):
        plain = column_of(label, df[label], itemgetter(label))
        unit, doc, form = units.get(label, ""), docs.get(label, ""), formats.get(label, "")
        columns.append(replace(plain, unit=unit, doc=doc, format=form))
    out = FrameTable(name, columns, key=keys, kind="keyed" if keys else "append", cap=cap, **parts)
    write: Callable[[Any], None] = out.upsert if keys else out.append
    if len(df):
        write(df)
    return out


__all__ = ["FrameTable", "table"]
