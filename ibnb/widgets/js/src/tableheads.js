/**
 * The header of a table view: names to sort by, edges to drag, heads to drag elsewhere, filters under them.
 *
 * @module
 */

import { parseTyped } from "./tablefilter.js";
import { label } from "./tablecolumns.js";
import { element } from "./tableparts.js";

/** @typedef {import("./table.js").TableView} TableView */

const DRAG_FROM_PX = 5; // less is a click

/** @param {TableView} view */
export function makeHeads(view) {
  const { heads, scroll } = view.parts;
  heads.replaceChildren();
  view.columns.list.forEach(({ spec, right }, i) => {
    const head = element("div", `c k${i}${right ? " n" : ""}`, { role: "columnheader", "aria-colindex": String(i + 1), "aria-haspopup": "menu" });
    const { doc, unit } = spec;
    head.title = [doc || spec.name, unit ? `(${unit})` : ""].join(" ").trim();
    head.append(
      element("span", "", {}, label(spec)), element("span", "arrow", { "aria-hidden": "true" }),
      element("span", "dots", { "aria-hidden": "true", title: "Sort, filter, group, pin, hide" }, "⋮"), element("span", "grip", { "aria-hidden": "true" }),
    );
    heads.append(head);
  });
  scroll.setAttribute("aria-colcount", String(view.columns.list.length));
  makeFilters(view);
}

/** A box under each head, only while filters are shown: a wide table has many. @param {TableView} view */
export function makeFilters(view) {
  const { filters, head } = view.parts;
  const at = view.root.activeElement?.closest?.(".filters [role=gridcell]");
  const focused = at ? [...filters.children].indexOf(at) : -1;
  filters.replaceChildren();
  if (!view.state.filtering) {
    filters.remove();
    return;
  }
  view.columns.list.forEach(({ spec }, i) => {
    const box = element("div", `c k${i}`, { role: "gridcell", "aria-colindex": String(i + 1) });
    const input = element("input", "", { type: "text", "aria-label": `Filter ${spec.name}`, placeholder: spec.kind === "str" ? "text" : spec.kind === "bool" ? "yes / no" : "> 0, 5..9" });
    input.value = view.state.filters?.[spec.name] ?? "";
    box.append(input);
    filters.append(box);
    if (i === focused) queueMicrotask(() => input.focus());
  });
  head.append(filters);
  markBad(view);
}

/** @param {TableView} view */
export function markBad(view) {
  [...view.parts.filters.children].forEach((box, i) => {
    const input = /** @type {HTMLInputElement} */ (box.firstChild);
    const spec = view.columns.list[i]?.spec;
    const bad = !!spec && input.value.trim() !== "" && parseTyped(input.value, spec) === null;
    input.classList.toggle("bad", bad);
    input.setAttribute("aria-invalid", String(bad));
  });
}

/** Show by which columns the rows are sorted. @param {TableView} view @param {import("./order.js").SortKey[]} sort */
export function showSort(view, sort) {
  view.columns.list.forEach(({ name }, i) => {
    const head = view.parts.heads.children[i];
    const at = sort.findIndex(([key]) => key === name);
    head.querySelector(".arrow").textContent = at < 0 ? "" : ` ${sort[at][1] ? "▲" : "▼"}${sort.length > 1 ? at + 1 : ""}`;
    head.setAttribute("aria-sort", at < 0 ? "none" : sort[at][1] ? "ascending" : "descending");
  });
}

/** @param {TableView} view @param {any} event */
function headIndex(view, event) {
  return [...view.parts.heads.children].indexOf(event.target.closest("[role=columnheader]"));
}

/** @param {TableView} view @param {any} event */
export function headClick(view, event) {
  const index = headIndex(view, event);
  if (index < 0 || view.dragged || event.target.classList.contains("grip")) return;
  if (event.target.classList.contains("dots")) view.menus.openHead(index);
  else view.act.sortBy(index, event.shiftKey);
}

/** @param {TableView} view @param {any} event */
export function headMenu(view, event) {
  const index = headIndex(view, event);
  if (index < 0) return;
  event.preventDefault();
  event.stopPropagation();
  view.menus.openHead(index);
}

/** @param {TableView} view @param {any} event */
export function headDoubleClick(view, event) {
  const index = headIndex(view, event);
  if (index >= 0 && event.target.classList.contains("grip")) view.columns.resize(index, null);
}

/** @param {TableView} view @param {any} event */
export function headPress(view, event) {
  const index = headIndex(view, event);
  view.dragged = false;
  if (index < 0 || event.button !== 0 || event.target.classList.contains("dots")) return;
  if (event.target.classList.contains("grip")) dragEdge(view, event, index);
  else dragHead(view, event, index);
}

/** @param {any} grip @param {any} event @param {(event: any) => void} move @param {(event: any) => void} [end] */
function follow(grip, event, move, end) {
  const stop = (/** @type {any} */ last) => {
    grip.removeEventListener("pointermove", move);
    grip.removeEventListener("pointerup", stop);
    grip.removeEventListener("pointercancel", stop);
    end?.(last);
  };
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", stop);
  grip.addEventListener("pointercancel", stop);
}

/** @param {TableView} view @param {any} event @param {number} index */
function dragEdge(view, event, index) {
  event.preventDefault();
  const start = event.clientX - view.columns.list[index].width;
  follow(event.target, event, ({ clientX }) => view.columns.resize(index, clientX - start));
}

/** Carry a head to another place: it goes where the pointer lets go of it. @param {TableView} view @param {any} event @param {number} index */
function dragHead(view, event, index) {
  const head = view.parts.heads.children[index];
  const start = event.clientX;
  let to = index;
  const move = (/** @type {any} */ { clientX }) => {
    if (!view.dragged && Math.abs(clientX - start) < DRAG_FROM_PX) return;
    view.dragged = true;
    head.classList.add("carried");
    head.style.transform = `translateX(${clientX - start}px)`;
    to = headAt(view, clientX, index);
    [...view.parts.heads.children].forEach((one, i) => {
      one.classList.toggle("before", i === to && to < index);
      one.classList.toggle("after", i === to && to > index);
    });
  };
  follow(head, event, move, ({ type }) => {
    head.classList.remove("carried");
    head.style.transform = "";
    for (const one of view.parts.heads.children) one.classList.remove("before", "after");
    if (view.dragged && type === "pointerup") view.columns.move(index, to);
  });
}

/** @param {TableView} view @param {number} x @param {number} otherwise */
function headAt(view, x, otherwise) {
  let found = otherwise;
  [...view.parts.heads.children].forEach((head, i) => {
    if (i === otherwise) return;
    const { left, right } = head.getBoundingClientRect();
    if (x >= left && x < right) found = i;
  });
  return found;
}
