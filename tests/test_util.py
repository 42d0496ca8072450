"""Frames, trees, plots, logging, timing; loops are those of ibnb.net.calls."""

import asyncio
import datetime as dt
import inspect
import json
import logging
import signal
import sys
import types
from collections import namedtuple
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from ibnb import util
from ibnb.contract import Contract, Stock, TagValue
from ibnb.net import calls
from ibnb.objects import BarData, DynamicObject, Fill, NewsTick, OptionChain, PnL, RealTimeBar
from ibnb.order import LimitOrder, Trade


def test_frame_of_dataclasses():
    frame = util.df([BarData(open=1.0), BarData(open=2.0)])
    assert list(frame.columns) == ["date", "open", "high", "low", "close", "volume", "average", "barCount"]
    assert list(frame.open) == [1.0, 2.0]
    assert str(frame.date.dtype).endswith("UTC]")
    assert list(frame.index) == [0, 1]


def test_frame_of_frozen_and_nested_records():
    assert util.df([NewsTick(1, "BZ", "id", "head", "")]).headline[0] == "head"
    assert list(util.df([Stock("A"), Stock("B")]).symbol) == ["A", "B"]
    assert util.df([OptionChain("E", 1, "t", "m", ["20240119"], [1.0])]).strikes[0] == [1.0]


def test_frame_of_named_tuples_and_others():
    assert list(util.df([TagValue("a", "b")]).columns) == ["tag", "value"]
    assert list(util.df([Fill(Stock("A"), None, None, None)]).contract) == [Stock("A")]
    assert util.df([DynamicObject(x=1, y=2), DynamicObject(x=3)]).x.tolist() == [1, 3]
    assert util.df([(1, 2), (3, 4)]).shape == (2, 2)
    assert list(util.df(iter([BarData()])).open) == [0.0]


@pytest.mark.parametrize(
    "values",
    [
        [1.5, float("nan"), -0.0],
        [1.5, None],
        [1, 2.5],
        [True, False],
        ["a", "b"],
        [dt.datetime(2024, 3, 8, 14, 30, tzinfo=dt.UTC), dt.datetime(2024, 3, 8, 14, 30, 0, 5, tzinfo=dt.UTC)],
        [
            dt.datetime(2024, 3, 8, tzinfo=ZoneInfo("US/Eastern")),
            dt.datetime(2024, 3, 11, tzinfo=ZoneInfo("US/Eastern")),
        ],
        [dt.datetime(2024, 3, 8, tzinfo=ZoneInfo("US/Eastern")), dt.datetime(2024, 3, 8, tzinfo=dt.UTC)],
        [dt.datetime(2024, 3, 8), dt.datetime(2024, 3, 9)],
        [dt.datetime(2024, 3, 8), None],
        [dt.datetime(9999, 12, 31, tzinfo=dt.UTC), dt.datetime(1, 1, 1, tzinfo=dt.UTC)],
        [dt.date(2024, 3, 8), dt.date(2024, 3, 9)],
    ],
)
def test_columns_are_what_pandas_makes_of_the_values(values):
    One = namedtuple("One", ["value"])
    frame = util.df([One(value) for value in values])
    pd.testing.assert_frame_equal(frame, pd.DataFrame.from_records([One(value) for value in values], columns=["value"]))


def test_frame_of_nothing():
    assert util.df([]) is None
    assert util.df(None) is None


def test_frame_with_labels():
    bars = [BarData(open=1.0)]
    assert list(util.df(bars, ["open", "date"]).columns) == ["date", "open"]
    assert list(util.df(bars, ["open", "nosuch"]).columns) == ["open"]


class OwnFrame(list):
    def to_frame(self):
        return pd.DataFrame({"a": [1], "b": [2]})


def test_a_list_that_makes_its_frame_itself():
    assert list(util.df(OwnFrame([1])).columns) == ["a", "b"]
    assert list(util.df(OwnFrame([1]), ["b"]).columns) == ["b"]
    assert util.df(OwnFrame()) is None


def test_named_tuple_instances():
    assert util.isnamedtupleinstance(TagValue("a", "b"))
    assert not any(util.isnamedtupleinstance(x) for x in ((1, 2), TagValue, [1], "x", None))


