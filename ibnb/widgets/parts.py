"""The scripts that a page fetches once: the engine, and parts that only some views need (Plotly)."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

STATIC = Path(__file__).parent / "js" / "static"


@dataclass(frozen=True)
class Part:
    """One script. `kind`: "esm" for an ES module, "cjs" for one that wants `module.exports` (UMD bundles)."""

    name: str
    path: Path
    kind: str = "esm"

    @cached_property
    def hash(self) -> str:
        """Name of the content: pages keep scripts by it, so that a new package version loads beside an old one."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]

    @cached_property
    def packed(self) -> bytes:
        """The script as it travels: gzip."""
        return gzip.compress(self.path.read_bytes(), 9, mtime=0)


_parts: dict[str, Part] = {}


def register_part(name: str, path: Path, kind: str = "esm") -> Part:
    """Make a script available to `link.need(name)` in the browser; the same name again replaces it."""
    part = _parts[name] = Part(name, path, kind)
    return part


def part(name: str) -> Part | None:
    """Return the script of that name, if there is one."""
    return _parts.get(name)


def hashes() -> dict[str, str]:
    """Return the content hashes of all scripts by name; one whose file is missing is left out."""
    return {name: item.hash for name, item in _parts.items() if item.path.exists()}


register_part("engine", STATIC / "engine.js")
register_part("chart", STATIC / "chart.js")
LOADER = STATIC / "loader.js"


def loader() -> str:
    """Return the widgets' `_esm` as it travels: each widget sends and saves it, so without comments and indentation."""
    lines = (line.strip() for line in LOADER.read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
