// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { BarSeries, describe } from "../../ibnb/widgets/js/src/chart-data.js";
import { Stream } from "../../ibnb/widgets/js/src/store.js";
import { Viewport } from "../../ibnb/widgets/js/src/chart-view.js";

const MINUTE = 60e3;
const NONE = new Uint32Array(0);
const SCHEMA = /** @type {any} */ ({
  name: "bars AAPL 1 min", kind: "bars", key: ["date"],
  columns: [{ name: "date", kind: "time", zone: "America/New_York" }, ...["open", "high", "low", "close", "volume"].map((name) => ({ name, kind: "f8" }))],
});

/** A stream with bars 0..n-1, bar i at minute `start` + i with close `start` + i. @param {number} n @param {number} [start] */
function filled(n, start = 0) {
  const stream = new Stream(1);
  fill(stream, n, start);
  return stream;
}

/** @param {Stream} stream @param {number} n @param {number} start */
function fill(stream, n, start) {
  stream.reset(SCHEMA);
  stream.ready = true;
  add(stream, Array.from({ length: n }, (_, i) => start + i));
}

/** @param {Stream} stream @param {number[]} minutes */
function add(stream, minutes) {
  const slots = Uint32Array.from(minutes, (_, i) => stream.length + i);
  stream.add(slots, slots);
  stream.write("date", slots, minutes.map((at) => at * MINUTE));
  for (const [name, shift] of /** @type {[string, number][]} */ ([["open", -0.5], ["high", 1], ["low", -1], ["close", 0]])) stream.write(name, slots, minutes.map((at) => 100 + at + shift));
  stream.write("volume", slots, minutes.map(() => 10));
  return slots;
}

const change = (/** @type {any} */ more) => ({ reset: false, schema: false, meta: false, added: NONE, removed: NONE, rows: false, changed: new Map(), ...more });

/** @param {Stream} stream */
function following(stream) {
  const series = new BarSeries(stream);
  stream.onChange((info) => series.note(info));
  series.note(/** @type {any} */ (change({ reset: true, stream })));
  series.refresh();
  return series;
}

test("bars are the store's own arrays, not copies", () => {
  const stream = filled(100);
  const series = following(stream);
  assert.equal(series.bars.n, 100);
  assert.equal(series.bars.close, stream.columns.close);
  assert.equal(series.step, MINUTE);
  assert.ok(series.hasVolume);
});

test("a tick changes the candles of every level, and nothing is taken twice", () => {
  const stream = filled(100);
  const series = following(stream);
  assert.equal(series.pyramid.level(3).high[12], 200); // bars 96..99
  const slots = Uint32Array.of(99);
  stream.write("high", slots, [250]);
  stream.emit(change({ changed: new Map([["high", { slots, prev: Float64Array.of(0) }]]) }));
  assert.deepEqual(series.refresh(), { move: null });
  assert.equal(series.pyramid.level(3).high[12], 250);
  assert.equal(series.refresh(), null);
});

test("appended bars keep the numbers of the others", () => {
  const stream = filled(100);
  const series = following(stream);
  stream.emit(change({ added: add(stream, [100, 101]), rows: true }));
  assert.deepEqual(series.refresh(), { move: null });
  assert.equal(series.bars.n, 102);
  assert.equal(series.pyramid.level(1).n, 51);
});

test("nothing is drawn of half a snapshot; when it is whole, a frozen view shows the times it showed", () => {
  const stream = filled(100, 1000);
  const series = following(stream);
  const view = new Viewport();
  view.setCount(100);
  view.set(20, 40);
  const shown = series.timeAt(20);
  fill(stream, 100, 1000);
  stream.ready = false;
  stream.emit(change({ reset: true, rows: true }));
  assert.equal(series.refresh(), null);
  assert.equal(series.bars.n, 100);
  fill(stream, 350, 750); // older history in front
  stream.emit(change({ reset: true, rows: true }));
  const taken = /** @type {any} */ (series.refresh());
  view.renumber(350, taken.move);
  assert.equal(view.from, 270);
  assert.equal(view.to, 290);
  assert.equal(series.timeAt(view.from), shown);
});

test("what the bars are is told by the stream first, then by the widget", () => {
  const stream = filled(1);
  const model = (/** @type {Record<string, any>} */ state) => ({ get: (/** @type {string} */ name) => state[name] });
  assert.equal(describe(stream, model({})).zone.name, "America/New_York");
  assert.equal(describe(stream, model({ tz: "exchange", _zone: "Europe/Berlin" })).zone.name, "Europe/Berlin");
  assert.equal(describe(stream, model({ tz: "Asia/Tokyo", _zone: "Europe/Berlin" })).zone.name, "Asia/Tokyo");
  stream.meta = { zone: "Asia/Hong_Kong", daily: true, reason: "no data" };
  const told = describe(stream, model({ tz: "exchange", _zone: "Europe/Berlin", title: "HSI" }));
  assert.deepEqual([told.zone.name, told.daily, told.reason, told.title], ["Asia/Hong_Kong", true, "no data", "HSI"]);
});
