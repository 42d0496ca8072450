r"""The handshake: `API\0`, a version range, and the answer with the version and the time. Always in the old framing.

Owns the texts of the handshake and what can be wrong with them. The session feeds it frames and keeps the result.
"""

import re
from typing import Final

from ibnb.errors import RemoteProtocolError
from ibnb.wire import frames
from ibnb.wire import versions as V

MAX_GREETING_BYTES: Final = 4096
"""No frame of the handshake is longer; a larger one means that the peer speaks something else."""
MAX_STRAY_FRAMES: Final = 16
"""So many frames that are no answer may come before it."""

_RANGE: Final = re.compile(r"v(\d{1,6})(?:\.\.(\d{1,6}))?(?: (.*))?", re.DOTALL)


class BadHandshake(RemoteProtocolError):
    """The other end does not begin as TWS, a gateway or their clients do.

    Attributes:
        received: What it sent.
        expected: What should have come.
    """

    def __init__(self, received: bytes, expected: str) -> None:
        super().__init__(received, expected)
        self.received = received
        self.expected = expected

    def __str__(self) -> str:
        return f"the other end sent {self.received[:60]!r} instead of {self.expected}; check host and port"


class VersionRefused(RemoteProtocolError):
    """The two ends share no protocol version.

    Attributes:
        theirs: What the other end offers.
        ours: What this end speaks.
    """

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(theirs, ours)
        self.theirs = theirs
        self.ours = ours

    def __str__(self) -> str:
        return f"no common protocol version: the other end offers {self.theirs}, this end speaks {self.ours}"


class UnexpectedEnd(RemoteProtocolError):
    """The connection ended within the handshake or within a frame.

    Attributes:
        missing: The least number of bytes that were still to come; 0 if that is not known.
    """

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing

    def __str__(self) -> str:
        if not self.missing:
            return "the connection ended before the handshake was complete"
        return f"the connection ended within a message, at least {self.missing} bytes early"


def greeting(min_version: int, max_version: int, options: str) -> bytes:
    r"""Return what a client sends first: `API\0` and the framed version range."""
    text = f"v{min_version}..{max_version}" + (f" {options}" if options else "")
    return frames.PREFIX + frames.pack(text.encode())


def read_greeting(payload: bytes) -> tuple[int, int, str]:
    """Return least version, greatest version and options of a client's greeting.

    Raises:
        BadHandshake: It is no version range.
    """
    match = _RANGE.fullmatch(payload.decode("utf-8", "replace").rstrip("\0"))
    if match is None:
        raise BadHandshake(payload, "a version range such as 'v157..225'")
    least = int(match[1])
    return least, int(match[2] or least), match[3] or ""


def agree(least: int, greatest: int, ours: int) -> int:
    """Return the version that a server picks for a client's range.

    Raises:
        VersionRefused: There is none.
    """
    version = min(ours, greatest)
    if version < least or version < V.MIN_VERSION:
        raise VersionRefused(f"{least} to {greatest}", f"{V.MIN_VERSION} to {ours}")
    return version


def answer(version: int, time: str) -> bytes:
    """Return what a server answers."""
    return frames.pack(f"{version}\0{time}\0".encode())


def read_answer(payload: bytes, least: int, greatest: int) -> tuple[int, str] | None:
    """Return version and time of a server's answer, None if the frame is something else.

    Raises:
        BadHandshake: The version is no number.
        VersionRefused: The version was not offered.
    """
    parts = payload.split(b"\0")
    if len(parts) != 3 or parts[2]:
        return None
    if not parts[0].isdigit() or len(parts[0]) > 6:
        raise BadHandshake(payload, "a server version and the time")
    version = int(parts[0])
    if not least <= version <= greatest:
        raise VersionRefused(str(version), f"{least} to {greatest}")
    return version, parts[1].decode("utf-8", "backslashreplace")
