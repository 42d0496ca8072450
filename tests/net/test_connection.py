"""A session on a socket: packets, the queue for sending, the end."""

import asyncio
import contextlib
import socket
import threading

import pytest

from ibnb.errors import FieldError, NotConnected
from ibnb.net.connection import Connection
from ibnb.net.iothread import IOThread
from ibnb.session.session import Session, Side
from ibnb.session.throttle import Throttle
from ibnb.wire import catalogue as m


class Transport(asyncio.Transport):
    """Takes what is written."""

    def __init__(self):
        super().__init__()
        self.written, self.unsent, self.closed, self.aborted = b"", 0, False, False

    def write(self, data):
        self.written += data

    def get_write_buffer_size(self):
        return self.unsent

    def close(self):
        self.closed = True

    def abort(self):
        self.aborted = True


class Line:
    """A connection and the server at its other end."""

    def __init__(self, max_messages=0):
        self.calls = []
        self.lost = []
        self.server = Session(Side.SERVER)
        self.session = Session(Side.CLIENT, client_id=1)
        self.session.on_started = lambda: self.calls.append("started")
        self.session.route(m.CurrentTime, lambda time: self.calls.append(time))
        lock = threading.RLock()
        packet = (lambda: self.calls.append("<"), lambda: self.calls.append(">"))
        self.connection = Connection(self.session, lock, *packet, self.lost.append, Throttle(max_messages, 60))
        self.transport = Transport()
        self.connection.connection_made(self.transport)

    def up(self):
        """Carry what was written to the server and return what it asks."""
        data, self.transport.written = self.transport.written, b""
        self.server.receive_data(data)
        return [self.server.events.popleft() for _ in range(len(self.server.events))]

    def down(self):
        self.connection.data_received(self.server.data_to_send())

    def start(self):
        self.up()
        self.down()
        self.up()
        self.calls.clear()


def on_io(fn):
    """Run a function on the IO thread, where connections live."""

    async def call():
        return fn()

    return IOThread.get().run(call()).result(5)


def test_the_greeting_goes_out_at_once():
    line = on_io(Line)
    assert line.transport.written.startswith(b"API\0")


def test_a_packet_is_framed_by_its_hooks():
    def run():
        line = Line()
        line.start()
        line.server.send(m.CurrentTime(1))
        line.server.send(m.CurrentTime(2))
        line.down()
        return line

    line = on_io(run)
    assert line.calls == ["<", 1, 2, ">"]
    assert line.connection.bytes_received == line.session.stats.bytes_in


def test_a_handler_that_fails_does_not_end_the_packet(caplog):
    def run():
        line = Line()
        line.start()
        line.session.route(m.CurrentTime, lambda time: line.calls.append(1 // time))
        line.server.send(m.CurrentTime(0))
        line.server.send(m.CurrentTime(1))
        line.down()
        return line

    line = on_io(run)
    assert line.calls == ["<", 1, ">"]
    assert "taking in a message failed (1 so far)" in caplog.text


def test_messages_are_sent_in_order_urgent_ones_first():
    def run():
        line = Line(max_messages=2)
        line.start()
        for message in (m.ReqIds(1), m.ReqIds(2), m.ReqIds(3)):
            line.connection.send(message)
        line.connection.send(m.ReqGlobalCancel(), urgent=True)
        sent = line.up()
        line.connection.close()
        return line, sent, line.up()

    line, sent, rest = on_io(run)
    assert sent == [m.ReqIds(1), m.ReqIds(2)]
    assert rest == [m.ReqGlobalCancel(), m.ReqIds(3)]
    assert line.transport.closed


def test_being_throttled_is_told():
    def run():
        line, told = Line(max_messages=1), []
        line.start()
        line.connection.on_throttle = told.append
        line.connection.send(m.ReqIds(1))
        line.connection.send(m.ReqIds(2))
        return told

    assert on_io(run) == [True]


def test_a_message_that_cannot_be_written_is_refused_at_once():
    def run():
        line = Line()
        line.start()
        with pytest.raises(FieldError):
            line.connection.send(m.ReqIds("one"))
        return line.up()

    assert on_io(run) == []


def test_any_thread_may_send():
    line = on_io(Line)
    on_io(line.start)
    line.connection.send(m.ReqIds(1))
    assert on_io(line.up) == [m.ReqIds(1)]
    assert line.connection.messages_sent == 1


def test_the_end_is_told_once():
    def run():
        line = Line()
        line.connection.connection_lost(None)
        line.connection.connection_lost(None)
        with pytest.raises(NotConnected):
            line.connection.send(m.ReqIds(1))
        return line.lost

    assert on_io(run) == [None]


def test_a_peer_that_does_not_speak_the_protocol_is_given_up():
    def run():
        line = Line()
        line.connection.data_received(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        return line

    line = on_io(run)
    on_io(lambda: None)
    assert line.transport.aborted
    assert len(line.lost) == 1


def test_a_peer_that_does_not_read_is_given_up(monkeypatch):
    def run():
        line = Line()
        line.start()
        line.transport.unsent = 1 << 30
        with contextlib.suppress(NotConnected):
            line.connection.send(m.ReqIds(1))
        return line

    line = on_io(run)
    on_io(lambda: None)
    assert line.transport.aborted
    assert "the gateway has not read" in str(line.lost[0])


def test_a_machine_that_vanishes_is_noticed():
    ours, theirs = _pair()
    with ours, theirs:
        line = Line()
        line.transport.get_extra_info = lambda name, default=None: ours
        line.connection.connection_made(line.transport)
        assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_KEEPIDLE"):
            times = [
                ours.getsockopt(socket.IPPROTO_TCP, getattr(socket, f"TCP_KEEP{n}")) for n in ("IDLE", "INTVL", "CNT")
            ]
            assert times == [15, 5, 3]


def _pair():
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        return ours, server.accept()[0]


def test_the_peer_ends_the_connection():
    assert on_io(lambda: Line().connection.eof_received()) is False
