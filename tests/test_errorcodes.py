"""The table of codes is complete and well formed."""

import pytest

from ibnb.errorcodes import ADVICE, CODES

KINDS = {"error", "warning", "info", "connectivity", "client"}


def test_every_line_is_whole():
    assert len(CODES) >= 430
    for code, info in CODES.items():
        assert 100 <= code < 20000
        assert info.kind in KINDS, code
        assert info.subject in ADVICE, code
        assert info.meaning == info.meaning.strip() != "", code
        assert info.advice == info.advice.strip() != "", code


@pytest.mark.parametrize(
    "code", [100, 162, 200, 201, 202, 321, 326, 354, 502, 1100, 1101, 1102, 2104, 2158, 10167, 10197]
)
def test_common_codes_have_advice_of_their_own(code):
    assert CODES[code].advice not in ADVICE.values()


def test_wrapped_lines_are_joined():
    assert CODES[502].advice.startswith("check host and port")
    assert "  " not in "".join(info.meaning + info.advice for info in CODES.values())
