"""What the steps of a scenario do to a gateway: one function for each word of `scenario.ACTIONS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from ibnb.sim.connectivity import FARMS, MARKET
from ibnb.sim.instruments import Instrument
from ibnb.wire import catalogue as m

if TYPE_CHECKING:
    from ibnb.sim.client import Client
    from ibnb.sim.director import Director
    from ibnb.sim.gateway import Gateway
    from ibnb.sim.scenario import Step

__all__ = ["EFFECTS", "find", "instrument_of", "is_called"]

RESET = "Market depth data has been RESET. Please empty deep book contents before applying any new entries."
BUST = "Bust event occurred, current subscription is deactivated. Please resubscribe real-time bars immediately."
PRICES: Final = {"bid": 1, "ask": 2, "last": 4, "high": 6, "low": 7, "close": 9, "open": 14}
SIZES: Final = {"bidSize": 0, "askSize": 3, "lastSize": 5, "volume": 8}


def is_called(instrument: Instrument, name: str) -> bool:
    """Tell whether an instrument is meant by a name: symbol, local symbol (also without dot), or conId."""
    wanted, local = name.upper(), instrument.local_symbol.upper()
    return wanted in (instrument.symbol.upper(), local, local.replace(".", ""), str(instrument.con_id))


def find(gateway: Gateway, name: str) -> Instrument | None:
    """Return the instrument of a name as users write it: AMD, EURUSD, ESZ6, or a conId; None when there is none."""
    if name.isdigit():
        return gateway.db.by_id(int(name))
    some = [i for i in gateway.db.by_symbol(name) if i.sec_type != "CFD"] or [
        i for i in gateway.db.all() if is_called(i, name)
    ]
    alive = [i for i in some if not i.expiry or i.expiry >= f"{gateway.db.day:%Y%m%d}"]
    return min(alive, key=lambda i: (i.secondary, i.expiry), default=None)


def instrument_of(gateway: Gateway, message: Any) -> Instrument | None:
    """Return what a request is about, or None when it names no instrument of the gateway."""
    contract = getattr(message, "contract", None)
    con_id = getattr(message, "conId", 0) if contract is None else contract.conId
    if con_id:
        return gateway.db.by_id(con_id)
    if contract is None or not contract.symbol:
        return find(gateway, contract.localSymbol) if contract is not None and contract.localSymbol else None
    some = [
        i for i in gateway.db.by_symbol(contract.symbol)
        if contract.secType in ("", i.sec_type) and contract.currency in ("", i.currency)
    ]  # fmt: skip
    return min(some, key=lambda i: (i.secondary, i.expiry), default=None)


def _instrument(director: Director, step: Step) -> Instrument:
    found = find(director.gateway, step.values["symbol"])
    assert found is not None  # the director has looked
    return found


def _clients(director: Director, step: Step) -> Iterator[Client]:
    """Yield the clients meant that have started."""
    for client in list(director.gateway.clients):
        if client.client_id is not None and step.values.get("client") in (None, client.client_id):
            yield client


# -- connections -------------------------------------------------------------------------------------------------------


def farm(director: Director, step: Step) -> None:
    """Change the state of farms; back to "ok" after `seconds`."""
    name = step.values["farm"]
    meant = {"market": MARKET, "all": FARMS}.get(name, (name,))
    net = director.gateway.connectivity

    def change(state: str) -> None:
        for one in meant:
            net.set_farm(one, state)

    change(step.values["state"])
    director.later(step.values.get("seconds"), lambda: change("ok"))


def link(director: Director, step: Step) -> None:
    """Lose the link to IB, or have it back, at once or after `seconds`."""
    net, keeps = director.gateway.connectivity, step.values.get("keeps", True)
    if step.values["state"] == "back":
        net.restore_link(keeps=keeps)
        return
    net.lose_link()
    director.later(step.values.get("seconds"), lambda: net.restore_link(keeps=keeps))


def freeze(director: Director, step: Step) -> None:
    """Let the gateway hang: connections stay, nothing is read, answered or sent."""
    gateway = director.gateway
    gateway.is_frozen = True
    director.later(step.values["seconds"], gateway.thaw)


def restart(director: Director, step: Step) -> None:
    """Drop every connection and refuse new ones for some seconds."""
    director.gateway.shut()
    director.later(step.values["seconds"], director.gateway.reopen)


def drop(director: Director, step: Step) -> None:
    """Cut the connection of one client or of all."""
    director.gateway.drop(step.values.get("client"))


# -- messages ----------------------------------------------------------------------------------------------------------


def notice(director: Director, step: Step) -> None:
    """Tell an error or a notice."""
    for client in _clients(director, step):
        client.error(step.values.get("id", -1), step.values["code"], step.values["text"])
        client.flush()


def rule(director: Director, step: Step) -> None:
    """Begin a rule about requests: fail, slow, ignore, reject."""
    director.add_rule(step)


def bulletin(director: Director, step: Step) -> None:
    """Tell a bulletin to who follows them."""
    for client in director.gateway.clients:
        if ("bulletins", 0) in client.subscriptions:
            client.send(
                m.UpdateNewsBulletin(
                    msgId=900_000 + len(director.done), msgType=1, newsMessage=step.values["text"], originExch="SMART"
                )
            )


def frame(director: Director, step: Step) -> None:
    """Send a frame of these bytes, whatever they are."""
    payload = bytes.fromhex(step.values["hex"])
    for client in _clients(director, step):
        client.send_raw(len(payload).to_bytes(4, "big") + payload)


# -- orders ------------------------------------------------------------------------------------------------------------


def end_orders(director: Director, step: Step) -> None:
    """End working orders from outside, as the exchange or the broker does."""
    values, exchange = step.values, director.gateway.exchange
    exchange.now = director.gateway.clock.now()
    text = values.get("text", "Order Canceled - reason:")
    for working in exchange.open_orders(values.get("client")):
        if "symbol" not in values or is_called(working.instrument, values["symbol"]):
            exchange.end(working, values.get("status", "Cancelled"), text, values.get("code", 202))


# -- market data -------------------------------------------------------------------------------------------------------


def halt(director: Director, step: Step) -> None:
    """Halt an instrument; it trades again after `seconds`."""
    instrument, net = _instrument(director, step), director.gateway.connectivity
    net.halt(instrument, 2 if step.values.get("reason") == "volatility" else 1)
    director.later(step.values.get("seconds"), lambda: net.resume(instrument))


def resume(director: Director, step: Step) -> None:
    """End a halt."""
    director.gateway.connectivity.resume(_instrument(director, step))


def price(director: Director, step: Step) -> None:
    """Move a price by percent, or to a value, at once or over `seconds` of the gateway's clock."""
    instrument, gateway, values = _instrument(director, step), director.gateway, step.values
    change = values["by"] / 100 if "by" in values else values["to"] / gateway.price(instrument) - 1
    gateway.move_price(instrument, change, round(values.get("seconds", 0)))


