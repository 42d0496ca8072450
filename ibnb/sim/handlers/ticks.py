"""Historical ticks: up to 1000 (and the last second whole) after a start or before an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.objects import (
    HistoricalTick,
    HistoricalTickBidAsk,
    HistoricalTickLast,
    TickAttribBidAsk,
    TickAttribLast,
)  # fmt: skip
from ibnb.sim import tickdata
from ibnb.sim.client import Client
from ibnb.sim.errors import RequestRefused
from ibnb.sim.quotes import SLOTS_PER_S, Tape
from ibnb.sim.registry import handles
from ibnb.sim.times import parse_time
from ibnb.wire import catalogue as m

MAX_TICKS = 1000
_BLOCK = 60 * SLOTS_PER_S
_MOST_BLOCKS = 60 * 24 * 5  # minutes looked through when a market is closed or slow


@handles(m.ReqHistoricalTicks)
def historical_ticks(client: Client, message: Any) -> None:
    """One message with the ticks, oldest first, and done set."""
    gateway = client.gateway
    instrument = gateway.db.resolve(message.contract).instrument
    gateway.permissions.history(instrument)
    number = message.numberOfTicks
    if bool(message.startDateTime) == bool(message.endDateTime):
        raise RequestRefused(321, "Error validating request.-'cp' : cause - Give either a start or an end, not both")
    if not 0 < number <= MAX_TICKS:
        raise RequestRefused(321, "Error validating request.-'cp' : cause - Number of ticks must be 1 to 1000")
    what = message.whatToShow.upper()
    sources: dict[str, Callable[[Tape, int, int], list[Any]]] = {
        "TRADES": tickdata.trades, "BID_ASK": tickdata.quotes, "MIDPOINT": tickdata.mids
    }  # fmt: skip
    if what not in sources:
        raise RequestRefused(
            321, "Error validating request.-'cp' : cause - What to show is TRADES, BID_ASK or MIDPOINT"
        )
    if (what == "TRADES" and not instrument.has_trades) or (what != "TRADES" and not instrument.has_quotes):
        raise RequestRefused(
            162,
            f"Historical Market Data Service error message:No historical market data for {instrument.symbol} {what}",
        )
    now = gateway.clock.now()
    start, _ = parse_time(message.startDateTime, gateway.zone)
    end, _ = parse_time(message.endDateTime, gateway.zone)
    tape = gateway.tape(instrument)
    if start is not None:
        ticks = _after(tape, sources[what], int(start) * SLOTS_PER_S, int(now * SLOTS_PER_S), number)
    else:
        ticks = _before(tape, sources[what], int(min(end or now, now)) * SLOTS_PER_S, number)
    _send(client, message.reqId, what, ticks)


def _after(tape: Tape, source: Callable[[Tape, int, int], list[Any]], first: int, now: int, number: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(_MOST_BLOCKS):
        if first > now:
            break
        last = min((first // _BLOCK + 1) * _BLOCK - 1, now)
        found += source(tape, first, last)
        if len(found) >= number:
            second = found[number - 1].slot // SLOTS_PER_S
            return [t for k, t in enumerate(found) if k < number or t.slot // SLOTS_PER_S == second]
        first = last + 1
    return found


def _before(tape: Tape, source: Callable[[Tape, int, int], list[Any]], last: int, number: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(_MOST_BLOCKS):
        first = last // _BLOCK * _BLOCK
        found = source(tape, first, last) + found
        if len(found) >= number:
            second = found[-number].slot // SLOTS_PER_S
            return [t for k, t in enumerate(found) if k >= len(found) - number or t.slot // SLOTS_PER_S == second]
        last = first - 1
    return found


def _second(tick: Any) -> Any:
    """Return the time of a tick as the wire has it: seconds since 1970 (the model says datetime)."""
    return tick.slot // SLOTS_PER_S


def _send(client: Client, req_id: int, what: str, ticks: list[Any]) -> None:
    rows: list[Any]
    if what == "TRADES":
        rows = [
            HistoricalTickLast(_second(t), TickAttribLast(), t.price, t.size, t.exchange, t.conditions) for t in ticks
        ]
        client.send(m.HistoricalTicksLast(reqId=req_id, ticks=rows, done=True))
    elif what == "BID_ASK":
        rows = [
            HistoricalTickBidAsk(_second(t), TickAttribBidAsk(), t.bid, t.ask, t.bid_size, t.ask_size) for t in ticks
        ]
        client.send(m.HistoricalTicksBidAsk(reqId=req_id, ticks=rows, done=True))
    else:
        rows = [HistoricalTick(_second(t), t.price, 0.0) for t in ticks]
        client.send(m.HistoricalTicks(reqId=req_id, ticks=rows, done=True))
