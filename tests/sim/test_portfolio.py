"""What a fresh gateway's accounts hold."""

from tests.sim.peer import make_gateway


def test_cost_of_the_positions_comes_out_of_the_cash():
    empty, full = make_gateway(), make_gateway(positions=True)
    a, b = (g.accounts["DU1234567"] for g in (empty, full))
    spent = sum(h.quantity * h.average for h in b.held() if h.instrument.sec_type != "FUT")
    assert round(a.cash["USD"] - b.cash["USD"], 6) == round(spent, 6)
    assert a.held() == []


def test_prices_paid_are_closes_of_the_past():
    gateway = make_gateway(positions=True)
    held = gateway.accounts["DU1234567"].holdings[4391]
    assert held.average != held.start_price
    quote = gateway.quote(held.instrument)
    assert held.start_price == quote.close, "the day's profit counts from yesterday's close"


def test_more_accounts_start_with_less():
    gateway = make_gateway(accounts=("A", "B"))
    assert [a.cash["USD"] for a in gateway.accounts.values()] == [1_000_000.0, 500_000.0]
