/**
 * Rows in groups, and totals: which group rows stand where, and what their cells hold. Groups of groups have levels.
 *
 * A list of rows for the screen holds slots, and above GROUP the ids of groups. Sums are made anew of the rows whenever
 * they are looked at after a change, so that no error adds up; only those of groups on the screen are looked at. Amounts
 * in more than one currency are not added: such a sum is MIXED. Pure: no page.
 *
 * @module
 */

import { compareText } from "./tablesort.js";

/** @typedef {import("./store.js").Stream} Stream */
/** @typedef {import("./tablesort.js").SortKey} SortKey */
/**
 * @typedef {object} Group
 * @property {number} id @property {string} path JSON of the values down to here: names the group while data moves
 * @property {number} level from 0 @property {string} column @property {number | string | boolean | null} value
 * @property {Uint32Array} rows
 */
/** @typedef {number | "mixed" | null} Aggregate */

export const GROUP = 0x80000000;
export const TOTAL = 0xfffffffe;
export const MIXED = "mixed";

/** How the values of a column become one. Missing ones do not count; without any there is none. */
export const FUNCTIONS = ["sum", "mean", "min", "max", "count"];

export class Groups {
  /** @param {Stream} stream */
  constructor(stream) {
    this.stream = stream;
    /** Columns to group by, outermost first. @type {string[]} */
    this.by = [];
    /** Column -> function. @type {Record<string, string>} */
    this.aggregates = {};
    /** Paths of groups whose rows are not shown. @type {Set<string>} */
    this.closed = new Set();
    /** @type {Map<string, number>} */ this._ids = new Map();
    /** @type {Map<number, Group>} */ this._groups = new Map();
    /** @type {Map<string, Aggregate>} */ this._known = new Map();
    /** @type {Uint32Array} */ this._all = new Uint32Array(0);
  }

  /** @param {string[]} by @param {Record<string, string>} aggregates */
  set(by, aggregates) {
    this.by = by.filter((name) => this.stream.columns[name]);
    this.aggregates = aggregates;
    this._known.clear();
  }

  get on() {
    return this.by.length > 0;
  }

  /** Values have moved: what was added up is forgotten. */
  touch() {
    this._known.clear();
  }

  /** @param {number} id @returns {Group | undefined} */
  at(id) {
    return this._groups.get(id);
  }

  /** Open or close a group; whether it is open now. @param {number} id */
  toggle(id) {
    const path = this._groups.get(id)?.path ?? "";
    if (!this.closed.delete(path)) this.closed.add(path);
    return !this.closed.has(path);
  }

  /** Open or close all. @param {boolean} open */
  toggleAll(open) {
    this.closed.clear();
    if (!open) for (const { path } of this._groups.values()) this.closed.add(path);
  }

  /** The rows of the total. @param {Uint32Array} rows */
  all(rows) {
    this._all = rows;
  }

  /**
   * The list for the screen: each group's row, then its rows (or groups) unless it is closed. Rows keep their order within
   * a group; groups stand by the sort keys that speak of them (their own column, or one that is added up), else by value.
   * @param {Uint32Array} rows @param {SortKey[]} sort @returns {Uint32Array}
   */
  arrange(rows, sort) {
    this._groups.clear();
    const out = new Uint32Array(rows.length + 16);
    const list = { out, length: 0 };
    this._arrange(rows, 0, [], sort, list, true);
    return list.out.subarray(0, list.length);
  }

  /**
   * @param {Uint32Array} rows @param {number} level @param {any[]} path @param {SortKey[]} sort
   * @param {{out: Uint32Array, length: number}} list @param {boolean} open
   */
  _arrange(rows, level, path, sort, list, open) {
    const name = this.by[level];
    const groups = this._split(rows, name).map((members) => this._group(members, name, level, path));
    groups.sort(this._compare(name, sort));
    for (const group of groups) {
      if (open) push(list, group.id);
      const inside = open && !this.closed.has(group.path);
      if (level + 1 < this.by.length) this._arrange(group.rows, level + 1, [...path, group.value], sort, list, inside);
      else if (inside) pushAll(list, group.rows);
    }
  }

  /** Rows with equal values of a column together, in their order. @param {Uint32Array} rows @param {string} name */
  _split(rows, name) {
    const column = this.stream.columns[name];
    /** @type {Map<number, number>} */
    const numberOf = new Map();
    const counts = /** @type {number[]} */ ([]);
    const member = new Uint32Array(rows.length);
    let lastValue = NaN;
    let lastNumber = -1;
    for (let i = 0; i < rows.length; i++) {
      const value = column[rows[i]];
      if (value !== lastValue) {
        let number = numberOf.get(value);
        if (number === undefined) numberOf.set(value, (number = counts.push(0) - 1));
        lastValue = value;
        lastNumber = number;
      }
      member[i] = lastNumber;
      counts[lastNumber]++;
    }
    const parts = counts.map((count) => new Uint32Array(count));
    const filled = new Uint32Array(counts.length);
    for (let i = 0; i < rows.length; i++) parts[member[i]][filled[member[i]]++] = rows[i];
    return parts;
  }

