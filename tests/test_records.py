"""Conversions of dataclass instances."""

import gc
import math
from dataclasses import dataclass, field

import pytest

from ibnb.contract import Stock
from ibnb.objects import NewsTick, PnL
from ibnb.order import LimitOrder, Order
from ibnb.records import (
    Record,
    collector_paused,
    dataclassAsDict,
    dataclassAsTuple,
    dataclassNonDefaults,
    dataclassRepr,
    dataclassUpdate,
)


@dataclass(eq=False, repr=False)
class Thing(Record):
    name: str = ""
    size: float = math.nan
    tags: list[str] = field(default_factory=list)


@dataclass
class Plain:
    a: int = 1
    b: int = 2


def test_dict_and_tuple_do_not_convert_what_they_hold():
    inner = Thing("inner")
    thing = Thing("outer", 1.0, [inner])
    assert thing.dict() == {"name": "outer", "size": 1.0, "tags": [inner]}
    assert thing.tuple() == ("outer", 1.0, [inner])
    assert thing.dict()["tags"][0] is inner


def test_non_defaults_take_nan_and_fresh_lists_as_defaults():
    assert Thing().nonDefaults() == {}
    assert Thing(size=math.nan, tags=[]).nonDefaults() == {}
    assert Thing("a", 0.0).nonDefaults() == {"name": "a", "size": 0.0}
    assert PnL("DU1").nonDefaults() == {"account": "DU1"}


def test_update_takes_later_sources_first_and_keywords_last():
    thing = Thing("a", 1.0)
    assert thing.update(Thing("b", 2.0), Plain(5), size=9.0) is thing
    assert (thing.name, thing.size, thing.a) == ("b", 9.0, 5)


def test_update_from_an_order():
    order = Order()
    dataclassUpdate(order, LimitOrder("BUY", 3, 2.0), tif="GTC")
    assert (order.totalQuantity, order.tif, order.orderType) == (3, "GTC", "LMT")


def test_update_of_a_frozen_record_is_refused():
    with pytest.raises(AttributeError):
        NewsTick(1, "BZ", "id", "head", "").update(headline="other")


@pytest.mark.parametrize(
    "func", [dataclassAsDict, dataclassAsTuple, dataclassNonDefaults, dataclassRepr, dataclassUpdate]
)
@pytest.mark.parametrize("thing", ["x", (1, 2), Thing, None])
def test_what_is_no_instance_of_a_dataclass(func, thing):
    with pytest.raises(TypeError, match="no dataclass instance"):
        func(thing)


def test_any_dataclass_will_do():
    assert dataclassNonDefaults(Plain(b=3)) == {"b": 3}
    assert dataclassRepr(Plain(b=3)) == "Plain(b=3)"


def test_short_and_full_repr():
    thing = Thing("a")
    assert dataclassRepr(thing) == "Thing(name='a')"
    assert repr(thing) == "Thing(name='a', size=nan, tags=[])"


def test_records_compare_by_fields_within_their_class():
    assert Thing("a", 1.0) == Thing("a", 1.0)
    assert Thing("a", 1.0) != Thing("a", 2.0)
    assert Thing("a") != Stock("a")
    assert Thing("a") != "a"
    thing = Thing()
    assert thing == thing


def test_records_cannot_be_keys():
    with pytest.raises(TypeError):
        hash(Thing())


def test_the_collector_rests_while_paused_and_goes_on_as_before():
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
