"""The protocol page of the documentation, written from the catalogue: `python -m ibnb.wire docs > docs/protocol.md`.

Each message with its ids, versions, witness, text layout and protobuf numbers; each type of the model with its numbers;
the server versions with what they changed. Nothing is said here that the codecs do not do.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

from ibnb.wire import catalogue as m
from ibnb.wire import versions as V
from ibnb.wire.codec import PROTO_OFFSET
from ibnb.wire.compiler import Scope
from ibnb.wire.fields import Kind
from ibnb.wire.layout import NEVER, Bits, Const, Count, Field, Hook, Inline, Present, Repeat, Split, Tag, When, Word
from ibnb.wire.schema import RECORDS, Leaf, MessageSpec, Record, RowSpec, Sub

INTRO: Final = """\
# Protocol

Generated from the catalogue by `python -m ibnb.wire docs > docs/protocol.md`; do not edit.
{messages} messages, server versions {first} to {last}. `python -m ibnb.wire show NAME --server N` prints the code that
reads or writes one of them.

A frame is a length of four bytes (big-endian) and a payload. Below server version {proto} the payload is text: the id,
then fields, each ended by NUL. From {proto} on the id is four bytes, and a message goes as protobuf, under its id plus
{offset}, to servers from the version that its heading names.

In text layouts `[183+]` is a part that servers have from version 183 on, `[-192]` one that ended with 192; `n *` is a
count and that many items, `0/1` a flag and, if it is 1, an object. In protobuf, absent means unset, false or empty.
"""


def page() -> str:
    """Return the page."""
    facts = {"first": V.MIN_VERSION, "last": V.MAX_VERSION, "proto": V.PROTOBUF, "offset": PROTO_OFFSET}
    lines = [INTRO.format(messages=len(m.SPECS), **facts)]
    domains: dict[str, list[MessageSpec]] = {}
    for spec in m.SPECS.values():
        domains.setdefault(spec.cls.__module__, []).append(spec)
    for name, specs in domains.items():
        title = (inspect.getdoc(inspect.getmodule(specs[0].cls)) or name).splitlines()[0].partition(":")[0]
        lines += [f"## {title.rstrip('.')}", ""]
        for spec in specs:
            lines += message(spec)
    lines += ["## Types", "", "Fields of the model's types with their protobuf numbers; 0 is text only.", ""]
    done: set[str] = set()
    for record in RECORDS.values():
        if record.name not in done:
            done.add(record.name)
            lines += type_table(record)
    lines += ["## Server versions", "", "| version | name | what it changed |", "|---|---|---|"]
    lines += [f"| {number} | `{name}` | {cell(text)} |" for name, number, text in versions()]
    return "\n".join(lines) + "\n"


def versions() -> list[tuple[str, int, str]]:
    """Return name, number and meaning of each server version, as the source of `versions` tells them."""
    found = re.findall(r"^(\w+): Final = (\d+)  # (.+)$", inspect.getsource(V), re.MULTILINE)
    return [(name, int(number), text) for name, number, text in found]


def message(spec: MessageSpec) -> list[str]:
    """Return the section of one message."""
    ids = [] if spec.text is None else [f"id {spec.msg_id}"]
    if spec.proto is not None:
        ids.append(f"protobuf id {spec.msg_id + PROTO_OFFSET} from server {spec.proto_since}")
    least = f", servers from {spec.min_version}" if spec.min_version > V.MIN_VERSION else ""
    lines = [
        f"### {spec.name}",
        "",
        f"{spec.direction.value}, {', '.join(ids)}{least}; witness `{spec.source}`. "
        f"{(inspect.getdoc(spec.cls) or '').splitlines()[0]}",
        "",
    ]
    text = [] if spec.text is None else list(text_lines(spec.text))
    rows = {name: kind for name, kind in spec.types.items() if isinstance(kind, RowSpec)}
    text += [f"{name} is n * {' '.join(map(str, map(plain, kind.words)))}" for name, kind in rows.items() if text]
    parts = [] if spec.proto is None else list(proto_lines(spec.proto, spec))
    if text or parts:
        lines.append("```text")
        lines += [f"text      {line}" if k == 0 else f"          {line}" for k, line in enumerate(text)]
        lines += [f"protobuf  {line}" if k == 0 else f"          {line}" for k, line in enumerate(parts)]
        lines += ["```", ""]
    return lines


def text_lines(words: Any, indent: str = "") -> Iterator[str]:
    """Yield a text layout, plain fields in a row, each block on lines of its own."""
    row: list[str] = []
    for word in words:
        shown = plain(word)
        if shown is not None:
            row.append(shown)
            continue
        yield from wrapped(row, indent)
        row = []
        head, inner = block(word)
        yield f"{indent}{head}"
        yield from text_lines(inner, indent + "  ")
    yield from wrapped(row, indent)


def wrapped(names: list[str], indent: str) -> Iterator[str]:
    """Yield names in lines of at most 100 characters."""
    line = ""
    for name in names:
        if line and len(indent) + len(line) + len(name) > 100:
            yield indent + line.rstrip()
            line = ""
        line += f"{name} "
    if line:
        yield indent + line.rstrip()


def plain(word: Any) -> str | None:
    """Return a word that is a single field, None for a block."""
    match word:
        case str():
            return word
        case Field(path=path):
            return path + span(word)
        case Const(name=name, value=value):
            return f"{name}={value or repr('')}{span(word)}"
        case Count(path=path):
            return f"count({path}){span(word)}"
        case Split(name=name):
            return name + span(word)
        case Repeat(path=path, words=()):
            return f"n * {path}{span(word)}"
    return None


def block(word: Any) -> tuple[str, Any]:
    """Return the heading and the words of a block."""
    match word:
        case When(test="", words=words):
            return f"{span(word).strip()}:", words
        case When(test=test, words=words):
            return f"if {test}:{span(word)}", words
        case Repeat(path=path, words=words):
            return f"n * {path}:{span(word)}", words
        case Present(path=path, words=words):
            return f"0/1 {path}:{span(word)}", words
    raise TypeError(f"{word!r} is no word of a text layout")


def span(word: Word) -> str:
    """Return the versions of a word, empty for all."""
    first = f"{word.since}+" if word.since else ""
    last = f"-{word.until - 1}" if word.until < NEVER else ""
    return f"[{first}{last}]" if first or last else ""


def proto_lines(parts: Any, spec: MessageSpec, indent: str = "") -> Iterator[str]:
    """Yield the protobuf numbers of a message."""
    for part in sorted((p for p in parts if not isinstance(p, Hook)), key=lambda p: int(p.number)):
        if isinstance(part, Inline):
            yield f"{indent}{part.number} submessage:"
            yield from proto_lines(part.parts, spec, indent + "  ")
        elif isinstance(part, Bits):
            yield f"{indent}{part.number} {part.path}: submessage of flags"
        elif isinstance(part, Tag | Leaf | Sub):
            since = getattr(part, "since", 0)
            yield f"{indent}{part.number} {part.path}: {kind_of(part, spec)}{f' [{since}+]' if since else ''}"


def kind_of(part: Tag | Leaf | Sub, spec: MessageSpec) -> str:
    """Return what a field holds, in words."""
    if isinstance(part, Leaf):
        return part.kind.name
    if isinstance(part, Sub):
        return f"list of {part.record.name}" if part.many else str(part.record.name)
    if part.kind is not None:
        return part.kind.name
    if part.record is not None:
        return part.record.name
    return type_name(Scope(spec).type_of(part.path))


def type_name(found: Any) -> str:
    """Return a type of the schema in words."""
    if isinstance(found, list):
        return f"list of {type_name(found[0])}"
    if isinstance(found, RowSpec):
        return f"list of {found.record.name}"
    return str(found.name) if isinstance(found, Kind | Record) else repr(found)


def type_table(record: Record) -> list[str]:
    """Return the section of a type of the model."""
    lines = [f"### {record.name} (type)", "", "| number | field | holds | servers |", "|---|---|---|---|"]
    for part in sorted(record.parts, key=lambda p: int(p.number)):
        if isinstance(part, Sub):
            kind, notes = (f"list of {part.record.name}" if part.many else part.record.name), ""
        else:
            kind = part.kind.name
            notes = f"{part.since}+" if part.since else ""
            notes += " replies only" if part.told else ""
        lines.append(f"| {part.number} | `{part.path}` | {cell(kind)} | {notes.strip()} |")
    return [*lines, ""]


def cell(text: str) -> str:
    """Return a text for a cell of a table."""
    return text.replace("|", "\\|")
