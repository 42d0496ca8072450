"""Orders: placing, changing, cancelling, previews, lists, executions, exercise."""

from __future__ import annotations

import copy
import datetime as dt
from typing import TYPE_CHECKING, Any

from ibnb.contract import Contract
from ibnb.objects import CommissionReport, Execution, ExecutionFilter
from ibnb.order import Order, OrderAllocation, OrderState
from ibnb.sim.accounts import Account, commission, margin
from ibnb.sim.attached import attached
from ibnb.sim.booking import quotas
from ibnb.sim.client import Client
from ibnb.sim.combos import parts
from ibnb.sim.contracts import Match
from ibnb.sim.errors import RequestRefused
from ibnb.sim.exchange import Fill, WorkingOrder
from ibnb.sim.generic import validate_delta_neutral
from ibnb.sim.handlers.account import pick, tell_trade
from ibnb.sim.instruments import Instrument
from ibnb.sim.matching import KNOWN_TYPES, LIMITS, STOPS, TOUCHED, given
from ibnb.sim.registry import handles
from ibnb.sim.times import local_text, parse_time, zone_of
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.gateway import Gateway

_TYPE_NAMES = {"STPLMT": "STP LMT", "TRAILLMT": "TRAIL LIMIT", "TRAIL LMT": "TRAIL LIMIT", "MIDPX": "MIDPRICE",
               "PEGMID": "PEG MID", "PEGBEST": "PEG BEST", "SNAPMID": "SNAP MID", "SNAPMKT": "SNAP MKT"}  # fmt: skip


# -- what clients are told ---------------------------------------------------------------------------------------------


def order_state(gateway: Gateway, working: WorkingOrder) -> OrderState:
    """Return the state that goes with an open or completed order."""
    state = OrderState(status=working.status)
    if working.fills:
        state.commission = round(sum(fill.commission for fill in working.fills), 6)
        state.commissionCurrency = working.instrument.currency
    if working.is_done:
        state.completedTime = local_text(working.ended, gateway.zone)
        state.completedStatus = working.reason
    return state


def send_open_order(client: Client, working: WorkingOrder) -> None:
    """Send the whole order."""
    state = order_state(client.gateway, working)
    client.send(m.OpenOrder(order=working.order, contract=working.contract, orderState=state))


def send_status(client: Client, working: WorkingOrder) -> None:
    """Send the order's status."""
    held = "child" if working.order.parentId and working.status == "PreSubmitted" else ""
    if working.order.orderType in STOPS and working.status == "PreSubmitted" and not held:
        held = "trigger"
    client.send(
        m.OrderStatus(
            orderId=working.order_id, status=working.status, filled=working.filled, remaining=working.remaining,
            avgFillPrice=round(working.average, 8), permId=working.perm_id, parentId=working.order.parentId,
            lastFillPrice=working.last_price, clientId=working.client_id, whyHeld=held, mktCapPrice=0.0,
        )
    )  # fmt: skip


def execution_of(gateway: Gateway, working: WorkingOrder, fill: Fill) -> Execution:
    """Return a fill as TWS reports it; `time` is the text of the wire."""
    return Execution(
        execId=fill.exec_id, time=local_text(fill.moment, gateway.zone),  # type: ignore[arg-type]
        acctNumber=fill.account.name, exchange=fill.exchange, side="BOT" if fill.sign > 0 else "SLD",
        shares=fill.shares, price=fill.price, permId=working.perm_id, clientId=working.client_id,
        orderId=working.order_id, cumQty=fill.cum_qty, avgPrice=round(fill.avg_price, 8),
        orderRef=working.order.orderRef, modelCode=working.order.modelCode, lastLiquidity=fill.liquidity,
    )  # fmt: skip


def send_fill(client: Client, req_id: int, working: WorkingOrder, fill: Fill) -> None:
    """Send an execution and its commission report; that of a combination as a whole has none, those of its legs do."""
    execution, contract = execution_of(client.gateway, working, fill), working.contract
    if fill.instrument is not working.instrument:
        contract = client.gateway.db.contract(Match(fill.instrument, fill.exchange))
    client.send(m.ExecDetails(reqId=req_id, execution=execution, contract=contract))
    if fill.is_whole:
        return
    report = CommissionReport(
        execId=fill.exec_id, commission=fill.commission, currency=working.instrument.currency,
        realizedPNL=round(fill.realized, 6), yield_=0.0,
    )  # fmt: skip
    client.send(m.CommissionAndFeesReport(report=report))


