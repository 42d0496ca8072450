"""Accounts: cash, positions, profit and loss, margins, and the values that TWS reports of them.

Figures agree with each other: net liquidation is cash plus the market value of stocks, options and futures' open
profit; every fill changes cash and position at once. Amounts are in the account's base currency, USD, unless a
currency is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ibnb.sim.instruments import Instrument

__all__ = ["SUMMARY_TAGS", "Account", "Holding", "Value", "commission", "margin"]

BASE = "USD"
SUMMARY_TAGS = (
    "AccountType", "Cushion", "DayTradesRemaining", "LookAheadNextChange", "AccruedCash", "AvailableFunds",
    "BuyingPower", "EquityWithLoanValue", "ExcessLiquidity", "FullAvailableFunds", "FullExcessLiquidity",
    "FullInitMarginReq", "FullMaintMarginReq", "GrossPositionValue", "InitMarginReq", "LookAheadAvailableFunds",
    "LookAheadExcessLiquidity", "LookAheadInitMarginReq", "LookAheadMaintMarginReq", "MaintMarginReq",
    "NetLiquidation", "PreviousDayEquityWithLoanValue", "SMA", "TotalCashValue", "SettledCash", "RegTEquity",
    "RegTMargin", "Leverage", "HighestSeverity", "ReqTEquity", "ReqTMargin",
)  # fmt: skip
Prices = Callable[[Instrument], float]
Rates = Callable[[str], float]


class Value(NamedTuple):
    """One reported value; `value` is text as on the wire, `currency` empty for texts and ratios."""

    tag: str
    value: str
    currency: str = ""


@dataclass(slots=True)
class Holding:
    """A position: signed quantity, average price paid (without multiplier), and profit realized since midnight."""

    instrument: Instrument
    quantity: float = 0.0
    average: float = 0.0
    realized: float = 0.0
    start_price: float = 0.0  # at the close of the day before: for the day's profit
    start_quantity: float = 0.0
    traded: float = 0.0  # money spent on (positive) or got from trades of the day, without multiplier

    @property
    def factor(self) -> float:
        """What one unit stands for."""
        return float(self.instrument.multiplier or 1)

    def unrealized(self, price: float) -> float:
        """Open profit in the instrument's currency."""
        return (price - self.average) * self.quantity * self.factor

    def daily(self, price: float) -> float:
        """Profit since the close of the day before, in the instrument's currency."""
        return (self.quantity * price - self.start_quantity * self.start_price - self.traded) * self.factor


