"""A gateway stand-in that floods its client with numbered messages at a steady rate.

    python -m tests.compat.numbered [MESSAGES_PER_SECOND]

Prints ``listening on HOST:PORT``. Of ten messages five are ticks, each subscription numbered from 1 by its prices; four
are an execution, a headline, a notice and a position, numbered together; the tenth is a quote. `cancelPositions` ends
the flood; `reqUserInfo` then tells what was sent, as JSON: `numbered`, `ticks` by request id, `messages`, `seconds`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from ibnb.contract import Contract, ContractDetails
from ibnb.objects import Execution
from ibnb.order import Order, OrderState
from ibnb.session.session import Session, Side
from ibnb.wire import catalogue as m

ACCOUNT = "DU0000001"
PERIOD_S = 0.005
PERM_ID = 77
MAX_UNREAD = 1 << 20
HELD = Contract(secType="STK", conId=1, symbol="HELD", exchange="SMART", currency="USD")


class Feeder(asyncio.Protocol):
    """One connection."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.session = Session(Side.SERVER, server_version=225, connection_time="20261123 09:30:00 EST")
        self.ticks: dict[int, int] = {}
        self.sent: dict[int, int] = {}  # of all subscriptions, ended ones too
        self.quotes: list[int] = []
        self.order: tuple[int, int] | None = None
        self.numbered = self.messages = 0
        self.begin = self.seconds = 0.0
        self.is_over = False
        self.turn = itertools.cycle((self.tick, self.fill, self.tick, self.news, self.tick, self.notice, self.tick,
                                     self.position, self.tick, self.quote))  # fmt: skip
        self.answers: dict[type, Callable[[Any], None]] = {
            m.StartApi: lambda _: self.say(m.ManagedAccounts(ACCOUNT), m.NextValidId(1)),
            m.ReqPositions: lambda _: self.say(m.PositionEnd()),
            m.ReqOpenOrders: lambda _: self.say(m.OpenOrderEnd()),
            m.ReqCompletedOrders: lambda _: self.say(m.CompletedOrdersEnd()),
            m.ReqAccountUpdates: lambda _: self.say(m.AccountDownloadEnd(ACCOUNT)),
            m.ReqAccountUpdatesMulti: lambda asked: self.say(m.AccountUpdateMultiEnd(asked.reqId)),
            m.ReqExecutions: lambda asked: self.say(m.ExecDetailsEnd(asked.reqId)),
            m.ReqContractDetails: self.details,
            m.ReqCurrentTime: lambda _: self.say(m.CurrentTime(int(time.time()))),
            m.ReqTickByTickData: lambda asked: self.ticks.update({asked.reqId: 0}),
            m.CancelTickByTickData: lambda asked: self.ticks.pop(asked.reqId, None),
            m.ReqMktData: lambda asked: self.quotes.append(asked.reqId),
            m.PlaceOrder: self.opened,
            m.CancelPositions: self.end,
            m.ReqUserInfo: self.report,
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to pump."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.pumping = asyncio.get_running_loop().create_task(self.pump())

    def connection_lost(self, error: Exception | None) -> None:
        """Stop."""
        self.pumping.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self.session.receive_data(data)
        while self.session.events:
            asked = self.session.events.popleft()
            self.answers.get(type(asked), lambda _: None)(asked)
        self.transport.write(self.session.data_to_send())

    async def pump(self) -> None:
        """Send what is due; what a client does not take in time is sent later, not left out."""
        done = 0
        while True:
            await asyncio.sleep(PERIOD_S)
            if self.order is None or self.is_over or not self.ticks:
                continue
            self.begin = self.begin or time.monotonic()
            due = min(int((time.monotonic() - self.begin) * self.rate) - done, int(self.rate))
            if due > 0 and self.transport.get_write_buffer_size() < MAX_UNREAD:
                for _ in range(due):
                    next(self.turn)()
                done += due
                self.messages += due
                self.transport.write(self.session.data_to_send())

    def say(self, *messages: Any) -> None:
        """Send messages."""
        for message in messages:
            self.session.send(message)

    # -- answers

    def details(self, asked: Any) -> None:
        """The contract is what was asked for."""
        self.say(
            m.ContractDetails(asked.reqId, ContractDetails(contract=asked.contract)), m.ContractDetailsEnd(asked.reqId)
        )

    def opened(self, asked: Any) -> None:
        """The order works; from now on it fills."""
        order = Order(
            orderId=asked.orderId, clientId=1, permId=PERM_ID, action="BUY", totalQuantity=1e9, orderType="LMT"
        )  # fmt: skip
        self.order = (asked.orderId, 1)
        self.say(m.OpenOrder(order=order, contract=HELD, orderState=OrderState(status="Submitted")))

    def end(self, _: Any) -> None:
        """No more."""
        self.is_over = True
        self.seconds = time.monotonic() - self.begin

    def report(self, asked: Any) -> None:
        """What has been sent."""
        counts: dict[str, Any] = {"numbered": self.numbered, "ticks": self.sent, "messages": self.messages}
        counts["seconds"] = self.seconds
        self.say(m.UserInfo(asked.reqId, json.dumps(counts)))

    # -- the flood

    def tick(self) -> None:
        """The next trade of the subscription whose turn it is."""
        req_id, number = next(iter(self.ticks.items()))
        del self.ticks[req_id]
        self.ticks[req_id] = self.sent[req_id] = number + 1
        self.say(m.TickByTick(reqId=req_id, tickType=1, time=1_700_000_000, price=float(number + 1), size=1.0))

    def number(self) -> int:
        """The next number."""
        self.numbered += 1
        return self.numbered

    def fill(self) -> None:
        """An execution; its price is its number."""
        number, (order_id, client_id) = self.number(), self.order or (0, 0)
        execution = Execution(
            execId=f"0000e1a7.{number:08x}.01.01", time="20261123 09:30:00 US/Eastern",  # type: ignore[arg-type]
            acctNumber=ACCOUNT, exchange="ISLAND", side="BOT", shares=1.0, price=float(number), permId=PERM_ID,
            clientId=client_id, orderId=order_id, cumQty=float(number), avgPrice=1.0,
        )  # fmt: skip
        self.say(m.ExecDetails(reqId=-1, execution=execution, contract=HELD))

    def news(self) -> None:
        """A headline; its article has its number."""
        self.say(m.TickNews(-1, 1_700_000_000_000, "BRFG", str(self.number()), "headline", ""))

    def notice(self) -> None:
        """A notice; its text is its number."""
        self.say(m.Error(-1, 2104, str(self.number()), "", 0))

    def position(self) -> None:
        """A position; its cost is its number."""
        self.say(m.Position(ACCOUNT, HELD, 1.0, float(self.number())))

    def quote(self) -> None:
        """A bid of each subscription of quotes in turn."""
        if self.quotes:
            self.quotes.append(self.quotes.pop(0))
            self.say(m.TickPrice(self.quotes[0], 1, float(self.messages + 1), 1.0, 0))
        else:
            self.tick()


async def serve(rate: float) -> None:
    """Listen until killed."""
    server = await asyncio.get_running_loop().create_server(lambda: Feeder(rate), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    sys.stdout.write(f"listening on {host}:{port}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 5000.0))
