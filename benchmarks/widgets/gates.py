"""Measure the live table view and print each figure beside its goal.

    python benchmarks/widgets/gates.py                       all gates, some 15 minutes with a hidden tab of 60 s
    python benchmarks/widgets/gates.py board large           some of them; --list names them
    python benchmarks/widgets/gates.py hidden --hidden 600   the tab hidden for ten minutes
    python benchmarks/widgets/gates.py --rivals              beside ipydatagrid, itables and perspective

Chromium, JupyterLab and a real kernel on this machine, no network. Bytes, counts and times of the page's own scripts
hold on a loaded machine; gaps between frames and shares of a core do not, so each line ends with the load. The figures
are kept in build/gates.jsonl. The exit code is the number of goals that were missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import figures  # noqa: E402
import large  # noqa: E402
import live  # noqa: E402


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="gate", help="default: all")
    parser.add_argument("--seconds", type=float, default=60, help="of the busy board")
    parser.add_argument("--hidden", type=float, default=60, help="seconds that the tab is hidden, and the page frozen")
    parser.add_argument("--list", action="store_true", help="name the gates")
    parser.add_argument("--rivals", action="store_true", help="the comparison only; needs `make rivals`")
    args = parser.parse_args()
    known = [*live.GATES, "large"]
    if args.list:
        for name in known:
            text = (large.figures if name == "large" else live.GATES[name]).__doc__
            print(f"{name:<10} {text.splitlines()[0]}")
        return 0
    unknown = [name for name in args.names if name not in known]
    if unknown:
        parser.error(f"there is no gate {unknown[0]!r}; there are {', '.join(known)}")
    if args.rivals:
        import rivals

        return rivals.main()
    names = args.names or known
    missed = 0

    def show(found: list[figures.Figure]) -> None:
        nonlocal missed
        figures.keep(found)
        for figure in found:
            print(figure, flush=True)
            missed += figure.verdict == "missed"

    print(f"{os.cpu_count()} cores, load {figures.load():.1f}", flush=True)
    if "large" in names:
        show(large.figures())
    in_lab = [name for name in names if name != "large"]
    if in_lab:
        live.measure(in_lab, args.seconds, args.hidden, show)
    print(f"{missed} missed" if missed else "all reached")
    return missed


if __name__ == "__main__":
    sys.exit(main())
