"""Market depth: rows of the order book, by TWS's rules for a list.

An insert moves the rows below down, a delete moves them up, an update replaces one. `domBids` and `domAsks` are new
lists at each change, so that a reader on another thread never sees one half changed; `domBidsDict` and `domAsksDict`
hold the same rows by position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.objects import DOMLevel, MktDepthData
from ibnb.state.outbox import QuoteRecord
from ibnb.state.store import Store
from ibnb.wire import catalogue as m

UPDATE, DELETE = 1, 2
ASK, BID = 0, 1
_FIELDS = (("domAsks", "domAsksDict"), ("domBids", "domBidsDict"))  # by side
_new = tuple.__new__


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the depth messages."""
    find = store.records.get
    mark = store.dirty_quotes.append

    def update_mkt_depth_l2(
        reqId: int,
        position: int,
        marketMaker: str,
        operation: int,
        side: int,
        price: float,
        size: float,
        isSmartDepth: bool,
    ) -> None:
        record = find(reqId)
        if record is None or position < 0:
            store.unknown_ids += 1
            return
        fields = record.fields
        rows_name, by_position_name = _FIELDS[side != ASK]
        rows = [*fields[rows_name]]
        by_position = fields[by_position_name]
        if operation == DELETE:
            size = 0
            if position < len(rows):
                price = rows[position][0]
                del rows[position]
                _renumber(by_position, rows, position)
        else:
            row = _new(DOMLevel, (price, size, marketMaker))
            if operation == UPDATE and position < len(rows):
                rows[position] = by_position[position] = row
            else:
                rows.insert(position, row)
                _renumber(by_position, rows, min(position, len(rows) - 1))
        fields[rows_name] = rows
        store.touch(("depth", record.key), record.key)
        record.dom_ticks.append(
            _new(MktDepthData, (store.now, position, marketMaker, operation, side, price, size)),
        )
        if not record.dirty:
            record.dirty = True
            mark(record)

    def update_mkt_depth(reqId: int, position: int, operation: int, side: int, price: float, size: float) -> None:
        update_mkt_depth_l2(reqId, position, "", operation, side, price, size, False)

    return {m.UpdateMktDepth: update_mkt_depth, m.UpdateMktDepthL2: update_mkt_depth_l2}


def _renumber(by_position: dict[int, DOMLevel], rows: list[DOMLevel], start: int) -> None:
    """Bring the dict in line with the list from a position on."""
    for position in range(start, len(rows)):
        by_position[position] = rows[position]
    by_position.pop(len(rows), None)


def clear_book(record: QuoteRecord) -> None:
    """Empty the book of a ticker."""
    for rows_name, by_position_name in _FIELDS:
        record.fields[rows_name] = []
        record.fields[by_position_name] = {}


def reset_book(store: Store, record: QuoteRecord) -> None:
    """Empty the book because TWS says so (error 317): each row is told as deleted, asks first."""
    for side in (ASK, BID):
        for row in record.fields[_FIELDS[side][0]]:
            record.dom_ticks.append(MktDepthData(store.now, 0, "", DELETE, side, row.price, 0))
    clear_book(record)
    store.touch(("depth", record.key), record.key)
    if not record.dirty:
        record.dirty = True
        store.dirty_quotes.append(record)
