"""Cause and effect in a recording: which request each frame answers."""

import pytest

from ibnb.contract import Contract, Forex, Stock
from ibnb.objects import CommissionReport, Execution, ExecutionFilter
from ibnb.order import LimitOrder, MarketOrder, Order, OrderState
from ibnb.sim.script import Script, content, id_of, is_quiet
from ibnb.wire import catalogue as m
from ibnb.wire.recording import Frame, Kind
from tests.sim.scripts import frames_of, script_of

AMD, EUR = Stock("AMD", "SMART", "USD"), Forex("EURUSD")
VERSIONS = [178, 225]


def order(number, client_id=1, **more):
    return Order(orderId=number, clientId=client_id, permId=9000 + number, action="BUY", totalQuantity=1, **more)


def opened(number, client_id=1):
    return m.OpenOrder(order(number, client_id), AMD, OrderState(status="Submitted"))


def status(number, client_id=1):
    return m.OrderStatus(number, "Submitted", 0.0, 1.0, 0.0, 9000 + number, 0, 0.0, client_id, "", 0.0)


def fill(number, req_id=-1, exec_id="e1", client_id=1):
    done = Execution(execId=exec_id, time="20261120 11:00:00 UTC", orderId=number, clientId=client_id, permId=9000)
    return m.ExecDetails(req_id, done, AMD)


