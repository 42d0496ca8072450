"""Tick-by-tick data and five-second bars."""

from __future__ import annotations

from typing import Any

from ibnb.sim import bars as b
from ibnb.sim import tickdata
from ibnb.sim.client import Client
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.quotes import SLOTS_PER_S
from ibnb.sim.registry import handles
from ibnb.wire import catalogue as m

TICK_TYPES = {"Last": 1, "AllLast": 2, "BidAsk": 3, "MidPoint": 4}
MOST_PER_STEP = 400  # of a clock that runs fast, the newest


class TickStream:
    """Every trade, quote or midpoint of an instrument, as it happens."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument, kind: str, *, ignore_size: bool) -> None:
        self._client, self._req_id, self._kind = client, req_id, kind
        self.instrument = instrument
        self._tape = client.gateway.tape(instrument)
        self._next = int(client.gateway.now * SLOTS_PER_S) + 1
        self._ignore_size = ignore_size
        self._sides: tuple[float, float] = (0.0, 0.0)

    def history(self, number: int) -> None:
        """Send the last `number` ticks before now."""
        first = self._next - 60 * SLOTS_PER_S * 3
        for tick in self._source(first, self._next - 1)[-number:]:
            self._send(tick)

    def step(self, now: float) -> None:
        """Send what happened since the last step."""
        last = int(now * SLOTS_PER_S)
        if last < self._next:
            return
        first, self._next = self._next, last + 1
        for tick in self._source(max(first, last - 60 * SLOTS_PER_S * 5), last)[-MOST_PER_STEP:]:
            self._send(tick)

    def pause(self, now: float) -> None:
        """Miss what happens meanwhile."""
        self._next = int(now * SLOTS_PER_S) + 1

    def _source(self, first: int, last: int) -> list[Any]:
        if self._kind == "BidAsk":
            return tickdata.quotes(self._tape, first, last)
        if self._kind == "MidPoint":
            return tickdata.mids(self._tape, first, last)
        return tickdata.trades(self._tape, first, last)

    def _send(self, tick: Any) -> None:
        time, code = tick.slot // SLOTS_PER_S, TICK_TYPES[self._kind]
        if self._kind == "BidAsk":
            if self._ignore_size and (tick.bid, tick.ask) == self._sides:
                return
            self._sides = (tick.bid, tick.ask)
            message = m.TickByTick(
                reqId=self._req_id, tickType=code, time=time, bidPrice=tick.bid, askPrice=tick.ask,
                bidSize=tick.bid_size, askSize=tick.ask_size, mask=0,
            )  # fmt: skip
        elif self._kind == "MidPoint":
            message = m.TickByTick(reqId=self._req_id, tickType=code, time=time, midPoint=tick.price)
        else:
            message = m.TickByTick(
                reqId=self._req_id, tickType=code, time=time, price=tick.price, size=tick.size, mask=0,
                exchange=tick.exchange, specialConditions=tick.conditions,
            )  # fmt: skip
        self._client.send(message)


@handles(m.ReqTickByTickData)
def tick_by_tick(client: Client, message: Any) -> None:
    """Stream single ticks; 321 for a bad type, 10189 where there are none, 10190 beyond five streams when paced."""
    gateway = client.gateway
    kind = next((name for name in TICK_TYPES if name.lower() == message.tickType.lower()), "")
    if not kind:
        raise RequestRefused(321, "Error validating request: cause - Tick type is Last, AllLast, BidAsk or MidPoint")
    instrument = gateway.db.resolve(message.contract).instrument
    if (kind in ("Last", "AllLast") and not instrument.has_trades) or (
        kind in ("BidAsk", "MidPoint") and not instrument.has_quotes
    ):
        raise RequestRefused(
            10189, f"Failed to request tick-by-tick data:No market data permissions for {instrument.symbol} {kind}"
        )
    if gateway.pacer.enabled and sum(1 for name, _ in client.subscriptions if name == "ticks") >= 5:
        raise RequestRefused(10190, "Max number of tick-by-tick requests has been reached")
    gateway.permissions.ticks(instrument, kind)
    client.claim("ticks", message.reqId)
    stream = TickStream(client, message.reqId, instrument, kind, ignore_size=bool(message.ignoreSize))
    client.subscribe("ticks", message.reqId, stream)
    if message.numberOfTicks > 0:
        stream.history(min(message.numberOfTicks, 1000))


@handles(m.CancelTickByTickData)
def cancel_tick_by_tick(client: Client, message: Any) -> None:
    """End a stream; 300 for an unknown id."""
    if not client.unsubscribe("ticks", message.reqId):
        raise RequestRefused(300, f"Can't find EId with tickerId:{message.reqId}")


class RealTimeBars:
    """Bars of five seconds, each when it is complete."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument, what: str, *, regular: bool) -> None:
        self._client, self._req_id, self.instrument = client, req_id, instrument
        self._what, self._regular = what, regular
        self._path = client.gateway.db.live_path(instrument)
        self._next = int(client.gateway.now) // 5 * 5

    def pause(self, now: float) -> None:
        """Miss the bars of meanwhile."""
        self._next = int(now) // 5 * 5 + 5

    def step(self, now: float) -> None:
        """Send the bars that have ended since."""
        while self._next + 5 <= now:
            begin = max(self._next, int(now) // 5 * 5 - 5 * MOST_PER_STEP)
            self._next = int(now) // 5 * 5
            rows = self._path.blocks(4, begin, self._next, regular=self._regular)
            rows = rows.pick((rows.start >= begin) & (rows.end <= self._next))
            at = list(range(len(rows.start)))
            columns = b.show(self.instrument, self._what, self._path.tick, b.indices(at), rows)
            for start, o, h, lo, c, volume, average, count in zip(*(col.tolist() for col in columns[:8]), strict=True):
                self._client.send(
                    m.RealtimeBar(
                        reqId=self._req_id, time=start, open_=o, high=h, low=lo, close=c, volume=volume, wap=average,
                        count=count,
                    )
                )  # fmt: skip


@handles(m.ReqRealTimeBars)
def real_time_bars(client: Client, message: Any) -> None:
    """Stream five-second bars; 321 for a choice that is not offered, 162 where there is no such data."""
    gateway = client.gateway
    instrument = gateway.db.resolve(message.contract).instrument
    what = message.whatToShow.upper()
    if what not in ("TRADES", "MIDPOINT", "BID", "ASK"):
        raise RequestRefused(321, "Error validating request: cause - What to show is TRADES, MIDPOINT, BID or ASK")
    b.check_what(instrument, what)
    gateway.permissions.bars(instrument)
    client.claim("rtbars", message.reqId)
    client.subscribe(
        "rtbars", message.reqId, RealTimeBars(client, message.reqId, instrument, what, regular=bool(message.useRTH))
    )


@handles(m.CancelRealTimeBars)
def cancel_real_time_bars(client: Client, message: Any) -> None:
    """End five-second bars; 300 for an unknown id."""
    if not client.unsubscribe("rtbars", message.reqId):
        raise RequestRefused(300, f"Can't find EId with tickerId:{message.reqId}")
