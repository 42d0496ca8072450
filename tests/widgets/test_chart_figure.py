"""Bars as an ordinary Plotly figure."""

import numpy as np
import pandas as pd
import pytest

from ibnb.widgets.chart_data import Bars
from ibnb.widgets.chart_figure import bar_figure

MINUTE = 60 * 10**9
START = int(pd.Timestamp("2025-03-14 09:30", tz="America/New_York").value)


def minutes(n, **options):
    """Bars of a minute from 09:30 of Friday 14 March 2025 in New York."""
    close = np.round(100 + np.cumsum(np.sin(np.arange(n) * 1.7)) * 0.5, 2)
    columns = {"open": np.r_[100.0, close[:-1]][:n], "high": close + 1, "low": close - 1, "close": close}
    columns |= {"volume": np.arange(n, dtype=float) + 1, "zone": "America/New_York"}
    return Bars(time=START + np.arange(n, dtype=np.int64) * MINUTE, **{**columns, **options})


def test_candles_and_volume_over_an_axis_without_gaps():
    bars = minutes(390)
    figure = bar_figure(bars, "AAPL")
    candles, volume = figure.data
    assert (candles.type, volume.type) == ("candlestick", "bar")
    assert list(candles.x) == list(range(390))
    for name in ("open", "high", "low", "close"):
        np.testing.assert_array_equal(candles[name], getattr(bars, name))
    np.testing.assert_array_equal(volume.y, bars.volume)
    assert figure.layout.xaxis.ticktext[0] == "09:30<br>Fri Mar 14, 2025"
    assert figure.layout.yaxis2.domain == (0, 0.2)


def test_labels_are_in_the_zone_asked_for():
    assert bar_figure(minutes(390), tz="UTC").layout.xaxis.ticktext[0] == "13:30<br>Fri Mar 14, 2025"


def test_hover_tells_the_bar():
    text = bar_figure(minutes(390)).data[0].text[1]
    assert text.split("<br>")[:2] == ["2025-03-14 09:31 EDT", "O 100.00"]
    assert text.endswith("<br>V 2")


def test_no_button_sends_the_data_away():
    assert "sendChartToCloud" in bar_figure(minutes(10)).layout.modebar.remove


def test_sessions_are_parted():
    day = minutes(390)
    two = Bars(
        np.r_[day.time, day.time + 3 * 86400 * 10**9],
        *(np.tile(getattr(day, name), 2) for name in ("open", "high", "low", "close", "volume")),
        zone=day.zone,
    )
    assert [shape.x0 for shape in bar_figure(two, candles=None).layout.shapes] == [389.5]


@pytest.mark.parametrize("candles", [600, 100, 1])
def test_long_histories_are_aggregated(candles):
    bars = minutes(20_000)
    figure = bar_figure(bars, candles=candles)
    assert len(figure.data[0].x) <= candles
    assert max(figure.data[0].high) == bars.high.max()
    assert figure.data[1].y.sum() == bars.volume.sum()
    assert " bars<br>" in figure.data[0].text[0]


def test_no_volume_no_pane():
    figure = bar_figure(minutes(10, volume=np.full(10, np.nan)))
    assert len(figure.data) == 1
    assert figure.layout.yaxis.domain == (0, 1)


def test_nothing_is_a_figure_too():
    assert len(bar_figure(minutes(0)).data[0].x) == 0


def test_titles_are_text():
    title = bar_figure(minutes(10), "<b>A</b>&<script>x</script>").layout.title.text
    assert title == "&lt;b&gt;A&lt;/b&gt;&amp;&lt;script&gt;x&lt;/script&gt;"
