"""The running quote."""

import pytest

from ibnb.sim.quotes import SLOTS_PER_S, Tape
from tests.sim.peer import FRIDAY, SUNDAY

AMD, EURUSD, ES = 4391, 12087792, "ESZ6"


def tape(db, con_id):
    i = db.by_id(con_id)
    return Tape(i, db.path(i), 1)


def test_quote_agrees_with_the_path(db):
    running = tape(db, AMD)
    for second in (0, 1, 37, 60, 61):
        row = running.path.blocks(5, FRIDAY + second, FRIDAY + second + 1)
        last_slot = running.at(FRIDAY + second + 0.99)
        assert last_slot.last == pytest.approx(row.close[0] * 0.01)


def test_bid_below_last_below_ask(db):
    running = tape(db, AMD)
    for n in range(200):
        quote = running.at(FRIDAY + n / 3)
        assert quote.bid < quote.last < quote.ask
        assert quote.low <= quote.last <= quote.high
        assert quote.bid_size > 0 and quote.ask_size > 0
        assert quote.is_open


def test_day_figures_agree_with_the_daily_bar(db):
    running = tape(db, AMD)
    quote = running.at(FRIDAY + 0.99)
    day = running.path.cover(FRIDAY - 12 * 3600, FRIDAY + 1, 1)
    today = day.pick(day.day == day.day[-1])
    assert quote.volume == today.volume.sum()
    assert quote.open == pytest.approx(today.open[0] * 0.01)
    assert quote.high <= today.high.max() * 0.01 + 1e-9
    before = running.path.blocks(0, FRIDAY - 86400, FRIDAY - 12 * 3600, regular=True)
    assert quote.close == pytest.approx(before.close[-1] * 0.01)


def test_volume_never_falls_within_a_day(db):
    running = tape(db, AMD)
    volumes = [running.at(FRIDAY + n * 7).volume for n in range(60)]
    assert volumes == sorted(volumes)
    assert volumes[-1] > volumes[0]


def test_same_seed_same_quotes(db):
    first, second = tape(db, EURUSD), tape(db, EURUSD)
    second.at(FRIDAY + 500)
    assert [first.at(FRIDAY + n) for n in range(90)] == [second.at(FRIDAY + n) for n in range(90)]


def test_closed_market_stands_still(db):
    running = tape(db, AMD)
    quote, later = running.at(SUNDAY), running.at(SUNDAY + 3600)
    assert not quote.is_open
    assert quote._replace(slot=0) == later._replace(slot=0)
    closing = running.path.blocks(0, FRIDAY, SUNDAY)
    assert quote.last == pytest.approx(closing.close[-1] * 0.01)


def test_extremes_hold_everything_between(db):
    running = tape(db, AMD)
    seen = [running.at(FRIDAY + n / SLOTS_PER_S).last for n in range(1, 8 * 90 + 1)]
    low, high = running.extremes(FRIDAY, FRIDAY + 90)
    assert (low, high) == (min(seen), max(seen))
    same = running.extremes(FRIDAY, FRIDAY)
    assert same == (running.at(FRIDAY).last,) * 2
    wide_low, wide_high = running.extremes(FRIDAY - 3600, FRIDAY)
    hour = running.path.cover(FRIDAY - 3600, FRIDAY, 3)
    assert wide_low == pytest.approx(hour.low.min() * 0.01)
    assert wide_high >= hour.high.max() * 0.01 - 1e-9


def test_next_minute_is_made_ahead_when_this_one_is_read(db):
    running = tape(db, AMD)
    begin = int(FRIDAY) // 60 * 60
    assert not running.prefetch(begin + 59), "nobody reads it"
    running.at(begin + 1)
    assert not running.prefetch(begin + 1), "too early"
    assert running.prefetch(begin + 59)
    assert not running.prefetch(begin + 59), "made already"


def test_few_minutes_are_kept(db):
    running = tape(db, AMD)
    for n in range(30):
        running.at(FRIDAY + 60 * n)
    assert len(running._minutes) <= 6


def test_future_quotes_a_tick_wide(db):
    es = next(i for i in db.by_symbol("ES") if i.local_symbol == ES)
    quote = Tape(es, db.path(es), 1).at(FRIDAY)
    assert quote.ask - quote.bid == 0.25
