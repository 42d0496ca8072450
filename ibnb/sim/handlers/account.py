"""Positions, account updates, summaries, profit and loss: subscriptions and their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.contract import Contract
from ibnb.sim.accounts import SUMMARY_TAGS, Account, Holding, Value
from ibnb.sim.client import Client
from ibnb.sim.contracts import Match
from ibnb.sim.errors import RequestRefused
from ibnb.sim.registry import handles
from ibnb.sim.times import zone_of
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.gateway import Gateway

import datetime as dt

UPDATE_PERIOD_S = 180.0  # as TWS; trades are told at once
PORTFOLIO_PERIOD_S = 10.0


def pick(gateway: Gateway, name: str) -> Account:
    """Return the account of that name; the only or first one for an empty name. Raises RequestRefused (321)."""
    if not name:
        return next(iter(gateway.accounts.values()))
    found = gateway.accounts.get(name)
    if found is None:
        raise RequestRefused(321, f"Error validating request.-'bW' : cause - The account code {name} is invalid")
    return found


def chosen(gateway: Gateway, name: str) -> list[Account]:
    """Return the accounts that a request for one account, "All" or a group means."""
    if name in ("", "All"):
        return list(gateway.accounts.values())
    return gateway.advisor.members(name) or [pick(gateway, name)]


def contract_of(gateway: Gateway, holding: Holding) -> Contract:
    """Return the contract of a holding at its own exchange."""
    contract = gateway.db.contract(Match(holding.instrument, holding.instrument.exchange))
    contract.primaryExchange = ""
    return contract


def average_cost(holding: Holding) -> float:
    """Return the average cost as TWS gives it: with the multiplier."""
    return round(holding.average * holding.factor, 8)


# -- positions ---------------------------------------------------------------------------------------------------------


def send_position(client: Client, account: Account, holding: Holding) -> None:
    """Send one position row."""
    client.send(
        m.Position(
            account=account.name, contract=contract_of(client.gateway, holding), position=holding.quantity,
            avgCost=average_cost(holding),
        )
    )  # fmt: skip


class PositionWatch:
    """Positions of all accounts: the handlers of fills tell the changes, nothing is due by time."""

    def step(self, now: float) -> None:
        """Nothing to do."""


@handles(m.ReqPositions)
def positions(client: Client, message: Any) -> None:
    """All positions of all accounts, the end, then changes."""
    for account in client.gateway.accounts.values():
        for holding in account.held():
            send_position(client, account, holding)
    client.send(m.PositionEnd())
    client.subscribe("positions", 0, PositionWatch())


@handles(m.CancelPositions)
def cancel_positions(client: Client, message: Any) -> None:
    """End the changes of positions."""
    client.unsubscribe("positions", 0)


class PositionMultiWatch(PositionWatch):
    """Positions of one account under a request id."""

    def __init__(self, client: Client, req_id: int, account: Account, model: str) -> None:
        self._client, self._req_id, self.account, self._model = client, req_id, account, model

    def rows(self) -> list[Holding]:
        """Return the positions of the model, of the whole account without one."""
        return self.account.part(self._model).held()

    def tell(self, con_id: int) -> None:
        """Send the row of an instrument that was traded, if it is one of these."""
        holding = self.account.part(self._model).holdings.get(con_id)
        if holding is not None:
            self.send(holding)

    def send(self, holding: Holding) -> None:
        """Send one row."""
        self._client.send(
            m.PositionMulti(
                reqId=self._req_id, account=self.account.name, contract=contract_of(self._client.gateway, holding),
                pos=holding.quantity, avgCost=average_cost(holding), modelCode=self._model,
            )
        )  # fmt: skip


@handles(m.ReqPositionsMulti)
def positions_multi(client: Client, message: Any) -> None:
    """Positions of one account, or of a model in it, the end, then changes."""
    watch = PositionMultiWatch(client, message.reqId, pick(client.gateway, message.account), message.modelCode)
    for holding in watch.rows():
        watch.send(holding)
    client.send(m.PositionMultiEnd(reqId=message.reqId))
    client.subscribe("positions-multi", message.reqId, watch)


@handles(m.CancelPositionsMulti)
def cancel_positions_multi(client: Client, message: Any) -> None:
    """End the changes of one account's positions."""
    client.unsubscribe("positions-multi", message.reqId)


