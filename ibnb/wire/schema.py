"""How messages are declared, and the registry that the declarations fill.

A message is a dataclass with annotations that give each leaf its `Kind`; around it stand a text layout and a protobuf
layout (see `layout`). Protobuf numbers of a message's own fields stand in its layout, those of model objects in a
`Record`, so that tags belong to the type. Without layouts, both follow the order of the class.

Knows no message; the catalogue declares them and the compiler turns them into code.
"""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from enum import Enum
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, TypeAlias, TypeVar, dataclass_transform, get_args, get_origin

from ibnb.values import UNSET_DOUBLE
from ibnb.wire import versions as V
from ibnb.wire.fields import (
    BOOL,
    CODE,
    DECIMAL,
    ESCAPED,
    ESCAPED_CODE,
    FLAG_INT,
    FLOAT,
    INT,
    LONG,
    SMALL,
    STR,
    TAGS,
    Kind,
)
from ibnb.wire.layout import (
    NEVER,
    Layout,
    Via,
    Word,
    const,
    tags,
)


class Direction(Enum):
    """Which way a message travels."""

    REQUEST = "client to server"
    REPLY = "server to client"


# ---- types: the leaves and tags of model objects ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field of a type with its protobuf number (0 = text only)."""

    path: str
    kind: Kind
    number: int
    since: int = 0
    keep: bool = False
    """Absent in a reply, it leaves the default of the model, even where that is true."""
    told: bool = False
    """Only the server says it; requests leave it out."""


@dataclass(frozen=True, slots=True)
class Sub:
    """A submessage: one object, or a list of them."""

    path: str
    record: Any
    number: int
    many: bool = False
    always: bool = False
    via: Via | None = None


def _needs_arguments(cls: Any) -> bool:
    """Tell whether objects of a class cannot be made empty and filled afterwards."""
    if issubclass(cls, tuple):
        return True
    if cls.__dataclass_params__.frozen:
        return True
    return any(f.default is MISSING and f.default_factory is MISSING for f in cls.__dataclass_fields__.values())


MANY_FIELDS: Final = 30
"""Objects with more attributes keep them in a dict of their own (CPython), which can be copied as a whole."""


def empty_maker(cls: Any, **parts: Callable[[], Any]) -> Callable[[], Any]:
    """Return a function that makes empty objects of a dataclass, faster than its constructor.

    The constructor has an argument for each field and sets it; here the values are constants of the code. Objects of
    many fields take them as a copy of the fields of one empty object, and only what objects must not share is made
    anew.

    Args:
        cls: The dataclass; it has a `__dict__` and takes no arguments.
        parts: What makes the values of further fields that objects must not share.
    """
    own = {name: f.default_factory for name, f in cls.__dataclass_fields__.items() if f.default_factory is not MISSING}
    own |= parts
    empty = vars(cls())
    names: dict[str, Any] = {"_new": object.__new__, "_cls": cls, "_copy": empty.copy}
    names |= {f"_{name}": own.get(name, value) for name, value in empty.items()}
    lines = ["def make():", "    made = _new(_cls)"]
    if len(empty) > MANY_FIELDS:
        lines.append("    made.__dict__ = values = _copy()")
    for name in own if len(empty) > MANY_FIELDS else empty:
        target = f"values['{name}']" if len(empty) > MANY_FIELDS else f"made.{name}"
        value = "[]" if own.get(name) is list else f"_{name}()" if name in own else f"_{name}"
        lines.append(f"    {target} = {value}")
    exec("\n".join([*lines, "    return made"]), names)
    make: Callable[[], Any] = names["make"]
    return make


class Record:
    """A type of the model as the wire sees it.

    Args:
        cls: The Python class.
        parts: Leaves and submessages.
        new: Makes an empty object to be filled; without it the class is called without arguments. Types whose
            instances cannot be filled (tuples, frozen dataclasses, required arguments) are made from keywords.
        register: Whether fields annotated with `cls` mean this record.
        alike: Whether one submessage is often the same as another, so that it pays to look it up (see `alike`).
    """

    def __init__(
        self,
        cls: type,
        *parts: Any,
        new: Callable[[], Any] | None = None,
        register: bool = True,
        name: str = "",
        alike: bool = False,
    ) -> None:
        self.cls = cls
        self.alike = alike
        self.name = name or cls.__name__
        self.parts = parts
        self.by_path: dict[str, Leaf | Sub] = {part.path: part for part in parts}
        self.by_keyword = new is None and _needs_arguments(cls)
        self.new: Callable[[], Any] = new or cls
        if register:
            RECORDS[cls] = self

    def __repr__(self) -> str:
        return f"Record({self.name})"


