"""What the accounts of a fresh gateway hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.sim.accounts import Account
from ibnb.sim.instruments import Instrument

if TYPE_CHECKING:
    from ibnb.sim.gateway import Gateway

__all__ = ["open_accounts"]

_START = ((265598, 200.0), (4391, 150.0), (272093, 80.0), (76792991, -40.0), (756733, 120.0), (8314, 60.0))


def open_accounts(gateway: Gateway, names: Sequence[str], *, positions: bool) -> dict[str, Account]:
    """Make the accounts; the first one starts with positions bought some weeks before, if wanted."""
    made = {name: Account(name, cash={"USD": 1_000_000.0 / (n + 1), "EUR": 25_000.0}) for n, name in enumerate(names)}
    gateway.accounts = made
    now = gateway.now = gateway.clock.now()
    if positions:
        account = next(iter(made.values()))
        for con_id, quantity in _START:
            instrument = gateway.db.by_id(con_id)
            if instrument is not None:
                _hold(gateway, account, instrument, quantity, 40)
        front = next(i for i in gateway.db.by_symbol("ES") if i.expiry > f"{gateway.db.day:%Y%m%d}")
        _hold(gateway, account, front, 2.0, 10)
        for holding in account.held():
            account.cash["USD"] -= 0.0 if holding.instrument.sec_type == "FUT" else holding.quantity * holding.average
    for account in made.values():
        account.start_equity = account.figures(gateway.price, gateway.rate)["loan"]
    assert now == gateway.now
    return made


def _hold(gateway: Gateway, account: Account, instrument: Instrument, quantity: float, days: int) -> None:
    """Give a position bought at the close `days` trading days ago."""
    path = gateway.db.path(instrument)
    begin, end = path.calendar.bounds
    today = path.calendar.day_index(gateway.now)

    def close(day: int) -> float:
        rows = path.blocks(0, float(begin[day, 0]), float(end[day, -1]), regular=True)
        return round(float(rows.close[-1]) * path.tick, 6)

    account.hold(instrument, quantity, close(today - days), close(today - 1))
