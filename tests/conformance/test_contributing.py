"""The worked examples of CONTRIBUTING, followed literally in a copy of the package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def section(title: str) -> str:
    """Return what stands under a heading."""
    return re.split(r"\n##+ ", TEXT.split(f"### {title}\n")[1])[0]


def blocks(title: str, language: str) -> list[str]:
    """Return the code blocks of a section."""
    found = re.findall(r"```(\w*)\n(.*?)```", section(title), re.DOTALL)
    return [code for name, code in found if name == language]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "ibnb", tmp_path / "ibnb", ignore=shutil.ignore_patterns("__pycache__", "js"))
    return tmp_path


def behind(path: Path, anchor: str, addition: str) -> None:
    """Put text behind the line with an anchor, which is unique."""
    text = path.read_text("utf-8")
    (line,) = [line for line in text.splitlines(keepends=True) if anchor in line]
    path.write_text(text.replace(line, line + addition), "utf-8")


def run(clone: Path, code: str) -> str:
    """Run code with the copy of the package; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=clone, capture_output=True, text=True, env={"PYTHONPATH": str(clone)}
    )
    assert not done.returncode, done.stderr
    return done.stdout


def test_a_message(clone):
    (entry,) = blocks("Worked example: a message", "python")
    catalogue = clone / "ibnb" / "wire" / "catalogue"
    with (catalogue / "connection.py").open("a", encoding="utf-8") as file:
        file.write("\n\n" + entry)
    names = "from ibnb.wire.catalogue.connection import ReqTimeZone, TimeZone\n"
    behind(catalogue / "__init__.py", "import OrderCancel", names)
    out = run(
        clone,
        "from ibnb.wire import Codec, Side, catalogue as m\n"
        "for version in (197, 198, 199, 200, 201, 212, 213, 225):\n"
        "    client, server = Codec(Side.CLIENT, version), Codec(Side.SERVER, version)\n"
        "    assert server.decode(client.encode(m.ReqTimeZone(7))) == m.ReqTimeZone(7)\n"
        "    got = client.decode(server.encode(m.TimeZone(7, 'Europe/Zurich', 60)))\n"
        "    print(version, got.reqId, got.zone, got.offset)\n"
        "from ibnb.wire.docs import page\n"
        "print('### TimeZone' in page())\n",
    ).splitlines()
    offset = [0, 0, 60, 60, 60, 60, 60, 60]
    versions = (197, 198, 199, 200, 201, 212, 213, 225)
    assert out[:-1] == [f"{version} 7 Europe/Zurich {minutes}" for version, minutes in zip(versions, offset)]
    assert out[-1] == "True"


def test_a_server_version(clone):
    constant, maximum, model, mark = blocks("Worked example: a server version", "python")
    versions = clone / "ibnb" / "wire" / "versions.py"
    text = re.sub(r"MAX_VERSION: Final = \d+\n", maximum, versions.read_text("utf-8"))
    versions.write_text(text + constant, "utf-8")
    behind(clone / "ibnb" / "order.py", "hedgeMaxSize: int", model)
    behind(clone / "ibnb" / "wire" / "catalogue" / "types_order.py", "hedgeMaxSize=144", mark)
    out = run(
        clone,
        "from ibnb.errors import ServerTooOld\n"
        "from ibnb.order import Order\n"
        "from ibnb.wire import Codec, Side, catalogue as m\n"
        "order = Order(conditionsIncludeOvernight=True)\n"
        "payload = Codec(Side.CLIENT, 226).encode(m.PlaceOrder(1, order=order))\n"
        "print(Codec(Side.SERVER, 226).decode(payload).order.conditionsIncludeOvernight)\n"
        "try:\n"
        "    Codec(Side.CLIENT, 225).encode(m.PlaceOrder(1, order=order))\n"
        "except ServerTooOld as error:\n"
        "    print(error.need, error.have)\n",
    )
    assert out.split() == ["True", "226", "225"]
