"""Single ticks: tick-by-tick streams, and ticks of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable
from concurrent.futures import Future

from ibnb.api.core import Core
from ibnb.contract import Contract, TagValue
from ibnb.objects import HistoricalTick, HistoricalTickBidAsk, HistoricalTickLast
from ibnb.ticker import Ticker
from ibnb.util import formatIBDatetime
from ibnb.wire import versions as v

Time = dt.datetime | dt.date | str | None
PastTicks = list[HistoricalTick] | list[HistoricalTickBidAsk] | list[HistoricalTickLast]


class TicksMixin(Core):
    """Tick-by-tick methods of `IB`."""

    def reqTickByTickData(
        self, contract: Contract, tickType: str, numberOfTicks: int = 0, ignoreSize: bool = False
    ) -> Ticker:
        """Begin every single tick of a contract and return its Ticker at once; the ticks come in `tickByTicks`.

        Args:
            tickType: `Last`, `AllLast`, `BidAsk` or `MidPoint`.
            numberOfTicks: How many ticks of the past to send first.
            ignoreSize: Leave out quotes in which only a size changed.

        Source: reqTickByTickData (id 97). TWS allows few streams (10190) and one request per contract in 15 s.
        """

        def send(req_id: int, where: Contract) -> None:
            self.client.reqTickByTickData(req_id, where, tickType, numberOfTicks, ignoreSize)

        return self._subscribe(contract, tickType, send)

    def cancelTickByTickData(self, contract: Contract, tickType: str) -> bool:
        """End a tick-by-tick stream; return whether there was one."""
        with self.wrapper.lock:
            req_id = self.wrapper.end_ticker(contract, tickType)
            if req_id:
                self.client.cancelTickByTickData(req_id)
            else:
                self._logger.error("cancelTickByTickData: no %s stream of %s", tickType, contract)
            return bool(req_id)

    def reqHistoricalTicks(
        self,
        contract: Contract,
        startDateTime: Time,
        endDateTime: Time,
        numberOfTicks: int,
        whatToShow: str,
        useRth: bool,
        ignoreSize: bool = False,
        miscOptions: list[TagValue] = [],  # noqa: B006
    ) -> PastTicks:
        """Return ticks of the past, oldest first, with times in the zone of the defaults (UTC).

        Args:
            startDateTime: The first tick's time, or empty when the end is given; a datetime, a date, or TWS's text.
            endDateTime: The last tick's time, or empty when the start is given.
            numberOfTicks: At most 1000; ticks of the same second come together, so that it may be more.
            whatToShow: `TRADES`, `BID_ASK` or `MIDPOINT`.
            useRth: Regular trading hours only.
            ignoreSize: Leave out quotes in which only a size changed.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqHistoricalTicks (id 96).
        """
        future = self._historical_ticks(
            contract, startDateTime, endDateTime, numberOfTicks, whatToShow, useRth, ignoreSize, miscOptions
        )
        return self._wait(future, "reqHistoricalTicks")

    def reqHistoricalTicksAsync(
        self,
        contract: Contract,
        startDateTime: Time,
        endDateTime: Time,
        numberOfTicks: int,
        whatToShow: str,
        useRth: bool,
        ignoreSize: bool = False,
        miscOptions: list[TagValue] = [],  # noqa: B006
    ) -> Awaitable[PastTicks]:
        """Async form of `reqHistoricalTicks`."""
        return self._await(
            self._historical_ticks(
                contract, startDateTime, endDateTime, numberOfTicks, whatToShow, useRth, ignoreSize, miscOptions
            )
        )

    def _historical_ticks(
        self,
        contract: Contract,
        start: Time,
        end: Time,
        number: int,
        what: str,
        use_rth: bool,
        ignore_size: bool,
        options: list[TagValue],
    ) -> Future[PastTicks]:
        req_id = self.client.getReqId()

        def send() -> None:
            self.client.reqHistoricalTicks(
                req_id,
                contract,
                formatIBDatetime(start),
                formatIBDatetime(end),
                number,
                what,
                use_rth,
                ignore_size,
                options,
            )

        def cancel() -> None:
            if self.client.serverVersion() >= v.CANCEL_CONTRACT_DATA:
                self.client.cancelHistoricalTicks(req_id)

        name = f"{number} {what} ticks of {contract!r}"
        return self._start(req_id, name, send, contract=contract, results=[], cancel=cancel)
