/**
 * Filters: JSON trees (see ibnb/widgets/conditions.py) as functions of a slot, as masks of whole columns, and out of what
 * somebody typed. Text is looked at once for each string of a dictionary, not for each row. Pure: no page.
 *
 * @module
 */

/** @typedef {import("./store.js").Stream} Stream */
/** A filter as JSON. @typedef {any[]} Tree */

const KEPT_TESTS = 8; // text tests whose hits are kept for each dictionary
export const HIDDEN = "~"; // columns whose names begin so are the view's own: classes of rules

/** @param {Tree} tree @param {Stream} stream @returns {string[]} */
export function columnsOf(tree, stream) {
  const [word, ...rest] = tree;
  if (word === "and" || word === "or" || word === "not") return rest.flatMap((part) => columnsOf(part, stream));
  if (word !== "text") return [rest[0]];
  return stream.schema.columns.filter(({ kind, name }) => kind === "str" && !name.startsWith(HIDDEN)).map(({ name }) => name);
}

/**
 * A filter as a function of the slot, for a few rows.
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
    const hits = hitsOf(stream.dictionary[name], word, value);
    return (slot) => hits[column[slot]] === 1;
  }
  const test = numberTest(word, value);
  if (kind === "bool") return (slot) => test(column[slot] === 255 ? NaN : column[slot]);
  return (slot) => test(column[slot]);
}

/**
 * The rows that pass, column by column: for many rows.
 * @param {Tree} tree @param {Stream} stream @param {Uint32Array} rows @returns {Uint32Array}
 */
export function passing(tree, stream, rows) {
  const mask = maskOf(tree, stream);
  const out = new Uint32Array(rows.length);
  let to = 0;
  for (let i = 0; i < rows.length; i++) {
    const slot = rows[i];
    out[to] = slot;
    to += mask[slot];
  }
  return out.subarray(0, to);
}

/** 1 for each slot that passes. @param {Tree} tree @param {Stream} stream @returns {Uint8Array} */
function maskOf(tree, stream) {
  const [word, ...rest] = tree;
  const size = stream.capacity;
  if (word === "and" || word === "or") {
    const mask = rest.length ? maskOf(rest[0], stream) : new Uint8Array(size).fill(word === "and" ? 1 : 0);
    for (const part of rest.slice(1)) {
      const more = maskOf(part, stream);
      if (word === "and") for (let i = 0; i < size; i++) mask[i] &= more[i];
      else for (let i = 0; i < size; i++) mask[i] |= more[i];
    }
    return mask;
  }
  if (word === "not") {
    const mask = maskOf(rest[0], stream);
    for (let i = 0; i < size; i++) mask[i] ^= 1;
    return mask;
  }
  if (word === "text") {
    const parts = columnsOf(tree, stream).map((name) => ["has", name, rest[0]]);
    return maskOf(["or", ...parts], stream);
  }
  return leafMask(word, rest[0], rest[1], stream);
}

/** @param {string} word @param {string} name @param {any} value @param {Stream} stream */
function leafMask(word, name, value, stream) {
  const column = stream.columns[name];
  const size = stream.capacity;
  const mask = new Uint8Array(size);
  if (!column) return mask.fill(1);
  const kind = stream.kinds[name];
  if (kind === "str") {
    const hits = hitsOf(stream.dictionary[name], word, value);
    for (let i = 0; i < size; i++) mask[i] = hits[column[i]];
    return mask;
  }
  const right = typeof value === "boolean" ? Number(value) : value;
  if (kind === "bool" || typeof right !== "number") {
    const test = numberTest(word, value);
    for (let i = 0; i < size; i++) mask[i] = test(kind === "bool" && column[i] === 255 ? NaN : column[i]) ? 1 : 0;
    return mask;
  }
  const numbers = /** @type {Float64Array} */ (column);
  switch (word) {
    case "==": for (let i = 0; i < size; i++) mask[i] = numbers[i] === right ? 1 : 0; break;
    case "!=": for (let i = 0; i < size; i++) mask[i] = numbers[i] === right ? 0 : 1; break;
    case "<": for (let i = 0; i < size; i++) mask[i] = numbers[i] < right ? 1 : 0; break;
    case "<=": for (let i = 0; i < size; i++) mask[i] = numbers[i] <= right ? 1 : 0; break;
    case ">": for (let i = 0; i < size; i++) mask[i] = numbers[i] > right ? 1 : 0; break;
    case ">=": for (let i = 0; i < size; i++) mask[i] = numbers[i] >= right ? 1 : 0; break;
  }
  return mask;
}

/** @type {WeakMap<string[], Map<string, {size: number, hits: Uint8Array}>>} */
const hitCache = new WeakMap();
/** @type {WeakMap<string[], string[]>} */
const lowCache = new WeakMap();

/**
 * 1 for each code of a dictionary whose text passes; of a dictionary that has grown only the new texts are looked at.
 * @param {string[]} strings @param {string} word @param {any} value @returns {Uint8Array}
 */
function hitsOf(strings, word, value) {
  let tests = hitCache.get(strings);
  if (!tests) hitCache.set(strings, (tests = new Map()));
  const key = JSON.stringify([word, value]);
  const known = tests.get(key) ?? { size: 0, hits: new Uint8Array(0) };
  tests.delete(key);
  tests.set(key, known); // the last used one stays longest
  if (tests.size > KEPT_TESTS) tests.delete(/** @type {string} */ (tests.keys().next().value));
  if (known.size === strings.length) return known.hits;
  if (known.hits.length < strings.length) {
    const grown = new Uint8Array(Math.ceil(strings.length * 1.25) + 16);
    grown.set(known.hits);
    known.hits = grown;
  }
  const { hits } = known;
  if (word === "has") {
    const wanted = String(value).toLowerCase();
    const low = lowered(strings);
    for (let code = Math.max(1, known.size); code < strings.length; code++) hits[code] = low[code].includes(wanted) ? 1 : 0;
  } else {
    const test = textTest(word, value);
    for (let code = known.size; code < strings.length; code++) hits[code] = test(code ? strings[code] : null) ? 1 : 0;
  }
  known.size = strings.length;
  return hits;
}

/** @param {string[]} strings */
function lowered(strings) {
  let low = lowCache.get(strings);
  if (!low) lowCache.set(strings, (low = []));
  for (let code = low.length; code < strings.length; code++) low.push(strings[code].toLowerCase());
  return low;
}

/** @param {string} word @param {any} value @returns {(text: string | null) => boolean} */
function textTest(word, value) {
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
