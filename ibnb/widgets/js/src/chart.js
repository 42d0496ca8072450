// @ts-check
/**
 * The live bar chart: Plotly's axes and crosshair, candles on a canvas between the two.
 *
 * Plotly redraws every candle it holds (20 ms for 300 at each tick, measured), so it holds none: it draws axes, and only when they move.
 * A tick costs one canvas paint of what is in view, never more than PAINTS_PER_S times a second; the user's own moves paint every frame.
 */

import { levelFor, paddedRange, priceSpan, settledRange, volumeMax } from "./chart-bars.js";
import { BarSeries, describe } from "./chart-data.js";
import { CONFIG, exportFigure, layoutOf, place, pointerTraces } from "./chart-axes.js";
import { ChartFrame } from "./chart-frame.js";
import { listen } from "./chart-input.js";
import { paint, xOf, yOf } from "./chart-paint.js";
import { candleTexts, priceText, staleText, summary } from "./chart-text.js";
import { readPalette, samePalette, watchTheme } from "./chart-theme.js";
import { layoutTicks, momentText, rangeStart, usefulRanges } from "./chart-ticks.js";
import { Viewport } from "./chart-view.js";

const PAINTS_PER_S = 10;
const SETTLE_MS = 140;
const NARROWEST = 80;
/** At first: wide enough to tell hollow from filled. */
const PIXELS_PER_CANDLE = 8;

/** Models that tell Python what a user did: other views of the same chart keep their own place. @type {Set<any>} */
const quiet = new Set();

/**
 * What a view remembers while its output is drawn anew: the times at the edges of the view.
 * @typedef {{ends?: [number, number], follow?: boolean}} Memory
 */

/** @typedef {{model: any, el: HTMLElement, signal: AbortSignal, link: import("./link.js").Link, memory?: Memory}} RenderProps */

export class BarChartView {
  /** @param {RenderProps} props */
  constructor({ model, el, signal, link, memory = {} }) {
    this.model = model;
    this.link = link;
    this.memory = memory;
    this.id = model.get("_stream");
    this.stream = link.stream(this.id);
    this.series = new BarSeries(this.stream);
    this.view = new Viewport();
    this.view.follow = model.get("follow") !== false;
    this.frame = new ChartFrame(el, signal);
    this.palette = readPalette(this.frame.root);
    /** @type {any} */ this.plotly = null;
    this.axes = { built: false, key: "", revision: 0, points: "", traces: /** @type {any[]} */ ([]), layout: /** @type {any} */ (null) };
    /** @type {[number, number] | null} */ this.prices = null;
    this.volumeTop = 0;
    /** @type {import("./chart-paint.js").Scene | null} */ this.scene = null;
    this.ticksKey = "";
    /** @type {import("./chart-ticks.js").Ticks | null} */ this.ticks = null;
    this.rangesKey = "";
    /** @type {import("./chart-ticks.js").RangeName[]} */ this.ranges = [];
    /** @type {{title: string, detail: string, daily: boolean, zone: import("./chart-ticks.js").Zone} | null} */ this.look = null;
    /** @type {ReturnType<typeof place> | null} */ this.placed = null;
    /** @type {[number, number] | null} */ this.span = null;
    /** whether Python's wish for a range waits for bars */
    this.pending = false;
    this.hovered = -1;
    /** @type {{x: number, y: number} | null} */ this.cursor = null;
    this.drawAsked = 0;
    this.drawnAt = -Infinity;
    this.movedAt = -Infinity;
    this.wanted = false;
    this.timers = { data: 0, settle: 0, report: 0, age: 0, speech: 0 };
    this.stats = { paints: 0, axes: 0, ms: 0 };
    this.start(signal);
  }

