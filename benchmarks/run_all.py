"""Run the benchmark cases, libraries alternating, and print medians and ratios to the first library.

    python benchmarks/run_all.py                                    the cases with a goal, text and protobuf
    python benchmarks/run_all.py --libs ib_async ibnb               the same, text only
    python benchmarks/run_all.py --all --libs ib_async ibnb ibapi ibapi-pb ibnb-pb --runs 9
    python benchmarks/run_all.py --cases ticks "bars 1e5"           cases whose name contains one of these
    python benchmarks/run_all.py --table build/bench.jsonl          print again what was measured

The libraries alternate inside a round and their order from round to round, so that a slow moment of a shared machine
hits them alike. Each run is a process of its own with a feeder in another one; only the ratios are worth comparing.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
LIBS = {
    "ib_async": ("ib_async", 178),
    "ibnb": ("ibnb", 178),
    "ibapi": ("ibapi", 178),
    "ibapi-pb": ("ibapi", 225),
    "ibnb-pb": ("ibnb", 225),
    "ib_insync": ("ib_insync", 176),
}
CASES = {  # name: (arguments, messages or rows that a run handles)
    "ticks burst": ("--case ticks --n 100000 --m 100", 100_001),
    "ticks burst 1e4": ("--case ticks --n 10000 --m 100", 10_001),
    "ticks 20@500": ("--case ticks --n 20000 --m 100 --mode 20@500", 20_001),
    "ticks direct:20": ("--case ticks --n 100000 --m 100 --mode direct:20", 100_001),
    "ticks direct:1000": ("--case ticks --n 100000 --m 100 --mode direct:1000", 100_001),
    "ticks direct:10000": ("--case ticks --n 100000 --m 100 --mode direct:10000", 100_001),
    "tick-by-tick burst": ("--case tbt --n 50000", 50_000),
    "depth burst": ("--case depth --n 100000", 100_000),
    "depth direct:20": ("--case depth --n 100000 --mode direct:20", 100_000),
    "bar updates burst": ("--case barupd --n 20000", 20_000),
    "bars 1e3 tz": ("--case bars --n 1000", 1000),
    "bars 1e4 tz": ("--case bars --n 10000", 10_000),
    "bars 1e5 tz": ("--case bars --n 100000", 100_000),
    "bars 1e3 epoch": ("--case bars --n 1000 --date epoch", 1000),
    "bars 1e4 epoch": ("--case bars --n 10000 --date epoch", 10_000),
    "bars 1e5 epoch": ("--case bars --n 100000 --date epoch", 100_000),
    "hist. ticks 50x1000": ("--case hticks --n 1000 --m 50", 50_000),
    "contract details 1e4": ("--case details --n 10000", 10_000),
    "open orders 1e4": ("--case orders --n 10000", 10_000),
    "positions 1e4": ("--case positions --n 10000", 10_000),
    "account values 1e4": ("--case account --n 10000", 10_000),
    "connect, 1000+1000": ("--case connect --n 1000", 1),
    "latency 1000/s": ("--case latency --n 5000 --m 50 --mode 1@1000", 5000),
    "import": ("--case import", 1),
}
# What ibnb has to reach: ratio of the other's CPU to ours (import: of its time).
GOALS = {  # text at server version 178, beside ib_async
    "bars 1e3 tz": 6,
    "bars 1e4 tz": 18,
    "bars 1e5 tz": 30,
    "ticks direct:20": 2.2,
    "ticks burst": 3.5,
    "tick-by-tick burst": 4,
    "depth burst": 4,
    "hist. ticks 50x1000": 3,
    "contract details 1e4": 2.8,
    "open orders 1e4": 10,
    "positions 1e4": 7,
    "account values 1e4": 3,
    "connect, 1000+1000": 5,
    "import": 2.2,
}
PROTO_GOALS = {  # protobuf at 225, beside the official client
    "ticks burst": 5,
    "contract details 1e4": 5,
    "open orders 1e4": 5,
    "bars 1e4 tz": 8,
}
# Cost per message of the second over the first, at most: a backlog ten times as long in one read.
GROWTH = ("ticks direct:1000", "ticks direct:10000", 1.15)
PEAKS_MB = {"bars 1e5 tz": 55, "open orders 1e4": 65}
WITH_A_GOAL = [*GOALS, *GROWTH[:2]]


def wanted(lib: str, case: str, everything: bool) -> bool:
    """Whether the library can run the case, and has something to show there."""
    if lib.startswith("ibapi") and "direct" in case:  # it is no asyncio program
        return False
    if lib.endswith("-pb") and case == "import":  # the same import as without
        return False
    if lib.endswith("-pb") and not everything and case not in PROTO_GOALS:
        return False
    return lib != "ib_insync" or case.startswith(("ticks", "tick-by-tick", "depth", "bars", "import"))


def selected(a: argparse.Namespace) -> list[str]:
    """The cases to run."""
    if a.cases:
        return [case for case in CASES if any(part in case for part in a.cases)]
    return list(CASES) if a.all else [case for case in CASES if case in WITH_A_GOAL]


def measure(lib: str, case: str, feeder_python: str) -> dict | None:
    """One run, or None when it failed (told on stderr)."""
    name, version = LIBS[lib]
    args = ["--lib", name, "--version", str(version), "--feeder-python", feeder_python, *CASES[case][0].split()]
    try:
        done = subprocess.run([sys.executable, HERE / "client.py", *args], capture_output=True, text=True, timeout=150)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        told = done.stderr.strip().splitlines()[-1:] if isinstance(error, json.JSONDecodeError) else error
        print(lib, case, "FAILED", told, file=sys.stderr)
        return None


def run(a: argparse.Namespace) -> bool:
    """Run the cases, append one JSON line a run; whether all went well."""
    a.out.parent.mkdir(parents=True, exist_ok=True)
    well = True
    with a.out.open("w") as out:
        for number in range(a.runs):
            for case in selected(a):
                for lib in a.libs if number % 2 == 0 else a.libs[::-1]:
                    if not wanted(lib, case, a.all or bool(a.cases)):
                        continue
                    row = measure(lib, case, a.feeder_python)
                    if row is None:
                        well = False
                        continue
                    print(json.dumps({"name": case, "as_": lib, "round": number} | row), file=out, flush=True)
            print(f"round {number + 1} of {a.runs}", file=sys.stderr, flush=True)
    return well


class Results:
    """The runs in a file."""

    def __init__(self, path: pathlib.Path) -> None:
        self.rows = [json.loads(line) for line in path.read_text().splitlines()]
        self.libs = [lib for lib in LIBS if any(row["as_"] == lib for row in self.rows)]

    def values(self, case: str, lib: str, key: str) -> list[float]:
        """Of all runs, in order of size."""
        return sorted(r[key] for r in self.rows if r["name"] == case and r["as_"] == lib and key in r)

    def median(self, case: str, lib: str, key: str) -> float:
        """NaN where the case was not run."""
        found = self.values(case, lib, key)
        return statistics.median(found) if found else float("nan")

    def ratio(self, case: str, lib: str, other: str = "ib_async") -> float:
        """How many times the other's cost is ours."""
        key = "importtime_ms" if case == "import" else "cpu_s"
        return self.median(case, other, key) / self.median(case, lib, key)


