/**
 * Which rows a view shows, and in which order, kept right while the data moves.
 *
 * A change does not sort everything anew: the rows it touched are taken out, sorted among themselves and merged back,
 * O(n + k log k). Missing values come last whichever way a column is sorted; equal rows keep the table's own order.
 * Pure: no page.
 *
 * @module
 */

/** @typedef {import("./store.js").Stream} Stream */
/** @typedef {import("./store.js").ChangeInfo} ChangeInfo */
/** @typedef {[name: string, ascending: boolean]} SortKey */
/** A filter as JSON: see ibnb/widgets/conditions.py. @typedef {any[]} Tree */

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
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
      const kept = this._passes ? stream.rows.filter(this._passes) : stream.rows.slice();
      this._rows = this._compare ? kept.sort(this._compare) : kept;
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
    const before = this._rows;
    const out = new Uint32Array(before.length + count);
    let to = 0;
    let at = 0;
    for (let i = 0; i < before.length; i++) {
      const slot = before[i];
      if (flags[slot]) continue;
      while (at < count && compare(fresh[at], slot) < 0) out[to++] = fresh[at++];
      out[to++] = slot;
    }
    while (at < count) out[to++] = fresh[at++];
    for (const slot of this._touched) flags[slot] = 0;
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

/** @param {Stream} stream */
function byNumber(stream) {
  const { _number: number } = stream;
  return (/** @type {number} */ a, /** @type {number} */ b) => number[a] - number[b];
}

/** @param {Stream} stream @param {SortKey[]} sort @returns {(a: number, b: number) => number} */
export function comparator(stream, sort) {
  const keys = sort.filter(([name]) => stream.columns[name]).map(([name, ascending]) => ({
    values: stream.kinds[name] === "str" ? null : stream.columns[name],
    codes: stream.columns[name],
    ranks: stream.kinds[name] === "str" ? ranksOf(stream, name) : null,
    missing: stream.kinds[name] === "bool" ? 255 : NaN,
    sign: ascending ? 1 : -1,
  }));
  const last = byNumber(stream);
  return (a, b) => {
    for (const { values, codes, ranks, missing, sign } of keys) {
      let x = 0;
      let y = 0;
      if (ranks) {
        x = ranks[codes[a]];
        y = ranks[codes[b]];
        if (x === y) continue;
        if (codes[a] === 0) return 1;
        if (codes[b] === 0) return -1;
      } else {
        x = /** @type {any} */ (values)[a];
        y = /** @type {any} */ (values)[b];
        if (x === y) continue;
        const noX = x !== x || x === missing;
        const noY = y !== y || y === missing;
        if (noX && noY) continue;
        if (noX) return 1;
        if (noY) return -1;
      }
      return x < y ? -sign : sign;
    }
    return last(a, b);
  };
}

/** @type {WeakMap<string[], {size: number, ranks: Uint32Array}>} */
const rankCache = new WeakMap();

/** The place of each string of a column's dictionary among them all. @param {Stream} stream @param {string} name */
function ranksOf(stream, name) {
  const strings = stream.dictionary[name];
  const known = rankCache.get(strings);
  if (known?.size === strings.length) return known.ranks;
  const codes = Uint32Array.from(strings.keys()).sort((a, b) => collator.compare(strings[a], strings[b]) || a - b);
  const ranks = new Uint32Array(strings.length);
  let rank = 0;
  for (let i = 0; i < codes.length; i++) {
    if (i && collator.compare(strings[codes[i]], strings[codes[i - 1]]) !== 0) rank++;
    ranks[codes[i]] = rank;
  }
  rankCache.set(strings, { size: strings.length, ranks });
  return ranks;
}

/** @param {Tree} tree @param {Stream} stream @returns {string[]} */
function columnsOf(tree, stream) {
  const [word, ...rest] = tree;
  if (word === "and" || word === "or" || word === "not") return rest.flatMap((part) => columnsOf(part, stream));
  return word === "text" ? stream.schema.columns.filter(({ kind }) => kind === "str").map(({ name }) => name) : [rest[0]];
}

