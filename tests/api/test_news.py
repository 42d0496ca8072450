"""News."""

import datetime as dt

from reducing import AMD

from ibnb.api import news
from ibnb.objects import HistoricalNews, NewsArticle, NewsBulletin, NewsProvider, NewsTick
from ibnb.wire import catalogue as m

HEADLINE = m.HistoricalNews(0, "2024-01-05 14:30:00.0", "BRFG", "BRFG$1", "text")
EXPECTED = HistoricalNews(dt.datetime(2024, 1, 5, 14, 30), "BRFG", "BRFG$1", "text")


def test_providers(wire, awaited):
    wire.answer(m.ReqNewsProviders, m.NewsProviders([NewsProvider("BRFG", "Briefing.com")]))
    assert wire.ib.reqNewsProviders() == [NewsProvider("BRFG", "Briefing.com")]
    assert awaited(wire.ib.reqNewsProvidersAsync) == [NewsProvider("BRFG", "Briefing.com")]


def test_an_article(wire, awaited):
    wire.answer(m.ReqNewsArticle, m.NewsArticle(0, 0, "<p>text</p>"))
    assert wire.ib.reqNewsArticle("BRFG", "BRFG$1") == NewsArticle(0, "<p>text</p>")
    assert awaited(lambda: wire.ib.reqNewsArticleAsync("BRFG", "BRFG$1")) == NewsArticle(0, "<p>text</p>")
    assert (wire.sent[0].providerCode, wire.sent[0].articleId) == ("BRFG", "BRFG$1")


def test_headlines_of_the_past_are_a_list_that_knows_of_more(wire):
    wire.answer(m.ReqHistoricalNews, HEADLINE, m.HistoricalNewsEnd(0, True))
    found = wire.ib.reqHistoricalNews(4391, "BRFG+DJNL", dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "", 10)
    assert found == [EXPECTED]
    assert found.hasMore is True
    (asked,) = wire.sent
    assert (asked.conId, asked.providerCodes, asked.totalResults) == (4391, "BRFG+DJNL", 10)
    assert (asked.startDateTime, asked.endDateTime) == ("20240101 00:00:00 UTC", "")


def test_headlines_can_be_awaited(wire, awaited):
    wire.answer(m.ReqHistoricalNews, HEADLINE, m.HistoricalNewsEnd(0, False))
    assert awaited(lambda: wire.ib.reqHistoricalNewsAsync(4391, "BRFG", "", "", 10)) == [EXPECTED]


def test_no_answer_is_none(wire, monkeypatch):
    monkeypatch.setattr(news, "HEADLINES_S", 0.01)
    assert wire.ib.reqHistoricalNews(4391, "BRFG", "", "", 10) is None


def test_live_headlines_are_kept_and_told(wire):
    seen = []
    wire.ib.tickNewsEvent += seen.append
    wire.tell(m.TickNews(1, 5, "BRFG", "BRFG$1", "text", ""))
    wire.fire()
    assert seen == wire.ib.newsTicks() == [NewsTick(5, "BRFG", "BRFG$1", "text", "")]


def test_bulletins_are_kept_and_told(wire):
    seen = []
    wire.ib.newsBulletinEvent += seen.append
    wire.ib.reqNewsBulletins(True)
    wire.tell(m.UpdateNewsBulletin(8, 1, "text", "NYSE"))
    wire.fire()
    assert seen == wire.ib.newsBulletins() == [NewsBulletin(8, 1, "text", "NYSE")]
    wire.ib.cancelNewsBulletins()
    assert wire.sent == [m.ReqNewsBulletins(True), m.CancelNewsBulletins()]


def test_the_gateway_has_the_articles_of_its_headlines(ib):
    (contract,) = ib.qualifyContracts(AMD)
    codes = "+".join(provider.code for provider in ib.reqNewsProviders())
    found = ib.reqHistoricalNews(contract.conId, codes, "", "", 3)
    assert (len(found), found.hasMore) == (3, True)
    assert "AMD" in ib.reqNewsArticle(found[0].providerCode, found[0].articleId).articleText
