"""Futures and options: which exist at a date, their ids, their paths.

Months and strikes follow from the gateway's clock at its start, so that "the front month" and "strikes about the
price" hold whenever a test or a demonstration runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.sim.calendars import CME, INDEX, OPTION
from ibnb.sim.instruments import FUTURE_ROOTS, OPTION_ROOTS, Instrument, OptionRoot, Root
from ibnb.sim.noise import Floats, Ints, key
from ibnb.sim.options import RATE, smile
from ibnb.sim.paths import Process

__all__ = [
    "Chain", "chains", "expiry_moment", "future_factor", "futures", "option", "option_id", "option_sigma",
    "parse_option_id", "roots_by_underlying", "third_friday",
]  # fmt: skip

_MONTH_CODES = "FGHJKMNQUVXZ"
_FIRST_OPTION = 850_000_000
_FIRST_DAY = dt.date(2020, 1, 1).toordinal()
_CLASSES = [(root.symbol, name) for root in OPTION_ROOTS for name in root.classes]


@dataclass(frozen=True, slots=True)
class Chain:
    """The options of one trading class: expirations as `yyyymmdd`, strikes ascending."""

    root: OptionRoot
    trading_class: str
    expirations: tuple[str, ...]
    strikes: tuple[float, ...]
    reference: float  # the underlying's price when the chain was drawn up


def third_friday(year: int, month: int) -> dt.date:
    """Return the third Friday of a month."""
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(4 - first.weekday()) % 7 + 14)


def _months(day: dt.date, count: int) -> list[tuple[int, int]]:
    serial = day.year * 12 + day.month - 1
    return [divmod(serial + n, 12) for n in range(count)]


def _con_id(*parts: int | str) -> int:
    return 540_000_000 + key(*parts) % 300_000_000


def futures(day: dt.date, taken: Callable[[int], bool]) -> Iterator[Instrument]:
    """Make the futures around `day`: two years of expired quarters and the next six, for each root."""
    for root in FUTURE_ROOTS:
        for year, month0 in _months(dt.date(day.year - 2, 1, 1), 54):
            expiry = third_friday(year, month0 + 1)
            ahead = (expiry - day).days
            if month0 % 3 != 2 or ahead > 560:
                continue
            yield _future(root, expiry, taken)


def _future(root: Root, expiry: dt.date, taken: Callable[[int], bool]) -> Instrument:
    local = f"{root.symbol}{_MONTH_CODES[expiry.month - 1]}{expiry.year % 10}"
    con_id = _con_id("FUT", root.symbol, expiry.toordinal())
    while taken(con_id):
        con_id += 1
    base = root.process
    process = replace(base, tick=root.tick)
    return Instrument(
        con_id, root.symbol, "FUT", root.exchange, "USD", root.name, CME, process, (root.exchange, "QBALGO"),
        local_symbol=local, trading_class=root.symbol, spread=(0, 1), lot=20.0, multiplier=root.multiplier,
        expiry=f"{expiry:%Y%m%d}", last_trade_time="08:30:00", under_con_id=root.under_con_id, market_rule=67,
        under_symbol=root.symbol, under_sec_type="IND", factor_id=root.path_id, since_year=expiry.year - 1,
    )  # fmt: skip


def expiry_moment(instrument: Instrument) -> float:
    """Return when an instrument stops trading, in seconds since 1970 UTC."""
    day = dt.datetime.strptime(instrument.expiry, "%Y%m%d")
    hours, minutes = (8, 30) if instrument.sec_type == "FUT" else (16, 0)
    if instrument.sec_type == "OPT" and instrument.calendar is INDEX:
        hours = 15
    zone = ZoneInfo(instrument.calendar.zone)
    return day.replace(hour=hours, minute=minutes, tzinfo=zone).timestamp()


def future_factor(expiry: dt.date) -> Callable[[Ints], Floats]:
    """Return the ratio of a future to its index by trading day: interest until the expiry."""
    last = expiry.toordinal() - dt.date(1970, 1, 1).toordinal()
    days = CME.days

    def factor(index: Ints) -> Floats:
        return np.asarray(np.exp((RATE - 0.012) * (last - days[index]) / 365.25))

    return factor


def chains(root: OptionRoot, day: dt.date, reference: float) -> list[Chain]:
    """Draw up the chains of an underlying at `day` from the price at that time."""
    monthly = [third_friday(y, m + 1) for y, m in _months(day, 12)]
    friday = day + dt.timedelta(days=(4 - day.weekday()) % 7)
    weekly = [friday + dt.timedelta(weeks=n) for n in range(8)]
    low, high = reference * (1 - root.reach), reference * (1 + root.reach)
    first, last = int(np.ceil(low / root.step)), int(np.floor(high / root.step))
    strikes = tuple(round(n * root.step, 4) for n in range(max(first, 1), last + 1))
    made = []
    for name in root.classes:
        if len(root.classes) == 1:
            dates = {*weekly, *(d for n, d in enumerate(monthly) if n < 4 or n % 3 == 0)}
        elif name == root.classes[0]:
            dates = {d for n, d in enumerate(monthly) if n < 7 or n % 3 == 0}
        else:
            dates = {d for d in weekly if d not in monthly}
        texts = tuple(f"{_open_day(d):%Y%m%d}" for d in sorted(dates) if d >= day)
        made.append(Chain(root, name, texts, strikes, reference))
    return made


def _open_day(day: dt.date) -> dt.date:
    """Return the day itself or, when the market is closed, the trading day before."""
    while OPTION.regular_hours(day) is None:
        day -= dt.timedelta(days=1)
    return day


def option_sigma(chain: Chain, strike: float) -> float:
    """Return the volatility that options of this strike trade at."""
    return smile(chain.root.sigma, strike, chain.reference)


def option_id(root: OptionRoot, trading_class: str, expiry: str, strike: float, right: str) -> int:
    """Return the conId of an option: class, day, strike and right packed, so that `parse_option_id` reads them back."""
    number = _CLASSES.index((root.symbol, trading_class))
    days = dt.datetime.strptime(expiry, "%Y%m%d").toordinal() - _FIRST_DAY
    steps = round(strike / root.step)
    return _FIRST_OPTION + ((number << 13 | days % 8192) << 12 | steps % 4096) * 2 + (right == "P")


def parse_option_id(con_id: int) -> tuple[OptionRoot, str, str, float, str] | None:
    """Return root, trading class, expiry, strike and right of an option's conId, or None for other ids."""
    rest = con_id - _FIRST_OPTION
    if not 0 <= rest < len(_CLASSES) << 26:
        return None
    steps, days, number = rest >> 1 & 4095, rest >> 13 & 8191, rest >> 26
    symbol, trading_class = _CLASSES[number]
    root = next(r for r in OPTION_ROOTS if r.symbol == symbol)
    expiry = dt.date.fromordinal(_FIRST_DAY + days)
    return root, trading_class, f"{expiry:%Y%m%d}", round(steps * root.step, 4), "P" if rest & 1 else "C"


def option(chain: Chain, under: Instrument, expiry: str, strike: float, right: str) -> Instrument:
    """Make one option of a chain."""
    root = chain.root
    con_id = option_id(root, chain.trading_class, expiry, strike, right)
    tick = 0.05 if root.symbol == "SPX" else 0.01
    local = f"{chain.trading_class:<6}{expiry[2:]}{right}{round(strike * 1000):08d}"
    return Instrument(
        con_id, root.symbol, "OPT", root.venues[1], "USD", under.name, INDEX if under.sec_type == "IND" else OPTION,
        Process(chain.reference, tick, root.sigma), root.venues, local_symbol=local, trading_class=chain.trading_class,
        spread=(2, 2), lot=20.0, multiplier=root.multiplier, expiry=expiry, strike=strike, right=right,
        under_con_id=under.con_id, under_symbol=under.symbol, under_sec_type=under.sec_type,
        since_year=int(expiry[:4]) - 1, market_rule=109 if tick == 0.05 else 32,
    )  # fmt: skip


def roots_by_underlying() -> dict[int, OptionRoot]:
    """Return the option families by the conId of their underlying."""
    return {root.under_con_id: root for root in OPTION_ROOTS}
