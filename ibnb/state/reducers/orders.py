"""Orders and fills.

Open and completed orders, statuses, executions and their commissions, in whatever order they come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from ibnb.contract import Contract
from ibnb.objects import CommissionReport, Execution, Fill, TradeLogEntry
from ibnb.order import Order, OrderState, OrderStatus, Trade
from ibnb.state.store import Store, order_key
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER, parseIBDatetime
from ibnb.wire import catalogue as m

OWN_ORDERS = "reqOpenOrders"  # what the list of a client's own orders is called among the requests
MAX_EARLY = 10_000  # messages kept that came before what they belong to
# What a message says of a status.
_TOLD = "status filled remaining avgFillPrice permId parentId lastFillPrice clientId whyHeld mktCapPrice".split()
_told = attrgetter(*_TOLD)
_TAKEN_OVER = ("permId", "totalQuantity", "lmtPrice", "auxPrice", "orderType", "orderRef")


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the order messages."""
    return {**_order_routes(store), **_fill_routes(store)}


def touch(store: Store, trade: Trade) -> None:
    """Note that a trade has changed, for the orders table."""
    order = trade.order
    key = order_key(order.clientId, order.orderId, order.permId)
    store.touch("orders", key if key in store.trades else order.permId)


def _rename(store: Store, trade: Trade, client_id: int, order_id: int) -> None:
    """Keep an order that had none under its id, so that it can be changed and cancelled from here."""
    order, status = trade.order, trade.orderStatus
    store.trades.pop(order_key(order.clientId, order.orderId, order.permId), None)
    touch(store, trade)
    order.clientId, order.orderId = status.clientId, status.orderId = client_id, order_id
    store.trades[order_key(client_id, order_id, order.permId)] = trade
    touch(store, trade)


