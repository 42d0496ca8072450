"""The spellings of "no value" and of points in time that TWS uses, and how to read and write them.

Owns the unset markers, the epoch and the text forms of TWS dates. Knows no message and no object of the model.
Times that carry a zone become aware datetimes; a time without one stays naive, as only the caller knows which
zone was meant.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from sys import float_info
from typing import Any, Final, TypeAlias

UNSET_INTEGER: Final = 2**31 - 1
UNSET_LONG: Final = 2**63 - 1
UNSET_DOUBLE: Final = float_info.max
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
nan: Final = float("nan")

Time_t: TypeAlias = dt.time | dt.datetime

# Texts that a server writes for a decimal without value.
UNSET_DECIMAL_TEXTS: Final = frozenset(
    {"", "2147483647", "9223372036854775807", "-9223372036854775808", "1.7976931348623157E308"}
)

# Zone names that TWS and Windows use and the tz database lacks (or gives without daylight saving time).
ZONE_ALIASES: Final = {
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "China Standard Time": "Asia/Shanghai",
    "CST": "America/Chicago",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Eastern Standard Time": "America/New_York",
    "GMT Standard Time": "Europe/London",
    "India Standard Time": "Asia/Kolkata",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "Romance Standard Time": "Europe/Paris",
    "Russian Standard Time": "Europe/Moscow",
    "Singapore Standard Time": "Asia/Singapore",
    "Tokyo Standard Time": "Asia/Tokyo",
    "W. Europe Standard Time": "Europe/Berlin",
}


def isNan(x: float) -> bool:
    """Tell whether a number is not a number."""
    return x != x


def isUnset(x: Any) -> bool:
    """Tell whether a value stands for "no value" in any of the spellings of the model.

    These are None, an empty text, nan, `UNSET_INTEGER`, `UNSET_LONG` and `UNSET_DOUBLE`.
    """
    return x is None or x != x or x in ("", UNSET_INTEGER, UNSET_DOUBLE, UNSET_LONG)


@lru_cache(maxsize=256)
def parseZone(name: str) -> dt.tzinfo:
    """Return the time zone of a name as TWS or the operating system spells it.

    Args:
        name: A name of the tz database (`US/Eastern`), `UTC`, `Z`, or one of `ZONE_ALIASES`.

    Raises:
        ValueError: The name is unknown.
    """
    if name in ("UTC", "Z", "GMT"):
        return dt.UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(ZONE_ALIASES.get(name, name))
    except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(f"unknown time zone {name!r}; use a name of the tz database such as 'US/Eastern'") from None


def parseIBDatetime(s: str) -> dt.date | dt.datetime:
    """Turn a date or time as TWS writes it into a date or a datetime.

    Eight digits are a date. Other digits are seconds since 1970 and give an aware UTC datetime. `yyyymmdd hh:mm:ss`
    (also with `-` as separator, dashes in the date, or a fraction, which is dropped) is aware if a zone or `Z`
    follows and naive otherwise.

    Raises:
        ValueError: The text has none of these forms, or its zone is unknown.
    """
    text = s.strip()
    if text.isdecimal():
        if len(text) == 8:
            return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        seconds = int(text)
        if len(text) > 11:  # milliseconds
            return EPOCH + dt.timedelta(milliseconds=seconds)
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    try:
        if text[4:5] == "-" and text[7:8] == "-":  # 2024-01-05 14:30:00.0
            text = text[:4] + text[5:7] + text[8:]
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        rest = text[8:].lstrip(" -")
        if not rest:
            return day
        clock, _, zone = rest.partition(" ")
        if clock.endswith("Z"):
            clock, zone = clock[:-1], zone or "Z"
        hour, minute, second = clock.split(".")[0].split(":")
        moment = dt.datetime(day.year, day.month, day.day, int(hour), int(minute), int(second))
    except ValueError:
        raise ValueError(f"{s!r} is no date or time of TWS such as '20240105 14:30:00 US/Eastern'") from None
    zone = zone.strip()
    return moment.replace(tzinfo=parseZone(zone)) if zone else moment


def formatIBDatetime(t: dt.date | dt.datetime | str | None) -> str:
    """Turn a time into the text that TWS takes in requests.

    A datetime becomes UTC text (a naive one is taken as local time), a date the end of that local day, a text stays
    as it is, and None gives the empty text, which means now.
    """
    if not t:
        return ""
    if isinstance(t, str):
        return t
    if not isinstance(t, dt.datetime):
        t = dt.datetime.combine(t, dt.time(23, 59, 59))
    return t.astimezone(dt.UTC).strftime("%Y%m%d %H:%M:%S UTC")


def formatSI(n: float) -> str:
    """Return a number with three significant digits and an SI prefix, as in `1.23 M`."""
    if n == 0:
        return "0 "
    exponent, size = 0, abs(n)
    while size < 0.9995 and exponent > -8:
        size, exponent = size * 1000, exponent - 1
    while size >= 999.5 and exponent < 8:
        size, exponent = size / 1000, exponent + 1
    digits = 0 if (exponent == 0 and n == int(n)) or size >= 99.95 else 1 if size >= 9.995 else 2
    return f"{'-' if n < 0 else ''}{size:.{digits}f} {'yzafpnum kMGTPEZY'[exponent + 8].strip()}"
