"""Orders attached to another in one message (server version 218): a stop-loss and a profit-taker.

The message names their ids and types, no prices: TWS takes those from its presets. Here the presets are 2 % from the
parent's limit, or from the price of the market.
"""

from __future__ import annotations

import copy
from typing import Final

from ibnb.order import Order
from ibnb.sim.errors import RequestRefused
from ibnb.sim.matching import given
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER

__all__ = ["OFFSET", "attached"]

OFFSET: Final = 0.02
STOP_TYPES: Final = ("STP", "STP LMT", "TRAIL")
TAKE_TYPES: Final = ("LMT", "LIT", "MIT")
PRESET: Final = ("", "PRESET")


def attached(order: Order, price: float, tick: float) -> list[Order]:
    """Return the orders attached to an order, children of it, [] when there are none.

    Raises RequestRefused (321) for a type that cannot be attached or an id that is not above the parent's.
    """
    wanted = (
        (order.ptOrderId, order.ptOrderType, TAKE_TYPES, 1), (order.slOrderId, order.slOrderType, STOP_TYPES, -1)
    )  # fmt: skip
    made: list[Order] = []
    for order_id, kind, kinds, side in wanted:
        if order_id in (0, UNSET_INTEGER):
            continue
        kind = kinds[0] if kind.upper() in PRESET else kind.upper()
        if kind not in kinds:
            raise _invalid(f"an attached order of type {kind!r}: it must be PRESET, {', '.join(kinds)}")
        if order_id <= order.orderId or order_id in {child.orderId for child in made}:
            raise _invalid(f"id {order_id} of an attached order: it must lie above {order.orderId}, and be new")
        made.append(_child(order, order_id, kind, given(order.lmtPrice) or price, tick, side))
    return sorted(made, key=lambda child: child.orderId)


def _child(order: Order, order_id: int, kind: str, price: float, tick: float, side: int) -> Order:
    """Make one child: `side` 1 gains, -1 loses."""
    child = copy.copy(order)
    direction = side if order.action == "BUY" else -side
    level = round(round(price * (1 + direction * OFFSET) / tick) * tick, 8)
    child.orderId, child.parentId, child.permId, child.transmit = order_id, order.orderId, 0, order.transmit
    child.action = "SELL" if order.action == "BUY" else "BUY"
    child.orderType = kind
    child.lmtPrice = level if kind in ("LMT", "LIT", "STP LMT") else UNSET_DOUBLE
    child.auxPrice = level if kind not in ("LMT", "TRAIL") else UNSET_DOUBLE
    if kind == "TRAIL":
        child.trailingPercent = 100 * OFFSET
    child.slOrderId = child.ptOrderId = UNSET_INTEGER
    child.slOrderType = child.ptOrderType = ""
    return child


def _invalid(cause: str) -> RequestRefused:
    return RequestRefused(321, f"Error validating request.-'bX' : cause - {cause}")
