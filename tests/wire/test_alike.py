"""Parts of messages that come again: looked up, with the same result as reading them."""

import copy
from dataclasses import replace

import pytest

from ibnb.contract import Contract, ContractDetails, TagValue
from ibnb.errors import DecodeError
from ibnb.order import Order, OrderState, PriceCondition
from ibnb.wire import catalogue as m
from ibnb.wire import proto, textgen
from ibnb.wire.alike import LIMIT, MAX_BYTES, Alike
from ibnb.wire.codec import Codec, Side

VERSIONS = (157, 178, 200, 203, 225)


def order(number, **changes):
    """Return an open order of a strategy: the same as the others but for its ids, contract and price."""
    made = Order(orderId=number, permId=7000 + number, action="BUY", totalQuantity=10, orderType="LMT", tif="GTC")
    made.update(lmtPrice=1.0 + number, auxPrice=0.0, outsideRth=True, ocaType=3, minQty=5, openClose="", **changes)
    contract = Contract("OPT", 100 + number, "SPY", "20240119", 400.0 + number, "C", "100", "SMART", currency="USD")
    return m.OpenOrder(made, contract, OrderState("Submitted", commissionCurrency="USD"))


def details(number, **changes):
    """Return the details of an option of a chain."""
    contract = Contract("OPT", 100 + number, "SPY", "20240119", 400.0 + number, "C", "100", "SMART", currency="USD")
    made = ContractDetails(contract, "SPY", 0.01, "LMT,MKT", "SMART,AMEX", 1, 756733, "SPDR", "202401")
    made.update(timeZoneId="US/Eastern", liquidHours="20240102:0930-20240102:1615", stockType="ETF", **changes)
    return m.ContractDetails(7, made)


def both(version):
    """Return how the server writes and a function that reads with a codec that has seen nothing yet."""
    return Codec(Side.SERVER, version).encode, lambda payload: Codec(Side.CLIENT, version).decode(payload)


def whole(message):
    """Return all that a message holds as text: contracts compare by their ids only, orders by identity."""
    return repr([_fields(getattr(message, name)) for name in m.SPECS[type(message)].names])


def _fields(value):
    return {k: _fields(v) for k, v in vars(value).items()} if hasattr(value, "__dict__") else value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [order, details])
def test_messages_that_end_alike_are_read_as_if_each_were_the_first(version, make):
    encode, read_first = both(version)
    codec = Codec(Side.CLIENT, version)
    for number in range(6):
        payload = encode(make(number))
        assert whole(codec.decode(payload)) == whole(read_first(payload))


@pytest.mark.parametrize("version", VERSIONS)
def test_what_they_hold_is_never_shared(version):
    encode, _ = both(version)
    codec = Codec(Side.CLIENT, version)
    first, *rest = [
        codec.decode(encode(order(k, algoStrategy="Vwap", algoParams=[TagValue("a", "1")]))) for k in range(4)
    ]
    before = copy.deepcopy(vars(rest[-1].order))
    first.order.algoParams.append(TagValue("b", "2"))
    first.order.softDollarTier.name = "changed"
    first.order.conditions.append(PriceCondition())
    first.order.lmtPrice = 99.0
    assert repr(vars(rest[-1].order)) == repr(before)
    assert rest[-1].order.algoParams == [TagValue("a", "1")]


@pytest.mark.parametrize("version", VERSIONS)
def test_lists_of_details_are_read_each_time(version):
    encode, _ = both(version)
    codec = Codec(Side.CLIENT, version)
    made = [codec.decode(encode(details(k, secIdList=[TagValue("ISIN", "US1")]))).contractDetails for k in range(4)]
    assert all(d.secIdList == [TagValue("ISIN", "US1")] for d in made)
    assert made[3].secIdList is not made[2].secIdList


@pytest.mark.parametrize("version", [157, 178, 200])
def test_the_meaning_of_an_ending_depends_on_what_is_given(version):
    """The same bytes behind another type of order: pegged orders have five fields more."""
    encode, read_first = both(version)
    codec = Codec(Side.CLIENT, version)
    for _ in range(4):
        for kind in ("LMT", "PEG BENCH"):
            message = order(1, referenceContractId=5)
            message.order.orderType = kind
            payload = encode(message)
            assert whole(codec.decode(payload)) == whole(read_first(payload))


def test_a_short_or_bad_ending_names_its_field_however_often_it_comes():
    encode, _ = both(178)
    good = encode(order(1))
    codec = Codec(Side.CLIENT, 178)
    for _ in range(3):
        codec.decode(good)
    fields = good.split(b"\0")
    fields[28] = b"x"
    for _ in range(3):
        with pytest.raises(DecodeError, match=r"discretionaryAmt"):
            codec.decode(b"\0".join(fields))
        with pytest.raises(DecodeError, match=r"outsideRth|hidden"):
            codec.decode(b"\0".join(fields[:26]) + b"\0")


def test_unknown_fields_are_counted_each_time():
    encode, _ = both(225)
    payload = encode(details(1))
    number, _, inner = proto.fields(payload, 4)[-1]
    assert number == 3
    head = payload[: -len(proto.pack_tag(3, proto.BYTES) + proto.pack_varint(len(inner)) + inner)]
    inner += proto.pack_tag(1000, proto.VARINT) + b"\x01"
    payload = head + proto.pack_tag(3, proto.BYTES) + proto.pack_varint(len(inner)) + inner
    codec = Codec(Side.CLIENT, 225)
    for count in range(1, 5):
        codec.decode(payload)
        assert codec.surplus_fields == count
    codec, classic = Codec(Side.CLIENT, 178), both(178)[0](order(1)) + b"more\0"
    for count in range(1, 5):
        codec.decode(classic)
        assert codec.surplus_fields == count


def test_memory_is_bounded():
    known = Alike({"symbol": ""})
    for k in range(3 * LIMIT):
        known.learn(b"%d" % k, Contract(symbol="A"))
    assert len(known) <= LIMIT
    known.learn(bytes(MAX_BYTES + 1), Contract())
    known.learn((bytes(MAX_BYTES + 1), b"LMT"), Contract())
    assert bytes(MAX_BYTES + 1) not in known
    assert (bytes(MAX_BYTES + 1), b"LMT") not in known


def test_a_part_is_kept_when_it_comes_again():
    known = Alike({"symbol": "", "comboLegs": [], "strike": 0.0})
    known.learn(b"a", Contract(symbol="A"))
    assert known[b"a"] is None
    known.learn(b"a", Contract(symbol="A"))
    assert known[b"a"] == ({"symbol": "A"},)
    for _ in range(3):
        known.learn(b"b", Contract(comboLegs=[1]))
    assert known[b"b"] == ()
    known.learn(b"c", Contract())
    known.learn(b"c", Contract(strike=0))
    assert known[b"c"] == ({"strike": 0},)  # an int is not the float of an empty contract
    assert type(known[b"c"][0]["strike"]) is int


def test_endings_that_cannot_be_told_apart_are_refused():
    spec = m.SPECS[m.OpenOrder]
    with pytest.raises(TypeError, match="name it in `given`"):
        textgen.text_decoder(replace(spec, given=()), 178)
    with pytest.raises(TypeError, match="cannot be found"):
        textgen.text_decoder(replace(spec, alike="order.action"), 178)
