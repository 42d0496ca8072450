"""A recording replays to the same tables: a demo session is recorded, then played at 1x and at 100x to a client that
asks the same at the same moments of the recording. `python -m tests.sim.replay_check --seconds 300`.

Equal means equal frames: rows, order, dtypes and values, but for the moment at which something arrived here (`time` of
quotes and of orders) and for account numbers, which are masked in the recording.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import ibnb

ACCOUNT, MASKED = "DU7654321", "DU0000001"
ARRIVAL = {"quotes": ["time"], "orders": ["time"]}
KINDS = ("quotes", "positions", "portfolio", "account", "summary", "pnl", "orders", "executions")


def session(ib: ibnb.IB, seconds: float, until: Callable[[float], None]) -> dict[str, Any]:
    """What the client does: quotes, live bars, account, orders at a third and two thirds; the bar lists by name."""
    contracts = [ibnb.Stock(s, "SMART", "USD") for s in ("AAPL", "AMD", "MSFT")] + [ibnb.Forex("EURUSD")]
    ib.qualifyContracts(*contracts)
    for contract in contracts:
        ib.reqMktData(contract, "233")
    ib.reqAccountSummary()
    ib.reqPnL(ib.managedAccounts()[0])
    amd, euro = contracts[1], contracts[3]
    bars = {
        "live bars": ib.reqHistoricalData(euro, "", "1800 S", "5 secs", "MIDPOINT", True, keepUpToDate=True),
        "daily bars": ib.reqHistoricalData(amd, "", "30 D", "1 day", "TRADES", True),
    }
    until(seconds / 3)
    ib.placeOrder(amd, ibnb.MarketOrder("BUY", 25))
    resting = ib.placeOrder(euro, ibnb.LimitOrder("BUY", 20_000, 0.9))
    until(seconds / 2)
    resting.order.lmtPrice = 0.95
    ib.placeOrder(euro, resting.order)
    until(seconds * 2 / 3)
    ib.cancelOrder(resting.order)
    for order in ib.bracketOrder("SELL", 10, 900.0, 800.0, 950.0):
        ib.placeOrder(contracts[0], order)
    until(seconds)
    return bars


def frames(ib: ibnb.IB, bars: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The tables as they are, arrival times and real account numbers left out."""
    with ib.wrapper.lock:
        found = {kind: getattr(ib.tables, kind).df for kind in KINDS}
        found |= {name: ib.tables.bars(some).df for name, some in bars.items()}
    for kind, columns in ARRIVAL.items():
        found[kind] = found[kind].drop(columns=columns)
    return {kind: df.replace(ACCOUNT, MASKED) for kind, df in found.items()}


def record(path: Path, seconds: float, **options: Any) -> tuple[dict[str, pd.DataFrame], list[float]]:
    """Record a demo session; its last tables, and the moments at which the client did something."""
    ib, marks = ibnb.IB(), []
    recorder = ib.record(path)
    ibnb.demo(ib=ib, accounts=(ACCOUNT,), **options)
    start = recorder.seconds

    def until(moment: float) -> None:
        ib.sleep(max(start + moment - recorder.seconds, 0.0))
        marks.append(recorder.seconds)

    bars = session(ib, seconds, until)
    with ib.wrapper.lock:  # nothing comes between the end of the recording and the look at the tables
        recorder.stop()
        found = frames(ib, bars)
    ib.disconnect()
    return found, marks


def replay(path: Path, seconds: float, speed: float, marks: list[float], **options: Any) -> dict[str, pd.DataFrame]:
    """Play a recording to a client that asks the same; its last tables."""
    ib = ibnb.replay(path, speed, **options)
    left = iter(marks)

    def until(_: float) -> None:
        mark = next(left)
        while ib.gateway.position < mark and not ib.gateway.is_finished:
            ib.sleep(0.01)

    bars = session(ib, seconds, until)
    if not ib.gateway.wait(60 + 2 * seconds):
        raise TimeoutError(f"the replay stands at {ib.gateway.position:.1f} of {ib.gateway.duration:.1f} s")
    player = ib.gateway.replay.players[-1]
    while ib.client.conn.bytes_received < player.bytes_sent:
        ib.sleep(0.01)
    found = frames(ib, bars)
    ib.disconnect()
    if player.playback.skipped:
        raise AssertionError(f"{player.playback.skipped} frames were not asked for")
    return found


def differences(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> list[str]:
    """The tables that are not equal, with the first reason."""
    found = []
    for kind, frame in first.items():
        try:
            pd.testing.assert_frame_equal(frame, second[kind], check_exact=True)
        except AssertionError as error:
            found.append(f"{kind}: {error}")
    return found


def main(argv: list[str] | None = None) -> int:
    """Record, replay, compare; 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.replay_check", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the session")
    parser.add_argument("--server-version", type=int, default=225)
    parser.add_argument("--speeds", type=float, nargs="+", default=[1.0, 100.0])
    parser.add_argument("--file", type=Path, help="keep the recording here")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "session.ibrec"
        begin = time.monotonic()
        expected, marks = record(path, options.seconds, server_version=options.server_version)
        rows = ", ".join(f"{kind} {len(frame)}" for kind, frame in expected.items())
        say(f"recorded {path.stat().st_size:,} bytes in {time.monotonic() - begin:.1f} s; rows: {rows}")
        failed = False
        for speed in options.speeds:
            begin = time.monotonic()
            wrong = differences(expected, replay(path, options.seconds, speed, marks))
            say(f"{speed:g}x: {'DIFFERENT' if wrong else 'equal tables'} in {time.monotonic() - begin:.1f} s")
            for line in wrong:
                say(line)
            failed = failed or bool(wrong)
    return int(failed)


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
