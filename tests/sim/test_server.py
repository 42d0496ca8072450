"""Real sockets and real clients: the official one and ib_async, neither of which knows this code.

Each client talks over loopback to a gateway on a thread of its own; every wait is bounded.
"""

import asyncio
import queue
import socket
import threading
import time

import ib_async
import pytest
from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.order import Order
from ibapi.wrapper import EWrapper

from ibnb.sim.gateway import Gateway
from ibnb.sim.server import is_loopback
from tests.sim.peer import FRIDAY

WAIT_S = 8.0
VERSIONS = [157, 178, 200, 201, 208, 213, 225]


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.0.1.1", True), ("0.0.0.0", False), ("::", False),
     ("10.0.0.7", False), ("127.evil.example", False)],
)  # fmt: skip
def test_is_loopback(host, own):
    assert is_loopback(host) is own


class Official(EWrapper, EClient):
    """The official client; every callback of interest goes into a queue as (name, arguments)."""

    def __init__(self):
        EClient.__init__(self, self)
        self.heard = queue.Queue()
        self.kept = []

    def __getattribute__(self, name):
        plain = object.__getattribute__(self, name)
        if name in CALLBACKS:
            heard = object.__getattribute__(self, "heard")
            return lambda *args, **kwargs: heard.put((name, args))
        return plain

    def wait(self, name, count=1):
        """The arguments of the next `count` calls of a callback."""
        end, found = time.monotonic() + WAIT_S, []
        while len(found) < count:
            for k, (other, args) in enumerate(self.kept):
                if other == name:
                    found.append(args)
                    del self.kept[k]
                    break
            else:
                self.kept.append(self.heard.get(timeout=max(end - time.monotonic(), 0.01)))
        return found if count > 1 else found[0]


CALLBACKS = frozenset(
    """
    nextValidId managedAccounts currentTime contractDetails contractDetailsEnd historicalData historicalDataEnd
    historicalDataUpdate tickPrice tickSize marketDataType tickReqParams position positionEnd accountSummary
    accountSummaryEnd openOrder orderStatus execDetails commissionAndFeesReport
    """.split()
)


def stock(symbol):
    contract = Contract()
    contract.symbol, contract.secType, contract.exchange, contract.currency = symbol, "STK", "SMART", "USD"
    return contract


@pytest.fixture(scope="module", params=VERSIONS)
def official(request):
    running = Gateway.start_thread(server_version=request.param, start=FRIDAY, step_s=0.02)
    client = Official()
    client.connect(running.host, running.port, 5)
    thread = threading.Thread(target=client.run, daemon=True)
    thread.start()
    yield client, request.param
    client.disconnect()
    thread.join(WAIT_S)
    running.stop()
    assert not thread.is_alive()


def test_official_client_connects(official):
    client, version = official
    assert client.serverVersion() == version
    assert client.wait("managedAccounts") == ("DU1234567",)
    assert client.wait("nextValidId") == (1,)
    client.reqCurrentTime()
    assert abs(client.wait("currentTime")[0] - FRIDAY) < 60


def test_official_client_gets_details(official):
    client, _ = official
    client.reqContractDetails(11, stock("AMD"))
    req_id, details = client.wait("contractDetails")
    assert (req_id, details.contract.conId, details.minTick) == (11, 4391, 0.01)
    assert details.longName == "ADVANCED MICRO DEVICES"
    assert details.timeZoneId == "US/Eastern"
    assert client.wait("contractDetailsEnd") == (11,)


def test_official_client_gets_bars(official):
    client, version = official
    client.reqHistoricalData(12, stock("TSLA"), "", "60 D", "1 hour", "TRADES", 1, 1, False, [])
    rows = [args[1] for args in client.wait("historicalData", 416)]
    zone = " US/Eastern" if version >= 174 else ""
    assert rows[0].date == f"20260828{' ' if zone else '  '}09:30:00{zone}"
    assert all(r.low <= r.open <= r.high and r.low <= r.close <= r.high and r.volume > 0 for r in rows)
    assert client.wait("historicalDataEnd")[0] == 12


def test_official_client_gets_quotes(official):
    client, _ = official
    client.reqMktData(13, stock("AMD"), "", False, False, [])
    assert client.wait("tickReqParams")[:2] == (13, 0.01)
    assert client.wait("marketDataType") == (13, 1)
    prices = {args[1]: args[2] for args in client.wait("tickPrice", 7)}
    assert prices[1] < prices[4] < prices[2]
    later = client.wait("tickPrice", 3)
    assert {args[0] for args in later} == {13}
    client.cancelMktData(13)


def test_official_client_gets_positions_and_values(official):
    client, _ = official
    client.reqPositions()
    rows = {args[1].symbol: float(args[2]) for args in client.wait("position", 7)}
    assert rows["AAPL"] == 200 and rows["TSLA"] == -40
    client.wait("positionEnd")
    client.reqAccountSummary(14, "All", "NetLiquidation,BuyingPower")
    tags = {args[2]: float(args[3]) for args in client.wait("accountSummary", 2)}
    assert tags["NetLiquidation"] == pytest.approx(1e6, rel=0.1)
    assert client.wait("accountSummaryEnd") == (14,)


