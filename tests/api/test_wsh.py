"""Wall Street Horizon."""

import json

import pytest
from reducing import AMD

from ibnb.errors import RequestError
from ibnb.objects import WshEventData
from ibnb.wire import catalogue as m

EVENTS = WshEventData(conId=4391)


def test_event_types_are_returned_and_stay_under_way(wire):
    wire.answer(m.ReqWshMetaData, m.WshMetaData(0, "{}"))
    assert wire.ib.getWshMetaData() == "{}"
    assert wire.ib.wrapper.wshMetaReqId == wire.sent[0].reqId


def test_asking_for_event_types_again_ends_the_request_before(wire, awaited):
    wire.answer(m.ReqWshMetaData, m.WshMetaData(0, "{}"))
    wire.ib.getWshMetaData()
    assert awaited(wire.ib.getWshMetaDataAsync) == "{}"
    assert [type(request) for request in wire.sent] == [m.ReqWshMetaData, m.CancelWshMetaData, m.ReqWshMetaData]


def test_events_are_returned_and_the_request_ended(wire, awaited):
    wire.answer(m.ReqWshEventData, m.WshEventData(0, "[]"))
    assert wire.ib.getWshEventData(EVENTS) == awaited(lambda: wire.ib.getWshEventDataAsync(EVENTS)) == "[]"
    assert wire.sent[0].wshEventData.conId == 4391
    assert wire.sent[1] == m.CancelWshEventData(wire.sent[0].reqId)


def test_refused_events_are_empty_or_an_error(wire):
    wire.answer(m.ReqWshEventData, m.Error(0, 10282, "metadata first"))
    assert wire.ib.getWshEventData(EVENTS) == ""
    wire.ib.RaiseRequestErrors = True
    with pytest.raises(RequestError, match="metadata first"):
        wire.ib.getWshEventData(EVENTS)
    assert wire.ib.wrapper.wshEventReqId == 0


@pytest.mark.parametrize(
    ("ask", "cancel", "request_type", "cancel_type"),
    [
        (lambda ib: ib.reqWshMetaData(), lambda ib: ib.cancelWshMetaData(), m.ReqWshMetaData, m.CancelWshMetaData),
        (
            lambda ib: ib.reqWshEventData(EVENTS),
            lambda ib: ib.cancelWshEventData(),
            m.ReqWshEventData,
            m.CancelWshEventData,
        ),
    ],
)
def test_one_request_of_a_kind_at_a_time(wire, caplog, ask, cancel, request_type, cancel_type):
    ask(wire.ib)
    ask(wire.ib)
    cancel(wire.ib)
    cancel(wire.ib)
    assert [type(request) for request in wire.sent] == [request_type, cancel_type]
    assert "under way already" in caplog.text
    assert "nothing is under way" in caplog.text


def test_answers_are_told(wire):
    seen = []
    wire.ib.wshMetaEvent += seen.append
    wire.ib.wshEvent += seen.append
    wire.answer(m.ReqWshMetaData, m.WshMetaData(0, "{}"))
    wire.answer(m.ReqWshEventData, m.WshEventData(0, "[]"))
    wire.ib.reqWshMetaData()
    wire.ib.reqWshEventData(EVENTS)
    wire.fire()
    assert seen == ["{}", "[]"]


def test_the_gateway_knows_of_earnings(ib):
    (contract,) = ib.qualifyContracts(AMD)
    assert "event_types" in json.loads(ib.getWshMetaData())["meta_data"]
    events = json.loads(ib.getWshEventData(WshEventData(conId=contract.conId)))
    assert {event["event_type"] for event in events} >= {"wshe_ed"}


def test_events_asked_for_twice_end_the_request_before(wire):
    wire.answer(m.ReqWshEventData, m.WshEventData(0, "[]"))
    wire.ib.reqWshEventData(EVENTS)
    assert wire.ib.getWshEventData(EVENTS) == "[]"
    assert [type(request) for request in wire.sent] == [
        m.ReqWshEventData,
        m.CancelWshEventData,
        m.ReqWshEventData,
        m.CancelWshEventData,
    ]
