"""No order leaves a read-only connection."""

import pytest

from ibnb.api.trading import Trading, TradingDisabled


@pytest.fixture
def read_only(monkeypatch):
    monkeypatch.setattr(Trading, "read_only_default", True)
    return Trading()


def test_scripts_trade_as_with_ib_async():
    Trading().check("U1", 1e9)


def test_read_only_refuses_and_says_what_to_do(read_only):
    with pytest.raises(TradingDisabled, match=r'ib\.trading\.enable\("DU1"\)'):
        read_only.check("DU1", 1)


def test_enabled_for_one_account_only(read_only):
    read_only.enable("DU1")
    read_only.check("DU1", 1)
    with pytest.raises(TradingDisabled):
        read_only.check("DU2", 1)
    read_only.disable("DU1")
    with pytest.raises(TradingDisabled):
        read_only.check("DU1", 1)


def test_live_account_needs_its_own_flag(read_only):
    with pytest.raises(TradingDisabled, match="live=True"):
        read_only.enable("U123")
    read_only.enable("U123", live=True)
    read_only.check("U123", 1)


def test_quantity_limit(read_only):
    read_only.enable("DU1", max_quantity=10)
    read_only.check("DU1", 10)
    with pytest.raises(TradingDisabled, match="above the limit of 10"):
        read_only.check("DU1", 11)
