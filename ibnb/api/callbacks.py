"""The engine's callbacks under ib_async's `Wrapper` names: each hands its arguments to the handler of its message.

Messages of the gateway do not come this way; they go straight to the handlers (`ibnb.state.reducers`). Programs and
tests that play a gateway call these, and see the events fire before the call returns.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ibnb.contract import ContractDetails, ScanData
from ibnb.objects import BarData, TickAttribBidAsk, TickAttribLast
from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE, parseIBDatetime
from ibnb.wire import catalogue as m


def _callback(message: type, parameters: str, fields: str = "", **constants: Any) -> Callable[..., None]:
    """Make a callback method.

    Args:
        message: The message that it stands for.
        parameters: Its parameters; `name=value` is one with a default.
        fields: The parameters in the order of the message's fields, where that is another order.
        constants: Values for the message's last fields, which the callback does not have.
    """
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = [inspect.Parameter("self", kind)]
    for parameter in parameters.split():
        name, _, default = parameter.partition("=")
        value = {"": inspect.Parameter.empty, "0.0": 0.0, "False": False}[default]
        signature.append(inspect.Parameter(name, kind, default=value))
    order = fields.split() or [parameter.name for parameter in signature[1:]]
    call = inspect.Signature(signature)

    def callback(*args: Any, **kwargs: Any) -> None:
        bound = call.bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        given["self"].take(message, *(given[name] for name in order), *constants.values())

    callback.__signature__ = call  # type: ignore[attr-defined]
    callback.__doc__ = f"Take what the message {message.__name__} says."
    return callback


def _nothing(parameters: str) -> Callable[..., None]:
    """Make a callback that ib_async ignores as well."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call = inspect.Signature([inspect.Parameter(name, kind) for name in ["self", *parameters.split()]])

    def callback(*args: Any, **kwargs: Any) -> None:
        call.bind(*args, **kwargs)

    callback.__signature__ = call  # type: ignore[attr-defined]
    callback.__doc__ = "Take a message that says nothing of use."
    return callback


