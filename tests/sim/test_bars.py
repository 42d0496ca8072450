"""Bars: sizes, durations, what to show, alignment."""

import datetime as dt

import numpy as np
import pytest

from ibnb.sim import bars as b
from ibnb.sim.bars import Duration, history, parse_size
from ibnb.sim.errors import RequestRefused
from tests.sim.peer import FRIDAY

AMD, EURUSD, SPX = 4391, 12087792, 416904


def ask(db, con_id, duration, size, what="TRADES", end=FRIDAY, regular=True):
    i = db.by_id(con_id)
    return history(i, db.path(i), what, parse_size(size), Duration.parse(duration), end, regular=regular)


def starts(bars, zone="US/Eastern"):
    from zoneinfo import ZoneInfo

    return [dt.datetime.fromtimestamp(int(s), ZoneInfo(zone)).strftime("%d %H:%M:%S") for s in bars.start]


@pytest.mark.parametrize(
    ("text", "name"),
    [("1 hour", "1 hour"), ("1 min", "1 min"), ("5 min", "5 mins"), ("30 sec", "30 secs"), ("1 DAY", "1 day"),
     ("1d", "1 day"), ("day", "1 day"), ("1W", "1 week"), ("1 month", "1 month"), ("1h", "1 hour"), ("5m", "5 mins")],
)  # fmt: skip
def test_sizes(text, name):
    assert parse_size(text).name == name


@pytest.mark.parametrize("text", ["7 mins", "2 days", "hour 1 x", ""])
def test_bad_sizes(text):
    with pytest.raises(RequestRefused) as refused:
        parse_size(text)
    assert refused.value.code == 321


def test_durations():
    assert Duration.parse("60 D") == (60, "D")
    assert Duration.parse("3600") == (3600, "S")
    assert Duration.parse("1 y").seconds == 31557600
    for text in ("D 60", "0 D", "-1 D", "1 Q", ""):
        with pytest.raises(RequestRefused):
            Duration.parse(text)


def test_hours_of_regular_sessions(db):
    bars = ask(db, AMD, "2 D", "1 hour")
    assert starts(bars) == [
        "19 09:30:00", "19 10:00:00", "19 11:00:00", "19 12:00:00", "19 13:00:00", "19 14:00:00", "19 15:00:00",
        "20 09:30:00", "20 10:00:00", "20 11:00:00",
    ]  # fmt: skip


def test_forex_begins_at_a_quarter_past_five(db):
    bars = ask(db, EURUSD, "1 D", "1 hour", "MIDPOINT")
    assert starts(bars)[:3] == ["19 17:15:00", "19 18:00:00", "19 19:00:00"]
    assert len(bars.start) == 19
    assert (bars.volume == -1).all() and (bars.trades == -1).all() and (bars.average == -1).all()


def test_extended_hours(db):
    bars = ask(db, AMD, "1 D", "30 mins", regular=False)
    assert starts(bars)[0] == "20 04:00:00"
    assert starts(bars)[-1] == "20 11:30:00"


def test_days_agree_with_hours(db):
    days, hours = ask(db, AMD, "30 D", "1 day"), ask(db, AMD, "30 D", "1 hour")
    for k in range(30):
        own = hours.day == days.day[k]
        assert days.open[k] == hours.open[own][0]
        assert days.close[k] == hours.close[own][-1]
        assert days.high[k] == hours.high[own].max()
        assert days.low[k] == hours.low[own].min()
        assert days.volume[k] == hours.volume[own].sum()


@pytest.mark.parametrize("size", ["5 secs", "1 min", "3 mins", "15 mins", "2 hours", "8 hours"])
def test_every_size_adds_up_to_the_day(db, size):
    day, bars = ask(db, AMD, "1 D", "1 day"), ask(db, AMD, "1 D", size)
    assert (bars.high.max(), bars.low.min(), bars.volume.sum()) == (day.high[0], day.low[0], day.volume[0])
    assert (bars.open[0], bars.close[-1]) == (day.open[0], day.close[0])


