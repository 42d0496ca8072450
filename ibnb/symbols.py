"""What a person types for an instrument, and the contract it means.

Owns the short spellings of the ``%ib`` magic and the command line ("AAPL", "EURUSD", "ESZ6", "SPX") and the choice of
one instrument where the gateway knows several. It asks the gateway only in `resolve`; the rest is a matter of tables.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ibnb.contract import CFD, Commodity, ContFuture, Contract, Crypto, Forex, Future, Index, Stock

if TYPE_CHECKING:
    from ibnb.ib import IB

__all__ = ["contract_for", "default_what", "known_symbols", "resolve"]

CURRENCIES = frozenset(
    "AED AUD CAD CHF CNH CZK DKK EUR GBP HKD HUF ILS JPY KRW MXN NOK NZD PLN RON SAR SEK SGD TRY TWD USD ZAR".split()
)
METALS = frozenset({"XAUUSD", "XAGUSD"})
COINS = frozenset("BTC ETH LTC BCH SOL XRP ADA DOGE".split())

# symbol: (exchange, currency)
INDICES = {
    "SPX": ("CBOE", "USD"),
    "XSP": ("CBOE", "USD"),
    "VIX": ("CBOE", "USD"),
    "OEX": ("CBOE", "USD"),
    "DJX": ("CBOE", "USD"),
    "NDX": ("NASDAQ", "USD"),
    "COMP": ("NASDAQ", "USD"),
    "RUT": ("RUSSELL", "USD"),
    "INDU": ("CME", "USD"),
    "DAX": ("EUREX", "EUR"),
    "ESTX50": ("EUREX", "EUR"),
    "N225": ("OSE.JPN", "JPY"),
    "HSI": ("HKFE", "HKD"),
}

# what is typed: (IB's symbol, exchange, currency)
FUTURES = {
    **{root: (root, "CME", "USD") for root in "ES MES NQ MNQ RTY M2K LE HE".split()},
    **{root: (root, "CBOT", "USD") for root in "YM MYM ZN ZB ZF ZT ZC ZS ZW".split()},
    **{root: (root, "NYMEX", "USD") for root in "CL MCL NG RB HO".split()},
    **{root: (root, "COMEX", "USD") for root in "GC MGC SI HG".split()},
    **{f"6{letter}": (name, "CME", "USD") for letter, name in zip("EJBACSN", "EUR JPY GBP AUD CAD CHF NZD".split())},
    "VX": ("VIX", "CFE", "USD"),
    "FDAX": ("DAX", "EUREX", "EUR"),
    "FESX": ("ESTX50", "EUREX", "EUR"),
}
MONTHS = "FGHJKMNQUVXZ"

EVERYDAY = (
    "AAPL AMD AMZN GOOG GOOGL IBM INTC JPM KO META MSFT NFLX NVDA TSLA XOM DIA GLD IWM QQQ SPY TLT "
    "AUDUSD EURGBP EURUSD GBPUSD USDCAD USDCHF USDJPY"
).split()

_KINDS = ("STK", "ETF", "FUT", "CONTFUT", "IND", "CASH", "CRYPTO", "CFD", "CMDTY")
_FORM = re.compile(
    r"(?:(?P<kind>[A-Z]+):)?(?P<name>[A-Z0-9][A-Z0-9. -]*)(?:@(?P<exchange>[A-Z0-9.]+))?(?:/(?P<currency>[A-Z]{3}))?"
)
_FUTURE = re.compile(rf"(?P<root>[A-Z0-9]{{1,5}}?)(?P<month>[{MONTHS}])(?P<year>\d{{1,2}})")


def contract_for(text: str, *, today: dt.date | None = None) -> Contract:
    """The contract that a short spelling means; nothing is asked of the gateway.

    ========================  ==================================================================
    ``AAPL``, ``BRK.B``       stock or fund, SMART, USD
    ``VOD@LSE/GBP``           exchange and currency named
    ``EURUSD``, ``EUR.USD``   currency pair at IDEALPRO
    ``SPX``, ``VIX``          index, where the name is a known one
    ``ES``, ``6E``, ``CL``    future, the front month once resolved, where the root is a known one
    ``ESZ6``, ``CLF27``       that month of it (one digit: the year nearest to today)
    ``BTCUSD``, ``XAUUSD``    crypto currency, metal
    ``STK:ES``, ``IND:DAX``   the kind named: STK FUT CONTFUT IND CASH CRYPTO CFD CMDTY
    ``#265598``               contract id
    ========================  ==================================================================

    Raises:
        ValueError: the text is none of these; the message shows the forms.
    """
    spelled = " ".join(text.upper().split())
    if re.fullmatch(r"#\d+", spelled):
        return Contract(conId=int(spelled[1:]), exchange="SMART")
    form = _FORM.fullmatch(spelled)
    if form is None:
        raise ValueError(f"{text!r} is not a symbol; write AAPL, VOD@LSE/GBP, EURUSD, SPX, ES, ESZ6 or STK:ES")
    kind, name = form["kind"] or "", form["name"].strip()
    if kind and kind not in _KINDS:
        raise ValueError(f"{text!r}: no kind of instrument is called {kind}; it is one of {', '.join(_KINDS)}")
    exchange, currency = form["exchange"] or "", form["currency"] or ""
    contract = _named_kind(kind, name, exchange, currency, today) if kind else _guessed(name, exchange, currency, today)
    if contract is None:
        raise ValueError(f"{text!r} is not of the kind {kind}; leave out '{kind}:' or check the name")
    return contract


def default_what(contract: Contract) -> str:
    """The kind of bar data that TWS has for such a contract: TRADES, or MIDPOINT where there are no trades to show."""
    if contract.secType in ("CASH", "CFD", "CMDTY"):
        return "MIDPOINT"
    return "AGGTRADES" if contract.secType == "CRYPTO" else "TRADES"


def known_symbols() -> tuple[str, ...]:
    """Spellings to offer for completion, sorted: everyday stocks and pairs, known indices, future roots and coins."""
    return tuple(sorted({*EVERYDAY, *INDICES, *FUTURES, *METALS, *(coin + "USD" for coin in COINS)}))


def resolve(ib: IB, text: str) -> Contract:
    """The one instrument of the connected gateway that ``text`` means, with its contract id.

    A future without a month is the one that expires next. SMART stays the exchange where it was asked for.

    Raises:
        ValueError: nothing fits, or several do; the message says what to write instead.
    """
    wanted = contract_for(text)
    found = _details(ib, wanted)
    if len(found) > 1 and wanted.secType == "FUT":
        found = sorted(found, key=lambda contract: contract.lastTradeDateOrContractMonth)[:1]
    if not found:
        raise ValueError(f"no instrument {text!r} ({_words(wanted)}) at this gateway; {_other_spellings(wanted)}")
    if len(found) > 1:
        some = ", ".join(dict.fromkeys(f"{c.symbol}@{c.primaryExchange or c.exchange}/{c.currency}" for c in found[:6]))
        raise ValueError(f"{text!r} means {len(found)} instruments; name one of them: {some}")
    contract = found[0]
    if wanted.exchange == "SMART":
        contract.exchange = "SMART"
    return contract


def _details(ib: IB, wanted: Contract) -> list[Contract]:
    """Contracts of the gateway's answer; error 200 (no such security) is an empty answer here."""
    from ibnb.errors import RequestError

    try:
        return [details.contract for details in ib.reqContractDetails(wanted) if details.contract is not None]
    except RequestError as error:
        if error.code != 200:
            raise
        return []


