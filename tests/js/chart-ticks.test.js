// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Zone, layoutTicks, momentText, rangeStart, usefulRanges } from "../../ibnb/widgets/js/src/chart-ticks.js";

const NEW_YORK = new Zone("America/New_York");
const MINUTE = 60e3;
const DAY = 86400e3;

/** Bars of the regular session of New York on each weekday, given by local wall clock. @param {string} firstDay @param {number} days @param {number} minutes @param {Zone} [zone] */
function sessions(firstDay, days, minutes, zone = NEW_YORK) {
  const time = [];
  for (let day = Date.parse(`${firstDay}T00:00Z`); days > 0; day += DAY) {
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    days--;
    for (let at = 9.5 * 60; at < 16 * 60; at += minutes) time.push(zone.instant(day + at * MINUTE));
  }
  return time;
}

/** @param {number[]} time @param {Partial<import("../../ibnb/widgets/js/src/chart-ticks.js").TickRequest>} [more] */
function lay(time, more = {}) {
  return layoutTicks({ timeOf: (i) => time[i], n: time.length, from: -0.5, to: time.length - 0.5, step: 1, width: 1000, zone: NEW_YORK, daily: false, ...more });
}

test("one session in half hours: labels on the half hour or hour, the date below the first", () => {
  const ticks = lay(sessions("2025-03-14", 1, 5));
  assert.deepEqual(ticks.index.slice(0, 3), [0, 6, 12]);
  assert.equal(ticks.text[0], "09:30\nFri Mar 14, 2025");
  assert.deepEqual(ticks.text.slice(1), ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30"]);
});

test("session breaks: the first bar of each day carries the day, nothing stands in the night", () => {
  const time = sessions("2025-03-13", 3, 15); // Thursday, Friday, Monday
  const ticks = lay(time);
  const opens = ticks.index.filter((_, i) => ticks.text[i].includes("\n"));
  assert.deepEqual(opens, [0, 26, 52]);
  assert.deepEqual(ticks.text.filter((text) => text.includes("\n")), ["09:30\nThu Mar 13, 2025", "09:30\nFri Mar 14, 2025", "09:30\nMon Mar 17, 2025"]);
  assert.deepEqual(ticks.breaks, [26, 52]);
});

test("many days: one label a day, week or month, as room allows", () => {
  assert.deepEqual(lay(sessions("2025-03-10", 5, 5)).text.filter((text) => text.includes("\n")).length, 5);
  const days = lay(sessions("2025-03-10", 10, 30));
  assert.equal(days.text[0], "Mon Mar 10\n2025");
  assert.equal(days.text[1], "Tue Mar 11");
  assert.equal(days.index[1], 13);
  const weeks = lay(sessions("2025-03-10", 40, 60));
  assert.deepEqual(weeks.text.slice(0, 3), ["Mar 17\n2025", "Mar 24", "Apr 1"]);
});

test("daylight saving: the labels follow the wall clock over the change of 9 March 2025", () => {
  // Futures trade through the night: 30-minute bars from 05:00 to 09:00 UTC; 02:00 does not exist in New York.
  const start = Date.UTC(2025, 2, 9, 5);
  const ticks = lay(Array.from({ length: 9 }, (_, i) => start + i * 30 * MINUTE));
  assert.deepEqual(ticks.text.map((text) => text.split("\n")[0]), ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00"]);
});

test("daylight saving: the hour that comes twice on 2 November 2025 is labelled twice", () => {
  const start = Date.UTC(2025, 10, 2, 4);
  const ticks = lay(Array.from({ length: 5 }, (_, i) => start + i * 60 * MINUTE));
  assert.deepEqual(ticks.text.map((text) => text.split("\n")[0]), ["00:00", "01:00", "01:00", "02:00", "03:00"]);
  assert.equal(momentText(start + 60 * MINUTE, NEW_YORK, false), "Sun 2025-11-02 01:00 EDT");
  assert.equal(momentText(start + 120 * MINUTE, NEW_YORK, false), "Sun 2025-11-02 01:00 EST");
});

test("sessions before and after the change both open at 09:30", () => {
  const time = sessions("2025-03-06", 4, 30);
  assert.equal(time[13 * 2] - time[13], 3 * DAY - 60 * MINUTE); // the weekend of the change is an hour short
  const ticks = lay(time, { width: 2400 });
  for (const first of [0, 13, 26, 39]) assert.match(ticks.text[ticks.index.indexOf(first)], /^09:30\n/);
});

test("zones off the hour and with half-hour changes", () => {
  const india = new Zone("Asia/Kolkata");
  assert.equal(momentText(Date.UTC(2025, 0, 2, 3, 45), india, false).slice(0, 20), "Thu 2025-01-02 09:15");
  const lordHowe = new Zone("Australia/Lord_Howe");
  const change = Date.UTC(2025, 3, 5, 15); // 02:00 back to 01:30
  assert.equal(lordHowe.offset(change - 1), 11 * 60 * MINUTE);
  assert.equal(lordHowe.offset(change), 10.5 * 60 * MINUTE);
});

test("TWS's old zone names work; an unknown one is UTC and says so", () => {
  assert.equal(new Zone("US/Eastern").offset(Date.UTC(2025, 6, 1)), -4 * 60 * MINUTE);
  const unknown = new Zone("Mars/Olympus");
  assert.equal(unknown.name, "UTC");
  assert.equal(momentText(0, unknown, false), "Thu 1970-01-01 00:00 UTC");
});

test("daily bars are dates and stay on their day in every zone", () => {
  const time = Array.from({ length: 250 }, (_, i) => Date.UTC(2024, 11, 31 + i));
  const ticks = lay(time, { daily: true });
  assert.deepEqual(ticks.text.slice(0, 3), ["Jan\n2025", "Feb", "Mar"]);
  assert.deepEqual(ticks.index.slice(0, 3), [1, 32, 60]);
  assert.equal(momentText(time[1], NEW_YORK, true), "Wed 2025-01-01");
});

test("decades of daily bars: years", () => {
  const time = Array.from({ length: 10000 }, (_, i) => Date.UTC(1998, 0, 2 + i));
  const ticks = lay(time, { daily: true, step: 64 });
  assert.ok(ticks.text.length >= 4 && ticks.text.length <= 14);
  assert.ok(ticks.text.every((text) => /^\d{4}$/.test(text)), ticks.text.join());
});

test("labels never overlap and never leave the view, at any zoom", () => {
  const time = sessions("2024-12-02", 60, 5);
  for (let span = 5; span < time.length * 1.4; span *= 1.37) {
    for (const centre of [0.1, 0.5, 0.97]) {
      const from = time.length * centre - span / 2;
      const step = Math.max(1, 2 ** Math.ceil(Math.log2(span / 240)));
      const ticks = lay(time, { from, to: from + span, step, width: 960 });
      const pixels = ticks.index.map((i) => ((i - from) / span) * 960);
      for (let i = 0; i < pixels.length; i++) {
        assert.ok(pixels[i] >= 0 && pixels[i] <= 960);
        if (i) assert.ok(pixels[i] - pixels[i - 1] >= 60, `${ticks.text[i - 1]} and ${ticks.text[i]} at span ${span}`);
      }
      assert.equal(new Set(ticks.index).size, ticks.index.length);
    }
  }
});

test("a label that the left edge would cut gives its second line to the next, or goes", () => {
  const time = sessions("2025-03-14", 1, 5);
  assert.deepEqual(lay(time, { left: 8 }).text.slice(0, 2), ["09:30", "10:00\nFri Mar 14, 2025"]);
  assert.deepEqual(lay(time, { left: 0 }).text.slice(0, 1), ["10:00\nFri Mar 14, 2025"]);
});

test("nothing to lay out", () => {
  assert.deepEqual(lay([]).index, []);
  assert.deepEqual(lay([0], { width: 0 }).index, []);
  assert.equal(lay([Date.UTC(2025, 0, 2, 15)]).text.length, 1);
});

test("ranges count days that have bars, and calendar months", () => {
  const time = sessions("2025-01-02", 60, 30);
  const at = (/** @type {number} */ i) => time[i];
  assert.equal(rangeStart("1D", at, time.length, NEW_YORK, false), 59 * 13);
  assert.equal(rangeStart("5D", at, time.length, NEW_YORK, false), 55 * 13);
  assert.equal(rangeStart("All", at, time.length, NEW_YORK, false), 0);
  const first = rangeStart("1M", at, time.length, NEW_YORK, false);
  assert.equal(momentText(time[time.length - 1], NEW_YORK, false).slice(4, 14), "2025-03-26");
  assert.equal(momentText(time[first], NEW_YORK, false).slice(4, 20), "2025-02-27 09:30");
  assert.equal(rangeStart("1Y", at, time.length, NEW_YORK, false), 0);
  assert.deepEqual(usefulRanges(at, time.length, NEW_YORK, false), ["1D", "5D", "1M", "All"]);
});

test("a month back from the 31st is the month before, not three days later", () => {
  const time = Array.from({ length: 90 }, (_, i) => Date.UTC(2025, 0, 1 + i)); // to 31 March
  const first = rangeStart("1M", (i) => time[i], time.length, NEW_YORK, true);
  assert.equal(new Date(time[first]).toISOString().slice(0, 10), "2025-03-01");
});

test("a long second line gives way to the one beside it", () => {
  // Half an hour steps from 22:30 on: midnight comes soon after the first label.
  const start = Date.UTC(2026, 10, 19, 22, 30);
  const zone = new Zone("UTC");
  const ticks = layoutTicks({ timeOf: (i) => start + i * 1800e3, n: 24, from: 0, to: 24, step: 1, width: 700, zone, daily: false });
  const long = ticks.index.filter((_, k) => ticks.text[k].includes("\n"));
  for (let k = 1; k < long.length; k++) assert.ok(((long[k] - long[k - 1]) * 700) / 24 >= 100, ticks.text.join(" | "));
  assert.ok(ticks.text.some((text) => text.includes("Fri Nov 20, 2026")), ticks.text.join(" | "));
});