/**
 * A filter as a function of the slot. Text is looked at once for each string of the dictionary, not for each row.
 * @param {Tree} tree @param {Stream} stream @returns {(slot: number) => boolean}
 */
export function compile(tree, stream) {
  const [word, ...rest] = tree;
  if (word === "and" || word === "or") {
    const parts = rest.map((part) => compile(part, stream));
    return word === "and" ? (slot) => parts.every((part) => part(slot)) : (slot) => parts.some((part) => part(slot));
  }
  if (word === "not") {
    const part = compile(rest[0], stream);
    return (slot) => !part(slot);
  }
  if (word === "text") {
    const hits = columnsOf(tree, stream).map((name) => compile(["has", name, rest[0]], stream));
    return (slot) => hits.some((hit) => hit(slot));
  }
  const [name, value] = rest;
  const column = stream.columns[name];
  if (!column) return () => true;
  const kind = stream.kinds[name];
  if (kind === "str") {
    const test = textTest(word, value);
    const hits = Uint8Array.from(stream.dictionary[name], (text, code) => (test(code ? text : null) ? 1 : 0));
    return (slot) => hits[column[slot]] === 1;
  }
  const test = numberTest(word, value);
  if (kind === "bool") return (slot) => test(column[slot] === 255 ? NaN : column[slot]);
  return (slot) => test(column[slot]);
}

/** @param {string} word @param {any} value @returns {(text: string | null) => boolean} */
function textTest(word, value) {
  if (word === "has") {
    const low = String(value).toLowerCase();
    return (text) => text !== null && text.toLowerCase().includes(low);
  }
  if (word === "in") return (text) => text !== null && value.includes(text);
  if (word === "!=") return (text) => text !== value;
  if (typeof value !== "string") return () => false;
  const compare = COMPARE[word];
  return (text) => text !== null && compare(text, value);
}

/** @param {string} word @param {any} value @returns {(number: number) => boolean} */
function numberTest(word, value) {
  if (word === "has") return () => false;
  if (word === "in") {
    const numbers = new Set(value.map(Number));
    return (number) => numbers.has(number);
  }
  const right = typeof value === "boolean" ? Number(value) : value;
  if (word === "!=") return (number) => number !== right;
  if (typeof right !== "number") return () => false;
  const compare = COMPARE[word];
  return (number) => compare(number, right);
}

/** @type {Record<string, (a: any, b: any) => boolean>} */
const COMPARE = {
  "==": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/**
 * What somebody typed into a column's filter box: ">10", "=SPY", "!=0", "10..20", or a part of the text.
 * @param {string} typed @param {import("./store.js").ColumnSpec} column @returns {Tree | null} null: no filter, or no sense
 */
export function parseTyped(typed, column) {
  const text = typed.trim();
  if (!text) return null;
  const { name, kind } = column;
  const numeric = kind === "f8" || kind === "i8" || kind === "time";
  const span = numeric ? /^(.+?)\s*\.\.\s*(.+)$/.exec(text) : null;
  if (span) {
    const low = parseNumber(span[1], kind);
    const high = parseNumber(span[2], kind);
    return low === null || high === null ? null : ["and", [">=", name, low], ["<=", name, high]];
  }
  const found = /^(<=|>=|!=|<>|==?|<|>)\s*(.*)$/.exec(text);
  const word = found ? { "=": "==", "<>": "!=" }[found[1]] ?? found[1] : numeric ? "==" : "has";
  const rest = found ? found[2].trim() : text;
  if (kind === "str") return [word, name, rest];
  if (kind === "bool") return [word === "has" ? "==" : word, name, /^(y|t|1)/i.test(rest)];
  const value = parseNumber(rest, kind);
  return value === null ? null : [word, name, value];
}

/** @param {string} text @param {string} kind @returns {number | null} */
function parseNumber(text, kind) {
  if (kind === "time") {
    const ms = Date.parse(/\d:\d/.test(text) ? `${text.replace(" ", "T")}Z` : text);
    return Number.isNaN(ms) ? null : ms;
  }
  const number = Number(text.replace(/[,%\s]/g, "").replace(/−/g, "-"));
  return text === "" || Number.isNaN(number) ? null : number;
}
