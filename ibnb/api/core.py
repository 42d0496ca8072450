"""What every domain of `IB` stands on.

Starting a request, blocking for it or awaiting it, and state shared with the engine.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from ibnb.bars import BarDataList
from ibnb.client import Client
from ibnb.contract import Contract
from ibnb.errors import NotConnected, RequestTimeout
from ibnb.net.calls import RequestFuture, awaitable
from ibnb.net.home import Home, refuse_on_io_thread, wait_for
from ibnb.net.iothread import IOThread
from ibnb.state.requests import Key
from ibnb.ticker import Ticker
from ibnb.wrapper import Wrapper

T = TypeVar("T")


class Core:
    """Base of the `IB` mixins."""

    RequestTimeout: float = 0
    RaiseRequestErrors: bool = False

    client: Client
    wrapper: Wrapper
    _logger: logging.Logger
    _home: Home

    def _start(
        self,
        key: Key,
        what: str,
        send: Callable[[], None],
        *,
        contract: Contract | None = None,
        results: Any = None,
        cancel: Callable[[], None] | None = None,
    ) -> Future[Any]:
        """Register a request, send it, and return the future of its answer; cancelling the future cancels the request
        at the gateway.

        A request under a name (not an id) that is under way already is shared, not sent again.
        """
        store = self.wrapper
        with store.lock:
            if not self.client.isReady():
                raise NotConnected(what)
            future, is_new = store.requests.start(key, what, contract=contract, results=results, on_cancel=cancel)
            if contract is not None and isinstance(key, int):
                store.contracts[key] = contract
            if is_new:
                try:
                    send()
                except BaseException:
                    store.requests.drop(key, future)
                    raise
        future.add_done_callback(lambda done: self._forget(key, done) if done.cancelled() else None)
        return future

    def _subscribe(self, contract: Contract, name: int | str, send: Callable[[int, Contract], None]) -> Ticker:
        """Begin a stream of ticks into a contract's Ticker, and return that at once.

        Args:
            name: What is subscribed (`mktData`, `mktDepth`, a type of tick); a contract has one stream of each.
            send: Asks the gateway: is given the request id and the contract, which is another one when TWS has the
                data elsewhere and says so (reroute).
        """
        req_id = self.client.getReqId()
        store = self.wrapper
        with store.lock:
            ticker = store.start_ticker(req_id, contract, name)
            try:
                send(req_id, contract)
            except BaseException:
                store.end_ticker(contract, name)
                raise
            store.again[req_id] = lambda other: self._ask_elsewhere(req_id, contract, other, name, send)
            self._fire()
        return ticker

    def _ask_elsewhere(
        self,
        req_id: int,
        contract: Contract,
        other: Contract | None,
        name: int | str,
        send: Callable[[int, Contract], None],
    ) -> None:
        """Repeat a stream's request for the contract that has the data; its ticks fill the same Ticker."""
        store = self.wrapper
        store.records.pop(req_id, None)
        store.again.pop(req_id, None)
        new_id = self.client.getReqId()
        store.start_ticker(new_id, contract, name)
        send(new_id, contract if other is None else other)
        store.again[new_id] = lambda newer: self._ask_elsewhere(new_id, contract, newer or other, name, send)

    def _unsubscribe(self, req_id: int) -> None:
        """Stop filling a live list."""
        store = self.wrapper
        store.subscribers.pop(req_id, None)
        store.again.pop(req_id, None)
        store.reloading.discard(req_id)

    def _forget(self, key: Key, future: Future[Any]) -> None:
        with self.wrapper.lock:
            pending = self.wrapper.requests.drop(key, future)
            if pending is not None and pending.on_cancel is not None and self.client.isReady():
                pending.on_cancel()

    def _wait(self, future: Future[T], what: str, limit: float | None = None) -> T:
        """Block for an answer while events are delivered.

        Raises RequestTimeout after `limit` seconds (None = `RequestTimeout`, 0 = no limit).
        """
        seconds = self.RequestTimeout if limit is None else limit
        try:
            return wait_for(future, seconds or None, what)
        except TimeoutError:
            if future.done() and not future.cancelled():
                raise  # the answer itself is a time-out
            raise RequestTimeout(what, seconds) from None

    def _run(self, coro: Coroutine[Any, Any, T], what: str, limit: float | None = None) -> T:
        """Block for a coroutine that runs on the IO thread."""
        try:
            refuse_on_io_thread(what)
        except BaseException:
            coro.close()
            raise
        return self._wait(IOThread.get().run(coro), what, limit)

    @staticmethod
    def _await(future: Future[T]) -> RequestFuture:
        """Return the future of an answer as an awaitable of the caller's loop."""
        return awaitable(future)

    async def _bounded(self, future: Future[T], seconds: float | None, what: str) -> T | None:
        """Await an answer for at most that long; None when it does not come, and the request is cancelled."""
        try:
            async with asyncio.timeout(seconds):
                return await awaitable(future)  # type: ignore[no-any-return]
        except TimeoutError:
            future.cancel()
            self._logger.error("%s: no answer within %g s", what, seconds)
            return None

    def _adopt(self, bars: BarDataList) -> None:
        """Tie a bar list to this connection; `IB` does more."""

    def _fire(self) -> None:
        """Send what has been queued with `store.emit` outside of a packet on its way home; with the lock held."""
        self.wrapper.outbox.end_packet([])
        self.wrapper.requests.hand_over()
        if self.wrapper.on_dirty is not None:
            self.wrapper.on_dirty()

    def _deliver(self) -> None:
        """Deliver queued events now when the caller is at home: they belong to what has just been called."""
        self.wrapper.tell()
        if self._home.is_here() and not self._home.delivering:
            self._home.drain()
