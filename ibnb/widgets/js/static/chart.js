// src/chart-bars.js
var PRICES = (
  ["open", "high", "low", "close", "volume"]
);
function makeCandles(capacity) {
  const make2 = () => new Float64Array(capacity);
  return { n: 0, open: make2(), high: make2(), low: make2(), close: make2(), volume: make2() };
}
function reserve(candles, n) {
  if (candles.open.length >= n) return;
  for (const name of PRICES) {
    const larger = new Float64Array(Math.max(16, Math.ceil(n * 1.5)));
    larger.set(candles[name].subarray(0, candles.n));
    candles[name] = larger;
  }
}
function joinPairs(fine, coarse, first) {
  const n = fine.n + 1 >> 1;
  reserve(coarse, n);
  coarse.n = n;
  for (let i = first; i < n; i++) {
    const a = 2 * i;
    const b = a + 1 < fine.n ? a + 1 : a;
    const hasA = fine.close[a] === fine.close[a];
    const hasB = fine.close[b] === fine.close[b];
    coarse.open[i] = hasA ? fine.open[a] : fine.open[b];
    coarse.close[i] = hasB ? fine.close[b] : fine.close[a];
    coarse.high[i] = hasA && hasB ? Math.max(fine.high[a], fine.high[b]) : hasA ? fine.high[a] : fine.high[b];
    coarse.low[i] = hasA && hasB ? Math.min(fine.low[a], fine.low[b]) : hasA ? fine.low[a] : fine.low[b];
    const va = fine.volume[a];
    const vb = b === a ? NaN : fine.volume[b];
    coarse.volume[i] = va === va ? vb === vb ? va + vb : va : vb;
  }
}
var Pyramid = class {
  constructor() {
    this.levels = [];
    this.taken = [];
  }
  sync(bars, changedFrom = 0) {
    this.levels[0] = bars;
    for (let k = 1; k < this.taken.length; k++) this.taken[k] = Math.min(this.taken[k], changedFrom);
    this.taken[0] = bars.n;
  }
  level(k) {
    const bars = this.levels[0];
    for (let j = 1; j <= k; j++) {
      if (!this.levels[j]) {
        this.levels[j] = makeCandles(0);
        this.taken[j] = 0;
      }
      if (this.taken[j] !== bars.n || this.levels[j].n !== this.levels[j - 1].n + 1 >> 1) {
        joinPairs(this.levels[j - 1], this.levels[j], this.taken[j] >> j);
        this.taken[j] = bars.n;
      }
    }
    return this.levels[k];
  }
};
function levelFor(bars, width, most = 400) {
  const room = Math.max(1, Math.min(most, Math.floor(width / 4)));
  let k = 0;
  while (Math.ceil(bars / 2 ** k) > room) k++;
  return k;
}
function priceSpan(candles, from, to) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = Math.max(0, from); i < Math.min(to, candles.n); i++) {
    if (candles.low[i] < low) low = candles.low[i];
    if (candles.high[i] > high) high = candles.high[i];
  }
  return low <= high ? [low, high] : null;
}
function volumeMax(candles, from, to) {
  let most = 0;
  for (let i = Math.max(0, from); i < Math.min(to, candles.n); i++) if (candles.volume[i] > most) most = candles.volume[i];
  return most;
}
function paddedRange([low, high], room = 0.06) {
  const size = high - low || Math.abs(high) * 0.01 || 1;
  return high > low ? [low - size * room, high + size * room] : [low - size, high + size];
}
function settledRange(range, span) {
  if (!range || span[0] < range[0] || span[1] > range[1]) return paddedRange(span);
  return span[1] - span[0] >= 0.7 * (range[1] - range[0]) ? range : paddedRange(span);
}
function indexAt(time, n, ms) {
  let low = 0;
  let high = n;
  while (low < high) {
    const mid = low + high >> 1;
    if (time[mid] < ms) low = mid + 1;
    else high = mid;
  }
  return low;
}
function usualStep(time, n) {
  const steps = [];
  for (let i = Math.max(1, n - 99); i < n; i++) steps.push(time[i] - time[i - 1]);
  steps.sort((a, b) => a - b);
  return steps.length ? steps[steps.length >> 1] : 0;
}
function timeAt(time, n, index, step) {
  if (!n) return NaN;
  if (index <= 0) return time[0] + index * step;
  if (index >= n - 1) return time[n - 1] + (index - (n - 1)) * step;
  const i = Math.floor(index);
  return time[i] + (index - i) * (time[i + 1] - time[i]);
}
function positionAt(time, n, ms, step) {
  if (!n) return NaN;
  if (ms <= time[0]) return step ? (ms - time[0]) / step : 0;
  if (ms >= time[n - 1]) return n - 1 + (step ? (ms - time[n - 1]) / step : 0);
  const i = indexAt(time, n, ms);
  return time[i] === ms ? i : i - 1 + (ms - time[i - 1]) / (time[i] - time[i - 1]);
}
function decimalsOf(prices, n) {
  let most = 2;
  for (let i = Math.max(0, n - 200); i < n && most < 8; i++) {
    const value = prices[i];
    if (value !== value) continue;
    while (most < 8 && Math.abs(value - Number(value.toFixed(most))) > 1e-9 * Math.max(1, Math.abs(value))) most++;
  }
  return most;
}