  /** @param {AbortSignal} signal */
  start(signal) {
    const { frame, link, memory, model } = this;
    /** @type {(() => void)[]} */
    const ends = [
      this.stream.onChange((info) => {
        this.series.note(info);
        this.askData();
      }),
      link.onStatus(() => this.showStatus()),
      watchTheme(() => this.restyle()),
      frame.onSize(() => this.ask()),
      frame.onVisible((visible) => this.setWanted(visible)),
    ];
    const changes = { "change:height": () => this.resize(), "change:volume": () => this.rebuild(), "change:tz": () => this.rebuild(), "change:title": () => this.rebuild(), "change:_goto": () => this.goTo(), "change:follow": () => this.setFollow() };
    for (const [event, act] of Object.entries(changes)) {
      model.on(event, act);
      ends.push(() => model.off(event, act));
    }
    listen({
      plot: frame.plot, view: this.view, edges: () => ({ left: this.scene?.geometry.left ?? 0, right: this.scene?.geometry.right ?? 1 }),
      moved: () => this.moved(), band: (x, width) => frame.showBand(x, width, this.scene?.geometry), pointed: (x, y) => this.point(x, y), left: () => this.point(null, null),
    }, signal);
    frame.live.addEventListener("click", () => this.act(() => this.view.goLive()), { signal });
    frame.png.addEventListener("click", () => void this.download(), { signal });
    signal.addEventListener("abort", () => {
      this.remember();
      for (const end of ends) end();
      this.setWanted(false);
      for (const timer of Object.values(this.timers)) clearTimeout(timer);
      cancelAnimationFrame(this.drawAsked);
      if (this.axes.built) this.plotly.purge(frame.gd);
    });
    this.resize();
    this.series.note(/** @type {any} */ ({ reset: true }));
    this.pending = memory.ends !== undefined;
    if (!this.pending) this.goTo();
    this.showStatus();
    this.setWanted(true);
    void link.need("plotly").then((plotly) => {
      if (signal.aborted) return;
      this.plotly = plotly;
      this.ask();
    });
  }

  /** Ask the kernel for the bars, or leave off while nobody can see them. @param {boolean} on */
  setWanted(on) {
    if (on === this.wanted) return;
    this.wanted = on;
    this.link.want(this.id, on);
    if (on) this.ask();
  }

  // -- when to draw --------------------------------------------------------------------------------------------

  /** Draw in the next animation frame. */
  ask() {
    if (this.drawAsked) return;
    this.drawAsked = requestAnimationFrame(() => {
      this.drawAsked = 0;
      this.draw();
    });
  }

  /** Draw new data soon: at most PAINTS_PER_S times a second. */
  askData() {
    if (this.drawAsked || this.timers.data) return;
    const wait = this.drawnAt + 1000 / PAINTS_PER_S - performance.now();
    if (wait <= 0) this.ask();
    else {
      this.timers.data = setTimeout(() => {
        this.timers.data = 0;
        this.ask();
      }, wait);
    }
  }

  /** The user moved the view. */
  moved() {
    this.movedAt = performance.now();
    clearTimeout(this.timers.settle);
    this.timers.settle = setTimeout(() => this.ask(), SETTLE_MS + 20);
    this.ask();
    this.report();
  }

  /** @param {() => void} change */
  act(change) {
    change();
    this.moved();
  }

  rebuild() {
    this.axes.key = this.axes.points = "";
    this.ask();
  }

  restyle() {
    const palette = readPalette(this.frame.root);
    if (samePalette(palette, this.palette)) return;
    this.palette = palette;
    this.rebuild();
  }

  resize() {
    this.frame.setHeight(this.model.get("height"));
    this.ask();
  }

  // -- drawing -------------------------------------------------------------------------------------------------

  draw() {
    const began = performance.now();
    const { frame, series, view } = this;
    const { width, height } = frame.size();
    if (width < NARROWEST || height < NARROWEST || !this.plotly) return;
    view.firstBars = Math.max(40, Math.min(240, Math.floor(width / PIXELS_PER_CANDLE)));
    this.takeData();
    const { title, detail, daily, zone, reason } = describe(this.stream, this.model);
    this.look = { title, detail, daily, zone };
    frame.showPalette(this.palette);
    frame.showTitle(title, detail);
    frame.showEmpty(series.bars.n ? "" : this.stream.ready ? reason || "No bars yet" : "Waiting for bars…");
    if (!series.bars.n) {
      frame.speak(summary({ title, candles: series.bars, first: 0, last: 0, span: null, decimals: 2, timeOf: () => NaN, zone, daily }));
      return;
    }
    this.compose(width, height);
    this.drawAxes();
    frame.fitCanvas(width, height);
    if (this.scene) paint(frame.context, this.scene, frame.ratio);
    this.showHeader();
    this.speakLater();
    this.drawnAt = performance.now();
    this.stats.paints++;
    this.stats.ms = this.drawnAt - began;
  }

