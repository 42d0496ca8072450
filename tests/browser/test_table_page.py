"""What a table view does by itself, on a page without Jupyter and under a strict Content-Security-Policy."""

from pathlib import Path

import pytest
from browser.table_page import AGGREGATES, book, head, hover_rows

# -- the order of rows -------------------------------------------------------------------------------------------------


def test_no_row_moves_while_the_pointer_is_over_them(view):
    view.table()
    view.show(height=250, sort=[["last", False]], columns=["symbol", "last"])
    first = view.column("symbol")
    hover_rows(view)
    view.change([1, {"last": 500.0}], [0, {"last": 1.0}])
    assert view.column("symbol") == first and "order held" in view.count()
    assert "500.00" not in view.column("last")  # it would be the first; its row is further down and stays there
    view.page.mouse.move(5, 5)
    view.rest()
    assert view.column("symbol")[0] == "S0001" and "held" not in view.count()


def test_rows_that_fail_the_filter_or_are_new_while_held_say_so(view):
    view.table()
    view.show(height=250, sort=[["last", False]], filter=[">", "last", 100])
    view.page.locator(".bar button").nth(1).click()
    top = view.rows()[0]["symbol"]
    slot = int(top[1:])
    view.change([slot, {"last": 5.0}])
    assert view.rows()[0]["symbol"] == top and "out" in view.rows()[0]["look"].split()
    view.page.evaluate("r => page.add(90, r)", {**book(1)[0], "symbol": "NEW", "last": 900.0})
    view.page.evaluate("page.remove(58)")
    view.rest()
    assert (
        "NEW" not in view.column("symbol")
        and "S0058" not in view.column("symbol")
        and "order held, 1 new" in view.count().replace("2", "1")
    )
    view.page.locator(".bar button").nth(1).click()
    view.rest()
    assert view.rows()[0]["symbol"] == "NEW" and top not in view.column("symbol")