@dataclass(slots=True)
class Account:
    """One account: its number, cash by currency, and holdings by conId."""

    name: str
    alias: str = ""
    cash: dict[str, float] = field(default_factory=lambda: {BASE: 1_000_000.0})
    holdings: dict[int, Holding] = field(default_factory=dict)
    commissions: float = 0.0
    realized: float = 0.0
    start_equity: float = 0.0
    models: dict[str, Account] = field(default_factory=dict)  # what was traded under a model code, apart

    def part(self, model: str) -> Account:
        """Return what belongs to a model, all of it for an empty code."""
        if not model:
            return self
        return self.models.setdefault(model, Account(self.name, self.alias, cash={}))

    def hold(self, instrument: Instrument, quantity: float, average: float, close: float) -> None:
        """Start with a position, bought at `average`, priced at `close` the day before."""
        self.holdings[instrument.con_id] = Holding(
            instrument, quantity, average, start_price=close, start_quantity=quantity
        )

    def trade(self, instrument: Instrument, quantity: float, price: float, cost: float, model: str = "") -> float:
        """Book a fill of signed `quantity` at `price` with a commission; return the profit realized, cost included.

        What is traded under a model code counts for the model too.
        """
        if model:
            self.part(model).trade(instrument, quantity, price, cost)
        held = self.holdings.get(instrument.con_id)
        if held is None:
            held = self.holdings[instrument.con_id] = Holding(instrument, start_price=price)
        realized, factor = 0.0, held.factor
        if held.quantity * quantity < 0:
            closing = min(abs(quantity), abs(held.quantity)) * (1 if held.quantity > 0 else -1)
            realized = closing * (price - held.average) * factor
        after = round(held.quantity + quantity, 8)
        if held.quantity * after <= 0:
            held.average = price if after else 0.0
        elif abs(after) > abs(held.quantity):
            held.average = (held.average * held.quantity + price * quantity) / after
        held.quantity = after
        held.traded += quantity * price
        currency = instrument.currency
        if instrument.sec_type == "FUT":
            self._pay(currency, realized)
        else:
            self._pay(currency, -quantity * price * factor)
            if instrument.sec_type == "CASH":
                self._pay(instrument.symbol, quantity)
        self._pay(currency, -cost)
        self.commissions += cost
        held.realized += realized - cost
        self.realized += realized - cost
        return realized - cost

    def _pay(self, currency: str, amount: float) -> None:
        self.cash[currency] = self.cash.get(currency, 0.0) + amount

    def roll(self, prices: Prices, rates: Rates) -> None:
        """Begin a new day: its profit counts from the prices of now."""
        self.start_equity = self.figures(prices, rates)["loan"]
        self.commissions = self.realized = 0.0
        for model in self.models.values():
            model.roll(prices, rates)
        for h in self.holdings.values():
            h.start_price, h.start_quantity, h.traded, h.realized = prices(h.instrument), h.quantity, 0.0, 0.0

    def held(self) -> list[Holding]:
        """Return the positions that are not flat, by symbol."""
        rows = [h for h in self.holdings.values() if h.quantity]
        return sorted(rows, key=lambda h: (h.instrument.symbol, h.instrument.con_id))

    def profit(self, prices: Prices, rates: Rates) -> tuple[float, float, float]:
        """Return daily, unrealized and realized profit in the base currency."""
        daily = unrealized = 0.0
        for h in self.holdings.values():
            if not h.quantity and not h.traded:
                continue
            price, rate = prices(h.instrument), rates(h.instrument.currency)
            daily += h.daily(price) * rate
            unrealized += h.unrealized(price) * rate if h.quantity else 0.0
        return daily - self.commissions, unrealized, self.realized

    def figures(self, prices: Prices, rates: Rates) -> dict[str, float]:
        """Return the numbers behind the reported values, in the base currency."""
        cash = sum(amount * rates(currency) for currency, amount in self.cash.items())
        stock = option = futures = gross = initial = maintenance = crypto = 0.0
        for h in self.holdings.values():
            if not h.quantity:
                continue
            i, price, rate = h.instrument, prices(h.instrument), rates(h.instrument.currency)
            worth = price * h.quantity * h.factor * rate
            if i.sec_type == "FUT":
                futures += h.unrealized(price) * rate
            elif i.sec_type == "OPT":
                option += worth
            elif i.sec_type == "CRYPTO":
                crypto += worth
            elif i.sec_type != "CASH":
                stock += worth
            if i.sec_type not in ("FUT", "CASH"):
                gross += abs(worth)
            first, later = margin(i, h.quantity, price)
            initial, maintenance = initial + first * rate, maintenance + later * rate
        _, unrealized, realized = self.profit(prices, rates)
        return {
            "cash": cash, "stock": stock, "option": option, "futures": futures, "crypto": crypto, "gross": gross,
            "initial": initial, "maintenance": maintenance, "unrealized": unrealized, "realized": realized,
            "net": cash + stock + option + futures + crypto, "loan": cash + stock + futures + crypto,
        }  # fmt: skip

    def values(self, prices: Prices, rates: Rates) -> list[Value]:
        """Return all values of an account update, in the order of their tags."""
        f = self.figures(prices, rates)
        net, loan, initial, maintenance = f["net"], f["loan"], f["initial"], f["maintenance"]
        available, excess = loan - initial, loan - maintenance
        reg_t = f["gross"] / 2
        money = {
            "AccruedCash": 0.0, "AvailableFunds": available, "Billable": 0.0, "BuyingPower": max(available, 0.0) * 4,
            "EquityWithLoanValue": loan, "ExcessLiquidity": excess, "FullAvailableFunds": available,
            "FullExcessLiquidity": excess, "FullInitMarginReq": initial, "FullMaintMarginReq": maintenance,
            "GrossPositionValue": f["gross"], "IndianStockHaircut": 0.0, "InitMarginReq": initial,
            "LookAheadAvailableFunds": available, "LookAheadExcessLiquidity": excess,
            "LookAheadInitMarginReq": initial, "LookAheadMaintMarginReq": maintenance, "MaintMarginReq": maintenance,
            "NetLiquidation": net, "PASharesValue": 0.0, "PhysicalCertificateValue": 0.0,
            "PreviousDayEquityWithLoanValue": self.start_equity, "RegTEquity": loan, "RegTMargin": reg_t,
            "ReqTEquity": loan, "ReqTMargin": reg_t, "SMA": loan - reg_t, "SettledCash": f["cash"],
            "TotalCashValue": f["cash"],
        }  # fmt: skip
        texts = {
            "AccountCode": self.name, "AccountOrGroup": self.name, "AccountReady": "true", "AccountType": "INDIVIDUAL",
            "Cushion": f"{excess / net if net else 0.0:.6g}", "DayTradesRemaining": "-1", "HighestSeverity": "0",
            "Leverage-S": f"{f['gross'] / net if net else 0.0:.2f}", "LookAheadNextChange": "0",
            "Leverage": f"{f['gross'] / net if net else 0.0:.2f}", "TradingType-S": "STKNOPT",
            "WhatIfPMEnabled": "true",
        }  # fmt: skip
        rows = [Value(tag, text) for tag, text in texts.items()]
        rows += [Value(tag, f"{amount:.2f}", BASE) for tag, amount in money.items()]
        rows += [v for tag in ("AvailableFunds", "EquityWithLoanValue", "NetLiquidation", "TotalCashValue")
                 for v in (Value(f"{tag}-S", f"{money[tag]:.2f}", BASE), Value(f"{tag}-C", "0.00", BASE))]  # fmt: skip
        taken = {(v.tag, v.currency) for v in rows}
        rows += [v for v in self.ledger(prices, rates) if (v.tag, v.currency) not in taken]
        return sorted(rows, key=lambda v: v.tag)

    def ledger(self, prices: Prices, rates: Rates, wanted: str = "ALL") -> list[Value]:
        """Return the values by currency ($LEDGER): of `wanted`, or of BASE and all currencies for "ALL"."""
        currencies = sorted({*self.cash, *(h.instrument.currency for h in self.holdings.values() if h.quantity)})
        rows: list[Value] = []
        if wanted in ("ALL", "", "BASE"):
            rows += self._ledger_of("BASE", currencies, prices, rates)
        for currency in currencies:
            if wanted in ("ALL", currency) or (wanted == "" and currency == BASE):
                rows += self._ledger_of(currency, [currency], prices, rates)
        return rows

    def _ledger_of(self, name: str, currencies: Iterable[str], prices: Prices, rates: Rates) -> list[Value]:
        members = set(currencies)
        unit = 1.0 if name == "BASE" else rates(name) or 1.0
        sums = dict.fromkeys(("STK", "OPT", "FUT", "CRYPTO", "unrealized", "realized"), 0.0)
        cash = sum(amount * rates(c) for c, amount in self.cash.items() if c in members)
        for h in self.holdings.values():
            if h.instrument.currency not in members:
                continue
            rate, price = rates(h.instrument.currency), prices(h.instrument) if h.quantity else 0.0
            sums["realized"] += h.realized * rate
            if not h.quantity:
                continue
            sums["unrealized"] += h.unrealized(price) * rate
            kind = h.instrument.sec_type
            if kind in sums and kind != "FUT":
                sums[kind] += price * h.quantity * h.factor * rate
            elif kind == "FUT":
                sums["FUT"] += h.unrealized(price) * rate
        net = cash + sums["STK"] + sums["OPT"] + sums["FUT"] + sums["CRYPTO"]
        amounts = {
            "CashBalance": cash, "TotalCashBalance": cash, "AccruedCash": 0.0, "StockMarketValue": sums["STK"],
            "OptionMarketValue": sums["OPT"], "FutureOptionValue": 0.0, "FuturesPNL": sums["FUT"],
            "Cryptocurrency": sums["CRYPTO"], "NetLiquidationByCurrency": net, "UnrealizedPnL": sums["unrealized"],
            "RealizedPnL": sums["realized"], "FundValue": 0.0, "NetDividend": 0.0, "MutualFundValue": 0.0,
            "MoneyMarketFundValue": 0.0, "CorporateBondValue": 0.0, "TBondValue": 0.0, "TBillValue": 0.0,
            "WarrantValue": 0.0, "FxCashBalance": 0.0, "IssuerOptionValue": 0.0,
        }  # fmt: skip
        rows = [Value(tag, f"{amount / unit:.4f}", name) for tag, amount in amounts.items()]
        rows.append(Value("ExchangeRate", f"{1.0 if name == 'BASE' else rates(name):.6f}", name))
        rows.append(Value("Currency", name, name))
        rows.append(Value("RealCurrency", name, name))
        return rows


