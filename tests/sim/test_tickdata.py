"""Single ticks: agreement with quotes and bars."""

from itertools import pairwise

import pytest

from ibnb.sim import tickdata
from ibnb.sim.quotes import SLOTS_PER_S, Tape
from tests.sim.peer import FRIDAY

FIRST = int(FRIDAY) * SLOTS_PER_S


@pytest.fixture
def amd(db):
    i = db.by_id(4391)
    return Tape(i, db.path(i), 1)


def test_trades_add_up_to_the_volume(amd):
    found = tickdata.trades(amd, FIRST, FIRST + 5 * SLOTS_PER_S - 1)
    seconds = amd.path.blocks(5, FRIDAY, FRIDAY + 5)
    assert sum(t.size for t in found) == seconds.volume.sum()
    assert all(FIRST <= t.slot < FIRST + 5 * SLOTS_PER_S for t in found)
    assert {t.exchange for t in found} <= set(tickdata._VENUES)
    assert all((t.conditions == " I") == (t.size < 100) for t in found)


def test_only_changes_of_the_quote(amd):
    found = tickdata.quotes(amd, FIRST, FIRST + 400)
    sides = [t[1:] for t in found]
    assert all(a != b for a, b in pairwise(sides))
    assert len(found) > 50


def test_spans_join_without_gap_or_repeat(amd):
    whole = tickdata.quotes(amd, FIRST, FIRST + 900)
    parts = tickdata.quotes(amd, FIRST, FIRST + 300) + tickdata.quotes(amd, FIRST + 301, FIRST + 900)
    assert parts == whole
    assert tickdata.mids(amd, FIRST, FIRST + 900) == tickdata.mids(amd, FIRST, FIRST + 300) + tickdata.mids(
        amd, FIRST + 301, FIRST + 900
    )


def test_midpoints_lie_between_the_quotes(amd):
    quotes = {t.slot: (t.bid + t.ask) / 2 for t in tickdata.quotes(amd, FIRST, FIRST + 300)}
    mids = tickdata.mids(amd, FIRST, FIRST + 300)
    assert mids
    assert all(t.price == pytest.approx(quotes[t.slot]) for t in mids)


def test_no_ticks_while_closed(amd):
    sunday = (int(FRIDAY) + 2 * 86400) * SLOTS_PER_S
    assert tickdata.trades(amd, sunday, sunday + 100) == []
