r"""Drive a live notebook in a real browser, for tests.

Starts a Jupyter front end on a free loopback port, opens a notebook in headless
Chromium, runs its cells, and lets a test wait for what a person would see: text in a
table, a chart, the effect of a button.  Three front ends share one interface:
JupyterLab (``app="lab"``), Notebook 7 (``"notebook"``) and Voila (``"voila"``).

    from browser.notebook_browser import Chromium, JupyterApp

    with JupyterApp(notebook_dir) as server, Chromium() as chromium:
        nb = chromium.open(server, "demo.ipynb")
        nb.run_all()
        nb.wait_text(".quotes .bid", r"\d")       # a regular expression
        nb.wait_changes(".quotes .bid", count=3)   # it is live
        nb.page.click("button:has-text('Cancel all')")  # nb.page: a Playwright page
        nb.screenshot("demo.png")
        nb.check()                                 # no cell error, JS error, or CDN use

conftest.py takes the pytest fixtures from here: ``jupyter_app`` and ``chromium`` (session
scope) and ``open_notebook`` (function scope).

Everything runs in a private temporary home: no user setting, kernel spec, workspace or
browser profile of the machine is read or changed.  The browser can reach loopback only;
what a page asked of any other host is in ``NotebookPage.external``.

It is one file, so that it can be taken elsewhere whole.

Needs: jupyterlab (or notebook, voila), ipykernel, playwright, and a system Chromium.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["Chromium", "JupyterApp", "NotebookPage", "chromium", "jupyter_app", "open_notebook"]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = (
    "--no-sandbox",  # needed as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # No name but loopback resolves, so nothing can lean on a CDN by accident.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--force-color-profile=srgb",
)
TIMEOUT = float(os.environ.get("NOTEBOOK_BROWSER_TIMEOUT", "60"))  # seconds

# JupyterLab settings that make a test repeatable.
SETTINGS: dict[str, dict[str, Any]] = {
    # Attach every cell to the DOM, also those out of view.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}

# The front ends' own troubles, which NotebookPage.check passes over.
NOISE = (
    r"^Cannot read properties of undefined \(reading 'schema'\)",  # Notebook 7.6.5
    r"^asked for https://cdn\.jsdelivr\.net/npm/@fortawesome/",  # Voila 0.5.13
)


def free_port() -> int:
    """A loopback TCP port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class JupyterApp:
    """A Jupyter front-end server on loopback, in a private home.

    notebook_dir   served folder, and the kernels' working folder
    app            "lab", "notebook" or "voila"
    kernel_python  interpreter that runs the kernel, if not this one: this is how one
                   front end tests several Python or ipykernel versions
    settings       JupyterLab settings, {plugin id: {key: value}}, over SETTINGS
    env, args      additions to the server's environment and command line

    Use as a context manager, or call start() and stop().
    """

    def __init__(
        self,
        notebook_dir: str | os.PathLike[str],
        *,
        app: str = "lab",
        kernel_python: str | os.PathLike[str] | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        env: Mapping[str, str] | None = None,
        args: Sequence[str] = (),
    ) -> None:
        if app not in ("lab", "notebook", "voila"):
            raise ValueError(f"app {app!r} is not lab, notebook or voila")
        self.notebook_dir = Path(notebook_dir).resolve()
        self.app = app
        self.kernel_python = kernel_python
        self.settings = {**SETTINGS, **(settings or {})}
        self.extra_env = dict(env or {})
        self.args = tuple(args)
        self.url = ""
        self.home: Path | None = None
        self.process: subprocess.Popen[bytes] | None = None

    # -- life -----------------------------------------------------------------------
    def start(self, timeout: float = TIMEOUT) -> JupyterApp:
        self.home = Path(tempfile.mkdtemp(prefix="notebook-browser-"))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._write_settings()
        began = time.monotonic()
        with open(self.home / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                self._command(port),
                cwd=self.notebook_dir,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        probe = "/voila/static/" if self.app == "voila" else "/api/status"
        try:
            while not _answers(self.url + probe):
                if self.process.poll() is not None:
                    raise RuntimeError(f"server ended at start:\n{self.log()[-4000:]}")
                if time.monotonic() - began > timeout:
                    raise TimeoutError(f"no server after {timeout} s:\n{self.log()[-4000:]}")
                time.sleep(0.05)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, timeout: float = 10) -> None:
        """End the server and its kernels, and remove the private home."""
        process, self.process = self.process, None
        if process is not None:
            # SIGTERM lets the server shut its kernels down; the kill is for a server
            # that hangs (its kernels see their parent gone, and exit).
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> JupyterApp:
        return self.start() if self.process is None else self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def log(self) -> str:
        """What the server and its kernels have printed so far."""
        path = self.home and self.home / "server.log"
        return path.read_text("utf-8", "replace") if path and path.exists() else ""

    def page_url(self, notebook: str) -> str:
        """The address at which a person would open the notebook."""
        return (
            self.url
            + {
                # reset: ignore any saved workspace
                "lab": f"/lab/tree/{notebook}?reset",
                "notebook": f"/notebooks/{notebook}",
                "voila": f"/voila/render/{notebook}",
            }[self.app]
        )

    # -- parts ----------------------------------------------------------------------
    def _command(self, port: int) -> list[str]:
        if self.app == "voila":
            command = ["voila", str(self.notebook_dir), f"--port={port}", "--Voila.ip=127.0.0.1"]
        else:
            command = [
                "jupyterlab" if self.app == "lab" else "notebook",
                "--allow-root",
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                f"--ServerApp.root_dir={self.notebook_dir}",
                "--IdentityProvider.token=",  # safe: loopback only, and it dies with the test
                "--ServerApp.password=",
                "--ServerApp.disable_check_xsrf=True",
                "--expose-app-in-browser",  # window.jupyterapp, for NotebookPage
                "--LabApp.extension_manager=readonly",
            ]
        return [sys.executable, "-m", *command, "--no-browser", *self.args]

    def _environment(self) -> dict[str, str]:
        assert self.home is not None
        env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER_", "IPYTHON"))}
        env.update(
            JUPYTER_CONFIG_DIR=str(self.home / "config"),
            JUPYTER_DATA_DIR=str(self.home / "data"),
            JUPYTER_RUNTIME_DIR=str(self.home / "runtime"),
            JUPYTER_PATH=str(self.home / "path"),  # searched first, for kernel specs
            JUPYTERLAB_SETTINGS_DIR=str(self.home / "settings"),
            JUPYTERLAB_WORKSPACES_DIR=str(self.home / "workspaces"),
            IPYTHONDIR=str(self.home / "ipython"),
            PYDEVD_DISABLE_FILE_VALIDATION="1",
        )
        env.update(self.extra_env)
        return env

    def _write_settings(self) -> None:
        assert self.home is not None
        for plugin, values in self.settings.items():
            path = self.home / "settings" / (plugin + ".jupyterlab-settings")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        # No "Build Recommended" dialog, which a source extension (dash has one) brings up
        # and which then takes every click; no build check at each start either.
        page_config = self.home / "config" / "labconfig" / "page_config.json"
        page_config.parent.mkdir(parents=True)
        page_config.write_text('{"buildAvailable": false, "buildCheck": false}')
        kernel = self.home / "path" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        python = str(self.kernel_python or sys.executable)
        argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


