"""Profit and loss of accounts and of single positions, in objects that stay the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.state.store import Store
from ibnb.values import UNSET_DOUBLE, nan
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the profit messages."""

    def pnl(reqId: int, dailyPnL: float, unrealizedPnL: float, realizedPnL: float) -> None:
        entry = store.reqId2PnL.get(reqId)
        if entry is None:
            store.unknown_ids += 1
            return
        entry.dailyPnL = _known(dailyPnL)
        entry.unrealizedPnL = _known(unrealizedPnL)
        entry.realizedPnL = _known(realizedPnL)
        store.touch("pnl", (entry.account, entry.modelCode, 0))
        store.emit_ib("pnlEvent", entry)

    def pnl_single(
        reqId: int, pos: float, dailyPnL: float, unrealizedPnL: float, realizedPnL: float, value: float
    ) -> None:
        entry = store.reqId2PnlSingle.get(reqId)
        if entry is None:
            store.unknown_ids += 1
            return
        entry.position = pos  # type: ignore[assignment]  # ib_async says int; fractions exist
        entry.dailyPnL = _known(dailyPnL)
        entry.unrealizedPnL = _known(unrealizedPnL)
        entry.realizedPnL = _known(realizedPnL)
        entry.value = _known(value)
        store.touch("pnl", (entry.account, entry.modelCode, entry.conId))
        store.emit_ib("pnlSingleEvent", entry)

    return {m.Pnl: pnl, m.PnlSingle: pnl_single}


def _known(value: float) -> float:
    """Return nan for the largest double, by which TWS says that it has no value."""
    return nan if value == UNSET_DOUBLE else value
