// @ts-check
/**
 * Mouse, touch and keys on the plot, turned into moves of the viewport. Knows no Plotly: the caller says where the axis is.
 *
 * wheel: zoom at the cursor (with shift, or sideways: pan); drag: pan; shift-drag: zoom to the dragged span; double click: back to live;
 * keys: left/right pan, with shift by a screen; +/- zoom; Home/End first and last bars; 0 all; L live.
 */

/**
 * @typedef {object} Host
 * @property {HTMLElement} plot
 * @property {import("./chart-view.js").Viewport} view
 * @property {() => {left: number, right: number}} edges  of the axis, pixels in `plot`
 * @property {() => void} moved   the view changed
 * @property {(x: number | null, width?: number) => void} band  show the span being dragged, null = none
 * @property {(x: number, y: number) => void} pointed  the cursor is there
 * @property {() => void} left   the cursor is gone
 */

/** A wheel that began elsewhere goes on there for so long after each of its steps. */
const PASSING_MS = 300;

/** @param {WheelEvent} event  pixels of a wheel movement, whatever its unit */
function pixelsOf(event) {
  return event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
}

/** @param {Host} host @param {AbortSignal} signal */
export function listen(host, signal) {
  const { plot, view } = host;
  /** @type {Map<number, number>} pointers that are down, and where they were last */
  const down = new Map();
  let start = 0;
  let banding = false;
  let dragged = false;

  const barsPerPixel = () => {
    const { left, right } = host.edges();
    return view.span / Math.max(1, right - left);
  };
  const positionOf = (/** @type {number} */ x) => view.from + (x - host.edges().left) * barsPerPixel();
  const place = (/** @type {MouseEvent} */ event) => {
    const box = plot.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  // Who scrolls through the notebook must not get caught in a chart that comes under the cursor.
  let scrolledAt = -Infinity;
  document.addEventListener("wheel", (event) => {
    if (!event.composedPath().includes(plot) || event.timeStamp - scrolledAt < PASSING_MS) scrolledAt = event.timeStamp;
  }, { signal, capture: true, passive: true });

  plot.addEventListener("wheel", (event) => {
    if (event.timeStamp === scrolledAt) return;
    event.preventDefault();
    const unit = pixelsOf(event);
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) view.pan(sideways * unit * barsPerPixel());
    else view.zoom(Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY * unit * 0.0015))), positionOf(place(event).x));
    host.moved();
  }, { signal, passive: false });

  // Plotly lays a sheet over the page at a press, even with all its drags off; it needs movements only.
  for (const name of ["mousedown", "touchstart"]) plot.addEventListener(name, (event) => event.stopPropagation(), { signal, capture: true, passive: true });

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x } = place(event);
    down.set(event.pointerId, x);
    start = x;
    banding = event.shiftKey;
    dragged = false;
    plot.focus({ preventScroll: true });
  }, { signal });

  plot.addEventListener("pointermove", (event) => {
    const { x, y } = place(event);
    const before = down.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== "touch") host.pointed(x, y);
      return;
    }
    if (!dragged && Math.abs(x - start) < 3 && down.size === 1) return;
    if (!dragged) {
      dragged = true;
      plot.setPointerCapture(event.pointerId);
      plot.classList.add("dragging");
      host.left();
    }
    if (down.size === 2) pinch(event.pointerId, before, x);
    else if (banding) host.band(Math.min(start, x), Math.abs(x - start));
    else view.pan((before - x) * barsPerPixel());
    down.set(event.pointerId, x);
    if (!banding) host.moved();
  }, { signal });

  const pinch = (/** @type {number} */ id, /** @type {number} */ before, /** @type {number} */ x) => {
    const [, other] = /** @type {[number, number]} */ ([...down].find(([key]) => key !== id));
    const apart = Math.abs(x - other);
    if (apart > 10) view.zoom(Math.abs(before - other) / apart, positionOf(other));
  };

  const up = (/** @type {PointerEvent} */ event) => {
    if (!down.delete(event.pointerId)) return;
    plot.classList.remove("dragging");
    if (banding && dragged) {
      host.band(null);
      const ends = [positionOf(start), positionOf(place(event).x)].sort((a, b) => a - b);
      if (event.type === "pointerup" && ends[1] - ends[0] > 1) view.set(ends[0], ends[1]);
      host.moved();
    }
    banding = false;
  };
  plot.addEventListener("pointerup", up, { signal });
  plot.addEventListener("pointercancel", up, { signal });
  plot.addEventListener("pointerleave", () => host.left(), { signal });
  plot.addEventListener("dblclick", () => {
    view.showLast(Math.min(view.n, view.firstBars));
    host.moved();
  }, { signal });

  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!act(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook has commands on these keys
    host.moved();
  }, { signal });

  const act = (/** @type {string} */ key, /** @type {boolean} */ shift) => {
    const { span } = view;
    switch (key) {
      case "ArrowLeft": view.pan(-span * (shift ? 0.9 : 0.1)); return true;
      case "ArrowRight": view.pan(span * (shift ? 0.9 : 0.1)); return true;
      case "+": case "=": case "ArrowUp": view.zoom(0.8, view.from + span / 2); return true;
      case "-": case "_": case "ArrowDown": view.zoom(1.25, view.from + span / 2); return true;
      case "Home": view.set(-0.5, span - 0.5); return true;
      case "End": case "l": case "L": view.goLive(); return true;
      case "0": view.showLast(view.n); return true;
      default: return false;
    }
  };
}
