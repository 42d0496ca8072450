// @ts-check
/**
 * Time labels for an axis that counts bars: which bars carry a tick, and what it says in the exchange's zone.
 * The axis has no empty nights and weekends, so ticks go to the first bar at or after each boundary of the local clock
 * or calendar. Pure: no page, no Plotly.
 *
 * Local time is told by Intl (the browser's zone data), so daylight saving is right on either side of a change.
 */

const MINUTE = 60e3;
const HOUR = 3600e3;
const DAY = 86400e3;

/** Wall clock of a zone. */
export class Zone {
  /** @param {string | null | undefined} name  IANA name (TWS's "US/Eastern" is one), "local" for the browser's; else UTC */
  constructor(name) {
    this.name = "UTC";
    /** @type {Intl.DateTimeFormat | null} */
    this.clock = null;
    /** @type {Map<number, number>} offset in ms by quarter of an hour; no zone has changed its clock elsewhere since 1972 */
    this.offsets = new Map();
    const wanted = name === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
    if (!wanted || wanted === "UTC") return;
    try {
      this.clock = new Intl.DateTimeFormat("en-US", {
        timeZone: wanted, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric", era: "short",
      });
      this.name = wanted;
    } catch {
      // A zone that this browser does not know: UTC, and the label says so.
    }
  }

  /** Milliseconds that the zone's clock is ahead of UTC. @param {number} ms */
  offset(ms) {
    if (!this.clock) return 0;
    const key = Math.floor(ms / (15 * MINUTE));
    let offset = this.offsets.get(key);
    if (offset === undefined) {
      const at = key * 15 * MINUTE;
      /** @type {Record<string, string>} */
      const part = {};
      for (const { type, value } of this.clock.formatToParts(at)) part[type] = value;
      offset = Date.UTC(+part.year, +part.month - 1, +part.day, +part.hour, +part.minute, +part.second) - at;
      if (this.offsets.size > 50000) this.offsets.clear();
      this.offsets.set(key, offset);
    }
    return offset;
  }

  /** The zone's wall clock at `ms`, as if it were UTC. @param {number} ms */
  local(ms) {
    return ms + this.offset(ms);
  }

  /** The instant at which the zone's wall clock shows `local` (the later one where a clock jumps). @param {number} local */
  instant(local) {
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }

  /** Short name such as "EDT" at that time. @param {number} ms */
  label(ms) {
    if (!this.clock) return "UTC";
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: this.name, timeZoneName: "short", hour: "numeric" }).formatToParts(ms);
    return parts.find((part) => part.type === "timeZoneName")?.value ?? this.name;
  }
}

/** @param {number} step @returns {(local: number) => number} */
const every = (step) => (local) => Math.floor(local / step);
/** @param {number} months @returns {(local: number) => number} */
const everyMonths = (months) => (local) => {
  const date = new Date(local);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
};

/**
 * Boundaries from fine to coarse; each holds the finer ones (a week only days). `key` is constant between two of them.
 * @type {{name: "second" | "minute" | "day" | "month" | "year", key: (local: number) => number}[]}
 */
export const UNITS = [
  ...[1, 5, 15, 30].map((s) => ({ name: /** @type {const} */ ("second"), key: every(s * 1e3) })),
  ...[1, 5, 15, 30].map((m) => ({ name: /** @type {const} */ ("minute"), key: every(m * MINUTE) })),
  ...[1, 2, 4, 12].map((h) => ({ name: /** @type {const} */ ("minute"), key: every(h * HOUR) })),
  { name: "day", key: every(DAY) },
  { name: "day", key: (local) => Math.floor((local / DAY + 3) / 7) }, // Mondays: 1970 began on a Thursday
  { name: "month", key: everyMonths(1) },
  { name: "month", key: everyMonths(3) },
  ...[1, 2, 5, 10, 20, 50].map((y) => ({ name: /** @type {const} */ ("year"), key: everyMonths(12 * y) })),
];
/** Half the pixels of a label's first and of its second line. */
const HALF = 12;
const LONG_HALF = 52;
const ONE_HOUR = 8;
const FIRST_MINUTE = UNITS.findIndex((unit) => unit.name === "minute");
const FIRST_DAY = UNITS.findIndex((unit) => unit.name === "day");

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
/** @param {number} value */
const two = (value) => String(value).padStart(2, "0");

