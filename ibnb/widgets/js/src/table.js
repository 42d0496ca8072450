/**
 * The table view: a grid of rows that live, with a header to sort by, filters, selection, copy, and the keyboard.
 *
 * It draws from the stream's store only, so it scrolls, sorts and filters while the kernel is busy. All text goes through
 * text nodes.
 *
 * @module
 */

import { readPalette, watchTheme } from "./chart-theme.js";
import { CellWriter, DASH, isNumeric } from "./format.js";
import { Grid } from "./grid.js";
import { Order } from "./order.js";
import { CSS } from "./tablecss.js";
import { parseTyped } from "./tablefilter.js";
import { dragEdge, handleKey } from "./tablekeys.js";

/** @typedef {import("./store.js").ChangeInfo} ChangeInfo */
/** @typedef {import("./store.js").ColumnSpec} ColumnSpec */
/** @typedef {import("./link.js").Status} Status */
/** @typedef {{get(name: string): any, on(name: string, fn: Function): void, off(name: string, fn: Function): void, send(content: any): void}} Model */
/**
 * What a view remembers when its output is taken out of the page and put back (or drawn anew with a new picture).
 * @typedef {object} Memory
 * @property {import("./order.js").SortKey[]} [sort] @property {Record<string, string>} [typed] @property {string} [search]
 * @property {boolean} [filtering] @property {Record<string, number>} [widths] @property {number} [top] @property {number} [left]
 * @property {string[]} [chosen] keys
 */

const OPTIONS = ["columns", "sort", "filter", "height", "flash", "decimals", "title", "search"];
const MOST_WIDTH = 360;
const LEAST_WIDTH = 44;
const PADDING = 17; // of a cell, with a pixel to spare
const ARROW = 22; // room for the sign of a sorted column and its rank
const MOST_MEASURED = 5000; // texts of a column whose widths are known
const DEFAULT_HEIGHT = 400;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * @param {{model: Model, el: HTMLElement, link: import("./link.js").Link, memory: Memory}} context
 * @returns {() => void}
 */
export function render(context) {
  const view = new TableView(context);
  return () => view.destroy();
}

