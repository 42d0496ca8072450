"""Own everything the gateway has told this client, under one lock, and say at the end of each packet what has changed.

Reducers (`ibnb.state.reducers`) are the only writers; they run on the IO thread with `lock` held. Tables watch kinds of
objects through
`watch` and `rows`. Names follow ib_async's wrapper, since programs look there.
"""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from ibnb.contract import Contract, ContractDetails
from ibnb.objects import AccountValue, Fill, IBDefaults, NewsBulletin, NewsTick, PnL, PnLSingle, PortfolioItem, Position
from ibnb.order import Trade
from ibnb.state.outbox import Outbox, QuoteRecord
from ibnb.state.requests import Requests
from ibnb.ticker import Ticker
from ibnb.values import UNSET_DOUBLE

Key: TypeAlias = Any
Rows: TypeAlias = Iterable[tuple[Key, object]]
MAX_LOG = 10_000
MAX_DETAILS = 10_000
PRICED = frozenset({"positions", "portfolio", "orders", "executions"})  # their rows show prices of their contracts
TRADE_TICKS = frozenset({48, 77})  # RTVolume and RTTradeVolume carry a trade each


class LogRecord(NamedTuple):
    """One line of the session log; `code` is TWS's message code or 0, `reqId` -1 when tied to no request."""

    time: dt.datetime
    level: str
    source: str
    code: int
    text: str
    contract: Contract | None = None
    reqId: int = -1


