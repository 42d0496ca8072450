"""Fixtures of the simulator's tests."""

import pytest

from tests.sim.peer import FRIDAY, Peer


@pytest.fixture
def peer() -> Peer:
    """A client of a fresh gateway at the newest version, market open."""
    return Peer()


@pytest.fixture(scope="session")
def db():
    """A contract database at the fixed time; tests must not change it."""
    from ibnb.sim.contracts import Database

    return Database(1, FRIDAY)
