"""Market scans: one list, or a list that stays current; the parameters that scans take."""

from __future__ import annotations

from collections.abc import Awaitable
from concurrent.futures import Future

from ibnb.api.core import Core
from ibnb.contract import TagValue
from ibnb.net.calls import awaitable
from ibnb.objects import ScanDataList, ScannerSubscription


class ScannerMixin(Core):
    """Scanner methods of `IB`."""

    def reqScannerData(
        self,
        subscription: ScannerSubscription,
        scannerSubscriptionOptions: list[TagValue] = [],  # noqa: B006
        scannerSubscriptionFilterOptions: list[TagValue] = [],  # noqa: B006
    ) -> ScanDataList:
        """Return the rows that a scan finds now, best first, at most 50; empty when it finds none.

        Args:
            subscription: What to look for; codes as in `reqScannerParameters`.
            scannerSubscriptionFilterOptions: Filters such as `TagValue("priceAbove", "5")`.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqScannerSubscription (id 22).
        """
        coro = self.reqScannerDataAsync(subscription, scannerSubscriptionOptions, scannerSubscriptionFilterOptions)
        return self._run(coro, "reqScannerData")

    async def reqScannerDataAsync(
        self,
        subscription: ScannerSubscription,
        scannerSubscriptionOptions: list[TagValue] = [],  # noqa: B006
        scannerSubscriptionFilterOptions: list[TagValue] = [],  # noqa: B006
    ) -> ScanDataList:
        """Async form of `reqScannerData`."""
        found = self._scan_list(subscription, scannerSubscriptionOptions, scannerSubscriptionFilterOptions)
        what = f"scan {subscription.scanCode} of {subscription.locationCode}"
        try:
            await awaitable(self._start(found.reqId, what, lambda: self._ask_scan(found), results=found))
        finally:
            if self.client.isReady():
                self.cancelScannerSubscription(found)
        return found

    def reqScannerSubscription(
        self,
        subscription: ScannerSubscription,
        scannerSubscriptionOptions: list[TagValue] = [],  # noqa: B006
        scannerSubscriptionFilterOptions: list[TagValue] = [],  # noqa: B006
    ) -> ScanDataList:
        """Begin a scan and return its list at once; it is filled anew about every 30 s, with `updateEvent` (list).

        Errors come by `errorEvent` and stand in `ib.tables.log`. Source: reqScannerSubscription (id 22).
        """
        found = self._scan_list(subscription, scannerSubscriptionOptions, scannerSubscriptionFilterOptions)
        self._ask_scan(found)
        return found

    def _scan_list(
        self, subscription: ScannerSubscription, options: list[TagValue], filters: list[TagValue]
    ) -> ScanDataList:
        found = ScanDataList()
        found.reqId = self.client.getReqId()
        found.subscription = subscription
        found.scannerSubscriptionOptions = options or []
        found.scannerSubscriptionFilterOptions = filters or []
        return found

    def _ask_scan(self, found: ScanDataList) -> None:
        with self.wrapper.lock:
            self.client.reqScannerSubscription(
                found.reqId,
                found.subscription,
                found.scannerSubscriptionOptions,
                found.scannerSubscriptionFilterOptions,
            )
            self.wrapper.subscribers[found.reqId] = found

    def cancelScannerSubscription(self, dataList: ScanDataList) -> None:
        """End a scan; the list stays as it is."""
        with self.wrapper.lock:
            self._unsubscribe(dataList.reqId)
            self.client.cancelScannerSubscription(dataList.reqId)

    def reqScannerParameters(self) -> str:
        """Return the XML of all instruments, locations, scan codes and filters (about 2 MB from TWS)."""
        return self._wait(self._scanner_parameters(), "reqScannerParameters")

    def reqScannerParametersAsync(self) -> Awaitable[str]:
        """Async form of `reqScannerParameters`."""
        return self._await(self._scanner_parameters())

    def _scanner_parameters(self) -> Future[str]:
        return self._start("scannerParams", "reqScannerParameters", self.client.reqScannerParameters)
