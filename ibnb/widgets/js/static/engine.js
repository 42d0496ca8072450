var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/store.js
var MISSING = 0;
var EMPTY = new Uint32Array(0);
function makeColumn(kind, length) {
  if (kind === "str") return new Uint32Array(length);
  if (kind === "bool") return new Uint8Array(length).fill(255);
  return new Float64Array(length).fill(NaN);
}
var Stream = class {
  /** @param {number} id */
  constructor(id) {
    this.id = id;
    this.schema = { name: "", kind: "keyed", key: [], columns: [] };
    this.meta = {};
    this.columns = {};
    this.dictionary = {};
    this.kinds = {};
    this.revision = 0;
    this.ready = false;
    this.length = 0;
    this.total = 0;
    this.dense = true;
    this.capacity = 0;
    this._order = new Uint32Array(0);
    this._start = 0;
    this._alive = new Uint8Array(0);
    this._number = new Float64Array(0);
    this._listeners = /* @__PURE__ */ new Set();
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
    if (column === void 0) return null;
    const raw = column[slot];
    switch (this.kinds[name]) {
      case "str":
        return raw === MISSING || raw === void 0 ? null : this.dictionary[name][raw] ?? null;
      case "bool":
        return raw === 255 || raw === void 0 ? null : raw === 1;
      default:
        return raw === void 0 || Number.isNaN(raw) ? null : raw;
    }
  }
  /** The row's key as one string: names the row to Python and survives the reuse of its slot. @param {number} slot */
  key(slot) {
    const { key } = this.schema;
    if (!key.length) return String(slot);
    return key.length === 1 ? String(this.value(key[0], slot)) : JSON.stringify(key.map((name) => this.value(name, slot)));
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
  add(slots, numbers2) {
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
      this._number[slots[i]] = numbers2[i];
      if (slots[i] !== this.length + i) this.dense = false;
    }
    this.length += slots.length;
    if (numbers2[0] < last) {
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
    let first = 0;
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
    const prev = new /** @type {any} */
    column.constructor(n);
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
};
var Store = class {
  constructor() {
    this.streams = /* @__PURE__ */ new Map();
  }
  /** @param {number} id @returns {Stream} */
  stream(id) {
    let stream = this.streams.get(id);
    if (!stream) this.streams.set(id, stream = new Stream(id));
    return stream;
  }
  /** @param {number} id */
  drop(id) {
    this.streams.delete(id);
  }
};

// src/codec.js
var MAGIC = 827605577;
var SNAPSHOT = 1;
var FIRST = 2;
var LAST = 4;
var SCHEMA = 1;
var DICT = 2;
var DELETE = 3;
var ADD = 4;
var ORDER = 5;
var ROWS = 6;
var PATCH = 7;
var CONSTANT = 1;
var RANGE = 2;
var TYPES = [, Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array];
var HEADER_BYTES = 32;
var BLOCK_BYTES = 16;
var utf8 = new TextDecoder();
function ownBuffer(part) {
  if (part instanceof ArrayBuffer) return part;
  const { buffer, byteOffset, byteLength } = part;
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
function applyMessage(store, buffer) {
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
        bytes
      });
      at += BLOCK_BYTES + (bytes + 7 & ~7);
    }
    const stream = store.streams.get(id);
    if (!stream) continue;
    const ok = flags & SNAPSHOT ? applyChunk(stream, buffer, blocks, flags, base, revision) : applyDelta(stream, buffer, blocks, base, revision);
    if (!ok) gaps.push(id);
  }
  return gaps;
}
function applyChunk(stream, buffer, blocks, flags, chunk, revision) {
  const { coming } = stream;
  if (stream.ready && revision <= stream.revision) return true;
  if (flags & FIRST) {
    if (coming.chunk >= 0 && revision <= coming.revision) return true;
    stream.ready = false;
    stream.coming = { revision, chunk: 0 };
  } else {
    if (coming.chunk >= 0 && (revision < coming.revision || revision === coming.revision && chunk <= coming.chunk)) return true;
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
function forget(stream) {
  stream.ready = false;
  stream.revision = 0;
  stream.coming = { revision: 0, chunk: -1 };
  return false;
}
function applyBlocks(stream, buffer, blocks) {
  const change = {
    reset: false,
    schema: false,
    meta: false,
    rows: false,
    added: (
      /** @type {Uint32Array} */
      EMPTY
    ),
    removed: (
      /** @type {Uint32Array} */
      EMPTY
    ),
    /** @type {Map<string, {slots: Uint32Array, prev: import("./store.js").ColumnArray}>} */
    changed: /* @__PURE__ */ new Map()
  };
  let slots = (
    /** @type {Uint32Array} */
    EMPTY
  );
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
      if (name === void 0) return null;
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
    slots = /** @type {Uint32Array} */
    numbers(buffer, block);
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
function text(buffer, { at, bytes }) {
  return utf8.decode(new Uint8Array(buffer, at, bytes));
}
function numbers(buffer, { type, encoding, count, at }) {
  const Type = (
    /** @type {any} */
    TYPES[type]
  );
  if (encoding === CONSTANT) return new Type(buffer, at, 1);
  if (encoding !== RANGE) return new Type(buffer, at, count);
  const [first, step] = new Type(buffer, at, 2);
  const out = new Type(count);
  for (let i = 0; i < count; i++) out[i] = first + i * step;
  return out;
}
function addStrings(stream, buffer, { column, count, at }) {
  const name = stream.schema.columns[column]?.name;
  const strings = name === void 0 ? void 0 : stream.dictionary[name];
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

// src/link.js
var RELEASE_MS = 1e3;
var REPEAT_MS = 3e3;
var REPEAT_MOST_MS = 3e4;
var QUIET_MS = 6500;
var SILENT_MS = 12e3;
var Link = class {
  /** @param {{model: Model, page: string, parts: Map<string, any>, env: Env}} options */
  constructor({ model, page, parts, env }) {
    this.model = model;
    this.page = page;
    this.env = env;
    this.parts = parts;
    this.store = new Store();
    this.status = { kernel: "live", heard: env.now(), gateway: { state: "live", text: "" } };
    this.hashes = {};
    this.stats = { messages: 0, bytes: 0, gaps: 0 };
    this._wanted = /* @__PURE__ */ new Map();
    this._stale = /* @__PURE__ */ new Set();
    this._doomed = /* @__PURE__ */ new Set();
    this._watchers = /* @__PURE__ */ new Set();
    this._q = 0;
    this._n = 0;
    this._answered = 0;
    this._askedAt = 0;
    this._repeat = REPEAT_MS;
    this._helloAt = -Infinity;
    this._welcome = false;
    this._binary = true;
    this._timer = null;
    this._asking = null;
    this._paused = false;
    this._waiting = /* @__PURE__ */ new Map();
    this._onMessage = (content, buffers) => this.receive(content, buffers ?? []);
    model.on("msg:custom", this._onMessage);
    this._hello();
    this._tick();
  }
  /** @param {number} id */
  stream(id) {
    return this.store.stream(id);
  }
  /** Ask for a stream's data, or leave off. Counted: each `true` needs its `false`. @param {number} id @param {boolean} on */
  want(id, on) {
    const count = (this._wanted.get(id) ?? 0) + (on ? 1 : -1);
    this._wanted.set(id, count);
    if (on && count === 1) {
      this.store.stream(id);
      this._stale.add(id);
      this._ask(0);
    } else if (!on && count === 0) {
      if (this._doomed.has(id)) this.drop(id);
      else this._ask(RELEASE_MS);
    }
  }
  /** Forget a stream that Python has ended, as soon as no view shows it. @param {number} id */
  drop(id) {
    if ((this._wanted.get(id) ?? 0) > 0) {
      this._doomed.add(id);
      return;
    }
    this._doomed.delete(id);
    this._wanted.delete(id);
    this._stale.delete(id);
    this.store.drop(id);
  }
  /** Whether no view depends on it. */
  get unused() {
    return this._watchers.size === 0 && [...this._wanted.values()].every((count) => count <= 0);
  }
  /** @param {(status: Status) => void} fn @returns {() => void} */
  onStatus(fn) {
    this._watchers.add(fn);
    return () => void this._watchers.delete(fn);
  }
  /**
   * Another engine part, once per page: the default export of its module.
   * @param {string} name @returns {Promise<any>}
   */
  async need(name) {
    const known = this._waiting.get(name);
    if (known) return known.promise;
    const hash = this.hashes[name];
    if (hash && this.parts.has(hash)) return this.parts.get(hash).promise;
    let resolve = (
      /** @type {(value: any) => void} */
      (() => {
      })
    );
    const promise = new Promise((done) => resolve = done);
    this._waiting.set(name, { promise, resolve });
    if (hash) this.parts.set(hash, { promise, resolve });
    this._askPart(name);
    return promise;
  }
  /** The page was hidden or shown. */
  visibility() {
    this._ask(this.env.hidden() ? RELEASE_MS : 0);
  }
  /** The kernel's comm is closed: what is shown stays, and is marked. */
  gone() {
    this._setKernel("gone");
  }
  dispose() {
    this.env.cancel(this._timer);
    this.env.cancel(this._asking);
    this._send({ t: "bye" });
    this.model.off("msg:custom", this._onMessage);
  }
  // -- what comes in -------------------------------------------------------------------------------------------
  /** @param {any} content @param {any[]} buffers */
  receive(content, buffers) {
    if (!content || content.p !== void 0 && content.p !== this.page) return;
    this.status.heard = this.env.now();
    this._setKernel("live");
    switch (content.t) {
      case "f":
        this._frames(content, buffers);
        break;
      case "b":
        this._heard(content);
        this._acknowledge(content);
        break;
      case "welcome":
        this._welcomed(content, buffers);
        break;
      case "part":
        this._part(content, buffers);
        break;
      case "status":
        this._setGateway(content.status);
        break;
      case "drop":
        this.drop(content.s);
        break;
      case "again":
        for (const id of this._wanted.keys()) this._stale.add(id);
        this._hello();
        if (this._n > 0) this._ask(0);
        break;
    }
  }
  /** @param {any} content @param {any[]} buffers */
  _frames(content, buffers) {
    const buffer = content.d !== void 0 ? fromBase64(content.d) : ownBuffer(buffers[0] ?? new ArrayBuffer(0));
    this.stats.messages += 1;
    this.stats.bytes += buffer.byteLength;
    this._heard(content);
    let gaps = (
      /** @type {number[]} */
      []
    );
    try {
      gaps = applyMessage(this.store, buffer);
    } catch (error) {
      console.error("[ibnb] a message could not be read", error);
      gaps = [...this.store.streams.keys()];
    }
    for (const [id, meta] of Object.entries(content.m ?? {})) this._meta(Number(id), meta);
    this._acknowledge(content);
    this._resync(gaps);
  }
  /**
   * Answer a message that asks for it; a hole in the numbers means that one was lost, of whatever stream.
   * @param {any} content
   */
  _acknowledge({ q, a }) {
    if (a) this._send({ t: "ack", q });
    if (q > this._q + 1 && this._q > 0) this._resync([...this._wanted.keys()].filter((id) => this.store.streams.has(id)));
    if (q > this._q) this._q = q;
  }
  /** @param {number[]} gaps streams of which something is missing */
  _resync(gaps) {
    if (gaps.length) {
      this.stats.gaps += 1;
      const fresh = gaps.filter((id) => !this._stale.has(id));
      for (const id of gaps) this._stale.add(id);
      if (fresh.length || this.env.now() - this._askedAt > 1e3) this._ask(0);
    }
  }
  /** @param {number} id @param {Record<string, any>} meta */
  _meta(id, meta) {
    const stream = this.store.streams.get(id);
    if (!stream) return;
    stream.meta = meta;
    stream.emit({
      reset: false,
      schema: false,
      meta: true,
      rows: false,
      added: EMPTY,
      removed: EMPTY,
      changed: /* @__PURE__ */ new Map()
    });
  }
  /** @param {any} content */
  _heard(content) {
    if (content.n === void 0 || content.n < this._n) return;
    this._answered = content.n;
    this._repeat = REPEAT_MS;
    this._stale.clear();
  }
  /** @param {any} content @param {any[]} buffers */
  _welcomed(content, buffers) {
    this.hashes = content.parts ?? {};
    this._setGateway(content.status);
    const probe = buffers[0] && new Uint8Array(ownBuffer(buffers[0]));
    const binary = !!probe && probe.length === 4 && probe[0] === 73 && probe[3] === 255;
    if (!binary && this._binary) {
      this._binary = false;
      this._hello();
      return;
    }
    this._welcome = true;
    if (this._n > this._answered) this._ask(0);
  }
  /** @param {any} content @param {any[]} buffers */
  async _part({ name, hash, kind, d }, buffers) {
    const waiting = this._waiting.get(name);
    if (!waiting) return;
    this.hashes[name] = hash;
    this._waiting.delete(name);
    this.parts.set(hash, waiting);
    try {
      waiting.resolve(await this.env.load(d === void 0 ? ownBuffer(buffers[0]) : fromBase64(d), kind));
    } catch (error) {
      console.error(`[ibnb] the part "${name}" could not be loaded`, error);
      this.parts.delete(hash);
    }
  }
  // -- what goes out -------------------------------------------------------------------------------------------
  /** @param {any} content */
  _send(content) {
    try {
      this.model.send({ ...content, p: this.page });
    } catch (error) {
      console.debug("[ibnb] the kernel cannot be reached", error);
    }
  }
  _hello() {
    this._helloAt = this.env.now();
    this._send({ t: "hello", proto: 1, mount: this.env.mount, binary: this._binary });
  }
  /** @param {string} name */
  _askPart(name) {
    if (!this._waiting.has(name)) return;
    this._send({ t: "part", name });
    this.env.later(5e3, () => this._askPart(name));
  }
  /** Say in full what is wanted, after `ms`. @param {number} ms */
  _ask(ms) {
    if (this._asking !== null) {
      if (ms > 0) return;
      this.env.cancel(this._asking);
    }
    this._asking = this.env.later(ms, () => {
      this._asking = null;
      const hidden = this.env.hidden();
      const wants = {};
      for (const [id, count] of this._wanted) {
        const stream = this.store.streams.get(id);
        if (count <= 0 || hidden || !stream) {
          this._stale.add(id);
          continue;
        }
        wants[id] = this._stale.has(id) ? stream.ready ? stream.revision : 0 : -1;
      }
      this._n += 1;
      this._askedAt = this.env.now();
      this._paused = Object.keys(wants).length === 0;
      this._send({ t: "want", n: this._n, s: wants });
    });
  }
  _tick() {
    const { env } = this;
    const now = env.now();
    if (!this._welcome && now - this._helloAt > 5e3) this._hello();
    if (!this._paused && this._n > 0 && !env.hidden()) {
      const quiet = now - this.status.heard;
      const late = this._answered < this._n && now - this._askedAt > this._repeat;
      if (late || quiet > QUIET_MS && now - this._askedAt > this._repeat) {
        for (const id of this._wanted.keys()) this._stale.add(id);
        this._repeat = Math.min(REPEAT_MOST_MS, this._repeat * 2);
        this._ask(0);
      }
      if (quiet > SILENT_MS) this._setKernel("silent");
    }
    this._timer = env.later(1e3, () => this._tick());
  }
  /** @param {Status["kernel"]} kernel */
  _setKernel(kernel) {
    if (this.status.kernel === kernel) return;
    this.status.kernel = kernel;
    this._tell();
  }
  /** @param {Status["gateway"] | undefined} gateway */
  _setGateway(gateway) {
    if (!gateway) return;
    this.status.gateway = gateway;
    this._tell();
  }
  _tell() {
    for (const fn of [...this._watchers]) fn(this.status);
  }
};
function fromBase64(text2) {
  return Uint8Array.from(atob(text2), (c) => c.charCodeAt(0)).buffer;
}

// src/mount.js
var GONE_MS = 1500;
var Mounter = class {
  /** @param {(hub: string) => any} hubOf the hub's model, if this page has it @param {(view: string, hub: string, host: HTMLElement) => Promise<() => void>} open */
  constructor(hubOf, open2) {
    this.hubOf = hubOf;
    this.open = open2;
    this.mounted = /* @__PURE__ */ new Set();
    this.hidden = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.hidden];
    this.observer = new MutationObserver((records) => this._look(records));
    this.observer.observe(document.body, { childList: true, subtree: true });
  }
  /** Mount what is in the page already. */
  scan() {
    for (const twin of document.querySelectorAll(".ibnb-twin")) this._found(twin);
  }
  /** @param {MutationRecord[]} records */
  _look(records) {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof Element) || node.classList.contains("ibnb-host")) continue;
        if (node.classList.contains("ibnb-twin")) this._found(node);
        else if (node.firstElementChild) for (const twin of node.querySelectorAll(".ibnb-twin")) this._found(twin);
      }
    }
    for (const item of this.mounted) {
      if (item.twin.isConnected && item.host.isConnected) continue;
      item.timer ??= setTimeout(() => this._leave(item), GONE_MS);
    }
  }
  /** @param {Element} twin */
  _found(twin) {
    const mark = (letter) => [...twin.classList].find((name) => name.startsWith(`ibnb-${letter}-`))?.slice(7);
    const hub = mark("h");
    const view = mark("v");
    if (!hub || !view || !this.hubOf(hub)) return;
    for (const item2 of this.mounted) {
      if (item2.twin === twin) {
        if (item2.host.isConnected) {
          clearTimeout(item2.timer);
          item2.timer = void 0;
          return;
        }
        this._leave(item2);
        break;
      }
    }
    const parent = (
      /** @type {Element} */
      twin.parentElement
    );
    const orphan = [...this.mounted].find((item2) => item2.view === view && !item2.twin.isConnected);
    if (orphan) {
      this._adopt(orphan, twin, parent);
      return;
    }
    const host = document.createElement("div");
    host.className = "ibnb-host";
    parent.insertBefore(host, twin);
    const item = { host, twin, view, close: () => {
    }, timer: void 0 };
    this.mounted.add(item);
    this.open(view, hub, host).then(
      (close) => {
        if (!this.mounted.has(item)) return close();
        item.close = close;
        this._hide();
      },
      () => {
        host.remove();
        this.mounted.delete(item);
      }
    );
  }
  /** Move a view to the new picture of its output. @param {Mounted} item @param {Element} twin @param {Element} parent */
  _adopt(item, twin, parent) {
    clearTimeout(item.timer);
    item.timer = void 0;
    item.twin = twin;
    const scroller = item.host.querySelector(".ibnb-view")?.shadowRoot?.querySelector(".scroll");
    const { scrollTop = 0, scrollLeft = 0 } = scroller ?? {};
    parent.insertBefore(item.host, twin);
    if (scroller) {
      scroller.scrollTop = scrollTop;
      scroller.scrollLeft = scrollLeft;
    }
  }
  /** @param {Mounted} item */
  _leave(item) {
    item.timer = void 0;
    if (item.twin.isConnected && item.host.isConnected) return;
    this.mounted.delete(item);
    item.host.remove();
    item.close();
    this._hide();
  }
  _hide() {
    const views = new Set([...this.mounted].map(({ view }) => `.ibnb-host~.ibnb-v-${view}`));
    this.hidden.replaceSync(views.size ? `${[...views].join(",")}{display:none!important}` : "");
  }
};

