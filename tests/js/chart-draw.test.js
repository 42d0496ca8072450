// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIG, escapeMarkup, exportFigure, layoutOf, place } from "../../ibnb/widgets/js/src/chart-axes.js";
import { bodyWidth, paint, xOf, yOf } from "../../ibnb/widgets/js/src/chart-paint.js";
import { ageText, candleTexts, changeText, priceText, sizeText, staleText, summary } from "../../ibnb/widgets/js/src/chart-text.js";
import { isDark, parseColour } from "../../ibnb/widgets/js/src/chart-theme.js";
import { Zone } from "../../ibnb/widgets/js/src/chart-ticks.js";

const PALETTE = /** @type {any} */ ({ background: "#fff", text: "#000", muted: "#666", grid: "#eee", border: "#ccc", up: "#0a0", down: "#a00", upVolume: "rgba(0,9,0,.5)", downVolume: "rgba(9,0,0,.5)", accent: "#00f", onStrong: "#fff", font: "x", dark: false });
const CANDLES = { n: 3, open: Float64Array.of(10, 12, 11), high: Float64Array.of(13, 12.5, 12), low: Float64Array.of(9, 10, 10.5), close: Float64Array.of(12, 11, 11.5), volume: Float64Array.of(100, 300, NaN) };

/** @param {boolean} volume */
function scene(volume) {
  const { geometry } = place(600, 300, 60, volume);
  return /** @type {any} */ ({ geometry, palette: PALETTE, candles: CANDLES, size: 1, first: 0, last: 3, from: -0.5, to: 2.5, prices: [8, 14], volume: volume ? 400 : 0, breaks: [1], live: { price: 11.5, text: "11.50", up: true } });
}

test("the canvas and Plotly agree where the panes are", () => {
  for (const volume of [true, false]) {
    for (const [width, height] of [[600, 300], [1111, 437], [320, 160]]) {
      const { geometry: g, margin, priceDomain, volumeDomain } = place(width, height, 64, volume);
      const inner = height - margin.t - margin.b;
      // Plotly: a domain is a share of the inner height, from its floor.
      assert.ok(Math.abs(margin.t + inner * (1 - priceDomain[0]) - g.bottom) < 1e-9);
      assert.equal(priceDomain[1], 1);
      assert.equal(margin.t, g.top);
      assert.equal(margin.l, g.left);
      assert.equal(width - margin.r, g.right);
      if (volume) assert.ok(Math.abs(margin.t + inner * (1 - volumeDomain[1]) - g.volumeTop) < 1e-9);
      assert.equal(margin.t + inner, g.floor);
    }
  }
});

test("positions and prices map to the edges of the plot", () => {
  const s = scene(true);
  assert.equal(xOf(s, -0.5), s.geometry.left);
  assert.equal(xOf(s, 2.5), s.geometry.right);
  assert.equal(yOf(s, 8), s.geometry.bottom);
  assert.equal(yOf(s, 14), s.geometry.top);
});

test("bodies have a middle and never touch", () => {
  for (let share = 0.2; share < 60; share += 0.1) {
    const width = bodyWidth(share);
    assert.equal(width % 2, 1);
    assert.ok(width <= Math.max(1, share));
  }
});

test("every candle is painted inside its pane; a missing volume paints nothing", () => {
  /** @type {{kind: string, box: number[]}[]} */
  const boxes = [];
  class Path {
    /** @param {number[]} box */
    rect(...box) {
      boxes.push({ kind: "candle", box });
    }
  }
  Object.assign(globalThis, { Path2D: Path });
  const context = /** @type {any} */ (new Proxy({ rect: (/** @type {number[]} */ ...box) => boxes.push({ kind: "other", box }), measureText: () => ({ width: 30 }) }, {
    get: (target, name) => (name in target ? /** @type {any} */ (target)[name] : () => {}), set: () => true,
  }));
  const s = scene(true);
  paint(context, s, 1);
  const candles = boxes.filter(({ kind }) => kind === "candle");
  assert.ok(candles.length >= 6); // a wick and a body each
  for (const { box: [x, y, width, height] } of candles) {
    assert.ok(x >= s.geometry.left && x + width <= s.geometry.right);
    assert.ok(y >= s.geometry.top - 1 && y + height <= s.geometry.bottom + 1);
  }
  const volumes = boxes.filter(({ kind, box }) => kind === "other" && box[2] < 200 && box[1] >= s.geometry.volumeTop - 1);
  assert.equal(volumes.length, 2);
  const tops = candles.map(({ box }) => box[1]);
  assert.ok(tops.some((y) => Math.abs(y - yOf(s, 13)) < 1e-9)); // the wick of the highest
});

