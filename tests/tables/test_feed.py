"""Listeners: paced, joined, at home, and safe from each other."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from ibnb.tables import Change, Column, Table
from tests.tables.support import Home, Timer


def make() -> tuple[Timer, Home, Table]:
    timer, home = Timer(), Home()
    columns = [Column("k", "str", lambda row: row[0]), Column("x", "f8", lambda row: row[1])]
    table = Table("fed", columns, key=("k",), call_later=timer.call_later, on_home=home, monotonic=timer)
    table.upsert([("a", ("a", 1)), ("b", ("b", 1))])
    return timer, home, table


def write(table: Table, key: str, value: float) -> None:
    table.upsert([(key, (key, value))])


def test_change_tells_keys_and_columns() -> None:
    _, home, table = make()
    seen: list[Change] = []
    table.changed += seen.append
    with table.packet():
        write(table, "a", 2)
        write(table, "c", 3)
        table.delete(["b"])
    assert seen == []
    home.deliver()
    (change,) = seen
    assert (change.added, change.changed, change.removed) == (("c",), ("a",), ("b",))
    assert change.columns == ("k", "x")
    assert (change.since, change.revision, change.reset) == (1, 2, False)
    assert table.rows(change.changed)["x"].tolist() == [2.0]
    assert "1 added, 1 changed, 1 removed" in repr(change)


def test_a_listener_gets_only_what_comes_after_it_was_connected() -> None:
    _, home, table = make()
    write(table, "c", 1)
    seen: list[Change] = []
    table.changed += seen.append
    write(table, "a", 5)
    home.deliver()
    assert [(change.added, change.changed) for change in seen] == [((), ("a",))]


def test_a_stream_is_joined_to_twenty_a_second() -> None:
    timer, home, table = make()
    seen: list[Change] = []
    table.changed += seen.append
    for n in range(1000):
        write(table, "a", n + 2)
        timer.advance(0.001)
        home.deliver()
    timer.advance(1)
    home.deliver()
    assert 19 <= len(seen) <= 21
    assert [change.since for change in seen[1:]] == [change.revision for change in seen[:-1]]
    assert seen[-1].revision == table.revision


@pytest.mark.parametrize(("rate", "least", "most"), [(5.0, 5, 6), (100.0, 99, 101), (None, 1000, 1000)])
def test_rate_can_be_set(rate: float | None, least: int, most: int) -> None:
    timer, home, table = make()
    seen: list[Change] = []
    table.changed += seen.append
    table.changed.rate = rate
    for n in range(1000):
        write(table, "a", n + 2)
        timer.advance(0.001)
        home.deliver()
    assert least <= len(seen) <= most


def test_a_busy_home_gets_one_joined_change_and_no_backlog() -> None:
    timer, home, table = make()
    seen: list[Change] = []
    table.changed += seen.append
    for n in range(500):
        write(table, "a", n + 2)
        write(table, f"k{n % 3}", n)
        timer.advance(0.02)
    assert len(home.queue) == 1
    home.deliver()
    (change,) = seen
    assert change.added == ("k0", "k1", "k2")
    assert change.changed == ("a",)
    timer.advance(10)
    home.deliver()
    assert len(seen) == 1


def test_gone_and_back_counts_as_changed() -> None:
    _, home, table = make()
    seen: list[Change] = []
    table.changed += seen.append
    table.delete(["a"])
    write(table, "a", 9)
    home.deliver()
    assert [(c.added, c.changed, c.removed) for c in seen] == [((), ("a",), ())]
    table.clear()
    home.deliver()


def test_nothing_is_emitted_when_nothing_is_left_of_it() -> None:
    timer, home, table = make()
    seen: list[Change] = []
    table.changed += seen.append
    write(table, "c", 1)
    table.delete(["c"])
    timer.advance(1)
    home.deliver()
    assert seen == []


def test_an_error_in_one_listener_reaches_no_other(caplog: pytest.LogCaptureFixture) -> None:
    _, home, table = make()
    seen: list[Any] = []

    def bad(_: Any) -> None:
        raise RuntimeError("boom")

    table.changed += bad
    table.changed += seen.append
    table.observe(bad)
    table.observe(seen.append)
    write(table, "a", 7)
    with caplog.at_level(logging.ERROR):
        home.deliver()
    assert len(seen) == 2
    assert len(caplog.records) == 2
    write(table, "a", 8)
    home.deliver()


def test_observe_as_traitlets_does() -> None:
    traitlets = pytest.importorskip("traitlets")
    timer, home, table = make()
    seen: list[Any] = []
    table.observe(seen.append, names="revision")
    table.observe(seen.append, names=traitlets.All)
    write(table, "a", 7)
    home.deliver()
    (notice,) = seen
    assert (notice.name, notice.old, notice.new, notice.owner, notice.type) == ("revision", 1, 2, table, "change")
    assert notice["new"] == 2
    with pytest.raises(AttributeError):
        notice.nothing  # noqa: B018
    table.unobserve(seen.append)
    write(table, "a", 8)
    timer.advance(1)
    home.deliver()
    assert len(seen) == 1
    with pytest.raises(ValueError, match="'revision' only"):
        table.observe(seen.append, names="value")
    with pytest.raises(ValueError, match="'revision' only"):
        table.observe(seen.append, names=[])
    with pytest.raises(ValueError, match="not in list"):
        table.unobserve(seen.append)


def test_observe_refuses_coroutines_aloud(caplog: pytest.LogCaptureFixture) -> None:
    _, home, table = make()

    async def handler(_: Any) -> None:
        raise AssertionError("never run")

    table.observe(handler)
    write(table, "a", 7)
    home.deliver()
    assert "observe() takes plain functions" in str(caplog.records[0].exc_info)


def test_without_a_home_the_writer_delivers_at_once() -> None:
    table = Table("own", [Column("x", "f8", float)], kind="append")
    seen: list[Change] = []

    def listener(change: Change) -> None:
        seen.append(change)

    table.changed += listener
    table.append([1])
    table.append([2, 3])
    assert [change.added for change in seen] == [(0,), (1, 2)]
    table.changed -= listener
    table.append([4])
    assert len(seen) == 2
    assert not table.is_followed


def test_home_is_the_loop_where_the_first_listener_was_connected() -> None:
    seen: list[Any] = []

    async def main() -> None:
        table = Table("own", [Column("x", "f8", float)], kind="append")
        got = asyncio.Event()

        async def listener(change: Change) -> None:
            seen.append(change.added)
            got.set()

        table.changed.connect(listener, keep_ref=True)
        await asyncio.get_running_loop().run_in_executor(None, table.append, [1.0])
        await asyncio.wait_for(got.wait(), 5)

    asyncio.run(main())
    assert seen == [(0,)]
