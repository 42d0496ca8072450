"""History: bars, ticks, schedules, head timestamps, histograms."""

from collections.abc import Sequence
from dataclasses import field as new
from functools import partial
from typing import Annotated, Any

from ibnb.contract import Contract
from ibnb.objects import (
    BarData,
    HistoricalSession,
    HistoricalTick,
    HistoricalTickBidAsk,
    HistoricalTickLast,
    TickAttribBidAsk,
    TickAttribLast,
)
from ibnb.objects import (
    HistogramData as HistogramEntry,
)
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import COMBO_LEGS, CONTRACT_FULL
from ibnb.wire.fields import BOOL, DECIMAL, FLOAT, INT, LONG, NAMESPACE, STR
from ibnb.wire.layout import Layout, const, field, repeat, tags
from ibnb.wire.schema import Bool, Flag, Int, Message, Record, RowSpec, Str, Tags, of, reply, request, sub

V_HISTORY = V.PROTOBUF_HISTORICAL_DATA

BAR = Record(
    BarData,
    *of(STR, date=1),
    *of(FLOAT, open=2, high=3, low=4, close=5),
    *of(DECIMAL, volume=6, average=7),
    *of(INT, barCount=8),
    new=partial(BarData, volume=UNSET_DOUBLE, average=UNSET_DOUBLE),  # protobuf leaves out what has no value
)
BARS = RowSpec(BAR, ("date", "open", "high", "low", "close", "volume", "average", "barCount"))

Record(HistoricalSession, *of(STR, startDateTime=1, endDateTime=2, refDate=3))
Record(HistogramEntry, *of(FLOAT, price=1), *of(DECIMAL, count=2))

# ---- ticks: the flags of a tick are a mask in text and a submessage in protobuf --------------------------------------


def _read_bid_ask_mask(x: bytes) -> TickAttribBidAsk:
    """Return the flags of a historical quote; the bits are the other way round than in live ticks."""
    mask = int(x or 0)
    return TickAttribBidAsk(bidPastLow=bool(mask & 2), askPastHigh=bool(mask & 1))


def _read_last_mask(x: bytes) -> TickAttribLast:
    """Return the flags of a historical trade."""
    mask = int(x or 0)
    return TickAttribLast(pastLimit=bool(mask & 1), unreported=bool(mask & 2))


def _bid_ask_mask(v: Any) -> str:
    return str(v.bidPastLow * 2 + v.askPastHigh)


def _last_mask(v: Any) -> str:
    return str(v.pastLimit + v.unreported * 2)


NAMESPACE.update(
    _read_bid_ask_mask=_read_bid_ask_mask,
    _read_last_mask=_read_last_mask,
    _bid_ask_mask=_bid_ask_mask,
    _last_mask=_last_mask,
)
BID_ASK_MASK = INT.but(load="_read_bid_ask_mask({x})", dump="_bid_ask_mask({v})")
LAST_MASK = INT.but(load="_read_last_mask({x})", dump="_last_mask({v})")

ATTRIB_BID_ASK = Record(TickAttribBidAsk, *of(BOOL, bidPastLow=1, askPastHigh=2))
ATTRIB_LAST = Record(TickAttribLast, *of(BOOL, pastLimit=1, unreported=2))

TICKS = RowSpec(
    Record(HistoricalTick, *of(LONG, time=1), *of(FLOAT, price=2), *of(DECIMAL, size=3)),
    ("time", const("unused", "0"), "price", "size"),
)
TICKS_BID_ASK = RowSpec(
    Record(
        HistoricalTickBidAsk,
        *of(LONG, time=1),
        sub("tickAttribBidAsk", ATTRIB_BID_ASK, 2),
        *of(FLOAT, priceBid=3, priceAsk=4),
        *of(DECIMAL, sizeBid=5, sizeAsk=6),
    ),
    ("time", field("tickAttribBidAsk", BID_ASK_MASK), "priceBid", "priceAsk", "sizeBid", "sizeAsk"),
)
TICKS_LAST = RowSpec(
    Record(
        HistoricalTickLast,
        *of(LONG, time=1),
        sub("tickAttribLast", ATTRIB_LAST, 2),
        *of(FLOAT, price=3),
        *of(DECIMAL, size=4),
        *of(STR, exchange=5, specialConditions=6),
    ),
    ("time", field("tickAttribLast", LAST_MASK), "price", "size", "exchange", "specialConditions"),
)

