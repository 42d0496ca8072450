"""The bar chart in JupyterLab: it is live, keeps the user's place, follows light and dark, and leaves a picture."""

import json
import re

import pytest

# Bars of five minutes as a live list, fed from a thread of their own; no gateway needed.
FEED = """
import datetime as dt, threading
from zoneinfo import ZoneInfo
import numpy as np
from ibnb import widgets
from ibnb.bars import BarDataList
from ibnb.net.iothread import IOThread
from ibnb.objects import BarData
from ibnb.tables.bars import BarsTable
from ibnb.tables.views import bar_columns
from ibnb.widgets.chart import BarChart
from types import SimpleNamespace

widgets.set_io(IOThread.get)
NEW_YORK = ZoneInfo("America/New_York")

class Feed:
    def __init__(self, n, symbol="AAPL", seed=1):
        self.random = np.random.default_rng(seed)
        self.close = 187.3
        self.day, self.minute = dt.datetime(2024, 1, 2, 9, 30, tzinfo=NEW_YORK), 0
        self.bars = BarDataList([self.next() for _ in range(n)])
        self.bars.contract = SimpleNamespace(symbol=symbol, localSymbol=symbol)
        self.bars.barSizeSetting, self.bars.whatToShow = "5 mins", "TRADES"
        self.table = BarsTable(f"bars {symbol}", self.bars, bar_columns("America/New_York", daily=False))
        self.stop = threading.Event()

    def next(self):
        start = self.day + dt.timedelta(minutes=self.minute)
        self.minute += 5
        if self.minute == 390:
            self.day, self.minute = self.day + dt.timedelta(days=3 if self.day.weekday() == 4 else 1), 0
        open_, self.close = self.close, round(max(5.0, self.close + self.random.normal(0, 0.4)), 2)
        high, low = max(open_, self.close) + 0.15, min(open_, self.close) - 0.15
        volume = float(self.random.integers(1000, 90000))
        return BarData(start, open_, round(high, 2), round(low, 2), self.close, volume, self.close, 50)

    def tick(self, bar):
        self.bars.update(bar)
        len(self.table)
        self.table.notify()

    def move(self, price):
        last = self.bars[-1]
        high, low = max(last.high, price), min(last.low, price)
        self.tick(BarData(last.date, last.open, high, low, price, last.volume + 100, price, 51))

    def run(self, seconds):
        def loop():
            i = 0
            while not self.stop.wait(seconds):
                i += 1
                if i % 5 == 0:
                    self.tick(self.next())
                else:
                    self.move(round(self.bars[-1].close + self.random.normal(0, 0.2), 2))
        threading.Thread(target=loop, daemon=True).start()
"""
SHADOW = "document.querySelectorAll('.ibnb-chart-host')[%d].shadowRoot"
VIEW = "document.querySelectorAll('.ibnb-chart-host')[%d].parentElement.ibnbChart"


def field(nb, name, chart=0):
    """Text of an element of the chart's header line."""
    return nb.page.evaluate(f"{SHADOW % chart}.querySelector('{name}')?.textContent")


def view(nb, what, chart=0):
    """A value of the view object."""
    return nb.page.evaluate(f"(() => {{ const v = {VIEW % chart}; return {what}; }})()")


def wait(nb, expression, chart=0, timeout=20):
    """Wait until an expression about the view `v` is true."""
    return nb.wait_js(f"(() => {{ const v = {VIEW % chart.__index__()}; return v && ({expression}); }})()", timeout)


def shown(nb, charts=1):
    """Wait until so many charts have been drawn; a chart out of sight is not, so the first is scrolled into view."""
    nb.page.wait_for_selector(".ibnb-chart-host", state="attached")
    nb.page.evaluate("document.querySelector('.ibnb-chart-host').scrollIntoView()")
    nb.wait_js(
        "[...document.querySelectorAll('.ibnb-chart-host')].filter(h => h.parentElement.ibnbChart?.stats.paints).length"
        f" >= {charts}",
        40,
    )


