"""Start-up, time, ids, log level, user info."""

from __future__ import annotations

import logging
from typing import Any

from ibnb.sim.client import Client
from ibnb.sim.registry import handles
from ibnb.wire import catalogue as m

log = logging.getLogger("ibnb.sim")


@handles(m.StartApi)
def start_api(client: Client, message: Any) -> None:
    """Give the client its id, the accounts, the next order id and the state of the farms; 326 for an id in use."""
    gateway = client.gateway
    wanted = int(message.clientId)
    if client.client_id is not None:
        return
    if gateway.client(wanted) is not None:
        client.error(-1, 326, "Unable to connect as the client id is already in use. Retry with a unique client id.")
        log.warning("%s: client id %d is in use", client.peer, wanted)
        client.flush()
        client.close()
        return
    client.client_id = wanted
    client.send(m.ManagedAccounts(accountsList=",".join(gateway.accounts)))
    client.send(m.NextValidId(orderId=gateway.exchange.next_order_id))
    for code, text in gateway.connectivity.notices():
        client.error(-1, code, text)
    if gateway.director is not None:
        gateway.director.note("connect")


@handles(m.ReqManagedAccts)
def managed_accounts(client: Client, message: Any) -> None:
    """Answer with the account numbers."""
    client.send(m.ManagedAccounts(accountsList=",".join(client.gateway.accounts)))


@handles(m.ReqIds)
def next_id(client: Client, message: Any) -> None:
    """Answer with the next order id."""
    client.send(m.NextValidId(orderId=client.gateway.exchange.next_order_id))


@handles(m.ReqCurrentTime)
def current_time(client: Client, message: Any) -> None:
    """Answer with the simulated time in seconds."""
    client.send(m.CurrentTime(time=int(client.gateway.clock.now())))


@handles(m.ReqCurrentTimeInMillis)
def current_time_ms(client: Client, message: Any) -> None:
    """Answer with the simulated time in milliseconds."""
    client.send(m.CurrentTimeInMillis(timeInMillis=int(client.gateway.clock.now() * 1000)))


@handles(m.SetServerLogLevel, m.VerifyRequest, m.VerifyMessage, m.VerifyAndAuthRequest, m.VerifyAndAuthMessage)
def nothing(client: Client, message: Any) -> None:
    """Take note; nothing is answered."""


@handles(m.ReqUserInfo)
def user_info(client: Client, message: Any) -> None:
    """Answer with an empty white branding id."""
    client.send(m.UserInfo(reqId=message.reqId, whiteBrandingId=""))
