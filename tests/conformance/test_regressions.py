"""What went wrong in other clients when servers became newer, each with the bytes that showed it.

The list is that of ib_async's own changelog for servers above 178. Frames are written out here or come from the
official client's own protobuf classes, not from our encoder.
"""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("ibapi")

from ibapi.protobuf.CommissionAndFeesReport_pb2 import CommissionAndFeesReport
from ibapi.protobuf.ErrorMessage_pb2 import ErrorMessage
from ibapi.protobuf.ExecutionDetails_pb2 import ExecutionDetails
from ibapi.protobuf.OpenOrder_pb2 import OpenOrder
from wired import Wire

from ibnb.contract import ComboLeg, Contract, Forex, Stock
from ibnb.errors import ConnectionLost, RequestError, ServerTooOld
from ibnb.order import LimitOrder, Order, OrderCancel, OrderComboLeg
from ibnb.values import UNSET_INTEGER
from ibnb.wire import Codec, Side, frames
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue.types_order import ORDER
from ibnb.wire.codec import ID_NAMES
from tests.conformance import official
from tests.conformance.cells import VERSIONS, request_cell
from tests.conformance.samples import fill

AMD = Contract("STK", 4391, "AMD", exchange="SMART", currency="USD")
UNSET = UNSET_INTEGER


def frame(version: int, msg_id: int, *values: Any) -> bytes:
    """Return a text frame as a server of that version writes it."""
    body = "".join(f"{value}\0" for value in values).encode()
    return frames.pack(b"%d\0" % msg_id + body if version < 201 else msg_id.to_bytes(4, "big") + body)


def proto(msg_id: int, message: Any) -> bytes:
    """Return the frame of an official protobuf message."""
    return frames.pack((msg_id + 200).to_bytes(4, "big") + message.SerializeToString())


def tell(wire: Wire, *raw: bytes) -> None:
    """Let the client read raw frames as one packet."""
    wrapper = wire.ib.wrapper
    with wrapper.lock:
        wrapper.begin_packet()
        wire.session.receive_data(b"".join(raw))
        wrapper.end_packet()
    wire.flow()
    wire.fire()


def pending(wire: Wire, make: Callable[[], Any]) -> asyncio.Future[Any]:
    """Start an asynchronous call in the test's own loop and return its future once the request is sent."""

    async def begin() -> Any:
        task = asyncio.ensure_future(make())
        await asyncio.sleep(0)
        return task

    return loop_of(wire).run_until_complete(begin())


def loop_of(wire: Wire) -> asyncio.AbstractEventLoop:
    """Return the loop of a test."""
    return wire.loop  # type: ignore[attr-defined,no-any-return]


@pytest.fixture(params=[178, 200, 201, 212, 225])
def wire(request: pytest.FixtureRequest) -> Any:
    made = Wire(server_version=request.param)
    made.version = request.param  # type: ignore[attr-defined]
    made.loop = asyncio.new_event_loop()  # type: ignore[attr-defined]
    yield made
    made.ib.disconnect()
    made.loop.close()  # type: ignore[attr-defined]


def get(wire: Wire, task: asyncio.Future[Any]) -> Any:
    """Return the result of a task that must be through by now."""
    return loop_of(wire).run_until_complete(asyncio.wait_for(task, 5))


# ---- errors land on the request that they name -----------------------------------------------------------------------


def error_frame(version: int, req_id: int, code: int, text: str) -> bytes:
    """Return an error as a server of that version sends it."""
    if version >= 213:
        return proto(4, ErrorMessage(id=req_id, errorTime=1705680000000, errorCode=code, errorMsg=text))
    if version >= 194:
        return frame(version, 4, req_id, code, text, "", 1705680000000)
    return frame(version, 4, 2, req_id, code, text, *([""] if version >= 166 else []))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_error_names_its_request_at_every_version(version):
    payload = error_frame(version, 4711, 200, "No security definition")[4:]
    got = Codec(Side.CLIENT, version).decode(payload)
    assert (got.reqId, got.errorCode, got.errorString) == (4711, 200, "No security definition")
    assert got.errorTime == (1705680000000 if version >= 194 else 0)
    ((name, theirs),) = official.receive(payload, version)
    assert (name, theirs["reqId"], theirs["errorCode"]) == ("error", 4711, 200)


