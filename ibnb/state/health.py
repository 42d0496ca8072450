"""Whether quotes are of now: what TWS says of its link to IB and of the farms that market data come from.

The notices are errors without a request. Which contract comes from which farm they do not tell, so one broken farm of
market data makes all quotes doubtful until it is back. Farms of history and of contract descriptions do not matter.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["Health"]

LINK_LOST: Final = (1100, 2110)
LINK_BACK: Final = (1101, 1102)
FARM_BROKEN: Final = 2103
FARM_FINE: Final = (2104, 2108)  # connected; idle until somebody asks
MAX_NAME: Final = 100
_LINK = "link"
_NAME = re.compile(r"(?:demand\.|:)\s*(\S+)\s*$")


class Health:
    """What stands between the market and the quotes of one connection."""

    def __init__(self) -> None:
        self._troubles: dict[str, str] = {}

    def clear(self) -> None:
        """Begin anew, with a new connection."""
        self._troubles.clear()

    def note(self, code: int, text: str) -> bool:
        """Take notice of an error that belongs to no request; tell whether that changed `status`."""
        before = dict(self._troubles)
        if code in LINK_LOST:
            self._troubles[_LINK] = f"{code}: TWS has no connection to IB"
        elif code in LINK_BACK:
            self._troubles.pop(_LINK, None)
        elif code == FARM_BROKEN:
            name = _farm(text)
            self._troubles[f"farm {name}"] = f"{code}: market data farm {name or '(unnamed)'} is down"
        elif code in FARM_FINE:
            self._troubles.pop(f"farm {_farm(text)}", None)
        return before != self._troubles

    @property
    def status(self) -> tuple[str, str]:
        """Return ("live", ""), or "stale" and why."""
        return ("stale", "; ".join(self._troubles.values())) if self._troubles else ("live", "")


def _farm(text: str) -> str:
    """Return the name of the farm at the end of a notice, "" when there is none."""
    found = _NAME.search(text[-MAX_NAME:])  # in a long text the search would take its length squared
    return found.group(1) if found else ""