test("Plotly is told to keep its hands off the data and the pointer", () => {
  const layout = layoutOf({ placed: place(600, 300, 60, true), palette: PALETTE, bars: [-0.5, 2.5], prices: [8, 14], volume: 400, decimals: 2, ticks: { index: [0, 2], text: ["09:30\nFri Mar 14, 2025", "10:00"] }, revision: 1 });
  assert.equal(layout.xaxis.fixedrange && layout.yaxis.fixedrange, true);
  assert.deepEqual(layout.xaxis.ticktext, ["09:30<br>Fri Mar 14, 2025", "10:00"]);
  assert.deepEqual([CONFIG.displayModeBar, CONFIG.showSendToCloud, CONFIG.plotlyServerURL], [false, false, ""]);
});

test("an export is an ordinary candlestick figure of what is in view, its title plain text", () => {
  const layout = layoutOf({ placed: place(600, 300, 60, true), palette: PALETTE, bars: [-0.5, 2.5], prices: [8, 14], volume: 400, decimals: 2, ticks: { index: [], text: [] }, revision: 1 });
  const figure = exportFigure({ layout, candles: CANDLES, first: 1, last: 3, size: 4, palette: PALETTE, title: '<img src=x onerror="alert(1)">', volume: true });
  assert.deepEqual(figure.data.map((trace) => trace.type), ["candlestick", "bar"]);
  assert.deepEqual(figure.data[0].x, [5.5, 9.5]);
  assert.deepEqual(figure.data[0].close, [11, 11.5]);
  assert.deepEqual(figure.data[1].y, [300, null]);
  assert.equal(figure.layout.title.text, "&lt;img src=x onerror=\"alert(1)\"&gt;");
  assert.equal(escapeMarkup("A&B"), "A&amp;B");
});

test("numbers as a trader writes them", () => {
  assert.deepEqual([priceText(1234.5, 2), priceText(-37.63, 2), priceText(NaN, 2)], ["1,234.50", "−37.63", "–"]);
  assert.deepEqual([950, 4777, 12400, 832000, 1.2e6, 2.5e9, 0.015, NaN].map(sizeText), ["950", "4,777", "12.4K", "832K", "1.2M", "2.5B", "0.015", "–"]);
  assert.deepEqual([changeText(101, 100, 2), changeText(99, 100, 2), changeText(100, 100, 2), changeText(1, NaN, 2)], ["+1.00 (+1.00%)", "−1.00 (−1.00%)", "0.00 (0.00%)", ""]);
  assert.equal(changeText(-30, -37, 2), "+7.00"); // no share of a negative price
});

test("the header speaks of the candle and its change from the one before", () => {
  assert.deepEqual(candleTexts(CANDLES, 1, 2), { open: "12.00", high: "12.50", low: "10.00", close: "11.00", volume: "300", change: "−1.00 (−8.33%)", side: -1 });
  assert.equal(candleTexts(CANDLES, 2, 2)?.volume, "");
  assert.equal(candleTexts(CANDLES, 3, 2), null);
});

test("the spoken summary has last, change and range", () => {
  const text = summary({ title: "AAPL", candles: CANDLES, first: 0, last: 3, span: [9, 13], decimals: 2, timeOf: (i) => Date.UTC(2025, 2, 14, 14, i), zone: new Zone("US/Eastern"), daily: false });
  assert.equal(text, "AAPL: last 11.50; in view 3 candles from Fri 2025-03-14 10:00 EDT to Fri 2025-03-14 10:02 EDT; change +1.50 (+15.00%); range 9.00 to 13.00.");
});

test("stale data says so, and of when", () => {
  const live = { kernel: "live", heard: 0, gateway: { state: "live", text: "" } };
  assert.equal(staleText(live, 1e9), "");
  assert.equal(staleText({ ...live, kernel: "gone" }, 65e3), "Kernel gone, 65 s ago");
  assert.equal(staleText({ ...live, kernel: "silent" }, 7.2e6), "Kernel silent for 2 h");
  assert.equal(staleText({ ...live, gateway: { state: "stale", text: "TWS closed the connection" } }, 0), "TWS closed the connection");
  assert.deepEqual([ageText(-5), ageText(3e5), ageText(5 * 86400e3)], ["0 s", "5 min", "5 d"]);
});

test("colours of the page are understood", () => {
  assert.deepEqual(parseColour("#111"), [17, 17, 17, 1]);
  assert.deepEqual(parseColour("rgba(0, 0, 0, 0)"), [0, 0, 0, 0]);
  assert.deepEqual(parseColour("rgb(250 250 250 / 0.5)"), [250, 250, 250, 0.5]);
  assert.equal(parseColour("var(--x)"), null);
  assert.ok(isDark([17, 17, 17, 1]) && !isDark([250, 250, 250, 1]));
});
