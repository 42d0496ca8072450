"""Option chains. Computed prices and volatilities come as option ticks, see `quotes`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.objects import OptionChain
from ibnb.state.store import Store
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the chain messages."""
    requests = store.requests

    def chain(
        reqId: int,
        exchange: str,
        underlyingConId: int,
        tradingClass: str,
        multiplier: str,
        expirations: list[str],
        strikes: list[float],
    ) -> None:
        pending = requests.get(reqId)
        if pending is None:
            store.unknown_ids += 1
            return
        pending.results.append(
            OptionChain(exchange, underlyingConId, tradingClass, multiplier, expirations, strikes),
        )

    return {
        m.SecurityDefinitionOptionParameter: chain,
        m.SecurityDefinitionOptionParameterEnd: lambda reqId: requests.finish(reqId),
    }