class Store:
    """The state of one connection."""

    def __init__(self, owner: Any, defaults: IBDefaults) -> None:
        self.lock = threading.RLock()
        self.defaults = defaults
        self.outbox = Outbox(owner)
        self.owner = owner
        self.requests = Requests()
        self.revision = 0
        self.now = dt.datetime.now(defaults.timezone)
        self.timestamp = time.time()
        self.client_id = -1
        self.server_version = 0
        self.raise_errors: Callable[[], bool] = lambda: False
        self.on_status: Callable[[str, str], None] = lambda state, text: None
        self.on_error: Callable[[int, int, str], None] = lambda reqId, code, text: None
        self.on_accounts: Callable[[], None] = lambda: None
        self.on_order_id: Callable[[int], None] | None = None
        self.on_dirty: Callable[[], None] | None = None
        self.log: dict[int, LogRecord] = {}
        self.min_ticks: dict[int, float] = {}  # least price increments by conId; those of contracts do not change
        self._log_ids = itertools.count(1)
        self._watched: dict[Key, set[Key]] = {}
        self._told_drops = 0
        self.taps: dict[int, deque[Any]] = {}  # single ticks for the tables of ticks, by key of the contract
        self.headlines: deque[NewsTick] = deque(maxlen=10_000)  # for the table, which outlives the connection
        self.news_count = 0  # headlines so far
        self._left: dict[str, set[Key]] = {}  # rows of the connection before, still shown
        self._row_sources: dict[str, Callable[[Iterable[Key] | None], Rows]] = {
            "quotes": self._quote_rows,
            "positions": lambda keys: _nested_rows(self.positions, keys),
            "portfolio": lambda keys: _nested_rows(self.portfolio, keys),
            "account": lambda keys: _flat_rows(self.accountValues, keys),
            "summary": lambda keys: _flat_rows(self.acctSummary, keys),
            "orders": lambda keys: _flat_rows(self.trades, keys),
            "executions": lambda keys: _flat_rows(self.fills, keys),
            "pnl": lambda keys: _flat_rows(self.profits, keys),
            "details": lambda keys: _flat_rows(self.details, keys),
            "log": lambda keys: _flat_rows(self.log, keys),
            "news": lambda keys: enumerate(self.headlines, self.news_count - len(self.headlines) + 1),
        }
        self.reset()

    def reset(self) -> None:
        """Forget everything of the connection but the log.

        Tables keep their last rows, told to be stale, until `begin_connection`.
        """
        for kind in self._watched if self.revision else ():
            if kind in self._row_sources and kind not in ("log", "news"):
                self._left.setdefault(kind, set()).update(key for key, _ in self._row_sources[kind](None))
        self.accounts: list[str] = []
        self.accountValues: dict[tuple[str, str, str, str], AccountValue] = {}
        self.acctSummary: dict[tuple[str, str, str], AccountValue] = {}
        self.portfolio: defaultdict[str, dict[int, PortfolioItem]] = defaultdict(dict)
        self.positions: defaultdict[str, dict[int, Position]] = defaultdict(dict)
        self.trades: dict[Any, Trade] = {}
        self.permId2Trade: dict[int, Trade] = {}
        self.fills: dict[str, Fill] = {}
        self.modified: set[tuple[int, int]] = set()  # (clientId, orderId) of orders that were changed from here
        self.details: dict[int, ContractDetails] = {}  # of the session, by conId; the newest MAX_DETAILS
        self.newsTicks: deque[NewsTick] = deque(maxlen=10_000)
        self.newsBulletins: dict[int, NewsBulletin] = {}
        self.tickers: dict[int, Ticker] = {}
        self.quotes: dict[int, QuoteRecord] = {}  # by key of the contract
        self.records: dict[int, QuoteRecord] = {}  # by request id
        self.subscribers: dict[int, Any] = {}  # bar lists, scanner lists by request id
        self.contracts: dict[int, Contract] = {}  # by request id
        self.reqId2PnL: dict[int, PnL] = {}
        self.reqId2PnlSingle: dict[int, PnLSingle] = {}
        self.pnlKey2ReqId: dict[tuple[str, str], int] = {}
        self.pnlSingleKey2ReqId: dict[tuple[str, str, int], int] = {}
        self.profits: dict[tuple[str, str, int], PnL | PnLSingle] = {}  # both kinds by (account, model, conId or 0)
        self.positionKey2ReqId: dict[tuple[str, str], int] = {}  # by (account, model)
        self.model_positions: dict[int, dict[tuple[str, int], Position]] = {}  # by request id, (account, conId)
        self.display_groups: dict[int, int] = {}  # followed groups of TWS windows by request id
        self.summary_id = 0  # request id of the account summary, 0 when it is not subscribed
        self.wshMetaReqId = 0
        self.wshEventReqId = 0
        self.smart_depth: set[int] = set()  # request ids of depth asked for with isSmartDepth
        self.again: dict[int | str, Callable[[Contract | None], None]] = {}  # how to repeat a subscription
        self.reloading: set[int] = set()  # bar lists whose next history replaces what they hold
        self.dirty_quotes: list[QuoteRecord] = []
        self.pending_quotes: list[QuoteRecord] = []  # those of the last packet
        self.unknown_ids = 0

    def begin_connection(self) -> None:
        """Let the rows of an earlier connection leave the tables."""
        for kind, keys in self._left.items():
            self._watched[kind].update(keys)
        self._left.clear()

    # -- packets

    def begin_packet(self) -> None:
        """Stamp the packet that has arrived."""
        self.now = dt.datetime.now(self.defaults.timezone)
        self.timestamp = time.time()

    def end_packet(self) -> None:
        """Queue the packet's events, resolve the requests that it answered, and mark what tables have to read."""
        self.revision += 1
        dirty = self.dirty_quotes
        if dirty:
            now, timestamp = self.now, self.timestamp
            for record in dirty:
                record.dirty = False
                fields = record.fields
                fields["time"] = now
                fields["timestamp"] = timestamp
                if record.dom_ticks:
                    record.publish_books()
                    self.touch(("depth", record.key), record.key)
            watched = self._watched.get("quotes")
            if watched is not None:
                watched.update([record.key for record in dirty])
            if self.taps:
                self._tap(dirty)
        self.pending_quotes = dirty.copy()
        self.outbox.end_packet(dirty)
        dirty.clear()
        if self.outbox.dropped_ticks + self.outbox.dropped_events > self._told_drops:
            self._tell_drops()
        self.requests.hand_over()
        if self.on_dirty is not None and any(self._watched.values()):
            self.on_dirty()

    def _tap(self, dirty: list[QuoteRecord]) -> None:
        """Keep the packet's single ticks, and trades of market data, for the tables of ticks."""
        for record in dirty:
            tap = self.taps.get(record.key)
            if tap is not None:
                tap.extend(tick for tick in record.ticks if tick.tickType in TRADE_TICKS)
                tap.extend(record.tbt)
                self.touch(("ticks", record.key), record.key)

    def _tell_drops(self) -> None:
        """Log that home is too slow for the market: at the first drop and each time their number has doubled."""
        ticks, events = self.outbox.dropped_ticks, self.outbox.dropped_events
        self._told_drops = 2 * (ticks + events)
        text = f"event handlers are behind: {ticks} waiting ticks and {events} events were dropped so far"
        self.add_log("warning", "ibnb", text + "; tickers and tables are current all the same")

    def emit(self, owner: Any, name: str, *args: Any) -> None:
        """Queue an event for home."""
        self.outbox.emit(owner, name, *args)

    def emit_ib(self, name: str, *args: Any) -> None:
        """Queue one of the IB object's own events for home."""
        self.outbox.emit(self.owner, name, *args)

    # -- what tables see

    def watch(self, kind: Key) -> set[Key]:
        """Return the set that gathers the keys of that kind which change from now on; whoever reads it empties it."""
        return self._watched.setdefault(kind, set())

    def unwatch(self, kind: Key) -> None:
        """Stop gathering keys of that kind."""
        self._watched.pop(kind, None)

    def touch(self, kind: Key, key: Key) -> None:
        """Note that one object has changed."""
        watched = self._watched.get(kind)
        if watched is not None:
            watched.add(key)

    def learn_details(self, details: ContractDetails) -> None:
        """Keep what has come about a contract; the oldest go past `MAX_DETAILS`."""
        con_id = 0 if details.contract is None else details.contract.conId
        if not con_id:
            return
        known = self.details
        known[con_id] = details
        if self._watched:
            self.touch("details", con_id)
        if len(known) > MAX_DETAILS:
            oldest = next(iter(known))
            del known[oldest]
            self.touch("details", oldest)
        self.learn_tick(con_id, details.minTick)

    def learn_tick(self, conId: int, minTick: float) -> None:
        """Note a contract's least price increment, with which tables write its prices."""
        if not conId or not 0 < minTick < UNSET_DOUBLE or self.min_ticks.get(conId) == minTick:
            return
        self.min_ticks[conId] = minTick
        for kind in self._watched.keys() & PRICED if self._watched else ():
            held: Iterable[tuple[Key, Any]] = self.rows(kind)
            for key, item in held:
                if item.contract.conId == conId:
                    self.touch(kind, key)

    def rows(self, kind: str, keys: Iterable[Key] | None = None) -> Rows:
        """Yield (key, object) for the keys, or for all; object None means that it is gone. Call with `lock` held."""
        return self._row_sources[kind](keys)

    def _quote_rows(self, keys: Iterable[Key] | None) -> Iterator[tuple[Key, object]]:
        quotes = self.quotes
        for key in list(quotes) if keys is None else keys:
            record = quotes.get(key)
            yield key, None if record is None else record.ticker

    # -- log

    def add_log(
        self, level: str, source: str, text: str, code: int = 0, contract: Contract | None = None, reqId: int = -1
    ) -> None:
        """Add a line to the session log; the oldest go past `MAX_LOG`."""
        number = next(self._log_ids)
        self.log[number] = LogRecord(self.now, level, source, code, text, contract, reqId)
        self.touch("log", number)
        if len(self.log) > MAX_LOG:
            oldest = next(iter(self.log))
            del self.log[oldest]
            self.touch("log", oldest)

    # -- tickers

    def start_ticker(self, reqId: int, contract: Contract, subscription: int | str) -> Ticker:
        """Return the contract's one Ticker (made at first) and route the request's ticks to it."""
        key = contract_key(contract)
        record = self.quotes.get(key)
        if record is None:
            ticker = self.tickers[key] = Ticker(contract=contract, defaults=self.defaults)
            record = self.quotes[key] = QuoteRecord(ticker, key)
            self.touch("quotes", key)
        self.records[reqId] = record
        self.contracts[reqId] = contract
        record.subscriptions[subscription] = reqId
        return record.ticker

    def end_ticker(self, contract: Contract, subscription: int | str) -> int:
        """Stop routing a subscription; return its request id, 0 when there is none."""
        record = self.quotes.get(contract_key(contract))
        reqId = record.subscriptions.pop(subscription, 0) if record is not None else 0
        self.records.pop(reqId, None)
        self.again.pop(reqId, None)
        return reqId

    def ticker(self, contract: Contract) -> Ticker | None:
        """Return the Ticker of an equal contract, if there is one."""
        return self.tickers.get(contract_key(contract))


