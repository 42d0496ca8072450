"""Errors: their texts and attributes, and what the codes of TWS do."""

import pickle

import pytest

from ibnb import errors
from ibnb.contract import Stock
from ibnb.errors import (
    ClientIdInUse,
    ConnectionLost,
    DecodeError,
    FieldError,
    FrameTooLarge,
    HandshakeFailed,
    IbnbError,
    LocalProtocolError,
    MarketDataNotSubscribed,
    NoSecurityDefinition,
    NotConnected,
    OrderRejected,
    PacingViolation,
    ProtocolError,
    RemoteProtocolError,
    RequestError,
    RequestTimeout,
    ServerTooOld,
    UnknownRequestError,
    ends_order,
    ends_request,
    error_for,
    is_warning,
)

SAMPLES = [
    FieldError("placeOrder", "order.lmtPrice", "abc", "a number"),
    ServerTooOld("order.postOnly", 216, 178),
    DecodeError("openOrder", 176, "lmtPrice", b"abc", 7, "not a number"),
    FrameTooLarge(2**30, 2**24),
    NotConnected("reqPositions"),
    HandshakeFailed("the connection was closed", "127.0.0.1", 4002),
    ClientIdInUse(7, "127.0.0.1", 4002),
    RequestError(3, 321, "bad"),
    RequestTimeout("reqHistoricalData of Stock(symbol='A')", 2.5),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_pickling(error):
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)
    assert isinstance(error, IbnbError)


@pytest.mark.parametrize(
    ("error", "parts"),
    list(
        zip(
            SAMPLES,
            [
                ("placeOrder", "order.lmtPrice", "'abc'", "a number"),
                ("order.postOnly", "216", "178", "update"),
                ("openOrder at server version 176", "'lmtPrice'", "b'abc'", "not a number", "reqId 7"),
                (str(2**30), str(2**24), "host and port"),
                ("reqPositions", "ib.connect()"),
                ("127.0.0.1:4002", "closed", "trusted IPs"),
                ("clientId 7", "127.0.0.1:4002", "another clientId"),
                ("[reqId 3] API error: 321: bad",),
                ("reqHistoricalData", "2.5 s"),
            ],
        )
    ),
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_texts_name_object_values_and_next_step(error, parts):
    assert [part for part in parts if part not in str(error)] == []


def test_short_forms():
    assert str(NotConnected()) == "not connected; call ib.connect() first"
    assert str(DecodeError("x", 225, "", b"\x00" * 200)).endswith("...")
    assert len(str(DecodeError("x", 225, "", b"\x00" * 200))) < 150
    assert str(ClientIdInUse(1)) == "clientId 1 is already connected; pass another clientId or disconnect it"
    assert "with" not in str(HandshakeFailed("nothing came")).split(":")[0]


def test_tree():
    assert issubclass(ServerTooOld, LocalProtocolError)
    assert issubclass(FieldError, LocalProtocolError)
    assert issubclass(DecodeError, RemoteProtocolError)
    assert issubclass(FrameTooLarge, RemoteProtocolError)
    assert {c.__bases__ for c in (LocalProtocolError, RemoteProtocolError)} == {(ProtocolError,)}
    for cls in (NotConnected, HandshakeFailed, ClientIdInUse):
        assert issubclass(cls, ConnectionLost)
    assert issubclass(ConnectionLost, ConnectionError)
    assert issubclass(RequestTimeout, TimeoutError)
    for cls in (NoSecurityDefinition, MarketDataNotSubscribed, PacingViolation, OrderRejected, UnknownRequestError):
        assert issubclass(cls, RequestError)


def test_request_error_as_in_ib_async():
    error = RequestError(3, 321, "bad")
    assert (error.reqId, error.code, error.message) == (3, 321, "bad")
    assert (error.contract, error.advice) == (None, "")


@pytest.mark.parametrize("code", [2100, 2104, 2199, 105, 110, 165, 321, 329, 399, 404, 434, 492, 10167])
def test_warnings(code):
    assert is_warning(code)


@pytest.mark.parametrize("code", [200, 201, 202, 354, 162, 2200, 2099, 1100, 10349])
def test_no_warnings(code):
    assert not is_warning(code)


@pytest.mark.parametrize(
    "code", [100, 101, 110, 162, 165, 200, 202, 321, 322, 354, 420, 434, 10089 + 98, 10168, 10197, 99999]
)
def test_codes_that_end_a_request(code):
    assert ends_request(code)


@pytest.mark.parametrize(
    "code", [105, 317, 329, 399, 404, 492, 1100, 1102, 2104, 2106, 2150, 2174, 10089, 10090, 10167, 10182, 10225]
)
def test_codes_after_which_a_request_goes_on(code):
    assert not ends_request(code)


@pytest.mark.parametrize("code", [103, 201, 202, 203, 200, 135, 10147, 10318, 99999])
@pytest.mark.parametrize("status", ["", "PendingSubmit", "Submitted"])
def test_codes_that_end_an_order(code, status):
    assert ends_order(code, status)


@pytest.mark.parametrize("code", [399, 404, 492, 10349, 105, 329, 2109, 2137, 2161, 10311, 161, 10148, 104, 1100])
@pytest.mark.parametrize("status", ["", "PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel"])
def test_codes_that_never_end_an_order(code, status):
    assert not ends_order(code, status)


@pytest.mark.parametrize("code", [110, 321, 434])
def test_warnings_that_reject_a_new_order_only(code):
    assert ends_order(code, "PendingSubmit")
    assert not ends_order(code, "Submitted")
    assert not ends_order(code)


@pytest.mark.parametrize(
    ("code", "text", "cls"),
    [
        (200, "No security definition has been found", NoSecurityDefinition),
        (354, "Requested market data is not subscribed", MarketDataNotSubscribed),
        (
            162,
            "Historical Market Data Service error message:No market data permissions for NYSE",
            MarketDataNotSubscribed,
        ),
        (162, "... API historical data query cancelled", RequestError),
        (162, "... Pacing violation", PacingViolation),
        (100, "Max rate of messages per second has been exceeded", PacingViolation),
        (420, "Invalid Real-time Query: pacing violation", PacingViolation),
        (420, "No market data permissions for FOREX", MarketDataNotSubscribed),
        (10189, "Failed to request tick-by-tick data: no subscription", MarketDataNotSubscribed),
        (201, "Order rejected - reason: margin", OrderRejected),
        (110, "The price does not conform to the minimum price variation", OrderRejected),
        (321, "Error validating request", RequestError),
        (99999, "something new", UnknownRequestError),
    ],
)
def test_error_for(code, text, cls):
    error = error_for(5, code, text)
    assert type(error) is cls
    assert (error.reqId, error.code, error.message) == (5, code, text)
    assert error.advice


def test_error_for_names_the_contract_and_gives_advice():
    error = error_for(5, 200, "No security definition", Stock("XXX", "SMART", "USD"))
    assert error.contract == Stock("XXX", "SMART", "USD")
    assert "symbol='XXX'" in str(error)
    assert "reqContractDetails" in str(error)


def test_table_is_reached_through_the_module():
    assert errors.CODES[200].kind == "error"
    assert errors.CodeInfo is type(errors.CODES[200])
    with pytest.raises(AttributeError, match="NoSuchThing"):
        _ = errors.NoSuchThing
