"""Price paths: the same bar whatever is asked, parents that agree with children."""

import datetime as dt

import numpy as np
import pytest

from ibnb.sim.calendars import CME, INDEX, STOCK
from ibnb.sim.noise import key
from ibnb.sim.paths import LEVELS, Blocks, DerivedPath, Process, RootPath, Wander
from tests.sim.peer import FRIDAY

PROCESS = Process(214.0, 0.01, 0.45, 0.09, 1.3, volume=40e6, trade_size=120)
NOON = dt.datetime(2026, 11, 20, 17, 0, 0, tzinfo=dt.UTC).timestamp()
DAY = 86400.0


def make(seed: int = 1, con_id: int = 4391, process: Process = PROCESS) -> RootPath:
    return RootPath(seed, con_id, STOCK, process, Wander(key(seed, "market"), STOCK.days, 0.16, 0.004))


@pytest.fixture(scope="module")
def path() -> RootPath:
    return make()


def rows(path, level: int, begin: float, end: float, **options) -> Blocks:
    return path.blocks(level, begin, end, **options)


@pytest.mark.parametrize("level", range(1, len(LEVELS)))
def test_children_agree_with_their_session(path, level):
    sessions = rows(path, 0, NOON - 4 * DAY, NOON)
    for k in range(len(sessions.start)):
        parts = rows(path, level, float(sessions.start[k]), float(sessions.end[k]))
        assert (parts.open[0], parts.close[-1]) == (sessions.open[k], sessions.close[k])
        assert (parts.high.max(), parts.low.min()) == (sessions.high[k], sessions.low[k])
        assert parts.volume.sum() == sessions.volume[k]
        assert parts.trades.sum() == sessions.trades[k]


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_rows_are_proper_bars(path, level):
    bars = rows(path, level, NOON - DAY, NOON)
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.low >= 1).all()
    assert (bars.volume >= 0).all()
    assert (bars.start[1:] >= bars.end[:-1]).all()


def test_a_row_is_the_same_whatever_span_it_is_asked_in(path):
    wide = rows(path, 3, NOON - 30 * DAY, NOON)
    narrow = rows(path, 3, NOON - 3600, NOON - 3000)
    k = int(np.searchsorted(wide.start, narrow.start[0]))
    for a, b in zip(wide.pick(slice(k, k + len(narrow.start))), narrow, strict=True):
        assert np.array_equal(a, b)


def test_sessions_do_not_depend_on_the_days_asked(path):
    wide, narrow = path.sessions(0, 12000), path.sessions(11000, 11003)
    k = int(np.searchsorted(wide.start, narrow.start[0]))
    for a, b in zip(wide.pick(slice(k, k + 9)), narrow, strict=True):
        assert np.array_equal(a, b)
    regular = path.sessions(11000, 11003, regular=True)
    assert np.array_equal(regular.close, narrow.close[1::3])


def test_same_seed_same_path_other_seed_other_path(path):
    again, other = make(), make(seed=2)
    assert np.array_equal(rows(path, 2, NOON - DAY, NOON).close, rows(again, 2, NOON - DAY, NOON).close)
    assert not np.array_equal(path.closes, other.closes)


def test_price_at_the_anchor(path):
    anchor = dt.datetime(2026, 1, 2, 22, tzinfo=dt.UTC).timestamp()
    close = rows(path, 0, anchor - DAY, anchor, regular=True).close[-1]
    assert close * path.tick == pytest.approx(214.0, rel=0.01)


def test_daily_moves_are_as_wide_as_the_deviation_says(path):
    returns = np.diff(path.closes)
    yearly = returns.std() * 252**0.5
    assert yearly == pytest.approx(np.hypot(0.45, 1.3 * 0.16), rel=0.15)


def test_cover_ends_in_finer_rows(path):
    end = NOON + 37
    covered = path.cover(NOON - 7200, end, 1)
    assert covered.end[-1] == end
    assert (covered.start[1:] == covered.end[:-1]).all()
    seconds = rows(path, 5, float(covered.start[0]), end)
    assert covered.volume.sum() == seconds.pick(seconds.end <= end).volume.sum()


def test_cover_of_whole_rows_has_only_those(path):
    covered = path.cover(NOON - 3600, NOON, 1)
    assert (covered.end - covered.start).tolist() == [1800, 1800]


def test_regular_only(path):
    every, regular = rows(path, 1, NOON - DAY, NOON), rows(path, 1, NOON - DAY, NOON, regular=True)
    assert len(regular.start) < len(every.start)
    assert all(STOCK.is_open(float(start), regular=True) for start in regular.start)


def test_slots_end_where_the_second_does(path):
    seconds = rows(path, 5, NOON, NOON + 60)
    closes, volumes = path.slots(seconds)
    assert closes.shape == volumes.shape == (60, 8)
    assert np.array_equal(closes[:, -1], seconds.close)
    assert np.array_equal(volumes.sum(axis=1), seconds.volume)
    assert (closes <= seconds.high[:, None]).all()


def test_nothing_outside_of_sessions(path):
    sunday = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp()
    assert len(rows(path, 3, sunday, sunday + 3600).start) == 0
    assert len(path.cover(sunday, sunday + 3600, 3).start) == 0


def test_derived_path_follows_its_root():
    root = RootPath(1, 90, CME, Process(6845.0, 0.01, 0.01, 0.09, 1.0, volume=1e6), None)
    factor = np.full(len(CME.days), 1.01)
    future = DerivedPath(root, CME, 0.25, lambda index: factor[index], volume_share=0.5)
    index = DerivedPath(root, INDEX, 0.01, lambda index: factor[index], regular_only=True)
    a, b = rows(root, 2, NOON - DAY, NOON), rows(future, 2, NOON - DAY, NOON)
    assert b.close * 0.25 == pytest.approx(a.close * 0.01 * 1.01, abs=0.13)
    assert (b.high >= np.maximum(b.open, b.close)).all()
    assert b.volume.sum() == pytest.approx(a.volume.sum() / 2, rel=0.01)
    assert all(INDEX.is_open(float(start)) for start in rows(index, 2, NOON - DAY, NOON).start)
    closes, _ = future.slots(rows(future, 5, NOON, NOON + 5))
    assert np.array_equal(closes[:, -1], rows(future, 5, NOON, NOON + 5).close)


def test_join_and_empty():
    assert len(Blocks.join([Blocks.empty(), Blocks.empty()]).start) == 0


def test_a_move_shifts_what_comes_after_it():
    process, at = Process(214.0, 0.01, 0.45, volume=38e6), int(FRIDAY)
    plain, moved = (RootPath(1, 4391, STOCK, process, None) for _ in range(2))
    moved.move(at, 500)
    moved.move(at + 100, -200, 4)
    a, b = (path.blocks(5, at - 60, at + 300) for path in (plain, moved))
    shift = b.close - a.close
    assert shift.tolist() == [0] * 60 + [500] * 100 + [450, 400, 350] + [300] * 197
    assert ((b.high - a.high) == shift).all()
    for level in (0, 1, 3):
        whole = moved.blocks(level, at - 3600, at + 3600)
        for row in zip(*whole, strict=True):
            fine = moved.blocks(5, float(row[0]), float(row[1]))
            assert row[2:6] == (fine.open[0], fine.high.max(), fine.low.min(), fine.close[-1])
    with pytest.raises(ValueError, match="is being moved already"):
        moved.move(at + 50, 1)
