"""One measured figure beside its goal, how it is printed, and where it is kept."""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


def load() -> float:
    """The machine's load over the last minute."""
    return os.getloadavg()[0]


@dataclass
class Figure:
    """`value` should be at most `goal` (at least, with `least`); a figure without goal is there to be read."""

    gate: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    least: bool = False
    load: float = field(default_factory=load)

    @property
    def verdict(self) -> str:
        """Reached, missed, or nothing to reach."""
        if self.goal is None:
            return ""
        if math.isnan(self.value):
            return "missed"
        return "reached" if (self.value >= self.goal if self.least else self.value <= self.goal) else "missed"

    def __str__(self) -> str:
        goal = "" if self.goal is None else f"{'>=' if self.least else '<='} {self.goal:g}"
        value = f"{self.value:>10.4g} {self.unit:<8}"
        return f"{self.gate:<4} {self.what:<62} {value} {goal:<9} {self.verdict:<8} load {self.load:.1f}"


def keep(figures: list[Figure]) -> None:
    """Add the figures to build/gates.jsonl."""
    path = ROOT / "build" / "gates.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as out:
        for figure in figures:
            out.write(json.dumps({"at": time.strftime("%Y-%m-%d %H:%M"), **asdict(figure)}) + "\n")
