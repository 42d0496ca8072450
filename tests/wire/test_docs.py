"""The protocol page: current, complete, and true to the layouts."""

from pathlib import Path

import pytest

from ibnb.wire import catalogue as m
from ibnb.wire import docs
from ibnb.wire import versions as V
from ibnb.wire.__main__ import main
from ibnb.wire.layout import Word, const, count, field, present, repeat, since, when

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page():
    return docs.page()


def test_the_page_is_current(page):
    committed = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    assert committed == page, "the catalogue has changed: python -m ibnb.wire docs > docs/protocol.md"


def test_every_message_type_and_version_has_its_place(page):
    for spec in m.SPECS.values():
        assert page.count(f"\n### {spec.name}\n") == 1
        assert f"`{spec.source}`" in page
    for name, number, text in docs.versions():
        assert getattr(V, name) == number
        assert text
    assert {number for _, number, _ in docs.versions()} == set(range(V.MIN_VERSION, V.MAX_VERSION + 1))


def section(page, name):
    return page.split(f"\n### {name}\n")[1].split("\n### ")[0]


def test_a_section_tells_ids_layout_and_numbers(page):
    text = section(page, "TickPrice")
    assert "id 1, protobuf id 201 from server 206" in text
    assert "VERSION=6 reqId tickType price size attrMask" in text
    assert "3 price: a number" in text
    assert "hedgeMaxSize` | a whole number" in section(page, "Order (type)")
    assert "bars is n * date open high low close volume average barCount" in section(page, "HistoricalData")
    assert "faProfile=''[-176]" in section(page, "PlaceOrder")
    assert "no text" not in section(page, "ReqConfig")
    assert "text  " not in section(page, "ReqConfig")


def test_every_word_has_its_form():
    words = (
        "a",
        field("b", since=183),
        const("c", "1", until=193),
        count("d"),
        repeat("e"),
        when("a > 1", "f"),
        since(190, "g"),
        repeat("h", "i", "j"),
        present("k", "l"),
    )
    assert list(docs.text_lines(words)) == [
        "a b[183+] c=1[-192] count(d) n * e",
        "if a > 1:",
        "  f",
        "[190+]:",
        "  g",
        "n * h:",
        "  i j",
        "0/1 k:",
        "  l",
    ]
    with pytest.raises(TypeError):
        list(docs.text_lines([Word()]))


def test_long_rows_are_broken():
    lines = list(docs.text_lines(tuple(f"field{k:02}" for k in range(40))))
    assert len(lines) > 2
    assert max(map(len, lines)) <= 110


def test_the_command_prints_the_page(capsys, page):
    assert main(["docs"]) == 0
    assert capsys.readouterr().out == page
