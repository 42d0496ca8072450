"""Bars as numpy columns for pictures of them, and their aggregation to few enough candles.

Aggregation is that of js/src/chart-bars.js: a candle joins 2**k bars that begin at a multiple of 2**k. Knows numpy
only; no Plotly, no widgets.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

MISSING_TIME = -(2**63)
NS = 1_000_000_000
Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars, oldest first: `time` int64 ns UTC of the start, prices and volume float64 with NaN for none.

    `daily`: times are dates at midnight UTC, in no zone. `size`: bars that a candle joins.
    """

    time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    zone: str | None = None
    daily: bool = False
    size: int = 1

    def __len__(self) -> int:
        """Return the number of candles."""
        return len(self.time)

    @property
    def has_volume(self) -> bool:
        """Tell whether any volume is known."""
        return bool((self.volume > 0).any())

    def between(self, start_ns: int, end_ns: int) -> Bars:
        """Return the bars that start within start..end, both included."""
        first, last = np.searchsorted(self.time, [start_ns, end_ns + 1])
        return self._at(slice(int(first), int(last)))

    def aggregated(self, most: int) -> Bars:
        """Return at most `most` candles: open of the first bar, highest, lowest, close of the last, sum of volumes."""
        size = 1
        while -(-len(self) // size) > most:
            size *= 2
        if size == 1:
            return self
        # A bar without prices adds nothing; so only the others are joined, each under its candle's number.
        priced = np.flatnonzero(~np.isnan(self.close))
        candles = -(-len(self) // size)
        out: dict[str, Any] = {name: np.full(candles, np.nan) for name in ("open", "high", "low", "close")}
        if len(priced):
            group = priced // size
            starts = np.flatnonzero(np.diff(group, prepend=-1))
            ends = np.append(starts[1:], len(priced)) - 1
            at = group[starts]
            out["open"][at] = self.open[priced[starts]]
            out["close"][at] = self.close[priced[ends]]
            out["high"][at] = np.maximum.reduceat(self.high[priced], starts)
            out["low"][at] = np.minimum.reduceat(self.low[priced], starts)
        edges = np.arange(0, len(self), size)
        known = np.add.reduceat((~np.isnan(self.volume)).astype(np.int64), edges)
        volume = np.where(known > 0, np.add.reduceat(np.nan_to_num(self.volume), edges), np.nan)
        return replace(self, time=self.time[::size], volume=volume, size=self.size * size, **out)

    def _at(self, rows: slice) -> Bars:
        names = ("time", "open", "high", "low", "close", "volume")
        cut: dict[str, Any] = {name: getattr(self, name)[rows] for name in names}
        return replace(self, **cut)


def bars_of(source: Any) -> Bars:
    """Return the bars of a bars table (ibnb.tables) or of a bar list with columns, as they are now."""
    columns = _of_table(source) if hasattr(source, "snapshot") else dict(source.columns())
    zone, daily = look_of(source)
    size = len(columns["time"])
    floats: dict[str, Any] = {
        name: np.asarray(columns[name], np.float64) if name in columns else np.full(size, np.nan)
        for name in ("open", "high", "low", "close", "volume")
    }
    floats["volume"] = np.where(floats["volume"] < 0, np.nan, floats["volume"])  # -1: no trades are counted
    return Bars(np.asarray(columns["time"], np.int64), zone=zone, daily=daily, **floats)


def look_of(source: Any) -> tuple[str | None, bool]:
    """Return the zone of the bars' times (None: unknown, or to this machine) and whether they are of days."""
    if not hasattr(source, "snapshot"):
        return known_zone(source.zone), bool(source.daily)
    clock = _clock_of(source)
    told = getattr(source, "bars", None)  # the list knows once it has bars; the schema only what was known at first
    zone = getattr(told, "zone", None) or clock.get("zone")
    return known_zone(zone), bool(getattr(told, "daily", clock.get("format") == "date"))


def _clock_of(table: Any) -> dict[str, Any]:
    """Return the schema of the column of times; raise TypeError if the table is none of bars."""
    columns = {column["name"]: column for column in table.schema()}
    missing = [name for name in ("open", "high", "low", "close") if name not in columns]
    if missing:
        raise TypeError(f"table {table.name!r} has no column {missing[0]!r}, so it cannot be a chart of bars")
    for column in columns.values():
        if column["kind"] == "time":
            return dict(column)
    raise TypeError(f"table {table.name!r} has no column of times, so it cannot be a chart of bars")


def _of_table(table: Any) -> dict[str, Any]:
    snapshot = table.snapshot()
    return {**snapshot.columns, "time": snapshot.columns[_clock_of(table)["name"]]}


def known_zone(name: Any) -> str | None:
    """Return the zone's name if this machine knows it, else None (times are then shown in UTC)."""
    try:
        return ZoneInfo(str(name)).key if name else None
    except (KeyError, ValueError, OSError):
        return None


def zone_for(bars: Bars, tz: str) -> dt.tzinfo:
    """Return the zone to show times in: "exchange" is the bars' own, "local" this computer's, else an IANA name."""
    if bars.daily:
        return dt.UTC
    if tz == "exchange":
        return ZoneInfo(bars.zone) if bars.zone else dt.UTC
    if tz == "local":
        return dt.datetime.now().astimezone().tzinfo or dt.UTC
    return ZoneInfo(tz)


def moment(time_ns: int, zone: dt.tzinfo, *, daily: bool) -> str:
    """Return "2025-03-14 15:55 EDT" for a bar's start, "2025-03-14" for a daily one; seconds where there are any."""
    at = dt.datetime.fromtimestamp(time_ns // NS, zone)
    if daily:
        return f"{at:%Y-%m-%d}"
    return f"{at:%Y-%m-%d %H:%M:%S %Z}" if at.second else f"{at:%Y-%m-%d %H:%M %Z}"


def decimals_of(prices: Floats) -> int:
    """Return the decimals that show these prices without loss: 2 at least, 8 at most."""
    some = np.abs(prices[np.isfinite(prices)][-200:])
    for places in range(2, 8):
        if bool((np.abs(some - np.round(some, places)) <= 1e-9 * np.maximum(1.0, some)).all()):
            return places
    return 8
