"""Orders and executions: place, cancel, open and completed orders, fills and their costs."""

from dataclasses import field as new

from ibnb.contract import Contract
from ibnb.objects import CommissionReport, Execution, ExecutionFilter
from ibnb.order import Order, OrderCancel, OrderState
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import (
    COMBO_LEG_FULL,
    CONTRACT_FULL,
    CONTRACT_SHORT,
    DELTA_NEUTRAL_CONTRACT,
)
from ibnb.wire.catalogue.types_order import (
    ALGO,
    CONDITIONS,
    DELTA_NEUTRAL_ORDER,
    DELTA_NEUTRAL_SALE,
    HEDGE,
    ORDER_CONTRACT,
    PEG_BENCH,
    PEG_OFFSETS,
    SCALE,
    split_leg_prices,
    with_leg_prices,
)
from ibnb.wire.fields import BOOL, DECIMAL, FLAG_INT, FLOAT, INT, LIT_INT, LONG, OPT_INT, STR, TEXT_INT
from ibnb.wire.schema import (
    UNSET,
    Bool,
    Float,
    Int,
    Layout,
    Long,
    Message,
    Record,
    Size,
    Str,
    const,
    field,
    hook,
    inline,
    many,
    of,
    repeat,
    reply,
    request,
    since,
    tag,
    tags,
    when,
)

V_ORDER = V.PROTOBUF_PLACE_ORDER
V_COMPLETED = V.PROTOBUF_COMPLETED_ORDER
UNSET_INT_TEXT = "2147483647"

EXECUTION = Record(
    Execution,
    *of(INT, orderId=1, clientId=10, lastLiquidity=18, optExerciseOrLapseType=21),
    *of(STR, execId=2, time=3, acctNumber=4, exchange=5, side=6, orderRef=14, evRule=15, modelCode=17, submitter=20),
    *of(DECIMAL, shares=7, cumQty=12),
    *of(FLOAT, price=8, avgPrice=13, evMultiplier=16),
    *of(LONG, permId=9),
    *of(FLAG_INT, liquidation=11),
    *of(BOOL, pendingPriceRevision=19),
    new=lambda: Execution(time=""),  # type: ignore[arg-type]
)
"""`time` is the text of the wire here; reducers turn it into a datetime."""

Record(
    ExecutionFilter,
    *of(INT, clientId=1),
    *of(STR, acctCode=2, time=3, symbol=4, secType=5, exchange=6, side=7),
    *of(LIT_INT, lastNDays=8),
    many("specificDates", INT, 9),
)
Record(
    CommissionReport,
    *of(STR, execId=1, currency=3),
    *of(FLOAT, commission=2, realizedPNL=4, yield_=5),
    *of(TEXT_INT, yieldRedemptionDate=6),
)

_LEGS: Layout = (
    repeat("contract.comboLegs", *COMBO_LEG_FULL),
    repeat("order.orderComboLegs", "price"),
    repeat("order.smartComboRoutingParams", "tag", "value"),
)
_PEG_BEST = 'order.orderType in ("PEG BEST", "PEGBEST")'
_PEG_MID = (
    f'order.orderType in ("PEG MID", "PEGMID") or ({_PEG_BEST} and order.competeAgainstBestOffset == float("inf"))'
)


