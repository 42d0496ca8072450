"""`ib.record`: what goes over a connection is in the file, whenever recording begins and however it ends."""

import asyncio
import gc
import io
import threading
import time

import pytest

from ibnb.api import recording as module
from ibnb.contract import Stock
from ibnb.ib import IB
from ibnb.net.connection import Connection
from ibnb.net.iothread import IOThread
from ibnb.session.session import Session, Side
from ibnb.session.throttle import Throttle
from ibnb.wire import Codec
from ibnb.wire import catalogue as m
from ibnb.wire.recording import ConnectionLog, Kind, read

AMD = Stock("AMD", "SMART", "USD")
ACCOUNT = "DU7654321"


class Transport(asyncio.Transport):
    """Takes what is written."""

    def __init__(self):
        super().__init__()
        self.written = b""

    def write(self, data):
        self.written += data

    def get_write_buffer_size(self):
        return 0

    def close(self):
        pass


class Line:
    """An IB object whose connection ends in memory, at a server's session."""

    def __init__(self, ib=None, version=225):
        self.ib = ib if ib is not None else IB()
        client, wrapper = self.ib.client, self.ib.wrapper
        self.server = Session(Side.SERVER, server_version=version, connection_time="20261120 11:00:00 UTC")
        session = Session(Side.CLIENT, client_id=3)
        client._route(session)
        lost = lambda error: None  # noqa: E731
        self.connection = Connection(session, wrapper.lock, wrapper.begin_packet, wrapper.end_packet, lost, Throttle(0))
        self.connection.tap = None if client.new_tap is None else client.new_tap()
        client.conn, client.clientId = self.connection, 3
        self.transport = Transport()
        self.connection.connection_made(self.transport)

    def carry(self):
        """Carry bytes in both directions once."""
        data, self.transport.written = self.transport.written, b""
        self.server.receive_data(data)
        self.server.events.clear()
        self.connection.data_received(self.server.data_to_send())

    def tell(self, *messages):
        """Let the server say something."""
        for message in messages:
            self.server.send(message)
        self.connection.data_received(self.server.data_to_send())

    def start(self):
        """Go through the handshake to where requests can be made."""
        self.carry()
        self.carry()
        self.tell(m.ManagedAccounts(ACCOUNT), m.NextValidId(5))
        return self

    def ask(self, message):
        """Send a request and wait until it is written."""
        self.ib.client.sendMessage(message)
        IOThread.get().run(_nothing()).result(5)


async def _nothing():
    pass


def messages(path):
    """(arrow, message or payload) of all frames, and the recording."""
    recording = read(path.read_bytes())
    version = recording.server_version
    codecs = {Kind.CLIENT: Codec(Side.SERVER, version), Kind.SERVER: Codec(Side.CLIENT, version)}
    return [(f.kind, codecs[f.kind].decode(f.payload) if f.kind in codecs else f.payload) for f in recording.frames]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "session.ibrec"


@pytest.mark.parametrize("version", [178, 225])
def test_from_before_the_connection(path, version):
    ib = IB()
    with ib.record(path) as recorder:
        assert recorder.is_running and recorder.seconds >= 0
        line = Line(ib, version).start()
        line.ask(m.ReqMktData(7, AMD))
        line.tell(m.TickPrice(7, 1, 187.25, 300.0, 0))
    assert messages(path) == [
        (Kind.HELLO, b"v157..225"),
        (Kind.WELCOME, b"%d\x0020261120 11:00:00 UTC\0" % version),
        (Kind.CLIENT, m.StartApi(3, "")),
        (Kind.SERVER, m.ManagedAccounts("DU0000001")),
        (Kind.SERVER, m.NextValidId(5)),
        (Kind.CLIENT, m.ReqMktData(7, Codec(Side.SERVER, 225).decode(Codec(Side.CLIENT, 225).encode(
            m.ReqMktData(7, AMD))).contract)),
        (Kind.SERVER, m.TickPrice(7, 1, 187.25, 300.0, 0)),
    ]  # fmt: skip
    header = read(path.read_bytes()).header
    assert (header.server_version, header.masked, header.ibnb) == (version, True, module.__version__)
    assert header.date.endswith("+00:00")
    times = [frame.time_ns for frame in read(path.read_bytes()).frames]
    assert times == sorted(times) and times[0] > 0
    assert recorder.frames == 7 and recorder.size == path.stat().st_size
    assert repr(recorder) == f"<Recorder {path} ended, 7 frames, {recorder.size} bytes>"


@pytest.mark.parametrize("version", [178, 225])
def test_from_within_a_connection(path, version):
    line = Line(version=version).start()
    line.server.send(m.CurrentTime(1))
    begun = line.server.data_to_send()
    line.connection.data_received(begun[:7])
    assert line.connection.session.unread == begun[:7]
    recorder = line.ib.record(path)
    line.connection.data_received(begun[7:])
    line.ask(m.ReqIds(1))
    line.tell(m.UpdateAccountValue("AccountCode", ACCOUNT, "", ACCOUNT))
    recorder.stop()
    line.tell(m.CurrentTime(2))
    hello, welcome, start, accounts, order_id, note, *later = messages(path)
    assert (hello, welcome[0]) == ((Kind.HELLO, b"v157..225"), Kind.WELCOME)
    assert [x[1] for x in (start, accounts)] == [m.StartApi(3, ""), m.ManagedAccounts("DU0000001")]
    assert order_id[1].orderId >= 5 and note[0] is Kind.NOTE
    assert [x[1] for x in later] == [
        m.CurrentTime(1), m.ReqIds(1), m.UpdateAccountValue("AccountCode", "DU0000001", "", "DU0000001")
    ]  # fmt: skip


