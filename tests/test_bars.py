"""A list of bars is a list, whatever it holds inside."""

import copy
import datetime as dt
import json
import pickle

import pytest

from ibnb.bars import BarDataList
from ibnb.contract import Stock
from ibnb.objects import BarData
from ibnb.values import parseIBDatetime
from tests.test_barcolumns import FORMS, bars_of, rows_of


@pytest.fixture
def lazy():
    bars = BarDataList()
    bars.contract = Stock("SPY", "SMART", "USD")
    bars.extend_rows(rows_of(bars_of(5, FORMS["zone"]), 178))
    return bars


def bar(hours, close=1.0):
    return BarData(
        parseIBDatetime("20240308 09:30:00 US/Eastern") + dt.timedelta(hours=hours), 1, 2, 0.5, close, 10, 1, 1
    )


def test_length_needs_no_objects(lazy):
    assert len(lazy) == 5
    assert bool(lazy)
    assert list.__len__(lazy) == 0


def test_elements_slices_iteration(lazy):
    assert isinstance(lazy[0], BarData)
    assert lazy[-1] is list(lazy)[-1]
    assert len(lazy[1:3]) == 2
    assert lazy[0] in lazy
    assert [b.barCount for b in lazy] == [0, 1, 2, 3, 4]
    assert [b.barCount for b in reversed(lazy)] == [4, 3, 2, 1, 0]
    assert sorted(lazy, key=lambda b: -b.barCount)[0].barCount == 4
    assert len(lazy + [bar(9)]) == 6  # noqa: RUF005
    assert len([bar(9)] + lazy) == 6  # noqa: RUF005
    assert lazy.index(lazy[2]) == 2


def test_identity_equality_and_hash(lazy):
    other = BarDataList()
    assert lazy != other
    assert lazy == lazy
    assert len({lazy, other}) == 2


def test_update_replaces_appends_and_ignores(lazy):
    assert lazy.update(bar(4, 9.0)) is False
    assert lazy.update(bar(4, 9.0)) is None
    assert lazy.update(bar(3)) is None
    assert lazy.update(bar(5)) is True
    assert len(lazy) == 6
    assert lazy[-2].close == 9.0
    assert lazy.columns()["close"].tolist()[-2:] == [9.0, 1.0]


def test_update_after_objects_were_made(lazy):
    first = lazy[0]
    lazy.update(bar(5))
    assert lazy[0] is first
    assert len(lazy) == 6
    assert lazy[-1].date == bar(5).date


def test_list_that_starts_empty_takes_updates():
    bars = BarDataList()
    assert bars.update(bar(0)) is True
    assert bars.update(bar(0, 3.0)) is False
    assert [b.close for b in bars] == [3.0]
    assert bars.zone == "US/Eastern"


def test_changes_by_the_user_reach_columns(lazy):
    lazy.append(bar(9))
    assert len(lazy.columns()["open"]) == 6
    del lazy[0]
    assert len(lazy.columns()["open"]) == 5
    lazy.clear()
    assert len(lazy.columns()["open"]) == 0
    assert not lazy


def test_version_rises(lazy):
    before = lazy.version
    lazy.update(bar(5))
    assert lazy.version == before + 1


def test_frame_tells_why_it_is_empty():
    bars = BarDataList()
    bars.reason = "162: no data"
    assert bars.to_frame().attrs["reason"] == "162: no data"
    assert str(bars.to_frame()["open"].dtype) == "float64"


@pytest.mark.parametrize("count", [5, 3000])
@pytest.mark.parametrize("read_before", [False, True])
def test_frames_belong_to_the_user(count, read_before):
    bars = BarDataList()
    bars.extend_rows(rows_of(bars_of(count, FORMS["zone"]), 178))
    if read_before:
        bars.columns()
    frame, other = bars.to_frame(), bars.to_frame()
    frame.loc[0, "open"] = -1.0
    frame["high"] += 1
    frame.iloc[1, 3] = -2.0
    assert other["open"][0] == bars[0].open != -1.0
    assert bars.columns()["low"][1] == bars[1].low != -2.0


def test_copies_and_pickles(lazy):
    again = pickle.loads(pickle.dumps(lazy))
    assert [b.close for b in again] == [b.close for b in lazy]
    assert again.contract == lazy.contract
    assert len(copy.copy(lazy)) == 5
    assert isinstance(lazy.copy(), list)
    assert len(json.loads(json.dumps([b.close for b in lazy]))) == 5


def test_repr_shows_the_bars(lazy):
    assert repr(lazy).startswith("[BarData(date=")


def test_marimo_gets_the_chart(monkeypatch):
    bars = BarDataList([BarData(dt.date(2024, 1, 2))])
    monkeypatch.setattr(BarDataList, "chart_factory", staticmethod(lambda which, **options: ["chart"]))
    assert bars._display_() == ["chart"]
    assert bars._display_() is bars._display_()