def test_tree():
    things = [Stock("A"), TagValue("a", "b"), {"d": dt.date(2020, 1, 2)}, 1.5, True, b"x", (1, 2), None]
    assert util.tree(things) == [
        {"Stock": {"secType": "STK", "symbol": "A"}}, {"tag": "a", "value": "b"}, {"d": "2020-01-02"}, 1.5, True, b"x",
        [1, 2], None,
    ]  # fmt: skip
    assert util.tree(LimitOrder("BUY", 1, 2.0))["LimitOrder"]["orderType"] == "LMT"
    assert util.tree(dt.datetime(2020, 1, 2, 3, tzinfo=dt.UTC)) == "2020-01-02T03:00:00+00:00"
    assert util.tree(dt.timedelta(1)) == "1 day, 0:00:00"
    assert util.tree(PnL) == str(PnL)


def test_tree_of_a_trade_is_json():
    text = json.dumps(util.tree(Trade(contract=Stock("A"), order=LimitOrder("BUY", 1, 2.0))))
    assert json.loads(text)["Trade"]["contract"] == {"Stock": {"secType": "STK", "symbol": "A"}}


class FakeAxes:
    def __init__(self):
        self.lines, self.boxes = [], []

    def set_title(self, title):
        self.title = title

    def grid(self, on):
        pass

    def autoscale_view(self):
        pass

    def add_line(self, line):
        self.lines.append(line)

    def add_patch(self, box):
        self.boxes.append(box)


@pytest.fixture
def matplotlib(monkeypatch):
    """A stand-in that keeps what is drawn."""
    axes = FakeAxes()
    pyplot = types.SimpleNamespace(subplots=lambda: ("figure", axes))
    line = types.SimpleNamespace(Line2D=lambda xs, ys, **kw: (xs, ys, kw["color"]))
    box = types.SimpleNamespace(Rectangle=lambda at, width, height, **kw: (at, width, height, kw["color"]))
    for name, module in {"": pyplot, ".pyplot": pyplot, ".lines": line, ".patches": box}.items():
        monkeypatch.setitem(sys.modules, f"matplotlib{name}", module)
    return axes


@pytest.mark.parametrize(
    "bars",
    [
        [BarData(open=1, high=4, low=0, close=3), BarData(open=3, high=3, low=1, close=2)],
        [RealTimeBar(open_=1, high=4, low=0, close=3), RealTimeBar(open_=3, high=3, low=1, close=2)],
        pd.DataFrame({"open": [1, 3], "high": [4, 3], "low": [0, 1], "close": [3, 2]}),
        pd.DataFrame({"open_": [1, 3], "high": [4, 3], "low": [0, 1], "close": [3, 2]}),
    ],
)
def test_barplot(matplotlib, bars):
    assert util.barplot(bars, "title", upColor="green") == "figure"
    assert matplotlib.title == "title"
    assert matplotlib.lines == [((0, 0), (0, 4), "green"), ((1, 1), (1, 3), "red")]
    assert matplotlib.boxes == [((-0.25, 1), 0.5, 2, "green"), ((0.75, 2), 0.5, 1, "red")]


def test_barplot_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        util.barplot([BarData()])


def test_allow_ctrl_c():
    before = signal.getsignal(signal.SIGINT)
    try:
        util.allowCtrlC()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def bare_logging():
    """A root logger without handlers (pytest's own among them); everything is put back afterwards."""
    root, own = logging.getLogger(), logging.getLogger("ibnb")
    before = [(logger, logger.handlers[:], logger.level) for logger in (root, own)]
    for logger, _, _ in before:
        logger.handlers[:] = []
    try:
        yield root, own
    finally:
        for logger, handlers, level in before:
            for handler in logger.handlers:
                handler.close()
            logger.handlers[:] = handlers
            logger.setLevel(level)


