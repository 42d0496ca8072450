"""What each code of TWS does to orders and requests: as in ib_async, but for the differences that are meant."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

import ib_async
import pytest
from reducing import AMD, Reducing

from ibnb.errorcodes import CODES
from ibnb.order import LimitOrder, OrderStatus, Trade
from ibnb.wire import catalogue as m

LIVE = ("PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel")
UNKNOWN = 99_999
# Codes that end an order there. Here they do not: some refuse a change or a cancel that came too late, some tell of
# the connection or of market data, some are notices.
LATE = {104, 134, 136, 161, 10148}
CONNECTION = {317, 326, 502, 1100, 1101, 1102, 1300}
NOTICES = {131, 481, 10089, 10090, 10091, 10233, 10311, 10349}
REJECTING = {321, 434}  # of a new order: a warning there, the end of it here
NEVER = (10349, 399, 404, 492)


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def theirs(code, status):
    wrapper = ib_async.IB().wrapper
    wrapper.clientId, wrapper.lastTime = 1, dt.datetime.now(dt.UTC)
    order = ib_async.LimitOrder("BUY", 1, 1.0, orderId=7, clientId=1)
    trade = ib_async.Trade(ib_async.Stock("AMD"), order, ib_async.OrderStatus(7, status), [], [])
    wrapper.trades[1, 7] = trade
    wrapper.error(7, code, "text", "")
    return trade.orderStatus.status


def ours(code, status):
    told = Reducing()
    order = LimitOrder("BUY", 1, 1.0, orderId=7, clientId=1)
    trade = told.store.trades[1, 7] = Trade(AMD, order, OrderStatus(7, status), [], [])
    told.take(m.Error(7, code, "text"))
    return trade.orderStatus.status


@pytest.mark.parametrize("status", LIVE)
def test_live_orders_end_as_there(status):
    other = {code: (theirs(code, status), ours(code, status)) for code in [*CODES, UNKNOWN]}
    other = {code: pair for code, pair in other.items() if pair[0] != pair[1]}
    wanted = dict.fromkeys(LATE | CONNECTION | NOTICES, ("Cancelled", status))
    if status == "PendingSubmit":
        wanted |= dict.fromkeys(REJECTING, ("ValidationError", "Cancelled"))
    assert other == wanted
    assert ours(UNKNOWN, status) == "Cancelled"


@pytest.mark.parametrize("status", ["Filled", "Cancelled"])
def test_orders_that_are_done_stay_so(status):
    assert {ours(code, status) for code in [*CODES, UNKNOWN]} == {status}
    assert {theirs(code, status) for code in CODES} == {status, "ValidationError"}, "a warning revives them there"


@pytest.mark.parametrize("status", LIVE)
@pytest.mark.parametrize("code", NEVER)
def test_these_never_end_a_live_order(code, status):
    assert ours(code, status) in (status, "ValidationError")


# What ends a request there or here only.
THERE = CONNECTION | NOTICES | {10182, 10225}  # data go on here, or are asked for again
HERE = {165, 321, 434}  # a request that these answer never ends there


def test_requests_end_as_there():
    async def ended_there():
        ended = set()
        for code in [*CODES, UNKNOWN]:
            wrapper = ib_async.IB().wrapper
            wrapper.clientId, wrapper.lastTime = 1, dt.datetime.now(dt.UTC)
            answer = wrapper.startReq(7)
            wrapper.error(7, code, "text", "")
            if answer.done():
                ended.add(code)
        return ended

    ended_here = set()
    for code in [*CODES, UNKNOWN]:
        told = Reducing()
        answer = told.start(7, [])
        told.take(m.Error(7, code, "text"))
        if answer.done():
            ended_here.add(code)
    there = asyncio.run(ended_there())
    assert (there - ended_here, ended_here - there) == (THERE, HERE)
    assert 10167 not in there | ended_here, "delayed data follow"
