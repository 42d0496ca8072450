"""The version is the same wherever it can be read."""

import tomllib
from pathlib import Path

from ibnb.version import __version__, __version_info__


def test_version_of_the_distribution():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert project.get("version", __version__) == __version__


def test_version_as_numbers():
    assert ".".join(map(str, __version_info__)) == __version__
