"""Playing a recorded connection, with time passed in: when frames come, to whom, and under which ids."""

import math

import pytest

from ibnb.contract import Forex, Stock
from ibnb.objects import CommissionReport, Execution, ExecutionFilter
from ibnb.order import LimitOrder, Order, OrderState
from ibnb.sim.playback import Playback
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from tests.sim.scripts import script_of

AMD, EUR = Stock("AMD", "SMART", "USD"), Forex("EURUSD")
BARS = m.ReqHistoricalData(8, EUR, "20261120 10:00:00 UTC")
VERSIONS = [178, 225]


class Client:
    """A client of a playback, which begins at 100 s of its own time unless told."""

    def __init__(self, *lines, version=225, client_id=1, start=100.0, **options):
        self.playback = Playback(script_of(*lines, version=version), **options)
        self.codec = Codec(Side.CLIENT, version)
        self.now = start
        self.playback.start(client_id, start)
        self.hello = self.come()

    def come(self):
        """What is due now."""
        return [self.codec.decode(payload) for payload in self.playback.due(self.now)]

    def at(self, now):
        """What has come until a moment, stepping from timer to timer."""
        heard = []
        while (wait := self.playback.next_in(self.now)) is not None and self.now + wait <= now:
            self.now += wait
            heard += self.come()
        self.now = now
        return heard + self.come()

    def ask(self, message, now=None):
        """Ask something; what comes at once."""
        self.now = self.now if now is None else now
        self.playback.take(message, self.now)
        return self.come()


def bid(price, req_id=5):
    return m.TickPrice(req_id, 1, price, 1.0)


# ---- time


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_frames_come_at_their_times(speed):
    client = Client((2.0, m.CurrentTime(1)), (6.0, m.CurrentTime(2)), speed=speed)
    assert client.hello == [m.ManagedAccounts("DU1"), m.NextValidId(1)]
    assert client.playback.next_in(100.0) == 2.0 / speed
    assert client.at(100 + 1.99 / speed) == []
    assert client.at(100 + 2.0 / speed) == [m.CurrentTime(1)]
    assert client.playback.position(client.now) == pytest.approx(2.0)
    assert client.at(100 + 6.0 / speed) == [m.CurrentTime(2)]
    assert client.playback.is_finished
    assert client.playback.next_in(client.now) is None
    assert client.playback.end == 6.0


def test_a_late_timer_loses_nothing():
    client = Client((2.0, m.CurrentTime(1)), (6.0, m.CurrentTime(2)))
    client.now = 150.0
    assert client.come() == [m.CurrentTime(1), m.CurrentTime(2)]


def test_as_fast_as_it_goes():
    client = Client((2.0, m.CurrentTime(1)), (3.0, m.ReqMktData(5, AMD)), (99.0, bid(1.0)), speed=math.inf)
    assert client.hello[2:] == [m.CurrentTime(1)]
    assert client.playback.is_held
    assert client.ask(m.ReqMktData(5, AMD)) == [bid(1.0)]


def test_nothing_comes_before_the_client_has_started():
    playback = Playback(script_of((1.0, m.CurrentTime(1))))
    assert (playback.due(50.0), playback.next_in(50.0), playback.position(50.0)) == ([], None, 0.0)
    playback.start(1, 50.0)
    playback.start(1, 60.0)
    assert len(playback.due(51.0)) == 3


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan])
def test_bad_speeds(speed):
    with pytest.raises(ValueError, match="above 0"):
        Playback(script_of(), speed)


def test_much_at_once_comes_in_portions():
    news = m.ScannerParameters("x" * 200_000)
    client = Client(*((1.0, news) for _ in range(5)), speed=math.inf)
    counts = [len(client.hello) - 2]
    while not client.playback.is_finished:
        assert client.playback.next_in(client.now) == 0.0
        counts.append(len(client.come()))
    assert counts == [2, 2, 1]


# ---- waiting for requests


QUOTES = ((1.0, m.ReqMktData(5, AMD)), (2.0, bid(1.0)), (2.5, m.CurrentTime(7)), (3.0, bid(2.0)))


def test_the_clock_stands_until_the_request_is_made():
    client = Client(*QUOTES, patience_s=None)
    assert client.at(500.0) == []
    assert client.playback.is_held
    assert (client.playback.position(500.0), client.playback.next_in(500.0)) == (1.0, None)
    assert client.ask(m.ReqMktData(5, AMD), 500.0) == []
    assert client.at(501.4) == [bid(1.0)]
    assert client.at(502.0) == [m.CurrentTime(7), bid(2.0)]