def test_log_to_file_of_a_bare_program(tmp_path):
    with bare_logging() as (root, own):
        util.logToFile(str(tmp_path / "log"), logging.WARNING)
        assert (len(root.handlers), own.handlers, root.level) == (1, [], logging.WARNING)
        logging.getLogger("ibnb.x").warning("told %s", 5)
        logging.getLogger("other").warning("also")
        logging.getLogger("ibnb.x").info("hidden")
    text = (tmp_path / "log").read_text("utf-8")
    assert "ibnb.x WARNING told 5" in text
    assert "also" in text
    assert "hidden" not in text


def test_log_of_a_program_with_logging_of_its_own(tmp_path):
    with bare_logging() as (root, own):
        root.addHandler(logging.NullHandler())
        util.logToFile(str(tmp_path / "log"))
        assert (len(root.handlers), len(own.handlers)) == (1, 1)
        logging.getLogger("other").warning("not ours")
    assert (tmp_path / "log").read_text("utf-8") == ""


def test_log_to_console_again_changes_the_level(tmp_path):
    with bare_logging() as (root, _):
        util.logToConsole()
        util.logToConsole(logging.ERROR)
        assert [h.level for h in root.handlers] == [logging.ERROR]
        util.logToFile(str(tmp_path / "log"), logging.DEBUG)
        assert (len(root.handlers), root.level) == (2, logging.DEBUG)


def test_timeit(capsys):
    with util.timeit("Nothing") as timer:
        pass
    assert timer.title == "Nothing"
    out = capsys.readouterr().out
    assert out.startswith("Nothing took ")
    assert out.endswith("s\n")
    assert util.timeit().title == "Run"


def test_use_qt_of_an_unknown_library():
    with pytest.raises(RuntimeError, match="nosuch"):
        util.useQt("nosuch")


def test_use_qt(monkeypatch):
    turns, later = [], []
    app = types.SimpleNamespace(processEvents=lambda: turns.append(1))
    application = type("QApplication", (), {"__new__": lambda cls, argv: app, "instance": staticmethod(lambda: None)})
    monkeypatch.setitem(sys.modules, "PySide6", types.ModuleType("PySide6"))
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", types.SimpleNamespace(QApplication=application))
    monkeypatch.setattr(util, "schedule", lambda time, callback: later.append((time, callback)))
    util.useQt("PySide6", 0.5)
    assert turns == [1]
    later[0][1]()
    assert turns == [1, 1]
    assert later[0][0] > dt.datetime.now()


def test_global_error_event():
    event = util.globalErrorEvent
    assert util.globalErrorEvent is event
    assert event.name() == "globalErrorEvent"
    with pytest.raises(AttributeError, match="NoSuchThing"):
        _ = util.NoSuchThing


NAMES = "run schedule sleep timeRange waitUntil patchAsyncio getLoop startLoop".split()


@pytest.mark.parametrize("name", NAMES)
def test_loop_functions_hand_over(name, monkeypatch):
    seen = []
    monkeypatch.setattr(calls, name, lambda *args, **kwargs: seen.append((args, kwargs)) or "result")
    signature = inspect.signature(getattr(util, name))
    given = [p.name for p in signature.parameters.values() if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
    result = getattr(util, name)(*given)
    args, kwargs = seen[0]
    assert list(args[: len(given)]) == given
    assert kwargs in ({}, {"timeout": None})
    assert result in ("result", None)


def test_async_waits_hand_over(monkeypatch):
    async def wait_until(t):
        return ("waited", t)

    async def time_range(*args):
        for n in range(2):
            yield (n, *args)

    monkeypatch.setattr(calls, "waitUntilAsync", wait_until)
    monkeypatch.setattr(calls, "timeRangeAsync", time_range)

    async def main():
        return await util.waitUntilAsync(1), [x async for x in util.timeRangeAsync(1, 2, 3)]

    assert asyncio.run(main()) == (("waited", 1), [(0, 1, 2, 3), (1, 1, 2, 3)])


def test_helpers_of_records_are_those_of_the_model():
    assert util.dataclassNonDefaults(Contract(conId=1)) == {"conId": 1}
    assert util.dataclassRepr(BarData(open=1.0)) == "BarData(open=1.0)"
    assert util.formatIBDatetime(None) == ""
    assert util.parseIBDatetime("20200102") == dt.date(2020, 1, 2)
