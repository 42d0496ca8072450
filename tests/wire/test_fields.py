"""Leaf values: their text, their missing values, their escapes."""

from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.contract import TagValue
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import fields as f


def load(kind, raw):
    """Return what a kind reads in a text field."""
    return eval(kind.load.format(x="raw"), dict(f.NAMESPACE), {"raw": raw})


def dump(kind, value):
    """Return the text that a kind writes."""
    return eval(kind.dump.format(v="value"), dict(f.NAMESPACE), {"value": value})


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (f.INT, b"", 0),
        (f.INT, b"-5", -5),
        (f.SMALL, b"", 0),
        (f.SMALL, b"-5", -5),
        (f.SMALL, b"007", 7),
        (f.SMALL, b"123456789012345", 123456789012345),
        (f.OPT_INT, b"", UNSET_INTEGER),
        (f.LIT_INT, b"", UNSET_INTEGER),
        (f.FLOAT, b"", 0.0),
        (f.FLOAT, b"1.7976931348623157E308", UNSET_DOUBLE),
        (f.FLOAT, b"Infinity", inf),
        (f.OPT_FLOAT, b"", UNSET_DOUBLE),
        (f.OPT_FLOAT, b"0", 0.0),
        (f.STRIKE, b"", 0.0),
        (f.STRIKE, b"1.7976931348623157E308", 0.0),
        (f.DECIMAL, b"", UNSET_DOUBLE),
        (f.DECIMAL, b"2147483647", UNSET_DOUBLE),
        (f.DECIMAL, b"9223372036854775807", UNSET_DOUBLE),
        (f.DECIMAL, b"-9223372036854775808", UNSET_DOUBLE),
        (f.DECIMAL, b"1.7976931348623157E308", UNSET_DOUBLE),
        (f.DECIMAL, b"3000000000", 3e9),
        (f.DECIMAL, b"0.5", 0.5),
        (f.BOOL, b"", False),
        (f.BOOL, b"1", True),
        (f.TRIBOOL, b"", None),
        (f.TRIBOOL, b"0", False),
        (f.WORD_BOOL, b"true", True),
        (f.WORD_BOOL, b"false", False),
        (f.TAGS, b"a=1;b=x=y;", [TagValue("a", "1"), TagValue("b", "x=y")]),
        (f.ESCAPED, b"Z\\u00fcrich \\\\ \\ud83d\\ude00", "Zürich \\ 😀"),
        (f.ESCAPED, "roh é".encode(), "roh é"),
        (f.STR, b"C:\\u0041", "C:\\u0041"),
    ],
)
def test_reading(kind, raw, value):
    assert load(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (f.INT, True, "1"),
        (f.INT, UNSET_INTEGER, "2147483647"),
        (f.OPT_INT, UNSET_INTEGER, ""),
        (f.OPT_INT, None, ""),
        (f.LIT_INT, UNSET_INTEGER, "2147483647"),
        (f.LIT_INT, None, "2147483647"),
        (f.FLOAT, 100.0, "100.0"),
        (f.FLOAT, 100, "100"),
        (f.FLOAT, inf, "Infinity"),
        (f.OPT_FLOAT, None, ""),
        (f.OPT_FLOAT, UNSET_DOUBLE, ""),
        (f.LIT_FLOAT, UNSET_DOUBLE, "1.7976931348623157e+308"),
        (f.LIT_FLOAT, None, "1.7976931348623157e+308"),
        (f.STRIKE, 0.0, ""),
        (f.STRIKE, 150.5, "150.5"),
        (f.DECIMAL, 100.0, "100"),
        (f.DECIMAL, 0.5, "0.5"),
        (f.DECIMAL, 1e-07, "0.0000001"),
        (f.DECIMAL, 1e15, "1000000000000000"),
        (f.DECIMAL, Decimal("1.50"), "1.50"),
        (f.DECIMAL, Decimal("NaN"), ""),
        (f.DECIMAL, 7, "7"),
        (f.DECIMAL, UNSET_DOUBLE, ""),
        (f.DECIMAL, None, ""),
        (f.BOOL, True, "1"),
        (f.TRIBOOL, None, ""),
        (f.TRIBOOL, False, "0"),
        (f.TAGS, [TagValue("a", "1")], "a=1;"),
        (f.TAGS, None, ""),
        (f.ESCAPED, "Zürich \\ 😀", "Z\\u00fcrich \\\\ \\ud83d\\ude00"),
        (f.ESCAPED, "line\nbreak", "line\nbreak"),
    ],
)
def test_writing(kind, value, text):
    assert dump(kind, value) == text


