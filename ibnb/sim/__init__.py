"""Simulated gateway: a server for the real wire protocol with a seeded market behind it.

Uses the model, `ibnb.wire` and `ibnb.session`; never `state`, `api`, `tables` or `widgets`, so that a fault of
the client side cannot cancel itself out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibnb.sim.clock import Clock, ManualClock, ScaledClock
    from ibnb.sim.gateway import Gateway
    from ibnb.sim.running import RunningGateway

__all__ = ["Clock", "Gateway", "ManualClock", "RunningGateway", "ScaledClock"]

_HOMES = {
    "Clock": "clock",
    "Gateway": "gateway",
    "ManualClock": "clock",
    "RunningGateway": "running",
    "ScaledClock": "clock",
}


def __getattr__(name: str) -> Any:
    """Import the public classes on first use: numpy is needed by the market only."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ibnb.sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"ibnb.sim.{_HOMES[name]}"), name)
