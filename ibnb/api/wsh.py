"""Wall Street Horizon: corporate events, as JSON. The account must be subscribed to it."""

from __future__ import annotations

from collections.abc import Callable

from ibnb.api.core import Core
from ibnb.net.calls import awaitable
from ibnb.objects import WshEventData


class WshMixin(Core):
    """Wall Street Horizon methods of `IB`. One request for metadata and one for events are under way at a time."""

    def reqWshMetaData(self) -> None:
        """Ask for the event types; they come by `wshMetaEvent` (json). TWS wants this before events are asked for.

        Source: reqWshMetaData (id 100).
        """
        if self.wrapper.wshMetaReqId:
            self._logger.warning("reqWshMetaData: under way already")
            return
        self._ask_meta()

    def cancelWshMetaData(self) -> None:
        """End a request for event types."""
        req_id = self.wrapper.wshMetaReqId
        if not req_id:
            self._logger.warning("cancelWshMetaData: nothing is under way")
            return
        self.client.cancelWshMetaData(req_id)
        self.wrapper.wshMetaReqId = 0

    def reqWshEventData(self, data: WshEventData) -> None:
        """Ask for events; they come by `wshEvent` (json).

        Args:
            data: Which events: of a contract, of the portfolio, or by a JSON filter.

        Source: reqWshEventData (id 102).
        """
        if self.wrapper.wshEventReqId:
            self._logger.warning("reqWshEventData: under way already")
            return
        self._ask_events(data)

    def cancelWshEventData(self) -> None:
        """End a request for events."""
        req_id = self.wrapper.wshEventReqId
        if not req_id:
            self._logger.warning("cancelWshEventData: nothing is under way")
            return
        self.client.cancelWshEventData(req_id)
        self.wrapper.wshEventReqId = 0

    def getWshMetaData(self) -> str:
        """Return the event types as JSON text; empty when TWS refuses them.

        Raises: RequestError with `RaiseRequestErrors`.
        """
        return self._run(self.getWshMetaDataAsync(), "getWshMetaData")

    async def getWshMetaDataAsync(self) -> str:
        """Async form of `getWshMetaData`."""
        if self.wrapper.wshMetaReqId:
            self.cancelWshMetaData()
        return await self._answer("event types", self._ask_meta)

    def getWshEventData(self, data: WshEventData) -> str:
        """Return events as JSON text; empty when TWS refuses them. `getWshMetaData` must have been called before.

        Raises: RequestError with `RaiseRequestErrors`.
        """
        return self._run(self.getWshEventDataAsync(data), "getWshEventData")

    async def getWshEventDataAsync(self, data: WshEventData) -> str:
        """Async form of `getWshEventData`."""
        if self.wrapper.wshEventReqId:
            self.cancelWshEventData()
        try:
            return await self._answer("events", lambda req_id: self._ask_events(data, req_id))
        finally:
            if self.wrapper.wshEventReqId and self.client.isReady():
                self.cancelWshEventData()

    async def _answer(self, what: str, ask: Callable[[int], None]) -> str:
        req_id = self.client.getReqId()
        text: str = await awaitable(self._start(req_id, what, lambda: ask(req_id), results=""))
        return text

    def _ask_meta(self, req_id: int = 0) -> None:
        with self.wrapper.lock:
            req_id = req_id or self.client.getReqId()
            self.client.reqWshMetaData(req_id)
            self.wrapper.wshMetaReqId = req_id

    def _ask_events(self, data: WshEventData, req_id: int = 0) -> None:
        with self.wrapper.lock:
            req_id = req_id or self.client.getReqId()
            self.client.reqWshEventData(req_id, data)
            self.wrapper.wshEventReqId = req_id
