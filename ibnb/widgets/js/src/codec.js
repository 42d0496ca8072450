/**
 * IBT1 frames into the store. The format is described in ibnb/widgets/protocol.py.
 *
 * A frame is applied only if it turns this page's state into its own: base <= ours < its revision. Older ones are
 * passed over (a duplicate, or what a resync has overtaken); a gap is reported, and the link asks anew.
 *
 * @module
 */

import { EMPTY } from "./store.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").Stream} Stream */

const MAGIC = 0x31544249; // "IBT1"
const SNAPSHOT = 1;
const FIRST = 2;
const LAST = 4;
const SCHEMA = 1;
const DICT = 2;
const DELETE = 3;
const ADD = 4;
const ORDER = 5;
const ROWS = 6;
const PATCH = 7;
const CONSTANT = 1;
const RANGE = 2;
const TYPES = [, Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array];
const HEADER_BYTES = 32;
const BLOCK_BYTES = 16;

const utf8 = new TextDecoder();

/**
 * @typedef {object} Block
 * @property {number} kind @property {number} type @property {number} encoding @property {number} column
 * @property {number} count @property {number} at @property {number} bytes
 */

/** A message's bytes as an ArrayBuffer of their own: Jupyter hands them over as a view at any offset. @param {any} part */
export function ownBuffer(part) {
  if (part instanceof ArrayBuffer) return part;
  const { buffer, byteOffset, byteLength } = part;
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/**
 * Apply all frames of one message.
 * @param {Store} store @param {ArrayBuffer} buffer
 * @returns {number[]} streams with a gap: they need a resync
 */
export function applyMessage(store, buffer) {
  const view = new DataView(buffer);
  const gaps = [];
  let at = 0;
  while (at + HEADER_BYTES <= buffer.byteLength) {
    if (view.getUint32(at, true) !== MAGIC) throw new Error(`no IBT1 frame at byte ${at} of ${buffer.byteLength}`);
    const flags = view.getUint16(at + 4, true);
    const id = view.getUint16(at + 6, true);
    const count = view.getUint32(at + 12, true);
    const base = Number(view.getBigUint64(at + 16, true));
    const revision = Number(view.getBigUint64(at + 24, true));
    at += HEADER_BYTES;
    /** @type {Block[]} */
    const blocks = [];
    for (let i = 0; i < count; i++) {
      const bytes = view.getUint32(at + 12, true);
      blocks.push({
        kind: view.getUint8(at),
        type: view.getUint8(at + 1),
        encoding: view.getUint8(at + 2),
        column: view.getUint16(at + 4, true),
        count: view.getUint32(at + 8, true),
        at: at + BLOCK_BYTES,
        bytes,
      });
      at += BLOCK_BYTES + ((bytes + 7) & ~7);
    }
    const stream = store.streams.get(id);
    if (!stream) continue; // nobody here wants it any more
    const ok = flags & SNAPSHOT
      ? applyChunk(stream, buffer, blocks, flags, base, revision)
      : applyDelta(stream, buffer, blocks, base, revision);
    if (!ok) gaps.push(id);
  }
  return gaps;
}

/** @param {Stream} stream @param {ArrayBuffer} buffer @param {Block[]} blocks @param {number} flags @param {number} chunk @param {number} revision */
function applyChunk(stream, buffer, blocks, flags, chunk, revision) {
  const { coming } = stream;
  if (stream.ready && revision <= stream.revision) return true;
  if (flags & FIRST) {
    if (coming.chunk >= 0 && revision <= coming.revision) return true; // a duplicate of what is coming in
    stream.ready = false;
    stream.coming = { revision, chunk: 0 };
  } else {
    if (coming.chunk >= 0 && (revision < coming.revision || (revision === coming.revision && chunk <= coming.chunk))) return true;
    if (coming.chunk !== chunk - 1 || revision !== coming.revision) return false;
    coming.chunk = chunk;
  }
  const change = applyBlocks(stream, buffer, blocks);
  if (!change) return forget(stream);
  if (flags & LAST) {
    stream.ready = true;
    stream.revision = revision;
    stream.coming = { revision: 0, chunk: -1 };
  }
  if (flags & FIRST) Object.assign(change, { reset: true, added: EMPTY });
  stream.emit(change);
  return true;
}

/** @param {Stream} stream @param {ArrayBuffer} buffer @param {Block[]} blocks @param {number} base @param {number} revision */
function applyDelta(stream, buffer, blocks, base, revision) {
  if (!stream.ready) return stream.coming.chunk >= 0 && revision <= stream.coming.revision;
  if (revision <= stream.revision) return true;
  if (base > stream.revision) return false;
  const change = applyBlocks(stream, buffer, blocks);
  if (!change) return forget(stream);
  stream.revision = revision;
  stream.emit(change);
  return true;
}

/** The copy is not what Python believes it to be: only a whole snapshot helps. @param {Stream} stream */
function forget(stream) {
  stream.ready = false;
  stream.revision = 0;
  stream.coming = { revision: 0, chunk: -1 };
  return false;
}

/**
 * @param {Stream} stream @param {ArrayBuffer} buffer @param {Block[]} blocks
 * @returns {Omit<import("./store.js").ChangeInfo, "stream" | "revision"> | null} null: a dictionary has a gap
 */
function applyBlocks(stream, buffer, blocks) {
  const change = {
    reset: false, schema: false, meta: false, rows: false,
    added: /** @type {Uint32Array} */ (EMPTY), removed: /** @type {Uint32Array} */ (EMPTY),
    /** @type {Map<string, {slots: Uint32Array, prev: import("./store.js").ColumnArray}>} */ changed: new Map(),
  };
  let slots = /** @type {Uint32Array} */ (EMPTY);
  let adding = false;
  for (const block of blocks) {
    const { kind } = block;
    if (kind === SCHEMA) {
      const { total, meta, ...schema } = JSON.parse(text(buffer, block));
      stream.reset(schema);
      stream.total = total;
      stream.reserve(total);
      if (meta) stream.meta = meta;
      change.schema = change.reset = change.rows = true;
      continue;
    }
    if (kind === DICT) {
      if (!addStrings(stream, buffer, block)) return null;
      continue;
    }
    if (kind === PATCH) {
      const name = stream.schema.columns[block.column]?.name;
      if (name === undefined) return null;
      const values = numbers(buffer, block);
      const prev = stream.write(name, slots, values);
      if (!adding) change.changed.set(name, { slots, prev });
      continue;
    }
    if (kind === ORDER) {
      stream.add(slots, numbers(buffer, block));
      change.added = slots;
      change.rows = true;
      continue;
    }
    slots = /** @type {Uint32Array} */ (numbers(buffer, block));
    adding = kind === ADD;
    if (kind === DELETE) {
      stream.remove(slots);
      change.removed = slots;
      change.rows = true;
    } else if (kind === ROWS) {
      let top = 0;
      for (const slot of slots) if (slot >= top) top = slot + 1;
      stream.reserve(top);
    }
  }
  return change;
}

/** @param {ArrayBuffer} buffer @param {Block} block */
function text(buffer, { at, bytes }) {
  return utf8.decode(new Uint8Array(buffer, at, bytes));
}

/** @param {ArrayBuffer} buffer @param {Block} block @returns {any} one value stands for all where it is constant */
function numbers(buffer, { type, encoding, count, at }) {
  const Type = /** @type {any} */ (TYPES[type]);
  if (encoding === CONSTANT) return new Type(buffer, at, 1);
  if (encoding !== RANGE) return new Type(buffer, at, count);
  const [first, step] = new Type(buffer, at, 2);
  const out = new Type(count);
  for (let i = 0; i < count; i++) out[i] = first + i * step;
  return out;
}

/** @param {Stream} stream @param {ArrayBuffer} buffer @param {Block} block */
function addStrings(stream, buffer, { column, count, at }) {
  const name = stream.schema.columns[column]?.name;
  const strings = name === undefined ? undefined : stream.dictionary[name];
  const [first] = new Uint32Array(buffer, at, 1);
  if (!strings || first > strings.length) return false;
  const lengths = new Uint32Array(buffer, at + 8, count);
  let from = at + 8 + 4 * count;
  for (let i = 0; i < count; i++) {
    strings[first + i] = utf8.decode(new Uint8Array(buffer, from, lengths[i]));
    from += lengths[i];
  }
  return true;
}
