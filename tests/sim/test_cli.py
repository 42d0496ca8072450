"""The command `ibnb gateway`."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from ibnb.sim import cli


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--port", "seven"], "no port; give a number from 0"), (["--port", "70000"], "no port"),
        (["--server-version", "12"], "from 157 to 225"), (["--speed", "0"], "above 0"),
        (["--speed", "fast"], "above 0"),
        (["--seed", "x"], "whole number"), (["--ticks-per-s", "-1"], "above 0"), (["--frobnicate"], "unrecognized"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_one_line_and_exit_2(capsys, words, complaint):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    text = capsys.readouterr().err
    assert ended.value.code == 2
    assert complaint in text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (["--host", "0.0.0.0"], 2, "--allow-remote"),
        (["--data", "/nowhere/at/all", "--port", "0"], 2, "not a folder"),
        (["--start", "someday", "--port", "0"], 2, "ISO date-time"),
        (["--scenario", "nope", "--port", "0"], 2, "'nope' is no scenario"),
        (["--scenario", "gone.toml", "--port", "0"], 2, "gone.toml: cannot be read: No such file"),
    ],
)
def test_what_cannot_be_done(capsys, words, code, complaint):
    assert cli.main(words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert complaint in err and err.count("\n") == 1


def test_a_port_in_use(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["--port", str(port)]) == 1
    assert f"cannot listen at 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_says_where_it_listens_and_ends_cleanly(number):
    words = [
        sys.executable,
        "-c",
        "import sys; from ibnb.sim.cli import main; sys.exit(main())",
        "--port",
        "0",
        "--seed",
        "5",
    ]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": "error"}
    ) as p:
        try:
            line = p.stdout.readline().decode()
            host, _, port = line.removeprefix("listening on ").strip().rpartition(":")
            assert line.startswith("listening on 127.0.0.1:")
            with socket.create_connection((host, int(port)), 5) as sock:
                sock.settimeout(5)
                sock.sendall(b"API\0" + b"\0\0\0\x09v157..225")
                assert sock.recv(100)
                p.send_signal(number)
                out, err = p.communicate(timeout=20)
        finally:
            p.kill()
    assert (p.returncode, out, err) == (0, b"", b"")


def test_remote_addresses_are_allowed_on_demand():
    arguments = cli._parser().parse_args(["--host", "0.0.0.0", "--allow-remote", "--account", "A", "--account", "B"])
    assert arguments.allow_remote
    assert arguments.account == ["A", "B"]
