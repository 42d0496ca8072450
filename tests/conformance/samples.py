"""Sample messages for every entry of the catalogue, made from the kinds of their fields with a seed."""

import random
from collections.abc import Iterator
from typing import Any

from ibnb.contract import ComboLeg, Contract, ContractDetails, DeltaNeutralContract, TagValue
from ibnb.objects import BarData
from ibnb.order import (
    ExecutionCondition,
    MarginCondition,
    OrderComboLeg,
    PercentChangeCondition,
    PriceCondition,
    TimeCondition,
    VolumeCondition,
)
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import catalogue as m
from ibnb.wire import fields as f
from ibnb.wire.schema import Leaf, MessageSpec, Record, RowSpec, Sub

INTS = (0, 1, 7, 1001, 20240119, 2**31 - 2)
FLOATS = (0.0, 1.0, 187.25, 0.0001, -2.5, 123456.789, 1e-07)
SIZES = (100.0, 0.5, 1.0, 12345678.0, 0.00012)
TEXTS = ("A", "SMART", "two words", "a,b|c;d=e", "~!@#$%^&*()_+{}[]<>?/", "20240119-10:00:00")


def leaf(kind: f.Kind, rng: random.Random, ascii_only: bool = True) -> Any:
    """Return a value of a kind."""
    if kind.wire == "map":
        return [TagValue(f"tag{k}", rng.choice(("v", "1.5", "x y"))) for k in range(rng.randrange(3))]
    if kind is f.STRIKE:
        return rng.choice((0.5, 150.0, 4250.0))
    if kind in (f.NUMBER_STR, f.MARGIN_STR):
        return rng.choice(("100", "0.5", "1000", "12.75"))
    if kind is f.DECIMAL:
        return rng.choice(SIZES)
    if kind.zero in ("False", "None") and kind.wire == "varint":
        return rng.random() < 0.5 if kind is not f.MAYBE_INT else rng.choice(INTS)
    if kind in (f.FLAG_INT,):
        return rng.randrange(2)
    if kind in (f.DOUBLE_INT, f.TEXT_INT):
        return rng.choice((1, 100, 20240119))
    if kind is f.TEXT_FLOAT:
        return rng.choice((0.01, 1.0, 0.25))
    if kind is f.LONG:
        return rng.choice((*INTS, 2**40 + 3))
    if "number" in kind.name and kind.zero in ("0", str(UNSET_INTEGER)):
        return rng.choice(INTS)
    if "number" in kind.name:
        return rng.choice(FLOATS)
    return rng.choice(TEXTS if ascii_only or kind is not f.ESCAPED else (*TEXTS, "Zürich \\ 東京 é"))


def fill(record: Record, rng: random.Random, density: float, ascii_only: bool = True) -> Any:
    """Return an object of the model with some of its fields set."""
    if record.by_keyword:
        return record.cls(**{p.path: part_value(p, rng, density, ascii_only) for p in record.parts})
    obj = record.new()
    if isinstance(obj, BarData):
        obj.date = "20240119"  # type: ignore[assignment]  # the wire's text, where the model has a date
    for part in record.parts:
        if part.path in SPECIAL or rng.random() > density:
            continue
        owner, name = obj, part.path
        while "." in name:
            first, _, name = name.partition(".")
            owner = getattr(owner, first)
        setattr(owner, name, part_value(part, rng, density, ascii_only))
    return obj


SPECIAL = frozenset(
    {"comboLegs", "deltaNeutralContract", "conditions", "orderComboLegs", "contractDetails", "perLegPrice"}
)


ENUMERATED = {
    "lastTradeDateOrContractMonth": ("20240315", "202403"),
    "lastTradeTime": ("08:30", "16:00"),
    "maturity": ("20340215",),
    "timeZoneId": ("US/Central", "UTC"),
    "fundDistributionPolicyIndicator": ("N", "Y"),
    "fundAssetType": ("000", "001", "004", "007"),
    "optExerciseOrLapseType": (1, 2, 3, 100, 101, 102, 103, 200),
}


def part_value(part: Leaf | Sub, rng: random.Random, density: float, ascii_only: bool) -> Any:
    """Return a value for one part of a record."""
    if part.path in ENUMERATED:
        return rng.choice(ENUMERATED[part.path])
    if isinstance(part, Leaf):
        return leaf(part.kind, rng, ascii_only)
    if part.many:
        return [item(part.record, rng, density, ascii_only) for _ in range(rng.randrange(3))]
    return fill(part.record, rng, density, ascii_only)


def item(kind: Any, rng: random.Random, density: float, ascii_only: bool) -> Any:
    """Return one item of a list."""
    return leaf(kind, rng, ascii_only) if isinstance(kind, f.Kind) else fill(kind, rng, density, ascii_only)


