"""Contract definitions: details, symbol search, option chains, market rules, exchanges."""

from dataclasses import field as new
from typing import Annotated

from ibnb.contract import Contract, ContractDescription
from ibnb.contract import ContractDetails as Details
from ibnb.objects import DepthMktDataDescription, PriceIncrement, SmartComponent
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import (
    CONTRACT_FULL,
    last_trade_text,
    maturity_text,
    read_last_trade,
    read_maturity,
    split_last_trade,
    split_maturity,
    with_last_trade,
    with_maturity,
)
from ibnb.wire.fields import FLOAT, INT, STR
from ibnb.wire.layout import Layout, const, field, hook, repeat, since, split, tag, tags, when
from ibnb.wire.schema import Int, Message, Record, Small, Str, of, reply, request

V_CONTRACT = V.PROTOBUF_CONTRACT_DATA
V_REST = V.PROTOBUF_REST_MESSAGES_2

Record(PriceIncrement, *of(FLOAT, lowEdge=1, increment=2))
Record(SmartComponent, *of(INT, bitNumber=1), *of(STR, exchange=2, exchangeLetter=3))
Record(
    DepthMktDataDescription,
    *of(STR, exchange=1, secType=2, listingExch=3, serviceDataType=4),
    *of(INT, aggGroup=5),
)


