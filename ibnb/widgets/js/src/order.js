/**
 * Which rows a view shows, and in which order, kept right while the data moves.
 *
 * A change does not sort everything anew: the rows it touched are taken out, sorted among themselves and merged back,
 * O(n + k log k). Missing values come last whichever way a column is sorted; equal rows keep the table's own order.
 * Pure: no page.
 *
 * @module
 */

import { columnsOf, compile, passing } from "./tablefilter.js";
import { byNumber, comparator, sorted } from "./tablesort.js";

/** @typedef {import("./store.js").Stream} Stream */
/** @typedef {import("./store.js").ChangeInfo} ChangeInfo */
/** @typedef {import("./tablesort.js").SortKey} SortKey */
/** @typedef {import("./tablefilter.js").Tree} Tree */

const EMPTY = new Uint32Array(0);

export class Order {
  /** @param {Stream} stream */
  constructor(stream) {
    this.stream = stream;
    /** @type {SortKey[]} */
    this.sort = [];
    /** @type {Tree | null} */
    this.filter = null;
    /** @type {Uint32Array} */ this._rows = EMPTY;
    /** @type {Set<number>} */ this._touched = new Set();
    this._whole = true; // everything must be done anew
    /** @type {Set<string>} */ this._columns = new Set();
    /** @type {((slot: number) => boolean) | null} */ this._passes = null;
    /** @type {((a: number, b: number) => number) | null} */ this._compare = null;
    this._flags = new Uint8Array(0);
    this._prepared = "";
  }

  /** @param {SortKey[]} sort @param {Tree | null} filter */
  set(sort, filter) {
    this.sort = sort;
    this.filter = filter;
    this._whole = true;
  }

  /** Whether it shows the table as it is. */
  get plain() {
    return !this.sort.length && !this.filter;
  }

  /** Whether a row fulfils the filter now, as of the last `rows()`. @param {number} slot */
  passes(slot) {
    return !this.filter || !this._passes || this._passes(slot);
  }

  /** Take note of a change; nothing is computed before `rows()`. @param {ChangeInfo} info */
  note(info) {
    if (info.reset) {
      this._whole = true;
      return;
    }
    if (this._whole || this.plain) return;
    for (const slot of info.removed) this._touched.add(slot);
    for (const slot of info.added) this._touched.add(slot);
    for (const [name, { slots }] of info.changed) {
      if (this._columns.has(name)) for (const slot of slots) this._touched.add(slot);
    }
    if (this._touched.size > 2000 && this._touched.size > 0.2 * this.stream.length) this._whole = true;
  }

  /** The slots to show, in order. A view of the table's own list where nothing is sorted or filtered. */
  rows() {
    const { stream } = this;
    if (this.plain) {
      this._touched.clear();
      return stream.rows;
    }
    if (this._whole) {
      this._prepare();
      const kept = this.filter ? passing(this.filter, stream, stream.rows) : stream.rows;
      this._rows = this.sort.length ? sorted(stream, kept, this.sort) : this.filter ? kept : kept.slice();
    } else if (this._touched.size) {
      if (this._signature() !== this._prepared) this._prepare();
      this._rows = this._merged();
    }
    this._whole = false;
    this._touched.clear();
    return this._rows;
  }

  _merged() {
    const { stream, _flags: old } = this;
    const flags = old.length < stream.capacity ? (this._flags = new Uint8Array(stream.capacity)) : old;
    const moved = new Uint32Array(this._touched.size);
    let count = 0;
    for (const slot of this._touched) {
      flags[slot] = 1;
      if (stream.alive(slot) && (!this._passes || this._passes(slot))) moved[count++] = slot;
    }
    const compare = this._compare ?? byNumber(stream);
    const fresh = moved.subarray(0, count).sort(compare);
    const kept = this._without(flags);
    for (const slot of this._touched) flags[slot] = 0;
    return merge(kept, fresh, compare);
  }

  /** The rows that were shown, those that are flagged left out. @param {Uint8Array} flags */
  _without(flags) {
    const before = this._rows;
    const out = new Uint32Array(before.length);
    let to = 0;
    for (let i = 0; i < before.length; i++) {
      const slot = before[i];
      out[to] = slot;
      to += 1 - flags[slot];
    }
    return out.subarray(0, to);
  }

  /** What the prepared functions hold on to: the arrays, which growth replaces, and hits and ranks by string. */
  _signature() {
    let signature = String(this.stream.capacity);
    for (const name of this._columns) signature += `,${this.stream.dictionary[name]?.length ?? ""}`;
    return signature;
  }

  _prepare() {
    const { stream } = this;
    this._columns = new Set(this.sort.map(([name]) => name));
    if (this.filter) for (const name of columnsOf(this.filter, stream)) this._columns.add(name);
    this._prepared = this._signature();
    this._passes = this.filter ? compile(this.filter, stream) : null;
    this._compare = this.sort.length ? comparator(stream, this.sort) : null;
  }
}

/**
 * Two sorted lists as one. The second is short: each of its rows finds its place by halving, what lies between is copied.
 * @param {Uint32Array} kept @param {Uint32Array} fresh @param {(a: number, b: number) => number} compare
 */
function merge(kept, fresh, compare) {
  const out = new Uint32Array(kept.length + fresh.length);
  let from = 0;
  let to = 0;
  for (const slot of fresh) {
    let low = from;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(kept[middle], slot) < 0) low = middle + 1;
      else high = middle;
    }
    out.set(kept.subarray(from, low), to);
    to += low - from;
    from = low;
    out[to++] = slot;
  }
  out.set(kept.subarray(from), to);
  return out;
}
