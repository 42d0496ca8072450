"""Protobuf's wire format in plain Python: the few reads and writes that compiled codecs call.

Owns varints, skipping of unknown fields, map entries and repeated regions. Knows no message. Compiled code reads the
common cases (one-byte tags, short lengths, doubles) itself and calls in here for the rest. Source: the public
description of the protobuf encoding.
"""

from collections.abc import Iterable
from struct import Struct
from typing import Any, Final

from ibnb.contract import TagValue

read_double: Final = Struct("<d").unpack_from
write_double: Final = Struct("<d").pack

VARINT: Final = 0
DOUBLE: Final = 1
BYTES: Final = 2
FLOAT32: Final = 5

_SMALL: Final = tuple(bytes((k,)) for k in range(128))


class ProtoError(ValueError):
    """The bytes are no protobuf message."""


def varint(p: bytes, i: int) -> tuple[int, int]:
    """Read a signed 64-bit varint at `i`; return it and the index behind it.

    Raises:
        ProtoError: It is longer than ten bytes.
        IndexError: The buffer ends within it.
    """
    byte = p[i]  # the common cases first: one to four bytes
    if byte < 128:
        return byte, i + 1
    second = p[i + 1]
    if second < 128:
        return byte & 127 | second << 7, i + 2
    third = p[i + 2]
    if third < 128:
        return byte & 127 | (second & 127) << 7 | third << 14, i + 3
    value, shift = byte & 127 | (second & 127) << 7 | (third & 127) << 14, 21
    i += 3
    while True:
        byte = p[i]
        i += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
        if shift > 63:
            raise ProtoError("a varint of more than 10 bytes")
    value &= 0xFFFFFFFFFFFFFFFF
    return (value - (1 << 64) if value >> 63 else value), i


def pack_varint(v: int) -> bytes:
    """Write a signed 64-bit integer as a varint (negative numbers take ten bytes).

    Raises:
        OverflowError: It does not fit into 64 bits.
    """
    if 0 <= v < 128:
        return _SMALL[v]
    if not -(1 << 63) <= v < 1 << 63:
        raise OverflowError(f"{v} does not fit into 64 bits")
    v &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while v > 127:
        out.append(v & 127 | 128)
        v >>= 7
    out.append(v)
    return bytes(out)


def pack_tag(number: int, wire: int) -> bytes:
    """Return the bytes of a field's tag."""
    return pack_varint(number << 3 | wire)


def skip(p: bytes, i: int, n: int) -> int:
    """Return the index behind the field whose tag is at `i`, whatever it is, within the message that ends at `n`.

    Raises:
        ProtoError: A group, a wire type or field number that does not exist, or a field that overruns the message.
    """
    tag, i = varint(p, i)
    wire = tag & 7
    if tag >> 3 == 0:
        raise ProtoError("field number 0")
    if wire == VARINT:
        i = varint(p, i)[1]
    elif wire == DOUBLE:
        i += 8
    elif wire == BYTES:
        size, i = varint(p, i)
        if size < 0:
            raise ProtoError(f"a length of {size}")
        i += size
    elif wire == FLOAT32:
        i += 4
    else:
        raise ProtoError(f"wire type {wire}")
    if i > n:
        raise ProtoError("a field reaches beyond the end of its message")
    return i


def length(p: bytes, i: int, n: int) -> tuple[int, int]:
    """Read the length of a field at `i`; return the start and the end of its content.

    Raises:
        ProtoError: The content reaches beyond `n`.
    """
    size, i = varint(p, i)
    if size < 0 or i + size > n:
        raise ProtoError("a field reaches beyond the end of its message")
    return i, i + size


def fields(p: bytes, i: int = 0, n: int | None = None) -> list[tuple[int, int, Any]]:
    """Return all fields of a message as (number, wire type, raw value): for tools and tests, not for speed."""
    n = len(p) if n is None else n
    result: list[tuple[int, int, Any]] = []
    while i < n:
        at = i
        tag, i = varint(p, i)
        wire = tag & 7
        end = skip(p, at, n)
        if wire == VARINT:
            value: Any = varint(p, i)[0]
        elif wire == DOUBLE:
            value = read_double(p, i)[0]
        elif wire == BYTES:
            start, _ = length(p, i, n)
            value = p[start:end]
        else:
            value = p[i:end]
        result.append((tag >> 3, wire, value))
        i = end
    return result


def read_entry(p: bytes, i: int, n: int) -> TagValue:
    """Read one entry of a string map (a submessage with key 1 and value 2)."""
    key = value = ""
    while i < n:
        tag = p[i]
        if tag in (10, 18):
            start, i = length(p, i + 1, n)
            if tag == 10:
                key = p[start:i].decode()
            else:
                value = p[start:i].decode()
        else:
            i = skip(p, i, n)
    return TagValue(key, value)


def pack_map(tag: bytes, pairs: Iterable[Any]) -> bytes:
    """Write tag-value pairs as a string map: a later value of the same tag wins, as a map keeps one."""
    out = bytearray()
    for key, value in {str(pair.tag): str(pair.value) for pair in pairs}.items():
        k, v = key.encode(), value.encode()
        entry = b"\x0a" + pack_varint(len(k)) + k + b"\x12" + pack_varint(len(v)) + v
        out += tag + pack_varint(len(entry)) + entry
    return bytes(out)


def read_packed_varints(p: bytes, i: int, n: int) -> list[int]:
    """Read the numbers of a packed repeated field."""
    result = []
    while i < n:
        value, i = varint(p, i)
        result.append(value)
    if i != n:
        raise ProtoError("a packed number reaches beyond its field")
    return result


def read_packed_doubles(p: bytes, i: int, n: int) -> list[float]:
    """Read the doubles of a packed repeated field."""
    if (n - i) % 8:
        raise ProtoError(f"{n - i} bytes of packed doubles")
    return list(Struct(f"<{(n - i) // 8}d").unpack_from(p, i))


def scan(p: bytes, i: int, n: int, tag: int) -> tuple[int, list[int]]:
    """Walk over consecutive submessages of the one-byte `tag` at `i`.

    Returns:
        The index behind them, and where the tag of each of them stands.

    Raises:
        ProtoError: The last one reaches beyond `n`.
    """
    found: list[int] = []
    add = found.append
    while i < n and p[i] == tag:
        add(i)
        size = p[i + 1]
        if size < 128:
            i += 2 + size
        else:
            size, i = varint(p, i + 1)
            i += size if size >= 0 else n
    if i > n:
        raise ProtoError("a field reaches beyond the end of its message")
    return i, found
