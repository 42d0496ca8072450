"""Accounts: values, portfolio, positions, summaries, profit and loss, family codes."""

from dataclasses import field as new

from ibnb.contract import Contract
from ibnb.objects import FamilyCode
from ibnb.wire import versions as V
from ibnb.wire.catalogue.types_contract import CONTRACT_SHORT
from ibnb.wire.fields import STR
from ibnb.wire.layout import repeat, tags
from ibnb.wire.schema import (
    UNSET,
    Bool,
    Code,
    Escaped,
    EscapedCode,
    Float,
    Int,
    Message,
    Record,
    Size,
    Str,
    of,
    reply,
    request,
)

V_ACCOUNT = V.PROTOBUF_ACCOUNTS_POSITIONS
V_PNL = V.PROTOBUF_SCAN_DATA
V_REST = V.PROTOBUF_REST_MESSAGES_2

Record(FamilyCode, *of(STR, accountID=1, familyCodeStr=2))


@request(6, version="2", proto_since=V_ACCOUNT, source="EClient.reqAccountUpdates")
class ReqAccountUpdates(Message):
    """Subscribe to one account's values and portfolio, or unsubscribe (there is no message of its own for that)."""

    subscribe: Bool = False
    acctCode: Str = ""


@request(61, version="1", proto_since=V_ACCOUNT, source="EClient.reqPositions")
class ReqPositions(Message):
    """Subscribe to the positions of all accounts."""


@request(64, version="1", proto_since=V_ACCOUNT, source="EClient.cancelPositions")
class CancelPositions(Message):
    """End the subscription to positions."""


@request(62, version="1", proto_since=V_ACCOUNT, source="EClient.reqAccountSummary")
class ReqAccountSummary(Message):
    """Subscribe to tags (separated by commas) of a group of accounts or `All`."""

    reqId: Int = 0
    groupName: Str = ""
    tags: Str = ""


@request(63, version="1", proto_since=V_ACCOUNT, source="EClient.cancelAccountSummary")
class CancelAccountSummary(Message):
    """End a summary subscription."""

    reqId: Int = 0


@request(74, version="1", proto_since=V_ACCOUNT, source="EClient.reqPositionsMulti")
class ReqPositionsMulti(Message):
    """Subscribe to the positions of one account or model."""

    reqId: Int = 0
    account: Str = ""
    modelCode: Str = ""


@request(75, version="1", proto_since=V_ACCOUNT, source="EClient.cancelPositionsMulti")
class CancelPositionsMulti(Message):
    """End a subscription to the positions of one account or model."""

    reqId: Int = 0


@request(76, version="1", proto_since=V_ACCOUNT, source="EClient.reqAccountUpdatesMulti")
class ReqAccountUpdatesMulti(Message):
    """Subscribe to the values of one account or model."""

    reqId: Int = 0
    account: Str = ""
    modelCode: Str = ""
    ledgerAndNLV: Bool = False


@request(77, version="1", proto_since=V_ACCOUNT, source="EClient.cancelAccountUpdatesMulti")
class CancelAccountUpdatesMulti(Message):
    """End a subscription to the values of one account or model."""

    reqId: Int = 0


@request(92, proto_since=V_PNL, source="EClient.reqPnL")
class ReqPnL(Message):
    """Subscribe to the profit and loss of an account."""

    reqId: Int = 0
    account: Str = ""
    modelCode: Str = ""


@request(93, proto_since=V_PNL, source="EClient.cancelPnL")
class CancelPnL(Message):
    """End a subscription to the profit and loss of an account."""

    reqId: Int = 0


@request(94, proto_since=V_PNL, source="EClient.reqPnLSingle")
class ReqPnLSingle(Message):
    """Subscribe to the profit and loss of one position."""

    reqId: Int = 0
    account: Str = ""
    modelCode: Str = ""
    conId: Int = 0


@request(95, proto_since=V_PNL, source="EClient.cancelPnLSingle")
class CancelPnLSingle(Message):
    """End a subscription to the profit and loss of one position."""

    reqId: Int = 0


@request(80, proto_since=V_REST, source="EClient.reqFamilyCodes")
class ReqFamilyCodes(Message):
    """Ask for the family codes of the accounts."""


# ---- replies ---------------------------------------------------------------------------------------------------------


@reply(6, version="2", proto_since=V_ACCOUNT, source="EWrapper.updateAccountValue")
class UpdateAccountValue(Message):
    """One value of the subscribed account."""

    key: Escaped = ""
    val: Escaped = ""
    currency: EscapedCode = ""
    accountName: EscapedCode = ""


