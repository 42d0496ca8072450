"""Market depth: rows of the order book, by TWS's rules for a list.

An insert moves the rows below down, a delete moves them up, an update replaces one. The packet's end gives the ticker
`domBids` and `domAsks` as new lists; `domBidsDict` and `domAsksDict` hold the same rows by position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.objects import DOMLevel, MktDepthData
from ibnb.state.outbox import QuoteRecord
from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m

UPDATE, DELETE = 1, 2
ASK, BID = 0, 1
_new = tuple.__new__


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the depth messages."""
    find = store.records.get
    mark = store.dirty_quotes.append

    def update_mkt_depth(
        reqId: int, position: int, operation: int, side: int, price: float, size: float, marketMaker: str = ""
    ) -> None:
        record = find(reqId)
        if record is None or position < 0:
            store.unknown_ids += 1
            return
        if size == UNSET_DOUBLE:
            size = store.defaults.emptySize
        rows = record.books[side != ASK]
        if operation == DELETE:
            size = 0
            if position < len(rows):
                price = rows[position][0]
                del rows[position]
        else:
            row = _new(DOMLevel, (price, size, marketMaker))
            if operation == UPDATE and position < len(rows):
                rows[position] = row
            else:
                rows.insert(position, row)
        record.dom_ticks.append(_new(MktDepthData, (store.now, position, marketMaker, operation, side, price, size)))
        if not record.dirty:
            record.dirty = True
            mark(record)

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
        update_mkt_depth(reqId, position, operation, side, price, size, marketMaker)

    return {m.UpdateMktDepth: update_mkt_depth, m.UpdateMktDepthL2: update_mkt_depth_l2}


def clear_book(record: QuoteRecord) -> None:
    """Empty the book of a ticker."""
    for rows in record.books:
        rows.clear()
    record.publish_books()


def reset_book(store: Store, record: QuoteRecord) -> None:
    """Empty the book because TWS says so (error 317): each row is told as deleted, asks first."""
    for side in (ASK, BID):
        for row in record.books[side]:
            record.dom_ticks.append(MktDepthData(store.now, 0, "", DELETE, side, row.price, 0))
    clear_book(record)
    store.touch(("depth", record.key), record.key)  # even if it was empty
    if not record.dirty:
        record.dirty = True
        store.dirty_quotes.append(record)
