"""Rules: what a function of a frame gives, as classes."""

import pandas as pd
import pytest
from widgets.hub_support import quotes

from ibnb.tables.user import table
from ibnb.widgets.marks import classes, marked

INDEX = pd.RangeIndex(3)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (pd.Series([True, False, None], dtype="boolean"), ["mark", None, None]),
        ([True, False, True], ["mark", None, "mark"]),
        (pd.Series([1.5, -2.0, float("nan")]), ["good", "bad", None]),
        ([1, 0, -1], ["good", None, "bad"]),
        (["warn", None, ""], ["warn", None, None]),
        ("info", ["info"] * 3),
        (None, [None] * 3),
    ],
)
def test_what_a_rule_gives_becomes_classes(result, expected):
    out = classes(result, INDEX)
    assert [None if pd.isna(value) else value for value in out] == expected and out.dtype == "str"


@pytest.mark.parametrize(
    ("result", "message"), [(["red", None, None], "'red' is no class"), (pd.Series([1]), "1 values for 3 rows")]
)
def test_what_is_no_class_is_refused(result, message):
    with pytest.raises(ValueError, match=message):
        classes(result, INDEX)


def test_a_rule_that_fails_is_told_at_once_and_one_that_fails_later_is_logged_once(caplog):
    t = quotes()
    with pytest.raises(ValueError, match="the rule of 'last' failed: KeyError: 'nothing'"):
        marked(t, {"last": lambda df: df["nothing"]})
    with pytest.raises(TypeError, match="give a function"):
        marked(t, {"last": "red"})
    with pytest.raises(ValueError, match="no column 'x' for a rule"):
        marked(t, {"x": len})

    def rule(df):
        if (df["last"] > 100).any():
            raise RuntimeError("too much")
        return df["last"]

    out = marked(t, {"last": rule})
    assert out.df["~last"].tolist() == ["good"] * 3
    for price in (101.0, 102.0):
        t.upsert({"symbol": "S0", "last": price})
        assert pd.isna(out.df["~last"][0]) and out.df["~last"][1] == "good"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_rule_on_an_empty_table_waits_for_rows():
    t = table(pd.DataFrame({"symbol": pd.Series(dtype="str"), "last": pd.Series(dtype="float64")}), key="symbol")
    out = marked(t, {"last": lambda df: df["last"]})
    t.upsert({"symbol": "A", "last": 1.0})
    assert out.df["~last"].tolist() == ["good"]
