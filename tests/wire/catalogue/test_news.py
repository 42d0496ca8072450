"""News and the event calendar: golden frames and round trips."""

import pytest

from ibnb.contract import Contract, TagValue
from ibnb.errors import ServerTooOld
from ibnb.objects import NewsProvider
from ibnb.objects import WshEventData as WshFilter
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import news
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(news) > 1000


def test_headlines():
    codec = Codec(Side.CLIENT, 178)
    got = codec.decode(fields(84, 5, 1705658400000, "BRFG", "BRFG$1", "Börse", "K:n/a"))
    assert got == m.TickNews(5, 1705658400000, "BRFG", "BRFG$1", "Börse", "K:n/a")
    assert codec.decode(fields(85, 1, "BRFG", "Briefing")) == m.NewsProviders([NewsProvider("BRFG", "Briefing")])
    assert codec.decode(fields(87, 5, 1)) == m.HistoricalNewsEnd(5, True)


def test_options_of_fundamental_data_are_counted_and_joined():
    message = m.ReqFundamentalData(5, Contract(conId=1), "RESC", [TagValue("a", "1"), TagValue("b", "2")])
    payload = Codec(Side.CLIENT, 178).encode(message)
    assert payload == fields(52, 2, 5, 1, "", "", "", "", "", "", "RESC", 2, "a=1;b=2;")
    assert Codec(Side.SERVER, 178).decode(payload).fundamentalDataOptions == message.fundamentalDataOptions


def test_calendar_by_version():
    plain = m.ReqWshEventData(5, WshFilter(conId=8314))
    assert Codec(Side.CLIENT, 161).encode(plain) == fields(102, 5, 8314)
    assert Codec(Side.CLIENT, 173).encode(plain) == fields(102, 5, 8314, "", 0, 0, 0, "", "", 2147483647)
    with pytest.raises(ServerTooOld):
        Codec(Side.CLIENT, 160).encode(plain)
    with pytest.raises(ServerTooOld) as caught:
        Codec(Side.CLIENT, 171).encode(m.ReqWshEventData(5, WshFilter(startDate="20240101")))
    assert (caught.value.need, caught.value.feature) == (173, "ReqWshEventData: wshEventData.startDate")


def test_calendar_in_protobuf_is_flat():
    payload = Codec(Side.CLIENT, 225).encode(m.ReqWshEventData(5, WshFilter(filter="{}", fillPortfolio=True)))
    assert payload == b"\x00\x00\x01\x2e\x08\x05\x1a\x02{}\x28\x01"
