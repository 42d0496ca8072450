"""Options: chains, computed volatilities and prices, exercise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import Future

from ibnb.api.core import Core
from ibnb.api.trading import Trading
from ibnb.contract import Contract, TagValue
from ibnb.objects import OptionChain, OptionComputation

CALCULATION_S = 4


class OptionsMixin(Core):
    """Option methods of `IB`."""

    trading: Trading

    def reqSecDefOptParams(
        self, underlyingSymbol: str, futFopExchange: str, underlyingSecType: str, underlyingConId: int
    ) -> list[OptionChain]:
        """Return the option chains of an underlying: one for each exchange and trading class.

        Args:
            futFopExchange: Exchange of options on futures; empty for stocks and indices.
            underlyingSecType: `STK`, `IND`, `FUT`.
            underlyingConId: conId of the underlying, which must be a qualified contract.

        Source: reqSecDefOptParams (id 78).
        """
        future = self._option_chains(underlyingSymbol, futFopExchange, underlyingSecType, underlyingConId)
        return self._wait(future, "reqSecDefOptParams")

    def reqSecDefOptParamsAsync(
        self, underlyingSymbol: str, futFopExchange: str, underlyingSecType: str, underlyingConId: int
    ) -> Awaitable[list[OptionChain]]:
        """Async form of `reqSecDefOptParams`."""
        return self._await(self._option_chains(underlyingSymbol, futFopExchange, underlyingSecType, underlyingConId))

    def _option_chains(self, symbol: str, exchange: str, sec_type: str, con_id: int) -> Future[list[OptionChain]]:
        req_id = self.client.getReqId()
        return self._start(
            req_id,
            f"option chains of {symbol}",
            lambda: self.client.reqSecDefOptParams(req_id, symbol, exchange, sec_type, con_id),
            results=[],
        )

    # -- calculations

    def calculateImpliedVolatility(
        self,
        contract: Contract,
        optionPrice: float,
        underPrice: float,
        implVolOptions: list[TagValue] = [],  # noqa: B006
    ) -> OptionComputation | None:
        """Return the implied volatility (a fraction a year) that TWS computes for an option at a price.

        None when no answer comes within 4 s. Source: calculateImpliedVolatility (id 54).
        """
        coro = self.calculateImpliedVolatilityAsync(contract, optionPrice, underPrice, implVolOptions)
        return self._run(coro, "calculateImpliedVolatility")

    async def calculateImpliedVolatilityAsync(
        self,
        contract: Contract,
        optionPrice: float,
        underPrice: float,
        implVolOptions: list[TagValue] = [],  # noqa: B006
    ) -> OptionComputation | None:
        """Async form of `calculateImpliedVolatility`."""
        req_id = self.client.getReqId()
        return await self._calculate(
            req_id,
            f"implied volatility of {contract!r}",
            contract,
            lambda: self.client.calculateImpliedVolatility(req_id, contract, optionPrice, underPrice, implVolOptions),
            lambda: self.client.cancelCalculateImpliedVolatility(req_id),
        )

    def calculateOptionPrice(
        self,
        contract: Contract,
        volatility: float,
        underPrice: float,
        optPrcOptions: list[TagValue] = [],  # noqa: B006
    ) -> OptionComputation | None:
        """Return the price that TWS computes for an option at a volatility (a fraction a year).

        None when no answer comes within 4 s. Source: calculateOptionPrice (id 55).
        """
        coro = self.calculateOptionPriceAsync(contract, volatility, underPrice, optPrcOptions)
        return self._run(coro, "calculateOptionPrice")

    async def calculateOptionPriceAsync(
        self,
        contract: Contract,
        volatility: float,
        underPrice: float,
        optPrcOptions: list[TagValue] = [],  # noqa: B006
    ) -> OptionComputation | None:
        """Async form of `calculateOptionPrice`."""
        req_id = self.client.getReqId()
        return await self._calculate(
            req_id,
            f"price of {contract!r}",
            contract,
            lambda: self.client.calculateOptionPrice(req_id, contract, volatility, underPrice, optPrcOptions),
            lambda: self.client.cancelCalculateOptionPrice(req_id),
        )

    async def _calculate(
        self, req_id: int, what: str, contract: Contract, ask: Callable[[], None], cancel: Callable[[], None]
    ) -> OptionComputation | None:
        """Ask for a computation and, whatever comes of it, tell TWS to stop: it goes on computing otherwise."""
        future: Future[OptionComputation] = self._start(req_id, what, ask, contract=contract, results=[])
        try:
            return await self._bounded(future, CALCULATION_S, what)
        finally:
            if self.client.isReady():
                cancel()

    # -- exercise

    def exerciseOptions(
        self, contract: Contract, exerciseAction: int, exerciseQuantity: int, account: str, override: int
    ) -> None:
        """Exercise options or let them lapse; what comes of it is told by `orderStatusEvent` and `errorEvent`.

        Args:
            exerciseAction: 1 exercise, 2 lapse.
            exerciseQuantity: Number of contracts.
            override: 1 goes against TWS's default, such as exercising an option out of the money; else 0.

        Raises: TradingDisabled when the connection is read-only. Source: exerciseOptions (id 21).
        """
        self.trading.check(account, exerciseQuantity)
        req_id = self.client.getReqId()
        with self.wrapper.lock:
            self.wrapper.contracts[req_id] = contract
        self.client.exerciseOptions(req_id, contract, exerciseAction, exerciseQuantity, account, override)
