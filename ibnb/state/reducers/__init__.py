"""What each message does to the store.

One function a message, by domain. `routes(store)` gives them all by message class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.state.reducers import account, contracts, errors, historical, orders, quotes
from ibnb.state.store import Store


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handler of each message class; a handler takes the message's fields in their order."""
    table: dict[type, Callable[..., Any]] = {}
    for domain in (account, contracts, errors, historical, orders, quotes):
        table.update(domain.routes(store))
    return table
