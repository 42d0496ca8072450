/**
 * Cells to text. The rules are those of ibnb/widgets/static_twin.py, so that the still picture reads like the live view.
 * Pure: no page.
 *
 * @module
 */

/** @typedef {import("./store.js").ColumnSpec} ColumnSpec */

export const DASH = "–";
const MINUS = "−";
const MOST_DECIMALS = 8;
const POWERS = Array.from({ length: MOST_DECIMALS + 1 }, (_, places) => 10 ** places);
// Control characters and the marks that turn the direction of writing: text from the network may hold them.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g;

/** Whether the number's sign is the point of it: profit and loss, changes. @param {ColumnSpec} column */
export function isSigned(column) {
  return column.kind === "f8" && /pnl|change|profit/i.test(column.name);
}

/** @param {ColumnSpec} column */
export function isNumeric(column) {
  return column.kind === "f8" || column.kind === "i8";
}

/** Fewest decimals that show the number as it is, between two bounds. @param {number} value @param {number} least @param {number} most */
export function decimalsNeeded(value, least, most) {
  const size = Math.abs(value);
  if (!(size < 1e12)) return least;
  for (let places = least; places < most; places++) {
    const scaled = size * POWERS[places];
    if (Math.abs(scaled - Math.round(scaled)) <= 1e-6 * Math.max(1, scaled * 1e-6)) return places;
  }
  return most;
}

/** "1234.5" with 2 decimals to "1,234.50". @param {number} value @param {number} decimals */
export function fixed(value, decimals) {
  const size = Math.abs(value);
  if (!(size < 1e15)) return Number.isFinite(value) ? value.toExponential(6).replace("-", MINUS) : value > 0 ? "∞" : `${MINUS}∞`;
  let text = size.toFixed(decimals);
  if (size >= 1000) {
    const point = text.indexOf(".");
    let end = point < 0 ? text.length : point;
    const tail = text.slice(end);
    let whole = "";
    for (; end > 3; end -= 3) whole = `,${text.slice(end - 3, end)}${whole}`;
    text = text.slice(0, end) + whole + tail;
  }
  return value < 0 ? MINUS + text : text;
}

/** @type {Map<number, number>} */
const tickDecimals = new Map();

/**
 * How many decimals a price is shown with: those of its least increment, at least 2. Where the increment is not known:
 * those of the price itself, as far as seven digits go (TWS sends some prices in single precision).
 * @param {number} value @param {number} tick
 */
export function priceDecimals(value, tick) {
  if (tick > 0 && tick < Infinity) {
    let known = tickDecimals.get(tick);
    if (known === undefined) tickDecimals.set(tick, (known = decimalsShown(tick, MOST_DECIMALS)));
    return known;
  }
  const size = Math.abs(value);
  if (!(size > 0 && size < 1e12)) return 2;
  return decimalsShown(size, Math.min(MOST_DECIMALS, Math.max(2, 6 - Math.floor(Math.log10(size)))));
}

/** @param {number} size @param {number} most */
function decimalsShown(size, most) {
  const text = size.toFixed(most).replace(/0+$/, "");
  return Math.max(2, text.length - text.indexOf(".") - 1);
}

/**
 * Writes one column's cells. Its decimals only grow, so that a column does not jump while its numbers move.
 */
export class CellWriter {
  /** @param {ColumnSpec} column @param {number} [decimals] */
  constructor(column, decimals) {
    this.column = column;
    this.signed = isSigned(column);
    const shape = column.format ?? "";
    this.percent = shape === "percent" || column.unit === "%" ? "%" : "";
    this.trim = shape === "size";
    this.least = decimals ?? (shape === "money" || shape === "percent" || shape === "price" ? 2 : 0);
    this.most = decimals ?? (shape === "money" || shape === "percent" ? 2 : shape === "price" || shape === "size" ? MOST_DECIMALS : 6);
    this.decimals = this.least;
    /** The column that holds the row's price increment; empty when all rows share their decimals. */
    this.tick = decimals === undefined && column.kind === "f8" ? column.tick ?? "" : "";
    this.plainInt = column.kind === "i8" && (shape === "int" || shape === "");
    this.time = column.kind === "time" ? timeWriter(column.zone ?? "UTC", shape === "date") : null;
  }

  /** Make room for a number's decimals; true when the column's text changes by it. @param {number} value */
  admit(value) {
    if (this.column.kind !== "f8" || this.tick || this.decimals >= this.most || value !== value) return false;
    const need = decimalsNeeded(value, this.least, this.most);
    if (need <= this.decimals) return false;
    this.decimals = need;
    return true;
  }

  /** @param {number | string | boolean | null} value @param {number} [tick] the row's price increment */
  text(value, tick = NaN) {
    if (value === null) return DASH;
    if (typeof value === "string") return value.replace(CONTROL, " ");
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (this.time) return this.time(value);
    if (this.plainInt) return value < 0 ? MINUS + -value : String(value);
    let text = fixed(value, this.tick ? priceDecimals(value, tick) : this.decimals);
    if (this.trim && this.decimals > 0 && text.includes(".")) text = text.replace(/\.?0+$/, "");
    if (this.signed) text = value > 0 ? `▲ ${text}` : value < 0 ? `▼ ${text}` : text;
    return text + this.percent;
  }

  /** As it goes to a spreadsheet: full precision, no ornaments. @param {number | string | boolean | null} value */
  plain(value) {
    if (value === null) return "";
    if (typeof value === "string") return value.replace(CONTROL, " ");
    if (this.time) return this.time(/** @type {number} */ (value));
    return String(value);
  }
}

/** @type {Map<string, (ms: number) => string>} */
const timeWriters = new Map();

/** @param {string} zone @param {boolean} date @returns {(ms: number) => string} */
function timeWriter(zone, date) {
  const key = `${zone}/${date}`;
  let writer = timeWriters.get(key);
  if (!writer) timeWriters.set(key, (writer = makeTimeWriter(zone, date)));
  return writer;
}

/** @param {string} zone @param {boolean} date @returns {(ms: number) => string} */
function makeTimeWriter(zone, date) {
  /** @type {(ms: number) => string} */
  let dayAndTime;
  if (zone === "UTC") {
    dayAndTime = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  } else {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    dayAndTime = (ms) => format.format(ms);
  }
  let lastSecond = NaN;
  let lastText = "";
  return (ms) => {
    if (!(Math.abs(ms) < 8.64e15)) return DASH;
    const second = Math.floor(ms / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      lastText = dayAndTime(second * 1000);
    }
    if (date) return lastText.slice(0, 10);
    const millis = Math.floor(ms - second * 1000 + 1e-6);
    return millis ? `${lastText}.${String(millis).padStart(3, "0")}` : lastText;
  };
}