@request(
    3,
    text=(
        "orderId",
        *CONTRACT_FULL,
        "contract.secIdType",
        "contract.secId",
        "order.action",
        "order.totalQuantity",
        "order.orderType",
        "order.lmtPrice",
        "order.auxPrice",
        "order.tif",
        "order.ocaGroup",
        "order.account",
        "order.openClose",
        "order.origin",
        "order.orderRef",
        "order.transmit",
        "order.parentId",
        "order.blockOrder",
        "order.sweepToFill",
        "order.displaySize",
        "order.triggerMethod",
        "order.outsideRth",
        "order.hidden",
        when('contract.secType == "BAG"', *_LEGS),
        const("sharesAllocation"),
        "order.discretionaryAmt",
        "order.goodAfterTime",
        "order.goodTillDate",
        "order.faGroup",
        "order.faMethod",
        "order.faPercentage",
        const("faProfile", until=V.FA_PROFILE_DESUPPORT),
        "order.modelCode",
        "order.shortSaleSlot",
        "order.designatedLocation",
        "order.exemptCode",
        "order.ocaType",
        "order.rule80A",
        "order.settlingFirm",
        "order.allOrNone",
        "order.minQty",
        "order.percentOffset",
        const("eTradeOnly", "0"),
        const("firmQuoteOnly", "0"),
        const("nbboPriceCap"),
        "order.auctionStrategy",
        "order.startingPrice",
        "order.stockRefPrice",
        "order.delta",
        "order.stockRangeLower",
        "order.stockRangeUpper",
        "order.overridePercentageConstraints",
        "order.volatility",
        "order.volatilityType",
        "order.deltaNeutralOrderType",
        "order.deltaNeutralAuxPrice",
        *DELTA_NEUTRAL_ORDER,
        "order.continuousUpdate",
        "order.referencePriceType",
        "order.trailStopPrice",
        "order.trailingPercent",
        *SCALE,
        "order.scaleTable",
        "order.activeStartTime",
        "order.activeStopTime",
        *HEDGE,
        "order.optOutSmartRouting",
        "order.clearingAccount",
        "order.clearingIntent",
        "order.notHeld",
        *DELTA_NEUTRAL_CONTRACT,
        *ALGO,
        "order.algoId",
        "order.whatIf",
        "order.orderMiscOptions",
        "order.solicited",
        "order.randomizeSize",
        "order.randomizePrice",
        *PEG_BENCH,
        *CONDITIONS,
        "order.adjustedOrderType",
        "order.triggerPrice",
        "order.lmtPriceOffset",
        "order.adjustedStopPrice",
        "order.adjustedStopLimitPrice",
        "order.adjustedTrailingAmount",
        "order.adjustableTrailingUnit",
        "order.extOperator",
        "order.softDollarTier.name",
        "order.softDollarTier.val",
        "order.cashQty",
        "order.mifid2DecisionMaker",
        "order.mifid2DecisionAlgo",
        "order.mifid2ExecutionTrader",
        "order.mifid2ExecutionAlgo",
        "order.dontUseAutoPriceForHedge",
        "order.isOmsContainer",
        "order.discretionaryUpToLimitPrice",
        "order.usePriceMgmtAlgo",
        field("order.duration", since=V.DURATION),
        field("order.postToAts", since=V.POST_TO_ATS),
        field("order.autoCancelParent", since=V.AUTO_CANCEL_PARENT),
        field("order.advancedErrorOverride", since=V.ADVANCED_ORDER_REJECT),
        field("order.manualOrderTime", since=V.MANUAL_ORDER_TIME),
        since(
            V.PEGBEST_PEGMID_OFFSETS,
            when('contract.exchange == "IBKRATS"', "order.minTradeQty"),
            when(_PEG_BEST, "order.minCompeteSize", "order.competeAgainstBestOffset"),
            when(_PEG_MID, "order.midOffsetAtWhole", "order.midOffsetAtHalf"),
        ),
        field("order.customerAccount", since=V.CUSTOMER_ACCOUNT),
        field("order.professionalCustomer", since=V.PROFESSIONAL_CUSTOMER),
        const("externalUserId", since=V.RFQ_FIELDS, until=V.UNDO_RFQ_FIELDS),
        const("manualOrderIndicator(rfq)", UNSET_INT_TEXT, since=V.RFQ_FIELDS, until=V.UNDO_RFQ_FIELDS),
        field("order.includeOvernight", since=V.INCLUDE_OVERNIGHT),
        field("order.manualOrderIndicator", since=V.CME_TAGGING_FIELDS),
        field("order.imbalanceOnly", since=V.IMBALANCE_ONLY),
    ),
    proto=(
        *tags(orderId=1),
        tag("contract", 2, record=ORDER_CONTRACT, before=(with_leg_prices, ("order",))),
        *tags(order=3),
        inline(
            4,
            *tags(**{"order.slOrderId": 1, "order.slOrderType": 2, "order.ptOrderId": 3, "order.ptOrderType": 4}),
            always=True,
        ),
        hook(split_leg_prices, "contract", "order"),
    ),
    proto_since=V_ORDER,
    source="EClient.placeOrder",
)
class PlaceOrder(Message):
    """Place an order, change it (same id), or preview it (`order.whatIf`)."""

    orderId: Int = 0
    contract: Contract = new(default_factory=Contract)
    order: Order = new(default_factory=Order)


