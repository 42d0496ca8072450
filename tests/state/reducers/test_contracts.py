"""Contract details."""

import pytest
from reducing import Reducing

from ibnb.contract import Contract, ContractDetails
from ibnb.wire import catalogue as m

DETAILS = ContractDetails(Contract(conId=4391))


@pytest.mark.parametrize("message", [m.ContractDetails(2, DETAILS), m.BondContractDetails(2, DETAILS)])
def test_details_gather_until_the_end(message):
    told = Reducing()
    answer = told.start(2, [])
    told.take(message, message)
    assert not answer.done()
    told.take(m.ContractDetailsEnd(2))
    assert answer.result() == [DETAILS, DETAILS]


def test_details_for_nobody_are_counted():
    told = Reducing()
    told.take(m.ContractDetails(2, DETAILS))
    assert told.store.unknown_ids == 1


def test_price_increments_are_learnt():
    told = Reducing()
    told.start(2, [])
    told.take(m.ContractDetails(2, ContractDetails(Contract(conId=7), minTick=0.25)), m.ContractDetails(2, DETAILS))
    assert told.store.min_ticks == {7: 0.25}


def test_details_of_the_session_are_kept_the_newest_so_many(monkeypatch):
    monkeypatch.setattr("ibnb.state.store.MAX_DETAILS", 2)
    told = Reducing()
    told.start(2, [])
    dirty = told.store.watch("details")
    told.take(*(m.ContractDetails(2, ContractDetails(Contract(conId=conId))) for conId in (5, 6, 0, 7)))
    assert (list(told.store.details), dirty) == ([6, 7], {5, 6, 7})
