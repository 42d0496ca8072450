"""A server that plays a recording to whoever connects, and the command `ibnb replay`.

The first connection gets the first recorded one, the next the one after it (a recording may span reconnections), and
behind the last it begins again. `script` and `playback` have the rules; this module owns sockets, time and options.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import os
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from ibnb.errors import DecodeError, IbnbError
from ibnb.session import Session, Side
from ibnb.session.handshake import VersionRefused
from ibnb.sim.cli import _Parser, _port, _positive, ending
from ibnb.sim.playback import Playback
from ibnb.sim.running import RunningServer
from ibnb.sim.script import Script
from ibnb.sim.server import is_loopback
from ibnb.wire import catalogue as m
from ibnb.wire import frames
from ibnb.wire.recording import BadRecording, read, version_of

__all__ = ["Replay", "RunningReplay", "main"]

log = logging.getLogger("ibnb.sim")


class Replay:
    """Serves a recording; runs on the asyncio loop that `start` is called on.

    Args:
        path: The file.
        speed: Seconds of the recording in a second; `"max"` or infinity plays as fast as the client asks.
        patience_s: How long the clock stands for a request that the recorded client made and this one does not make;
            None for ever.
        allow_remote: Let `start` listen at an address that other machines reach.

    Attributes:
        server_version: That of the first recorded connection.
        scripts: What the recording holds, by connection.
        players: The connections made so far, the newest last.

    Raises OSError for the file, ValueError (BadRecording) for what is in it and for a bad speed.
    """

    def __init__(
        self, path: str | os.PathLike[str], speed: float | str = 1.0, *, patience_s: float | None = 10.0,
        allow_remote: bool = False,
    ) -> None:  # fmt: skip
        self.speed = math.inf if speed == "max" else float(speed)
        if not self.speed > 0:
            raise ValueError(f"speed must be above 0 or 'max', not {speed}")
        self.patience_s = patience_s
        self.allow_remote = allow_remote
        recording = read(Path(path).read_bytes())
        self.scripts = [Script(session) for session in recording.sessions() if version_of(session)]
        if not self.scripts:
            raise BadRecording("the recording holds no connection that got through its handshake")
        self.server_version = self.scripts[0].server_version
        self.players: list[Player] = []
        self._server: asyncio.AbstractServer | None = None

    def player(self) -> Player:
        """Return what serves the next connection."""
        number = len(self.players) % len(self.scripts)
        player = Player(self.scripts[number], self, ends=number < len(self.scripts) - 1)
        self.players.append(player)
        return player

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen (port 0 = any free one); return the port. Raises OSError, or ValueError as the gateway does."""
        if not self.allow_remote and not is_loopback(host):
            raise ValueError(f"{host} may be reached by other machines; use 127.0.0.1, or allow remote clients")
        self._server = await asyncio.get_running_loop().create_server(self.player, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and drop every client."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for player in self.players:
            player.close()
        await asyncio.sleep(0)


class Player(asyncio.Protocol):
    """One connection: its session, its playback, its timer.

    Args:
        script: What to play.
        replay: Whose speed and patience hold.
        ends: Close the connection behind the last frame, as another one follows in the recording.
    """

    def __init__(self, script: Script, replay: Replay, *, ends: bool) -> None:
        self.playback = Playback(script, replay.speed, patience_s=replay.patience_s)
        self.bytes_sent = 0
        self.finished = threading.Event()
        self._ends = ends
        self._script = script
        self._session = Session(
            Side.SERVER, server_version=script.server_version, connection_time=script.connection_time
        )
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False

    @property
    def position(self) -> float:
        """The moment of the recording that is being played, in seconds since it began."""
        return min(self.playback.position(asyncio.get_running_loop().time()), self.playback.end)

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        self._transport = cast(asyncio.Transport, transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """Take requests, and send what they are answered with."""
        now = asyncio.get_running_loop().time()
        try:
            self._session.receive_data(data)
            if self._session.server_version not in (None, self._script.server_version):
                raise VersionRefused(f"at most {self._session.server_version}", str(self._script.server_version))
        except IbnbError as error:
            log.warning("replay: connection dropped: %s", error)
            self.close()
            return
        self._write(self._session.data_to_send())
        events = self._session.events
        while events:
            message = events.popleft()
            if isinstance(message, DecodeError):
                log.warning("replay: a request cannot be read: %s", message)
            elif isinstance(message, m.StartApi):
                self.playback.start(message.clientId, now)
            else:
                self.playback.take(message, now)
        self._pump()

    def pause_writing(self) -> None:
        """Wait for a client that reads slowly."""
        self._paused = True

    def resume_writing(self) -> None:
        """Go on."""
        self._paused = False
        self._pump()

    def connection_lost(self, exc: Exception | None) -> None:
        """Play no more."""
        self._transport = None
        self.close()

    # -- playing

    def _pump(self) -> None:
        """Send what is due, and see to it that this is called when more is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is None or self._paused:
            return
        loop = asyncio.get_running_loop()
        payloads = self.playback.due(loop.time())
        self._write(b"".join([frames.pack_length(len(payload)) + payload for payload in payloads]))
        wait = self.playback.next_in(loop.time())
        if wait is not None:
            self._timer = loop.call_later(wait, self._pump)
        if self.playback.is_finished:
            self.finished.set()
            if self._ends:
                self.close()

    def _write(self, data: bytes) -> None:
        if data and self._transport is not None:
            self.bytes_sent += len(data)
            self._transport.write(data)

    def close(self) -> None:
        """End the connection; what has been written still arrives."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()


class RunningReplay(RunningServer):
    """A replay on a thread of its own: `host`, `port`, `replay`, `stop()`, and how far it is. Also a context manager.

    Raises what `Replay` and listening raise.
    """

    def __init__(
        self, path: str | os.PathLike[str], speed: float | str = 1.0, *, host: str = "127.0.0.1", port: int = 0,
        **options: Any,
    ) -> None:  # fmt: skip
        self.replay = Replay(path, speed, **options)
        super().__init__(self.replay, host, port)

    @property
    def duration(self) -> float:
        """Seconds of the recorded connection that is served (the first, until somebody connects)."""
        players = self.replay.players
        return (players[-1].playback.script if players else self.replay.scripts[0]).duration_s

    @property
    def position(self) -> float:
        """The moment of the recording that the newest client is at, in seconds since it began."""
        return self.call(lambda: self.replay.players[-1].position) if self.replay.players else 0.0

    @property
    def is_finished(self) -> bool:
        """Whether everything has been sent to the newest client."""
        return bool(self.replay.players) and self.replay.players[-1].finished.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until everything has been sent to the newest client; False when the time is up before."""
        return bool(self.replay.players) and self.replay.players[-1].finished.wait(timeout_s)


# ---- the command -----------------------------------------------------------------------------------------------------


def _speed(text: str) -> float:
    return math.inf if text == "max" else _positive(text)


def _patience(text: str) -> float | None:
    return None if text == "forever" else _positive(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="ibnb replay", description="Serve a recording to any client that speaks the TWS protocol.")
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="made by `ibnb record` or ib.record(path)")
    add("--host", default="127.0.0.1", help="address to listen at (default %(default)s; others need --allow-remote)")
    add("--port", type=_port, default=4002, help="port, 0 for any free one (default %(default)s)")
    add("--speed", type=_speed, default=1.0, metavar="X", help="times as fast as recorded, or max (default 1)")
    add("--patience", type=_patience, default=10.0, metavar="S",
        help="seconds to wait for a request that the recorded client made, or forever (default 10)")  # fmt: skip
    add("--allow-remote", action="store_true", help="listen at an address that other machines reach (no password!)")
    add("--verbose", action="store_true", help="say on the error stream what was not asked or not recorded")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: the process's own); return its exit code.

    Prints one line, `listening on HOST:PORT`, when clients may connect; ends on SIGINT and SIGTERM.
    """
    arguments = _parser().parse_args(argv)
    level = logging.INFO if arguments.verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        return asyncio.run(_serve(arguments))
    except KeyboardInterrupt:
        return 0


async def _serve(arguments: argparse.Namespace) -> int:
    ended = ending()
    where = arguments.file
    try:
        replay = Replay(where, arguments.speed, patience_s=arguments.patience, allow_remote=arguments.allow_remote)
        where = f"{arguments.host}:{arguments.port}"
        port = await replay.start(arguments.host, arguments.port)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.stderr.write(f"ibnb replay: {where}: {reason}\n")
        return 1 if isinstance(error, OSError | BadRecording) else 2
    sys.stdout.write(f"listening on {arguments.host}:{port}\n")
    sys.stdout.flush()
    await ended.wait()
    await replay.stop()
    return 0
