"""What goes wrong at the gateway, seen by three clients at once: IB's own, ib_async and ibnb.

Steps are set off by requests that the tests make, so that nobody waits for the clock.
"""

import asyncio
import contextlib
import socket
import time

import ib_async
import pytest

import ibnb
from ibnb.errors import ConnectionLost, RequestTimeout
from ibnb.sim import Gateway
from tests.sim.hearing import Hearing, contract, order
from tests.sim.peer import FRIDAY

AMD, TSLA = ibnb.Stock("AMD", "SMART", "USD"), ibnb.Stock("TSLA", "SMART", "USD")
WAIT_S = 10.0


@contextlib.contextmanager
def playing(*steps, **options):
    """A gateway with a scenario, and ibnb connected to it; its `states` are what views are told."""
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, scenario={"step": list(steps)}, **options) as running:
        ib = ibnb.IB()
        ib.RequestTimeout = WAIT_S
        ib.states = []
        ib.wrapper.on_status = lambda state, text: ib.states.append((state, text))
        ib.connect(running.host, running.port, clientId=1, timeout=WAIT_S)
        try:
            yield running, ib
        finally:
            ib.disconnect()


def until(ib, true):
    """Let ibnb's events run until something is true."""
    assert list(ib.loopUntil(true, WAIT_S))[-1]


def with_ib_async(running, use, client_id=3):
    """Run `await use(ib)` with a connected ib_async."""

    async def main():
        ib = ib_async.IB()
        ib.codes = []
        ib.errorEvent += lambda req_id, code, *_: ib.codes.append(code)
        await ib.connectAsync(running.host, running.port, clientId=client_id, timeout=WAIT_S)
        try:
            return await asyncio.wait_for(use(ib), WAIT_S)
        finally:
            ib.disconnect()

    return asyncio.run(main())


def test_a_quote_is_not_live_while_its_farm_is_down():
    down = {"on": "reqFamilyCodes", "do": "farm", "farm": "usfarm", "state": "down"}
    back = {"on": "reqNewsProviders", "do": "farm", "farm": "usfarm", "state": "ok"}
    with playing(down, back) as (running, ib), Hearing(running.host, running.port) as official:
        ticker = ib.reqMktData(AMD)
        until(ib, lambda: ticker.bid == ticker.bid)
        official.reqMktData(11, contract("AMD"), "", False, False, [])
        official.reqMktData(12, contract("EUR", "CASH", "IDEALPRO"), "", False, False, [])
        official.wait("tickPrice", lambda req_id, *_: req_id == 11)
        official.reqFamilyCodes()
        assert official.wait_code(2103)[3] == "Market data farm connection is broken:usfarm"
        until(ib, lambda: ib.states[-1] == ("stale", "2103: market data farm usfarm is down"))
        official.forget()
        before = ticker.timestamp
        official.wait("tickPrice", lambda req_id, *_: req_id == 12, count=3)
        assert [args for args in official.got("tickPrice") if args[0] == 11] == []
        assert ticker.timestamp == before

        async def late(other):
            return other.codes

        assert 2103 in with_ib_async(running, late), "who comes meanwhile is told too"
        official.reqNewsProviders()
        assert official.wait_code(2104)[3] == "Market data farm connection is OK:usfarm"
        until(ib, lambda: ib.states[-1] == ("live", "") and ticker.timestamp > before)
        official.wait("tickPrice", lambda req_id, *_: req_id == 11)


def test_what_the_link_has_lost_comes_again_to_ibnb_and_on_request_to_others():
    lost = {"on": "reqFamilyCodes", "do": "link", "state": "lost"}
    back = {"on": "reqCurrentTime", "after": 0.2, "do": "link", "state": "back", "keeps": False}
    with playing(lost, back) as (running, ib), Hearing(running.host, running.port) as official:
        ticker = ib.reqMktData(AMD)
        until(ib, lambda: ticker.bid == ticker.bid)
        official.reqMktData(11, contract("AMD"), "", False, False, [])
        official.wait("tickPrice")
        official.reqFamilyCodes()
        official.wait_code(1100)
        until(ib, lambda: ib.states[-1][0] == "stale")
        future = ib.reqContractDetailsAsync(TSLA)
        official.reqCurrentTime()
        official.wait_code(1101)
        until(ib, lambda: ib.states[-1] == ("live", ""))
        official.forget()
        before = time.time()
        until(ib, lambda: ticker.timestamp > before)
        assert official.got("tickPrice") == []
        official.reqMktData(11, contract("AMD"), "", False, False, [])
        official.wait("tickPrice")

        async def wait():
            return await future

        assert ib.run(wait())[0].contract.symbol == "TSLA", "asked while the link was lost"


