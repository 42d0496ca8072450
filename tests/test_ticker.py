"""The market of a contract: unset values, quotes, prices."""

import math
import pickle

import pytest

from ibnb import ticker as module
from ibnb.contract import Stock
from ibnb.objects import IBDefaults
from ibnb.ticker import Bar, BarList, Ticker


def quoted(**more):
    return Ticker(bid=1.0, bidSize=5.0, ask=3.0, askSize=6.0, **more)


def test_starts_unset():
    ticker = Ticker(contract=Stock("A", conId=1))
    assert all(math.isnan(v) for v in (ticker.bid, ticker.last, ticker.volume, ticker.oddLotBid, ticker.minTick))
    assert (ticker.time, ticker.marketDataType, ticker.ticks, ticker.domBids) == (None, 1, [], [])
    assert (ticker.bidAttrib, ticker.oddLotBidExchange) == (None, "")


def test_keeps_what_it_is_given():
    assert Ticker(bid=1).bid == 1
    assert math.isnan(Ticker(bid=1).ask)


def test_unset_numbers_are_those_of_the_defaults():
    ticker = Ticker(defaults=IBDefaults(unset=None), bid=2.0)
    assert (ticker.bid, ticker.ask, ticker.volume, ticker.auctionPrice) == (2.0, None, None, None)
    assert ticker.marketDataType == 1
    assert ticker.isUnset(None)
    assert not ticker.isUnset(math.nan)
    assert (ticker.hasBidAsk(), ticker.midpoint(), ticker.marketPrice()) == (False, None, None)


def test_a_nan_that_is_given_stays_with_other_defaults():
    given = float("nan")
    assert Ticker(defaults=IBDefaults(unset=0), bid=given).bid is given


@pytest.mark.parametrize(
    ("value", "unset"), [(math.nan, True), (float("nan"), True), (-1, False), (0, False), (None, False)]
)
def test_is_unset(value, unset):
    assert Ticker().isUnset(value) is unset


def test_midpoint():
    assert quoted().hasBidAsk()
    assert quoted().midpoint() == 2.0
    assert math.isnan(Ticker().midpoint())


@pytest.mark.parametrize(
    ("change", "has"),
    [
        ({"bidSize": 0}, False),
        ({"askSize": math.nan}, False),
        ({"bid": -1}, False),
        ({"ask": math.nan}, False),
        ({"bid": 0.0}, True),
        ({"bid": -37.5}, True),
        ({"bidSize": None}, False),
    ],
)
def test_a_quote_needs_both_prices_and_sizes(change, has):
    ticker = quoted()
    ticker.update(**change)
    assert ticker.hasBidAsk() is has


def test_the_empty_price_of_the_defaults_is_no_quote():
    assert not quoted(defaults=IBDefaults(emptyPrice=1.0)).hasBidAsk()


@pytest.mark.parametrize(("last", "price"), [(2.5, 2.5), (1.0, 1.0), (3.0, 3.0), (9.0, 2.0), (math.nan, 2.0)])
def test_market_price_with_a_quote(last, price):
    assert quoted(last=last).marketPrice() == price


def test_market_price_without_a_quote():
    assert Ticker(last=4.0).marketPrice() == 4.0
    assert Ticker(last=4.0, bid=-1, bidSize=0, ask=3.0, askSize=1.0).marketPrice() == 4.0
    assert math.isnan(Ticker().marketPrice())


def test_told_by_identity():
    one = Ticker()
    assert one == one
    assert one != Ticker()
    assert hash(one) == id(one)


def test_text_and_pickle():
    ticker = Ticker(contract=Stock("A"), bid=1.0)
    assert repr(ticker) == str(ticker) == "Ticker(contract=Stock(symbol='A'), bid=1.0)"
    other = pickle.loads(pickle.dumps(Ticker(defaults=IBDefaults(unset=None))))
    assert (other.bid, other.created) == (None, True)


def test_event_is_made_when_asked():
    ticker = Ticker()
    assert "updateEvent" not in ticker.__dict__
    assert isinstance(ticker.updateEvent, module.TickerUpdateEvent)
    assert ticker.updateEvent is ticker.updateEvent


def test_bar_list():
    assert BarList() != BarList()
    bars = BarList([Bar(None, 1.0)])
    assert bars == bars
    assert bars[0].open == 1.0
    assert math.isnan(bars[0].close)
    assert len({bars, BarList()}) == 2


def test_names_that_come_from_elsewhere():
    from ibnb import tickevents

    for name in ("Tickfilter", "Midpoints", "TimeBars", "TickBars", "VolumeBars", "TickerUpdateEvent"):
        assert getattr(module, name) is getattr(tickevents, name)
    with pytest.raises(AttributeError, match="NoSuchThing"):
        _ = module.NoSuchThing
