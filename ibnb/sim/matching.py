"""Whether and at what price an order trades: pure functions of order, quote and the range since last time."""

from __future__ import annotations

from typing import Any, NamedTuple

from ibnb.order import Order
from ibnb.sim.errors import RequestRefused
from ibnb.sim.quotes import Quote
from ibnb.sim.times import parse_time
from ibnb.values import UNSET_DOUBLE

__all__ = ["KNOWN_TYPES", "Market", "conditions_met", "given", "match", "trail", "triggered"]

LIMITS = frozenset({"LMT", "STP LMT", "LIT", "TRAIL LIMIT", "LOC", "PASSV REL"})
STOPS = frozenset({"STP", "STP LMT", "TRAIL", "TRAIL LIMIT", "STP PRT"})
TOUCHED = frozenset({"MIT", "LIT"})
MIDDLE = frozenset(
    {"MIDPRICE", "REL", "PEG MID", "PEG MKT", "PEG BEST", "PEG PRIM", "SNAP MID", "SNAP MKT", "SNAP PRIM"}
)
AT_CLOSE = frozenset({"MOC", "LOC"})
KNOWN_TYPES = frozenset({"MKT", "MTL", "MKT PRT", "BOX TOP"}) | LIMITS | STOPS | TOUCHED | MIDDLE | AT_CLOSE


class Market(NamedTuple):
    """The quote of now and the lowest and highest trade since the order was last looked at."""

    quote: Quote
    low: float
    high: float


def given(value: Any) -> float | None:
    """Return a price of an order as a number, None when it has not been given."""
    return None if value is None or value == UNSET_DOUBLE or value != value else float(value)


def triggered(order: Order, stop: float, market: Market, by_quote: bool) -> bool:
    """Tell whether a stop or touched order becomes active; `by_quote`: bid and ask count instead of trades (Forex)."""
    buy = order.action == "BUY"
    low, high = market.low, market.high
    if by_quote:
        half = max(market.quote.ask - market.quote.bid, 0.0) / 2
        low, high = low - half, high + half
    upward = buy if order.orderType in STOPS else not buy
    return high >= stop if upward else low <= stop


def trail(order: Order, stop: float | None, market: Market) -> float:
    """Return the new stop of a trailing order: it follows the best price and never goes back."""
    buy = order.action == "BUY"
    best = market.low if buy else market.high
    percent = given(order.trailingPercent)
    amount = best * percent / 100 if percent else given(order.auxPrice) or 0.0
    fresh = best + amount if buy else best - amount
    if stop is None:
        return given(order.trailStopPrice) or fresh
    return min(stop, fresh) if buy else max(stop, fresh)


def match(order: Order, kind: str, limit: float | None, market: Market, *, resting: bool) -> tuple[float, float] | None:
    """Return (price, size available) at which an active order of type `kind` trades now, or None.

    `limit` is the worst price allowed (None = any); `resting`: it has been on the book, so that a price that was
    reached between two looks counts.
    """
    quote, buy = market.quote, order.action == "BUY"
    touch, size = (quote.ask, quote.ask_size) if buy else (quote.bid, quote.bid_size)
    if touch <= 0:
        return None
    if kind in MIDDLE:
        middle = (quote.bid + quote.ask) / 2
        if limit is not None and (middle > limit if buy else middle < limit):
            return None
        return middle, size
    if limit is None:
        return touch, size * 4
    if touch <= limit if buy else touch >= limit:
        return touch, size
    if not resting:
        return None
    reached = market.low + (quote.ask - quote.last) if buy else market.high - (quote.last - quote.bid)
    if reached <= limit if buy else reached >= limit:
        return limit, size
    return None


def conditions_met(conditions: list[Any], now: float, ask: Any) -> bool:
    """Tell whether an order's conditions hold at `now`.

    `ask(conId)` gives the quote of an instrument or None. Margin and execution conditions count as not met.
    """
    result: bool | None = None
    joint = "a"
    for condition in conditions:
        holds = _holds(condition, now, ask)
        result = holds if result is None else (result and holds if joint == "a" else result or holds)
        joint = condition.conjunction
    return result is None or result


def _holds(condition: Any, now: float, ask: Any) -> bool:
    kind = condition.condType
    if kind == 3:
        try:
            when, _ = parse_time(condition.time, "US/Eastern")
        except RequestRefused:
            return False
        return when is not None and (now >= when) == bool(condition.isMore)
    quote = ask(condition.conId) if kind in (1, 6, 7) else None
    if quote is None:
        return False
    if kind == 1:
        value, bound = quote.last, condition.price
    elif kind == 6:
        value, bound = quote.volume, condition.volume
    else:
        value, bound = (quote.last / quote.close - 1) * 100 if quote.close > 0 else 0.0, condition.changePercent
    return bool(value >= bound) if condition.isMore else bool(value <= bound)
