"""Compare what a client knows of orders, fills and positions with the books of the gateway."""

from __future__ import annotations

import collections
from typing import Any

from ibnb.sim.exchange import WorkingOrder
from ibnb.sim.gateway import Gateway
from ibnb.sim.handlers.account import average_cost

SIGNED = {"BOT": 1, "SLD": -1}


def check_ledger(gateway: Gateway) -> None:
    """The books themselves: fills add up to what orders say, and to the positions."""
    held: collections.Counter[tuple[str, int]] = collections.Counter()
    for w in gateway.exchange.orders:
        assert w.filled == sum(fill.shares for fill in w.fills) <= w.order.totalQuantity
        assert (w.status == "Filled") == (w.filled > 0 and w.remaining == 0), (w.status, w.filled, w.remaining)
        held[w.account.name, w.instrument.con_id] += w.sign * w.filled  # type: ignore[assignment]
    for account in gateway.accounts.values():
        for con_id, holding in account.holdings.items():
            assert holding.quantity == held[account.name, con_id]


def compare(link: Any, gateway: Gateway, seen: collections.Counter[Any], *, master: bool) -> None:
    """Compare a settled client with the ledger; `seen` counts its events in this connection."""
    check_ledger(gateway)
    ib, mine = link.ib, link.client_id
    orders = gateway.exchange.orders
    own = [w for w in orders if w.client_id == mine and w.order_id]
    trades = ib.trades()
    perm_ids = [trade.order.permId for trade in trades if trade.order.permId]
    assert len(perm_ids) == len(set(perm_ids)), "an order has two trades"
    assert len({id(trade) for trade in trades}) == len(trades)
    by_perm_id = {trade.order.permId: trade for trade in trades}
    for w in own:
        trade = ib.wrapper.trades.get((mine, w.order_id)) or by_perm_id.get(w.perm_id)
        if w.is_transmitted:
            assert trade is not None, f"order {w.order_id} ({w.status}) is unknown"
        if trade is not None:
            compare_trade(trade, w)
            compare_events(trade, w, seen)
    compare_strangers(trades, orders, mine)
    compare_fills(ib, orders, own if not master else orders)
    for (what, exec_id), count in seen.items():
        limit = 1 if what in ("fill", "new", "filled", "own fill", "bound") else 99
        assert count <= limit, f"{what} of {exec_id} was told {count} times"
    open_here = {t.order.permId for t in ib.openTrades() if t.order.clientId == mine and t.order.permId}
    assert open_here == {w.perm_id for w in own if not w.is_done and w.is_transmitted}
    positions = {(p.account, p.contract.conId): (p.position, p.avgCost) for p in ib.positions()}
    assert positions == {
        (a.name, h.instrument.con_id): (h.quantity, average_cost(h))
        for a in gateway.accounts.values()
        for h in a.held()
    }


def compare_trade(trade: Any, w: WorkingOrder) -> None:
    """Compare one trade with the order in the book."""
    status, name = trade.orderStatus, f"order {w.order_id}"
    if not w.is_transmitted and not w.is_done:
        refused = status.status == "Cancelled" and trade.log[-1].errorCode  # TWS had not confirmed it
        assert refused or status.status in ("PendingSubmit", "ValidationError"), (name, status.status)
        return
    marked = status.status == "ValidationError" and trade.log[-1].errorCode and not w.is_done
    assert status.status == w.status or marked, f"{name} is {w.status}, not {status.status}: {trade.log}"
    if w.is_transmitted:
        assert trade.order.permId == w.perm_id
    if status.permId and status.clientId == w.client_id and trade.order.orderId == w.order_id and status.remaining:
        assert (status.filled, status.remaining) == (w.filled, w.remaining), name
        assert status.avgFillPrice == round(w.average, 8), name
    told = sorted(trade.fills, key=lambda fill: fill.execution.execId)
    assert [fill.execution.execId for fill in told] == [fill.exec_id for fill in w.fills], name
    assert trade.filled() == w.filled


