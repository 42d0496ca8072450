"""What is looked up."""

import datetime as dt

import pytest
from reducing import AMD

from ibnb.api import reference
from ibnb.contract import Contract, ContractDescription
from ibnb.errors import RequestError
from ibnb.objects import HistogramData, HistoricalSchedule, HistoricalSession, PriceIncrement, SmartComponent
from ibnb.wire import catalogue as m

SYMBOL = ContractDescription(Contract(secType="STK", conId=4391, symbol="AMD"), ["OPT"])
SCHEDULE = HistoricalSchedule("a", "b", "US/Eastern", [HistoricalSession("a", "b", "20240105")])


@pytest.mark.parametrize(
    ("name", "args", "request_type", "answer", "expected"),
    [
        ("reqMatchingSymbols", ("am",), m.ReqMatchingSymbols, m.SymbolSamples(0, [SYMBOL]), [SYMBOL]),
        (
            "reqMarketRule",
            (26,),
            m.ReqMarketRule,
            m.MarketRule(26, [PriceIncrement(0, 0.01)]),
            [PriceIncrement(0, 0.01)],
        ),
        (
            "reqSmartComponents",
            ("9c0001",),
            m.ReqSmartComponents,
            m.SmartComponents(0, [SmartComponent(1, "NYSE", "N")]),
            [SmartComponent(1, "NYSE", "N")],
        ),
        (
            "reqHistoricalSchedule",
            (AMD, 5),
            m.ReqHistoricalData,
            m.HistoricalSchedule(0, "a", "b", "US/Eastern", SCHEDULE.sessions),
            SCHEDULE,
        ),
        (
            "reqHistogramData",
            (AMD, True, "3 days"),
            m.ReqHistogramData,
            m.HistogramData(0, [HistogramData(1.5, 3)]),
            [HistogramData(1.5, 3)],
        ),
        (
            "reqFundamentalData",
            (AMD, "ReportSnapshot"),
            m.ReqFundamentalData,
            m.FundamentalData(0, "<xml/>"),
            "<xml/>",
        ),
        ("reqUserInfo", (), m.ReqUserInfo, m.UserInfo(0, "WBI"), "WBI"),
        (
            "reqCurrentTimeInMillis",
            (),
            m.ReqCurrentTimeInMillis,
            m.CurrentTimeInMillis(1577836800123),
            dt.datetime(2020, 1, 1, 0, 0, 0, 123000, tzinfo=dt.UTC),
        ),
    ],
)
def test_an_answer_is_returned_and_can_be_awaited(wire, awaited, name, args, request_type, answer, expected):
    wire.answer(request_type, answer)
    assert getattr(wire.ib, name)(*args) == expected
    assert awaited(lambda: getattr(wire.ib, f"{name}Async")(*args)) == expected


@pytest.mark.parametrize(
    ("name", "args", "request_type", "empty"),
    [
        ("reqMatchingSymbols", ("am",), m.ReqMatchingSymbols, []),
        ("reqSmartComponents", ("9c0001",), m.ReqSmartComponents, []),
        ("reqHistoricalSchedule", (AMD, 5), m.ReqHistoricalData, []),
        ("reqHistogramData", (AMD, True, "3 days"), m.ReqHistogramData, []),
        ("reqFundamentalData", (AMD, "ReportSnapshot"), m.ReqFundamentalData, ""),
        ("reqUserInfo", (), m.ReqUserInfo, ""),
    ],
)
def test_an_error_ends_with_nothing_or_is_raised(wire, name, args, request_type, empty):
    wire.answer(request_type, m.Error(0, 321, "invalid"))
    assert getattr(wire.ib, name)(*args) == empty
    wire.ib.RaiseRequestErrors = True
    with pytest.raises(RequestError, match="invalid"):
        getattr(wire.ib, name)(*args)


@pytest.mark.parametrize(
    ("name", "args", "limit"), [("reqMatchingSymbols", ("am",), "SYMBOLS_S"), ("reqMarketRule", (26,), "MARKET_RULE_S")]
)
def test_no_answer_within_the_bound_is_none(wire, monkeypatch, caplog, name, args, limit):
    monkeypatch.setattr(reference, limit, 0.01)
    assert getattr(wire.ib, name)(*args) is None
    assert "no answer within 0.01 s" in caplog.text


@pytest.mark.parametrize(
    ("name", "args", "cancel"),
    [
        ("reqHistoricalSchedule", (AMD, 5), m.CancelHistoricalData),
        ("reqHistogramData", (AMD, True, "3 days"), m.CancelHistogramData),
        ("reqFundamentalData", (AMD, "ReportSnapshot"), m.CancelFundamentalData),
    ],
)
def test_a_request_out_of_time_is_cancelled(wire, name, args, cancel):
    wire.ib.RequestTimeout = 0.01
    with pytest.raises(TimeoutError):
        getattr(wire.ib, name)(*args)
    assert wire.sent[-1] == cancel(wire.sent[0].reqId)


def test_a_market_rule_may_be_text_and_is_asked_for_once_at_a_time(wire):
    wire.answer(m.ReqMarketRule, m.MarketRule(26, []))
    assert wire.ib.reqMarketRule("26") == []
    assert wire.sent == [m.ReqMarketRule(26)]


def test_a_schedule_is_asked_for_as_bars(wire):
    wire.answer(m.ReqHistoricalData, m.HistoricalSchedule())
    wire.ib.reqHistoricalSchedule(AMD, 5, dt.datetime(2024, 1, 5, tzinfo=dt.UTC), False)
    (asked,) = wire.sent
    fields = (asked.endDateTime, asked.durationStr, asked.barSizeSetting, asked.whatToShow, asked.useRTH)
    assert fields == ("20240105 00:00:00 UTC", "5 D", "1 day", "SCHEDULE", False)


def test_the_gateway_looks_up(ib):
    (contract,) = ib.qualifyContracts(AMD)
    assert "INTC" in {found.contract.symbol for found in ib.reqMatchingSymbols("intc")}
    assert ib.reqMarketRule(26) == [PriceIncrement(0.0, 0.01)]
    assert ib.reqMarketRule(999999) is None
    assert len(ib.reqHistoricalSchedule(contract, 3).sessions) == 3
    assert ib.reqHistogramData(contract, True, "1 day")
    assert ib.reqFundamentalData(contract, "ReportSnapshot").startswith("<?xml")
    assert ib.reqUserInfo() == ""
    assert ib.reqCurrentTimeInMillis().tzinfo is dt.UTC
