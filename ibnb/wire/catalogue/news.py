"""News, bulletins, fundamental data and the event calendar of Wall Street Horizon."""

from dataclasses import field as new

from ibnb.contract import Contract
from ibnb.objects import NewsProvider
from ibnb.objects import WshEventData as WshFilter
from ibnb.wire import versions as V
from ibnb.wire.fields import BOOL, LIT_INT, STR
from ibnb.wire.layout import count, repeat, since, tags
from ibnb.wire.schema import Bool, Escaped, Int, Long, Message, Record, Str, Tags, of, reply, request

V_NEWS = V.PROTOBUF_NEWS_DATA
V_SCAN = V.PROTOBUF_SCAN_DATA

Record(NewsProvider, *of(STR, code=1, name=2))
Record(
    WshFilter,
    *of(LIT_INT, conId=2, totalLimit=9),
    *of(STR, filter=3, startDate=7, endDate=8),
    *of(BOOL, fillWatchlist=4, fillPortfolio=5, fillCompetitors=6),
)


@request(12, version="1", proto_since=V_NEWS, source="EClient.reqNewsBulletins")
class ReqNewsBulletins(Message):
    """Subscribe to bulletins, with or without those already issued today."""

    allMsgs: Bool = False


@request(13, version="1", proto_since=V_NEWS, source="EClient.cancelNewsBulletins")
class CancelNewsBulletins(Message):
    """End the subscription to bulletins."""


@request(85, proto_since=V_NEWS, source="EClient.reqNewsProviders")
class ReqNewsProviders(Message):
    """Ask for the news providers of this login."""


@request(84, proto_since=V_NEWS, source="EClient.reqNewsArticle")
class ReqNewsArticle(Message):
    """Ask for the text of an article."""

    reqId: Int = 0
    providerCode: Str = ""
    articleId: Str = ""
    newsArticleOptions: Tags = new(default_factory=list)


@request(86, proto_since=V_NEWS, source="EClient.reqHistoricalNews")
class ReqHistoricalNews(Message):
    """Ask for at most 300 headlines of a contract; providers separated by plus signs."""

    reqId: Int = 0
    conId: Int = 0
    providerCodes: Str = ""
    startDateTime: Str = ""
    endDateTime: Str = ""
    totalResults: Int = 0
    historicalNewsOptions: Tags = new(default_factory=list)


@request(
    52,
    version="2",
    text=(
        "reqId",
        "contract.conId",
        "contract.symbol",
        "contract.secType",
        "contract.exchange",
        "contract.primaryExchange",
        "contract.currency",
        "contract.localSymbol",
        "reportType",
        count("fundamentalDataOptions"),
        "fundamentalDataOptions",
    ),
    proto_since=V_SCAN,
    source="EClient.reqFundamentalData",
)
class ReqFundamentalData(Message):
    """Ask for a fundamental report (IB has withdrawn the feature after API 10.46)."""

    reqId: Int = 0
    contract: Contract = new(default_factory=Contract)
    reportType: Str = ""
    fundamentalDataOptions: Tags = new(default_factory=list)


@request(53, version="1", proto_since=V_SCAN, source="EClient.cancelFundamentalData")
class CancelFundamentalData(Message):
    """End a request for a fundamental report."""

    reqId: Int = 0


@request(100, proto_since=V_NEWS, min_version=V.WSHE_CALENDAR, source="EClient.reqWshMetaData")
class ReqWshMetaData(Message):
    """Ask for the filters and event types of the calendar."""

    reqId: Int = 0


@request(101, proto_since=V_NEWS, min_version=V.WSHE_CALENDAR, source="EClient.cancelWshMetaData")
class CancelWshMetaData(Message):
    """End a request for the filters of the calendar."""

    reqId: Int = 0


