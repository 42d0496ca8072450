"""Start-up, time, ids."""

import pytest

from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, make_gateway, one, only


@pytest.mark.parametrize("version", [157, 178, 200, 201, 203, 208, 213, 225])
def test_what_a_client_gets_unasked(version):
    peer = Peer(version=version)
    assert peer.session.server_version == version
    assert peer.session.connection_time == "20261120 11:37:22 US/Eastern"
    assert one(peer.hello, m.ManagedAccounts).accountsList == "DU1234567"
    assert one(peer.hello, m.NextValidId).orderId == 1
    farms = only(peer.hello, m.Error)
    assert {e.errorCode for e in farms} == {2104, 2106, 2158}
    assert {e.reqId for e in farms} == {-1}


def test_version_is_the_highest_both_share():
    peer = Peer(make_gateway(225))
    assert peer.session.server_version == 225
    assert Peer(make_gateway(178)).session.server_version == 178


def test_time_is_the_clocks(peer):
    peer.clock.advance(0.5)
    assert one(peer.ask(m.ReqCurrentTime()), m.CurrentTime).time == int(FRIDAY)
    assert one(peer.ask(m.ReqCurrentTimeInMillis()), m.CurrentTimeInMillis).timeInMillis == FRIDAY * 1000 + 500


def test_accounts_and_ids_on_request():
    peer = Peer(accounts=("DU1", "DU2"))
    assert one(peer.ask(m.ReqManagedAccts()), m.ManagedAccounts).accountsList == "DU1,DU2"
    assert one(peer.ask(m.ReqIds(1)), m.NextValidId).orderId == 1


def test_error_time_is_the_clocks_too(peer):
    assert {e.errorTime for e in only(peer.hello, m.Error)} == {FRIDAY * 1000}


def test_a_second_start_is_ignored(peer):
    assert peer.ask(m.StartApi(clientId=9)) == []
    assert peer.client.client_id == 1


def test_messages_that_need_no_answer(peer):
    assert peer.ask(m.SetServerLogLevel(5)) == []
    assert one(peer.ask(m.ReqUserInfo(3)), m.UserInfo).reqId == 3
