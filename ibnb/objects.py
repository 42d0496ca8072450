"""The records that TWS sends about accounts, executions, market data, bars, news and scans.

What is made often (positions, ticks, fills, values) is a NamedTuple, the rest are dataclasses. Fields are in the order
of ib_async, fields of later TWS versions follow them. Lists that a subscription keeps up to date compare by identity
and carry the parameters of their request.
The module is long because there are many records; they have next to no code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from datetime import date as date_
from enum import Flag
from typing import TYPE_CHECKING, Any, NamedTuple

from ibnb.contract import Contract, TagValue
from ibnb.events import EventSlot
from ibnb.records import Record
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER, nan

if TYPE_CHECKING:
    pass


def __getattr__(name: str) -> Any:
    if name == "BarDataList":  # made of the bars of this module, so it comes after it
        from ibnb.bars import BarDataList

        return BarDataList
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(eq=False, repr=False)
class ScannerSubscription(Record):
    """What a market scan looks for; the codes are those of `reqScannerParameters`."""

    numberOfRows: int = -1
    instrument: str = ""
    locationCode: str = ""
    scanCode: str = ""
    abovePrice: float = UNSET_DOUBLE
    belowPrice: float = UNSET_DOUBLE
    aboveVolume: int = UNSET_INTEGER
    marketCapAbove: float = UNSET_DOUBLE
    marketCapBelow: float = UNSET_DOUBLE
    moodyRatingAbove: str = ""
    moodyRatingBelow: str = ""
    spRatingAbove: str = ""
    spRatingBelow: str = ""
    maturityDateAbove: str = ""
    maturityDateBelow: str = ""
    couponRateAbove: float = UNSET_DOUBLE
    couponRateBelow: float = UNSET_DOUBLE
    excludeConvertible: bool = False
    averageOptionVolumeAbove: int = UNSET_INTEGER
    scannerSettingPairs: str = ""
    stockTypeFilter: str = ""


@dataclass(eq=False, repr=False)
class SoftDollarTier(Record):
    """A soft dollar tier; false when it is empty."""

    name: str = ""
    val: str = ""
    displayName: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.val or self.displayName)


@dataclass(eq=False, repr=False)
class Execution(Record):
    """One execution of an order: `shares` at `price`, `cumQty` at `avgPrice` for the order so far.

    `side` is `BOT` or `SLD`. `liquidation` is 1 when IB closed a position. `lastLiquidity`: 1 added, 2 removed,
    3 routed out, 4 auction. `submitter` since server version 198. `optExerciseOrLapseType`: -1 none, 1 exercise,
    2 lapse, 3 do nothing, 100 assigned, 101 and 200 exercised automatically, 102 expired, 103 netted.
    """

    execId: str = ""
    time: datetime = EPOCH
    acctNumber: str = ""
    exchange: str = ""
    side: str = ""
    shares: float = 0.0
    price: float = 0.0
    permId: int = 0
    clientId: int = 0
    orderId: int = 0
    liquidation: int = 0
    cumQty: float = 0.0
    avgPrice: float = 0.0
    orderRef: str = ""
    evRule: str = ""
    evMultiplier: float = 0.0
    modelCode: str = ""
    lastLiquidity: int = 0
    pendingPriceRevision: bool = False
    submitter: str = ""
    optExerciseOrLapseType: int = -1


@dataclass(eq=False, repr=False)
class CommissionReport(Record):
    """What an execution cost, in `currency`, and the profit it realized.

    `commissionAndFees` and `bondYield` are the names that later TWS versions give to `commission` and `yield_`.
    """

    execId: str = ""
    commission: float = 0.0
    currency: str = ""
    realizedPNL: float = 0.0
    yield_: float = 0.0
    yieldRedemptionDate: int = 0

    @property
    def commissionAndFees(self) -> float:
        """Commission and fees, in `currency`."""
        return self.commission

    @commissionAndFees.setter
    def commissionAndFees(self, value: float) -> None:
        self.commission = value

    @property
    def bondYield(self) -> float:
        """Yield of a bond."""
        return self.yield_

    @bondYield.setter
    def bondYield(self, value: float) -> None:
        self.yield_ = value


@dataclass(eq=False, repr=False)
class ExecutionFilter(Record):
    """Which executions to ask for; an empty field admits all.

    `time` is `yyyymmdd hh:mm:ss zone`. `lastNDays` (0 to 7) and `specificDates` (as numbers `yyyymmdd`) reach back
    beyond midnight, since server version 200.
    """

    clientId: int = 0
    acctCode: str = ""
    time: str = ""
    symbol: str = ""
    secType: str = ""
    exchange: str = ""
    side: str = ""
    lastNDays: int = UNSET_INTEGER
    specificDates: list[int] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class BarData(Record):
    """A bar of history, by its start: a date for daily and longer bars, else a datetime.

    `volume` is in shares or contracts, `average` is the volume-weighted price, `barCount` the number of trades.
    """

    date: date_ | datetime = EPOCH
    open: float = 0.0
    high: float = 0.0
    low: float = 0.0
    close: float = 0.0
    volume: float = 0
    average: float = 0.0
    barCount: int = 0


@dataclass(eq=False, repr=False)
class RealTimeBar(Record):
    """A bar of five seconds, by its start in UTC; `wap` is the volume-weighted price."""

    time: datetime = EPOCH
    endTime: int = -1
    open_: float = 0.0
    high: float = 0.0
    low: float = 0.0
    close: float = 0.0
    volume: float = 0.0
    wap: float = 0.0
    count: int = 0


@dataclass(eq=False, repr=False)
class TickAttrib(Record):
    """Marks of a price tick: can be hit automatically, beyond the price limit, before the opening."""

    canAutoExecute: bool = False
    pastLimit: bool = False
    preOpen: bool = False


@dataclass(eq=False, repr=False)
class TickAttribBidAsk(Record):
    """Marks of a tick-by-tick quote: bid below the day's low, ask above the day's high."""

    bidPastLow: bool = False
    askPastHigh: bool = False


@dataclass(eq=False, repr=False)
class TickAttribLast(Record):
    """Marks of a tick-by-tick trade: beyond the price limit, not reported to the tape."""

    pastLimit: bool = False
    unreported: bool = False


@dataclass(eq=False, repr=False)
class HistogramData(Record):
    """How much was traded at a price; whole counts are ints, fractions floats."""

    price: float = 0.0
    count: float = 0


@dataclass(eq=False, repr=False)
class NewsProvider(Record):
    """A source of news."""

    code: str = ""
    name: str = ""


@dataclass(eq=False, repr=False)
class DepthMktDataDescription(Record):
    """An exchange that offers market depth for a security type."""

    exchange: str = ""
    secType: str = ""
    listingExch: str = ""
    serviceDataType: str = ""
    aggGroup: int = UNSET_INTEGER


@dataclass(eq=False, repr=False)
class PnL(Record):
    """Profit and loss of an account or model, updated in place; nan when TWS has no value."""

    account: str = ""
    modelCode: str = ""
    dailyPnL: float = nan
    unrealizedPnL: float = nan
    realizedPnL: float = nan


@dataclass(eq=False, repr=False)
class TradeLogEntry(Record):
    """A line in the log of a trade: the status from then on, with the message or error that came with it."""

    time: datetime
    status: str = ""
    message: str = ""
    errorCode: int = 0


@dataclass(eq=False, repr=False)
class PnLSingle(Record):
    """Profit and loss of one position, updated in place; nan when TWS has no value."""

    account: str = ""
    modelCode: str = ""
    conId: int = 0
    dailyPnL: float = nan
    unrealizedPnL: float = nan
    realizedPnL: float = nan
    position: int = 0
    value: float = nan


@dataclass(eq=False, repr=False)
class HistoricalSession(Record):
    """A trading session; times `yyyymmdd-hh:mm:ss` in the zone of the schedule, `refDate` is its trading day."""

    startDateTime: str = ""
    endDateTime: str = ""
    refDate: str = ""


@dataclass(eq=False, repr=False)
class HistoricalSchedule(Record):
    """The trading sessions of a contract in a period."""

    startDateTime: str = ""
    endDateTime: str = ""
    timeZone: str = ""
    sessions: list[HistoricalSession] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class WshEventData(Record):
    """Which Wall Street Horizon events to ask for: by contract, or by a JSON filter."""

    conId: int = UNSET_INTEGER
    filter: str = ""
    fillWatchlist: bool = False
    fillPortfolio: bool = False
    fillCompetitors: bool = False
    startDate: str = ""
    endDate: str = ""
    totalLimit: int = UNSET_INTEGER


class AccountValue(NamedTuple):
    """A value of an account, as text, in `currency` (`BASE` for the base currency, empty for none)."""

    account: str
    tag: str
    value: str
    currency: str
    modelCode: str


class TickData(NamedTuple):
    """A tick: its time of arrival (UTC), type, price and size. Types are those of the TWS tick table."""

    time: datetime
    tickType: int
    price: float
    size: float


class HistoricalTick(NamedTuple):
    """A midpoint of the past."""

    time: datetime
    price: float
    size: float


class HistoricalTickBidAsk(NamedTuple):
    """A quote of the past."""

    time: datetime
    tickAttribBidAsk: TickAttribBidAsk
    priceBid: float
    priceAsk: float
    sizeBid: float
    sizeAsk: float


class HistoricalTickLast(NamedTuple):
    """A trade of the past."""

    time: datetime
    tickAttribLast: TickAttribLast
    price: float
    size: float
    exchange: str
    specialConditions: str


class TickByTickAllLast(NamedTuple):
    """A trade; `tickType` 1 is Last, 2 is AllLast (which has odd lots, combinations and derivative trades too)."""

    tickType: int
    time: datetime
    price: float
    size: float
    tickAttribLast: TickAttribLast
    exchange: str
    specialConditions: str


class TickByTickBidAsk(NamedTuple):
    """A quote of the tick-by-tick stream."""

    time: datetime
    bidPrice: float
    askPrice: float
    bidSize: float
    askSize: float
    tickAttribBidAsk: TickAttribBidAsk


class TickByTickMidPoint(NamedTuple):
    """A midpoint of the tick-by-tick stream."""

    time: datetime
    midPoint: float


class MktDepthData(NamedTuple):
    """A change of the order book; operation 0 insert, 1 update, 2 delete; side 0 ask, 1 bid."""

    time: datetime
    position: int
    marketMaker: str
    operation: int
    side: int
    price: float
    size: float


class DOMLevel(NamedTuple):
    """A row of the order book."""

    price: float
    size: float
    marketMaker: str


class PriceIncrement(NamedTuple):
    """From the price `lowEdge` on, prices move in steps of `increment`."""

    lowEdge: float
    increment: float


class PortfolioItem(NamedTuple):
    """A position of an account with its market value and profit, in the currency of the contract."""

    contract: Contract
    position: float
    marketPrice: float
    marketValue: float
    averageCost: float
    unrealizedPNL: float
    realizedPNL: float
    account: str


class Position(NamedTuple):
    """A position of an account; `avgCost` is the price times the multiplier, commissions included."""

    account: str
    contract: Contract
    position: float
    avgCost: float


class Fill(NamedTuple):
    """An execution with its contract and commission report; `time` is in the zone of the defaults."""

    contract: Contract
    execution: Execution
    commissionReport: CommissionReport
    time: datetime


@dataclass(frozen=True, repr=False)
class EfpData(Record):
    """An exchange-for-physical quote."""

    basisPoints: float
    formattedBasisPoints: str
    impliedFuture: float
    holdDays: int
    futureLastTradeDate: str
    dividendImpact: float
    dividendsToLastTradeDate: float


@dataclass(frozen=True, repr=False)
class OptionComputation(Record):
    """Implied volatility, price and Greeks of an option; None when TWS could not compute a value.

    `tickAttrib` 0 is computed on returns, 1 on prices. Adding and subtracting computations and multiplying one by a
    number gives those of a combination, where None counts as 0; the underlying's price is that of the left one.
    """

    tickAttrib: int
    impliedVol: float | None = None
    delta: float | None = None
    optPrice: float | None = None
    pvDividend: float | None = None
    gamma: float | None = None
    vega: float | None = None
    theta: float | None = None
    undPrice: float | None = None

    def __add__(self, other: OptionComputation) -> OptionComputation:
        if not isinstance(other, OptionComputation):
            return NotImplemented
        return self._combined(1, other, 1)

    def __sub__(self, other: OptionComputation) -> OptionComputation:
        if not isinstance(other, OptionComputation):
            return NotImplemented
        return self._combined(1, other, -1)

    def __mul__(self, other: float) -> OptionComputation:
        if not isinstance(other, (int, float)):
            return NotImplemented
        return self._combined(other, self, 0)

    __rmul__ = __mul__

    def _combined(self, weight: float, other: OptionComputation, other_weight: float) -> OptionComputation:
        def total(name: str) -> float:
            return weight * (getattr(self, name) or 0) + other_weight * (getattr(other, name) or 0)

        names = ("impliedVol", "delta", "optPrice", "gamma", "vega", "theta")
        return OptionComputation(tickAttrib=0, **{n: total(n) for n in names}, undPrice=self.undPrice)


@dataclass(frozen=True, repr=False)
class OptionChain(Record):
    """The expirations (`yyyymmdd`) and strikes of the options of one trading class at one exchange."""

    exchange: str
    underlyingConId: int
    tradingClass: str
    multiplier: str
    expirations: list[str]
    strikes: list[float]


@dataclass(frozen=True, repr=False)
class Dividends(Record):
    """Dividends of a stock: sums of the past and the next twelve months, and the next payment."""

    past12Months: float | None
    next12Months: float | None
    nextDate: date_ | None
    nextAmount: float | None


@dataclass(frozen=True, repr=False)
class NewsArticle(Record):
    """A news article; type 0 is text or HTML, 1 a PDF in base64."""

    articleType: int
    articleText: str


@dataclass(frozen=True, repr=False)
class HistoricalNews(Record):
    """A headline of the past; `time` is in UTC."""

    time: datetime
    providerCode: str
    articleId: str
    headline: str


@dataclass(frozen=True, repr=False)
class NewsTick(Record):
    """A headline as it comes in; `timeStamp` in milliseconds since 1970."""

    timeStamp: int
    providerCode: str
    articleId: str
    headline: str
    extraData: str


@dataclass(frozen=True, repr=False)
class NewsBulletin(Record):
    """A bulletin of IB; type 1 general, 2 exchange closed, 3 exchange open again."""

    msgId: int
    msgType: int
    message: str
    origExchange: str


@dataclass(frozen=True, repr=False)
class FamilyCode(Record):
    """The family of accounts that an account belongs to."""

    accountID: str
    familyCodeStr: str


@dataclass(frozen=True, repr=False)
class SmartComponent(Record):
    """An exchange behind a letter or bit in the exchange fields of SMART quotes."""

    bitNumber: int
    exchange: str
    exchangeLetter: str


@dataclass(frozen=True, repr=False)
class ConnectionStats(Record):
    """Traffic of a connection since `startTime` (seconds since 1970), which was `duration` seconds ago."""

    startTime: float
    duration: float
    numBytesRecv: int
    numBytesSent: int
    numMsgRecv: int
    numMsgSent: int


class _LiveList(list[Any]):
    """A list that a subscription keeps up to date: compares and is told by identity."""

    __slots__ = ()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


class RealTimeBarList(_LiveList):
    """Bars of five seconds, oldest first, with the parameters of the request.

    After each new bar `updateEvent` emits (bars, hasNewBar).
    """

    reqId: int
    contract: Contract
    barSize: int
    whatToShow: str
    useRTH: bool
    realTimeBarsOptions: list[TagValue]

    updateEvent = EventSlot()


class ScanDataList(_LiveList):
    """Rows of a market scan in the order of rank, with the parameters of the request.

    After each refresh `updateEvent` emits the list.
    """

    reqId: int
    subscription: ScannerSubscription
    scannerSubscriptionOptions: list[TagValue]
    scannerSubscriptionFilterOptions: list[TagValue]

    updateEvent = EventSlot()


class DynamicObject:
    """An object with the attributes that it is given."""

    def __init__(self, **kwargs: Any) -> None:
        self.__dict__.update(kwargs)

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({inner})"


class FundamentalRatios(DynamicObject):
    """Fundamental ratios of a company under the names that TWS gives them (generic tick 258)."""


@dataclass(eq=False, repr=False)
class IBDefaults(Record):
    """What stands for missing market data, and the zone of log, fill and tick times.

    Args:
        emptyPrice: Price of a side of the market that has no quote.
        emptySize: Size of a side of the market that has no quote.
        unset: Value of a field for which nothing came yet.
        timezone: Zone of the times that the client makes.
    """

    emptyPrice: Any = -1
    emptySize: Any = 0
    unset: Any = nan
    timezone: tzinfo = UTC


class StartupFetch(Flag):
    """What `connect` asks for before it returns; combine them with `|`."""

    POSITIONS = 1
    ORDERS_OPEN = 2
    ORDERS_COMPLETE = 4
    ACCOUNT_UPDATES = 8
    SUB_ACCOUNT_UPDATES = 16
    EXECUTIONS = 32


StartupFetchNONE = StartupFetch(0)
StartupFetchALL = ~StartupFetchNONE
