"""The codec: framing by version, binding, errors that name the field, and whatever bytes may come."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ibnb.contract import Contract
from ibnb.errors import DecodeError, FieldError, LocalProtocolError, ServerTooOld
from ibnb.order import Order, PriceCondition
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.codec import MAX_UNKNOWN_IDS
from tests.wire.support import fields, pair


@pytest.mark.parametrize(
    ("version", "message", "payload"),
    [
        (178, m.StartApi(7), b"71\x002\x007\x00\x00"),
        (225, m.StartApi(7), bytes.fromhex("0000010f 0807")),
        (178, m.ReqPositions(), b"61\x001\x00"),
        (203, m.ReqPositions(), b"\x00\x00\x00\x3d1\x00"),
        (225, m.ReqPositions(), bytes.fromhex("00000105")),
        (178, m.CancelOrder(1001), b"4\x001\x001001\x00\x00"),
        (225, m.CancelOrder(1001), bytes.fromhex("000000cc 08e907 1200")),
        (178, m.ReqFamilyCodes(), b"80\x00"),
        (201, m.ReqFamilyCodes(), b"\x00\x00\x00\x50"),
    ],
)
def test_examples_of_the_protocol_notes(version, message, payload):
    sender, receiver = pair(m.spec(type(message)), version)
    assert sender.encode(message) == payload
    assert receiver.decode(payload) == message or isinstance(message, m.CancelOrder)


def test_reading_goes_by_the_id_and_never_by_the_threshold():
    codec = Codec(Side.CLIENT, 225)
    assert codec.decode(b"\x00\x00\x00\x09" + fields(1, 42)) == m.NextValidId(42)
    assert codec.decode(b"\x00\x00\x00\xd1\x08\x2a") == m.NextValidId(42)
    assert Codec(Side.CLIENT, 201).decode(b"\x00\x00\x00\xd1\x08\x2a") == m.NextValidId(42)


def test_bound_decoders_call_with_the_fields():
    codec, got = Codec(Side.CLIENT, 178), []
    codec.bind(m.TickSize, lambda *values: got.append(values))
    assert codec.decode(fields(2, 6, 1, 0, 300)) is None
    assert got == [(1, 0, 300.0)]
    assert codec.decode(fields(46, 6, 1, 45, "x")) == m.TickString(1, 45, "x")
    codec.bind(m.TickSize, m.TickSize)
    assert codec.decode(fields(2, 6, 1, 0, 300)) == m.TickSize(1, 0, 300.0)


def test_only_messages_of_the_other_side_can_be_bound():
    with pytest.raises(LocalProtocolError, match="a client does not receive ReqMktData"):
        Codec(Side.CLIENT, 178).bind(m.ReqMktData, print)
    with pytest.raises(LocalProtocolError, match="a server does not receive TickSize"):
        Codec(Side.SERVER, 178).bind(m.TickSize, print)


def test_only_own_messages_can_be_sent():
    with pytest.raises(LocalProtocolError, match="a client does not send TickSize"):
        Codec(Side.CLIENT, 178).encode(m.TickSize())
    with pytest.raises(ServerTooOld) as caught:
        Codec(Side.CLIENT, 166).encode(m.ReqUserInfo(1))
    assert (caught.value.feature, caught.value.need) == ("ReqUserInfo", 167)


def test_unknown_ids_are_counted():
    for version, payloads in ((178, (b"999\0", b"", b"abc\0", b"0\0")), (225, (b"\x00\x00\x07\xff", b"", b"\0"))):
        codec = Codec(Side.CLIENT, version)
        for payload in payloads:
            assert codec.decode(payload) is None
        assert codec.unknown_ids.total() == len(payloads)


@pytest.mark.parametrize("version", [178, 225])
def test_noise_does_not_fill_the_counters(version):
    codec = Codec(Side.CLIENT, version)
    for k in range(MAX_UNKNOWN_IDS + 500):
        codec.decode(codec.key(1000 + k) + b"\0")
    assert len(codec.unknown_ids) == MAX_UNKNOWN_IDS + 1
    assert codec.unknown_ids[b"others"] == 500


def test_a_bad_field_is_named_with_its_text():
    codec = Codec(Side.CLIENT, 178)
    with pytest.raises(DecodeError) as caught:
        codec.decode(fields(1, 6, 1001, 1, "abc", 100, 0))
    error = caught.value
    assert (error.message, error.server_version, error.field, error.raw, error.reqId) == (
        "TickPrice", 178, "price", b"abc", 1001,
    )  # fmt: skip
    assert str(error) == "TickPrice at server version 178: field 'price' is b'abc', not a number [reqId 1001]"


def test_a_bad_id_is_not_taken_for_an_id():
    with pytest.raises(DecodeError) as caught:
        Codec(Side.CLIENT, 178).decode(fields(1, 6, "x", 1, 1, 100, 0))
    assert (caught.value.field, caught.value.reqId) == ("reqId", None)


def test_bad_fields_of_nested_objects_have_paths():
    order = Order(conditions=[PriceCondition()])
    payload = Codec(Side.SERVER, 178).encode(m.OpenOrder(order, Contract()))
    with pytest.raises(DecodeError) as caught:
        Codec(Side.CLIENT, 178).decode(payload.replace(b"\x001\x00a\x001\x000.0\x00", b"\x009\x00a\x001\x000.0\x00"))
    assert caught.value.field == "order.conditions"
    bad = Codec(Side.SERVER, 225).encode(m.OpenOrder(Order(totalQuantity=77.0), Contract())).replace(b"77", b"xy")
    with pytest.raises(DecodeError) as nested:
        Codec(Side.CLIENT, 225).decode(bad)
    assert (nested.value.field, nested.value.raw[:2]) == ("order.totalQuantity", b"xy")


def test_a_bad_field_of_an_order_names_the_order():
    payload = Codec(Side.SERVER, 178).encode(m.OpenOrder(Order(orderId=77, totalQuantity=55.0), Contract()))
    with pytest.raises(DecodeError) as caught:
        Codec(Side.CLIENT, 178).decode(payload.replace(b"\x0055\x00", b"\x00xy\x00"))
    assert (caught.value.field, caught.value.reqId) == ("order.totalQuantity", 77)


def test_errors_of_the_bound_function_are_its_own():
    codec = Codec(Side.CLIENT, 178)

    def fail(*_):
        raise ValueError("of the handler")

    codec.bind(m.TickSize, fail)
    with pytest.raises(ValueError, match="of the handler"):
        codec.decode(fields(2, 6, 1, 0, 300))


def test_text_that_is_no_utf8_is_kept_escaped():
    for version, head in ((178, b"46\x00"), (201, b"\x00\x00\x00\x2e")):
        got = Codec(Side.CLIENT, version).decode(head + b"6\x001\x0045\x00caf\xe9\x00")
        assert got == m.TickString(1, 45, "café")
    got = Codec(Side.CLIENT, 178).decode(b"83\x005\x000\x00caf\xe9\x00")
    assert got == m.NewsArticle(5, 0, "caf\\xe9")


@pytest.mark.parametrize("version", [178, 225])
@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        (m.PlaceOrder(1, order=Order(lmtPrice="ten")), "order.lmtPrice", "ten"),
        (m.PlaceOrder(1, order=Order(parentId="x")), "order.parentId", "x"),
        (m.PlaceOrder("x"), "orderId", "x"),
        (m.PlaceOrder(1, order=Order(lmtPrice=float("nan"))), "order.lmtPrice", "nan"),
    ],
)
def test_values_that_do_not_fit_are_named(version, message, field, value):
    with pytest.raises(FieldError) as caught:
        Codec(Side.CLIENT, version).encode(message)
    assert (caught.value.field, str(caught.value.value)) == (field, value)


@pytest.mark.parametrize("text", ["Z\xfcrich", "bell\x07", "nul\0"])
def test_requests_hold_plain_text_only(text):
    with pytest.raises(FieldError) as caught:
        Codec(Side.CLIENT, 178).encode(m.ReqContractDetails(1, Contract(symbol=text)))
    assert caught.value.value == text
    assert caught.value.field == "contract.symbol"


def test_errors_of_nothing_in_particular_are_passed_on(monkeypatch):
    codec = Codec(Side.CLIENT, 178)

    def fail(_):
        raise ValueError("elsewhere")

    monkeypatch.setitem(codec._writers, m.ReqIds, fail)
    with pytest.raises(ValueError, match="elsewhere"):
        codec.encode(m.ReqIds())


def test_values_that_are_no_text_become_text():
    payload = Codec(Side.CLIENT, 178).encode(m.ReqContractDetails(1, Contract(symbol=None, multiplier=100)))
    assert payload.startswith(b"9\x008\x001\x000\x00\x00\x00\x00\x00\x00100\x00")


SESSIONS = [(side, version) for side in Side for version in (157, 178, 200, 201, 225)]
IDS = [spec.msg_id for spec in m.SPECS.values()]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SESSIONS),
    st.sampled_from([s.msg_id for s in m.SPECS.values()]),
    st.booleans(),
    st.binary(max_size=60),
)
def test_arbitrary_bytes_raise_nothing_but_decode_errors(session, msg_id, proto, body):
    side, version = session
    codec = Codec(side, version)
    head = codec.key(msg_id + 200 * (proto and version >= 201))
    errors = []
    for payload in (head + body, head + b"\0" + body, body):
        try:
            codec.decode(payload)
        except DecodeError as error:
            errors.append(error)
    assert all(error.message and error.field and error.server_version == version for error in errors)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_messages_raise_nothing_but_decode_errors(data):
    spec = data.draw(st.sampled_from(sorted(m.SPECS.values(), key=lambda s: s.name)))
    version = data.draw(st.sampled_from([v for v in (157, 178, 200, 201, 213, 225) if v >= spec.min_version]))
    from tests.wire.support import carried

    messages = carried(spec, version)
    sender, receiver = pair(spec, version)
    payload = bytearray(sender.encode(data.draw(st.sampled_from(messages))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, max(len(payload) - 1, 0)))
        if payload:
            payload[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    errors = []
    try:
        receiver.decode(bytes(payload))
    except DecodeError as error:
        errors.append(error)
    known = {other.name for other in m.SPECS.values()}  # the damage may have made another message of it
    assert all(error.message in known and error.message in str(error) for error in errors)


def test_errors_of_a_property_are_not_taken_for_bad_fields():

    codec = Codec(Side.CLIENT, 225)
    with pytest.raises(FieldError) as caught:
        codec.encode(m.PlaceOrder(1, None, Order()))
    assert (caught.value.field, caught.value.value) == ("contract", None)
    with pytest.raises(FieldError) as text:
        Codec(Side.CLIENT, 178).encode(m.PlaceOrder(1, None, Order()))
    assert text.value.field == "contract.conId"


def test_a_closed_codec_delivers_nothing():
    codec, got = Codec(Side.CLIENT, 178), []
    codec.bind(m.NextValidId, got.append)
    codec.decode(fields(9, 1, 1))
    codec.close()
    codec.decode(fields(9, 1, 2))
    assert got == [1]
