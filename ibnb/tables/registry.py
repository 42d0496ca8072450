"""The tables of a connection (`ib.tables`): made when first asked for, fed from the Store.

The Store gathers the keys of what changes; a read, or the frame clock for tables that somebody follows, turns them
into rows.
"""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ibnb.order import OrderStatus
from ibnb.state.store import contract_key
from ibnb.tables.bars import BarsTable, source_of
from ibnb.tables.chain import ChainTable, lines_of
from ibnb.tables.clock import CallLater, FrameClock, OnHome
from ibnb.tables.streams import Streams
from ibnb.tables.streamviews import DETAILS, MAX_TICKS, NEWS, list_table
from ibnb.tables.table import Table
from ibnb.tables.views import VIEWS, bar_columns, orders_view
from ibnb.tables.words import View

MAX_BACKLOG = 1000
_logger = logging.getLogger("ibnb.tables")


class StoreLike(Protocol):
    """What the tables need of the Store."""

    lock: Any
    on_dirty: Callable[[], None] | None
    client_id: int
    accounts: list[str]
    min_ticks: dict[int, float]
    tickers: dict[int, Any]

    def watch(self, kind: Any) -> set[Any]:
        """Return the set that gathers keys of changed objects."""

    def unwatch(self, kind: Any) -> None:
        """Stop gathering them."""

    def rows(self, kind: str, keys: Iterable[Any] | None = None) -> Iterable[tuple[Any, object]]:
        """Yield (key, object), None for objects that are gone."""


class _Source:
    """Bring what changed in the Store into one table. Called with the lock held."""

    def __init__(self, store: StoreLike, kind: str) -> None:
        self.store = store
        self.kind = kind
        self.dirty: set[Any] | None = None

    def __call__(self, table: Table) -> None:
        if self.dirty is None:
            self.dirty = self.store.watch(self.kind)
            self.dirty.clear()
            self._write(table, self.store.rows(self.kind))
        elif self.dirty:
            keys = list(self.dirty)
            self.dirty.clear()
            self._write(table, self.store.rows(self.kind, keys))

    @property
    def backlog(self) -> int:
        """How many keys wait."""
        return len(self.dirty) if self.dirty is not None else 0

    def _write(self, table: Table, pairs: Iterable[tuple[Hashable, Any]]) -> None:
        here, gone = [], []
        for key, obj in pairs:
            if obj is None:
                gone.append(key)
            else:
                here.append((key, obj))
        table.delete(gone)
        new = {key for key, _ in here if key not in table._keyed().slot_of}
        if len(new) > 1:  # a set of keys has no order; the Store has
            order = {key: i for i, (key, _) in enumerate(self.store.rows(self.kind)) if key in new}
            here.sort(key=lambda pair: order.get(pair[0], -1))
        table.upsert(here)


class _LogSource(_Source):
    """Bring new lines of the log into its table; the Store numbers them."""

    last: int = 0

    def _write(self, table: Table, pairs: Iterable[tuple[Hashable, Any]]) -> None:
        lines: list[tuple[Any, Any]] = [
            (key, obj) for key, obj in pairs if obj is not None and isinstance(key, int) and key > self.last
        ]
        lines.sort(key=lambda line: line[0])
        if lines:
            self.last = lines[-1][0]
            table.append([line for _, line in lines])


