"""The switch between reading and trading.

After `%load_ext ibnb` a new connection is read-only: orders raise until `ib.trading.enable(account)`; a live account
also needs `live=True`. Programs that do not load the extension trade as with ib_async.
"""

from __future__ import annotations

from ibnb.errors import IbnbError


class TradingDisabled(IbnbError):
    """An order was refused before it left this computer."""


class Trading:
    """What `ib.trading` is: which accounts this connection may trade."""

    read_only_default = False  # set by the notebook extension

    def __init__(self) -> None:
        self._open = not self.read_only_default
        self._accounts: dict[str, float | None] = {}

    def enable(self, account: str, *, live: bool = False, max_quantity: float | None = None) -> None:
        """Allow orders for one account on this connection.

        Args:
            account: Its name, such as `DU1234567`.
            live: Must be True for an account that is not a paper account (whose name begins with `D`).
            max_quantity: Largest quantity of one order, None = no limit.

        Raises:
            TradingDisabled: A live account without `live=True`.
        """
        if not account:
            raise TradingDisabled("ib.trading.enable() needs the name of the account, such as 'DU1234567'")
        if not account.startswith("D") and not live:
            raise TradingDisabled(f"{account} is a live account: pass live=True to trade real money")
        self._accounts[account] = max_quantity

    def disable(self, account: str = "") -> None:
        """Refuse orders again, for one account or for all."""
        if account:
            self._accounts.pop(account, None)
        else:
            self._accounts.clear()
        self._open = False

    @property
    def enabled(self) -> bool:
        """Tell whether any order may leave."""
        return self._open or bool(self._accounts)

    def check(self, account: str, quantity: float) -> None:
        """Raise TradingDisabled unless an order of that size for that account may leave."""
        if self._open:
            return
        if account not in self._accounts:
            name = account or "your account"
            raise TradingDisabled(
                f"order not sent: this connection is read-only for {name}; "
                f'call ib.trading.enable("{account or "DU..."}") first (live=True for a live account)'
            )
        limit = self._accounts[account]
        if limit is not None and quantity > limit:
            raise TradingDisabled(
                f"order not sent: quantity {quantity:g} is above the limit of {limit:g} set for {account}"
            )

    def __repr__(self) -> str:
        if self._open:
            return "<Trading: on for all accounts>"
        return f"<Trading: {'read-only' if not self._accounts else 'on for ' + ', '.join(self._accounts)}>"
