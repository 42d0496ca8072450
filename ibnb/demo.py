"""`ibnb.demo()` and `ibnb.replay(path)`: an IB object connected to a gateway of this process, over a real socket on
loopback: the simulated one, or one that plays a recording.
"""

from __future__ import annotations

import os
from typing import Any

from ibnb.ib import IB
from ibnb.sim import Gateway


def demo(*, ib: IB | None = None, clientId: int = 1, timeout: float = 10, **options: Any) -> IB:
    """Start the simulated gateway in this process and return an IB connected to it; `ib.disconnect()` ends both.

    Args:
        ib: The object to connect; a new one by default.
        options: For the gateway: `server_version` (157 to 225), `seed`, `speed`, `data` (a folder of OHLCV files),
            `ticks_per_s`, `scenario` (what goes wrong and when: a name such as "farms-down", a file, or a mapping).
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


def replay(
    path: str | os.PathLike[str], speed: float | str = 1.0, *, ib: IB | None = None, clientId: int | None = None,
    timeout: float = 10, patience: float | None = 10, **options: Any,
) -> IB:  # fmt: skip
    """Play a recording (`ib.record`) in this process and return an IB connected to it; `ib.disconnect()` ends both.

    What was asked then has to be asked again: the recorded answers come, at the recorded times, once it is.
    `ib.gateway` tells how far it is: `position`, `duration`, `is_finished`, `wait(timeout_s)`.

    Args:
        path: The recording.
        speed: Seconds of the recording in a second, or "max".
        ib: The object to connect; a new one by default.
        clientId: That of the recording by default.
        timeout: Seconds for each step of connecting.
        patience: How long the replay stands still for a request that was made then and is not made now; None for ever.
        options: For `connect`: `readonly`, `fetchFields` ...

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no recording, or holds no connection; or the speed is none.
    """
    from ibnb.sim.replay import RunningReplay

    gateway = RunningReplay(path, speed, patience_s=patience)
    connection = ib if ib is not None else IB()
    client_id = gateway.replay.scripts[0].client_id if clientId is None else clientId
    try:
        connection.connect(gateway.host, gateway.port, clientId=client_id, timeout=timeout, **options)
    except BaseException:
        gateway.stop()
        raise
    connection.gateway = gateway
    return connection