def test_official_client_trades(official):
    client, _ = official
    order = Order()
    order.action, order.orderType, order.totalQuantity = "BUY", "MKT", 10
    client.placeOrder(1, stock("AMD"), order)
    opened = client.wait("openOrder")
    assert (opened[0], opened[1].conId, float(opened[2].totalQuantity)) == (1, 4391, 10)
    filled = next(args for args in iter(lambda: client.wait("orderStatus"), None) if args[1] == "Filled")
    assert (filled[0], float(filled[2]), float(filled[3])) == (1, 10, 0)
    execution = client.wait("execDetails")[2]
    assert (execution.side, float(execution.shares), execution.orderId) == ("BOT", 10, 1)
    assert client.wait("commissionAndFeesReport")[0].execId == execution.execId


@pytest.mark.parametrize("version", [157, 178])
def test_ib_async_connects_and_asks(version):
    with Gateway.start_thread(server_version=version, start=FRIDAY, step_s=0.02) as running:
        asyncio.run(asyncio.wait_for(_ib_async(running.port), 20))


async def _ib_async(port):
    ib = ib_async.IB()
    await ib.connectAsync("127.0.0.1", port, clientId=3, timeout=WAIT_S)
    assert ib.managedAccounts() == ["DU1234567"]
    assert {p.contract.symbol for p in ib.positions()} >= {"AAPL", "AMD", "ES"}
    assert any(v.tag == "NetLiquidationByCurrency" and v.currency == "BASE" for v in ib.accountValues())
    amd, euro = ib_async.Stock("AMD", "SMART", "USD"), ib_async.Forex("EURUSD")
    assert await ib.qualifyContractsAsync(amd, euro) == [amd, euro]
    assert (amd.conId, euro.conId) == (4391, 12087792)
    assert len(await ib.reqContractDetailsAsync(ib_async.Stock("AMD"))) > 4
    bars = await ib.reqHistoricalDataAsync(
        ib_async.Stock("TSLA", "SMART", "USD"), "", "60 D", "1 hour", "TRADES", True, 1
    )
    assert len(bars) == 416
    ticker = ib.reqMktData(euro)
    trade = ib.placeOrder(euro, ib_async.MarketOrder("BUY", 20_000))
    rest = ib.placeOrder(euro, ib_async.LimitOrder("BUY", 20_000, 0.05))
    state = await ib.whatIfOrderAsync(ib_async.Stock("MMM", "SMART", "USD"), ib_async.MarketOrder("BUY", 100))
    assert state.commission > 0
    for _ in range(100):
        await asyncio.sleep(0.02)
        if (
            trade.isDone()
            and rest.orderStatus.status == "Submitted"
            and ticker.hasBidAsk()
            and trade.fills[0].commissionReport.execId
        ):
            break
    assert (trade.orderStatus.status, rest.orderStatus.status) == ("Filled", "Submitted")
    assert ticker.hasBidAsk()
    assert trade.fills[0].commissionReport.commission == 2.0
    ib.disconnect()


def test_a_broken_peer_loses_its_connection_and_nobody_else():
    with Gateway.start_thread(start=FRIDAY) as running:
        with socket.create_connection((running.host, running.port), WAIT_S) as good:
            good.settimeout(WAIT_S)
            good.sendall(b"API\0" + b"\0\0\0\x09v157..225")
            assert good.recv(100)
            with socket.create_connection((running.host, running.port), WAIT_S) as bad:
                bad.settimeout(WAIT_S)
                bad.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert bad.recv(100) == b""
            good.sendall((6).to_bytes(4, "big") + (271).to_bytes(4, "big") + b"\x08\x01")
            assert good.recv(4096)
        assert running.call(lambda: running.gateway.clock.now()) > 0


def test_a_client_that_stops_reading_is_dropped():
    options = {"start": FRIDAY, "ticks_per_s": 50_000, "step_s": 0.02, "max_backlog_bytes": 100_000}
    with Gateway.start_thread(**options) as running, socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(WAIT_S)
        sock.connect((running.host, running.port))
        text = (
            ["71", "2", "1", ""],
            ["1", "11", "7", "4391", "", "", "", "", "", "", "SMART", "", "", "", "", "0", "", "0", "0", ""],
        )
        payloads = ["\0".join(fields).encode() + b"\0" for fields in text]
        sock.sendall(b"API\0" + b"\0\0\0\x09v157..178" + b"".join(len(p).to_bytes(4, "big") + p for p in payloads))
        assert sock.recv(10), "the gateway has answered"
        end = time.monotonic() + WAIT_S
        while running.call(lambda: len(running.gateway.clients)) and time.monotonic() < end:
            time.sleep(0.05)
        assert running.call(lambda: running.gateway.clients) == []