@request(
    9,
    version="8",
    text=(
        "reqId",
        *CONTRACT_FULL,
        "contract.includeExpired",
        "contract.secIdType",
        "contract.secId",
        field("contract.issuerId", since=V.BOND_ISSUERID),
    ),
    proto_since=V_CONTRACT,
    source="EClient.reqContractDetails",
)
class ReqContractDetails(Message):
    """Ask for the definition of every contract that matches."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)


@request(
    106,
    text=None,
    proto_since=V.CANCEL_CONTRACT_DATA,
    min_version=V.CANCEL_CONTRACT_DATA,
    source="EClient.cancelContractData",
)
class CancelContractData(Message):
    """End a request for contract details."""

    reqId: Int = 0


@request(81, proto_since=V_REST, source="EClient.reqMatchingSymbols")
class ReqMatchingSymbols(Message):
    """Search contracts by the beginning of symbol or name."""

    reqId: Int = 0
    pattern: Str = ""


@request(78, proto_since=V_REST, source="EClient.reqSecDefOptParams")
class ReqSecDefOptParams(Message):
    """Ask for the option chains of an underlying."""

    reqId: Int = 0
    underlyingSymbol: Str = ""
    futFopExchange: Str = ""
    underlyingSecType: Str = ""
    underlyingConId: Int = 0


@request(91, proto_since=V_REST, source="EClient.reqMarketRule")
class ReqMarketRule(Message):
    """Ask for the price increments of a market rule."""

    marketRuleId: Int = 0


@request(83, proto_since=V_REST, source="EClient.reqSmartComponents")
class ReqSmartComponents(Message):
    """Ask which exchange each letter of a best bid and offer stands for."""

    reqId: Int = 0
    bboExchange: Str = ""


@request(82, proto_since=V.PROTOBUF_REST_MESSAGES_3, source="EClient.reqMktDepthExchanges")
class ReqMktDepthExchanges(Message):
    """Ask which exchanges offer market depth."""


# ---- replies ---------------------------------------------------------------------------------------------------------

_DETAILS_HEAD: Layout = (
    "contractDetails.marketName",
    "contractDetails.contract.tradingClass",
    "contractDetails.contract.conId",
    "contractDetails.minTick",
    const("mdSizeMultiplier", "1", until=V.SIZE_RULES),
)
_SEC_IDS: Layout = (
    "contractDetails.evRule",
    "contractDetails.evMultiplier",
    repeat("contractDetails.secIdList", "tag", "value"),
    "contractDetails.aggGroup",
)
_HOURS: Layout = ("contractDetails.timeZoneId", "contractDetails.tradingHours", "contractDetails.liquidHours")
_SIZES: Layout = (
    since(
        V.SIZE_RULES,
        "contractDetails.minSize",
        "contractDetails.sizeIncrement",
        "contractDetails.suggestedSizeIncrement",
    ),
)
_FUND: Layout = (
    when(
        'contractDetails.contract.secType == "FUND"',
        "contractDetails.fundName",
        "contractDetails.fundFamily",
        "contractDetails.fundType",
        "contractDetails.fundFrontLoad",
        "contractDetails.fundBackLoad",
        "contractDetails.fundBackLoadTimeInterval",
        "contractDetails.fundManagementFee",
        "contractDetails.fundClosed",
        "contractDetails.fundClosedForNewInvestors",
        "contractDetails.fundClosedForNewMoney",
        "contractDetails.fundNotifyAmount",
        "contractDetails.fundMinimumInitialPurchase",
        "contractDetails.fundSubsequentMinimumPurchase",
        "contractDetails.fundBlueSkyStates",
        "contractDetails.fundBlueSkyTerritories",
        "contractDetails.fundDistributionPolicyIndicator",
        "contractDetails.fundAssetType",
        since=V.FUND_DATA_FIELDS,
    ),
)


@reply(
    10,
    version="8",
    until=V.SIZE_RULES,
    text=(
        "reqId",
        "contractDetails.contract.symbol",
        "contractDetails.contract.secType",
        split("contractDetails", "lastTradeDateAndTime", read_last_trade, last_trade_text),
        field("contractDetails.contract.lastTradeDate", since=V.LAST_TRADE_DATE),
        "contractDetails.contract.strike",
        "contractDetails.contract.right",
        "contractDetails.contract.exchange",
        "contractDetails.contract.currency",
        "contractDetails.contract.localSymbol",
        *_DETAILS_HEAD,
        "contractDetails.contract.multiplier",
        "contractDetails.orderTypes",
        "contractDetails.validExchanges",
        "contractDetails.priceMagnifier",
        "contractDetails.underConId",
        "contractDetails.longName",
        "contractDetails.contract.primaryExchange",
        "contractDetails.contractMonth",
        "contractDetails.industry",
        "contractDetails.category",
        "contractDetails.subcategory",
        *_HOURS,
        *_SEC_IDS,
        "contractDetails.underSymbol",
        "contractDetails.underSecType",
        "contractDetails.marketRuleIds",
        "contractDetails.realExpirationDate",
        "contractDetails.stockType",
        const("sizeMinTick", "1", since=V.FRACTIONAL_SIZE_SUPPORT, until=V.SIZE_RULES),
        *_SIZES,
        *_FUND,
        repeat("contractDetails.ineligibilityReasonList", "id_", "description", since=V.INELIGIBILITY_REASONS),
    ),
    proto=(
        *tags(reqId=1),
        tag("contractDetails.contract", 2, before=(with_last_trade, ("contractDetails",))),
        *tags(contractDetails=3),
        hook(split_last_trade, "contractDetails"),
    ),
    proto_since=V_CONTRACT,
    source="EWrapper.contractDetails",
    alike="contractDetails.orderTypes",
    given=("contractDetails.contract.secType",),
)
class ContractDetails(Message):
    """The definition of one matching contract."""

    reqId: Small = -1
    contractDetails: Details = new(default_factory=Details)


@reply(
    18,
    version="6",
    until=V.SIZE_RULES,
    text=(
        "reqId",
        "contractDetails.contract.symbol",
        "contractDetails.contract.secType",
        "contractDetails.cusip",
        "contractDetails.coupon",
        split("contractDetails", "lastTradeDateAndTime", read_maturity, maturity_text),
        "contractDetails.issueDate",
        "contractDetails.ratings",
        "contractDetails.bondType",
        "contractDetails.couponType",
        "contractDetails.convertible",
        "contractDetails.callable",
        "contractDetails.putable",
        "contractDetails.descAppend",
        "contractDetails.contract.exchange",
        "contractDetails.contract.currency",
        *_DETAILS_HEAD,
        "contractDetails.orderTypes",
        "contractDetails.validExchanges",
        "contractDetails.nextOptionDate",
        "contractDetails.nextOptionType",
        "contractDetails.nextOptionPartial",
        "contractDetails.notes",
        "contractDetails.longName",
        since(V.BOND_TRADING_HOURS, *_HOURS),
        *_SEC_IDS,
        "contractDetails.marketRuleIds",
        *_SIZES,
    ),
    proto=(
        *tags(reqId=1),
        tag("contractDetails.contract", 2, before=(with_maturity, ("contractDetails",))),
        *tags(contractDetails=3),
        hook(split_maturity, "contractDetails"),
    ),
    proto_since=V_CONTRACT,
    source="EWrapper.bondContractDetails",
)
class BondContractDetails(Message):
    """The definition of one matching bond."""

    reqId: Int = -1
    contractDetails: Details = new(default_factory=Details)


@reply(52, version="1", proto_since=V_CONTRACT, source="EWrapper.contractDetailsEnd")
class ContractDetailsEnd(Message):
    """All matching contracts have been sent."""

    reqId: Int = -1


@reply(
    79,
    text=(
        "reqId",
        repeat(
            "contractDescriptions",
            "contract.conId",
            "contract.symbol",
            "contract.secType",
            "contract.primaryExchange",
            "contract.currency",
            repeat("derivativeSecTypes"),
            since(V.BOND_ISSUERID, "contract.description", "contract.issuerId"),
        ),
    ),
    proto_since=V_REST,
    source="EWrapper.symbolSamples",
)
class SymbolSamples(Message):
    """The contracts that a symbol search found."""

    reqId: Int = -1
    contractDescriptions: list[ContractDescription] = new(default_factory=list)


@reply(
    75,
    text=(
        "reqId",
        "exchange",
        "underlyingConId",
        "tradingClass",
        "multiplier",
        repeat("expirations"),
        repeat("strikes"),
    ),
    proto_since=V_REST,
    source="EWrapper.securityDefinitionOptionParameter",
)
class SecurityDefinitionOptionParameter(Message):
    """The option chain of one exchange and trading class."""

    reqId: Int = -1
    exchange: Str = ""
    underlyingConId: Int = 0
    tradingClass: Str = ""
    multiplier: Str = ""
    expirations: list[Annotated[str, STR]] = new(default_factory=list)
    strikes: list[Annotated[float, FLOAT]] = new(default_factory=list)


@reply(76, proto_since=V_REST, source="EWrapper.securityDefinitionOptionParameterEnd")
class SecurityDefinitionOptionParameterEnd(Message):
    """All option chains have been sent."""

    reqId: Int = -1


@reply(
    93,
    text=("marketRuleId", repeat("priceIncrements", "lowEdge", "increment")),
    proto_since=V_REST,
    source="EWrapper.marketRule",
)
class MarketRule(Message):
    """The price increments of a market rule, by the least price of each step."""

    marketRuleId: Int = 0
    priceIncrements: list[PriceIncrement] = new(default_factory=list)


@reply(
    82,
    text=("reqId", repeat("smartComponentMap", "bitNumber", "exchange", "exchangeLetter")),
    proto_since=V_REST,
    source="EWrapper.smartComponents",
)
class SmartComponents(Message):
    """Which exchange each letter of a best bid and offer stands for."""

    reqId: Int = -1
    smartComponentMap: list[SmartComponent] = new(default_factory=list)


@reply(
    80,
    text=(repeat("depthMktDataDescriptions", "exchange", "secType", "listingExch", "serviceDataType", "aggGroup"),),
    proto_since=V.PROTOBUF_REST_MESSAGES_3,
    source="EWrapper.mktDepthExchanges",
)
class MktDepthExchanges(Message):
    """The exchanges that offer market depth."""

    depthMktDataDescriptions: list[DepthMktDataDescription] = new(default_factory=list)
