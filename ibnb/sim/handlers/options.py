"""Option calculations: implied volatility from a price, price from a volatility."""

from __future__ import annotations

from typing import Any

from ibnb.sim.client import Client
from ibnb.sim.derivatives import expiry_moment
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.options import greeks, implied
from ibnb.sim.registry import handles
from ibnb.wire import catalogue as m

CUSTOM = 53
YEAR_S = 365.25 * 86400.0


def _option(client: Client, message: Any) -> tuple[Instrument, float]:
    gateway = client.gateway
    instrument = gateway.db.resolve(message.contract).instrument
    if instrument.sec_type != "OPT":
        raise RequestRefused(321, "Error validating request: cause - Calculations need an option")
    return instrument, (expiry_moment(instrument) - gateway.clock.now()) / YEAR_S


def _answer(client: Client, message: Any, instrument: Instrument, years: float, sigma: float) -> None:
    g = greeks(message.underPrice, instrument.strike, years, sigma, instrument.right)
    client.send(
        m.TickOptionComputation(
            reqId=message.reqId, tickType=CUSTOM, tickAttrib=0, impliedVol=sigma, delta=g.delta, optPrice=g.price,
            pvDividend=0.0, gamma=g.gamma, vega=g.vega, theta=g.theta, undPrice=message.underPrice,
        )
    )  # fmt: skip


@handles(m.CalculateImpliedVolatility)
def implied_volatility(client: Client, message: Any) -> None:
    """Answer with tick 53; 321 when no volatility gives the price."""
    instrument, years = _option(client, message)
    sigma = implied(message.optionPrice, message.underPrice, instrument.strike, years, instrument.right)
    if sigma is None:
        raise RequestRefused(321, "Error validating request: cause - No volatility gives this option price")
    _answer(client, message, instrument, years, sigma)


@handles(m.CalculateOptionPrice)
def option_price(client: Client, message: Any) -> None:
    """Answer with tick 53."""
    instrument, years = _option(client, message)
    _answer(client, message, instrument, years, message.volatility)


@handles(m.CancelCalculateImpliedVolatility, m.CancelCalculateOptionPrice)
def nothing_left(client: Client, message: Any) -> None:
    """Calculations are answered at once: nothing is left to cancel."""
