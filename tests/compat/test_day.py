"""A day of three clients at one gateway: ibnb, ib_async and the official client, with the ids 0, 1 and master in turn.

Each places, previews, changes and cancels, is refused, fills in parts, and sees the others' orders as TWS shows them:
client 0 those entered by hand, the master all, everybody all on demand. After each part the three agree with one
another and with the gateway's books, to the last digit. Prices and time move by command only.
"""

from __future__ import annotations

import datetime as dt
import time

import pytest

from ibnb.contract import Stock
from ibnb.order import LimitOrder, MarketOrder
from ibnb.sim.handlers.account import average_cost
from ibnb.sim.handlers.orders import place_manual
from ibnb.sim.running import RunningServer
from tests.compat.link import ACCOUNT, Floor
from tests.compat.three import IbAsync, Official, Ours

FRIDAY = dt.datetime(2026, 11, 20, 16, 37, 22, tzinfo=dt.UTC).timestamp()
AMD = Stock("AMD", "SMART", "USD", conId=4391)
MASTER = 9
KINDS = (Ours, IbAsync, Official)
ROLES = [(0, 1, MASTER), (MASTER, 0, 1), (1, MASTER, 0)]


class Day:
    """The gateway and its three clients. An order by hand is there before they are."""

    def __init__(self, ids):
        self.floor = Floor(FRIDAY, master_client_id=MASTER, step_s=3600.0)
        self.floor.renew()
        self.server = RunningServer(self.floor, "127.0.0.1", 0)
        self.by_hand = self.enter(LimitOrder("BUY", 5, 60.0))
        self.clients = []
        try:
            for kind, client_id in zip(KINDS, ids):
                self.clients.append(kind("127.0.0.1", self.server.port, client_id))
            self.sync()
        except BaseException:
            self.close()
            raise

    def enter(self, order):
        """Enter an order in TWS's own window."""
        return self.server.call(lambda: place_manual(self.floor, AMD, order))

    @property
    def book(self):
        """All orders, as the gateway has them."""
        return self.floor.exchange.orders

    @property
    def account(self):
        """The account's books."""
        return self.floor.accounts[ACCOUNT]

    def sync(self):
        """Let everybody take in everything: first all requests go in, then what the gateway tells others of them."""
        for client in self.clients * 2:
            client.sync()

    def market(self, price=100.0, size=1000.0, seconds=1.0):
        """Let a price stand for some seconds."""

        def move():
            self.floor.prices[4391], self.floor.sizes[4391] = price, size
            self.floor.pass_time(seconds)

        self.sync()
        self.server.call(move)
        self.sync()

    def each(self, act, *arguments):
        """Let each client do something, with the next of the arguments; return what comes of it, by client."""
        done = {client: act(client, *given) for client, given in zip(self.clients, list(zip(*arguments)) or [()] * 3)}
        self.sync()
        return done

    def reconnect(self):
        """Let all clients leave and come back under their ids."""
        for k, client in enumerate(self.clients):
            client.close()
            while self.server.call(lambda gone=client.client_id: self.floor.client(gone)) is not None:
                time.sleep(0.01)  # its id is taken until the gateway has noticed
            self.clients[k] = type(client)("127.0.0.1", self.server.port, client.client_id)
        self.sync()

    def close(self):
        for client in self.clients:
            client.close()
        self.server.stop()


@pytest.fixture(params=ROLES, ids=["ibnb is 0", "ib_async is 0", "official is 0"])
def day(request):
    made = Day(request.param)
    yield made
    made.close()


def line(w):
    """An order of the book as clients tell it."""
    prices = {"LMT": (w.order.lmtPrice, None), "STP": (None, w.order.auxPrice), "MKT": (None, None)}[w.order.orderType]
    terms = (w.order.action, w.order.totalQuantity, w.order.orderType, *prices)
    return (*terms, w.status, w.filled, w.remaining, round(w.average, 8))


def sees(client, w):
    """Whether a client is told of an order unasked."""
    return client.client_id in (w.client_id, MASTER)


def check_told(day):
    """What each client has been told unasked: its own orders and fills, all for the master; everybody's positions."""
    held = {(ACCOUNT, h.instrument.con_id): (h.quantity, average_cost(h)) for h in day.account.held()}
    for client in day.clients:
        visible = [w for w in day.book if sees(client, w)]
        live = client.live()
        wanted = {(w.client_id, w.order_id): (w.perm_id, *line(w)) for w in visible}
        assert {key: live.get(key) for key in wanted} == wanted, client.name
        assert client.told_fills() == sorted(fill.exec_id for w in visible for fill in w.fills), client.name
        assert client.positions() == held, client.name


