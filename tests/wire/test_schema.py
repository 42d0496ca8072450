"""Declaring messages: what the decorators make of a class, and what they refuse."""

from dataclasses import MISSING, fields

import pytest

from ibnb.contract import Contract, ContractDetails
from ibnb.order import Order, OrderState
from ibnb.wire import catalogue as m
from ibnb.wire.fields import INT, STR
from ibnb.wire.layout import Const
from ibnb.wire.schema import RECORDS, Direction, Record, empty_maker, of, resolve

ALL = [*m.REQUESTS.values(), *m.REPLIES.values()]


def test_all_ids_are_declared():
    assert len(m.REQUESTS) >= 85  # which ids they are is told by the table, see test_versions
    assert len(m.REPLIES) >= 86
    assert len(m.SPECS) == len(m.REQUESTS) + len(m.REPLIES)


@pytest.mark.parametrize("spec", ALL, ids=lambda s: s.name)
def test_every_message_says_what_it_is(spec):
    assert spec.cls.__doc__
    assert spec.source.startswith("EClient." if spec.direction is Direction.REQUEST else "EWrapper.")
    assert spec.text is not None or spec.proto is not None
    assert [f.name for f in fields(spec.cls)] == list(spec.names)
    assert not hasattr(spec.cls(), "__dict__")


def test_messages_compare_and_show_by_their_fields():
    tick = m.TickSize(1, 0, 5.0)
    assert tick == m.TickSize(1, 0, 5.0)
    assert tick != m.TickSize(1, 0, 6.0)
    assert tick != (1, 0, 5.0)
    assert repr(tick) == "TickSize(reqId=1, tickType=0, size=5.0)"
    with pytest.raises(TypeError):
        hash(tick)


def test_a_class_without_layouts_follows_its_order():
    spec = m.spec(m.TickString)
    assert spec.text == (Const(name="VERSION", value="6", until=10**9), "reqId", "tickType", "value")
    assert [(tag.path, tag.number) for tag in spec.proto] == [("reqId", 1), ("tickType", 2), ("value", 3)]


def test_spec_knows_versions():
    spec = m.spec(m.ReqUserInfo)
    assert (spec.msg_id, spec.min_version, spec.proto_since) == (104, 167, 212)
    assert spec.uses_proto(212)
    assert not spec.uses_proto(211)
    assert m.spec(m.TickEFP).proto is None
    assert m.spec(m.ReqConfig).text is None


def test_fields_without_a_wire_form_are_refused():
    with pytest.raises(TypeError, match="has no wire form"):
        resolve(complex)


def test_records_know_how_their_objects_are_made():
    from ibnb.contract import TagValue

    assert RECORDS[TagValue].by_keyword
    assert not RECORDS[Contract].by_keyword
    record = Record(TagValue, *of(STR, tag=1), *of(INT, value=2), register=False)
    assert RECORDS[TagValue] is not record


@pytest.mark.parametrize("cls", [Order, ContractDetails, Contract, OrderState])
def test_objects_are_made_as_their_classes_make_them(cls):
    made, again, called = empty_maker(cls)(), RECORDS[cls].new(), cls()
    assert type(made) is cls
    assert list(vars(made)) == list(vars(called))
    assert made.dict() == called.dict()
    assert vars(made) is not vars(again)
    for f in fields(cls):
        if f.default_factory is not MISSING:
            assert getattr(made, f.name) is not getattr(again, f.name), f.name


def test_objects_made_empty_have_parts_of_their_own():
    make = empty_maker(ContractDetails, contract=Contract)
    assert make().contract == Contract()
    assert make().contract is not make().contract


def test_constructors_are_those_of_dataclasses():
    first = m.ReqMktData(5, snapshot=True)
    assert first == m.ReqMktData(5, first.contract, "", True, False, [])
    assert m.ReqMktData().contract is not m.ReqMktData().contract
    assert m.ReqPositions() == m.ReqPositions()
    for wrong in ({"nothing": 1}, {"reqId": 1, "x": 2}):
        with pytest.raises(TypeError, match="unexpected keyword"):
            m.ReqMktData(**wrong)
    with pytest.raises(TypeError, match="positional"):
        m.TickSize(1, 2, 3.0, 4)
