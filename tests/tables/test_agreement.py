"""Tables under chance: what they show, what their deltas make of an empty mirror, and a naive reference agree.

At each revision that is looked at, for every kind of table and everything that can be derived of one. More examples,
for minutes: `IBNB_EXAMPLES=300 python -m pytest tests/tables/test_agreement.py -n auto`.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from ibnb.objects import BarData
from ibnb.tables import Table, table
from ibnb.wire import catalogue as m
from tests.tables import naive
from tests.tables.market import ANY, BARS, CONTRACTS, KINDS, STREAMS, Market
from tests.tables.support import TEXT, Mirror, PageMirror, as_on_page, frame_rows

MODERATE = 3
EXAMPLES = int(os.environ.get("IBNB_EXAMPLES", MODERATE))
CHANCE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    # Making a failure small takes minutes: only where there are minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if EXAMPLES > MODERATE else [])],
)
KEEPS_ORDER = ("log", "news", "bars", "five", "ticks", "depth", "chain")
# Of each table: a number and a column to group by.
COLUMNS = {
    "quotes": ("bid", "marketDataType"), "positions": ("position", "symbol"), "portfolio": ("marketPrice", "symbol"),
    "account": ("number", "tag"), "summary": ("number", "tag"), "pnl": ("dailyPnL", "account"),
    "orders": ("filled", "status"), "executions": ("price", "symbol"), "completed": ("filled", "status"),
    "details": ("minTick", "symbol"), "log": ("reqId", "text"), "news": ("headline", "providerCode"),
    "bars": ("close", "barCount"), "five": ("close", "barCount"), "ticks": ("price", "type"),
    "depth": ("bid", "askMaker"), "scan": ("rank", "symbol"), "chain": ("bid", "right"), "keyed": ("x", "s"),
    "append": ("x", "s"),
}  # fmt: skip


class Watched:
    """A table, all that is derived of it, and mirrors of each."""

    def __init__(self, base: Table, number: str, by: str) -> None:
        self.base, self.number, self.by = base, number, by
        groups = base.group(by).agg(
            rows=(number, "size"), top=(number, "max"), newest=(number, "last"), kinds=(number, "nunique")
        )
        self.derived: dict[str, Table] = {
            "where": base.where(lambda df: df[number] > self.limit(df)),
            "assigned": base.assign(same=lambda df: df[by], big=lambda df: df[number] > self.limit(df)),
            "selected": base.select(by, number),
            "sorted": base.sort(f"-{number}", by),
            "groups": groups,
            "joined": base.join(groups, on=by, columns=["top", "rows"]),
            "inner": base.join(base.where(lambda df: df[number] > self.limit(df)).group(by).agg(m=(number, "max")),
                               on=by, how="inner"),
            "chained": base.where(lambda df: df[by].notna()).assign(big=lambda df: df[number] > self.limit(df))
            .sort(number).select(number, "big", by),
        }  # fmt: skip
        self.mirrors = [Mirror(one, empty=True) for one in (base, *self.derived.values())]
        self.pages = [PageMirror(one) for one in (base, *self.derived.values())]

    def limit(self, df: pd.DataFrame) -> Any:
        """Return what splits the values of the number's column, which may be text."""
        return "A" if self.base.columns[self.number].kind == "str" else 0.75

    def check(self) -> None:
        """Compare everything with everything."""
        df = plain(self.base.df)
        for name, made in self.expected(df).items():
            self.compare(name, made)
        for mirror, page in zip(self.mirrors, self.pages, strict=True):
            rows = frame_rows(mirror.table.df)
            mirror.sync()
            page.sync()
            for got, wanted in ((mirror.rows(), rows), (page.rows(), as_on_page(mirror.table, rows))):
                if mirror.table.sorting:
                    got, wanted = sorted(got, key=repr), sorted(wanted, key=repr)
                assert got == wanted, mirror.table.name

    def expected(self, df: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Return what pandas makes of the base's frame."""
        number, by = self.number, self.by
        big = (df[number] > self.limit(df)).astype("boolean").fillna(False)
        above = df[big.to_numpy(bool)]
        groups = grouped(df, by, number)
        most = grouped(above, by, number)[[by, "top"]].rename(columns={"top": "m"})
        assigned = df.assign(same=df[by], big=df[number] > self.limit(df))
        return {
            "where": above,
            "assigned": assigned,
            "selected": df[[by, number]],
            "sorted": df.sort_values([number, by], ascending=[False, True], kind="stable", na_position="last"),
            "groups": groups,
            "joined": partners(df, groups[[by, "top", "rows"]], by, "left"),
            "inner": partners(df, most, by, "inner"),
            "chained": assigned[df[by].notna()].sort_values(number, kind="stable")[[number, "big", by]],
        }

    def compare(self, name: str, made: pd.DataFrame) -> None:
        got = plain(self.derived[name].df)
        if name == "groups":  # in the order in which they came up, which is history
            got = got.sort_values(self.by, kind="stable", na_position="last")
            made = made.sort_values(self.by, kind="stable", na_position="last")
        assert [*got.columns] == [*made.columns], name
        assert frame_rows(got) == frame_rows(made), name


def plain(df: pd.DataFrame) -> pd.DataFrame:
    """Return a frame without an index that means something."""
    df = df.reset_index() if isinstance(df.index, pd.DatetimeIndex) else df
    df.attrs = {}
    return df


def grouped(df: pd.DataFrame, by: str, number: str) -> pd.DataFrame:
    """Return the groups of a frame as their table has them."""
    rows = []
    for value in dict.fromkeys(None if pd.isna(value) else value for value in df[by]):
        part = df[df[by].isna() if value is None else (df[by] == value).fillna(False).to_numpy(bool)]
        have = part[number].dropna()
        some = len(have) > 0
        rows.append((value, len(part), have.max() if some else None, have.iloc[-1] if some else None, have.nunique()))
    return pd.DataFrame(rows, columns=[by, "rows", "top", "newest", "kinds"])


def partners(df: pd.DataFrame, right: pd.DataFrame, by: str, how: Any) -> pd.DataFrame:
    """Return a frame beside the groups of its rows; a missing value has no partner."""
    have = {row[by]: row for row in right.to_dict("records") if not pd.isna(row[by])}
    rows = []
    for row in df.to_dict("records"):
        partner = None if pd.isna(row[by]) else have.get(row[by])
        if partner is not None or how == "left":
            rows.append({**row, **{name: (partner or {}).get(name) for name in right.columns if name != by}})
    names = [*df.columns, *(name for name in right.columns if name != by)]
    return pd.DataFrame(rows, columns=names, dtype=object)


def same_rows(table: Table, wanted: list[dict[str, Any]], *, ordered: bool) -> None:
    """Compare a table with the reference's rows, in the columns that those tell."""
    names = set().union(*wanted) if wanted else set()
    got = [{name: row[name] for name in row if name in names} for row in frame_rows(table.df)]
    wanted = [{name: row.get(name) for name in table.columns if name in names} for row in wanted]
    if not ordered:
        got, wanted = sorted(got, key=repr), sorted(wanted, key=repr)
    assert got == wanted
    assert len(table) == len(wanted)


def steps(kind: str) -> st.SearchStrategy[list[Any]]:
    """Return packets, and between them what else happens: a look, a frame of the clock, another connection."""
    packet = st.lists(st.one_of(STREAMS[kind], STREAMS[kind], STREAMS[kind], ANY), min_size=1, max_size=6)
    return st.lists(
        st.one_of(packet, packet, packet, st.sampled_from(["look", "look", "frame", "again"])), min_size=4, max_size=14
    )


def run(market: Market, told: naive.Told, step: Any) -> None:
    """Let a step happen."""
    if step == "frame":
        market.timer.advance(0.06)
    elif step == "again":
        market.reconnect()
        told.forget()
    elif step != "look":
        market.tell(step)
        for message in step:
            told.take(message, market.store.now)


@pytest.mark.parametrize("kind", KINDS)
@CHANCE
@given(data=st.data())
def test_a_table_and_all_that_follows_it(kind: str, data: st.DataObject) -> None:
    market, told = Market(data.draw(st.sampled_from([178, 225]))), naive.Told()
    script = data.draw(steps(kind))
    watched: Watched | None = None
    for step in [*script, "look"]:
        run(market, told, step)
        if step != "look":
            continue
        base = market.table(kind) if watched is None else watched.base
        if kind == "ticks" and watched is None:
            told.ticks.clear()  # a table of ticks begins when it is made
        same_rows(base, naive.expected(kind, told, market.store, base), ordered=kind in KEEPS_ORDER)
        watched = watched or Watched(base, *COLUMNS[kind])
        watched.check()


@CHANCE
@given(data=st.data())
def test_all_tables_side_by_side(data: st.DataObject) -> None:
    market, told = Market(data.draw(st.sampled_from([178, 225]))), naive.Told()
    tables = {kind: market.table(kind) for kind in KINDS}
    mirrors = {kind: Mirror(one, empty=True) for kind, one in tables.items()}
    packets = st.lists(ANY, min_size=1, max_size=12)
    for step in data.draw(st.lists(st.one_of(packets, packets, st.sampled_from(["frame", "again"])), max_size=8)):
        run(market, told, step)
        for kind, one in tables.items():
            same_rows(one, naive.expected(kind, told, market.store, one), ordered=kind in KEEPS_ORDER)
            mirrors[kind].sync()
            assert mirrors[kind].rows() == frame_rows(one.df)


CELLS = st.fixed_dictionaries(
    {},
    optional={
        "x": st.one_of(st.none(), st.sampled_from([-1.0, 0.5, 1.0, 2.0])),
        "s": st.one_of(st.none(), st.sampled_from(["", "A", "B"])),
        "n": st.one_of(st.none(), st.integers(-(2**40), 2**40)),
        "b": st.one_of(st.none(), st.booleans()),
        "t": st.one_of(st.none(), st.just(pd.Timestamp("2026-01-05 14:30:00.123456789", tz="UTC"))),
    },
)
KEYS = st.sampled_from("abcde")
EMPTY = pd.DataFrame(
    {"k": ["k"], "x": [0.5], "s": ["s"], "n": [1], "b": [True], "t": [pd.Timestamp("2026-01-05", tz="UTC")]}
).iloc[:0]
NAMES = [*EMPTY.columns]
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.tuples(KEYS, CELLS), max_size=5)),
        st.tuples(st.just("write"), st.lists(st.tuples(KEYS, CELLS), max_size=5)),
        st.tuples(st.just("delete"), st.lists(KEYS, max_size=3)),
        st.tuples(st.sampled_from(["clear", "forget", "look", "look"]), st.just([])),
    ),
    min_size=3,
    max_size=14,
)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the user's as it is shown."""
    full = {**dict.fromkeys(NAMES), **row}
    full["t"] = None if full["t"] is None else full["t"].value
    return full


