"""Measures of the live table view, as numbers: tests hold the logical ones, benchmarks/widgets prints them all.

A function here takes an open notebook, makes the page do something, and gives back what was seen; it judges nothing.
"""

from __future__ import annotations

import base64
import json
import re
import time
from typing import Any

from browser.notebook_browser import NotebookPage

# 1,000 rows and 12 columns, fed from a thread of its own; each moved row changes four cells.
BOARD = """
import os, threading, time
import numpy as np, pandas as pd
from IPython.display import clear_output, display
from ibnb.net.iothread import IOThread
from ibnb.tables.user import table
from ibnb.widgets import hub, set_io, table_view

set_io(IOThread.get)
random = np.random.default_rng(1)
N = 1000
names = [f"S{i:04d}" for i in range(N)]
PRICES = ["bid", "ask", "last", "open", "high", "low"]

def new_board(name="board"):
    return table(pd.DataFrame({
        "symbol": names, "bid": 99.99, "ask": 100.01, "last": 100.0, "bidSize": 100.0, "askSize": 200.0, "volume": 1000,
        "open": 100.0, "high": 100.0, "low": 100.0, "dailyPnL": 0.0, "time": pd.Timestamp("2026-03-02 14:30", tz="UTC"),
    }), key="symbol", name=name, formats=dict.fromkeys(PRICES, "price"))

board = new_board()
stop = threading.Event()
fed = 0

def move(rows):
    last = np.round(100 + random.normal(0, 2, len(rows)), 2)
    board.upsert([
        {"symbol": names[i], "bid": price - .01, "ask": price + .01, "last": price, "dailyPnL": (price - 100) * 50}
        for i, price in zip(rows, last.tolist())])

def feed(cells, hz):
    # Keeps its pace by the clock, so that the rate holds on a loaded machine.
    global fed
    began, done = time.monotonic(), 0
    while not stop.wait(1 / hz):
        due = int((time.monotonic() - began) * cells / 4)
        while done < due:
            count = min(due - done, N)
            move(random.choice(N, count, replace=False))
            done += count
            fed += 4 * count

def start(cells=4000, hz=50):
    stop.clear()
    threading.Thread(target=feed, args=(cells, hz), daemon=True).start()
"""
ROW = ".ibnb-host .body .row"
RT = "globalThis[Symbol.for('ibnb/1')]"
LINK = f"[...{RT}.links.values()].at(-1).link"
SCROLL = "document.querySelector('.jp-WindowedPanel-outer')"
SHOWN = """() => {
  const root = document.querySelector('.ibnb-host .ibnb-view').shadowRoot;
  const heads = [...root.querySelectorAll('[role=columnheader]')].map(h => h.firstChild.textContent);
  const rows = [...root.querySelectorAll('.body .row')].filter(r => r.style.display !== 'none')
    .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'));
  const name = cell => heads[cell.getAttribute('aria-colindex') - 1];
  return rows.map(r => Object.fromEntries([...r.children].map(c => [name(c), c.textContent])));
}"""

# Time that the page's own scripts take, frame by frame: callbacks of animation frames and of messages. It is that of
# this thread only, so that a loaded machine shows in it less than in the gaps between frames.
TIMED = """(() => {
  if (window.__js) return;
  const js = window.__js = {frames: [], messages: [], now: 0, on: false};
  const native = window.requestAnimationFrame.bind(window);
  let queued = false;
  window.requestAnimationFrame = fn => native(at => {
    const from = performance.now();
    try { fn(at); } finally {
      if (js.on) {
        js.now += performance.now() - from;
        if (!queued) {
          queued = true;
          native(() => { queued = false; if (js.on) js.frames.push(js.now); js.now = 0; });
        }
      }
    }
  });
  js.watch = link => {
    if (link.__timed) return;
    link.__timed = true;
    const receive = link.receive.bind(link);
    link.receive = (content, buffers) => {
      const from = performance.now();
      receive(content, buffers);
      const took = performance.now() - from;
      if (js.on && content.t === 'f') js.messages.push(took);
      if (js.on) js.now += took;
    };
  };
  js.start = () => { js.frames = []; js.messages = []; js.now = 0; js.on = true; };
  js.stop = () => { js.on = false; return {frames: js.frames, messages: js.messages}; };
})()"""


def at(values: list[float], share: float) -> float:
    """A quantile; not a number when there is nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def heap(nb: NotebookPage) -> float:
    """MB of the page's JavaScript heap, after a collection."""
    session = nb.page.context.new_cdp_session(nb.page)
    try:
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    finally:
        session.detach()


