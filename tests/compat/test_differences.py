"""What ibnb does otherwise than ib_async 2.1.0: each row of docs/compat.md has its test here, by name.

Those about accounts and orders are in test_differences_orders.py.
"""

import asyncio
import datetime as dt
import re
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from reducing import AMD
from wired import Wire

from ibnb import util
from ibnb.bars import BarDataList
from ibnb.contract import Bond, Contract, ContractDetails, ScanData, Stock
from ibnb.errors import DecodeError, NoSecurityDefinition, PacingViolation
from ibnb.ib import IB
from ibnb.objects import (
    BarData,
    DOMLevel,
    FamilyCode,
    OptionComputation,
    Position,
    ScannerSubscription,
    SoftDollarTier,
    StartupFetch,
    TickAttrib,
)
from ibnb.order import LimitOrder
from ibnb.ticker import Ticker
from ibnb.wire import catalogue as m

PAGE = Path(__file__).parents[2] / "docs" / "compat.md"


def test_every_row_of_the_page_has_its_test():
    rows = re.findall(r"`(test_\w+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    files = Path(__file__).parent.glob("test_differences*.py")
    tests = [name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)]
    tests.remove("test_every_row_of_the_page_has_its_test")
    assert rows == sorted(set(rows), key=rows.index)
    assert len(tests) == len(set(tests))
    assert set(rows) == set(tests)


# -- loops, threads, events --------------------------------------------------------------------------------------------


def test_blocking_calls_work_inside_a_running_loop(gateway, in_thread):
    async def cell():
        ib = IB().connect(gateway.host, gateway.port, clientId=91)
        details = ib.reqContractDetails(Stock("AMD", "SMART", "USD"))
        ib.disconnect()
        return len(details), hasattr(asyncio, "_nest_patched")

    assert in_thread(lambda: asyncio.run(cell())) == (1, False)


def test_the_stream_does_not_wait_for_user_code(wire):
    seen = []
    ticker = wire.ib.reqMktData(AMD)
    ticker.updateEvent += lambda ticker: seen.append([tick.price for tick in ticker.ticks])
    for price in (1.0, 2.0, 3.0):
        wire.tell(m.TickPrice(wire.sent[0].reqId, 1, price, 5.0))
    assert (ticker.bid, seen) == (3.0, [])
    wire.fire()
    assert seen == [[1.0, 2.0, 3.0]]


def test_events_fire_where_connect_was_called(gateway, in_thread):
    def script():
        names = []
        ib = IB()
        ib.connectedEvent += lambda: names.append(threading.current_thread() is here)
        here = threading.current_thread()
        ib.connect(gateway.host, gateway.port, clientId=92)
        ib.disconnect()
        return names

    assert in_thread(script) == [True]


def test_a_status_that_is_over_has_no_events(wire):
    seen = []
    trade = wire.ib.placeOrder(AMD, LimitOrder("BUY", 10, 1.0))
    trade.statusEvent += lambda trade: seen.append(trade.orderStatus.status)
    wire.tell(m.OrderStatus(1, "Submitted", 0.0, 10.0, clientId=1), m.OrderStatus(1, "Filled", 10.0, clientId=1))
    wire.fire()
    assert seen == ["Filled"]
    assert [entry.status for entry in trade.log] == ["PendingSubmit", "Submitted", "Filled"]


def test_a_packet_that_is_there_already_is_not_missed(gateway, in_thread):
    def script():
        with IB().connect(gateway.host, gateway.port, clientId=93) as ib:
            ib.waitOnUpdate(0.01)
            received = ib.client.connectionStats().numMsgRecv
            ib.client.reqCurrentTime()
            while ib.client.connectionStats().numMsgRecv == received:
                time.sleep(0.01)  # home is busy meanwhile
            begun = time.monotonic()
            return ib.waitOnUpdate(20), time.monotonic() - begun

    is_told, seconds = in_thread(script)
    assert is_told
    assert seconds < 10


def test_a_request_given_up_is_cancelled_at_the_gateway(wire):
    wire.ib.RequestTimeout = 0.01
    with pytest.raises(TimeoutError):
        wire.ib.reqHistogramData(AMD, True, "3 days")
    assert wire.sent[-1] == m.CancelHistogramData(wire.sent[0].reqId)


