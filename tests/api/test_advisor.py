"""Advisor data, positions of models, family codes, soft dollar tiers."""

from reducing import AMD

from ibnb.api import advisor
from ibnb.contract import Contract
from ibnb.objects import FamilyCode, Position, SoftDollarTier
from ibnb.wire import catalogue as m

PLAIN = Contract(secType="STK", conId=4391, symbol="AMD")


def test_advisor_data(wire, awaited):
    wire.answer(m.RequestFA, m.ReceiveFA(1, "<xml/>"))
    assert wire.ib.requestFA(1) == awaited(lambda: wire.ib.requestFAAsync(1)) == "<xml/>"
    assert wire.sent[0] == m.RequestFA(1)


def test_advisor_data_of_two_kinds_are_told_apart(wire, monkeypatch):
    monkeypatch.setattr(advisor, "ADVISOR_DATA_S", 0.01)
    wire.answer(m.RequestFA, m.ReceiveFA(3, "<xml/>"))
    assert wire.ib.requestFA(1) is None


def test_replaced_advisor_data_is_answered_in_the_log(wire):
    wire.answer(m.ReplaceFA, m.ReplaceFAEnd(0, "success"))
    assert wire.ib.replaceFA(1, "<xml/>") is None
    assert (wire.sent[0].faData, wire.sent[0].cxml) == (1, "<xml/>")
    assert [line.text for line in wire.ib.wrapper.log.values()] == ["replaceFA: success"]


def test_family_codes(wire, awaited):
    wire.answer(m.ReqFamilyCodes, m.FamilyCodes([FamilyCode("DU1", "F")]))
    assert wire.ib.reqFamilyCodes() == awaited(wire.ib.reqFamilyCodesAsync) == [FamilyCode("DU1", "F")]


def test_soft_dollar_tiers(wire, awaited):
    wire.answer(m.ReqSoftDollarTiers, m.SoftDollarTiers(0, [SoftDollarTier("a", "b", "c")]))
    assert wire.ib.reqSoftDollarTiers() == awaited(wire.ib.reqSoftDollarTiersAsync) == [SoftDollarTier("a", "b", "c")]


def test_positions_of_a_model_are_returned_and_followed(wire):
    wire.answer(m.ReqPositionsMulti, m.PositionMulti(0, "DU1", PLAIN, 5.0, 9.0, "M"), m.PositionMultiEnd())
    (position,) = wire.ib.reqPositionsMulti("DU1", "M")
    assert position == Position("DU1", AMD, 5.0, 9.0)
    (asked,) = wire.sent
    assert (asked.account, asked.modelCode) == ("DU1", "M")
    wire.tell(m.PositionMulti(asked.reqId, "DU1", PLAIN, 7.0, 9.0, "M"))
    assert [p.position for p in wire.ib.positionsMulti("DU1", "M")] == [7.0]
    assert wire.ib.positions() == []


def test_positions_of_a_model_are_told_with_the_model(wire):
    seen = []
    wire.ib.positionMultiEvent += lambda position, model: seen.append((position.position, model))
    wire.answer(m.ReqPositionsMulti, m.PositionMulti(0, "DU1", PLAIN, 5.0, 9.0, "M"), m.PositionMultiEnd())
    wire.ib.reqPositionsMulti("DU1", "M")
    wire.fire()
    assert seen == [(5.0, "M")]


def test_cancelled_positions_are_forgotten(wire, awaited):
    wire.answer(m.ReqPositionsMulti, m.PositionMulti(0, "DU1", PLAIN, 5.0, 9.0), m.PositionMultiEnd())
    awaited(lambda: wire.ib.reqPositionsMultiAsync("DU1"))
    wire.ib.cancelPositionsMulti("DU1")
    assert wire.sent[-1] == m.CancelPositionsMulti(wire.sent[0].reqId)
    assert wire.ib.positionsMulti("DU1") == []


def test_asking_again_ends_the_request_before(wire):
    wire.answer(m.ReqPositionsMulti, m.PositionMultiEnd())
    wire.ib.reqPositionsMulti("DU1")
    wire.ib.reqPositionsMulti("DU1")
    assert [type(request) for request in wire.sent] == [
        m.ReqPositionsMulti,
        m.CancelPositionsMulti,
        m.ReqPositionsMulti,
    ]


def test_the_gateway_knows_its_accounts(ib):
    (account,) = ib.managedAccounts()
    assert ib.reqFamilyCodes() == [FamilyCode(account, "")]
    assert len(ib.reqSoftDollarTiers()) == 2
    followed = {position.contract.conId for position in ib.reqPositionsMulti(account)}
    assert followed == {position.contract.conId for position in ib.positions(account)}
