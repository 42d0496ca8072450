// Sort and filter that stay right while data moves: what is merged must equal what is sorted anew.
import assert from "node:assert/strict";
import test from "node:test";
import { Order } from "../../ibnb/widgets/js/src/order.js";
import { compile, parseTyped } from "../../ibnb/widgets/js/src/tablefilter.js";
import { Stream } from "../../ibnb/widgets/js/src/store.js";

const COLUMNS = [
  { name: "symbol", kind: "str" }, { name: "last", kind: "f8" }, { name: "size", kind: "i8" }, { name: "live", kind: "bool" },
  { name: "at", kind: "time" },
];
const EMPTY = new Uint32Array(0);

/** Rows given as [symbol, last]; null = missing. */
function made(rows) {
  const stream = new Stream(1);
  stream.reset({ name: "t", kind: "keyed", key: ["symbol"], columns: COLUMNS });
  stream.add(Uint32Array.from(rows.keys()), Float64Array.from(rows.keys()));
  rows.forEach(([symbol, last], slot) => set(stream, slot, symbol, last));
  return stream;
}

function set(stream, slot, symbol, last) {
  const strings = stream.dictionary.symbol;
  let code = symbol === null ? 0 : strings.indexOf(symbol);
  if (code < 0) code = strings.push(symbol) - 1;
  stream.write("symbol", Uint32Array.of(slot), [code]);
  stream.write("last", Uint32Array.of(slot), [last ?? NaN]);
}

const shown = (order) => [...order.rows()].map((slot) => order.stream.value("symbol", slot));

test("without sort and filter the table's own order is shown", () => {
  const order = new Order(made([["b", 2], ["a", 1]]));
  assert.deepEqual(shown(order), ["b", "a"]);
  assert.equal(order.plain, true);
});

for (const [ascending, expected] of [[true, ["c", "a", "d", "b", "e"]], [false, ["b", "a", "d", "c", "e"]]]) {
  test(`numbers ${ascending ? "up" : "down"}: equal rows keep their order, missing ones come last`, () => {
    const order = new Order(made([["a", 2], ["b", 3], ["c", 1], ["d", 2], ["e", null]]));
    order.set([["last", ascending]], null);
    assert.deepEqual(shown(order), expected);
  });
}

test("text is sorted as people do, whatever the case, numbers in it by value", () => {
  const order = new Order(made([["ES10", 0], ["es9", 0], [null, 0], ["AAPL", 0]]));
  order.set([["symbol", true]], null);
  assert.deepEqual(shown(order), ["AAPL", "es9", "ES10", null]);
  order.set([["symbol", false]], null);
  assert.deepEqual(shown(order), ["ES10", "es9", "AAPL", null]);
});

test("the second key decides among equals of the first", () => {
  const order = new Order(made([["b", 1], ["a", 2], ["a", 1], ["b", 2]]));
  order.set([["symbol", true], ["last", false]], null);
  assert.deepEqual([...order.rows()], [1, 2, 3, 0]);
});

function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const seed of [1, 2, 3, 4]) {
  test(`merging a change gives what sorting anew gives (seed ${seed})`, () => {
    const next = random(seed);
    const stream = made([]);
    const orders = [
      [[["last", seed % 2 === 0], ["symbol", true]], null],
      [[["symbol", true]], ["and", [">", "last", 3], ["!=", "symbol", "s3"]]],
      [[], ["text", "1"]],
    ].map(([sort, filter]) => {
      const order = new Order(stream);
      order.set(sort, filter);
      stream.onChange((info) => order.note(info));
      return order;
    });
    const whole = (order) => {
      const fresh = new Order(stream);
      fresh.set(order.sort, order.filter);
      return [...fresh.rows()];
    };
    let number = 0;
    for (let step = 0; step < 1500; step++) {
      const info = { revision: step, reset: false, schema: false, rows: true, added: EMPTY, removed: EMPTY, changed: new Map() };
      const luck = next();
      const slot = Math.floor(next() * 40);
      if (luck < 0.3 && stream.alive(slot)) {
        stream.remove(Uint32Array.of(slot));
        info.removed = Uint32Array.of(slot);
      }
      if (luck < 0.5) {
        stream.add(Uint32Array.of(slot), [number++]);
        set(stream, slot, `s${Math.floor(next() * 30)}`, Math.floor(next() * 6) || null);
        info.added = Uint32Array.of(slot);
      } else if (stream.alive(slot)) {
        set(stream, slot, `s${Math.floor(next() * 30)}`, Math.floor(next() * 6) || null);
        for (const name of ["symbol", "last"]) info.changed.set(name, { slots: Uint32Array.of(slot), prev: EMPTY });
      }
      stream.emit(info);
      if (next() < 0.1) {
        const order = orders[Math.floor(next() * orders.length)];
        const filters = [null, [">", "last", Math.floor(next() * 6)], ["has", "symbol", "2"], ["!=", "symbol", `s${step % 30}`]];
        const sorts = [order.sort, order.sort, order.sort, [["last", next() < 0.5]], []];
        order.set(sorts[Math.floor(next() * sorts.length)], filters[Math.floor(next() * filters.length)]);
      }
      if (next() < 0.6) for (const order of orders) assert.deepEqual([...order.rows()], whole(order), `step ${step}`);
    }
  });
}

