"""Option calculations over the wire."""

import pytest

from ibnb.contract import Option, Stock
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one

CALL = Option("AMD", "20261218", 215.0, "C", "SMART")


@pytest.mark.parametrize("version", [157, 178, 225])
def test_there_and_back(version):
    peer = Peer(version=version)
    priced = one(peer.ask(m.CalculateOptionPrice(1, CALL, 0.4, 216.0)), m.TickOptionComputation)
    assert (priced.reqId, priced.tickType, priced.impliedVol, priced.undPrice) == (1, 53, 0.4, 216.0)
    assert 0.5 < priced.delta < 0.6
    back = one(peer.ask(m.CalculateImpliedVolatility(2, CALL, priced.optPrice, 216.0)), m.TickOptionComputation)
    assert back.impliedVol == pytest.approx(0.4, abs=1e-6)


def test_refusals(peer):
    assert error_of(peer.ask(m.CalculateImpliedVolatility(2, CALL, 900.0, 216.0))) == (2, 321)
    assert error_of(peer.ask(m.CalculateOptionPrice(3, Stock("AMD", "SMART", "USD"), 0.4, 216.0))) == (3, 321)


def test_cancels_are_quiet(peer):
    assert peer.ask(m.CancelCalculateOptionPrice(1)) == peer.ask(m.CancelCalculateImpliedVolatility(1)) == []
