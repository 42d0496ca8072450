"""Bars tables against bar lists of every kind and a naive reference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.bars import BarDataList
from ibnb.objects import BarData, RealTimeBar
from ibnb.tables import bars as bars_module
from ibnb.tables.bars import BarsTable, source_of
from ibnb.tables.views import bar_columns
from tests.tables.support import T0, Mirror, frame_rows

NAMES = ("time", "open", "high", "low", "close", "volume", "average", "barCount")
MINUTE = 60 * 10**9


class Source:
    """A bar list whose columns the test sets."""

    def __init__(self, rows: list[tuple[float, ...]] | None = None) -> None:
        self.version = 0
        self.rows = rows or []
        self.reads = 0

    def set(self, rows: list[tuple[float, ...]]) -> None:
        self.rows = rows
        self.version += 1

    def columns(self) -> Mapping[str, np.ndarray[Any, Any]]:
        self.reads += 1
        columns = list(zip(*self.rows)) or [()] * 8
        return {
            name: np.array(values, np.int64 if name in ("time", "barCount") else np.float64)
            for name, values in zip(NAMES, columns)
        }


def bar(i: int, close: float = 1.0, volume: float = 10.0, count: int = 3) -> tuple[float, ...]:
    return (i * MINUTE, 1.0, 2.0, 0.5, close, volume, 1.5, count)


def make(source: Any, zone: str | None = "UTC", *, daily: bool = False) -> BarsTable:
    return BarsTable("bars", source, bar_columns(zone, daily=daily))


EDITS = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 4)),
    st.tuples(st.just("last"), st.integers(0, 5)),
    st.tuples(st.just("middle"), st.integers(0, 9)),
    st.tuples(st.just("replace"), st.integers(0, 6)),
    st.tuples(st.just("prepend"), st.integers(1, 3)),
    st.tuples(st.just("none"), st.just(0)),
)


@settings(max_examples=120, deadline=None)
@given(edits=st.lists(st.lists(EDITS, max_size=3), max_size=12), lag=st.integers(1, 4))
def test_random_edits_agree_with_the_mirror(edits: list[Any], lag: int) -> None:
    source = Source()
    table = make(source)
    eager, lazy = Mirror(table), Mirror(table)
    rows: list[tuple[float, ...]] = []
    first, n = 1000, 0
    for step, group in enumerate(edits):
        for edit, arg in group:
            n += 1
            if edit == "append":
                start = int(rows[-1][0] // MINUTE) + 1 if rows else first
                rows = [*rows, *(bar(start + i, n) for i in range(arg))]
            elif edit == "last" and rows:
                rows = [*rows[:-1], (rows[-1][0], *bar(0, float(arg))[1:])]
            elif edit == "middle" and rows:
                i = arg % len(rows)
                rows = [*rows[:i], (rows[i][0], *bar(0, n, -1.0, -1)[1:]), *rows[i + 1 :]]
            elif edit == "replace":
                rows = [bar(2000 + n + i) for i in range(arg)]
            elif edit == "prepend":
                start = int(rows[0][0] // MINUTE) if rows else first
                rows = [*(bar(start - arg + i) for i in range(arg)), *rows]
        source.set(rows)
        expected = [
            dict(zip(("date", *NAMES[1:]), (None if i > 4 and value == -1 else value for i, value in enumerate(row))))
            for row in rows
        ]
        assert frame_rows(table.df) == expected
        eager.sync()
        assert eager.rows() == expected
        if step % lag == 0:
            lazy.sync()
            assert lazy.rows() == expected
        assert sorted(eager.order) == list(range(len(rows)))


def test_a_tick_changes_the_last_row_only() -> None:
    source = Source([bar(1), bar(2)])
    table = make(source)
    since = table.delta(0).revision
    source.set([bar(1), bar(2, 7.0)])
    delta = table.delta(since)
    assert {name: slots.tolist() for name, slots in delta.changed.items()} == {"close": [1]}
    source.set([bar(1), bar(2, 7.0), bar(3)])
    delta = table.delta(delta.revision)
    assert delta.added_slots.tolist() == [2]
    assert not delta.changed


def test_columns_are_read_once_per_version() -> None:
    source = Source([bar(1)])
    table = make(source)
    for _ in range(3):
        assert len(table) == 1
    assert source.reads == 1
    assert table.revision == 1


def test_change_in_the_old_part_of_a_long_list_is_found_by_sample_or_with_the_tail() -> None:
    with mock.patch.multiple(bars_module, FULL_COMPARE=10, SAMPLES=5):
        rows = [bar(i) for i in range(50)]
        source = Source(rows)
        table = make(source)
        mirror = Mirror(table)
        rows = [*rows[:-3], bar(47, 9.0), *rows[-2:]]
        source.set(rows)
        assert {n: s.tolist() for n, s in mirror.sync().changed.items()} == {"close": [47]}
        rows = [(row[0], *bar(0, 5.0)[1:]) for row in rows]
        source.set(rows)
        mirror.sync()
        assert [row["close"] for row in mirror.rows()] == [5.0] * 50


def test_index_is_the_time_in_the_zone_of_the_bars() -> None:
    table = make(Source([bar(1), bar(2)]), "America/New_York")
    df = table.df
    assert df.index.name == "date"
    assert str(df.index.dtype) == "datetime64[ns, America/New_York]"
    assert df.index[0] == pd.Timestamp(MINUTE, tz="UTC")
    assert list(df) == list(NAMES[1:])
    assert str(df.dtypes["barCount"]) == "Int64"
    assert df.attrs["units"]["close"] == "currency"
    assert table["date"].tolist() == df.index.tolist()
    assert table["close"].tolist() == [1.0, 1.0]


def test_days_have_no_zone() -> None:
    day = int(pd.Timestamp("2024-03-08").value)
    table = make(Source([(day, *bar(0)[1:])]), "America/New_York", daily=True)
    assert table.df.index.tolist() == [pd.Timestamp("2024-03-08")]
    assert "2024-03-08 " in repr(table)
    assert table.schema()[0]["format"] == "date"


def test_empty_bars() -> None:
    df = make(Source(), "US/Eastern").df
    assert len(df) == 0
    assert str(df.index.dtype) == "datetime64[ns, US/Eastern]"
    assert df.attrs["reason"]


def test_minus_one_of_bars_without_trades_is_missing() -> None:
    df = make(Source([(0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1)])).df
    row = df.iloc[0]
    assert row[["open", "high", "low", "close"]].tolist() == [-1.0] * 4
    assert row[["volume", "average", "barCount"]].isna().all()


def test_follows_a_bar_list_with_its_live_updates() -> None:
    eastern = ZoneInfo("US/Eastern")
    bars = BarDataList(
        [BarData(T0.astimezone(eastern) + dt.timedelta(minutes=i), 1, 2, 0.5, 1.5, 100, 1.2, 9) for i in range(3)]
    )
    source = source_of(bars)
    assert source is bars
    table = make(source, bars.zone)
    mirror = Mirror(table)
    last = bars[-1]
    bars.update(BarData(last.date, 1, 5, 0.5, 4.5, 150, 1.3, 12))
    bars.update(BarData(T0.astimezone(eastern) + dt.timedelta(minutes=3), 4, 4, 4, 4, 1, 4, 1))
    assert table.df["close"].tolist() == [1.5, 1.5, 4.5, 4.0]
    delta = mirror.sync()
    assert delta.added_slots.tolist() == [3]
    assert set(delta.changed) == {"high", "close", "volume", "average", "barCount"}
    assert table.df.index[0] == pd.Timestamp(T0)


def test_reads_plain_lists_of_bar_objects() -> None:
    bars = [RealTimeBar(time=T0, open_=1.0, high=2.0, low=0.5, close=1.5, volume=10.0, wap=1.2, count=4)]
    table = make(source_of(bars))
    assert table.df.iloc[0].tolist() == [1.0, 2.0, 0.5, 1.5, 10.0, 1.2, 4]
    assert table.df.index[0] == pd.Timestamp(T0)
    revision = table.revision
    assert table.df is not None
    assert table.revision == revision
    bars[0].close = 9.0
    assert table.df["close"].tolist() == [9.0]
    bars.append(RealTimeBar(time=T0 + dt.timedelta(seconds=5)))
    assert len(table) == 2
    days: list[Any] = [BarData(dt.date(2024, 3, 8), 1, 1, 1, 1)]
    assert source_of(days).daily  # type: ignore[attr-defined]
    assert not source_of([]).daily  # type: ignore[attr-defined]


def test_bars_cannot_be_written() -> None:
    table = make(Source([bar(1)]))
    for write in (table.upsert, table.append, table.delete):
        with pytest.raises(TypeError, match="cannot be written"):
            write([])
    with pytest.raises(TypeError, match="cannot be written"):
        table.clear()
