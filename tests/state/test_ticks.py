"""The tables of tick types."""

import csv
import dataclasses
from pathlib import Path

import pytest

from ibnb.state import ticks as types
from ibnb.ticker import Ticker

FIELDS = {field.name for field in dataclasses.fields(Ticker)}
TABLES = {
    name: getattr(types, name)
    for name in ("ATTRIBUTES", "PRICES", "SIZES", "GENERICS", "GREEKS", "EFPS", "STRINGS", "TIMESTAMPS", "RT_VOLUMES")
}


@pytest.mark.parametrize("name", TABLES)
def test_every_tick_fills_a_field_of_the_ticker(name):
    assert set(TABLES[name].values()) <= FIELDS


@pytest.mark.parametrize("quotes", [types.QUOTES, types.QUOTE_SIZES])
def test_quotes_fill_price_size_and_both_previous_fields(quotes):
    assert {field for fields in quotes.values() for field in fields} <= FIELDS
    assert all(previous == f"prev{name.capitalize()}" for name, previous, *_ in quotes.values())


@pytest.mark.parametrize(("live", "delayed"), [(1, 66), (2, 67), (4, 68)])
def test_delayed_prices_fill_the_fields_of_live_ones(live, delayed):
    assert types.QUOTES[delayed] == types.QUOTES[live]
    assert types.ATTRIBUTES[delayed] == types.ATTRIBUTES[live]


@pytest.mark.parametrize(("live", "delayed"), [(0, 69), (3, 70), (5, 71)])
def test_delayed_sizes_fill_the_fields_of_live_ones(live, delayed):
    assert types.QUOTE_SIZES[delayed] == types.QUOTE_SIZES[live]


@pytest.mark.parametrize(("mask", "marks"), [(0, (False, False, False)), (5, (True, False, True))])
def test_the_marks_of_a_price_follow_its_mask(mask, marks):
    assert types.MARKS[mask].tuple() == marks


def test_the_known_types_of_ib_async_are_all_there():
    facts = Path(__file__).parents[1] / "compat" / "facts" / "names.csv"
    with facts.open(newline="", encoding="utf-8") as rows:
        maps = {row["name"]: row["value"] for row in csv.DictReader(rows) if row["name"].endswith("_TICK_MAP")}
    known = {int(part.split(":")[0].strip(" {")) for text in maps.values() for part in text.split(",")}
    assert len(known) > 70
    assert known <= {number for table in TABLES.values() for number in table}
