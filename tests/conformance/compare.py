"""Compare what the official decoder hands out with what ibnb decodes from the same payload."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from enum import Enum
from typing import Any

from ibapi.const import UNSET_DECIMAL

from ibnb.contract import TagValue
from ibnb.objects import TickAttribBidAsk, TickAttribLast
from ibnb.order import OrderCondition
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m

OUR_NAMES = {
    "commissionAndFees": "commission",
    "minCommissionAndFees": "minCommission",
    "maxCommissionAndFees": "maxCommission",
    "commissionAndFeesCurrency": "commissionCurrency",
    "wap": "average",
}
HISTOGRAM = {"size": "count"}
# Differences that are none of the wire: official name -> reason. `defaults` only count where nothing was sent.
EXCUSES = {
    "usePriceMgmtAlgo": "defaults: three states there, two in the model; not part of completed orders",
    "routeMarketableToBbo": "defaults: three states there, two in the model; not part of open orders in text",
    "openClose": "defaults: O in the model, as in ib_async",
    "minSize": "defaults: 0 in the model, as in ib_async; not sent before server 164 nor by the scanner",
    "sizeIncrement": "defaults: as minSize",
    "suggestedSizeIncrement": "defaults: as minSize",
    "includeExpired": "the official client does not read this protobuf field",
    "secIdType": "the official client does not read this protobuf field",
    "secId": "the official client does not read this protobuf field",
    "scaleTable": "the official client does not read this protobuf field",
    "algoId": "the official client does not read this protobuf field",
    "transmit": "the official client does not read this protobuf field",
    "overridePercentageConstraints": "the official client does not read this protobuf field",
    "orderMiscOptions": "the official client does not read this protobuf field",
    "mifid2DecisionMaker": "the official client does not read this protobuf field",
    "mifid2DecisionAlgo": "the official client does not read this protobuf field",
    "mifid2ExecutionTrader": "the official client does not read this protobuf field",
    "mifid2ExecutionAlgo": "the official client does not read this protobuf field",
    "advancedErrorOverride": "the official client does not read this protobuf field",
    "manualOrderTime": "the official client does not read this protobuf field",
    "hedgeParam": "the official client reads it only behind hedgeType in protobuf",
    "hedgeMaxSize": "the official client reads it only behind hedgeType in protobuf",
    "algoParams": "the official client reads it only behind algoStrategy in protobuf",
}
MAPS = ("secIdList", "smartComboRoutingParams", "algoParams", "orderMiscOptions")
NOT_COMPUTED = {"optPrice": -1, "pvDividend": -1, "undPrice": -1, "delta": -2, "gamma": -2, "vega": -2, "theta": -2}
Difference = tuple[str, Any, Any]


def differences(ours: Any, theirs: Any, path: str) -> list[Difference]:
    """Return the paths at which two values differ, with both values."""
    if isinstance(theirs, Enum):
        theirs = theirs.value[0]
        return [] if (ours in ("", -1) and theirs in ("None", "")) or ours == theirs else [(path, ours, theirs)]
    if isinstance(theirs, Decimal):
        theirs = UNSET_DOUBLE if theirs == UNSET_DECIMAL else float(theirs)
    if theirs is None and (ours in ([], "", None) or (hasattr(ours, "__len__") and not len(ours))):
        return []
    if isinstance(theirs, set):
        return [] if set(ours) == theirs else [(path, ours, theirs)]
    if path.rpartition(".")[2] in MAPS:  # protobuf maps have no order
        ours, theirs = sorted(ours), sorted(theirs or (), key=lambda tv: (tv.tag, tv.value))
    if isinstance(theirs, list | tuple) or (hasattr(ours, "payload") and hasattr(theirs, "__len__")):
        if len(ours) != len(theirs):
            return [(f"len({path})", len(ours), len(theirs))]
        return [d for k, (a, b) in enumerate(zip(ours, theirs)) for d in differences(a, b, f"{path}[{k}]")]
    if isinstance(ours, OrderCondition):
        return condition(ours, theirs, path)
    if hasattr(theirs, "__dict__"):
        return objects(ours, theirs, path)
    if path.endswith(".strike") and ours == 0.0:
        return [] if theirs in (0.0, UNSET_DOUBLE) else [(path, ours, theirs)]
    return [] if ours == theirs else [(path, ours, theirs)]


def objects(ours: Any, theirs: Any, path: str) -> list[Difference]:
    """Compare two objects by the fields that both have."""
    result: list[Difference] = []
    for name, value in vars(theirs).items():
        own = OUR_NAMES.get(name, name)
        own = HISTOGRAM.get(own, own) if type(ours).__name__ == "HistogramData" else own
        if isinstance(ours, tuple) and own not in ours._fields:  # type: ignore[attr-defined]
            continue
        if hasattr(ours, own) and not callable(value) and not name.startswith("_"):
            result += differences(getattr(ours, own), value, f"{path}.{name}")
    return result


def condition(ours: Any, theirs: Any, path: str) -> list[Difference]:
    """Compare two conditions."""
    result = [] if type(ours).__name__ == type(theirs).__name__ else [(path, ours, theirs)]
    result += differences(ours.conjunction == "a", theirs.isConjunctionConnection, f"{path}.conjunction")
    for field in dataclasses.fields(ours):
        if field.name not in ("condType", "conjunction"):
            name = {"exch": "exchange"}.get(field.name, field.name)
            result += differences(getattr(ours, field.name), getattr(theirs, name), f"{path}.{field.name}")
    return result


def mask(kind: type, value: int) -> Any:
    """Return the flags of a live tick as an object."""
    return kind(bool(value & 1), bool(value & 2))


def expected(msg: Any, version: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the callbacks, with our values, that the official client makes of a message."""
    spec = m.spec(type(msg))
    proto = spec.uses_proto(version)
    names = spec.source.split(".")[1].split(", ")
    values = {name: getattr(msg, name) for name in spec.names}
    match msg:
        case m.TickPrice():
            bits = {"canAutoExecute": 1, "pastLimit": 2, "preOpen": 4}
            attrib = type("Attrib", (), {name: bool(msg.attrMask & bit) for name, bit in bits.items()})
            calls = [
                ("tickPrice", {"reqId": msg.reqId, "tickType": msg.tickType, "price": msg.price, "attrib": attrib})
            ]
            paired = {1: 0, 2: 3, 4: 5, 66: 69, 67: 70, 68: 71}.get(msg.tickType)
            if paired is not None:
                calls.append(("tickSize", {"reqId": msg.reqId, "tickType": paired, "size": msg.size}))
            return calls
        case m.OpenOrder():
            return [("openOrder", {"orderId": msg.order.orderId, **values})]
        case m.HistoricalData():
            calls = [("historicalData", {"reqId": msg.reqId, "bar": bar}) for bar in msg.bars]
            if version < 196:
                ends = {"reqId": msg.reqId, "start": msg.startDateStr, "end": msg.endDateStr}
                calls.append(("historicalDataEnd", ends))
            return calls
        case m.HistoricalDataEnd():
            return [(names[0], {"reqId": msg.reqId, "start": msg.startDateStr, "end": msg.endDateStr})]
        case m.HistoricalNewsEnd():
            return [(names[0], {"requestId": msg.reqId, "hasMore": msg.hasMore})]
        case m.ScannerData():
            rows = [
                ("scannerData", {"reqId": msg.reqId, **{n: getattr(e, n) for n in type(e).__dataclass_fields__}})
                for e in msg.elements
            ]
            return [*rows, ("scannerDataEnd", {"reqId": msg.reqId})]
        case m.CommissionAndFeesReport():
            return [(names[0], {"commissionAndFeesReport": msg.report})]
        case m.TickByTick(tickType=1 | 2):
            values["tickAttribLast"] = mask(TickAttribLast, msg.mask)
            return [("tickByTickAllLast", values)]
        case m.TickByTick(tickType=3):
            values["tickAttribBidAsk"] = mask(TickAttribBidAsk, msg.mask)
            return [("tickByTickBidAsk", values)]
        case m.TickByTick():
            return [("tickByTickMidPoint", values)]
        case m.VerifyCompleted() | m.VerifyAndAuthCompleted() if not proto:
            return [(names[0], {**values, "isSuccessful": "true" if msg.isSuccessful else "false"})]
        case m.SmartComponents() if proto:
            components = {c.bitNumber: (c.exchange, c.exchangeLetter) for c in msg.smartComponentMap}
            return [(names[0], {"reqId": msg.reqId, "smartComponentMap": components})]
        case m.TickOptionComputation():
            for name, mark in NOT_COMPUTED.items():
                values[name] = None if values[name] in (mark, UNSET_DOUBLE) else values[name]
            values["impliedVol"] = None if msg.impliedVol < 0 or msg.impliedVol == UNSET_DOUBLE else msg.impliedVol
            return [(names[0], values)]
        case m.ConfigResponse() | m.UpdateConfigResponse():
            return []
    return [(names[0], values)]


