"""From layout to running code: source text with a mark for each field, `exec`, and `linecache`.

Owns the building of source, its names in tracebacks, and the finding of the field that failed: each line that reads
or writes a field is marked with the field's path, so the line of the traceback names the field and costs nothing
while all goes well. What the lines say is decided by `textgen` and `protogen`.
"""

import linecache
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final

from ibnb.errors import ServerTooOld
from ibnb.wire.fields import NAMESPACE, Kind
from ibnb.wire.layout import Const
from ibnb.wire.schema import Direction, Leaf, MessageSpec, Record

PREFIX: Final = "<ibnb.wire "


@dataclass(slots=True)
class Mark:
    """What one generated line is about: a field's path and, for text, the expression of its bytes."""

    path: str
    raw: str = ""
    expected: str = ""


@dataclass(slots=True)
class Source:
    """Python source under construction, with its namespace and the marks of its lines."""

    lines: list[str] = field(default_factory=list)
    marks: dict[int, Mark] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    indent: int = 0
    counter: int = 0

    def add(self, line: str, path: str = "", raw: str = "", kind: Kind | None = None) -> None:
        """Append one line; with a path it is marked as being about that field."""
        self.lines.append("    " * self.indent + line)
        if path:
            self.marks[len(self.lines)] = Mark(path, raw, kind.name if kind else "")

    def block(self, line: str, path: str = "", raw: str = "") -> "Source":
        """Append a line that opens a block; use as a context manager."""
        self.add(line, path, raw)
        return self

    def __enter__(self) -> "Source":
        self.indent += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.indent -= 1

    def give(self, name: str, value: Any) -> str:
        """Put an object into the namespace of the code; return its name there."""
        if self.names.get(name, value) is not value:
            self.counter += 1
            name = f"{name}_{self.counter}"
        self.names[name] = value
        return name

    def fresh(self, stem: str) -> str:
        """Return a name that the code does not use yet."""
        self.counter += 1
        return f"_{stem}{self.counter}"

    @property
    def text(self) -> str:
        """The source so far."""
        return "\n".join(self.lines) + "\n"


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled factory with what is needed to explain its failures.

    Attributes:
        filename: The name that tracebacks and pdb show.
        source: The text that runs.
        marks: Line number -> what the line is about.
        factory: Called with the things that differ between users of the code (see `textgen` and `protogen`).
    """

    filename: str
    source: str
    marks: dict[int, Mark]
    factory: Callable[..., Any]


CODES: Final[dict[str, Code]] = {}
"""All compiled code by file name, to explain failures."""


def build(name: str, source: Source, entry: str) -> Code:
    """Compile source and return its code object; `entry` is the function that it defines."""
    filename = f"{PREFIX}{name}>"
    text = source.text
    namespace: dict[str, Any] = {**NAMESPACE, **source.names}
    exec(compile(text, filename, "exec"), namespace)
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    code = Code(filename, text, source.marks, namespace[entry])
    CODES[filename] = code
    return code


@dataclass(frozen=True, slots=True)
class Failure:
    """Where compiled code failed: the field, its raw content if known, and the local variables there."""

    path: str
    raw: bytes
    expected: str
    locals: dict[str, Any]


def locate(error: BaseException) -> Failure | None:
    """Return the field at which compiled code failed, or None if the error came from the function that it calls."""
    found: Failure | None = None
    step = error.__traceback__
    while step is not None:
        frame = step.tb_frame
        code = CODES.get(frame.f_code.co_filename)
        if code is not None:
            mark = code.marks.get(step.tb_lineno)
            if mark is None:
                return None
            before = found.locals if found else {}
            path = f"{found.path}.{mark.path}" if found else mark.path
            raw = _raw(mark, frame.f_globals, frame.f_locals)
            found = Failure(path, raw, mark.expected, {**frame.f_locals, **before})
        step = step.tb_next
    return found


def _raw(mark: Mark, names: dict[str, Any], variables: dict[str, Any]) -> bytes:
    """Return the bytes that the marked line was about."""
    if mark.raw:
        try:
            return bytes(eval(mark.raw, names, variables))
        except Exception:  # noqa: BLE001  the field may be missing, or its index not yet known
            return b""
    p, i = variables.get("_p"), variables.get("_i")
    return bytes(p[i : i + 24]) if isinstance(p, bytes) and isinstance(i, int) else b""


class Scope:
    """Finds the kind and the Python expression of a path, in a message or in the item of a list.

    Args:
        owner: The message, or the record of the item.
        var: The variable of the item; empty for a message, whose fields are variables of their own.
        keywords: The item is made from keywords, so its fields are variables `<var>_<field>` while it is read.
    """

    def __init__(self, owner: MessageSpec | Record, var: str = "", keywords: bool = False) -> None:
        self.owner = owner
        self.var = var
        self.keywords = keywords

    def expr(self, path: str) -> str:
        """Return the expression of a path."""
        if not self.var:
            return path
        return f"{self.var}_{path.replace('.', '_')}" if self.keywords else f"{self.var}.{path}"

    def type_of(self, path: str) -> Any:
        """Return the Kind, Record, RowSpec or list of a path."""
        first, *rest = path.split(".")
        if isinstance(self.owner, MessageSpec):
            found: Any = self.owner.types[first]
        else:
            if path in self.owner.by_path:
                return _part_type(self.owner.by_path[path])
            found = _part_type(self.owner.by_path[first])
        while rest:
            if not isinstance(found, Record):
                raise TypeError(f"{path}: {first} has no fields")
            whole = ".".join(rest)
            if whole in found.by_path:
                return _part_type(found.by_path[whole])
            first, *rest = rest
            found = _part_type(found.by_path[first])
        return found

    def test(self, expression: str) -> str:
        """Return a condition of the layout as Python."""
        return expression.replace("@", self.var)


def gates(spec: MessageSpec, version: int, words: Any) -> list[tuple[str, int]]:
    """Return the fields of a request that a server of that version does not know, with the version they need.

    Args:
        spec: The message.
        version: The server's version.
        words: Its text layout, None if it goes as protobuf.
    """
    found: dict[str, int] = {}
    for name in spec.names:
        record = spec.types[name]
        if isinstance(record, Record):
            found |= {
                f"{name}.{part.path}": part.since
                for part in record.parts
                if isinstance(part, Leaf) and part.since > version and "." not in part.path
            }
    pending = [(word, 0) for word in words or ()]
    while pending:
        word, least = pending.pop()
        least = max(least, getattr(word, "since", 0))
        inner = getattr(word, "words", None)
        if isinstance(inner, tuple) and not hasattr(word, "path"):
            pending += [(part, least) for part in inner]
        elif least > version and not isinstance(word, Const):
            path = word if isinstance(word, str) else word.path
            found[path] = least
    return sorted(found.items())


def write_gates(out: Source, spec: MessageSpec, version: int, words: Any) -> None:
    """Write the refusal of values that the server does not know, so that none is dropped in silence."""
    if spec.direction is not Direction.REQUEST:
        return
    for path, need in gates(spec, version, words):
        first, _, rest = path.partition(".")
        default = f"_default_{first}" if rest else repr(spec.default(first))
        if rest:
            out.names.setdefault(default, spec.default(first))
        with out.block(f"if {path} != {default}{'.' + rest if rest else ''}:"):
            out.add(f"raise {out.give('_ServerTooOld', ServerTooOld)}('{spec.name}: {path}', {need}, {version})")


def _part_type(part: Any) -> Any:
    """Return the type of a record's part."""
    if hasattr(part, "kind"):
        return part.kind
    return [part.record] if part.many else part.record
