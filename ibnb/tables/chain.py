"""The table of an option chain: one row for each expiration, strike and right, with the option's quote beside it.

Rows come from `ib.reqSecDefOptParams`, from contract details or from contracts, and stay; what market data the session
has on an option is in its row and stays current. The table follows that of the quotes, which tells whose quote moved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from ibnb.tables.columns import Column
from ibnb.tables.following import FollowingTable
from ibnb.tables.table import Table
from ibnb.tables.views import QUOTES
from ibnb.tables.words import CURRENCY, Get, number, price, size, text, ticked, whole

RIGHTS: Final = ("C", "P")
TYPES: Final = frozenset({"OPT", "FOP", "WAR", "IOPT"})
Spot: TypeAlias = tuple[str, str, float, str]
"""Trading class (the symbol where a contract names no class), expiry, strike, right: what tells options apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """One option of a chain; fields as of its contract, 0 and "" for what is not known."""

    tradingClass: str
    expiry: str
    strike: float
    right: str
    exchange: str = ""
    multiplier: str = ""
    conId: int = 0
    localSymbol: str = ""

    @property
    def spot(self) -> Spot:
        """Return what tells it apart."""
        return self.tradingClass, self.expiry, self.strike, self.right


def line_of(contract: Any) -> Line | None:
    """Return the line of an option's contract, None for what is no option."""
    right = str(contract.right)[:1].upper()
    if contract.secType not in TYPES or right not in RIGHTS:
        return None
    return Line(
        contract.tradingClass or contract.symbol,
        contract.lastTradeDateOrContractMonth.split(" ")[0],
        float(contract.strike),
        right,
        contract.exchange,
        contract.multiplier,
        contract.conId,
        contract.localSymbol,
    )


def lines_of(
    objects: Iterable[Any],
    exchange: str = "SMART",
    expirations: Iterable[str] | None = None,
    strikes: Callable[[float], bool] | Iterable[float] | None = None,
) -> list[Line]:
    """Return the lines of option chains, contract details or contracts, by expiry, strike and right.

    Args:
        objects: A list of them, or one.
        exchange: Of several chains of one trading class, that of this exchange counts; the first one without.
        expirations: Those wanted (`yyyymmdd`); None for all.
        strikes: Those wanted, or a function that tells; None for all.

    Raises:
        TypeError: Something else is among them.
    """
    listed = list(objects) if isinstance(objects, Iterable) else [objects]
    chains: dict[str, Any] = {}
    lines: list[Line] = []
    for item in listed:
        if hasattr(item, "expirations"):
            known = chains.setdefault(item.tradingClass, item)
            if item.exchange == exchange != known.exchange:
                chains[item.tradingClass] = item
            continue
        contract = getattr(item, "contract", item)
        if not hasattr(contract, "lastTradeDateOrContractMonth"):
            raise TypeError(
                f"an option chain is made of chains, contract details or contracts, not {type(item).__name__}"
            )
        line = line_of(contract)
        if line is not None:
            lines.append(line)
    for chain in chains.values():
        lines += [
            Line(chain.tradingClass, expiry, float(strike), right, chain.exchange, chain.multiplier)
            for expiry in chain.expirations
            for strike in chain.strikes
            for right in RIGHTS
        ]
    days = None if expirations is None else {expirations} if isinstance(expirations, str) else set(expirations)
    wanted = strikes if callable(strikes) or strikes is None else {float(strike) for strike in strikes}.__contains__
    kept = [line for line in lines if (days is None or line.expiry in days) and (wanted is None or wanted(line.strike))]
    return sorted({line.spot: line for line in kept}.values(), key=lambda line: (line.expiry, line.strike, line.spot))


_QUOTE: Final = {column.name: column.get for column in QUOTES.columns}


def _quoted(name: str) -> Get:
    """Return the getter of a column of the quotes; the rows here are (line, ticker or None)."""
    get = _QUOTE[name]
    return lambda row: None if row[1] is None else get(row[1])


def _field(name: str) -> Get:
    """Return the getter of what the line says, or else the contract of the ticker."""

    def get(row: Any) -> Any:
        known = getattr(row[0], name)
        return known if known or row[1] is None else getattr(row[1].contract, name)

    return get


def _volatility(side: str) -> Get:
    def get(row: Any) -> Any:
        greeks = getattr(row[1], side, None)
        return None if greeks is None else greeks.impliedVol

    return get


def _interest(row: Any) -> Any:
    """Return the open interest: TWS tells that of calls and of puts apart."""
    line, ticker = row
    if ticker is None:
        return None
    return ticker.callOpenInterest if line.right == "C" else ticker.putOpenInterest