RECORDS: Final[dict[type, Record]] = {}
"""The record of each class of the model that messages hold."""


def of(kind: Kind, **numbers: int) -> tuple[Leaf, ...]:
    """Leaves of one kind: field name = protobuf number (0 = text only)."""
    return tuple(Leaf(name, kind, number) for name, number in numbers.items())


def at(path: str, kind: Kind, number: int, *, since: int = 0, keep: bool = False) -> Leaf:
    """One leaf, for dotted paths and special rules."""
    return Leaf(path, kind, number, since, keep)


def from_version(version: int, *leaves: Leaf) -> tuple[Leaf, ...]:
    """Leaves that servers know from a version on."""
    return tuple(replace(leaf, since=version) for leaf in leaves)


def told(*leaves: Leaf) -> tuple[Leaf, ...]:
    """Leaves that only the server sends."""
    return tuple(replace(leaf, told=True) for leaf in leaves)


def sub(path: str, record: Record, number: int, *, always: bool = False) -> Sub:
    """A submessage; left out when the object is None unless `always`."""
    return Sub(path, record, number, always=always)


def many(path: str, record: Any, number: int, *, via: Via | None = None) -> Sub:
    """A repeated submessage."""
    return Sub(path, record, number, many=True, via=via)


@dataclass(frozen=True, slots=True)
class RowSpec:
    """Items that are kept as they came and decoded on demand: their record and their order in text.

    `origin` tells what they were read from: message, field, server version.
    """

    record: Record
    words: Layout
    origin: tuple[str, str, int] = ("", "", 0)


# ---- messages --------------------------------------------------------------------------------------------------------

Int: TypeAlias = Annotated[int, INT]
Small: TypeAlias = Annotated[int, SMALL]
Flag: TypeAlias = Annotated[int, FLAG_INT]
"""0 or 1 in text, a bool in protobuf."""
Long: TypeAlias = Annotated[int, LONG]
Float: TypeAlias = Annotated[float, FLOAT]
Size: TypeAlias = Annotated[float, DECIMAL]
Str: TypeAlias = Annotated[str, STR]
Code: TypeAlias = Annotated[str, CODE]
"""A text of which an answer holds few different ones."""
EscapedCode: TypeAlias = Annotated[str, ESCAPED_CODE]
Escaped: TypeAlias = Annotated[str, ESCAPED]
Bool: TypeAlias = Annotated[bool, BOOL]
Tags: TypeAlias = Annotated[list[Any], TAGS]
UNSET: Final = UNSET_DOUBLE


class Message:
    """Base of all messages: slots, compared and shown by their fields.

    The constructor of a class is compiled when its first object is made, since a process uses few of the 171 classes
    and compiling all would take half of the time of the import.
    """

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _compile_init(type(self))
        self.__init__(*args, **kwargs)  # type: ignore[misc]

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        inner = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self))
        return f"{type(self).__name__}({inner})"


def _compile_init(cls: Any) -> None:
    """Give a message class the constructor that a dataclass would have."""
    names: dict[str, Any] = {"_MISSING": MISSING}
    params, lines = [], []
    for f in fields(cls):
        names[f"_{f.name}"] = f.default if f.default_factory is MISSING else f.default_factory
        made = f.default_factory is not MISSING
        params.append(f"{f.name}={'_MISSING' if made else '_' + f.name}")
        value = f"_{f.name}() if {f.name} is _MISSING else {f.name}" if made else f.name
        lines.append(f"    self.{f.name} = {value}\n")
    exec(f"def __init__({', '.join(('self', *params))}):\n{''.join(lines) or '    pass'}", names)
    init = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = init


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """What is known of one message.

    Attributes:
        cls: The class that reducers, handlers and senders use.
        msg_id: Its number; as protobuf it travels as 200 more.
        direction: Which way it goes.
        text: The text layout, None if it exists as protobuf only.
        proto: The protobuf layout, None if it exists as text only.
        proto_since: The server version from which it is sent as protobuf (`NEVER` without one).
        min_version: The oldest server version that knows it.
        source: The outside witness of the entry.
        names: The names of its fields in order.
        types: Kind, Record, RowSpec, or a list `[of one of these]` for each name.
        alike: The text field from which on messages are often the same to the end, so that it pays to look that up.
        given: The fields before it on which the meaning of that end depends.
    """

    cls: type[Message]
    msg_id: int
    direction: Direction
    text: Layout | None
    proto: tuple[Any, ...] | None
    proto_since: int
    min_version: int
    source: str
    names: tuple[str, ...]
    types: dict[str, Any]
    alike: str = ""
    given: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.cls.__name__

    def uses_proto(self, version: int) -> bool:
        """Tell whether it is sent as protobuf to and by a server of that version."""
        return version >= self.proto_since

    def default(self, name: str) -> Any:
        """Return a new default value of one field."""
        f = self.cls.__dataclass_fields__[name]
        return f.default if f.default is not MISSING else f.default_factory()


