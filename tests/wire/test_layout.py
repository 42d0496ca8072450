"""The words of layouts."""

from ibnb.wire.layout import Field, When, const, field, present, repeat, since, tag, tags, when


def test_words_know_their_versions():
    word = field("order.duration", since=158, until=170)
    assert [word.at(v) for v in (157, 158, 169, 170)] == [False, True, True, False]
    assert not const("faProfile", until=177).at(177)


def test_since_is_a_group_without_a_condition():
    word = since(164, "a", "b")
    assert word == When(164, 10**9, "", ("a", "b"))
    assert when("x > 0", "a", since=5).at(5)


def test_lists_and_objects():
    assert repeat("contract.comboLegs", "conId").words == ("conId",)
    assert present("contract.deltaNeutralContract", "conId").path == "contract.deltaNeutralContract"
    assert field("x") == Field(0, 10**9, "x", None)


def test_tags_count_from_one_or_say_their_number():
    assert [(t.path, t.number) for t in tags("reqId", "size", done=7)] == [("reqId", 1), ("size", 2), ("done", 7)]
    assert tag("minTick", 2, since=5).since == 5
