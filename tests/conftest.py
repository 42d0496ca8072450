"""What all tests may use: a client wired to a server in memory, and one to the built-in gateway."""

from __future__ import annotations

import asyncio
import concurrent.futures
import itertools
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

SPEED = 20.0
_client_ids = itertools.count(100)


@pytest.fixture(scope="session", autouse=True)
def _close_loops() -> Iterator[None]:
    """Close the main thread's loop, which a script leaves to the end of its process."""
    yield
    home = sys.modules.get("ibnb.net.home")
    loop = getattr(home._loops, "loop", None) if home is not None else None
    if loop is not None and not loop.is_closed():
        loop.close()


@pytest.fixture
def wire() -> Iterator[Any]:
    """A connected IB whose gateway is played by the test."""
    from wired import Wire

    made = Wire()
    yield made
    made.ib.disconnect()
    assert made.errors == []


@pytest.fixture(scope="session")
def gateway() -> Iterator[Any]:
    """The built-in gateway, in which 20 s pass in a second."""
    from ibnb.sim import Gateway

    running = Gateway.start_thread(seed=1, speed=SPEED)
    yield running
    running.stop()


@pytest.fixture
def ib(gateway: Any) -> Iterator[Any]:
    """An IB connected to the built-in gateway."""
    from ibnb.ib import IB

    made = IB()
    made.RequestTimeout = 10
    made.connect(gateway.host, gateway.port, clientId=next(_client_ids), timeout=10)
    yield made
    made.disconnect()


@pytest.fixture(scope="session")
def in_thread() -> Callable[[Callable[[], Any]], Any]:
    """Call a function in a thread of its own, which is a home of its own."""

    def call(function: Callable[[], Any]) -> Any:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            return pool.submit(function).result(20)

    return call


@pytest.fixture(scope="session")
def awaited() -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Run `make()` in a fresh event loop and return what awaiting it gives."""

    def run(make: Callable[[], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            return await asyncio.wait_for(make(), 10)

        return asyncio.run(main())

    return run
