"""Option chains."""

from reducing import Reducing

from ibnb.objects import OptionChain
from ibnb.wire import catalogue as m


def chain(exchange):
    return m.SecurityDefinitionOptionParameter(2, exchange, 4391, "AMD", "100", ["20240315"], [90.0, 95.0])


def test_chains_gather_until_the_end():
    told = Reducing()
    answer = told.start(2, [])
    told.take(chain("SMART"), chain("CBOE"))
    assert not answer.done()
    told.take(m.SecurityDefinitionOptionParameterEnd(2))
    expected = OptionChain("SMART", 4391, "AMD", "100", ["20240315"], [90.0, 95.0])
    assert answer.result()[0] == expected
    assert [found.exchange for found in answer.result()] == ["SMART", "CBOE"]


def test_a_chain_for_nobody_is_counted():
    told = Reducing()
    told.take(chain("SMART"))
    assert told.store.unknown_ids == 1
