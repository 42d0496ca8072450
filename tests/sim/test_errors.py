"""The error that a handler raises to refuse a request."""

from ibnb.sim.errors import RequestRefused


def test_code_and_text():
    refused = RequestRefused(200, "No security definition")
    assert (refused.code, refused.text, str(refused)) == (200, "No security definition", "200 No security definition")