def plot_box(nb, chart=0):
    """Where the plot is, in the window; scrolled into view."""
    return nb.page.evaluate(
        f"(() => {{ const p = {SHADOW % chart}.querySelector('.plot'); p.scrollIntoView({{block: 'center'}});"
        " const b = p.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()"
    )


def test_the_last_candle_lives_and_the_users_zoom_stays(open_notebook, tmp_path):
    nb = open_notebook(FEED, "feed = Feed(20_000)\nchart = BarChart(feed.table)\nchart")
    nb.run_all()
    shown(nb)

    # A tick of the last bar is seen in the header, on the axis and by those who do not see.
    before = field(nb, ".close .value")
    nb.execute("feed.move(feed.bars[-1].close + 1)")
    wait(nb, f"v.frame.fields.close.textContent !== {json.dumps(before)}")
    close = float(nb.execute("print(feed.bars[-1].close)"))
    assert float(field(nb, ".close .value")) == pytest.approx(close)
    assert view(nb, "v.scene.live.price") == pytest.approx(close)

    # A new bar moves the view along while it follows.
    at = view(nb, "v.view.to")
    nb.execute("feed.tick(feed.next())")
    wait(nb, f"v.view.to === {at + 1}")
    assert view(nb, "[v.view.follow, v.series.bars.n]") == [True, 20_001]

    # The user zooms and drags: from then on data leaves the view alone, and Python knows the range.
    x, y, width, height = plot_box(nb)
    nb.page.mouse.move(x + width / 2, y + height / 3)
    nb.page.mouse.wheel(0, -300)
    nb.page.mouse.down()
    nb.page.mouse.move(x + width / 2 + 200, y + height / 3, steps=5)
    nb.page.mouse.up()
    wait(nb, "!v.view.follow")
    nb.page.wait_for_timeout(500)
    place = view(nb, "[v.view.from, v.view.to]")
    painted = view(nb, "v.stats.paints")
    for _ in range(3):
        nb.execute("feed.tick(feed.next())")
        nb.page.wait_for_timeout(120)
    wait(nb, f"v.stats.paints > {painted} && v.series.bars.n === 20004")
    assert view(nb, "[v.view.from, v.view.to]") == place
    first = int(nb.execute("print(feed.table.df.index.get_loc(chart.range[0]))"))
    assert first == pytest.approx(place[0], abs=1)

    # Hover: Plotly finds the candle, the header speaks of it.
    nb.page.mouse.move(x + width / 3, y + height / 3)
    wait(nb, "v.hovered >= 0")
    index = view(nb, "v.hovered * v.scene.size")
    assert float(field(nb, ".open .value")) == pytest.approx(float(nb.execute(f"print(feed.bars[{index}].open)")))
    assert nb.page.evaluate(f"{SHADOW % 0}.querySelectorAll('.spikeline').length") >= 2

    # Everything, aggregated; then back to live by its button.
    nb.page.evaluate(f"[...{SHADOW % 0}.querySelectorAll('.range')].find(b => b.textContent === 'All').click()")
    wait(nb, "v.view.span > 20000 && v.scene.size >= 64")
    assert view(nb, "v.scene.last - v.scene.first") <= 400
    nb.page.evaluate(f"{SHADOW % 0}.querySelector('.live').click()")
    wait(nb, "v.view.follow")

    # Python moves it.
    nb.execute("chart.range = feed.bars[100].date, feed.bars[199].date")
    wait(nb, "Math.abs(v.view.from - 99.5) < 1e-6 && Math.abs(v.view.to - 199.5) < 1e-6")
    nb.screenshot(tmp_path / "range.png", ".ibnb-chart-host")

    # A picture is plain Plotly, and the page's own Plotly was left alone.
    figure = view(nb, "v.figure()")
    assert [trace["type"] for trace in figure["data"]] == ["candlestick", "bar"]
    assert len(figure["data"][0]["x"]) == pytest.approx(100, abs=1)
    assert nb.page.evaluate("typeof window.Plotly") == "undefined"
    with nb.page.expect_download() as download:
        nb.page.evaluate(f"{SHADOW % 0}.querySelector('.png').click()")
    download.value.save_as(tmp_path / "export.png")
    assert (tmp_path / "export.png").stat().st_size > 10_000
    nb.check()


