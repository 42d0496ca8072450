"""Connecting, synchronising at start, disconnecting, and waiting for updates."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from typing import Any, Self

from ibnb.api.core import Core
from ibnb.errors import DecodeError, RequestError
from ibnb.net import calls
from ibnb.net.home import Home, thread_loop, wait_for
from ibnb.net.iothread import IOThread
from ibnb.objects import StartupFetch, StartupFetchALL
from ibnb.values import formatSI


class ConnectionMixin(Core):
    """Connection methods of `IB`."""

    MaxSyncedSubAccounts: int = 50

    run = staticmethod(calls.run)
    schedule = staticmethod(calls.schedule)
    sleep = staticmethod(calls.sleep)
    timeRange = staticmethod(calls.timeRange)
    timeRangeAsync = staticmethod(calls.timeRangeAsync)
    waitUntil = staticmethod(calls.waitUntil)

    def _settle(self) -> None:
        """Make the calling thread, and the loop that runs there, the home of this object's events."""
        home = Home.here()
        with contextlib.suppress(RuntimeError):
            home.loop = thread_loop()
        self._home = home
        outbox = self.wrapper.outbox
        outbox.post, outbox.repost = home.post, home.repost

    def connect(
        self,
        host: str = "127.0.0.1",
        port: int = 7497,
        clientId: int = 1,
        timeout: float = 4,
        readonly: bool = False,
        account: str = "",
        raiseSyncErrors: bool = False,
        fetchFields: StartupFetch = StartupFetchALL,
    ) -> Self:
        """Connect to TWS or IB Gateway, fetch the account's state and return this object; events are delivered to the
        calling thread.

        Usual ports: TWS live 7496, paper 7497; Gateway live 4001, paper 4002.

        Args:
            timeout: Seconds for the socket, for the handshake and for each request of the start; 0 waits for ever.
            readonly: Leave orders alone: none are fetched.
            account: Account to follow; empty takes the only one.
            raiseSyncErrors: Raise when a request of the start runs out of time, instead of logging it.
            fetchFields: What to fetch at start.

        Raises:
            ConnectionRefusedError, TimeoutError, HandshakeFailed, ClientIdInUse: each says what to check.
        """
        self._settle()
        coro = self.connectAsync(host, port, clientId, timeout, readonly, account, raiseSyncErrors, fetchFields)
        self._run(coro, f"connecting to {host}:{port}", limit=0)
        self._deliver()
        return self

    async def connectAsync(
        self,
        host: str = "127.0.0.1",
        port: int = 7497,
        clientId: int = 1,
        timeout: float | None = 4,
        readonly: bool = False,
        account: str = "",
        raiseSyncErrors: bool = False,
        fetchFields: StartupFetch = StartupFetchALL,
    ) -> Self:
        """Async form of `connect`; events are delivered to the caller's loop."""
        if not IOThread.get().on_thread():
            self._settle()
        timeout = timeout or None
        try:
            await self.client.connectAsync(host, port, int(clientId), timeout)
            if int(clientId) == 0:
                self.client.reqAutoOpenOrders(True)
            accounts = self.client.getAccounts()
            if not account and len(accounts) == 1:
                account = accounts[0]
            errors = await self._sync(account, accounts, timeout, readonly, fetchFields)
            if raiseSyncErrors and errors:
                raise ConnectionError(errors)
            if not self.client.isReady():
                raise ConnectionError(f"{host}:{port} closed the connection while the account's state was fetched")
        except BaseException:
            self.disconnect()
            raise
        with self.wrapper.lock:
            self.wrapper.emit_ib("connectedEvent")
            self._fire()
        return self

    async def _sync(
        self, account: str, accounts: list[str], timeout: float | None, readonly: bool, fetch: StartupFetch
    ) -> list[str]:
        """Fetch the start-up state; return what ran out of time."""
        requests: dict[str, Callable[[], Awaitable[Any]]] = {}
        if fetch & StartupFetch.POSITIONS:
            requests["positions"] = self.reqPositionsAsync
        if not readonly and fetch & StartupFetch.ORDERS_OPEN:
            requests["open orders"] = self.reqOpenOrdersAsync
        if not readonly and fetch & StartupFetch.ORDERS_COMPLETE:
            requests["completed orders"] = lambda: self.reqCompletedOrdersAsync(False)
        if account and fetch & StartupFetch.ACCOUNT_UPDATES:
            requests["account updates"] = lambda: self.reqAccountUpdatesAsync(account)
        if len(accounts) <= self.MaxSyncedSubAccounts and fetch & StartupFetch.SUB_ACCOUNT_UPDATES:
            for name in accounts:
                requests[f"account updates for {name}"] = lambda name=name: self.reqAccountUpdatesMultiAsync(name)  # type: ignore[misc]

        errors: list[str] = []

        async def fetch_one(name: str, start: Callable[[], Awaitable[Any]]) -> None:
            try:
                async with asyncio.timeout(timeout):
                    await start()
            except TimeoutError:
                errors.append(f"{name} request timed out")
                self._logger.error("%s", errors[-1])
            except (DecodeError, RequestError) as error:  # one odd order must not keep anybody from connecting
                errors.append(f"{name} request failed: {error}")
                self._logger.error("%s", errors[-1])

        await asyncio.gather(*(fetch_one(name, start) for name, start in requests.items()))
        if fetch & StartupFetch.EXECUTIONS:  # after all orders are in, so that fills find their trades
            await fetch_one("executions", lambda: self.reqExecutionsAsync())
        return errors

    def disconnect(self) -> str | None:
        """Close the connection and forget all state.

        Return a summary, None when not connected. Waiting requests fail.
        """
        with self.wrapper.lock:
            if not self.client.isConnected():
                self.client.disconnect()
                return None
            summary = "Disconnecting."
            if self.client.isReady():
                stats = self.client.connectionStats()
                summary = (
                    f"Disconnecting from {self.client.host}:{self.client.port}, "
                    f"{formatSI(stats.numBytesSent)}B sent in {stats.numMsgSent} messages, "
                    f"{formatSI(stats.numBytesRecv)}B received in {stats.numMsgRecv} messages, "
                    f"session time {formatSI(stats.duration)}s."
                )
            self._logger.info("%s", summary)
            self.client.disconnect()
        self._deliver()
        return summary

    def isConnected(self) -> bool:
        """Tell whether requests can be made."""
        return self.client.isReady()

    def waitOnUpdate(self, timeout: float = 0) -> bool:
        """Block until the next packet has been delivered.

        Return False when `timeout` seconds (0 = no limit) have passed before.
        """
        self.wrapper.outbox.keep_all = True
        update: Future[bool] = Future()

        def on_update() -> None:
            if not update.done():
                update.set_result(True)

        self.updateEvent += on_update
        try:
            return wait_for(update, timeout or None, "waitOnUpdate")
        except TimeoutError:
            return False
        finally:
            self.updateEvent -= on_update

    def loopUntil(self, condition: Callable[[], object] | None = None, timeout: float = 0) -> Iterator[object]:
        """Yield the condition's value after each packet until it is true; yield False when the time is up.

        Args:
            condition: Called without arguments; None never becomes true.
            timeout: Seconds for the whole loop, 0 = no limit.
        """
        deadline = time.monotonic() + timeout if timeout else None
        while True:
            value = condition() if condition is not None else None
            if value:
                yield value
                return
            left = 0.0 if deadline is None else deadline - time.monotonic()
            if deadline is not None and left <= 0:
                yield False
                return
            yield value
            self.waitOnUpdate(left)

    def setTimeout(self, timeout: float = 60) -> None:
        """Emit `timeoutEvent(idle seconds)` once when nothing has come from the gateway for `timeout` seconds.

        Set again for more.
        """
        if self.wrapper.outbox.post is None:
            self._settle()
        self.client.watch_idle(timeout)

    def reqCurrentTimeAsync(self) -> Awaitable[Any]:
        """Async form of `reqCurrentTime`."""
        return self._await(self._current_time())

    def reqCurrentTime(self) -> Any:
        """Return the gateway's time as a zoned datetime, to the second."""
        return self._wait(self._current_time(), "reqCurrentTime")

    def _current_time(self) -> Any:
        return self._start("currentTime", "reqCurrentTime", self.client.reqCurrentTime)

    # defined by other domains
    updateEvent: Any
    reqPositionsAsync: Callable[..., Awaitable[Any]]
    reqOpenOrdersAsync: Callable[..., Awaitable[Any]]
    reqCompletedOrdersAsync: Callable[..., Awaitable[Any]]
    reqAccountUpdatesAsync: Callable[..., Awaitable[Any]]
    reqAccountUpdatesMultiAsync: Callable[..., Awaitable[Any]]
    reqExecutionsAsync: Callable[..., Awaitable[Any]]
    _logger: logging.Logger
