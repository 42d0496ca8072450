/**
 * The page's copy of the tables: columns in slots, one Stream per Python table.
 *
 * CONTRACT (table view and chart both draw from this; neither may write to it)
 *
 * A stream is a set of typed-array columns that share slots. A slot is a row's fixed place: it does not move while
 * the row lives, and may be given to another row after it was removed. `stream.rows` lists the living slots in the
 * table's own order (order of insertion; bars: time order).
 *
 *   const {columns, rows} = stream;              // read again after EVERY change: arrays are replaced when they grow
 *   columns.close[rows[i]]                       // the value of row i
 *   if (stream.dense) columns.close.subarray(0, stream.length)   // rows[i] === i: the column is the series itself
 *
 * Column kinds and what is in the array (never a sentinel from the wire):
 *   "f8"   Float64Array, NaN = missing            "i8"   Float64Array holding integers, NaN = missing
 *   "time" Float64Array, ms since 1970 UTC with a fraction, NaN = missing
 *   "bool" Uint8Array, 0, 1, 255 = missing        "str"  Uint32Array of codes into stream.dictionary[name];
 *                                                        code MISSING (0) = missing
 * `stream.value(name, slot)` gives any of them as number | string | boolean | null.
 *
 * `stream.schema`  {name, kind: "keyed" | "append" | "bars", key: [names], columns: [{name, kind, unit, doc}]}
 * `stream.meta`    free JSON of the Python side (bars: {zone, daily, symbol, ...}); replaced, not mutated, on change
 * `stream.revision` the Python table's revision that this copy shows; 0 before the first whole snapshot
 * `stream.ready`   true once a whole snapshot is here (rows may be shown before, they only are not all there yet)
 *
 * `const off = stream.onChange(info => ...)`: called once per applied frame, synchronously, after the store is whole
 * again; `off()` ends it. Do not draw in it: mark dirty and draw in requestAnimationFrame. See ChangeInfo.
 *
 * @module
 */

/** Code of a missing string. */
export const MISSING = 0;

/** @typedef {"f8" | "i8" | "time" | "bool" | "str"} Kind */

/** @typedef {Float64Array | Uint32Array | Uint8Array} ColumnArray */

/**
 * @typedef {object} ColumnSpec
 * @property {string} name
 * @property {Kind} kind
 * @property {string} [unit]    "" or e.g. "USD", "shares", "currency" (see another column), "%"
 * @property {string} [doc]     shown as the header's tooltip
 * @property {string} [format]  "price" "money" "size" "percent" "int" "text" "time" "date" "account" "bool" "number"
 * @property {string | null} [zone]  time columns: the IANA zone to show them in, null = UTC
 * @property {boolean} [key]
 * @property {boolean} [hidden] not among the columns shown at first
 * @property {string} [tick]    prices: the column with the row's least increment, whose decimals the cell is shown with
 */

/**
 * @typedef {object} Schema
 * @property {string} name
 * @property {"keyed" | "append" | "bars"} kind
 * @property {string[]} key
 * @property {ColumnSpec[]} columns
 */

/**
 * What one frame changed.
 *
 * @typedef {object} ChangeInfo
 * @property {Stream} stream
 * @property {number} revision
 * @property {boolean} reset        everything was replaced: forget all you derived (other fields are then empty)
 * @property {boolean} schema       the schema came new (always with reset)
 * @property {boolean} meta         stream.meta was replaced
 * @property {Uint32Array} added    slots of new rows, in order; as a rule the last of stream.rows (not in a filtered table)
 * @property {Uint32Array} removed  slots that are gone (a slot in both lists was given to another row)
 * @property {boolean} rows         stream.rows is not what it was (any of added, removed, reset)
 * @property {Map<string, {slots: Uint32Array, prev: ColumnArray}>} changed
 *           by column: slots written (those of added rows not among them) and their values before
 */

const EMPTY = new Uint32Array(0);

