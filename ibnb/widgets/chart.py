"""The live chart of a bar list: Plotly's axes in the page, candles that follow the market, a still picture in the file.

The bars reach the page through the hub's stream of their table; the widget's own state is a handful of options. The
drawing is in js/src/chart*.js. `figure` and `to_html` give ordinary Plotly for everything beyond.
"""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import traitlets

from . import parts
from .base import LiveView
from .chart_data import NS, Bars, bars_of, known_zone, look_of, zone_for
from .chart_svg import clean, describe, still_html

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MIN_HEIGHT, MAX_HEIGHT = 160, 4000
PLOTLY = parts.register_part("plotly", parts.STATIC / "plotly-finance.min.js", "cjs")


class BarChart(LiveView):
    """A live candle chart with volume; evaluate it to show it.

    In the page: wheel zooms at the cursor, dragging pans, shift-dragging zooms to a span, a double click or "Live" goes
    back to the newest bar; arrow keys, +, -, Home and End do the same. Data never moves a view that the user has moved.

    Args:
        source: A bars table (`ib.tables.bars(bars)`) or a bar list.
        height: Pixels, header included.
        tz: Zone of the labels: "exchange" (that of the bars), "local" (of the browser), "UTC" or an IANA name.
        volume: Whether to show it, where there is any.
        follow: Whether new bars move the view along at first.
        title: Heading; by default the contract and the kind of bars.

    Raises:
        TypeError: The source is no bars, or an option is unknown.
        traitlets.TraitError: An option has a value that it cannot have.
    """

    kind = "chart"

    height = traitlets.Int(440, min=MIN_HEIGHT, max=MAX_HEIGHT).tag(sync=True)
    tz = traitlets.Unicode("exchange").tag(sync=True)
    volume = traitlets.Bool(True).tag(sync=True)
    follow = traitlets.Bool(True).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    _detail = traitlets.Unicode().tag(sync=True)
    _zone = traitlets.Unicode().tag(sync=True)
    _daily = traitlets.Bool(False).tag(sync=True)
    _goto = traitlets.List(traitlets.Float()).tag(sync=True)
    _seen = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, source: Any, **options: Any) -> None:
        table = source if hasattr(source, "subscribe") else _table_of(source)
        look_of(table)  # raises for a table of something else
        told = getattr(table, "bars", source)
        symbol, detail = _names(told)
        options.setdefault("title", symbol or str(table.name))
        super().__init__(table, **options)
        self._detail = detail
        self._learn()
        _pack_plotly()

    @traitlets.validate("tz")
    def _check_tz(self, proposal: Any) -> str:
        name = str(proposal["value"])
        if name not in ("exchange", "local") and known_zone(name) is None:
            raise traitlets.TraitError(
                f'tz is "exchange", "local" or the name of a zone such as "UTC" or "Europe/Zurich", not {name!r}'
            )
        return name

    @traitlets.validate("title")
    def _check_title(self, proposal: Any) -> str:
        return clean(str(proposal["value"]))

    @traitlets.observe("_seen")
    def _learn(self, _change: Any = None) -> None:
        """Pass on what only the bars know once they are there: their zone and whether they are of days."""
        zone, self._daily = look_of(self.source)
        self._zone = zone or ""

    def _bars(self) -> Bars:
        self._learn()
        return bars_of(self.source)

    # -- what is in view ---------------------------------------------------------------------------------------------

    @property
    def range(self) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        """Return the starts of the first and last bar in view, as the browser told it last; None before it has.

        Set it to two times (anything pandas takes as such; without a zone they are in that of the labels) to show that
        span, None to go back to the newest bars.
        """
        ends = self._seen or self._goto[:2]
        if len(ends) < 2:
            return None
        start, end = (self._stamp(int(at) * (NS // 1000)) for at in ends[:2])
        return start, end

    @range.setter
    def range(self, ends: tuple[Any, Any] | None) -> None:
        if ends is None:
            self._goto, self._seen, self.follow = [], [], False
            self.follow = True
            return
        start, end = sorted(self._nanoseconds(at) for at in ends)
        if start == end:
            raise ValueError("the range is empty: its two times are the same")
        self._seen = []
        # The count makes the same range, asked for again, a change.
        count = self._goto[2] + 1 if len(self._goto) > 2 else 0
        self._goto = [start / (NS // 1000), end / (NS // 1000), float(count)]
        self.follow = False

    def _stamp(self, time_ns: int) -> pd.Timestamp:
        import pandas as pd

        stamp = pd.Timestamp(time_ns, tz="UTC")
        return stamp.tz_localize(None) if self._daily else stamp.tz_convert(self._shown_zone())

    def _nanoseconds(self, at: Any) -> int:
        import pandas as pd

        stamp = pd.Timestamp(at)
        if pd.isna(stamp):
            raise ValueError(f"{at!r} is no time")
        if self._daily:
            stamp = stamp.tz_localize(None)
        elif stamp.tzinfo is None:
            stamp = stamp.tz_localize(self._shown_zone())
        return int(stamp.as_unit("ns").value)

    def _shown_zone(self) -> dt.tzinfo:
        if self.tz == "exchange":
            return ZoneInfo(self._zone) if self._zone else dt.UTC
        return zone_for(bars_of(self.source), self.tz) if self.tz == "local" else ZoneInfo(self.tz)

    # -- ordinary Plotly ---------------------------------------------------------------------------------------------

    @property
    def figure(self) -> go.Figure:
        """Return what is in view (all, before a browser has told) as a Plotly figure of at most 600 candles."""
        return self.to_figure()

    def to_figure(self, *, candles: int | None = 600, everything: bool = False) -> go.Figure:
        """Return a Plotly figure: candles, and volume below, over an axis that counts bars.

        Args:
            candles: At most so many; more bars are aggregated. None = one candle for each bar.
            everything: All bars instead of those in view.
        """
        from .chart_figure import bar_figure

        bars = self._bars()
        ends = None if everything else self.range
        if ends is not None:
            some = bars.between(*(self._nanoseconds(at) for at in ends))
            bars = some if len(some) else bars
        height = self.height
        return bar_figure(bars, self._heading(), tz=self.tz, volume=self.volume, height=height, candles=candles)

    def to_html(self) -> str:
        """Return a page with the figure in it that needs no network: about 5 MB, as Plotly is inside."""
        page: str = self.to_figure().to_html(include_plotlyjs=True, full_html=True)
        return page

    def html(self, path: str | Path) -> Path:
        """Write `to_html()` to a file; return its path."""
        target = Path(path)
        target.write_text(self.to_html(), "utf-8")
        return target

    # -- the still picture -------------------------------------------------------------------------------------------

    def still_html(self, css_class: str) -> str:
        """Return the picture that a notebook keeps: an image and a sentence, at most 60 kB."""
        now = dt.datetime.now(dt.UTC)
        return still_html(self._in_view(), self._heading(), css_class=css_class, tz=self.tz, volume=self.volume, at=now)

    def still_text(self) -> str:
        """Return the chart in one sentence."""
        return describe(self._bars(), self._heading(), self.tz)

    def _in_view(self) -> Bars:
        bars = self._bars()
        ends = self.range
        if ends is None or self.follow:
            return bars
        some = bars.between(*(self._nanoseconds(at) for at in ends))
        return some if len(some) else bars

    def _heading(self) -> str:
        return " · ".join(part for part in (self.title, self._detail) if part)


def _names(bars: Any) -> tuple[str, str]:
    """Return what a bar list is of, and of which kind its bars are."""
    contract = getattr(bars, "contract", None)
    symbol = getattr(contract, "localSymbol", "") or getattr(contract, "symbol", "") or ""
    size = getattr(bars, "barSizeSetting", "") or (f"{bars.barSize} secs" if hasattr(bars, "barSize") else "")
    detail = " · ".join(str(part) for part in (size, getattr(bars, "whatToShow", "")) if part)
    return clean(str(symbol)), clean(detail)


def _table_of(bars: Any) -> Any:
    """Return a table of a bar list that no connection feeds: it is as live as the list is read."""
    from ibnb.tables.bars import BarsTable, source_of
    from ibnb.tables.views import bar_columns

    if not isinstance(bars, list):
        raise TypeError(f"a chart is made of a bars table or a bar list, not of {type(bars).__name__}")
    source = source_of(bars)
    zone, daily = known_zone(getattr(source, "zone", None)), bool(getattr(source, "daily", False))
    name = " ".join(("bars", *_names(bars))).strip()
    return BarsTable(name, source, bar_columns(zone, daily=daily), reason="the list has no bars yet")


_packing = threading.Lock()


def _pack_plotly() -> None:
    """Compress Plotly's script beside the running cell: the first page that asks then has it at once."""
    if "packed" not in PLOTLY.__dict__ and _packing.acquire(blocking=False):

        def pack() -> None:
            try:
                _ = PLOTLY.packed
            finally:
                _packing.release()

        threading.Thread(target=pack, name="ibnb-pack", daemon=True).start()
