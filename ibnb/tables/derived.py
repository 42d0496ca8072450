"""Live tables made of another: some of its rows (`where`), some of its columns (`select`), in another order (`sort`),
with further columns (`assign`). Rows keep their keys.
"""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.columns import Column, Index
from ibnb.tables.following import FollowingTable, check_known, frame_at, taken
from ibnb.tables.frame import column_of, encode_series
from ibnb.tables.slots import NONE
from ibnb.tables.table import Table

Predicate: TypeAlias = str | Callable[[pd.DataFrame], Any] | None
Formula: TypeAlias = str | Callable[[pd.DataFrame], Any]


class DerivedTable(FollowingTable):
    """Rows of a parent that pass a test, with some of its columns and others worked out.

    Args:
        parent: The table that it follows.
        columns: The columns: those of the parent by name, and the computed ones.
        test: Takes a frame of parent's rows and says which pass; None for all.
        sorting: (column, ascending) pairs by which `df` and views are sorted.
        formulas: Computed column -> what works it out of a frame of parent's rows, in the order of evaluation.
    """

    def __init__(
        self,
        parent: Table,
        columns: list[Column],
        test: Callable[[pd.DataFrame], NDArray[np.bool_]] | None = None,
        sorting: tuple[tuple[str, bool], ...] = (),
        formulas: Mapping[str, Formula] | None = None,
    ) -> None:
        names = {column.name for column in columns}
        super().__init__((parent,), columns, parent.key if set(parent.key) <= names else (), sorting)
        self._test = test
        self._formulas = dict(formulas or {})

    def _why(self) -> str:
        return "no row fulfils the condition" if self._test is not None and len(self.parent) else self.parent.reason

    def _follow(self) -> None:
        parent = self.parent
        with parent._reading():
            net = self._news(parent)
            if net is None:
                self._log.rows_removed(*self._slots.clear())
                self._add(parent._slots.ordered())
                return
            self._drop(net.removed_keys.tolist())
            self._add(parent._in_order(net.added)[0])
            if net.changed:
                self._update(net.changed)

    def _update(self, changed: dict[str, Index]) -> None:
        """Write changed cells of the parent's rows, which may make rows pass or fail the test."""
        parent = self.parent
        slots = np.unique(np.concatenate(list(changed.values())))
        keys = parent._slots.keys(slots)
        passed = self._passed(slots)
        here = self._keyed().slot_of
        known = np.array([key in here for key in keys], np.bool_)
        self._drop(keys[known & ~passed].tolist())
        self._add(parent._in_order(slots[passed & ~known])[0])
        stay = slots[passed & known]
        mine = np.zeros(int(slots.max()) + 1, np.intp)
        mine[stay] = [here[key] for key in keys[passed & known]]
        staying = np.zeros(len(mine), np.bool_)
        staying[stay] = True
        for name, cells in self._cells.items():
            if name in changed and name not in self._formulas:
                theirs = changed[name][staying[changed[name]]]
                self._write(name, cells, mine[theirs], taken(parent._cells[name], theirs, cells))
        for name, values in self._computed(stay).items():
            self._write(name, self._cells[name], mine[stay], values)

    def _passed(self, slots: Index) -> NDArray[np.bool_]:
        if self._test is None:
            return np.ones(len(slots), np.bool_)
        return self._test(frame_at(self.parent, slots))

    def _computed(self, slots: Index) -> dict[str, NDArray[Any]]:
        """Return the computed columns of the parent's rows, encoded."""
        if not self._formulas or not len(slots):
            return {}
        series = worked_out(frame_at(self.parent, slots), self._formulas)
        out = {}
        for name, values in series.items():
            cells = self._cells[name]
            try:
                out[name] = encode_series(cells, values)
            except (TypeError, ValueError, OverflowError):  # the kind was told by the rows at first
                out[name] = cells.lenient(values.tolist())
        return out

    def _add(self, theirs: Index) -> None:
        """Make rows of the parent's rows that pass."""
        theirs = theirs[self._passed(theirs)]
        if not len(theirs):
            return
        parent = self.parent
        computed = self._computed(theirs)
        slots = self._keyed().add(parent._slots.keys(theirs).tolist(), parent._slots.orders(theirs))
        for name, cells in self._cells.items():
            cells.grow(self._slots.capacity)
            cells.put(slots, computed[name] if name in computed else taken(parent._cells[name], theirs, cells))
        self._log.rows_added(slots)

    def _drop(self, keys: list[Any]) -> None:
        self._log.rows_removed(*self._keyed().remove(keys))


