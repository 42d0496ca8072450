"""Scenario files: what they may say, and what a wrong one is told."""

import json

import pytest

from ibnb.sim.errors import ScenarioError
from ibnb.sim.scenario import ACTIONS, EVENTS, TRIGGERS, Scenario, is_request, names, request_named
from ibnb.wire import catalogue as m

FARM = {"at": 1, "do": "farm", "farm": "usfarm", "state": "down"}


def read(*steps):
    return Scenario.of({"title": "t", "step": list(steps)})


def test_a_toml_file_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "x"\n[[step]]\nat = 1.5\ndo = "price"\nsymbol = "AMD"\nby = -3\nseconds = 10\n')
    scenario = Scenario.of(path)
    assert (scenario.name, scenario.title) == ("mine.toml", "x")
    (step,) = scenario.steps
    assert (step.number, step.do, step.trigger) == (1, "price", {"at": 1.5})
    assert step.values == {"symbol": "AMD", "by": -3, "seconds": 10}
    assert Scenario.of(str(path)) == Scenario.of(scenario) == scenario


def test_json_and_python_say_the_same_as_toml(tmp_path):
    data = {"title": "t", "step": [FARM, {"on": "placeOrder", "nth": 2, "do": "drop"}]}
    (tmp_path / "a.json").write_text(json.dumps(data))
    (tmp_path / "a.py").write_text(f"SCENARIO = {data!r}")
    assert Scenario.of(tmp_path / "a.json").steps == Scenario.of(tmp_path / "a.py").steps == Scenario.of(data).steps


def test_python_may_call_a_function(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("SCENARIO = {'step': [{'at': 0, 'do': 'call', 'function': lambda gateway: None}]}")
    assert callable(Scenario.of(path).steps[0].values["function"])


@pytest.mark.parametrize("name", names())
def test_what_ships_is_right(name):
    scenario = Scenario.of(name)
    assert scenario.title
    assert scenario.steps


def test_the_names_that_the_documents_give_exist():
    assert {"nightly-restart", "farms-down", "link-lost", "slow-answers", "rejects", "pacing"} <= set(names())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[step]\n", "a.toml: cannot be read: "),
        ("x = 1\n", "a.toml: 'x' is not known; a scenario has title and step"),
        ("title = 3\n", "a.toml: title = 3 must be a text"),
        ("", "a.toml: has no steps"),
        ("step = [3]\n", "a.toml, step 1: must be a mapping, not 3"),
        ("[[step]]\nat = 1\n", 'a.toml, step 1: has no "do"; choose one of farm, link'),
        ('[[step]]\ndo = "frm"\n', "a.toml, step 1: do = 'frm' is not known; choose one of farm"),
        ('[[step]]\ndo = "drop"\n', "a.toml, step 1 (do = 'drop'): needs exactly one of at, daily and on"),
        ('[[step]]\ndo = "drop"\nat = 1\non = "fill"\n', "it has at and on"),
        ('[[step]]\ndo = "drop"\nat = -1\n', "at = -1 is not allowed; it must be a number of seconds, 0 or more"),
        ('[[step]]\ndo = "drop"\nat = true\n', "at = True is not allowed"),
        ('[[step]]\ndo = "drop"\nat = nan\n', "at = nan is not allowed"),
        ('[[step]]\ndo = "drop"\nat = 1\nclinet = 3\n', "'clinet' is not known; drop takes client; a step"),
        ('[[step]]\nat = 1\ndo = "farm"\nfarm = "usfarm"\nstate = "dwon"\n', "one of ok, down, idle, connecting"),
        ('[[step]]\nat = 1\ndo = "farm"\nfarm = "usfarm"\n', "(do = 'farm'): state is missing; it must be one of ok"),
        ('[[step]]\ndaily = "25:00"\ndo = "drop"\n', "daily = '25:00' is not allowed; it must be a time of day"),
        ('[[step]]\non = "reqFoo"\ndo = "drop"\n', "or a request by its name in the API, such as placeOrder"),
        ('[[step]]\nat = 1\ndo = "slow"\ndelay = 1\nrequests = ["reqFoo"]\n', "requests = ['reqFoo'] is not allowed"),
        ('[[step]]\nat = 1\ndo = "price"\nsymbol = "AMD"\n', "needs either by, a change in percent, or to, a price"),
        ('[[step]]\nat = 1\ndo = "price"\nsymbol = "AMD"\nby = -100\n', "by = -100 is not allowed"),
        ('[[step]]\nat = 1\ndo = "frame"\nhex = "00 0"\n', "bytes in hexadecimal digits, two each"),
        ('[[step]]\nat = 1\ndo = "set"\n', "needs pacing or read_only"),
        ('[[step]]\nat = 1\ndo = "call"\nfunction = "x"\n', "a function of one argument, the gateway (in Python only)"),
        ('[[step]]\non = "price"\nabove = 3\ndo = "drop"\n', "on = 'price' needs of, a symbol, and either above or"),
        ('[[step]]\nat = 1\nabove = 3\ndo = "drop"\n', "above goes with on = 'price' only"),
        ('[[step]]\nat = 1\nnth = 3\ndo = "drop"\n', "nth goes with on, a request or event"),
        ('[[step]]\nat = 1\ntimes = 3\ndo = "drop"\n', "times goes with every only"),
        ('[[step]]\ndaily = "23:45"\nevery = 3\ndo = "drop"\n', "every goes with at or on only"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_what_is_wrong(tmp_path, text, says):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as raised:
        Scenario.of(path)
    assert says in str(raised.value)
    assert "a.toml" in str(raised.value)


def test_other_files_and_names_are_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"'nope' is no scenario: .* one of .*farms-down"):
        Scenario.of("nope")
    with pytest.raises(ScenarioError, match=r"gone\.toml: cannot be read: No such file"):
        Scenario.of(tmp_path / "gone.toml")
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(ScenarioError, match=r"a\.json: must hold a mapping"):
        Scenario.of(tmp_path / "a.json")
    (tmp_path / "a.py").write_text("x = 1")
    with pytest.raises(ScenarioError, match=r"a\.py: a Python file must assign a dict to SCENARIO"):
        Scenario.of(tmp_path / "a.py")


def test_the_second_step_is_the_one_that_is_named():
    with pytest.raises(ScenarioError, match=r"scenario, step 2 \(do = 'halt'\): symbol is missing"):
        read(FARM, {"at": 1, "do": "halt"})


def test_requests_are_known_by_their_names():
    assert request_named("reqMktData") is m.ReqMktData
    assert request_named("PLACEORDER") is m.PlaceOrder
    assert request_named("tickPrice") is None
    assert is_request(m.PlaceOrder)
    assert not is_request(m.CancelOrder)
    assert not is_request(m.StartApi)


def test_every_word_is_documented():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text("utf-8")
    words = {*ACTIONS, *TRIGGERS, *EVENTS, *names(), *(v for a in ACTIONS.values() for v in a.values)}
    assert {word for word in words if f"`{word}`" not in page} == set()
