// Rows by digits and rows by comparison: both must give what a plain sort of plain values gives.
import assert from "node:assert/strict";
import test from "node:test";
import { comparator, sorted } from "../../ibnb/widgets/js/src/tablesort.js";
import { compile, passing } from "../../ibnb/widgets/js/src/tablefilter.js";
import { Stream } from "../../ibnb/widgets/js/src/store.js";

const COLUMNS = [{ name: "text", kind: "str" }, { name: "a", kind: "f8" }, { name: "b", kind: "i8" }, { name: "c", kind: "bool" }, { name: "t", kind: "time" }];
const ODD = [0, -0, 1, -1, 1e-300, -1e-300, 1e300, -1e300, Infinity, -Infinity, NaN, 0.1, -0.1, 2 ** 31, -(2 ** 31), 2 ** 53, 5e-324];
const TEXTS = ["", "b", "B", "a10", "a9", "A9", "é", "e", "z", "10", "9", "\u202e", " x"];

function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A table of `n` rows among free slots, its row order shuffled against the slots. */
function made(n, next) {
  const stream = new Stream(1);
  stream.reset({ name: "t", kind: "keyed", key: [], columns: COLUMNS });
  const slots = Uint32Array.from({ length: 2 * n }, (_, i) => i).map((v) => v).filter(() => next() < 0.6);
  for (let i = slots.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [slots[i], slots[j]] = [slots[j], slots[i]];
  }
  stream.add(slots, Float64Array.from(slots.keys()));
  TEXTS.slice(1).forEach((text) => stream.dictionary.text.push(text));
  const pick = (list) => list[Math.floor(next() * list.length)];
  for (const slot of slots) {
    const one = Uint32Array.of(slot);
    stream.write("text", one, [Math.floor(next() * TEXTS.length)]);
    stream.write("a", one, [next() < 0.5 ? pick(ODD) : Math.round(next() * 1000) / 100 - 5]);
    stream.write("b", one, [next() < 0.1 ? NaN : Math.floor(next() * 7) - 3]);
    stream.write("c", one, [pick([0, 1, 255])]);
    stream.write("t", one, [next() < 0.1 ? NaN : 1.7e12 + Math.floor(next() * 1000) / 4]);
  }
  return stream;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** By plain values, as slowly and plainly as it can be said. */
function naive(stream, rows, sort) {
  return [...rows].sort((x, y) => {
    for (const [name, up] of sort) {
      const a = stream.value(name, x);
      const b = stream.value(name, y);
      if (a === null && b === null) continue;
      if (a === null) return 1;
      if (b === null) return -1;
      const found = typeof a === "string" ? collator.compare(a, b) : a < b ? -1 : a > b ? 1 : 0;
      if (found) return up ? found : -found;
    }
    return 0; // stable: rows come in the table's order
  });
}

for (const size of [40, 4000]) {
  for (const sort of [
    [["a", true]], [["a", false]], [["b", true]], [["c", false]], [["c", true]], [["t", false]], [["text", true]], [["text", false]],
    [["b", true], ["text", false], ["a", true]], [["c", false], ["b", false], ["t", true]], [["nowhere", true], ["b", true]], [],
  ]) {
    test(`${size} rows by ${JSON.stringify(sort)}`, () => {
      const stream = made(size, random(size + sort.length));
      const expected = naive(stream, stream.rows, sort);
      assert.deepEqual([...sorted(stream, stream.rows, sort)], expected);
      assert.deepEqual([...stream.rows.slice().sort(comparator(stream, sort))], expected);
    });
  }
}

test("a text that comes after the ranks were made has its place at once", () => {
  const stream = made(50, random(3));
  stream.rows.slice().sort(comparator(stream, [["text", true]]));
  const code = stream.dictionary.text.push("a9b") - 1;
  stream.write("text", stream.rows.slice(0, 5), [code]);
  for (const up of [true, false]) {
    const sort = [["text", up]];
    assert.deepEqual([...stream.rows.slice().sort(comparator(stream, sort))], naive(stream, stream.rows, sort));
  }
});

for (const tree of [
  [">", "a", 0], ["<=", "a", 0.1], ["==", "a", 0], ["!=", "a", 1], [">=", "b", 2], ["<", "t", 1.7e12 + 100], ["==", "c", true], ["!=", "c", true],
  ["<", "c", 1], ["in", "b", [1, 2]], ["in", "text", ["b", "e"]], ["has", "text", "A"], ["has", "a", "1"], ["!=", "text", "b"], [">", "text", "b"],
  [">", "a", "x"], ["text", "9"], ["not", ["text", "9"]], ["and"], ["or"], ["and", [">", "a", 0], ["or", ["==", "c", false], ["not", ["<", "b", 1]]]],
  ["==", "nowhere", 1],
]) {
  test(`rows by ${JSON.stringify(tree)}: column by column as row by row`, () => {
    const stream = made(300, random(9));
    assert.deepEqual([...passing(tree, stream, stream.rows)], [...stream.rows].filter(compile(tree, stream)));
    // and again after the dictionary has grown
    const code = stream.dictionary.text.push("99 b") - 1;
    stream.write("text", stream.rows.slice(0, 9), [code]);
    assert.deepEqual([...passing(tree, stream, stream.rows)], [...stream.rows].filter(compile(tree, stream)));
  });
}
