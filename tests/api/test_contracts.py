"""Contract details and qualifying."""

import pytest
from reducing import AMD

from ibnb.contract import Contract, ContractDetails, Stock
from ibnb.errors import NoSecurityDefinition
from ibnb.wire import catalogue as m


def found(*contracts):
    """Answers with these contracts."""
    return [*(m.ContractDetails(0, ContractDetails(c)) for c in contracts), m.ContractDetailsEnd()]


def plain(con_id, sec_type="STK", exchange="NASDAQ", **fields):
    return Contract(secType=sec_type, conId=con_id, symbol="AMD", exchange=exchange, currency="USD", **fields)


def test_details_are_all_that_match(wire, awaited):
    wire.answer(m.ReqContractDetails, *found(plain(4391), plain(8314)))
    assert [details.contract.conId for details in wire.ib.reqContractDetails(AMD)] == [4391, 8314]
    assert len(awaited(lambda: wire.ib.reqContractDetailsAsync(AMD))) == 2


def test_no_match_is_empty_or_an_error(wire):
    wire.answer(m.ReqContractDetails, m.Error(0, 200, "No security definition has been found"))
    assert wire.ib.reqContractDetails(Stock("XXX")) == []
    wire.ib.RaiseRequestErrors = True
    with pytest.raises(NoSecurityDefinition):
        wire.ib.reqContractDetails(Stock("XXX"))


def test_a_contract_is_filled_in_in_place_and_stays_at_smart(wire):
    wire.answer(m.ReqContractDetails, *found(plain(4391, primaryExchange="NASDAQ")))
    contract = Stock("AMD", "SMART", "USD")
    assert wire.ib.qualifyContracts(contract) == [contract]
    assert (contract.conId, contract.exchange, contract.primaryExchange) == (4391, "SMART", "NASDAQ")


def test_a_contract_without_exchange_gets_that_of_its_listing(wire):
    wire.answer(m.ReqContractDetails, *found(plain(4391)))
    contract = Stock("AMD")
    wire.ib.qualifyContracts(contract)
    assert contract.exchange == "NASDAQ"


def test_only_results_of_the_asked_kind_count(wire):
    wire.answer(m.ReqContractDetails, *found(plain(1, "CFD"), plain(4391)))
    contract = Stock("AMD", "SMART", "USD")
    assert wire.ib.qualifyContracts(contract)[0].conId == 4391


def test_each_contract_has_its_slot_none_when_unknown_or_ambiguous(wire, caplog):
    answers = {"AMD": found(plain(4391)), "XXX": [m.Error(0, 200, "none")], "TWO": found(plain(1), plain(2))}

    def answer(asked):
        for message in answers[asked.contract.symbol]:
            message.reqId = asked.reqId
        return answers[asked.contract.symbol]

    wire.answers[m.ReqContractDetails] = answer
    good, unknown, ambiguous = Stock("AMD"), Stock("XXX"), Stock("TWO")
    assert wire.ib.qualifyContracts(good, unknown, ambiguous) == [good, None, None]
    assert "Unknown contract" in caplog.text
    assert "Ambiguous contract" in caplog.text


def test_the_candidates_can_be_had(wire, awaited):
    wire.answer(m.ReqContractDetails, *found(plain(1), plain(2)))
    ((first, second),) = awaited(lambda: wire.ib.qualifyContractsAsync(Stock("AMD"), returnAll=True))
    assert (first.conId, second.conId) == (1, 2)


def test_the_gateway_knows_amd(ib):
    contract, unknown = ib.qualifyContracts(Stock("AMD", "SMART", "USD"), Stock("XXX", "SMART", "USD"))
    assert (contract.conId, unknown) == (4391, None)
