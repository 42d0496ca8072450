"""Contracts: classes, equality, hash, text, sessions."""

import copy
import dataclasses
import pickle
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ibnb.contract import (
    CFD,
    Bag,
    Bond,
    ComboLeg,
    Commodity,
    ContFuture,
    Contract,
    ContractDetails,
    Crypto,
    DeltaNeutralContract,
    Forex,
    Future,
    FuturesOption,
    Index,
    IneligibilityReason,
    MutualFund,
    Option,
    Stock,
    TagValue,
    TradingSession,
    Warrant,
)
from ibnb.values import UNSET_DOUBLE

CLASSES = {
    "STK": Stock, "OPT": Option, "FUT": Future, "CONTFUT": ContFuture, "CASH": Forex, "IND": Index, "CFD": CFD,
    "BOND": Bond, "CMDTY": Commodity, "FOP": FuturesOption, "FUND": MutualFund, "WAR": Warrant, "IOPT": Warrant,
    "BAG": Bag, "CRYPTO": Crypto,
}  # fmt: skip


@pytest.mark.parametrize(("sec_type", "cls"), CLASSES.items())
def test_create_gives_the_most_specific_class(sec_type, cls):
    contract = Contract.create(secType=sec_type, symbol="A", conId=3)
    assert type(contract) is cls
    assert (contract.secType, contract.symbol, contract.conId) == (sec_type, "A", 3)


@pytest.mark.parametrize("sec_type", ["", "NEWS", "EVENT", "EC", "?"])
def test_create_of_other_types_gives_a_plain_contract(sec_type):
    assert type(Contract.create(secType=sec_type)) is Contract


@pytest.mark.parametrize(("sec_type", "cls"), CLASSES.items())
def test_classes_preset_their_type(sec_type, cls):
    assert cls().secType == ("WAR" if cls is Warrant else sec_type)


def test_recreate_copies():
    plain = Contract(secType="OPT", symbol="A", strike=5.0, comboLegs=[ComboLeg(1)])
    option = Contract.recreate(plain)
    assert type(option) is Option
    assert option == plain
    assert option is not plain
    option.strike = 6.0
    assert plain.strike == 5.0


def test_positional_arguments():
    option = Option("SPX", "20300118", 5000, "C", "SMART", "100", "USD", tradingClass="SPXW")
    assert (option.symbol, option.lastTradeDateOrContractMonth, option.strike, option.right) == (
        "SPX",
        "20300118",
        5000,
        "C",
    )
    assert (option.exchange, option.multiplier, option.currency, option.tradingClass) == ("SMART", "100", "USD", "SPXW")
    future = Future("ES", "203003", "CME", "ESH0", "50", "USD")
    assert (future.exchange, future.localSymbol, future.multiplier, future.currency) == ("CME", "ESH0", "50", "USD")
    cont = ContFuture("ES", "CME", "ES", "50", "USD")
    assert (cont.exchange, cont.localSymbol, cont.multiplier, cont.currency) == ("CME", "ES", "50", "USD")


def test_unknown_field_is_refused():
    with pytest.raises(TypeError):
        Stock("A", nosuch=1)


def test_forex_pair():
    assert Forex("EURUSD").pair() == Forex(symbol="EUR", currency="USD").pair() == "EURUSD"
    assert Forex().pair() == ""
    with pytest.raises(AssertionError, match="EURUS"):
        Forex("EURUS")


def test_repr_shows_what_differs_from_the_defaults():
    assert repr(Contract()) == "Contract()"
    assert repr(Contract(secType="STK", conId=1)) == "Contract(secType='STK', conId=1)"
    assert (
        repr(Stock("A", "SMART", "USD"))
        == str(Stock("A", "SMART", "USD"))
        == "Stock(symbol='A', exchange='SMART', currency='USD')"
    )
    assert repr(Forex("EURUSD", conId=9)) == "Forex('EURUSD', conId=9, exchange='IDEALPRO')"
    assert repr(Forex(exchange="")) == "Forex()"


def test_replace_keeps_the_class():
    stock = dataclasses.replace(Stock("A", "SMART", conId=3), symbol="B")
    assert (type(stock), stock.symbol, stock.exchange, stock.conId, stock.secType) == (Stock, "B", "SMART", 3, "STK")


def test_copies_and_pickles():
    option = Option("A", strike=3.0, conId=7)
    for other in (copy.copy(option), copy.deepcopy(option), pickle.loads(pickle.dumps(option))):
        assert type(other) is Option
        assert other == option
        assert other.tuple() == option.tuple()


