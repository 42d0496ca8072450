"""A page that holds table views and nothing else: no Jupyter, no kernel, a strict Content-Security-Policy.

The engine's modules are served from their sources; a fake model stands for the widget and keeps what it is sent. Rows
are written straight into the page's store, as the decoder does. For tests of what a view does by itself, and to measure
it.
"""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data: blob:"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>tables</title>
<link rel="stylesheet" href="/page.css"></head><body><main><h1>Tables</h1><div id="views"></div></main>
<script type="module" src="/page.js"></script></body></html>"""
STYLE = """body{margin:12px;background:#fff;color:#1f2328;font:14px system-ui,sans-serif}h1{font-size:15px}
body.dark{background:#111417;color:#e6e8ea}"""
SCRIPT = (Path(__file__).parent / "table_page.js").read_text("utf-8")


class _Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        own = {"/": (PAGE, "text/html"), "/page.js": (SCRIPT, "text/javascript"), "/page.css": (STYLE, "text/css")}
        if self.path not in own:
            super().do_GET()
            return
        text, kind = own[self.path]
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        return str(ROOT / "ibnb" / "widgets" / path.lstrip("/"))

    def end_headers(self) -> None:
        # The page's own style sheet is a file, and those of the views are constructed: neither needs 'unsafe-inline'.
        self.send_header("Content-Security-Policy", f"{CSP}; style-src 'self'")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """Serve the page on a free port of loopback; its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


# Positions as TWS has them, some odd: text that is HTML, a missing value, two currencies.
BOOK_COLUMNS: list[dict[str, Any]] = [
    {"name": "symbol", "kind": "str", "key": True},
    {"name": "secType", "kind": "str"},
    {"name": "currency", "kind": "str"},
    {"name": "position", "kind": "f8", "format": "size"},
    {"name": "last", "kind": "f8", "format": "price", "tick": "minTick"},
    {"name": "minTick", "kind": "f8", "hidden": True},
    {"name": "marketValue", "kind": "f8", "format": "money", "unit": "currency"},
    {"name": "dailyPnL", "kind": "f8", "format": "money", "unit": "currency"},
    {"name": "changePct", "kind": "f8", "format": "percent"},
    {"name": "time", "kind": "time", "zone": "America/New_York"},
    {"name": "halted", "kind": "bool"},
    {"name": "~dailyPnL", "kind": "str", "hidden": True},
]


def book(rows: int = 60) -> list[dict[str, Any]]:
    """Rows for BOOK_COLUMNS."""
    kinds = ["STK", "OPT", "FUT", "CASH"]
    out = []
    for i in range(rows):
        pnl = ((i * 7919) % 2001 - 1000) * 1.25
        cash = i % 4 == 3
        price = 1.08125 + i / 1e5 if cash else 100 + i / 100
        out.append({
            "symbol": "<b onclick=x>E\u202eVIL</b>" if i == 3 else f"S{i:04d}",
            "secType": kinds[i % 4],
            "currency": ["EUR", "JPY"][i // 4 % 2] if cash else "USD",
            "position": (i % 9 - 4) * 100,
            "last": price,
            "minTick": 0.00005 if cash else 0.01,
            "marketValue": (i % 9 - 4) * 100 * (100 + i / 100),
            "dailyPnL": None if i == 5 else pnl,
            "changePct": pnl / 300,
            "time": 1772375400000 + i * 1000,
            "halted": i % 11 == 0,
            "~dailyPnL": "bad" if pnl < -1000 else "good" if pnl > 1000 else None,
        })  # fmt: skip
    return out


AGGREGATES = {"position": "sum", "marketValue": "sum", "dailyPnL": "sum"}


CELLS = """view => {
  const root = document.querySelectorAll('.ibnb-view')[view].shadowRoot;
  const heads = [...root.querySelectorAll('[role=columnheader]')].map(h => h.firstChild.textContent);
  const name = cell => heads[cell.getAttribute('aria-colindex') - 1];
  const read = row => Object.fromEntries([...row.children].map(c => [name(c), c.textContent]));
  const rows = [...root.querySelectorAll('.body .row')].filter(r => r.style.display !== 'none')
    .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'));
  return rows.map(r => ({...read(r), look: r.className}));
}"""


class Page:
    """The page, and what a test asks of it."""

    def __init__(self, page):
        self.page = page
        self.problems = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def table(self, rows=None, columns=BOOK_COLUMNS, **options):
        self.page.evaluate("([c, r, o]) => page.table(c, r, o)", [columns, book() if rows is None else rows, options])

    def show(self, **options):
        self.page.evaluate("o => page.show(o)", options)
        self.rest()

    def rest(self, ms=120):
        self.page.wait_for_timeout(ms)

    def rows(self, view=0):
        return self.page.evaluate(CELLS, view)

    def column(self, name, view=0):
        return [row.get(name) for row in self.rows(view)]

    def heads(self):
        return [
            h.split("(")[0].strip()
            for h in self.page.locator("[role=columnheader] > span:first-child").all_inner_texts()
        ]

    def change(self, *changes):
        self.page.evaluate("c => page.change(c)", list(changes))
        self.rest()

    def sent(self, name):
        return [m["data"] for m in self.page.evaluate("page.models[0].sent") if m.get("name") == name]

    def state(self):
        self.rest(450)
        return self.sent("state")[-1]["data"]

    def keys(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.rest(60)

    def count(self):
        return self.page.locator(".count").first.inner_text()

    def said(self):
        return self.page.locator(".said").first.text_content()


@pytest.fixture(scope="module")
def address():
    with served() as url:
        yield url


@pytest.fixture
def view(chromium, address):
    context = chromium.browser.new_context(viewport={"width": 1100, "height": 700}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    page = context.new_page()
    made = Page(page)
    page.goto(address)
    page.wait_for_function("window.page?.ready")
    yield made
    context.close()
    assert made.problems == []


def head(view, name):
    return view.page.locator(f"[role=columnheader]:has(> span:text-is('{name}'))")


def hover_rows(view, index=2):
    view.page.locator(".body .row").nth(index).hover()
    view.rest(60)
