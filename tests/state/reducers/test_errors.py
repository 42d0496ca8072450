"""Error messages: what they end, what they only tell, what they make the client do."""

import pytest
from reducing import AMD, Reducing

from ibnb.errors import NoSecurityDefinition, RequestError
from ibnb.objects import ScanDataList
from ibnb.order import LimitOrder, OrderStatus, Trade
from ibnb.wire import catalogue as m


@pytest.fixture
def told():
    return Reducing()


def placed(told, status):
    order = LimitOrder("BUY", 10, 1.0, orderId=7, clientId=1)
    trade = told.store.trades[1, 7] = Trade(AMD, order, OrderStatus(7, status), [], [])
    return trade


def test_an_error_is_told_with_the_contract_of_its_request(told):
    told.ticker(3)
    told.take(m.Error(3, 200, "none"))
    assert told.events == [("errorEvent", 3, 200, "none", AMD)]


@pytest.mark.parametrize(
    ("reqId", "code", "level"), [(-1, 2104, "info"), (3, 2104, "warning"), (-1, 502, "error"), (3, 10167, "warning")]
)
def test_an_error_stands_in_the_log(told, reqId, code, level):
    told.take(m.Error(reqId, code, "text"))
    (line,) = told.store.log.values()
    assert (line.level, line.source, line.code, line.text, line.reqId) == (level, "TWS", code, "text", reqId)


@pytest.mark.parametrize("code", [200, 162, 354, 110, 165, 321, 434, 999999])
def test_an_error_ends_its_request_with_what_it_has(told, code):
    answer = told.start(3, ["so far"])
    told.take(m.Error(3, code, "text"))
    assert answer.result() == ["so far"]


@pytest.mark.parametrize("code", [2104, 10167, 317, 10225, 399])
def test_a_notice_leaves_its_request_alone(told, code):
    answer = told.start(3, [])
    told.take(m.Error(3, code, "text"))
    assert not answer.done()


def test_that_an_old_query_is_gone_does_not_end_the_new_one(told):
    answer = told.start(3, [])
    told.store.reloading.add(3)
    told.take(m.Error(3, 366, "No historical data query found for ticker id:3"))
    assert not answer.done()
    told.store.reloading.discard(3)
    told.take(m.Error(3, 366, "No historical data query found for ticker id:3"))
    assert answer.done()


def test_what_has_been_subscribed_is_repeated_when_tws_has_lost_it(told):
    repeated = []
    told.store.again[3] = repeated.append
    told.take(m.Error(-1, 1102, "kept"))
    assert repeated == []
    told.take(m.Error(-1, 1101, "lost"))
    assert repeated == [None]


def test_an_error_is_raised_on_demand_with_its_kind(told):
    told.store.raise_errors = lambda: True
    answer = told.start(3, [])
    told.take(m.Error(3, 200, "no such contract"))
    with pytest.raises(NoSecurityDefinition, match="no such contract") as caught:
        answer.result()
    assert isinstance(caught.value, RequestError)
    assert (caught.value.reqId, caught.value.code, caught.value.message) == (3, 200, "no such contract")


def test_an_error_of_no_request_ends_none(told):
    answer = told.start(3, [])
    told.take(m.Error(-1, 200, "text"))
    assert not answer.done()


def test_an_error_cancels_a_live_order(told):
    trade = placed(told, "Submitted")
    told.take(m.Error(7, 201, "rejected", "{1}"))
    assert (trade.orderStatus.status, trade.log[-1].errorCode, trade.advancedError) == ("Cancelled", 201, "{1}")
    assert trade.log[-1].message == "Error 201, reqId 7: rejected"
    assert told.names() == ["orderStatusEvent", "statusEvent", "cancelledEvent", "errorEvent"]


def test_an_error_of_a_done_order_changes_nothing(told):
    trade = placed(told, "Filled")
    told.take(m.Error(7, 201, "rejected"))
    assert (trade.orderStatus.status, trade.log, told.names()) == ("Filled", [], ["errorEvent"])


@pytest.mark.parametrize(("status", "code", "logged"), [("Inactive", 201, [201]), ("Cancelled", 202, [])])
def test_the_reason_that_follows_the_end_of_an_order_is_kept(told, status, code, logged):
    trade = placed(told, status)
    told.take(m.Error(7, code, "rejected"))
    assert ([entry.errorCode for entry in trade.log], trade.orderStatus.status) == (logged, status)


