"""The browser's fixtures, for the quickstart in JupyterLab."""

from browser.notebook_browser import chromium, jupyter_app, open_notebook

__all__ = ["chromium", "jupyter_app", "open_notebook"]
