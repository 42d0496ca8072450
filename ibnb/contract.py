"""Contracts: what is traded, and what TWS tells about it.

Owns `Contract` with one subclass for each security type, the legs of combinations, and `ContractDetails`.
A contract is told by its conId once that is known, otherwise by all of its fields.
The module is long because each security type has a constructor of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from ibnb.records import Record, dataclassNonDefaults
from ibnb.values import UNSET_DOUBLE, parseZone


class TagValue(NamedTuple):
    """A named parameter, as in algo parameters, request options and the list of security ids."""

    tag: str
    value: str


class TradingSession(NamedTuple):
    """Start and end of a trading session, in the time zone of the contract."""

    start: dt.datetime
    end: dt.datetime


@dataclass(eq=False, repr=False)
class ComboLeg(Record):
    """One leg of a combination: a contract by its id, how many of it, and on which side.

    `openClose`: 0 as the parent, 1 open, 2 close, 3 unknown. `shortSaleSlot`: 1 or 2 for institutions that sell short,
    2 needs `designatedLocation`.
    """

    conId: int = 0
    ratio: int = 0
    action: str = ""
    exchange: str = ""
    openClose: int = 0
    shortSaleSlot: int = 0
    designatedLocation: str = ""
    exemptCode: int = -1


@dataclass(eq=False, repr=False)
class DeltaNeutralContract(Record):
    """The underlying that hedges the delta of a combination."""

    conId: int = 0
    delta: float = 0.0
    price: float = 0.0


@dataclass(eq=False, repr=False)
class Contract(Record):
    """A financial instrument in the terms of TWS.

    Two contracts are equal when their conIds are set and the same, or else when all fields are the same, whatever
    their classes. Combinations are equal when their legs are, in any order. The hash is the conId, negated for
    continuous futures, which share the conId of the front month.

    Args:
        secType: Security type: `STK` stock or ETF, `OPT` option, `FUT` future, `CONTFUT` continuous future,
            `IND` index, `FOP` option on a future, `CASH` currency pair, `CFD`, `BAG` combination, `WAR` warrant,
            `IOPT` structured product, `BOND`, `CMDTY` commodity, `FUND` mutual fund, `CRYPTO`, `NEWS`, `EVENT`.
        conId: The unique id that IB gives to the contract; 0 when it is not known.
        symbol: Symbol of the contract or of its underlying.
        lastTradeDateOrContractMonth: Last trading day `yyyymmdd` or contract month `yyyymm`.
        strike: Strike of an option.
        right: `C` or `P` (`CALL` and `PUT` are taken as well).
        multiplier: What one contract stands for, as text.
        exchange: Where to trade or where the data is to come from; `SMART` lets IB route.
        primaryExchange: Listing exchange, which tells contracts at SMART apart.
        currency: Currency of the prices.
        localSymbol: Symbol at the exchange.
        tradingClass: Trading class, which tells option chains of one underlying apart.
        includeExpired: Also find expired futures (contract details and history only).
        secIdType: Kind of `secId`: `CUSIP`, `ISIN`, `SEDOL`, `RIC` or `FIGI`.
        secId: Id of the security in that scheme.
        description: Name of the company, in symbol searches.
        issuerId: Id of a bond's issuer.
        comboLegsDescrip: TWS's own text about the legs.
        comboLegs: Legs of a combination.
        deltaNeutralContract: Hedge of a delta-neutral combination.
        lastTradeDate: Last trading day, sent by TWS in contract details since server version 182.
    """

    secType: str = ""
    conId: int = 0
    symbol: str = ""
    lastTradeDateOrContractMonth: str = ""
    strike: float = 0.0
    right: str = ""
    multiplier: str = ""
    exchange: str = ""
    primaryExchange: str = ""
    currency: str = ""
    localSymbol: str = ""
    tradingClass: str = ""
    includeExpired: bool = False
    secIdType: str = ""
    secId: str = ""
    description: str = ""
    issuerId: str = ""
    comboLegsDescrip: str = ""
    comboLegs: list[ComboLeg] = field(default_factory=list)
    deltaNeutralContract: DeltaNeutralContract | None = None
    lastTradeDate: str = ""

    _classes: ClassVar[dict[str, type[Contract]]] = {}

    @staticmethod
    def create(**kwargs: Any) -> Contract:
        """Make a contract of the most specific class for its `secType`, from the fields given as keywords."""
        return Contract.recreate(Contract(**kwargs))

    @staticmethod
    def recreate(c: Contract) -> Contract:
        """Return a copy of a contract as an instance of the most specific class for its `secType`."""
        cls = Contract._classes.get(c.secType, Contract)
        made = cls.__new__(cls)
        made.__dict__.update(c.__dict__)
        return made

    def _specialize(self) -> Contract:
        """Make the contract itself an instance of the most specific class for its `secType`, and return it.

        For contracts that have just come from the gateway, which nobody else holds; three times as fast as `recreate`.
        """
        if type(self) is Contract:
            self.__class__ = Contract._classes.get(self.secType, Contract)
        return self

    def isHashable(self) -> bool:
        """Tell whether the contract can serve as a key: it has a conId or is a combination with legs."""
        return bool(self.conId or (self.secType == "BAG" and self.comboLegs))

    def _bagKey(self) -> tuple[Any, ...]:
        """Return what tells a combination from another."""
        legs = sorted((leg.conId, leg.ratio, leg.action, leg.exchange) for leg in self.comboLegs)
        return self.symbol, self.exchange, self.currency, tuple(legs)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Contract):
            return NotImplemented
        kind = self.secType
        if kind == "BAG" == other.secType and (self.comboLegs or other.comboLegs):
            return self._bagKey() == other._bagKey()
        if self.conId and other.conId:
            # the continuous future and its front month share a conId
            same_kind = kind == other.secType or "CONTFUT" not in (kind, other.secType)
            return self.conId == other.conId and same_kind
        return self.tuple() == other.tuple()

    def __hash__(self) -> int:  # type: ignore[override]
        if self.secType == "BAG":
            return hash(self._bagKey())
        if not self.conId:
            raise ValueError(f"{self} has no conId, so it cannot be a key; qualify it first (ib.qualifyContracts)")
        return -self.conId if self.secType == "CONTFUT" else self.conId

    def __repr__(self) -> str:
        given = dataclassNonDefaults(self)
        if type(self) is not Contract:
            given.pop("secType", None)
        inner = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"{type(self).__name__}({inner})"

    __str__ = __repr__


class Stock(Contract):
    """A stock or ETF."""

    def __init__(self, symbol: str = "", exchange: str = "", currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("secType", "STK")
        Contract.__init__(self, symbol=symbol, exchange=exchange, currency=currency, **kwargs)


class Option(Contract):
    """An option on a stock or index; `right` is `C` or `P`."""

    def __init__(
        self,
        symbol: str = "",
        lastTradeDateOrContractMonth: str = "",
        strike: float = 0.0,
        right: str = "",
        exchange: str = "",
        multiplier: str = "",
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("secType", "OPT")
        Contract.__init__(
            self,
            symbol=symbol,
            lastTradeDateOrContractMonth=lastTradeDateOrContractMonth,
            strike=strike,
            right=right,
            exchange=exchange,
            multiplier=multiplier,
            currency=currency,
            **kwargs,
        )


class Future(Contract):
    """A future."""

    def __init__(
        self,
        symbol: str = "",
        lastTradeDateOrContractMonth: str = "",
        exchange: str = "",
        localSymbol: str = "",
        multiplier: str = "",
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("secType", "FUT")
        Contract.__init__(
            self,
            symbol=symbol,
            lastTradeDateOrContractMonth=lastTradeDateOrContractMonth,
            exchange=exchange,
            localSymbol=localSymbol,
            multiplier=multiplier,
            currency=currency,
            **kwargs,
        )


class ContFuture(Contract):
    """A continuous future, for history only."""

    def __init__(
        self,
        symbol: str = "",
        exchange: str = "",
        localSymbol: str = "",
        multiplier: str = "",
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("secType", "CONTFUT")
        Contract.__init__(
            self,
            symbol=symbol,
            exchange=exchange,
            localSymbol=localSymbol,
            multiplier=multiplier,
            currency=currency,
            **kwargs,
        )


class Forex(Contract):
    """A currency pair, given as `pair` of six letters (`EURUSD`) or as symbol and currency."""

    def __init__(
        self,
        pair: str = "",
        exchange: str = "IDEALPRO",
        symbol: str = "",
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        if pair:
            # an AssertionError, as programs written for ib_async may expect
            assert len(pair) == 6, f"{pair!r} is no pair of two three-letter currencies such as 'EURUSD'"
            symbol, currency = symbol or pair[:3], currency or pair[3:]
        kwargs.setdefault("secType", "CASH")
        Contract.__init__(self, symbol=symbol, exchange=exchange, currency=currency, **kwargs)

    def pair(self) -> str:
        """Return the pair as one text, such as `EURUSD`."""
        return self.symbol + self.currency

    def __repr__(self) -> str:
        given = dataclassNonDefaults(self)
        for name in ("secType", "symbol", "currency"):
            given.pop(name, None)
        pair = [repr(self.pair())] if self.pair() else []
        inner = ", ".join(pair + [f"{name}={value!r}" for name, value in given.items()])
        return f"{type(self).__name__}({inner})"

    __str__ = __repr__


class Index(Contract):
    """An index; it can be watched but not traded."""

    def __init__(self, symbol: str = "", exchange: str = "", currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("secType", "IND")
        Contract.__init__(self, symbol=symbol, exchange=exchange, currency=currency, **kwargs)


class CFD(Contract):
    """A contract for difference."""

    def __init__(self, symbol: str = "", exchange: str = "", currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("secType", "CFD")
        Contract.__init__(self, symbol=symbol, exchange=exchange, currency=currency, **kwargs)


class Commodity(Contract):
    """A commodity, such as spot gold."""

    def __init__(self, symbol: str = "", exchange: str = "", currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("secType", "CMDTY")
        Contract.__init__(self, symbol=symbol, exchange=exchange, currency=currency, **kwargs)


class Bond(Contract):
    """A bond; give `secIdType` and `secId`, or the symbol that IB has for it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("secType", "BOND")
        Contract.__init__(self, **kwargs)


