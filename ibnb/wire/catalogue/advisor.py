"""Financial advisors, soft dollars and display groups."""

from dataclasses import field as new

from ibnb.objects import SoftDollarTier
from ibnb.wire import versions as V
from ibnb.wire.catalogue import types_order as types_order
from ibnb.wire.layout import field, repeat, tags
from ibnb.wire.schema import Escaped, Int, Message, Str, reply, request

V_FA = V.PROTOBUF_REST_MESSAGES_1
V_REST = V.PROTOBUF_REST_MESSAGES_3


@request(18, version="1", proto_since=V_FA, source="EClient.requestFA")
class RequestFA(Message):
    """Ask for advisor data: 1 groups, 3 aliases (2, profiles, ended at server 177)."""

    faData: Int = 1


@request(
    19,
    version="1",
    text=("faData", "cxml", field("reqId", since=V.REPLACE_FA_END)),
    proto=tags(reqId=1, faData=2, cxml=3),
    proto_since=V_FA,
    source="EClient.replaceFA",
)
class ReplaceFA(Message):
    """Replace advisor data by XML."""

    faData: Int = 1
    cxml: Str = ""
    reqId: Int = 0


@request(79, proto_since=V.PROTOBUF_REST_MESSAGES_2, source="EClient.reqSoftDollarTiers")
class ReqSoftDollarTiers(Message):
    """Ask for the soft dollar tiers."""

    reqId: Int = 0


@request(67, version="1", proto_since=V_REST, source="EClient.queryDisplayGroups")
class QueryDisplayGroups(Message):
    """Ask which display groups TWS has."""

    reqId: Int = 0


@request(68, version="1", proto_since=V_REST, source="EClient.subscribeToGroupEvents")
class SubscribeToGroupEvents(Message):
    """Subscribe to the contract of a display group."""

    reqId: Int = 0
    groupId: Int = 0


@request(69, version="1", proto_since=V_REST, source="EClient.updateDisplayGroup")
class UpdateDisplayGroup(Message):
    """Show a contract in a display group: `conId@exchange` or `none`."""

    reqId: Int = 0
    contractInfo: Str = ""


@request(70, version="1", proto_since=V_REST, source="EClient.unsubscribeFromGroupEvents")
class UnsubscribeFromGroupEvents(Message):
    """End the subscription to a display group."""

    reqId: Int = 0


@reply(16, version="1", proto_since=V_FA, source="EWrapper.receiveFA")
class ReceiveFA(Message):
    """Advisor data as XML."""

    faData: Int = 0
    cxml: Escaped = ""


@reply(103, proto_since=V_FA, min_version=V.REPLACE_FA_END, source="EWrapper.replaceFAEnd")
class ReplaceFAEnd(Message):
    """Advisor data has been replaced, or why not."""

    reqId: Int = -1
    text: Str = ""


@reply(
    77,
    text=("reqId", repeat("tiers", "name", "val", "displayName")),
    proto_since=V.PROTOBUF_REST_MESSAGES_2,
    source="EWrapper.softDollarTiers",
)
class SoftDollarTiers(Message):
    """The soft dollar tiers."""

    reqId: Int = -1
    tiers: list[SoftDollarTier] = new(default_factory=list)


@reply(67, version="1", proto_since=V_REST, source="EWrapper.displayGroupList")
class DisplayGroupList(Message):
    """The display groups of TWS, separated by bars."""

    reqId: Int = -1
    groups: Escaped = ""


@reply(68, version="1", proto_since=V_REST, source="EWrapper.displayGroupUpdated")
class DisplayGroupUpdated(Message):
    """The contract of a display group changed: `conId@exchange`, `none` or `combo`."""

    reqId: Int = -1
    contractInfo: Escaped = ""
