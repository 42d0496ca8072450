"""Contract details, search, rules, venues over the wire."""

import pytest

from ibnb.contract import Contract, Forex, Option, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one, only


@pytest.mark.parametrize("version", [157, 178, 200, 205, 225])
def test_details_then_the_end(version):
    peer = Peer(version=version)
    details, end = peer.ask(m.ReqContractDetails(3, Stock("AMD", "SMART", "USD")))
    assert (details.reqId, details.contractDetails.contract.conId, end.reqId) == (3, 4391, 3)
    assert details.contractDetails.minTick == 0.01
    assert details.contractDetails.timeZoneId == "US/Eastern"
    assert type(end) is m.ContractDetailsEnd


def test_every_listing_of_a_symbol(peer):
    found = only(peer.ask(m.ReqContractDetails(3, Stock("AMD"))), m.ContractDetails)
    contracts = [d.contractDetails.contract for d in found]
    assert {(c.conId, c.currency) for c in contracts} >= {(4391, "USD"), (32596680, "MXN"), (28018846, "EUR")}
    assert len({(c.conId, c.exchange) for c in contracts}) == len(contracts)


def test_unknown_symbol(peer):
    assert error_of(peer.ask(m.ReqContractDetails(3, Stock("XXX", "SMART", "USD")))) == (3, 200)
    assert error_of(peer.ask(m.ReqContractDetails(4, Contract()))) == (4, 321)


def test_a_whole_chain_comes_in_slices_and_can_be_cancelled(peer):
    chain = Option("SPX", exchange="SMART", tradingClass="SPX", right="P")
    first = peer.ask(m.ReqContractDetails(3, chain))
    assert len(first) == 500 and all(type(d) is m.ContractDetails for d in first)
    rest = peer.step(times=20)
    one(rest, m.ContractDetailsEnd)
    strikes = [(d.contractDetails.contract.lastTradeDateOrContractMonth, d.contractDetails.contract.strike)
               for d in first + only(rest, m.ContractDetails)]  # fmt: skip
    assert len(set(strikes)) == len(strikes) > 5000
    peer.ask(m.ReqContractDetails(4, chain))
    peer.ask(m.CancelContractData(4))
    assert peer.step() == []


def test_matching_symbols(peer):
    found = one(peer.ask(m.ReqMatchingSymbols(5, "intc")), m.SymbolSamples).contractDescriptions
    assert [d.contract.symbol for d in found] == ["INTC"] * 3
    assert found[0].contract.description == "INTEL CORP"
    assert "OPT" in found[0].derivativeSecTypes
    assert one(peer.ask(m.ReqMatchingSymbols(6, "zzzz")), m.SymbolSamples).contractDescriptions == []


def test_market_rules(peer):
    details = one(peer.ask(m.ReqContractDetails(1, Forex("EURUSD"))), m.ContractDetails).contractDetails
    rule = one(peer.ask(m.ReqMarketRule(int(details.marketRuleIds))), m.MarketRule)
    assert rule.priceIncrements[0].increment == details.minTick == 0.00005
    assert error_of(peer.ask(m.ReqMarketRule(9999)))[1] == 321


def test_every_rule_named_by_an_instrument_exists(peer):
    from ibnb.sim.handlers.contracts import MARKET_RULES

    named = {i.market_rule for i in peer.gateway.db.all()}
    assert named - {0} <= MARKET_RULES.keys()


def test_option_parameters(peer):
    heard = peer.ask(m.ReqSecDefOptParams(7, "SPX", "", "IND", 416904))
    chains = only(heard, m.SecurityDefinitionOptionParameter)
    assert type(heard[-1]) is m.SecurityDefinitionOptionParameterEnd
    smart = next(c for c in chains if c.exchange == "SMART" and c.tradingClass == "SPX")
    price = peer.gateway.quote(peer.gateway.db.by_id(416904)).last
    assert len([s for s in smart.strikes if s % 5 == 0 and price - 20 < s < price + 20]) == 8
    assert (smart.multiplier, smart.underlyingConId) == ("100", 416904)
    assert smart.expirations == sorted(smart.expirations)
    assert error_of(peer.ask(m.ReqSecDefOptParams(8, "SPY", "", "IND", 416904))) == (8, 200)
    assert len(peer.ask(m.ReqSecDefOptParams(9, "KO", "", "STK", 8894))) == 1, "no options, only the end"


def test_smart_components_of_the_exchange_that_quotes_name(peer):
    params = one(peer.ask(m.ReqMktData(1, Stock("AMD", "SMART", "USD"))), m.TickReqParams)
    parts = one(peer.ask(m.ReqSmartComponents(2, params.bboExchange)), m.SmartComponents).smartComponentMap
    assert {"NASDAQ", "ARCA", "BATS"} <= {part.exchange for part in parts}
    assert error_of(peer.ask(m.ReqSmartComponents(3, "nope"))) == (3, 321)


def test_lists_without_an_id(peer):
    venues = one(peer.ask(m.ReqMktDepthExchanges()), m.MktDepthExchanges).depthMktDataDescriptions
    assert ("IDEALPRO", "CASH") in {(v.exchange, v.secType) for v in venues}
    assert one(peer.ask(m.ReqFamilyCodes()), m.FamilyCodes).familyCodes[0].accountID == "DU1234567"
    assert len(one(peer.ask(m.ReqSoftDollarTiers(1)), m.SoftDollarTiers).tiers) == 2


@pytest.mark.parametrize("version", [157, 188, 225])
def test_bonds_have_a_message_of_their_own(version):
    peer = Peer(version=version)
    heard = peer.ask(m.ReqContractDetails(1, Contract(secType="BOND", symbol="US-T", exchange="SMART", currency="USD")))
    assert [type(x) for x in heard] == [m.BondContractDetails, m.BondContractDetails, m.ContractDetailsEnd]
    details = heard[0].contractDetails
    assert (details.contract.secType, details.coupon, details.cusip) == ("BOND", 4.25, "91282CLW9")
    bars = peer.ask(m.ReqHistoricalData(2, Contract(conId=748913265), "", "1 day", "5 D", 1, "MIDPOINT", 1, False))
    assert 80 < bars[0].bars[-1].close < 120


def test_a_cfd_tells_its_stock(peer):
    details = one(
        peer.ask(m.ReqContractDetails(1, Contract(secType="CFD", symbol="AMD", exchange="SMART"))), m.ContractDetails
    )
    assert details.contractDetails.underConId == 4391
