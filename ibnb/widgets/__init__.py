"""Live views of tables in notebooks, and the transport under them.

    table_view(table, **options)   a TableView; the standard one of a table is made once
    set_io(timers)                 whose thread sends: `set_io(lambda: IOThread.get())`, once, by the package's top
    probe()                        what the pages that show views can do
    set_status(state, text)        tell views how their connection to TWS stands: "live", or "stale" and why

A new kind of view: subclass `base.LiveView` (still picture, options as traits) with a `kind`, write its module in
js/src, and list it in VIEWS of js/src/engine.js; scripts of its own are registered with `parts.register_part`.
"""

from __future__ import annotations

import time
from typing import Any

from .hub import existing_hub, hub, set_io
from .tableview import TableView, table_view

__all__ = ["TableView", "hub", "probe", "set_io", "set_status", "table_view"]


def set_status(state: str, text: str = "", since: float | None = None, origin: object | None = None) -> None:
    """Show in the views of a connection how it stands.

    Args:
        state: "live" or "stale".
        text: Why it is stale, in a few words.
        since: Since when, in seconds since 1970; now if not given.
        origin: The `origin` of the tables concerned; None: all views.
    """
    existing = existing_hub()
    if existing is not None:
        existing.set_status(state, text, time.time() if since is None else since, origin)


def probe() -> list[dict[str, Any]]:
    """Return what each browser page that has shown a view to this kernel can do, as it has told; newest last.

    Returns:
        For each page: `binary` (whether binary messages reach it whole; else data goes as base64), `mount` (whether
        live views take the place of still pictures; else outputs hold a widget), `wants` (tables that it shows now),
        `answer_s` (mean time until a message is acknowledged), `silent_s` (seconds since it was last heard).
    """
    existing = existing_hub()
    if existing is None:
        return []
    board = existing.board
    return [
        {
            "binary": page.binary,
            "mount": page.mount,
            "wants": len(page.wants),
            "answer_s": round(page.ack_s, 3),
            "silent_s": round(board.clock() - page.heard_at, 1),
        }
        for page in list(board.pages.values())
    ]
