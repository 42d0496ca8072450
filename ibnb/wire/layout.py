"""The words of layouts: what may stand in the text layout and in the protobuf layout of a message.

Text: a field path, `const`, `when` (present if), `since` (a group of newer servers), `repeat` (count, then items),
`present` (0 or 1, then an object), `split` (one field that fills several), `count`. Protobuf: `tag` and `tags` (field
numbers), `inline` (a submessage whose fields belong to the message), `bits` (flags as a mask), `hook` (a function at
the end). They only describe; `textgen` and `protogen` turn them into code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ibnb.wire.fields import Kind

if TYPE_CHECKING:
    from ibnb.wire.schema import Record

NEVER: Final = 10**9

# ---- words of the text layout ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """Anything in a text layout, held by servers from `since` up to, not including, `until`."""

    since: int = 0
    until: int = NEVER

    def at(self, version: int) -> bool:
        """Tell whether a server of that version has this part."""
        return self.since <= version < self.until


@dataclass(frozen=True, slots=True)
class Field(Word):
    """One value; `kind` only where it differs from the kind of the type."""

    path: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Const(Word):
    """A field that is always written so and ignored when read."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class When(Word):
    """Words that are present only if the test holds; `@` in the test is the item of the enclosing repeat."""

    test: str = ""
    words: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat(Word):
    """A count, then that many items."""

    path: str = ""
    words: tuple[Any, ...] = ()
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class Present(Word):
    """0, or 1 and an object that is None otherwise."""

    path: str = ""
    words: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Count(Word):
    """The length of a list whose items follow in another form."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class Split(Word):
    """One text that sets several fields of the object at `path`: load(object, text), dump(object) -> text."""

    path: str = ""
    load: Callable[[Any, str], None] | None = None
    dump: Callable[[Any], str] | None = None
    name: str = ""


Layout: TypeAlias = tuple["Word | str", ...]


def field(path: str, kind: Kind | None = None, *, since: int = 0, until: int = NEVER) -> Field:
    """One value of the message, of a kind or version range of its own."""
    return Field(since, until, path, kind)


def const(name: str, value: str = "", *, since: int = 0, until: int = NEVER) -> Const:
    """A field without meaning any more, or a version number."""
    return Const(since, until, name, value)


def when(test: str, *words: Word | str, since: int = 0, until: int = NEVER) -> When:
    """Words that are present only if the Python expression `test` over earlier fields holds."""
    return When(since, until, test, words)


def since(version: int, *words: Word | str) -> When:
    """Words that servers have from a version on."""
    return When(version, NEVER, "", words)


def repeat(path: str, *words: Word | str, via: Via | None = None, since: int = 0) -> Repeat:
    """A count and that many items of the list at `path`; without words the items are single values."""
    return Repeat(since, NEVER, path, words, via)


def present(path: str, *words: Word | str) -> Present:
    """A flag, and if it is set an object with these fields."""
    return Present(0, NEVER, path, words)


def count(path: str) -> Count:
    """The length of a list, on its own."""
    return Count(0, NEVER, path)


def split(path: str, name: str, load: Callable[[Any, str], None], dump: Callable[[Any], str]) -> Split:
    """One text that fills several fields of an object."""
    return Split(0, NEVER, path, load, dump, name)


@dataclass(frozen=True, slots=True)
class Via:
    """Items that cross the wire in another shape: `flat(item)` before writing, `back(flat)` after reading."""

    record: Record
    flat: Callable[[Any], Any]
    back: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Inline:
    """A submessage whose fields belong to the enclosing object."""

    number: int
    parts: tuple[Any, ...]
    test: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """A function called with some of the message's fields once all are read."""

    load: Callable[..., None]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bits:
    """A submessage of flags that is a bit mask in the message: field number k is bit k-1."""

    path: str
    number: int


# ---- words of the protobuf layout ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tag:
    """A field of the message; its kind, record or list comes from the annotation."""

    path: str
    number: int
    kind: Kind | None = None
    since: int = 0
    before: tuple[Callable[..., Any], tuple[str, ...]] | None = None
    record: Record | None = None


def tags(*names: str, **numbers: int) -> tuple[Tag, ...]:
    """Fields with their numbers: names alone count from 1, keywords say the number."""
    return (
        *(Tag(name, k) for k, name in enumerate(names, 1)),
        *(Tag(name, number) for name, number in numbers.items()),
    )


def tag(
    path: str,
    number: int,
    kind: Kind | None = None,
    *,
    since: int = 0,
    record: Record | None = None,
    before: tuple[Callable[..., Any], tuple[str, ...]] | None = None,
) -> Tag:
    """A field with a kind, record or version of its own; `before` = (function, further arguments) prepares it."""
    return Tag(path, number, kind, since, before, record)


def inline(number: int, *parts: Any, test: str = "") -> Inline:
    """A submessage whose fields are fields of this message; always sent, or if `test` holds."""
    return Inline(number, parts, test)


def hook(load: Callable[..., None], *names: str) -> Hook:
    """A function to call with these fields when the message has been read."""
    return Hook(load, names)


def bits(path: str, number: int) -> Bits:
    """A submessage of flags that is a mask in the message."""
    return Bits(path, number)
