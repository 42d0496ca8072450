"""Quotes: market data and its ticks, depth, tick-by-tick, real-time bars, option calculations."""

from dataclasses import field as new

from ibnb.contract import Contract, DeltaNeutralContract
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import COMBO_LEGS, CONTRACT_FULL, DELTA_NEUTRAL_CONTRACT
from ibnb.wire.fields import TEXT_FLOAT
from ibnb.wire.layout import bits, inline, tag, tags, when
from ibnb.wire.schema import UNSET, Bool, Escaped, Float, Int, Long, Message, Size, Small, Str, Tags, reply, request

V_DATA = V.PROTOBUF_MARKET_DATA
V_HISTORY = V.PROTOBUF_HISTORICAL_DATA
V_REST = V.PROTOBUF_REST_MESSAGES_1


@request(
    1,
    version="11",
    text=(
        "reqId",
        *CONTRACT_FULL,
        *COMBO_LEGS,
        *DELTA_NEUTRAL_CONTRACT,
        "genericTickList",
        "snapshot",
        "regulatorySnapshot",
        "mktDataOptions",
    ),
    proto_since=V_DATA,
    source="EClient.reqMktData",
)
class ReqMktData(Message):
    """Subscribe to the quotes of a contract, or ask for one snapshot of them."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    genericTickList: Str = ""
    snapshot: Bool = False
    regulatorySnapshot: Bool = False
    mktDataOptions: Tags = new(default_factory=list)


@request(2, version="2", proto_since=V_DATA, source="EClient.cancelMktData")
class CancelMktData(Message):
    """End a quote subscription."""

    reqId: Int = 0


@request(59, version="1", proto_since=V_DATA, source="EClient.reqMarketDataType")
class ReqMarketDataType(Message):
    """Choose quotes for the whole connection: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen."""

    marketDataType: Int = 1


@request(
    10,
    version="5",
    text=("reqId", *CONTRACT_FULL, "numRows", "isSmartDepth", "mktDepthOptions"),
    proto_since=V_DATA,
    source="EClient.reqMktDepth",
)
class ReqMktDepth(Message):
    """Subscribe to the order book of a contract."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    numRows: Int = 0
    isSmartDepth: Bool = False
    mktDepthOptions: Tags = new(default_factory=list)


@request(11, version="1", proto_since=V_DATA, source="EClient.cancelMktDepth")
class CancelMktDepth(Message):
    """End a depth subscription; `isSmartDepth` as in the request."""

    reqId: Int = 0
    isSmartDepth: Bool = False


@request(
    97,
    text=("reqId", *CONTRACT_FULL, "tickType", "numberOfTicks", "ignoreSize"),
    proto_since=V_HISTORY,
    source="EClient.reqTickByTickData",
)
class ReqTickByTickData(Message):
    """Subscribe to single ticks: Last, AllLast, BidAsk or MidPoint."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    tickType: Str = ""
    numberOfTicks: Int = 0
    ignoreSize: Bool = False


@request(98, proto_since=V_HISTORY, source="EClient.cancelTickByTickData")
class CancelTickByTickData(Message):
    """End a subscription to single ticks."""

    reqId: Int = 0


@request(
    50,
    version="3",
    text=("reqId", *CONTRACT_FULL, "barSize", "whatToShow", "useRTH", "realTimeBarsOptions"),
    proto_since=V_HISTORY,
    source="EClient.reqRealTimeBars",
)
class ReqRealTimeBars(Message):
    """Subscribe to bars of five seconds (no other size is honoured)."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    barSize: Int = 5
    whatToShow: Str = ""
    useRTH: Bool = False
    realTimeBarsOptions: Tags = new(default_factory=list)


@request(51, version="1", proto_since=V_HISTORY, source="EClient.cancelRealTimeBars")
class CancelRealTimeBars(Message):
    """End a subscription to real-time bars."""

    reqId: Int = 0


@request(
    54,
    version="3",
    text=("reqId", *CONTRACT_FULL, "optionPrice", "underPrice", "implVolOptions"),
    proto_since=V_REST,
    source="EClient.calculateImpliedVolatility",
)
class CalculateImpliedVolatility(Message):
    """Ask for the implied volatility of an option at a price; the answer is TickOptionComputation 53."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    optionPrice: Float = 0.0
    underPrice: Float = 0.0
    implVolOptions: Tags = new(default_factory=list)


@request(
    55,
    version="3",
    text=("reqId", *CONTRACT_FULL, "volatility", "underPrice", "optPrcOptions"),
    proto_since=V_REST,
    source="EClient.calculateOptionPrice",
)
class CalculateOptionPrice(Message):
    """Ask for the price of an option at a volatility; the answer is TickOptionComputation 53."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    volatility: Float = 0.0
    underPrice: Float = 0.0
    optPrcOptions: Tags = new(default_factory=list)


