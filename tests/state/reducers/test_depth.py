"""The order book: TWS's rules for a list."""

import pytest
from reducing import Reducing

from ibnb.objects import DOMLevel, MktDepthData
from ibnb.values import UNSET_DOUBLE
from ibnb.wire import catalogue as m

INSERT, UPDATE, DELETE = 0, 1, 2
ASK, BID = 0, 1


@pytest.fixture
def told():
    made = Reducing()
    made.ticker(1, "mktDepth")
    return made


@pytest.fixture
def ticker(told):
    return told.store.records[1].ticker


def row(position, operation, price=0.0, size=0.0, side=BID, maker=""):
    return m.UpdateMktDepthL2(1, position, maker, operation, side, price, size)


def prices(rows):
    return [level.price for level in rows]


def three_bids():
    return [row(0, INSERT, 10.0, 1), row(1, INSERT, 9.0, 2), row(2, INSERT, 8.0, 3)]


def test_insert_moves_lower_rows_down(told, ticker):
    told.take(*three_bids(), row(1, INSERT, 9.5, 4))
    assert prices(ticker.domBids) == [10.0, 9.5, 9.0, 8.0]


def test_delete_moves_lower_rows_up(told, ticker):
    told.take(*three_bids(), row(0, DELETE))
    assert prices(ticker.domBids) == [9.0, 8.0]


def test_update_replaces_one_row(told, ticker):
    told.take(*three_bids(), row(1, UPDATE, 9.0, 7, maker="X"))
    assert ticker.domBids == [DOMLevel(10.0, 1, ""), DOMLevel(9.0, 7, "X"), DOMLevel(8.0, 3, "")]


def test_sides_are_apart(told, ticker):
    told.take(row(0, INSERT, 10.0, 1, BID), m.UpdateMktDepth(1, 0, INSERT, ASK, 11.0, 2.0))
    assert (ticker.domBids, ticker.domAsks) == ([DOMLevel(10.0, 1, "")], [DOMLevel(11.0, 2.0, "")])


@pytest.mark.parametrize("operation", [INSERT, UPDATE])
def test_a_row_beyond_the_end_goes_to_the_end(told, ticker, operation):
    told.take(*three_bids(), row(9, operation, 5.0, 1))
    assert prices(ticker.domBids) == [10.0, 9.0, 8.0, 5.0]


def test_deleting_a_row_that_is_not_there_changes_nothing(told, ticker):
    told.take(*three_bids(), row(3, DELETE))
    assert prices(ticker.domBids) == [10.0, 9.0, 8.0]


def test_a_negative_position_is_counted_and_ignored(told, ticker):
    told.take(row(-1, INSERT, 5.0, 1))
    assert (ticker.domBids, told.store.unknown_ids) == ([], 1)


@pytest.mark.parametrize(
    "change", [row(1, INSERT, 9.5, 4), row(0, DELETE), row(2, DELETE), row(1, UPDATE, 9.0, 9), row(9, INSERT, 1.0, 1)]
)
def test_the_dicts_hold_the_same_rows_by_position(told, ticker, change):
    told.take(*three_bids(), change)
    assert ticker.domBidsDict == dict(enumerate(ticker.domBids))


def test_a_list_once_read_does_not_change(told, ticker):
    told.take(*three_bids())
    before = ticker.domBids
    told.take(row(0, DELETE), row(0, INSERT, 10.5, 1))
    assert prices(before) == [10.0, 9.0, 8.0]


def test_each_change_is_a_tick_and_a_delete_has_the_price_that_goes(told, ticker):
    told.take(row(0, INSERT, 10.0, 1, maker="X"), row(0, DELETE, maker="X"))
    now = told.store.now
    assert ticker.domTicks == [MktDepthData(now, 0, "X", 0, 1, 10.0, 1), MktDepthData(now, 0, "X", 2, 1, 10.0, 0)]


def test_error_317_empties_the_book_and_tells_each_row_as_deleted(told, ticker):
    told.take(row(0, INSERT, 10.0, 1), row(0, INSERT, 11.0, 2, ASK))
    told.take(m.Error(1, 317, "reset"))
    now = told.store.now
    assert (ticker.domBids, ticker.domAsks, ticker.domBidsDict, ticker.domAsksDict) == ([], [], {}, {})
    assert ticker.domTicks == [MktDepthData(now, 0, "", 2, 0, 11.0, 0), MktDepthData(now, 0, "", 2, 1, 10.0, 0)]


def test_rows_for_nobody_are_counted(told):
    told.take(m.UpdateMktDepth(2, 0, INSERT, BID, 1.0, 1.0))
    assert told.store.unknown_ids == 1


def test_a_size_that_is_not_told_shows_no_sentinel(told, ticker):
    told.take(row(0, INSERT, 10.0, UNSET_DOUBLE))
    assert ticker.domBids == [DOMLevel(10.0, 0, "")]
