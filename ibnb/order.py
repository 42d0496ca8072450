"""Orders and what becomes of them: `Order`, its conditions and states, and the `Trade` that holds them together.

Orders are told by identity: the same object is modified and cancelled. Prices and counts without value are
`UNSET_DOUBLE` and `UNSET_INTEGER`. The fields of later TWS versions follow those of ib_async.
The module is long because an order has many fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, TypeVar

from ibnb.contract import Contract, TagValue
from ibnb.events import EventSlot
from ibnb.objects import Fill, SoftDollarTier, TradeLogEntry
from ibnb.records import Record, dataclassAsDict, dataclassNonDefaults
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER, isUnset, nan

_Condition = TypeVar("_Condition", bound="OrderCondition")


@dataclass(eq=False, repr=False)
class Order(Record):
    """An order in the terms of TWS; only `action`, `totalQuantity` and `orderType` are always needed.

    Quantities are in shares or contracts, prices in the currency of the contract. `action` is `BUY` or `SELL`; `tif` is
    `DAY`, `GTC`, `IOC`, `GTD`, `OPG`, `FOK` or `DTC`; times are `yyyymmdd hh:mm:ss zone`. Three-state switches
    (`routeMarketableToBbo`, `usePriceMgmtAlgo`, `seekPriceImprovement`) take True, False or None for "as TWS is set".

    Later fields: `customerAccount` and `professionalCustomer` (server 183, 184), `bondAccruedInterest` (185),
    `includeOvernight` (189), `manualOrderIndicator` (192), `submitter` (198), `deactivate`, `postOnly`, `allowPreOpen`
    and `ignoreOpenAuction` (216), `seekPriceImprovement` and `whatIfType` (217), `hedgeMaxSize` (223). Attached orders
    (218): `slOrderId` with `slOrderType` and `ptOrderId` with `ptOrderType` make a stop-loss and a profit-taker
    together with this order.
    """

    orderId: int = 0
    clientId: int = 0
    permId: int = 0
    action: str = ""
    totalQuantity: float = 0.0
    orderType: str = ""
    lmtPrice: float | Decimal | None = UNSET_DOUBLE
    auxPrice: float | Decimal | None = UNSET_DOUBLE
    tif: str = ""
    activeStartTime: str = ""
    activeStopTime: str = ""
    ocaGroup: str = ""
    ocaType: int = 0
    orderRef: str = ""
    transmit: bool = True
    parentId: int = 0
    blockOrder: bool = False
    sweepToFill: bool = False
    displaySize: int = 0
    triggerMethod: int = 0
    outsideRth: bool = False
    hidden: bool = False
    goodAfterTime: str = ""
    goodTillDate: str = ""
    rule80A: str = ""
    allOrNone: bool = False
    minQty: int = UNSET_INTEGER
    percentOffset: float | Decimal = UNSET_DOUBLE
    overridePercentageConstraints: bool = False
    trailStopPrice: float | Decimal = UNSET_DOUBLE
    trailingPercent: float | Decimal = UNSET_DOUBLE
    faGroup: str = ""
    faProfile: str = ""
    faMethod: str = ""
    faPercentage: str = ""
    designatedLocation: str = ""
    openClose: str = "O"
    origin: int = 0
    shortSaleSlot: int = 0
    exemptCode: int = -1
    discretionaryAmt: float = 0.0
    eTradeOnly: bool = False
    firmQuoteOnly: bool = False
    nbboPriceCap: float | Decimal = UNSET_DOUBLE
    optOutSmartRouting: bool = False
    auctionStrategy: int = 0
    startingPrice: float | Decimal = UNSET_DOUBLE
    stockRefPrice: float | Decimal = UNSET_DOUBLE
    delta: float | Decimal = UNSET_DOUBLE
    stockRangeLower: float | Decimal = UNSET_DOUBLE
    stockRangeUpper: float | Decimal = UNSET_DOUBLE
    randomizePrice: bool = False
    randomizeSize: bool = False
    volatility: float | Decimal = UNSET_DOUBLE
    volatilityType: int = UNSET_INTEGER
    deltaNeutralOrderType: str = ""
    deltaNeutralAuxPrice: float | Decimal = UNSET_DOUBLE
    deltaNeutralConId: int = 0
    deltaNeutralSettlingFirm: str = ""
    deltaNeutralClearingAccount: str = ""
    deltaNeutralClearingIntent: str = ""
    deltaNeutralOpenClose: str = ""
    deltaNeutralShortSale: bool = False
    deltaNeutralShortSaleSlot: int = 0
    deltaNeutralDesignatedLocation: str = ""
    continuousUpdate: bool = False
    referencePriceType: int = UNSET_INTEGER
    basisPoints: float | Decimal = UNSET_DOUBLE
    basisPointsType: int = UNSET_INTEGER
    scaleInitLevelSize: int = UNSET_INTEGER
    scaleSubsLevelSize: int = UNSET_INTEGER
    scalePriceIncrement: float | Decimal = UNSET_DOUBLE
    scalePriceAdjustValue: float | Decimal = UNSET_DOUBLE
    scalePriceAdjustInterval: int = UNSET_INTEGER
    scaleProfitOffset: float | Decimal = UNSET_DOUBLE
    scaleAutoReset: bool = False
    scaleInitPosition: int = UNSET_INTEGER
    scaleInitFillQty: int = UNSET_INTEGER
    scaleRandomPercent: bool = False
    scaleTable: str = ""
    hedgeType: str = ""
    hedgeParam: str = ""
    account: str = ""
    settlingFirm: str = ""
    clearingAccount: str = ""
    clearingIntent: str = ""
    algoStrategy: str = ""
    algoParams: list[TagValue] = field(default_factory=list)
    smartComboRoutingParams: list[TagValue] = field(default_factory=list)
    algoId: str = ""
    whatIf: bool = False
    notHeld: bool = False
    solicited: bool = False
    modelCode: str = ""
    orderComboLegs: list[OrderComboLeg] = field(default_factory=list)
    orderMiscOptions: list[TagValue] = field(default_factory=list)
    referenceContractId: int = 0
    peggedChangeAmount: float = 0.0
    isPeggedChangeAmountDecrease: bool = False
    referenceChangeAmount: float = 0.0
    referenceExchangeId: str = ""
    adjustedOrderType: str = ""
    triggerPrice: float | Decimal | None = UNSET_DOUBLE
    adjustedStopPrice: float | Decimal = UNSET_DOUBLE
    adjustedStopLimitPrice: float | Decimal = UNSET_DOUBLE
    adjustedTrailingAmount: float | Decimal = UNSET_DOUBLE
    adjustableTrailingUnit: int = 0
    lmtPriceOffset: float | Decimal = UNSET_DOUBLE
    conditions: list[OrderCondition] = field(default_factory=list)
    conditionsCancelOrder: bool = False
    conditionsIgnoreRth: bool = False
    extOperator: str = ""
    softDollarTier: SoftDollarTier = field(default_factory=SoftDollarTier)
    cashQty: float | Decimal = UNSET_DOUBLE
    mifid2DecisionMaker: str = ""
    mifid2DecisionAlgo: str = ""
    mifid2ExecutionTrader: str = ""
    mifid2ExecutionAlgo: str = ""
    dontUseAutoPriceForHedge: bool = False
    isOmsContainer: bool = False
    discretionaryUpToLimitPrice: bool = False
    autoCancelDate: str = ""
    filledQuantity: float | Decimal = UNSET_DOUBLE
    refFuturesConId: int = 0
    autoCancelParent: bool = False
    shareholder: str = ""
    imbalanceOnly: bool = False
    routeMarketableToBbo: bool = False
    parentPermId: int = 0
    usePriceMgmtAlgo: bool = False
    duration: int = UNSET_INTEGER
    postToAts: int = UNSET_INTEGER
    advancedErrorOverride: str = ""
    manualOrderTime: str = ""
    minTradeQty: int = UNSET_INTEGER
    minCompeteSize: int = UNSET_INTEGER
    competeAgainstBestOffset: float | Decimal = UNSET_DOUBLE
    midOffsetAtWhole: float | Decimal = UNSET_DOUBLE
    midOffsetAtHalf: float | Decimal = UNSET_DOUBLE
    customerAccount: str = ""
    professionalCustomer: bool = False
    bondAccruedInterest: str = ""
    includeOvernight: bool = False
    manualOrderIndicator: int = UNSET_INTEGER
    submitter: str = ""
    deactivate: bool = False
    postOnly: bool = False
    allowPreOpen: bool = False
    ignoreOpenAuction: bool = False
    seekPriceImprovement: bool | None = None
    whatIfType: int = UNSET_INTEGER
    hedgeMaxSize: int = UNSET_INTEGER
    slOrderId: int = UNSET_INTEGER
    slOrderType: str = ""
    ptOrderId: int = UNSET_INTEGER
    ptOrderType: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __repr__(self) -> str:
        given = dataclassNonDefaults(self)
        if type(self) is not Order:
            given.pop("orderType", None)
        inner = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"{type(self).__name__}({inner})"

    __str__ = __repr__


class LimitOrder(Order):
    """An order at `lmtPrice` or better."""

    def __init__(self, action: str, totalQuantity: float, lmtPrice: float | Decimal, **kwargs: Any) -> None:
        kwargs.setdefault("orderType", "LMT")
        Order.__init__(self, action=action, totalQuantity=totalQuantity, lmtPrice=lmtPrice, **kwargs)


class MarketOrder(Order):
    """An order at the market."""

    def __init__(self, action: str, totalQuantity: float, **kwargs: Any) -> None:
        kwargs.setdefault("orderType", "MKT")
        Order.__init__(self, action=action, totalQuantity=totalQuantity, **kwargs)


class StopOrder(Order):
    """A market order once the price has reached `stopPrice` (kept as `auxPrice`)."""

    def __init__(self, action: str, totalQuantity: float, stopPrice: float | Decimal, **kwargs: Any) -> None:
        kwargs.setdefault("orderType", "STP")
        Order.__init__(self, action=action, totalQuantity=totalQuantity, auxPrice=stopPrice, **kwargs)


class StopLimitOrder(Order):
    """A limit order at `lmtPrice` once the price has reached `stopPrice` (kept as `auxPrice`)."""

    def __init__(
        self,
        action: str,
        totalQuantity: float,
        lmtPrice: float | Decimal,
        stopPrice: float | Decimal,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("orderType", "STP LMT")
        Order.__init__(
            self, action=action, totalQuantity=totalQuantity, lmtPrice=lmtPrice, auxPrice=stopPrice, **kwargs
        )


@dataclass(eq=False, repr=False)
class OrderCancel(Record):
    """What goes along with a cancel: its time, if it was decided by hand, and the CME tags (server 192 and up)."""

    manualOrderCancelTime: str = ""
    extOperator: str = ""
    manualOrderIndicator: int = UNSET_INTEGER


@dataclass(eq=False, repr=False)
class OrderStatus(Record):
    """Status of an order, how much of it is filled, and at which average price."""

    orderId: int = 0
    status: str = ""
    filled: float = 0.0
    remaining: float = 0.0
    avgFillPrice: float = 0.0
    permId: int = 0
    parentId: int = 0
    lastFillPrice: float = 0.0
    clientId: int = 0
    whyHeld: str = ""
    mktCapPrice: float = 0.0

    PendingSubmit: ClassVar[str] = "PendingSubmit"
    PendingCancel: ClassVar[str] = "PendingCancel"
    PreSubmitted: ClassVar[str] = "PreSubmitted"
    Submitted: ClassVar[str] = "Submitted"
    ApiPending: ClassVar[str] = "ApiPending"
    ApiCancelled: ClassVar[str] = "ApiCancelled"
    ApiUpdate: ClassVar[str] = "ApiUpdate"
    Cancelled: ClassVar[str] = "Cancelled"
    Filled: ClassVar[str] = "Filled"
    Inactive: ClassVar[str] = "Inactive"
    ValidationError: ClassVar[str] = "ValidationError"

    # No further change of the order can come.
    DoneStates: ClassVar[frozenset[str]] = frozenset({Filled, Cancelled, ApiCancelled, Inactive})
    # On its way to the market, not there yet.
    WaitingStates: ClassVar[frozenset[str]] = frozenset({PendingSubmit, ApiPending, PreSubmitted})
    # At the market; a validation error is a warning about a live order.
    WorkingStates: ClassVar[frozenset[str]] = frozenset({Submitted, ApiUpdate, ValidationError})
    ActiveStates: ClassVar[frozenset[str]] = WaitingStates | WorkingStates

    @property
    def total(self) -> float:
        """Filled and remaining quantity together."""
        return self.filled + self.remaining


@dataclass(eq=False, repr=False)
class OrderAllocation(Record):
    """The share of one account in an order that is spread over several (server version 195 and up)."""

    account: str = ""
    position: float = UNSET_DOUBLE
    positionDesired: float = UNSET_DOUBLE
    positionAfter: float = UNSET_DOUBLE
    desiredAllocQty: float = UNSET_DOUBLE
    allowedAllocQty: float = UNSET_DOUBLE
    isMonetary: bool = False


# Fields of an OrderState that hold an amount, whether as text or as a number.
_MARGINS = tuple(
    f"{what}{when}"
    for when in ("Before", "Change", "After")
    for what in ("initMargin", "maintMargin", "equityWithLoan")
)
_AMOUNTS = _MARGINS + tuple(f"{name}OutsideRTH" for name in _MARGINS)
_AMOUNTS += ("commission", "minCommission", "maxCommission", "suggestedSize")


def _number(value: Any) -> float | None:
    """Return an amount as a number, None for none."""
    if isUnset(value):
        return None
    number = float(value)
    return None if isUnset(number) else number


@dataclass(eq=False, repr=False)
class OrderState(Record):
    """What TWS says about an order beside its status: margins and commission of a preview, warnings, how it ended.

    Margins are texts in `marginCurrency`, those outside regular hours are numbers; amounts without value are empty or
    `UNSET_DOUBLE`. `numeric()` makes numbers of all of them, `formatted()` texts for people. Later TWS versions call
    the commissions `commissionAndFees`; those names work, too.
    """

    status: str = ""
    initMarginBefore: str = ""
    maintMarginBefore: str = ""
    equityWithLoanBefore: str = ""
    initMarginChange: str = ""
    maintMarginChange: str = ""
    equityWithLoanChange: str = ""
    initMarginAfter: str = ""
    maintMarginAfter: str = ""
    equityWithLoanAfter: str = ""
    commission: float = UNSET_DOUBLE
    minCommission: float = UNSET_DOUBLE
    maxCommission: float = UNSET_DOUBLE
    commissionCurrency: str = ""
    warningText: str = ""
    completedTime: str = ""
    completedStatus: str = ""
    marginCurrency: str = ""
    initMarginBeforeOutsideRTH: float = UNSET_DOUBLE
    maintMarginBeforeOutsideRTH: float = UNSET_DOUBLE
    equityWithLoanBeforeOutsideRTH: float = UNSET_DOUBLE
    initMarginChangeOutsideRTH: float = UNSET_DOUBLE
    maintMarginChangeOutsideRTH: float = UNSET_DOUBLE
    equityWithLoanChangeOutsideRTH: float = UNSET_DOUBLE
    initMarginAfterOutsideRTH: float = UNSET_DOUBLE
    maintMarginAfterOutsideRTH: float = UNSET_DOUBLE
    equityWithLoanAfterOutsideRTH: float = UNSET_DOUBLE
    suggestedSize: float = UNSET_DOUBLE
    rejectReason: str = ""
    orderAllocations: list[OrderAllocation] = field(default_factory=list)

    def transform(self, transformer: Callable[[Any], Any]) -> OrderState:
        """Return a copy in which each margin, commission and size is replaced by what `transformer` makes of it."""
        return self._transformed(OrderState, transformer)

    def numeric(self, digits: int = 2) -> OrderStateNumeric:
        """Return a copy with all amounts as numbers, rounded to so many digits; None for those without value."""

        def convert(value: Any) -> float | None:
            number = _number(value)
            return None if number is None else round(number, digits)

        return self._transformed(OrderStateNumeric, convert)

    def formatted(self, digits: int = 2) -> OrderState:
        """Return a copy with all amounts as texts such as `1,234.50`; None for those without value."""

        def convert(value: Any) -> str | None:
            number = _number(value)
            return None if number is None else f"{number:,.{digits}f}"

        return self.transform(convert)

    def _transformed(self, cls: type[_State], transformer: Callable[[Any], Any]) -> _State:
        given = dataclassAsDict(self)
        given.update({name: transformer(given[name]) for name in _AMOUNTS})
        return cls(**given)

    @property
    def commissionAndFees(self) -> float:
        """Commission and fees of the order."""
        return self.commission

    @commissionAndFees.setter
    def commissionAndFees(self, value: float) -> None:
        self.commission = value

    @property
    def minCommissionAndFees(self) -> float:
        """Least commission and fees of the order."""
        return self.minCommission

    @minCommissionAndFees.setter
    def minCommissionAndFees(self, value: float) -> None:
        self.minCommission = value

    @property
    def maxCommissionAndFees(self) -> float:
        """Highest commission and fees of the order."""
        return self.maxCommission

    @maxCommissionAndFees.setter
    def maxCommissionAndFees(self, value: float) -> None:
        self.maxCommission = value

    @property
    def commissionAndFeesCurrency(self) -> str:
        """Currency of the commissions."""
        return self.commissionCurrency

    @commissionAndFeesCurrency.setter
    def commissionAndFeesCurrency(self, value: str) -> None:
        self.commissionCurrency = value


_State = TypeVar("_State", bound=OrderState)


@dataclass(eq=False, repr=False)
class OrderStateNumeric(OrderState):
    """An `OrderState` whose margins are numbers."""

    initMarginBefore: float = nan  # type: ignore[assignment]
    maintMarginBefore: float = nan  # type: ignore[assignment]
    equityWithLoanBefore: float = nan  # type: ignore[assignment]
    initMarginChange: float = nan  # type: ignore[assignment]
    maintMarginChange: float = nan  # type: ignore[assignment]
    equityWithLoanChange: float = nan  # type: ignore[assignment]
    initMarginAfter: float = nan  # type: ignore[assignment]
    maintMarginAfter: float = nan  # type: ignore[assignment]
    equityWithLoanAfter: float = nan  # type: ignore[assignment]


@dataclass(eq=False, repr=False)
class OrderComboLeg(Record):
    """The price of one leg of a combination order."""

    price: float | Decimal = UNSET_DOUBLE


@dataclass(eq=False, repr=False)
class Trade(Record):
    """An order with its contract, status, fills and log, kept up to date.

    Events, each made at its first use: `statusEvent(trade)`, `modifyEvent(trade)`, `fillEvent(trade, fill)`,
    `commissionReportEvent(trade, fill, commissionReport)`, `filledEvent(trade)`, `cancelEvent(trade)` (asked for) and
    `cancelledEvent(trade)` (done).
    """

    contract: Contract = field(default_factory=Contract)
    order: Order = field(default_factory=Order)
    orderStatus: OrderStatus = field(default_factory=OrderStatus)
    fills: list[Fill] = field(default_factory=list)
    log: list[TradeLogEntry] = field(default_factory=list)
    advancedError: str = ""

    events: ClassVar[tuple[str, ...]] = (
        "statusEvent",
        "modifyEvent",
        "fillEvent",
        "commissionReportEvent",
        "filledEvent",
        "cancelEvent",
        "cancelledEvent",
    )
    statusEvent = EventSlot()
    modifyEvent = EventSlot()
    fillEvent = EventSlot()
    commissionReportEvent = EventSlot()
    filledEvent = EventSlot()
    cancelEvent = EventSlot()
    cancelledEvent = EventSlot()

    def isWaiting(self) -> bool:
        """Tell whether the order is on its way to the market."""
        return self.orderStatus.status in OrderStatus.WaitingStates

    def isWorking(self) -> bool:
        """Tell whether the order is at the market."""
        return self.orderStatus.status in OrderStatus.WorkingStates

    def isActive(self) -> bool:
        """Tell whether the order can still be filled."""
        return self.orderStatus.status in OrderStatus.ActiveStates

    def isDone(self) -> bool:
        """Tell whether the order is filled, cancelled or rejected for good."""
        return self.orderStatus.status in OrderStatus.DoneStates

    def filled(self) -> float:
        """Return the quantity filled so far; of a combination only its own fills count, not those of the legs."""
        fills = self.fills
        if self.contract.secType == "BAG":
            fills = [fill for fill in fills if fill.contract.secType == "BAG"]
        return sum(fill.execution.shares for fill in fills)

    def remaining(self) -> float:
        """Return the quantity not filled yet."""
        return float(self.order.totalQuantity) - self.filled()


class BracketOrder(NamedTuple):
    """An entry with the two orders that close the position, as `ib.bracketOrder` makes it."""

    parent: Order
    takeProfit: Order
    stopLoss: Order


@dataclass(eq=False, repr=False)
class OrderCondition(Record):
    """Base of the conditions that hold an order back (or cancel it, with `conditionsCancelOrder`).

    `conjunction` ties a condition to the next one: `a` and, `o` or.
    """

    @staticmethod
    def createClass(condType: int) -> type[OrderCondition]:
        """Return the class for a condition type of TWS: 1, 3, 4, 5, 6 or 7.

        Raises:
            KeyError: There is no such type.
        """
        return _CONDITIONS[condType]

    def And(self: _Condition) -> _Condition:
        """Tie this condition to the next one by "and", and return it."""
        self.conjunction = "a"
        return self

    def Or(self: _Condition) -> _Condition:
        """Tie this condition to the next one by "or", and return it."""
        self.conjunction = "o"
        return self


@dataclass(eq=False, repr=False)
class PriceCondition(OrderCondition):
    """The price of a contract is at least (`isMore`) or at most `price`."""

    condType: int = 1
    conjunction: str = "a"
    isMore: bool = True
    price: float = 0.0
    conId: int = 0
    exch: str = ""
    triggerMethod: int = 0


@dataclass(eq=False, repr=False)
class TimeCondition(OrderCondition):
    """The time is after (`isMore`) or before `time`, which is `yyyymmdd hh:mm:ss zone`."""

    condType: int = 3
    conjunction: str = "a"
    isMore: bool = True
    time: str = ""


@dataclass(eq=False, repr=False)
class MarginCondition(OrderCondition):
    """The cushion of margin is at least (`isMore`) or at most so many percent."""

    condType: int = 4
    conjunction: str = "a"
    isMore: bool = True
    percent: int = 0


@dataclass(eq=False, repr=False)
class ExecutionCondition(OrderCondition):
    """A trade in a symbol has been executed."""

    condType: int = 5
    conjunction: str = "a"
    secType: str = ""
    exch: str = ""
    symbol: str = ""


@dataclass(eq=False, repr=False)
class VolumeCondition(OrderCondition):
    """The day's volume of a contract is at least (`isMore`) or at most `volume`."""

    condType: int = 6
    conjunction: str = "a"
    isMore: bool = True
    volume: int = 0
    conId: int = 0
    exch: str = ""


@dataclass(eq=False, repr=False)
class PercentChangeCondition(OrderCondition):
    """The day's change of a contract is at least (`isMore`) or at most so many percent."""

    condType: int = 7
    conjunction: str = "a"
    isMore: bool = True
    changePercent: float = 0.0
    conId: int = 0
    exch: str = ""


_CONDITIONS: dict[int, type[OrderCondition]] = {
    1: PriceCondition,
    3: TimeCondition,
    4: MarginCondition,
    5: ExecutionCondition,
    6: VolumeCondition,
    7: PercentChangeCondition,
}
