"""Option chains, calculations, exercise."""

import pytest

from ibnb.api import options
from ibnb.api.trading import TradingDisabled
from ibnb.contract import Option
from ibnb.objects import OptionChain, OptionComputation
from ibnb.wire import catalogue as m

OPTION = Option("AMD", "20240315", 95.0, "C", "SMART", conId=77)
CHAIN = m.SecurityDefinitionOptionParameter(0, "SMART", 4391, "AMD", "100", ["20240315"], [90.0, 95.0])
COMPUTED = m.TickOptionComputation(0, 53, 0, 0.25, 0.5, 5.0, 0.0, 0.1, 0.2, -0.3, 100.0)
EXPECTED = OptionComputation(0, 0.25, 0.5, 5.0, 0.0, 0.1, 0.2, -0.3, 100.0)


def test_chains_of_an_underlying(wire, awaited):
    wire.answer(m.ReqSecDefOptParams, CHAIN, m.SecurityDefinitionOptionParameterEnd())
    expected = [OptionChain("SMART", 4391, "AMD", "100", ["20240315"], [90.0, 95.0])]
    assert wire.ib.reqSecDefOptParams("AMD", "", "STK", 4391) == expected
    assert awaited(lambda: wire.ib.reqSecDefOptParamsAsync("AMD", "", "STK", 4391)) == expected
    assert wire.sent[0] == m.ReqSecDefOptParams(wire.sent[0].reqId, "AMD", "", "STK", 4391)


def test_an_implied_volatility_is_computed_and_the_computation_ended(wire):
    wire.answer(m.CalculateImpliedVolatility, COMPUTED)
    assert wire.ib.calculateImpliedVolatility(OPTION, 5.0, 100.0) == EXPECTED
    asked, cancelled = wire.sent
    assert (asked.contract.conId, asked.optionPrice, asked.underPrice) == (77, 5.0, 100.0)
    assert cancelled == m.CancelCalculateImpliedVolatility(asked.reqId)


def test_an_option_price_is_computed_and_the_computation_ended(wire):
    wire.answer(m.CalculateOptionPrice, COMPUTED)
    assert wire.ib.calculateOptionPrice(OPTION, 0.25, 100.0) == EXPECTED
    asked, cancelled = wire.sent
    assert (asked.contract.conId, asked.volatility, asked.underPrice) == (77, 0.25, 100.0)
    assert cancelled == m.CancelCalculateOptionPrice(asked.reqId)


@pytest.mark.parametrize(
    ("call", "cancel"),
    [
        ("calculateImpliedVolatility", m.CancelCalculateImpliedVolatility),
        ("calculateOptionPrice", m.CancelCalculateOptionPrice),
    ],
)
def test_no_answer_is_none_and_the_computation_is_ended(wire, monkeypatch, call, cancel):
    monkeypatch.setattr(options, "CALCULATION_S", 0.01)
    assert getattr(wire.ib, call)(OPTION, 5.0, 100.0) is None
    assert type(wire.sent[-1]) is cancel


def test_calculations_can_be_awaited(wire, awaited):
    wire.answer(m.CalculateImpliedVolatility, COMPUTED)
    wire.answer(m.CalculateOptionPrice, COMPUTED)
    assert awaited(lambda: wire.ib.calculateImpliedVolatilityAsync(OPTION, 5.0, 100.0)) == EXPECTED
    assert awaited(lambda: wire.ib.calculateOptionPriceAsync(OPTION, 0.25, 100.0)) == EXPECTED


def test_options_are_exercised(wire):
    wire.ib.exerciseOptions(OPTION, 1, 2, "DU1", 0)
    (asked,) = wire.sent
    fields = (asked.exerciseAction, asked.exerciseQuantity, asked.account, asked.override)
    assert (asked.contract.conId, fields) == (77, (1, 2, "DU1", 0))


def test_a_read_only_connection_exercises_nothing(wire):
    wire.ib.trading.disable()
    with pytest.raises(TradingDisabled):
        wire.ib.exerciseOptions(OPTION, 1, 2, "DU1", 0)
    assert wire.sent == []


def test_the_gateway_prices_what_its_chains_list(ib):
    from reducing import AMD

    (stock,) = ib.qualifyContracts(AMD)
    chain = next(c for c in ib.reqSecDefOptParams("AMD", "", "STK", stock.conId) if c.exchange == "SMART")
    strike = chain.strikes[len(chain.strikes) // 2]
    (option,) = ib.qualifyContracts(Option("AMD", chain.expirations[-1], strike, "C", "SMART"))
    priced = ib.calculateOptionPrice(option, 0.4, strike)
    assert priced.optPrice > 0
    solved = ib.calculateImpliedVolatility(option, priced.optPrice, strike)
    assert solved.impliedVol == pytest.approx(0.4, abs=1e-3)
