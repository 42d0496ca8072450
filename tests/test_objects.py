"""Records of accounts, executions, bars, news and scans."""

import copy
import dataclasses
import math
import pickle

import pytest
from eventkit import Event

from ibnb import objects
from ibnb.contract import Stock
from ibnb.objects import (
    AccountValue,
    BarData,
    BarDataList,
    CommissionReport,
    DynamicObject,
    Execution,
    ExecutionFilter,
    FundamentalRatios,
    HistogramData,
    IBDefaults,
    OptionChain,
    OptionComputation,
    PnL,
    Position,
    RealTimeBar,
    RealTimeBarList,
    ScanDataList,
    ScannerSubscription,
    SoftDollarTier,
    StartupFetch,
    StartupFetchALL,
    StartupFetchNONE,
    TickData,
    WshEventData,
)
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER


def greeks(**values):
    return OptionComputation(tickAttrib=0, **values)


def test_greeks_add_up():
    left = OptionComputation(1, 0.25, 0.5, 2.0, 0.0, 0.125, 1.0, -0.5, 100.0)
    right = OptionComputation(1, 0.25, 0.25, None, 0.0, 0.125, 1.0, -0.5, 90.0)
    assert left + right == greeks(
        impliedVol=0.5, delta=0.75, optPrice=2.0, gamma=0.25, vega=2.0, theta=-1.0, undPrice=100.0
    )
    assert left - right == greeks(
        impliedVol=0.0, delta=0.25, optPrice=2.0, gamma=0.0, vega=0.0, theta=0.0, undPrice=100.0
    )


def test_greeks_times_a_number():
    left = OptionComputation(1, delta=0.5, undPrice=100.0)
    expected = greeks(impliedVol=0, delta=1.0, optPrice=0, gamma=0, vega=0, theta=0, undPrice=100.0)
    assert left * 2 == 2 * left == expected


@pytest.mark.parametrize("wrong", [lambda o: o + 1, lambda o: o - 1, lambda o: o * "x", lambda o: o * o])
def test_greeks_with_something_else(wrong):
    with pytest.raises(TypeError):
        wrong(OptionComputation(1))


def test_frozen_records_can_be_keys():
    assert len({OptionComputation(1), OptionComputation(1)}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        OptionComputation(1).delta = 1.0


def test_option_chain_text():
    chain = OptionChain("SMART", 1, "SPX", "100", ["20240119"], [100.0])
    assert repr(chain).startswith("OptionChain(exchange='SMART', underlyingConId=1")


@pytest.mark.parametrize("cls", [BarDataList, RealTimeBarList, ScanDataList])
def test_live_lists(cls):
    one, other = cls([1, 2]), cls([1, 2])
    assert isinstance(one, list)
    assert one == one
    assert one != other
    assert (one == other, one != one) == (False, False)
    assert isinstance(one.updateEvent, Event)
    assert one.updateEvent is not other.updateEvent
    assert bool(cls()) is False
    assert (len(one), one[-1], list(one)) == (2, 2, [1, 2])
    one.reqId = 3
    assert one.reqId == 3


def test_live_list_can_be_found_among_others():
    lists = [RealTimeBarList() for _ in range(3)]
    assert lists.index(lists[2]) == 2
    assert len(set(lists)) == 3


def test_live_list_copies():
    bars = RealTimeBarList([RealTimeBar(close=1.0)])
    bars.reqId = 5
    for other in (copy.copy(bars), pickle.loads(pickle.dumps(bars))):
        assert type(other) is RealTimeBarList
        assert other.reqId == 5
        assert other[0] == bars[0]


def test_named_tuples():
    position = Position("DU1", Stock("A"), 1.0, 2.0)
    assert position[3] == position.avgCost == 2.0
    value = AccountValue("DU1", "NetLiquidation", "1", "USD", "")
    assert value._replace(value="2").value == "2"
    assert TickData._fields == ("time", "tickType", "price", "size")


def test_defaults():
    assert (Execution().time, Execution().submitter, Execution().optExerciseOrLapseType) == (EPOCH, "", -1)
    assert (RealTimeBar().open_, RealTimeBar().endTime, BarData().barCount) == (0.0, -1, 0)
    assert math.isnan(PnL().dailyPnL)
    assert WshEventData().conId == UNSET_INTEGER
    assert ScannerSubscription(instrument="STK").nonDefaults() == {"instrument": "STK"}
    assert (ExecutionFilter().lastNDays, ExecutionFilter().specificDates) == (UNSET_INTEGER, [])
    assert HistogramData(1.0, 2.5).count == 2.5


def test_later_names_of_the_commission():
    report = CommissionReport("e", 1.0, "USD", 2.0, UNSET_DOUBLE)
    assert (report.commissionAndFees, report.bondYield) == (1.0, UNSET_DOUBLE)
    report.commissionAndFees, report.bondYield = 3.0, 4.0
    assert (report.commission, report.yield_) == (3.0, 4.0)


def test_soft_dollar_tier_is_false_when_empty():
    assert not SoftDollarTier()
    assert SoftDollarTier(val="x")


def test_defaults_of_market_data_compare():
    assert IBDefaults() == IBDefaults()
    assert IBDefaults(unset=None) != IBDefaults()
    assert IBDefaults().nonDefaults() == {}


def test_dynamic_object():
    assert repr(DynamicObject(a=1, b="x")) == "DynamicObject(a=1, b='x')"
    assert repr(FundamentalRatios(X=1.5)) == "FundamentalRatios(X=1.5)"
    assert FundamentalRatios(X=1.5).X == 1.5


def test_startup_fetch():
    assert StartupFetchALL & ~StartupFetch.POSITIONS == StartupFetch(62)
    assert not StartupFetchNONE
    assert all(part in StartupFetchALL for part in StartupFetch)


def test_unknown_name_of_the_module():
    with pytest.raises(AttributeError, match="NoSuchThing"):
        _ = objects.NoSuchThing