def test_a_restart_drops_everybody_and_takes_them_again():
    restart = {"on": "reqFamilyCodes", "after": 0.3, "do": "restart", "seconds": 1.0}
    with playing(restart) as (running, ib), Hearing(running.host, running.port) as official:
        ib.reqMktData(AMD)
        ib.placeOrder(AMD, ibnb.LimitOrder("BUY", 10, 5.0))
        gone = []
        ib.disconnectedEvent += lambda: gone.append(ib.states[-1])
        official.reqFamilyCodes()
        official.wait("connectionClosed")
        until(ib, lambda: gone)
        assert gone == [("stale", "connection lost")]
        with pytest.raises(OSError):
            socket.create_connection((running.host, running.port), 1).close()
        with pytest.raises(ConnectionError):
            ib.connect(running.host, running.port, clientId=1, timeout=2)
        end = time.monotonic() + WAIT_S
        while not ib.isConnected() and time.monotonic() < end:
            with contextlib.suppress(ConnectionError):
                ib.connect(running.host, running.port, clientId=1, timeout=5)
        assert ib.states[-1] == ("live", "")
        assert [trade.order.lmtPrice for trade in ib.openTrades()] == [5.0]
        with Hearing(running.host, running.port, 78) as again:
            again.reqAllOpenOrders()
            assert again.wait("openOrder")[2].lmtPrice == 5.0


def test_what_waits_when_the_connection_drops_is_told():
    never = {"at": 0, "do": "ignore", "requests": ["reqContractDetails"]}
    with playing(never, {"on": "reqFamilyCodes", "do": "drop", "client": 1}) as (running, ib):
        running.call(running.gateway.step)
        future = ib.reqContractDetailsAsync(AMD)
        with Hearing(running.host, running.port) as official:
            official.reqFamilyCodes()
            until(ib, lambda: not ib.isConnected())
            assert official.isConnected()

        async def wait():
            return await future

        with pytest.raises(ConnectionLost, match="before the answer came"):
            ib.run(wait())


def test_orders_are_rejected_for_all_three_alike():
    text = "Order rejected - reason:No trading permission"
    reject = {"at": 0, "do": "reject", "symbol": "TSLA", "text": text, "json": '{"r":1}'}
    end = {"on": "order", "of": "AMD", "after": 0.1, "every": 0.1, "do": "end-orders", "symbol": "AMD",
           "status": "Inactive", "code": 201, "text": "Order rejected - reason:Late"}  # fmt: skip
    with playing(reject, end) as (running, ib), Hearing(running.host, running.port) as official:
        running.call(running.gateway.step)
        for number, symbol in ((1, "TSLA"), (2, "AMD")):
            official.placeOrder(number, contract(symbol), order("BUY", "LMT", 10, lmtPrice=5.0))
        refused = official.wait("error", lambda req_id, *_: req_id == 1)
        assert refused[2:] == (201, text, '{"r":1}')
        assert official.wait("error", lambda req_id, *_: req_id == 2)[2:4] == (201, "Order rejected - reason:Late")
        assert official.wait("orderStatus", lambda order_id, status, *_: status == "Inactive")[0] == 2

        trades = [ib.placeOrder(c, ibnb.LimitOrder("BUY", 10, 5.0)) for c in (TSLA, AMD)]
        until(ib, lambda: all(201 in [entry.errorCode for entry in trade.log] for trade in trades))
        ours = [(t.orderStatus.status, t.advancedError) for t in trades]

        async def place(other):
            contracts = [ib_async.Stock(c.symbol, "SMART", "USD") for c in (TSLA, AMD)]
            placed = [other.placeOrder(c, ib_async.LimitOrder("BUY", 10, 5.0)) for c in contracts]
            while other.codes.count(201) < 2:
                await other.errorEvent
            return [(t.orderStatus.status, t.advancedError) for t in placed]

        assert with_ib_async(running, place) == ours
        assert ours[0] == ("Cancelled", '{"r":1}')


def test_slow_and_missing_answers():
    slow = {"at": 0, "do": "slow", "requests": ["reqContractDetails"], "symbol": "TSLA", "delay": 0.5}
    never = {"at": 0, "do": "ignore", "requests": ["reqContractDetails"], "symbol": "AMD"}
    with playing(slow, never) as (running, ib), Hearing(running.host, running.port) as official:
        running.call(running.gateway.step)
        begin = time.monotonic()
        official.reqContractDetails(1, contract("AMD"))
        official.reqContractDetails(2, contract("TSLA"))
        official.reqContractDetails(3, contract("INTC"))
        official.wait("contractDetailsEnd", count=2)
        assert time.monotonic() - begin >= 0.5
        assert official.got("contractDetailsEnd") == [(3,), (2,)]
        assert ib.reqContractDetails(TSLA)[0].contract.symbol == "TSLA"
        ib.RequestTimeout, ib.RaiseRequestErrors = 0.3, True
        with pytest.raises(RequestTimeout, match=r"reqContractDetails|contract details"):
            ib.reqContractDetails(AMD)

        async def ask(other):
            found = await other.reqContractDetailsAsync(ib_async.Stock("TSLA", "SMART", "USD"))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(other.reqContractDetailsAsync(ib_async.Stock("AMD", "SMART", "USD")), 0.3)
            return found[0].contract.symbol

        assert with_ib_async(running, ask) == "TSLA"


