/**
 * The table view by keyboard.
 *
 * Arrows, PageUp and PageDown, Home and End move (with Ctrl: to the ends); above the first row is the header. There Enter
 * sorts (Shift: by more than one column), Alt+Down or the menu key opens the column's menu, f goes to its filter, + and -
 * change its width, Ctrl+Shift with an arrow moves it. Among the rows Enter chooses one, Space adds it, Shift with an arrow
 * extends; on a group's row Enter, Left and Right open and close it. Ctrl+A chooses all, Escape none, Ctrl+C copies, h holds
 * the order, m opens the view's menu, "/" goes to the search box.
 *
 * @module
 */

import { copyRows } from "./tablechoice.js";
import { GROUP } from "./tablegroups.js";

/** @typedef {import("./table.js").TableView} TableView */

const STEP_PX = 12;

/** @param {TableView} view @param {KeyboardEvent} event */
export function handleKey(view, event) {
  if (event.target !== view.scroll) {
    if (view.parts.filters.contains(/** @type {Node} */ (event.target))) filterKey(view, event);
    return;
  }
  if (move(view, event) || (view.grid.active.row < 0 ? onHead(view, event) : onRow(view, event)) || anywhere(view, event)) event.preventDefault();
}

/** @param {TableView} view @param {KeyboardEvent} event */
function filterKey(view, event) {
  if (event.key !== "Escape" && event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  view.scroll.focus();
}

/** @param {TableView} view @param {KeyboardEvent} event @returns {boolean} */
function move(view, event) {
  const { grid } = view;
  const most = view.rows.length - 1;
  const wide = view.columns.list.length - 1;
  const page = Math.max(1, grid.rowsInView - 1);
  const control = event.ctrlKey || event.metaKey;
  if (event.altKey || (control && event.shiftKey)) return false;
  let { row, column } = grid.active;
  const onGroup = row >= 0 && view.rows[row] >= GROUP;
  switch (event.key) {
    case "ArrowDown": row = control ? most : row + 1; break;
    case "ArrowUp": row = control ? 0 : row - 1; break;
    case "ArrowRight": if (onGroup && view.act.openGroup(row, true)) return true; column += 1; break;
    case "ArrowLeft": if (onGroup && column === 0 && view.act.openGroup(row, false)) return true; column -= 1; break;
    case "PageDown": row += page; break;
    case "PageUp": row -= page; break;
    case "Home": if (control) row = 0; column = 0; view.scroll.scrollLeft = 0; break; // also where that column is pinned
    case "End": if (control) row = most; column = wide; break;
    default: return false;
  }
  view.act.go(Math.max(-1, Math.min(most, row)), Math.max(0, Math.min(wide, column)));
  if (event.shiftKey && grid.active.row >= 0) view.choice.choose(grid.active.row, true, false);
  return true;
}

/** @param {TableView} view @param {KeyboardEvent} event @returns {boolean} */
function onHead(view, event) {
  const { column } = view.grid.active;
  const width = view.columns.list[column]?.width ?? 0;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    view.act.moveColumn(column, event.key === "ArrowLeft" ? -1 : 1);
    return true;
  }
  if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10") || (event.altKey && event.key === "ArrowDown")) {
    view.menus.openHead(column);
    return true;
  }
  if (control || event.altKey) return false;
  switch (event.key) {
    case " ": case "Enter": view.act.sortBy(column, event.shiftKey); return true;
    case "f": view.act.filterColumn(column); return true;
    case "+": case "=": view.columns.resize(column, width + STEP_PX); return true;
    case "-": case "_": view.columns.resize(column, width - STEP_PX); return true;
    default: return false;
  }
}

/** @param {TableView} view @param {KeyboardEvent} event @returns {boolean} */
function onRow(view, event) {
  const { row } = view.grid.active;
  if (event.key !== " " && event.key !== "Enter") return false;
  if (view.rows[row] >= GROUP) view.act.openGroup(row, null);
  else view.choice.choose(row, false, event.key === " " || event.ctrlKey || event.metaKey);
  return true;
}

/** @param {TableView} view @param {KeyboardEvent} event @returns {boolean} */
function anywhere(view, event) {
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "a") view.choice.all(true);
    else if (event.key === "c") void copyRows(view);
    else return false;
    return true;
  }
  if (event.altKey) return false;
  switch (event.key) {
    case "Escape": view.choice.all(false); return true;
    case "h": view.act.holdOrder(); return true;
    case "m": view.menus.openView(); return true;
    case "/": if (view.model.get("search") === false) return false; view.search.focus(); return true;
    default: return false;
  }
}
