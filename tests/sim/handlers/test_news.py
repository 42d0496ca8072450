"""News over the wire."""

import pytest

from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one, only

ALL = "BRFG+BRFUPDN+DJ-N+DJNL"


@pytest.mark.parametrize("version", [157, 225])
def test_headlines_newest_first_and_their_articles(version):
    peer = Peer(version=version)
    providers = one(peer.ask(m.ReqNewsProviders()), m.NewsProviders).newsProviders
    assert "+".join(p.code for p in providers) == ALL
    heard = peer.ask(m.ReqHistoricalNews(3, 4391, ALL, "", "", 10))
    rows = only(heard, m.HistoricalNews)
    assert len(rows) == 10 and one(heard, m.HistoricalNewsEnd).hasMore
    assert [r.time for r in rows] == sorted((r.time for r in rows), reverse=True)
    assert rows[0].time <= "2026-11-20 16:37:22.0"
    article = one(peer.ask(m.ReqNewsArticle(4, rows[0].providerCode, rows[0].articleId)), m.NewsArticle)
    assert rows[0].headline.split("}")[1] in article.articleText


def test_a_span_and_a_provider(peer):
    ask = m.ReqHistoricalNews(3, 4391, "BRFG", "2026-11-10 00:00:00.0", "2026-11-12 00:00:00.0", 300)
    rows = only(peer.ask(ask), m.HistoricalNews)
    assert rows and all("2026-11-10" <= r.time < "2026-11-12 00:00:01" and r.providerCode == "BRFG" for r in rows)
    swapped = m.ReqHistoricalNews(4, 4391, "BRFG", "2026-11-12 00:00:00.0", "2026-11-10 00:00:00.0", 300)
    assert [r.articleId for r in only(peer.ask(swapped), m.HistoricalNews)] == [r.articleId for r in rows]


def test_all_of_a_short_span_has_no_more(peer):
    ask = m.ReqHistoricalNews(3, 4391, ALL, "20261120-00:00:00", "20261120-12:00:00", 300)
    assert one(peer.ask(ask), m.HistoricalNewsEnd).hasMore is False


def test_refusals(peer):
    assert error_of(peer.ask(m.ReqHistoricalNews(3, 1, ALL, "", "", 10))) == (3, 321)
    assert error_of(peer.ask(m.ReqNewsArticle(4, "BRFG", "BRFG$nonsense"))) == (4, 10172)
    assert error_of(peer.ask(m.ReqNewsArticle(5, "DJNL", "BRFG$1127000001"))) == (5, 10172)


def test_bulletins(peer):
    one(peer.ask(m.ReqNewsBulletins(True)), m.UpdateNewsBulletin)
    assert only(peer.step(60), m.UpdateNewsBulletin) == []
    one(peer.step(1800), m.UpdateNewsBulletin)
    peer.ask(m.CancelNewsBulletins())
    assert only(peer.step(3600), m.UpdateNewsBulletin) == []
    assert peer.ask(m.ReqNewsBulletins(False)) == []
