"""Bars from the wire to numpy columns, without an object per bar.

Text rows: NULs become commas and newlines in one numpy pass, pandas' C parser reads the numbers (the same doubles as
`float()`), and times of fixed width are cut out by index, with one zone look-up per day. Protobuf rows are read by
`barproto`. Anything irregular goes through the row decoder, slower and equal. Times are int64 nanoseconds UTC;
daily bars have midnight UTC of their date.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ibnb import barproto
from ibnb.objects import BarData
from ibnb.records import collector_paused
from ibnb.values import UNSET_DOUBLE, parseIBDatetime

Array = np.ndarray[Any, Any]
NAMES = ("open", "high", "low", "close", "volume", "average", "barCount")
FRAME_NAMES = pd.Index(["date", *NAMES])
FEW = 1500  # below this the plain split is as fast, and cheaper than pandas on its first call
CHUNK_BYTES = 1 << 20  # text is read in pieces that stay in the cache: a third less time and memory for 1e5 bars
NO_VALUES = (2147483647.0, 9223372036854775807.0, -9223372036854775808.0, UNSET_DOUBLE)
NS = 1_000_000_000
DAY_S = 86_400
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class BarColumns:
    """Growable columns of bars. `zone` is the name of the times' zone (None: dates, or times without zone)."""

    def __init__(
        self, time: Array, values: dict[str, Array], *, daily: bool, zone: str | None, naive_zone: str = ""
    ) -> None:
        self._time = time
        self._values = values
        self._size = len(time)
        self._recent: list[tuple[Any, ...]] = []
        self.daily = daily
        self.zone = zone
        self.naive_zone = naive_zone

    def __len__(self) -> int:
        return self._size + len(self._recent)

    # -- made from

    @classmethod
    def empty(cls) -> BarColumns:
        """Return columns without a row."""
        return cls(np.empty(0, np.int64), _typed([np.empty(0)] * 7), daily=False, zone=None)

    @classmethod
    def of_objects(cls, bars: list[BarData]) -> BarColumns:
        """Return the columns of bar objects; all have dates or all have datetimes."""
        if not bars:
            return cls.empty()
        first = bars[0].date
        daily = not isinstance(first, datetime)
        zone = _zone_name(first)
        time = np.fromiter((_to_ns(bar.date) for bar in bars), np.int64, len(bars))
        return cls(
            time,
            _typed([np.array([getattr(bar, name) for bar in bars], float) for name in NAMES]),
            daily=daily,
            zone=zone,
        )

    @classmethod
    def of_rows(cls, rows: Any, default_zone: str = "") -> BarColumns:
        """Return the columns of a reply's undecoded rows."""
        if not len(rows):
            return cls.empty()
        columns = None
        if rows.encoding == "text":
            columns = _from_text(rows.payload, rows.start, rows.stop, rows.count, default_zone)
        elif rows.encoding == "proto":
            columns = _from_proto(rows, default_zone)
        if columns is None:  # irregular rows
            bars = list(rows)
            for bar in bars:
                if isinstance(bar.date, str):
                    bar.date = parseIBDatetime(bar.date)
            columns = cls.of_objects(bars)
        return columns

    @classmethod
    def joined(cls, parts: list[BarColumns]) -> BarColumns:
        """Return parts of one reply as one."""
        parts = [part for part in parts if len(part)] or [cls.empty()]
        if len(parts) == 1:
            return parts[0]
        first = parts[0]
        time = np.concatenate([part.arrays()["time"] for part in parts])
        values = {name: np.concatenate([part.arrays()[name] for part in parts]) for name in NAMES}
        return cls(time, values, daily=first.daily, zone=first.zone, naive_zone=first.naive_zone)

    # -- live

    def update(self, bar: BarData) -> bool | None:
        """Append a later bar (True), replace the last one (False), or ignore an earlier or equal one (None).

        Rows wait in a list until somebody reads: a live feed costs a list write a bar, not eight numpy writes.
        """
        time = _to_ns(bar.date, self.naive_zone)
        row = (time, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.average, bar.barCount)
        last = self._last_row()
        if last is None:
            self.daily = not isinstance(bar.date, datetime)
            self.zone = _zone_name(bar.date)
        elif time < last[0] or row == last:
            return None
        if last is not None and time == last[0]:
            self._recent[-1] = row
            return False
        self._recent.append(row)
        return True

    def _last_row(self) -> tuple[Any, ...] | None:
        """Return the last row; it waits in the list from then on, where it can be replaced."""
        if not self._recent:
            if not self._size:
                return None
            self._size -= 1
            n = self._size
            self._recent.append((int(self._time[n]), *(self._values[name][n].item() for name in NAMES)))
        return self._recent[-1]

    def _settle(self) -> None:
        """Write the waiting rows into the arrays."""
        if not self._recent:
            return
        rows, self._recent = self._recent, []
        start, self._size = self._size, self._size + len(rows)
        if self._size > len(self._time):
            room = max(64, self._size // 4)
            self._time = np.concatenate([self._time[:start], np.zeros(len(rows) + room, np.int64)])
            self._values = {
                name: np.concatenate([v[:start], np.zeros(len(rows) + room, v.dtype)])
                for name, v in self._values.items()
            }
        times, *columns = zip(*rows)
        self._time[start : self._size] = times
        for name, column in zip(NAMES, columns):
            self._values[name][start : self._size] = column

    # -- read

    def arrays(self) -> dict[str, Array]:
        """Return the columns, cut to their rows."""
        self._settle()
        n = self._size
        return {"time": self._time[:n], **{name: v[:n] for name, v in self._values.items()}}

    def objects(self) -> list[BarData]:
        """Return the bars as objects; dates in the zone that they came in."""
        arrays = self.arrays()
        columns = [arrays[name].tolist() for name in NAMES]
        with collector_paused():
            return [BarData(*row) for row in zip(self.dates(), *columns)]

    def dates(self) -> list[Any]:
        """Return `datetime.date` objects for daily bars, else datetimes."""
        seconds = (self.arrays()["time"] // NS).tolist()
        if self.daily:
            return [date.fromordinal(_EPOCH_ORDINAL + s // DAY_S) for s in seconds]
        if self.zone is None:
            local: tzinfo | None = ZoneInfo(self.naive_zone) if self.naive_zone else None
            return [datetime.fromtimestamp(s, local).replace(tzinfo=None) for s in seconds]
        if self.zone == "UTC":
            return [datetime.fromtimestamp(s, UTC) for s in seconds]
        return _zoned_dates(seconds, ZoneInfo(self.zone))


def to_frame(columns: BarColumns, *, give: bool = False) -> pd.DataFrame:
    """Return the DataFrame of `BarDataList.to_frame`; with `give` it takes over the arrays."""
    arrays = columns.arrays()
    time = arrays["time"]
    if columns.daily:
        dates: Any = pd.Series(columns.dates(), dtype=object)
    else:
        stamps = time // 1000
        if columns.zone is None and len(time):
            dates = pd.DatetimeIndex(np.array(columns.dates(), "datetime64[us]"))
        else:
            dates = pd.array(stamps, dtype=pd.DatetimeTZDtype("us", columns.zone or "UTC"), copy=False)
    parts = [dates, *(arrays[name] if give else arrays[name].copy() for name in NAMES)]
    frame = pd.DataFrame(dict(enumerate(parts)), copy=False)
    frame.columns = FRAME_NAMES  # made once: an index of texts costs as much as the rest of a small frame
    return frame


def _typed(values: list[Array]) -> dict[str, Array]:
    """Return the columns by name; a volume or average that says "no value" is missing."""
    columns = {name: np.asarray(v, np.float64) for name, v in zip(NAMES, values)}
    for name in ("volume", "average"):
        column = columns[name]
        if (abs(column) >= NO_VALUES[0]).any():
            columns[name] = np.where(np.isin(column, NO_VALUES), np.nan, column)
    counts = columns["barCount"]
    columns["barCount"] = np.where(counts == counts, counts, 0).astype(np.int64)
    return columns


# -- text


def _from_text(payload: bytes, start: int, stop: int, count: int, default_zone: str) -> BarColumns | None:
    if count < FEW:
        return _from_few(payload[start:stop].split(b"\0"), count, default_zone)
    time, values = np.empty(count, np.int64), [np.empty(count) for _ in NAMES]
    form: tuple[bool, str | None, str] | None = None
    done = 0
    while done < count:
        raw = np.frombuffer(payload, np.uint8, min(stop - start, CHUNK_BYTES), start)
        found = _chunk(raw, count - done, default_zone)
        if found is None or (form is not None and found[1] != form):
            return None
        chunk_time, form, numbers, taken = found
        rows = slice(done, done + len(chunk_time))
        time[rows] = chunk_time
        for column, chunk_column in zip(values, numbers):
            column[rows] = chunk_column
        done, start = rows.stop, start + taken
    assert form is not None
    return _columns((time, *form), values)


def _chunk(
    raw: Array, most: int, default_zone: str
) -> tuple[Array, tuple[bool, str | None, str], list[Array], int] | None:
    """Read the whole rows at the beginning of some text: times, their form, numbers, bytes taken; None if irregular."""
    ends = np.flatnonzero(raw == 0)
    count = min(len(ends) // 8, most)
    if not count:
        return None
    ends = ends[: 8 * count]
    begins = np.empty(count, np.int64)
    begins[0] = 0
    begins[1:] = ends[7:-1:8] + 1
    times = _times(_cut(raw, begins, ends[0::8] - begins), default_zone)
    if times is None:
        return None
    taken = int(ends[-1]) + 1
    csv = raw[:taken].copy()
    csv[ends] = ord(",")
    csv[ends[7::8]] = ord("\n")
    try:
        frame = pd.read_csv(io.BytesIO(csv.data), header=None, usecols=range(1, 8), dtype="float64", engine="c")
    except (ValueError, pd.errors.ParserError):
        return None
    if len(frame) != count:
        return None
    return times[0], times[1:], [frame[name].to_numpy() for name in frame.columns], taken


def _from_few(fields: list[bytes], count: int, default_zone: str) -> BarColumns | None:
    if len(fields) < 8 * count:
        return None
    fields = fields[: 8 * count]
    texts = fields[0::8]
    width = len(texts[0])
    if len(set(map(len, texts))) != 1:
        return None
    times = _times(np.frombuffer(b"".join(texts), np.uint8).reshape(count, width), default_zone)
    if times is None:
        return None
    try:
        return _columns(times, [np.fromiter(map(float, fields[i::8]), np.float64, count) for i in range(1, 8)])
    except ValueError:  # an empty field, or no number: the row decoder knows
        return None


def _columns(times: tuple[Array, bool, str | None, str], values: list[Array]) -> BarColumns:
    time, daily, zone, naive_zone = times
    return BarColumns(time, _typed(values), daily=daily, zone=zone, naive_zone=naive_zone)


def _cut(raw: Array, begins: Array, lengths: Array) -> Array | None:
    """Return the equally long texts at `begins` as rows of letters, None when their lengths differ."""
    width = int(lengths[0])
    if not (lengths == width).all():
        return None
    return np.lib.stride_tricks.sliding_window_view(raw, width)[begins]


def _times(letters: Array | None, default_zone: str) -> tuple[Array, bool, str | None, str] | None:
    """Read date texts, a row each: ns UTC, daily, zone name, zone of zoneless times; None when they differ in form."""
    if letters is None or (width := letters.shape[1]) < 8:
        return None
    text = letters[0].tobytes()
    if text.isdigit() and width != 8:
        seconds = _number(letters, range(width))
        return None if seconds is None else (seconds * NS, False, "UTC", "")
    days = _days(_number(letters, range(8)))
    if days is None:
        return None
    if width == 8:
        return days * (DAY_S * NS), True, None, ""
    gap = 10 if text[8:10] == b"  " else 9  # two blanks before server version 174
    if width < gap + 8 or not _same(letters[:, [8, gap + 2, gap + 5]]) or not _same(letters[:, gap + 8 :]):
        return None
    clock = _number(letters, (gap + k for k in (0, 1, 3, 4, 6, 7)))
    if clock is None:
        return None
    local = days * DAY_S + clock // 10000 * 3600 + clock // 100 % 100 * 60 + clock % 100
    name = text[gap + 8 :].strip().decode("latin1")
    zone = _zone(name or default_zone)
    if zone is None and name:
        return None
    return (local - _offsets(local, days, zone)) * NS, False, (name or None), ("" if name else default_zone)


def _number(letters: Array, places: Iterable[int]) -> Array | None:
    """Return the decimal numbers at the given places of each row, None when a character is no digit."""
    digits = letters[:, list(places)] - np.uint8(ord("0"))
    if digits.max() > 9:
        return None
    number: Array = digits.astype(np.int64) @ (10 ** np.arange(digits.shape[1] - 1, -1, -1, dtype=np.int64))
    return number


def _same(letters: Array) -> bool:
    return bool((letters == letters[0]).all())


def _days(numbers: Array | None) -> Array | None:
    """Return days since 1970 of numbers yyyymmdd, None when one is no date."""
    if numbers is None:
        return None
    runs = np.flatnonzero(np.diff(numbers, prepend=-1))  # bars of one day follow each other
    try:
        days = [date(n // 10000, n // 100 % 100, n % 100).toordinal() - _EPOCH_ORDINAL for n in numbers[runs].tolist()]
    except ValueError:
        return None
    return np.repeat(np.array(days, np.int64), np.diff(runs, append=len(numbers)))


def _offsets(local: Array, days: Array, zone: tzinfo | None) -> Array:
    """Return the seconds to subtract from local times to get UTC.

    One look-up per day, and per bar on days when the clocks change.
    """
    runs = np.flatnonzero(np.diff(days, prepend=days[0] - 1))

    def offset(seconds: int) -> int:
        naive = datetime(1970, 1, 1) + timedelta(seconds=seconds)
        delta = naive.replace(tzinfo=zone).utcoffset() if zone is not None else naive.astimezone().utcoffset()
        return 0 if delta is None else int(delta.total_seconds())

    starts = [offset(day * DAY_S) for day in days[runs].tolist()]
    ends = [offset(day * DAY_S + DAY_S - 1) for day in days[runs].tolist()]
    result = np.repeat(np.array(starts, np.int64), np.diff(runs, append=len(days)))
    for i in np.flatnonzero(np.array(starts) != np.array(ends)):
        stop = runs[i + 1] if i + 1 < len(runs) else len(days)
        for row in range(runs[i], stop):
            result[row] = offset(int(local[row]))
    return result


# -- protobuf


def _from_proto(rows: Any, default_zone: str) -> BarColumns | None:
    found = barproto.read(rows.payload, rows.tags(), rows.stop) if len(rows) else None
    times = None if found is None else _times(found.letters, default_zone)
    return None if found is None or times is None else _columns(times, found.values)


# -- times


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    try:
        return UTC if name in ("UTC", "Z") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _zone_name(when: date | datetime) -> str | None:
    zone = when.tzinfo if isinstance(when, datetime) else None
    if zone is None:
        return None
    return getattr(zone, "key", None) or ("UTC" if zone is UTC else str(zone))


def _to_ns(when: date | datetime, naive_zone: str = "") -> int:
    if not isinstance(when, datetime):
        return (when.toordinal() - _EPOCH_ORDINAL) * DAY_S * NS
    if when.tzinfo is None and naive_zone:
        when = when.replace(tzinfo=ZoneInfo(naive_zone))
    return round(when.timestamp() * 1_000_000) * 1000


def _zoned_dates(seconds: list[int], zone: ZoneInfo) -> list[datetime]:
    """Return zoned datetimes, with one look-up for each day that has no change of the clocks."""
    offsets: dict[int, int | None] = {}
    result = []
    naive_epoch = datetime(1970, 1, 1, tzinfo=zone)
    for s in seconds:
        day = s // DAY_S
        try:
            offset = offsets[day]
        except KeyError:
            first, last = (datetime.fromtimestamp(t, zone).utcoffset() for t in (day * DAY_S, day * DAY_S + DAY_S - 1))
            offset = offsets[day] = int(first.total_seconds()) if first is not None and first == last else None
        result.append(
            datetime.fromtimestamp(s, zone) if offset is None else naive_epoch + timedelta(seconds=s + offset)
        )
    return result
