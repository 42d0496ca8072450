"""Answers that are looked up, display groups, bound orders, rerouted data."""

import datetime as dt

import pytest
from reducing import AMD, Reducing

from ibnb.contract import Contract, ContractDescription, DeltaNeutralContract
from ibnb.objects import (
    DepthMktDataDescription,
    FamilyCode,
    HistogramData,
    HistoricalSchedule,
    HistoricalSession,
    PriceIncrement,
    SmartComponent,
    SoftDollarTier,
)
from ibnb.wire import catalogue as m


@pytest.fixture
def told():
    return Reducing()


@pytest.mark.parametrize(
    ("key", "message", "expected"),
    [
        (3, m.SymbolSamples(3, [ContractDescription(AMD, ["OPT"])]), [ContractDescription(AMD, ["OPT"])]),
        ("marketRule-26", m.MarketRule(26, [PriceIncrement(0, 0.01)]), [PriceIncrement(0, 0.01)]),
        (3, m.SmartComponents(3, [SmartComponent(1, "NYSE", "N")]), [SmartComponent(1, "NYSE", "N")]),
        (
            "mktDepthExchanges",
            m.MktDepthExchanges([DepthMktDataDescription("NYSE", "STK")]),
            [DepthMktDataDescription("NYSE", "STK")],
        ),
        (3, m.UserInfo(3, "WBI"), "WBI"),
        (3, m.UserInfo(3, ""), ""),
        (
            "currentTimeInMillis",
            m.CurrentTimeInMillis(1577836800123),
            dt.datetime(2020, 1, 1, 0, 0, 0, 123000, tzinfo=dt.UTC),
        ),
        (
            3,
            m.HistogramData(3, [HistogramData(1.5, 3.0), HistogramData(1.6, 0.5)]),
            [HistogramData(1.5, 3), HistogramData(1.6, 0.5)],
        ),
        (
            3,
            m.HistoricalSchedule(3, "a", "b", "US/Eastern", [HistoricalSession("a", "b", "20240105")]),
            HistoricalSchedule("a", "b", "US/Eastern", [HistoricalSession("a", "b", "20240105")]),
        ),
        (3, m.FundamentalData(3, "<xml/>"), "<xml/>"),
        ("familyCodes", m.FamilyCodes([FamilyCode("DU1", "F")]), [FamilyCode("DU1", "F")]),
        (3, m.SoftDollarTiers(3, [SoftDollarTier("a", "b", "c")]), [SoftDollarTier("a", "b", "c")]),
        ("requestFA-1", m.ReceiveFA(1, "<xml/>"), "<xml/>"),
        (3, m.ReplaceFAEnd(3, "success"), "success"),
        (3, m.WshMetaData(3, "{}"), "{}"),
        (3, m.WshEventData(3, "[]"), "[]"),
        (3, m.DisplayGroupList(3, "3|1|2"), [3, 1, 2]),
        (3, m.DisplayGroupList(3, ""), []),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "__dataclass_fields__") else "",
)
def test_a_message_answers_its_request(told, key, message, expected):
    answer = told.start(key, [])
    told.take(message)
    assert answer.result() == expected


def test_whole_counts_of_a_histogram_are_ints(told):
    answer = told.start(3)
    told.take(m.HistogramData(3, [HistogramData(1.5, 3.0), HistogramData(1.6, 0.5)]))
    assert [type(item.count) for item in answer.result()] == [int, float]


@pytest.mark.parametrize(
    ("message", "event"),
    [(m.WshMetaData(3, "{}"), ("wshMetaEvent", "{}")), (m.WshEventData(3, "[]"), ("wshEvent", "[]"))],
)
def test_event_data_is_told(told, message, event):
    told.take(message)
    assert told.events == [event]


def test_the_answer_to_replaced_advisor_data_stands_in_the_log(told):
    told.take(m.ReplaceFAEnd(3, "success"))
    assert [(line.text, line.reqId) for line in told.store.log.values()] == [("replaceFA: success", 3)]


def test_what_a_display_group_shows_is_told_by_its_number(told):
    told.store.display_groups[3] = 7
    told.take(m.DisplayGroupUpdated(3, "4391@SMART"), m.DisplayGroupUpdated(4, "none"))
    assert (told.events, told.store.unknown_ids) == ([("displayGroupEvent", 7, "4391@SMART")], 1)


@pytest.mark.parametrize("message", [m.RerouteMktDataReq(1, 8314, "NYSE"), m.RerouteMktDepthReq(1, 8314, "NYSE")])
def test_rerouted_data_is_asked_for_where_it_is_once(told, message):
    asked = []
    told.store.again[1] = asked.append
    told.take(message, message)
    assert asked == [Contract(conId=8314, exchange="NYSE")]
    assert told.store.unknown_ids == 1


def test_a_delta_neutral_contract_stands_in_the_log(told):
    told.take(m.DeltaNeutralValidation(1, DeltaNeutralContract(4391, 0.5, 10.0)))
    (line,) = told.store.log.values()
    assert (line.level, line.reqId) == ("info", 1)
    assert "DeltaNeutralContract(conId=4391, delta=0.5, price=10.0)" in line.text