@pytest.mark.parametrize("kind", ["keyed", "append"])
@CHANCE
@given(doings=DOINGS, whole=st.booleans())
def test_tables_of_the_users_own(kind: str, doings: list[Any], whole: bool) -> None:
    own = table(EMPTY, key="k") if kind == "keyed" else table(EMPTY, cap=4)
    watched = Watched(own, *COLUMNS[kind])
    rows: dict[Any, dict[str, Any]] = {}
    number = 0
    for what, given_rows in [*doings, ("look", [])]:
        if what == "write":
            fresh = [{"k": key, **cells} for key, cells in given_rows]
            if kind == "keyed":
                own.upsert(fresh)
                for row in fresh:
                    rows[row["k"]] = {**rows.get(row["k"], {}), **row}
            else:
                own.append(pd.DataFrame(fresh, columns=NAMES).astype(object) if whole and fresh else fresh)
                for row in fresh:
                    rows[number] = row
                    number += 1
                rows = dict([*rows.items()][-4:])
        elif what == "delete" and kind == "keyed":
            own.delete(given_rows)
            rows = {key: row for key, row in rows.items() if key not in given_rows}
        elif what == "clear":
            own.clear()
            rows = {}
        elif what == "forget":  # as if more had happened than the record holds
            own._log.forget(own.revision)
        if what != "look":
            continue
        assert frame_rows(own.df) == [shown(row) for row in rows.values()]
        watched.check()