  /** @param {Uint32Array} rows @param {string} column @param {number} level @param {any[]} above @returns {Group} */
  _group(rows, column, level, above) {
    const value = this.stream.value(column, rows[0]);
    const path = JSON.stringify([...above, value]);
    let id = this._ids.get(path);
    if (id === undefined) this._ids.set(path, (id = GROUP + this._ids.size));
    const group = { id, path, level, column, value, rows };
    this._groups.set(id, group);
    return group;
  }

  /** @param {string} name @param {SortKey[]} sort @returns {(a: Group, b: Group) => number} */
  _compare(name, sort) {
    const keys = sort.filter(([key]) => key === name || (this.aggregates[key] && !this.by.includes(key)));
    return (a, b) => {
      for (const [key, up] of keys) {
        const found = key === name ? compare(a.value, b.value, up) : compare(this.value(a.id, key), this.value(b.id, key), up);
        if (found) return found;
      }
      return compare(a.value, b.value, true);
    };
  }

  /** What a group's cell holds; null: nothing to add up there. @param {number} id a group's, or TOTAL @param {string} name @returns {Aggregate} */
  value(id, name) {
    const word = this.aggregates[name];
    if (!word) return null;
    const key = `${id}/${name}`;
    let found = this._known.get(key);
    if (found === undefined) {
      const rows = id === TOTAL ? this._all : this._groups.get(id)?.rows;
      found = rows ? aggregate(this.stream, rows, name, word) : null;
      this._known.set(key, found);
    }
    return found;
  }
}

/** @param {{out: Uint32Array, length: number}} list @param {number} value */
function push(list, value) {
  if (list.length === list.out.length) grow(list, list.length + 1);
  list.out[list.length++] = value;
}

/** @param {{out: Uint32Array, length: number}} list @param {Uint32Array} values */
function pushAll(list, values) {
  if (list.length + values.length > list.out.length) grow(list, list.length + values.length);
  list.out.set(values, list.length);
  list.length += values.length;
}

/** @param {{out: Uint32Array, length: number}} list @param {number} size */
function grow(list, size) {
  const grown = new Uint32Array(Math.ceil(1.5 * size) + 16);
  grown.set(list.out.subarray(0, list.length));
  list.out = grown;
}

/** Missing ones last, whichever way. @param {any} a @param {any} b @param {boolean} up */
function compare(a, b, up) {
  const noA = a === null || a === MIXED;
  const noB = b === null || b === MIXED;
  if (noA || noB) return noA && noB ? 0 : noA ? 1 : -1;
  const found = typeof a === "string" && typeof b === "string" ? compareText(a, b) : a < b ? -1 : a > b ? 1 : 0;
  return up ? found : -found;
}

/**
 * @param {Stream} stream @param {Uint32Array} rows @param {string} name @param {string} word @returns {Aggregate}
 */
export function aggregate(stream, rows, name, word) {
  const column = stream.columns[name];
  if (!column) return null;
  const kind = stream.kinds[name];
  if (word === "count") {
    let count = 0;
    for (const slot of rows) if (kind === "str" ? column[slot] !== 0 : kind === "bool" ? column[slot] !== 255 : column[slot] === column[slot]) count++;
    return count;
  }
  if (kind === "str" || kind === "bool") return null;
  let count = 0;
  let sum = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < rows.length; i++) {
    const value = column[rows[i]];
    if (value !== value) continue;
    count++;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!count) return null;
  if ((word === "sum" || word === "mean") && mixesCurrencies(stream, rows, name)) return MIXED;
  if (word === "sum") return sum;
  if (word === "mean") return sum / count;
  return word === "min" ? least : word === "max" ? most : null;
}

/** Whether the amounts of a column are in several currencies. @param {Stream} stream @param {Uint32Array} rows @param {string} name */
function mixesCurrencies(stream, rows, name) {
  const codes = stream.columns.currency;
  if (!codes || stream.kinds.currency !== "str" || stream.schema.columns.find((spec) => spec.name === name)?.unit !== "currency") return false;
  const amounts = stream.columns[name];
  let first = -1;
  for (const slot of rows) {
    if (amounts[slot] !== amounts[slot]) continue;
    if (first < 0) first = codes[slot];
    else if (codes[slot] !== first) return true;
  }
  return false;
}
