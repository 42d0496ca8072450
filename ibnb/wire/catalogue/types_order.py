"""Orders as the wire sees them: kinds, protobuf numbers, conditions, legs with prices, shared groups of text fields.

Facts of the TWS protocol; the numbers belong to the protobuf messages `Order`, `OrderCondition`, `OrderState`,
`OrderAllocation`, `SoftDollarTier` and `OrderCancel`. Absent in protobuf: auctionStrategy, basisPoints,
basisPointsType.
"""

from copy import copy
from dataclasses import dataclass
from typing import Any

from ibnb.contract import ComboLeg, Contract
from ibnb.objects import SoftDollarTier
from ibnb.order import (
    ExecutionCondition,
    MarginCondition,
    Order,
    OrderAllocation,
    OrderCancel,
    OrderComboLeg,
    OrderCondition,
    OrderState,
    PercentChangeCondition,
    PriceCondition,
    TimeCondition,
    VolumeCondition,
)
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import COMBO_LEG_FULL, CONTRACT_LEAVES, LEG_LEAVES, NEW_CONTRACT
from ibnb.wire.fields import (
    BOOL,
    CODE,
    DECIMAL,
    FLOAT,
    INT,
    LIT_FLOAT,
    LIT_INT,
    LONG,
    MARGIN_STR,
    MAYBE_BOOL,
    OPT_FLOAT,
    OPT_INT,
    STR,
    TAGS,
    TRIBOOL,
    float_text,
)
from ibnb.wire.layout import Layout, Via, field, repeat, since, when
from ibnb.wire.schema import Record, at, empty_maker, from_version, many, of, sub, told

SOFT_DOLLAR_TIER = Record(SoftDollarTier, *of(STR, name=1, val=2, displayName=3))
ORDER_COMBO_LEG = Record(OrderComboLeg, *of(OPT_FLOAT, price=0))
ORDER_CANCEL = Record(
    OrderCancel, *of(STR, manualOrderCancelTime=1, extOperator=2), *of(LIT_INT, manualOrderIndicator=3)
)

# ---- legs with prices: protobuf holds an order's leg prices in the legs of its contract ------------------------------


@dataclass
class PricedLeg(ComboLeg):
    """A combination leg with its price, which the model keeps in `Order.orderComboLegs`."""

    perLegPrice: float = UNSET_DOUBLE


PRICED_LEG = Record(PricedLeg, *LEG_LEAVES, *of(OPT_FLOAT, perLegPrice=9))
ORDER_CONTRACT = Record(
    Contract,
    *CONTRACT_LEAVES,
    many("comboLegs", PRICED_LEG, 20),
    new=NEW_CONTRACT,
    register=False,
    name="OrderContract",
)


def with_leg_prices(contract: Contract, order: Order) -> Contract:
    """Return the contract with the prices of the order in its legs."""
    if not contract.comboLegs:
        return contract
    priced = copy(contract)
    prices = [leg.price for leg in order.orderComboLegs or ()]
    prices += [UNSET_DOUBLE] * (len(contract.comboLegs) - len(prices))
    priced.comboLegs = [
        PricedLeg(**{name: getattr(leg, name) for name in leg.__dataclass_fields__} | {"perLegPrice": price})
        for leg, price in zip(contract.comboLegs, prices)
    ]
    return priced


def split_leg_prices(contract: Contract, order: Order) -> None:
    """Move the prices out of the legs of the contract into the order."""
    priced: list[Any] = contract.comboLegs
    if priced:
        order.orderComboLegs = [OrderComboLeg(leg.perLegPrice) for leg in priced]
        names = tuple(ComboLeg.__dataclass_fields__)
        contract.comboLegs = [ComboLeg(*(getattr(leg, name) for name in names)) for leg in priced]


# ---- conditions: one flat record on the wire, a class per type in the model ------------------------------------------


@dataclass(slots=True)
class FlatCondition:
    """The fields of all types of condition; `value` is the text form of the one number or time that a type has."""

    type: int = 0
    conjunction: str = "a"
    isMore: bool | None = None
    value: str = ""
    conId: int = 0
    exchange: str = ""
    symbol: str = ""
    secType: str = ""
    triggerMethod: int = UNSET_INTEGER
    percent: int = UNSET_INTEGER
    changePercent: float = UNSET_DOUBLE
    price: float = UNSET_DOUBLE
    time: str = ""
    volume: int = UNSET_INTEGER


CONJUNCTION = STR.but(wire="varint", zero='"a"', has="True", get='("a" if {r} else "o")', put='int({v} == "a")')

