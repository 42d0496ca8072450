"""Orders on their way to the server: place, cancel, ask for open and completed ones."""

from dataclasses import field as new

from ibnb.contract import Contract
from ibnb.order import Order, OrderCancel
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import (
    CONTRACT_FULL,
    DELTA_NEUTRAL_CONTRACT,
)
from ibnb.wire.catalogue.types_order import (
    ALGO,
    CONDITIONS,
    DELTA_NEUTRAL_ORDER,
    HEDGE,
    LEGS,
    ORDER_CONTRACT,
    PEG_BENCH,
    SCALE,
    split_leg_prices,
    with_leg_prices,
)
from ibnb.wire.layout import const, field, hook, inline, since, tag, tags, when
from ibnb.wire.schema import Bool, Int, Message, request

V_ORDER = V.PROTOBUF_PLACE_ORDER
V_COMPLETED = V.PROTOBUF_COMPLETED_ORDER
UNSET_INT_TEXT = "2147483647"

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
        when('contract.secType == "BAG"', *LEGS),
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
            4, *tags(**{"order.slOrderId": 1, "order.slOrderType": 2, "order.ptOrderId": 3, "order.ptOrderType": 4})
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

    bAutoBind: Bool = False


@request(99, proto_since=V_COMPLETED, source="EClient.reqCompletedOrders")
class ReqCompletedOrders(Message):
    """Ask for completed orders, all of them or those of the API."""

    apiOnly: Bool = False
