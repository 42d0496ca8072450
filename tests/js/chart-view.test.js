// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_BARS, Viewport } from "../../ibnb/widgets/js/src/chart-view.js";

/** @param {number} n */
function opened(n) {
  const view = new Viewport();
  view.setCount(n);
  return view;
}

test("opens on the newest bars, with room at the right", () => {
  const view = opened(20000);
  assert.ok(Math.abs(view.from - (20000 - 0.5 - FIRST_BARS)) < 1e-9);
  assert.ok(view.to > 20000 - 0.5 && view.to < 20013);
  assert.equal(opened(20).from, -0.5);
});

test("following, new bars move the view by as many bars", () => {
  const view = opened(500);
  const { from, to } = view;
  view.setCount(503);
  assert.deepEqual([view.from - from, view.to - to], [3, 3]);
});

test("once the user has zoomed or panned, data never moves the view", () => {
  for (const act of [(/** @type {Viewport} */ v) => v.zoom(0.5, 400), (/** @type {Viewport} */ v) => v.pan(-40), (/** @type {Viewport} */ v) => v.set(100, 200)]) {
    const view = opened(500);
    act(view);
    const { from, to } = view;
    for (let n = 500; n < 600; n++) view.setCount(n);
    assert.deepEqual([view.from, view.to, view.follow], [from, to, false]);
  }
});

test("zoom keeps the bar under the cursor where it is", () => {
  const view = opened(500);
  const anchor = view.from + 0.3 * view.span;
  view.zoom(0.8, anchor);
  assert.ok(Math.abs((anchor - view.from) / view.span - 0.3) < 1e-9);
  for (let i = 0; i < 100; i++) view.zoom(0.5, 400);
  assert.ok(view.span >= 5);
  for (let i = 0; i < 100; i++) view.zoom(2, 400);
  assert.ok(view.span <= 750);
});

test("panning cannot lose the bars", () => {
  const view = opened(500);
  view.pan(1e6);
  assert.ok(view.from <= 499.5 - 3 + 1e-9);
  view.pan(-1e7);
  assert.ok(view.to >= 2.5 - 1e-9);
});

test("back to live keeps the zoom and follows again", () => {
  const view = opened(500);
  view.set(100, 150);
  view.goLive();
  assert.ok(Math.abs(view.span - 50) < 1e-9);
  assert.ok(view.follow && view.to > 499.5);
});

test("older history in front: a frozen view keeps its bars, a following one its end", () => {
  const frozen = opened(500);
  frozen.set(100, 150);
  frozen.renumber(700, (position) => position + 200);
  assert.deepEqual([frozen.from, frozen.to, frozen.follow], [300, 350, false]);
  const live = opened(500);
  const { span } = live;
  live.renumber(700, (position) => position + 200);
  assert.ok(Math.abs(live.span - span) < 1e-9);
  assert.ok(live.follow && live.to > 699.5);
});

test("bars that arrive after an empty start open like a first load", () => {
  const view = opened(0);
  view.setCount(1000);
  assert.ok(view.to > 999 && view.from > 700);
  const other = opened(0);
  other.renumber(1000, (position) => position);
  assert.ok(other.to > 999 && other.from > 700);
});
