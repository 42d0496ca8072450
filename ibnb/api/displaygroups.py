"""Display groups: windows of TWS that are linked by colour and show the same contract."""

from __future__ import annotations

from collections.abc import Awaitable
from concurrent.futures import Future
from typing import Any

from ibnb.api.core import Core
from ibnb.contract import Contract
from ibnb.errors import LocalProtocolError


class DisplayGroupsMixin(Core):
    """Display group methods of `IB`."""

    def queryDisplayGroups(self) -> list[int]:
        """Return the numbers of TWS's display groups, most used first. Source: queryDisplayGroups (id 67)."""
        return self._wait(self._display_groups(), "queryDisplayGroups")

    def queryDisplayGroupsAsync(self) -> Awaitable[list[int]]:
        """Async form of `queryDisplayGroups`."""
        return self._await(self._display_groups())

    def _display_groups(self) -> Future[Any]:
        req_id = self.client.getReqId()
        return self._start(req_id, "display groups", lambda: self.client.queryDisplayGroups(req_id), results=[])

    def subscribeToGroupEvents(self, groupId: int) -> None:
        """Begin to be told what a group shows: `displayGroupEvent` (group, `conId@exchange`, `none` or `combo`)."""
        store = self.wrapper
        with store.lock:
            if groupId in store.display_groups.values():
                return
            req_id = self.client.getReqId()
            self.client.subscribeToGroupEvents(req_id, groupId)
            store.display_groups[req_id] = groupId

    def updateDisplayGroup(self, groupId: int, contract: Contract | None) -> None:
        """Let the windows of a subscribed group show a qualified contract, or nothing.

        Raises: LocalProtocolError when the group is not subscribed.
        """
        info = "none" if contract is None else f"{contract.conId}@{contract.exchange or 'SMART'}"
        with self.wrapper.lock:
            self.client.updateDisplayGroup(self._group_id(groupId), info)

    def unsubscribeFromGroupEvents(self, groupId: int) -> None:
        """End being told what a group shows. Raises: LocalProtocolError when the group is not subscribed."""
        with self.wrapper.lock:
            req_id = self._group_id(groupId)
            del self.wrapper.display_groups[req_id]
            self.client.unsubscribeFromGroupEvents(req_id)

    def _group_id(self, group: int) -> int:
        for req_id, known in self.wrapper.display_groups.items():
            if known == group:
                return req_id
        raise LocalProtocolError(f"display group {group} is not subscribed: call subscribeToGroupEvents({group}) first")
