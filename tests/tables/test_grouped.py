"""Totals of groups stay equal to what pandas makes of the parent's frame, at every step."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tables import Table, table
from ibnb.tables.grouped import FUNCTIONS
from tests.tables.support import Mirror, frame_rows

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "k": st.sampled_from("abcdef"),
            "g": st.one_of(st.none(), st.sampled_from(["STK", "OPT"])),
            "h": st.sampled_from([1, 2]),
            "x": st.one_of(st.none(), st.sampled_from([-1.5, 0.0, 0.1, 2.0])),
            "n": st.one_of(st.none(), st.integers(-5, 5)),
        }
    ),
    max_size=6,
)
STEPS = st.lists(st.tuples(st.sampled_from(["upsert", "upsert", "delete", "clear", "forget"]), ROWS), max_size=14)
SPECS: dict[str, Any] = {
    "x": "sum", "mean": ("x", "mean"), "low": ("x", "min"), "high": ("n", "max"), "n": "sum", "first": ("x", "first"),
    "last": ("k", "last"), "count": ("x", "count"), "rows": "size", "kinds": ("n", "nunique"),
    "middle": ("x", "median"), "spread": ("x", "std"),
}  # fmt: skip


def empty() -> Table:
    return table(pd.DataFrame({"k": ["z"], "g": ["s"], "h": [1], "x": [0.0], "n": [1]}).iloc[:0], key="k")


def by_hand(df: pd.DataFrame, by: list[str]) -> dict[Any, dict[str, Any]]:
    """Aggregate each group with pandas' own functions of a Series."""
    out = {}
    values = [[None if pd.isna(value) else value for value in df[name]] for name in by]
    labels = pd.Series(list(zip(*values)), dtype=object)
    for label in dict.fromkeys(labels):
        part = df[(labels == label).to_numpy() if len(by) == 1 else [one == label for one in labels]]
        row: dict[str, Any] = {}
        for name, spec in SPECS.items():
            source, function = (name, spec) if isinstance(spec, str) else spec
            if function == "size":
                row[name] = len(part)
                continue
            values_ = part[source].dropna()
            if function == "sum":
                row[name] = values_.sum() if len(values_) else None
            elif function in ("first", "last"):
                row[name] = values_.iloc[0 if function == "first" else -1] if len(values_) else None
            else:
                row[name] = getattr(values_, function)()
            if row[name] is not None and pd.isna(row[name]):
                row[name] = None
        out[label] = row
    return out


def same(a: Any, b: Any) -> bool:
    if a is None or b is None or isinstance(a, str):
        return a is b or a == b
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_groups_agree_with_pandas_at_every_revision(steps: list[tuple[str, list[dict[str, Any]]]]) -> None:
    parent = empty()
    tables = {("g",): parent.group("g").agg(**SPECS), ("g", "h"): parent.group("g", "h").agg(**SPECS)}
    mirrors = [Mirror(each) for each in tables.values()]
    for what, rows in steps:
        if what == "upsert":
            parent.upsert(rows)
        elif what == "delete":
            parent.delete([row["k"] for row in rows])
        elif what == "clear":
            parent.clear()
        else:
            parent._log.forget(parent.revision)
        for by, live in tables.items():
            expected = by_hand(parent.df, list(by))
            got = {tuple(row[name] for name in by): row for row in frame_rows(live.df)}
            assert got.keys() == expected.keys()
            for label, row in expected.items():
                for name, value in row.items():
                    assert same(got[label][name], value), (label, name, got[label][name], value)
            assert live.keys() == [label[0] if len(by) == 1 else label for label in got]
        for mirror in mirrors:
            mirror.sync()
            assert mirror.rows() == frame_rows(mirror.table.df)


def test_only_groups_concerned_change() -> None:
    parent = table(pd.DataFrame({"k": list("abc"), "g": ["x", "y", "x"], "v": [1.0, 2.0, 3.0], "w": 0.0}), key="k")
    live = parent.group("g").agg(v="sum")
    assert live.df["v"].tolist() == [4.0, 2.0]
    revision = live.revision
    parent.upsert({"k": "a", "w": 9.0})
    assert live.delta(revision).revision == revision
    parent.upsert({"k": "b", "v": 5.0})
    change = live.change(revision)
    assert (change.changed, change.columns) == (("y",), ("v",))
    parent.upsert({"k": "b", "g": "x"})
    assert live.keys() == ["x"]
    parent.upsert({"k": "d", "g": "z", "v": None})
    assert live.df["v"].isna().tolist() == [False, True]


def test_groups_of_groups_and_of_append_tables_stay_live() -> None:
    parent = table(pd.DataFrame({"s": ["A", "B", "A"], "v": [1, 2, 3]}), cap=3)
    totals = parent.group("s").agg(v="sum", n="size").where("n > 1")
    told: list[int] = []
    totals.subscribe(lambda which: told.append(len(which)))
    assert totals.df.to_dict("list") == {"s": ["A"], "v": [4], "n": [2]}
    parent.append([{"s": "B", "v": 5}, {"s": "B", "v": 1}])
    assert totals.df.to_dict("list") == {"s": ["B"], "v": [6], "n": [2]}
    assert told == [1]


def test_aggregates_keep_unit_format_and_zone() -> None:
    df = pd.DataFrame({"s": ["A"], "v": [1.5], "t": pd.to_datetime(["2024-03-08 14:30"]).tz_localize("Asia/Tokyo")})
    parent = table(df, units={"v": "USD"}, formats={"v": "money"})
    live = parent.group("s").agg(v="sum", n=("v", "count"), t="max")
    assert [(c["unit"], c["format"]) for c in live.schema()[1:3]] == [("USD", "money"), ("", "int")]
    assert live.df["t"].tolist() == df["t"].tolist()
    assert live.df["t"].dtype == parent.df["t"].dtype


def test_what_groups_refuse() -> None:
    parent = empty()
    assert "agg" in repr(parent.group("g"))
    with pytest.raises(ValueError, match="name the columns"):
        parent.group()
    with pytest.raises(KeyError, match="zzz"):
        parent.group("zzz")
    with pytest.raises(KeyError, match="zzz"):
        parent.group("g").agg(zzz="sum")
    with pytest.raises(ValueError, match="none of sum"):
        parent.group("g").agg(x="skew")
    with pytest.raises(ValueError, match="grouped by"):
        parent.group("g").agg(g="first")
    with pytest.raises(ValueError, match="no sum"):
        parent.group("g").agg(k="sum")
    with pytest.raises(TypeError, match="write there"):
        parent.group("g").agg(x="sum").clear()
    assert set(FUNCTIONS) >= {"sum", "mean", "min", "max", "count", "size", "first", "last"}
