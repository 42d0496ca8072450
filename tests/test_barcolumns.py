"""Columns of bars equal what the row decoder gives, for every form of date."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.barcolumns import FEW, NAMES, BarColumns, to_frame
from ibnb.objects import BarData
from ibnb.values import UNSET_DOUBLE, parseIBDatetime
from ibnb.wire import catalogue as m
from ibnb.wire.codec import Codec, Side

START = dt.datetime(2024, 3, 8, 14, 30, tzinfo=dt.UTC)  # two days before the clocks change in New York


def bars_of(count, date_text, step=dt.timedelta(hours=1), seed=1):
    rnd = random.Random(seed)
    bars = []
    for i in range(count):
        base = round(rnd.uniform(1, 500), 5)
        bars.append(
            BarData(
                date_text(START + step * i),
                base,
                base + 1.5,
                base - 0.25,
                base + 0.125,
                rnd.randint(0, 10**6),
                base / 3,
                i,
            )
        )
    return bars


def rows_of(bars, version):
    message = m.HistoricalData(7, "", "", bars)
    payload = Codec(Side.SERVER, version).encode(message)
    return Codec(Side.CLIENT, version).decode(payload).bars


def zoned(name):
    zone = ZoneInfo(name)
    return lambda t: f"{t.astimezone(zone):%Y%m%d %H:%M:%S} {name}"


FORMS = {
    "zone": zoned("US/Eastern"),
    "half-hour zone": zoned("Asia/Kolkata"),
    "epoch": lambda t: str(int(t.timestamp())),
    "daily": lambda t: f"{t:%Y%m%d}",
}


@pytest.mark.parametrize("version", [157, 178, 200, 201, 208, 225])
@pytest.mark.parametrize("count", [1, 3, FEW - 1, FEW, 3 * FEW])
@pytest.mark.parametrize("form", FORMS)
def test_columns_equal_objects(form, count, version):
    step = dt.timedelta(days=1) if form == "daily" else dt.timedelta(hours=1)
    bars = bars_of(count, FORMS[form], step)
    columns = BarColumns.of_rows(rows_of(bars, version))
    arrays = columns.arrays()
    for name in NAMES:
        assert arrays[name].tolist() == [getattr(bar, name) for bar in bars]
    expected = [parseIBDatetime(bar.date) for bar in bars]
    assert columns.dates() == expected
    assert columns.daily is (form == "daily")
    if form != "daily":
        assert arrays["time"].tolist() == [int(t.timestamp()) * 10**9 for t in expected]


def test_times_on_the_day_the_clocks_change():
    bars = bars_of(FEW * 2, FORMS["zone"], dt.timedelta(minutes=20))
    columns = BarColumns.of_rows(rows_of(bars, 178))
    expected = [int(parseIBDatetime(bar.date).timestamp()) * 10**9 for bar in bars]
    assert columns.arrays()["time"].tolist() == expected
    assert np.diff(expected).tolist() == [1200 * 10**9] * (len(bars) - 1)


@pytest.mark.parametrize("count", [3, 300])
def test_times_without_zone_take_the_zone_given(count):
    bars = bars_of(count, lambda t: f"{t:%Y%m%d  %H:%M:%S}")
    columns = BarColumns.of_rows(rows_of(bars, 160), "Europe/Berlin")
    assert columns.zone is None
    assert columns.dates() == [parseIBDatetime(bar.date) for bar in bars]
    first = columns.arrays()["time"][0]
    assert first == int(dt.datetime(2024, 3, 8, 14, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()) * 10**9


def test_irregular_dates_go_through_the_row_decoder():
    bars = bars_of(4, FORMS["zone"])
    bars[2].date = f"{bars[2].date[:17]} America/New_York"
    columns = BarColumns.of_rows(rows_of(bars, 178))
    assert columns.arrays()["time"].tolist() == [int(parseIBDatetime(b.date).timestamp()) * 10**9 for b in bars]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e15, 1e15), min_size=30, max_size=60), st.sampled_from([178, 225]), st.booleans())
def test_numbers_are_the_same_doubles(values, version, many):
    values *= FEW // 30 if many else 1
    bars = [BarData(str(1_700_000_000 + 60 * i), v, v, v, v, 1.0, 1.0, 1) for i, v in enumerate(values)]
    arrays = BarColumns.of_rows(rows_of(bars, version)).arrays()
    assert arrays["open"].tolist() == values


def test_frame_has_the_documented_columns_and_types():
    frame = to_frame(BarColumns.of_rows(rows_of(bars_of(5, FORMS["zone"]), 178)))
    assert list(frame.columns) == ["date", *NAMES]
    assert str(frame["date"].dtype) == "datetime64[us, US/Eastern]"
    assert frame["barCount"].dtype == np.int64
    daily = to_frame(BarColumns.of_rows(rows_of(bars_of(5, FORMS["daily"], dt.timedelta(days=1)), 178)))
    assert daily["date"][0] == dt.date(2024, 3, 8)
    assert to_frame(BarColumns.empty()).shape == (0, 8)


@pytest.mark.parametrize("size", [100, 4096, 100_000])
def test_pieces_of_a_long_reply_join_without_a_seam(size, monkeypatch):
    bars = bars_of(2 * FEW, FORMS["zone"])
    rows = rows_of(bars, 178)
    whole = BarColumns.of_rows(rows).arrays()
    monkeypatch.setattr("ibnb.barcolumns.CHUNK_BYTES", size)
    pieces = BarColumns.of_rows(rows).arrays()
    assert all((whole[name] == pieces[name]).all() for name in whole)
    assert len(pieces["time"]) == len(bars)


@pytest.mark.parametrize("count", [3, FEW + 10])
def test_a_volume_that_is_not_told_is_missing(count):
    bars = bars_of(count, FORMS["epoch"])
    bars[1].volume = bars[2].average = UNSET_DOUBLE
    frame = to_frame(BarColumns.of_rows(rows_of(bars, 178)))
    assert frame.isna().sum().to_dict() == dict.fromkeys(frame.columns, 0) | {"volume": 1, "average": 1}
    assert frame[["volume", "average"]].max().max() < 1e7


@pytest.mark.parametrize("version", [178, 225])
@pytest.mark.parametrize("count", [5, FEW + 10])
def test_all_that_says_no_value_is_missing_in_one_column(count, version):
    bars = bars_of(count, FORMS["epoch"])
    for bar, nothing in zip(bars, (UNSET_DOUBLE, 2147483647.0, 2.0**63, -(2.0**63))):
        bar.volume = bar.average = nothing
    frame = to_frame(BarColumns.of_rows(rows_of(bars, version)))
    assert frame["volume"].isna().tolist() == frame["average"].isna().tolist() == [True] * 4 + [False] * (count - 4)
