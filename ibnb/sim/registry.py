"""Which function answers which message: a table that the modules in `handlers` fill by a decorator."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ibnb.sim.client import Client

__all__ = ["Handler", "handler_of", "handles", "load", "served"]

Handler = Callable[["Client", Any], None]
_F = TypeVar("_F", bound=Callable[..., None])
_HANDLERS: dict[type, Handler] = {}
_MODULES = (
    "startup", "contracts", "options", "historical", "ticks", "quotes", "streams", "depth", "account", "orders",
    "scanner", "news", "misc",
)  # fmt: skip


def handles(*classes: type) -> Callable[[_F], _F]:
    """Register a function `(client, message)` for message classes. It may raise RequestRefused."""

    def register(function: _F) -> _F:
        for cls in classes:
            if cls in _HANDLERS:
                raise ValueError(f"{cls.__name__} has a handler already")
            _HANDLERS[cls] = function
        return function

    return register


def load() -> None:
    """Import every module of handlers."""
    for name in _MODULES:
        import_module(f"ibnb.sim.handlers.{name}")


def handler_of(cls: type) -> Handler | None:
    """Return the function for a message class, or None when it is not served."""
    return _HANDLERS.get(cls)


def served() -> list[type]:
    """Return the message classes that are served, by name."""
    return sorted(_HANDLERS, key=lambda cls: cls.__name__)
