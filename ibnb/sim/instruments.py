"""The instruments of the simulated world, as tables: names, venues, price levels, liquidity.

Contract ids follow the real ones where those are widely known. Prices are what each path passes through on
2026-01-01; nothing else here is meant to match a real market. Futures and options are made by `contracts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ibnb.sim.calendars import CRYPTO, EUROPE, FOREX, INDEX, OPTION, STOCK, Calendar
from ibnb.sim.paths import Process

__all__ = ["FUTURE_ROOTS", "OPTION_ROOTS", "US_VENUES", "Instrument", "OptionRoot", "Root", "standard"]

US_VENUES = "SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,PEARL,MEMX,LTSE"
OPTION_VENUES = "SMART,AMEX,CBOE,PHLX,ISE,BOX,BATS,NASDAQOM,CBOE2,NASDAQBX,MIAX,PEARL,EMERALD,MEMX"


@dataclass(slots=True)
class Instrument:
    """One contract of the simulated world. `spread` is how many ticks bid and ask lie below and above the path."""

    con_id: int
    symbol: str
    sec_type: str
    exchange: str
    currency: str
    name: str
    calendar: Calendar
    process: Process
    venues: tuple[str, ...]
    local_symbol: str = ""
    trading_class: str = ""
    spread: tuple[int, int] = (1, 1)
    lot: float = 100.0  # typical size of a quote
    min_size: float = 1.0
    size_step: float = 1.0
    industry: tuple[str, str, str] = ("", "", "")
    stock_type: str = ""
    market_rule: int = 26
    since_year: int = 1990
    multiplier: str = ""
    expiry: str = ""
    last_trade_time: str = ""
    strike: float = 0.0
    right: str = ""
    under_con_id: int = 0
    under_symbol: str = ""
    under_sec_type: str = ""
    factor_id: int = 0  # conId of the instrument whose path this one is derived from; 0 = its own
    isin: str = ""
    derivatives: tuple[str, ...] = ()
    secondary: bool = False  # a further listing of a symbol that has a main one
    extra: dict[str, Any] = field(default_factory=dict)  # further fields of the contract details
    legs: tuple[tuple[Instrument, int], ...] = ()  # of a combination: what and how many, negative when sold

    @property
    def tick(self) -> float:
        """Smallest price step."""
        return self.process.tick

    @property
    def has_trades(self) -> bool:
        """Whether trades are reported (not for Forex)."""
        return self.sec_type not in ("CASH", "CMDTY", "BAG")

    @property
    def has_quotes(self) -> bool:
        """Whether there are bids and offers (not for an index)."""
        return self.sec_type != "IND"

    @property
    def has_volume(self) -> bool:
        """Whether volumes mean anything."""
        return self.sec_type not in ("CASH", "IND", "CMDTY", "BAG")


@dataclass(frozen=True, slots=True)
class Root:
    """A family of futures on one path: quarterly months, third Fridays."""

    symbol: str
    exchange: str
    name: str
    path_id: int
    under_con_id: int
    multiplier: str
    tick: float
    process: Process


@dataclass(frozen=True, slots=True)
class OptionRoot:
    """A family of options: the underlying, its trading classes, and the grid of strikes."""

    symbol: str
    under_con_id: int
    classes: tuple[str, ...]
    step: float
    reach: float
    sigma: float
    multiplier: str = "100"
    venues: tuple[str, ...] = field(default=tuple(OPTION_VENUES.split(",")))


# conId symbol primary price sigma beta volume(M) since | name | industry | category | subcategory
_STOCKS = """
265598    AAPL  NASDAQ 271.0 0.24 1.15 48   1980|APPLE INC|Technology|Computers|Computers
272093    MSFT  NASDAQ 483.0 0.21 1.05 21   1986|MICROSOFT CORP|Technology|Software|Applications
4815747   NVDA  NASDAQ 186.0 0.42 1.60 180  1999|NVIDIA CORP|Technology|Semiconductors|Electronic Components
3691937   AMZN  NASDAQ 231.0 0.30 1.20 42   1997|AMAZON.COM INC|Communications|Internet|E-Commerce/Products
208813720 GOOG  NASDAQ 313.0 0.27 1.10 22   2014|ALPHABET INC-CL C|Communications|Internet|Web Portals/ISP
208813719 GOOGL NASDAQ 312.0 0.27 1.10 30   2004|ALPHABET INC-CL A|Communications|Internet|Web Portals/ISP
107113386 META  NASDAQ 660.0 0.33 1.25 14   2012|META PLATFORMS INC|Communications|Internet|Internet Content
76792991  TSLA  NASDAQ 450.0 0.52 1.80 85   2010|TESLA INC|Consumer, Cyclical|Auto Manufacturers|Auto-Cars
4391      AMD   NASDAQ 214.0 0.45 1.60 38   1980|ADVANCED MICRO DEVICES|Technology|Semiconductors|Electronic Components
270639    INTC  NASDAQ 37.0  0.42 1.20 85   1980|INTEL CORP|Technology|Semiconductors|Electronic Components
15124833  NFLX  NASDAQ 94.0  0.34 1.10 38   2002|NETFLIX INC|Communications|Internet|Internet Content
273544    QCOM  NASDAQ 171.0 0.33 1.25 9    1991|QUALCOMM INC|Technology|Semiconductors|Semicon Compo-Intg Circu
268084    CSCO  NASDAQ 77.0  0.20 0.90 20   1990|CISCO SYSTEMS INC|Communications|Telecom|Networking Products
265768    ADBE  NASDAQ 350.0 0.31 1.10 4    1986|ADOBE INC|Technology|Software|Applications
9939      MU    NASDAQ 285.0 0.45 1.50 24   1984|MICRON TECHNOLOGY INC|Technology|Semiconductors|Electronic Components
11017     PEP   NASDAQ 144.0 0.15 0.50 7    1980|PEPSICO INC|Consumer, Non-cyclical|Beverages|Non-alcoholic
272997    COST  NASDAQ 862.0 0.20 0.80 3    1985|COSTCO WHOLESALE CORP|Consumer, Cyclical|Retail|Retail-Discount
8314      IBM   NYSE   296.0 0.22 0.80 5    1980|INTL BUSINESS MACHINES CORP|Technology|Computers|Computer Services
1520593   JPM   NYSE   322.0 0.21 1.05 9    1980|JPMORGAN CHASE & CO|Financial|Banks|Diversified Banking Inst
10098     BAC   NYSE   55.0  0.24 1.15 36   1980|BANK OF AMERICA CORP|Financial|Banks|Diversified Banking Inst
13061     MMM   NYSE   161.0 0.23 0.90 4    1980|3M CO|Industrial|Miscellaneous Manufactur|Diversified Manufact
8894      KO    NYSE   70.0  0.14 0.45 15   1980|COCA-COLA CO/THE|Consumer, Non-cyclical|Beverages|Non-alcoholic
6459      DIS   NYSE   114.0 0.27 1.10 9    1980|WALT DISNEY CO/THE|Communications|Media|Multimedia
13977     XOM   NYSE   120.0 0.24 0.80 15   1980|EXXON MOBIL CORP|Energy|Oil&Gas|Oil Comp-Integrated
13824     WMT   NYSE   111.0 0.18 0.60 17   1980|WALMART INC|Consumer, Cyclical|Retail|Retail-Discount
4762      BA    NYSE   217.0 0.32 1.20 7    1980|BOEING CO/THE|Industrial|Aerospace/Defense|Aerospace/Defense
9599491   F     NYSE   13.1  0.32 1.20 60   1980|FORD MOTOR CO|Consumer, Cyclical|Auto Manufacturers|Auto-Cars
37018770  T     NYSE   24.8  0.20 0.60 38   1984|AT&T INC|Communications|Telecommunications|Telephone-Integrated
49462172  V     NYSE   351.0 0.19 0.90 6    2008|VISA INC-CLASS A SHARES|Financial|Diversified Finance|Credit Card
444857009 PLTR  NASDAQ 178.0 0.55 1.70 45   2020|PALANTIR TECHNOLOGIES INC-A|Technology|Software|Applications
365207014 UBER  NYSE   82.0  0.36 1.30 18   2019|UBER TECHNOLOGIES INC|Technology|Internet|Commercial Services
481691285 COIN  NASDAQ 226.0 0.65 1.90 9    2021|COINBASE GLOBAL INC -CL A|Financial|Diversified Finance|Other
756733    SPY   ARCA   682.0 0.01 1.00 75   1993|SS SPDR S&P 500 ETF TRUST-US|ETF||
320227571 QQQ   NASDAQ 614.0 0.06 1.20 55   1999|INVESCO QQQ TRUST SERIES 1|ETF||
9579970   IWM   ARCA   246.0 0.09 1.15 35   2000|ISHARES RUSSELL 2000 ETF|ETF||
51529211  GLD   ARCA   396.0 0.17 0.05 12   2004|SPDR GOLD SHARES|ETF||
15547841  TLT   NASDAQ 87.0  0.13 -0.1 40   2002|ISHARES 20+ YEAR TREASURY BD|ETF||
"""

# conId symbol exchange currency price sigma volume(M) since | name (further listings of symbols above)
_LISTINGS = """
32596680  AMD  MEXI MXN 3850.0 0.47 0.05 2012|ADVANCED MICRO DEVICES
28018846  AMD  IBIS EUR 182.0  0.46 0.25 2004|ADVANCED MICRO DEVICES
119458250 AMD  EBS  CHF 170.0  0.46 0.02 2013|ADVANCED MICRO DEVICES
38708077  AAPL MEXI MXN 4880.0 0.27 0.08 2007|APPLE INC
14016545  AAPL IBIS EUR 231.0  0.27 0.30 2001|APPLE INC
12178234  INTC IBIS EUR 31.5   0.43 0.30 2001|INTEL CORP
38708990  INTC MEXI MXN 666.0  0.44 0.05 2007|INTEL CORP
78046366  TSLA IBIS EUR 384.0  0.54 0.40 2010|TESLA INC
120549942 NVDA IBIS EUR 158.0  0.44 0.90 2001|NVIDIA CORP
"""

# conId base quote price sigma tick
_FOREX = """
12087792  EUR USD 1.1650 0.065 0.00005
12087797  GBP USD 1.3450 0.075 0.00005
15016059  USD JPY 156.50 0.085 0.005
14433401  AUD USD 0.6620 0.090 0.00005
15016062  USD CAD 1.3800 0.055 0.00005
12087820  USD CHF 0.7980 0.070 0.00005
12087807  EUR GBP 0.8660 0.050 0.00005
14321016  EUR JPY 182.30 0.080 0.005
39453441  NZD USD 0.5760 0.090 0.00005
"""

# conId symbol exchange price sigma beta path | name ; path = conId of the path it follows, 0 = own
_INDICES = """
416904   SPX CBOE    6845.0  0.01 1.00 90000001|S&P 500 Stock Index
416843   NDX NASDAQ  25460.0 0.06 1.20 90000002|NASDAQ 100 Stock Index
416888   RUT RUSSELL 2480.0  0.09 1.15 0|Russell 2000 Stock Index
13455763 VIX CBOE    16.5    0.90 -3.0 0|CBOE Volatility Index
"""

FUTURE_ROOTS = (
    Root("ES", "CME", "E-mini S&P 500", 90000001, 416904, "50", 0.25,
         Process(6845.0, 0.01, 0.01, 0.09, 1.0, volume=1.5e6, trade_size=3)),
    Root("NQ", "CME", "E-mini NASDAQ 100", 90000002, 416843, "20", 0.25,
         Process(25460.0, 0.01, 0.06, 0.11, 1.2, volume=6e5, trade_size=2)),
    Root("MES", "CME", "Micro E-Mini S&P 500 Stock Price Index", 90000001, 416904, "5", 0.25,
         Process(6845.0, 0.01, 0.01, 0.09, 1.0, volume=1.5e6, trade_size=3)),
)  # fmt: skip

OPTION_ROOTS = (
    OptionRoot("SPX", 416904, ("SPX", "SPXW"), 5.0, 0.25, 0.16, venues=("SMART", "CBOE", "IBUSOPT")),
    OptionRoot("AMD", 4391, ("AMD",), 2.5, 0.4, 0.50),
    OptionRoot("TSLA", 76792991, ("TSLA",), 5.0, 0.4, 0.55),
    OptionRoot("AAPL", 265598, ("AAPL",), 2.5, 0.35, 0.28),
    OptionRoot("SPY", 756733, ("SPY",), 1.0, 0.2, 0.16),
)


# conId cusip coupon maturity issued price | name
_BONDS = """
748913265 91282CLW9 4.250 20341115 20241115 100.9|US TREASURY N/B
713904428 912810UD8 4.500 20541115 20241115 96.2|US TREASURY N/B
"""
CFD_SYMBOLS = ("AAPL", "AMD", "INTC", "MSFT", "TSLA", "IBM")


def _rows(table: str) -> list[tuple[list[str], list[str]]]:
    parted = [line.split("|") for line in table.strip().splitlines()]
    return [(head.split(), rest) for head, *rest in parted]


def _isin(con_id: int) -> str:
    return f"US{con_id:09d}"[:11] + str(con_id % 10)


def _stocks() -> list[Instrument]:
    made = []
    for head, (name, *industry) in _rows(_STOCKS):
        con_id, symbol, primary, price, sigma, beta, volume, since = head
        etf = industry[0] == "ETF"
        process = Process(
            float(price), 0.01, float(sigma), 0.09, float(beta), volume=float(volume) * 1e6, trade_size=120.0
        )  # fmt: skip
        made.append(Instrument(
            int(con_id), symbol, "STK", primary, "USD", name, STOCK, process, tuple(US_VENUES.split(",")),
            local_symbol=symbol, trading_class={"NASDAQ": "NMS"}.get(primary, symbol),
            stock_type="ETF" if etf else "COMMON",
            industry=("", "", "") if etf else tuple(industry),  # type: ignore[arg-type]
            since_year=int(since), isin=_isin(int(con_id)), derivatives=("CFD", "OPT", "IOPT", "WAR", "BAG"),
        ))  # fmt: skip
    for head, (name,) in _rows(_LISTINGS):
        con_id, symbol, exchange, currency, price, sigma, volume, since = head
        process = Process(float(price), 0.01, float(sigma), 0.06, volume=float(volume) * 1e6, trade_size=60.0)
        calendar = STOCK if exchange == "MEXI" else EUROPE
        made.append(Instrument(
            int(con_id), symbol, "STK", exchange, currency, name, calendar, process,
            (exchange,) if exchange == "MEXI" else ("SMART", exchange), local_symbol=symbol, trading_class=symbol,
            stock_type="COMMON", since_year=int(since), spread=(3, 3), derivatives=("CFD",), secondary=True,
        ))  # fmt: skip
    return made


def _others() -> list[Instrument]:
    made = []
    for head, _ in _rows(_FOREX):
        con_id, base, quote, price, sigma, tick = head
        process = Process(float(price), float(tick), float(sigma), pull=0.008)
        made.append(Instrument(
            int(con_id), base, "CASH", "IDEALPRO", quote, f"{base}.{quote}", FOREX, process, ("IDEALPRO",),
            local_symbol=f"{base}.{quote}", trading_class=f"{base}.{quote}", lot=1e6, min_size=1.0,
            market_rule=59 if quote != "JPY" else 61, since_year=2005,
        ))  # fmt: skip
    for head, (name,) in _rows(_INDICES):
        con_id, symbol, exchange, price, sigma, beta, path = head
        process = Process(float(price), 0.01, float(sigma), 0.09 if symbol != "VIX" else 0.0, float(beta),
                          pull=0.004 if symbol != "VIX" else 0.06)  # fmt: skip
        made.append(Instrument(
            int(con_id), symbol, "IND", exchange, "USD", name, INDEX, process, (exchange,), local_symbol=symbol,
            trading_class=symbol, factor_id=int(path), market_rule=0, since_year=1990,
            industry=("Indices", "Broad Range Equity Index", "*"), derivatives=("OPT", "FUT", "IOPT"),
        ))  # fmt: skip
    coins = ((479624278, "BTC", 88000.0, 0.25, "Bitcoin"), (495759171, "ETH", 2950.0, 0.05, "Ethereum"))
    for coin_id, symbol, level, step, name in coins:
        process = Process(level, step, 0.4, 0.1, pull=0.02, volume=4e3, trade_size=0.5)
        made.append(Instrument(
            coin_id, symbol, "CRYPTO", "PAXOS", "USD", f"{name} cryptocurrency", CRYPTO, process, ("PAXOS",),
            local_symbol=f"{symbol}.USD", trading_class=symbol, spread=(4, 4), lot=1.0, min_size=1e-8,
            size_step=1e-8, market_rule=2422, since_year=2021,
        ))  # fmt: skip
    made.append(Instrument(
        69067924, "XAUUSD", "CMDTY", "SMART", "USD", "London Gold", FOREX, Process(4330.0, 0.01, 0.18, 0.08),
        ("SMART", "IBMETAL"), local_symbol="XAUUSD", trading_class="XAUUSD", spread=(15, 15), lot=100.0,
        market_rule=1907, since_year=2010,
    ))  # fmt: skip
    return made


def _bonds() -> list[Instrument]:
    made = []
    for head, (name,) in _rows(_BONDS):
        con_id, cusip, coupon, maturity, issued, price = head
        extra = {
            "cusip": cusip, "coupon": float(coupon), "maturity": maturity, "issueDate": issued, "ratings": "AA+/Aa1",
            "bondType": "GOVT", "couponType": "FIXED", "descAppend": f"{name} {coupon} {maturity}",
        }  # fmt: skip
        made.append(Instrument(
            int(con_id), "US-T", "BOND", "SMART", "USD", name, OPTION, Process(float(price), 0.001, 0.06, pull=0.02),
            ("SMART", "BONDDESK"), local_symbol=f"IBCID{con_id}", trading_class="US-T", spread=(8, 8), lot=100.0,
            market_rule=2423, since_year=2024, expiry=maturity, extra=extra,
        ))  # fmt: skip
    return made


def _cfds(stocks: list[Instrument]) -> list[Instrument]:
    """Contracts for difference on some stocks: their data is the stock's, and requests for it are sent there."""
    made = []
    for n, stock in enumerate(s for s in stocks if s.symbol in CFD_SYMBOLS and not s.secondary):
        made.append(replace(
            stock, con_id=150_010_000 + 1013 * n, sec_type="CFD", exchange="SMART", venues=("SMART",), isin="",
            trading_class=stock.symbol, local_symbol=f"{stock.symbol}n", under_con_id=stock.con_id,
            under_symbol=stock.symbol, under_sec_type="STK", stock_type="", derivatives=(), secondary=True,
        ))  # fmt: skip
    return made


def standard() -> list[Instrument]:
    """Return fresh instruments that do not depend on the date: stocks, ETFs, CFDs, Forex, indices, bonds and more."""
    stocks = _stocks()
    return stocks + _others() + _bonds() + _cfds(stocks)
