"""The %ib magic in a real shell, over a connection made of paper."""

import atexit
import datetime as dt
from types import SimpleNamespace

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import ibnb
import ibnb.ib
from ibnb import commands, magic
from ibnb.api.trading import Trading
from ibnb.contract import Contract, ContractDetails
from ibnb.errors import RequestError


class Shown:
    """Something with a display of its own, as tables and bars have."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<shown {self.name}>"


class FakeIB:
    """Records what is asked of it."""

    RaiseRequestErrors = False
    refuses: tuple = ()

    def __init__(self):
        self.calls, self.connected = [], False
        names = "quotes positions portfolio account orders executions log"
        self.tables = SimpleNamespace(**{name: Shown(name) for name in names.split()})
        stats = SimpleNamespace(numMsgRecv=1234, numMsgSent=5, duration=60.0)
        self.client = SimpleNamespace(
            host="127.0.0.1",
            port=0,
            clientId=1,
            connectionStats=lambda: stats,
            serverVersion=lambda: 225,
            dataStatus=lambda: ("live", ""),
        )

    def connect(self, host, port, **options):
        self.calls.append(("connect", host, port, options))
        if port in self.refuses:
            raise ConnectionRefusedError(111, "Connect call failed")
        self.connected = True
        self.client.port, self.client.clientId = port, options["clientId"]

    def isConnected(self):
        return self.connected

    def disconnect(self):
        self.connected = False
        return "disconnected from 127.0.0.1"

    def managedAccounts(self):
        return ["DU1234567"]

    def tickers(self):
        return []

    openTrades = tickers

    def positions(self):
        return [SimpleNamespace(contract=Contract(symbol="ZZZ"))]

    def reqContractDetails(self, contract):
        if contract.symbol == "XXX":
            raise RequestError(3, 200, "No security definition has been found for the request")
        contract.conId = 1
        return [ContractDetails(contract=contract)]

    def reqHistoricalData(self, *arguments, **options):
        if arguments[0].symbol == "BAD":
            raise RequestError(4, 162, "Historical Market Data Service error message")
        self.calls.append(("bars", arguments[0].symbol, *arguments[1:], options))
        return Shown("bars")

    def reqMktData(self, contract, generic):
        self.calls.append(("quotes", contract.symbol, generic))
        return SimpleNamespace(time=dt.datetime.now(dt.UTC))

    def cancelMktData(self, contract):
        self.calls.append(("stop", contract.symbol))

    def reqMarketDataType(self, kind):
        self.calls.append(("type", kind))


@pytest.fixture
def shell(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell(config=config)
    monkeypatch.setattr(ibnb.ib, "IB", FakeIB)
    monkeypatch.setattr(ibnb, "IB", FakeIB)
    monkeypatch.setattr(ibnb, "demo", lambda **options: connected(**options))
    monkeypatch.setattr(FakeIB, "refuses", ())
    magic.load_ipython_extension(shell)
    yield shell
    magic.unload_ipython_extension(shell)
    atexit.unregister(shell.atexit_operations)


def connected(**options):
    ib = FakeIB()
    ib.connect("127.0.0.1", 40001, clientId=1)
    ib.calls = [("demo", options)]
    return ib


@pytest.fixture
def ib(shell, capsys):
    shell.run_cell("%ib demo").raise_error()
    capsys.readouterr()
    return shell.user_ns["ib"]


def run(shell, cell):
    result = shell.run_cell(cell)
    result.raise_error()
    return result.result


def told(shell, capsys, cell):
    """The usage error of a cell, which must be one line without a traceback."""
    capsys.readouterr()
    assert not shell.run_cell(cell).success
    text = capsys.readouterr().err
    assert text.startswith("UsageError: ")
    assert "Traceback" not in text
    return text


# -- connecting -------------------------------------------------------------------------------------------------


def test_demo_names_the_connection_and_tells_about_it(shell, capsys):
    run(shell, "%ib demo --seed 7 --server-version 178")
    assert shell.user_ns["ib"].calls == [("demo", {"seed": 7, "server_version": 178})]
    text = capsys.readouterr().out
    assert "connected to 127.0.0.1:40001 as client 1, server version 225" in text
    assert "DU*****67" in text
    assert "DU1234567" not in text


def test_connect_tries_the_paper_ports(shell, monkeypatch):
    monkeypatch.setattr(FakeIB, "refuses", (7497,))
    run(shell, "%ib connect --client-id 5")
    ports = [call[2] for call in shell.user_ns["ib"].calls]
    assert ports == [7497, 4002]
    assert shell.user_ns["ib"].client.clientId == 5


def test_connect_in_vain_says_what_to_look_at(shell, capsys, monkeypatch):
    monkeypatch.setattr(FakeIB, "refuses", (7497, 4002, 4001))
    text = told(shell, capsys, "%ib connect 10.0.0.1:4001")
    assert "no connection to 10.0.0.1:4001: nothing listens there" in text
    assert "Enable ActiveX and Socket Clients" in text
    assert "127.0.0.1:7497 or 127.0.0.1:4002" in told(shell, capsys, "%ib connect")
    assert "ib" not in shell.user_ns


def test_connecting_again_ends_the_first_connection(shell, ib):
    run(shell, "%ib connect 4002")
    assert not ib.connected
    assert shell.user_ns["ib"].connected


def test_a_connection_of_the_users_own_is_taken(shell, capsys):
    shell.user_ns["ib"] = connected()
    run(shell, "%ib status")
    assert "server version 225" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["bars AAPL", "quotes AAPL", "positions", "log"])
def test_without_a_connection_it_says_how_to_get_one(shell, capsys, verb):
    assert "not connected; `%ib demo` starts" in told(shell, capsys, f"%ib {verb}")


def test_status_and_disconnect_without_a_connection_are_no_errors(shell, capsys):
    run(shell, "%ib status\n%ib disconnect")
    assert capsys.readouterr().out.count("not connected") == 2


def test_disconnect_ends_it(shell, ib, capsys):
    run(shell, "%ib disconnect")
    assert "disconnected from" in capsys.readouterr().out
    assert not ib.connected


# -- bars and quotes --------------------------------------------------------------------------------------------


def test_bars_ask_with_defaults_that_suit_the_instrument(shell, ib):
    run(shell, "%ib bars EURUSD")
    run(shell, "%ib bars AAPL 5D 5m --live --all-hours")
    run(shell, "%ib bars AAPL --what bid --end 20261120")
    assert ib.calls[1:] == [
        ("bars", "EUR", "", "30 D", "1 hour", "MIDPOINT", True, {"keepUpToDate": False}),
        ("bars", "AAPL", "", "5 D", "5 mins", "TRADES", False, {"keepUpToDate": True}),
        ("bars", "AAPL", "20261120", "30 D", "1 hour", "BID", True, {"keepUpToDate": False}),
    ]


@pytest.mark.parametrize("options", ["--rth --all-hours", "--live --end 20261120"])
def test_bars_refuse_options_that_exclude_each_other(shell, ib, capsys, options):
    assert "exclude each other" in told(shell, capsys, f"%ib bars AAPL {options}")


def test_bars_of_an_unknown_symbol(shell, ib, capsys):
    assert "no instrument 'XXX'" in told(shell, capsys, "%ib bars XXX")


def test_an_error_of_the_gateway_is_told_without_a_traceback(shell, ib, capsys):
    assert "Historical Market Data Service" in told(shell, capsys, "%ib bars BAD")


def test_the_end_of_a_cell_is_shown_once_and_an_assignment_too(shell, ib, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr(magic, "display", shown.append)
    assert run(shell, "%ib bars EURUSD").name == "bars"
    assert shown == []  # IPython displays it
    assert "<shown bars>" in capsys.readouterr().out
    run(shell, "bars = %ib bars EURUSD")
    assert [thing.name for thing in shown] == ["bars"]
    assert shell.user_ns["bars"] is shown[0]
    run(shell, "%ib quotes AAPL\n%ib bars EURUSD")
    assert [thing.name for thing in shown] == ["bars", "quotes"]
    symbol = "AAPL"
    shell.user_ns["symbol"] = symbol
    run(shell, "%ib bars {symbol}")
    assert len(shown) == 2


def test_quotes_subscribe_each_symbol_once(shell, ib):
    assert run(shell, "%ib quotes AAPL eurusd").name == "quotes"
    run(shell, "%ib quotes EURUSD MSFT --generic 233 --delayed")
    run(shell, "%ib quotes")
    assert ib.calls[1:] == [("quotes", "AAPL", ""), ("quotes", "EUR", ""), ("type", 4), ("quotes", "MSFT", "233")]


def test_quotes_stop(shell, ib, capsys):
    run(shell, "%ib quotes AAPL MSFT SPY")
    run(shell, "%ib quotes aapl --stop")
    assert "no quotes of 'AAPL' to stop; streaming: MSFT, SPY" in told(shell, capsys, "%ib quotes AAPL --stop")
    run(shell, "%ib quotes --stop")
    assert [call[1] for call in ib.calls if call[0] == "stop"] == ["AAPL", "MSFT", "SPY"]


@pytest.mark.parametrize("name", ["positions", "portfolio", "account", "orders", "executions", "log"])
def test_a_table_by_name(shell, ib, name):
    assert run(shell, f"%ib {name}").name == name


# -- help, errors, completion -----------------------------------------------------------------------------------


def test_a_wrong_verb_is_told_with_the_choices(shell, capsys):
    assert "did you mean 'bars'? verbs: demo" in told(shell, capsys, "%ib barz")


def test_every_verb_has_what_it_does():
    assert all(callable(getattr(magic.IbMagics, f"do_{name}")) for name in commands.VERBS)


@pytest.mark.parametrize("cell", ["%ib bars?", "%ib bars ?", "%ib help bars", "# about bars\n%ib bars??"])
def test_help_about_a_verb(shell, capsys, cell):
    run(shell, cell)
    assert capsys.readouterr().out.strip() == commands.help_text("bars")


def test_help_about_all(shell, capsys):
    run(shell, "%ib")
    assert capsys.readouterr().out.strip() == commands.help_text()
    assert shell.find_line_magic("ib").__doc__ == commands.help_text()  # what `%ib?` shows


def offers(shell, text):
    with provisionalcompleter():
        return [completion.text for completion in shell.Completer.completions(text, len(text))]


def test_tab_completes_verbs_options_and_symbols(shell, ib):
    assert offers(shell, "%ib ba") == ["bars"]
    assert set(offers(shell, "%ib ")) == set(commands.VERBS)
    assert "EURUSD" in offers(shell, "%ib bars EU")
    assert "ZZZ" in offers(shell, "x = %ib quotes Z")
    assert offers(shell, "%ib bars EURUSD --li") == ["--live"]
    assert offers(shell, 'a = 1\n%ib bars EURUSD "30') == ['"30 D"']
    assert "bars" not in offers(shell, "print(ba")


# -- loading ----------------------------------------------------------------------------------------------------


def test_loading_makes_errors_raise_and_connections_read_only(shell):
    assert FakeIB.RaiseRequestErrors
    assert not Trading().enabled
    magic.unload_ipython_extension(shell)
    assert not FakeIB.RaiseRequestErrors
    assert Trading().enabled
    assert shell.find_line_magic("ib") is None
    assert not shell.Completer.custom_matchers
    assert magic.help_lines not in shell.input_transformers_cleanup


def test_loading_again_changes_nothing_more(shell, ib):
    for _ in range(3):
        magic.load_ipython_extension(shell)
    assert len(shell.Completer.custom_matchers) == 1
    assert shell.input_transformers_cleanup.count(magic.help_lines) == 1
    run(shell, "%ib bars EURUSD")
    magic.unload_ipython_extension(shell)
    assert not FakeIB.RaiseRequestErrors


def test_load_ext_and_reload_ext_work(shell):
    magic.unload_ipython_extension(shell)
    run(shell, "%load_ext ibnb\n%reload_ext ibnb")
    assert shell.find_line_magic("ib") is not None
    run(shell, "%unload_ext ibnb")
    assert shell.find_line_magic("ib") is None


def test_the_status_tells_of_stale_data(shell, capsys):
    shell.user_ns["ib"] = connected()
    run(shell, "%ib status")
    assert "stale" not in capsys.readouterr().out
    shell.user_ns["ib"].client.dataStatus = lambda: ("stale", "2103: market data farm usfarm is down")
    run(shell, "%ib status")
    assert "market data stale: 2103: market data farm usfarm is down" in capsys.readouterr().out
