"""Recordings in words: one line a frame, with time, direction, message and fields. `python -m ibnb.wire decode FILE`.

Whatever a frame holds, it is shown and not raised: unknown messages, fields that cannot be read, surplus fields.
"""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, Final

from ibnb.errors import DecodeError
from ibnb.wire.codec import Codec, Side
from ibnb.wire.recording import Frame, Kind, Recording, version_of
from ibnb.wire.rows import Rows

_ARROWS: Final = {Kind.CLIENT: "->", Kind.HELLO: "->", Kind.SERVER: "<-", Kind.WELCOME: "<-", Kind.NOTE: "--"}
_RAW_BYTES: Final = 200


def lines(recording: Recording, *, full: bool = False) -> Iterator[str]:
    """Yield the lines that explain a recording.

    Args:
        recording: What has been read.
        full: Show all fields of contracts, orders and the like, and every bar; without it, what is not default.
    """
    header = recording.header
    masked = "account numbers masked" if header.masked else "account numbers as they are"
    yield f"# ibnb {header.ibnb}, server version {recording.server_version or 'unknown'}, {header.date}, {masked}"
    version, codecs, first = header.server_version, dict[Kind, Codec](), True
    for frame in recording.frames:
        if frame.kind is Kind.HELLO and not first:
            version, codecs = 0, {}
        if frame.kind is Kind.HELLO:
            first = False
        if frame.kind is Kind.WELCOME:
            version = version_of([frame])
        if version and not codecs:
            codecs = {Kind.CLIENT: Codec(Side.SERVER, version), Kind.SERVER: Codec(Side.CLIENT, version)}
        text = explain(frame, codecs.get(frame.kind), full=full)
        yield f"{frame.time_ns / 1e9:12.6f} {_ARROWS[frame.kind]} {text}"
    if recording.missing:
        yield f"# the file ends within a frame: {recording.missing} bytes left out"


def explain(frame: Frame, codec: Codec | None, *, full: bool = False) -> str:
    """Return what a frame holds; the codec is that of the side which received it."""
    payload = frame.payload
    if frame.kind is Kind.NOTE:
        return note(payload)
    if frame.kind in (Kind.HELLO, Kind.WELCOME) or codec is None:
        return f"{frame.kind.name.lower()} {raw(payload)}"
    surplus = codec.surplus_fields
    key = payload.split(b"\0", 1)[0] if codec.classic else payload[:4]
    if codec.spec_of(key)[0] is None:
        known = int.from_bytes(key, "big") if not codec.classic else key.decode("ascii", "backslashreplace")
        return f"unknown message {known}: {raw(payload)}"
    try:
        shown = _message(codec.decode(payload), full)  # rows are decoded here, and may be bad
    except DecodeError as error:
        return f"! {error}: {raw(payload)}"
    more = codec.surplus_fields - surplus
    tail = f"  (+{more} unknown field{'s' * (more > 1)}: {raw(payload)})" if more else ""
    return shown + tail


def raw(payload: bytes) -> str:
    """Return bytes as text, cut where they are many."""
    text = repr(payload[:_RAW_BYTES])[1:]
    return text if len(payload) <= _RAW_BYTES else f"{text}... ({len(payload)} bytes)"


def note(payload: bytes) -> str:
    """Return a note of the recorder in words."""
    try:
        facts = json.loads(payload)
        return "note: " + ", ".join(f"{name}: {value}" for name, value in facts.items())
    except (AttributeError, ValueError):
        return f"note {raw(payload)}"


def _message(message: Any, full: bool) -> str:
    shown = [f"{f.name}={_value(getattr(message, f.name), full)}" for f in dataclasses.fields(message)]
    return " ".join([type(message).__name__, *shown])


def _value(value: Any, full: bool) -> str:
    if isinstance(value, Rows) and not full:
        return repr(value)
    if isinstance(value, list | Rows):
        return f"[{', '.join(_value(item, full) for item in value)}]"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = [f for f in dataclasses.fields(value) if full or not _is_default(f, getattr(value, f.name))]
        inner = ", ".join(f"{f.name}={_value(getattr(value, f.name), full)}" for f in shown)
        return f"{type(value).__name__}({inner})"
    return repr(value)


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(value == field.default)
    made = field.default_factory
    return made is not dataclasses.MISSING and bool(value == made())
