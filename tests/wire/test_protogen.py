"""Protobuf codecs: order of fields, unknown fields, presence, submessages."""

import pytest

from ibnb.contract import ComboLeg, Contract, DeltaNeutralContract
from ibnb.errors import DecodeError
from ibnb.order import Order, OrderComboLeg
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import Codec, Side, proto
from ibnb.wire import catalogue as m


def client():
    """Return the codec of a client at the newest version."""
    return Codec(Side.CLIENT, 225)


TICK = [b"\x08\xe9\x07", b"\x10\x01", b"\x19" + proto.write_double(187.25), b"\x22\x03100", b"\x28\x05"]
WANTED = m.TickPrice(1001, 1, 187.25, 100.0, 5)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_fields_may_come_in_any_order(order):
    assert client().decode(b"\x00\x00\x00\xc9" + b"".join(TICK[k] for k in order)) == WANTED


def test_absent_fields_keep_their_defaults():
    assert client().decode(b"\x00\x00\x00\xc9") == m.TickPrice(-1, 0, 0.0, UNSET_DOUBLE, 0)
    assert client().decode(b"\x00\x00\x00\xc9" + TICK[1]) == m.TickPrice(-1, 1, 0.0, UNSET_DOUBLE, 0)


@pytest.mark.parametrize("unknown", [b"\x30\x01", b"\x3a\x02hi", b"\x81\x01" + bytes(8), b"\xa5\x06" + bytes(4)])
@pytest.mark.parametrize("place", range(6))
def test_unknown_fields_are_skipped_and_counted(unknown, place):
    codec = client()
    parts = [*TICK[:place], unknown, *TICK[place:]]
    assert codec.decode(b"\x00\x00\x00\xc9" + b"".join(parts)) == WANTED
    assert codec.surplus_fields == 1


@pytest.mark.parametrize("cut", range(1, len(b"".join(TICK))))
def test_a_message_cut_short_is_an_error_or_ends_at_a_field(cut):
    body = b"".join(TICK)[:cut]
    ends = {sum(map(len, TICK[:k])) for k in range(6)}
    if cut in ends:
        client().decode(b"\x00\x00\x00\xc9" + body)
    else:
        with pytest.raises(DecodeError) as caught:
            client().decode(b"\x00\x00\x00\xc9" + body)
        assert caught.value.message == "TickPrice"


def test_negative_and_large_numbers():
    server, reader = Codec(Side.SERVER, 225), client()
    for order_id, perm_id in ((-7, -(2**40)), (2**31 - 2, 2**62), (128, 0)):
        sent = m.OrderBound(perm_id, 3, order_id)
        assert reader.decode(server.encode(sent)) == sent


def test_unset_numbers_false_flags_and_empty_texts_are_left_out():
    payload = Codec(Side.CLIENT, 225).encode(m.ReqMktData(5, Contract(conId=UNSET_INTEGER)))
    assert payload == b"\x00\x00\x00\xc9\x08\x05\x12\x00"
    payload = Codec(Side.CLIENT, 225).encode(m.ReqMktData(5, Contract(), "", True))
    assert payload == b"\x00\x00\x00\xc9\x08\x05\x12\x02\x08\x00\x20\x01"


def test_submessages_that_are_always_sent():
    payload = Codec(Side.CLIENT, 225).encode(m.CancelOrder(1001))
    assert payload == bytes.fromhex("000000cc 08e907 1200")
    fields = {number: value for number, _, value in proto.fields(Codec(Side.CLIENT, 203).encode(m.PlaceOrder(1)), 4)}
    assert fields[4] == b""
    assert {number for number, _, _ in proto.fields(fields[3])} >= {105}


def test_objects_that_may_be_missing():
    server, reader = Codec(Side.SERVER, 225), client()
    for neutral in (None, DeltaNeutralContract(1, 0.5, 2.0)):
        got = reader.decode(server.encode(m.Position("DU1", Contract(symbol="A", deltaNeutralContract=neutral), 1.0)))
        assert got.contract.deltaNeutralContract == neutral


def test_leg_prices_travel_within_the_legs_of_the_contract():
    legs = [ComboLeg(1, 1, "BUY", "SMART"), ComboLeg(2, 1, "SELL", "SMART")]
    contract = Contract(secType="BAG", comboLegs=legs)
    order = Order(orderComboLegs=[OrderComboLeg(1.25)])
    payload = Codec(Side.CLIENT, 225).encode(m.PlaceOrder(1, contract, order))
    got = Codec(Side.SERVER, 225).decode(payload)
    assert got.contract.comboLegs == legs
    assert [type(leg) for leg in got.contract.comboLegs] == [ComboLeg, ComboLeg]
    assert [leg.price for leg in got.order.orderComboLegs] == [1.25, UNSET_DOUBLE]
    assert contract.comboLegs is legs


def test_absent_flags_are_false_even_where_the_model_says_true():
    got = Codec(Side.SERVER, 225).decode(b"\x00\x00\x00\xcb\x08\x01\x1a\x00")
    assert got.order.transmit is False
    assert got.order.openClose == ""
    reply = client().decode(b"\x00\x00\x00\xcd\x08\x01\x1a\x00")
    assert reply.order.transmit is True  # replies do not carry it


def test_what_is_no_protobuf_is_a_decode_error():
    for body in (b"\xff" * 12, b"\x0b", b"\x12\x7f", b"\x08", b"\x22\x02\xff\xfe"):
        with pytest.raises(DecodeError):
            client().decode(b"\x00\x00\x00\xc9" + body)
