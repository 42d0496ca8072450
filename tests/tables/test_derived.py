"""Derived tables stay equal to what pandas makes of the parent's frame, at every step."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from ibnb.tables import Table, table
from tests.tables.support import Mirror, frame_rows

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "k": st.sampled_from("abcdef"),
            "x": st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 1.0, 2.0])),
            "s": st.one_of(st.none(), st.sampled_from(["OPT", "STK"])),
        }
    ),
    max_size=6,
)
STEPS = st.one_of(
    st.tuples(st.just("upsert"), ROWS),
    st.tuples(st.just("delete"), ROWS),
    st.tuples(st.just("clear"), st.just([])),
    st.tuples(st.just("look"), st.just([])),
)


def empty() -> Table:
    return table(pd.DataFrame({"k": ["z"], "x": [0.0], "s": ["s"]}).iloc[:0], key="k")


def same(derived: Table, expected: pd.DataFrame) -> None:
    got = derived.df
    got.attrs, expected.attrs = {}, {}
    assert_frame_equal(got, expected.reset_index(drop=True))


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_where_select_and_sort_agree_with_pandas(steps: list[tuple[str, list[dict[str, Any]]]]) -> None:
    parent = empty()
    positive = parent.where("x > 0")
    options = parent.where(lambda df: df["x"] <= 0, s="OPT")
    chosen = parent.where(s=["OPT", "STK"]).select("x", "s")
    ordered = parent.sort("-x", "k")
    mirrors = [Mirror(derived) for derived in (positive, options, chosen, ordered)]
    for what, rows in steps:
        if what == "upsert":
            parent.upsert(rows)
        elif what == "delete":
            parent.delete([row["k"] for row in rows])
        elif what == "clear":
            parent.clear()
        if what != "look":
            continue
        df = parent.df
        same(positive, df[df["x"] > 0])
        same(options, df[(df["x"] <= 0) & (df["s"] == "OPT")])
        same(chosen, df.loc[df["s"].isin(["OPT", "STK"]), ["x", "s"]])
        same(ordered, df.sort_values(["x", "k"], ascending=[False, True], kind="stable", na_position="last"))
        for mirror in mirrors:
            mirror.sync()
            rows_of = frame_rows(mirror.table.df)
            if mirror.table.sorting:
                assert sorted(map(repr, mirror.rows())) == sorted(map(repr, rows_of))
            else:
                assert mirror.rows() == rows_of


def small() -> Table:
    return table(pd.DataFrame({"k": list("abc"), "x": [1.0, -2.0, 3.0], "s": ["OPT", "STK", "OPT"]}), key="k")


def test_followers_of_a_derived_table_hear_only_of_its_rows() -> None:
    parent = small()
    derived = parent.where("x > 0")
    told: list[int] = []
    changes: list[Any] = []

    def listener(change: Any) -> None:
        changes.append((change.added, change.changed, change.removed))

    derived.subscribe(lambda which: told.append(which.revision))
    derived.changed += listener
    derived.notify()
    start = derived.revision
    assert told == [start]
    told.clear()
    parent.upsert({"k": "b", "x": -5.0})
    assert (told, changes) == ([], [])
    parent.upsert({"k": "b", "x": 5.0})
    parent.upsert({"k": "a", "x": -1.0})
    parent.upsert({"k": "c", "x": 4.0})
    assert told == [start + 1, start + 2, start + 3]
    assert changes == [(("b",), (), ()), ((), (), ("a",)), ((), ("c",), ())]


def test_chains_follow_all_the_way() -> None:
    parent = small()
    last = parent.where(s="OPT").sort("-x").select("k", "x").where("x > 0")
    told: list[int] = []
    last.subscribe(lambda which: told.append(len(which)))
    assert last.df["k"].tolist() == ["c", "a"]
    assert last.sorting == (("x", False),)
    parent.upsert({"k": "d", "x": 9, "s": "OPT"})
    assert told == [3]
    assert last.df["k"].tolist() == ["d", "c", "a"]
    assert "d" in repr(last).splitlines()[2]
    assert last.key == ("k",)
    assert parent.select("x").key == ()
    assert parent.sort("-s").select("x").sorting == ()


def test_selected_column_tells_nothing_of_others() -> None:
    parent = small()
    derived = parent.select("k", "s")
    revision = derived.delta(0).revision
    parent.upsert({"k": "a", "x": 7.0})
    assert not derived.delta(revision)
    assert derived.revision == revision


def test_append_parents_and_resets() -> None:
    parent = table(pd.DataFrame({"x": [1.0, 2.0, 3.0]}), cap=3)
    derived = parent.where("x > 1")
    mirror = Mirror(derived)
    parent.append({"x": 5})
    assert derived.df["x"].tolist() == [2.0, 3.0, 5.0]
    parent._log.forget(parent.revision)
    parent.append({"x": 0})
    parent._log.forget(parent.revision)
    assert derived.df["x"].tolist() == [3.0, 5.0]
    mirror.sync()
    assert [row["x"] for row in mirror.rows()] == [3.0, 5.0]


def test_why_a_derived_table_is_empty() -> None:
    parent = small()
    assert parent.where("x > 100").df.attrs["reason"] == "no row fulfils the condition"
    parent.clear()
    assert parent.where("x > 100").df.attrs["reason"] == "no rows yet"


def test_what_derived_tables_refuse() -> None:
    parent = small()
    for make in (lambda: parent.where(zzz=1), lambda: parent.select("zzz"), lambda: parent.sort("-zzz")):
        with pytest.raises(KeyError, match="no column 'zzz'"):
            make()
    with pytest.raises(ValueError, match="name the columns"):
        parent.select()
    with pytest.raises(Exception, match="zzz"):
        parent.where("zzz > 1")
    derived = parent.where("x > 0")
    for write in (derived.upsert, derived.append, derived.delete):
        with pytest.raises(TypeError, match="write there"):
            write([])
    with pytest.raises(TypeError, match="write there"):
        derived.clear()


def test_missing_never_passes_and_a_scalar_condition_works() -> None:
    parent = small()
    parent.upsert({"k": "n", "x": None})
    assert parent.where("x > -100").keys() == ["a", "b", "c"]
    assert len(parent.where(lambda df: True)) == 4
    assert len(parent.where(lambda df: [False] * len(df))) == 0


def test_a_derived_table_nobody_holds_goes_away() -> None:
    parent = small()
    gone = weakref.ref(parent.where("x > 0"))
    gc.collect()
    assert gone() is None
    parent.upsert({"k": "a", "x": 8.0})
    assert parent._listeners == []


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_assign_agrees_with_pandas_at_every_revision(steps: list[tuple[str, list[dict[str, Any]]]]) -> None:
    parent = empty()
    formulas: dict[str, Any] = {
        "y": lambda df: df["x"] * 2,
        "z": "y + 1",
        "up": lambda df: df["x"] > 0,
        "s": lambda df: df["s"] + "!",
        "one": lambda df: 1,
    }
    derived = parent.assign(**formulas)
    rich = derived.where("z > 1")
    mirrors = [Mirror(derived), Mirror(rich)]
    for what, rows in steps:
        if what == "upsert":
            parent.upsert(rows)
        elif what == "delete":
            parent.delete([row["k"] for row in rows])
        elif what == "clear":
            parent.clear()
        df = parent.df
        y = df["x"] * 2
        expected = df.assign(y=y, z=y + 1, up=(df["x"] > 0).astype("boolean"), s=df["s"] + "!", one=1)
        expected["one"] = expected["one"].astype("Int64")
        same(derived, expected[["k", "x", "s", "y", "z", "up", "one"]])
        same(rich, expected.loc[expected["z"] > 1, ["k", "x", "s", "y", "z", "up", "one"]])
        for mirror in mirrors:
            mirror.sync()
            assert mirror.rows() == frame_rows(mirror.table.df)


def test_formulas_see_the_rows_that_changed_only() -> None:
    parent = small()
    seen: list[int] = []

    def formula(df: pd.DataFrame) -> Any:
        seen.append(len(df))
        return df["x"] > 0 if len(seen) < 4 else ["not", "bool"][: len(df)]

    derived = parent.assign(p=formula)
    assert derived.df["p"].tolist() == [True, False, True]
    parent.upsert({"k": "b", "x": 5.0})
    assert derived.df["p"].tolist() == [True, True, True]
    assert seen == [3, 3, 1]
    parent.upsert({"k": "b", "x": 6.0})
    assert derived.df["p"].isna().tolist() == [False, True, False]


def test_what_assign_refuses() -> None:
    parent = small()
    with pytest.raises(ValueError, match="key column"):
        parent.assign(k="x")
    with pytest.raises(ValueError, match="gave 1 values for 3 rows"):
        parent.assign(y=lambda df: df["x"].head(1))


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("foo > 1", r"'foo > 1'.*'foo' is not defined; the columns are k, x, s"),
        ("x = 1", "sets a column; for a condition write =="),
        ("x > (", "is no condition or formula"),
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_explained(condition: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        empty().where(condition)
