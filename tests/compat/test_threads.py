"""Some seconds of four threads under a flood; and that a lost event or row would be noticed."""

from __future__ import annotations

import pytest

from ibnb.state.outbox import QuoteRecord
from ibnb.wrapper import Wrapper
from tests.compat.threads import run

RATE = 3000.0  # messages a second; the machine has other tests to run


def test_four_threads_lose_nothing_and_see_events_in_order():
    figures = run(3.0, RATE)
    assert min(figures["numbered events"], figures["ticks"]) > 100


def test_a_lost_event_is_noticed(monkeypatch):
    emit = Wrapper.emit_ib

    def lossy(self, name, *args):
        if not (name == "tickNewsEvent" and args[0].articleId == "42"):
            emit(self, name, *args)

    monkeypatch.setattr(Wrapper, "emit_ib", lossy)
    with pytest.raises(AssertionError, match="events are lost, doubled or out of order"):
        run(0.5, RATE)


def test_a_lost_tick_is_noticed(monkeypatch):
    take = QuoteRecord.take

    def lossy(self):
        ticks, singles, depth = take(self)
        return [ticks, [tick for tick in singles if tick.price != 42], depth]

    monkeypatch.setattr(QuoteRecord, "take", lossy)
    with pytest.raises(AssertionError, match="ticks are lost"):
        run(0.5, RATE)
