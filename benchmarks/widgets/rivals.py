"""The live table beside ipydatagrid, itables and perspective: the same data, browser, kernel and moments.

10,000 rows x 12 columns, sorted by `last` with the largest first; an update changes bid, ask and last of 200 rows. For
each library, by its own way of being updated:

    bytes of one tick      all that the page receives when one cell changes
    bytes of an update     the same for 200 rows
    page ms, kernel ms     CPU time of the page's main thread and of the kernel for an update
    right                  after an update, does the view show the ten largest, in order?

`make rivals` makes the environment (build/rivals) and runs it. The libraries take turns, `--rounds` times.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / "build" / "rivals"
LIBRARIES = ("ipydatagrid==1.4.0", "itables==2.9.1", "perspective-python==5.6.1")

DATA = """
import asyncio, os
import numpy as np, pandas as pd
N, CHANGED = 10_000, 200
rng = np.random.default_rng(1)
names = [f"S{i:05d}" for i in range(N)]
NUMBERS = ["bid", "ask", "last", "bidSize", "askSize", "volume", "open", "high", "low", "close", "pnl"]
df = pd.DataFrame({name: np.round(rng.uniform(10, 500, N), 2) for name in NUMBERS})
df.insert(0, "symbol", names)

def move(count):
    rows = rng.choice(N, count, replace=False)
    last = np.round(rng.uniform(10, 500, count), 2)
    df.loc[rows, "last"], df.loc[rows, "bid"], df.loc[rows, "ask"] = last, last - .01, last + .01
    return rows

def one():
    row = rng.choice(N, 1)
    df.loc[row, "last"] = np.round(rng.uniform(10, 500, 1), 2)
    return row

async def _run(count, gap, which):
    for _ in range(count):
        step(which())
        await asyncio.sleep(gap)

def run(count, gap, single):
    global task
    task = asyncio.get_event_loop().create_task(_run(count, gap, one if single else lambda: move(CHANGED)))
"""
CELLS = {
    "ibnb": """
import ibnb
table = ibnb.table(df, key="symbol", name="board")
def step(rows):
    table.upsert(df.loc[rows, ["symbol", "bid", "ask", "last"]])
table.view(sort="-last", height=400)
""",
    "perspective": """
import perspective
from perspective.widget import PerspectiveWidget
table = perspective.table(df, index="symbol")
def step(rows):
    table.update(df.loc[rows, ["symbol", "bid", "ask", "last"]])
PerspectiveWidget(table, plugin="Datagrid", sort=[["last", "desc"]])
""",
    "ipydatagrid": """
from ipydatagrid import DataGrid
grid = DataGrid(df, base_column_size=90)
grid.transform([{"type": "sort", "column": "last", "desc": True}])
def step(rows):
    grid.data = df
grid
""",
    "itables": """
import itables
from itables.widget import ITable
OPTIONS = dict(order=[[4, "desc"]], showIndex=True, maxBytes=0, scrollY="400px", paging=False, scrollCollapse=True)
grid = ITable(df, **OPTIONS)
def step(rows):
    grid.update(df, **OPTIONS)
grid
""",
}
# Cells that a canvas shows: by place, the last text drawn there.
CANVAS = """(() => {
  const native = CanvasRenderingContext2D.prototype.fillText;
  window.__drawn = new Map();
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const {e, f, d} = this.getTransform();
    const ratio = d || 1;
    __drawn.set(`${Math.round(e + x * ratio)},${Math.round(f + y * ratio)}`, String(text));
    return native.call(this, text, x, y, ...rest);
  };
})()"""
DEEP = """const all = (node, css) => [...node.querySelectorAll(css),
    ...[...node.querySelectorAll('*')].filter(e => e.shadowRoot).flatMap(e => all(e.shadowRoot, css))];
  const number = text => Number(text.replace(/[,\\s]/g, ''));
