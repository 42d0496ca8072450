"""The user's state of a view as Python reads it."""

import datetime as dt

import pytest

from ibnb.widgets.viewstate import check, condition, parse_typed

KINDS = {"symbol": "str", "last": "f8", "size": "i8", "live": "bool", "at": "time"}


# the same cases as in tests/js/order.test.js
@pytest.mark.parametrize(
    ("typed", "column", "tree"),
    [
        (">10", "last", [">", "last", 10]),
        ("1,234.5", "last", ["==", "last", 1234.5]),
        ("−5", "last", ["==", "last", -5]),
        ("<> 3", "size", ["!=", "size", 3]),
        ("5..9", "last", ["and", [">=", "last", 5], ["<=", "last", 9]]),
        ("abc", "last", None),
        (">", "last", None),
        ("  ", "symbol", None),
        ("spy", "symbol", ["has", "symbol", "spy"]),
        ("=SPY", "symbol", ["==", "symbol", "SPY"]),
        ("yes", "live", ["==", "live", True]),
        (">2026-03-01 14:30", "at", [">", "at", dt.datetime(2026, 3, 1, 14, 30, tzinfo=dt.UTC).timestamp() * 1000]),
    ],
)
def test_what_is_typed_is_read_as_the_browser_reads_it(typed, column, tree):
    assert parse_typed(typed, column, KINDS[column]) == tree


def test_all_filters_are_one():
    state = {"filters": {"last": ">1", "size": "=2"}, "search": " x "}
    assert condition(None, {}, [], KINDS) is None
    assert condition(["==", "size", 1], {}, ["last"], KINDS) == ["==", "size", 1]
    # what is typed for a column that is not shown does not count
    assert condition(["==", "size", 1], state, ["last"], KINDS) == [
        "and",
        ["==", "size", 1],
        [">", "last", 1],
        ["text", "x"],
    ]


def test_columns_that_are_gone_are_left_out_of_a_state():
    state = {
        "columns": ["last", "gone"],
        "pins": ["gone"],
        "group": None,
        "sort": [["gone", True], ["last", 0]],
        "widths": {"x": 1},
    }
    assert check(state, KINDS) == {
        "columns": ["last"],
        "pins": [],
        "group": None,
        "sort": [["last", False]],
        "widths": {"x": 1},
    }
    with pytest.raises(ValueError, match="no 'colums'"):
        check({"colums": []}, KINDS)
