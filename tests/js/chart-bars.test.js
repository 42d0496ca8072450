// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Pyramid, decimalsOf, indexAt, levelFor, paddedRange, positionAt, priceSpan, settledRange, timeAt, usualStep, volumeMax } from "../../ibnb/widgets/js/src/chart-bars.js";

/** @param {number[][]} rows  [open, high, low, close, volume] */
function bars(rows) {
  const column = (/** @type {number} */ i) => Float64Array.from(rows, (row) => row[i]);
  return { n: rows.length, open: column(0), high: column(1), low: column(2), close: column(3), volume: column(4) };
}

/** The definition, written out: what a candle over bars from..to-1 must be. @param {ReturnType<typeof bars>} all @param {number} from @param {number} to */
function expected(all, from, to) {
  const whole = [];
  for (let i = from; i < Math.min(to, all.n); i++) if (!Number.isNaN(all.close[i])) whole.push(i);
  const volumes = [];
  for (let i = from; i < Math.min(to, all.n); i++) if (!Number.isNaN(all.volume[i])) volumes.push(all.volume[i]);
  if (!whole.length) return [NaN, NaN, NaN, NaN, volumes.length ? volumes.reduce((a, b) => a + b) : NaN];
  return [
    all.open[whole[0]],
    Math.max(...whole.map((i) => all.high[i])),
    Math.min(...whole.map((i) => all.low[i])),
    all.close[whole[whole.length - 1]],
    volumes.length ? volumes.reduce((a, b) => a + b) : NaN,
  ];
}

/** @param {number} seed */
function random(seed) {
  return () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
}

/** @param {number} n @param {() => number} next @param {boolean} holes */
function walk(n, next, holes) {
  const rows = [];
  let price = 100;
  for (let i = 0; i < n; i++) {
    const open = price;
    price += Math.round((next() - 0.5) * 100) / 100;
    const hole = holes && next() < 0.2;
    rows.push(hole ? [NaN, NaN, NaN, NaN, NaN] : [open, Math.max(open, price) + 0.25, Math.min(open, price) - 0.25, price, Math.floor(next() * 1000)]);
  }
  return rows;
}

/** @param {Pyramid} pyramid @param {ReturnType<typeof bars>} all @param {number} k */
function assertLevel(pyramid, all, k) {
  const level = pyramid.level(k);
  assert.equal(level.n, Math.ceil(all.n / 2 ** k));
  for (let i = 0; i < level.n; i++) {
    const got = [level.open[i], level.high[i], level.low[i], level.close[i], level.volume[i]];
    assert.deepEqual(got, expected(all, i * 2 ** k, (i + 1) * 2 ** k), `level ${k}, candle ${i} of ${all.n} bars`);
  }
}

test("a candle takes the first open, the extremes, the last close and the sum of volumes", () => {
  const pyramid = new Pyramid();
  pyramid.sync(bars([[10, 12, 9, 11, 100], [11, 15, 11, 14, 50], [14, 14, 5, 6, 25]]));
  const two = pyramid.level(1);
  assert.deepEqual([two.n, two.open[0], two.high[0], two.low[0], two.close[0], two.volume[0]], [2, 10, 15, 9, 14, 150]);
  assert.deepEqual([two.open[1], two.high[1], two.low[1], two.close[1], two.volume[1]], [14, 14, 5, 6, 25]);
  const four = pyramid.level(2);
  assert.deepEqual([four.n, four.open[0], four.high[0], four.low[0], four.close[0], four.volume[0]], [1, 10, 15, 5, 6, 175]);
});

test("missing bars and missing volumes leave the others whole", () => {
  const pyramid = new Pyramid();
  pyramid.sync(bars([[NaN, NaN, NaN, NaN, NaN], [11, 15, 11, 14, NaN], [NaN, NaN, NaN, NaN, NaN], [NaN, NaN, NaN, NaN, 3]]));
  const two = pyramid.level(1);
  assert.deepEqual([two.open[0], two.high[0], two.low[0], two.close[0], two.volume[0]], [11, 15, 11, 14, NaN]);
  assert.deepEqual([two.open[1], two.volume[1]], [NaN, 3]);
});

