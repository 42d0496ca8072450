"""Start TWS or the gateway with IBC, and watch over a connection to it.

`IBC` runs the start script of an IBC installation (https://github.com/IbcAlpha/IBC); `Watchdog` starts it, connects,
notices when nothing comes through any more, and starts everything anew.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ibnb.contract import Contract, Forex
from ibnb.events import EventSlot, listeners
from ibnb.records import Record

if TYPE_CHECKING:
    from ibnb.ib import IB

__all__ = ["IBC", "Watchdog"]

# Field -> options of the start scripts for Unix and Windows.
_OPTIONS = {
    "tradingMode": ("--mode=", "/Mode:"),
    "twsPath": ("--tws-path=", "/TwsPath:"),
    "twsSettingsPath": ("--tws-settings-path=", "/TwsSettingsPath:"),
    "ibcPath": ("--ibc-path=", "/IbcPath:"),
    "ibcIni": ("--ibc-ini=", "/Config:"),
    "javaPath": ("--java-path=", "/JavaPath:"),
    "userid": ("--user=", "/User:"),
    "password": ("--pw=", "/PW:"),
    "fixuserid": ("--fix-user=", "/FIXUser:"),
    "fixpassword": ("--fix-pw=", "/FIXPW:"),
    "on2fatimeout": ("--on2fatimeout=", "/On2FATimeout:"),
}
_SECRET = frozenset({"userid", "password", "fixuserid", "fixpassword"})
_STOP_WAIT_S = 10.0


@dataclass(eq=False, repr=False)
class IBC(Record):
    r"""TWS or the gateway under the control of IBC; as a context manager it runs within the block.

    User and password are better kept in IBC's own configuration file: what is given here can be seen in the list of
    processes while the start script runs.

    Args:
        twsVersion: Major version of the installed TWS or gateway, such as 1037.
        gateway: Start the gateway instead of TWS.
        tradingMode: `live` or `paper`.
        twsPath: Folder of TWS; empty for IBC's default.
        twsSettingsPath: Folder of TWS's settings; empty for IBC's default.
        ibcPath: Folder of IBC, `/opt/ibc` (Windows `C:\IBC`) unless given.
        ibcIni: Configuration file of IBC; empty for IBC's default.
        javaPath: Folder of the Java executable; empty for the one of TWS.
        userid: User.
        password: Password.
        fixuserid: FIX user (gateway only).
        fixpassword: FIX password (gateway only).
        on2fatimeout: `restart` or `exit` when the second factor was not confirmed in time.
    """

    IbcLogLevel: ClassVar[int] = logging.DEBUG

    twsVersion: int = 0
    gateway: bool = False
    tradingMode: str = ""
    twsPath: str = ""
    twsSettingsPath: str = ""
    ibcPath: str = ""
    ibcIni: str = ""
    javaPath: str = ""
    userid: str = ""
    password: str = ""
    fixuserid: str = ""
    fixpassword: str = ""
    on2fatimeout: str = ""

    def __post_init__(self) -> None:
        self.ibcPath = self.ibcPath or ("C:\\IBC" if sys.platform == "win32" else "/opt/ibc")
        self._process: subprocess.Popen[str] | None = None
        self._log = logging.getLogger("ibnb.IBC")

    def __repr__(self) -> str:
        inner = ", ".join(
            f"{name}={'***' if name in _SECRET else repr(value)}" for name, value in self.nonDefaults().items()
        )
        return f"{type(self).__name__}({inner})"

    def __enter__(self) -> IBC:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()

    def start(self) -> None:
        """Start TWS or the gateway; it takes it a while to accept connections. Nothing happens if it runs already."""
        if self._process is not None and self._process.poll() is None:
            return
        command = self._command()
        self._log.info("starting %s", command[0])
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,  # so that the script and what it started can be ended together
            )
        except OSError as error:
            raise FileNotFoundError(
                f"cannot run IBC's start script {command[0]} ({error}); install IBC there or pass ibcPath"
            ) from error
        threading.Thread(target=self._copy_output, args=(self._process,), name="ibnb-ibc-log", daemon=True).start()

    def terminate(self) -> None:
        """End TWS or the gateway and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            self._log.info("stopping")
            _end(process, force=False)
            try:
                process.wait(_STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                _end(process, force=True)
                process.wait()

    async def startAsync(self) -> None:
        """Start TWS or the gateway; see `start`."""
        await asyncio.to_thread(self.start)

    async def terminateAsync(self) -> None:
        """End TWS or the gateway; see `terminate`."""
        await asyncio.to_thread(self.terminate)

    async def monitorAsync(self) -> None:
        """Wait until TWS or the gateway has ended by itself. Its output goes to the log at `IbcLogLevel`."""
        process = self._process
        if process is not None:
            await asyncio.to_thread(process.wait)

    def _command(self) -> list[str]:
        """Return the command that starts it."""
        windows = sys.platform == "win32"
        if windows:
            command = [f"{self.ibcPath}\\scripts\\StartIBC.bat", str(self.twsVersion)]
        else:
            command = [f"{self.ibcPath}/scripts/ibcstart.sh", str(self.twsVersion)]
        if self.gateway:
            command.append("/Gateway" if windows else "--gateway")
        given = {name: getattr(self, name) for name in _OPTIONS}
        command += [f"{_OPTIONS[name][windows]}{value}" for name, value in given.items() if value]
        return command

    def _copy_output(self, process: subprocess.Popen[str]) -> None:
        """Copy the output of the script to the log until it ends."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if line.strip():
                    self._log.log(self.IbcLogLevel, "%s", line.rstrip())


def _end(process: subprocess.Popen[str], force: bool) -> None:
    """End a process that was started in a session of its own, with all that belongs to it."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        return
    try:
        os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
    except ProcessLookupError:
        pass


@dataclass(eq=False, repr=False)
class Watchdog(Record):
    """Keep TWS or the gateway running and the connection to it alive.

    `start()` does so in the background of the current event loop. When nothing has come for `appTimeout` seconds, a
    little history is asked for; if that does not come within `probeTimeout` seconds, or on the errors 100 and 1100 or
    when the connection is lost, everything is stopped and, after `retryDelay` seconds, started anew. Subscriptions
    are made anew by what listens to `startedEvent`.

    Events, each with the watchdog: `startingEvent`, `startedEvent`, `stoppingEvent`, `stoppedEvent`,
    `softTimeoutEvent` (nothing came), `hardTimeoutEvent` (nor did the answer to the probe).

    Args:
        controller: Starts and ends TWS or the gateway.
        ib: The IB to connect.
        host: Host to connect to.
        port: Port to connect to.
        clientId: Client id to connect with.
        connectTimeout: Seconds for connecting.
        appStartupTime: Seconds that the application needs before it takes connections.
        appTimeout: Seconds of silence until the probe.
        retryDelay: Seconds from stop to start.
        readonly: Passed to `ib.connect`.
        account: Passed to `ib.connect`.
        raiseSyncErrors: Passed to `ib.connect`.
        probeContract: Contract of the probe.
        probeTimeout: Seconds for the probe.
    """

    events = [
        "startingEvent",
        "startedEvent",
        "stoppingEvent",
        "stoppedEvent",
        "softTimeoutEvent",
        "hardTimeoutEvent",
    ]
    startingEvent = EventSlot()
    startedEvent = EventSlot()
    stoppingEvent = EventSlot()
    stoppedEvent = EventSlot()
    softTimeoutEvent = EventSlot()
    hardTimeoutEvent = EventSlot()

    controller: IBC
    ib: IB
    host: str = "127.0.0.1"
    port: int = 7497
    clientId: int = 1
    connectTimeout: float = 2
    appStartupTime: float = 30
    appTimeout: float = 20
    retryDelay: float = 2
    readonly: bool = False
    account: str = ""
    raiseSyncErrors: bool = False
    probeContract: Contract = Forex("EURUSD")  # noqa: RUF009 - one for all, as nobody changes it
    probeTimeout: float = 4

    def __post_init__(self) -> None:
        if not self.controller:
            raise ValueError("a Watchdog needs an IBC that starts and ends the application")
        if self.ib is None:
            raise ValueError("a Watchdog needs the IB that it is to connect")
        if self.ib.isConnected():
            raise ValueError("the Watchdog connects by itself; give it an IB that is not connected")
        self._runner: asyncio.Task[None] | None = None
        self._log = logging.getLogger("ibnb.Watchdog")

    def start(self) -> None:
        """Begin to watch, in the current event loop; nothing happens if it does so already."""
        if self._runner is None or self._runner.done():
            from ibnb import util

            self._runner = util.getLoop().create_task(self.runAsync())

    def stop(self) -> None:
        """Disconnect, end the application and watch no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self._log.info("stopping")
            runner.cancel()
            self.ib.disconnect()

    async def runAsync(self) -> None:
        """Start, watch and restart until cancelled."""
        while True:
            try:
                await self._start()
                self._log.info("restart: %s", await self._watch())
            except OSError as error:  # ConnectionError and TimeoutError among them
                self._log.info("start failed: %s", error or type(error).__name__)
            except Exception:  # noqa: BLE001 - whatever it is, the watchdog goes on
                self._log.exception("start failed")
            finally:
                self._emit("stoppingEvent")
                self.ib.disconnect()
                await self.controller.terminateAsync()
                self._emit("stoppedEvent")
            await asyncio.sleep(self.retryDelay)

    async def _start(self) -> None:
        """Start the application and connect."""
        self._log.info("starting")
        self._emit("startingEvent")
        await self.controller.startAsync()
        await asyncio.sleep(self.appStartupTime)
        await self.ib.connectAsync(
            self.host,
            self.port,
            self.clientId,
            self.connectTimeout,
            readonly=self.readonly,
            account=self.account,
            raiseSyncErrors=self.raiseSyncErrors,
        )
        self._emit("startedEvent")

    async def _watch(self) -> str:
        """Wait until a restart is due and return the reason."""
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[str] = asyncio.Queue()

        def tell(text: str) -> None:
            loop.call_soon_threadsafe(news.put_nowait, text)

        def on_timeout(idle: float) -> None:
            tell("")

        def on_error(reqId: int, code: int, text: str, contract: Any) -> None:
            if code in (100, 1100):
                tell(f"error {code}: {text}")

        def on_disconnected() -> None:
            tell("the connection was lost")

        ib = self.ib
        ib.timeoutEvent += on_timeout
        ib.errorEvent += on_error
        ib.disconnectedEvent += on_disconnected
        try:
            while True:
                ib.setTimeout(self.appTimeout)
                reason = await news.get()
                if reason:
                    return reason
                self._log.debug("nothing came for %g s", self.appTimeout)
                self._emit("softTimeoutEvent")
                if not await self._probe():
                    self._emit("hardTimeoutEvent")
                    return f"nothing came for {self.appTimeout:g} s, and no history within {self.probeTimeout:g} s"
        finally:
            ib.timeoutEvent -= on_timeout
            ib.errorEvent -= on_error
            ib.disconnectedEvent -= on_disconnected

    async def _probe(self) -> bool:
        """Tell whether a little history can be had."""
        request = self.ib.reqHistoricalDataAsync(self.probeContract, "", "30 S", "5 secs", "MIDPOINT", False)
        try:
            return bool(await asyncio.wait_for(request, self.probeTimeout))
        except Exception as error:  # noqa: BLE001 - a refused or lost request is an answer, too
            self._log.debug("probe failed: %s", error or type(error).__name__)
            return False

    def _emit(self, name: str) -> None:
        if event := listeners(self, name):
            event.emit(self)
