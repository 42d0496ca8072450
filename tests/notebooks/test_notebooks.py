"""Every notebook runs from top to bottom, and what it saves is readable without a kernel and small."""

import json
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KB = 1000
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request, tmp_path_factory):
    """A notebook with its outputs."""
    notebook = nbformat.read(request.param, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=True)
    client.execute(cwd=str(tmp_path_factory.mktemp("notebook")))
    return notebook


def displays(notebook):
    """(source, mime bundle) of each rich output."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type in ("display_data", "execute_result"):
                yield cell.source, output.data


def test_it_runs_without_an_error_or_a_complaint(executed):
    wrong = [
        output
        for cell in executed.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert not wrong, json.dumps(wrong, indent=1)


def test_every_display_has_a_still_twin(executed):
    found = list(displays(executed))
    assert found
    for source, data in found:
        assert "text/plain" in data, source
        if WIDGET in data:
            assert "text/html" in data or "application/vnd.plotly.v1+json" in data, source


def test_what_is_saved_is_small(executed):
    """At most 10 kB a display beyond its still twin: widget state and references."""
    found = [data for _, data in displays(executed) if WIDGET in data or "ibnb-twin" in data.get("text/html", "")]
    state = executed.metadata.get("widgets", {})
    beyond = len(json.dumps(state)) + sum(len(json.dumps(data[WIDGET])) for data in found if WIDGET in data)
    assert beyond <= 10 * KB * len(found), f"{beyond} bytes for {len(found)} displays"


def test_no_account_number_is_saved_in_full(executed):
    text = json.dumps([data for _, data in displays(executed)])
    assert not re.search(r"\bDU?\d{5,}\b", text)


def page(notebook):
    """As nbconvert writes it, without a kernel."""
    body, _ = HTMLExporter().from_notebook_node(notebook)
    return body


def test_the_quickstart_shows_tables_and_chart_without_a_kernel(executed, request):
    if "quickstart" not in request.node.name:
        return
    html = page(executed)
    for text in ("EURUSD", "AAPL", "BuyingPower"):
        assert text in html, f"{text} is not in the page"
    assert html.count("<table") >= 5
    assert re.search(r"<svg|<img|Plotly\.newPlot|plotly-graph-div", html), "no chart in the page"


def test_make_demo_headless_says_where_the_page_is():
    """The recipe itself, without running it."""
    done = subprocess.run(
        ["make", "--dry-run", "demo", "HEADLESS=1"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "build" in done.stdout
    assert "quickstart.html" in done.stdout
