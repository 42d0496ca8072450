"""Order states, fills, families, without a gateway: prices are set by hand."""

import datetime as dt

import pytest

from ibnb.contract import Stock
from ibnb.order import LimitOrder, MarketOrder, Order, StopLimitOrder, StopOrder
from ibnb.sim.accounts import Account
from ibnb.sim.errors import RequestRefused
from ibnb.sim.exchange import Exchange
from ibnb.sim.matching import Market
from ibnb.sim.quotes import Quote
from tests.sim.peer import FRIDAY

CONTRACT = Stock("AMD", "SMART", "USD")


class Floor:
    """An exchange with one instrument whose price is set by hand, and a record of what clients are told."""

    def __init__(self, db, start=FRIDAY):
        self.told = []
        self.fills = []
        self.errors = []
        self.price, self.size = 100.0, 1000.0
        self.low = self.high = None
        self.instrument = db.by_id(4391)
        self.account = Account("DU1")
        self.exchange = Exchange(self, self.market, lambda currency: 1.0, lambda con_id: self.instrument)
        self.exchange.now = self.now = start

    def market(self, instrument, since, now):
        p, low, high = self.price, self.low, self.high
        quote = Quote(0, p - 0.01, p + 0.01, p, self.size, self.size, 1, 1e6, p, p, p, p, int(now), True)
        return Market(quote, p if low is None else low, p if high is None else high)

    def order_changed(self, working, *, opened):
        self.told.append((working.order_id, working.status))

    def order_filled(self, working, fill):
        self.fills.append((working.order_id, fill.shares, fill.price))

    def order_error(self, working, code, text):
        self.errors.append((working.order_id, code))

    def place(self, order_id, order, client_id=1):
        order.orderId = order_id
        self.exchange.now = self.now
        self.exchange.place(client_id, CONTRACT, self.instrument, order, self.account)
        return self.exchange.get(client_id, order_id)

    def step(self, seconds=1.0, price=None):
        if price is not None:
            self.price = price
        self.now += seconds
        self.exchange.step(self.now)


@pytest.fixture
def floor(db):
    return Floor(db)


def test_market_order_from_placing_to_filled(floor):
    working = floor.place(1, MarketOrder("BUY", 100))
    assert floor.told == [(1, "PreSubmitted")]
    floor.step()
    assert floor.told == [(1, "PreSubmitted"), (1, "Submitted"), (1, "Filled")]
    assert floor.fills == [(1, 100, 100.01)]
    assert (working.filled, working.remaining, working.average, working.last_price) == (100, 0, 100.01, 100.01)
    assert floor.account.holdings[4391].quantity == 100


def test_limit_rests_until_its_price(floor):
    floor.place(1, LimitOrder("BUY", 100, 99.0))
    floor.step()
    floor.step(price=99.5)
    assert floor.fills == []
    floor.step(price=98.9)
    assert floor.fills == [(1, 100, pytest.approx(98.91))]


def test_limit_reached_between_looks(floor):
    floor.place(1, LimitOrder("BUY", 100, 99.0))
    floor.step()
    floor.low = 98.5
    floor.step()
    assert floor.fills == [(1, 100, 99.0)]


def test_partial_fills_average(floor):
    floor.size = 60.0
    working = floor.place(1, LimitOrder("BUY", 100, 101.0))
    floor.step(price=100.0)
    floor.step(price=100.5)
    assert floor.fills == [(1, 60, pytest.approx(100.01)), (1, 40, pytest.approx(100.51))]
    assert working.average == pytest.approx(0.6 * 100.01 + 0.4 * 100.51)
    assert [status for _, status in floor.told] == ["PreSubmitted", "Submitted", "Submitted", "Filled"]
    assert [fill.cum_qty for fill in working.fills] == [60, 100]


def test_stop_triggers_then_trades_at_the_market(floor):
    working = floor.place(1, StopOrder("SELL", 100, 99.0))
    floor.step()
    assert working.status == "PreSubmitted"
    floor.step(price=98.8)
    assert working.status == "Filled"
    assert floor.fills == [(1, 100, pytest.approx(98.79))]


def test_stop_limit_does_not_chase(floor):
    working = floor.place(1, StopLimitOrder("SELL", 100, 98.95, 99.0))
    floor.step(price=98.0)
    assert (working.status, floor.fills) == ("Submitted", [])
    floor.step(price=99.2)
    assert floor.fills == [(1, 100, pytest.approx(99.19))]


