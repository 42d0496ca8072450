"""Connecting, what is fetched at start, waiting, disconnecting."""

import asyncio
import datetime as dt
import socket
import time

import pytest

from ibnb.contract import Stock
from ibnb.errors import DecodeError
from ibnb.ib import IB
from ibnb.objects import StartupFetch, StartupFetchNONE
from ibnb.wire import catalogue as m


@pytest.fixture
def listener():
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def kinds(wire):
    return [type(request).__name__ for request in wire.sent]


def sync(wire, **given):
    """Run the requests of the start against the wired server; return what ran out of time."""
    options = {
        "account": "DU1",
        "accounts": ["DU1"],
        "timeout": 5,
        "readonly": False,
        "fetch": StartupFetch(63),
    } | given
    wire.answer(m.ReqPositions, m.PositionEnd())
    wire.answer(m.ReqOpenOrders, m.OpenOrderEnd())
    wire.answer(m.ReqCompletedOrders, m.CompletedOrdersEnd())
    wire.answer(m.ReqAccountUpdates, m.AccountDownloadEnd("DU1"))
    wire.answer(m.ReqAccountUpdatesMulti, m.AccountUpdateMultiEnd())
    wire.answer(m.ReqExecutions, m.ExecDetailsEnd())
    return asyncio.run(wire.ib._sync(*options.values()))


def test_everything_is_fetched_executions_last(wire):
    assert sync(wire) == []
    names = ["ReqPositions", "ReqOpenOrders", "ReqCompletedOrders", "ReqAccountUpdates", "ReqAccountUpdatesMulti"]
    assert kinds(wire) == [*names, "ReqExecutions"]


def test_a_read_only_start_leaves_orders_alone(wire):
    sync(wire, readonly=True)
    assert not {"ReqOpenOrders", "ReqCompletedOrders"} & set(kinds(wire))


@pytest.mark.parametrize(
    ("fetch", "names"),
    [(StartupFetchNONE, []), (StartupFetch.POSITIONS, ["ReqPositions"]), (StartupFetch.EXECUTIONS, ["ReqExecutions"])],
)
def test_only_what_is_wanted_is_fetched(wire, fetch, names):
    sync(wire, fetch=fetch)
    assert kinds(wire) == names


def test_many_accounts_are_not_followed_one_by_one(wire):
    wire.ib.MaxSyncedSubAccounts = 1
    sync(wire, account="", accounts=["DU1", "DU2"])
    assert not {"ReqAccountUpdates", "ReqAccountUpdatesMulti"} & set(kinds(wire))


def test_what_runs_out_of_time_is_logged_and_the_rest_goes_on(wire, caplog):
    wire.answer(m.ReqExecutions, m.ExecDetailsEnd())
    errors = asyncio.run(wire.ib._sync("", [], 0.01, False, StartupFetch.POSITIONS | StartupFetch.EXECUTIONS))
    assert errors == ["positions request timed out"]
    assert "positions request timed out" in caplog.text
    assert kinds(wire)[-1] == "ReqExecutions"


def test_what_cannot_be_read_is_logged_and_the_rest_goes_on(wire, caplog):
    wire.answer(m.ReqExecutions, m.ExecDetailsEnd())
    error = DecodeError("OpenOrder", 225, "order.lmtPrice", "abc")

    def answer(_):
        wire.session.on_decode_error(error)
        return [m.Error(-1, 2104, "ok")]

    wire.answers[m.ReqOpenOrders] = answer
    fetch = StartupFetch.ORDERS_OPEN | StartupFetch.EXECUTIONS
    (text,) = asyncio.run(wire.ib._sync("", [], 5, False, fetch))
    assert text == f"open orders request failed: {error}"
    assert text in caplog.text
    assert kinds(wire)[-1] == "ReqExecutions"


def test_connecting_gives_the_object_itself_with_the_state_of_the_account(gateway):
    ib, seen = IB(), []
    ib.connectedEvent += lambda: seen.append("connected")
    assert ib.connect(gateway.host, gateway.port, clientId="51") is ib
    assert (seen, ib.isConnected(), ib.client.clientId) == (["connected"], True, 51)
    assert ib.managedAccounts() == ["DU1234567"]
    assert len(ib.positions()) == len(ib.portfolio("DU1234567")) > 0
    assert {value.tag for value in ib.accountValues()} >= {"NetLiquidation"}
    ib.disconnect()


