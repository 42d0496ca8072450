"""``%load_ext ibnb``: the ``%ib`` magic.

Owns what the verbs of `ibnb.commands` do in an IPython shell: the connection named ``ib`` in the user's namespace, what
is shown and what is returned, completion, and the settings that come with the extension (request errors raise, and a
connection is read-only). It holds no market logic: each verb is a call or two on `ibnb.IB`.
"""

from __future__ import annotations

import re
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.display import display

from ibnb import commands, symbols
from ibnb.commands import DEFAULT_BAR_SIZE, DEFAULT_DURATION, UsageProblem
from ibnb.errors import IbnbError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ibnb.ib import IB

__all__ = ["IbMagics", "load_ipython_extension", "unload_ipython_extension"]

PAPER_PORTS = (7497, 4002)
FIRST_QUOTES_S = 2.0
CONNECT_ADVICE = (
    "Is TWS or IB Gateway running and logged in, and 'Enable ActiveX and Socket Clients' ticked under Configuration, "
    "API, Settings? Ports: TWS 7497 (paper) 7496 (live), Gateway 4002 (paper) 4001 (live). `%ib demo` needs none."
)

_HELP_LINE = re.compile(r"^\s*%ib\s+(\w+)\s*\?{1,2}\s*$")
_LINE = re.compile(r"^\s*(?:[\w., ]+=\s*)?%ib(?:\s+(.*))?$", re.DOTALL)


