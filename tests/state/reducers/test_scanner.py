"""Market scans."""

import pytest
from reducing import Reducing

from ibnb.contract import Contract, ContractDetails, ScanData
from ibnb.objects import ScanDataList
from ibnb.wire import catalogue as m


@pytest.fixture
def told():
    return Reducing()


def rows(*con_ids):
    return [ScanData(rank, ContractDetails(Contract(conId=c)), "", "", "", "") for rank, c in enumerate(con_ids)]


def test_each_message_replaces_the_list_and_is_told_twice(told):
    found = told.store.subscribers[5] = ScanDataList()
    told.take(m.ScannerData(5, rows(1, 2)))
    told.events.clear()
    told.take(m.ScannerData(5, rows(3)))
    assert [row.contractDetails.contract.conId for row in found] == [3]
    assert told.events == [("scannerDataEvent", found), ("updateEvent", found)]


def test_the_first_list_answers_a_request(told):
    found = told.store.subscribers[5] = ScanDataList()
    answer = told.start(5, found)
    told.take(m.ScannerData(5, rows(1)))
    assert answer.result() is found


def test_code_165_empties_the_list_and_tells_so(told):
    found = told.store.subscribers[5] = ScanDataList(rows(1))
    told.take(m.Error(5, 165, "no items retrieved"))
    assert (list(found), told.events[0]) == ([], ("updateEvent", found))


def test_code_165_ends_the_request(told):
    found = told.store.subscribers[5] = ScanDataList()
    answer = told.start(5, found)
    told.take(m.Error(5, 165, "no items retrieved"))
    assert answer.result() is found


def test_rows_for_nobody_are_counted(told):
    told.take(m.ScannerData(5, rows(1)))
    assert told.store.unknown_ids == 1


def test_parameters_answer_their_request(told):
    answer = told.start("scannerParams")
    told.take(m.ScannerParameters("<xml/>"))
    assert answer.result() == "<xml/>"
