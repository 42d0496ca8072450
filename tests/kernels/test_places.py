"""Blocking calls return wherever they are made."""

import subprocess
import time

import pytest

CONNECT = """
import asyncio, threading, time
import ibnb
ib = ibnb.IB()
ib.connect({host!r}, {port}, clientId=1)
eurusd = ibnb.Forex("EURUSD")
ib.qualifyContracts(eurusd)
def ask():
    return ib.reqCurrentTime().year > 2000
"""


@pytest.fixture(scope="module")
def connected(kernel, gateway):
    kernel.run(CONNECT.format(host=gateway[0], port=gateway[1]))
    yield kernel
    kernel.run("ib.disconnect()")


PLACES = {
    "a cell": "assert ask()",
    "a coroutine on the kernel's loop": """
async def inside():
    return ask()
assert await inside()
""",
    "a task on the kernel's loop": """
async def inside():
    await asyncio.sleep(0)
    return ask()
assert await asyncio.gather(inside(), inside()) == [True, True]
""",
    "a callback of the kernel's loop": """
done = asyncio.get_running_loop().create_future()
asyncio.get_running_loop().call_later(0.01, lambda: done.set_result(ask()))
assert await asyncio.wait_for(done, 20)
""",
    "handlers nested three deep": """
from eventkit import Event
answers = []
first, second, third = Event("first"), Event("second"), Event("third")
def on_first():
    answers.append(ask()); second.emit(); answers.append(ask())
def on_second():
    answers.append(ask()); third.emit(); answers.append(ask())
def on_third():
    answers.append(ask())
first += on_first; second += on_second; third += on_third
def begin(*_):
    ib.updateEvent -= begin
    first.emit()
ib.updateEvent += begin
ib.reqCurrentTime()
ib.sleep(0.2)
assert answers == [True] * 5, answers
""",
    "a tick handler that blocks at every tick": """
calls, depth, deepest = 0, 0, 0
def on_tick(ticker):
    global calls, depth, deepest
    depth += 1
    deepest = max(deepest, depth)
    calls += ask()
    depth -= 1
ticker = ib.reqMktData(eurusd)
ticker.updateEvent += on_tick
began = time.monotonic()
ib.sleep(2)
took = time.monotonic() - began
ticker.updateEvent -= on_tick
ib.cancelMktData(eurusd)
assert calls >= 2 and took < 4, (calls, took, deepest)
""",
    "a worker thread": """
answers = []
worker = threading.Thread(target=lambda: answers.append(ask()))
worker.start()
worker.join(20)
assert answers == [True]
""",
    "four worker threads at once": """
answers = []
workers = [threading.Thread(target=lambda: answers.append(ask())) for _ in range(4)]
for worker in workers: worker.start()
for worker in workers: worker.join(20)
assert answers == [True] * 4
""",
    "a thread of asyncio.to_thread": "assert await asyncio.to_thread(ask)",
}


@pytest.mark.parametrize("place", PLACES)
def test_in(connected, place):
    connected.run(PLACES[place], timeout=30)


WIDGET = """
import ipywidgets
button, answers = ipywidgets.Button(), []
button.on_click(lambda _: answers.append((ask(), threading.current_thread() is threading.main_thread())))
print(button.comm.comm_id)
"""


def click(kernel, comm_id, subshell=None):
    """What the page sends when a button is pressed."""
    data = {"method": "custom", "content": {"event": "click"}}
    message = kernel.client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
    message["header"]["subshell_id"] = subshell
    kernel.client.shell_channel.send(message)


def wait_for_answers(kernel):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        said = kernel.run("print(len(answers), answers)")
        if not said.startswith("0 "):
            return said
        time.sleep(0.1)
    raise AssertionError("the callback never returned")


def test_in_a_widget_callback(connected):
    comm_id = connected.run(WIDGET).strip()
    click(connected, comm_id)
    assert wait_for_answers(connected) == "1 [(True, True)]\n"


def test_in_a_widget_callback_of_a_subshell(connected):
    """JupyterLab 4.4 and later send clicks so where the kernel has subshells; a callback may come on another thread."""
    if connected.variant.ipykernel.startswith("6."):
        return  # no subshells there: the front end sends them plainly, as in the test above
    client = connected.client
    request = client.session.msg("create_subshell_request", {})
    client.control_channel.send(request)
    while (reply := client.get_control_msg(timeout=20))["parent_header"]["msg_id"] != request["header"]["msg_id"]:
        pass
    assert reply["content"]["status"] == "ok"
    comm_id = connected.run(WIDGET).strip()
    click(connected, comm_id, reply["content"]["subshell_id"])
    assert wait_for_answers(connected).startswith("1 [(True, ")


SCRIPT = CONNECT + """
assert ask()
ib.run(ib.reqCurrentTimeAsync())
ib.disconnect()
print("fine")
"""

IN_A_LOOP = """
import asyncio, ibnb
async def main():
    ib = ibnb.IB()
    await ib.connectAsync({host!r}, {port}, clientId=1)
    assert (await ib.reqCurrentTimeAsync()).year > 2000
    assert ib.reqCurrentTime().year > 2000
    ib.sleep(0.05)
    ib.disconnect()
{run}
print("fine")
"""
SCRIPTS = {
    "plain": SCRIPT,
    "asyncio": IN_A_LOOP.replace("{run}", "asyncio.run(main())"),
    "asyncio twice": IN_A_LOOP.replace("{run}", "asyncio.run(main()); asyncio.run(main())"),
    "uvloop": IN_A_LOOP.replace("{run}", "import uvloop; uvloop.run(main())"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_in_a_script(connected, gateway, script):
    code = SCRIPTS[script].format(host=gateway[0], port=gateway[1]).replace("clientId=1", "clientId=2")
    variant = connected.variant
    done = subprocess.run(
        [variant.python, "-W", "error", "-c", code],
        env=variant.environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("fine\n", "")


IB_ASYNC_SCRIPT = """
from ibnb import *

ib = IB()
ib.connect({host!r}, {port}, clientId=3)

contract = Forex('EURUSD')
bars = ib.reqHistoricalData(
    contract, endDateTime='', durationStr='30 D',
    barSizeSetting='1 hour', whatToShow='MIDPOINT', useRTH=True)

# convert to pandas dataframe:
df = util.df(bars)
import pandas; pandas.set_option("display.width", 200, "display.max_columns", None)
print(df)
"""


def test_a_script_written_for_ib_async_runs_with_import_and_port_changed(connected, gateway):
    code = IB_ASYNC_SCRIPT.format(host=gateway[0], port=gateway[1])
    variant = connected.variant
    done = subprocess.run(
        [variant.python, "-c", code], env=variant.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    head, *_, last = done.stdout.strip().splitlines()
    assert head.split() == ["date", "open", "high", "low", "close", "volume", "average", "barCount"]
    assert last.endswith("rows x 8 columns]")
