"""Futures and options that exist at a date."""

import datetime as dt

import numpy as np
import pytest

from ibnb.sim import derivatives
from ibnb.sim.calendars import CME
from ibnb.sim.instruments import OPTION_ROOTS, standard

DAY = dt.date(2026, 11, 20)


def free(con_id: int) -> bool:
    return False


@pytest.mark.parametrize(("month", "day"), [(1, 16), (5, 15), (8, 21), (12, 18)])
def test_third_friday(month, day):
    assert derivatives.third_friday(2026, month) == dt.date(2026, month, day)


def test_futures_are_quarters_named_as_at_the_exchange():
    es = [i for i in derivatives.futures(DAY, free) if i.symbol == "ES"]
    assert {i.expiry[4:6] for i in es} == {"03", "06", "09", "12"}
    front = next(i for i in es if i.expiry > "20261120")
    assert (front.local_symbol, front.expiry, front.multiplier, front.tick) == ("ESZ6", "20261218", "50", 0.25)
    assert [i.expiry for i in es] == sorted(i.expiry for i in es)
    assert any(i.expiry < "20260101" for i in es), "expired ones are known too"


def test_ids_do_not_depend_on_the_date():
    then = {i.local_symbol: i.con_id for i in derivatives.futures(DAY, free)}
    later = {i.local_symbol: i.con_id for i in derivatives.futures(DAY + dt.timedelta(days=30), free)}
    common = then.keys() & later.keys()
    assert len(common) > 10
    assert all(then[name] == later[name] for name in common)


def test_taken_ids_are_stepped_over():
    plain = next(derivatives.futures(DAY, free))
    stepped = next(derivatives.futures(DAY, lambda con_id: con_id == plain.con_id))
    assert stepped.con_id == plain.con_id + 1


def test_expiry_moments():
    es = next(i for i in derivatives.futures(DAY, free) if i.local_symbol == "ESZ6")
    assert derivatives.expiry_moment(es) == dt.datetime(2026, 12, 18, 14, 30, tzinfo=dt.UTC).timestamp()


def test_futures_cost_interest_until_expiry():
    factor = derivatives.future_factor(dt.date(2026, 12, 18))
    number = (dt.date(2026, 12, 18) - dt.date(1970, 1, 1)).days
    last = int(np.searchsorted(CME.days, number))
    early, late = factor(np.array([last - 60, last]))
    assert early > late == pytest.approx(1.0)


def test_chains_of_an_index_and_a_stock():
    roots = {root.symbol: root for root in OPTION_ROOTS}
    monthly, weekly = derivatives.chains(roots["SPX"], DAY, 6600.0)
    assert (monthly.trading_class, weekly.trading_class) == ("SPX", "SPXW")
    assert not set(monthly.expirations) & set(weekly.expirations)
    assert "20261218" in monthly.expirations
    assert 6600.0 in monthly.strikes and min(monthly.strikes) >= 4950 and max(monthly.strikes) <= 8250
    (amd,) = derivatives.chains(roots["AMD"], DAY, 216.0)
    assert amd.expirations == tuple(sorted(amd.expirations))
    assert all(strike % 2.5 == 0 for strike in amd.strikes)


@pytest.mark.parametrize("strike", [2.5, 215.0, 4000.0])
def test_option_ids_can_be_read_back(strike):
    for root in OPTION_ROOTS:
        for name in root.classes:
            level = round(strike / root.step) * root.step
            con_id = derivatives.option_id(root, name, "20261218", level, "P")
            assert derivatives.parse_option_id(con_id) == (root, name, "20261218", level, "P")


def test_other_ids_are_no_options():
    assert derivatives.parse_option_id(4391) is None
    assert derivatives.parse_option_id(2**31) is None


def test_expiry_on_a_holiday_moves_a_day_back():
    roots = {root.symbol: root for root in OPTION_ROOTS}
    (chain,) = derivatives.chains(roots["AMD"], dt.date(2026, 3, 30), 216.0)
    assert "20260402" in chain.expirations, "3 April 2026 is Good Friday"


def test_an_option_describes_itself():
    roots = {root.symbol: root for root in OPTION_ROOTS}
    spx = next(i for i in standard() if i.symbol == "SPX")
    chain = derivatives.chains(roots["SPX"], DAY, 6600.0)[0]
    made = derivatives.option(chain, spx, "20261218", 6600.0, "P")
    assert made.local_symbol == "SPX   261218P06600000"
    assert (made.strike, made.right, made.multiplier, made.under_con_id) == (6600.0, "P", "100", 416904)
    assert derivatives.expiry_moment(made) == dt.datetime(2026, 12, 18, 21, 0, tzinfo=dt.UTC).timestamp()
    assert derivatives.option_sigma(chain, 5000.0) > derivatives.option_sigma(chain, 6600.0)


def test_roots_by_underlying():
    assert derivatives.roots_by_underlying()[416904].symbol == "SPX"
