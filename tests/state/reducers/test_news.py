"""Headlines, articles, bulletins."""

import datetime as dt

import pytest
from reducing import Reducing

from ibnb.objects import HistoricalNews, NewsArticle, NewsBulletin, NewsProvider, NewsTick
from ibnb.state.reducers import routes
from ibnb.state.reducers.news import HeadlineList
from ibnb.wire import catalogue as m


@pytest.fixture
def told():
    return Reducing()


def test_a_live_headline_is_kept_and_told(told):
    told.take(m.TickNews(1, 1577836800000, "BRFG", "BRFG$1", "text", "K:n/a"))
    expected = NewsTick(1577836800000, "BRFG", "BRFG$1", "text", "K:n/a")
    assert list(told.store.newsTicks) == [expected]
    assert told.events == [("tickNewsEvent", expected)]


def test_a_bulletin_is_kept_by_its_id_and_told(told):
    told.take(m.UpdateNewsBulletin(8, 1, "text", "NYSE"))
    expected = NewsBulletin(8, 1, "text", "NYSE")
    assert told.store.newsBulletins == {8: expected}
    assert told.events == [("newsBulletinEvent", expected)]


@pytest.mark.parametrize("has_more", [False, True])
def test_headlines_gather_until_the_end_and_know_of_more(told, has_more):
    answer = told.start(3, HeadlineList())
    told.take(m.HistoricalNews(3, "2024-01-05 14:30:00.0", "BRFG", "BRFG$1", "text"))
    assert not answer.done()
    told.take(m.HistoricalNewsEnd(3, has_more))
    assert answer.result() == [HistoricalNews(dt.datetime(2024, 1, 5, 14, 30), "BRFG", "BRFG$1", "text")]
    assert answer.result().hasMore is has_more


def test_a_date_alone_is_its_midnight(told):
    answer = told.start(3, HeadlineList())
    told.take(m.HistoricalNews(3, "20240105"), m.HistoricalNewsEnd(3))
    assert answer.result()[0].time == dt.datetime(2024, 1, 5)


def test_a_time_that_cannot_be_read_fails_the_request(told):
    answer = told.start(3, HeadlineList())
    told.take(m.HistoricalNews(3, "yesterday"), m.HistoricalNewsEnd(3))
    with pytest.raises(ValueError, match="yesterday"):
        answer.result()


def test_a_headline_for_nobody_is_counted(told):
    told.take(m.HistoricalNews(3, "20240105"))
    assert told.store.unknown_ids == 1


def test_an_article_answers_its_request(told):
    answer = told.start(3)
    told.take(m.NewsArticle(3, 1, "JVBERi0="))
    assert answer.result() == NewsArticle(1, "JVBERi0=")


def test_providers_answer_their_request(told):
    answer = told.start("newsProviders")
    told.take(m.NewsProviders([NewsProvider("BRFG", "Briefing.com")]))
    assert answer.result() == [NewsProvider("BRFG", "Briefing.com")]


def test_headlines_outlive_the_connection_for_their_table():
    told = Reducing()
    told.take(m.TickNews(1, 1000, "BRF", "a1", "before", ""))
    told.store.reset()
    told.handlers = routes(told.store)
    told.take(m.TickNews(1, 1000, "BRF", "a2", "after", ""))
    assert [tick.headline for _, tick in told.store.rows("news")] == ["before", "after"]
    assert [number for number, _ in told.store.rows("news")] == [1, 2]
    assert [tick.headline for tick in told.store.newsTicks] == ["after"]
