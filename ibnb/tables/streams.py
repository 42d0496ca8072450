"""Tables of one contract's streams (ticks, order book) and of market scans: who feeds them out of the Store."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

from ibnb.tables.streamviews import MAX_TICKS, book_rows, depth_view, scan_view, ticks_view
from ibnb.tables.table import Table
from ibnb.tables.words import View

Kind: TypeAlias = tuple[str, int]


class Streams:
    """Makes the tables of streams, the same one as long as it is in use.

    Args:
        store: The Store.
        parts: What each Table is made with: lock, clocks, the way home.
    """

    def __init__(self, store: Any, parts: dict[str, Any]) -> None:
        self._store = store
        self._parts = parts
        self._tables: weakref.WeakValueDictionary[Kind, Table] = weakref.WeakValueDictionary()
        self._kinds: set[Kind] = set()  # for which the Store gathers

    def live(self) -> list[Table]:
        """Return the tables in use; gather nothing any more for those that are gone. With the Store's lock held."""
        tables = dict(self._tables)
        for kind in self._kinds - tables.keys():
            self._kinds.discard(kind)
            self._store.unwatch(kind)
            if kind[0] == "ticks":
                self._store.taps.pop(kind[1], None)
        return list(tables.values())

    def ticks(self, contract: Any, key: int, cap: int = MAX_TICKS) -> Table:
        """Return the table of a contract's ticks from now on."""
        store = self._store

        def source(table: Table) -> None:
            store.watch(("ticks", key)).clear()
            tap = store.taps.get(key)
            if tap:
                ticks = list(tap)
                tap.clear()
                table.append(ticks)

        def make() -> View:
            store.taps[key] = deque(maxlen=cap)
            return ticks_view(f"ticks {_title(contract)}".strip(), self._least(key), cap)

        return self._made(("ticks", key), make, source)

    def depth(self, contract: Any, key: int) -> Table:
        """Return the table of a contract's order book."""
        store = self._store

        def source(table: Table) -> None:
            dirty = store.watch(("depth", key))
            ticker = store.tickers.get(key)
            rows = book_rows(ticker) if ticker is not None else []
            dirty.clear()
            table.delete([level for level in table._keyed().all_keys() if level not in range(1, len(rows) + 1)])
            table.upsert(rows)

        return self._made(
            ("depth", key), lambda: depth_view(f"depth {_title(contract)}".strip(), self._least(key)), source
        )

    def scan(self, found: Any) -> Table:
        """Return the table of a scan's rows."""
        if not hasattr(found, "reqId"):
            raise TypeError(f"the list that ib.reqScannerSubscription gives is needed, not {found!r:.80}")
        store, kind = self._store, ("scan", found.reqId)

        def source(table: Table) -> None:
            store.watch(kind).clear()
            rows = [(row.rank, row) for row in found]
            here = {rank for rank, _ in rows}
            table.delete([rank for rank in table._keyed().all_keys() if rank not in here])
            table.upsert(rows)

        code = getattr(getattr(found, "subscription", None), "scanCode", "")
        return self._made(kind, lambda: scan_view(f"scan {code}".strip()), source)

    def _least(self, key: int) -> Callable[[], float | None]:
        """Return what tells a contract's least price increment, once it is known."""
        store = self._store

        def least() -> float | None:
            ticker = store.tickers.get(key)
            if ticker is not None and ticker.minTick > 0:
                return float(ticker.minTick)
            known: float | None = store.min_ticks.get(key)
            return known

        return least

    def _made(
        self,
        kind: Kind,
        view_of: Callable[[], View],
        source: Callable[[Table], None],
    ) -> Table:
        store = self._store
        with store.lock:
            table = self._tables.get(kind)
            if table is None:
                view = view_of()
                grows = not view.key
                table = Table(
                    view.name, view.columns, key=view.key, kind="append" if grows else "keyed", cap=view.cap,
                    source=source, reason=view.reason, **self._parts,
                )  # fmt: skip
                self._tables[kind] = table
                table._pull()  # begins to watch
                self._kinds.add(kind)
            return table


def _title(contract: Any) -> str:
    return str(getattr(contract, "localSymbol", "") or getattr(contract, "symbol", ""))
