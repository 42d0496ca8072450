"""Groups of accounts and how they divide orders."""

from xml.etree import ElementTree

import pytest

from ibnb.order import MarketOrder
from ibnb.sim.accounts import Account
from ibnb.sim.advisor import Advisor
from ibnb.sim.errors import RequestRefused

EQUITY = {"A": (300.0, 10.0), "B": (100.0, 30.0)}
FIXED = """<?xml version="1.0" encoding="UTF-8"?><ListOfGroups><Group><name>G</name><ListOfAccts varName="list">
<Account><acct>A</acct><amount>1</amount></Account><Account><acct>B</acct><amount>3</amount></Account></ListOfAccts>
<defaultMethod>Ratio</defaultMethod></Group></ListOfGroups>"""


@pytest.fixture
def advisor():
    return Advisor({name: Account(name) for name in "AB"}, lambda account: EQUITY[account.name])


def shares(advisor, group="All", method=""):
    return [(a.name, w) for a, w in advisor.shares(MarketOrder("BUY", 10, faGroup=group, faMethod=method), 1)]


@pytest.mark.parametrize(
    ("method", "weights"),
    [
        ("", [300, 100]),
        ("NetLiq", [300, 100]),
        ("AvailableEquity", [10, 30]),
        ("Equal", [1, 1]),
        ("EqualQuantity", [1, 1]),
    ],
)
def test_methods_weigh_accounts(advisor, method, weights):
    assert shares(advisor, method=method) == list(zip("AB", weights, strict=True))


def test_a_change_by_percent_goes_by_what_is_held(advisor):
    from ibnb.sim.instruments import standard

    amd = next(i for i in standard() if i.con_id == 4391)
    advisor._accounts["B"].hold(amd, -7, 1.0, 1.0)
    order = MarketOrder("BUY", 10, faGroup="All", faMethod="PctChange")
    assert [w for _, w in advisor.shares(order, 4391)] == [0, 7]
    with pytest.raises(RequestRefused, match="gives no account of group 'All' a share"):
        advisor.shares(order, 1)


def test_groups_are_replaced_and_read_back(advisor):
    advisor.replace(1, FIXED)
    assert shares(advisor, "G") == [("A", 1), ("B", 3)]
    assert [a.name for a in advisor.members("G")] == ["A", "B"]
    assert advisor.members("All") is None
    root = ElementTree.fromstring(advisor.xml(1))
    assert [(e.findtext("acct"), e.findtext("amount")) for e in root.iter("Account")] == [("A", "1"), ("B", "3")]
    advisor.replace(1, advisor.xml(1))
    assert shares(advisor, "G") == [("A", 1), ("B", 3)]


def test_aliases_are_replaced(advisor):
    advisor.replace(3, "<x><AccountAlias><account>A</account><alias>Mine &amp; yours</alias></AccountAlias></x>")
    assert "<alias>Mine &amp; yours</alias>" in advisor.xml(3)


@pytest.mark.parametrize(
    ("text", "says"),
    [("<x", "cannot be read"), ("<!DOCTYPE x><x/>", "declares a type"),
     (FIXED.replace(">A<", ">Z<"), "account 'Z' is not"),
     (FIXED.replace("Ratio", "Magic"), "method 'Magic'"), (FIXED.replace(">3<", ">many<"), "is no number"),
     ("<x>" + " " * 100_001 + "</x>", "too long")],
)  # fmt: skip
def test_what_cannot_be_is_refused(advisor, text, says):
    with pytest.raises(RequestRefused, match=says):
        advisor.replace(1, text)
    assert list(advisor.groups) == ["All"]


def test_what_is_not_offered_is_refused(advisor):
    with pytest.raises(RequestRefused, match="FA data type 2 is not offered"):
        advisor.xml(2)
    with pytest.raises(RequestRefused, match="group 'X' is not known"):
        shares(advisor, "X")
    with pytest.raises(RequestRefused, match="method 'X' is not known"):
        shares(advisor, method="X")
    single = Advisor({"A": Account("A")}, lambda account: (1.0, 1.0))
    with pytest.raises(RequestRefused, match="non FA customers"):
        single.xml(1)
    with pytest.raises(RequestRefused, match="non FA customers"):
        shares(single)
