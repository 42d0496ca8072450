"""Gates of the live view in JupyterLab, with a real kernel: traffic, latency, further views, hidden tabs, leaks."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

from browser import gate_support as gate  # noqa: E402
from browser.gate_support import BOARD, ROW, at  # noqa: E402
from browser.notebook_browser import Chromium, JupyterApp, NotebookPage, write_notebook  # noqa: E402
from figures import Figure  # noqa: E402

Open = Callable[..., NotebookPage]


@contextmanager
def lab() -> Iterator[Open]:
    """JupyterLab and Chromium; gives `open_(*cells)`."""
    opened: list[NotebookPage] = []
    with tempfile.TemporaryDirectory() as folder, JupyterApp(folder) as server, Chromium() as chromium:

        def open_(*cells: str) -> NotebookPage:
            for nb in opened:  # one at a time: a page that nobody looks at would be measured too
                nb.close()
                chromium.pages.remove(nb)
            opened.clear()
            name = f"gate-{time.monotonic_ns()}.ipynb"
            write_notebook(server.notebook_dir / name, *cells)
            nb = chromium.open(server, name)
            opened.append(nb)
            return nb

        yield open_


def shown(open_: Open, *cells: str) -> NotebookPage:
    """Open a notebook, run its first two cells, and wait for the live table."""
    nb = open_(BOARD, *cells)
    nb.run_cell(0)
    nb.run_cell(1)
    nb.wait_js("document.querySelector('.ibnb-host')")
    nb.page.locator(".ibnb-host").first.scroll_into_view_if_needed()
    nb.wait_text(f"{ROW} .k0", r"\w")
    nb.page.wait_for_timeout(1500)
    return nb


def board(open_: Open, seconds: float) -> list[Figure]:
    """G1: 1,000 x 12, sorted by a column that moves, 10,000 cells changed a second."""
    nb = shown(open_, "table_view(board, sort='-last')")
    nb.execute("start(cells=10000)")
    nb.page.wait_for_timeout(2000)
    seen = gate.busy(nb, seconds)
    pid = gate.kernel_pid(nb)
    gate.hide(nb, True)  # the feed goes on, nobody looks: what is left of the CPU is the feed's
    nb.page.wait_for_timeout(2500)
    used = gate.cpu(pid)
    nb.page.wait_for_timeout(5000)
    feed = 100 * (gate.cpu(pid) - used) / 5
    return [
        Figure("G1", "1,000 x 12 board: cells changed a second", seen["cells_per_s"], "/s", 9900, least=True),
        Figure("G1", f"frame gap p99 over {seconds:g} s", seen["gap_p99_ms"], "ms", 25),
        Figure("G1", "  frame gap p95", seen["gap_p95_ms"], "ms"),
        Figure("G1", "the page's own JavaScript in a frame, p95", seen["js_p95_ms"], "ms", 4),
        Figure("G1", "  the same, p99", seen["js_p99_ms"], "ms"),
        Figure("G1", "data messages a second", seen["messages_per_s"], "/s", 20),
        Figure(
            "G1", "  all messages of the WebSocket (busy and idle of acks too)", seen["all_messages_per_s"], "/s", 30
        ),
        Figure("G1", "all bytes of the WebSocket", seen["mb_per_s"], "MB/s", 0.5),
        Figure("G1", "growth of the page's heap", seen["heap_growth_mb"], "MB", 5),
        Figure("G1", "kernel's CPU, feed included", seen["cpu_percent"], "% core", 15),
        Figure("G1", "  of which the feed itself", feed, "% core"),
    ]


def tick(open_: Open, seconds: float) -> list[Figure]:
    """One changed cell on the wire."""
    seen = gate.one_tick(shown(open_, "table_view(board, sort='-last')"), ticks=max(6, int(seconds / 4)))
    message = max(seen["sizes"]) if len(set(seen["sizes"])) > 1 else seen["sizes"][0]
    return [
        Figure("tick", "one tick: its message on the WebSocket", message, "B", 800),
        Figure("tick", "  the frame in it", seen["frame_bytes"], "B"),
        Figure("tick", "  with busy and idle of its acknowledgement", seen["all_bytes"], "B"),
    ]


LIVE = """
import threading, time
import ibnb
from ibnb.net.iothread import IOThread
from ibnb.session import Side
from ibnb.wire import Codec, frames
from ibnb.wire import catalogue as m

