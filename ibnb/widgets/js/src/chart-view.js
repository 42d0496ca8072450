// @ts-check
/**
 * What part of the bars is in view: a span in bar numbers, moved by the user, and by data only while it follows the live end.
 * Pure: no page.
 *
 * Bar i covers i - 0.5 .. i + 0.5, so a view of all n bars is -0.5 .. n - 0.5.
 */

/** Bars in view at first when the history is long, unless told otherwise. */
export const FIRST_BARS = 140;
const FEWEST = 5;

export class Viewport {
  constructor() {
    this.n = 0;
    /** left edge, in bars */
    this.from = -0.5;
    /** right edge, in bars */
    this.to = 0.5;
    /** bars in view at first: as many as one can read */
    this.firstBars = FIRST_BARS;
    /** whether new bars move the view along */
    this.follow = true;
  }

  get span() {
    return this.to - this.from;
  }

  /** Empty room right of the last bar while following: a fortieth of the view. @param {number} span */
  static room(span) {
    return Math.max(0.5, span / 40);
  }

  /** Take the number of bars; the first time, show the newest. @param {number} n */
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

  /** Show the newest `bars` bars and follow. @param {number} bars */
  showLast(bars) {
    const room = Viewport.room(bars);
    this.to = this.n - 0.5 + room;
    this.from = this.n - 0.5 - Math.max(bars, FEWEST);
    this.follow = true;
  }

  /** Back to the live end at the present zoom. */
  goLive() {
    const span = this.span;
    this.to = this.n - 0.5 + Viewport.room(span);
    this.from = this.to - span;
    this.follow = true;
  }

  /** Zoom by a factor (< 1 = nearer), the bar at `anchor` staying under the cursor. Freezes the view. @param {number} factor @param {number} anchor */
  zoom(factor, anchor) {
    const span = Math.min(Math.max(this.span * factor, FEWEST), Math.max(this.n * 1.5, FEWEST * 2));
    const share = (anchor - this.from) / this.span;
    this.set(anchor - share * span, anchor + (1 - share) * span);
  }

  /** Shift by bars (positive = later). Freezes the view. @param {number} bars */
  pan(bars) {
    this.set(this.from + bars, this.to + bars);
  }

  /** Show from..to, shifted so that a few bars remain in view. Freezes the view. @param {number} from @param {number} to */
  set(from, to) {
    this.follow = false;
    const keep = Math.min(3, this.n, (to - from) / 2);
    const shift = to < keep - 0.5 ? keep - 0.5 - to : from > this.n - 0.5 - keep ? this.n - 0.5 - keep - from : 0;
    this.from = from + shift;
    this.to = to + shift;
  }

  /**
   * The bars were renumbered (older history came in front, or all was loaded again).
   * @param {number} n @param {(position: number) => number} move  old bar number to new, both fractional
   */
  renumber(n, move) {
    if (this.n === 0 || n === 0 || this.follow) {
      const span = this.span;
      const fresh = this.n === 0;
      this.n = n;
      if (fresh && n > 0) this.showLast(Math.min(n, this.firstBars));
      else if (n > 0) {
        this.to = n - 0.5 + Viewport.room(span);
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
}
