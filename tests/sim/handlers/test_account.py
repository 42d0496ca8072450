"""Positions, account values, summaries, profit over the wire."""

import pytest

from ibnb.contract import Forex, Stock
from ibnb.order import MarketOrder
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of, one, only

AMD = Stock("AMD", "SMART", "USD")


@pytest.fixture
def holder():
    return Peer(positions=True)


def buy(peer, quantity=10, order_id=1, contract=AMD):
    return peer.ask(m.PlaceOrder(order_id, contract, MarketOrder("BUY", quantity))) + peer.step()


def values(messages):
    return {(v.key, v.currency): v.val for v in only(messages, m.UpdateAccountValue)}


@pytest.mark.parametrize("version", [157, 178, 225])
def test_positions_then_the_end_then_changes(version):
    peer = Peer(positions=True, version=version)
    heard = peer.ask(m.ReqPositions())
    assert type(heard[-1]) is m.PositionEnd
    rows = {p.contract.symbol: p.position for p in only(heard, m.Position)}
    assert rows["AMD"] == 150 and rows["TSLA"] == -40
    changed = one(buy(peer), m.Position)
    assert (changed.contract.conId, changed.position, changed.account) == (4391, 160, "DU1234567")
    peer.ask(m.CancelPositions())
    assert only(buy(peer, order_id=2), m.Position) == []


def test_average_cost_of_a_future_holds_the_multiplier(holder):
    es = next(p for p in only(holder.ask(m.ReqPositions()), m.Position) if p.contract.secType == "FUT")
    held = holder.gateway.accounts["DU1234567"].holdings[es.contract.conId]
    assert es.avgCost == held.average * 50


@pytest.mark.parametrize("version", [157, 178, 225])
def test_account_updates(version):
    peer = Peer(positions=True, version=version)
    heard = peer.ask(m.ReqAccountUpdates(True, "DU1234567"))
    kinds = [type(x) for x in heard]
    assert kinds[-2:] == [m.UpdateAccountTime, m.AccountDownloadEnd]
    assert heard[-2].timeStamp == "11:37"
    figures = values(heard)
    portfolio = only(heard, m.UpdatePortfolio)
    assert {(p.contract.exchange, bool(p.contract.primaryExchange)) for p in portfolio} == {("", True)}
    assert all(
        p.marketValue == pytest.approx(p.position * p.marketPrice, rel=1e-6)
        for p in portfolio
        if p.contract.secType == "STK"
    )
    stocks = sum(p.marketValue for p in portfolio if p.contract.secType == "STK")
    assert float(figures["StockMarketValue", "USD"]) == pytest.approx(stocks, abs=0.1)
    assert float(figures["GrossPositionValue", "USD"]) == pytest.approx(
        sum(abs(p.marketValue) for p in portfolio if p.contract.secType == "STK"), abs=0.1
    )
    assert ("NetLiquidationByCurrency", "BASE") in figures
    future = next(p for p in portfolio if p.contract.secType == "FUT")
    assert float(figures["NetLiquidation", "USD"]) == pytest.approx(
        float(figures["TotalCashValue", "USD"]) + stocks + future.unrealizedPNL, abs=0.1
    )


def test_only_changes_after_the_first_set(holder):
    first = values(holder.ask(m.ReqAccountUpdates(True, "")))
    later = holder.step(200)
    assert 0 < len(values(later)) < len(first)
    assert one(later, m.UpdateAccountTime).timeStamp == "11:40"
    assert only(later, m.UpdatePortfolio)


def test_a_trade_is_told_at_once(holder):
    holder.ask(m.ReqAccountUpdates(True, ""))
    heard = buy(holder, 50)
    row = one(heard, m.UpdatePortfolio)
    assert (row.contract.conId, row.position) == (4391, 200)
    assert ("TotalCashValue", "USD") in values(heard)


def test_a_flat_position_is_told_with_zero(holder):
    holder.ask(m.ReqAccountUpdates(True, ""))
    holder.ask(m.ReqPositions())
    heard = holder.ask(m.PlaceOrder(1, AMD, MarketOrder("SELL", 150))) + holder.step()
    assert one(heard, m.UpdatePortfolio).position == 0
    assert one(heard, m.Position).position == 0
    fresh = holder.ask(m.ReqPositions())
    assert "AMD" not in {p.contract.symbol for p in only(fresh, m.Position)}


def test_unsubscribing():
    holder = Peer(positions=True, version=178)
    holder.ask(m.ReqAccountUpdates(True, ""))
    assert error_of(holder.ask(m.ReqAccountUpdates(False, ""))) == (-1, 2100)
    assert holder.step(300) == []
    assert holder.ask(m.ReqAccountUpdates(False, "")) == []


def test_unknown_account(peer):
    assert error_of(peer.ask(m.ReqAccountUpdates(True, "U999")))[1] == 321
    assert error_of(peer.ask(m.ReqPnL(4, "U999", ""))) == (4, 321)


