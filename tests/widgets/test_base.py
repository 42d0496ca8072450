"""What all views share: options, small state, an end that frees, a second life."""

import gc
import json
import weakref

import ipywidgets.widgets.widget as ipywidgets_module
import pytest
import traitlets
from widgets.hub_support import quotes

from ibnb.widgets import hub
from ibnb.widgets.base import WIDGET_MIME, LiveView


class Still(LiveView):
    """A view with one option."""

    kind = "still"
    size = traitlets.Int(3).tag(sync=True)

    def still_html(self, css_class):
        return f'<div class="{css_class}">{self.source.revision}</div>'

    def still_text(self):
        return "still"

    def on_event(self, name, data):
        self.heard = (name, data, 1 / data)


def test_options_are_the_traits_of_the_class(timers):
    assert Still.class_own_options() == ["size"]
    assert Still(quotes(), size=5).size == 5
    with pytest.raises(TypeError, match="no option 'sise'; there are size"):
        Still(quotes(), sise=5)
    with pytest.raises(traitlets.TraitError):
        Still(quotes(), size="large")
    assert len(hub().board.streams) == 1, "a view that was refused holds no stream"


def test_its_state_is_under_ten_kilobytes_and_names_hub_and_stream(timers):
    view = Still(quotes())
    state = view.get_state()
    assert (state["_kind"], state["_hub"], state["_id"]) == ("still", hub().model_id, view.model_id)
    assert state["_stream"] in hub().board.streams
    full = json.dumps({**state, "layout": None}) + json.dumps(view.layout.get_state())
    assert len(full.encode()) < 10_000


def test_the_bundle_has_the_widget_the_picture_and_the_text(timers):
    view = Still(quotes())
    data, _ = view._repr_mimebundle_()
    assert data[WIDGET_MIME]["model_id"] == view.model_id
    assert data["text/plain"] == "still"
    assert data["text/html"] == f'<div class="ibnb-twin ibnb-h-{hub().model_id} ibnb-v-{view.model_id}">1</div>'


def test_closing_frees_the_stream_and_displaying_opens_again(timers):
    t = quotes()
    view = Still(t)
    model_id = view.model_id
    view.close()
    view.close()
    timers.run()
    assert hub().board.streams == {} and "closed" in repr(view)
    data, _ = view._repr_mimebundle_()
    assert data[WIDGET_MIME]["model_id"] == model_id and view._stream in hub().board.streams
    opened = view.comm.messages[0]
    assert opened["type"] == "comm_open" and opened["data"]["state"]["_stream"] == view._stream


def test_a_closed_view_and_its_table_can_be_forgotten(timers):
    t = quotes()
    view = Still(t)
    kept = [weakref.ref(view), weakref.ref(t)]
    before = len(ipywidgets_module._instances)
    view.close()
    timers.run()
    assert len(ipywidgets_module._instances) == before - 2  # the view and its layout
    del view, t
    gc.collect()
    assert [ref() for ref in kept] == [None, None]


def test_an_event_of_the_page_is_handled_on_the_io_thread_and_may_fail(timers, caplog):
    view = Still(quotes())
    view._handle_custom_msg({"t": "event", "name": "size", "data": 2}, [])
    assert not hasattr(view, "heard")
    timers.run()
    assert view.heard == ("size", 2, 0.5)
    view._handle_custom_msg({"t": "event", "name": "size", "data": 0}, [])
    timers.run()
    assert "ZeroDivisionError" in caplog.text


def test_a_view_carries_the_data_where_the_page_cannot_find_the_hub(timers):
    view = Still(quotes())
    view._handle_custom_msg({"t": "hello", "p": "x"}, [])
    timers.run()
    assert [m["t"] for m in view.comm.custom()] == ["welcome"] and hub().comm.custom() == []
