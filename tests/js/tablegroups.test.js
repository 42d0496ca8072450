// Groups and totals beside what plain loops over plain rows give, while rows come, go and change.
import assert from "node:assert/strict";
import test from "node:test";
import { GROUP, Groups, MIXED, TOTAL } from "../../ibnb/widgets/js/src/tablegroups.js";
import { Order } from "../../ibnb/widgets/js/src/order.js";
import { Stream } from "../../ibnb/widgets/js/src/store.js";

const COLUMNS = [
  { name: "symbol", kind: "str" }, { name: "type", kind: "str" }, { name: "currency", kind: "str" },
  { name: "pnl", kind: "f8", unit: "currency" }, { name: "size", kind: "i8" }, { name: "live", kind: "bool" },
];

function made(rows) {
  const stream = new Stream(1);
  stream.reset({ name: "t", kind: "keyed", key: ["symbol"], columns: COLUMNS });
  stream.add(Uint32Array.from(rows.keys()), Float64Array.from(rows.keys()));
  rows.forEach((row, slot) => write(stream, slot, row));
  return stream;
}

function write(stream, slot, row) {
  for (const [name, value] of Object.entries(row)) {
    let raw = value;
    if (stream.kinds[name] === "str") {
      const strings = stream.dictionary[name];
      raw = value === null ? 0 : strings.indexOf(value);
      if (raw < 0) raw = strings.push(value) - 1;
    } else if (stream.kinds[name] === "bool") raw = value === null ? 255 : Number(value);
    stream.write(name, Uint32Array.of(slot), [raw ?? NaN]);
  }
}

/** A list for the screen in words: "+STK" an open group, "-OPT" a closed one, rows by symbol. */
function words(stream, groups, list) {
  return [...list].map((id) => {
    if (id < GROUP) return stream.value("symbol", id);
    const { path, value, level } = groups.at(id);
    return `${"  ".repeat(level)}${groups.closed.has(path) ? "-" : "+"}${value}`;
  });
}

const BOOK = [
  { symbol: "A", type: "STK", currency: "USD", pnl: 5, size: 1, live: true }, { symbol: "B", type: "OPT", currency: "USD", pnl: -2, size: 2, live: false },
  { symbol: "C", type: "STK", currency: "EUR", pnl: 7, size: 3, live: true }, { symbol: "D", type: null, currency: "USD", pnl: NaN, size: NaN, live: null },
  { symbol: "E", type: "OPT", currency: "USD", pnl: 4, size: 5, live: true },
];

test("groups by value, missing last, rows in their order, closed ones without rows", () => {
  const stream = made(BOOK);
  const groups = new Groups(stream);
  groups.set(["type"], { pnl: "sum" });
  let list = groups.arrange(stream.rows, []);
  assert.deepEqual(words(stream, groups, list), ["+OPT", "B", "E", "+STK", "A", "C", "+null", "D"]);
  groups.toggle(list[0]);
  list = groups.arrange(stream.rows, []);
  assert.deepEqual(words(stream, groups, list), ["-OPT", "+STK", "A", "C", "+null", "D"]);
  groups.toggleAll(false);
  assert.deepEqual(words(stream, groups, groups.arrange(stream.rows, [])), ["-OPT", "-STK", "-null"]);
});

test("groups stand by the sort keys that speak of them", () => {
  const stream = made(BOOK);
  const groups = new Groups(stream);
  groups.set(["type"], { size: "sum" });
  groups.toggleAll(true);
  const only = (sort) => [...groups.arrange(stream.rows, sort)].filter((id) => id >= GROUP).map((id) => groups.at(id).value);
  assert.deepEqual(only([["size", false]]), ["OPT", "STK", null]);
  assert.deepEqual(only([["size", true]]), ["STK", "OPT", null]);
  assert.deepEqual(only([["type", false]]), ["STK", "OPT", null]);
  assert.deepEqual(only([["symbol", false]]), ["OPT", "STK", null]); // nothing there to stand by
});