def test_costs(open_notebook, tmp_path):
    nb = open_notebook(FEED, "feed = Feed(20_000)\nBarChart(feed.table)")
    nb.run_all()
    shown(nb)
    nb.page.wait_for_timeout(500)
    opened = nb.page.evaluate("__net.bytes")

    # A second chart of other bars: the scripts are here, only its bars come.
    nb.execute("other = Feed(20_000, 'MSFT', seed=2)")
    before = nb.page.evaluate("__net.bytes")
    took = nb.page.evaluate(
        """async () => {
             const panel = window.jupyterapp.shell.currentWidget;
             panel.content.model.sharedModel.addCell({cell_type: 'code', source: 'BarChart(other.table)'});
             panel.content.activeCellIndex = panel.content.widgets.length - 1;
             const began = performance.now();
             await window.jupyterapp.commands.execute('notebook:run-cell');
             const ran = performance.now();
             while (true) {
               const hosts = [...document.querySelectorAll('.ibnb-chart-host')];
               hosts[1]?.scrollIntoView();
               if (hosts.length > 1 && hosts[1].parentElement.ibnbChart?.stats.paints) break;
               await new Promise(done => requestAnimationFrame(done));
             }
             return [ran - began, performance.now() - began];
           }"""
    )
    second = nb.page.evaluate("__net.bytes") - before
    assert took[1] < 3000  # the goal is 0.5 s; a shared machine may be slow
    assert second < 2_000_000

    # Ticks: bytes on the wire, and script time.
    plot_box(nb)
    nb.page.wait_for_timeout(2500)
    start = view(nb, "({...v.link.stats})")
    times = []
    for i in range(20):
        nb.execute(f"feed.move(feed.bars[-1].close + {0.01 if i % 2 else -0.01})")
        nb.page.wait_for_timeout(120)
        times.append(view(nb, "v.stats.ms"))
    times.sort()
    assert times[10] <= 16
    end = view(nb, "({...v.link.stats})")
    assert end["messages"] - start["messages"] >= 18
    frame = (end["bytes"] - start["bytes"]) / (end["messages"] - start["messages"])
    assert frame + 660 <= 1000  # Jupyter's own envelope of a message with a buffer
    figures = {"opened": opened, "second": [second, *took], "tick": [frame, times[10], times[18]]}
    (tmp_path / "costs.json").write_text(json.dumps(figures))
    nb.check()


def test_light_and_dark(open_notebook, tmp_path):
    nb = open_notebook(FEED, "feed = Feed(800)\nBarChart(feed.table, height=400)")
    nb.run_all()
    shown(nb)
    nb.page.wait_for_timeout(400)
    assert view(nb, "v.palette.dark") is False
    x, y, width, height = plot_box(nb)
    nb.page.mouse.move(x + width * 0.4, y + height * 0.4)
    wait(nb, "v.hovered >= 0")
    nb.screenshot(tmp_path / "light.png", ".ibnb-chart-host")
    nb.page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    wait(nb, "v.palette.dark")
    nb.page.wait_for_timeout(500)
    nb.screenshot(tmp_path / "dark.png", ".ibnb-chart-host")
    colours = view(nb, "[v.palette.background, v.axes.layout.paper_bgcolor]")
    assert colours[0] == colours[1]
    assert view(nb, "getComputedStyle(v.frame.root).backgroundColor") != "rgb(255, 255, 255)"
    nb.page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    wait(nb, "!v.palette.dark")
    nb.check()


