"""Orders, their states and conditions, trades."""

import copy
import dataclasses
import pickle
from decimal import Decimal

import pytest

from ibnb.contract import Bag, Contract, Stock
from ibnb.events import listeners
from ibnb.objects import CommissionReport, Execution, Fill
from ibnb.order import (
    BracketOrder,
    ExecutionCondition,
    LimitOrder,
    MarginCondition,
    MarketOrder,
    Order,
    OrderAllocation,
    OrderCancel,
    OrderCondition,
    OrderState,
    OrderStateNumeric,
    OrderStatus,
    PercentChangeCondition,
    PriceCondition,
    StopLimitOrder,
    StopOrder,
    TimeCondition,
    Trade,
    VolumeCondition,
)
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER


def test_order_types():
    orders = LimitOrder("BUY", 1, 2), MarketOrder("BUY", 1), StopOrder("BUY", 1, 2), StopLimitOrder("BUY", 1, 2, 3)
    assert [o.orderType for o in orders] == ["LMT", "MKT", "STP", "STP LMT"]
    assert (orders[2].lmtPrice, orders[2].auxPrice) == (UNSET_DOUBLE, 2)
    assert (orders[3].lmtPrice, orders[3].auxPrice) == (2, 3)


def test_order_takes_any_field_as_keyword():
    order = LimitOrder("BUY", 1, Decimal("2.5"), tif="GTC", slOrderType="STP")
    assert (order.tif, order.slOrderType, order.lmtPrice) == ("GTC", "STP", Decimal("2.5"))
    with pytest.raises(TypeError):
        MarketOrder("BUY", 1, nosuch=1)


def test_order_is_told_by_identity():
    one, other = Order(), Order()
    assert one != other
    assert one == one
    assert len({one, other}) == 2
    assert hash(one) == id(one)


def test_order_repr():
    assert repr(LimitOrder("BUY", 1, 2.5)) == "LimitOrder(action='BUY', totalQuantity=1, lmtPrice=2.5)"
    assert str(Order(action="BUY", orderType="REL")) == "Order(action='BUY', orderType='REL')"
    assert repr(Order()) == "Order()"


def test_order_copies():
    order = LimitOrder("BUY", 1, 2.0)
    for other in (copy.copy(order), pickle.loads(pickle.dumps(order)), dataclasses.replace(order, tif="")):
        assert type(other) is LimitOrder
        assert other is not order
        assert other.dict() == order.dict()


def test_lists_of_orders_are_not_shared():
    assert Order().algoParams is not Order().algoParams
    assert Order().softDollarTier is not Order().softDollarTier
    assert not Order().softDollarTier


def test_later_fields_follow_the_known_ones():
    names = [f.name for f in dataclasses.fields(Order)]
    assert names[names.index("midOffsetAtHalf") + 1] == "customerAccount"
    order = Order()
    unset = ("manualOrderIndicator", "whatIfType", "hedgeMaxSize", "slOrderId", "ptOrderId")
    assert {getattr(order, name) for name in unset} == {UNSET_INTEGER}
    assert order.seekPriceImprovement is None
    assert order.nonDefaults() == {}


def test_three_state_switches_can_be_left_to_tws():
    assert Order(usePriceMgmtAlgo=None).nonDefaults() == {"usePriceMgmtAlgo": None}


def test_status_sets():
    assert {OrderStatus.Filled, OrderStatus.Cancelled, "ApiCancelled", "Inactive"} == OrderStatus.DoneStates
    assert OrderStatus.ActiveStates == OrderStatus.WaitingStates | OrderStatus.WorkingStates
    assert not OrderStatus.ActiveStates & OrderStatus.DoneStates
    assert OrderStatus(filled=1.0, remaining=2.0).total == 3.0


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("", (False, False, False, False)),
        ("PendingSubmit", (True, False, True, False)),
        ("PendingCancel", (False, False, False, False)),
        ("PreSubmitted", (True, False, True, False)),
        ("Submitted", (False, True, True, False)),
        ("ValidationError", (False, True, True, False)),
        ("Filled", (False, False, False, True)),
        ("Inactive", (False, False, False, True)),
    ],
)
def test_trade_tells_its_stage(status, told):
    trade = Trade(orderStatus=OrderStatus(status=status))
    assert (trade.isWaiting(), trade.isWorking(), trade.isActive(), trade.isDone()) == told