# -- account updates ---------------------------------------------------------------------------------------------------


class AccountWatch:
    """Account updates of a client: values, portfolio, time; then what changed, every few minutes and on trades."""

    def __init__(self, client: Client, account: Account) -> None:
        self._client, self.account = client, account
        self._values: dict[tuple[str, str], str] = {}
        self._rows: dict[int, tuple[float, ...]] = {}
        now = client.gateway.now
        self._due_values, self._due_rows = now + UPDATE_PERIOD_S, now + PORTFOLIO_PERIOD_S

    def send_values(self) -> None:
        """Send the values that changed."""
        gateway = self._client.gateway
        for value in self.account.values(gateway.price, gateway.rate):
            name = (value.tag, value.currency)
            if self._values.get(name) != value.value:
                self._values[name] = value.value
                self._client.send(
                    m.UpdateAccountValue(
                        key=value.tag, val=value.value, currency=value.currency, accountName=self.account.name
                    )
                )

    def send_rows(self, con_id: int | None = None) -> None:
        """Send the portfolio rows that changed, or that of one instrument also when it is flat."""
        gateway = self._client.gateway
        for holding in list(self.account.holdings.values()):
            name = holding.instrument.con_id
            if con_id not in (None, name) or (con_id is None and not holding.quantity):
                continue
            price = gateway.price(holding.instrument)
            worth = round(price * holding.quantity * holding.factor, 2)
            open_profit = round(holding.unrealized(price), 2) if holding.quantity else 0.0
            figures = (holding.quantity, price, worth, open_profit, round(holding.realized, 2))
            if self._rows.get(name) == figures:
                continue
            self._rows[name] = figures
            contract = contract_of(gateway, holding)
            contract.exchange, contract.primaryExchange = "", contract.exchange  # the message has no other
            self._client.send(
                m.UpdatePortfolio(
                    contract=contract, position=holding.quantity, marketPrice=price,
                    marketValue=worth, averageCost=average_cost(holding), unrealizedPNL=open_profit,
                    realizedPNL=figures[4], accountName=self.account.name,
                )
            )  # fmt: skip

    def send_time(self) -> None:
        """Send the time of the update."""
        gateway = self._client.gateway
        at = dt.datetime.fromtimestamp(gateway.now, zone_of(gateway.zone))
        self._client.send(m.UpdateAccountTime(timeStamp=f"{at:%H:%M}"))

    def send_all(self) -> None:
        """Send the first full set and its end."""
        self.send_values()
        self.send_rows()
        self.send_time()
        self._client.send(m.AccountDownloadEnd(accountName=self.account.name))

    def step(self, now: float) -> None:
        """Send changes when they are due."""
        if now >= self._due_rows:
            self._due_rows = now + PORTFOLIO_PERIOD_S * self._client.gateway.clock.speed
            self.send_rows()
        if now >= self._due_values:
            self._due_values = now + UPDATE_PERIOD_S * self._client.gateway.clock.speed
            self.send_values()
            self.send_time()


@handles(m.ReqAccountUpdates)
def account_updates(client: Client, message: Any) -> None:
    """Subscribe to one account's values and portfolio (in place of the one before), or end that."""
    if not message.subscribe:
        if client.unsubscribe("account", 0):
            client.error(-1, 2100, "API client has been unsubscribed from account data.")
        return
    watch = AccountWatch(client, pick(client.gateway, message.acctCode))
    watch.send_all()
    client.subscribe("account", 0, watch)