def _order_routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of orders and statuses. Long, since it only holds handlers, closures over the store."""
    requests = store.requests
    early_bonds: set[int] = set()  # permIds of orders bound before they were told

    def open_order(order: Order, contract: Contract, orderState: OrderState, *_: Any) -> None:
        if store.on_order_id is not None:
            store.on_order_id(order.orderId)
        if order.whatIf:
            if _is_answer(orderState):
                requests.finish(order.orderId, orderState)
            return
        key = order_key(order.clientId, order.orderId, order.permId)
        trade = store.trades.get(key)
        if trade is None and order.orderId > 0:
            known = store.permId2Trade.get(order.permId)
            if known is not None and known.order.orderId <= 0:  # bound meanwhile, or known as completed
                _rename(store, known, order.clientId, order.orderId)
                trade = known
        if trade is not None:
            for name in _TAKEN_OVER:
                setattr(trade.order, name, getattr(order, name))
        else:
            status = OrderStatus(order.orderId, orderState.status)
            trade = store.trades[key] = Trade(contract._specialize(), order, status, [], [])
        if order.permId:
            store.permId2Trade.setdefault(order.permId, trade)
        store.touch("orders", key)
        pending = requests.get("openOrders")
        if pending is None or not _is_listed(store, pending.what, order, orderState):
            store.emit_ib("openOrderEvent", trade)
        else:
            pending.results[key] = trade  # a trade may come twice
        if order.permId in early_bonds:
            early_bonds.discard(order.permId)
            store.emit_ib("orderBoundEvent", trade)

    def order_bound(permId: int, clientId: int, orderId: int) -> None:
        trade = store.permId2Trade.get(permId)
        if trade is None:
            store.unknown_ids += 1
            if len(early_bonds) < MAX_EARLY:
                early_bonds.add(permId)
            return
        _rename(store, trade, clientId, orderId)
        if store.on_order_id is not None:
            store.on_order_id(orderId)
        store.emit_ib("orderBoundEvent", trade)

    def open_order_end() -> None:
        pending = requests.get("openOrders")
        if pending is not None:
            requests.finish("openOrders", list(pending.results.values()))

    def completed_order(contract: Contract, order: Order, orderState: OrderState, *_: Any) -> None:
        known = store.permId2Trade.get(order.permId)
        if known is None:
            status = OrderStatus(orderId=order.orderId, status=orderState.status, permId=order.permId)
            known = Trade(contract._specialize(), order, status, [], [])
            store.trades[order.permId] = store.permId2Trade[order.permId] = known
            store.touch("orders", order.permId)
        elif not known.isDone() and orderState.status in OrderStatus.DoneStates:  # it was not followed to its end
            old_status, known.orderStatus.status = known.orderStatus.status, orderState.status
            _tell_status(store, known, old_status)
        pending = requests.get("completedOrders")
        if pending is not None:
            pending.results.append(known)

    def order_status(
        orderId: int,
        status: str,
        filled: float,
        remaining: float,
        avgFillPrice: float,
        permId: int,
        parentId: int,
        lastFillPrice: float,
        clientId: int,
        whyHeld: str,
        mktCapPrice: float,
    ) -> None:
        key = order_key(clientId, orderId, permId)
        trade = store.trades.get(key)
        if trade is None:
            trade = store.permId2Trade.get(permId)
        if trade is None:
            store.unknown_ids += 1
            return
        known = trade.orderStatus
        old_status = known.status
        told = (
            status,
            filled,
            remaining,
            avgFillPrice,
            permId,
            parentId,
            lastFillPrice,
            clientId,
            whyHeld,
            mktCapPrice,
        )
        message = ""
        if _told(known) != told:
            known.status, known.filled, known.remaining, known.avgFillPrice = told[:4]
            known.permId, known.parentId, known.lastFillPrice, known.clientId = told[4:8]
            known.whyHeld, known.mktCapPrice = whyHeld, mktCapPrice
        elif status == "Submitted" and trade.log and trade.log[-1].message == "Modify":
            message = "Modified"
        else:
            return
        _tell_status(store, trade, old_status, message)

    return {
        m.OpenOrder: open_order,
        m.OpenOrderEnd: open_order_end,
        m.OrderBound: order_bound,
        m.CompletedOrder: completed_order,
        m.CompletedOrdersEnd: lambda: requests.finish("completedOrders"),
        m.OrderStatus: order_status,
    }


def _tell_status(store: Store, trade: Trade, old_status: str, message: str = "") -> None:
    """Log and tell the new status of a trade."""
    status = trade.orderStatus.status
    trade.log.append(TradeLogEntry(store.now, status, message))
    touch(store, trade)
    store.emit_ib("orderStatusEvent", trade)
    store.emit(trade, "statusEvent", trade)
    if status != old_status:
        if status == OrderStatus.Filled:
            store.emit(trade, "filledEvent", trade)
        elif status == OrderStatus.Cancelled:
            store.emit(trade, "cancelledEvent", trade)


def _is_listed(store: Store, what: str, order: Order, state: OrderState) -> bool:
    """Tell whether an open order may belong to a list that is asked for; news of others come in between."""
    if state.status in (OrderStatus.Filled, OrderStatus.Cancelled, OrderStatus.ApiCancelled):
        return False
    return what != OWN_ORDERS or order.clientId == store.client_id


def _is_answer(state: OrderState) -> bool:
    """Tell whether a what-if reply has its margins: TWS may send an empty one first."""
    change = state.initMarginChange
    return bool(change) and float(change) != UNSET_DOUBLE


def _parts(exec_id: str) -> tuple[str, int]:
    """Return what corrections leave alone of the id of an execution, and the number of the correction."""
    base, _, revision = exec_id.rpartition(".")
    return (base, int(revision)) if base.count(".") >= 2 and revision.isdecimal() else (exec_id, 0)


def _moment(text: Any, zone: str) -> dt.datetime:
    """Return the time of an execution in UTC; one without a zone is TWS's (`IB.TimezoneTWS`, else this machine's)."""
    when = parseIBDatetime(text) if isinstance(text, str) and text else text
    if not isinstance(when, dt.datetime):
        return EPOCH
    if when.tzinfo is None and zone:
        when = when.replace(tzinfo=ZoneInfo(zone))
    return when.astimezone(dt.UTC)


def _fill_routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of executions and commissions. Long, as it only holds handlers, closures over the store."""
    requests = store.requests
    early_reports: dict[str, CommissionReport] = {}  # a report may overtake its execution
    revisions: dict[str, str] = {}  # the newest id of each execution by what corrections leave alone of it

    def take_in(fill: Fill, trade: Trade | None) -> bool:
        """Keep a new fill, in the place of the one that it corrects; tell whether it is news."""
        exec_id = fill.execution.execId
        base, revision = _parts(exec_id)
        before = revisions.get(base)
        if before is not None and _parts(before)[1] > revision:
            return False  # it has been corrected already
        is_news = before != exec_id  # else somebody has emptied the fills since
        revisions[base] = exec_id
        if before is not None and is_news:
            store.fills.pop(before, None)
            store.touch("executions", before)
        store.fills[exec_id] = fill
        store.touch("executions", exec_id)
        if trade is None:
            return is_news
        places = [] if before is None else [k for k, f in enumerate(trade.fills) if f.execution.execId == before]
        text = f"Fill {fill.execution.shares}@{fill.execution.price}"
        if places:
            trade.fills[places[0]] = fill
            text = f"Corrected: {text}"
        else:
            trade.fills.append(fill)
        if places and not is_news:
            return False
        trade.log.append(TradeLogEntry(fill.time, trade.orderStatus.status, text))
        touch(store, trade)
        return is_news

    def exec_details(reqId: int, execution: Execution, contract: Contract) -> None:
        if execution.orderId == UNSET_INTEGER:  # executions of manual orders come so
            execution.orderId = 0
        execution.time = _moment(execution.time, store.owner.TimezoneTWS)
        trade = store.permId2Trade.get(execution.permId)
        if trade is None:
            trade = store.trades.get(order_key(execution.clientId, execution.orderId, execution.permId))
        contract = trade.contract if trade is not None and contract == trade.contract else contract._specialize()
        pending = requests.get(reqId)
        is_live = pending is None
        fill = store.fills.get(execution.execId)
        if fill is None:
            report = early_reports.pop(execution.execId, None)
            fill = Fill(contract, execution, CommissionReport(), store.now if is_live else execution.time)
            if take_in(fill, trade) and trade is not None and is_live:
                store.emit_ib("execDetailsEvent", trade, fill)
                store.emit(trade, "fillEvent", trade, fill)
            if report is not None:
                commission(report)
        if pending is not None:
            pending.results.append(fill)

    def exec_details_end(reqId: int) -> None:
        pending = requests.get(reqId)
        if pending is not None:  # without those that later ones have corrected
            requests.finish(reqId, [f for f in pending.results if store.fills.get(f.execution.execId) is f])

    def commission(report: CommissionReport) -> None:
        if report.yield_ == UNSET_DOUBLE:
            report.yield_ = 0.0
        if report.realizedPNL == UNSET_DOUBLE:
            report.realizedPNL = 0.0
        fill = store.fills.get(report.execId)
        if fill is None:
            if len(early_reports) < MAX_EARLY:
                early_reports[report.execId] = report
            return
        known = fill.commissionReport
        for name, value in vars(report).items():
            setattr(known, name, value)
        store.touch("executions", report.execId)
        execution = fill.execution
        trade = store.permId2Trade.get(execution.permId)
        if trade is None:
            trade = store.trades.get(order_key(execution.clientId, execution.orderId, execution.permId))
        if trade is not None:
            touch(store, trade)
            store.emit_ib("commissionReportEvent", trade, fill, known)
            store.emit(trade, "commissionReportEvent", trade, fill, known)

    return {
        m.ExecDetails: exec_details,
        m.ExecDetailsEnd: exec_details_end,
        m.CommissionAndFeesReport: commission,
    }
