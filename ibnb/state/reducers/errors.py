"""Error messages (id 4): end the request or order that they belong to, or only tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.errors import ends_order, ends_request, error_for, is_warning
from ibnb.objects import TradeLogEntry
from ibnb.order import OrderStatus, Trade
from ibnb.state.reducers.depth import reset_book
from ibnb.state.reducers.orders import touch
from ibnb.state.reducers.scanner import empty_scan
from ibnb.state.store import Store
from ibnb.wire import catalogue as m

NOTHING_FOUND, BOOK_RESET, LINK_BACK, BARS_BUST = 165, 317, 1102, 10225


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
        _follow_up(store, reqId, errorCode)
        store.on_error(reqId, errorCode, errorString)
        store.emit_ib("errorEvent", reqId, errorCode, errorString, contract)

    return {m.Error: error}


def _follow_up(store: Store, reqId: int, code: int) -> None:
    """Do what a code asks of the client besides ending the request."""
    again = None
    if code == NOTHING_FOUND:
        empty_scan(store, reqId)
    elif code == BOOK_RESET:
        record = store.records.get(reqId)
        if record is not None:
            reset_book(store, record)
    elif code == BARS_BUST:
        again = store.again.get(reqId)
    elif code == LINK_BACK:
        again = store.again.get("accountSummary")
    elif ends_request(code):  # so that the next request is not taken for a second one
        if reqId == store.wshMetaReqId:
            store.wshMetaReqId = 0
        elif reqId == store.wshEventReqId:
            store.wshEventReqId = 0
    if again is not None:
        again(None)


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
