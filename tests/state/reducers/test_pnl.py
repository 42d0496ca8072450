"""Profit and loss, updated in place."""

import math

import pytest
from reducing import Reducing

from ibnb.objects import PnL, PnLSingle
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m


@pytest.fixture
def told():
    return Reducing()


def test_the_profit_of_an_account_is_updated_in_place(told):
    entry = told.store.reqId2PnL[4] = PnL("DU1", "")
    told.take(m.Pnl(4, 1.0, 2.0, 3.0))
    assert entry == PnL("DU1", "", 1.0, 2.0, 3.0)
    assert told.events == [("pnlEvent", entry)]


def test_the_profit_of_a_position_is_updated_in_place(told):
    entry = told.store.reqId2PnlSingle[4] = PnLSingle("DU1", "", 4391)
    told.take(m.PnlSingle(4, 1.5, 1.0, 2.0, 3.0, 150.0))
    assert entry == PnLSingle("DU1", "", 4391, 1.0, 2.0, 3.0, 1.5, 150.0)
    assert told.events == [("pnlSingleEvent", entry)]


def test_no_value_is_nan(told):
    entry = told.store.reqId2PnL[4] = PnL("DU1", "")
    told.take(m.Pnl(4, 1.0, UNSET_DOUBLE, 3.0))
    assert math.isnan(entry.unrealizedPnL)


def test_a_change_marks_the_row_of_the_table(told):
    entry = told.store.reqId2PnlSingle[4] = told.store.profits["DU1", "M", 4391] = PnLSingle("DU1", "M", 4391)
    watched = told.store.watch("pnl")
    told.take(m.PnlSingle(4, 1.0, 1.0, 1.0, 1.0, 1.0))
    assert watched == {("DU1", "M", 4391)}
    assert list(told.store.rows("pnl", watched)) == [(("DU1", "M", 4391), entry)]


@pytest.mark.parametrize("message", [m.Pnl(4), m.PnlSingle(4)])
def test_a_profit_for_nobody_is_counted(told, message):
    told.take(message)
    assert (told.store.unknown_ids, told.events) == (1, [])
