"""Wall Street Horizon, fundamentals, advisor data, display groups, settings."""

import json
import xml.etree.ElementTree as ET

import pytest

from ibnb.contract import Forex, Stock
from ibnb.objects import WshEventData
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one, only

AMD = Stock("AMD", "SMART", "USD")


@pytest.mark.parametrize("version", [161, 225])
def test_wsh_metadata_comes_first(version):
    peer = Peer(version=version)
    assert error_of(peer.ask(m.ReqWshEventData(1, WshEventData(conId=4391)))) == (1, 10282)
    types = json.loads(one(peer.ask(m.ReqWshMetaData(2)), m.WshMetaData).dataJson)["meta_data"]["event_types"]
    events = json.loads(one(peer.ask(m.ReqWshEventData(3, WshEventData(conId=4391))), m.WshEventData).dataJson)
    assert {e["event_type"] for e in events} == {t["tag"] for t in types}


def test_wsh_filters(peer):
    peer.ask(m.ReqWshMetaData(1))
    text = json.dumps({"watchlist": ["4391", "270639"], "limit": 4})
    events = json.loads(one(peer.ask(m.ReqWshEventData(2, WshEventData(filter=text))), m.WshEventData).dataJson)
    assert len(events) == 4
    assert error_of(peer.ask(m.ReqWshEventData(3, WshEventData(filter="{")))) == (3, 10280)
    assert peer.ask(m.CancelWshMetaData(1)) == peer.ask(m.CancelWshEventData(2)) == []


def test_fundamentals(peer):
    report = one(peer.ask(m.ReqFundamentalData(1, AMD, "ReportSnapshot")), m.FundamentalData).data
    assert ET.fromstring(report).find(".//CoID").text == "ADVANCED MICRO DEVICES"
    assert error_of(peer.ask(m.ReqFundamentalData(2, AMD, "Gossip"))) == (2, 430)
    assert error_of(peer.ask(m.ReqFundamentalData(3, Forex("EURUSD"), "ReportSnapshot"))) == (3, 430)
    assert peer.ask(m.CancelFundamentalData(1)) == []


def test_advisor_data(peer):
    assert error_of(peer.ask(m.RequestFA(1)))[1] == 321
    assert error_of(peer.ask(m.ReplaceFA(1, "<x/>", 5))) == (5, 321)
    advisor = Peer(accounts=("DU1", "DU2"))
    groups = one(advisor.ask(m.RequestFA(1)), m.ReceiveFA)
    assert [e.text for e in ET.fromstring(groups.cxml).findall(".//String")] == ["DU1", "DU2"]
    assert "AccountAlias" in one(advisor.ask(m.RequestFA(3)), m.ReceiveFA).cxml
    new = (
        '<ListOfGroups><Group><name>G</name><ListOfAccts varName="list"><String>DU2</String></ListOfAccts>'
        "<defaultMethod>Equal</defaultMethod></Group></ListOfGroups>"
    )
    assert one(advisor.ask(m.ReplaceFA(1, new, 5)), m.ReplaceFAEnd).reqId == 5
    other = Peer(advisor.gateway, client_id=2)
    assert one(other.ask(m.RequestFA(1)), m.ReceiveFA).cxml.endswith(new), "for all clients"
    assert error_of(advisor.ask(m.ReplaceFA(1, new.replace("DU2", "DU9"), 6))) == (6, 321)
    assert one(advisor.ask(m.RequestFA(1)), m.ReceiveFA).cxml.endswith(new)


def test_display_groups(peer):
    assert one(peer.ask(m.QueryDisplayGroups(1)), m.DisplayGroupList).groups == "1|2|3|4|5|6|7"
    assert one(peer.ask(m.SubscribeToGroupEvents(2, 4)), m.DisplayGroupUpdated).contractInfo == "none"
    assert one(peer.ask(m.UpdateDisplayGroup(2, "4391@SMART")), m.DisplayGroupUpdated).contractInfo == "4391@SMART"
    assert one(peer.ask(m.SubscribeToGroupEvents(3, 4)), m.DisplayGroupUpdated).contractInfo == "4391@SMART"
    both = only(peer.ask(m.UpdateDisplayGroup(3, "none")), m.DisplayGroupUpdated)
    assert [d.reqId for d in both] == [2, 3]
    peer.ask(m.UnsubscribeFromGroupEvents(2))
    assert error_of(peer.ask(m.UpdateDisplayGroup(2, "none"))) == (2, 321)
    assert error_of(peer.ask(m.SubscribeToGroupEvents(9, 99))) == (9, 321)


def test_settings_are_read_and_changed(peer):
    read = one(peer.ask(m.ReqConfig(1)), m.ConfigResponse)
    assert (read.reqId, read.api.settings.readOnlyApi) == (1, False)
    change = m.UpdateConfig(
        2, api=m.ApiConfig(settings=m.ApiSettingsConfig(readOnlyApi=True)), resetAPIOrderSequence=True
    )
    reply = one(peer.ask(change), m.UpdateConfigResponse)
    assert (reply.status, reply.changedFields) == ("success", ["readOnlyApi", "resetAPIOrderSequence"])
    assert peer.gateway.read_only
    assert one(peer.ask(m.UpdateConfig(3)), m.UpdateConfigResponse).changedFields == []
