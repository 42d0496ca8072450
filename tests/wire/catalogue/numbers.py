"""Check the field numbers of a record against the table of protobuf fields."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from ibnb.wire.schema import Record

DATA = Path(__file__).parent.parent.parent / "conformance" / "data"
# Fields that are written with another object.
ELSEWHERE = {"perLegPrice"}


@cache
def table(message: str) -> dict[str, int]:
    """Return field name -> number of a protobuf message."""
    with (DATA / "proto_fields.csv").open(newline="") as file:
        return {r["field_name"]: int(r["field_number"]) for r in csv.DictReader(file) if r["message"] == message}


def check(message: str, record: Record, renamed: dict[str, str]) -> None:
    """Compare all numbers of a record with the table, both ways."""
    ours = {renamed.get(part.path, part.path): part.number for part in record.parts if part.number}
    theirs = {name: number for name, number in table(message).items() if name not in ELSEWHERE}
    assert ours == theirs