/** @param {Kind} kind @param {number} length @returns {ColumnArray} */
function makeColumn(kind, length) {
  if (kind === "str") return new Uint32Array(length);
  if (kind === "bool") return new Uint8Array(length).fill(255);
  return new Float64Array(length).fill(NaN);
}

/** One table's copy. Written by the decoder (codec.js) through the methods under "writing". */
export class Stream {
  /** @param {number} id */
  constructor(id) {
    this.id = id;
    /** @type {Schema} */
    this.schema = { name: "", kind: "keyed", key: [], columns: [] };
    /** @type {Record<string, any>} */
    this.meta = {};
    /** @type {Record<string, ColumnArray>} */
    this.columns = {};
    /** @type {Record<string, string[]>} */
    this.dictionary = {};
    /** @type {Record<string, Kind>} */
    this.kinds = {};
    this.revision = 0;
    this.ready = false;
    this.length = 0;
    /** rows that the snapshot under way will have */
    this.total = 0;
    /** rows[i] === i for every row */
    this.dense = true;
    this.capacity = 0;
    /** @type {Uint32Array} */ this._order = new Uint32Array(0);
    this._start = 0;
    /** @type {Uint8Array} */ this._alive = new Uint8Array(0);
    /** Row-order numbers by slot. @type {Float64Array} */ this._number = new Float64Array(0);
    /** @type {Set<(info: ChangeInfo) => void>} */ this._listeners = new Set();
    /** The snapshot that is under way: its revision and how many chunks of it are here; chunk -1 = none. */
    this.coming = { revision: 0, chunk: -1 };
  }

  /** Living slots in the table's order. A view: take it again after every change. */
  get rows() {
    return this._order.subarray(this._start, this._start + this.length);
  }

  /** @param {number} slot */
  alive(slot) {
    return this._alive[slot] === 1;
  }

  /**
   * @param {string} name @param {number} slot
   * @returns {number | string | boolean | null}
   */
  value(name, slot) {
    const column = this.columns[name];
    if (column === undefined) return null;
    const raw = column[slot];
    switch (this.kinds[name]) {
      case "str":
        return raw === MISSING || raw === undefined ? null : this.dictionary[name][raw] ?? null;
      case "bool":
        return raw === 255 || raw === undefined ? null : raw === 1;
      default:
        return raw === undefined || Number.isNaN(raw) ? null : raw;
    }
  }

  /** The row's key as one string: names the row to Python and survives the reuse of its slot. @param {number} slot */
  key(slot) {
    const { key } = this.schema;
    if (!key.length) return String(slot);
    return key.length === 1
      ? String(this.value(key[0], slot))
      : JSON.stringify(key.map((name) => this.value(name, slot)));
  }

  /** @param {(info: ChangeInfo) => void} listener @returns {() => void} */
  onChange(listener) {
    this._listeners.add(listener);
    return () => void this._listeners.delete(listener);
  }

  // -- writing: codec.js only ----------------------------------------------------------------------------------

  /** Forget rows and values; keep listeners. @param {Schema} schema */
  reset(schema) {
    this.schema = schema;
    this.columns = {};
    this.dictionary = {};
    this.kinds = {};
    for (const { name, kind } of schema.columns) {
      this.columns[name] = makeColumn(kind, 0);
      this.kinds[name] = kind;
      if (kind === "str") this.dictionary[name] = [""];
    }
    this.capacity = 0;
    this._number = new Float64Array(0);
    this._order = new Uint32Array(0);
    this._alive = new Uint8Array(0);
    this._start = 0;
    this.length = 0;
    this.dense = true;
  }

  /** Make room for slots below `size`. @param {number} size */
  reserve(size) {
    if (size <= this.capacity) return;
    const capacity = Math.max(16, size, Math.ceil(this.capacity * 1.5));
    for (const { name, kind } of this.schema.columns) {
      const grown = makeColumn(kind, capacity);
      grown.set(this.columns[name]);
      this.columns[name] = grown;
    }
    const alive = new Uint8Array(capacity);
    alive.set(this._alive);
    this._alive = alive;
    const number = new Float64Array(capacity);
    number.set(this._number);
    this._number = number;
    this.capacity = capacity;
  }

