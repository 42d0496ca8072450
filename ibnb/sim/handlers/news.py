"""News: providers, headlines, articles, bulletins. All of it is made up, from the seed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.sax.saxutils import escape

from ibnb.objects import NewsProvider
from ibnb.sim.client import Client
from ibnb.sim.errors import RequestRefused
from ibnb.sim.headlines import PERIOD_S, PROVIDERS, headline
from ibnb.sim.registry import handles
from ibnb.sim.times import parse_time
from ibnb.wire import catalogue as m

MAX_ROWS = 300


@handles(m.ReqNewsProviders)
def news_providers(client: Client, message: Any) -> None:
    """The providers one is subscribed to."""
    client.send(m.NewsProviders(newsProviders=[NewsProvider(code, name) for code, name in PROVIDERS]))


@handles(m.ReqHistoricalNews)
def historical_news(client: Client, message: Any) -> None:
    """Headlines of a contract, newest first, 300 at most, then the end that tells whether there is more."""
    gateway = client.gateway
    instrument = gateway.db.by_id(message.conId)
    if instrument is None:
        raise RequestRefused(321, f"Error validating request: cause - Invalid conid {message.conId}")
    now = gateway.clock.now()
    until = min(_moment(message.endDateTime) or now, now)
    since = _moment(message.startDateTime) or until - 30 * 86400
    if since > until:
        since, until = until, min(since, now)
    wanted = set(message.providerCodes.replace(" ", "").split("+"))
    rows = []
    for slot in range(int(until) // PERIOD_S, int(since) // PERIOD_S - 1, -1):
        row = headline(gateway.seed, instrument, slot)
        if since <= row[0] <= until and row[1] in wanted:
            rows.append(row)
    limit = min(max(message.totalResults, 1), MAX_ROWS)
    for when, provider, article, text in rows[:limit]:
        stamp = dt.datetime.fromtimestamp(when, dt.UTC)
        client.send(
            m.HistoricalNews(
                requestId=message.reqId, time=f"{stamp:%Y-%m-%d %H:%M:%S}.0", providerCode=provider, articleId=article,
                headline=f"{{A:800015:L:en}}{text}",
            )
        )  # fmt: skip
    client.send(m.HistoricalNewsEnd(reqId=message.reqId, hasMore=len(rows) > limit))


def _moment(text: str) -> float | None:
    """Read a date-time of a news request: `yyyy-mm-dd hh:mm:ss.f` UTC, or one of the usual forms."""
    text = text.strip()
    if len(text) > 8 and text[4] == "-":
        try:
            return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()
        except ValueError:
            pass
    return parse_time(text, "UTC")[0]


@handles(m.ReqNewsArticle)
def news_article(client: Client, message: Any) -> None:
    """The article of a headline as HTML; 10172 for an id that does not exist."""
    gateway = client.gateway
    provider, _, code = message.articleId.partition("$")
    try:
        con_id, slot = int(code[:-6], 16), int(code[-6:], 16)
    except ValueError:
        con_id, slot = 0, 0
    instrument = gateway.db.by_id(con_id)
    if instrument is None or provider != message.providerCode:
        raise RequestRefused(10172, "Failed to request news article:No such article")
    when, _, _, text = headline(gateway.seed, instrument, slot)
    stamp = dt.datetime.fromtimestamp(when, dt.UTC)
    body = (
        f"<h1>{escape(text)}</h1><p>{stamp:%d %B %Y %H:%M} UTC. This article is made up by the simulated gateway "
        f"about {escape(instrument.name)} ({instrument.symbol}).</p>"
    )
    client.send(m.NewsArticle(requestId=message.reqId, articleType=0, articleText=body))


class Bulletins:
    """News bulletins: one each hour."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._hour = int(client.gateway.now) // 3600

    def send(self, hour: int) -> None:
        """Send the bulletin of an hour."""
        self._client.send(
            m.UpdateNewsBulletin(
                msgId=hour % 10**6, msgType=1, newsMessage="Bulletin of the simulated gateway: all systems normal.",
                originExch="SMART",
            )
        )  # fmt: skip

    def step(self, now: float) -> None:
        """Send the bulletin of a new hour."""
        hour = int(now) // 3600
        if hour != self._hour:
            self._hour = hour
            self.send(hour)


@handles(m.ReqNewsBulletins)
def news_bulletins(client: Client, message: Any) -> None:
    """Bulletins to come, and today's if all are wanted."""
    bulletins = Bulletins(client)
    if message.allMsgs:
        bulletins.send(int(client.gateway.now) // 3600)
    client.subscribe("bulletins", 0, bulletins)


@handles(m.CancelNewsBulletins)
def cancel_news_bulletins(client: Client, message: Any) -> None:
    """End bulletins."""
    client.unsubscribe("bulletins", 0)
