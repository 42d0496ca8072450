"""Unset values, dates of TWS, SI prefixes."""

import datetime as dt
import math
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.values import (
    EPOCH,
    UNSET_DOUBLE,
    UNSET_INTEGER,
    UNSET_LONG,
    formatIBDatetime,
    formatSI,
    isNan,
    isUnset,
    parseIBDatetime,
    parseZone,
)


def test_markers():
    assert UNSET_INTEGER == 2147483647
    assert UNSET_LONG == 9223372036854775807
    assert UNSET_DOUBLE == 1.7976931348623157e308
    assert dt.datetime(1970, 1, 1, tzinfo=dt.UTC) == EPOCH


@pytest.mark.parametrize("value", [None, "", math.nan, UNSET_INTEGER, UNSET_DOUBLE, UNSET_LONG])
def test_unset_values(value):
    assert isUnset(value)


@pytest.mark.parametrize("value", [0, 0.0, -1, "0", False, math.inf, "nan", 2**31])
def test_values_that_are_set(value):
    assert not isUnset(value)


def test_is_nan():
    assert isNan(math.nan)
    assert not isNan(1.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240105", dt.date(2024, 1, 5)),
        ("2024-01-05", dt.date(2024, 1, 5)),
        ("1577836800", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        ("0", EPOCH),
        ("1577836800123", dt.datetime(2020, 1, 1, 0, 0, 0, 123000, tzinfo=dt.UTC)),
        ("20240105 14:30:00", dt.datetime(2024, 1, 5, 14, 30)),
        ("20240105  14:30:00", dt.datetime(2024, 1, 5, 14, 30)),
        ("20240105-14:30:00", dt.datetime(2024, 1, 5, 14, 30)),
        ("2024-01-05 14:30:00.0", dt.datetime(2024, 1, 5, 14, 30)),
        ("20240105 14:30:00Z", dt.datetime(2024, 1, 5, 14, 30, tzinfo=dt.UTC)),
        ("20240105-14:30:00 UTC", dt.datetime(2024, 1, 5, 14, 30, tzinfo=dt.UTC)),
        ("20240705 14:30:00 US/Eastern", dt.datetime(2024, 7, 5, 14, 30, tzinfo=ZoneInfo("US/Eastern"))),
        (
            "20240105 14:30:00 Eastern Standard Time",
            dt.datetime(2024, 1, 5, 14, 30, tzinfo=ZoneInfo("America/New_York")),
        ),
        (" 20240105 14:30:00 ", dt.datetime(2024, 1, 5, 14, 30)),
    ],
)
def test_parse(text, expected):
    parsed = parseIBDatetime(text)
    assert parsed == expected
    assert type(parsed) is type(expected)
    assert getattr(parsed, "tzinfo", None) == getattr(expected, "tzinfo", None)


@pytest.mark.parametrize(
    "text", ["", "nonsense here", "20241305", "20240105 25:00:00", "20240105 14:30", "2024-01-05T14:30:00"]
)
def test_what_is_no_time_of_tws(text):
    with pytest.raises(ValueError):
        parseIBDatetime(text)


def test_an_unknown_zone_is_named():
    with pytest.raises(ValueError, match="Mars/Olympus"):
        parseIBDatetime("20240105 14:30:00 Mars/Olympus")


@pytest.mark.parametrize("name", ["../etc/passwd", "", "/"])
def test_a_zone_name_is_no_path(name):
    with pytest.raises(ValueError, match="unknown time zone"):
        parseZone(name)


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)))
def test_what_is_formatted_can_be_parsed(moment):
    assert parseIBDatetime(formatIBDatetime(moment)) == moment.replace(microsecond=0)


def test_format_of_times():
    eastern = dt.datetime(2024, 7, 5, 10, 30, tzinfo=ZoneInfo("US/Eastern"))
    assert formatIBDatetime(eastern) == "20240705 14:30:00 UTC"
    assert formatIBDatetime("20240105 x") == "20240105 x"
    assert formatIBDatetime(None) == formatIBDatetime("") == ""


def test_a_date_means_the_end_of_that_local_day():
    local_end = dt.datetime(2024, 1, 5, 23, 59, 59).astimezone(dt.UTC)
    assert formatIBDatetime(dt.date(2024, 1, 5)) == local_end.strftime("%Y%m%d %H:%M:%S UTC")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 "), (5, "5 "), (999, "999 "), (1000, "1.00 k"), (1234567, "1.23 M"), (0.00123, "1.23 m"), (1e9, "1.00 G"),
     (12.345, "12.3 "), (0.5, "500 m"), (999.6, "1.00 k"), (-1234, "-1.23 k"), (1e-9, "1.00 n"), (3.7, "3.70 ")],
)  # fmt: skip
def test_si_prefixes(number, text):
    assert formatSI(number) == text


@given(st.floats(1e-20, 1e20))
def test_si_text_is_close_to_the_number(number):
    text = formatSI(number)
    digits, prefix = text.split(" ")
    assert len(digits) <= 5
    factor = 1000.0 ** ("yzafpnum kMGTPEZY".index(prefix or " ") - 8)
    assert math.isclose(float(digits) * factor, number, rel_tol=0.006)