@reply(
    7,
    version="8",
    text=(
        *(name.replace(".exchange", ".primaryExchange") for name in CONTRACT_SHORT),
        "position",
        "marketPrice",
        "marketValue",
        "averageCost",
        "unrealizedPNL",
        "realizedPNL",
        "accountName",
    ),
    proto_since=V_ACCOUNT,
    source="EWrapper.updatePortfolio",
)
class UpdatePortfolio(Message):
    """One position of the subscribed account with its value."""

    contract: Contract = new(default_factory=Contract)
    position: Size = UNSET
    marketPrice: Float = 0.0
    marketValue: Float = 0.0
    averageCost: Float = 0.0
    unrealizedPNL: Float = 0.0
    realizedPNL: Float = 0.0
    accountName: Code = ""


@reply(8, version="1", proto_since=V_ACCOUNT, source="EWrapper.updateAccountTime")
class UpdateAccountTime(Message):
    """When the account was last updated, `hh:mm`."""

    timeStamp: Escaped = ""


@reply(54, version="1", proto_since=V_ACCOUNT, source="EWrapper.accountDownloadEnd")
class AccountDownloadEnd(Message):
    """The first full set of values and positions has been sent."""

    accountName: EscapedCode = ""


@reply(
    61,
    version="3",
    text=("account", *CONTRACT_SHORT, "position", "avgCost"),
    proto_since=V_ACCOUNT,
    source="EWrapper.position",
)
class Position(Message):
    """One position of any account."""

    account: Code = ""
    contract: Contract = new(default_factory=Contract)
    position: Size = UNSET
    avgCost: Float = 0.0


@reply(62, version="1", proto_since=V_ACCOUNT, source="EWrapper.positionEnd")
class PositionEnd(Message):
    """All positions have been sent; changes follow."""


@reply(63, version="1", proto_since=V_ACCOUNT, source="EWrapper.accountSummary")
class AccountSummary(Message):
    """One tag of one account."""

    reqId: Int = -1
    account: EscapedCode = ""
    tag: Escaped = ""
    value: Escaped = ""
    currency: EscapedCode = ""


@reply(64, version="1", proto_since=V_ACCOUNT, source="EWrapper.accountSummaryEnd")
class AccountSummaryEnd(Message):
    """The first full set of tags has been sent."""

    reqId: Int = -1


@reply(
    71,
    version="1",
    text=("reqId", "account", *CONTRACT_SHORT, "pos", "avgCost", "modelCode"),
    proto_since=V_ACCOUNT,
    source="EWrapper.positionMulti",
)
class PositionMulti(Message):
    """One position of the requested account or model."""

    reqId: Int = -1
    account: Code = ""
    contract: Contract = new(default_factory=Contract)
    pos: Size = UNSET
    avgCost: Float = 0.0
    modelCode: Code = ""


@reply(72, version="1", proto_since=V_ACCOUNT, source="EWrapper.positionMultiEnd")
class PositionMultiEnd(Message):
    """All positions of the requested account or model have been sent."""

    reqId: Int = -1


@reply(73, version="1", proto_since=V_ACCOUNT, source="EWrapper.accountUpdateMulti")
class AccountUpdateMulti(Message):
    """One value of the requested account or model."""

    reqId: Int = -1
    account: EscapedCode = ""
    modelCode: Escaped = ""
    key: Escaped = ""
    value: Escaped = ""
    currency: EscapedCode = ""


@reply(74, version="1", proto_since=V_ACCOUNT, source="EWrapper.accountUpdateMultiEnd")
class AccountUpdateMultiEnd(Message):
    """The first full set of values of the requested account or model has been sent."""

    reqId: Int = -1


@reply(94, proto_since=V_PNL, source="EWrapper.pnl")
class Pnl(Message):
    """Profit and loss of an account; unset = unknown."""

    reqId: Int = -1
    dailyPnL: Float = UNSET
    unrealizedPnL: Float = UNSET
    realizedPnL: Float = UNSET


@reply(95, proto_since=V_PNL, source="EWrapper.pnlSingle")
class PnlSingle(Message):
    """Profit and loss of one position; unset = unknown."""

    reqId: Int = -1
    pos: Size = UNSET
    dailyPnL: Float = UNSET
    unrealizedPnL: Float = UNSET
    realizedPnL: Float = UNSET
    value: Float = UNSET


@reply(
    78,
    text=(repeat("familyCodes", "accountID", "familyCodeStr"),),
    proto=tags(familyCodes=1),
    proto_since=V_REST,
    source="EWrapper.familyCodes",
)
class FamilyCodes(Message):
    """The family codes of the accounts."""

    familyCodes: list[FamilyCode] = new(default_factory=list)