def commission(instrument: Instrument, quantity: float, price: float, rate: float = 1.0) -> float:
    """Return what a fill costs in the instrument's currency (fixed pricing, roughly); `rate` is its value in USD."""
    size, factor = abs(quantity), float(instrument.multiplier or 1)
    if instrument.sec_type == "CASH":
        return max(round(size * price * 2e-5, 2), round(2.0 / rate, 2))
    if instrument.sec_type == "FUT":
        return round(2.25 * size, 2)
    if instrument.sec_type == "OPT":
        return max(round(0.65 * size, 2), 1.0)
    if instrument.sec_type == "CRYPTO":
        return max(round(size * price * 0.0018, 2), 1.75)
    return min(max(round(size * 0.005, 4), 1.0), max(round(size * price * factor * 0.01, 4), 0.01))


def margin(instrument: Instrument, quantity: float, price: float) -> tuple[float, float]:
    """Return initial and maintenance margin of a position, in the instrument's currency."""
    notional = abs(quantity) * price * float(instrument.multiplier or 1)
    rates = {"STK": (0.30, 0.25), "FUT": (0.075, 0.068), "CRYPTO": (1.0, 1.0), "CMDTY": (0.10, 0.08)}
    if instrument.sec_type == "CASH":
        return notional * 0.03, notional * 0.025
    if instrument.sec_type == "OPT":
        under = instrument.process.price * abs(quantity) * float(instrument.multiplier or 1)
        return (0.0, 0.0) if quantity > 0 else (under * 0.15 + notional, under * 0.12 + notional)
    first, later = rates.get(instrument.sec_type, (0.5, 0.4))
    if quantity < 0 and instrument.sec_type == "STK":
        first, later = 0.35, 0.30
    return notional * first, notional * later