ib = ibnb.demo(seed=1)
stocks = [ibnb.Stock(name, "SMART", "USD") for name in ("AAPL", "MSFT", "AMZN", "NVDA", "SPY")]
ib.qualifyContracts(*stocks)
tickers = [ib.reqMktData(stock) for stock in stocks]
ib.sleep(1)
conn, io = ib.client.conn, IOThread.get()
codec = Codec(Side.SERVER, conn.session.server_version)
req_id = next(key for key, ticker in ib.wrapper.reqId2Ticker.items() if ticker is tickers[0])
T0 = int(time.time())

def stamp():
    # The bytes of a tick whose price is the time at which they are read from the socket.
    conn.data_received(frames.pack(codec.encode(m.TickPrice(req_id, 19, (time.time() - T0) * 1000, 0.0, 0))))

def stamps(count, gap):
    import random
    for _ in range(count):
        time.sleep(gap * random.uniform(.5, 1.5))
        io.call_soon(stamp)

def ticking(count, gap):
    threading.Thread(target=stamps, args=(count, gap), daemon=True).start()
"""
PAINTED = """t0 => { window.__late = []; let seen = '';
    const channel = new MessageChannel();
    const look = () => {
      const row = [...document.querySelector('.ibnb-host .ibnb-view').shadowRoot.querySelectorAll('.body .row')]
        .find(row => row.children[0].textContent === 'AAPL');
      const text = row?.children[1].textContent ?? '';
      if (text === seen) return;
      if (seen) __late.push(Date.now() - t0 * 1000 - Number(text.replace(/,/g, '')));
      seen = text;
    };
    channel.port1.onmessage = look; // after the frame is painted
    const frame = () => { channel.port2.postMessage(0); requestAnimationFrame(frame); };
    frame(); }"""


def latency(open_: Open, seconds: float) -> list[Figure]:
    """From the bytes of a tick at the socket to its painted cell, in a table of quotes of the simulated gateway."""
    nb = open_(LIVE, "ib.tables.quotes.view(columns=['symbol', 'low52week', 'bid', 'ask', 'last'])")
    nb.run_cell(0)
    nb.run_cell(1)
    nb.wait_js("document.querySelector('.ibnb-host')")
    nb.page.locator(".ibnb-host").first.scroll_into_view_if_needed()
    nb.wait_text(f"{ROW} .k0", r"\w")
    nb.page.evaluate(PAINTED, int(nb.execute("print(T0)")))
    count = max(20, int(seconds / 0.2))
    nb.execute(f"ticking({count}, .2)")
    nb.page.wait_for_timeout(1000 * (count * 0.2 + 2))
    late = nb.page.evaluate("window.__late")
    return [
        Figure("tick", f"bytes of a tick to its painted cell, p50 of {len(late)}", at(late, 0.5), "ms", 40),
        Figure("tick", "  p99", at(late, 0.99), "ms", 120),
    ]


def views(open_: Open, _seconds: float) -> list[Figure]:
    """G5 and G6: a second view; twenty of them in a file with the widgets' state."""
    nb = shown(open_, *[f"table_view(board, height={100 + number})" for number in range(6)])
    costs = [gate.second_view(nb, cell) for cell in range(2, 7)]
    cost = {key: statistics.median(one[key] for one in costs) for key in costs[0]}
    nb = open_(BOARD, *[f"table_view(board, height={100 + number})" for number in range(20)])
    nb.run_all()
    nb.wait_text(f"{ROW} .k0", r"S\d{4}")
    size = gate.saved_with_state(nb)
    return [
        Figure("G5", "a further view (median of 5): bytes of its widget", cost["widget_bytes"], "B", 10_000),
        Figure("G5", "  its still picture for the file (HTML and text)", cost["picture_bytes"], "B"),
        Figure("G5", "a further view: from its place in the page to its rows", cost["ms"], "ms", 50),
        Figure("G6", "20 displays saved with widget state: the notebook", size["bytes"] / 1e6, "MB", 1),
        Figure("G6", "  widget state of each", size["state_bytes"] / 20, "B", 10_000),
    ]