FLAT_CONDITION = Record(
    FlatCondition,
    *of(INT, type=1),
    *of(CONJUNCTION, conjunction=2),
    *of(MAYBE_BOOL, isMore=3),
    *of(OPT_INT, conId=4, percent=8, triggerMethod=11, volume=13),
    *of(OPT_FLOAT, changePercent=9, price=10),
    *of(STR, exchange=5, symbol=6, secType=7, time=12, value=0),
)

_VALUES: dict[int, tuple[type[Any], str]] = {
    1: (PriceCondition, "price"),
    3: (TimeCondition, "time"),
    4: (MarginCondition, "percent"),
    6: (VolumeCondition, "volume"),
    7: (PercentChangeCondition, "changePercent"),
}


def flat_condition(condition: Any) -> FlatCondition:
    """Return the wire form of a condition of the model."""
    kind = condition.condType
    flat = FlatCondition(type=kind, conjunction=condition.conjunction, conId=UNSET_INTEGER)
    if kind == 5:
        flat.exchange, flat.symbol, flat.secType = condition.exch, condition.symbol, condition.secType
        return flat
    name = _VALUES[kind][1]
    value = getattr(condition, name)
    setattr(flat, name, value)
    flat.value = value if name == "time" else float_text(value)
    flat.isMore = condition.isMore
    if kind in (1, 6, 7):
        flat.conId, flat.exchange = condition.conId, condition.exch
    if kind == 1:
        flat.triggerMethod = condition.triggerMethod
    return flat


def model_condition(flat: FlatCondition) -> OrderCondition:
    """Return the condition of the model; a number is taken from the text form, or from its own protobuf field."""
    if flat.type == 5:
        return ExecutionCondition(
            conjunction=flat.conjunction, secType=flat.secType, exch=flat.exchange, symbol=flat.symbol
        )
    if flat.type not in _VALUES:
        raise ValueError(f"{flat.type} is no type of condition")
    cls, name = _VALUES[flat.type]
    condition: Any = cls(conjunction=flat.conjunction, isMore=bool(flat.isMore))
    value: Any = flat.value or getattr(flat, name)
    if name in ("percent", "volume"):
        number = float(value)
        value = UNSET_INTEGER if number == UNSET_INTEGER else int(number) if number == int(number) else number
    elif name != "time":
        value = float(value)
    if value not in (UNSET_INTEGER, UNSET_DOUBLE):
        setattr(condition, name, value)
    if flat.type in (1, 6, 7):
        condition.conId, condition.exch = flat.conId, flat.exchange
    if flat.type == 1 and flat.triggerMethod != UNSET_INTEGER:
        condition.triggerMethod = flat.triggerMethod
    return condition  # type: ignore[no-any-return]


CONDITION = Via(FLAT_CONDITION, flat_condition, model_condition)

# ---- the order itself ------------------------------------------------------------------------------------------------

# False is the model's "not given" here, so only True is sent.
ROUTE_TO_BBO = TRIBOOL.but(has="{v}", put="1", zero="False")

