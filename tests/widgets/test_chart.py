"""The bar chart's Python half: options, state, still picture, figure."""

import base64
import datetime as dt
import hashlib
import html.parser
import importlib
import json
import re
import types
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import traitlets

from ibnb.tables.bars import BarsTable
from ibnb.tables.views import bar_columns
from ibnb.widgets import chart as chart_module
from ibnb.widgets.chart import BarChart
from ibnb.widgets.chart_svg import MAX_BYTES

hub_module = importlib.import_module("ibnb.widgets.hub")  # the package exports its function under this name
MINUTE = 60 * 10**9
START = int(pd.Timestamp("2025-03-14 09:30", tz="America/New_York").value)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe\x00'


class Bars(list):
    """What the chart needs of a bar list."""

    def __init__(self, n, *, zone="America/New_York", daily=False, symbol="AAPL", volume=True, step=MINUTE):
        super().__init__()
        self.version, self.zone, self.daily = 1, zone, daily
        self.contract = types.SimpleNamespace(localSymbol=symbol, symbol=symbol)
        self.barSizeSetting, self.whatToShow = "1 min", "TRADES"
        close = np.round(100 + np.cumsum(np.sin(np.arange(n) * 1.7)) * 0.5, 2)
        start = START - START % (86400 * 10**9) if daily else START
        self.data = {
            "time": start + np.arange(n, dtype=np.int64) * (86400 * 10**9 if daily else step),
            "open": np.r_[100.0, close[:-1]][:n], "high": close + 1, "low": close - 1, "close": close,
            "volume": np.arange(n, dtype=float) + 1 if volume else np.full(n, -1.0),
            "average": close, "barCount": np.ones(n, np.int64),
        }  # fmt: skip

    def columns(self):
        return self.data


@pytest.fixture(autouse=True)
def io(monkeypatch):
    """A hub whose IO thread is this one."""
    timers = types.SimpleNamespace(call_soon=lambda fn, *args: fn(*args), call_later=lambda seconds, fn, *args: None)
    monkeypatch.setattr(hub_module, "_timers", lambda: timers)
    monkeypatch.setattr(hub_module, "_hub", None)
    monkeypatch.setattr(chart_module, "_pack_plotly", lambda: None)


def make(n=390, **options):
    kinds = {name: options.pop(name) for name in ("zone", "daily", "symbol", "volume_known", "step") if name in options}
    if "volume_known" in kinds:
        kinds["volume"] = kinds.pop("volume_known")
    return BarChart(Bars(n, **kinds), **options)


# -- options and state -------------------------------------------------------------------------------------------------


def test_state_is_small_and_holds_no_bars():
    for n in (0, 390, 20_000):
        state = make(n).get_state()
        state.pop("_esm")  # the loader, the same for all widgets
        assert len(json.dumps(state, default=str)) <= 2000


def test_state_describes_the_bars():
    state = make().get_state()
    assert (state["title"], state["_detail"], state["_zone"], state["_daily"]) == (
        "AAPL", "1 min · TRADES", "America/New_York", False,
    )  # fmt: skip
    assert state["_kind"] == "chart"


def test_a_bars_table_serves_as_well_as_a_list():
    bars = Bars(10)
    table = BarsTable("bars AAPL 1 min", bars, bar_columns(bars.zone, daily=False))
    chart = BarChart(table, height=300)
    assert chart.source is table
    assert chart.title == "AAPL"


def test_two_charts_of_a_table_share_a_stream():
    bars = Bars(10)
    table = BarsTable("bars", bars, bar_columns(bars.zone, daily=False))
    assert BarChart(table)._stream == BarChart(table)._stream


@pytest.mark.parametrize(
    ("option", "value"), [("tz", "Mars/Olympus"), ("tz", "../etc/passwd"), ("height", 5), ("volume", "yes")]
)
def test_options_that_cannot_be_are_refused(option, value):
    with pytest.raises(traitlets.TraitError):
        make(**{option: value})


def test_unknown_options_are_refused_with_those_there_are():
    with pytest.raises(TypeError, match=r"'widht'.*follow, height, title, tz, volume"):
        make(widht=3)


def test_something_else_is_refused():
    with pytest.raises(TypeError, match="not of dict"):
        BarChart({})


def test_the_zone_of_late_bars_is_passed_on():
    bars = Bars(0, zone=None)
    chart = BarChart(bars)
    assert chart._zone == "UTC"
    bars.data, bars.zone, bars.version = Bars(5).data, "Asia/Tokyo", 2
    assert chart.still_text().startswith("AAPL · 1 min · TRADES: last ")
    assert chart._zone == "Asia/Tokyo"


# -- the range ---------------------------------------------------------------------------------------------------------


def test_range_is_what_the_browser_told_in_the_zone_of_the_labels():
    chart = make()
    assert chart.range is None
    chart.set_state({"_seen": [START / 10**6, (START + 60 * MINUTE) / 10**6], "follow": False})
    assert chart.range == (
        pd.Timestamp("2025-03-14 09:30", tz="America/New_York"),
        pd.Timestamp("2025-03-14 10:30", tz="America/New_York"),
    )
    chart.tz = "UTC"
    assert str(chart.range[0]) == "2025-03-14 13:30:00+00:00"