def chain_columns() -> tuple[Column, ...]:
    """Return the columns of a chain, over rows of (line, ticker or None)."""
    return ticked(
        text("expiry", lambda row: row[0].expiry, "Last trading day yyyymmdd"),
        number("strike", lambda row: row[0].strike, CURRENCY, "Strike", "size"),
        text("right", lambda row: row[0].right, "C call, P put"),
        price("bid", _quoted("bid"), "Highest bid"),
        size("bidSize", _quoted("bidSize"), "Size at the bid", unit="contracts", least=0.0),
        price("ask", _quoted("ask"), "Lowest ask"),
        size("askSize", _quoted("askSize"), "Size at the ask", unit="contracts", least=0.0),
        price("last", _quoted("last"), "Last trade"),
        size("volume", _quoted("volume"), "Volume of the day", unit="contracts", least=0.0),
        size("openInterest", _interest, "Open interest; generic tick 101 asks for it", unit="contracts", least=0.0),
        number("impliedVol", _quoted("impliedVol"), "", "Implied volatility (model), 0.2 = 20 % a year"),
        number("delta", _quoted("delta"), "", "Delta (model)"),
        number("gamma", _quoted("gamma"), "", "Gamma (model)"),
        number("vega", _quoted("vega"), "", "Vega (model), for one point of volatility"),
        number("theta", _quoted("theta"), "", "Theta (model), for a day"),
        number("bidVol", _volatility("bidGreeks"), "", "Implied volatility at the bid", hidden=True),
        number("askVol", _volatility("askGreeks"), "", "Implied volatility at the ask", hidden=True),
        price("close", _quoted("close"), "Previous close", hidden=True),
        price("undPrice", _quoted("undPrice"), "Price of the underlying in the model"),
        Column("time", "time", _quoted("time"), doc="When the newest tick arrived"),
        text("localSymbol", _field("localSymbol"), "Symbol at the exchange", hidden=True),
        text("tradingClass", lambda row: row[0].tradingClass, "Trading class", hidden=True),
        text("exchange", _field("exchange"), "Exchange", hidden=True),
        number("multiplier", _field("multiplier"), "", "What one contract stands for", missing=("",), hidden=True),
        whole("conId", _field("conId"), "Contract id, once it is known", missing=(0,), hidden=True),
        number("minTick", _quoted("minTick"), CURRENCY, "Least price increment", missing=(0.0,), hidden=True),
    )


class ChainTable(FollowingTable):
    """Options with their quotes; see the module's docstring.

    Args:
        quotes: The table of quotes.
        lines: The options, in row order, none twice.
        ticker_of: Gives the Ticker of a row of the quotes, None if it has none.
    """

    def __init__(self, quotes: Table, lines: list[Line], ticker_of: Callable[[Hashable], Any]) -> None:
        super().__init__((quotes,), chain_columns(), ("tradingClass", "expiry", "strike", "right"))
        self.name = "option chain"
        self._lines = {line.spot: line for line in lines}
        self._by_id = {line.conId: line.spot for line in lines if line.conId}
        self._ticker_of = ticker_of
        self._spot_of: dict[Hashable, Spot] = {}  # by row of the quotes
        self._tickers: dict[Spot, Any] = {}

    def _why(self) -> str:
        return "there are no options"

    def _follow(self) -> None:
        quotes = self.parent
        with quotes._reading():
            net = self._news(quotes)
            touched: set[Spot] = set()
            if net is None:
                touched.update(self._lines if not len(self._slots) else self._spot_of.values())
                self._spot_of.clear()
                self._tickers.clear()
                slots = quotes._slots.ordered()
            else:
                for key in net.removed_keys:
                    spot = self._spot_of.pop(key, None)
                    if spot is not None:
                        self._tickers.pop(spot, None)
                        touched.add(spot)
                slots = np.unique(np.concatenate([net.added, *net.changed.values()]))
            for key in quotes._slots.keys(slots):
                spot = self._place(key)
                if spot is not None:
                    touched.add(spot)
        if touched:
            rows = self._lines.items() if len(touched) == len(self._lines) else [(s, self._lines[s]) for s in touched]
            Table.upsert(self, [(spot, (line, self._tickers.get(spot))) for spot, line in rows])

    def _place(self, key: Hashable) -> Spot | None:
        """Note which option a row of the quotes is of; None if it is of none here."""
        ticker = self._ticker_of(key)
        contract = None if ticker is None else ticker.contract
        if contract is None:
            return None
        spot = self._by_id.get(contract.conId) if contract.conId else None
        if spot is None:
            line = line_of(contract)
            spot = line.spot if line is not None else None
            if spot not in self._lines:
                return None
        self._spot_of[key] = spot
        self._tickers[spot] = ticker
        return spot
