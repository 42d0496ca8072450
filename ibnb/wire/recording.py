r"""The file of a recorded session: frames of both directions with times, readable up to where it was cut off.

A file is a header of `HEADER_BYTES` (`ibnb-recording` and JSON, padded with spaces, ended by a line feed), then frames:
kind (1 byte), nanoseconds since the start (8), length (4), payload; integers big-endian. Greetings have kinds of their
own, so that a file can hold several connections one after the other; NOTE frames are JSON about the recording itself.

Owns the format, the cutting of a connection's bytes into frames, and the masking of account numbers. Opens no file and
asks no clock.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum
from itertools import count, product
from string import ascii_uppercase, digits
from struct import Struct
from typing import Any, BinaryIO, Final, NamedTuple

from ibnb.errors import FrameTooLarge, IbnbError
from ibnb.wire import catalogue as m
from ibnb.wire import frames
from ibnb.wire import versions as V
from ibnb.wire.codec import PROTO_OFFSET, Codec, Side

FORMAT: Final = 1
HEADER_BYTES: Final = 256
_MAGIC: Final = b"ibnb-recording "
_HEAD: Final = Struct(">BQI")
_FORM: Final = re.compile(rb"D?[UFI]\d{5,9}")
_ANSWER: Final = re.compile(rb"(\d{1,6})\0[^\0]*\0")


class Kind(IntEnum):
    """What a frame of the file is."""

    NOTE = 0
    CLIENT = 1
    SERVER = 2
    HELLO = 3
    """The client's greeting (its version range), without the prefix; a connection begins here."""
    WELCOME = 4
    """The server's answer to it: version and time."""


class Frame(NamedTuple):
    """One frame: kind, nanoseconds since the start of the recording, payload without its length."""

    kind: Kind
    time_ns: int
    payload: bytes


class BadRecording(IbnbError, ValueError):
    """A file is no recording, or one of a format that this version does not know."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in front of a recording.

    Attributes:
        ibnb: The version of this package that made it.
        server_version: The version of its first connection; 0 while that is not known.
        date: When it began, ISO 8601, UTC.
        masked: Whether account numbers are masked.
        format: The format of the file.
    """

    ibnb: str
    server_version: int = 0
    date: str = ""
    masked: bool = True
    format: int = FORMAT

    def pack(self) -> bytes:
        """Return the header as it stands in the file, always of the same length."""
        text = _MAGIC + json.dumps(asdict(self)).encode()
        return text.ljust(HEADER_BYTES - 1) + b"\n"

    @classmethod
    def unpack(cls, data: bytes) -> "Header":
        """Read a header.

        Raises:
            BadRecording: It is none, or of a newer format.
        """
        try:
            if not data.startswith(_MAGIC):
                raise ValueError
            values = json.loads(data[len(_MAGIC) : HEADER_BYTES])
            known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
            header = cls(**known)
        except (TypeError, ValueError):
            raise BadRecording("this is no recording of ibnb: its header is missing or damaged") from None
        if header.format > FORMAT:
            raise BadRecording(f"the recording has format {header.format}, this ibnb reads up to {FORMAT}: upgrade it")
        return header