def check_asked(day):
    """What each client is given when it asks: the same for all, and what is in the books."""
    working = {w.perm_id: (w.client_id, w.order_id, *line(w)) for w in day.book if not w.is_done}
    done = [w for w in day.book if w.is_done]
    fills = {
        fill.exec_id: (
            w.perm_id, w.client_id, w.order_id, "BOT" if w.sign > 0 else "SLD", fill.shares, fill.price, fill.cum_qty,
            round(fill.avg_price, 8), ACCOUNT, fill.commission, "USD", round(fill.realized, 6),
        )
        for w in day.book for fill in w.fills
    }  # fmt: skip
    for client in day.clients:
        assert client.all_open() == working, client.name
        own = {perm_id: facts for perm_id, facts in working.items() if facts[0] == client.client_id}
        assert client.own_open() == own, client.name
        assert client.executions() == fills, client.name
        assert client.completed(False) == {w.perm_id: w.status for w in done}, client.name
        assert client.completed(True) == {w.perm_id: w.status for w in done if not w.is_manual}, client.name


def check_account(day):
    """Values, portfolio and profits: the same for all, to the last digit, and those of the books to the cent."""
    ours, theirs, official = day.clients
    assert ours.portfolio() == theirs.portfolio() == official.portfolio()
    values = official.values()
    assert len(values) > 50
    for client in (ours, theirs):
        assert {key: value for key, value in client.values().items() if key in values} == values, client.name
    assert ours.profits() == theirs.profits() == official.profits()
    floor, account = day.floor, day.account
    daily, unrealized, realized = account.profit(floor.price, floor.rate)
    held = account.holdings[4391]
    price = floor.price(held.instrument)
    wanted = (daily, unrealized, realized, held.quantity, held.daily(price), held.unrealized(price), held.realized,
              price * held.quantity)  # fmt: skip
    assert ours.profits() == pytest.approx(wanted, abs=0.005)
    fills = [(w, fill) for w in day.book for fill in w.fills]
    assert held.quantity == sum(w.sign * fill.shares for w, fill in fills)
    cash = 1_000_000 - sum(w.sign * fill.shares * fill.price + fill.commission for w, fill in fills)
    assert float(values["TotalCashValue", "USD"]) == pytest.approx(cash, abs=0.005)
    assert realized == pytest.approx(sum(fill.realized for _, fill in fills), abs=0.005)


def check_the_order_by_hand(day):
    """It is bound to client 0, which alone knows of it."""
    bond = (day.by_hand.perm_id, day.by_hand.order_id)
    assert day.by_hand.order_id > 0
    for client in day.clients:
        known = client.live()
        if client.client_id == 0:
            assert list(known) == [(0, day.by_hand.order_id)]
            assert client.bound == ([] if client.name == "ib_async" else [bond]), "ib_async throws this away"
        else:
            assert (known, client.bound) == ({}, [])
    assert all(day.by_hand.perm_id in client.all_open() for client in day.clients)


def rest_and_change(day):
    """Everybody's order rests, and is changed; who sees whose."""
    resting = day.each(
        lambda c, price: c.place(action="BUY", totalQuantity=10, orderType="LMT", lmtPrice=price, tif="GTC"),
        (90.0, 91.0, 92.0),
    )
    day.market()
    check_told(day)
    for client in day.clients:
        strangers = {key[0] for key in client.live()} - {client.client_id} - {0}  # that by hand has been asked for
        assert strangers == ({0, 1} - {0} if client.client_id == MASTER else set()), client.name
    day.each(lambda c, price: c.modify(resting[c], lmtPrice=price, totalQuantity=12), (89.5, 90.5, 91.5))
    zero = next(client for client in day.clients if client.client_id == 0)
    zero.modify(day.by_hand.order_id, lmtPrice=61.0)
    day.market()
    assert sorted(w.order.lmtPrice for w in day.book) == [61.0, 89.5, 90.5, 91.5]
    check_told(day)
    return resting


