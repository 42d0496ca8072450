"""Frames built straight from the tables of protocol facts, by an encoder that knows nothing of ibnb's layouts.

Text: `text_fields_*.csv`, row by row. Protobuf: the official message classes, whose fields equal `proto_fields.csv`.
Values come from the attributes of an ibnb message, under the names of the tables.
"""

from __future__ import annotations

import csv
import importlib
import itertools
from decimal import Decimal
from functools import cache
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue.types_order import flat_condition

DATA = Path(__file__).parent / "data"
UNSETS = (UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG)

# Where the tables (official names) and the model (ib_async names) differ.
MODEL_NAMES = {
    "bar.wap": "bar.average",
    "h.size": "h.count",
    "orderState.commissionAndFees": "orderState.commission",
    "orderState.minCommissionAndFees": "orderState.minCommission",
    "orderState.maxCommissionAndFees": "orderState.maxCommission",
    "orderState.commissionAndFeesCurrency": "orderState.commissionCurrency",
    "report.commissionAndFees": "report.commission",
    "el.contract": "el.contractDetails.contract",
    "el.marketName": "el.contractDetails.marketName",
}
MASKS = {
    "HistoricalTicksBidAsk": lambda t: t.tickAttribBidAsk.askPastHigh | t.tickAttribBidAsk.bidPastLow << 1,
    "HistoricalTicksLast": lambda t: t.tickAttribLast.pastLimit | t.tickAttribLast.unreported << 1,
}
VERSIONS = {"updatePortfolio": 8, "position": 3, "contractDetails": 8, "bondContractDetails": 6}


@cache
def rows(name: str) -> dict[int, list[dict[str, str]]]:
    """Return the rows of a table by message id."""
    result: dict[int, list[dict[str, str]]] = {}
    with (DATA / name).open(newline="") as file:
        for row in csv.DictReader(file):
            result.setdefault(int(row["msg_id"]), []).append(row)
    return result


def text(message: m.Message, version: int) -> list[str]:
    """Return the text fields of a message, without its id."""
    spec = m.spec(type(message))
    is_request = spec.direction is m.Direction.REQUEST
    table = rows("text_fields_out.csv" if is_request else "text_fields_in.csv")[spec.msg_id]
    scope: dict[str, Any] = {"server": version, "UNSET": UNSET_DOUBLE, "inf": inf}
    scope |= {name: getattr(message, name) for name in spec.names}
    if "order" in scope:
        order = scope["order"]
        scope["order"] = SimpleNamespace(**vars(order) | {"conditions": [flat_condition(c) for c in order.conditions]})
    out: list[str] = []
    for loop, group in itertools.groupby(table, key=lambda row: row["repeat"].partition(" > ")[0]):
        write(list(group), loop, scope, spec.name, out)
    return out


def write(table: list[dict[str, str]], loop: str, scope: dict[str, Any], name: str, out: list[str]) -> None:
    """Write a group of rows, item by item if it repeats."""
    if loop:
        var, _, source = loop.partition(" in ")
        conditions = {row["condition"] for row in table}
        if len(conditions) == 1 and not holds(*conditions, {**scope, var: None}):
            return
        rest = [row | {"repeat": row["repeat"].partition(" > ")[2]} for row in table]
        for item in value(source, scope, name):
            for deeper, group in itertools.groupby(rest, key=lambda row: row["repeat"].partition(" > ")[0]):
                write(list(group), deeper, scope | {var: item}, name, out)
        return
    for row in table:
        field = row["field"]
        if field == "(no fields)" or not holds(row["condition"], scope):
            continue
        out.append(leaf(row, scope, name))


def holds(condition: str, scope: dict[str, Any]) -> bool:
    """Tell whether a condition of the tables holds."""
    return not condition or bool(eval(condition, {}, scope))


def leaf(row: dict[str, str], scope: dict[str, Any], name: str) -> str:
    """Return the text of one field."""
    field, kind = row["field"], row["type"]
    if kind.startswith("const:"):
        return kind[6:]
    if field == "VERSION":
        return str(VERSIONS.get(row["msg"], 1))
    if kind.startswith("skip"):
        return {"skip": "0" if field == "t.unused" else "", "skipbool": "0", "skipfloat": ""}.get(kind, "1")
    if field.startswith("count("):
        return str(len(value(field[6:-1], scope, name)))
    if field.startswith("present("):
        return str(int(value(field[8:-1], scope, name) is not None))
    if field == "lastTradeDateAndTime":
        details = scope["contractDetails"]
        date = (
            details.maturity if row["msg"] == "bondContractDetails" else details.contract.lastTradeDateOrContractMonth
        )
        zone = details.timeZoneId if row["msg"] == "bondContractDetails" and details.lastTradeTime else ""
        return " ".join(part for part in (date, details.lastTradeTime, zone) if part)
    if kind == "mask" and name in MASKS:
        return str(int(MASKS[name](scope["t"])))
    return rendered(value(field, scope, name), row)


