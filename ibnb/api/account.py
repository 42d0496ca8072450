"""Accounts: values, summary, portfolio, positions."""

from __future__ import annotations

from collections.abc import Awaitable
from concurrent.futures import Future
from typing import Any

from ibnb.api.core import Core
from ibnb.errors import LocalProtocolError
from ibnb.objects import AccountValue, PortfolioItem, Position

SUMMARY_TAGS = (
    "AccountType,NetLiquidation,TotalCashValue,SettledCash,AccruedCash,BuyingPower,EquityWithLoanValue,PreviousDayEquityWithLoanValue,"
    "GrossPositionValue,RegTEquity,RegTMargin,SMA,InitMarginReq,MaintMarginReq,AvailableFunds,ExcessLiquidity,Cushion,FullInitMarginReq,"
    "FullMaintMarginReq,FullAvailableFunds,FullExcessLiquidity,LookAheadNextChange,LookAheadInitMarginReq,LookAheadMaintMarginReq,"
    "LookAheadAvailableFunds,LookAheadExcessLiquidity,HighestSeverity,DayTradesRemaining,DayTradesRemainingT+1,DayTradesRemainingT+2,"
    "DayTradesRemainingT+3,DayTradesRemainingT+4,Leverage,$LEDGER:ALL"
)


class AccountMixin(Core):
    """Account methods of `IB`.

    Getters answer from memory, kept current by the gateway, and return new lists of live objects.
    """

    def managedAccounts(self) -> list[str]:
        """Return the names of the accounts."""
        with self.wrapper.lock:
            return list(self.wrapper.accounts)

    def accountValues(self, account: str = "") -> list[AccountValue]:
        """Return the values of an account, or of all; amounts are text in the row's currency."""
        with self.wrapper.lock:
            return [value for value in self.wrapper.accountValues.values() if not account or value.account == account]

    def accountSummary(self, account: str = "") -> list[AccountValue]:
        """Return the summary rows of an account, or of all.

        The first call subscribes and blocks for the first full set.
        """
        if not self.wrapper.summary_id:
            self.reqAccountSummary()
        return self._summary(account)

    async def accountSummaryAsync(self, account: str = "") -> list[AccountValue]:
        """Async form of `accountSummary`."""
        if not self.wrapper.summary_id:
            await self.reqAccountSummaryAsync()
        return self._summary(account)

    def _summary(self, account: str) -> list[AccountValue]:
        with self.wrapper.lock:
            return [value for value in self.wrapper.acctSummary.values() if not account or value.account == account]

    def portfolio(self, account: str = "") -> list[PortfolioItem]:
        """Return the portfolio rows of an account, or of all.

        Position with market price, value and profit, in the contract's currency.
        """
        with self.wrapper.lock:
            return [
                item
                for name, items in self.wrapper.portfolio.items()
                if not account or name == account
                for item in items.values()
            ]

    def positions(self, account: str = "") -> list[Position]:
        """Return the positions of an account, or of all; `avgCost` includes commission and multiplier."""
        with self.wrapper.lock:
            return [
                item
                for name, items in self.wrapper.positions.items()
                if not account or name == account
                for item in items.values()
            ]

    # -- requests

    def reqAccountUpdates(self, account: str = "") -> None:
        """Begin updates of one account's values and portfolio, and block until the first full set is in.

        TWS follows one account at a time.
        """
        self._wait(self._account_updates(account), "reqAccountUpdates")

    def reqAccountUpdatesAsync(self, account: str) -> Awaitable[None]:
        """Async form of `reqAccountUpdates`."""
        return self._await(self._account_updates(account))

    def _account_updates(self, account: str) -> Future[Any]:
        pending = self.wrapper.requests.get("accountValues")
        if pending is not None and pending.what != f"account updates for {account}":
            raise LocalProtocolError(
                f"reqAccountUpdates({account!r}): {pending.what} are still on their way, "
                "and TWS follows one account at a time; wait for them, or use reqAccountUpdatesMulti"
            )
        return self._start(
            "accountValues", f"account updates for {account}", lambda: self.client.reqAccountUpdates(True, account)
        )

    def reqAccountUpdatesMulti(self, account: str = "", modelCode: str = "") -> None:
        """Begin updates of an account's or model's values, and block until the first full set is in."""
        self._wait(self._account_updates_multi(account, modelCode), "reqAccountUpdatesMulti")

    def reqAccountUpdatesMultiAsync(self, account: str, modelCode: str = "") -> Awaitable[None]:
        """Async form of `reqAccountUpdatesMulti`."""
        return self._await(self._account_updates_multi(account, modelCode))

    def _account_updates_multi(self, account: str, model_code: str) -> Future[Any]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"account updates for {account or 'all accounts'}",
            lambda: self.client.reqAccountUpdatesMulti(req_id, account, model_code, False),
        )

    def reqAccountSummary(self) -> None:
        """Subscribe to the summary of all accounts, all tags, and block until the first full set is in."""
        self._wait(self._account_summary(), "reqAccountSummary")

    def reqAccountSummaryAsync(self) -> Awaitable[None]:
        """Async form of `reqAccountSummary`."""
        return self._await(self._account_summary())

    def _account_summary(self) -> Future[Any]:
        store = self.wrapper
        with store.lock:
            known = store.summary_id
            is_pending = known in store.requests
            if known and not is_pending:  # TWS allows two subscriptions: the one before would still count
                self.client.cancelAccountSummary(known)
            req_id = known if is_pending else self.client.getReqId()
            future = self._start(
                req_id,
                "account summary",
                lambda: self.client.reqAccountSummary(req_id, "All", SUMMARY_TAGS),
                cancel=lambda: self._cancel_summary(req_id),
            )
            store.summary_id = req_id
            store.again["accountSummary"] = lambda _: self._repeat_summary()
        return future

    def _cancel_summary(self, req_id: int) -> None:
        self.wrapper.summary_id = 0
        self.client.cancelAccountSummary(req_id)

    def _repeat_summary(self) -> None:
        """Subscribe anew: TWS has forgotten the summary after its link to IB was down (1102)."""
        self._account_summary()

    def reqPositions(self) -> list[Position]:
        """Ask for the positions of all accounts; they are kept current afterwards. Returns the rows of the answer."""
        return self._wait(self._positions(), "reqPositions")

    def reqPositionsAsync(self) -> Awaitable[list[Position]]:
        """Async form of `reqPositions`."""
        return self._await(self._positions())

    def _positions(self) -> Future[list[Position]]:
        return self._start("positions", "reqPositions", self.client.reqPositions, results=[])
