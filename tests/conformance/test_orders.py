"""Contracts and orders of every shape against the official client, found by hypothesis."""

from __future__ import annotations

import logging
from typing import Any

import pytest

pytest.importorskip("ibapi")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ibnb.contract import ComboLeg, Contract, DeltaNeutralContract, TagValue
from ibnb.order import Order, OrderComboLeg
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import catalogue as m
from ibnb.wire import fields as f
from ibnb.wire.catalogue.types_contract import CONTRACT
from ibnb.wire.catalogue.types_order import ORDER
from ibnb.wire.schema import Leaf, Record
from tests.conformance.cells import request_cell
from tests.conformance.samples import CONDITIONS, ORDER_TYPES

VERSIONS = st.sampled_from(
    (157, 158, 160, 162, 166, 169, 170, 177, 183, 187, 190, 192, 199, 201, 203, 215, 217, 223, 225)
)
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
# The official client takes the price 2147483647.0 for an unset integer.
NUMBER = st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda x: x != UNSET_INTEGER)
SIZE = st.one_of(st.integers(0, 10**9).map(float), st.decimals("0.0001", "99999", places=4).map(float))


def values(kind: f.Kind) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a kind."""
    if kind.wire == "map":
        names = st.text("abcdefghijk", min_size=1, max_size=5)
        return st.dictionaries(names, names, max_size=3).map(lambda d: [TagValue(*pair) for pair in d.items()])
    if kind is f.NUMBER_STR:
        return st.sampled_from(("", "1", "100", "0.5"))
    if kind is f.DECIMAL:
        return SIZE
    if kind is f.STRIKE:
        return st.floats(0.5, 1e6)
    if kind.zero in ("False", "None"):
        return st.booleans()
    if kind.wire == "double":
        return st.one_of(NUMBER, st.just(UNSET_DOUBLE)) if kind.zero != "0.0" else NUMBER
    if kind.wire == "varint":
        return st.integers(-(2**31), UNSET_INTEGER)
    return TEXT


def leaves(record: Record) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for some fields of a record; those of newer servers are left to the version tests."""
    told = {p.path for p in record.parts if isinstance(p, Leaf) and (p.told or p.since)}
    known = {p.path: values(p.kind) for p in record.parts if isinstance(p, Leaf) and p.path not in told}
    return st.fixed_dictionaries({}, optional=known)


LEG = st.builds(ComboLeg, st.integers(0, 9), st.integers(1, 3), TEXT, TEXT, st.integers(0, 3), st.integers(0, 2), TEXT)
CONTRACTS = st.builds(
    lambda given, legs, neutral, bag: _contract(given, legs, neutral, bag),
    leaves(CONTRACT),
    st.lists(LEG, max_size=3),
    st.one_of(st.none(), st.builds(DeltaNeutralContract, st.integers(0, 9), NUMBER, NUMBER)),
    st.booleans(),
)


def _contract(given: dict[str, Any], legs: list[ComboLeg], neutral: Any, bag: bool) -> Contract:
    contract = Contract(**given)
    contract.deltaNeutralContract = neutral
    if bag:
        contract.secType, contract.comboLegs = "BAG", legs
    return contract


ORDERS = st.builds(
    lambda given, kind, conditions: _order(given, kind, conditions),
    leaves(ORDER),
    st.sampled_from(ORDER_TYPES),
    st.lists(st.sampled_from(CONDITIONS), max_size=4),
)


def _order(given: dict[str, Any], kind: str, conditions: list[Any]) -> Order:
    order = Order(**given)
    order.orderType, order.conditions = kind, conditions
    return order


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(CONTRACTS, ORDERS, VERSIONS)
def test_orders_of_every_shape(contract: Contract, order: Order, version: int) -> None:
    """PlaceOrder is sent, or refused, as by the official client."""
    logging.disable(logging.CRITICAL)
    order.orderComboLegs = [OrderComboLeg(1.5) for _ in contract.comboLegs]
    cell = request_cell(m.PlaceOrder(7, contract, order), version)
    logging.disable(logging.NOTSET)
    assert not cell.difference, cell.difference


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTRACTS, VERSIONS)
def test_contracts_of_every_shape(contract: Contract, version: int) -> None:
    """Requests with a contract are those of the official client."""
    logging.disable(logging.CRITICAL)
    for message in (
        m.ReqContractDetails(1, contract),
        m.ReqMktData(1, contract, "233"),
        m.ReqHistoricalData(1, contract, "", "1 min", "1 D", 1, "TRADES", 1, True, []),
    ):
        cell = request_cell(message, version)
        assert not cell.difference, cell.difference
    logging.disable(logging.NOTSET)
