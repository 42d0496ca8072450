"""The private thread and its loop."""

import subprocess
import sys
import threading

from ibnb.net.iothread import IOThread

PATCHED = """
import asyncio, nest_asyncio
loop = asyncio.new_event_loop()
nest_asyncio.apply(loop)
from ibnb.net.iothread import IOThread
io = IOThread.get()
assert type(loop).run_forever is not asyncio.base_events.BaseEventLoop.run_forever
assert io.loop.run_forever.__func__ is asyncio.base_events.BaseEventLoop.run_forever
assert io.loop._run_once.__func__ is asyncio.base_events.BaseEventLoop._run_once
async def answer():
    await asyncio.sleep(0)
    return 42
print(io.run(answer()).result(5))
"""


def test_there_is_one():
    assert IOThread.get() is IOThread.get()
    assert not IOThread.get().on_thread()


def test_calls_run_on_it_in_order():
    io, seen, done = IOThread.get(), [], threading.Event()
    for n in range(100):
        io.call_soon(seen.append, n)
    io.call_soon(done.set)
    assert done.wait(5)
    assert seen == list(range(100))


def test_a_patched_loop_class_does_not_reach_it():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PATCHED], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("42", 0), done.stderr


def test_interpreter_exits_quietly_with_the_thread_running():
    code = "from ibnb.net.iothread import IOThread; IOThread.get()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_forked_child_starts_its_own():
    code = (
        "import os\nfrom ibnb.net.iothread import IOThread\na = IOThread.get()\npid = os.fork()\n"
        "if pid == 0:\n    ok = IOThread.get() is not a and IOThread.get().is_alive()\n    os._exit(0 if ok else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "0", done.stderr


def test_no_thread_starts_when_the_interpreter_ends():
    code = (
        "from ibnb.net.iothread import IOThread\n"
        "class Late:\n    def __del__(self):\n        IOThread.get().call_soon(print)\n"
        "late = Late()\nIOThread.get()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
