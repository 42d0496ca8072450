"""The simulated gateway: one market, one exchange, some accounts, any number of clients.

`Gateway` owns the parts and moves them with `step`; `server` gives it a socket, `running` a thread. Without either
it works in memory (`connect`), stepped by hand: that is what unit tests do.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ibnb.sim import registry
from ibnb.sim.accounts import Account
from ibnb.sim.advisor import Advisor
from ibnb.sim.client import Client
from ibnb.sim.clock import Clock, ScaledClock, parse_start
from ibnb.sim.combos import ComboTape
from ibnb.sim.connectivity import Connectivity
from ibnb.sim.contracts import Database
from ibnb.sim.director import Director
from ibnb.sim.exchange import Exchange, Fill, WorkingOrder
from ibnb.sim.instruments import Instrument
from ibnb.sim.matching import Market
from ibnb.sim.pacing import Pacer
from ibnb.sim.permissions import Permissions
from ibnb.sim.portfolio import open_accounts
from ibnb.sim.quotes import Quote, Tape
from ibnb.sim.scenario import Scenario
from ibnb.wire.versions import MAX_VERSION, MIN_VERSION

if TYPE_CHECKING:
    from ibnb.sim.running import RunningGateway

__all__ = ["Gateway"]

log = logging.getLogger("ibnb.sim")


class Gateway:
    """A gateway for `server_version` (157 to 225), deterministic by `seed` and clock.

    Args:
        server_version: The newest version it offers; a client's maximum below that is respected.
        seed: Makes the market. Same seed, same prices at the same simulated time.
        speed: Simulated seconds per real second.
        data: Folder with OHLCV files (CSV or Parquet), one a symbol, served as history of that symbol.
        clock: An own clock (`ManualClock` in tests); overrides `start` and `speed`.
        start: When simulated time begins: "open" (now, or the last regular US session if that is over), "now", or
            an ISO date-time.
        accounts: Account numbers.
        positions: Whether the first account starts with a few positions.
        ticks_per_s: Level-1 messages each client with market data gets in a second, in total; None = as the
            market moves.
        step_s: Real seconds between steps of the running gateway.
        pacing: Enforce message and history limits with the real codes.
        read_only: Refuse orders, as the gateway's read-only setting does.
        unsubscribed: What the user has no live data of: symbols, types such as "FUT", exchanges, or "all".
        scenario: What goes wrong and when: the name of one that comes with ibnb, a file (.toml, .json, .py), or a
            mapping as in such a file (docs/gateway.md).
        allow_remote: Let `start` listen at an address that other machines reach. There is no password.
        max_backlog_bytes: A client that leaves more than this unread is dropped.
        master_client_id: The client that is told of everybody's orders and executions, those entered by hand too.

    Raises ValueError for a bad option and OSError or ValueError for bad data files.
    """

    def __init__(
        self, server_version: int = MAX_VERSION, seed: int = 1, speed: float = 1.0, data: str | Path | None = None,
        clock: Clock | None = None, *, start: str | float | dt.datetime | None = "open",
        accounts: Sequence[str] = ("DU1234567",), positions: bool = True, ticks_per_s: float | None = None,
        step_s: float = 0.05, pacing: bool = False, read_only: bool = False, allow_remote: bool = False,
        max_backlog_bytes: int = 64 << 20,
        unsubscribed: Sequence[str] = (),
        scenario: Scenario | Mapping[str, Any] | str | Path | None = None, master_client_id: int | None = None,
    ) -> None:  # fmt: skip
        if not MIN_VERSION <= server_version <= MAX_VERSION:
            raise ValueError(f"server_version must be {MIN_VERSION} to {MAX_VERSION}, not {server_version}")
        if not accounts:
            raise ValueError("a gateway needs at least one account")
        registry.load()
        self.server_version = server_version
        self.seed = seed
        self.clock: Clock = clock if clock is not None else ScaledClock(parse_start(start), speed)
        self.zone = "US/Eastern"
        self.ticks_per_s = ticks_per_s
        self.step_s = step_s
        self.read_only = read_only
        self.allow_remote = allow_remote
        self.max_backlog_bytes = max_backlog_bytes
        self.master_client_id = master_client_id
        self.pacer = Pacer(enabled=pacing)
        self.permissions = Permissions(unsubscribed)
        now = self.clock.now()
        self.db = Database(seed, now)
        self._tapes: dict[int, Tape] = {}
        self.connectivity = Connectivity(self)
        if data is not None:
            from ibnb.sim.files import load_folder

            load_folder(Path(data), self.db, now)
        self.accounts: dict[str, Account] = open_accounts(self, accounts, positions=positions)
        self.advisor = Advisor(self.accounts, self.equity)
        self.exchange = Exchange(self, self.market, self.rate, self.db.by_id, salt=seed * 7919)
        self.exchange.now = now
        self.exchange.is_halted = self.connectivity.is_halted
        self.clients: list[Client] = []
        self.now = now
        self._day = self._date(now)
        self.port = 0
        self.is_shut = False
        self.is_frozen = False
        self._host = ""
        self._server: asyncio.AbstractServer | None = None
        self._reopening: asyncio.Task[None] | None = None
        self._ticking: asyncio.Task[None] | None = None
        self.director = None if scenario is None else Director(self, Scenario.of(scenario))

    # -- the market ----------------------------------------------------------------------------------------------

    def tape(self, instrument: Instrument) -> Tape:
        """Return the running quote of an instrument."""
        tape = self._tapes.get(instrument.con_id)
        if tape is None:
            if instrument.legs:
                tape = ComboTape(instrument, [self.tape(leg) for leg, _ in instrument.legs], self.seed)
            else:
                tape = Tape(instrument, self.db.live_path(instrument), self.seed)
            self._tapes[instrument.con_id] = tape
        return tape

    def quote(self, instrument: Instrument, now: float | None = None) -> Quote:
        """Return the quote of an instrument, at the time of the last step unless told."""
        return self.tape(instrument).at(self.now if now is None else now)

    def move_price(self, instrument: Instrument, change: float, seconds: int = 0) -> None:
        """Move a price by a fraction (0.03 = up 3 %) from the next second on, at once or over some seconds."""
        self.db.move(instrument, self.clock.now(), change, seconds)
        for tape in self._tapes.values():
            tape.forget()

    def market(self, instrument: Instrument, since: float, now: float) -> Market:
        """Return the quote and the range of prices since the last look: what orders are matched against."""
        tape = self.tape(instrument)
        low, high = tape.extremes(since, now)
        return Market(tape.at(now), low, high)

    def price(self, instrument: Instrument) -> float:
        """Return the price a position is valued at."""
        return self.quote(instrument).last

    def equity(self, account: Account) -> tuple[float, float]:
        """Return net liquidation and available funds of an account, in USD."""
        figures = account.figures(self.price, self.rate)
        return figures["net"], figures["loan"] - figures["initial"]

    def rate(self, currency: str) -> float:
        """Return the price of a currency in USD."""
        if currency in ("USD", "BASE"):
            return 1.0
        for pair in self.db.by_symbol(currency):
            if pair.sec_type == "CASH" and pair.currency == "USD":
                return self.price(pair)
        for pair in self.db.by_symbol("USD"):
            if pair.sec_type == "CASH" and pair.currency == currency:
                return 1.0 / self.price(pair)
        return {"MXN": 0.055}.get(currency, 1.0)

    # -- clients -------------------------------------------------------------------------------------------------

    def connect(
        self, write: Callable[[bytes], None], close: Callable[[], None] = lambda: None,
        buffered: Callable[[], int] = lambda: 0, peer: str = "memory",
    ) -> Client:  # fmt: skip
        """Take in a client; feed its bytes to `data_received` of what is returned. While shut it is closed at once."""
        client = Client(self, write, close, buffered, peer)
        if self.is_shut:
            client.close()
            return client
        self.clients.append(client)
        return client

    def forget(self, client: Client) -> None:
        """Drop a client that has gone."""
        if client in self.clients:
            self.clients.remove(client)
            if self.director is not None and client.client_id is not None:
                self.director.note("disconnect")

    def client(self, client_id: int) -> Client | None:
        """Return the client with an id, or None."""
        return next((c for c in self.clients if c.client_id == client_id), None)

    def drop(self, client_id: int | None = None) -> int:
        """Cut the connection of one client, or of all; return how many. For tests of reconnection."""
        victims = [c for c in self.clients if client_id in (None, c.client_id)]
        for client in victims:
            client.close()
        return len(victims)

    def thaw(self) -> None:
        """Go on after a time in which nothing was read or sent (`is_frozen`); what came meanwhile is read now."""
        self.is_frozen = False
        for client in list(self.clients):
            client.data_received(b"")

    def shut(self) -> None:
        """Drop every client and refuse new ones, as during a restart, until `reopen`."""
        self.is_shut = True
        if self._server is not None:
            self._server.close()
            self._server = None
        self.drop()

    def reopen(self) -> None:
        """Take clients again, at the same address."""
        if not self.is_shut:
            return
        self.is_shut = False
        if self._host:
            self._reopening = asyncio.get_running_loop().create_task(self._listen_again())

    async def _listen_again(self) -> None:
        from ibnb.sim.server import listen

        while self._server is None and not self.is_shut:
            try:
                self._server, _ = await listen(self, self._host, self.port)
            except OSError as error:  # the port is taken for the moment
                log.warning("cannot listen at %s:%d yet: %s", self._host, self.port, error)
                await asyncio.sleep(0.2)

    def alert(self, code: int, text: str) -> None:
        """Tell every client something that belongs to no request (connectivity, farms)."""
        for client in self.clients:
            if client.client_id is not None:
                client.error(-1, code, text)

    # -- what the exchange tells ---------------------------------------------------------------------------------

    def order_changed(self, working: WorkingOrder, *, opened: bool) -> None:
        """Listener of the exchange: tell the clients that see the order."""
        if self.director is not None:
            self.director.note_order(working.perm_id, working.instrument)
        from ibnb.sim.handlers.orders import tell_order

        def report() -> None:
            tell_order(self, working, opened=opened)

        if not self.connectivity.withhold(("order", working.perm_id), report):
            report()

    def order_filled(self, working: WorkingOrder, fill: Fill) -> None:
        """Listener of the exchange: tell of the fill and of what it changed in the account."""
        if self.director is not None:
            self.director.note("fill", working.instrument)
        from ibnb.sim.handlers.orders import tell_fill

        def report() -> None:
            tell_fill(self, working, fill)

        if not self.connectivity.withhold(("fill", fill.exec_id), report):
            report()

    def order_error(self, working: WorkingOrder, code: int, text: str) -> None:
        """Listener of the exchange: a message about an order goes to its owner."""
        from ibnb.sim.handlers.orders import tell_error

        tell_error(self, working, code, text)

    # -- time ----------------------------------------------------------------------------------------------------

    def real_now(self) -> float:
        """Return seconds that pass as for the client, whatever the speed of the clock."""
        return self.clock.now() / self.clock.speed

    def _date(self, now: float) -> dt.date:
        from ibnb.sim.times import zone_of

        return dt.datetime.fromtimestamp(now, zone_of(self.zone)).date()

    def step(self) -> None:
        """Move everything to the clock's time: orders first, then what clients are subscribed to, then write."""
        self.now = now = self.clock.now()
        if self.director is not None:
            self.director.step()
        if self.is_frozen:
            return
        self.exchange.step(now)
        today = self._date(now)
        if today != self._day:
            self._day = today
            for account in self.accounts.values():
                account.roll(self.price, self.rate)
        for client in list(self.clients):
            client.step(now)
        for tape in list(self._tapes.values()):
            if tape.prefetch(now):
                break

    # -- running -------------------------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen (port 0 = any free one) and step on the running loop; return the port.

        Raises OSError when that cannot be, ValueError for an address that other machines reach without
        `allow_remote`, RuntimeError when the gateway listens already.
        """
        from ibnb.sim.server import is_loopback, listen

        if self._server is not None:
            raise RuntimeError("this gateway listens already")
        if not self.allow_remote and not is_loopback(host):
            raise ValueError(f"{host} may be reached by other machines; use 127.0.0.1, or allow remote clients")
        self._server, bound = await listen(self, host, port)
        self._ticking = asyncio.get_running_loop().create_task(self._run())
        self._host, self.port = host, bound
        return bound

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + self.step_s, loop.time())
            await asyncio.sleep(max(due - loop.time(), 0.0))
            try:
                self.step()
            except Exception:
                log.exception("a step of the gateway failed")

    async def stop(self) -> None:
        """Stop listening and drop every client."""
        self._host = ""
        for task in (self._ticking, self._reopening):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._ticking = self._reopening = None
        for client in list(self.clients):
            client.flush()
            client.close()
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(asyncio.TimeoutError):  # a client that never reads must not hold us
                await asyncio.wait_for(self._server.wait_closed(), 2.0)
            self._server = None
        await asyncio.sleep(0)

    @classmethod
    def start_thread(cls, host: str = "127.0.0.1", port: int = 0, **options: Any) -> RunningGateway:
        """Make a gateway and run it on a daemon thread with a loop of its own."""
        from ibnb.sim.running import RunningGateway

        return RunningGateway(host, port, **options)
