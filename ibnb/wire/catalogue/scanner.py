"""The market scanner."""

from dataclasses import field as new

from ibnb.contract import Contract, ContractDetails, ScanData
from ibnb.objects import ScannerSubscription
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import CONTRACT, CONTRACT_DETAILS
from ibnb.wire.fields import BOOL, INT, OPT_FLOAT, OPT_INT, STR
from ibnb.wire.layout import inline, repeat, tags
from ibnb.wire.schema import Escaped, Int, Message, Record, Tags, at, of, reply, request, sub

V_SCAN = V.PROTOBUF_SCAN_DATA

SUBSCRIPTION = Record(
    ScannerSubscription,
    *of(OPT_INT, numberOfRows=1, aboveVolume=7, averageOptionVolumeAbove=19),
    *of(STR, instrument=2, locationCode=3, scanCode=4, scannerSettingPairs=20, stockTypeFilter=21),
    *of(OPT_FLOAT, abovePrice=5, belowPrice=6, marketCapAbove=8, marketCapBelow=9),
    *of(STR, moodyRatingAbove=10, moodyRatingBelow=11, spRatingAbove=12, spRatingBelow=13),
    *of(STR, maturityDateAbove=14, maturityDateBelow=15),
    *of(OPT_FLOAT, couponRateAbove=16, couponRateBelow=17),
    *of(BOOL, excludeConvertible=18),
)
SCAN_DATA = Record(
    ScanData,
    *of(INT, rank=1),
    sub("contractDetails", CONTRACT_DETAILS, 0),
    sub("contractDetails.contract", CONTRACT, 2, always=True),
    at("contractDetails.marketName", STR, 3),
    *of(STR, distance=4, benchmark=5, projection=6, legsStr=7),
    new=lambda: ScanData(0, ContractDetails(contract=Contract()), "", "", "", ""),
)


@request(
    22,
    text=(
        "reqId",
        "subscription.numberOfRows",
        "subscription.instrument",
        "subscription.locationCode",
        "subscription.scanCode",
        "subscription.abovePrice",
        "subscription.belowPrice",
        "subscription.aboveVolume",
        "subscription.marketCapAbove",
        "subscription.marketCapBelow",
        "subscription.moodyRatingAbove",
        "subscription.moodyRatingBelow",
        "subscription.spRatingAbove",
        "subscription.spRatingBelow",
        "subscription.maturityDateAbove",
        "subscription.maturityDateBelow",
        "subscription.couponRateAbove",
        "subscription.couponRateBelow",
        "subscription.excludeConvertible",
        "subscription.averageOptionVolumeAbove",
        "subscription.scannerSettingPairs",
        "subscription.stockTypeFilter",
        "scannerSubscriptionFilterOptions",
        "scannerSubscriptionOptions",
    ),
    proto=(
        *tags(reqId=1),
        inline(
            2,
            *tags(**{f"subscription.{part.path}": part.number for part in SUBSCRIPTION.parts}),
            *tags(scannerSubscriptionFilterOptions=22, scannerSubscriptionOptions=23),
        ),
    ),
    proto_since=V_SCAN,
    source="EClient.reqScannerSubscription",
)
class ReqScannerSubscription(Message):
    """Subscribe to a scan; each answer is the full list."""

    reqId: Int = 0
    subscription: ScannerSubscription = new(default_factory=ScannerSubscription)
    scannerSubscriptionFilterOptions: Tags = new(default_factory=list)
    scannerSubscriptionOptions: Tags = new(default_factory=list)


@request(23, version="1", proto_since=V_SCAN, source="EClient.cancelScannerSubscription")
class CancelScannerSubscription(Message):
    """End a scan."""

    reqId: Int = 0


@request(24, version="1", proto_since=V_SCAN, source="EClient.reqScannerParameters")
class ReqScannerParameters(Message):
    """Ask for everything that a scan can be made of."""


@reply(19, version="1", proto_since=V_SCAN, source="EWrapper.scannerParameters")
class ScannerParameters(Message):
    """Everything that a scan can be made of, as one large XML."""

    xml: Escaped = ""


_CONTRACT = ("conId", "symbol", "secType", "lastTradeDateOrContractMonth", "strike", "right")


@reply(
    20,
    version="3",
    text=(
        "reqId",
        repeat(
            "elements",
            "rank",
            *(f"contractDetails.contract.{name}" for name in _CONTRACT),
            "contractDetails.contract.exchange",
            "contractDetails.contract.currency",
            "contractDetails.contract.localSymbol",
            "contractDetails.marketName",
            "contractDetails.contract.tradingClass",
            "distance",
            "benchmark",
            "projection",
            "legsStr",
        ),
    ),
    proto_since=V_SCAN,
    source="EWrapper.scannerData, scannerDataEnd",
)
class ScannerData(Message):
    """One full answer of a scan."""

    reqId: Int = -1
    elements: list[ScanData] = new(default_factory=list)