// src/chart-ticks.js
var MINUTE = 6e4;
var HOUR = 36e5;
var DAY = 864e5;
var Zone = class {
  constructor(name) {
    this.name = "UTC";
    this.clock = null;
    this.offsets = /* @__PURE__ */ new Map();
    const wanted = name === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
    if (!wanted || wanted === "UTC") return;
    try {
      this.clock = new Intl.DateTimeFormat("en-US", {
        timeZone: wanted,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
        era: "short"
      });
      this.name = wanted;
    } catch {
    }
  }
  offset(ms) {
    if (!this.clock) return 0;
    const key = Math.floor(ms / (15 * MINUTE));
    let offset = this.offsets.get(key);
    if (offset === void 0) {
      const at = key * 15 * MINUTE;
      const part = {};
      for (const { type, value } of this.clock.formatToParts(at)) part[type] = value;
      offset = Date.UTC(+part.year, +part.month - 1, +part.day, +part.hour, +part.minute, +part.second) - at;
      if (this.offsets.size > 5e4) this.offsets.clear();
      this.offsets.set(key, offset);
    }
    return offset;
  }
  local(ms) {
    return ms + this.offset(ms);
  }
  instant(local) {
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }
  label(ms) {
    if (!this.clock) return "UTC";
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: this.name, timeZoneName: "short", hour: "numeric" }).formatToParts(ms);
    return parts.find((part) => part.type === "timeZoneName")?.value ?? this.name;
  }
};
var every = (step) => (local) => Math.floor(local / step);
var everyMonths = (months) => (local) => {
  const date = new Date(local);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
};
var UNITS = [
  ...[1, 5, 15, 30].map((s) => ({ name: (
    "second"
  ), key: every(s * 1e3) })),
  ...[1, 5, 15, 30].map((m) => ({ name: (
    "minute"
  ), key: every(m * MINUTE) })),
  ...[1, 2, 4, 12].map((h) => ({ name: (
    "minute"
  ), key: every(h * HOUR) })),
  { name: "day", key: every(DAY) },
  { name: "day", key: (local) => Math.floor((local / DAY + 3) / 7) },
  { name: "month", key: everyMonths(1) },
  { name: "month", key: everyMonths(3) },
  ...[1, 2, 5, 10, 20, 50].map((y) => ({ name: (
    "year"
  ), key: everyMonths(12 * y) }))
];
var HALF = 12;
var LONG_HALF = 52;
var ONE_HOUR = 8;
var FIRST_MINUTE = UNITS.findIndex((unit) => unit.name === "minute");
var FIRST_DAY = UNITS.findIndex((unit) => unit.name === "day");
var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
var WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
var two = (value) => String(value).padStart(2, "0");
function dateText(local) {
  const date = new Date(local);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}