def compare_events(trade: Any, w: WorkingOrder, seen: collections.Counter[Any]) -> None:
    """An order placed in this connection has told each of its fills and its end once."""
    if not seen["new", w.order_id]:
        return
    assert seen["filled", w.order_id] == (w.status == "Filled"), f"order {w.order_id}"
    ends = seen["cancelled", w.order_id]
    if was_refused_but_changed(trade):
        assert ends == 1 + (w.status == "Cancelled"), f"order {w.order_id}"
    else:
        assert ends == (trade.orderStatus.status == "Cancelled"), f"order {w.order_id}"
    for fill in w.fills:
        assert seen["own fill", fill.exec_id] == seen["fill", fill.exec_id] == 1, fill.exec_id
        assert seen["commission", fill.exec_id] >= 1, fill.exec_id


def was_refused_but_changed(trade: Any) -> bool:
    """Tell whether TWS refused the order, but took the change of it that was already on its way."""
    for k, entry in enumerate(trade.log):
        if entry.status == "Cancelled" and entry.errorCode and "Modify" in [e.message for e in trade.log[:k]]:
            return any(later.status not in ("Cancelled", "ValidationError") for later in trade.log[k:])
    return False


def compare_strangers(trades: list[Any], orders: list[WorkingOrder], mine: int) -> None:
    """A trade that is not in the book has been refused, and has not traded."""
    known = {w.perm_id for w in orders}
    own_ids = {w.order_id for w in orders if w.client_id == mine}
    for trade in trades:
        if trade.order.permId:
            assert trade.order.permId in known
        elif trade.order.orderId not in own_ids:
            assert trade.orderStatus.status == "Cancelled", (trade.order.orderId, trade.orderStatus.status)
            assert trade.fills == [] and trade.log[-1].errorCode


def compare_fills(ib: Any, orders: list[WorkingOrder], visible: list[WorkingOrder]) -> None:
    """All fills are in the book, with their commissions, and those that must be known are."""
    book = {fill.exec_id: (w, fill) for w in orders for fill in w.fills}
    fills = ib.fills()
    ids = [fill.execution.execId for fill in fills]
    assert len(ids) == len(set(ids))
    assert set(ids) <= set(book)
    assert set(ids) >= {fill.exec_id for w in visible for fill in w.fills}
    for known in fills:
        execution, report = known.execution, known.commissionReport
        w, fill = book[execution.execId]
        assert (execution.shares, execution.price, execution.cumQty) == (fill.shares, fill.price, fill.cum_qty)
        assert (execution.permId, SIGNED[execution.side], execution.acctNumber) == (w.perm_id, w.sign, w.account.name)
        assert execution.avgPrice == round(fill.avg_price, 8)
        assert (report.execId, report.commission) == (fill.exec_id, fill.commission), fill.exec_id
        assert report.realizedPNL == round(fill.realized, 6), fill.exec_id
        assert known.contract.conId == w.instrument.con_id


def compare_lists(link: Any, gateway: Gateway) -> None:
    """What the client is given when it asks, terms included."""
    ib, orders = link.ib, gateway.exchange.orders
    own = [w for w in orders if w.client_id == link.client_id]
    listed = link.ask(ib._open_orders())
    working = [w for w in own if not w.is_done and w.is_transmitted]
    assert {t.order.permId for t in listed} == {w.perm_id for w in working}
    for w in working:
        trade = ib.wrapper.permId2Trade[w.perm_id]
        order = trade.order
        assert (order.orderId, order.totalQuantity, order.orderType) == (w.order_id, w.order.totalQuantity,
                                                                        w.order.orderType)  # fmt: skip
        for name in ("lmtPrice", "auxPrice"):
            assert getattr(order, name) == getattr(w.order, name), (name, getattr(order, name))
        assert trade.orderStatus.status in (w.status, "ValidationError")
    everyone = link.ask(ib._all_open_orders())
    assert {t.order.permId for t in everyone} == {w.perm_id for w in orders if not w.is_done and w.is_transmitted}
    done = {t.order.permId for t in link.ask(ib._completed_orders(False))}
    assert done == {w.perm_id for w in orders if w.is_done and w.is_transmitted}
    by_api = {t.order.permId for t in link.ask(ib._completed_orders(True))}
    assert by_api == {w.perm_id for w in orders if w.is_done and w.is_transmitted and not w.is_manual}
    fills = [f.execution.execId for f in link.ask(ib._executions(None))]
    assert sorted(fills) == sorted(fill.exec_id for w in orders for fill in w.fills)
