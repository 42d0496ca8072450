"""Time labels for an axis that counts bars, for still pictures and figures: the twin of js/src/chart-ticks.js."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .chart_data import Times

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (1, 5, 15, 30, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 4 * _HOUR, 12 * _HOUR, _DAY)
_MONTHS = (1, 3, 12, 24, 60, 120, 240, 600)
ONE_HOUR, FIRST_DAY, WEEK = 8, 12, 13
FIRST_MONTH, FIRST_YEAR = 14, 16


def local_times(times: Times, zone: dt.tzinfo, *, daily: bool) -> Times:
    """Return the wall clock of the zone at each time, in seconds as if it were UTC."""
    index = pd.DatetimeIndex(times.astype("M8[ns]"))
    if not daily:
        index = index.tz_localize("UTC").tz_convert(zone).tz_localize(None)
    return index.as_unit("s").asi8


def ranks(local: Times) -> NDArray[np.int64]:
    """Return for each candle the coarsest boundary of clock or calendar between it and the one before; -1 for none."""
    months = local.astype("M8[s]").astype("M8[M]").astype(np.int64)
    keys = [local // step for step in _STEPS]
    keys.append((local // _DAY + 3) // 7)  # Mondays: 1970 began on a Thursday
    keys.extend(months // count for count in _MONTHS)
    found = np.full(len(local), -1, np.int64)
    for unit, key in enumerate(keys):
        found[1:][key[1:] != key[:-1]] = unit
    back = np.zeros(len(local), bool)
    back[1:] = local[1:] <= local[:-1]  # the clock was put back: the same hour once more
    found[back & (found < ONE_HOUR)] = ONE_HOUR
    found[:1] = FIRST_DAY
    return found


def layout_ticks(times: Times, zone: dt.tzinfo, *, daily: bool, most: int) -> tuple[list[int], list[str], list[int]]:
    """Return (candle numbers, labels, candles that open a day or more) for at most about `most` labels.

    A label's second line, after a newline, is what the first leaves out (the day, the year), where that changes.
    """
    if not len(times):
        return [], [], []
    local = local_times(times, zone, daily=daily)
    rank = ranks(local)
    units = len(_STEPS) + 1 + len(_MONTHS)
    counts = [int((rank >= unit).sum()) for unit in range(units + 1)]
    least = FIRST_DAY if daily else 0
    unit = least
    while unit < units - 1 and counts[unit] > most:
        unit += 1
    if counts[unit] < 2 and unit > least:
        unit -= 1
    while unit < units - 1 and counts[unit] > 1 and counts[unit + 1] == counts[unit]:
        unit += 1
    if unit < 4 and not (local % _MINUTE).any():
        unit = 4
    placed = _place(rank, unit, len(times) / max(1, most) * 0.85)
    labels, context = [], ""
    for at in placed:
        text, under = _label(unit, int(local[at]))
        labels.append(f"{text}\n{under}" if under != context else text)
        context = under
    above = FIRST_DAY if unit < FIRST_DAY else FIRST_MONTH if unit < FIRST_MONTH else FIRST_YEAR
    breaks = [int(i) for i in np.flatnonzero(rank >= above) if i > 0] if unit < FIRST_YEAR else []
    return placed, labels, breaks if len(breaks) <= 3 * most else []


def _place(rank: NDArray[np.int64], unit: int, room: float) -> list[int]:
    """Return the candles that get a label: coarser boundaries first, none nearer than `room` candles to another."""
    chosen = np.flatnonzero(rank >= unit)
    placed: list[int] = []
    for at in chosen[np.lexsort((chosen, -rank[chosen]))].tolist():
        if all(abs(at - other) >= room for other in placed):
            placed.append(at)
    return sorted(placed)


def _label(unit: int, local: int) -> tuple[str, str]:
    at = dt.datetime.fromtimestamp(local, dt.UTC)
    if unit < FIRST_DAY:
        return f"{at:%H:%M:%S}" if unit < 4 else f"{at:%H:%M}", f"{at:%a %b} {at.day}, {at.year}"
    if unit < FIRST_MONTH:
        return (f"{at:%a %b} {at.day}" if unit == FIRST_DAY else f"{at:%b} {at.day}"), str(at.year)
    return (f"{at:%b}", str(at.year)) if unit < FIRST_YEAR else (str(at.year), "")