def _words(c: Contract) -> str:
    return " ".join(filter(None, (c.secType, c.symbol, c.lastTradeDateOrContractMonth, c.exchange, c.currency)))


def _other_spellings(contract: Contract) -> str:
    if contract.secType == "STK":
        return "other forms are VOD@LSE/GBP, EURUSD, IND:SPX, FUT:ES"
    return f"if you mean the stock, write STK:{contract.symbol or 'NAME'}"


def _guessed(name: str, exchange: str, currency: str, today: dt.date | None) -> Contract:
    """The kind that the name itself tells, at its home exchange; a stock when it tells none."""
    for kind in ("CASH", "CMDTY", "CRYPTO", "IND", "FUT"):
        contract = _named_kind(kind, name, "", currency, today, known_only=True)
        if contract is not None and exchange in ("", contract.exchange):
            return contract
    return _stock(name, exchange, currency)


def _stock(name: str, exchange: str, currency: str) -> Contract:
    # IB writes share classes with a blank: BRK B.
    return Stock(re.sub(r"[.-]", " ", name), exchange or "SMART", currency or "USD")


def _named_kind(
    kind: str, name: str, exchange: str, currency: str, today: dt.date | None, *, known_only: bool = False
) -> Contract | None:
    """A contract of that kind, or None where the name cannot be one (``known_only``: is not a known one)."""
    if kind in ("STK", "ETF"):
        return _stock(name, exchange, currency)
    if kind == "CASH":
        pair = (name + currency).replace(".", "")
        known = len(pair) == 6 and {pair[:3], pair[3:]} <= CURRENCIES
        return Forex(pair, exchange=exchange or "IDEALPRO") if known else None
    if kind == "IND":
        if known_only and name not in INDICES:
            return None
        home, money = INDICES.get(name, ("CBOE", "USD"))
        return Index(name, exchange or home, currency or money)
    if kind in ("FUT", "CONTFUT"):
        return _future(kind, name, exchange, currency, today, known_only)
    if kind == "CRYPTO":
        coin, money = (name[:-3], name[-3:]) if name[-3:] in CURRENCIES and len(name) > 5 else (name, currency or "USD")
        return None if known_only and (coin not in COINS or coin == name) else Crypto(coin, exchange or "PAXOS", money)
    if kind == "CMDTY":
        return None if known_only and name not in METALS else Commodity(name, exchange or "SMART", currency or "USD")
    return CFD(name, exchange or "SMART", currency or "USD")


def _future(
    kind: str, name: str, exchange: str, currency: str, today: dt.date | None, known_only: bool
) -> Contract | None:
    root, month = name, ""
    dated = _FUTURE.fullmatch(name)
    if name not in FUTURES and dated and (dated["root"] in FUTURES or not known_only):
        root, month = dated["root"], _contract_month(dated["month"], dated["year"], today or dt.date.today())
    if root not in FUTURES and known_only:
        return None
    symbol, home, money = FUTURES.get(root, (root, "CME", "USD"))
    if kind == "CONTFUT":
        return ContFuture(symbol, exchange or home, currency=currency or money)
    future = Future(symbol, month, exchange or home, currency=currency or money)
    # TWS keeps expired futures apart, and asks to be told.
    future.includeExpired = bool(month) and month < f"{today or dt.date.today():%Y%m}"
    return future


def _contract_month(letter: str, digits: str, today: dt.date) -> str:
    """"Z", "6" -> "202612": the year within five of today that ends so."""
    if len(digits) == 2:
        year = 2000 + int(digits)
    else:
        year = next(y for y in range(today.year - 4, today.year + 6) if y % 10 == int(digits))
    return f"{year}{MONTHS.index(letter) + 1:02d}"
