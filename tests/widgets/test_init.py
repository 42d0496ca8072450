"""The package's face."""

import sys

from ibnb.widgets import hub, probe, set_io, set_status


def test_status_is_told_to_the_hub_if_there_is_one(timers):
    set_status("stale", "no hub yet")
    assert sys.modules["ibnb.widgets.hub"]._hub is None
    hub()
    set_status("stale", "TWS closed the connection", since=5.0)
    timers.run()
    assert hub().board.status == {"state": "stale", "text": "TWS closed the connection", "since": 5.0}


def test_set_io_says_whose_thread_sends(timers, monkeypatch):
    module = sys.modules["ibnb.widgets.hub"]
    monkeypatch.setattr(module, "_timers", None)
    set_io(lambda: timers)
    assert hub()._timers is timers


def test_the_probe_tells_what_pages_can_do(timers):
    assert probe() == []
    board = hub().board
    assert probe() == []
    board.receive(hub(), {"t": "hello", "p": "p", "proto": 1, "mount": True, "binary": False})
    timers.run(2.0)
    [page] = probe()
    assert page.pop("silent_s") < 60
    assert page == {"binary": False, "mount": True, "wants": 0, "answer_s": 0.0}