def sees(client: Client, working: WorkingOrder) -> bool:
    """Tell whether a client is told of an order unasked: its own, all for the master client.

    Orders entered by hand belong to client 0 once they are bound to it.
    """
    if client.client_id is None:
        return False
    if client.client_id == client.gateway.master_client_id:
        return True
    return client.client_id == working.client_id and bool(working.order_id)


def tell_order(gateway: Gateway, working: WorkingOrder, *, opened: bool) -> None:
    """Tell the clients that see an order what changed."""
    for client in gateway.clients:
        if sees(client, working):
            if opened:
                send_open_order(client, working)
            send_status(client, working)


def tell_fill(gateway: Gateway, working: WorkingOrder, fill: Fill) -> None:
    """Tell of a fill: execution and commission to those that see the order, positions and values to their watchers."""
    for client in gateway.clients:
        if sees(client, working):
            send_fill(client, -1, working, fill)
    if not fill.is_whole:
        tell_trade(gateway, fill.account, fill.instrument.con_id)


def tell_error(gateway: Gateway, working: WorkingOrder, code: int, text: str) -> None:
    """Tell the owner of an order a message about it; nobody owns one that was entered by hand and is not bound."""
    owner = gateway.client(working.client_id)
    if owner is not None and working.order_id:
        owner.error(working.order_id, code, text)


# -- orders entered by hand in TWS -------------------------------------------------------------------------------------


def place_manual(gateway: Gateway, contract: Contract, order: Order) -> WorkingOrder:
    """Enter an order by hand, as in TWS's own windows; return it. Raises RequestRefused as for clients.

    It has order id 0 and belongs to nobody, unless client 0 has asked for such orders to be bound to it.
    """
    order = copy.copy(order)
    match = gateway.db.resolve(contract)
    account = _account(gateway, order)
    _check(gateway, match.instrument, order)
    _afford(gateway, match.instrument, order, account)
    zero = gateway.client(0)
    binder = zero if zero is not None and zero.is_auto_bound else None
    gateway.exchange.now = gateway.clock.now()
    return gateway.exchange.place_manual(
        gateway.db.contract(match), match.instrument, order, account,
        None if binder is None else lambda working: send_bound(binder, working),
    )  # fmt: skip


def send_bound(client: Client, working: WorkingOrder) -> None:
    """Tell client 0 which id an order entered by hand has got."""
    client.send(m.OrderBound(permId=working.perm_id, clientId=0, orderId=working.order_id))


# -- placing -----------------------------------------------------------------------------------------------------------


def refuse(cause: str) -> RequestRefused:
    """Return the error of an order that does not make sense."""
    return RequestRefused(321, f"Error validating request.-'bX' : cause - {cause}")


@handles(m.PlaceOrder)
def place_order(client: Client, message: Any) -> None:
    """Place, modify (same id) or preview (what-if) an order; errors bear the order id."""
    gateway = client.gateway
    contract, order = message.contract, copy.copy(message.order)
    order.orderId = message.orderId
    gateway.exchange.saw(order.orderId)
    if gateway.read_only and not order.whatIf:
        raise refuse("The API interface is currently in Read-Only mode.")
    if not contract.exchange:
        raise refuse("Missing order exchange")
    match = gateway.db.resolve(contract)
    account = _account(gateway, order)
    _check(gateway, match.instrument, order)
    shares = gateway.advisor.shares(order, match.instrument.con_id)
    full = gateway.db.contract(match)
    if order.whatIf:
        state = preview(gateway, match.instrument, order, account)
        order.permId, order.clientId = 0, client.client_id or 0
        order.account = "" if shares else account.name
        state.orderAllocations = allocations(match.instrument, order, shares)
        client.send(m.OpenOrder(order=order, contract=full, orderState=state))
        return
    known = gateway.exchange.get(client.client_id or 0, order.orderId)
    if known is None:
        _afford(gateway, match.instrument, order, account)
    elif order.totalQuantity > known.order.totalQuantity:
        more = copy.copy(order)
        more.totalQuantity = order.totalQuantity - known.order.totalQuantity
        _afford(gateway, match.instrument, more, account)
    gateway.exchange.now = gateway.clock.now()
    children = attached(order, gateway.price(match.instrument), match.instrument.tick) if known is None else []
    if contract.deltaNeutralContract is not None:
        validate_delta_neutral(client, order.orderId, match.instrument, contract)
    gateway.exchange.place(client.client_id or 0, full, match.instrument, order, account, shares)
    for child in children:
        gateway.exchange.place(client.client_id or 0, full, match.instrument, child, account, shares)


