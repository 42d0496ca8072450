"""The file of a recording: format, cutting, truncation, limits, masking."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.contract import Contract
from ibnb.wire import Codec, Side, frames
from ibnb.wire import catalogue as m
from ibnb.wire import recording as r
from ibnb.wire.recording import BadRecording, ConnectionLog, Frame, Header, Kind, Masker, Writer, read

HEADER = Header("0.1.0", 0, "2026-11-20T16:00:00+00:00")
GREETING = b"API\0" + frames.pack(b"v157..225 +PACEAPI")


def make(*args):
    file = io.BytesIO()
    return file, Writer(file, HEADER, *args)


def server(version, *messages):
    codec = Codec(Side.SERVER, version)
    return b"".join(frames.pack(codec.encode(message)) for message in messages)


def client(version, *messages):
    codec = Codec(Side.CLIENT, version)
    return b"".join(frames.pack(codec.encode(message)) for message in messages)


def answer(version):
    return frames.pack(b"%d\x0020261120 11:00:00 US/Eastern\0" % version)


def conversation(version, *messages, masker=None):
    """Record a connection that is told some messages; return the recording."""
    file, writer = make()
    log = ConnectionLog(writer, masker)
    log.take(0, True, GREETING)
    log.take(1, False, answer(version))
    log.take(2, True, client(version, m.StartApi(3, "")))
    log.take(3, False, server(version, *messages))
    return read(file.getvalue())


# ---- the file


def test_the_bytes_of_a_file():
    file, writer = make()
    writer.write(Kind.SERVER, 258, b"payload")
    head, body = file.getvalue()[: r.HEADER_BYTES], file.getvalue()[r.HEADER_BYTES :]
    assert head.startswith(b"ibnb-recording {") and head.endswith(b" \n") and len(head) == 256
    assert json.loads(head[15:]) == {
        "ibnb": "0.1.0", "server_version": 0, "date": HEADER.date, "masked": True, "format": 1
    }  # fmt: skip
    assert body == b"\x02" + b"\0\0\0\0\0\0\x01\x02" + b"\0\0\0\x07" + b"payload"
    assert (writer.frames, writer.size) == (1, len(file.getvalue()))


def test_what_is_written_is_read():
    file, writer = make()
    written = [Frame(Kind.HELLO, 0, b"v1"), Frame(Kind.SERVER, 10**12, b""), Frame(Kind.CLIENT, 2**60, b"x" * 70000)]
    for frame in written:
        writer.write(*frame)
    recording = read(file.getvalue())
    assert recording.frames == written
    assert (recording.header, recording.missing) == (HEADER, 0)


def test_a_file_cut_anywhere_is_read_to_its_last_whole_frame():
    file, writer = make()
    ends = []
    for number in range(4):
        writer.write(Kind.SERVER, number, b"abc" * number)
        ends.append(len(file.getvalue()))
    data = file.getvalue()
    for cut in range(r.HEADER_BYTES, len(data) + 1):
        recording = read(data[:cut])
        whole = sum(end <= cut for end in ends)
        assert len(recording.frames) == whole
        assert recording.missing == cut - ([r.HEADER_BYTES, *ends][whole])


def test_rubbish_behind_the_frames_is_left_out():
    file, writer = make()
    writer.write(Kind.SERVER, 1, b"good")
    recording = read(file.getvalue() + b"\xff" * 40)
    assert [frame.payload for frame in recording.frames] == [b"good"]
    assert recording.missing == 40


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"ibnb-recording {", b"ibnb-recording []".ljust(256),
                                  b'ibnb-recording {"date": "x"}'.ljust(256)])  # fmt: skip
def test_other_files_are_refused(data):
    with pytest.raises(BadRecording, match="no recording"):
        read(data)


def test_a_newer_format_is_refused():
    with pytest.raises(BadRecording, match="format 2"):
        read(Header("9", format=2).pack())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_frames_or_the_error(data):
    for content in (data, HEADER.pack() + data):
        try:
            recording = read(content)
        except BadRecording:
            continue
        used = sum(13 + len(frame.payload) for frame in recording.frames)
        assert used + recording.missing == len(content) - r.HEADER_BYTES


def test_the_limit_ends_the_recording_with_a_note():
    file, writer = make(r.HEADER_BYTES + 60)
    for number in range(9):
        writer.write(Kind.SERVER, number, b"0123456789")
    assert writer.is_full and writer.frames == 2
    *kept, last = read(file.getvalue()).frames
    assert [frame.time_ns for frame in kept] == [0, 1]
    assert last.kind is Kind.NOTE and "limit of 316 bytes" in json.loads(last.payload)["ended"]
    assert writer.size == len(file.getvalue())


def test_the_server_version_is_put_into_the_header_once():
    file, writer = make()
    writer.write(Kind.SERVER, 1, b"before")
    writer.set_server_version(178)
    writer.set_server_version(200)
    writer.write(Kind.SERVER, 2, b"behind")
    recording = read(file.getvalue())
    assert recording.header.server_version == recording.server_version == 178
    assert [frame.payload for frame in recording.frames] == [b"before", b"behind"]


# ---- connections


@pytest.mark.parametrize("version", [178, 225])
def test_a_connection_is_cut_into_frames(version):
    recording = conversation(version, m.NextValidId(5), m.CurrentTime(7))
    assert [frame.kind for frame in recording.frames] == [
        Kind.HELLO, Kind.WELCOME, Kind.CLIENT, Kind.SERVER, Kind.SERVER
    ]  # fmt: skip
    assert [frame.time_ns for frame in recording.frames] == [0, 1, 2, 3, 3]
    assert recording.frames[0].payload == b"v157..225 +PACEAPI"
    assert recording.server_version == recording.header.server_version == version
    decode = Codec(Side.CLIENT, version).decode
    assert [decode(frame.payload) for frame in recording.frames[3:]] == [m.NextValidId(5), m.CurrentTime(7)]


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), max_size=60), st.sampled_from([178, 225]))
def test_cutting_does_not_depend_on_packets(sizes, version):
    whole = conversation(version, m.NextValidId(5), m.TickPrice(1, 2, 3.5, 100.0, 0), m.CurrentTime(7))
    file, writer = make()
    log = ConnectionLog(writer, None)
    streams = {
        True: GREETING + client(version, m.StartApi(3, "")),
        False: answer(version) + server(version, m.NextValidId(5), m.TickPrice(1, 2, 3.5, 100.0, 0), m.CurrentTime(7)),
    }
    for outgoing, data in streams.items():
        position = 0
        for size in [*sizes, len(data)]:
            log.take(0, outgoing, data[position : position + size])
            position += size
    found = read(file.getvalue()).frames
    by_side = sorted(found, key=lambda frame: frame.kind in (Kind.SERVER, Kind.WELCOME))
    expected = sorted(whole.frames, key=lambda frame: frame.kind in (Kind.SERVER, Kind.WELCOME))
    assert [(f.kind, f.payload) for f in by_side] == [(f.kind, f.payload) for f in expected]


def test_several_connections_are_told_apart():
    file, writer = make()
    for version in (178, 225):
        log = ConnectionLog(writer, None)
        log.take(0, True, GREETING)
        log.take(0, False, answer(version))
    recording = read(file.getvalue())
    assert [r.version_of(session) for session in recording.sessions()] == [178, 225]
    assert recording.server_version == 178


def test_a_handshake_that_failed_has_no_version():
    file, writer = make()
    log = ConnectionLog(writer, None)
    log.take(0, True, GREETING)
    log.take(1, False, frames.pack(b"what is this?"))
    recording = read(file.getvalue())
    assert recording.server_version == 0
    assert [frame.kind for frame in recording.frames] == [Kind.HELLO, Kind.SERVER]


def test_an_impossible_length_is_noted_and_ends_that_direction():
    file, writer = make()
    log = ConnectionLog(writer, None)
    log.take(0, True, GREETING)
    log.take(1, False, answer(178) + frames.pack(b"9\x001\x005\0") + b"HTTP/1.1 400 Bad Request")
    log.take(2, False, frames.pack(b"9\x001\x005\0"))
    log.take(3, True, client(178, m.ReqIds(1)))
    recording = read(file.getvalue())
    assert [f.kind for f in recording.frames] == [Kind.HELLO, Kind.WELCOME, Kind.SERVER, Kind.NOTE, Kind.CLIENT]
    note = json.loads(recording.frames[3].payload)
    assert note["broken"] == "server" and bytes.fromhex(note["bytes"]).startswith(b"HTTP/1.1")


@pytest.mark.parametrize("version", [178, 225])
def test_a_recording_may_begin_within_a_connection(version):
    later = server(version, m.CurrentTime(1), m.CurrentTime(2))
    file, writer = make()
    log = ConnectionLog(writer, None, version, unread=later[:5])
    log.begin_within(
        0, "v157..225", "20261120 11:00:00 UTC", m.StartApi(7, ""), m.ManagedAccounts("A"), m.NextValidId(9)
    )
    log.take(8, False, later[5:])
    log.take(9, True, client(version, m.ReqIds(1)))
    recording = read(file.getvalue())
    kinds = [Kind.HELLO, Kind.WELCOME, Kind.CLIENT, Kind.SERVER, Kind.SERVER]
    assert [f.kind for f in recording.frames] == [*kinds, Kind.NOTE, Kind.SERVER, Kind.SERVER, Kind.CLIENT]
    assert recording.header.server_version == version
    decode = Codec(Side.CLIENT, version).decode
    assert [decode(recording.frames[i].payload) for i in (3, 4, 6, 7)] == [
        m.ManagedAccounts("A"), m.NextValidId(9), m.CurrentTime(1), m.CurrentTime(2)
    ]  # fmt: skip


# ---- masking

REAL = "DU7654321"


def position(account):
    return m.Position(account, Contract(conId=265598, symbol="AAPL"), 100.0, 12.5)


@pytest.mark.parametrize("version", [178, 201, 207, 225])
def test_accounts_are_masked_in_all_frames(version):
    told = [
        m.ManagedAccounts(f"{REAL},U1234567,F99"),
        position(REAL),
        m.UpdateAccountValue("AccountCode", REAL, "", REAL),
        m.Error(-1, 201, f"Order rejected for account {REAL}: see U1234567."),
        position("U1234567"),
        position("F99"),
    ]
    recording = conversation(version, *told, masker=Masker())
    content = b"".join(frame.payload for frame in recording.frames)
    for secret in (REAL, "U1234567", "F99"):
        assert secret.encode() not in content
    decode = Codec(Side.CLIENT, version).decode
    messages = [decode(frame.payload) for frame in recording.frames[3:]]
    assert messages[0].accountsList == "DU0000001,U0000001,F01"
    assert messages[1] == position("DU0000001"), "and nothing else has changed"
    assert messages[2] == m.UpdateAccountValue("AccountCode", "DU0000001", "", "DU0000001")
    assert messages[3].errorString == "Order rejected for account DU0000001: see U0000001."
    assert [messages[4].account, messages[5].account] == ["U0000001", "F01"]


@pytest.mark.parametrize("version", [178, 225])
def test_requests_are_masked_too(version):
    file, writer = make()
    log = ConnectionLog(writer, Masker())
    log.take(0, True, GREETING)
    log.take(0, False, answer(version) + server(version, m.ManagedAccounts(REAL)))
    log.take(0, True, client(version, m.ReqAccountUpdates(True, REAL)))
    last = read(file.getvalue()).frames[-1]
    assert Codec(Side.SERVER, version).decode(last.payload) == m.ReqAccountUpdates(True, "DU0000001")


@pytest.mark.parametrize("version", [178, 225])
def test_accounts_that_nobody_named_are_known_by_their_form(version):
    told = [position("U7777777"), m.UpdatePortfolio(Contract(symbol="U12"), 1.0, accountName="DF1234567")]
    recording = conversation(version, *told, masker=Masker())
    decode = Codec(Side.CLIENT, version).decode
    first, second = (decode(frame.payload) for frame in recording.frames[3:])
    assert (first.account, second.accountName, second.contract.symbol) == ("U0000001", "DF0000001", "U12")


def test_numbers_that_are_no_accounts_stay():
    mask = Masker().text
    for text in (b"ESU6", b"FU123456", b"USD1234567", b"0000e0d5.65f12345.01.01", b"EU12345678", b"U1234", b"UAL"):
        assert mask(text) == text


def test_an_account_within_another_keeps_its_length_and_its_rest():
    masker = Masker()
    masker.add("U1234567, DU1234567,")
    assert masker.text(b"U1234567\0DU1234567\0U1234567A\0") == b"U0000001\0DU0000001\0U0000001A\0"
    assert masker.proto(b"\x0a\x09DU1234567\x32\x02AB") == b"\x0a\x09DU0000001\x32\x02AB"
    assert masker.proto(b"\x0a\x08U12345672\x02AB") == b"\x0a\x08U00000012\x02AB", "a tag that looks like a digit"


@settings(deadline=None)
@given(st.lists(st.text("ADFIU0123456789", min_size=1, max_size=9), min_size=1, max_size=12, unique=True))
def test_fakes_are_as_long_and_tell_accounts_apart(accounts):
    masker = Masker()
    masker.add(",".join(accounts))
    fakes = [masker.fakes[account.encode()] for account in accounts]
    assert [len(fake) for fake in fakes] == [len(account) for account in accounts]
    assert len(set(fakes)) == len(fakes)
    assert not set(fakes) & {account.encode() for account in accounts}


def test_short_accounts_run_out_of_numbers():
    masker = Masker()
    masker.add(",".join("ABCDEFGHIJKL"))
    assert sorted(masker.fakes.values()) == sorted(b"%c" % c for c in b"123456789MNO")
    masker.add(",".join("abcdefghijklmnopqrstuvwxyz"))
    assert masker.fakes[b"z"] == b"?"


def test_accounts_in_protobuf_have_their_length_in_front():
    mask = Masker().proto
    assert mask(b"\x0a\x08U7777777") == b"\x0a\x08U0000001"
    assert mask(b"\x0a\x08U77777772\x02AB") == b"\x0a\x08U00000012\x02AB", "a tag that looks like a digit"
    for text in (b"\x0a\x0bU123456", b"\x0a\x0cU1234567 and", b"\x0a\x06U1234A", b"\x0a\x06DU1234"):
        assert mask(text) == text


def test_accounts_stay_without_a_masker():
    recording = conversation(225, m.ManagedAccounts(REAL))
    assert REAL.encode() in recording.frames[-1].payload


def test_accounts_that_cannot_be_read_are_left_alone():
    file, writer = make()
    log = ConnectionLog(writer, Masker())
    log.take(0, True, GREETING)
    log.take(0, False, answer(225) + frames.pack((215).to_bytes(4, "big") + b"\x0a\x7f" + b"x"))
    assert read(file.getvalue()).frames[-1].kind is Kind.SERVER
