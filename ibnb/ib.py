"""`IB`.

The object that users hold. It puts the domains of `ibnb.api` together and wires state to tables and displays.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from ibnb.api.account import AccountMixin
from ibnb.api.advisor import AdvisorMixin
from ibnb.api.connection import ConnectionMixin
from ibnb.api.contracts import ContractsMixin
from ibnb.api.depth import DepthMixin
from ibnb.api.displaygroups import DisplayGroupsMixin
from ibnb.api.historical import HistoricalMixin
from ibnb.api.marketdata import MarketDataMixin
from ibnb.api.news import NewsMixin
from ibnb.api.options import OptionsMixin
from ibnb.api.orders import OrdersMixin
from ibnb.api.pnl import PnLMixin
from ibnb.api.realtime import RealTimeMixin
from ibnb.api.recording import RecordingMixin
from ibnb.api.reference import ReferenceMixin
from ibnb.api.scanner import ScannerMixin
from ibnb.api.ticks import TicksMixin
from ibnb.api.trading import Trading
from ibnb.api.wsh import WshMixin
from ibnb.bars import BarDataList
from ibnb.client import Client
from ibnb.events import EventSlot
from ibnb.net.home import Home
from ibnb.net.iothread import IOThread
from ibnb.objects import IBDefaults, StartupFetch, StartupFetchALL, StartupFetchNONE
from ibnb.wrapper import Wrapper

__all__ = ["IB", "StartupFetch", "StartupFetchALL", "StartupFetchNONE"]


class IB(
    ConnectionMixin,
    AccountMixin,
    AdvisorMixin,
    ContractsMixin,
    DepthMixin,
    DisplayGroupsMixin,
    HistoricalMixin,
    MarketDataMixin,
    NewsMixin,
    OptionsMixin,
    OrdersMixin,
    PnLMixin,
    RealTimeMixin,
    RecordingMixin,
    ReferenceMixin,
    ScannerMixin,
    TicksMixin,
    WshMixin,
):
    """A connection to TWS or IB Gateway whose state keeps itself current.

    Every method can be called from anywhere: a cell, a coroutine, an event handler, a widget callback, any thread.
    Blocking methods deliver events while they wait; each has an Async twin. `tables` holds the same state as live
    pandas tables.

    Events (names, arguments): `connectedEvent ()`, `disconnectedEvent ()`, `updateEvent ()` after each packet,
    `pendingTickersEvent (set of Ticker)`, `barUpdateEvent (bars, hasNewBar)`, `newOrderEvent`, `orderModifyEvent`,
    `cancelOrderEvent`,
    `openOrderEvent`, `orderStatusEvent (Trade)`, `execDetailsEvent (Trade, Fill)`, `commissionReportEvent (Trade, Fill,
    CommissionReport)`,
    `updatePortfolioEvent (PortfolioItem)`, `positionEvent (Position)`, `accountValueEvent`, `accountSummaryEvent
    (AccountValue)`,
    `pnlEvent (PnL)`, `pnlSingleEvent (PnLSingle)`, `scannerDataEvent (ScanDataList)`, `tickNewsEvent (NewsTick)`,
    `newsBulletinEvent (NewsBulletin)`, `wshMetaEvent (json)`, `wshEvent (json)`, `errorEvent (reqId, code, text,
    contract)`,
    `timeoutEvent (idle seconds)`, `positionMultiEvent (Position, modelCode)`, `orderBoundEvent (Trade)`,
    `displayGroupEvent (group, contract info)`. Handlers run where `connect` was called.
    """

    events = (
        "connectedEvent",
        "disconnectedEvent",
        "updateEvent",
        "pendingTickersEvent",
        "barUpdateEvent",
        "newOrderEvent",
        "orderModifyEvent",
        "cancelOrderEvent",
        "openOrderEvent",
        "orderStatusEvent",
        "execDetailsEvent",
        "commissionReportEvent",
        "updatePortfolioEvent",
        "positionEvent",
        "accountValueEvent",
        "accountSummaryEvent",
        "pnlEvent",
        "pnlSingleEvent",
        "scannerDataEvent",
        "tickNewsEvent",
        "newsBulletinEvent",
        "wshMetaEvent",
        "wshEvent",
        "errorEvent",
        "timeoutEvent",
        "positionMultiEvent",
        "orderBoundEvent",
        "displayGroupEvent",
    )

    connectedEvent = EventSlot()
    disconnectedEvent = EventSlot()
    updateEvent = EventSlot()
    pendingTickersEvent = EventSlot()
    barUpdateEvent = EventSlot()
    newOrderEvent = EventSlot()
    orderModifyEvent = EventSlot()
    cancelOrderEvent = EventSlot()
    openOrderEvent = EventSlot()
    orderStatusEvent = EventSlot()
    execDetailsEvent = EventSlot()
    commissionReportEvent = EventSlot()
    updatePortfolioEvent = EventSlot()
    positionEvent = EventSlot()
    accountValueEvent = EventSlot()
    accountSummaryEvent = EventSlot()
    pnlEvent = EventSlot()
    pnlSingleEvent = EventSlot()
    scannerDataEvent = EventSlot()
    tickNewsEvent = EventSlot()
    newsBulletinEvent = EventSlot()
    wshMetaEvent = EventSlot()
    wshEvent = EventSlot()
    errorEvent = EventSlot()
    timeoutEvent = EventSlot()
    positionMultiEvent = EventSlot()
    orderBoundEvent = EventSlot()
    displayGroupEvent = EventSlot()

    def __init__(self, defaults: IBDefaults = IBDefaults()) -> None:  # noqa: B008  # ib_async's signature
        self._logger = logging.getLogger("ibnb.ib")
        self._home = Home.here()
        self.wrapper = Wrapper(self, defaults)
        self.wrapper.raise_errors = lambda: self.RaiseRequestErrors
        self.client = Client(self.wrapper)
        self.trading = Trading()
        self.gateway: Any = None  # the built-in gateway of `ibnb.demo`
        self._tables: Any = None
        self.wrapper.on_status = partial(_tell_status, weakref.ref(self.wrapper.lock))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.disconnect()

    def __del__(self) -> None:
        if sys.is_finalizing():  # the IO thread has stopped for good, perhaps with the lock: waiting for it would hang
            return
        if not sys.is_finalizing():
            with contextlib.suppress(Exception):
                self.disconnect()

    def __repr__(self) -> str:
        if not self.client.isReady():
            return "<IB not connected>"
        return f"<IB connected to {self.client.host}:{self.client.port} clientId={self.client.clientId}>"

    @property
    def tables(self) -> Any:
        """Return the live tables of this connection: `quotes`, `positions`, `portfolio`, `account`, `summary`,
        `orders`, `executions`, `log`.

        Each has `.df` (a DataFrame of now), `.changed` (an event) and shows itself live at the end of a cell.
        """
        with self.wrapper.lock:
            if self._tables is None:
                from ibnb.tables import Table, Tables

                Table.view_factory = staticmethod(_table_view)
                self._tables = Tables(self.wrapper, _call_later, lambda deliver: self._home.post(deliver))
            return self._tables

    def _adopt(self, bars: BarDataList) -> None:
        """Let a bar list of this connection show itself as a chart that follows it."""
        bars.chart_factory = self._live_chart

    def _live_chart(self, bars: BarDataList, **options: Any) -> Any:
        from ibnb.display import bar_chart

        return _told(bar_chart(bars, self.tables.bars(bars), **options))

    def disconnect(self) -> str | None:
        """Close the connection (and the built-in gateway of a demo) and forget all state.

        Return a summary, None when not connected.
        """
        summary = super().disconnect()
        if self.gateway is not None:
            gateway, self.gateway = self.gateway, None
            gateway.stop()
        return summary


def _call_later(seconds: float, fn: Callable[[], object]) -> None:
    """Run `fn` on the IO thread after some seconds; from any thread."""
    io = IOThread.get()
    if io.on_thread():
        io.call_later(seconds, fn)
    else:
        io.call_soon(io.call_later, seconds, fn)


_Status = tuple[str, str, float]
_statuses: weakref.WeakKeyDictionary[Any, _Status] = weakref.WeakKeyDictionary()  # what each connection has told
_telling = threading.RLock()  # statuses reach the views in the order in which they are kept


def _tell_status(ref: weakref.ref[Any], state: str, text: str) -> None:
    """Tell the views of a connection how it stands, and keep that for views to come; `ref` is its tables' `origin`."""
    origin = ref()
    if origin is None:
        return
    with _telling:
        _statuses[origin] = status = (state, text, time.time())
        # While another thread imports that module for its first view, there is a part of it only.
        tell = getattr(sys.modules.get("ibnb.display"), "tell_status", None)
        if tell is not None:
            tell(*status, origin)


def _told(view: Any) -> Any:
    """Return a new view, which has been told if what it shows is stale: the first one may be made then."""
    with _telling:
        for origin, status in list(_statuses.items()):
            if status[0] != "live":
                sys.modules["ibnb.display"].tell_status(*status, origin)
    return view


def _table_view(table: Any, **options: Any) -> Any:
    from ibnb.display import table_view

    return _told(table_view(table, **options))


def _bar_chart(bars: BarDataList, **options: Any) -> Any:
    from ibnb.display import bar_chart

    return bar_chart(bars, **options)


BarDataList.chart_factory = staticmethod(_bar_chart)
