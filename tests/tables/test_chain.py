"""The table of an option chain: its rows, and the quotes that find theirs."""

from __future__ import annotations

from typing import Any

import pytest
from reducing import Reducing

from ibnb.contract import Contract, ContractDetails, Option, Stock
from ibnb.objects import OptionChain
from ibnb.state.reducers import routes
from ibnb.tables import Tables
from ibnb.tables.chain import Line, line_of, lines_of
from ibnb.wire import catalogue as m
from tests.tables.support import Home, Mirror, Timer, frame_rows

SMART = OptionChain("SMART", 265598, "AAPL", "100", ["20260320", "20260116"], [110.0, 100.0])
CBOE = OptionChain("CBOE", 265598, "AAPL", "100", ["20260116"], [100.0, 105.0])
CALL = Option(
    "AAPL", "20260116", 100.0, "C", "SMART", conId=71, tradingClass="AAPL", localSymbol="AAPL  260116C00100000"
)
PUT = Option("AAPL", "20260116", 100.0, "P", "SMART")


class Rig(Reducing):
    def __init__(self) -> None:
        super().__init__()
        self.timer = Timer()
        self.tables = Tables(self.store, self.timer.call_later, Home(), now=self.timer, monotonic=self.timer)

    def stream(self, reqId: int, contract: Contract) -> None:
        self.store.start_ticker(reqId, contract, "mktData")


def quoted(df: Any) -> list[tuple[Any, ...]]:
    """Return the rows that have a bid, short."""
    rows = df[df["bid"].notna()]
    return list(rows[["expiry", "strike", "right", "bid"]].itertuples(index=False, name=None))


def test_a_chain_is_a_row_for_each_expiration_strike_and_right() -> None:
    chain = Rig().tables.chain([CBOE, SMART])
    df = chain.df
    assert df["expiry"].tolist() == ["20260116"] * 4 + ["20260320"] * 4
    assert df["strike"].tolist() == [100.0, 100.0, 110.0, 110.0] * 2
    assert df["right"].tolist() == ["C", "P"] * 4
    assert df["exchange"].unique().tolist() == ["SMART"]
    assert df["multiplier"].tolist() == [100.0] * 8
    assert df[["bid", "ask", "last", "impliedVol", "delta", "conId", "time"]].isna().all(axis=None)
    assert chain.key == ("tradingClass", "expiry", "strike", "right")
    assert chain.df.attrs["units"]["bidSize"] == "contracts"


def test_what_is_wanted_of_a_chain() -> None:
    tables = Rig().tables
    assert tables.chain([SMART, CBOE], exchange="CBOE").df["strike"].unique().tolist() == [100.0, 105.0]
    assert tables.chain([CBOE]).df["exchange"].unique().tolist() == ["CBOE"]
    assert tables.chain(SMART, expirations="20260320", strikes=[110])["strike"].tolist() == [110.0, 110.0]
    assert (
        tables.chain([SMART], strikes=lambda strike: strike < 105)["expiry"].tolist()
        == ["20260116"] * 2 + ["20260320"] * 2
    )
    assert tables.chain([]).df.attrs["reason"] == "there are no options"
    with pytest.raises(TypeError, match="not int"):
        tables.chain([1])


def test_contracts_and_details_make_a_chain_too() -> None:
    assert lines_of([PUT, ContractDetails(CALL), Stock("AAPL"), CALL]) == [
        Line("AAPL", "20260116", 100.0, "C", "SMART", "", 71, "AAPL  260116C00100000"),
        Line("AAPL", "20260116", 100.0, "P", "SMART"),
    ]
    assert line_of(Option("SPX", "20260116", 5000, "PUT", tradingClass="SPXW")) == Line("SPXW", "20260116", 5000.0, "P")
    assert line_of(Option("SPX", "20260116", 5000, "")) is None


def test_quotes_find_their_rows_and_stay_current() -> None:
    rig = Rig()
    rig.stream(1, CALL)
    chain = rig.tables.chain([SMART])
    mirror = Mirror(chain)
    assert chain.df["conId"].dropna().tolist() == [71]
    rig.stream(2, PUT)
    rig.stream(3, Stock("AAPL", "SMART", "USD", conId=265598))
    rig.stream(4, Option("AAPL", "20260116", 105.0, "C", "SMART", conId=72))
    bids = [m.TickPrice(n, 1, 1.0 + n, 5.0, 0) for n in (1, 2, 3, 4)]
    greeks = m.TickOptionComputation(1, 13, 0, 0.25, 0.5, 2.0, 0.0, 0.01, 0.1, -0.02, 101.0)
    at_the_bid = m.TickOptionComputation(1, 10, 0, 0.2, 0.4, 2.0, 0.0, 0.01, 0.1, -0.02, 101.0)
    rig.take(*bids, greeks, at_the_bid, m.TickSize(2, 28, 77.0), m.TickSize(1, 28, 78.0))
    df = chain.df
    assert quoted(df) == [("20260116", 100.0, "C", 2.0), ("20260116", 100.0, "P", 3.0)]
    first = df.iloc[0]
    assert [first[name] for name in ("impliedVol", "delta", "theta", "undPrice", "bidVol")] == [
        0.25,
        0.5,
        -0.02,
        101.0,
        0.2,
    ]
    assert df["openInterest"].dropna().tolist() == [77.0]
    assert df["localSymbol"].dropna().tolist() == [CALL.localSymbol]
    revision = chain.revision
    rig.take(m.TickPrice(3, 1, 9.0, 5.0, 0))
    assert chain.delta(revision).revision == revision
    rig.take(m.TickPrice(1, 1, 2.5, 5.0, 0))
    assert set(chain.delta(revision).changed) == {"bid", "time"}
    mirror.sync()
    assert mirror.rows() == frame_rows(chain.df)


def test_a_new_connection_takes_the_quotes_out_of_the_rows() -> None:
    rig = Rig()
    chain = rig.tables.chain([SMART])
    rig.stream(1, CALL)
    rig.take(m.TickPrice(1, 1, 1.5, 5.0, 0))
    assert len(quoted(chain.df)) == 1
    rig.store.reset()
    assert len(quoted(chain.df)) == 1
    rig.store.begin_connection()
    assert (quoted(chain.df), len(chain)) == ([], 8)
    rig.handlers = routes(rig.store)  # each connection has its own
    rig.stream(1, CALL)
    rig.take(m.TickPrice(1, 1, 1.25, 5.0, 0))
    assert quoted(chain.df) == [("20260116", 100.0, "C", 1.25)]


def test_a_chain_that_lost_the_record_reads_the_quotes_anew() -> None:
    rig = Rig()
    chain = rig.tables.chain([SMART])
    rig.stream(1, CALL)
    rig.take(m.TickPrice(1, 1, 1.5, 5.0, 0))
    assert len(quoted(chain.df)) == 1
    quotes = rig.tables.quotes
    with rig.store.lock:
        rig.store.quotes.clear()
        rig.store.touch("quotes", 71)
    assert len(quotes) == 0
    quotes._log.forget(quotes.revision)
    rig.stream(2, PUT)
    rig.take(m.TickPrice(2, 1, 0.5, 5.0, 0))
    assert quoted(chain.df) == [("20260116", 100.0, "P", 0.5)]