def instances(nb: NotebookPage, name: str) -> int:
    """How many objects of a class the page keeps: a view that is gone leaves no ShadowRoot."""
    session = nb.page.context.new_cdp_session(nb.page)
    try:
        session.send("HeapProfiler.collectGarbage")
        prototype = session.send("Runtime.evaluate", {"expression": f"{name}.prototype"})["result"]["objectId"]
        found = session.send("Runtime.queryObjects", {"prototypeObjectId": prototype})["objects"]["objectId"]
        count = {"objectId": found, "functionDeclaration": "function () { return this.length }", "returnByValue": True}
        return session.send("Runtime.callFunctionOn", count)["result"]["value"]
    finally:
        session.detach()


def kernel_pid(nb: NotebookPage) -> int:
    """The kernel's process."""
    return int(nb.execute("import os; print(os.getpid())"))


def memory(pid: int) -> float:
    """MB of memory of a process that is its own."""
    import psutil

    info = psutil.Process(pid).memory_full_info()
    return info.uss / 1e6


def cpu(pid: int) -> float:
    """CPU seconds that a process has used."""
    import psutil

    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def busy(nb: NotebookPage, seconds: float) -> dict[str, float]:
    """Let a live view run: frame gaps, traffic, time in scripts, CPU of the kernel, growth of the page."""
    pid = kernel_pid(nb)
    nb.page.evaluate(TIMED)
    nb.page.evaluate(f"__js.watch({LINK})")
    had = heap(nb)
    nb.page.wait_for_timeout(500)
    fed = int(nb.execute("print(fed)"))
    stats = nb.page.evaluate(f"({{...{LINK}.stats}})")
    used = cpu(pid)
    nb.page.evaluate("__js.start()")
    traffic = nb.measure(seconds)
    used = cpu(pid) - used
    js = nb.page.evaluate("__js.stop()")
    now = nb.page.evaluate(f"({{...{LINK}.stats}})")
    took = traffic["seconds"]
    return {
        "cells_per_s": (int(nb.execute("print(fed)")) - fed) / took,
        "gap_p50_ms": traffic["p50"],
        "gap_p95_ms": traffic["p95"],
        "gap_p99_ms": traffic["p99"],
        "messages_per_s": (now["messages"] - stats["messages"]) / took,
        "all_messages_per_s": traffic["messages_per_s"],
        "mb_per_s": traffic["bytes_per_s"] / 1e6,
        "js_p50_ms": at(js["frames"], 0.5),
        "js_p95_ms": at(js["frames"], 0.95),
        "js_p99_ms": at(js["frames"], 0.99),
        "cpu_percent": 100 * used / took,
        "heap_growth_mb": heap(nb) - had,
        "gaps": now["gaps"] - stats["gaps"],
    }


def one_tick(nb: NotebookPage, ticks: int = 12) -> dict[str, float]:
    """Bytes that one changed cell costs: its frame, its message as it comes over the WebSocket, and with all else that
    the page receives for it (the kernel tells of each acknowledgement that it was busy with it).
    """
    nb.execute(f"""
def tick_on():
    for number in range({ticks}):
        time.sleep(.7)  # so that each is alone
        board.upsert({{"symbol": "S0003", "last": 101 + number / 100}})
ticking = threading.Thread(target=tick_on)
ticking.start()""")
    nb.page.wait_for_timeout(400)
    before = nb.page.evaluate(f"(__net.sizes = [], {{...{LINK}.stats}})")
    nb.page.wait_for_timeout(700 * ticks + 300)
    sizes, stats = nb.page.evaluate(f"[__net.sizes, {{...{LINK}.stats}}]")
    nb.page.evaluate("delete __net.sizes")
    messages = stats["messages"] - before["messages"]
    return {
        "messages": messages,
        "frame_bytes": (stats["bytes"] - before["bytes"]) / messages,
        "sizes": sizes,
        "all_bytes": sum(sizes) / messages,
    }