def test_an_error_ends_its_request_and_no_other(wire):
    wire.ib.RaiseRequestErrors = True
    first = pending(wire, lambda: wire.ib.reqContractDetailsAsync(Stock("NONE")))
    second = pending(wire, lambda: wire.ib.reqContractDetailsAsync(AMD))
    one, two = (request.reqId for request in wire.asked(m.ReqContractDetails))
    tell(wire, error_frame(wire.version, one, 200, "No security definition has been found"))
    with pytest.raises(RequestError) as caught:
        get(wire, first)
    assert (caught.value.reqId, caught.value.code) == (one, 200)
    assert not second.done()
    wire.tell(m.ContractDetailsEnd(two))
    assert get(wire, second) == []


# ---- orders on their way out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_cancel_order_has_the_official_frame_at_every_version(version):
    messages = [m.CancelOrder(7), m.ReqGlobalCancel()]
    if version >= 169:
        messages.append(m.CancelOrder(7, OrderCancel("20240119-10:00:00")))
    if version >= 192:
        messages += [m.CancelOrder(7, OrderCancel("", "me", 1)), m.ReqGlobalCancel(OrderCancel("", "me", 0))]
    for message in messages:
        cell = request_cell(message, version)
        assert not cell.difference, cell.difference


GATES = [
    (183, {"customerAccount": "c1"}),
    (184, {"professionalCustomer": True}),
    (189, {"includeOvernight": True}),
    (192, {"manualOrderIndicator": 1}),
    (199, {"imbalanceOnly": True}),
    (216, {"deactivate": True}),
    (216, {"postOnly": True}),
    (216, {"allowPreOpen": True}),
    (216, {"ignoreOpenAuction": True}),
    (217, {"routeMarketableToBbo": True}),
    (217, {"seekPriceImprovement": True}),
    (217, {"whatIfType": 2}),
    (223, {"hedgeMaxSize": 5}),
]


@pytest.mark.parametrize(("need", "field"), GATES, ids=lambda value: "-".join(value) if isinstance(value, dict) else "")
def test_place_order_sends_a_field_from_its_version_on(need, field):
    ((name, value),) = field.items()
    message = m.PlaceOrder(7, AMD, Order(action="BUY", totalQuantity=1, orderType="MKT", **field))
    with pytest.raises(ServerTooOld) as caught:
        Codec(Side.CLIENT, need - 1).encode(message)
    assert caught.value.need == need
    for version in range(need, 226):
        payload = Codec(Side.CLIENT, version).encode(message)
        assert getattr(Codec(Side.SERVER, version).decode(payload).order, name) == value
        cell = request_cell(message, version)
        assert not cell.difference, cell.difference


@pytest.mark.parametrize("version", range(179, 226))
def test_a_plain_order_has_the_official_frame_at_every_new_version(version):
    order = Order(action="BUY", totalQuantity=100, orderType="LMT", lmtPrice=187.25, tif="DAY", account="DU1")
    cell = request_cell(m.PlaceOrder(7, AMD, order), version)
    assert not cell.difference, cell.difference


# ---- history ---------------------------------------------------------------------------------------------------------

BAR = ("20240119", 1.5, 2, 1.25, 1.75, 100, 1.6, 7)


@pytest.mark.parametrize("version", [178, 195, 196, 200, 201, 207])
def test_bars_end_with_their_own_message_from_196_on(version):
    wire = Wire(server_version=version)
    wire.loop = asyncio.new_event_loop()  # type: ignore[attr-defined]
    task = pending(wire, lambda: wire.ib.reqHistoricalDataAsync(Forex("EURUSD"), "", "1 D", "1 day", "MIDPOINT", True))
    (asked,) = wire.asked(m.ReqHistoricalData)
    if version < 196:
        tell(wire, frame(version, 17, asked.reqId, "20240118", "20240119", 1, *BAR))
    else:
        tell(wire, frame(version, 17, asked.reqId, 1, *BAR))
        assert asked.reqId in wire.ib.wrapper.requests
        tell(wire, frame(version, 108, asked.reqId, "20240118", "20240119"))
    bars = get(wire, task)
    assert [(bar.date, bar.close, bar.barCount) for bar in bars] == [(dt.date(2024, 1, 19), 1.75, 7)]
    assert not wire.ib.client.conn.session.stats.decode_errors
    loop_of(wire).close()