def test_setting_the_range_asks_the_browser_each_time():
    chart = make()
    chart.range = "2025-03-14 10:00", "2025-03-14 11:00"
    first = list(chart._goto)
    assert first[:2] == [(START + 30 * MINUTE) / 10**6, (START + 90 * MINUTE) / 10**6]
    assert chart.follow is False
    chart.range = "2025-03-14 11:00", "2025-03-14 10:00"
    assert chart._goto[:2] == first[:2]
    assert chart._goto != first
    chart.range = None
    assert chart.follow is True
    assert chart.range is None


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="empty"):
        make().range = "2025-03-14 10:00", "2025-03-14 10:00"


def test_the_range_of_daily_bars_is_dates():
    chart = make(daily=True)
    chart.range = "2025-03-20", dt.date(2025, 4, 1)
    assert chart.range == (pd.Timestamp("2025-03-20"), pd.Timestamp("2025-04-01"))


# -- the still picture -------------------------------------------------------------------------------------------------


class Page(html.parser.HTMLParser):
    """What a browser would make of the HTML."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def svg_of(page):
    source = next(attrs["src"] for tag, attrs in page.tags if tag == "img")
    return ET.fromstring(base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")))


@pytest.mark.parametrize("n", [0, 1, 2, 70, 390, 20_000])
def test_the_still_picture_is_small_and_whole(n):
    chart = make(n)
    data, _ = chart._repr_mimebundle_()
    assert len(data["text/html"].encode()) <= MAX_BYTES
    page = Page(data["text/html"])
    assert [tag for tag, _ in page.tags] == ["div", "img", "p", "small"]
    assert page.tags[0][1]["class"] == chart.twin_class
    numbers = re.findall(r"nan|inf", ET.tostring(svg_of(page), encoding="unicode"))
    assert not numbers
    assert data["text/plain"] == page.tags[1][1]["alt"]


def test_the_still_picture_says_what_it_is_and_of_when():
    page = Page(make().still_html("x"))
    last = make().source.bars.data["close"][-1]
    assert (
        f"AAPL · 1 min · TRADES: last {last:.2f}; 390 bars from 2025-03-14 09:30 EDT to 2025-03-14 15:59 EDT"
        in page.text
    )
    assert re.search(r"As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, not live\.", page.text)
    texts = [element.text for element in svg_of(page).iter() if element.text]
    assert f"{last:.2f}" in texts
    assert "Fri Mar 14, 2025" in texts


def test_hostile_names_stay_text():
    chart = make(symbol=HOSTILE)
    page = Page(chart.still_html(chart.twin_class))
    assert [tag for tag, _ in page.tags] == ["div", "img", "p", "small"]
    assert set(page.tags[1][1]) == {"alt", "style", "src"}
    assert "<script>" in page.text
    assert "\u202e" not in page.text + chart.still_text()
    root = svg_of(page)
    assert {element.tag.split("}")[1] for element in root.iter()} == {"svg", "title", "text", "path"}
    assert "&lt;script&gt;" in chart.figure.layout.title.text
    assert "<script>alert" not in chart.figure.to_html(include_plotlyjs=False, full_html=False).split("<script")[0]


def test_a_very_long_name_is_cut():
    assert len(make(symbol="A" * 100_000).still_html("x")) < MAX_BYTES
    assert len(make(title="B" * 5000).title) == 80


def test_the_picture_shows_what_the_user_has_zoomed_to():
    chart = make()
    chart.set_state({"_seen": [START / 10**6, (START + 9 * MINUTE) / 10**6], "follow": False})
    assert "; 10 bars from" in Page(chart.still_html("x")).text


# -- ordinary Plotly ---------------------------------------------------------------------------------------------------


def test_the_figure_is_ordinary_plotly_with_the_charts_heading():
    figure = make(height=333, volume=False).figure
    assert type(figure) is go.Figure
    assert [trace.type for trace in figure.data] == ["candlestick"]
    assert figure.layout.title.text == "AAPL · 1 min · TRADES"
    assert figure.layout.height == 333


def test_the_figure_of_a_long_history_is_aggregated_unless_asked():
    chart = make(20_000)
    figure = chart.figure
    assert len(figure.data[0].x) == 313
    assert figure.data[1].y.sum() == Bars(20_000).data["volume"].sum()
    assert max(figure.data[0].high) == Bars(20_000).data["high"].max()
    assert len(chart.to_figure(candles=None).data[0].x) == 20_000


def test_the_figure_shows_the_range_in_view():
    chart = make()
    chart.range = "2025-03-14 10:00", "2025-03-14 10:09"
    assert len(chart.figure.data[0].x) == 10
    assert len(chart.to_figure(everything=True).data[0].x) == 390


def test_html_needs_no_network(tmp_path):
    path = make().html(tmp_path / "chart.html")
    text = path.read_text("utf-8")
    assert text.lstrip().lower().startswith(("<html", "<!doctype"))
    assert "Copyright 2012-" in text  # plotly.js itself
    assert not re.search(r"<script[^>]+src=|<link[^>]+href=", text)


# -- the vendored script -----------------------------------------------------------------------------------------------


def test_plotly_is_the_published_file_less_one_line():
    part = chart_module.PLOTLY
    text = part.path.read_text("utf-8")
    note = part.path.with_name("plotly-finance.LICENSE.txt").read_text("utf-8")
    assert not re.search(r"(window|self|globalThis|root)\.Plotly\s*=", text)
    published = text.replace("\nreturn Plotly;\n}));", "\nwindow.Plotly = Plotly;\nreturn Plotly;\n}));")
    digest = re.search(r"[0-9a-f]{64}", note)
    assert digest is not None
    assert hashlib.sha256(published.encode("utf-8")).hexdigest() == digest[0]
    assert "MIT License" in note
