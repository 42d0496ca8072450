// @ts-check
/**
 * What Plotly is told: layout and configuration of the live chart, and the whole figure for an exported picture.
 * Pure: builds plain objects; calls no Plotly.
 *
 * In the page Plotly draws axes, grid, ticks and the crosshair; candles come from chart-paint.js over it. The traces
 * given to it are invisible: they are what its crosshair snaps to.
 */

/** @typedef {import("./chart-paint.js").Geometry} Geometry */
/** @typedef {import("./chart-paint.js").Palette} Palette */

const TOP = 6;
const BOTTOM = 36;
const LEFT = 8;
const GAP = 6;

/**
 * Where the panes lie, and the margins and domains that make Plotly put them there.
 * @param {number} width @param {number} height @param {number} labels  room for the price labels @param {boolean} volume
 */
export function place(width, height, labels, volume) {
  const inner = Math.max(1, height - TOP - BOTTOM);
  const volumeHeight = volume ? Math.round(inner * 0.2) : 0;
  const floor = height - BOTTOM;
  /** @type {Geometry} */
  const geometry = {
    width, height, left: LEFT, right: Math.max(LEFT + 1, width - labels), top: TOP, bottom: volume ? floor - volumeHeight - GAP : floor, volumeTop: floor - volumeHeight, floor,
  };
  return {
    geometry,
    margin: { l: LEFT, r: labels, t: TOP, b: BOTTOM, pad: 0, autoexpand: false },
    priceDomain: [(floor - geometry.bottom) / inner, 1],
    volumeDomain: [0, Math.max(volumeHeight / inner, 0.001)],
  };
}

/**
 * @typedef {object} AxesState
 * @property {ReturnType<typeof place>} placed
 * @property {Palette} palette
 * @property {[number, number]} bars      view of the bar axis
 * @property {[number, number]} prices
 * @property {number} volume              top of the volume axis; 0 = no pane
 * @property {number} decimals
 * @property {{index: number[], text: string[]}} ticks
 * @property {number} revision            of the pointer traces
 */

/** @param {AxesState} state */
export function layoutOf({ placed, palette, bars, prices, volume, decimals, ticks, revision }) {
  const { geometry } = placed;
  const axis = {
    fixedrange: true, gridcolor: palette.grid, linecolor: palette.border, zeroline: false, automargin: false, tickfont: { color: palette.muted, size: 11, family: palette.font },
  };
  const spike = { showspikes: true, spikemode: "across", spikethickness: 1, spikedash: "dot", spikecolor: palette.muted };
  const paneHeight = geometry.bottom - geometry.top;
  return {
    width: geometry.width, height: geometry.height, margin: placed.margin, datarevision: revision,
    paper_bgcolor: palette.background, plot_bgcolor: palette.background, showlegend: false, dragmode: false, uirevision: 1,
    hovermode: "x", hoversubplots: "axis", hoverdistance: -1, spikedistance: -1,
    font: { family: palette.font, color: palette.text, size: 11 },
    xaxis: {
      ...axis, ...spike, spikesnap: "hovered data", range: bars, tickmode: "array", tickvals: ticks.index, ticktext: ticks.text.map((text) => text.replace("\n", "<br>")),
      tickangle: 0, ticklabeloverflow: "allow", ticks: "outside", ticklen: 4, tickcolor: palette.border, showline: true, anchor: volume > 0 ? "y2" : "y", rangeslider: { visible: false },
    },
    yaxis: {
      ...axis, ...spike, spikesnap: "cursor", side: "right", range: prices, domain: placed.priceDomain, tickformat: `,.${decimals}f`, nticks: Math.max(4, Math.floor(paneHeight / 28)), anchor: "x",
    },
    ...(volume > 0 && {
      yaxis2: { ...axis, ...spike, spikesnap: "cursor", side: "right", range: [0, volume], domain: placed.volumeDomain, tickformat: "~s", nticks: 3, anchor: "x", showgrid: false },
    }),
  };
}

/** Invisible points at the middle of each candle, for Plotly's crosshair. @param {number[]} x @param {number} price @param {boolean} volume */
export function pointerTraces(x, price, volume) {
  const common = { type: "scatter", mode: "none", x, hoverinfo: "none", showlegend: false };
  const traces = [{ ...common, y: x.map(() => price), yaxis: "y" }];
  if (volume) traces.push({ ...common, y: x.map(() => 0), yaxis: "y2" });
  return traces;
}

export const CONFIG = {
  displayModeBar: false, displaylogo: false, showTips: false, scrollZoom: false, doubleClick: false, responsive: false, showSendToCloud: false, showEditInChartStudio: false, plotlyServerURL: "",
};

/**
 * The visible candles as an ordinary Plotly figure: what an export contains.
 * @param {object} parts
 * @param {any} parts.layout  of the live chart
 * @param {import("./chart-bars.js").Candles} parts.candles @param {number} parts.first @param {number} parts.last @param {number} parts.size
 * @param {Palette} parts.palette @param {string} parts.title @param {boolean} parts.volume
 */
export function exportFigure({ layout, candles, first, last, size, palette, title, volume }) {
  const x = [];
  for (let i = first; i < last; i++) x.push(i * size + (size - 1) / 2);
  const slice = (/** @type {Float64Array} */ column) => Array.from(column.subarray(first, last), (value) => (value === value ? value : null));
  const side = (/** @type {string} */ line, /** @type {string} */ fill) => ({ line: { color: line, width: 1 }, fillcolor: fill });
  /** @type {any[]} */
  const data = [{
    type: "candlestick", name: "price", x, open: slice(candles.open), high: slice(candles.high), low: slice(candles.low), close: slice(candles.close),
    increasing: side(palette.up, palette.background), decreasing: side(palette.down, palette.down),
  }];
  if (volume) {
    const colour = x.map((_, i) => (candles.close[first + i] >= candles.open[first + i] ? palette.upVolume : palette.downVolume));
    data.push({ type: "bar", name: "volume", x, y: slice(candles.volume), yaxis: "y2", marker: { color: colour }, width: size * 0.72 });
  }
  return {
    data,
    layout: {
      ...layout, paper_bgcolor: palette.background, plot_bgcolor: palette.background, height: layout.height + 30, margin: { ...layout.margin, t: layout.margin.t + 30 },
      title: { text: escapeMarkup(title), x: 0.01, xanchor: "left", font: { size: 14, color: palette.text } },
    },
  };
}

/** Plotly reads a small HTML in titles; names from the network are text. @param {string} text */
export function escapeMarkup(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