def test_a_sort_by_the_user_is_taken_at_once_while_held(view):
    view.table()
    view.show(height=250, sort=[["last", False]], columns=["symbol", "last"])
    hover_rows(view)
    view.page.locator(".scroll").focus()
    view.keys("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "Enter")
    assert view.column("symbol")[0] != "S0058"
    assert "Sorted by symbol up" in view.said()


# -- columns -----------------------------------------------------------------------------------------------------------


def test_columns_move_pin_hide_and_widen(view):
    view.table()
    view.show(height=250)
    assert (
        view.heads()[:3] == ["symbol", "secType", "currency"]
        and "~dailyPnL" not in view.heads()
        and "minTick" not in view.heads()
    )
    # by dragging a head over another one
    box, to = head(view, "currency").bounding_box(), head(view, "last").bounding_box()
    view.page.mouse.move(box["x"] + 20, box["y"] + 10)
    view.page.mouse.down()
    view.page.mouse.move(to["x"] + 10, to["y"] + 10, steps=4)
    view.page.mouse.up()
    view.rest()
    assert view.heads()[:5] == ["symbol", "secType", "position", "last", "currency"]
    assert head(view, "currency").get_attribute("aria-sort") == "none"  # a drag is no click
    # by the menu
    head(view, "last").click(button="right")
    view.page.get_by_role("menuitemcheckbox", name="Pin to the left").click()
    view.rest()
    assert view.heads()[:3] == ["symbol", "last", "secType"]
    view.page.locator(".scroll").evaluate("e => e.scrollLeft = 300")
    view.rest()
    left = [head(view, name).bounding_box()["x"] for name in ("symbol", "last")]
    assert left[0] < left[1] < 250 and view.column("last")[0] == "100.00"
    cells = view.page.locator(".body .row").first.locator(".k0, .k1")
    assert [round(cell.bounding_box()["x"]) for cell in cells.all()] == [round(x) for x in left]
    head(view, "last").click(button="right")
    view.page.get_by_role("menuitem", name="Hide").click()
    view.rest()
    assert "last" not in view.heads()
    state = view.state()
    assert state["pins"] == ["symbol"] or state["pins"] == ["symbol", "last"]
    assert "last" not in state["columns"]


def test_a_column_keeps_the_width_that_it_was_given(view):
    view.table()
    view.show(height=250)
    before = head(view, "secType").bounding_box()
    view.page.mouse.move(before["x"] + before["width"] - 3, before["y"] + 10)
    view.page.mouse.down()
    view.page.mouse.move(before["x"] + before["width"] + 47, before["y"] + 10, steps=3)
    view.page.mouse.up()
    view.rest()
    assert head(view, "secType").bounding_box()["width"] == pytest.approx(before["width"] + 50, abs=2)
    view.change([1, {"secType": "A VERY LONG KIND OF SECURITY INDEED"}])
    assert head(view, "secType").bounding_box()["width"] == pytest.approx(before["width"] + 50, abs=2)
    grip = head(view, "secType").locator(".grip")
    grip.dblclick()
    view.rest()
    assert head(view, "secType").bounding_box()["width"] > before["width"] + 60


def test_many_columns_are_drawn_only_where_they_are_seen(view):
    columns = [{"name": "key", "kind": "str", "key": True}, *({"name": f"c{i}", "kind": "f8"} for i in range(300))]
    view.table([{"key": f"R{r}", **{f"c{i}": r * 1000 + i for i in range(300)}} for r in range(40)], columns)
    view.show(height=250)
    assert view.page.locator(".body .row [role=gridcell]").count() < 600
    view.page.locator(".scroll").focus()
    view.keys("End")
    view.rest()
    row = view.rows()[3]
    assert row["c299"] == "39,299" or row["c299"].endswith("299")
    assert row["key"].startswith("R") and "c5" not in row


# -- groups, totals, colours, formats ----------------------------------------------------------------------------------


def test_groups_open_and_close_and_totals_follow_the_data(view):
    rows = [{**row, "currency": "USD"} for row in book(8)]
    view.table(rows)
    view.show(
        height=400,
        group=["secType"],
        totals=True,
        _aggregates=AGGREGATES,
        columns=["symbol", "secType", "position", "dailyPnL"],
    )
    texts = view.column("symbol")
    assert texts[0] == "▾ CASH (2)" and texts[3] == "▾ FUT (2)"
    assert view.page.locator(".scroll").get_attribute("role") == "treegrid"
    total = view.page.locator(".foot .row")
    assert total.inner_text().split("\n")[0] == "Total of 8"
    expected = sum(row["position"] for row in rows)
    assert f"{expected:,.0f}".replace("-", "−") in total.inner_text()
    view.change([0, {"position": 100_000}])
    expected += 100_000 - rows[0]["position"]
    assert f"{expected:,.0f}" in total.inner_text()
    view.page.locator(".body .row.group").first.click()
    view.rest()
    assert view.column("symbol")[:2] == ["▸ CASH (2)", "▾ FUT (2)"]
    assert view.state()["closed"] == ['["CASH"]']


def test_amounts_in_several_currencies_are_not_added(view):
    view.table()
    view.show(height=300, totals=True, _aggregates=AGGREGATES)
    assert view.page.locator(".foot .row").inner_text().count("mixed") == 2


def test_rules_colour_cells_and_rows_by_class_and_take_no_other(view):
    rows = book(8)
    rows[1]["~dailyPnL"] = "x onclick"
    rows[2]["~dailyPnL"] = "warn"
    view.table(rows)
    view.show(height=300, _marks={"dailyPnL": "~dailyPnL", "*": "~dailyPnL"}, columns=["symbol", "dailyPnL"])
    looks = view.page.locator(".body .row [aria-colindex='2']").evaluate_all("cells => cells.map(c => c.className)")
    assert "m-warn" in looks[2] and "onclick" not in "".join(looks)
    assert "m-warn" in view.rows()[2]["look"]


def test_formats_zone_and_decimals_are_those_of_the_row(view):
    view.table()
    view.show(height=200, zone="Asia/Tokyo", fmt={"changePct": 3, "position": "money"})
    row, other = view.rows()[0], view.rows()[3]
    assert row["time (Asia/Tokyo)"] == "2026-03-01 23:30:00" and row["position"] == "−400.00"
    assert (row["last"], other["last"]) == ("100.00", "1.08128")
    assert row["changePct"].startswith("▼ −4.167") and row["dailyPnL"].startswith("▼")
    assert other["symbol"] == "<b onclick=x>E VIL</b>"
    assert view.page.locator(".body b").count() == 0


def test_hostile_text_is_text_and_long_text_costs_nothing(view):
    rows = book(4)
    evil = ['<img src=x onerror="window.hit=1">', "\u202egnp.exe", "a" * 100_000, "line\nbreak\u0000"]
    for row, text in zip(rows, evil, strict=True):
        row["symbol"] = text
    view.table(rows)
    view.show(height=200, group=["symbol"], columns=["symbol", "secType"])
    texts = view.column("symbol")
    assert any("<img src=x" in text for text in texts) and not any("\u202e" in text or "\n" in text for text in texts)
    assert max(map(len, texts)) < 600
    assert view.page.locator(".body img").count() == 0 and view.page.evaluate("window.hit") is None
    assert head(view, "symbol").bounding_box()["width"] <= 360
    cell = view.page.locator(".body .row:not(.group) .k0", has_text="aaaa")
    cell.hover()
    assert cell.get_attribute("title").startswith("aaaa")


def test_digits_stand_still_while_numbers_move(view):
    view.table()
    view.show(height=200, columns=["symbol", "last", "dailyPnL"], flash=True)
    width = head(view, "last").bounding_box()["width"]
    for step in range(6):
        view.change([0, {"last": 100 + step / 7, "dailyPnL": (-1) ** step * 10 ** (step % 3)}])
        edges = view.page.locator(".body .row .k1").evaluate_all(
            "cells => cells.map(c => c.getBoundingClientRect().right)"
        )
        assert len({round(x, 2) for x in edges}) == 1 and head(view, "last").bounding_box()["width"] == width


# -- what leaves the page ----------------------------------------------------------------------------------------------


def test_copies_and_downloads_what_is_shown_and_no_formula(view):
    rows = book(4)
    rows[0]["symbol"] = '=HYPERLINK("http://x")'
    rows[1]["symbol"] = 'say "hi", you'
    view.table(rows)
    view.show(height=250, columns=["symbol", "last", "dailyPnL"])
    view.page.locator(".scroll").focus()
    view.keys("Control+a", "Control+c")
    lines = view.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0] == "symbol\tlast\tdailyPnL" and lines[1].startswith("'=HYPERLINK") and len(lines) == 5
    assert lines[2].split("\t")[1] == "100.01"
    with view.page.expect_download() as download:
        view.page.locator(".more").click()
        view.page.get_by_role("menuitem", name="Download CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert download.value.suggested_filename == "board.csv"
    assert text.split("\n")[2].strip() == '"say ""hi"", you",100.01,1145'


def test_the_selection_is_told_by_the_rows_numbers_and_survives_a_resync(view):
    view.table()
    view.show(height=250, sort=[["last", False]])
    view.page.locator(".body .row").nth(1).click()
    view.page.locator(".body .row").nth(3).click(modifiers=["Control"])
    view.rest(300)
    assert len(view.sent("select")[-1]["slots"]) == 2
    chosen = [row["symbol"] for row in view.rows() if "chosen" in row["look"]]
    rows = book()
    view.table(rows[::-1])  # the same rows in other slots
    view.rest()
    assert sorted(row["symbol"] for row in view.rows() if "chosen" in row["look"]) == sorted(chosen)


# -- what the user has done --------------------------------------------------------------------------------------------


def test_what_the_user_has_done_comes_back_on_another_page(view):
    view.table()
    view.show(height=250)
    view.page.locator(".bar button").first.click()
    view.page.locator(".filters .k1 input").fill("=FUT")
    view.page.locator("input.search").fill("S00")
    head(view, "last").click()
    head(view, "last").locator(".dots").evaluate("e => e.click()")
    view.page.get_by_role("menuitemcheckbox", name="Group by this").click()
    view.page.locator(".scroll").evaluate("e => e.scrollTop = 50")
    view.rest(350)
    state = view.state()
    assert state["filters"] == {"secType": "=FUT"} and state["search"] == "S00" and state["group"] == ["last"]
    assert state["sort"] == [["last", False]] and state["scroll"][0] == 50
    before = view.rows()
    view.page.evaluate("page.views[0].close()")
    view.show(height=250, _state={"by": "x", "data": state})
    view.rest(300)
    assert view.rows() == before
    assert view.page.locator("input.search").input_value() == "S00"
    assert view.page.locator(".scroll").evaluate("e => e.scrollTop") == 50
    # Python sets an option: it takes back what the user had done about that
    view.page.evaluate("page.models.at(-1).set('group', [])")
    view.rest()
    assert not view.page.locator(".row.group").count()


def test_restoring_a_state_shows_it(view):
    view.table()
    view.show(height=250)
    view.page.evaluate(
        "s => page.models[0].set('_state', {by: '', data: s})",
        {"sort": [["symbol", False]], "columns": ["last", "symbol"], "chosen": ["S0059"]},
    )
    view.rest()
    assert view.heads() == ["last", "symbol"] or view.heads() == ["symbol", "last"]
    assert view.rows()[0]["symbol"] == "S0059" and "chosen" in view.rows()[0]["look"]


def test_a_snapshot_that_comes_in_parts_does_not_lose_the_place(view):
    view.table(book(400))
    view.show(height=250)
    view.page.locator(".scroll").evaluate("e => e.scrollTop = 4000")
    view.rest(450)
    before = view.rows()
    view.page.evaluate(
        """rows => { const stream = page.store.stream(1);
        stream.ready = false;
        const half = n => rows.slice(n, n + 200);
        stream.reset(stream.schema); stream.total = 400; stream.codes = {};
        const put = from => { const slots = Uint32Array.from({length: 200}, (_, i) => from + i);
          stream.add(slots, Float64Array.from(slots));
          half(from).forEach((row, i) => page.write(stream, from + i, row)); return slots; };
        put(0);
        const none = new Uint32Array(0);
        stream.emit({reset: true, schema: true, rows: true, added: none, removed: none, changed: new Map()});
        setTimeout(() => { const added = put(200); stream.ready = true;
          stream.emit({reset: false, rows: true, added, removed: none, changed: new Map()}); }, 100); }""",
        book(400),
    )
    view.rest(60)
    assert view.rows() == before
    view.rest(250)
    assert view.rows() == before and view.page.locator(".scroll").evaluate("e => e.scrollTop") == 4000
