"""Observable tables backed by numpy columns: pandas frames on demand, deltas for views, events for listeners.

`ib.tables` are those of a connection (`registry.Tables`); `table(df, key=...)` makes one of any frame.
"""

from __future__ import annotations

from ibnb.tables.columns import Column
from ibnb.tables.delta import Change, Delta, Snapshot
from ibnb.tables.registry import Tables
from ibnb.tables.table import Table
from ibnb.tables.user import FrameTable, table

__all__ = ["Change", "Column", "Delta", "FrameTable", "Snapshot", "Table", "Tables", "table"]
