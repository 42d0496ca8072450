// @ts-check
/**
 * Bars by column, and their aggregation: what a chart of any length needs to draw at most a few hundred candles.
 * Pure arithmetic; knows no page, no Plotly and no wire.
 *
 * Level k of the pyramid joins 2**k bars that begin at a multiple of 2**k (so a candle never changes its
 * neighbours while one pans): open of the first, highest high, lowest low, close of the last, sum of volumes.
 * A bar without prices (NaN) adds nothing; a candle of such bars only is NaN and is not drawn.
 */

/**
 * @typedef {object} Candles
 * @property {number} n  candles in use; the arrays may be longer
 * @property {Float64Array} open
 * @property {Float64Array} high
 * @property {Float64Array} low
 * @property {Float64Array} close
 * @property {Float64Array} volume  NaN = not known
 */

/** @typedef {Candles & {time: Float64Array}} Bars  `time`: ms since 1970 UTC of each bar's start, rising */

const PRICES = /** @type {const} */ (["open", "high", "low", "close", "volume"]);

/** @param {number} capacity @returns {Candles} */
function makeCandles(capacity) {
  const make = () => new Float64Array(capacity);
  return { n: 0, open: make(), high: make(), low: make(), close: make(), volume: make() };
}

/** Make room for `n` candles, keeping what is there. @param {Candles} candles @param {number} n */
function reserve(candles, n) {
  if (candles.open.length >= n) return;
  for (const name of PRICES) {
    const larger = new Float64Array(Math.max(16, Math.ceil(n * 1.5)));
    larger.set(candles[name].subarray(0, candles.n));
    candles[name] = larger;
  }
}

/** Join candles 2i and 2i+1 of `fine` into candle i of `coarse`, for i from `first` on. @param {Candles} fine @param {Candles} coarse @param {number} first */
function joinPairs(fine, coarse, first) {
  const n = (fine.n + 1) >> 1;
  reserve(coarse, n);
  coarse.n = n;
  for (let i = first; i < n; i++) {
    const a = 2 * i;
    const b = a + 1 < fine.n ? a + 1 : a;
    const hasA = fine.close[a] === fine.close[a];
    const hasB = fine.close[b] === fine.close[b];
    coarse.open[i] = hasA ? fine.open[a] : fine.open[b];
    coarse.close[i] = hasB ? fine.close[b] : fine.close[a];
    coarse.high[i] = hasA && hasB ? Math.max(fine.high[a], fine.high[b]) : hasA ? fine.high[a] : fine.high[b];
    coarse.low[i] = hasA && hasB ? Math.min(fine.low[a], fine.low[b]) : hasA ? fine.low[a] : fine.low[b];
    const va = fine.volume[a];
    const vb = b === a ? NaN : fine.volume[b];
    coarse.volume[i] = va === va ? (vb === vb ? va + vb : va) : vb;
  }
}

/** Candles of every level over one list of bars; a level is made when it is first drawn, then only its tail. */
export class Pyramid {
  constructor() {
    /** @type {Candles[]} level k at index k; level 0 is the bars themselves */
    this.levels = [];
    /** @type {number[]} how many bars each level has taken in */
    this.taken = [];
  }

  /**
   * Take the bars as they are now. @param {Candles} bars
   * @param {number} [changedFrom]  first bar that may differ from last time
   */
  sync(bars, changedFrom = 0) {
    this.levels[0] = bars;
    for (let k = 1; k < this.taken.length; k++) this.taken[k] = Math.min(this.taken[k], changedFrom);
    this.taken[0] = bars.n;
  }

  /** The candles of 2**k bars each. @param {number} k @returns {Candles} */
  level(k) {
    const bars = this.levels[0];
    for (let j = 1; j <= k; j++) {
      if (!this.levels[j]) {
        this.levels[j] = makeCandles(0);
        this.taken[j] = 0;
      }
      if (this.taken[j] !== bars.n || this.levels[j].n !== (this.levels[j - 1].n + 1) >> 1) {
        joinPairs(this.levels[j - 1], this.levels[j], this.taken[j] >> j);
        this.taken[j] = bars.n;
      }
    }
    return this.levels[k];
  }
}

/**
 * The level at which `bars` bars in view make few enough candles for `width` pixels.
 * @param {number} bars @param {number} width
 * @param {number} [most]  candles at most, however wide the page
 */
