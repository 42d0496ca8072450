"""Financial advisors and their like: advisor data, models' positions, family codes, soft dollar tiers."""

from __future__ import annotations

from collections.abc import Awaitable
from concurrent.futures import Future
from typing import Any

from ibnb.api.core import Core
from ibnb.objects import FamilyCode, Position, SoftDollarTier

ADVISOR_DATA_S = 4


class AdvisorMixin(Core):
    """Advisor methods of `IB`."""

    def requestFA(self, faDataType: int) -> str | None:
        """Return advisor data as XML; None when TWS refuses it (to others than advisors), or says nothing for 4 s.

        Args:
            faDataType: 1 groups, 2 profiles (gone since server version 177), 3 account aliases.

        Source: requestFA (id 18).
        """
        return self._run(self.requestFAAsync(faDataType), "requestFA")

    async def requestFAAsync(self, faDataType: int) -> str | None:
        """Async form of `requestFA`."""
        key = f"requestFA-{int(faDataType)}"
        future: Future[Any] = self._start(key, "advisor data", lambda: self.client.requestFA(faDataType))
        return await self._bounded(future, ADVISOR_DATA_S, "advisor data")

    def replaceFA(self, faDataType: int, xml: str) -> None:
        """Replace advisor data; TWS's answer stands in `ib.tables.log`. Source: replaceFA (id 19)."""
        self.client.replaceFA(self.client.getReqId(), faDataType, xml)

    def reqFamilyCodes(self) -> list[FamilyCode]:
        """Return the family of accounts that each account belongs to. Source: reqFamilyCodes (id 80)."""
        return self._wait(self._family_codes(), "reqFamilyCodes")

    def reqFamilyCodesAsync(self) -> Awaitable[list[FamilyCode]]:
        """Async form of `reqFamilyCodes`."""
        return self._await(self._family_codes())

    def _family_codes(self) -> Future[Any]:
        return self._start("familyCodes", "reqFamilyCodes", self.client.reqFamilyCodes, results=[])

    def reqSoftDollarTiers(self) -> list[SoftDollarTier]:
        """Return the soft dollar tiers that orders may name. Source: reqSoftDollarTiers (id 79)."""
        return self._wait(self._soft_dollar_tiers(), "reqSoftDollarTiers")

    def reqSoftDollarTiersAsync(self) -> Awaitable[list[SoftDollarTier]]:
        """Async form of `reqSoftDollarTiers`."""
        return self._await(self._soft_dollar_tiers())

    def _soft_dollar_tiers(self) -> Future[Any]:
        req_id = self.client.getReqId()
        return self._start(req_id, "soft dollar tiers", lambda: self.client.reqSoftDollarTiers(req_id), results=[])

    # -- positions of one account or model

    def positionsMulti(self, account: str = "", modelCode: str = "") -> list[Position]:
        """Return the positions of an account and model followed by `reqPositionsMulti`, as they are now."""
        store = self.wrapper
        with store.lock:
            req_id = store.positionKey2ReqId.get((account, modelCode), 0)
            return list(store.model_positions.get(req_id, {}).values())

    def reqPositionsMulti(self, account: str = "", modelCode: str = "") -> list[Position]:
        """Begin to follow the positions of one account or model, block until all are in, and return them.

        Changes come by `positionMultiEvent` (Position, modelCode). Source: reqPositionsMulti (id 74).
        """
        return self._wait(self._positions_multi(account, modelCode), "reqPositionsMulti")

    def reqPositionsMultiAsync(self, account: str = "", modelCode: str = "") -> Awaitable[list[Position]]:
        """Async form of `reqPositionsMulti`."""
        return self._await(self._positions_multi(account, modelCode))

    def _positions_multi(self, account: str, model_code: str) -> Future[Any]:
        self.cancelPositionsMulti(account, model_code)
        store = self.wrapper
        req_id = self.client.getReqId()
        with store.lock:
            store.model_positions[req_id] = {}
            store.positionKey2ReqId[account, model_code] = req_id
            return self._start(
                req_id,
                f"positions of {account or 'all accounts'} {model_code}",
                lambda: self.client.reqPositionsMulti(req_id, account, model_code),
                results=[],
                cancel=lambda: self.cancelPositionsMulti(account, model_code),
            )

    def cancelPositionsMulti(self, account: str = "", modelCode: str = "") -> None:
        """End following the positions of an account or model."""
        store = self.wrapper
        with store.lock:
            req_id = store.positionKey2ReqId.pop((account, modelCode), 0)
            if req_id:
                store.model_positions.pop(req_id, None)
                self.client.cancelPositionsMulti(req_id)
