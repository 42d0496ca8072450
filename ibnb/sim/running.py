"""A gateway on a thread of its own, for notebooks, tests and `ibnb.demo()`."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from ibnb.sim.gateway import Gateway

__all__ = ["RunningGateway", "RunningServer"]

_T = TypeVar("_T")


class Server(Protocol):
    """What can run on a thread: a gateway, a replay."""

    server_version: int

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port."""
        ...

    async def stop(self) -> None:
        """Stop listening and drop every client."""
        ...


class RunningServer:
    """A server that listens: `host`, `port` and `stop()`. Also a context manager.

    It lives on its own daemon thread; `call(fn)` runs a function there and returns its result. Raises what starting the
    server raises (OSError for a port in use).
    """

    def __init__(self, server: Server, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._stopped = False
        ready: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._main, args=(ready,), name="ibnb-gateway", daemon=True)
        self._thread.start()
        try:
            self.port = ready.result(timeout=30)
        except BaseException:
            self._thread.join(timeout=5)
            raise

    def _main(self, ready: concurrent.futures.Future[int]) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            port = self._loop.run_until_complete(self._server.start(self.host, self.port))
        except BaseException as error:  # noqa: BLE001
            self._loop.close()
            ready.set_exception(error)
            return
        ready.set_result(port)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._server.stop())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()

    def call(self, function: Callable[[], _T], timeout_s: float = 30.0) -> _T:
        """Run a function on the gateway's thread and return its result."""
        result: concurrent.futures.Future[_T] = concurrent.futures.Future()

        def run() -> None:
            try:
                result.set_result(function())
            except BaseException as error:  # noqa: BLE001
                result.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return result.result(timeout_s)

    def stop(self) -> None:
        """Disconnect every client, stop listening, end the thread. May be called again."""
        if self._stopped:
            return
        self._stopped = True
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=10)

    @property
    def is_running(self) -> bool:
        """Whether the gateway's thread is alive."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "listening" if self.is_running else "stopped"
        return f"<{type(self).__name__} {self.host}:{self.port} {state}, server version {self._server.server_version}>"


class RunningGateway(RunningServer):
    """A running gateway, with the `gateway` itself; raises what making it raises (ValueError for options)."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, **options: Any) -> None:
        self.gateway = Gateway(**options)
        super().__init__(self.gateway, host, port)
