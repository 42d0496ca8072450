"""Random order histories, compared with the gateway's own ledger.

A sequence is a seed: some clients place, change, cancel and list orders while prices move, orders fill in parts, are
refused or bound, and lines break and come back. Bytes move in pieces. After each sequence the client's trades, fills,
commissions, open orders and positions must be those of the ledger, every order must have left once, and every event
must have come once.

    python -m tests.compat.orders_fuzz --sequences 100000 --seed 1

runs many and prints, of one that fails, the seed and the fewest steps that still fail.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import random
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from ibnb.contract import Contract, Stock
from ibnb.order import LimitOrder, MarketOrder, Order, StopLimitOrder, StopOrder
from ibnb.sim.errors import RequestRefused
from ibnb.sim.exchange import WorkingOrder
from ibnb.sim.handlers.orders import place_manual, sees, send_fill, send_open_order, send_status
from tests.compat.ledger import compare, compare_lists
from tests.compat.link import Floor, Link, PlayedThread, played_thread, terms

FRIDAY = dt.datetime(2026, 11, 20, 16, 37, 22, tzinfo=dt.UTC).timestamp()
CONTRACTS = (Stock("AMD", "SMART", "USD", conId=4391), Stock("IBM", "SMART", "USD", conId=8314))
MASTER = 9
NOTICES = (399, 404, 492, 2109, 10349)
Step = tuple[str, int]


class World:
    """A gateway and its clients for one sequence; each step is a method."""

    def __init__(self, floor: Floor, thread: PlayedThread, seed: int) -> None:
        rng = random.Random(seed)
        self.floor, self.thread = floor, thread
        floor.renew()
        for contract in CONTRACTS:
            floor.prices[contract.conId] = 100.0
        version = rng.choice((178, 200, 225))
        others = rng.sample((2, 0, MASTER), rng.choice((0, 0, 0, 1, 2)))
        self.links = [Link(thread, floor, n, version) for n in (1, *others)]
        self.seen: dict[int, collections.Counter[Any]] = {}
        for link in self.links:
            self.connect(link, rng)

    # -- connections

    def connect(self, link: Link, rng: random.Random) -> None:
        """Connect and fetch what `IB.connect` fetches, while the market may move."""
        self.watch(link)
        link.open(reports_first=rng.random() < 0.3)
        ib = link.ib
        if link.client_id == 0:
            ib.reqAutoOpenOrders(True)
            link.settle()
        first = [ib._positions(), ib._open_orders(), ib._completed_orders(False)]
        if rng.random() < 0.3:
            link.carry_up(rng.randint(1, 40))
            self.market(rng)
        link.settle()
        answer = ib._executions(None)
        if rng.random() < 0.3:
            self.market(rng)
        link.settle()
        assert all(future.done() for future in (*first, answer)), "a request of the start got no answer"

    def watch(self, link: Link) -> None:
        """Count the events of this connection from now on."""
        seen: collections.Counter[Any] = collections.Counter()
        self.seen[link.client_id] = seen
        ib = link.ib
        for name in ("execDetailsEvent", "newOrderEvent", "orderBoundEvent"):
            getattr(ib, name).clear()
        ib.execDetailsEvent += lambda trade, fill: seen.update([("fill", fill.execution.execId)])
        ib.newOrderEvent += lambda trade: seen.update([("new", trade.order.orderId)])
        ib.orderBoundEvent += lambda trade: seen.update([("bound", trade.order.permId)])

    # -- steps

    def step(self, name: str, seed: int) -> None:
        """Do one step; lost lines come back first where a client is needed."""
        rng = random.Random(seed)
        link = rng.choice(self.links)
        if not link.is_open and name not in ("market", "manual"):
            name = "connect"
        getattr(self, name)(rng) if name in ("market", "manual") else getattr(self, name)(link, rng)
        self.carry(rng)

    def carry(self, rng: random.Random) -> None:
        """Let some bytes move."""
        for link in self.links:
            if not link.is_open:
                continue
            luck = rng.random()
            if luck < 0.5:
                link.settle()
            elif luck < 0.8:
                link.carry_up(rng.randint(0, 200))
                link.carry_down(rng.randint(0, 200))

    def place(self, link: Link, rng: random.Random) -> None:
        """Place an order, of a kind that may fill at once, later, never, or be refused."""
        self.send(link, rng.choice(CONTRACTS), self.order(rng))

    def order(self, rng: random.Random) -> Order:
        """Make an order."""
        action, quantity = rng.choice(("BUY", "SELL")), float(rng.randint(1, 60))
        near = round(100.0 + rng.uniform(-3, 3), 2)
        far = 60.0 if action == "BUY" else 140.0
        kind = rng.randrange(10)
        if kind < 3:
            return MarketOrder(action, quantity)
        if kind < 6:
            return LimitOrder(action, quantity, near)
        if kind == 6:
            return LimitOrder(action, quantity, far, tif=rng.choice(("DAY", "GTC")))
        if kind == 7:
            return rng.choice(
                (
                    StopOrder(action, quantity, near),
                    StopLimitOrder(action, quantity, near, near),
                    Order(action=action, totalQuantity=quantity, orderType="TRAIL", auxPrice=1.0),
                    Order(action=action, totalQuantity=quantity, orderType="MIT", auxPrice=near),
                )
            )
        if kind == 8:
            return LimitOrder(action, quantity, near, tif=rng.choice(("IOC", "FOK")), allOrNone=rng.random() < 0.3)
        return self.bad(rng, action, quantity)

    def bad(self, rng: random.Random, action: str, quantity: float) -> Order:
        """Make an order that is refused."""
        return rng.choice(
            (
                LimitOrder(action, quantity, 100.001),  # 110
                LimitOrder(action, 0.0, 100.0),  # 434
                LimitOrder("BUY", 5e6, 100.0),  # 201
                Order(action=action, totalQuantity=quantity, orderType="ODD"),  # 387
                LimitOrder(action, quantity, 100.0, tif="EVER"),  # 111
                LimitOrder(action, quantity, 0.0),  # 321
            )
        )

    def send(self, link: Link, contract: Contract, order: Order) -> None:
        """Place an order, and note that."""
        trade = link.ib.placeOrder(contract, order)
        link.calls.append(terms(trade.order.orderId, trade.order))
        if len([entry for entry in trade.log if entry.message == "Modify"]) == 0:
            seen, name = self.seen[link.client_id], order.orderId
            trade.filledEvent += lambda trade: seen.update([("filled", name)])
            trade.cancelledEvent += lambda trade: seen.update([("cancelled", name)])
            trade.fillEvent += lambda trade, fill: seen.update([("own fill", fill.execution.execId)])
            trade.commissionReportEvent += lambda t, f, report: seen.update([("commission", report.execId)])

    def bracket(self, link: Link, rng: random.Random) -> None:
        """Place a bracket."""
        price = round(100.0 + rng.uniform(-2, 2), 2)
        orders = link.ib.bracketOrder("BUY", rng.randint(1, 50), price, price + 2, price - 2)
        for order in orders[: rng.choice((3, 3, 3, 2))]:
            self.send(link, CONTRACTS[0], order)

    def group(self, link: Link, rng: random.Random) -> None:
        """Place orders of which one cancels or reduces the others."""
        orders = [LimitOrder("BUY", 20, round(100 + rng.uniform(-3, 1), 2)) for _ in range(rng.randint(2, 3))]
        for order in link.ib.oneCancelsAll(orders, f"g{rng.random()}", rng.choice((1, 2, 3))):
            self.send(link, CONTRACTS[0], order)

    def pick(self, link: Link, rng: random.Random) -> Any:
        """Return a trade that this client may change, or None."""
        own = [t for t in link.ib.openTrades() if t.order.clientId == link.client_id and t.order.orderId > 0]
        return rng.choice(own) if own else None

    def modify(self, link: Link, rng: random.Random) -> None:
        """Change an order, rightly or not."""
        trade = self.pick(link, rng)
        if trade is None:
            return
        order, luck = trade.order, rng.random()
        if luck < 0.4:
            order.lmtPrice = round(100 + rng.uniform(-3, 3), 2)
        elif luck < 0.6:
            order.totalQuantity = float(rng.randint(1, 80))
        elif luck < 0.7:
            order.transmit = True
        elif luck < 0.8:
            order.action = "BUY" if order.action == "SELL" else "SELL"
        else:
            wrong = self.bad(rng, order.action, order.totalQuantity)
            order.orderType, order.lmtPrice, order.tif = wrong.orderType, wrong.lmtPrice, wrong.tif
            order.totalQuantity = wrong.totalQuantity
        self.send(link, trade.contract, order)

    def cancel(self, link: Link, rng: random.Random) -> None:
        """Cancel an order, sometimes twice."""
        trade = self.pick(link, rng)
        for _ in range(rng.choice((1, 1, 2)) if trade is not None else 0):
            link.ib.cancelOrder(trade.order)

    def cancel_all(self, link: Link, rng: random.Random) -> None:
        """Cancel everybody's orders."""
        link.ib.reqGlobalCancel()

    def preview(self, link: Link, rng: random.Random) -> None:
        """Ask what an order would cost."""
        order = self.order(rng)
        req_id = link.ib.client._ids.peek
        link.ib._what_if(CONTRACTS[0], order)
        link.calls.append((*terms(req_id, order)[:5], True, order.transmit))

    def lists(self, link: Link, rng: random.Random) -> None:
        """Ask for lists, some at the same time."""
        ib = link.ib
        for _ in range(rng.randint(1, 3)):
            rng.choice((ib._open_orders, ib._all_open_orders, lambda: ib._executions(None),
                        lambda: ib._completed_orders(rng.random() < 0.5)))()  # fmt: skip

    def market(self, rng: random.Random) -> None:
        """Let prices and sizes move, and orders fill."""
        for _ in range(rng.randint(1, 3)):
            for contract in CONTRACTS:
                self.floor.prices[contract.conId] = round(100 + rng.uniform(-3, 3), 2)
                self.floor.sizes[contract.conId] = float(rng.choice((7, 25, 1000)))
            self.floor.pass_time(rng.choice((0.1, 1.0)))

    def notice(self, link: Link, rng: random.Random) -> None:
        """Let the gateway say something of an order that ends nothing."""
        own = [w for w in self.floor.exchange.orders if w.client_id == link.client_id and w.order_id]
        if own:
            link.far.error(rng.choice(own).order_id, rng.choice(NOTICES), "so it is")
            link.far.flush()

    def repeat(self, link: Link, rng: random.Random) -> None:
        """Let the gateway say again what it has said of an order, fills included."""
        own = [w for w in self.floor.exchange.orders if sees(link.far, w) and w.is_transmitted]
        if own:
            working = rng.choice(own)
            send_open_order(link.far, working)
            send_status(link.far, working)
            for fill in working.fills:
                send_fill(link.far, -1, working, fill)
            link.far.flush()

    def manual(self, rng: random.Random) -> None:
        """Enter or end an order by hand.

        While no order of client 0 is on its way: the id of that one might be given to the order that is bound.
        """
        for link in self.links:
            if link.client_id == 0 and link.is_open:
                link.settle()
        by_hand = [w for w in self.floor.exchange.orders if w.is_manual and not w.is_done]
        if by_hand and rng.random() < 0.3:
            self.floor.exchange.withdraw(rng.choice(by_hand))
        else:
            try:
                place_manual(self.floor, rng.choice(CONTRACTS), self.order(rng))
            except RequestRefused:
                pass
        for client in self.floor.clients:
            client.flush()

    def lose(self, link: Link, rng: random.Random) -> None:
        """Lose the line, bytes on the way with it."""
        assert is_beginning(link.frames, link.calls), f"sent {link.calls}, arrived {link.frames}"
        link.lose(rng)
        assert is_beginning(link.frames, link.calls), f"sent {link.calls}, arrived {link.frames}"
        assert link.ib.trades() == link.ib.fills() == link.ib.positions() == []

    def leave(self, link: Link, rng: random.Random) -> None:
        """Disconnect in order: what was sent before arrives."""
        link.close()
        assert link.frames == link.calls, f"sent {link.calls}, arrived {link.frames}"
        assert link.ib.trades() == []

    def end(self) -> None:
        """Let everything arrive and compare every client with the ledger."""
        for link in self.links:
            if not link.is_open:
                self.connect(link, random.Random(0))
        for link in self.links * 2:  # what one does may concern the others
            link.settle()
        for link in self.links:
            compare(link, self.floor, self.seen[link.client_id], master=link.client_id == MASTER)
            assert link.frames == link.calls, f"sent {link.calls}, arrived {link.frames}"
        compare_lists(random.Random(len(self.floor.exchange.orders)).choice(self.links), self.floor)
        for link in self.links:
            assert len(link.ib.wrapper.requests) == 0, "a request got no answer"

    def close(self) -> None:
        """Disconnect all."""
        for link in self.links:
            if link.is_open:
                link.close()
        self.thread.run_jobs()


