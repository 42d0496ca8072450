"""Error messages (id 4): end the request or order that they belong to, or only tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.errors import ends_order, ends_request, error_for, is_warning
from ibnb.objects import TradeLogEntry
from ibnb.order import OrderStatus, Trade
from ibnb.state.reducers.orders import touch
from ibnb.state.store import Store
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handler of the error message."""
    requests = store.requests

    def error(reqId: int, errorCode: int, errorString: str, advancedOrderRejectJson: str, errorTime: int) -> None:
        contract = store.contracts.get(reqId)
        pending = requests.get(reqId)
        trade = store.trades.get((store.client_id, reqId)) if reqId != -1 and pending is None else None
        level = "warning" if is_warning(errorCode) else "error"
        store.add_log(
            level if reqId != -1 or level == "error" else "info", "TWS", errorString, errorCode, contract, reqId
        )
        if pending is not None:
            if ends_request(errorCode):
                if store.raise_errors():
                    requests.fail(reqId, error_for(reqId, errorCode, errorString, contract))
                else:
                    if hasattr(pending.results, "reason"):
                        pending.results.reason = f"{errorCode}: {errorString}"
                    requests.finish(reqId)
        elif trade is not None:
            _order_error(
                store,
                trade,
                errorCode,
                f"{level.capitalize()} {errorCode}, reqId {reqId}: {errorString}",
                advancedOrderRejectJson,
            )
        store.on_error(reqId, errorCode, errorString)
        store.emit_ib("errorEvent", reqId, errorCode, errorString, contract)

    return {m.Error: error}


def _order_error(store: Store, trade: Trade, code: int, text: str, advanced_reject: str) -> None:
    status = trade.orderStatus
    ends = ends_order(code, status.status)
    if advanced_reject:
        trade.advancedError = advanced_reject
    if ends:
        if trade.isDone():
            return
        status.status = OrderStatus.Cancelled
    elif is_warning(code):
        status.status = OrderStatus.ValidationError
    else:
        trade.log.append(TradeLogEntry(store.now, status.status, text, code))
        touch(store, trade)
        return
    trade.log.append(TradeLogEntry(store.now, status.status, text, code))
    touch(store, trade)
    store.emit_ib("orderStatusEvent", trade)
    store.emit(trade, "statusEvent", trade)
    if ends:
        store.emit(trade, "cancelledEvent", trade)
