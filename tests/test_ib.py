"""The IB object: what it is made of, its events, its end."""

import gc
import inspect
import sys
import threading
import time
import types
import weakref

import pytest
from reducing import AMD

import ibnb.ib as ib_module
from ibnb.contract import Stock
from ibnb.errors import ConnectionLost
from ibnb.ib import IB, StartupFetch, StartupFetchALL, StartupFetchNONE
from ibnb.objects import IBDefaults
from ibnb.wire import catalogue as m


def test_every_event_is_there_and_made_at_first_use():
    ib = IB()
    assert not set(IB.events) & set(vars(ib))
    for name in IB.events:
        assert len(getattr(ib, name)) == 0
    assert set(IB.events) <= set(vars(ib))


def test_the_docstring_names_every_event():
    assert [name for name in IB.events if f"`{name}" not in inspect.getdoc(IB)] == []


def test_no_method_is_defined_by_two_domains():
    seen = {}
    for domain in IB.__mro__[1:-1]:
        for name, value in vars(domain).items():
            if callable(value) and not name.startswith("__"):
                assert name not in seen, f"{name}: {domain} and {seen[name]}"
                seen[name] = domain


def test_every_blocking_twin_takes_what_its_async_form_takes():
    """In the same order; ib_async gives some parameters a default in one of the two only."""
    twins = [name for name in dir(IB) if name.endswith("Async") and hasattr(IB, name.removesuffix("Async"))]
    assert len(twins) > 38
    for name in set(twins) - {"timeRangeAsync", "waitUntilAsync"}:
        blocking = list(inspect.signature(getattr(IB, name.removesuffix("Async"))).parameters)
        parameters = list(inspect.signature(getattr(IB, name)).parameters)
        assert parameters[: len(blocking)] == blocking, name


def test_every_public_method_says_what_it_does():
    methods = [name for name, value in inspect.getmembers(IB, inspect.isfunction) if not name.startswith("_")]
    assert [name for name in methods if not inspect.getdoc(getattr(IB, name))] == []


def test_it_tells_its_connection(wire):
    assert repr(IB()) == "<IB not connected>"
    assert repr(wire.ib) == "<IB connected to gateway:4002 clientId=1>"


def test_defaults_reach_the_tickers(wire):
    ib = IB(IBDefaults(unset=None, emptyPrice=None))
    ticker = ib.wrapper.startTicker(1, AMD, "mktData")
    assert (ticker.bid, ib.wrapper.defaults.emptyPrice) == (None, None)


def test_errors_are_raised_when_the_object_or_the_class_says_so(wire, monkeypatch):
    wire.answer(m.ReqContractDetails, m.Error(0, 200, "none"))
    assert wire.ib.reqContractDetails(AMD) == []
    monkeypatch.setattr(IB, "RaiseRequestErrors", True)
    with pytest.raises(Exception, match="none"):
        wire.ib.reqContractDetails(AMD)


def test_startup_constants_are_here_too():
    assert StartupFetchALL == ~StartupFetchNONE
    assert StartupFetch.POSITIONS in StartupFetchALL


def test_tables_are_made_at_first_use_and_stay(wire):
    assert wire.ib._tables is None
    tables = wire.ib.tables
    assert tables is wire.ib.tables
    wire.tell(m.Position("DU1", AMD, 5.0, 9.0))
    assert tables.positions.df["position"].tolist() == [5.0]


def test_bars_know_their_connection(wire):
    wire.answer(m.ReqHistoricalData, m.HistoricalData(reqId=0, bars=[]), m.HistoricalDataEnd())
    bars = wire.ib.reqHistoricalData(AMD, "", "1 D", "1 day", "TRADES", True)
    assert bars.chart_factory.__self__ is wire.ib


def test_leaving_a_with_block_disconnects(gateway):
    with IB().connect(gateway.host, gateway.port, clientId=71) as ib:
        assert ib.isConnected()
    assert not ib.isConnected()


def test_an_object_that_is_forgotten_disconnects(gateway):
    ib = IB().connect(gateway.host, gateway.port, clientId=72)
    (contract,) = ib.qualifyContracts(Stock("AMD", "SMART", "USD"))
    ib.reqMktData(contract)
    transport, forgotten = ib.client.conn._transport, weakref.ref(ib)
    del ib
    until = time.monotonic() + 5
    while not transport.is_closing() and time.monotonic() < until:
        gc.collect()
        IB.sleep(0.01)
    assert (forgotten(), transport.is_closing()) == (None, True)


def test_a_connection_that_ends_while_the_first_view_is_being_imported_ends_for_all_who_wait(wire, monkeypatch):
    gone = []
    wire.ib.disconnectedEvent += lambda: gone.append(True)
    waiting = wire.ib._open_orders()
    half = types.ModuleType("ibnb.display")  # as another thread's import leaves it meanwhile
    monkeypatch.setitem(sys.modules, "ibnb.display", half)
    wire.ib.client._on_lost(None)
    wire.fire()
    assert isinstance(waiting.exception(timeout=0), ConnectionLost)
    assert gone == [True]


def test_a_status_told_while_a_new_view_is_told_the_one_before_comes_last(monkeypatch):
    """Else a view would call live data stale for ever."""
    seen, begun = [], threading.Event()
    live = threading.Thread(target=lambda: (begun.wait(5), ib_module._tell_status(weakref.ref(origin), "live", "")))

    def tell(state, text, since, of):
        if state == "stale":
            begun.set()
            live.join(0.05)  # it waits for its turn
        seen.append(state)

    origin = threading.RLock()
    monkeypatch.setattr(ib_module, "_statuses", weakref.WeakKeyDictionary({origin: ("stale", "lost", 1.0)}))
    monkeypatch.setitem(sys.modules, "ibnb.display", types.SimpleNamespace(tell_status=tell))
    live.start()
    ib_module._told(None)
    live.join(5)
    assert seen == ["stale", "live"]
