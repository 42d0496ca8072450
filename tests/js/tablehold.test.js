// Nothing moves while the order is held; what is gone leaves, what is new waits.
import assert from "node:assert/strict";
import test from "node:test";
import { GROUP } from "../../ibnb/widgets/js/src/tablegroups.js";
import { Hold } from "../../ibnb/widgets/js/src/tablehold.js";

const rows = (...slots) => Uint32Array.from(slots);

test("while it is held the first order stays, whatever the new one is", () => {
  const hold = new Hold();
  assert.deepEqual([...hold.rows(rows(1, 2, 3))], [1, 2, 3]);
  assert.equal(hold.set("pointer", true), true);
  const list = rows(3, 1, 2);
  assert.deepEqual([...hold.rows(list)], [3, 1, 2]);
  list.reverse(); // the store's own list moves
  assert.deepEqual([...hold.rows(list)], [3, 1, 2]);
  assert.equal(hold.set("pointer", false), true);
  assert.deepEqual([...hold.rows(list)], [2, 1, 3]);
});

test("rows that are gone leave, also when their slot has another owner; new ones wait and are counted", () => {
  const hold = new Hold();
  hold.set("asked", true);
  hold.rows(rows(1, 2, 3));
  hold.note({ removed: rows(2), added: rows(2) });
  assert.deepEqual([...hold.rows(rows(3, 1, 2, 7))], [1, 3]);
  assert.equal(hold.waiting, 2);
  hold.set("asked", false);
  assert.equal(hold.waiting, 0);
});

test("one reason is enough, and the last one that goes lets go", () => {
  const hold = new Hold();
  hold.set("asked", true);
  assert.equal(hold.set("pointer", true), false);
  hold.rows(rows(1, 2));
  assert.equal(hold.set("asked", false), false);
  assert.deepEqual([...hold.rows(rows(2, 1))], [1, 2]);
  assert.equal(hold.set("pointer", false), true);
});

test("a new sort or a reset is taken over, and held from then on", () => {
  const hold = new Hold();
  hold.set("keys", true);
  hold.rows(rows(1, 2));
  hold.renew();
  assert.deepEqual([...hold.rows(rows(2, 1))], [2, 1]);
  hold.note({ reset: true });
  assert.deepEqual([...hold.rows(rows(9))], [9]);
});

test("group rows leave with their groups", () => {
  const hold = new Hold();
  hold.set("keys", true);
  const list = rows(GROUP, 1, GROUP + 1, 2);
  hold.rows(list, () => true);
  assert.deepEqual([...hold.rows(list, (id) => id === GROUP)], [GROUP, 1, 2]);
});
