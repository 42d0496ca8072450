"""Profit and loss, followed for accounts, models and single positions."""

from __future__ import annotations

from ibnb.api.core import Core
from ibnb.objects import PnL, PnLSingle


class PnLMixin(Core):
    """Profit methods of `IB`.

    The objects are updated in place about once a second; `pnlEvent` and `pnlSingleEvent` tell so.
    """

    def pnl(self, account: str = "", modelCode: str = "") -> list[PnL]:
        """Return the followed profits of accounts, of one account or of one model; amounts in the base currency."""
        with self.wrapper.lock:
            return [
                entry
                for entry in self.wrapper.reqId2PnL.values()
                if (not account or entry.account == account) and (not modelCode or entry.modelCode == modelCode)
            ]

    def pnlSingle(self, account: str = "", modelCode: str = "", conId: int = 0) -> list[PnLSingle]:
        """Return the followed profits of positions, of one account, model or contract."""
        with self.wrapper.lock:
            return [
                entry
                for entry in self.wrapper.reqId2PnlSingle.values()
                if (not account or entry.account == account)
                and (not modelCode or entry.modelCode == modelCode)
                and (not conId or entry.conId == conId)
            ]

    def reqPnL(self, account: str, modelCode: str = "") -> PnL:
        """Begin to follow the profit of an account or model, and return the object that will be kept up to date.

        Raises AssertionError when it is followed already. Source: reqPnL (id 92).
        """
        store = self.wrapper
        with store.lock:
            key = (account, modelCode)
            assert key not in store.pnlKey2ReqId, f"reqPnL: {account} {modelCode} is followed already"
            req_id = self.client.getReqId()
            self.client.reqPnL(req_id, account, modelCode)
            entry = PnL(account, modelCode)
            store.pnlKey2ReqId[key] = req_id
            store.reqId2PnL[req_id] = store.profits[account, modelCode, 0] = entry
            store.touch("pnl", (account, modelCode, 0))
            self._fire()
            return entry

    def cancelPnL(self, account: str, modelCode: str = "") -> None:
        """End following the profit of an account or model."""
        store = self.wrapper
        with store.lock:
            req_id = store.pnlKey2ReqId.pop((account, modelCode), 0)
            if not req_id:
                self._logger.error("cancelPnL: %s %s is not followed", account, modelCode)
                return
            self.client.cancelPnL(req_id)
            del store.reqId2PnL[req_id], store.profits[account, modelCode, 0]
            store.touch("pnl", (account, modelCode, 0))
            self._fire()

    def reqPnLSingle(self, account: str, modelCode: str, conId: int) -> PnLSingle:
        """Begin to follow the profit of one position, and return the object that will be kept up to date.

        Raises AssertionError when it is followed already. Source: reqPnLSingle (id 94).
        """
        store = self.wrapper
        with store.lock:
            key = (account, modelCode, conId)
            assert key not in store.pnlSingleKey2ReqId, f"reqPnLSingle: {key} is followed already"
            req_id = self.client.getReqId()
            self.client.reqPnLSingle(req_id, account, modelCode, conId)
            entry = PnLSingle(account, modelCode, conId)
            store.pnlSingleKey2ReqId[key] = req_id
            store.reqId2PnlSingle[req_id] = store.profits[key] = entry
            store.touch("pnl", key)
            self._fire()
            return entry

    def cancelPnLSingle(self, account: str, modelCode: str, conId: int) -> None:
        """End following the profit of one position."""
        store = self.wrapper
        with store.lock:
            key = (account, modelCode, conId)
            req_id = store.pnlSingleKey2ReqId.pop(key, 0)
            if not req_id:
                self._logger.error("cancelPnLSingle: %s is not followed", key)
                return
            self.client.cancelPnLSingle(req_id)
            del store.reqId2PnlSingle[req_id], store.profits[key]
            store.touch("pnl", key)
            self._fire()
