"""Bars of history as a list that holds columns: `BarData` objects are made when somebody asks for them.

A list of bars keeps what the wire brought (or the numpy columns made of it) and behaves as a list of BarData all the
same. Reading an element makes all objects once; `columns()` and `to_frame()` never make any. Live updates go to both.
When user code changes the list itself, its objects become the truth and columns are made anew from them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, SupportsIndex

from ibnb.contract import Contract, TagValue
from ibnb.errors import WidgetError
from ibnb.events import EventSlot
from ibnb.host import in_kernel
from ibnb.objects import BarData

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ibnb.barcolumns import BarColumns


class BarDataList(list[BarData]):
    """Bars, oldest first, with the parameters of their request; compares by identity.

    With `keepUpToDate` the last bar changes and new ones are appended; `updateEvent` emits (bars, hasNewBar) each time.
    `version` rises with each change, `reason` tells why the list is empty.
    """

    updateEvent = EventSlot()
    reqId: int
    contract: Contract
    endDateTime: datetime | date | str | None
    durationStr: str
    barSizeSetting: str
    whatToShow: str
    useRTH: bool
    formatDate: int
    keepUpToDate: bool
    chartOptions: list[TagValue]
    chart_factory: Callable[..., Any] | None = None

    def __init__(self, *args: Iterable[BarData]) -> None:
        super().__init__(*args)
        self.version = 0
        self.reason = ""
        self.default_zone = ""  # of times that come without one (server versions below 174)
        self._columns: BarColumns | None = None
        self._pending: BarColumns | None = None  # columns whose objects are not made yet
        self._parts: list[Any] = []  # wire rows not parsed yet
        self._lock = threading.RLock()
        self._standard_chart: Any = None

    # -- filled by reducers

    def extend_rows(self, rows: Any) -> None:
        """Append the undecoded rows of a reply."""
        with self._lock:
            self._load_columns()
            self._parts.append(rows)
            self._columns = None
            self.version += 1

    def update(self, bar: BarData) -> bool | None:
        """Take a live bar.

        True when it is new, False when it changed the last one, None when it is late or says nothing new.
        """
        with self._lock:
            columns = self._columns
            if columns is None or self._parts:
                columns = self._load_columns()
            change = columns.update(bar)
            if change is None:
                return None
            if self._pending is None:
                if change or not super().__len__():
                    super().append(bar)
                else:
                    super().__setitem__(-1, bar)
            self.version += 1
            return change

    # -- columns

    def _load_columns(self) -> BarColumns:
        from ibnb.barcolumns import BarColumns

        if self._parts:
            parts, known = self._parts, self._pending
            if known is None and super().__len__():
                known = BarColumns.of_objects(list(super().__iter__()))
            parsed = [BarColumns.of_rows(rows, self.default_zone) for rows in parts]  # may fail: then the rows stay
            self._parts = []
            self._columns = self._pending = BarColumns.joined([known, *parsed] if known is not None else parsed)
            super().clear()
        elif self._columns is None:
            self._columns = BarColumns.of_objects(list(super().__iter__()))
        return self._columns

    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the bars as numpy columns, read-only: `time` (int64 ns UTC), `open` `high` `low` `close` `volume`
        `average` (float64),
        `barCount` (int64). Daily and longer bars have midnight UTC of their date as time.
        """
        with self._lock:
            return self._load_columns().arrays()

    @property
    def zone(self) -> str | None:
        """Return the name of the zone that the bars' times came in; None for dates and for times without a zone."""
        with self._lock:
            return self._load_columns().zone

    @property
    def daily(self) -> bool:
        """Tell whether the bars have dates instead of times."""
        with self._lock:
            return self._load_columns().daily

    def to_frame(self, labels: list[str] | None = None) -> pd.DataFrame:
        """Return a DataFrame with columns date, open, high, low, close, volume, average, barCount, one row a bar.

        `date` is a datetime64 in the zone that TWS named, or holds `datetime.date` objects for daily and longer bars.
        An empty list gives an empty frame of the same dtypes with the reason in `attrs["reason"]`.
        """
        from ibnb.barcolumns import BarColumns, to_frame

        with self._lock:
            if len(self._parts) == 1 and self._pending is None and not super().__len__():
                # Nobody has read the list yet: parse for the frame alone, and again if somebody does.
                frame = to_frame(BarColumns.of_rows(self._parts[0], self.default_zone), give=True)
            else:
                frame = to_frame(self._load_columns())
        if not len(frame):
            frame.attrs["reason"] = self.reason or "no bars have arrived"
        return frame if labels is None else frame[list(labels)]

    # -- display

    def chart(self, **options: Any) -> Any:
        """Return a live Plotly chart of the bars (candles and volume) for a notebook cell."""
        factory = self.chart_factory
        if factory is None:
            raise WidgetError("no chart is available: import ibnb.ib, which ties bars to their charts")
        return factory(self, **options)

    def _ipython_display_(self) -> None:
        if not in_kernel():
            raise NotImplementedError("shown as text")
        if self._standard_chart is None:
            self._standard_chart = self.chart()
        self._standard_chart._ipython_display_()

    def _display_(self) -> Any:
        """Return what marimo shows for bars: their chart."""
        if self._standard_chart is None:
            self._standard_chart = self.chart()
        return self._standard_chart

    # -- a list of objects

    def _objects(self) -> None:
        if self._pending is not None or self._parts:
            with self._lock:
                if self._parts:
                    self._load_columns()
                if (columns := self._pending) is not None:
                    super().extend(columns.objects())
                    self._pending = None

    def _changed(self) -> None:
        self._objects()
        self._columns = None
        self.version += 1

    def __len__(self) -> int:
        with self._lock:
            if self._parts or self._pending is not None:
                known = super().__len__() if self._pending is None else len(self._pending)
                return known + sum(len(rows) for rows in self._parts)
            return super().__len__()

    def __bool__(self) -> bool:
        return len(self) > 0

    def __iter__(self) -> Iterator[BarData]:
        self._objects()
        return super().__iter__()

    def __reversed__(self) -> Iterator[BarData]:
        self._objects()
        return super().__reversed__()

    def __contains__(self, item: object) -> bool:
        self._objects()
        return super().__contains__(item)

    def __getitem__(self, index: Any) -> Any:
        self._objects()
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._changed()
        super().__setitem__(index, value)

    def __delitem__(self, index: Any) -> None:
        self._changed()
        super().__delitem__(index)

    def __iadd__(self, other: Iterable[BarData]) -> BarDataList:  # type: ignore[override,misc]
        self.extend(other)
        return self

    def __add__(self, other: list[Any]) -> list[Any]:
        self._objects()
        return super().__add__(other)

    def __radd__(self, other: list[Any]) -> list[Any]:
        self._objects()
        return other + list(self)

    def __mul__(self, count: SupportsIndex) -> list[BarData]:
        self._objects()
        return super().__mul__(count)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __repr__(self) -> str:
        self._objects()
        return super().__repr__()

    def __reduce__(self) -> Any:
        names = ("_columns", "_pending", "_parts", "_lock", "_standard_chart", "chart_factory", "updateEvent")
        state = {k: v for k, v in self.__dict__.items() if k not in names}
        return type(self), (list(self),), state

    def append(self, bar: BarData) -> None:
        """Append a bar of the user's own."""
        self._changed()
        super().append(bar)

    def extend(self, bars: Iterable[BarData]) -> None:
        """Append bars of the user's own."""
        self._changed()
        super().extend(bars)

    def insert(self, index: SupportsIndex, bar: BarData) -> None:
        """Insert a bar of the user's own."""
        self._changed()
        super().insert(index, bar)

    def pop(self, index: SupportsIndex = -1) -> BarData:
        """Remove and return a bar."""
        self._changed()
        return super().pop(index)

    def remove(self, bar: BarData) -> None:
        """Remove the first equal bar."""
        self._changed()
        super().remove(bar)

    def clear(self) -> None:
        """Remove all bars."""
        with self._lock:
            self._parts, self._pending, self._columns = [], None, None
            super().clear()
            self.version += 1

    def reverse(self) -> None:
        """Reverse the list in place."""
        self._changed()
        super().reverse()

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        """Sort the list in place."""
        self._changed()
        super().sort(key=key, reverse=reverse)

    def copy(self) -> list[BarData]:
        """Return a plain list of the bars."""
        self._objects()
        return super().copy()

    def index(self, *args: Any) -> int:
        """Return the position of the first equal bar."""
        self._objects()
        return super().index(*args)

    def count(self, bar: BarData) -> int:
        """Return how many equal bars there are."""
        self._objects()
        return super().count(bar)
