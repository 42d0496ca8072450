"""Rows: bars and ticks that stay as they came until somebody asks."""

import pytest

from ibnb.errors import DecodeError
from ibnb.objects import BarData, HistoricalTickLast, TickAttribLast
from ibnb.wire import Codec, Rows, Side
from ibnb.wire import catalogue as m

BARS = [
    BarData(f"202401{day:02}", day + 0.5, day + 1.0, day + 0.25, day + 0.75, 100.0 * day, day + 0.6, day)
    for day in range(1, 29)
]


@pytest.fixture(params=[178, 200, 203, 225])
def version(request):
    """Server versions for text in both framings and for protobuf."""
    return request.param


def rows(version, bars=BARS):
    """Return the rows that a client gets of these bars."""
    payload = Codec(Side.SERVER, version).encode(m.HistoricalData(7, bars=bars))
    return Codec(Side.CLIENT, version).decode(payload).bars


def test_rows_are_a_sequence_of_bars(version):
    got = rows(version)
    assert isinstance(got, Rows)
    assert len(got) == got.count == len(BARS)
    assert list(got) == BARS
    assert got[0] == BARS[0]
    assert got[-1] == BARS[-1]
    assert got[3:6] == BARS[3:6]
    assert list(reversed(got)) == BARS[::-1]
    assert BARS[5] in got
    assert got == BARS
    assert got != BARS[1:]
    with pytest.raises(IndexError):
        got[len(BARS)]


def test_the_payload_is_kept_for_columnar_readers(version):
    got = rows(version)
    part = got.payload[got.start : got.stop]
    if got.encoding == "text":
        assert part.startswith(b"20240101\x001.5\x002.0\x001.25\x001.75\x00100\x001.6\x001\x00")
        assert part.count(b"\0") == got.count * got.width == len(got.fields())
    else:
        assert part[0] == 0x12
        assert len(got.places()) == got.count
        assert repr(got).startswith("<28 rows of BarData as proto")


def test_no_bars(version):
    got = rows(version, [])
    assert len(got) == 0
    assert list(got) == []


def test_rows_can_be_sent_again(version):
    assert list(rows(version, rows(version))) == BARS


def test_fewer_rows_than_announced_are_an_error():
    from ibnb.errors import DecodeError

    payload = b"17\x009\x00\x00\x002\x0020240101\x001\x002\x003\x004\x005\x006\x007\x00"
    with pytest.raises(DecodeError) as caught:
        Codec(Side.CLIENT, 178).decode(payload)
    assert (caught.value.field, caught.value.reqId) == ("bars", 9)


def test_surplus_behind_the_rows_is_counted():
    codec = Codec(Side.CLIENT, 178)
    payload = b"17\x009\x00\x00\x001\x0020240101\x001\x002\x003\x004\x005\x006\x007\x00more\x00"
    got = codec.decode(payload).bars
    assert [bar.date for bar in got] == ["20240101"]
    assert codec.surplus_fields == 1


def test_rows_with_a_field_between_are_joined():
    first, second = (Codec(Side.SERVER, 225).encode(m.HistoricalData(7, bars=[bar]))[6:] for bar in BARS[:2])
    payload = b"\x00\x00\x00\xd9" + first + b"\x08\x07" + second
    got = Codec(Side.CLIENT, 225).decode(payload)
    assert got.reqId == 7
    assert list(got.bars) == BARS[:2]


def test_a_row_that_cannot_be_read_names_itself():
    from ibnb.errors import DecodeError

    bad = b"17\x009\x00\x00\x002\x00" + b"20240101\x001\x002\x003\x004\x005\x006\x007\x00" * 2
    got = Codec(Side.CLIENT, 178).decode(bad[:-4] + b"x.y\x007\x00").bars
    assert got[0].average == 6.0
    with pytest.raises(DecodeError) as caught:
        got[1]
    error = caught.value
    assert (error.message, error.server_version, error.field, error.raw) == (
        "HistoricalData",
        178,
        "bars[1].average",
        b"x.y",
    )


def test_a_protobuf_row_that_cannot_be_read_names_itself():
    from ibnb.errors import DecodeError

    payload = b"\x00\x00\x00\xd9\x08\x07" + b"\x12\x04\x0a\x02\xff\xfe"
    got = Codec(Side.CLIENT, 225).decode(payload).bars
    with pytest.raises(DecodeError, match=r"HistoricalData at server version 225: field 'bars\[0\].date'"):
        list(got)


TICKS = [
    HistoricalTickLast(1704300000 + k // 3, TickAttribLast(k % 2 == 1, k % 5 == 0), 10 + k / 4, 100.5 * k, "ARCA", " I")
    for k in range(20)
]


@pytest.mark.parametrize("done", [True, False])
def test_columns_are_the_fields_of_all_rows(version, done):
    payload = Codec(Side.SERVER, version).encode(m.HistoricalTicksLast(7, ticks=TICKS, done=done))
    message = Codec(Side.CLIENT, version).decode(payload)
    assert list(map(HistoricalTickLast, *message.ticks.columns())) == TICKS
    assert (message.done, list(message.ticks)) == (done, TICKS)


def test_columns_of_bars(version):
    columns = rows(version).columns()
    assert [list(column) for column in columns] == [
        [getattr(bar, name) for bar in BARS] for name in BarData.__annotations__
    ]


def test_a_bad_column_names_its_row():
    payload = Codec(Side.SERVER, 178).encode(m.HistoricalTicksLast(7, ticks=TICKS)).replace(b"11.25", b"11,25")
    with pytest.raises(DecodeError, match=r"ticks\[5\].price.*11,25"):
        Codec(Side.CLIENT, 178).decode(payload).ticks.columns()


@pytest.mark.parametrize(("count", "after"), [(0, 6), (1, 8), (2, 10)])
def test_rows_end_behind_their_last_field_also_where_the_message_is_cut(count, after):
    payload = b"\0".join((b"71", b"7", b"", b"a", b"b", b"cut"))
    assert Rows.take(payload, 6, count, 1, rows(178).spec)[1] == after


def test_no_rows_behind_a_number_of_rows_that_is_cut_are_not_before_it():
    assert Rows.take(b"71\x007\x000", 7, 0, 8, rows(178).spec)[1] == 7
