// @ts-check
/**
 * The chart's elements: header line, buttons, plot, tags at the crosshair's ends, badges. All text goes in by textContent.
 * Lives in a shadow root of its own, so that the page's style sheets and Plotly's leave each other alone.
 */

const CSS = `
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

/** @param {string} tag @param {string} name @param {HTMLElement | ShadowRoot} parent @param {string} [text] */
function make(tag, name, parent, text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

/** @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class ChartFrame {
  /** @param {HTMLElement} el @param {AbortSignal} signal */
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
    this.live = /** @type {HTMLButtonElement} */ (this.makeButton("live", "Live", tools, "Follow the newest bar (L)"));
    this.png = /** @type {HTMLButtonElement} */ (this.makeButton("png", "PNG", tools, "Save the view as a picture"));
    this.plot = make("div", "plot", this.root);
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "img");
    this.plot.setAttribute("aria-roledescription", "candle chart");
    this.gd = make("div", "gd", this.plot);
    this.canvas = /** @type {HTMLCanvasElement} */ (document.createElement("canvas"));
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.ratio = 1;
    this.box = { width: 0, height: 0 };
    this.band = make("div", "band", this.plot);
    this.yTag = make("div", "tag", this.plot);
    this.xTag = make("div", "tag", this.plot);
    this.badge = make("div", "badge", this.plot);
    this.badge.setAttribute("role", "status");
    this.empty = make("div", "empty", this.plot);
    for (const element of [this.band, this.yTag, this.xTag, this.badge, this.empty]) element.hidden = true;
    /** @type {import("./chart-paint.js").Palette | null} */ this.palette = null;
    this.rangeNames = "";
    this.rangeAct = (/** @type {any} */ _name) => {};
  }

  makeLegend() {
    /** @type {Record<string, HTMLElement>} */
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

  /** @param {string} name @param {string} text @param {HTMLElement} parent @param {string} [hint] */
  makeButton(name, text, parent, hint = "") {
    const button = make("button", name, parent, text);
    button.setAttribute("type", "button");
    if (hint) button.title = hint;
    return button;
  }

  // -- size and sight ------------------------------------------------------------------------------------------

  /** @param {number} height  of the whole chart, header included, in pixels */
  setHeight(height) {
    this.height = Number(height) || 440;
    this.fitPlot();
  }

  /** Give the plot what the header leaves. */
  fitPlot() {
    const height = `${Math.max(100, this.height - (this.head.offsetHeight || 30))}px`;
    if (this.plot.style.height !== height) this.plot.style.height = height;
  }

  /** As the ResizeObserver told: asking the page would make it lay itself out at each tick. */
  size() {
    return this.box;
  }

  /** @param {() => void} changed @returns {() => void} */
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

  /** Tell whether the chart is on or near the screen. @param {(visible: boolean) => void} changed @returns {() => void} */
  onVisible(changed) {
    let timer = 0;
    const observer = new IntersectionObserver((entries) => {
      const visible = entries[entries.length - 1].isIntersecting;
      clearTimeout(timer);
      // Scrolling past should not stop and start the stream.
      if (visible) changed(true);
      else timer = setTimeout(() => changed(false), 1500);
    }, { rootMargin: "200px" });
    observer.observe(this.plot);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }

  /** Put the canvas between Plotly's grid and its crosshair. */
  holdCanvas() {
    const first = this.gd.querySelector(".main-svg");
    if (first && this.canvas.previousElementSibling !== first) first.after(this.canvas);
  }

  /** @param {number} width @param {number} height */
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

  // -- words ---------------------------------------------------------------------------------------------------

  /** @param {string} title @param {string} detail */
  showTitle(title, detail) {
    setText(this.title, title);
    setText(this.detail, detail);
    this.root.setAttribute("aria-label", `${title} chart`);
  }

  /** @param {import("./chart-paint.js").Palette} palette */
  showPalette(palette) {
    if (this.palette === palette) return;
    this.palette = palette;
    for (const name of /** @type {const} */ (["background", "text", "muted", "border", "up", "down", "accent"])) this.root.style.setProperty(`--${name}`, palette[name]);
  }

  /** @param {string} when @param {number} size  bars per candle @param {ReturnType<typeof import("./chart-text.js").candleTexts>} texts */
  showCandle(when, size, texts) {
    this.legend.hidden = !texts;
    if (!texts) return;
    const { fields } = this;
    setText(fields.when, size > 1 ? `${when} · ${size} bars` : when);
    for (const name of /** @type {const} */ (["open", "high", "low", "close", "volume"])) setText(fields[name], texts[name]);
    /** @type {HTMLElement} */ (fields.volume.parentElement).hidden = !texts.volume;
    setText(fields.change, `${texts.side > 0 ? "▲ " : texts.side < 0 ? "▼ " : ""}${texts.change}`);
    fields.change.className = `change ${texts.side > 0 ? "up" : texts.side < 0 ? "down" : ""}`;
  }

  /** @param {{follow: boolean, ranges: any[], pick: (name: any) => void}} state */
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

  /** Labels at the ends of the crosshair. @param {{x: number, y: number, text: string} | null} price @param {{x: number, y: number, text: string} | null} time @param {import("./chart-paint.js").Geometry} g */
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

  /** @param {number | null} x @param {number} [width] @param {import("./chart-paint.js").Geometry} [g] */
  showBand(x, width = 0, g = undefined) {
    this.band.hidden = x === null;
    if (x === null || !g) return;
    Object.assign(this.band.style, { left: `${x}px`, width: `${width}px`, top: `${g.top}px`, height: `${g.floor - g.top}px` });
  }

  /** What the data lack to be live, "" for nothing; the button that follows the newest bar does not claim it then. @param {string} text */
  showBadge(text) {
    setText(this.live, text ? "Newest" : "Live");
    setText(this.badge, text);
    this.badge.hidden = !text;
    this.root.classList.toggle("stale", text !== "");
  }

  /** @param {string} text */
  showEmpty(text) {
    setText(this.empty, text);
    this.empty.hidden = !text;
    if (text) this.legend.hidden = true;
  }

  /** @param {string} text */
  speak(text) {
    if (this.plot.getAttribute("aria-label") !== text) this.plot.setAttribute("aria-label", text);
  }
}
