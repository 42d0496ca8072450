"""The words of %ib: reading, help, completion."""

import pytest

from ibnb import commands
from ibnb.commands import VERBS, UsageProblem, complete, help_text, parse


def values(line):
    return parse(line).values


@pytest.mark.parametrize(
    "line",
    ['bars EURUSD "30 D" "1 hour"', "bars EURUSD 30 D 1 hour", "bars EURUSD 30D 1h", "bars EURUSD '30 days' 1hr"],
)
def test_durations_and_bar_sizes_have_many_spellings(line):
    assert values(line) == {"symbol": "EURUSD", "duration": "30 D", "barsize": "1 hour"}


def test_options_may_stand_anywhere_and_take_values_two_ways():
    expected = {"symbol": "AAPL", "what": "BID_ASK", "live": True}
    assert values("bars --what bid_ask AAPL --live") == expected
    assert values("bars AAPL --live --what=BID_ASK") == expected
    assert values("connect 4002 --client-id 7") == {"host_port": ("127.0.0.1", 4002), "client_id": 7}
    assert values("quotes AAPL EURUSD --generic 100,233") == {"symbol": ["AAPL", "EURUSD"], "generic": "100,233"}
    assert values("demo --seed 3 --speed 2.5") == {"seed": 3, "speed": 2.5}


def test_an_empty_line_asks_for_help():
    assert parse("").verb.name == parse("  ").verb.name == "help"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("brs", "has no verb 'brs'; did you mean 'bars'\\? verbs: demo, connect"),
        ("conn", "did you mean 'connect'"),
        ("zzz", "has no verb 'zzz'; verbs: demo"),
        ("bars", "needs SYMBOL .*usage: %ib bars SYMBOL"),
        ("bars AAPL 1D 1h extra", "'extra' is too much"),
        ("bars AAPL --lve", "no option '--lve'; did you mean '--live'\\? options: --what"),
        ("bars AAPL --live=1", "--live takes no value"),
        ("bars AAPL --what", "--what needs a value"),
        ("bars AAPL --what MID", "did you mean 'MIDPOINT'"),
        ("bars AAPL 30X", "DURATION: '30X' is not a duration"),
        ("bars AAPL 0D", "'0D' is not a duration"),
        ("bars AAPL 1D 7m", "BARSIZE: '7m' is not a bar size.*5 mins"),
        ("connect localhost", "'localhost' is not an address; write HOST:PORT"),
        ("connect 99999", "is not an address"),
        ("connect --client-id x", "--client-id: 'x' is not a whole number"),
        ("connect --timeout x", "is not a number"),
        ("status --all", "no option '--all'; it takes none"),
        ('bars "AAPL', "no closing quotation"),
    ],
)
def test_a_wrong_line_is_answered_with_the_choices(line, told):
    with pytest.raises(UsageProblem, match=told):
        parse(line)


@pytest.mark.parametrize(
    ("text", "size"), [("5m", "5 mins"), ("1 D", "1 day"), ("1month", "1 month"), ("30S", "30 secs")]
)
def test_bar_sizes_come_out_as_tws_spells_them(text, size):
    assert commands.bar_size(text) == size


@pytest.mark.parametrize(
    ("text", "length"), [("3600 s", "3600 S"), ("2 weeks", "2 W"), ("6M", "6 M"), ("1 year", "1 Y")]
)
def test_durations_come_out_as_tws_spells_them(text, length):
    assert commands.duration(text) == length


def test_every_bar_size_reads_as_itself():
    assert [commands.bar_size(size) for size in commands.BAR_SIZES] == list(commands.BAR_SIZES)


def test_addresses():
    assert commands.address("10.0.0.1:7496") == ("10.0.0.1", 7496)
    assert commands.address(":4002") == ("127.0.0.1", 4002)
    assert commands.address("[::1]:4002") == ("::1", 4002)


@pytest.mark.parametrize("name", VERBS)
def test_help_tells_every_argument_option_and_example(name):
    text = help_text(name)
    verb = VERBS[name]
    assert text.startswith(f"%ib {name}")
    for part in (*verb.arguments, *verb.options):
        assert part.name in text
        assert part.help in text
    for example in verb.examples:
        assert example in text
        parse(example.partition("%ib ")[2])


def test_help_lists_every_verb():
    assert all(f"    {name} " in help_text() for name in VERBS)
    with pytest.raises(UsageProblem, match="did you mean 'bars'"):
        help_text("bar")


SYMBOLS = ("EURUSD", "AAPL", "AMD")


@pytest.mark.parametrize(
    ("before", "word", "some"),
    [
        ("", "", {"demo", "bars", "help"}),
        ("de", "de", {"demo"}),
        ("bars ", "", {"AAPL", "AMD", "EURUSD", "--live"}),
        ("bars a", "a", {"AAPL", "AMD"}),
        ("bars EURUSD ", "", {'"30 D"', '"1 Y"'}),
        ('bars EURUSD "3', '"3', {'"30 D"', '"3 M"', '"3600 S"'}),
        ("bars EURUSD '30", "'30", {"'30 D'"}),
        ('bars EURUSD "30 D" ', "", {'"1 hour"'}),
        ("bars EURUSD 30 D 1", "1", {'"1 hour"', '"1 day"'}),
        ("bars EURUSD --what M", "M", {"MIDPOINT"}),
        ("bars EURUSD --what MIDPOINT --l", "--l", {"--live"}),
        ("bars --live E", "E", {"EURUSD"}),
        ("quotes AAPL A", "A", {"AAPL", "AMD"}),
        ("connect ", "", {"127.0.0.1:7497", "--client-id"}),
        ("help b", "b", {"bars"}),
        ("demo --scenario f", "f", {"farms-down"}),
    ],
)
def test_tab_offers_what_may_stand_there(before, word, some):
    begun, offers = complete(before, SYMBOLS)
    assert begun == word
    assert some <= set(offers)
    assert all(offer.strip("\"'").lower().startswith(word.strip("\"'").lower()) for offer in offers)


@pytest.mark.parametrize("before", ["nonsense ", "connect --client-id ", "status x"])
def test_tab_offers_nothing_where_nothing_is_known(before):
    assert complete(before, SYMBOLS)[1] == []


def test_tab_does_not_offer_an_option_twice():
    assert "--live" not in complete("bars EURUSD --live --", SYMBOLS)[1]
