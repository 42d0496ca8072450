"""What is looked up: symbols, market rules, exchanges behind quotes, schedules, histograms, reports, the user."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable
from concurrent.futures import Future
from typing import Any

from ibnb.api.core import Core
from ibnb.contract import Contract, ContractDescription, TagValue
from ibnb.objects import HistogramData, HistoricalSchedule, PriceIncrement, SmartComponent
from ibnb.util import formatIBDatetime

SYMBOLS_S = 4
MARKET_RULE_S = 1


class ReferenceMixin(Core):
    """Look-up methods of `IB`."""

    def reqMatchingSymbols(self, pattern: str) -> list[ContractDescription] | None:
        """Return up to 16 contracts whose symbol or name begins like the pattern; None when no answer comes in 4 s.

        TWS wants a second between such requests. Source: reqMatchingSymbols (id 81).
        """
        return self._run(self.reqMatchingSymbolsAsync(pattern), "reqMatchingSymbols")

    async def reqMatchingSymbolsAsync(self, pattern: str) -> list[ContractDescription] | None:
        """Async form of `reqMatchingSymbols`."""
        req_id = self.client.getReqId()
        what = f"symbols like {pattern!r}"
        future = self._start(req_id, what, lambda: self.client.reqMatchingSymbols(req_id, pattern), results=[])
        return await self._bounded(future, SYMBOLS_S, what)

    def reqMarketRule(self, marketRuleId: int) -> list[PriceIncrement] | None:
        """Return the price increments of a market rule, lowest prices first; None when no answer comes within 1 s.

        Args:
            marketRuleId: One of the ids in a ContractDetails' `marketRuleIds`; text will do.

        Source: reqMarketRule (id 91).
        """
        return self._run(self.reqMarketRuleAsync(marketRuleId), "reqMarketRule")

    async def reqMarketRuleAsync(self, marketRuleId: int) -> list[PriceIncrement] | None:
        """Async form of `reqMarketRule`."""
        rule = int(marketRuleId)
        future = self._start(f"marketRule-{rule}", f"market rule {rule}", lambda: self.client.reqMarketRule(rule))
        return await self._bounded(future, MARKET_RULE_S, f"market rule {rule}")

    def reqSmartComponents(self, bboExchange: str) -> list[SmartComponent]:
        """Return the exchanges behind the letters in the exchange fields of SMART quotes.

        Args:
            bboExchange: As in a Ticker's `bboExchange`.

        Source: reqSmartComponents (id 83).
        """
        return self._wait(self._smart_components(bboExchange), "reqSmartComponents")

    def reqSmartComponentsAsync(self, bboExchange: str) -> Awaitable[list[SmartComponent]]:
        """Async form of `reqSmartComponents`."""
        return self._await(self._smart_components(bboExchange))

    def _smart_components(self, bbo_exchange: str) -> Future[Any]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"components of {bbo_exchange}",
            lambda: self.client.reqSmartComponents(req_id, bbo_exchange),
            results=[],
        )

    # -- history that is no list of bars

    def reqHistoricalSchedule(
        self,
        contract: Contract,
        numDays: int,
        endDateTime: dt.datetime | dt.date | str | None = "",
        useRTH: bool = True,
    ) -> HistoricalSchedule:
        """Return the trading sessions of a contract's last days, in the zone that the answer names.

        Args:
            numDays: Trading days back from the end.
            endDateTime: Empty for now, a datetime, a date (its end), or TWS's own text.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqHistoricalData (id 20) with SCHEDULE.
        """
        return self._wait(self._schedule(contract, numDays, endDateTime, useRTH), "reqHistoricalSchedule")

    def reqHistoricalScheduleAsync(
        self,
        contract: Contract,
        numDays: int,
        endDateTime: dt.datetime | dt.date | str | None = "",
        useRTH: bool = True,
    ) -> Awaitable[HistoricalSchedule]:
        """Async form of `reqHistoricalSchedule`."""
        return self._await(self._schedule(contract, numDays, endDateTime, useRTH))

    def _schedule(self, contract: Contract, days: int, end: Any, use_rth: bool) -> Future[HistoricalSchedule]:
        req_id = self.client.getReqId()

        def send() -> None:
            self.client.reqHistoricalData(
                req_id, contract, formatIBDatetime(end), f"{days} D", "1 day", "SCHEDULE", use_rth, 1, False, None
            )

        return self._start(
            req_id,
            f"schedule of {contract!r}",
            send,
            contract=contract,
            results=[],
            cancel=lambda: self.client.cancelHistoricalData(req_id),
        )

    def reqHistogramData(self, contract: Contract, useRTH: bool, period: str) -> list[HistogramData]:
        """Return how much was traded at each price.

        Args:
            useRTH: Regular trading hours only.
            period: Such as `3 days`, `1 week`.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqHistogramData (id 88).
        """
        return self._wait(self._histogram(contract, useRTH, period), "reqHistogramData")

    def reqHistogramDataAsync(self, contract: Contract, useRTH: bool, period: str) -> Awaitable[list[HistogramData]]:
        """Async form of `reqHistogramData`."""
        return self._await(self._histogram(contract, useRTH, period))

    def _histogram(self, contract: Contract, use_rth: bool, period: str) -> Future[Any]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"histogram of {contract!r}",
            lambda: self.client.reqHistogramData(req_id, contract, use_rth, period),
            contract=contract,
            results=[],
            cancel=lambda: self.client.cancelHistogramData(req_id),
        )

    def reqFundamentalData(
        self,
        contract: Contract,
        reportType: str,
        fundamentalDataOptions: list[TagValue] = [],  # noqa: B006
    ) -> str:
        """Return a fundamental report as XML.

        Args:
            reportType: `ReportsFinSummary`, `ReportsOwnership`, `ReportSnapshot`, `ReportsFinStatements`, `RESC` or
                `CalendarReport`.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqFundamentalData (id 52), which IB has removed after
            10.46.
        """
        return self._wait(self._fundamentals(contract, reportType, fundamentalDataOptions), "reqFundamentalData")

    def reqFundamentalDataAsync(
        self,
        contract: Contract,
        reportType: str,
        fundamentalDataOptions: list[TagValue] = [],  # noqa: B006
    ) -> Awaitable[str]:
        """Async form of `reqFundamentalData`."""
        return self._await(self._fundamentals(contract, reportType, fundamentalDataOptions))

    def _fundamentals(self, contract: Contract, report: str, options: list[TagValue]) -> Future[str]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"{report} of {contract!r}",
            lambda: self.client.reqFundamentalData(req_id, contract, report, options),
            contract=contract,
            results="",
            cancel=lambda: self.client.cancelFundamentalData(req_id),
        )

    # -- the user

    def reqUserInfo(self) -> str:
        """Return the white branding id of the user, empty for IB's own customers. Source: reqUserInfo (id 104)."""
        return self._wait(self._user_info(), "reqUserInfo")

    def reqUserInfoAsync(self) -> Awaitable[str]:
        """Async form of `reqUserInfo`."""
        return self._await(self._user_info())

    def _user_info(self) -> Future[str]:
        req_id = self.client.getReqId()
        return self._start(req_id, "reqUserInfo", lambda: self.client.reqUserInfo(req_id), results="")

    def reqCurrentTimeInMillis(self) -> dt.datetime:
        """Return the gateway's time to the millisecond. Source: reqCurrentTimeInMillis (id 105, server version 197)."""
        time: dt.datetime = self._wait(self._time_in_millis(), "reqCurrentTimeInMillis")
        return time

    def reqCurrentTimeInMillisAsync(self) -> Awaitable[dt.datetime]:
        """Async form of `reqCurrentTimeInMillis`."""
        return self._await(self._time_in_millis())

    def _time_in_millis(self) -> Future[Any]:
        return self._start("currentTimeInMillis", "reqCurrentTimeInMillis", self.client.reqCurrentTimeInMillis)