# ---- orders on their way in, and out again ---------------------------------------------------------------------------

# Requests have no place for these: text knows the offsets for pegged orders only, the server makes up the rest.
NOT_SENT = {"basisPoints", "basisPointsType", "bondAccruedInterest", "minTradeQty", "minCompeteSize"}
NOT_SENT |= {"competeAgainstBestOffset", "midOffsetAtWhole", "midOffsetAtHalf", "softDollarTier"}
NOT_SENT |= {"submitter"}
# And protobuf replies none for these.
NOT_TOLD = {"transmit", "auctionStrategy", "slOrderId", "slOrderType", "ptOrderId", "ptOrderType"}
TOLD_ONLY = {part.path for part in ORDER.parts if getattr(part, "told", False)}


@pytest.mark.parametrize("seed", range(8))
def test_a_received_order_keeps_its_fields_when_it_is_sent_again(wire, seed):
    order = fill(ORDER, random.Random(seed), 0.5)
    order.orderId, order.clientId, order.permId, order.whatIf = 40, 1, 400, False
    order.orderType, order.volatilityType, order.conditions = "LMT", UNSET, []
    for name in NOT_SENT:
        setattr(order, name, getattr(Order(), name))
    contract = AMD
    if seed % 2:
        legs = [ComboLeg(1, 1, "BUY", "SMART")]
        contract = Contract("BAG", 0, "X", exchange="SMART", currency="USD", comboLegs=legs)
        order.orderComboLegs = [OrderComboLeg(1.5)]
    wire.tell(m.OpenOrder(order, contract))
    trade = wire.ib.trades()[0]
    received = copy.deepcopy(trade.order)
    wire.ib.placeOrder(trade.contract, trade.order)
    (sent,) = wire.asked(m.PlaceOrder)
    assert sent.orderId == 40
    assert not lost(received, sent.order)
    if wire.version == 225:
        for name in NOT_TOLD:
            setattr(order, name, getattr(Order(), name))
        assert not lost(order, sent.order)


def lost(before: Order, after: Order) -> dict[str, Any]:
    """Return the fields that differ, of those that a request can hold."""
    names = set(vars(before)) - TOLD_ONLY - {"orderId", "clientId", "permId"}
    return {n: (getattr(before, n), getattr(after, n)) for n in names if getattr(before, n) != getattr(after, n)}


# ---- cancels wake whoever waits --------------------------------------------------------------------------------------


def test_a_cancelled_query_wakes_its_awaiter(wire):
    task = pending(wire, lambda: wire.ib.reqHistoricalDataAsync(AMD, "", "1 D", "1 day", "TRADES", True))
    (asked,) = wire.asked(m.ReqHistoricalData)
    wire.ib.client.cancelHistoricalData(asked.reqId)
    assert wire.asked(m.CancelHistoricalData)
    text = "Historical Market Data Service error message:API historical data query cancelled: 3"
    tell(wire, error_frame(wire.version, asked.reqId, 162, text))
    assert len(get(wire, task)) == 0


def test_an_awaiter_that_gives_up_cancels_at_the_gateway(wire):
    task = pending(wire, lambda: wire.ib.reqHistoricalDataAsync(AMD, "", "1 D", "1 day", "TRADES", True))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        get(wire, task)
    wire.flow()
    assert len(wire.asked(m.CancelHistoricalData)) == 1
    assert not len(wire.ib.wrapper.requests)


def test_a_cancelled_order_tells_whoever_waits_for_it(wire):
    trade = wire.ib.placeOrder(AMD, LimitOrder("BUY", 1, 1.0))

    async def wait() -> Any:
        return await trade.cancelledEvent

    task = pending(wire, wait)
    wire.ib.cancelOrder(trade.order)
    assert not task.done()
    wire.tell(m.OrderStatus(trade.order.orderId, "Cancelled", 0, 1, 0.0, 9, 0, 0.0, 1, "", 0.0))
    wire.fire()
    assert get(wire, task) is trade
    assert trade.isDone()


