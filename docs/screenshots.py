"""Take the README's pictures: the quickstart in a real JupyterLab, light and dark.

    python docs/screenshots.py [CHROMIUM]        writes docs/images/quickstart-{light,dark}.png
"""

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from notebook_browser import Chromium, JupyterApp  # noqa: E402

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# The cells worth a picture: live chart and quotes, without the text around them.
HIDE = """
.jp-MarkdownCell, .jp-Cell:not(.ibnb-shown) { display: none !important; }
.jp-Toolbar, .jp-NotebookPanel-toolbar, #jp-top-panel, #jp-menu-panel, .jp-SideBar, #jp-bottom-panel,
.lm-DockPanel-tabBar, #jp-left-stack, .jp-Notebook-footer { display: none !important; }
"""
SHOWN = ("%ib bars AAPL", "%ib quotes")


def take(theme: str, target: Path, chromium_path: str) -> None:
    """One picture."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "notebooks" / "quickstart.ipynb", folder)
        settings = {"@jupyterlab/apputils-extension/themes": {"theme": THEMES[theme]}}
        with JupyterApp(folder, settings=settings) as server, Chromium(chromium_path, (1180, 900)) as chromium:
            page = chromium.open(server, "quickstart.ipynb")
            page.run_all(timeout=120)
            page.page.evaluate(
                """words => { for (const cell of document.querySelectorAll('.jp-Cell'))
                     cell.classList.toggle('ibnb-shown', words.some(w => cell.innerText.includes(w))); }""",
                list(SHOWN),
            )
            page.page.add_style_tag(content=HIDE)
            page.page.wait_for_timeout(4000)
            page.check()
            target.parent.mkdir(parents=True, exist_ok=True)
            page.page.screenshot(path=str(target))


if __name__ == "__main__":
    for name in THEMES:
        take(name, ROOT / "docs" / "images" / f"quickstart-{name}.png", *sys.argv[1:2] or ["/usr/bin/chromium"])
