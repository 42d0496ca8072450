"""Events that cost nothing until somebody asks for them.

An object such as a Trade has seven events and most of them never get a listener. An `EventSlot` in the class makes
the event at the first access and leaves it in the object's `__dict__`, where it hides the slot from then on.
Whoever emits asks `listeners`, which never makes an event.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from eventkit import Event


class EventSlot:
    """Class attribute that makes an event for an instance when it is first read.

    Args:
        factory: `module:Class` of the event; the class is called with the name of the attribute.
    """

    __slots__ = ("_factory", "_name")

    def __init__(self, factory: str = "eventkit:Event") -> None:
        self._factory = factory
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, obj: None, owner: type) -> EventSlot: ...

    @overload
    def __get__(self, obj: Any, owner: type) -> Event: ...

    def __get__(self, obj: Any, owner: type) -> Any:
        if obj is None:
            return self
        module, _, name = self._factory.partition(":")
        # setdefault: two threads that meet here get the same event
        return obj.__dict__.setdefault(self._name, getattr(import_module(module), name)(self._name))


def listeners(obj: Any, name: str) -> Event | None:
    """Return the event of an object if anybody listens to it, else None.

    For the emitting side: `if event := listeners(trade, "statusEvent"): event.emit(trade)`.
    """
    event: Event | None = obj.__dict__.get(name)
    return event if event is not None and len(event) else None