def test_trailing_stop(floor):
    working = floor.place(1, Order(action="SELL", totalQuantity=10, orderType="TRAIL", auxPrice=1.0))
    floor.step(price=102.0)
    floor.step(price=101.5)
    assert (working.status, working.stop, working.order.trailStopPrice) == ("PreSubmitted", 101.0, 101.0)
    floor.step(price=100.9)
    assert working.status == "Filled"


def test_market_if_touched(floor):
    working = floor.place(1, Order(action="BUY", totalQuantity=10, orderType="MIT", auxPrice=99.0))
    floor.step()
    assert working.status == "PreSubmitted"
    floor.step(price=98.9)
    assert working.status == "Filled"


@pytest.mark.parametrize(("tif", "fills"), [("IOC", [(1, 40, pytest.approx(100.01))]), ("FOK", [])])
def test_orders_that_do_not_wait(floor, tif, fills):
    floor.size = 40.0
    working = floor.place(1, LimitOrder("BUY", 100, 101.0, tif=tif))
    floor.step()
    assert floor.fills == fills
    assert working.status == "Cancelled"
    assert floor.errors == [(1, 202)]


def test_cancel_and_errors_of_cancelling(floor):
    working = floor.place(1, LimitOrder("BUY", 100, 50.0))
    floor.exchange.cancel(1, 1)
    assert (working.status, floor.errors) == ("Cancelled", [(1, 202)])
    for order_id, code in ((1, 10148), (77, 10147)):
        with pytest.raises(RequestRefused) as refused:
            floor.exchange.cancel(1, order_id)
        assert refused.value.code == code


def test_modify_a_working_order(floor):
    working = floor.place(1, LimitOrder("BUY", 100, 50.0))
    floor.step()
    floor.place(1, LimitOrder("BUY", 80, 100.5))
    assert (working.order.lmtPrice, working.remaining) == (100.5, 80)
    floor.step()
    assert working.status == "Filled"
    with pytest.raises(RequestRefused, match="filled") as refused:
        floor.place(1, LimitOrder("BUY", 90, 100.5))
    assert refused.value.code == 104


def test_an_order_cut_to_what_is_filled_is_filled(floor):
    floor.size = 60.0
    working = floor.place(1, LimitOrder("BUY", 100, 101.0))
    floor.step()
    floor.place(1, LimitOrder("BUY", 60, 101.0))
    assert (working.status, working.remaining, floor.told[-1]) == ("Filled", 0, (1, "Filled"))


def test_an_order_that_was_not_transmitted_ends_audibly(floor):
    floor.place(1, LimitOrder("BUY", 1, 50.0, transmit=False))
    floor.exchange.cancel_all()
    assert (floor.told, floor.errors) == ([(1, "Cancelled")], [(1, 202)])


def test_modifications_that_are_another_order(floor):
    floor.size = 60.0
    floor.place(1, LimitOrder("BUY", 100, 101.0))
    floor.step()
    for order in (LimitOrder("SELL", 100, 101.0), LimitOrder("BUY", 50, 101.0)):
        with pytest.raises(RequestRefused) as refused:
            floor.place(1, order)
        assert refused.value.code == 105


def test_ids_rise(floor):
    floor.place(10, LimitOrder("BUY", 1, 50.0))
    assert floor.exchange.next_order_id == 11
    with pytest.raises(RequestRefused) as refused:
        floor.place(9, LimitOrder("BUY", 1, 50.0))
    assert refused.value.code == 103
    floor.place(9, LimitOrder("BUY", 1, 50.0), client_id=2)
    floor.exchange.cancel(1, 10)
    with pytest.raises(RequestRefused) as refused:
        floor.place(10, LimitOrder("BUY", 1, 50.0))
    assert refused.value.code == 103


def bracket(floor):
    floor.place(1, LimitOrder("BUY", 100, 100.5, transmit=False))
    floor.place(2, LimitOrder("SELL", 100, 105.0, transmit=False, parentId=1))
    assert floor.told == []
    floor.place(3, StopOrder("SELL", 100, 95.0, transmit=True, parentId=1))
    return [floor.exchange.get(1, n) for n in (1, 2, 3)]


def test_bracket_goes_out_whole_and_children_wait(floor):
    parent, profit, loss = bracket(floor)
    assert floor.told == [(1, "PreSubmitted"), (2, "PreSubmitted"), (3, "PreSubmitted")]
    floor.step()
    assert parent.status == "Filled"
    floor.step()
    assert (profit.status, loss.status) == ("Submitted", "PreSubmitted")


def test_one_child_cancels_the_other(floor):
    _, profit, loss = bracket(floor)
    floor.step()
    floor.step(price=106.0)
    assert (profit.status, loss.status) == ("Filled", "Cancelled")
    assert floor.account.holdings[4391].quantity == 0


