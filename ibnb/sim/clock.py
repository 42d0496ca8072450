"""The gateway's time: seconds since 1970 UTC, real, shifted, accelerated, or stepped by a test.

Every part of the simulator asks one clock; nothing else reads the wall clock.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol
from zoneinfo import ZoneInfo

from ibnb.sim.calendars import STOCK, Calendar

__all__ = ["Clock", "ManualClock", "ScaledClock", "parse_start"]


class Clock(Protocol):
    """What the simulator needs of a clock."""

    speed: float

    def now(self) -> float:
        """Return the simulated time in seconds since 1970 UTC."""
        ...


class ScaledClock:
    """Simulated time that starts at `start` and runs `speed` times as fast as the machine's monotonic clock.

    `start` is in seconds since 1970 UTC; None means the machine's time.
    """

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self.speed = speed
        self._origin = time.monotonic()
        self._start = time.time() if start is None else float(start)

    def now(self) -> float:
        """Return the simulated time in seconds since 1970 UTC."""
        return self._start + (time.monotonic() - self._origin) * self.speed


class ManualClock:
    """A clock that moves only when told; `speed` is 1, so that rates are per simulated second."""

    speed = 1.0

    def __init__(self, start: float) -> None:
        self._now = float(start)

    def now(self) -> float:
        """Return the simulated time in seconds since 1970 UTC."""
        return self._now

    def advance(self, seconds: float) -> float:
        """Move forward by `seconds` (not negative) and return the new time."""
        if seconds < 0:
            raise ValueError("a clock does not run backwards")
        self._now += seconds
        return self._now

    def set(self, when: float) -> None:
        """Jump to `when`, seconds since 1970 UTC."""
        self._now = float(when)


def parse_start(start: str | float | dt.datetime | None, *, wall: float | None = None) -> float:
    """Turn the gateway's `start` option into seconds since 1970 UTC.

    "now" or None is the machine's time. "open" is the machine's time while US stocks trade (with half an hour to
    spare), else the same minute of an hour inside the last regular session, so that a demonstration is alive on a
    Sunday night too. Anything else is an ISO date-time (UTC unless it names an offset), a datetime, or seconds.
    Raises ValueError for text that is none of these.
    """
    moment = time.time() if wall is None else wall
    if start is None or start == "now":
        return moment
    if isinstance(start, dt.datetime):
        return (start if start.tzinfo else start.replace(tzinfo=dt.UTC)).timestamp()
    if isinstance(start, int | float):
        return float(start)
    if start == "open":
        return _within_session(moment, STOCK)
    try:
        parsed = dt.datetime.fromisoformat(start)
    except ValueError:
        raise ValueError(
            f"start must be 'now', 'open' or an ISO date-time such as 2026-03-02T15:00, not {start!r}"
        ) from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)).timestamp()


def _within_session(moment: float, calendar: Calendar) -> float:
    """Return `moment` when the regular session is on, else a like minute of the last session before it."""
    zone = ZoneInfo(calendar.zone)
    local = dt.datetime.fromtimestamp(moment, zone)
    for back in range(12):
        day = (local - dt.timedelta(days=back)).date()
        hours = calendar.regular_hours(day)
        if hours is None:
            continue
        begin, end = hours[0] + 900, hours[1] - 1800
        if begin <= moment < end:
            return moment
        if back == 0 and moment < begin:
            continue
        inside = dt.datetime.combine(day, dt.time(11, local.minute, local.second, local.microsecond), zone)
        return inside.timestamp()
    return moment
