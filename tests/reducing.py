"""A Store and its reducers alone: messages in, state and events out. No socket, no session, no home."""

from __future__ import annotations

import dataclasses
from typing import Any

from ibnb.contract import Stock
from ibnb.objects import IBDefaults
from ibnb.state.reducers import routes
from ibnb.state.store import Store
from ibnb.ticker import Ticker

AMD = Stock("AMD", "SMART", "USD", conId=4391)


class Owner:
    """In the place of the IB object; nobody listens to it."""

    TimezoneTWS = ""


class Reducing:
    """A Store that is told messages; `events` gathers what would have been fired, as (name, arguments ...)."""

    def __init__(self, **defaults: Any) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.store = Store(Owner(), IBDefaults(**defaults))
        self.store.client_id = 1
        self.store.outbox.emit = lambda owner, name, *args: self.events.append((name, *args))  # type: ignore[method-assign]
        self.handlers = routes(self.store)

    def take(self, *messages: Any) -> None:
        """Take messages as one packet."""
        store = self.store
        with store.lock:
            store.begin_packet()
            for message in messages:
                fields = [getattr(message, field.name) for field in dataclasses.fields(message)]
                self.handlers[type(message)](*fields)
            store.end_packet()

    def ticker(self, reqId: int = 1, name: str = "mktData") -> Ticker:
        """Subscribe AMD and return its Ticker."""
        return self.store.start_ticker(reqId, AMD, name)

    def start(self, key: Any, results: Any = None) -> Any:
        """Register a request and return the future of its answer."""
        return self.store.requests.start(key, f"request {key}", results=results)[0]

    def names(self) -> list[str]:
        """Return the names of the events so far."""
        return [event[0] for event in self.events]
