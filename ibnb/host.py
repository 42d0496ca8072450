"""Tell which front end this process talks to. Imports nothing."""

from __future__ import annotations

import sys


def in_kernel() -> bool:
    """Tell whether this is a Jupyter kernel, where live views can be shown (not a script, nor IPython in a terminal)."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
