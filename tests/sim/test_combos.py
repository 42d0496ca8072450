"""Combinations: their contract, their quote, how they are matched."""

import pytest

from ibnb.contract import ComboLeg, Contract, Option
from ibnb.sim.combos import COMBO_ID, match_combo, parts
from ibnb.sim.errors import RequestRefused
from ibnb.sim.matching import Market
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, make_gateway, one, only

AMD, INTC = 4391, 270639


def bag(*legs):
    return Contract(
        secType="BAG", symbol="AMD", currency="USD", exchange="SMART",
        comboLegs=[ComboLeg(con_id, ratio, action, "SMART") for con_id, ratio, action in legs],
    )  # fmt: skip


PAIR = bag((AMD, 1, "BUY"), (INTC, 3, "SELL"))


@pytest.fixture
def gateway():
    return make_gateway()


def spread(gateway):
    """A vertical spread of AMD calls: the instrument, its legs."""
    expiry = gateway.db.chains(gateway.db.by_id(AMD))[0].expirations[3]
    legs = [gateway.db.resolve(Option("AMD", expiry, s, "C", "SMART")).instrument for s in (200.0, 210.0)]
    return gateway.db.resolve(bag((legs[0].con_id, 1, "BUY"), (legs[1].con_id, 1, "SELL"))).instrument, legs


def test_the_quote_is_that_of_the_legs(gateway):
    combo = gateway.db.resolve(PAIR).instrument
    quote, amd, intc = (gateway.quote(i) for i in (combo, gateway.db.by_id(AMD), gateway.db.by_id(INTC)))
    assert quote.bid == pytest.approx(amd.bid - 3 * intc.ask)
    assert quote.ask == pytest.approx(amd.ask - 3 * intc.bid)
    assert quote.close == pytest.approx(amd.close - 3 * intc.close)
    assert quote.bid_size == max(min(amd.bid_size, intc.ask_size // 3), 1)
    assert quote.bid < quote.last < quote.ask


def test_a_closed_market_has_the_last_quote_of_the_legs():
    from tests.sim.peer import SUNDAY

    gateway = make_gateway(start=SUNDAY)
    quote = gateway.quote(gateway.db.resolve(PAIR).instrument)
    amd, intc = (gateway.quote(gateway.db.by_id(n)) for n in (AMD, INTC))
    assert (quote.is_open, quote.bid) == (False, pytest.approx(amd.bid - 3 * intc.ask))


def test_a_price_may_be_negative(gateway):
    combo = gateway.db.resolve(bag((INTC, 1, "BUY"), (AMD, 1, "SELL"))).instrument
    assert gateway.quote(combo).ask < 0


def test_a_spread_of_options_costs_less_than_its_width(gateway):
    combo, legs = spread(gateway)
    quote = gateway.quote(combo)
    assert 0 < quote.bid < quote.ask < 10
    assert parts(combo, -2) == [(legs[0], -2), (legs[1], 2)]
    assert parts(legs[0], 5) == [(legs[0], 5)]


def test_the_same_legs_are_the_same_instrument(gateway):
    assert gateway.db.resolve(PAIR).instrument is gateway.db.resolve(PAIR).instrument
    assert gateway.db.resolve(bag((AMD, 1, "BUY"))).instrument is not gateway.db.resolve(PAIR).instrument


def test_the_contract_has_its_legs(gateway):
    contract = gateway.db.contract(gateway.db.resolve(PAIR))
    assert (contract.secType, contract.conId, contract.comboLegsDescrip) == ("BAG", COMBO_ID, "4391|1,270639|-3")
    assert [(leg.conId, leg.ratio, leg.action) for leg in contract.comboLegs] == [(AMD, 1, "BUY"), (INTC, 3, "SELL")]


@pytest.mark.parametrize(
    ("legs", "code"),
    [((), 314), (((1, 1, "BUY"),), 313), (((AMD, 0, "BUY"),), 313), (((AMD, 1, "HOLD"),), 313),
     (((416904, 1, "BUY"),), 313), (((AMD, 1, "BUY"),) * 7, 312)],
)  # fmt: skip
def test_bad_legs_are_refused(gateway, legs, code):
    with pytest.raises(RequestRefused) as refused:
        gateway.db.resolve(bag(*legs))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("sign", "limit", "found"),
    [(1, None, "ask"), (1, 1e6, "ask"), (1, -1e6, None), (-1, None, "bid"), (-1, -1e6, "bid"), (-1, 1e6, None)],
)
def test_a_combination_trades_at_the_touch(gateway, sign, limit, found):
    quote = gateway.quote(gateway.db.resolve(PAIR).instrument)
    got = match_combo(sign, limit, Market(quote, 0.0, 0.0))
    assert got == (None if found is None else (getattr(quote, found), getattr(quote, f"{found}_size")))


def test_quotes_depth_and_ticks_of_a_combination_are_sent():
    peer = Peer()
    heard = peer.ask(m.ReqMktData(1, PAIR))
    heard += peer.ask(m.ReqMktDepth(2, PAIR, 3))
    heard += peer.ask(m.ReqTickByTickData(3, PAIR, "BidAsk")) + peer.step(0.5, 6)
    assert not only(heard, m.Error)
    prices = {t.tickType: t.price for t in only(heard, m.TickPrice) if t.reqId == 1}
    assert prices[1] < prices[2]
    assert only(heard, m.UpdateMktDepth)
    assert {t.reqId for t in only(heard, m.TickByTick)} == {3}


def test_history_of_a_combination_is_refused():
    peer = Peer()
    request = m.ReqHistoricalData(
        reqId=1,
        contract=PAIR,
        durationStr="1 D",
        barSizeSetting="1 hour",
        whatToShow="MIDPOINT",
        formatDate=1,
        useRTH=1,
    )
    assert one(peer.ask(request), m.Error).errorCode == 162


def test_details_of_a_combination():
    details = one(Peer().ask(m.ReqContractDetails(1, PAIR)), m.ContractDetails).contractDetails
    assert (details.contract.conId, details.minTick) == (COMBO_ID, 0.01)


def test_a_combination_is_silent_when_a_leg_is():
    peer = Peer()
    peer.ask(m.ReqMktData(1, PAIR))
    peer.gateway.connectivity.halt(peer.gateway.db.by_id(INTC))
    assert only(peer.step(1, 3), m.TickPrice) == []


def test_a_stock_against_its_future_has_a_basis():
    peer = Peer()
    es = next(i for i in peer.gateway.db.by_symbol("ES") if i.expiry == "20261218")
    heard = peer.ask(m.ReqMktData(1, bag((es.con_id, 1, "BUY"), (756733, 500, "SELL"))))
    points = {t.tickType: t for t in only(heard, m.TickEFP)}
    assert set(points) == {38, 39, 40}
    assert (points[40].holdDays, points[40].futureLastTradeDate) == (27, "20261218")
    f, s = peer.gateway.price(es), peer.gateway.price(peer.gateway.db.by_id(756733))
    assert points[40].basisPoints == pytest.approx((f * 50 / (s * 500) - 1) * 365 / 27 * 1e4, rel=1e-6)
    assert points[38].basisPoints < points[39].basisPoints
