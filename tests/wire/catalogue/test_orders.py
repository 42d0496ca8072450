"""Orders on their way to the server: golden frames and round trips."""

import pytest

from ibnb.contract import ComboLeg, Contract, TagValue
from ibnb.errors import ServerTooOld
from ibnb.order import Order, OrderCancel, OrderComboLeg
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import orders
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(orders) > 400


STOCK = Contract(conId=265598, symbol="AAPL", secType="STK", exchange="SMART", currency="USD")
U = "1.7976931348623157e+308"


def test_a_limit_order_field_by_field():
    order = Order(action="BUY", totalQuantity=100, orderType="LMT", lmtPrice=187.25, tif="DAY", account="DU1")
    assert Codec(Side.CLIENT, 178).encode(m.PlaceOrder(5, STOCK, order)) == fields(
        3, 5, 265598, "AAPL", "STK", "", "", "", "", "SMART", "", "USD", "", "", "", "", "BUY", 100, "LMT", 187.25,
        "", "DAY", "", "DU1", "O", 0, "", 1, 0, 0, 0, 0, 0, 0, 0, "", 0.0, "", "", "", "", "", "", 0, "", -1, 0, "", "",
        0, "", "", 0, 0, "", 0, "", "", "", "", "", 0, "", "", "", "", 0, "", "", "", "", "", "", "", "", "", "", 0, "",
        "", 0, 0, "", "", 0, "", 0, 0, 0, 0, "", U, U, U, U, U, 0, "", "", "", U, "", "", "", "", 0, 0, 0, 0,
        2147483647, 2147483647, 0, "", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("order", "part"),
    [
        (Order(orderType="PEG BENCH", referenceContractId=9), (9, 0, 0.0, 0.0, "", 0, "")),
        (Order(hedgeType="D", hedgeParam="x"), ("D", "x", 0)),
        (Order(algoStrategy="Vwap", algoParams=[TagValue("a", "1")]), ("Vwap", 1, "a", "1", "", 0)),
        (Order(scalePriceIncrement=0.5, scaleAutoReset=True), ("", "", 0.5, "", "", "", 1, "", "", 0, "")),
        (Order(deltaNeutralOrderType="LMT", deltaNeutralConId=3), ("LMT", "", 3, "", "", "", "", 0, 0, "", 0)),
        (Order(orderMiscOptions=[TagValue("a", "1"), TagValue("b", "2")]), (0, "a=1;b=2;", 0)),
    ],
)
def test_parts_that_depend_on_a_value(order, part):
    payload = Codec(Side.CLIENT, 178).encode(m.PlaceOrder(5, STOCK, order))
    assert b"\0" + fields(*part) in payload
    assert b"\0" + fields(*part) not in Codec(Side.CLIENT, 178).encode(m.PlaceOrder(5, STOCK, Order()))


@pytest.mark.parametrize("kind", ["PEG BEST", "PEGBEST", "PEG MID", "LMT"])
def test_pegged_offsets_stand_where_the_type_uses_them(kind):
    offset = float("inf") if "BEST" in kind else UNSET_DOUBLE
    order = Order(orderType=kind, minCompeteSize=100, competeAgainstBestOffset=offset, midOffsetAtWhole=0.25)
    got = Codec(Side.SERVER, 178).decode(Codec(Side.CLIENT, 178).encode(m.PlaceOrder(5, STOCK, order))).order
    assert got.competeAgainstBestOffset == offset
    assert got.midOffsetAtWhole == (UNSET_DOUBLE if kind == "LMT" else 0.25)


def test_combinations_carry_legs_prices_and_routing():
    contract = Contract(secType="BAG", comboLegs=[ComboLeg(1, 1, "BUY", "SMART")])
    order = Order(orderComboLegs=[OrderComboLeg(1.5)], smartComboRoutingParams=[TagValue("NonGuaranteed", "1")])
    payload = Codec(Side.CLIENT, 178).encode(m.PlaceOrder(5, contract, order))
    assert b"\0" + fields(1, 1, 1, "BUY", "SMART", 0, 0, "", -1, 1, 1.5, 1, "NonGuaranteed", 1) in payload


def test_cancelling_by_version():
    cancel = m.CancelOrder(5)
    assert Codec(Side.CLIENT, 168).encode(cancel) == fields(4, 1, 5)
    assert Codec(Side.CLIENT, 169).encode(cancel) == fields(4, 1, 5, "")
    assert Codec(Side.CLIENT, 187).encode(cancel) == fields(4, 1, 5, "", "", "", 2147483647)
    assert Codec(Side.CLIENT, 190).encode(cancel) == fields(4, 1, 5, "")
    assert Codec(Side.CLIENT, 192).encode(cancel) == fields(4, 5, "", "", 2147483647)
    with pytest.raises(ServerTooOld):
        Codec(Side.CLIENT, 178).encode(m.CancelOrder(5, OrderCancel(extOperator="me")))
    assert Codec(Side.CLIENT, 178).encode(m.ReqGlobalCancel()) == fields(58, 1)
    assert Codec(Side.CLIENT, 192).encode(m.ReqGlobalCancel()) == fields(58, "", 2147483647)


def test_attached_orders():
    order = Order(slOrderId=6, slOrderType="STP", ptOrderId=7, ptOrderType="LMT")
    payload = Codec(Side.CLIENT, 218).encode(m.PlaceOrder(5, STOCK, order))
    assert payload.endswith(b"\x22\x0e\x08\x06\x12\x03STP\x18\x07\x22\x03LMT")
    got = Codec(Side.SERVER, 218).decode(payload).order
    assert (got.slOrderId, got.slOrderType, got.ptOrderId, got.ptOrderType) == (6, "STP", 7, "LMT")
    with pytest.raises(ServerTooOld):
        Codec(Side.CLIENT, 217).encode(m.PlaceOrder(5, STOCK, order))