def tick(director: Director, step: Step) -> None:
    """Send a value that is not the market's to every line of an instrument, once."""
    field, value = step.values["field"], float(step.values["value"])
    instrument = _instrument(director, step)
    for client in director.gateway.clients:
        feed: Any = client.subscriptions.get(("feed", 0))
        for req_id, line in [] if feed is None else list(feed.lines.items()):
            if line.instrument.con_id != instrument.con_id:
                continue
            if field in PRICES:
                client.send(m.TickPrice(reqId=req_id, tickType=PRICES[field], price=value, size=100.0, attrMask=0))
            else:
                client.send(m.TickSize(reqId=req_id, tickType=SIZES[field], size=value))


def _streams(director: Director, step: Step, *kinds: str) -> Iterator[tuple[Client, str, int, Any]]:
    for client in director.gateway.clients:
        held: list[Any] = list(client.subscriptions.items())
        for (kind, req_id), subscription in held:
            if kind in kinds and (
                "symbol" not in step.values or is_called(subscription.instrument, step.values["symbol"])
            ):
                yield client, kind, req_id, subscription


def depth_reset(director: Director, step: Step) -> None:
    """Have books emptied (317) and sent anew."""
    for client, _, req_id, book in _streams(director, step, "depth"):
        client.error(req_id, 317, RESET)
        book.reset()


def bars_bust(director: Director, step: Step) -> None:
    """End bars that are kept up to date, and real-time bars, by error 10225."""
    for client, kind, req_id, _ in _streams(director, step, "bars", "rtbars"):
        client.unsubscribe(kind, req_id)
        client.error(req_id, 10225, BUST)


# -- the gateway itself ------------------------------------------------------------------------------------------------


def settings(director: Director, step: Step) -> None:
    """Change settings of the gateway."""
    gateway, values = director.gateway, step.values
    gateway.pacer.enabled = values.get("pacing", gateway.pacer.enabled)
    gateway.read_only = values.get("read_only", gateway.read_only)


def call(director: Director, step: Step) -> None:
    """Call a function of the scenario with the gateway."""
    step.values["function"](director.gateway)


EFFECTS: Final[dict[str, Callable[[Director, Step], None]]] = {
    "farm": farm, "link": link, "freeze": freeze, "restart": restart, "drop": drop, "notice": notice, "fail": rule,
    "slow": rule, "ignore": rule, "reject": rule, "end-orders": end_orders, "halt": halt, "resume": resume,
    "price": price, "tick": tick, "frame": frame, "depth-reset": depth_reset, "bars-bust": bars_bust,
    "bulletin": bulletin, "set": settings, "call": call,
}  # fmt: skip
