"""What is shown in the notebook's outputs: a live view in the browser, a still picture in the file.

An output holds the still picture (`text/html`), and the engine mounts the live view in its place wherever the page lets
it (JupyterLab, Notebook 7, Voila): so the saved file has no dead widget in it, nbconvert and GitHub show the last
values, and a notebook that is opened again without its kernel shows no error. A page where that cannot be done (VS
Code, Colab) says so when it introduces itself, and gets the widget's own MIME type beside the picture.

Pictures are drawn anew at the end of a cell, and once a minute, when their table has moved; without any browser
(nbclient, papermill, nbmake) after every cell. Running a cell again closes the views that only it had
shown, and so does `clear_output` in the cell that shows them.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .base import WIDGET_MIME, LiveView
from .hub import Hub
from .pages import Page

logger = logging.getLogger("ibnb.widgets")

REFRESH_S = 60.0


@dataclass
class Output:
    """One place in the notebook where a view is shown."""

    view: LiveView
    display_id: str
    cell: str | None
    widget: bool  # whether the widget's MIME type is in it
    captured: frozenset[str] = frozenset()  # the Output widgets that took it
    key: Any = None
    drawn_at: float = 0.0


class Displays:
    """The outputs of one kernel. `shell` is IPython's; `publish(data, display_id, update)` sends to the front end."""

    def __init__(
        self,
        the_hub: Hub,
        shell: Any,
        publish: Callable[[dict[str, Any], str, bool], object],
        *,
        clock: Callable[[], float] = time.monotonic,
        needs_widget: Callable[[], bool] = lambda: False,
        cell: str | None = None,
    ) -> None:
        self.hub = the_hub
        self.outputs: list[Output] = []
        self._publish = publish
        self._clock = clock
        self._needs_widget = needs_widget
        self._cell = cell
        self._former: list[Output] = []
        self._cleared: list[Output] = []
        self._timed = False
        the_hub.on_hello(self.on_hello)
        shell.events.register("pre_run_cell", self.pre_run_cell)
        shell.events.register("post_run_cell", self.post_run_cell)
        # The first display happens in a cell whose start nobody has told of; `cell` names it.
        the_hub.is_busy = True

    # -- showing -----------------------------------------------------------------------------------------------------

    def show(self, view: LiveView) -> None:
        """Show a view in the output of the running cell."""
        view.open()
        output = Output(view, uuid.uuid4().hex, self._cell, widget=not self._mounts(), captured=_capturing())
        self.outputs.append(output)
        self._draw(output, update=False)
        self._close_cleared()
        self.hub.call_soon(self._arm)

    def _mounts(self) -> bool:
        """Tell whether the newest page mounts live views into plain outputs."""
        pages = list(self.hub.board.pages.values())
        return bool(pages) and pages[-1].mount

    def _draw(self, output: Output, *, update: bool) -> None:
        view = output.view
        output.key, output.drawn_at = view.still_key(), self._clock()
        data: dict[str, Any] = {"text/html": view.still_html(view.twin_class), "text/plain": view.still_text()}
        if output.widget and view.comm is not None:
            data[WIDGET_MIME] = {"version_major": 2, "version_minor": 0, "model_id": view.model_id}
        self._publish(data, output.display_id, update)

    def refresh(self, *, least_s: float = 0.0) -> None:
        """Draw the pictures anew whose tables have moved and which are older than `least_s`."""
        now = self._clock()
        for output in list(self.outputs):
            # A live widget would blink: where it cannot be mounted, the picture waits for the end.
            if (output.widget and self.hub.has_page()) or now - output.drawn_at < least_s:
                continue
            self._redraw(output)

    def _redraw(self, output: Output, *, force: bool = False) -> None:
        try:
            if force or output.view.still_key() != output.key:
                self._draw(output, update=True)
        except Exception:
            logger.exception("no still picture of %r", output.view)

    def freeze(self) -> None:
        """Draw all pictures a last time: the kernel or the connection ends."""
        for output in list(self.outputs):
            self._redraw(output)

    # -- what happens ------------------------------------------------------------------------------------------------

    def on_hello(self, page: Page) -> None:
        """Give a page's outputs the form that suits it; on the IO thread."""
        for output in list(self.outputs):
            if output.widget == page.mount:
                output.widget = not page.mount
                self.hub.in_context(lambda output=output: self._redraw(output, force=True))

    def pre_run_cell(self, info: Any) -> None:
        """Note which cell runs, and what its former run has shown."""
        self.hub.is_busy = True
        self._cell = getattr(info, "cell_id", None)
        if self._cell is not None:
            self._former = [output for output in self.outputs if output.cell == self._cell]
            self.outputs = [output for output in self.outputs if output.cell != self._cell]

    def on_message(self, message: dict[str, Any]) -> dict[str, Any]:
        """Take note of the cell's own `clear_output`; the message goes on as it is."""
        if message.get("msg_type") == "clear_output":
            capturing = _capturing()
            gone = [one for one in self.outputs if one.cell == self._cell and one.captured == capturing]
            self.outputs = [one for one in self.outputs if all(one is not other for other in gone)]
            # Closed when the next one is shown, or the cell ends: as a rule the same view comes again at once.
            self._cleared += gone
        return message

    def _close_cleared(self) -> None:
        cleared, self._cleared = self._cleared, []
        self._close_unshown(cleared)

    def _close_unshown(self, gone: list[Output]) -> None:
        shown = {id(output.view) for output in self.outputs}
        for view in {id(output.view): output.view for output in gone}.values():
            if id(view) not in shown:
                view.close()

    def post_run_cell(self, _result: Any) -> None:
        """Draw the pictures as they are now; close the views that are shown nowhere any more."""
        self.hub.is_busy = False
        former, self._former = self._former, []
        self._close_unshown(former)
        self._close_cleared()
        if self.hub.has_page():
            self.refresh(least_s=REFRESH_S)
            return
        for output in self.outputs:
            if output.widget and not self._needs_widget():
                output.widget = False  # no browser: the file is all there is, and a widget in it is dead
                self._redraw(output, force=True)
        self.refresh()

    def _arm(self) -> None:
        if not self._timed and self.outputs:
            self._timed = True
            self.hub.call_later(REFRESH_S, self._minute)

    def _minute(self) -> None:
        self._timed = False
        if not self.hub.is_busy:  # in a running cell an update would become part of that cell's messages
            self.hub.in_context(lambda: self.refresh(least_s=0.9 * REFRESH_S))
        self._arm()


