"""Combinations, attached orders and orders for groups, as IB's own client, ib_async and ibnb see them."""

import asyncio
import time

import ib_async
import pytest
from ibapi.order_cancel import OrderCancel

import ibnb
from ibnb.sim import Gateway
from tests.sim.hearing import Hearing, contract, leg, order
from tests.sim.peer import FRIDAY

WAIT_S = 10.0
AMD, INTC = 4391, 270639


def ours(running, client_id=1):
    ib = ibnb.IB()
    ib.RequestTimeout = WAIT_S
    return ib.connect(running.host, running.port, clientId=client_id, timeout=WAIT_S)


def legs(of):
    """The two legs of the pair, as objects of a library."""
    return [
        of(conId=AMD, ratio=1, action="BUY", exchange="SMART"),
        of(conId=INTC, ratio=3, action="SELL", exchange="SMART"),
    ]


def rows(fills):
    """What is compared of fills: (security type, symbol, side, shares), and that the price of the pair adds up."""
    found = [(f.contract.secType, f.contract.symbol, f.execution.side, f.execution.shares) for f in fills]
    price = {f.contract.secType + f.contract.symbol: f.execution.price for f in fills}
    assert price["BAGAMD"] == pytest.approx(price["STKAMD"] - 3 * price["STKINTC"])
    return found


def test_a_combination_is_quoted_and_filled_leg_by_leg():
    expected = [("BAG", "AMD", "BOT", 2), ("STK", "AMD", "BOT", 2), ("STK", "INTC", "SLD", 6)]
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, positions=False) as running:
        with Hearing(running.host, running.port) as official:
            pair = contract("AMD", "BAG", comboLegs=[leg(AMD, "BUY"), leg(INTC, "SELL", 3)])
            official.reqMktData(11, pair, "", False, False, [])
            bid = official.wait("tickPrice", lambda _, kind, *rest: kind == 1)[2]
            ask = official.wait("tickPrice", lambda _, kind, *rest: kind == 2)[2]
            assert 0 < bid < ask
            official.placeOrder(1, pair, order("BUY", "MKT", 2))
            official.wait("execDetails", count=3)
            official.wait("commissionAndFeesReport", count=2)
            assert official.wait("orderStatus", lambda _, status, *rest: status == "Filled")[2] == 2
            heard = [(c.secType, c.symbol, e.side, float(e.shares)) for _, c, e in official.got("execDetails")]
            assert heard == expected
            shown = official.got("openOrder")[0][1]
            assert [(x.conId, x.ratio, x.action) for x in shown.comboLegs] == [(AMD, 1, "BUY"), (INTC, 3, "SELL")]

        ib = ours(running)
        mine = ibnb.Contract(
            secType="BAG", symbol="AMD", currency="USD", exchange="SMART", comboLegs=legs(ibnb.ComboLeg)
        )
        trade = ib.placeOrder(mine, ibnb.MarketOrder("BUY", 2))
        assert list(ib.loopUntil(lambda: trade.isDone() and len(trade.fills) == 3, WAIT_S))[-1]
        assert rows(trade.fills) == expected
        assert trade.filled() == 2
        assert {p.contract.symbol: p.position for p in ib.positions()} == {"AMD": 4, "INTC": -12}
        ib.disconnect()

        async def other():
            theirs = ib_async.IB()
            await theirs.connectAsync(running.host, running.port, clientId=3, timeout=WAIT_S)
            bag = ib_async.Contract(
                secType="BAG", symbol="AMD", currency="USD", exchange="SMART", comboLegs=legs(ib_async.ComboLeg)
            )
            placed = theirs.placeOrder(bag, ib_async.MarketOrder("BUY", 2))
            end = time.monotonic() + WAIT_S
            while not (placed.isDone() and len(placed.fills) == 3):
                await asyncio.wait_for(theirs.updateEvent, max(end - time.monotonic(), 0.01))
            found = rows(placed.fills), placed.filled()
            theirs.disconnect()
            return found

        assert asyncio.run(other()) == (expected, 2)