test("groups of groups", () => {
  const stream = made(BOOK);
  const groups = new Groups(stream);
  groups.set(["currency", "type"], { pnl: "sum" });
  const list = groups.arrange(stream.rows, []);
  assert.deepEqual(words(stream, groups, list), ["+EUR", "  +STK", "C", "+USD", "  +OPT", "B", "E", "  +STK", "A", "  +null", "D"]);
  assert.equal(groups.value(list[3], "pnl"), 7);
});

test("sums: missing values do not count, currencies are not mixed", () => {
  const stream = made(BOOK);
  const groups = new Groups(stream);
  groups.set(["type"], { pnl: "sum", size: "mean", symbol: "count", live: "count" });
  const [opt, , , stk, , , none] = groups.arrange(stream.rows, []);
  groups.all(stream.rows);
  assert.deepEqual([opt, stk, none].map((id) => groups.value(id, "pnl")), [2, MIXED, null]);
  assert.deepEqual([opt, stk, none, TOTAL].map((id) => groups.value(id, "size")), [3.5, 2, null, 2.75]);
  assert.deepEqual([groups.value(TOTAL, "symbol"), groups.value(TOTAL, "live"), groups.value(TOTAL, "pnl")], [5, 4, MIXED]);
  assert.equal(groups.value(TOTAL, "type"), null);
});

function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const seed of [1, 2, 3]) {
  test(`random rows, sorted, filtered and grouped, beside plain loops (seed ${seed})`, () => {
    const next = random(seed);
    const stream = made([]);
    const groups = new Groups(stream);
    groups.set(["type"], { size: "sum", pnl: "max" });
    const order = new Order(stream);
    order.set([["size", seed % 2 === 0], ["symbol", true]], [">", "size", 1]);
    stream.onChange((info) => order.note(info));
    let number = 0;
    for (let step = 0; step < 400; step++) {
      const slot = Math.floor(next() * 30);
      const info = { reset: false, added: [], removed: [], changed: new Map() };
      const row = { symbol: `s${slot}`, type: ["X", "Y", null][Math.floor(next() * 3)], size: Math.floor(next() * 9) || NaN, pnl: next() - 0.5, currency: "USD" };
      if (stream.alive(slot) && next() < 0.3) {
        stream.remove(Uint32Array.of(slot));
        info.removed = Uint32Array.of(slot);
      } else {
        if (!stream.alive(slot)) {
          stream.add(Uint32Array.of(slot), [number++]);
          info.added = Uint32Array.of(slot);
        } else for (const name of Object.keys(row)) info.changed.set(name, { slots: Uint32Array.of(slot) });
        write(stream, slot, row);
      }
      stream.emit(info);
      groups.touch();
      if (next() < 0.05) groups.toggleAll(next() < 0.5);
      const list = groups.arrange(order.rows(), order.sort);
      const expected = naive(stream, order.rows(), groups, seed % 2 === 0);
      assert.deepEqual([...list].map((id) => (id < GROUP ? id : { value: groups.at(id).value, size: groups.value(id, "size"), pnl: groups.value(id, "pnl") })), expected, `step ${step}`);
    }
  });
}

function naive(stream, rows, groups, up) {
  const parts = new Map();
  for (const slot of rows) {
    const value = stream.value("type", slot);
    parts.set(value, [...(parts.get(value) ?? []), slot]);
  }
  const sum = (slots) => slots.reduce((all, slot) => all + stream.value("size", slot), 0);
  const list = [...parts].map(([value, slots]) => ({ value, slots, size: sum(slots), pnl: Math.max(...slots.map((slot) => stream.value("pnl", slot))) }));
  const rank = ({ value }) => value ?? "~";
  list.sort((a, b) => (up ? a.size - b.size : b.size - a.size) || (rank(a) < rank(b) ? -1 : 1));
  return list.flatMap(({ value, size, pnl, slots }) => [{ value, size, pnl }, ...(groups.closed.has(JSON.stringify([value])) ? [] : slots)]);
}
