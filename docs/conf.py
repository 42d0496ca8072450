"""Sphinx settings."""

project = "ibnb"
author = "the ibnb authors"
copyright = "2026, the ibnb authors"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "ibnb"
exclude_patterns = ["images"]
myst_heading_anchors = 3
