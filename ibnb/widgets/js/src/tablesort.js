/**
 * Rows sorted by columns: stable, missing values last whichever way, texts as people sort them.
 *
 * Many rows are sorted by digits (least significant first, 16 bits a pass) of the columns' own bits: a million rows by a
 * number take some 60 ms, where comparing takes a second. Few rows, and those that are merged, are compared. Both give the
 * same order. Pure: no page.
 *
 * @module
 */

/** @typedef {import("./store.js").Stream} Stream */
/** @typedef {[name: string, ascending: boolean]} SortKey */

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const FEW = 1500; // up to here comparing is as quick
const DIGIT = 65536;
const LAST = 0xffffffff;

/** The order of texts. @param {string} a @param {string} b */
export function compareText(a, b) {
  return collator.compare(a, b);
}

/** The table's own order. @param {Stream} stream @returns {(a: number, b: number) => number} */
export function byNumber(stream) {
  const { _number: number } = stream;
  return (a, b) => number[a] - number[b];
}

/**
 * A copy of the rows, sorted. `rows` come in the table's own order.
 * @param {Stream} stream @param {Uint32Array} rows @param {SortKey[]} sort @returns {Uint32Array}
 */
export function sorted(stream, rows, sort) {
  if (rows.length < FEW) return rows.slice().sort(comparator(stream, sort));
  let from = rows.slice();
  let to = new Uint32Array(rows.length);
  for (const [name, ascending] of [...sort].reverse()) {
    for (const digits of digitsOf(stream, name, ascending)) {
      for (const [shift, counts] of countsOf(digits, rows)) {
        if (counts[(digits[rows[0]] >>> shift) & 0xffff] === rows.length) continue; // all have the same
        pass(from, to, digits, shift, counts);
        [from, to] = [to, from];
      }
    }
  }
  return from;
}

/** How often each lower and each upper half occurs, whatever the order. @param {Uint32Array} digits @param {Uint32Array} rows
 * @returns {[shift: number, counts: Uint32Array][]} */
function countsOf(digits, rows) {
  const lower = new Uint32Array(DIGIT);
  const upper = new Uint32Array(DIGIT);
  for (let i = 0; i < rows.length; i++) {
    const word = digits[rows[i]];
    lower[word & 0xffff]++;
    upper[word >>> 16]++;
  }
  return [[0, lower], [16, upper]];
}

/** One stable pass over half a word. @param {Uint32Array} from @param {Uint32Array} to @param {Uint32Array} digits
 * @param {number} shift @param {Uint32Array} starts how often each half occurs; becomes where its rows go */
function pass(from, to, digits, shift, starts) {
  let sum = 0;
  for (let d = 0; d < DIGIT; d++) {
    const count = starts[d];
    starts[d] = sum;
    sum += count;
  }
  for (let i = 0; i < from.length; i++) {
    const slot = from[i];
    to[starts[(digits[slot] >>> shift) & 0xffff]++] = slot;
  }
}

/** A column as unsigned words by slot that sort like its values, the less significant word first.
 * @param {Stream} stream @param {string} name @param {boolean} ascending @returns {Uint32Array[]} */
function digitsOf(stream, name, ascending) {
  const column = stream.columns[name];
  if (!column) return [];
  const size = stream.capacity;
  const kind = stream.kinds[name];
  const upper = new Uint32Array(size);
  if (kind === "str") {
    const { ranks } = ranksOf(stream, name, true);
    for (let i = 0; i < size; i++) {
      const code = column[i];
      upper[i] = code === 0 ? LAST : ascending ? ranks[code] : LAST - 1 - ranks[code];
    }
    return [upper];
  }
  if (kind === "bool") {
    for (let i = 0; i < size; i++) upper[i] = column[i] === 255 ? 2 : ascending ? column[i] : 1 - column[i];
    return [upper];
  }
  const lower = new Uint32Array(size);
  const numbers = new Float64Array(1024);
  const words = new Uint32Array(numbers.buffer);
  const flip = ascending ? 0 : LAST;
  for (let start = 0; start < size; start += 1024) {
    const stop = Math.min(size, start + 1024);
    for (let i = start; i < stop; i++) numbers[i - start] = column[i] + 0; // -0 and 0 are equal
    for (let i = start; i < stop; i++) {
      const at = 2 * (i - start);
      const high = words[at + 1];
      const negative = high >>> 31 ? LAST : 0;
      const missing = column[i] !== column[i];
      upper[i] = missing ? LAST : high ^ (negative || 0x80000000) ^ flip;
      lower[i] = missing ? LAST : words[at] ^ negative ^ flip;
    }
  }
  return [lower, upper];
}

/** Compares two slots by the columns, then by the table's own order.
 * @param {Stream} stream @param {SortKey[]} sort @returns {(a: number, b: number) => number} */
export function comparator(stream, sort) {
  const keys = sort.filter(([name]) => stream.columns[name]).map(([name, ascending]) => {
    const sign = ascending ? 1 : -1;
    const column = stream.columns[name];
    if (stream.kinds[name] === "str") return textComparator(stream, name, sign);
    const missing = stream.kinds[name] === "bool" ? 255 : NaN;
    return (/** @type {number} */ a, /** @type {number} */ b) => {
      const x = column[a];
      const y = column[b];
      if (x === y) return 0;
      const noX = x !== x || x === missing;
      const noY = y !== y || y === missing;
      if (noX || noY) return noX && noY ? 0 : noX ? 1 : -1;
      return x < y ? -sign : sign;
    };
  });
  const { _number: number } = stream;
  if (keys.length === 1) {
    const [only] = keys;
    return (a, b) => only(a, b) || number[a] - number[b];
  }
  return (a, b) => {
    for (const key of keys) {
      const found = key(a, b);
      if (found) return found;
    }
    return number[a] - number[b];
  };
}

/** @param {Stream} stream @param {string} name @param {number} sign */
function textComparator(stream, name, sign) {
  const codes = stream.columns[name];
  const strings = stream.dictionary[name];
  const { ranks, size } = ranksOf(stream, name, false);
  return (/** @type {number} */ a, /** @type {number} */ b) => {
    const x = codes[a];
    const y = codes[b];
    if (x === y) return 0;
    if (x === 0 || y === 0) return x === 0 ? 1 : -1;
    // A text that came after the ranks were made is compared itself.
    const found = x < size && y < size ? ranks[x] - ranks[y] : collator.compare(strings[x], strings[y]);
    return sign * found;
  };
}

/** @type {WeakMap<string[], {size: number, ranks: Uint32Array}>} */
const rankCache = new WeakMap();

/**
 * The place of each string of a column's dictionary among them all; equal ones share it. `size`: how many have theirs.
 * @param {Stream} stream @param {string} name @param {boolean} all the newest strings too, however few they are
 */
function ranksOf(stream, name, all) {
  const strings = stream.dictionary[name];
  const known = rankCache.get(strings);
  if (known && (known.size === strings.length || (!all && strings.length < 1.25 * known.size + 64))) return known;
  const codes = Uint32Array.from(strings.keys()).sort((a, b) => collator.compare(strings[a], strings[b]) || a - b);
  const ranks = new Uint32Array(strings.length);
  let rank = 0;
  for (let i = 0; i < codes.length; i++) {
    if (i && collator.compare(strings[codes[i]], strings[codes[i - 1]]) !== 0) rank++;
    ranks[codes[i]] = rank;
  }
  const made = { size: strings.length, ranks };
  rankCache.set(strings, made);
  return made;
}
