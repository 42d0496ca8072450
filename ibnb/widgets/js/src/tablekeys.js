/**
 * The table view by keyboard, and the dragging of a column's edge.
 *
 * Arrows, PageUp and PageDown, Home and End move (with Ctrl: to the ends); above the first row is the header, where Enter
 * sorts (Shift: by more than one column). Enter chooses a row, Space adds it, Shift with an arrow extends; Ctrl+A all,
 * Escape none, Ctrl+C copies, "/" goes to the search box.
 *
 * @module
 */

/** @typedef {import("./table.js").TableView} TableView */

/** @param {TableView} view @param {KeyboardEvent} event */
export function handleKey(view, event) {
  const { grid } = view;
  if (event.target !== view.scroll) return;
  const { active } = grid;
  const most = view.rows.length - 1;
  const wide = view.columns.length - 1;
  const page = Math.max(1, grid.rowsInView - 1);
  const control = event.ctrlKey || event.metaKey;
  let { row, column } = active;
  switch (event.key) {
    case "ArrowDown": row = control ? most : row + 1; break;
    case "ArrowUp": row = control ? 0 : row - 1; break;
    case "ArrowRight": column += 1; break;
    case "ArrowLeft": column -= 1; break;
    case "PageDown": row += page; break;
    case "PageUp": row -= page; break;
    case "Home": if (control) row = 0; column = 0; break;
    case "End": if (control) row = most; column = wide; break;
    case " ": case "Enter":
      if (row < 0) view.sortBy(column, event.shiftKey);
      else view.choose(row, false, event.key === " " || control);
      event.preventDefault();
      return;
    case "a":
      if (!control) return;
      view.chooseAll(true);
      event.preventDefault();
      return;
    case "c":
      if (!control) return;
      void navigator.clipboard?.writeText(view.tsv()).catch(() => {}); // else the copy event does it
      return;
    case "Escape":
      view.chooseAll(false);
      return;
    case "/":
      view.search.focus();
      event.preventDefault();
      return;
    default: return;
  }
  event.preventDefault();
  active.row = Math.max(-1, Math.min(most, row));
  active.column = Math.max(0, Math.min(wide, column));
  if (active.row >= 0) grid.reveal(active.row);
  grid.revealColumn(active.column);
  if (event.shiftKey && active.row >= 0) view.choose(active.row, true, false);
  [...view.heads.children].forEach((head, i) => head.classList.toggle("active", active.row < 0 && i === active.column));
  const heading = active.row < 0 ? view.heads.children[active.column] : null;
  for (const head of view.heads.children) head.id = head === heading ? "active" : "";
  view.scroll.setAttribute("aria-activedescendant", "active");
  view.schedule();
}

/** @param {TableView} view @param {any} event */
export function dragEdge(view, event) {
  if (!event.target.classList.contains("grip")) return;
  event.preventDefault();
  const column = view.columns[[...view.heads.children].indexOf(event.target.parentElement)];
  const start = event.clientX - column.width;
  const move = (/** @type {any} */ { clientX }) => {
    column.width = Math.max(24, Math.min(2000, clientX - start));
    column.sized = true;
    view.memory.widths = { ...view.memory.widths, [column.name]: column.width };
    view.layout = true;
    view.schedule();
  };
  const grip = event.target;
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  const end = () => grip.removeEventListener("pointermove", move);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", end, { once: true });
}
