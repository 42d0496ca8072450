"""Contracts and their descriptions as the wire sees them: kinds, protobuf numbers, shared groups of text fields.

Facts of the TWS protocol; the numbers belong to the protobuf messages `Contract`, `ComboLeg`, `DeltaNeutralContract`,
`ContractDetails` and the small ones beside them.
"""

from copy import copy

from ibnb.contract import (
    ComboLeg,
    Contract,
    ContractDescription,
    ContractDetails,
    DeltaNeutralContract,
    IneligibilityReason,
    TagValue,
)
from ibnb.wire.fields import (
    BOOL,
    CODE,
    DECIMAL,
    DOUBLE_INT,
    ESCAPED,
    FLOAT,
    INT,
    NUMBER_STR,
    STR,
    STRIKE,
    TAGS,
    TEXT_FLOAT,
)
from ibnb.wire.layout import Layout, present, repeat, when
from ibnb.wire.schema import Record, empty_maker, many, of, sub, told

TAG_VALUE = Record(TagValue, *of(STR, tag=1, value=2))
DELTA_NEUTRAL = Record(DeltaNeutralContract, *of(INT, conId=1), *of(FLOAT, delta=2, price=3))

LEG_LEAVES = (
    *of(INT, conId=1, ratio=2, openClose=5, shortSaleSlot=6, exemptCode=8),
    *of(STR, action=3, exchange=4, designatedLocation=7),
)
COMBO_LEG = Record(ComboLeg, *LEG_LEAVES)

CONTRACT_LEAVES = (
    *of(INT, conId=1),
    *of(CODE, symbol=2, secType=3, lastTradeDateOrContractMonth=4, right=6, exchange=8, primaryExchange=9, currency=10),
    *of(STRIKE, strike=5),
    *of(NUMBER_STR, multiplier=7),
    *of(CODE, tradingClass=12),
    *of(STR, localSymbol=11, secIdType=13, secId=14, description=15, issuerId=16),
    *of(BOOL, includeExpired=18),
    *of(STR, comboLegsDescrip=19),
    *told(*of(STR, lastTradeDate=21)),
    sub("deltaNeutralContract", DELTA_NEUTRAL, 17),
)
NEW_CONTRACT = empty_maker(Contract)
CONTRACT = Record(Contract, *CONTRACT_LEAVES, many("comboLegs", COMBO_LEG, 20), new=NEW_CONTRACT)

CONTRACT_DESCRIPTION = Record(
    ContractDescription,
    sub("contract", CONTRACT, 1, always=True),
    many("derivativeSecTypes", STR, 2),
    new=lambda: ContractDescription(contract=Contract()),
)

INELIGIBILITY_REASON = Record(IneligibilityReason, *of(STR, id_=1, description=2))

CONTRACT_DETAILS = Record(
    ContractDetails,
    sub("contract", CONTRACT, 0),
    *of(CODE, marketName=1),
    *of(STR, orderTypes=3, validExchanges=4, contractMonth=8, industry=9, category=10, subcategory=11),
    *of(ESCAPED, longName=7),
    *of(TEXT_FLOAT, minTick=2),
    *of(INT, priceMagnifier=5, underConId=6, aggGroup=18),
    *of(STR, timeZoneId=12, tradingHours=13, liquidHours=14, evRule=15, underSymbol=19, underSecType=20),
    *of(DOUBLE_INT, evMultiplier=16),
    *of(TAGS, secIdList=17),
    *of(STR, marketRuleIds=21, realExpirationDate=22, stockType=23),
    *of(DECIMAL, minSize=24, sizeIncrement=25, suggestedSizeIncrement=26),
    *of(STR, fundName=27, fundFamily=28, fundType=29, fundFrontLoad=30, fundBackLoad=31, fundBackLoadTimeInterval=32),
    *of(STR, fundManagementFee=33, fundNotifyAmount=37, fundMinimumInitialPurchase=38),
    *of(BOOL, fundClosed=34, fundClosedForNewInvestors=35, fundClosedForNewMoney=36),
    *of(STR, fundSubsequentMinimumPurchase=39, fundBlueSkyStates=40, fundBlueSkyTerritories=41),
    *of(STR, fundDistributionPolicyIndicator=42, fundAssetType=43),
    *of(STR, cusip=44, issueDate=45, ratings=46, bondType=47, couponType=49, descAppend=53, notes=57),
    *of(FLOAT, coupon=48),
    *of(BOOL, convertible=50, callable=51, putable=52, nextOptionPartial=56),
    *of(STR, nextOptionDate=54, nextOptionType=55),
    many("ineligibilityReasonList", INELIGIBILITY_REASON, 58),
    *of(STR, eventContract1=59, eventContractDescription1=60, eventContractDescription2=61),
    *of(DECIMAL, minAlgoSize=62, lastPricePrecision=63, lastSizePrecision=64),
    *of(STR, maturity=0, lastTradeTime=0),
    new=empty_maker(ContractDetails, contract=NEW_CONTRACT),
    alike=True,
)

