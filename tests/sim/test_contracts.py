"""Finding contracts, details, paths."""

import pytest

from ibnb.contract import ContFuture, Contract, Forex, Future, Index, Option, Stock
from ibnb.sim.errors import RequestRefused
from tests.sim.peer import FRIDAY


def ids(db, contract):
    return sorted({match.instrument.con_id for match in db.find(contract)})


def test_a_symbol_alone_is_ambiguous(db):
    matches = db.find(Stock("AMD"))
    assert ids(db, Stock("AMD")) == [4391, 28018846, 32596680, 119458250]
    assert len([m for m in matches if m.instrument.con_id == 4391]) > 10, "one for each venue"
    assert len(ids(db, Stock("AMD", "SMART"))) == 3
    assert ids(db, Stock("AMD", "SMART", "USD")) == ids(db, Stock("amd", "SMART", "usd")) == [4391]


@pytest.mark.parametrize(
    ("contract", "con_id"),
    [
        (Contract(conId=4391), 4391), (Contract(conId=4391, exchange="ISLAND"), 4391),
        (Contract(secType="STK", localSymbol="AMD", exchange="NASDAQ"), 4391),
        (Stock("AMD", "SMART", "USD", primaryExchange="ISLAND"), 4391), (Forex("EURUSD"), 12087792),
        (Contract(secType="CASH", localSymbol="EUR.USD", exchange="IDEALPRO"), 12087792),
        (Index("SPX", "CBOE"), 416904), (Stock("MMM", "SMART", "USD"), 13061),
        (Contract(secIdType="ISIN", secId="US0000043911", exchange="SMART"), 4391),
    ],
)  # fmt: skip
def test_one_contract_by_many_descriptions(db, contract, con_id):
    assert ids(db, contract) == [con_id]


@pytest.mark.parametrize(
    "contract",
    [
        Stock("XXX", "SMART", "USD"), Stock("AMD", "SMART", "JPY"), Stock("AMD", "IDEALPRO", "USD"), Contract(conId=1),
        Contract(conId=4391, exchange="CME"), Stock("AMD", "SMART", "USD", primaryExchange="NYSE"), Forex("EURXXX"),
        Contract(conId=900_000_001),
    ],
)  # fmt: skip
def test_nothing_fits(db, contract):
    assert db.find(contract) == []


@pytest.mark.parametrize(
    "contract", [Contract(), Contract(symbol="AMD"), Contract(symbol="A", secType="XYZ"), Contract(secType="STK")]
)
def test_descriptions_that_name_nothing(db, contract):
    with pytest.raises(RequestRefused) as refused:
        db.find(contract)
    assert refused.value.code == 321


def test_futures_by_month_and_the_front_one(db):
    every = db.find(Future("ES", exchange="CME"))
    assert every[0].instrument.local_symbol == "ESZ6"
    assert all(m.instrument.expiry >= "20261120" for m in every)
    assert [m.instrument.local_symbol for m in db.find(Future("ES", "202703", "CME"))] == ["ESH7"]
    assert [m.instrument.expiry for m in db.find(Future(localSymbol="ESZ6", exchange="CME"))] == ["20261218"]
    (front,) = db.find(ContFuture("ES", "CME"))
    assert db.contract(front).secType == "CONTFUT"
    assert db.contract(front).conId == every[0].instrument.con_id
    expired = Future("ES", exchange="CME", includeExpired=True)
    assert len(db.find(expired)) > len(every)


def test_options_by_class_strike_and_right(db):
    strike = 6600.0
    one = db.find(Option("SPX", "20261218", strike, "P", "SMART", tradingClass="SPX"))
    assert [m.instrument.local_symbol for m in one] == ["SPX   261218P06600000"]
    assert ids(db, Contract(conId=one[0].instrument.con_id)) == [one[0].instrument.con_id]
    both = db.find(Option("SPX", "20261218", strike, exchange="SMART"))
    assert {m.instrument.right for m in both} == {"C", "P"}
    assert db.find(Option("SPX", "20261218", 6601.0, "P", "SMART")) == []
    assert db.find(Option("KO", "20261218", 70.0, "P", "SMART")) == []


def test_an_option_is_found_by_id_alone_in_a_fresh_database(db):
    from ibnb.sim.contracts import Database

    wanted = db.find(Option("AMD", "20261218", 215.0, "C", "SMART"))[0].instrument
    found = Database(1, FRIDAY).by_id(wanted.con_id)
    assert found is not None
    assert found.local_symbol == wanted.local_symbol


def test_resolve_needs_exactly_one(db):
    assert db.resolve(Stock("TSLA", "SMART", "USD")).instrument.con_id == 76792991
    for contract, text in ((Stock("AMD"), "ambiguous"), (Stock("XXX", "SMART", "USD"), "No security definition")):
        with pytest.raises(RequestRefused, match=text) as refused:
            db.resolve(contract)
        assert refused.value.code == 200
    with pytest.raises(RequestRefused, match="314 Security type 'BAG' requires combo leg details"):
        db.resolve(Contract(secType="BAG", symbol="AMD", exchange="SMART"))


def test_search_finds_symbols_and_names(db):
    assert [d.contract.symbol for d in db.search("intc")] == ["INTC"] * 3
    assert db.search("intc")[0].contract.currency == "USD"
    assert "AMD" in {d.contract.symbol for d in db.search("micro dev")}
    assert db.search("  ") == []
    assert len(db.search("a")) == 16


def test_details_tell_hours_rules_and_size_steps(db):
    details = db.details(db.find(Stock("AMD", "SMART", "USD"))[0], FRIDAY)
    assert details.contract.primaryExchange == "NASDAQ"
    assert details.minTick == 0.01
    assert details.timeZoneId == "US/Eastern"
    assert details.tradingHours.startswith("20261120:0400-20261120:2000;20261121:CLOSED")
    assert details.liquidHours.startswith("20261120:0930-20261120:1600")
    assert len(details.marketRuleIds.split(",")) == len(details.validExchanges.split(","))
    assert details.longName == "ADVANCED MICRO DEVICES"
    future = db.details(db.find(Future("ES", "202612", "CME"))[0], FRIDAY)
    assert (future.contractMonth, future.underConId, future.underSymbol) == ("202612", 416904, "ES")


def test_future_trades_above_its_index(db):
    spx, es = db.by_symbol("SPX")[0], db.find(Future("ES", "202612", "CME"))[0].instrument
    a, b = db.path(spx), db.path(es)
    index = a.cover(FRIDAY - 600, FRIDAY, 3).close[-1] * a.tick
    future = b.cover(FRIDAY - 600, FRIDAY, 3).close[-1] * b.tick
    assert 1.0 < future / index < 1.01


def test_paths_are_made_once_and_by_seed(db):
    amd = db.by_id(4391)
    assert db.path(amd) is db.path(amd) is db.live_path(amd)
    level = db.volatility_path(amd, "HISTORICAL_VOLATILITY")
    assert level is db.volatility_path(amd, "HISTORICAL_VOLATILITY")
    assert 0.1 < level.cover(FRIDAY - 600, FRIDAY, 3).close[-1] * level.tick < 2
    assert db.chains(db.by_id(8894)) == []
