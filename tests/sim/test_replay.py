"""A replay over real sockets: the same tables, any client, several connections, the command."""

import math
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

import ibnb
from ibnb.contract import Stock
from ibnb.sim import replay as module
from ibnb.sim.replay import Replay, RunningReplay
from ibnb.wire import catalogue as m
from ibnb.wire.recording import BadRecording, Header
from tests.sim import replay_check
from tests.sim.scripts import frames_of, write_file

AMD = Stock("AMD", "SMART", "USD")
BIDS = [(2.0 + n / 100, m.TickPrice(5, 1, 100.0 + n, 1.0)) for n in range(50)]
START = ((0.0, m.StartApi(1, "")), (0.1, m.ManagedAccounts("DU1")), (0.1, m.NextValidId(5)))


@pytest.fixture
def quotes(tmp_path):
    """A recording in which AMD's bid goes from 100 to 149 after two seconds."""
    return write_file(tmp_path / "quotes.ibrec", frames_of(225, *START, (1.0, m.ReqMktData(5, AMD)), *BIDS))


# ---- the same tables


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A session of a few seconds: file, last tables, moments of the client's doings."""
    path = tmp_path_factory.mktemp("recorded") / "session.ibrec"
    return path, *replay_check.record(path, 2.0)


@pytest.mark.parametrize("speed", [1.0, 100.0, math.inf])
def test_a_recording_replays_to_the_same_tables(recorded, speed):
    path, expected, marks = recorded
    assert replay_check.differences(expected, replay_check.replay(path, 2.0, speed, marks)) == []
    assert (expected["quotes"]["bid"] > 0).all() and len(expected["quotes"]) == 4
    assert set(expected["account"]["account"]) == {replay_check.MASKED}
    assert len(expected["executions"]) == 1 and len(expected["live bars"]) > 300
    assert {"Filled", "Cancelled", "Submitted"} <= set(expected["orders"]["status"])


def test_a_difference_is_seen(recorded):
    _, expected, _ = recorded
    changed = dict(expected, quotes=expected["quotes"].assign(bid=1.0))
    (found,) = replay_check.differences(expected, changed)
    assert found.startswith("quotes: ") and "bid" in found


def test_the_check_is_a_command(capsys):
    assert replay_check.main(["--seconds", "0.5", "--speeds", "100", "--server-version", "178"]) == 0
    assert "100x: equal tables" in capsys.readouterr().out


def test_another_client_id_and_other_request_ids_see_the_same(recorded):
    path, expected, marks = recorded
    ib = ibnb.IB()
    ib.client.updateReqId(5000)
    found = replay_check.replay(path, 2.0, 100.0, marks, ib=ib, clientId=42)
    assert set(found["orders"]["clientId"]) == {42}
    assert found["orders"]["orderId"].min() >= 5000
    own = ["orderId", "clientId", "parentId"]
    assert replay_check.differences(
        {kind: df.drop(columns=own, errors="ignore") for kind, df in expected.items()},
        {kind: df.drop(columns=own, errors="ignore") for kind, df in found.items()},
    ) == []  # fmt: skip


# ---- ibnb.replay


def test_replay_is_a_connected_ib_that_tells_how_far_it_is(quotes):
    ib = ibnb.replay(quotes, "max", patience=None)
    try:
        assert ib.isConnected() and ib.client.clientId == 1
        assert isinstance(ib.gateway, RunningReplay) and "RunningReplay" in repr(ib.gateway)
        assert not ib.gateway.is_finished and not ib.gateway.wait(0.0)
        assert (ib.gateway.position, ib.gateway.duration) == (1.0, pytest.approx(2.49))
        ticker = ib.reqMktData(AMD)
        assert ib.gateway.wait(10) and ib.gateway.is_finished
        assert _soon(lambda: ticker.bid == 149.0)
        assert ib.gateway.position == ib.gateway.duration
    finally:
        gateway = ib.gateway
        ib.disconnect()
    assert not gateway.is_running