export function levelFor(bars, width, most = 400) {
  const room = Math.max(1, Math.min(most, Math.floor(width / 4)));
  let k = 0;
  // One candle more than the count may show, cut at both edges.
  while (Math.ceil(bars / 2 ** k) > room) k++;
  return k;
}

/**
 * Lowest low and highest high of candles from..to-1, null where none has a price.
 * @param {Candles} candles @param {number} from @param {number} to @returns {[number, number] | null}
 */
export function priceSpan(candles, from, to) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = Math.max(0, from); i < Math.min(to, candles.n); i++) {
    if (candles.low[i] < low) low = candles.low[i];
    if (candles.high[i] > high) high = candles.high[i];
  }
  return low <= high ? [low, high] : null;
}

/** Largest volume of candles from..to-1; 0 where none is known. @param {Candles} candles @param {number} from @param {number} to */
export function volumeMax(candles, from, to) {
  let most = 0;
  for (let i = Math.max(0, from); i < Math.min(to, candles.n); i++) if (candles.volume[i] > most) most = candles.volume[i];
  return most;
}

/**
 * The axis range for prices low..high: room above and below, never empty.
 * @param {[number, number]} span @param {number} [room]  share of the span added at each end @returns {[number, number]}
 */
export function paddedRange([low, high], room = 0.06) {
  const size = high - low || Math.abs(high) * 0.01 || 1;
  return high > low ? [low - size * room, high + size * room] : [low - size, high + size];
}

/**
 * How an axis range follows the visible span without moving at each tick: it stays while the span is inside
 * and fills at least 70 % of it, else it is made anew.
 * @param {[number, number] | null} range @param {[number, number]} span @returns {[number, number]}
 */
export function settledRange(range, span) {
  if (!range || span[0] < range[0] || span[1] > range[1]) return paddedRange(span);
  return span[1] - span[0] >= 0.7 * (range[1] - range[0]) ? range : paddedRange(span);
}

/**
 * First index whose time is at or after `ms`; n if none is.
 * @param {Float64Array} time @param {number} n @param {number} ms
 */
export function indexAt(time, n, ms) {
  let low = 0;
  let high = n;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (time[mid] < ms) low = mid + 1;
    else high = mid;
  }
  return low;
}

/**
 * The usual distance of two bars in ms (the middle one of those at the end); 0 for fewer than two bars.
 * @param {Float64Array} time @param {number} n
 */
export function usualStep(time, n) {
  const steps = [];
  for (let i = Math.max(1, n - 99); i < n; i++) steps.push(time[i] - time[i - 1]);
  steps.sort((a, b) => a - b);
  return steps.length ? steps[steps.length >> 1] : 0;
}

/**
 * Time at a bar index that may be fractional or outside the bars (there, by the usual step).
 * @param {Float64Array} time @param {number} n @param {number} index @param {number} step
 */
export function timeAt(time, n, index, step) {
  if (!n) return NaN;
  if (index <= 0) return time[0] + index * step;
  if (index >= n - 1) return time[n - 1] + (index - (n - 1)) * step;
  const i = Math.floor(index);
  return time[i] + (index - i) * (time[i + 1] - time[i]);
}

/**
 * Bar index, fractional, of a time: the inverse of `timeAt`.
 * @param {Float64Array} time @param {number} n @param {number} ms @param {number} step
 */
export function positionAt(time, n, ms, step) {
  if (!n) return NaN;
  if (ms <= time[0]) return step ? (ms - time[0]) / step : 0;
  if (ms >= time[n - 1]) return n - 1 + (step ? (ms - time[n - 1]) / step : 0);
  const i = indexAt(time, n, ms);
  return time[i] === ms ? i : i - 1 + (ms - time[i - 1]) / (time[i] - time[i - 1]);
}

/**
 * Decimals that show prices of this list without loss, 2 at least and 8 at most.
 * @param {Float64Array} prices @param {number} n
 */
export function decimalsOf(prices, n) {
  let most = 2;
  for (let i = Math.max(0, n - 200); i < n && most < 8; i++) {
    const value = prices[i];
    if (value !== value) continue;
    while (most < 8 && Math.abs(value - Number(value.toFixed(most))) > 1e-9 * Math.max(1, Math.abs(value))) most++;
  }
  return most;
}