  takeData() {
    const taken = this.series.refresh();
    if (!taken) return;
    const { view, series } = this;
    if (taken.move) view.renumber(series.bars.n, taken.move);
    else view.setCount(series.bars.n);
    if (this.pending && series.bars.n) {
      this.pending = false;
      if (!this.recall()) this.goTo();
    }
    if (view.follow) this.report();
  }

  /** Keep the place for when this view comes back. */
  remember() {
    const { memory, series, view } = this;
    if (!series.bars.n) return;
    memory.ends = [series.timeAt(view.from), series.timeAt(view.to)];
    memory.follow = view.follow;
  }

  /** Go back to the place that was kept; false when there is none. */
  recall() {
    const { memory, series, view } = this;
    if (!memory.ends) return false;
    const [from, to] = memory.ends.map((ms) => series.positionAt(ms));
    delete memory.ends;
    if (!(to > from)) return false;
    view.set(from, to);
    if (memory.follow) view.goLive();
    return true;
  }

  /** Decide what is in view and how: everything that painting needs. @param {number} width @param {number} height */
  compose(width, height) {
    const { series, view } = this;
    const volume = this.model.get("volume") !== false && series.hasVolume;
    const labels = this.labelRoom();
    const placed = place(width, height, labels, volume);
    const plot = placed.geometry.right - placed.geometry.left;
    const k = levelFor(Math.min(view.span, series.bars.n), plot);
    const size = 2 ** k;
    const candles = series.pyramid.level(k);
    const first = Math.max(0, Math.floor((view.from + 0.5) / size));
    const last = Math.min(candles.n, Math.ceil((view.to + 0.5) / size));
    const span = priceSpan(candles, first, last);
    this.span = span;
    if (span) this.prices = settledRange(this.prices, span);
    const most = volumeMax(candles, first, last);
    if (most > this.volumeTop || most < this.volumeTop * 0.5) this.volumeTop = most * 1.12 || 1;
    if (!this.look) return;
    const { daily, zone } = this.look;
    const ticksKey = `${view.from},${view.to},${size},${plot},${zone.name},${daily},${series.bars.n},${series.bars.time[0]}`;
    if (this.ticksKey !== ticksKey || !this.ticks) {
      this.ticksKey = ticksKey;
      this.ticks = layoutTicks({ timeOf: (i) => series.bars.time[i], n: series.bars.n, from: view.from, to: view.to, step: size, width: plot, zone, daily, left: placed.geometry.left });
    }
    const n = series.bars.n;
    const close = series.bars.close[n - 1];
    this.placed = placed;
    this.scene = {
      geometry: placed.geometry, palette: this.palette, candles, size, first, last, from: view.from, to: view.to, prices: this.prices ?? paddedRange([0, 1]), volume: volume ? this.volumeTop : 0,
      breaks: this.ticks.breaks, live: close === close ? { price: close, text: priceText(close, series.decimals), up: close >= series.bars.open[n - 1] } : null,
    };
  }

  /** Pixels for the price labels. */
  labelRoom() {
    const { bars, decimals } = this.series;
    const text = priceText(Math.max(Math.abs(bars.close[bars.n - 1]) || 0, Math.abs(this.prices?.[1] ?? 0)), decimals);
    return Math.max(58, Math.ceil(text.length * 7.2) + 22);
  }

