/**
 * Holding the order: while somebody points at the rows, works at them by keyboard, or has asked for it, no row moves.
 * Cells go on living; rows that are gone leave; new ones wait. Pure: no page.
 *
 * @module
 */

/** @typedef {import("./store.js").ChangeInfo} ChangeInfo */

import { GROUP } from "./tablegroups.js";

export class Hold {
  constructor() {
    /** Why the order is held: "asked", "pointer", "keys". @type {Set<string>} */
    this.reasons = new Set();
    /** @type {Uint32Array | null} */ this._rows = null;
    /** @type {Set<number>} */ this._gone = new Set();
    /** Rows that came since, and are not shown yet. */
    this.waiting = 0;
  }

  get on() {
    return this.reasons.size > 0;
  }

  /** @param {string} reason @param {boolean} on @returns {boolean} whether that made a difference */
  set(reason, on) {
    const before = this.on;
    if (on) this.reasons.add(reason);
    else this.reasons.delete(reason);
    if (!this.on) this.renew();
    return before !== this.on;
  }

  /** Take the order as it is at the next look: the user has asked for another one, or the rows are new. */
  renew() {
    this._rows = null;
    this._gone.clear();
    this.waiting = 0;
  }

  /** @param {ChangeInfo} info */
  note(info) {
    if (info.reset) this.renew();
    else if (this._rows) for (const slot of info.removed) this._gone.add(slot);
  }

  /**
   * The rows to show. @param {Uint32Array} fresh those that would be shown now @param {(id: number) => boolean} grouped
   * whether there is still such a group
   */
  rows(fresh, grouped = () => false) {
    if (!this.on) return fresh;
    if (!this._rows) {
      this._rows = fresh.slice(); // the list itself may be that of the store, which moves
      return this._rows;
    }
    const gone = this._gone;
    const lost = (/** @type {number} */ slot) => (slot >= GROUP ? !grouped(slot) : gone.has(slot));
    if (gone.size || this._rows.some((slot) => slot >= GROUP && lost(slot))) {
      this._rows = this._rows.filter((slot) => !lost(slot));
      gone.clear();
    }
    this.waiting = Math.max(0, fresh.length - this._rows.length);
    return this._rows;
  }
}
