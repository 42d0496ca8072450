"""The browser's side: its own tests, its types, and that the committed bundles are what the sources give."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JS = ROOT / "ibnb" / "widgets" / "js"
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
needs_modules = pytest.mark.skipif(not (ROOT / "node_modules" / "esbuild").exists(), reason="needs `npm install`")


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


@needs_node
def test_the_unit_tests_pass():
    run("node", "--test", "--test-reporter=dot", "tests/js/")


@needs_node
@needs_modules
def test_the_types_hold():
    run("node", "node_modules/typescript/bin/tsc", "-p", "ibnb/widgets/js/tsconfig.json")


@needs_node
@needs_modules
def test_the_bundles_are_what_the_sources_give(tmp_path):
    run("node", str(JS / "build.mjs"), str(tmp_path))
    built = sorted(path.name for path in tmp_path.glob("*.js"))
    assert built == ["chart.js", "engine.js"]
    stale = [name for name in built if (tmp_path / name).read_bytes() != (JS / "static" / name).read_bytes()]
    assert not stale, f"run `npm run build` and commit {', '.join(stale)}"


def test_nothing_is_fetched_from_elsewhere_and_no_html_is_made_of_text():
    for path in [*(JS / "src").glob("*.js"), JS / "static" / "loader.js"]:
        source = path.read_text("utf-8")
        for word in ("https://", "http://", "innerHTML", "insertAdjacentHTML", "document.write", "customElements"):
            assert word not in source, f"{path.name} holds {word}"
