"""What makes quotes doubtful, and what ends that."""

import pytest

from ibnb.state.health import Health

DOWN, FINE, IDLE = (
    "Market data farm connection is broken:usfarm", "Market data farm connection is OK:usfarm",
    "Market data farm connection is inactive but should be available upon demand.usfarm",
)  # fmt: skip
LIVE = ("live", "")


@pytest.mark.parametrize("back", [(2104, FINE), (2108, IDLE)])
def test_a_broken_farm_makes_quotes_stale_until_it_is_back(back):
    health = Health()
    assert health.note(2103, DOWN)
    assert health.status == ("stale", "2103: market data farm usfarm is down")
    assert not health.note(2103, DOWN)
    assert not health.note(2104, "Market data farm connection is OK:eufarm")
    assert not health.note(2119, "Market data farm is connecting:usfarm")
    assert health.status[0] == "stale"
    assert health.note(*back)
    assert health.status == LIVE


@pytest.mark.parametrize("lost", [1100, 2110])
@pytest.mark.parametrize("back", [1101, 1102])
def test_the_link_is_lost_and_comes_back(lost, back):
    health = Health()
    assert health.note(lost, "Connectivity ... has been lost.")
    assert health.status == ("stale", f"{lost}: TWS has no connection to IB")
    assert health.note(back, "")
    assert health.status == LIVE


def test_every_trouble_has_to_end():
    health = Health()
    for name in ("usfarm.nj", "cashfarm"):
        health.note(2103, f"Market data farm connection is broken:{name}")
    health.note(1100, "")
    health.note(1102, "")
    assert health.status == (
        "stale", "2103: market data farm usfarm.nj is down; 2103: market data farm cashfarm is down"
    )  # fmt: skip
    health.note(2104, "Market data farm connection is OK:cashfarm")
    assert health.status == ("stale", "2103: market data farm usfarm.nj is down")
    health.clear()
    assert health.status == LIVE


@pytest.mark.parametrize("code", [2104, 2105, 2106, 2107, 2108, 2119, 2157, 2158, 162, 10197])
def test_other_notices_change_nothing(code):
    health = Health()
    assert not health.note(code, "HMDS data farm connection is broken:ushmds")
    assert health.status == LIVE


def test_a_farm_without_a_name_counts_too():
    health = Health()
    health.note(2103, "")
    assert health.status == ("stale", "2103: market data farm (unnamed) is down")
    health.note(2104, "")
    assert health.status == LIVE


@pytest.mark.parametrize("name", ["x" * 10_000, ":" * 20_000 + "a b"])
def test_a_name_of_any_length_is_no_burden(name):
    health = Health()
    assert health.note(2103, f"Market data farm connection is broken:{name}")
    assert len(health.status[1]) < 200
    assert health.note(2104, f"Market data farm connection is OK:{name}")
    assert health.status == LIVE
