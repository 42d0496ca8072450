"""The contract database: finding contracts by what a client knows of them, their details, and their paths."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.contract import Contract, ContractDescription, ContractDetails, TagValue
from ibnb.sim import combos, derivatives, instruments
from ibnb.sim.calendars import CME, INDEX, STOCK
from ibnb.sim.derivatives import Chain
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import OPTION_VENUES, Instrument
from ibnb.sim.noise import key
from ibnb.sim.options import OptionPath
from ibnb.sim.paths import DerivedPath, Path, Process, RootPath, Wander

__all__ = ["SEC_TYPES", "Database", "Match"]

SEC_TYPES = frozenset(
    "STK OPT FUT CONTFUT FUT+CONTFUT IND FOP CASH CFD BAG WAR IOPT BOND CMDTY FUND CRYPTO NEWS EVENT".split()
)
_ORDER_TYPES = (
    "ACTIVETIM,AD,ADJUST,ALERT,ALLOC,AVGCOST,BASKET,BENCHPX,CASHQTY,COND,CONDORDER,DAY,DEACT,FOK,GAT,GTC,GTD,GTT,HID,"
    "IOC,LIT,LMT,LOC,MIT,MKT,MOC,MTL,NONALGO,OCA,REL,SCALE,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF"
)


class Match(NamedTuple):
    """A contract found: the instrument and the exchange it is asked for at."""

    instrument: Instrument
    exchange: str
    continuous: bool = False


class Database:
    """All instruments, by id and by symbol, and the path of each. `moment` dates the futures and option chains."""

    def __init__(self, seed: int, moment: float) -> None:
        self.seed = seed
        self.day = dt.datetime.fromtimestamp(moment, ZoneInfo("US/Eastern")).date()
        self._by_id: dict[int, Instrument] = {}
        self._by_symbol: dict[str, list[Instrument]] = {}
        self._paths: dict[int, Path] = {}
        self._live_paths: dict[int, Path] = {}
        self._market = Wander(key(seed, "market"), STOCK.days, 0.16, 0.004)
        self._options: dict[tuple[str, str, str, float, str], Instrument] = {}
        self._chains: dict[int, list[Chain]] = {}
        self._combos: dict[tuple[tuple[int, int, str], ...], Instrument] = {}
        for instrument in instruments.standard():
            self.add(instrument)
        for instrument in derivatives.futures(self.day, self._by_id.__contains__):
            self.add(instrument)

    def add(self, instrument: Instrument) -> None:
        """Take in an instrument."""
        self._by_id[instrument.con_id] = instrument
        if instrument.sec_type != "OPT":
            self._by_symbol.setdefault(instrument.symbol.upper(), []).append(instrument)

    def set_history(self, instrument: Instrument, history: Path, live: Path) -> None:
        """Serve an instrument's history from one path and its quotes from another (files of the user's)."""
        self._paths[instrument.con_id] = history
        self._live_paths[instrument.con_id] = live

    def all(self) -> list[Instrument]:
        """Return every instrument known so far."""
        return list(self._by_id.values())

    # -- finding -------------------------------------------------------------------------------------------------

    def by_id(self, con_id: int) -> Instrument | None:
        """Return the instrument of a conId, or None."""
        found = self._by_id.get(con_id)
        described = derivatives.parse_option_id(con_id) if found is None else None
        if described is None:
            return found
        root, trading_class, expiry, strike, right = described
        under = self._by_id[root.under_con_id]
        for chain in self.chains(under):
            if chain.trading_class == trading_class and expiry in chain.expirations and strike in chain.strikes:
                return self._option(chain, under, expiry, strike, right)
        return None

    def by_symbol(self, symbol: str) -> list[Instrument]:
        """Return the instruments (no options) of a symbol."""
        return list(self._by_symbol.get(symbol.upper(), ()))

    def find(self, asked: Contract) -> list[Match]:
        """Return every contract that agrees with all fields given, as TWS does; [] when nothing does.

        Raises RequestRefused (321) for a description that names nothing to look for.
        """
        exchange = asked.exchange.split(":")[0].upper()
        if asked.secType == "BAG":
            return [Match(self._combo(asked), exchange or "SMART")] if asked.comboLegs else []
        if asked.conId:
            one = self.by_id(asked.conId)
            if one is None or (exchange and not _trades_at(one, exchange)):
                return []
            return [Match(one, exchange or one.venues[0], asked.secType == "CONTFUT")]
        if not asked.secType and not asked.secId and not asked.localSymbol:
            raise _invalid("Please enter a valid security type")
        if asked.secType and asked.secType not in SEC_TYPES:
            raise _invalid("Please enter a valid security type")
        if not (asked.symbol or asked.localSymbol or asked.secId):
            raise _invalid("Please enter a local symbol or an expiry")
        if asked.secType in ("OPT", "FOP"):
            return [Match(i, exchange or "SMART") for i in self._find_options(asked)]
        matches = []
        for instrument in self._candidates(asked):
            if not _agrees(instrument, asked):
                continue
            if asked.secType == "CONTFUT":
                matches.append(Match(instrument, exchange or instrument.exchange, True))
            elif exchange:
                if _trades_at(instrument, exchange):
                    matches.append(Match(instrument, exchange))
            elif instrument.sec_type == "STK":
                matches += [Match(instrument, venue) for venue in instrument.venues]
            else:
                matches.append(Match(instrument, instrument.exchange))
        return matches[:1] if asked.secType == "CONTFUT" else matches

    def resolve(self, asked: Contract) -> Match:
        """Return the one contract meant. Raises RequestRefused: 200 when there is none or more than one."""
        if asked.secType == "BAG":
            return Match(self._combo(asked), asked.exchange or "SMART")
        matches = self.find(asked)
        if not matches:
            raise RequestRefused(200, "No security definition has been found for the request")
        if len({match.instrument.con_id for match in matches}) > 1:
            what = asked.symbol or asked.localSymbol
            raise RequestRefused(200, f"The contract description specified for {what} is ambiguous.")
        return matches[0]

    def _combo(self, asked: Contract) -> Instrument:
        name = tuple((leg.conId, leg.ratio, leg.action.upper()) for leg in asked.comboLegs)
        known = self._combos.get(name)
        if known is None:
            known = self._combos[name] = combos.combo(asked, self.by_id, len(self._combos) + 1)
        return known

    def search(self, pattern: str) -> list[ContractDescription]:
        """Return up to 16 contracts whose symbol starts with, or whose name contains, the pattern."""
        wanted = pattern.strip().upper()
        if not wanted:
            return []
        found = []
        for instrument in self._by_id.values():
            if instrument.sec_type in ("OPT", "FUT", "CASH", "CFD", "BOND"):
                continue
            exact, starts = instrument.symbol == wanted, instrument.symbol.startswith(wanted)
            if exact or starts or wanted in instrument.name.upper():
                found.append((not exact, not starts, instrument.secondary, instrument.symbol, instrument.con_id))
        return [_description(self._by_id[row[-1]]) for row in sorted(found)[:16]]

    def _candidates(self, asked: Contract) -> list[Instrument]:
        if asked.symbol:
            some = self._by_symbol.get(asked.symbol.upper(), [])
        else:
            some = [i for group in self._by_symbol.values() for i in group]
        if asked.secType in ("FUT", "CONTFUT", "FUT+CONTFUT"):
            today = f"{self.day:%Y%m%d}"
            named = len(asked.lastTradeDateOrContractMonth) > 0 or bool(asked.localSymbol)
            some = [i for i in some if i.sec_type == "FUT" and (i.expiry >= today or asked.includeExpired or named)]
            return sorted(some, key=lambda i: i.expiry)
        return [i for i in some if not asked.secType or i.sec_type == asked.secType]

    # -- options -------------------------------------------------------------------------------------------------

    def chains(self, under: Instrument) -> list[Chain]:
        """Return the option chains of an underlying ([] when it has none)."""
        known = self._chains.get(under.con_id)
        if known is None:
            root = derivatives.roots_by_underlying().get(under.con_id)
            known = [] if root is None else derivatives.chains(root, self.day, self._reference(under))
            self._chains[under.con_id] = known
        return known

    def _reference(self, under: Instrument) -> float:
        """Price at the end of the trading day before the database's."""
        path = self.path(under)
        number = self.day.toordinal() - dt.date(1970, 1, 1).toordinal()
        index = max(int(np.searchsorted(path.calendar.days, number)) - 1, 0)
        begin, end = path.calendar.bounds
        rows = path.blocks(0, float(begin[index, 0]), float(end[index, -1]), regular=True)
        return float(rows.close[-1]) * path.tick

    def _find_options(self, asked: Contract) -> list[Instrument]:
        symbol, local = asked.symbol.upper(), asked.localSymbol
        found = []
        right = asked.right[:1].upper() if asked.right not in ("", "0", "?") else ""
        for root in instruments.OPTION_ROOTS:
            under = self._by_id[root.under_con_id]
            if symbol and root.symbol != symbol:
                continue
            if asked.currency not in ("", "USD") or asked.multiplier not in ("", root.multiplier):
                continue
            if asked.exchange and asked.exchange.upper() not in root.venues:
                continue
            for chain in self.chains(under):
                if asked.tradingClass not in ("", chain.trading_class):
                    continue
                dates = [e for e in chain.expirations if e.startswith(asked.lastTradeDateOrContractMonth)]
                strikes = [s for s in chain.strikes if not 0 < asked.strike < 1e300 or abs(s - asked.strike) < 1e-6]
                rights = right or "CP"
                made = [self._option(chain, under, e, s, r) for e in dates for s in strikes for r in rights]
                found += [i for i in made if not local or i.local_symbol == local]
        return found

    def _option(self, chain: Chain, under: Instrument, expiry: str, strike: float, right: str) -> Instrument:
        name = (under.symbol, chain.trading_class, expiry, strike, right)
        known = self._options.get(name)
        if known is None:
            known = derivatives.option(chain, under, expiry, strike, right)
            self._options[name] = known
            self.add(known)
        return known

    def option_sigma(self, instrument: Instrument) -> float:
        """Return the volatility an option trades at."""
        under = self._by_id[instrument.under_con_id]
        chain = next(c for c in self.chains(under) if c.trading_class == instrument.trading_class)
        return derivatives.option_sigma(chain, instrument.strike)

    # -- paths ---------------------------------------------------------------------------------------------------

    def path(self, instrument: Instrument) -> Path:
        """Return the price path of an instrument, made on first use."""
        path = self._paths.get(instrument.con_id)
        if path is None:
            path = self._paths[instrument.con_id] = self._make_path(instrument)
        return path

    def live_path(self, instrument: Instrument) -> Path:
        """Return the path that quotes come from: the instrument's own, also where files serve its history."""
        return self._live_paths.get(instrument.con_id) or self.path(instrument)

    def move(self, instrument: Instrument, moment: float, change: float, seconds: int = 0) -> None:
        """Move the price of an instrument by a fraction from the next second on, at once or over some seconds.

        What hangs on it moves too: options with their underlying, an index with its futures. A move that is still
        going on ends first.
        """
        if instrument.sec_type in ("OPT", "CFD"):
            instrument = self._by_id[instrument.under_con_id]
        path = self._root_path(instrument.factor_id) if instrument.factor_id else self.live_path(instrument)
        if not isinstance(path, RootPath):
            raise ValueError(f"the price of {instrument.symbol} cannot be moved")
        rows = path.blocks(0, moment - 10 * 86400, moment + 1)
        level = path.cover(float(rows.start[-1]), moment, 2)
        ticks = int((level if len(level.close) else rows).close[-1])
        path.move(max(int(moment) + 1, path.moved_until), round(ticks * change), seconds)

    def volatility_path(self, instrument: Instrument, what: str) -> Path:
        """Return the path of a yearly volatility (or of the fee rate) as a fraction."""
        name = -key(what, instrument.con_id) % 10**12
        path = self._paths.get(name)
        if path is None:
            level = instrument.process.sigma if instrument.process.sigma > 0.05 else 0.16
            process = Process(level * (1.05 if what.startswith("OPTION") else 1.0), 0.0001, 0.6, pull=0.05)
            if what == "FEE_RATE":
                process = Process(0.25, 0.0001, 0.3, pull=0.1)
            path = self._paths[name] = RootPath(self.seed, name, instrument.calendar, process, None)
        return path

    def _make_path(self, instrument: Instrument) -> Path:
        if instrument.legs:
            raise RequestRefused(
                162, "Historical Market Data Service error message:No historical data of combinations here"
            )
        if instrument.sec_type == "CFD":
            return self.path(self._by_id[instrument.under_con_id])
        if instrument.sec_type == "OPT":
            under = self._by_id[instrument.under_con_id]
            share = 2e-5 if under.has_volume else 0.0
            return OptionPath(
                self.path(under), instrument.calendar, instrument.strike, instrument.right,
                derivatives.expiry_moment(instrument), self.option_sigma(instrument), instrument.tick, share,
            )  # fmt: skip
        if not instrument.factor_id:
            return RootPath(self.seed, instrument.con_id, instrument.calendar, instrument.process, self._market)
        root = self._root_path(instrument.factor_id)
        if instrument.sec_type == "IND":
            ones = np.ones(len(INDEX.days))
            return DerivedPath(
                root, INDEX, instrument.tick, lambda index: ones[index], volume_share=0.0, regular_only=True
            )  # fmt: skip
        expiry = dt.datetime.strptime(instrument.expiry, "%Y%m%d").date()
        share = max(0.02, 0.92 - 0.45 * max((expiry - self.day).days, 0) / 91)
        factor = derivatives.future_factor(expiry)
        return DerivedPath(root, instrument.calendar, instrument.tick, factor, volume_share=share)

    def _root_path(self, path_id: int) -> RootPath:
        path = self._paths.get(path_id)
        if path is None:
            root = next(r for r in instruments.FUTURE_ROOTS if r.path_id == path_id)
            path = RootPath(self.seed, path_id, CME, root.process, self._market)
            self._paths[path_id] = path
        assert isinstance(path, RootPath)
        return path

    # -- objects of the model ------------------------------------------------------------------------------------

    def contract(self, match: Match) -> Contract:
        """Return the contract of a match as TWS describes it."""
        i = match.instrument
        contract = Contract(
            secType="CONTFUT" if match.continuous else i.sec_type, conId=i.con_id, symbol=i.symbol,
            lastTradeDateOrContractMonth=i.expiry, strike=i.strike, right=i.right, multiplier=i.multiplier,
            exchange=match.exchange, primaryExchange=i.exchange if i.sec_type == "STK" else "", currency=i.currency,
            localSymbol=i.local_symbol, tradingClass=i.trading_class,
        )  # fmt: skip
        if i.legs:
            combos.describe(i, contract)
        return contract

    def details(self, match: Match, moment: float) -> ContractDetails:
        """Return the details of a match at `moment` (trading hours run from that day)."""
        i = match.instrument
        contract = self.contract(match)
        contract.lastTradeDate = i.expiry
        derived = i.sec_type in ("OPT", "FUT", "CFD")
        details = ContractDetails(
            contract=contract, marketName=i.trading_class, minTick=i.tick, orderTypes=_ORDER_TYPES,
            validExchanges=",".join(i.venues), priceMagnifier=1, underConId=i.under_con_id, longName=i.name,
            contractMonth=i.expiry[:6], industry=i.industry[0], category=i.industry[1], subcategory=i.industry[2],
            timeZoneId=i.calendar.zone, tradingHours=i.calendar.hours_text(moment, regular=False),
            liquidHours=i.calendar.hours_text(moment, regular=True), aggGroup=1 if i.sec_type == "STK" else 2147483647,
            underSymbol=i.under_symbol if derived else "", underSecType=i.under_sec_type if derived else "",
            marketRuleIds=",".join(str(i.market_rule) for _ in i.venues) if i.market_rule else "",
            secIdList=[TagValue("ISIN", i.isin)] if i.isin else [], realExpirationDate=i.expiry,
            lastTradeTime=i.last_trade_time, stockType=i.stock_type, minSize=i.min_size, sizeIncrement=i.size_step,
            suggestedSizeIncrement=100.0 if i.sec_type == "STK" else i.min_size,
        )  # fmt: skip
        for name, value in i.extra.items():
            setattr(details, name, value)
        return details


