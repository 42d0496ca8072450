"""Accounts: managed ids, values, summary, portfolio, positions, time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from ibnb.contract import Contract
from ibnb.objects import AccountValue, PortfolioItem, Position
from ibnb.state.store import Store
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the account messages."""
    return {**_value_routes(store), **_position_routes(store)}


def _value_routes(store: Store) -> dict[type, Callable[..., Any]]:
    finish = store.requests.finish
    make = tuple.__new__  # twice as fast as the class of a named tuple
    touch, emit = store.touch, store.emit_ib

    def managed_accounts(accountsList: str) -> None:
        store.accounts = [account for account in accountsList.split(",") if account]
        finish("managedAccounts", store.accounts)
        store.on_accounts()

    def account_value(key: str, val: str, currency: str, accountName: str, modelCode: str = "") -> None:
        row = (accountName, key, currency, modelCode)
        value = make(AccountValue, (accountName, key, val, currency, modelCode))
        store.accountValues[row] = value
        touch("account", row)
        emit("accountValueEvent", value)

    def account_update_multi(reqId: int, account: str, modelCode: str, key: str, value: str, currency: str) -> None:
        account_value(key, value, currency, account, modelCode)

    def account_summary(reqId: int, account: str, tag: str, value: str, currency: str) -> None:
        item = AccountValue(account, tag, value, currency, "")
        row = (account, tag, currency)
        store.acctSummary[row] = item
        store.touch("summary", row)
        store.emit_ib("accountSummaryEvent", item)

    def update_account_time(timeStamp: str) -> None:
        pass  # the minute of the last account update: ib_async keeps nothing of it either

    def current_time(time: int) -> None:
        finish("currentTime", dt.datetime.fromtimestamp(time, store.defaults.timezone))

    return {
        m.ManagedAccounts: managed_accounts,
        m.UpdateAccountValue: account_value,
        m.UpdateAccountTime: update_account_time,
        m.AccountDownloadEnd: lambda accountName: finish("accountValues"),
        m.AccountUpdateMulti: account_update_multi,
        m.AccountUpdateMultiEnd: lambda reqId: finish(reqId),
        m.AccountSummary: account_summary,
        m.AccountSummaryEnd: lambda reqId: finish(reqId),
        m.CurrentTime: current_time,
    }


def _position_routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of portfolio and positions. Long, since it only holds handlers, closures over the store."""
    requests = store.requests
    make = tuple.__new__  # twice as fast as the class of a named tuple
    touch, emit = store.touch, store.emit_ib
    classes = Contract._classes

    def update_portfolio(
        contract: Contract,
        position: float,
        marketPrice: float,
        marketValue: float,
        averageCost: float,
        unrealizedPNL: float,
        realizedPNL: float,
        accountName: str,
    ) -> None:
        contract._specialize()
        item = PortfolioItem(
            contract, position, marketPrice, marketValue, averageCost, unrealizedPNL, realizedPNL, accountName
        )
        items = store.portfolio[accountName]
        if position == 0:
            items.pop(contract.conId, None)
        else:
            items[contract.conId] = item
        store.touch("portfolio", (accountName, contract.conId))
        store.emit_ib("updatePortfolioEvent", item)

    def position_data(account: str, contract: Contract, position: float, avgCost: float) -> None:
        con_id = contract.conId
        if type(contract) is Contract:  # `_specialize`, without a call
            contract.__class__ = classes.get(contract.secType, Contract)
        item = make(Position, (account, contract, position, avgCost))
        items = store.positions[account]
        if position == 0:
            items.pop(con_id, None)
        else:
            items[con_id] = item
        pending = requests.get("positions")
        if pending is not None:
            pending.results.append(item)
        touch("positions", (account, con_id))
        emit("positionEvent", item)

    def position_multi(
        reqId: int, account: str, contract: Contract, pos: float, avgCost: float, modelCode: str
    ) -> None:
        items = store.model_positions.get(reqId)
        if items is None:
            store.unknown_ids += 1
            return
        item = Position(account, contract._specialize(), pos, avgCost)
        if pos == 0:
            items.pop((account, contract.conId), None)
        else:
            items[account, contract.conId] = item
        store.emit_ib("positionMultiEvent", item, modelCode)

    def position_multi_end(reqId: int) -> None:
        requests.finish(reqId, list(store.model_positions.get(reqId, {}).values()))

    return {
        m.UpdatePortfolio: update_portfolio,
        m.Position: position_data,
        m.PositionEnd: lambda: requests.finish("positions"),
        m.PositionMulti: position_multi,
        m.PositionMultiEnd: position_multi_end,
    }
