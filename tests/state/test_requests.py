"""Requests end once, and only at the end of the packet."""

from ibnb.state.requests import Requests


def test_answer_is_handed_over_after_the_packet():
    requests = Requests()
    future, is_new = requests.start(7, "details", results=[])
    assert is_new
    requests.get(7).results.append("row")
    assert requests.finish(7)
    assert not future.done()
    requests.hand_over()
    assert future.result() == ["row"]
    assert not requests.finish(7)


def test_equal_requests_share_one_answer():
    requests = Requests()
    first, _ = requests.start("positions", "positions", results=[])
    second, is_new = requests.start("positions", "positions", results=[])
    assert not is_new
    requests.finish("positions")
    requests.hand_over()
    assert first.result() is second.result()


def test_last_waiter_that_leaves_ends_the_request():
    requests = Requests()
    first, _ = requests.start("positions", "positions")
    second, _ = requests.start("positions", "positions")
    assert requests.drop("positions", first) is None
    assert requests.drop("positions", second).key == "positions"
    assert len(requests) == 0


def test_all_fail_when_the_connection_goes():
    requests = Requests()
    futures = [requests.start(n, f"request {n}")[0] for n in range(3)]
    requests.fail_all(lambda pending: ConnectionError(pending.what))
    requests.hand_over()
    assert [str(f.exception()) for f in futures] == ["request 0", "request 1", "request 2"]


def test_cancelled_waiter_does_not_disturb_others():
    requests = Requests()
    first, _ = requests.start("positions", "positions")
    second, _ = requests.start("positions", "positions")
    first.cancel()
    requests.finish("positions", 1)
    requests.hand_over()
    assert second.result() == 1


def test_requests_without_id_fail_by_the_beginning_of_their_name():
    requests = Requests()
    rule, _ = requests.start("marketRule-26", "rule")
    time, _ = requests.start("currentTime", "time")
    by_id, _ = requests.start(7, "details")
    requests.fail_named("marketRule-", ValueError("bad field"))
    requests.hand_over()
    assert str(rule.exception()) == "bad field"
    assert not time.done()
    assert not by_id.done()


def test_what_waits_for_its_turn_begins_when_the_request_has_ended():
    requests, begun = Requests(), []
    future, _ = requests.start("openOrders", "open orders")
    requests.get("openOrders").after.append(lambda: begun.append(future.done()))
    requests.finish("openOrders")
    assert begun == []
    requests.hand_over()
    assert begun == [True]


def test_what_waits_for_its_turn_begins_when_the_last_waiter_has_left():
    requests, begun = Requests(), []
    first, _ = requests.start("openOrders", "open orders")
    second, _ = requests.start("openOrders", "open orders")
    requests.get("openOrders").after.append(lambda: begun.append("openOrders" in requests))
    requests.drop("openOrders", first)
    assert begun == []
    requests.drop("openOrders", second)
    assert begun == [False]


def test_requests_without_id_end_by_the_beginning_of_their_name():
    requests = Requests()
    first, _ = requests.start("requestFA-1", "advisor data")
    other, _ = requests.start("positions", "positions")
    requests.finish_named("requestFA-")
    requests.hand_over()
    assert (first.result(), other.done()) == (None, False)