// src/table.js
var table_exports = {};
__export(table_exports, {
  TableView: () => TableView,
  render: () => render
});

// src/chart-theme.js
var LIGHT = { background: "#ffffff", text: "#1f2328", muted: "#57606a", grid: "#eceff2", border: "#c9ced4", up: "#08806b", down: "#d1293d", accent: "#1f6feb" };
var DARK = { background: "#111417", text: "#e6e8ea", muted: "#a0a7ae", grid: "#262b30", border: "#454c54", up: "#2bb99a", down: "#f4616f", accent: "#6cb0ff" };
var FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
function parseColour(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour.trim());
  if (hex) {
    const digits = hex[1].length === 3 ? [...hex[1]].map((digit) => digit + digit).join("") : hex[1];
    return [parseInt(digits.slice(0, 2), 16), parseInt(digits.slice(2, 4), 16), parseInt(digits.slice(4, 6), 16), 1];
  }
  const rgb = /^rgba?\(([^)]*)\)$/i.exec(colour.trim());
  if (!rgb) return null;
  const [r, g, b, a = 1] = rgb[1].split(/[\s,/]+/).filter(Boolean).map(Number);
  return [r, g, b, a].some((value) => Number.isNaN(value)) ? null : [r, g, b, a];
}
function isDark([r, g, b]) {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}
function faded(colour, alpha) {
  const [r, g, b] = (
    /** @type {[number, number, number, number]} */
    parseColour(colour)
  );
  return `rgba(${r},${g},${b},${alpha})`;
}
function normalised(colour) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context || !colour) return "";
  context.fillStyle = "#010203";
  context.fillStyle = colour;
  return context.fillStyle === "#010203" ? "" : String(context.fillStyle);
}
function backgroundBehind(element2) {
  const shadow = element2.getRootNode();
  for (let node = shadow instanceof ShadowRoot ? shadow.host : element2.parentElement; node; ) {
    const colour = getComputedStyle(node).backgroundColor;
    const parsed = parseColour(colour);
    if (parsed && parsed[3] > 0.5) return colour;
    const root = node.getRootNode();
    node = node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? DARK.background : LIGHT.background;
}
function readPalette(element2) {
  const style = getComputedStyle(element2);
  const variable = (name) => style.getPropertyValue(name).trim();
  const declared = normalised(variable("--jp-layout-color0"));
  const background = parseColour(declared) ? declared : backgroundBehind(element2);
  const parsed = parseColour(background);
  const dark = parsed ? isDark(parsed) : false;
  const base = dark ? DARK : LIGHT;
  const font = variable("--jp-ui-font-family").replace(/"/g, "'") || FONT;
  return {
    ...base,
    background,
    dark,
    font,
    upVolume: faded(base.up, dark ? 0.55 : 0.45),
    downVolume: faded(base.down, dark ? 0.55 : 0.45),
    onStrong: dark ? "#0b0d0f" : "#ffffff"
  };
}
var LOOKS_MS = [0, 60, 250, 1e3, 3e3];
function watchTheme(changed) {
  let timers = [];
  const look = () => {
    timers.forEach(clearTimeout);
    timers = LOOKS_MS.map((ms) => setTimeout(changed, ms));
  };
  const observer = new MutationObserver(look);
  for (const element2 of [document.documentElement, document.body]) {
    observer.observe(element2, { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-light", "data-jp-theme-name", "data-theme", "data-vscode-theme-kind", "data-color-mode"] });
  }
  observer.observe(document.head, { childList: true });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", look);
  return () => {
    timers.forEach(clearTimeout);
    observer.disconnect();
    media.removeEventListener("change", look);
  };
}

// src/format.js
var DASH = "–";
var MINUS = "−";
var MOST_DECIMALS = 8;
var POWERS = Array.from({ length: MOST_DECIMALS + 1 }, (_, places) => 10 ** places);
var CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g;
function isSigned(column) {
  return column.kind === "f8" && /pnl|change|profit/i.test(column.name);
}
function isNumeric(column) {
  return column.kind === "f8" || column.kind === "i8";
}
function decimalsNeeded(value, least, most) {
  const size = Math.abs(value);
  if (!(size < 1e12)) return least;
  for (let places = least; places < most; places++) {
    const scaled = size * POWERS[places];
    if (Math.abs(scaled - Math.round(scaled)) <= 1e-6 * Math.max(1, scaled * 1e-6)) return places;
  }
  return most;
}
function fixed(value, decimals) {
  const size = Math.abs(value);
  if (!(size < 1e15)) return Number.isFinite(value) ? value.toExponential(6).replace("-", MINUS) : value > 0 ? "∞" : `${MINUS}∞`;
  let text2 = size.toFixed(decimals);
  if (size >= 1e3) {
    const point = text2.indexOf(".");
    let end = point < 0 ? text2.length : point;
    const tail = text2.slice(end);
    let whole = "";
    for (; end > 3; end -= 3) whole = `,${text2.slice(end - 3, end)}${whole}`;
    text2 = text2.slice(0, end) + whole + tail;
  }
  return value < 0 ? MINUS + text2 : text2;
}
var tickDecimals = /* @__PURE__ */ new Map();
function priceDecimals(value, tick) {
  if (tick > 0 && tick < Infinity) {
    let known = tickDecimals.get(tick);
    if (known === void 0) tickDecimals.set(tick, known = decimalsShown(tick, MOST_DECIMALS));
    return known;
  }
  const size = Math.abs(value);
  if (!(size > 0 && size < 1e12)) return 2;
  return decimalsShown(size, Math.min(MOST_DECIMALS, Math.max(2, 6 - Math.floor(Math.log10(size)))));
}
function decimalsShown(size, most) {
  const text2 = size.toFixed(most).replace(/0+$/, "");
  return Math.max(2, text2.length - text2.indexOf(".") - 1);
}
var CellWriter = class {
  /** @param {ColumnSpec} column @param {number} [decimals] */
  constructor(column, decimals) {
    this.column = column;
    this.signed = isSigned(column);
    const shape = column.format ?? "";
    this.percent = shape === "percent" || column.unit === "%" ? "%" : "";
    this.trim = shape === "size";
    this.least = decimals ?? (shape === "money" || shape === "percent" || shape === "price" ? 2 : 0);
    this.most = decimals ?? (shape === "money" || shape === "percent" ? 2 : shape === "price" || shape === "size" ? MOST_DECIMALS : 6);
    this.decimals = this.least;
    this.tick = decimals === void 0 && column.kind === "f8" ? column.tick ?? "" : "";
    this.plainInt = column.kind === "i8" && (shape === "int" || shape === "");
    this.time = column.kind === "time" ? timeWriter(column.zone ?? "UTC", shape === "date") : null;
  }
  /** Make room for a number's decimals; true when the column's text changes by it. @param {number} value */
  admit(value) {
    if (this.column.kind !== "f8" || this.tick || this.decimals >= this.most || value !== value) return false;
    const need = decimalsNeeded(value, this.least, this.most);
    if (need <= this.decimals) return false;
    this.decimals = need;
    return true;
  }
  /** @param {number | string | boolean | null} value @param {number} [tick] the row's price increment */
  text(value, tick = NaN) {
    if (value === null) return DASH;
    if (typeof value === "string") return value.replace(CONTROL, " ");
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (this.time) return this.time(value);
    if (this.plainInt) return value < 0 ? MINUS + -value : String(value);
    let text2 = fixed(value, this.tick ? priceDecimals(value, tick) : this.decimals);
    if (this.trim && this.decimals > 0 && text2.includes(".")) text2 = text2.replace(/\.?0+$/, "");
    if (this.signed) text2 = value > 0 ? `▲ ${text2}` : value < 0 ? `▼ ${text2}` : text2;
    return text2 + this.percent;
  }
  /** As it goes to a spreadsheet: full precision, no ornaments. @param {number | string | boolean | null} value */
  plain(value) {
    if (value === null) return "";
    if (typeof value === "string") return value.replace(CONTROL, " ");
    if (this.time) return this.time(
      /** @type {number} */
      value
    );
    return String(value);
  }
};
var timeWriters = /* @__PURE__ */ new Map();
function timeWriter(zone, date) {
  const key = `${zone}/${date}`;
  let writer = timeWriters.get(key);
  if (!writer) timeWriters.set(key, writer = makeTimeWriter(zone, date));
  return writer;
}
function makeTimeWriter(zone, date) {
  let dayAndTime;
  if (zone === "UTC") {
    dayAndTime = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  } else {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    dayAndTime = (ms) => format.format(ms);
  }
  let lastSecond = NaN;
  let lastText = "";
  return (ms) => {
    if (!(Math.abs(ms) < 864e13)) return DASH;
    const second = Math.floor(ms / 1e3);
    if (second !== lastSecond) {
      lastSecond = second;
      lastText = dayAndTime(second * 1e3);
    }
    if (date) return lastText.slice(0, 10);
    const millis = Math.floor(ms - second * 1e3 + 1e-6);
    return millis ? `${lastText}.${String(millis).padStart(3, "0")}` : lastText;
  };
}

// src/tablecss.js
var ROW_PX = 24;
var FLASH_MS = 700;
var flash = (name, colour) => [0, 1].map((turn) => `@keyframes ${name}${turn}{from{background:var(${colour})}to{background:transparent}}
.${name}${turn}{animation:${name}${turn} ${FLASH_MS}ms ease-out}`).join("\n");
var CSS = `
:host{display:block;all:initial;contain:content;
  --text:var(--jp-ui-font-color1,#1f2328);--muted:var(--jp-ui-font-color2,#57606a);--back:var(--jp-layout-color1,#fff);
  --head:var(--jp-layout-color2,#f3f4f6);--line:var(--jp-border-color2,#d8dee4);--accent:var(--jp-brand-color1,#1f6feb);
  --hover:rgba(127,127,127,.10);--chosen:color-mix(in srgb,var(--accent) 18%,transparent);
  --up:#08806b;--down:#c0202f;--flash-up:rgba(8,160,120,.45);--flash-down:rgba(220,50,60,.42);--flash-new:rgba(110,140,190,.40);
  font:13px/1.4 var(--jp-ui-font-family,system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif);color:var(--text)}
:host(.dark){--text:var(--jp-ui-font-color1,#e6e8ea);--muted:var(--jp-ui-font-color2,#a0a7ae);--back:var(--jp-layout-color1,#111417);
  --head:var(--jp-layout-color2,#1c2126);--line:var(--jp-border-color2,#30363d);
  --up:#2bb99a;--down:#ff7b86;--flash-up:rgba(30,190,140,.42);--flash-down:rgba(240,80,90,.45);--flash-new:rgba(120,160,230,.38)}
*{box-sizing:border-box}
.frame{display:flex;flex-direction:column;border:1px solid var(--line);border-radius:3px;background:var(--back);color:var(--text);overflow:hidden}
.bar{display:flex;align-items:center;gap:8px;padding:2px 6px;min-height:28px;border-bottom:1px solid var(--line)}
.name{font-weight:600}
.count{color:var(--muted);font-size:12px}
.space{flex:1}
.badge{display:none;align-items:center;gap:4px;font-size:12px;padding:0 6px;border:1px solid currentColor;border-radius:9px;color:var(--jp-warn-color0,#9a5b00)}
:host(.dark) .badge{color:var(--jp-warn-color1,#f0b849)}
.stale .badge{display:inline-flex}
.bar input,.filters input{font:inherit;font-size:12px;color:var(--text);background:var(--back);border:1px solid var(--line);border-radius:3px;padding:1px 5px;min-width:0}
.bar input{width:130px}
.bar button{font:inherit;font-size:12px;color:var(--text);background:transparent;border:1px solid var(--line);border-radius:3px;padding:1px 8px;cursor:pointer}
.bar button[aria-pressed=true]{border-color:var(--accent);color:var(--accent)}
input:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.scroll{overflow:auto;position:relative;overscroll-behavior:auto;outline:none}
.stale .body{opacity:.55;filter:grayscale(.8)}
.size{position:relative;min-width:100%}
.head{position:sticky;top:0;z-index:2;background:var(--head);border-bottom:1px solid var(--line)}
.heads,.filters{position:relative;height:${ROW_PX}px}
.filters{display:none}
.filtering .filters{display:block}
.row{position:absolute;left:0;right:0;height:${ROW_PX}px;contain:layout style paint;border-bottom:1px solid color-mix(in srgb,var(--line) 45%,transparent)}
.row:hover{background:var(--hover)}
.row.chosen{background:var(--chosen)}
.c{position:absolute;top:0;height:100%;padding:0 8px;line-height:${ROW_PX - 1}px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-variant-numeric:tabular-nums}
.n{text-align:right}
.c.active{box-shadow:inset 0 0 0 1px var(--line)}
.scroll:focus-visible .c.active,.scroll:focus .c.active{box-shadow:inset 0 0 0 2px var(--accent)}
.pos{color:var(--up)}.neg{color:var(--down)}.none{color:var(--muted)}
.heads .c{font-weight:600;cursor:pointer;user-select:none}
.heads .c:hover{background:var(--hover)}
.arrow{font-size:10px;color:var(--accent)}
.n .arrow{float:left;margin-left:-2px} /* so that the heading of numbers ends where they do */
.grip{position:absolute;right:0;top:3px;bottom:3px;width:7px;cursor:col-resize;border-right:2px solid transparent}
.heads .c:hover .grip{border-right-color:var(--line)}
.filters .c{padding:1px 3px}
.filters input{width:100%;height:20px}
.filters input.bad{border-color:var(--down)}
.empty{padding:10px;color:var(--muted);display:none}
.frame.bare .empty{display:block}
${flash("fu", "--flash-up")}
${flash("fd", "--flash-down")}
${flash("fn", "--flash-new")}
@media (prefers-reduced-motion:reduce){.c{animation:none!important}}
@media (forced-colors:active){.row.chosen{background:Highlight;color:HighlightText}.c.active{outline:2px solid Highlight;outline-offset:-2px}}
`;

// src/grid.js
var OVERSCAN = 3;
var MOST_PX = 15e6;
var NONE = 4294967295;
var Grid = class {
  /** @param {HTMLElement} scroll the scrolling element @param {HTMLElement} size @param {HTMLElement} body @param {Source} source */
  constructor(scroll, size, body, source) {
    this.scroll = scroll;
    this.size = size;
    this.body = body;
    this.source = source;
    this.pool = [];
    this.active = { row: 0, column: 0 };
    this.first = 0;
    this.last = 0;
    this.head = ROW_PX;
    this.flashes = /* @__PURE__ */ new Map();
    this._turn = 0;
    this._height = -1;
    this._face = { text: "", tone: (
      /** @type {CellFace["tone"]} */
      ""
    ) };
    this._visible = /* @__PURE__ */ new Set();
  }
  /** Whether the slot is on the screen, so that its flash can be seen. @param {number} slot */
  shows(slot) {
    return this._visible.has(slot);
  }
  /** @param {number} slot @param {number} column @param {number} direction  1 up, -1 down, 0 neither */
  flash(slot, column, direction) {
    this._turn = this._turn + 1 & 268435455;
    const tone = direction > 0 ? "fu" : direction < 0 ? "fd" : "fn";
    this.flashes.set(slot * 65536 + column, { tone, at: performance.now(), turn: this._turn });
  }
  get rowsInView() {
    return Math.max(1, Math.floor((this.scroll.clientHeight - this.head) / ROW_PX));
  }
  /** Scroll so that the row is in view. @param {number} index */
  reveal(index) {
    const { scroll } = this;
    const count = this.source.rows().length;
    const room = scroll.clientHeight - this.head;
    const scale = this._scale(count);
    const top = index * ROW_PX;
    const from = scroll.scrollTop * scale;
    if (top < from) scroll.scrollTop = top / scale;
    else if (top + ROW_PX > from + room) scroll.scrollTop = (top + ROW_PX - room) / scale;
  }
  /** @param {number} column */
  revealColumn(column) {
    const { left, width } = this.source.columns[column] ?? { left: 0, width: 0 };
    const { scroll } = this;
    if (left < scroll.scrollLeft) scroll.scrollLeft = left;
    else if (left + width > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = left + width - scroll.clientWidth;
  }
  /** How many pixels of rows one pixel of the scroll bar stands for. @param {number} count */
  _scale(count) {
    const room = this.scroll.clientHeight - this.head;
    const full = count * ROW_PX - room;
    return full > MOST_PX ? full / MOST_PX : 1;
  }
  /** Write what is in view. */
  paint() {
    const { scroll, source } = this;
    const rows = source.rows();
    const count = rows.length;
    const room = scroll.clientHeight - this.head;
    const width = scroll.clientWidth;
    const scale = this._scale(count);
    const height = Math.min(count * ROW_PX, MOST_PX + Math.max(0, room));
    if (height !== this._height) {
      this._height = height;
      this.body.style.height = `${height}px`;
    }
    if (width <= 0 || room <= 0) return;
    const { scrollTop } = scroll;
    const top = scrollTop * scale;
    const first = Math.max(0, Math.min(count, Math.floor(top / ROW_PX)) - OVERSCAN);
    const last = Math.min(count, Math.ceil((top + room) / ROW_PX) + OVERSCAN);
    this.first = first;
    this.last = last;
    const { from, to } = this._columnsInView(scroll.scrollLeft, width);
    this._resizePool(Math.ceil(room / ROW_PX) + 2 * OVERSCAN + 1, to - from);
    const now = performance.now();
    this._visible.clear();
    const size = this.pool.length;
    for (const row of this.pool) row.index = row.index >= first && row.index < last ? row.index : -1;
    for (let i = first; i < last; i++) {
      const slot = rows[i];
      this._visible.add(slot);
      this._paintRow(this.pool[i % size], i, slot, i * ROW_PX - top + scrollTop, from, to, now);
    }
    for (const row of this.pool) {
      if (row.index < 0 && row.slot !== NONE) {
        row.slot = NONE;
        row.node.style.display = "none";
      }
    }
    for (const [key, { at }] of this.flashes) if (now - at > FLASH_MS) this.flashes.delete(key);
  }
  /** @param {number} left @param {number} width */
  _columnsInView(left, width) {
    const { columns } = this.source;
    let from = 0;
    while (from < columns.length - 1 && columns[from].left + columns[from].width <= left) from++;
    let to = from;
    while (to < columns.length && columns[to].left < left + width) to++;
    return { from, to };
  }
  /** @param {number} rows @param {number} cells */
  _resizePool(rows, cells) {
    if (this.pool.length < rows || this.pool.length > 2 * rows + 20) {
      for (const row of this.pool) row.node.remove();
      this.pool = Array.from({ length: rows }, () => this._makeRow());
    }
    for (const row of this.pool) {
      while (row.cells.length < cells) row.cells.push(this._makeCell(row.node));
      while (row.cells.length > cells) row.cells.pop().node.remove();
    }
  }
  /** @returns {Row} */
  _makeRow() {
    const node = document.createElement("div");
    node.className = "row";
    node.setAttribute("role", "row");
    node.style.display = "none";
    this.body.append(node);
    return { node, cells: [], slot: NONE, index: -1, first: -1, top: NaN, look: "row" };
  }
  /** @param {HTMLElement} parent @returns {Cell} */
  _makeCell(parent) {
    const node = document.createElement("div");
    node.setAttribute("role", "gridcell");
    const text2 = document.createTextNode("");
    node.append(text2);
    parent.append(node);
    return { node, text: text2, shown: "", look: "", flash: 0, parity: 0 };
  }
  /**
   * @param {Row} row @param {number} index @param {number} slot @param {number} top
   * @param {number} from @param {number} to @param {number} now
   */
  _paintRow(row, index, slot, top, from, to, now) {
    const { source, _face: face } = this;
    const moved = row.slot !== slot || row.first !== from;
    if (row.slot === NONE) row.node.style.display = "";
    if (row.top !== top) {
      row.top = top;
      row.node.style.transform = `translateY(${top}px)`;
    }
    if (row.index !== index || moved) row.node.setAttribute("aria-rowindex", String(index + 2));
    const chosen = source.chosen(slot);
    const look = chosen ? "row chosen" : "row";
    if (row.look !== look) {
      row.look = look;
      row.node.className = look;
      row.node.setAttribute("aria-selected", String(chosen));
    }
    row.slot = slot;
    row.index = index;
    row.first = from;
    for (let column = from; column < to; column++) {
      const cell = row.cells[column - from];
      face.text = face.tone = "";
      source.face(slot, column, face);
      if (cell.shown !== face.text) {
        cell.shown = face.text;
        cell.text.data = face.text;
      }
      this._paintLook(cell, index, slot, column, face.tone, moved, now);
    }
  }
  /**
   * @param {Cell} cell @param {number} index @param {number} slot @param {number} column
   * @param {string} tone @param {boolean} moved @param {number} now
   */
  _paintLook(cell, index, slot, column, tone, moved, now) {
    const flash2 = this.flashes.size ? this.flashes.get(slot * 65536 + column) : void 0;
    const fresh = flash2 !== void 0 && now - flash2.at < FLASH_MS;
    if (fresh && flash2.turn !== cell.flash) {
      cell.flash = flash2.turn;
      cell.parity ^= 1;
      cell.node.style.animationDelay = moved && now - flash2.at > 20 ? `${flash2.at - now}ms` : "";
    }
    let look = `c k${column}${this.source.columns[column].right ? " n" : ""}`;
    if (tone) look += ` ${tone}`;
    const isActive = this.active.row === index && this.active.column === column;
    if (isActive) look += " active";
    if (fresh) look += ` ${flash2.tone}${cell.parity}`;
    if (look !== cell.look) {
      cell.look = look;
      cell.node.className = look;
      cell.node.setAttribute("aria-colindex", String(column + 1));
      cell.node.id = isActive ? "active" : "";
    }
  }
};

// src/tablefilter.js
var KEPT_TESTS = 8;
var HIDDEN = "~";
function columnsOf(tree, stream) {
  const [word, ...rest] = tree;
  if (word === "and" || word === "or" || word === "not") return rest.flatMap((part) => columnsOf(part, stream));
  if (word !== "text") return [rest[0]];
  return stream.schema.columns.filter(({ kind, name }) => kind === "str" && !name.startsWith(HIDDEN)).map(({ name }) => name);
}
function compile(tree, stream) {
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
    const hits = columnsOf(tree, stream).map((name2) => compile(["has", name2, rest[0]], stream));
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
function passing(tree, stream, rows) {
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
  const numbers2 = (
    /** @type {Float64Array} */
    column
  );
  switch (word) {
    case "==":
      for (let i = 0; i < size; i++) mask[i] = numbers2[i] === right ? 1 : 0;
      break;
    case "!=":
      for (let i = 0; i < size; i++) mask[i] = numbers2[i] === right ? 0 : 1;
      break;
    case "<":
      for (let i = 0; i < size; i++) mask[i] = numbers2[i] < right ? 1 : 0;
      break;
    case "<=":
      for (let i = 0; i < size; i++) mask[i] = numbers2[i] <= right ? 1 : 0;
      break;
    case ">":
      for (let i = 0; i < size; i++) mask[i] = numbers2[i] > right ? 1 : 0;
      break;
    case ">=":
      for (let i = 0; i < size; i++) mask[i] = numbers2[i] >= right ? 1 : 0;
      break;
  }
  return mask;
}
var hitCache = /* @__PURE__ */ new WeakMap();
var lowCache = /* @__PURE__ */ new WeakMap();
function hitsOf(strings, word, value) {
  let tests = hitCache.get(strings);
  if (!tests) hitCache.set(strings, tests = /* @__PURE__ */ new Map());
  const key = JSON.stringify([word, value]);
  const known = tests.get(key) ?? { size: 0, hits: new Uint8Array(0) };
  tests.delete(key);
  tests.set(key, known);
  if (tests.size > KEPT_TESTS) tests.delete(
    /** @type {string} */
    tests.keys().next().value
  );
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
function lowered(strings) {
  let low = lowCache.get(strings);
  if (!low) lowCache.set(strings, low = []);
  for (let code = low.length; code < strings.length; code++) low.push(strings[code].toLowerCase());
  return low;
}
function textTest(word, value) {
  if (word === "in") return (text2) => text2 !== null && value.includes(text2);
  if (word === "!=") return (text2) => text2 !== value;
  if (typeof value !== "string") return () => false;
  const compare = COMPARE[word];
  return (text2) => text2 !== null && compare(text2, value);
}
function numberTest(word, value) {
  if (word === "has") return () => false;
  if (word === "in") {
    const numbers2 = new Set(value.map(Number));
    return (number) => numbers2.has(number);
  }
  const right = typeof value === "boolean" ? Number(value) : value;
  if (word === "!=") return (number) => number !== right;
  if (typeof right !== "number") return () => false;
  const compare = COMPARE[word];
  return (number) => compare(number, right);
}
var COMPARE = {
  "==": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b
};
function parseTyped(typed, column) {
  const text2 = typed.trim();
  if (!text2) return null;
  const { name, kind } = column;
  const numeric = kind === "f8" || kind === "i8" || kind === "time";
  const span = numeric ? /^(.+?)\s*\.\.\s*(.+)$/.exec(text2) : null;
  if (span) {
    const low = parseNumber(span[1], kind);
    const high = parseNumber(span[2], kind);
    return low === null || high === null ? null : ["and", [">=", name, low], ["<=", name, high]];
  }
  const found = /^(<=|>=|!=|<>|==?|<|>)\s*(.*)$/.exec(text2);
  const word = found ? { "=": "==", "<>": "!=" }[found[1]] ?? found[1] : numeric ? "==" : "has";
  const rest = found ? found[2].trim() : text2;
  if (kind === "str") return [word, name, rest];
  if (kind === "bool") return [word === "has" ? "==" : word, name, /^(y|t|1)/i.test(rest)];
  const value = parseNumber(rest, kind);
  return value === null ? null : [word, name, value];
}
function parseNumber(text2, kind) {
  if (kind === "time") {
    const ms = Date.parse(/\d:\d/.test(text2) ? `${text2.replace(" ", "T")}Z` : text2);
    return Number.isNaN(ms) ? null : ms;
  }
  const number = Number(text2.replace(/[,%\s]/g, "").replace(/−/g, "-"));
  return text2 === "" || Number.isNaN(number) ? null : number;
}

// src/tablesort.js
var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
var FEW = 1500;
var DIGIT = 65536;
var LAST2 = 4294967295;
function byNumber(stream) {
  const { _number: number } = stream;
  return (a, b) => number[a] - number[b];
}
function sorted(stream, rows, sort) {
  if (rows.length < FEW) return rows.slice().sort(comparator(stream, sort));
  let from = rows.slice();
  let to = new Uint32Array(rows.length);
  for (const [name, ascending] of [...sort].reverse()) {
    for (const digits of digitsOf(stream, name, ascending)) {
      for (const high of [false, true]) {
        if (pass(from, to, digits, high)) [from, to] = [to, from];
      }
    }
  }
  return from;
}
function pass(from, to, digits, high) {
  const shift = high ? 16 : 0;
  const n = from.length;
  const starts = new Uint32Array(DIGIT);
  for (let i = 0; i < n; i++) starts[digits[from[i]] >>> shift & 65535]++;
  if (starts[digits[from[0]] >>> shift & 65535] === n) return false;
  let sum = 0;
  for (let d = 0; d < DIGIT; d++) {
    const count = starts[d];
    starts[d] = sum;
    sum += count;
  }
  for (let i = 0; i < n; i++) {
    const slot = from[i];
    to[starts[digits[slot] >>> shift & 65535]++] = slot;
  }
  return true;
}
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
      upper[i] = code === 0 ? LAST2 : ascending ? ranks[code] : LAST2 - 1 - ranks[code];
    }
    return [upper];
  }
  if (kind === "bool") {
    for (let i = 0; i < size; i++) upper[i] = column[i] === 255 ? 2 : ascending ? column[i] : 1 - column[i];
    return [upper];
  }
  const lower = new Uint32Array(size);
  const numbers2 = new Float64Array(1024);
  const words = new Uint32Array(numbers2.buffer);
  const flip = ascending ? 0 : LAST2;
  for (let start = 0; start < size; start += 1024) {
    const stop = Math.min(size, start + 1024);
    for (let i = start; i < stop; i++) numbers2[i - start] = column[i] + 0;
    for (let i = start; i < stop; i++) {
      const at = 2 * (i - start);
      const high = words[at + 1];
      const negative = high >>> 31 ? LAST2 : 0;
      const missing = column[i] !== column[i];
      upper[i] = missing ? LAST2 : high ^ (negative || 2147483648) ^ flip;
      lower[i] = missing ? LAST2 : words[at] ^ negative ^ flip;
    }
  }
  return [lower, upper];
}
function comparator(stream, sort) {
  const keys = sort.filter(([name]) => stream.columns[name]).map(([name, ascending]) => {
    const sign = ascending ? 1 : -1;
    const column = stream.columns[name];
    if (stream.kinds[name] === "str") return textComparator(stream, name, sign);
    const missing = stream.kinds[name] === "bool" ? 255 : NaN;
    return (a, b) => {
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
function textComparator(stream, name, sign) {
  const codes = stream.columns[name];
  const strings = stream.dictionary[name];
  const { ranks, size } = ranksOf(stream, name, false);
  return (a, b) => {
    const x = codes[a];
    const y = codes[b];
    if (x === y) return 0;
    if (x === 0 || y === 0) return x === 0 ? 1 : -1;
    const found = x < size && y < size ? ranks[x] - ranks[y] : collator.compare(strings[x], strings[y]);
    return sign * found;
  };
}
var rankCache = /* @__PURE__ */ new WeakMap();
function ranksOf(stream, name, all) {
  const strings = stream.dictionary[name];
  const known = rankCache.get(strings);
  if (known && (known.size === strings.length || !all && strings.length < 1.25 * known.size + 64)) return known;
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

// src/order.js
var EMPTY2 = new Uint32Array(0);
var Order = class {
  /** @param {Stream} stream */
  constructor(stream) {
    this.stream = stream;
    this.sort = [];
    this.filter = null;
    this._rows = EMPTY2;
    this._touched = /* @__PURE__ */ new Set();
    this._whole = true;
    this._columns = /* @__PURE__ */ new Set();
    this._passes = null;
    this._compare = null;
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
    if (this._touched.size > 2e3 && this._touched.size > 0.2 * this.stream.length) this._whole = true;
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
    const flags = old.length < stream.capacity ? this._flags = new Uint8Array(stream.capacity) : old;
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
};
function merge(kept, fresh, compare) {
  const out = new Uint32Array(kept.length + fresh.length);
  let from = 0;
  let to = 0;
  for (const slot of fresh) {
    let low = from;
    let high = kept.length;
    while (low < high) {
      const middle = low + high >>> 1;
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

// src/tablekeys.js
function handleKey(view, event) {
  const { grid } = view;
  if (event.target !== view.scroll) return;
  const { active } = grid;
  const most = view.rows.length - 1;
  const wide = view.columns.length - 1;
  const page = Math.max(1, grid.rowsInView - 1);
  const control = event.ctrlKey || event.metaKey;
  let { row, column } = active;
  switch (event.key) {
    case "ArrowDown":
      row = control ? most : row + 1;
      break;
    case "ArrowUp":
      row = control ? 0 : row - 1;
      break;
    case "ArrowRight":
      column += 1;
      break;
    case "ArrowLeft":
      column -= 1;
      break;
    case "PageDown":
      row += page;
      break;
    case "PageUp":
      row -= page;
      break;
    case "Home":
      if (control) row = 0;
      column = 0;
      break;
    case "End":
      if (control) row = most;
      column = wide;
      break;
    case " ":
    case "Enter":
      if (row < 0) view.sortBy(column, event.shiftKey);
      else view.choose(row, false, event.key === " " || control);
      event.preventDefault();
      return;
    case "a":
      if (!control) return;
      view.chooseAll(true);
      event.preventDefault();
      return;
    case "c":
      if (!control) return;
      void navigator.clipboard?.writeText(view.tsv()).catch(() => {
      });
      return;
    case "Escape":
      view.chooseAll(false);
      return;
    case "/":
      view.search.focus();
      event.preventDefault();
      return;
    default:
      return;
  }
  event.preventDefault();
  active.row = Math.max(-1, Math.min(most, row));
  active.column = Math.max(0, Math.min(wide, column));
  if (active.row >= 0) grid.reveal(active.row);
  grid.revealColumn(active.column);
  if (event.shiftKey && active.row >= 0) view.choose(active.row, true, false);
  [...view.heads.children].forEach((head, i) => head.classList.toggle("active", active.row < 0 && i === active.column));
  const heading = active.row < 0 ? view.heads.children[active.column] : null;
  for (const head of view.heads.children) head.id = head === heading ? "active" : "";
  view.scroll.setAttribute("aria-activedescendant", "active");
  view.schedule();
}
function dragEdge(view, event) {
  if (!event.target.classList.contains("grip")) return;
  event.preventDefault();
  const column = view.columns[[...view.heads.children].indexOf(event.target.parentElement)];
  const start = event.clientX - column.width;
  const move = ({ clientX }) => {
    column.width = Math.max(24, Math.min(2e3, clientX - start));
    column.sized = true;
    view.memory.widths = { ...view.memory.widths, [column.name]: column.width };
    view.layout = true;
    view.schedule();
  };
  const grip = event.target;
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  const end = () => grip.removeEventListener("pointermove", move);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", end, { once: true });
}

// src/table.js
var OPTIONS = ["columns", "sort", "filter", "height", "flash", "decimals", "title", "search"];
var MOST_WIDTH = 360;
var LEAST_WIDTH = 44;
var PADDING = 17;
var ARROW = 22;
var MOST_MEASURED = 5e3;
var DEFAULT_HEIGHT = 400;
var sheet;
function render(context) {
  const view = new TableView(context);
  return () => view.destroy();
}
function element(tag, className, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
function label({ name, kind, zone }) {
  return kind === "time" && zone && zone !== "UTC" ? `${name} (${zone})` : name;
}
var TableView = class {
  /** @param {{model: Model, el: HTMLElement, link: import("./link.js").Link, memory: Memory}} context */
  constructor({ model, el, link, memory }) {
    this.model = model;
    this.link = link;
    this.memory = memory;
    this.stream = link.stream(model.get("_stream"));
    this.order = new Order(this.stream);
    this.columns = [];
    this.chosen = /* @__PURE__ */ new Set();
    this.anchor = -1;
    this.rows = new Uint32Array(0);
    this._frame = 0;
    this._dirty = true;
    this.layout = true;
    this._seen = false;
    this._wants = false;
    this._destroyed = false;
    this._charPx = 7.4;
    this._measured = false;
    this._pen = document.createElement("canvas").getContext("2d");
    this._again = false;
    this._off = [];
    this.columnSheet = new CSSStyleSheet();
    this.grid = this._build(el);
    this._listen();
    this._options();
    if (this.stream.schema.columns.length) this._schema();
  }
  // -- making --------------------------------------------------------------------------------------------------
  /** @param {HTMLElement} el */
  _build(el) {
    this.host = element("div", "ibnb-view", { "data-lm-suppress-shortcuts": "true" });
    const root = this.root = this.host.attachShadow({ mode: "open" });
    sheet ??= (() => {
      const made = new CSSStyleSheet();
      made.replaceSync(CSS);
      return made;
    })();
    root.adoptedStyleSheets = [sheet, this.columnSheet];
    const frame = this.frame = element("div", "frame");
    const bar = element("div", "bar");
    this.nameNode = element("span", "name");
    this.countNode = element("span", "count", { "aria-live": "off" });
    this.badge = element("span", "badge", { role: "status" });
    this.search = element("input", "search", { type: "search", placeholder: "Search", "aria-label": "Search all text" });
    this.filterButton = element("button", "", { type: "button", "aria-pressed": "false", title: "A filter for each column: >10, =SPY, 5..9, text" });
    this.filterButton.textContent = "Filter";
    bar.append(this.nameNode, this.countNode, this.badge, element("span", "space"), this.search, this.filterButton);
    this.scroll = element("div", "scroll", { tabindex: "0", role: "grid", "aria-multiselectable": "true" });
    this.size = element("div", "size", { role: "presentation" });
    this.head = element("div", "head", { role: "rowgroup" });
    this.heads = element("div", "heads", { role: "row", "aria-rowindex": "1" });
    this.filters = element("div", "filters", { role: "presentation" });
    this.head.append(this.heads, this.filters);
    this.body = element("div", "body", { role: "rowgroup" });
    this.empty = element("div", "empty");
    this.size.append(this.head, this.body);
    this.scroll.append(this.size);
    frame.append(bar, this.scroll, this.empty);
    root.append(frame);
    el.append(this.host);
    return new Grid(this.scroll, this.size, this.body, {
      rows: () => this.rows,
      columns: this.columns,
      face: (slot, column, face) => this._face(slot, column, face),
      chosen: (slot) => this.chosen.has(slot)
    });
  }
  _listen() {
    const { scroll, host } = this;
    const on = (target, type, fn, options2) => {
      target.addEventListener(type, fn, options2);
      this._off.push(() => target.removeEventListener(type, fn, options2));
    };
    on(scroll, "scroll", () => this.schedule(), { passive: true });
    on(scroll, "keydown", (event) => handleKey(this, event));
    on(this.root, "keydown", (event) => event.stopPropagation());
    on(this.body, "pointerdown", (event) => this._press(event));
    on(this.heads, "click", (event) => this._headClick(event));
    on(this.heads, "pointerdown", (event) => dragEdge(this, event));
    on(scroll, "copy", (event) => this._copy(event));
    on(this.search, "input", () => this._typed());
    on(this.filters, "input", () => this._typed());
    on(this.filterButton, "click", () => this._toggleFilters());
    const resized = new ResizeObserver(() => this.schedule());
    resized.observe(scroll);
    const seen = new IntersectionObserver((entries) => {
      this._seen = entries[entries.length - 1].isIntersecting;
      this._follow();
    }, { rootMargin: "200px" });
    seen.observe(host);
    this._off.push(
      () => resized.disconnect(),
      () => seen.disconnect(),
      this.stream.onChange((info) => this._changed(info)),
      this.link.onStatus((status) => this._status(status)),
      watchTheme(() => this._theme())
    );
    const options = () => this._options();
    for (const name of OPTIONS) this.model.on(`change:${name}`, options);
    this._off.push(() => OPTIONS.forEach((name) => this.model.off(`change:${name}`, options)));
    this._theme();
    this._status(this.link.status);
    this._age = setInterval(() => this._status(this.link.status), 5e3);
    this._off.push(() => clearInterval(this._age));
  }
  destroy() {
    if (this._destroyed) return;
    this._destroyed = true;
    cancelAnimationFrame(this._frame);
    this._remember();
    for (const off of this._off.splice(0)) off();
    if (this._wants) this.link.want(this.stream.id, false);
    this.host.remove();
  }
  /** Want the data while it can be seen. */
  _follow() {
    if (this._seen !== this._wants) {
      this._wants = this._seen;
      this.link.want(this.stream.id, this._wants);
    }
    if (this._seen) this.schedule();
  }
  _remember() {
    const { memory, scroll } = this;
    memory.top = scroll.scrollTop;
    memory.left = scroll.scrollLeft;
    memory.chosen = [...this.chosen].map((slot) => this.stream.key(slot));
  }
  // -- what is shown -------------------------------------------------------------------------------------------
  _options() {
    const { model, memory } = this;
    const height = model.get("height");
    this.scroll.style.maxHeight = `${typeof height === "number" ? height : DEFAULT_HEIGHT}px`;
    this.search.style.display = model.get("search") === false ? "none" : "";
    if (memory.sort === void 0 && model.get("sort")?.length) memory.sort = model.get("sort");
    this._schema();
  }
  /** Set up the columns anew. */
  _schema() {
    const { stream, model, memory } = this;
    const { schema } = stream;
    const title = model.get("title") || schema.name;
    this.nameNode.textContent = title;
    this.scroll.setAttribute("aria-label", title);
    const wanted = model.get("columns");
    const known = new Map(schema.columns.map((spec) => [spec.name, spec]));
    const names = wanted?.length ? wanted.filter((name) => known.has(name)) : schema.columns.filter(({ hidden }) => !hidden).map(({ name }) => name);
    const decimals = model.get("decimals") ?? {};
    this.columns.length = 0;
    for (const name of names) {
      const spec = (
        /** @type {ColumnSpec} */
        known.get(name)
      );
      const width = memory.widths?.[name];
      this.columns.push({
        name,
        spec,
        writer: new CellWriter(spec, decimals[name]),
        px: 0,
        chars: 0,
        known: /* @__PURE__ */ new Set(),
        left: 0,
        width: width ?? LEAST_WIDTH,
        sized: width !== void 0,
        right: isNumeric(spec)
      });
    }
    this.scroll.setAttribute("aria-colcount", String(names.length));
    this._makeHeads();
    if (memory.search) this.search.value = memory.search;
    if (memory.filtering) this._toggleFilters(true);
    this._applyOrder();
    this._measure();
    this.layout = true;
    this.schedule();
  }
  _makeHeads() {
    const { memory } = this;
    this.heads.replaceChildren();
    this.filters.replaceChildren();
    this.columns.forEach(({ spec, right }, i) => {
      const head = element("div", `c k${i}${right ? " n" : ""}`, { role: "columnheader", "aria-colindex": String(i + 1) });
      const { doc, unit } = spec;
      head.title = [doc || spec.name, unit ? `(${unit})` : ""].join(" ").trim();
      const name = document.createElement("span");
      name.textContent = label(spec);
      head.append(name, element("span", "arrow", { "aria-hidden": "true" }), element("span", "grip", { "aria-hidden": "true" }));
      this.heads.append(head);
      const box = element("div", `c k${i}`, { role: "presentation" });
      const input = element("input", "", { type: "text", "aria-label": `Filter ${spec.name}` });
      input.value = memory.typed?.[spec.name] ?? "";
      box.append(input);
      this.filters.append(box);
    });
  }
  /** Take sort and filters from what was clicked, typed and given. */
  _applyOrder() {
    const { memory, model } = this;
    const parts = [];
    if (model.get("filter")) parts.push(model.get("filter"));
    this.columns.forEach(({ spec }, i) => {
      const input = (
        /** @type {HTMLInputElement} */
        this.filters.children[i].firstChild
      );
      const tree = parseTyped(input.value, spec);
      input.classList.toggle("bad", input.value.trim() !== "" && tree === null);
      if (tree) parts.push(tree);
    });
    if (this.search.value.trim()) parts.push(["text", this.search.value.trim()]);
    const sort = memory.sort ?? /** @type {any} */
    this.stream.schema.sorting ?? [];
    this.order.set(sort, parts.length > 1 ? ["and", ...parts] : parts[0] ?? null);
    this.columns.forEach(({ name }, i) => {
      const head = this.heads.children[i];
      const at = sort.findIndex(([key]) => key === name);
      const arrow = at < 0 ? "" : ` ${sort[at][1] ? "▲" : "▼"}${sort.length > 1 ? at + 1 : ""}`;
      head.querySelector(".arrow").textContent = arrow;
      head.setAttribute("aria-sort", at < 0 ? "none" : sort[at][1] ? "ascending" : "descending");
    });
    this._dirty = true;
    this.schedule();
  }
  /** Widths by the widest text among the first rows; a column that somebody has sized keeps its width. */
  _measure() {
    const rows = this.stream.rows.subarray(0, 200);
    const { font } = getComputedStyle(this.frame);
    this._measured = font !== "";
    if (!this._measured) return;
    if (this._pen) {
      this._pen.font = `600 ${font.replace(/^(normal|\d+) /, "")}`;
      for (const column of this.columns) column.px = this._pen.measureText(label(column.spec)).width + ARROW;
      this._pen.font = font;
      this._charPx = this._pen.measureText("0").width || this._charPx;
    }
    for (const column of this.columns) {
      for (const slot of rows) {
        const value = this.stream.value(column.name, slot);
        if (typeof value === "number") column.writer.admit(value);
      }
      for (const slot of rows) this._admit(column, this._text(column, slot, this.stream.value(column.name, slot)));
    }
  }
  /**
   * Make room for a cell's text. Digits are equally wide, so that of numbers only a longer one is measured; of texts
   * each is, once.
   * @param {TableView["columns"][number]} column @param {string} text
   */
  _admit(column, text2) {
    const { known } = column;
    if (!this._measured) return;
    if (column.right ? text2.length <= column.chars : known.has(text2) || known.size > MOST_MEASURED) return;
    if (!column.right) known.add(text2);
    column.chars = Math.max(column.chars, text2.length);
    const shown = text2.slice(0, 100);
    const px = Math.max(this._pen?.measureText(shown).width ?? 0, column.right || !this._pen ? shown.length * this._charPx : 0);
    if (px <= column.px) return;
    column.px = px;
    if (!column.sized) this.layout = true;
  }
  _place() {
    let left = 0;
    const rules = (
      /** @type {string[]} */
      []
    );
    this.columns.forEach((column, i) => {
      if (!column.sized) {
        const width = Math.ceil(column.px + PADDING);
        column.width = Math.max(LEAST_WIDTH, column.width, Math.min(MOST_WIDTH, width));
      }
      column.left = left;
      rules.push(`.k${i}{left:${left}px;width:${column.width}px}`);
      left += column.width;
    });
    this.columnSheet.replaceSync(rules.join("\n"));
    this.size.style.width = `${left}px`;
    this.layout = false;
  }
  /** @param {TableView["columns"][number]} column @param {number} slot @param {number | string | boolean | null} value */
  _text({ writer }, slot, value) {
    return writer.text(value, writer.tick ? this.stream.columns[writer.tick]?.[slot] : NaN);
  }
  /** @param {number} slot @param {number} index @param {import("./grid.js").CellFace} face */
  _face(slot, index, face) {
    const column = this.columns[index];
    const value = this.stream.value(column.name, slot);
    if (typeof value === "number" && column.writer.admit(value)) this._again = true;
    face.text = this._text(column, slot, value);
    this._admit(column, face.text);
    if (face.text === DASH) face.tone = "none";
    else if (column.writer.signed && typeof value === "number") face.tone = value > 0 ? "pos" : value < 0 ? "neg" : "";
  }
  // -- changes -------------------------------------------------------------------------------------------------
  /** @param {ChangeInfo} info */
  _changed(info) {
    this.order.note(info);
    if (info.reset) {
      this.chosen.clear();
      this.anchor = -1;
      this.grid.flashes.clear();
      if (info.schema) this._schema();
      this._restore();
    } else {
      for (const slot of info.removed) this.chosen.delete(slot);
      if (this._seen && this.model.get("flash") !== false) this._flash(info);
    }
    this._dirty = true;
    this.schedule();
  }
  /** @param {ChangeInfo} info */
  _flash({ changed, added }) {
    const { grid, stream } = this;
    this.columns.forEach(({ name, spec }, index) => {
      const change = changed.get(name);
      if (!change) return;
      const { slots, prev } = change;
      const now = stream.columns[name];
      const moves = isNumeric(spec);
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i];
        if (!grid.shows(slot)) continue;
        const step = moves ? now[slot] - prev[i] : 0;
        if (moves ? step !== 0 : now[slot] !== prev[i]) grid.flash(slot, index, step);
      }
    });
    if (added.length && added.length <= 20) for (const slot of added) this.columns.forEach((_, index) => grid.flash(slot, index, 0));
  }
  _restore() {
    const { memory, stream } = this;
    if (memory.chosen?.length && stream.ready) {
      const keys = new Set(memory.chosen);
      for (const slot of stream.rows) if (keys.has(stream.key(slot))) this.chosen.add(slot);
    }
    if (memory.top === void 0) return;
    const { top, left = 0 } = memory;
    delete memory.top;
    requestAnimationFrame(() => {
      this.scroll.scrollTop = top;
      this.scroll.scrollLeft = left;
    });
  }
  schedule() {
    if (this._frame || this._destroyed) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = 0;
      this._paint();
    });
  }
  _paint() {
    if (!this.columns.length || !this.scroll.clientWidth) return;
    const { grid } = this;
    if (!this._measured) this._measure();
    if (this._dirty) {
      this.rows = this.order.rows();
      this._dirty = false;
      this._count();
    }
    grid.head = this.head.offsetHeight;
    if (this.layout) this._place();
    this._again = false;
    grid.paint();
    if (this._again || this.layout) {
      if (this.layout) this._place();
      grid.paint();
    }
  }
  _count() {
    const { stream } = this;
    const shown = this.rows.length;
    const all = stream.length;
    const rows = `${all.toLocaleString("en-US")} row${all === 1 ? "" : "s"}`;
    let text2 = shown === all ? rows : `${shown.toLocaleString("en-US")} of ${rows}`;
    if (!stream.ready && stream.total > all) text2 += ` (loading ${Math.floor(100 * all / stream.total)} %)`;
    if (this.chosen.size) text2 += ` · ${this.chosen.size} selected`;
    if (this.countNode.textContent !== text2) this.countNode.textContent = text2;
    this.scroll.setAttribute("aria-rowcount", String(shown + 1));
    this.frame.classList.toggle("bare", shown === 0);
    this.empty.textContent = all === 0 ? stream.ready ? this.stream.meta.reason ?? "No rows yet" : "Waiting for data ..." : "No row fits the filter";
  }
  /** @param {Status} status */
  _status({ kernel, heard, gateway }) {
    const gone = kernel !== "live";
    const stale = gone || gateway.state !== "live";
    this.frame.classList.toggle("stale", stale);
    let text2 = "";
    if (stale) {
      const since = gone ? Date.now() - (this.link.env.now() - heard) : (gateway.since ?? 0) * 1e3;
      const clock = since ? ` since ${new Date(since).toLocaleTimeString("en-GB")}` : "";
      const who = kernel === "gone" ? "kernel stopped" : kernel === "silent" ? "kernel not heard" : gateway.text || "TWS not connected";
      text2 = `Not live: ${who}${clock}`;
    }
    if (this.badge.textContent !== text2) this.badge.textContent = text2;
  }
  _theme() {
    this.host.classList.toggle("dark", readPalette(
      /** @type {HTMLElement} */
      this.host.parentElement ?? document.body
    ).dark);
  }
  // -- sort and filter -----------------------------------------------------------------------------------------
  /** @param {number} index @param {boolean} more keep the other sort keys */
  sortBy(index, more) {
    const { name } = this.columns[index];
    const { memory } = this;
    const sort = memory.sort ?? /** @type {any} */
    this.stream.schema.sorting ?? [];
    const had = sort.find(([key]) => key === name);
    const rest = more ? sort.filter(([key]) => key !== name) : [];
    const firstUp = !isNumeric(this.columns[index].spec);
    const next = !had ? [[name, firstUp]] : had[1] === firstUp ? [[name, !firstUp]] : [];
    memory.sort = [...rest, ...next];
    this._applyOrder();
  }
  /** @param {any} event */
  _headClick(event) {
    if (event.target.classList.contains("grip")) return;
    const index = [...this.heads.children].indexOf(event.target.closest("[role=columnheader]"));
    if (index >= 0) this.sortBy(index, event.shiftKey);
  }
  _typed() {
    const { memory } = this;
    memory.search = this.search.value;
    memory.typed = {};
    this.columns.forEach(({ name }, i) => {
      const { value } = (
        /** @type {HTMLInputElement} */
        this.filters.children[i].firstChild
      );
      if (value) memory.typed[name] = value;
    });
    this._applyOrder();
  }
  /** @param {boolean} [on] */
  _toggleFilters(on) {
    const shown = this.frame.classList.toggle("filtering", on);
    this.filterButton.setAttribute("aria-pressed", String(shown));
    this.memory.filtering = shown;
    this.schedule();
  }
  // -- choosing ------------------------------------------------------------------------------------------------
  /** @param {any} event */
  _press(event) {
    if (event.button !== 0) return;
    const cell = event.target.closest("[role=gridcell]");
    const row = this.grid.pool.find(({ node }) => node === cell?.parentElement);
    if (!row) return;
    this.grid.active = { row: row.index, column: Number(cell.getAttribute("aria-colindex")) - 1 };
    this.choose(row.index, event.shiftKey, event.ctrlKey || event.metaKey);
  }
  /** @param {number} index @param {boolean} span up to there from the last one @param {boolean} add */
  choose(index, span, add) {
    const slot = this.rows[index];
    if (slot === void 0) return;
    if (span && this.anchor >= 0) {
      const from = Math.max(0, this.rows.indexOf(this.anchor));
      if (!add) this.chosen.clear();
      for (let i = Math.min(from, index); i <= Math.max(from, index); i++) this.chosen.add(this.rows[i]);
    } else {
      if (!add) this.chosen.clear();
      if (!add || !this.chosen.delete(slot)) this.chosen.add(slot);
      this.anchor = slot;
    }
    this.tellChosen();
  }
  /** @param {boolean} on all rows that are shown, or none */
  chooseAll(on) {
    this.chosen = new Set(on ? this.rows : []);
    this.tellChosen();
  }
  /** Show what is chosen, and let Python know once it has settled. */
  tellChosen() {
    this._count();
    this.schedule();
    clearTimeout(this._telling);
    this._telling = setTimeout(() => {
      const { key } = this.stream.schema;
      const keys = [...this.chosen].map((slot) => key.map((name) => this.stream.value(name, slot)));
      this.model.send({ t: "event", name: "select", data: { slots: [...this.chosen], keys } });
    }, 150);
  }
  /** Rows to copy as tab-separated text: the chosen ones, else that of the active cell. */
  tsv() {
    const { row } = this.grid.active;
    const slots = this.chosen.size ? this.rows.filter((slot) => this.chosen.has(slot)) : this.rows.subarray(row, row + 1);
    const lines = [this.columns.map(({ name }) => name)];
    for (const slot of slots) lines.push(this.columns.map(({ name, writer }) => writer.plain(this.stream.value(name, slot))));
    return lines.map((line) => line.map((text2) => text2.replace(/[\t\n]/g, " ")).join("	")).join("\n");
  }
  /** @param {ClipboardEvent} event */
  _copy(event) {
    event.clipboardData?.setData("text/plain", this.tsv());
    event.preventDefault();
    event.stopPropagation();
  }
};

// src/engine.js
var VIEWS = { table: async () => table_exports, chart: (link) => link.need("chart") };
var counter = 0;
function canMount() {
  return document.querySelector(".jp-Notebook, .jp-OutputArea, .jp-LabShell, #jp-main-dock-panel") !== null && typeof CSSStyleSheet.prototype.replaceSync === "function";
}
function connect(rt, model) {
  const links = rt.links ??= /* @__PURE__ */ new Map();
  const hub = model.get("_hub");
  const own = model.get("_kind") !== "hub";
  const key = own ? `${hub}/${model.get("_id")}` : hub;
  const known = links.get(key);
  if (known && known.model === model) return known.link;
  known?.link.dispose();
  const link = new Link({
    model,
    page: `${rt.page}.${++counter}`,
    parts: rt.parts,
    env: {
      now: () => performance.now(),
      later: (ms, fn) => setTimeout(fn, ms),
      cancel: (timer) => clearTimeout(timer),
      hidden: () => document.hidden,
      mount: !own && canMount(),
      load: rt.load
    }
  });
  links.set(key, { link, model });
  const visibility = () => link.visibility();
  const leaving = () => link.dispose();
  document.addEventListener("visibilitychange", visibility);
  addEventListener("pagehide", leaving, { once: true });
  const gone = () => link.gone();
  model.on?.("comm:close", gone);
  model.on?.("destroy", () => {
    gone();
    document.removeEventListener("visibilitychange", visibility);
    removeEventListener("pagehide", leaving);
  });
  model.on?.("comm_live_update", () => {
    if (model.comm_live === false) gone();
  });
  if (link.env.mount) mounter(rt).scan();
  return link;
}
function forget2(rt, link) {
  for (const [key, known] of rt.links ?? []) if (known.link === link) rt.links?.delete(key);
  link.dispose();
}
var theMounter;
function mounter(rt) {
  theMounter ??= new Mounter(
    (hub) => rt.links?.get(hub),
    async (view, hub, host) => {
      const hubModel = (
        /** @type {any} */
        (rt.links?.get(hub)).model
      );
      const model = await hubModel.widget_manager.get_model(view);
      return open(rt, hubModel, model, host);
    }
  );
  return theMounter;
}
function render2(rt, hub, model, el) {
  return open(rt, hub, model, el);
}
async function open(rt, hub, model, el) {
  const link = connect(rt, hub);
  const memories = rt.memories ??= /* @__PURE__ */ new Map();
  const id = model.get("_id");
  if (!memories.has(id)) {
    memories.set(id, {});
    model.on?.("destroy", () => memories.delete(id));
  }
  const find = VIEWS[model.get("_kind")];
  if (!find) throw new Error(`[ibnb] this engine has no view "${model.get("_kind")}"`);
  const view = await find(link);
  const controller = new AbortController();
  const cleanup = await view.render({ rt, link, model, el, memory: memories.get(id), signal: controller.signal });
  return () => {
    controller.abort();
    cleanup?.();
    if (link.status.kernel === "gone" && link.unused) forget2(rt, link);
  };
}
export {
  connect,
  render2 as render
};
