"""A gateway on its own thread."""

import socket
import threading

import pytest

from ibnb.sim.gateway import Gateway
from ibnb.sim.running import RunningGateway
from tests.sim.peer import FRIDAY


def test_starts_answers_and_stops():
    running = Gateway.start_thread(start=FRIDAY, positions=False)
    assert isinstance(running, RunningGateway)
    assert running.is_running and running.port > 0 and running.gateway.port == running.port
    assert "listening" in repr(running)
    with socket.create_connection((running.host, running.port), 5) as sock:
        sock.settimeout(5)
        sock.sendall(b"API\0" + b"\0\0\0\x09v157..225")
        reply = sock.recv(200)
        assert reply[4:].split(b"\0")[0] == b"225"
        running.stop()
        assert sock.recv(10) == b"", "stopping ends the connections"
    assert not running.is_running
    assert "stopped" in repr(running)
    running.stop()
    with pytest.raises(OSError):
        socket.create_connection((running.host, running.port), 1)


def test_calls_run_on_its_thread():
    with RunningGateway(start=FRIDAY, positions=False) as running:
        assert running.call(threading.current_thread).name == "ibnb-gateway"
        with pytest.raises(ZeroDivisionError):
            running.call(lambda: 1 / 0)
        assert running.call(lambda: running.gateway.seed) == 1


def test_the_same_port_again():
    with RunningGateway(start=FRIDAY, positions=False) as first:
        port = first.port
        with pytest.raises(OSError):
            RunningGateway(port=port, start=FRIDAY, positions=False)
    with RunningGateway(port=port, start=FRIDAY, positions=False) as second:
        assert second.port == port


def test_bad_options_raise_here():
    before = gateway_threads()
    with pytest.raises(ValueError, match="server_version"):
        RunningGateway(server_version=1)
    with pytest.raises(ValueError, match="other machines"):
        RunningGateway("0.0.0.0", start=FRIDAY, positions=False)
    assert gateway_threads() == before


def gateway_threads():
    """The threads of gateways, those of other tests too."""
    return {t for t in threading.enumerate() if t.name == "ibnb-gateway"}
