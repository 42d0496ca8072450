"""One cell of the matrix: a message, a server version and a sample, compared with an outside witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ibnb.errors import ServerTooOld
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.schema import MessageSpec
from tests.conformance import compare, official, samples, tables

VERSIONS = range(157, 226)
SOME_VERSIONS = (157, 165, 178, 191, 200, 201, 207, 225)
OPTIONS = ("mktDataOptions", "mktDepthOptions", "implVolOptions", "optPrcOptions")
DROPPED = "the official client drops fields of newer servers in text form in silence, ibnb refuses them"
NO_OPTIONS = "the official client cannot send these options"


@dataclass(frozen=True, slots=True)
class Cell:
    """The outcome of one comparison: equal, excused (with reasons), or different (with what differs)."""

    witness: str
    message: str
    version: int
    sample: int
    excuses: tuple[str, ...] = ()
    difference: str = ""


def shortened(theirs: bytes, ours: bytes) -> str:
    """Return two payloads from a little before the first difference."""
    at = next((k for k, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]), min(len(theirs), len(ours)))
    start = max(at - 20, 0)
    return f"from byte {start}: {theirs[start : at + 60]!r} != {ours[start : at + 60]!r}"


def sendable(spec: MessageSpec, version: int) -> bool:
    """Tell whether a message exists at a version."""
    return version >= spec.min_version


def request_cells(spec: MessageSpec, version: int, count: int) -> Iterator[Cell]:
    """Compare what both clients send: bytes of text, fields of protobuf."""
    for k, message in enumerate(samples.messages(spec, count)):
        yield request_cell(message, version, k)


def request_cell(message: Any, version: int, k: int = 0) -> Cell:
    """Compare what both clients send for one message."""
    spec = m.spec(type(message))
    excuses = set()
    for name in OPTIONS:
        if getattr(message, name, None):
            setattr(message, name, [])
            excuses.add(NO_OPTIONS)
    head = ("request", spec.name, version, k)
    if isinstance(message, m.ReqConfig | m.UpdateConfig):  # the official client offers these as raw protobuf only
        ours = Codec(Side.CLIENT, version).encode(message)
        same = tables.parse(message, ours) == tables.parse(message, tables.proto(message))
        return Cell(*head, difference="" if same else "protobuf fields")
    theirs, errors = official.send(message, version)
    try:
        ours = Codec(Side.CLIENT, version).encode(message)
    except ServerTooOld as error:
        if theirs is None:
            return Cell(*head)
        droppable = error.need > 203 and not spec.uses_proto(version)
        return Cell(*head, (DROPPED,)) if droppable else Cell(*head, difference=f"{error}, but they send it")
    if theirs is None:
        return Cell(*head, difference=f"the official client refuses: {errors}")
    if spec.uses_proto(version):
        same = ours[:4] == theirs[:4] and tables.parse(message, ours) == tables.parse(message, theirs)
    else:
        same = ours == theirs
    return Cell(*head, tuple(excuses), difference="" if same else shortened(theirs, ours))


def reply_cells(spec: MessageSpec, version: int, count: int) -> Iterator[Cell]:
    """Compare what both clients read in what our server side writes."""
    for k, message in enumerate(samples.messages(spec, count, ascii_only=False)):
        payload = Codec(Side.SERVER, version).encode(message)
        client = Codec(Side.CLIENT, version)
        ours = client.decode(payload)
        found = compare.reply_differences(ours, official.receive(payload, version), version)
        reasons = tuple(sorted({compare.excuse(difference) for difference in found} - {""}))
        bad = [difference for difference in found if not compare.excuse(difference)]
        if client.surplus_fields:
            bad.append(("surplus fields", client.surplus_fields, 0))
        yield Cell("reply", spec.name, version, k, reasons, str(bad) if bad else "")


def table_cells(spec: MessageSpec, version: int, count: int) -> Iterator[Cell]:
    """Compare with frames built from the tables: the bytes that we write, and what we read in theirs."""
    is_request = spec.direction is m.Direction.REQUEST
    sender = Codec(Side.CLIENT if is_request else Side.SERVER, version)
    receiver = Codec(Side.SERVER if is_request else Side.CLIENT, version)
    # The tables know no versions within protobuf, where the order gained fields up to the newest server.
    partial = spec.uses_proto(version) and version < 225 and "order" in spec.names
    for k, message in enumerate(samples.messages(spec, count, ascii_only=is_request)):
        head = ("table", spec.name, version, k)
        try:
            ours = sender.encode(message)
        except ServerTooOld:
            continue  # compared with the official client's refusal
        if spec.uses_proto(version):
            theirs = tables.proto(message)
            same = partial or tables.parse(message, ours) == tables.parse(message, theirs)
        else:
            front = sender.key(spec.msg_id) + (b"\0" if sender.classic else b"")
            theirs = front + b"".join(field.encode() + b"\0" for field in tables.text(message, version))
            same = is_request is False or ours == theirs
        decoded, expected = receiver.decode(theirs), receiver.decode(ours)
        if partial:
            expected = decoded
        same = same and compare.plain(decoded) == compare.plain(expected) and not receiver.surplus_fields
        yield Cell(*head, difference="" if same else shortened(theirs, ours))
