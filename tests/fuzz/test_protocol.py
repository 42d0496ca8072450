"""The judge of the fuzzer on its own corpus and on damaged copies of it: what `make fuzz` does by the million."""

from __future__ import annotations

import random

import pytest

from ibnb.errors import DecodeError
from ibnb.session import Side
from ibnb.wire import catalogue as m
from tests.fuzz.protocol import FRAME, corpus, dictionary, feed

SIDES = pytest.mark.parametrize("side", Side, ids=lambda side: side.value)


@SIDES
def test_the_corpus_holds_every_message(side):
    seen = set()
    for case in corpus(side):
        session = feed(side, case)
        assert not session.stats.decode_errors, session.events
        assert not session.codec.unknown_ids
        seen |= {type(event) for event in session.events}
    assert seen == {spec.cls for spec in (m.REPLIES if side is Side.CLIENT else m.REQUESTS).values()}


@SIDES
def test_damaged_messages_fail_alone(side):
    rng = random.Random(7)
    failed = 0
    for case in corpus(side):
        damaged = bytearray(case)
        for _ in range(1 + len(damaged) // 100):
            damaged[rng.randrange(2, len(damaged))] = rng.randrange(256)
        failed += feed(side, bytes(damaged)).stats.decode_errors
        feed(side, bytes((case[0], 2 * rng.randrange(128))) + bytes(damaged[2:]))
    assert failed > 50


@pytest.mark.parametrize(
    "case",
    [
        b"",
        b"\0",
        b"\x12\x01" + FRAME * 20,
        b"\x12\x00\xff\xff\xff\xff",
        b"\x08\x01\0\0\0\x61\x001\x002\x001\x000\x00x\x001\x001\x001\x001\x000\x001\x001\x001\x001\x001\x00",
    ],
)
@SIDES
def test_findings_stay_fixed(side, case):
    feed(side, case)


def test_a_bad_row_names_its_field():
    session = feed(Side.CLIENT, b"\x08\x01" + b"\0\0\0\x615\x001\x0020240119\x003\x00x\x001\x001\x001\x001\x00")
    with pytest.raises(DecodeError) as caught:
        list(session.events[0].ticks)
    error = caught.value
    assert (error.message, error.server_version, error.field) == ("HistoricalTicksBidAsk", 201, "ticks[0].priceBid")
    assert error.raw == b"x"


def test_words_of_the_dictionary_are_quoted():
    assert all(word[0] == word[-1] == '"' for word in dictionary(Side.SERVER))
