/**
 * What the user does to a table view, whether by pointer, keyboard or menu: each changes the view's state and says so to
 * those who listen.
 *
 * @module
 */

import { makeFilters, markBad } from "./tableheads.js";

const KEYS_HOLD_MS = 3000; // after a key among the rows their order stays

export class Actions {
  /** @param {import("./table.js").TableView} view */
  constructor(view) {
    this.view = view;
    this._keysTimer = /** @type {any} */ (undefined);
  }

  end() {
    clearTimeout(this._keysTimer);
  }

  /** @param {number} index @param {boolean} more keep the other sort keys */
  sortBy(index, more) {
    const { name, right } = this.view.columns.list[index];
    const sort = this.view.sorting();
    const had = sort.find(([key]) => key === name);
    const rest = more ? sort.filter(([key]) => key !== name) : [];
    // Numbers: the largest first, as one looks for those; then the other way; then not at all.
    const firstUp = !right;
    /** @type {import("./order.js").SortKey[]} */
    const next = !had ? [[name, firstUp]] : had[1] === firstUp ? [[name, !firstUp]] : [];
    this.setSort([...rest, ...next]);
  }

  /** @param {import("./order.js").SortKey[]} sort */
  setSort(sort) {
    this.view.state.sort = sort;
    this.view.keep();
    this.view.applyOrder();
    this.view.say(sort.length ? `Sorted by ${sort.map(([name, up]) => `${name} ${up ? "up" : "down"}`).join(", then ")}` : "Not sorted");
  }

  /** @param {string[]} by */
  setGroup(by) {
    this.view.state.group = by;
    this.view.state.closed = [];
    this.view.groups.closed.clear();
    this.view.schemaMoved();
    this.view.say(by.length ? `Grouped by ${by.join(", then ")}` : "Not grouped");
  }

  /** @param {boolean} on */
  setTotals(on) {
    this.view.state.totals = on;
    this.view.schemaMoved();
  }

  /** Open or close the group in a row; false: nothing to do. @param {number} row @param {boolean | null} open null: the other way */
  openGroup(row, open) {
    const id = this.view.rows[row];
    const group = this.view.groups.at(id);
    if (!group || open === !this.view.groups.closed.has(group.path)) return false;
    this.view.groups.toggle(id);
    this._keepClosed();
    return true;
  }

  /** @param {boolean} open */
  toggleAllGroups(open) {
    this.view.groups.toggleAll(open);
    this._keepClosed();
  }

  _keepClosed() {
    this.view.state.closed = [...this.view.groups.closed];
    this.view.keep();
    this.view.renew();
  }

  /** @param {number} index @param {number} step */
  moveColumn(index, step) {
    this.view.grid.active.column = this.view.columns.move(index, index + step);
    this.showActive();
  }

  typed() {
    const { state, parts, columns } = this.view;
    state.search = parts.search.value;
    if (state.filtering) {
      const filters = /** @type {Record<string, string>} */ ({});
      columns.list.forEach(({ name }, i) => {
        const { value } = /** @type {HTMLInputElement} */ (parts.filters.children[i].firstChild);
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

  /** @param {boolean} [on] */
  toggleFilters(on = !this.view.state.filtering) {
    this.view.state.filtering = on;
    this.filterButton();
    makeFilters(this.view);
    this.view.keep();
    this.view.schedule();
  }

  /** @param {number} index */
  filterColumn(index) {
    if (!this.view.state.filtering) this.toggleFilters(true);
    /** @type {HTMLInputElement} */ (this.view.parts.filters.children[index]?.firstChild)?.focus();
  }

  /** Hold the order until told otherwise, or let go. */
  holdOrder() {
    const on = !this.view.hold.reasons.has("asked");
    this.view.state.hold = on;
    this.view.holdFor("asked", on);
    this.view.keep();
    this.view.say(on ? "Order held" : "Order follows the data");
  }

  /** The user wants it as it was at first. */
  reset() {
    this.view.state = {};
    this.view.choice.forget();
    this.view.columns.list.length = 0;
    this.view.adopt(false);
    this.view.choice.tell();
    this.view.keep();
    this.view.say("As at first");
  }

  /** Go to a cell by keyboard; row -1 is the header. @param {number} row @param {number} column */
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

  /** Mark the cell where the keyboard is. */
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
}