def test_an_early_request_is_answered_at_the_recorded_time():
    client = Client(*QUOTES)
    assert client.ask(m.ReqMktData(5, AMD), 100.1) == []
    assert client.at(101.9) == []
    assert client.at(102.1) == [bid(1.0)]


def test_patience_ends_and_late_requests_get_what_they_missed():
    client = Client(*QUOTES, patience_s=5.0)
    assert client.at(105.9) == []
    assert client.at(107.6) == [m.CurrentTime(7)], "the clock went on at 106"
    assert client.playback.skipped == 1
    assert client.ask(m.ReqMktData(5, AMD)) == [bid(1.0)]
    assert client.at(108.1) == [bid(2.0)]


def test_patience_is_for_each_request_of_the_client():
    lines = [line for n in range(5) for line in ((float(n), m.ReqMktData(5 + n, AMD)), (n + 0.5, bid(n, 5 + n)))]
    client = Client(*lines, (9.0, m.ReqPositions()), (9.5, m.PositionEnd()), (9.8, m.CurrentTime(1)), patience_s=5.0)
    assert client.at(104.9) == []
    assert client.playback.is_held
    assert client.at(114.9) == [m.CurrentTime(1)], "it waits once, and not for each of six"


def test_a_request_renews_the_patience():
    client = Client((0.0, m.ReqMktData(5, AMD)), (0.5, bid(1.0)), (1.0, m.CurrentTime(1)), patience_s=5.0)
    assert client.ask(m.ReqPositions(), 104.0) == [m.PositionEnd()]
    assert client.at(108.9) == []
    assert client.at(110.1) == [m.CurrentTime(1)]


def test_a_later_request_tells_that_earlier_ones_are_left_out():
    client = Client(
        (1.0, m.ReqPositions()), (1.1, m.PositionEnd()), (1.2, m.ReqMktData(5, AMD)), (2.0, bid(1.0)), patience_s=None
    )
    assert client.at(150.0) == []
    assert client.ask(m.ReqMktData(5, AMD), 150.0) == []
    assert client.at(151.0) == [bid(1.0)]
    assert client.ask(m.ReqPositions()) == [m.PositionEnd()]


def test_requests_without_an_answer_are_not_waited_for():
    client = Client((1.0, m.ReqIds(1)), (1.0, m.CancelMktData(9)), (2.0, m.CurrentTime(1)), patience_s=None)
    assert client.at(102.0) == [m.CurrentTime(1)]


def test_who_waits_for_an_answer_before_going_on_gets_it():
    lines = (
        (1.0, m.ReqPositions()), (1.0, BARS), (1.0, m.ReqMktData(5, AMD)), (3.0, m.PositionEnd()), (3.0, bid(1.0)),
        (3.1, m.HistoricalData(8, "", "", [])), (3.1, m.HistoricalDataEnd(8, "", "")), (9.0, bid(2.0)),
    )  # fmt: skip
    client = Client(*lines, grace_s=0.2, patience_s=None)
    assert client.ask(m.ReqPositions(), 101.0) == []
    assert client.playback.next_in(101.0) == pytest.approx(0.2)
    assert client.at(101.1) == []
    assert client.at(101.3) == [m.PositionEnd()]
    client.ask(BARS, 102.0)
    assert [type(x) for x in client.at(102.3)] == [m.HistoricalData, m.HistoricalDataEnd]
    client.ask(m.ReqMktData(5, AMD), 103.0)
    assert client.at(111.0) == [bid(1.0), bid(2.0)], "and nothing twice"


# ---- whose request it is


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_requests_are_those_of_the_client(version):
    client = Client(
        (1.0, m.ReqMktData(5, AMD)), (1.0, m.ReqMktData(6, EUR)), (2.0, bid(1.0, 5)), (2.0, bid(2.0, 6)),
        (2.5, m.Error(6, 354, "no")), version=version,
    )  # fmt: skip
    client.ask(m.ReqMktData(1005, EUR), 100.5)
    client.ask(m.ReqMktData(1006, AMD), 100.5)
    assert client.at(103.0) == [bid(1.0, 1006), bid(2.0, 1005), m.Error(1005, 354, "no")]


def test_equal_requests_are_taken_in_order_and_may_be_repeated():
    client = Client(
        (1.0, m.ReqMarketRule(26)), (1.0, m.ReqMktData(5, AMD)), (1.1, bid(1.0, 5)), (2.0, m.ReqMktData(6, AMD)),
        (2.1, bid(2.0, 6)), (3.0, bid(3.0, 6)),
    )  # fmt: skip
    client.ask(m.ReqMktData(71, AMD), 100.5)
    client.ask(m.ReqMktData(72, AMD), 100.5)
    assert client.at(102.5) == [bid(1.0, 71), bid(2.0, 72)]
    assert client.ask(m.ReqMktData(73, AMD)) == [bid(2.0, 73)], "the last one once more"
    assert client.at(103.0) == [bid(3.0, 72), bid(3.0, 73)]