function clockText(local, seconds = false) {
  const date = new Date(local);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${seconds ? `:${two(date.getUTCSeconds())}` : ""}`;
}
function momentText(ms, zone, daily, step = MINUTE) {
  if (ms !== ms) return "";
  const local = daily ? ms : zone.local(ms);
  const day = `${WEEKDAYS[new Date(local).getUTCDay()]} ${dateText(local)}`;
  return daily ? day : `${day} ${clockText(local, step < MINUTE)} ${zone.label(ms)}`;
}
function mainText(unit, local, index) {
  const date = new Date(local);
  if (unit === "second") return clockText(local, true);
  if (unit === "minute") return clockText(local);
  if (unit === "day") return index > FIRST_DAY ? `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}` : `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
  return unit === "month" ? MONTHS[date.getUTCMonth()] : String(date.getUTCFullYear());
}
function contextText(unit, local) {
  const date = new Date(local);
  if (unit === "second" || unit === "minute") return `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return unit === "year" ? "" : String(date.getUTCFullYear());
}
function layoutTicks({ timeOf, n, from, to, step, width, zone, daily, room = 76, left = room }) {
  const first = Math.max(0, Math.ceil(from / step) * step);
  const last = Math.min(n - 1, Math.floor(to));
  const ticks = { index: [], text: [], breaks: [] };
  if (!(to > from) || !(width > 0) || last < first) return ticks;
  const local = (i) => daily ? timeOf(i) : zone.local(timeOf(i));
  const crossings = [];
  let before = first > 0 ? local(Math.max(0, first - step)) : NaN;
  for (let i = first; i <= last; i += step) {
    const now = local(i);
    let rank = before === before ? -1 : FIRST_DAY;
    const sameDay = Math.floor(before / DAY) === Math.floor(now / DAY);
    for (let r = sameDay ? FIRST_DAY - 1 : UNITS.length - 1; r >= 0 && before === before; r--) {
      if (UNITS[r].key(before) !== UNITS[r].key(now)) {
        rank = r;
        break;
      }
    }
    if (rank < ONE_HOUR && now <= before) rank = ONE_HOUR;
    if (rank >= 0) crossings.push({ index: i, local: now, rank });
    before = now;
  }
  const counts = new Array(UNITS.length + 1).fill(0);
  for (const { rank } of crossings) counts[rank]++;
  for (let r = UNITS.length - 1; r >= 0; r--) counts[r] += counts[r + 1];
  let unit = daily ? FIRST_DAY : 0;
  while (unit < UNITS.length - 1 && counts[unit] * room > width) unit++;
  if (counts[unit] < 2 && unit > (daily ? FIRST_DAY : 0)) unit--;
  while (counts[unit] > 1 && counts[unit + 1] === counts[unit]) unit++;
  if (UNITS[unit].name === "second" && crossings.every(({ local: at }) => at % MINUTE === 0)) unit = FIRST_MINUTE;
  const perPixel = (to - from) / width;
  const chosen = crossings.filter((crossing) => crossing.rank >= unit);
  const placed = [];
  for (const crossing of [...chosen].sort((a, b) => b.rank - a.rank || a.index - b.index)) {
    if (placed.every((other) => Math.abs(other.index - crossing.index) >= room * 0.85 * perPixel)) placed.push(crossing);
  }
  placed.sort((a, b) => a.index - b.index);
  let context = "";
  let long = { at: -Infinity, tick: -1 };
  for (const { index, local: at } of placed) {
    const pixel = (index - from) / perPixel + left;
    if (pixel < HALF) continue;
    const main = mainText(UNITS[unit].name, at, unit);
    const under = contextText(UNITS[unit].name, at);
    const isNew = under !== context && (pixel >= LONG_HALF || under === "");
    if (isNew && under) {
      if (pixel - long.at < 2 * LONG_HALF) ticks.text[long.tick] = ticks.text[long.tick].split("\n")[0];
      long = { at: pixel, tick: ticks.text.length };
    }
    ticks.index.push(index);
    ticks.text.push(isNew && under ? `${main}
${under}` : main);
    if (isNew) context = under;
  }
  const above = unit < FIRST_DAY ? FIRST_DAY : UNITS.findIndex((candidate, r) => r > unit && candidate.name !== UNITS[unit].name);
  if (above > 0) {
    const breaks = crossings.filter((crossing) => crossing.rank >= above && crossing.index > 0);
    if (breaks.length * 24 <= width) ticks.breaks = breaks.map((crossing) => crossing.index);
  }
  return ticks;
}
function rangeStart(name, timeOf, n, zone, daily) {
  if (n < 1 || name === "All") return 0;
  const local = (i) => daily ? timeOf(i) : zone.local(timeOf(i));
  const end = new Date(local(n - 1));
  if (name === "1D" || name === "5D") {
    let left = name === "1D" ? 1 : 5;
    let i = n - 1;
    let day2 = Math.floor(local(i) / DAY);
    for (; i > 0; i--) {
      const before = Math.floor(local(i - 1) / DAY);
      if (before !== day2 && --left === 0) return i;
      day2 = before;
    }
    return 0;
  }
  const year = end.getUTCFullYear();
  const month = end.getUTCMonth();
  const day = end.getUTCDate();
  const back = { "1M": 1, "3M": 3, "6M": 6, "1Y": 12, "5Y": 60 }[
    name
  ];
  const start = name === "YTD" ? Date.UTC(year, 0, 1) : monthsBefore(year, month, day, back);
  let low = 0;
  let high = n - 1;
  while (low < high) {
    const mid = low + high >> 1;
    if (local(mid) < start) low = mid + 1;
    else high = mid;
  }
  return low;
}
function monthsBefore(year, month, day, months) {
  const last = new Date(Date.UTC(year, month - months + 1, 0)).getUTCDate();
  return Date.UTC(year, month - months, Math.min(day, last)) + DAY;
}
function usefulRanges(timeOf, n, zone, daily) {
  const names = [];
  let start = n;
  for (
    const name of
    ["1D", "5D", "1M", "3M", "6M", "YTD", "1Y", "5Y"]
  ) {
    const from = rangeStart(name, timeOf, n, zone, daily);
    if (from > 0 && n - from >= 4 && (name === "YTD" || from < start)) names.push(name);
    if (name !== "YTD") start = Math.min(start, from);
  }
  names.push("All");
  return names;
}

// src/chart-data.js
var NOTHING = new Float64Array(0);
function columnOf(stream, name) {
  const column = (
    stream.columns[name]
  );
  if (!column) return new Float64Array(stream.length).fill(NaN);
  if (stream.dense) return column;
  const { rows } = stream;
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]];
  return taken;
}
var BarSeries = class {
  constructor(stream) {
    this.stream = stream;
    this.bars = { n: 0, time: NOTHING, open: NOTHING, high: NOTHING, low: NOTHING, close: NOTHING, volume: NOTHING };
    this.pyramid = new Pyramid();
    this.pyramid.sync(this.bars);
    this.step = 0;
    this.decimals = 2;
    this.daily = false;
    this.hasVolume = false;
    this.version = 0;
    this.changedFrom = 0;
    this.renumbered = false;
    this.waiting = true;
  }
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
  refresh() {
    const { stream } = this;
    if (!this.waiting || !stream.ready) return null;
    this.waiting = false;
    const before = this.bars;
    const stepBefore = this.step;
    const timeName = stream.schema.columns.find(({ kind }) => kind === "time")?.name ?? "time";
    const of = (name) => columnOf(stream, name);
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
  timeAt(position) {
    return timeAt(this.bars.time, this.bars.n, position, this.step);
  }
  positionAt(ms) {
    return positionAt(this.bars.time, this.bars.n, ms, this.step);
  }
};
var zones = /* @__PURE__ */ new Map();
function zoneNamed(name) {
  let zone = zones.get(name);
  if (!zone) zones.set(name, zone = new Zone(name));
  return zone;
}
function describe(stream, model) {
  const meta = stream.meta ?? {};
  const column = (
    stream.schema.columns.find(({ kind }) => kind === "time")
  );
  const wanted = model.get("tz") || "exchange";
  const own = meta.zone || model.get("_zone") || column?.zone || "UTC";
  return {
    title: String(model.get("title") || meta.title || stream.schema.name || "bars"),
    detail: String(model.get("_detail") || meta.detail || ""),
    daily: Boolean(meta.daily ?? model.get("_daily")),
    zone: zoneNamed(wanted === "exchange" ? own : wanted),
    reason: String(meta.reason || "")
  };
}

// src/chart-axes.js
var TOP = 6;
var BOTTOM = 36;
var LEFT = 8;
var GAP = 6;
function place(width, height, labels, volume) {
  const inner = Math.max(1, height - TOP - BOTTOM);
  const volumeHeight = volume ? Math.round(inner * 0.2) : 0;
  const floor = height - BOTTOM;
  const geometry = {
    width,
    height,
    left: LEFT,
    right: Math.max(LEFT + 1, width - labels),
    top: TOP,
    bottom: volume ? floor - volumeHeight - GAP : floor,
    volumeTop: floor - volumeHeight,
    floor
  };
  return {
    geometry,
    margin: { l: LEFT, r: labels, t: TOP, b: BOTTOM, pad: 0, autoexpand: false },
    priceDomain: [(floor - geometry.bottom) / inner, 1],
    volumeDomain: [0, Math.max(volumeHeight / inner, 1e-3)]
  };
}
function layoutOf({ placed, palette, bars, prices, volume, decimals, ticks, revision }) {
  const { geometry } = placed;
  const axis = {
    fixedrange: true,
    gridcolor: palette.grid,
    linecolor: palette.border,
    zeroline: false,
    automargin: false,
    tickfont: { color: palette.muted, size: 11, family: palette.font }
  };
  const spike = { showspikes: true, spikemode: "across", spikethickness: 1, spikedash: "dot", spikecolor: palette.muted };
  const paneHeight = geometry.bottom - geometry.top;
  return {
    width: geometry.width,
    height: geometry.height,
    margin: placed.margin,
    datarevision: revision,
    paper_bgcolor: palette.background,
    plot_bgcolor: palette.background,
    showlegend: false,
    dragmode: false,
    uirevision: 1,
    hovermode: "x",
    hoversubplots: "axis",
    hoverdistance: -1,
    spikedistance: -1,
    font: { family: palette.font, color: palette.text, size: 11 },
    xaxis: {
      ...axis,
      ...spike,
      spikesnap: "hovered data",
      range: bars,
      tickmode: "array",
      tickvals: ticks.index,
      ticktext: ticks.text.map((text) => text.replace("\n", "<br>")),
      tickangle: 0,
      ticklabeloverflow: "allow",
      ticks: "outside",
      ticklen: 4,
      tickcolor: palette.border,
      showline: true,
      anchor: volume > 0 ? "y2" : "y",
      rangeslider: { visible: false }
    },
    yaxis: {
      ...axis,
      ...spike,
      spikesnap: "cursor",
      side: "right",
      range: prices,
      domain: placed.priceDomain,
      tickformat: `,.${decimals}f`,
      nticks: Math.max(4, Math.floor(paneHeight / 28)),
      anchor: "x"
    },
    ...volume > 0 && {
      yaxis2: { ...axis, ...spike, spikesnap: "cursor", side: "right", range: [0, volume], domain: placed.volumeDomain, tickformat: "~s", nticks: 3, anchor: "x", showgrid: false }
    }
  };
}
function pointerTraces(x, price, volume) {
  const common = { type: "scatter", mode: "none", x, hoverinfo: "none", showlegend: false };
  const traces = [{ ...common, y: x.map(() => price), yaxis: "y" }];
  if (volume) traces.push({ ...common, y: x.map(() => 0), yaxis: "y2" });
  return traces;
}
var CONFIG = {
  displayModeBar: false,
  displaylogo: false,
  showTips: false,
  scrollZoom: false,
  doubleClick: false,
  responsive: false,
  showSendToCloud: false,
  showEditInChartStudio: false,
  plotlyServerURL: ""
};
function exportFigure({ layout, candles, first, last, size, palette, title, volume }) {
  const x = [];
  for (let i = first; i < last; i++) x.push(i * size + (size - 1) / 2);
  const slice = (column) => Array.from(column.subarray(first, last), (value) => value === value ? value : null);
  const side = (line, fill) => ({ line: { color: line, width: 1 }, fillcolor: fill });
  const data = [{
    type: "candlestick",
    name: "price",
    x,
    open: slice(candles.open),
    high: slice(candles.high),
    low: slice(candles.low),
    close: slice(candles.close),
    increasing: side(palette.up, palette.background),
    decreasing: side(palette.down, palette.down)
  }];
  if (volume) {
    const colour = x.map((_, i) => candles.close[first + i] >= candles.open[first + i] ? palette.upVolume : palette.downVolume);
    data.push({ type: "bar", name: "volume", x, y: slice(candles.volume), yaxis: "y2", marker: { color: colour }, width: size * 0.72 });
  }
  return {
    data,
    layout: {
      ...layout,
      paper_bgcolor: palette.background,
      plot_bgcolor: palette.background,
      height: layout.height + 30,
      margin: { ...layout.margin, t: layout.margin.t + 30 },
      title: { text: escapeMarkup(title), x: 0.01, xanchor: "left", font: { size: 14, color: palette.text } }
    }
  };
}
function escapeMarkup(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

// src/chart-frame.js
var CSS = `
:host { display: block; }
.ibnb-chart { position: relative; box-sizing: border-box; width: 100%; min-width: 0; overflow: hidden;
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-size: 12px; color: var(--text); background: var(--background); }
.head { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center; padding: 4px 8px 2px; min-height: 24px; }
.title, .detail { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 45%; }
.title { font-weight: 600; font-size: 13px; }
.detail { color: var(--muted); }
.legend { display: flex; flex: 1 1 0; gap: 0 10px; min-width: 0; height: 18px; line-height: 18px; overflow: hidden; font-variant-numeric: tabular-nums; white-space: nowrap; }
.legend b { font-weight: 400; color: var(--muted); margin-right: 3px; }
.legend > * { flex: none; }
.legend .when { min-width: 12em; color: var(--muted); }
.change.up, .badge.live { color: var(--up); } .change.down { color: var(--down); }
.tools { display: flex; gap: 2px; margin-left: auto; }
.tools button { font: inherit; color: var(--muted); background: none; border: 1px solid transparent; border-radius: 3px; padding: 1px 6px; min-height: 22px; cursor: pointer; }
.tools button:hover { color: var(--text); border-color: var(--border); }
.tools button:focus-visible, .plot:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.tools .live::before { content: "○ "; }
.tools .live[aria-pressed="true"] { color: var(--up); font-weight: 600; }
.tools .live[aria-pressed="true"]::before { content: "● "; }
.stale .tools .live { color: var(--muted); font-weight: 400; }
.ranges { display: flex; gap: 2px; }
.plot { position: relative; touch-action: pan-y; cursor: crosshair; outline: none; user-select: none; overflow: hidden; }
.plot.dragging, .plot.dragging * { cursor: grabbing !important; }
.plot .gd { position: absolute; inset: 0; }
.plot .svg-container, .plot .plot-container { position: relative; width: 100%; height: 100%; }
.plot .main-svg { position: absolute; top: 0; left: 0; pointer-events: none; }
.plot .main-svg .draglayer { pointer-events: all; }
.plot .main-svg .drag, .plot .main-svg .cursor-pointer { cursor: inherit; }
.plot .spikeline:not([stroke-dasharray]) { display: none; }
.plot .axistext, .plot .hovertext { display: none; }
canvas { position: absolute; top: 0; left: 0; pointer-events: none; }
.tag { position: absolute; box-sizing: border-box; height: 18px; line-height: 18px; padding: 0 4px; border-radius: 2px; font-size: 11px; white-space: nowrap; pointer-events: none;
  font-variant-numeric: tabular-nums; color: var(--background); background: var(--text); }
.band { position: absolute; pointer-events: none; background: var(--accent); opacity: .18; }
.badge { position: absolute; left: 12px; top: 8px; padding: 2px 8px; border-radius: 3px; font-weight: 600; pointer-events: none; color: var(--background); background: var(--muted); }
.empty { position: absolute; inset: 0; display: grid; place-items: center; color: var(--muted); pointer-events: none; }
.ibnb-chart.stale .gd { opacity: .6; filter: grayscale(.8); }
[hidden] { display: none !important; }
.medium .legend { order: 3; flex: 1 0 100%; }
.narrow .detail, .narrow .when, .narrow .ranges { display: none; }
@media (prefers-reduced-motion: no-preference) { .tools button { transition: color .1s; } }
`;
function make(tag, name, parent, text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
var ChartFrame = class {
  constructor(el, signal) {
    const host = document.createElement("div");
    host.className = "ibnb-chart-host";
    el.append(host);
    signal.addEventListener("abort", () => host.remove());
    this.signal = signal;
    const shadow = host.attachShadow({ mode: "open" });
    make("style", "", shadow, CSS);
    this.root = make("section", "ibnb-chart", shadow);
    this.root.setAttribute("role", "group");
    this.height = 440;
    this.head = make("div", "head", this.root);
    this.title = make("span", "title", this.head);
    this.detail = make("span", "detail", this.head);
    this.legend = make("div", "legend", this.head);
    this.fields = this.makeLegend();
    const tools = make("div", "tools", this.head);
    this.ranges = make("div", "ranges", tools);
    this.live = /** @type {HTMLButtonElement} */
    this.makeButton("live", "Live", tools, "Follow the newest bar (L)");
    this.png = /** @type {HTMLButtonElement} */
    this.makeButton("png", "PNG", tools, "Save the view as a picture");
    this.plot = make("div", "plot", this.root);
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "img");
    this.plot.setAttribute("aria-roledescription", "candle chart");
    this.gd = make("div", "gd", this.plot);
    this.canvas = /** @type {HTMLCanvasElement} */
    document.createElement("canvas");
    this.context = /** @type {CanvasRenderingContext2D} */
    this.canvas.getContext("2d");
    this.ratio = 1;
    this.box = { width: 0, height: 0 };
    this.band = make("div", "band", this.plot);
    this.yTag = make("div", "tag", this.plot);
    this.xTag = make("div", "tag", this.plot);
    this.badge = make("div", "badge", this.plot);
    this.badge.setAttribute("role", "status");
    this.empty = make("div", "empty", this.plot);
    for (const element of [this.band, this.yTag, this.xTag, this.badge, this.empty]) element.hidden = true;
    this.palette = null;
    this.rangeNames = "";
    this.rangeAct = (_name) => {
    };
  }
  makeLegend() {
    const fields = { when: make("span", "when", this.legend) };
    for (const [name, letter] of [["open", "O"], ["high", "H"], ["low", "L"], ["close", "C"], ["change", ""], ["volume", "V"]]) {
      if (name === "change") {
        fields.change = make("span", "change", this.legend);
        continue;
      }
      const cell = make("span", name, this.legend);
      make("b", "", cell, letter);
      fields[name] = make("span", "value", cell);
    }
    return fields;
  }
  makeButton(name, text, parent, hint = "") {
    const button = make("button", name, parent, text);
    button.setAttribute("type", "button");
    if (hint) button.title = hint;
    return button;
  }
  setHeight(height) {
    this.height = Number(height) || 440;
    this.fitPlot();
  }
  fitPlot() {
    const height = `${Math.max(100, this.height - (this.head.offsetHeight || 30))}px`;
    if (this.plot.style.height !== height) this.plot.style.height = height;
  }
  size() {
    return this.box;
  }
  onSize(changed) {
    const observer = new ResizeObserver(() => {
      this.root.classList.toggle("medium", this.root.clientWidth < 1180);
      this.root.classList.toggle("narrow", this.root.clientWidth < 560);
      this.fitPlot();
      this.box = { width: Math.floor(this.plot.clientWidth), height: Math.floor(this.plot.clientHeight) };
      changed();
    });
    observer.observe(this.plot);
    observer.observe(this.head);
    return () => observer.disconnect();
  }
  onVisible(changed) {
    let timer = 0;
    const observer = new IntersectionObserver((entries) => {
      const visible = entries[entries.length - 1].isIntersecting;
      clearTimeout(timer);
      if (visible) changed(true);
      else timer = setTimeout(() => changed(false), 1500);
    }, { rootMargin: "200px" });
    observer.observe(this.plot);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }
  holdCanvas() {
    const first = this.gd.querySelector(".main-svg");
    if (first && this.canvas.previousElementSibling !== first) first.after(this.canvas);
  }
  fitCanvas(width, height) {
    if (!this.canvas.isConnected) this.holdCanvas();
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    this.ratio = ratio;
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }
  showTitle(title, detail) {
    setText(this.title, title);
    setText(this.detail, detail);
    this.root.setAttribute("aria-label", `${title} chart`);
  }
  showPalette(palette) {
    if (this.palette === palette) return;
    this.palette = palette;
    for (
      const name of
      ["background", "text", "muted", "border", "up", "down", "accent"]
    ) this.root.style.setProperty(`--${name}`, palette[name]);
  }
  showCandle(when, size, texts) {
    this.legend.hidden = !texts;
    if (!texts) return;
    const { fields } = this;
    setText(fields.when, size > 1 ? `${when} · ${size} bars` : when);
    for (
      const name of
      ["open", "high", "low", "close", "volume"]
    ) setText(fields[name], texts[name]);
    fields.volume.parentElement.hidden = !texts.volume;
    setText(fields.change, `${texts.side > 0 ? "▲ " : texts.side < 0 ? "▼ " : ""}${texts.change}`);
    fields.change.className = `change ${texts.side > 0 ? "up" : texts.side < 0 ? "down" : ""}`;
  }
  showControls({ follow, ranges, pick }) {
    const pressed = String(follow);
    if (this.live.getAttribute("aria-pressed") !== pressed) this.live.setAttribute("aria-pressed", pressed);
    this.rangeAct = pick;
    const names = ranges.join();
    if (names === this.rangeNames) return;
    this.rangeNames = names;
    this.ranges.replaceChildren();
    for (const name of ranges) this.makeButton("range", name, this.ranges).addEventListener("click", () => this.rangeAct(name), { signal: this.signal });
  }
  showTags(price, time, g) {
    this.yTag.hidden = !price;
    this.xTag.hidden = !time;
    if (price) {
      setText(this.yTag, price.text);
      this.yTag.style.transform = `translate(${price.x + 1}px, ${Math.round(price.y - 9)}px)`;
    }
    if (time) {
      setText(this.xTag, time.text);
      const width = this.xTag.offsetWidth;
      this.xTag.style.transform = `translate(${Math.round(Math.min(Math.max(time.x - width / 2, 0), g.right - width))}px, ${time.y + 4}px)`;
    }
    for (const tag of [this.xTag, this.yTag]) tag.style.left = tag.style.top = "0";
  }
  showBand(x, width = 0, g = void 0) {
    this.band.hidden = x === null;
    if (x === null || !g) return;
    Object.assign(this.band.style, { left: `${x}px`, width: `${width}px`, top: `${g.top}px`, height: `${g.floor - g.top}px` });
  }
  showBadge(text) {
    setText(this.live, text ? "Newest" : "Live");
    setText(this.badge, text);
    this.badge.hidden = !text;
    this.root.classList.toggle("stale", text !== "");
  }
  showEmpty(text) {
    setText(this.empty, text);
    this.empty.hidden = !text;
    if (text) this.legend.hidden = true;
  }
  speak(text) {
    if (this.plot.getAttribute("aria-label") !== text) this.plot.setAttribute("aria-label", text);
  }
};

// src/chart-input.js
var PASSING_MS = 300;
function pixelsOf(event) {
  return event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
}
function listen(host, signal) {
  const { plot, view } = host;
  const down = /* @__PURE__ */ new Map();
  let start = 0;
  let banding = false;
  let dragged = false;
  const barsPerPixel = () => {
    const { left, right } = host.edges();
    return view.span / Math.max(1, right - left);
  };
  const positionOf = (x) => view.from + (x - host.edges().left) * barsPerPixel();
  const place3 = (event) => {
    const box = plot.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
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
    else view.zoom(Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY * unit * 15e-4))), positionOf(place3(event).x));
    host.moved();
  }, { signal, passive: false });
  for (const name of ["mousedown", "touchstart"]) plot.addEventListener(name, (event) => event.stopPropagation(), { signal, capture: true, passive: true });
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x } = place3(event);
    down.set(event.pointerId, x);
    start = x;
    banding = event.shiftKey;
    dragged = false;
    plot.focus({ preventScroll: true });
  }, { signal });
  plot.addEventListener("pointermove", (event) => {
    const { x, y } = place3(event);
    const before = down.get(event.pointerId);
    if (before === void 0) {
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
  const pinch = (id, before, x) => {
    const [, other] = (
      [...down].find(([key]) => key !== id)
    );
    const apart = Math.abs(x - other);
    if (apart > 10) view.zoom(Math.abs(before - other) / apart, positionOf(other));
  };
  const up = (event) => {
    if (!down.delete(event.pointerId)) return;
    plot.classList.remove("dragging");
    if (banding && dragged) {
      host.band(null);
      const ends = [positionOf(start), positionOf(place3(event).x)].sort((a, b) => a - b);
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
    event.stopPropagation();
    host.moved();
  }, { signal });
  const act = (key, shift) => {
    const { span } = view;
    switch (key) {
      case "ArrowLeft":
        view.pan(-span * (shift ? 0.9 : 0.1));
        return true;
      case "ArrowRight":
        view.pan(span * (shift ? 0.9 : 0.1));
        return true;
      case "+":
      case "=":
      case "ArrowUp":
        view.zoom(0.8, view.from + span / 2);
        return true;
      case "-":
      case "_":
      case "ArrowDown":
        view.zoom(1.25, view.from + span / 2);
        return true;
      case "Home":
        view.set(-0.5, span - 0.5);
        return true;
      case "End":
      case "l":
      case "L":
        view.goLive();
        return true;
      case "0":
        view.showLast(view.n);
        return true;
      default:
        return false;
    }
  };
}

// src/chart-paint.js
function xOf({ geometry, from, to }, position) {
  return geometry.left + (position - from) / (to - from) * (geometry.right - geometry.left);
}
function yOf({ geometry, prices }, price) {
  return geometry.bottom - (price - prices[0]) / (prices[1] - prices[0]) * (geometry.bottom - geometry.top);
}
function bodyWidth(share) {
  if (share < 3) return 1;
  const width = Math.floor(share * 0.72);
  return width % 2 ? width : width - 1;
}
function paint(context, scene, ratio) {
  const { geometry: g } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, g.width, g.height);
  context.save();
  context.beginPath();
  context.rect(g.left, g.top, g.right - g.left, g.floor - g.top);
  context.clip();
  paintBreaks(context, scene);
  if (scene.volume > 0) paintVolume(context, scene);
  context.beginPath();
  context.rect(g.left, g.top, g.right - g.left, g.bottom - g.top);
  context.clip();
  paintCandles(context, scene);
  paintLiveLine(context, scene);
  context.restore();
  paintLiveTag(context, scene);
}
function paintBreaks(context, scene) {
  const { geometry: g, palette } = scene;
  context.strokeStyle = palette.border;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  for (const index of scene.breaks) {
    const x = Math.round(xOf(scene, index - 0.5)) + 0.5;
    context.moveTo(x, g.top);
    context.lineTo(x, g.floor);
  }
  context.stroke();
  context.setLineDash([]);
}
function place2(scene, i) {
  const { size, candles } = scene;
  return {
    x: Math.floor(xOf(scene, i * size + (size - 1) / 2)),
    up: candles.close[i] > candles.open[i] || candles.close[i] === candles.open[i] && (i === 0 || candles.close[i] >= candles.close[i - 1])
  };
}
var shareOf = ({ geometry: g, size, from, to }) => (g.right - g.left) * size / (to - from);
function paintVolume(context, scene) {
  const { geometry: g, candles, palette } = scene;
  const width = bodyWidth(shareOf(scene));
  const half = (width - 1) / 2;
  for (const side of [true, false]) {
    context.fillStyle = side ? palette.upVolume : palette.downVolume;
    context.beginPath();
    for (let i = scene.first; i < scene.last; i++) {
      const volume = candles.volume[i];
      if (!(volume > 0)) continue;
      const { x, up } = place2(scene, i);
      if (up !== side) continue;
      const height = Math.max(1, volume / scene.volume * (g.floor - g.volumeTop));
      context.rect(x - half, g.floor - height, width, height);
    }
    context.fill();
  }
}
function paintCandles(context, scene) {
  const { candles, palette } = scene;
  const width = bodyWidth(shareOf(scene));
  const half = (width - 1) / 2;
  const hollow = width >= 5;
  for (const side of [true, false]) {
    const colour = side ? palette.up : palette.down;
    const solid = new Path2D();
    const inner = new Path2D();
    for (let i = scene.first; i < scene.last; i++) {
      if (candles.close[i] !== candles.close[i]) continue;
      const { x, up } = place2(scene, i);
      if (up !== side) continue;
      const high = yOf(scene, candles.high[i]);
      const low = yOf(scene, candles.low[i]);
      const top = Math.round(yOf(scene, Math.max(candles.open[i], candles.close[i])));
      const bottom = Math.max(top + 1, Math.round(yOf(scene, Math.min(candles.open[i], candles.close[i]))));
      solid.rect(x, high, 1, Math.max(1, low - high));
      if (width > 1) solid.rect(x - half, top, width, bottom - top);
      if (hollow && side && bottom - top > 2) inner.rect(x - half + 1, top + 1, width - 2, bottom - top - 2);
    }
    context.fillStyle = colour;
    context.fill(solid);
    context.fillStyle = palette.background;
    context.fill(inner);
  }
}
function paintLiveLine(context, scene) {
  const { geometry: g, live, palette } = scene;
  if (!live) return;
  const y = Math.round(yOf(scene, live.price)) + 0.5;
  context.strokeStyle = live.up ? palette.up : palette.down;
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(g.left, y);
  context.lineTo(g.right, y);
  context.stroke();
  context.setLineDash([]);
}
function paintLiveTag(context, scene) {
  const { geometry: g, live, palette } = scene;
  if (!live) return;
  const exact = yOf(scene, live.price);
  const y = Math.round(Math.min(Math.max(exact, g.top + 8), g.bottom - 8));
  const arrow = exact < g.top ? "▲" : exact > g.bottom ? "▼" : "";
  context.font = `600 11px ${palette.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const text = arrow + live.text;
  const width = Math.min(g.width - g.right, context.measureText(text).width + 9);
  context.fillStyle = live.up ? palette.up : palette.down;
  context.beginPath();
  context.roundRect(g.right + 1, y - 9, width, 18, 2);
  context.fill();
  context.fillStyle = palette.onStrong;
  context.fillText(text, g.right + 5, y + 0.5, width - 6);
}

// src/chart-text.js
var MINUS = "−";
function priceText(value, decimals) {
  if (value !== value) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", MINUS);
}
function sizeText(value) {
  if (value !== value) return "–";
  for (
    const [size, unit] of
    [[1e9, "B"], [1e6, "M"], [1e4, "K"]]
  ) {
    if (Math.abs(value) >= size) return `${Number((value / (unit === "K" ? 1e3 : size)).toPrecision(3))}${unit}`;
  }
  return Number.isInteger(value) ? value.toLocaleString("en-US") : String(Number(value.toPrecision(4)));
}
function changeText(now, before, decimals) {
  const move = now - before;
  if (move !== move) return "";
  const sign = move > 0 ? "+" : move < 0 ? MINUS : "";
  const share = before > 0 ? ` (${sign}${Math.abs(move / before * 100).toFixed(2)}%)` : "";
  return `${sign}${priceText(Math.abs(move), decimals)}${share}`;
}
function candleTexts(candles, i, decimals) {
  if (i < 0 || i >= candles.n) return null;
  const before = i > 0 ? candles.close[i - 1] : candles.open[i];
  const move = candles.close[i] - before;
  return {
    open: priceText(candles.open[i], decimals),
    high: priceText(candles.high[i], decimals),
    low: priceText(candles.low[i], decimals),
    close: priceText(candles.close[i], decimals),
    volume: candles.volume[i] === candles.volume[i] ? sizeText(candles.volume[i]) : "",
    change: changeText(candles.close[i], before, decimals),
    side: move > 0 ? 1 : move < 0 ? -1 : 0
  };
}
function summary({ title, candles, first, last, span, decimals, timeOf, zone, daily }) {
  if (!candles.n) return `${title}: no bars yet.`;
  const newest = candles.close[candles.n - 1];
  const parts = [`${title}: last ${priceText(newest, decimals)}`];
  if (last > first && span) {
    const change = changeText(candles.close[last - 1], candles.open[first], decimals);
    parts.push(`in view ${last - first} candles from ${momentText(timeOf(first), zone, daily)} to ${momentText(timeOf(last - 1), zone, daily)}`);
    if (change) parts.push(`change ${change}`);
    parts.push(`range ${priceText(span[0], decimals)} to ${priceText(span[1], decimals)}`);
  }
  return `${parts.join("; ")}.`;
}
function ageText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1e3));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}
function staleText(status, now) {
  if (status.kernel === "gone") return `Kernel gone, ${ageText(now - status.heard)} ago`;
  if (status.kernel === "silent") return `Kernel silent for ${ageText(now - status.heard)}`;
  if (status.gateway?.state === "stale") return status.gateway.text || "Connection to TWS lost";
  return "";
}

