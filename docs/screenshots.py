"""Take the README's pictures: the quickstart in a real JupyterLab, light and dark.

`python docs/screenshots.py [CHROMIUM]` writes docs/images/quickstart-{light,dark}.png.
"""

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from notebook_browser import Chromium, JupyterApp  # noqa: E402

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
FIRST_CELL = "%ib bars AAPL"  # at the top of the picture


def take(theme: str, target: Path, chromium_path: str) -> None:
    """One picture."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "notebooks" / "quickstart.ipynb", folder)
        settings = {"@jupyterlab/apputils-extension/themes": {"theme": THEMES[theme]}}
        with JupyterApp(folder, settings=settings) as server, Chromium(chromium_path, (1100, 1040)) as chromium:
            page = chromium.open(server, "quickstart.ipynb")
            page.run_all(timeout=120)
            page.page.evaluate(
                """words => {
                     window.jupyterapp.shell.collapseLeft();
                     const cells = [...document.querySelectorAll('.jp-Cell')];
                     window.__top = cells.find(cell => cell.innerText.includes(words));
                     document.activeElement.blur(); }""",
                FIRST_CELL,
            )
            for _ in range(4):  # views take their height when they come into sight
                page.page.wait_for_timeout(1000)
                page.page.evaluate("window.__top.scrollIntoView({block: 'start'})")
            page.page.wait_for_timeout(3000)
            page.check()
            target.parent.mkdir(parents=True, exist_ok=True)
            page.page.screenshot(path=str(target))


if __name__ == "__main__":
    for name in THEMES:
        take(name, ROOT / "docs" / "images" / f"quickstart-{name}.png", *sys.argv[1:2] or ["/usr/bin/chromium"])
