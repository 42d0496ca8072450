"""Accounts: values, summary, portfolio, positions, time."""

import datetime as dt

import pytest
from reducing import AMD, Reducing

from ibnb.contract import Contract, Stock
from ibnb.objects import AccountValue, PortfolioItem, Position
from ibnb.wire import catalogue as m

PLAIN = Contract(secType="STK", conId=4391, symbol="AMD")


@pytest.fixture
def told():
    return Reducing()


def test_managed_accounts_are_a_list_and_answer_their_request(told):
    answer = told.start("managedAccounts")
    told.take(m.ManagedAccounts("DU1,DU2,"))
    assert told.store.accounts == answer.result() == ["DU1", "DU2"]


def test_a_value_replaces_the_one_before_and_is_told(told):
    told.take(m.UpdateAccountValue("NetLiquidation", "1", "USD", "DU1"))
    told.take(m.UpdateAccountValue("NetLiquidation", "2", "USD", "DU1"))
    expected = AccountValue("DU1", "NetLiquidation", "2", "USD", "")
    assert told.store.accountValues == {("DU1", "NetLiquidation", "USD", ""): expected}
    assert told.events[1] == ("accountValueEvent", expected)


def test_values_of_models_stand_beside_those_of_the_account(told):
    told.take(m.UpdateAccountValue("NetLiquidation", "1", "USD", "DU1"))
    told.take(m.AccountUpdateMulti(3, "DU1", "M", "NetLiquidation", "2", "USD"))
    assert [value.modelCode for value in told.store.accountValues.values()] == ["", "M"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("accountValues", m.AccountDownloadEnd("DU1")),
        (3, m.AccountUpdateMultiEnd(3)),
        (3, m.AccountSummaryEnd(3)),
        ("positions", m.PositionEnd()),
    ],
)
def test_the_end_answers_the_request(told, key, message):
    answer = told.start(key, [])
    told.take(message)
    assert answer.result() == []


def test_a_summary_row_is_kept_and_told(told):
    told.take(m.AccountSummary(3, "DU1", "BuyingPower", "5", "USD"))
    expected = AccountValue("DU1", "BuyingPower", "5", "USD", "")
    assert told.store.acctSummary == {("DU1", "BuyingPower", "USD"): expected}
    assert told.events == [("accountSummaryEvent", expected)]


def test_a_portfolio_row_has_the_contract_of_its_kind(told):
    told.take(m.UpdatePortfolio(PLAIN, 5.0, 10.0, 50.0, 9.0, 5.0, 1.0, "DU1"))
    expected = PortfolioItem(Stock("AMD", conId=4391), 5.0, 10.0, 50.0, 9.0, 5.0, 1.0, "DU1")
    item = told.store.portfolio["DU1"][4391]
    assert (item, type(item.contract)) == (expected, Stock)


def test_a_portfolio_row_of_nothing_goes_but_is_told(told):
    told.take(m.UpdatePortfolio(PLAIN, 5.0, accountName="DU1"), m.UpdatePortfolio(PLAIN, 0.0, accountName="DU1"))
    assert told.store.portfolio["DU1"] == {}
    assert [item.position for _, item in told.events] == [5.0, 0.0]


def test_a_position_is_kept_told_and_part_of_the_answer(told):
    answer = told.start("positions", [])
    told.take(m.Position("DU1", PLAIN, 5.0, 9.0), m.PositionEnd())
    expected = Position("DU1", Stock("AMD", conId=4391), 5.0, 9.0)
    assert told.store.positions["DU1"] == {4391: expected}
    assert answer.result() == [expected]
    assert told.events == [("positionEvent", expected)]


def test_a_position_of_nothing_goes_but_is_told(told):
    told.take(m.Position("DU1", PLAIN, 5.0, 9.0), m.Position("DU1", PLAIN, 0.0, 0.0))
    assert told.store.positions["DU1"] == {}
    assert [position.position for _, position in told.events] == [5.0, 0.0]


def test_positions_of_a_model_are_kept_by_request_and_told_with_the_model(told):
    told.store.model_positions[3] = {}
    answer = told.start(3, [])
    told.take(m.PositionMulti(3, "DU1", PLAIN, 5.0, 9.0, "M"), m.PositionMultiEnd(3))
    expected = Position("DU1", Stock("AMD", conId=4391), 5.0, 9.0)
    assert answer.result() == [expected]
    assert told.events == [("positionMultiEvent", expected, "M")]
    told.take(m.PositionMulti(3, "DU1", PLAIN, 0.0, 0.0, "M"))
    assert told.store.model_positions == {3: {}}
    assert told.store.positions == {}


def test_positions_of_a_model_for_nobody_are_counted(told):
    told.take(m.PositionMulti(3, "DU1", AMD, 5.0, 9.0, "M"))
    assert told.store.unknown_ids == 1


def test_the_time_is_in_the_zone_of_the_defaults():
    told = Reducing(timezone=dt.timezone(dt.timedelta(hours=2)))
    answer = told.start("currentTime")
    told.take(m.CurrentTime(1577836800))
    assert answer.result().isoformat() == "2020-01-01T02:00:00+02:00"


@pytest.mark.parametrize(
    ("kind", "message", "key"),
    [
        ("account", m.UpdateAccountValue("A", "1", "USD", "DU1"), ("DU1", "A", "USD", "")),
        ("summary", m.AccountSummary(3, "DU1", "A", "5", "USD"), ("DU1", "A", "USD")),
        ("portfolio", m.UpdatePortfolio(PLAIN, 5.0, accountName="DU1"), ("DU1", 4391)),
        ("positions", m.Position("DU1", PLAIN, 5.0, 9.0), ("DU1", 4391)),
    ],
)
def test_changes_are_marked_for_the_tables(told, kind, message, key):
    watched = told.store.watch(kind)
    told.take(message, m.UpdateAccountTime("10:00"))
    assert watched == {key}
    ((row_key, _),) = told.store.rows(kind)
    assert row_key == key
