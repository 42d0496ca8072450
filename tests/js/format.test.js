// Cells to text; the same cases as in tests/widgets/test_static_twin.py, as the still picture must read alike.
import assert from "node:assert/strict";
import test from "node:test";
import { CellWriter, decimalsNeeded, fixed, priceDecimals } from "../../ibnb/widgets/js/src/format.js";

for (const [column, values, texts] of [
  [{ kind: "f8", format: "price" }, [100, 100.125, null], ["100.000", "100.125", "–"]],
  [{ kind: "f8", format: "money" }, [-1234567.891], ["−1,234,567.89"]],
  [{ kind: "f8", format: "percent" }, [1.5], ["1.50%"]],
  [{ kind: "f8", format: "size" }, [1000, 0.5], ["1,000", "0.5"]],
  [{ kind: "f8", format: "number" }, [1, 0.25], ["1.00", "0.25"]],
  [{ kind: "f8", format: "money", name: "dailyPnL" }, [5, -5, 0], ["▲ 5.00", "▼ −5.00", "0.00"]],
  [{ kind: "i8", format: "int" }, [12345, null], ["12345", "–"]],
  [{ kind: "i8", format: "size" }, [12345], ["12,345"]],
  [{ kind: "bool" }, [true, false, null], ["yes", "no", "–"]],
  [{ kind: "time", zone: "America/New_York" }, [1772375400500], ["2026-03-01 09:30:00.500"]],
  [{ kind: "time", zone: null, format: "date" }, [1772375400000, null], ["2026-03-01", "–"]],
  [{ kind: "time", zone: "UTC" }, [1772375400000], ["2026-03-01 14:30:00"]],
  [{ kind: "str" }, ["a\u202eb\nc", null], ["a b c", "–"]],
]) {
  test(`${JSON.stringify(column)}`, () => {
    const writer = new CellWriter({ name: "x", ...column });
    for (const value of values) if (typeof value === "number") writer.admit(value);
    assert.deepEqual(values.map((value) => writer.text(value)), texts);
  });
}

test("a column's decimals only grow, and only where a number needs them", () => {
  const writer = new CellWriter({ name: "last", kind: "f8", format: "price" });
  assert.equal(writer.admit(1.5), false);
  assert.equal(writer.admit(1.08125), true);
  assert.equal(writer.admit(2), false);
  assert.equal(writer.text(2), "2.00000");
  assert.equal(new CellWriter({ name: "last", kind: "f8", format: "price" }, 3).admit(1.08125), false);
});

// the same cases as in tests/tables/test_render.py
for (const [value, tick, decimals] of [
  [270.85, 0.01, 2], [1.1755, 0.00005, 5], [5000.25, 0.25, 2], [110.015625, 0.015625, 6], [150, 1, 2], [150.125, 0.005, 3],
  [1.1755, NaN, 4], [270.8500061, NaN, 2], [270.8533, NaN, 4], [0.00001234, 0, 8], [0, NaN, 2], [1e15, NaN, 2], [3, Infinity, 2],
]) {
  test(`${value} in steps of ${tick} has ${decimals} decimals`, () => assert.equal(priceDecimals(value, tick), decimals));
}

test("a price is written with the decimals of its own row, unless the view says otherwise", () => {
  const column = { name: "last", kind: "f8", format: "price", tick: "minTick" };
  const writer = new CellWriter(column);
  assert.equal(writer.admit(1.08125), false);
  assert.deepEqual([writer.text(270.85, 0.01), writer.text(1.1755, 0.00005), writer.text(3, undefined)], ["270.85", "1.17550", "3.00"]);
  assert.equal(new CellWriter(column, 3).text(270.85, 0.01), "270.850");
});

test("numbers need the decimals that show them, noise aside", () => {
  assert.deepEqual([100, 0.1 + 0.2, 1.08125, 1 / 3, NaN, 1e15].map((value) => decimalsNeeded(value, 0, 8)), [0, 1, 5, 8, 0, 0]);
});

test("large and infinite numbers stay readable", () => {
  assert.deepEqual([0, 999, 1000, -1e6, 1e18, Infinity].map((value) => fixed(value, 0)), ["0", "999", "1,000", "−1,000,000", "1.000000e+18", "∞"]);
});

test("what goes to a spreadsheet is plain", () => {
  const writer = new CellWriter({ name: "dailyPnL", kind: "f8", format: "money" });
  assert.deepEqual([1234.5678, -1, null].map((value) => writer.plain(value)), ["1234.5678", "-1", ""]);
});