  /**
   * Put rows into the order. A slot that lives already leaves its old place: it has a new owner, or the same rows came
   * by another way; both end in Python's order.
   * @param {Uint32Array} slots
   * @param {ArrayLike<number>} numbers  their row-order numbers, ascending; nearly always above all that are here
   */
  add(slots, numbers) {
    if (!slots.length) return;
    let top = 0;
    let known = 0;
    for (const slot of slots) {
      if (slot >= top) top = slot + 1;
      if (slot < this.capacity) known += this._alive[slot];
    }
    if (known) this.remove(slots.filter((slot) => this.alive(slot)));
    this.reserve(top);
    const last = this.length ? this._number[this._order[this._start + this.length - 1]] : -Infinity;
    const end = this._start + this.length;
    if (end + slots.length > this._order.length) {
      const grown = new Uint32Array(Math.max(16, Math.ceil((this.length + slots.length) * 1.5)));
      grown.set(this.rows);
      this._order = grown;
      this._start = 0;
    }
    this._order.set(slots, this._start + this.length);
    for (let i = 0; i < slots.length; i++) {
      this._alive[slots[i]] = 1;
      this._number[slots[i]] = numbers[i];
      if (slots[i] !== this.length + i) this.dense = false;
    }
    this.length += slots.length;
    if (numbers[0] < last) {
      const number = this._number;
      this.rows.sort((a, b) => number[a] - number[b]);
      this.dense = this._isDense();
    }
  }

  /** @param {Uint32Array} slots */
  remove(slots) {
    let gone = 0;
    for (const slot of slots) {
      if (!this.alive(slot)) continue;
      this._alive[slot] = 0;
      gone++;
    }
    if (!gone) return;
    const { rows } = this;
    let first = 0; // the usual case of a ring: the oldest rows go
    while (first < rows.length && !this.alive(rows[first])) first++;
    if (first === gone) {
      this._start += first;
    } else {
      let to = 0;
      for (const slot of rows) if (this.alive(slot)) rows[to++] = slot;
    }
    this.length -= gone;
    this.dense = this._isDense();
  }

  _isDense() {
    const { rows } = this;
    for (let i = 0; i < rows.length; i++) if (rows[i] !== i) return false;
    return true;
  }

  /**
   * Write values of one column; the values before.
   * @param {string} name @param {Uint32Array} slots @param {ArrayLike<number>} values  one for each, or one for all
   * @returns {ColumnArray}
   */
  write(name, slots, values) {
    const column = this.columns[name];
    const n = slots.length;
    /** @type {ColumnArray} */
    const prev = new /** @type {any} */ (column.constructor)(n);
    const one = values.length === 1 && n !== 1;
    for (let i = 0; i < n; i++) {
      const slot = slots[i];
      prev[i] = column[slot];
      column[slot] = one ? values[0] : values[i];
    }
    return prev;
  }

  /** @param {Omit<ChangeInfo, "stream" | "revision">} change */
  emit(change) {
    const info = { stream: this, revision: this.revision, ...change };
    for (const listener of [...this._listeners]) {
      try {
        listener(info);
      } catch (error) {
        console.error("[ibnb] a view failed on an update", error);
      }
    }
  }
}

/** All streams of one kernel's hub in this page. */
export class Store {
  constructor() {
    /** @type {Map<number, Stream>} */
    this.streams = new Map();
  }

  /** @param {number} id @returns {Stream} */
  stream(id) {
    let stream = this.streams.get(id);
    if (!stream) this.streams.set(id, (stream = new Stream(id)));
    return stream;
  }

  /** @param {number} id */
  drop(id) {
    this.streams.delete(id);
  }
}

export { EMPTY };
