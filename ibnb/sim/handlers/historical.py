"""Bars: history, bars kept up to date, head timestamps, histograms, schedules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from ibnb.contract import Contract
from ibnb.objects import BarData, HistogramData, HistoricalSession
from ibnb.sim import bars as b
from ibnb.sim.bars import BarColumns, BarSize, Duration
from ibnb.sim.client import Client
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.paths import Path
from ibnb.sim.registry import handles
from ibnb.sim.times import date_texts, local_text, offsets_of, parse_time, second_texts, utc_text
from ibnb.wire import catalogue as m
from ibnb.wire.versions import HISTORICAL_DATA_END, INSTRUMENT_TIMEZONE

NO_DATA = "Historical Market Data Service error message:HMDS query returned no data: "
UPDATE_PERIOD_S = 1.0  # of bars that change
REPEAT_PERIOD_S = 5.0  # of bars that do not


class BarQuery:
    """A request for bars, checked: what it asks of which path, and how dates are to be written."""

    def __init__(self, client: Client, message: Any) -> None:
        gateway = client.gateway
        self.instrument: Instrument = gateway.db.resolve(message.contract).instrument
        gateway.permissions.history(self.instrument)
        self.size: BarSize = b.parse_size(message.barSizeSetting)
        self.what: str = message.whatToShow.upper()
        self.duration: Duration = Duration.parse(message.durationStr)
        self.regular = bool(message.useRTH)
        self.zone = self.instrument.calendar.zone if client.version >= INSTRUMENT_TIMEZONE else gateway.zone
        self.with_zone = client.version >= INSTRUMENT_TIMEZONE
        self.epoch = int(message.formatDate) == 2
        special = self.what in ("HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY", "FEE_RATE")
        self.path: Path = (
            gateway.db.volatility_path(self.instrument, self.what) if special else gateway.db.path(self.instrument)
        )
        step = getattr(self.path, "step", 0)  # of a file
        if 0 < self.size.seconds < step:
            raise RequestRefused(162, f"{NO_DATA}the file of {self.instrument.symbol} has bars of {step} s")
        now = gateway.clock.now()
        end, lacks_zone = parse_time(message.endDateTime, gateway.zone)
        if lacks_zone:
            client.error(
                message.reqId,
                2174,
                "Warning: You submitted request with date-time attributes without explicit time zone.",
            )
        last = getattr(self.path, "end", now)  # a file's history ends where the file ends
        self.end = min(now, last) if end is None else min(end, now)

    def bars(self) -> BarColumns:
        """Return the bars asked for."""
        return b.history(
            self.instrument, self.path, self.what, self.size, self.duration, self.end, regular=self.regular
        )  # fmt: skip

    def dates(self, columns: BarColumns, path: Path | None = None) -> list[str]:
        """Return the date texts of bars (of another path than that of the query, if given)."""
        if not self.size.seconds:
            return date_texts((self.path if path is None else path).calendar.days[columns.day])
        if self.epoch:
            return [str(start) for start in columns.start.tolist()]
        offsets = offsets_of(columns.start, self.zone)
        return second_texts(columns.start, offsets, self.zone, with_zone=self.with_zone)

    def records(self, columns: BarColumns) -> list[BarData]:
        """Return bars as the model's objects, dates as wire texts."""
        rows = zip(self.dates(columns), *(column.tolist() for column in columns[1:8]), strict=True)
        return [BarData(*row) for row in rows]

    def text(self, moment: float) -> str:
        """Return a date-time as in the end message."""
        return local_text(moment, self.zone, with_zone=self.with_zone)


@handles(m.ReqHistoricalData)
def historical_data(client: Client, message: Any) -> None:
    """Bars, then the end (a message of its own from 196); subscribe when they are to be kept up to date."""
    if message.keepUpToDate and message.endDateTime:
        raise RequestRefused(321, "Error validating request.-'bL' : cause - End date must be empty to keep up to date")
    client.claim("bars", message.reqId)
    query = BarQuery(client, message)
    contract: Contract = message.contract
    small = 0 < query.size.seconds <= 30
    name = (query.instrument.con_id, query.size.name, query.what, message.durationStr, message.endDateTime)
    weight = 2 if query.what == "BID_ASK" else 1
    family = (query.instrument.con_id, contract.exchange, query.what)
    client.gateway.pacer.historical(client, name, family, small, weight)
    if query.what == "SCHEDULE":
        _schedule(client, message.reqId, query)
        return
    columns = query.bars()
    first = min(float(columns.start[0]), query.end)
    records = query.records(columns)
    start, end = query.text(first), query.text(query.end)
    if client.version >= HISTORICAL_DATA_END:
        client.send(m.HistoricalData(reqId=message.reqId, bars=records))
        client.send(m.HistoricalDataEnd(reqId=message.reqId, startDateStr=start, endDateStr=end))
    else:
        client.send(m.HistoricalData(reqId=message.reqId, startDateStr=start, endDateStr=end, bars=records))
    if message.keepUpToDate:
        client.subscribe("bars", message.reqId, LiveBars(client, message.reqId, query, int(columns.start[-1])))


