"""Five-second bars."""

from reducing import AMD

from ibnb.contract import TagValue
from ibnb.wire import catalogue as m


def told_bar(reqId, close=1.5):
    return m.RealtimeBar(reqId, 1577836800, 1.0, 2.0, 0.5, close, 10.0, 1.2, 4)


def test_bars_are_asked_for_and_grow(wire):
    bars = wire.ib.reqRealTimeBars(AMD, 5, "TRADES", True, [TagValue("a", "b")])
    (asked,) = wire.sent
    assert (asked.contract.conId, asked.barSize, asked.whatToShow, asked.useRTH) == (4391, 5, "TRADES", True)
    assert wire.ib.realtimeBars() == [bars]
    wire.tell(told_bar(asked.reqId))
    assert [bar.close for bar in bars] == [1.5]
    assert (bars.reqId, bars.contract, bars.barSize, bars.whatToShow, bars.useRTH) == (
        asked.reqId,
        AMD,
        5,
        "TRADES",
        True,
    )


def test_a_bar_is_told_by_both_events(wire):
    bars, seen = wire.ib.reqRealTimeBars(AMD, 5, "TRADES", True), []
    bars.updateEvent += lambda bars, new: seen.append((len(bars), new))
    wire.ib.barUpdateEvent += lambda bars, new: seen.append("ib")
    wire.tell(told_bar(bars.reqId))
    wire.fire()
    assert seen == ["ib", (1, True)]


def test_cancelled_bars_grow_no_more(wire):
    bars = wire.ib.reqRealTimeBars(AMD, 5, "TRADES", True)
    wire.ib.cancelRealTimeBars(bars)
    wire.tell(told_bar(bars.reqId))
    assert (list(bars), wire.ib.realtimeBars()) == ([], [])
    assert wire.sent[-1] == m.CancelRealTimeBars(bars.reqId)


def test_an_error_is_told_with_the_contract(wire):
    seen = []
    wire.ib.errorEvent += lambda *args: seen.append(args)
    bars = wire.ib.reqRealTimeBars(AMD, 5, "TRADES", True)
    wire.tell(m.Error(bars.reqId, 420, "no permission"))
    wire.fire()
    assert seen == [(bars.reqId, 420, "no permission", AMD)]


def test_a_bust_event_asks_for_the_bars_again(wire):
    bars = wire.ib.reqRealTimeBars(AMD, 5, "TRADES", True)
    wire.tell(m.Error(bars.reqId, 10225, "bust event"))
    assert [type(request) for request in wire.sent] == [m.ReqRealTimeBars, m.CancelRealTimeBars, m.ReqRealTimeBars]
    assert wire.sent[2] == wire.sent[0]
    wire.tell(told_bar(bars.reqId))
    assert len(bars) == 1


def test_the_gateway_gives_a_bar_each_five_seconds(ib):
    (contract,) = ib.qualifyContracts(AMD)
    bars = ib.reqRealTimeBars(contract, 5, "MIDPOINT", False)
    assert list(ib.loopUntil(lambda: len(bars) > 1, 5))[-1]
    assert (bars[1].time - bars[0].time).total_seconds() == 5
    ib.cancelRealTimeBars(bars)