class MultiWatch:
    """Account values under a request id."""

    def __init__(self, client: Client, req_id: int, account: Account, model: str, *, ledger_only: bool) -> None:
        self._client, self._req_id, self.account = client, req_id, account
        self._model, self._ledger_only = model, ledger_only
        self._sent: dict[tuple[str, str], str] = {}
        self._due = client.gateway.now + UPDATE_PERIOD_S

    def send(self) -> None:
        """Send the values that changed."""
        gateway, part = self._client.gateway, self.account.part(self._model)
        if self._ledger_only:
            rows = part.ledger(gateway.price, gateway.rate)
            rows += [v for v in part.values(gateway.price, gateway.rate) if v.tag == "NetLiquidation"]
        else:
            rows = part.values(gateway.price, gateway.rate)
        for value in rows:
            name = (value.tag, value.currency)
            if self._sent.get(name) != value.value:
                self._sent[name] = value.value
                self._client.send(
                    m.AccountUpdateMulti(
                        reqId=self._req_id, account=self.account.name, modelCode=self._model, key=value.tag,
                        value=value.value, currency=value.currency,
                    )
                )  # fmt: skip

    def step(self, now: float) -> None:
        """Send changes when they are due."""
        if now >= self._due:
            self._due = now + UPDATE_PERIOD_S * self._client.gateway.clock.speed
            self.send()


@handles(m.ReqAccountUpdatesMulti)
def account_updates_multi(client: Client, message: Any) -> None:
    """Values of one account under an id, the end, then changes."""
    account = pick(client.gateway, message.account)
    watch = MultiWatch(client, message.reqId, account, message.modelCode, ledger_only=bool(message.ledgerAndNLV))
    watch.send()
    client.send(m.AccountUpdateMultiEnd(reqId=message.reqId))
    client.subscribe("account-multi", message.reqId, watch)


@handles(m.CancelAccountUpdatesMulti)
def cancel_account_updates_multi(client: Client, message: Any) -> None:
    """End account values under an id."""
    client.unsubscribe("account-multi", message.reqId)


# -- summary -----------------------------------------------------------------------------------------------------------


class SummaryWatch:
    """Chosen tags of all accounts; changes every three minutes."""

    def __init__(self, client: Client, req_id: int, accounts: list[Account], tags: list[str]) -> None:
        self._client, self._req_id, self._accounts, self._tags = client, req_id, accounts, tags
        self._sent: dict[tuple[str, str, str], str] = {}
        self._due = client.gateway.now + UPDATE_PERIOD_S

    def send(self) -> None:
        """Send the values that changed, and the end."""
        gateway = self._client.gateway
        for account in self._accounts:
            for value in self._rows(account):
                name = (account.name, value.tag, value.currency)
                if self._sent.get(name) != value.value:
                    self._sent[name] = value.value
                    self._client.send(
                        m.AccountSummary(
                            reqId=self._req_id, account=account.name, tag=value.tag, value=value.value,
                            currency=value.currency,
                        )
                    )  # fmt: skip
        self._client.send(m.AccountSummaryEnd(reqId=self._req_id))
        self._due = gateway.now + UPDATE_PERIOD_S * gateway.clock.speed

    def _rows(self, account: Account) -> list[Value]:
        gateway = self._client.gateway
        every = {v.tag: v for v in account.values(gateway.price, gateway.rate) if v.currency in ("", "USD")}
        rows: list[Value] = []
        for tag in self._tags:
            if tag.startswith("$LEDGER"):
                wanted = tag.partition(":")[2]
                rows += account.ledger(gateway.price, gateway.rate, wanted or "BASE")
            elif tag in every:
                rows.append(every[tag])
        return rows

    def step(self, now: float) -> None:
        """Refresh when it is due."""
        if now >= self._due:
            self.send()


@handles(m.ReqAccountSummary)
def account_summary(client: Client, message: Any) -> None:
    """Rows of the tags, the end, then refreshes; 322 for a third subscription, 321 for no valid tag."""
    held = sum(1 for kind, _ in client.subscriptions if kind == "summary")
    if held >= 2 and ("summary", message.reqId) not in client.subscriptions:
        raise RequestRefused(
            322, "Error processing request.-'cc' : cause - Maximum number of account summary requests exceeded"
        )
    tags = [tag.strip() for tag in message.tags.split(",") if tag.strip()]
    if not any(tag.startswith("$LEDGER") or tag in SUMMARY_TAGS for tag in tags):
        raise RequestRefused(
            321, "Error validating request.-'cc' : cause - No valid tag in the account summary request"
        )
    watch = SummaryWatch(client, message.reqId, chosen(client.gateway, message.groupName), tags)
    watch.send()
    client.subscribe("summary", message.reqId, watch)


@handles(m.CancelAccountSummary)
def cancel_account_summary(client: Client, message: Any) -> None:
    """End a summary."""
    client.unsubscribe("summary", message.reqId)