def test_equal_requests_without_id_share_one_answer(wire):
    async def both():
        first, second = wire.ib.reqCurrentTimeAsync(), wire.ib.reqCurrentTimeAsync()
        wire.tell(m.CurrentTime(1577836800))
        return await asyncio.gather(first, second)

    first, second = asyncio.run(both())
    assert first == second == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert len(wire.sent) == 1


def test_the_wrapper_is_not_on_the_way_of_messages(wire):
    wire.ib.wrapper.position = lambda *args: pytest.fail("called")
    wire.tell(m.Position("DU1", AMD, 5.0, 9.0))
    assert wire.ib.positions() == [Position("DU1", AMD, 5.0, 9.0)]


# -- requests and errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [165, 321])
def test_refusals_that_look_like_warnings_end_the_request(wire, code):
    wire.answer(m.ReqContractDetails, m.Error(0, code, "text"))
    assert wire.ib.reqContractDetails(AMD) == []


def test_the_notice_of_delayed_data_ends_nothing(wire):
    wire.answer(m.ReqMktData, m.Error(0, 10167, "delayed"), m.TickPrice(0, 68, 10.0, 5.0), m.TickSnapshotEnd())
    (ticker,) = wire.ib.reqTickers(AMD)
    assert ticker.last == 10.0


@pytest.mark.parametrize(
    ("code", "text", "kind"), [(200, "none", NoSecurityDefinition), (162, "pacing violation", PacingViolation)]
)
def test_errors_have_kinds_and_advice(wire, code, text, kind):
    wire.ib.RaiseRequestErrors = True
    wire.answer(m.ReqContractDetails, m.Error(0, code, text))
    with pytest.raises(kind) as caught:
        wire.ib.reqContractDetails(AMD)
    assert caught.value.advice in str(caught.value)


def test_an_answer_that_cannot_be_read_fails_its_request(wire):
    def answer(_):
        wire.session.on_decode_error(DecodeError("CurrentTime", 225, "time", "x"))
        return [m.Error(-1, 2104, "ok")]

    wire.answers[m.ReqCurrentTime] = answer
    with pytest.raises(DecodeError):
        wire.ib.reqCurrentTime()


def test_only_what_is_wanted_is_fetched_at_start(wire):
    asyncio.run(wire.ib._sync("", [], 5, False, StartupFetch(0)))
    assert wire.sent == []


@pytest.mark.parametrize("version", [178, 225])
def test_bonds_have_coupons(version):
    wire = Wire(server_version=version)
    bond = ContractDetails(Contract(secType="BOND", conId=748913265, symbol="US-T"), coupon=4.25)
    wire.answer(m.ReqContractDetails, m.BondContractDetails(0, bond), m.ContractDetailsEnd())
    (details,) = wire.ib.reqContractDetails(Bond(symbol="US-T"))
    assert details.coupon == 4.25
    wire.ib.disconnect()


def test_the_underlying_of_a_chain_is_a_number(wire):
    told = m.SecurityDefinitionOptionParameter(0, "SMART", 416904, "SPX", "100", ["20260320"], [7000.0])
    wire.answer(m.ReqSecDefOptParams, told, m.SecurityDefinitionOptionParameterEnd())
    (chain,) = wire.ib.reqSecDefOptParams("SPX", "", "IND", 416904)
    assert chain.underlyingConId == 416904


def test_the_user_has_a_branding_id(wire):
    wire.answer(m.ReqUserInfo, m.UserInfo(0, "WBI"))
    assert wire.ib.reqUserInfo() == "WBI"


def test_the_summary_is_repeated_only_if_it_was_asked_for_and_the_old_one_is_ended(wire):
    wire.tell(m.Error(-1, 1102, "back"))
    assert wire.sent == []
    wire.answer(m.ReqAccountSummary, m.AccountSummaryEnd())
    wire.ib.accountSummary()
    wire.tell(m.Error(-1, 1102, "back"))
    assert [type(asked) for asked in wire.sent[1:]] == [m.CancelAccountSummary, m.ReqAccountSummary]


def test_refused_event_data_can_be_asked_for_again(wire):
    wire.ib.reqWshMetaData()
    wire.tell(m.Error(wire.sent[0].reqId, 10276, "no permission"))
    wire.ib.reqWshMetaData()
    assert len(wire.asked(m.ReqWshMetaData)) == 2


