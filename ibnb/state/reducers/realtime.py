"""Five-second bars."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

from ibnb.objects import RealTimeBar, RealTimeBarList
from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handler of the bar message."""

    def realtime_bar(
        reqId: int,
        time: int,
        open_: float,
        high: float,
        low: float,
        close: float,
        volume: float,
        wap: float,
        count: int,
    ) -> None:
        bars = store.subscribers.get(reqId)
        if not isinstance(bars, RealTimeBarList):
            store.unknown_ids += 1
            return
        start = dt.datetime.fromtimestamp(time, store.defaults.timezone)
        volume, wap = (math.nan if value == UNSET_DOUBLE else value for value in (volume, wap))
        bars.append(RealTimeBar(start, -1, open_, high, low, close, volume, wap, count))
        store.touch(("bars", reqId), reqId)
        store.emit_ib("barUpdateEvent", bars, True)
        store.emit(bars, "updateEvent", bars, True)

    return {m.RealtimeBar: realtime_bar}
