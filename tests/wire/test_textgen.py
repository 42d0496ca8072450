"""Text codecs: the generated source itself, and the shapes that layouts can take."""

import os
from pathlib import Path

import pytest

from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.codec import decoder_code, encoder_code
from tests.wire.support import fields

GOLDEN = Path(__file__).parent / "golden"
SNAPSHOTS = [
    (m.TickPrice, "decode", False, 178),
    (m.TickPrice, "decode", True, 225),
    (m.Position, "decode", False, 178),
    (m.HistoricalData, "decode", False, 178),
    (m.HistoricalData, "decode", False, 200),
    (m.HistoricalData, "decode", True, 225),
    (m.TickByTick, "decode", True, 225),
    (m.OpenOrder, "decode", False, 176),
    (m.PlaceOrder, "encode", False, 178),
    (m.PlaceOrder, "encode", True, 225),
    (m.Error, "encode", False, 194),
]


@pytest.mark.parametrize(("cls", "what", "proto", "version"), SNAPSHOTS)
def test_generated_source_is_as_reviewed(cls, what, proto, version):
    """Run with IBNB_GOLDEN=write to accept a change, and review the difference."""
    code = (decoder_code if what == "decode" else encoder_code)(cls, proto, version)
    path = GOLDEN / f"{cls.__name__}_{what}_{'proto' if proto else 'text'}_{version}.py"
    if os.environ.get("IBNB_GOLDEN") == "write":
        path.write_text(code.source)
    assert code.source == path.read_text()


def decode(version, *values):
    """Return what a client reads in a text payload."""
    codec = Codec(Side.CLIENT, version)
    head = b"" if version < 201 else int(values[0]).to_bytes(4, "big")
    return codec.decode(head + fields(*values[version >= 201 :])), codec


def test_version_decides_which_fields_there_are():
    assert decode(193, 4, 2, -1, 2104, "farm ok", "")[0] == m.Error(-1, 2104, "farm ok")
    assert decode(194, 4, -1, 2104, "farm ok", "", 5)[0] == m.Error(-1, 2104, "farm ok", errorTime=5)
    assert decode(201, 4, -1, 2104, "farm ok", "", 5)[0] == m.Error(-1, 2104, "farm ok", errorTime=5)
    assert decode(165, 4, 2, 9, 200, "no")[0] == m.Error(9, 200, "no")


def test_lists_within_lists():
    got, codec = decode(178, 79, 5, 2, 1, "AAPL", "STK", "NASDAQ", "USD", 2, "OPT", "CFD", "d1", "i1",
                        2, "BARC", "STK", "LSE", "GBP", 0, "d2", "i2")  # fmt: skip
    assert [d.derivativeSecTypes for d in got.contractDescriptions] == [["OPT", "CFD"], []]
    assert [d.contract.issuerId for d in got.contractDescriptions] == ["i1", "i2"]
    assert codec.surplus_fields == 0


def test_long_messages_are_split_to_the_end():
    strikes = [float(k) for k in range(200)]
    got, codec = decode(178, 75, 5, "SMART", 1, "AAPL", "100", 1, "20240119", len(strikes), *strikes)
    assert got.strikes == strikes
    assert codec.surplus_fields == 0


def test_surplus_fields_are_counted_missing_ones_are_not_forgiven():
    from ibnb.errors import DecodeError

    got, codec = decode(178, 9, 1, 42, "more", "and more")
    assert (got, codec.surplus_fields) == (m.NextValidId(42), 2)
    with pytest.raises(DecodeError) as caught:
        decode(178, 1, 6, 1001, 1, 187.25, 100)
    assert (caught.value.message, caught.value.reqId) == ("TickPrice", 1001)
    assert "ends before it" in str(caught.value)


def test_layouts_are_checked_when_they_are_compiled():
    from dataclasses import replace

    from ibnb.wire.layout import Word, repeat
    from ibnb.wire.textgen import text_decoder, text_encoder

    spec = m.spec(m.FamilyCodes)
    for make in (text_decoder, text_encoder):
        with pytest.raises(TypeError, match="no word of a text layout"):
            make(replace(spec, text=(Word(),)), 178)
    with pytest.raises(TypeError, match="need words"):
        text_encoder(replace(spec, text=(repeat("familyCodes"),)), 178)
    with pytest.raises(TypeError, match="has no fields"):
        text_decoder(replace(m.spec(m.TickSize), text=("size.value",)), 178)