def reply_differences(msg: Any, calls: list[tuple[str, dict[str, Any]]], version: int) -> list[Difference]:
    """Compare the official callbacks with our message."""
    wanted = expected(msg, version)
    if [name for name, _ in wanted] != [name for name, _ in calls]:
        return [("callbacks", [name for name, _ in wanted], [name for name, _ in calls])]
    result: list[Difference] = []
    for (name, ours), (_, theirs) in zip(wanted, calls):
        for key, value in theirs.items():
            if key in ours:
                if isinstance(value, dict):
                    result += [] if ours[key] == value else [(key, ours[key], value)]
                else:
                    result += differences(ours[key], value, key)
            elif not (name == "error" and key == "errorTime"):
                result.append((f"{name}.{key}", None, value))
    return result


def excuse(difference: Difference) -> str:
    """Return why a difference is none of the wire, empty if it is one."""
    path, ours, theirs = difference
    if ".ineligibilityReasonList[" in path and theirs == "None" and ours == "":
        return "the official client makes the text None of an absent text"
    if path.endswith(".fundAssetType") and ours == "000":
        return "the official client's table of fund types misses 000"
    reason = EXCUSES.get(path.rpartition(".")[2].partition("[")[0].removeprefix("len(").rstrip(")"), "")
    if reason.startswith("defaults") and not (
        ours in (False, "O", 0.0) and theirs in (None, "", 0, False, UNSET_DOUBLE)
    ):
        return ""
    return reason


def plain(value: Any) -> Any:
    """Return a message or model object as nested plain values, for deep comparison; tag lists have no order."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)})
    if hasattr(value, "payload") or isinstance(value, list):
        items = [plain(item) for item in value]
        return sorted(items) if items and isinstance(value[0], TagValue) else items
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return value
