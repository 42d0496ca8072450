"""Tables of what look-ups give: contract details and option chains."""

from __future__ import annotations

import pytest

from ibnb.contract import Contract, ContractDetails
from ibnb.objects import OptionChain
from ibnb.tables.streamviews import list_table


def test_contract_details_are_rows_by_contract() -> None:
    details = [
        ContractDetails(Contract("STK", 265598, "AAPL", exchange="SMART"), minTick=0.01, longName="APPLE INC"),
        ContractDetails(Contract("CASH", 12087792, "EUR"), minTick=0.00005),
        ContractDetails(),
    ]
    live = list_table(details)
    df = live.df
    assert (live.key, live.keys()) == (("conId",), [265598, 12087792])
    assert df["longName"].isna().tolist() == [False, True]
    assert df["minTick"].tolist() == [0.01, 0.00005]
    assert "APPLE INC" in repr(live)
    assert list_table([]).df.attrs["reason"] == "no contract fits"


def test_option_chains_have_a_row_for_each_expiration_and_strike() -> None:
    chains = [OptionChain("SMART", 265598, "AAPL", "100", ["20260320", "20260116"], [110.0, 100.0])]
    df = list_table(chains).df
    assert df["expiry"].tolist() == ["20260116"] * 2 + ["20260320"] * 2
    assert df["strike"].tolist() == [100.0, 110.0] * 2
    assert df["multiplier"].tolist() == [100.0] * 4


def test_other_lists_are_refused() -> None:
    with pytest.raises(TypeError, match="not one of int"):
        list_table([1])
