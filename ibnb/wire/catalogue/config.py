"""Settings of TWS, read and written over the API (protobuf only, from servers 219 and 221).

The setting objects are not part of the user's model and live here. None = not given; an explicit false or zero is sent.
"""

from dataclasses import dataclass
from dataclasses import field as new
from typing import Annotated

from ibnb.wire import versions as V
from ibnb.wire.fields import MAYBE_BOOL, MAYBE_INT, MAYBE_STR, STR, Kind
from ibnb.wire.schema import Bool, Int, Leaf, Message, Record, Str, many, reply, request, sub


@dataclass(slots=True)
class LockAndExitConfig:
    """When TWS logs off by itself."""

    autoLogoffTime: str | None = None
    autoLogoffPeriod: str | None = None
    autoLogoffType: str | None = None


@dataclass(slots=True)
class MessageConfig:
    """A message box of TWS and what happens instead of showing it."""

    id: int | None = None
    title: str | None = None
    message: str | None = None
    defaultAction: str | None = None
    enabled: bool | None = None


@dataclass(slots=True)
class ApiPrecautionsConfig:
    """Precautions that orders of the API pass by."""

    bypassOrderPrecautions: bool | None = None
    bypassBondWarning: bool | None = None
    bypassNegativeYieldConfirmation: bool | None = None
    bypassCalledBondWarning: bool | None = None
    bypassSameActionPairTradeWarning: bool | None = None
    bypassFlaggedAccountsWarning: bool | None = None
    bypassPriceBasedVolatilityWarning: bool | None = None
    bypassRedirectOrderWarning: bool | None = None
    bypassNoOverfillProtection: bool | None = None
    bypassRouteMarketableToBBO: bool | None = None


@dataclass(slots=True)
class ApiSettingsConfig:
    """The API settings page of TWS."""

    readOnlyApi: bool | None = None
    totalQuantityForMutualFunds: bool | None = None
    downloadOpenOrdersOnConnection: bool | None = None
    includeVirtualFxPositions: bool | None = None
    prepareDailyPnL: bool | None = None
    sendStatusUpdatesForVolatilityOrders: bool | None = None
    encodeApiMessages: str | None = None
    socketPort: int | None = None
    useNegativeAutoRange: bool | None = None
    createApiMessageLogFile: bool | None = None
    includeMarketDataInLogFile: bool | None = None
    exposeTradingScheduleToApi: bool | None = None
    splitInsuredDepositFromCashBalance: bool | None = None
    sendZeroPositionsForTodayOnly: bool | None = None
    letApiAccountRequestsSwitchSubscription: bool | None = None
    useAccountGroupsWithAllocationMethods: bool | None = None
    loggingLevel: str | None = None
    masterClientId: int | None = None
    bulkDataTimeout: int | None = None
    componentExchSeparator: str | None = None
    showForexDataIn1_10Pips: bool | None = None
    allowForexTradingIn1_10Pips: bool | None = None
    roundAccountValuesToNearestWholeNumber: bool | None = None
    sendMarketDataInLotsForUsStocks: bool | None = None
    showAdvancedOrderRejectInUi: bool | None = None
    rejectMessagesAboveMaxRate: bool | None = None
    maintainConnectionOnIncorrectFields: bool | None = None
    compatibilityModeNasdaqStocks: bool | None = None
    sendInstrumentTimezone: str | None = None
    sendForexDataInCompatibilityMode: bool | None = None
    maintainAndResubmitOrdersOnReconnect: bool | None = None
    historicalDataMaxSize: int | None = None
    autoReportNettingEventContractTrades: bool | None = None
    optionExerciseRequestType: str | None = None
    allowLocalhostOnly: bool | None = None
    trustedIPs: list[str] = new(default_factory=list)


@dataclass(slots=True)
class ApiConfig:
    """Settings and precautions of the API."""

    precautions: ApiPrecautionsConfig | None = None
    settings: ApiSettingsConfig | None = None


