"""What an advisor's gateway keeps: groups of accounts, their aliases, and how an order is divided among a group.

The XML is TWS's in shape: groups with the accounts as `<String>`, or with `<acct>` and `<amount>` where the method
divides by fixed amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from ibnb.sim.errors import RequestRefused

if TYPE_CHECKING:
    from ibnb.order import Order
    from ibnb.sim.accounts import Account

__all__ = ["FIXED", "METHODS", "Advisor", "Group"]

METHODS: Final = ("Equal", "EqualQuantity", "NetLiq", "AvailableEquity", "PctChange")
FIXED: Final = ("Ratio", "Percent", "ContractsOrShares", "MonetaryAmount")  # by the amounts of the group
GROUPS, ALIASES = 1, 3
MAX_XML = 100_000
NOT_ADVISOR = "Error validating request.-'bP' : cause - FA data operations ignored for non FA customers."


@dataclass
class Group:
    """Some accounts, the method that divides orders among them, and the amounts that a fixed method goes by."""

    name: str
    accounts: list[str]
    method: str = "NetLiq"
    amounts: dict[str, float] = field(default_factory=dict)


class Advisor:
    """The groups over the accounts of one gateway; with one account there is no advisor.

    `equity(account)` gives net liquidation and available funds, by which some methods divide.
    """

    def __init__(
        self, accounts: Mapping[str, Account], equity: Callable[[Account], tuple[float, float]]
    ) -> None:  # fmt: skip
        self._accounts, self._equity = accounts, equity
        self.groups = {"All": Group("All", list(accounts))}
        self._aliases: dict[str, str] = {name: account.alias or name for name, account in accounts.items()}

    @property
    def is_advisor(self) -> bool:
        """Whether there is more than one account."""
        return len(self._accounts) > 1

    # -- what is asked and replaced ------------------------------------------------------------------------------

    def xml(self, kind: int) -> str:
        """Return groups (1) or aliases (3). Raises RequestRefused (321) for other kinds and for a single account."""
        self._check(kind)
        if kind == ALIASES:
            rows = "".join(
                f"<AccountAlias><account>{escape(name)}</account><alias>{escape(alias)}</alias></AccountAlias>"
                for name, alias in self._aliases.items()
            )
            return f'<?xml version="1.0" encoding="UTF-8"?><ListOfAccountAliases>{rows}</ListOfAccountAliases>'
        groups = "".join(_group_xml(group) for group in self.groups.values())
        return f'<?xml version="1.0" encoding="UTF-8"?><ListOfGroups>{groups}</ListOfGroups>'

    def replace(self, kind: int, text: str) -> None:
        """Keep other groups or aliases. Raises RequestRefused (321) for XML that cannot be read or names strangers."""
        self._check(kind)
        if len(text) > MAX_XML or "<!" in text:
            raise _invalid("the XML is too long, or declares a type")
        try:
            root = ElementTree.fromstring(text)
        except ElementTree.ParseError as error:
            raise _invalid(f"the XML cannot be read: {error}") from None
        if kind == ALIASES:
            rows = {row.findtext("account", ""): row.findtext("alias", "") for row in root.iter("AccountAlias")}
            self._known(rows)
            self._aliases.update(rows)
            return
        groups = [self._group(row) for row in root.iter("Group")]
        self.groups = {group.name: group for group in groups}

    def _group(self, row: ElementTree.Element) -> Group:
        name, method = row.findtext("name", "").strip(), row.findtext("defaultMethod", "NetLiq").strip()
        if not name or method not in METHODS + FIXED:
            raise _invalid(f"group {name!r} has method {method!r}; methods: {', '.join(METHODS + FIXED)}")
        names = [text.strip() for element in row.iter("String") if (text := element.text)]
        amounts = {}
        for account in row.iter("Account"):
            try:
                amounts[account.findtext("acct", "").strip()] = float(account.findtext("amount", "1"))
            except ValueError:
                raise _invalid(f"an amount of group {name!r} is no number") from None
        names += [account for account in amounts if account not in names]
        self._known(dict.fromkeys(names, ""))
        return Group(name, names, method, amounts)

    def _known(self, names: Mapping[str, str]) -> None:
        strangers = [name for name in names if name not in self._accounts]
        if strangers:
            raise _invalid(f"account {strangers[0]!r} is not one of {', '.join(self._accounts)}")

    def _check(self, kind: int) -> None:
        if not self.is_advisor:
            raise RequestRefused(321, NOT_ADVISOR)
        if kind not in (GROUPS, ALIASES):
            raise _invalid(f"FA data type {kind} is not offered: 1 groups, 3 aliases")

    # -- orders --------------------------------------------------------------------------------------------------

    def members(self, name: str) -> list[Account] | None:
        """Return the accounts of a group, None when there is no such group."""
        group = self.groups.get(name)
        return None if group is None else [self._accounts[account] for account in group.accounts]

    def shares(self, order: Order, con_id: int) -> list[tuple[Account, float]]:
        """Return the accounts that an order for a group is for, with their weights; [] for an order without group.

        Raises RequestRefused (321) for an unknown group or method, or when nobody has a weight.
        """
        if not order.faGroup:
            return []
        if not self.is_advisor:
            raise RequestRefused(321, NOT_ADVISOR)
        group = self.groups.get(order.faGroup)
        if group is None:
            raise _invalid(f"group {order.faGroup!r} is not known; groups: {', '.join(self.groups)}")
        method = order.faMethod or group.method
        if method not in METHODS + FIXED:
            raise _invalid(f"method {method!r} is not known; methods: {', '.join(METHODS + FIXED)}")
        rows = [(self._accounts[name], self._weight(group, method, name, con_id)) for name in group.accounts]
        if not any(weight > 0 for _, weight in rows):
            raise _invalid(f"method {method} gives no account of group {group.name!r} a share")
        return rows

    def _weight(self, group: Group, method: str, name: str, con_id: int) -> float:
        account = self._accounts[name]
        if method in FIXED:
            return max(group.amounts.get(name, 0.0), 0.0)
        if method == "PctChange":
            held = account.holdings.get(con_id)
            return abs(held.quantity) if held else 0.0
        if method in ("NetLiq", "AvailableEquity"):
            return max(self._equity(account)[method == "AvailableEquity"], 0.0)
        return 1.0


def _group_xml(group: Group) -> str:
    if group.method in FIXED:
        rows = "".join(
            f"<Account><acct>{escape(name)}</acct><amount>{group.amounts.get(name, 0.0):g}</amount></Account>"
            for name in group.accounts
        )
    else:
        rows = "".join(f"<String>{escape(name)}</String>" for name in group.accounts)
    return (
        f'<Group><name>{escape(group.name)}</name><ListOfAccts varName="list">{rows}</ListOfAccts>'
        f"<defaultMethod>{group.method}</defaultMethod></Group>"
    )


def _invalid(cause: str) -> RequestRefused:
    return RequestRefused(321, f"Error validating request.-'bP' : cause - {cause}")
