"""Some hundred order histories against the gateway's ledger; and that faults put in on purpose are found."""

from __future__ import annotations

import itertools

import pytest

from ibnb.net.connection import Connection
from ibnb.objects import CommissionReport, Execution
from ibnb.sim.exchange import Exchange
from ibnb.state.reducers import orders as reducers
from ibnb.wire import catalogue as m
from ibnb.wrapper import Wrapper
from tests.compat.orders_fuzz import Runner, main, make_steps

SEQUENCES = 300


@pytest.fixture(scope="module")
def runner():
    return Runner()


def test_clients_agree_with_the_ledger(runner):
    for seed in range(SEQUENCES):
        if runner.failure(seed) is not None:
            pytest.fail(runner.report(seed))
    totals = runner.totals
    assert totals["sequences"] == SEQUENCES
    assert min(totals["fills"], totals["filled"], totals["cancelled"], totals["lines lost"]) > SEQUENCES / 3


def double_fills(monkeypatch):
    """The client does not notice that it knows an execution."""
    serial = itertools.count()

    def change(message, handler):
        def handle(*fields):
            if message is m.ExecDetails:
                handler(*fields)
                _, execution, contract = fields
                other = Execution(**{**vars(execution), "execId": f"twice{next(serial)}"})
                handler(-1, other, contract)
            else:
                handler(*fields)

        return handle

    change_routes(monkeypatch, change)


def lose_a_commission(monkeypatch):
    """The client forgets what some fills cost."""

    def change(message, handler):
        def handle(*fields):
            report = fields[0]
            if isinstance(report, CommissionReport) and report.execId.endswith("1.01.01"):
                return
            handler(*fields)

        return handle

    change_routes(monkeypatch, change)


def miss_a_status(monkeypatch):
    """The client does not see that orders are filled."""

    def change(message, handler):
        def handle(*fields):
            if not (message is m.OrderStatus and fields[1] == "Filled"):
                handler(*fields)

        return handle

    change_routes(monkeypatch, change)


def change_routes(monkeypatch, change):
    """Let `change(message, handler)` make the handlers of order messages."""
    routes = reducers.routes
    monkeypatch.setattr(reducers, "routes", lambda store: {k: change(k, v) for k, v in routes(store).items()})


def send_twice(monkeypatch):
    """The client sends orders twice."""
    send = Connection.send

    def sent(self, message, *, urgent=False):
        send(self, message, urgent=urgent)
        if type(message) is m.PlaceOrder and message.order.totalQuantity == 20:
            send(self, message, urgent=urgent)

    monkeypatch.setattr(Connection, "send", sent)


def tell_events_twice(monkeypatch):
    """The client tells of a fill twice."""
    emit = Wrapper.emit_ib

    def told(self, name, *args):
        emit(self, name, *args)
        if name == "execDetailsEvent":
            emit(self, name, *args)

    monkeypatch.setattr(Wrapper, "emit_ib", told)


def book_a_fill_twice(monkeypatch):
    """The gateway's ledger is wrong."""
    fill = Exchange._fill

    def filled(self, w, shares, price, *, adds):
        fill(self, w, shares, price, adds=adds)
        w.fills.append(w.fills[-1])

    monkeypatch.setattr(Exchange, "_fill", filled)


@pytest.mark.parametrize(
    "fault",
    [double_fills, lose_a_commission, miss_a_status, send_twice, tell_events_twice, book_a_fill_twice],
    ids=lambda fault: fault.__name__,
)
def test_faults_are_found(monkeypatch, fault):
    fault(monkeypatch)
    runner = Runner()
    assert any(runner.failure(seed) is not None for seed in range(60))


def test_a_failure_is_told_with_its_fewest_steps(monkeypatch):
    miss_a_status(monkeypatch)
    told = []
    assert main(["--sequences", "40", "--seed", "5"], told.append) == 5
    assert told[0].startswith("seed ")
    assert told[0].count("('") <= 4, "a placing and a move of the market are enough"


def test_a_seed_is_a_sequence():
    assert make_steps(7) == make_steps(7) != make_steps(8)