@magics_class
class IbMagics(Magics):
    """The magic and its state in one shell."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.cell = ""
        self.subscribed: dict[str, Any] = {}  # spelling -> contract whose quotes stream

    # -- the magic ----------------------------------------------------------------------------------------------
    @line_magic
    def ib(self, line: str) -> Any:
        """Interactive Brokers from a cell; replaced by the help text at the end of this module."""
        try:
            command = commands.parse(line)
            verb: Callable[..., Any] = getattr(self, f"do_{command.verb.name}")
            shown = verb(**command.values)
        except (UsageProblem, IbnbError, ConnectionError, TimeoutError) as error:
            raise UsageError(str(error) or type(error).__name__) from error
        if shown is not None and not self.is_last_expression(line):
            display(shown)
        return shown

    def is_last_expression(self, line: str) -> bool:
        """Whether the cell ends in this very magic, unassigned: then IPython itself displays what is returned."""
        last = self.cell.rstrip().rpartition("\n")[2].strip()
        if not last.startswith("%ib"):
            return False
        return str(self.shell.var_expand(last[3:])).strip() == line.strip()

    # -- verbs --------------------------------------------------------------------------------------------------
    def do_help(self, verb: str = "") -> None:
        """Print the help."""
        print(commands.help_text(verb))  # noqa: T201  it is what the verb is for

    def do_demo(self, **options: Any) -> None:
        """Connect to a gateway of our own, in this process."""
        import ibnb

        self.leave()
        self.enter(ibnb.demo(**options))

    def do_connect(
        self, host_port: tuple[str, int] | None = None, client_id: int = 1, account: str = "", timeout: float = 10
    ) -> None:
        """Connect to TWS or IB Gateway."""
        import ibnb

        self.leave()
        ib = ibnb.IB()
        tried = [host_port] if host_port else [("127.0.0.1", port) for port in PAPER_PORTS]
        for host, port in tried:
            try:
                ib.connect(host, port, clientId=client_id, timeout=timeout, account=account)
            except (ConnectionRefusedError, OSError, TimeoutError) as error:
                if (host, port) != tried[-1]:
                    continue
                where = " or ".join(f"{host}:{port}" for host, port in tried)
                raise UsageProblem(f"no connection to {where}: {_words(error)}. {CONNECT_ADVICE}") from error
            break
        self.enter(ib)

    def do_status(self) -> None:
        """Print what is connected."""
        ib = self.connection(needed=False)
        print(status(ib) if ib is not None else "not connected; `%ib demo` or `%ib connect`")  # noqa: T201

    def do_disconnect(self) -> None:
        """End the connection; the last values stay in tables and bars."""
        text = self.leave()
        print(text or "not connected")  # noqa: T201

    def do_bars(
        self,
        symbol: str,
        duration: str = DEFAULT_DURATION,
        barsize: str = DEFAULT_BAR_SIZE,
        what: str = "",
        live: bool = False,
        rth: bool = False,
        all_hours: bool = False,
        end: str = "",
    ) -> Any:
        """Historical bars."""
        if rth and all_hours:
            raise UsageProblem("--rth and --all-hours exclude each other")
        if live and end:
            raise UsageProblem("--live and --end exclude each other: live bars end now")
        ib = self.connection()
        contract = self.contract(ib, symbol)
        return ib.reqHistoricalData(
            contract, end, duration, barsize, what or symbols.default_what(contract), not all_hours, keepUpToDate=live
        )

    def do_quotes(self, symbol: list[str], delayed: bool = False, generic: str = "", stop: bool = False) -> Any:
        """Stream quotes."""
        ib = self.connection()
        if stop:
            for name in symbol or list(self.subscribed):
                contract = self.subscribed.pop(name.upper(), None)
                if contract is None:
                    known = commands.choices(name, "streaming", self.subscribed)
                    raise UsageProblem(f"no quotes of {name!r} to stop{known}")
                ib.cancelMktData(contract)
            return None
        if delayed:
            ib.reqMarketDataType(4)  # delayed, and frozen when the market is closed
        fresh = []
        for name in symbol:
            if name.upper() not in self.subscribed:
                contract = self.contract(ib, name)
                fresh.append(ib.reqMktData(contract, generic))
                self.subscribed[name.upper()] = contract
        # What is shown first is also what a saved notebook keeps: give the first prices a moment.
        deadline = time.monotonic() + FIRST_QUOTES_S
        while any(ticker.time is None for ticker in fresh) and time.monotonic() < deadline:
            ib.sleep(0.05)
        return ib.tables.quotes

    def do_positions(self) -> Any:
        """The table of positions."""
        return self.connection().tables.positions

    def do_portfolio(self) -> Any:
        """The table of positions with their values."""
        return self.connection().tables.portfolio

    def do_account(self) -> Any:
        """The table of account values."""
        return self.connection().tables.account

    def do_orders(self) -> Any:
        """The table of orders."""
        return self.connection().tables.orders

    def do_executions(self) -> Any:
        """The table of executions."""
        return self.connection().tables.executions

    def do_log(self) -> Any:
        """The table of what the gateway said."""
        return self.connection().tables.log

    # -- the connection -----------------------------------------------------------------------------------------
    def connection(self, *, needed: bool = True) -> Any:
        """The user's ``ib``, whether the magic made it or the user did; None when absent and not ``needed``."""
        from ibnb.ib import IB

        ib = self.shell.user_ns.get("ib")
        if isinstance(ib, IB) and ib.isConnected():
            return ib
        if needed:
            raise UsageProblem("not connected; `%ib demo` starts a simulated gateway, `%ib connect` joins a real one")
        return None

    def enter(self, ib: IB) -> None:
        """Name a fresh connection ``ib`` and say what it is."""
        self.subscribed.clear()
        self.shell.push({"ib": ib})
        print(status(ib))  # noqa: T201

    def leave(self) -> str:
        """Disconnect ``ib`` where it is connected; what there is to say about it."""
        ib = self.connection(needed=False)
        self.subscribed.clear()
        return (ib.disconnect() or "disconnected") if ib is not None else ""

    def contract(self, ib: IB, name: str) -> Any:
        """The instrument meant by a spelling, as a usage problem where there is none."""
        try:
            return symbols.resolve(ib, name)
        except ValueError as error:
            raise UsageProblem(str(error)) from error

    # -- hooks of the shell -------------------------------------------------------------------------------------
    def remember_cell(self, info: Any) -> None:
        """Before a cell runs: its text, for `is_last_expression`."""
        self.cell = info.raw_cell or ""

    def known_symbols(self) -> list[str]:
        """Spellings to offer: the everyday ones and those in use."""
        ib = self.connection(needed=False)
        held = [position.contract.symbol for position in ib.positions()] if ib is not None else []
        return sorted({*symbols.known_symbols(), *held, *self.subscribed})


