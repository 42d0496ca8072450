"""Protobuf bars read at once equal what the row decoder gives; of odd ones the reader says that it cannot read them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb import barproto
from ibnb.objects import BarData
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.proto import pack_varint, write_double

NAMES = ("open", "high", "low", "close", "volume", "average", "barCount")


def rows_of(bars):
    payload = Codec(Side.SERVER, 225).encode(m.HistoricalData(7, "", "", bars))
    return Codec(Side.CLIENT, 225).decode(payload).bars


def read(rows):
    return barproto.read(rows.payload, rows.tags(), rows.stop)


def bar(volume=b"100", average=b"9.5", count=b"\x03", date=b"20240105", extra=b""):
    """Return one bar's submessage with its tag and length, put together by hand."""
    numbers = b"".join(bytes((tag,)) + write_double(k + 0.5) for k, tag in enumerate(barproto.NUMBERS))
    body = b"\x0a" + bytes((len(date),)) + date + numbers + b"\x32" + bytes((len(volume),)) + volume
    body += b"\x3a" + bytes((len(average),)) + average + b"\x40" + count + extra
    return b"\x12" + bytes((len(body),)) + body


def read_raw(*bars):
    tags, payload = [], b""
    for one in bars:
        tags.append(len(payload))
        payload += one
    return barproto.read(payload, tags, len(payload))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals(-(10**9), 10**9, places=4).map(float) | st.floats(-1e300, 1e300),
            st.integers(0, 10**9) | st.floats(1e-5, 1e18),
            st.floats(0.01, 1e6) | st.just(-1.0),
            st.integers(-(2**31), 2**31 - 2),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_all_columns_equal_the_row_decoder(values):
    bars = [BarData("20240105", p, p, p, p, v, a, n) for p, v, a, n in values]
    rows = rows_of(bars)
    found = read(rows)
    if found is None:  # a field was left out, or a text means "no value"
        assert any(v in barproto.MARKS or abs(n) in (0, *barproto.MARKS) for _, v, _, n in values)
        return
    decoded = list(rows)
    for name, column in zip(NAMES, found.values, strict=True):
        assert column.tolist() == [getattr(one, name) for one in decoded]
    assert {letters.tobytes() for letters in found.letters} == {b"20240105"}


def test_a_long_reply_is_read_at_once():
    rnd = random.Random(3)
    bars = [
        BarData("20240105", 1.0, 2.0, 0.5, 1.5, rnd.randint(1, 10**6), round(rnd.uniform(1, 900), 3), k + 1)
        for k in range(5000)
    ]
    found = read(rows_of(bars))
    assert [column[4321] for column in found.values[4:]] == [bars[4321].volume, bars[4321].average, 4322]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"0.1", 0.1),
        (b"-1", -1.0),
        (b"007.50", 7.5),
        (b"123456789.123456789", 123456789.123456789),
        (b"1E5", 1e5),
        (b".5", 0.5),
        (b"5.", 5.0),
        (b"900719925474099.1", 900719925474099.1),
    ],
)
def test_decimal_texts(text, value):
    found = read_raw(bar(), bar(volume=text), bar(average=text))
    assert (found.values[4].tolist(), found.values[5].tolist()) == ([100.0, value, 100.0], [9.5, 9.5, value])


def test_negative_and_long_counts():
    found = read_raw(bar(count=pack_varint(-1)), bar(count=pack_varint(2**31 - 1)), bar(count=pack_varint(300)))
    assert found.values[6].tolist() == [-1, 2**31 - 1, 300]


@pytest.mark.parametrize(
    "odd",
    [
        bar(volume=b""),
        bar(volume=b"1,5"),
        bar(volume=b"2147483647"),
        bar(average=b"x"),
        bar(average=b"9223372036854775807"),
        bar(count=b"\xff"),
        bar(count=b"\xff" * 11),
        bar(date=b"2024010"),
        bar(extra=b"\x48\x01"),
        b"\x12\x0c" + b"\x0a\x0820240105\x48\x01",
        b"\x12\x80\x01" + bar(extra=b"\x4a" + pack_varint(70) + bytes(70))[2:],
    ],
)
def test_odd_bars_are_left_to_the_row_decoder(odd):
    assert read_raw(bar(), odd, bar()) is None
    assert read_raw(bar(), bar(), odd) is None


def test_rows_cut_short_do_not_read_beyond_their_end():
    whole = bar()
    for size in range(2, len(whole)):
        cut = b"\x12" + bytes((size - 2,)) + whole[2:size]
        assert read_raw(bar(), cut) is None
        assert read_raw(cut) is None
