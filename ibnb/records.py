"""What all plain records of the model have in common, and the functions behind it.

A record is a dataclass of values. `Record` adds the four conversions that users of ib_async know, a full repr and
comparison by fields; subclasses leave those out of their own generation, which halves the time of the import.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, ClassVar, TypeAlias

_Dict: TypeAlias = dict[str, Any]
_Tuple: TypeAlias = tuple[Any, ...]


def _fields(obj: Any) -> tuple[Field[Any], ...]:
    """Return the fields of a dataclass instance."""
    if isinstance(obj, type) or not is_dataclass(obj):
        raise TypeError(f"{obj!r} is no dataclass instance")
    return fields(obj)


def dataclassAsDict(obj: Any) -> _Dict:
    """Return the fields of a dataclass instance as a dict, without converting what they hold.

    Raises:
        TypeError: The object is no dataclass instance.
    """
    return {f.name: getattr(obj, f.name) for f in _fields(obj)}


def dataclassAsTuple(obj: Any) -> _Tuple:
    """Return the field values of a dataclass instance as a tuple, without converting them.

    Raises:
        TypeError: The object is no dataclass instance.
    """
    return tuple(getattr(obj, f.name) for f in _fields(obj))


def _default(field: Field[Any]) -> Any:
    """Return the value that a field has when nothing is given for it (MISSING if it must be given)."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def dataclassNonDefaults(obj: Any) -> _Dict:
    """Return the fields of a dataclass instance that differ from their defaults; nan equals nan.

    Raises:
        TypeError: The object is no dataclass instance.
    """
    result = {}
    for field in _fields(obj):
        value, default = getattr(obj, field.name), _default(field)
        if value is default or value == default or (value != value and default != default):
            continue
        result[field.name] = value
    return result


def dataclassUpdate(obj: Any, *srcObjs: object, **kwargs: Any) -> Any:
    """Copy the fields of other dataclass instances and the given values into a dataclass instance, and return it.

    Raises:
        TypeError: One of the objects is no dataclass instance.
    """
    _fields(obj)
    for source in srcObjs:
        kwargs = {**dataclassAsDict(source), **kwargs}
    for name, value in kwargs.items():
        setattr(obj, name, value)
    return obj


def dataclassRepr(obj: Any) -> str:
    """Return the text of a dataclass instance with only those fields that differ from their defaults.

    Raises:
        TypeError: The object is no dataclass instance.
    """
    inner = ", ".join(f"{name}={value!r}" for name, value in dataclassNonDefaults(obj).items())
    return f"{type(obj).__name__}({inner})"


class Record:
    """Base of the dataclasses of the model.

    Records compare by their fields with records of the same class, and so cannot be hashed; the subclasses that are
    told apart by identity say so.
    """

    __slots__ = ()
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def dict(self) -> _Dict:
        """Return the fields as a dict, without converting what they hold."""
        return dataclassAsDict(self)

    def tuple(self) -> _Tuple:
        """Return the field values as a tuple, without converting them."""
        return dataclassAsTuple(self)

    def update(self, *srcObjs: object, **kwargs: Any) -> object:
        """Take over the fields of other dataclass instances and the given values; returns the object itself."""
        return dataclassUpdate(self, *srcObjs, **kwargs)

    def nonDefaults(self) -> _Dict:
        """Return the fields that differ from their defaults as a dict."""
        return dataclassNonDefaults(self)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return dataclassAsTuple(self) == dataclassAsTuple(other)

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value!r}" for name, value in dataclassAsDict(self).items())
        return f"{type(self).__qualname__}({inner})"


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking many new objects again and again while they are built; a moment only."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
