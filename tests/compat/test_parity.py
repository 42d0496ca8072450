"""The public API has all names, members, defaults and behaviours of ib_async 2.1.0."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import parity  # noqa: E402
import wording  # noqa: E402

NAMES = wording.read_csv(HERE / "facts" / "names.csv")
MEMBERS = wording.read_csv(HERE / "facts" / "members.csv")
MODEL = {"contract", "objects", "order", "ticker", "util", "flexreport", "ibcontroller", "version"}
CLASSES = sorted({r["class"] for r in MEMBERS if r["defined_in"].rpartition(".")[2] in MODEL})


@pytest.fixture(scope="module")
def subject():
    return parity.Subject("ibnb")


@pytest.mark.parametrize("name", CLASSES)
def test_members_of_the_model(subject, name):
    rows = [r for r in MEMBERS if r["class"] == name]
    problems = {r["member"]: parity.check_member(subject, r) for r in rows}
    assert {member: problem for member, problem in problems.items() if problem} == {}


@pytest.mark.parametrize("module", sorted(MODEL))
def test_names_of_the_model(subject, module):
    rows = [r for r in NAMES if r["defined_in"] == f"ib_async.{module}"]
    problems = {r["name"]: parity.check_name(subject, r) for r in rows}
    assert rows
    assert {name: problem for name, problem in problems.items() if problem} == {}


def test_all_facts_and_probes():
    """In a process of its own, as probes start loops and patch asyncio."""
    done = subprocess.run(
        [sys.executable, str(HERE / "parity.py"), "--probes"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "without use" not in done.stdout


@pytest.mark.parametrize(
    ("have", "problem"),
    [
        ("(a, b=1)", ""),
        ("(a, b=1, c=2)", ""),
        ("(a, b=2)", "default of b is 2, not 1"),
        ("(b=1, a=1)", "parameter a is at place 2, not 1; parameter b is at place 1, not 2"),
        ("(a)", "no parameter b"),
        ("(a, b=1, c)", "extra parameter c has no default"),
        ("(a, *, b=1)", "parameter b is keyword-only"),
    ],
)
def test_a_changed_signature_is_seen(have, problem):
    assert wording.compare_signatures("(a, b=1)", have) == problem


def test_a_missing_name_and_a_changed_default_are_seen(subject):
    row = {"name": "NoSuchName", "kind": "class", "scope": "export", "same_as": "", "value": ""}
    assert parity.check_name(subject, row) == "missing"
    row = next(r for r in MEMBERS if (r["class"], r["member"]) == ("ComboLeg", "exemptCode")) | {"default": "0"}
    assert parity.check_member(subject, row) == "default is -1, not 0"


@pytest.mark.parametrize(
    ("expression", "want", "told"),
    [
        ("1 + 1", "2", "2"),
        ("x = 5 ;; x + 1", "6", "6"),
        ("{}['a']", "raises KeyError", "raises KeyError"),
        ("{}['a']", "raises LookupError", "raises LookupError"),
        ("{}['a']", "raises ValueError", "raises KeyError"),
        ("{}['a']", "KeyError is not a value", "raises KeyError"),
    ],
)
def test_probes(expression, want, told):
    assert wording.run_probe(expression, "ibnb", want) == told