// src/chart-theme.js
var LIGHT = { background: "#ffffff", text: "#1f2328", muted: "#57606a", grid: "#eceff2", border: "#c9ced4", up: "#08806b", down: "#d1293d", accent: "#1f6feb" };
var DARK = { background: "#111417", text: "#e6e8ea", muted: "#a0a7ae", grid: "#262b30", border: "#454c54", up: "#2bb99a", down: "#f4616f", accent: "#6cb0ff" };
var FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
function parseColour(colour) {
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
function isDark([r, g, b]) {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}
function faded(colour, alpha) {
  const [r, g, b] = (
    parseColour(colour)
  );
  return `rgba(${r},${g},${b},${alpha})`;
}
function normalised(colour) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context || !colour) return "";
  context.fillStyle = "#010203";
  context.fillStyle = colour;
  return context.fillStyle === "#010203" ? "" : String(context.fillStyle);
}
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
function readPalette(element) {
  const style = getComputedStyle(element);
  const variable = (name) => style.getPropertyValue(name).trim();
  const declared = normalised(variable("--jp-layout-color0"));
  const background = parseColour(declared) ? declared : backgroundBehind(element);
  const parsed = parseColour(background);
  const dark = parsed ? isDark(parsed) : false;
  const base = dark ? DARK : LIGHT;
  const font = variable("--jp-ui-font-family").replace(/"/g, "'") || FONT;
  return {
    ...base,
    background,
    dark,
    font,
    upVolume: faded(base.up, dark ? 0.55 : 0.45),
    downVolume: faded(base.down, dark ? 0.55 : 0.45),
    onStrong: dark ? "#0b0d0f" : "#ffffff"
  };
}
var LOOKS_MS = [0, 60, 250, 1e3, 3e3];
function watchTheme(changed) {
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
function samePalette(a, b) {
  return a.background === b.background && a.dark === b.dark && a.font === b.font;
}

// src/chart-view.js
var FIRST_BARS = 140;
var FEWEST = 5;
var Viewport = class _Viewport {
  constructor() {
    this.n = 0;
    this.from = -0.5;
    this.to = 0.5;
    this.firstBars = FIRST_BARS;
    this.follow = true;
  }
  get span() {
    return this.to - this.from;
  }
  static room(span) {
    return Math.max(0.5, span / 40);
  }
  setCount(n) {
    const before = this.n;
    this.n = n;
    if (before === 0) {
      if (n > 0 && this.follow) this.showLast(Math.min(n, this.firstBars));
    } else if (this.follow && n !== before) {
      this.from += n - before;
      this.to += n - before;
    }
  }
  showLast(bars) {
    const room = _Viewport.room(bars);
    this.to = this.n - 0.5 + room;
    this.from = this.n - 0.5 - Math.max(bars, FEWEST);
    this.follow = true;
  }
  goLive() {
    const span = this.span;
    this.to = this.n - 0.5 + _Viewport.room(span);
    this.from = this.to - span;
    this.follow = true;
  }
  zoom(factor, anchor) {
    const span = Math.min(Math.max(this.span * factor, FEWEST), Math.max(this.n * 1.5, FEWEST * 2));
    const share = (anchor - this.from) / this.span;
    this.set(anchor - share * span, anchor + (1 - share) * span);
  }
  pan(bars) {
    this.set(this.from + bars, this.to + bars);
  }
  set(from, to) {
    this.follow = false;
    const keep = Math.min(3, this.n, (to - from) / 2);
    const shift = to < keep - 0.5 ? keep - 0.5 - to : from > this.n - 0.5 - keep ? this.n - 0.5 - keep - from : 0;
    this.from = from + shift;
    this.to = to + shift;
  }
  renumber(n, move) {
    if (this.n === 0 || n === 0 || this.follow) {
      const span = this.span;
      const fresh = this.n === 0;
      this.n = n;
      if (fresh && n > 0) this.showLast(Math.min(n, this.firstBars));
      else if (n > 0) {
        this.to = n - 0.5 + _Viewport.room(span);
        this.from = this.to - span;
      }
      return;
    }
    this.n = n;
    const from = move(this.from);
    const to = move(this.to);
    if (to > from) this.set(from, to);
    else this.showLast(Math.min(n, this.firstBars));
  }
};

// src/chart.js
var PAINTS_PER_S = 10;
var SETTLE_MS = 140;
var NARROWEST = 80;
var PIXELS_PER_CANDLE = 8;
var quiet = /* @__PURE__ */ new Set();
var BarChartView = class {
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
    this.plotly = null;
    this.axes = { built: false, key: "", revision: 0, points: "", traces: (
      []
    ), layout: (
      null
    ) };
    this.prices = null;
    this.volumeTop = 0;
    this.scene = null;
    this.ticksKey = "";
    this.ticks = null;
    this.rangesKey = "";
    this.ranges = [];
    this.look = null;
    this.placed = null;
    this.span = null;
    this.pending = false;
    this.hovered = -1;
    this.cursor = null;
    this.drawAsked = 0;
    this.drawnAt = -Infinity;
    this.movedAt = -Infinity;
    this.wanted = false;
    this.timers = { data: 0, settle: 0, report: 0, age: 0, speech: 0 };
    this.stats = { paints: 0, axes: 0, ms: 0 };
    this.start(signal);
  }
  start(signal) {
    const { frame, link, memory, model } = this;
    const ends = [
      this.stream.onChange((info) => {
        this.series.note(info);
        this.askData();
      }),
      link.onStatus(() => this.showStatus()),
      watchTheme(() => this.restyle()),
      frame.onSize(() => this.ask()),
      frame.onVisible((visible) => this.setWanted(visible))
    ];
    const changes = { "change:height": () => this.resize(), "change:volume": () => this.rebuild(), "change:tz": () => this.rebuild(), "change:title": () => this.rebuild(), "change:_goto": () => this.goTo(), "change:follow": () => this.setFollow() };
    for (const [event, act] of Object.entries(changes)) {
      model.on(event, act);
      ends.push(() => model.off(event, act));
    }
    listen({
      plot: frame.plot,
      view: this.view,
      edges: () => ({ left: this.scene?.geometry.left ?? 0, right: this.scene?.geometry.right ?? 1 }),
      moved: () => this.moved(),
      band: (x, width) => frame.showBand(x, width, this.scene?.geometry),
      pointed: (x, y) => this.point(x, y),
      left: () => this.point(null, null)
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
    this.series.note(
      { reset: true }
    );
    this.pending = memory.ends !== void 0;
    if (!this.pending) this.goTo();
    this.showStatus();
    this.setWanted(true);
    void link.need("plotly").then((plotly) => {
      if (signal.aborted) return;
      this.plotly = plotly;
      this.ask();
    });
  }
  setWanted(on) {
    if (on === this.wanted) return;
    this.wanted = on;
    this.link.want(this.id, on);
    if (on) this.ask();
  }
  ask() {
    if (this.drawAsked) return;
    this.drawAsked = requestAnimationFrame(() => {
      this.drawAsked = 0;
      this.draw();
    });
  }
  askData() {
    if (this.drawAsked || this.timers.data) return;
    const wait = this.drawnAt + 1e3 / PAINTS_PER_S - performance.now();
    if (wait <= 0) this.ask();
    else {
      this.timers.data = setTimeout(() => {
        this.timers.data = 0;
        this.ask();
      }, wait);
    }
  }
  moved() {
    this.movedAt = performance.now();
    clearTimeout(this.timers.settle);
    this.timers.settle = setTimeout(() => this.ask(), SETTLE_MS + 20);
    this.ask();
    this.report();
  }
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
  remember() {
    const { memory, series, view } = this;
    if (!series.bars.n) return;
    memory.ends = [series.timeAt(view.from), series.timeAt(view.to)];
    memory.follow = view.follow;
  }
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
      geometry: placed.geometry,
      palette: this.palette,
      candles,
      size,
      first,
      last,
      from: view.from,
      to: view.to,
      prices: this.prices ?? paddedRange([0, 1]),
      volume: volume ? this.volumeTop : 0,
      breaks: this.ticks.breaks,
      live: close === close ? { price: close, text: priceText(close, series.decimals), up: close >= series.bars.open[n - 1] } : null
    };
  }
  labelRoom() {
    const { bars, decimals } = this.series;
    const text = priceText(Math.max(Math.abs(bars.close[bars.n - 1]) || 0, Math.abs(this.prices?.[1] ?? 0)), decimals);
    return Math.max(58, Math.ceil(text.length * 7.2) + 22);
  }
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
  recross() {
    const { cursor, frame, scene } = this;
    if (!cursor || !scene || this.candleAtCursor() < 0) return;
    const pane = cursor.y > scene.geometry.bottom && scene.volume > 0 ? "xy2" : "xy";
    const box = frame.plot.getBoundingClientRect();
    frame.gd.querySelector(`.nsewdrag[data-subplot="${pane}"]`)?.dispatchEvent(new MouseEvent("mousemove", { clientX: box.left + cursor.x, clientY: box.top + cursor.y }));
  }
  point(x, y) {
    this.cursor = x === null || y === null ? null : { x, y };
    if (!this.cursor && this.axes.built) this.plotly.Fx.unhover(this.frame.gd);
    this.showHeader();
  }
  candleAtCursor() {
    const { cursor, scene } = this;
    if (!cursor || !scene) return -1;
    const { geometry: g, from, to, size, first, last } = scene;
    if (cursor.x < g.left || cursor.x > g.right || cursor.y < g.top || cursor.y > g.floor) return -1;
    const position = from + (cursor.x - g.left) / (g.right - g.left) * (to - from);
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
    const price = inside ? scene.prices[0] + (g.bottom - at.y) / (g.bottom - g.top) * (scene.prices[1] - scene.prices[0]) : NaN;
    frame.showTags(
      inside ? { y: yOf(scene, price), x: g.right, text: priceText(price, series.decimals) } : null,
      at && this.hovered >= 0 ? { x: xOf(scene, start + (scene.size - 1) / 2), y: g.floor, text: momentText(series.bars.time[start], look.zone, look.daily, series.step) } : null,
      g
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
    }, 2e3);
  }
  showStatus() {
    clearTimeout(this.timers.age);
    const text = staleText(this.link.statusOf(this.id), this.link.env.now());
    this.frame.showBadge(text);
    if (text) this.timers.age = setTimeout(() => this.showStatus(), 1e3);
  }
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
};
function render(props) {
  const ending = new AbortController();
  props.signal?.addEventListener("abort", () => ending.abort());
  const view = new BarChartView({ ...props, signal: ending.signal });
  props.el.ibnbChart = view;
  return () => ending.abort();
}
export {
  BarChartView,
  render
};
