"""Other hosts than JupyterLab, in Chromium: Notebook 7, Voila and marimo run from an environment of their own.

`make hosts` makes it (install.py); without it the tests are left out, and the report's header says so.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.notebook_browser import CHROMIUM, Chromium, JupyterApp, _answers, chromium, free_port

__all__ = ["chromium"]

ROOT = Path(__file__).parent.parent.parent
PYTHON = ROOT / "build" / "hosts" / "bin" / "python"


def pytest_report_header() -> str:
    """Tell what is missing, if something is."""
    return "" if PYTHON.exists() else "hosts: `make hosts` installs them"


def pytest_collection_modifyitems(items: list[Any]) -> None:
    missing = [name for name in (CHROMIUM, str(PYTHON)) if not os.path.exists(name)]
    for item in items:
        if missing and "tests/hosts" in item.nodeid:
            item.add_marker(pytest.mark.skip(reason=f"{missing[0]} is not there"))


class HostApp(JupyterApp):
    """A Jupyter front end of the hosts' environment, its kernels too."""

    def __init__(self, folder: Path, app: str, **options: Any) -> None:
        super().__init__(folder, app=app, kernel_python=PYTHON, **options)

    def _command(self, port: int) -> list[str]:
        return [str(PYTHON), *super()._command(port)[1:]]


class Marimo:
    """`marimo run` of one notebook, on loopback; the part of JupyterApp's interface that a page needs."""

    app = "voila"  # for NotebookPage: it runs by itself, and has no cells to ask

    def __init__(self, notebook: Path) -> None:
        self.notebook = notebook
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JUPYTER_"))}
        env |= {"XDG_CONFIG_HOME": str(notebook.parent), "XDG_STATE_HOME": str(notebook.parent)}
        flags = ("--headless", "--no-token", "--host=127.0.0.1", f"--port={port}")
        with open(notebook.with_suffix(".log"), "wb") as log:
            self.process = subprocess.Popen(
                [PYTHON, "-m", "marimo", "-y", "run", *flags, notebook],
                cwd=notebook.parent, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        end = time.monotonic() + 60
        while not _answers(self.url + "/health"):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"marimo does not answer:\n{self.log()}")
            time.sleep(0.05)

    def page_url(self, _: str) -> str:
        """Return the address of the notebook."""
        return self.url

    def log(self) -> str:
        """Return what the server has printed so far."""
        return self.notebook.with_suffix(".log").read_text("utf-8", "replace")

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give `start(app, **options)`, which returns a running front end over a fresh folder."""
    running: list[HostApp] = []

    def started(app: str, **options: Any) -> HostApp:
        running.append(HostApp(tmp_path_factory.mktemp(app), app, **options).start())
        return running[-1]

    yield started
    for app in running:
        app.stop()


@pytest.fixture
def opened(chromium: Chromium, tmp_path: Path) -> Iterator[Any]:
    """Give `opened(server, notebook)`, which returns its page; it leaves a screenshot in the test's tmp_path."""
    pages: list[Any] = []

    def open_(server: Any, notebook: str) -> Any:
        pages.append(chromium.open(server, notebook))
        return pages[-1]

    yield open_
    for index, page in enumerate(pages):
        page.screenshot(tmp_path / f"page-{index}.png")
        page.close()
        chromium.pages.remove(page)