test("a change in a column that does not matter keeps the very same rows", () => {
  const stream = made([["a", 1], ["b", 2]]);
  const order = new Order(stream);
  order.set([["last", true]], null);
  const before = order.rows();
  order.note({ reset: false, added: EMPTY, removed: EMPTY, changed: new Map([["size", { slots: Uint32Array.of(0), prev: EMPTY }]]) });
  assert.equal(order.rows(), before);
});

test("a reset is sorted anew", () => {
  const stream = made([["a", 1], ["b", 2]]);
  const order = new Order(stream);
  order.set([["last", false]], null);
  assert.deepEqual(shown(order), ["b", "a"]);
  stream.reset(stream.schema);
  stream.add(Uint32Array.of(0), [0]);
  set(stream, 0, "z", 1);
  order.note({ reset: true });
  assert.deepEqual(shown(order), ["z"]);
});

// The same trees and rows as in tests/widgets/test_conditions.py: browser and Python must agree.
const CELLS = [["SPY", 1, true, 0], ["QQQ", 20, false, 1e12], [null, 15, null, NaN], ["spx", NaN, true, 2e12]];
for (const [tree, rows] of [
  [[">", "last", 10], [1, 2]],
  [["and", ["<", "last", 20], [">=", "last", 1]], [0, 2]],
  [["!=", "last", 15], [0, 1, 3]],
  [["==", "symbol", "SPY"], [0]],
  [["!=", "symbol", "SPY"], [1, 2, 3]],
  [["in", "symbol", ["SPY", "QQQ"]], [0, 1]],
  [["not", ["in", "symbol", ["SPY", "QQQ"]]], [2, 3]],
  [["has", "symbol", "sp"], [0, 3]],
  [["==", "live", true], [0, 3]],
  [["not", ["==", "live", true]], [1, 2]],
  [["in", "last", [1, 15]], [0, 2]],
  [[">=", "at", 1e12], [1, 3]],
  [[">", "last", "a"], []],
  [[">", "symbol", 5], []],
  [["text", "PX"], [3]],
  [["or", ["text", "qq"], ["==", "last", 1]], [0, 1]],
]) {
  test(`filter ${JSON.stringify(tree)}`, () => {
    const stream = made(CELLS.map(([symbol, last]) => [symbol, Number.isNaN(last) ? null : last]));
    CELLS.forEach(([, , live, at], slot) => {
      stream.write("live", Uint32Array.of(slot), [live === null ? 255 : Number(live)]);
      stream.write("at", Uint32Array.of(slot), [at]);
    });
    const passes = compile(tree, stream);
    assert.deepEqual([0, 1, 2, 3].filter(passes), rows);
  });
}

for (const [typed, column, tree] of [
  [">10", "last", [">", "last", 10]],
  ["1,234.5", "last", ["==", "last", 1234.5]],
  ["−5", "last", ["==", "last", -5]],
  ["<> 3", "size", ["!=", "size", 3]],
  ["5..9", "last", ["and", [">=", "last", 5], ["<=", "last", 9]]],
  ["abc", "last", null],
  [">", "last", null],
  ["  ", "symbol", null],
  ["spy", "symbol", ["has", "symbol", "spy"]],
  ["=SPY", "symbol", ["==", "symbol", "SPY"]],
  ["yes", "live", ["==", "live", true]],
  [">2026-03-01 14:30", "at", [">", "at", Date.UTC(2026, 2, 1, 14, 30)]],
]) {
  test(`typed "${typed}" for ${column}`, () => {
    assert.deepEqual(parseTyped(typed, COLUMNS.find(({ name }) => name === column)), tree);
  });
}
