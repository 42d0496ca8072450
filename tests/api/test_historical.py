"""Bars of history."""

import datetime as dt

import pytest
from reducing import AMD

from ibnb.contract import Forex
from ibnb.errors import PacingViolation, RequestTimeout
from ibnb.objects import BarData
from ibnb.wire import catalogue as m


def bar(date, close=1.0):
    return BarData(date, close, close, close, close, 100.0, close, 3)


def history(*bars):
    return [m.HistoricalData(reqId=0, bars=list(bars)), m.HistoricalDataEnd(0)]


def ask(ib, **options):
    return ib.reqHistoricalData(AMD, "", "2 D", "1 day", "TRADES", True, **options)


def test_bars_carry_the_parameters_of_their_request(wire):
    wire.answer(m.ReqHistoricalData, *history(bar("20240104"), bar("20240105", 2.0)))
    bars = ask(wire.ib, formatDate=2)
    assert [(one.date, one.close) for one in bars] == [(dt.date(2024, 1, 4), 1.0), (dt.date(2024, 1, 5), 2.0)]
    (asked,) = wire.sent
    assert (bars.reqId, bars.contract, bars.durationStr, bars.barSizeSetting) == (asked.reqId, AMD, "2 D", "1 day")
    assert (bars.whatToShow, bars.useRTH, bars.formatDate, bars.keepUpToDate) == ("TRADES", True, 2, False)
    assert (asked.durationStr, asked.barSizeSetting, asked.whatToShow, asked.formatDate) == (
        "2 D",
        "1 day",
        "TRADES",
        2,
    )


@pytest.mark.parametrize(
    ("end", "text"),
    [
        ("", ""),
        (None, ""),
        ("20240105 10:00:00 UTC", "20240105 10:00:00 UTC"),
        (dt.datetime(2024, 1, 5, tzinfo=dt.UTC), "20240105 00:00:00 UTC"),
    ],
)
def test_the_end_may_be_a_time_or_text(wire, end, text):
    wire.answer(m.ReqHistoricalData, *history())
    wire.ib.reqHistoricalData(AMD, end, "2 D", "1 day", "TRADES", True)
    assert wire.sent[0].endDateTime == text


def test_bars_can_be_awaited(wire, awaited):
    wire.answer(m.ReqHistoricalData, *history(bar("20240104")))
    bars = awaited(lambda: wire.ib.reqHistoricalDataAsync(AMD, "", "2 D", "1 day", "TRADES", True))
    assert len(bars) == 1


def test_live_bars_go_on_until_they_are_cancelled(wire):
    wire.answer(m.ReqHistoricalData, *history(bar("20240104")))
    bars, seen = ask(wire.ib, keepUpToDate=True), []
    bars.updateEvent += lambda bars, new: seen.append((len(bars), new))
    wire.tell(m.HistoricalDataUpdate(bars.reqId, bar("20240104", 2.0)))
    wire.tell(m.HistoricalDataUpdate(bars.reqId, bar("20240105", 3.0)))
    wire.fire()
    assert (seen, wire.ib.realtimeBars()) == ([(2, False), (2, True)], [bars])
    wire.ib.cancelHistoricalData(bars)
    wire.tell(m.HistoricalDataUpdate(bars.reqId, bar("20240108", 9.0)))
    assert ([one.close for one in bars], wire.ib.realtimeBars()) == ([2.0, 3.0], [])
    assert wire.sent[-1] == m.CancelHistoricalData(bars.reqId)


def test_bars_that_are_not_kept_up_to_date_are_no_live_list(wire):
    wire.answer(m.ReqHistoricalData, *history(bar("20240104")))
    ask(wire.ib)
    assert wire.ib.realtimeBars() == []


def test_an_error_gives_an_empty_list_that_knows_why_or_is_raised(wire):
    text = "Historical Market Data Service error message:pacing violation"
    wire.answer(m.ReqHistoricalData, m.Error(0, 162, text))
    bars = ask(wire.ib)
    assert (list(bars), bars.reason) == ([], f"162: {text}")
    wire.ib.RaiseRequestErrors = True
    with pytest.raises(PacingViolation):
        ask(wire.ib)


def test_bars_out_of_time_are_cancelled_and_empty(wire, caplog):
    bars = ask(wire.ib, timeout=0.01)
    assert (list(bars), bars.reason) == ([], "no answer within 0.01 s")
    assert wire.sent[-1] == m.CancelHistoricalData(bars.reqId)
    assert "Timeout" in caplog.text


def test_bars_out_of_time_are_an_error_on_demand(wire):
    wire.ib.RaiseRequestErrors = True
    with pytest.raises(RequestTimeout):
        ask(wire.ib, timeout=0.01)


def test_a_bust_event_asks_for_the_bars_again_and_replaces_them(wire):
    wire.answer(m.ReqHistoricalData, *history(bar("20240104"), bar("20240105")))
    bars = ask(wire.ib, keepUpToDate=True)
    wire.answer(m.ReqHistoricalData, *history(bar("20240104", 7.0)))
    wire.tell(m.Error(bars.reqId, 10225, "bust event"))
    assert [type(request) for request in wire.sent] == [
        m.ReqHistoricalData,
        m.CancelHistoricalData,
        m.ReqHistoricalData,
    ]
    assert wire.sent[2] == wire.sent[0]
    assert [one.close for one in bars] == [7.0]


def test_the_first_moment(wire, awaited):
    wire.answer(m.ReqHeadTimeStamp, m.HeadTimestamp(0, "345479400"))
    expected = dt.datetime(1980, 12, 12, 14, 30, tzinfo=dt.UTC)
    assert wire.ib.reqHeadTimeStamp(AMD, "TRADES", True, 2) == expected
    assert awaited(lambda: wire.ib.reqHeadTimeStampAsync(AMD, "TRADES", True, 2)) == expected
    assert (wire.sent[0].whatToShow, wire.sent[0].useRTH, wire.sent[0].formatDate) == ("TRADES", True, 2)


def test_the_gateway_keeps_bars_up_to_date(ib):
    (contract,) = ib.qualifyContracts(Forex("EURUSD"))
    bars = ib.reqHistoricalData(contract, "", "3600 S", "10 secs", "MIDPOINT", False, keepUpToDate=True)
    count = len(bars)
    assert count > 300
    assert list(ib.loopUntil(lambda: len(bars) > count, 5))[-1]
    assert bars[-1].date > bars[-2].date
    ib.cancelHistoricalData(bars)
    assert ib.reqHeadTimeStamp(contract, "MIDPOINT", False) < dt.datetime.now()
