"""Option prices and Greeks by Black and Scholes, and the path of an option that follows its underlying's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ibnb.sim.calendars import Calendar
from ibnb.sim.noise import Floats, Ints
from ibnb.sim.paths import LEVELS, Blocks, Path

__all__ = ["RATE", "Greeks", "OptionPath", "greeks", "implied", "price", "smile"]

RATE = 0.04
_YEAR = 365.25 * 86400.0


@dataclass(frozen=True, slots=True)
class Greeks:
    """Price and derivatives: `vega` per point of volatility (0.01), `theta` per day."""

    price: float
    delta: float
    gamma: float
    vega: float
    theta: float


def _cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def smile(sigma: float, strike: float, reference: float) -> float:
    """Return the volatility at a strike: higher below the reference price than above."""
    m = math.log(strike / reference)
    return min(max(sigma * (1.0 - 0.55 * m + 1.4 * m * m), 0.05), 2.5)


def price(spot: float, strike: float, years: float, sigma: float, right: str) -> float:
    """Return the price of a European option, in the currency of the underlying."""
    return greeks(spot, strike, years, sigma, right).price


def greeks(spot: float, strike: float, years: float, sigma: float, right: str) -> Greeks:
    """Return price and Greeks of a European option; at or after expiry the price is what exercising gives."""
    sign = 1.0 if right == "C" else -1.0
    if years <= 0 or sigma <= 0 or spot <= 0:
        worth = max(sign * (spot - strike), 0.0)
        return Greeks(worth, sign if worth > 0 else 0.0, 0.0, 0.0, 0.0)
    root = sigma * math.sqrt(years)
    d1 = (math.log(spot / strike) + (RATE + sigma * sigma / 2) * years) / root
    d2 = d1 - root
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    discount = strike * math.exp(-RATE * years)
    worth = sign * (spot * _cdf(sign * d1) - discount * _cdf(sign * d2))
    theta = -spot * density * sigma / (2 * math.sqrt(years)) - sign * RATE * discount * _cdf(sign * d2)
    return Greeks(
        max(worth, 0.0), sign * _cdf(sign * d1), density / (spot * root), spot * density * math.sqrt(years) / 100,
        theta / 365.0,
    )  # fmt: skip


def implied(worth: float, spot: float, strike: float, years: float, right: str) -> float | None:
    """Return the volatility at which the option costs `worth`, by bisection; None when no volatility does."""
    low, high = 1e-4, 5.0
    if not price(spot, strike, years, low, right) <= worth <= price(spot, strike, years, high, right):
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if price(spot, strike, years, middle, right) < worth:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _cdf_array(x: Floats) -> Floats:
    """Normal distribution by the rational approximation 26.2.17 of Abramowitz and Stegun (error below 1e-7)."""
    t = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    poly = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = np.exp(-x * x / 2) / math.sqrt(2 * math.pi) * poly
    return np.asarray(np.where(x >= 0, 1.0 - tail, tail))


class OptionPath:
    """The path of an option: its underlying's regular hours, priced at a volatility that is fixed for the strike."""

    def __init__(
        self, under: Path, calendar: Calendar, strike: float, right: str, expiry: float, sigma: float, tick: float,
        volume_share: float,
    ) -> None:  # fmt: skip
        self.calendar, self.tick = calendar, tick
        self._under, self._strike, self._right = under, strike, right
        self._expiry, self._sigma, self._share = expiry, sigma, volume_share  # share 0: one contract a minute

    def _worth(self, ticks: Ints, when: Ints) -> Ints:
        spot = ticks * self._under.tick
        years = np.maximum(self._expiry - when, 60.0) / _YEAR
        root = self._sigma * np.sqrt(years)
        d1 = (np.log(spot / self._strike) + (RATE + self._sigma**2 / 2) * years) / root
        discount = self._strike * np.exp(-RATE * years)
        sign = 1.0 if self._right == "C" else -1.0
        worth = sign * (spot * _cdf_array(sign * d1) - discount * _cdf_array(sign * (d1 - root)))
        return np.asarray(np.maximum(np.rint(worth / self.tick), 1), dtype=np.int64)

    def _map(self, rows: Blocks) -> Blocks:
        o, h, lo, c = (self._worth(column, rows.end) for column in rows[2:6])
        if self._right == "P":
            h, lo = lo, h
        volume = np.rint(rows.volume * self._share).astype(np.int64) if self._share else (rows.end - rows.start) // 60
        count = np.minimum(volume, np.maximum(volume // 4, 1))
        return Blocks(rows.start, rows.end, o, np.maximum(h, o), np.minimum(lo, o), c, volume, count, rows.day)

    def blocks(self, level: int, begin: float, end: float, *, regular: bool = False) -> Blocks:
        """Rows of `level` that meet [begin, end)."""
        return self._map(self._under.blocks(level, begin, min(end, self._expiry), regular=True))

    def cover(self, begin: float, end: float, level: int, *, regular: bool = False) -> Blocks:
        """Rows that cover [begin, end): whole ones of `level`, then finer ones down to 1 s for the rest."""
        return self._map(self._under.cover(begin, min(end, self._expiry), level, regular=True))

    def slots(self, seconds: Blocks) -> tuple[Ints, Ints]:
        """Close in ticks and volume of each 1/8 s of the given 1 s rows: two arrays of shape (seconds, 8)."""
        under = self._under.blocks(len(LEVELS) - 1, float(seconds.start[0]), float(seconds.end[-1]), regular=True)
        under = under.pick(np.isin(under.start, seconds.start))
        closes, volumes = self._under.slots(under)
        when = np.repeat(under.end[:, None], 8, axis=1)
        worth = self._worth(closes.reshape(-1), when.reshape(-1)).reshape(closes.shape)
        return worth, np.rint(volumes * self._share).astype(np.int64)
