"""The methods of a table that make live tables of it; mixed into Table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.tables.derived import Predicate
    from ibnb.tables.grouped import Grouped
    from ibnb.tables.table import Table


class Deriving:
    """What a table can be made into. All that comes of it stays live and follows this table."""

    @property
    def _me(self) -> Table:
        return cast("Table", self)

    def where(self, predicate: Predicate = None, /, **equal: Any) -> Table:
        """Return a live table of the rows that fulfil a condition.

        Args:
            predicate: A text for `DataFrame.eval` ("position < 0"), or a function of a frame that gives a boolean
                Series. It must look at each row by itself (no ranks or means over the rows).
            **equal: Columns that must have that value, or one of the values of a list, tuple or set.
        """
        from ibnb.tables.derived import where

        return where(self._me, predicate, equal)

    def select(self, *columns: str) -> Table:
        """Return a live table of some columns, in that order; key columns need not be among them."""
        from ibnb.tables.derived import select

        return select(self._me, columns)

    def sort(self, *columns: str) -> Table:
        """Return a live table whose `df` and views are sorted by columns; `-name` for descending. Missing values come
        last.
        """
        from ibnb.tables.derived import sort

        return sort(self._me, columns)

    def assign(self, **formulas: str | Callable[[pd.DataFrame], Any]) -> Table:
        """Return a live table with further columns, or with other values in columns of the same name.

        Args:
            **formulas: Column -> a function of a frame of rows that gives their values (a Series, an array or a
                scalar), or a text for `DataFrame.eval` ("ask - bid"). It is called with the rows that changed only,
                so it must look at each row by itself. A formula sees the columns of those before it. The kind of a
                column is that of its values at first; later values that do not fit are missing.

        Raises:
            ValueError: A key column was named.
        """
        from ibnb.tables.derived import assign

        return assign(self._me, formulas)

    def group(self, *by: str) -> Grouped:
        """Put rows with equal values of columns into groups; `.agg(position="sum")` makes a live table of them."""
        from ibnb.tables.grouped import group

        return group(self._me, by)

    def join(
        self,
        other: Table,
        on: str | Iterable[str] | None = None,
        *,
        columns: Iterable[str] | None = None,
        how: Literal["left", "inner"] = "left",
        suffix: str = "",
    ) -> Table:
        """Return a live table of these rows with the columns of another table's rows that belong to them.

        `ib.tables.positions.join(ib.tables.quotes, columns=["bid", "ask"])` has quotes beside positions.

        Args:
            other: The table with one row for each value of `on`.
            on: Columns of both; they are the key of `other`. None: its key.
            columns: Columns of `other` to take; None for all. Those that this table has too are left out, unless
                `suffix` gives them other names.
            how: `left` keeps rows without partner, whose columns of `other` are missing; `inner` leaves them out. A
                missing value has no partner.
            suffix: What is added to the name of a column that both have.

        Raises:
            KeyError: A column is missing.
            ValueError: `on` is not the key of `other`, or its kinds differ.
        """
        from ibnb.tables.joined import join

        return join(self._me, other, on, columns, how, suffix)