# Runs in every page before its own scripts: counts WebSocket traffic and, on request,
# the gaps between animation frames, at no cost to speak of.
_INIT_SCRIPT = """
(() => {
  const net = window.__net = {received: 0, bytes: 0};
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({data}) => {
        net.received += 1;
        const size = typeof data === 'string' ? data.length : (data.byteLength ?? data.size ?? 0);
        net.bytes += size;
        net.sizes?.push(size); // whoever wants each size puts an array there
      });
    }
  };
  let gaps = null, last = 0;
  const frame = now => {
    if (!gaps) return;
    if (last) gaps.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  window.__frames = {
    start() { gaps = []; last = 0; requestAnimationFrame(frame); },
    stop() {
      // A page that was blocked has a gap still open.
      if (gaps && last && performance.now() - last > 34) gaps.push(performance.now() - last);
      const g = (gaps ?? []).sort((a, b) => a - b); gaps = null;
      const at = q => g.length ? g[Math.min(g.length - 1, Math.floor(q * g.length))] : NaN;
      const total = g.reduce((a, b) => a + b, 0);
      return {frames: g.length, fps: 1000 * g.length / total, p50: at(.5), p95: at(.95), p99: at(.99),
              max: at(1), over50ms: g.filter(x => x > 50).length,
              lagging: g.filter(x => x > 50).reduce((a, b) => a + b, 0) / total};
    },
  };
})();
"""