def value(kind: Any, rng: random.Random, density: float, ascii_only: bool) -> Any:
    """Return a value for a field of a message."""
    if isinstance(kind, f.Kind):
        return leaf(kind, rng, ascii_only)
    if isinstance(kind, Record):
        return fill(kind, rng, density, ascii_only)
    if isinstance(kind, RowSpec):
        return [fill(kind.record, rng, 1.0, ascii_only) for _ in range(rng.randrange(4))]
    return [item(kind[0], rng, density, ascii_only) for _ in range(rng.randrange(4))]


def messages(spec: MessageSpec, count: int, seed: int = 0, ascii_only: bool = True) -> Iterator[m.Message]:
    """Yield sample messages: the defaults first, then ever more filled ones, then combinations and the like."""
    yield blank(spec)
    for k in range(1, count):
        rng = random.Random(f"{spec.name}/{seed}/{k}")
        density = (0.3, 0.6, 1.0)[k % 3]
        message = spec.cls(*(value(spec.types[name], rng, density, ascii_only) for name in spec.names))
        for name in spec.names:
            thing = getattr(message, name)
            if isinstance(thing, ContractDetails):
                thing = thing.contract
            if isinstance(thing, Contract) and k > 3:
                special_contract(thing, k)
        if hasattr(message, "order") and k > 3:
            special_order(message, k)
        if isinstance(message, m.TickByTick):
            message = tick(k, rng)
        yield message


def blank(spec: MessageSpec) -> m.Message:
    """Return the message with nothing set."""
    message = spec.cls()
    if isinstance(getattr(message, "contractDetails", None), ContractDetails):
        message.contractDetails.contract = Contract()  # type: ignore[attr-defined]
    if isinstance(message, m.ExecDetails):
        message.execution.time = ""  # type: ignore[assignment]
    if isinstance(message, m.HistoricalDataUpdate):
        message.bar.date = ""  # type: ignore[assignment]
    if isinstance(message, m.TickByTick):
        message.tickType = 4
    return message


def special_contract(contract: Contract, k: int) -> None:
    """Make a contract a combination, with or without legs and a delta-neutral underlying."""
    contract.secType = "BAG" if k % 2 else contract.secType
    if contract.secType == "BAG":
        contract.comboLegs = [ComboLeg(1, 1, "BUY", "SMART"), ComboLeg(2, 3, "SELL", "CBOE", 1, 2, "X", 0)][: k % 3]
    if k % 3 == 0:
        contract.deltaNeutralContract = DeltaNeutralContract(265598, 0.5, 100.25)


CONDITIONS = (
    PriceCondition(conId=265598, exch="SMART", price=150.5, triggerMethod=2),
    TimeCondition(conjunction="o", isMore=False, time="20240119-15:30:00"),
    MarginCondition(percent=30),
    ExecutionCondition(secType="STK", exch="SMART", symbol="AAPL"),
    VolumeCondition(conjunction="o", volume=1000, conId=265598, exch="ISLAND"),
    PercentChangeCondition(isMore=False, changePercent=2.5, conId=265598, exch="ARCA"),
)
ORDER_TYPES = ("LMT", "PEG BENCH", "PEGBEST", "PEG MID", "PEG BEST", "PEGBENCH", "MKT")


def special_order(message: Any, k: int) -> None:
    """Set what belongs together in an order: legs, conditions, types with fields of their own."""
    order, contract = message.order, message.contract
    order.orderType = ORDER_TYPES[k % len(ORDER_TYPES)]
    order.conditions = list(CONDITIONS[: k % 7])
    order.orderComboLegs = [OrderComboLeg(1.5) if n else OrderComboLeg() for n, _ in enumerate(contract.comboLegs)]
    if k % 4 == 1:
        order.scalePriceIncrement = 0.25
    if k % 4 == 2:
        order.competeAgainstBestOffset = float("inf")
        contract.exchange = "IBKRATS"
    if k % 4 == 3:
        order.algoStrategy, order.hedgeType, order.deltaNeutralOrderType = "Adaptive", "D", "LMT"
    if k % 4 == 0:
        order.lmtPrice = order.auxPrice = UNSET_DOUBLE


def tick(k: int, rng: random.Random) -> m.TickByTick:
    """Return a tick of one of the four types, with only the fields that it has."""
    kind = k % 4 + 1
    head = (leaf(f.INT, rng), kind, 1705658400)
    if kind < 3:
        return m.TickByTick(
            *head, price=187.25, size=100.0, mask=rng.randrange(4), exchange="ISLAND", specialConditions="T"
        )
    if kind == 3:
        return m.TickByTick(*head, bidPrice=187.0, askPrice=187.5, bidSize=3.0, askSize=0.5, mask=rng.randrange(4))
    return m.TickByTick(*head, midPoint=187.25)
