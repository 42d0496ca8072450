"""Fixtures of the browser tests. They need JupyterLab, Playwright and a system Chromium, and no network."""

import os

import pytest
from browser.notebook_browser import CHROMIUM, chromium, jupyter_app, open_notebook
from browser.table_page import address, view

__all__ = ["address", "chromium", "jupyter_app", "open_notebook", "view"]


def pytest_collection_modifyitems(items):
    if not os.path.exists(CHROMIUM):
        for item in items:
            if "tests/browser" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}"))