ORDER = Record(
    Order,
    *of(INT, clientId=1, parentId=4, displaySize=7),
    *told(*of(INT, orderId=2, refFuturesConId=116), *of(LONG, parentPermId=121)),
    *told(*of(STR, autoCancelDate=114, shareholder=118), *of(DECIMAL, filledQuantity=115)),
    *of(LONG, permId=3),
    *of(CODE, action=5, orderType=8, tif=11, account=12, settlingFirm=13, clearingAccount=14, clearingIntent=15),
    *of(DECIMAL, totalQuantity=6),
    *of(OPT_FLOAT, lmtPrice=9, auxPrice=10, percentOffset=21, trailingPercent=22, trailStopPrice=23),
    *of(BOOL, allOrNone=16, blockOrder=17, hidden=18, outsideRth=19, sweepToFill=20),
    *of(OPT_INT, minQty=24),
    *of(CODE, orderRef=28),
    *of(STR, goodAfterTime=25, goodTillDate=26, ocaGroup=27, rule80A=29),
    *of(INT, ocaType=30, triggerMethod=31),
    *of(STR, activeStartTime=32, activeStopTime=33, faGroup=34, faMethod=35, faPercentage=36),
    *of(OPT_FLOAT, volatility=37, deltaNeutralAuxPrice=42),
    *of(OPT_INT, volatilityType=38, referencePriceType=40),
    *of(BOOL, continuousUpdate=39, deltaNeutralShortSale=45),
    *of(STR, deltaNeutralOrderType=41, deltaNeutralOpenClose=44, deltaNeutralDesignatedLocation=47),
    *of(INT, deltaNeutralConId=43, deltaNeutralShortSaleSlot=46),
    *of(OPT_INT, scaleInitLevelSize=48, scaleSubsLevelSize=49, scalePriceAdjustInterval=52),
    *of(OPT_FLOAT, scalePriceIncrement=50, scalePriceAdjustValue=51, scaleProfitOffset=53),
    *of(BOOL, scaleAutoReset=54, scaleRandomPercent=57),
    *of(OPT_INT, scaleInitPosition=55, scaleInitFillQty=56),
    *of(STR, scaleTable=58, hedgeType=59, hedgeParam=60, algoStrategy=61, algoId=63),
    *of(TAGS, algoParams=62, smartComboRoutingParams=64, orderMiscOptions=84),
    *of(BOOL, whatIf=65, overridePercentageConstraints=67, optOutSmartRouting=77, notHeld=83),
    at("transmit", BOOL, 66, keep=True),
    *of(STR, openClose=68, designatedLocation=71),
    *of(INT, origin=69, shortSaleSlot=70, exemptCode=72),
    *of(STR, deltaNeutralSettlingFirm=73, deltaNeutralClearingAccount=74, deltaNeutralClearingIntent=75),
    *of(FLOAT, discretionaryAmt=76),
    *of(OPT_FLOAT, startingPrice=78, stockRefPrice=79, delta=80, stockRangeLower=81, stockRangeUpper=82),
    *of(BOOL, solicited=85, randomizeSize=86, randomizePrice=87, isPeggedChangeAmountDecrease=90),
    *of(INT, referenceContractId=88),
    *of(FLOAT, peggedChangeAmount=89, referenceChangeAmount=91),
    *of(STR, referenceExchangeId=92, adjustedOrderType=93),
    *of(LIT_FLOAT, triggerPrice=94, adjustedStopPrice=95, adjustedStopLimitPrice=96, adjustedTrailingAmount=97),
    *of(INT, adjustableTrailingUnit=98),
    *of(LIT_FLOAT, lmtPriceOffset=99),
    many("conditions", FLAT_CONDITION, 100, via=CONDITION),
    *of(BOOL, conditionsCancelOrder=101, conditionsIgnoreRth=102),
    *of(STR, modelCode=103, extOperator=104),
    sub("softDollarTier", SOFT_DOLLAR_TIER, 105, always=True),
    *of(LIT_FLOAT, cashQty=106),
    *of(STR, mifid2DecisionMaker=107, mifid2DecisionAlgo=108, mifid2ExecutionTrader=109, mifid2ExecutionAlgo=110),
    *of(BOOL, dontUseAutoPriceForHedge=111, isOmsContainer=112, discretionaryUpToLimitPrice=113),
    *of(BOOL, autoCancelParent=117, imbalanceOnly=119),
    at("routeMarketableToBbo", ROUTE_TO_BBO, 120, since=V.ADDITIONAL_ORDER_PARAMS_2),
    *of(TRIBOOL, usePriceMgmtAlgo=122),
    *of(LIT_INT, duration=123, postToAts=124),
    *of(STR, advancedErrorOverride=125, manualOrderTime=126),
    *of(OPT_INT, minTradeQty=127, minCompeteSize=128),
    *of(OPT_FLOAT, competeAgainstBestOffset=129, midOffsetAtWhole=130, midOffsetAtHalf=131),
    *of(STR, customerAccount=132, bondAccruedInterest=134, submitter=137),
    *of(BOOL, professionalCustomer=133, includeOvernight=135),
    *of(LIT_INT, manualOrderIndicator=136),
    *from_version(
        V.ADDITIONAL_ORDER_PARAMS_1, *of(BOOL, deactivate=138, postOnly=139, allowPreOpen=140, ignoreOpenAuction=141)
    ),
    *from_version(V.ADDITIONAL_ORDER_PARAMS_2, *of(TRIBOOL, seekPriceImprovement=142), *of(OPT_INT, whatIfType=143)),
    *from_version(V.HEDGE_MAX_SIZE, *of(OPT_INT, hedgeMaxSize=144)),
    # text only, or in a submessage of their own
    *of(INT, auctionStrategy=0),
    *of(OPT_FLOAT, basisPoints=0),
    *of(OPT_INT, basisPointsType=0),
    *from_version(V.ATTACHED_ORDERS, *of(OPT_INT, slOrderId=0, ptOrderId=0), *of(STR, slOrderType=0, ptOrderType=0)),
    many("orderComboLegs", ORDER_COMBO_LEG, 0),
    new=empty_maker(Order),
)