test("every level equals its definition, however bars come and change", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const next = random(seed);
    const rows = walk(1 + Math.floor(next() * 40), next, seed % 2 === 0);
    const pyramid = new Pyramid();
    let all = bars(rows);
    pyramid.sync(all);
    for (let step = 0; step < 120; step++) {
      const changed = rows.length - 1 - (next() < 0.1 ? Math.floor(next() * rows.length) : 0);
      const close = Math.round(next() * 10000) / 100;
      rows[changed] = [50, Math.max(50, close), Math.min(50, close), close, step];
      const grown = next() < 0.4 ? walk(1 + Math.floor(next() * 3), next, false) : [];
      rows.push(...grown);
      all = bars(rows);
      pyramid.sync(all, changed);
      // Not every level at every step: a level that slept must catch up.
      if (next() < 0.7) assertLevel(pyramid, all, Math.floor(next() * 7));
    }
    for (let k = 0; k < 8; k++) assertLevel(pyramid, all, k);
  }
});

test("few enough candles for the width: at least 4 pixels each, 400 at most", () => {
  assert.equal(levelFor(250, 1000), 0);
  assert.equal(levelFor(251, 1000), 1);
  assert.equal(levelFor(400, 5000), 0);
  assert.equal(levelFor(401, 5000), 1);
  for (const count of [1, 7, 300, 20000, 1e6]) {
    for (const width of [1, 60, 333, 900, 4000]) {
      const candles = Math.ceil(count / 2 ** levelFor(count, width));
      assert.ok(candles <= Math.max(1, Math.min(400, Math.floor(width / 4))), `${count} bars on ${width} px: ${candles}`);
    }
  }
});

test("spans look at the visible candles only", () => {
  const all = bars([[1, 100, 0.5, 2, 9], [2, 4, 1, 3, 5], [3, 6, 2, 5, 7], [NaN, NaN, NaN, NaN, NaN]]);
  assert.deepEqual(priceSpan(all, 1, 3), [1, 6]);
  assert.deepEqual(priceSpan(all, -5, 99), [0.5, 100]);
  assert.equal(priceSpan(all, 3, 4), null);
  assert.equal(volumeMax(all, 1, 4), 7);
  assert.equal(volumeMax(all, 3, 4), 0);
});

test("the y range leaves room, and is never empty", () => {
  assert.deepEqual(paddedRange([100, 200], 0.1), [90, 210]);
  assert.deepEqual(paddedRange([50, 50]), [49.5, 50.5]);
  assert.deepEqual(paddedRange([0, 0]), [-1, 1]);
  const [low, high] = paddedRange([-37.6, -37.6]); // oil, April 2020
  assert.ok(low < -37.6 && high > -37.6);
});

test("the y range stays while ticks are inside it, and follows when they leave it or shrink", () => {
  const range = settledRange(null, [100, 110]);
  assert.equal(settledRange(range, [100.2, 110.3]), range);
  assert.ok(settledRange(range, [100, 112])[1] > 112);
  assert.ok(settledRange(range, [98, 110])[0] < 98);
  assert.ok(settledRange(range, [104, 106])[0] > 103);
});

test("times and positions are each other's inverse, inside the bars and out of them", () => {
  const time = Float64Array.of(0, 60e3, 120e3, 1000e3, 1060e3);
  assert.equal(indexAt(time, 5, 60e3), 1);
  assert.equal(indexAt(time, 5, 60001), 2);
  assert.equal(indexAt(time, 5, 9e9), 5);
  const step = usualStep(time, 5);
  assert.equal(step, 60e3);
  for (const index of [-3, -0.5, 0, 0.25, 2, 2.5, 4, 4.5, 9]) {
    assert.ok(Math.abs(positionAt(time, 5, timeAt(time, 5, index, step), step) - index) < 1e-9, `index ${index}`);
  }
});

test("decimals are as many as the prices need", () => {
  assert.equal(decimalsOf(Float64Array.of(100, 101.5), 2), 2);
  assert.equal(decimalsOf(Float64Array.of(1.08125, 1.082), 2), 5);
  assert.equal(decimalsOf(Float64Array.of(NaN, 0.1 + 0.2), 2), 2);
});
