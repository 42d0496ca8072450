"""Orders: placing, modifying, cancelling, previewing; open and completed orders; executions."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any

from ibnb.api.core import Core
from ibnb.api.trading import Trading
from ibnb.contract import Contract
from ibnb.objects import Execution, ExecutionFilter, Fill, TradeLogEntry
from ibnb.order import BracketOrder, LimitOrder, Order, OrderState, OrderStatus, StopOrder, Trade
from ibnb.state.reducers.orders import OWN_ORDERS, touch
from ibnb.state.store import order_key


class OrdersMixin(Core):
    """Order methods of `IB`."""

    trading: Trading

    def trades(self) -> list[Trade]:
        """Return all trades of this session, done ones too."""
        with self.wrapper.lock:
            return list(self.wrapper.trades.values())

    def openTrades(self) -> list[Trade]:
        """Return the trades that are not done."""
        with self.wrapper.lock:
            return [
                trade
                for trade in self.wrapper.trades.values()
                if trade.orderStatus.status not in OrderStatus.DoneStates
            ]

    def orders(self) -> list[Order]:
        """Return the orders of all trades."""
        return [trade.order for trade in self.trades()]

    def openOrders(self) -> list[Order]:
        """Return the orders that are not done."""
        return [trade.order for trade in self.openTrades()]

    def fills(self) -> list[Fill]:
        """Return the fills of this session and those fetched at start."""
        with self.wrapper.lock:
            return list(self.wrapper.fills.values())

    def executions(self) -> list[Execution]:
        """Return the executions of all fills."""
        return [fill.execution for fill in self.fills()]

    # -- placing

    def placeOrder(self, contract: Contract, order: Order) -> Trade:
        """Place an order, or modify the one placed before with the same object; return its live Trade at once.

        Raises:
            TradingDisabled: The connection is read-only (see `ib.trading`).
            AssertionError: The trade to modify is done.
            FieldError: A field cannot be sent.
        """
        order_id = order.orderId or self.client.getReqId()
        account = order.account or (self.wrapper.accounts[0] if len(self.wrapper.accounts) == 1 else "")
        self.trading.check(account, order.totalQuantity)
        with self.wrapper.lock:
            store = self.wrapper
            now = dt.datetime.now(store.defaults.timezone)
            key = order_key(store.client_id if not order.clientId else order.clientId, order_id, order.permId)
            trade = store.trades.get(key)
            if trade is not None:
                assert trade.orderStatus.status not in OrderStatus.DoneStates, (
                    f"order {order_id} is {trade.orderStatus.status}; place a new one"
                )
                self.client.placeOrder(order_id, contract, order)
                store.modified.add((order.clientId, order_id))
                trade.log.append(TradeLogEntry(now, trade.orderStatus.status, "Modify"))
                store.emit(trade, "modifyEvent", trade)
                store.emit_ib("orderModifyEvent", trade)
            else:
                self.client.placeOrder(order_id, contract, order)
                order.orderId, order.clientId = order_id, store.client_id
                self.client.updateReqId(order_id + 1)
                status = OrderStatus(orderId=order_id, status=OrderStatus.PendingSubmit)
                trade = Trade(contract, order, status, [], [TradeLogEntry(now, status.status)])
                store.trades[order_key(order.clientId, order_id, 0)] = trade
                store.emit_ib("newOrderEvent", trade)
            touch(store, trade)
            self._fire()
        self._deliver()
        return trade

    def cancelOrder(self, order: Order, manualCancelOrderTime: str = "") -> Trade | None:
        """Cancel an order; return its Trade, None when it is not known here."""
        with self.wrapper.lock:
            store = self.wrapper
            self.client.cancelOrder(order.orderId, manualCancelOrderTime)
            trade = store.trades.get(order_key(order.clientId, order.orderId, order.permId))
            if trade is None:
                self._logger.error("cancelOrder: Unknown orderId %s", order.orderId)
                return None
            status = trade.orderStatus
            if not trade.isDone():
                never_sent = status.status == OrderStatus.PendingSubmit and not self._is_transmitted(order)
                cancelled = never_sent or status.status == OrderStatus.Inactive
                status.status = OrderStatus.Cancelled if cancelled else OrderStatus.PendingCancel
                trade.log.append(TradeLogEntry(dt.datetime.now(store.defaults.timezone), status.status))
                touch(store, trade)
                store.emit(trade, "cancelEvent", trade)
                store.emit(trade, "statusEvent", trade)
                store.emit_ib("cancelOrderEvent", trade)
                store.emit_ib("orderStatusEvent", trade)
                if cancelled:
                    store.emit(trade, "cancelledEvent", trade)
                self._fire()
        self._deliver()
        return trade

    def _is_transmitted(self, order: Order) -> bool:
        """Tell whether TWS may have sent an order on: by itself, or with the last one of its bracket."""
        if order.transmit:
            return True
        top = order.parentId or order.orderId
        return any(
            other.transmit and other.clientId == order.clientId and top in (other.orderId, other.parentId)
            for other in (trade.order for trade in self.wrapper.trades.values())
        )

    def reqGlobalCancel(self) -> None:
        """Cancel all open orders of all clients, those placed by hand in TWS too."""
        self.client.reqGlobalCancel()
        self._logger.info("reqGlobalCancel")

    def whatIfOrder(self, contract: Contract, order: Order) -> OrderState:
        """Return margins and commission that an order would have, without placing it."""
        return self._wait(self._what_if(contract, order), "whatIfOrder")

    def whatIfOrderAsync(self, contract: Contract, order: Order) -> Awaitable[OrderState]:
        """Async form of `whatIfOrder`."""
        return self._await(self._what_if(contract, order))

    def _what_if(self, contract: Contract, order: Order) -> Future[OrderState]:
        preview = copy.copy(order)
        preview.whatIf = True
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"what-if of {order!r}",
            lambda: self.client.placeOrder(req_id, contract, preview),
            contract=contract,
            results=[],
        )

    def bracketOrder(
        self,
        action: str,
        quantity: float,
        limitPrice: float,
        takeProfitPrice: float,
        stopLossPrice: float,
        **kwargs: Any,
    ) -> BracketOrder:
        """Return a limit order with a take-profit and a stop-loss that live and die with it; place all three, in order.

        Args:
            kwargs: Fields for all three orders, such as `tif="GTC"`.
        """
        if action not in ("BUY", "SELL"):
            raise AssertionError(f"bracketOrder: action is {action!r}, not 'BUY' or 'SELL'")
        reverse = "BUY" if action == "SELL" else "SELL"
        ids = [self.client.getReqId() for _ in range(3)]
        parent = LimitOrder(action, quantity, limitPrice, orderId=ids[0], transmit=False, **kwargs)
        profit = LimitOrder(
            reverse, quantity, takeProfitPrice, orderId=ids[1], transmit=False, parentId=ids[0], **kwargs
        )
        loss = StopOrder(reverse, quantity, stopLossPrice, orderId=ids[2], transmit=True, parentId=ids[0], **kwargs)
        return BracketOrder(parent, profit, loss)

    @staticmethod
    def oneCancelsAll(orders: list[Order], ocaGroup: str, ocaType: int) -> list[Order]:
        """Put orders, not placed yet, into one group: the first fill cancels the others."""
        for order in orders:
            order.ocaGroup, order.ocaType = ocaGroup, ocaType
        return orders

    # -- lists

    def reqAutoOpenOrders(self, autoBind: bool = True) -> None:
        """Bind orders placed by hand in TWS to this client from now on; only for client id 0."""
        self.client.reqAutoOpenOrders(autoBind)

    def reqOpenOrders(self) -> list[Trade]:
        """Return this client's open trades as the gateway has them."""
        return self._wait(self._open_orders(), "reqOpenOrders")

    def reqOpenOrdersAsync(self) -> Awaitable[list[Trade]]:
        """Async form of `reqOpenOrders`."""
        return self._await(self._open_orders())

    def _open_orders(self) -> Future[list[Trade]]:
        return self._listing("openOrders", OWN_ORDERS, self.client.reqOpenOrders, dict)

    def reqAllOpenOrders(self) -> list[Trade]:
        """Return the open trades of all clients and TWS; those of others are not followed afterwards."""
        return self._wait(self._all_open_orders(), "reqAllOpenOrders")

    def reqAllOpenOrdersAsync(self) -> Awaitable[list[Trade]]:
        """Async form of `reqAllOpenOrders`."""
        return self._await(self._all_open_orders())

    def _all_open_orders(self) -> Future[list[Trade]]:
        return self._listing("openOrders", "reqAllOpenOrders", self.client.reqAllOpenOrders, dict)

    def reqCompletedOrders(self, apiOnly: bool) -> list[Trade]:
        """Return the trades completed since midnight; with `apiOnly` only those of API clients."""
        return self._wait(self._completed_orders(apiOnly), "reqCompletedOrders")

    def reqCompletedOrdersAsync(self, apiOnly: bool) -> Awaitable[list[Trade]]:
        """Async form of `reqCompletedOrders`."""
        return self._await(self._completed_orders(apiOnly))

    def _completed_orders(self, api_only: bool) -> Future[list[Trade]]:
        what = f"reqCompletedOrders({api_only})"
        return self._listing("completedOrders", what, lambda: self.client.reqCompletedOrders(api_only), list)

    def _listing(self, key: str, what: str, send: Callable[[], None], results: Callable[[], Any]) -> Future[Any]:
        """Ask for a list whose answer bears no id: equal ones under way share it, others wait for their turn."""
        requests = self.wrapper.requests
        with self.wrapper.lock:
            pending = requests.get(key)
            if pending is None or pending.what == what:
                return self._start(key, what, send, results=results())
            future: Future[Any] = Future()

            def begin() -> None:
                if future.cancelled():
                    return
                try:
                    _pass_on(self._listing(key, what, send, results), future)
                except Exception as error:  # noqa: BLE001  handed to whoever waits
                    with contextlib.suppress(InvalidStateError):  # who may have left
                        future.set_exception(error)

            pending.after.append(begin)
            return future

    def reqExecutions(self, execFilter: ExecutionFilter | None = None) -> list[Fill]:
        """Return the fills since midnight that pass the filter."""
        return self._wait(self._executions(execFilter), "reqExecutions")

    def reqExecutionsAsync(self, execFilter: ExecutionFilter | None = None) -> Awaitable[list[Fill]]:
        """Async form of `reqExecutions`."""
        return self._await(self._executions(execFilter))

    def _executions(self, exec_filter: ExecutionFilter | None) -> Future[list[Fill]]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            "reqExecutions",
            lambda: self.client.reqExecutions(req_id, exec_filter or ExecutionFilter()),
            results=[],
        )


def _pass_on(source: Future[Any], target: Future[Any]) -> None:
    """Let one future end as another does, and cancel that when it is cancelled."""

    def ended(_: Future[Any]) -> None:
        try:
            if source.cancelled():
                target.cancel()
            elif (error := source.exception()) is not None:
                target.set_exception(error)
            else:
                target.set_result(source.result())
        except InvalidStateError:
            pass  # cancelled meanwhile

    target.add_done_callback(lambda done: source.cancel() if done.cancelled() else None)
    source.add_done_callback(ended)