@request(56, version="1", proto_since=V_REST, source="EClient.cancelCalculateImpliedVolatility")
class CancelCalculateImpliedVolatility(Message):
    """End a calculation of implied volatility."""

    reqId: Int = 0


@request(57, version="1", proto_since=V_REST, source="EClient.cancelCalculateOptionPrice")
class CancelCalculateOptionPrice(Message):
    """End a calculation of an option price."""

    reqId: Int = 0


# ---- replies ---------------------------------------------------------------------------------------------------------


@reply(1, version="6", proto_since=V_DATA, source="EWrapper.tickPrice")
class TickPrice(Message):
    """A price changed, with the size that belongs to it (unset = none); -1 can mean no price.

    `attrMask`: 1 can be executed automatically, 2 past the limit, 4 before the opening.
    """

    reqId: Small = -1
    tickType: Small = 0
    price: Float = 0.0
    size: Size = UNSET
    attrMask: Small = 0


@reply(2, version="6", proto_since=V_DATA, source="EWrapper.tickSize")
class TickSize(Message):
    """A size changed; in the contract's units, unset when withdrawn."""

    reqId: Small = -1
    tickType: Small = 0
    size: Size = UNSET


@reply(21, proto_since=V_DATA, source="EWrapper.tickOptionComputation")
class TickOptionComputation(Message):
    """Model values of an option. Not computed: implied volatility below 0, greeks -2, prices -1.

    Protobuf leaves such values out; they are these marks here as well.
    """

    reqId: Small = -1
    tickType: Small = 0
    tickAttrib: Small = 0
    impliedVol: Float = -1.0
    delta: Float = -2.0
    optPrice: Float = -1.0
    pvDividend: Float = -1.0
    gamma: Float = -2.0
    vega: Float = -2.0
    theta: Float = -2.0
    undPrice: Float = -1.0


@reply(45, version="6", proto_since=V_DATA, source="EWrapper.tickGeneric")
class TickGeneric(Message):
    """A number of a generic tick."""

    reqId: Small = -1
    tickType: Small = 0
    value: Float = 0.0


@reply(46, version="6", proto_since=V_DATA, source="EWrapper.tickString")
class TickString(Message):
    """A text of a generic tick."""

    reqId: Small = -1
    tickType: Small = 0
    value: Escaped = ""


@reply(47, version="6", source="EWrapper.tickEFP")
class TickEFP(Message):
    """An exchange for physical; text at every server version."""

    reqId: Int = -1
    tickType: Int = 0
    basisPoints: Float = 0.0
    formattedBasisPoints: Escaped = ""
    totalDividends: Float = 0.0
    holdDays: Int = 0
    futureLastTradeDate: Escaped = ""
    dividendImpact: Float = 0.0
    dividendsToLastTradeDate: Float = 0.0


@reply(57, version="1", proto_since=V_DATA, source="EWrapper.tickSnapshotEnd")
class TickSnapshotEnd(Message):
    """A snapshot is complete."""

    reqId: Int = -1


@reply(58, version="1", proto_since=V_DATA, source="EWrapper.marketDataType")
class MarketDataType(Message):
    """Which kind of quotes a subscription gets: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen."""

    reqId: Int = -1
    marketDataType: Int = 0


@reply(
    81,
    text=("tickerId", "minTick", "bboExchange", "snapshotPermissions"),
    proto=(
        *tags(tickerId=1),
        tag("minTick", 2, TEXT_FLOAT),
        *tags(bboExchange=3, snapshotPermissions=4, lastPricePrecision=5, lastSizePrecision=6),
    ),
    proto_since=V_DATA,
    source="EWrapper.tickReqParams",
)
class TickReqParams(Message):
    """What a subscription's quotes look like; the precisions come in protobuf from server 222."""

    tickerId: Int = -1
    minTick: Float = 0.0
    bboExchange: Str = ""
    snapshotPermissions: Int = 0
    lastPricePrecision: Size = UNSET
    lastSizePrecision: Size = UNSET