def test_a_lost_connection_wakes_all_who_wait(wire):
    tasks = [
        pending(wire, lambda: wire.ib.reqContractDetailsAsync(AMD)),
        pending(wire, lambda: wire.ib.reqHistoricalDataAsync(AMD, "", "1 D", "1 day", "TRADES", True, timeout=0)),
        pending(wire, lambda: wire.ib.reqOpenOrdersAsync()),
    ]
    wire.lose()
    for task in tasks:
        with pytest.raises(ConnectionLost):
            get(wire, task)


# ---- a commission before its execution -------------------------------------------------------------------------------


def test_a_commission_that_comes_first_is_kept(wire):
    trade = wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))
    order_id = trade.order.orderId
    if wire.version < 211:
        commission = frame(wire.version, 59, 1, "e1", 1.25, "USD", "", "", "")
    else:
        commission = proto(59, CommissionAndFeesReport(execId="e1", commissionAndFees=1.25, currency="USD"))
    wire.tell(m.OpenOrder(Order(orderId=order_id, clientId=1, permId=77), AMD))
    heard = []
    wire.ib.commissionReportEvent += lambda trade, fill, report: heard.append((trade, fill, report))
    tell(wire, commission)
    details = ExecutionDetails(reqId=-1)
    details.contract.conId, details.contract.symbol, details.contract.secType = 4391, "AMD", "STK"
    for name, value in {"orderId": order_id, "execId": "e1", "time": "20240119-15:00:00", "shares": "10"}.items():
        setattr(details.execution, name, value)
    details.execution.price, details.execution.clientId, details.execution.permId = 1.0, 1, 77
    if wire.version < 201:
        execution = Codec(Side.CLIENT, 225).decode(proto(11, details)[4:])
        raw = frames.pack(Codec(Side.SERVER, wire.version).encode(execution))
    else:
        raw = proto(11, details)
    tell(wire, raw)
    (found,) = trade.fills
    assert (found.commissionReport.commission, found.commissionReport.currency) == (1.25, "USD")
    assert heard == [(trade, found, found.commissionReport)]


# ---- what a protobuf message leaves out ------------------------------------------------------------------------------

IDS = ID_NAMES | {"permId", "clientId", "parentId", "conId", "parentPermId", "underConId"}


def ids(value: Any, path: str = "") -> Any:
    """Yield all ids in a message with their paths."""
    names = getattr(value, "__dataclass_fields__", None) or getattr(value, "__dict__", {})
    for name in names:
        held = getattr(value, name)
        if name in IDS and isinstance(held, int):
            yield f"{path}{name}", held
        yield from ids(held, f"{path}{name}.")


@pytest.mark.parametrize(
    "spec", [s for s in (*m.REPLIES.values(), *m.REQUESTS.values()) if s.proto], ids=lambda spec: spec.name
)
def test_an_absent_id_is_no_order_2147483647(spec):
    side = Side.CLIENT if spec.direction is m.Direction.REPLY else Side.SERVER
    codec = Codec(side, 225)
    message = codec.decode(codec.key(spec.msg_id + 200))
    found = dict(ids(message))
    assert found.pop("wshEventData.conId", UNSET) == UNSET  # "not given", as in the official client
    assert UNSET not in found.values(), found


def test_an_order_without_an_id_is_never_cancelled_under_the_unset_one():
    wire = Wire()
    message = OpenOrder()
    message.order.permId, message.order.action, message.order.orderType = 44, "BUY", "LMT"
    message.contract.conId, message.contract.symbol, message.contract.secType = 4391, "AMD", "STK"
    message.orderState.status = "Submitted"
    tell(wire, proto(5, message))
    (trade,) = wire.ib.trades()
    assert (trade.order.orderId, trade.order.parentId, trade.order.permId) == (0, 0, 44)
    wire.ib.cancelOrder(trade.order)
    assert all(request.orderId != UNSET for request in wire.asked(m.CancelOrder))
    wire.ib.placeOrder(trade.contract, trade.order)
    (sent,) = wire.asked(m.PlaceOrder)
    assert UNSET not in dict(ids(sent)).values()


def test_an_error_without_a_number_belongs_to_no_request():
    payload = proto(4, ErrorMessage(errorCode=2104, errorMsg="farm OK"))[4:]
    got = Codec(Side.CLIENT, 225).decode(payload)
    ((_, theirs),) = official.receive(payload, 225)
    assert (got.reqId, theirs["reqId"]) == (-1, 0)  # 0 is no request either, but -1 says so
