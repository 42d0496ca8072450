// A page with nothing but the engine: plays recorded messages into a table view and times its scripts (large.py).
import { connect, render } from "./engine.js";

const later = () => new Promise((done) => setTimeout(done, 0));

function fakeModel(values) {
  const listeners = new Map();
  return {
    sent: [],
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    save_changes() {},
    on(name, fn) {
      (listeners.get(name) ?? listeners.set(name, new Set()).get(name)).add(fn);
    },
    off: (name, fn) => listeners.get(name)?.delete(fn),
    send(content) {
      this.sent.push(content);
    },
    emit(name, ...args) {
      for (const fn of listeners.get(name) ?? []) fn(...args);
    },
  };
}

async function messagesOf(file) {
  const bytes = await (await fetch(file)).arrayBuffer();
  const view = new DataView(bytes);
  const out = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const head = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    const content = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, at + 8, head)));
    out.push([content, bytes.slice(at + 8 + head, at + 8 + head + size)]);
    at += 8 + head + size;
  }
  return out;
}

// Animation frames are collected, and run when the measure says so.
let due = [];
window.requestAnimationFrame = (fn) => due.push(fn);
window.cancelAnimationFrame = (id) => (due[id - 1] = () => {});
function frame() {
  const now = due;
  due = [];
  for (const fn of now) fn(performance.now());
}

window.play = async ({ file, stream: id, snapshot, best }) => {
  const messages = await messagesOf(file);
  const hub = fakeModel({ _kind: "hub", _hub: "h", _id: "h" });
  const model = fakeModel({ _kind: "table", _hub: "h", _id: "v", _stream: id, height: 600, sort: [["last", false]], flash: true });
  const rt = { page: "p", parts: new Map(), load: async () => ({}) };
  const link = connect(rt, hub);
  const place = document.getElementById("place");
  await render(rt, hub, model, place);
  const root = place.querySelector(".ibnb-view").shadowRoot;
  const scroll = root.querySelector(".scroll");
  for (let i = 0; i < 5; i++) {
    await later();
    frame();
  }
  const send = ([content, buffer]) => link.receive({ ...content, p: link.page }, [buffer]);
  const timed = (fn) => {
    const from = performance.now();
    fn();
    frame();
    void scroll.scrollHeight; // the layout that it has caused
    return performance.now() - from;
  };
  for (const message of messages.splice(0, snapshot)) send(message);
  const out = { sort: timed(() => {}) };
  out.live = [];
  for (const message of messages) {
    out.live.push(timed(() => send(message)));
    await later();
  }
  const shown = () =>
    [...root.querySelectorAll(".body .row")]
      .filter((row) => row.style.display !== "none")
      .sort((a, b) => a.getAttribute("aria-rowindex") - b.getAttribute("aria-rowindex"))
      .map((row) => Number([...row.children].find((cell) => cell.getAttribute("aria-colindex") === "4").textContent.replace(/,/g, "")));
  out.wrong = shown().slice(0, best.length).filter((value, i) => Math.abs(value - best[i]) > 0.005).length;
  out.scroll = [];
  for (let i = 0; i < 200; i++) {
    const top = (i % 2 ? 1 - ((i * 7919) % 997) / 997 : i / 200) * (scroll.scrollHeight - 600);
    scroll.scrollTop = top;
    scroll.dispatchEvent(new Event("scroll"));
    out.scroll.push(timed(() => {}));
    await later();
  }
  scroll.scrollTop = 0;
  root.querySelector(".bar button").click();
  frame();
  const box = root.querySelectorAll(".filters input")[3];
  const type = (input, text) => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Unsorted, so that it is the filter alone that is timed; sorted it costs the first sort of what is left.
  const heads = root.querySelectorAll("[role=columnheader]");
  for (let i = 0; i < 2; i++) heads[3].click();
  frame();
  out.unsorted = [...heads].every((head) => head.getAttribute("aria-sort") === "none");
  out.filter = [];
  for (const text of [">250", ">480", "100..200", "<11", ">300", ">250", ">490", "<50", "20..30"]) out.filter.push(timed(() => type(box, text)));
  type(box, "");
  frame();
  const search = root.querySelector("input.search");
  out.search = ["S00001", "S0012", "77", "S09", "123"].map((text) => timed(() => type(search, text)));
  type(search, "");
  frame();
  out.heap = (performance.memory?.usedJSHeapSize ?? 0) / 1e6;
  return out;
};