class Plain:
    """Outside a kernel: a view is its text."""

    def show(self, view: LiveView) -> None:
        """Write the text form."""
        sys.stdout.write(view.still_text() + "\n")


_displays: weakref.WeakKeyDictionary[Hub, Displays] = weakref.WeakKeyDictionary()


def displays(the_hub: Hub) -> Displays | Plain:
    """Return what shows views in this process: the kernel's outputs, or plain text."""
    found = _displays.get(the_hub)
    if found is not None:
        return found
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return Plain()

    def publish(data: dict[str, Any], display_id: str, update: bool) -> None:
        shell.display_pub.publish(data, {}, transient={"display_id": display_id}, update=update)

    found = _displays[the_hub] = Displays(
        the_hub, shell, publish, needs_widget=lambda: _needs_widget(shell), cell=_running_cell(shell)
    )
    register_hook = getattr(shell.display_pub, "register_hook", None)
    if register_hook is not None:
        register_hook(found.on_message)  # hooks belong to the thread: that of the cells
    atexit.register(found.freeze)
    return found


def _capturing() -> frozenset[str]:
    """Return the Output widgets that take what is shown now."""
    from ipywidgets import Output as OutputWidget
    from ipywidgets.widgets.widget import _instances

    return frozenset(
        name for name, widget in list(_instances.items()) if isinstance(widget, OutputWidget) and widget.msg_id
    )


def _running_cell(shell: Any) -> str | None:
    """Return the id of the running cell, as the front end sent it with its code."""
    try:
        found = shell.kernel.get_parent("shell")["metadata"].get("cellId")
    except (AttributeError, KeyError, LookupError):
        return None
    return found if isinstance(found, str) else None


def _needs_widget(shell: Any) -> bool:
    """Tell of hosts that start nothing of ours without a widget in an output."""
    return (
        "google.colab" in sys.modules
        or "__vsc_ipynb_file__" in shell.user_ns
        or any(k.startswith("VSCODE") for k in os.environ)
    )