def test_cancelled_parent_takes_the_children_along(floor):
    parent, profit, loss = bracket(floor)
    floor.exchange.cancel(1, 1)
    assert [w.status for w in (parent, profit, loss)] == ["Cancelled"] * 3
    assert floor.exchange.open_orders() == []


def test_one_cancels_all(floor):
    floor.place(1, LimitOrder("BUY", 100, 99.0, ocaGroup="g", ocaType=1))
    floor.place(2, LimitOrder("BUY", 100, 98.0, ocaGroup="g", ocaType=1))
    floor.step()
    floor.step(price=98.5)
    assert [w.status for w in floor.exchange.orders] == ["Filled", "Cancelled"]


def test_oca_type_two_reduces(floor):
    floor.size = 40.0
    floor.place(1, LimitOrder("BUY", 100, 99.0, ocaGroup="g", ocaType=2))
    floor.place(2, LimitOrder("BUY", 100, 98.0, ocaGroup="g", ocaType=2))
    floor.step()
    floor.step(price=98.5)
    other = floor.exchange.get(1, 2)
    assert (other.status, other.order.totalQuantity) == ("Submitted", 60)


def test_global_cancel(floor):
    floor.place(1, LimitOrder("BUY", 100, 50.0))
    floor.place(1, LimitOrder("BUY", 100, 50.0), client_id=2)
    floor.exchange.cancel_all()
    assert floor.exchange.open_orders() == []
    assert floor.errors == [(1, 202), (1, 202)]


def test_day_orders_end_with_the_session(db):
    late = dt.datetime(2026, 11, 20, 20, 59, 58, tzinfo=dt.UTC).timestamp()
    floor = Floor(db, late)
    day, good = floor.place(1, LimitOrder("BUY", 1, 50.0)), floor.place(2, LimitOrder("BUY", 1, 50.0, tif="GTC"))
    floor.step(5)
    assert (day.status, good.status) == ("Cancelled", "PreSubmitted")


def test_orders_wait_for_the_open(db):
    early = dt.datetime(2026, 11, 20, 14, 29, 58, tzinfo=dt.UTC).timestamp()
    floor = Floor(db, early)
    waiting, outside = (
        floor.place(1, MarketOrder("BUY", 1)),
        floor.place(2, LimitOrder("BUY", 1, 101.0, outsideRth=True)),
    )
    assert floor.errors == [(1, 399)]
    floor.step()
    assert (waiting.status, outside.status) == ("PreSubmitted", "Filled")
    floor.step(2)
    assert waiting.status == "Filled"


def test_good_till_date_and_good_after_time(floor):
    until = floor.place(1, LimitOrder("BUY", 1, 50.0, tif="GTD", goodTillDate="20261120-16:37:30"))
    after = floor.place(2, LimitOrder("BUY", 1, 101.0, goodAfterTime="20261120 11:37:30 US/Eastern"))
    floor.step(5)
    assert (until.status, after.status) == ("Submitted", "PreSubmitted")
    floor.step(5)
    assert (until.status, after.status) == ("Cancelled", "Filled")


@pytest.mark.parametrize(
    ("kind", "limit", "status"), [("MOC", None, "Filled"), ("LOC", 101.0, "Filled"), ("LOC", 99.0, "Cancelled")]
)
def test_at_the_close(db, kind, limit, status):
    floor = Floor(db, dt.datetime(2026, 11, 20, 20, 59, 58, tzinfo=dt.UTC).timestamp())
    order = Order(action="BUY", totalQuantity=5, orderType=kind)
    if limit is not None:
        order.lmtPrice = limit
    working = floor.place(1, order)
    floor.step(1)
    assert working.status == "PreSubmitted"
    floor.step(2)
    assert working.status == status


def test_conditions_hold_an_order_back(floor):
    from ibnb.order import PriceCondition

    order = MarketOrder("BUY", 1, conditions=[PriceCondition(price=101.0, conId=4391)])
    working = floor.place(1, order)
    floor.step()
    assert working.status == "PreSubmitted"
    floor.step(price=101.5)
    assert working.status == "Filled"


def test_ids_of_executions_are_unique(floor):
    floor.size = 10.0
    working = floor.place(1, LimitOrder("BUY", 30, 101.0))
    for _ in range(3):
        floor.step()
    names = [fill.exec_id for fill in working.fills]
    assert len(set(names)) == 3
    assert all(name.endswith(".01.01") for name in names)
    assert working.fills[0].liquidity == 2 and working.fills[1].liquidity == 1