/** "2025-03-14". @param {number} local */
export function dateText(local) {
  const date = new Date(local);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** "15:55", or "15:55:30". @param {number} local @param {boolean} [seconds] */
export function clockText(local, seconds = false) {
  const date = new Date(local);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${seconds ? `:${two(date.getUTCSeconds())}` : ""}`;
}

/** "Fri 2025-03-14 15:55 EDT" for a bar, "Fri 2025-03-14" for a daily one. @param {number} ms @param {Zone} zone @param {boolean} daily @param {number} [step]  ms from bar to bar */
export function momentText(ms, zone, daily, step = MINUTE) {
  if (ms !== ms) return "";
  const local = daily ? ms : zone.local(ms);
  const day = `${WEEKDAYS[new Date(local).getUTCDay()]} ${dateText(local)}`;
  return daily ? day : `${day} ${clockText(local, step < MINUTE)} ${zone.label(ms)}`;
}

/** @param {string} unit @param {number} local @param {number} index  of the unit in UNITS */
function mainText(unit, local, index) {
  const date = new Date(local);
  if (unit === "second") return clockText(local, true);
  if (unit === "minute") return clockText(local);
  if (unit === "day") return index > FIRST_DAY ? `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}` : `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
  return unit === "month" ? MONTHS[date.getUTCMonth()] : String(date.getUTCFullYear());
}

