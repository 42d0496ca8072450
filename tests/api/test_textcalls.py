"""Messages given as text."""

import math

import pytest
from reducing import AMD
from wired import Wire

from ibnb.contract import Contract, TagValue
from ibnb.errors import LocalProtocolError, NotConnected
from ibnb.ib import IB
from ibnb.values import UNSET_DOUBLE, UNSET_INTEGER
from ibnb.wire import catalogue as m


@pytest.mark.parametrize("version", [178, 201, 225])
def test_a_message_goes_out_in_the_encoding_of_the_server(version):
    wire = Wire(server_version=version)
    wire.ib.client.sendMsg("6\0002\0001\0DU1\0")
    assert wire.sent == [m.ReqAccountUpdates(True, "DU1")]
    wire.ib.disconnect()


def test_fields_are_written_as_ib_async_writes_them(monkeypatch):
    client, sent = IB().client, []
    monkeypatch.setattr(client, "sendMsg", sent.append)
    client.send(1, "text", True, None, 1.5, math.inf, UNSET_INTEGER, UNSET_DOUBLE, [TagValue("a", "b")])
    client.send(UNSET_INTEGER, makeEmpty=False)
    assert sent == ["1\0text\x001\0\x001.5\0Infinity\0\0\0a=b;\0", "2147483647\0"]


def test_a_contract_is_twelve_fields(wire):
    wire.ib.client.send(9, 8, 5, AMD, False, "", "", "")
    (asked,) = wire.sent
    assert asked == m.ReqContractDetails(
        5, Contract(secType="STK", conId=4391, symbol="AMD", exchange="SMART", currency="USD")
    )


@pytest.mark.parametrize("text", ["999\0", "hello\0", ""])
def test_what_is_no_request_is_refused(wire, text):
    with pytest.raises(LocalProtocolError, match="is not the id of a request"):
        wire.ib.client.sendMsg(text)


def test_nothing_is_sent_without_a_connection():
    with pytest.raises(NotConnected):
        IB().client.sendMsg("49\0001\0")


def test_start_api_can_be_repeated(wire):
    wire.ib.client.startApi()
    assert wire.sent == [m.StartApi(1, "")]
