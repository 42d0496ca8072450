/**
 * The columns of a view: which are shown, in which order, how wide, which are pinned to the left edge.
 *
 * A column is as wide as the widest text it has shown, and never shrinks by itself, so that nothing jitters while numbers
 * move; one that somebody has sized keeps its width.
 *
 * @module
 */

import { CellWriter, isNumeric } from "./format.js";
import { HIDDEN } from "./tablefilter.js";

/** @typedef {import("./store.js").ColumnSpec} ColumnSpec */
/** @typedef {import("./grid.js").GridColumn & {spec: ColumnSpec, writer: CellWriter, px: number, chars: number, known: Set<string>, sized: boolean, mark: string}} ViewColumn */

const MOST_WIDTH = 360;
export const LEAST_WIDTH = 44;
const PADDING = 17; // of a cell, with a pixel to spare
const ARROW = 22; // room for the sign of a sorted column and its rank
const MOST_MEASURED = 5000; // texts of a column whose widths are known
const MOST_SHOWN = 500; // letters of a cell: far more than fit, and a text of 100 kB would hold up the page
const MOST_PINNED = 0.6; // of the view's width: more would leave nothing to scroll
const MOST_PINNED_KEYS = 2;

/** A column's heading: its name, with the zone of times that are not UTC. @param {ColumnSpec} spec */
export function label({ name, kind, zone }) {
  return kind === "time" && zone && zone !== "UTC" ? `${name} (${zone})` : name;
}

