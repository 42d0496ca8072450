"""The still picture: formats, order, size, escaping, masks."""

import datetime as dt
import sys
from html.parser import HTMLParser
from operator import itemgetter

import numpy as np
import pandas as pd
import pytest
from widgets.hub_support import quotes

from ibnb.tables import Column, Table
from ibnb.tables.user import table
from ibnb.widgets.static_twin import Look, Picture, caption, collation, table_html, table_text, writer


class Cells(HTMLParser):
    """The texts of a table's cells, row by row; also which tags and attributes there are."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.attributes = [], set(), set()
        self.feed(text)
        self.rows = [row for row in self.rows if row is not None]

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag == "p":
            self.rows.append(None)
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def picture(t, **look):
    return Picture(t.schema(), t.snapshot(), Look(**look))


def test_the_picture_has_the_rows_as_they_are_shown():
    html = table_html("quotes", picture(quotes(3), columns=["symbol", "last", "halted"], sort=[("last", False)]))
    assert Cells(html).rows == [
        ["symbol", "last", "halted"], ["S2", "2.25", "yes"], ["S1", "1.25", "no"], ["S0", "0.25", "yes"],
    ]  # fmt: skip


@pytest.mark.parametrize("ascending", [True, False])
def test_missing_values_come_last_either_way(ascending):
    frame = pd.DataFrame({"k": ["a", "b", "c"], "x": [2.0, np.nan, 1.0], "s": ["B", None, "A"]})
    t = table(frame, key="k")
    for column in ("x", "s"):
        keys = picture(t, columns=["k"], sort=[(column, ascending)])
        assert keys.texts("k", keys.rows) == (["c", "a", "b"] if ascending else ["a", "c", "b"])


def test_it_is_small_however_large_the_table_is():
    frame = pd.DataFrame({f"column{i}": np.random.default_rng(i).normal(size=5000) for i in range(30)})
    html = table_html("wide", picture(table(frame)), at=dt.datetime(2026, 3, 1, 14, 30, tzinfo=dt.UTC))
    assert 5_000 < len(html.encode()) <= 20_500
    assert "of 5,000 rows · as of 2026-03-01 14:30:00 UTC, not live" in html


def test_hostile_text_is_text():
    evil = "<script>alert(1)</script>\u202e\x00\"'&"
    html = table_html(evil, picture(table(pd.DataFrame({"name": [evil, "x" * 100_000]}))), css_class="ibnb-twin")
    found = Cells(html)
    assert found.tags == {"div", "table", "thead", "tbody", "tr", "th", "td", "p", "small"}
    assert found.attributes <= {"class", "title", "align", "style"}
    assert found.rows[1] == ["<script>alert(1)</script> \"'&"] and len(found.rows[2][0]) == 80


@pytest.mark.parametrize(("privacy", "cell"), [("masked", "DU***567"), ("full", "DU1234567"), ("off", "no rows")])
def test_account_numbers_are_masked_unless_told_otherwise(privacy, cell):
    t = table(pd.DataFrame({"account": ["DU1234567"]}), formats={"account": "account"})
    assert Cells(table_html("t", picture(t, privacy=privacy))).rows[1:] == [[cell]]


def test_an_empty_table_says_so():
    assert "no rows" in table_html("none", picture(table(pd.DataFrame({"x": [0.0][:0]}))))


def test_text_form_is_aligned():
    lines = table_text("quotes", picture(quotes(2), columns=["symbol", "last"])).splitlines()
    assert lines == ["symbol  last", "S0      0.25", "S1      1.25", "quotes · 2 rows"]


@pytest.mark.parametrize(
    ("column", "raw", "texts"),
    [
        ({"kind": "f8", "format": "price"}, [100.0, 100.125, np.nan], ["100.000", "100.125", "–"]),
        ({"kind": "f8", "format": "money"}, [-1234567.891], ["−1,234,567.89"]),
        ({"kind": "f8", "format": "percent"}, [1.5], ["1.50%"]),
        ({"kind": "f8", "format": "size"}, [1000.0, 0.5], ["1,000", "0.5"]),
        ({"kind": "f8", "format": "number"}, [1.0, 0.25], ["1.00", "0.25"]),
        ({"kind": "f8", "format": "money", "name": "dailyPnL"}, [5.0, -5.0, 0.0], ["▲ 5.00", "▼ −5.00", "0.00"]),
        ({"kind": "i8", "format": "int"}, [12345, -(2**63)], ["12345", "–"]),
        ({"kind": "i8", "format": "size"}, [12345], ["12,345"]),
        ({"kind": "bool"}, [1, 0, 255], ["yes", "no", "–"]),
        ({"kind": "time", "zone": "America/New_York"}, [1_772_375_400_500_000_000], ["2026-03-01 09:30:00.500"]),
        ({"kind": "time", "zone": None, "format": "date"}, [1_772_375_400_000_000_000, -(2**63)], ["2026-03-01", "–"]),
    ],
)
def test_cells_are_written_by_kind_and_format(column, raw, texts):
    column = {"name": "x", "unit": "", **column}
    write = writer(column, np.array(raw))
    assert [write(value) for value in raw] == texts


def test_caption_counts():
    assert caption("t", 1, 1, None) == "t · 1 row"
    assert caption("t", 100, 60, None) == "t · first 60 of 100 rows"


def test_prices_have_the_decimals_of_their_own_row():
    columns = [
        Column("last", "f8", itemgetter(0), format="price", tick="minTick"),
        Column("minTick", "f8", itemgetter(1), hidden=True),
    ]
    t = Table("prices", columns, kind="append")
    t.append([(270.85, 0.01), (1.1755, 0.00005), (np.nan, 0.01)])
    assert Cells(table_html("t", picture(t))).rows[1:] == [["270.85"], ["1.17550"], ["–"]]
    assert table_text("t", picture(t)).splitlines()[1:4] == [" 270.85", "1.17550", "      –"]
    assert Cells(table_html("t", picture(t, decimals={"last": 1}))).rows[1:] == [["270.9"], ["1.2"], ["–"]]
    alone = t.select("last")
    assert Cells(table_html("t", picture(alone))).rows[1:] == [["270.85"], ["1.1755"], ["–"]]


def test_headings_stand_over_their_cells():
    html = table_html("t", picture(table(pd.DataFrame({"s": ["a"], "x": [1.0]}))))
    assert "<tr align=right><th align=left" in html and "<td align=left>a</td><td>1</td>" in html


def test_texts_are_sorted_as_the_browser_sorts_them():
    # by Intl.Collator("en", {numeric: true, sensitivity: "base"})
    texts = [" x", "_x", "-5", "$", "1,5", "1.5", "9", "10", "a9", "A9x", "a10", "b", "B2", "BRK B", "BRK.B", "é", "e"]
    texts += ["ES 20261", "ES 202612", "ES-1", "Österreich", "oz", "straße", "strasse x", "z"]
    mixed = [*texts[15:], *texts[:15]]  # é before e: they are equal, and keep their order
    assert sorted(mixed, key=collation) == texts


def test_what_texts_are_sorted_by_is_not_much_longer_than_they_are():
    """A still picture of 10,000 long texts took most of a gigabyte."""
    for text in ("headline " * 1000, "é1." * 1000, "12345 " * 1000):
        assert sys.getsizeof(collation(text)) < 8 * len(text)


@pytest.mark.parametrize(
    "texts", [["7", "007x", "8", "٩", "10", "10a", "99", "1" * 301], ["a", "a ", "a-", "a1", "aa", "b"], ["", "~", "0"]]
)
def test_numbers_in_texts_count_by_value_and_what_is_shorter_comes_first(texts):
    backwards = texts[::-1]
    assert sorted(backwards, key=collation) == texts


BOOK = {
    "symbol": ["A", "B", "C"],
    "currency": ["USD", "USD", "EUR"],
    "kind": ["x", "y", "x"],
    "pnl": [1.5, np.nan, -4.0],
}


def book(**look):
    made = table(pd.DataFrame(BOOK), key="symbol", units={"pnl": "currency"}, formats={"pnl": "money"}, name="book")
    return Picture(made.schema(), made.snapshot(), Look(**look))


@pytest.mark.parametrize(
    ("word", "text"), [("sum", "mixed"), ("mean", "mixed"), ("min", "▼ −4.00"), ("max", "▲ 1.50"), ("count", "2")]
)
def test_totals_say_where_they_cannot_add(word, text):
    assert book(totals={"pnl": word}).total("pnl") == text
    assert book(totals={"pnl": "sum"}, condition=["==", "currency", "USD"]).total("pnl") == "▲ 1.50"
    assert book(totals={"pnl": "sum"}, condition=["==", "symbol", "B"]).total("pnl") == "–"
    assert book(totals={"pnl": "sum"}).total("symbol") == ""


def test_a_picture_has_its_groups_together_and_its_totals_last():
    picture = book(group=["kind"], sort=[("symbol", False)], totals={"symbol": "count", "pnl": "max"})
    lines = table_text("book", picture).splitlines()
    assert [line.split()[0] for line in lines] == ["symbol", "C", "A", "B", "Total", "book"]
    html = table_html("book", picture)
    assert "<tfoot><tr align=right><th align=left>Total of 3</th>" in html and html.count("<th>▲ 1.50</th>") == 1
