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
  get rows() {
    return this._order.subarray(this._start, this._start + this.length);
  }
  alive(slot) {
    return this._alive[slot] === 1;
  }
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
  key(slot) {
    const { key } = this.schema;
    if (!key.length) return String(slot);
    return key.length === 1 ? String(this.value(key[0], slot)) : JSON.stringify(key.map((name) => this.value(name, slot)));
  }
  onChange(listener) {
    this._listeners.add(listener);
    return () => void this._listeners.delete(listener);
  }
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
  stream(id) {
    let stream = this.streams.get(id);
    if (!stream) this.streams.set(id, stream = new Stream(id));
    return stream;
  }
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
      EMPTY
    ),
    removed: (
      EMPTY
    ),
    changed: /* @__PURE__ */ new Map()
  };
  let slots = (
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
    this._faces = /* @__PURE__ */ new WeakSet();
    this._heardOf = null;
    this._disposed = false;
    this._onMessage = (content, buffers) => {
      if (this._disposed || content && content === this._heardOf) return;
      this._heardOf = content;
      this.receive(content, buffers ?? []);
    };
    this.face(model);
    this._hello();
    this._tick();
  }
  face(model) {
    this.model = model;
    if (this._faces.has(model)) return;
    this._faces.add(model);
    model.on("msg:custom", this._onMessage);
  }
  stream(id) {
    return this.store.stream(id);
  }
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
  get unused() {
    return this._watchers.size === 0 && [...this._wanted.values()].every((count) => count <= 0);
  }
  onStatus(fn) {
    this._watchers.add(fn);
    return () => void this._watchers.delete(fn);
  }
  async need(name) {
    const known = this._waiting.get(name);
    if (known) return known.promise;
    const hash = this.hashes[name];
    if (hash && this.parts.has(hash)) return this.parts.get(hash).promise;
    let resolve = (
      (() => {
      })
    );
    const promise = new Promise((done) => resolve = done);
    this._waiting.set(name, { promise, resolve });
    if (hash) this.parts.set(hash, { promise, resolve });
    this._askPart(name);
    return promise;
  }
  visibility() {
    this._ask(this.env.hidden() ? RELEASE_MS : 0);
  }
  gone() {
    this._setKernel("gone");
  }
  dispose() {
    this.env.cancel(this._timer);
    this.env.cancel(this._asking);
    this._send({ t: "bye" });
    this._disposed = true;
    this.model.off("msg:custom", this._onMessage);
  }
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
  _frames(content, buffers) {
    const buffer = content.d !== void 0 ? fromBase64(content.d) : ownBuffer(buffers[0] ?? new ArrayBuffer(0));
    this.stats.messages += 1;
    this.stats.bytes += buffer.byteLength;
    this._heard(content);
    let gaps = (
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
  _acknowledge({ q, a }) {
    if (a) this._send({ t: "ack", q });
    if (q > this._q + 1 && this._q > 0) this._resync([...this._wanted.keys()].filter((id) => this.store.streams.has(id)));
    if (q > this._q) this._q = q;
  }
  _resync(gaps) {
    if (gaps.length) {
      this.stats.gaps += 1;
      const fresh = gaps.filter((id) => !this._stale.has(id));
      for (const id of gaps) this._stale.add(id);
      if (fresh.length || this.env.now() - this._askedAt > 1e3) this._ask(0);
    }
  }
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
  _heard(content) {
    if (content.n === void 0 || content.n < this._n) return;
    this._answered = content.n;
    this._repeat = REPEAT_MS;
    this._stale.clear();
  }
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
  _askPart(name) {
    if (!this._waiting.has(name)) return;
    this._send({ t: "part", name });
    this.env.later(5e3, () => this._askPart(name));
  }
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
  _setKernel(kernel) {
    if (this.status.kernel === kernel) return;
    this.status.kernel = kernel;
    this._tell();
  }
  statusOf(id) {
    const { streams, ...all } = this.status.gateway;
    return { ...this.status, gateway: streams?.[id] ?? all };
  }
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
  constructor(hubOf, open2) {
    this.hubOf = hubOf;
    this.open = open2;
    this.mounted = /* @__PURE__ */ new Set();
    this.hidden = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.hidden];
    this.observer = new MutationObserver((records) => this._look(records));
    this.observer.observe(document.body, { childList: true, subtree: true });
  }
  scan() {
    for (const twin of document.querySelectorAll(".ibnb-twin")) this._found(twin);
  }
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
  _found(twin) {
    const mark2 = (letter) => [...twin.classList].find((name) => name.startsWith(`ibnb-${letter}-`))?.slice(7);
    const hub = mark2("h");
    const view = mark2("v");
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

// src/tablecss.js
var ROW_PX = 24;
var FLASH_MS = 700;
var flash = (name, colour) => [0, 1].map((turn) => `@keyframes ${name}${turn}{from{background-color:var(${colour})}to{background-color:var(--rest)}}
.${name}${turn}{animation:${name}${turn} ${FLASH_MS}ms ease-out}`).join("\n");
var mark = (name, rules) => `.m-${name}{${rules}}`;
var CSS = `
:host{all:initial;display:block;color-scheme:light;contain:layout style;
  --text:var(--jp-ui-font-color1,#1f2328);--muted:var(--jp-ui-font-color2,#57606a);--back:var(--jp-layout-color1,#fff);
  --head:var(--jp-layout-color2,#f3f4f6);--line:var(--jp-border-color2,#d8dee4);--accent:var(--jp-brand-color1,#1f6feb);
  --hover:rgba(127,127,127,.10);--chosen:color-mix(in srgb,var(--accent) 18%,transparent);--group:color-mix(in srgb,var(--head) 60%,var(--back));
  --up:#08806b;--down:#c0202f;--flash-up:rgba(8,160,120,.34);--flash-down:rgba(220,50,60,.30);--flash-new:rgba(110,140,190,.32);
  --good:#0b6e4f;--bad:#b3202c;--warn:#8a5a00;--info:#1a5fb4;--good-back:rgba(20,160,110,.16);--bad-back:rgba(220,50,60,.14);--warn-back:rgba(240,180,40,.26);--info-back:rgba(50,120,230,.14);
  font:13px/1.4 var(--jp-ui-font-family,system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif);color:var(--text)}
:host(.dark){color-scheme:dark;--accent:var(--jp-brand-color1,#6cb0ff);--text:var(--jp-ui-font-color1,#e6e8ea);--muted:var(--jp-ui-font-color2,#a0a7ae);--back:var(--jp-layout-color1,#111417);
  --head:var(--jp-layout-color2,#1c2126);--line:var(--jp-border-color2,#30363d);
  --up:#2bb99a;--down:#ff7b86;--flash-up:rgba(30,190,140,.36);--flash-down:rgba(240,80,90,.38);--flash-new:rgba(120,160,230,.32);
  --good:#4fd1a5;--bad:#ff8c95;--warn:#f2c14e;--info:#84b6ff;--good-back:rgba(40,200,140,.18);--bad-back:rgba(255,90,100,.18);--warn-back:rgba(240,180,40,.20);--info-back:rgba(90,150,255,.18)}
*{box-sizing:border-box}
.frame{position:relative;display:flex;flex-direction:column;border:1px solid var(--line);border-radius:3px;background:var(--back);color:var(--text);overflow:hidden}
.bar{display:flex;align-items:center;flex-wrap:wrap;gap:4px 8px;padding:3px 6px;min-height:30px;border-bottom:1px solid var(--line)}
.name{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.count{color:var(--muted);font-size:12px;font-variant-numeric:tabular-nums}
.tools{display:flex;align-items:center;justify-content:flex-end;gap:6px;flex:1 1 auto;min-width:0}
.badge{display:none;align-items:center;gap:4px;font-size:12px;padding:0 6px;border:1px solid currentColor;border-radius:9px;color:#8a5000}
:host(.dark) .badge{color:#f0b849}
.stale .badge{display:inline-flex}
.badge::before{content:"⚠"}
.bar input,.filters input{font:inherit;font-size:12px;color:var(--text);background:var(--back);border:1px solid var(--line);border-radius:3px;padding:1px 5px;min-width:0}
.bar input{width:130px;height:22px;flex:0 1 130px;min-width:50px}
input::placeholder{color:var(--muted);opacity:.8}
.bar button{font:inherit;font-size:12px;line-height:18px;color:var(--text);background:transparent;border:1px solid var(--line);border-radius:3px;padding:1px 8px;cursor:pointer}
.bar button:hover{background:var(--hover)}
.bar button[aria-pressed=true]{border-color:var(--accent);background:var(--chosen)}
.bar .more{padding:1px 6px;font-weight:700}
input:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.scroll{overflow:auto;position:relative;overscroll-behavior:auto;outline:none}
.stale .row{filter:grayscale(.8) opacity(.55)}
.size{position:relative;min-width:100%}
.head{position:sticky;top:0;z-index:3;background:var(--head);border-bottom:1px solid var(--line)}
.heads,.filters{position:relative;display:flex;height:${ROW_PX}px;--under:var(--head);--over:transparent}
.body{position:relative;overflow:hidden;overflow:clip}
.foot{position:sticky;bottom:0;z-index:3;height:${ROW_PX + 1}px;background:var(--head);border-top:1px solid var(--line)}
.row{--under:var(--back);--over:transparent;position:absolute;left:0;right:0;display:flex;height:${ROW_PX}px;contain:layout style paint;background:var(--over);border-bottom:1px solid color-mix(in srgb,var(--line) 45%,transparent)}
.row:hover{--over:var(--hover)}
.row.chosen{--over:var(--chosen)}
.row.out{opacity:.45}
.row.group,.row.total{--under:var(--group);background:var(--under);font-weight:600}
.row.total{--under:var(--head);border-bottom:0}
.row.group{cursor:pointer}
.c{--rest:transparent;position:absolute;top:0;height:100%;padding:0 8px;line-height:${ROW_PX - 1}px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-variant-numeric:tabular-nums}
.n{text-align:right}
.row.group .k0,.row.total .k0{text-align:left}
.scroll:focus .c.active{box-shadow:inset 0 0 0 2px var(--accent)}
.pos{color:var(--up)}.neg{color:var(--down)}.none{color:var(--muted)}
${mark("good", "color:var(--good);background-color:var(--good-back);--rest:var(--good-back)")}
${mark("bad", "color:var(--bad);background-color:var(--bad-back);--rest:var(--bad-back);text-decoration:underline 1px;text-underline-offset:3px")}
${mark("warn", "color:var(--warn);background-color:var(--warn-back);--rest:var(--warn-back);font-weight:600")}
${mark("info", "color:var(--info);background-color:var(--info-back);--rest:var(--info-back)")}
${mark("muted", "color:var(--muted);font-style:italic")}
${mark("strong", "font-weight:700")}
${mark("mark", "background-color:var(--warn-back);--rest:var(--warn-back)")}
${["good", "bad", "warn", "info"].map((name) => `.row.m-${name}{--over:var(--${name}-back);background:var(--over)}`).join("")}
.row.m-mark{--over:var(--warn-back);background:var(--over)}.row.m-bad{text-decoration:none}
.heads .c{font-weight:600;cursor:pointer;user-select:none;touch-action:pan-y}
.heads .c:hover{--over:var(--hover);background-color:color-mix(in srgb,var(--head) 88%,var(--text))}
.heads .c.carried{opacity:.7;z-index:4!important;background-color:var(--head);outline:1px solid var(--accent)}
.heads .c.before{box-shadow:inset 3px 0 0 var(--accent)}.heads .c.after{box-shadow:inset -3px 0 0 var(--accent)}
.arrow{font-size:10px;color:var(--accent)}
.n .arrow{float:left;margin-left:-2px} /* so that the heading of numbers ends where they do */
.dots{position:absolute;right:7px;top:0;bottom:0;width:15px;text-align:center;visibility:hidden;background:inherit;color:var(--muted)}
.n .dots{right:auto;left:0}
.heads .c:hover .dots{visibility:visible}
.dots:hover{color:var(--accent)}
.grip{position:absolute;right:0;top:3px;bottom:3px;width:7px;cursor:col-resize;border-right:2px solid transparent;touch-action:none}
.heads .c:hover .grip{border-right-color:var(--line)}
.grip:hover{border-right-color:var(--accent)!important}
.filters .c{padding:1px 3px}
.filters input{width:100%;height:20px}
.filters input.bad{border-color:var(--down)}
.menu{position:fixed;inset:auto;margin:0;display:none;max-height:min(70vh,480px);overflow:auto;min-width:170px;padding:4px 0;z-index:9;background:var(--back);color:var(--text);border:1px solid var(--line);border-radius:4px;box-shadow:0 4px 16px rgba(0,0,0,.25);font:13px/1.4 var(--jp-ui-font-family,system-ui,sans-serif)}
.menu.open{display:block}
.item{display:flex;align-items:center;gap:6px;padding:3px 12px 3px 6px;cursor:pointer;outline:none;white-space:nowrap}
.item:hover{background:var(--hover)}
.item:focus{background:var(--chosen);box-shadow:inset 2px 0 0 var(--accent)}
.item[aria-disabled=true]{color:var(--muted);opacity:.7;cursor:default}
.tick{width:14px;text-align:center;color:var(--accent)}
.key{margin-left:auto;padding-left:18px;color:var(--muted);font-size:12px}
.rule{height:1px;margin:4px 0;background:var(--line)}
.empty{padding:10px;color:var(--muted);display:none}
.frame.bare .empty{display:block}
.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
${flash("fu", "--flash-up")}
${flash("fd", "--flash-down")}
${flash("fn", "--flash-new")}
@media (prefers-reduced-motion:reduce){.c{animation:none!important}}
@media (prefers-contrast:more){:host{--line:currentColor;--muted:var(--text);--hover:rgba(127,127,127,.25)}.c.active{outline:2px solid var(--text);outline-offset:-2px}.row.chosen{outline:1px solid var(--text);outline-offset:-1px}}
@media (forced-colors:active){
.row.chosen,.row.chosen .c{forced-color-adjust:none;background:Highlight;color:HighlightText}
.c.active{outline:2px solid Highlight;outline-offset:-2px}.item:focus{outline:2px solid Highlight;outline-offset:-2px}
.bar button[aria-pressed=true]{outline:2px solid Highlight}.m-warn,.m-bad,.m-good,.m-info,.m-mark{outline:1px solid currentColor;outline-offset:-2px}}
`;

// src/tablesort.js
var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
var FEW = 1500;
var DIGIT = 65536;
var LAST2 = 4294967295;
function compareText(a, b) {
  return collator.compare(a, b);
}
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
      for (const [shift, counts] of countsOf(digits, rows)) {
        if (counts[digits[rows[0]] >>> shift & 65535] === rows.length) continue;
        pass(from, to, digits, shift, counts);
        [from, to] = [to, from];
      }
    }
  }
  return from;
}
function countsOf(digits, rows) {
  const lower = new Uint32Array(DIGIT);
  const upper = new Uint32Array(DIGIT);
  for (let i = 0; i < rows.length; i++) {
    const word = digits[rows[i]];
    lower[word & 65535]++;
    upper[word >>> 16]++;
  }
  return [[0, lower], [16, upper]];
}
function pass(from, to, digits, shift, starts) {
  let sum = 0;
  for (let d = 0; d < DIGIT; d++) {
    const count = starts[d];
    starts[d] = sum;
    sum += count;
  }
  for (let i = 0; i < from.length; i++) {
    const slot = from[i];
    to[starts[digits[slot] >>> shift & 65535]++] = slot;
  }
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

// src/tablegroups.js
var GROUP = 2147483648;
var TOTAL = 4294967294;
var MIXED = "mixed";
var Groups = class {
  constructor(stream) {
    this.stream = stream;
    this.by = [];
    this.aggregates = {};
    this.closed = /* @__PURE__ */ new Set();
    this._ids = /* @__PURE__ */ new Map();
    this._groups = /* @__PURE__ */ new Map();
    this._known = /* @__PURE__ */ new Map();
    this._all = new Uint32Array(0);
  }
  set(by, aggregates) {
    this.by = by.filter((name) => this.stream.columns[name]);
    this.aggregates = aggregates;
    this._known.clear();
  }
  get on() {
    return this.by.length > 0;
  }
  touch() {
    this._known.clear();
  }
  at(id) {
    return this._groups.get(id);
  }
  toggle(id) {
    const path = this._groups.get(id)?.path ?? "";
    if (!this.closed.delete(path)) this.closed.add(path);
    return !this.closed.has(path);
  }
  toggleAll(open2) {
    this.closed.clear();
    if (!open2) for (const { path } of this._groups.values()) this.closed.add(path);
  }
  all(rows) {
    this._all = rows;
  }
  arrange(rows, sort) {
    this._groups.clear();
    const out = new Uint32Array(rows.length + 16);
    const list = { out, length: 0 };
    this._arrange(rows, 0, [], sort, list, true);
    return list.out.subarray(0, list.length);
  }
  _arrange(rows, level, path, sort, list, open2) {
    const name = this.by[level];
    const groups = this._split(rows, name).map((members) => this._group(members, name, level, path));
    groups.sort(this._compare(name, sort));
    for (const group of groups) {
      if (open2) push(list, group.id);
      const inside = open2 && !this.closed.has(group.path);
      if (level + 1 < this.by.length) this._arrange(group.rows, level + 1, [...path, group.value], sort, list, inside);
      else if (inside) pushAll(list, group.rows);
    }
  }
  _split(rows, name) {
    const column = this.stream.columns[name];
    const numberOf = /* @__PURE__ */ new Map();
    const counts = (
      []
    );
    const member = new Uint32Array(rows.length);
    let lastValue = NaN;
    let lastNumber = -1;
    for (let i = 0; i < rows.length; i++) {
      const value = column[rows[i]];
      if (value !== lastValue) {
        let number = numberOf.get(value);
        if (number === void 0) numberOf.set(value, number = counts.push(0) - 1);
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
  _group(rows, column, level, above) {
    const value = this.stream.value(column, rows[0]);
    const path = JSON.stringify([...above, value]);
    let id = this._ids.get(path);
    if (id === void 0) this._ids.set(path, id = GROUP + this._ids.size);
    const group = { id, path, level, column, value, rows };
    this._groups.set(id, group);
    return group;
  }
  _compare(name, sort) {
    const keys = sort.filter(([key]) => key === name || this.aggregates[key] && !this.by.includes(key));
    return (a, b) => {
      for (const [key, up] of keys) {
        const found = key === name ? compare(a.value, b.value, up) : compare(this.value(a.id, key), this.value(b.id, key), up);
        if (found) return found;
      }
      return compare(a.value, b.value, true);
    };
  }
  value(id, name) {
    const word = this.aggregates[name];
    if (!word) return null;
    const key = `${id}/${name}`;
    let found = this._known.get(key);
    if (found === void 0) {
      const rows = id === TOTAL ? this._all : this._groups.get(id)?.rows;
      found = rows ? aggregate(this.stream, rows, name, word) : null;
      this._known.set(key, found);
    }
    return found;
  }
};
function push(list, value) {
  if (list.length === list.out.length) grow(list, list.length + 1);
  list.out[list.length++] = value;
}
function pushAll(list, values) {
  if (list.length + values.length > list.out.length) grow(list, list.length + values.length);
  list.out.set(values, list.length);
  list.length += values.length;
}
function grow(list, size) {
  const grown = new Uint32Array(Math.ceil(1.5 * size) + 16);
  grown.set(list.out.subarray(0, list.length));
  list.out = grown;
}
function compare(a, b, up) {
  const noA = a === null || a === MIXED;
  const noB = b === null || b === MIXED;
  if (noA || noB) return noA && noB ? 0 : noA ? 1 : -1;
  const found = typeof a === "string" && typeof b === "string" ? compareText(a, b) : a < b ? -1 : a > b ? 1 : 0;
  return up ? found : -found;
}
function aggregate(stream, rows, name, word) {
  const column = stream.columns[name];
  if (!column) return null;
  const kind = stream.kinds[name];
  if (word === "count") {
    let count2 = 0;
    for (const slot of rows) if (kind === "str" ? column[slot] !== 0 : kind === "bool" ? column[slot] !== 255 : column[slot] === column[slot]) count2++;
    return count2;
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

// src/grid.js
var OVERSCAN = 3;
var MOST_PX = 15e6;
var NONE = 4294967295;
var Grid = class {
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
    this.foot = 0;
    this.total = null;
    this.flashes = /* @__PURE__ */ new Map();
    this._turn = 0;
    this._height = -1;
    this._face = { text: "", tone: (
      ""
    ), mark: "" };
    this._rowFace = { look: "", chosen: false, level: 0, open: false };
    this._visible = /* @__PURE__ */ new Set();
  }
  shows(slot) {
    return this._visible.has(slot);
  }
  flash(slot, column, direction) {
    this._turn = this._turn + 1 & 268435455;
    const tone = direction > 0 ? "fu" : direction < 0 ? "fd" : "fn";
    this.flashes.set(slot * 65536 + column, { tone, at: performance.now(), turn: this._turn });
  }
  _room() {
    return this.scroll.clientHeight - this.head - this.foot;
  }
  renew() {
    for (const row of this.pool) row.node.remove();
    this.pool = [];
    if (this.total) this.total = this._bare(this.total);
  }
  _bare(row) {
    row.node.replaceChildren();
    return { ...row, cells: [], first: -1 };
  }
  get rowsInView() {
    return Math.max(1, Math.floor(this._room() / ROW_PX));
  }
  reveal(index) {
    const { scroll } = this;
    const count = this.source.rows().length;
    const room = this._room();
    const scale = this._scale(count);
    const top = index * ROW_PX;
    const from = scroll.scrollTop * scale;
    if (top < from) scroll.scrollTop = top / scale;
    else if (top + ROW_PX > from + room) scroll.scrollTop = (top + ROW_PX - room) / scale;
  }
  revealColumn(column) {
    const pinned = this.source.pinned();
    if (column < pinned) return;
    const columns = this.source.columns();
    const { left, width } = columns[column] ?? { left: 0, width: 0 };
    const edge = pinned ? columns[pinned].left : 0;
    const { scroll } = this;
    if (left < scroll.scrollLeft + edge) scroll.scrollLeft = left - edge;
    else if (left + width > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = left + width - scroll.clientWidth;
  }
  _scale(count) {
    const room = this._room();
    const full = count * ROW_PX - room;
    return full > MOST_PX ? full / MOST_PX : 1;
  }
  paint() {
    const { scroll, source } = this;
    const rows = source.rows();
    const count = rows.length;
    const room = this._room();
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
    this._resizePool(Math.ceil(room / ROW_PX) + 2 * OVERSCAN + 1, source.pinned() + to - from);
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
    if (this.total) this._paintTotal(this.total, from, to, now);
    for (const [key, { at }] of this.flashes) if (now - at > FLASH_MS) this.flashes.delete(key);
  }
  _paintTotal(row, from, to, now) {
    this._resizeRow(row, this.source.pinned() + to - from);
    this._paintRow(row, -2, TOTAL, 0, from, to, now);
  }
  setTotal(parent) {
    this.total?.node.remove();
    this.total = null;
    if (!parent) return;
    this.total = this._makeRow(parent);
    this.total.top = 0;
  }
  _columnsInView(left, width) {
    const columns = this.source.columns();
    let from = this.source.pinned();
    const edge = from && from < columns.length ? columns[from].left : 0;
    while (from < columns.length - 1 && columns[from].left + columns[from].width <= left + edge) from++;
    let to = from;
    while (to < columns.length && columns[to].left < left + width) to++;
    return { from, to };
  }
  _resizePool(rows, cells) {
    if (this.pool.length < rows || this.pool.length > 2 * rows + 20) {
      for (const row of this.pool) row.node.remove();
      this.pool = Array.from({ length: rows }, () => this._makeRow(this.body));
    }
    for (const row of this.pool) this._resizeRow(row, cells);
  }
  _resizeRow(row, cells) {
    while (row.cells.length < cells) row.cells.push(this._makeCell(row.node));
    while (row.cells.length > cells) row.cells.pop().node.remove();
  }
  _makeRow(parent) {
    const node = document.createElement("div");
    node.className = "row";
    node.setAttribute("role", "row");
    node.style.display = "none";
    parent.append(node);
    return { node, cells: [], slot: NONE, index: -1, first: -1, top: NaN, look: "row", role: "" };
  }
  _makeCell(parent) {
    const node = document.createElement("div");
    node.setAttribute("role", "gridcell");
    const text2 = document.createTextNode("");
    node.append(text2);
    parent.append(node);
    return { node, text: text2, shown: "", look: "", flash: 0, parity: 0 };
  }
  _paintRow(row, index, slot, top, from, to, now) {
    const { source, _face: face } = this;
    const moved = row.slot !== slot || row.first !== from;
    if (row.slot === NONE) row.node.style.display = "";
    if (row.top !== top) {
      row.top = top;
      row.node.style.transform = `translateY(${top}px)`;
    }
    if (row.index !== index || moved) row.node.setAttribute("aria-rowindex", String(index === -2 ? source.rows().length + 2 : index + 2));
    this._paintRowLook(row, slot);
    row.slot = slot;
    row.index = index;
    row.first = from;
    const pinned = source.pinned();
    for (let at = 0; at < row.cells.length; at++) {
      const column = at < pinned ? at : from + at - pinned;
      const cell = row.cells[at];
      face.text = face.tone = face.mark = "";
      source.face(slot, column, face);
      if (cell.shown !== face.text) {
        cell.shown = face.text;
        cell.text.data = face.text;
      }
      this._paintLook(cell, index, slot, column, face, moved, now);
    }
  }
  _paintRowLook(row, slot) {
    const face = this._rowFace;
    face.look = "";
    face.chosen = face.open = false;
    face.level = 0;
    this.source.row(slot, face);
    const look = `row${face.look}${face.chosen ? " chosen" : ""}`;
    if (row.look !== look) {
      row.look = look;
      row.node.className = look;
    }
    const role = face.level ? `${face.level}/${face.open}` : String(face.chosen);
    if (row.role === role) return;
    row.role = role;
    const { node } = row;
    if (face.level) {
      node.removeAttribute("aria-selected");
      node.setAttribute("aria-level", String(face.level));
      node.setAttribute("aria-expanded", String(face.open));
    } else {
      node.setAttribute("aria-selected", String(face.chosen));
      node.removeAttribute("aria-level");
      node.removeAttribute("aria-expanded");
    }
  }
  _paintLook(cell, index, slot, column, { tone, mark: mark2 }, moved, now) {
    const flash2 = this.flashes.size ? this.flashes.get(slot * 65536 + column) : void 0;
    const fresh = flash2 !== void 0 && now - flash2.at < FLASH_MS;
    if (fresh && flash2.turn !== cell.flash) {
      cell.flash = flash2.turn;
      cell.parity ^= 1;
      cell.node.style.animationDelay = moved && now - flash2.at > 20 ? `${flash2.at - now}ms` : "";
    }
    let look = `c k${column}${this.source.columns()[column].right ? " n" : ""}`;
    if (mark2) look += ` m-${mark2}`;
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
  const compare2 = COMPARE[word];
  return (text2) => text2 !== null && compare2(text2, value);
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
  const compare2 = COMPARE[word];
  return (number) => compare2(number, right);
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

// src/order.js
var MANY = 2e3;
var Run = class {
  constructor(rows) {
    this._buffer = rows;
    this.rows = rows;
  }
  merge(flags, fresh, compare2) {
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
        const middle = low + high >>> 1;
        if (compare2(buffer[middle], slot) < 0) low = middle + 1;
        else high = middle;
      }
      to -= end - low;
      buffer.copyWithin(to, low, end);
      buffer[--to] = slot;
      end = low;
    }
    this.rows = buffer.subarray(0, length);
  }
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
};
var Order = class {
  constructor(stream) {
    this.stream = stream;
    this.sort = [];
    this.filter = null;
    this._run = new Run(new Uint32Array(0));
    this._all = null;
    this._touched = /* @__PURE__ */ new Set();
    this._late = /* @__PURE__ */ new Set();
    this._whole = true;
    this._other = false;
    this._columns = /* @__PURE__ */ new Set();
    this._passes = null;
    this._compare = null;
    this._flags = new Uint8Array(0);
    this._prepared = "";
  }
  set(sort, filter) {
    const same = JSON.stringify(sort) === JSON.stringify(this.sort);
    if (same && JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    if (!same || !sort.length || this.plain) this._whole = true;
    this._other = true;
    this.sort = sort;
    this.filter = filter;
  }
  get plain() {
    return !this.sort.length && !this.filter;
  }
  passes(slot) {
    return !this.filter || !this._passes || this._passes(slot);
  }
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
  _refilter() {
    const { stream, filter } = this;
    const all = this._passes ? this._all : this._run;
    const touched = this._passes ? /* @__PURE__ */ new Set([...this._late, ...this._touched]) : this._touched;
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
    const compare2 = this._compare ?? byNumber(stream);
    run.merge(flags, moved.subarray(0, count).sort(compare2), compare2);
    for (const slot of touched) flags[slot] = 0;
  }
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
  admit(value) {
    if (this.column.kind !== "f8" || this.tick || this.decimals >= this.most || value !== value) return false;
    const need = decimalsNeeded(value, this.least, this.most);
    if (need <= this.decimals) return false;
    this.decimals = need;
    return true;
  }
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
  plain(value) {
    if (value === null) return "";
    if (typeof value === "string") return value.replace(CONTROL, " ");
    if (this.time) return this.time(
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

// src/tablecolumns.js
var MOST_WIDTH = 360;
var LEAST_WIDTH = 44;
var PADDING = 17;
var ARROW = 22;
var MOST_MEASURED = 5e3;
var MOST_SHOWN = 500;
var MOST_PINNED = 0.6;
var MOST_PINNED_KEYS = 2;
function label({ name, kind, zone }) {
  return kind === "time" && zone && zone !== "UTC" ? `${name} (${zone})` : name;
}
function zoneName(zone) {
  return zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}
function styled(spec, fmt, zone) {
  const out = { ...spec };
  if (typeof fmt === "string") {
    out.format = fmt;
    if (fmt !== "price") out.tick = "";
  }
  if (zone && spec.kind === "time" && spec.zone) out.zone = zoneName(zone);
  return out;
}
var Columns = class {
  constructor(view) {
    this.view = view;
    this.list = [];
    this.pinned = 0;
    this.known = /* @__PURE__ */ new Map();
    this.sheet = new CSSStyleSheet();
    this.width = 0;
    this.moved = true;
    this.measured = false;
    this._charPx = 7.4;
    this._wanted = 0;
    this._pen = document.createElement("canvas").getContext("2d");
  }
  rebuild() {
    const { stream, model, state } = this.view;
    const fmt = model.get("fmt") ?? {};
    const decimals = model.get("decimals") ?? {};
    const marks = model.get("_marks") ?? {};
    const zone = model.get("zone") ?? null;
    const before = new Map(this.list.map((column) => [column.name, column]));
    this.known = new Map(stream.schema.columns.filter(({ name }) => !name.startsWith(HIDDEN)).map((spec) => [spec.name, styled(spec, fmt[spec.name], zone)]));
    const shown = this.shown();
    const pins = this.pins(shown);
    this.list.length = 0;
    for (const name of [...shown.filter((one) => pins.has(one)), ...shown.filter((one) => !pins.has(one))]) {
      const spec = (
        this.known.get(name)
      );
      const width = state.widths?.[name];
      const places = decimals[name] ?? (typeof fmt[name] === "number" ? fmt[name] : void 0);
      const old = before.get(name);
      const keep = old && JSON.stringify(old.spec) === JSON.stringify(spec) ? old : null;
      this.list.push({
        name,
        spec,
        left: 0,
        right: isNumeric(spec),
        mark: marks[name] ?? "",
        sized: width !== void 0,
        writer: keep?.writer ?? new CellWriter(spec, places),
        px: keep?.px ?? 0,
        chars: keep?.chars ?? 0,
        known: keep?.known ?? /* @__PURE__ */ new Set(),
        width: width ?? keep?.width ?? LEAST_WIDTH
      });
    }
    this._wanted = pins.size;
    this.moved = true;
  }
  shown() {
    const { stream, model, state } = this.view;
    const given = state.columns ?? model.get("columns");
    const names = given?.length ? given : stream.schema.columns.filter(({ hidden }) => !hidden).map(({ name }) => name);
    return [...new Set(names)].filter((name) => this.known.has(name));
  }
  pins(shown) {
    const { stream, model, state } = this.view;
    if (state.pins) return new Set(state.pins.filter((name) => shown.includes(name)));
    const count = model.get("freeze_cols");
    if (typeof count === "number") return new Set(shown.slice(0, count));
    let keys = 0;
    while (keys < MOST_PINNED_KEYS && (shown[keys] === "symbol" || stream.schema.key.includes(shown[keys]))) keys++;
    return new Set(shown.slice(0, keys));
  }
  measure() {
    const { stream, parts } = this.view;
    const { fontSize, fontFamily } = getComputedStyle(parts.frame);
    this.measured = fontSize !== "";
    if (!this.measured) return;
    if (this._pen) {
      this._pen.font = `600 ${fontSize} ${fontFamily}`;
      for (const column of this.list) column.px = Math.max(column.px, this._pen.measureText(label(column.spec)).width + ARROW);
      this._pen.font = `${fontSize} ${fontFamily}`;
      this._charPx = this._pen.measureText("0").width || this._charPx;
    }
    const rows = stream.rows.subarray(0, 200);
    for (const column of this.list) {
      for (const slot of rows) {
        const value = stream.value(column.name, slot);
        if (typeof value === "number") column.writer.admit(value);
      }
      for (const slot of rows) this.admit(column, this.text(column, slot, stream.value(column.name, slot)));
    }
  }
  text({ writer }, slot, value) {
    const text2 = writer.text(value, writer.tick ? this.view.stream.columns[writer.tick]?.[slot] : NaN);
    return text2.length > MOST_SHOWN ? `${text2.slice(0, MOST_SHOWN)}…` : text2;
  }
  admit(column, text2) {
    const { known } = column;
    if (!this.measured) return;
    if (column.right ? text2.length <= column.chars : known.has(text2) || known.size > MOST_MEASURED) return;
    if (!column.right) known.add(text2);
    column.chars = Math.max(column.chars, text2.length);
    const shown = text2.slice(0, 100);
    const px = Math.max(this._pen?.measureText(shown).width ?? 0, column.right || !this._pen ? shown.length * this._charPx : 0);
    if (px <= column.px) return;
    column.px = px;
    if (!column.sized) this.moved = true;
  }
  place(room) {
    let left = 0;
    let pinned = 0;
    for (const column of this.list) {
      if (!column.sized) column.width = Math.max(LEAST_WIDTH, column.width, Math.min(MOST_WIDTH, Math.ceil(column.px + PADDING)));
      column.left = left;
      left += column.width;
      if (pinned < this._wanted && column === this.list[pinned] && left <= MOST_PINNED * room) pinned++;
    }
    const before = this.pinned;
    this.pinned = pinned;
    this.width = left;
    const rules = this.list.map(({ left: at, width }, i) => i < pinned ? `.k${i}{position:sticky;left:${at}px;width:${width}px}` : `.k${i}{left:${at}px;width:${width}px}`);
    const edge = pinned && pinned < this.list.length ? `.scrolled .k${pinned - 1}{box-shadow:1px 0 0 var(--line),4px 0 4px -2px rgba(0,0,0,.25)}` : "";
    const pins = pinned ? `${this.list.slice(0, pinned).map((_, i) => `.c.k${i}`).join(",")}{z-index:1;flex:none;background:linear-gradient(var(--over),var(--over)),var(--under)}` : "";
    this.sheet.replaceSync([...rules, pins, edge, `.row.group .k0{width:${this._labelWidth()}px;z-index:2}`].join("\n"));
    this.moved = false;
    return before !== pinned;
  }
  _labelWidth() {
    const { aggregates } = this.view.groups;
    let width = 0;
    for (const [i, column] of this.list.entries()) {
      if (i && aggregates[column.name]) break;
      width += column.width;
    }
    return width;
  }
  set(names) {
    const { view } = this;
    view.state.columns = names;
    view.schemaMoved();
  }
  show(name, on) {
    const names = this.list.map((column) => column.name);
    const { view } = this;
    if (on === names.includes(name) || !on && names.length === 1) return;
    if (!on && view.state.filters) delete view.state.filters[name];
    this.set(on ? [...names, name] : names.filter((one) => one !== name));
    view.say(`${name} ${on ? "shown" : "hidden"}`);
  }
  move(from, to) {
    const names = this.list.map((column) => column.name);
    const pins = this._wanted;
    const [least, most] = from < pins ? [0, pins - 1] : [pins, names.length - 1];
    const place = Math.max(least, Math.min(most, to));
    if (place === from) return from;
    const [name] = names.splice(from, 1);
    names.splice(place, 0, name);
    this.set(names);
    this.view.say(`${name} is column ${place + 1} of ${names.length}`);
    return place;
  }
  pin(name, on) {
    const { view } = this;
    const pins = this.list.slice(0, this._wanted).map((column) => column.name).filter((one) => one !== name);
    view.state.pins = on ? [...pins, name] : pins;
    const names = this.list.map((column) => column.name).filter((one) => one !== name);
    names.splice(pins.length, 0, name);
    this.set(names);
    view.say(`${name} ${on ? "pinned" : "let go"}`);
  }
  isPinned(name) {
    return this.list.slice(0, this._wanted).some((column) => column.name === name);
  }
  resize(index, width) {
    const { view } = this;
    const column = this.list[index];
    column.sized = width !== null;
    column.width = width === null ? LEAST_WIDTH : Math.max(24, Math.min(2e3, Math.round(width)));
    const { [column.name]: _, ...widths } = view.state.widths ?? {};
    view.state.widths = width === null ? widths : { ...widths, [column.name]: column.width };
    this.moved = true;
    view.keep();
    view.schedule();
  }
};

// src/tableparts.js
function element(tag, className, attributes = {}, text2 = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text2) node.textContent = text2;
  return node;
}
function write(node, text2) {
  if (node.textContent !== text2) node.textContent = text2;
}
function buildParts() {
  const button = (className, text2, attributes) => element("button", className, { type: "button", ...attributes }, text2);
  const parts = {
    frame: element("div", "frame"),
    bar: element("div", "bar"),
    name: element("span", "name"),
    count: element("span", "count", { "aria-live": "off" }),
    badge: element("span", "badge", { role: "status" }),
    search: element("input", "search", { type: "search", placeholder: "Search", "aria-label": "Search all text" }),
    filterButton: button("", "Filter", { "aria-pressed": "false", title: "A filter for each column: >10, =SPY, 5..9, text" }),
    holdButton: button("", "Hold", { "aria-pressed": "false", title: "Hold the order of the rows (h). While the pointer is over them it is held anyway." }),
    moreButton: button("more", "⋯", { "aria-haspopup": "menu", "aria-label": "More: columns, groups, copy, download", title: "Columns, groups, copy, download" }),
    scroll: element("div", "scroll", { tabindex: "0", role: "grid", "aria-multiselectable": "true" }),
    size: element("div", "size", { role: "presentation" }),
    head: element("div", "head", { role: "rowgroup" }),
    heads: element("div", "heads", { role: "row", "aria-rowindex": "1" }),
    filters: element("div", "filters", { role: "row" }),
    body: element("div", "body", { role: "rowgroup" }),
    foot: element("div", "foot", { role: "rowgroup" }),
    empty: element("div", "empty"),
    said: element("div", "said", { role: "status" })
  };
  const tools = element("span", "tools");
  tools.append(parts.search, parts.filterButton, parts.holdButton, parts.moreButton);
  parts.bar.append(parts.name, parts.count, parts.badge, tools);
  parts.head.append(parts.heads);
  parts.size.append(parts.head, parts.body);
  parts.scroll.append(parts.size);
  parts.frame.append(parts.bar, parts.scroll, parts.empty, parts.said);
  return parts;
}

// src/tableheads.js
var DRAG_FROM_PX = 5;
function makeHeads(view) {
  const { heads, scroll } = view.parts;
  heads.replaceChildren();
  view.columns.list.forEach(({ spec, right }, i) => {
    const head = element("div", `c k${i}${right ? " n" : ""}`, { role: "columnheader", "aria-colindex": String(i + 1), "aria-haspopup": "menu" });
    const { doc, unit } = spec;
    head.title = [doc || spec.name, unit ? `(${unit})` : ""].join(" ").trim();
    head.append(
      element("span", "", {}, label(spec)),
      element("span", "arrow", { "aria-hidden": "true" }),
      element("span", "dots", { "aria-hidden": "true", title: "Sort, filter, group, pin, hide" }, "⋮"),
      element("span", "grip", { "aria-hidden": "true" })
    );
    heads.append(head);
  });
  scroll.setAttribute("aria-colcount", String(view.columns.list.length));
  makeFilters(view);
}
function makeFilters(view) {
  const { filters, head } = view.parts;
  const at = view.root.activeElement?.closest?.(".filters [role=gridcell]");
  const focused = at ? [...filters.children].indexOf(at) : -1;
  filters.replaceChildren();
  if (!view.state.filtering) {
    filters.remove();
    return;
  }
  view.columns.list.forEach(({ spec }, i) => {
    const box = element("div", `c k${i}`, { role: "gridcell", "aria-colindex": String(i + 1) });
    const input = element("input", "", { type: "text", "aria-label": `Filter ${spec.name}`, placeholder: spec.kind === "str" ? "text" : spec.kind === "bool" ? "yes / no" : "> 0, 5..9" });
    input.value = view.state.filters?.[spec.name] ?? "";
    box.append(input);
    filters.append(box);
    if (i === focused) queueMicrotask(() => input.focus());
  });
  head.append(filters);
  markBad(view);
}
function markBad(view) {
  [...view.parts.filters.children].forEach((box, i) => {
    const input = (
      box.firstChild
    );
    const spec = view.columns.list[i]?.spec;
    const bad = !!spec && input.value.trim() !== "" && parseTyped(input.value, spec) === null;
    input.classList.toggle("bad", bad);
    input.setAttribute("aria-invalid", String(bad));
  });
}
function showSort(view, sort) {
  view.columns.list.forEach(({ name }, i) => {
    const head = view.parts.heads.children[i];
    const at = sort.findIndex(([key]) => key === name);
    head.querySelector(".arrow").textContent = at < 0 ? "" : ` ${sort[at][1] ? "▲" : "▼"}${sort.length > 1 ? at + 1 : ""}`;
    head.setAttribute("aria-sort", at < 0 ? "none" : sort[at][1] ? "ascending" : "descending");
  });
}
function headIndex(view, event) {
  return [...view.parts.heads.children].indexOf(event.target.closest("[role=columnheader]"));
}
function headClick(view, event) {
  const index = headIndex(view, event);
  if (index < 0 || view.dragged || event.target.classList.contains("grip")) return;
  if (event.target.classList.contains("dots")) view.menus.openHead(index);
  else view.act.sortBy(index, event.shiftKey);
}
function headMenu(view, event) {
  const index = headIndex(view, event);
  if (index < 0) return;
  event.preventDefault();
  event.stopPropagation();
  view.menus.openHead(index);
}
function headDoubleClick(view, event) {
  const index = headIndex(view, event);
  if (index >= 0 && event.target.classList.contains("grip")) view.columns.resize(index, null);
}
function headPress(view, event) {
  const index = headIndex(view, event);
  view.dragged = false;
  if (index < 0 || event.button !== 0 || event.target.classList.contains("dots")) return;
  if (event.target.classList.contains("grip")) dragEdge(view, event, index);
  else dragHead(view, event, index);
}
function follow(grip, event, move2, end) {
  const stop = (last) => {
    grip.removeEventListener("pointermove", move2);
    grip.removeEventListener("pointerup", stop);
    grip.removeEventListener("pointercancel", stop);
    end?.(last);
  };
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move2);
  grip.addEventListener("pointerup", stop);
  grip.addEventListener("pointercancel", stop);
}
function dragEdge(view, event, index) {
  event.preventDefault();
  const start = event.clientX - view.columns.list[index].width;
  follow(event.target, event, ({ clientX }) => view.columns.resize(index, clientX - start));
}
function dragHead(view, event, index) {
  const head = view.parts.heads.children[index];
  const start = event.clientX;
  let to = index;
  const move2 = ({ clientX }) => {
    if (!view.dragged && Math.abs(clientX - start) < DRAG_FROM_PX) return;
    view.dragged = true;
    head.classList.add("carried");
    head.style.transform = `translateX(${clientX - start}px)`;
    to = headAt(view, clientX, index);
    [...view.parts.heads.children].forEach((one, i) => {
      one.classList.toggle("before", i === to && to < index);
      one.classList.toggle("after", i === to && to > index);
    });
  };
  follow(head, event, move2, ({ type }) => {
    head.classList.remove("carried");
    head.style.transform = "";
    for (const one of view.parts.heads.children) one.classList.remove("before", "after");
    if (view.dragged && type === "pointerup") view.columns.move(index, to);
  });
}
function headAt(view, x, otherwise) {
  let found = otherwise;
  [...view.parts.heads.children].forEach((head, i) => {
    if (i === otherwise) return;
    const { left, right } = head.getBoundingClientRect();
    if (x >= left && x < right) found = i;
  });
  return found;
}

// src/tableactions.js
var KEYS_HOLD_MS = 3e3;
var Actions = class {
  constructor(view) {
    this.view = view;
    this._keysTimer = /** @type {any} */
    void 0;
  }
  end() {
    clearTimeout(this._keysTimer);
  }
  sortBy(index, more) {
    const { name, right } = this.view.columns.list[index];
    const sort = this.view.sorting();
    const had = sort.find(([key]) => key === name);
    const rest = more ? sort.filter(([key]) => key !== name) : [];
    const firstUp = !right;
    const next = !had ? [[name, firstUp]] : had[1] === firstUp ? [[name, !firstUp]] : [];
    this.setSort([...rest, ...next]);
  }
  setSort(sort) {
    this.view.state.sort = sort;
    this.view.keep();
    this.view.applyOrder();
    this.view.say(sort.length ? `Sorted by ${sort.map(([name, up]) => `${name} ${up ? "up" : "down"}`).join(", then ")}` : "Not sorted");
  }
  setGroup(by) {
    this.view.state.group = by;
    this.view.state.closed = [];
    this.view.groups.closed.clear();
    this.view.schemaMoved();
    this.view.say(by.length ? `Grouped by ${by.join(", then ")}` : "Not grouped");
  }
  setTotals(on) {
    this.view.state.totals = on;
    this.view.schemaMoved();
  }
  openGroup(row, open2) {
    const id = this.view.rows[row];
    const group = this.view.groups.at(id);
    if (!group || open2 === !this.view.groups.closed.has(group.path)) return false;
    this.view.groups.toggle(id);
    this._keepClosed();
    return true;
  }
  toggleAllGroups(open2) {
    this.view.groups.toggleAll(open2);
    this._keepClosed();
  }
  _keepClosed() {
    this.view.state.closed = [...this.view.groups.closed];
    this.view.keep();
    this.view.renew();
  }
  moveColumn(index, step) {
    this.view.grid.active.column = this.view.columns.move(index, index + step);
    this.showActive();
  }
  typed() {
    const { state, parts, columns } = this.view;
    state.search = parts.search.value;
    if (state.filtering) {
      const filters = (
        {}
      );
      columns.list.forEach(({ name }, i) => {
        const { value } = (
          parts.filters.children[i].firstChild
        );
        if (value) filters[name] = value;
      });
      state.filters = filters;
      markBad(this.view);
    }
    this.filterButton();
    this.view.keep();
    this.view.applyOrder();
  }
  filterButton() {
    const { filterButton, frame } = this.view.parts;
    const count = Object.keys(this.view.state.filters ?? {}).length;
    filterButton.textContent = count ? `Filter (${count})` : "Filter";
    filterButton.setAttribute("aria-pressed", String(!!this.view.state.filtering));
    frame.classList.toggle("filtering", !!this.view.state.filtering);
  }
  toggleFilters(on = !this.view.state.filtering) {
    this.view.state.filtering = on;
    this.filterButton();
    makeFilters(this.view);
    this.view.keep();
    this.view.schedule();
  }
  filterColumn(index) {
    if (!this.view.state.filtering) this.toggleFilters(true);
    this.view.parts.filters.children[index]?.firstChild?.focus();
  }
  holdOrder() {
    const on = !this.view.hold.reasons.has("asked");
    this.view.state.hold = on;
    this.view.holdFor("asked", on);
    this.view.keep();
    this.view.say(on ? "Order held" : "Order follows the data");
  }
  reset() {
    this.view.state = {};
    this.view.choice.forget();
    this.view.columns.list.length = 0;
    this.view.adopt(false);
    this.view.choice.tell();
    this.view.keep();
    this.view.say("As at first");
  }
  go(row, column) {
    const { grid } = this.view;
    grid.active = { row, column };
    if (row >= 0) grid.reveal(row);
    grid.revealColumn(column);
    if (this.view.model.get("hold") !== false) {
      this.view.holdFor("keys", true);
      clearTimeout(this._keysTimer);
      this._keysTimer = setTimeout(() => this.view.holdFor("keys", false), KEYS_HOLD_MS);
    }
    this.showActive();
  }
  showActive() {
    const { row, column } = this.view.grid.active;
    [...this.view.parts.heads.children].forEach((head, i) => {
      const here = row < 0 && i === column;
      head.classList.toggle("active", here);
      head.id = here ? "active" : "";
    });
    this.view.scroll.setAttribute("aria-activedescendant", "active");
    this.view.schedule();
  }
};

// src/tablechoice.js
var MOST_KEPT = 2e4;
var FORMULA = /^[=+\-@\t\r]/;
var PLAIN_NUMBER = /^[+-]?[\d.,]+%?$/;
function harmless(text2) {
  return FORMULA.test(text2) && !PLAIN_NUMBER.test(text2) ? `'${text2}` : text2;
}
function toTsv(lines) {
  return lines.map((line) => line.map((text2) => text2.replace(/[\t\r\n]+/g, " ")).join("	")).join("\n");
}
function toCsv(lines) {
  const quoted = (text2) => /[",\r\n]/.test(text2) ? `"${text2.replaceAll('"', '""')}"` : text2;
  return `${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r
`;
}
function linesOf(view, slots) {
  const { list } = view.columns;
  const lines = [list.map(({ name }) => name)];
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    lines.push(list.map(({ name, writer, spec }) => {
      const text2 = writer.plain(view.stream.value(name, slot));
      return spec.kind === "str" ? harmless(text2) : text2;
    }));
  }
  return lines;
}
function rowsInOrder(view) {
  return view.groups.on ? view.rows.filter((slot) => slot < GROUP) : view.rows;
}
function tsv(view, all = false) {
  const { row } = view.grid.active;
  const rows = rowsInOrder(view);
  const slots = all ? rows : view.choice.chosen.size ? rows.filter((slot) => view.choice.chosen.has(slot)) : view.rows.subarray(row, row + 1).filter((slot) => slot < GROUP);
  return { text: toTsv(linesOf(view, slots)), count: slots.length };
}
async function copyRows(view, all = false) {
  const { text: text2, count } = tsv(view, all);
  const said = `${count.toLocaleString("en-US")} row${count === 1 ? "" : "s"} copied`;
  try {
    await navigator.clipboard.writeText(text2);
    view.say(said);
  } catch {
    view.pendingCopy = text2;
    const done = document.execCommand?.("copy");
    view.pendingCopy = null;
    view.say(done ? said : "Copying is not allowed here");
  }
}
function download(view) {
  const slots = rowsInOrder(view);
  const text2 = toCsv(linesOf(view, slots));
  const url = URL.createObjectURL(new Blob(["\uFEFF", text2], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${view.title().replace(/[^\w.-]+/g, "_") || "table"}.csv`;
  view.parts.frame.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
  view.say(`${slots.length.toLocaleString("en-US")} rows downloaded`);
}
var Choice = class {
  constructor(view) {
    this.view = view;
    this.chosen = /* @__PURE__ */ new Set();
    this.anchor = -1;
    this._telling = /** @type {any} */
    void 0;
  }
  end() {
    clearTimeout(this._telling);
  }
  forget() {
    this.chosen.clear();
    this.anchor = -1;
  }
  restore() {
    const { state, stream } = this.view;
    if (state.chosen === "all") {
      this.chosen = new Set(this.view.allRows());
      return;
    }
    const keys = new Set(state.chosen);
    this.chosen = new Set(keys.size ? stream.rows.filter((slot) => keys.has(stream.key(slot))) : []);
  }
  press(event) {
    if (event.button !== 0) return;
    const cell = event.target.closest("[role=gridcell]");
    const node = event.target.closest("[role=row]");
    const row = this.view.grid.pool.find((one) => one.node === node);
    if (!row) return;
    this.view.grid.active = { row: row.index, column: cell ? Number(cell.getAttribute("aria-colindex")) - 1 : 0 };
    this.view.act.showActive();
    if (row.slot >= GROUP) this.view.act.openGroup(row.index, null);
    else this.choose(row.index, event.shiftKey, event.ctrlKey || event.metaKey);
  }
  choose(index, span, add) {
    const slot = this.view.rows[index];
    if (slot === void 0 || slot >= GROUP) return;
    if (!add) this.chosen.clear();
    if (span && this.anchor >= 0) {
      const from = Math.max(0, this.view.rows.indexOf(this.anchor));
      for (let i = Math.min(from, index); i <= Math.max(from, index); i++) if (this.view.rows[i] < GROUP) this.chosen.add(this.view.rows[i]);
    } else {
      if (!add || !this.chosen.delete(slot)) this.chosen.add(slot);
      this.anchor = slot;
    }
    this._moved(null);
  }
  all(on) {
    this.chosen = new Set(on ? this.view.allRows() : []);
    this._moved(on ? "all" : null);
  }
  _moved(all) {
    const { chosen } = this;
    const { stream } = this.view;
    this.view.state.chosen = all ?? (chosen.size > MOST_KEPT ? void 0 : [...chosen].map((slot) => stream.key(slot)));
    this.view.keep();
    this.tell();
  }
  tell() {
    this.view.count();
    this.view.schedule();
    clearTimeout(this._telling);
    this._telling = setTimeout(() => {
      const { stream, model, state } = this.view;
      const slots = [...this.chosen];
      this.view.say(slots.length ? `${slots.length.toLocaleString("en-US")} selected` : "None selected");
      const all = state.chosen === "all";
      model.send({ t: "event", name: "select", data: all ? { all } : { slots, numbers: slots.map((slot) => stream._number[slot]) } });
    }, 150);
  }
};

// src/tablefaces.js
var MOST_LABEL = 100;
var MOST_NEW = 20;
var MARKS = /* @__PURE__ */ new Set(["good", "bad", "warn", "info", "muted", "strong", "mark"]);
var Faces = class {
  constructor(view) {
    this.view = view;
    this.again = false;
    this.sums = /* @__PURE__ */ new Map();
    this._writers = /* @__PURE__ */ new Map();
  }
  renew() {
    this._writers.clear();
    this.sums.clear();
  }
  cell(slot, index, face) {
    const { stream, columns } = this.view;
    const column = columns.list[index];
    if (slot >= GROUP) {
      this._summary(slot, index, face);
      return;
    }
    const value = stream.value(column.name, slot);
    if (typeof value === "number" && column.writer.admit(value)) this.again = true;
    face.text = columns.text(column, slot, value);
    columns.admit(column, face.text);
    if (face.text === DASH) face.tone = "none";
    else if (column.writer.signed && typeof value === "number") face.tone = value > 0 ? "pos" : value < 0 ? "neg" : "";
    if (column.mark) face.mark = this._mark(column.mark, slot);
  }
  _mark(name, slot) {
    const mark2 = this.view.stream.value(name, slot);
    return typeof mark2 === "string" && MARKS.has(mark2) ? mark2 : "";
  }
  _summary(id, index, face) {
    const { columns, groups } = this.view;
    const column = columns.list[index];
    if (index === 0) {
      face.text = id === TOTAL ? `Total of ${this.view.shown.toLocaleString("en-US")}` : this._label(id);
      return;
    }
    const value = id === TOTAL ? this.sums.get(column.name) ?? null : groups.value(id, column.name);
    if (value === null) return;
    if (value === MIXED) {
      face.text = MIXED;
      face.tone = "none";
      return;
    }
    const number = (
      value
    );
    face.text = groups.aggregates[column.name] === "count" ? number.toLocaleString("en-US") : column.writer.text(number);
    columns.admit(column, face.text);
    if (column.writer.signed) face.tone = number > 0 ? "pos" : number < 0 ? "neg" : "";
  }
  _label(id) {
    const group = this.view.groups.at(id);
    if (!group) return "";
    const { column, value, path, rows, level } = group;
    let writer = this._writers.get(column);
    const spec = this.view.columns.known.get(column);
    if (!writer && spec) this._writers.set(column, writer = new CellWriter(spec));
    if (typeof value === "number") writer?.admit(value);
    const sign = this.view.groups.closed.has(path) ? "▸" : "▾";
    return `${" ".repeat(level)}${sign} ${(writer?.text(value) ?? "").slice(0, MOST_LABEL)} (${rows.length.toLocaleString("en-US")})`;
  }
  row(slot, face) {
    const { view } = this;
    if (slot === TOTAL) {
      face.look = " total";
    } else if (slot >= GROUP) {
      const group = view.groups.at(slot);
      face.look = ` group l${group?.level ?? 0}`;
      face.level = (group?.level ?? 0) + 1;
      face.open = !view.groups.closed.has(group?.path ?? "");
    } else {
      face.chosen = view.choice.chosen.has(slot);
      const rule = view.model.get("_marks")?.["*"];
      const mark2 = rule ? this._mark(rule, slot) : "";
      if (mark2) face.look = ` m-${mark2}`;
      if (view.hold.on && !view.order.passes(slot)) face.look += " out";
    }
  }
};
function flashChanges({ grid, stream, columns }, { changed, added }) {
  columns.list.forEach(({ name, spec }, index) => {
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
  if (added.length && added.length <= MOST_NEW) for (const slot of added) columns.list.forEach((_, index) => grid.flash(slot, index, 0));
}

// src/tablehold.js
var Hold = class {
  constructor() {
    this.reasons = /* @__PURE__ */ new Set();
    this._rows = null;
    this._gone = /* @__PURE__ */ new Set();
    this.waiting = 0;
  }
  get on() {
    return this.reasons.size > 0;
  }
  set(reason, on) {
    const before = this.on;
    if (on) this.reasons.add(reason);
    else this.reasons.delete(reason);
    if (!this.on) this.renew();
    return before !== this.on;
  }
  renew() {
    this._rows = null;
    this._gone.clear();
    this.waiting = 0;
  }
  note(info) {
    if (info.reset) this.renew();
    else if (this._rows) for (const slot of info.removed) this._gone.add(slot);
  }
  rows(fresh, grouped = () => false) {
    if (!this.on) return fresh;
    if (!this._rows) {
      this._rows = fresh.slice();
      return this._rows;
    }
    const gone = this._gone;
    const lost = (slot) => slot >= GROUP ? !grouped(slot) : gone.has(slot);
    if (gone.size || this._rows.some((slot) => slot >= GROUP && lost(slot))) {
      this._rows = this._rows.filter((slot) => !lost(slot));
      gone.clear();
    }
    this.waiting = Math.max(0, fresh.length - this._rows.length);
    return this._rows;
  }
};

// src/tablekeys.js
var STEP_PX = 12;
function handleKey(view, event) {
  if (event.target !== view.scroll) {
    if (view.parts.filters.contains(
      event.target
    )) filterKey(view, event);
    return;
  }
  if (move(view, event) || (view.grid.active.row < 0 ? onHead(view, event) : onRow(view, event)) || anywhere(view, event)) event.preventDefault();
}
function filterKey(view, event) {
  if (event.key !== "Escape" && event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  view.scroll.focus();
}
function move(view, event) {
  const { grid } = view;
  const most = view.rows.length - 1;
  const wide = view.columns.list.length - 1;
  const page = Math.max(1, grid.rowsInView - 1);
  const control = event.ctrlKey || event.metaKey;
  if (event.altKey || control && event.shiftKey) return false;
  let { row, column } = grid.active;
  const onGroup = row >= 0 && view.rows[row] >= GROUP;
  switch (event.key) {
    case "ArrowDown":
      row = control ? most : row + 1;
      break;
    case "ArrowUp":
      row = control ? 0 : row - 1;
      break;
    case "ArrowRight":
      if (onGroup && view.act.openGroup(row, true)) return true;
      column += 1;
      break;
    case "ArrowLeft":
      if (onGroup && column === 0 && view.act.openGroup(row, false)) return true;
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
      view.scroll.scrollLeft = 0;
      break;
    case "End":
      if (control) row = most;
      column = wide;
      break;
    default:
      return false;
  }
  view.act.go(Math.max(-1, Math.min(most, row)), Math.max(0, Math.min(wide, column)));
  if (event.shiftKey && grid.active.row >= 0) view.choice.choose(grid.active.row, true, false);
  return true;
}
function onHead(view, event) {
  const { column } = view.grid.active;
  const width = view.columns.list[column]?.width ?? 0;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    view.act.moveColumn(column, event.key === "ArrowLeft" ? -1 : 1);
    return true;
  }
  if (event.key === "ContextMenu" || event.shiftKey && event.key === "F10" || event.altKey && event.key === "ArrowDown") {
    view.menus.openHead(column);
    return true;
  }
  if (control || event.altKey) return false;
  switch (event.key) {
    case " ":
    case "Enter":
      view.act.sortBy(column, event.shiftKey);
      return true;
    case "f":
      view.act.filterColumn(column);
      return true;
    case "+":
    case "=":
      view.columns.resize(column, width + STEP_PX);
      return true;
    case "-":
    case "_":
      view.columns.resize(column, width - STEP_PX);
      return true;
    default:
      return false;
  }
}
function onRow(view, event) {
  const { row } = view.grid.active;
  if (event.key !== " " && event.key !== "Enter") return false;
  if (view.rows[row] >= GROUP) view.act.openGroup(row, null);
  else view.choice.choose(row, false, event.key === " " || event.ctrlKey || event.metaKey);
  return true;
}
function anywhere(view, event) {
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "a") view.choice.all(true);
    else if (event.key === "c") void copyRows(view);
    else return false;
    return true;
  }
  if (event.altKey) return false;
  switch (event.key) {
    case "Escape":
      view.choice.all(false);
      return true;
    case "h":
      view.act.holdOrder();
      return true;
    case "m":
      view.menus.openView();
      return true;
    case "/":
      if (view.model.get("search") === false) return false;
      view.search.focus();
      return true;
    default:
      return false;
  }
}

// src/tablemenu.js
var STEP_PX2 = 12;
var MARGIN_PX = 4;
var Menus = class {
  constructor(view) {
    this.view = view;
    this.node = element("div", "menu", { role: "menu", popover: "manual" });
    this._make = null;
    this._back = null;
    this._off = () => {
    };
    this.node.addEventListener("keydown", (event) => this._key(event));
    this.node.addEventListener("click", (event) => this._click(event));
    view.parts.frame.append(this.node);
  }
  get isOpen() {
    return this._make !== null;
  }
  openHead(index) {
    const { view } = this;
    const { name } = view.columns.list[index];
    view.grid.active = { ...view.grid.active, row: -1, column: index };
    view.act.showActive();
    this._open(() => headItems(view, name), view.parts.heads.children[index], `Column ${name}`, view.scroll);
  }
  openView() {
    const { view } = this;
    this._open(() => viewItems(view, this), view.parts.moreButton, "View", view.parts.moreButton);
  }
  openColumns() {
    const { view } = this;
    this._open(() => columnItems(view), view.parts.moreButton, "Columns", view.parts.moreButton);
  }
  _open(make, anchor, name, back) {
    this.close(false);
    this._make = make;
    this._back = back;
    this.node.setAttribute("aria-label", name);
    this._fill();
    this.node.showPopover?.();
    this.node.classList.add("open");
    const { left, bottom, top } = anchor.getBoundingClientRect();
    const { width, height } = this.node.getBoundingClientRect();
    const below = bottom + height + MARGIN_PX <= innerHeight || top < height;
    this.node.style.left = `${Math.max(MARGIN_PX, Math.min(left, innerWidth - width - MARGIN_PX))}px`;
    this.node.style.top = `${Math.max(MARGIN_PX, below ? Math.min(bottom, innerHeight - height - MARGIN_PX) : top - height)}px`;
    if (anchor === this.view.parts.moreButton) anchor.setAttribute("aria-expanded", "true");
    const outside = (event) => {
      if (!event.composedPath().includes(this.node)) this.close(false);
    };
    const scrolled = (event) => {
      if (!event.composedPath().includes(this.node)) this.close(false);
    };
    addEventListener("pointerdown", outside, true);
    addEventListener("scroll", scrolled, true);
    addEventListener("resize", outside);
    this._off = () => {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("scroll", scrolled, true);
      removeEventListener("resize", outside);
    };
    this._focus(0);
  }
  close(back = true) {
    if (!this._make) return;
    this._make = null;
    this._off();
    this.node.classList.remove("open");
    this.node.hidePopover?.();
    this.view.parts.moreButton.setAttribute("aria-expanded", "false");
    if (back) this._back?.focus({ preventScroll: true });
  }
  _fill() {
    const items = this._make?.() ?? [];
    this.node.replaceChildren(...items.map(({ text: text2, run, checked, off, key }) => {
      if (!run) return element("div", "rule", { role: "separator" });
      const role = checked === void 0 ? "menuitem" : "menuitemcheckbox";
      const item = element("div", "item", { role, tabindex: "-1" });
      if (checked !== void 0) item.setAttribute("aria-checked", String(checked));
      if (off) item.setAttribute("aria-disabled", "true");
      item.append(element("span", "tick", { "aria-hidden": "true" }, checked ? "✓" : ""), element("span", "", {}, text2));
      if (key) item.append(element("span", "key", { "aria-hidden": "true" }, key));
      return item;
    }));
    return items;
  }
  _nodes() {
    return [...this.node.querySelectorAll(".item")];
  }
  _focus(index) {
    const nodes = this._nodes();
    nodes[(index + nodes.length) % nodes.length]?.focus({ preventScroll: false });
  }
  _click(event) {
    const node = event.target.closest(".item");
    if (node) this._run(node);
  }
  _run(node) {
    if (node.getAttribute("aria-disabled") === "true") return;
    const index = [...this.node.children].indexOf(node);
    const item = this._make?.()[index];
    if (!item?.run) return;
    if (!item.stays) {
      this.close();
      item.run();
      return;
    }
    item.run();
    const at = this._nodes().indexOf(node);
    this._fill();
    this._focus(at);
  }
  _key(event) {
    const nodes = this._nodes();
    const at = nodes.indexOf(
      this.view.root.activeElement
    );
    event.stopPropagation();
    switch (event.key) {
      case "ArrowDown":
        this._focus(at + 1);
        break;
      case "ArrowUp":
        this._focus(at - 1);
        break;
      case "Home":
        this._focus(0);
        break;
      case "End":
        this._focus(-1);
        break;
      case "Escape":
      case "Tab":
        this.close();
        break;
      case "Enter":
      case " ":
        if (nodes[at]) this._run(nodes[at]);
        break;
      default: {
        if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
        const letter = event.key.toLowerCase();
        const begins = (node) => node.children[1].textContent?.toLowerCase().startsWith(letter);
        const next = [...nodes.slice(at + 1), ...nodes.slice(0, at + 1)].find(begins);
        next?.focus();
      }
    }
    event.preventDefault();
  }
};
var RULE = { text: "" };
function headItems(view, name) {
  const { columns } = view;
  const index = columns.list.findIndex((column2) => column2.name === name);
  const at = () => columns.list.findIndex((column2) => column2.name === name);
  const sort = view.sorting();
  const key = sort.find(([one]) => one === name);
  const by = view.grouping();
  const column = columns.list[index];
  const pinned = columns.isPinned(name);
  return [
    { text: "Sort up", checked: key?.[1] === true, run: () => view.act.setSort([[name, true]]) },
    { text: "Sort down", checked: key?.[1] === false, run: () => view.act.setSort([[name, false]]) },
    { text: "Sort by this too", off: !sort.length || !!key, run: () => view.act.sortBy(at(), true) },
    { text: "Do not sort", off: !sort.length, run: () => view.act.setSort([]) },
    RULE,
    { text: "Filter ...", key: "f", run: () => view.act.filterColumn(at()) },
    { text: "Group by this", checked: by.includes(name), run: () => view.act.setGroup(by.includes(name) ? by.filter((one) => one !== name) : [...by, name]) },
    RULE,
    { text: "Pin to the left", checked: pinned, run: () => columns.pin(name, !pinned) },
    { text: "Move left", key: "Ctrl+Shift+←", stays: true, run: () => view.act.moveColumn(at(), -1) },
    { text: "Move right", key: "Ctrl+Shift+→", stays: true, run: () => view.act.moveColumn(at(), 1) },
    { text: "Wider", key: "+", stays: true, run: () => columns.resize(at(), columns.list[at()].width + STEP_PX2) },
    { text: "Narrower", key: "−", stays: true, run: () => columns.resize(at(), columns.list[at()].width - STEP_PX2) },
    { text: "As wide as its text", off: !column?.sized, run: () => columns.resize(at(), null) },
    RULE,
    { text: "Hide", off: columns.list.length === 1, run: () => columns.show(name, false) },
    { text: "Columns ...", run: () => view.menus.openColumns() }
  ];
}
function columnItems(view) {
  const { columns } = view;
  const shown = new Set(columns.list.map(({ name }) => name));
  const names = [...columns.list.map(({ name }) => name), ...[...columns.known.keys()].filter((name) => !shown.has(name))];
  return names.map((name) => ({ text: name, checked: shown.has(name), stays: true, run: () => columns.show(name, !shown.has(name)) }));
}
function viewItems(view, menus) {
  const by = view.grouping();
  const some = view.choice.chosen.size;
  return [
    { text: "Columns ...", run: () => menus.openColumns() },
    { text: "Totals", checked: view.totals(), run: () => view.act.setTotals(!view.totals()) },
    { text: "Open all groups", off: !by.length, run: () => view.act.toggleAllGroups(true) },
    { text: "Close all groups", off: !by.length, run: () => view.act.toggleAllGroups(false) },
    { text: "No groups", off: !by.length, run: () => view.act.setGroup([]) },
    RULE,
    { text: "Select all rows", key: "Ctrl+A", run: () => view.choice.all(true) },
    { text: "Select none", key: "Esc", off: !some, run: () => view.choice.all(false) },
    { text: some ? `Copy ${some.toLocaleString("en-US")} selected` : "Copy all rows", key: "Ctrl+C", run: () => void copyRows(view, !some) },
    { text: "Download CSV", run: () => download(view) },
    RULE,
    { text: "Hold the order", checked: view.hold.reasons.has("asked"), key: "h", run: () => view.act.holdOrder() },
    { text: "As at first", run: () => view.act.reset() }
  ];
}

// src/tablestate.js
var SETTLED_MS = 300;
var OVERRIDES = {
  columns: ["columns", "pins"],
  freeze_cols: ["pins"],
  sort: ["sort"],
  group: ["group", "closed"],
  totals: ["totals"]
};
function firstState(model, memory) {
  return structuredClone(memory.state ?? model.get("_state")?.data ?? {});
}
var Keeper = class {
  constructor(view) {
    this.view = view;
    this.id = Math.random().toString(36).slice(2);
    this._timer = void 0;
    this._told = JSON.stringify(view.state);
  }
  keep() {
    this.view.memory.state = this.view.state;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._tell(), SETTLED_MS);
  }
  _tell() {
    const { state, model } = this.view;
    const text2 = JSON.stringify(state);
    if (text2 === this._told) return;
    this._told = text2;
    try {
      model.send({ t: "event", name: "state", data: { by: this.id, data: state } });
    } catch (error) {
      console.debug("[ibnb] the kernel cannot be reached", error);
    }
  }
  end() {
    clearTimeout(this._timer);
    this.view.memory.state = this.view.state;
    this._tell();
  }
  heard() {
    const { view } = this;
    const { by, data } = view.model.get("_state") ?? {};
    if (by === this.id || !data) return;
    const { scroll, ...rest } = structuredClone(data);
    view.state = by === "" && scroll ? { ...rest, scroll } : { ...rest, scroll: view.state.scroll };
    this._told = JSON.stringify(view.state);
    view.memory.state = view.state;
    view.adopt(by === "");
    if (by === "") view.choice.tell();
  }
};

// src/tablestatus.js
function stale({ kernel, gateway }) {
  return kernel !== "live" || gateway.state !== "live";
}
function why(status, { now, model, online }) {
  if (!stale(status)) return "";
  const { kernel, heard, gateway } = status;
  const gone = kernel !== "live";
  const since = gone ? Date.now() - (now - heard) : (gateway.since ?? 0) * 1e3;
  const clock = since ? ` since ${new Date(since).toLocaleTimeString("en-GB")}` : "";
  return `Not live: ${gone ? silence(kernel, model, online) : gateway.text || "TWS not connected"}${clock}`;
}
function silence(kernel, model, online) {
  if (kernel === "gone") return "kernel stopped";
  const way = model?.widget_manager?.kernel?.connectionStatus;
  if (!online || way === "connecting" || way === "disconnected") return "this browser lost its connection";
  return "kernel not heard";
}

// src/table.js
var OPTIONS = ["columns", "sort", "filter", "height", "flash", "decimals", "title", "search", "group", "totals", "freeze_cols", "fmt", "zone", "hold", "_marks", "_aggregates"];
var STRUCTURE = /* @__PURE__ */ new Set(["columns", "decimals", "title", "group", "totals", "freeze_cols", "fmt", "zone", "_marks", "_aggregates"]);
var DEFAULT_HEIGHT = 400;
var TOTALS_REST = 20;
var sheet;
function render(context) {
  const view = new TableView(context);
  return () => view.destroy();
}
var TableView = class {
  constructor({ model, el, link, memory }) {
    this.model = model;
    this.link = link;
    this.memory = memory;
    this.state = firstState(model, memory);
    this.stream = link.stream(model.get("_stream"));
    this.order = new Order(this.stream);
    this.groups = new Groups(this.stream);
    this.hold = new Hold();
    this.rows = new Uint32Array(0);
    this.shown = 0;
    this.dragged = false;
    this.pendingCopy = null;
    this._frame = 0;
    this._dirty = true;
    this._seen = this._wants = this._destroyed = this._whole = false;
    this._asked = true;
    this._known = "";
    this._waits = { chosen: true, scroll: true };
    this._sums = { at: 0, cost: 0, timer: (
      void 0
    ) };
    this._off = [];
    this.parts = buildParts();
    this.scroll = this.parts.scroll;
    this.search = this.parts.search;
    this.root = this._attach(el);
    this.columns = new Columns(this);
    this.root.adoptedStyleSheets = [
      sheet,
      this.columns.sheet
    ];
    this.faces = new Faces(this);
    this.grid = new Grid(this.scroll, this.parts.size, this.parts.body, {
      rows: () => this.rows,
      columns: () => this.columns.list,
      pinned: () => this.columns.pinned,
      face: (slot, column, face) => this.faces.cell(slot, column, face),
      row: (slot, face) => this.faces.row(slot, face)
    });
    this.act = new Actions(this);
    this.choice = new Choice(this);
    this.menus = new Menus(this);
    this.keeper = new Keeper(this);
    this._listen();
    this._watch();
    this._options();
    this.adopt(true);
  }
  _attach(el) {
    this.host = element("div", "ibnb-view", { "data-lm-suppress-shortcuts": "true" });
    const root = this.host.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
    }
    root.append(this.parts.frame);
    el.append(this.host);
    return root;
  }
  _listen() {
    const { parts, root } = this;
    const on = (target, type, fn, options) => {
      target.addEventListener(type, fn, options);
      this._off.push(() => target.removeEventListener(type, fn, options));
    };
    on(parts.scroll, "scroll", () => this._scrolled(), { passive: true });
    on(parts.scroll, "keydown", (event) => handleKey(this, event));
    on(root, "keydown", (event) => event.stopPropagation());
    on(parts.body, "pointerdown", (event) => this.choice.press(event));
    on(parts.body, "pointerenter", ({ pointerType }) => pointerType !== "touch" && this.model.get("hold") !== false && this.holdFor("pointer", true));
    on(parts.body, "pointerleave", () => this.holdFor("pointer", false));
    on(parts.body, "pointerover", ({ target }) => {
      const cell = target.closest?.("[role=gridcell]");
      if (cell) cell.title = cell.scrollWidth > cell.clientWidth ? cell.textContent : "";
    });
    on(parts.heads, "click", (event) => headClick(this, event));
    on(parts.heads, "dblclick", (event) => headDoubleClick(this, event));
    on(parts.heads, "contextmenu", (event) => headMenu(this, event));
    on(parts.heads, "pointerdown", (event) => headPress(this, event));
    on(root, "copy", (event) => this._copy(event));
    on(parts.search, "input", () => this.act.typed());
    on(parts.filters, "input", () => this.act.typed());
    on(parts.filterButton, "click", () => this.act.toggleFilters());
    on(parts.holdButton, "click", () => this.act.holdOrder());
    on(parts.moreButton, "click", () => this.menus.isOpen ? this.menus.close() : this.menus.openView());
  }
  _watch() {
    const resized = new ResizeObserver(() => {
      this.columns.moved = true;
      this.schedule();
    });
    resized.observe(this.scroll);
    const seen = new IntersectionObserver((entries) => {
      this._seen = entries[entries.length - 1].isIntersecting;
      if (!this._seen) this.holdFor("pointer", false);
      this._follow();
    }, { rootMargin: "200px" });
    seen.observe(this.host);
    this._off.push(
      () => resized.disconnect(),
      () => seen.disconnect(),
      this.stream.onChange((info) => this._changed(info)),
      this.link.onStatus(() => this._status()),
      watchTheme(() => this._theme())
    );
    const handlers = OPTIONS.map((name) => (
      [`change:${name}`, () => this._option(name)]
    ));
    handlers.push(["change:_state", () => this.keeper.heard()]);
    for (const [name, fn] of handlers) this.model.on(name, fn);
    this._off.push(() => handlers.forEach(([name, fn]) => this.model.off(name, fn)));
    this._theme();
    this._status();
    const age = setInterval(() => this._status(), 5e3);
    this._off.push(() => clearInterval(age));
  }
  destroy() {
    if (this._destroyed) return;
    this._destroyed = true;
    cancelAnimationFrame(this._frame);
    for (const timer of [this._sums.timer, this._scrollTimer]) clearTimeout(timer);
    this._keepScroll();
    this.menus.close(false);
    this.act.end();
    this.choice.end();
    for (const off of this._off.splice(0)) off();
    this.keeper.end();
    if (this._wants) this.link.want(this.stream.id, false);
    this.host.remove();
  }
  _follow() {
    if (this._seen !== this._wants) {
      this._wants = this._seen;
      this.link.want(this.stream.id, this._wants);
    }
    if (this._seen) this.schedule();
  }
  keep() {
    this.keeper.keep();
  }
  say(text2) {
    this.parts.said.textContent = text2;
  }
  _option(name) {
    for (const key of OVERRIDES[name] ?? []) delete this.state[key];
    if (name === "hold") this.hold.set("pointer", false);
    if (name === "filter" || name === "sort") this.applyOrder();
    else this._options();
    if (STRUCTURE.has(name)) this.schemaMoved(false);
  }
  _options() {
    const { model, parts } = this;
    const height = model.get("height");
    parts.scroll.style.maxHeight = `${typeof height === "number" ? height : DEFAULT_HEIGHT}px`;
    parts.search.style.display = model.get("search") === false ? "none" : "";
    this.holdFor("asked", this.state.hold ?? model.get("hold") === true);
  }
  adopt(whole) {
    const { state, search } = this;
    search.value = state.search ?? "";
    this.groups.closed = new Set(state.closed ?? []);
    this.holdFor("asked", state.hold ?? this.model.get("hold") === true);
    this._waits.chosen = true;
    this._waits.scroll ||= whole && state.scroll !== void 0;
    this.act.filterButton();
    this.schemaMoved(false);
    this._restore();
  }
  title() {
    return this.model.get("title") || this.stream.schema.name;
  }
  schemaMoved(byUser = true) {
    if (byUser) this.keep();
    const { columns, grid, parts } = this;
    const title = this.title();
    parts.name.textContent = title;
    parts.scroll.setAttribute("aria-label", title || "table");
    if (!this.stream.schema.columns.length) return;
    this._known = this._schemaText();
    columns.rebuild();
    grid.flashes.clear();
    grid.renew();
    this.faces.renew();
    this._sums.cost = 0;
    grid.active.column = Math.max(0, Math.min(grid.active.column, columns.list.length - 1));
    makeHeads(this);
    this.groups.set(this.grouping(), this.model.get("_aggregates") ?? {});
    parts.scroll.setAttribute("role", this.groups.on ? "treegrid" : "grid");
    const totals = this.totals();
    if (totals !== (grid.total !== null)) {
      if (totals) parts.size.append(parts.foot);
      else parts.foot.remove();
      grid.setTotal(totals ? parts.foot : null);
    }
    columns.measure();
    this.applyOrder();
  }
  sorting() {
    const given = this.model.get("sort");
    return this.state.sort ?? (given?.length ? given : (
      this.stream.schema.sorting
    )) ?? [];
  }
  grouping() {
    return (this.state.group ?? this.model.get("group") ?? []).filter((name) => this.columns.known.has(name));
  }
  totals() {
    return this.state.totals ?? this.model.get("totals") === true;
  }
  applyOrder() {
    const { state, model } = this;
    const parts = [];
    if (model.get("filter")) parts.push(model.get("filter"));
    for (const { spec } of this.columns.list) {
      const tree = parseTyped(state.filters?.[spec.name] ?? "", spec);
      if (tree) parts.push(tree);
    }
    if (state.search?.trim()) parts.push(["text", state.search.trim()]);
    const sort = this.sorting();
    this.order.set(sort, parts.length > 1 ? ["and", ...parts] : parts[0] ?? null);
    showSort(this, sort);
    this.renew();
  }
  renew() {
    this.hold.renew();
    this._asked = this._dirty = true;
    this.schedule();
  }
  _changed(info) {
    this.order.note(info);
    this.hold.note(info);
    this.groups.touch();
    if (info.reset) {
      this.choice.forget();
      this.grid.flashes.clear();
      this._waits.chosen = true;
      if (info.schema) this._schemaCame();
    } else {
      for (const slot of info.removed) this.choice.chosen.delete(slot);
      if (this._seen && this.model.get("flash") !== false) flashChanges(this, info);
    }
    this._restore();
    this._dirty = true;
    this.schedule();
  }
  _schemaCame() {
    if (this._schemaText() !== this._known) this.schemaMoved(false);
  }
  _schemaText() {
    const { name, columns, key, sorting } = (
      this.stream.schema
    );
    return JSON.stringify([name, columns, key, sorting]);
  }
  _restore() {
    const { stream, _waits: waits } = this;
    if (!stream.ready) return;
    if (waits.chosen) {
      waits.chosen = false;
      this.choice.restore();
    }
  }
  _return() {
    const { state, _waits: waits, stream } = this;
    if (!waits.scroll || !stream.ready) return;
    waits.scroll = false;
    const [top, left] = state.scroll ?? [0, 0];
    if (top || left) this.scroll.scrollTo(left, top);
  }
  schedule() {
    if (this._frame || this._destroyed) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = 0;
      this._paint();
    });
  }
  _paint() {
    const { columns, grid, parts, stream } = this;
    if (!columns.list.length || !this.scroll.clientWidth) return;
    if (!stream.ready && this.rows.length && this._whole) return;
    this._whole = stream.ready;
    if (!columns.measured) columns.measure();
    if (this._dirty) {
      this._dirty = false;
      this._take();
      this.count();
    }
    grid.head = parts.head.offsetHeight;
    grid.foot = grid.total ? parts.foot.offsetHeight : 0;
    this._place();
    this.faces.again = false;
    grid.paint();
    if (this.faces.again || columns.moved) {
      this._place();
      grid.paint();
    }
    this._return();
  }
  _place() {
    const { columns, grid, parts } = this;
    if (!columns.moved) return;
    if (columns.place(this.scroll.clientWidth)) grid.renew();
    parts.size.style.width = `${columns.width}px`;
  }
  _take() {
    const { order, groups, hold, grid } = this;
    this._asked = false;
    const before = this.rows[grid.active.row];
    const fresh = order.rows();
    this.shown = fresh.length;
    this._sum(fresh);
    const list = groups.on ? groups.arrange(fresh, order.sort) : fresh;
    this.rows = hold.rows(list, (id) => groups.at(id) !== void 0);
    const { row } = grid.active;
    if (row >= 0 && before !== void 0 && this.rows[row] !== before && this.root.activeElement === this.scroll) {
      const now = this.rows.indexOf(before);
      if (now >= 0) grid.active.row = now;
    }
  }
  allRows() {
    this._take();
    this.schedule();
    return this.order.rows();
  }
  _sum(rows) {
    const { groups, grid, _sums: sums } = this;
    if (!grid.total) return;
    const now = performance.now();
    const wait = sums.at + TOTALS_REST * sums.cost - now;
    clearTimeout(sums.timer);
    if (wait > 50) {
      sums.timer = setTimeout(() => this.renewSums(), wait);
      return;
    }
    groups.all(rows);
    this.faces.sums.clear();
    for (const { name } of this.columns.list) this.faces.sums.set(name, groups.value(TOTAL, name));
    sums.at = performance.now();
    sums.cost = sums.at - now;
  }
  renewSums() {
    this._dirty = true;
    this.schedule();
  }
  count() {
    const { stream, parts, hold } = this;
    const { shown } = this;
    const all = stream.length;
    const many = (count2) => count2.toLocaleString("en-US");
    const rows = `${many(all)} row${all === 1 ? "" : "s"}`;
    let text2 = shown === all ? rows : `${many(shown)} of ${rows}`;
    if (!stream.ready && stream.total > all) text2 += ` (loading ${Math.floor(100 * all / stream.total)} %)`;
    if (this.choice.chosen.size) text2 += ` · ${many(this.choice.chosen.size)} selected`;
    if (hold.on && (this.order.sort.length || hold.waiting)) text2 += ` · order held${hold.waiting ? `, ${many(hold.waiting)} new` : ""}`;
    write(parts.count, text2);
    const count = String(this.rows.length + 1 + (this.grid.total ? 1 : 0));
    if (parts.scroll.getAttribute("aria-rowcount") !== count) parts.scroll.setAttribute("aria-rowcount", count);
    parts.frame.classList.toggle("bare", shown === 0);
    write(parts.empty, all === 0 ? stream.ready ? stream.meta.reason ?? "No rows yet" : "Waiting for data ..." : "No row fits the filter");
  }
  _status() {
    const { parts, link, model } = this;
    const status = link.statusOf(this.stream.id);
    parts.frame.classList.toggle("stale", stale(status));
    const text2 = why(status, { now: link.env.now(), model, online: navigator.onLine });
    write(parts.badge, text2);
  }
  _theme() {
    this.host.classList.toggle("dark", readPalette(
      this.host.parentElement ?? document.body
    ).dark);
  }
  holdFor(reason, on) {
    if (reason === "asked") this.parts.holdButton.setAttribute("aria-pressed", String(on));
    if (!this.hold.set(reason, on)) return;
    if (on && !this._asked) this.hold.rows(this.rows);
    this._dirty = true;
    this.schedule();
  }
  _scrolled() {
    this.parts.frame.classList.toggle("scrolled", this.scroll.scrollLeft > 0);
    clearTimeout(this._scrollTimer);
    this._scrollTimer = setTimeout(() => {
      this._keepScroll();
      this.keep();
    }, 300);
    this.schedule();
  }
  _keepScroll() {
    const { scrollTop, scrollLeft } = this.scroll;
    if (this._waits.scroll || !this.scroll.clientHeight && this.state.scroll) return;
    if (scrollTop || scrollLeft || this.state.scroll) this.state.scroll = [Math.round(scrollTop), Math.round(scrollLeft)];
  }
  _copy(event) {
    if (event.composedPath().some((node) => node instanceof HTMLInputElement)) return;
    event.clipboardData?.setData("text/plain", this.pendingCopy ?? tsv(this).text);
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
function isFace(model) {
  return model.comm_live === void 0 && model.comm === void 0;
}
function connect(rt, model) {
  const links = rt.links ??= /* @__PURE__ */ new Map();
  const hub = model.get("_hub");
  const own = model.get("_kind") !== "hub";
  const key = own ? `${hub}/${model.get("_id")}` : hub;
  const known = links.get(key);
  if (known && known.model === model) return known.link;
  if (known && isFace(model) && known.link.status.kernel !== "gone") {
    known.link.face(model);
    return known.link;
  }
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
function forgetWith(model, memories, id) {
  model.on?.("destroy", () => memories.delete(id));
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
    forgetWith(model, memories, id);
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
