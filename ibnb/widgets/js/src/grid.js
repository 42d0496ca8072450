/**
 * Rows and cells on the screen: only those in view exist, as a pool of nodes that is written to in animation frames.
 * Knows nodes and texts; which rows, which columns and what is chosen it is told by the table view (table.js).
 *
 * @module
 */

import { FLASH_MS, ROW_PX } from "./tablecss.js";
import { TOTAL } from "./tablegroups.js";

const OVERSCAN = 3;
const MOST_PX = 15_000_000; // browsers give up above some 17 million pixels: from there on the scroll bar stands for more
const NONE = 0xffffffff;

/**
 * @typedef {object} GridColumn
 * @property {string} name @property {number} left @property {number} width @property {boolean} right aligned right
 */
/**
 * What a cell shows; `mark`: its class by a rule.
 * @typedef {{text: string, tone: "" | "pos" | "neg" | "none", mark: string}} CellFace
 */
/**
 * What a row is. `level` above 0: the row of a group, `open` or not.
 * @typedef {{look: string, chosen: boolean, level: number, open: boolean}} RowFace
 */
/**
 * @typedef {object} Source
 * @property {() => Uint32Array} rows         slots (or groups) in order
 * @property {() => GridColumn[]} columns
 * @property {() => number} pinned            how many of the first columns stay at the left edge
 * @property {(slot: number, column: number, face: CellFace) => void} face
 * @property {(slot: number, face: RowFace) => void} row
 */
/** @typedef {{node: HTMLElement, text: Text, shown: string, look: string, flash: number, parity: number}} Cell */
/** @typedef {{node: HTMLElement, cells: Cell[], slot: number, index: number, first: number, top: number, look: string, role: string}} Row */

export class Grid {
  /** @param {HTMLElement} scroll the scrolling element @param {HTMLElement} size @param {HTMLElement} body @param {Source} source */
  constructor(scroll, size, body, source) {
    this.scroll = scroll;
    this.size = size;
    this.body = body;
    this.source = source;
    /** @type {Row[]} */ this.pool = [];
    /** Row and column of the cell that the keyboard is at; row -1 is the header. */
    this.active = { row: 0, column: 0 };
    this.first = 0;
    this.last = 0;
    /** Heights of the head and the foot, which lie over the rows. */
    this.head = ROW_PX;
    this.foot = 0;
    /** The row of totals. @type {Row | null} */ this.total = null;
    /** @type {Map<number, {tone: string, at: number, turn: number}>} flashes by slot * 65536 + column */
    this.flashes = new Map();
    this._turn = 0;
    this._height = -1;
    this._face = { text: "", tone: /** @type {CellFace["tone"]} */ (""), mark: "" };
    this._rowFace = { look: "", chosen: false, level: 0, open: false };
    /** @type {Set<number>} */ this._visible = new Set();
  }

  /** Whether the slot is on the screen, so that its flash can be seen. @param {number} slot */
  shows(slot) {
    return this._visible.has(slot);
  }

  /** @param {number} slot @param {number} column @param {number} direction  1 up, -1 down, 0 neither */
  flash(slot, column, direction) {
    this._turn = (this._turn + 1) & 0xfffffff;
    const tone = direction > 0 ? "fu" : direction < 0 ? "fd" : "fn";
    this.flashes.set(slot * 65536 + column, { tone, at: performance.now(), turn: this._turn });
  }

  /** Height that is left for rows. */
  _room() {
    return this.scroll.clientHeight - this.head - this.foot;
  }

  /** Forget what is drawn: the columns are others. */
  renew() {
    for (const row of this.pool) row.node.remove();
    this.pool = [];
    if (this.total) this.total = this._bare(this.total);
  }

  /** @param {Row} row @returns {Row} */
  _bare(row) {
    row.node.replaceChildren();
    return { ...row, cells: [], first: -1 };
  }

  get rowsInView() {
    return Math.max(1, Math.floor(this._room() / ROW_PX));
  }

  /** Scroll so that the row is in view. @param {number} index */
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

  /** @param {number} column */
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

