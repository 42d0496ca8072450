"""`ibnb.table`: any frame, with partial rows, vectorised frames, and errors that leave nothing behind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from ibnb.tables import table
from tests.tables.support import T0, Mirror, frame_rows, ns


def typed() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sym": ["A", "B"],
            "px": [1.5, np.nan],
            "n": [1, 2],
            "ok": [True, False],
            "at": pd.to_datetime(["2024-03-08 14:30", None], utc=True),
            "day": pd.to_datetime(["2024-03-08", "2024-03-09"]),
            "ny": pd.to_datetime(["2024-03-08 14:30", None], utc=True).tz_convert("America/New_York"),
            "cat": pd.Categorical(["x", None]),
            "big": pd.array([2**60 + 1, None], dtype="Int64"),
        }
    )


def test_a_frame_comes_back_as_it_went_in() -> None:
    df = table(typed(), key="sym").df
    expected = typed()
    expected["n"] = expected["n"].astype("Int64")
    expected["ok"] = expected["ok"].astype("boolean")
    expected["cat"] = expected["cat"].astype(str).astype("str").where(expected["cat"].notna())
    for name in ("at", "day", "ny"):
        expected[name] = expected[name].dt.as_unit("ns")
    assert_frame_equal(df, expected)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([Decimal("1.5"), None], "f8"),
        ([1, None], "i8"),
        ([True, None], "bool"),
        ([dt.date(2024, 3, 8), None], "time"),
        ([T0, None], "time"),
        (["a", 1], "str"),
        ([None, None], "str"),
    ],
)
def test_object_columns_are_typed_by_what_they_hold(values: list[Any], kind: str) -> None:
    made = table(pd.DataFrame({"x": pd.Series(values, dtype=object)}))
    assert made.schema()[0]["kind"] == kind
    assert made.df["x"].notna().tolist() == [value is not None for value in values]


def test_frames_of_all_integer_and_float_widths() -> None:
    df = pd.DataFrame(
        {
            "u8": np.array([255], np.uint8), "f4": np.array([0.5], np.float32), "u64": np.array([2**40], np.uint64),
            "s": pd.to_datetime(["2024-03-08"]).as_unit("s"),
        }
    )  # fmt: skip
    assert frame_rows(table(df).df) == [{"u8": 255, "f4": 0.5, "u64": 2**40, "s": pd.Timestamp("2024-03-08").value}]
    with pytest.raises(ValueError, match="64 bits"):
        table(pd.DataFrame({"u": np.array([2**63], np.uint64)}))


def test_upsert_of_part_of_the_columns() -> None:
    live = table(typed(), key="sym")
    live.upsert({"sym": "B", "px": 9})
    live.upsert([{"sym": "C", "ok": True}, {"sym": "A", "px": None}])
    rows = {row["sym"]: row for row in frame_rows(live.df)}
    assert (rows["B"]["px"], rows["B"]["n"]) == (9.0, 2)
    assert rows["A"]["px"] is None
    assert rows["A"]["n"] == 1
    assert rows["C"] == dict.fromkeys(rows["C"]) | {"sym": "C", "ok": True}


def test_later_rows_of_a_key_add_to_earlier_ones() -> None:
    live = table(pd.DataFrame({"k": ["a"], "x": [1.0], "y": [1.0]}), key="k")
    since = live.revision
    live.upsert([{"k": "a", "x": 2}, {"k": "n", "x": 7}, {"k": "a", "y": 3}, {"k": "n", "y": 8}, {"k": "a", "x": 4}])
    assert frame_rows(live.df) == [{"k": "a", "x": 4.0, "y": 3.0}, {"k": "n", "x": 7.0, "y": 8.0}]
    assert live.revision == since + 1
    delta = live.delta(since)
    assert delta.added_slots.tolist() == [1]
    assert {name: slots.tolist() for name, slots in delta.changed.items()} == {"x": [0], "y": [0]}
    live.upsert(pd.DataFrame({"k": ["a", "a"], "x": [5.0, 6.0]}))
    assert live.df["x"].tolist() == [6.0, 7.0]


def test_several_keys_and_deleting() -> None:
    live = table(
        pd.DataFrame({"acct": ["U1", "U1", "U2"], "con": [1, 2, 1], "pos": [5.0, 6.0, 7.0]}), key=("acct", "con")
    )
    assert live.keys() == [("U1", 1), ("U1", 2), ("U2", 1)]
    assert ("U1", 2) in live
    live.delete(("U1", 2))
    live.delete([("U1", 1), ("U9", 9)])
    assert live.keys() == [("U2", 1)]
    live.upsert(pd.DataFrame({"acct": ["U3"], "con": [np.int64(4)], "pos": [1]}))
    live.delete(pd.DataFrame({"acct": ["U2"], "con": [1]}))
    assert live.keys() == [("U3", 4)]
    live.delete({"acct": "U3", "con": 4})
    assert len(live) == 0
    with pytest.raises(KeyError, match=r"\(acct, con\)"):
        live.delete(("U1",))


def test_delete_of_single_keys() -> None:
    live = table(pd.DataFrame({"k": ["a", "b", "c", "d"]}), key="k")
    live.delete("a")
    live.delete(["b"])
    live.delete(pd.Series(["c"]))
    assert live.keys() == ["d"]


def test_index_levels_become_columns() -> None:
    df = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.Index(["a", "b"], name="k"))
    live = table(df, key="k")
    assert list(live.columns) == ["k", "x"]
    live.upsert(df * 10)
    assert live.df["x"].tolist() == [10.0, 20.0]
    assert list(table(pd.DataFrame({"x": [1.0]}, index=["a"]), key="k").columns) == ["k", "x"]
    multi = df.assign(m=1).set_index("m", append=True)
    assert list(table(multi, key=("k", "m")).columns) == ["k", "m", "x"]
    assert list(table(pd.DataFrame({0: [1.0], 1: [2.0]}), key="0").df) == ["0", "1"]


def test_append_keeps_the_newest() -> None:
    live = table(pd.DataFrame({"x": [1.0, 2.0], "s": ["a", "b"]}), cap=3)
    live.append({"x": 3})
    live.append(pd.DataFrame({"s": ["c", "d"]}))
    live.append([])
    assert frame_rows(live.df) == [{"x": 3.0, "s": None}, {"x": None, "s": "c"}, {"x": None, "s": "d"}]
    live.append([{"x": i} for i in range(10)])
    assert live.df["x"].tolist() == [7.0, 8.0, 9.0]
    live.append(pd.Series({"x": 1.0, "s": "z"}))
    live.clear()
    assert len(live) == 0


@pytest.mark.parametrize(
    ("rows", "error", "text"),
    [
        ({"px": 1}, KeyError, "need the key column 'sym'"),
        (pd.DataFrame({"px": [1.0]}), KeyError, "need the key column 'sym'"),
        ({"sym": "A", "typo": 1}, KeyError, "no column 'typo' and cannot gain one; its columns are sym, px"),
        ([{"sym": "Z", "px": 5}, {"sym": "A", "px": "cheap"}], ValueError, "'px' holds numbers, not 'cheap'"),
        ({"sym": "A", "n": 1.5}, ValueError, "whole numbers"),
        (pd.DataFrame({"sym": ["A"], "n": [1.5]}), ValueError, "whole numbers"),
        ({"sym": None, "px": 5}, ValueError, "may not be missing"),
        (pd.DataFrame({"sym": [None], "px": [5]}), ValueError, "may not be missing"),
        ("A", TypeError, "rows are a DataFrame"),
        (5, TypeError, "rows are a DataFrame"),
        ([("A", 1)], TypeError, "a row is a dict"),
    ],
)
def test_bad_rows_say_what_is_wrong_and_write_nothing(rows: Any, error: type[Exception], text: str) -> None:
    live = table(typed(), key="sym")
    before, revision = live.df, live.revision
    with pytest.raises(error, match=text):
        live.upsert(rows)
    assert_frame_equal(live.df, before)
    assert live.revision == revision
    assert live.keys() == ["A", "B"]


def test_what_cannot_be_a_table() -> None:
    with pytest.raises(KeyError, match="no column 'k' to be the key; its columns are x"):
        table(pd.DataFrame({"x": [1]}), key="k")
    with pytest.raises(TypeError, match="timedelta64"):
        table(pd.DataFrame({"x": pd.to_timedelta([1], unit="s")}))
    with pytest.raises(ValueError, match="without key"):
        table(pd.DataFrame({"x": [1]}), key="x", cap=5)
    with pytest.raises(TypeError, match="use upsert"):
        table(pd.DataFrame({"x": [1]}), key="x").append({"x": 2})
    with pytest.raises(TypeError, match="has no key"):
        table(pd.DataFrame({"x": [1]})).upsert({"x": 2})


def test_hints_reach_the_schema() -> None:
    live = table(typed(), key="sym", name="mine", units={"px": "USD"}, formats={"px": "price"}, docs={"px": "A price"})
    px = live.schema()[1]
    assert (px["unit"], px["format"], px["doc"]) == ("USD", "price", "A price")
    assert repr(live).startswith("mine: 2 rows × 9 columns")
    assert live.df.attrs["units"] == {"px": "USD"}


ROW = st.fixed_dictionaries(
    {"k": st.sampled_from("abcd")},
    optional={
        "x": st.one_of(st.none(), st.sampled_from([1.0, 2.0])),
        "n": st.one_of(st.none(), st.integers(0, 3)),
        "s": st.one_of(st.none(), st.sampled_from(["p", "q"])),
        "t": st.one_of(st.none(), st.just(T0)),
    },
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(["dicts", "frame", "delete"]), st.lists(ROW, max_size=5)), max_size=10))
def test_random_partial_rows_agree_with_the_mirror(steps: list[tuple[str, list[dict[str, Any]]]]) -> None:
    empty = pd.DataFrame({"k": ["z"], "x": [0.0], "n": [0], "s": ["s"], "t": [pd.Timestamp(T0)]}).iloc[:0]
    live = table(empty, key="k")
    mirror = Mirror(live)
    naive: dict[str, dict[str, Any]] = {}
    for what, rows in steps:
        if what == "delete":
            live.delete([row["k"] for row in rows])
            for row in rows:
                naive.pop(row["k"], None)
        else:
            full = what == "frame"
            names = ["k", "x", "n"] if full else None
            if full and rows:
                live.upsert(pd.DataFrame([{name: row.get(name) for name in names or ()} for row in rows]))
            elif not full:
                live.upsert(rows)
            for row in rows:
                given_row = {name: row.get(name) for name in names} if names else row
                naive.setdefault(row["k"], dict.fromkeys("kxnst")).update(given_row)
        expected = [{**row, "t": ns(row["t"])} for row in naive.values()]
        assert frame_rows(live.df) == expected
        mirror.sync()
        assert mirror.rows() == expected
