"""Booking a fill: into one account or the accounts of a group, as one contract or leg by leg.

TWS reports each of these as an execution of its own under the one order. That of a combination as a whole has no
commission and moves no position: its legs do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibnb.sim import accounts
from ibnb.sim.accounts import Account
from ibnb.sim.combos import parts
from ibnb.sim.instruments import Instrument
from ibnb.sim.quotes import Quote

if TYPE_CHECKING:
    from ibnb.sim.exchange import WorkingOrder

__all__ = ["Fill", "book", "quotas"]


@dataclass(slots=True)
class Fill:
    """One execution of `instrument` for `account`: `sign` is 1 for a purchase; `realized` includes the commission.

    `is_whole`: that of a combination as a whole, whose legs follow.
    """

    exec_id: str
    moment: float
    shares: float
    price: float
    cum_qty: float
    avg_price: float
    commission: float
    realized: float
    exchange: str
    liquidity: int
    account: Account
    instrument: Instrument
    sign: int
    is_whole: bool = False


def quotas(total: float, weights: list[float]) -> list[float]:
    """Return how a quantity is divided by weights: whole units, the largest remainders getting those that are left.

    A quantity that is not whole is divided exactly.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0.0 for _ in weights]
    exact = [total * weight / whole for weight in weights]
    if total != int(total):
        return [round(share, 8) for share in exact]
    made = [float(int(share + 1e-9)) for share in exact]
    left = round(total - sum(made))
    for n in sorted(range(len(exact)), key=lambda n: made[n] - exact[n])[:left]:
        made[n] += 1.0
    return made


def _split(w: WorkingOrder, shares: float) -> list[tuple[Account, float]]:
    """Return which accounts get how much of a fill: each in turn until it has its share of the order."""
    if not w.shares:
        return [(w.account, shares)]
    goals = quotas(w.order.totalQuantity, [weight for _, weight in w.shares])
    given, left = [], shares
    for (account, _), goal in zip(w.shares, goals, strict=True):
        done = sum(f.shares for f in w.fills if f.account is account and f.instrument is w.instrument)
        part = round(min(max(goal - done, 0.0), left), 8)
        if part > 0:
            given.append((account, part))
            left = round(left - part, 8)
    return given


def book(
    w: WorkingOrder, shares: float, price: float, *, now: float, exec_name: str, liquidity: int,
    rate: float, quote: Callable[[Instrument], Quote],
) -> list[Fill]:  # fmt: skip
    """Book a fill of an order at a price into its accounts; return the executions, in the order they are told."""
    made: list[Fill] = []
    smart = w.contract.exchange in ("SMART", "")

    def add(account: Account, i: Instrument, sign: int, quantity: float, at: float, *, is_whole: bool) -> None:
        cost = realized = 0.0
        if not is_whole:
            cost = accounts.commission(i, quantity, at, rate)
            realized = account.trade(i, sign * quantity, at, cost, w.order.modelCode)
        before = [f for f in (*w.fills, *made) if f.account is account and f.instrument is i and f.is_whole == is_whole]
        total = round(sum(f.shares for f in before) + quantity, 8)
        average = (sum(f.shares * f.price for f in before) + quantity * at) / total
        made.append(
            Fill(
                f"{exec_name}.{len(made) + 1:02d}.01", now, quantity, at, total, average, cost, realized,
                i.exchange if smart else w.contract.exchange, liquidity, account, i, sign, is_whole,
            )
        )  # fmt: skip

    for account, quantity in _split(w, shares):
        add(account, w.instrument, w.sign, quantity, price, is_whole=bool(w.instrument.legs))
        if w.instrument.legs:
            for leg, number in parts(w.instrument, w.sign * quantity):
                side = 1 if number > 0 else -1
                at = quote(leg).ask if side > 0 else quote(leg).bid
                add(account, leg, side, abs(number), at, is_whole=False)
    return made
