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

const MANY = 2000; // touched rows; more than these and a fifth of all, and everything is sorted anew

/** Rows in order, in an array with room to spare; changes are merged in place. */
class Run {
  /** @param {Uint32Array} rows its own from now on */
  constructor(rows) {
    this._buffer = rows;
    this.rows = rows;
  }

  /**
   * Take flagged rows out and put fresh ones (sorted) in: those are few, so each finds its place by halving.
   * @param {Uint8Array} flags by slot @param {Uint32Array} fresh @param {(a: number, b: number) => number} compare
   */
  merge(flags, fresh, compare) {
    const kept = this._compact(flags);
    const length = kept + fresh.length;
    if (length > this._buffer.length) {
      const grown = new Uint32Array(Math.ceil(1.1 * length) + 64);
      grown.set(this._buffer.subarray(0, kept));
      this._buffer = grown;
    }
    const buffer = this._buffer;
    let end = kept;
    let to = length;
    for (let i = fresh.length - 1; i >= 0; i--) {
      const slot = fresh[i];
      let low = 0;
      let high = end;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(buffer[middle], slot) < 0) low = middle + 1;
        else high = middle;
      }
      to -= end - low;
      buffer.copyWithin(to, low, end);
      buffer[--to] = slot;
      end = low;
    }
    this.rows = buffer.subarray(0, length);
  }

  /** @param {Uint8Array} flags @returns {number} how many stay */
  _compact(flags) {
    const buffer = this._buffer;
    const { length } = this.rows;
    let from = 0;
    while (from < length && !flags[buffer[from]]) from++;
    let to = from;
    for (; from < length; from++) {
      const slot = buffer[from];
      buffer[to] = slot;
      to += 1 - flags[slot];
    }
    return to;
  }
}

export class Order {
  /** @param {Stream} stream */
  constructor(stream) {
    this.stream = stream;
    /** @type {SortKey[]} */
    this.sort = [];
    /** @type {Tree | null} */
    this.filter = null;
    this._run = new Run(new Uint32Array(0));
    /** All rows, sorted, while some of them are filtered out: for the next filter. @type {Run | null} */
    this._all = null;
    /** Rows that changed since `rows()`, and since `_all` was made. @type {Set<number>} */
    this._touched = new Set();
    /** @type {Set<number>} */ this._late = new Set();
    this._whole = true; // everything must be done anew
    this._other = false; // the filter is another one
    /** @type {Set<string>} */ this._columns = new Set();
    /** @type {((slot: number) => boolean) | null} */ this._passes = null;
    /** @type {((a: number, b: number) => number) | null} */ this._compare = null;
    this._flags = new Uint8Array(0);
    this._prepared = "";
  }

  /** @param {SortKey[]} sort @param {Tree | null} filter */
  set(sort, filter) {
    const same = JSON.stringify(sort) === JSON.stringify(this.sort);
    if (same && JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    if (!same || !sort.length || this.plain) this._whole = true;
    this._other = true;
    this.sort = sort;
    this.filter = filter;
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
    const touched = this._touched;
    for (const slot of info.removed) touched.add(slot);
    for (const slot of info.added) touched.add(slot);
    for (const [name, { slots }] of info.changed) {
      if (this._columns.has(name)) for (const slot of slots) touched.add(slot);
    }
    if (touched.size > MANY && touched.size > 0.2 * this.stream.length) this._whole = true;
  }

  /**
   * The slots to show, in order. Good until the next call: a view of the table's own list where nothing is sorted or
   * filtered, else of the list that the next change is merged into.
   */
  rows() {
    const { stream } = this;
    if (this.plain) {
      this._forget();
      return stream.rows;
    }
    if (this._whole) this._anew();
    else if (this._other) this._refilter();
    else if (this._touched.size) {
      if (this._signature() !== this._prepared) this._prepare();
      if (this._all) for (const slot of this._touched) this._late.add(slot);
      if (this._late.size > MANY && this._late.size > 0.2 * stream.length) {
        this._all = null;
        this._late.clear();
      }
      this._merge(this._run, this._touched, this._passes);
    }
    this._whole = this._other = false;
    this._touched.clear();
    return this._run.rows;
  }

  _forget() {
    this._touched.clear();
    this._late.clear();
    this._all = null;
    this._whole = true;
  }

  _anew() {
    const { stream, filter, sort } = this;
    this._prepare();
    this._late.clear();
    const all = sort.length ? sorted(stream, stream.rows, sort) : stream.rows;
    this._all = filter && sort.length ? new Run(all) : null;
    this._run = new Run(filter ? passing(filter, stream, all) : all);
  }

  /** Another filter, the same sort: the rows are sorted already. */
  _refilter() {
    const { stream, filter } = this;
    const all = this._passes ? this._all : this._run;
    const touched = this._passes ? new Set([...this._late, ...this._touched]) : this._touched;
    if (!all || touched.size > MANY + 0.1 * stream.length) {
      this._anew();
      return;
    }
    this._prepare();
    if (touched.size) this._merge(all, touched, null);
    this._late.clear();
    this._all = filter ? all : null;
    this._run = filter ? new Run(passing(filter, stream, all.rows)) : all;
  }

  /** @param {Run} run @param {Set<number>} touched @param {((slot: number) => boolean) | null} passes */
  _merge(run, touched, passes) {
    const { stream } = this;
    if (this._flags.length < stream.capacity) this._flags = new Uint8Array(stream.capacity);
    const flags = this._flags;
    const moved = new Uint32Array(touched.size);
    let count = 0;
    for (const slot of touched) {
      flags[slot] = 1;
      if (stream.alive(slot) && (!passes || passes(slot))) moved[count++] = slot;
    }
    const compare = this._compare ?? byNumber(stream);
    run.merge(flags, moved.subarray(0, count).sort(compare), compare);
    for (const slot of touched) flags[slot] = 0;
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
