"""Outputs: which form for which page, when pictures are drawn anew, and what running a cell again closes."""

import sys
from types import SimpleNamespace

import pytest
import traitlets
from widgets.hub_support import quotes

from ibnb.widgets import hub
from ibnb.widgets.base import WIDGET_MIME, LiveView
from ibnb.widgets.displays import Displays, Plain, displays


class Still(LiveView):
    kind = "still"
    fails = traitlets.Bool(False)

    def still_html(self, css_class):
        if self.fails:
            raise RuntimeError("no ink")
        return f"revision {self.source.revision}"

    def still_text(self):
        return "still"


class Notebook:
    """IPython's shell as displays sees it, and what was published."""

    def __init__(self, needs_widget=False):
        self.callbacks = {}
        self.events = SimpleNamespace(register=self.callbacks.__setitem__)
        self.published = []
        self.h = hub()
        self.displays = Displays(
            self.h,
            self,
            lambda data, display_id, update: self.published.append((data, display_id, update)),
            clock=self.h.board.clock,
            needs_widget=lambda: needs_widget,
        )

    def cell(self, cell_id, *views):
        self.callbacks["pre_run_cell"](SimpleNamespace(cell_id=cell_id))
        for view in views:
            self.displays.show(view)
        self.callbacks["post_run_cell"](None)

    def hello(self, timers, mount):
        self.h.receive(self.h, {"t": "hello", "p": "x", "mount": mount})
        timers.run()

    def forms(self):
        """(has the widget, is an update, picture) of each thing published since the last time."""
        out = [(WIDGET_MIME in data, update, data["text/html"]) for data, _, update in self.published]
        self.published.clear()
        return out


@pytest.fixture
def notebook(timers, monkeypatch):
    module = sys.modules["ibnb.widgets.hub"]
    monkeypatch.setattr(module.time, "monotonic", timers.clock)
    module._hub = module.Hub(timers, clock=timers.clock)
    return Notebook()


def test_before_a_page_has_spoken_both_forms_go_out_then_the_one_that_suits_it(notebook, timers):
    view = Still(quotes())
    notebook.callbacks["pre_run_cell"](SimpleNamespace(cell_id="a"))
    notebook.displays.show(view)
    assert notebook.forms() == [(True, False, "revision 1")]
    notebook.hello(timers, mount=True)
    assert notebook.forms() == [(False, True, "revision 1")]


def test_a_page_that_mounts_gets_the_picture_only(notebook, timers):
    notebook.hello(timers, mount=True)
    notebook.cell("a", Still(quotes()))
    assert notebook.forms() == [(False, False, "revision 1")]


def test_a_page_that_cannot_mount_gets_the_widget(notebook, timers):
    notebook.hello(timers, mount=False)
    notebook.cell("a", Still(quotes()))
    assert notebook.forms() == [(True, False, "revision 1")]


def test_without_a_browser_the_file_keeps_no_widget_and_follows_the_table_at_each_cell(notebook):
    t = quotes()
    notebook.cell("a", Still(t))
    assert notebook.forms() == [(True, False, "revision 1"), (False, True, "revision 1")]
    t.upsert({"symbol": "S1", "last": 7.0})
    notebook.cell("b")
    notebook.cell("c")
    assert notebook.forms() == [(False, True, "revision 2")]


def test_a_host_that_needs_the_widget_keeps_it(timers):
    notebook = Notebook(needs_widget=True)
    notebook.cell("a", Still(quotes()))
    assert notebook.forms() == [(True, False, "revision 1")]


def test_with_a_page_pictures_follow_once_a_minute(notebook, timers):
    t = quotes()
    notebook.hello(timers, mount=True)
    notebook.cell("a", Still(t))
    notebook.forms()
    for _ in range(10):
        t.upsert({"symbol": "S1", "last": timers.now})
        notebook.cell("b")
        timers.run(5)
    assert notebook.forms() == []
    timers.run(15)
    assert notebook.forms() == [(False, True, "revision 11")]
    timers.run(300)
    assert notebook.forms() == []  # nothing moved