  /** Give Plotly the axes, if they moved. */
  drawAxes() {
    const { axes, frame, plotly, scene, series, palette } = this;
    if (!scene || !this.placed || !this.ticks) return;
    const still = performance.now() - this.movedAt > SETTLE_MS;
    const points = `${scene.first},${scene.last},${scene.size},${scene.volume > 0}`;
    if (points !== axes.points && (still || !axes.built)) {
      axes.points = points;
      const x = [];
      for (let i = scene.first; i < scene.last; i++) x.push(i * scene.size + (scene.size - 1) / 2);
      axes.traces = pointerTraces(x, (scene.prices[0] + scene.prices[1]) / 2, scene.volume > 0);
      axes.revision++;
      axes.key = "";
    }
    const { geometry: g } = scene;
    const key = [scene.from, scene.to, ...scene.prices, scene.volume, g.width, g.height, g.right, series.decimals, this.ticksKey, axes.revision, palette.dark].join();
    if (key === axes.key) return;
    axes.key = key;
    axes.layout = layoutOf({ placed: this.placed, palette, bars: [scene.from, scene.to], prices: scene.prices, volume: scene.volume, decimals: series.decimals, ticks: this.ticks, revision: axes.revision });
    this.stats.axes++;
    if (axes.built) {
      void plotly.react(frame.gd, axes.traces, axes.layout, CONFIG).then(() => this.recross());
      return;
    }
    plotly.newPlot(frame.gd, axes.traces, axes.layout, CONFIG);
    axes.built = true;
    frame.holdCanvas();
  }

  /**
   * The axes have moved under a cursor that has not. Plotly draws its crosshair again, but measured from elements that it
   * has just replaced; so it is told once more where the cursor is.
   */
  recross() {
    const { cursor, frame, scene } = this;
    if (!cursor || !scene || this.candleAtCursor() < 0) return;
    const pane = cursor.y > scene.geometry.bottom && scene.volume > 0 ? "xy2" : "xy";
    const box = frame.plot.getBoundingClientRect();
    frame.gd.querySelector(`.nsewdrag[data-subplot="${pane}"]`)?.dispatchEvent(new MouseEvent("mousemove", { clientX: box.left + cursor.x, clientY: box.top + cursor.y }));
  }

  // -- words ---------------------------------------------------------------------------------------------------

  /** The cursor is there, or gone. @param {number | null} x @param {number | null} y */
  point(x, y) {
    this.cursor = x === null || y === null ? null : { x, y };
    if (!this.cursor && this.axes.built) this.plotly.Fx.unhover(this.frame.gd);
    this.showHeader();
  }

  /** Number of the candle under the cursor; -1 for none. */
  candleAtCursor() {
    const { cursor, scene } = this;
    if (!cursor || !scene) return -1;
    const { geometry: g, from, to, size, first, last } = scene;
    if (cursor.x < g.left || cursor.x > g.right || cursor.y < g.top || cursor.y > g.floor) return -1;
    const position = from + ((cursor.x - g.left) / (g.right - g.left)) * (to - from);
    return Math.max(first, Math.min(last - 1, Math.floor((position + 0.5) / size)));
  }

  showHeader() {
    const { frame, scene, series, look } = this;
    if (!scene || !look) return;
    this.hovered = this.candleAtCursor();
    const shown = this.hovered >= 0 ? this.hovered : scene.candles.n - 1;
    const start = shown * scene.size;
    frame.showCandle(momentText(series.bars.time[start], look.zone, look.daily, series.step), scene.size, candleTexts(scene.candles, shown, series.decimals));
    frame.showControls({ follow: this.view.follow, ranges: this.rangesOf(), pick: (name) => this.act(() => this.pick(name)) });
    const { geometry: g } = scene;
    const at = this.cursor;
    const inside = at && at.x >= g.left && at.x <= g.right && at.y >= g.top && at.y <= g.bottom;
    const price = inside ? scene.prices[0] + ((g.bottom - at.y) / (g.bottom - g.top)) * (scene.prices[1] - scene.prices[0]) : NaN;
    frame.showTags(
      inside ? { y: yOf(scene, price), x: g.right, text: priceText(price, series.decimals) } : null,
      at && this.hovered >= 0 ? { x: xOf(scene, start + (scene.size - 1) / 2), y: g.floor, text: momentText(series.bars.time[start], look.zone, look.daily, series.step) } : null,
      g,
    );
  }