def value(path: str, scope: dict[str, Any], name: str) -> Any:
    """Return the value at a path of the tables."""
    for theirs, ours in MODEL_NAMES.items():
        if path == theirs or path.startswith(theirs + "."):
            path = ours + path[len(theirs) :]
    first, *rest = path.split(".")
    found = scope[first]
    for step in rest:
        found = getattr(found, step)
    return found


def rendered(value: Any, row: dict[str, str]) -> str:
    """Return the text of a value."""
    kind = row["type"]
    if kind == "taglist":
        return "".join(f"{pair.tag}={pair.value};" for pair in value)
    if kind == "tribool":
        return "" if value is None else str(int(value))
    if kind in ("bool", "mask"):
        return str(int(value))
    if kind == "rawbool":
        return str(bool(value)).lower()
    empty = row.get("unset_as") == "empty" or "empty = unset" in row["notes"] or kind == "decimal"
    if value in UNSETS and empty:
        return ""
    if kind == "float" and row["field"].endswith(".strike") and value == 0.0:
        return ""  # "not given" in the model
    if value == inf:
        return "Infinity"
    if kind == "decimal":
        return decimal(value)
    if isinstance(value, str):
        return escaped(value) if row["field"] in ESCAPED or row["msg"] in SIMPLE else value
    return str(value)


def decimal(value: float) -> str:
    """Return a size as plain text."""
    return format(Decimal(repr(value)), "f").removesuffix(".0")


ESCAPED = {"errorString", "advancedOrderRejectJson", "contractDetails.longName"}
SIMPLE = {
    row["msg"]
    for number, table in rows("text_fields_in.csv").items()
    for row in table
    if number in {6, 8, 9, *range(14, 17), 19, *range(45, 48), 49, *range(51, 56), 57, 58, *range(62, 71), 72, 73, 74}
}


def escaped(text: str) -> str:
    """Return a text as servers from 153 on write it."""
    return "".join(
        c if c in "\t\n\r" or (" " <= c <= "~" and c != "\\") else "\\\\" if c == "\\" else f"\\u{ord(c):04x}"
        for c in text
    )


# ---- protobuf --------------------------------------------------------------------------------------------------------


@cache
def proto_class(name: str) -> Any:
    """Return the official class of a protobuf message."""
    return getattr(importlib.import_module(f"ibapi.protobuf.{name}_pb2"), name)


@cache
def proto_name(request: bool, msg_id: int) -> str:
    """Return the name of a message's protobuf form."""
    with (DATA / ("outgoing.csv" if request else "incoming.csv")).open(newline="") as file:
        return {int(row["msg_id"]): row["protobuf_message"] for row in csv.DictReader(file)}[msg_id]


def parse(message: m.Message, payload: bytes) -> Any:
    """Return the official protobuf object of a payload, checked for fields that it does not know."""
    spec = m.spec(type(message))
    assert int.from_bytes(payload[:4], "big") == spec.msg_id + 200
    result = proto_class(proto_name(spec.direction is m.Direction.REQUEST, spec.msg_id))()
    result.ParseFromString(payload[4:])
    known = type(result)()
    known.CopyFrom(result)
    known.DiscardUnknownFields()
    assert known == result, "unknown fields"
    return result


