"""History: golden frames and round trips."""

import pytest

from ibnb.contract import ComboLeg, Contract, TagValue
from ibnb.objects import BarData, HistogramData, HistoricalSession, HistoricalTickBidAsk, TickAttribBidAsk
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import historical
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(historical) > 1500


def test_request_of_a_combination():
    legs = [ComboLeg(1, 1, "BUY", "SMART"), ComboLeg(2, 1, "SELL", "SMART")]
    contract = Contract(secType="BAG", symbol="SPY", exchange="SMART", currency="USD", comboLegs=legs)
    message = m.ReqHistoricalData(5, contract, "", "1 min", "1 D", 1, "TRADES", 1, True, [TagValue("a", "1")])
    assert Codec(Side.CLIENT, 178).encode(message) == fields(
        20, 5, 0, "SPY", "BAG", "", "", "", "", "SMART", "", "USD", "", "", 0, "", "1 min", "1 D", 1, "TRADES", 1,
        2, 1, 1, "BUY", "SMART", 2, 1, "SELL", "SMART", 1, "a=1;",
    )  # fmt: skip


BAR = ("20240119", 1.5, 2.0, 1.0, 1.75, "100", "1.6", 7)


@pytest.mark.parametrize(("version", "head"), [(195, (17, 5, "from", "to", 1)), (196, (17, 5, 1))])
def test_bars(version, head):
    got = Codec(Side.CLIENT, version).decode(fields(*head, *BAR))
    assert (got.startDateStr, got.endDateStr) == (("from", "to") if version < 196 else ("", ""))
    assert list(got.bars) == [BarData("20240119", 1.5, 2.0, 1.0, 1.75, 100.0, 1.6, 7)]


def test_updates_have_another_order_in_text():
    got = Codec(Side.CLIENT, 178).decode(fields(90, 5, 7, "20240119", 1.5, 1.75, 2.0, 1.0, "1.6", "100"))
    assert got.bar == BarData("20240119", 1.5, 2.0, 1.0, 1.75, 100.0, 1.6, 7)


@pytest.mark.parametrize("version", [178, 225])
def test_quote_ticks_have_their_flags_the_other_way_round(version):
    tick = HistoricalTickBidAsk(1705658400, TickAttribBidAsk(bidPastLow=True), 1.0, 1.5, 2.0, 3.0)
    payload = Codec(Side.SERVER, version).encode(m.HistoricalTicksBidAsk(5, [tick], True))
    if version == 178:
        assert payload == fields(97, 5, 1, 1705658400, 2, 1.0, 1.5, 2, 3, 1)
    got = Codec(Side.CLIENT, version).decode(payload)
    assert (list(got.ticks), got.done) == ([tick], True)


def test_midpoint_ticks_hold_a_field_without_meaning():
    got = Codec(Side.CLIENT, 178).decode(fields(96, 5, 2, 1, "?", 1.5, 0, 2, "", 1.6, 0, 0))
    assert [(t.time, t.price) for t in got.ticks] == [(1, 1.5), (2, 1.6)]
    assert got.done is False


def test_schedule_and_histogram():
    codec = Codec(Side.CLIENT, 178)
    got = codec.decode(fields(106, 5, "a", "b", "US/Eastern", 1, "c", "d", "20240119"))
    assert got == m.HistoricalSchedule(5, "a", "b", "US/Eastern", [HistoricalSession("c", "d", "20240119")])
    assert codec.decode(fields(89, 5, 1, 1.5, "0.5")) == m.HistogramData(5, [HistogramData(1.5, 0.5)])
