"""The rest: Wall Street Horizon, fundamentals, advisor data, display groups, settings."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from xml.sax.saxutils import escape

from ibnb.sim.client import Client
from ibnb.sim.errors import RequestRefused
from ibnb.sim.noise import choice, key
from ibnb.sim.registry import handles
from ibnb.values import UNSET_INTEGER
from ibnb.wire import catalogue as m

EVENT_TYPES = (("wshe_ed", "Earnings Date"), ("wshe_div", "Dividend"), ("wshe_sh", "Shareholder Meeting"))
REPORTS = ("ReportsFinSummary", "ReportSnapshot", "ReportsFinStatements", "RESC", "CalendarReport", "ReportsOwnership")
GROUPS = (1, 2, 3, 4, 5, 6, 7)


@handles(m.ReqWshMetaData)
def wsh_meta_data(client: Client, message: Any) -> None:
    """The event types, as JSON."""
    types = [{"tag": tag, "name": name, "filters": ["country"]} for tag, name in EVENT_TYPES]
    client.state["wsh"] = True
    text = json.dumps({"meta_data": {"version": 1, "event_types": types, "countries": ["All", "US"]}})
    client.send(m.WshMetaData(reqId=message.reqId, dataJson=text))


@handles(m.ReqWshEventData)
def wsh_event_data(client: Client, message: Any) -> None:
    """Events of a contract, as JSON; 10282 when the metadata has not been asked for, 10280 for bad JSON."""
    if not client.state.get("wsh"):
        raise RequestRefused(10282, "WSH metadata was not requested: ask for it before event data")
    gateway, asked = client.gateway, message.wshEventData
    con_ids = [asked.conId] if asked.conId not in (0, UNSET_INTEGER) else []
    limit = asked.totalLimit if 0 < asked.totalLimit < 100 else 20
    if asked.filter:
        try:
            parsed = json.loads(asked.filter)
            con_ids += [int(c) for c in parsed.get("watchlist", ())]
            limit = int(parsed.get("limit", limit))
        except (ValueError, TypeError, AttributeError):
            raise RequestRefused(10280, "The filter of WSH events is no valid JSON object") from None
    if asked.fillPortfolio:
        con_ids += [h.instrument.con_id for a in gateway.accounts.values() for h in a.held()]
    first = dt.datetime.fromtimestamp(gateway.now, dt.UTC).date()
    events = []
    for con_id in dict.fromkeys(con_ids):
        instrument = gateway.db.by_id(con_id)
        if instrument is None:
            continue
        for n, (tag, name) in enumerate(EVENT_TYPES):
            day = first + dt.timedelta(days=5 + choice(key(gateway.seed, con_id), n, 80))
            events.append({"event_type": tag, "data": {"name": name, "date": f"{day:%Y%m%d}"}, "conids": [str(con_id)]})
    client.send(m.WshEventData(reqId=message.reqId, dataJson=json.dumps(events[:limit])))


@handles(m.CancelWshMetaData, m.CancelWshEventData, m.CancelFundamentalData)
def nothing_left(client: Client, message: Any) -> None:
    """These are answered at once: nothing is left to cancel."""


@handles(m.ReqFundamentalData)
def fundamental_data(client: Client, message: Any) -> None:
    """A small report as XML; 430 for what is not offered."""
    gateway = client.gateway
    instrument = gateway.db.resolve(message.contract).instrument
    if message.reportType not in REPORTS or instrument.sec_type != "STK":
        raise RequestRefused(430, "We are sorry, but fundamentals data for the security specified is not available")
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><{message.reportType}><CoIDs><CoID Type="CompanyName">'
        f'{escape(instrument.name)}</CoID></CoIDs><Issue><IssueID Type="Ticker">{instrument.symbol}</IssueID></Issue>'
        f"<Note>Made up by the simulated gateway.</Note></{message.reportType}>"
    )
    client.send(m.FundamentalData(reqId=message.reqId, data=text))


@handles(m.RequestFA)
def request_fa(client: Client, message: Any) -> None:
    """Groups (1) or aliases (3) of the accounts; 321 for a single account, which is no advisor's."""
    client.send(m.ReceiveFA(faData=message.faData, cxml=client.gateway.advisor.xml(message.faData)))


