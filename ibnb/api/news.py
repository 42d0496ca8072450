"""News: providers, headlines live and of the past, articles, bulletins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable
from concurrent.futures import Future

from ibnb.api.core import Core
from ibnb.contract import TagValue
from ibnb.objects import HistoricalNews, NewsArticle, NewsBulletin, NewsProvider, NewsTick
from ibnb.state.reducers.news import HeadlineList
from ibnb.util import formatIBDatetime

HEADLINES_S = 4
Time = dt.datetime | dt.date | str | None


class NewsMixin(Core):
    """News methods of `IB`. Texts come from the network: treat them as such."""

    def newsTicks(self) -> list[NewsTick]:
        """Return the headlines that have come live, oldest first, the newest 10,000.

        They come with market data whose generic ticks name a provider, such as `mdoff,292:BRFG`.
        """
        with self.wrapper.lock:
            return list(self.wrapper.newsTicks)

    def newsBulletins(self) -> list[NewsBulletin]:
        """Return the bulletins of IB that have come."""
        with self.wrapper.lock:
            return list(self.wrapper.newsBulletins.values())

    def reqNewsProviders(self) -> list[NewsProvider]:
        """Return the news providers that the account is subscribed to."""
        return self._wait(self._news_providers(), "reqNewsProviders")

    def reqNewsProvidersAsync(self) -> Awaitable[list[NewsProvider]]:
        """Async form of `reqNewsProviders`."""
        return self._await(self._news_providers())

    def _news_providers(self) -> Future[list[NewsProvider]]:
        return self._start("newsProviders", "reqNewsProviders", self.client.reqNewsProviders)

    def reqNewsArticle(
        self,
        providerCode: str,
        articleId: str,
        newsArticleOptions: list[TagValue] = [],  # noqa: B006
    ) -> NewsArticle:
        """Return an article: text or HTML (type 0), or a PDF in base64 (type 1).

        Args:
            articleId: As in a headline's `articleId`.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqNewsArticle (id 84).
        """
        return self._wait(self._news_article(providerCode, articleId, newsArticleOptions), "reqNewsArticle")

    def reqNewsArticleAsync(
        self,
        providerCode: str,
        articleId: str,
        newsArticleOptions: list[TagValue] = [],  # noqa: B006
    ) -> Awaitable[NewsArticle]:
        """Async form of `reqNewsArticle`."""
        return self._await(self._news_article(providerCode, articleId, newsArticleOptions))

    def _news_article(self, provider: str, article: str, options: list[TagValue]) -> Future[NewsArticle]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"article {article} of {provider}",
            lambda: self.client.reqNewsArticle(req_id, provider, article, options),
            results=[],
        )

    def reqHistoricalNews(
        self,
        conId: int,
        providerCodes: str,
        startDateTime: Time,
        endDateTime: Time,
        totalResults: int,
        historicalNewsOptions: list[TagValue] = [],  # noqa: B006
    ) -> list[HistoricalNews] | None:
        """Return headlines of the past about a contract, newest first; None when no answer comes within 4 s.

        The list has a further attribute `hasMore`. Times are in UTC, without a zone as in ib_async.

        Args:
            providerCodes: Codes joined by `+`, such as `BRFG+DJNL`.
            startDateTime: Headlines after this: a datetime, a date, or TWS's own text; empty for no bound.
            endDateTime: Headlines before this.
            totalResults: At most 300.

        Source: reqHistoricalNews (id 86).
        """
        coro = self.reqHistoricalNewsAsync(
            conId, providerCodes, startDateTime, endDateTime, totalResults, historicalNewsOptions
        )
        return self._run(coro, "reqHistoricalNews")

    async def reqHistoricalNewsAsync(
        self,
        conId: int,
        providerCodes: str,
        startDateTime: Time,
        endDateTime: Time,
        totalResults: int,
        historicalNewsOptions: list[TagValue] = [],  # noqa: B006
    ) -> list[HistoricalNews] | None:
        """Async form of `reqHistoricalNews`."""
        req_id = self.client.getReqId()
        start, end = formatIBDatetime(startDateTime), formatIBDatetime(endDateTime)
        what = f"headlines about conId {conId}"

        def send() -> None:
            self.client.reqHistoricalNews(req_id, conId, providerCodes, start, end, totalResults, historicalNewsOptions)

        return await self._bounded(self._start(req_id, what, send, results=HeadlineList()), HEADLINES_S, what)

    def reqNewsBulletins(self, allMessages: bool) -> None:
        """Begin bulletins of IB, told by `newsBulletinEvent`.

        Args:
            allMessages: Also those of today that have been sent before.
        """
        self.client.reqNewsBulletins(allMessages)

    def cancelNewsBulletins(self) -> None:
        """End bulletins."""
        self.client.cancelNewsBulletins()