"""
# The `last` column as the page shows it, from the top.
READ = {
    "ibnb": """(() => { const root = document.querySelector('.ibnb-host .ibnb-view').shadowRoot;
        const index = [...root.querySelectorAll('[role=columnheader]')].find(h => h.textContent.startsWith('last'))
          .getAttribute('aria-colindex');
        return [...root.querySelectorAll('.body .row')].filter(r => r.style.display !== 'none')
          .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'))
          .map(r => number([...r.children].find(c => c.getAttribute('aria-colindex') === index).textContent)); })()""",
    "perspective": """(() => { const table = all(document, 'regular-table table')[0];
        const heads = [...table.querySelectorAll('thead tr')].map(r => [...r.children].map(c => c.textContent.trim()))
          .find(r => r.some(t => t.startsWith('last')));
        const index = heads.findIndex(t => t.startsWith('last'));
        return [...table.querySelectorAll('tbody tr')].map(r => number(r.children[index]?.textContent ?? '')); })()""",
    "ipydatagrid": """(() => { const cells = [...__drawn].map(([at, text]) => [...at.split(',').map(Number), text]);
        const [x] = cells.find(c => c[2].trim() === 'last') ?? [NaN];
        const near = cells.filter(c => Math.abs(c[0] - x) < 90 && /^[\\d.]+$/.test(c[2]) );
        const columns = new Map();
        for (const c of near) columns.set(c[0], [...(columns.get(c[0]) ?? []), c]);
        const mine = [...columns.values()].sort((a, b) => Math.abs(a[0][0] - x) - Math.abs(b[0][0] - x))[0] ?? [];
        return mine.sort((a, b) => a[1] - b[1]).map(c => number(c[2])); })()""",
    "itables": """(() => [...document.querySelectorAll('.jp-OutputArea tbody tr')].slice(0, 12)
        .map(r => number(r.children[4]?.textContent ?? '')))()""",
}


def measure(open_: Any, library: str, updates: int) -> dict[str, Any]:
    """One library in a notebook of its own."""
    from browser import gate_support as gate

    nb = open_(DATA, CELLS[library])
    nb.page.set_default_timeout(60_000)
    nb.run_cell(0)
    nb.page.evaluate(CANVAS)
    nb.run_cell(1)
    read = f"() => {{ {DEEP} return {READ[library]}; }}"
    for _ in range(100):
        nb.page.wait_for_timeout(200)
        try:
            nb.page.evaluate("document.querySelector('.jp-OutputArea-output')?.scrollIntoView({block: 'end'})")
            if len(nb.page.evaluate(read)) >= 10:
                break
        except Exception:  # noqa: BLE001  not there yet
            continue
    nb.page.wait_for_timeout(2500)
    session = nb.page.context.new_cdp_session(nb.page)
    session.send("Performance.enable")

    def spent() -> float:
        return next(
            m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"
        )

    pid = gate.kernel_pid(nb)
    nb.page.wait_for_timeout(500)

    def period(count: int, gap: float, single: bool) -> dict[str, float]:
        nb.execute(f"run({count}, {gap}, {single})" if count else "pass")
        nb.page.wait_for_timeout(30)
        before = spent(), gate.cpu(pid), nb.page.evaluate("__net.bytes")
        nb.page.wait_for_timeout(1000 * ((count or updates) * gap + 1.5))
        return {
            "page": spent() - before[0],
            "kernel": gate.cpu(pid) - before[1],
            "bytes": nb.page.evaluate("__net.bytes") - before[2],
        }

    idle = period(0, 0.7, False)
    ticks = period(5, 0.7, True)
    moved = period(updates, 0.7, False)
    right = 0
    for _ in range(5):
        nb.execute("run(1, 0, False)")
        nb.page.wait_for_timeout(2000)
        best = json.loads(nb.execute("print(df['last'].nlargest(8).round(2).tolist())"))
        shown = nb.page.evaluate(read)[:8]
        right += len(shown) == 8 and all(abs(a - b) < 0.006 for a, b in zip(best, shown, strict=True))
    return {
        "library": library,
        "tick_bytes": (ticks["bytes"] - idle["bytes"]) / 5,
        "update_bytes": (moved["bytes"] - idle["bytes"]) / updates,
        "page_ms": 1000 * (moved["page"] - idle["page"]) / updates,
        "kernel_ms": 1000 * (moved["kernel"] - idle["kernel"]) / updates,
        "right": right,
        "load": os.getloadavg()[0],
    }


def compare(rounds: int, updates: int) -> None:
    """Measure and print."""
    sys.path[:0] = [str(ROOT / "tests"), str(HERE)]
    from live import lab

    seen: dict[str, list[dict[str, Any]]] = {library: [] for library in CELLS}
    with lab() as open_:
        for number in range(rounds):
            for library in list(CELLS)[:: 1 if number % 2 == 0 else -1]:
                try:
                    seen[library].append(measure(open_, library, updates))
                    print(json.dumps(seen[library][-1]), flush=True)
                except Exception as error:  # noqa: BLE001  one that fails leaves the others
                    print(f"{library} failed: {str(error).splitlines()[0][:120]}", flush=True)
    print(f"{'':<12} {'bytes/tick':>11} {'bytes/update':>13} {'page ms':>9} {'kernel ms':>10} {'right':>7}   load")
    for library, rows in seen.items():
        if not rows:
            continue
        middle = {key: statistics.median(row[key] for row in rows) for key in rows[0] if key != "library"}
        right = f"{sum(row['right'] for row in rows)}/{5 * len(rows)}"
        print(
            f"{library:<12} {middle['tick_bytes']:>11,.0f} {middle['update_bytes']:>13,.0f} {middle['page_ms']:>9.1f} "
            f"{middle['kernel_ms']:>10.1f} {right:>7}   {middle['load']:.1f}"
        )
    path = ROOT / "build" / "rivals.jsonl"
    with path.open("a") as out:
        out.writelines(json.dumps(row) + "\n" for rows in seen.values() for row in rows)


def main() -> int:
    """Run in the environment that has the libraries; make it at first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--updates", type=int, default=15)
    args, _ = parser.parse_known_args()
    python = ENVIRONMENT / "bin" / "python"
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        if not (ENVIRONMENT / ".made").exists():
            print(f"installing {', '.join(LIBRARIES)} and JupyterLab into {ENVIRONMENT}", flush=True)
            with tempfile.TemporaryFile() as log:
                for command in (
                    [sys.executable, "-m", "venv", str(ENVIRONMENT)],
                    [str(python), "-m", "pip", "install", "--quiet", *LIBRARIES, "jupyterlab", "ipykernel",
                     "playwright", "psutil", "nbformat", "pyarrow", "-e", str(ROOT)],
                ):  # fmt: skip
                    subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT)
            (ENVIRONMENT / ".made").touch()
        return subprocess.run([str(python), __file__, *sys.argv[1:]], check=False).returncode
    compare(args.rounds, args.updates)
    return 0


if __name__ == "__main__":
    sys.exit(main())
