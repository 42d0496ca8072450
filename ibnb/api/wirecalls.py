"""The engine's request methods: one call, one message, under ib_async's `Client` names. No state, no waiting."""

from __future__ import annotations

from typing import Any

from ibnb.contract import Contract, TagValue
from ibnb.objects import ExecutionFilter, ScannerSubscription, WshEventData
from ibnb.order import Order, OrderCancel
from ibnb.wire import catalogue as m

Options = list[TagValue] | None


class WireCalls:
    """Methods that send one request each.

    Raise NotConnected, FieldError (a value that cannot be sent) or ServerTooOld.
    """

    def sendMessage(self, message: Any, *, urgent: bool = False) -> None:
        """Send one catalogue message; urgent ones overtake those held back by the rate limit."""
        raise LookupError("WireCalls is mixed into Client")

    def reqMktData(
        self,
        reqId: int,
        contract: Contract,
        genericTickList: str,
        snapshot: bool,
        regulatorySnapshot: bool,
        mktDataOptions: Options,
    ) -> None:
        """Ask for level-1 quotes (id 1)."""
        self.sendMessage(
            m.ReqMktData(reqId, contract, genericTickList, snapshot, regulatorySnapshot, mktDataOptions or [])
        )

    def cancelMktData(self, reqId: int) -> None:
        """End quotes (id 2)."""
        self.sendMessage(m.CancelMktData(reqId))

    def placeOrder(self, orderId: int, contract: Contract, order: Order) -> None:
        """Place, modify or preview an order (id 3); overtakes data requests."""
        self.sendMessage(m.PlaceOrder(orderId, contract, order), urgent=True)

    def cancelOrder(self, orderId: int, manualCancelOrderTime: str | OrderCancel = "") -> None:
        """Cancel an order (id 4); overtakes data requests."""
        cancel = manualCancelOrderTime
        if not isinstance(cancel, OrderCancel):
            cancel = OrderCancel(manualOrderCancelTime=cancel)
        self.sendMessage(m.CancelOrder(orderId, cancel), urgent=True)

    def reqOpenOrders(self) -> None:
        """Ask for this client's open orders (id 5)."""
        self.sendMessage(m.ReqOpenOrders())

    def reqAccountUpdates(self, subscribe: bool, acctCode: str) -> None:
        """Begin or end updates of one account (id 6)."""
        self.sendMessage(m.ReqAccountUpdates(subscribe, acctCode))

    def reqExecutions(self, reqId: int, execFilter: ExecutionFilter) -> None:
        """Ask for executions (id 7)."""
        self.sendMessage(m.ReqExecutions(reqId, execFilter))

    def reqIds(self, numIds: int) -> None:
        """Ask for the next valid order id (id 8)."""
        self.sendMessage(m.ReqIds(numIds))

    def reqContractDetails(self, reqId: int, contract: Contract) -> None:
        """Ask for all contracts that match (id 9)."""
        self.sendMessage(m.ReqContractDetails(reqId, contract))

    def cancelContractData(self, reqId: int) -> None:
        """End a contract details request (id 106, server version 215)."""
        self.sendMessage(m.CancelContractData(reqId))

    def reqMktDepth(
        self, reqId: int, contract: Contract, numRows: int, isSmartDepth: bool, mktDepthOptions: Options
    ) -> None:
        """Ask for market depth (id 10)."""
        self.sendMessage(m.ReqMktDepth(reqId, contract, numRows, isSmartDepth, mktDepthOptions or []))

    def cancelMktDepth(self, reqId: int, isSmartDepth: bool) -> None:
        """End market depth (id 11)."""
        self.sendMessage(m.CancelMktDepth(reqId, isSmartDepth))

    def reqNewsBulletins(self, allMsgs: bool) -> None:
        """Ask for IB's bulletins (id 12)."""
        self.sendMessage(m.ReqNewsBulletins(allMsgs))

    def cancelNewsBulletins(self) -> None:
        """End bulletins (id 13)."""
        self.sendMessage(m.CancelNewsBulletins())

    def setServerLogLevel(self, logLevel: int) -> None:
        """Set the gateway's log level, 1 to 5 (id 14)."""
        self.sendMessage(m.SetServerLogLevel(logLevel))

    def reqAutoOpenOrders(self, bAutoBind: bool) -> None:
        """Bind future manual orders to client 0 (id 15)."""
        self.sendMessage(m.ReqAutoOpenOrders(bAutoBind))

    def reqAllOpenOrders(self) -> None:
        """Ask for the open orders of all clients (id 16)."""
        self.sendMessage(m.ReqAllOpenOrders())

    def reqManagedAccts(self) -> None:
        """Ask for the account list (id 17)."""
        self.sendMessage(m.ReqManagedAccts())

    def requestFA(self, faData: int) -> None:
        """Ask for financial advisor data (id 18)."""
        self.sendMessage(m.RequestFA(faData))

    def replaceFA(self, reqId: int, faData: int, cxml: str) -> None:
        """Replace financial advisor data (id 19)."""
        self.sendMessage(m.ReplaceFA(faData, cxml, reqId))

    def reqHistoricalData(
        self,
        reqId: int,
        contract: Contract,
        endDateTime: str,
        durationStr: str,
        barSizeSetting: str,
        whatToShow: str,
        useRTH: bool,
        formatDate: int,
        keepUpToDate: bool,
        chartOptions: Options,
    ) -> None:
        """Ask for historical bars (id 20)."""
        self.sendMessage(
            m.ReqHistoricalData(
                reqId,
                contract,
                endDateTime,
                barSizeSetting,
                durationStr,
                useRTH,
                whatToShow,
                formatDate,
                keepUpToDate,
                chartOptions or [],
            )
        )

    def exerciseOptions(
        self, reqId: int, contract: Contract, exerciseAction: int, exerciseQuantity: int, account: str, override: int
    ) -> None:
        """Exercise (1) or lapse (2) options (id 21)."""
        self.sendMessage(
            m.ExerciseOptions(reqId, contract, exerciseAction, exerciseQuantity, account, override), urgent=True
        )

    def reqScannerSubscription(
        self,
        reqId: int,
        subscription: ScannerSubscription,
        scannerSubscriptionOptions: Options,
        scannerSubscriptionFilterOptions: Options,
    ) -> None:
        """Begin a scanner (id 22)."""
        self.sendMessage(
            m.ReqScannerSubscription(
                reqId, subscription, scannerSubscriptionFilterOptions or [], scannerSubscriptionOptions or []
            )
        )

    def cancelScannerSubscription(self, reqId: int) -> None:
        """End a scanner (id 23)."""
        self.sendMessage(m.CancelScannerSubscription(reqId))

    def reqScannerParameters(self) -> None:
        """Ask for the scanner XML (id 24)."""
        self.sendMessage(m.ReqScannerParameters())

    def cancelHistoricalData(self, reqId: int) -> None:
        """End a history request or its live updates (id 25)."""
        self.sendMessage(m.CancelHistoricalData(reqId))

    def reqCurrentTime(self) -> None:
        """Ask for the gateway's time in seconds (id 49)."""
        self.sendMessage(m.ReqCurrentTime())

    def reqCurrentTimeInMillis(self) -> None:
        """Ask for the gateway's time in milliseconds (id 105, server version 197)."""
        self.sendMessage(m.ReqCurrentTimeInMillis())

    def reqRealTimeBars(
        self, reqId: int, contract: Contract, barSize: int, whatToShow: str, useRTH: bool, realTimeBarsOptions: Options
    ) -> None:
        """Begin five-second bars (id 50)."""
        self.sendMessage(m.ReqRealTimeBars(reqId, contract, barSize, whatToShow, useRTH, realTimeBarsOptions or []))

    def cancelRealTimeBars(self, reqId: int) -> None:
        """End five-second bars (id 51)."""
        self.sendMessage(m.CancelRealTimeBars(reqId))

    def reqFundamentalData(
        self, reqId: int, contract: Contract, reportType: str, fundamentalDataOptions: Options
    ) -> None:
        """Ask for a fundamental report (id 52; removed by IB after 10.46)."""
        self.sendMessage(m.ReqFundamentalData(reqId, contract, reportType, fundamentalDataOptions or []))

    def cancelFundamentalData(self, reqId: int) -> None:
        """End a fundamental report request (id 53)."""
        self.sendMessage(m.CancelFundamentalData(reqId))

    def calculateImpliedVolatility(
        self, reqId: int, contract: Contract, optionPrice: float, underPrice: float, implVolOptions: Options
    ) -> None:
        """Ask TWS for an implied volatility (id 54)."""
        self.sendMessage(m.CalculateImpliedVolatility(reqId, contract, optionPrice, underPrice, implVolOptions or []))

    def calculateOptionPrice(
        self, reqId: int, contract: Contract, volatility: float, underPrice: float, optPrcOptions: Options
    ) -> None:
        """Ask TWS for an option price (id 55)."""
        self.sendMessage(m.CalculateOptionPrice(reqId, contract, volatility, underPrice, optPrcOptions or []))

    def cancelCalculateImpliedVolatility(self, reqId: int) -> None:
        """End a calculation (id 56)."""
        self.sendMessage(m.CancelCalculateImpliedVolatility(reqId))

    def cancelCalculateOptionPrice(self, reqId: int) -> None:
        """End a calculation (id 57)."""
        self.sendMessage(m.CancelCalculateOptionPrice(reqId))

    def reqGlobalCancel(self, orderCancel: OrderCancel | None = None) -> None:
        """Cancel all orders of all clients, manual ones too (id 58); overtakes data requests."""
        self.sendMessage(m.ReqGlobalCancel(orderCancel or OrderCancel()), urgent=True)

    def reqMarketDataType(self, marketDataType: int) -> None:
        """Choose live 1, frozen 2, delayed 3, delayed frozen 4 (id 59)."""
        self.sendMessage(m.ReqMarketDataType(marketDataType))

    def reqPositions(self) -> None:
        """Begin positions of all accounts (id 61)."""
        self.sendMessage(m.ReqPositions())

    def reqAccountSummary(self, reqId: int, groupName: str, tags: str) -> None:
        """Begin an account summary (id 62)."""
        self.sendMessage(m.ReqAccountSummary(reqId, groupName, tags))

    def cancelAccountSummary(self, reqId: int) -> None:
        """End an account summary (id 63)."""
        self.sendMessage(m.CancelAccountSummary(reqId))

    def cancelPositions(self) -> None:
        """End positions (id 64)."""
        self.sendMessage(m.CancelPositions())

    def verifyRequest(self, apiName: str, apiVersion: str) -> None:
        """Begin IB's own verification (id 65)."""
        self.sendMessage(m.VerifyRequest(apiName, apiVersion))

    def verifyMessage(self, apiData: str) -> None:
        """Go on with IB's own verification (id 66)."""
        self.sendMessage(m.VerifyMessage(apiData))

    def queryDisplayGroups(self, reqId: int) -> None:
        """Ask for TWS's display groups (id 67)."""
        self.sendMessage(m.QueryDisplayGroups(reqId))

    def subscribeToGroupEvents(self, reqId: int, groupId: int) -> None:
        """Begin events of a display group (id 68)."""
        self.sendMessage(m.SubscribeToGroupEvents(reqId, groupId))

    def updateDisplayGroup(self, reqId: int, contractInfo: str) -> None:
        """Set the contract of a display group (id 69)."""
        self.sendMessage(m.UpdateDisplayGroup(reqId, contractInfo))

    def unsubscribeFromGroupEvents(self, reqId: int) -> None:
        """End events of a display group (id 70)."""
        self.sendMessage(m.UnsubscribeFromGroupEvents(reqId))

    def verifyAndAuthRequest(self, apiName: str, apiVersion: str, opaqueIsvKey: str) -> None:
        """Begin IB's own verification with a key (id 72)."""
        self.sendMessage(m.VerifyAndAuthRequest(apiName, apiVersion, opaqueIsvKey))

    def verifyAndAuthMessage(self, apiData: str, xyzResponse: str) -> None:
        """Go on with IB's own verification (id 73)."""
        self.sendMessage(m.VerifyAndAuthMessage(apiData, xyzResponse))

    def reqPositionsMulti(self, reqId: int, account: str, modelCode: str) -> None:
        """Begin positions of an account or model (id 74)."""
        self.sendMessage(m.ReqPositionsMulti(reqId, account, modelCode))

    def cancelPositionsMulti(self, reqId: int) -> None:
        """End positions of an account or model (id 75)."""
        self.sendMessage(m.CancelPositionsMulti(reqId))

    def reqAccountUpdatesMulti(self, reqId: int, account: str, modelCode: str, ledgerAndNLV: bool) -> None:
        """Begin values of an account or model (id 76)."""
        self.sendMessage(m.ReqAccountUpdatesMulti(reqId, account, modelCode, ledgerAndNLV))

    def cancelAccountUpdatesMulti(self, reqId: int) -> None:
        """End values of an account or model (id 77)."""
        self.sendMessage(m.CancelAccountUpdatesMulti(reqId))

    def reqSecDefOptParams(
        self, reqId: int, underlyingSymbol: str, futFopExchange: str, underlyingSecType: str, underlyingConId: int
    ) -> None:
        """Ask for option chains (id 78)."""
        self.sendMessage(
            m.ReqSecDefOptParams(reqId, underlyingSymbol, futFopExchange, underlyingSecType, underlyingConId)
        )

    def reqSoftDollarTiers(self, reqId: int) -> None:
        """Ask for soft dollar tiers (id 79)."""
        self.sendMessage(m.ReqSoftDollarTiers(reqId))

    def reqFamilyCodes(self) -> None:
        """Ask for family codes (id 80)."""
        self.sendMessage(m.ReqFamilyCodes())

    def reqMatchingSymbols(self, reqId: int, pattern: str) -> None:
        """Search contracts by text (id 81)."""
        self.sendMessage(m.ReqMatchingSymbols(reqId, pattern))

    def reqMktDepthExchanges(self) -> None:
        """Ask which exchanges give depth (id 82)."""
        self.sendMessage(m.ReqMktDepthExchanges())

    def reqSmartComponents(self, reqId: int, bboExchange: str) -> None:
        """Ask for the exchanges behind the letters of a quote (id 83)."""
        self.sendMessage(m.ReqSmartComponents(reqId, bboExchange))

    def reqNewsArticle(self, reqId: int, providerCode: str, articleId: str, newsArticleOptions: Options) -> None:
        """Ask for an article (id 84)."""
        self.sendMessage(m.ReqNewsArticle(reqId, providerCode, articleId, newsArticleOptions or []))

    def reqNewsProviders(self) -> None:
        """Ask for news providers (id 85)."""
        self.sendMessage(m.ReqNewsProviders())

    def reqHistoricalNews(
        self,
        reqId: int,
        conId: int,
        providerCodes: str,
        startDateTime: str,
        endDateTime: str,
        totalResults: int,
        historicalNewsOptions: Options,
    ) -> None:
        """Ask for headlines of the past (id 86)."""
        self.sendMessage(
            m.ReqHistoricalNews(
                reqId, conId, providerCodes, startDateTime, endDateTime, totalResults, historicalNewsOptions or []
            )
        )

    def reqHeadTimeStamp(self, reqId: int, contract: Contract, whatToShow: str, useRTH: bool, formatDate: int) -> None:
        """Ask for the earliest time of data (id 87)."""
        self.sendMessage(m.ReqHeadTimeStamp(reqId, contract, useRTH, whatToShow, formatDate))

    def cancelHeadTimeStamp(self, reqId: int) -> None:
        """End a head timestamp request (id 90)."""
        self.sendMessage(m.CancelHeadTimeStamp(reqId))

    def reqHistogramData(self, tickerId: int, contract: Contract, useRTH: bool, timePeriod: str) -> None:
        """Ask for a price histogram (id 88)."""
        self.sendMessage(m.ReqHistogramData(tickerId, contract, useRTH, timePeriod))

    def cancelHistogramData(self, tickerId: int) -> None:
        """End a histogram request (id 89)."""
        self.sendMessage(m.CancelHistogramData(tickerId))

    def reqMarketRule(self, marketRuleId: int) -> None:
        """Ask for price increments (id 91)."""
        self.sendMessage(m.ReqMarketRule(marketRuleId))

    def reqPnL(self, reqId: int, account: str, modelCode: str) -> None:
        """Begin profit and loss of an account (id 92)."""
        self.sendMessage(m.ReqPnL(reqId, account, modelCode))

    def cancelPnL(self, reqId: int) -> None:
        """End profit and loss of an account (id 93)."""
        self.sendMessage(m.CancelPnL(reqId))

    def reqPnLSingle(self, reqId: int, account: str, modelCode: str, conid: int) -> None:
        """Begin profit and loss of one position (id 94)."""
        self.sendMessage(m.ReqPnLSingle(reqId, account, modelCode, conid))

    def cancelPnLSingle(self, reqId: int) -> None:
        """End profit and loss of one position (id 95)."""
        self.sendMessage(m.CancelPnLSingle(reqId))

    def reqHistoricalTicks(
        self,
        reqId: int,
        contract: Contract,
        startDateTime: str,
        endDateTime: str,
        numberOfTicks: int,
        whatToShow: str,
        useRth: bool,
        ignoreSize: bool,
        miscOptions: Options,
    ) -> None:
        """Ask for ticks of the past (id 96)."""
        self.sendMessage(
            m.ReqHistoricalTicks(
                reqId,
                contract,
                startDateTime,
                endDateTime,
                numberOfTicks,
                whatToShow,
                useRth,
                ignoreSize,
                miscOptions or [],
            )
        )

    def cancelHistoricalTicks(self, reqId: int) -> None:
        """End a historical ticks request (id 107, server version 215)."""
        self.sendMessage(m.CancelHistoricalTicks(reqId))

    def reqTickByTickData(
        self, reqId: int, contract: Contract, tickType: str, numberOfTicks: int, ignoreSize: bool
    ) -> None:
        """Begin every tick (id 97)."""
        self.sendMessage(m.ReqTickByTickData(reqId, contract, tickType, numberOfTicks, ignoreSize))

    def cancelTickByTickData(self, reqId: int) -> None:
        """End every tick (id 98)."""
        self.sendMessage(m.CancelTickByTickData(reqId))

    def reqCompletedOrders(self, apiOnly: bool) -> None:
        """Ask for completed orders (id 99)."""
        self.sendMessage(m.ReqCompletedOrders(apiOnly))

    def reqWshMetaData(self, reqId: int) -> None:
        """Ask for Wall Street Horizon metadata (id 100)."""
        self.sendMessage(m.ReqWshMetaData(reqId))

    def cancelWshMetaData(self, reqId: int) -> None:
        """End a metadata request (id 101)."""
        self.sendMessage(m.CancelWshMetaData(reqId))

    def reqWshEventData(self, reqId: int, data: WshEventData) -> None:
        """Ask for Wall Street Horizon events (id 102)."""
        self.sendMessage(m.ReqWshEventData(reqId, data))

    def cancelWshEventData(self, reqId: int) -> None:
        """End an events request (id 103)."""
        self.sendMessage(m.CancelWshEventData(reqId))

    def reqUserInfo(self, reqId: int) -> None:
        """Ask for the user's white branding id (id 104)."""
        self.sendMessage(m.ReqUserInfo(reqId))
