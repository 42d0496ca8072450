"""What the live view may cost and must survive: the part of the gates that no load of the machine can spoil.

The timed gates, and these with their full figures, are `make gates` (benchmarks/widgets).
"""

import json
import re

import pytest
from browser import gate_support as gate
from browser.gate_support import BOARD, LINK, ROW, SHOWN
from browser.notebook_browser import JupyterApp, write_notebook

# anywidget tells of models that were closed while it made them, JupyterLab of a kernel that ended.
OTHERS = "Failed to initialize model|Canceled future for create_subshell_request"


def ready(nb):
    """Run the first two cells and wait for the live table."""
    nb.run_cell(0)
    nb.run_cell(1)
    nb.wait_text(f"{ROW} .k0", r"S\d{4}")


def errors(nb):
    return [line for line in nb.console if line.startswith("error")] + nb.js_errors + nb.external


def test_a_second_view_a_hidden_tab_and_a_sleeping_cell(open_notebook):
    nb = open_notebook(
        BOARD,
        "start(cells=8000)\ntable_view(board, sort='-last', height=300)",
        "view = table_view(board, height=301)\nview",
        "time.sleep(7)",
    )
    ready(nb)
    nb.wait_js("document.querySelector('.ibnb-host .ibnb-view')")
    # G5: a further view brings its widget, no data and no script.
    nb.execute("stop.set()")
    nb.page.wait_for_timeout(500)
    cost = gate.second_view(nb, 2)
    assert cost["widget_bytes"] <= 10_000, cost
    assert nb.page.evaluate(f"[{LINK}.store.streams.size, {gate.RT}.links.size]") == [1, 1]
    nb.execute("start(cells=8000)")
    nb.page.wait_for_timeout(500)
    # G12: while a cell sleeps the view scrolls, sorts and is fed.
    nb.page.locator(".ibnb-host").first.scroll_into_view_if_needed()
    seen = gate.blocked(nb, 3, 3.0)
    assert (seen["busy"], seen["still"]) == ("running", "running"), seen
    assert seen["scrolled"] and seen["sorted"] and seen["changes_per_s"] >= 4, seen
    nb.wait_js("window.__run !== 'running'")
    # G7: a hidden tab is sent nothing, a frozen one makes nothing pile up, and both come back.
    for frozen in (False, True):
        away = gate.hidden(nb, 4, frozen=frozen)
        assert away["messages"] == 0 and away["server_growth_mb"] < 1, (frozen, away)
        assert away["resume_ms"] < 5000, (frozen, away)
    assert nb.page.evaluate(f"{LINK}.status.kernel") == "live"
    assert errors(nb) == []
    nb.check()


def test_views_that_are_cleared_leave_nothing_and_a_reload_brings_all_back(open_notebook):
    nb = open_notebook(BOARD, "view = table_view(board, height=150)\nview", "start(cells=400)")
    ready(nb)
    nb.run_cell(2)
    left = gate.cycles(nb, 40, warm=10)
    assert {name: left[f"left_{name}"] for name in ("views", "mounted", "listeners", "memories", "widgets")} == (
        dict.fromkeys(("views", "mounted", "listeners", "memories", "widgets"), 1)
    ), left
    assert left["kept_views"] <= 1, left  # one may be under way
    assert left["heap_growth_mb"] < 5 and left["kernel_growth_mb"] < 5, left

    nb.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    nb.page.wait_for_timeout(700)
    assert gate.reload(nb)["rows"] == 1000

    # The kernel starts anew: the last values stay, marked as such, with the time.
    rows = nb.page.evaluate(SHOWN)
    nb.page.evaluate(
        "[...jupyterapp.shell.widgets('main')].find(w => w.sessionContext).sessionContext.session.kernel.restart()"
    )
    nb.wait_text(".ibnb-host .badge", r"Not live: kernel stopped since \d\d:\d\d:\d\d")
    assert nb.page.is_visible(".ibnb-host .frame.stale")
    assert [row["symbol"] for row in nb.page.evaluate(SHOWN)] == [row["symbol"] for row in rows]

    # Without any kernel the file shows the picture, and no message of a missing model.
    nb.page.evaluate("[...jupyterapp.shell.widgets('main')].find(w => w.sessionContext).sessionContext.shutdown()")
    nb.page.goto(nb.server.page_url(nb.notebook) + "&kernel=none")
    nb.wait_text(".ibnb-twin", "not live")
    nb.page.wait_for_timeout(1500)
    body = nb.text("body").lower()
    assert nb.page.is_visible(".ibnb-twin") and "model not found" not in body and "error displaying" not in body
    assert [line for line in errors(nb) if not re.search(OTHERS, line)] == []


def test_a_notebook_with_twenty_views_and_their_state_is_below_a_megabyte(open_notebook):
    nb = open_notebook(BOARD, *[f"table_view(board, height={100 + number})" for number in range(20)])
    nb.run_all()
    nb.wait_text(f"{ROW} .k0", r"S\d{4}")
    size = gate.saved_with_state(nb)
    assert size["states"] >= 20, size  # the state really is in the file
    assert size["bytes"] <= 1_000_000 and size["state_bytes"] / 20 <= 10_000, size
    nb.check()