# The running notebook panel, in JupyterLab and in Notebook 7.
_PANEL = """(() => {
  const app = window.jupyterapp;
  return app && [app.shell.currentWidget, ...app.shell.widgets('main')]
    .find(w => w?.content?.model?.cells && w.sessionContext);
})()"""


class NotebookPage:
    """One open notebook.  ``page`` is the Playwright page, for everything else."""

    def __init__(self, page: Any, server: JupyterApp, notebook: str) -> None:
        self.page = page
        self.server = server
        self.notebook = notebook
        self.console: list[str] = []  # console errors and warnings
        self.js_errors: list[str] = []  # uncaught JavaScript exceptions
        self.external: list[str] = []  # requests to other hosts (they all fail)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.js_errors.append(str(error)))
        page.on("request", self._on_request)

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.console.append(f"{message.type}: {message.text}")

    def _on_request(self, request: Any) -> None:
        if not re.match(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:", request.url):
            self.external.append(request.url)

    # -- the notebook ---------------------------------------------------------------
    def load(self, timeout: float = TIMEOUT) -> NotebookPage:
        """Open the notebook and wait until it is shown and its kernel is idle."""
        self.page.goto(self.server.page_url(self.notebook), timeout=timeout * 1000)
        if self.server.app != "voila":  # Voila runs the cells while it loads the page
            self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=timeout * 1000)
            self.wait_js(f"{_PANEL}?.sessionContext?.session?.kernel?.status === 'idle'", timeout)
        return self

    def run_all(self, wait: bool = True, timeout: float = TIMEOUT) -> None:
        """Run all cells; with ``wait``, until the last of them has ended."""
        if self.server.app == "voila":
            return
        self.page.evaluate(
            """panel => { window.__run = 'running';
                 window.jupyterapp.shell.activateById(panel.id);
                 window.jupyterapp.commands.execute('notebook:run-all-cells')
                   .then(() => window.__run = 'ended', e => window.__run = 'failed: ' + e); }""",
            self.page.evaluate_handle(_PANEL),
        )
        if wait:
            self.wait_js("window.__run !== 'running'", timeout)

    def run_cell(self, index: int, wait: bool = True, timeout: float = TIMEOUT) -> None:
        """Run one cell, by its index in the notebook."""
        self.page.evaluate(
            """([panel, index]) => { window.__run = 'running';
                 window.jupyterapp.shell.activateById(panel.id);
                 panel.content.deselectAll(); panel.content.activeCellIndex = index;
                 window.jupyterapp.commands.execute('notebook:run-cell')
                   .then(() => window.__run = 'ended', e => window.__run = 'failed: ' + e); }""",
            [self.page.evaluate_handle(_PANEL), index],
        )
        if wait:
            self.wait_js("window.__run !== 'running'", timeout)

    def execute(self, code: str) -> str:
        """Run code in the notebook's kernel, beside its cells; what it printed.

        It waits its turn: while a cell is busy, it does not start.
        """
        status, text = self.page.evaluate(
            """async ([panel, code]) => {
                 const kernel = panel.sessionContext.session.kernel;
                 const future = kernel.requestExecute({code, store_history: false});
                 let text = '';
                 future.onIOPub = ({header, content}) => {
                   if (header.msg_type === 'stream') text += content.text;
                   if (header.msg_type === 'error') text += content.ename + ': ' + content.evalue;
                 };
                 return [(await future.done).content.status, text];
               }""",
            [self.page.evaluate_handle(_PANEL), code],
        )
        if status != "ok":
            raise RuntimeError(text)
        return text

    def outputs(self) -> list[list[dict[str, Any]]]:
        """The outputs of each cell, as nbformat dictionaries ([] for a text cell)."""
        if self.server.app == "voila":
            return []
        return self.page.evaluate(f"Array.from({_PANEL}.content.model.cells, c => c.outputs ? c.outputs.toJSON() : [])")

    def errors(self) -> list[str]:
        """Each cell error and each stderr text, in cell order."""
        found = []
        for index, outputs in enumerate(self.outputs()):
            for output in outputs:
                if output["output_type"] == "error":
                    found.append(f"cell {index}: {output['ename']}: {output['evalue']}")
                elif output.get("name") == "stderr":
                    text = output["text"]
                    found.append(f"cell {index}: stderr: {text if isinstance(text, str) else ''.join(text)}")
        return found

    def check(self, ignore: Sequence[str] = NOISE) -> None:
        """Fail if a cell or a script failed, or if the page leaned on another host."""
        problems = self.errors() + self.js_errors + [f"asked for {url}" for url in self.external]
        problems = [p for p in problems if not any(re.search(pattern, p) for pattern in ignore)]
        assert not problems, "\n".join(problems)

    # -- waiting --------------------------------------------------------------------
    def wait_js(self, expression: str, timeout: float = TIMEOUT) -> Any:
        """Wait until a JavaScript expression is true; its value."""
        handle = self.page.wait_for_function(f"() => ({expression})", timeout=timeout * 1000, polling=50)
        return handle.json_value()

    def text(self, selector: str) -> str | None:
        """The text of the first such element (HTML or SVG), None if there is none."""
        found = self.page.query_selector(selector)  # looks into shadow roots too
        return None if found is None else found.evaluate("e => e.innerText ?? e.textContent")

    def wait_text(self, selector: str, pattern: str, timeout: float = TIMEOUT) -> str:
        """Wait until the first such element's text matches the pattern; the text."""
        deadline, seen = time.monotonic() + timeout, None
        while time.monotonic() < deadline:
            seen = self.text(selector)
            if seen is not None and re.search(pattern, seen):
                return seen
            self.page.wait_for_timeout(50)  # not time.sleep: Playwright must keep running
        raise AssertionError(f"{selector}: {seen!r} does not match {pattern!r} after {timeout} s")

    def wait_changes(self, selector: str, count: int = 3, timeout: float = TIMEOUT) -> list[str]:
        """Wait until the element has shown ``count`` further texts; all of them."""
        seen = [self.wait_text(selector, "", timeout)]
        deadline = time.monotonic() + timeout
        while len(seen) <= count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{selector} showed only {seen} in {timeout} s")
            self.page.wait_for_timeout(20)
            text = self.text(selector)
            if text is not None and text != seen[-1]:
                seen.append(text)
        return seen

    # -- measuring ------------------------------------------------------------------
    def measure(self, seconds: float) -> dict[str, float]:
        """Frame gaps (ms) and WebSocket traffic over a time span."""
        before = self.page.evaluate("__frames.start(), {...__net}")
        began = time.monotonic()
        self.page.wait_for_timeout(seconds * 1000)
        frames, after = self.page.evaluate("[__frames.stop(), {...__net}]")
        took = time.monotonic() - began
        return {
            **frames,
            "seconds": took,
            "messages_per_s": (after["received"] - before["received"]) / took,
            "bytes_per_s": (after["bytes"] - before["bytes"]) / took,
        }

    def screenshot(self, path: str | os.PathLike[str], selector: str | None = None) -> Path:
        """A PNG of the window, or of one element (scrolled into view)."""
        target = self.page.locator(selector).first if selector else self.page
        target.screenshot(path=str(path), animations="disabled", timeout=TIMEOUT * 1000)
        return Path(path)

    def close(self) -> None:
        """Close the page and shut its kernel down."""
        if self.server.app != "voila":
            with contextlib.suppress(Exception):
                self.page.evaluate(f"{_PANEL}?.sessionContext?.shutdown()")
        self.page.context.close()


