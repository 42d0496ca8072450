// The page's copy of a table: rows in order, slots that are given anew, arrays that grow.
import assert from "node:assert/strict";
import test from "node:test";
import { Store, Stream } from "../../ibnb/widgets/js/src/store.js";

const SCHEMA = {
  name: "quotes", kind: "keyed", key: ["symbol"],
  columns: [
    { name: "symbol", kind: "str" }, { name: "last", kind: "f8" }, { name: "live", kind: "bool" }, { name: "at", kind: "time" },
  ],
};
const slots = (...values) => Uint32Array.from(values);

function made(count = 0) {
  const stream = new Stream(1);
  stream.reset(SCHEMA);
  stream.add(Uint32Array.from({ length: count }, (_, i) => i), Float64Array.from({ length: count }, (_, i) => i));
  return stream;
}

test("rows are kept in order of coming, and a column is the series itself while nothing is taken out", () => {
  const stream = made(3);
  assert.deepEqual([...stream.rows], [0, 1, 2]);
  assert.equal(stream.dense, true);
  stream.remove(slots(1));
  assert.deepEqual([...stream.rows], [0, 2]);
  assert.equal(stream.dense, false);
});

test("a ring loses its oldest row and gives its slot to the newest", () => {
  const stream = made(3);
  stream.remove(slots(0));
  stream.add(slots(0), [3]);
  assert.deepEqual([...stream.rows], [1, 2, 0]);
  assert.equal(stream.length, 3);
});

test("a row that is added twice is there once, at its last place", () => {
  const stream = made(3);
  stream.add(slots(0, 1), [7, 8]);
  assert.deepEqual([...stream.rows], [2, 0, 1]);
});

test("a row may come in between older ones", () => {
  const stream = made(0);
  stream.add(slots(0, 1), [10, 20]);
  stream.add(slots(2), [15]);
  assert.deepEqual([...stream.rows], [0, 2, 1]);
  stream.add(slots(3), [5]);
  assert.deepEqual([...stream.rows], [3, 0, 2, 1]);
});

test("values are missing until they are written, and survive growth", () => {
  const stream = made(1);
  stream.dictionary.symbol.push("SPY");
  assert.deepEqual(["symbol", "last", "live", "at"].map((name) => stream.value(name, 0)), [null, null, null, null]);
  stream.write("symbol", slots(0), [1]);
  stream.write("last", slots(0), [1.5]);
  stream.write("live", slots(0), [0]);
  stream.add(Uint32Array.from({ length: 100 }, (_, i) => i + 1), Float64Array.from({ length: 100 }, (_, i) => i + 1));
  assert.deepEqual(["symbol", "last", "live"].map((name) => stream.value(name, 0)), ["SPY", 1.5, false]);
  assert.equal(stream.value("last", 50), null);
  assert.equal(stream.value("no such column", 0), null);
});

test("writing gives the values before; one value stands for all", () => {
  const stream = made(3);
  stream.write("last", slots(0, 1, 2), [1, 2, 3]);
  assert.deepEqual([...stream.write("last", slots(0, 2), [9])], [1, 3]);
  assert.deepEqual([0, 1, 2].map((slot) => stream.value("last", slot)), [9, 2, 9]);
});

test("keys name rows: one column as text, several as JSON, none by slot", () => {
  const stream = made(1);
  stream.dictionary.symbol.push("SPY");
  stream.write("symbol", slots(0), [1]);
  assert.equal(stream.key(0), "SPY");
  stream.schema = { ...SCHEMA, key: ["symbol", "last"] };
  assert.equal(stream.key(0), '["SPY",null]');
  stream.schema = { ...SCHEMA, key: [] };
  assert.equal(stream.key(0), "0");
});

test("listeners hear of changes until they leave, and one that fails stops nobody", (context) => {
  const stream = made(0);
  const heard = [];
  const error = context.mock.method(console, "error", () => {});
  stream.onChange(() => {
    throw new Error("a view that fails");
  });
  const off = stream.onChange((info) => heard.push(info.revision));
  stream.revision = 4;
  stream.emit({ changed: new Map() });
  off();
  stream.emit({ changed: new Map() });
  assert.deepEqual(heard, [4]);
  assert.equal(error.mock.callCount(), 2);
});

test("a store makes a stream once and can drop it", () => {
  const store = new Store();
  const stream = store.stream(3);
  assert.equal(store.stream(3), stream);
  store.drop(3);
  assert.notEqual(store.stream(3), stream);
});
