"""Print how much of the protocol has been compared with outside witnesses, and what was excused.

python -m tests.conformance [--versions all|some] [--samples N]
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterable

from ibnb.wire import catalogue as m
from tests.conformance.cells import SOME_VERSIONS, VERSIONS, Cell, reply_cells, request_cells, sendable, table_cells

WITNESSES = {
    "request": "requests: bytes (text) or fields (protobuf) equal to the official client's",
    "reply": "replies: written by ibnb's server side, read by the official decoder and by ibnb",
    "table": "both: frames built from the tables of protocol facts, written and read by ibnb",
}


def cells(versions: Iterable[int], samples: int) -> Iterable[Cell]:
    """Yield all cells."""
    for version in versions:
        for spec in m.REQUESTS.values():
            if sendable(spec, version):
                yield from request_cells(spec, version, samples)
                yield from table_cells(spec, version, samples)
        for spec in m.REPLIES.values():
            if sendable(spec, version):
                yield from reply_cells(spec, version, samples)
                yield from table_cells(spec, version, samples)


def report(found: Iterable[Cell]) -> tuple[str, int]:
    """Return the matrix as text, and the number of cells that differ without an excuse."""
    compared: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    excused: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    differing: list[Cell] = []
    messages: dict[str, set[str]] = {}
    versions: set[int] = set()
    for cell in found:
        compared[cell.witness] += 1
        messages.setdefault(cell.witness, set()).add(cell.message)
        versions.add(cell.version)
        if cell.difference:
            differing.append(cell)
        elif cell.excuses:
            excused[cell.witness] += 1
            reasons.update(cell.excuses)
        else:
            equal[cell.witness] += 1
    lines = [f"server versions {min(versions)} to {max(versions)} ({len(versions)})", ""]
    lines.append(f"{'witness':8} {'messages':>8} {'compared':>9} {'equal':>9} {'excused':>8} {'different':>9}")
    for witness in WITNESSES:
        bad = sum(cell.witness == witness for cell in differing)
        lines.append(
            f"{witness:8} {len(messages.get(witness, ())):8} {compared[witness]:9} {equal[witness]:9} "
            f"{excused[witness]:8} {bad:9}"
        )
    lines += [
        "",
        *(f"{witness:8} {text}" for witness, text in WITNESSES.items()),
        "",
        "excused, in fields of otherwise equal cells:",
    ]
    lines += [f"{number:7}  {reason}" for reason, number in reasons.most_common()]
    if differing:
        lines += ["", "different:"]
        lines += [
            f"  {c.witness} {c.message} at {c.version}, sample {c.sample}: {c.difference[:300]}" for c in differing[:40]
        ]
    return "\n".join(lines), len(differing)


def main(argv: list[str] | None = None) -> int:
    """Print the matrix; return 1 if something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--versions", choices=("all", "some"), default="all")
    parser.add_argument("--samples", type=int, default=8)
    options = parser.parse_args(argv)
    logging.disable(logging.CRITICAL)  # the official decoder logs each message
    versions = VERSIONS if options.versions == "all" else SOME_VERSIONS
    text, bad = report(cells(versions, options.samples))
    sys.stdout.write(text + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