/** A zone as Intl knows it: "local" is that of the browser. @param {string | null | undefined} zone */
function zoneName(zone) {
  return zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

/** A column as the view's options have it. @param {ColumnSpec} spec @param {any} fmt @param {string | null} zone @returns {ColumnSpec} */
function styled(spec, fmt, zone) {
  const out = { ...spec };
  if (typeof fmt === "string") {
    out.format = fmt;
    if (fmt !== "price") out.tick = "";
  }
  if (zone && spec.kind === "time" && spec.zone) out.zone = zoneName(zone);
  return out;
}

export class Columns {
  /** @param {import("./table.js").TableView} view */
  constructor(view) {
    this.view = view;
    /** Those that are shown, pinned ones first. @type {ViewColumn[]} */
    this.list = [];
    /** How many of them are pinned, as far as there is room. */
    this.pinned = 0;
    /** All that can be shown, by name, as the options have them. @type {Map<string, ColumnSpec>} */
    this.known = new Map();
    this.sheet = new CSSStyleSheet();
    this.width = 0;
    /** Widths must be placed anew. */
    this.moved = true;
    this.measured = false;
    this._charPx = 7.4;
    this._wanted = 0;
    /** Measures texts in the font of the cells. @type {CanvasRenderingContext2D | null} */
    this._pen = document.createElement("canvas").getContext("2d");
  }

  /** Take them from the schema, the options and what the user has done. */
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
      const spec = /** @type {ColumnSpec} */ (this.known.get(name));
      const width = state.widths?.[name];
      const places = decimals[name] ?? (typeof fmt[name] === "number" ? fmt[name] : undefined);
      const old = before.get(name);
      const keep = old && JSON.stringify(old.spec) === JSON.stringify(spec) ? old : null; // its width and decimals stay
      this.list.push({
        name, spec, left: 0, right: isNumeric(spec), mark: marks[name] ?? "", sized: width !== undefined,
        writer: keep?.writer ?? new CellWriter(spec, places), px: keep?.px ?? 0, chars: keep?.chars ?? 0, known: keep?.known ?? new Set(),
        width: width ?? keep?.width ?? LEAST_WIDTH,
      });
    }
    this._wanted = pins.size;
    this.moved = true;
  }

  /** Names of the columns that are shown, in order. @returns {string[]} */
  shown() {
    const { stream, model, state } = this.view;
    /** @type {string[] | null} */
    const given = state.columns ?? model.get("columns");
    const names = given?.length ? given : stream.schema.columns.filter(({ hidden }) => !hidden).map(({ name }) => name);
    return [...new Set(names)].filter((name) => this.known.has(name));
  }

  /** @param {string[]} shown @returns {Set<string>} */
  pins(shown) {
    const { stream, model, state } = this.view;
    if (state.pins) return new Set(state.pins.filter((name) => shown.includes(name)));
    const count = model.get("freeze_cols");
    if (typeof count === "number") return new Set(shown.slice(0, count));
    let keys = 0; // what tells rows apart
    while (keys < MOST_PINNED_KEYS && (shown[keys] === "symbol" || stream.schema.key.includes(shown[keys]))) keys++;
    return new Set(shown.slice(0, keys));
  }

  /** Widths by the widest text among the first rows. */
  measure() {
    const { stream, parts } = this.view;
    const { fontSize, fontFamily } = getComputedStyle(parts.frame); // `font` is empty while colours are forced
    this.measured = fontSize !== ""; // outside of the page there is no font yet: the first paint measures then
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

  /** @param {ViewColumn} column @param {number} slot @param {number | string | boolean | null} value */
  text({ writer }, slot, value) {
    const text = writer.text(value, writer.tick ? this.view.stream.columns[writer.tick]?.[slot] : NaN);
    return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  }

  /**
   * Make room for a cell's text. Digits are equally wide, so that of numbers only a longer one is measured; of texts
   * each is, once.
   * @param {ViewColumn} column @param {string} text
   */
  admit(column, text) {
    const { known } = column;
    if (!this.measured) return;
    if (column.right ? text.length <= column.chars : known.has(text) || known.size > MOST_MEASURED) return;
    if (!column.right) known.add(text);
    column.chars = Math.max(column.chars, text.length);
    const shown = text.slice(0, 100); // wider than any column
    const px = Math.max(this._pen?.measureText(shown).width ?? 0, column.right || !this._pen ? shown.length * this._charPx : 0);
    if (px <= column.px) return;
    column.px = px;
    if (!column.sized) this.moved = true;
  }

  /** Give the columns their places; whether the number of pinned ones has changed. @param {number} room the view's width */
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
    const rules = this.list.map(({ left: at, width }, i) =>
      i < pinned ? `.k${i}{position:sticky;left:${at}px;width:${width}px}` : `.k${i}{left:${at}px;width:${width}px}`);
    const edge = pinned && pinned < this.list.length ? `.scrolled .k${pinned - 1}{box-shadow:1px 0 0 var(--line),4px 0 4px -2px rgba(0,0,0,.25)}` : "";
    const pins = pinned ? `${this.list.slice(0, pinned).map((_, i) => `.c.k${i}`).join(",")}{z-index:1;flex:none;background:linear-gradient(var(--over),var(--over)),var(--under)}` : "";
    this.sheet.replaceSync([...rules, pins, edge, `.row.group .k0{width:${this._labelWidth()}px;z-index:2}`].join("\n"));
    this.moved = false;
    return before !== pinned;
  }

  /** How far a group's label may reach: up to the first column that is added up. */
  _labelWidth() {
    const { aggregates } = this.view.groups;
    let width = 0;
    for (const [i, column] of this.list.entries()) {
      if (i && aggregates[column.name]) break;
      width += column.width;
    }
    return width;
  }

  /** The user wants these columns, in this order. @param {string[]} names */
  set(names) {
    const { view } = this;
    view.state.columns = names;
    view.schemaMoved();
  }

  /** @param {string} name @param {boolean} on */
  show(name, on) {
    const names = this.list.map((column) => column.name);
    const { view } = this;
    if (on === names.includes(name) || (!on && names.length === 1)) return;
    if (!on && view.state.filters) delete view.state.filters[name]; // a filter that nobody sees would puzzle
    this.set(on ? [...names, name] : names.filter((one) => one !== name));
    view.say(`${name} ${on ? "shown" : "hidden"}`);
  }

  /** Move a column to another place among its like (pinned or not). @param {number} from @param {number} to */
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

  /** @param {string} name @param {boolean} on */
  pin(name, on) {
    const { view } = this;
    const pins = this.list.slice(0, this._wanted).map((column) => column.name).filter((one) => one !== name);
    view.state.pins = on ? [...pins, name] : pins;
    const names = this.list.map((column) => column.name).filter((one) => one !== name);
    names.splice(pins.length, 0, name);
    this.set(names);
    view.say(`${name} ${on ? "pinned" : "let go"}`);
  }

  /** @param {string} name */
  isPinned(name) {
    return this.list.slice(0, this._wanted).some((column) => column.name === name);
  }

  /** @param {number} index @param {number | null} width null: as its texts need */
  resize(index, width) {
    const { view } = this;
    const column = this.list[index];
    column.sized = width !== null;
    column.width = width === null ? LEAST_WIDTH : Math.max(24, Math.min(2000, Math.round(width)));
    const { [column.name]: _, ...widths } = view.state.widths ?? {};
    view.state.widths = width === null ? widths : { ...widths, [column.name]: column.width };
    this.moved = true;
    view.keep();
    view.schedule();
  }
}