HOSTILE = r"""
EVIL = [
    "<img src=x onerror='window.__owned=1'>", "<script>window.__owned=2</script>", "</div></td><b id=owned>bold</b>",
    "&lt;i&gt; &amp; &#x41;", "javascript:window.__owned=3", "\u202egnp.exe\u202c", "\u2066x\u2069 \u200f\u05d0\u200e",
    "tab\there\nand a line", "\u0000\u0007null", "{{constructor.constructor('window.__owned=4')()}}",
    "${window.__owned=5}",
    "x" * 100_000, "\u0301" * 50 + "Z\u0335\u0322a\u0336lgo", "' onmouseover='window.__owned=6", "\U0001f680" * 20,
]
evil = table(pd.DataFrame({"symbol": EVIL, "headline<b>": EVIL[::-1], "last": range(len(EVIL))}), key="symbol",
             name="<b id=owned>title</b>", docs={"last": "\"><img src=x onerror='window.__owned=7'>"},
             units={"last": "<i id=owned>USD</i>"})
hub().set_status("stale", "<img src=x onerror='window.__owned=8'>")
table_view(evil)
"""


def test_text_of_others_is_never_html(open_notebook):
    nb = open_notebook(BOARD, HOSTILE)
    nb.run_all()
    nb.wait_js("document.querySelector('.ibnb-host')")
    nb.page.locator(".ibnb-host").scroll_into_view_if_needed()
    nb.wait_js("document.querySelector('.ibnb-host .ibnb-view')?.shadowRoot.querySelectorAll('.row').length > 10")
    nb.page.wait_for_timeout(1000)
    seen = nb.page.evaluate("""() => {
        const root = document.querySelector('.ibnb-host .ibnb-view').shadowRoot;
        const both = [root, document.querySelector('.ibnb-twin')];
        return {owned: window.__owned ?? null,
            elements: both.map(node => node.querySelectorAll(
                'script, img, iframe, #owned, [onerror], [onmouseover]').length),
            title: root.querySelector('.name').textContent, badge: root.querySelector('.badge').textContent,
            texts: [...root.querySelectorAll('.row .k0')].map(cell => cell.textContent.slice(0, 40)),
            inner: [...root.querySelectorAll('.row [role=gridcell]')].some(cell => cell.children.length > 0
                && [...cell.querySelectorAll('*')].some(node => !['SPAN', 'DIV'].includes(node.tagName)))};
    }""")
    assert seen["owned"] is None and seen["elements"] == [0, 0] and not seen["inner"], seen
    assert seen["title"] == "<b id=owned>title</b>"
    assert "<img src=x onerror" in seen["badge"]
    assert "<img src=x onerror='window.__owned=1'>" in seen["texts"]
    assert "<script>window.__owned=2</script>" in seen["texts"]
    # A long name costs no layout: the view is as high as it was asked to be, and paints at once.
    box = nb.page.locator(".ibnb-host").bounding_box()
    assert box["height"] < 700, box
    # Marks that turn the direction stay within their cell: the neighbours are where they belong.
    order = nb.page.evaluate("""() => {
        const root = document.querySelector('.ibnb-host .ibnb-view').shadowRoot;
        return [...root.querySelectorAll('.row')].filter(r => r.style.display !== 'none').every(row => {
            const left = [...row.children].map(cell => cell.getBoundingClientRect().left);
            return left.every((x, i) => !i || x >= left[i - 1]); }); }""")
    assert order
    assert errors(nb) == []
    nb.check()


POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: blob: data:; "
    "worker-src 'self' blob:"
)


@pytest.fixture
def strict_app(tmp_path):
    """JupyterLab under a policy that forbids inline scripts: what a host that allows anywidget's modules may set."""
    headers = json.dumps({"headers": {"Content-Security-Policy": POLICY}})
    with JupyterApp(tmp_path, args=[f"--ServerApp.tornado_settings={headers}"]) as server:
        yield server


def test_a_policy_without_inline_scripts_lets_the_view_work(strict_app, chromium):
    write_notebook(
        strict_app.notebook_dir / "strict.ipynb", BOARD, "start(cells=4000)\ntable_view(board, sort='-last')"
    )
    nb = chromium.open(strict_app, "strict.ipynb")
    try:
        nb.page.evaluate("""() => { window.__broken = [];
            document.addEventListener('securitypolicyviolation',
                e => __broken.push(`${e.violatedDirective} ${e.blockedURI}`)); }""")
        # The policy is in force: an inline script does not run.
        nb.page.evaluate("""() => { const s = document.createElement('script');
            s.textContent = 'window.__inline = 1'; document.body.append(s); }""")
        nb.page.wait_for_timeout(100)
        assert nb.page.evaluate("[window.__inline ?? null, __broken.length > 0, __broken.splice(0).length > 0]") == [
            None, True, True,
        ]  # fmt: skip
        ready(nb)
        nb.wait_changes(f"{ROW} >> nth=0", 3)
        assert nb.page.evaluate("__broken") == []
        nb.check()
    finally:
        nb.close()
        chromium.pages.remove(nb)


# A host whose comm messages lose their binary parts: what it sends is text, or nothing works.
NO_BYTES = """
from ibnb.widgets.hub import Hub
lost = []

def without_bytes(self, link, content, buffers, post=Hub._post_message):
    lost.extend(buffers)
    post(self, link, content, [])

Hub._post_message = without_bytes
start(cells=4000)
table_view(board, sort='-last')
"""


def test_a_host_that_loses_binary_parts_gets_everything_as_text(open_notebook):
    nb = open_notebook(BOARD, NO_BYTES)
    ready(nb)
    nb.wait_changes(f"{ROW} >> nth=0", 3)
    assert nb.page.evaluate(f"{LINK}._binary") is False
    assert nb.page.evaluate(f"[...{LINK}.store.streams.values()].map(s => [s.ready, s.length])") == [[True, 1000]]
    # Only what was sent before the page could tell of it: the engine, twice, and the probes.
    assert int(nb.execute("n = len(lost); time.sleep(1); print(len(lost) - n)")) == 0
    nb.check()
