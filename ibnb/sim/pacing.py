"""Limits of the gateway: messages per second, and what historical data allows, told by the real codes.

Off unless the gateway is made with `pacing=True`: a notebook that is run twice would trip over the 15 s rule.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from ibnb.sim.errors import RequestRefused

if TYPE_CHECKING:
    from ibnb.sim.client import Client

__all__ = ["Pacer"]

_PREFIX = "Historical Market Data Service error message:"


class Pacer:
    """Counts what each client asks; time is real seconds given by `now`."""

    def __init__(self, *, enabled: bool, max_rate: int = 50, max_lines: int = 100) -> None:
        self.enabled = enabled
        self.max_rate = max_rate
        self.max_lines = max_lines

    def admit(self, client: Client, message: Any, req_id: int) -> bool:
        """Count a message; past the rate tell error 100 and refuse it, the third time drop the connection.

        A client that connected with `+PACEAPI` has it wait its turn instead.
        """
        if not self.enabled:
            return True
        times, waiting = self._times(client), _waiting(client)
        if "+PACEAPI" in client.session.connect_options and (waiting or len(times) >= self.max_rate):
            waiting.append(message)
            return False
        times.append(client.gateway.real_now())
        if len(times) <= self.max_rate:
            return True
        strikes = client.state["pacing.strikes"] = client.state.get("pacing.strikes", 0) + 1
        text = f"Max rate of messages per second has been exceeded:max={self.max_rate} rec={len(times)} ({strikes})"
        client.error(req_id, 100, text)
        if strikes >= 3:
            client.flush()
            client.close()
        return False

    def release(self, client: Client) -> None:
        """Answer what has waited, as far as the rate allows."""
        waiting = _waiting(client)
        while waiting and not client.is_closed:
            times = self._times(client)
            if self.enabled and len(times) >= self.max_rate:
                return
            times.append(client.gateway.real_now())
            client.answer(waiting.popleft())

    @staticmethod
    def _times(client: Client) -> deque[float]:
        """Return when the messages of the last second came."""
        now = client.gateway.real_now()
        times: deque[float] = client.state.setdefault("pacing.messages", deque())
        while times and now - times[0] >= 1.0:
            times.popleft()
        return times

    def historical(self, client: Client, name: tuple[object, ...], contract: object, small: bool, weight: int) -> None:
        """Check a request for bars. Raises RequestRefused (162) for a pacing violation.

        `name` tells identical requests, `contract` those of one instrument and kind; only bars of 30 s or less count.
        """
        if not self.enabled or not small:
            return
        now = client.gateway.real_now()
        past: deque[tuple[float, object, object, int]] = client.state.setdefault("pacing.history", deque())
        while past and now - past[0][0] >= 600.0:
            past.popleft()
        if any(row[1] == name and now - row[0] < 15.0 for row in past):
            raise RequestRefused(162, f"{_PREFIX}Historical data request pacing violation: same request within 15 s")
        if sum(1 for row in past if row[2] == contract and now - row[0] < 2.0) >= 5:
            raise RequestRefused(162, f"{_PREFIX}Historical data request pacing violation: six for a contract in 2 s")
        if sum(row[3] for row in past) + weight > 60:
            raise RequestRefused(162, f"{_PREFIX}Historical data request pacing violation: over 60 in 10 minutes")
        past.append((now, name, contract, weight))

    def lines(self, client: Client) -> None:
        """Check that one more market data line is allowed. Raises RequestRefused (101)."""
        if self.enabled and sum(1 for kind, _ in client.subscriptions if kind == "quotes") >= self.max_lines:
            raise RequestRefused(101, "Max number of tickers has been reached")


def _waiting(client: Client) -> deque[Any]:
    """Return the messages of a client that wait their turn."""
    waiting: deque[Any] = client.state.setdefault("pacing.waiting", deque())
    return waiting
