/**
 * One kernel's connection with this page: which streams it wants, acknowledgements, resyncs, engine parts, and whether
 * the kernel is still heard.
 *
 * Rules kept here: the page speaks first; a message that asks for it is acknowledged when it is applied (not when it is
 * painted: a hidden page must not stop the credit); a hidden page wants nothing; what a lost message broke is mended
 * by saying again, in full, what is wanted and which revision is here.
 *
 * Messages to Python (custom messages of the hub's model; `p` names the page):
 *   hello {p, proto, mount, binary}      want {p, n, s: {stream: revision here, or -1 = go on}}
 *   ack {p, q}                         part {p, name, hash}          bye {p}
 * From Python: welcome {p, proto, parts, status} + probe, f {p, q, n, a, m: {stream: meta}} + buffer, b {p, q, n, a}
 * (heartbeat),
 * part {name, hash, kind} + buffer, status {status}, again {p}, drop {p, s: stream that is no more}.
 *
 * @module
 */

import { applyMessage, ownBuffer } from "./codec.js";
import { EMPTY, Store } from "./store.js";

const RELEASE_MS = 1000; // a view that leaves and comes back at once costs nothing
const REPEAT_MS = 3000;
const REPEAT_MOST_MS = 30_000;
const QUIET_MS = 6500; // the kernel's heartbeat is 5 s
const SILENT_MS = 12_000;

/**
 * What the link needs of the browser; a test gives its own.
 * @typedef {object} Env
 * @property {() => number} now                       ms
 * @property {(ms: number, fn: () => void) => any} later
 * @property {(timer: any) => void} cancel
 * @property {() => boolean} hidden
 * @property {boolean} mount                          this host lets views be mounted into plain HTML outputs
 * @property {(bytes: ArrayBuffer, kind: string) => Promise<any>} load   gzipped script to module
 */

/** @typedef {{send(content: any, callbacks?: any, buffers?: any): void, on(name: string, fn: Function): void, off(name: string, fn: Function): void}} Model */

/**
 * How the data's way stands. `kernel`: "live", "silent" (not heard for 12 s) or "gone" (its comm is closed);
 * `gateway` is what Python says of the connection to TWS: {state: "live" | "stale", text}; `streams` of it tells by
 * stream which stand worse than all.
 * @typedef {{kernel: "live" | "silent" | "gone", heard: number, gateway: {state: string, text: string, since?: number, streams?: Record<string, {state: string, text: string, since?: number}>}}} Status
 */

export class Link {
  /** @param {{model: Model, page: string, parts: Map<string, any>, env: Env}} options */
  constructor({ model, page, parts, env }) {
    this.model = model;
    this.page = page;
    this.env = env;
    this.parts = parts;
    this.store = new Store();
    /** @type {Status} */
    this.status = { kernel: "live", heard: env.now(), gateway: { state: "live", text: "" } };
    /** @type {Record<string, string>} */
    this.hashes = {};
    this.stats = { messages: 0, bytes: 0, gaps: 0 };
    /** @type {Map<number, number>} */ this._wanted = new Map();
    /** @type {Set<number>} streams whose revision here Python must be told */
    this._stale = new Set();
    /** @type {Set<number>} streams that Python has ended while a view here still shows them */
    this._doomed = new Set();
    /** @type {Set<(status: Status) => void>} */ this._watchers = new Set();
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
    /** @type {Map<string, {promise: Promise<any>, resolve: (value: any) => void}>} */ this._waiting = new Map();
    /** @type {WeakSet<Model>} */ this._faces = new WeakSet();
    this._heardOf = null;
    this._disposed = false;
    this._onMessage = (/** @type {any} */ content, /** @type {any[]} */ buffers) => {
      if (this._disposed || (content && content === this._heardOf)) return;
      this._heardOf = content;
      this.receive(content, buffers ?? []);
    };
    this.face(model);
    this._hello();
    this._tick();
  }

