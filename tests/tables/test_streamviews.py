"""Tables of what look-ups give: contract details and option chains."""

from __future__ import annotations

import pytest

from ibnb.contract import Contract, ContractDetails
from ibnb.objects import (
    HistoricalTick,
    HistoricalTickBidAsk,
    HistoricalTickLast,
    OptionChain,
    TickAttribBidAsk,
    TickAttribLast,
)
from ibnb.tables.streamviews import list_table
from tests.tables.support import T0


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


def test_ticks_of_the_past_have_a_row_each() -> None:
    marks = TickAttribLast(True, False)
    trades = list_table(
        [HistoricalTickLast(T0, marks, 10.5, 3.0, "ARCA", "I"), HistoricalTickLast(T0, marks, 10.6, 1.0, "", "")]
    )
    df = trades.df
    assert df[["type", "price", "size"]].values.tolist() == [["Last", 10.5, 3.0], ["Last", 10.6, 1.0]]
    assert (df["exchange"].tolist()[0], df["conditions"].tolist()[0], df["pastLimit"].tolist()) == (
        "ARCA",
        "I",
        [True] * 2,
    )
    assert df["time"].tolist() == [T0, T0]
    quotes = list_table([HistoricalTickBidAsk(T0, TickAttribBidAsk(), 1.0, 1.1, 5.0, 6.0)]).df
    assert quotes[["type", "bid", "ask", "bidSize", "askSize"]].values.tolist() == [["BidAsk", 1.0, 1.1, 5.0, 6.0]]
    middles = list_table([HistoricalTick(T0, 1.05, 0.0)]).df
    assert middles[["type", "price"]].values.tolist() == [["MidPoint", 1.05]]


def test_other_lists_are_refused() -> None:
    with pytest.raises(TypeError, match="not one of int"):
        list_table([1])