@handles(m.ReplaceFA)
def replace_fa(client: Client, message: Any) -> None:
    """Keep new groups or aliases, for all clients; 321 for a single account and for XML that cannot be."""
    client.gateway.advisor.replace(message.faData, message.cxml)
    client.send(m.ReplaceFAEnd(reqId=message.reqId, text="success"))


@handles(m.QueryDisplayGroups)
def display_groups(client: Client, message: Any) -> None:
    """The groups of windows."""
    client.send(m.DisplayGroupList(reqId=message.reqId, groups="|".join(str(n) for n in GROUPS)))


@handles(m.SubscribeToGroupEvents)
def subscribe_group(client: Client, message: Any) -> None:
    """Tell what a group shows, and tell changes; 321 for a group that does not exist."""
    if message.groupId not in GROUPS:
        raise RequestRefused(321, "Error validating request: cause - No such display group")
    client.state.setdefault("groups", {})[message.reqId] = message.groupId
    shown = client.state.setdefault("shown", {}).get(message.groupId, "none")
    client.send(m.DisplayGroupUpdated(reqId=message.reqId, contractInfo=shown))


@handles(m.UpdateDisplayGroup)
def update_group(client: Client, message: Any) -> None:
    """Show a contract in the group that a subscription watches."""
    groups = client.state.get("groups", {})
    if message.reqId not in groups:
        raise RequestRefused(321, "Error validating request: cause - Subscribe to the display group first")
    shown = groups[message.reqId]
    client.state["shown"][shown] = message.contractInfo
    for req_id, group in groups.items():
        if group == shown:
            client.send(m.DisplayGroupUpdated(reqId=req_id, contractInfo=message.contractInfo))


@handles(m.UnsubscribeFromGroupEvents)
def unsubscribe_group(client: Client, message: Any) -> None:
    """End a group's changes."""
    client.state.get("groups", {}).pop(message.reqId, None)


def settings(client: Client) -> m.ConfigResponse:
    """Return the settings of this gateway."""
    gateway = client.gateway
    values = m.ApiSettingsConfig(
        readOnlyApi=gateway.read_only, socketPort=gateway.port, masterClientId=0, loggingLevel="error",
        downloadOpenOrdersOnConnection=True, includeVirtualFxPositions=True, prepareDailyPnL=True,
        sendInstrumentTimezone="instrument", rejectMessagesAboveMaxRate=gateway.pacer.enabled, allowLocalhostOnly=True,
    )  # fmt: skip
    lock = m.LockAndExitConfig(autoLogoffTime="23:45", autoLogoffPeriod="PM", autoLogoffType="restart")
    return m.ConfigResponse(lockAndExit=lock, api=m.ApiConfig(settings=values))


@handles(m.ReqConfig)
def config(client: Client, message: Any) -> None:
    """The settings."""
    reply = settings(client)
    reply.reqId = message.reqId
    client.send(reply)


@handles(m.UpdateConfig)
def update_config(client: Client, message: Any) -> None:
    """Change what can be changed here: the read-only setting, and the order id sequence."""
    gateway = client.gateway
    changed = []
    api = message.api.settings if message.api is not None else None
    if api is not None and api.readOnlyApi is not None and api.readOnlyApi != gateway.read_only:
        gateway.read_only = bool(api.readOnlyApi)
        changed.append("readOnlyApi")
    if message.resetAPIOrderSequence:
        gateway.exchange.next_order_id = 1
        changed.append("resetAPIOrderSequence")
    client.send(m.UpdateConfigResponse(reqId=message.reqId, status="success", changedFields=changed))
