"""Events made on demand."""

import threading

import pytest
from eventkit import Event

from ibnb.events import EventSlot, listeners
from ibnb.tickevents import TickerUpdateEvent


class Thing:
    changed = EventSlot()
    ticked = EventSlot("ibnb.tickevents:TickerUpdateEvent")


def test_event_is_made_at_first_access_and_kept():
    thing = Thing()
    assert thing.__dict__ == {}
    event = thing.changed
    assert isinstance(event, Event)
    assert event.name() == "changed"
    assert thing.changed is event is thing.__dict__["changed"]


def test_objects_have_events_of_their_own():
    assert Thing().changed is not Thing().changed


def test_the_class_gives_the_slot_itself():
    assert isinstance(Thing.changed, EventSlot)


def test_event_of_a_named_class():
    assert type(Thing().ticked) is TickerUpdateEvent


def test_adding_a_listener_in_place_works():
    thing, seen = Thing(), []
    keep = seen.append
    thing.changed += keep
    thing.changed.emit(3)
    assert seen == [3]
    thing.changed -= keep
    assert listeners(thing, "changed") is None


def test_listeners_makes_no_event():
    thing = Thing()
    assert listeners(thing, "changed") is None
    assert thing.__dict__ == {}


def test_listeners_is_none_until_somebody_listens():
    thing, seen = Thing(), []
    event = thing.changed
    assert listeners(thing, "changed") is None
    event.connect(seen.append)
    assert listeners(thing, "changed") is event


def test_an_operator_counts_as_listener():
    thing = Thing()
    mapped = thing.changed.map(str)
    assert listeners(thing, "changed") is thing.changed
    assert mapped is not None


def test_threads_that_meet_get_one_event():
    for _ in range(20):
        thing, got, gate = Thing(), [], threading.Barrier(4)

        def read(thing=thing, got=got, gate=gate):
            gate.wait()
            got.append(thing.changed)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {id(event) for event in got} == {id(thing.changed)}


def test_unknown_attribute_of_the_class_is_still_an_error():
    with pytest.raises(AttributeError):
        _ = Thing().other
