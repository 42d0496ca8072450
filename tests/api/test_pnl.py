"""Profit and loss."""

import pytest

from ibnb.objects import PnL, PnLSingle
from ibnb.wire import catalogue as m


def test_the_profit_of_an_account_is_followed_in_one_object(wire):
    entry = wire.ib.reqPnL("DU1", "M")
    (asked,) = wire.sent
    assert (asked.account, asked.modelCode) == ("DU1", "M")
    wire.tell(m.Pnl(asked.reqId, 1.0, 2.0, 3.0))
    assert wire.ib.pnl() == [entry] == [PnL("DU1", "M", 1.0, 2.0, 3.0)]
    assert wire.ib.pnl()[0] is entry


def test_the_profit_of_a_position_is_followed_in_one_object(wire):
    entry = wire.ib.reqPnLSingle("DU1", "", 4391)
    (asked,) = wire.sent
    assert (asked.account, asked.modelCode, asked.conId) == ("DU1", "", 4391)
    wire.tell(m.PnlSingle(asked.reqId, 10.0, 1.0, 2.0, 3.0, 100.0))
    assert wire.ib.pnlSingle() == [entry] == [PnLSingle("DU1", "", 4391, 1.0, 2.0, 3.0, 10.0, 100.0)]


def test_profits_are_told(wire):
    seen = []
    wire.ib.pnlEvent += seen.append
    entry = wire.ib.reqPnL("DU1")
    wire.tell(m.Pnl(wire.sent[0].reqId, 1.0, 2.0, 3.0))
    wire.fire()
    assert seen == [entry]


def test_profits_are_chosen_by_account_model_and_contract(wire):
    first, second = wire.ib.reqPnL("DU1", "M"), wire.ib.reqPnL("DU2")
    single = wire.ib.reqPnLSingle("DU1", "", 4391)
    wire.ib.reqPnLSingle("DU1", "", 8314)
    assert wire.ib.pnl(account="DU2") == [second]
    assert wire.ib.pnl(modelCode="M") == [first]
    assert wire.ib.pnlSingle(conId=4391) == [single]
    assert wire.ib.pnlSingle("DU2") == []


def test_what_is_followed_cannot_be_followed_again(wire):
    wire.ib.reqPnL("DU1")
    wire.ib.reqPnLSingle("DU1", "", 4391)
    with pytest.raises(AssertionError):
        wire.ib.reqPnL("DU1")
    with pytest.raises(AssertionError):
        wire.ib.reqPnLSingle("DU1", "", 4391)


def test_cancelled_profits_are_forgotten_and_can_be_followed_anew(wire):
    wire.ib.reqPnL("DU1")
    wire.ib.reqPnLSingle("DU1", "", 4391)
    first, second = (request.reqId for request in wire.sent)
    wire.ib.cancelPnL("DU1")
    wire.ib.cancelPnLSingle("DU1", "", 4391)
    assert wire.sent[2:] == [m.CancelPnL(first), m.CancelPnLSingle(second)]
    assert (wire.ib.pnl(), wire.ib.pnlSingle()) == ([], [])
    wire.ib.reqPnL("DU1")


def test_cancelling_what_is_not_followed_sends_nothing(wire, caplog):
    wire.ib.cancelPnL("DU1")
    wire.ib.cancelPnLSingle("DU1", "", 4391)
    assert (wire.sent, caplog.text.count("is not followed")) == ([], 2)


def test_the_table_has_a_row_for_each(wire):
    wire.ib.reqPnL("DU1")
    wire.ib.reqPnLSingle("DU1", "", 4391)
    wire.tell(m.Pnl(wire.sent[0].reqId, 1.0, 2.0, 3.0))
    frame = wire.ib.tables.pnl.df
    assert frame["dailyPnL"].tolist()[0] == 1.0
    assert frame["conId"].isna().tolist() == [True, False]
    wire.ib.cancelPnL("DU1")
    assert len(wire.ib.tables.pnl.df) == 1


def test_the_gateway_values_the_account(ib):
    entry = ib.reqPnL(ib.managedAccounts()[0])
    assert list(ib.loopUntil(lambda: entry.unrealizedPnL == entry.unrealizedPnL, 5))[-1]
