"""The official client, connected to a replay: a program that shares no code with ibnb."""

from __future__ import annotations

import threading
from typing import Any

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.wrapper import EWrapper


def stock(symbol: str) -> Contract:
    """A US stock."""
    contract = Contract()
    contract.symbol, contract.secType, contract.exchange, contract.currency = symbol, "STK", "SMART", "USD"
    return contract


class Official(EWrapper, EClient):  # type: ignore[misc]
    """Connects, and waits until requests can be made."""

    def __init__(self, host: str, port: int) -> None:
        EClient.__init__(self, self)
        self.accounts: list[str] = []
        self.bids: dict[int, float] = {}
        self.found: dict[str, float] = {}
        self.problems: list[str] = []
        self.details: dict[int, Contract] = {}
        self._ready, self._listed, self._known = threading.Event(), threading.Event(), threading.Event()
        self.connect(host, port, 77)
        self._thread = threading.Thread(target=self.run, daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("no order id came")

    def close(self) -> None:
        """End the connection."""
        self.disconnect()
        self._thread.join(10)

    # -- what is done

    def positions_now(self) -> None:
        """Ask for positions, and wait for their end; later changes come too."""
        self.reqPositions()
        if not self._listed.wait(10):
            raise TimeoutError("no positions came")

    def quotes(self, symbols: list[str]) -> None:
        """Subscribe to stocks; their bids come under 9001, 9002 ..."""
        for number, symbol in enumerate(symbols, 9001):
            self._known.clear()
            self.reqContractDetails(number + 100, stock(symbol))
            if not self._known.wait(10):
                raise TimeoutError(f"no details of {symbol} came")
            self.reqMktData(number, self.details[number + 100], "233", False, False, [])

    # -- callbacks

    def managedAccounts(self, accountsList: str) -> None:
        """Take the accounts."""
        self.accounts = accountsList.split(",")

    def nextValidId(self, orderId: int) -> None:
        """Requests can be made."""
        self._ready.set()

    def position(self, account: str, contract: Contract, position: Any, avgCost: float) -> None:
        """Take a position."""
        self.found[contract.symbol] = float(position)

    def positionEnd(self) -> None:
        """All positions are in."""
        self._listed.set()

    def contractDetails(self, reqId: int, contractDetails: Any) -> None:
        """Take a contract."""
        self.details[reqId] = contractDetails.contract

    def contractDetailsEnd(self, reqId: int) -> None:
        """All details are in."""
        self._known.set()

    def tickPrice(self, reqId: int, tickType: int, price: float, attrib: Any) -> None:
        """Take a bid."""
        if tickType == 1:
            self.bids[reqId] = price

    def error(self, reqId: int, *rest: Any) -> None:
        """Keep what is no notice about a farm."""
        if reqId != -1:
            self.problems.append(f"{reqId}: {rest}")
