// @ts-check
/**
 * The bars of one stream as a chart wants them: columns in time order, what kind of bars they are, and what changed.
 * Reads the page store, never writes it.
 */

import { Pyramid, decimalsOf, positionAt, timeAt, usualStep } from "./chart-bars.js";
import { Zone } from "./chart-ticks.js";

/** @typedef {import("./store.js").Stream} Stream */
/** @typedef {import("./chart-bars.js").Bars} Bars */

const NAMES = /** @type {const} */ (["open", "high", "low", "close", "volume"]);
const NOTHING = new Float64Array(0);

/** Take a column of the stream in row order: the store's own array where rows lie in order, else a copy. @param {Stream} stream @param {string} name @returns {Float64Array} */
function columnOf(stream, name) {
  const column = /** @type {Float64Array | undefined} */ (stream.columns[name]);
  if (!column) return new Float64Array(stream.length).fill(NaN);
  if (stream.dense) return column;
  const { rows } = stream;
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]];
  return taken;
}

export class BarSeries {
  /** @param {Stream} stream */
  constructor(stream) {
    this.stream = stream;
    /** @type {Bars} */
    this.bars = { n: 0, time: NOTHING, open: NOTHING, high: NOTHING, low: NOTHING, close: NOTHING, volume: NOTHING };
    this.pyramid = new Pyramid();
    this.pyramid.sync(this.bars);
    this.step = 0;
    this.decimals = 2;
    this.daily = false;
    this.hasVolume = false;
    /** Rises with every change. */
    this.version = 0;
    this.changedFrom = 0;
    this.renumbered = false;
    this.waiting = true;
  }

  /** Note what a frame changed; cheap, reads nothing. @param {import("./store.js").ChangeInfo} info */
  note(info) {
    this.waiting = true;
    if (info.reset || info.removed.length) {
      this.changedFrom = 0;
      this.renumbered = true;
      return;
    }
    for (const { slots } of info.changed.values()) if (slots.length) this.changedFrom = Math.min(this.changedFrom, slots[0]);
    if (info.added.length && !this.stream.dense) {
      this.changedFrom = 0;
      this.renumbered = true;
    }
  }

  /**
   * Bring the columns up to date. Null when there is nothing new; else `move`, which tells where old bar numbers are now when bars
   * were renumbered (null = they kept their numbers).
   * @returns {{move: ((position: number) => number) | null} | null}
   */
  refresh() {
    const { stream } = this;
    // Half a history would move the view about; what is shown stays until the rest is here.
    if (!this.waiting || !stream.ready) return null;
    this.waiting = false;
    const before = this.bars;
    const stepBefore = this.step;
    const timeName = stream.schema.columns.find(({ kind }) => kind === "time")?.name ?? "time";
    const of = (/** @type {string} */ name) => columnOf(stream, name);
    this.bars = { n: stream.length, time: of(timeName), open: of("open"), high: of("high"), low: of("low"), close: of("close"), volume: of("volume") };
    const { n, time } = this.bars;
    this.pyramid.sync(this.bars, Math.min(this.changedFrom, before.n));
    this.changedFrom = Infinity;
    this.version++;
    if (n !== before.n || this.renumbered) {
      this.step = usualStep(time, n);
      this.hasVolume ||= this.bars.volume.subarray(0, n).some((value) => value > 0);
    }
    this.decimals = Math.max(this.renumbered || before.n === 0 ? 2 : this.decimals, decimalsOf(this.bars.close.subarray(Math.max(0, n - 50)), Math.min(50, n)));
    const renumbered = this.renumbered;
    this.renumbered = false;
    if (!renumbered || before.n === 0) return { move: null };
    return { move: (position) => positionAt(time, n, timeAt(before.time, before.n, position, stepBefore), this.step) };
  }

  /** ms at a bar number, fractional and outside too. @param {number} position */
  timeAt(position) {
    return timeAt(this.bars.time, this.bars.n, position, this.step);
  }

  /** @param {number} ms */
  positionAt(ms) {
    return positionAt(this.bars.time, this.bars.n, ms, this.step);
  }
}

/** Zones by name, kept for their table of offsets. @type {Map<string, Zone>} */
const zones = new Map();

/** @param {string} name @returns {Zone} */
export function zoneNamed(name) {
  let zone = zones.get(name);
  if (!zone) zones.set(name, (zone = new Zone(name)));
  return zone;
}

/**
 * What the Python side says of the bars: stream first (it moves), then the widget.
 * @param {Stream} stream @param {{get(name: string): any}} model
 */
export function describe(stream, model) {
  const meta = stream.meta ?? {};
  const column = /** @type {any} */ (stream.schema.columns.find(({ kind }) => kind === "time"));
  const wanted = model.get("tz") || "exchange";
  const own = meta.zone || model.get("_zone") || column?.zone || "UTC";
  return {
    title: String(model.get("title") || meta.title || stream.schema.name || "bars"),
    detail: String(model.get("_detail") || meta.detail || ""),
    daily: Boolean(meta.daily ?? model.get("_daily")),
    zone: zoneNamed(wanted === "exchange" ? own : wanted),
    reason: String(meta.reason || ""),
  };
}
