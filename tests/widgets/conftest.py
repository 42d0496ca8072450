"""A hub of its own for each test, over comms that only keep what is sent."""

from __future__ import annotations

from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm
from widgets.hub_support import Timers

from ibnb.widgets import hub as _hub_function  # noqa: F401  the package must be whole before its module is patched


class KeptComm(BaseComm):
    """Keeps messages instead of sending them."""

    messages: list[dict[str, Any]]

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        self.__dict__.setdefault("messages", []).append({"type": msg_type, "data": data, "buffers": buffers or []})

    def custom(self) -> list[dict[str, Any]]:
        return [m["data"]["content"] for m in self.messages if (m["data"] or {}).get("method") == "custom"]


@pytest.fixture
def timers(monkeypatch):
    """The IO thread of the hub that `ibnb.widgets.hub()` makes; nothing runs before `timers.run()`."""
    import sys

    module = sys.modules["ibnb.widgets.hub"]
    timers = Timers()
    monkeypatch.setattr(comm, "create_comm", KeptComm)
    monkeypatch.setattr(module, "_hub", None)
    monkeypatch.setattr(module, "_timers", lambda: timers)
    yield timers
    made = module._hub
    if made is not None:
        made.close()
