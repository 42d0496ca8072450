"""Versions by name."""

import csv
from pathlib import Path

from ibnb.wire import versions as V

NAMES = {name: value for name, value in vars(V).items() if name.isupper()}


def test_the_range_is_that_of_the_documented_protocol():
    assert V.MIN_VERSION == 157
    assert V.MAX_VERSION >= 225


def test_every_version_has_one_name():
    named = sorted(value for name, value in NAMES.items() if not name.startswith(("MIN_", "MAX_")))
    assert named == list(range(157, V.MAX_VERSION + 1))


def test_protobuf_thresholds_are_those_of_the_table():
    from ibnb.wire import catalogue as m

    data = Path(__file__).parent.parent / "conformance" / "data"
    for name, specs in (("outgoing.csv", m.REQUESTS), ("incoming.csv", m.REPLIES)):
        with (data / name).open(newline="") as file:
            wanted = {int(r["msg_id"]): int(r["protobuf_since"] or 0) for r in csv.DictReader(file)}
        assert {k: s.proto_since if s.proto is not None else 0 for k, s in specs.items()} == wanted
