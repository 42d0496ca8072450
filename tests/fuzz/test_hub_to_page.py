"""Tables to a page over a line that drops, doubles and reorders: in the end the page has what Python has.

Python's board and encoder on one side, the page's link, decoder and store (in node) on the other.
`IBNB_FUZZ_OPS` is the number of packets (70,000 are a million operations on rows); the seed is printed on failure, and
`IBNB_FUZZ_SEED` repeats it.
"""

from __future__ import annotations

import base64
import json
import math
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from widgets.hub_support import Line

from ibnb.tables.user import table
from ibnb.widgets import pages

ROOT = Path(__file__).parents[2]

OPS = int(os.environ.get("IBNB_FUZZ_OPS", "2000"))
SEED = int(os.environ.get("IBNB_FUZZ_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


class Peer:
    """The page, in node."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", str(ROOT / "tests" / "fuzz" / "peer.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.out: list[dict[str, Any]] = []

    def tell(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the page's process ended"
        answer: dict[str, Any] = json.loads(line)
        self.out += answer["sent"]
        return answer

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        assert self.process.wait(10) == 0
        self.process.stdout.close()


class BadLine:
    """Carries messages both ways; some are lost, doubled, or overtaken."""

    def __init__(self, line: Line, peer: Peer, rng: random.Random) -> None:
        self.line, self.peer, self.rng = line, peer, rng
        self.bad = True
        self.to_page: list[Any] = []
        self.to_kernel: list[Any] = []
        self.delivered = 0

    def _mangle(self, queue: list[Any], new: list[Any]) -> None:
        for item in new:
            luck = self.rng.random() if self.bad else 1.0
            if luck < 0.04:
                continue
            queue.append(item)
            if luck < 0.08:
                queue.append(item)
            if luck < 0.14 and len(queue) > 1:
                queue.insert(self.rng.randrange(len(queue)), queue.pop())

    def carry(self, seconds: float) -> None:
        self.line.timers.run(seconds)
        self._mangle(self.to_page, self.line.take())
        while self.to_page and (not self.bad or self.rng.random() < 0.9):
            content, buffers = self.to_page.pop(0)
            self.peer.tell(message=[content, base64.b64encode(buffers[0]).decode() if buffers else None])
            self.delivered += 1
        self.peer.tell(now=self.line.timers.now * 1000)
        self._mangle(self.to_kernel, self.peer.out)
        self.peer.out = []
        while self.to_kernel:
            content = self.to_kernel.pop(0)
            self.line.board.receive("link", content)


def keyed() -> Any:
    frame = pd.DataFrame({"symbol": pd.Series([], dtype="str"), "venue": pd.Series([], dtype="str"), "last": [0.0][:0]})
    frame["size"] = pd.Series([], dtype="int64")
    frame["halted"] = pd.Series([], dtype="boolean")
    frame["time"] = pd.Series([], dtype="datetime64[ns, UTC]")
    return table(frame, key="symbol", name="keyed")


def growing() -> Any:
    return table(pd.DataFrame({"text": pd.Series([], dtype="str"), "price": [0.0][:0]}), name="growing", cap=150)


def move_keyed(t: Any, rng: random.Random) -> int:
    """Write, remove or clear rows; how many operations that was."""
    luck = rng.random()
    symbols = [f"S{rng.randrange(300)}" for _ in range(rng.randrange(1, 40))]
    if luck < 0.70:
        t.upsert([row(symbol, rng) for symbol in symbols])
        return len(symbols)
    if luck < 0.985:
        present = [symbol for symbol in set(symbols) if symbol in set(t.df.reset_index()["symbol"])]
        if present:
            t.delete(present)
        return len(present)
    t.clear()
    return 1


def row(symbol: str, rng: random.Random) -> dict[str, Any]:
    whole = {
        "symbol": symbol,
        "venue": rng.choice(["NYSE", "ISLAND", "ÆØÅ", "", None, "<b>&", f"V{rng.randrange(10**6)}"]),
        "last": rng.choice([rng.uniform(0, 1e6), 1.5, math.nan, -0.0, 1e300, 5e-324]),
        "size": rng.choice([0, -1, 2**31, 2**52, rng.randrange(1000), None]),
        "halted": rng.choice([True, False, None]),
        "time": rng.choice([pd.NaT, pd.Timestamp(rng.randrange(10**9), unit="s", tz="UTC")]),
    }
    return {name: value for name, value in whole.items() if name == "symbol" or rng.random() < 0.6}


def move_growing(t: Any, rng: random.Random) -> int:
    rows = [{"text": f"t{rng.randrange(30)}", "price": rng.random()} for _ in range(rng.randrange(1, 20))]
    t.append(rows)
    return len(rows)


def expected(t: Any) -> list[list[Any]]:
    snapshot = t.snapshot()
    columns = []
    for column in t.schema():
        raw = snapshot.columns[column["name"]]
        if column["kind"] == "str":
            strings = snapshot.dictionary[column["name"]]
            columns.append([strings[code] if code else None for code in raw.tolist()])
        elif column["kind"] == "bool":
            columns.append([None if value == 255 else value == 1 for value in raw.tolist()])
        elif column["kind"] == "f8":
            columns.append([None if value != value else value for value in raw.tolist()])
        else:
            scale = 1e6 if column["kind"] == "time" else 1
            columns.append([None if value == -(2**63) else value / scale for value in raw.tolist()])
    return [list(cells) for cells in zip(*columns)]


def same(a: Any, b: Any) -> bool:
    return a == b or (isinstance(a, float) and isinstance(b, int | float) and np.isclose(a, b, rtol=0, atol=1e-3))


def check(peer: Peer, stream: int, t: Any, seed: int) -> None:
    dump = peer.tell(dump=stream)["dump"]
    want = expected(t)
    where = f"table {t.name}, seed {seed}, {dump['stats']}"
    assert dump["ready"], where
    assert dump["slots"] == t.snapshot().slots.tolist(), where
    assert len(dump["rows"]) == len(want), where
    for ours, theirs in zip(want, dump["rows"], strict=True):
        assert all(map(same, ours, theirs)), f"{ours} != {theirs}, {where}"
    assert dump["dense"] == (dump["slots"] == list(range(dump["length"]))), where


@pytest.fixture
def peer():
    peer = Peer()
    yield peer
    peer.close()


def test_a_page_on_a_bad_line_ends_with_what_python_has(peer, monkeypatch):
    monkeypatch.setattr(pages, "MESSAGE_BYTES", 1000)  # so that snapshots come in several chunks
    rng = random.Random(SEED)
    line = Line()
    wire = BadLine(line, peer, rng)
    tables = [(keyed(), move_keyed), (growing(), move_growing)]
    streams = [line.board.add(t) for t, _ in tables]
    peer.tell(now=line.timers.now * 1000)
    for stream in streams:
        peer.tell(want=[stream.id, True])
    shown = [True, True]
    moved = 0
    for op in range(OPS):
        t, move = tables[rng.random() < 0.3]
        moved += move(t, rng)
        if rng.random() < 0.5:
            wire.carry(rng.choice([0.01, 0.05, 0.1, 0.5]))
        if rng.random() < 0.01:
            which = rng.randrange(2)
            shown[which] = not shown[which]
            peer.tell(want=[streams[which].id, shown[which]])
        if rng.random() < 0.004:
            peer.tell(hidden=True)
            wire.carry(rng.choice([0.5, 2.0]))
            peer.tell(hidden=False)
        if op % 500 == 499:
            settle(wire, shown, streams)
            for (other, _), stream in zip(tables, streams):
                check(peer, stream.id, other, SEED)
            wire.bad = True
    sys.stdout.write(f"\n{moved} operations on rows\n")
    assert wire.delivered > OPS / 20 and peer.tell(dump=streams[0].id)["dump"]["stats"]["gaps"] > OPS / 500


def settle(wire: BadLine, shown: list[bool], streams: list[Any]) -> None:
    """Mend the line, and give both sides the time that they may take."""
    wire.bad = False
    for which, on in enumerate(shown):
        if not on:
            wire.peer.tell(want=[streams[which].id, True])
            shown[which] = True
    for _ in range(120):
        wire.carry(0.5)