# -- profit and loss ---------------------------------------------------------------------------------------------------


class PnLWatch:
    """Profit of an account, about once a second as it changes."""

    def __init__(self, client: Client, req_id: int, accounts: list[Account]) -> None:
        self._client, self._req_id, self._accounts = client, req_id, accounts
        self._sent: tuple[float, ...] = ()
        self._second = -1

    def step(self, now: float) -> None:
        """Send the three figures when a second has passed and they changed."""
        if int(now) == self._second:
            return
        self._second = int(now)
        gateway = self._client.gateway
        parts = [account.profit(gateway.price, gateway.rate) for account in self._accounts]
        daily, unrealized, realized = (round(sum(column), 4) for column in zip(*parts, strict=True))
        if (daily, unrealized, realized) != self._sent:
            self._sent = (daily, unrealized, realized)
            self._client.send(m.Pnl(reqId=self._req_id, dailyPnL=daily, unrealizedPnL=unrealized, realizedPnL=realized))


class PnLSingleWatch(PnLWatch):
    """Profit of one position."""

    def __init__(self, client: Client, req_id: int, account: Account, con_id: int) -> None:
        super().__init__(client, req_id, [account])
        self._con_id = con_id

    def step(self, now: float) -> None:
        """Send the figures of the position when a second has passed and they changed."""
        if int(now) == self._second:
            return
        self._second = int(now)
        gateway, held = self._client.gateway, self._accounts[0].holdings.get(self._con_id)
        unset = 1.7976931348623157e308
        if held is None:
            figures: tuple[float, ...] = (0.0, unset, unset, unset, 0.0)
        else:
            price = gateway.price(held.instrument)
            figures = (
                held.quantity, round(held.daily(price), 4), round(held.unrealized(price), 4), round(held.realized, 4),
                round(price * held.quantity * held.factor, 4),
            )  # fmt: skip
        if figures != self._sent:
            self._sent = figures
            pos, daily, unrealized, realized, value = figures
            self._client.send(
                m.PnlSingle(
                    reqId=self._req_id, pos=pos, dailyPnL=daily, unrealizedPnL=unrealized, realizedPnL=realized,
                    value=value,
                )
            )  # fmt: skip


@handles(m.ReqPnL)
def pnl(client: Client, message: Any) -> None:
    """Stream the profit of an account."""
    accounts = [account.part(message.modelCode) for account in chosen(client.gateway, message.account)]
    watch = PnLWatch(client, message.reqId, accounts)
    client.subscribe("pnl", message.reqId, watch)
    watch.step(client.gateway.now)


@handles(m.ReqPnLSingle)
def pnl_single(client: Client, message: Any) -> None:
    """Stream the profit of a position; 321 for a conId that does not exist."""
    if client.gateway.db.by_id(message.conId) is None:
        raise RequestRefused(321, f"Error validating request: cause - Invalid conid {message.conId}")
    account = pick(client.gateway, message.account).part(message.modelCode)
    watch = PnLSingleWatch(client, message.reqId, account, message.conId)
    client.subscribe("pnl-single", message.reqId, watch)
    watch.step(client.gateway.now)


@handles(m.CancelPnL)
def cancel_pnl(client: Client, message: Any) -> None:
    """End an account's profit."""
    client.unsubscribe("pnl", message.reqId)


@handles(m.CancelPnLSingle)
def cancel_pnl_single(client: Client, message: Any) -> None:
    """End a position's profit."""
    client.unsubscribe("pnl-single", message.reqId)


def tell_trade(gateway: Gateway, account: Account, con_id: int) -> None:
    """Tell every subscribed client what a fill changed in an account."""
    holding = account.holdings[con_id]
    for client in gateway.clients:
        for (kind, _), watch in list(client.subscriptions.items()):
            if kind == "positions":
                send_position(client, account, holding)
            elif isinstance(watch, PositionMultiWatch) and watch.account is account:
                watch.tell(con_id)
            elif isinstance(watch, AccountWatch) and watch.account is account:
                watch.send_rows(con_id)
                watch.send_values()
                watch.send_time()
            elif isinstance(watch, MultiWatch) and watch.account is account:
                watch.send()