class FuturesOption(Contract):
    """An option on a future."""

    def __init__(
        self,
        symbol: str = "",
        lastTradeDateOrContractMonth: str = "",
        strike: float = 0.0,
        right: str = "",
        exchange: str = "",
        multiplier: str = "",
        currency: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("secType", "FOP")
        Contract.__init__(
            self,
            symbol=symbol,
            lastTradeDateOrContractMonth=lastTradeDateOrContractMonth,
            strike=strike,
            right=right,
            exchange=exchange,
            multiplier=multiplier,
            currency=currency,
            **kwargs,
        )


class MutualFund(Contract):
    """A mutual fund."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("secType", "FUND")
        Contract.__init__(self, **kwargs)


class Warrant(Contract):
    """A warrant; with `secType="IOPT"` a Dutch warrant or structured product."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("secType", "WAR")
        Contract.__init__(self, **kwargs)


class Bag(Contract):
    """A combination of the legs in `comboLegs`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("secType", "BAG")
        Contract.__init__(self, **kwargs)


class Crypto(Contract):
    """A cryptocurrency."""

    def __init__(self, symbol: str = "", exchange: str = "", currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("secType", "CRYPTO")
        Contract.__init__(self, symbol=symbol, exchange=exchange, currency=currency, **kwargs)


Contract._classes.update(
    {
        "STK": Stock,
        "OPT": Option,
        "FUT": Future,
        "CONTFUT": ContFuture,
        "CASH": Forex,
        "IND": Index,
        "CFD": CFD,
        "CMDTY": Commodity,
        "BOND": Bond,
        "FOP": FuturesOption,
        "FUND": MutualFund,
        "WAR": Warrant,
        "IOPT": Warrant,
        "BAG": Bag,
        "CRYPTO": Crypto,
    }
)


@dataclass(eq=False, repr=False)
class IneligibilityReason(Record):
    """Why an account may not trade a contract (server version 186 and up)."""

    id_: str = ""
    description: str = ""


@dataclass(eq=False, repr=False)
class ContractDetails(Record):
    """All that TWS tells about a contract.

    Prices move in steps of `minTick` (or by the market rules in `marketRuleIds`, one for each of `validExchanges`);
    sizes in steps of `sizeIncrement`, at least `minSize`. Hours are texts in the zone `timeZoneId`; `tradingSessions`
    and `liquidSessions` read them. The fields after `longName` that concern bonds and funds are empty for others.
    """

    contract: Contract | None = None
    marketName: str = ""
    minTick: float = 0.0
    orderTypes: str = ""
    validExchanges: str = ""
    priceMagnifier: int = 0
    underConId: int = 0
    longName: str = ""
    contractMonth: str = ""
    industry: str = ""
    category: str = ""
    subcategory: str = ""
    timeZoneId: str = ""
    tradingHours: str = ""
    liquidHours: str = ""
    evRule: str = ""
    evMultiplier: int = 0
    mdSizeMultiplier: int = 1
    aggGroup: int = 0
    underSymbol: str = ""
    underSecType: str = ""
    marketRuleIds: str = ""
    secIdList: list[TagValue] = field(default_factory=list)
    realExpirationDate: str = ""
    lastTradeTime: str = ""
    stockType: str = ""
    minSize: float = 0.0
    sizeIncrement: float = 0.0
    suggestedSizeIncrement: float = 0.0
    cusip: str = ""
    ratings: str = ""
    descAppend: str = ""
    bondType: str = ""
    couponType: str = ""
    callable: bool = False
    putable: bool = False
    coupon: float = 0
    convertible: bool = False
    maturity: str = ""
    issueDate: str = ""
    nextOptionDate: str = ""
    nextOptionType: str = ""
    nextOptionPartial: bool = False
    notes: str = ""
    fundName: str = ""
    fundFamily: str = ""
    fundType: str = ""
    fundFrontLoad: str = ""
    fundBackLoad: str = ""
    fundBackLoadTimeInterval: str = ""
    fundManagementFee: str = ""
    fundClosed: bool = False
    fundClosedForNewInvestors: bool = False
    fundClosedForNewMoney: bool = False
    fundNotifyAmount: str = ""
    fundMinimumInitialPurchase: str = ""
    fundSubsequentMinimumPurchase: str = ""
    fundBlueSkyStates: str = ""
    fundBlueSkyTerritories: str = ""
    fundDistributionPolicyIndicator: str = ""
    fundAssetType: str = ""
    ineligibilityReasonList: list[IneligibilityReason] = field(default_factory=list)
    eventContract1: str = ""
    eventContractDescription1: str = ""
    eventContractDescription2: str = ""
    minAlgoSize: float = UNSET_DOUBLE
    lastPricePrecision: float = UNSET_DOUBLE
    lastSizePrecision: float = UNSET_DOUBLE

    def tradingSessions(self) -> list[TradingSession]:
        """Return the sessions of `tradingHours`, in the contract's time zone, without the days it is closed."""
        return self._sessions(self.tradingHours)

    def liquidSessions(self) -> list[TradingSession]:
        """Return the sessions of `liquidHours`, in the contract's time zone, without the days it is closed."""
        return self._sessions(self.liquidHours)

    def _sessions(self, hours: str) -> list[TradingSession]:
        if not hours:
            return []
        zone = parseZone(self.timeZoneId) if self.timeZoneId else None
        sessions = []
        for span in hours.split(";"):
            if not span or span.endswith("CLOSED"):
                continue
            # 20300107:0400-20300107:2000, in old versions 20300107:0400-2000 or several spans joined by commas
            day = span.partition(":")[0]
            for part in span.partition(":")[2].split(","):
                start, _, end = part.partition("-")
                end_day, _, end_clock = end.rpartition(":")
                ends = (_clock(day, start, zone), _clock(end_day or day, end_clock, zone))
                sessions.append(TradingSession(*ends))
        return sessions


def _clock(day: str, clock: str, zone: dt.tzinfo | None) -> dt.datetime:
    """Return the moment of a day `yyyymmdd` and a clock time `hhmm`."""
    return dt.datetime.strptime(day + clock, "%Y%m%d%H%M").replace(tzinfo=zone)


@dataclass(eq=False, repr=False)
class ContractDescription(Record):
    """One hit of a symbol search: the contract and the security types that derive from it."""

    contract: Contract | None = None
    derivativeSecTypes: list[str] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class ScanData(Record):
    """One row of a market scan; `rank` counts from 0."""

    rank: int
    contractDetails: ContractDetails
    distance: str
    benchmark: str
    projection: str
    legsStr: str
