"""What the user of a gateway is not subscribed to: delayed data instead, or the errors that TWS has for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument

if TYPE_CHECKING:
    from ibnb.sim.client import Client

__all__ = ["Permissions"]


class Permissions:
    """Refuses live data of what is named: symbols, types such as FUT, exchanges, or "all"."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        self._missing = {name.upper() for name in missing}

    def lacks(self, instrument: Instrument) -> bool:
        """Tell whether an instrument, or a leg of a combination, has no live data."""
        if any(self.lacks(leg) for leg, _ in instrument.legs):
            return True
        names = {"ALL", instrument.symbol, instrument.sec_type, instrument.exchange, instrument.local_symbol}
        return bool(self._missing & names)

    def level1(self, client: Client, req_id: int, instrument: Instrument) -> None:
        """Check a line: 354 for live data without subscription; 10167 is told when delayed data come instead."""
        wants_delayed = client.market_data_type in (3, 4)
        if self.lacks(instrument) and not wants_delayed:
            raise RequestRefused(
                354, "Requested market data is not subscribed. Delayed market data is available: "
                f"{instrument.symbol} {instrument.exchange}",
            )  # fmt: skip
        if client.market_data_type == 3 or (wants_delayed and self.lacks(instrument)):
            client.error(req_id, 10167, "Requested market data is not subscribed. Displaying delayed market data.")

    def depth(self, instrument: Instrument) -> None:
        """Check a book. Raises RequestRefused (354)."""
        if self.lacks(instrument):
            raise RequestRefused(354, f"Requested market data is not subscribed. {instrument.symbol} market depth")

    def ticks(self, instrument: Instrument, kind: str) -> None:
        """Check tick-by-tick data. Raises RequestRefused (10189)."""
        if self.lacks(instrument):
            raise RequestRefused(
                10189, f"Failed to request tick-by-tick data:No market data permissions for {instrument.exchange} "
                f"{instrument.sec_type} {kind}",
            )  # fmt: skip

    def bars(self, instrument: Instrument) -> None:
        """Check five-second bars. Raises RequestRefused (420)."""
        if self.lacks(instrument):
            raise RequestRefused(
                420,
                f"Invalid Real-time Query:No market data permissions for {instrument.exchange} {instrument.sec_type}",
            )

    def history(self, instrument: Instrument) -> None:
        """Check bars and ticks of the past. Raises RequestRefused (162)."""
        if self.lacks(instrument):
            raise RequestRefused(
                162, "Historical Market Data Service error message:No market data permissions for "
                f"{instrument.exchange} {instrument.sec_type}",
            )  # fmt: skip
