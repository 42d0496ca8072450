"""The shape of the tree: tests mirror modules, files stay readable, notebooks hold no outputs, no machine shows."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE, TESTS = ROOT / "ibnb", ROOT / "tests"
LONGEST_FILE, LONGEST_FUNCTION = 500, 60

# Folders of tests that follow a theme and not a module.
THEMES = {"conformance", "compat", "browser", "kernels", "notebooks", "hosts", "fuzz", "js"}
# Modules without a test file of their own: where they are tested.
TESTED_ELSEWHERE: dict[str, str] = {
    "__main__.py": "test_cli.py",
}
# Test files without a module of their own: why.
WITHOUT_MODULE: dict[str, str] = {
    "test_layers.py": "the import rules",
    "test_structure.py": "this file",
    "tables/test_agreement.py": "all tables under random messages, beside a naive reference",
    "api/test_bad_peer.py": "a gateway that breaks the protocol, seen through the IB object",
}


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository; in an archive without git, all files."""
    try:
        out = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        skip = {".venv", "build", "dist", "node_modules"}
        return [p for g in patterns for p in ROOT.rglob(g) if p.is_file() and not skip & set(p.relative_to(ROOT).parts)]
    return [ROOT / line for line in out.splitlines() if (ROOT / line).is_file()]


def has_code(path: Path) -> bool:
    """Whether the file holds more than a docstring and imports."""
    skip = ast.Import | ast.ImportFrom
    body = [node for node in ast.parse(path.read_text("utf-8")).body if not isinstance(node, skip)]
    return any(not isinstance(node, ast.Expr) for node in body if not _names(node))


def _names(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def test_every_module_has_its_tests():
    missing = []
    for path in tracked("ibnb/*.py"):
        name = path.relative_to(PACKAGE)
        own = TESTS / name.parent / f"test_{'init' if name.stem == '__init__' else name.stem.strip('_')}.py"
        elsewhere = TESTED_ELSEWHERE.get(name.as_posix())
        if elsewhere is not None:
            assert (TESTS / elsewhere).exists(), f"{name}: tests/{elsewhere} is gone"
            assert not own.exists(), f"{name} has tests of its own now; drop it from TESTED_ELSEWHERE"
        elif not own.exists() and has_code(path):
            missing.append(f"ibnb/{name} has no tests/{own.relative_to(TESTS)}")
    assert not missing, "\n".join(missing)


def test_every_test_file_has_its_module():
    strays = []
    for path in tracked("tests/*test_*.py"):
        name = path.relative_to(TESTS)
        if name.parts[0] in THEMES or name.as_posix() in WITHOUT_MODULE:
            continue
        stem = name.stem.removeprefix("test_")
        folder = PACKAGE / name.parent
        if not any((folder / f"{module}.py").exists() for module in (stem, f"__{stem}__")):
            strays.append(f"tests/{name} mirrors no module")
    assert not strays, "\n".join(strays)


def test_files_stay_short_or_say_why():
    """A longer file gives the reason in its docstring, in a sentence with the word "long" or "lines"."""
    long = []
    for path in tracked("*.py"):
        text = path.read_text("utf-8")
        count = text.count("\n")
        doc = ast.get_docstring(ast.parse(text)) or ""
        if count > LONGEST_FILE and not re.search(r"\b(long|longer|lines|one file)\b", doc, re.IGNORECASE):
            long.append(f"{path.relative_to(ROOT)}: {count} lines")
    assert not long, "\n".join(long)


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Its lines without those of the functions defined inside it."""
    inner = [node for child in function.body for node in ast.walk(child) if isinstance(node, type(function))]
    covered = {line for n in inner for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}
    return (function.end_lineno or function.lineno) - function.lineno + 1 - len(covered)


def test_functions_stay_short():
    long = []
    for path in tracked("ibnb/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = own_lines(node)
                if count > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {count} lines")
    assert not long, "\n".join(long)


def test_modules_say_what_they_own():
    paths = tracked("ibnb/*.py")
    silent = [path.name for path in paths if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert paths
    assert not silent, "\n".join(silent)


def test_notebooks_hold_no_outputs():
    full = []
    for path in tracked("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        full += [
            f"{path.relative_to(ROOT)} cell {number}"
            for number, cell in enumerate(cells)
            if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None)
        ]
    assert not full, "\n".join(full)


# Spelled in parts, so that this file does not hold what it looks for.
UNFINISHED = "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X:", r"\bHA" + r"CK\b", "raise NotImpl" + r"emented\w+$"])
PLACES = [("/ho", "me/"), ("/ro", "ot/"), ("/wo", "rk/"), ("index-", "url"), ("--regis", "try"), ("/tm", "p/[a-z]")]
MACHINE = "|".join(first + second for first, second in PLACES)
TEXT = ("*.py", "*.js", "*.mjs", "*.md", "*.toml", "*.yml", "*.txt", "*.ipynb", "Makefile", ".ci/*", "binder/*")


@pytest.mark.parametrize(("what", "pattern"), [("unfinished work", UNFINISHED), ("a machine's paths", MACHINE)])
def test_no_file_holds(what, pattern):
    found = []
    for path in tracked(*TEXT):
        if path == Path(__file__).resolve() or "static" in path.parts:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, f"{what}:\n" + "\n".join(found)


def test_links_between_documents_lead_somewhere():
    broken = []
    for path in tracked("*.md"):
        text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)|(?:src|srcset)=\"([^\"]+)\"", text):
            link = next(filter(None, target))
            if not re.match(r"[a-z]+:", link) and not (path.parent / link).exists():
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert not broken, "\n".join(broken)
