"""Measure the tables: `python -m tests.tables.measure`. Best of several runs; figures depend on the machine."""

from __future__ import annotations

import random
import sys
import time
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ibnb.contract import Stock
from ibnb.tables import Column, Table
from ibnb.tables.bars import BarsTable
from ibnb.tables.views import QUOTES, bar_columns
from ibnb.ticker import Ticker


def best_us(run: Callable[[], object], number: int = 20) -> float:
    """Return the least time of a call, in us."""
    return min(timeit.repeat(run, number=number, repeat=7)) / number * 1e6


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")


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

    tell(f"df of 1,000 x 20, texts changed: {best_us(texts_changed):.0f} us")
    tell(f"df of 1,000 x 20, numbers changed: {best_us(numbers_changed):.0f} us")
    tell(f"df again at the same revision: {best_us(lambda: table.df):.0f} us")


def quotes(batch: int) -> None:
    tickers = [Ticker(contract=Stock(f"S{n}", "SMART", "USD", conId=n + 1)) for n in range(500)]
    table = Table("quotes", QUOTES.columns, key=QUOTES.key)
    table.upsert(enumerate(tickers))
    rng = random.Random(1)
    getters = total = 0.0
    for _ in range(10_000 // batch):
        rows = [(n, tickers[n]) for n in rng.sample(range(500), batch)]
        for _, ticker in rows:
            ticker.bid = ticker.last = rng.random()
            ticker.ask, ticker.volume, ticker.bidSize, ticker.askSize = ticker.bid + 0.01, rng.random(), 100.0, 200.0
        objects = [ticker for _, ticker in rows]
        start = time.perf_counter()
        for column in QUOTES.columns:
            list(map(column.get, objects))
        middle = time.perf_counter()
        table.upsert(rows)
        getters += middle - start
        total += time.perf_counter() - middle
    cell = 1e6 / (10_000 * len(QUOTES.columns))
    tell(
        f"10,000 quote rows by {batch}: {total * cell:.3f} us a cell, {(total - getters) * cell:.3f} beyond the getters"
    )
    last = table.revision
    one, many = best_us(lambda: table.delta(last - 1)), best_us(lambda: table.delta(last - 20))
    tell(f"  delta {one:.0f} us, of 20 packets {many:.0f} us")


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

    tell(f"a tick on {n:,} bars: {best_us(tick, 5):.0f} us")


if __name__ == "__main__":
    frames()
    for size in (500, 100, 10):
        quotes(size)
    for count in (1_000, 100_000, 1_000_000):
        bars(count)
