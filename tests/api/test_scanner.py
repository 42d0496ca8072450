"""Market scans."""

import pytest

from ibnb.contract import Contract, ContractDetails, ScanData, TagValue
from ibnb.errors import RequestError
from ibnb.objects import ScannerSubscription
from ibnb.wire import catalogue as m

GAINERS = ScannerSubscription(instrument="STK", locationCode="STK.US.MAJOR", scanCode="TOP_PERC_GAIN")
ABOVE = [TagValue("priceAbove", "5")]


def rows(*con_ids):
    return [ScanData(rank, ContractDetails(Contract(conId=c)), "", "", "", "") for rank, c in enumerate(con_ids)]


def con_ids(found):
    return [row.contractDetails.contract.conId for row in found]


def test_a_scan_is_asked_for_waited_for_and_ended(wire):
    wire.answer(m.ReqScannerSubscription, m.ScannerData(0, rows(1, 2)))
    found = wire.ib.reqScannerData(GAINERS, [], ABOVE)
    assert con_ids(found) == [1, 2]
    asked, cancelled = wire.sent
    assert (asked.subscription.scanCode, asked.scannerSubscriptionFilterOptions) == ("TOP_PERC_GAIN", ABOVE)
    assert cancelled == m.CancelScannerSubscription(asked.reqId)
    assert wire.ib.realtimeBars() == []


def test_a_scan_can_be_awaited(wire, awaited):
    wire.answer(m.ReqScannerSubscription, m.ScannerData(0, rows(1)))
    assert con_ids(awaited(lambda: wire.ib.reqScannerDataAsync(GAINERS))) == [1]


@pytest.mark.parametrize("code", [162, 165, 321])
def test_a_scan_that_finds_nothing_is_empty(wire, code):
    wire.answer(m.ReqScannerSubscription, m.Error(0, code, "nothing"))
    assert list(wire.ib.reqScannerData(GAINERS)) == []
    assert type(wire.sent[-1]) is m.CancelScannerSubscription


def test_a_refused_scan_is_raised_on_demand_and_ended_all_the_same(wire):
    wire.ib.RaiseRequestErrors = True
    wire.answer(m.ReqScannerSubscription, m.Error(0, 162, "bad scan code"))
    with pytest.raises(RequestError, match="bad scan code"):
        wire.ib.reqScannerData(GAINERS)
    assert type(wire.sent[-1]) is m.CancelScannerSubscription


def test_a_live_scan_is_filled_anew_and_told(wire):
    seen = []
    found = wire.ib.reqScannerSubscription(GAINERS, [TagValue("a", "b")], ABOVE)
    found.updateEvent += lambda found: seen.append(con_ids(found))
    wire.tell(m.ScannerData(found.reqId, rows(1, 2)))
    wire.fire()
    wire.tell(m.ScannerData(found.reqId, rows(3)))
    wire.fire()
    assert seen == [[1, 2], [3]]
    assert (found.subscription, found.scannerSubscriptionFilterOptions) == (GAINERS, ABOVE)
    assert wire.ib.realtimeBars() == [found]


def test_a_cancelled_scan_is_filled_no_more(wire):
    found = wire.ib.reqScannerSubscription(GAINERS)
    wire.ib.cancelScannerSubscription(found)
    wire.tell(m.ScannerData(found.reqId, rows(1)))
    assert (list(found), wire.sent[-1]) == ([], m.CancelScannerSubscription(found.reqId))


def test_parameters_are_xml(wire, awaited):
    wire.answer(m.ReqScannerParameters, m.ScannerParameters("<xml/>"))
    assert wire.ib.reqScannerParameters() == awaited(wire.ib.reqScannerParametersAsync) == "<xml/>"


def test_the_gateway_ranks_its_stocks(ib):
    found = ib.reqScannerData(GAINERS)
    assert [row.rank for row in found] == list(range(len(found)))
    assert len(found) > 5
    assert ib.reqScannerParameters().startswith("<?xml")
