"""Interactive Brokers in Jupyter: live tables and charts over the TWS protocol."""

from __future__ import annotations
