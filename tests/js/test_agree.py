"""Browser and Python show the same rows: random tables, sorts, filters and searches, worked out by both."""

import json
import math
import random
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from widgets.conftest import timers  # noqa: F401

from ibnb.tables.user import table
from ibnb.widgets import TableView

ROOT = Path(__file__).parents[2]
TEXTS = ["AAPL", "aapl", "ES9", "ES10", "es 9", "BRK B", "BRK.B", "Österreich", "oz", "", "=x", "9", "10", "-1"]
TYPED = {
    "text": ["es", "=AAPL", "!=oz", "9", ">b"],
    "a": [">0", "<= 1.5", "-1..1", "!=0", "nonsense", "1"],
    "b": ["=2", "<>2", "1..3"],
    "c": ["yes", "!=yes", "n"],
    "t": ["2026-03-01", ">2026-03-01 00:00:30", "2026-03-01 00:00..2026-03-01 00:01"],
}
FILTERS = [
    None,
    "a > 0",
    "text in ['AAPL', 'oz']",
    "not c and b >= 1",
    "'s' in text or a == 0",
    "t >= '2026-03-01 00:00:10'",
]
COLUMNS = ["key", "text", "a", "b", "c", "t"]


def frame(luck: random.Random) -> pd.DataFrame:
    n = luck.choice([3, 40, 2500])
    start = pd.Timestamp("2026-03-01", tz="UTC")
    some = lambda value: None if luck.random() < 0.15 else value  # noqa: E731
    return pd.DataFrame({
        "key": [f"k{i}" for i in range(n)],
        "text": pd.array([some(luck.choice(TEXTS)) for _ in range(n)], "str"),
        "a": [math.nan if luck.random() < 0.1 else luck.choice([0.0, -0.0, 1.5, -1.25, 1e9, 0.1]) for _ in range(n)],
        "b": pd.array([some(luck.randrange(4)) for _ in range(n)], "Int64"),
        "c": pd.array([some(luck.random() < 0.5) for _ in range(n)], "boolean"),
        "t": pd.to_datetime([some(start + pd.Timedelta(luck.randrange(90), "s")) for _ in range(n)], utc=True),
    })  # fmt: skip


def plain(df: pd.DataFrame) -> list[list[object]]:
    out = []
    for row in df.itertuples(index=False):
        cells = [None if pd.isna(value) else value for value in row]
        cells[-1] = None if cells[-1] is None else cells[-1].timestamp() * 1000
        out.append(cells)
    return out


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_browser_and_python_show_the_same_rows(timers):  # noqa: F811
    luck = random.Random(20261123)
    cases, expected = [], []
    for _ in range(60):
        df = frame(luck)
        sort = [[name, luck.random() < 0.5] for name in luck.sample(COLUMNS[1:], luck.randrange(3))]
        typed = {name: luck.choice(TYPED[name]) for name in luck.sample(COLUMNS[1:], luck.randrange(3))}
        search = luck.choice(["", "", "ES", "oz"])
        totals = {"a": luck.choice(["sum", "mean", "min", "max"]), "text": "count", "b": "sum"}
        view = TableView(table(df, key="key"), filter=luck.choice(FILTERS), totals=totals)
        view.restore({"sort": sort, "filters": typed, "search": search})
        shown = view.visible_df
        expected.append((shown["key"].tolist(), shown, totals))
        cases.append({
            "columns": view.source.schema(), "rows": plain(df), "sort": sort, "filter": view.filter, "typed": typed,
            "search": search, "totals": totals,
        })  # fmt: skip
    done = subprocess.run(
        ["node", str(Path(__file__).parent / "agree.mjs")],
        input=json.dumps(cases, default=lambda value: value.item()),
        capture_output=True,
        text=True,
        check=True,
    )
    for case, answer, (keys, shown, totals) in zip(cases, json.loads(done.stdout), expected, strict=True):
        asked = {name: case[name] for name in ("sort", "filter", "typed", "search")}
        assert answer["rows"] == keys, asked
        for name, word in totals.items():
            value = getattr(shown[name].dropna(), word)() if len(shown[name].dropna()) or word == "count" else None
            assert answer["sums"][name] == (value if value is None else pytest.approx(float(value))), (name, word)
    assert sum(len(keys) > 0 for keys, _, _ in expected) > 30
