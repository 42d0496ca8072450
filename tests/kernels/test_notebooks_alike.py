"""Our equivalents of ib_async's eight example notebooks do the same with ibnb as with ib_async.

Each notebook of tests/compat/notebooks runs in real kernels, unchanged but for its first cell (import and address), at
a gateway of its own: same seed, same clock. What a cell tagged `compare` shows must be what it shows with ib_async, but
for fields that ib_async has not and for times of arrival; where it must not be, the cell's `differs` is a word of the
row in docs/compat.md that says why. The market stands still, except in cells tagged `live`; after one of these it goes
on to a moment that does not depend on how long the cell took.
"""

import dataclasses
import re
import threading
import time
from pathlib import Path

import ib_async
import nbformat
import pytest

import ibnb
from ibnb.sim import Gateway
from ibnb.sim.clock import parse_start

TESTS = Path(__file__).parents[1]
NOTEBOOKS = sorted((TESTS / "compat" / "notebooks").glob("*.ipynb"))
DIFFERENCES = (TESTS.parent / "docs" / "compat.md").read_text("utf-8")
OLDER, NEWER = "6.31.0", "7.4.0"
CELL_S = 40

START = parse_start("2026-03-03T15:00:00+00:00")  # a Tuesday, New York trades
STILL, LIVE = 1e-6, 10.0  # simulated seconds a second
STAGE_S = 600.0  # from the beginning of one live cell to that of the next


class StageClock:
    """As good as stands still (timers go on), but for live cells."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stage = 0
        self._turn(STILL)

    def _turn(self, speed: float) -> None:
        self.speed = speed
        self._since = time.monotonic()

    def now(self) -> float:
        """Return the simulated time in seconds since 1970 UTC."""
        with self._lock:
            passed = (time.monotonic() - self._since) * self.speed
            return START + self._stage * STAGE_S + min(passed, STAGE_S)

    def run(self) -> None:
        """Let time pass."""
        with self._lock:
            self._turn(LIVE)

    def stop(self) -> None:
        """Go to the next stage."""
        with self._lock:
            self._stage += 1
            self._turn(STILL)


def newer_fields():
    """The names of the fields that ib_async's records have not."""
    found = set()
    for name in ib_async.__all__:
        theirs, ours = getattr(ib_async, name), getattr(ibnb, name)
        if isinstance(theirs, type) and dataclasses.is_dataclass(theirs):
            known = {field.name for field in dataclasses.fields(theirs)}
            found |= {field.name for field in dataclasses.fields(ours)} - known
    return found


NEWER_FIELDS = re.compile(rf",?\s+\b({'|'.join(sorted(newer_fields()))})=('[^']*'|\[\]|[-+\w.]+)")
MODULE = re.compile(r"\b(ibnb|ib_async)(\.\w+)*\.(?=[A-Z])")
ARRIVAL = re.compile(r"TradeLogEntry\(time=datetime\.datetime\([^()]*(\([^()]*\)[^()]*)*\)")


def normal(text):
    """The text without newer fields, names of modules and times of arrival, on one line."""
    text = NEWER_FIELDS.sub("", MODULE.sub("", text)).replace("coupon=0.0", "coupon=0")  # protobuf knows but floats
    return " ".join(ARRIVAL.sub("TradeLogEntry(time=...", text).split())


@dataclasses.dataclass
class Compared:
    """What a cell gave."""

    source: str
    text: str
    differs: str  # a word of the row that says why it is not what ib_async gives


def cells_of(path, package, gateway):
    """The cells of a notebook for a package and a gateway."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells[0].metadata.tags == ["import"]
    cells[0].source = f"from {package} import *\n\nHOST, PORT = {gateway.host!r}, {gateway.port}"
    return cells


def executed(kernel, package, path):
    """Run all cells, each of which must end well; what those to be compared gave."""
    results = []
    clock = StageClock()
    with Gateway.start_thread(seed=7, clock=clock, step_s=0.02) as gateway:
        for cell in cells_of(path, package, gateway):
            tags = cell.metadata.get("tags", [])
            if "live" in tags:
                clock.run()
            outputs = kernel.display(cell.source, CELL_S)
            if "live" in tags:
                clock.stop()
                gateway.call(gateway.gateway.step)
            if "compare" in tags:
                text = [out["data"]["text/plain"] for out in outputs if out["type"] == "execute_result"]
                assert len(text) == 1, f"no result to compare:\n{cell.source}"
                results.append(Compared(cell.source, normal(text[0]), cell.metadata.get("differs", "")))
    return results


@pytest.mark.parametrize("ipykernel", [OLDER, NEWER])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_it_gives_with_ib_async(path, ipykernel, open_kernel):
    with open_kernel(ipykernel) as kernel:
        ours = executed(kernel, "ibnb", path)
    with open_kernel(ipykernel) as kernel:
        theirs = executed(kernel, "ib_async", path)
    assert len(ours) == len(theirs) >= 5
    for our, their in zip(ours, theirs):
        if our.differs:
            assert our.differs in DIFFERENCES
            assert our.text != their.text, f"this is no difference any more:\n{our.source}"
        else:
            assert our.text == their.text, our.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_all_cells_end_well_when_they_are_queued_at_once(path, open_kernel):
    """As by Run All."""
    with open_kernel(NEWER) as kernel, Gateway.start_thread(seed=7, speed=LIVE, start=START) as gateway:
        cells = cells_of(path, "ibnb", gateway)
        sent = [kernel.send(cell.source) for cell in cells]
        replies = []
        while len(replies) < len(sent):
            reply = kernel.next_reply(CELL_S)
            replies += [reply] * (reply[0] in sent)  # the kernel may greet late
    assert [cell for cell, _ in replies] == sent
    wrong = [(cell.source, reply) for cell, (_, reply) in zip(cells, replies) if reply["status"] != "ok"]
    assert wrong == []


def test_there_are_eight_notebooks():
    names = "bar_data basics contract_details market_depth option_chain ordering scanners tick_data"
    assert [path.stem for path in NOTEBOOKS] == names.split()


def test_what_is_left_out_of_the_comparison_and_what_is_not():
    entry = "TradeLogEntry(time=datetime.datetime(2026, 3, 3, tzinfo=datetime.timezone.utc), status='Filled')"
    assert normal(entry) == "TradeLogEntry(time=..., status='Filled')"
    assert normal(repr(ibnb.Option("SPX", "20260320", lastTradeDate="20260319"))) == repr(
        ib_async.Option("SPX", "20260320")
    )
    assert normal("<class 'ibnb.objects.Fill'> \n  1") == "<class 'Fill'> 1"
    for text in ("Stock(conId=1)", "datetime.datetime(2026, 3, 3)", "position=1.0", "[1.5, nan]"):
        assert normal(text) == text
