"""The command line: `python -m ibnb.wire show`."""

import pytest

from ibnb.wire import catalogue as m
from ibnb.wire import versions as V
from ibnb.wire.__main__ import main


def test_show_text(capsys):
    assert main(["show", "openOrder", "--server", "176"]) == 0
    out = capsys.readouterr().out
    assert "OpenOrder: server to client, text id 5, protobuf id 205 from server 203" in out
    assert "# <ibnb.wire OpenOrder decode text 176>" in out
    assert "order.duration" in out
    assert "order.customerAccount" not in out


def test_show_protobuf_and_encoder(capsys):
    assert main(["show", "TICKPRICE"]) == 0
    assert f"# <ibnb.wire TickPrice decode proto {V.MAX_VERSION}>" in capsys.readouterr().out
    assert main(["show", "TickPrice", "--text", "--encode"]) == 0
    assert f"# <ibnb.wire TickPrice encode text {V.MAX_VERSION}>" in capsys.readouterr().out
    assert main(["show", "ReqConfig", "--text", "--server", "200"]) == 0
    out = capsys.readouterr().out
    assert "no text form" in out
    assert "server 200 does not know it" in out
    assert main(["show", "historicalData", "--proto"]) == 0
    assert "bars: BarData" in capsys.readouterr().out


def test_list_and_unknown_names(capsys):
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(m.SPECS)
    assert main(["show", "nothing"]) == 2
    assert "no message is called 'nothing'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([])


def test_messages_of_one_encoding(capsys):
    assert main(["show", "TickEFP"]) == 0
    assert "no protobuf" in capsys.readouterr().out
    assert main(["show", "symbolSamples", "--text"]) == 0
    assert "contractDescriptions: list of ContractDescription" in capsys.readouterr().out


def test_decode_explains_a_recording(tmp_path, capsys):
    from ibnb.wire.recording import Header, Kind, Writer

    path = tmp_path / "session.ibrec"
    with path.open("wb") as file:
        writer = Writer(file, Header("0.1.0", 178))
        writer.write(Kind.SERVER, 1_000_000, b"9\x001\x007\0")
    assert main(["decode", str(path)]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert "server version 178" in head
    assert line == "    0.001000 <- NextValidId orderId=7"


def test_decode_of_no_recording(tmp_path, capsys):
    other = tmp_path / "other"
    other.write_text("something else")
    assert main(["decode", str(other)]) == 2
    assert main(["decode", str(tmp_path / "missing")]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("other: this is no recording of ibnb: its header is missing or damaged")
    assert second.endswith("missing: No such file or directory")
