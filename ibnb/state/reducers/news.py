"""News: headlines as they come and of the past, articles, providers, bulletins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from ibnb.objects import HistoricalNews, NewsArticle, NewsBulletin, NewsProvider, NewsTick
from ibnb.state.store import Store
from ibnb.values import parseIBDatetime
from ibnb.wire import catalogue as m


class HeadlineList(list[HistoricalNews]):
    """Headlines of the past as TWS sends them; `hasMore` tells whether there are more than were asked for."""

    hasMore: bool = False


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the news messages."""
    return {**_live_routes(store), **_answer_routes(store)}


def _live_routes(store: Store) -> dict[type, Callable[..., Any]]:
    def tick_news(
        tickerId: int, timeStamp: int, providerCode: str, articleId: str, headline: str, extraData: str
    ) -> None:
        news = NewsTick(timeStamp, providerCode, articleId, headline, extraData)
        store.newsTicks.append(news)
        store.headlines.append(news)
        store.news_count += 1
        store.touch("news", store.news_count)
        store.emit_ib("tickNewsEvent", news)

    def update_news_bulletin(msgId: int, msgType: int, newsMessage: str, originExch: str) -> None:
        bulletin = NewsBulletin(msgId, msgType, newsMessage, originExch)
        store.newsBulletins[msgId] = bulletin
        store.emit_ib("newsBulletinEvent", bulletin)

    return {m.TickNews: tick_news, m.UpdateNewsBulletin: update_news_bulletin}


def _answer_routes(store: Store) -> dict[type, Callable[..., Any]]:
    requests = store.requests

    def historical_news(requestId: int, time: str, providerCode: str, articleId: str, headline: str) -> None:
        pending = requests.get(requestId)
        if pending is None:
            store.unknown_ids += 1
            return
        try:
            pending.results.append(HistoricalNews(_utc(time), providerCode, articleId, headline))
        except ValueError as error:
            requests.fail(requestId, error)

    def historical_news_end(reqId: int, hasMore: bool) -> None:
        pending = requests.get(reqId)
        if pending is not None and isinstance(pending.results, HeadlineList):
            pending.results.hasMore = hasMore
        requests.finish(reqId)

    def news_article(requestId: int, articleType: int, articleText: str) -> None:
        requests.finish(requestId, NewsArticle(articleType, articleText))

    def news_providers(newsProviders: list[NewsProvider]) -> None:
        requests.finish("newsProviders", newsProviders)

    return {
        m.HistoricalNews: historical_news,
        m.HistoricalNewsEnd: historical_news_end,
        m.NewsArticle: news_article,
        m.NewsProviders: news_providers,
    }


def _utc(text: str) -> dt.datetime:
    """Read the time of a headline; ib_async leaves it without a zone, and so do we."""
    time = parseIBDatetime(text)
    return time if isinstance(time, dt.datetime) else dt.datetime.combine(time, dt.time())
