"""What the user does in a view, on its way to Python and back, in JupyterLab."""

import json

from browser.test_table import BOARD, ROW, shown

VIEW = """
got = []
view = table_view(board, height=260, totals={"dailyPnL": "sum"},
    rules={"dailyPnL": lambda df: df["dailyPnL"].where(df["dailyPnL"].abs() > 100, 0)})
view.on_select(lambda rows: got.append(rows["symbol"].tolist()))
view
"""
PLACE = "document.querySelector('.ibnb-host .ibnb-view').shadowRoot.querySelector('.scroll').scrollTop"


def told(nb, expression):
    return json.loads(nb.execute(f"import json; print(json.dumps({expression}))"))


def test_selection_and_state_reach_python_and_outlive_the_page(open_notebook, tmp_path):
    nb = open_notebook(BOARD, VIEW, "start(speed=400)")
    nb.run_all()
    page = nb.page
    nb.wait_text(f"{ROW} .k0", r"S\d{4}")
    nb.wait_js("document.querySelector('.ibnb-host .ibnb-view').shadowRoot.querySelector('.m-good, .m-bad') !== null")
    nb.screenshot(tmp_path / "rules.png", ".ibnb-host")
    page.click(".ibnb-host [role=columnheader] >> text=symbol")
    page.click(".ibnb-host [role=columnheader] >> text=symbol")
    page.click(f"{ROW} >> nth=2")
    page.click(f"{ROW} >> nth=4", modifiers=["Control"])
    page.click(".ibnb-host [role=columnheader] >> text=bidSize", button="right")
    page.get_by_role("menuitem", name="Hide").click()
    page.fill(".ibnb-host input.search", "S0")
    page.evaluate(f"{PLACE} = 480")
    page.wait_for_timeout(900)
    assert told(nb, "got[-1]") == ["S0997", "S0995"]
    assert told(nb, "[type(view.selected).__name__, view.selected_keys]") == ["DataFrame", ["S0997", "S0995"]]
    state = told(nb, "view.state")
    assert state["sort"] == [["symbol", False]] and state["search"] == "S0" and state["scroll"][0] == 480
    assert "bidSize" not in state["columns"]
    assert told(nb, "view.visible_df['symbol'].tolist()[:3]") == ["S0999", "S0998", "S0997"]
    assert told(nb, "[len(view.visible_df), 'bidSize' in view.visible_df]") == [1000, False]
    nb.wait_text(".ibnb-host .foot .row", "Total of 1,000")

    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(800)
    page.reload()
    nb.wait_text(f"{ROW} .k0", r"S\d{4}")
    page.wait_for_timeout(800)
    assert page.input_value(".ibnb-host input.search") == "S0"
    assert page.evaluate(PLACE) == 480
    names = page.locator(".ibnb-host [role=columnheader] > span:first-child").all_inner_texts()
    assert "bidSize" not in names and "symbol" in names
    page.evaluate(f"{PLACE} = 0")
    page.wait_for_timeout(300)
    assert [row["symbol"] for row in shown(nb)][:3] == ["S0999", "S0998", "S0997"]
    assert page.locator(".ibnb-host .row.chosen").count() == 2

    nb.execute("view.restore({'sort': [['symbol', True]], 'columns': ['symbol', 'last']})")
    nb.wait_js("document.querySelector('.ibnb-host .ibnb-view').shadowRoot.querySelectorAll('.heads .c').length === 2")
    page.wait_for_timeout(300)
    assert shown(nb)[0]["symbol"] == "S0000"
    nb.execute("view.columns = ['last', 'symbol', 'bid']; view.sort = '-symbol'")
    nb.wait_js("document.querySelector('.ibnb-host .ibnb-view').shadowRoot.querySelectorAll('.heads .c').length === 3")
    page.wait_for_timeout(300)
    assert shown(nb)[0]["symbol"] == "S0999"
    assert told(nb, "[sorted(view.state), view.selected_keys]") == [[], []]
    nb.check()
