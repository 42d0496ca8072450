"""What the tests of the catalogue share."""

from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

from ibnb.contract import TagValue
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.schema import MessageSpec
from tests.conformance.samples import messages

# A version for each change of a text layout, and for each step to protobuf.
VERSIONS = (157, 158, 163, 164, 166, 170, 178, 182, 189, 193, 195, 198, 200, 201, 205, 208, 211, 213, 218, 225)


def fields(*values: Any) -> bytes:
    """Return values as the text fields of a payload."""
    return b"".join(str(value).encode() + b"\0" for value in values)


def pair(spec: MessageSpec, version: int) -> tuple[Codec, Codec]:
    """Return the codec that sends a message and the one that receives it."""
    is_request = spec.direction is m.Direction.REQUEST
    ends = (Side.CLIENT, Side.SERVER) if is_request else (Side.SERVER, Side.CLIENT)
    return Codec(ends[0], version), Codec(ends[1], version)


def specs_of(module: ModuleType) -> list[MessageSpec]:
    """Return the messages that a module of the catalogue declares."""
    return [spec for spec in m.SPECS.values() if spec.cls.__module__ == module.__name__]


def plain(value: Any) -> Any:
    """Return a value as nested plain data; the tag lists of protobuf have no order."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if hasattr(value, "payload") or isinstance(value, list):
        items = [plain(item) for item in value]
        return sorted(items) if items and isinstance(value[0], TagValue) else items
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def check_round_trips(module: ModuleType) -> int:
    """Check that what is decoded encodes to the same payload again, at every version; return the number of frames.

    The first decoding drops what a version does not carry; from then on nothing may change.
    """
    count = 0
    for spec in specs_of(module):
        for version in VERSIONS:
            if version < spec.min_version:
                continue
            sender, receiver = pair(spec, version)
            for sent in carried(spec, version):
                got = receiver.decode(sender.encode(sent))
                again = receiver.decode(sender.encode(got))
                assert type(got) is spec.cls
                assert plain(again) == plain(got), f"{spec.name} at {version}"
                assert receiver.surplus_fields == 0
                count += 1
    assert count
    return count


def carried(spec: MessageSpec, version: int) -> list[m.Message]:
    """Return samples that a server of that version can take."""
    from ibnb.errors import ServerTooOld

    sender, _ = pair(spec, version)
    found = []
    for message in messages(spec, 6, seed=version):
        try:
            sender.encode(message)
        except ServerTooOld:
            continue
        found.append(message)
    return found
