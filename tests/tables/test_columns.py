"""Cells: what goes in, what counts as missing, what is refused."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from ibnb.tables.columns import Cells, Column, Kind, TextCells, is_missing, make_cells
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER
from tests.tables.support import MISSING, T0


def cells(kind: Kind, **more: Any) -> Cells:
    return make_cells(Column("c", kind, lambda value: value, **more))


def test_every_spelling_of_nothing_is_missing() -> None:
    nothing = [None, float("nan"), np.nan, pd.NA, pd.NaT, np.float64("nan"), np.datetime64("NaT")]
    assert all(map(is_missing, nothing))
    assert not any(map(is_missing, [0, "", False, "nan", T0, [], -1, np.float64(0)]))
    assert np.isnan(cells("f8").encode(nothing)).all()
    assert cells("i8").encode(nothing).tolist() == [MISSING] * 7
    assert cells("bool").encode(nothing).tolist() == [255] * 7
    assert cells("time").encode(nothing).tolist() == [MISSING] * 7
    assert cells("str").encode(nothing).tolist() == [0] * 7


def test_numbers() -> None:
    assert cells("f8").encode([1, 2.5, "3", Decimal("4.5"), True, np.float32(0.5)]).tolist() == [1, 2.5, 3, 4.5, 1, 0.5]
    column = cells("f8", missing=(UNSET_DOUBLE, -1.0, ""))
    assert np.isnan(column.encode([UNSET_DOUBLE, -1, ""])).all()
    assert np.isnan(column.encode([UNSET_DOUBLE, -1])).all()
    with pytest.raises(ValueError, match="'c' holds numbers, not 'x'"):
        column.encode(["x"])


def test_whole_numbers() -> None:
    column = cells("i8", missing=(UNSET_INTEGER,))
    assert column.encode([1, -2, UNSET_INTEGER]).tolist() == [1, -2, MISSING]
    assert column.encode([1, 2.0, None, UNSET_INTEGER, "7", 2**40]).tolist() == [1, 2, MISSING, MISSING, 7, 2**40]
    assert column.encode([True]).tolist() == [1]
    assert column.encode([]).tolist() == []
    for bad in (1.5, "x", 2**63, float("inf")):
        with pytest.raises(ValueError, match="whole numbers"):
            column.encode([bad])


def test_booleans() -> None:
    assert cells("bool").encode([True, np.bool_(False)]).tolist() == [1, 0]
    assert cells("bool").encode([1, None, 0]).tolist() == [1, 255, 0]
    with pytest.raises(ValueError, match="True and False"):
        cells("bool").encode(["yes"])


def test_times_are_utc_nanoseconds() -> None:
    column = cells("time", missing=(EPOCH,))
    new_york = T0.astimezone(ZoneInfo("America/New_York"))
    expected = pd.Timestamp(T0).value
    stamp = pd.Timestamp("2024-03-08 14:30:00.000000007", tz="UTC")
    values = [T0, new_york, T0.replace(tzinfo=None), pd.Timestamp(T0), np.datetime64("2024-03-08T14:30"), stamp, EPOCH]
    assert column.encode(values).tolist() == [expected] * 5 + [expected + 7, MISSING]
    assert column.encode([dt.date(2024, 3, 8)]).tolist() == [pd.Timestamp("2024-03-08").value]
    assert column.encode([T0.replace(microsecond=123457)]).tolist() == [expected + 123_457_000]
    assert column.encode([dt.datetime(1969, 12, 31, 23, 59, 59, tzinfo=dt.UTC)]).tolist() == [-(10**9)]
    with pytest.raises(ValueError, match="datetimes"):
        column.encode(["today"])


def test_text_is_coded_and_plain() -> None:
    class Side(enum.StrEnum):
        BUY = "BUY"

    column = cells("str")
    assert isinstance(column, TextCells)
    assert column.encode(["a", "b", "a", None, "", 5, Side.BUY]).tolist() == [1, 2, 1, 0, 3, 4, 5]
    assert column.strings == ["", "a", "b", "", "5", "BUY"]
    assert type(column.strings[5]) is str
    assert cells("str", missing=("", "?")).encode(["", "?", "x"]).tolist() == [0, 0, 1]


def test_write_reports_cells_that_really_changed() -> None:
    column = cells("f8")
    column.grow(4)
    slots = np.array([0, 1, 2, 3])
    nan = float("nan")
    assert column.write(slots, column.encode([1, nan, 0.0, 4])).tolist() == [True, False, True, True]
    version = column.version
    assert not column.write(slots, column.encode([1, None, -0.0, 4])).any()
    assert column.version == version
    assert column.write(slots, column.encode([nan, 2, 0, 4])).tolist() == [True, True, False, False]


def test_growth_doubles_and_fills_with_missing() -> None:
    column = cells("i8")
    column.grow(3)
    assert column.data.tolist() == [MISSING] * 16
    column.put(np.array([0]), column.encode([5]))
    column.grow(17)
    assert len(column.data) == 32
    assert column.data[0] == 5
    column.grow(100)
    assert len(column.data) == 100


def test_decode_gives_plain_values() -> None:
    for kind, value in (("f8", 1.5), ("i8", 7), ("bool", True), ("str", "x"), ("time", T0)):
        column = cells(kind)  # type: ignore[arg-type]
        raw = column.encode([value, None])
        assert column.decode(raw[0]) == value
        assert column.decode(raw[1]) is None
    naive = cells("time", zone=None)
    assert naive.decode(naive.encode([T0])[0]) == T0.replace(tzinfo=None)


def test_lenient_keeps_what_can_be_kept() -> None:
    assert cells("i8").lenient([1, "x", 1.5, None, 2]).tolist() == [1, MISSING, MISSING, MISSING, 2]
    assert cells("time").lenient([T0, "x"]).tolist() == [pd.Timestamp(T0).value, MISSING]


def test_numbers_below_the_least_are_no_value() -> None:
    cells = make_cells(Column("c", "f8", float, least=0.0))
    assert cells.encode([1.0, -1.0, 0.0, -0.5]).tolist()[::2] == [1.0, 0.0]
    assert np.isnan(cells.encode([1.0, -1.0, 0.0, -0.5])).tolist() == [False, True, False, True]
    cells = make_cells(Column("c", "f8", float))
    assert cells.encode([-1.0]).tolist() == [-1.0]