class LiveBars:
    """Keeps bars up to date: each bar is sent as it grows, and once more when it is complete."""

    is_history = True

    def __init__(self, client: Client, req_id: int, query: BarQuery, last_start: int) -> None:
        self._client, self._req_id, self._query = client, req_id, query
        self.instrument = query.instrument
        self._last_start = last_start
        self._sent: tuple[Any, ...] = ()
        self._due = self._repeat = 0.0
        live = client.gateway.db.live_path(query.instrument)
        special = query.what in ("HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY", "FEE_RATE")
        self._path = query.path if special else live
        if self._path is not query.path:  # history from a file: what is live begins with the bar of now
            now = int(client.gateway.now)
            self._last_start = now - now % (query.size.seconds or 86400)

    def step(self, now: float) -> None:
        """Send the open bar, and bars that have ended since, about once a second."""
        if now < self._due:
            return
        self._due = now + UPDATE_PERIOD_S * self._client.gateway.clock.speed
        query = self._query
        columns = b.bars_since(
            query.instrument, self._path, query.what, query.size, self._last_start, now, regular=query.regular
        )
        rows = zip(query.dates(columns, self._path), *(column.tolist() for column in columns[1:8]), strict=True)
        for row, start in zip(rows, columns.start.tolist(), strict=True):
            if row != self._sent or now >= self._repeat:
                self._repeat = now + REPEAT_PERIOD_S * self._client.gateway.clock.speed
                bar = BarData(*row)
                self._client.send(m.HistoricalDataUpdate(reqId=self._req_id, bar=bar))
                self._sent = row
            self._last_start = start


@handles(m.CancelHistoricalData)
def cancel_historical_data(client: Client, message: Any) -> None:
    """End an update; 366 for a query that is over."""
    if not client.unsubscribe("bars", message.reqId):
        raise RequestRefused(366, f"No historical data query found for ticker id:{message.reqId}")


def _schedule(client: Client, req_id: int, query: BarQuery) -> None:
    if query.size.name != "1 day":
        raise RequestRefused(321, "Error validating request: cause - SCHEDULE is offered for bars of 1 day only")
    calendar = query.path.calendar
    columns = [k for k, s in enumerate(calendar.segments) if s.regular or not query.regular]
    begin, end = calendar.bounds[0][:, columns[0]], calendar.bounds[1][:, columns[-1]]
    last = int(np.searchsorted(begin, query.end))
    keep = query.duration.number if query.duration.unit == "D" else max(query.duration.seconds * 5 // 7 // 86400, 1)
    first = max(last - keep, 0)
    sessions = [
        HistoricalSession(_plain(begin[i], calendar.zone), _plain(end[i], calendar.zone), day)
        for i, day in zip(range(first, last), date_texts(calendar.days[first:last]), strict=True)
    ]
    if not sessions:
        raise RequestRefused(162, "Historical Market Data Service error message:HMDS query returned no data")
    client.send(
        m.HistoricalSchedule(
            reqId=req_id, startDateTime=sessions[0].startDateTime, endDateTime=sessions[-1].endDateTime,
            timeZone=calendar.zone, sessions=sessions,
        )
    )  # fmt: skip


def _plain(moment: Any, zone: str) -> str:
    return local_text(float(moment), zone).rsplit(" ", 1)[0].replace(" ", "-")


@handles(m.ReqHeadTimeStamp)
def head_timestamp(client: Client, message: Any) -> None:
    """When the data of an instrument begins: UTC text for formatDate 1, seconds for 2."""
    gateway = client.gateway
    instrument = gateway.db.resolve(message.contract).instrument
    what = message.whatToShow.upper()
    b.check_what(instrument, what)
    path = gateway.db.path(instrument)
    since = dt.datetime(instrument.since_year, 1, 1, tzinfo=dt.UTC).timestamp()
    rows = getattr(path, "rows", None)
    if rows is None:
        rows = path.blocks(0, since, since + 30 * 86400, regular=bool(message.useRTH))
    if not len(rows.start):
        raise RequestRefused(162, "Historical Market Data Service error message:No head time stamp")
    moment = float(rows.start[0])
    text = str(int(moment)) if int(message.formatDate) == 2 else utc_text(moment)
    client.send(m.HeadTimestamp(reqId=message.reqId, headTimestamp=text))


@handles(m.CancelHeadTimeStamp, m.CancelHistogramData, m.CancelHistoricalTicks)
def nothing_left(client: Client, message: Any) -> None:
    """These are answered at once: nothing is left to cancel."""


@handles(m.ReqHistogramData)
def histogram(client: Client, message: Any) -> None:
    """Shares traded by price over a period such as "3 days"."""
    gateway = client.gateway
    instrument = gateway.db.resolve(message.contract).instrument
    words = message.timePeriod.split()
    unit = words[1][:1].upper() if len(words) == 2 else "?"
    duration = Duration.parse(f"{words[0]} {unit}" if words else "")
    size = b.SIZES["5 mins"] if duration.seconds > 3 * 86400 else b.SIZES["1 min"]
    what = "TRADES" if instrument.has_trades else "MIDPOINT"
    now = gateway.clock.now()
    columns = b.history(
        instrument, gateway.db.path(instrument), what, size, duration, now, regular=bool(message.useRTH)
    )
    counts: dict[float, float] = {}
    for price, volume in zip(columns.close.tolist(), columns.volume.tolist(), strict=True):
        counts[price] = counts.get(price, 0.0) + max(volume, 1.0)
    items = [HistogramData(price, int(counts[price])) for price in sorted(counts)]
    client.send(m.HistogramData(reqId=message.reqId, items=items))