def test_without_masking(path):
    line = Line().start()
    with line.ib.record(str(path), mask=False):
        line.tell(m.UpdateAccountValue("AccountCode", ACCOUNT, "", ACCOUNT))
    assert messages(path)[-1][1].accountName == ACCOUNT
    assert read(path.read_bytes()).header.masked is False


def test_it_goes_on_over_a_reconnection(path):
    ib = IB()
    with ib.record(path):
        Line(ib, 178).start()
        ib.client.conn = None
        Line(ib, 225).start()
    recording = read(path.read_bytes())
    assert [session[1].payload[:3] for session in recording.sessions()] == [b"178", b"225"]


def test_one_recording_at_a_time(path):
    line = Line().start()
    with line.ib.record(path), pytest.raises(RuntimeError, match="is under way"):
        line.ib.record(path.with_suffix(".other"))
    assert line.connection.tap is None and line.ib.client.new_tap is None
    with line.ib.record(path) as again:
        assert again.is_running
    again.stop()


def test_not_while_connecting(path):
    line = Line()
    with pytest.raises(RuntimeError, match="before connect"):
        line.ib.record(path)
    assert line.ib.client.new_tap is None
    other = IB()
    other.client.connState = other.client.CONNECTING
    with pytest.raises(RuntimeError, match="before connect"):
        other.record(path)
    line.start()
    with line.ib.record(path):
        pass


def test_where_nothing_can_be_written(tmp_path):
    ib = IB()
    with pytest.raises(FileNotFoundError):
        ib.record(tmp_path / "no" / "folder")
    assert ib.client.new_tap is None


def test_the_size_is_bounded_and_another_recording_may_follow(path, monkeypatch, caplog):
    monkeypatch.setattr(module, "FLUSH_S", 0.005)
    line = Line().start()
    recorder = line.ib.record(path, max_bytes=600)
    for n in range(100):
        line.tell(m.CurrentTime(n))
    _soon(lambda: not recorder.is_running)
    assert recorder.reason.startswith("its limit of ") and "ended, its limit" in repr(recorder)
    assert path.stat().st_size < 800
    kind, note = messages(path)[-1]
    assert kind is Kind.NOTE and b"limit of 600 bytes" in note
    _soon(lambda: "has ended: its limit" in caplog.text)
    assert "has ended: its limit" in caplog.text
    with line.ib.record(path) as another:
        assert another.is_running
    recorder.stop()


def _soon(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.002)


class FullDisk(io.BytesIO):
    """A file on a disk that becomes full behind the header."""

    name = "full"

    def write(self, data):
        if self.tell() > 0:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_a_full_disk_ends_the_recording_and_not_the_feed(caplog):
    sink = module._Sink(FullDisk(), None, "2026-11-20", None)
    sink.start()
    line = Line()
    line.connection.tap = sink.tap(ConnectionLog(sink.writer, None))
    line.start()
    sink.close()
    assert "No space left" in sink.reason
    line.tell(m.ManagedAccounts("DU1"), m.CurrentTime(2))
    assert line.ib.wrapper.accounts == ["DU1"], "the feed goes on"
    assert "writing the recording full has failed" in caplog.text


def test_a_disk_that_hangs_does_not_eat_the_memory(path, monkeypatch):
    monkeypatch.setattr(module, "MAX_WAITING_BYTES", 200)
    monkeypatch.setattr(module, "FLUSH_S", 60)
    line = Line().start()
    recorder = line.ib.record(path)
    for n in range(100):
        line.tell(m.CurrentTime(n))
    assert "behind the connection" in recorder.reason
    assert len(recorder._sink._queue) < 100
    recorder.stop()


def test_a_tap_that_stays_on_takes_nothing_after_the_end(path):
    ib = IB()
    recorder = ib.record(path)
    tap = ib.client.new_tap()
    recorder.stop()
    tap(False, b"late")
    assert not recorder._sink._queue


def test_what_was_written_survives_a_crash(path, monkeypatch):
    monkeypatch.setattr(module, "FLUSH_S", 0.005)
    line = Line().start()
    with line.ib.record(path):
        line.tell(m.CurrentTime(41))
        _soon(lambda: messages(path)[-1][1] == m.CurrentTime(41))
        assert messages(path)[-1][1] == m.CurrentTime(41), "before the recording is stopped"


def test_a_forgotten_recording_is_closed(path):
    line = Line().start()
    line.ib.record(path)
    line.tell(m.CurrentTime(41))
    line.ib.client.conn = None
    del line
    gc.collect()
    _soon(lambda: not [t for t in threading.enumerate() if t.name == "ibnb-record"])
    assert not [t for t in threading.enumerate() if t.name == "ibnb-record"]
    assert messages(path)[-1][1] == m.CurrentTime(41)
