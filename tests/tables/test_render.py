"""Text and static twin: hostile input stays text, accounts are masked, size is bounded."""

from __future__ import annotations

import html.parser
from typing import Any

import pandas as pd
import pytest

from ibnb.tables import Column, Table, table
from ibnb.tables.render import MAX_HTML_BYTES, format_cell, mask_account, mask_text, price_decimals
from tests.tables.support import T0

NAN = float("nan")
AT = "2024-03-08 14:30:00 UTC"
HOSTILE = [
    '<script>alert("x")</script>',
    "<img src=x onerror=alert(1)>",
    '"><b>',
    "a\nb\x00\x1b[31m",
    "\u202egnp.exe",
    "&lt;",
]


class Tags(html.parser.HTMLParser):
    """Collect tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def made(**columns: list[Any]) -> Table:
    return table(pd.DataFrame(columns), now=T0.timestamp)


def test_text_form() -> None:
    live = table(
        pd.DataFrame({"sym": ["A", None], "px": [1234.5, float("nan")], "n": [7, 8]}), key="n", name="mine",
        formats={"px": "price"}, now=T0.timestamp,
    )  # fmt: skip
    assert repr(live).splitlines() == [
        f"mine: 2 rows × 3 columns, static snapshot, not live, {AT}",
        "sym        px  n",
        "A    1,234.50  7",
        "–           –  8",
    ]


def test_hostile_text_stays_text() -> None:
    live = made(**{"<b>evil</b>": HOSTILE, "ok": [1.0] * len(HOSTILE)})
    live.columns["ok"]  # a plain column beside it
    twin = live._repr_html_()
    tags = Tags(twin)
    assert tags.tags <= {"div", "table", "thead", "tbody", "tr", "th", "td"}
    assert tags.attributes <= {"class", "style", "align", "title"}
    assert '<script>alert("x")</script>' in tags.text
    assert "&lt;" in tags.text
    for bad in ("\x00", "\x1b", "\u202e"):
        assert bad not in twin
        assert bad not in repr(live)
    assert len(repr(live).splitlines()) == 2 + len(HOSTILE)


def test_units_and_docs_are_escaped_too() -> None:
    live = table(pd.DataFrame({"x": [1.0]}), units={"x": '"><script>'}, docs={"x": "<i>"}, name="<script>")
    assert Tags(live._repr_html_()).tags <= {"div", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize(
    ("account", "masked"),
    [
        ("U1234567", "U***567"), ("DU1234567", "DU***567"), ("F7654321", "F***321"), ("All", "All"), ("", ""),
        ("12345678", "***678"), ("LONGALIAS1", "L***AS1"),
    ],
)  # fmt: skip
def test_account_ids_are_masked(account: str, masked: str) -> None:
    assert mask_account(account) == masked


def test_account_ids_within_text_are_masked() -> None:
    assert mask_text("order of DU1234567 (U7654321) rejected") == "order of DU***567 (U***321) rejected"
    assert mask_text("FUT U12 I9 AUD1234567X") == "FUT U12 I9 AUD1234567X"


def account_table() -> Table:
    columns = [
        Column("account", "str", lambda row: row[0], format="account"),
        Column("text", "str", lambda row: row[1]),
    ]
    live = Table("accounts", columns, kind="append", now=T0.timestamp)
    live.append([("DU1234567", "for DU1234567")])
    return live


def test_privacy() -> None:
    live = account_table()
    assert live.df["account"].tolist() == ["DU1234567"]
    for form in (repr(live), live._repr_html_()):
        assert "DU1234567" not in form
        assert form.count("DU***567") == 2
    live.privacy = "full"  # type: ignore[misc]
    assert repr(live).count("DU1234567") == 2
    live.privacy = "off"  # type: ignore[misc]
    for form in (repr(live), live._repr_html_()):
        assert "567" not in form
        assert "privacy is off" in form


def test_at_most_sixty_rows_and_twenty_kilobytes() -> None:
    live = made(**{f"column{i}": ["some longer text with & and < in it"] * 1000 for i in range(30)})
    twin = live._repr_html_()
    assert len(twin.encode()) <= MAX_HTML_BYTES
    assert "of 1,000 rows; .df has all" in twin
    assert len(repr(live).splitlines()) == 1 + 1 + 60 + 1
    assert max(map(len, repr(live).splitlines())) <= 200
    narrow = made(x=[float(i) for i in range(1000)])
    assert narrow._repr_html_().count("<tr>") == 61


def test_newest_rows_of_tables_that_grow_first_rows_of_others() -> None:
    grows = made(x=[float(i) for i in range(100)])
    assert "last 60 of 100 rows" in repr(grows)
    assert "\n99\n" in repr(grows)
    assert grows._repr_html_().index(">98<") < grows._repr_html_().index(">99<")
    keyed = table(pd.DataFrame({"x": list(range(100))}), key="x")
    assert "first 60 of 100 rows" in repr(keyed)


def test_empty_says_why() -> None:
    live = Table("positions", [Column("x", "f8", float)], reason="nothing <held>", now=T0.timestamp)
    assert repr(live) == f"positions: 0 rows × 1 column, static snapshot, not live, {AT}\nno rows: nothing <held>"
    assert "nothing &lt;held&gt;" in live._repr_html_()
    assert "<table" not in live._repr_html_()


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (189.2, "price", "189.20"), (0.00012345, "price", "0.00012345"),
        (-1.0, "price", "-1.00"), (1e15, "price", "1e+15"),
        (1234567.891, "money", "1,234,567.89"), (12.345, "percent", "12.35%"),
        (1500.0, "size", "1,500"), (0.5, "size", "0.5"),
        (1.0, "number", "1"), (7, "int", "7"), (True, "bool", "True"),
        (None, "price", "–"), ("x" * 100, "text", "x" * 59 + "…"),
        (T0, "time", "2024-03-08 14:30:00"), (T0, "date", "2024-03-08"),
    ],
)  # fmt: skip
def test_formats(value: Any, form: str, text: str) -> None:
    assert format_cell(value, Column("c", "f8", float, format=form)) == text


def test_times_are_shown_in_the_zone_of_the_column() -> None:
    column = Column("t", "time", float, zone="Asia/Tokyo")
    assert format_cell(T0, column) == "2024-03-08 23:30:00"
    live = Table("t", [column], kind="append")
    live.append([])
    assert "zone" not in repr(live)


class View:
    def __init__(self, bundle: Any) -> None:
        self.bundle = bundle

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if isinstance(self.bundle, Exception):
            raise self.bundle
        return self.bundle


def test_bundle_is_the_live_view_with_the_static_forms_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    live = made(x=[1.0])
    monkeypatch.setattr(Table, "view_factory", None)  # a connection of another test may have set it
    assert set(live._repr_mimebundle_()) == {"text/plain", "text/html"}
    with pytest.raises(RuntimeError, match=r"use \.df"):
        live.view()
    calls: list[Any] = []

    def factory(table: Table, **options: Any) -> View:
        calls.append((table, options))
        return View(({"view": 1, "text/plain": "live"}, {"meta": 1}))

    monkeypatch.setattr(Table, "view_factory", factory)
    data, meta = live._repr_mimebundle_()
    assert data["view"] == 1
    assert data["text/plain"] == "live"
    assert "static snapshot" in data["text/html"]
    assert meta == {"meta": 1}
    live.view(height=3)
    assert calls == [(live, {}), (live, {"height": 3})]
    monkeypatch.setattr(Table, "view_factory", staticmethod(lambda table, **options: View({"view": 2})))
    assert live._repr_mimebundle_()["view"] == 2


def test_a_broken_view_leaves_the_snapshot(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    live = made(x=[1.0])
    monkeypatch.setattr(Table, "view_factory", lambda table, **options: View(KeyError("broken")))
    assert set(live._repr_mimebundle_()) == {"text/plain", "text/html"}
    assert "has no live view" in caplog.text


def test_in_a_kernel_the_live_view_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Live(View):
        def _ipython_display_(self) -> None:
            shown.append("live")

    live = made(x=[1.0])
    monkeypatch.setattr(Table, "view_factory", lambda table, **options: Live({}))
    with pytest.raises(NotImplementedError):
        live._ipython_display_()
    monkeypatch.setattr("ibnb.tables.render.in_kernel", lambda: True)
    live._ipython_display_()
    assert shown == ["live"]
    monkeypatch.setattr(Table, "view_factory", None)
    with pytest.raises(NotImplementedError):
        live._ipython_display_()


@pytest.mark.parametrize(
    ("value", "tick", "decimals"),
    [
        (270.85, 0.01, 2), (1.1755, 0.00005, 5), (5000.25, 0.25, 2), (110.015625, 0.015625, 6), (150.0, 1.0, 2),
        (150.125, 0.005, 3), (1.1755, NAN, 4), (270.8500061, NAN, 2), (270.8533, None, 4), (0.00001234, 0.0, 8),
        (0.0, None, 2), (1e15, None, 2), (3.0, float("inf"), 2), (NAN, NAN, 2),
    ],
)  # fmt: skip
def test_a_price_has_the_decimals_of_its_increment(value: float, tick: float | None, decimals: int) -> None:
    assert price_decimals(value, tick) == decimals


def test_prices_are_written_by_their_own_row() -> None:
    columns = [
        Column("last", "f8", lambda row: row[0], format="price", tick="minTick"),
        Column("minTick", "f8", lambda row: row[1], hidden=True),
    ]
    live = Table("prices", columns, kind="append", now=T0.timestamp)
    live.append([(270.85, 0.01), (1.1755, 0.00005), (NAN, 0.01), (1234.5, NAN)])
    assert [line.strip() for line in repr(live).splitlines()[2:]] == ["270.85", "1.17550", "–", "1,234.50"]
    assert ">1.17550<" in live._repr_html_()
    assert [line.strip() for line in repr(live.select("last")).splitlines()[2:4]] == ["270.85", "1.1755"]


def test_marimo_gets_the_live_view_or_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    live = made(x=[1.0])
    monkeypatch.setattr(Table, "view_factory", None)
    assert live._display_()._repr_html_() == live._repr_html_()
    monkeypatch.setattr(Table, "view_factory", staticmethod(lambda which: ("view", which)))
    assert live._display_() == ("view", live)
