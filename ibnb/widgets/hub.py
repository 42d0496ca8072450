"""The one hidden widget of a kernel over which all tables reach the browser.

`hub()` makes it at first use. It owns the comm: every message to and from the pages passes here; what is sent and
when is decided in ibnb.widgets.pages. Front-end messages may come on any thread, with any event loop running (kernel
subshells), so the handler only hands them to the IO thread; sends happen there too, so that they flow while a cell is
busy.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Protocol

import anywidget
import traitlets

from . import parts
from .pages import Board, Page, Source, Stream

logger = logging.getLogger("ibnb.widgets")


class Timers(Protocol):
    """The IO thread as the hub needs it: ibnb.net.iothread has it."""

    def call_soon(self, fn: Callable[..., object], *args: object) -> object:
        """Run on the IO thread soon; from any thread."""

    def call_later(self, seconds: float, fn: Callable[..., object], *args: object) -> object:
        """Run on the IO thread later; only from the IO thread."""


_lock = threading.RLock()
_hub: Hub | None = None
_timers: Callable[[], Timers] | None = None


def set_io(timers: Callable[[], Timers]) -> None:
    """Tell where comm messages are sent from: `timers()` gives the running IO thread. Called once, by the top."""
    global _timers
    _timers = timers


class Hub(anywidget.AnyWidget):
    """The kernel's end of the line to its browser pages. Never displayed."""

    _esm = traitlets.Unicode(parts.loader()).tag(sync=True)
    _kind = traitlets.Unicode("hub").tag(sync=True)
    _hub = traitlets.Unicode().tag(sync=True)
    _engine = traitlets.Unicode().tag(sync=True)

    def __init__(self, timers: Timers, *, clock: Callable[[], float] = time.monotonic) -> None:
        model_id = uuid.uuid4().hex
        self._timers = timers
        # Messages are sent in the context of the cell that made the hub: it holds the kernel's parent header, which the
        # contexts of other threads (those of subshells, from which callbacks inherit) lack under ipykernel 7.0.
        self._context = contextvars.copy_context()
        self._hello: list[Callable[[Page], object]] = []
        self.board = Board(
            send=self._post_message,
            post=timers.call_soon,
            call_later=timers.call_later,
            clock=clock,
            busy=lambda: self.is_busy,
            on_hello=self._on_hello,
            welcome=lambda: {"parts": parts.hashes()},
        )
        self.is_busy = False
        super().__init__(model_id=model_id, _hub=model_id, _engine=parts.hashes().get("engine", ""))
        self.on_msg(self.receive)

    # -- streams -----------------------------------------------------------------------------------------------------

    def stream(self, source: Source) -> Stream:
        """Return the stream of a table, the same one for every view of it; give it back with `release`."""
        with _lock:
            for stream in self.board.streams.values():
                if stream.source is source:
                    break
            else:
                stream = self.board.add(source)
            stream.views += 1
            return stream

    def release(self, stream: Stream) -> None:
        """Give a stream back; with its last view it ends, and the table is no longer held."""
        with _lock:
            stream.views -= 1
            if stream.views <= 0:
                self.board.streams.pop(stream.id, None)
                self._timers.call_soon(self.board.remove, stream)

    def set_status(self, state: str, text: str = "", since: float | None = None, origin: object | None = None) -> None:
        """Show how a connection to TWS stands, "live", or "stale" with the reason, in the views of the tables with that
        `origin`; None: in all views. From any thread.
        """
        self._timers.call_soon(self.board.set_status, state, text, since, origin)

    def call_soon(self, fn: Callable[..., object], *args: object) -> None:
        """Run on the IO thread soon; from any thread."""
        self._timers.call_soon(fn, *args)

    def call_later(self, seconds: float, fn: Callable[..., object], *args: object) -> None:
        """Run on the IO thread later; from the IO thread only."""
        self._timers.call_later(seconds, fn, *args)

    def on_hello(self, fn: Callable[[Page], object]) -> None:
        """Call `fn(page)` on the IO thread when a browser page has introduced itself."""
        self._hello.append(fn)

    def has_page(self) -> bool:
        """Tell whether a browser ever showed itself to this kernel; under nbclient none does."""
        return bool(self.board.pages)

    # -- messages ----------------------------------------------------------------------------------------------------

    def receive(self, link: Any, content: Any, _buffers: Any = None) -> None:
        """Take a front-end message that came over `link`: this widget, or a view whose host cannot find the hub."""
        # On whatever thread the kernel chose: no event loop of this thread may be touched.
        self._timers.call_soon(self._receive, link, content)

    def _receive(self, link: Any, content: Any) -> None:
        try:
            if content.get("t") == "part":
                self._send_part(link, content)
            else:
                self.board.receive(link, content)
        except Exception:
            logger.exception("a message of the page cannot be understood: %.200r", content)

    def _send_part(self, link: Any, content: dict[str, Any]) -> None:
        part = parts.part(str(content.get("name")))
        if part is None:
            logger.error("the page asks for an unknown part %r", content.get("name"))
            return
        message = {"t": "part", "p": content.get("p"), "name": part.name, "hash": part.hash, "kind": part.kind}
        page = self.board.pages.get(str(content.get("p")))
        if content.get("text") or (page is not None and not page.binary):
            import base64

            self._post_message(link, {**message, "d": base64.b64encode(part.packed).decode("ascii")}, [])
        else:
            self._post_message(link, message, [part.packed])

    def _post_message(self, link: Any, content: dict[str, Any], buffers: list[bytes]) -> None:
        """Send over a widget's comm; a closed one swallows it. On the IO thread only."""
        comm = link.comm
        if comm is None:
            return
        self.in_context(link.send, content, buffers)
        # ipykernel 7.4 hands a comm's messages to the shell that last sent on it: for us the main one, where they would
        # wait while a cell runs. Without the note they go to the subshell that the front end named.
        with contextlib.suppress(AttributeError):
            comm.__dict__.pop("_reply_subshell_id", None)

    def in_context(self, fn: Callable[..., object], *args: object) -> None:
        """Call `fn(*args)` on the IO thread as if from the cell that made the hub."""
        self._context.run(fn, *args)

    def _on_hello(self, page: Page) -> None:
        for fn in self._hello:
            try:
                fn(page)
            except Exception:
                logger.exception("a follower of new pages failed")


def hub() -> Hub:
    """Return the kernel's hub; it is made at first use, and anew when somebody closed it."""
    global _hub
    with _lock:
        if _hub is None or _hub.comm is None:
            if _timers is None:
                raise RuntimeError(
                    "ibnb.widgets has no IO thread: import it through ibnb, or call ibnb.widgets.set_io first"
                )
            _hub = Hub(_timers())
        return _hub


def existing_hub() -> Hub | None:
    """Return the kernel's hub if there is one already."""
    return _hub if _hub is not None and _hub.comm is not None else None