@reply(91, proto_since=V_REST, source="EWrapper.rerouteMktDataReq")
class RerouteMktDataReq(Message):
    """Quotes of a CFD are those of another contract: ask for that one."""

    reqId: Int = -1
    conId: Int = 0
    exchange: Str = ""


@reply(92, proto_since=V_REST, source="EWrapper.rerouteMktDepthReq")
class RerouteMktDepthReq(Message):
    """The depth of a CFD is that of another contract: ask for that one."""

    reqId: Int = -1
    conId: Int = 0
    exchange: Str = ""


@reply(
    12,
    version="1",
    proto=(*tags(reqId=1), inline(2, *tags(position=1, operation=2, side=3, price=4, size=5))),
    proto_since=V_DATA,
    source="EWrapper.updateMktDepth",
)
class UpdateMktDepth(Message):
    """A row of the book: operation 0 insert, 1 update, 2 delete; side 0 ask, 1 bid."""

    reqId: Small = -1
    position: Small = 0
    operation: Small = 0
    side: Small = 0
    price: Float = 0.0
    size: Size = UNSET


@reply(
    13,
    version="1",
    proto=(
        *tags(reqId=1),
        inline(2, *tags(position=1, operation=2, side=3, price=4, size=5, marketMaker=6, isSmartDepth=7)),
    ),
    proto_since=V_DATA,
    source="EWrapper.updateMktDepthL2",
)
class UpdateMktDepthL2(Message):
    """A row of the book with its market maker or exchange."""

    reqId: Small = -1
    position: Small = 0
    marketMaker: Str = ""
    operation: Small = 0
    side: Small = 0
    price: Float = 0.0
    size: Size = UNSET
    isSmartDepth: Bool = False


@reply(50, version="3", proto_since=V_HISTORY, source="EWrapper.realtimeBar")
class RealtimeBar(Message):
    """A bar of five seconds; `time` is its start in epoch seconds."""

    reqId: Small = -1
    time: Long = 0
    open_: Float = 0.0
    high: Float = 0.0
    low: Float = 0.0
    close: Float = 0.0
    volume: Size = UNSET
    wap: Size = UNSET
    count: Int = 0


_LAST = "tickType in (1, 2)"


@reply(
    99,
    text=(
        "reqId",
        "tickType",
        "time",
        when(_LAST, "price", "size", "mask", "exchange", "specialConditions"),
        when("tickType == 3", "bidPrice", "askPrice", "bidSize", "askSize", "mask"),
        when("tickType == 4", "midPoint"),
    ),
    proto=(
        *tags(reqId=1, tickType=2),
        inline(3, *tags(time=1, price=3, size=4, exchange=5, specialConditions=6), bits("mask", 2), test=_LAST),
        inline(
            4,
            *tags(time=1, bidPrice=3, askPrice=4, bidSize=5, askSize=6),
            bits("mask", 2),
            test="tickType == 3",
        ),
        inline(5, *tags(time=1, midPoint=2), test="tickType == 4"),
    ),
    proto_since=V_HISTORY,
    source="EWrapper.tickByTickAllLast, tickByTickBidAsk, tickByTickMidPoint",
)
class TickByTick(Message):
    """One tick: 1 Last, 2 AllLast, 3 BidAsk, 4 MidPoint; `time` in epoch seconds.

    `mask` of trades: 1 past the limit, 2 unreported; of quotes: 1 bid past low, 2 ask past high.
    """

    reqId: Small = -1
    tickType: Small = 0
    time: Long = 0
    price: Float = 0.0
    size: Size = UNSET
    mask: Small = 0
    exchange: Str = ""
    specialConditions: Str = ""
    bidPrice: Float = 0.0
    askPrice: Float = 0.0
    bidSize: Size = UNSET
    askSize: Size = UNSET
    midPoint: Float = 0.0


@reply(
    56,
    version="1",
    text=("reqId", "deltaNeutralContract.conId", "deltaNeutralContract.delta", "deltaNeutralContract.price"),
    source="EWrapper.deltaNeutralValidation",
)
class DeltaNeutralValidation(Message):
    """The server took a delta-neutral contract; text at every server version."""

    reqId: Int = -1
    deltaNeutralContract: DeltaNeutralContract = new(default_factory=DeltaNeutralContract)
