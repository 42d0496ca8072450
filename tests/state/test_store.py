"""What holds all state: packets, the marks for tables, the log, tickers."""

import datetime as dt

import pytest
from reducing import AMD, Reducing

from ibnb.contract import Contract, Stock
from ibnb.state import store as module
from ibnb.state.store import contract_key, order_key
from ibnb.wire import catalogue as m

QUOTE = m.TickPrice(1, 1, 10.0, 5.0)


@pytest.fixture
def told():
    return Reducing()


def test_a_packet_raises_the_revision_and_bears_one_time(told):
    told.ticker()
    told.take(QUOTE, m.TickPrice(1, 2, 11.0, 6.0))
    (first, second) = told.store.tickers[hash(AMD)].ticks
    assert (told.store.revision, first.time is second.time is told.store.now) == (1, True)


def test_times_are_in_the_zone_of_the_defaults():
    zone = dt.timezone(dt.timedelta(hours=1))
    told = Reducing(timezone=zone)
    told.take()
    assert told.store.now.tzinfo is zone


def test_the_tickers_of_the_newest_packet_are_pending(told):
    told.ticker()
    told.take(QUOTE)
    assert [record.ticker.contract for record in told.store.pending_quotes] == [AMD]
    told.take()
    assert told.store.pending_quotes == []


def test_answers_are_handed_over_at_the_end_of_the_packet(told):
    answer = told.start(2, [])
    told.store.requests.finish(2)
    assert not answer.done()
    told.store.end_packet()
    assert answer.done()


def test_only_watched_kinds_gather_keys(told):
    told.take(m.UpdateAccountValue("A", "1", "USD", "DU1"))
    watched = told.store.watch("account")
    assert watched == set()
    told.take(m.UpdateAccountValue("B", "1", "USD", "DU1"))
    assert watched == {("DU1", "B", "USD", "")}


def test_a_packet_that_changed_watched_rows_says_so(told):
    calls = []
    told.store.on_dirty = lambda: calls.append(1)
    told.take(m.UpdateAccountValue("A", "1", "USD", "DU1"))
    told.store.watch("account")
    told.take(m.UpdateAccountValue("A", "2", "USD", "DU1"))
    assert calls == [1]


def test_rows_are_asked_for_by_key_and_none_is_gone(told):
    told.take(m.Position("DU1", AMD, 5.0, 9.0))
    position = told.store.positions["DU1"][4391]
    assert list(told.store.rows("positions")) == [(("DU1", 4391), position)]
    assert list(told.store.rows("positions", [("DU2", 1)])) == [(("DU2", 1), None)]


def test_rows_of_quotes_are_tickers(told):
    ticker = told.ticker()
    assert list(told.store.rows("quotes")) == [(hash(AMD), ticker)]


def test_state_is_empty_after_a_reset_but_for_the_log(told):
    told.ticker()
    told.take(QUOTE, m.ManagedAccounts("DU1"), m.Position("DU1", AMD, 5.0, 9.0), m.Error(-1, 2104, "ok"))
    told.store.reset()
    assert (told.store.accounts, dict(told.store.positions), told.store.tickers) == ([], {}, {})
    assert len(told.store.log) == 1


def test_watched_rows_leave_when_the_next_connection_begins(told):
    watched = told.store.watch("positions")
    told.take(m.Position("DU1", AMD, 5.0, 9.0))
    watched.clear()
    told.store.reset()
    assert watched == set()
    told.store.begin_connection()
    assert watched == {("DU1", 4391)}
    assert list(told.store.rows("positions", watched)) == [(("DU1", 4391), None)]


def test_the_log_keeps_its_newest_lines(told, monkeypatch):
    monkeypatch.setattr(module, "MAX_LOG", 2)
    watched = told.store.watch("log")
    for number in range(3):
        told.store.add_log("info", "TWS", f"line {number}", 2104, AMD, 7)
    assert [line.text for line in told.store.log.values()] == ["line 1", "line 2"]
    assert (watched, told.store.log[3].contract, told.store.log[3].reqId) == ({1, 2, 3}, AMD, 7)


def test_a_contract_has_one_ticker_found_by_any_equal_contract(told):
    ticker = told.ticker(1)
    assert told.store.start_ticker(2, Contract(conId=4391), "Last") is ticker
    assert told.store.ticker(Contract(conId=4391)) is ticker
    assert told.store.ticker(Stock("AMD")) is None


def test_a_ticker_stays_when_its_stream_ends(told):
    ticker = told.ticker(1)
    assert told.store.end_ticker(AMD, "mktData") == 1
    assert told.store.end_ticker(AMD, "mktData") == 0
    told.take(QUOTE)
    assert (told.store.ticker(AMD), told.store.unknown_ids) == (ticker, 1)


def test_a_contract_without_con_id_has_a_ticker_as_well(told):
    ticker = told.store.start_ticker(1, Stock("AMD", "SMART", "USD"), "mktData")
    assert told.store.ticker(Stock("AMD", "SMART", "USD")) is ticker
    assert contract_key(Stock("AMD", "SMART", "USD")) != contract_key(Stock("AMD", "NYSE", "USD"))


@pytest.mark.parametrize(("ids", "key"), [((1, 7, 99), (1, 7)), ((1, 0, 99), 99), ((0, -5, 99), 99)])
def test_a_trade_is_known_by_its_order_id_or_else_by_its_perm_id(ids, key):
    assert order_key(*ids) == key


def test_single_ticks_are_kept_for_who_taps_them(told):
    ticker = told.ticker(1, "Last")
    key = hash(AMD)
    told.store.taps[key] = kept = module.deque(maxlen=2)
    watched = told.store.watch(("ticks", key))
    told.take(QUOTE)  # no trade
    told.take(m.TickByTick(1, 1, 0, 10.0, 1.0, 0, "ARCA", ""), m.TickByTick(1, 1, 0, 11.0, 1.0, 0, "ARCA", ""))
    assert [tick.price for tick in kept] == [10.0, 11.0]
    assert [tick.price for tick in ticker.tickByTicks] == [10.0, 11.0]
    assert watched == {key}


def test_what_is_not_watched_any_more_gathers_no_keys(told):
    watched = told.store.watch("positions")
    told.store.unwatch("positions")
    told.store.touch("positions", 1)
    assert watched == set()
    told.store.unwatch("positions")


def test_handlers_that_are_behind_are_told_of_at_every_doubling(told):
    told.store.outbox.dropped_ticks = 10
    told.take()
    told.store.outbox.dropped_ticks = 20
    told.take()
    told.store.outbox.dropped_events = 1
    told.take()
    assert [line.text.partition(": ")[2].split(";")[0] for line in told.store.log.values()] == [
        "10 waiting ticks and 0 events were dropped so far",
        "20 waiting ticks and 1 events were dropped so far",
    ]


def test_a_price_increment_once_learnt_marks_the_rows_of_its_contract(told):
    told.take(m.Position("DU1", AMD, 5.0, 9.0), m.Position("DU1", Stock("INTC", conId=2), 5.0, 9.0))
    watched = told.store.watch("positions")
    told.store.learn_tick(4391, 0.01)
    assert (watched, told.store.min_ticks) == ({("DU1", 4391)}, {4391: 0.01})
    watched.clear()
    told.store.learn_tick(4391, 0.01)
    told.store.learn_tick(4391, 0.0)
    assert watched == set()


def test_what_is_no_contract_has_no_key():
    with pytest.raises(TypeError, match="a contract is needed"):
        contract_key("AMD")
