/**
 * Menus of a table view: that of a column's head, and that of the whole view. Each thing that the pointer can do to the
 * columns is in one of them, so that the keyboard reaches it.
 *
 * @module
 */

import { copyRows, download } from "./tablechoice.js";
import { element } from "./tableparts.js";

/** @typedef {import("./table.js").TableView} TableView */
/**
 * @typedef {object} Item
 * @property {string} text @property {() => void} [run] @property {boolean} [checked] makes it a check box
 * @property {boolean} [stays] the menu stays open: what one does several times @property {boolean} [off] @property {string} [key] shown beside it
 */

const STEP_PX = 12; // by which a column gets wider
const MARGIN_PX = 4;

export class Menus {
  /** @param {TableView} view */
  constructor(view) {
    this.view = view;
    this.node = element("div", "menu", { role: "menu", popover: "manual" });
    /** @type {(() => Item[]) | null} */ this._make = null;
    /** @type {HTMLElement | null} */ this._back = null;
    this._off = () => {};
    this.node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this._key(event));
    this.node.addEventListener("click", (/** @type {any} */ event) => this._click(event));
    view.parts.frame.append(this.node);
  }

  get isOpen() {
    return this._make !== null;
  }

  /** The menu of a column. @param {number} index */
  openHead(index) {
    const { view } = this;
    const { name } = view.columns.list[index];
    view.grid.active = { ...view.grid.active, row: -1, column: index };
    view.act.showActive();
    this._open(() => headItems(view, name), view.parts.heads.children[index], `Column ${name}`, view.scroll);
  }

  /** The menu of the view. */
  openView() {
    const { view } = this;
    this._open(() => viewItems(view, this), view.parts.moreButton, "View", view.parts.moreButton);
  }

  /** The columns, to be shown or hidden. */
  openColumns() {
    const { view } = this;
    this._open(() => columnItems(view), view.parts.moreButton, "Columns", view.parts.moreButton);
  }

  /** @param {() => Item[]} make @param {HTMLElement} anchor @param {string} name @param {HTMLElement} back where the keyboard goes afterwards */
  _open(make, anchor, name, back) {
    this.close(false);
    this._make = make;
    this._back = back;
    this.node.setAttribute("aria-label", name);
    this._fill();
    this.node.showPopover?.();
    this.node.classList.add("open");
    const { left, bottom, top } = anchor.getBoundingClientRect();
    const { width, height } = this.node.getBoundingClientRect();
    const below = bottom + height + MARGIN_PX <= innerHeight || top < height;
    this.node.style.left = `${Math.max(MARGIN_PX, Math.min(left, innerWidth - width - MARGIN_PX))}px`;
    this.node.style.top = `${Math.max(MARGIN_PX, below ? Math.min(bottom, innerHeight - height - MARGIN_PX) : top - height)}px`;
    if (anchor === this.view.parts.moreButton) anchor.setAttribute("aria-expanded", "true");
    const outside = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(this.node)) this.close(false);
    };
    const scrolled = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(this.node)) this.close(false);
    };
    addEventListener("pointerdown", outside, true);
    addEventListener("scroll", scrolled, true);
    addEventListener("resize", outside);
    this._off = () => {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("scroll", scrolled, true);
      removeEventListener("resize", outside);
    };
    this._focus(0);
  }

  /** @param {boolean} [back] give the keyboard back to where it was */
  close(back = true) {
    if (!this._make) return;
    this._make = null;
    this._off();
    this.node.classList.remove("open");
    this.node.hidePopover?.();
    this.view.parts.moreButton.setAttribute("aria-expanded", "false");
    if (back) this._back?.focus({ preventScroll: true });
  }

  _fill() {
    const items = this._make?.() ?? [];
    this.node.replaceChildren(...items.map(({ text, run, checked, off, key }) => {
      if (!run) return element("div", "rule", { role: "separator" });
      const role = checked === undefined ? "menuitem" : "menuitemcheckbox";
      const item = element("div", "item", { role, tabindex: "-1" });
      if (checked !== undefined) item.setAttribute("aria-checked", String(checked));
      if (off) item.setAttribute("aria-disabled", "true");
      item.append(element("span", "tick", { "aria-hidden": "true" }, checked ? "✓" : ""), element("span", "", {}, text));
      if (key) item.append(element("span", "key", { "aria-hidden": "true" }, key));
      return item;
    }));
    return items;
  }

  /** @returns {HTMLElement[]} */
  _nodes() {
    return [...this.node.querySelectorAll(".item")];
  }

  /** @param {number} index */
  _focus(index) {
    const nodes = this._nodes();
    nodes[(index + nodes.length) % nodes.length]?.focus({ preventScroll: false });
  }

  /** @param {any} event */
  _click(event) {
    const node = event.target.closest(".item");
    if (node) this._run(node);
  }

  /** @param {HTMLElement} node */
  _run(node) {
    if (node.getAttribute("aria-disabled") === "true") return;
    const index = [...this.node.children].indexOf(node);
    const item = this._make?.()[index];
    if (!item?.run) return;
    if (!item.stays) {
      this.close();
      item.run();
      return;
    }
    item.run();
    const at = this._nodes().indexOf(node);
    this._fill();
    this._focus(at);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const nodes = this._nodes();
    const at = nodes.indexOf(/** @type {any} */ (this.view.root.activeElement));
    event.stopPropagation();
    switch (event.key) {
      case "ArrowDown": this._focus(at + 1); break;
      case "ArrowUp": this._focus(at - 1); break;
      case "Home": this._focus(0); break;
      case "End": this._focus(-1); break;
      case "Escape": case "Tab": this.close(); break;
      case "Enter": case " ": if (nodes[at]) this._run(nodes[at]); break;
      default: {
        if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
        const letter = event.key.toLowerCase();
        const begins = (/** @type {HTMLElement} */ node) => node.children[1].textContent?.toLowerCase().startsWith(letter);
        const next = [...nodes.slice(at + 1), ...nodes.slice(0, at + 1)].find(begins);
        next?.focus();
      }
    }
    event.preventDefault();
  }
}