def test_equal_by_con_id():
    assert Contract(conId=1) == Contract(conId=1, symbol="X") == Stock("A", conId=1)
    assert Contract(conId=1, symbol="X") != Contract(conId=2, symbol="X")
    assert Contract(conId=1) != 1


def test_equal_by_fields_without_con_id():
    assert Stock("A") == Contract(secType="STK", symbol="A")
    assert Stock("A") != Stock("B")
    assert Stock("A", conId=1) != Stock("A")


def test_hash_is_the_con_id():
    assert hash(Contract(conId=7)) == hash(Stock("A", conId=7)) == 7
    assert hash(ContFuture("ES", conId=7)) == -7
    with pytest.raises(ValueError, match="qualify"):
        hash(Stock("A"))


def test_continuous_future_is_not_its_front_month():
    assert ContFuture("ES", conId=7) != Future("ES", conId=7)
    assert len({ContFuture("ES", conId=7), Future("ES", conId=7)}) == 2


def legs(*con_ids):
    return [ComboLeg(conId=n, ratio=1, action="BUY") for n in con_ids]


def test_combinations_are_told_by_their_legs_in_any_order():
    one, same = Bag(symbol="S", comboLegs=legs(1, 2)), Bag(symbol="S", comboLegs=legs(2, 1), conId=28812380)
    other = Bag(symbol="S", comboLegs=legs(1, 3), conId=28812380)
    assert one == same
    assert hash(one) == hash(same)
    assert same != other
    assert len({one, same, other}) == 2


def test_sides_of_the_legs_count():
    assert Bag(comboLegs=[ComboLeg(1, 1, "BUY")]) != Bag(comboLegs=[ComboLeg(1, 1, "SELL")])


def test_combination_without_legs():
    assert Bag(symbol="S") == Bag(symbol="S")
    assert Bag(symbol="S") != Bag(symbol="S", comboLegs=legs(1))
    assert not Bag().isHashable()
    assert Bag(comboLegs=legs(1)).isHashable()


def test_hashable():
    assert Contract(conId=5).isHashable()
    assert not Contract().isHashable()


def test_lists_are_not_shared():
    assert Contract().comboLegs is not Contract().comboLegs
    assert ContractDetails().secIdList is not ContractDetails().secIdList


def test_tag_value_is_a_tuple():
    assert TagValue("a", "b") == ("a", "b")


def test_fields_of_later_versions_come_last():
    names = [f.name for f in dataclasses.fields(ContractDetails)]
    assert names[names.index("notes") + 1] == "fundName"
    details = ContractDetails()
    assert details.ineligibilityReasonList == []
    assert details.minAlgoSize == details.lastPricePrecision == details.lastSizePrecision == UNSET_DOUBLE
    assert [f.name for f in dataclasses.fields(Contract)][-1] == "lastTradeDate"
    assert IneligibilityReason("1", "why").description == "why"
    assert DeltaNeutralContract(1, 0.5, 2.0).delta == 0.5


EASTERN = ZoneInfo("US/Eastern")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("", []),
        ("20300105:CLOSED", []),
        ("20300107:0400-20300107:2000", [((7, 4, 0), (7, 20, 0))]),
        ("20300106:1800-20300107:1700;20300107:CLOSED", [((6, 18, 0), (7, 17, 0))]),
        ("20300107:0930-1600", [((7, 9, 30), (7, 16, 0))]),
        ("20300107:0930-1130,1300-1600", [((7, 9, 30), (7, 11, 30)), ((7, 13, 0), (7, 16, 0))]),
        (";20300107:0930-20300107:1600;", [((7, 9, 30), (7, 16, 0))]),
    ],
)
def test_sessions(hours, expected):
    details = ContractDetails(timeZoneId="US/Eastern", tradingHours=hours, liquidHours="")
    sessions = [TradingSession(*(datetime(2030, 1, *end, tzinfo=EASTERN) for end in ends)) for ends in expected]
    assert details.tradingSessions() == sessions
    assert details.liquidSessions() == []


def test_liquid_sessions_without_zone_are_naive():
    details = ContractDetails(liquidHours="20300107:0930-20300107:1600")
    assert details.liquidSessions() == [TradingSession(datetime(2030, 1, 7, 9, 30), datetime(2030, 1, 7, 16))]