def allocations(instrument: Instrument, order: Order, shares: list[tuple[Account, float]]) -> list[OrderAllocation]:
    """Return what each account of a group would get of an order."""
    sign, rows = 1 if order.action == "BUY" else -1, []
    for (account, _), part in zip(shares, quotas(order.totalQuantity, [w for _, w in shares]), strict=True):
        held = account.holdings.get(instrument.con_id)
        before = held.quantity if held else 0.0
        rows.append(OrderAllocation(account.name, before, before + sign * part, before + sign * part, part, part))
    return rows


def _account(gateway: Gateway, order: Order) -> Account:
    if order.faGroup and order.account in ("", "All"):
        members = gateway.advisor.members(order.faGroup)
        return members[0] if members else next(iter(gateway.accounts.values()))
    if not order.account and len(gateway.accounts) > 1:
        raise RequestRefused(435, "You must specify an account.")
    return pick(gateway, order.account)


def _check(gateway: Gateway, instrument: Instrument, order: Order) -> None:
    """Check an order on its own; fills in what is implied."""
    kind = order.orderType.upper().strip()
    order.orderType = kind = _TYPE_NAMES.get(kind, kind)
    order.action = {"SSHORT": "SELL", "SLONG": "SELL"}.get(order.action.upper(), order.action.upper())
    if order.action not in ("BUY", "SELL"):
        raise refuse(f"Invalid order action {order.action!r}: BUY or SELL")
    if instrument.sec_type == "IND":
        raise RequestRefused(203, f"The security {instrument.symbol} is not available or allowed for this account.")
    if kind not in KNOWN_TYPES or (instrument.legs and kind not in ("MKT", "LMT")):
        raise RequestRefused(387, "Unsupported order type for this exchange and security type.")
    cash = given(order.cashQty)
    if not order.totalQuantity and cash and instrument.sec_type in ("CASH", "CRYPTO"):
        order.totalQuantity = round(cash / gateway.price(instrument), 8)
    if not order.totalQuantity or order.totalQuantity <= 0:
        raise RequestRefused(434, "The order size cannot be zero.")
    if kind in LIMITS and kind != "TRAIL LIMIT" and not _has_price(instrument, order.lmtPrice):
        raise refuse("Limit price is missing")
    if kind in (STOPS | TOUCHED) - {"TRAIL", "TRAIL LIMIT"} and not given(order.auxPrice):
        raise refuse("Stop price is missing")
    if kind in ("TRAIL", "TRAIL LIMIT") and not given(order.auxPrice) and not given(order.trailingPercent):
        raise refuse("Trailing amount or percent is missing")
    prices = [order.lmtPrice] * (kind in LIMITS) + [order.auxPrice] * (kind in STOPS | TOUCHED)
    for value in prices:
        price = given(value)
        if price is not None and abs(price / instrument.tick - round(price / instrument.tick)) > 1e-6:
            raise RequestRefused(110, "The price does not conform to the minimum price variation for this contract.")
    if order.tif and order.tif not in ("DAY", "GTC", "IOC", "GTD", "OPG", "FOK", "DTC"):
        raise RequestRefused(111, f"The TIF (Tif type) {order.tif} and the order type are incompatible.")
    if order.tif == "GTD":
        when, _ = parse_time(order.goodTillDate, "US/Eastern")
        if when is None or when <= gateway.now:
            raise refuse("Good till date is missing or past")


