"""Historical bars, kept up to date on wish, and head timestamps."""

from __future__ import annotations

import asyncio
import datetime as dt
from concurrent.futures import Future
from typing import Any

from ibnb.api.core import Core
from ibnb.bars import BarDataList
from ibnb.contract import Contract, TagValue
from ibnb.errors import RequestTimeout
from ibnb.net.calls import awaitable
from ibnb.util import formatIBDatetime


class HistoricalMixin(Core):
    """History methods of `IB`."""

    TimezoneTWS: str = ""

    def reqHistoricalData(
        self,
        contract: Contract,
        endDateTime: dt.datetime | dt.date | str | None,
        durationStr: str,
        barSizeSetting: str,
        whatToShow: str,
        useRTH: bool,
        formatDate: int = 1,
        keepUpToDate: bool = False,
        chartOptions: list[TagValue] = [],  # noqa: B006
        timeout: float = 60,
    ) -> BarDataList:
        """Return bars, oldest first: a list of BarData, a table by `util.df`, a chart when shown in a cell.

        Args:
            endDateTime: Empty for now (a must with keepUpToDate); a datetime, a date (its end), or TWS's own text.
            durationStr: `60 S`, `30 D`, `13 W`, `6 M`, `10 Y`.
            barSizeSetting: `1 secs` ... `30 secs`, `1 min` ... `30 mins`, `1 hour` ... `8 hours`, `1 day`, `1 week`, `1
                month`.
            whatToShow: `TRADES`, `MIDPOINT`, `BID`, `ASK`, `BID_ASK`, `ADJUSTED_LAST`, `HISTORICAL_VOLATILITY`, ...
            useRTH: Regular trading hours only.
            formatDate: 1 = times in the zone that TWS names, 2 = UTC.
            keepUpToDate: Go on with live updates; `updateEvent` emits (bars, hasNewBar). End them with
                `cancelHistoricalData`.
            timeout: Seconds, 0 = no limit. Then the request is cancelled, and the list returned is empty with its
                `reason`, or RequestTimeout raised with `RaiseRequestErrors`.

        Raises: RequestError (PacingViolation, NoSecurityDefinition ...) with `RaiseRequestErrors`. Source:
            reqHistoricalData (id 20).
        """
        coro = self.reqHistoricalDataAsync(
            contract,
            endDateTime,
            durationStr,
            barSizeSetting,
            whatToShow,
            useRTH,
            formatDate,
            keepUpToDate,
            chartOptions,
            timeout,
        )
        return self._run(coro, f"historical bars of {contract!r}")

    async def reqHistoricalDataAsync(
        self,
        contract: Contract,
        endDateTime: dt.datetime | dt.date | str | None,
        durationStr: str,
        barSizeSetting: str,
        whatToShow: str,
        useRTH: bool,
        formatDate: int = 1,
        keepUpToDate: bool = False,
        chartOptions: list[TagValue] = [],  # noqa: B006
        timeout: float = 60,
    ) -> BarDataList:
        """Async form of `reqHistoricalData`."""
        bars = BarDataList()
        bars.reqId = self.client.getReqId()
        bars.contract = contract
        bars.endDateTime = endDateTime
        bars.durationStr = durationStr
        bars.barSizeSetting = barSizeSetting
        bars.whatToShow = whatToShow
        bars.useRTH = useRTH
        bars.formatDate = formatDate
        bars.keepUpToDate = keepUpToDate
        bars.chartOptions = chartOptions or []
        bars.default_zone = self.TimezoneTWS
        self._adopt(bars)
        what = f"{durationStr} of {barSizeSetting} {whatToShow} bars of {contract!r}"
        future = self._ask_bars(bars, what)
        try:
            async with asyncio.timeout(timeout or None):
                await awaitable(future)
        except TimeoutError:
            future.cancel()
            if self.RaiseRequestErrors:
                raise RequestTimeout(what, timeout) from None
            self._logger.warning("reqHistoricalData: Timeout for %s", contract)
            bars.clear()
            bars.reason = f"no answer within {timeout:g} s"
        return bars

    def _ask_bars(self, bars: BarDataList, what: str) -> Future[Any]:
        """Send the request that a bar list describes."""
        store = self.wrapper
        req_id = bars.reqId

        def again(_: Contract | None) -> None:
            """Ask anew after a bust event (10225): what comes then replaces the bars."""
            self.client.cancelHistoricalData(req_id)
            store.reloading.add(req_id)
            self._ask_bars(bars, what)

        def send() -> None:
            self.client.reqHistoricalData(
                req_id,
                bars.contract,
                formatIBDatetime(bars.endDateTime),
                bars.durationStr,
                bars.barSizeSetting,
                bars.whatToShow,
                bars.useRTH,
                bars.formatDate,
                bars.keepUpToDate,
                bars.chartOptions,
            )
            if bars.keepUpToDate:
                store.subscribers[req_id] = bars
                store.again[req_id] = again

        return self._start(
            req_id, what, send, contract=bars.contract, results=bars, cancel=lambda: self.cancelHistoricalData(bars)
        )

    def cancelHistoricalData(self, bars: BarDataList) -> None:
        """End the live updates of bars; the list stays as it is."""
        with self.wrapper.lock:
            self._unsubscribe(bars.reqId)
            self.client.cancelHistoricalData(bars.reqId)

    def reqHeadTimeStamp(self, contract: Contract, whatToShow: str, useRTH: bool, formatDate: int = 1) -> dt.datetime:
        """Return the time of the earliest data that the gateway has.

        Args:
            formatDate: 1 = in the zone that TWS names, 2 = UTC.
        """
        time: dt.datetime = self._wait(
            self._head_timestamp(contract, whatToShow, useRTH, formatDate), "reqHeadTimeStamp"
        )
        return time

    async def reqHeadTimeStampAsync(
        self, contract: Contract, whatToShow: str, useRTH: bool, formatDate: int
    ) -> dt.datetime:
        """Async form of `reqHeadTimeStamp`."""
        time: dt.datetime = await awaitable(self._head_timestamp(contract, whatToShow, useRTH, formatDate))
        return time

    def _head_timestamp(self, contract: Contract, what: str, use_rth: bool, format_date: int) -> Future[Any]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"head timestamp of {contract!r}",
            lambda: self.client.reqHeadTimeStamp(req_id, contract, what, use_rth, format_date),
            contract=contract,
            results=[],
            cancel=lambda: self.client.cancelHeadTimeStamp(req_id),
        )
