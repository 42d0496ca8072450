"""The methods that make live tables of a table."""

from __future__ import annotations

import pandas as pd

from ibnb.tables import table
from ibnb.tables.deriving import Deriving


def test_everything_made_of_a_table_follows_it() -> None:
    parent = table(pd.DataFrame({"k": ["a", "b"], "g": ["x", "x"], "v": [1.0, 2.0]}), key="k")
    other = table(pd.DataFrame({"g": ["x"], "w": [5.0]}), key="g")
    assert isinstance(parent, Deriving)
    made = [
        parent.where("v > 1"), parent.select("k", "v"), parent.sort("-v"), parent.assign(double="2 * v"),
        parent.group("g").agg(v="sum"), parent.join(other),
    ]  # fmt: skip
    parent.upsert({"k": "b", "v": 10.0})
    assert [live.df["v"].max() for live in made] == [10.0, 10.0, 10.0, 10.0, 11.0, 10.0]
    assert made[3].df["double"].tolist() == [2.0, 20.0]
    assert made[5].df["w"].tolist() == [5.0, 5.0]