class Chromium:
    """Headless Chromium; each notebook opens in a context (profile) of its own."""

    def __init__(self, executable: str = CHROMIUM, viewport: tuple[int, int] = (1280, 1000)):
        self.executable = executable
        self.viewport = {"width": viewport[0], "height": viewport[1]}
        self.pages: list[NotebookPage] = []
        self._playwright: Any = None
        self.browser: Any = None

    def __enter__(self) -> Chromium:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        try:
            self.browser = self._playwright.chromium.launch(
                executable_path=self.executable, headless=True, args=list(CHROMIUM_ARGS)
            )
        except BaseException:
            self._playwright.stop()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        for page in self.pages:
            with contextlib.suppress(Exception):
                page.close()
        self.browser.close()
        self._playwright.stop()

    def open(self, server: JupyterApp, notebook: str, timeout: float = TIMEOUT) -> NotebookPage:
        """Open a notebook (a path under the server's folder) in a new page."""
        context = self.browser.new_context(viewport=self.viewport, service_workers="block")
        context.add_init_script(_INIT_SCRIPT)
        page = NotebookPage(context.new_page(), server, notebook)
        self.pages.append(page)
        return page.load(timeout)


# -- pytest ---------------------------------------------------------------------------
try:
    import pytest
except ImportError:  # usable without pytest

    def _absent() -> None: ...

    jupyter_app = chromium = open_notebook = _absent
