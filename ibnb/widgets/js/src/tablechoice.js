/**
 * Rows that are chosen, and rows that leave the page: tab-separated text to paste, CSV to keep.
 *
 * Numbers go out with all their digits. A text that a spreadsheet would take for a formula gets an apostrophe before it:
 * it may come from the network.
 *
 * @module
 */

import { GROUP } from "./tablegroups.js";

/** @typedef {import("./table.js").TableView} TableView */

export const MOST_KEPT = 20_000; // chosen rows that are remembered by key
const FORMULA = /^[=+\-@\t\r]/;
const PLAIN_NUMBER = /^[+-]?[\d.,]+%?$/;

/** @param {string} text a cell's text that came from a text column */
export function harmless(text) {
  return FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
}

/** @param {string[][]} lines */
export function toTsv(lines) {
  return lines.map((line) => line.map((text) => text.replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");
}

/** @param {string[][]} lines as RFC 4180 has it */
export function toCsv(lines) {
  const quoted = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** The columns that are shown of these rows, under their names. @param {TableView} view @param {ArrayLike<number>} slots */
function linesOf(view, slots) {
  const { list } = view.columns;
  const lines = [list.map(({ name }) => name)];
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    lines.push(list.map(({ name, writer, spec }) => {
      const text = writer.plain(view.stream.value(name, slot));
      return spec.kind === "str" ? harmless(text) : text;
    }));
  }
  return lines;
}

/** The rows in their order, without those of groups. @param {TableView} view */
function rowsInOrder(view) {
  return view.groups.on ? view.rows.filter((slot) => slot < GROUP) : view.rows;
}

/** Rows to copy: the chosen ones, else that of the active cell. @param {TableView} view @param {boolean} [all] */
export function tsv(view, all = false) {
  const { row } = view.grid.active;
  const rows = rowsInOrder(view);
  const slots = all ? rows : view.choice.chosen.size ? rows.filter((slot) => view.choice.chosen.has(slot)) : view.rows.subarray(row, row + 1).filter((slot) => slot < GROUP);
  return { text: toTsv(linesOf(view, slots)), count: slots.length };
}

/** @param {TableView} view @param {boolean} [all] */
export async function copyRows(view, all = false) {
  const { text, count } = tsv(view, all);
  const said = `${count.toLocaleString("en-US")} row${count === 1 ? "" : "s"} copied`;
  try {
    await navigator.clipboard.writeText(text);
    view.say(said);
  } catch {
    // Without the clipboard's permission (a frame, plain HTTP) the copy event does it: view.copy answers that.
    view.pendingCopy = text;
    const done = document.execCommand?.("copy");
    view.pendingCopy = null;
    view.say(done ? said : "Copying is not allowed here");
  }
}

/** Keep what is shown, in its order, as a file. @param {TableView} view */
export function download(view) {
  const slots = rowsInOrder(view);
  const text = toCsv(linesOf(view, slots));
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" })); // the mark tells Excel of UTF-8
  const link = document.createElement("a");
  link.href = url;
  link.download = `${view.title().replace(/[^\w.-]+/g, "_") || "table"}.csv`;
  view.parts.frame.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  view.say(`${slots.length.toLocaleString("en-US")} rows downloaded`);
}

/** Which rows are chosen. */
export class Choice {
  /** @param {TableView} view */
  constructor(view) {
    this.view = view;
    /** Slots; in the state their keys. @type {Set<number>} */
    this.chosen = new Set();
    this.anchor = -1;
    this._telling = /** @type {any} */ (undefined);
  }

  end() {
    clearTimeout(this._telling);
  }

  forget() {
    this.chosen.clear();
    this.anchor = -1;
  }

  /** Rows that were chosen before, by key. */
  restore() {
    const { state, stream } = this.view;
    if (state.chosen === "all") {
      this.chosen = new Set(this.view.allRows());
      return;
    }
    const keys = new Set(state.chosen);
    this.chosen = new Set(keys.size ? stream.rows.filter((slot) => keys.has(stream.key(slot))) : []);
  }

  /** @param {any} event */
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

  /** @param {number} index @param {boolean} span up to there from the last one @param {boolean} add */
  choose(index, span, add) {
    const slot = this.view.rows[index];
    if (slot === undefined || slot >= GROUP) return;
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

  /** @param {boolean} on all rows that are shown, or none */
  all(on) {
    this.chosen = new Set(on ? this.view.allRows() : []);
    this._moved(on ? "all" : null);
  }

  /** @param {"all" | null} all */
  _moved(all) {
    const { chosen } = this;
    const { stream } = this.view;
    this.view.state.chosen = all ?? (chosen.size > MOST_KEPT ? undefined : [...chosen].map((slot) => stream.key(slot)));
    this.view.keep();
    this.tell();
  }

  /** Show what is chosen, and let Python know once it has settled: by the rows' numbers, which no other row ever gets. */
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
}
