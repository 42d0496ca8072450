"""The table view's Python side: options, selection, still picture."""

import pandas as pd
import pytest
import traitlets
from widgets.hub_support import quotes

from ibnb.tables.user import table
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


def tell(view, name, data):
    view._handle_custom_msg({"t": "event", "name": name, "data": data}, [])


def test_selected_rows_come_back_as_a_frame(timers):
    t = quotes()
    view = TableView(t)
    tell(view, "select", {"slots": [2, 1], "numbers": [2, 1]})
    assert view.selected.empty
    timers.run()
    assert view.selected["symbol"].tolist() == ["S2", "S1"] and view.selected_keys == ["S2", "S1"]
    assert view.selected["last"].dtype == t.df["last"].dtype and "halted" in view.selected
    t.upsert({"symbol": "S1", "last": 9.0})
    assert view.selected["last"].tolist() == [2.25, 9.0]


def test_a_selected_row_that_is_gone_is_left_out_also_when_its_slot_has_another(timers):
    t = quotes()
    view = TableView(t)
    tell(view, "select", {"slots": [0, 1, 77], "numbers": [0, 1, 77]})
    timers.run()
    t.delete(["S1"])
    t.upsert({"symbol": "NEW", "last": 1.0})
    assert view.selected_keys == ["S0"]


def test_all_rows_selected_are_those_that_the_filter_shows(timers):
    view = TableView(quotes(), filter="last > 1", sort="-last")
    tell(view, "select", {"all": True})
    timers.run()
    assert view.selected_keys == ["S2", "S1"]


def test_followers_of_the_selection_get_the_frame_until_they_leave(timers, caplog):
    view = TableView(quotes())
    got = []

    def fail(_):
        raise RuntimeError("no")

    view.on_select(fail)
    view.on_select(got.append)
    tell(view, "select", {"slots": [1], "numbers": [1]})
    timers.run()
    assert [frame["symbol"].tolist() for frame in got] == [["S1"]] and "handler of the selection" in caplog.text
    view.on_select(got.append, remove=True)
    tell(view, "select", {"slots": [], "numbers": []})
    timers.run()
    assert len(got) == 1


def test_a_follower_that_was_given_on_a_loop_is_called_there(timers):
    import asyncio
    import threading

    view = TableView(quotes())

    async def main():
        done = asyncio.get_running_loop().create_future()
        view.on_select(lambda frame: done.set_result((threading.current_thread(), len(frame))))
        tell(view, "select", {"slots": [1], "numbers": [1]})
        thread = threading.Thread(target=timers.run)
        thread.start()
        thread.join()
        return await asyncio.wait_for(done, 5)

    assert asyncio.run(main()) == (threading.current_thread(), 1)


STATE = {"sort": [["last", False]], "filters": {"last": ">0.5"}, "search": "S", "columns": ["last", "symbol"]}


def test_what_the_user_has_done_is_a_state_that_can_be_restored(timers):
    t = quotes()
    view = TableView(t)
    assert view.state == {}
    tell(view, "state", {"by": "abc", "data": STATE})
    timers.run()
    assert view.state == STATE and view.get_state()["_state"] == {"by": "abc", "data": STATE}
    assert view.visible_df.to_dict("list") == {"last": [2.25, 1.25], "symbol": ["S2", "S1"]}
    other = TableView(t)
    other.restore(view.state)
    assert other.get_state()["_state"] == {"by": "", "data": STATE}
    other.restore({})
    assert other.visible_df.equals(t.df)
    with pytest.raises(ValueError, match="a view's state has no 'sorted'"):
        other.restore({"sorted": []})


def test_an_option_set_later_takes_back_what_the_user_did_about_it(timers):
    view = TableView(quotes())
    view.restore(STATE)
    view.sort = "symbol"
    assert "sort" not in view.state and view.state["search"] == "S"
    assert view.visible_df["symbol"].tolist() == ["S1", "S2"]
    view.columns = ["symbol"]
    assert list(view.visible_df) == ["symbol"]


def test_totals_add_up_amounts_and_never_prices(timers):
    t = table(
        pd.DataFrame({"symbol": ["A", "B"], "last": [1.5, 2.5], "pnl": [5.0, -1.0], "n": [1, 2]}), key="symbol",
        formats={"last": "price", "pnl": "money"}, name="book",
    )  # fmt: skip
    assert TableView(t).get_state()["_aggregates"] == {"pnl": "sum"}
    view = TableView(t, totals={"last": "mean", "symbol": "count"}, group="symbol")
    state = view.get_state()
    assert (state["totals"], state["_aggregates"], state["group"]) == (
        True,
        {"last": "mean", "symbol": "count"},
        ["symbol"],
    )
    for totals, message in (
        ({"last": "total"}, "none of sum"),
        ({"symbol": "sum"}, "no numbers"),
        ({"x": "sum"}, "no column 'x'"),
    ):
        with pytest.raises(ValueError, match=message):
            TableView(t, totals=totals)
    assert view.still_text().splitlines()[3].split() == ["Total", "of", "2", "2.00"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fmt": {"last": "prize"}}, "'prize' is none of price"),
        ({"zone": "Nowhere/Land"}, "is no time zone"),
        ({"group": "lst"}, "no column 'lst'"),
        ({"rules": {"lst": len}}, "no column 'lst'"),
    ],
)
def test_options_that_make_no_sense_are_refused(timers, options, message):
    with pytest.raises(ValueError, match=message):
        TableView(quotes(), **options)


def test_formats_and_zone_reach_the_picture_too(timers):
    view = TableView(quotes(1), columns=["last", "time"], fmt={"last": "percent"}, zone="Asia/Tokyo")
    assert view.still_text().splitlines()[1].split() == ["0.25%", "2026-03-01", "23:30:00"]
    assert TableView(quotes(1), columns=["last"], fmt={"last": 4}).still_text().splitlines()[1] == "0.2500"


def test_rules_travel_as_classes_of_a_hidden_column(timers):
    t = quotes()
    view = TableView(t, rules={"last": lambda df: df["last"] - 1, "*": lambda df: df["size"] == 2})
    assert view.get_state()["_marks"] == {"last": "~last", "*": "~*"}
    assert view.table is t and [c["name"] for c in view.source.schema()][-2:] == ["~last", "~*"]
    snapshot = view.source.snapshot()
    classes = [snapshot.dictionary["~last"][code] for code in snapshot.columns["~last"]]
    assert classes == ["bad", "good", "good"] and snapshot.dictionary["~*"] == ["", "mark"]
    assert "~" not in view.still_text() and not [name for name in view.visible_df if name.startswith("~")]
    t.upsert({"symbol": "S0", "last": 1.0})
    assert view.source.df["~last"].isna().tolist() == [True, False, False]


def test_a_table_has_one_standard_view(timers):
    t = quotes()
    assert table_view(t) is table_view(t)
    assert table_view(t, height=100) is not table_view(t)
    assert len(hub().board.streams) == 1