def test_a_scan_of_once_is_no_live_list(wire):
    wire.answer(m.ReqScannerSubscription, m.ScannerData(0, [ScanData(0, ContractDetails(AMD), "", "", "", "")]))
    assert len(wire.ib.reqScannerData(ScannerSubscription())) == 1
    assert wire.ib.realtimeBars() == []


def test_live_headlines_are_bounded_and_returned_as_a_new_list(wire):
    for number in range(3):
        wire.tell(m.TickNews(1, number, "BRFG", "id", "text", ""))
    wire.ib.newsTicks().clear()
    assert len(wire.ib.newsTicks()) == 3
    assert wire.ib.wrapper.newsTicks.maxlen == 10_000


# -- market data -------------------------------------------------------------------------------------------------------


def test_a_contract_needs_no_con_id_for_market_data(wire):
    ticker = wire.ib.reqMktData(Stock("AMD", "SMART", "USD"))
    assert wire.ib.ticker(Stock("AMD", "SMART", "USD")) is ticker


def test_a_ticker_keeps_what_it_is_given():
    assert Ticker(bid=1).bid == 1


def test_a_ticker_prints_what_has_come():
    assert repr(Ticker(AMD, bid=1.0)) == f"Ticker(contract={AMD!r}, bid=1.0)"


def test_depth_rows_move_as_tws_says(wire):
    ticker = wire.ib.reqMktDepth(AMD)
    reqId = wire.sent[0].reqId
    insert, delete = 0, 2
    for position, operation, price in ((0, insert, 10.0), (0, insert, 11.0), (1, insert, 10.5), (0, delete, 0.0)):
        wire.tell(m.UpdateMktDepth(reqId, position, operation, 1, price, 5.0))
    assert ticker.domBids == [DOMLevel(10.5, 5.0, ""), DOMLevel(10.0, 5.0, "")]


def test_cancelling_depth_repeats_smart_depth(wire):
    wire.ib.reqMktDepth(AMD, isSmartDepth=True)
    wire.ib.cancelMktDepth(AMD)
    assert wire.sent[-1].isSmartDepth is True


def test_negative_prices_of_single_quotes_are_prices(wire):
    ticker = wire.ib.reqTickByTickData(AMD, "BidAsk")
    quote = m.TickByTick(reqId=wire.sent[0].reqId, tickType=3, bidPrice=-37.6, bidSize=5.0, askPrice=-1.0, askSize=0.0)
    wire.tell(quote)
    assert (ticker.bid, ticker.ask) == (-37.6, -1)


def test_data_under_another_contract_is_asked_for_there(wire):
    ticker = wire.ib.reqMktData(Contract(secType="CFD", conId=1))
    wire.tell(m.RerouteMktDataReq(wire.sent[0].reqId, 4391, "NASDAQ"))
    wire.tell(m.TickPrice(wire.sent[1].reqId, 1, 10.0, 5.0))
    assert ticker.bid == 10.0


def test_what_tws_has_lost_is_asked_for_again(wire):
    ticker = wire.ib.reqMktData(AMD)
    wire.tell(m.Error(-1, 1101, "restored - data lost"))
    assert [type(message) for message in wire.sent] == [m.ReqMktData, m.ReqMktData]
    wire.tell(m.TickPrice(wire.sent[1].reqId, 1, 10.0, 5.0))
    assert ticker.bid == 10.0


def test_greeks_that_cannot_be_computed_are_none(wire):
    ticker = wire.ib.reqMktData(AMD)
    wire.tell(m.TickOptionComputation(wire.sent[0].reqId, 13, 0, 0.2, 0.5, 1.0, 0.0, 0.1, -2.0, -2.0, 100.0))
    assert ticker.modelGreeks == OptionComputation(0, 0.2, 0.5, 1.0, 0.0, 0.1, None, None, 100.0)


def test_ticks_without_a_field_are_kept(wire):
    ticker = wire.ib.reqMktData(AMD)
    wire.tell(m.TickPrice(wire.sent[0].reqId, 105, 9.9), m.TickPrice(wire.sent[0].reqId, 999, 1.0))
    assert (ticker.oddLotBid, ticker.tick999) == (9.9, 1.0)


