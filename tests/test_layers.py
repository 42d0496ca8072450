"""Arrows between packages point one way, and `import ibnb` is quiet.

The rules are those of docs/design/architecture.md: a module may import the modules of its own layer, the layers listed
for it, and what else is listed. Imports inside functions count too, except where the table says "lazily".
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ibnb"
# Modules at the top that are no part of the model: they are wired to what lies below.
FACADES = set(
    "ib client wrapper util demo display cli commands symbols magic flexreport ibcontroller connection decoder".split()
)
MODEL = sorted(p.stem for p in PACKAGE.glob("*.py") if p.stem not in FACADES and not p.stem.startswith("__"))

# layer: (other layers of ibnb, modules from elsewhere that it must not name)
RULES = {
    "model": (set(), {"asyncio", "socket", "numpy", "pandas", "plotly", "anywidget"}),
    "wire": ({"model"}, {"asyncio", "socket", "threading", "time", "numpy", "pandas", "plotly"}),
    "session": ({"model", "wire"}, {"asyncio", "socket", "threading", "time", "numpy", "pandas", "plotly"}),
    "state": ({"model", "wire"}, {"asyncio", "socket", "pandas", "plotly", "anywidget"}),
    "net": ({"model", "wire", "session"}, {"numpy", "pandas", "plotly", "anywidget"}),
    "tables": ({"model", "state"}, {"asyncio", "socket", "plotly", "anywidget"}),
    "widgets": ({"model", "tables", "state"}, {"socket"}),
    "sim": ({"model", "wire", "session", "net"}, {"anywidget", "plotly"}),
    "api": ({"model", "wire", "session", "state", "net", "util", "client", "wrapper"}, {"plotly", "anywidget"}),
}
# What one layer may import of another inside a function only.
LAZY = {
    "model": {"util", "numpy", "pandas"},
    "api": {"tables", "numpy", "pandas"},
    "tables": {"widgets"},
}
# Modules that may import what their layer may not, each with its reason.
EXCEPTIONS = {
    ("barcolumns.py", "numpy"): "imported when somebody looks at the columns of a bar list",
    ("barcolumns.py", "pandas"): "the same",
    ("barproto.py", "numpy"): "imported by barcolumns only",
    ("tables/clock.py", "asyncio"): "the frame clock is the one place of the tables that knows a loop",
}


def layer_of(module: str) -> str:
    """"ibnb.wire.frames" -> "wire", "ibnb.contract" -> "model", "ibnb" -> ""."""
    parts = module.split(".")
    if len(parts) == 1:
        return ""
    return "model" if parts[1] in MODEL else parts[1]


def imports(path: Path) -> list[tuple[str, bool, int]]:
    """(module, inside a function, line) of every import that runs; those for the type checker are none."""
    found: list[tuple[str, bool, int]] = []
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[: -1])

    def walk(node: ast.AST, lazy: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.orelse:
                walk(child, lazy)
            return
        if isinstance(node, ast.Import):
            found.extend((alias.name, lazy, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            if base == "ibnb" or ((PACKAGE / "/".join(base.split(".")[1:])).is_dir() and base.startswith("ibnb.")):
                found.extend((f"{base}.{alias.name}", lazy, node.lineno) for alias in node.names)
            else:
                found.append((base, lazy, node.lineno))
        lazy = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            walk(child, lazy)

    walk(ast.parse(path.read_text("utf-8")), False)
    return found


def modules_of(layer: str) -> list[Path]:
    if layer == "model":
        return [PACKAGE / f"{name}.py" for name in MODEL]
    return sorted((PACKAGE / layer).rglob("*.py"))


def trespasses(layer: str, path: Path) -> list[str]:
    allowed, barred = RULES[layer]
    name = path.relative_to(PACKAGE).as_posix()
    found = []
    for module, lazy, line in imports(path):
        top = module.split(".")[0]
        if top == "ibnb":
            other = layer_of(module)
            wrong = other not in {layer, *allowed} and not (lazy and other in LAZY.get(layer, ()))
        else:
            other, wrong = top, top in barred and not (lazy and top in LAZY.get(layer, ()))
        if wrong and (name, other) not in EXCEPTIONS:
            found.append(f"{name}:{line} imports {module}")
    return found


@pytest.mark.parametrize("layer", RULES)
def test_a_layer_imports_only_what_lies_below_it(layer):
    paths = modules_of(layer)
    assert paths, f"ibnb/{layer} is missing"
    wrong = [line for path in paths for line in trespasses(layer, path)]
    assert not wrong, "\n".join(wrong)


def test_a_trespass_is_seen(tmp_path):
    path = PACKAGE / "wire" / "imagined.py"
    source = "import asyncio\nfrom ibnb import ib\ndef f():\n    from ..tables import table\n    import numpy.linalg\n"
    real = Path.read_text
    try:
        Path.read_text = lambda self, *a: source if self == path else real(self, *a)
        assert len(trespasses("wire", path)) == 4
    finally:
        Path.read_text = real


def test_the_exceptions_are_still_needed():
    for (name, other), _ in EXCEPTIONS.items():
        named = {module.split(".")[0] for module, _, _ in imports(PACKAGE / name)}
        assert other in named, f"{name} no longer imports {other}; remove the exception"


QUIET = """
import sys, threading, asyncio
policy, task, run, current = asyncio.get_event_loop_policy(), asyncio.Task, asyncio.run, asyncio.current_task
before = set(sys.modules)
import ibnb
heavy = {"eventkit", "numpy", "pandas", "plotly", "anywidget", "ipywidgets", "IPython", "nest_asyncio", "nest_asyncio2"}
new = {name.split(".")[0] for name in set(sys.modules) - before}
assert not new & heavy, sorted(new & heavy)
assert threading.active_count() == 1, threading.enumerate()
assert (policy, task, run, current) == (
    asyncio.get_event_loop_policy(), asyncio.Task, asyncio.run, asyncio.current_task), "asyncio was patched"
assert asyncio._get_running_loop() is None
assert getattr(policy, "_local", None) is None or getattr(policy._local, "_loop", None) is None, "a loop was made"
assert not hasattr(asyncio, "_nest_patched")
print("quiet")
"""


def test_import_starts_nothing_and_pulls_nothing_heavy():
    done = subprocess.run([sys.executable, "-W", "error", "-c", QUIET], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("quiet\n", "")


def test_every_public_name_is_there():
    import ibnb

    assert len(set(ibnb.__all__)) == len(ibnb.__all__)
    assert not [name for name in ibnb.__all__ if getattr(ibnb, name, None) is None]
