"""Contract details, symbol search, market rules, venues."""

from __future__ import annotations

from typing import Any

from ibnb.objects import (
    DepthMktDataDescription,
    FamilyCode,
    PriceIncrement,
    SmartComponent,
    SoftDollarTier,
)  # fmt: skip
from ibnb.sim.client import Client
from ibnb.sim.contracts import Match
from ibnb.sim.errors import RequestRefused
from ibnb.sim.registry import handles
from ibnb.wire import catalogue as m

MARKET_RULES: dict[int, list[tuple[float, float]]] = {
    26: [(0.0, 0.01)], 32: [(0.0, 0.01), (3.0, 0.05)], 59: [(0.0, 0.00005)], 61: [(0.0, 0.005)], 67: [(0.0, 0.25)],
    109: [(0.0, 0.05), (3.0, 0.1)], 1907: [(0.0, 0.01)], 2422: [(0.0, 0.25)], 2423: [(0.0, 0.001)],
    239: [(0.0, 0.00005)], 110: [(0.0, 0.05)], 557: [(0.0, 0.01)], 635: [(0.0, 0.0001), (1.0, 0.01)],
}  # fmt: skip
DETAILS_PER_STEP = 500
BBO_EXCHANGES = {"STK": "9c0001", "OPT": "b20001", "FUT": "8c0001", "IND": "a60001", "CASH": "", "CRYPTO": ""}
_LETTERS = (
    (0, "AMEX", "A"), (1, "BOX", "B"), (2, "BYX", "Y"), (3, "CBOE", "C"), (4, "ISE", "X"), (5, "EDGEA", "J"),
    (6, "DRCTEDGE", "K"), (7, "CHX", "M"), (8, "NYSE", "N"), (9, "ARCA", "P"), (10, "NASDAQ", "Q"), (11, "IEX", "V"),
    (12, "BATS", "Z"), (13, "MEMX", "U"), (14, "PEARL", "H"), (15, "LTSE", "L"),
)  # fmt: skip


@handles(m.ReqContractDetails)
def contract_details(client: Client, message: Any) -> None:
    """One message for each contract that fits, then the end; 200 when none does."""
    gateway = client.gateway
    matches = gateway.db.find(message.contract)
    if not matches:
        raise RequestRefused(200, "No security definition has been found for the request")
    answer = DetailsAnswer(client, message.reqId, matches)
    client.subscribe("details", message.reqId, answer)
    answer.step(gateway.clock.now())


class DetailsAnswer:
    """Sends the details of many contracts, some at each step: whole option chains must not hold up other clients."""

    def __init__(self, client: Client, req_id: int, matches: list[Match]) -> None:
        self._client, self._req_id, self._left = client, req_id, matches[::-1]

    def step(self, now: float) -> None:
        """Send the next contracts, and the end after the last."""
        client, db = self._client, self._client.gateway.db
        for _ in range(min(DETAILS_PER_STEP, len(self._left))):
            match = self._left.pop()
            cls = m.BondContractDetails if match.instrument.sec_type == "BOND" else m.ContractDetails
            client.send(cls(reqId=self._req_id, contractDetails=db.details(match, now)))
        if not self._left:
            client.send(m.ContractDetailsEnd(reqId=self._req_id))
            client.unsubscribe("details", self._req_id)


@handles(m.CancelContractData)
def cancel_contract_data(client: Client, message: Any) -> None:
    """End an answer that is still being sent."""
    client.unsubscribe("details", message.reqId)


@handles(m.ReqMatchingSymbols)
def matching_symbols(client: Client, message: Any) -> None:
    """Up to 16 contracts by symbol or name; none is an empty answer."""
    found = client.gateway.db.search(message.pattern)
    client.send(m.SymbolSamples(reqId=message.reqId, contractDescriptions=found))


@handles(m.ReqMarketRule)
def market_rule(client: Client, message: Any) -> None:
    """The price increments of a rule; 321 for one that does not exist."""
    rule = MARKET_RULES.get(message.marketRuleId)
    if rule is None:
        raise RequestRefused(321, f"Error validating request: cause - Invalid market rule id {message.marketRuleId}")
    steps = [PriceIncrement(edge, step) for edge, step in rule]
    client.send(m.MarketRule(marketRuleId=message.marketRuleId, priceIncrements=steps))


@handles(m.ReqSecDefOptParams)
def option_parameters(client: Client, message: Any) -> None:
    """One message for each exchange and trading class with options on the underlying, then the end."""
    gateway = client.gateway
    under = gateway.db.by_id(message.underlyingConId)
    if under is None or under.symbol != message.underlyingSymbol.upper():
        raise RequestRefused(200, "No security definition has been found for the request")
    for chain in gateway.db.chains(under):
        for venue in chain.root.venues:
            client.send(
                m.SecurityDefinitionOptionParameter(
                    reqId=message.reqId, exchange=venue, underlyingConId=under.con_id,
                    tradingClass=chain.trading_class, multiplier=chain.root.multiplier,
                    expirations=list(chain.expirations), strikes=list(chain.strikes),
                )
            )  # fmt: skip
    client.send(m.SecurityDefinitionOptionParameterEnd(reqId=message.reqId))


@handles(m.ReqSmartComponents)
def smart_components(client: Client, message: Any) -> None:
    """The exchanges behind the letters of a BBO exchange; 321 for an unknown one."""
    if message.bboExchange not in BBO_EXCHANGES.values() or not message.bboExchange:
        raise RequestRefused(321, "Error validating request: cause - Invalid BBO exchange")
    parts = [SmartComponent(bit, exchange, letter) for bit, exchange, letter in _LETTERS]
    client.send(m.SmartComponents(reqId=message.reqId, smartComponentMap=parts))


@handles(m.ReqMktDepthExchanges)
def depth_exchanges(client: Client, message: Any) -> None:
    """The venues with market depth."""
    rows = [
        DepthMktDataDescription(exchange, "STK", "", "Deep2", 1) for _, exchange, _ in _LETTERS if exchange != "BOX"
    ]
    rows += [
        DepthMktDataDescription("SMART", "STK", "", "Deep2", 1),
        DepthMktDataDescription("IDEALPRO", "CASH", "", "Deep", 4),
        DepthMktDataDescription("CME", "FUT", "", "Deep", 2147483647),
        DepthMktDataDescription("CBOE", "OPT", "", "Deep", 2),
        DepthMktDataDescription("PAXOS", "CRYPTO", "", "Deep2", 5),
    ]
    client.send(m.MktDepthExchanges(depthMktDataDescriptions=rows))


@handles(m.ReqSoftDollarTiers)
def soft_dollar_tiers(client: Client, message: Any) -> None:
    """Two made-up tiers."""
    tiers = [SoftDollarTier("Research", "R1", "Research tier 1"), SoftDollarTier("Research", "R2", "Research tier 2")]
    client.send(m.SoftDollarTiers(reqId=message.reqId, tiers=tiers))


@handles(m.ReqFamilyCodes)
def family_codes(client: Client, message: Any) -> None:
    """One row for each account, without a family."""
    client.send(m.FamilyCodes(familyCodes=[FamilyCode(name, "") for name in client.gateway.accounts]))