def measures(case: str) -> list[tuple[str, str, float]]:
    """(key, label, scale) of what to print for a case."""
    n = CASES[case][1]
    if case.startswith("latency"):
        return [("p50_us", "p50 us", 1), ("p99_us", "p99 us", 1)]
    if case == "import":
        return [("importtime_ms", "importtime ms", 1), ("cpu_s", "CPU ms", 1e3)]
    if n == 1:
        return [("cpu_s", "CPU ms", 1e3), ("wall_s", "wall ms", 1e3)]
    return [("cpu_s", "CPU us each", 1e6 / n), ("wall_s", "wall us each", 1e6 / n), ("peak_mb", "peak MB", 1)]


def short(x: float) -> str:
    """Three digits."""
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def table(results: Results) -> None:
    """Medians (least to most) and the ratio of the first library's median to each other one's."""
    print("| case | " + " | ".join(results.libs) + " |\n|---|" + "---|" * len(results.libs))
    for case in CASES:
        for key, label, scale in measures(case):
            cells, first = [], 0.0
            for lib in results.libs:
                found = [value * scale for value in results.values(case, lib, key)]
                if not found:
                    cells.append("")
                    continue
                middle = statistics.median(found)
                ratio = f" x{first / middle:.1f}" if first and middle > 0 else ""
                first = first or middle
                cells.append(f"{short(middle)} ({short(found[0])}-{short(found[-1])}){ratio}")
            if any(cells):
                print(f"| {case}, {label} | " + " | ".join(cells) + " |")


def goals(results: Results) -> bool:
    """Print each goal beside what was measured; whether all were reached."""
    rows = []
    for wanted_ratios, ours, other in ((GOALS, "ibnb", "ib_async"), (PROTO_GOALS, "ibnb-pb", "ibapi-pb")):
        for case, least in wanted_ratios.items():
            ratio = results.ratio(case, ours, other)
            if ratio == ratio:
                what = f"{case}: times faster than {other}"
                rows.append((what, f">= {least}", f"{ratio:.1f}", ratio >= least))
    small, large, most = GROWTH
    growth = results.median(large, "ibnb", "cpu_s") / results.median(small, "ibnb", "cpu_s")
    if growth == growth:
        rows.append(("cost per message, ten times the backlog", f"<= {most}", f"{growth:.2f}", growth <= most))
    for case, most in PEAKS_MB.items():
        peak = results.median(case, "ibnb", "peak_mb")
        if peak == peak:
            rows.append((f"{case}: peak MB", f"<= {most}", f"{peak:.0f}", peak <= most))
    print("\n| goal | | measured | |\n|---|---|---|---|")
    for what, goal, got, reached in rows:
        print(f"| {what} | {goal} | {got} | {'reached' if reached else 'MISSED'} |")
    return all(row[3] for row in rows)


def main() -> int:
    """Read the command line, run, print; 1 when a run failed."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/bench.jsonl"))
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--libs", nargs="+", default=["ib_async", "ibnb", "ibapi-pb", "ibnb-pb"], choices=LIBS)
    p.add_argument("--cases", nargs="*", help="substrings of case names")
    p.add_argument("--all", action="store_true", help="every case, not only those with a goal")
    p.add_argument("--feeder-python", default=sys.executable, help="an interpreter with protobuf and ibapi")
    p.add_argument("--table", metavar="FILE", type=pathlib.Path)
    a = p.parse_args()
    well = True if a.table else run(a)
    results = Results(a.table or a.out)
    table(results)
    goals(results)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
