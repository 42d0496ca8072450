"""Historical bars, kept as undecoded rows; their live updates; head timestamps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

from ibnb.bars import BarDataList
from ibnb.errors import RemoteProtocolError
from ibnb.objects import BarData
from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE, parseIBDatetime
from ibnb.wire import catalogue as m
from ibnb.wire import versions as v


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the history messages."""
    requests = store.requests

    def historical_data(reqId: int, startDateStr: str, endDateStr: str, bars: Any) -> None:
        pending = requests.get(reqId)
        if pending is None or not isinstance(pending.results, BarDataList):
            store.unknown_ids += 1
            return
        known = pending.results
        if reqId in store.reloading:  # the whole history comes anew, see error 10225: it replaces what is there
            store.reloading.discard(reqId)
            known.clear()
            store.emit_ib("barUpdateEvent", known, True)
            store.emit(known, "updateEvent", known, True)
        known.extend_rows(bars)
        store.touch(("bars", reqId), reqId)
        if store.server_version < v.HISTORICAL_DATA_END:
            requests.finish(reqId)

    def historical_data_end(reqId: int, startDateStr: str, endDateStr: str) -> None:
        requests.finish(reqId)

    def historical_data_update(reqId: int, bar: BarData) -> None:
        bars = store.subscribers.get(reqId)
        if not isinstance(bars, BarDataList):
            store.unknown_ids += 1
            return
        bar.date = parseIBDatetime(cast(str, bar.date))
        if bar.volume == UNSET_DOUBLE:
            bar.volume = math.nan
        if bar.average == UNSET_DOUBLE:
            bar.average = math.nan
        is_new = bars.update(bar)
        if is_new is None:
            return
        store.touch(("bars", reqId), reqId)
        store.emit_ib("barUpdateEvent", bars, is_new)
        store.emit(bars, "updateEvent", bars, is_new)

    def head_timestamp(reqId: int, headTimestamp: str) -> None:
        try:
            requests.finish(reqId, parseIBDatetime(headTimestamp))
        except ValueError:
            text = f"HeadTimestamp at server version {store.server_version}: {headTimestamp!r} is no time"
            requests.fail(reqId, RemoteProtocolError(text))

    return {
        m.HistoricalData: historical_data,
        m.HistoricalDataEnd: historical_data_end,
        m.HistoricalDataUpdate: historical_data_update,
        m.HeadTimestamp: head_timestamp,
    }
