"""The quickstart in other hosts than JupyterLab, and in JupyterLab's full windowing mode.

What is shown is live there, stays live when it was out of sight, and comes from nowhere else.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from browser.notebook_browser import _PANEL, JupyterApp, write_notebook

from .conftest import Marimo

ROOT = Path(__file__).parent.parent.parent
QUICKSTART = ROOT / "notebooks" / "quickstart.ipynb"
pytestmark = pytest.mark.timeout(240)

# What the hosts themselves complain of; no line of ours is in it.
NOISE = {
    "notebook": r"reading 'schema'",  # Notebook 7.6.5, at its start
    # Voila 0.5.13 asks a CDN for its icons, and cannot load the extension of the Notebook that is installed beside it.
    "voila": r"fortawesome|ERR_NAME_NOT_RESOLVED|jupyter-notebook/lab-extension|reading 'processLuminoMessage'",
    "marimo": r"service worker",  # Playwright keeps service workers out
    "lab": r"reading 'processLuminoMessage'",  # JupyterLab 4.6, about a cell of its own that it has put away
}
TABLE, CHART = ".ibnb-view", ".ibnb-chart-host"
# Elements of a class wherever they are, in shadow roots too; and the words in them.
FIND = """([selector, index]) => {
  const found = [];
  const walk = root => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches(selector)) found.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found[index];
}"""
TEXT = f"""asked => {{
  const element = ({FIND})(asked);
  if (!element) return null;
  const part = element.shadowRoot?.querySelector('.body') ?? element.shadowRoot ?? element;
  return part.textContent;
}}"""
SHOW = f"asked => ({FIND})(asked)?.scrollIntoView({{block: 'center'}})"


def text(nb: Any, selector: str, index: int = 0) -> str:
    """Return the words of a view, nothing if there is none."""
    return nb.page.evaluate(TEXT, [selector, index]) or ""


def wait_for(nb: Any, selector: str, index: int, pattern: str, seconds: float = 40) -> str:
    """Wait until a view that is brought into sight shows words; return them."""
    seen = ""
    for _ in range(int(seconds * 5)):
        nb.page.evaluate(SHOW, [selector, index])
        seen = text(nb, selector, index)
        if re.search(pattern, seen):
            return seen
        nb.page.wait_for_timeout(200)
    raise AssertionError(f"{selector} number {index} shows {seen!r} and not {pattern!r} after {seconds} s")


def lives(nb: Any, selector: str, index: int, pattern: str, changes: int = 3, seconds: float = 30) -> None:
    """Wait until a view shows words, and these have changed some times."""
    seen = [wait_for(nb, selector, index, pattern)]
    for _ in range(int(seconds * 10)):
        if len(seen) > changes:
            return
        nb.page.wait_for_timeout(100)
        now = text(nb, selector, index)
        if now and now != seen[-1]:
            seen.append(now)
    raise AssertionError(f"{selector} number {index} changed {len(seen) - 1} times in {seconds} s: {seen[-1]!r}")


def clean(nb: Any, host: str) -> None:
    """Fail if a cell or a script has failed, or the page has leant on another machine."""
    told = [line for line in nb.console if line.startswith("error")]
    problems = [*nb.errors(), *nb.js_errors, *told, *(f"asked for {url}" for url in nb.external)]
    assert not [line for line in problems if not re.search(NOISE[host], line, re.IGNORECASE)], problems


@pytest.mark.parametrize("host", ["notebook", "voila"])
def test_the_quickstart_lives_in(host: str, start: Any, opened: Any) -> None:
    server = start(host)
    shutil.copy(QUICKSTART, server.notebook_dir / "quickstart.ipynb")
    nb = opened(server, "quickstart.ipynb")
    nb.run_all(timeout=60)
    wait_for(nb, CHART, 0, "EUR")
    lives(nb, CHART, 1, "AAPL")
    lives(nb, TABLE, 0, "AAPL.*EUR")
    wait_for(nb, TABLE, 1, "AAPL")  # positions
    clean(nb, host)


def test_tables_and_chart_live_in_marimo(opened: Any, tmp_path: Path) -> None:
    notebook = Path(shutil.copy(Path(__file__).parent / "quickstart_marimo.py", tmp_path))
    server = Marimo(notebook)
    try:
        nb = opened(server, notebook.name)
        lives(nb, TABLE, 0, "AAPL.*EUR")
        wait_for(nb, TABLE, 1, "AAPL")
        lives(nb, CHART, 0, "AAPL")
        lives(nb, TABLE, 0, "AAPL.*EUR")  # still, with three views beside each other
        clean(nb, "marimo")
    finally:
        server.stop()


def test_views_that_were_scrolled_away_in_full_windowing_mode_live_on(opened: Any, tmp_path: Path) -> None:
    settings = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "full"}}
    cells = [
        "%load_ext ibnb\n%ib demo --ticks-per-s 200",
        "%ib quotes AAPL MSFT",
        'live = %ib bars AAPL "1 D" "5 mins" --live --all-hours',
        *[f"print({n}, *range(60), sep='\\n')" for n in range(30)],
    ]
    write_notebook(tmp_path / "long.ipynb", *cells)
    with JupyterApp(tmp_path, settings=settings) as server:
        nb = opened(server, "long.ipynb")
        nb.run_all(timeout=60)

        def scroll(cell: int) -> None:
            for _ in range(3):  # heights are learnt on the way
                nb.page.evaluate(f"{_PANEL}.content.scrollToItem({cell}, 'start')")
                nb.page.wait_for_timeout(400)

        scroll(1)
        lives(nb, TABLE, 0, "AAPL.*MSFT")
        away = f"!document.querySelector('{TABLE}')?.checkVisibility()"
        for _ in range(2):
            scroll(len(cells) - 1)
            nb.wait_js(away, 10)
            nb.page.wait_for_timeout(2000)  # a shorter absence is overlooked
            scroll(1)
            lives(nb, TABLE, 0, "AAPL.*MSFT", changes=1)
            lives(nb, CHART, 0, "AAPL", changes=1)
        assert [len(nb.page.query_selector_all(view)) for view in (TABLE, CHART)] == [1, 1]
        clean(nb, "lab")
