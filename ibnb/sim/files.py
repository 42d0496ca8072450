"""History from the user's own files: OHLCV as CSV or Parquet, one file a symbol, named after it.

Columns are found by name in any case: date, time, datetime or timestamp (or an index of dates), open, high, low,
close, and volume if there is one. Times without a zone are taken to be US/Eastern. The file's bar size is served as
it is, coarser ones are put together from it; finer ones have no data. An empty end date means the end of the file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.sim.calendars import CRYPTO, STOCK, Calendar
from ibnb.sim.instruments import US_VENUES, Instrument
from ibnb.sim.noise import Ints, key
from ibnb.sim.paths import Blocks, Process, RootPath
from ibnb.sim.times import offsets_of

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.sim.contracts import Database

__all__ = ["FileHistory", "load_file", "load_folder"]

_TIME_NAMES = ("datetime", "timestamp", "date", "time", "index", "level_0", "unnamed: 0")
_ZONE = "US/Eastern"
TICK = 1e-8


class FileHistory:
    """Rows of a file as a path of one level: whatever is asked for, it gives its own rows.

    Its calendar holds the days of the file, whatever market they are from; with rows at night or at weekends a day has
    24 hours, else the hours of US stocks.
    """

    def __init__(self, starts: Ints, step: int, prices: np.ndarray, volume: np.ndarray) -> None:
        self.tick = TICK
        self.step = step
        local = starts if step >= 86400 else starts + offsets_of(starts, _ZONE)
        hours = local % 86400
        by_day = step >= 86400 or (hours.min() >= STOCK.segments[0].begin and hours.max() < STOCK.segments[-1].end)
        self.calendar = Calendar("FILE", _ZONE, STOCK.segments if by_day else CRYPTO.segments)
        self.calendar.__dict__["days"] = np.unique(local // 86400)  # in place of those that holidays leave
        day = np.searchsorted(self.calendar.days, local // 86400).astype(np.int64)
        ticks = np.rint(prices / TICK).astype(np.int64)
        shares = np.rint(volume).astype(np.int64)
        o, h, lo, c = (ticks[:, k] for k in range(4))
        self.rows = Blocks(starts, starts + step, o, h, lo, c, shares, np.maximum(shares // 100, (shares > 0) * 1), day)
        if step >= 86400:
            k = next(k for k, s in enumerate(self.calendar.segments) if s.regular)
            begin, end = self.calendar.bounds
            self.rows = self.rows._replace(start=begin[day, k], end=end[day, k])

    @property
    def end(self) -> float:
        """When the last row ends."""
        return float(self.rows.end[-1])

    def blocks(self, level: int, begin: float, end: float, *, regular: bool = False) -> Blocks:
        """Rows that meet [begin, end)."""
        rows = self.rows
        rows = rows.pick((rows.end > begin) & (rows.start < end))
        if regular and self.step < 86400 and len(self.calendar.segments) > 1:
            first, last = (edge[rows.day, 1] for edge in self.calendar.bounds)
            rows = rows.pick((rows.start >= first) & (rows.start < last))
        return rows

    def cover(self, begin: float, end: float, level: int, *, regular: bool = False) -> Blocks:
        """Rows that lie in [begin, end)."""
        rows = self.blocks(level, begin, end, regular=regular)
        return rows.pick((rows.start >= begin) & (rows.end <= end))

    def slots(self, seconds: Blocks) -> tuple[Ints, Ints]:
        """Files have no eighths of a second: the close of each row, eight times."""
        return np.repeat(seconds.close[:, None], 8, axis=1), np.repeat(seconds.volume[:, None] // 8, 8, axis=1)


def load_folder(folder: FilePath, db: Database, now: float) -> list[str]:
    """Serve every file of a folder; return the symbols. Raises ValueError naming the file and what is wrong."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder; give one that holds SYMBOL.csv or SYMBOL.parquet files")
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".csv", ".parquet"))
    if not files:
        raise ValueError(f"{folder} holds no .csv or .parquet file; name one after each symbol, such as AMD.csv")
    return [load_file(file, db, now) for file in files]


