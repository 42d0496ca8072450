"""Contracts as the wire sees them."""

import pytest

from ibnb.contract import Contract, ContractDetails
from ibnb.wire.catalogue import types_contract as t


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("20240315", "20240315", ""),
        ("20240315 08:30 US/Central", "20240315", "08:30"),
        ("20240315-08:30:00", "20240315", "08:30:00"),
        ("", "", ""),
    ],
)
def test_last_trade_is_date_and_time(text, date, time):
    details = ContractDetails(contract=Contract())
    t.read_last_trade(details, text)
    assert (details.contract.lastTradeDateOrContractMonth, details.lastTradeTime) == (date, time)
    assert t.last_trade_text(details) == " ".join(filter(None, (date, time)))


def test_maturity_is_date_time_and_zone():
    details = ContractDetails(contract=Contract())
    t.read_maturity(details, "20340215 00:00 UTC")
    assert (details.maturity, details.lastTradeTime, details.timeZoneId) == ("20340215", "00:00", "UTC")
    assert t.maturity_text(details) == "20340215 00:00 UTC"


def test_joining_leaves_the_contract_alone():
    contract = Contract(lastTradeDateOrContractMonth="20240315")
    details = ContractDetails(contract=contract, lastTradeTime="08:30")
    assert t.with_last_trade(contract, details).lastTradeDateOrContractMonth == "20240315 08:30"
    assert contract.lastTradeDateOrContractMonth == "20240315"
    assert t.with_last_trade(contract, ContractDetails(contract=contract)) is contract
    bond = Contract()
    assert t.with_maturity(bond, ContractDetails(maturity="20340215")).lastTradeDateOrContractMonth == "20340215"
    assert t.with_maturity(contract, ContractDetails(maturity="20340215")) is contract


def test_numbers_are_those_of_the_table():
    """Field numbers of contracts agree with the table of protobuf fields."""
    from tests.wire.catalogue.numbers import check

    check("Contract", t.CONTRACT, {"primaryExchange": "primaryExch"})
    check("ComboLeg", t.COMBO_LEG, {"shortSaleSlot": "shortSalesSlot"})
    check("DeltaNeutralContract", t.DELTA_NEUTRAL, {})
    renamed = {"fundSubsequentMinimumPurchase": "fundMinimumSubsequentPurchase", "putable": "puttable"}
    check("ContractDetails", t.CONTRACT_DETAILS, {**renamed, "notes": "bondNotes"})