def hidden(open_: Open, seconds: float) -> list[Figure]:
    """G7: 5,000 ticks a second (20,000 cells) while nobody looks: tab hidden, then the page frozen."""
    out = []
    for frozen in (False, True):
        nb = shown(open_, "table_view(board, sort='-last')")
        nb.execute("start(cells=20000)")
        nb.page.wait_for_timeout(2000)
        away = gate.hidden(nb, seconds, frozen=frozen)
        name = f"page frozen {seconds:g} s" if frozen else f"tab hidden {seconds:g} s"
        out += [
            Figure("G7", f"{name} at 5k ticks/s: growth of the server", away["server_growth_mb"], "MB", 1),
            Figure("G7", "  growth of the kernel", away["kernel_growth_mb"], "MB", 5),
            Figure("G7", "  messages sent meanwhile", away["messages"], "", 0),
            Figure("G7", "  to fresh rows on the screen", away["resume_ms"], "ms", 150),
        ]
    return out


def blocked(open_: Open, _seconds: float) -> list[Figure]:
    """G12: a cell sleeps for half a minute."""
    nb = shown(open_, "start(cells=4000)\ntable_view(board, sort='-last')", "time.sleep(30)")
    seen = gate.blocked(nb, 2, 26)
    assert seen["busy"] == seen["still"] == "running", seen
    return [
        Figure(
            "G12", "time.sleep(30) in a cell: changes of the view a second", seen["changes_per_s"], "/s", 4, least=True
        ),
        Figure("G12", "  a scroll, to its rows", seen["scroll_ms"] if seen["scrolled"] else float("nan"), "ms", 100),
        Figure("G12", "  a sort, to its rows", seen["sort_ms"] if seen["sorted"] else float("nan"), "ms", 100),
    ]


def cycles(open_: Open, _seconds: float) -> list[Figure]:
    """C8: 200 times display and clear; then a reload of the page."""
    nb = shown(open_, "view = table_view(board, height=150)\nview", "start(cells=400)")
    nb.run_cell(2)
    left = gate.cycles(nb, 200)
    nb.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    nb.page.wait_for_timeout(700)
    back = gate.reload(nb)
    return [
        Figure("C8", "200 x display and clear: growth of the page", left["heap_growth_mb"], "MB", 5),
        Figure("C8", "  growth of the kernel", left["kernel_growth_mb"], "MB", 5),
        Figure("C8", "  views left in the kernel (1 is shown)", left["left_widgets"], "", 1),
        Figure("C8", "  views and memories left in the page", max(left["left_views"], left["left_memories"]), "", 1),
        Figure(
            "life", f"page reloaded: engine and all {back['rows']:,} rows on the screen", back["rows_ms"], "ms", 500
        ),
        Figure("life", "  from the connection to the whole table", back["state_ms"], "ms"),
    ]


def converge(_open: Open, _seconds: float) -> list[Figure]:
    """G8: a million operations on rows over a line that drops, doubles and reorders."""
    packets = 70_000  # of 14 rows on the average
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/fuzz/test_hub_to_page.py", "-p", "no:benchmark", "-x", "-s",
         "-o", "timeout=0"],
        cwd=ROOT, env={**os.environ, "IBNB_FUZZ_OPS": str(packets)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    rows = next((int(line.split()[0]) for line in done.stdout.splitlines() if line.endswith("operations on rows")), 0)
    if done.returncode:
        print(done.stdout[-3000:])
    return [
        Figure("G8", "operations on rows over a bad line, in packets", rows, "", 1_000_000, least=True),
        Figure("G8", "  tables that differ in the end (2 compared every 500 packets)", done.returncode, "", 0),
        Figure("G8", "  took", time.monotonic() - began, "s"),
    ]


GATES: dict[str, Callable[[Open, float], list[Figure]]] = {
    "board": board, "tick": tick, "latency": latency, "views": views, "hidden": hidden, "blocked": blocked,
    "cycles": cycles, "converge": converge,
}  # fmt: skip


def measure(names: list[str], seconds: float, hidden_s: float, show: Callable[[list[Figure]], Any]) -> None:
    """Measure the gates of these names; those that fail are told and leave the others."""
    with lab() as open_:
        for name in names:
            try:
                show(GATES[name](open_, hidden_s if name == "hidden" else seconds))
            except Exception as error:  # noqa: BLE001  the others are worth having
                show([Figure(name, f"failed: {str(error).splitlines()[0][:50]}", float("nan"), "", 0)])
