"""Market depth: a book of levels about the quote, told as inserts, updates and deletes of rows."""

from __future__ import annotations

from typing import Any

from ibnb.sim.client import Client
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.noise import choice, key
from ibnb.sim.registry import handles
from ibnb.wire import catalogue as m

MAX_ROWS = 60
INSERT, UPDATE, DELETE = 0, 1, 2
_MAKERS = ("NSDQ", "ARCA", "BATS", "DRCTEDGE", "IEX", "MEMX", "BYX", "EDGEA")
Row = tuple[float, float, str]  # price, size, maker


class Depth:
    """One depth subscription. Level 2 (with market makers) for smart depth and stocks at a venue that has them."""

    def __init__(
        self, client: Client, req_id: int, instrument: Instrument, rows: int, *, smart: bool, l2: bool
    ) -> None:
        self._client, self._req_id, self.instrument = client, req_id, instrument
        self._tape = client.gateway.tape(instrument)
        self._rows, self.is_smart, self._l2 = rows, smart, l2
        self._key = key(client.gateway.seed, instrument.con_id, "depth")
        self._books: list[list[Row]] = [[], []]  # ask, bid
        self._quarter = -1

    def book(self, side: int, now: float) -> list[Row]:
        """Return the rows of a side (0 ask, 1 bid) at a moment, best first."""
        quote = self._tape.at(now)
        best, size = (quote.ask, quote.ask_size) if side == 0 else (quote.bid, quote.bid_size)
        if best <= 0:
            return []
        tick, sign = self.instrument.tick, 1 if side == 0 else -1
        rows: list[Row] = [(best, size, self._maker(round(best / tick)))]
        for n in range(1, self._rows):
            level = round(best / tick) + sign * n
            if level <= 0:
                break
            hold = int(now) // (2 + n % 5)  # sizes further out change less often
            lots = 1 + choice(self._key, level * 4099 + hold, 8 + 2 * n, side)
            rows.append((round(level * tick, 8), lots * self.instrument.lot, self._maker(level)))
        return rows

    def _maker(self, level: int) -> str:
        return _MAKERS[choice(self._key, level, len(_MAKERS), 9)] if self._l2 else ""

    def step(self, now: float) -> None:
        """Send the changes of the book, four times a second."""
        quarter = int(now * 4)
        if quarter == self._quarter:
            return
        self._quarter = quarter
        for side in (1, 0):
            fresh = self.book(side, now)
            for operation, position, row in changes(self._books[side], fresh):
                self._send(operation, position, side, row)
            self._books[side] = fresh

    def reset(self) -> None:
        """Begin anew with an empty book, which the client has been told to empty too."""
        self._books = [[], []]
        self._quarter = -1

    def _send(self, operation: int, position: int, side: int, row: Row) -> None:
        price, size, maker = row
        if self._l2:
            message: Any = m.UpdateMktDepthL2(
                reqId=self._req_id, position=position, marketMaker=maker, operation=operation, side=side, price=price,
                size=size, isSmartDepth=self.is_smart,
            )  # fmt: skip
        else:
            message = m.UpdateMktDepth(
                reqId=self._req_id, position=position, operation=operation, side=side, price=price, size=size
            )
        self._client.send(message)


def changes(old: list[Row], new: list[Row]) -> list[tuple[int, int, Row]]:
    """Return the operations (0 insert, 1 update, 2 delete; position; row) that turn one book side into another.

    Deletes come first, from the far end, so that the side never grows beyond the longer of the two.
    """
    wanted = {row[0] for row in new}
    operations: list[tuple[int, int, Row]] = []
    rows = list(old)
    for position in range(len(rows) - 1, -1, -1):
        if rows[position][0] not in wanted:
            operations.append((DELETE, position, (0.0, 0.0, rows[position][2])))
            del rows[position]
    for position, row in enumerate(new):
        if position < len(rows) and rows[position][0] == row[0]:
            if rows[position] != row:
                operations.append((UPDATE, position, row))
                rows[position] = row
        else:
            operations.append((INSERT, position, row))
            rows.insert(position, row)
    return operations


@handles(m.ReqMktDepth)
def market_depth(client: Client, message: Any) -> None:
    """Stream a book of up to `numRows` rows a side; 309 beyond three books when paced, 10092 where there is none."""
    gateway = client.gateway
    match = gateway.db.resolve(message.contract)
    instrument = match.instrument
    if instrument.sec_type == "CFD":
        client.send(m.RerouteMktDepthReq(reqId=message.reqId, conId=instrument.under_con_id, exchange="SMART"))
        return
    if not instrument.has_quotes:
        raise RequestRefused(10092, "Deep market data is not supported for this combination of security type/exchange")
    if not 0 < message.numRows <= MAX_ROWS:
        raise RequestRefused(321, f"Error validating request: cause - Number of rows must be 1 to {MAX_ROWS}")
    open_books = sum(1 for kind, _ in client.subscriptions if kind == "depth")
    if gateway.pacer.enabled and open_books >= 3:
        raise RequestRefused(309, "Max number (3) of market depth requests has been reached")
    gateway.permissions.depth(instrument)
    client.claim("depth", message.reqId)
    l2 = bool(message.isSmartDepth) or instrument.sec_type == "STK"
    depth = Depth(client, message.reqId, instrument, message.numRows, smart=bool(message.isSmartDepth), l2=l2)
    client.subscribe("depth", message.reqId, depth)
    depth.step(gateway.now)


@handles(m.CancelMktDepth)
def cancel_market_depth(client: Client, message: Any) -> None:
    """End a book; 310 for an unknown id, and for one that is smart when the message is not, or the reverse."""
    book: Any = client.subscriptions.get(("depth", message.reqId))
    if book is None or book.is_smart != bool(message.isSmartDepth):
        raise RequestRefused(310, f"Can't find the subscribed market depth with tickerId:{message.reqId}")
    client.unsubscribe("depth", message.reqId)
