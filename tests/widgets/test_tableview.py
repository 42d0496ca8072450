"""The table view's Python side: options, selection, still picture."""

import pytest
import traitlets
from widgets.hub_support import quotes

from ibnb.widgets import TableView, hub, table_view


def test_options_are_checked_and_parsed(timers):
    view = TableView(
        quotes(), columns=["last", "symbol"], sort=["-last", "symbol"], filter="last > 1", decimals={"last": 3}
    )
    state = view.get_state()
    assert state["columns"] == ["last", "symbol"]
    assert state["sort"] == [["last", False], ["symbol", True]]
    assert state["filter"] == [">", "last", 1]
    assert state["decimals"] == {"last": 3}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": ["lst"]}, "quotes has no column 'lst'; there are symbol, last"),
        ({"sort": "-lst"}, "no column 'lst'"),
        ({"filter": "lst > 1"}, "no column 'lst'"),
        ({"decimals": {"lst": 1}}, "no column 'lst'"),
    ],
)
def test_unknown_columns_are_refused(timers, options, message):
    with pytest.raises(ValueError, match=message):
        TableView(quotes(), **options)


def test_options_can_be_changed_later(timers):
    view = TableView(quotes())
    view.sort = "last"
    view.filter = "symbol == 'S1'"
    assert view.sort == [["last", True]] and view.filter == ["==", "symbol", "S1"]
    view.filter = None
    assert view.filter is None
    with pytest.raises(traitlets.TraitError):
        view.height = "tall"


def test_a_sort_can_be_given_as_pairs(timers):
    assert TableView(quotes(), sort=[("last", False)]).sort == [["last", False]]


def test_the_still_picture_follows_options_and_table(timers):
    t = quotes()
    view = TableView(t, columns=["symbol", "last"], sort="-last", filter="last > 1", title="Board")
    key = view.still_key()
    assert view.still_text().splitlines() == ["symbol  last", "S2      2.25", "S1      1.25", "Board · 2 rows"]
    assert 'class="x"' in view.still_html("x") and "Board · 2 rows · as of" in view.still_html("x")
    assert view.still_key() == key
    t.upsert({"symbol": "S1", "last": 5.0})
    assert view.still_key() != key


def test_selected_rows_come_back_as_keys(timers):
    view = TableView(quotes())
    view._handle_custom_msg({"t": "event", "name": "select", "data": {"slots": [1], "keys": [["S1"]]}}, [])
    assert view.selected == []
    timers.run()
    assert view.selected == [("S1",)]


def test_a_table_has_one_standard_view(timers):
    t = quotes()
    assert table_view(t) is table_view(t)
    assert table_view(t, height=100) is not table_view(t)
    assert len(hub().board.streams) == 1
