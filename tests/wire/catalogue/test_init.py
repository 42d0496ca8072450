"""The catalogue as a whole."""

import csv
from pathlib import Path

import pytest

from ibnb.wire import catalogue as m

DATA = Path(__file__).parent.parent.parent / "conformance" / "data"


def test_names_are_those_of_the_protocol_notes():
    for name, specs in (("text_fields_in.csv", m.REPLIES), ("text_fields_out.csv", m.REQUESTS)):
        with (DATA / name).open(newline="") as file:
            wanted = {int(row["msg_id"]): row["msg"] for row in csv.DictReader(file)}
        for msg_id, msg in wanted.items():
            assert specs[msg_id].name == msg[0].upper() + msg[1:]


def test_fields_are_those_of_the_protocol_notes():
    """The fields of a class are the first names of the table, in order; those of protobuf alone come last."""
    for name, specs in (("text_fields_in.csv", m.REPLIES), ("text_fields_out.csv", m.REQUESTS)):
        names: dict[int, list[str]] = {}
        with (DATA / name).open(newline="") as file:
            for row in csv.DictReader(file):
                field = row["field"].split(".")[0]
                plain = not row["repeat"] and "(" not in field and not row["type"].startswith(("const", "skip"))
                if row["field"].startswith("count(") and "." not in row["field"]:
                    field, plain = row["field"][6:-1], True
                if plain and field not in ("VERSION", "lastTradeDateAndTime"):
                    known = names.setdefault(int(row["msg_id"]), [])
                    known += [] if field in known else [field]
        for msg_id, wanted in names.items():
            assert list(specs[msg_id].names)[: len(wanted)] == wanted


def test_spec_is_for_messages_only():
    assert m.spec(m.TickPrice).msg_id == 1
    with pytest.raises(KeyError):
        m.spec(int)


def test_all_names_are_exported():
    assert {spec.name for spec in m.SPECS.values()} <= set(m.__all__)
    assert all(getattr(m, name) for name in m.__all__)
