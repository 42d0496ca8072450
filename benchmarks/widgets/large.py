"""Gates G2 and G3: tables of 100,000 and of a million rows in a bare page, sorted on a column that moves.

The page is Chromium with nothing but the committed engine; what it is fed are the messages that the real board makes
of a real table, played from a file in frames of 200 changed rows. Timed is the page's own JavaScript with the layout it
causes: applying the message, merging the order, painting.
"""

from __future__ import annotations

import functools
import http.server
import json
import struct
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

from browser.gate_support import at  # noqa: E402
from browser.notebook_browser import Chromium  # noqa: E402
from figures import Figure  # noqa: E402
from widgets.hub_support import Line  # noqa: E402

from ibnb.tables.user import table  # noqa: E402
from ibnb.widgets import parts  # noqa: E402

CHANGED = 200
PRICES = ("bid", "ask", "last")
COLUMNS = ("symbol", *PRICES, "bidSize", "askSize", "volume", "open", "high", "low", "close", "pnl")


def made(rows: int, random: np.random.Generator) -> Any:
    """A board of 12 columns."""
    values = np.round(random.uniform(10, 500, (rows, len(COLUMNS) - 1)), 2)
    frame = pd.DataFrame(values, columns=COLUMNS[1:])
    frame.insert(0, "symbol", [f"S{number:07d}" for number in range(rows)])
    return table(frame, key="symbol", name=f"{rows:,} rows", formats=dict.fromkeys(PRICES, "price"))


def record(rows: int, steps: int, folder: Path) -> dict[str, Any]:
    """Write what a page receives that follows the table: the snapshot, then `steps` messages of 200 changed rows."""
    random = np.random.default_rng(7)
    board = made(rows, random)
    line = Line()
    stream = line.board.add(board)
    line.say("hello")
    line.take()
    line.want(1, {stream.id: 0})
    messages = [(content, buffers[0]) for content, buffers in line.run(0.06 * (rows // 5_000 + 3)) if buffers]
    snapshot = len(messages)
    for _ in range(steps):
        some = random.choice(rows, CHANGED, replace=False)
        last = np.round(random.uniform(10, 500, CHANGED), 2)
        names = [f"S{number:07d}" for number in some]
        board.upsert(pd.DataFrame({"symbol": names, "bid": last - 0.01, "ask": last + 0.01, "last": last}))
        messages += [(content, buffers[0]) for content, buffers in line.run(0.06) if buffers]
    assert len(messages) == snapshot + steps, (len(messages), snapshot, steps)
    with (folder / f"{rows}.bin").open("wb") as out:
        for content, data in messages:
            head = json.dumps(content).encode()
            out.write(struct.pack("<II", len(head), len(data)) + head + data)
    final = board.snapshot().columns["last"]
    return {
        "file": f"{rows}.bin", "stream": stream.id, "snapshot": snapshot, "rows": rows,
        "bytes": sum(len(data) for _, data in messages[snapshot:]) / steps,
        "best": np.sort(final)[::-1][:10].tolist(),
    }  # fmt: skip


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    """Serve a folder on loopback."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def measure(rows: int, steps: int, chromium: Chromium) -> dict[str, Any]:
    """Play a recording in a page of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = record(rows, steps, folder)
        (folder / "engine.js").write_bytes((parts.STATIC / "engine.js").read_bytes())
        (folder / "page.js").write_bytes((HERE / "page.js").read_bytes())
        (folder / "index.html").write_text('<!doctype html><body><div id="place" style="width:1200px"></div>')
        server = serve(folder)
        page = chromium.browser.new_page()
        try:
            page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
            page.add_script_tag(type="module", url="page.js")
            page.wait_for_function("() => window.play", timeout=30_000)
            page.set_default_timeout(300_000)
            return {**plan, **page.evaluate("plan => play(plan)", plan)}
        finally:
            page.close()
            server.shutdown()
            server.server_close()


def figures(steps: int = 300) -> list[Figure]:
    """Measure both sizes."""
    out = []
    with Chromium() as chromium:
        small = measure(100_000, steps, chromium)
        out += [
            Figure("G2", "100k x 12 sorted live, 200 rows a frame: JS p95", at(small["live"], 0.95), "ms", 12),
            Figure("G2", "  the same, p50", at(small["live"], 0.5), "ms"),
            Figure("G2", "  bytes of such a frame", small["bytes"], "B"),
            Figure("G2", "  order wrong after the run", small["wrong"], "rows", 0),
        ]
        large = measure(1_000_000, max(20, steps // 5), chromium)
        out += [
            Figure("G3", "1M x 12: scroll, JS p95", at(large["scroll"], 0.95), "ms", 12),
            Figure("G3", "1M x 12: filter (price > x), median", at(large["filter"], 0.5), "ms", 30),
            Figure("G3", "1M x 12: live re-sort, 200 rows, p95", at(large["live"], 0.95), "ms", 100),
            Figure("G3", "  first sort", large["sort"], "ms", 500),
            Figure("G3", "  text search over 1M names", at(large["search"], 0.5), "ms"),
            Figure("G3", "  order wrong after the run", large["wrong"], "rows", 0),
            Figure("G3", "  page's heap with buffers", large["heap"], "MB"),
        ]
    return out


if __name__ == "__main__":
    for figure in figures():
        print(figure)
