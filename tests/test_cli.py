"""The ibnb command, over a connection made of paper."""

import datetime as dt
import runpy
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

import ibnb
import ibnb.ib
from ibnb import cli
from ibnb.contract import ContractDetails
from ibnb.errors import RequestError, RequestTimeout
from ibnb.objects import BarData


class Bars(list):
    """Two bars with a chart."""

    def __init__(self):
        start = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
        super().__init__(
            BarData(start + dt.timedelta(hours=n), 1.1, 1.2, 1.0, 1.15 + n, 10.0 * n, 1.12, n) for n in range(2)
        )

    def chart(self):
        import plotly.graph_objects as go

        return SimpleNamespace(figure=go.Figure(go.Candlestick(open=[1.1], high=[1.2], low=[1.0], close=[1.15])))


class FakeIB:
    RaiseRequestErrors = False
    failure: Exception | None = None
    answer: list | None = None

    def __init__(self):
        self.calls = []
        FakeIB.last = self

    def connect(self, host, port, **options):
        self.calls.append(("connect", host, port, options))
        if port == 1:
            raise ConnectionRefusedError(111, "refused")
        if port == 2:
            raise TimeoutError

    def disconnect(self):
        self.calls.append(("disconnect",))

    def reqContractDetails(self, contract):
        return [] if contract.symbol == "XXX" else [ContractDetails(contract=contract)]

    def reqHistoricalData(self, contract, *arguments, **options):
        self.calls.append(("bars", contract.symbol, *arguments, options))
        if self.failure is not None:
            raise self.failure
        return Bars() if self.answer is None else self.answer


@pytest.fixture(autouse=True)
def _paper(monkeypatch):
    monkeypatch.setattr(ibnb.ib, "IB", FakeIB)
    monkeypatch.setattr(ibnb, "IB", FakeIB)
    monkeypatch.setattr(ibnb, "demo", FakeIB)
    monkeypatch.setattr(FakeIB, "failure", None)
    monkeypatch.setattr(FakeIB, "answer", None)
    monkeypatch.setattr(FakeIB, "RaiseRequestErrors", False)


def ibnb_command(*words):
    """Exit code of a command line, argparse's own included."""
    try:
        return cli.main(words)
    except SystemExit as end:
        return end.code


def test_bars_to_the_screen(capsys):
    line = ["bars", "EURUSD", "--duration", "30 D", "--bar-size", "1 hour", "--what", "MIDPOINT", "--demo"]
    assert ibnb_command(*line) == 0
    out = capsys.readouterr().out
    assert out.split()[:8] == ["date", "open", "high", "low", "close", "volume", "average", "barCount"]
    assert FakeIB.last.calls == [
        ("bars", "EUR", "", "30 D", "1 hour", "MIDPOINT", True, {"timeout": 60}),
        ("disconnect",),
    ]


def test_a_real_gateway_is_asked_read_only():
    assert ibnb_command("bars", "AAPL", "--port", "4002", "--client-id", "7", "--all-hours", "--end", "20261120") == 0
    connect, bars, _ = FakeIB.last.calls
    assert connect == ("connect", "127.0.0.1", 4002, {"clientId": 7, "readonly": True})
    assert bars == ("bars", "AAPL", "20261120", "30 D", "1 hour", "TRADES", False, {"timeout": 60})
    assert FakeIB.RaiseRequestErrors


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_bars_to_a_file(tmp_path, capsys, suffix):
    path = tmp_path / f"f.{suffix}"
    assert ibnb_command("bars", "EURUSD", "--demo", "--out", str(path)) == 0
    frame = pd.read_csv(path) if suffix == "csv" else pd.read_parquet(path)
    assert list(frame.columns) == ["date", "open", "high", "low", "close", "volume", "average", "barCount"]
    assert frame["close"].tolist() == [1.15, 2.15]
    assert capsys.readouterr().out == f"2 bars written to {path}\n"


def test_bars_to_a_page_that_needs_no_network(tmp_path):
    path = tmp_path / "f.html"
    assert ibnb_command("bars", "EURUSD", "--demo", "--out", str(path)) == 0
    page = path.read_text("utf-8")
    assert "Plotly.newPlot" in page
    assert "<td>1.15</td>" in page
    assert 'src="http' not in page


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "arguments are required: COMMAND (see ibnb --help)"),
        (["brs"], 2, "choose from"),
        (["bars"], 2, "required: SYMBOL"),
        (["bars", "A$B"], 2, "is not a symbol"),
        (["bars", "AAPL", "--duration", "3x"], 2, "is not a duration"),
        (["bars", "AAPL", "--bar-size", "7m"], 2, "is not a bar size"),
        (["bars", "AAPL", "--what", "MID"], 2, "did you mean 'MIDPOINT'"),
        (["bars", "AAPL", "--port", "x"], 2, "invalid int value"),
        (["bars", "AAPL", "--out", "f.xls"], 2, "must end in .csv, .parquet, .html"),
        (["bars", "AAPL", "--out", "nowhere/f.csv"], 2, "no folder"),
        (["bars", "AAPL", "--port", "1"], 1, "nothing listens at 127.0.0.1:1; start TWS"),
        (["bars", "AAPL", "--port", "2"], 1, "no connection to 127.0.0.1:2: TimeoutError"),
        (["bars", "XXX", "--demo"], 1, "no instrument 'XXX'"),
    ],
)
def test_mistakes_are_told_in_one_line(capsys, words, code, told):
    assert ibnb_command(*words) == code
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert error.startswith("ibnb")


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (RequestError(4, 162, "HMDS query returned no data"), "HMDS query returned no data"),
        (RequestTimeout("reqHistoricalData", 60), "reqHistoricalData"),
    ],
)
def test_failures_of_the_gateway_are_told(capsys, monkeypatch, failure, told):
    monkeypatch.setattr(FakeIB, "failure", failure)
    assert ibnb_command("bars", "AAPL", "--demo") == 1
    assert told in capsys.readouterr().err
    assert FakeIB.last.calls[-1] == ("disconnect",)


def test_no_bars_is_a_failure(capsys, monkeypatch):
    monkeypatch.setattr(FakeIB, "answer", [])
    assert ibnb_command("bars", "AAPL", "--demo") == 1
    assert "no such bars" in capsys.readouterr().err


def test_an_interrupt_ends_quietly(capsys, monkeypatch):
    monkeypatch.setattr(FakeIB, "failure", KeyboardInterrupt())
    assert ibnb_command("bars", "AAPL", "--demo") == 130
    assert capsys.readouterr().err == "ibnb: interrupted\n"


def test_gateway_is_handed_to_the_simulator(monkeypatch):
    asked = []
    monkeypatch.setitem(sys.modules, "ibnb.sim.cli", SimpleNamespace(main=lambda words: asked.append(words)))
    assert ibnb_command("gateway", "--port", "0", "--help") == 0
    assert asked == [["--port", "0", "--help"]]


def test_version_and_module(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["ibnb", "--version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("ibnb", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out == f"ibnb {ibnb.__version__}\n"


def test_help_names_every_option(capsys):
    assert ibnb_command("bars", "--help") == 0
    text = capsys.readouterr().out
    options = "--duration --bar-size --what --all-hours --end --demo --host --port --client-id --timeout --out"
    assert all(option in text for option in options.split())
