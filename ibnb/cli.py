"""The ``ibnb`` command: bars without a notebook, the simulated gateway, recording a session and playing it again.

Owns reading the command line, where bars go (screen, CSV, Parquet, HTML) and how a failure is told: one line and an
exit code, 2 for a wrong command line and 1 for one that could not be carried out.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ibnb import commands, symbols
from ibnb.commands import DEFAULT_BAR_SIZE, DEFAULT_DURATION, UsageProblem

if TYPE_CHECKING:
    from ibnb.ib import IB

__all__ = ["main"]

SUFFIXES = (".csv", ".parquet", ".html")


class Failure(Exception):
    """Something that could not be done, in one line, with what to do next."""


class _Parser(argparse.ArgumentParser):
    """Errors in one line: what is wrong, then where the choices are."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (default: the process's own); the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["gateway"]:
        from ibnb.sim.cli import main as gateway

        return gateway(words[1:]) or 0
    if words[:1] == ["replay"]:
        from ibnb.sim.replay import main as replay

        return replay(words[1:])
    arguments = _parser().parse_args(words)
    try:
        arguments.run(arguments)
    except Failure as failure:
        print(f"ibnb: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("ibnb: interrupted", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:  # the reader (head, less) has seen enough
        sys.stderr.close()
        return 0
    return 0


def _checked(convert: Any) -> Any:
    """A reader of `ibnb.commands` for argparse: its problem is the error text."""

    def read(text: str) -> Any:
        try:
            return convert(text)
        except UsageProblem as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return read


def _symbol(text: str) -> str:
    try:
        symbols.contract_for(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _target(text: str) -> Path:
    path = Path(text)
    if path.suffix not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text!r} must end in {', '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}; make it first")
    if path.suffix == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise argparse.ArgumentTypeError("Parquet needs pyarrow: pip install pyarrow, or write .csv")
    return path


def _parser() -> _Parser:
    from ibnb import __version__

    parser = _Parser(
        prog="ibnb",
        description="Interactive Brokers from the command line.",
        epilog="In a notebook: %load_ext ibnb, then %ib demo or %ib connect.",
    )
    parser.add_argument("--version", action="version", version=f"ibnb {__version__}")
    verbs = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    bars = verbs.add_parser(
        "bars",
        help="historical bars to the screen or a file",
        description="Historical bars to the screen, or to a file with --out.",
        epilog="example: ibnb bars EURUSD --duration '30 D' --bar-size '1 hour' --what MIDPOINT --demo --out f.html",
    )
    add = bars.add_argument
    add("symbol", type=_symbol, metavar="SYMBOL", help="AAPL, EURUSD, SPX, ES, ESZ6, VOD@LSE/GBP, STK:ES")
    add("--duration", type=_checked(commands.duration), default=DEFAULT_DURATION, metavar="'30 D'", help="how far back")
    add("--bar-size", type=_checked(commands.bar_size), default=DEFAULT_BAR_SIZE, metavar="'1 hour'", help="of one bar")
    add("--what", type=_checked(commands.what_to_show), metavar="KIND",
        help="TRADES, MIDPOINT, BID, ASK ... (default by the instrument)")  # fmt: skip
    add("--all-hours", action="store_true", help="outside regular trading hours too")
    add("--end", default="", metavar="TIME", help="last moment, as 20261231 or '20261231 16:00:00 US/Eastern'")
    add("--demo", action="store_true", help="ask a simulated gateway, which needs no account")
    add("--host", default="127.0.0.1", help="where TWS or IB Gateway runs (default 127.0.0.1)")
    add("--port", type=int, default=7497, help="TWS 7497 (paper) 7496 (live), Gateway 4002 (paper) 4001 (live)")
    add("--client-id", type=int, default=99, metavar="N", help="default 99; each connection needs its own")
    add("--timeout", type=float, default=60, metavar="S", help="seconds to wait for the bars (default 60)")
    add("--out", type=_target, metavar="FILE", help="f.csv, f.parquet or f.html (chart and table in one page)")
    bars.set_defaults(run=_bars)
    _add_record(verbs)

    # Their own parsers read the rest; these entries are for the list of commands.
    verbs.add_parser("gateway", help="run the simulated gateway (ibnb gateway --help)", add_help=False)
    verbs.add_parser("replay", help="serve a recording (ibnb replay --help)", add_help=False)
    return parser


def _add_record(verbs: Any) -> None:
    record = verbs.add_parser(
        "record",
        help="write a session to a file that can be replayed",
        description="Connect read-only and write every message of both directions to a file, until Ctrl-C.",
        epilog="example: ibnb record --port 4002 --out session.ibrec --seconds 60 --quotes AAPL EURUSD",
    )
    add = record.add_argument
    add("--out", type=Path, required=True, metavar="FILE", help="where to; a file that exists is replaced")
    add("--seconds", type=float, metavar="N", help="how long (default: until Ctrl-C)")
    add("--quotes", type=_symbol, nargs="+", default=[], metavar="SYMBOL", help="subscribe to these quotes")
    add("--no-mask", action="store_true", help="leave account numbers as they are")
    add("--demo", action="store_true", help="record a simulated gateway, which needs no account")
    add("--host", default="127.0.0.1", help="where TWS or IB Gateway runs (default 127.0.0.1)")
    add("--port", type=int, default=7497, help="TWS 7497 (paper) 7496 (live), Gateway 4002 (paper) 4001 (live)")
    add("--client-id", type=int, default=99, metavar="N", help="default 99; each connection needs its own")
    record.set_defaults(run=_record)


def _record(arguments: argparse.Namespace) -> None:
    import ibnb

    ib = ibnb.IB()
    try:
        recorder = ib.record(arguments.out, mask=not arguments.no_mask)
    except OSError as error:
        raise Failure(f"{arguments.out} cannot be written: {error.strerror}") from error
    try:
        with recorder:
            _connect(arguments, ib)
            for symbol in arguments.quotes:
                ib.reqMktData(symbols.resolve(ib, symbol))
            end = time.monotonic() + (arguments.seconds or math.inf)
            while ib.isConnected() and recorder.is_running and (left := end - time.monotonic()) > 0:
                ib.sleep(min(left, 0.2))
    except (ValueError, ConnectionError, TimeoutError, _ibnb_error()) as error:
        raise Failure(str(error)) from error
    except KeyboardInterrupt:
        pass  # the usual end
    finally:
        ib.disconnect()
    ended = f"; it ended by itself: {recorder.reason}" if recorder.reason else ""
    print(f"{recorder.frames} messages written to {arguments.out}{ended}")  # noqa: T201


def _bars(arguments: argparse.Namespace) -> None:
    ib = _connect(arguments)
    try:
        contract = symbols.resolve(ib, arguments.symbol)
        bars = ib.reqHistoricalData(
            contract,
            arguments.end,
            arguments.duration,
            arguments.bar_size,
            arguments.what or symbols.default_what(contract),
            not arguments.all_hours,
            timeout=arguments.timeout,
        )
        _write(bars, f"{arguments.symbol} {arguments.bar_size}", arguments.out)
    except (ValueError, ConnectionError, TimeoutError, _ibnb_error()) as error:
        raise Failure(str(error)) from error
    finally:
        ib.disconnect()


def _ibnb_error() -> type[Exception]:
    from ibnb.errors import IbnbError

    return IbnbError


def _connect(arguments: argparse.Namespace, ib: IB | None = None) -> IB:
    import ibnb

    ibnb.IB.RaiseRequestErrors = True
    if arguments.demo:
        return ibnb.demo() if ib is None else ibnb.demo(ib=ib)
    ib = ibnb.IB() if ib is None else ib
    where = f"{arguments.host}:{arguments.port}"
    try:
        ib.connect(arguments.host, arguments.port, clientId=arguments.client_id, readonly=True)
    except ConnectionRefusedError:
        raise Failure(
            f"nothing listens at {where}; start TWS or IB Gateway and enable its API (Configuration, API, Settings), "
            "name another --port, or use --demo"
        ) from None
    except (OSError, TimeoutError, _ibnb_error()) as error:
        raise Failure(f"no connection to {where}: {str(error) or type(error).__name__}") from error
    return ib


def _write(bars: Any, title: str, out: Path | None) -> None:
    import pandas as pd

    from ibnb import util

    frame = util.df(bars) if bars else None
    if frame is None:
        raise Failure("the gateway has no such bars; try another --duration or --what")
    if out is None:
        with pd.option_context("display.max_rows", 60, "display.width", 160, "display.max_columns", None):
            print(frame)  # noqa: T201
        return
    if out.suffix == ".csv":
        frame.to_csv(out, index=False)
    elif out.suffix == ".parquet":
        frame.to_parquet(out, index=False)
    else:
        out.write_text(_page(bars, frame, title), encoding="utf-8")
    print(f"{len(frame)} bars written to {out}")  # noqa: T201


def _page(bars: Any, frame: Any, title: str) -> str:
    """One HTML page that needs no network: the chart, then the table."""
    import html

    figure = bars.chart().figure
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        "<style>body{font:14px system-ui,sans-serif;margin:1.5rem;color-scheme:light}"
        "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
        "td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #8884}</style></head>\n"
        f"<body><h1>{html.escape(title)}</h1>\n{figure.to_html(full_html=False, include_plotlyjs=True)}\n"
        f"{frame.to_html(index=False, border=0)}\n</body></html>\n"
    )
