// A page with table views only; see table_page.py. Rows are written straight into the store, as the decoder does.
import { Store } from "/js/src/store.js";
import { render } from "/js/src/table.js";

const EMPTY = new Uint32Array(0);
const store = new Store();
const page = (window.page = { store, models: [], views: [] });
page.link = {
  env: { now: () => performance.now() }, status: { kernel: "live", heard: performance.now(), gateway: { state: "live", text: "" } },
  watchers: new Set(), wanted: [], stream: (id) => store.stream(id), want(id, on) { this.wanted.push([id, on]); },
  onStatus(fn) { this.watchers.add(fn); return () => this.watchers.delete(fn); },
  statusOf() { return this.status; },
  setStatus(status) { Object.assign(this.status, status); for (const fn of this.watchers) fn(this.status); },
};

function model(options) {
  const traits = { _stream: 1, ...options };
  const handlers = {};
  const made = {
    sent: [], traits, get: (name) => traits[name], send: (content) => made.sent.push(content),
    on: (name, fn) => (handlers[name] ??= new Set()).add(fn), off: (name, fn) => handlers[name]?.delete(fn),
    set(name, value) { traits[name] = value; for (const fn of handlers[`change:${name}`] ?? []) fn(); },
  };
  page.models.push(made);
  return made;
}

/** A table: columns as in the schema, rows as plain objects. */
page.table = (columns, rows, { key = [columns[0].name], sorting = [], id = 1, name = "board" } = {}) => {
  const stream = store.stream(id);
  stream.reset({ name, kind: "keyed", key, columns, sorting });
  stream.codes = {};
  stream.ready = true;
  stream.revision = 1;
  stream.add(Uint32Array.from(rows.keys()), Float64Array.from(rows.keys()));
  rows.forEach((row, slot) => page.write(stream, slot, row));
  stream.emit({ reset: true, schema: true, meta: false, rows: true, added: EMPTY, removed: EMPTY, changed: new Map() });
};
page.code = (stream, name, value) => {
  if (value === null || value === undefined) return 0;
  const index = ((stream.codes ??= {})[name] ??= new Map());
  if (!index.has(value)) index.set(value, stream.dictionary[name].push(value) - 1);
  return index.get(value);
};
page.write = (stream, slot, row) => {
  for (const [name, value] of Object.entries(row)) {
    const kind = stream.kinds[name];
    stream.columns[name][slot] = kind === "str" ? page.code(stream, name, value) : kind === "bool" ? (value === null ? 255 : Number(value)) : value ?? NaN;
  }
};
/** Change rows: [[slot, {column: value}], ...], as one frame. */
page.change = (changes, id = 1) => {
  const stream = store.stream(id);
  const changed = new Map();
  for (const [slot, row] of changes) {
    for (const name of Object.keys(row)) {
      if (!changed.has(name)) changed.set(name, { slots: [], prev: [] });
      const part = changed.get(name);
      part.slots.push(slot);
      part.prev.push(stream.columns[name][slot]);
    }
    page.write(stream, slot, row);
  }
  for (const part of changed.values()) Object.assign(part, { slots: Uint32Array.from(part.slots), prev: Float64Array.from(part.prev) });
  stream.revision++;
  stream.emit({ reset: false, schema: false, meta: false, rows: false, added: EMPTY, removed: EMPTY, changed });
};
page.add = (slot, row, id = 1) => {
  const stream = store.stream(id);
  stream.add(Uint32Array.of(slot), [page.next = (page.next ?? 1e6) + 1]);
  page.write(stream, slot, row);
  stream.emit({ reset: false, schema: false, meta: false, rows: true, added: Uint32Array.of(slot), removed: EMPTY, changed: new Map() });
};
page.remove = (slot, id = 1) => {
  store.stream(id).remove(Uint32Array.of(slot));
  store.stream(id).emit({ reset: false, schema: false, meta: false, rows: true, added: EMPTY, removed: Uint32Array.of(slot), changed: new Map() });
};
page.show = (options = {}, memory = {}) => {
  const el = document.createElement("div");
  el.className = "ibnb-host";
  document.querySelector("#views").append(el);
  const made = model(options);
  const close = render({ model: made, el, link: page.link, memory });
  page.views.push({ close, model: made, memory });
  return page.views.length - 1;
};
page.ready = true;
