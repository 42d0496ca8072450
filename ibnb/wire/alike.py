"""Bytes that come again: what they said the last time need not be read again.

The contracts of an option chain agree in most of the thousand bytes that tell about each, the orders of a strategy in
all but a dozen fields. Compiled decoders look such parts up by their bytes. What is kept is which attributes they set;
parts with lists or objects are always read anew, as no two objects may share those.
"""

from collections.abc import Callable
from types import NoneType
from typing import Any, Final, TypeAlias

LIMIT: Final = 256
"""So many different parts of a message are kept: an option chain has about one an expiration."""
MAX_BYTES: Final = 4096
"""Longer parts are not kept."""
_PLAIN: Final = frozenset({str, int, float, bool, NoneType})

Values: TypeAlias = tuple[dict[str, Any], ...]
Reader: TypeAlias = Callable[..., Any]


class Alike(dict[Any, Values | None]):
    """Key of a part -> for each object that it sets, the attributes that then differ from those of an empty one.

    The key is the part's bytes, or a tuple that begins with them. The value is None for a part that was met once, and
    an empty tuple for one that cannot be kept.

    Args:
        empties: For each object, the attributes that the part may set and their values in an empty object.
    """

    def __init__(self, *empties: dict[str, Any]) -> None:
        super().__init__()
        self._empties = empties

    def learn(self, key: Any, *objects: Any) -> None:
        """Keep what a part has set in the objects, if it has been met before (most parts never come again)."""
        if key not in self:
            if len(self) >= LIMIT:
                self.clear()
            if len(key[0] if isinstance(key, tuple) else key) <= MAX_BYTES:
                self[key] = None
        elif self[key] is None:
            found = tuple(_differences(obj, empty) for obj, empty in zip(objects, self._empties, strict=True))
            plain = all(type(value) in _PLAIN for values in found for value in values.values())
            self[key] = found if plain else ()


def _differences(obj: Any, empty: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of an object that are not as in an empty one."""
    values = {name: getattr(obj, name) for name in empty}
    return {k: v for k, v in values.items() if type(v) is not type(empty[k]) or v != empty[k]}


def remembering(read: Reader, make: Callable[[], Any], names: tuple[str, ...]) -> Reader:
    """Return a reader of protobuf submessages that looks up those that come again.

    Args:
        read: Reads a submessage: `(obj, payload, start, stop, skip) -> obj`.
        make: Makes an empty object of those that it fills.
        names: The attributes that it may set.
    """
    empty = make()
    known = Alike({name: getattr(empty, name) for name in names})

    def read_again(obj: Any, p: bytes, i: int, n: int, skip: Callable[[bytes, int, int], int]) -> Any:
        key = p[i:n]
        values = known.get(key)
        if values:
            obj.__dict__.update(values[0])
            return obj
        unknown_fields = []

        def skip_and_tell(p: bytes, i: int, n: int) -> int:
            unknown_fields.append(i)
            return skip(p, i, n)

        read(obj, p, i, n, skip_and_tell)
        if not unknown_fields:  # those are counted, so they have to be met again
            known.learn(key, obj)
        return obj

    return read_again