class Callbacks(Store):
    """What `ib.wrapper` can be told."""

    def take(self, message: type, *fields: Any) -> None:
        """Hand the fields of a message, in class order, to its handler, as if the gateway had sent it."""
        raise LookupError("Callbacks is mixed into Wrapper")

    connectAck = _nothing("")
    nextValidId = _nothing("reqId")
    updateAccountTime = _nothing("timestamp")
    # -- account
    managedAccounts = _callback(m.ManagedAccounts, "accountsList")
    updateAccountValue = _callback(m.UpdateAccountValue, "tag val currency account")
    accountDownloadEnd = _callback(m.AccountDownloadEnd, "_account")
    accountUpdateMulti = _callback(m.AccountUpdateMulti, "reqId account modelCode tag val currency")
    accountUpdateMultiEnd = _callback(m.AccountUpdateMultiEnd, "reqId")
    accountSummary = _callback(m.AccountSummary, "_reqId account tag value currency")
    accountSummaryEnd = _callback(m.AccountSummaryEnd, "reqId")
    updatePortfolio = _callback(
        m.UpdatePortfolio,
        "contract posSize marketPrice marketValue averageCost unrealizedPNL realizedPNL account",
    )
    position = _callback(m.Position, "account contract posSize avgCost")
    positionEnd = _callback(m.PositionEnd, "")
    positionMulti = _callback(
        m.PositionMulti,
        "reqId account modelCode contract pos avgCost",
        "reqId account contract pos avgCost modelCode",
    )
    positionMultiEnd = _callback(m.PositionMultiEnd, "reqId")
    pnl = _callback(m.Pnl, "reqId dailyPnL unrealizedPnL realizedPnL")
    pnlSingle = _callback(m.PnlSingle, "reqId pos dailyPnL unrealizedPnL realizedPnL value")
    currentTime = _callback(m.CurrentTime, "time")
    # -- orders
    openOrder = _callback(m.OpenOrder, "orderId contract order orderState", "order contract orderState")
    openOrderEnd = _callback(m.OpenOrderEnd, "")
    completedOrder = _callback(m.CompletedOrder, "contract order orderState")
    completedOrdersEnd = _callback(m.CompletedOrdersEnd, "")
    orderStatus = _callback(
        m.OrderStatus,
        "orderId status filled remaining avgFillPrice permId parentId lastFillPrice clientId whyHeld mktCapPrice=0.0",
    )
    execDetails = _callback(m.ExecDetails, "reqId contract execution", "reqId execution contract")
    execDetailsEnd = _callback(m.ExecDetailsEnd, "reqId")
    commissionReport = _callback(m.CommissionAndFeesReport, "commissionReport")
    orderBound = _callback(m.OrderBound, "reqId apiClientId apiOrderId")
    error = _callback(m.Error, "reqId errorCode errorString advancedOrderRejectJson", errorTime=0)
    # -- contracts and what is looked up
    contractDetails = _callback(m.ContractDetails, "reqId contractDetails")
    bondContractDetails = _callback(m.BondContractDetails, "reqId contractDetails")
    contractDetailsEnd = _callback(m.ContractDetailsEnd, "reqId")
    symbolSamples = _callback(m.SymbolSamples, "reqId contractDescriptions")
    marketRule = _callback(m.MarketRule, "marketRuleId priceIncrements")
    smartComponents = _callback(m.SmartComponents, "reqId components")
    mktDepthExchanges = _callback(m.MktDepthExchanges, "depthMktDataDescriptions")
    securityDefinitionOptionParameter = _callback(
        m.SecurityDefinitionOptionParameter,
        "reqId exchange underlyingConId tradingClass multiplier expirations strikes",
    )
    securityDefinitionOptionParameterEnd = _callback(m.SecurityDefinitionOptionParameterEnd, "reqId")
    fundamentalData = _callback(m.FundamentalData, "reqId data")
    histogramData = _callback(m.HistogramData, "reqId items")
    historicalSchedule = _callback(m.HistoricalSchedule, "reqId startDateTime endDateTime timeZone sessions")
    headTimestamp = _callback(m.HeadTimestamp, "reqId headTimestamp")
    userInfo = _callback(m.UserInfo, "reqId whiteBrandingId")
    softDollarTiers = _callback(m.SoftDollarTiers, "reqId tiers")
    familyCodes = _callback(m.FamilyCodes, "familyCodes")
    receiveFA = _callback(m.ReceiveFA, "_faDataType faXmlData")
    wshMetaData = _callback(m.WshMetaData, "reqId dataJson")
    wshEventData = _callback(m.WshEventData, "reqId dataJson")
    scannerParameters = _callback(m.ScannerParameters, "xml")
    # -- market data
    marketDataType = _callback(m.MarketDataType, "reqId marketDataId")
    priceSizeTick = _callback(m.TickPrice, "reqId tickType price size", attrMask=0)
    tickSize = _callback(m.TickSize, "reqId tickType size")
    tickString = _callback(m.TickString, "reqId tickType value")
    tickGeneric = _callback(m.TickGeneric, "reqId tickType value")
    tickSnapshotEnd = _callback(m.TickSnapshotEnd, "reqId")
    tickReqParams = _callback(
        m.TickReqParams,
        "reqId minTick bboExchange snapshotPermissions",
        lastPricePrecision=UNSET_DOUBLE,
        lastSizePrecision=UNSET_DOUBLE,
    )
    tickOptionComputation = _callback(
        m.TickOptionComputation,
        "reqId tickType tickAttrib impliedVol delta optPrice pvDividend gamma vega theta undPrice",
    )
    tickEFP = _callback(
        m.TickEFP,
        "reqId tickType basisPoints formattedBasisPoints totalDividends holdDays futureLastTradeDate dividendImpact "
        "dividendsToLastTradeDate",
    )
    deltaNeutralValidation = _callback(m.DeltaNeutralValidation, "reqId dnc")
    updateMktDepth = _callback(m.UpdateMktDepth, "reqId position operation side price size")
    updateMktDepthL2 = _callback(
        m.UpdateMktDepthL2, "reqId position marketMaker operation side price size isSmartDepth=False"
    )
    realtimeBar = _callback(m.RealtimeBar, "reqId time open_ high low close volume wap count")
    historicalDataEnd = _callback(m.HistoricalDataEnd, "reqId _start _end")
    historicalDataUpdate = _callback(m.HistoricalDataUpdate, "reqId bar")
    # -- news
    newsProviders = _callback(m.NewsProviders, "newsProviders")
    tickNews = _callback(m.TickNews, "_reqId timeStamp providerCode articleId headline extraData")
    newsArticle = _callback(m.NewsArticle, "reqId articleType articleText")
    historicalNews = _callback(m.HistoricalNews, "reqId time providerCode articleId headline")
    historicalNewsEnd = _callback(m.HistoricalNewsEnd, "reqId _hasMore")
    updateNewsBulletin = _callback(m.UpdateNewsBulletin, "msgId msgType message origExchange")

    # -- callbacks for parts of a message

    def historicalData(self, reqId: int, bar: BarData) -> None:
        """Take one bar of history, its date still the text of TWS."""
        with self.lock:
            pending = self.requests.get(reqId)
            if pending is not None:
                bar.date = parseIBDatetime(bar.date)  # type: ignore[arg-type]
                pending.results.append(bar)

    def historicalTicks(self, reqId: int, ticks: list[Any], done: bool) -> None:
        """Take ticks of history, their times already datetimes."""
        with self.lock:
            pending = self.requests.get(reqId)
            if pending is not None:
                pending.results.extend(ticks)
        if done:
            self.take(m.HistoricalTicks, reqId, (), True)

    def historicalTicksBidAsk(self, reqId: int, ticks: list[Any], done: bool) -> None:
        """Take quotes of history, their times already datetimes."""
        self.historicalTicks(reqId, ticks, done)

    def historicalTicksLast(self, reqId: int, ticks: list[Any], done: bool) -> None:
        """Take trades of history, their times already datetimes."""
        self.historicalTicks(reqId, ticks, done)

    def tickByTickAllLast(
        self,
        reqId: int,
        tickType: int,
        time: int,
        price: float,
        size: float,
        tickAttribLast: TickAttribLast,
        exchange: str,
        specialConditions: str,
    ) -> None:
        """Take a single trade."""
        mask = tickAttribLast.pastLimit | tickAttribLast.unreported << 1
        quote = (0.0, 0.0, 0.0, 0.0, 0.0)
        self.take(m.TickByTick, reqId, tickType, time, price, size, mask, exchange, specialConditions, *quote)

    def tickByTickBidAsk(
        self,
        reqId: int,
        time: int,
        bidPrice: float,
        askPrice: float,
        bidSize: float,
        askSize: float,
        tickAttribBidAsk: TickAttribBidAsk,
    ) -> None:
        """Take a single quote."""
        mask = tickAttribBidAsk.bidPastLow | tickAttribBidAsk.askPastHigh << 1
        self.take(m.TickByTick, reqId, 3, time, 0.0, 0.0, mask, "", "", bidPrice, askPrice, bidSize, askSize, 0.0)

    def tickByTickMidPoint(self, reqId: int, time: int, midPoint: float) -> None:
        """Take a single midpoint."""
        self.take(m.TickByTick, reqId, 4, time, 0.0, 0.0, 0, "", "", 0.0, 0.0, 0.0, 0.0, midPoint)

    def scannerData(
        self,
        reqId: int,
        rank: int,
        contractDetails: ContractDetails,
        distance: str,
        benchmark: str,
        projection: str,
        legsStr: str,
    ) -> None:
        """Take one row of a scan; rank 0 begins the list anew."""
        with self.lock:
            found = self.subscribers.get(reqId)
            if found is not None:
                if rank == 0:
                    found.clear()
                found.append(ScanData(rank, contractDetails, distance, benchmark, projection, legsStr))

    def scannerDataEnd(self, reqId: int) -> None:
        """Take the end of a scan's rows."""
        self.take(m.ScannerData, reqId, list(self.subscribers.get(reqId, ())))