def test_a_book_that_is_reset_is_filled_anew():
    reset = {"on": "reqFamilyCodes", "do": "depth-reset"}
    with playing(reset) as (running, ib), Hearing(running.host, running.port) as official:
        ticker = ib.reqMktDepth(AMD, 5, isSmartDepth=True)
        until(ib, lambda: len(ticker.domBids) == 5)
        official.reqMktDepth(11, contract("AMD"), 5, True, [])
        official.wait("updateMktDepthL2", count=10)
        official.reqFamilyCodes()
        assert official.wait_code(317)[0] == 11
        heard = [name for name, _ in official.heard]
        told = heard.index("error", heard.index("updateMktDepthL2"))
        official.wait("updateMktDepthL2", count=heard[:told].count("updateMktDepthL2") + 10)
        rows = [args for name, args in official.heard[told:] if name == "updateMktDepthL2"]
        assert [(r[1], r[3], r[4]) for r in rows[:5]] == [(n, 0, 1) for n in range(5)], "inserted from the top"
        until(ib, lambda: len(ticker.domBids) == 5 and len({level.price for level in ticker.domBids}) == 5)
        prices = [level.price for level in ticker.domBids]
        assert prices == sorted(prices, reverse=True)


def test_bars_go_on_after_a_bust():
    bust = {"on": "reqFamilyCodes", "do": "bars-bust"}
    with playing(bust, speed=5.0) as (running, ib), Hearing(running.host, running.port) as official:
        bars = ib.reqHistoricalData(AMD, "", "1800 S", "5 secs", "TRADES", False, keepUpToDate=True)
        live = ib.reqRealTimeBars(AMD, 5, "TRADES", False)
        official.reqRealTimeBars(11, contract("AMD"), 5, "TRADES", False, [])
        until(ib, lambda: len(live) >= 1)
        official.reqFamilyCodes()
        assert official.wait_code(10225)[0] == 11
        before, count = bars[-1].date, len(live)
        until(ib, lambda: bars[-1].date > before and len(live) > count)
        dates = [bar.date for bar in bars]
        assert dates == sorted(set(dates)), "each bar once"
        assert len(bars) >= 360


def test_a_halt_is_told_and_a_move_is_the_same_for_all():
    halt = {"on": "reqFamilyCodes", "do": "halt", "symbol": "AMD", "reason": "volatility"}
    move = {"on": "reqNewsProviders", "do": "price", "symbol": "AMD", "by": 5}
    resume = {"on": "reqNewsProviders", "after": 1.2, "do": "resume", "symbol": "AMD"}
    with playing(halt, move, resume) as (running, ib), Hearing(running.host, running.port) as official:
        ticker = ib.reqMktData(AMD)
        official.reqMktData(11, contract("AMD"), "", False, False, [])
        official.wait("tickGeneric", lambda req_id, kind, value: (kind, value) == (49, 0.0))
        until(ib, lambda: ticker.halted == 0)
        official.reqFamilyCodes()
        official.wait("tickGeneric", lambda req_id, kind, value: (kind, value) == (49, 2.0))
        until(ib, lambda: ticker.halted == 2)
        before = ticker.last
        official.reqNewsProviders()
        official.wait("tickGeneric", lambda req_id, kind, value: (kind, value) == (49, 0.0), count=2)
        until(ib, lambda: ticker.halted == 0 and ticker.bid > before * 1.03)
        assert official.wait("tickPrice", lambda req_id, kind, price, _: kind == 1 and price > before * 1.03)
        assert ticker.bid == pytest.approx(before * 1.05, rel=0.01)


def test_a_gateway_that_hangs_is_noticed_by_time_limits():
    with playing({"on": "reqFamilyCodes", "after": 0.1, "do": "freeze", "seconds": 1.5}) as (running, ib):
        idle = []
        ib.timeoutEvent += idle.append
        with Hearing(running.host, running.port) as official:
            official.reqFamilyCodes()
            official.wait("familyCodes")
            end = time.monotonic() + WAIT_S
            while not running.call(lambda: running.gateway.is_frozen) and time.monotonic() < end:
                time.sleep(0.01)
            ib.setTimeout(0.3)
            ib.RequestTimeout, ib.RaiseRequestErrors = 0.3, True
            with pytest.raises(RequestTimeout):
                ib.reqContractDetails(AMD)
            until(ib, lambda: idle)
            official.reqCurrentTime()
            official.wait("currentTime")
            ib.RequestTimeout = WAIT_S
            assert ib.reqContractDetails(TSLA)[0].contract.symbol == "TSLA", "it goes on"