REQUESTS: Final[dict[int, MessageSpec]] = {}
"""Client to server, by id."""
REPLIES: Final[dict[int, MessageSpec]] = {}
"""Server to client, by id."""
SPECS: Final[dict[type, MessageSpec]] = {}
"""By class."""

M = TypeVar("M")


def resolve(annotation: Any) -> Any:
    """Turn an annotation into a Kind, Record, RowSpec, or a list of one of these."""
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[1]
    origin = get_origin(annotation)
    if origin is UnionType:  # X | None: an object that may be left out
        return resolve(get_args(annotation)[0])
    if origin in (list, Sequence):
        return [resolve(get_args(annotation)[0])]
    if annotation in RECORDS:
        return RECORDS[annotation]
    raise TypeError(f"{annotation!r} has no wire form: annotate with a kind, or declare a Record of that class first")


def _declare(
    direction: Direction,
    msg_id: int,
    text: Sequence[Word | str] | None,
    proto: Sequence[Any] | None,
    version: str,
    until: int,
    proto_since: int,
    min_version: int,
    source: str,
    alike: str = "",
    given: tuple[str, ...] = (),
) -> Callable[[type[M]], type[M]]:
    def decorate(cls: type[M]) -> type[M]:
        made: Any = dataclass(slots=True, init=False, eq=False, repr=False)(cls)
        names = tuple(made.__dataclass_fields__)
        types = {name: resolve(made.__dataclass_fields__[name].type) for name in names}
        words: Layout | None = None if text is None else tuple(text) if text != () else names
        if words is not None and version:
            words = (const("VERSION", version, until=until), *words)
        parts = None if proto_since == NEVER else (tags(*names) if proto is None else tuple(proto))
        spec = MessageSpec(
            made,
            msg_id,
            direction,
            words,
            parts,
            proto_since,
            max(min_version, V.MIN_VERSION),
            source,
            names,
            types,
            alike,
            given,
        )
        (REQUESTS if direction is Direction.REQUEST else REPLIES)[msg_id] = spec
        SPECS[made] = spec
        return made  # type: ignore[no-any-return]

    return decorate


@dataclass_transform(field_specifiers=())
def request(
    msg_id: int,
    *,
    text: Sequence[Word | str] | None = (),
    proto: Sequence[Any] | None = None,
    version: str = "",
    until: int = NEVER,
    proto_since: int = NEVER,
    min_version: int = 0,
    source: str,
) -> Callable[[type[M]], type[M]]:
    """Declare a message from the client to the server.

    Args:
        msg_id: Its number.
        text: The order of its text fields; the order of the class if not given, None if it has no text form.
        proto: Its protobuf tags; 1, 2, 3 ... in the order of the class if not given.
        version: The text of the VERSION field in front, if it has one.
        until: The server version at which the VERSION field was dropped.
        proto_since: The server version from which it travels as protobuf.
        min_version: The oldest server version that knows it.
        source: The outside witness: name of the official method.
    """
    return _declare(Direction.REQUEST, msg_id, text, proto, version, until, proto_since, min_version, source)


@dataclass_transform(field_specifiers=())
def reply(
    msg_id: int,
    *,
    text: Sequence[Word | str] | None = (),
    proto: Sequence[Any] | None = None,
    version: str = "",
    until: int = NEVER,
    proto_since: int = NEVER,
    min_version: int = 0,
    source: str,
    alike: str = "",
    given: tuple[str, ...] = (),
) -> Callable[[type[M]], type[M]]:
    """Declare a message from the server to the client.

    Args:
        alike: The text field from which on such messages are often the same to the end: that end is then looked up
            instead of read. It stands at the same place in every message.
        given: The fields before it on which the meaning of that end depends (they are named in its conditions).

    The other arguments are those of `request`.
    """
    return _declare(
        Direction.REPLY, msg_id, text, proto, version, until, proto_since, min_version, source, alike, given
    )
