"""Five-second bars, and the live lists of this connection."""

from __future__ import annotations

from ibnb.api.core import Core
from ibnb.bars import BarDataList
from ibnb.contract import Contract, TagValue
from ibnb.objects import RealTimeBarList


class RealTimeMixin(Core):
    """Five-second-bar methods of `IB`."""

    def realtimeBars(self) -> list[BarDataList | RealTimeBarList]:
        """Return the lists that grow by themselves: five-second bars, bars kept up to date, scans."""
        with self.wrapper.lock:
            return list(self.wrapper.subscribers.values())

    def reqRealTimeBars(
        self,
        contract: Contract,
        barSize: int,
        whatToShow: str,
        useRTH: bool,
        realTimeBarsOptions: list[TagValue] = [],  # noqa: B006
    ) -> RealTimeBarList:
        """Begin bars of five seconds and return their list at once; `updateEvent` emits (bars, True) with each bar.

        Args:
            barSize: 5; TWS offers no other.
            whatToShow: `TRADES`, `MIDPOINT`, `BID` or `ASK`.
            useRTH: Regular trading hours only.

        Source: reqRealTimeBars (id 50). Errors come by `errorEvent` and stand in `ib.tables.log`.
        """
        store = self.wrapper
        bars = RealTimeBarList()
        bars.reqId = req_id = self.client.getReqId()
        bars.contract = contract
        bars.barSize = barSize
        bars.whatToShow = whatToShow
        bars.useRTH = useRTH
        bars.realTimeBarsOptions = realTimeBarsOptions or []

        def ask() -> None:
            self.client.reqRealTimeBars(req_id, contract, barSize, whatToShow, useRTH, realTimeBarsOptions)

        def again(_: Contract | None) -> None:
            self.client.cancelRealTimeBars(req_id)
            ask()

        with store.lock:
            ask()
            store.subscribers[req_id] = bars
            store.contracts[req_id] = contract
            store.again[req_id] = again
        return bars

    def cancelRealTimeBars(self, bars: RealTimeBarList) -> None:
        """End five-second bars; the list stays as it is."""
        with self.wrapper.lock:
            self._unsubscribe(bars.reqId)
            self.client.cancelRealTimeBars(bars.reqId)
