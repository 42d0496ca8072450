"""The tables of instruments."""

from ibnb.sim import instruments
from ibnb.sim.instruments import FUTURE_ROOTS, OPTION_ROOTS, standard


def test_ids_are_unique_and_symbols_known():
    made = standard()
    ids = [i.con_id for i in made]
    assert len(set(ids)) == len(ids)
    by_symbol = {(i.symbol, i.currency): i for i in made if not i.secondary}
    assert by_symbol["AMD", "USD"].con_id == 4391
    for symbol in "INTC TSLA AAPL MSFT NVDA AMZN GOOG SPY QQQ IBM JPM MMM".split():
        assert by_symbol[symbol, "USD"].sec_type == "STK"
    pairs = {i.local_symbol for i in made if i.sec_type == "CASH"}
    assert pairs >= {"EUR.USD", "GBP.USD", "USD.JPY", "AUD.USD", "USD.CAD", "USD.CHF"}


def test_prices_fit_their_ticks():
    for i in standard():
        assert i.tick > 0
        assert i.process.price / i.tick > 1000, f"{i.symbol}: prices would move in jumps"


def test_kinds_know_what_they_have():
    made = {i.local_symbol: i for i in standard()}
    assert not made["EUR.USD"].has_trades and made["EUR.USD"].has_quotes
    assert made["SPX"].has_trades and not made["SPX"].has_quotes and not made["SPX"].has_volume
    assert made["SPY"].has_volume


def test_families_name_instruments_that_exist():
    ids = {i.con_id for i in standard()}
    assert {root.under_con_id for root in (*FUTURE_ROOTS, *OPTION_ROOTS)} <= ids
    followed = {i.factor_id for i in standard() if i.factor_id}
    assert followed <= {root.path_id for root in FUTURE_ROOTS}


def test_fresh_instruments_each_time():
    first, second = instruments.standard()[0], instruments.standard()[0]
    assert first is not second
