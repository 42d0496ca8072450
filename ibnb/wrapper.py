"""`ib.wrapper`: the store under the name and with the attributes that programs written for ib_async look at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ibnb.objects import IBDefaults
from ibnb.state.store import Store, order_key
from ibnb.ticker import Ticker


class Wrapper(Store):
    """The state of one connection; reducers write it, see `ibnb.state`."""

    def __init__(self, ib: Any, defaults: IBDefaults | None = None) -> None:
        super().__init__(ib, defaults or IBDefaults())
        self.ib = ib

    @property
    def clientId(self) -> int:
        """Return this client's id, -1 before connecting."""
        return self.client_id

    @property
    def lastTime(self) -> dt.datetime:
        """Return when the newest packet came."""
        return self.now

    @property
    def time(self) -> float:
        """Return when the newest packet came, in epoch seconds."""
        return self.timestamp

    @property
    def defaultTimezone(self) -> dt.tzinfo:
        """Return the zone of log, fill and tick times."""
        return self.defaults.timezone

    @property
    def reqId2Ticker(self) -> dict[int, Ticker]:
        """Return the tickers by request id."""
        return {reqId: record.ticker for reqId, record in self.records.items()}

    @property
    def pendingTickers(self) -> set[Ticker]:
        """Return the tickers that the newest packet changed."""
        return {record.ticker for record in self.pending_quotes}

    @staticmethod
    def orderKey(clientId: int, orderId: int, permId: int) -> Any:
        """Return the key of a Trade in `trades`."""
        return order_key(clientId, orderId, permId)
