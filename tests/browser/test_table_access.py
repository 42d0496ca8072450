"""Table views for everybody: keyboard, screen readers, contrast, motion, and an end that leaves nothing."""

import pytest
from browser.table_page import AGGREGATES, ROOT, head

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.skipif(not AXE.exists(), reason="needs `npm install`")
@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_serious(view, look):
    view.table()
    if look == "dark":
        view.page.evaluate("document.body.classList.add('dark')")
    view.show(height=200, _marks={"dailyPnL": "~dailyPnL"}, sort=[["dailyPnL", False]])
    view.show(height=200, group=["secType"], totals=True, _aggregates=AGGREGATES)
    view.page.locator(".bar button").first.click()
    view.page.evaluate("page.link.setStatus({gateway: {state: 'stale', text: 'TWS is gone', since: 1}})")
    view.rest(700)
    view.page.evaluate("page.link.setStatus({gateway: {state: 'live', text: ''}})")
    view.page.locator(".more").nth(1).click()
    view.rest(1200)
    view.page.evaluate(AXE.read_text("utf-8"))
    found = view.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (v["id"], v["impact"], [(n["target"], n["failureSummary"]) for n in v["nodes"][:2]])
        for v in found["violations"] if v["impact"] in ("serious", "critical")
    ]  # fmt: skip
    assert serious == [], serious
    assert {check["id"] for check in found["passes"]} >= {
        "aria-required-children",
        "aria-required-parent",
        "color-contrast",
    }


def test_every_action_is_reached_by_keyboard(view):
    view.table()
    view.show(height=250, _aggregates=AGGREGATES)
    keys, page = view.keys, view.page
    keys("Tab")
    page.keyboard.type("s00")  # the search box comes first
    view.rest()
    assert " of 60 rows" in view.count()
    page.locator("input.search").fill("")
    # from the box: Filter, Hold, the menu, the grid
    keys("Tab", "Tab", "Enter")
    assert page.locator(".bar button").nth(1).get_attribute("aria-pressed") == "true"
    keys("Enter", "Tab", "Enter")
    assert page.locator(".menu").is_visible()
    keys("ArrowDown", "Enter")  # Totals
    assert page.locator(".foot .row").count() == 1
    keys("Tab")
    # header: sort, second key, menu, group
    keys("ArrowUp", "Enter")
    assert view.column("symbol")[0].startswith("<b") or view.column("symbol")[0] == "S0000"
    keys("ArrowRight", "Shift+Enter")
    assert [page.locator("[role=columnheader]").nth(i).get_attribute("aria-sort") for i in (0, 1)] == [
        "ascending",
        "ascending",
    ]
    keys("Alt+ArrowDown", "g", "Enter")
    assert page.locator(".row.group").count() and "Grouped by secType" in view.said()
    # groups: close and open, then no groups
    keys("ArrowDown", "Home", "ArrowLeft")
    assert view.column("symbol")[0].startswith("▸ CASH")
    keys("Enter")
    assert view.column("symbol")[0].startswith("▾ CASH")
    keys("m", "n", "Enter")
    page.locator(".scroll").focus()
    assert not page.locator(".row.group").count()
    # columns: move, widen, pin, hide, bring back
    keys("ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight", "Control+Shift+ArrowLeft")
    assert view.heads()[:3] == ["symbol", "currency", "secType"]
    width = head(view, "currency").bounding_box()["width"]
    keys("+", "+", "-", "+")
    assert head(view, "currency").bounding_box()["width"] == width + 24
    keys("Shift+F10", "p", "Enter")
    assert view.state()["pins"] == ["symbol", "currency"]
    keys("ContextMenu", "h", "Enter")
    assert "currency" not in view.heads()
    keys("m", "Enter", "End")
    texts = page.locator(".menu .item").all_inner_texts()
    assert any("currency" in text for text in texts)
    keys("ArrowUp", "Enter", "Escape")
    assert view.heads()[1] == "currency"  # it is pinned still
    # filter of a column
    page.locator(".scroll").focus()
    keys("Home", "Control+Home", "ArrowUp", "ArrowRight", "ArrowRight", "f")
    page.keyboard.type("=OPT")
    keys("Enter")
    assert set(view.column("secType")) == {"OPT"}
    # rows: select, extend, add, all, copy, none, hold, page
    keys("ArrowDown", "Enter", "Shift+ArrowDown")
    assert "2 selected" in view.count()
    keys("ArrowDown", "ArrowDown", " ")
    assert "3 selected" in view.count()
    keys("Control+c")
    assert len(page.evaluate("navigator.clipboard.readText()").split("\n")) == 4
    keys("Control+a")
    assert "15 selected" in view.count()
    keys("Escape", "h")
    assert "selected" not in view.count() and page.locator(".bar button").nth(1).get_attribute("aria-pressed") == "true"
    keys("PageDown", "Control+End")
    active = page.locator("#active")
    assert active.count() == 1 and active.get_attribute("role") == "gridcell"
    assert page.locator(".scroll").get_attribute("aria-activedescendant") == "active"
    keys("/")
    assert page.locator("input.search").evaluate("e => e.getRootNode().activeElement === e")
    with page.expect_download():
        page.locator(".more").focus()
        keys("Enter", "d", "Enter")
    keys("Enter", "a", "Enter")  # as at first
    assert view.heads()[:3] == ["symbol", "secType", "currency"] and view.count() == "60 rows"