def load_file(file: FilePath, db: Database, now: float) -> str:
    """Serve one file as the history of the symbol it is named after; return that. Raises ValueError."""
    symbol = file.stem.upper()
    frame = _read(file)
    starts, prices, volume, is_daily = _columns(frame, file)
    gaps = np.diff(starts)
    step = 86400 if is_daily else int(np.median(gaps)) if len(gaps) else 60
    history = FileHistory(starts, step, prices, volume)
    instrument = next((i for i in db.by_symbol(symbol) if not i.secondary), None)
    if instrument is None:
        con_id = 500_000_000 + key("FILE", symbol) % 30_000_000
        process = Process(float(prices[-1, 3]), 0.01, 0.3, volume=float(max(volume.mean(), 1e5)), trade_size=100.0)
        instrument = Instrument(
            con_id, symbol, "STK", "NASDAQ", "USD", symbol, STOCK, process, tuple(US_VENUES.split(",")),
            local_symbol=symbol, trading_class="NMS", stock_type="COMMON",
        )  # fmt: skip
        db.add(instrument)
    instrument.since_year = 1970
    last = float(prices[-1, 3])
    shape = RootPath(db.seed, instrument.con_id, instrument.calendar, instrument.process, None)
    index = min(int(np.searchsorted(shape.calendar.days, int(now) // 86400)), len(shape.calendar.days) - 1)
    ratio = last / float(np.exp(shape.closes[index]))
    level = replace(instrument.process, price=max(instrument.process.price * ratio, instrument.tick), beta=0.0)
    live = RootPath(db.seed, instrument.con_id, instrument.calendar, level, None)
    db.set_history(instrument, history, live)
    return symbol


def _read(file: FilePath) -> pd.DataFrame:
    import pandas as pd

    try:
        if file.suffix.lower() == ".parquet":
            return pd.read_parquet(file)
        return pd.read_csv(file)
    except ImportError as error:
        raise ValueError(f"{file}: reading Parquet needs pyarrow: pip install pyarrow") from error
    except Exception as error:  # the readers raise many kinds
        raise ValueError(f"{file}: cannot be read: {error}") from error


def _columns(frame: pd.DataFrame, file: FilePath) -> tuple[Ints, np.ndarray, np.ndarray, bool]:
    """Return starts (UTC seconds; midnight UTC of the date for daily rows), prices, volumes, and whether daily."""
    import pandas as pd

    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.reset_index()
    names = {str(name).strip().lower(): name for name in frame.columns}
    missing = [name for name in ("open", "high", "low", "close") if name not in names]
    if missing:
        raise ValueError(f"{file}: no column {', '.join(missing)}; it needs date, open, high, low, close, volume")
    if frame.empty:
        raise ValueError(f"{file}: no row has a date and four prices")
    stamps = _stamps(frame, names, file)
    prices = frame[[names[n] for n in ("open", "high", "low", "close")]].to_numpy(dtype=float)
    volume = frame[names["volume"]].to_numpy(dtype=float) if "volume" in names else np.zeros(len(frame))
    good = ~np.isnan(prices).any(axis=1) & stamps.notna().to_numpy()
    if not good.any():
        raise ValueError(f"{file}: no row has a date and four prices")
    is_daily = bool((stamps.dt.normalize() == stamps).all())
    if stamps.dt.tz is None and not is_daily:
        stamps = stamps.dt.tz_localize(_ZONE, ambiguous="NaT", nonexistent="shift_forward")
        good &= stamps.notna().to_numpy()
    if stamps.dt.tz is not None:
        stamps = stamps.dt.tz_localize(None) if is_daily else stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    starts = stamps.to_numpy().astype("datetime64[s]").astype(np.int64)
    starts, prices, volume = starts[good], prices[good], np.nan_to_num(volume[good])
    order = np.argsort(starts, kind="stable")
    starts, prices, volume = starts[order], prices[order], volume[order]
    fresh = np.concatenate((starts[1:] != starts[:-1], [True]))
    return starts[fresh], prices[fresh], volume[fresh], is_daily


def _stamps(frame: pd.DataFrame, names: dict[str, Any], file: FilePath) -> Any:
    """Return the times of the rows as a Series of datetimes. Raises ValueError."""
    import pandas as pd

    found = [name for name in _TIME_NAMES if name in names]
    if not found:
        raise ValueError(f"{file}: no column of dates; name one date, time, datetime or timestamp")
    values: Any = frame[names[found[0]]]
    if "date" in names and "time" in names:
        values = frame[names["date"]].astype(str) + " " + frame[names["time"]].astype(str)
    if pd.api.types.is_numeric_dtype(values):
        first = float(values.iloc[0])
        if 19000101 <= first <= 22000101:
            return pd.to_datetime(values.astype(int).astype(str), format="%Y%m%d")
        unit: Any = "s" if first < 1e11 else "ms" if first < 1e14 else "us" if first < 1e17 else "ns"
        return pd.to_datetime(values, unit=unit, utc=True)
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    texts = values.astype(str).str.strip()
    zone = re.search(r"\s([A-Za-z]+/[A-Za-z_]+)$", str(texts.iloc[0]))
    if zone:  # "20260102 09:30:00 US/Eastern", as TWS writes it
        return pd.to_datetime(texts.str.replace(zone[0], "", regex=False)).dt.tz_localize(zone[1])
    try:
        stamps = pd.to_datetime(texts)
        if stamps.dtype == object:
            stamps = pd.to_datetime(texts, utc=True)
    except (ValueError, TypeError):
        try:
            stamps = pd.to_datetime(texts, utc=True)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{file}: dates cannot be read: {error}") from error
    return stamps
