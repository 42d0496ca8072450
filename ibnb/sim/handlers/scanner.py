"""The market scanner: ranks the stocks of the simulated world, again every half minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ibnb.contract import ScanData
from ibnb.sim.client import Client
from ibnb.sim.contracts import Match
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.sim.quotes import Quote
from ibnb.sim.registry import handles
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import catalogue as m

REFRESH_S = 30.0
MAX_ROWS = 50


def _change(quote: Quote, instrument: Instrument) -> float:
    return (quote.last / quote.close - 1) * 100 if quote.close > 0 else 0.0


CODES: dict[str, tuple[str, Callable[[Quote, Instrument], float], int]] = {
    "TOP_PERC_GAIN": ("Top % Gainers", _change, -1),
    "TOP_PERC_LOSE": ("Top % Losers", _change, 1),
    "MOST_ACTIVE": ("Most Active", lambda q, i: q.volume, -1),
    "MOST_ACTIVE_USD": ("Most Active ($)", lambda q, i: q.volume * q.last, -1),
    "HOT_BY_VOLUME": ("Hot Contracts by Volume", lambda q, i: q.volume / max(i.process.volume, 1.0), -1),
    "HOT_BY_PRICE": ("Hot Contracts by Price", lambda q, i: abs(_change(q, i)), -1),
    "TOP_TRADE_COUNT": ("Top Trade Count", lambda q, i: q.volume / i.process.trade_size, -1),
    "TOP_PRICE_RANGE": ("Top Price Range", lambda q, i: (q.high - q.low) / q.last, -1),
    "HOT_BY_PRICE_RANGE": ("Hot by Price Range", lambda q, i: (q.high - q.low) / q.last, -1),
    "TOP_OPEN_PERC_GAIN": ("Top % Gainers Since Open", lambda q, i: q.last / q.open - 1, -1),
    "TOP_OPEN_PERC_LOSE": ("Top % Losers Since Open", lambda q, i: q.last / q.open - 1, 1),
    "HIGH_OPT_IMP_VOLAT": ("Highest Option Imp Vol", lambda q, i: i.process.sigma, -1),
    "LOW_OPT_IMP_VOLAT": ("Lowest Option Imp Vol", lambda q, i: i.process.sigma, 1),
    "ALL_SYMBOLS_ASC": ("All Symbols, Ascending", lambda q, i: 0.0, 1),
}
INSTRUMENTS = (("STK", "US Stocks"), ("ETF.EQ.US", "US Equity ETFs"), ("STOCK.EU", "European Stocks"))
LOCATIONS = (
    ("STK", "US Stocks"), ("STK.US", "US Stocks"), ("STK.US.MAJOR", "Listed/NASDAQ"), ("STK.NASDAQ", "NASDAQ"),
    ("STK.NYSE", "NYSE"), ("STK.ARCA", "ARCA"), ("ETF.EQ.US.MAJOR", "US Equity ETFs"), ("STK.EU.IBIS", "Germany"),
)  # fmt: skip
FILTERS = (
    ("priceAbove", "Price"), ("priceBelow", "Price"), ("volumeAbove", "Volume"), ("changePercAbove", "Change %"),
    ("changePercBelow", "Change %"), ("usdPriceAbove", "Price USD"), ("usdPriceBelow", "Price USD"),
    ("usdVolumeAbove", "Volume USD"), ("openGapPercAbove", "Open gap %"), ("openGapPercBelow", "Open gap %"),
)  # fmt: skip


class Scan:
    """One scan: the filters of a subscription, and its refresh."""

    def __init__(self, client: Client, message: Any) -> None:
        self._client, self._req_id = client, message.reqId
        s = message.subscription
        self._code = s.scanCode
        if self._code not in CODES:
            raise RequestRefused(
                162, "Historical Market Data Service error message:Scanner subscription: bad scan code"
            )
        if s.locationCode not in dict(LOCATIONS):
            raise RequestRefused(162, "Historical Market Data Service error message:Scanner subscription: bad location")
        self._location, self._kind = s.locationCode, s.instrument
        self._rows = min(s.numberOfRows if 0 < s.numberOfRows < UNSET_INTEGER else MAX_ROWS, MAX_ROWS)
        bounds: dict[str, float] = {}
        for name, value in (("priceAbove", s.abovePrice), ("priceBelow", s.belowPrice), ("volumeAbove", s.aboveVolume)):
            if value not in (UNSET_DOUBLE, UNSET_INTEGER, None):
                bounds[name] = float(value)
        for pair in message.scannerSubscriptionFilterOptions:
            try:
                bounds[pair.tag.replace("usdP", "p").replace("usdV", "dollarV")] = float(pair.value)
            except ValueError:
                raise RequestRefused(
                    321, f"Error validating request: cause - Filter {pair.tag} needs a number"
                ) from None
        self._bounds = bounds
        self._due = 0.0

    def _pool(self) -> list[Instrument]:
        every = [i for i in self._client.gateway.db.all() if i.sec_type == "STK"]
        if self._location == "STK.EU.IBIS":
            return [i for i in every if i.exchange == "IBIS"]
        every = [i for i in every if not i.secondary]
        if self._location.startswith("ETF") or self._kind.startswith("ETF"):
            return [i for i in every if i.stock_type == "ETF"]
        venue = self._location.removeprefix("STK.") if self._location in ("STK.NASDAQ", "STK.NYSE", "STK.ARCA") else ""
        return [i for i in every if i.stock_type == "COMMON" and venue in ("", i.exchange)]

    def _passes(self, quote: Quote, instrument: Instrument) -> bool:
        values = {
            "price": quote.last, "volume": quote.volume, "changePerc": _change(quote, instrument),
            "dollarVolume": quote.volume * quote.last, "openGapPerc": (quote.open / quote.close - 1) * 100,
        }  # fmt: skip
        for name, bound in self._bounds.items():
            value = values.get(name.removesuffix("Above").removesuffix("Below"))
            if value is not None and (value < bound if name.endswith("Above") else value > bound):
                return False
        return quote.last > 0

    def rows(self) -> list[ScanData]:
        """Return the ranked rows of now."""
        gateway = self._client.gateway
        _, measure, sign = CODES[self._code]
        found = []
        for instrument in self._pool():
            quote = gateway.quote(instrument)
            if self._passes(quote, instrument):
                value = measure(quote, instrument)
                found.append((sign * value, instrument.symbol, instrument))
        rows = []
        for rank, (_, _, instrument) in enumerate(sorted(found, key=lambda row: row[:2])[: self._rows]):
            details = gateway.db.details(Match(instrument, "SMART"), gateway.now)
            details.contract.primaryExchange = ""  # type: ignore[union-attr]  # a scan does not tell
            rows.append(ScanData(rank, details, "", "", "", ""))
        return rows

    def step(self, now: float) -> None:
        """Send the list when it is due."""
        if now < self._due:
            return
        self._due = now + REFRESH_S * self._client.gateway.clock.speed
        rows = self.rows()
        if not rows:
            text = "Historical Market Data Service query message:no items retrieved"
            self._client.error(self._req_id, 165, text)
        self._client.send(m.ScannerData(reqId=self._req_id, elements=rows))


@handles(m.ReqScannerSubscription)
def scanner_subscription(client: Client, message: Any) -> None:
    """A full list at once and again every half minute; 162 for unknown codes, 165 when nothing fits."""
    if client.gateway.pacer.enabled and sum(1 for kind, _ in client.subscriptions if kind == "scan") >= 10:
        raise RequestRefused(
            162, "Historical Market Data Service error message:only 10 simultaneous API scanner subscriptions"
        )
    scan = Scan(client, message)
    scan.step(client.gateway.now)
    client.subscribe("scan", message.reqId, scan)


@handles(m.CancelScannerSubscription)
def cancel_scanner_subscription(client: Client, message: Any) -> None:
    """End a scan; 162 as TWS confirms it."""
    if client.unsubscribe("scan", message.reqId):
        text = "Historical Market Data Service error message:API scanner subscription cancelled: "
        client.error(message.reqId, 162, f"{text}{message.reqId}")


@handles(m.ReqScannerParameters)
def scanner_parameters(client: Client, message: Any) -> None:
    """The XML of instruments, locations, scan codes and filters."""
    client.send(m.ScannerParameters(xml=parameters_xml()))


def parameters_xml() -> str:
    """Return the parameter document, in the shape (not the size) of TWS's."""
    types = ",".join(code for code, _ in INSTRUMENTS)
    instruments = "".join(
        f"<Instrument><name>{escape(name)}</name><type>{code}</type>"
        f"<filters>{','.join(tag for tag, _ in FILTERS)}</filters></Instrument>"
        for code, name in INSTRUMENTS
    )
    places = "".join(
        f"<Location><displayName>{escape(name)}</displayName><locationCode>{code}</locationCode>"
        f"<instruments>{types}</instruments><access>unrestricted</access></Location>"
        for code, name in LOCATIONS
    )
    scans = "".join(
        f"<ScanType><displayName>{escape(name)}</displayName><scanCode>{code}</scanCode>"
        f"<instruments>{types}</instruments><searchName>scannersSearch</searchName></ScanType>"
        for code, (name, _, _) in CODES.items()
    )
    fields = "".join(
        f"<RangeFilter><id>{tag.upper()}</id><category>General</category>"
        f'<AbstractField type="scanner.filter.DoubleField"><code>{tag}</code>'
        f"<displayName>{escape(name)}</displayName></AbstractField></RangeFilter>"
        for tag, name in FILTERS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ScanParameterResponse>'
        f"<InstrumentList>{instruments}</InstrumentList><LocationTree>{places}</LocationTree>"
        f"<ScanTypeList>{scans}</ScanTypeList><FilterList>{fields}</FilterList></ScanParameterResponse>"
    )