def test_marks_of_prices_are_kept(wire):
    ticker = wire.ib.reqMktData(AMD)
    wire.tell(m.TickPrice(wire.sent[0].reqId, 1, 10.0, 5.0, 2))
    assert ticker.bidAttrib == TickAttrib(pastLimit=True)


# -- bars --------------------------------------------------------------------------------------------------------------


def test_a_list_of_bars_is_shown_as_a_chart(monkeypatch):
    shown = []
    bars = BarDataList([BarData(close=1.0)])
    monkeypatch.setattr("ibnb.bars.in_kernel", lambda: True)
    monkeypatch.setattr(bars, "chart", lambda: SimpleNamespace(_ipython_display_=lambda: shown.append("chart")))
    bars._ipython_display_()
    assert shown == ["chart"]
    assert repr(bars).startswith("[BarData(")


def test_live_bars_may_begin_empty(wire):
    wire.answer(m.ReqHistoricalData, m.HistoricalData(reqId=0, bars=[]), m.HistoricalDataEnd())
    bars = wire.ib.reqHistoricalData(AMD, "", "1 D", "1 day", "TRADES", True, keepUpToDate=True)
    wire.tell(m.HistoricalDataUpdate(bars.reqId, BarData("20240105", close=1.0)))
    assert len(bars) == 1


def test_bars_after_a_bust_event_are_replaced(wire):
    wire.answer(
        m.ReqHistoricalData, m.HistoricalData(reqId=0, bars=[BarData("20240105", close=1.0)]), m.HistoricalDataEnd()
    )
    bars = wire.ib.reqHistoricalData(AMD, "", "1 D", "1 day", "TRADES", True, keepUpToDate=True)
    wire.answer(
        m.ReqHistoricalData, m.HistoricalData(reqId=0, bars=[BarData("20240105", close=2.0)]), m.HistoricalDataEnd()
    )
    wire.tell(m.Error(bars.reqId, 10225, "bust event"))
    assert [bar.close for bar in bars] == [2.0]


def test_a_list_of_bars_makes_its_objects_when_they_are_read(wire):
    wire.answer(
        m.ReqHistoricalData, m.HistoricalData(reqId=0, bars=[BarData("20240105", close=1.0)]), m.HistoricalDataEnd()
    )
    bars = wire.ib.reqHistoricalData(AMD, "", "1 D", "1 day", "TRADES", True)
    assert util.df(bars)["close"].tolist() == [1.0]
    assert list.__len__(bars) == 0
    assert isinstance(bars, BarDataList)
    assert (bars[0].close, list.__len__(bars)) == (1.0, 1)


# -- what ib_async receives and throws away ----------------------------------------------------------------------------


def test_headlines_know_of_more(wire):
    wire.answer(m.ReqHistoricalNews, m.HistoricalNewsEnd(0, True))
    assert wire.ib.reqHistoricalNews(4391, "BRFG", "", "", 1).hasMore is True


def test_positions_of_models_are_kept(wire):
    wire.answer(m.ReqPositionsMulti, m.PositionMulti(0, "DU1", AMD, 5.0, 9.0, "M"), m.PositionMultiEnd())
    assert (
        wire.ib.reqPositionsMulti("DU1", "M") == wire.ib.positionsMulti("DU1", "M") == [Position("DU1", AMD, 5.0, 9.0)]
    )


def test_family_codes_and_soft_dollar_tiers_are_returned(wire):
    wire.answer(m.ReqFamilyCodes, m.FamilyCodes([FamilyCode("DU1", "F")]))
    wire.answer(m.ReqSoftDollarTiers, m.SoftDollarTiers(0, [SoftDollarTier("a", "b", "c")]))
    assert wire.ib.reqFamilyCodes() == [FamilyCode("DU1", "F")]
    assert wire.ib.reqSoftDollarTiers() == [SoftDollarTier("a", "b", "c")]


def test_display_groups_are_followed(wire):
    seen = []
    wire.ib.displayGroupEvent += lambda *args: seen.append(args)
    wire.ib.subscribeToGroupEvents(3)
    wire.tell(m.DisplayGroupUpdated(wire.sent[0].reqId, "4391@SMART"))
    wire.fire()
    assert seen == [(3, "4391@SMART")]
