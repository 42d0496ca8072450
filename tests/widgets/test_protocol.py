"""The bytes of IBT1, against its table in the module's docstring."""

import json
import struct

import numpy as np
import pytest
from widgets.hub_support import frames, kinds, quotes

from ibnb.widgets import protocol as p


def only(writer):
    (frame,) = frames(writer.frame(7))
    return frame


def test_a_snapshot_has_schema_dictionary_rows_and_values():
    t = quotes(3)
    frame = only(p.write_snapshot(5, {"name": "quotes", "columns": t.schema(), "meta": {}}, t.snapshot(), 0, 3, 0))
    assert (frame.stream, frame.seq, frame.base, frame.revision) == (5, 7, 0, t.revision)
    assert frame.flags == p.SNAPSHOT | p.FIRST | p.LAST
    assert kinds(frame) == [p.SCHEMA, p.DICT, p.ADD, p.ORDER] + [p.PATCH] * 5
    assert json.loads(frame.blocks[0][5])["total"] == 3
    assert frame.blocks[1][3:5] == (0, 4)  # column 0; three symbols and the missing one
    assert frame.blocks[1][5] == struct.pack("<II4I", 0, 0, 0, 2, 2, 2) + b"S0S1S2"
    assert frame.blocks[2][2] == p.RANGE and frame.blocks[2][5] == struct.pack("<2I", 0, 1)
    assert np.frombuffer(frame.blocks[5][5], "<f8").tolist() == [0.25, 1.25, 2.25]


def test_snapshot_chunks_are_numbered_and_only_the_first_has_the_schema():
    t = quotes(10)
    schema = {"columns": t.schema()}
    parts = [only(p.write_snapshot(1, schema, t.snapshot(), a, min(a + 4, 10), i)) for i, a in enumerate((0, 4, 8))]
    assert [part.base for part in parts] == [0, 1, 2]
    assert [part.flags for part in parts] == [p.SNAPSHOT | p.FIRST, p.SNAPSHOT, p.SNAPSHOT | p.LAST]
    assert [p.SCHEMA in kinds(part) for part in parts] == [True, False, False]


def test_a_tick_travels_in_under_two_hundred_bytes():
    t = quotes(100)
    since = t.revision
    t.upsert({"symbol": "S7", "last": 3.5, "size": 9})
    data = p.write_delta(1, {"columns": t.schema()}, t.delta(since)).frame(1)
    (frame,) = frames(data)
    assert (frame.base, frame.revision) == (since, since + 1)
    assert kinds(frame) == [p.ROWS, p.PATCH, p.PATCH]  # both columns changed in the same row
    assert [block[5] for block in frame.blocks] == [b"\x07\0\0\0", struct.pack("<d", 3.5), struct.pack("<i", 9)]
    assert len(data) < 200


def test_a_delta_goes_dictionary_deleted_added_changed():
    t = quotes(4)
    since = t.revision
    with t.packet():
        t.delete(["S0"])
        t.upsert([{"symbol": "NEW", "last": 1.0}, {"symbol": "S2", "last": 9.0}])
    (frame,) = frames(p.write_delta(1, {"columns": t.schema()}, t.delta(since)).frame(1))
    assert kinds(frame) == [p.DICT, p.DELETE, p.ADD, p.ORDER] + [p.PATCH] * 5 + [p.ROWS, p.PATCH]


@pytest.mark.parametrize(
    ("kind", "values", "type_", "decoded"),
    [
        ("f8", np.array([1.1] * 4), p.F64, [1.1] * 4),
        ("f8", np.arange(9) / 4, p.F32, [i / 4 for i in range(9)]),
        ("f8", np.array([0.1] * 9), p.F64, [0.1] * 9),
        ("f8", np.array([1e300] * 9), p.F64, [1e300] * 9),
        ("i8", np.array([1, -5]), p.I32, [1, -5]),
        ("i8", np.array([2**40, -5]), p.F64, [2.0**40, -5.0]),
        ("bool", np.array([0, 1, 255], "u1"), p.U8, [0, 1, 255]),
        ("str", np.array([0, 255], "u4"), p.U8, [0, 255]),
        ("str", np.array([0, 256], "u4"), p.U16, [0, 256]),
        ("str", np.array([0, 65536], "u4"), p.U32, [0, 65536]),
    ],
)
def test_values_travel_in_the_smallest_type_that_holds_them(kind, values, type_, decoded):
    found, packed = p.wire_values(kind, values)
    assert found == type_ and packed.tolist() == decoded


def test_missing_numbers_and_times_are_nan():
    _, ints = p.wire_values("i8", np.array([3, p.MISSING_INT]))
    _, times = p.wire_values("time", np.array([1_767_225_600_123_456_789, p.MISSING_INT]))
    assert ints[0] == 3 and np.isnan(ints[1])
    assert times[0] == pytest.approx(1_767_225_600_123.456789, abs=0.0003) and np.isnan(times[1])


@pytest.mark.parametrize(
    ("values", "encoding", "numbers"),
    [
        ([5, 5, 5], p.CONSTANT, [5.0]),
        ([np.nan, np.nan], p.CONSTANT, None),
        ([5, np.nan, 5], p.RAW, None),
        ([5], p.RAW, [5.0]),
    ],
)
def test_equal_values_travel_once(values, encoding, numbers):
    writer = p.FrameWriter(1, 0, 1)
    writer.patch(0, "f8", np.array(values, float))
    (block,) = only(writer).blocks
    assert block[2] == encoding and block[4] == len(values)
    if numbers:
        assert np.frombuffer(block[5], "<f8").tolist() == numbers


@pytest.mark.parametrize(
    ("slots", "encoding"),
    [([0, 1, 2, 3], p.RANGE), ([4, 6, 8], p.RANGE), ([0, 1, 3], p.RAW), ([3, 2, 1], p.RAW), ([4, 5], p.RAW)],
)
def test_evenly_spaced_slots_travel_as_a_range(slots, encoding):
    writer = p.FrameWriter(1, 0, 1)
    writer.rows(np.array(slots, "u4"))
    assert only(writer).blocks[0][2] == encoding
