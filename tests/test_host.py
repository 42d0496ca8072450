"""Which front end is told apart."""

import sys
from types import SimpleNamespace

import pytest

from ibnb.host import in_kernel


@pytest.mark.parametrize(
    ("shell", "kernel"),
    [
        (None, False),
        (SimpleNamespace(), False),
        (SimpleNamespace(kernel=None), False),
        (SimpleNamespace(kernel=1), True),
    ],
    ids=["script", "terminal", "no kernel yet", "kernel"],
)
def test_a_kernel_is_told_from_a_terminal(monkeypatch, shell, kernel):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert in_kernel() is kernel


def test_without_ipython_there_is_no_kernel(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert in_kernel() is False
