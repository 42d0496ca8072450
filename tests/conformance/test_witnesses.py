"""Every message against its outside witnesses, at every server version; `IBNB_CONFORMANCE=some` takes a handful."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest

pytest.importorskip("ibapi")

from ibnb.wire import catalogue as m
from ibnb.wire.schema import MessageSpec
from tests.conformance.cells import SOME_VERSIONS, VERSIONS, Cell, reply_cells, request_cells, sendable, table_cells
from tests.conformance.matrix import report

SAMPLES = 7
CHOSEN = SOME_VERSIONS if os.environ.get("IBNB_CONFORMANCE") == "some" else VERSIONS


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)  # the official client logs each message
    yield
    logging.disable(logging.NOTSET)


def check(cells: list[Cell]) -> None:
    """Fail with the first cell that differs."""
    bad = [cell for cell in cells if cell.difference]
    first = bad[0] if bad else None
    assert first is None, f"{len(bad)} of {len(cells)} differ, first {first}"
    assert cells


@pytest.mark.parametrize("spec", m.REQUESTS.values(), ids=lambda spec: spec.name)
def test_request_equals_the_official_clients(spec: MessageSpec) -> None:
    """Bytes of text and fields of protobuf are those that the official client sends."""
    check([c for v in CHOSEN if sendable(spec, v) for c in request_cells(spec, v, SAMPLES)])


@pytest.mark.parametrize("spec", m.REPLIES.values(), ids=lambda spec: spec.name)
def test_reply_is_read_alike_by_the_official_client(spec: MessageSpec) -> None:
    """What the server side writes gives the same values in both clients."""
    check([c for v in CHOSEN if sendable(spec, v) for c in reply_cells(spec, v, SAMPLES)])


@pytest.mark.parametrize("spec", [*m.REQUESTS.values(), *m.REPLIES.values()], ids=lambda spec: spec.name)
def test_frames_built_from_the_tables_are_read(spec: MessageSpec) -> None:
    """Frames that come straight from the tables of facts give the values that went in."""
    cells = [c for v in CHOSEN if sendable(spec, v) for c in table_cells(spec, v, SAMPLES)]
    check(cells)


def test_report_counts_what_differs() -> None:
    """The matrix tells equal, excused and different cells apart."""
    cells = [
        Cell("reply", "TickPrice", 178, 0),
        Cell("reply", "TickPrice", 178, 1, ("a reason",)),
        Cell("reply", "TickPrice", 178, 2, (), "price"),
    ]
    text, bad = report(cells)
    assert bad == 1
    assert "reply           1         3         1        1         1" in text
    assert "1  a reason" in text


def test_a_wrong_layout_would_be_seen() -> None:
    """The comparison is able to fail: a request with another value is different."""
    spec = m.REQUESTS[62]
    good = list(request_cells(spec, 178, 3))
    assert not any(cell.difference for cell in good)
    original, spec.types["tags"] = spec.types["tags"], spec.types["tags"].but(dump='"x" + {v}')
    try:
        from ibnb.wire import codec

        codec._CODES.pop((m.ReqAccountSummary, "encode", False, 177), None)
        assert all(cell.difference for cell in request_cells(spec, 177, 3))
    finally:
        spec.types["tags"] = original
        codec._CODES.pop((m.ReqAccountSummary, "encode", False, 177), None)