def fill(contract, shares):
    return Fill(contract, Execution(shares=shares), CommissionReport(), None)


def test_filled_and_remaining():
    trade = Trade(order=MarketOrder("BUY", 10), fills=[fill(Stock(), 4.0), fill(Stock(), 1.0)])
    assert (trade.filled(), trade.remaining()) == (5.0, 5.0)
    assert repr(Trade().filled()) == "0"  # a whole number, as nothing has been added up
    assert Trade(order=MarketOrder("BUY", Decimal("1.5"))).remaining() == 1.5


def test_fills_of_the_legs_do_not_count_for_a_combination():
    trade = Trade(Bag(), MarketOrder("BUY", 10), fills=[fill(Stock(), 4.0), fill(Bag(), 3.0), fill(Contract(), 1.0)])
    assert (trade.filled(), trade.remaining()) == (3.0, 7.0)


def test_trade_makes_events_when_asked():
    trade = Trade()
    assert not set(Trade.events) & set(trade.__dict__)
    assert [getattr(trade, name).name() for name in Trade.events] == list(Trade.events)
    assert listeners(trade, "filledEvent") is None


def test_trades_compare_by_their_order():
    trade = Trade()
    assert trade == trade
    assert trade in [Trade(), trade]
    assert Trade() != Trade()
    with pytest.raises(TypeError):
        hash(trade)


def test_numeric_state():
    state = OrderState(status="X", initMarginChange="10.556", commission=1.23456, suggestedSize=2.0).numeric()
    assert isinstance(state, OrderStateNumeric)
    assert (state.initMarginChange, state.commission, state.suggestedSize) == (10.56, 1.23, 2.0)
    assert (state.initMarginBefore, state.minCommission, state.initMarginAfterOutsideRTH) == (None, None, None)
    assert state.status == "X"


@pytest.mark.parametrize("text", ["", "1.7976931348623157E308", "1.7976931348623157e+308"])
def test_a_margin_without_value_is_none(text):
    assert OrderState(initMarginBefore=text).numeric().initMarginBefore is None


def test_formatted_state():
    state = OrderState(initMarginAfter="1234567.891", commission=0.0, warningText="w").formatted(1)
    assert (state.initMarginAfter, state.commission, state.maxCommission) == ("1,234,567.9", "0.0", None)
    assert state.warningText == "w"


def test_transform_leaves_the_state_alone():
    state = OrderState(initMarginBefore="5", rejectReason="r")
    other = state.transform(lambda value: "x")
    assert type(other) is OrderState
    assert (other.initMarginBefore, other.commission, other.rejectReason) == ("x", "x", "r")
    assert state.initMarginBefore == "5"


def test_commissions_go_by_their_later_names_too():
    state = OrderState(commission=1.0, minCommission=0.5, maxCommission=2.0, commissionCurrency="USD")
    assert (state.commissionAndFees, state.minCommissionAndFees, state.maxCommissionAndFees) == (1.0, 0.5, 2.0)
    assert state.commissionAndFeesCurrency == "USD"
    state.commissionAndFees, state.minCommissionAndFees, state.maxCommissionAndFees = 3.0, 4.0, 5.0
    state.commissionAndFeesCurrency = "EUR"
    assert (state.commission, state.minCommission, state.maxCommission) == (3.0, 4.0, 5.0)
    assert state.commissionCurrency == "EUR"


def test_allocation_and_cancel():
    assert OrderState().orderAllocations == []
    assert OrderAllocation("DU1", position=5.0).nonDefaults() == {"account": "DU1", "position": 5.0}
    assert OrderCancel().manualOrderIndicator == UNSET_INTEGER


CONDITIONS = {
    1: PriceCondition, 3: TimeCondition, 4: MarginCondition, 5: ExecutionCondition, 6: VolumeCondition,
    7: PercentChangeCondition,
}  # fmt: skip


@pytest.mark.parametrize(("number", "cls"), CONDITIONS.items())
def test_conditions(number, cls):
    condition = OrderCondition.createClass(number)()
    assert type(condition) is cls
    assert condition.condType == number
    assert condition.conjunction == "a"
    assert condition.Or() is condition
    assert condition.conjunction == "o"
    assert condition.And().conjunction == "a"


def test_unknown_condition():
    with pytest.raises(KeyError):
        OrderCondition.createClass(2)


def test_bracket_order():
    assert BracketOrder(1, 2, 3)._fields == ("parent", "takeProfit", "stopLoss")
