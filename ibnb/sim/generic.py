"""Ticks beside the quote: generic tick types by request, and the Greeks of options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.contract import Contract, DeltaNeutralContract
from ibnb.sim.combos import parts
from ibnb.sim.derivatives import expiry_moment
from ibnb.sim.errors import RequestRefused
from ibnb.sim.headlines import PERIOD_S, headline
from ibnb.sim.instruments import Instrument
from ibnb.sim.noise import key, unit
from ibnb.sim.options import greeks, implied
from ibnb.sim.quotes import Quote
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.client import Client

__all__ = ["GENERIC", "EfpTicks", "GenericTicks", "OptionTicks", "YieldTicks", "validate_delta_neutral"]

GENERIC = frozenset({
    100, 101, 104, 105, 106, 162, 165, 166, 221, 225, 232, 233, 236, 256, 258, 292, 293, 294, 295, 318, 375, 411, 456,
    460, 499, 506, 511, 512, 513, 514, 515, 516, 517, 518, 519, 520, 521, 545, 576, 577, 578, 584, 586, 587, 588, 595,
    614, 619, 623, 787,
})  # fmt: skip
_YEAR_S = 365.25 * 86400.0


class GenericTicks:
    """The generic ticks of one line; slow ones once, the others as they change."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument, wanted: str) -> None:
        self._client, self._req_id, self._instrument = client, req_id, instrument
        names = [part.split(":")[0] for part in wanted.replace(" ", "").split(",")]
        self.wanted = {int(name) for name in names if name.isdigit()}
        self._key = key(client.gateway.seed, instrument.con_id, "generic")
        self._started = False
        self._headline = ""
        codes = [part.partition(":")[2] for part in wanted.replace(" ", "").split(",") if part.startswith("292:")]
        self._providers = {code for part in codes for code in part.split("+")}
        self._rt_slot = 0
        self._mark = 0.0

    def step(self, now: float, quote: Quote) -> None:
        """Send the slow ticks at first, and what changes with the quote."""
        if not self._started:
            self._started = True
            self._slow(now, quote)
        if 233 in self.wanted and quote.last_size > 0 and quote.slot != self._rt_slot:
            self._rt_slot = quote.slot
            self._string(48, self._rt_volume(quote))
        if 375 in self.wanted and quote.last_size > 0:
            self._string(77, self._rt_volume(quote))
        if 292 in self.wanted:
            self._news(now)
        if self.wanted & {221, 232} and quote.last > 0 and quote.last != self._mark:
            self._mark = quote.last
            self._client.send(m.TickPrice(reqId=self._req_id, tickType=37, price=quote.last, size=0.0, attrMask=0))

    def _news(self, now: float) -> None:
        """Send the newest headline of the providers asked for, once."""
        for slot in range(int(now) // PERIOD_S, int(now) // PERIOD_S - 30, -1):
            when, provider, article, text = headline(self._client.gateway.seed, self._instrument, slot)
            if when <= now and (not self._providers or provider in self._providers):
                if article != self._headline:
                    self._headline = article
                    self._client.send(
                        m.TickNews(
                            tickerId=self._req_id, timeStamp=when * 1000, providerCode=provider, articleId=article,
                            headline=text, extraData="A:800015:L:en",
                        )
                    )  # fmt: skip
                return

    def _rt_volume(self, quote: Quote) -> str:
        average = (quote.high + quote.low + quote.last) / 3
        ms = quote.slot * 125
        return f"{quote.last:g};{quote.last_size:g};{ms};{quote.volume:g};{average:.6f};true"

    def _slow(self, now: float, quote: Quote) -> None:
        i, gateway = self._instrument, self._client.gateway
        wanted = self.wanted
        if i.sec_type in ("STK", "IND"):
            if 104 in wanted:
                self._generic(23, self._volatility("HISTORICAL_VOLATILITY"))
            if 106 in wanted:
                self._generic(24, self._volatility("OPTION_IMPLIED_VOLATILITY"))
            if wanted & {100, 105} and gateway.db.chains(i):
                calls = round(1000 + 40000 * unit(self._key, 1))
                self._size(29, calls)
                self._size(30, round(calls * 0.8))
                self._size(87, calls * 2)
            if 101 in wanted and gateway.db.chains(i):
                self._size(27, round(1e5 + 9e5 * unit(self._key, 2)))
                self._size(28, round(1e5 + 7e5 * unit(self._key, 3)))
        if 165 in wanted and i.has_volume:
            self._misc(now)
        if 236 in wanted and i.sec_type == "STK":
            self._generic(46, 3.0)
            self._size(89, round(1e6 + 9e6 * unit(self._key, 4)))
        if 456 in wanted and i.sec_type == "STK":
            dividend = round(quote.last * 0.004, 2)
            self._string(59, f"{dividend * 4:g},{dividend * 4.2:g},{gateway.db.day.year}1215,{dividend:g}")
        if 258 in wanted and i.sec_type == "STK":
            self._string(47, f"PEEXCLXOR={18 + 20 * unit(self._key, 5):.4f};BETA={i.process.beta:g};CURRENCY=USD")
        if 293 in wanted and i.has_volume:
            self._generic(54, round(quote.volume / i.process.trade_size))
        if 294 in wanted and i.has_volume:
            self._generic(55, round(i.process.volume / i.process.trade_size / 390))
        if 295 in wanted and i.has_volume:
            self._generic(56, round(i.process.volume / 390))
        if 411 in wanted and i.has_volume:
            self._generic(58, i.process.sigma)
        if 588 in wanted and i.sec_type == "FUT":
            self._size(86, round(1e6 * (0.2 + unit(self._key, 6))))
        if 595 in wanted and i.has_volume:
            for tick, minutes in ((63, 3), (64, 5), (65, 10)):
                self._size(tick, round(i.process.volume / 390 * minutes))

    def _misc(self, now: float) -> None:
        """Highs and lows of 13, 26 and 52 weeks, and the average volume."""
        path = self._client.gateway.db.path(self._instrument)
        for low, high, weeks in ((15, 16, 13), (17, 18, 26), (19, 20, 52)):
            rows = path.blocks(0, now - weeks * 7 * 86400, now - 86400, regular=True)
            if len(rows.start):
                self._price(low, float(rows.low.min()) * path.tick)
                self._price(high, float(rows.high.max()) * path.tick)
        self._size(21, round(self._instrument.process.volume / 100))

    def _volatility(self, what: str) -> float:
        path = self._client.gateway.db.volatility_path(self._instrument, what)
        rows = path.blocks(0, self._client.gateway.now - 10 * 86400, self._client.gateway.now, regular=True)
        return round(float(rows.close[-1]) * path.tick, 6) if len(rows.close) else 0.2

    def _price(self, tick: int, value: float) -> None:
        self._client.send(m.TickPrice(reqId=self._req_id, tickType=tick, price=round(value, 6), size=0.0, attrMask=0))

    def _size(self, tick: int, value: float) -> None:
        self._client.send(m.TickSize(reqId=self._req_id, tickType=tick, size=float(value)))

    def _generic(self, tick: int, value: float) -> None:
        self._client.send(m.TickGeneric(reqId=self._req_id, tickType=tick, value=float(value)))

    def _string(self, tick: int, value: str) -> None:
        self._client.send(m.TickString(reqId=self._req_id, tickType=tick, value=value))


class OptionTicks:
    """Bid, ask, last and model computations of an option line; once a second at most."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument, *, delayed: bool) -> None:
        self._client, self._req_id, self._instrument = client, req_id, instrument
        gateway = client.gateway
        under = gateway.db.by_id(instrument.under_con_id)
        assert under is not None
        self._under = gateway.tape(under)
        self._lag = 900 if delayed else 0
        self._sigma = gateway.db.option_sigma(instrument)
        self._expiry = expiry_moment(instrument)
        self._first = 80 if delayed else 10
        self._second = -1

    def step(self, now: float, quote: Quote) -> None:
        """Send the four computations when a second has passed."""
        second = int(now)
        if second == self._second:
            return
        self._second = second
        at = now - self._lag
        spot = self._under.at(at).last
        years = max(self._expiry - at, 60.0) / _YEAR_S
        i = self._instrument
        for offset, price in enumerate((quote.bid, quote.ask, quote.last)):
            sigma = implied(price, spot, i.strike, years, i.right) if price > 0 else None
            self._send(self._first + offset, spot, years, sigma, price)
        g = greeks(spot, i.strike, years, self._sigma, i.right)
        self._send(self._first + 3, spot, years, self._sigma, g.price)

    def _send(self, tick: int, spot: float, years: float, sigma: float | None, price: float) -> None:
        i = self._instrument
        values: dict[str, Any] = {"impliedVol": -1.0, "delta": -2.0, "gamma": -2.0, "vega": -2.0, "theta": -2.0}
        if sigma is not None:
            g = greeks(spot, i.strike, years, sigma, i.right)
            values = {"impliedVol": sigma, "delta": g.delta, "gamma": g.gamma, "vega": g.vega, "theta": g.theta}
        self._client.send(
            m.TickOptionComputation(
                reqId=self._req_id, tickType=tick, tickAttrib=1, optPrice=price, pvDividend=0.0, undPrice=spot, **values
            )
        )


class EfpTicks:
    """Exchange for physical: what a future costs beyond its stock, for a combination of the two; once a second."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument) -> None:
        self._client, self._req_id = client, req_id
        legs = {leg.sec_type: (leg, abs(ratio)) for leg, ratio in instrument.legs}
        self._future, self._stock = legs["FUT"], legs["STK"]
        self._second = -1

    @staticmethod
    def fits(instrument: Instrument) -> bool:
        """Tell whether a combination is of one future and one stock, on different sides."""
        kinds = {leg.sec_type: ratio for leg, ratio in instrument.legs}
        return len(instrument.legs) == 2 and kinds.keys() == {"FUT", "STK"} and kinds["FUT"] * kinds["STK"] < 0

    def step(self, now: float, quote: Quote) -> None:
        """Send the basis of bid, ask and last, by the year, when a second has passed."""
        if int(now) == self._second:
            return
        self._second = int(now)
        gateway, (future, number), (stock, shares) = self._client.gateway, self._future, self._stock
        f, s = gateway.quote(future), gateway.quote(stock)
        unit = number * float(future.multiplier or 1)
        days = max(int((expiry_moment(future) - now) // 86400), 1)
        for tick, worth, cost in ((38, f.bid, s.ask), (39, f.ask, s.bid), (40, f.last, s.last)):
            points = (worth * unit / (cost * shares) - 1) * 365 / days * 1e4
            self._client.send(
                m.TickEFP(
                    reqId=self._req_id, tickType=tick, basisPoints=round(points, 4),
                    formattedBasisPoints=f"{points:.2f}", totalDividends=0.0, holdDays=days,
                    futureLastTradeDate=future.expiry, dividendImpact=0.0, dividendsToLastTradeDate=0.0,
                )
            )  # fmt: skip


class YieldTicks:
    """Yields to maturity of a bond at its bid, ask and last price, in percent, as these change."""

    def __init__(self, client: Client, req_id: int, instrument: Instrument) -> None:
        self._client, self._req_id, self._instrument = client, req_id, instrument
        self._sent: dict[int, float] = {}

    def step(self, now: float, quote: Quote) -> None:
        """Send the yields of the prices that changed."""
        for tick, price in ((50, quote.bid), (51, quote.ask), (52, quote.last)):
            if price > 0 and self._sent.get(tick) != price:
                self._sent[tick] = price
                value = round(bond_yield(self._instrument, price, now), 6)
                self._client.send(
                    m.TickPrice(reqId=self._req_id, tickType=tick, price=value, size=0.0, attrMask=0)
                )  # fmt: skip


def bond_yield(instrument: Instrument, price: float, now: float) -> float:
    """Return the yield to maturity in percent at a clean price per 100, coupons twice a year, by bisection."""
    years = max((expiry_moment(instrument) - now) / _YEAR_S, 1 / 365)
    half, coupon = int(years * 2), float(instrument.extra["coupon"]) / 2
    first = years * 2 - half  # half years to the next coupon
    accrued = coupon * (1 - first)

    def worth(rate: float) -> float:
        step = 1 + rate / 200
        paid = sum(coupon / step ** (first + n) for n in range(half + 1))
        return float(paid + 100 / step ** (first + half) - accrued)

    low, high = -20.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        if worth(middle) > price:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def validate_delta_neutral(client: Client, req_id: int, instrument: Instrument, contract: Contract) -> None:
    """Confirm the underlying that hedges a combination of options; what was left empty has the values of now.

    Raises RequestRefused (321) for an underlying that there is not.
    """
    asked, gateway = contract.deltaNeutralContract, client.gateway
    under = None if asked is None else gateway.db.by_id(asked.conId)
    if asked is None or under is None:
        raise RequestRefused(321, "Error validating request: cause - The delta-neutral contract is not known")
    spot = gateway.price(under)
    delta = 0.0
    for leg, number in parts(instrument, 1.0):
        if leg.sec_type == "OPT":
            years = max(expiry_moment(leg) - gateway.now, 60.0) / _YEAR_S
            delta += number * greeks(spot, leg.strike, years, gateway.db.option_sigma(leg), leg.right).delta
    confirmed = DeltaNeutralContract(under.con_id, asked.delta or round(delta, 6), asked.price or spot)
    client.send(m.DeltaNeutralValidation(reqId=req_id, deltaNeutralContract=confirmed))