class Tables:
    """The live tables of a connection, each made at its first use.

    Args:
        store: The Store; its `on_dirty` is taken over.
        call_later: Runs a function on the IO thread after some seconds. Is called from any thread.
        on_home: Runs a function where the user's code lives.
        now, monotonic: The clocks.
    """

    def __init__(
        self,
        store: StoreLike,
        call_later: CallLater,
        on_home: OnHome,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._tables: dict[str, Table] = {}
        self._sources: dict[str, _Source] = {}
        self._bars: weakref.WeakValueDictionary[int, BarsTable] = weakref.WeakValueDictionary()
        self._bar_kinds: set[tuple[str, int]] = set()
        self._flushing = False
        self._clock = FrameClock(call_later, self.flush, now=monotonic)
        self._parts: dict[str, Any] = {
            "lock": store.lock,
            "announce": self._announce,
            "call_later": call_later,
            "on_home": on_home,
            "now": now,
            "monotonic": monotonic,
            "origin": store.lock,  # what all tables of a connection have in common
        }
        orders = orders_view(lambda: store.client_id, lambda: store.accounts[0] if len(store.accounts) == 1 else "")
        self._views = {
            view.name: view if view.name == "quotes" else view.with_ticks(lambda conId: store.min_ticks.get(conId))
            for view in (*VIEWS, orders)
        }
        self._views |= {"news": NEWS, "details": DETAILS}
        self._streams = Streams(store, self._parts)
        self._completed: Table | None = None
        store.on_dirty = self._clock.mark

    @property
    def quotes(self) -> Table:
        """Quotes of the contracts with market data; a row's key is the conId (while it is unknown, a hash of the
        contract).
        """
        return self._table("quotes")

    @property
    def positions(self) -> Table:
        """Positions of all accounts, by (account, conId)."""
        return self._table("positions")

    @property
    def portfolio(self) -> Table:
        """Positions of the accounts that are updated, with their values, by (account, conId)."""
        return self._table("portfolio")

    @property
    def account(self) -> Table:
        """Account values, by (account, tag, currency, modelCode)."""
        return self._table("account")

    @property
    def summary(self) -> Table:
        """The account summary, by (account, tag, currency)."""
        return self._table("summary")

    @property
    def pnl(self) -> Table:
        """Profit and loss of accounts and single positions, by (account, modelCode, conId)."""
        return self._table("pnl")

    @property
    def orders(self) -> Table:
        """Orders of this connection, and those of others that TWS tells of; keys are those of `ib.trades()` in the
        Store.
        """
        return self._table("orders")

    @property
    def executions(self) -> Table:
        """Executions with their commissions, by execId."""
        return self._table("executions")

    @property
    def details(self) -> Table:
        """Contract details that this session has received, by conId; the newest 10,000."""
        return self._table("details")

    @property
    def log(self) -> Table:
        """What the gateway and this package said; the newest 10,000 lines."""
        return self._table("log")

    @property
    def news(self) -> Table:
        """Headlines as they come; the newest 10,000."""
        return self._table("news")

    @property
    def completed(self) -> Table:
        """Orders that are done: filled, cancelled or refused; those of before only after `ib.reqCompletedOrders`."""
        with self._store.lock:
            if self._completed is None:
                self._completed = self.orders.where(status=sorted(OrderStatus.DoneStates))
                self._completed.name = "completed"
            return self._completed

    def ticks(self, contract: Any, cap: int = MAX_TICKS) -> Table:
        """Return the table of a contract's single ticks from now on, the newest `cap`; the same one as long as it is
        in use.

        Filled by `ib.reqTickByTickData`, and by the trades of market data with generic tick 233 or 375.

        Args:
            contract: The contract, or its Ticker.
            cap: Most rows; of the first call for a contract.
        """
        return self._streams.ticks(*self._market(contract), cap)

    def depth(self, contract: Any) -> Table:
        """Return the table of the order book of a contract (or Ticker), best first; filled by `ib.reqMktDepth`."""
        return self._streams.depth(*self._market(contract))

    def scanner(self, found: Any) -> Table:
        """Return the table of a market scan, by rank; of the list that `ib.reqScannerSubscription` gave."""
        return self._streams.scan(found)

    def chain(
        self,
        options: Any,
        *,
        exchange: str = "SMART",
        expirations: Iterable[str] | None = None,
        strikes: Callable[[float], bool] | Iterable[float] | None = None,
    ) -> Table:
        """Return the table of an option chain: a row for each expiration, strike and right, with bid, ask, last,
        volatility and Greeks of the options that `ib.reqMktData` streams.

        Args:
            options: What `ib.reqSecDefOptParams` gave, or a list of contract details or of contracts.
            exchange: Whose chain counts, of several exchanges.
            expirations: Those wanted (`yyyymmdd`); None for all.
            strikes: Those wanted, or a function that tells; None for all.

        Raises:
            TypeError: Something else is in the list.
        """
        lines = lines_of(options, exchange, expirations, strikes)
        return ChainTable(self.quotes, lines, self._ticker_at)

    def _ticker_at(self, key: Any) -> Any:
        """Return the Ticker of a row of the quotes."""
        for _, ticker in self._store.rows("quotes", [key]):
            return ticker
        return None

    def of(self, objects: Any) -> Table:
        """Return a table of a list of contract details (by conId), of option chains (a row for each expiration and
        strike) or of ticks of the past; it stays as it is.

        Raises:
            TypeError: The list holds something else.
        """
        parts = {name: part for name, part in self._parts.items() if name not in ("lock", "announce", "origin")}
        return list_table(list(objects), **parts)

    def bars(self, bars: Any) -> BarsTable:
        """Return the table of a bar list (historical, 5-second, or made of ticks); the same one as long as it is in
        use.
        """
        table = self._bars.get(id(bars))
        if table is None:
            source = source_of(bars)
            zone, daily = getattr(source, "zone", None), bool(getattr(source, "daily", False))
            name = f"bars {_bars_title(bars)}".strip()
            table = BarsTable(
                name, source, bar_columns(_known_zone(zone), daily=daily), refresh=lambda: self._watch_bars(bars),
                reason="the request has no bars yet", **self._parts,
            )  # fmt: skip
            with self._store.lock:
                self._watch_bars(bars)
            self._bars[id(bars)] = table
        return table

    def flush(self) -> None:
        """Bring what changed into the tables that somebody follows, and tell them. Runs on the IO thread."""
        store = self._store
        tables = list(self._tables.values())
        with store.lock:
            streams = self._streams.live()
        for table in streams:  # pulled in any case: what is gathered for them must not pile up
            with store.lock:
                self._quietly(table)
        followed: list[Table] = [*tables, *self._bars.values(), *streams]
        for table in followed:
            source = self._sources.get(table.name)
            if not table.is_followed and (source is None or source.backlog < MAX_BACKLOG):
                continue
            with store.lock:
                self._quietly(table)
        with store.lock:
            for kind in self._bar_kinds:  # bars tables look at the version of their list
                store.watch(kind).clear()
        for table in followed:
            table.notify()

    def _market(self, of: Any) -> tuple[Any, int]:
        """Return a contract and the Store's key of its market, given the contract or its Ticker."""
        with self._store.lock:
            for key, ticker in self._store.tickers.items():
                if ticker is of:
                    return of.contract, key
        contract = getattr(of, "contract", of)
        return contract, contract_key(contract)

    def _quietly(self, table: Table) -> None:
        """Bring a table up to date without starting the clock again."""
        self._flushing = True
        try:
            table._pull()
        except Exception:
            _logger.exception("table %r cannot be brought up to date", table.name)
        finally:
            self._flushing = False

    def __iter__(self) -> Iterator[Table]:
        """Iterate over the tables in use."""
        return iter(list(self._tables.values()))

    def __dir__(self) -> list[str]:
        return [*self._views, "bars", "chain", "completed", "depth", "of", "scanner", "ticks"]

    def __repr__(self) -> str:
        views = ", ".join(sorted([*self._views, "completed"]))
        return f"tables: {views}, bars(list), ticks(contract), depth(contract), chain(list), scanner(list), of(list)"

    def _table(self, name: str) -> Table:
        table = self._tables.get(name)
        if table is None:
            with self._store.lock:
                table = self._tables.get(name)
                if table is None:
                    table = self._tables[name] = self._make(self._views[name])
                    table._pull()  # begins to watch, so that followers hear of what comes though nobody reads
        return table

    def _make(self, view: View) -> Table:
        grows = not view.key
        source = _LogSource(self._store, view.name) if grows else _Source(self._store, view.name)
        self._sources[view.name] = source
        return Table(
            view.name, view.columns, key=view.key, kind="append" if grows else "keyed", cap=view.cap, source=source,
            reason=view.reason, **self._parts,
        )  # fmt: skip

    def _announce(self, _: Table) -> None:
        if not self._flushing:
            self._clock.mark()

    def _watch_bars(self, bars: Any) -> None:
        """Watch the bar list under its present request id; a reconnection may have given it another."""
        kind = ("bars", getattr(bars, "reqId", -1))
        self._store.watch(kind).clear()
        self._bar_kinds.add(kind)


def _bars_title(bars: Any) -> str:
    contract = getattr(bars, "contract", None)
    symbol = getattr(contract, "localSymbol", "") or getattr(contract, "symbol", "")
    return " ".join(part for part in (str(symbol), str(getattr(bars, "barSizeSetting", ""))) if part)


def _known_zone(zone: Any) -> str | None:
    """Return the name of a zone if this machine knows it, else None: times are then shown in UTC."""
    try:
        return ZoneInfo(str(zone)).key if zone else None
    except (KeyError, ValueError, OSError):
        return None
