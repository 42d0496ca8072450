"""Trading days, sessions, holidays."""

import datetime as dt

import numpy as np
import pytest

from ibnb.sim.calendars import CME, CRYPTO, FOREX, INDEX, STOCK


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ((2026, 1, 1), "New Year"), ((2026, 1, 19), "Martin Luther King"), ((2026, 4, 3), "Good Friday"),
        ((2026, 5, 25), "Memorial Day"), ((2026, 6, 19), "Juneteenth"), ((2026, 7, 3), "4 July on a Saturday"),
        ((2026, 9, 7), "Labor Day"), ((2026, 11, 26), "Thanksgiving"), ((2026, 12, 25), "Christmas"),
        ((2021, 12, 24), "Christmas on a Saturday"), ((2026, 11, 21), "Saturday"),
    ],
)  # fmt: skip
def test_stocks_rest_on_holidays(day, why):
    assert STOCK.regular_hours(dt.date(*day)) is None, why


def test_new_year_on_a_saturday_is_not_made_up_for():
    assert STOCK.regular_hours(dt.date(2021, 12, 31)) is not None


def test_hours_follow_daylight_saving():
    winter, summer = STOCK.regular_hours(dt.date(2026, 1, 5)), STOCK.regular_hours(dt.date(2026, 7, 6))
    assert winter == (at("2026-01-05T14:30+00:00"), at("2026-01-05T21:00+00:00"))
    assert summer == (at("2026-07-06T13:30+00:00"), at("2026-07-06T20:00+00:00"))


def test_half_day_ends_at_one():
    assert STOCK.regular_hours(dt.date(2026, 11, 27))[1] == at("2026-11-27T13:00-05:00")
    assert not STOCK.is_open(at("2026-11-27T14:00-05:00"))


def test_segments_of_a_day():
    assert STOCK.is_open(at("2026-11-20T05:00-05:00"))
    assert not STOCK.is_open(at("2026-11-20T05:00-05:00"), regular=True)
    assert STOCK.is_open(at("2026-11-20T15:59:59-05:00"), regular=True)
    assert not STOCK.is_open(at("2026-11-20T20:00-05:00"))


def test_forex_runs_from_sunday_evening_to_friday_evening():
    assert not FOREX.is_open(at("2026-11-22T17:14-05:00"))
    assert FOREX.is_open(at("2026-11-22T17:15-05:00"))
    assert FOREX.is_open(at("2026-11-20T16:59-05:00"))
    assert not FOREX.is_open(at("2026-11-20T17:00-05:00"))
    assert CRYPTO.is_open(at("2026-11-21T12:00-05:00"))


def test_futures_begin_the_evening_before():
    assert CME.is_open(at("2026-11-22T17:00-06:00"))
    assert not CME.is_open(at("2026-11-20T16:30-06:00"))
    assert CME.is_open(at("2026-11-20T10:00-06:00"), regular=True)


def test_texts_as_tws_writes_them():
    moment = at("2026-11-25T12:00-05:00")
    text = STOCK.hours_text(moment, regular=True, days=4)
    assert text == ("20261125:0930-20261125:1600;20261126:CLOSED;20261127:0930-20261127:1300;20261128:CLOSED")
    assert FOREX.hours_text(moment, regular=False, days=1) == "20261124:1715-20261125:1700"


def test_index_keeps_the_regular_hours_of_its_future():
    assert np.array_equal(INDEX.days, CME.days)
    assert np.array_equal(INDEX.bounds[0][:, 0], CME.bounds[0][:, 1])


def test_days_are_ascending_and_sessions_do_not_overlap():
    for calendar in (STOCK, FOREX, CME, CRYPTO):
        begin, end = (edge.ravel() for edge in calendar.bounds)
        assert (np.diff(calendar.days) > 0).all()
        assert (begin[1:] >= end[:-1]).all()


def test_day_of_a_moment_is_the_one_that_ends_next():
    friday, monday = at("2026-11-20T12:00-05:00"), at("2026-11-21T12:00-05:00")
    assert STOCK.day_index(monday) == STOCK.day_index(friday) + 1