def _has_price(instrument: Instrument, value: Any) -> bool:
    """Tell whether a price has been given: zero is one for a combination only."""
    price = given(value)
    return price is not None if instrument.legs else bool(price)


def _need(gateway: Gateway, instrument: Instrument, order: Order, account: Account) -> tuple[float, float, float]:
    """Return the change of initial and maintenance margin, and of loan value, that an order would cause, in USD."""
    initial = maintenance = premium = 0.0
    rate = gateway.rate(instrument.currency)
    for one, quantity in parts(instrument, order.totalQuantity * (1 if order.action == "BUY" else -1)):
        held = account.holdings.get(one.con_id)
        before = held.quantity if held else 0.0
        price = gateway.price(one)
        first, then = (margin(one, amount, price) for amount in (before, before + quantity))
        initial, maintenance = initial + then[0] - first[0], maintenance + then[1] - first[1]
        if one.sec_type == "OPT" and (quantity > 0 or instrument.legs):
            premium += quantity * price * 100
    return initial * rate, maintenance * rate, -max(premium, 0.0) * rate


def _afford(gateway: Gateway, instrument: Instrument, order: Order, account: Account) -> None:
    figures = account.figures(gateway.price, gateway.rate)
    initial, _, loan = _need(gateway, instrument, order, account)
    if initial > 0 and initial - loan > figures["loan"] - figures["initial"]:
        raise RequestRefused(
            201, "Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. TO OBTAIN THE DESIRED POSITION YOUR EQUITY "
            f"WITH LOAN VALUE [{figures['loan']:.2f} USD] MUST EXCEED THE INITIAL MARGIN "
            f"[{figures['initial'] + initial - loan:.2f} USD]",
        )  # fmt: skip


def preview(gateway: Gateway, instrument: Instrument, order: Order, account: Account) -> OrderState:
    """Return what an order would do to margins, and what it would cost."""
    figures = account.figures(gateway.price, gateway.rate)
    initial, maintenance, loan = _need(gateway, instrument, order, account)
    price, rate = gateway.price(instrument), gateway.rate(instrument.currency)
    cost = sum(
        commission(one, number, price if one is instrument else gateway.price(one), rate)
        for one, number in parts(instrument, order.totalQuantity)
    )
    loan -= cost * rate
    rows = (("init", figures["initial"], initial), ("maint", figures["maintenance"], maintenance))
    values = {}
    for name, before, change in (
        *((f"{n}Margin", b, c) for n, b, c in rows),
        ("equityWithLoan", figures["loan"], loan),
    ):
        for suffix, amount in (("Before", before), ("Change", change), ("After", before + change)):
            values[name + suffix] = str(round(amount, 2))
    state = OrderState(status="PreSubmitted", commission=cost, commissionCurrency=instrument.currency)
    state.minCommission, state.maxCommission, state.marginCurrency = cost, cost, "USD"
    for name, value in values.items():
        setattr(state, name, value)
        setattr(state, f"{name}OutsideRTH", float(value))
    return state


# -- cancelling and lists ----------------------------------------------------------------------------------------------


@handles(m.CancelOrder)
def cancel_order(client: Client, message: Any) -> None:
    """Cancel an own order: 202 and status Cancelled; 10147 and 10148 when it cannot be."""
    client.gateway.exchange.now = client.gateway.clock.now()
    client.gateway.exchange.cancel(client.client_id or 0, message.orderId)


@handles(m.ReqGlobalCancel)
def global_cancel(client: Client, message: Any) -> None:
    """Cancel every order of every client."""
    client.gateway.exchange.now = client.gateway.clock.now()
    client.gateway.exchange.cancel_all()


def _send_open(client: Client, orders: list[WorkingOrder]) -> None:
    for working in orders:
        send_open_order(client, working)
        send_status(client, working)
    client.send(m.OpenOrderEnd())


@handles(m.ReqOpenOrders)
def open_orders(client: Client, message: Any) -> None:
    """Open orders of this client, then the end; client 0 has orders entered by hand bound to it."""
    exchange = client.gateway.exchange
    own = exchange.open_orders(client.client_id)
    if client.client_id == 0:
        for working in own:
            if not working.order_id:
                exchange.bind(working)
                send_bound(client, working)
    _send_open(client, own)


