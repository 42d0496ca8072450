"""The ticker: everything known about the market of one contract, and bars made of its ticks.

There is one Ticker for each contract; quotes, tick-by-tick data, depth and snapshots all go there. Its events and the
operators on them derive from classes of eventkit and so live in `ibnb.tickevents`, which is loaded at their first
use; they can be imported from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ibnb.contract import Contract
from ibnb.events import EventSlot
from ibnb.objects import (
    Dividends,
    DOMLevel,
    EfpData,
    FundamentalRatios,
    IBDefaults,
    MktDepthData,
    OptionComputation,
    TickAttrib,
    TickByTickAllLast,
    TickByTickBidAsk,
    TickByTickMidPoint,
    TickData,
)
from ibnb.records import Record, dataclassNonDefaults
from ibnb.values import nan

if TYPE_CHECKING:
    from ibnb.tickevents import Midpoints, TickBars, TickerUpdateEvent, Tickfilter, TimeBars, VolumeBars

__all__ = [
    "Bar",
    "BarList",
    "Midpoints",
    "TickBars",
    "Ticker",
    "TickerUpdateEvent",
    "Tickfilter",
    "TimeBars",
    "VolumeBars",
    "nan",
]

_LAZY = frozenset({"Midpoints", "TickBars", "TickerUpdateEvent", "Tickfilter", "TimeBars", "VolumeBars"})


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from ibnb import tickevents

        return getattr(tickevents, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(eq=False, repr=False)
class Ticker(Record):
    """The market of a contract, kept up to date; told by identity.

    A number that has not come yet is `defaults.unset` (nan), a time None, a text empty. A side of the market without
    quote has `defaults.emptyPrice` (-1) and `defaults.emptySize` (0). `prevBid` and the like hold the value before the
    last price tick. `time` (in the zone of the defaults) and `timestamp` (seconds since 1970) are the arrival of the
    last packet.

    `ticks`, `tickByTicks` and `domTicks` hold what came with one packet; read them in a handler of `updateEvent`,
    which emits the ticker after each packet that changed it. `domBids` and `domAsks` are the order book, best first.

    `marketDataType` is 1 live, 2 frozen, 3 delayed or 4 delayed and frozen; delayed data fills the same fields.
    Odd-lot quotes (generic tick 787, server version 225), the marks of the last price ticks (`bidAttrib`, `askAttrib`,
    `lastAttrib`) and the precisions (server version 222) are fields that ib_async does not have.

    Args:
        defaults: What stands for missing data; an unset number given as keyword stays as it was given.
    """

    contract: Contract | None = None
    time: datetime | None = None
    timestamp: float | None = None
    marketDataType: int = 1
    minTick: float = nan
    bid: float = nan
    bidSize: float = nan
    bidExchange: str = ""
    ask: float = nan
    askSize: float = nan
    askExchange: str = ""
    last: float = nan
    lastSize: float = nan
    lastExchange: str = ""
    lastTimestamp: datetime | None = None
    prevBid: float = nan
    prevBidSize: float = nan
    prevAsk: float = nan
    prevAskSize: float = nan
    prevLast: float = nan
    prevLastSize: float = nan
    volume: float = nan
    open: float = nan
    high: float = nan
    low: float = nan
    close: float = nan
    vwap: float = nan
    low13week: float = nan
    high13week: float = nan
    low26week: float = nan
    high26week: float = nan
    low52week: float = nan
    high52week: float = nan
    bidYield: float = nan
    askYield: float = nan
    lastYield: float = nan
    markPrice: float = nan
    halted: float = nan
    rtHistVolatility: float = nan
    rtVolume: float = nan
    rtTradeVolume: float = nan
    rtTime: datetime | None = None
    avVolume: float = nan
    tradeCount: float = nan
    tradeRate: float = nan
    volumeRate: float = nan
    volumeRate3Min: float = nan
    volumeRate5Min: float = nan
    volumeRate10Min: float = nan
    shortable: float = nan
    shortableShares: float = nan
    indexFuturePremium: float = nan
    futuresOpenInterest: float = nan
    putOpenInterest: float = nan
    callOpenInterest: float = nan
    putVolume: float = nan
    callVolume: float = nan
    avOptionVolume: float = nan
    histVolatility: float = nan
    impliedVolatility: float = nan
    openInterest: float = nan
    lastRthTrade: float = nan
    lastRegTime: str = ""
    optionBidExch: str = ""
    optionAskExch: str = ""
    bondFactorMultiplier: float = nan
    creditmanMarkPrice: float = nan
    creditmanSlowMarkPrice: float = nan
    delayedLastTimestamp: datetime | None = None
    delayedHalted: float = nan
    reutersMutualFunds: str = ""
    etfNavClose: float = nan
    etfNavPriorClose: float = nan
    etfNavBid: float = nan
    etfNavAsk: float = nan
    etfNavLast: float = nan
    etfFrozenNavLast: float = nan
    etfNavHigh: float = nan
    etfNavLow: float = nan
    socialMarketAnalytics: str = ""
    estimatedIpoMidpoint: float = nan
    finalIpoLast: float = nan
    dividends: Dividends | None = None
    fundamentalRatios: FundamentalRatios | None = None
    ticks: list[TickData] = field(default_factory=list)
    tickByTicks: list[TickByTickAllLast | TickByTickBidAsk | TickByTickMidPoint] = field(default_factory=list)
    domBids: list[DOMLevel] = field(default_factory=list)
    domBidsDict: dict[int, DOMLevel] = field(default_factory=dict)
    domAsks: list[DOMLevel] = field(default_factory=list)
    domAsksDict: dict[int, DOMLevel] = field(default_factory=dict)
    domTicks: list[MktDepthData] = field(default_factory=list)
    bidGreeks: OptionComputation | None = None
    askGreeks: OptionComputation | None = None
    lastGreeks: OptionComputation | None = None
    modelGreeks: OptionComputation | None = None
    custGreeks: OptionComputation | None = None
    bidEfp: EfpData | None = None
    askEfp: EfpData | None = None
    lastEfp: EfpData | None = None
    openEfp: EfpData | None = None
    highEfp: EfpData | None = None
    lowEfp: EfpData | None = None
    closeEfp: EfpData | None = None
    auctionVolume: float = nan
    auctionPrice: float = nan
    auctionImbalance: float = nan
    regulatoryImbalance: float = nan
    bboExchange: str = ""
    snapshotPermissions: int = 0
    defaults: IBDefaults = field(default_factory=IBDefaults)
    created: bool = False
    oddLotBid: float = nan
    oddLotBidSize: float = nan
    oddLotBidExchange: str = ""
    oddLotAsk: float = nan
    oddLotAskSize: float = nan
    oddLotAskExchange: str = ""
    bidAttrib: TickAttrib | None = None
    askAttrib: TickAttrib | None = None
    lastAttrib: TickAttrib | None = None
    lastPricePrecision: float = nan
    lastSizePrecision: float = nan

    events: ClassVar[tuple[str, ...]] = ("updateEvent",)
    updateEvent = EventSlot("ibnb.tickevents:TickerUpdateEvent")

    def __post_init__(self) -> None:
        unset = self.defaults.unset
        if not self.created and unset is not nan:
            values = self.__dict__
            for name, value in values.items():
                if value is nan:  # the default itself: what the caller gave is left alone
                    values[name] = unset
        self.created = True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __repr__(self) -> str:
        given = dataclassNonDefaults(self)
        given.pop("created", None)
        inner = ", ".join(f"{name}={value!r}" for name, value in given.items() if not self.isUnset(value))
        return f"{type(self).__name__}({inner})"

    __str__ = __repr__

    def isUnset(self, value: Any) -> bool:
        """Tell whether a value is the one that stands for "nothing came yet"."""
        unset = self.defaults.unset
        return bool(value is unset or value == unset or (unset != unset and value != value))

    def hasBidAsk(self) -> bool:
        """Tell whether both sides of the market have a price and a size."""
        return self._quoted(self.bid, self.bidSize) and self._quoted(self.ask, self.askSize)

    def _quoted(self, price: Any, size: Any) -> bool:
        if price is None or size is None or self.isUnset(price) or self.isUnset(size):
            return False
        return bool(price != -1 and price != self.defaults.emptyPrice and size > 0)

    def midpoint(self) -> float:
        """Return the mean of bid and ask, or the unset value if one of them is missing."""
        if not self.hasBidAsk():
            unset: float = self.defaults.unset
            return unset
        return (self.bid + self.ask) / 2

    def marketPrice(self) -> float:
        """Return the last price if it lies within bid and ask or there is no quote, else the midpoint.

        The unset value is returned when there is neither.
        """
        if not self.hasBidAsk() or (not self.isUnset(self.last) and self.bid <= self.last <= self.ask):
            return self.last
        return self.midpoint()


@dataclass(eq=False, repr=False)
class Bar(Record):
    """A bar made of ticks, by the time of its start."""

    time: datetime | None
    open: float = nan
    high: float = nan
    low: float = nan
    close: float = nan
    volume: float = 0
    count: int = 0


class BarList(list[Bar]):
    """Bars made of ticks, oldest first; compares by identity. `updateEvent` emits (bars, hasNewBar)."""

    updateEvent = EventSlot()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)