@request(
    4,
    version="1",
    until=V.CME_TAGGING_FIELDS,
    text=(
        "orderId",
        field("orderCancel.manualOrderCancelTime", since=V.MANUAL_ORDER_TIME),
        const("extOperator(rfq)", since=V.RFQ_FIELDS, until=V.UNDO_RFQ_FIELDS),
        const("externalUserId", since=V.RFQ_FIELDS, until=V.UNDO_RFQ_FIELDS),
        const("manualOrderIndicator(rfq)", UNSET_INT_TEXT, since=V.RFQ_FIELDS, until=V.UNDO_RFQ_FIELDS),
        since(V.CME_TAGGING_FIELDS, "orderCancel.extOperator", "orderCancel.manualOrderIndicator"),
    ),
    proto_since=V_ORDER,
    source="EClient.cancelOrder",
)
class CancelOrder(Message):
    """Cancel an order."""

    orderId: Int = 0
    orderCancel: OrderCancel = new(default_factory=OrderCancel)


@request(
    58,
    version="1",
    until=V.CME_TAGGING_FIELDS,
    text=(since(V.CME_TAGGING_FIELDS, "orderCancel.extOperator", "orderCancel.manualOrderIndicator"),),
    proto_since=V_ORDER,
    source="EClient.reqGlobalCancel",
)
class ReqGlobalCancel(Message):
    """Cancel all orders, also those entered by hand."""

    orderCancel: OrderCancel = new(default_factory=OrderCancel)


@request(5, version="1", proto_since=V_COMPLETED, source="EClient.reqOpenOrders")
class ReqOpenOrders(Message):
    """Ask for this client's open orders (client 0: also those entered by hand, which it binds)."""


@request(16, version="1", proto_since=V_COMPLETED, source="EClient.reqAllOpenOrders")
class ReqAllOpenOrders(Message):
    """Ask once for the open orders of all clients."""


@request(15, version="1", proto_since=V_COMPLETED, source="EClient.reqAutoOpenOrders")
class ReqAutoOpenOrders(Message):
    """Bind orders that will be entered by hand (client 0 only)."""

    bAutoBind: Bool = True


@request(99, proto_since=V_COMPLETED, source="EClient.reqCompletedOrders")
class ReqCompletedOrders(Message):
    """Ask for completed orders, all of them or those of the API."""

    apiOnly: Bool = False


@request(
    7,
    version="3",
    text=(
        "reqId",
        "execFilter.clientId",
        "execFilter.acctCode",
        "execFilter.time",
        "execFilter.symbol",
        "execFilter.secType",
        "execFilter.exchange",
        "execFilter.side",
        since(V.PARAMETRIZED_DAYS_OF_EXECUTIONS, "execFilter.lastNDays", repeat("execFilter.specificDates")),
    ),
    proto_since=V.PROTOBUF,
    source="EClient.reqExecutions",
)
class ReqExecutions(Message):
    """Ask for executions and their commission reports; since midnight if nothing else is said."""

    reqId: Int = 0
    execFilter: ExecutionFilter = new(default_factory=ExecutionFilter)