def _invalid(cause: str) -> RequestRefused:
    return RequestRefused(321, f"Error validating request.-'bS' : cause - {cause}")


def _trades_at(instrument: Instrument, exchange: str) -> bool:
    if instrument.sec_type == "OPT":
        return exchange in OPTION_VENUES or exchange in instrument.venues
    names = {"ISLAND": "NASDAQ", "GLOBEX": "CME"}
    wanted = names.get(exchange, exchange)
    return wanted in instrument.venues or wanted == instrument.exchange


def _agrees(instrument: Instrument, asked: Contract) -> bool:
    """Tell whether the fields that are given fit; exchange is looked at elsewhere."""
    primary = {"ISLAND": "NASDAQ"}.get(asked.primaryExchange.upper(), asked.primaryExchange.upper())
    if asked.currency and asked.currency.upper() != instrument.currency:
        return False
    if primary and primary not in (instrument.exchange, "SMART"):
        return False
    if asked.localSymbol and asked.localSymbol != instrument.local_symbol:
        return False
    if asked.tradingClass and asked.tradingClass != instrument.trading_class:
        return False
    if asked.secId and asked.secId != instrument.isin:
        return False
    if asked.multiplier and instrument.multiplier and asked.multiplier != instrument.multiplier:
        return False
    return instrument.expiry.startswith(asked.lastTradeDateOrContractMonth)


def _description(instrument: Instrument) -> ContractDescription:
    contract = Contract(
        secType=instrument.sec_type, conId=instrument.con_id, symbol=instrument.symbol, currency=instrument.currency,
        primaryExchange=f"{instrument.exchange}.NMS" if instrument.exchange == "NASDAQ" else instrument.exchange,
        description=instrument.name,
    )  # fmt: skip
    return ContractDescription(contract, list(instrument.derivatives))