  rangesOf() {
    const { series, look } = this;
    const key = `${series.bars.n >> 4},${series.bars.time[0]},${look?.zone.name}`;
    if (this.rangesKey !== key && look) {
      this.rangesKey = key;
      this.ranges = usefulRanges((i) => series.bars.time[i], series.bars.n, look.zone, look.daily);
    }
    return this.ranges;
  }

  /** @param {import("./chart-ticks.js").RangeName} name */
  pick(name) {
    const { series, look, view } = this;
    if (look) view.showLast(series.bars.n - rangeStart(name, (i) => series.bars.time[i], series.bars.n, look.zone, look.daily));
  }

  speakLater() {
    if (this.timers.speech) return;
    const say = () => {
      const { scene, series, look, span } = this;
      if (!scene || !look) return;
      this.frame.speak(summary({ title: look.title, candles: scene.candles, first: scene.first, last: scene.last, span, decimals: series.decimals, timeOf: (i) => series.bars.time[i * scene.size], zone: look.zone, daily: look.daily }));
    };
    say();
    this.timers.speech = setTimeout(() => {
      this.timers.speech = 0;
      say();
    }, 2000);
  }

  showStatus() {
    clearTimeout(this.timers.age);
    const text = staleText(this.link.statusOf(this.id), this.link.env.now());
    this.frame.showBadge(text);
    if (text) this.timers.age = setTimeout(() => this.showStatus(), 1000);
  }

  // -- Python --------------------------------------------------------------------------------------------------

  /** Go where Python says, when the bars are there. */
  goTo() {
    const wanted = this.model.get("_goto");
    if (!Array.isArray(wanted) || wanted.length < 2) return;
    const { series, view } = this;
    this.pending = !series.bars.n;
    if (this.pending) return;
    const from = series.positionAt(wanted[0]);
    const to = series.positionAt(wanted[1]);
    if (to > from) this.act(() => view.set(from - 0.5, to + 0.5));
  }

  setFollow() {
    if (quiet.has(this.model)) return;
    const follow = this.model.get("follow") !== false;
    if (follow === this.view.follow) return;
    if (follow) this.act(() => this.view.goLive());
    else this.act(() => this.view.set(this.view.from, this.view.to));
  }

  /** Tell Python what is in view, when it has come to rest. */
  report() {
    if (this.timers.report) return;
    this.timers.report = setTimeout(() => {
      this.timers.report = 0;
      const { series, view, model } = this;
      if (!series.bars.n) return;
      const last = series.bars.n - 1;
      const seen = [Math.ceil(view.from), Math.floor(view.to)].map((i) => series.bars.time[Math.max(0, Math.min(last, i))]);
      quiet.add(model);
      model.set("_seen", seen);
      model.set("follow", view.follow);
      quiet.delete(model);
      model.save_changes();
    }, 300);
  }

  // -- pictures ------------------------------------------------------------------------------------------------

  /** The candles in view as an ordinary Plotly figure. */
  figure() {
    const { axes, scene, palette, look } = this;
    if (!axes.layout || !scene) throw new Error("[ibnb] the chart has not been drawn yet");
    const title = look?.detail ? `${look.title} · ${look.detail}` : String(look?.title);
    return exportFigure({ layout: axes.layout, candles: scene.candles, first: scene.first, last: scene.last, size: scene.size, palette, title, volume: scene.volume > 0 });
  }

  async download() {
    const figure = this.figure();
    const { width, height } = figure.layout;
    const url = await this.plotly.toImage({ ...figure, config: CONFIG }, { format: "png", width, height, scale: 2 });
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = `${(this.look?.title ?? "chart").replace(/[^\w.-]+/g, "_")}.png`;
    anchor.click();
  }
}

/** @param {RenderProps} props */
export function render(props) {
  const ending = new AbortController();
  props.signal?.addEventListener("abort", () => ending.abort());
  const view = new BarChartView({ ...props, signal: ending.signal });
  /** @type {any} */ (props.el).ibnbChart = view; // for tests and the console
  return () => ending.abort();
}