def test_no_picture_is_drawn_into_a_running_cell(notebook, timers):
    t = quotes()
    notebook.hello(timers, mount=True)
    notebook.cell("a", Still(t))
    notebook.forms()
    notebook.callbacks["pre_run_cell"](SimpleNamespace(cell_id="b"))
    t.upsert({"symbol": "S1", "last": 7.0})
    timers.run(200)
    assert notebook.forms() == []
    notebook.callbacks["post_run_cell"](None)
    assert notebook.forms() == [(False, True, "revision 2")]


def test_running_a_cell_again_closes_what_only_it_had_shown(notebook, timers):
    one, two, both = Still(quotes()), Still(quotes()), Still(quotes())
    notebook.cell("a", one, both)
    notebook.cell("b", both)
    notebook.cell("a", two)
    assert [view.comm is None for view in (one, two, both)] == [True, False, False]
    notebook.cell("c", one)
    assert one.comm is not None


def test_two_hundred_runs_of_a_cell_leave_one_view(notebook, timers):
    t = quotes()
    for _ in range(200):
        notebook.cell("a", Still(t))
    timers.run(1)
    (stream,) = notebook.h.board.streams.values()
    assert stream.views == 1 and len(notebook.displays.outputs) == 1


def clear(notebook):
    message = {"msg_type": "clear_output", "content": {"wait": False}}
    assert notebook.displays.on_message(message) is message


def test_clearing_the_output_closes_what_only_it_had_shown(notebook):
    other, view = Still(quotes()), Still(quotes())
    notebook.cell("b", other)
    notebook.callbacks["pre_run_cell"](SimpleNamespace(cell_id="a"))
    notebook.displays.on_message({"msg_type": "display_data"})
    notebook.displays.show(view)
    notebook.displays.show(other)
    clear(notebook)
    assert view.comm is not None  # the next one to be shown may be the same
    notebook.displays.show(view)
    assert view.comm is not None and [one.view for one in notebook.displays.outputs] == [other, view]
    clear(notebook)
    notebook.callbacks["post_run_cell"](None)
    assert view.comm is None and other.comm is not None


def test_two_hundred_views_shown_and_cleared_in_one_cell_leave_none(notebook, timers):
    t = quotes()
    notebook.callbacks["pre_run_cell"](SimpleNamespace(cell_id="a"))
    for _ in range(200):
        notebook.displays.show(Still(t))
        clear(notebook)
        timers.run(0.1)
        (stream,) = notebook.h.board.streams.values()
        assert stream.views == 1  # the one that the next may replace
    notebook.callbacks["post_run_cell"](None)
    timers.run(0.1)
    assert notebook.h.board.streams == {} and notebook.displays.outputs == []


def test_clearing_an_output_widget_closes_only_what_it_took(notebook):
    from ipywidgets import Output

    inside, beside, box = Still(quotes()), Still(quotes()), Output()
    notebook.callbacks["pre_run_cell"](SimpleNamespace(cell_id="a"))
    notebook.displays.show(beside)
    box.msg_id = "the cell's message, as `with box:` notes it"
    notebook.displays.show(inside)
    clear(notebook)
    box.msg_id = ""
    notebook.callbacks["post_run_cell"](None)
    assert inside.comm is None and beside.comm is not None


def test_a_picture_that_fails_is_logged(notebook, timers, caplog):
    view = Still(quotes())
    notebook.cell("a", view)
    view.fails = True
    view.source.upsert({"symbol": "S1", "last": 7.0})
    notebook.displays.freeze()
    assert "no ink" in caplog.text


def test_the_cell_is_busy_between_its_start_and_its_end(notebook):
    assert notebook.h.is_busy  # made within a cell
    notebook.callbacks["post_run_cell"](None)
    assert not notebook.h.is_busy
    notebook.callbacks["pre_run_cell"](SimpleNamespace(cell_id="a"))
    assert notebook.h.is_busy


def test_outside_a_kernel_a_view_is_its_text(timers, capsys):
    shown = displays(hub())
    assert isinstance(shown, Plain)
    shown.show(Still(quotes()))
    assert capsys.readouterr().out == "still\n"
