"""ibnb, ib_async and the official client behind one face, so that a test can let each do the same.

What they know comes as plain facts: tuples and dicts that are compared with `==`. `sync` returns when everything that
the gateway has said before has been taken in.
"""

from __future__ import annotations

import asyncio
import copy
import queue
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ib_async
from ibapi.client import EClient
from ibapi.contract import Contract as OfficialContract
from ibapi.execution import ExecutionFilter
from ibapi.order import Order as OfficialOrder
from ibapi.order_cancel import OrderCancel
from ibapi.wrapper import EWrapper

import ibnb
from ibnb.values import UNSET_DOUBLE

WAIT_S = 20
FIELDS = ("action", "totalQuantity", "orderType", "lmtPrice", "auxPrice")
Facts = tuple[Any, ...]


def terms(order: Any) -> Facts:
    """Return what an order asks for; a price that is not given is None."""
    return tuple(plain(getattr(order, name)) for name in FIELDS)


def plain(value: Any) -> Any:
    """Return a number as a float, None for "no value"."""
    if isinstance(value, str):
        return value
    number = float(value)
    return None if number in (0.0, UNSET_DOUBLE) or number != number else number


def execution_facts(execution: Any) -> Facts:
    """Return what is compared of an execution."""
    return (
        execution.permId, execution.clientId, execution.orderId, execution.side, float(execution.shares),
        execution.price, float(execution.cumQty), execution.avgPrice, execution.acctNumber,
    )  # fmt: skip


def status_facts(status: Any) -> Facts:
    """Return what is compared of a status."""
    return status.status, float(status.filled), float(status.remaining), status.avgFillPrice


def preview_facts(state: Any) -> Facts:
    """Return what is compared of a preview: margins and commission."""
    names = ("initMargin", "maintMargin", "equityWithLoan")
    margins = (float(getattr(state, name + suffix)) for name in names for suffix in ("Before", "Change", "After"))
    return (*margins, state.commissionAndFees if hasattr(state, "commissionAndFees") else state.commission)