def test_numbers_that_are_none_are_refused():
    for kind in (f.FLOAT, f.LIT_FLOAT, f.OPT_FLOAT):
        with pytest.raises(ValueError, match="UNSET_DOUBLE"):
            dump(kind, nan)
    with pytest.raises(ValueError, match="no numbers"):
        dump(f.FLOAT, None)


@given(st.text())
def test_escapes_bring_back_every_text(text):
    if not any(0xD800 <= ord(c) < 0xE000 for c in text):  # half characters are no text
        escaped = f.escape(text)
        assert all(c in "\t\n\r" or " " <= c <= "~" for c in escaped)
        assert f.unescape(escaped.encode()) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimal_text_is_plain_and_exact(value):
    text = f.decimal_text(value)
    assert "e" not in text.lower()
    assert float(text or UNSET_DOUBLE) == value


@pytest.mark.parametrize(("value", "text"), [(100.0, "100"), (0.1, "0.1"), (1.123456789, "1.12345679"), (inf, "inf")])
def test_numbers_that_are_texts_in_the_model(value, text):
    assert f.number_text(value) == text
    assert f.number_text(UNSET_DOUBLE) == ""
    assert f.text_number("") == UNSET_DOUBLE
    with pytest.raises(ValueError, match="could not convert"):
        f.text_number("abc")


def test_whole_numbers_of_doubles():
    assert isinstance(f.whole(100.0), int)
    assert f.whole(0.5) == 0.5


def test_known_numbers_are_read_once_and_bounded(monkeypatch):
    known = f.KnownInts()
    monkeypatch.setattr(f.KnownInts, "LIMIT", 2)
    assert [known[b"1"], known[b"22"], known[b"3"], known[b"1"], known[b"9" * 20]] == [1, 22, 3, 1, int("9" * 20)]
    assert dict(known) == {b"1": 1, b"22": 22}


def test_a_text_that_is_no_number_is_not_kept():
    known = f.KnownInts()
    with pytest.raises(ValueError, match="invalid literal"):
        known[b"x"]
    assert not known


def test_a_memo_reads_each_different_value_once():
    asked = []
    memo = f.Memo(lambda x: asked.append(x) or len(x))
    assert [memo[x] for x in ("a", "bb", "a")] == [1, 2, 1]
    assert asked == ["a", "bb"]


def test_texts_of_an_answer_are_shared_and_bounded():
    known = f.KnownTexts(bytes.decode)
    assert known[b"SMART"] is known[bytes(bytearray(b"SMART"))] == "SMART"
    assert known[b""] == ""
    long = b"x" * 100
    assert known[long] == long.decode()
    assert long not in known
    known.update({b"%d" % k: "" for k in range(known.LIMIT)})
    size = len(known)
    assert known[b"another"] == "another"
    assert len(known) == size
    with pytest.raises(UnicodeDecodeError):
        known[b"\xff"]


def test_numbers_that_are_texts_are_shared_and_bounded():
    known = f.KnownNumbers()
    assert known[100.0] is known[float("100")] == "100"
    assert known[0.5] == "0.5"
    assert known[float("nan")] == known[float("nan")] == "nan"
    assert len(known) == 2
    for k in range(2 * known.LIMIT):
        assert known[float(k)] == str(k)
    assert len(known) <= known.LIMIT