  /** How many pixels of rows one pixel of the scroll bar stands for. @param {number} count */
  _scale(count) {
    const room = this._room();
    const full = count * ROW_PX - room;
    return full > MOST_PX ? full / MOST_PX : 1;
  }

  /** Write what is in view. */
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

  /** @param {Row} row @param {number} from @param {number} to @param {number} now */
  _paintTotal(row, from, to, now) {
    this._resizeRow(row, this.source.pinned() + to - from);
    this._paintRow(row, -2, TOTAL, 0, from, to, now);
  }

  /** Show or hide the row of totals. @param {HTMLElement | null} parent */
  setTotal(parent) {
    this.total?.node.remove();
    this.total = null;
    if (!parent) return;
    this.total = this._makeRow(parent);
    this.total.top = 0;
  }

  /** The columns beside the pinned ones that can be seen. @param {number} left @param {number} width */
  _columnsInView(left, width) {
    const columns = this.source.columns();
    let from = this.source.pinned();
    const edge = from && from < columns.length ? columns[from].left : 0;
    while (from < columns.length - 1 && columns[from].left + columns[from].width <= left + edge) from++;
    let to = from;
    while (to < columns.length && columns[to].left < left + width) to++;
    return { from, to };
  }

  /** @param {number} rows @param {number} cells */
  _resizePool(rows, cells) {
    if (this.pool.length < rows || this.pool.length > 2 * rows + 20) {
      // Rows stand at their index modulo the pool's size: a new size gives every row a new node.
      for (const row of this.pool) row.node.remove();
      this.pool = Array.from({ length: rows }, () => this._makeRow(this.body));
    }
    for (const row of this.pool) this._resizeRow(row, cells);
  }

  /** @param {Row} row @param {number} cells */
  _resizeRow(row, cells) {
    while (row.cells.length < cells) row.cells.push(this._makeCell(row.node));
    while (row.cells.length > cells) /** @type {Cell} */ (row.cells.pop()).node.remove();
  }

  /** @param {HTMLElement} parent @returns {Row} */
  _makeRow(parent) {
    const node = document.createElement("div");
    node.className = "row";
    node.setAttribute("role", "row");
    node.style.display = "none";
    parent.append(node);
    return { node, cells: [], slot: NONE, index: -1, first: -1, top: NaN, look: "row", role: "" };
  }

  /** @param {HTMLElement} parent @returns {Cell} */
  _makeCell(parent) {
    const node = document.createElement("div");
    node.setAttribute("role", "gridcell");
    const text = document.createTextNode("");
    node.append(text);
    parent.append(node);
    return { node, text, shown: "", look: "", flash: 0, parity: 0 };
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

  /** @param {Row} row @param {number} slot */
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

  /**
   * @param {Cell} cell @param {number} index @param {number} slot @param {number} column
   * @param {CellFace} face @param {boolean} moved @param {number} now
   */
  _paintLook(cell, index, slot, column, { tone, mark }, moved, now) {
    const flash = this.flashes.size ? this.flashes.get(slot * 65536 + column) : undefined;
    const fresh = flash !== undefined && now - flash.at < FLASH_MS;
    if (fresh && flash.turn !== cell.flash) {
      cell.flash = flash.turn;
      cell.parity ^= 1; // the other of two equal animations: it starts anew without a forced layout
      // A row that has just come to this node is in the middle of its flash.
      cell.node.style.animationDelay = moved && now - flash.at > 20 ? `${flash.at - now}ms` : "";
    }
    let look = `c k${column}${this.source.columns()[column].right ? " n" : ""}`;
    if (mark) look += ` m-${mark}`;
    if (tone) look += ` ${tone}`;
    const isActive = this.active.row === index && this.active.column === column;
    if (isActive) look += " active";
    if (fresh) look += ` ${flash.tone}${cell.parity}`;
    if (look !== cell.look) {
      cell.look = look;
      cell.node.className = look;
      cell.node.setAttribute("aria-colindex", String(column + 1));
      cell.node.id = isActive ? "active" : "";
    }
  }
}