@handles(m.ReqAllOpenOrders)
def all_open_orders(client: Client, message: Any) -> None:
    """Open orders of all clients, then the end."""
    _send_open(client, client.gateway.exchange.open_orders())


@handles(m.ReqAutoOpenOrders)
def auto_open_orders(client: Client, message: Any) -> None:
    """For client 0: bind the orders that are entered by hand from now on; 321 for others."""
    if client.client_id != 0:
        raise RequestRefused(321, "Error validating request.-'bC' : cause - Only client id 0 may bind orders")
    client.is_auto_bound = bool(message.bAutoBind)
    client.send(m.OpenOrderEnd())


@handles(m.ReqCompletedOrders)
def completed_orders(client: Client, message: Any) -> None:
    """Orders that are done, those entered by hand only without `apiOnly`, then the end."""
    for working in client.gateway.exchange.orders:
        if working.is_done and working.is_transmitted and not (message.apiOnly and working.is_manual):
            order = copy.copy(working.order)
            order.filledQuantity, order.orderId = working.filled, 0
            state = order_state(client.gateway, working)
            client.send(m.CompletedOrder(contract=working.contract, order=order, orderState=state))
    client.send(m.CompletedOrdersEnd())


@handles(m.ReqExecutions)
def executions(client: Client, message: Any) -> None:
    """Executions that fit the filter (since midnight unless it names days), each with its commission, then the end."""
    gateway, wanted = client.gateway, message.execFilter
    since = parse_time(wanted.time, gateway.zone)[0] if wanted.time else None
    for working in gateway.exchange.orders:
        for fill in working.fills:
            if _fits(gateway, wanted, since, working, fill):
                send_fill(client, message.reqId, working, fill)
    client.send(m.ExecDetailsEnd(reqId=message.reqId))


def _fits(
    gateway: Gateway, wanted: ExecutionFilter, since: float | None, working: WorkingOrder, fill: Fill
) -> bool:  # fmt: skip
    i = fill.instrument
    side = {"BUY": "BOT", "SELL": "SLD"}.get(wanted.side.upper(), wanted.side.upper())
    pairs = (
        (wanted.clientId, working.client_id), (wanted.acctCode, fill.account.name),
        (wanted.symbol.upper(), i.symbol), (wanted.secType, i.sec_type), (wanted.exchange, fill.exchange),
        (side, "BOT" if fill.sign > 0 else "SLD"),
    )  # fmt: skip
    if any(value and value != own for value, own in pairs) or (since is not None and fill.moment < since):
        return False
    day = dt.datetime.fromtimestamp(fill.moment, zone_of(gateway.zone)).date()
    today = dt.datetime.fromtimestamp(gateway.now, zone_of(gateway.zone)).date()
    if wanted.specificDates:
        return int(f"{day:%Y%m%d}") in wanted.specificDates
    days = wanted.lastNDays if 0 <= wanted.lastNDays <= 7 else 0
    return (today - day).days <= days


@handles(m.ExerciseOptions)
def exercise_options(client: Client, message: Any) -> None:
    """Exercise (1) or lapse (2) options that are held; 201 when they are not, or out of the money without override."""
    gateway = client.gateway
    match = gateway.db.resolve(message.contract)
    i, account = match.instrument, pick(gateway, message.account)
    held = account.holdings.get(i.con_id)
    number = message.exerciseQuantity
    if i.sec_type != "OPT" or held is None or held.quantity < number or number <= 0:
        raise RequestRefused(201, "Order rejected - reason:The options to be exercised are not held")
    under = gateway.db.by_id(i.under_con_id)
    assert under is not None
    sign = 1 if i.right == "C" else -1
    spot = gateway.price(under)
    if message.exerciseAction == 1 and sign * (spot - i.strike) <= 0 and not message.override:
        raise RequestRefused(201, "Order rejected - reason:The option is out of the money; set override to exercise it")
    account.trade(i, -number, 0.0, 0.0)
    if message.exerciseAction == 1 and under.sec_type == "STK":
        account.trade(under, sign * number * held.factor, i.strike, 0.0)
        tell_trade(gateway, account, under.con_id)
    tell_trade(gateway, account, i.con_id)
