"""The words that columns of a connection's tables are made of: prices, amounts, quantities, times, accounts, contracts.

They know how TWS says "nothing" (UNSET values, empty texts, zero ids).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from ibnb.tables.columns import Column
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG

NAN = math.nan
_UNSET = (UNSET_DOUBLE, float(UNSET_INTEGER), float(UNSET_LONG))
CURRENCY = "currency"
"""Unit of money in the row's own `currency`."""
Get = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class View:
    """The columns and the key of one table.

    Args:
        name: Name of the table, and of the kind of object in the Store.
        columns: Its columns.
        key: Its key columns, () for a table that only grows.
        reason: What an empty table says about itself.
        cap: Most rows of a table that only grows.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    reason: str
    cap: int | None = None

    def with_ticks(self, find: Callable[[int], float | None]) -> View:
        """Return the view with least price increments found by the conId of a row's contract."""
        get = lambda obj: find(obj.contract.conId)  # noqa: E731
        return replace(self, columns=tuple(replace(c, get=get) if c.name == "minTick" else c for c in self.columns))


def number(name: str, get: str | Get, unit: str = "", doc: str = "", format: str = "", **more: Any) -> Column:
    """Return a column of numbers; TWS's unset markers and `missing` are no value."""
    missing = (*_UNSET, *more.pop("missing", ()))
    return Column(name, "f8", _getter(get), unit, doc, format, missing, **more)


def price(name: str, get: str | Get, doc: str = "", **more: Any) -> Column:
    """Return a column of prices, in the currency of the row."""
    return number(name, get, CURRENCY, doc, "price", **more)


def ticked(*columns: Column) -> tuple[Column, ...]:
    """Return the columns with each price shown in the decimals of its row's `minTick`, which is among them."""
    return tuple(replace(column, tick="minTick") if column.format == "price" else column for column in columns)


def min_tick(get: str | Get = lambda obj: None) -> Column:
    """Return the hidden column of the row's least price increment; without getter, `View.with_ticks` gives one."""
    return number("minTick", get, CURRENCY, "Least price increment", missing=(0.0,), hidden=True)


def money(name: str, get: str | Get, doc: str = "", **more: Any) -> Column:
    """Return a column of amounts, in the currency of the row."""
    return number(name, get, CURRENCY, doc, "money", **more)


def size(name: str, get: str | Get, doc: str = "", unit: str = "shares", **more: Any) -> Column:
    """Return a column of quantities: shares, or contracts of derivatives."""
    return number(name, get, unit, doc, "size", **more)


def whole(name: str, get: str | Get, doc: str = "", missing: tuple[Any, ...] = (), **more: Any) -> Column:
    """Return a column of whole numbers; UNSET_INTEGER and `missing` are no value."""
    return Column(name, "i8", _getter(get), doc=doc, missing=(UNSET_INTEGER, UNSET_LONG, *missing), **more)


def text(name: str, get: str | Get, doc: str = "", **more: Any) -> Column:
    """Return a column of text; the empty text is no value."""
    return Column(name, "str", _getter(get), doc=doc, missing=("", *more.pop("missing", ())), **more)


def time(name: str, get: str | Get, doc: str = "", **more: Any) -> Column:
    """Return a column of instants; 1970 is no value."""
    return Column(name, "time", _getter(get), doc=doc, missing=(EPOCH,), **more)


def account(get: str | Get) -> Column:
    """Return the column of account ids."""
    return text("account", get, "Account", format="account")


def _getter(get: str | Get) -> Get:
    return attrgetter(get) if isinstance(get, str) else get


def _local_symbol(obj: Any) -> str:
    """Return the local symbol, or symbol, expiry, strike and right of a derivative that came without one."""
    contract = obj.contract
    local: str = contract.localSymbol
    expiry = contract.lastTradeDateOrContractMonth
    if local or not expiry or contract.secType in ("STK", "CASH", "IND", "BOND", "BAG"):
        return local
    strike = f" {contract.strike:g} {contract.right[:1]}" if contract.strike else ""
    return f"{contract.symbol} {expiry}{strike}"


def contract_columns(*shown: str) -> tuple[Column, ...]:
    """Return the columns that describe `obj.contract`; all but `shown` are hidden at first."""
    columns = (
        text("symbol", "contract.symbol", "Symbol, of the underlying if it is a derivative"),
        text("localSymbol", _local_symbol, "Symbol at the exchange; of a derivative without one what tells it apart"),
        text("secType", "contract.secType", "Security type"),
        text("expiry", "contract.lastTradeDateOrContractMonth", "Last trading day yyyymmdd, or contract month yyyymm"),
        number("strike", "contract.strike", CURRENCY, "Strike", "size", missing=(0.0,)),
        text("right", "contract.right", "Call or put", missing=("?", "0")),
        number("multiplier", "contract.multiplier", "", "What one contract stands for", missing=("",)),
        text("exchange", "contract.exchange", "Exchange"),
        text("currency", "contract.currency", "Currency of prices and amounts"),
        whole("conId", "contract.conId", "Contract id", missing=(0,)),
    )
    return tuple(column if column.name in shown else replace(column, hidden=True) for column in columns)
