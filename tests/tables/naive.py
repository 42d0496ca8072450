"""What the tables ought to show, worked out the plain way: dictionaries fed with messages, lists of objects read anew.

Nothing here knows slots, dirty keys, revisions or deltas. Rows are plain values by column, None for missing, times in
ns. What a market's messages come to is told twice: by `Told` for the tables that hold what a message says, and by the
objects of the Store, read one by one, for those whose rows are worked out (quotes, orders, executions).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from typing import Any

from ibnb.tables import Table
from ibnb.tables.columns import Column
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG, parseIBDatetime
from ibnb.wire import catalogue as m
from tests.tables import market as mk
from tests.tables.support import ns

Row = dict[str, Any]
UNSET = (UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG)


def known(value: Any, *nothing: Any) -> Any:
    """Return a value, None for what stands for no value."""
    return None if value is None or value != value or value in UNSET or value in nothing else value


def described(contract: Any) -> str:
    """Return what tells a derivative without local symbol apart."""
    if contract.secType not in ("OPT", "FOP", "WAR", "FUT", "CONTFUT", "IOPT", "FWD") or (
        not contract.lastTradeDateOrContractMonth
    ):
        return ""
    words = [contract.symbol, contract.lastTradeDateOrContractMonth]
    if contract.strike:
        words += [f"{contract.strike:g}", contract.right[:1]]
    return " ".join(words)


def contract_cells(contract: Any) -> Row:
    return {
        "symbol": known(contract.symbol, ""),
        "localSymbol": known(contract.localSymbol or described(contract), ""),
        "secType": known(contract.secType, ""),
        "expiry": known(contract.lastTradeDateOrContractMonth, ""),
        "strike": known(contract.strike, 0.0),
        "right": known(contract.right, "", "0", "?"),
        "multiplier": float(contract.multiplier) if contract.multiplier else None,
        "exchange": known(contract.exchange, ""),
        "currency": known(contract.currency, ""),
        "conId": known(contract.conId, 0),
    }


def _number(text: str) -> float | None:
    try:
        return float(known(float(text)))
    except (TypeError, ValueError):
        return None


class Told:
    """What the messages say, for the tables that show just that."""

    def __init__(self) -> None:
        self.news: list[Row] = []
        self.ticks: list[Row] = []
        self.scan: list[Any] = []
        self.steps: dict[int, float] = {}  # least price increments: those of contracts do not change
        self.forget()

    def forget(self) -> None:
        """Forget what ends with a connection."""
        self.positions: dict[Any, m.Position] = {}
        self.portfolio: dict[Any, m.UpdatePortfolio] = {}
        self.account: dict[Any, Row] = {}
        self.summary: dict[Any, Row] = {}
        self.pnl: dict[Any, Row] = {
            key: {"account": "DU1", "modelCode": None, "conId": key or None, "dailyPnL": None, "unrealizedPnL": None,
                  "realizedPnL": None, "position": 0 if key else None, "value": None}
            for key in (0, 4391)
        }  # fmt: skip
        self.bars: dict[int, Row] = {}
        self.five: list[Row] = []
        self.book: list[list[tuple[Any, ...]]] = [[], []]  # asks, bids

    def take(self, message: Any, now: dt.datetime) -> None:
        """Take a message in."""
        take: Callable[..., None] | None = getattr(self, f"_{type(message).__name__}", None)
        if take is not None:
            take(message, now)

    def rows(self, kind: str) -> list[Row]:
        """Return the rows of a table."""
        if kind in ("positions", "portfolio"):
            return [self._holding(kind, message) for message in getattr(self, kind).values()]
        if kind == "scan":
            rows = {row.rank: row for row in self.scan}
            return [
                {"rank": row.rank, **contract_cells(row.contractDetails.contract), "longName": None,
                 "distance": known(row.distance, ""), "benchmark": known(row.benchmark, ""), "projection": None,
                 "legs": None} for row in rows.values()
            ]  # fmt: skip
        if kind == "depth":
            return list(self._levels())
        kept = getattr(self, kind)
        return list(kept.values() if isinstance(kept, dict) else kept)

    def _holding(self, kind: str, message: Any) -> Row:
        contract = message.contract
        row = {**contract_cells(contract), "position": message.position, "minTick": self.steps.get(contract.conId)}
        if kind == "positions":
            return {**row, "account": message.account, "avgCost": message.avgCost}
        names = ("marketPrice", "marketValue", "averageCost", "unrealizedPNL", "realizedPNL")
        return {**row, "account": message.accountName, **{name: known(getattr(message, name)) for name in names}}

    def _levels(self) -> Iterable[Row]:
        asks, bids = self.book
        for level in range(max(len(asks), len(bids))):
            bid = bids[level] if level < len(bids) else (None, None, "")
            ask = asks[level] if level < len(asks) else (None, None, "")
            yield {
                "level": level + 1, "bidMaker": known(bid[2], ""), "bidSize": bid[1], "bid": bid[0], "ask": ask[0],
                "askSize": ask[1], "askMaker": known(ask[2], ""),
            }  # fmt: skip

    # -- messages

    def _Position(self, message: m.Position, _: Any) -> None:
        key = (message.account, message.contract.conId)
        self.positions.pop(key, None)
        if message.position:
            self.positions[key] = message

    def _UpdatePortfolio(self, message: m.UpdatePortfolio, _: Any) -> None:
        key = (message.accountName, message.contract.conId)
        self.portfolio.pop(key, None)
        if message.position:
            self.portfolio[key] = message

    def _UpdateAccountValue(self, message: m.UpdateAccountValue, _: Any) -> None:
        self.account[message.accountName, message.key, message.currency] = {
            "modelCode": None,
            **self._value(message.accountName, message.key, message.val, message.currency),
        }

    def _AccountSummary(self, message: m.AccountSummary, _: Any) -> None:
        row = self._value(message.account, message.tag, message.value, message.currency)
        self.summary[message.account, message.tag, message.currency] = row

    @staticmethod
    def _value(account: str, tag: str, value: str, currency: str) -> Row:
        text = known(value, "", "1.7976931348623157E308")
        return {
            "account": account, "tag": tag, "value": text, "number": _number(value), "currency": known(currency, ""),
        }  # fmt: skip

    def _Pnl(self, message: m.Pnl, _: Any) -> None:
        for name in ("dailyPnL", "unrealizedPnL", "realizedPnL"):
            self.pnl[0][name] = known(getattr(message, name))

    def _PnlSingle(self, message: m.PnlSingle, _: Any) -> None:
        row = self.pnl[4391]
        row["position"] = message.pos
        for name in ("dailyPnL", "unrealizedPnL", "realizedPnL", "value"):
            row[name] = known(getattr(message, name))

    def _ContractDetails(self, message: m.ContractDetails, _: Any) -> None:
        details = message.contractDetails
        assert details.contract is not None
        self.steps[details.contract.conId] = details.minTick

    def _TickReqParams(self, message: m.TickReqParams, _: Any) -> None:
        conId = mk.CONTRACTS[message.tickerId - 1].conId if message.tickerId in mk.REQUESTS else 0
        if conId and message.minTick:
            self.steps[conId] = message.minTick

    def _TickNews(self, message: m.TickNews, _: Any) -> None:
        names = ("providerCode", "headline", "articleId", "extraData")
        row: Row = {name: known(getattr(message, name), "") for name in names}
        row["time"] = message.timeStamp * 1_000_000 or None
        self.news.append(row)

    def _HistoricalDataUpdate(self, message: m.HistoricalDataUpdate, _: Any) -> None:
        bar = message.bar
        time = ns(parseIBDatetime(str(bar.date)))  # type: ignore[arg-type]
        assert time is not None
        if self.bars and time < max(self.bars):
            return
        self.bars[time] = self._bar(time, bar, bar.average, bar.barCount)

    def _RealtimeBar(self, message: m.RealtimeBar, _: Any) -> None:
        self.five.append(self._bar(message.time * 10**9, message, message.wap, message.count))

    @staticmethod
    def _bar(time: int, bar: Any, average: float, count: int) -> Row:
        return {
            "date": time, "open": bar.open if hasattr(bar, "open") else bar.open_, "high": bar.high, "low": bar.low,
            "close": bar.close, "volume": known(bar.volume, -1.0), "average": known(average, -1.0),
            "barCount": known(count, -1),
        }  # fmt: skip

    def _ScannerData(self, message: m.ScannerData, _: Any) -> None:
        self.scan = message.elements

    def _TickByTick(self, message: m.TickByTick, now: dt.datetime) -> None:
        if message.reqId != 1:
            return
        if message.tickType == 4:
            cells: Row = {"type": "MidPoint", "price": known(message.midPoint, -1.0)}
        elif message.tickType == 3:
            cells = {"type": "BidAsk", "bidSize": message.bidSize, "askSize": message.askSize}
            for side in ("bid", "ask"):
                price, size = getattr(message, f"{side}Price"), getattr(message, f"{side}Size")
                cells[side] = price if price > 0 or size else None
        else:
            nothing = message.price == -1 and not message.size
            cells = {
                "type": "Last" if message.tickType == 1 else "AllLast", "price": None if nothing else message.price,
                "size": message.size, "exchange": known(message.exchange, ""),
                "conditions": known(message.specialConditions, ""), "pastLimit": bool(message.mask & 1),
                "unreported": bool(message.mask & 2),
            }  # fmt: skip
        self._ticked(cells, now)

    def _TickString(self, message: m.TickString, now: dt.datetime) -> None:
        if message.reqId != 1 or message.tickType not in (48, 77) or message.value.startswith(";"):
            return
        price, size, *_ = message.value.split(";")
        name = "RTVolume" if message.tickType == 48 else "RTTradeVolume"
        self._ticked({"type": name, "price": float(price), "size": float(size)}, now)

    def _ticked(self, cells: Row, now: dt.datetime) -> None:
        names = (
            "price",
            "size",
            "bid",
            "bidSize",
            "ask",
            "askSize",
            "exchange",
            "conditions",
            "pastLimit",
            "unreported",
        )
        row = {**dict.fromkeys(names), "time": ns(now), **cells}
        at = len(self.ticks)
        if cells["type"].startswith("RT"):  # of a packet, trades of market data come first
            while at and self.ticks[at - 1]["time"] == row["time"] and not self.ticks[at - 1]["type"].startswith("RT"):
                at -= 1
        self.ticks.insert(at, row)
        del self.ticks[: -mk.TICKS_CAP]

    def _UpdateMktDepthL2(self, message: Any, _: Any, maker: str | None = None) -> None:
        maker = message.marketMaker if maker is None else maker
        if message.reqId != 1 or message.position < 0:
            return
        side, level = self.book[0 if message.side == 0 else 1], message.position
        if message.operation == 2:
            del side[level : level + 1]
        elif message.operation == 1 and level < len(side):
            side[level] = (message.price, message.size, maker)
        else:
            side.insert(level, (message.price, message.size, maker))

    def _UpdateMktDepth(self, message: m.UpdateMktDepth, now: Any) -> None:
        self._UpdateMktDepthL2(message, now, "")

    def _Error(self, message: m.Error, _: Any) -> None:
        if message.reqId == 1 and message.errorCode == 317:
            self.book = [[], []]


# -- objects -------------------------------------------------------------------------------------------------------


def cell(column: Column, obj: Any) -> Any:
    """Return what a column shows of an object, one cell by itself."""
    try:
        value = column.get(obj)
        if known(value, *(marker for marker in column.missing if type(marker) is type(value))) is None:
            return None
        if column.kind == "f8":
            number = float(value)
            nothing = number in column.missing or math.isnan(number)
            return None if nothing or (column.least is not None and number < column.least) else number
        if column.kind == "time":
            return ns(value)
        if column.kind == "i8":
            return int(value) if int(value) == value and value not in column.missing else None
        return bool(value) if column.kind == "bool" else str(value)
    except (AttributeError, TypeError, ValueError):
        return None


def objects_of(store: Any, kind: str) -> Iterable[Any]:
    """Return the objects whose rows a table shows."""
    if kind == "quotes":
        return [record.ticker for record in store.quotes.values()]
    if kind == "completed":
        done = {"Filled", "Cancelled", "ApiCancelled", "Inactive"}
        return [trade for trade in store.trades.values() if trade.orderStatus.status in done]
    names = {"orders": "trades", "executions": "fills"}
    return list(getattr(store, names.get(kind, kind)).values())


def chain_rows(store: Any, table: Table) -> list[Row]:
    """Return the rows of the market's option chain."""
    from ibnb.tables.chain import lines_of

    tickers = {}
    for record in store.quotes.values():
        contract = record.ticker.contract
        if contract.secType == "OPT":
            tickers[contract.lastTradeDateOrContractMonth, contract.strike, contract.right] = record.ticker
    rows = []
    for line in lines_of(mk.CHAIN):
        pair = (line, tickers.get((line.expiry, line.strike, line.right)))
        rows.append({name: cell(column, pair) for name, column in table.columns.items()})
    return rows


TELLS = frozenset(
    "positions portfolio account summary pnl news bars five ticks depth scan".split()
)  # by Told; the other tables by the Store's objects


def expected(kind: str, told: Told, store: Any, table: Table) -> list[Row]:
    """Return what a market's table ought to show; of columns that a message does not tell, nothing."""
    if kind in TELLS:
        return told.rows(kind)
    if kind == "chain":
        return chain_rows(store, table)
    return [{name: cell(column, obj) for name, column in table.columns.items()} for obj in objects_of(store, kind)]
