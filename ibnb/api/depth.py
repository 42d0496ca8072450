"""Market depth: the order book of a contract, and which exchanges have one."""

from __future__ import annotations

from collections.abc import Awaitable
from concurrent.futures import Future

from ibnb.api.core import Core
from ibnb.contract import Contract, TagValue
from ibnb.objects import DepthMktDataDescription
from ibnb.state.reducers.depth import clear_book
from ibnb.state.store import contract_key
from ibnb.ticker import Ticker


class DepthMixin(Core):
    """Depth methods of `IB`."""

    def reqMktDepth(
        self,
        contract: Contract,
        numRows: int = 5,
        isSmartDepth: bool = False,
        mktDepthOptions: list[TagValue] | None = None,
    ) -> Ticker:
        """Begin the order book of a contract and return its Ticker at once; `domBids` and `domAsks` are best first.

        Args:
            numRows: Rows of each side.
            isSmartDepth: The book of all exchanges together; `marketMaker` is then the exchange of a row.

        Source: reqMktDepth (id 10). TWS allows three books by default (309).
        """

        def send(req_id: int, where: Contract) -> None:
            clear_book(self.wrapper.records[req_id])
            self.wrapper.touch(("depth", self.wrapper.records[req_id].key), req_id)
            if isSmartDepth:
                self.wrapper.smart_depth.add(req_id)
            self.client.reqMktDepth(req_id, where, numRows, isSmartDepth, mktDepthOptions)

        return self._subscribe(contract, "mktDepth", send)

    def cancelMktDepth(self, contract: Contract, isSmartDepth: bool = False) -> None:
        """End the order book of a contract and empty it.

        Args:
            isSmartDepth: As in the request; TWS insists on it, so the value of the request is used in any case.
        """
        store = self.wrapper
        with store.lock:
            record = store.quotes.get(contract_key(contract))
            req_id = store.end_ticker(contract, "mktDepth")
            if record is None or not req_id:
                self._logger.error("cancelMktDepth: no depth of %s", contract)
                return
            self.client.cancelMktDepth(req_id, isSmartDepth or req_id in store.smart_depth)
            store.smart_depth.discard(req_id)
            clear_book(record)
            self.wrapper.touch(("depth", record.key), record.key)

    def reqMktDepthExchanges(self) -> list[DepthMktDataDescription]:
        """Return the exchanges that have market depth, by security type."""
        return self._wait(self._depth_exchanges(), "reqMktDepthExchanges")

    def reqMktDepthExchangesAsync(self) -> Awaitable[list[DepthMktDataDescription]]:
        """Async form of `reqMktDepthExchanges`."""
        return self._await(self._depth_exchanges())

    def _depth_exchanges(self) -> Future[list[DepthMktDataDescription]]:
        return self._start("mktDepthExchanges", "reqMktDepthExchanges", self.client.reqMktDepthExchanges)