def _words(error: BaseException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, TimeoutError):
        return str(error) or "no answer in time"
    return str(error) or type(error).__name__


def status(ib: IB) -> str:
    """Some lines about a connection: where, which server version, how much came, what streams."""
    client = ib.client
    stats = client.connectionStats()
    accounts = ", ".join(_masked(account) for account in ib.managedAccounts())
    lines = [
        f"connected to {client.host}:{client.port} as client {client.clientId}, "
        f"server version {client.serverVersion()}",
        f"account {accounts or 'none'}",
        f"{stats.numMsgRecv:,} messages received, {stats.numMsgSent:,} sent, in {stats.duration:,.0f} s",
        f"{len(ib.tickers())} quotes, {len(ib.positions())} positions, {len(ib.openTrades())} open orders",
    ]
    state, why = client.dataStatus()
    if state != "live":
        lines.append(f"market data {state}: {why}")
    return "\n".join(lines)


def _masked(account: str) -> str:
    return account[:2] + "*" * max(0, len(account) - 4) + account[-2:] if len(account) > 4 else account


def help_lines(lines: list[str]) -> list[str]:
    """Input transformer: ``%ib bars?`` asks for the help of the verb."""
    return [f"%ib help {match[1]}\n" if (match := _HELP_LINE.match(line)) else line for line in lines]


def _matcher(magics: IbMagics) -> Callable[[CompletionContext], SimpleMatcherResult]:
    @context_matcher(identifier="ibnb")
    def ib_matcher(context: CompletionContext) -> SimpleMatcherResult:
        """Verbs, options and symbols after ``%ib``."""
        line = context.line_with_cursor[: context.cursor_position]
        match = _LINE.match(line)
        if match is None or (match[1] is None and not line.endswith(" ")):
            return {"completions": []}
        word, offers = commands.complete(match[1] or "", magics.known_symbols())
        return {
            "completions": [SimpleCompletion(text=offer, type="ibnb") for offer in offers],
            "matched_fragment": word,
            "suppress": True,
            "ordered": True,
        }

    return ib_matcher


IbMagics.ib.__doc__ = commands.help_text()

# What undoes the extension in each shell that has it.
_loaded: weakref.WeakKeyDictionary[InteractiveShell, Callable[[], None]] = weakref.WeakKeyDictionary()


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%ib``, make request errors raise and connections read-only. Loading twice changes nothing more."""
    from ibnb.api.trading import Trading
    from ibnb.ib import IB

    unload_ipython_extension(shell)
    magics = IbMagics(shell)
    matcher = _matcher(magics)
    before = IB.RaiseRequestErrors, Trading.read_only_default
    shell.register_magics(magics)
    shell.events.register("pre_run_cell", magics.remember_cell)
    shell.input_transformers_cleanup.append(help_lines)
    shell.Completer.custom_matchers.append(matcher)
    IB.RaiseRequestErrors = Trading.read_only_default = True

    def undo() -> None:
        shell.magics_manager.magics["line"].pop("ib", None)
        shell.events.unregister("pre_run_cell", magics.remember_cell)
        shell.input_transformers_cleanup.remove(help_lines)
        shell.Completer.custom_matchers.remove(matcher)
        IB.RaiseRequestErrors, Trading.read_only_default = before

    _loaded[shell] = undo


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take all of it back; connections stay as they are."""
    undo = _loaded.pop(shell, None)
    if undo is not None:
        undo()
