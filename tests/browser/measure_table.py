"""Measure a table view's scripts in Chromium: live changes under a sort, scrolling, filtering, sorting anew.

`python tests/browser/measure_table.py` prints milliseconds of script time per frame for 1,000 x 12 with 10,000 changes
of cells a second, and for 100,000 and 1,000,000 rows with 200 rows changed per frame.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.notebook_browser import CHROMIUM, CHROMIUM_ARGS
from browser.table_page import served

SCRIPT = (Path(__file__).parent / "measure_table.js").read_text("utf-8").split("\n", 1)[1]
SIZES = ((1000, 56), (100_000, 200), (1_000_000, 200))


def main(seconds: float = 4) -> None:
    """Print one line for each size."""
    from playwright.sync_api import sync_playwright

    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGS))
        for rows, moved in SIZES:
            page = browser.new_page(viewport={"width": 1200, "height": 760})
            page.goto(url)
            page.wait_for_function("window.page?.ready")
            found = page.evaluate(SCRIPT, [rows, seconds, moved])
            times = {name: found[name] for name in ("live", "scroll", "filter", "sort")}
            texts = (f"{name} p50 {t['p50']} p95 {t['p95']}" for name, t in times.items())
            sys.stdout.write("   ".join([f"{rows:>9,} rows", *texts]) + "\n")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
