"""Generic ticks and the Greeks of option lines."""

import pytest

from ibnb.contract import ComboLeg, Contract, DeltaNeutralContract, Option, Stock
from ibnb.sim.generic import bond_yield
from ibnb.wire import catalogue as m
from tests.sim.peer import FRIDAY, Peer, make_gateway, one, only

AMD = Stock("AMD", "SMART", "USD")
OPTION = Option("AMD", "20261218", 215.0, "C", "SMART")


def types(messages):
    ticks = (m.TickPrice, m.TickSize, m.TickGeneric, m.TickString)
    return {t.tickType: t for t in messages if type(t) in ticks}


@pytest.mark.parametrize(
    ("generic", "expected"),
    [
        ("104,106", {23, 24}), ("100,101,105", {27, 28, 29, 30, 87}), ("165", {15, 16, 17, 18, 19, 20, 21}),
        ("236", {46, 89}), ("456", {59}), ("258", {47}), ("293,294,295", {54, 55, 56}), ("411", {58}), ("221", {37}),
        ("595", {63, 64, 65}),
    ],
)  # fmt: skip
def test_generic_ticks(peer, generic, expected):
    plain = types(peer.ask(m.ReqMktData(1, AMD)))
    peer.ask(m.CancelMktData(1))
    asked = types(peer.ask(m.ReqMktData(2, AMD, generic)))
    assert expected <= asked.keys()
    assert not expected & plain.keys()


def test_highs_and_lows_of_weeks(peer):
    ticks = types(peer.ask(m.ReqMktData(1, AMD, "165")))
    assert ticks[19].price <= ticks[17].price <= ticks[15].price < ticks[16].price <= ticks[18].price <= ticks[20].price


def test_trade_volume_text(peer):
    peer.ask(m.ReqMktData(1, AMD, "233"))
    texts = [t.value for t in only(peer.step(0.25, 8), m.TickString) if t.tickType == 48]
    price, size, ms, volume, average, single = texts[0].split(";")
    assert abs(int(ms) / 1000 - peer.clock.now()) < 5
    assert float(price) > 0 and float(size) > 0 and float(volume) > 1e6 and float(average) > 0
    assert single == "true"


def test_news_tick_once(peer):
    news = only(peer.ask(m.ReqMktData(1, AMD, "mdoff,292")), m.TickNews)
    assert len(news) == 1
    assert news[0].timeStamp <= peer.clock.now() * 1000
    assert only(peer.step(1, 5), m.TickNews) == []
    chosen = only(peer.ask(m.ReqMktData(2, AMD, "mdoff,292:BRFG")), m.TickNews)
    assert {n.providerCode for n in chosen} == {"BRFG"}


def test_greeks_of_an_option_line(peer):
    heard = peer.ask(m.ReqMktData(1, OPTION))
    greeks = {g.tickType: g for g in only(heard, m.TickOptionComputation)}
    assert greeks.keys() == {10, 11, 12, 13}
    model = greeks[13]
    assert 0 < model.delta < 1 and model.gamma > 0 and model.vega > 0 and model.theta < 0
    assert greeks[10].impliedVol <= greeks[12].impliedVol <= greeks[11].impliedVol
    assert model.impliedVol == pytest.approx(greeks[12].impliedVol, rel=0.05)
    under = peer.gateway.quote(peer.gateway.db.by_id(4391)).last
    assert model.undPrice == under


def test_greeks_once_a_second(peer):
    peer.ask(m.ReqMktData(1, OPTION))
    assert len(only(peer.step(0.125, 16), m.TickOptionComputation)) == 8


def test_delayed_greeks():
    peer = Peer()
    peer.ask(m.ReqMarketDataType(3))
    heard = peer.ask(m.ReqMktData(1, OPTION))
    assert {g.tickType for g in only(heard, m.TickOptionComputation)} == {80, 81, 82, 83}


def test_a_delta_neutral_contract_is_confirmed_with_the_values_of_now():
    expiry = make_gateway().db.chains(make_gateway().db.by_id(4391))[0].expirations[3]
    option = make_gateway().db.resolve(Option("AMD", expiry, 210.0, "C", "SMART")).instrument
    combo = Contract(
        secType="BAG", symbol="AMD", currency="USD", exchange="SMART",
        comboLegs=[ComboLeg(option.con_id, 1, "BUY", "SMART"), ComboLeg(4391, 50, "SELL", "SMART")],
        deltaNeutralContract=DeltaNeutralContract(4391, 0.0, 0.0),
    )  # fmt: skip
    peer = Peer()
    told = one(peer.ask(m.ReqMktData(1, combo)), m.DeltaNeutralValidation)
    confirmed = told.deltaNeutralContract
    assert (told.reqId, confirmed.conId) == (1, 4391)
    assert confirmed.price == peer.gateway.price(peer.gateway.db.by_id(4391))
    assert 0 < confirmed.delta < 1
    combo.deltaNeutralContract = DeltaNeutralContract(4391, 0.25, 200.0)
    confirmed = one(peer.ask(m.ReqMktData(2, combo)), m.DeltaNeutralValidation).deltaNeutralContract
    assert (confirmed.delta, confirmed.price) == (0.25, 200.0)
    combo.deltaNeutralContract = DeltaNeutralContract(1, 0.25, 200.0)
    assert one(peer.ask(m.ReqMktData(3, combo)), m.Error).errorCode == 321


def test_a_bond_has_yields():
    peer = Peer()
    note = peer.gateway.db.by_id(748913265)  # 4.25 % until 2034-11-15
    assert bond_yield(note, 100.0, FRIDAY) == pytest.approx(4.25, abs=0.01)
    assert bond_yield(note, 110.0, FRIDAY) < 4.25 < bond_yield(note, 90.0, FRIDAY)
    heard = peer.ask(m.ReqMktData(1, Contract(secType="BOND", conId=748913265, exchange="SMART")))
    prices = {t.tickType: t.price for t in only(heard, m.TickPrice)}
    assert prices[50] == pytest.approx(bond_yield(note, prices[1], peer.gateway.now), abs=1e-6)
    assert prices[50] > prices[51]