STEPS = (
    ("place", 10), ("market", 7), ("modify", 5), ("cancel", 4), ("bracket", 2), ("group", 2), ("lose", 2), ("leave", 1),
    ("lists", 2), ("preview", 1), ("repeat", 1), ("notice", 2), ("manual", 1), ("cancel_all", 1),
)  # fmt: skip


def is_beginning(part: list[Any], whole: list[Any]) -> bool:
    """Tell whether a list is how another one begins."""
    return part == whole[: len(part)]


def make_steps(seed: int) -> list[Step]:
    """Return the steps of a sequence."""
    rng = random.Random(seed)
    names = rng.choices([name for name, _ in STEPS], [weight for _, weight in STEPS], k=rng.randint(4, 18))
    return [(name, rng.randrange(1 << 30)) for name in names]


class Runner:
    """Runs sequences on one gateway."""

    def __init__(self) -> None:
        self.floor = Floor(FRIDAY, master_client_id=MASTER)
        self.totals: collections.Counter[str] = collections.Counter()

    def run(self, seed: int, steps: list[Step] | None = None) -> None:
        """Run one sequence. Raises what fails in it."""
        steps = make_steps(seed) if steps is None else steps
        with played_thread() as thread:
            world = World(self.floor, thread, seed)
            try:
                for name, step_seed in steps:
                    world.step(name, step_seed)
                world.end()
                self._count(world, steps)
            finally:
                world.close()

    def _count(self, world: World, steps: list[Step]) -> None:
        orders: list[WorkingOrder] = self.floor.exchange.orders
        self.totals["sequences"] += 1
        self.totals["steps"] += len(steps)
        self.totals["orders"] += len(orders)
        self.totals["fills"] += sum(len(w.fills) for w in orders)
        self.totals["filled"] += sum(w.status == "Filled" for w in orders)
        self.totals["cancelled"] += sum(w.status == "Cancelled" for w in orders)
        self.totals["lines lost"] += sum(name in ("lose", "leave") for name, _ in steps)

    def failure(self, seed: int, steps: list[Step] | None = None) -> BaseException | None:
        """Run one sequence; return what failed in it."""
        try:
            self.run(seed, steps)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            return error
        return None

    def shrink(self, seed: int) -> list[Step]:
        """Return the fewest steps of a failing sequence that fail still, leaving out one piece after another."""
        steps = make_steps(seed)
        size = max(len(steps) // 2, 1)
        while True:
            position = 0
            while position < len(steps):
                fewer = steps[:position] + steps[position + size :]
                if self.failure(seed, fewer) is not None:
                    steps = fewer
                else:
                    position += size
            if size == 1:
                return steps
            size //= 2

    def report(self, seed: int) -> str:
        """Return the story of a failing sequence: its seed, its fewest steps, the error."""
        steps = self.shrink(seed)
        error = self.failure(seed, steps)
        assert error is not None, f"seed {seed} fails only sometimes"
        *_, place = traceback.extract_tb(error.__traceback__)
        where = f"{place.filename.rpartition('/')[2]}:{place.lineno}: {place.line}"
        return f"seed {seed}: {type(error).__name__}: {error}\n  {where}\n  steps = {steps!r}"


def main(argv: list[str] | None = None, write: Callable[[str], object] = sys.stdout.write) -> int:
    """Run the command; return the number of failing sequences (it stops at the fifth)."""
    parser = argparse.ArgumentParser(prog="python -m tests.compat.orders_fuzz", description=__doc__.split("\n\n")[0])
    parser.add_argument("--sequences", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first sequence; the others follow")
    options = parser.parse_args(argv)
    runner, failed, begin = Runner(), 0, time.monotonic()
    for seed in range(options.seed, options.seed + options.sequences):
        if runner.failure(seed) is not None:
            failed += 1
            write(runner.report(seed) + "\n")
            if failed == 5:
                break
    seconds = time.monotonic() - begin
    write(f"{dict(runner.totals)}\n{failed} failed, {seconds:.0f} s\n")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
