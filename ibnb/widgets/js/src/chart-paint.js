// @ts-check
/**
 * Paints candles, volume, day breaks and the last price on a canvas that lies over Plotly's axes.
 * Owns pixels only: the geometry is the one Plotly was given, what to draw comes as arrays.
 *
 * Why a canvas: Plotly draws each candle as SVG, 20 ms for 300 of them at each tick where this takes a tenth of one.
 * Rising candles are hollow and falling ones filled, so that colour is never the only sign.
 */

/**
 * @typedef {object} Geometry  CSS pixels
 * @property {number} width
 * @property {number} height
 * @property {number} left
 * @property {number} right    left and right edge of the plot
 * @property {number} top
 * @property {number} bottom   edges of the price pane
 * @property {number} volumeTop  top of the volume pane; its bottom is `floor`
 * @property {number} floor
 */

/**
 * @typedef {object} Palette
 * @property {string} background
 * @property {string} text
 * @property {string} muted
 * @property {string} grid
 * @property {string} border
 * @property {string} up
 * @property {string} down
 * @property {string} upVolume
 * @property {string} downVolume
 * @property {string} accent
 * @property {string} onStrong  text on up or down
 * @property {string} font
 * @property {boolean} dark
 */

/**
 * @typedef {object} Scene
 * @property {Geometry} geometry
 * @property {Palette} palette
 * @property {import("./chart-bars.js").Candles} candles
 * @property {number} size      bars per candle
 * @property {number} first     candles first..last-1 are in view
 * @property {number} last
 * @property {number} from      edges of the view, in bars
 * @property {number} to
 * @property {[number, number]} prices   range of the price axis
 * @property {number} volume    top of the volume axis; 0 = no volume pane
 * @property {number[]} breaks  bars that open a day
 * @property {{price: number, text: string, up: boolean} | null} live  the last price
 */

/** Pixel of a position on the bar axis. @param {Scene} scene @param {number} position */
export function xOf({ geometry, from, to }, position) {
  return geometry.left + ((position - from) / (to - from)) * (geometry.right - geometry.left);
}

/** Pixel of a price. @param {Scene} scene @param {number} price */
export function yOf({ geometry, prices }, price) {
  return geometry.bottom - ((price - prices[0]) / (prices[1] - prices[0])) * (geometry.bottom - geometry.top);
}

/** How wide a candle's body is, in whole pixels, for its share of the axis. @param {number} share */
export function bodyWidth(share) {
  if (share < 3) return 1;
  const width = Math.floor(share * 0.72);
  return width % 2 ? width : width - 1; // odd, so that the wick stands in the middle
}

/**
 * Draw the scene.
 * @param {CanvasRenderingContext2D} context @param {Scene} scene @param {number} ratio  device pixels per CSS pixel
 */
export function paint(context, scene, ratio) {
  const { geometry: g } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, g.width, g.height);
  context.save();
  context.beginPath();
  context.rect(g.left, g.top, g.right - g.left, g.floor - g.top);
  context.clip();
  paintBreaks(context, scene);
  if (scene.volume > 0) paintVolume(context, scene);
  context.beginPath();
  context.rect(g.left, g.top, g.right - g.left, g.bottom - g.top);
  context.clip();
  paintCandles(context, scene);
  paintLiveLine(context, scene);
  context.restore();
  paintLiveTag(context, scene);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintBreaks(context, scene) {
  const { geometry: g, palette } = scene;
  context.strokeStyle = palette.border;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  for (const index of scene.breaks) {
    const x = Math.round(xOf(scene, index - 0.5)) + 0.5;
    context.moveTo(x, g.top);
    context.lineTo(x, g.floor);
  }
  context.stroke();
  context.setLineDash([]);
}

/** Middle pixel column and sign of candle i. @param {Scene} scene @param {number} i */
function place(scene, i) {
  const { size, candles } = scene;
  return {
    x: Math.floor(xOf(scene, i * size + (size - 1) / 2)),
    // A candle without a move takes the side of the one before.
    up: candles.close[i] > candles.open[i] || (candles.close[i] === candles.open[i] && (i === 0 || candles.close[i] >= candles.close[i - 1])),
  };
}

/** @param {Scene} scene */
const shareOf = ({ geometry: g, size, from, to }) => ((g.right - g.left) * size) / (to - from);

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintVolume(context, scene) {
  const { geometry: g, candles, palette } = scene;
  const width = bodyWidth(shareOf(scene));
  const half = (width - 1) / 2;
  for (const side of [true, false]) {
    context.fillStyle = side ? palette.upVolume : palette.downVolume;
    context.beginPath();
    for (let i = scene.first; i < scene.last; i++) {
      const volume = candles.volume[i];
      if (!(volume > 0)) continue;
      const { x, up } = place(scene, i);
      if (up !== side) continue;
      const height = Math.max(1, (volume / scene.volume) * (g.floor - g.volumeTop));
      context.rect(x - half, g.floor - height, width, height);
    }
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintCandles(context, scene) {
  const { candles, palette } = scene;
  const width = bodyWidth(shareOf(scene));
  const half = (width - 1) / 2;
  const hollow = width >= 5;
  for (const side of [true, false]) {
    const colour = side ? palette.up : palette.down;
    const solid = new Path2D();
    const inner = new Path2D();
    for (let i = scene.first; i < scene.last; i++) {
      if (candles.close[i] !== candles.close[i]) continue;
      const { x, up } = place(scene, i);
      if (up !== side) continue;
      const high = yOf(scene, candles.high[i]);
      const low = yOf(scene, candles.low[i]);
      const top = Math.round(yOf(scene, Math.max(candles.open[i], candles.close[i])));
      const bottom = Math.max(top + 1, Math.round(yOf(scene, Math.min(candles.open[i], candles.close[i]))));
      solid.rect(x, high, 1, Math.max(1, low - high));
      if (width > 1) solid.rect(x - half, top, width, bottom - top);
      if (hollow && side && bottom - top > 2) inner.rect(x - half + 1, top + 1, width - 2, bottom - top - 2);
    }
    context.fillStyle = colour;
    context.fill(solid);
    context.fillStyle = palette.background;
    context.fill(inner);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintLiveLine(context, scene) {
  const { geometry: g, live, palette } = scene;
  if (!live) return;
  const y = Math.round(yOf(scene, live.price)) + 0.5;
  context.strokeStyle = live.up ? palette.up : palette.down;
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(g.left, y);
  context.lineTo(g.right, y);
  context.stroke();
  context.setLineDash([]);
}

/** The price on the axis, pointing at it from the edge when it is out of view. @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintLiveTag(context, scene) {
  const { geometry: g, live, palette } = scene;
  if (!live) return;
  const exact = yOf(scene, live.price);
  const y = Math.round(Math.min(Math.max(exact, g.top + 8), g.bottom - 8));
  const arrow = exact < g.top ? "▲" : exact > g.bottom ? "▼" : "";
  context.font = `600 11px ${palette.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const text = arrow + live.text;
  const width = Math.min(g.width - g.right, context.measureText(text).width + 9);
  context.fillStyle = live.up ? palette.up : palette.down;
  context.beginPath();
  context.roundRect(g.right + 1, y - 9, width, 18, 2);
  context.fill();
  context.fillStyle = palette.onStrong;
  context.fillText(text, g.right + 5, y + 0.5, width - 6);
}