# ---- groups of text fields -------------------------------------------------------------------------------------------

_ID = ("conId", "symbol", "secType", "lastTradeDateOrContractMonth", "strike", "right", "multiplier")


def _contract(*names: str) -> tuple[str, ...]:
    return tuple(f"contract.{name}" for name in names)


CONTRACT_FULL = _contract(*_ID, "exchange", "primaryExchange", "currency", "localSymbol", "tradingClass")
"""A contract in most requests."""
CONTRACT_SHORT = _contract(*_ID, "exchange", "currency", "localSymbol", "tradingClass")
"""A contract in most replies."""

COMBO_LEG_SHORT = ("conId", "ratio", "action", "exchange")
COMBO_LEG_FULL = (*COMBO_LEG_SHORT, "openClose", "shortSaleSlot", "designatedLocation", "exemptCode")

COMBO_LEGS: Layout = (when('contract.secType == "BAG"', repeat("contract.comboLegs", *COMBO_LEG_SHORT)),)
"""The legs of a combination in requests for data."""

DELTA_NEUTRAL_CONTRACT: Layout = (present("contract.deltaNeutralContract", "conId", "delta", "price"),)

# ---- last trade date and time, which share a field -------------------------------------------------------------------


def _parts(text: str) -> list[str]:
    """Return date, time and zone of `20240119 16:00 US/Eastern`, also with `-` between them."""
    return text.split("-") if "-" in text else text.split()


def read_last_trade(details: ContractDetails, text: str) -> None:
    """Set date and time of the last trade from the one text of the wire."""
    assert details.contract is not None
    if text.isalnum():  # a date alone, as most are
        details.contract.lastTradeDateOrContractMonth = text
        return
    parts = _parts(text)
    details.contract.lastTradeDateOrContractMonth = parts[0] if parts else ""
    if len(parts) > 1:
        details.lastTradeTime = parts[1]


def last_trade_text(details: ContractDetails) -> str:
    """Return date and time of the last trade as one text."""
    assert details.contract is not None
    return " ".join(filter(None, (details.contract.lastTradeDateOrContractMonth, details.lastTradeTime)))


def read_maturity(details: ContractDetails, text: str) -> None:
    """Set maturity, time and zone of a bond from the one text of the wire."""
    parts = _parts(text)
    details.maturity = parts[0] if parts else ""
    if len(parts) > 1:
        details.lastTradeTime = parts[1]
    if len(parts) > 2:
        details.timeZoneId = parts[2]


def maturity_text(details: ContractDetails) -> str:
    """Return maturity, time and zone of a bond as one text."""
    time_zone = details.timeZoneId if details.lastTradeTime else ""
    return " ".join(filter(None, (details.maturity, details.lastTradeTime, time_zone)))


def split_last_trade(details: ContractDetails) -> None:
    """Split date and time, which protobuf carries in the contract's date."""
    assert details.contract is not None
    read_last_trade(details, details.contract.lastTradeDateOrContractMonth)


def split_maturity(details: ContractDetails) -> None:
    """Split maturity, time and zone, which protobuf carries in the contract's date."""
    assert details.contract is not None
    read_maturity(details, details.contract.lastTradeDateOrContractMonth)


def with_last_trade(contract: Contract, details: ContractDetails) -> Contract:
    """Return the contract with date and time of the last trade in its date, as protobuf carries them."""
    if not details.lastTradeTime:
        return contract
    joined = copy(contract)
    joined.lastTradeDateOrContractMonth = last_trade_text(details)
    return joined


def with_maturity(contract: Contract, details: ContractDetails) -> Contract:
    """Return the contract with maturity, time and zone of a bond in its date, as protobuf carries them."""
    if contract.lastTradeDateOrContractMonth or not details.maturity:
        return contract
    joined = copy(contract)
    joined.lastTradeDateOrContractMonth = maturity_text(details)
    return joined
