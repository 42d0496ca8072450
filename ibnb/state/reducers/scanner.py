"""Market scans: each message is a full list, which replaces the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.contract import ScanData
from ibnb.objects import ScanDataList
from ibnb.state.store import Store
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the scanner messages."""

    def scanner_data(reqId: int, elements: list[ScanData]) -> None:
        found = store.subscribers.get(reqId)
        if not isinstance(found, ScanDataList):
            store.unknown_ids += 1
            return
        found[:] = elements
        store.touch(("scan", reqId), reqId)
        store.requests.finish(reqId)
        store.emit_ib("scannerDataEvent", found)
        store.emit(found, "updateEvent", found)

    return {
        m.ScannerData: scanner_data,
        m.ScannerParameters: lambda xml: store.requests.finish("scannerParams", xml),
    }


def empty_scan(store: Store, reqId: int) -> None:
    """Empty the list of a scan that finds nothing any more (code 165)."""
    found = store.subscribers.get(reqId)
    if isinstance(found, ScanDataList) and found:
        found.clear()
        store.touch(("scan", reqId), reqId)
        store.emit(found, "updateEvent", found)