# ---- requests --------------------------------------------------------------------------------------------------------

_CONTRACT: Layout = ("reqId", *CONTRACT_FULL, "contract.includeExpired")


@request(
    20,
    text=(
        *_CONTRACT,
        "endDateTime",
        "barSizeSetting",
        "durationStr",
        "useRTH",
        "whatToShow",
        "formatDate",
        *COMBO_LEGS,
        "keepUpToDate",
        "chartOptions",
    ),
    proto_since=V_HISTORY,
    source="EClient.reqHistoricalData",
)
class ReqHistoricalData(Message):
    """Ask for bars up to a time (empty = now), and for their updates; `formatDate` 1 text dates, 2 epoch seconds."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    endDateTime: Str = ""
    barSizeSetting: Str = ""
    durationStr: Str = ""
    useRTH: Flag = 0
    whatToShow: Str = ""
    formatDate: Int = 1
    keepUpToDate: Bool = False
    chartOptions: Tags = new(default_factory=list)


@request(25, version="1", proto_since=V_HISTORY, source="EClient.cancelHistoricalData")
class CancelHistoricalData(Message):
    """End a request for bars."""

    reqId: Int = 0


@request(
    87,
    text=(*_CONTRACT, "useRTH", "whatToShow", "formatDate"),
    proto_since=V_HISTORY,
    source="EClient.reqHeadTimeStamp",
)
class ReqHeadTimeStamp(Message):
    """Ask for the first moment of which there is data."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    useRTH: Flag = 0
    whatToShow: Str = ""
    formatDate: Int = 1


@request(90, proto_since=V_HISTORY, source="EClient.cancelHeadTimeStamp")
class CancelHeadTimeStamp(Message):
    """End a request for the first moment."""

    reqId: Int = 0


@request(88, text=(*_CONTRACT, "useRTH", "timePeriod"), proto_since=V_HISTORY, source="EClient.reqHistogramData")
class ReqHistogramData(Message):
    """Ask for the sizes traded at each price over a period such as `3 days`."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    useRTH: Bool = False
    timePeriod: Str = ""


@request(89, proto_since=V_HISTORY, source="EClient.cancelHistogramData")
class CancelHistogramData(Message):
    """End a request for a histogram."""

    reqId: Int = 0


@request(
    96,
    text=(
        *_CONTRACT,
        "startDateTime",
        "endDateTime",
        "numberOfTicks",
        "whatToShow",
        "useRth",
        "ignoreSize",
        "miscOptions",
    ),
    proto_since=V_HISTORY,
    source="EClient.reqHistoricalTicks",
)
class ReqHistoricalTicks(Message):
    """Ask for at most 1000 ticks after a start or before an end: TRADES, BID_ASK or MIDPOINT."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    startDateTime: Str = ""
    endDateTime: Str = ""
    numberOfTicks: Int = 0
    whatToShow: Str = ""
    useRth: Flag = 0
    ignoreSize: Bool = False
    miscOptions: Tags = new(default_factory=list)


@request(
    107,
    text=None,
    proto_since=V.CANCEL_CONTRACT_DATA,
    min_version=V.CANCEL_CONTRACT_DATA,
    source="EClient.cancelHistoricalTicks",
)
class CancelHistoricalTicks(Message):
    """End a request for ticks."""

    reqId: Int = 0


# ---- replies ---------------------------------------------------------------------------------------------------------


