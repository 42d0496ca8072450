"""Rules: how cells are coloured by a function of the whole frame.

`rules={"dailyPnL": lambda df: df["dailyPnL"] < -1000}` gives a live table with one more column of text for each rule,
hidden from the user, whose dictionary codes travel as those of any text do: classes as small numbers, never HTML. The
front end knows the classes and their looks; it takes no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

logger = logging.getLogger("ibnb.widgets")

PREFIX = "~"
"""Begins the names of columns that are the view's own."""
ROW = "*"
"""Instead of a column: the rule colours whole rows."""
CLASSES = ("good", "bad", "warn", "info", "muted", "strong", "mark")

Rule = Callable[[pd.DataFrame], Any]


def marked(table: Any, rules: Mapping[str, Rule]) -> Any:
    """Return a live table that has the classes of the rules beside the columns of `table`.

    Raises:
        ValueError: An unknown column; a rule that gives something else than booleans, numbers or class names.
        TypeError: A rule that cannot be called.
    """
    for name, rule in rules.items():
        if name != ROW and name not in table.columns:
            raise ValueError(f"{table.name} has no column {name!r} for a rule; there are {', '.join(table.columns)}")
        if not callable(rule):
            raise TypeError(f"the rule of {name!r} is {rule!r}; give a function of a DataFrame")
    out = table.assign(**{PREFIX + name: _Classes(table.name, name, rule) for name, rule in rules.items()})
    for name in rules:
        column = out.columns[PREFIX + name]
        out.columns[column.name] = replace(column, hidden=True)
    return out


class _Classes:
    """A rule, called with the rows that have changed; what it gives becomes names of classes."""

    def __init__(self, table: str, name: str, rule: Rule) -> None:
        self.table = table
        self.name = name
        self.rule = rule
        self._first = True
        self._failed = False

    def __call__(self, df: pd.DataFrame) -> pd.Series[Any]:
        try:
            return classes(self.rule(df), df.index)
        except Exception as error:
            if self._first:
                raise ValueError(f"the rule of {self.name!r} failed: {type(error).__name__}: {error}") from error
            logger.log(
                logging.DEBUG if self._failed else logging.ERROR,
                "the rule of %r for table %r failed; its cells have no colour", self.name, self.table, exc_info=True,
            )  # fmt: skip
            self._failed = True
            return pd.Series(pd.NA, index=df.index, dtype="str")
        finally:
            self._first = False


def classes(result: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    """Return what a rule gave as class names: True is "mark"; numbers above 0 "good", below 0 "bad"; names themselves.

    Raises:
        ValueError: A name that is no class; another number of values than rows.
    """
    values = result if isinstance(result, pd.Series) else pd.Series(result, index=index)
    if len(values) != len(index):
        raise ValueError(f"it gave {len(values)} values for {len(index)} rows")
    if pd.api.types.is_bool_dtype(values.dtype):
        out = values.map({True: "mark"})
    elif pd.api.types.is_numeric_dtype(values.dtype):
        out = pd.Series(pd.NA, index=values.index, dtype="object").mask((values > 0).fillna(False), "good")
        out = out.mask((values < 0).fillna(False), "bad")
    else:
        out = values.where(values.notna() & (values != ""), None)
        unknown = [name for name in out.dropna().unique() if name not in CLASSES]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no class; there are {', '.join(CLASSES)}")
    return out.astype("str") if out.notna().any() else pd.Series(pd.NA, index=values.index, dtype="str")