def test_the_moments_that_a_request_names_may_differ():
    client = Client((1.0, BARS), (2.0, m.HistoricalDataEnd(8, "", "")))
    later = m.ReqHistoricalData(9, EUR, "20270101 10:00:00 UTC")
    assert client.ask(later, 101.0) == []
    assert client.at(102.0) == [m.HistoricalDataEnd(9, "", "")]
    assert client.ask(m.ReqHistoricalData(10, AMD, "20261120 10:00:00 UTC"))[0].errorCode == 321


def test_a_cancel_ends_the_stream():
    client = Client((1.0, m.ReqMktData(5, AMD)), (2.0, bid(1.0)), (3.0, bid(2.0)), (4.0, bid(3.0)))
    client.ask(m.ReqMktData(9, AMD), 100.9)
    assert client.at(102.0) == [bid(1.0, 9)]
    client.ask(m.CancelMktDepth(9))
    assert client.at(103.0) == [bid(2.0, 9)]
    client.ask(m.CancelMktData(9))
    assert client.at(104.0) == []
    assert client.ask(m.ReqMktData(10, AMD)) == [bid(1.0, 10), bid(2.0, 10), bid(3.0, 10)]


def test_a_cancel_without_id_ends_the_stream():
    position = m.Position("DU1", AMD, 1.0, 2.0)
    client = Client((1.0, m.ReqPositions()), (2.0, position), (3.0, position))
    client.ask(m.ReqPositions(), 100.9)
    assert client.at(102.0) == [position]
    client.ask(m.CancelPositions())
    client.ask(m.SetServerLogLevel(1))
    assert client.at(103.0) == []


def test_strays_are_left_out():
    client = Client((1.0, bid(1.0, 77)), (2.0, m.CurrentTime(5)))
    assert client.at(102.0) == [m.CurrentTime(5)]
    assert client.playback.skipped == 1


# ---- what is not in the recording


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (m.ReqPositions(), m.PositionEnd()),
        (m.ReqOpenOrders(), m.OpenOrderEnd()),
        (m.ReqCompletedOrders(False), m.CompletedOrdersEnd()),
        (m.ReqAccountUpdates(True, "DU1"), m.AccountDownloadEnd("DU1")),
        (m.ReqAccountUpdatesMulti(7, "DU1", ""), m.AccountUpdateMultiEnd(7)),
        (m.ReqExecutions(7, ExecutionFilter()), m.ExecDetailsEnd(7)),
        (m.ReqAccountSummary(7, "All", "NetLiquidation"), m.AccountSummaryEnd(7)),
    ],
)
def test_lists_that_were_not_recorded_are_empty(request_, answer):
    assert Client().ask(request_) == [answer]


def test_other_requests_that_were_not_recorded_fail():
    client = Client()
    (error,) = client.ask(m.ReqMktData(7, AMD))
    assert (error.reqId, error.errorCode) == (7, 321)
    assert error.errorString.endswith("the recording has no ReqMktData like this one")
    (error,) = client.ask(m.ReqMarketRule(26))
    assert (error.reqId, error.errorCode) == (-1, 321)
    (error,) = client.ask(m.CancelOrder(3))
    assert (error.reqId, error.errorCode) == (3, 321)
    assert client.ask(m.CancelMktData(7)) == client.ask(m.ReqMarketDataType(3)) == []


# ---- orders


def order(number, client_id=1, parent=0):
    return Order(
        orderId=number, clientId=client_id, permId=900, parentId=parent, action="BUY", totalQuantity=1, lmtPrice=5.0
    )


def opened(number, client_id=1, parent=0):
    return m.OpenOrder(order(number, client_id, parent), AMD, OrderState(status="Submitted"))


def status(number, client_id=1, text="Submitted", parent=0):
    return m.OrderStatus(number, text, 0.0, 1.0, 0.0, 900, parent, 0.0, client_id, "", 0.0)


def placed(number, price=5.0, parent=0):
    return m.PlaceOrder(number, AMD, LimitOrder("BUY", 1, price, parentId=parent))


def fill(number, client_id=1, req_id=-1):
    done = Execution(execId="e1", time="20261120 11:00:00 UTC", orderId=number, clientId=client_id)
    return m.ExecDetails(req_id, done, AMD)


