"""Orders as the server tells them: golden frames and round trips."""

import pytest

from ibnb.contract import Contract
from ibnb.order import Order, OrderAllocation, OrderState
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import openorders
from tests.wire.support import VERSIONS, check_round_trips, fields


def test_round_trips():
    assert check_round_trips(openorders) > 500


def test_status():
    text = fields(3, 5, "Filled", "100", "0", 187.25, 2**40, 0, 187.25, 7, "", 0.0)
    wanted = m.OrderStatus(5, "Filled", 100.0, 0.0, 187.25, 2**40, 0, 187.25, 7, "", 0.0)
    assert Codec(Side.CLIENT, 178).decode(text) == wanted
    assert Codec(Side.CLIENT, 225).decode(Codec(Side.SERVER, 225).encode(wanted)) == wanted


@pytest.mark.parametrize("version", VERSIONS)
def test_the_order_comes_back_whole(version):
    order = Order(orderId=5, action="BUY", totalQuantity=100.0, orderType="LMT", lmtPrice=187.25, tif="GTC",
                  account="DU1", permId=2**40, clientId=7)  # fmt: skip
    state = OrderState("Submitted", initMarginAfter="1000.5", commission=1.0, commissionCurrency="USD")
    payload = Codec(Side.SERVER, version).encode(m.OpenOrder(order, Contract(symbol="AAPL"), state))
    got = Codec(Side.CLIENT, version).decode(payload)
    for name in ("orderId", "action", "totalQuantity", "orderType", "lmtPrice", "tif", "account", "permId", "clientId"):
        assert getattr(got.order, name) == getattr(order, name)
    assert (got.order.auxPrice, got.order.minQty, got.order.triggerPrice) == (
        UNSET_DOUBLE, UNSET_INTEGER, UNSET_DOUBLE,
    )  # fmt: skip
    assert (got.orderState.status, got.orderState.initMarginAfter) == ("Submitted", "1000.5")
    assert (got.orderState.commission, got.orderState.minCommission) == (1.0, UNSET_DOUBLE)


@pytest.mark.parametrize("version", [194, 195, 225])
def test_full_previews_from_195(version):
    allocation = OrderAllocation("DU1", 1.0, 2.0, 3.0, 4.0, 5.0, True)
    state = OrderState(marginCurrency="USD", initMarginAfterOutsideRTH=5.0, suggestedSize=50.0, rejectReason="no",
                       orderAllocations=[allocation])  # fmt: skip
    payload = Codec(Side.SERVER, version).encode(m.OpenOrder(Order(), Contract(), state))
    got = Codec(Side.CLIENT, version).decode(payload).orderState
    if version < 195:
        assert (got.marginCurrency, got.orderAllocations, got.suggestedSize) == ("", [], UNSET_DOUBLE)
    else:
        assert (got.marginCurrency, got.orderAllocations, got.suggestedSize) == ("USD", [allocation], 50.0)
        assert got.initMarginAfterOutsideRTH == 5.0


def test_empty_numbers_are_zero_or_unset_as_the_table_says():
    payload = Codec(Side.SERVER, 178).encode(m.OpenOrder(Order(volatilityType=2, displaySize=3), Contract()))
    got = Codec(Side.CLIENT, 178).decode(payload.replace(b"\x002\x00", b"\x00\x00", 1)).order
    assert got.displaySize == 3
    assert got.volatilityType == 0


def test_completed_orders_have_no_order_id():
    order = Order(orderId=5, permId=9, filledQuantity=100.0, parentPermId=2**41, autoCancelDate="20240119")
    state = OrderState("Filled", completedTime="20240119 10:00:00 EST", completedStatus="Filled Size: 100")
    for version in (178, 225):
        payload = Codec(Side.SERVER, version).encode(m.CompletedOrder(Contract(conId=1), order, state))
        got = Codec(Side.CLIENT, version).decode(payload)
        assert (got.order.permId, got.order.filledQuantity, got.order.parentPermId) == (9, 100.0, 2**41)
        assert got.orderState.completedStatus == "Filled Size: 100"


def test_ends():
    assert Codec(Side.SERVER, 178).encode(m.OpenOrderEnd()) == b"53\x001\x00"
    assert Codec(Side.SERVER, 178).encode(m.CompletedOrdersEnd()) == b"102\x00"
    assert Codec(Side.SERVER, 225).encode(m.CompletedOrdersEnd()) == b"\x00\x00\x01\x2e"
