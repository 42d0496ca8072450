"""Accounts."""

import pytest
from reducing import AMD

from ibnb.errors import LocalProtocolError
from ibnb.objects import AccountValue, PortfolioItem, Position
from ibnb.wire import catalogue as m

SUMMARY = m.AccountSummary(0, "DU1", "BuyingPower", "5", "USD")


def test_accounts_are_a_new_list(wire):
    wire.ib.managedAccounts().append("DU2")
    assert wire.ib.managedAccounts() == ["DU1"]


def test_values_are_those_of_an_account_or_all(wire):
    wire.tell(m.UpdateAccountValue("A", "1", "USD", "DU1"), m.UpdateAccountValue("A", "2", "USD", "DU2"))
    assert wire.ib.accountValues("DU2") == [AccountValue("DU2", "A", "2", "USD", "")]
    assert len(wire.ib.accountValues()) == 2


def test_positions_and_portfolio_are_those_of_an_account_or_all(wire):
    wire.tell(m.Position("DU1", AMD, 5.0, 9.0), m.Position("DU2", AMD, 6.0, 9.0))
    wire.tell(m.UpdatePortfolio(AMD, 5.0, 1.0, 5.0, 1.0, 0.0, 0.0, "DU1"))
    assert wire.ib.positions("DU2") == [Position("DU2", AMD, 6.0, 9.0)]
    assert len(wire.ib.positions()) == 2
    assert wire.ib.portfolio("DU1") == [PortfolioItem(AMD, 5.0, 1.0, 5.0, 1.0, 0.0, 0.0, "DU1")]
    assert wire.ib.portfolio("DU2") == []


def test_the_summary_is_subscribed_once_and_then_known(wire):
    wire.answer(m.ReqAccountSummary, SUMMARY, m.AccountSummaryEnd())
    expected = [AccountValue("DU1", "BuyingPower", "5", "USD", "")]
    assert wire.ib.accountSummary() == wire.ib.accountSummary("DU1") == expected
    assert wire.ib.accountSummary("DU2") == []
    (asked,) = wire.sent
    assert (asked.groupName, asked.tags.split(",")[0]) == ("All", "AccountType")


def test_the_summary_can_be_awaited(wire, awaited):
    wire.answer(m.ReqAccountSummary, SUMMARY, m.AccountSummaryEnd())
    assert len(awaited(wire.ib.accountSummaryAsync)) == 1
    assert len(awaited(wire.ib.accountSummaryAsync)) == 1
    assert len(wire.sent) == 1


def test_the_summary_is_subscribed_anew_when_the_link_is_back(wire):
    wire.answer(m.ReqAccountSummary, m.AccountSummaryEnd())
    wire.ib.accountSummary()
    wire.tell(m.Error(-1, 1102, "link restored, data maintained"))
    assert [type(request) for request in wire.sent] == [
        m.ReqAccountSummary,
        m.CancelAccountSummary,
        m.ReqAccountSummary,
    ]
    assert wire.sent[1].reqId == wire.sent[0].reqId


def test_a_summary_that_nobody_asked_for_is_not_subscribed_when_the_link_is_back(wire):
    wire.tell(m.Error(-1, 1102, "link restored, data maintained"))
    assert wire.sent == []


def test_the_summary_is_subscribed_anew_by_the_next_connection(wire):
    wire.answer(m.ReqAccountSummary, m.AccountSummaryEnd())
    wire.ib.accountSummary()
    wire.lose()
    assert wire.ib.wrapper.summary_id == 0


def test_updates_of_an_account(wire, awaited):
    wire.answer(m.ReqAccountUpdates, m.AccountDownloadEnd("DU1"))
    wire.ib.reqAccountUpdates("DU1")
    awaited(lambda: wire.ib.reqAccountUpdatesAsync("DU1"))
    assert wire.sent == [m.ReqAccountUpdates(True, "DU1")] * 2


def test_updates_of_two_accounts_at_once_are_refused(wire, awaited):
    async def both():
        wire.ib.reqAccountUpdatesAsync("DU1")
        wire.ib.reqAccountUpdatesAsync("DU2")

    with pytest.raises(LocalProtocolError, match="TWS follows one account at a time"):
        awaited(both)


def test_updates_of_a_model(wire, awaited):
    wire.answer(m.ReqAccountUpdatesMulti, m.AccountUpdateMultiEnd())
    wire.ib.reqAccountUpdatesMulti("DU1", "M")
    awaited(lambda: wire.ib.reqAccountUpdatesMultiAsync("DU1", "M"))
    assert [(asked.account, asked.modelCode) for asked in wire.sent] == [("DU1", "M")] * 2


def test_positions_are_asked_for(wire, awaited):
    wire.answer(m.ReqPositions, m.Position("DU1", AMD, 5.0, 9.0), m.PositionEnd())
    expected = [Position("DU1", AMD, 5.0, 9.0)]
    assert wire.ib.reqPositions() == awaited(wire.ib.reqPositionsAsync) == expected


def test_a_summary_given_up_can_be_asked_for_again(wire):
    wire.ib.RequestTimeout = 0.01
    for _ in range(2):
        with pytest.raises(TimeoutError):
            wire.ib.reqAccountSummary()
    assert [type(request) for request in wire.sent] == [m.ReqAccountSummary, m.CancelAccountSummary] * 2


def test_the_gateway_sums_up(ib):
    assert {value.tag for value in ib.accountSummary()} >= {"NetLiquidation", "BuyingPower"}
