"""Labels of the time axis: sessions, daylight saving, room."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ibnb.widgets.chart_ticks import layout_ticks, ranks

NEW_YORK = ZoneInfo("America/New_York")


def sessions(first, days, minutes):
    """Starts of the bars of New York's regular sessions, ns UTC."""
    out, day = [], dt.date.fromisoformat(first)
    while days:
        if day.weekday() < 5:
            days -= 1
            start = dt.datetime(day.year, day.month, day.day, 9, 30, tzinfo=NEW_YORK).timestamp()
            out.extend(int(start + at * 60) * 10**9 for at in range(0, 390, minutes))
        day += dt.timedelta(1)
    return np.array(out, np.int64)


def test_labels_of_a_session_name_the_day_once():
    at, labels, _ = layout_ticks(sessions("2025-03-14", 1, 5), NEW_YORK, daily=False, most=14)
    assert labels[0] == "09:30\nFri Mar 14, 2025"
    assert labels[1:4] == ["10:00", "10:30", "11:00"]
    assert at[:3] == [0, 6, 12]


def test_each_session_opens_at_the_same_wall_clock_over_the_change():
    times = sessions("2025-03-06", 4, 30)  # the clocks change on the 9th
    at, labels, breaks = layout_ticks(times, NEW_YORK, daily=False, most=30)
    assert breaks == [13, 26, 39]
    assert [labels[at.index(i)] for i in (0, 13, 26, 39)] == [
        f"09:30\n{day}, 2025" for day in ("Thu Mar 6", "Fri Mar 7", "Mon Mar 10", "Tue Mar 11")
    ]


def test_daily_bars_are_labelled_by_month():
    times = (np.arange(250) + 20088).astype(np.int64) * 86400 * 10**9  # from 2024-12-31
    at, labels, _ = layout_ticks(times, NEW_YORK, daily=True, most=12)
    assert labels[:3] == ["Jan\n2025", "Feb", "Mar"]
    assert at[:3] == [1, 32, 60]


@given(st.integers(1, 400), st.sampled_from([1, 5, 30]), st.integers(2, 14))
def test_labels_keep_their_distance(n, minutes, most):
    times = sessions("2025-02-03", 1 + n * minutes // 390, minutes)[:n]
    at, labels, _ = layout_ticks(times, NEW_YORK, daily=False, most=most)
    assert len(at) == len(labels) <= 2 * most
    assert all(b - a >= n / most * 0.85 for a, b in itertools.pairwise(at))


def test_nothing_to_label():
    assert layout_ticks(np.empty(0, np.int64), dt.UTC, daily=False, most=10) == ([], [], [])


def test_ranks_tell_the_coarsest_boundary():
    at = [dt.datetime(2024, 12, 31, 23, 59), dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 1, 0, 1)]
    local = np.array([int(moment.replace(tzinfo=dt.UTC).timestamp()) for moment in at])
    minute, day, year = 4, 12, 16
    found = ranks(local)
    assert found[0] == day
    assert found[1] >= year
    assert found[2] == minute


def test_the_hour_that_comes_twice_is_a_boundary_both_times():
    hours = np.array([0, 3600, 3600, 7200])  # New York's wall clock on 2 November 2025
    assert (ranks(hours)[1:] >= 8).all()
