"""Measure the tables: `python -m tests.tables.measure`. CPU time, best of several runs; depends on the machine."""

from __future__ import annotations

import random
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ibnb.contract import Stock
from ibnb.tables import Column, Table, Tables
from ibnb.tables.bars import BarsTable
from ibnb.tables.views import bar_columns
from ibnb.wire import catalogue as m

sys.path.insert(0, str(Path(__file__).parent.parent))
from reducing import Reducing


def best_us(run: Callable[[], object], number: int = 20) -> float:
    """Return the least CPU time of a call, in us."""
    return min(timeit.repeat(run, number=number, repeat=9, timer=time.thread_time)) / number * 1e6


def tell(what: str, value: float, unit: str, goal: float | None = None) -> None:
    """Print a figure, beside its goal if it has one."""
    beside = "" if goal is None else f"   goal {goal:g} {unit}: {'met' if value <= goal else 'MISSED'}"
    sys.stdout.write(f"{what:<66}{value:>10.3g} {unit}{beside}\n")


def frames() -> None:
    columns = [Column(f"f{i}", "f8", float) for i in range(12)]
    columns += [Column(f"s{i}", "str", lambda n, i=i: f"S{int(n) % 10 ** (i % 4)}") for i in range(5)]
    columns += [Column("i", "i8", int), Column("b", "bool", lambda n: n > 3), Column("t", "time", pd.Timestamp)]
    table = Table("t", columns)
    table.upsert((n, n) for n in range(1000))

    def numbers_changed() -> None:
        table._frame = None
        _ = table.df

    def texts_changed() -> None:
        for cells in table._texts.values():
            cells.cache = (None, None)
        numbers_changed()

    tell("df of 1,000 x 20, all columns changed", best_us(texts_changed) / 1000, "ms", 0.5)
    tell("df of 1,000 x 20, numbers changed", best_us(numbers_changed) / 1000, "ms", 0.5)
    tell("df again at the same revision (a shallow copy)", best_us(lambda: table.df) / 1000, "ms", 0.05)


def quotes() -> None:
    """Apply 10,000 ticks of 500 contracts, decoded already, as a reader of the socket does.

    Packets of 50 ticks; the table takes over what changed every 50 ms of 10,000 ticks a second.
    """
    n, each = 500, 50
    best: list[tuple[float, float, int, int]] = []
    for seed in range(7):
        told = Reducing()
        store = told.store
        tables = Tables(store, lambda s, fn: None, lambda fn: fn())
        for reqId in range(n):
            store.start_ticker(reqId, Stock(f"S{reqId}", "SMART", "USD", conId=reqId + 1), "mktData")
        table = tables.quotes
        take = told.handlers[m.TickPrice]
        rng = random.Random(seed)
        ticks = [(rng.randrange(n), rng.choice((1, 2, 4)), round(100 + rng.random(), 2), 5.0, 0) for _ in range(10_000)]
        reducing = pulling = 0.0
        cells = written = 0
        for at in range(0, len(ticks), each):
            start = time.thread_time()
            store.begin_packet()
            for tick in ticks[at : at + each]:
                take(*tick)
            store.end_packet()
            reducing += time.thread_time() - start
            if (at + each) % 500 == 0:
                cells += len(store.watch("quotes")) * len(table.columns)
                before = table.revision
                start = time.thread_time()
                len(table)
                pulling += time.thread_time() - start
                written += sum(map(len, table.delta(before).changed.values()))
        best.append((reducing, pulling, cells, written))
    reducing, pulling, cells, written = min(best, key=lambda run: run[1])
    tell("10,000 quote ticks: their tickers, per tick", reducing / 10_000 * 1e6, "us")
    tell(f"10,000 quote ticks: their rows, {cells:,} cells, per cell", pulling / cells * 1e6, "us", 0.3)
    tell(f"  the same per cell that is another than before ({written:,})", pulling / written * 1e6, "us")
    last = table.revision
    tell("  delta of a packet", best_us(lambda: table.delta(last - 1)), "us")
    tell("  delta of 20 packets", best_us(lambda: table.delta(last - 20)), "us")


class Bars:
    """A million bars whose last one changes."""

    def __init__(self, n: int) -> None:
        self.version = 0
        names = ("open", "high", "low", "close", "volume", "average")
        self.values: dict[str, Any] = {name: np.random.default_rng(1).random(n) for name in names}
        self.values |= {"time": np.arange(n) * 60 * 10**9, "barCount": np.arange(n)}

    def columns(self) -> dict[str, Any]:
        return self.values

    def tick(self) -> None:
        self.version += 1
        self.values["close"][-1] = self.version


def bars(n: int) -> None:
    source = Bars(n)
    table = BarsTable("bars", source, bar_columns("US/Eastern", daily=False))
    assert len(table) == n

    def tick() -> None:
        source.tick()
        assert len(table) == n

    tell(f"a tick on {n:,} bars", best_us(tick, 5) / 1000, "ms")


if __name__ == "__main__":
    frames()
    quotes()
    for count in (1_000, 100_000, 1_000_000):
        bars(count)
