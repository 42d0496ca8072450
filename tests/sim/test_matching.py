"""Prices that orders trade at."""

import pytest

from ibnb.order import (
    LimitOrder,
    MarketOrder,
    Order,
    PercentChangeCondition,
    PriceCondition,
    TimeCondition,
    VolumeCondition,
)
from ibnb.sim.matching import Market, conditions_met, given, match, trail, triggered
from ibnb.sim.quotes import Quote
from ibnb.values import UNSET_DOUBLE

QUOTE = Quote(8, 99.9, 100.1, 100.0, 300.0, 500.0, 100.0, 1e6, 99.0, 101.0, 98.0, 99.5, 1, True)


def market(low=100.0, high=100.0, **changes):
    return Market(QUOTE._replace(**changes), low, high)


def test_market_orders_cross_the_spread():
    assert match(MarketOrder("BUY", 1), "MKT", None, market(), resting=False) == (100.1, 2000)
    assert match(MarketOrder("SELL", 1), "MKT", None, market(), resting=False) == (99.9, 1200)


def test_no_quote_no_trade():
    assert match(MarketOrder("BUY", 1), "MKT", None, market(ask=-1.0), resting=False) is None


@pytest.mark.parametrize(
    ("action", "limit", "found"),
    [("BUY", 100.1, (100.1, 500)), ("BUY", 105.0, (100.1, 500)), ("BUY", 100.0, None), ("SELL", 99.9, (99.9, 300)),
     ("SELL", 100.0, None)],
)  # fmt: skip
def test_limits_take_the_better_price(action, limit, found):
    assert match(LimitOrder(action, 1, limit), "LMT", limit, market(), resting=False) == found


def test_a_resting_limit_trades_at_a_price_reached_meanwhile():
    order = LimitOrder("BUY", 1, 99.5)
    assert match(order, "LMT", 99.5, market(low=99.4), resting=True) == (99.5, 500)
    assert match(order, "LMT", 99.5, market(low=99.4), resting=False) is None
    assert match(order, "LMT", 99.5, market(low=99.41), resting=True) is None, "the ask stood 0.1 above"
    sale = LimitOrder("SELL", 1, 100.5)
    assert match(sale, "LMT", 100.5, market(high=100.6), resting=True) == (100.5, 300)


def test_midprice():
    assert match(Order(action="BUY"), "MIDPRICE", None, market(), resting=False) == (100.0, 500)
    assert match(Order(action="BUY"), "MIDPRICE", 99.9, market(), resting=False) is None


@pytest.mark.parametrize(
    ("kind", "action", "stop", "low", "high", "hit"),
    [
        ("STP", "BUY", 100.5, 100, 100.5, True), ("STP", "BUY", 100.5, 100, 100.4, False),
        ("STP", "SELL", 99.5, 99.5, 100, True), ("STP", "SELL", 99.5, 99.6, 100, False),
        ("MIT", "BUY", 99.5, 99.5, 100, True), ("MIT", "SELL", 100.5, 100, 100.5, True),
        ("MIT", "BUY", 99.5, 99.6, 100, False),
    ],
)  # fmt: skip
def test_triggers(kind, action, stop, low, high, hit):
    order = Order(action=action, orderType=kind)
    assert triggered(order, stop, market(low=low, high=high), by_quote=False) is hit


def test_quotes_trigger_where_there_are_no_trades():
    order = Order(action="BUY", orderType="STP")
    assert triggered(order, 100.1, market(), by_quote=True)
    assert not triggered(order, 100.1, market(), by_quote=False)


def test_trailing_stop_follows_one_way():
    order = Order(action="SELL", orderType="TRAIL", auxPrice=1.0)
    stop = trail(order, None, market(high=100.0))
    assert stop == 99.0
    stop = trail(order, stop, market(high=102.0))
    assert stop == 101.0
    assert trail(order, stop, market(high=100.0)) == 101.0
    buy = Order(action="BUY", orderType="TRAIL", trailingPercent=2.0)
    assert trail(buy, None, market(low=100.0)) == 102.0
    assert trail(Order(action="BUY", orderType="TRAIL", auxPrice=1.0, trailStopPrice=103.0), None, market()) == 103.0


def test_given():
    assert given(UNSET_DOUBLE) is given(None) is given(float("nan")) is None
    assert given(0) == 0.0


def ask(con_id):
    return QUOTE if con_id == 1 else None


def test_conditions():
    above, below = PriceCondition(price=99.0, conId=1), PriceCondition(price=99.0, conId=1, isMore=False)
    assert conditions_met([above], 0, ask)
    assert not conditions_met([below], 0, ask)
    assert not conditions_met([PriceCondition(price=1.0, conId=2)], 0, ask), "nothing is known of that contract"
    assert not conditions_met([above, below], 0, ask)
    either = PriceCondition(price=99.0, conId=1, conjunction="o")
    assert conditions_met([either, below], 0, ask)
    assert conditions_met([VolumeCondition(volume=10, conId=1)], 0, ask)
    assert conditions_met([PercentChangeCondition(changePercent=0.4, conId=1)], 0, ask)
    assert not conditions_met([PercentChangeCondition(changePercent=0.6, conId=1)], 0, ask)
    assert conditions_met([], 0, ask)


def test_time_condition():
    after = TimeCondition(time="20260105 10:00:00 US/Eastern")
    assert not conditions_met([after], 1767625199, ask)
    assert conditions_met([after], 1767625200, ask)
    assert not conditions_met([TimeCondition(time="nonsense")], 1767625200, ask)