def second_view(nb: NotebookPage, cell: int) -> dict[str, float]:
    """Run the cell that shows a further view of a table that is live already.

    Bytes that came for it: of its widget, of the output with the still picture, of what JupyterLab is told of the cell;
    and ms from its place in the page to its first painted row.
    """
    came: dict[str, int] = {}

    def on_frame(event: dict[str, Any]) -> None:
        frame = event["response"]
        is_text = frame["opcode"] == 1
        data = frame["payloadData"].encode() if is_text else base64.b64decode(frame["payloadData"])
        kind = re.search(rb'"msg_type": ?"(\w+)"', data)
        name = kind[1].decode() if kind else "other"
        came[name] = came.get(name, 0) + len(data)

    session = nb.page.context.new_cdp_session(nb.page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", on_frame)
    nb.page.evaluate("""() => { window.__second = new Promise(done => {
        const had = new Set(document.querySelectorAll('.ibnb-host'));
        let from = 0;
        const look = () => {
          for (const host of document.querySelectorAll('.ibnb-host')) {
            if (had.has(host)) continue;
            from ||= performance.now();
            const row = host.querySelector('.ibnb-view')?.shadowRoot.querySelector('.body .row');
            if (row?.textContent) return done(performance.now() - from);
          }
          requestAnimationFrame(look);
        };
        new MutationObserver(() => { if (!from && [...document.querySelectorAll('.ibnb-host')].some(h => !had.has(h)))
            from = performance.now(); }).observe(document.body, {childList: true, subtree: true});
        setTimeout(() => done(NaN), 30000);
        look(); }); }""")
    nb.run_cell(cell)
    took = nb.page.evaluate("window.__second")
    nb.page.wait_for_timeout(700)
    session.detach()
    widget, picture = (
        sum(size for kind, size in came.items() if kind.startswith(word)) for word in ("comm", "display")
    )
    return {
        "widget_bytes": widget,
        "picture_bytes": picture,
        "cell_bytes": sum(came.values()) - widget - picture,
        "ms": took,
    }


def saved_with_state(nb: NotebookPage) -> dict[str, float]:
    """Save the notebook with the state of its widgets, as VS Code never and JupyterLab on request does: bytes."""
    nb.page.evaluate("jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')")
    nb.page.wait_for_timeout(500)
    nb.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    nb.page.wait_for_timeout(1500)
    text = (nb.server.notebook_dir / nb.notebook).read_text()
    state = json.loads(text)["metadata"].get("widgets", {})
    return {
        "bytes": len(text),
        "state_bytes": len(json.dumps(state)),
        "states": len(state) and len(state["application/vnd.jupyter.widget-state+json"]["state"]),
    }


def hide(nb: NotebookPage, on: bool) -> None:
    """Tell the page that its tab was hidden or shown: what Chromium does when the user changes tabs."""
    nb.page.evaluate(
        """on => { Object.defineProperty(document, 'hidden', {value: on, configurable: true});
            Object.defineProperty(document, 'visibilityState', {value: on ? 'hidden' : 'visible', configurable: true});
            document.dispatchEvent(new Event('visibilitychange')); }""",
        on,
    )


def hidden(nb: NotebookPage, seconds: float, *, frozen: bool = False) -> dict[str, float]:
    """Hide the tab (or freeze the page, as browsers do with tabs long hidden) for a while; then look at it again."""
    assert nb.server.process is not None
    pids = {"server": nb.server.process.pid, "kernel": kernel_pid(nb)}
    hide(nb, True)
    session = nb.page.context.new_cdp_session(nb.page)
    nb.page.wait_for_timeout(3000)
    messages = nb.page.evaluate(f"{LINK}.stats.messages")
    before = {name: memory(pid) for name, pid in pids.items()}
    if frozen:
        session.send("Page.setWebLifecycleState", {"state": "frozen"})
        time.sleep(seconds)
    else:
        nb.page.wait_for_timeout(seconds * 1000)
    grown = {f"{name}_growth_mb": memory(pid) - before[name] for name, pid in pids.items()}
    if frozen:
        session.send("Page.setWebLifecycleState", {"state": "active"})
    came = nb.page.evaluate(f"{LINK}.stats.messages") - messages
    nb.page.evaluate(f"""() => {{ window.__resumed = new Promise(done => {{
        const link = {LINK}, stream = [...link.store.streams.values()][0], had = stream.revision;
        const from = performance.now();
        const look = () => stream.revision > had ? requestAnimationFrame(() => done(performance.now() - from))
            : setTimeout(look, 1);
        document.addEventListener('visibilitychange', () => look(), {{once: true}});
        setTimeout(() => done(NaN), 60000); }}); }}""")
    hide(nb, False)
    return {**grown, "messages": came, "resume_ms": nb.page.evaluate("window.__resumed")}


def cycles(nb: NotebookPage, count: int, warm: int = 30) -> dict[str, float]:
    """Show a view and clear the output, again and again: what kernel and page keep of it."""
    loop = """
for _ in range({count}):
    display(table_view(board, height=150))
    time.sleep(.06)
    clear_output()
"""
    pid = kernel_pid(nb)
    result = {}
    for number in (warm, count):
        before = settled(nb), memory(pid), instances(nb, "ShadowRoot")
        nb.page.evaluate(
            """async code => { const panel = [...jupyterapp.shell.widgets('main')].find(w => w.sessionContext);
                panel.content.model.cells.get(2).sharedModel.setSource(code); }""",
            loop.format(count=number),
        )
        nb.run_cell(2)
        nb.execute("import gc; gc.collect()")
        result = {"heap_growth_mb": settled(nb) - before[0], "kernel_growth_mb": memory(pid) - before[1]}
        result["kept_views"] = instances(nb, "ShadowRoot") - before[2]
    left = nb.page.evaluate(f"""() => ({{
        views: document.querySelectorAll('.ibnb-view').length,
        listeners: [...{LINK}.store.streams.values()].reduce((n, s) => n + s._listeners.size, 0),
        memories: {RT}.memories.size, mounted: document.querySelectorAll('.ibnb-host').length}})""")
    left["widgets"] = int(
        nb.execute(
            "from ipywidgets.widgets.widget import _instances as every\n"
            "print(sum(type(one).__name__ == 'TableView' for one in every.values()))"
        )
    )
    return {**result, **{f"left_{name}": value for name, value in left.items()}}


def settled(nb: NotebookPage) -> float:
    """MB of the page's heap once what has gone is gone."""
    nb.page.wait_for_timeout(4000)
    return heap(nb)


def reload(nb: NotebookPage) -> dict[str, float]:
    """Reload the page: ms from the first of our scripts to the connection, and to the first painted rows."""
    nb.page.add_init_script(f"""{{ const seen = window.__reload = {{}};
        const look = () => {{
            const rt = {RT};
            if (rt) seen.script ??= performance.now();
            const link = rt?.links?.size && {LINK};
            if (link) seen.link ??= performance.now();
            if (link && [...link.store.streams.values()].some(s => s.ready)) seen.ready ??= performance.now();
            const host = document.querySelector('.ibnb-host');
            if (host && !seen.host) {{ seen.host = performance.now(); host.scrollIntoView({{block: 'center'}}); }}
            const row = host?.querySelector('.ibnb-view')?.shadowRoot.querySelector('.body .row');
            if (row?.textContent) seen.rows ??= performance.now();
            else setTimeout(look, 2);
        }}; look(); }}""")
    nb.page.reload()
    nb.wait_js("window.__reload?.rows", 60)
    seen = nb.page.evaluate("window.__reload")
    rows = nb.page.evaluate(f"[...{LINK}.store.streams.values()][0].length")
    return {
        "engine_ms": seen["link"] - seen["script"],
        "state_ms": seen["ready"] - seen["link"],
        "rows_ms": seen["rows"] - seen["script"],
        "rows": rows,
    }


def blocked(nb: NotebookPage, cell: int, seconds: float) -> dict[str, Any]:
    """While a cell sleeps: changes of the table's text a second, ms of a scroll and of a sort, and their effect."""
    nb.run_cell(cell, wait=False)
    nb.page.wait_for_timeout(500)
    return nb.page.evaluate(
        """async ms => {
          const root = document.querySelector('.ibnb-host .ibnb-view').shadowRoot;
          const body = root.querySelector('.body'), scroll = root.querySelector('.scroll');
          const texts = () => [...body.querySelectorAll('.row')].filter(r => r.style.display !== 'none')
            .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'));
          const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
          const out = {changes: 0, busy: window.__run};
          const first = () => texts()[0].getAttribute('aria-rowindex');
          const was = first();
          let from = performance.now();
          scroll.scrollTop = 5000;
          while (first() === was && performance.now() - from < 5000) await painted();
          out.scroll_ms = performance.now() - from;
          out.scrolled = first() !== was;
          const head = root.querySelectorAll('[role=columnheader]')[0], sort = head.getAttribute('aria-sort');
          scroll.scrollTop = 0;
          await painted();
          from = performance.now();
          head.click();
          const top = () => texts()[0].firstChild.textContent;
          while (!/^S0000$/.test(top()) && performance.now() - from < 5000) await painted();
          out.sort_ms = performance.now() - from;
          out.sorted = top() === 'S0000' && head.getAttribute('aria-sort') !== sort;
          let seen = body.textContent;
          const end = performance.now() + ms;
          while (performance.now() < end) {
            await painted();
            if (body.textContent !== seen) { seen = body.textContent; out.changes++; }
          }
          out.changes_per_s = out.changes / ms * 1000;
          out.still = window.__run;
          return out;
        }""",
        seconds * 1000,
    )


__all__ = ["BOARD", "LINK", "ROW", "RT", "SCROLL", "SHOWN", "TIMED", "at", "busy", "cycles", "heap", "memory"]
