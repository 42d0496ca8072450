/**
 * What the cells and rows of a table view look like: text, tone, marks of rules, flashes.
 *
 * @module
 */

import { CellWriter, DASH, isNumeric } from "./format.js";
import { GROUP, MIXED, TOTAL } from "./tablegroups.js";

/** @typedef {import("./grid.js").CellFace} CellFace */
/** @typedef {import("./grid.js").RowFace} RowFace */
/** @typedef {import("./tablegroups.js").Aggregate} Aggregate */

const MOST_LABEL = 100; // letters of a group's name
const MOST_NEW = 20; // more new rows than these do not flash: a first filling is no news
/** The classes that a rule may give; any other text is none. */
export const MARKS = new Set(["good", "bad", "warn", "info", "muted", "strong", "mark"]);

export class Faces {
  /** @param {import("./table.js").TableView} view */
  constructor(view) {
    this.view = view;
    /** A cell needed more decimals than its column had: paint once more. */
    this.again = false;
    /** The total of each column. @type {Map<string, Aggregate>} */
    this.sums = new Map();
    /** Writers of group labels. @type {Map<string, CellWriter>} */ this._writers = new Map();
  }

  /** The columns are others. */
  renew() {
    this._writers.clear();
    this.sums.clear();
  }

  /** @param {number} slot @param {number} index @param {CellFace} face */
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

  /** @param {string} name of the column that holds a rule's classes @param {number} slot */
  _mark(name, slot) {
    const mark = this.view.stream.value(name, slot);
    return typeof mark === "string" && MARKS.has(mark) ? mark : "";
  }

  /** A cell of a group's row, or of the row of totals. @param {number} id @param {number} index @param {CellFace} face */
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
    const number = /** @type {number} */ (value);
    face.text = groups.aggregates[column.name] === "count" ? number.toLocaleString("en-US") : column.writer.text(number);
    columns.admit(column, face.text);
    if (column.writer.signed) face.tone = number > 0 ? "pos" : number < 0 ? "neg" : "";
  }

  /** @param {number} id */
  _label(id) {
    const group = this.view.groups.at(id);
    if (!group) return "";
    const { column, value, path, rows, level } = group;
    let writer = this._writers.get(column);
    const spec = this.view.columns.known.get(column);
    if (!writer && spec) this._writers.set(column, (writer = new CellWriter(spec)));
    if (typeof value === "number") writer?.admit(value);
    const sign = this.view.groups.closed.has(path) ? "▸" : "▾";
    return `${"\u2003".repeat(level)}${sign} ${(writer?.text(value) ?? "").slice(0, MOST_LABEL)} (${rows.length.toLocaleString("en-US")})`;
  }

  /** @param {number} slot @param {RowFace} face */
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
      const mark = rule ? this._mark(rule, slot) : "";
      if (mark) face.look = ` m-${mark}`;
      if (view.hold.on && !view.order.passes(slot)) face.look += " out";
    }
  }
}

/** Let cells light up that have changed and can be seen. @param {import("./table.js").TableView} view @param {import("./store.js").ChangeInfo} info */
export function flashChanges({ grid, stream, columns }, { changed, added }) {
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
