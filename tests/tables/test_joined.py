"""Joins stay equal to pandas' merge of the two frames, at every step."""

from __future__ import annotations

import threading
from typing import Any, Literal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from ibnb.tables import Table, table
from tests.tables.support import Mirror, frame_rows

LEFT = st.lists(
    st.fixed_dictionaries(
        {
            "k": st.sampled_from("abcd"),
            "id": st.one_of(st.none(), st.integers(1, 4)),
            "x": st.one_of(st.none(), st.sampled_from([1.0, 2.0])),
        }
    ),
    max_size=5,
)
RIGHT = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 4),
            "x": st.one_of(st.none(), st.sampled_from([7.0, 8.0])),
            "s": st.one_of(st.none(), st.sampled_from(["p", "q"])),
        }
    ),
    max_size=5,
)
WHAT = st.sampled_from(["upsert", "upsert", "delete", "clear", "forget"])
STEPS = st.lists(st.one_of(st.tuples(WHAT, LEFT, st.none()), st.tuples(WHAT, st.none(), RIGHT)), max_size=14)


def positions() -> Table:
    return table(pd.DataFrame({"k": ["z"], "id": [1], "x": [0.0]}).iloc[:0], key="k", name="positions")


def quotes(key: str = "id") -> Table:
    return table(pd.DataFrame({"id": [1], "x": [0.0], "s": ["s"]}).iloc[:0], key=key, name="quotes")


def merged(left: pd.DataFrame, right: pd.DataFrame, how: Literal["left", "inner"]) -> pd.DataFrame:
    out = left.merge(right, on="id", how=how, suffixes=("", "_right"))
    out.attrs = {}
    return out


def write(to: Table, what: str, rows: list[dict[str, Any]]) -> None:
    if what == "upsert":
        to.upsert(rows)
    elif what == "delete":
        to.delete([row[to.key[0]] for row in rows])
    elif what == "clear":
        to.clear()
    else:
        to._log.forget(to.revision)


@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_joins_agree_with_pandas_at_every_revision(steps: list[tuple[str, Any, Any]]) -> None:
    left, right = positions(), quotes()
    both = left.join(right, suffix="_right")
    inner = left.join(right, on="id", how="inner", suffix="_right")
    mirrors = [Mirror(both), Mirror(inner)]
    for what, on_left, on_right in steps:
        write(left if on_right is None else right, what, on_left if on_right is None else on_right)
        hows: list[tuple[Table, Literal["left", "inner"]]] = [(both, "left"), (inner, "inner")]
        for live, how in hows:
            got = live.df
            got.attrs = {}
            assert_frame_equal(got, merged(left.df, right.df, how), check_dtype=False)
        for mirror in mirrors:
            mirror.sync()
            assert mirror.rows() == frame_rows(mirror.table.df)


def filled() -> tuple[Table, Table]:
    left, right = positions(), quotes()
    left.upsert([{"k": "a", "id": 1, "x": 1.0}, {"k": "b", "id": 9, "x": 2.0}, {"k": "c", "id": None, "x": 3.0}])
    right.upsert([{"id": 1, "x": 7.0, "s": "p"}, {"id": 2, "x": 8.0, "s": "q"}])
    return left, right


def test_either_side_is_told_of() -> None:
    left, right = filled()
    both = left.join(right, columns=["s", "x"])
    assert list(both.columns) == ["k", "id", "x", "s"]
    assert both.key == ("k",)
    told: list[int] = []
    both.subscribe(lambda which: told.append(which.revision))
    start = both.delta(0).revision
    right.upsert({"id": 1, "s": "new"})
    assert both.rows(["a"])["s"].tolist() == ["new"]
    right.upsert({"id": 2, "s": "for nobody"})
    left.upsert({"k": "b", "id": 2})
    assert both.rows(["b"])["s"].tolist() == ["for nobody"]
    assert told == [start + 1, start + 2]


def test_a_price_keeps_the_increment_of_its_own_side() -> None:
    left, right = filled()
    columns = {column["name"]: column for column in left.join(right, suffix="2").schema()}
    assert list(columns) == ["k", "id", "x", "x2", "s"]


def test_a_table_joins_with_what_was_made_of_it() -> None:
    left, _ = filled()
    totals = left.group("id").agg(total=("x", "sum"))
    both = left.join(totals)
    assert both.df["total"].tolist()[:2] == [1.0, 2.0]
    left.upsert({"k": "b", "id": 1})
    assert both.df["total"].tolist()[:2] == [3.0, 3.0]
    alone = left.join(left, suffix="2")
    left.upsert({"k": "b", "x": 5.0})
    assert alone.df["x2"].tolist() == [1.0, 5.0, 3.0]


def test_joins_both_ways_do_not_wait_for_each_other() -> None:
    one, other = quotes(), quotes()
    tables = [one.join(other, suffix="2"), other.join(one, suffix="2").where("x > 0")]
    for live in tables:
        live.subscribe(lambda which: len(which))

    def work(to: Table, read: Table) -> None:
        for i in range(100):
            to.upsert({"id": i % 5, "x": float(i)})
            len(read)

    threads = [threading.Thread(target=work, args=args, daemon=True) for args in zip((one, other), reversed(tables))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert len(tables[0]) == 5


def test_why_a_join_is_empty() -> None:
    left, right = filled()
    right.clear()
    assert left.join(right, how="inner").df.attrs["reason"] == "no row has a partner"


def test_what_joins_refuse() -> None:
    left, right = filled()
    with pytest.raises(KeyError, match="'k'"):
        left.join(quotes(), on="k")
    with pytest.raises(ValueError, match="told apart by s"):
        left.join(table(pd.DataFrame({"id": [1], "s": ["a"]}), key="s"), on="id")
    with pytest.raises(ValueError, match="told apart by nothing"):
        left.join(table(pd.DataFrame({"id": [1]})), on="id")
    with pytest.raises(ValueError, match="holds i8 here, str there"):
        left.join(table(pd.DataFrame({"id": ["1"]}), key="id"))
    with pytest.raises(ValueError, match="'outer'"):
        left.join(right, how="outer")  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="zzz"):
        left.join(right, columns=["zzz"])
