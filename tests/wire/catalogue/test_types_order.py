"""Orders as the wire sees them."""

import pytest

from ibnb.contract import ComboLeg, Contract
from ibnb.order import (
    ExecutionCondition,
    MarginCondition,
    Order,
    OrderComboLeg,
    PercentChangeCondition,
    PriceCondition,
    TimeCondition,
    VolumeCondition,
)
from ibnb.values import UNSET_DOUBLE
from ibnb.wire.catalogue import types_order as t
from tests.wire.catalogue.numbers import check


@pytest.mark.parametrize(
    "condition",
    [
        PriceCondition(price=150.5, conId=3, exch="SMART", triggerMethod=2),
        TimeCondition(conjunction="o", isMore=False, time="20240119-10:00:00"),
        MarginCondition(percent=30),
        ExecutionCondition(secType="STK", exch="SMART", symbol="AAPL"),
        VolumeCondition(volume=1000, conId=3, exch="SMART"),
        PercentChangeCondition(changePercent=2.5, conId=3, exch="SMART"),
    ],
)
def test_conditions_come_back(condition):
    flat = t.flat_condition(condition)
    assert t.model_condition(flat) == condition
    flat.value = ""  # protobuf has a field for each type instead
    assert t.model_condition(flat) == condition


def test_fractional_percents_of_other_servers_are_kept():
    flat = t.FlatCondition(type=4, value="12.5")
    assert t.model_condition(flat).percent == 12.5


def test_unknown_conditions_are_refused():
    with pytest.raises(ValueError, match="9 is no type of condition"):
        t.model_condition(t.FlatCondition(type=9))


def test_leg_prices():
    contract = Contract(comboLegs=[ComboLeg(1), ComboLeg(2)])
    order = Order(orderComboLegs=[OrderComboLeg(1.5)])
    priced = t.with_leg_prices(contract, order)
    assert [leg.perLegPrice for leg in priced.comboLegs] == [1.5, UNSET_DOUBLE]
    back = Order()
    t.split_leg_prices(priced, back)
    assert priced.comboLegs == contract.comboLegs
    assert [leg.price for leg in back.orderComboLegs] == [1.5, UNSET_DOUBLE]
    assert t.with_leg_prices(Contract(symbol="A"), order).symbol == "A"


def test_numbers_are_those_of_the_table():
    check("Order", t.ORDER, {})
    check("OrderAllocation", t.ORDER_ALLOCATION, {})
    check("SoftDollarTier", t.SOFT_DOLLAR_TIER, {"val": "value"})
    check("OrderCancel", t.ORDER_CANCEL, {})
    check("OrderCondition", t.FLAT_CONDITION, {"conjunction": "isConjunctionConnection"})
    fees = {name: f"{name}AndFees" for name in ("commission", "minCommission", "maxCommission")}
    check("OrderState", t.ORDER_STATE, {**fees, "commissionCurrency": "commissionAndFeesCurrency"})