# Field of the protobuf message -> path in the ibnb message or model object, where they differ. An empty path is the
# object itself.
PATHS: dict[str, dict[str, str]] = {
    "AccountSummaryRequest": {"group": "groupName"},
    "FARequest": {"faDataType": "faData"},
    "FAReplace": {"faDataType": "faData", "xml": "cxml"},
    "ReceiveFA": {"faDataType": "faData", "xml": "cxml"},
    "ExecutionRequest": {"executionFilter": "execFilter"},
    "ExerciseOptionsRequest": {"orderId": "reqId"},
    "HistoricalDataRequest": {"duration": "durationStr"},
    "HistoricalTicksRequest": {"useRTH": "useRth"},
    "MarketDataRequest": {"marketDataOptions": "mktDataOptions"},
    "MarketDepthRequest": {"marketDepthOptions": "mktDepthOptions"},
    "CalculateImpliedVolatilityRequest": {"impliedVolatilityOptions": "implVolOptions"},
    "CalculateOptionPriceRequest": {"optionPriceOptions": "optPrcOptions"},
    "NewsBulletinsRequest": {"allMessages": "allMsgs"},
    "FundamentalsDataRequest": {"fundamentalsDataOptions": "fundamentalDataOptions"},
    "WshEventDataRequest": {
        name: f"wshEventData.{name}"
        for name in (
            "conId",
            "filter",
            "fillWatchlist",
            "fillPortfolio",
            "fillCompetitors",
            "startDate",
            "endDate",
            "totalLimit",
        )
    },
    "PlaceOrderRequest": {"attachedOrders": "order"},
    "AutoOpenOrdersRequest": {"autoBind": "bAutoBind"},
    "ScannerSubscriptionRequest": {"scannerSubscription": ""},
    "AccountValue": {"value": "val"},
    "PositionMulti": {"position": "pos"},
    "PnLSingle": {"position": "pos"},
    "SoftDollarTiers": {"softDollarTiers": "tiers"},
    "ErrorMessage": {"id": "reqId", "errorMsg": "errorString"},
    "CurrentTime": {"currentTime": "time"},
    "CurrentTimeInMillis": {"currentTimeInMillis": "timeInMillis"},
    "ContractData": {"contract": "contractDetails.contract"},
    "SmartComponents": {"smartComponents": "smartComponentMap"},
    "MarketDepthExchanges": {"depthMarketDataDescriptions": "depthMktDataDescriptions"},
    "CommissionAndFeesReport": {
        "execId": "report.execId",
        "commissionAndFees": "report.commission",
        "currency": "report.currency",
        "realizedPNL": "report.realizedPNL",
        "bondYield": "report.yield_",
        "yieldRedemptionDate": "report.yieldRedemptionDate",
    },
    "HistoricalData": {"historicalDataBars": "bars"},
    "HistoricalDataUpdate": {"historicalDataBar": "bar"},
    "HistogramData": {"histogramDataEntries": "items"},
    "HistoricalTicks": {"historicalTicks": "ticks", "isDone": "done"},
    "HistoricalTicksBidAsk": {"historicalTicksBidAsk": "ticks", "isDone": "done"},
    "HistoricalTicksLast": {"historicalTicksLast": "ticks", "isDone": "done"},
    "HistoricalSchedule": {"historicalSessions": "sessions"},
    "TickReqParams": {"reqId": "tickerId"},
    "MarketDepth": {"marketDepthData": ""},
    "MarketDepthL2": {"marketDepthData": ""},
    "RealTimeBarTick": {"open": "open_", "WAP": "wap"},
    "NewsBulletin": {"newsMsgId": "msgId", "newsMsgType": "msgType", "originatingExch": "originExch"},
    "NewsArticle": {"reqId": "requestId"},
    "TickNews": {"reqId": "tickerId", "timestamp": "timeStamp"},
    "HistoricalNews": {"reqId": "requestId"},
    "OpenOrder": {"orderId": "order.orderId"},
    "ScannerData": {"scannerDataElement": "elements"},
    "ScannerDataElement": {
        "contract": "contractDetails.contract",
        "marketName": "contractDetails.marketName",
        "comboKey": "legsStr",
    },
    "Contract": {"primaryExch": "primaryExchange"},
    "ContractDetails": {
        "fundMinimumSubsequentPurchase": "fundSubsequentMinimumPurchase",
        "puttable": "putable",
        "bondNotes": "notes",
    },
    "Execution": {"isLiquidation": "liquidation", "isPriceRevisionPending": "pendingPriceRevision"},
    "ComboLeg": {"shortSalesSlot": "shortSaleSlot"},
    "HistoricalDataBar": {"WAP": "average"},
    "SoftDollarTier": {"value": "val"},
    "FamilyCode": {"accountId": "accountID", "familyCode": "familyCodeStr"},
    "NewsProvider": {"providerCode": "code", "providerName": "name"},
    "HistogramDataEntry": {"size": "count"},
    "IneligibilityReason": {"id": "id_"},
    "OrderState": {
        "commissionAndFees": "commission",
        "minCommissionAndFees": "minCommission",
        "maxCommissionAndFees": "maxCommission",
        "commissionAndFeesCurrency": "commissionCurrency",
    },
    "ScannerSubscription": {},
}
SETTINGS = {
    "LockAndExitConfig",
    "MessageConfig",
    "ApiPrecautionsConfig",
    "ApiSettingsConfig",
    "OrdersSmartRoutingConfig",
    "UpdateConfigWarning",
}
SCANNER_OPTIONS = ("scannerSubscriptionFilterOptions", "scannerSubscriptionOptions")


def proto(message: m.Message) -> bytes:
    """Return the payload of a message, written by the official protobuf classes."""
    spec = m.spec(type(message))
    cls = proto_class(proto_name(spec.direction is m.Direction.REQUEST, spec.msg_id))
    result = cls()
    if isinstance(message, m.TickByTick):
        build_tick(result, message)
    else:
        build(result, message, message, spec.direction is m.Direction.REQUEST)
    return (spec.msg_id + 200).to_bytes(4, "big") + result.SerializeToString()