@pytest.mark.parametrize("version", [157, 178, 225])
def test_summary(version):
    peer = Peer(version=version, accounts=("DU1", "DU2"))
    heard = peer.ask(m.ReqAccountSummary(7, "All", "NetLiquidation,TotalCashValue,AccountType,Bogus"))
    assert one(heard, m.AccountSummaryEnd).reqId == 7
    rows = {(r.account, r.tag): r.value for r in only(heard, m.AccountSummary)}
    assert len(rows) == 6
    assert rows["DU1", "AccountType"] == "INDIVIDUAL"
    assert float(rows["DU1", "NetLiquidation"]) > float(rows["DU2", "NetLiquidation"])


@pytest.mark.parametrize(
    ("tag", "currencies"), [("$LEDGER", {"BASE"}), ("$LEDGER:ALL", {"BASE", "EUR", "USD"}), ("$LEDGER:EUR", {"EUR"})]
)
def test_ledger_tags(peer, tag, currencies):
    rows = only(peer.ask(m.ReqAccountSummary(7, "All", tag)), m.AccountSummary)
    assert {r.currency for r in rows} == currencies
    assert "NetLiquidationByCurrency" in {r.tag for r in rows}


def test_summary_refreshes_what_changed_every_three_minutes(holder):
    holder.ask(m.ReqAccountSummary(7, "All", "NetLiquidation,AccountType"))
    assert holder.step(60) == []
    heard = holder.step(130)
    assert [r.tag for r in only(heard, m.AccountSummary)] == ["NetLiquidation"]
    one(heard, m.AccountSummaryEnd)
    holder.ask(m.CancelAccountSummary(7))
    assert holder.step(200) == []


def test_two_summaries_at_most_and_valid_tags(peer):
    for n in (1, 2):
        peer.ask(m.ReqAccountSummary(n, "All", "NetLiquidation"))
    assert error_of(peer.ask(m.ReqAccountSummary(3, "All", "NetLiquidation"))) == (3, 322)
    assert error_of(peer.ask(m.ReqAccountSummary(1, "All", "Nonsense"))) == (1, 321)


def test_multi(holder):
    heard = holder.ask(m.ReqPositionsMulti(1, "DU1234567", ""))
    assert one(heard, m.PositionMultiEnd).reqId == 1
    assert len(only(heard, m.PositionMulti)) == 7
    heard = holder.ask(m.ReqAccountUpdatesMulti(2, "DU1234567", "", False))
    one(heard, m.AccountUpdateMultiEnd)
    every = {(v.key, v.currency) for v in only(heard, m.AccountUpdateMulti)}
    some = {
        (v.key, v.currency) for v in only(holder.ask(m.ReqAccountUpdatesMulti(3, "", "", True)), m.AccountUpdateMulti)
    }
    assert some < every and ("NetLiquidation", "USD") in some
    traded = buy(holder)
    assert [p.reqId for p in only(traded, m.PositionMulti)] == [1]
    assert {v.reqId for v in only(traded, m.AccountUpdateMulti)} == {2, 3}
    for message in (m.CancelPositionsMulti(1), m.CancelAccountUpdatesMulti(2), m.CancelAccountUpdatesMulti(3)):
        holder.ask(message)
    quiet = buy(holder, order_id=2)
    assert only(quiet, m.PositionMulti) == only(quiet, m.AccountUpdateMulti) == []
    assert [type(x) for x in holder.step(400)] == []


@pytest.mark.parametrize("version", [157, 225])
def test_pnl(version):
    peer = Peer(positions=True, version=version)
    first = one(peer.ask(m.ReqPnL(5, "DU1234567", "")), m.Pnl)
    account = peer.gateway.accounts["DU1234567"]
    daily, unrealized, realized = account.profit(peer.gateway.price, peer.gateway.rate)
    assert (first.dailyPnL, first.unrealizedPnL) == (
        pytest.approx(daily, abs=1e-3),
        pytest.approx(unrealized, abs=1e-3),
    )
    assert first.realizedPnL == realized == 0
    later = only(peer.step(0.5, 20), m.Pnl)
    assert 3 < len(later) <= 10, "about once a second"
    peer.ask(m.CancelPnL(5))
    assert peer.step(1, 5) == []


def test_pnl_of_one_position(holder):
    first = one(holder.ask(m.ReqPnLSingle(6, "", "", 4391)), m.PnlSingle)
    price = holder.gateway.price(holder.gateway.db.by_id(4391))
    held = holder.gateway.accounts["DU1234567"].holdings[4391]
    assert (first.pos, first.value) == (150, pytest.approx(150 * price))
    assert first.unrealizedPnL == pytest.approx(150 * (price - held.average))
    none = one(holder.ask(m.ReqPnLSingle(7, "", "", 8894)), m.PnlSingle)
    assert (none.pos, none.unrealizedPnL) == (0, 1.7976931348623157e308)
    assert error_of(holder.ask(m.ReqPnLSingle(8, "", "", 1))) == (8, 321)
    holder.ask(m.CancelPnLSingle(6))
    holder.ask(m.CancelPnLSingle(7))
    assert holder.step(1, 3) == []


def test_forex_shows_as_position_and_cash(holder):
    holder.ask(m.ReqAccountUpdates(True, ""))
    heard = buy(holder, 20_000, contract=Forex("EURUSD"))
    assert float(values(heard)["CashBalance", "EUR"]) == 45_000
    assert one(heard, m.UpdatePortfolio).contract.secType == "CASH"
