"""The still picture: an SVG that any viewer can draw, and its words."""

import datetime as dt
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from ibnb.widgets.chart_data import Bars
from ibnb.widgets.chart_svg import (
    DOWN,
    HEIGHT,
    MAX_BYTES,
    MAX_CANDLES,
    UP,
    WIDTH,
    clean,
    describe,
    nice_values,
    picture,
    still_html,
)

MINUTE = 60 * 10**9
START = int(pd.Timestamp("2025-03-14 09:30", tz="America/New_York").value)


def minutes(n, **options):
    """Bars of a minute from 09:30 of Friday 14 March 2025 in New York."""
    close = np.round(100 + np.cumsum(np.sin(np.arange(n) * 1.7)) * 0.5, 2)
    columns = {"open": np.r_[100.0, close[:-1]][:n], "high": close + 1, "low": close - 1, "close": close}
    columns |= {"volume": np.arange(n, dtype=float) + 1, "zone": "America/New_York"}
    return Bars(time=START + np.arange(n, dtype=np.int64) * MINUTE, **{**columns, **options})


def elements(bars, **options):
    return list(ET.fromstring(picture(bars, "AAPL", **options)).iter())


def texts(bars, **options):
    return [element.text for element in elements(bars, **options) if element.tag.endswith("text")]


def numbers(path):
    """The coordinates at which a path's strokes begin."""
    return [tuple(map(float, part.split("V")[0].split("h")[0].split("H")[0].split())) for part in path.split("M")[1:]]


def test_words_tell_last_span_change_and_range():
    assert describe(minutes(3), "AAPL") == (
        "AAPL: last 100.37; 3 bars from 2025-03-14 09:30 EDT to 2025-03-14 09:32 EDT; "
        "change +0.37 (+0.37%); range 99.00 to 101.50."
    )


def test_words_of_negative_prices_have_no_share():
    shift = {name: getattr(minutes(3), name) - 137.63 for name in ("open", "high", "low", "close")}
    assert "last −37.26; " in describe(minutes(3, **shift), "CL")
    assert "%" not in describe(minutes(3, **shift), "CL")


def test_words_of_nothing():
    assert describe(minutes(0), "AAPL") == "AAPL: no bars yet."
    assert texts(minutes(0)) == ["No bars yet"]


@pytest.mark.parametrize("n", [1, 2, 70, 390, 20_000])
def test_everything_is_inside_the_picture(n):
    for element in elements(minutes(n)):
        for x, y in numbers(element.get("d", "")):
            assert -1 <= x <= WIDTH + 1
            assert -1 <= y <= HEIGHT + 1


def test_axes_are_labelled():
    shown = texts(minutes(390))
    assert "Fri Mar 14, 2025" in shown
    assert "11:00" in shown
    assert "13:30" in texts(minutes(390), tz="UTC")
    assert f"{minutes(390).close[-1]:.2f}" in shown


def test_rising_candles_are_hollow_and_falling_ones_full():
    fills = {element.get("stroke"): element.get("fill") for element in elements(minutes(40)) if element.get("fill")}
    assert fills[UP] == "none"
    assert fills[DOWN] == DOWN


def test_no_volume_no_pane():
    assert len(elements(minutes(40))) == len(elements(minutes(40), volume=False)) + 2
    assert len(elements(minutes(40, volume=np.full(40, np.nan)))) == len(elements(minutes(40), volume=False))


def test_flat_and_missing_bars_are_drawn():
    prices = np.array([7.0, np.nan, 7, 7, np.nan])
    bars = minutes(5, open=prices, high=prices, low=prices, close=prices)
    assert "last 7.00;" in describe(bars, "X")
    assert "nan" not in picture(bars, "X")


def test_the_html_stays_below_its_limit_and_closes_its_tags():
    text = still_html(minutes(2 * MAX_CANDLES - 1), "A" * 500, at=dt.datetime(2025, 3, 14, 20, tzinfo=dt.UTC))
    assert len(text.encode()) <= MAX_BYTES
    assert text.startswith('<div class="ibnb-twin"><img alt="AAAA')
    assert text.endswith("As of 2025-03-14 20:00:00 UTC, not live.</small></p></div>")


def test_text_from_outside_is_one_short_line():
    assert clean("a\nb\x00\u202ec") == "a b c"
    assert len(clean("x" * 1000)) == 80


def test_nice_values_are_round_and_inside():
    assert nice_values(0.9, 5.1, 6) == [1, 2, 3, 4, 5]
    assert nice_values(-37.7, 11, 5) == [-30, -20, -10, 0, 10]
    for low, high in ((1.0812, 1.0834), (99_000, 102_000), (-5, -4.2)):
        assert all(low <= value <= high for value in nice_values(low, high, 6))
