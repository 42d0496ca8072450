"""Frames: length, cutting, limits, time linear in the backlog."""

import pytest

from ibnb.errors import FrameTooLarge
from ibnb.wire.frames import MAX_FRAME_BYTES, FrameReader, pack

PAYLOADS = [b"", b"x", b"9\x001\x0042\x00", bytes(1000)]
STREAM = b"".join(map(pack, PAYLOADS))


def test_a_frame_is_its_length_and_its_payload():
    assert pack(b"71\x002\x007\x00\x00") == b"\x00\x00\x00\x0871\x002\x007\x00\x00"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100, len(STREAM)])
def test_payloads_do_not_depend_on_how_the_stream_is_cut(size):
    reader = FrameReader()
    got = [p for k in range(0, len(STREAM), size) for p in reader.feed(STREAM[k : k + size])]
    assert got == PAYLOADS
    assert reader.pending == 0


def test_trailing_bytes_wait_for_the_rest_of_their_frame():
    reader = FrameReader()
    assert reader.feed(STREAM + b"\x00\x00\x00\x02a") == PAYLOADS
    assert reader.pending == 5
    assert reader.feed(b"b") == [b"ab"]


def test_a_frame_above_the_limit_is_refused():
    reader = FrameReader()
    with pytest.raises(FrameTooLarge) as caught:
        reader.feed(b"HTTP/1.1 400 Bad Request")
    assert (caught.value.size, caught.value.limit) == (0x48545450, MAX_FRAME_BYTES)
    with pytest.raises(FrameTooLarge):
        pack(bytes(MAX_FRAME_BYTES + 1))
