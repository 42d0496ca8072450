"""The package's own names."""

import subprocess
import sys

import pytest

from ibnb import sim


def test_names_come_on_demand():
    assert sim.Gateway.__name__ == "Gateway"
    assert sim.ManualClock(1.0).now() == 1.0
    assert set(sim.__all__) == set(sim._HOMES)
    with pytest.raises(AttributeError, match="no attribute 'Broker'"):
        _ = sim.Broker


def test_importing_it_alone_loads_nothing_heavy():
    code = "import ibnb.sim, sys; print('numpy' in sys.modules, 'asyncio' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split()[0] == "False"
