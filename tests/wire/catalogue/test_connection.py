"""The connection's own messages: golden frames and round trips."""

import pytest

from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import connection
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(connection) > 1000


@pytest.mark.parametrize(
    ("version", "values"),
    [
        (165, (4, 2, 9, 201, "rejected")),
        (178, (4, 2, 9, 201, "rejected", '{"a":1}')),
        (194, (4, 9, 201, "rejected", '{"a":1}', 1705658400000)),
    ],
)
def test_errors_by_version(version, values):
    got = Codec(Side.CLIENT, version).decode(fields(*values))
    assert (got.reqId, got.errorCode, got.errorString) == (9, 201, "rejected")
    assert got.advancedOrderRejectJson == ('{"a":1}' if version >= 166 else "")
    assert got.errorTime == (1705658400000 if version >= 194 else 0)


def test_errors_are_unescaped_in_text_and_plain_in_protobuf():
    got = Codec(Side.CLIENT, 178).decode(fields(4, 2, -1, 2104, "B\\u00f6rse \\\\o/", ""))
    assert got.errorString == "Börse \\o/"
    body = "Börse \\u00f6".encode()
    payload = b"\x00\x00\x00\xcc\x08\x09\x18\xc8\x01\x22" + bytes([len(body)]) + body
    assert Codec(Side.CLIENT, 225).decode(payload) == m.Error(9, 200, "Börse \\u00f6")


def test_start():
    assert Codec(Side.CLIENT, 178).encode(m.StartApi(7)) == b"71\x002\x007\x00\x00"
    assert Codec(Side.CLIENT, 225).encode(m.StartApi(7)) == b"\x00\x00\x01\x0f\x08\x07"


def test_verification_ends_in_words():
    got = Codec(Side.CLIENT, 178).decode(fields(66, 1, "true", ""))
    assert got == m.VerifyCompleted(True, "")
    assert Codec(Side.SERVER, 225).encode(m.VerifyAndAuthCompleted(False, "no")) == b"\0\0\0\x46" + fields(
        1, "false", "no"
    )