def test_eight_charts_stay_smooth(open_notebook):
    cells = "\n".join(["import ipywidgets", "feeds = [Feed(2000, f'S{i}', seed=i) for i in range(8)]"])
    show = "for feed in feeds: display(BarChart(feed.table, height=200))"
    nb = open_notebook(FEED, cells, show, "for feed in feeds: feed.run(0.25)")
    nb.page.set_viewport_size({"width": 1280, "height": 2200})
    nb.run_all()
    shown(nb, 8)
    nb.page.wait_for_timeout(1000)
    smooth = nb.measure(4)
    nb.execute("for feed in feeds: feed.stop.set()")
    assert smooth["lagging"] < 0.3, smooth
    assert smooth["messages_per_s"] <= 45, smooth  # 30 of data, the rest acknowledgements and status
    nb.check()


def test_a_chart_without_room_is_drawn_when_it_gets_some(open_notebook):
    tabs = "import ipywidgets\ntabs = ipywidgets.Tab([ipywidgets.HTML('first'), BarChart(feed.table)])\ntabs"
    nb = open_notebook(FEED, "feed = Feed(500)", tabs)
    nb.run_all()
    nb.page.wait_for_timeout(1500)
    nb.page.locator(".jp-OutputArea .lm-TabBar-tab").nth(-1).click()
    shown(nb)
    assert view(nb, "v.frame.size().width") > 300
    nb.check()


def test_what_is_left_when_the_kernel_is_gone(open_notebook):
    nb = open_notebook(FEED, "feed = Feed(500)\nBarChart(feed.table)")
    nb.run_all()
    shown(nb)
    output = nb.outputs()[1][0]["data"]
    html = output["text/html"]
    html = html if isinstance(html, str) else "".join(html)
    assert re.search(r'<img alt="AAPL · 5 mins · TRADES: last [\d.]+; 500 bars', html)
    assert len(html) <= 60_000
    nb.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    wait(nb, "!v.frame.badge.hidden", timeout=30)
    assert re.match("Kernel gone", field(nb, ".badge"))
    assert field(nb, ".live") == "Newest"


def test_bare_bars_of_a_connection_are_a_live_chart(open_notebook):
    ask = "bars = ib.reqHistoricalData(stock, '', '2 D', '1 min', 'TRADES', True, keepUpToDate=True)\nbars"
    nb = open_notebook("import ibnb\nib = ibnb.demo()\nstock = ibnb.Stock('AAPL', 'SMART', 'USD')", ask)
    nb.run_all()
    shown(nb)
    assert re.match(r"AAPL: last [\d.,]+; in view", nb.page.evaluate(f"{SHADOW % 0}.querySelector('.plot').ariaLabel"))
    live = "v.scene.live.price + v.scene.candles.volume[v.scene.candles.n - 1]"
    seen = {view(nb, live)}
    for _ in range(200):
        nb.page.wait_for_timeout(100)
        seen.add(view(nb, live))
        if len(seen) > 3:
            break
    assert len(seen) > 3
    nb.check()

    # What nbconvert makes of the saved notebook shows the chart without a kernel.
    import nbformat
    from nbconvert import HTMLExporter

    nb.execute("ib.disconnect()")
    v4 = nbformat.v4
    cells = [v4.new_code_cell("bars", outputs=[v4.output_from_msg(message(out)) for out in nb.outputs()[1]])]
    page, _ = HTMLExporter().from_notebook_node(v4.new_notebook(cells=cells))
    assert re.search(r'<img alt="AAPL · 1 min · TRADES: last [^"]+" [^>]*src="data:image/svg\+xml;base64,', page)


def message(output):
    """An output of the notebook as the message that made it."""
    content = {"data": output["data"], "metadata": output.get("metadata", {}), "execution_count": None}
    return {"header": {"msg_type": "display_data"}, "content": content}
