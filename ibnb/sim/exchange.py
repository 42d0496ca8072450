"""The matching engine: order states from placing to the end, fills against the market, brackets and OCA groups.

Time comes in with `step`; what happens goes out through a `Listener`, in the order TWS tells it. Orders wait at
least one step before they trade, so that a client sees them submitted.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ibnb.contract import Contract
from ibnb.order import Order
from ibnb.sim.accounts import Account
from ibnb.sim.booking import Fill, book
from ibnb.sim.combos import match_combo
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.matching import (
    AT_CLOSE,
    LIMITS,
    STOPS,
    TOUCHED,
    Market,
    conditions_met,
    given,
    match,
    trail,
    triggered,
)  # fmt: skip
from ibnb.sim.quotes import Quote
from ibnb.sim.times import local_text, parse_time

__all__ = ["DONE", "Exchange", "Fill", "Listener", "WorkingOrder"]

DONE = frozenset({"Filled", "Cancelled", "ApiCancelled", "Inactive"})
_EPSILON = 1e-9


@dataclass(slots=True)
class WorkingOrder:
    """An order in the book or done."""

    order: Order
    contract: Contract
    instrument: Instrument
    account: Account
    client_id: int
    order_id: int
    perm_id: int
    created: float
    status: str = "PreSubmitted"
    filled: float = 0.0
    cost: float = 0.0  # sum of price times size
    last_price: float = 0.0
    stop: float | None = None
    is_triggered: bool = False
    is_resting: bool = False
    is_transmitted: bool = True
    is_manual: bool = False  # entered in TWS: no order id until client 0 binds it
    checked: float = 0.0
    expires: float | None = None
    ended: float = 0.0
    reason: str = ""
    fills: list[Fill] = field(default_factory=list)
    shares: list[tuple[Account, float]] = field(default_factory=list)  # accounts of a group order and their weights

    @property
    def remaining(self) -> float:
        """What is left to trade."""
        return round(max(self.order.totalQuantity - self.filled, 0.0), 8)

    @property
    def average(self) -> float:
        """Average fill price."""
        return self.cost / self.filled if self.filled else 0.0

    @property
    def is_done(self) -> bool:
        """Whether nothing more will happen to the order."""
        return self.status in DONE

    @property
    def sign(self) -> int:
        """1 for a buy, -1 for a sale."""
        return 1 if self.order.action == "BUY" else -1


class Listener(Protocol):
    """Who is told what happens."""

    def order_changed(self, working: WorkingOrder, *, opened: bool) -> None:
        """Status or fields changed; `opened`: the full order is to be sent too."""

    def order_filled(self, working: WorkingOrder, fill: Fill) -> None:
        """A fill was booked."""

    def order_error(self, working: WorkingOrder, code: int, text: str) -> None:
        """A message about an order."""


class Exchange:
    """All orders of all clients. `market(instrument, since, now)` gives prices, `rate(currency)` its worth in USD."""

    def __init__(
        self, listener: Listener, market: Callable[[Instrument, float, float], Market], rate: Callable[[str], float],
        find: Callable[[int], Instrument | None], *, first_id: int = 1, salt: int = 0,
    ) -> None:  # fmt: skip
        self._listener, self._market, self._rate, self._find = listener, market, rate, find
        self.orders: list[WorkingOrder] = []
        self._by_id: dict[tuple[int, int], WorkingOrder] = {}
        self.next_order_id = first_id
        self._last_used: dict[int, int] = {}
        self._perm_id = 1_000_000_000 + salt % 900_000_000
        self._exec_serial = 0
        self._salt = salt
        self.now = 0.0
        self.is_halted: Callable[[Instrument], bool] = lambda instrument: False

    # -- requests ------------------------------------------------------------------------------------------------

    def get(self, client_id: int, order_id: int) -> WorkingOrder | None:
        """Return an order of a client by its id."""
        return self._by_id.get((client_id, order_id))

    def saw(self, order_id: int) -> None:
        """Note an id that a client has used, also in vain: ids that are given out lie above it."""
        self.next_order_id = max(self.next_order_id, order_id + 1)

    def bind(self, working: WorkingOrder) -> None:
        """Give an order that was entered by hand an id of client 0, so that it may be changed and cancelled there."""
        working.order_id = working.order.orderId = self.next_order_id
        self.next_order_id += 1
        self._last_used[0] = working.order_id
        self._by_id[0, working.order_id] = working

    def open_orders(self, client_id: int | None = None) -> list[WorkingOrder]:
        """Return the orders that are not done, of one client or of all."""
        return [
            w for w in self.orders if not w.is_done and w.is_transmitted and client_id in (None, w.client_id)
        ]  # fmt: skip

    def place(
        self, client_id: int, contract: Contract, instrument: Instrument, order: Order, account: Account,
        shares: list[tuple[Account, float]] | None = None,
    ) -> None:  # fmt: skip
        """Take a new order, or new terms for one that works. Raises RequestRefused with TWS's code.

        `shares`: the accounts of a group that it is for, and their weights.
        """
        known = self._by_id.get((client_id, order.orderId))
        if known is not None:
            self._modify(known, order)
            return
        if order.orderId <= self._last_used.get(client_id, 0):
            raise RequestRefused(103, "Duplicate order id")
        working = self._take(client_id, contract, instrument, order, account)
        if shares:
            working.shares, working.order.account = shares, ""
        self._last_used[client_id] = order.orderId
        self.saw(order.orderId)
        self._by_id[client_id, order.orderId] = working
        if working.is_transmitted:
            self._transmit_family(working)

    def place_manual(
        self, contract: Contract, instrument: Instrument, order: Order, account: Account,
        on_bound: Callable[[WorkingOrder], None] | None = None,
    ) -> WorkingOrder:  # fmt: skip
        """Take an order entered by hand in TWS; with `on_bound`, which is told, it is bound to client 0 at once."""
        order = copy.copy(order)
        order.orderId, order.transmit = 0, True
        working = self._take(0, contract, instrument, order, account)
        working.is_manual = True
        if on_bound is not None:
            self.bind(working)
            on_bound(working)
        self._transmit_family(working)
        return working

    def _take(
        self, client_id: int, contract: Contract, instrument: Instrument, order: Order, account: Account
    ) -> WorkingOrder:
        """Put a new order into the book."""
        working = WorkingOrder(
            copy.copy(order), contract, instrument, account, client_id, order.orderId, self._next_perm_id(), self.now,
            checked=self.now, is_transmitted=order.transmit,
        )  # fmt: skip
        working.order.clientId, working.order.permId, working.order.account = client_id, working.perm_id, account.name
        if not working.order.tif:
            working.order.tif = "DAY"
        self.orders.append(working)
        working.expires = self._expiry(working)
        return working

    def cancel(self, client_id: int, order_id: int) -> None:
        """Cancel an order. Raises RequestRefused: 10147 unknown, 10148 too late."""
        working = self._by_id.get((client_id, order_id))
        if working is None:
            raise RequestRefused(10147, f"OrderId {order_id} that needs to be cancelled is not found.")
        if working.is_done:
            raise RequestRefused(
                10148, f"OrderId {order_id} that needs to be cancelled cannot be cancelled, state: {working.status}."
            )
        self.withdraw(working)

    def withdraw(self, working: WorkingOrder) -> None:
        """Cancel a working order, whoever asked for it."""
        self._end(working, "Cancelled", "Cancelled by Trader", error="Order Canceled - reason:")

    def cancel_all(self) -> None:
        """Cancel every open order of every client."""
        for working in [w for w in self.orders if not w.is_done]:
            if not working.is_done:
                self.withdraw(working)

    def _next_perm_id(self) -> int:
        self._perm_id += 1
        return self._perm_id

    def _modify(self, working: WorkingOrder, order: Order) -> None:
        if working.status == "Filled":
            raise RequestRefused(104, "Cannot modify a filled order.")
        if working.is_done:
            raise RequestRefused(103, "Duplicate order id")
        if order.action != working.order.action:
            raise RequestRefused(105, "Order being modified does not match original order.")
        if order.totalQuantity < working.filled:
            raise RequestRefused(105, "Order being modified does not match original order: more is filled already.")
        fresh = copy.copy(order)
        fresh.clientId, fresh.permId = working.client_id, working.perm_id
        fresh.account, fresh.tif = "" if working.shares else working.account.name, order.tif or "DAY"
        rearm = (fresh.orderType, fresh.auxPrice) != (working.order.orderType, working.order.auxPrice)
        working.order = fresh
        if rearm:
            working.is_triggered, working.stop = False, None
        working.is_resting = False
        working.expires = self._expiry(working)
        if working.filled and working.remaining <= _EPSILON:  # no more is wanted than has been traded
            self._complete(working)
            self._listener.order_changed(working, opened=True)
            self._release(working, 0.0)
        elif order.transmit and not working.is_transmitted:
            self._transmit_family(working)
        elif working.is_transmitted:
            self._listener.order_changed(working, opened=True)

    # -- families ------------------------------------------------------------------------------------------------

    def _family(self, working: WorkingOrder) -> list[WorkingOrder]:
        """The order's parent and all children of that parent (or of the order itself)."""
        top = working.order.parentId or working.order_id
        return [
            w for w in self.orders
            if w.client_id == working.client_id and top in (w.order_id, w.order.parentId) and not w.is_done
        ]  # fmt: skip

    def _transmit_family(self, working: WorkingOrder) -> None:
        members = self._family(working) if working.order.parentId else [working]
        for member in members:
            if member is working or not member.is_transmitted:
                member.is_transmitted = True
                member.created = member.checked = self.now
                self._listener.order_changed(member, opened=True)
                if not self._in_session(member, self.now):
                    self._listener.order_error(member, 399, _queued_text(member, self.now))

    def _waits_for_parent(self, working: WorkingOrder) -> bool:
        if not working.order.parentId:
            return False
        parent = self._by_id.get((working.client_id, working.order.parentId))
        return parent is not None and parent.status != "Filled"

    # -- time ----------------------------------------------------------------------------------------------------

    def step(self, now: float) -> None:
        """Move time to `now`: expire, trigger and fill orders."""
        self.now = now
        for working in [w for w in self.orders if not w.is_done and w.is_transmitted]:
            if not working.is_done and now > working.created:
                self._advance(working, now)

    def _advance(self, w: WorkingOrder, now: float) -> None:
        if w.expires is not None and now >= w.expires and w.order.orderType not in AT_CLOSE:
            self._end(w, "Cancelled", "Expired")
            return
        if self._waits_for_parent(w) or self._held_back(w, now) or self.is_halted(w.instrument):
            w.checked = now
            return
        market = self._market(w.instrument, w.checked, now)
        was_open = self._in_session(w, w.checked)
        w.checked = now
        kind = w.order.orderType
        if kind in AT_CLOSE:
            if was_open and not self._in_session(w, now):
                self._at_close(w, market)
            return
        if not self._in_session(w, now):
            return
        if kind in STOPS | TOUCHED and not w.is_triggered:
            if not self._trigger(w, market):
                return
        elif w.status == "PreSubmitted":
            self._set_status(w, "Submitted")
        self._trade(w, market)

    def _held_back(self, w: WorkingOrder, now: float) -> bool:
        if w.order.goodAfterTime:
            try:
                after, _ = parse_time(w.order.goodAfterTime, "US/Eastern")
            except RequestRefused:
                after = None
            if after is not None and now < after:
                return True
        if not w.order.conditions or w.order.conditionsCancelOrder:
            return False
        return not conditions_met(w.order.conditions, now, self._quote_of)

    def _quote_of(self, con_id: int) -> Quote | None:
        instrument = self._find(con_id)
        return None if instrument is None else self._market(instrument, self.now, self.now).quote

    def _trigger(self, w: WorkingOrder, market: Market) -> bool:
        """Tell whether a stop, trailing or touched order has become active; tells clients of moved trails."""
        if w.order.orderType in ("TRAIL", "TRAIL LIMIT"):
            w.stop = trail(w.order, w.stop, market)
            w.order.trailStopPrice = round(w.stop, 6)
        else:
            w.stop = given(w.order.auxPrice) or 0.0
        if not triggered(w.order, w.stop, market, by_quote=not w.instrument.has_trades):
            return False
        w.is_triggered = True
        self._set_status(w, "Submitted")
        return True

    def _limit(self, w: WorkingOrder) -> float | None:
        kind = w.order.orderType
        if kind == "TRAIL LIMIT" and w.stop is not None:
            offset = given(w.order.lmtPriceOffset)
            return given(w.order.lmtPrice) if offset is None else w.stop + w.sign * offset
        capped = kind in LIMITS or kind not in ("MKT", "MTL", "STP", "TRAIL", "MIT", "MOC")
        limit = given(w.order.lmtPrice) if capped else None
        return limit if w.instrument.legs else limit or None  # a combination may cost nothing

    def _trade(self, w: WorkingOrder, market: Market) -> None:
        limit = self._limit(w)
        if w.instrument.legs:
            found = match_combo(w.sign, limit, market)
        else:
            found = match(w.order, w.order.orderType, limit, market, resting=w.is_resting)
        at_once = w.order.tif in ("IOC", "FOK")
        if found is not None:
            price, size = found
            shares = min(w.remaining, size)
            if w.order.allOrNone or w.order.tif == "FOK":
                shares = w.remaining if size >= w.remaining else 0.0
            if shares > 0:
                self._fill(w, shares, price, adds=w.is_resting and limit is not None)
        w.is_resting = True
        if at_once and not w.is_done:
            self._end(w, "Cancelled", "Cancelled by Trader", error="Order Canceled - reason:")

    def _at_close(self, w: WorkingOrder, market: Market) -> None:
        price, limit = market.quote.last, self._limit(w)
        if limit is None or (price <= limit if w.sign > 0 else price >= limit):
            self._fill(w, w.remaining, price, adds=False)
        else:
            self._end(w, "Cancelled", "Expired")

    # -- outcomes ------------------------------------------------------------------------------------------------

    def _fill(self, w: WorkingOrder, shares: float, price: float, *, adds: bool) -> None:
        price, rate = round(price, 8), self._rate(w.instrument.currency) or 1.0
        self._exec_serial += 1
        fills = book(
            w, shares, price, now=self.now, exec_name=f"{self._salt & 0xFFFFFFFF:08x}.{self._exec_serial:08x}",
            liquidity=1 if adds else 2, rate=rate, quote=lambda i: self._market(i, self.now, self.now).quote,
        )  # fmt: skip
        w.filled = round(w.filled + shares, 8)
        w.cost += shares * price
        w.last_price = price
        w.fills += fills
        if w.remaining <= _EPSILON:
            self._complete(w)
        else:
            w.status = "Submitted"
        self._listener.order_changed(w, opened=True)
        for fill in fills:
            self._listener.order_filled(w, fill)
        self._release(w, shares)

    def _complete(self, w: WorkingOrder) -> None:
        w.status, w.ended, w.reason = "Filled", self.now, f"Filled Size: {w.filled:g}"

    def _release(self, w: WorkingOrder, shares: float) -> None:
        """After a fill: cancel or reduce what it excludes, let the children go."""
        others = [o for o in self.orders if not o.is_done and o is not w and o.client_id == w.client_id]
        if w.order.ocaGroup:
            for other in [o for o in others if o.order.ocaGroup == w.order.ocaGroup]:
                self._exclude(other, shares, reduce=w.order.ocaType in (2, 3))
        elif w.order.parentId:
            for other in [o for o in others if o.order.parentId == w.order.parentId]:
                self._exclude(other, shares, reduce=not w.is_done)
        if w.is_done and w.order_id:
            for child in [o for o in others if o.order.parentId == w.order_id]:
                child.created = child.checked = self.now

    def _exclude(self, other: WorkingOrder, shares: float, *, reduce: bool) -> None:
        if reduce and other.remaining > shares:
            other.order.totalQuantity = round(other.order.totalQuantity - shares, 8)
            self._listener.order_changed(other, opened=True)
        else:
            self._end(other, "Cancelled", "OCA group member filled", error="Order Canceled - reason:")

    def _set_status(self, w: WorkingOrder, status: str) -> None:
        w.status = status
        self._listener.order_changed(w, opened=True)

    def end(self, working: WorkingOrder, status: str, reason: str, code: int) -> None:
        """End an order from outside, with a status of `DONE` and a message about it."""
        if not working.is_done:
            self._end(working, status, reason, error=reason, code=code)

    def _end(self, w: WorkingOrder, status: str, reason: str, *, error: str = "", code: int = 202) -> None:
        w.status, w.ended, w.reason = status, self.now, reason
        self._listener.order_changed(w, opened=False)
        if error:
            self._listener.order_error(w, code, error)
        if not w.order_id:
            return
        children = [o for o in self.orders if o.client_id == w.client_id and o.order.parentId == w.order_id]
        for child in children:
            if not child.is_done:
                self._end(child, "Cancelled", "Parent order cancelled", error=error)

    # -- sessions ------------------------------------------------------------------------------------------------

    @staticmethod
    def _in_session(w: WorkingOrder, now: float) -> bool:
        regular = w.instrument.sec_type in ("STK", "OPT", "BAG") and not w.order.outsideRth
        return w.instrument.calendar.is_open(now, regular=regular)

    def _expiry(self, w: WorkingOrder) -> float | None:
        if w.order.tif == "GTD" and w.order.goodTillDate:
            return parse_time(w.order.goodTillDate, "US/Eastern")[0]
        if w.order.tif not in ("DAY", "OPG"):
            return None
        calendar = w.instrument.calendar
        regular = w.instrument.sec_type in ("STK", "OPT", "BAG") and not w.order.outsideRth
        columns = [k for k, s in enumerate(calendar.segments) if s.regular or not regular]
        day = calendar.day_index(self.now)
        while calendar.bounds[1][day, columns].max() <= self.now:
            day += 1
        return float(calendar.bounds[1][day, columns].max())


def _queued_text(w: WorkingOrder, now: float) -> str:
    calendar = w.instrument.calendar
    k = next(k for k, s in enumerate(calendar.segments) if s.regular)
    begins = calendar.bounds[0][:, k]
    opening = float(begins[begins > now][0])
    what = f"{w.order.action} {w.order.totalQuantity:g} {w.instrument.symbol} {w.instrument.exchange}"
    return (
        f"Order Message:\n{what}\nWarning: Your order will not be placed at the exchange until "
        f"{local_text(opening, calendar.zone)}."
    )
