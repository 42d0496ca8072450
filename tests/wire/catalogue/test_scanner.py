"""The scanner: golden frames and round trips."""

from ibnb.contract import TagValue
from ibnb.objects import ScannerSubscription
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import scanner
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(scanner) > 300


SCAN = ScannerSubscription(instrument="STK", locationCode="STK.US", scanCode="TOP_PERC_GAIN", abovePrice=5.0)


def test_request():
    message = m.ReqScannerSubscription(5, SCAN, [TagValue("priceAbove", "5")], [])
    assert Codec(Side.CLIENT, 178).encode(message) == fields(
        22, 5, -1, "STK", "STK.US", "TOP_PERC_GAIN", 5.0, "", "", "", "", "", "", "", "", "", "", "", "", 0, "", "", "",
        "priceAbove=5;", "",
    )  # fmt: skip


def test_options_stand_within_the_subscription_in_protobuf():
    message = m.ReqScannerSubscription(5, SCAN, [TagValue("a", "1")], [TagValue("b", "2")])
    payload = Codec(Side.CLIENT, 225).encode(message)
    assert payload.endswith(b"\xb2\x01\x06\x0a\x01a\x12\x011" + b"\xba\x01\x06\x0a\x01b\x12\x012")
    assert Codec(Side.SERVER, 225).decode(payload) == message


def test_rows():
    row = (0, 265598, "AAPL", "STK", "", 0.0, "", "SMART", "USD", "AAPL", "NMS", "NMS", "d", "b", "p", "")
    got = Codec(Side.CLIENT, 178).decode(fields(20, 3, 5, 2, *row, *row))
    assert [e.rank for e in got.elements] == [0, 0]
    first = got.elements[0]
    assert (first.contractDetails.contract.conId, first.contractDetails.marketName) == (265598, "NMS")
    assert (first.distance, first.benchmark, first.projection) == ("d", "b", "p")
