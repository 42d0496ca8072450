"""Accounts: figures that agree with each other."""

import pytest

from ibnb.sim.accounts import BASE, SUMMARY_TAGS, Account, commission, margin

PRICES: dict[int, float] = {4391: 200.0, 12087792: 1.16, 416904: 6600.0, 15016059: 156.0}


def prices(instrument):
    return PRICES.get(instrument.con_id, 50.0)


def rates(currency):
    return {"USD": 1.0, "EUR": 1.16, "JPY": 1 / 156, "BASE": 1.0}[currency]


def value(account, tag, currency=BASE):
    rows = [v for v in account.values(prices, rates) if (v.tag, v.currency) == (tag, currency)]
    assert len(rows) == 1, rows
    return float(rows[0].value)


@pytest.fixture
def amd(db):
    return db.by_id(4391)


@pytest.fixture
def account():
    return Account("DU1", cash={"USD": 100_000.0})


def test_buying_swaps_cash_for_stock(account, amd):
    account.trade(amd, 100, 200.0, 1.0)
    assert account.cash["USD"] == 100_000 - 20_000 - 1
    assert value(account, "NetLiquidation") == pytest.approx(99_999)
    assert value(account, "GrossPositionValue") == 20_000
    assert value(account, "NetLiquidation") == value(account, "TotalCashValue") + 20_000


def test_average_and_realized_profit(account, amd):
    account.trade(amd, 100, 190.0, 1.0)
    account.trade(amd, 100, 210.0, 1.0)
    held = account.holdings[4391]
    assert held.average == 200.0
    assert account.trade(amd, -150, 220.0, 2.0) == 150 * 20 - 2
    assert (held.quantity, held.average) == (50, 200.0)
    assert held.realized == 3000 - 4
    assert account.profit(prices, rates)[2] == 3000 - 4


def test_turning_a_position_round_starts_a_new_average(account, amd):
    account.trade(amd, 100, 190.0, 0.0)
    realized = account.trade(amd, -150, 200.0, 0.0)
    held = account.holdings[4391]
    assert realized == 1000
    assert (held.quantity, held.average) == (-50, 200.0)
    account.trade(amd, 50, 195.0, 0.0)
    assert (held.quantity, held.average, account.realized) == (0, 0.0, 1250.0)
    assert account.held() == []


def test_daily_profit_counts_from_the_close_and_the_days_trades(account, amd):
    account.hold(amd, 100, 150.0, 195.0)
    daily, unrealized, _ = account.profit(prices, rates)
    assert (daily, unrealized) == (500.0, 5000.0)
    account.trade(amd, 10, 198.0, 1.0)
    assert account.profit(prices, rates)[0] == pytest.approx(500 + 20 - 1)
    account.roll(prices, rates)
    assert account.profit(prices, rates) == (0.0, pytest.approx(110 * 200 - 150 * 100 - 1980), 0.0)
    assert account.start_equity == pytest.approx(value(account, "EquityWithLoanValue"))


def test_forex_moves_two_currencies_and_no_stock_value(account, db):
    account.trade(db.by_id(12087792), 20_000, 1.15, 2.0)
    assert account.cash == {"USD": 100_000 - 23_000 - 2, "EUR": 20_000}
    assert value(account, "NetLiquidation") == pytest.approx(76_998 + 20_000 * 1.16)
    assert value(account, "GrossPositionValue") == 0
    assert value(account, "CashBalance", "EUR") == 20_000


def test_futures_count_by_their_open_profit(account, db):
    es = next(i for i in db.by_symbol("ES") if i.local_symbol == "ESZ6")
    PRICES[es.con_id] = 6610.0
    account.trade(es, 2, 6600.0, 4.5)
    assert account.cash["USD"] == 100_000 - 4.5
    assert value(account, "NetLiquidation") == 100_000 - 4.5 + 2 * 10 * 50
    account.trade(es, -2, 6610.0, 4.5)
    assert account.cash["USD"] == 100_000 - 9 + 1000


def test_ledger_sums_to_base(account, amd, db):
    account.cash["EUR"] = 1000.0
    account.trade(amd, 10, 200.0, 0.0)
    rows = {(v.tag, v.currency): v.value for v in account.ledger(prices, rates)}
    assert float(rows["NetLiquidationByCurrency", "BASE"]) == pytest.approx(value(account, "NetLiquidation"))
    in_euro = float(rows["NetLiquidationByCurrency", "EUR"])
    in_dollar = float(rows["NetLiquidationByCurrency", "USD"])
    assert in_euro * 1.16 + in_dollar == pytest.approx(float(rows["NetLiquidationByCurrency", "BASE"]))
    assert float(rows["ExchangeRate", "EUR"]) == 1.16
    assert {v.currency for v in account.ledger(prices, rates, "EUR")} == {"EUR"}
    assert {v.currency for v in account.ledger(prices, rates, "BASE")} == {"BASE"}


def test_values_cover_the_summary_tags_once(account):
    names = [(v.tag, v.currency) for v in account.values(prices, rates)]
    assert len(set(names)) == len(names)
    missing = set(SUMMARY_TAGS) - {tag for tag, _ in names}
    assert not missing
    assert ("NetLiquidationByCurrency", "BASE") in names


def test_margins_reduce_what_is_available(account, amd):
    account.trade(amd, 100, 200.0, 0.0)
    assert value(account, "InitMarginReq") == 6000
    assert value(account, "AvailableFunds") == 100_000 - 6000
    assert value(account, "ExcessLiquidity") == 100_000 - 5000


def test_commissions(db, amd):
    assert commission(amd, 100, 200.0) == 1.0
    assert commission(amd, 1000, 200.0) == 5.0
    assert commission(amd, 10, 0.5) == pytest.approx(0.05), "at most one per cent"
    eurusd, usdjpy = db.by_id(12087792), db.by_id(15016059)
    assert commission(eurusd, 20_000, 1.16) == 2.0
    assert commission(eurusd, 1e6, 1.16) == 23.2
    assert commission(usdjpy, 20_000, 156.0, 1 / 156) == 312.0, "two dollars, in yen"


def test_margin_by_kind(db, amd):
    assert margin(amd, 10, 100.0) == (300.0, 250.0)
    assert margin(amd, -10, 100.0) == (350.0, 300.0)
    assert margin(db.by_id(12087792), 1000, 1.0) == (30.0, 25.0)


def test_daily_profit_of_positions_in_other_currencies(account, db):
    usdjpy = db.by_id(15016059)
    account.trade(usdjpy, 1000, 155.0, 0.0)
    daily, unrealized, _ = account.profit(prices, rates)
    assert daily == pytest.approx(1000 / 156)
    assert unrealized == pytest.approx(1000 / 156)