def build(target: Any, thing: Any, message: Any, request: bool) -> None:
    """Fill a protobuf message from an object: absent = unset number, false, empty."""
    name = target.DESCRIPTOR.name
    paths = PATHS.get(name, {})
    for field in target.DESCRIPTOR.fields:
        path = paths.get(field.name, field.name)
        if name == "ScannerSubscription":
            path = path if path in SCANNER_OPTIONS else f"subscription.{path}"
        held = thing
        for step in path.split(".") if path else ():
            held = getattr(held, step, None)
        if field.name == "perLegPrice" and hasattr(message, "order"):
            legs = [id(leg) for leg in message.contract.comboLegs]
            prices = message.order.orderComboLegs
            held = prices[legs.index(id(thing))].price if legs.index(id(thing)) < len(prices) else UNSET_DOUBLE
        put(target, field, held, message, request)


TOLD_ONLY = {"lastTradeDate", "autoCancelDate", "filledQuantity", "refFuturesConId", "shareholder", "parentPermId"}


def put(target: Any, field: Any, held: Any, message: Any, request: bool) -> None:
    """Set one field of a protobuf message."""
    name = field.name
    if request and (name in TOLD_ONLY or (name == "orderId" and target.DESCRIPTOR.name == "Order")):
        return
    if name == "lastTradeDateOrContractMonth" and hasattr(message, "contractDetails"):
        details = message.contractDetails
        if isinstance(message, m.BondContractDetails) and not held and details.maturity:
            zone = details.timeZoneId if details.lastTradeTime else ""
            held = " ".join(part for part in (details.maturity, details.lastTradeTime, zone) if part)
        elif isinstance(message, m.ContractDetails):
            held = " ".join(part for part in (held, details.lastTradeTime) if part)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        getattr(target, name).update({pair.tag: pair.value for pair in held})
    elif hasattr(getattr(target, name), "extend"):
        for item in held or ():
            if field.message_type is None:
                getattr(target, name).append(item)
            elif field.message_type.name == "OrderCondition":
                build_condition(target.conditions.add(), item)
            else:
                build(getattr(target, name).add(), item, message, request)
    elif field.message_type is not None:
        if held is not None:
            getattr(target, name).SetInParent()
            build(getattr(target, name), held, message, request)
    else:
        put_leaf(target, field, held)


def put_leaf(target: Any, field: Any, held: Any) -> None:
    """Set one number, text or flag of a protobuf message."""
    name = field.name
    if target.DESCRIPTOR.name in SETTINGS and held is not None:
        setattr(target, name, held)
        return
    if held is None or held in UNSETS or (held == "" or (held is False and field.type == field.TYPE_BOOL)):
        return
    if (name == "strike" and held == 0.0) or (name == "routeMarketableToBbo" and not held):
        return  # "not given" in the model
    if name == "yieldRedemptionDate" and not held:
        return
    if field.type == field.TYPE_BOOL:
        if held:
            setattr(target, name, True)
    elif field.type == field.TYPE_STRING:
        is_text = isinstance(held, str)
        text = str(held) if is_text or name == "minTick" else decimal(held)
        setattr(target, name, text)
    elif field.type == field.TYPE_DOUBLE:
        setattr(target, name, float(held))
    else:
        setattr(target, name, int(held))


def build_condition(target: Any, ours: Any) -> None:
    """Fill a condition."""
    target.type, target.isConjunctionConnection = ours.condType, ours.conjunction == "a"
    for name, held in vars(ours).items():
        if name not in ("condType", "conjunction"):
            setattr(target, {"exch": "exchange"}.get(name, name), held)


def build_tick(target: Any, tick: m.TickByTick) -> None:
    """Fill a single tick."""
    target.reqId, target.tickType = tick.reqId, tick.tickType
    if tick.tickType == 4:
        target.historicalTickMidPoint.time, target.historicalTickMidPoint.price = tick.time, tick.midPoint
        return
    if tick.tickType == 3:
        part, flags = target.historicalTickBidAsk, target.historicalTickBidAsk.tickAttribBidAsk
        part.priceBid, part.priceAsk = tick.bidPrice, tick.askPrice
        part.sizeBid, part.sizeAsk = decimal(tick.bidSize), decimal(tick.askSize)
        names = ("bidPastLow", "askPastHigh")
    else:
        part, flags = target.historicalTickLast, target.historicalTickLast.tickAttribLast
        part.price, part.size, part.exchange = tick.price, decimal(tick.size), tick.exchange
        part.specialConditions = tick.specialConditions
        names = ("pastLimit", "unreported")
    part.time = tick.time
    flags.SetInParent()
    for bit, name in enumerate(names):
        if tick.mask >> bit & 1:
            setattr(flags, name, True)
