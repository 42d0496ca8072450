"""The observable table: columns in slots, a key, a revision, and what changed since.

Contract for whoever follows a table (the hub of the widgets; a mirror in a test). It is complete: nothing else is
needed.

**Identity.** `table.name` (str), `table.kind` ("keyed" | "append" | "bars"), `table.key` (names of the key columns),
`table.revision` (int, starts at 0, rises by one for each packet that really changed something, never falls),
`len(table)`.

**Rows and slots.** A row lives in a slot (a small int) for as long as it exists; a freed slot is given to a later row.
Slots stay below `table.capacity`, which only grows. Row order is ascending *order number*. New rows get numbers above
all earlier ones, so a mirror that appends the added rows keeps the order without looking at the numbers; only a table
made by `.where()` may add a row between older ones.
An append table with a cap is a ring: a row over the cap removes the oldest and takes its slot (slot in both
`removed_slots` and `added_slots`). A bars table has slot == row number; only its last row changes as a rule.

**Encodings** of column values, by kind (`Column.kind`, `schema()[i]["kind"]`):

| kind | dtype | missing |
|---|---|---|
| `f8` | float64 | NaN |
| `i8` | int64 | -2**63 (`columns.MISSING_INT`) |
| `bool` | uint8, 0 or 1 | 255 |
| `time` | int64, ns since 1970 UTC | -2**63 (NaT) |
| `str` | uint32, index into the column's dictionary | 0 |

A dictionary is append-only between resets; its entry 0 is "" and means missing.

**Reading**, from any thread; each call takes `table.lock`, brings in what is pending first, and so sees whole packets
and the newest data:

* `table.schema()` -> list of dicts, in column order, JSON-ready: `name`, `kind`, `unit` ("" or e.g. "USD", "shares",
  "currency", "%"), `doc`, `format` (hint: "price" "money" "size" "percent" "int" "text" "time" "date" "account" "bool"
  "number"), `zone` (time columns: the IANA zone to show, None = as is), `key` (bool), `hidden` (bool: not among the
  columns shown at first), `tick` (prices: the column with the row's least increment, whose decimals the cell is shown
  with; "" = the column's cells share their decimals; it may name a column that a derived table has not). Never changes
  over a table's life.
* `table.snapshot()` -> `delta.Snapshot(revision, slots, order, columns, dictionary)`.
* `table.delta(since)` -> `delta.Delta(revision, since, reset, removed_slots, added_slots, added_order, added, changed,
  values, dictionary)`. `since` is the revision of the snapshot or delta last applied. `reset` = the record does not
  reach back so far (or the table was rebuilt): drop rows *and dictionaries* and take a snapshot. Falsy when there is
  nothing to do. A slot is in `changed` only if its row existed at `since`.
* `table.sorting` -> tuple of (column, ascending): how rows should be shown at first (from `.sort()`); () = row order.
  Slots do not follow it.

**Being told.** `unsubscribe = table.subscribe(listener)`: `listener(table)` after commits. For the tables of
`ib.tables` it is called on the IO thread, at most once per frame (50 ms, the first after a pause within 5 ms). For
tables made by `ibnb.table` it is called on the thread that wrote, after each write, so a listener marks its stream and
hands over, nothing more. It is not told what changed: it pulls `delta(since)` when it has credit. A listener is called
with no lock held; its exceptions are logged and reach nobody else. `subscribe` holds the listener strongly.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.clock import CallLater, OnHome
from ibnb.tables.columns import Cells, Column, Index, TextCells, make_cells
from ibnb.tables.delta import Change, ChangeLog, Delta, Snapshot
from ibnb.tables.deriving import Deriving
from ibnb.tables.feed import Feed, Followed, Listener
from ibnb.tables.frame import frame, shallow
from ibnb.tables.render import Rendered
from ibnb.tables.slots import KeyedSlots, RingSlots

TableKind: TypeAlias = Literal["keyed", "append", "bars"]
_logger = logging.getLogger("ibnb.tables")


class Table(Rendered, Followed, Deriving):
    """Rows that keep themselves current; see `df`, `changed`, and the module's docstring for those who follow a table.

    Args:
        name: What it is called in titles and messages.
        columns: Its columns; fixed for life.
        key: Names of the columns that tell rows apart; () for rows told by their number.
        kind: `keyed` (rows by key), `append` (rows only come; the newest `cap` stay) or `bars` (rows by time, the last
            one changes).
        cap: Most rows of an append table.
        lock: The lock that guards the rows; that of the Store for its tables.
        source: Brings in what is pending, with the lock held; called before each read.
        announce: Called after a commit, maybe with the lock held and on any thread, and sees to it that `notify` is
            called on the IO thread. None: the committing thread calls `notify` itself once it has let go of the lock.
        call_later, on_home: The timer and the way home for `changed`; see `ibnb.tables.feed.Feed`.
        reason: Why the table may be empty; goes to `df.attrs["reason"]` of an empty frame.
        now: Seconds since 1970, for the time in the static snapshot.
        monotonic: Monotonic seconds, for the pace of `changed`.
        origin: The connection whose data these are, whatever stands for it; views grey when that one has gone. None:
            rows of one's own.
    """

    def __init__(
        self,
        name: str,
        columns: Iterable[Column],
        *,
        key: tuple[str, ...] = (),
        kind: TableKind = "keyed",
        cap: int | None = None,
        lock: Any = None,
        source: Callable[[Table], None] | None = None,
        announce: Callable[[Table], None] | None = None,
        call_later: CallLater | None = None,
        on_home: OnHome | None = None,
        reason: str | Callable[[], str] = "no rows yet",
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        origin: object | None = None,
    ) -> None:
        self.name = name
        self.origins: tuple[object, ...] = () if origin is None else (origin,)
        self.key = key
        self.kind: TableKind = kind
        self.lock: Any = lock if lock is not None else threading.RLock()
        self.revision = 0
        self.columns: dict[str, Column] = {column.name: column for column in columns}
        unknown = [column for column in key if column not in self.columns]
        if unknown:
            raise ValueError(
                f"table {name!r} has no key column {unknown[0]!r}; its columns are {', '.join(self.columns)}"
            )
        self.sorting: tuple[tuple[str, bool], ...] = ()
        self._cells: dict[str, Cells] = {column.name: make_cells(column) for column in self.columns.values()}
        self._texts = {name: cells for name, cells in self._cells.items() if isinstance(cells, TextCells)}
        self._lengths = dict.fromkeys(self._texts, 1)  # of dictionaries, at the last commit
        self._slots: KeyedSlots | RingSlots = KeyedSlots() if kind == "keyed" else RingSlots(cap)
        self._log = ChangeLog()
        self._source = source
        self._announce = announce
        self._reason = reason
        self._now = now
        self._frame: tuple[int, pd.DataFrame] | None = None
        self._listeners: list[Listener] = []
        self._notified = 0
        self._depth = 0
        self._pulling = False
        self._complained: set[str] = set()
        self._feed = Feed(self, call_later, on_home, monotonic)

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def df(self) -> pd.DataFrame:
        """All rows as a DataFrame of the newest data, in row order (in that of `sorting`, if the table was made by
        `.sort`).

        Shape: one column for each of `columns`, key columns among them, and a RangeIndex; a bars table is indexed by
            time. Dtypes:
        float64, Int64, str, boolean, datetime64[ns, zone]; missing values are NA, NaN or NaT, never a marker of TWS.
        `df.attrs` has `name`, `key`, `revision`, `units` (column -> unit) and, when there are no rows, `reason`. The
        frame is the caller's: changing it changes nothing else. Any thread may read; a second read at the same
        revision costs nothing.
        """
        with self._reading():
            known = self._frame
            if known is None or known[0] != self.revision:
                known = self._frame = (self.revision, self._build())
            out = shallow(known[1])
            out.attrs = self._attrs(len(out))
        return out

    def rows(self, keys: Iterable[Hashable]) -> pd.DataFrame:
        """Return the rows with these keys, as `df` does, in the order of the keys; keys without a row are left out."""
        with self._reading():
            out = self._frame_of(self._slots.find(list(keys)))
            out.attrs = self._attrs(len(out))
            return out

    def keys(self) -> list[Hashable]:
        """Return the keys of all rows, in row order: the key column's value, a tuple for several, a number without
        key.
        """
        with self._reading():
            return self._slots.all_keys()

    def __len__(self) -> int:
        with self._reading():
            return len(self._slots)

    def __bool__(self) -> bool:
        return True  # a table is a thing, not its rows: `if table` must not depend on the market

    def __contains__(self, key: object) -> bool:
        with self._reading():
            return isinstance(key, Hashable) and len(self._slots.find([key])) == 1

    def __getitem__(self, column: str) -> pd.Series[Any]:
        """Return one column as a Series, as in `df`."""
        if column not in self.columns:
            raise KeyError(f"table {self.name!r} has no column {column!r}; its columns are {', '.join(self.columns)}")
        frame = self.df
        return frame[column] if column in frame else frame.index.to_series(name=column)

    def schema(self) -> list[dict[str, Any]]:
        """Return the columns, JSON-ready: name, kind, unit, doc, format, zone, key, hidden."""
        return [column.describe(key=column.name in self.key) for column in self.columns.values()]

    @property
    def capacity(self) -> int:
        """A number above all slots in use; only grows."""
        return self._slots.capacity

    def snapshot(self) -> Snapshot:
        """Return all rows, encoded, and the dictionaries, at the newest revision."""
        with self._reading():
            slots = self._slots.ordered()
            return Snapshot(
                self.revision,
                slots.astype(np.uint32),
                self._slots.orders(slots),
                {name: cells.take(slots) for name, cells in self._cells.items()},
                {name: cells.strings[: self._lengths[name]] for name, cells in self._texts.items()},
            )

    def delta(self, since: int) -> Delta:
        """Return what changed after revision `since`, with the new values; `reset` if the record does not reach
        back.
        """
        with self._reading():
            if not self._log.reaches(since, self.revision):
                return Delta(self.revision, since, reset=True)
            net, lengths = self._log.union(since, self._slots.alive)
            added, order = self._in_order(net.added)
            return Delta(
                self.revision,
                since,
                False,
                net.removed.astype(np.uint32),
                added.astype(np.uint32),
                order,
                {name: cells.take(added) for name, cells in self._cells.items()} if len(added) else {},
                {name: slots.astype(np.uint32) for name, slots in net.changed.items()},
                {name: self._cells[name].take(slots) for name, slots in net.changed.items()},
                {
                    name: (start, self._texts[name].strings[start : self._lengths[name]])
                    for name, start in lengths.items()
                },
            )

    def change(self, since: int) -> Change:
        """Return which keys and columns changed after revision `since`."""
        with self._reading():
            if not self._log.reaches(since, self.revision):
                return Change(
                    self, self.revision, since, tuple(self._slots.all_keys()), columns=tuple(self.columns), reset=True
                )
            net, _ = self._log.union(since, self._slots.alive)
            added = dict.fromkeys(self._slots.keys(self._in_order(net.added)[0]))
            removed = dict.fromkeys(net.removed_keys)
            again = added.keys() & removed.keys()
            parts = [*net.changed.values(), self._slots.find(list(again))]
            changed = self._in_order(np.unique(np.concatenate(parts)))[0]
            names = self.columns if added else [name for name in self.columns if name in net.changed]
            return Change(
                self,
                self.revision,
                since,
                tuple(key for key in added if key not in again),
                tuple(self._slots.keys(changed)),
                tuple(key for key in removed if key not in again),
                tuple(names),
            )

    # -- writing (the source of the table does, or its owner) ---------------------------

    @contextmanager
    def packet(self) -> Iterator[None]:
        """Write several things as one: readers and followers see all of it or nothing, under one new revision."""
        self.lock.acquire()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            is_outermost = not self._depth and not self._pulling
            try:
                if is_outermost:
                    self._commit()
            finally:
                self.lock.release()
            if is_outermost and self._announce is None:
                self.notify()

    def upsert(self, rows: Iterable[tuple[Hashable, Any]]) -> None:
        """Write (key, object) pairs: new keys become rows, others change theirs; the last pair of a key counts."""
        slots_of = self._keyed().slot_of
        latest = dict(rows)
        if not latest:
            return
        with self.packet():
            new = [key for key in latest if key not in slots_of]
            if new:
                self._insert(new, [latest.pop(key) for key in new])
            if latest:
                slots = np.array([slots_of[key] for key in latest], np.intp)
                objects = list(latest.values())
                for name, cells in self._cells.items():
                    self._write(name, cells, slots, self._encode(cells, objects))

    def append(self, rows: Iterable[Any]) -> None:
        """Add objects as rows at the end; over the cap the oldest rows go."""
        objects = list(rows)
        if self.kind != "append":
            raise TypeError(f"table {self.name!r} is {self.kind}; only append tables take rows without key")
        with self.packet():
            self._append_columns(len(objects), lambda cells, start: self._encode(cells, objects[start:]))

    def delete(self, keys: Iterable[Hashable]) -> None:
        """Remove the rows of these keys; keys without a row are passed over."""
        slots = self._keyed()
        with self.packet():
            self._log.rows_removed(*slots.remove(list(dict.fromkeys(keys))))

    def clear(self) -> None:
        """Remove all rows."""
        with self.packet():
            self._log.rows_removed(*self._slots.clear())

    # -- inside --------------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self.lock:
            self._pull()
            yield

    def _pull(self) -> None:
        """Bring in what is pending; with the lock held."""
        if self._source is not None and not self._pulling:
            self._pulling = True
            try:
                self._source(self)
            finally:
                self._pulling = False
        if self._log.is_open:
            self._commit()

    def _commit(self) -> None:
        """End the packet, with the lock held: one new revision if anything has changed."""
        if not self._log.is_open:
            return
        slots = self._slots
        grown = {
            name: self._lengths[name] for name, cells in self._texts.items() if len(cells.strings) > self._lengths[name]
        }
        if not self._log.close(self.revision + 1, slots.alive, grown, len(slots) * len(self._cells)):
            return
        self.revision += 1
        for name in grown:
            self._lengths[name] = len(self._texts[name].strings)
        self._compact()
        if self._announce is not None:
            self._announce(self)

    def _compact(self) -> None:
        """Drop texts that no row has any more, once they are many; followers then need a snapshot."""
        for name, cells in self._texts.items():
            if cells.is_bloated and cells.compact(self._slots.ordered()):
                self._lengths[name] = len(cells.strings)
                self._log.forget(self.revision)

    def _keyed(self) -> KeyedSlots:
        if not isinstance(self._slots, KeyedSlots):
            raise TypeError(f"table {self.name!r} has no key: its rows come by append and go by the cap or clear")
        return self._slots

    def _insert(
        self, keys: Sequence[Hashable], objects: Sequence[Any], order: NDArray[np.int64] | None = None
    ) -> Index:
        """Make rows of new keys."""
        encoded = [self._encode(cells, objects) for cells in self._cells.values()]
        slots = self._keyed().add(keys, order)
        for cells, values in zip(self._cells.values(), encoded):
            cells.grow(self._slots.capacity)
            cells.put(slots, values)
        self._log.rows_added(slots)
        return slots

    def _append_columns(self, n: int, encode: Callable[[Cells, int], NDArray[Any]]) -> None:
        """Make `n` rows of what `encode(cells, start)` gives for the rows from `start` on."""
        assert isinstance(self._slots, RingSlots)
        cap = self._slots.cap
        start = max(0, n - cap) if cap else 0
        encoded = [encode(cells, start) for cells in self._cells.values()]
        removed, keys, added = self._slots.append(n - start)
        self._log.rows_removed(removed, keys)
        for cells, values in zip(self._cells.values(), encoded):
            cells.grow(self._slots.capacity)
            cells.put(added, values)
        self._log.rows_added(added)

    def _write(self, name: str, cells: Cells, slots: Index, encoded: NDArray[Any]) -> None:
        """Store cells of rows that are there, and note those that changed."""
        differs = cells.write(slots, encoded)
        self._log.cells_changed(name, slots[differs])

    def _encode(self, cells: Cells, objects: Sequence[Any]) -> NDArray[Any]:
        """Take one column out of row objects. What cannot be had is missing: one odd row must not stop the others."""
        get = cells.column.get
        try:
            return cells.encode(list(map(get, objects)))
        except Exception as error:  # noqa: BLE001 - a getter may fail in any way on an odd object
            name = cells.column.name
            if name not in self._complained:
                self._complained.add(name)
                _logger.debug("table %r: no value for column %r of some row: %s", self.name, name, error)
            return cells.lenient([_got(get, obj) for obj in objects])

    def _in_order(self, slots: Index) -> tuple[Index, NDArray[np.int64]]:
        """Return slots of rows in row order, and their order numbers."""
        orders = self._slots.orders(slots)
        if len(orders) > 1 and (np.diff(orders) < 0).any():
            by = np.argsort(orders, kind="stable")
            return slots[by], orders[by]
        return slots, orders

    def _display_slots(self) -> Index:
        """Return the slots in the order in which rows are shown."""
        return self._slots.ordered()

    def _build(self) -> pd.DataFrame:
        return self._frame_of(self._display_slots(), -1 if self.sorting else self._slots.version)

    def _frame_of(self, slots: Index, version: int = -1) -> pd.DataFrame:
        return frame(self._cells, slots, version)

    def _attrs(self, rows: int) -> dict[Hashable, Any]:
        attrs: dict[Hashable, Any] = {
            "name": self.name,
            "key": self.key,
            "revision": self.revision,
            "units": {name: column.unit for name, column in self.columns.items() if column.unit},
        }
        if not rows:
            attrs["reason"] = self.reason
        return attrs

    @property
    def reason(self) -> str:
        """Why the table may be empty."""
        return self._reason if isinstance(self._reason, str) else self._reason()


def _got(get: Callable[[Any], Any], obj: Any) -> Any:
    try:
        return get(obj)
    except Exception:  # noqa: BLE001 - see Table._encode
        return None