@reply(
    17,
    text=(
        "reqId",
        field("startDateStr", until=V.HISTORICAL_DATA_END),
        field("endDateStr", until=V.HISTORICAL_DATA_END),
        "bars",
    ),
    proto=tags(reqId=1, bars=2),
    proto_since=V_HISTORY,
    source="EWrapper.historicalData",
)
class HistoricalData(Message):
    """The bars of a request, as they came; start and end moved to HistoricalDataEnd at server 196."""

    reqId: Int = -1
    startDateStr: Str = ""
    endDateStr: Str = ""
    bars: Annotated[Sequence[BarData], BARS] = new(default_factory=list)


@reply(108, proto_since=V_HISTORY, min_version=V.HISTORICAL_DATA_END, source="EWrapper.historicalDataEnd")
class HistoricalDataEnd(Message):
    """All bars have been sent; the span that they cover."""

    reqId: Int = -1
    startDateStr: Str = ""
    endDateStr: Str = ""


@reply(
    90,
    text=(
        "reqId",
        "bar.barCount",
        "bar.date",
        "bar.open",
        "bar.close",
        "bar.high",
        "bar.low",
        "bar.average",
        "bar.volume",
    ),
    proto_since=V_HISTORY,
    source="EWrapper.historicalDataUpdate",
)
class HistoricalDataUpdate(Message):
    """The open bar changed, or a new one began; the date is the text of the wire."""

    reqId: Int = -1
    bar: BarData = new(default_factory=BarData)


@reply(88, proto_since=V_HISTORY, source="EWrapper.headTimestamp")
class HeadTimestamp(Message):
    """The first moment of which there is data, in the form that `formatDate` asked for."""

    reqId: Int = -1
    headTimestamp: Str = ""


@reply(89, text=("reqId", repeat("items", "price", "count")), proto_since=V_HISTORY, source="EWrapper.histogramData")
class HistogramData(Message):
    """The sizes traded at each price."""

    reqId: Int = -1
    items: list[HistogramEntry] = new(default_factory=list)


@reply(96, text=("reqId", "ticks", "done"), proto_since=V_HISTORY, source="EWrapper.historicalTicks")
class HistoricalTicks(Message):
    """Midpoint ticks; `done` when the reply is complete."""

    reqId: Int = -1
    ticks: Annotated[Sequence[HistoricalTick], TICKS] = new(default_factory=list)
    done: Bool = False


@reply(97, text=("reqId", "ticks", "done"), proto_since=V_HISTORY, source="EWrapper.historicalTicksBidAsk")
class HistoricalTicksBidAsk(Message):
    """Quote ticks; `done` when the reply is complete."""

    reqId: Int = -1
    ticks: Annotated[Sequence[HistoricalTickBidAsk], TICKS_BID_ASK] = new(default_factory=list)
    done: Bool = False


@reply(98, text=("reqId", "ticks", "done"), proto_since=V_HISTORY, source="EWrapper.historicalTicksLast")
class HistoricalTicksLast(Message):
    """Trade ticks; `done` when the reply is complete."""

    reqId: Int = -1
    ticks: Annotated[Sequence[HistoricalTickLast], TICKS_LAST] = new(default_factory=list)
    done: Bool = False


@reply(
    106,
    text=(
        "reqId",
        "startDateTime",
        "endDateTime",
        "timeZone",
        repeat("sessions", "startDateTime", "endDateTime", "refDate"),
    ),
    proto_since=V.PROTOBUF_REST_MESSAGES_1,
    min_version=V.HISTORICAL_SCHEDULE,
    source="EWrapper.historicalSchedule",
)
class HistoricalSchedule(Message):
    """The sessions of a contract, in the zone that the message names."""

    reqId: Int = -1
    startDateTime: Str = ""
    endDateTime: Str = ""
    timeZone: Str = ""
    sessions: list[HistoricalSession] = new(default_factory=list)