def test_attached_orders_are_made_with_their_parent():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, positions=False) as running:
        with Hearing(running.host, running.port) as official:
            parent = order(
                "BUY", "LMT", 10, lmtPrice=100.0, ptOrderId=2, ptOrderType="PRESET", slOrderId=3, slOrderType="PRESET"
            )
            official.placeOrder(1, contract("AMD"), parent)
            official.wait("openOrder", count=3)
            heard = [(i, o.parentId, o.action, o.orderType) for i, _, o, _ in official.got("openOrder")[:3]]
            assert heard == [(1, 0, "BUY", "LMT"), (2, 1, "SELL", "LMT"), (3, 1, "SELL", "STP")]
            official.cancelOrder(1, OrderCancel())
            for number in (1, 2, 3):
                official.wait("orderStatus", lambda i, status, *_, n=number: (i, status) == (n, "Cancelled"))
        ib = ours(running)
        first = ib.client.getReqId()
        attached = ibnb.LimitOrder("BUY", 10, 100.0, orderId=first, ptOrderId=first + 1, slOrderId=first + 2)
        ib.placeOrder(ibnb.Stock("AMD", "SMART", "USD"), attached)
        assert list(ib.loopUntil(lambda: len(ib.openTrades()) == 3, WAIT_S))[-1]
        found = sorted((t.order.orderId - first, t.order.parentId, t.order.orderType) for t in ib.openTrades())
        assert found == [(0, 0, "LMT"), (1, first, "LMT"), (2, first, "STP")]
        assert ib.client.getReqId() > first + 2, "their ids are taken"
        ib.disconnect()


def test_an_order_for_a_group_is_divided_and_reported_by_account():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, positions=False, accounts=("DU1", "DU2", "DU3")) as running:
        with Hearing(running.host, running.port) as official:
            official.requestFA(1)
            assert "<name>All</name>" in official.wait("receiveFA")[1]
            preview = order("BUY", "MKT", 10, faGroup="All", faMethod="Equal", whatIf=True)
            official.placeOrder(1, contract("AMD"), preview)
            state = official.wait("openOrder")[3]
            shares = {a.account: float(a.positionAfter) for a in state.orderAllocations}
            assert shares == {"DU1": 4, "DU2": 3, "DU3": 3}
            official.placeOrder(2, contract("AMD"), order("BUY", "MKT", 10, faGroup="All", faMethod="Equal"))
            official.wait("orderStatus", lambda _, status, *rest: status == "Filled")
            official.wait("execDetails", count=3)
            assert {e.acctNumber: float(e.shares) for _, _, e in official.got("execDetails")} == shares
        ib = ours(running)
        assert {p.account: p.position for p in ib.positions()} == shares
        state = ib.whatIfOrder(
            ibnb.Stock("AMD", "SMART", "USD"), ibnb.MarketOrder("SELL", 10, faGroup="All", faMethod="Equal")
        )
        assert {a.account: a.positionAfter for a in state.orderAllocations} == dict.fromkeys(shares, 0)
        trade = ib.placeOrder(
            ibnb.Stock("AMD", "SMART", "USD"), ibnb.MarketOrder("SELL", 10, faGroup="All", faMethod="Equal")
        )
        assert list(ib.loopUntil(lambda: trade.isDone() and len(trade.fills) == 3, WAIT_S))[-1]
        assert {f.execution.acctNumber: f.execution.shares for f in trade.fills} == shares
        ib.disconnect()


def test_what_a_model_holds_is_apart():
    with Gateway.start_thread(start=FRIDAY, step_s=0.02, positions=False) as running:
        with Hearing(running.host, running.port) as official:
            official.placeOrder(1, contract("AMD"), order("BUY", "MKT", 10, modelCode="Growth"))
            official.placeOrder(2, contract("AMD"), order("BUY", "MKT", 5))
            official.wait("orderStatus", lambda i, status, *_: (i, status) == (2, "Filled"))
            official.reqPositionsMulti(5, "DU1234567", "Growth")
            official.wait("positionMultiEnd")
            (row,) = official.got("positionMulti")
            assert (row[0], row[1], row[2], row[3].symbol, float(row[4])) == (5, "DU1234567", "Growth", "AMD", 10)
        ib = ours(running)
        assert [p.position for p in ib.reqPositionsMulti("DU1234567", "Growth")] == [10]
        ib.disconnect()
