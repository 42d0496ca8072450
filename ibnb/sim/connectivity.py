"""What of the world the gateway reaches: data farms, its link to IB, trading halts; and who is told when that changes.

TWS has its market data from farms (by kind of instrument), history from another, contract descriptions from a third.
While one is down, what it serves is silent; while the link to IB is lost, everything is. Nothing here knows time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ibnb.sim.calendars import EUROPE
from ibnb.sim.errors import RequestRefused
from ibnb.sim.instruments import Instrument
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.client import Client
    from ibnb.sim.gateway import Gateway

__all__ = ["FARMS", "HALTED", "STATES", "Connectivity", "farm_of"]

MARKET: Final = ("usfarm", "usopt", "usfuture", "cashfarm", "eufarm")
FARMS: Final = (*MARKET, "ushmds", "secdefnj")
STATES: Final = ("ok", "down", "idle", "connecting")
HALTED: Final = 49  # tick type: 0 trades, 1 halted, 2 halted for volatility
_NAMES = {"ushmds": "HMDS data farm", "secdefnj": "Sec-def data farm"}
_CODES = {
    "market": {"ok": 2104, "down": 2103, "idle": 2108, "connecting": 2119},
    "ushmds": {"ok": 2106, "down": 2105, "idle": 2107, "connecting": 2106},
    "secdefnj": {"ok": 2158, "down": 2157, "idle": 2159, "connecting": 2158},
}
_SAYS = {
    "ok": "connection is OK",
    "down": "connection is broken",
    "idle": "connection is inactive but should be available upon demand.",
    "connecting": "is connecting",
}
LINK_LOST = (1100, "Connectivity between IBKR and Trader Workstation has been lost.")
LINK_BACK = {
    True: (1102, "Connectivity between IBKR and Trader Workstation has been restored - data maintained."),
    False: (1101, "Connectivity between IBKR and Trader Workstation has been restored - data lost."),
}
_HISTORY: Final = (m.ReqHistoricalData, m.ReqHeadTimeStamp, m.ReqHistogramData, m.ReqHistoricalTicks,
                   m.ReqHistoricalNews, m.ReqFundamentalData)  # fmt: skip
_DESCRIPTIONS: Final = (m.ReqContractDetails, m.ReqMatchingSymbols, m.ReqSecDefOptParams)
_LOCAL: Final = frozenset({
    m.StartApi, m.ReqCurrentTime, m.ReqCurrentTimeInMillis, m.ReqIds, m.ReqManagedAccts, m.SetServerLogLevel,
    m.ReqMarketDataType, m.ReqConfig, m.UpdateConfig, m.ReqPositions, m.ReqAccountUpdates, m.ReqOpenOrders,
    m.ReqAllOpenOrders, m.ReqAutoOpenOrders, m.ReqCompletedOrders, m.ReqExecutions, m.ReqAccountSummary,
    m.ReqAccountUpdatesMulti, m.ReqPositionsMulti, m.QueryDisplayGroups, m.SubscribeToGroupEvents,
    m.UpdateDisplayGroup, m.UnsubscribeFromGroupEvents, m.CancelMktData, m.CancelMktDepth, m.CancelHistoricalData,
    m.CancelRealTimeBars, m.CancelTickByTickData, m.CancelPositions, m.CancelAccountSummary, m.CancelPnL,
    m.CancelPnLSingle, m.CancelScannerSubscription, m.CancelNewsBulletins, m.CancelContractData,
    m.CancelHistoricalTicks, m.CancelHeadTimeStamp, m.CancelHistogramData,
})  # fmt: skip
"""What TWS answers out of what it holds, without IB."""
MARKET_KINDS: Final = ("feed", "quotes", "snapshot", "depth", "ticks", "rtbars", "bars", "scan")


def farm_of(instrument: Instrument) -> str:
    """Return the name of the farm that the market data of an instrument come from."""
    if instrument.sec_type in ("CASH", "CMDTY"):
        return "cashfarm"
    if instrument.sec_type == "OPT":
        return "usopt"
    if instrument.sec_type == "FUT":
        return "usfuture"
    return "eufarm" if instrument.calendar is EUROPE else "usfarm"


class Connectivity:
    """The state of farms, link and halts of one gateway. Every change is told to all clients."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.farms = dict.fromkeys(FARMS, "ok")
        self.is_linked = True
        self.halted: dict[int, int] = {}  # conId: kind of halt
        self._is_calm = True  # nothing is amiss: looked at for each line at each step
        self._waiting: list[tuple[Client, Any]] = []  # requests made while the link was lost
        self._reports: dict[tuple[object, ...], Callable[[], None]] = {}

    # -- what is reachable ---------------------------------------------------------------------------------------

    def serves(self, instrument: Instrument) -> bool:
        """Tell whether market data of an instrument, or of all legs of a combination, come in."""
        alone = [leg for leg, _ in instrument.legs] or [instrument]
        return self.is_linked and all(self.farms[farm_of(one)] in ("ok", "idle") for one in alone)

    def is_silent(self, subscription: Any) -> bool:
        """Tell whether a subscription gets nothing now; one without an `instrument` depends on the link alone."""
        if self._is_calm:
            return False
        instrument = getattr(subscription, "instrument", None)
        if instrument is None:
            return not self.is_linked
        if getattr(subscription, "is_history", False):
            return not (self.is_linked and self.farms["ushmds"] in ("ok", "idle"))
        return not self.serves(instrument) or self.is_halted(instrument)

    def admits(self, client: Client, message: Any) -> bool:
        """Tell whether a request can be answered now; False: it waits for the link. Raises RequestRefused (162, 200).

        History without its farm is an error 162, descriptions without theirs an error 200, as nothing can be found.
        """
        kind = type(message)
        if not self.is_linked and kind not in _LOCAL:
            self._waiting.append((client, message))
            return False
        if kind in _HISTORY and self.farms["ushmds"] not in ("ok", "idle"):
            raise RequestRefused(
                162, "Historical Market Data Service error message:HMDS connection is broken:ushmds"
            )  # fmt: skip
        if kind in _DESCRIPTIONS and self.farms["secdefnj"] not in ("ok", "idle"):
            raise RequestRefused(200, "No security definition has been found for the request")
        return True

    def notices(self) -> list[tuple[int, str]]:
        """Return code and text of what a client is told of the connections when it starts."""
        rows = [self._notice(name) for name in FARMS]
        return rows if self.is_linked else [*rows, LINK_LOST]

    def _notice(self, name: str) -> tuple[int, str]:
        state = self.farms[name]
        code = _CODES.get(name, _CODES["market"])[state]
        gap = "" if state == "idle" else ":"
        return code, f"{_NAMES.get(name, 'Market data farm')} {_SAYS[state]}{gap}{name}"

    # -- changes -------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._is_calm = self.is_linked and not self.halted and set(self.farms.values()) <= {"ok", "idle"}

    def set_farm(self, name: str, state: str) -> None:
        """Change the state of a farm. Raises ValueError for an unknown farm or state."""
        if name not in self.farms or state not in STATES:
            raise ValueError(
                f"farm {name!r} cannot be {state!r}; farms: {', '.join(FARMS)}; states: {', '.join(STATES)}"
            )
        if self.farms[name] != state:
            self.farms[name] = state
            self._changed()
            self._gateway.alert(*self._notice(name))

    def lose_link(self) -> None:
        """Lose the link to IB (1100): requests wait, data stop, what happens to orders is told later."""
        if self.is_linked:
            self.is_linked = False
            self._changed()
            self._gateway.alert(*LINK_LOST)

    def restore_link(self, *, keeps: bool = True) -> None:
        """Have the link again: 1102 when it `keeps` subscriptions, 1101 when those to market data are gone."""
        if self.is_linked:
            return
        self.is_linked = True
        self._changed()
        if not keeps:
            for client in list(self._gateway.clients):
                self._drop_data(client)
        self._gateway.alert(*LINK_BACK[keeps])
        reports, self._reports = self._reports, {}
        for report in reports.values():
            report()
        waiting, self._waiting = self._waiting, []
        for client, message in waiting:
            if not client.is_closed:
                client.answer(message, held=True)
        for client in list(self._gateway.clients):
            client.flush()

    @staticmethod
    def _drop_data(client: Client) -> None:
        for kind, req_id in list(client.subscriptions):
            if kind in MARKET_KINDS:
                client.unsubscribe(kind, req_id)
                if kind == "bars":
                    client.error(req_id, 10182, "Failed to request live updates (disconnected).")

    def withhold(self, name: tuple[object, ...], report: Callable[[], None]) -> bool:
        """Keep a report of an order while the link is lost (the newest of a name); False when it can be told now."""
        if self.is_linked:
            return False
        self._reports.pop(name, None)
        self._reports[name] = report
        return True

    def halt(self, instrument: Instrument, kind: int = 1) -> None:
        """Halt the trading of an instrument: 1 in general, 2 for volatility. Its quote stands still."""
        self.halted[instrument.con_id] = kind
        self._changed()
        self._gateway.tape(instrument).freeze(self._gateway.now)
        self._tell_halt(instrument, float(kind))

    def resume(self, instrument: Instrument) -> None:
        """End a halt."""
        if self.halted.pop(instrument.con_id, None) is not None:
            self._changed()
            self._gateway.tape(instrument).freeze(None)
            self._tell_halt(instrument, 0.0)

    def is_halted(self, instrument: Instrument) -> bool:
        """Tell whether an instrument, or a leg of a combination, is halted: its orders wait."""
        return instrument.con_id in self.halted or any(leg.con_id in self.halted for leg, _ in instrument.legs)

    def _tell_halt(self, instrument: Instrument, value: float) -> None:
        for client in self._gateway.clients:
            feed: Any = client.subscriptions.get(("feed", 0))
            for req_id, line in [] if feed is None else list(feed.lines.items()):
                if line.instrument.con_id == instrument.con_id:
                    client.send(m.TickGeneric(reqId=req_id, tickType=HALTED, value=value))
