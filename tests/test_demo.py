"""A gateway and a client in one call."""

import pytest

import ibnb
from ibnb.ib import IB


def test_a_demo_is_connected_and_ends_with_its_gateway():
    ib = ibnb.demo(seed=3, server_version=178)
    gateway = ib.gateway
    assert (ib.isConnected(), gateway.is_running, ib.client.serverVersion()) == (True, True, 178)
    assert (gateway.host, ib.client.port) == ("127.0.0.1", gateway.port)
    ib.disconnect()
    assert (ib.isConnected(), gateway.is_running, ib.gateway) == (False, False, None)


def test_a_demo_may_use_an_object_that_is_there():
    ib = IB()
    assert ibnb.demo(ib=ib, clientId=7) is ib
    assert ib.client.clientId == 7
    ib.disconnect()


def test_a_bad_option_is_named():
    with pytest.raises(ValueError, match="server_version must be 157 to 225, not 5"):
        ibnb.demo(server_version=5)


def test_a_demo_may_have_a_scenario():
    ib = ibnb.demo(scenario="farms-down")
    assert ib.gateway.call(lambda: ib.gateway.gateway.director.scenario.name) == "farms-down"
    ib.disconnect()
    with pytest.raises(ValueError, match="'nope' is no scenario"):
        ibnb.demo(scenario="nope")


def test_a_gateway_that_cannot_be_reached_is_stopped(monkeypatch):
    started = []

    def refuse(self, *args, **kwargs):
        raise ConnectionRefusedError

    start = ibnb.sim.Gateway.start_thread
    monkeypatch.setattr(
        ibnb.sim.Gateway, "start_thread", lambda **options: started.append(start(**options)) or started[0]
    )
    monkeypatch.setattr(IB, "connect", refuse)
    with pytest.raises(ConnectionRefusedError):
        ibnb.demo()
    assert not started[0].is_running