class Writer:
    """Appends frames to a binary file that can be sought, the header first.

    Args:
        file: Where to.
        header: What to put in front.
        limit_bytes: Size of the file past which no frame is written (None: no limit).
    """

    def __init__(self, file: BinaryIO, header: Header, limit_bytes: int | None = None) -> None:
        self.header = header
        self.frames = 0
        self.size = HEADER_BYTES
        self.is_full = False
        self._file = file
        self._limit = limit_bytes
        file.write(header.pack())

    def write(self, kind: Kind, time_ns: int, payload: bytes) -> None:
        """Append a frame, or a last note if it would exceed the limit. Raises OSError."""
        if self.is_full:
            return
        taken = _HEAD.size + len(payload)
        if self._limit is not None and self.size + taken > self._limit:
            self.note(time_ns, ended=f"the recording has reached its limit of {self._limit} bytes")
            self.is_full = True
            return
        self._file.write(_HEAD.pack(kind, time_ns, len(payload)) + payload)
        self.size += taken
        self.frames += kind is not Kind.NOTE

    def note(self, time_ns: int, **facts: Any) -> None:
        """Append a note, whatever the limit. Raises OSError."""
        payload = json.dumps(facts).encode()
        self._file.write(_HEAD.pack(Kind.NOTE, time_ns, len(payload)) + payload)
        self.size += _HEAD.size + len(payload)

    def set_server_version(self, version: int) -> None:
        """Put the server version of the first connection into the header. Raises OSError."""
        if self.header.server_version:
            return
        self.header = replace(self.header, server_version=version)
        self._file.seek(0)
        self._file.write(self.header.pack())
        self._file.seek(0, 2)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that has been read.

    Attributes:
        header: Its header.
        frames: All whole frames.
        missing: How many bytes of a last frame, cut off, were left out.
    """

    header: Header
    frames: list[Frame] = field(repr=False)
    missing: int = 0

    @property
    def server_version(self) -> int:
        """The server version of the first connection, 0 if none was agreed on."""
        return self.header.server_version or next((v for s in self.sessions() if (v := version_of(s))), 0)

    def sessions(self) -> list[list[Frame]]:
        """Return the frames of each connection, its greeting first, without notes."""
        found: list[list[Frame]] = []
        for frame in self.frames:
            if frame.kind is Kind.HELLO:
                found.append([])
            if found and frame.kind is not Kind.NOTE:
                found[-1].append(frame)
        return found


def version_of(session: list[Frame]) -> int:
    """Return the server version that a connection agreed on, 0 if it did not come to that."""
    for frame in session:
        if frame.kind is Kind.WELCOME and (answer := _ANSWER.fullmatch(frame.payload)):
            return int(answer[1])
    return 0


def read(data: bytes) -> Recording:
    """Read the content of a file; one that was cut off anywhere behind its header is read to its last whole frame.

    Raises:
        BadRecording: It is no recording.
    """
    header = Header.unpack(data)
    found = list(_frames(data))
    used = HEADER_BYTES + sum(_HEAD.size + len(frame.payload) for frame in found)
    return Recording(header, found, len(data) - used)


def _frames(data: bytes) -> Iterator[Frame]:
    kinds = {int(kind): kind for kind in Kind}
    position, end = HEADER_BYTES, len(data)
    while position + _HEAD.size <= end:
        number, time_ns, size = _HEAD.unpack_from(data, position)
        position += _HEAD.size
        kind = kinds.get(number)
        if kind is None or position + size > end:
            return
        yield Frame(kind, time_ns, data[position : position + size])
        position += size


class Masker:
    """Replaces account numbers in payloads by made-up ones of the same length, the same for each account.

    The numbers of managedAccounts are replaced wherever their bytes stand, in both encodings and in free text. Others
    (of an earlier login in an error text, say) are recognised by their form, D?[UFI] and 5 to 9 digits: in text between
    word boundaries, in protobuf where they fill a whole string. Names, aliases, references and amounts stay.
    """

    def __init__(self) -> None:
        self.fakes: dict[bytes, bytes] = {}
        self._known: set[bytes] = set()
        self._compile()

    def add(self, accounts: str) -> None:
        """Take note of accounts, as managedAccounts has them: separated by commas."""
        new = {account.strip().encode() for account in accounts.split(",") if account.strip()} - self._known
        if new:
            self._known |= new
            for account in sorted(new):
                self._fake(account)
            self._compile()

    def text(self, payload: bytes) -> bytes:
        """Return a text payload, or any text, masked."""
        return self._in_text.sub(self._replace, payload)

    def proto(self, payload: bytes) -> bytes:
        """Return a protobuf payload masked."""
        return self._in_proto.sub(self._replace, payload)

    def _compile(self) -> None:
        known = sorted(self._known, key=len, reverse=True)
        long = [re.escape(account) for account in known if len(account) > 4]
        short = [rb"(?:(?<=,)|\x%02x)%b" % (len(account), re.escape(account)) for account in known if len(account) <= 4]
        anywhere = b"|".join([*map(re.escape, known), _FORM.pattern])
        self._in_text = re.compile(rb"(?<![0-9A-Za-z])(?:%b)(?!\d)" % anywhere)
        self._in_proto = re.compile(b"|".join([*long, *short, rb"[\x06-\x0b]D?[UFI]\d{4,}"]))

    def _replace(self, match: re.Match[bytes]) -> bytes:
        found = match[0]
        size = found[0]
        if size >= 32:
            return self._fake(found)
        account, rest = found[1 : 1 + size], found[1 + size :]  # a tag that looks like a digit may follow the string
        is_whole = len(account) == size and (account in self._known or _FORM.fullmatch(account))
        return found[:1] + self._fake(account) + rest if is_whole else found

    def _fake(self, account: bytes) -> bytes:
        fake = self.fakes.get(account)
        if fake is None:
            taken = {*self.fakes.values(), *self.fakes, *self._known, account}
            fake = self.fakes[account] = next(
                (name for name in _names(account) if name not in taken), b"?" * len(account)
            )
        return fake


def _names(account: bytes) -> Iterator[bytes]:
    """Yield made-up names as long as an account: its letters (which tell paper from live) and a number, then any."""
    letters = re.fullmatch(rb"([A-Z]{1,2})\d+", account)
    head = letters[1] if letters else b""
    width = len(account) - len(head)
    for n in count(1):
        number = b"%0*d" % (width, n)
        if len(number) > width:
            break
        yield head + number
    for some in product(ascii_uppercase + digits, repeat=len(account)):
        yield "".join(some).encode()


class ConnectionLog:
    """Cuts what goes over one connection into frames and writes them, masked.

    Args:
        writer: Where to.
        masker: Of the recording; None leaves accounts as they are.
        version: The server version, if the connection is past its handshake.
        unread: The beginning of a frame of the server that came before.
    """

    def __init__(self, writer: Writer, masker: Masker | None, version: int = 0, unread: bytes = b"") -> None:
        self._writer = writer
        self._masker = masker
        self._version = version
        self._greeted = version > 0
        self._streams = {True: _Stream(), False: _Stream(unread)}

    def take(self, time_ns: int, outgoing: bool, data: bytes) -> None:
        """Take bytes of one direction. Raises OSError."""
        stream = self._streams[outgoing]
        if outgoing and not self._greeted:
            data = stream.drain() + data
            if len(data) < len(frames.PREFIX):
                stream.keep(data, len(frames.PREFIX))
                return
            data = data.removeprefix(frames.PREFIX)
        try:
            for payload in stream.feed(data):
                self._write(time_ns, outgoing, payload)
        except FrameTooLarge as error:
            side = "client" if outgoing else "server"
            self._writer.note(time_ns, broken=side, why=str(error), bytes=stream.drain()[:64].hex())

    def begin_within(self, time_ns: int, hello: str, connection_time: str, *messages: m.Message) -> None:
        """Write frames that stand for the beginning of a connection which was not recorded: greetings, `messages`."""
        self._writer.write(Kind.HELLO, time_ns, hello.encode())
        self._writer.write(Kind.WELCOME, time_ns, f"{self._version}\0{connection_time}\0".encode())
        self._writer.set_server_version(self._version)
        for message in messages:
            outgoing = m.spec(type(message)).direction is m.Direction.REQUEST
            self._write(time_ns, outgoing, Codec(_SIDES[outgoing], self._version).encode(message))
        self._writer.note(time_ns, joined="recording began within the connection: the frames above were made up for it")

    def _write(self, time_ns: int, outgoing: bool, payload: bytes) -> None:
        if outgoing:
            kind = Kind.CLIENT if self._greeted else Kind.HELLO
            self._greeted = True
        else:
            kind = Kind.SERVER
            if not self._version and (answer := _ANSWER.fullmatch(payload)):
                kind = Kind.WELCOME
                self._version = int(answer[1])
                self._writer.set_server_version(self._version)
        if self._masker is not None and kind in (Kind.CLIENT, Kind.SERVER):
            payload = self._masked(payload, outgoing, self._masker)
        self._writer.write(kind, time_ns, payload)

    def _masked(self, payload: bytes, outgoing: bool, masker: Masker) -> bytes:
        if self._version < V.PROTOBUF:
            if not outgoing and payload.startswith(_ACCOUNTS_TEXT):
                self._learn(payload, masker)
            return masker.text(payload)
        wire_id = int.from_bytes(payload[:4], "big")
        if not outgoing and wire_id in _ACCOUNTS_IDS:
            self._learn(payload, masker)
        if wire_id > PROTO_OFFSET:
            return masker.proto(payload)
        return payload[:4] + masker.text(payload[4:])

    def _learn(self, payload: bytes, masker: Masker) -> None:
        try:
            message = Codec(Side.CLIENT, self._version).decode(payload)
        except IbnbError:
            return
        masker.add(message.accountsList)


class _Stream:
    """One direction: bytes that are no whole frame yet."""

    def __init__(self, unread: bytes = b"") -> None:
        self.is_broken = False
        self._chunks: list[bytes] = []
        self._pending = self._needed = 0
        if unread:
            self.keep(unread, 0)

    def keep(self, data: bytes, needed: int) -> None:
        """Keep bytes until there are so many."""
        self._chunks.append(data)
        self._pending, self._needed = len(data), needed

    def drain(self) -> bytes:
        """Return what is kept, and forget it."""
        data = b"".join(self._chunks)
        self._chunks.clear()
        self._pending = self._needed = 0
        return data

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the payloads that are complete after these bytes.

        Raises:
            FrameTooLarge: A length cannot be; from then on nothing is yielded.
        """
        if self.is_broken:
            return
        if self._chunks:
            self._chunks.append(data)
            self._pending += len(data)
            if self._pending < self._needed:
                return
            data = self.drain()
        position, end = 0, len(data)
        while end - position >= 4:
            (size,) = frames.read_length(data, position)
            stop = position + 4 + size
            if size > frames.MAX_FRAME_BYTES:
                self.is_broken = True
                self.keep(data[position:], 0)
                raise FrameTooLarge(size, frames.MAX_FRAME_BYTES)
            if stop > end:
                break
            yield data[position + 4 : stop]
            position = stop
        if position < end:
            self.keep(data[position:], 4 if end - position < 4 else 4 + frames.read_length(data, position)[0])


_SIDES: Final = {True: Side.CLIENT, False: Side.SERVER}
_ACCOUNTS_ID: Final = m.spec(m.ManagedAccounts).msg_id
_ACCOUNTS_IDS: Final = (_ACCOUNTS_ID, _ACCOUNTS_ID + PROTO_OFFSET)
_ACCOUNTS_TEXT: Final = b"%d\0" % _ACCOUNTS_ID
