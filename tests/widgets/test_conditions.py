"""Filters: text to tree, tree to rows."""

import numpy as np
import pytest

from ibnb.widgets.conditions import mask, parse

KINDS = {"symbol": "str", "last": "f8", "live": "bool", "time": "time"}
CELLS = {
    "symbol": np.array(["SPY", "QQQ", None, "spx"], object),
    "last": np.array([1.0, 20.0, 15.0, np.nan]),
    "live": np.array([True, False, None, True], object),
    "time": np.array([0.0, 1e12, np.nan, 2e12]),
}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("last > 10", [1, 2]),
        ("10 < last <= 15", [2]),
        ("last != 15", [0, 1, 3]),
        ("symbol == 'SPY'", [0]),
        ("symbol != 'SPY'", [1, 2, 3]),
        ("symbol in ['SPY', 'QQQ']", [0, 1]),
        ("symbol not in ['SPY', 'QQQ']", [2, 3]),
        ("'sp' in symbol", [0, 3]),
        ("live", [0, 3]),
        ("not live", [1, 2]),
        ("last > 10 and symbol == 'QQQ' or live == True", [0, 1, 3]),
        ("last in (1, 15)", [0, 2]),
        ("time >= '2001-09-09 01:46:40'", [1, 3]),
        ("last > 'a'", []),
        ("symbol > 5", []),
    ],
)
def test_a_filter_picks_its_rows(text, rows):
    assert np.flatnonzero(mask(parse(text, KINDS), 4, CELLS.__getitem__, KINDS)).tolist() == rows


def test_a_text_search_looks_in_every_text_column():
    assert mask(["text", "PX"], 4, CELLS.__getitem__, KINDS).tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("last >", "cannot be read"),
        ("lst > 1", "no column 'lst'; there are symbol, last"),
        ("last + 1 > 2", "compared with no column"),
        ("last > bid", "no plain value"),
        ("__import__('os')", "no comparison"),
        ("last in 5", "wants a list"),
        ("last > [1]", "wants a list"),
        ("last is 5", "use =="),
        ("time > 'soon'", "is no time"),
    ],
)
def test_what_is_no_filter_is_refused_with_advice(text, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace("+", r"\+")):
        parse(text, KINDS)
