"""Recordings in words: every frame is a line, whatever it holds."""

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.contract import Stock
from ibnb.objects import BarData
from ibnb.order import LimitOrder
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.explain import lines
from ibnb.wire.recording import Frame, Header, Kind, Recording, Writer, read

HEADER = Header("0.1.0", 0, "2026-11-20T16:00:00+00:00", masked=False)


def explained(version, *frames, **options):
    """The lines of some frames behind a handshake; payloads stand for frames of the server."""
    shown = [Frame(Kind.HELLO, 0, b"v157..225"), Frame(Kind.WELCOME, 1500, b"%d\0now\0" % version)]
    for payload in frames:
        shown.append(payload if isinstance(payload, Frame) else Frame(Kind.SERVER, 2_500_000_000, payload))
    head, _, _, *rest = lines(Recording(HEADER, shown), **options)
    assert f"server version {version}" in head
    return rest


def test_the_beginning():
    head, hello, welcome = lines(
        Recording(HEADER, [Frame(Kind.HELLO, 0, b"v157..225"), Frame(Kind.WELCOME, 1500, b"178\0now\0")])
    )
    assert head == "# ibnb 0.1.0, server version 178, 2026-11-20T16:00:00+00:00, account numbers as they are"
    assert hello == "    0.000000 -> hello 'v157..225'"
    assert welcome == r"    0.000002 <- welcome '178\x00now\x00'"


def test_messages_of_both_directions():
    order = m.PlaceOrder(7, Stock("AAPL", "SMART", "USD"), LimitOrder("BUY", 10, 187.5))
    request = Frame(Kind.CLIENT, 10**9, Codec(Side.CLIENT, 225).encode(order))
    asked, price = explained(225, request, Codec(Side.SERVER, 225).encode(m.TickPrice(7, 1, 187.25, 300.0, 1)))
    assert price == "    2.500000 <- TickPrice reqId=7 tickType=1 price=187.25 size=300.0 attrMask=1"
    assert asked.startswith("    1.000000 -> PlaceOrder orderId=7 contract=Contract(")
    assert "symbol='AAPL'" in asked and "lmtPrice=187.5" in asked
    assert "hidden" not in asked, "what is default is left out"


def test_everything_on_demand():
    bars = [BarData(date=f"2026112{n}", open=1.0 + n) for n in range(3)]
    payload = Codec(Side.SERVER, 225).encode(m.HistoricalData(5, "", "", bars))
    (short,) = explained(225, payload)
    (long,) = explained(225, payload, full=True)
    assert "bars=<3 rows of BarData as proto" in short
    assert long.count("BarData(date='2026112") == 3


def test_unknown_messages_and_fields():
    classic = explained(178, b"999\0one\0", b"9\x001\x007\0more\0", b"")
    assert classic[0].endswith(r"unknown message 999: '999\x00one\x00'")
    assert classic[1].endswith(r"NextValidId orderId=7  (+1 unknown field: '9\x001\x007\x00more\x00')")
    assert "unknown message" in classic[2]
    (binary,) = explained(225, (900).to_bytes(4, "big") + b"\x08\x01")
    assert "unknown message 900: " in binary


def test_bad_fields_are_named():
    (text,) = explained(178, b"1\x006\0abc\x001\x002\x003\x004\0")
    assert "<- ! TickPrice" in text and "reqId" in text and "'abc'" in text
    (cut,) = explained(225, (201).to_bytes(4, "big") + b"\x19\0")
    assert "<- ! TickPrice" in cut


def test_bad_bars_are_named_when_they_are_shown():
    payload = Codec(Side.SERVER, 225).encode(m.HistoricalData(5, "", "", [BarData(date="20261120")]))
    bad = payload.replace(b"20261120", b"2026112\xff")
    (short,) = explained(225, bad)
    (long,) = explained(225, bad, full=True)
    assert "<1 rows of BarData" in short
    assert "<- ! HistoricalData" in long and "bars[0]" in long


def test_notes_and_what_is_cut_off():
    notes = [Frame(Kind.NOTE, 3, json.dumps({"ended": "limit", "n": 3}).encode()), Frame(Kind.NOTE, 4, b"[1]\xff")]
    assert [line[13:] for line in explained(178, *notes)] == ["-- note: ended: limit, n: 3", r"-- note '[1]\xff'"]
    file = io.BytesIO()
    Writer(file, HEADER).write(Kind.SERVER, 1, b"no greeting came")
    *_, frame, end = lines(read(file.getvalue() + b"\x02half"))
    assert frame.endswith("<- server 'no greeting came'")
    assert end == "# the file ends within a frame: 5 bytes left out"


def test_long_payloads_are_shortened():
    (line,) = explained(178, b"999\0" + b"x" * 5000)
    assert line.endswith("... (5004 bytes)") and len(line) < 300


def test_a_second_connection_has_its_own_version():
    first = [Frame(Kind.HELLO, 0, b"v157..225"), Frame(Kind.WELCOME, 0, b"178\0now\0")]
    second = [Frame(Kind.HELLO, 0, b"v157..225"), Frame(Kind.WELCOME, 0, b"225\0now\0")]
    told = [Frame(Kind.SERVER, 0, Codec(Side.SERVER, v).encode(m.CurrentTime(v))) for v in (178, 225)]
    frames = [*first, told[0], *second, told[1]]
    text = "\n".join(lines(Recording(Header("0", 178), frames)))
    assert "CurrentTime time=178" in text and "CurrentTime time=225" in text


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=60)), max_size=8), st.sampled_from([157, 200, 225]))
def test_nothing_is_raised(frames, version):
    head = [Frame(Kind.HELLO, 0, b"v157..225"), Frame(Kind.WELCOME, 0, b"%d\0now\0" % version)]
    numbered = [Frame(kind, 0, (b"%d\0" % (i % 100) if version < 201 else b"\0\0\0") + payload)
                for i, (kind, payload) in enumerate(frames)]  # fmt: skip
    assert len(list(lines(Recording(HEADER, head + numbered), full=True))) == 3 + len(frames)
