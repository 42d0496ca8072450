"""What all views share: a place in the hub, a still picture, display, and an end.

A view is an anywidget whose own state is small (options); data comes through the hub's stream of its table. Evaluating
it goes through ibnb.widgets.displays, which keeps a still picture of it in the notebook.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from . import parts
from .hub import Hub, hub
from .pages import Source, Stream

logger = logging.getLogger("ibnb.widgets")

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
_LOADER = parts.loader()  # as text: given a path, anywidget keeps every instance alive to follow the file


class LiveView(anywidget.AnyWidget):
    """A live view of one table. Subclasses set `kind`, add options as synced traits, and draw the still picture.

    Args:
        source: The table.
        **options: The subclass's traits.

    Raises:
        TypeError: An option is unknown.
    """

    kind = ""
    """Which of the engine's views draws it: see VIEWS in js/src/engine.js."""

    _esm = traitlets.Unicode(_LOADER).tag(sync=True)
    _kind = traitlets.Unicode().tag(sync=True)
    _hub = traitlets.Unicode().tag(sync=True)
    _engine = traitlets.Unicode().tag(sync=True)
    _stream = traitlets.Int().tag(sync=True)
    _id = traitlets.Unicode().tag(sync=True)

    def __init__(self, source: Source, **options: Any) -> None:
        known = self.class_own_options()
        unknown = [name for name in options if name not in known]
        if unknown:
            raise TypeError(f"{type(self).__name__} has no option {unknown[0]!r}; there are {', '.join(known)}")
        self.source = source
        self._link: Hub = hub()
        self._handle: Stream | None = self._link.stream(source)
        model_id = uuid.uuid4().hex
        try:
            super().__init__(
                model_id=model_id,
                _id=model_id,
                _kind=self.kind,
                _hub=self._link.model_id,
                _engine=self._link._engine,
                _stream=self._handle.id,
                **options,
            )
        except BaseException:
            self._link.release(self._handle)
            raise
        self.on_msg(self._on_front)

    @classmethod
    def class_own_options(cls) -> list[str]:
        """Return the names of the options: the synced traits that this package added."""
        return sorted(
            name
            for name, trait in cls.class_traits(sync=True).items()
            if not name.startswith("_") and name not in anywidget.AnyWidget.class_traits(sync=True)
        )

    # -- for subclasses ----------------------------------------------------------------------------------------------

    def still_html(self, css_class: str) -> str:
        """Return the still picture: HTML of one element with that class; no script, nothing from elsewhere."""
        raise TypeError(f"{type(self).__name__} draws no still picture")

    def still_text(self) -> str:
        """Return the plain text form."""
        return repr(self)

    def still_key(self) -> Any:
        """Return what the still picture depends on: it is drawn anew only when this has changed."""
        return getattr(self.source, "revision", None)

    def on_event(self, name: str, data: Any) -> None:
        """Take what the browser's side of the view tells; on the IO thread."""

    # -- display -----------------------------------------------------------------------------------------------------

    @property
    def twin_class(self) -> str:
        """The classes by which the page finds the still picture of this view."""
        return f"ibnb-twin ibnb-h-{self._hub} ibnb-v-{self._id}"

    def _ipython_display_(self) -> None:
        from .displays import displays

        displays(self._link).show(self)

    def _repr_mimebundle_(self, **_kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.open()
        bundle = super()._repr_mimebundle_() or ({}, {})
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/html": self.still_html(self.twin_class), "text/plain": self.still_text()}, metadata

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.source.name!r}{', closed' if self.comm is None else ''}>"

    # -- life --------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the view, also again after `close()`: displaying a closed view does so by itself."""
        if self.comm is not None:
            return
        if getattr(self, "_handle", None) is None:
            self._link = hub()
            self._handle = self._link.stream(self.source)
            self._hub, self._engine, self._stream = self._link.model_id, self._link._engine, self._handle.id
            self.layout.open()
        super().open()

    def close(self) -> None:
        """End the view in every page, free its part of the hub; the still pictures stay."""
        handle, self._handle = getattr(self, "_handle", None), None
        if handle is not None:
            self._link.release(handle)
            if self.layout is not None:
                self.layout.close()
        super().close()
        self.__dict__.pop("_repr_mimebundle_", None)  # ipywidgets hides it, but a closed view may be shown again

    def _on_front(self, _widget: Any, content: Any, _buffers: Any) -> None:
        # On any thread: hand over, touch nothing.
        if isinstance(content, dict) and content.get("t") == "event":
            self._link.call_soon(self._event, content)
        else:
            self._link.receive(self, content)

    def _event(self, content: dict[str, Any]) -> None:
        try:
            self.on_event(str(content.get("name")), content.get("data"))
        except Exception:
            logger.exception("%r failed on %.200r", self, content)


ViewMaker = Callable[..., LiveView]
