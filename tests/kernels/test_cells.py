"""Run All with blocking calls: no cell lost, none out of order, and asyncio as it was."""

import pytest

BEFORE = """
import asyncio, asyncio.tasks, ipykernel, sys
def identities():
    loop = asyncio.get_event_loop()
    return [id(x) for x in (asyncio.run, asyncio.Task, asyncio.tasks.Task, asyncio.Future, asyncio.current_task,
        asyncio.get_event_loop_policy().__class__, loop, loop.__class__, loop.__class__.run_forever,
        loop.__class__.run_until_complete, asyncio.run_coroutine_threadsafe)] + [hasattr(asyncio, "_nest_patched")]
untouched = identities()
print(ipykernel.__version__, ".".join(map(str, sys.version_info[:2])))
"""


@pytest.fixture(scope="module")
def connected(kernel, gateway):
    kernel.said = kernel.run(BEFORE).split()
    kernel.run(f"import ibnb\nib = ibnb.IB()\nib.connect({gateway[0]!r}, {gateway[1]}, clientId=1)\n")
    kernel.run("eurusd = ibnb.Forex('EURUSD')\nib.qualifyContracts(eurusd)\norder = []")
    yield kernel
    kernel.run("ib.disconnect()")


def test_it_is_the_kernel_asked_for(connected):
    assert connected.said[0] == connected.variant.ipykernel
    if connected.variant.name.startswith("python-"):
        assert connected.variant.name.startswith("python-" + connected.said[1])


BLOCKING = [
    "ib.reqCurrentTime()",
    "ib.reqContractDetails(ibnb.Stock('AAPL', 'SMART', 'USD'))",
    "ib.reqHistoricalData(eurusd, '', '2 D', '1 hour', 'MIDPOINT', True)",
    "ib.sleep(0.05)",
    "ib.reqTickers(eurusd)",
    "ib.qualifyContracts(ibnb.Stock('MSFT', 'SMART', 'USD'))",
    "ib.reqHeadTimeStamp(eurusd, 'MIDPOINT', True)",
    "ib.reqPositions()",
    "ib.run(ib.reqCurrentTimeAsync())",
    "await ib.reqCurrentTimeAsync()",
]


def test_ten_queued_cells_with_blocking_calls_all_run_in_order(connected):
    sent = [connected.send(f"assert {call}\norder.append({n})") for n, call in enumerate(BLOCKING)]
    replies = [connected.next_reply(30) for _ in sent]
    assert [cell for cell, _ in replies] == sent
    assert [reply["status"] for _, reply in replies] == ["ok"] * 10, [r.get("evalue") for _, r in replies]
    connected.drain()
    assert connected.run("print(order)") == f"{list(range(10))}\n"


def test_asyncio_is_the_same_after_import_connect_and_use(connected):
    assert connected.run("print(identities() == untouched)") == "True\n"


def test_start_loop_is_harmless(connected):
    connected.run("ibnb.util.startLoop()\nassert ib.reqCurrentTime()")
    sent = [connected.send("assert ib.reqCurrentTime()") for _ in range(3)]
    assert [connected.next_reply(30)[1]["status"] for _ in sent] == ["ok"] * 3
    connected.drain()
    assert connected.run("print(identities() == untouched)") == "True\n"
