"""Recorded connections for tests, written down as messages with times."""

from __future__ import annotations

from typing import Any

from ibnb.sim.script import Script
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.recording import Frame, Header, Kind, Writer

Line = tuple[float, Any]
"""Seconds, and a message (its class tells the direction) or the payload of a frame of the server."""


def frames_of(version: int, *lines: Line) -> list[Frame]:
    """The frames of a connection: a greeting, then these messages."""
    ends = {True: Codec(Side.CLIENT, version), False: Codec(Side.SERVER, version)}
    frames = [Frame(Kind.HELLO, 0, b"v157..225"), Frame(Kind.WELCOME, 0, b"%d\x0020261120 11:00:00 UTC\0" % version)]
    for seconds, message in lines:
        asks = not isinstance(message, bytes) and m.spec(type(message)).direction is m.Direction.REQUEST
        payload = message if isinstance(message, bytes) else ends[asks].encode(message)
        frames.append(Frame(Kind.CLIENT if asks else Kind.SERVER, round(seconds * 1e9), payload))
    return frames


def script_of(*lines: Line, version: int = 225, client_id: int = 1) -> Script:
    """A connection that begins with startApi, accounts and order id at 0 s."""
    start = [(0.0, m.StartApi(client_id, "")), (0.0, m.ManagedAccounts("DU1")), (0.0, m.NextValidId(1))]
    return Script(frames_of(version, *start, *lines))


def write_file(path: Any, *sessions: list[Frame]) -> Any:
    """Write connections as one recording; return the path."""
    with path.open("wb") as file:
        writer = Writer(file, Header("0.1.0", 0, "2026-11-20T16:00:00+00:00"))
        for session in sessions:
            for frame in session:
                writer.write(*frame)
    return path
