"""Frames of columns: dtypes, zones, and arrays that belong to the frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ibnb.tables import Table
from ibnb.tables.columns import Column, make_cells
from ibnb.tables.frame import column_of, encode_series, frame, records, to_pandas
from tests.tables.support import T0, TEXT, dict_columns


def filled(kind: Any, values: list[Any], **more: Any) -> Any:
    cells = make_cells(Column("c", kind, lambda value: value, **more))
    cells.grow(len(values))
    cells.put(np.arange(len(values)), cells.encode(values))
    return cells


ALL = np.arange(2)


@pytest.mark.parametrize(
    ("kind", "values", "more", "dtype"),
    [
        ("f8", [1.0, None], {}, "float64"),
        ("i8", [1, None], {}, "Int64"),
        ("bool", [True, None], {}, "boolean"),
        ("str", ["a", None], {}, TEXT),
        ("time", [T0, None], {}, "datetime64[ns, UTC]"),
        ("time", [T0, None], {"zone": None}, "datetime64[ns]"),
        ("time", [T0, None], {"zone": "Asia/Tokyo"}, "datetime64[ns, Asia/Tokyo]"),
    ],
)
def test_dtypes_and_missing(kind: str, values: list[Any], more: dict[str, Any], dtype: str) -> None:
    df = frame({"c": filled(kind, values, **more)}, ALL)
    assert str(df.dtypes["c"]) == dtype
    assert df["c"].isna().tolist() == [False, True]
    empty = frame({"c": filled(kind, [], **more)}, ALL[:0])
    assert empty.dtypes.equals(df.dtypes)
    assert isinstance(df.index, pd.RangeIndex)


def test_text_is_kept_while_nothing_changes_and_never_shared() -> None:
    cells = filled("str", ["a", "b"])
    first = to_pandas(cells, ALL, 1)
    kept = cells.cache[1]
    first[0] = "changed"
    again = to_pandas(cells, ALL, 1)
    assert cells.cache[1] is kept
    assert list(again) == ["a", "b"]
    cells.put(ALL[:1], cells.encode(["c"]))
    assert list(to_pandas(cells, ALL, 1)) == ["c", "b"]
    assert list(to_pandas(cells, ALL[::-1], 2)) == ["b", "c"]
    assert list(to_pandas(cells, ALL[:1], -1)) == ["c"]
    assert list(to_pandas(cells, ALL[::-1], 2)) == ["b", "c"]


def test_text_of_a_long_dictionary_and_of_one_that_grows() -> None:
    cells = filled("str", [str(n) for n in range(2000)])
    assert list(to_pandas(cells, ALL, 1)) == ["0", "1"]
    assert cells.array is None
    every = np.arange(2000)
    assert list(to_pandas(cells, every, 2)) == [str(n) for n in range(2000)]
    if TEXT == "str":
        assert len(cells.array) == 2001
    cells.put(ALL, cells.encode([None, "new"]))
    again = to_pandas(cells, every, 2)
    assert pd.isna(again[0])
    assert again[1] == "new"


def test_changing_a_frame_leaves_the_cells_alone() -> None:
    cells = {"f": filled("f8", [1, 2]), "i": filled("i8", [1, 2]), "t": filled("time", [T0, T0], zone=None)}
    df = frame(cells, ALL)
    df.iloc[0] = [9.0, 9, pd.NaT]
    assert cells["f"].data[:2].tolist() == [1.0, 2.0]
    assert cells["i"].data[:2].tolist() == [1, 2]
    assert cells["t"].decode(cells["t"].data[0]) == T0.replace(tzinfo=None)


def test_column_of_zones() -> None:
    times = pd.to_datetime(pd.Series(["2024-03-08"]), utc=True)
    assert column_of("t", times, len).zone == "UTC"
    assert column_of("t", times.dt.tz_convert("Asia/Tokyo"), len).zone == "Asia/Tokyo"
    offset = times.dt.tz_convert(pd.Timestamp("2024-03-08T00:00+02:30").tz)
    assert column_of("t", offset, len).zone in ("UTC", "UTC+02:30")
    assert column_of("t", times.dt.tz_localize(None), len).zone is None


def test_series_with_holes_are_encoded_one_by_one() -> None:
    whole = filled("i8", [])
    assert encode_series(whole, pd.Series([1.0, np.nan])).tolist() == [1, -(2**63)]
    assert encode_series(whole, pd.Series([1, None], dtype="Int64")).tolist() == [1, -(2**63)]
    assert encode_series(filled("bool", []), pd.Series([True, None], dtype="boolean")).tolist() == [1, 255]
    assert encode_series(filled("f8", []), pd.Series([1, None], dtype="Int64")).tolist()[0] == 1.0


def test_records_of_what_people_pass() -> None:
    assert records({"a": 1}) == [{"a": 1}]
    assert records(pd.Series({"a": 1})) == [{"a": 1}]
    assert records({"a": n} for n in range(2)) == [{"a": 0}, {"a": 1}]
    df = pd.DataFrame({"a": [1]})
    assert records(df) is df


def test_frames_are_the_same_with_and_without_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("t", dict_columns(), key=("k",))
    table.upsert((k, {"k": k, "f": 1.5, "i": None, "s": "x", "b": True, "t": T0}) for k in "cab")
    for slots in (table._slots.ordered(), table._slots.ordered()[:0]):
        short = frame(table._cells, slots)
        with monkeypatch.context() as patch:
            patch.setattr("ibnb.tables.frame._FROM_BLOCKS", None)
            long = frame(table._cells, slots)
        assert_frame_equal(short, long)
    short.columns.name = "other"
    assert frame(table._cells, slots).columns.name is None
