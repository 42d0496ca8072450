"""Events and operators on the ticks of a ticker: filters, and bars by time, number of ticks or volume.

They derive from eventkit's classes; `ibnb.ticker` loads this module when one of them is first used. A filter emits
(time, price, size) for each tick it lets through.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from eventkit import Event, Op

from ibnb.events import listeners
from ibnb.ticker import Bar, BarList, Ticker
from ibnb.values import isNan

# Tick types by side of the market, live and delayed; 48 is the real-time volume tick, which is a trade.
BID_TICKS = frozenset({0, 1, 66, 69})
ASK_TICKS = frozenset({2, 3, 67, 70})
TRADE_TICKS = frozenset({4, 5, 48, 68, 71})


class TickerUpdateEvent(Event):  # type: ignore[misc]
    """Event of a ticker that gives filters of its ticks."""

    __slots__ = ()

    def trades(self) -> Tickfilter:
        """Return an event that emits the trades."""
        return Tickfilter(TRADE_TICKS, self)

    def bids(self) -> Tickfilter:
        """Return an event that emits the bids."""
        return Tickfilter(BID_TICKS, self)

    def asks(self) -> Tickfilter:
        """Return an event that emits the asks."""
        return Tickfilter(ASK_TICKS, self)

    def bidasks(self) -> Tickfilter:
        """Return an event that emits bids and asks."""
        return Tickfilter(BID_TICKS | ASK_TICKS, self)

    def midpoints(self) -> Tickfilter:
        """Return an event that emits the midpoint once for each packet with ticks; its size is 0."""
        return Midpoints((), self)


class Tickfilter(Op):  # type: ignore[misc]
    """Emits (time, price, size) for each tick of the given types.

    Args:
        tickTypes: The tick types to let through.
        source: Event that emits tickers.
    """

    __slots__ = ("_tickTypes",)

    def __init__(self, tickTypes: Collection[int], source: Event | None = None) -> None:
        self._tickTypes = frozenset(tickTypes)
        Op.__init__(self, source)

    def on_source(self, ticker: Ticker) -> None:
        """Emit the ticks that came with the last packet."""
        wanted = self._tickTypes
        for tick in ticker.ticks:
            if tick.tickType in wanted:
                self.emit(tick.time, tick.price, tick.size)

    def timebars(self, timer: Event) -> TimeBars:
        """Return bars that begin and end each time `timer` emits a time; each finished Bar is emitted."""
        return TimeBars(timer, self)

    def tickbars(self, count: int) -> TickBars:
        """Return bars of so many ticks; the list of bars is emitted when one is complete."""
        return TickBars(count, self)

    def volumebars(self, volume: float) -> VolumeBars:
        """Return bars of at least so much volume; the list of bars is emitted when one is complete."""
        return VolumeBars(volume, self)


class Midpoints(Tickfilter):
    """Emits (time, midpoint, 0) for each packet that had ticks."""

    __slots__ = ()

    def on_source(self, ticker: Ticker) -> None:
        """Emit the midpoint, with the time of the packet."""
        if ticker.ticks:
            self.emit(ticker.time, ticker.midpoint(), 0)


def _add(bar: Bar, price: float, size: float) -> None:
    """Add a tick to a bar."""
    if isNan(bar.open):
        bar.open = bar.high = bar.low = price
    bar.high = max(bar.high, price)
    bar.low = min(bar.low, price)
    bar.close = price
    bar.volume += size
    bar.count += 1


def _tell(bars: BarList, has_new_bar: bool) -> None:
    """Emit the update event of a list of bars."""
    if event := listeners(bars, "updateEvent"):
        event.emit(bars, has_new_bar)


class TimeBars(Op):  # type: ignore[misc]
    """Bars of equal time; see `Tickfilter.timebars`.

    The first bar begins with the first emit of the timer. A period without ticks repeats the previous close. Each
    tick emits `bars.updateEvent` (bars, False), each end of a bar (bars, True).
    """

    __slots__ = ("_timer", "bars")

    def __init__(self, timer: Event, source: Event | None = None) -> None:
        self._timer = timer
        self.bars = BarList()
        Op.__init__(self, source)
        timer.connect(self._on_timer, None, self._on_timer_done)

    def on_source(self, time: datetime | None, price: float, size: float) -> None:
        """Add a tick to the current bar."""
        if self.bars:
            _add(self.bars[-1], price, size)
            _tell(self.bars, False)

    def _on_timer(self, time: Any) -> None:
        if self.bars:
            bar = self.bars[-1]
            if isNan(bar.close) and len(self.bars) > 1:
                bar.open = bar.high = bar.low = bar.close = self.bars[-2].close
            _tell(self.bars, True)
            self.emit(bar)
        self.bars.append(Bar(time))

    def _on_timer_done(self, timer: Event) -> None:
        self._timer = None
        self.set_done()


class TickBars(Op):  # type: ignore[misc]
    """Bars of equal numbers of ticks; see `Tickfilter.tickbars`."""

    __slots__ = ("_count", "bars")

    def __init__(self, count: int, source: Event | None = None) -> None:
        self._count = count
        self.bars = BarList()
        Op.__init__(self, source)

    def on_source(self, time: datetime | None, price: float, size: float) -> None:
        """Add a tick to the current bar, or begin a new one."""
        bars = self.bars
        if not bars or bars[-1].count >= self._count:
            bars.append(Bar(time))
        _add(bars[-1], price, size)
        if bars[-1].count >= self._count:
            _tell(bars, True)
            self.emit(bars)


class VolumeBars(Op):  # type: ignore[misc]
    """Bars of equal volume; see `Tickfilter.volumebars`."""

    __slots__ = ("_volume", "bars")

    def __init__(self, volume: float, source: Event | None = None) -> None:
        self._volume = volume
        self.bars = BarList()
        Op.__init__(self, source)

    def on_source(self, time: datetime | None, price: float, size: float) -> None:
        """Add a tick to the current bar, or begin a new one."""
        bars = self.bars
        if not bars or bars[-1].volume >= self._volume:
            bars.append(Bar(time))
        _add(bars[-1], price, size)
        if bars[-1].volume >= self._volume:
            _tell(bars, True)
            self.emit(bars)
