"""Option prices, Greeks, implied volatility, option paths."""

import datetime as dt

import numpy as np
import pytest

from ibnb.sim import options
from ibnb.sim.calendars import OPTION, STOCK
from ibnb.sim.options import RATE, OptionPath, greeks, implied, price, smile
from ibnb.sim.paths import Process, RootPath

NOON = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC).timestamp()


def test_price_against_a_textbook(monkeypatch):
    # Hull, Options, Futures and Other Derivatives: stock 42, strike 40, six months, 20 %, interest 10 %.
    monkeypatch.setattr(options, "RATE", 0.10)
    assert price(42.0, 40.0, 0.5, 0.2, "C") == pytest.approx(4.76, abs=0.005)
    assert price(42.0, 40.0, 0.5, 0.2, "P") == pytest.approx(0.81, abs=0.005)


@pytest.mark.parametrize("strike", [80.0, 100.0, 120.0])
def test_put_call_parity(strike):
    call, put = price(100.0, strike, 0.7, 0.3, "C"), price(100.0, strike, 0.7, 0.3, "P")
    assert call - put == pytest.approx(100.0 - strike * np.exp(-RATE * 0.7), abs=1e-9)


@pytest.mark.parametrize("right", ["C", "P"])
def test_greeks_are_the_slopes_of_the_price(right):
    g = greeks(100.0, 105.0, 0.5, 0.25, right)
    up, down = price(100.01, 105.0, 0.5, 0.25, right), price(99.99, 105.0, 0.5, 0.25, right)
    assert g.delta == pytest.approx((up - down) / 0.02, abs=1e-5)
    assert g.gamma == pytest.approx((up + down - 2 * g.price) / 1e-4, abs=1e-3)
    assert g.vega == pytest.approx(price(100.0, 105.0, 0.5, 0.26, right) - g.price, abs=2e-3)
    tomorrow = price(100.0, 105.0, 0.5 - 1 / 365, 0.25, right)
    assert g.theta == pytest.approx(tomorrow - g.price, abs=1e-3)


def test_at_expiry_only_exercise_counts():
    assert greeks(110.0, 100.0, 0.0, 0.3, "C").price == 10.0
    assert greeks(110.0, 100.0, 0.0, 0.3, "P") == greeks(110.0, 100.0, -1.0, 0.3, "P")
    assert greeks(110.0, 100.0, 0.0, 0.3, "P").price == 0.0


def test_implied_volatility_gives_back_the_price():
    worth = price(100.0, 95.0, 0.25, 0.42, "P")
    assert implied(worth, 100.0, 95.0, 0.25, "P") == pytest.approx(0.42, abs=1e-9)
    assert implied(200.0, 100.0, 95.0, 0.25, "P") is None


def test_smile_is_steeper_below():
    assert smile(0.2, 80.0, 100.0) > smile(0.2, 120.0, 100.0)
    assert smile(0.2, 100.0, 100.0) == 0.2


@pytest.mark.parametrize("right", ["C", "P"])
def test_path_follows_the_underlying(right):
    under = RootPath(1, 4391, STOCK, Process(214.0, 0.01, 0.45, volume=40e6, trade_size=120), None)
    expiry = NOON + 30 * 86400
    path = OptionPath(under, OPTION, 215.0, right, expiry, 0.5, 0.01, 2e-5)
    rows, below = path.blocks(2, NOON - 3600, NOON), under.blocks(2, NOON - 3600, NOON, regular=True)
    assert (rows.high >= np.maximum(rows.open, rows.close)).all()
    assert (rows.low <= np.minimum(rows.open, rows.close)).all()
    spot = below.close[-1] * 0.01
    years = (expiry - rows.end[-1]) / (365.25 * 86400)
    assert rows.close[-1] * 0.01 == pytest.approx(price(spot, 215.0, years, 0.5, right), abs=0.006)
    moves = np.corrcoef(np.diff(rows.close), np.diff(below.close))[0, 1]
    assert moves > 0.9 if right == "C" else moves < -0.9
    assert np.array_equal(path.cover(NOON - 3600, NOON, 2).close, rows.close)
    closes, volumes = path.slots(path.blocks(5, NOON - 10, NOON))
    assert closes.shape == volumes.shape == (10, 8)


def test_path_ends_at_expiry():
    under = RootPath(1, 4391, STOCK, Process(214.0, 0.01, 0.45, volume=40e6, trade_size=120), None)
    path = OptionPath(under, OPTION, 215.0, "C", NOON, 0.5, 0.01, 0.0)
    assert path.cover(NOON - 7200, NOON + 7200, 3).end[-1] == NOON
