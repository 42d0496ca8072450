"""The words of the views: what counts as no value, and prices that know their increment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ibnb.contract import Stock
from ibnb.tables import Column, Table
from ibnb.tables.words import View, contract_columns, min_tick, number, price, text, ticked, time, whole
from ibnb.values import EPOCH, UNSET_DOUBLE, UNSET_INTEGER


@pytest.mark.parametrize(
    ("column", "marker", "value"),
    [
        (number("x", "x"), UNSET_DOUBLE, 1.5), (whole("x", "x"), UNSET_INTEGER, 7), (text("x", "x"), "", "a"),
        (time("x", "x"), EPOCH, EPOCH.replace(year=2024)), (price("x", "x", missing=(-1.0,)), -1.0, 0.5),
    ],
)  # fmt: skip
def test_markers_are_no_values(column: Column, marker: Any, value: Any) -> None:
    live = Table("t", [column], kind="append")
    live.append([SimpleNamespace(x=marker), SimpleNamespace(x=value)])
    assert live.df["x"].isna().tolist() == [True, False]
    assert live.df["x"].iloc[1] == value


def test_a_view_finds_increments_by_contract() -> None:
    columns = ticked(*contract_columns("symbol"), price("last", "last"), min_tick())
    view = View("v", columns, ("conId",), "").with_ticks({7: 0.25}.get)
    live = Table(view.name, view.columns, key=view.key)
    live.upsert([(i, SimpleNamespace(contract=Stock("S", "SMART", "USD", conId=i), last=1.0)) for i in (7, 8)])
    assert live.df["minTick"].isna().tolist() == [False, True]
    assert [column.name for column in columns if column.tick] == ["last"]
    assert [column.name for column in columns if not column.hidden] == ["symbol", "last"]
