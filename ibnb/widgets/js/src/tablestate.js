/**
 * What the user has done to a view, as plain JSON: it outlives the view while its output is out of the page, goes to Python
 * (`view.state`), and comes back after a reload or with `view.restore(state)`.
 *
 * The widget's trait `_state` is {by, data}: `by` names the view that wrote it, "" Python.
 *
 * @module
 */

/** @typedef {import("./table.js").TableView} TableView */
/**
 * @typedef {object} State
 * @property {import("./order.js").SortKey[]} [sort]
 * @property {Record<string, string>} [filters] what is typed under the heads, by column
 * @property {string} [search] @property {boolean} [filtering] the filters are shown
 * @property {string[]} [columns] those that are shown, in order @property {string[]} [pins] @property {Record<string, number>} [widths]
 * @property {string[]} [group] columns @property {string[]} [closed] paths of closed groups @property {boolean} [totals]
 * @property {boolean} [hold] @property {string[] | "all"} [chosen] keys of rows @property {[number, number]} [scroll] from the top and the left, px
 */

const SETTLED_MS = 300;

/** Options that the user can override: setting one from Python takes the override back. @type {Record<string, (keyof State)[]>} */
export const OVERRIDES = {
  columns: ["columns", "pins"], freeze_cols: ["pins"], sort: ["sort"], group: ["group", "closed"], totals: ["totals"],
};

/** The state to begin with. @param {any} model @param {{state?: State}} memory @returns {State} */
export function firstState(model, memory) {
  return structuredClone(memory.state ?? model.get("_state")?.data ?? {});
}

export class Keeper {
  /** @param {TableView} view */
  constructor(view) {
    this.view = view;
    this.id = Math.random().toString(36).slice(2);
    this._timer = undefined;
    /** @type {string} */ this._told = JSON.stringify(view.state);
  }

  /** The state has changed: remember it, and tell Python once it has settled. */
  keep() {
    this.view.memory.state = this.view.state;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._tell(), SETTLED_MS);
  }

  _tell() {
    const { state, model } = this.view;
    const text = JSON.stringify(state);
    if (text === this._told) return;
    this._told = text;
    try {
      model.send({ t: "event", name: "state", data: { by: this.id, data: state } });
    } catch (error) {
      console.debug("[ibnb] the kernel cannot be reached", error);
    }
  }

  /** At the end: what is under way must not be lost. */
  end() {
    clearTimeout(this._timer);
    this.view.memory.state = this.view.state;
    this._tell();
  }

  /** Python, or the view in another page, has another state. */
  heard() {
    const { view } = this;
    const { by, data } = view.model.get("_state") ?? {};
    if (by === this.id || !data) return;
    const { scroll, ...rest } = structuredClone(data);
    // Another page's place in the table is its own business.
    view.state = by === "" && scroll ? { ...rest, scroll } : { ...rest, scroll: view.state.scroll };
    this._told = JSON.stringify(view.state);
    view.memory.state = view.state;
    view.adopt(by === "");
    if (by === "") view.choice.tell();
  }
}