  /**
   * Hear and speak through this model from now on. A host may give each view a face of its own of the hub's model, and take
   * the listeners of a face away with its view (marimo): then the others still hear, a message only once.
   * @param {Model} model
   */
  face(model) {
    this.model = model;
    if (this._faces.has(model)) return;
    this._faces.add(model);
    model.on("msg:custom", this._onMessage);
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
    let resolve = /** @type {(value: any) => void} */ (() => {});
    const promise = new Promise((done) => (resolve = done));
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
    this._disposed = true;
    this.model.off("msg:custom", this._onMessage);
  }

  // -- what comes in -------------------------------------------------------------------------------------------

  /** @param {any} content @param {any[]} buffers */
  receive(content, buffers) {
    if (!content || (content.p !== undefined && content.p !== this.page)) return;
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
      case "again": // Python does not know this page (any more)
        for (const id of this._wanted.keys()) this._stale.add(id);
        this._hello();
        if (this._n > 0) this._ask(0);
        break;
    }
  }

  /** @param {any} content @param {any[]} buffers */
  _frames(content, buffers) {
    const buffer = content.d !== undefined ? fromBase64(content.d) : ownBuffer(buffers[0] ?? new ArrayBuffer(0));
    this.stats.messages += 1;
    this.stats.bytes += buffer.byteLength;
    this._heard(content);
    let gaps = /** @type {number[]} */ ([]);
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
      // Frames that were on their way before the answer have the same gap: one question is enough.
      const fresh = gaps.filter((id) => !this._stale.has(id));
      for (const id of gaps) this._stale.add(id);
      if (fresh.length || this.env.now() - this._askedAt > 1000) this._ask(0);
    }
  }

  /** @param {number} id @param {Record<string, any>} meta */
  _meta(id, meta) {
    const stream = this.store.streams.get(id);
    if (!stream) return;
    stream.meta = meta;
    stream.emit({
      reset: false, schema: false, meta: true, rows: false, added: EMPTY, removed: EMPTY, changed: new Map(),
    });
  }

  /** @param {any} content */
  _heard(content) {
    if (content.n === undefined || content.n < this._n) return;
    this._answered = content.n;
    this._repeat = REPEAT_MS;
    this._stale.clear();
  }

  /** @param {any} content @param {any[]} buffers */
  _welcomed(content, buffers) {
    this.hashes = content.parts ?? {};
    this._setGateway(content.status);
    const probe = buffers[0] && new Uint8Array(ownBuffer(buffers[0]));
    const binary = !!probe && probe.length === 4 && probe[0] === 0x49 && probe[3] === 0xff;
    if (!binary && this._binary) {
      this._binary = false; // this host loses or mangles binary parts: ask for text
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
      waiting.resolve(await this.env.load(d === undefined ? ownBuffer(buffers[0]) : fromBase64(d), kind));
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
    this.env.later(5000, () => this._askPart(name));
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
      /** @type {Record<string, number>} */
      const wants = {};
      for (const [id, count] of this._wanted) {
        const stream = this.store.streams.get(id);
        if (count <= 0 || hidden || !stream) {
          this._stale.add(id); // when it comes back, Python must know what is here
          continue;
        }
        wants[id] = this._stale.has(id) ? (stream.ready ? stream.revision : 0) : -1;
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
    if (!this._welcome && now - this._helloAt > 5000) this._hello();
    if (!this._paused && this._n > 0 && !env.hidden()) {
      const quiet = now - this.status.heard;
      const late = this._answered < this._n && now - this._askedAt > this._repeat;
      if (late || (quiet > QUIET_MS && now - this._askedAt > this._repeat)) {
        for (const id of this._wanted.keys()) this._stale.add(id);
        this._repeat = Math.min(REPEAT_MOST_MS, this._repeat * 2);
        this._ask(0);
      }
      if (quiet > SILENT_MS) this._setKernel("silent");
    }
    this._timer = env.later(1000, () => this._tick());
  }

  /** @param {Status["kernel"]} kernel */
  _setKernel(kernel) {
    if (this.status.kernel === kernel) return;
    this.status.kernel = kernel;
    this._tell();
  }

  /** The status of one stream: that of its own connection, if it stands worse than all. @param {number} id @returns {Status} */
  statusOf(id) {
    const { streams, ...all } = this.status.gateway;
    return { ...this.status, gateway: streams?.[id] ?? all };
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
}

/** @param {string} text @returns {ArrayBuffer} */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
}
