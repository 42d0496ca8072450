"""Tie tables and bars to their live views: the one place that knows both."""

from __future__ import annotations

import sys
from typing import Any

from ibnb.bars import BarDataList
from ibnb.net.iothread import IOThread
from ibnb.widgets import set_io
from ibnb.widgets import table_view as _table_view

set_io(IOThread.get)


def table_view(table: Any, **options: Any) -> Any:
    """Return the live view of a table; see `ibnb.widgets.TableView` for the options."""
    return _table_view(table, **options)


def bar_chart(bars: BarDataList, table: Any = None, **options: Any) -> Any:
    """Return the live chart of bars; see `ibnb.widgets.chart.BarChart` for the options.

    Args:
        bars: The bar list.
        table: The table that follows it live, if a connection feeds it.
    """
    from ibnb.widgets.chart import BarChart

    return BarChart(bars if table is None else table, **options)


def tell_status(state: str, text: str = "", since: float | None = None, origin: object | None = None) -> None:
    """Show in the live views of a connection (`origin` of its tables; None: in all) how it stands, if any exists."""
    widgets = sys.modules.get("ibnb.widgets")
    if widgets is not None:
        widgets.set_status(state, text, since, origin)
