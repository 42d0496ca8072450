"""Four threads use one IB object under a flood: one reads tables, one subscribes, one requests, one blocks.

The flood is numbered (see `numbered.py`): whatever is lost, doubled or out of order shows. Events have to come in the
server's order, to the thread that has connected.

    python -m tests.compat.threads --seconds 60 --rate 5000
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import re
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ibnb.contract import Stock
from ibnb.ib import IB
from ibnb.order import LimitOrder

ROOT = Path(__file__).parents[2]
WAIT_S = 30


@contextlib.contextmanager
def flood(rate: float) -> Iterator[tuple[str, int]]:
    """Run the stand-in in a process of its own; give its address."""
    command = [sys.executable, "-m", "tests.compat.numbered", str(rate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            found = re.fullmatch(r"listening on (.+):(\d+)\n", process.stdout.readline())
            assert found, "the stand-in does not listen"
            yield found[1], int(found[2])
        finally:
            process.kill()


def stock(number: int) -> Stock:
    """A contract for each number."""
    return Stock(f"S{number}", "SMART", "USD", conId=10_000 + number)


def place_of(thread: threading.Thread) -> str:
    """Tell where a thread is."""
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)) if frame is not None else "it has ended"


class Load:
    """The four threads, and what they have seen."""

    def __init__(self, host: str, port: int) -> None:
        self.errors: list[BaseException] = []
        self.numbers: list[int] = []
        self.homes: set[int] = set()
        self.trades: dict[int, list[int]] = {}  # numbers of ticks, by contract
        self.is_over = threading.Event()
        self.reads = self.requests = self.subscriptions = 0
        self.ib = ib = IB()
        ib.client.MaxRequests = 0
        ib.RequestTimeout = 4 * WAIT_S
        ib.connect(host, port, clientId=1, timeout=WAIT_S)
        ib.execDetailsEvent += lambda trade, fill: self.note(fill.execution.price)
        ib.tickNewsEvent += lambda news: self.note(news.articleId)
        ib.errorEvent += lambda req_id, code, text, contract: self.note(text)
        ib.positionEvent += lambda position: self.note(position.avgCost)
        self.subscribe(0)
        self.ticks = ib.tables.ticks(stock(0))
        self.executions = ib.tables.executions
        self.trade = ib.placeOrder(stock(0), LimitOrder("BUY", 1e9, 1.0))

    def note(self, number: Any) -> None:
        """Take an event of the numbered rows."""
        self.numbers.append(int(number))
        self.homes.add(threading.get_ident())

    def subscribe(self, number: int) -> None:
        """Begin a stream, and gather its numbers."""
        gathered = self.trades[number] = []
        ticker = self.ib.reqTickByTickData(stock(number), "Last")

        def gather(ticker: Any) -> None:
            gathered.extend(int(tick.price) for tick in ticker.tickByTicks)

        ticker.updateEvent += gather

    # -- the threads

    def read(self) -> None:
        """Read tables: rows only become more, and none is missing in between."""
        seen = 0
        while not self.is_over.is_set():
            prices = self.executions.df["price"].to_numpy()
            assert len(prices) >= seen, "rows have gone"
            assert np.array_equal(np.sort(prices), np.arange(1, 4 * len(prices) + 1, 4)), "a row is missing"
            seen = len(prices)
            last = self.ticks.df["price"].to_numpy()
            assert (last[1:] - last[:-1] == 1).all(), "a tick is missing"
            for table in (self.ib.tables.positions, self.ib.tables.quotes, self.ib.tables.orders, self.ib.tables.log):
                assert table.df.index.is_unique
            self.reads += 1
            self.ib.sleep(0.01)

    def come_and_go(self) -> None:
        """Subscribe to one contract after another, and leave it."""
        for number in itertools.count(1):
            if self.is_over.is_set():
                return
            self.subscribe(number)
            self.ib.reqMktData(stock(number))
            gathered, until = self.trades[number], time.monotonic() + WAIT_S
            while len(gathered) < 5 and not self.is_over.is_set():
                assert time.monotonic() < until, f"subscription {number} gets nothing"
                self.ib.sleep(0.01)
            self.ib.cancelTickByTickData(stock(number), "Last")
            self.ib.cancelMktData(stock(number))
            self.subscriptions += 1

    def ask(self) -> None:
        """Ask for something, and get the answer to just that."""
        for number in itertools.count(100_000):
            if self.is_over.is_set():
                return
            (details,) = self.ib.reqContractDetails(stock(number))
            assert details.contract.conId == 10_000 + number
            assert self.ib.reqCurrentTime().timestamp() > 1_700_000_000
            self.requests += 2

    def run(self, seconds: float) -> dict[str, Any]:
        """Let the threads run, this one blocking; check what came; return figures."""
        threads = [
            threading.Thread(target=self.guarded, args=(work,)) for work in (self.read, self.come_and_go, self.ask)
        ]
        for thread in threads:
            thread.start()
        begin, cpu = time.monotonic(), time.process_time()
        while time.monotonic() - begin < seconds and not self.errors:
            self.ib.waitOnUpdate(0.5)
        self.is_over.set()
        for thread in threads:  # what has been sent before their last answers has to be taken in first
            thread.join(max(WAIT_S, seconds))
            assert not thread.is_alive(), f"a thread hangs:\n{place_of(thread)}"
        self.ib.client.cancelPositions()
        sent = json.loads(self.ib.reqUserInfo())
        took, cpu = sent["seconds"], time.process_time() - cpu
        self.ib.sleep(0.1)
        self.check(sent)
        return {
            "seconds": round(took, 1), "messages": sent["messages"], "messages/s": round(sent["messages"] / took),
            "cpu s": round(cpu, 1), "numbered events": len(self.numbers), "ticks": sum(map(len, self.trades.values())),
            "reads": self.reads, "requests": self.requests, "subscriptions": self.subscriptions,
        }  # fmt: skip

    def guarded(self, work: Callable[[], None]) -> None:
        """Keep what a thread raises."""
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            self.errors.append(error)

    def check(self, sent: dict[str, Any]) -> None:
        """Compare with what was sent."""
        if self.errors:
            raise self.errors[0]
        numbered = sent["numbered"]
        assert self.numbers == list(range(1, numbered + 1)), "events are lost, doubled or out of order"
        assert self.homes == {threading.get_ident()}, "events came to another thread"
        fills = list(range(1, numbered + 1, 4))
        assert [fill.execution.price for fill in self.trade.fills] == fills
        assert self.executions.df["price"].sort_values().to_list() == fills
        assert self.trades[0] == list(range(1, max(sent["ticks"].values()) + 1)), "ticks are lost"
        assert self.ticks.df["price"].to_list() == self.trades[0][-len(self.ticks) :]
        for gathered in self.trades.values():
            assert gathered == list(range(1, len(gathered) + 1)), "ticks are lost, doubled or out of order"
        outbox = self.ib.wrapper.outbox
        assert (outbox.dropped_ticks, outbox.dropped_events) == (0, 0)
        assert min(self.reads, self.requests, self.subscriptions) > 0

    def close(self) -> None:
        """Disconnect."""
        self.is_over.set()
        self.ib.disconnect()


def run(seconds: float, rate: float) -> dict[str, Any]:
    """Run it all; return figures, raise what went wrong."""
    with flood(rate) as (host, port):
        load = Load(host, port)
        try:
            return load.run(seconds)
        finally:
            load.close()


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.compat.threads", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=5000.0, help="messages a second")
    options = parser.parse_args()
    sys.stdout.write(f"{run(options.seconds, options.rate)}\n")


if __name__ == "__main__":
    main()
