/**
 * The table view: a grid of rows that live, with a header to sort by, filters, groups and totals, selection, copy, and the
 * keyboard.
 *
 * It draws from the stream's store only, so it scrolls, sorts and filters while the kernel is busy. All text goes through
 * text nodes.
 *
 * @module
 */

import { readPalette, watchTheme } from "./chart-theme.js";
import { Grid } from "./grid.js";
import { Order } from "./order.js";
import { Actions } from "./tableactions.js";
import { Choice, tsv } from "./tablechoice.js";
import { Columns } from "./tablecolumns.js";
import { CSS } from "./tablecss.js";
import { Faces, flashChanges } from "./tablefaces.js";
import { parseTyped } from "./tablefilter.js";
import { GROUP, Groups, TOTAL } from "./tablegroups.js";
import { headClick, headDoubleClick, headMenu, headPress, makeHeads, showSort } from "./tableheads.js";
import { Hold } from "./tablehold.js";
import { handleKey } from "./tablekeys.js";
import { Menus } from "./tablemenu.js";
import { buildParts, element, write } from "./tableparts.js";
import { firstState, Keeper, OVERRIDES } from "./tablestate.js";
import { stale, why } from "./tablestatus.js";

/** @typedef {import("./store.js").ChangeInfo} ChangeInfo */
/** @typedef {{get(name: string): any, on(name: string, fn: Function): void, off(name: string, fn: Function): void, send(content: any): void, widget_manager?: any}} Model */
/** What a page remembers of a view while its output is out of the page. @typedef {{state?: import("./tablestate.js").State}} Memory */

const OPTIONS = ["columns", "sort", "filter", "height", "flash", "decimals", "title", "search", "group", "totals", "freeze_cols", "fmt", "zone", "hold", "_marks", "_aggregates"];
const STRUCTURE = new Set(["columns", "decimals", "title", "group", "totals", "freeze_cols", "fmt", "zone", "_marks", "_aggregates"]);
const DEFAULT_HEIGHT = 400;
const TOTALS_REST = 20; // sums of many rows are made anew at most this part of the time

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @param {{model: Model, el: HTMLElement, link: import("./link.js").Link, memory: Memory}} context @returns {() => void} */
export function render(context) {
  const view = new TableView(context);
  return () => view.destroy();
}

