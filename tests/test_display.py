"""Tables and bars meet their views, and views hear how the connection stands."""

import sys
import threading

import pytest

import ibnb
from ibnb import display, widgets
from ibnb.bars import BarDataList
from ibnb.net.iothread import IOThread
from ibnb.objects import BarData
from ibnb.values import parseIBDatetime
from ibnb.widgets import hub
from ibnb.widgets.chart import BarChart
from ibnb.widgets.tableview import TableView
from ibnb.wire import catalogue as m

pd = pytest.importorskip("pandas")


def test_the_views_send_from_the_io_thread():
    assert hub.__module__ == "ibnb.widgets.hub"
    assert sys.modules["ibnb.widgets.hub"]._timers == IOThread.get


def test_a_table_gets_its_view():
    table = ibnb.table(pd.DataFrame({"symbol": ["A"], "last": [1.0]}), key="symbol")
    view = display.table_view(table, height=200)
    assert isinstance(view, TableView)
    assert (view.source, view.height) == (table, 200)
    view.close()


def test_bars_get_their_chart():
    bars = BarDataList([BarData(parseIBDatetime("20240102 09:30:00 US/Eastern"), 1, 2, 0.5, 1.5, 10, 1, 1)])
    chart = display.bar_chart(bars, height=300)
    assert isinstance(chart, BarChart)
    assert chart.height == 300
    chart.close()


def test_the_state_of_the_connection_is_passed_on(monkeypatch):
    told = []
    monkeypatch.setattr(widgets, "set_status", lambda *status: told.append(status))
    display.tell_status("stale", "connection lost", 5.0)
    display.tell_status("live", "", 6.0, origin := object())
    assert told == [("stale", "connection lost", 5.0, None), ("live", "", 6.0, origin)]


def carried_over():
    """Wait until the IO thread has done what it was given."""
    done = threading.Event()
    IOThread.get().call_soon(done.set)
    assert done.wait(5)


def told(view):
    """Return what pages are told of a view's connection: its state and why."""
    carried_over()
    status = widgets.hub().board.status
    status = status.get("streams", {}).get(str(view._stream), status)
    return status["state"], status["text"]


def test_a_view_that_is_made_while_a_farm_is_down_says_so(wire):
    wire.tell(m.Error(-1, 2103, "Market data farm connection is broken:usfarm"))
    view = wire.ib.tables.quotes.view()
    assert told(view) == ("stale", "2103: market data farm usfarm is down")
    wire.tell(m.Error(-1, 2104, "Market data farm connection is OK:usfarm"))
    assert told(view) == ("live", "")
    view.close()


def test_one_live_connection_does_not_make_the_views_of_a_stale_one_live(wire):
    from wired import Wire

    other = Wire()
    mine, theirs = wire.ib.tables.quotes.view(), other.ib.tables.quotes.where("last > 0").view()
    wire.tell(m.Error(-1, 2103, "Market data farm connection is broken:usfarm"))
    other.tell(m.Error(-1, 1100, ""), m.Error(-1, 1102, ""))
    assert (told(mine)[0], told(theirs)[0]) == ("stale", "live")
    wire.tell(m.Error(-1, 2104, "Market data farm connection is OK:usfarm"))
    assert told(mine)[0] == "live"
    other.ib.disconnect()
    assert (told(mine)[0], told(theirs)) == ("live", ("stale", "disconnected"))
    mine.close()
    theirs.close()


def test_a_table_of_two_connections_is_stale_when_either_is(wire):
    from wired import Wire

    other = Wire()
    view = wire.ib.tables.positions.join(other.ib.tables.quotes, columns=["bid"]).where("position > 0").view()
    assert told(view)[0] == "live"
    other.tell(m.Error(-1, 1100, ""))
    assert told(view)[0] == "stale"
    other.tell(m.Error(-1, 1102, ""))
    assert told(view)[0] == "live"
    wire.ib.disconnect()
    assert told(view) == ("stale", "disconnected")
    other.ib.disconnect()
    view.close()


def test_the_views_of_a_connection_that_nobody_holds_any_more_are_stale(wire):
    from wired import Wire

    old = Wire()
    view = old.ib.tables.positions.view()
    old.ib.__del__()
    assert told(view) == ("stale", "disconnected")
    wire.tell(m.Error(-1, 1100, ""), m.Error(-1, 1102, ""))
    assert told(view)[0] == "stale"
    view.close()