TOLD = [
    m.TickPrice(1, 1, 1.5, 100.0, 0),
    m.TickPrice(3, 2, 2.5, 1.0, 0),
    m.Position("DU1", CONTRACTS[0], 5.0, 100.5),
    m.UpdatePortfolio(CONTRACTS[0], 5.0, 101.0, 505.0, 100.5, 2.5, 0.0, "DU1"),
    m.UpdateAccountValue("NetLiquidation", "1000.5", "USD", "DU1"),
    m.AccountSummary(9, "DU1", "NetLiquidation", "1000.5", "USD"),
    m.TickNews(1, 1_767_624_000_123, "BRF", "a1", "headline", ""),
    m.TickByTick(1, 1, 0, 1.5, 2.0, 0, "ARCA", ""),
    m.UpdateMktDepth(1, 0, 0, 1, 1.5, 100.0),
    m.HistoricalDataUpdate(BARS, BarData("20260105 14:30:00 UTC", 1.0, 2.0, 0.5, 1.5, 10.0, 1.25, 3)),
    m.Error(-1, 2104, "a farm is fine"),
]


def test_a_frame_goes_wherever_frames_go(tmp_path: Path) -> None:
    market = Market(225)
    tables = {kind: market.table(kind) for kind in KINDS}
    market.tell(TOLD)
    assert sum(len(one) > 0 for one in tables.values()) >= len(TOLD)
    for kind, one in tables.items():
        df = one.df
        assert_frame_equal(pickle.loads(pickle.dumps(df)), df)
        df.to_parquet(tmp_path / "one.parquet")
        again = pd.read_parquet(tmp_path / "one.parquet")
        assert_frame_equal(again, df, check_column_type=False, check_freq=False)
        assert df.to_csv().count("\n") >= len(df)
        if len(df):
            figure = df.plot(y=COLUMNS[kind][0], backend="plotly")
            assert len(figure.data[0]["y"]) == len(df)


DTYPES = {"f8": "float64", "i8": "Int64", "bool": "boolean", "str": TEXT}


def test_dtypes_are_those_of_the_columns_with_and_without_rows() -> None:
    market = Market(225)
    tables = {kind: market.table(kind) for kind in KINDS}
    for told in (False, True):
        if told:
            market.tell(TOLD)
        for kind, one in tables.items():
            df = one.df
            assert ("reason" in df.attrs) == (len(df) == 0), kind
            assert df.attrs.get("reason", "because") != "no rows yet", kind
            assert set(df.attrs["units"]) <= set(one.columns), kind
            full = df.reset_index() if isinstance(df.index, pd.DatetimeIndex) else df
            assert [*full.columns] == [*one.columns], kind
            for name, column in one.columns.items():
                zone = "" if column.zone is None else f", {column.zone}"
                assert str(full[name].dtype) == DTYPES.get(column.kind, f"datetime64[ns{zone}]"), (kind, name)