/** Second line of a label: what the first leaves out. @param {string} unit @param {number} local */
function contextText(unit, local) {
  const date = new Date(local);
  if (unit === "second" || unit === "minute") return `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return unit === "year" ? "" : String(date.getUTCFullYear());
}

/**
 * @typedef {object} TickRequest
 * @property {(index: number) => number} timeOf  ms of the bar at a whole index
 * @property {number} n       bars
 * @property {number} from    left edge of the view, in bars
 * @property {number} to      right edge
 * @property {number} step    bars per candle: ticks stand at candles
 * @property {number} width   pixels between the edges
 * @property {Zone} zone
 * @property {boolean} daily  times are dates at midnight UTC, in no zone
 * @property {number} [room]  pixels for one label
 * @property {number} [left]  pixels left of the view into which a label may reach
 */

/**
 * @typedef {object} Ticks
 * @property {number[]} index   whole bar indices, rising
 * @property {string[]} text    one per index; lines are parted by "\n"
 * @property {number[]} breaks  bars that open a new day, week, month or year: one level above the ticks
 */

/**
 * Lay out the ticks of a view: the finest boundary whose ticks have room, coarser ones first where two collide.
 * @param {TickRequest} request @returns {Ticks}
 */
export function layoutTicks({ timeOf, n, from, to, step, width, zone, daily, room = 76, left = room }) {
  const first = Math.max(0, Math.ceil(from / step) * step);
  const last = Math.min(n - 1, Math.floor(to));
  /** @type {Ticks} */
  const ticks = { index: [], text: [], breaks: [] };
  if (!(to > from) || !(width > 0) || last < first) return ticks;
  const local = (/** @type {number} */ i) => (daily ? timeOf(i) : zone.local(timeOf(i)));

  /** @type {{index: number, local: number, rank: number}[]} candles that cross a boundary, with the coarsest they cross */
  const crossings = [];
  let before = first > 0 ? local(Math.max(0, first - step)) : NaN;
  for (let i = first; i <= last; i += step) {
    const now = local(i);
    let rank = before === before ? -1 : FIRST_DAY; // the very first bar opens a day
    const sameDay = Math.floor(before / DAY) === Math.floor(now / DAY);
    for (let r = sameDay ? FIRST_DAY - 1 : UNITS.length - 1; r >= 0 && before === before; r--) {
      if (UNITS[r].key(before) !== UNITS[r].key(now)) {
        rank = r;
        break;
      }
    }
    if (rank < ONE_HOUR && now <= before) rank = ONE_HOUR; // the clock was put back: the same hour once more
    if (rank >= 0) crossings.push({ index: i, local: now, rank });
    before = now;
  }

  const counts = new Array(UNITS.length + 1).fill(0);
  for (const { rank } of crossings) counts[rank]++;
  for (let r = UNITS.length - 1; r >= 0; r--) counts[r] += counts[r + 1];
  let unit = daily ? FIRST_DAY : 0;
  while (unit < UNITS.length - 1 && counts[unit] * room > width) unit++;
  // The finer boundary may fit in places only, but three labels say more than one.
  if (counts[unit] < 2 && unit > (daily ? FIRST_DAY : 0)) unit--;
  // Where a finer boundary adds nothing (bars of half an hour have no seconds), the coarser one names it.
  while (counts[unit] > 1 && counts[unit + 1] === counts[unit]) unit++;
  if (UNITS[unit].name === "second" && crossings.every(({ local: at }) => at % MINUTE === 0)) unit = FIRST_MINUTE;

  const perPixel = (to - from) / width;
  const chosen = crossings.filter((crossing) => crossing.rank >= unit);
  /** @type {typeof chosen} */
  const placed = [];
  for (const crossing of [...chosen].sort((a, b) => b.rank - a.rank || a.index - b.index)) {
    if (placed.every((other) => Math.abs(other.index - crossing.index) >= room * 0.85 * perPixel)) placed.push(crossing);
  }
  placed.sort((a, b) => a.index - b.index);

  let context = "";
  let long = { at: -Infinity, tick: -1 }; // the last label with a second line
  for (const { index, local: at } of placed) {
    const pixel = (index - from) / perPixel + left;
    if (pixel < HALF) continue;
    const main = mainText(UNITS[unit].name, at, unit);
    const under = contextText(UNITS[unit].name, at);
    // The long second line would be cut at the left edge; the next label has it then.
    const isNew = under !== context && (pixel >= LONG_HALF || under === "");
    if (isNew && under) {
      // Two long lines that would meet: the day that has just begun in view gives way to the whole one after it.
      if (pixel - long.at < 2 * LONG_HALF) ticks.text[long.tick] = ticks.text[long.tick].split("\n")[0];
      long = { at: pixel, tick: ticks.text.length };
    }
    ticks.index.push(index);
    ticks.text.push(isNew && under ? `${main}\n${under}` : main);
    if (isNew) context = under;
  }
  const above = unit < FIRST_DAY ? FIRST_DAY : UNITS.findIndex((candidate, r) => r > unit && candidate.name !== UNITS[unit].name);
  if (above > 0) {
    const breaks = crossings.filter((crossing) => crossing.rank >= above && crossing.index > 0);
    if (breaks.length * 24 <= width) ticks.breaks = breaks.map((crossing) => crossing.index);
  }
  return ticks;
}

/**
 * Ranges a button may ask for, by calendar in the bars' zone.
 * @typedef {"1D" | "5D" | "1M" | "3M" | "6M" | "YTD" | "1Y" | "5Y" | "All"} RangeName
 */

/**
 * First bar of a named range that ends with the last bar; 0 when the history is shorter.
 * Days count as days that have bars, so "1D" is the last session also on a Sunday.
 * @param {RangeName} name @param {(index: number) => number} timeOf @param {number} n @param {Zone} zone @param {boolean} daily
 */
export function rangeStart(name, timeOf, n, zone, daily) {
  if (n < 1 || name === "All") return 0;
  const local = (/** @type {number} */ i) => (daily ? timeOf(i) : zone.local(timeOf(i)));
  const end = new Date(local(n - 1));
  if (name === "1D" || name === "5D") {
    let left = name === "1D" ? 1 : 5;
    let i = n - 1;
    let day = Math.floor(local(i) / DAY);
    for (; i > 0; i--) {
      const before = Math.floor(local(i - 1) / DAY);
      if (before !== day && --left === 0) return i;
      day = before;
    }
    return 0;
  }
  const year = end.getUTCFullYear();
  const month = end.getUTCMonth();
  const day = end.getUTCDate();
  const back = { "1M": 1, "3M": 3, "6M": 6, "1Y": 12, "5Y": 60 }[/** @type {"1M"} */ (name)];
  const start = name === "YTD" ? Date.UTC(year, 0, 1) : monthsBefore(year, month, day, back);
  let low = 0;
  let high = n - 1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (local(mid) < start) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The day after the same day `months` earlier; the month's last where it has no such day. @param {number} year @param {number} month @param {number} day @param {number} months */
function monthsBefore(year, month, day, months) {
  const last = new Date(Date.UTC(year, month - months + 1, 0)).getUTCDate();
  return Date.UTC(year, month - months, Math.min(day, last)) + DAY;
}

/**
 * The range buttons that make sense for these bars: shorter than the history, longer than a handful of bars.
 * @param {(index: number) => number} timeOf @param {number} n @param {Zone} zone @param {boolean} daily @returns {RangeName[]}
 */
export function usefulRanges(timeOf, n, zone, daily) {
  /** @type {RangeName[]} */
  const names = [];
  let start = n;
  for (const name of /** @type {RangeName[]} */ (["1D", "5D", "1M", "3M", "6M", "YTD", "1Y", "5Y"])) {
    const from = rangeStart(name, timeOf, n, zone, daily);
    if (from > 0 && n - from >= 4 && (name === "YTD" || from < start)) names.push(name);
    if (name !== "YTD") start = Math.min(start, from);
  }
  names.push("All");
  return names;
}
