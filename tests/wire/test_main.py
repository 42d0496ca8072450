"""The command line: `python -m ibnb.wire show`."""

import pytest

from ibnb.wire import catalogue as m
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
    assert "# <ibnb.wire TickPrice decode proto 225>" in capsys.readouterr().out
    assert main(["show", "TickPrice", "--text", "--encode"]) == 0
    assert "# <ibnb.wire TickPrice encode text 225>" in capsys.readouterr().out
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
