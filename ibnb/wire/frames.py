r"""Frames: a 4-byte big-endian length, then that many bytes. Nothing else is on the wire after the prefix `API\0`.

Owns the limits and the cutting of a byte stream in time linear in its length: one pass with an offset, and what is
left over is copied once per chunk. The session's receive loop does the same inline for speed; this is the reference.
"""

from struct import Struct
from typing import Final

from ibnb.errors import FrameTooLarge

PREFIX: Final = b"API\0"
"""What a client sends first, before any frame."""
MAX_FRAME_BYTES: Final = 0xFFFFFF
"""The largest payload that the official client accepts."""

read_length: Final = Struct(">I").unpack_from
pack_length: Final = Struct(">I").pack


def pack(payload: bytes) -> bytes:
    """Return the frame of a payload.

    Raises:
        FrameTooLarge: The payload exceeds MAX_FRAME_BYTES.
    """
    if len(payload) > MAX_FRAME_BYTES:
        raise FrameTooLarge(len(payload), MAX_FRAME_BYTES)
    return pack_length(len(payload)) + payload


class FrameReader:
    """Cuts a stream into payloads."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads that are complete after these bytes.

        Raises:
            FrameTooLarge: A frame announces more than MAX_FRAME_BYTES; the stream cannot be read any further.
        """
        buffer = self._rest + data if self._rest else data
        position, end = 0, len(buffer)
        payloads = []
        while end - position >= 4:
            (size,) = read_length(buffer, position)
            if size > MAX_FRAME_BYTES:
                raise FrameTooLarge(size, MAX_FRAME_BYTES)
            stop = position + 4 + size
            if stop > end:
                break
            payloads.append(buffer[position + 4 : stop])
            position = stop
        self._rest = buffer[position:]
        return payloads

    @property
    def pending(self) -> int:
        """The number of bytes of a frame that is not complete yet."""
        return len(self._rest)
