"""Generated code: its names, its marks, and the finding of the field that failed."""

import linecache
import traceback

import pytest

from ibnb.errors import ServerTooOld
from ibnb.order import Order
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire import versions as V
from ibnb.wire.codec import decoder_code
from ibnb.wire.compiler import CODES, Source, build, gates, locate


def test_generated_code_shows_in_tracebacks():
    code = decoder_code(m.TickPrice, False, 178)
    assert code.filename == "<ibnb.wire TickPrice decode text 178>"
    assert linecache.getline(code.filename, 1).startswith("def decoder(")
    with pytest.raises(ValueError, match="invalid literal") as caught:
        code.factory(m.TickPrice, lambda n: None)([b"1", b"6", b"x", b"1", b"1", b"1", b"0", b""], b"")
    assert 'File "<ibnb.wire TickPrice decode text 178>"' in "".join(traceback.format_exception(caught.value))


def test_the_line_that_fails_names_the_field():
    source = Source()
    with source.block("def read(_f):"):
        source.add("a = int(_f[0])", "a", "_f[0]")
        source.add("b = int(_f[1])", "b.c", "_f[1]")
        source.add("return call()")
    source.give("call", lambda: 1 / 0)
    read = build("test of marks", source, "read").factory
    for fields, path, raw in (([b"x", b"1"], "a", b"x"), ([b"1", b"y"], "b.c", b"y"), ([b"1"], "b.c", b"")):
        with pytest.raises((ValueError, IndexError)) as caught:
            read(fields)
        failure = locate(caught.value)
        assert failure is not None
        assert (failure.path, failure.raw) == (path, raw)
    with pytest.raises(ZeroDivisionError) as handler:
        read([b"1", b"2"])
    assert locate(handler.value) is None
    assert "<ibnb.wire test of marks>" in CODES


def test_names_are_kept_apart():
    source = Source()
    first, second = object(), object()
    assert source.give("x", first) == source.give("x", first) == "x"
    assert source.give("x", second) == "x_1"
    assert source.names == {"x": first, "x_1": second}
    assert source.fresh("y") != source.fresh("y")


def test_gates_list_what_a_server_does_not_know():
    spec = m.spec(m.PlaceOrder)
    old = dict(gates(spec, 157, spec.text))
    assert old["order.duration"] == 158
    assert old["order.minCompeteSize"] == 170
    assert old["order.hedgeMaxSize"] == 223
    assert (
        dict(gates(spec, 217, None)).items()
        >= {
            "order.hedgeMaxSize": 223,
            "order.slOrderId": 218,
            "order.slOrderType": 218,
            "order.ptOrderId": 218,
            "order.ptOrderType": 218,
        }.items()
    )
    assert gates(spec, V.MAX_VERSION, None) == []


def test_a_value_that_the_server_does_not_know_is_refused_not_dropped():
    with pytest.raises(ServerTooOld) as caught:
        Codec(Side.CLIENT, 157).encode(m.PlaceOrder(1, order=Order(duration=60)))
    assert (caught.value.feature, caught.value.need, caught.value.have) == ("PlaceOrder: order.duration", 158, 157)
    assert Codec(Side.CLIENT, 158).encode(m.PlaceOrder(1, order=Order(duration=60)))
