"""The texts of the handshake, and what can be wrong with them."""

import pytest

from ibnb.session import BadHandshake, Phase, Session, Side, VersionRefused
from ibnb.session import handshake as h
from ibnb.wire import frames


def test_greetings():
    assert h.greeting(100, 225, "") == b"API\0\x00\x00\x00\x09v100..225"
    assert h.greeting(100, 225, "+PACEAPI") == b"API\0\x00\x00\x00\x12v100..225 +PACEAPI"
    assert h.read_greeting(b"v157..178") == (157, 178, "")
    assert h.read_greeting(b"v100..225 +PACEAPI x") == (100, 225, "+PACEAPI x")
    assert h.read_greeting(b"v178\0") == (178, 178, "")
    for bad in (b"", b"178", b"v..", b"v1..2..3", b"\xff\xfe", b"v99999999"):
        with pytest.raises(BadHandshake):
            h.read_greeting(bad)


def test_agreeing():
    assert h.agree(100, 225, 178) == 178
    assert h.agree(157, 170, 225) == 170
    for least, greatest, ours in ((180, 225, 178), (100, 150, 225), (226, 300, 225)):
        with pytest.raises(VersionRefused) as caught:
            h.agree(least, greatest, ours)
        assert str(least) in str(caught.value)


def test_answers():
    assert h.answer(178, "20240119 10:00:00 EST") == b"\0\0\0\x1a178\x0020240119 10:00:00 EST\0"
    assert h.read_answer(b"178\x0020240119 10:00:00 EST\0", 157, 225) == (178, "20240119 10:00:00 EST")
    assert h.read_answer(b"178\0Mitteleurop\xe4ische Zeit\0", 157, 225) == (178, "Mitteleurop\\xe4ische Zeit")
    assert h.read_answer(b"4\x002\x00-1\x00", 157, 225) is None
    for bad in (b"-1\0host\0", b"x\0y\0", b"\0\0"):
        with pytest.raises(BadHandshake):
            h.read_answer(bad, 157, 225)
    for version in (b"100", b"226"):
        with pytest.raises(VersionRefused):
            h.read_answer(version + b"\0t\0", 157, 225)


def test_other_frames_may_come_before_the_answer_but_not_for_ever():
    client = Session(Side.CLIENT)
    for _ in range(h.MAX_STRAY_FRAMES):
        client.receive_data(frames.pack(b"15\x001\0DU1\0"))
    client.receive_data(h.answer(178, "now"))
    assert client.server_version == 178
    other = Session(Side.CLIENT)
    with pytest.raises(BadHandshake):
        other.receive_data(frames.pack(b"15\x001\0DU1\0") * (h.MAX_STRAY_FRAMES + 1))
    assert other.phase is Phase.CLOSED


def test_messages_behind_the_answer_in_the_same_packet_are_read():
    client = Session(Side.CLIENT)
    client.receive_data(h.answer(178, "now") + frames.pack(b"9\x001\x0042\0"))
    assert [event.orderId for event in client.events] == [42]


def test_errors_tell_what_to_do():
    assert str(BadHandshake(b"SSH-2.0", "a greeting")) == (
        "the other end sent b'SSH-2.0' instead of a greeting; check host and port"
    )
