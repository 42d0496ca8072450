"""Headlines out of the seed."""

from ibnb.sim.headlines import PERIOD_S, PROVIDERS, headline


def test_headlines_are_fixed_and_in_their_slot(db):
    amd = db.by_id(4391)
    first = headline(1, amd, 12345)
    assert first == headline(1, amd, 12345)
    assert first != headline(2, amd, 12345)
    when, provider, article, text = first
    assert 12345 * PERIOD_S <= when < 12346 * PERIOD_S
    assert provider in dict(PROVIDERS)
    assert article.startswith(f"{provider}$")
    assert "AMD" in text or "Advanced Micro" in text