def test_a_warning_leaves_the_order_active(told):
    trade = placed(told, "Submitted")
    told.take(m.Error(7, 399, "held"))
    assert (trade.orderStatus.status, trade.isActive()) == ("ValidationError", True)
    assert told.names() == ["orderStatusEvent", "statusEvent", "errorEvent"]


@pytest.mark.parametrize(("status", "after"), [("PendingSubmit", "Cancelled"), ("Submitted", "ValidationError")])
def test_a_bad_price_rejects_a_new_order_only(told, status, after):
    trade = placed(told, status)
    told.take(m.Error(7, 110, "price"))
    assert trade.orderStatus.status == after


def test_an_error_that_comes_too_late_is_logged_only(told):
    trade = placed(told, "Submitted")
    told.take(m.Error(7, 161, "cannot be cancelled now"))
    assert (trade.orderStatus.status, trade.log[-1].errorCode, told.names()) == ("Submitted", 161, ["errorEvent"])


def test_an_order_of_another_client_is_left_alone(told):
    trade = placed(told, "Submitted")
    told.store.client_id = 2
    told.take(m.Error(7, 201, "rejected"))
    assert trade.orderStatus.status == "Submitted"


@pytest.mark.parametrize(("code", "key"), [(10225, 3), (1102, "accountSummary")])
def test_a_code_that_wants_a_request_repeated_repeats_it(told, code, key):
    asked = []
    told.store.again[key] = asked.append
    told.take(m.Error(3, code, "text"))
    assert asked == [None]


def test_other_codes_repeat_nothing(told):
    asked = []
    told.store.again[3] = told.store.again["accountSummary"] = asked.append
    told.take(m.Error(3, 162, "text"), m.Error(-1, 1100, "text"))
    assert asked == []


@pytest.mark.parametrize("name", ["wshMetaReqId", "wshEventReqId"])
def test_a_refused_event_request_is_no_longer_under_way(told, name):
    setattr(told.store, name, 3)
    told.take(m.Error(3, 10276, "no permission"))
    assert getattr(told.store, name) == 0


def test_a_full_scan_survives_other_errors(told):
    told.store.subscribers[3] = ScanDataList(["row"])
    told.take(m.Error(3, 162, "text"))
    assert told.store.subscribers[3] != []


@pytest.mark.parametrize("status", ["PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel"])
@pytest.mark.parametrize("code", [10349, 399, 404, 492, 2109, 105, 329, 10167])
def test_these_codes_never_end_an_order(told, code, status):
    trade = placed(told, status)
    told.take(m.Error(7, code, "text"))
    assert trade.isActive() or trade.orderStatus.status == "PendingCancel"
    assert (trade.log[-1].errorCode, "cancelledEvent" in told.names()) == (code, False)


@pytest.mark.parametrize("code", [399, 10349, 161, 10148])
def test_a_done_order_stays_done(told, code):
    trade = placed(told, "Filled")
    told.take(m.Error(7, code, "text"))
    assert (trade.orderStatus.status, trade.log[-1].errorCode, told.names()) == ("Filled", code, ["errorEvent"])


@pytest.mark.parametrize(
    ("code", "perm_id", "after"),
    [(387, 99, "ValidationError"), (201, 99, "ValidationError"), (202, 99, "Cancelled"), (10147, 99, "Cancelled"),
     (201, 0, "Cancelled")],
)  # fmt: skip
def test_an_error_after_a_modification_of_a_taken_order_refuses_just_that(told, code, perm_id, after):
    trade = placed(told, "Submitted")
    trade.order.permId = perm_id
    told.store.modified.add((1, 7))
    told.take(m.Error(7, code, "text"))
    assert (trade.orderStatus.status, "cancelledEvent" in told.names()) == (after, after == "Cancelled")


NO_ADVISOR = "Error validating request.-'bP' : cause - FA data operations ignored for non FA customers."
READ_ONLY = "Error validating request.-'bD' : cause - The API interface is currently in Read-Only mode."


@pytest.mark.parametrize(
    ("text", "ended"), [(NO_ADVISOR, ["requestFA-1"]), (READ_ONLY, ["openOrders", "completedOrders"]), ("other", [])]
)
@pytest.mark.parametrize("raises", [False, True])
def test_a_refusal_without_id_ends_the_requests_that_it_means(told, text, ended, raises):
    told.store.raise_errors = lambda: raises
    names = ["requestFA-1", "openOrders", "completedOrders", "positions"]
    answers = {name: told.start(name, []) for name in names}
    told.take(m.Error(-1, 321, text))
    assert [name for name in names if answers[name].done()] == ended
    assert all((answers[name].exception() is not None) is raises for name in ended)
