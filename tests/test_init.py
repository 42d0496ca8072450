"""The names of the package: complete, sorted, loaded when needed."""

import subprocess
import sys
import types
from pathlib import Path

import pytest

import ibnb


def in_fresh_python(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_all_has_no_gaps_and_no_doubles():
    assert len(set(ibnb.__all__)) == len(ibnb.__all__)
    assert {"IB", "Event", "util", "demo", "table", "errors", "Stock", "RequestError", "StartupFetchALL"} <= set(
        ibnb.__all__
    )


def test_star_import_gives_every_name():
    names = in_fresh_python("from ibnb import *; import ibnb; print(*[n for n in ibnb.__all__ if n not in globals()])")
    assert names == []


def test_a_heavy_name_is_loaded_when_it_is_used():
    code = "import sys, ibnb; print('eventkit' in sys.modules); ibnb.Event; print('eventkit' in sys.modules)"
    assert in_fresh_python(code) == ["False", "True"]


def test_names_are_kept_after_the_first_use():
    assert ibnb.Event is ibnb.Event
    assert "Event" in vars(ibnb)


def test_modules_are_reached_as_attributes():
    names = in_fresh_python("import ibnb; print(ibnb.util.isNan(1.0), ibnb.objects.PnL.__name__, ibnb.errors.__name__)")
    assert names == ["False", "PnL", "ibnb.errors"]


def test_functions_are_not_hidden_by_modules_of_their_name():
    code = "import ibnb, ibnb.demo, ibnb.tables; print(callable(ibnb.demo), callable(ibnb.table))"
    assert in_fresh_python(code) == ["True", "True"]


def test_unknown_name():
    with pytest.raises(AttributeError, match="NoSuchThing"):
        _ = ibnb.NoSuchThing


def test_dir_lists_what_is_not_loaded_yet():
    assert {"IB", "FlexReport", "util", "load_ipython_extension"} <= set(dir(ibnb))


def test_extension_is_that_of_the_magic_module(monkeypatch):
    called = []
    magic = types.ModuleType("ibnb.magic")
    magic.load_ipython_extension = lambda shell: called.append(("load", shell))
    magic.unload_ipython_extension = lambda shell: called.append(("unload", shell))
    monkeypatch.setitem(sys.modules, "ibnb.magic", magic)
    ibnb.load_ipython_extension("shell")
    ibnb.unload_ipython_extension("shell")
    assert called == [("load", "shell"), ("unload", "shell")]


def test_package_is_typed():
    assert Path(ibnb.__file__).with_name("py.typed").exists()


def test_a_table_of_ones_own_frame_has_a_live_view_without_a_connection():
    code = (
        "import ibnb, pandas as pd\n"
        "table = ibnb.table(pd.DataFrame({'symbol': ['A'], 'last': [1.0]}), key='symbol')\n"
        "print(type(table.view(sort='-last')).__name__)"
    )
    assert in_fresh_python(code) == ["TableView"]
