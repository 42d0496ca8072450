"""The table of handlers."""

import pytest

from ibnb.sim import registry
from ibnb.wire import catalogue as m


def test_every_request_is_served():
    registry.load()
    requests = {spec.cls for spec in m.SPECS.values() if spec.direction is m.Direction.REQUEST}
    assert requests - set(registry.served()) == set()


def test_only_requests_are_served():
    registry.load()
    assert all(m.SPECS[cls].direction is m.Direction.REQUEST for cls in registry.served())
    names = [cls.__name__ for cls in registry.served()]
    assert names == sorted(names)


def test_a_message_has_one_handler():
    registry.load()
    with pytest.raises(ValueError, match="has a handler already"):
        registry.handles(m.ReqIds)(lambda client, message: None)


def test_unknown_class_has_none():
    assert registry.handler_of(int) is None


def test_every_handler_says_what_it_does():
    registry.load()
    assert all(registry.handler_of(cls).__doc__ for cls in registry.served())