def test_a_view_says_which_link_is_broken(view):
    view.table()
    view.show(height=150)
    badge = view.page.locator(".badge")
    status = "s => page.link.setStatus(s)"
    view.page.evaluate(status, {"gateway": {"state": "stale", "text": "TWS lost its connection to IB", "since": 1}})
    assert badge.inner_text().startswith("Not live: TWS lost its connection to IB since")
    view.page.evaluate(status, {"gateway": {"state": "stale", "text": "data farm usfarm is broken", "since": 1}})
    assert "usfarm" in badge.inner_text()
    view.page.evaluate(status, {"kernel": "silent"})
    assert "kernel not heard since" in badge.inner_text()
    view.page.evaluate("page.models[0].widget_manager = {kernel: {connectionStatus: 'connecting'}}")
    view.page.evaluate(status, {"kernel": "silent"})
    assert "this browser lost its connection" in badge.inner_text()
    view.page.evaluate(status, {"kernel": "gone"})
    assert "kernel stopped" in badge.inner_text()
    view.page.evaluate(status, {"kernel": "live", "gateway": {"state": "live", "text": ""}})
    assert not badge.is_visible()


def test_nothing_moves_for_those_who_asked_for_that_and_nothing_needs_colour(view):
    view.table()
    view.page.emulate_media(reduced_motion="reduce", forced_colors="active")
    view.show(height=150)
    view.change([0, {"last": 999.0}])
    animated = view.page.locator(".body .row .c").evaluate_all(
        "cells => cells.filter(c => getComputedStyle(c).animationName !== 'none').length"
    )
    assert animated == 0
    view.page.locator(".body .row").first.click()
    assert view.page.locator(".row.chosen").get_attribute("aria-selected") == "true"
    cut = view.page.locator(".body .row .c").evaluate_all(
        "cells => cells.filter(c => c.scrollWidth > c.clientWidth).length"
    )
    assert cut == 0  # widths are measured there too


def test_a_closed_view_leaves_nothing_behind(view):
    view.table()
    for _ in range(5):
        view.show(height=150)
    view.page.evaluate("page.views.forEach(({close}) => close())")
    left = view.page.evaluate("""() => ({views: document.querySelectorAll('.ibnb-view').length,
        listeners: page.store.stream(1)._listeners.size, watchers: page.link.watchers.size,
        wants: page.link.wanted.reduce((sum, [, on]) => sum + (on ? 1 : -1), 0)})""")
    assert left == {"views": 0, "listeners": 0, "watchers": 0, "wants": 0}
