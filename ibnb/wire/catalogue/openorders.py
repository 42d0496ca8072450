"""Orders as the server tells them: open, completed, bound, and their states."""

from dataclasses import field as new

from ibnb.contract import Contract
from ibnb.order import Order, OrderState
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import (
    CONTRACT_SHORT,
    DELTA_NEUTRAL_CONTRACT,
)
from ibnb.wire.catalogue.types_order import (
    ALGO,
    CONDITIONS,
    DELTA_NEUTRAL_ORDER,
    DELTA_NEUTRAL_SALE,
    HEDGE,
    LEGS,
    ORDER_CONTRACT,
    PEG_BENCH,
    PEG_OFFSETS,
    SCALE,
    split_leg_prices,
    with_leg_prices,
)
from ibnb.wire.fields import BOOL, FLOAT, INT, OPT_INT
from ibnb.wire.layout import Layout, const, field, hook, repeat, since, tag, tags, when
from ibnb.wire.schema import UNSET, Code, Float, Int, Long, Message, Size, reply

V_ORDER = V.PROTOBUF_PLACE_ORDER
V_COMPLETED = V.PROTOBUF_COMPLETED_ORDER

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


@reply(3, proto_since=V_ORDER, source="EWrapper.orderStatus")
class OrderStatus(Message):
    """State and fills of an order."""

    orderId: Int = 0
    status: Code = ""
    filled: Size = UNSET
    remaining: Size = UNSET
    avgFillPrice: Float = 0.0
    permId: Long = 0
    parentId: Int = 0
    lastFillPrice: Float = 0.0
    clientId: Int = 0
    whyHeld: Code = ""
    mktCapPrice: Float = 0.0


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
        *LEGS,
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
    alike="order.outsideRth",
    given=("order.orderType",),
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
        *LEGS,
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
