// The badge names the link that is broken.
import assert from "node:assert/strict";
import test from "node:test";
import { stale, why } from "../../ibnb/widgets/js/src/tablestatus.js";

const LIVE = { state: "live", text: "" };
const page = { now: 5000, model: {}, online: true };
const words = (status, more = {}) => why({ kernel: "live", heard: 5000, gateway: LIVE, ...status }, { ...page, ...more }).replace(/ since \d\d:\d\d:\d\d$/, "");

for (const [name, text, status, more] of [
  ["all is well", "", {}],
  ["TWS", "Not live: TWS not connected", { gateway: { state: "stale", text: "" } }],
  ["a farm", "Not live: farm usfarm is down", { gateway: { state: "stale", text: "farm usfarm is down", since: 1 } }],
  ["the kernel is silent", "Not live: kernel not heard", { kernel: "silent" }],
  ["the kernel is gone", "Not live: kernel stopped", { kernel: "gone" }, { online: false }],
  ["the browser is offline", "Not live: this browser lost its connection", { kernel: "silent" }, { online: false }],
  ["the browser has no connection", "Not live: this browser lost its connection", { kernel: "silent", gateway: { state: "stale", text: "x" } },
    { model: { widget_manager: { kernel: { connectionStatus: "disconnected" } } } }],
]) {
  test(name, () => {
    assert.equal(words(status, more), text);
    assert.equal(stale({ kernel: "live", heard: 0, gateway: LIVE, ...status }), text !== "");
  });
}
