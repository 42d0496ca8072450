"""Bars of history, their updates, head timestamps."""

import datetime as dt

import pytest
from reducing import Reducing

from ibnb.bars import BarDataList
from ibnb.errors import RemoteProtocolError
from ibnb.objects import BarData
from ibnb.wire import catalogue as m
from ibnb.wire.codec import Codec, Side


@pytest.fixture
def told():
    made = Reducing()
    made.store.server_version = 225
    return made


def bar(date, close=1.0):
    return BarData(date, close, close, close, close, 100.0, close, 3)


def history(reqId, *bars, version=225):
    """The message as it comes: rows undecoded."""
    message = m.HistoricalData(reqId=reqId, bars=list(bars))
    return Codec(Side.CLIENT, version).decode(Codec(Side.SERVER, version).encode(message))


def closes(bars):
    return [one.close for one in bars]


def test_bars_come_in_parts_until_the_end(told):
    bars = BarDataList()
    answer = told.start(2, bars)
    told.take(history(2, bar("20240102"), bar("20240103", 2.0)), history(2, bar("20240104", 3.0)))
    assert not answer.done()
    told.take(m.HistoricalDataEnd(2))
    assert answer.result() is bars
    assert [(one.date, one.close) for one in bars] == [
        (dt.date(2024, 1, 2), 1.0),
        (dt.date(2024, 1, 3), 2.0),
        (dt.date(2024, 1, 4), 3.0),
    ]


def test_before_196_the_bars_are_the_end(told):
    told.store.server_version = 195
    answer = told.start(2, BarDataList())
    told.take(history(2, bar("20240102"), version=195))
    assert closes(answer.result()) == [1.0]


def test_bars_for_nobody_are_counted(told):
    told.take(history(2, bar("20240102")), m.HistoricalDataUpdate(2, bar("20240102")))
    assert told.store.unknown_ids == 2


def test_a_live_bar_of_the_same_date_replaces_the_last(told):
    bars = told.store.subscribers[2] = BarDataList([bar(dt.date(2024, 1, 2))])
    told.take(m.HistoricalDataUpdate(2, bar("20240102", 5.0)))
    assert closes(bars) == [5.0]
    assert told.events == [("barUpdateEvent", bars, False), ("updateEvent", bars, False)]


def test_a_later_live_bar_is_appended(told):
    bars = told.store.subscribers[2] = BarDataList([bar(dt.date(2024, 1, 2))])
    told.take(m.HistoricalDataUpdate(2, bar("20240103", 5.0)))
    assert closes(bars) == [1.0, 5.0]
    assert told.events == [("barUpdateEvent", bars, True), ("updateEvent", bars, True)]


@pytest.mark.parametrize("late", [bar("20240101", 9.0), bar("20240102", 1.0)])
def test_an_earlier_or_identical_live_bar_says_nothing(told, late):
    bars = told.store.subscribers[2] = BarDataList([bar(dt.date(2024, 1, 2))])
    told.take(m.HistoricalDataUpdate(2, late))
    assert (closes(bars), told.events) == ([1.0], [])


def test_an_empty_list_takes_its_first_live_bar(told):
    bars = told.store.subscribers[2] = BarDataList()
    told.take(m.HistoricalDataUpdate(2, bar("20240102", 5.0)))
    assert closes(bars) == [5.0]


def test_a_history_that_comes_anew_replaces_the_bars(told):
    bars = told.store.subscribers[2] = BarDataList([bar(dt.date(2024, 1, 2)), bar(dt.date(2024, 1, 3))])
    told.store.reloading.add(2)
    told.start(2, bars)
    told.take(history(2, bar("20240102", 7.0)), m.HistoricalDataEnd(2))
    assert closes(bars) == [7.0]
    assert told.events == [("barUpdateEvent", bars, True), ("updateEvent", bars, True)]
    assert told.store.reloading == set()


def test_bars_mark_their_list_for_the_tables(told):
    told.store.subscribers[2] = BarDataList()
    watched = told.store.watch(("bars", 2))
    told.take(m.HistoricalDataUpdate(2, bar("20240102")))
    assert watched == {2}


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("19801212-14:30:00", dt.datetime(1980, 12, 12, 14, 30)),
        ("345479400", dt.datetime(1980, 12, 12, 14, 30, tzinfo=dt.UTC)),
    ],
)
def test_a_head_timestamp_answers_its_request(told, text, time):
    answer = told.start(2)
    told.take(m.HeadTimestamp(2, text))
    assert answer.result() == time


def test_a_head_timestamp_that_cannot_be_read_fails_its_request(told):
    answer = told.start(2)
    told.take(m.HeadTimestamp(2, "long ago"))
    with pytest.raises(RemoteProtocolError, match=r"HeadTimestamp at server version \d+: .long ago. is no time"):
        answer.result()