def test_disconnecting_gives_a_summary_empties_all_state_and_is_told(gateway):
    ib, seen = IB(), []
    ib.disconnectedEvent += lambda: seen.append("disconnected")
    with ib.connect(gateway.host, gateway.port, clientId=52):
        summary = ib.disconnect()
    assert summary.startswith(f"Disconnecting from {gateway.host}:{gateway.port}, ")
    assert (seen, ib.isConnected(), ib.positions(), ib.managedAccounts()) == (["disconnected"], False, [], [])
    assert ib.disconnect() is None


def test_a_client_id_in_use_is_named(gateway):
    first = IB().connect(gateway.host, gateway.port, clientId=53)
    with first, pytest.raises(ConnectionError, match="clientId 53 is already connected"):
        IB().connect(gateway.host, gateway.port, clientId=53)


def test_a_closed_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    errors, ib = [], IB()
    ib.client.apiError += errors.append
    with pytest.raises(ConnectionRefusedError, match=f"nothing listens on 127.0.0.1:{port}"):
        ib.connect("127.0.0.1", port)
    ib.sleep(0)
    assert len(errors) == 1
    assert errors[0].startswith("API connection failed: ")


def test_a_silent_server_runs_out_of_time(listener):
    with pytest.raises(TimeoutError, match=r"gave no account and order id within 0\.05 s"):
        IB().connect("127.0.0.1", listener, timeout=0.05)


def test_connecting_can_be_awaited_and_events_come_to_that_loop(gateway, in_thread):
    async def main():
        ib, loops = IB(), []
        ib.connectedEvent += lambda: loops.append(asyncio.get_running_loop())
        await ib.connectAsync(gateway.host, gateway.port, clientId=54)
        await asyncio.sleep(0)
        positions = await ib.reqPositionsAsync()
        ib.disconnect()
        return loops == [asyncio.get_running_loop()], len(positions) > 0

    assert in_thread(lambda: asyncio.run(main())) == (True, True)


def test_client_zero_binds_manual_orders(gateway):
    with IB().connect(gateway.host, gateway.port, clientId=0, fetchFields=StartupFetchNONE) as ib:
        ib.reqCurrentTime()  # answered after the request to bind
        assert gateway.call(lambda: gateway.gateway.client(0).is_auto_bound)


def test_waiting_in_vain_is_false(wire):
    assert wire.ib.waitOnUpdate(0.01) is False


def test_waiting_ends_with_the_next_update(ib):
    ib.reqMktData(*ib.qualifyContracts(Stock("AMD", "SMART", "USD")))
    begin = time.monotonic()
    assert ib.waitOnUpdate(5) is True
    assert time.monotonic() - begin < 4


def test_a_loop_until_something_yields_each_value(ib):
    values = iter([0, 0, "there"])
    ib.reqMktData(*ib.qualifyContracts(Stock("AMD", "SMART", "USD")))
    assert list(ib.loopUntil(lambda: next(values), 5)) == [0, 0, "there"]


def test_a_loop_until_something_ends_with_false_in_time(wire):
    assert list(wire.ib.loopUntil(lambda: 0, 0.01))[-1] is False


def test_silence_is_told_once():
    ib, seen = IB(), []
    ib.timeoutEvent += seen.append
    ib.setTimeout(0.01)
    ib.sleep(0.05)
    assert len(seen) == 1
    assert seen[0] >= 0.01


def test_silence_is_not_told_after_all():
    ib, seen = IB(), []
    ib.timeoutEvent += seen.append
    ib.setTimeout(0.5)
    ib.setTimeout(0)
    ib.sleep(0.6)
    assert seen == []


def test_the_time_of_the_gateway(wire, awaited):
    wire.answer(m.ReqCurrentTime, m.CurrentTime(1577836800))
    expected = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert wire.ib.reqCurrentTime() == awaited(wire.ib.reqCurrentTimeAsync) == expected


def test_errors_of_the_start_can_be_raised(gateway, monkeypatch):
    async def too_late(*args):
        return ["positions request timed out"]

    monkeypatch.setattr(IB, "_sync", too_late)
    ib = IB()
    with pytest.raises(ConnectionError, match="positions request timed out"):
        ib.connect(gateway.host, gateway.port, clientId=55, raiseSyncErrors=True)
    assert not ib.isConnected()
