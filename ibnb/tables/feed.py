"""Tell listeners at home about changes, seldom enough: the `changed` event of a table, and `observe` in the manner of
traitlets.

One delivery at a time is under way; it is worked out when it arrives, so a busy home gets fewer and larger changes and
never a backlog.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from eventkit import Event

from ibnb.tables.clock import CallLater, OnHome, caller_home

if TYPE_CHECKING:
    from ibnb.tables.table import Table

Listener: TypeAlias = Callable[["Table"], object]
MAX_RATE = 20.0
_logger = logging.getLogger("ibnb.tables")


class ChangedEvent(Event):  # type: ignore[misc]
    """Emits a `Change` at home; `rate` is the most emits a second (None: each packet, if home keeps up)."""

    def __init__(self, name: str = "changed", connected: Callable[[], None] | None = None) -> None:
        super().__init__(name)
        self.rate: float | None = MAX_RATE
        self._connected = connected

    def connect(self, listener: Any, error: Any = None, done: Any = None, keep_ref: bool = False) -> Any:
        """Connect a listener; as `eventkit.Event.connect`."""
        if self._connected is not None:
            self._connected()
        return super().connect(listener, error, done, keep_ref)

    __iadd__ = connect
    __hash__ = Event.__hash__


class Notice(dict[str, Any]):
    """What a handler of `observe` gets: a dict whose items are attributes too, as traitlets' Bunch."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Feed:
    """The way from a table's commits to its listeners at home.

    Args:
        table: The table.
        call_later, on_home: The timer and the way home. None: those of the loop that runs where the first listener is
            connected; without a running loop, listeners are called by the thread that wrote, at once.
        now: Monotonic seconds.
    """

    def __init__(
        self,
        table: Table,
        call_later: CallLater | None,
        on_home: OnHome | None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.event = ChangedEvent(connected=self._find_home)
        self.event.error_event.connect(self._failed)
        self.table = table
        self._call_later = call_later
        self._on_home = on_home
        self._now = now
        self._since = 0
        self._due = False
        self._emitted_at = float("-inf")
        self._observers: list[Callable[[Notice], object]] = []

    def __len__(self) -> int:
        """Return how many listen."""
        return len(self.event) + len(self._observers)

    def observe(self, handler: Callable[[Notice], object], names: Any) -> None:
        """Connect a handler in the manner of traitlets."""
        wanted = [names] if isinstance(names, str) or not hasattr(names, "__iter__") else list(names)
        known = [name for name in wanted if name == "revision" or not isinstance(name, str)]  # traitlets.All is no str
        if known != wanted or not wanted:
            raise ValueError(f"a table has the trait 'revision' only, not {names!r}")
        self._find_home()
        if handler not in self._observers:
            self._observers.append(handler)

    def unobserve(self, handler: Callable[[Notice], object]) -> None:
        """Disconnect a handler; ValueError if it is not connected (as traitlets)."""
        self._observers.remove(handler)

    def _find_home(self) -> None:
        if not len(self):
            self._since = self.table.revision
        if self._on_home is None and (home := caller_home()) is not None:
            self._call_later, self._on_home = home

    def commit(self) -> None:
        """See to it that listeners learn of the newest revision; from the thread that announces commits, without a
        lock.
        """
        if not len(self):
            self._since = self.table.revision
            return
        if self._on_home is None:
            self._deliver()
            return
        if self._due or self._since == self.table.revision:
            return
        self._due = True
        rate = self.event.rate
        wait = self._emitted_at + 1 / rate - self._now() if rate else 0.0
        if wait > 0 and self._call_later is not None:
            self._call_later(wait, self._send_home)
        else:
            self._send_home()

    def _send_home(self) -> None:
        assert self._on_home is not None
        self._on_home(self._deliver)

    def _deliver(self) -> None:
        self._due = False
        self._emitted_at = self._now()
        since = self._since
        change = self.table.change(since)
        self._since = change.revision
        if not change:
            return
        if len(self.event):
            self.event.emit(change)
        notice = Notice(name="revision", old=since, new=change.revision, owner=self.table, type="change")
        for handler in tuple(self._observers):
            self._call(handler, notice)

    def _failed(self, _: Event, error: Exception) -> None:
        _logger.error("a listener of table %r failed", self.table.name, exc_info=error)

    def _call(self, handler: Callable[[Notice], object], notice: Notice) -> None:
        try:
            result = handler(notice)
            if inspect.iscoroutine(result):
                result.close()
                raise TypeError("observe() takes plain functions; coroutine functions go to .changed")
        except Exception:
            _logger.exception("a handler of table %r failed", self.table.name)


class Followed:
    """The side of a table to which subscribers, listeners and observers attach; mixed into Table."""

    if TYPE_CHECKING:
        name: str
        revision: int
        lock: Any
        _feed: Feed
        _listeners: list[Listener]
        _notified: int

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have `listener(table)` called after commits (see the module's docstring); return what ends that."""
        with self.lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self.lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    @property
    def changed(self) -> ChangedEvent:
        """Event that emits a `Change` (revision, added, changed, removed keys, columns) at home, at most
        `changed.rate` = 20 a second.

        `table.changed += f` connects. Changes in between are joined, none is lost. An error in one listener reaches no
        other.
        """
        return self._feed.event

    @changed.setter
    def changed(self, event: ChangedEvent) -> None:
        if event is not self._feed.event:  # `table.changed += f` assigns the event to itself
            raise AttributeError("connect with `table.changed += listener`")

    def observe(self, handler: Callable[[Notice], object], names: Any = "revision") -> None:
        """Call `handler(change)` with `change.new` = the revision, as traitlets does; at home, paced as `changed`."""
        self._feed.observe(handler, names)

    def unobserve(self, handler: Callable[[Notice], object], names: Any = "revision") -> None:
        """Disconnect a handler of `observe`."""
        self._feed.unobserve(handler)

    @property
    def is_followed(self) -> bool:
        """Tell whether anybody wants to be told of changes."""
        return bool(self._listeners or len(self._feed))

    def notify(self) -> None:
        """Tell subscribers and listeners of commits they have not been told of. For whoever runs the table; no lock
        held.
        """
        with self.lock:
            if self._notified == self.revision:
                return
            self._notified = self.revision
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(cast("Table", self))
            except Exception:
                _logger.exception("a subscriber of table %r failed", self.name)
        self._feed.commit()