def ids(message):
    """(orderId, clientId, parentId) of a message about an order."""
    part = getattr(message, "order", None) or getattr(message, "execution", None) or message
    return part.orderId, part.clientId, getattr(part, "parentId", None)


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_orders_are_those_of_the_client(version):
    client = Client(
        (1.0, placed(4)), (1.0, placed(5, 6.0, parent=4)), (2.0, opened(4)), (2.0, opened(5, parent=4)),
        (2.0, status(5, parent=4)), (3.0, fill(4)), (3.0, m.CommissionAndFeesReport(CommissionReport(execId="e1"))),
        (3.5, m.Error(5, 399, "held")), (4.0, status(4, client_id=8)),
        version=version, client_id=33,
    )  # fmt: skip
    client.ask(placed(104), 100.5)
    client.ask(placed(105, 6.0, parent=104), 100.5)
    *about, report, error, foreign = client.at(104.0)
    assert [ids(x) for x in about] == [
        (104, 33, 0), (105, 33, 104), (105, 33, 104), (104, 33, None),
    ]  # fmt: skip
    assert report.report.execId == "e1"
    assert error.reqId == 105
    assert ids(foreign) == (4, 8, 0), "another client's order keeps its numbers"


def test_with_the_same_ids_frames_are_sent_as_they_were():
    lines = ((1.0, placed(4)), (2.0, opened(4)), (2.0, status(4)), (3.0, fill(4)), (3.0, bid(1.0, 4)))
    playback = Playback(script_of(*lines), speed=math.inf)
    playback.start(1, 0.0)
    playback.due(0.0)
    playback.take(placed(4), 1.0)
    assert playback.due(1.0) == [frame.payload for frame in playback.script.frames[4:7]]


def test_a_cancel_of_an_order_is_waited_for():
    client = Client(
        (1.0, placed(4)), (1.1, status(4)), (2.0, m.CancelOrder(4)), (2.1, status(4, text="Cancelled")),
        (2.1, m.Error(4, 202, "cancelled")), patience_s=None,
    )  # fmt: skip
    client.ask(placed(60), 101.0)
    assert [x.status for x in client.at(150.0)] == ["Submitted"]
    (wrong,) = client.ask(m.CancelOrder(4))
    assert (wrong.reqId, wrong.errorCode) == (4, 321), "no order of this client"
    client.ask(m.CancelOrder(60), 150.0)
    ended, error = client.at(151.0)
    assert (ended.status, ended.orderId, error.reqId, error.errorCode) == ("Cancelled", 60, 60, 202)


def test_a_change_goes_with_its_order():
    client = Client(
        (1.0, placed(4)), (1.0, placed(5)), (1.1, status(4)), (1.1, status(5)), (2.0, placed(5, 7.0)),
        (2.1, opened(5)), (3.0, m.ReqGlobalCancel()), (3.1, m.Error(4, 202, "x")), (3.1, m.Error(5, 202, "x")),
    )  # fmt: skip
    client.ask(placed(40), 101.0)
    client.ask(placed(50), 101.0)
    assert [x.orderId for x in client.at(101.5)] == [40, 50]
    assert client.ask(placed(40, 7.0))[0].errorCode == 321, "the other order was changed so"
    assert client.ask(placed(50, 7.0)) == []
    assert [x.order.orderId for x in client.at(102.5)] == [50]
    client.ask(m.ReqGlobalCancel(), 103.0)
    assert [x.reqId for x in client.at(103.5)] == [40, 50]


def test_an_order_is_not_placed_twice():
    client = Client((1.0, placed(4)), (1.1, status(4)))
    client.ask(placed(4), 101.0)
    assert [x.orderId for x in client.at(102.0)] == [4]
    (error,) = client.ask(placed(6))
    assert (error.reqId, error.errorCode) == (6, 321)


def test_executions_asked_for_carry_both_ids():
    client = Client(
        (1.0, placed(4)), (2.0, fill(4)), (3.0, m.ReqExecutions(9, ExecutionFilter())), (3.1, fill(4, req_id=9)),
        (3.2, m.ExecDetailsEnd(9)),
    )  # fmt: skip
    client.ask(placed(40), 101.0)
    client.at(102.0)
    client.ask(m.ReqExecutions(90, ExecutionFilter()))
    done, end = client.at(104.0)
    assert (done.reqId, done.execution.orderId, end.reqId) == (90, 40, 90)


def test_damaged_frames_about_orders_are_sent_as_they_are():
    bad = (205).to_bytes(4, "big") + b"\xff\xff"
    playback = Playback(script_of((1.0, bad)), speed=math.inf)
    playback.start(9, 0.0)
    assert playback.due(0.0)[-1] == bad
