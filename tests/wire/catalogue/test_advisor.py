"""Advisors, soft dollars, display groups: golden frames and round trips."""

from ibnb.objects import SoftDollarTier
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import advisor
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(advisor) > 500


def test_replacing_advisor_data_has_its_id_last_in_text_and_first_in_protobuf():
    message = m.ReplaceFA(1, "<x/>", 9)
    assert Codec(Side.CLIENT, 178).encode(message) == fields(19, 1, 1, "<x/>", 9)
    assert Codec(Side.CLIENT, 225).encode(message) == b"\x00\x00\x00\xdb\x08\x09\x10\x01\x1a\x04<x/>"


def test_tiers():
    got = Codec(Side.CLIENT, 178).decode(fields(77, 5, 1, "name", "value", "shown"))
    assert got == m.SoftDollarTiers(5, [SoftDollarTier("name", "value", "shown")])


def test_display_groups():
    assert Codec(Side.CLIENT, 178).decode(fields(67, 1, 5, "3|1|2")) == m.DisplayGroupList(5, "3|1|2")
    assert Codec(Side.CLIENT, 178).encode(m.UpdateDisplayGroup(5, "8314@SMART")) == fields(69, 1, 5, "8314@SMART")
