"""Clocks, and when simulated time begins."""

import datetime as dt

import pytest

from ibnb.sim import clock
from ibnb.sim.clock import ManualClock, ScaledClock, parse_start


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


def test_manual_clock_moves_when_told():
    manual = ManualClock(100.0)
    assert manual.now() == 100.0
    assert manual.advance(2.5) == 102.5 == manual.now()
    manual.set(7)
    assert manual.now() == 7.0
    with pytest.raises(ValueError, match="backwards"):
        manual.advance(-1)


def test_scaled_clock_runs_at_its_speed(monkeypatch):
    ticks = iter((50.0, 50.0, 52.0))
    monkeypatch.setattr(clock.time, "monotonic", lambda: next(ticks))
    scaled = ScaledClock(1000.0, speed=30)
    assert scaled.now() == 1000.0
    assert scaled.now() == 1060.0


@pytest.mark.parametrize("speed", [0, -1])
def test_speed_must_be_positive(speed):
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(0.0, speed)


def test_open_is_now_while_stocks_trade():
    moment = at("2026-11-20T11:00-05:00")
    assert parse_start("open", wall=moment) == moment


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-11-22T18:12:07-05:00", "2026-11-20T11:12:07-05:00"),  # Sunday evening: Friday
        ("2026-11-23T06:30:00-05:00", "2026-11-20T11:30:00-05:00"),  # Monday before the open: Friday
        ("2026-11-23T15:45:00-05:00", "2026-11-23T11:45:00-05:00"),  # too near the close: the same day, earlier
        ("2026-11-26T12:00:00-05:00", "2026-11-25T11:00:00-05:00"),  # Thanksgiving: the day before
    ],
)
def test_open_goes_back_into_the_last_session(wall, expected):
    assert parse_start("open", wall=at(wall)) == at(expected)


def test_other_starts():
    assert parse_start("now", wall=5.0) == parse_start(None, wall=5.0) == 5.0
    assert parse_start("2026-03-02T15:00") == at("2026-03-02T15:00+00:00")
    assert parse_start("2026-03-02T15:00-05:00") == at("2026-03-02T20:00+00:00")
    assert parse_start(dt.datetime(2026, 3, 2, 15)) == at("2026-03-02T15:00+00:00")
    assert parse_start(12.5) == 12.5


def test_bad_start_says_what_is_taken():
    with pytest.raises(ValueError, match="'now', 'open' or an ISO date-time"):
        parse_start("tomorrow")
