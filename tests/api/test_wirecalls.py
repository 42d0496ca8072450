"""One method, one message."""

import pytest

from ibnb.api.wirecalls import WireCalls
from ibnb.contract import Stock, TagValue
from ibnb.objects import ExecutionFilter, ScannerSubscription, WshEventData
from ibnb.order import LimitOrder, OrderCancel
from ibnb.wire import catalogue as m

AMD = Stock("AMD", "SMART", "USD", conId=4391)
TAGS = [TagValue("a", "b")]
MORE = [TagValue("c", "d")]
ORDER = LimitOrder("BUY", 1, 2.0)
SCAN = ScannerSubscription(scanCode="TOP_PERC_GAIN")

CALLS = [
    ("reqMktData", (1, AMD, "233", True, False, TAGS), m.ReqMktData(1, AMD, "233", True, False, TAGS)),
    ("cancelMktData", (1,), m.CancelMktData(1)),
    ("placeOrder", (1, AMD, ORDER), m.PlaceOrder(1, AMD, ORDER)),
    ("cancelOrder", (1, "t"), m.CancelOrder(1, OrderCancel(manualOrderCancelTime="t"))),
    ("cancelOrder", (1, OrderCancel(extOperator="x")), m.CancelOrder(1, OrderCancel(extOperator="x"))),
    ("reqOpenOrders", (), m.ReqOpenOrders()),
    ("reqAccountUpdates", (True, "DU1"), m.ReqAccountUpdates(True, "DU1")),
    ("reqExecutions", (1, ExecutionFilter(symbol="AMD")), m.ReqExecutions(1, ExecutionFilter(symbol="AMD"))),
    ("reqIds", (1,), m.ReqIds(1)),
    ("reqContractDetails", (1, AMD), m.ReqContractDetails(1, AMD)),
    ("cancelContractData", (1,), m.CancelContractData(1)),
    ("reqMktDepth", (1, AMD, 5, True, TAGS), m.ReqMktDepth(1, AMD, 5, True, TAGS)),
    ("reqMktDepth", (1, AMD, 5, True, None), m.ReqMktDepth(1, AMD, 5, True, [])),
    ("cancelMktDepth", (1, True), m.CancelMktDepth(1, True)),
    ("reqNewsBulletins", (True,), m.ReqNewsBulletins(True)),
    ("cancelNewsBulletins", (), m.CancelNewsBulletins()),
    ("setServerLogLevel", (5,), m.SetServerLogLevel(5)),
    ("reqAutoOpenOrders", (True,), m.ReqAutoOpenOrders(True)),
    ("reqAllOpenOrders", (), m.ReqAllOpenOrders()),
    ("reqManagedAccts", (), m.ReqManagedAccts()),
    ("requestFA", (1,), m.RequestFA(1)),
    ("replaceFA", (7, 1, "<xml/>"), m.ReplaceFA(1, "<xml/>", 7)),
    (
        "reqHistoricalData",
        (1, AMD, "end", "2 D", "1 hour", "TRADES", True, 2, False, TAGS),
        m.ReqHistoricalData(1, AMD, "end", "1 hour", "2 D", True, "TRADES", 2, False, TAGS),
    ),
    ("exerciseOptions", (1, AMD, 1, 2, "DU1", 0), m.ExerciseOptions(1, AMD, 1, 2, "DU1", 0)),
    ("reqScannerSubscription", (1, SCAN, TAGS, MORE), m.ReqScannerSubscription(1, SCAN, MORE, TAGS)),
    ("cancelScannerSubscription", (1,), m.CancelScannerSubscription(1)),
    ("reqScannerParameters", (), m.ReqScannerParameters()),
    ("cancelHistoricalData", (1,), m.CancelHistoricalData(1)),
    ("reqCurrentTime", (), m.ReqCurrentTime()),
    ("reqCurrentTimeInMillis", (), m.ReqCurrentTimeInMillis()),
    ("reqRealTimeBars", (1, AMD, 5, "BID", True, TAGS), m.ReqRealTimeBars(1, AMD, 5, "BID", True, TAGS)),
    ("cancelRealTimeBars", (1,), m.CancelRealTimeBars(1)),
    ("reqFundamentalData", (1, AMD, "RESC", TAGS), m.ReqFundamentalData(1, AMD, "RESC", TAGS)),
    ("cancelFundamentalData", (1,), m.CancelFundamentalData(1)),
    ("calculateImpliedVolatility", (1, AMD, 5.0, 100.0, TAGS), m.CalculateImpliedVolatility(1, AMD, 5.0, 100.0, TAGS)),
    ("calculateOptionPrice", (1, AMD, 0.2, 100.0, TAGS), m.CalculateOptionPrice(1, AMD, 0.2, 100.0, TAGS)),
    ("cancelCalculateImpliedVolatility", (1,), m.CancelCalculateImpliedVolatility(1)),
    ("cancelCalculateOptionPrice", (1,), m.CancelCalculateOptionPrice(1)),
    ("reqGlobalCancel", (), m.ReqGlobalCancel(OrderCancel())),
    ("reqMarketDataType", (3,), m.ReqMarketDataType(3)),
    ("reqPositions", (), m.ReqPositions()),
    ("reqAccountSummary", (1, "All", "tags"), m.ReqAccountSummary(1, "All", "tags")),
    ("cancelAccountSummary", (1,), m.CancelAccountSummary(1)),
    ("cancelPositions", (), m.CancelPositions()),
    ("verifyRequest", ("name", "9.7"), m.VerifyRequest("name", "9.7")),
    ("verifyMessage", ("data",), m.VerifyMessage("data")),
    ("queryDisplayGroups", (1,), m.QueryDisplayGroups(1)),
    ("subscribeToGroupEvents", (1, 2), m.SubscribeToGroupEvents(1, 2)),
    ("updateDisplayGroup", (1, "none"), m.UpdateDisplayGroup(1, "none")),
    ("unsubscribeFromGroupEvents", (1,), m.UnsubscribeFromGroupEvents(1)),
    ("verifyAndAuthRequest", ("name", "9.7", "key"), m.VerifyAndAuthRequest("name", "9.7", "key")),
    ("verifyAndAuthMessage", ("data", "xyz"), m.VerifyAndAuthMessage("data", "xyz")),
    ("reqPositionsMulti", (1, "DU1", "M"), m.ReqPositionsMulti(1, "DU1", "M")),
    ("cancelPositionsMulti", (1,), m.CancelPositionsMulti(1)),
    ("reqAccountUpdatesMulti", (1, "DU1", "M", True), m.ReqAccountUpdatesMulti(1, "DU1", "M", True)),
    ("cancelAccountUpdatesMulti", (1,), m.CancelAccountUpdatesMulti(1)),
    ("reqSecDefOptParams", (1, "AMD", "", "STK", 4391), m.ReqSecDefOptParams(1, "AMD", "", "STK", 4391)),
    ("reqSoftDollarTiers", (1,), m.ReqSoftDollarTiers(1)),
    ("reqFamilyCodes", (), m.ReqFamilyCodes()),
    ("reqMatchingSymbols", (1, "am"), m.ReqMatchingSymbols(1, "am")),
    ("reqMktDepthExchanges", (), m.ReqMktDepthExchanges()),
    ("reqSmartComponents", (1, "9c"), m.ReqSmartComponents(1, "9c")),
    ("reqNewsArticle", (1, "BRFG", "id", TAGS), m.ReqNewsArticle(1, "BRFG", "id", TAGS)),
    ("reqNewsProviders", (), m.ReqNewsProviders()),
    (
        "reqHistoricalNews",
        (1, 4391, "BRFG", "s", "e", 9, TAGS),
        m.ReqHistoricalNews(1, 4391, "BRFG", "s", "e", 9, TAGS),
    ),
    ("reqHeadTimeStamp", (1, AMD, "TRADES", True, 2), m.ReqHeadTimeStamp(1, AMD, True, "TRADES", 2)),
    ("cancelHeadTimeStamp", (1,), m.CancelHeadTimeStamp(1)),
    ("reqHistogramData", (1, AMD, True, "3 days"), m.ReqHistogramData(1, AMD, True, "3 days")),
    ("cancelHistogramData", (1,), m.CancelHistogramData(1)),
    ("reqMarketRule", (26,), m.ReqMarketRule(26)),
    ("reqPnL", (1, "DU1", "M"), m.ReqPnL(1, "DU1", "M")),
    ("cancelPnL", (1,), m.CancelPnL(1)),
    ("reqPnLSingle", (1, "DU1", "M", 4391), m.ReqPnLSingle(1, "DU1", "M", 4391)),
    ("cancelPnLSingle", (1,), m.CancelPnLSingle(1)),
    (
        "reqHistoricalTicks",
        (1, AMD, "s", "e", 9, "TRADES", True, False, TAGS),
        m.ReqHistoricalTicks(1, AMD, "s", "e", 9, "TRADES", True, False, TAGS),
    ),
    ("cancelHistoricalTicks", (1,), m.CancelHistoricalTicks(1)),
    ("reqTickByTickData", (1, AMD, "Last", 5, True), m.ReqTickByTickData(1, AMD, "Last", 5, True)),
    ("cancelTickByTickData", (1,), m.CancelTickByTickData(1)),
    ("reqCompletedOrders", (True,), m.ReqCompletedOrders(True)),
    ("reqWshMetaData", (1,), m.ReqWshMetaData(1)),
    ("cancelWshMetaData", (1,), m.CancelWshMetaData(1)),
    ("reqWshEventData", (1, WshEventData(4391)), m.ReqWshEventData(1, WshEventData(4391))),
    ("cancelWshEventData", (1,), m.CancelWshEventData(1)),
    ("reqUserInfo", (1,), m.ReqUserInfo(1)),
]
URGENT = {"placeOrder", "cancelOrder", "reqGlobalCancel", "exerciseOptions"}


class Sent(WireCalls):
    def __init__(self):
        self.messages = []

    def sendMessage(self, message, *, urgent=False):
        self.messages.append((message, urgent))


@pytest.mark.parametrize(("name", "args", "message"), CALLS, ids=[name for name, *_ in CALLS])
def test_a_method_sends_its_message(name, args, message):
    sent = Sent()
    getattr(sent, name)(*args)
    assert sent.messages == [(message, name in URGENT)]


def test_every_method_is_called_here():
    methods = {name for name in vars(WireCalls) if not name.startswith("_")} - {"sendMessage"}
    assert methods == {name for name, *_ in CALLS}


def test_every_request_of_the_protocol_but_those_of_settings_has_its_method():
    requests = {cls for cls, spec in m.SPECS.items() if spec.direction is m.Direction.REQUEST}
    assert requests - {type(message) for *_, message in CALLS} == {m.StartApi, m.ReqConfig, m.UpdateConfig}