def test_the_same_bar_in_every_request(db):
    long, short = ask(db, AMD, "1 M", "15 mins"), ask(db, AMD, "1 D", "15 mins")
    tail = long.tail(len(short.start))
    for a, c in zip(tail, short, strict=True):
        assert np.array_equal(a, c)


def test_weeks_and_months(db):
    weeks, days = ask(db, AMD, "4 W", "1 week"), ask(db, AMD, "40 D", "1 day")
    last = days.start >= weeks.start[-1]
    assert weeks.high[-1] == days.high[last].max()
    assert 4 <= len(weeks.start) <= 5
    months = ask(db, AMD, "1 Y", "1 month")
    assert len(months.start) in (12, 13)


def test_seconds_count_bars_back(db):
    bars = ask(db, EURUSD, "3600 S", "10 secs", "MIDPOINT")
    assert len(bars.start) == 360
    assert starts(bars)[-1] == "20 11:37:20", "the open bar is the last"
    assert (np.diff(bars.start) == 10).all()


def test_seconds_reach_over_the_night(db):
    nine_thirty = dt.datetime(2026, 11, 20, 14, 31, tzinfo=dt.UTC).timestamp()
    bars = ask(db, AMD, "600 S", "1 min", end=nine_thirty)
    assert starts(bars)[0].startswith("19 15:")
    assert starts(bars)[-1] == "20 09:30:00"


def test_the_open_bar_grows_to_the_finished_one(db):
    i = db.by_id(AMD)
    begin = int(FRIDAY) // 60 * 60
    seen = [
        b.bars_since(i, db.path(i), "TRADES", parse_size("1 min"), begin, begin + s, regular=True) for s in (1, 20, 60)
    ]
    assert [len(bars.start) for bars in seen] == [1, 1, 1]
    assert seen[0].volume[0] < seen[1].volume[0] < seen[2].volume[0]
    finished = ask(db, AMD, "60 S", "1 min", end=begin + 60)
    assert seen[2].close[0] == finished.close[0]
    assert seen[2].volume[0] == finished.volume[0]
    assert len(b.bars_since(i, db.path(i), "TRADES", parse_size("1 min"), begin, begin + 61, regular=True).start) == 2


def test_bid_and_ask_surround_the_midpoint(db):
    bid, mid, ask_ = (ask(db, EURUSD, "1 D", "5 mins", what) for what in ("BID", "MIDPOINT", "ASK"))
    assert (bid.close < mid.close).all() and (mid.close < ask_.close).all()
    both = ask(db, EURUSD, "1 D", "5 mins", "BID_ASK")
    assert (both.high == ask_.high).all() and (both.low == bid.low).all()
    assert (both.open < both.close).all(), "open is the average bid, close the average ask"


@pytest.mark.parametrize(
    ("con_id", "what", "code"),
    [(EURUSD, "TRADES", 162), (SPX, "BID", 162), (AMD, "NONSENSE", 321), (EURUSD, "FEE_RATE", 162)],
)
def test_data_that_does_not_exist(db, con_id, what, code):
    with pytest.raises(RequestRefused) as refused:
        ask(db, con_id, "1 D", "1 hour", what)
    assert refused.value.code == code


def test_too_much_and_nothing(db):
    with pytest.raises(RequestRefused, match="Time length exceed"):
        ask(db, AMD, "5 Y", "1 secs")
    before = dt.datetime(1979, 1, 1, tzinfo=dt.UTC).timestamp()
    with pytest.raises(RequestRefused, match="no data"):
        ask(db, AMD, "1 D", "1 hour", end=before)


def test_index_has_no_volume(db):
    bars = ask(db, SPX, "1 D", "1 hour")
    assert (bars.volume == 0).all()


def test_average_lies_within_the_bar(db):
    bars = ask(db, AMD, "5 D", "5 mins")
    assert (bars.average <= bars.high + 1e-9).all() and (bars.average >= bars.low - 1e-9).all()


def test_indices():
    assert b.indices([0, 2]).dtype == np.int64
