"""Contract details and qualifying contracts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import Future

from ibnb.api.core import Core
from ibnb.contract import Contract, ContractDetails
from ibnb.util import dataclassUpdate
from ibnb.wire import versions as v


class ContractsMixin(Core):
    """Contract methods of `IB`."""

    def reqContractDetails(self, contract: Contract) -> list[ContractDetails]:
        """Return the details of every contract that matches; empty (or NoSecurityDefinition raised) when none does.

        Raises: RequestError with `RaiseRequestErrors`. Source: reqContractDetails (id 9).
        """
        return self._wait(self._contract_details(contract), "reqContractDetails")

    def reqContractDetailsAsync(self, contract: Contract) -> Awaitable[list[ContractDetails]]:
        """Async form of `reqContractDetails`."""
        return self._await(self._contract_details(contract))

    def _contract_details(self, contract: Contract) -> Future[list[ContractDetails]]:
        req_id = self.client.getReqId()

        def cancel() -> None:
            if self.client.serverVersion() >= v.CANCEL_CONTRACT_DATA:
                self.client.cancelContractData(req_id)

        return self._start(
            req_id,
            f"contract details of {contract!r}",
            lambda: self.client.reqContractDetails(req_id, contract),
            contract=contract,
            results=[],
            cancel=cancel,
        )

    def qualifyContracts(self, *contracts: Contract) -> list[Contract]:
        """Fill in the given contracts in place, conId first of all.

        The result has one slot for each, None when unknown or ambiguous.
        """
        return self._run(self.qualifyContractsAsync(*contracts), "qualifyContracts")  # type: ignore[arg-type]

    async def qualifyContractsAsync(
        self, *contracts: Contract, returnAll: bool = False
    ) -> list[Contract | list[Contract | None] | None]:
        """Async form of `qualifyContracts`; with `returnAll` the slot of an ambiguous contract lists the candidates."""
        answers = await asyncio.gather(*(self.reqContractDetailsAsync(c) for c in contracts))
        return [self._choose(contract, details, returnAll) for contract, details in zip(contracts, answers)]

    def _choose(
        self, contract: Contract, details: list[ContractDetails], return_all: bool
    ) -> Contract | list[Contract | None] | None:
        if not details:
            self._logger.warning("Unknown contract: %s", contract)
            return None
        candidates = [d.contract for d in details if d.contract is not None]
        if len(candidates) > 1 and contract.secType:
            candidates = [c for c in candidates if c.secType == contract.secType]
        if len(candidates) != 1:
            self._logger.warning("Ambiguous contract: %s, possibles are %s", contract, candidates)
            return list(candidates) if return_all else None
        found = candidates[0]
        # SMART stays: with a conId it is always routable, while the listing's exchange may be one that TWS refuses
        exchange = contract.exchange if contract.exchange == "SMART" else found.exchange
        dataclassUpdate(contract, found)
        contract.exchange = exchange
        return contract
