"""Contract details, stocks and bonds alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibnb.contract import ContractDetails
from ibnb.state.store import Store
from ibnb.wire import catalogue as m


def routes(store: Store) -> dict[type, Callable[..., Any]]:
    """Return the handlers of the contract messages."""
    requests = store.requests

    def contract_details(reqId: int, contractDetails: ContractDetails, *_: Any) -> None:
        pending = requests.get(reqId)
        if pending is None:
            store.unknown_ids += 1
        else:
            pending.results.append(contractDetails)
            store.learn_details(contractDetails)

    return {
        m.ContractDetails: contract_details,
        m.BondContractDetails: contract_details,
        m.ContractDetailsEnd: lambda reqId: requests.finish(reqId),
    }
