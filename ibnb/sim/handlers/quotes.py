"""Level-1 market data: subscriptions, snapshots, delayed and frozen data, generic ticks, option Greeks."""

from __future__ import annotations

from typing import Any

from ibnb.sim.client import Client
from ibnb.sim.connectivity import HALTED
from ibnb.sim.errors import RequestRefused
from ibnb.sim.generic import GENERIC, EfpTicks, GenericTicks, OptionTicks, YieldTicks, validate_delta_neutral
from ibnb.sim.handlers.contracts import BBO_EXCHANGES
from ibnb.sim.instruments import Instrument
from ibnb.sim.quotes import Quote
from ibnb.sim.registry import handles
from ibnb.wire import catalogue as m

DELAY_S = 900
SNAPSHOT_S = 0.2
NAMES = ("bid", "ask", "last", "bid_size", "ask_size", "last_size", "volume", "high", "low", "close", "open", "time")
LIVE = dict(zip(NAMES, (1, 2, 4, 0, 3, 5, 8, 6, 7, 9, 14, 45), strict=True))
DELAYED = dict(zip(NAMES, (66, 67, 68, 69, 70, 71, 74, 72, 73, 75, 76, 88), strict=True))


class Line:
    """A market data line: what it last sent, so that only changes go out."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument, generic: str) -> None:
        self._client, self._req_id, self.instrument = client, req_id, instrument
        gateway = client.gateway
        self._tape = gateway.tape(instrument)
        wants_delayed = client.market_data_type in (3, 4)
        self._lag = DELAY_S * wants_delayed
        self._types = DELAYED if wants_delayed else LIVE
        is_open = instrument.calendar.is_open(gateway.now)
        frozen = 1 if client.market_data_type in (2, 4) and not is_open else 0
        self.data_type = (3 if wants_delayed else 1) + frozen
        self._sent: Quote | None = None
        self._phase = 0
        self.is_started = False
        self.generic = GenericTicks(client, req_id, instrument, generic) if generic else None
        self.greeks: OptionTicks | EfpTicks | YieldTicks | None = None
        if instrument.sec_type == "OPT":
            self.greeks = OptionTicks(client, req_id, instrument, delayed=wants_delayed)
        elif instrument.sec_type == "BOND":
            self.greeks = YieldTicks(client, req_id, instrument)
        elif EfpTicks.fits(instrument):
            self.greeks = EfpTicks(client, req_id, instrument)

    def start(self) -> None:
        """Send the parameters of the line and the whole quote; nothing while the data are out of reach."""
        connectivity = self._client.gateway.connectivity
        if not connectivity.serves(self.instrument):
            return
        self.is_started = True
        kind = self.instrument.sec_type
        self._client.send(
            m.TickReqParams(
                tickerId=self._req_id, minTick=self.instrument.tick, bboExchange=BBO_EXCHANGES.get(kind, ""),
                snapshotPermissions=3,
            )
        )  # fmt: skip
        self._client.send(m.MarketDataType(reqId=self._req_id, marketDataType=self.data_type))
        self._tell(self._client.gateway.now)
        if self._types is LIVE:
            halt = float(connectivity.halted.get(self.instrument.con_id, 0))
            self._client.send(m.TickGeneric(reqId=self._req_id, tickType=HALTED, value=halt))

    def step(self, now: float) -> None:
        """Send what changed since the last step."""
        if not self.is_started:
            self.start()
        else:
            self._tell(now)

    def _tell(self, now: float) -> None:
        quote = self._tape.at(now - self._lag)
        before = self._sent
        if before is not None and before.slot == quote.slot:
            return
        self._sent = quote
        self._prices(quote, before)
        if self.greeks is not None:
            self.greeks.step(now, quote)
        if self.generic is not None:
            self.generic.step(now, quote)

    def _prices(self, quote: Quote, before: Quote | None) -> None:
        first = before is None
        t, instrument = self._types, self.instrument
        if instrument.has_quotes:
            self._side("bid", quote.bid, quote.bid_size, before and before.bid, before and before.bid_size)
            self._side("ask", quote.ask, quote.ask_size, before and before.ask, before and before.ask_size)
        if instrument.has_trades:
            traded = quote.last_size > 0 or first
            if traded and (first or (quote.last, quote.last_size) != (before.last, before.last_size)):  # type: ignore[union-attr]
                size = quote.last_size
                self._price(t["last"], quote.last, size)
                if size:
                    self._size(t["last_size"], size)
            if first or quote.time != before.time:  # type: ignore[union-attr]
                self._client.send(m.TickString(reqId=self._req_id, tickType=t["time"], value=str(quote.time)))
        if instrument.has_volume and (first or quote.volume != before.volume):  # type: ignore[union-attr]
            self._size(t["volume"], quote.volume)
        for name in ("high", "low", "close", "open"):
            value = getattr(quote, name)
            if (first or value != getattr(before, name)) and (instrument.sec_type != "CASH" or name != "open"):
                self._price(t[name], value, 0.0)

    def _side(self, name: str, price: float, size: float, old_price: Any, old_size: Any) -> None:
        if price != old_price:
            self._price(self._types[name], price, size, 1)
        if size != old_size:
            self._size(self._types[f"{name}_size"], size)

    def _price(self, kind: int, price: float, size: float, mask: int = 0) -> None:
        self._client.send(m.TickPrice(reqId=self._req_id, tickType=kind, price=price, size=size, attrMask=mask))

    def _size(self, kind: int, size: float) -> None:
        self._client.send(m.TickSize(reqId=self._req_id, tickType=kind, size=size))

    def push(self, now: float, serial: int) -> None:
        """Send one message whatever has changed: bid, its size, ask, its size, last, its size, in turn."""
        if not self.is_started:
            self.start()
        quote = self._tape.at(now - self._lag)
        self._sent = quote
        phase = self._phase = (self._phase + 1) % 6
        t, jump = self._types, float(serial % 7 + 1) * self.instrument.lot
        names = ("bid", "ask", "last") if self.instrument.has_trades else ("bid", "ask", "bid")
        if not self.instrument.has_quotes:
            names = ("last", "last", "last")
        name = names[phase // 2]
        if phase % 2:
            self._size(t[f"{name}_size"], jump)
        else:
            self._price(t[name], getattr(quote, name), jump, 1 if name != "last" else 0)


class Snapshot:
    """Sends the whole quote, then the end a moment later."""

    def __init__(self, client: Client, req_id: int, line: Line) -> None:
        self._client, self._req_id, self._line = client, req_id, line
        self._due = client.gateway.now + SNAPSHOT_S * client.gateway.clock.speed

    def step(self, now: float) -> None:
        """End the snapshot when it is due."""
        if not self._line.is_started:
            self._line.start()
        if self._line.is_started and now >= self._due:
            self._client.send(m.TickSnapshotEnd(reqId=self._req_id))
            self._client.unsubscribe("snapshot", self._req_id)


class Feed:
    """All lines of a client: as the market moves, or at the gateway's fixed rate of messages."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.lines: dict[int, Line] = {}
        self._owed = 0.0
        self._serial = 0
        self._before = client.gateway.now

    def step(self, now: float) -> None:
        """Step every line, or push as many messages as the rate allows for the time that passed."""
        gateway, before = self._client.gateway, self._before
        self._before = now
        rate = gateway.ticks_per_s
        is_silent = gateway.connectivity.is_silent
        lines = [line for line in self.lines.values() if not is_silent(line)]
        if rate is None:
            for line in lines:
                line.step(now)
            return
        if not lines:
            return
        self._owed += min((now - before) / gateway.clock.speed, 1.0) * rate
        number = int(self._owed)
        self._owed -= number
        for k in range(number):
            lines[self._serial % len(lines)].push(before + (now - before) * (k + 1) / number, self._serial)
            self._serial += 1


