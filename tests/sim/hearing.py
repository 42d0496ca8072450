"""IB's own client, all of whose callbacks are kept: an outside witness of what a gateway says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ibapi.client import EClient
from ibapi.contract import ComboLeg, Contract
from ibapi.order import Order
from ibapi.wrapper import EWrapper

WAIT_S = 10.0
_CALLBACKS = frozenset(
    name
    for name in vars(EWrapper)
    if not name.startswith("_") and not name.endswith("ProtoBuf") and name != "logAnswer"
)


def contract(symbol: str, kind: str = "STK", exchange: str = "SMART", currency: str = "USD", **more: Any) -> Contract:
    """A contract of the official client."""
    made = Contract()
    made.symbol, made.secType, made.exchange, made.currency = symbol, kind, exchange, currency
    for name, value in more.items():
        setattr(made, name, value)
    return made


def leg(con_id: int, action: str, ratio: int = 1) -> ComboLeg:
    """A leg of a combo."""
    made = ComboLeg()
    made.conId, made.ratio, made.action, made.exchange = con_id, ratio, action, "SMART"
    return made


def order(action: str, kind: str, quantity: float, **more: Any) -> Order:
    """An order of the official client."""
    made = Order()
    made.action, made.orderType, made.totalQuantity = action, kind, quantity
    for name, value in more.items():
        setattr(made, name, value)
    return made


class Hearing(EWrapper, EClient):  # type: ignore[misc]
    """Connects and keeps `heard`: (callback, arguments) in order. A context manager."""

    def __init__(self, host: str, port: int, client_id: int = 77) -> None:
        EClient.__init__(self, self)
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self._news = threading.Condition()
        self.connect(host, port, client_id)
        self._thread = threading.Thread(target=self.run, daemon=True)
        self._thread.start()
        with self._news:
            self._news.wait_for(lambda: {"nextValidId", "connectionClosed"} & {name for name, _ in self.heard}, WAIT_S)

    def __getattribute__(self, name: str) -> Any:
        if name not in _CALLBACKS:
            return object.__getattribute__(self, name)

        def hear(*args: Any) -> None:
            with self._news:
                self.heard.append((name, args))
                self._news.notify_all()

        return hear

    def got(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of all calls of a callback so far."""
        with self._news:
            return [args for other, args in self.heard if other == name]

    def wait(self, name: str, fits: Callable[..., bool] = lambda *args: True, count: int = 1) -> Any:
        """The arguments of a callback that fits (the `count`-th one), waiting for it. Raises TimeoutError."""
        end = time.monotonic() + WAIT_S
        with self._news:
            while True:
                found = [args for other, args in self.heard if other == name and fits(*args)]
                if len(found) >= count:
                    return found[count - 1]
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no {name} came; {[n for n, _ in self.heard][-20:]}")
                self._news.wait(left)

    def codes(self) -> list[tuple[int, int]]:
        """(id, code) of all errors but the notices of the start."""
        return [(args[0], args[2] if len(args) > 4 else args[1]) for args in self.got("error")]

    def wait_code(self, code: int) -> tuple[Any, ...]:
        """The arguments of an error with this code: id, time, code, text, reject."""
        return self.wait("error", lambda *args: args[2] == code)  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Drop what was heard."""
        with self._news:
            self.heard.clear()

    def close(self) -> None:
        """End the connection."""
        self.disconnect()
        self._thread.join(WAIT_S)

    def __enter__(self) -> Hearing:
        return self

    def __exit__(self, *rest: object) -> None:
        self.close()
