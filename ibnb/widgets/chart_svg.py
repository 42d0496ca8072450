"""The still picture of a bar chart: an SVG drawn here, kept in the notebook as an image.

It needs no script and no kernel. It travels as a data address in an <img>: JupyterLab takes <svg> out of the outputs of
notebooks it does not trust, images stay. What it shows is also said in words, as the image's text and below it. All
text is escaped; colours are ones that can be read on light and on dark pages.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
import re

import numpy as np

from .chart_data import Bars, decimals_of, moment, zone_for
from .chart_ticks import layout_ticks

MAX_CANDLES = 240
MAX_BYTES = 60_000
WIDTH, HEIGHT = 920, 340
TOP, BOTTOM, LEFT, RIGHT = 8, 40, 6, 76
UP, DOWN, INK = "#0d9a80", "#e0454f", "#7b838b"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
MAX_TITLE = 80


def clean(text: str) -> str:
    """Return text from outside as one short line without control characters and marks that turn the writing."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1]}…"


def price(value: float, decimals: int) -> str:
    """Return a price as text, an en dash for none."""
    return "–" if value != value else f"{value:,.{decimals}f}".replace("-", "−")


def describe(bars: Bars, title: str, tz: str = "exchange") -> str:
    """Return the chart in one sentence, plain text."""
    name = clean(title)
    priced = np.flatnonzero(~np.isnan(bars.close))
    if not len(priced):
        return f"{name}: no bars yet."
    zone, decimals = zone_for(bars, tz), decimals_of(bars.close)
    first, last = bars.open[priced[0]], bars.close[priced[-1]]
    change = last - first
    share = f" ({change / first:+.2%})".replace("-", "−") if first > 0 else ""
    span = f"{price(float(np.nanmin(bars.low)), decimals)} to {price(float(np.nanmax(bars.high)), decimals)}"
    start, end = (moment(int(bars.time[i]), zone, daily=bars.daily) for i in (0, -1))
    sign = "+" if change > 0 else ""
    return (
        f"{name}: last {price(float(last), decimals)}; {len(bars):,} bars from {start} to {end}; "
        f"change {sign}{price(float(change), decimals)}{share}; range {span}."
    )


def picture(bars: Bars, title: str, *, tz: str = "exchange", volume: bool = True) -> str:
    """Return the chart as an SVG document: at most `MAX_CANDLES` candles, the newest price marked."""
    candles = bars.aggregated(MAX_CANDLES)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui,sans-serif" font-size="11" fill="{INK}">'
        f"<title>{html.escape(clean(title))}</title>"
    ]
    if np.isnan(candles.close).all():
        parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">No bars yet</text>')
    else:
        parts.append(_Drawing(candles, tz, volume and candles.has_volume).render())
    return "".join([*parts, "</svg>"])


