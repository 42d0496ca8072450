"""IBC's command line and process, and when the watchdog restarts."""

import asyncio
import logging
import sys
import threading
import types

import pytest
from eventkit import Event

from ibnb.contract import Forex
from ibnb.ibcontroller import IBC, Watchdog, _end


def test_command(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    ibc = IBC(1037, gateway=True, tradingMode="paper", ibcIni="my.ini", userid="u", password="p")
    assert ibc._command() == [
        "/opt/ibc/scripts/ibcstart.sh", "1037", "--gateway", "--mode=paper", "--ibc-path=/opt/ibc", "--ibc-ini=my.ini",
        "--user=u", "--pw=p",
    ]  # fmt: skip


def test_command_on_windows(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    ibc = IBC(1037, twsPath="C:\\Jts", on2fatimeout="restart")
    assert ibc._command() == [
        "C:\\IBC\\scripts\\StartIBC.bat", "1037", "/TwsPath:C:\\Jts", "/IbcPath:C:\\IBC", "/On2FATimeout:restart",
    ]  # fmt: skip


def test_secrets_are_not_shown():
    ibc = IBC(1037, userid="me", password="secret", fixpassword="hush")
    assert "secret" not in repr(ibc)
    assert "hush" not in repr(ibc)
    assert "password=***" in repr(ibc)


def test_missing_script():
    with pytest.raises(FileNotFoundError, match="pass ibcPath"):
        IBC(1037, ibcPath="/nowhere").start()


@pytest.fixture
def ibc(tmp_path):
    """An IBC whose script says its arguments and stays."""
    script = tmp_path / "scripts" / "ibcstart.sh"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\necho "started $1"\nexec sleep 30\n')
    script.chmod(0o755)
    return IBC(1037, ibcPath=str(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="runs a shell script")
def test_process_lives_within_the_block(ibc):
    with ibc:
        process = ibc._process
        assert process.poll() is None
        ibc.start()
        assert ibc._process is process
    assert process.poll() is not None
    assert ibc._process is None
    ibc.terminate()


@pytest.mark.skipif(sys.platform == "win32", reason="runs a shell script")
def test_output_goes_to_the_log(ibc, caplog):
    caplog.set_level(logging.DEBUG, "ibnb.IBC")
    script = ibc.ibcPath + "/scripts/ibcstart.sh"
    with open(script, "w") as file:
        file.write('#!/bin/sh\necho "started $1"\n')

    async def main():
        await ibc.startAsync()
        await ibc.monitorAsync()
        await ibc.terminateAsync()
        await ibc.monitorAsync()

    asyncio.run(main())
    for thread in [t for t in threading.enumerate() if t.name == "ibnb-ibc-log"]:
        thread.join()
    assert "started 1037" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="runs a shell script")
def test_a_process_that_ignores_the_end_is_killed(ibc, monkeypatch):
    with open(ibc.ibcPath + "/scripts/ibcstart.sh", "w") as file:
        file.write("#!/bin/sh\ntrap '' TERM\necho ready\nsleep 30\n")
    monkeypatch.setattr("ibnb.ibcontroller._STOP_WAIT_S", 0.05)
    ready = threading.Event()
    monkeypatch.setattr(ibc._log, "log", lambda level, text, line: ready.set())
    ibc.start()
    process = ibc._process
    assert ready.wait(10)
    ibc.terminate()
    assert process.returncode == -9


def test_the_end_of_a_process_on_windows(monkeypatch):
    commands = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("subprocess.run", lambda command, **kwargs: commands.append(command))
    _end(types.SimpleNamespace(pid=5), force=False)
    assert commands == [["taskkill", "/F", "/T", "/PID", "5"]]


class FakeIBC(IBC):
    """Notes what it is told to do."""

    def __post_init__(self):
        self.told = []

    async def startAsync(self):
        self.told.append("start")

    async def terminateAsync(self):
        self.told.append("terminate")


class FakeIB:
    """Connects as scripted and answers probes as scripted."""

    def __init__(self, connects=(), probes=()):
        self.timeoutEvent, self.errorEvent, self.disconnectedEvent = Event(), Event(), Event()
        self.connects, self.probes, self.timeouts, self.asked = list(connects), list(probes), [], []
        self.connected = False
        self.watched = asyncio.Event()

    def isConnected(self):
        return self.connected

    async def connectAsync(self, *args, **kwargs):
        self.asked.append((args, kwargs))
        error = self.connects.pop(0) if self.connects else None
        if error:
            raise error
        self.connected = True

    def disconnect(self):
        self.connected = False

    def setTimeout(self, secs):
        self.timeouts.append(secs)
        self.watched.set()

    async def reqHistoricalDataAsync(self, *args):
        answer = self.probes.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            await asyncio.Event().wait()
        return answer


def watchdog(ib, **more):
    dog = Watchdog(FakeIBC(), ib, port=4002, appStartupTime=0, retryDelay=0, probeTimeout=0.01, **more)
    dog.heard = []
    for name in Watchdog.events:
        getattr(dog, name).connect(lambda d, name=name: dog.heard.append(name.removesuffix("Event")), keep_ref=True)
    return dog


def run(ib, act, **more):
    """Run a watchdog, call `act` once it watches, and stop it when it watches again."""

    async def main():
        dog = watchdog(ib, **more)
        dog.start()
        await ib.watched.wait()
        if act is not None:
            ib.watched.clear()
            act(ib)
            await ib.watched.wait()
        runner = dog._runner
        dog.stop()
        with pytest.raises(asyncio.CancelledError):
            await runner
        return dog

    return asyncio.run(main())


ROUND = ["starting", "started", "stopping", "stopped"]


def test_start_and_stop():
    ib = FakeIB()
    dog = run(ib, None, account="DU1")
    assert dog.heard == ROUND
    assert dog.controller.told == ["start", "terminate"]
    assert ib.asked == [(("127.0.0.1", 4002, 1, 2), {"readonly": False, "account": "DU1", "raiseSyncErrors": False})]
    assert ib.timeouts == [20]
    assert not ib.connected


@pytest.mark.parametrize("code", [100, 1100])
def test_restart_on_an_error(code):
    dog = run(FakeIB(), lambda ib: ib.errorEvent.emit(-1, code, "text", None))
    assert dog.heard == ROUND * 2
    assert dog.controller.told == ["start", "terminate"] * 2


def test_restart_when_the_connection_is_lost():
    assert run(FakeIB(), lambda ib: ib.disconnectedEvent.emit()).heard == ROUND * 2


def test_other_errors_are_no_reason():
    ib = FakeIB(probes=[[1]])

    def act(ib):
        ib.errorEvent.emit(-1, 2104, "farm ok", None)
        ib.timeoutEvent.emit(20.0)

    assert run(ib, act).heard == ["starting", "started", "softTimeout", "stopping", "stopped"]


def test_silence_with_an_answer_to_the_probe_goes_on():
    ib = FakeIB(probes=[["bar"]])
    dog = run(ib, lambda ib: ib.timeoutEvent.emit(20.0))
    assert dog.heard == ["starting", "started", "softTimeout", "stopping", "stopped"]
    assert ib.timeouts == [20, 20]


@pytest.mark.parametrize("answer", [None, [], ConnectionError("gone")])
def test_silence_without_an_answer_restarts(answer):
    dog = run(FakeIB(probes=[answer]), lambda ib: ib.timeoutEvent.emit(20.0))
    assert dog.heard == ["starting", "started", "softTimeout", "hardTimeout", "stopping", "stopped", *ROUND]


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), RuntimeError("odd")])
def test_a_failed_start_is_tried_again(error, caplog):
    caplog.set_level(logging.INFO, "ibnb.Watchdog")
    dog = run(FakeIB(connects=[error]), None)
    assert dog.heard == ["starting", "stopping", "stopped", *ROUND]
    assert "start failed" in caplog.text


def test_listeners_do_not_pile_up():
    ib = FakeIB()
    run(ib, lambda ib: ib.disconnectedEvent.emit())
    assert [len(e) for e in (ib.timeoutEvent, ib.errorEvent, ib.disconnectedEvent)] == [0, 0, 0]


def test_starting_twice_is_one():
    async def main():
        dog = watchdog(FakeIB())
        dog.start()
        runner = dog._runner
        dog.start()
        assert dog._runner is runner
        dog.stop()
        dog.stop()
        assert dog._runner is None
        with pytest.raises(asyncio.CancelledError):
            await runner

    asyncio.run(main())


def test_needs_a_controller_and_an_ib():
    ib = FakeIB()
    with pytest.raises(ValueError, match="IBC"):
        Watchdog(None, ib)
    with pytest.raises(ValueError, match="IB "):
        Watchdog(IBC(), None)
    ib.connected = True
    with pytest.raises(ValueError, match="not connected"):
        Watchdog(IBC(), ib)


def test_probe_contract():
    assert Watchdog(IBC(), FakeIB()).probeContract == Forex("EURUSD")