def _soon(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_a_recording_of_the_end_of_a_session_can_be_replayed(tmp_path):
    ib = ibnb.demo(accounts=(replay_check.ACCOUNT,))
    ib.reqMktData(ibnb.Forex("EURUSD"))
    with ib.record(tmp_path / "late") as recorder:
        ticker = ib.reqMktData(AMD)
        assert _soon(lambda: ticker.hasBidAsk() and recorder.seconds > 0.3)
        with ib.wrapper.lock:
            recorder.stop()
            last = ticker.bid
    ib.disconnect()
    ib = ibnb.replay(tmp_path / "late", "max")
    try:
        assert ib.managedAccounts() == [replay_check.MASKED]
        assert ib.positions() == [], "asked before the recording"
        ticker = ib.reqMktData(AMD)
        assert ib.gateway.wait(10)
        assert _soon(lambda: ticker.bid == last)
        assert len(ib.tickers()) == 1, "and the older stream is left out"
    finally:
        ib.disconnect()


def test_before_anybody_connects(quotes):
    with RunningReplay(quotes) as running:
        assert (running.position, running.is_finished, running.wait(0.0)) == (0.0, False, False)
        assert running.duration == pytest.approx(2.49)


def test_what_was_not_recorded_fails_and_does_not_hang(quotes):
    ib = ibnb.replay(quotes, "max")
    try:
        assert ib.positions() == [] and ib.openTrades() == []
        ib.RaiseRequestErrors = True
        with pytest.raises(ibnb.RequestError, match="the recording has no ReqContractDetails") as caught:
            ib.reqContractDetails(AMD)
        assert caught.value.code == 321
    finally:
        ib.disconnect()


def test_bad_files_and_options(tmp_path, quotes):
    with pytest.raises(FileNotFoundError):
        ibnb.replay(tmp_path / "nowhere")
    (tmp_path / "text").write_text("x" * 300)
    with pytest.raises(BadRecording, match="no recording"):
        Replay(tmp_path / "text")
    (tmp_path / "empty").write_bytes(Header("0").pack())
    with pytest.raises(BadRecording, match="no connection"):
        Replay(tmp_path / "empty")
    for speed in (0, -1, "fast"):
        with pytest.raises(ValueError, match=r"speed|fast"):
            Replay(quotes, speed)
    before = set(threading.enumerate())
    with pytest.raises(ValueError, match="other machines"):
        RunningReplay(quotes, host="0.0.0.0")
    assert set(threading.enumerate()) <= before


# ---- connections


def greet(port, versions=b"v157..225"):
    """A socket that has sent a greeting, and the first bytes of the answer."""
    sock = socket.create_connection(("127.0.0.1", port), 5)
    sock.settimeout(5)
    sock.sendall(b"API\0" + len(versions).to_bytes(4, "big") + versions)
    return sock, sock.recv(100)


def test_recorded_connections_are_served_in_turn(tmp_path):
    sessions = [frames_of(v, (0.0, m.StartApi(1, "")), (0.0, m.CurrentTime(v))) for v in (178, 225)]
    with RunningReplay(write_file(tmp_path / "two", *sessions), "max") as running:
        for version in (178, 225, 178):
            sock, answer = greet(running.port)
            assert answer[4:7] == b"%d" % version
            start = b"71\x002\x001\0\0" if version == 178 else (271).to_bytes(4, "big")
            sock.sendall(len(start).to_bytes(4, "big") + start)
            assert sock.recv(100), "the time"
            if version == 178:
                assert sock.recv(100) == b"", "another connection follows, so this one ends"
            sock.close()


def test_a_client_that_does_not_speak_the_recorded_version_is_dropped(quotes, caplog):
    with RunningReplay(quotes) as running:
        for versions in (b"v157..200", b"v226..300"):
            with caplog.at_level("WARNING", logger="ibnb.sim"):
                sock, answer = greet(running.port, versions)
            assert answer == b""
            sock.close()
    assert len([r for r in caplog.records if "no common protocol version" in r.getMessage()]) == 2


def test_a_bad_request_is_passed_over(quotes, caplog):
    with RunningReplay(quotes, "max") as running, caplog.at_level("WARNING", logger="ibnb.sim"):
        sock, _ = greet(running.port)
        bad = (201).to_bytes(4, "big") + b"\xff"
        good = (271).to_bytes(4, "big")
        sock.sendall(b"".join(len(x).to_bytes(4, "big") + x for x in (bad, good)))
        assert sock.recv(100)
        sock.close()
    assert "cannot be read" in caplog.text


def test_a_slow_reader_gets_everything(tmp_path):
    page = m.ScannerParameters("x" * 500_000)
    path = write_file(tmp_path / "much", frames_of(225, (0.0, m.StartApi(1, "")), *((0.1, page) for _ in range(20))))
    with RunningReplay(path, "max") as running:
        sock, _ = greet(running.port)
        start = (271).to_bytes(4, "big")
        sock.sendall(len(start).to_bytes(4, "big") + start)
        assert not running.wait(0.2), "it waits for the reader"
        got = 0
        while got < 20 * 500_000:
            got += len(sock.recv(1 << 20))
        assert running.wait(5)
        sock.close()


# ---- the official client as outside witness


def test_the_official_client_is_served(recorded):
    pytest.importorskip("ibapi")
    path, expected, _ = recorded
    from tests.sim.official_client import Official

    frame = expected["quotes"].set_index("symbol")
    bids = {9001 + n: frame["bid"][symbol] for n, symbol in enumerate(("AAPL", "AMD", "MSFT"))}
    frame = expected["positions"]
    positions = dict(zip(frame["symbol"], frame["position"]))
    with RunningReplay(path, 100.0, patience_s=1.0) as running:
        app = Official("127.0.0.1", running.port)
        try:
            assert (app.accounts, app.serverVersion()) == ([replay_check.MASKED], 225)
            app.positions_now()
            app.quotes(["AAPL", "AMD", "MSFT"])
            assert running.wait(30)
            _soon(lambda: app.bids == bids and app.found == positions)
        finally:
            app.close()
    assert app.problems == []
    assert app.found == positions
    assert app.bids == bids


# ---- the command


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--port", "x", "f"], "no port"), (["--speed", "0", "f"], "above 0"), ([], "FILE"),
        (["--patience", "x", "f"], "above 0"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_one_line_and_exit_2(capsys, words, complaint):
    with pytest.raises(SystemExit) as ended:
        module.main(words)
    text = capsys.readouterr().err
    assert ended.value.code == 2
    assert complaint in text and text.count("\n") == 1


def test_what_cannot_be_done(capsys, tmp_path, quotes):
    (tmp_path / "text").write_text("x" * 300)
    assert module.main([str(tmp_path / "nowhere")]) == 1
    assert module.main([str(tmp_path / "text")]) == 1
    assert module.main([str(quotes), "--host", "0.0.0.0"]) == 2
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert module.main([str(quotes), "--port", str(taken.getsockname()[1])]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert [words in line for words, line in zip(
        ("nowhere: No such file", "no recording", "other machines", "in use"), err.splitlines(), strict=True)
    ] == [True] * 4  # fmt: skip


def test_the_command_says_where_it_listens_and_ends_cleanly(quotes):
    words = [sys.executable, "-W", "error", "-m", "ibnb", "replay", str(quotes), "--port", "0", "--speed", "max",
             "--patience", "forever"]  # fmt: skip
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            line = process.stdout.readline().decode()
            assert line.startswith("listening on 127.0.0.1:")
            sock, answer = greet(int(line.rpartition(":")[2]))
            assert answer[4:7] == b"225"
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
            sock.close()
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, b"", b"")


def test_the_command_record_writes_what_the_command_replay_serves(tmp_path):
    path = tmp_path / "session.ibrec"
    words = [sys.executable, "-W", "error", "-m", "ibnb", "record", "--demo", "--out", str(path)]
    done = subprocess.run([*words, "--seconds", "0.4", "--quotes", "AMD", "EURUSD"], capture_output=True, check=False)
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"") and said.endswith(f" messages written to {path}\n")
    (script,) = Replay(path).scripts
    assert len(script.frames) + 2 == int(said.split()[0])
    asked = [type(ask.message) for ask in script.requests]
    assert asked[0] is m.StartApi and asked.count(m.ReqMktData) == 2
    assert b"DU1234567" not in path.read_bytes()


def test_the_command_record_ends_by_an_interrupt(tmp_path):
    path = tmp_path / "session.ibrec"
    words = [sys.executable, "-W", "error", "-m", "ibnb", "record", "--demo", "--no-mask", "--out", str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            _soon(lambda: path.exists() and b"DU1234567" in path.read_bytes(), 20)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, b"")
    assert b"messages written" in out


def test_what_the_command_record_cannot_do(tmp_path, capsys, monkeypatch):
    from ibnb.cli import main

    monkeypatch.setattr(ibnb.IB, "RaiseRequestErrors", False)
    assert main(["record", "--demo", "--out", str(tmp_path / "no" / "folder"), "--seconds", "1"]) == 1
    assert main(["record", "--port", "1", "--out", str(tmp_path / "file"), "--seconds", "1"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("folder cannot be written: No such file or directory")
    assert second.startswith("ibnb: nothing listens at 127.0.0.1:1;")