def answers(script):
    """(the request's class name and id, the answers' class names) of all requests behind the start."""
    return [
        (type(ask.message).__name__, ask.id, [script.places.spec(script.frames[i].payload).name for i in ask.answers])
        for ask in script.requests[1:]
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_replies_with_an_id(version):
    script = script_of(
        (1, m.ReqMktData(5, AMD)), (1, m.ReqContractDetails(6, EUR)), (2, m.TickPrice(5, 1, 2.0, 3.0)),
        (2, m.ContractDetailsEnd(6)), (3, m.TickPrice(5, 2, 2.0, 3.0)), (4, m.Error(6, 200, "none")),
        (5, m.ReqMktData(6, EUR)), (6, m.Error(6, 354, "not subscribed")), version=version,
    )  # fmt: skip
    assert answers(script) == [
        ("ReqMktData", 5, ["TickPrice", "TickPrice"]),
        ("ReqContractDetails", 6, ["ContractDetailsEnd", "Error"]),
        ("ReqMktData", 6, ["Error"]),
    ]
    assert script.strays == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_replies_without_an_id(version):
    script = script_of(
        (1, m.ReqPositions()), (1, m.ReqAccountUpdates(True, "DU1")), (2, m.Position("DU1", AMD, 1.0, 2.0)),
        (2, m.UpdateAccountValue("Cash", "1", "USD", "DU1")), (2, m.PositionEnd()), (2, m.AccountDownloadEnd("DU1")),
        (3, m.ReqMarketRule(26)), (3, m.ReqMarketRule(67)), (4, m.MarketRule(26, [])), (4, m.MarketRule(67, [])),
        (4, m.MarketRule(99, [])), (5, m.ReqPositions()), (6, m.PositionEnd()), version=version,
    )  # fmt: skip
    assert answers(script) == [
        ("ReqPositions", None, ["Position", "PositionEnd"]),
        ("ReqAccountUpdates", None, ["UpdateAccountValue", "AccountDownloadEnd"]),
        ("ReqMarketRule", None, ["MarketRule"]),
        ("ReqMarketRule", None, ["MarketRule"]),
        ("ReqPositions", None, ["PositionEnd"]),
    ]


def test_what_nobody_asked_for():
    script = script_of(
        (1, m.Error(-1, 2104, "farm is fine")), (1, m.Position("DU1", AMD, 1.0, 2.0)), (1, opened(0, client_id=0)),
        (2, m.TickPrice(77, 1, 2.0, 3.0)), (2, m.Error(78, 200, "none")), (3, status(3, client_id=9)),
    )  # fmt: skip
    behind = range(3, len(script.frames))
    assert [script.owners[i] for i in behind] == [None] * 6
    assert script.strays == {6, 7}, "answers to requests made before the recording"


@pytest.mark.parametrize("version", VERSIONS)
def test_orders_own_what_is_said_about_them(version):
    script = script_of(
        (1, m.PlaceOrder(4, AMD, LimitOrder("BUY", 1, 5))), (1, opened(4)), (1, status(4)), (2, status(4, client_id=8)),
        (3, fill(4)), (3, m.CommissionAndFeesReport(CommissionReport(execId="e1"))),
        (4, m.PlaceOrder(4, AMD, LimitOrder("BUY", 1, 6))), (4, status(4)), (5, m.CancelOrder(4)), (6, status(4)),
        (6, m.Error(4, 202, "cancelled")), (7, m.ReqGlobalCancel()), (8, status(4)), (9, status(5)), version=version,
    )  # fmt: skip
    assert answers(script) == [
        ("PlaceOrder", 4, ["OpenOrder", "OrderStatus", "ExecDetails", "CommissionAndFeesReport"]),
        ("PlaceOrder", 4, ["OrderStatus"]),
        ("CancelOrder", 4, ["OrderStatus", "Error"]),
        ("ReqGlobalCancel", None, ["OrderStatus"]),
    ]


def test_lists_of_orders_and_executions():
    script = script_of(
        (1, m.ReqOpenOrders()), (2, opened(4)), (2, status(4)), (2, m.OpenOrderEnd()), (2.5, opened(4)),
        (3, m.ReqExecutions(8, ExecutionFilter())), (4, fill(4, 8)),
        (4, m.CommissionAndFeesReport(CommissionReport(execId="e1"))), (4, m.ExecDetailsEnd(8)),
        (5, m.CommissionAndFeesReport(CommissionReport(execId="unknown"))),
    )  # fmt: skip
    assert answers(script) == [
        ("ReqOpenOrders", None, ["OpenOrder", "OrderStatus", "OpenOrderEnd"]),
        ("ReqExecutions", 8, ["ExecDetails", "CommissionAndFeesReport", "ExecDetailsEnd"]),
    ]


def test_errors_belong_to_the_newer_of_request_and_order():
    script = script_of(
        (1, m.PlaceOrder(5, AMD, MarketOrder("BUY", 1))), (2, m.ReqMktData(5, AMD)), (3, m.Error(5, 354, "x")),
        (4, m.CancelOrder(5)), (5, m.Error(5, 202, "y")), (6, m.TickPrice(5, 1, 2.0, 3.0)),
    )  # fmt: skip
    assert answers(script) == [
        ("PlaceOrder", 5, []), ("ReqMktData", 5, ["Error", "TickPrice"]), ("CancelOrder", 5, ["Error"]),
    ]  # fmt: skip


def test_the_answer_proper_and_the_stream_behind_it():
    script = script_of(
        (1, m.ReqPositions()), (1.5, m.Position("DU1", AMD, 1.0, 2.0)), (4, m.PositionEnd()),
        (5, m.Position("DU1", AMD, 2.0, 2.0)), (6, m.ReqMktData(9, AMD)), (7, m.MarketDataType(9, 1)),
        (7.05, m.TickPrice(9, 1, 2.0, 3.0)), (7.2, m.TickPrice(9, 1, 2.0, 3.0)), (8, m.ReqIds(1)),
    )  # fmt: skip
    assert [ask.first for ask in script.requests[1:]] == [2, 2, 0]


def test_cancels_and_settings_ask_for_nothing():
    script = script_of(
        (1, m.ReqMktData(5, AMD)), (2, m.CancelMktData(5)), (2, m.ReqMarketDataType(3)), (2, m.SetServerLogLevel(1)),
        (2, m.ReqAccountUpdates(False, "")), (3, m.TickPrice(5, 1, 2.0, 3.0)),
    )  # fmt: skip
    assert answers(script) == [("ReqMktData", 5, ["TickPrice"])]
    assert [is_quiet(x) for x in (m.CancelOrder(1), m.ReqPositions(), m.CancelPositions())] == [False, False, True]


@pytest.mark.parametrize("version", VERSIONS)
def test_frames_that_cannot_be_read(version):
    bad = {178: b"5\0not an order\0", 225: (205).to_bytes(4, "big") + b"\xff\xff"}[version]
    unknown = {178: b"999\0007\0", 225: (999).to_bytes(4, "big")}[version]
    rule = {178: b"93\0x\0", 225: (293).to_bytes(4, "big") + b"\xff"}[version]
    script = script_of((1, bad), (1, unknown), (1, rule), (2, m.CurrentTime(5)), version=version)
    request = {178: b"1\0x\0", 225: (201).to_bytes(4, "big") + b"\xff"}[version]
    frames = [
        *frames_of(version, (0, m.StartApi(1, ""))),
        Frame(Kind.CLIENT, 1, request),
        Frame(Kind.CLIENT, 1, unknown),
    ]
    assert [type(ask.message) for ask in Script(frames).requests] == [m.StartApi]
    assert script.owners[3:] == [None] * 4
    assert script.strays == set()


def test_facts():
    script = script_of((2.5, m.CurrentTime(5)), client_id=7, version=200)
    assert (script.server_version, script.client_id, script.duration_s) == (200, 7, 2.5)
    assert script.connection_time == "20261120 11:00:00 UTC"
    with pytest.raises(ValueError, match="nothing to serve"):
        Script([Frame(Kind.HELLO, 0, b"v157..225")])
    assert Script(frames_of(225)).duration_s == 0.0


def test_content_leaves_out_ids_only():
    def same(a, b, **options):
        return content(a, **options) == content(b, **options)

    assert same(m.ReqMktData(1, AMD, "233"), m.ReqMktData(2, AMD, "233"))
    assert not same(m.ReqMktData(1, AMD, "233"), m.ReqMktData(1, AMD, "236"))
    assert not same(m.ReqMktData(1, AMD), m.ReqMktDepth(1, AMD))
    assert same(m.ReqMktData(1, Contract(conId=5, strike=100)), m.ReqMktData(1, Contract(conId=5, strike=100.0)))
    first, second = (LimitOrder("BUY", 1, 5, parentId=n, orderId=n, clientId=n, permId=n) for n in (1, 2))
    assert same(m.PlaceOrder(1, AMD, first), m.PlaceOrder(2, AMD, second))
    assert not same(m.PlaceOrder(1, AMD, first), m.PlaceOrder(1, AMD, LimitOrder("BUY", 2, 5)))
    early, late = (m.ReqHistoricalData(1, AMD, f"2026112{n} 10:00:00 UTC") for n in (0, 1))
    assert not same(early, late)
    assert same(early, late, loose=True)
    assert same(*(m.ReqExecutions(1, ExecutionFilter(time=t)) for t in ("a", "b")), loose=True)
    assert not same(*(m.ReqExecutions(1, ExecutionFilter(time=t)) for t in ("a", "b")))
    assert (id_of(m.ReqMktData(3)), id_of(m.PlaceOrder(4)), id_of(m.ReqPositions()), id_of(m.ReqMarketRule(26))) == (
        3, 4, None, None,
    )  # fmt: skip
