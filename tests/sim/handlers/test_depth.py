"""Market depth: operations that rebuild the book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.contract import Contract, Forex, Index, Stock
from ibnb.sim.handlers.depth import changes
from ibnb.wire import catalogue as m
from tests.sim.peer import Peer, error_of

EURUSD, AMD = Forex("EURUSD"), Stock("AMD", "SMART", "USD")


def apply(book, operation, position, row):
    """What TWS documents: insert moves rows down, delete moves them up."""
    if operation == 0:
        book.insert(position, row)
    elif operation == 1:
        book[position] = row
    else:
        del book[position]


prices = st.lists(st.integers(1, 30), unique=True, max_size=8).map(sorted)


@given(old=prices, new=prices, sizes=st.lists(st.integers(1, 3), min_size=16, max_size=16))
def test_changes_turn_one_book_into_the_other(old, new, sizes):
    before = [(float(p), float(sizes[k]), "") for k, p in enumerate(old)]
    after = [(float(p), float(sizes[k + 8]), "") for k, p in enumerate(new)]
    book = list(before)
    for operation, position, row in changes(before, after):
        apply(book, operation, position, row)
        assert len(book) <= max(len(before), len(after))
    assert book == after


@pytest.mark.parametrize("version", [157, 225])
def test_a_client_that_follows_has_the_book(version):
    peer = Peer(version=version)
    sides = ([], [])
    messages = peer.ask(m.ReqMktDepth(1, EURUSD, 5))
    for _ in range(60):
        for d in messages:
            apply(sides[d.side], d.operation, d.position, (d.price, d.size))
        messages = peer.step(0.5)
    for d in messages:
        apply(sides[d.side], d.operation, d.position, (d.price, d.size))
    depth = peer.client.subscriptions["depth", 1]
    for side in (0, 1):
        assert sides[side] == [row[:2] for row in depth.book(side, peer.clock.now())]
    asks, bids = ([row[0] for row in side] for side in sides)
    assert asks == sorted(asks) and bids == sorted(bids, reverse=True) and bids[0] < asks[0]


def test_top_of_the_book_is_the_quote(peer):
    messages = peer.ask(m.ReqMktDepth(1, EURUSD, 5))
    quote = peer.gateway.quote(peer.gateway.db.by_id(12087792))
    best = {d.side: (d.price, d.size) for d in messages if d.position == 0}
    assert best == {0: (quote.ask, quote.ask_size), 1: (quote.bid, quote.bid_size)}
    assert len(messages) == 10


def test_level_two_for_stocks_and_smart_depth(peer):
    messages = peer.ask(m.ReqMktDepth(1, AMD, 3, True))
    assert {type(d) for d in messages} == {m.UpdateMktDepthL2}
    assert all(d.isSmartDepth and d.marketMaker for d in messages)


def test_refusals_and_cancel(peer):
    assert error_of(peer.ask(m.ReqMktDepth(1, Index("SPX", "CBOE"), 5))) == (1, 10092)
    assert error_of(peer.ask(m.ReqMktDepth(1, EURUSD, 0))) == (1, 321)
    peer.ask(m.ReqMktDepth(1, EURUSD, 5))
    peer.ask(m.CancelMktDepth(1, False))
    assert peer.step(1, 5) == []
    assert error_of(peer.ask(m.CancelMktDepth(1, False))) == (1, 310)


def test_an_id_in_use_is_refused_and_a_cancel_has_to_say_smart(peer):
    peer.ask(m.ReqMktDepth(1, AMD, 5, True))
    assert error_of(peer.ask(m.ReqMktDepth(1, AMD, 5, True))) == (1, 322)
    assert error_of(peer.ask(m.CancelMktDepth(1, False))) == (1, 310)
    assert peer.ask(m.CancelMktDepth(1, True)) == []


def test_three_books_when_paced():
    peer = Peer(pacing=True)
    for n in range(3):
        peer.ask(m.ReqMktDepth(n, EURUSD, 5))
    assert error_of(peer.ask(m.ReqMktDepth(9, EURUSD, 5))) == (9, 309)


def test_a_cfd_is_rerouted_to_its_stock(peer):
    cfd = Contract(secType="CFD", symbol="AMD", exchange="SMART")
    assert peer.ask(m.ReqMktDepth(1, cfd, 5)) == [m.RerouteMktDepthReq(1, 4391, "SMART")]
