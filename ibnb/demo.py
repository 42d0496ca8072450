"""`ibnb.demo()`: an IB object connected to the built-in simulated gateway, over a real socket on loopback."""

from __future__ import annotations

from typing import Any

from ibnb.ib import IB
from ibnb.sim import Gateway


def demo(*, ib: IB | None = None, clientId: int = 1, timeout: float = 10, **options: Any) -> IB:
    """Start the simulated gateway in this process and return an IB connected to it; `ib.disconnect()` ends both.

    Args:
        ib: The object to connect; a new one by default.
        options: For the gateway: `server_version` (157 to 225), `seed`, `speed`, `data` (a folder of OHLCV files),
            `ticks_per_s`.
    """
    gateway = Gateway.start_thread(**options)
    connection = ib if ib is not None else IB()
    try:
        connection.connect(gateway.host, gateway.port, clientId=clientId, timeout=timeout)
    except BaseException:
        gateway.stop()
        raise
    connection.gateway = gateway
    return connection
