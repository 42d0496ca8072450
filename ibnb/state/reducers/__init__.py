"""What each message does to the store.

One function a message, by domain. `routes(store)` gives them all by message class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.state.reducers import (
    account,
    contracts,
    depth,
    errors,
    historical,
    news,
    options,
    orders,
    pnl,
    quotes,
    realtime,
    reference,
    scanner,
    ticks,
)
from ibnb.state.store import Store

DOMAINS = (
    account,
    contracts,
    depth,
    errors,
    historical,
    news,
    options,
    orders,
    pnl,
    quotes,
    realtime,
    reference,
    scanner,
    ticks,
)


# Messages without a request id, and how the name of the request that they answer begins.
NAMED = {
    "ManagedAccounts": "managedAccounts",
    "UpdateAccountValue": "accountValues",
    "UpdatePortfolio": "accountValues",
    "Position": "positions",
    "OpenOrder": "openOrders",
    "CompletedOrder": "completedOrders",
    "MarketRule": "marketRule-",
    "CurrentTime": "currentTime",
    "CurrentTimeInMillis": "currentTimeInMillis",
    "MktDepthExchanges": "mktDepthExchanges",
    "NewsProviders": "newsProviders",
    "FamilyCodes": "familyCodes",
    "ScannerParameters": "scannerParams",
    "ReceiveFA": "requestFA-",
}


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handler of each message class; a handler takes the message's fields in their order."""
    table: dict[type, Callable[..., Any]] = {}
    for domain in DOMAINS:
        table.update(domain.routes(store))
    return table
