"""Time the session on a stream of quotes, beside ib_async on the same bytes.

    python -m tests.session.bench [--messages N]

Prints the best of seven runs in microseconds a message: framing, decoding and a handler that does nothing. ib_async
gets the same chunks through its own framing and decoder, with a wrapper that does nothing.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from ibnb.contract import Contract
from ibnb.objects import BarData
from ibnb.order import Order, OrderState
from ibnb.wire import catalogue as m
from tests.session.support import SessionPair


def quotes(count: int) -> list[m.Message]:
    """Return level-1 ticks of 200 subscriptions, prices and sizes in turn."""
    rng, result = random.Random(1), []
    for k in range(count):
        req_id = rng.randrange(1, 200)
        if k % 2:
            price = round(100 + rng.random() * 10, 2)
            result.append(m.TickPrice(req_id, rng.choice((1, 2, 4)), price, float(rng.randrange(1, 900)), 0))
        else:
            result.append(m.TickSize(req_id, rng.choice((0, 3, 5, 8)), float(rng.randrange(1, 9000))))
    return result


def cut(stream: bytes, size: int, per_chunk: int) -> list[bytes]:
    """Cut a stream by bytes, or into chunks of so many whole messages."""
    if not per_chunk:
        return [stream[k : k + size] for k in range(0, len(stream), size)]
    edges, at, number = [0], 0, 0
    while at < len(stream):
        at += 4 + int.from_bytes(stream[at : at + 4], "big")
        number += 1
        if number % per_chunk == 0 or at == len(stream):
            edges.append(at)
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


def best(run: Callable[[], None], count: int) -> float:
    """Return the best of seven runs, in microseconds a message."""
    found = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        found.append((time.perf_counter() - start) / count * 1e6)
    return min(found)


def ours(messages: list[m.Message], version: int, size: int, per_chunk: int) -> tuple[float, list[bytes]]:
    """Time our session; return also the chunks."""
    pair = SessionPair(version)
    for cls in {type(message) for message in messages}:
        pair.client.route(cls, lambda *fields: None)
    for message in messages:
        pair.server.send(message)
    chunks = cut(pair.server.data_to_send(), size, per_chunk)

    def run() -> None:
        for chunk in chunks:
            pair.client.receive_data(chunk)

    took = best(run, len(messages))
    assert not pair.client.stats.decode_errors
    return took, chunks


def theirs(chunks: list[bytes], version: int, count: int) -> float:
    """Time ib_async on the same chunks."""
    import ib_async
    from ib_async.client import Client

    class Nothing:
        def __getattr__(self, name: str) -> Any:
            return lambda *args, **kwargs: None

    client = Client(ib_async.wrapper.Wrapper(ib_async.IB()))
    client._serverVersion = client.decoder.serverVersion = version
    nothing: Any = Nothing()
    nothing.ib = client.wrapper.ib
    nothing.defaults = client.wrapper.defaults
    client.wrapper = client.decoder.wrapper = nothing
    client.decoder.handlers = dict(type(client.decoder)(nothing, version).handlers.items())

    def run() -> None:
        for chunk in chunks:
            client._onSocketHasData(chunk)

    return best(run, count)


def others() -> Iterator[tuple[str, list[m.Message]]]:
    """Yield a few heavier messages."""
    order = Order(orderId=1, action="BUY", totalQuantity=100.0, orderType="LMT", lmtPrice=187.25, tif="GTC")
    contract = Contract(conId=265598, symbol="AAPL", secType="STK", exchange="SMART", currency="USD")
    yield "openOrder", [m.OpenOrder(order, contract, OrderState("Submitted"))] * 500
    yield "position", [m.Position("DU1", contract, 100.0, 150.5)] * 2000
    bars = [BarData("20240119 10:00:00 US/Eastern", 1.5, 2.0, 1.0, 1.75, 100.0, 1.6, 7)] * 10_000  # type: ignore[arg-type]
    yield "10,000 bars", [m.HistoricalData(1, bars=bars)]


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=40_000)
    count = parser.parse_args(argv).messages
    ticks = quotes(count)
    for version in (178, 200, 225):
        for size, per_chunk in ((1 << 18, 0), (0, 20)):
            took, chunks = ours(ticks, version, size, per_chunk)
            cuts = f"chunks of {per_chunk} messages" if per_chunk else f"chunks of {size >> 10} KiB"
            line = f"level-1 ticks, server {version}, {cuts}: {took:.3f} us"
            if version <= 178:
                line += f" (ib_async {theirs(chunks, version, count):.3f})"
            sys.stdout.write(line + "\n")
    for name, messages in others():
        for version in (178, 225):
            took, _ = ours(messages, version, 1 << 18, 0)
            sys.stdout.write(f"{name}, server {version}: {took:.2f} us\n")


if __name__ == "__main__":
    main()
