"""Answers that are looked up and then end: rules, exchanges, symbols, reports, advisor and event data; display groups;
data that TWS has under another contract.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from ibnb.contract import Contract, DeltaNeutralContract
from ibnb.objects import HistogramData, HistoricalSchedule, HistoricalSession
from ibnb.state.store import Store
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the reference messages."""
    return {
        **_lookup_routes(store),
        **_report_routes(store),
        **_advisor_routes(store),
        **_wsh_routes(store),
        **_group_routes(store),
        **_reroute_routes(store),
    }


def _lookup_routes(store: Store) -> dict[type, Callable[..., Any]]:
    finish = store.requests.finish

    def current_time_in_millis(timeInMillis: int) -> None:
        finish("currentTimeInMillis", dt.datetime.fromtimestamp(timeInMillis / 1000, store.defaults.timezone))

    return {
        m.SymbolSamples: lambda reqId, contractDescriptions: finish(reqId, contractDescriptions),
        m.MarketRule: lambda marketRuleId, priceIncrements: finish(f"marketRule-{marketRuleId}", priceIncrements),
        m.SmartComponents: lambda reqId, smartComponentMap: finish(reqId, smartComponentMap),
        m.MktDepthExchanges: lambda descriptions: finish("mktDepthExchanges", descriptions),
        m.UserInfo: lambda reqId, whiteBrandingId: finish(reqId, whiteBrandingId),
        m.CurrentTimeInMillis: current_time_in_millis,
    }


def _report_routes(store: Store) -> dict[type, Callable[..., Any]]:
    finish = store.requests.finish

    def histogram(reqId: int, items: list[HistogramData]) -> None:
        for item in items:
            if item.count == int(item.count):
                item.count = int(item.count)
        finish(reqId, items)

    def schedule(
        reqId: int, startDateTime: str, endDateTime: str, timeZone: str, sessions: list[HistoricalSession]
    ) -> None:
        finish(reqId, HistoricalSchedule(startDateTime, endDateTime, timeZone, sessions))

    return {
        m.HistogramData: histogram,
        m.HistoricalSchedule: schedule,
        m.FundamentalData: lambda reqId, data: finish(reqId, data),
    }


def _advisor_routes(store: Store) -> dict[type, Callable[..., Any]]:
    finish = store.requests.finish

    def replace_fa_end(reqId: int, text: str) -> None:
        store.add_log("info", "TWS", f"replaceFA: {text}", reqId=reqId)
        finish(reqId, text)

    return {
        m.FamilyCodes: lambda familyCodes: finish("familyCodes", familyCodes),
        m.SoftDollarTiers: lambda reqId, tiers: finish(reqId, tiers),
        m.ReceiveFA: lambda faData, cxml: finish(f"requestFA-{faData}", cxml),
        m.ReplaceFAEnd: replace_fa_end,
    }


def _wsh_routes(store: Store) -> dict[type, Callable[..., Any]]:
    def meta_data(reqId: int, dataJson: str) -> None:
        store.emit_ib("wshMetaEvent", dataJson)
        store.requests.finish(reqId, dataJson)

    def event_data(reqId: int, dataJson: str) -> None:
        store.emit_ib("wshEvent", dataJson)
        store.requests.finish(reqId, dataJson)

    return {m.WshMetaData: meta_data, m.WshEventData: event_data}


def _group_routes(store: Store) -> dict[type, Callable[..., Any]]:
    def group_list(reqId: int, groups: str) -> None:
        store.requests.finish(reqId, [int(group) for group in groups.split("|") if group])

    def group_updated(reqId: int, contractInfo: str) -> None:
        group = store.display_groups.get(reqId)
        if group is None:
            store.unknown_ids += 1
            return
        store.emit_ib("displayGroupEvent", group, contractInfo)

    return {m.DisplayGroupList: group_list, m.DisplayGroupUpdated: group_updated}


def _reroute_routes(store: Store) -> dict[type, Callable[..., Any]]:
    def reroute(reqId: int, conId: int, exchange: str) -> None:
        """Ask again for the contract that has the data: TWS only names it (CFDs, which trade on their underlying)."""
        again = store.again.pop(reqId, None)
        if again is None:
            store.unknown_ids += 1
            return
        text = f"the data is under conId {conId} at {exchange}: asked for there"
        store.add_log("info", "TWS", text, contract=store.contracts.get(reqId), reqId=reqId)
        again(Contract(conId=conId, exchange=exchange))

    def delta_neutral_validation(reqId: int, deltaNeutralContract: DeltaNeutralContract) -> None:
        text = f"delta-neutral contract accepted: {deltaNeutralContract}"
        store.add_log("info", "TWS", text, contract=store.contracts.get(reqId), reqId=reqId)

    return {
        m.RerouteMktDataReq: reroute,
        m.RerouteMktDepthReq: reroute,
        m.DeltaNeutralValidation: delta_neutral_validation,
    }
