"""Quotes: golden frames and round trips."""

import pytest

from ibnb.contract import Contract, DeltaNeutralContract, TagValue
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import marketdata
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(marketdata) > 2500


def test_request():
    contract = Contract(conId=265598, symbol="AAPL", secType="STK", exchange="SMART", currency="USD")
    message = m.ReqMktData(5, contract, "233", mktDataOptions=[TagValue("a", "1")])
    head = (1, 11, 5, 265598, "AAPL", "STK", "", "", "", "", "SMART", "", "USD", "", "")
    assert Codec(Side.CLIENT, 178).encode(message) == fields(*head, 0, "233", 0, 0, "a=1;")
    contract.deltaNeutralContract = DeltaNeutralContract(1, 0.5, 2.0)
    assert Codec(Side.CLIENT, 178).encode(message) == fields(*head, 1, 1, 0.5, 2.0, "233", 0, 0, "a=1;")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((1, 6, 5, 1, 187.25, "100", 1), m.TickPrice(5, 1, 187.25, 100.0, 1)),
        ((1, 6, 5, 1, -1, "", 0), m.TickPrice(5, 1, -1.0, UNSET_DOUBLE, 0)),
        ((1, 6, 5, 1, "", "0", ""), m.TickPrice(5, 1, 0.0, 0.0, 0)),
        ((2, 6, 5, 8, "3000000000"), m.TickSize(5, 8, 3e9)),
        ((2, 6, 5, 8, "9223372036854775807"), m.TickSize(5, 8, UNSET_DOUBLE)),
        ((45, 6, 5, 49, "0.0"), m.TickGeneric(5, 49, 0.0)),
        ((46, 6, 5, 45, "1705658400"), m.TickString(5, 45, "1705658400")),
        ((57, 1, 5), m.TickSnapshotEnd(5)),
        ((58, 1, 5, 3), m.MarketDataType(5, 3)),
        ((81, 5, 0.01, "9c0001", 3), m.TickReqParams(5, 0.01, "9c0001", 3)),
        ((12, 1, 5, 0, 1, 0, 187.25, "300"), m.UpdateMktDepth(5, 0, 1, 0, 187.25, 300.0)),
        ((13, 1, 5, 0, "ISLAND", 0, 1, 187.2, "1", 1), m.UpdateMktDepthL2(5, 0, "ISLAND", 0, 1, 187.2, 1.0, True)),
        ((50, 3, 5, 1705658400, 1, 2, 0.5, 1.5, "10", "1.2", 3),
         m.RealtimeBar(5, 1705658400, 1, 2, 0.5, 1.5, 10, 1.2, 3)),
        ((99, 5, 1, 9, 1.5, "2", 3, "NYSE", "T"), m.TickByTick(5, 1, 9, 1.5, 2.0, 3, "NYSE", "T")),
        ((99, 5, 3, 9, 1.5, 1.6, "2", "3", 1),
         m.TickByTick(5, 3, 9, bidPrice=1.5, askPrice=1.6, bidSize=2.0, askSize=3.0, mask=1)),
        ((99, 5, 4, 9, 1.5), m.TickByTick(5, 4, 9, midPoint=1.5)),
    ],
)  # fmt: skip
def test_replies_in_text(values, message):
    codec = Codec(Side.CLIENT, 178)
    assert codec.decode(fields(*values)) == message
    assert codec.surplus_fields == 0
    binary = Codec(Side.CLIENT, 225)
    assert binary.decode(values[0].to_bytes(4, "big") + fields(*values[1:])) == message


def test_option_values_that_were_not_computed_have_marks():
    got = Codec(Side.CLIENT, 178).decode(fields(21, 5, 13, 1, 0.25, 0.5, 1.5, 0, 0.01, 0.2, -0.1, 187.25))
    assert (got.impliedVol, got.theta, got.undPrice) == (0.25, -0.1, 187.25)
    absent = Codec(Side.CLIENT, 225).decode(b"\x00\x00\x00\xdd\x08\x05")
    assert (absent.impliedVol, absent.delta, absent.optPrice, absent.vega) == (-1.0, -2.0, -1.0, -2.0)


def test_live_quote_flags_in_protobuf():
    sent = m.TickByTick(5, 3, 9, bidPrice=1.5, askPrice=1.6, bidSize=2.0, askSize=3.0, mask=2)
    payload = Codec(Side.SERVER, 225).encode(sent)
    assert b"\x12\x02\x10\x01" in payload  # ask past high
    assert Codec(Side.CLIENT, 225).decode(payload) == sent


def test_efp_stays_text():
    sent = m.TickEFP(5, 38, 1.5, "1.5%", 0.5, 30, "20240315", 0.1, 0.2)
    payload = Codec(Side.SERVER, 225).encode(sent)
    assert payload == b"\0\0\0\x2f" + fields(6, 5, 38, 1.5, "1.5%", 0.5, 30, "20240315", 0.1, 0.2)


def test_precisions_come_in_protobuf_only():
    sent = m.TickReqParams(5, 0.01, "x", 3, 0.01, 1.0)
    assert Codec(Side.CLIENT, 225).decode(Codec(Side.SERVER, 225).encode(sent)) == sent
    assert Codec(Side.CLIENT, 178).decode(Codec(Side.SERVER, 178).encode(sent)).lastPricePrecision == UNSET_DOUBLE