def refuse(day, resting):
    """Bad orders and bad changes have the same codes for all, and leave orders that rest alone."""
    for client in day.clients:
        client.errors.clear()
    bad = day.each(lambda c: c.place(action="BUY", totalQuantity=1, orderType="LMT", lmtPrice=100.001))
    dear = day.each(lambda c: c.place(action="BUY", totalQuantity=5_000_000, orderType="LMT", lmtPrice=100.0))
    day.each(lambda c: c.modify(resting[c], lmtPrice=90.001))
    for client in day.clients:
        assert client.errors == [(bad[client], 110), (dear[client], 201), (resting[client], 110)], client.name
        if client.name != "official":
            live = client.live()
            assert {live[client.client_id, refused[client]][-4] for refused in (bad, dear)} == {"Cancelled"}
    assert len(day.book) == 4
    day.each(lambda c, price: c.modify(resting[c], lmtPrice=price), (89.0, 90.0, 91.0))
    check_told(day)


def preview(day):
    """A preview is the same for all, and leaves nothing behind."""
    first, *others = day.each(lambda c: c.preview(action="BUY", totalQuantity=100, orderType="MKT")).values()
    assert others == [first, first]
    assert first[0] >= 0 < first[1] and first[-1] == 1.0
    assert len(day.book) == 4


def brackets(day):
    """Brackets fill in parts; the profit is taken and the stop goes."""

    def place(client):
        parent = client.place(action="BUY", totalQuantity=20, orderType="LMT", lmtPrice=101.0, transmit=False)
        child = {"action": "SELL", "totalQuantity": 20, "parentId": parent}
        profit = client.place(**child, orderType="LMT", lmtPrice=105.0, transmit=False)
        return parent, profit, client.place(**child, orderType="STP", auxPrice=95.0, transmit=True)

    families = day.each(place)

    def book(client):
        return [day.floor.exchange.get(client.client_id, n) for n in families[client]]

    for filled in (7, 14, 20):
        day.market(100.0 + filled / 100, size=7.0)
        assert {book(client)[0].filled for client in day.clients} == {filled}
        check_told(day)
    day.market(106.0)
    check_told(day)
    for client in day.clients:
        assert [w.status for w in book(client)] == ["Filled", "Filled", "Cancelled"]
        assert (families[client][2], 202) in client.errors, client.name


def groups(day):
    """Of a group one fills, and the other goes."""

    def place(client):
        common = {"action": "BUY", "totalQuantity": 30, "orderType": "LMT", "ocaGroup": f"by {client.name}"}
        return [client.place(**common, ocaType=1, lmtPrice=price) for price in (99.0, 97.0)]

    pairs = day.each(place)
    day.market(100.0)
    day.market(98.6)
    check_told(day)
    for client, pair in pairs.items():
        assert [day.floor.exchange.get(client.client_id, n).status for n in pair] == ["Filled", "Cancelled"]


def sell_at_market(day):
    """Sales of several sizes fill in parts; an order by hand is bound as it is entered."""
    day.each(lambda c, size: c.place(action="SELL", totalQuantity=size, orderType="MKT"), (15, 22, 9))
    by_hand = day.enter(MarketOrder("BUY", 3))
    for price in (101.0, 102.5, 103.0):
        day.market(price, size=2.0)
        check_told(day)
    assert (by_hand.status, by_hand.order_id > 0) == ("Filled", True)
    assert len({len(w.fills) for w in day.book}) == 4, "in one, two and three parts, or not at all"


def cancel(day, resting):
    """Each cancels an order of its own; then one everybody's, and another one comes too late."""
    brief = day.each(lambda c: c.place(action="SELL", totalQuantity=1, orderType="LMT", lmtPrice=140.0))
    day.market(101.37)
    day.each(lambda c: c.cancel(brief[c]))
    assert {day.floor.exchange.get(c.client_id, n).status for c, n in brief.items()} == {"Cancelled"}
    check_told(day)
    one, other, third = day.clients
    one.cancel(resting[one])
    day.sync()
    check_told(day)
    other.cancel_all()
    day.sync()
    check_told(day)
    assert {w.status for w in day.book} == {"Filled", "Cancelled"}
    for client in day.clients:
        assert (resting[client], 202) in client.errors, client.name
    zero = next(client for client in day.clients if client.client_id == 0)
    assert (day.by_hand.order_id, 202) in zero.errors
    late = third.client_id, resting[third]
    third.cancel(resting[third])
    day.sync()
    assert (resting[third], 10148) in third.errors
    if third.name != "official":
        assert third.live()[late][-4] == "Cancelled"


def test_a_day(day):
    check_the_order_by_hand(day)
    resting = rest_and_change(day)
    refuse(day, resting)
    preview(day)
    brackets(day)
    groups(day)
    sell_at_market(day)
    day.market(101.37, seconds=200.0)
    check_account(day)
    cancel(day, resting)
    check_asked(day)
    day.reconnect()
    check_asked(day)
    check_account(day)