else:

    @pytest.fixture(scope="session")
    def jupyter_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterApp]:
        """JupyterLab for the whole test run, over a fresh folder.

        Override in conftest.py to test another front end or kernel interpreter.
        """
        with JupyterApp(tmp_path_factory.mktemp("notebooks")) as server:
            yield server

    @pytest.fixture(scope="session")
    def chromium() -> Iterator[Chromium]:
        with Chromium() as browser:
            yield browser

    @pytest.fixture
    def open_notebook(
        jupyter_app: JupyterApp, chromium: Chromium, tmp_path: Path, request: pytest.FixtureRequest
    ) -> Iterator[Callable[..., NotebookPage]]:
        """Give `open_notebook(source, ...)`, which returns a NotebookPage.

        One argument that names an .ipynb file opens a copy of it; otherwise each
        argument is the source of a code cell.  At the end of the test each page leaves a
        screenshot in the test's tmp_path and its kernel is shut down.
        """
        opened: list[NotebookPage] = []

        def open_(*source: str | os.PathLike[str]) -> NotebookPage:
            name = re.sub(r"\W+", "_", request.node.name) + f"_{len(opened)}.ipynb"
            target = jupyter_app.notebook_dir / name
            if len(source) == 1 and str(source[0]).endswith(".ipynb"):
                shutil.copy(source[0], target)
            else:
                write_notebook(target, *map(str, source))
            page = chromium.open(jupyter_app, name)
            opened.append(page)
            return page

        yield open_
        for index, page in enumerate(opened):
            with contextlib.suppress(Exception):
                page.screenshot(tmp_path / f"page-{index}.png")
            page.close()
            chromium.pages.remove(page)


def write_notebook(path: str | os.PathLike[str], *cells: str) -> Path:
    """Write a notebook of code cells."""
    import nbformat

    v4 = nbformat.v4
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    nbformat.write(notebook, path)
    return Path(path)
