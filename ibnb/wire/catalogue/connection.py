"""The connection itself: start, ids, accounts, errors, clocks, and the verification of registered programs."""

from ibnb.wire import versions as V
from ibnb.wire.fields import WORD_BOOL
from ibnb.wire.layout import NEVER, field, tags
from ibnb.wire.schema import Bool, Escaped, Int, Long, Message, Str, reply, request

V_REST = V.PROTOBUF_REST_MESSAGES_3


@request(71, version="2", proto_since=V_REST, source="EClient.startApi")
class StartApi(Message):
    """First message after the handshake: who the client is."""

    clientId: Int = 0
    optionalCapabilities: Str = ""


@request(8, version="1", proto_since=V_REST, source="EClient.reqIds")
class ReqIds(Message):
    """Ask for the next valid order id; the server ignores the number."""

    numIds: Int = 1


@request(14, version="1", proto_since=V_REST, source="EClient.setServerLogLevel")
class SetServerLogLevel(Message):
    """How much the server logs about this client: 1 system, 2 error, 3 warning, 4 information, 5 detail."""

    logLevel: Int = 2


@request(17, version="1", proto_since=V.PROTOBUF_ACCOUNTS_POSITIONS, source="EClient.reqManagedAccts")
class ReqManagedAccts(Message):
    """Ask for the accounts of this login."""


@request(49, version="1", proto_since=V_REST, source="EClient.reqCurrentTime")
class ReqCurrentTime(Message):
    """Ask for the server's clock in seconds."""


@request(105, proto_since=V_REST, min_version=V.CURRENT_TIME_IN_MILLIS, source="EClient.reqCurrentTimeInMillis")
class ReqCurrentTimeInMillis(Message):
    """Ask for the server's clock in milliseconds."""


@request(104, proto_since=V.PROTOBUF_REST_MESSAGES_2, min_version=V.USER_INFO, source="EClient.reqUserInfo")
class ReqUserInfo(Message):
    """Ask for the white branding of the user."""

    reqId: Int = 0


@request(65, version="1", proto_since=V_REST, source="EClient.verifyRequest")
class VerifyRequest(Message):
    """Begin the verification of a registered program."""

    apiName: Str = ""
    apiVersion: Str = ""


@request(66, version="1", proto_since=V_REST, source="EClient.verifyMessage")
class VerifyMessage(Message):
    """Continue the verification of a registered program."""

    apiData: Str = ""


@request(72, version="1", source="EClient.verifyAndAuthRequest")
class VerifyAndAuthRequest(Message):
    """Begin verification and authentication; text at every server version."""

    apiName: Str = ""
    apiVersion: Str = ""
    opaqueIsvKey: Str = ""


@request(73, version="1", source="EClient.verifyAndAuthMessage")
class VerifyAndAuthMessage(Message):
    """Continue verification and authentication; text at every server version."""

    apiData: Str = ""
    xyzResponse: Str = ""


@reply(
    4,
    version="2",
    until=V.ERROR_TIME,
    text=(
        "reqId",
        "errorCode",
        "errorString",
        field("advancedOrderRejectJson", since=V.ADVANCED_ORDER_REJECT),
        field("errorTime", since=V.ERROR_TIME),
    ),
    proto=tags(reqId=1, errorTime=2, errorCode=3, errorString=4, advancedOrderRejectJson=5),
    proto_since=V.PROTOBUF_PLACE_ORDER,
    source="EWrapper.error",
)
class Error(Message):
    """An error, a warning or a notice; reqId -1 when it belongs to no request. `errorTime` in epoch milliseconds."""

    reqId: Int = -1
    errorCode: Int = 0
    errorString: Escaped = ""
    advancedOrderRejectJson: Escaped = ""
    errorTime: Long = 0


@reply(9, version="1", proto_since=V_REST, source="EWrapper.nextValidId")
class NextValidId(Message):
    """The least order id that may be used next."""

    orderId: Int = 0


@reply(15, version="1", proto_since=V.PROTOBUF_ACCOUNTS_POSITIONS, source="EWrapper.managedAccounts")
class ManagedAccounts(Message):
    """The accounts of this login, separated by commas."""

    accountsList: Escaped = ""


@reply(49, version="1", proto_since=V_REST, source="EWrapper.currentTime")
class CurrentTime(Message):
    """The server's clock in epoch seconds."""

    time: Long = 0


@reply(109, proto_since=V_REST, min_version=V.CURRENT_TIME_IN_MILLIS, source="EWrapper.currentTimeInMillis")
class CurrentTimeInMillis(Message):
    """The server's clock in epoch milliseconds."""

    timeInMillis: Long = 0


@reply(107, proto_since=V.PROTOBUF_REST_MESSAGES_2, min_version=V.USER_INFO, source="EWrapper.userInfo")
class UserInfo(Message):
    """The white branding of the user."""

    reqId: Int = 0
    whiteBrandingId: Str = ""


@reply(65, version="1", proto_since=V_REST, source="EWrapper.verifyMessageAPI")
class VerifyMessageAPI(Message):
    """A step of the verification."""

    apiData: Escaped = ""


@reply(
    66,
    version="1",
    text=(field("isSuccessful", WORD_BOOL), "errorText"),
    proto_since=V_REST,
    source="EWrapper.verifyCompleted",
)
class VerifyCompleted(Message):
    """The verification has ended."""

    isSuccessful: Bool = False
    errorText: Escaped = ""


@reply(69, version="1", source="EWrapper.verifyAndAuthMessageAPI")
class VerifyAndAuthMessageAPI(Message):
    """A step of verification and authentication; text at every server version."""

    apiData: Escaped = ""
    xyzChallange: Escaped = ""


@reply(
    70,
    version="1",
    text=(field("isSuccessful", WORD_BOOL), "errorText"),
    proto_since=NEVER,
    source="EWrapper.verifyAndAuthCompleted",
)
class VerifyAndAuthCompleted(Message):
    """Verification and authentication have ended; text at every server version."""

    isSuccessful: Bool = False
    errorText: Escaped = ""