@request(
    21,
    version="2",
    text=(
        "reqId",
        *(name for name in CONTRACT_FULL if name != "contract.primaryExchange"),
        "exerciseAction",
        "exerciseQuantity",
        "account",
        field("override", INT),
        field("manualOrderTime", since=V.MANUAL_ORDER_TIME_EXERCISE_OPTIONS),
        field("customerAccount", since=V.CUSTOMER_ACCOUNT),
        field("professionalCustomer", since=V.PROFESSIONAL_CUSTOMER),
    ),
    proto=(
        *tags(reqId=1, contract=2, exerciseAction=3, exerciseQuantity=4, account=5),
        tag("override", 6, FLAG_INT),
        *tags(manualOrderTime=7, customerAccount=8, professionalCustomer=9),
    ),
    proto_since=V.PROTOBUF_REST_MESSAGES_1,
    source="EClient.exerciseOptions",
)
class ExerciseOptions(Message):
    """Exercise (1) or lapse (2) options; `reqId` is an order id."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    exerciseAction: Int = 1
    exerciseQuantity: Int = 0
    account: Str = ""
    override: Int = 0
    manualOrderTime: Str = ""
    customerAccount: Str = ""
    professionalCustomer: Bool = False


# ---- replies ---------------------------------------------------------------------------------------------------------


@reply(3, proto_since=V_ORDER, source="EWrapper.orderStatus")
class OrderStatus(Message):
    """State and fills of an order."""

    orderId: Int = 0
    status: Str = ""
    filled: Size = UNSET
    remaining: Size = UNSET
    avgFillPrice: Float = 0.0
    permId: Long = 0
    parentId: Int = 0
    lastFillPrice: Float = 0.0
    clientId: Int = 0
    whyHeld: Str = ""
    mktCapPrice: Float = 0.0


_ADJUSTED: Layout = (
    field("order.lmtPriceOffset", FLOAT),
    field("order.adjustedStopPrice", FLOAT),
    field("order.adjustedStopLimitPrice", FLOAT),
    field("order.adjustedTrailingAmount", FLOAT),
)
_MARGINS = tuple(
    f"orderState.{name}{when_}"
    for when_ in ("Before", "Change", "After")
    for name in ("initMargin", "maintMargin", "equityWithLoan")
)
_PREVIEW: Layout = (
    since(
        V.FULL_ORDER_PREVIEW_FIELDS,
        "orderState.marginCurrency",
        *(f"{name}OutsideRTH" for name in _MARGINS),
        "orderState.suggestedSize",
        "orderState.rejectReason",
        repeat(
            "orderState.orderAllocations",
            "account",
            "position",
            "positionDesired",
            "positionAfter",
            "desiredAllocQty",
            "allowedAllocQty",
            "isMonetary",
        ),
    ),
)


@reply(
    5,
    text=(
        "order.orderId",
        *CONTRACT_SHORT,
        "order.action",
        "order.totalQuantity",
        "order.orderType",
        "order.lmtPrice",
        "order.auxPrice",
        "order.tif",
        "order.ocaGroup",
        "order.account",
        "order.openClose",
        "order.origin",
        "order.orderRef",
        "order.clientId",
        "order.permId",
        "order.outsideRth",
        "order.hidden",
        "order.discretionaryAmt",
        "order.goodAfterTime",
        const("sharesAllocation"),
        "order.faGroup",
        "order.faMethod",
        "order.faPercentage",
        const("faProfile", until=V.FA_PROFILE_DESUPPORT),
        "order.modelCode",
        "order.goodTillDate",
        "order.rule80A",
        "order.percentOffset",
        "order.settlingFirm",
        "order.shortSaleSlot",
        "order.designatedLocation",
        "order.exemptCode",
        "order.auctionStrategy",
        "order.startingPrice",
        "order.stockRefPrice",
        "order.delta",
        "order.stockRangeLower",
        "order.stockRangeUpper",
        field("order.displaySize", OPT_INT),
        "order.blockOrder",
        "order.sweepToFill",
        "order.allOrNone",
        "order.minQty",
        "order.ocaType",
        const("eTradeOnly", "0"),
        const("firmQuoteOnly", "0"),
        const("nbboPriceCap"),
        "order.parentId",
        "order.triggerMethod",
        "order.volatility",
        field("order.volatilityType", INT),
        "order.deltaNeutralOrderType",
        "order.deltaNeutralAuxPrice",
        *DELTA_NEUTRAL_ORDER,
        "order.continuousUpdate",
        field("order.referencePriceType", INT),
        "order.trailStopPrice",
        "order.trailingPercent",
        "order.basisPoints",
        "order.basisPointsType",
        "contract.comboLegsDescrip",
        *_LEGS,
        *SCALE,
        *HEDGE,
        "order.optOutSmartRouting",
        "order.clearingAccount",
        "order.clearingIntent",
        "order.notHeld",
        *DELTA_NEUTRAL_CONTRACT,
        *ALGO,
        "order.solicited",
        "order.whatIf",
        "orderState.status",
        *_MARGINS,
        "orderState.commission",
        "orderState.minCommission",
        "orderState.maxCommission",
        "orderState.commissionCurrency",
        *_PREVIEW,
        "orderState.warningText",
        "order.randomizeSize",
        "order.randomizePrice",
        *PEG_BENCH,
        *CONDITIONS,
        "order.adjustedOrderType",
        field("order.triggerPrice", FLOAT),
        field("order.trailStopPrice", FLOAT),
        *_ADJUSTED,
        "order.adjustableTrailingUnit",
        "order.softDollarTier.name",
        "order.softDollarTier.val",
        "order.softDollarTier.displayName",
        field("order.cashQty", FLOAT),
        "order.dontUseAutoPriceForHedge",
        "order.isOmsContainer",
        "order.discretionaryUpToLimitPrice",
        field("order.usePriceMgmtAlgo", BOOL),
        field("order.duration", OPT_INT, since=V.DURATION),
        field("order.postToAts", OPT_INT, since=V.POST_TO_ATS),
        field("order.autoCancelParent", since=V.AUTO_CANCEL_PARENT),
        *PEG_OFFSETS,
        field("order.customerAccount", since=V.CUSTOMER_ACCOUNT),
        field("order.professionalCustomer", since=V.PROFESSIONAL_CUSTOMER),
        field("order.bondAccruedInterest", since=V.BOND_ACCRUED_INTEREST),
        field("order.includeOvernight", since=V.INCLUDE_OVERNIGHT),
        field("order.extOperator", since=V.CME_TAGGING_FIELDS_IN_OPEN_ORDER),
        field("order.manualOrderIndicator", OPT_INT, since=V.CME_TAGGING_FIELDS_IN_OPEN_ORDER),
        field("order.submitter", since=V.SUBMITTER),
        field("order.imbalanceOnly", since=V.IMBALANCE_ONLY),
    ),
    proto=(
        *tags(**{"order.orderId": 1}),
        tag("contract", 2, record=ORDER_CONTRACT, before=(with_leg_prices, ("order",))),
        *tags(order=3, orderState=4),
        hook(split_leg_prices, "contract", "order"),
    ),
    proto_since=V_ORDER,
    source="EWrapper.openOrder",
)
class OpenOrder(Message):
    """An open order with its state; also the answer to a preview."""

    order: Order = new(default_factory=Order)
    contract: Contract = new(default_factory=Contract)
    orderState: OrderState = new(default_factory=OrderState)


@reply(53, version="1", proto_since=V_ORDER, source="EWrapper.openOrderEnd")
class OpenOrderEnd(Message):
    """All open orders have been sent."""


@reply(
    101,
    text=(
        *CONTRACT_SHORT,
        "order.action",
        "order.totalQuantity",
        "order.orderType",
        "order.lmtPrice",
        "order.auxPrice",
        "order.tif",
        "order.ocaGroup",
        "order.account",
        "order.openClose",
        "order.origin",
        "order.orderRef",
        "order.permId",
        "order.outsideRth",
        "order.hidden",
        "order.discretionaryAmt",
        "order.goodAfterTime",
        "order.faGroup",
        "order.faMethod",
        "order.faPercentage",
        const("faProfile", until=V.FA_PROFILE_DESUPPORT),
        "order.modelCode",
        "order.goodTillDate",
        "order.rule80A",
        "order.percentOffset",
        "order.settlingFirm",
        "order.shortSaleSlot",
        "order.designatedLocation",
        "order.exemptCode",
        "order.startingPrice",
        "order.stockRefPrice",
        "order.delta",
        "order.stockRangeLower",
        "order.stockRangeUpper",
        field("order.displaySize", OPT_INT),
        "order.sweepToFill",
        "order.allOrNone",
        "order.minQty",
        "order.ocaType",
        "order.triggerMethod",
        "order.volatility",
        field("order.volatilityType", INT),
        "order.deltaNeutralOrderType",
        "order.deltaNeutralAuxPrice",
        when('order.deltaNeutralOrderType != ""', "order.deltaNeutralConId", *DELTA_NEUTRAL_SALE),
        "order.continuousUpdate",
        field("order.referencePriceType", INT),
        "order.trailStopPrice",
        "order.trailingPercent",
        "contract.comboLegsDescrip",
        *_LEGS,
        *SCALE,
        *HEDGE,
        "order.clearingAccount",
        "order.clearingIntent",
        "order.notHeld",
        *DELTA_NEUTRAL_CONTRACT,
        *ALGO,
        "order.solicited",
        "orderState.status",
        "order.randomizeSize",
        "order.randomizePrice",
        *PEG_BENCH,
        *CONDITIONS,
        field("order.trailStopPrice", FLOAT),
        field("order.lmtPriceOffset", FLOAT),
        field("order.cashQty", FLOAT),
        "order.dontUseAutoPriceForHedge",
        "order.isOmsContainer",
        "order.autoCancelDate",
        "order.filledQuantity",
        "order.refFuturesConId",
        "order.autoCancelParent",
        "order.shareholder",
        "order.imbalanceOnly",
        field("order.routeMarketableToBbo", BOOL),
        "order.parentPermId",
        "orderState.completedTime",
        "orderState.completedStatus",
        *PEG_OFFSETS,
        field("order.customerAccount", since=V.CUSTOMER_ACCOUNT),
        field("order.professionalCustomer", since=V.PROFESSIONAL_CUSTOMER),
        field("order.submitter", since=V.SUBMITTER),
    ),
    proto=(
        tag("contract", 1, record=ORDER_CONTRACT, before=(with_leg_prices, ("order",))),
        *tags(order=2, orderState=3),
        hook(split_leg_prices, "contract", "order"),
    ),
    proto_since=V_COMPLETED,
    source="EWrapper.completedOrder",
)
class CompletedOrder(Message):
    """An order that is filled or cancelled; it has no order id, only a permId."""

    contract: Contract = new(default_factory=Contract)
    order: Order = new(default_factory=Order)
    orderState: OrderState = new(default_factory=OrderState)


@reply(102, proto_since=V_COMPLETED, source="EWrapper.completedOrdersEnd")
class CompletedOrdersEnd(Message):
    """All completed orders have been sent."""


@reply(100, proto_since=V_COMPLETED, source="EWrapper.orderBound")
class OrderBound(Message):
    """An order entered by hand got an order id of this client."""

    permId: Long = 0
    clientId: Int = 0
    orderId: Int = 0


@reply(
    11,
    text=(
        "reqId",
        "execution.orderId",
        *CONTRACT_SHORT,
        "execution.execId",
        "execution.time",
        "execution.acctNumber",
        "execution.exchange",
        "execution.side",
        "execution.shares",
        "execution.price",
        "execution.permId",
        "execution.clientId",
        "execution.liquidation",
        "execution.cumQty",
        "execution.avgPrice",
        "execution.orderRef",
        "execution.evRule",
        "execution.evMultiplier",
        "execution.modelCode",
        "execution.lastLiquidity",
        field("execution.pendingPriceRevision", since=V.PENDING_PRICE_REVISION),
        field("execution.submitter", since=V.SUBMITTER),
    ),
    proto=tags(reqId=1, contract=2, execution=3),
    proto_since=V.PROTOBUF,
    source="EWrapper.execDetails",
)
class ExecDetails(Message):
    """A fill; reqId -1 when it was not asked for. `execution.time` is the text of the wire."""

    reqId: Int = -1
    execution: Execution = new(default_factory=Execution)
    contract: Contract = new(default_factory=Contract)


@reply(55, version="1", proto_since=V.PROTOBUF, source="EWrapper.execDetailsEnd")
class ExecDetailsEnd(Message):
    """All executions have been sent."""

    reqId: Int = -1


@reply(
    59,
    version="1",
    text=(
        "report.execId",
        "report.commission",
        "report.currency",
        "report.realizedPNL",
        "report.yield_",
        "report.yieldRedemptionDate",
    ),
    proto=(
        *tags(**{"report.execId": 1, "report.commission": 2, "report.currency": 3, "report.realizedPNL": 4}),
        *tags(**{"report.yield_": 5, "report.yieldRedemptionDate": 6}),
    ),
    proto_since=V.PROTOBUF_REST_MESSAGES_1,
    source="EWrapper.commissionAndFeesReport",
)
class CommissionAndFeesReport(Message):
    """What an execution cost, joined to it by execId; unset = unknown."""

    report: CommissionReport = new(default_factory=CommissionReport)
