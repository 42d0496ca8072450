"""Real kernels: started once each, driven over the kernel protocol.

``make kernels`` prepares the ipykernels and Pythons (install.py); without it only the installed ones are run, and the
report's header says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TIMEOUT_S = 60
COLOURS = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True)
class Variant:
    """One interpreter with one ipykernel."""

    name: str
    ipykernel: str
    python: str
    path: str = ""

    def environment(self) -> dict[str, str]:
        """For its processes."""
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "IPYTHON"))}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [self.path, str(ROOT)]))
        return env


def prepared() -> tuple[list[Variant], str]:
    """The variants, and what to tell about those that are not there."""
    listing = ROOT / "build" / "kernels" / "kernels.json"
    if not listing.exists():
        import ipykernel

        one = Variant(f"ipykernel-{ipykernel.__version__}", ipykernel.__version__, sys.executable)
        return [one], "`make kernels` adds other ipykernels and Pythons"
    found = json.loads(listing.read_text())
    missing = ", ".join(found["missing"])
    return [Variant(**kernel) for kernel in found["kernels"]], missing and f"no interpreter for Python {missing}"


VARIANTS, ABSENT = prepared()


def pytest_report_header() -> str:
    """Which kernels are run, and which could not be had."""
    return "kernels: " + "; ".join(filter(None, [", ".join(variant.name for variant in VARIANTS), ABSENT]))


class Kernel:
    """A running kernel and its client."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self.manager = KernelManager()
        argv = [variant.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager._kernel_spec = KernelSpec(argv=argv, display_name="Python", language="python")
        self.manager.start_kernel(env=variant.environment(), stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT_S)
        self.replies: dict[str, dict[str, Any]] = {}

    def stop(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def send(self, code: str) -> str:
        """Queue a cell; its id."""
        return self.client.execute(code, allow_stdin=False, stop_on_error=False)

    def next_reply(self, timeout: float = TIMEOUT_S) -> tuple[str, dict[str, Any]]:
        """The next reply of the shell: (id of the cell, content)."""
        message = self.client.get_shell_msg(timeout=timeout)
        return message["parent_header"]["msg_id"], message["content"]

    def outputs(self, cell: str, timeout: float = TIMEOUT_S) -> list[dict[str, Any]]:
        """What a cell sent to the page, up to its end."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != cell:
                continue
            content = message["content"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return found
            found.append({"type": message["msg_type"], **content})

    def display(self, code: str, timeout: float = TIMEOUT_S) -> list[dict[str, Any]]:
        """Run a cell to its end; what it sent to the page. Fails with the kernel's traceback."""
        cell = self.send(code)
        while (reply := self.next_reply(timeout))[0] != cell:
            pass
        outputs = self.outputs(cell)
        if reply[1]["status"] != "ok":
            told = next((out["traceback"] for out in outputs if out["type"] == "error"), [])
            complained = [out["text"] for out in outputs if out["type"] == "stream" and out["name"] == "stderr"]
            text = printed(outputs)
            raise AssertionError(COLOURS.sub("", "\n".join(["the cell failed:", code, text, *complained, *told])))
        return outputs

    def run(self, code: str, timeout: float = TIMEOUT_S) -> str:
        """Run a cell to its end; what it printed. Fails with the kernel's traceback."""
        return printed(self.display(code, timeout))

    def drain(self) -> None:
        """Forget what waits on the channels."""
        for channel in (self.client.get_shell_msg, self.client.get_iopub_msg):
            with contextlib.suppress(queue.Empty):
                while True:
                    channel(timeout=0.05)


def printed(outputs: list[dict[str, Any]]) -> str:
    """What went to the standard output."""
    return "".join(out["text"] for out in outputs if out["type"] == "stream" and out["name"] == "stdout")


@contextlib.contextmanager
def server(*command: str) -> Iterator[tuple[str, int]]:
    """A program that prints ``listening on HOST:PORT``; its address."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        host, _, port = line.removeprefix("listening on ").rpartition(":")
        assert port.isdigit(), f"{command} said {line!r}"
        yield host, int(port)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def gateway() -> Iterator[tuple[str, int]]:
    """The simulated gateway, in a process of its own."""
    with server("-m", "ibnb", "gateway", "--port", "0") as address:
        yield address


@pytest.fixture(scope="session")
def feed() -> Iterator[tuple[str, int]]:
    """2,000 numbered ticks a second (feed.py)."""
    with server(str(HERE / "feed.py"), "2000") as address:
        yield address


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: variant.name)
def kernel(request: pytest.FixtureRequest) -> Iterator[Kernel]:
    """A fresh kernel of each variant for each test module."""
    kernel = Kernel(request.param)
    try:
        yield kernel
    finally:
        kernel.stop()


@pytest.fixture(scope="session")
def open_kernel() -> Callable[[str], contextlib.AbstractContextManager[Kernel]]:
    """Start a fresh kernel of an ipykernel version for a `with`; skips when `make kernels` has not prepared it."""

    @contextlib.contextmanager
    def opened(ipykernel: str) -> Iterator[Kernel]:
        variant = next((one for one in VARIANTS if one.name == f"ipykernel-{ipykernel}"), None)
        if variant is None:
            pytest.skip(f"ipykernel {ipykernel} is not prepared; run `make kernels`")
        kernel = Kernel(variant)
        try:
            yield kernel
        finally:
            kernel.stop()

    return opened
