"""Tell which front end this process talks to. Imports nothing."""

from __future__ import annotations

import sys


def in_kernel() -> bool:
    """Tell whether this is a Jupyter kernel, where live views can be shown; a script or a terminal is not."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
