"""Arbitrary bytes into one side of the protocol, guided by coverage: `python -m tests.fuzz.protocol client|server`.

Needs atheris; `make fuzz` installs it and runs both sides for FUZZ_SECONDS each. The generated codecs are instrumented
as well, and every message of the catalogue is in the corpus from the start. What is found lies as a file in the
folder that is printed, and the same command with that file repeats it. The judge (`feed`) needs no atheris: the unit
suite runs it on the corpus.

A test case is one byte for the server version, one for the mode, and data. Mode "stream" feeds the data as it is after
the handshake, cut by the mode's upper bits; mode "frames" cuts it at each `FRAME` and puts the length in front.
"""

from __future__ import annotations

import argparse
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ibnb.errors import DecodeError, FieldError, RemoteProtocolError, ServerTooOld
from ibnb.session import Session, Side
from ibnb.session.session import Phase
from ibnb.wire import Codec, frames
from ibnb.wire import catalogue as m
from ibnb.wire.codec import MAX_UNKNOWN_IDS
from ibnb.wire.rows import Rows

VERSIONS = (157, 162, 177, 178, 182, 194, 196, 200, 201, 202, 203, 207, 210, 213, 215, 218, 220, 222, 224, 225)
FRAME = b"\xfe\xfd\xfc"
SENTINEL = 1_234_567


def started(side: Side, version: int) -> Session:
    """Return a session of one side right after its handshake."""
    if side is Side.CLIENT:
        session = Session(side)
        session.receive_data(frames.pack(b"%d\x0020240119 10:00:00 EST\x00" % version))
    else:
        session = Session(side, server_version=version, connection_time="20240119 10:00:00 EST")
        session.receive_data(b"API\0" + frames.pack(b"v157..225"))
    session.data_to_send()
    return session


def sentinel(side: Side, version: int) -> tuple[m.Message, bytes]:
    """Return a message that this side must still be able to read after anything, and its frame."""
    message = m.CurrentTime(SENTINEL) if side is Side.CLIENT else m.ReqIds(SENTINEL)
    other = Side.SERVER if side is Side.CLIENT else Side.CLIENT
    return message, frames.pack(Codec(other, version).encode(message))


def feed(side: Side, data: bytes) -> Session:
    """Let a new session read a test case, and check what may be checked of any bytes."""
    head, body = data[:2].ljust(2, b"\0"), data[2:]
    version = VERSIONS[head[0] % len(VERSIONS)]
    session = started(side, version)
    if head[1] & 1:
        parts = body.split(FRAME)
        last, end = sentinel(side, version)
        session.receive_data(b"".join(map(frames.pack, parts)) + end)
        check(session, parts)
        assert session.events[-1] == last, f"the message after the bad ones is lost: {session.events[-1]!r}"
    else:
        step = (head[1] >> 1) * 8 or len(body) or 1
        try:
            for k in range(0, len(body), step):
                session.receive_data(body[k : k + step])
            assert len(session.unread) <= len(body)
            session.eof()
        except RemoteProtocolError as error:
            named(error, session.phase is Phase.CLOSED)
        check(session, [body])
    return session


def check(session: Session, parts: list[bytes]) -> None:
    """Check that all events are messages or errors that name themselves, and that they can be read and sent on."""
    size = sum(map(len, parts))
    assert session.codec is not None
    assert len(session.codec.unknown_ids) <= MAX_UNKNOWN_IDS + 1
    assert len(session.events) <= session.stats.messages_in
    for event in session.events:
        if isinstance(event, DecodeError):
            assert event.message and event.field and event.server_version, repr(event)
            assert str(event)
        else:
            assert isinstance(event, m.Message), repr(event)
            read_all(event, size)
            send_on(session.side, session.codec.server_version, event)


def read_all(message: m.Message, size: int) -> None:
    """Read the rows that are decoded on demand; a list is no longer than the bytes that it came from."""
    for name in m.spec(type(message)).names:
        value = getattr(message, name)
        if isinstance(value, Rows | list):
            assert len(value) <= size, f"{len(value)} items of {name} from {size} bytes"
        if isinstance(value, Rows):
            try:
                list(value)
            except DecodeError as error:
                named(error, error.field.startswith(name))
    repr(message)


def send_on(side: Side, version: int, message: m.Message) -> None:
    """Write what was read: it works, or a documented error names the field."""
    other = Side.SERVER if side is Side.CLIENT else Side.CLIENT
    try:
        Codec(other, version).encode(message)
    except (FieldError, ServerTooOld, DecodeError) as error:
        named(error)


