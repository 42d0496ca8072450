"""The snippets of docs/migrating.md: those for ibnb, for ib_async and for the official client run as they stand."""

import asyncio
import contextlib
import io
import re
import textwrap
from pathlib import Path

import pytest

import ibnb
from ibnb.sim import Gateway

PAGE = (Path(__file__).parents[2] / "docs" / "migrating.md").read_text("utf-8")
SNIPPETS = [textwrap.dedent(text) for text in re.findall(r"^ *```python\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)]


@pytest.fixture(scope="module")
def gateway():
    with Gateway.start_thread(seed=1, start="2026-03-03T15:00:00+00:00") as running:
        yield running


def program(package, gateway):
    """The snippets for a package as one program that connects to the gateway."""
    parts = [text for text in SNIPPETS if text.startswith(f"# {package}\n")]
    assert parts
    return "\n".join(parts).replace("7497", str(gateway.port))


def run(code):
    """Run it; its names and what it printed."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "migrating.md", "exec"), names)
    return names, printed.getvalue()


def test_every_snippet_says_for_which_package_it_is():
    packages = {text.partition("\n")[0] for text in SNIPPETS}
    assert packages == {"# ibnb", "# ib_async", "# ib_insync", "# ibapi"}


def test_those_for_ibnb(gateway, in_thread):
    names, printed = in_thread(lambda: run(program("ibnb", gateway)))
    assert printed.startswith("200 ")
    assert names["trade"].orderStatus.status == "Cancelled"
    assert [contract.conId for contract in names["contracts"]] == [4391]
    assert not names["ib"].isConnected()
    assert names["ticker"].last > 0


def test_those_for_ib_async(gateway, in_thread):
    def script():
        asyncio.set_event_loop(asyncio.new_event_loop())
        code = program("ib_async", gateway).replace("util.startLoop()", "")  # which a notebook needs
        names, _ = run(code)
        try:
            return names["df"]
        finally:
            names["ib"].disconnect()
            loop = asyncio.get_event_loop()
            loop.run_until_complete(asyncio.sleep(0.05))  # its socket closes a moment later
            loop.close()

    frame = in_thread(script)
    assert list(frame.index) == ["EURUSD", "USDJPY"]
    assert (frame["bid"] < frame["ask"]).all()


def test_that_for_the_official_client_gets_the_same_bars(gateway, in_thread):
    names, _ = in_thread(lambda: run(program("ibapi", gateway)))
    theirs = [close for _, close in names["app"].bars]

    def ours():
        with ibnb.IB().connect(gateway.host, gateway.port, clientId=9) as ib:
            return [bar.close for bar in ib.reqHistoricalData(ibnb.Stock("AMD", "SMART", "USD"), "", "2 D", "1 hour",
                    "TRADES", True)]  # fmt: skip

    assert len(theirs) > 5
    assert in_thread(ours)[:-1] == theirs[:-1]  # the last one is under way


def test_that_for_ib_insync_is_python():
    for text in SNIPPETS:
        compile(text, "migrating.md", "exec")