def check_contract(value: object) -> None:
    """Raise TypeError for what is no contract, such as a symbol."""
    if not isinstance(value, Contract):
        raise TypeError(f"a contract is needed, such as Stock('AAPL', 'SMART', 'USD'), not {value!r}")


def contract_key(contract: Contract) -> int:
    """Return the key under which a contract's ticker is kept.

    Its hash, or one of all its fields while it has no conId.
    """
    check_contract(contract)
    if contract.isHashable():
        return hash(contract)
    return hash(
        (
            contract.secType,
            contract.symbol,
            contract.lastTradeDateOrContractMonth,
            contract.strike,
            contract.right,
            contract.multiplier,
            contract.exchange,
            contract.primaryExchange,
            contract.currency,
            contract.localSymbol,
            contract.tradingClass,
        )
    )


def order_key(client_id: int, order_id: int, perm_id: int) -> Any:
    """Return the key of a Trade.

    (clientId, orderId), or the permId for manual and completed orders, whose order id is not positive.
    """
    return perm_id if order_id <= 0 else (client_id, order_id)


def _flat_rows(objects: dict[Any, Any], keys: Iterable[Key] | None) -> Iterator[tuple[Key, object]]:
    if keys is None:
        yield from list(objects.items())
    else:
        for key in keys:
            yield key, objects.get(key)


def _nested_rows(objects: dict[str, dict[int, Any]], keys: Iterable[Key] | None) -> Iterator[tuple[Key, object]]:
    if keys is None:
        for account, by_contract in list(objects.items()):
            for con_id, item in list(by_contract.items()):
                yield (account, con_id), item
    else:
        for account, con_id in keys:
            yield (account, con_id), objects.get(account, {}).get(con_id)
