"""Level-1 quotes: streams and snapshots."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

from ibnb.api.core import Core
from ibnb.contract import Contract, TagValue
from ibnb.net.calls import awaitable
from ibnb.ticker import Ticker


class MarketDataMixin(Core):
    """Quote methods of `IB`.

    A contract has one Ticker, shared by all that is asked for it, and kept after cancelling.
    """

    def ticker(self, contract: Contract) -> Ticker | None:
        """Return the Ticker of an equal contract, None when nothing was asked for it."""
        with self.wrapper.lock:
            return self.wrapper.ticker(contract)

    def tickers(self) -> list[Ticker]:
        """Return all tickers."""
        with self.wrapper.lock:
            return list(self.wrapper.tickers.values())

    def pendingTickers(self) -> list[Ticker]:
        """Return the tickers that the newest packet changed; their `ticks` are of that packet.

        In a handler it is the packet that the handler is told of.
        """
        with self.wrapper.lock:
            return [record.ticker for record in self.wrapper.outbox.pending()]

    def reqMktData(
        self,
        contract: Contract,
        genericTickList: str = "",
        snapshot: bool = False,
        regulatorySnapshot: bool = False,
        mktDataOptions: list[TagValue] = [],  # noqa: B006
    ) -> Ticker:
        """Begin quotes and return the contract's Ticker at once; it fills as ticks come, prices in the contract's
        currency.

        Args:
            genericTickList: Numbers of extra ticks, comma-separated, such as `233,236`.
            snapshot: One set of ticks instead of a stream, within about 11 s.
            regulatorySnapshot: A snapshot of the NBBO, which IB charges for.

        Source: reqMktData (id 1). Errors such as 354 (not subscribed) come by `errorEvent` and stand in
            `ib.tables.log`.
        """

        def send(req_id: int, where: Contract) -> None:
            self.client.reqMktData(req_id, where, genericTickList, snapshot, regulatorySnapshot, mktDataOptions)

        return self._subscribe(contract, "mktData", send)

    def cancelMktData(self, contract: Contract) -> bool:
        """End the quotes of a contract; return whether there were any."""
        with self.wrapper.lock:
            req_id = self.wrapper.end_ticker(contract, "mktData")
            if req_id:
                self.client.cancelMktData(req_id)
            else:
                self._logger.error("cancelMktData: No reqId found for contract %s", contract)
            return bool(req_id)

    def reqMarketDataType(self, marketDataType: int) -> None:
        """Choose the kind of quotes asked for from now on: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen."""
        self.client.reqMarketDataType(marketDataType)

    def reqTickers(self, *contracts: Contract, regulatorySnapshot: bool = False) -> list[Ticker]:
        """Return the tickers of a snapshot of each contract, once all of them have ended (within about 11 s)."""
        return self._run(self.reqTickersAsync(*contracts, regulatorySnapshot=regulatorySnapshot), "reqTickers")

    async def reqTickersAsync(self, *contracts: Contract, regulatorySnapshot: bool = False) -> list[Ticker]:
        """Async form of `reqTickers`."""
        futures: list[Future[Any]] = []
        tickers: list[Ticker] = []
        started: list[tuple[Contract, str]] = []
        try:
            for contract in contracts:
                ticker, name, future = self._snapshot(contract, regulatorySnapshot)
                started.append((contract, name))
                tickers.append(ticker)
                futures.append(future)
            await asyncio.gather(*(awaitable(future) for future in futures))
        finally:
            for future in futures:
                future.cancel()
            with self.wrapper.lock:
                for contract, name in started:
                    self.wrapper.end_ticker(contract, name)
        return tickers

    def _snapshot(self, contract: Contract, regulatory: bool) -> tuple[Ticker, str, Future[Any]]:
        req_id = self.client.getReqId()
        name = f"snapshot {req_id}"
        with self.wrapper.lock:
            ticker = self.wrapper.start_ticker(req_id, contract, name)
            future = self._ask_snapshot(req_id, contract, contract, regulatory)
            self._repeat_snapshot(req_id, name, contract, regulatory, contract)
        return ticker, name, future

    def _ask_snapshot(self, req_id: int, contract: Contract, where: Contract, regulatory: bool) -> Future[Any]:
        return self._start(
            req_id,
            f"snapshot of {contract!r}",
            lambda: self.client.reqMktData(req_id, where, "", True, regulatory, []),
            contract=contract,
            cancel=lambda: self.client.cancelMktData(req_id),
        )

    def _repeat_snapshot(self, req_id: int, name: str, contract: Contract, regulatory: bool, where: Contract) -> None:
        """Note how a snapshot is asked for anew when TWS has lost it or has its data under another contract."""
        self.wrapper.again[req_id] = lambda other: self._snapshot_elsewhere(
            req_id, name, contract, other or where, regulatory
        )

    def _snapshot_elsewhere(
        self, req_id: int, name: str, contract: Contract, where: Contract, regulatory: bool
    ) -> None:
        """Repeat a snapshot for the contract that has the data; its end is the end of the first request."""
        store = self.wrapper
        store.again.pop(req_id, None)  # once only: regulatory snapshots are paid for
        store.records.pop(req_id, None)
        new_id = self.client.getReqId()
        store.start_ticker(new_id, contract, name)

        def finish(done: Future[Any]) -> None:
            with store.lock:
                error = None if done.cancelled() else done.exception()
                if error is None:
                    store.requests.finish(req_id)
                else:
                    store.requests.fail(req_id, error)
                store.requests.hand_over()

        self._ask_snapshot(new_id, contract, where, regulatory).add_done_callback(finish)
        self._repeat_snapshot(new_id, name, contract, regulatory, where)
