"""Display groups."""

import pytest
from reducing import AMD

from ibnb.errors import LocalProtocolError
from ibnb.wire import catalogue as m


def test_groups_are_numbers(wire, awaited):
    wire.answer(m.QueryDisplayGroups, m.DisplayGroupList(0, "3|1"))
    assert wire.ib.queryDisplayGroups() == awaited(wire.ib.queryDisplayGroupsAsync) == [3, 1]


def test_what_a_group_shows_is_told(wire):
    seen = []
    wire.ib.displayGroupEvent += lambda *args: seen.append(args)
    wire.ib.subscribeToGroupEvents(3)
    wire.ib.subscribeToGroupEvents(3)
    (asked,) = wire.sent
    assert asked.groupId == 3
    wire.tell(m.DisplayGroupUpdated(asked.reqId, "4391@SMART"))
    wire.fire()
    assert seen == [(3, "4391@SMART")]


@pytest.mark.parametrize(("contract", "info"), [(AMD, "4391@SMART"), (None, "none")])
def test_a_group_is_made_to_show_a_contract(wire, contract, info):
    wire.ib.subscribeToGroupEvents(3)
    wire.ib.updateDisplayGroup(3, contract)
    assert wire.sent[-1] == m.UpdateDisplayGroup(wire.sent[0].reqId, info)


def test_the_end(wire):
    wire.ib.subscribeToGroupEvents(3)
    wire.ib.unsubscribeFromGroupEvents(3)
    assert wire.sent[-1] == m.UnsubscribeFromGroupEvents(wire.sent[0].reqId)
    with pytest.raises(LocalProtocolError, match=r"subscribeToGroupEvents\(3\) first"):
        wire.ib.updateDisplayGroup(3, AMD)


def test_the_gateway_shows_what_it_is_told(ib):
    seen = []
    ib.displayGroupEvent += lambda *args: seen.append(args)
    group = ib.queryDisplayGroups()[0]
    ib.subscribeToGroupEvents(group)
    ib.updateDisplayGroup(group, AMD)
    assert list(ib.loopUntil(lambda: (group, "4391@SMART") in seen, 5))[-1]
