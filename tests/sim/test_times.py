"""Dates and times of the wire."""

import datetime as dt

import numpy as np
import pytest

from ibnb.sim import times
from ibnb.sim.errors import RequestRefused

TEN_ET = dt.datetime(2026, 1, 5, 15, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "moment", "lacks_zone"),
    [
        ("20260105 10:00:00 US/Eastern", TEN_ET, False), ("20260105-15:00:00", TEN_ET, False),
        ("20260105 10:00:00", TEN_ET, True), ("20260105  10:00:00", TEN_ET, True), ("20260105 10:00", TEN_ET, True),
        ("20260105 16:00:00 MET", TEN_ET, False), ("20260105-15:00:00Z", TEN_ET, False),
        ("20260105 15:00:00 UTC", TEN_ET, False), ("", None, False), ("  ", None, False),
    ],
)  # fmt: skip
def test_parse_time(text, moment, lacks_zone):
    assert times.parse_time(text, "US/Eastern") == (moment, lacks_zone)


def test_a_bare_date_is_its_end():
    assert times.parse_time("20260105", "UTC")[0] == dt.datetime(2026, 1, 5, 23, 59, 59, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-01-05", "20261305 10:00:00", "20260105 10:00:00 Mars/Olympus", "20260105 25:00:00"]
)
def test_bad_times_are_refused(text):
    with pytest.raises(RequestRefused) as refused:
        times.parse_time(text, "US/Eastern")
    assert refused.value.code == 10314


def test_texts():
    assert times.local_text(TEN_ET, "US/Eastern") == "20260105 10:00:00 US/Eastern"
    assert times.local_text(TEN_ET, "US/Eastern", with_zone=False) == "20260105  10:00:00"
    assert times.utc_text(TEN_ET) == "20260105-15:00:00"
    assert times.date_texts(np.array([0, 20458])) == ["19700101", "20260105"]


def test_many_texts_over_a_change_of_the_clocks():
    first = int(dt.datetime(2026, 3, 8, 5, tzinfo=dt.UTC).timestamp())
    moments = first + np.arange(4) * 3600
    offsets = times.offsets_of(moments, "US/Eastern")
    assert offsets.tolist() == [-18000, -18000, -14400, -14400]
    assert times.second_texts(moments, offsets, "US/Eastern") == [
        "20260308 00:00:00 US/Eastern", "20260308 01:00:00 US/Eastern", "20260308 03:00:00 US/Eastern",
        "20260308 04:00:00 US/Eastern",
    ]  # fmt: skip
    assert times.second_texts(moments[:1], offsets[:1], "x", with_zone=False) == ["20260308  00:00:00"]
    assert len(times.offsets_of(moments[:0], "UTC")) == 0


def test_zone_of():
    assert times.zone_of("UTC").key == "UTC"
