"""The session: start, dispatch, cutting of the stream, errors of the peer, of a field and of a handler."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.contract import Contract
from ibnb.errors import DecodeError, FrameTooLarge, LocalProtocolError, RemoteProtocolError, ServerTooOld
from ibnb.session import BadHandshake, Phase, Session, Side, UnexpectedEnd
from ibnb.wire import catalogue as m
from ibnb.wire import frames
from ibnb.wire import versions as V
from tests.session.support import SessionPair
from tests.wire.support import carried, fields, plain

VERSIONS = (157, 178, 200, 201, 213, 225)


@pytest.mark.parametrize("version", VERSIONS)
def test_both_sides_start(version):
    started = []
    client = Session(Side.CLIENT, client_id=7, optional_capabilities="x")
    server = Session(Side.SERVER, server_version=version, connection_time="20240119 10:00:00 EST")
    client.on_started = lambda: started.append("client")
    server.on_started = lambda: started.append("server")
    greeting = b"API\0\x00\x00\x00\x09v157..%d" % V.MAX_VERSION
    assert client.data_to_send() == greeting
    server.receive_data(greeting)
    client.receive_data(server.data_to_send())
    assert (client.phase, client.server_version, started) == (Phase.STARTED, version, ["client"])
    assert client.connection_time == "20240119 10:00:00 EST"
    server.receive_data(client.data_to_send())
    assert (server.phase, server.client_id, server.optional_capabilities) == (Phase.STARTED, 7, "x")
    assert list(server.events) == [m.StartApi(7, "x")]
    assert started == ["client", "server"]


def test_options_of_the_greeting_reach_the_server():
    pair = SessionPair(connect_options="+PACEAPI")
    assert pair.server.connect_options == "+PACEAPI"


def test_the_lower_version_wins():
    client = Session(Side.CLIENT, max_version=178)
    server = Session(Side.SERVER, server_version=225)
    server.receive_data(client.data_to_send())
    client.receive_data(server.data_to_send())
    assert client.server_version == server.server_version == 178


def test_handlers_get_fields_and_the_rest_becomes_events():
    pair, got = SessionPair(178), []
    pair.client.route(m.TickSize, lambda *values: got.append(values))
    pair.server.send(m.TickSize(1, 0, 300.0))
    pair.server.send(m.TickString(1, 45, "1705658400"))
    pair.exchange()
    assert got == [(1, 0, 300.0)]
    assert list(pair.client.events) == [m.TickString(1, 45, "1705658400")]


def test_routes_made_before_the_version_is_known_are_kept():
    got = []
    client = Session(Side.CLIENT)
    client.route(m.NextValidId, got.append)
    server = Session(Side.SERVER)
    server.route(m.StartApi, lambda clientId, capabilities: server.send(m.NextValidId(42)))
    server.receive_data(client.data_to_send())
    client.receive_data(server.data_to_send())
    server.receive_data(client.data_to_send())
    client.receive_data(server.data_to_send())
    assert got == [42]
    assert not server.events


def test_only_messages_of_the_other_side_can_be_routed():
    with pytest.raises(LocalProtocolError):
        Session(Side.CLIENT).route(m.ReqIds, print)
    with pytest.raises(LocalProtocolError):
        Session(Side.SERVER).route(m.TickSize, print)


def everything(version):
    """Return the stream of every reply there is at a version, and the messages in it."""
    server = SessionPair(version).server
    sent = [msg for spec in m.REPLIES.values() if version >= spec.min_version for msg in carried(spec, version)[:2]]
    for message in sent:
        server.send(message)
    return server.data_to_send(), sent


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("size", [1, 7, 4096, 10**9])
def test_messages_do_not_depend_on_how_the_stream_is_cut(version, size):
    stream, sent = everything(version)
    client = SessionPair(version).client
    whole = SessionPair(version).client
    whole.receive_data(stream)
    for k in range(0, len(stream), size):
        client.receive_data(stream[k : k + size])
    assert len(client.events) == len(sent)
    assert [plain(e) for e in client.events] == [plain(e) for e in whole.events]
    assert [type(e) for e in client.events] == [type(e) for e in sent]
    assert client.stats.messages_in == len(sent)
    assert client.stats.decode_errors == 0


@pytest.mark.parametrize("version", [178, 225])
def test_every_request_reaches_the_server_byte_by_byte(version):
    pair = SessionPair(version)
    pair.server.events.clear()
    sent = [msg for spec in m.REQUESTS.values() if version >= spec.min_version for msg in carried(spec, version)[:2]]
    for message in sent:
        if not isinstance(message, m.StartApi):
            pair.client.send(message)
    stream = pair.client.data_to_send()
    for k in range(len(stream)):
        pair.server.receive_data(stream[k : k + 1])
    assert [type(e) for e in pair.server.events] == [type(e) for e in sent if not isinstance(e, m.StartApi)]


def test_trailing_bytes_wait():
    client = SessionPair(178).client
    frame = frames.pack(fields(9, 1, 42))
    client.receive_data(frame + frame[:6])
    assert list(client.events) == [m.NextValidId(42)]
    client.receive_data(frame[6:])
    assert list(client.events) == [m.NextValidId(42)] * 2


def test_bytes_of_other_types_are_taken():
    client = SessionPair(178).client
    frame = frames.pack(fields(9, 1, 42))
    client.receive_data(bytearray(frame))
    client.receive_data(memoryview(frame))
    assert list(client.events) == [m.NextValidId(42)] * 2


def test_a_large_frame_in_small_pieces_is_joined_once():
    pair = SessionPair(225)
    pair.server.send(m.ScannerParameters("x" * 3_000_000))
    stream = pair.server.data_to_send()
    for k in range(0, len(stream), 1000):
        pair.client.receive_data(stream[k : k + 1000])
        assert len(pair.client._chunks) <= k // 1000 + 1
    assert len(pair.client.events[0].xml) == 3_000_000


def test_a_bad_field_fails_only_its_message():
    client, errors = SessionPair(178).client, []
    client.on_decode_error = errors.append
    bad = frames.pack(fields(1, 6, 5, 1, "abc", 1, 0))
    client.receive_data(frames.pack(fields(9, 1, 41)) + bad + frames.pack(fields(9, 1, 42)))
    assert list(client.events) == [m.NextValidId(41), m.NextValidId(42)]
    assert [(e.message, e.field, e.raw, e.reqId) for e in errors] == [("TickPrice", "price", b"abc", 5)]
    assert client.stats.decode_errors == 1
    client.on_decode_error = None
    client.receive_data(bad)
    assert isinstance(client.events[-1], DecodeError)


def test_unknown_ids_and_surplus_fields_are_counted():
    client = SessionPair(178).client
    client.receive_data(frames.pack(fields(999, 1)) + frames.pack(fields(9, 1, 42, "more")))
    assert client.codec.unknown_ids == {999: 1}
    assert client.codec.surplus_fields == 1
    assert client.stats.messages_in == 2


@pytest.mark.parametrize("version", [178, 225])
def test_a_failing_handler_does_not_stop_the_packet(version):
    pair, seen = SessionPair(version), []

    def fail(orderId):
        seen.append(orderId)
        raise RuntimeError(f"handler of {orderId}")

    pair.client.route(m.NextValidId, fail)
    for k in (1, 2):
        pair.server.send(m.NextValidId(k))
    pair.server.send(m.CurrentTime(5))
    stream = pair.server.data_to_send()
    with pytest.raises(RuntimeError, match="handler of 1"):
        pair.client.receive_data(stream)
    assert seen == [1, 2]
    assert list(pair.client.events) == [m.CurrentTime(5)]
    caught = []
    pair.client.on_local_error = caught.append
    pair.client.receive_data(stream)
    assert [str(e) for e in caught] == ["handler of 1", "handler of 2"]


def test_closing_in_a_handler_ends_delivery():
    pair, seen = SessionPair(178), []
    pair.client.route(m.NextValidId, lambda k: (seen.append(k), pair.client.close()))
    for k in (1, 2):
        pair.server.send(m.NextValidId(k))
    pair.client.receive_data(pair.server.data_to_send())
    assert seen == [1]
    pair.client.receive_data(frames.pack(fields(9, 1, 3)))
    assert seen == [1]
    with pytest.raises(LocalProtocolError, match="closed"):
        pair.client.send(m.ReqIds())


def test_sending_needs_the_version():
    with pytest.raises(LocalProtocolError, match="still in its handshake"):
        Session(Side.CLIENT).send(m.ReqIds())
    pair = SessionPair(166)
    with pytest.raises(ServerTooOld):
        pair.client.send(m.ReqUserInfo(1))
    assert pair.client.data_to_send() == b""


def test_no_message_above_the_limit_is_sent():
    with pytest.raises(LocalProtocolError, match="the limit is 16777215"):
        SessionPair(178).client.send(m.ReplaceFA(1, "x" * frames.MAX_FRAME_BYTES))


def test_counters():
    pair = SessionPair(178)
    before = pair.client.stats.bytes_out
    pair.client.send(m.ReqMktData(1, Contract(symbol="AAPL")))
    sent = len(pair.client.data_to_send())
    assert pair.client.stats.messages_out == 1
    assert pair.client.stats.bytes_out == before + sent
    assert pair.client.stats.bytes_in == len(b"\0\0\0\x1a178\x0020240119 10:00:00 EST\0")


def test_an_impossible_length_ends_the_session():
    client = SessionPair(225).client
    with pytest.raises(FrameTooLarge):
        client.receive_data(b"\x7f\xff\xff\xff")
    assert client.phase is Phase.CLOSED


def test_a_frame_above_the_limit_is_refused_even_if_it_came_whole():
    client = SessionPair(225).client
    size = frames.MAX_FRAME_BYTES + 1
    with pytest.raises(FrameTooLarge):
        client.receive_data(frames.pack(b"\0\0\0\x09" + fields(1, 42)) + frames.pack_length(size) + bytes(size))
    assert client.phase is Phase.CLOSED
    other = SessionPair(225).client
    other.receive_data(frames.pack(b"\0\0\0\x09" + fields(1, 42)) * 1_100_000)
    assert len(other.events) == 1_100_000


def test_end_of_the_stream():
    with pytest.raises(UnexpectedEnd, match="before the handshake"):
        Session(Side.CLIENT).eof()
    client = SessionPair(178).client
    client.receive_data(b"\0\0\0\x09123")
    with pytest.raises(UnexpectedEnd) as caught:
        client.eof()
    assert caught.value.missing == 6
    assert "6 bytes early" in str(caught.value)
    client.eof()
    quiet = SessionPair(178).client
    quiet.eof()
    assert quiet.phase is Phase.CLOSED


def test_versions_outside_the_layouts_are_refused():
    with pytest.raises(LocalProtocolError, match=f"157 to {V.MAX_VERSION}"):
        Session(Side.CLIENT, min_version=100)
    with pytest.raises(LocalProtocolError):
        Session(Side.CLIENT, max_version=V.MAX_VERSION + 1)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(Side)), st.lists(st.binary(max_size=40), max_size=6))
def test_arbitrary_bytes_in_the_handshake_give_named_errors(side, chunks):
    session, errors = Session(side), []
    for chunk in chunks:
        try:
            session.receive_data(chunk)
        except RemoteProtocolError as error:
            errors.append(error)
    assert len(errors) <= 1
    assert all(map(str, errors))
    assert not errors or session.phase is Phase.CLOSED


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(Side)), st.sampled_from(VERSIONS), st.lists(st.binary(max_size=60), max_size=8))
def test_framing_survives_arbitrary_payloads(side, version, payloads):
    pair = SessionPair(version)
    session = pair.client if side is Side.CLIENT else pair.server
    session.events.clear()
    last = m.CurrentTime(5) if side is Side.CLIENT else m.ReqIds(5)
    (pair.server if side is Side.CLIENT else pair.client).send(last)
    end = (pair.server if side is Side.CLIENT else pair.client).data_to_send()
    session.receive_data(b"".join(map(frames.pack, payloads)) + end)
    assert session.events[-1] == last
    assert session.stats.messages_in >= len(payloads) + 1


def test_a_web_server_is_told_apart():
    with pytest.raises(FrameTooLarge, match="check that host and port belong to TWS"):
        Session(Side.CLIENT).receive_data(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(BadHandshake, match="GET /"):
        Session(Side.SERVER).receive_data(b"GET / HTTP/1.1\r\n\r\n")


def test_the_prefix_may_come_in_pieces():
    server = Session(Side.SERVER)
    for byte in b"API\0\0\0\0\x09v157..225":  # an older client than the newest
        server.receive_data(bytes([byte]))
    assert server.server_version == 225


def test_bad_text_is_escaped_and_may_still_fail_in_a_field():
    client = SessionPair(178).client
    client.receive_data(frames.pack(b"46\x006\x001\x0045\x00caf\xe9\x00"))
    assert list(client.events) == [m.TickString(1, 45, "café")]  # as the official client reads it
    client.receive_data(frames.pack(b"10\x00caf\xe9\x00" * 3))
    assert isinstance(client.events[-1], DecodeError)
    client.receive_data(frames.pack(b"61\x003\x00caf\xe9\x00x\x00"))
    assert client.events[-1].field == "contract.conId"