@handles(m.ReqMktData)
def market_data(client: Client, message: Any) -> None:
    """Stream a line, or send a snapshot; a CFD's request is sent on to its stock.

    Errors: 200 unknown contract, 101 too many lines, 321 bad generic ticks, 322 id in use, 354 no live data.
    """
    gateway, req_id = client.gateway, message.reqId
    wanted = [part for part in message.genericTickList.replace(" ", "").split(",") if part]
    if message.snapshot and wanted:
        raise RequestRefused(321, "Error validating request.-'cd' : cause - Snapshot market data has no generic ticks")
    for part in wanted:
        name = part.split(":")[0]
        if name != "mdoff" and (not name.isdigit() or int(name) not in GENERIC):
            legal = ",".join(str(n) for n in sorted(GENERIC))
            raise RequestRefused(
                321,
                f"Error validating request.-'cd' : cause - Incorrect generic tick list of "
                f"{message.genericTickList}. Legal ones: {legal}",
            )
    instrument = gateway.db.resolve(message.contract).instrument
    if instrument.sec_type == "CFD":
        client.send(m.RerouteMktDataReq(reqId=req_id, conId=instrument.under_con_id, exchange="SMART"))
        return
    if message.contract.deltaNeutralContract is not None:
        validate_delta_neutral(client, req_id, instrument, message.contract)
    gateway.pacer.lines(client)
    feed = client.subscriptions.get(("feed", 0))
    if not isinstance(feed, Feed):
        feed = Feed(client)
        client.subscribe("feed", 0, feed)
    if req_id in feed.lines:
        raise RequestRefused(322, "Error processing request.-'cd' : cause - Duplicate ticker id")
    gateway.permissions.level1(client, req_id, instrument)
    line = Line(client, req_id, instrument, message.genericTickList)
    line.start()
    if message.snapshot or message.regulatorySnapshot:
        client.subscribe("snapshot", req_id, Snapshot(client, req_id, line))
    else:
        feed.lines[req_id] = line
        client.subscribe("quotes", req_id, _Mark())


class _Mark:
    """Counts a line among the subscriptions; the feed does the work."""

    def step(self, now: float) -> None:
        """Nothing to do."""


@handles(m.CancelMktData)
def cancel_market_data(client: Client, message: Any) -> None:
    """End a line; 300 for an unknown id."""
    feed = client.subscriptions.get(("feed", 0))
    line = feed.lines.pop(message.reqId, None) if isinstance(feed, Feed) else None
    known = client.unsubscribe("quotes", message.reqId) or client.unsubscribe("snapshot", message.reqId)
    if line is None and not known:
        raise RequestRefused(300, f"Can't find EId with tickerId:{message.reqId}")


@handles(m.ReqMarketDataType)
def market_data_type(client: Client, message: Any) -> None:
    """Choose live (1), frozen (2), delayed (3) or delayed frozen (4) data for lines to come."""
    if message.marketDataType not in (1, 2, 3, 4):
        raise RequestRefused(321, "Error validating request: cause - Market data type must be 1 to 4")
    client.market_data_type = message.marketDataType