def worked_out(df: pd.DataFrame, formulas: Mapping[str, Formula]) -> dict[str, pd.Series[Any]]:
    """Return what formulas make of a frame; each sees the columns of those before it."""
    out: dict[str, pd.Series[Any]] = {}
    for name, formula in formulas.items():
        result = evaluated(df, formula) if isinstance(formula, str) else formula(df)
        if not isinstance(result, pd.Series):
            result = pd.Series(result, index=df.index)
        elif len(result) != len(df):
            raise ValueError(f"the formula of {name!r} gave {len(result)} values for {len(df)} rows")
        out[name] = result
        df = df.assign(**{name: result})
    return out


def evaluated(df: pd.DataFrame, text: str) -> Any:
    """Return what an expression over the columns gives.

    Raises:
        ValueError: It cannot be read, or names what is no column.
    """
    try:
        found = df.eval(text)
    except (SyntaxError, tokenize.TokenError) as error:
        raise ValueError(f"{text!r} is no condition or formula: {error.args[0]}") from None
    except pd.errors.UndefinedVariableError as error:
        raise ValueError(f"{text!r}: {error}; the columns are {', '.join(map(str, df.columns))}") from None
    if isinstance(found, pd.DataFrame):
        raise ValueError(f"{text!r} sets a column; for a condition write ==, for a new column .assign(name=formula)")
    return found


def where(table: Table, predicate: Predicate, equal: Mapping[str, Any]) -> Table:
    """Return the live table of the rows that fulfil a condition; see `Table.where`."""
    check_known(table, equal)

    def test(df: pd.DataFrame) -> NDArray[np.bool_]:
        passed = np.ones(len(df), np.bool_)
        for name, wanted in equal.items():
            values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
            passed &= df[name].isin(values).to_numpy(np.bool_)
        if predicate is not None:
            result = evaluated(df, predicate) if isinstance(predicate, str) else predicate(df)
            result = pd.Series(result, index=df.index) if not isinstance(result, pd.Series) else result
            passed &= result.astype("boolean").fillna(False).to_numpy(np.bool_)
        return passed

    out = DerivedTable(table, list(table.columns.values()), test, table.sorting)
    with out._reading():  # a condition that cannot be evaluated is told at once
        out._passed(NONE)
    return out


def select(table: Table, columns: tuple[str, ...]) -> Table:
    """Return the live table of some columns; see `Table.select`."""
    check_known(table, columns)
    if not columns:
        raise ValueError("name the columns to select")
    sorting = table.sorting if all(name in columns for name, _ in table.sorting) else ()
    kept = [table.columns[name] for name in dict.fromkeys(columns)]
    return DerivedTable(table, kept, None, sorting)


def sort(table: Table, columns: tuple[str, ...]) -> Table:
    """Return the live table with sorted `df` and views; see `Table.sort`."""
    sorting = tuple((name.removeprefix("-"), not name.startswith("-")) for name in columns)
    check_known(table, tuple(name for name, _ in sorting))
    return DerivedTable(table, list(table.columns.values()), None, sorting)


def assign(table: Table, formulas: Mapping[str, Formula]) -> Table:
    """Return the live table with computed columns; see `Table.assign`."""
    for name in formulas:
        if name in table.key:
            raise ValueError(f"{name!r} is a key column of table {table.name!r}; give the computed one another name")
    with table._reading():
        made = worked_out(frame_at(table, table._slots.ordered()), formulas)
    columns = dict(table.columns)
    for name, series in made.items():
        plain = column_of(name, series, _nothing)
        known = columns.get(name)
        columns[name] = plain if known is None or known.kind != plain.kind else replace(known, get=_nothing)
    return DerivedTable(table, list(columns.values()), None, table.sorting, formulas)


def _nothing(_: Any) -> None:
    """Stand for the getter of a column that is not taken out of an object."""
