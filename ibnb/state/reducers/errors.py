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
DATA_LOST, QUERY_GONE = 1101, 366
NOT_VALID = 321
CANCELLED, NOT_KNOWN = 202, 10147

# What the refusal of a request says that has no id, and how the names of those requests begin.
REFUSED_WITHOUT_ID = (("FA data operations", ("requestFA-",)), ("Read-Only mode", ("openOrders", "completedOrders")))


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
            # What is asked for anew was cancelled first; that it had been gone is no answer to the new request.
            if ends_request(errorCode) and not (errorCode == QUERY_GONE and reqId in store.reloading):
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
        elif reqId == -1 and errorCode == NOT_VALID:
            _end_unnumbered(store, errorString)
        _follow_up(store, reqId, errorCode)
        store.on_error(reqId, errorCode, errorString)
        store.emit_ib("errorEvent", reqId, errorCode, errorString, contract)

    return {m.Error: error}


def _end_unnumbered(store: Store, text: str) -> None:
    """End the requests without an id that TWS refuses; only the words of the refusal tell which."""
    for words, names in REFUSED_WITHOUT_ID:
        if words in text:
            for name in names:
                if store.raise_errors():
                    store.requests.fail_named(name, error_for(-1, NOT_VALID, text))
                else:
                    store.requests.finish_named(name)


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
    elif code == DATA_LOST:  # TWS has forgotten what was subscribed
        for repeat in list(store.again.values()):
            repeat(None)
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
    """Let an error about an order end it, if it does that, or mark it.

    Of a taken order that has been modified an error may refuse just that; it lives on until its status says otherwise.
    """
    status, order = trade.orderStatus, trade.order
    ends = ends_order(code, status.status)
    is_modified = order.permId != 0 and (order.clientId, order.orderId) in store.modified
    is_refused = ends and is_modified and code not in (CANCELLED, NOT_KNOWN)
    if advanced_reject:
        trade.advancedError = advanced_reject
    if trade.isDone():
        if not ends or (
            status.status != OrderStatus.Filled and code != CANCELLED
        ):  # why it ended, told after the status
            trade.log.append(TradeLogEntry(store.now, status.status, text, code))
            touch(store, trade)
        return
    if ends and not is_refused:
        status.status = OrderStatus.Cancelled
    elif is_refused or is_warning(code):
        ends = False
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
