"""Bars over the wire, in both encodings."""

import pytest

from ibnb.contract import Forex, Index, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import SUNDAY, Peer, error_of, one, only

TSLA, EURUSD = Stock("TSLA", "SMART", "USD"), Forex("EURUSD")


def request(contract=TSLA, end="", size="1 hour", duration="60 D", what="TRADES", rth=1, date=1, keep=False, req_id=3):
    return m.ReqHistoricalData(req_id, contract, end, size, duration, rth, what, date, keep)


def bars_of(messages):
    return one(messages, m.HistoricalData).bars


@pytest.mark.parametrize("version", [157, 173, 174, 178, 195, 196, 200, 208, 225])
def test_the_end_by_version_and_the_zone_since_174(version):
    heard = Peer(version=version).ask(request())
    data = one(heard, m.HistoricalData)
    assert len(data.bars) == 416
    zone = " US/Eastern" if version >= 174 else ""
    gap = " " if zone else "  "
    assert data.bars[0].date == f"20260828{gap}09:30:00{zone}"
    ends = only(heard, m.HistoricalDataEnd)
    assert len(ends) == (version >= 196)
    span = ends[0] if ends else data
    assert span.startDateStr == f"20260828{gap}09:30:00{zone}"
    assert span.endDateStr == f"20261120{gap}11:37:22{zone}"


def test_text_and_protobuf_agree():
    text, proto = (bars_of(Peer(version=v).ask(request())) for v in (178, 225))
    assert [str(b) for b in text] == [str(b) for b in proto]


def test_dates_as_seconds_and_days(peer):
    hours = bars_of(peer.ask(request(duration="1 D", date=2)))
    assert hours[0].date == "1795185000"
    days = bars_of(peer.ask(request(size="1 day", duration="5 D", date=2)))
    assert [b.date for b in days] == ["20261116", "20261117", "20261118", "20261119", "20261120"]


def test_an_earlier_end(peer):
    bars = bars_of(peer.ask(request(end="20260105 16:00:00 US/Eastern", duration="1 D")))
    assert bars[-1].date == "20260105 15:00:00 US/Eastern"
    assert bars_of(peer.ask(request(end="20260105-21:00:00", duration="1 D")))[-1].date == bars[-1].date
    heard = peer.ask(request(end="20260105 16:00:00", duration="1 D"))
    assert only(heard, m.Error)[0].errorCode == 2174
    assert bars_of(heard)[-1].date == bars[-1].date


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"size": "7 mins"}, 321), ({"duration": "x"}, 321), ({"what": "HUNCH"}, 321), ({"end": "someday"}, 10314),
        ({"contract": Stock("XXX", "SMART", "USD")}, 200), ({"contract": EURUSD}, 162),
        ({"contract": Index("SPX", "CBOE"), "what": "BID"}, 162), ({"keep": True, "end": "20260105-21:00:00"}, 321),
        ({"size": "1 secs", "duration": "9 Y"}, 162), ({"contract": Stock("AMD")}, 200),
    ],
)  # fmt: skip
def test_refusals(peer, options, code):
    assert error_of(peer.ask(request(**options))) == (3, code)


def test_volatility_series(peer):
    bars = bars_of(peer.ask(request(what="HISTORICAL_VOLATILITY", size="1 day", duration="20 D")))
    assert len(bars) == 20
    assert all(0.05 < b.close < 3 for b in bars)


def test_bars_kept_up_to_date(peer):
    first = bars_of(peer.ask(request(EURUSD, size="10 secs", duration="600 S", what="MIDPOINT", keep=True)))
    assert first[-1].date == "20261120 11:37:20 US/Eastern"
    updates = only(peer.step(0.5, 60), m.HistoricalDataUpdate)
    dates = [u.bar.date for u in updates]
    assert dates == sorted(dates)
    assert set(dates) == {f"20261120 11:37:{s} US/Eastern" for s in (20, 30, 40, 50)}
    assert len(updates) >= 6, "at least one each five seconds"
    assert error_of(peer.ask(request())) == (3, 322), "the id is in use"
    fresh = bars_of(peer.ask(request(EURUSD, size="10 secs", duration="600 S", what="MIDPOINT", req_id=4)))
    last = {u.bar.date: u.bar for u in updates}
    for bar in fresh[-4:-1]:
        assert str(last[bar.date]) == str(bar), "the last update of a bar is the bar of history"


def test_no_bar_is_skipped_when_time_runs_fast(peer):
    peer.ask(request(EURUSD, size="10 secs", duration="600 S", what="MIDPOINT", keep=True))
    updates = only(peer.step(65), m.HistoricalDataUpdate)
    assert len({u.bar.date for u in updates}) == 7


def test_cancelled_bars_stop(peer):
    peer.ask(request(EURUSD, size="10 secs", duration="600 S", what="MIDPOINT", keep=True))
    assert peer.ask(m.CancelHistoricalData(3)) == []
    assert peer.step(5, 4) == []
    assert error_of(peer.ask(m.CancelHistoricalData(3))) == (3, 366)


def test_closed_market_keeps_still():
    peer = Peer(start=SUNDAY)
    bars = bars_of(peer.ask(request(size="5 mins", duration="1 D", keep=True)))
    assert bars[-1].date == "20261120 15:55:00 US/Eastern"
    dates = {u.bar.date for u in only(peer.step(5, 4), m.HistoricalDataUpdate)}
    assert dates <= {bars[-1].date}


@pytest.mark.parametrize("version", [178, 225])
def test_head_timestamp(version):
    peer = Peer(version=version)
    ask = m.ReqHeadTimeStamp(4, TSLA, 1, "TRADES", 1)
    assert one(peer.ask(ask), m.HeadTimestamp).headTimestamp == "20100104-14:30:00"
    ask.formatDate = 2
    assert one(peer.ask(ask), m.HeadTimestamp).headTimestamp == "1262615400"
    assert error_of(peer.ask(m.ReqHeadTimeStamp(5, EURUSD, 1, "TRADES", 1))) == (5, 162)


def test_histogram(peer):
    items = one(peer.ask(m.ReqHistogramData(5, TSLA, True, "2 days")), m.HistogramData).items
    assert [i.price for i in items] == sorted({i.price for i in items})
    days = bars_of(peer.ask(request(size="1 day", duration="2 D")))
    assert sum(i.count for i in items) == sum(b.volume for b in days)
    assert error_of(peer.ask(m.ReqHistogramData(6, TSLA, True, "forever"))) == (6, 321)


@pytest.mark.parametrize("version", [178, 225])
def test_schedule(version):
    peer = Peer(version=version)
    schedule = one(peer.ask(request(what="SCHEDULE", size="1 day", duration="5 D")), m.HistoricalSchedule)
    assert schedule.timeZone == "US/Eastern"
    assert [s.refDate for s in schedule.sessions] == ["20261116", "20261117", "20261118", "20261119", "20261120"]
    assert (schedule.sessions[0].startDateTime, schedule.sessions[0].endDateTime) == (
        "20261116-09:30:00",
        "20261116-16:00:00",
    )
    assert error_of(peer.ask(request(what="SCHEDULE"))) == (3, 321)


def test_cancels_of_what_is_answered_at_once(peer):
    for message in (m.CancelHeadTimeStamp(1), m.CancelHistogramData(1), m.CancelHistoricalTicks(1)):
        assert peer.ask(message) == []
