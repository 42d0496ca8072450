"""Random numbers by position."""

import numpy as np

from ibnb.sim import noise


def test_a_number_depends_on_its_position_only():
    wide = noise.uniform(7, np.arange(1000))
    assert wide[613] == noise.uniform(7, np.array([613]))[0] == noise.unit(7, 613)
    assert noise.normal(7, np.arange(1000))[613] == noise.normal(7, np.array([613]))[0]


def test_numbers_are_the_same_on_every_machine():
    assert noise.key(1, "AMD") == 0xC2EA923A2B680ACC
    assert noise.bits(1, np.arange(2)).tolist() == [15916886550466581944, 6791897765849424158]


def test_keys_and_streams_are_independent():
    at = np.arange(20000)
    draws = [noise.normal(noise.key(1), at), noise.normal(noise.key(2), at), noise.normal(noise.key(1), at, 1)]
    assert np.abs(np.corrcoef(draws) - np.eye(3)).max() < 0.03


def test_moments():
    at = np.arange(200_000)
    assert abs(noise.uniform(3, at).mean() - 0.5) < 0.005
    assert abs(noise.normal(3, at).std() - 1) < 0.01
    assert noise.tailed(3, at).std() < 1.1
    assert np.abs(noise.tailed(3, at)).max() > 5, "daily returns have fat tails"


def test_choice_stays_in_range():
    assert {noise.choice(5, n, 3) for n in range(100)} == {0, 1, 2}


def test_order_and_kind_of_key_parts_matter():
    assert len({noise.key(1, 2), noise.key(2, 1), noise.key("12"), noise.key("1", "2")}) == 4