class Library:
    """What ibnb and ib_async have in common: their API. `run` calls a function where their events live.

    Orders are described by keyword arguments of their fields; `errors` and `bound` gather what is told of them.
    """

    name = ""

    def __init__(self, module: Any, host: str, port: int, client_id: int) -> None:
        self.module, self.client_id = module, client_id
        self.orders: dict[int, Any] = {}
        self.errors: list[tuple[int, int]] = []
        self.bound: list[tuple[int, int]] = []
        self.ib = self.run(module.IB)
        self.ib.errorEvent += self._heard
        self._listen()
        self.run(lambda: self.ib.connectAsync(host, port, clientId=client_id, timeout=WAIT_S))
        self.contract = module.Stock("AMD", "SMART", "USD", conId=4391)
        account = self.ib.managedAccounts()[0]
        self.pnl = self.run(lambda: self.ib.reqPnL(account))
        self.pnl_of_one = self.run(lambda: self.ib.reqPnLSingle(account, "", 4391))

    def _listen(self) -> None:
        """Listen to what only one of them tells."""

    def run(self, make: Callable[[], Any]) -> Any:
        """Call `make`, and wait for what it returns."""
        raise LookupError("Library is the base of Ours and IbAsync")

    def _heard(self, req_id: int, code: int, text: str, contract: Any) -> None:
        if req_id > 0:
            self.errors.append((req_id, code))

    def place(self, **fields: Any) -> int:
        """Place an order; return its id."""
        order = self.module.Order(**fields)
        self.run(lambda: self.ib.placeOrder(self.contract, order))
        return int(order.orderId)

    def _order(self, order_id: int) -> Any:
        return self.ib.wrapper.trades[self.client_id, order_id].order

    def modify(self, order_id: int, **fields: Any) -> None:
        """Change an order."""
        order = self._order(order_id)
        for name, value in fields.items():
            setattr(order, name, value)
        self.run(lambda: self.ib.placeOrder(self.contract, order))

    def cancel(self, order_id: int) -> None:
        """Cancel an order."""
        order = self._order(order_id)
        self.run(lambda: self.ib.cancelOrder(order))

    def cancel_all(self) -> None:
        """Cancel everybody's orders."""
        self.run(lambda: self.ib.reqGlobalCancel())

    def sync(self) -> None:
        """Wait until all is in."""
        self.run(lambda: self.ib.reqCurrentTimeAsync())

    def live(self) -> dict[tuple[int, int], Facts]:
        """Return the orders with an id by client and order id: permId, terms, status, filled, remaining, average."""
        return {
            (t.order.clientId, t.order.orderId): (t.order.permId, *terms(t.order), *status_facts(t.orderStatus))
            for t in self.ib.trades() if t.order.orderId > 0
        }  # fmt: skip

    def all_open(self) -> dict[int, Facts]:
        """Ask for everybody's open orders, by permId."""
        return self._open(self.run(lambda: self.ib.reqAllOpenOrdersAsync()))

    def own_open(self) -> dict[int, Facts]:
        """Ask for the own open orders, by permId."""
        return self._open(self.run(lambda: self.ib.reqOpenOrdersAsync()))

    @staticmethod
    def _open(trades: list[Any]) -> dict[int, Facts]:
        return {
            t.order.permId: (t.order.clientId, t.order.orderId, *terms(t.order), *status_facts(t.orderStatus))
            for t in trades
        }  # fmt: skip

    def completed(self, api_only: bool) -> dict[int, str]:
        """Ask for orders that are done: their status by permId."""
        trades = self.run(lambda: self.ib.reqCompletedOrdersAsync(api_only))
        return {t.order.permId: t.orderStatus.status for t in trades}

    def executions(self) -> dict[str, Facts]:
        """Ask for everybody's executions: facts, commission, its currency, profit."""
        fills = self.run(lambda: self.ib.reqExecutionsAsync())
        reports = {f.execution.execId: f.commissionReport for f in self.ib.fills()}
        return {
            (e := f.execution).execId: (
                *execution_facts(e), reports[e.execId].commission, reports[e.execId].currency,
                reports[e.execId].realizedPNL,
            )
            for f in fills
        }  # fmt: skip

    def told_fills(self) -> list[str]:
        """Return the ids of all executions known, told unasked or asked for."""
        return sorted(fill.execution.execId for fill in self.ib.fills())

    def preview(self, **fields: Any) -> Facts:
        """Ask what an order would cost."""
        order = self.module.Order(**fields)
        return preview_facts(self.run(lambda: self.ib.whatIfOrderAsync(self.contract, order)))

    def positions(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Return the positions as they are told."""
        return {(p.account, p.contract.conId): (p.position, p.avgCost) for p in self.ib.positions()}

    def values(self) -> dict[tuple[str, str], str]:
        """Return the account's values."""
        return {(v.tag, v.currency): v.value for v in self.ib.accountValues() if not v.modelCode}

    def portfolio(self) -> dict[int, Facts]:
        """Return the account's portfolio."""
        return {
            p.contract.conId: (p.position, p.marketPrice, p.marketValue, p.averageCost, p.unrealizedPNL, p.realizedPNL)
            for p in self.ib.portfolio()
        }  # fmt: skip

    def profits(self) -> Facts:
        """Return the account's daily, unrealized and realized profit, and those of the one position with its value."""
        whole, one = self.pnl, self.pnl_of_one
        return (
            whole.dailyPnL, whole.unrealizedPnL, whole.realizedPnL,
            one.position, one.dailyPnL, one.unrealizedPnL, one.realizedPnL, one.value,
        )  # fmt: skip

    def close(self) -> None:
        """Disconnect."""
        self.run(lambda: self.ib.disconnect())


class Ours(Library):
    """ibnb, called from the test's own thread."""

    name = "ibnb"

    def __init__(self, host: str, port: int, client_id: int) -> None:
        super().__init__(ibnb, host, port, client_id)

    def _listen(self) -> None:
        self.ib.orderBoundEvent += lambda trade: self.bound.append((trade.order.permId, trade.order.orderId))

    def run(self, make: Callable[[], Any]) -> Any:
        """Call `make`, and wait for what it returns."""
        result = make()
        return ibnb.util.run(result) if asyncio.isfuture(result) or asyncio.iscoroutine(result) else result


class IbAsync(Library):
    """ib_async, on a loop in a thread of its own."""

    name = "ib_async"

    def __init__(self, host: str, port: int, client_id: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        super().__init__(ib_async, host, port, client_id)

    def run(self, make: Callable[[], Any]) -> Any:
        """Call `make` on the loop, and wait for what it returns."""

        async def call() -> Any:
            result = make()
            return await result if asyncio.isfuture(result) or asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(WAIT_S)

    def close(self) -> None:
        """Disconnect and end the loop."""
        super().close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(WAIT_S)
        self.loop.close()


HEARD = (
    "nextValidId managedAccounts openOrder openOrderEnd orderStatus execDetails execDetailsEnd commissionAndFeesReport "
    "completedOrder completedOrdersEnd orderBound position positionEnd pnl pnlSingle currentTime error "
    "updateAccountValue updatePortfolio accountDownloadEnd"
).split()


class _App(EWrapper, EClient):  # type: ignore[misc]
    """The official client; what it hears goes to `heard` with the callback's name."""

    def __init__(self, heard: Callable[..., None]) -> None:
        EClient.__init__(self, self)
        for name in HEARD:
            setattr(self, name, self._teller(name, heard))

    @staticmethod
    def _teller(name: str, heard: Callable[..., None]) -> Callable[..., None]:
        return lambda *args: heard(name, *args)


class Official:
    """The official client, with the state that the libraries keep by themselves."""

    name = "official"

    def __init__(self, host: str, port: int, client_id: int) -> None:
        self.client_id = client_id
        self.orders: dict[int, Any] = {}
        self.errors: list[tuple[int, int]] = []
        self.bound: list[tuple[int, int]] = []
        self._ends: queue.Queue[str] = queue.Queue()
        self._opened: dict[tuple[int, int, int], Facts] = {}
        self._status: dict[tuple[int, int, int], Facts] = {}
        self._gathered: dict[Any, Any] = {}
        self._fills: dict[str, Facts] = {}
        self._reports: dict[str, Facts] = {}
        self._previews: dict[int, Any] = {}
        self._positions: dict[tuple[str, int], tuple[float, float]] = {}
        self._profit: Facts = ()
        self._profit_of_one: Facts = ()
        self._values: dict[tuple[str, str], str] = {}
        self._portfolio: dict[int, Facts] = {}
        self.contract = OfficialContract()
        self.contract.symbol, self.contract.secType, self.contract.conId = "AMD", "STK", 4391
        self.contract.exchange, self.contract.currency = "SMART", "USD"
        self.app = _App(self._heard)
        self.app.connect(host, port, client_id)
        self._thread = threading.Thread(target=self.app.run, daemon=True)
        self._thread.start()
        self._until("nextValidId")
        self._start()

    def _start(self) -> None:
        """Ask for what the libraries ask for when they connect."""
        if self.client_id == 0:
            self.app.reqAutoOpenOrders(True)
            self._until("openOrderEnd")
        self.app.reqPositions()
        self._until("positionEnd")
        self.own_open()
        self.executions()
        self.app.reqAccountUpdates(True, self.account)
        self._until("accountDownloadEnd")
        self.app.reqPnL(9001, self.account, "")
        self.app.reqPnLSingle(9002, self.account, "", 4391)

    # -- what is heard, on the client's thread

    def _heard(self, name: str, *args: Any) -> None:
        handler = getattr(self, f"_on_{name}", None)
        if handler is not None:
            handler(*args)
        if handler is None or name == "nextValidId":
            self._ends.put(name)

    def _until(self, name: str) -> None:
        while self._ends.get(timeout=WAIT_S) != name:
            pass

    def _on_nextValidId(self, order_id: int) -> None:
        self._next_id = order_id

    def _on_managedAccounts(self, accounts: str) -> None:
        self.account = accounts.split(",")[0]

    def _on_error(self, req_id: int, moment: int, code: int, *text: Any) -> None:
        if req_id > 0:
            self.errors.append((req_id, code))

    def _on_openOrder(self, order_id: int, contract: Any, order: Any, state: Any) -> None:
        self._next_id = max(self._next_id, order_id + 1)
        if order.whatIf:
            self._previews[order_id] = state
            self._ends.put("preview")
            return
        key = (order.clientId, order_id, order.permId)
        self._opened[key] = terms(order)
        self._gathered[key] = True
        if order.clientId == self.client_id:
            self.orders[order_id] = order

    def _on_orderStatus(
        self, order_id: int, status: str, filled: Any, remaining: Any, average: float, perm_id: int, parent: int,
        last: float, client_id: int, why: str, cap: float,
    ) -> None:  # fmt: skip
        self._status[client_id, order_id, perm_id] = (status, float(filled), float(remaining), average)

    def _on_execDetails(self, req_id: int, contract: Any, execution: Any) -> None:
        self._fills[execution.execId] = execution_facts(execution)

    def _on_commissionAndFeesReport(self, report: Any) -> None:
        self._reports[report.execId] = (report.commissionAndFees, report.currency, report.realizedPNL)

    def _on_completedOrder(self, contract: Any, order: Any, state: Any) -> None:
        self._gathered[order.permId] = state.status

    def _on_orderBound(self, perm_id: int, client_id: int, order_id: int) -> None:
        self.bound.append((perm_id, order_id))

    def _on_position(self, account: str, contract: Any, position: Any, cost: float) -> None:
        if position:
            self._positions[account, contract.conId] = (float(position), cost)
        else:
            self._positions.pop((account, contract.conId), None)

    def _on_pnl(self, req_id: int, daily: float, unrealized: float, realized: float) -> None:
        self._profit = (daily, unrealized, realized)

    def _on_pnlSingle(self, req_id: int, position: Any, *figures: float) -> None:
        self._profit_of_one = (float(position), *figures)

    def _on_updateAccountValue(self, tag: str, value: str, currency: str, account: str) -> None:
        self._values[tag, currency] = value

    def _on_updatePortfolio(self, contract: Any, position: Any, *figures: Any) -> None:
        if position:
            self._portfolio[contract.conId] = (float(position), *figures[:5])
        else:
            self._portfolio.pop(contract.conId, None)

    # -- what is done: as with the libraries

    def place(self, **fields: Any) -> int:
        """Place an order; return its id."""
        order_id, self._next_id = self._next_id, self._next_id + 1
        self.orders[order_id] = OfficialOrder()
        self.modify(order_id, **fields)
        return order_id

    def modify(self, order_id: int, **fields: Any) -> None:
        """Change an order."""
        order = copy.copy(self.orders[order_id])
        for name, value in fields.items():
            setattr(order, name, Decimal(str(value)) if name == "totalQuantity" else value)
        self.app.placeOrder(order_id, self.contract, order)

    def cancel(self, order_id: int) -> None:
        """Cancel an order."""
        self.app.cancelOrder(order_id, OrderCancel())

    def cancel_all(self) -> None:
        """Cancel everybody's orders."""
        self.app.reqGlobalCancel(OrderCancel())

    def sync(self) -> None:
        """Wait until all is in."""
        self.app.reqCurrentTime()
        self._until("currentTime")

    def live(self) -> dict[tuple[int, int], Facts]:
        """Return the orders with an id by client and order id: permId, terms, status, filled, remaining, average."""
        return {key[:2]: (key[2], *known, *self._status[key]) for key, known in self._opened.items() if key[1] > 0}

    def _open(self, ask: Callable[[], None]) -> dict[int, Facts]:
        self._gathered.clear()
        ask()
        self._until("openOrderEnd")
        return {key[2]: (*key[:2], *self._opened[key], *self._status[key]) for key in self._gathered}

    def all_open(self) -> dict[int, Facts]:
        """Ask for everybody's open orders, by permId."""
        return self._open(self.app.reqAllOpenOrders)

    def own_open(self) -> dict[int, Facts]:
        """Ask for the own open orders, by permId."""
        return self._open(self.app.reqOpenOrders)

    def completed(self, api_only: bool) -> dict[int, str]:
        """Ask for orders that are done: their status by permId."""
        self._gathered.clear()
        self.app.reqCompletedOrders(api_only)
        self._until("completedOrdersEnd")
        return dict(self._gathered)

    def executions(self) -> dict[str, Facts]:
        """Ask for everybody's executions: facts, commission, its currency, profit."""
        self.app.reqExecutions(9003, ExecutionFilter())
        self._until("execDetailsEnd")
        return {exec_id: (*facts, *self._reports[exec_id]) for exec_id, facts in self._fills.items()}

    def told_fills(self) -> list[str]:
        """Return the ids of all executions known, told unasked or asked for."""
        return sorted(self._fills)

    def preview(self, **fields: Any) -> Facts:
        """Ask what an order would cost."""
        order_id = self.place(**fields, whatIf=True)
        self._until("preview")
        return preview_facts(self._previews[order_id])

    def positions(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Return the positions as they are told."""
        return dict(self._positions)

    def values(self) -> dict[tuple[str, str], str]:
        """Return the account's values."""
        return dict(self._values)

    def portfolio(self) -> dict[int, Facts]:
        """Return the account's portfolio."""
        return dict(self._portfolio)

    def profits(self) -> Facts:
        """Return the account's daily, unrealized and realized profit, and those of the one position with its value."""
        return (*self._profit, *self._profit_of_one)

    def close(self) -> None:
        """Disconnect."""
        self.app.disconnect()
        self._thread.join(WAIT_S)
