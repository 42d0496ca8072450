"""Accounts: golden frames and round trips."""

from ibnb.contract import Contract
from ibnb.objects import FamilyCode
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import account
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(account) > 1000


def test_portfolio_row():
    payload = fields(7, 8, 265598, "AAPL", "STK", "", "0.0", "0", "", "NASDAQ", "USD", "AAPL", "NMS",
                     "100", "187.25", "18725.0", "150.5", "3675.0", "0.0", "DU1")  # fmt: skip
    got = Codec(Side.CLIENT, 178).decode(payload)
    assert got == m.UpdatePortfolio(got.contract, 100.0, 187.25, 18725.0, 150.5, 3675.0, 0.0, "DU1")
    assert (got.contract.conId, got.contract.primaryExchange, got.contract.right) == (265598, "NASDAQ", "0")


def test_position():
    payload = fields(61, 3, "DU1", 1, "ES", "FUT", "20240315", "", "", "50", "CME", "USD", "ESH4", "ES", -2, 240000.5)
    got = Codec(Side.CLIENT, 178).decode(payload)
    assert (got.account, got.position, got.avgCost) == ("DU1", -2.0, 240000.5)
    assert (got.contract.multiplier, got.contract.strike, got.contract.exchange) == ("50", 0.0, "CME")


def test_unsubscribing_is_the_same_message():
    codec = Codec(Side.CLIENT, 178)
    assert codec.encode(m.ReqAccountUpdates(True, "DU1")) == b"6\x002\x001\x00DU1\x00"
    assert codec.encode(m.ReqAccountUpdates(False, "DU1")) == b"6\x002\x000\x00DU1\x00"


def test_unknown_profit_is_unset():
    got = Codec(Side.CLIENT, 178).decode(fields(94, 7, "1.7976931348623157E308", -5.5, "1.7976931348623157E308"))
    assert got == m.Pnl(7, UNSET_DOUBLE, -5.5, UNSET_DOUBLE)


def test_values_are_unescaped():
    got = Codec(Side.CLIENT, 178).decode(fields(6, 2, "Name", "Z\\u00fcrich", "", "DU1"))
    assert got == m.UpdateAccountValue("Name", "Zürich", "", "DU1")


def test_position_of_a_model_in_protobuf():
    sent = m.PositionMulti(5, "DU1", Contract(symbol="AAPL"), 100.0, 1.5, "core")
    payload = Codec(Side.SERVER, 225).encode(sent)
    assert payload == bytes.fromhex("0000010f 0805 1203445531 1a08 0800 1204 4141504c".replace(" ", "")) + (
        b"\x22\x03100\x29\x00\x00\x00\x00\x00\x00\xf8?\x32\x04core"
    )


def test_family_codes():
    got = Codec(Side.CLIENT, 178).decode(fields(78, 2, "DU1", "F1", "DU2", ""))
    assert got == m.FamilyCodes([FamilyCode("DU1", "F1"), FamilyCode("DU2", "")])
