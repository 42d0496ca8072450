"""Dates and times in the forms of the wire: reading those of requests, writing those of replies."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.sim.errors import RequestRefused
from ibnb.sim.noise import Ints

__all__ = ["date_texts", "local_text", "offsets_of", "parse_time", "second_texts", "utc_text", "zone_of"]


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by name."""
    return ZoneInfo(name)


def parse_time(text: str, default_zone: str) -> tuple[float | None, bool]:
    """Read a request's date-time: seconds since 1970 UTC (None when empty) and whether it lacked a zone.

    `yyyymmdd-hh:mm:ss` is UTC, `yyyymmdd hh:mm:ss zone` names its zone, without one `default_zone` holds.
    Raises RequestRefused (10314).
    """
    text = text.strip()
    if not text:
        return None, False
    match = re.fullmatch(r"(\d{8})(?:([ -])\s*(\d{1,2}:\d\d(?::\d\d)?)(?:\s*(Z)|\s+(\S.*))?)?", text)
    try:
        if match is None:
            raise ValueError(text)
        day, dash, clock, zulu, zone = match.groups()
        clock = clock or "23:59:59"
        naive = dt.datetime.strptime(f"{day} {clock if clock.count(':') == 2 else clock + ':00'}", "%Y%m%d %H:%M:%S")
        utc = dash == "-" or zulu
        tz = zone_of("UTC" if utc and not zone else zone or default_zone)
        return naive.replace(tzinfo=tz).timestamp(), not (utc or zone)
    except (ValueError, KeyError, OSError):
        raise RequestRefused(
            10314, "End Date/Time: The date, time, or time-zone entered is invalid. The correct format is "
            "yyyymmdd hh:mm:ss zone (zone such as US/Eastern) or yyyymmdd-hh:mm:ss for UTC.",
        ) from None  # fmt: skip


def local_text(moment: float, zone: str, *, with_zone: bool = True) -> str:
    """Return `yyyymmdd hh:mm:ss zone`; without the zone the older form with two spaces."""
    at = dt.datetime.fromtimestamp(int(moment), zone_of(zone))
    return f"{at:%Y%m%d %H:%M:%S} {zone}" if with_zone else f"{at:%Y%m%d  %H:%M:%S}"


def utc_text(moment: float) -> str:
    """Return `yyyymmdd-hh:mm:ss`, UTC."""
    return f"{dt.datetime.fromtimestamp(int(moment), dt.UTC):%Y%m%d-%H:%M:%S}"


def date_texts(days: Ints) -> list[str]:
    """Return `yyyymmdd` for days since 1970."""
    return [text.replace("-", "") for text in days.astype("datetime64[D]").astype(str).tolist()]


def second_texts(moments: Ints, offsets: Ints, zone: str, *, with_zone: bool = True) -> list[str]:
    """Return the local date-times of many moments, given their offsets from UTC in seconds."""
    texts = (moments + offsets).astype("datetime64[s]").astype(str).tolist()
    gap, tail = (" ", f" {zone}") if with_zone else ("  ", "")
    return [f"{t[:4]}{t[5:7]}{t[8:10]}{gap}{t[11:]}{tail}" for t in texts]


def offsets_of(moments: Ints, zone: str) -> Ints:
    """Return the offset from UTC, in seconds, of each moment in ascending order."""
    if not len(moments):
        return moments
    tz = zone_of(zone)

    def offset(moment: int) -> int:
        delta = dt.datetime.fromtimestamp(moment, tz).utcoffset()
        return 0 if delta is None else int(delta.total_seconds())

    days = moments // 86400
    firsts = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1])))
    ends = np.concatenate((firsts[1:], [len(moments)]))
    result = np.empty(len(moments), dtype=np.int64)
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        a, b = offset(int(moments[first])), offset(int(moments[end - 1]))
        result[first:end] = a if a == b else [offset(int(m)) for m in moments[first:end]]
    return result
