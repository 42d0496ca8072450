"""What recording costs a client: processor time at a steady rate of quotes, with and without; the gateway runs in a
process of its own. `python -m tests.sim.record_cost --rate 5000`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ibnb


def measure(port: int, seconds: float, path: Path | None) -> tuple[float, float]:
    """Messages a second, and processor seconds a second of this process, over some seconds of quotes."""
    ib = ibnb.IB()
    recorder = ib.record(path) if path is not None else None
    ib.connect("127.0.0.1", port, clientId=1)
    for symbol in ("AAPL", "AMD", "MSFT", "TSLA"):
        ib.reqMktData(ibnb.Stock(symbol, "SMART", "USD"))
    ib.sleep(1)
    count, used, start = ib.client.connectionStats().numMsgRecv, time.process_time(), time.perf_counter()
    ib.sleep(seconds)
    used, passed = time.process_time() - used, time.perf_counter() - start
    count = ib.client.connectionStats().numMsgRecv - count
    if recorder is not None:
        recorder.stop()
    ib.disconnect()
    ib.sleep(0.3)
    return count / passed, used / passed


def main() -> None:
    """Measure in turns, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.record_cost", description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=5000.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=8.0)
    options = parser.parse_args()
    words = [sys.executable, "-m", "ibnb", "gateway", "--port", "0", "--ticks-per-s", str(options.rate)]
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(words, stdout=subprocess.PIPE) as gateway:
        assert gateway.stdout is not None
        port = int(gateway.stdout.readline().rpartition(b":")[2])
        try:
            for path in [None, Path(folder) / "cost.ibrec"] * 3:
                rate, share = measure(port, options.seconds, path)
                what = "recording" if path is not None else "not recording"
                sys.stdout.write(f"{what:14} {rate:6.0f} messages/s  {100 * share:5.2f} % of one core\n")
                sys.stdout.flush()
        finally:
            gateway.terminate()


if __name__ == "__main__":
    main()
