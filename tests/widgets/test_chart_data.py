"""Bars as columns, their aggregation, and the labels of their times."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.widgets.chart_data import Bars, bars_of, decimals_of, moment, zone_for

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = 60 * 10**9


def bars(rows, **options):
    """Bars of (open, high, low, close, volume), a minute apart."""
    columns = [np.array(column, float) for column in zip(*rows)] if rows else [np.empty(0)] * 5
    return Bars(np.arange(len(rows), dtype=np.int64) * MINUTE, *columns, **options)


def candle(some):
    """The definition, written out: one candle of rows, those without prices left out."""
    priced = [row for row in some if row[3] == row[3]]
    volumes = [row[4] for row in some if row[4] == row[4]]
    volume = sum(volumes) if volumes else float("nan")
    if not priced:
        return [float("nan")] * 4 + [volume]
    return [priced[0][0], max(row[1] for row in priced), min(row[2] for row in priced), priced[-1][3], volume]


nan = float("nan")
row = st.one_of(
    st.tuples(*[st.integers(1, 500).map(float)] * 4, st.one_of(st.just(nan), st.integers(0, 99).map(float))),
    st.just((nan, nan, nan, nan, nan)),
)


@given(st.lists(row, max_size=70), st.integers(1, 40))
def test_aggregation_equals_its_definition(rows, most):
    joined = bars(rows).aggregated(most)
    assert len(joined) <= most
    size = joined.size
    assert size & (size - 1) == 0
    assert size == 1 or -(-len(rows) // (size // 2)) > most  # no coarser than needed
    for i in range(len(joined)):
        got = [getattr(joined, name)[i] for name in ("open", "high", "low", "close", "volume")]
        np.testing.assert_array_equal(got, candle(rows[i * size : (i + 1) * size]))
    np.testing.assert_array_equal(joined.time, np.arange(0, len(rows), size) * MINUTE)


def test_aggregation_keeps_few_bars_as_they_are():
    few = bars([(1, 2, 0, 1, 5)] * 10)
    assert few.aggregated(10) is few


def test_between_takes_the_bars_that_start_within():
    some = bars([(1, 2, 0, i, 5) for i in range(10)])
    assert some.between(2 * MINUTE, 4 * MINUTE).close.tolist() == [2, 3, 4]
    assert len(some.between(100 * MINUTE, 200 * MINUTE)) == 0


class FakeList:
    zone = "US/Eastern"
    daily = False

    def columns(self):
        two = np.array([1.0, 2.0])
        return {
            "time": np.array([0, MINUTE]), "open": two, "high": two, "low": two, "close": two,
            "volume": np.array([-1.0, 5.0]),
        }  # fmt: skip


def test_bars_of_a_list_have_no_sentinels():
    read = bars_of(FakeList())
    assert read.zone == "US/Eastern"
    assert np.isnan(read.volume[0])
    assert read.volume[1] == 5


def test_a_table_without_prices_is_refused_by_name():
    class Table:
        name = "positions"

        def schema(self):
            return [{"name": "at", "kind": "time"}]

        def snapshot(self):
            return type("Snapshot", (), {"columns": {"at": np.empty(0, np.int64)}})

    with pytest.raises(TypeError, match="'positions' has no column 'open'"):
        bars_of(Table())


def test_zones_of_labels():
    here = bars([(1, 1, 1, 1, 1)], zone="Asia/Tokyo")
    assert str(zone_for(here, "exchange")) == "Asia/Tokyo"
    assert str(zone_for(here, "Europe/Zurich")) == "Europe/Zurich"
    assert zone_for(bars([], daily=True), "Asia/Tokyo") is dt.UTC


def test_moments_follow_daylight_saving():
    before = int(dt.datetime(2025, 3, 7, 14, 30, tzinfo=dt.UTC).timestamp()) * 10**9
    after = int(dt.datetime(2025, 3, 10, 13, 30, tzinfo=dt.UTC).timestamp()) * 10**9
    assert moment(before, NEW_YORK, daily=False) == "2025-03-07 09:30 EST"
    assert moment(after, NEW_YORK, daily=False) == "2025-03-10 09:30 EDT"
    assert moment(before, dt.UTC, daily=True) == "2025-03-07"


def test_decimals_show_prices_without_loss():
    assert decimals_of(np.array([100.0, 101.5])) == 2
    assert decimals_of(np.array([1.08125, 1.082])) == 5
    assert decimals_of(np.array([np.nan, 0.1 + 0.2])) == 2
