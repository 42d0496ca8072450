"""The table: random streams against a mirror and a plain dict, and what its parts promise."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tables import Column, Delta, Table
from ibnb.tables import columns as columns_module
from ibnb.tables import delta as delta_module
from tests.tables.support import T0, TEXT, Mirror, dict_columns, frame_rows, ns

KEYS = ["a", "b", "c", "d", "e"]
VALUES = st.fixed_dictionaries(
    {
        "f": st.one_of(st.none(), st.sampled_from([0.0, -0.0, 1.5, -2.0, float("nan"), 1e300])),
        "i": st.one_of(st.none(), st.integers(-3, 3), st.just(2**62)),
        "s": st.one_of(st.none(), st.text(max_size=2)),
        "b": st.sampled_from([None, True, False]),
        "t": st.sampled_from([None, T0, T0.replace(microsecond=7)]),
    }
)
ROWS = st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=6)
OPS = st.one_of(
    st.tuples(st.just("upsert"), ROWS),
    st.tuples(st.just("delete"), st.lists(st.sampled_from([*KEYS, "unknown"]), max_size=4)),
    st.tuples(st.just("clear"), st.none()),
    st.tuples(st.just("sync"), st.none()),
)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it should come out of a table."""
    f = row["f"]
    return {**row, "f": None if f is None or f != f else f, "t": ns(row["t"])}


def small_limits() -> mock._patch[Any]:
    """Make the record wrap and dictionaries shrink after a few steps."""
    return mock.patch.multiple(delta_module, MAX_RECORDS=4)


@settings(max_examples=80, deadline=None)
@given(packets=st.lists(st.lists(OPS, min_size=1, max_size=3), max_size=14), wrap=st.booleans(), compact=st.booleans())
def test_keyed_stream_agrees_with_mirror_and_dict(packets: list[Any], wrap: bool, compact: bool) -> None:
    with (
        mock.patch.object(delta_module, "MAX_RECORDS", 4 if wrap else 1024),
        mock.patch.object(columns_module, "COMPACT_FROM", 4 if compact else 4096),
    ):
        table = Table("random", dict_columns(), key=("k",))
        eager, lazy = Mirror(table), Mirror(table)
        naive: dict[str, dict[str, Any]] = {}
        for packet in packets:
            before = {key: plain(row) for key, row in naive.items()}
            start = table.revision
            with table.packet():
                for op, arg in packet:
                    apply_keyed(table, naive, op, arg)
            expected = [plain(row) for row in naive.values()]
            assert frame_rows(table.df) == expected
            assert table.keys() == list(naive)
            assert table.revision - start <= 1
            assert (table.revision == start) <= (expected == list(before.values()))
            check_change(table, start, before, {key: plain(row) for key, row in naive.items()})
            eager.sync()
            assert eager.rows() == expected
            if any(op == "sync" for op, _ in packet):
                lazy.sync()
                assert lazy.rows() == expected
        lazy.sync()
        assert lazy.rows() == frame_rows(table.df)
        fresh = Mirror(table)
        assert fresh.rows() == lazy.rows()


def apply_keyed(table: Table, naive: dict[str, dict[str, Any]], op: str, arg: Any) -> None:
    if op == "upsert":
        rows = [(key, {"k": key, **values}) for key, values in arg]
        table.upsert(rows)
        for key, row in rows:
            naive[key] = row
    elif op == "delete":
        table.delete(arg)
        for key in arg:
            naive.pop(key, None)
    elif op == "clear":
        table.clear()
        naive.clear()