const RULE = { text: "" };

/** @param {TableView} view @param {string} name @returns {Item[]} */
function headItems(view, name) {
  const { columns } = view;
  const index = columns.list.findIndex((column) => column.name === name);
  const at = () => columns.list.findIndex((column) => column.name === name);
  const sort = view.sorting();
  const key = sort.find(([one]) => one === name);
  const by = view.grouping();
  const column = columns.list[index];
  const pinned = columns.isPinned(name);
  return [
    { text: "Sort up", checked: key?.[1] === true, run: () => view.act.setSort([[name, true]]) },
    { text: "Sort down", checked: key?.[1] === false, run: () => view.act.setSort([[name, false]]) },
    { text: "Sort by this too", off: !sort.length || !!key, run: () => view.act.sortBy(at(), true) },
    { text: "Do not sort", off: !sort.length, run: () => view.act.setSort([]) },
    RULE,
    { text: "Filter ...", key: "f", run: () => view.act.filterColumn(at()) },
    { text: "Group by this", checked: by.includes(name), run: () => view.act.setGroup(by.includes(name) ? by.filter((one) => one !== name) : [...by, name]) },
    RULE,
    { text: "Pin to the left", checked: pinned, run: () => columns.pin(name, !pinned) },
    { text: "Move left", key: "Ctrl+Shift+←", stays: true, run: () => view.act.moveColumn(at(), -1) },
    { text: "Move right", key: "Ctrl+Shift+→", stays: true, run: () => view.act.moveColumn(at(), 1) },
    { text: "Wider", key: "+", stays: true, run: () => columns.resize(at(), columns.list[at()].width + STEP_PX) },
    { text: "Narrower", key: "−", stays: true, run: () => columns.resize(at(), columns.list[at()].width - STEP_PX) },
    { text: "As wide as its text", off: !column?.sized, run: () => columns.resize(at(), null) },
    RULE,
    { text: "Hide", off: columns.list.length === 1, run: () => columns.show(name, false) },
    { text: "Columns ...", run: () => view.menus.openColumns() },
  ];
}

/** @param {TableView} view @returns {Item[]} */
function columnItems(view) {
  const { columns } = view;
  const shown = new Set(columns.list.map(({ name }) => name));
  const names = [...columns.list.map(({ name }) => name), ...[...columns.known.keys()].filter((name) => !shown.has(name))];
  return names.map((name) => ({ text: name, checked: shown.has(name), stays: true, run: () => columns.show(name, !shown.has(name)) }));
}

/** @param {TableView} view @param {Menus} menus @returns {Item[]} */
function viewItems(view, menus) {
  const by = view.grouping();
  const some = view.choice.chosen.size;
  return [
    { text: "Columns ...", run: () => menus.openColumns() },
    { text: "Totals", checked: view.totals(), run: () => view.act.setTotals(!view.totals()) },
    { text: "Open all groups", off: !by.length, run: () => view.act.toggleAllGroups(true) },
    { text: "Close all groups", off: !by.length, run: () => view.act.toggleAllGroups(false) },
    { text: "No groups", off: !by.length, run: () => view.act.setGroup([]) },
    RULE,
    { text: "Select all rows", key: "Ctrl+A", run: () => view.choice.all(true) },
    { text: "Select none", key: "Esc", off: !some, run: () => view.choice.all(false) },
    { text: some ? `Copy ${some.toLocaleString("en-US")} selected` : "Copy all rows", key: "Ctrl+C", run: () => void copyRows(view, !some) },
    { text: "Download CSV", run: () => download(view) },
    RULE,
    { text: "Hold the order", checked: view.hold.reasons.has("asked"), key: "h", run: () => view.act.holdOrder() },
    { text: "As at first", run: () => view.act.reset() },
  ];
}
