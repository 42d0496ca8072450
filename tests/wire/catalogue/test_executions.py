"""Executions: golden frames and round trips."""

import pytest

from ibnb.contract import Contract
from ibnb.errors import ServerTooOld
from ibnb.objects import CommissionReport, ExecutionFilter
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import Codec, Side
from ibnb.wire import catalogue as m
from ibnb.wire.catalogue import executions
from tests.wire.support import check_round_trips, fields


def test_round_trips():
    assert check_round_trips(executions) > 500


FILL = (11, -1, 3, 265598, "AAPL", "STK", "", 0.0, "", "", "ISLAND", "USD", "AAPL", "NMS", "0001.01",
        "20240119 10:00:00 US/Eastern", "DU1", "ISLAND", "BOT", "100", 187.25, 2**40, 7, 0, "100", 187.25, "", "", 0.0,
        "", 2)  # fmt: skip


@pytest.mark.parametrize(("version", "more"), [(177, ()), (178, (1,)), (198, (1, "me"))])
def test_fill(version, more):
    got = Codec(Side.CLIENT, version).decode(fields(*FILL, *more))
    assert (got.reqId, got.contract.symbol, got.contract.exchange) == (-1, "AAPL", "ISLAND")
    fill = got.execution
    assert (fill.execId, fill.time, fill.shares, fill.permId) == (
        "0001.01", "20240119 10:00:00 US/Eastern", 100.0, 2**40,
    )  # fmt: skip
    assert (fill.pendingPriceRevision, fill.submitter) == (version >= 178, "me" if version >= 198 else "")


def test_request_by_version():
    plain = m.ReqExecutions(5, ExecutionFilter(7, "DU1", "20240119-00:00:00", "AAPL", "STK", "", "BUY"))
    head = (7, 3, 5, 7, "DU1", "20240119-00:00:00", "AAPL", "STK", "", "BUY")
    assert Codec(Side.CLIENT, 178).encode(plain) == fields(*head)
    assert Codec(Side.CLIENT, 200).encode(plain) == fields(*head, 2147483647, 0)
    days = m.ReqExecutions(5, ExecutionFilter(lastNDays=3, specificDates=[20240118, 20240119]))
    assert Codec(Side.CLIENT, 200).encode(days).endswith(fields(3, 2, 20240118, 20240119))
    with pytest.raises(ServerTooOld):
        Codec(Side.CLIENT, 199).encode(days)


def test_dates_are_packed_in_protobuf():
    payload = Codec(Side.CLIENT, 225).encode(m.ReqExecutions(5, ExecutionFilter(specificDates=[1, 150])))
    assert payload.endswith(b"\x4a\x03\x01\x96\x01")


def test_costs():
    text = fields(59, 1, "0001.01", 1.0, "USD", "1.7976931348623157E308", "1.7976931348623157E308", "")
    assert Codec(Side.CLIENT, 178).decode(text).report == CommissionReport("0001.01", 1.0, "USD", *[UNSET_DOUBLE] * 2)
    bond = m.CommissionAndFeesReport(CommissionReport("1", 1.0, "USD", 2.0, 0.05, 20340215))
    payload = Codec(Side.SERVER, 225).encode(bond)
    assert payload.endswith(b"\x32\x0820340215")
    assert Codec(Side.CLIENT, 225).decode(payload) == bond


def test_exercise():
    message = m.ExerciseOptions(5, Contract(conId=1, exchange="SMART"), 1, 2, "DU1", 1)
    head = (21, 2, 5, 1, "", "", "", "", "", "", "SMART", "", "", "", 1, 2, "DU1", 1)
    assert Codec(Side.CLIENT, 178).encode(message) == fields(*head)
    assert Codec(Side.CLIENT, 184).encode(message) == fields(*head, "", "", 0)