def named(error: Exception, right: bool = True) -> None:
    """Check that an error says what is wrong, and what else must hold with it."""
    assert str(error) and right, repr(error)


# ---- the corpus ------------------------------------------------------------------------------------------------------


def corpus(side: Side) -> Iterator[bytes]:
    """Yield test cases that hold every message of one direction, in text and in protobuf."""
    from tests.conformance.samples import messages

    specs = m.REPLIES if side is Side.CLIENT else m.REQUESTS
    other = Side.SERVER if side is Side.CLIENT else Side.CLIENT
    for spec in specs.values():
        for version in (157, 178, 200, 201, 225):
            if version < spec.min_version:
                continue
            head = bytes((VERSIONS.index(version), 1))
            payloads = []
            for message in messages(spec, 3):
                try:
                    payloads.append(Codec(other, version).encode(message))
                except ServerTooOld:
                    continue
            yield head + FRAME.join(payloads)


def dictionary(side: Side) -> Iterator[str]:
    """Yield entries for the mutator: ids, limits, the separator."""
    specs = m.REPLIES if side is Side.CLIENT else m.REQUESTS
    tokens = [
        FRAME,
        b"\0",
        b"-1\0",
        b"1.7976931348623157e+308\0",
        b"2147483647\0",
        b"9999999999\0",
        b"nan\0",
        b"\\u0000",
    ]
    for msg_id in specs:
        tokens += [b"%d\0" % msg_id, struct.pack(">I", msg_id), struct.pack(">I", msg_id + 200)]
    for token in tokens:
        yield '"' + "".join(f"\\x{byte:02x}" for byte in token) + '"'


# ---- the runner ------------------------------------------------------------------------------------------------------


def instrument() -> Any:
    """Load atheris and have it see the codecs, the session, and the code that is generated later on."""
    import atheris

    from ibnb.session import handshake, session
    from ibnb.wire import codec, compiler, fields, proto, rows

    made: Callable[..., Any] = compiler.Code

    def code(filename: str, source: str, marks: Any, factory: Any) -> Any:
        factory.__code__ = atheris.patch_code(factory.__code__, True, nested=True)
        return made(filename, source, marks, factory)

    compiler.Code = code  # type: ignore[misc, assignment]
    for module in (handshake, session, codec, fields, proto, rows):
        for thing in vars(module).values():
            if getattr(thing, "__module__", "") == module.__name__:
                for function in vars(thing).values() if isinstance(thing, type) else (thing,):
                    if hasattr(function, "__code__"):
                        function.__code__ = atheris.patch_code(function.__code__, True)
    return atheris


def main(argv: list[str] | None = None) -> int:
    """Fuzz one side for a while, or repeat a file that was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.protocol", description=__doc__)
    parser.add_argument("side", choices=[side.value for side in Side])
    parser.add_argument("file", nargs="?", type=Path, help="a finding to repeat")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="where what covers new code is kept (a temporary folder)")
    parser.add_argument("--findings", type=Path, default=Path("build/fuzz"))
    options = parser.parse_args(argv)
    side = Side(options.side)
    if options.file:
        print(feed(side, options.file.read_bytes()).events)  # noqa: T201
        return 0
    try:
        atheris = instrument()
    except ModuleNotFoundError as error:
        print(f"{error}: atheris runs on Linux with Python 3.11 to 3.13; pip install 'ibnb[fuzz]'")  # noqa: T201
        return 2
    folder = options.corpus or Path(tempfile.mkdtemp(prefix=f"ibnb-fuzz-{side.value}-"))
    folder.mkdir(parents=True, exist_ok=True)
    options.findings.mkdir(parents=True, exist_ok=True)
    for k, case in enumerate(corpus(side)):
        (folder / f"sample-{k}").write_bytes(case)
    words = folder.with_suffix(".dict")
    words.write_text("\n".join(dictionary(side)) + "\n")
    print(f"findings go to {options.findings}/{side.value}-*, the corpus is in {folder}", flush=True)  # noqa: T201
    flags = [
        f"-max_total_time={options.seconds}",
        "-max_len=8192",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        f"-artifact_prefix={options.findings}/{side.value}-",
        f"-dict={words}",
    ]
    atheris.Setup([sys.argv[0], *flags, str(folder)], lambda data: feed(side, data) and None)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
