"""The command `ibnb gateway`: run the simulated gateway until it is told to stop.

Owns options, their one-line errors (exit code 2 for a wrong command line, 1 for what could not be done), the ready
line and the signals.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

__all__ = ["main"]

_MIN, _MAX = 157, 225


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 (any free one) to 65535")
    return int(text)


def _version(text: str) -> int:
    if not text.isdigit() or not _MIN <= int(text) <= _MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no server version; give a number from {_MIN} to {_MAX}")
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="ibnb gateway", description="Run a simulated TWS gateway with a seeded market.")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen at (default %(default)s; others need --allow-remote)")
    add("--port", type=_port, default=4002, help="port, 0 for any free one (default %(default)s)")
    add("--server-version", type=_version, default=_MAX, metavar="N", help=f"{_MIN} to {_MAX} (default %(default)s)")
    add("--seed", type=_number, default=1, metavar="N", help="makes the market (default %(default)s)")
    add("--speed", type=_positive, default=1.0, metavar="X", help="simulated seconds per second (default 1)")
    add("--start", default="open", metavar="WHEN", help="simulated time to begin with: open, now, or ISO date-time")
    add(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of OHLCV files (SYMBOL.csv or SYMBOL.parquet) to serve as history",
    )
    add(
        "--ticks-per-s",
        type=_positive,
        metavar="N",
        help="level-1 messages a second for each client (default: as it moves)",
    )
    add("--account", action="append", metavar="NAME", help="account number; may be repeated (default DU1234567)")
    add("--pacing", action="store_true", help="enforce the limits on messages and history requests")
    add("--scenario", metavar="NAME", help="what goes wrong and when: nightly-restart, farms-down ..., or a file")
    add("--unsubscribed", action="append", metavar="NAME", help="no live data of a symbol, type or exchange, or all")
    add("--read-only", action="store_true", help="refuse orders")
    add("--allow-remote", action="store_true", help="listen at an address that other machines reach (no password!)")
    add("--verbose", action="store_true", help="log connections to the error stream")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: the process's own); return its exit code.

    Prints one line, `listening on HOST:PORT`, when clients may connect; ends on SIGINT and SIGTERM.
    """
    arguments = _parser().parse_args(argv)
    from ibnb.sim.server import is_loopback

    if not arguments.allow_remote and not is_loopback(arguments.host):
        return _fail(f"{arguments.host} may be reached by other machines; use 127.0.0.1, or add --allow-remote", 2)
    level = logging.INFO if arguments.verbose else logging.ERROR
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        return asyncio.run(_serve(arguments))
    except KeyboardInterrupt:
        return 0


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"ibnb gateway: {text}\n")
    return code


def ending() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set; with a loop running."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except (NotImplementedError, RuntimeError):  # Windows, or not the main thread
            with contextlib.suppress(ValueError):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    return ended


async def _serve(arguments: argparse.Namespace) -> int:
    from ibnb.sim.gateway import Gateway

    ended = ending()
    try:
        gateway = Gateway(
            arguments.server_version, arguments.seed, arguments.speed, arguments.data, start=arguments.start,
            accounts=arguments.account or ("DU1234567",), ticks_per_s=arguments.ticks_per_s, pacing=arguments.pacing,
            read_only=arguments.read_only, allow_remote=arguments.allow_remote,
            scenario=arguments.scenario, unsubscribed=arguments.unsubscribed or (),
        )  # fmt: skip
        port = await gateway.start(arguments.host, arguments.port)
    except ValueError as error:
        return _fail(str(error), 2)
    except OSError as error:
        reason = error.strerror or str(error)
        advice = "choose another --port, or 0 for any free one" if "in use" in str(error) else "check --host and --data"
        return _fail(f"cannot listen at {arguments.host}:{arguments.port}: {reason}; {advice}", 1)
    sys.stdout.write(f"listening on {arguments.host}:{port}\n")
    sys.stdout.flush()
    await ended.wait()
    await gateway.stop()
    return 0