def check_change(table: Table, since: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Check the keys of a change against the rows before and after it."""
    change = table.change(since)
    if change.reset:
        return
    assert set(change.added) == after.keys() - before.keys()
    assert set(change.removed) == before.keys() - after.keys()
    really = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert really <= set(change.changed) <= before.keys() & after.keys()
    if not change.added:
        assert {name for key in really for name in after[key] if after[key][name] != before[key][name]} <= set(
            change.columns
        )


@settings(max_examples=60, deadline=None)
@given(
    ops=st.lists(st.one_of(st.lists(VALUES, max_size=9), st.sampled_from(["clear", "sync"])), max_size=25),
    cap=st.sampled_from([None, 1, 3, 7]),
    wrap=st.booleans(),
)
def test_append_stream_agrees_with_mirror_and_list(ops: list[Any], cap: int | None, wrap: bool) -> None:
    with mock.patch.object(delta_module, "MAX_RECORDS", 3 if wrap else 1024):
        table = Table("random", dict_columns(), kind="append", cap=cap)
        eager, lazy = Mirror(table), Mirror(table)
        naive: list[dict[str, Any]] = []
        for op in ops:
            if op == "clear":
                table.clear()
                naive.clear()
            elif op != "sync":
                rows = [{"k": "x", **values} for values in op]
                table.append(rows)
                naive = (naive + rows)[-cap:] if cap else naive + rows
            expected = [plain(row) for row in naive]
            assert frame_rows(table.df) == expected
            eager.sync()
            assert eager.rows() == expected
            if op == "sync":
                lazy.sync()
                assert lazy.rows() == expected
            if cap:
                assert table.capacity <= cap
        lazy.sync()
        assert lazy.rows() == frame_rows(table.df)


def prices(*rows: tuple[str, float]) -> Table:
    table = Table("prices", [Column("k", "str", lambda row: row[0]), Column("f", "f8", lambda row: row[1])], key=("k",))
    table.upsert((row[0], row) for row in rows)
    return table


def test_df_is_built_once_per_revision_and_is_the_callers_own() -> None:
    table = prices(("a", 1.0), ("b", 2.0))
    with mock.patch.object(table, "_build", wraps=table._build) as build:
        first = table.df
        first.loc[0, "f"] = 99.0
        first["new"] = 1
        first.attrs["name"] = "mine"
        first.attrs["units"]["f"] = "mine"
        second = table.df
    assert build.call_count == 1
    assert second["f"].tolist() == [1.0, 2.0]
    assert list(second) == ["k", "f"]
    assert second.attrs["name"] == "prices"
    assert second.attrs["units"] == {}
    table.upsert([("a", ("a", 5.0))])
    assert second["f"].tolist() == [1.0, 2.0]
    assert table.df["f"].tolist() == [5.0, 2.0]


def test_text_of_an_older_frame_survives_changes_in_place() -> None:
    table = prices(("a", 1.0), ("b", 2.0))
    first = table.df
    first.loc[0, "k"] = "changed"
    table.upsert([("a", ("a", 3.0))])
    assert table.df["k"].tolist() == ["a", "b"]
    assert first["k"].tolist() == ["changed", "b"]


def test_revision_rises_only_when_something_changed() -> None:
    table = prices(("a", 1.0))
    assert table.revision == 1
    table.upsert([("a", ("a", 1.0))])
    table.delete(["zzz"])
    table.upsert([])
    with table.packet():
        table.upsert([("b", ("b", 1.0))])
        table.delete(["b"])
    assert table.revision == 1
    with table.packet():
        table.upsert([("a", ("a", 2.0))])
        table.upsert([("c", ("c", 1.0))])
        table.delete(["a"])
    assert table.revision == 2


def test_added_then_removed_between_two_looks_is_not_in_the_delta() -> None:
    table = prices(("a", 1.0))
    since = table.revision
    table.upsert([("b", ("b", 1.0))])
    table.delete(["b"])
    delta = table.delta(since)
    assert not delta
    assert delta.revision == since + 2


def test_slot_reused_by_another_row_is_removed_and_added() -> None:
    table = prices(("a", 1.0), ("b", 2.0))
    since = table.revision
    table.delete(["a"])
    table.upsert([("c", ("c", 3.0)), ("b", ("b", 9.0))])
    delta = table.delta(since)
    assert delta.removed_slots.tolist() == delta.added_slots.tolist() == [0]
    assert {name: slots.tolist() for name, slots in delta.changed.items()} == {"f": [1]}
    assert delta.values["f"].tolist() == [9.0]
    assert delta.dictionary == {"k": (3, ["c"])}
    assert table.df["k"].tolist() == ["b", "c"]


@pytest.mark.parametrize("since", [-1, 5, 1000])
def test_delta_since_a_revision_that_never_was_is_a_reset(since: int) -> None:
    table = prices(("a", 1.0))
    delta = table.delta(since)
    assert delta.reset
    assert delta
    assert table.change(since).reset


def test_record_is_bounded_by_its_entries() -> None:
    with mock.patch.multiple(delta_module, MIN_ENTRIES=10, MAX_ENTRIES=50):
        table = prices(*((str(i), 0.0) for i in range(20)))
        for value in range(1, 30):
            table.upsert((str(i), (str(i), float(value))) for i in range(20))
        assert table._log._entries <= 50
        assert table.delta(1).reset
        assert not table.delta(table.revision - 2).reset


def test_getter_that_fails_gives_missing_and_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    table = Table(
        "odd", [Column("k", "str", lambda row: row["k"]), Column("x", "f8", lambda row: row["x"])], key=("k",)
    )
    with caplog.at_level(logging.DEBUG, "ibnb.tables"):
        table.upsert([("a", {"k": "a", "x": 1}), ("b", {"k": "b"}), ("c", {"k": "c", "x": "text"})])
        table.upsert([("d", {"k": "d"})])
    assert frame_rows(table.df) == [
        {"k": "a", "x": 1.0}, {"k": "b", "x": None}, {"k": "c", "x": None}, {"k": "d", "x": None},
    ]  # fmt: skip
    assert len(caplog.records) == 1


def lock_is_free(table: Table) -> bool:
    """Tell whether another thread could take the lock now."""
    taken: list[bool] = []

    def take() -> None:
        taken.append(table.lock.acquire(blocking=False))
        if taken[0]:
            table.lock.release()

    other = threading.Thread(target=take)
    other.start()
    other.join()
    return taken[0]


def test_subscriber_is_called_after_the_commit_without_lock_and_errors_stay_put(
    caplog: pytest.LogCaptureFixture,
) -> None:
    table = prices(("a", 1.0))
    seen: list[tuple[int, bool]] = []

    def bad(_: Table) -> None:
        raise RuntimeError("boom")

    def good(which: Table) -> None:
        seen.append((which.revision, lock_is_free(which)))

    table.subscribe(bad)
    end = table.subscribe(good)
    table.upsert([("a", ("a", 2.0))])
    table.upsert([("a", ("a", 2.0))])
    end()
    end()
    table.upsert([("a", ("a", 3.0))])
    assert seen == [(2, True)]
    assert [record.exc_info[1].args for record in caplog.records if record.exc_info] == [("boom",), ("boom",)]  # type: ignore[union-attr]


def test_an_error_inside_a_packet_still_ends_it_and_tells_followers() -> None:
    table = prices(("a", 1.0))
    seen: list[int] = []
    table.subscribe(lambda which: seen.append(which.revision))

    def write() -> None:
        with table.packet():
            table.upsert([("a", ("a", 2.0))])
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        write()
    assert table.df["f"].tolist() == [2.0]
    assert seen == [2]


def test_reading_in_a_packet_shows_what_was_written() -> None:
    table = prices(("a", 1.0))
    with table.packet():
        table.upsert([("a", ("a", 2.0))])
        assert table.df["f"].tolist() == [2.0]
        table.upsert([("a", ("a", 3.0))])
    assert table.df["f"].tolist() == [3.0]


def test_readers_in_other_threads_see_whole_packets() -> None:
    table = Table("pair", [Column(name, "f8", lambda row: row) for name in ("x", "y")], kind="keyed")
    table.upsert([("p", 0.0), ("q", 0.0)])
    stop = threading.Event()
    torn: list[Any] = []

    def read(look: Callable[[], Any]) -> None:
        while not stop.is_set():
            values = look()
            if len(set(values)) != 1:
                torn.append(values)

    def delta_values() -> list[float]:
        snapshot = table.snapshot()
        return [*snapshot.columns["x"].tolist(), *snapshot.columns["y"].tolist()]

    readers = [
        threading.Thread(target=read, args=(lambda: table.df.to_numpy().ravel().tolist(),)),
        threading.Thread(target=read, args=(delta_values,)),
    ]
    for reader in readers:
        reader.start()
    end = time.monotonic() + 0.2
    n = 0
    while time.monotonic() < end:
        n += 1
        with table.packet():
            table.upsert([("p", float(n))])
            table.upsert([("q", float(n))])
    stop.set()
    for reader in readers:
        reader.join()
    assert torn == []
    assert table.revision == n + 1


def test_source_is_pulled_before_each_kind_of_read() -> None:
    pending = [("a", ("a", 1.0))]

    def pull(table: Table) -> None:
        table.upsert(pending)
        pending.clear()

    def filled() -> Table:
        pending[:] = [("a", ("a", 1.0))]
        return Table("pulled", [Column("k", "str", lambda r: r[0]), Column("f", "f8", lambda r: r[1])], source=pull)

    assert len(filled()) == 1
    assert filled().keys() == ["a"]
    assert "a" in filled()
    assert len(filled().snapshot()) == 1
    assert filled().delta(0).added_slots.tolist() == [0]
    assert filled().change(0).added == ("a",)
    assert len(filled().rows(["a"])) == 1
    assert filled()["f"].tolist() == [1.0]
    assert "1 row" in repr(filled())


def test_empty_frame_is_typed_and_says_why() -> None:
    table = Table("empty", dict_columns(), key=("k",), reason="nothing was asked for")
    df = table.df
    assert list(df) == ["k", "f", "i", "s", "b", "t"]
    assert [str(dtype) for dtype in df.dtypes] == [TEXT, "float64", "Int64", TEXT, "boolean", "datetime64[ns, UTC]"]
    assert df.attrs["reason"] == "nothing was asked for"
    assert df.attrs["units"] == {"f": "USD"}
    assert df.attrs["key"] == ("k",)
    row = {"k": "a", "f": 1, "i": 2, "s": "x", "b": True, "t": T0}
    table.upsert([("a", row)])
    assert table.df.dtypes.equals(df.dtypes)
    assert "reason" not in table.df.attrs
    assert df.attrs["revision"] == 0


def test_rows_come_in_the_order_of_the_keys() -> None:
    table = prices(("a", 1.0), ("b", 2.0), ("c", 3.0))
    assert table.rows(["c", "zzz", "a"])["f"].tolist() == [3.0, 1.0]
    assert table.rows([]).attrs["reason"] == "no rows yet"


def test_what_a_table_refuses() -> None:
    table = prices(("a", 1.0))
    with pytest.raises(TypeError, match="only append tables"):
        table.append([("b", 1.0)])
    with pytest.raises(KeyError, match="'zzz'; its columns are k, f"):
        table["zzz"]
    with pytest.raises(ValueError, match="no key column 'zzz'"):
        Table("t", dict_columns(), key=("zzz",))
    log = Table("log", dict_columns(), kind="append")
    with pytest.raises(TypeError, match="has no key"):
        log.upsert([("a", {})])
    with pytest.raises(TypeError, match="has no key"):
        log.delete([1])
    with pytest.raises(AttributeError, match="connect with"):
        table.changed = log.changed
    with pytest.raises(ValueError, match="kind 'x'"):
        Column("c", "x", len)  # type: ignore[arg-type]


def test_a_table_is_true_even_when_empty() -> None:
    assert Table("empty", dict_columns())


def test_schema_is_what_the_contract_says() -> None:
    table = Table("t", [*dict_columns(), Column("z", "time", len, zone=None, hidden=True, format="date")], key=("k",))
    schema = table.schema()
    assert schema[0] == {
        "name": "k", "kind": "str", "unit": "", "doc": "", "format": "text", "zone": None, "key": True, "hidden": False,
        "tick": "",
    }  # fmt: skip
    assert [entry["format"] for entry in schema] == ["text", "number", "int", "text", "bool", "time", "date"]
    assert [entry["zone"] for entry in schema] == [None, None, None, None, None, "UTC", None]


def test_dictionary_of_a_ring_does_not_grow_for_ever() -> None:
    with mock.patch.object(columns_module, "COMPACT_FROM", 100):
        table = Table("log", [Column("text", "str", str)], kind="append", cap=10)
        mirror = Mirror(table)
        for n in range(1000):
            table.append([f"line {n}"])
            mirror.sync()
            assert len(table._texts["text"].strings) <= 130
        assert mirror.rows() == [{"text": f"line {n}"} for n in range(990, 1000)]
        assert table.df["text"].tolist() == [f"line {n}" for n in range(990, 1000)]
        assert 5 < mirror.resets < 15


def test_delta_of_the_present_revision_is_false() -> None:
    table = prices(("a", 1.0))
    assert not table.delta(1)
    assert isinstance(table.delta(1), Delta)
    assert not table.change(1)


def test_frame_of_a_column_is_a_series() -> None:
    series = prices(("a", 1.0))["f"]
    assert isinstance(series, pd.Series)
    assert series.name == "f"