ORDER_ALLOCATION = Record(
    OrderAllocation,
    *of(STR, account=1),
    *of(DECIMAL, position=2, positionDesired=3, positionAfter=4, desiredAllocQty=5, allowedAllocQty=6),
    *of(BOOL, isMonetary=7),
)

ORDER_STATE = Record(
    OrderState,
    *of(CODE, status=1),
    *of(MARGIN_STR, initMarginBefore=2, maintMarginBefore=3, equityWithLoanBefore=4),
    *of(MARGIN_STR, initMarginChange=5, maintMarginChange=6, equityWithLoanChange=7),
    *of(MARGIN_STR, initMarginAfter=8, maintMarginAfter=9, equityWithLoanAfter=10),
    *of(OPT_FLOAT, commission=11, minCommission=12, maxCommission=13),
    *of(STR, commissionCurrency=14, marginCurrency=15),
    *of(OPT_FLOAT, initMarginBeforeOutsideRTH=16, maintMarginBeforeOutsideRTH=17, equityWithLoanBeforeOutsideRTH=18),
    *of(OPT_FLOAT, initMarginChangeOutsideRTH=19, maintMarginChangeOutsideRTH=20, equityWithLoanChangeOutsideRTH=21),
    *of(OPT_FLOAT, initMarginAfterOutsideRTH=22, maintMarginAfterOutsideRTH=23, equityWithLoanAfterOutsideRTH=24),
    *of(DECIMAL, suggestedSize=25),
    *of(STR, rejectReason=26, warningText=28, completedTime=29, completedStatus=30),
    many("orderAllocations", ORDER_ALLOCATION, 27),
    new=empty_maker(OrderState),
)

# ---- groups of text fields -------------------------------------------------------------------------------------------

DELTA_NEUTRAL_SALE = (
    "order.deltaNeutralShortSale",
    "order.deltaNeutralShortSaleSlot",
    "order.deltaNeutralDesignatedLocation",
)
DELTA_NEUTRAL_ORDER: Layout = (
    when(
        'order.deltaNeutralOrderType != ""',
        "order.deltaNeutralConId",
        "order.deltaNeutralSettlingFirm",
        "order.deltaNeutralClearingAccount",
        "order.deltaNeutralClearingIntent",
        "order.deltaNeutralOpenClose",
        *DELTA_NEUTRAL_SALE,
    ),
)
SCALE: Layout = (
    "order.scaleInitLevelSize",
    "order.scaleSubsLevelSize",
    "order.scalePriceIncrement",
    when(
        "0 < order.scalePriceIncrement < _UNSET_DOUBLE",
        "order.scalePriceAdjustValue",
        "order.scalePriceAdjustInterval",
        "order.scaleProfitOffset",
        "order.scaleAutoReset",
        "order.scaleInitPosition",
        "order.scaleInitFillQty",
        "order.scaleRandomPercent",
    ),
)
HEDGE: Layout = ("order.hedgeType", when('order.hedgeType != ""', "order.hedgeParam"))
ALGO: Layout = ("order.algoStrategy", when('order.algoStrategy != ""', repeat("order.algoParams", "tag", "value")))
PEG_BENCH: Layout = (
    when(
        'order.orderType in ("PEG BENCH", "PEGBENCH")',
        "order.referenceContractId",
        "order.isPeggedChangeAmountDecrease",
        "order.peggedChangeAmount",
        "order.referenceChangeAmount",
        "order.referenceExchangeId",
    ),
)
CONDITIONS: Layout = (
    repeat(
        "order.conditions",
        "type",
        "conjunction",
        when("@.type == 5", "secType", "exchange", "symbol"),
        when("@.type in (1, 3, 4, 6, 7)", field("isMore", BOOL), "value"),
        when("@.type in (1, 6, 7)", field("conId", INT), "exchange"),
        when("@.type == 1", field("triggerMethod", INT)),
        via=CONDITION,
    ),
    when("len(order.conditions) > 0", "order.conditionsIgnoreRth", "order.conditionsCancelOrder"),
)
PEG_OFFSETS: Layout = (
    since(
        V.PEGBEST_PEGMID_OFFSETS,
        "order.minTradeQty",
        "order.minCompeteSize",
        "order.competeAgainstBestOffset",
        "order.midOffsetAtWhole",
        "order.midOffsetAtHalf",
    ),
)
"""Offsets of pegged orders in replies, where they always stand (requests hold only those that the order type uses)."""
LEGS: Layout = (
    repeat("contract.comboLegs", *COMBO_LEG_FULL),
    repeat("order.orderComboLegs", "price"),
    repeat("order.smartComboRoutingParams", "tag", "value"),
)
"""The legs of a combination in order messages, with their prices and the routing parameters."""
