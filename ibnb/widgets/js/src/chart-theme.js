// @ts-check
/**
 * Colours of the page the chart stands in: JupyterLab's variables where they are, else what the page looks like.
 * Follows a change of theme while the chart is shown.
 */

/** @typedef {import("./chart-paint.js").Palette} Palette */

const LIGHT = { background: "#ffffff", text: "#1f2328", muted: "#57606a", grid: "#eceff2", border: "#c9ced4", up: "#08806b", down: "#d1293d", accent: "#1f6feb" };
const DARK = { background: "#111417", text: "#e6e8ea", muted: "#a0a7ae", grid: "#262b30", border: "#454c54", up: "#2bb99a", down: "#f4616f", accent: "#6cb0ff" };
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Red, green, blue and opacity of a computed colour; null when it is not one. @param {string} colour @returns {[number, number, number, number] | null} */
export function parseColour(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour.trim());
  if (hex) {
    const digits = hex[1].length === 3 ? [...hex[1]].map((digit) => digit + digit).join("") : hex[1];
    return [parseInt(digits.slice(0, 2), 16), parseInt(digits.slice(2, 4), 16), parseInt(digits.slice(4, 6), 16), 1];
  }
  const rgb = /^rgba?\(([^)]*)\)$/i.exec(colour.trim());
  if (!rgb) return null;
  const [r, g, b, a = 1] = rgb[1].split(/[\s,/]+/).filter(Boolean).map(Number);
  return [r, g, b, a].some((value) => Number.isNaN(value)) ? null : [r, g, b, a];
}

/** @param {[number, number, number, number]} colour */
export function isDark([r, g, b]) {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}

/** @param {string} colour  "#rrggbb" @param {number} alpha */
function faded(colour, alpha) {
  const [r, g, b] = /** @type {[number, number, number, number]} */ (parseColour(colour));
  return `rgba(${r},${g},${b},${alpha})`;
}

/** Any CSS colour ("white", "hsl(...)") in a form that `parseColour` knows; "" when it is none. @param {string} colour */
function normalised(colour) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context || !colour) return "";
  context.fillStyle = "#010203";
  context.fillStyle = colour;
  return context.fillStyle === "#010203" ? "" : String(context.fillStyle);
}

/** The nearest background, behind our own, that one cannot look through. @param {Element} element @returns {string} */
function backgroundBehind(element) {
  const shadow = element.getRootNode();
  for (let node = shadow instanceof ShadowRoot ? shadow.host : element.parentElement; node; ) {
    const colour = getComputedStyle(node).backgroundColor;
    const parsed = parseColour(colour);
    if (parsed && parsed[3] > 0.5) return colour;
    const root = node.getRootNode();
    node = node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? DARK.background : LIGHT.background;
}

/** The colours for a chart inside this element. @param {HTMLElement} element @returns {Palette} */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const variable = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const declared = normalised(variable("--jp-layout-color0"));
  const background = parseColour(declared) ? declared : backgroundBehind(element);
  const parsed = parseColour(background);
  const dark = parsed ? isDark(parsed) : false;
  const base = dark ? DARK : LIGHT;
  const font = variable("--jp-ui-font-family").replace(/"/g, "'") || FONT;
  return {
    ...base, background, dark, font,
    upVolume: faded(base.up, dark ? 0.55 : 0.45), downVolume: faded(base.down, dark ? 0.55 : 0.45), onStrong: dark ? "#0b0d0f" : "#ffffff",
  };
}

/** A theme's style sheets load after the page has changed its name: look again. */
const LOOKS_MS = [0, 60, 250, 1000, 3000];

/** Call `changed` whenever the page's look may have changed; returns what ends it. @param {() => void} changed */
export function watchTheme(changed) {
  /** @type {any[]} */
  let timers = [];
  const look = () => {
    timers.forEach(clearTimeout);
    timers = LOOKS_MS.map((ms) => setTimeout(changed, ms));
  };
  const observer = new MutationObserver(look);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-light", "data-jp-theme-name", "data-theme", "data-vscode-theme-kind", "data-color-mode"] });
  }
  observer.observe(document.head, { childList: true });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", look);
  return () => {
    timers.forEach(clearTimeout);
    observer.disconnect();
    media.removeEventListener("change", look);
  };
}

/** Whether two palettes look the same. @param {Palette} a @param {Palette} b */
export function samePalette(a, b) {
  return a.background === b.background && a.dark === b.dark && a.font === b.font;
}
