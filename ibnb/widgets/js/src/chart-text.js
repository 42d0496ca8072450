// @ts-check
/** Words and numbers around the chart: the header line, the spoken summary, the mark of stale data. Pure. */

import { momentText } from "./chart-ticks.js";

const MINUS = "−";

/** "1,234.50", "–" when missing. @param {number} value @param {number} decimals */
export function priceText(value, decimals) {
  if (value !== value) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", MINUS);
}

/** "950", "12.4K", "1.2M". @param {number} value */
export function sizeText(value) {
  if (value !== value) return "–";
  for (const [size, unit] of /** @type {[number, string][]} */ ([[1e9, "B"], [1e6, "M"], [1e4, "K"]])) {
    if (Math.abs(value) >= size) return `${Number((value / (unit === "K" ? 1e3 : size)).toPrecision(3))}${unit}`;
  }
  return Number.isInteger(value) ? value.toLocaleString("en-US") : String(Number(value.toPrecision(4)));
}

/** "+0.35 (+0.20%)". @param {number} now @param {number} before @param {number} decimals */
export function changeText(now, before, decimals) {
  const move = now - before;
  if (move !== move) return "";
  const sign = move > 0 ? "+" : move < 0 ? MINUS : "";
  const share = before > 0 ? ` (${sign}${Math.abs((move / before) * 100).toFixed(2)}%)` : "";
  return `${sign}${priceText(Math.abs(move), decimals)}${share}`;
}

/**
 * What a candle says: for the header line.
 * @param {import("./chart-bars.js").Candles} candles @param {number} i @param {number} decimals
 */
export function candleTexts(candles, i, decimals) {
  if (i < 0 || i >= candles.n) return null;
  const before = i > 0 ? candles.close[i - 1] : candles.open[i];
  const move = candles.close[i] - before;
  return {
    open: priceText(candles.open[i], decimals), high: priceText(candles.high[i], decimals), low: priceText(candles.low[i], decimals), close: priceText(candles.close[i], decimals),
    volume: candles.volume[i] === candles.volume[i] ? sizeText(candles.volume[i]) : "",
    change: changeText(candles.close[i], before, decimals), side: move > 0 ? 1 : move < 0 ? -1 : 0,
  };
}

/**
 * The chart in one sentence, for those who do not see it.
 * @param {object} what
 * @param {string} what.title @param {import("./chart-bars.js").Candles} what.candles @param {number} what.first @param {number} what.last
 * @param {[number, number] | null} what.span  lowest and highest price in view @param {number} what.decimals
 * @param {(index: number) => number} what.timeOf  of a candle @param {import("./chart-ticks.js").Zone} what.zone @param {boolean} what.daily
 */
export function summary({ title, candles, first, last, span, decimals, timeOf, zone, daily }) {
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

/** "8 s", "3 min", "2 h", "5 d". @param {number} ms */
export function ageText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

/**
 * What to say when the data may be old; "" when it is live.
 * @param {{kernel: string, heard: number, gateway: {state: string, text: string, since?: number}}} status @param {number} now
 */
export function staleText(status, now) {
  if (status.kernel === "gone") return `Kernel gone, ${ageText(now - status.heard)} ago`;
  if (status.kernel === "silent") return `Kernel silent for ${ageText(now - status.heard)}`;
  if (status.gateway?.state === "stale") return status.gateway.text || "Connection to TWS lost";
  return "";
}