@request(
    102,
    text=(
        "reqId",
        "wshEventData.conId",
        since(
            V.WSH_EVENT_DATA_FILTERS,
            "wshEventData.filter",
            "wshEventData.fillWatchlist",
            "wshEventData.fillPortfolio",
            "wshEventData.fillCompetitors",
        ),
        since(
            V.WSH_EVENT_DATA_FILTERS_DATE,
            "wshEventData.startDate",
            "wshEventData.endDate",
            "wshEventData.totalLimit",
        ),
    ),
    proto=(
        *tags(reqId=1),
        *tags(
            **{
                f"wshEventData.{name}": number
                for number, name in enumerate(
                    (
                        "conId",
                        "filter",
                        "fillWatchlist",
                        "fillPortfolio",
                        "fillCompetitors",
                        "startDate",
                        "endDate",
                        "totalLimit",
                    ),
                    2,
                )
            }
        ),
    ),
    proto_since=V_NEWS,
    min_version=V.WSHE_CALENDAR,
    source="EClient.reqWshEventData",
)
class ReqWshEventData(Message):
    """Ask for events of the calendar."""

    reqId: Int = 0
    wshEventData: WshFilter = new(default_factory=WshFilter)


@request(103, proto_since=V_NEWS, min_version=V.WSHE_CALENDAR, source="EClient.cancelWshEventData")
class CancelWshEventData(Message):
    """End a request for events of the calendar."""

    reqId: Int = 0


# ---- replies ---------------------------------------------------------------------------------------------------------


@reply(14, version="1", proto_since=V_NEWS, source="EWrapper.updateNewsBulletin")
class UpdateNewsBulletin(Message):
    """A bulletin: 1 regular, 2 exchange closed, 3 exchange open."""

    msgId: Int = 0
    msgType: Int = 0
    newsMessage: Escaped = ""
    originExch: Escaped = ""


@reply(83, proto_since=V_NEWS, source="EWrapper.newsArticle")
class NewsArticle(Message):
    """The text of an article: 0 plain or HTML, 1 PDF in base64."""

    requestId: Int = -1
    articleType: Int = 0
    articleText: Str = ""


@reply(84, proto_since=V_NEWS, source="EWrapper.tickNews")
class TickNews(Message):
    """A headline of a subscription; `timeStamp` in epoch milliseconds."""

    tickerId: Int = -1
    timeStamp: Long = 0
    providerCode: Str = ""
    articleId: Str = ""
    headline: Str = ""
    extraData: Str = ""


@reply(85, text=(repeat("newsProviders", "code", "name"),), proto_since=V_NEWS, source="EWrapper.newsProviders")
class NewsProviders(Message):
    """The news providers of this login."""

    newsProviders: list[NewsProvider] = new(default_factory=list)


@reply(86, proto_since=V_NEWS, source="EWrapper.historicalNews")
class HistoricalNews(Message):
    """A headline of the past; `time` is `yyyy-mm-dd hh:mm:ss.f` in UTC."""

    requestId: Int = -1
    time: Str = ""
    providerCode: Str = ""
    articleId: Str = ""
    headline: Str = ""


@reply(87, proto_since=V_NEWS, source="EWrapper.historicalNewsEnd")
class HistoricalNewsEnd(Message):
    """All headlines have been sent; `hasMore` if there are older ones."""

    reqId: Int = -1
    hasMore: Bool = False


@reply(51, version="1", proto_since=V_SCAN, source="EWrapper.fundamentalData")
class FundamentalData(Message):
    """A fundamental report, as XML."""

    reqId: Int = -1
    data: Escaped = ""


@reply(104, proto_since=V_NEWS, min_version=V.WSHE_CALENDAR, source="EWrapper.wshMetaData")
class WshMetaData(Message):
    """The filters and event types of the calendar, as JSON."""

    reqId: Int = -1
    dataJson: Str = ""


@reply(105, proto_since=V_NEWS, min_version=V.WSHE_CALENDAR, source="EWrapper.wshEventData")
class WshEventData(Message):
    """Events of the calendar, as JSON."""

    reqId: Int = -1
    dataJson: Str = ""
