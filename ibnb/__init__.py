"""Interactive Brokers in Jupyter: live pandas tables and Plotly charts over the TWS protocol.

Everything that ib_async exports is exported here under the same name. The records of the model are imported with the
package; what needs more (connections, events, tables) is loaded when it is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ibnb.contract import (
    CFD,
    Bag,
    Bond,
    ComboLeg,
    Commodity,
    ContFuture,
    Contract,
    ContractDescription,
    ContractDetails,
    Crypto,
    DeltaNeutralContract,
    Forex,
    Future,
    FuturesOption,
    Index,
    MutualFund,
    Option,
    ScanData,
    Stock,
    TagValue,
    Warrant,
)
from ibnb.objects import (
    AccountValue,
    BarData,
    CommissionReport,
    ConnectionStats,
    DepthMktDataDescription,
    Dividends,
    DOMLevel,
    Execution,
    ExecutionFilter,
    FamilyCode,
    Fill,
    FundamentalRatios,
    HistogramData,
    HistoricalNews,
    HistoricalSchedule,
    HistoricalSession,
    HistoricalTick,
    HistoricalTickBidAsk,
    HistoricalTickLast,
    IBDefaults,
    MktDepthData,
    NewsArticle,
    NewsBulletin,
    NewsProvider,
    NewsTick,
    OptionChain,
    OptionComputation,
    PnL,
    PnLSingle,
    PortfolioItem,
    Position,
    PriceIncrement,
    RealTimeBar,
    RealTimeBarList,
    ScanDataList,
    ScannerSubscription,
    SmartComponent,
    SoftDollarTier,
    StartupFetch,
    StartupFetchALL,
    StartupFetchNONE,
    TickAttrib,
    TickAttribBidAsk,
    TickAttribLast,
    TickByTickAllLast,
    TickByTickBidAsk,
    TickByTickMidPoint,
    TickData,
    TradeLogEntry,
    WshEventData,
)
from ibnb.order import (
    BracketOrder,
    ExecutionCondition,
    LimitOrder,
    MarginCondition,
    MarketOrder,
    Order,
    OrderComboLeg,
    OrderCondition,
    OrderState,
    OrderStateNumeric,
    OrderStatus,
    PercentChangeCondition,
    PriceCondition,
    StopLimitOrder,
    StopOrder,
    TimeCondition,
    Trade,
    VolumeCondition,
)
from ibnb.ticker import Ticker
from ibnb.version import __version__, __version_info__

if TYPE_CHECKING:
    from eventkit import Event

    from ibnb import errors, util
    from ibnb.bars import BarDataList
    from ibnb.client import Client
    from ibnb.demo import demo, replay
    from ibnb.errors import FlexError, RequestError
    from ibnb.flexreport import FlexReport
    from ibnb.ib import IB
    from ibnb.ibcontroller import IBC, Watchdog
    from ibnb.tables.user import table
    from ibnb.wrapper import Wrapper

__all__ = [
    "CFD",
    "IB",
    "IBC",
    "AccountValue",
    "Bag",
    "BarData",
    "BarDataList",
    "Bond",
    "BracketOrder",
    "Client",
    "ComboLeg",
    "CommissionReport",
    "Commodity",
    "ConnectionStats",
    "ContFuture",
    "Contract",
    "ContractDescription",
    "ContractDetails",
    "Crypto",
    "DOMLevel",
    "DeltaNeutralContract",
    "DepthMktDataDescription",
    "Dividends",
    "Event",
    "Execution",
    "ExecutionCondition",
    "ExecutionFilter",
    "FamilyCode",
    "Fill",
    "FlexError",
    "FlexReport",
    "Forex",
    "FundamentalRatios",
    "Future",
    "FuturesOption",
    "HistogramData",
    "HistoricalNews",
    "HistoricalSchedule",
    "HistoricalSession",
    "HistoricalTick",
    "HistoricalTickBidAsk",
    "HistoricalTickLast",
    "IBDefaults",
    "Index",
    "LimitOrder",
    "MarginCondition",
    "MarketOrder",
    "MktDepthData",
    "MutualFund",
    "NewsArticle",
    "NewsBulletin",
    "NewsProvider",
    "NewsTick",
    "Option",
    "OptionChain",
    "OptionComputation",
    "Order",
    "OrderComboLeg",
    "OrderCondition",
    "OrderState",
    "OrderStateNumeric",
    "OrderStatus",
    "PercentChangeCondition",
    "PnL",
    "PnLSingle",
    "PortfolioItem",
    "Position",
    "PriceCondition",
    "PriceIncrement",
    "RealTimeBar",
    "RealTimeBarList",
    "RequestError",
    "ScanData",
    "ScanDataList",
    "ScannerSubscription",
    "SmartComponent",
    "SoftDollarTier",
    "StartupFetch",
    "StartupFetchALL",
    "StartupFetchNONE",
    "Stock",
    "StopLimitOrder",
    "StopOrder",
    "TagValue",
    "TickAttrib",
    "TickAttribBidAsk",
    "TickAttribLast",
    "TickByTickAllLast",
    "TickByTickBidAsk",
    "TickByTickMidPoint",
    "TickData",
    "Ticker",
    "TimeCondition",
    "Trade",
    "TradeLogEntry",
    "VolumeCondition",
    "Warrant",
    "Watchdog",
    "Wrapper",
    "WshEventData",
    "__version__",
    "__version_info__",
    "demo",
    "errors",
    "replay",
    "table",
    "util",
]

# Name -> module that is loaded when the name is first used.
_LAZY = {
    "BarDataList": "ibnb.bars",
    "Client": "ibnb.client",
    "Event": "eventkit",
    "FlexError": "ibnb.errors",
    "FlexReport": "ibnb.flexreport",
    "IB": "ibnb.ib",
    "IBC": "ibnb.ibcontroller",
    "RequestError": "ibnb.errors",
    "Watchdog": "ibnb.ibcontroller",
    "Wrapper": "ibnb.wrapper",
    "demo": "ibnb.demo",
    "replay": "ibnb.demo",
    "table": "ibnb.tables",
}

# Modules that can be reached as attributes without importing them by name.
_MODULES = frozenset(
    "bars client contract errors flexreport ib ibcontroller objects order ticker util values version wrapper".split()
)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")  # which makes it an attribute, too
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    if name == "table":  # tables of one's own frames have live views too, without any connection
        from ibnb.ib import _table_view
        from ibnb.tables import Table

        Table.view_factory = staticmethod(_table_view)
    globals()[name] = value = _beneath(name, value)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})


def _beneath(name: str, value: Any) -> Any:
    """Return the object of a module that bears its name, or what is given if it is no such module."""
    return getattr(value, name, value) if isinstance(value, ModuleType) else value


class _Package(ModuleType):
    """The package itself: `ibnb.demo` and `ibnb.table` stay functions when the modules of that name are imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _beneath(name, value) if name in _LAZY else value)


sys.modules[__name__].__class__ = _Package


def load_ipython_extension(ipython: Any) -> None:
    """Set up a notebook: `%load_ext ibnb` calls this with the shell."""
    from ibnb.magic import load_ipython_extension as load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Take back what `load_ipython_extension` did."""
    from ibnb.magic import unload_ipython_extension as unload

    unload(ipython)
