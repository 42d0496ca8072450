"""The protobuf wire format, checked against the encoding's own examples and the official runtime."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.contract import TagValue
from ibnb.wire import proto


@pytest.mark.parametrize(
    ("value", "packed"),
    [
        (0, b"\x00"),
        (1, b"\x01"),
        (150, b"\x96\x01"),
        (-1, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        (2**63 - 1, b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
    ],
)
def test_varints(value, packed):
    assert proto.pack_varint(value) == packed
    assert proto.varint(packed, 0) == (value, len(packed))


@given(st.integers(-(2**63), 2**63 - 1))
def test_varints_come_back(value):
    packed = b"x" + proto.pack_varint(value)
    assert proto.varint(packed, 1) == (value, len(packed))


def test_numbers_beyond_64_bits_are_refused():
    with pytest.raises(OverflowError):
        proto.pack_varint(2**63)
    with pytest.raises(proto.ProtoError, match="10 bytes"):
        proto.varint(b"\xff" * 11, 0)


@pytest.mark.parametrize(
    "field", [b"\x08\x96\x01", b"\x11" + bytes(8), b"\x12\x03abc", b"\x1d" + bytes(4), b"\xfa\xff\xff\xff\x0f\x01x"]
)
def test_unknown_fields_are_skipped_by_length(field):
    assert proto.skip(field + b"rest", 0, len(field)) == len(field)


@pytest.mark.parametrize("bad", [b"\x0b", b"\x0c", b"\x0e", b"\x00\x01", b"\x12\x09abc", b"\x11\x00"])
def test_what_is_no_field_is_refused(bad):
    with pytest.raises(proto.ProtoError):
        proto.skip(bad, 0, len(bad))


def test_fields_of_a_message():
    message = b"\x08\x07\x12\x02hi\x19" + proto.write_double(1.5) + b"\x25\x01\x00\x00\x00"
    assert proto.fields(message) == [(1, 0, 7), (2, 2, b"hi"), (3, 1, 1.5), (4, 5, b"\x01\x00\x00\x00")]


def test_maps_are_entries_with_key_and_value():
    packed = proto.pack_map(b"\x0a", [TagValue("a", "1"), TagValue("b", "2"), TagValue("a", "3")])
    assert packed == b"\x0a\x06\x0a\x01a\x12\x013\x0a\x06\x0a\x01b\x12\x012"
    assert proto.read_entry(packed, 2, 8) == TagValue("a", "3")
    assert proto.read_entry(b"\x18\x05\x12\x01v", 0, 5) == TagValue("", "v")


def test_packed_numbers():
    assert proto.read_packed_varints(b"\x01\x96\x01", 0, 3) == [1, 150]
    assert proto.read_packed_doubles(proto.write_double(1.5) * 2, 0, 16) == [1.5, 1.5]
    with pytest.raises(proto.ProtoError):
        proto.read_packed_varints(b"\x96\x01", 0, 1)
    with pytest.raises(proto.ProtoError):
        proto.read_packed_doubles(bytes(9), 0, 9)


def test_walking_over_repeated_submessages():
    region = b"\x12\x02ab" * 3 + b"\x12\xc8\x01" + bytes(200)
    assert proto.scan(region + b"\x18\x01", 0, len(region) + 2, 0x12) == (len(region), [0, 4, 8, 12])
    with pytest.raises(proto.ProtoError):
        proto.scan(b"\x12\x09a", 0, 3, 0x12)
    with pytest.raises(proto.ProtoError):
        proto.scan(b"\x12" + b"\xff" * 9 + b"\x01", 0, 11, 0x12)  # a length of -1


def test_lengths_are_checked():
    negative = b"\x12" + proto.pack_varint(-5)
    with pytest.raises(proto.ProtoError, match="a length of -5"):
        proto.skip(negative, 0, len(negative))
    with pytest.raises(proto.ProtoError, match="beyond the end"):
        proto.length(b"\x05abc", 0, 4)