class _Drawing:
    """One picture's geometry and marks."""

    def __init__(self, bars: Bars, tz: str, volume: bool) -> None:
        self.bars = bars
        self.zone = zone_for(bars, tz)
        self.floor = HEIGHT - BOTTOM
        self.pane = self.floor - (0.2 * (self.floor - TOP) if volume else 0)
        self.volume = volume
        self.step = (WIDTH - LEFT - RIGHT) / len(bars)
        low, high = float(np.nanmin(bars.low)), float(np.nanmax(bars.high))
        room = (high - low or abs(high) * 0.01 or 1.0) * 0.06
        self.low, self.high = low - room, high + room
        self.decimals = decimals_of(bars.close)

    def x(self, i: float) -> float:
        """Return the middle of candle i."""
        return LEFT + (i + 0.5) * self.step

    def y(self, value: float) -> float:
        """Return the height of a price."""
        bottom = self.pane - (6 if self.volume else 0)
        return bottom - (value - self.low) / (self.high - self.low) * (bottom - TOP)

    def render(self) -> str:
        """Return everything inside the frame."""
        return "".join([self._axes(), self._volumes() if self.volume else "", self._candles(), self._last()])

    def _axes(self) -> str:
        right = WIDTH - RIGHT
        lines, texts = [], []
        for value in nice_values(self.low, self.high, 6):
            y = self.y(value)
            lines.append(f"M{LEFT} {y:.1f}H{right}")
            texts.append(f'<text x="{right + 6}" y="{y + 4:.1f}">{price(value, self.decimals)}</text>')
        at, labels, _ = layout_ticks(self.bars.time, self.zone, daily=self.bars.daily, most=10)
        for i, label in zip(at, labels, strict=True):
            x = self.x(i)
            lines.append(f"M{x:.1f} {TOP}V{self.floor}")
            anchor = "start" if x < 40 else "end" if x > right - 30 else "middle"
            for row, line in enumerate(label.split("\n")):
                place = f'x="{x:.1f}" y="{self.floor + 15 + 13 * row}" text-anchor="{anchor}"'
                texts.append(f"<text {place}>{html.escape(line)}</text>")
        grid = f'<path d="{"".join(lines)}" stroke="{INK}" stroke-opacity=".25" fill="none"/>'
        frame = f'<path d="M{LEFT} {self.floor}H{right}V{TOP}" stroke="{INK}" fill="none"/>'
        return f"{grid}{frame}{''.join(texts)}"

    def _sides(self) -> list[tuple[str, np.ndarray]]:
        rising = self.bars.close >= self.bars.open
        drawn = ~np.isnan(self.bars.close)
        return [(UP, np.flatnonzero(rising & drawn)), (DOWN, np.flatnonzero(~rising & drawn))]

    def _candles(self) -> str:
        bars, width = self.bars, max(1.0, self.step * 0.7)
        out = []
        for colour, which in self._sides():
            path = []
            for i in which.tolist():
                x = self.x(i)
                top, bottom = sorted((self.y(float(bars.open[i])), self.y(float(bars.close[i]))))
                bottom = max(bottom, top + 1)
                high, low = self.y(float(bars.high[i])), self.y(float(bars.low[i]))
                path.append(
                    f"M{x:.1f} {high:.1f}V{top:.1f}M{x:.1f} {bottom:.1f}V{low:.1f}"
                    f"M{x - width / 2:.1f} {top:.1f}h{width:.1f}v{bottom - top:.1f}h{-width:.1f}z"
                )
            # Rising candles are hollow, falling ones full: not by colour alone.
            out.append(f'<path d="{"".join(path)}" stroke="{colour}" fill="{"none" if colour == UP else colour}"/>')
        return "".join(out)

    def _volumes(self) -> str:
        bars, width = self.bars, max(1.0, self.step * 0.7)
        scale = (self.floor - self.pane) / (float(np.nanmax(bars.volume)) * 1.08)
        out = []
        for colour, which in self._sides():
            path = [
                f"M{self.x(i) - width / 2:.1f} {self.floor}h{width:.1f}v{-float(bars.volume[i]) * scale:.1f}"
                f"h{-width:.1f}z"
                for i in which.tolist()
                if bars.volume[i] > 0
            ]
            out.append(f'<path d="{"".join(path)}" fill="{colour}" fill-opacity=".4"/>')
        return "".join(out)

    def _last(self) -> str:
        i = int(np.flatnonzero(~np.isnan(self.bars.close))[-1])
        value, right = float(self.bars.close[i]), WIDTH - RIGHT
        y, colour = self.y(value), UP if value >= self.bars.open[i] else DOWN
        return (
            f'<path d="M{LEFT} {y:.1f}H{right}" stroke="{colour}" stroke-dasharray="4 4"/>'
            f'<path d="M{right} {y - 9:.1f}h{RIGHT - 2}v18h{2 - RIGHT}z" fill="{colour}"/>'
            f'<text x="{right + 6}" y="{y + 4:.1f}" fill="#fff" font-weight="600">{price(value, self.decimals)}</text>'
        )


def nice_values(low: float, high: float, most: int) -> list[float]:
    """Return at most about `most` round values within low..high."""
    raw = (high - low) / max(1, most)
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw)
    first = int(np.ceil(low / step))
    return [float(i * step) for i in range(first, int(np.floor(high / step)) + 1)]


def still_html(
    bars: Bars,
    title: str,
    *,
    css_class: str = "",
    tz: str = "exchange",
    volume: bool = True,
    at: dt.datetime | None = None,
) -> str:
    """Return the picture and its words as HTML of one element: no script, nothing from elsewhere."""
    words = html.escape(describe(bars, title, tz))
    image = base64.b64encode(picture(bars, title, tz=tz, volume=volume).encode("utf-8")).decode("ascii")
    when = f" As of {at:%Y-%m-%d %H:%M:%S} UTC, not live." if at else ""
    return (
        f'<div class="{css_class or "ibnb-twin"}">'
        f'<img alt="{words}" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,{image}">'
        f"<p><small>{words}{when}</small></p></div>"
    )