@dataclass(slots=True)
class OrdersSmartRoutingConfig:
    """Defaults of smart routing."""

    seekPriceImprovement: bool | None = None
    preOpenReroute: bool | None = None
    doNotRouteToDarkPools: bool | None = None
    defaultAlgorithm: str | None = None


@dataclass(slots=True)
class OrdersConfig:
    """Defaults of orders."""

    smartRouting: OrdersSmartRoutingConfig | None = None


@dataclass(slots=True)
class UpdateConfigWarning:
    """A warning about a change; sent back in `acceptedWarnings` to accept it."""

    messageId: int | None = None
    title: str | None = None
    message: str | None = None


_KINDS: dict[str, Kind] = {"bool | None": MAYBE_BOOL, "int | None": MAYBE_INT, "str | None": MAYBE_STR}


def _settings(cls: type) -> tuple[Leaf, ...]:
    """Return leaves for the fields of a class of single settings, numbered in its order."""
    return tuple(
        Leaf(name, _KINDS[str(f.type)], number)
        for number, (name, f) in enumerate(cls.__dataclass_fields__.items(), 1)  # type: ignore[attr-defined]
        if str(f.type) in _KINDS
    )


Record(LockAndExitConfig, *_settings(LockAndExitConfig))
MESSAGE = Record(MessageConfig, *_settings(MessageConfig))
PRECAUTIONS = Record(ApiPrecautionsConfig, *_settings(ApiPrecautionsConfig))
SETTINGS = Record(ApiSettingsConfig, *_settings(ApiSettingsConfig), many("trustedIPs", STR, 36))
Record(ApiConfig, sub("precautions", PRECAUTIONS, 1), sub("settings", SETTINGS, 2))
ROUTING = Record(OrdersSmartRoutingConfig, *_settings(OrdersSmartRoutingConfig))
Record(OrdersConfig, sub("smartRouting", ROUTING, 1))
Record(UpdateConfigWarning, *_settings(UpdateConfigWarning))


@request(108, text=None, proto_since=V.CONFIG, min_version=V.CONFIG, source="EClient.reqConfigProtoBuf")
class ReqConfig(Message):
    """Ask for the settings."""

    reqId: Int = 0


@request(
    109, text=None, proto_since=V.UPDATE_CONFIG, min_version=V.UPDATE_CONFIG, source="EClient.updateConfigProtoBuf"
)
class UpdateConfig(Message):
    """Change those settings that are given."""

    reqId: Int = 0
    lockAndExit: LockAndExitConfig | None = None
    messages: list[MessageConfig] = new(default_factory=list)
    api: ApiConfig | None = None
    orders: OrdersConfig | None = None
    acceptedWarnings: list[UpdateConfigWarning] = new(default_factory=list)
    resetAPIOrderSequence: Bool = False


@reply(110, text=None, proto_since=V.CONFIG, min_version=V.CONFIG, source="EWrapper.configResponseProtoBuf")
class ConfigResponse(Message):
    """The settings."""

    reqId: Int = -1
    lockAndExit: LockAndExitConfig | None = None
    messages: list[MessageConfig] = new(default_factory=list)
    api: ApiConfig | None = None
    orders: OrdersConfig | None = None


@reply(
    111,
    text=None,
    proto_since=V.UPDATE_CONFIG,
    min_version=V.UPDATE_CONFIG,
    source="EWrapper.updateConfigResponseProtoBuf",
)
class UpdateConfigResponse(Message):
    """What a change of settings did: status, changed fields, errors, and warnings to be accepted."""

    reqId: Int = -1
    status: Str = ""
    message: Str = ""
    changedFields: list[Annotated[str, STR]] = new(default_factory=list)
    errors: list[Annotated[str, STR]] = new(default_factory=list)
    warnings: list[UpdateConfigWarning] = new(default_factory=list)
