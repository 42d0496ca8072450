"""Five-second bars."""

import datetime as dt

from reducing import Reducing

from ibnb.objects import RealTimeBar, RealTimeBarList
from ibnb.wire import catalogue as m

BAR = m.RealtimeBar(3, 1577836800, 1.0, 2.0, 0.5, 1.5, 10.0, 1.2, 4)


def test_a_bar_is_appended_and_told_twice():
    told = Reducing()
    bars = told.store.subscribers[3] = RealTimeBarList()
    told.take(BAR)
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert list(bars) == [RealTimeBar(start, -1, 1.0, 2.0, 0.5, 1.5, 10.0, 1.2, 4)]
    assert told.events == [("barUpdateEvent", bars, True), ("updateEvent", bars, True)]


def test_a_bar_marks_its_list_for_the_tables():
    told = Reducing()
    told.store.subscribers[3] = RealTimeBarList()
    watched = told.store.watch(("bars", 3))
    told.take(BAR)
    assert watched == {3}


def test_a_bar_for_nobody_is_counted():
    told = Reducing()
    told.take(BAR)
    assert (told.store.unknown_ids, told.events) == (1, [])