export class TableView {
  /** @param {{model: Model, el: HTMLElement, link: import("./link.js").Link, memory: Memory}} context */
  constructor({ model, el, link, memory }) {
    this.model = model;
    this.link = link;
    this.memory = memory;
    this.state = firstState(model, memory);
    this.stream = link.stream(model.get("_stream"));
    this.order = new Order(this.stream);
    this.groups = new Groups(this.stream);
    this.hold = new Hold();
    /** What is on the screen, in order: slots and groups. @type {Uint32Array} */
    this.rows = new Uint32Array(0);
    this.shown = 0; // rows that the filter shows, groups aside
    this.dragged = false;
    /** @type {string | null} */ this.pendingCopy = null;
    this._frame = 0;
    this._dirty = true;
    this._seen = this._wants = this._destroyed = this._whole = false;
    this._asked = true; // the user waits for another order
    this._known = ""; // the schema that is shown
    this._waits = { chosen: true, scroll: true }; // to be restored when the rows are here
    this._sums = { at: 0, cost: 0, timer: /** @type {any} */ (undefined) };
    /** @type {(() => void)[]} */ this._off = [];
    this.parts = buildParts();
    this.scroll = this.parts.scroll;
    this.search = this.parts.search;
    this.root = this._attach(el);
    this.columns = new Columns(this);
    this.root.adoptedStyleSheets = [/** @type {CSSStyleSheet} */ (sheet), this.columns.sheet];
    this.faces = new Faces(this);
    this.grid = new Grid(this.scroll, this.parts.size, this.parts.body, {
      rows: () => this.rows,
      columns: () => this.columns.list,
      pinned: () => this.columns.pinned,
      face: (slot, column, face) => this.faces.cell(slot, column, face),
      row: (slot, face) => this.faces.row(slot, face),
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

  /** @param {HTMLElement} el */
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
    /** @param {EventTarget} target @param {string} type @param {(event: any) => void} fn @param {any} [options] */
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
    on(parts.moreButton, "click", () => (this.menus.isOpen ? this.menus.close() : this.menus.openView()));
  }

  _watch() {
    const resized = new ResizeObserver(() => {
      this.columns.moved = true; // more or fewer of them may be pinned
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
      watchTheme(() => this._theme()),
    );
    const handlers = OPTIONS.map((name) => /** @type {[string, () => void]} */ ([`change:${name}`, () => this._option(name)]));
    handlers.push(["change:_state", () => this.keeper.heard()]);
    for (const [name, fn] of handlers) this.model.on(name, fn);
    this._off.push(() => handlers.forEach(([name, fn]) => this.model.off(name, fn)));
    this._theme();
    this._status();
    const age = setInterval(() => this._status(), 5000);
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

  /** Want the data while it can be seen. */
  _follow() {
    if (this._seen !== this._wants) {
      this._wants = this._seen;
      this.link.want(this.stream.id, this._wants);
    }
    if (this._seen) this.schedule();
  }

  /** The user has done something that is to last. */
  keep() {
    this.keeper.keep();
  }

  /** @param {string} text for those who listen to the page */
  say(text) {
    this.parts.said.textContent = text;
  }

  // -- what is shown -------------------------------------------------------------------------------------------

  /** Python has set an option. @param {string} name */
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

  /** Show what `state` says. @param {boolean} whole with its place in the table */
  adopt(whole) {
    const { state, search } = this;
    search.value = state.search ?? "";
    this.groups.closed = new Set(state.closed ?? []);
    this.holdFor("asked", state.hold ?? this.model.get("hold") === true);
    this._waits.chosen = true;
    this._waits.scroll ||= whole && state.scroll !== undefined;
    this.act.filterButton();
    this.schemaMoved(false);
    this._restore();
  }

  title() {
    return this.model.get("title") || this.stream.schema.name;
  }

  /** Columns, groups or totals are others. @param {boolean} [byUser] */
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

  /** @returns {import("./order.js").SortKey[]} */
  sorting() {
    const given = this.model.get("sort");
    return this.state.sort ?? (given?.length ? given : /** @type {any} */ (this.stream.schema).sorting) ?? [];
  }

  /** @returns {string[]} */
  grouping() {
    return (this.state.group ?? this.model.get("group") ?? []).filter((/** @type {string} */ name) => this.columns.known.has(name));
  }

  totals() {
    return this.state.totals ?? this.model.get("totals") === true;
  }

  /** Take sort and filters from what was clicked, typed and given. */
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

  /** Look for the rows anew, also while their order is held. */
  renew() {
    this.hold.renew();
    this._asked = this._dirty = true;
    this.schedule();
  }

  /** @param {ChangeInfo} info */
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

  /** A snapshot brings its schema; as a rule the one that is here. */
  _schemaCame() {
    if (this._schemaText() !== this._known) this.schemaMoved(false);
  }

  /** @returns {string} */
  _schemaText() {
    const { name, columns, key, sorting } = /** @type {any} */ (this.stream.schema);
    return JSON.stringify([name, columns, key, sorting]);
  }

  /** Choose again what was chosen, by key, once the rows are here. */
  _restore() {
    const { stream, _waits: waits } = this;
    if (!stream.ready) return;
    if (waits.chosen) {
      waits.chosen = false;
      this.choice.restore();
    }
  }

  /** Go back to the place in the table where the user was: not before there is something to scroll. */
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
    // While a new snapshot comes in the last picture stays; only the first one is watched as it grows.
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
      grid.paint(); // a number needed more decimals than its column had, or more room
    }
    this._return();
  }

  _place() {
    const { columns, grid, parts } = this;
    if (!columns.moved) return;
    if (columns.place(this.scroll.clientWidth)) grid.renew();
    parts.size.style.width = `${columns.width}px`;
  }

  /** The rows to show now. */
  _take() {
    const { order, groups, hold, grid } = this;
    this._asked = false;
    const before = this.rows[grid.active.row];
    const fresh = order.rows();
    this.shown = fresh.length;
    this._sum(fresh);
    const list = groups.on ? groups.arrange(fresh, order.sort) : fresh;
    this.rows = hold.rows(list, (id) => groups.at(id) !== undefined);
    const { row } = grid.active;
    // The keyboard stays at its row, wherever that goes.
    if (row >= 0 && before !== undefined && this.rows[row] !== before && this.root.activeElement === this.scroll) {
      const now = this.rows.indexOf(before);
      if (now >= 0) grid.active.row = now;
    }
  }

  /** All slots that the filter shows, in order, of now. */
  allRows() {
    this._take(); // the list on the screen is that of the order: both move together
    this.schedule();
    return this.order.rows();
  }

  /** Sums of many rows are made anew only as often as they do not hold up the rest. @param {Uint32Array} rows */
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
    const many = (/** @type {number} */ count) => count.toLocaleString("en-US");
    const rows = `${many(all)} row${all === 1 ? "" : "s"}`;
    let text = shown === all ? rows : `${many(shown)} of ${rows}`;
    if (!stream.ready && stream.total > all) text += ` (loading ${Math.floor((100 * all) / stream.total)} %)`;
    if (this.choice.chosen.size) text += ` · ${many(this.choice.chosen.size)} selected`;
    if (hold.on && (this.order.sort.length || hold.waiting)) text += ` · order held${hold.waiting ? `, ${many(hold.waiting)} new` : ""}`;
    write(parts.count, text);
    const count = String(this.rows.length + 1 + (this.grid.total ? 1 : 0));
    if (parts.scroll.getAttribute("aria-rowcount") !== count) parts.scroll.setAttribute("aria-rowcount", count);
    parts.frame.classList.toggle("bare", shown === 0);
    write(parts.empty, all === 0 ? (stream.ready ? stream.meta.reason ?? "No rows yet" : "Waiting for data ...") : "No row fits the filter");
  }

  _status() {
    const { parts, link, model } = this;
    const status = link.statusOf(this.stream.id);
    parts.frame.classList.toggle("stale", stale(status));
    const text = why(status, { now: link.env.now(), model, online: navigator.onLine });
    write(parts.badge, text);
  }

  _theme() {
    this.host.classList.toggle("dark", readPalette(/** @type {HTMLElement} */ (this.host.parentElement ?? document.body)).dark);
  }

  /** @param {string} reason @param {boolean} on */
  holdFor(reason, on) {
    if (reason === "asked") this.parts.holdButton.setAttribute("aria-pressed", String(on));
    if (!this.hold.set(reason, on)) return;
    if (on && !this._asked) this.hold.rows(this.rows); // what is seen is what stays
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
    if (this._waits.scroll || (!this.scroll.clientHeight && this.state.scroll)) return; // not there yet, or out of the page
    if (scrollTop || scrollLeft || this.state.scroll) this.state.scroll = [Math.round(scrollTop), Math.round(scrollLeft)];
  }

  /** @param {ClipboardEvent} event */
  _copy(event) {
    if (event.composedPath().some((node) => node instanceof HTMLInputElement)) return;
    event.clipboardData?.setData("text/plain", this.pendingCopy ?? tsv(this).text);
    event.preventDefault();
    event.stopPropagation();
  }
}