/** @param {string} tag @param {string} className @param {Record<string, string>} [attributes] @returns {any} */
function element(tag, className, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** A column's heading: its name, with the zone of times that are not UTC. @param {ColumnSpec} spec */
function label({ name, kind, zone }) {
  return kind === "time" && zone && zone !== "UTC" ? `${name} (${zone})` : name;
}

class TableView {
  /** @param {{model: Model, el: HTMLElement, link: import("./link.js").Link, memory: Memory}} context */
  constructor({ model, el, link, memory }) {
    this.model = model;
    this.link = link;
    this.memory = memory;
    this.stream = link.stream(model.get("_stream"));
    this.order = new Order(this.stream);
    /** @type {(import("./grid.js").GridColumn & {spec: ColumnSpec, writer: CellWriter, px: number, chars: number, known: Set<string>, sized: boolean})[]} */
    this.columns = [];
    /** Slots that are chosen; in the memory their keys. @type {Set<number>} */
    this.chosen = new Set();
    this.anchor = -1;
    /** @type {Uint32Array} */ this.rows = new Uint32Array(0);
    this._frame = 0;
    this._dirty = true;
    this.layout = true;
    this._seen = false;
    this._wants = false;
    this._destroyed = false;
    this._charPx = 7.4;
    this._measured = false;
    /** Measures texts in the font of the cells. @type {CanvasRenderingContext2D | null} */
    this._pen = document.createElement("canvas").getContext("2d");
    this._again = false;
    /** @type {(() => void)[]} */
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
    const root = (this.root = this.host.attachShadow({ mode: "open" }));
    sheet ??= (() => {
      const made = new CSSStyleSheet();
      made.replaceSync(CSS);
      return made;
    })();
    root.adoptedStyleSheets = [sheet, this.columnSheet];
    const frame = (this.frame = element("div", "frame"));
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
      chosen: (slot) => this.chosen.has(slot),
    });
  }

  _listen() {
    const { scroll, host } = this;
    /** @param {EventTarget} target @param {string} type @param {(event: any) => void} fn @param {any} [options] */
    const on = (target, type, fn, options) => {
      target.addEventListener(type, fn, options);
      this._off.push(() => target.removeEventListener(type, fn, options));
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
      watchTheme(() => this._theme()),
    );
    const options = () => this._options();
    for (const name of OPTIONS) this.model.on(`change:${name}`, options);
    this._off.push(() => OPTIONS.forEach((name) => this.model.off(`change:${name}`, options)));
    this._theme();
    this._status(this.link.status);
    this._age = setInterval(() => this._status(this.link.status), 5000);
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
    if (memory.sort === undefined && model.get("sort")?.length) memory.sort = model.get("sort");
    this._schema();
  }

  /** Set up the columns anew. */
  _schema() {
    const { stream, model, memory } = this;
    const { schema } = stream;
    const title = model.get("title") || schema.name;
    this.nameNode.textContent = title;
    this.scroll.setAttribute("aria-label", title);
    /** @type {string[] | null} */
    const wanted = model.get("columns");
    const known = new Map(schema.columns.map((spec) => [spec.name, spec]));
    const names = wanted?.length ? wanted.filter((name) => known.has(name)) : schema.columns.filter(({ hidden }) => !hidden).map(({ name }) => name);
    const decimals = model.get("decimals") ?? {};
    this.columns.length = 0;
    for (const name of names) {
      const spec = /** @type {ColumnSpec} */ (known.get(name));
      const width = memory.widths?.[name];
      this.columns.push({
        name, spec, writer: new CellWriter(spec, decimals[name]), px: 0, chars: 0, known: new Set(), left: 0,
        width: width ?? LEAST_WIDTH, sized: width !== undefined, right: isNumeric(spec),
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
      const input = /** @type {HTMLInputElement} */ (this.filters.children[i].firstChild);
      const tree = parseTyped(input.value, spec);
      input.classList.toggle("bad", input.value.trim() !== "" && tree === null);
      if (tree) parts.push(tree);
    });
    if (this.search.value.trim()) parts.push(["text", this.search.value.trim()]);
    const sort = memory.sort ?? /** @type {any} */ (this.stream.schema).sorting ?? [];
    this.order.set(sort, parts.length > 1 ? ["and", ...parts] : parts[0] ?? null);
    this.columns.forEach(({ name }, i) => {
      const head = this.heads.children[i];
      const at = sort.findIndex((/** @type {any} */ [key]) => key === name);
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
    this._measured = font !== ""; // outside of the page there is no font yet: the first paint measures then
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
  _admit(column, text) {
    const { known } = column;
    if (!this._measured) return;
    if (column.right ? text.length <= column.chars : known.has(text) || known.size > MOST_MEASURED) return;
    if (!column.right) known.add(text);
    column.chars = Math.max(column.chars, text.length);
    const shown = text.slice(0, 100); // wider than any column
    const px = Math.max(this._pen?.measureText(shown).width ?? 0, column.right || !this._pen ? shown.length * this._charPx : 0);
    if (px <= column.px) return;
    column.px = px;
    if (!column.sized) this.layout = true;
  }

  _place() {
    let left = 0;
    const rules = /** @type {string[]} */ ([]);
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
    // New rows flash as a whole, if they are few: a first filling is no news.
    if (added.length && added.length <= 20) for (const slot of added) this.columns.forEach((_, index) => grid.flash(slot, index, 0));
  }

  _restore() {
    const { memory, stream } = this;
    if (memory.chosen?.length && stream.ready) {
      const keys = new Set(memory.chosen);
      for (const slot of stream.rows) if (keys.has(stream.key(slot))) this.chosen.add(slot);
    }
    if (memory.top === undefined) return;
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
      grid.paint(); // a number needed more decimals than its column had, or more room
    }
  }

  _count() {
    const { stream } = this;
    const shown = this.rows.length;
    const all = stream.length;
    const rows = `${all.toLocaleString("en-US")} row${all === 1 ? "" : "s"}`;
    let text = shown === all ? rows : `${shown.toLocaleString("en-US")} of ${rows}`;
    if (!stream.ready && stream.total > all) text += ` (loading ${Math.floor((100 * all) / stream.total)} %)`;
    if (this.chosen.size) text += ` · ${this.chosen.size} selected`;
    if (this.countNode.textContent !== text) this.countNode.textContent = text;
    this.scroll.setAttribute("aria-rowcount", String(shown + 1));
    this.frame.classList.toggle("bare", shown === 0);
    this.empty.textContent = all === 0 ? (stream.ready ? this.stream.meta.reason ?? "No rows yet" : "Waiting for data ...") : "No row fits the filter";
  }

  /** @param {Status} status */
  _status({ kernel, heard, gateway }) {
    const gone = kernel !== "live";
    const stale = gone || gateway.state !== "live";
    this.frame.classList.toggle("stale", stale);
    let text = "";
    if (stale) {
      const since = gone ? Date.now() - (this.link.env.now() - heard) : (gateway.since ?? 0) * 1000;
      const clock = since ? ` since ${new Date(since).toLocaleTimeString("en-GB")}` : "";
      const who = kernel === "gone" ? "kernel stopped" : kernel === "silent" ? "kernel not heard" : gateway.text || "TWS not connected";
      text = `Not live: ${who}${clock}`;
    }
    if (this.badge.textContent !== text) this.badge.textContent = text;
  }

  _theme() {
    this.host.classList.toggle("dark", readPalette(/** @type {HTMLElement} */ (this.host.parentElement ?? document.body)).dark);
  }

  // -- sort and filter -----------------------------------------------------------------------------------------

  /** @param {number} index @param {boolean} more keep the other sort keys */
  sortBy(index, more) {
    const { name } = this.columns[index];
    const { memory } = this;
    const sort = memory.sort ?? /** @type {any} */ (this.stream.schema).sorting ?? [];
    const had = sort.find((/** @type {any} */ [key]) => key === name);
    const rest = more ? sort.filter((/** @type {any} */ [key]) => key !== name) : [];
    // Numbers: the largest first, as one looks for those; then the other way; then not at all.
    const firstUp = !isNumeric(this.columns[index].spec);
    /** @type {import("./order.js").SortKey[]} */
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
      const { value } = /** @type {HTMLInputElement} */ (this.filters.children[i].firstChild);
      if (value) /** @type {any} */ (memory.typed)[name] = value;
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
    if (slot === undefined) return;
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
    return lines.map((line) => line.map((text) => text.replace(/[\t\n]/g, " ")).join("\t")).join("\n");
  }

  /** @param {ClipboardEvent} event */
  _copy(event) {
    event.clipboardData?.setData("text/plain", this.tsv());
    event.preventDefault();
    event.stopPropagation();
  }
}

export { TableView };
