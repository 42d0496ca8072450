"""Ids: always above those that were seen."""

import pytest

from ibnb.errors import LocalProtocolError
from ibnb.session.requests import MAX_ID, RequestIds
from ibnb.values import UNSET_INTEGER


def test_ids_rise():
    ids = RequestIds()
    assert [ids.next() for _ in range(3)] == [1, 2, 3]
    ids.at_least(100)
    assert ids.next() == 100
    ids.at_least(50)
    assert ids.next() == 101


def test_ids_lie_above_those_seen():
    ids = RequestIds(10)
    ids.seen(500)
    ids.seen(20)
    ids.seen(-1)
    ids.seen(UNSET_INTEGER)
    assert ids.peek == 501
    assert ids.next() == 501


def test_ids_end():
    ids = RequestIds(MAX_ID)
    with pytest.raises(LocalProtocolError, match="reset the API order id"):
        ids.next()
