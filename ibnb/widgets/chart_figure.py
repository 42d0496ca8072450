"""Bars as an ordinary `plotly.graph_objects.Figure`, and as a page that needs nothing but a browser."""

from __future__ import annotations

import datetime as dt
import html
from typing import TYPE_CHECKING, Any

import numpy as np

from .chart_data import Bars, decimals_of, moment, zone_for
from .chart_svg import clean, price
from .chart_ticks import layout_ticks

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_CANDLES = 600
UP, DOWN = "#08806b", "#d1293d"


def bar_figure(
    bars: Bars,
    title: str = "",
    *,
    tz: str = "exchange",
    volume: bool = True,
    height: int = 480,
    candles: int | None = MAX_CANDLES,
) -> go.Figure:
    """Return candles, and volume below them, over an axis that counts bars and so has no empty nights and weekends.

    Args:
        bars: The bars.
        title: Heading; taken as text, not as Plotly's markup.
        tz: Zone of the labels, as in `BarChart`.
        volume: Whether to show it, where there is any.
        height: Pixels.
        candles: At most so many; longer histories are aggregated. None = every bar (Plotly slows down beyond 1,000).
    """
    import plotly.graph_objects as go

    drawn = bars.aggregated(candles) if candles else bars
    zone, decimals = zone_for(drawn, tz), decimals_of(drawn.close)
    x = np.arange(len(drawn))
    figure = go.Figure()
    figure.add_trace(
        go.Candlestick(
            x=x,
            open=drawn.open,
            high=drawn.high,
            low=drawn.low,
            close=drawn.close,
            name="price",
            increasing={"line": {"color": UP, "width": 1}, "fillcolor": "#ffffff"},
            decreasing={"line": {"color": DOWN, "width": 1}, "fillcolor": DOWN},
            text=_hover_texts(drawn, zone, decimals),
            hoverinfo="text",
        )
    )
    with_volume = volume and drawn.has_volume
    if with_volume:
        colours = np.where(drawn.close >= drawn.open, UP, DOWN)
        figure.add_trace(
            go.Bar(
                x=x,
                y=drawn.volume,
                yaxis="y2",
                name="volume",
                opacity=0.45,
                marker={"color": colours},
                hoverinfo="skip",
            )
        )
    figure.update_layout(**_layout(drawn, html.escape(clean(title)), zone, decimals, height, with_volume))
    return figure


def _layout(drawn: Bars, title: str, zone: dt.tzinfo, decimals: int, height: int, with_volume: bool) -> dict[str, Any]:
    at, labels, breaks = layout_ticks(drawn.time, zone, daily=drawn.daily, most=12)
    axis = {"gridcolor": "#eceff2", "zeroline": False, "linecolor": "#c9ced4"}
    layout: dict[str, Any] = {
        "template": "none",
        "height": height,
        "showlegend": False,
        "dragmode": "pan",
        "hovermode": "x",
        "title": {"text": title, "x": 0.01, "xanchor": "left"},
        "margin": {"l": 12, "r": 72, "t": 44 if title else 12, "b": 48},
        # Plotly's "Share chart" would upload the data to a third party.
        "modebar": {"remove": ["sendChartToCloud", "select2d", "lasso2d"]},
        "xaxis": {
            **axis,
            "rangeslider": {"visible": False},
            "tickmode": "array",
            "tickvals": at,
            "ticktext": [label.replace("\n", "<br>") for label in labels],
            "range": [-0.5, max(len(drawn), 1) - 0.5],
            "showspikes": True,
            "spikemode": "across",
            "spikethickness": 1,
            "anchor": "y2" if with_volume else "y",
        },
        "yaxis": {
            **axis,
            "side": "right",
            "domain": [0.24 if with_volume else 0, 1],
            "tickformat": f",.{decimals}f",
        },
        "shapes": [_break(i) for i in breaks],
    }
    if with_volume:
        layout["yaxis2"] = {
            **axis,
            "side": "right",
            "domain": [0, 0.2],
            "tickformat": "~s",
            "nticks": 3,
            "showgrid": False,
            "fixedrange": True,
        }
    return layout


def _break(i: int) -> dict[str, Any]:
    """Return the line before candle i, which opens a day."""
    x = i - 0.5
    line = {"color": "#c9ced4", "width": 1, "dash": "dot"}
    return {"type": "line", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "layer": "below", "line": line}


def _hover_texts(drawn: Bars, zone: dt.tzinfo, decimals: int) -> list[str]:
    joined = f"<br>{drawn.size} bars" if drawn.size > 1 else ""
    columns = zip(
        *(getattr(drawn, name).tolist() for name in ("time", "open", "high", "low", "close", "volume")), strict=True
    )
    return [
        f"{moment(time, zone, daily=drawn.daily)}{joined}<br>O {price(o, decimals)}<br>H {price(h, decimals)}<br>"
        f"L {price(low, decimals)}<br>C {price(c, decimals)}" + (f"<br>V {v:,.0f}" if v == v else "")
        for time, o, h, low, c, v in columns
    ]
