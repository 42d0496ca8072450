"""Contract definitions: golden frames and round trips."""

import pytest

from ibnb.contract import Contract
from ibnb.contract import ContractDetails as Details
from ibnb.objects import PriceIncrement, SmartComponent
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import contracts
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(contracts) > 1500


def test_request():
    contract = Contract(secType="OPT", symbol="AAPL", exchange="SMART", currency="USD", strike=150.0, right="C")
    start = (9, 8, 5, 0, "AAPL", "OPT", "", "150.0", "C", "", "SMART", "", "USD", "", "", 0, "", "")
    assert Codec(Side.CLIENT, 175).encode(m.ReqContractDetails(5, contract)) == fields(*start)
    assert Codec(Side.CLIENT, 176).encode(m.ReqContractDetails(5, contract)) == fields(*start, "")


def test_a_strike_that_is_not_given_is_empty():
    payload = Codec(Side.CLIENT, 178).encode(m.ReqContractDetails(5, Contract(symbol="AAPL")))
    assert payload.split(b"\0")[7] == b""


ES = ("ES", "FUT", "20240315 08:30 US/Central", "0", "", "CME", "USD", "ESH4", "ES", "ES", 495512563, "0.25", "50",
      "ACTIVETIM,", "CME", 1, 11004968, "E-mini S&amp;P 500", "", "202403", "", "", "", "US/Central", "h", "l", "", 0,
      1, "ISIN", "x", 2147483647, "ES", "IND", "67", "20240315", "", 1, 1, 1)  # fmt: skip


def test_details():
    got = Codec(Side.CLIENT, 178).decode(fields(10, 5, *ES)).contractDetails
    assert got.contract.lastTradeDateOrContractMonth == "20240315"
    assert (got.lastTradeTime, got.timeZoneId) == ("08:30", "US/Central")
    assert (got.contract.conId, got.contract.multiplier, got.minTick) == (495512563, "50", 0.25)
    assert [(tv.tag, tv.value) for tv in got.secIdList] == [("ISIN", "x")]
    assert (got.minSize, got.sizeIncrement, got.underSymbol) == (1.0, 1.0, "ES")


def test_details_by_version():
    old = Codec(Side.CLIENT, 157).decode(fields(10, 8, 5, *ES[:12], 1, *ES[12:-3]))
    assert old.contractDetails.contract.multiplier == "50"
    new = Codec(Side.CLIENT, 186).decode(fields(10, 5, *ES[:3], "20240314", *ES[3:], 1, "id", "why"))
    assert new.contractDetails.contract.lastTradeDate == "20240314"
    assert [(r.id_, r.description) for r in new.contractDetails.ineligibilityReasonList] == [("id", "why")]


@pytest.mark.parametrize("version", [178, 225])
def test_bonds_have_a_maturity(version):
    details = Details(contract=Contract(symbol="T", secType="BOND"), maturity="20340215", lastTradeTime="00:00",
                      timeZoneId="UTC", coupon=4.5, cusip="912810")  # fmt: skip
    got = Codec(Side.CLIENT, version).decode(Codec(Side.SERVER, version).encode(m.BondContractDetails(5, details)))
    read = got.contractDetails
    assert (read.maturity, read.lastTradeTime, read.timeZoneId) == ("20340215", "00:00", "UTC")
    assert (read.coupon, read.cusip) == (4.5, "912810")


def test_protobuf_texts_of_numbers():
    body = b"\x08\x05\x12\x00\x1a\x0f\x12\x040.01\xc2\x01\x060.0001"
    got = Codec(Side.CLIENT, 225).decode(b"\x00\x00\x00\xd2" + body).contractDetails
    assert (got.minTick, got.minSize) == (0.01, 0.0001)
    assert (got.sizeIncrement, got.minAlgoSize) == (0.0, UNSET_DOUBLE)


def test_market_rules_and_components():
    codec = Codec(Side.CLIENT, 178)
    rule = codec.decode(fields(93, 26, 2, "0", "0.0001", "1", "0.01"))
    assert rule == m.MarketRule(26, [PriceIncrement(0.0, 0.0001), PriceIncrement(1.0, 0.01)])
    parts = codec.decode(fields(82, 5, 1, 3, "ISLAND", "Q"))
    assert parts == m.SmartComponents(5, [SmartComponent(3, "ISLAND", "Q")])
